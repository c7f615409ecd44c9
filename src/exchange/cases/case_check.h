#ifndef EXCHANGE_CASE_CHECK_H
#define EXCHANGE_CASE_CHECK_H
/* Whether a case that comes in may be kept, by itself.
 *
 * Floor: exchange.
 */

#include "exchange/cases/case_calls.h"
#include "exchange/exchange.h"

/* Its sections are within their bound and decode, one holds something, and where it says that she was not trafficked,
 * it has the day on which she was told where else to get help, TODAY (unix day) at the latest. E-CAS-*. */
MUST_USE bool case_check(const struct case_sections *c, uint32_t today, struct error *err);
/* Bytes of all its sections. */
size_t case_size(const struct case_sections *c);

#endif
