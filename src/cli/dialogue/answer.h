#ifndef CLI_DIALOGUE_ANSWER_H
#define CLI_DIALOGUE_ANSWER_H
/* An answer as people type it, and as it is kept: the one spelling that the field, or the option of a verb, takes.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/question.h"

/* Appends the spelling of TYPED to OUT; what is kept already is spelled as it is. E-CAS-02, E-USE-04: the sentence says
 * what is taken, and never repeats what was typed. Of which agency it is, its own question decides: any line. */
MUST_USE bool answer_read(enum question q, struct view typed, struct bytes *out, struct error *err);
/* Whether TYPED is a yes. */
bool answer_is_yes(struct view typed);
/* What people call the N-th choice; NULL behind the last, and where there is no list. */
const char *answer_label(enum question q, uint32_t n);

#endif
