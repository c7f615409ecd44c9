#ifndef EXCHANGE_EMERGENCY_ACCESS_H
#define EXCHANGE_EMERGENCY_ACCESS_H
/* A caseworker reads a case that somebody else holds, for some hours and for a reason that a supervisor reviews.
 *
 * Floor: exchange. Asked by holders.c where a case is not there for who asks. The reason lies sealed under the case's
 * slot (store/access_store.h).
 */

#include "codec/staff_messages.h"
#include "exchange/exchange.h"
#include "store/access_store.h"
#include "store/case_store.h"

/* Whether who asks has opened it so. Nobody has what he is kept from. */
MUST_USE bool emergency_access_is_open(struct exchange *x, const struct case_row *row, bool *is, struct error *err);
/* Whether who asks has opened it so, and only reads (acting_reads). Nobody reads so what he is kept from. */
MUST_USE bool emergency_access_opens(struct exchange *x, const struct case_row *row, bool *opens, struct error *err);
/* Why, as it lies in ROW, of the case C: views live in the tick's arena. E-KEY-*. */
MUST_USE bool emergency_access_reason(struct exchange *x, const struct case_row *c, const struct access_row *row,
                                      struct access_reason *out, struct error *err);
MUST_USE bool emergency_access_seal(struct exchange *x, const struct case_row *c, const struct access_row *row,
                                    const struct access_reason *reason, struct bytes *sealed, struct error *err);

#endif
