#ifndef REFEXD_CONTROL_ASKER_H
#define REFEXD_CONTROL_ASKER_H
/* Who asks over the control socket, and what he may ask.
 *
 * Floor: refexd, below control_door. Who asks is the Unix user of the program that connected, as the kernel says.
 */

#include "codec/verbs.h"
#include "refexd/control_call.h"

/* The node runs as UID, or he is root. */
bool control_asker_owns(uint32_t uid);
/* The roles that UID has now; 0: he is not answered. Of a node that does not run its Unix user and root have all. */
staff_roles control_asker_roles(const struct control_context *w, uint32_t uid);
/* Those who connected on a day and were none of the staff. Zeros: nobody. */
struct control_denied {
    int64_t day; /* unix */
    unsigned count;
};
/* UID is one more. Whoever may connect could else fill the log: of all of them together as many are named in it a day
 * as acts of one member of the staff are recorded. */
void control_asker_note_denied(struct control_denied *d, uint32_t uid);
/* UID may ask VERB, by the roles of C; what was done under its request id before is answered whatever they are now.
 * E-CTL-09; a node that runs records it. E-RST-06: the home was put back, and VERB reads or sends something of a case
 * before it is known what was withdrawn since. */
MUST_USE bool control_asker_check(const struct control_context *w, uint32_t uid, const struct control_verb *verb,
                                  const struct control_call *c, struct error *err);
/* Calls HANDLE, of the request KIND, for C as asked by UID: what it records has him as its actor, and where he named
 * what is somebody else's, that is recorded, too. */
MUST_USE bool control_asker_handle(uint32_t uid, uint16_t kind,
                                   bool (*handle)(struct control_call *c, struct error *err), struct control_call *c,
                                   struct error *err);

#endif
