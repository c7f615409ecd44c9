#ifndef MODEL_REFUSAL_H
#define MODEL_REFUSAL_H
/* Reasons for which a message is refused before an id is taken: made from the rows of refusal_reasons.def.
 *
 * Floor: model. No other room's headers.
 */

#include <stdbool.h>

#include "model/envelope.h"
#include "model/hold.h"

enum refusal_reason {
#define REFUSAL(number, id, name, passes, sentence) REFUSAL_##id = (number),
#include "model/refusal_reasons.def"
#undef REFUSAL
    REFUSAL_END
};

/* Whether a message that was refused at STEP with REASON (0: none) and HOLD (HOLD_NONE: none) may be taken later.
 * What steps 6 and 9 look at is the same each time it is sealed. */
bool refusal_passes(enum admission_step step, enum refusal_reason reason, enum hold hold);

/* Takes any number; one that is no reason has the name "?". */
const char *refusal_reason_name(enum refusal_reason value);
/* What a person reads: its sentence; for a number that is no reason "?". */
const char *refusal_reason_sentence(enum refusal_reason value);

#endif
