#ifndef EXCHANGE_CASE_AGE_H
#define EXCHANGE_CASE_AGE_H
/* What a case of this agency, or what came of one, says of a person's age.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

/* Sets *IS to whether the case of ROW says that she is an adult today (case_says_adult). Opens the sections that may
 * say so; they are wiped when the tick ends. E-KEY-*, E-BYT-*. */
MUST_USE bool case_age_is_adult(struct exchange *x, const struct case_row *row, bool *is, struct error *err);
/* The same of SECTIONS (encoded; empty: not there). *TOLD: one of those that may say so is among them. E-BYT-*. */
MUST_USE bool case_age_of_sections(struct exchange *x, const struct view sections[SECTION_END], bool *told, bool *is,
                                   struct error *err);

#endif
