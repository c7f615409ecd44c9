#ifndef EXCHANGE_LETTERS_DUE_H
#define EXCHANGE_LETTERS_DUE_H
/* Letters to somebody outside the federation that are waited for.
 *
 * Floor: exchange. The day by which an answer was asked for is a column of the letter's entry, as that of a note is.
 */

#include "exchange/exchange.h"
#include "model/referral.h"
#include "store/case_store.h"

struct letter_unanswered {
    struct case_row row;
    struct ident consent; /* zeros: the entry does not open now */
    uint32_t letter;
    enum urgency urgency;
    uint32_t by; /* day */
};
typedef bool letters_unanswered_fn(void *cookie, const struct letter_unanswered *l, struct error *err);
/* Those that who asks sees, the most urgent first. */
MUST_USE bool letters_walk_unanswered(struct exchange *x, letters_unanswered_fn *on_letter, void *cookie,
                                      struct error *err);

#endif
