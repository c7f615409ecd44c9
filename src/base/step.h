#ifndef BASE_STEP_H
#define BASE_STEP_H
/* States as a table: a name and the states that may follow. The one way to change a state is step_enter.
 *
 * Floor: base. After the state machines of dqlite and OpenSMTPD: a move that the table forbids is a programmer's error.
 */

#include <stdint.h>

#define STEP(state) (UINT32_C(1) << (state))

struct step_rule {
    const char *name;
    uint32_t next; /* STEP() of each state that may follow */
};

/* Moves *STATE to NEXT; REQUIREs that the table allows it. */
void step_enter(const struct step_rule *rules, int *state, int next);

#endif
