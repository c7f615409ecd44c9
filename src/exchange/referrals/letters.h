#ifndef EXCHANGE_LETTERS_H
#define EXCHANGE_LETTERS_H
/* What was printed for somebody outside the federation: entries of the case, sealed under its key.
 *
 * Floor: exchange. They outlive the consent: when she withdraws, and when it is erased, it is still known whose paper
 * is to be asked for, by phone.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/consent_store.h"

/* The letters under the consent of ROW, with their answers, and, where it is not known from the consent any more, for
 * whom; or that it is not known, where the case does not open, or is deleted. None of one that came from another
 * agency. */
MUST_USE bool letters_fill(struct exchange *x, const struct consent_row *row, struct control_consent *out,
                           struct error *err);

#endif
