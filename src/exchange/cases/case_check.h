#ifndef EXCHANGE_CASE_CHECK_H
#define EXCHANGE_CASE_CHECK_H
/* Whether a case that comes in may be kept, by itself.
 *
 * Floor: exchange.
 */

#include "exchange/cases/case_calls.h"
#include "exchange/exchange.h"

/* Its sections are within their bound and decode, and one holds something. E-CAS-*. */
MUST_USE bool case_check(const struct case_sections *c, struct error *err);
/* Bytes of all its sections. */
size_t case_size(const struct case_sections *c);

#endif
