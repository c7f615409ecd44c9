#ifndef EXCHANGE_CASE_BASIS_H
#define EXCHANGE_CASE_BASIS_H
/* On which legal basis this agency keeps a case, and when the person was told: the newest counts, and how it was before
 * stays beside the case.
 *
 * Floor: exchange. It lies sealed under the case's key; the house log has that something was said, and not what.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

typedef bool exchange_on_basis_fn(void *cookie, const struct control_case_basis *b, struct error *err);
/* What is said now, by its holder or a supervisor, with a house record; said again it changes nothing. Nothing said:
 * all of the case, oldest first, in steps, with a house record OPENED of the first one. STEP NULL: all. E-CAS-20,
 * E-CAS-29 she was told on a day that is to come, E-CAS-30 she agreed and was not told, E-CTL-09, E-MRG-03, E-USE-02,
 * E-STO-03. */
MUST_USE bool exchange_case_basis(struct exchange *x, const struct control_case_basis_ask *ask, struct walk_step *step,
                                  exchange_on_basis_fn *on_basis, void *cookie, struct error *err);

/* What counts; zeros: nobody has said it. */
MUST_USE bool case_basis_read(struct exchange *x, const struct case_row *row, struct control_case_life *out,
                              struct error *err);
/* *LACKING: nobody has said it, of a case that is none that was merged into another. What the clear columns say. */
MUST_USE bool case_basis_is_lacking(struct exchange *x, const struct case_row *row, bool *lacking, struct error *err);

#endif
