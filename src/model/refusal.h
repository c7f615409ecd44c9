#ifndef MODEL_REFUSAL_H
#define MODEL_REFUSAL_H
/* Reasons for which a message is refused before an id is taken: made from the rows of refusal_reasons.def.
 *
 * Floor: model. No other room's headers.
 */

enum refusal_reason {
#define REFUSAL(number, id, name, passes, sentence) REFUSAL_##id = (number),
#include "model/refusal_reasons.def"
#undef REFUSAL
    REFUSAL_END
};

/* Takes any number; one that is no reason has the name "?". */
const char *refusal_reason_name(enum refusal_reason r);

#endif
