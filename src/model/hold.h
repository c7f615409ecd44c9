#ifndef MODEL_HOLD_H
#define MODEL_HOLD_H
/* Why a message waits or will never leave: everything here is made from the rows of holds.def, which explains it.
 *
 * Floor: model.
 */

#include "model/record.h"

enum hold {
    HOLD_NONE,
#define HOLD_ROW(number, id, name, ends, calls_back, denial, shown, found, sentence, lifted) HOLD_##id = (number),
#include "model/holds.def"
#undef HOLD_ROW
    HOLD_END
};

enum hold_ends { HOLD_ENDS_ITSELF = 1, HOLD_ENDS_PERSON, HOLD_ENDS_NEVER };

/* All take any number; of one that is no hold: "?", HOLD_ENDS_NEVER, false, 0. */
const char *hold_name(enum hold h);     /* "key-changed" …, for --json */
const char *hold_sentence(enum hold h); /* "the agency's identity key has changed" … */
const char *hold_lifted_by(enum hold h);
enum hold_ends hold_ends(enum hold h);
/* Whether withdrawals and erasure statements leave all the same. */
bool hold_lets_call_back(enum hold h);
/* The reason of the WITHHELD record; 0: the hold can pass. */
enum denial hold_denial(enum hold h);
/* Whether somebody has to act, so that status shows it as a finding. */
bool hold_is_finding(enum hold h);
/* Whether the recipient of a message finds it; as the reason of a refusal no other is believed. */
bool hold_is_found_there(enum hold h);

#endif
