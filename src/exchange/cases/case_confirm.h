#ifndef EXCHANGE_CASE_CONFIRM_H
#define EXCHANGE_CASE_CONFIRM_H
/* Whether she herself, seen alone, said how she can be reached and where she is: marked in the section, so that whoever
 * gets it reads that.
 *
 * Floor: exchange. Who controls her may speak for her, or beside her: a phone that he gave is his.
 */

#include "exchange/exchange.h"
#include "model/section.h"

/* Of a section of how or where she is reached, where AFTER differs from BEFORE, a new AFTER that says whether it is
 * confirmed; it is wiped when the tick ends. *MARKED: it says that it is not. Anything else stays as it is. */
MUST_USE bool case_confirm_mark(struct exchange *x, enum section s, struct view before, struct view *after,
                                bool confirmed, bool *marked, struct error *err);

/* The FIELD_REF of where section S says so; 0: it is no section of how or where she is reached. */
uint32_t case_confirm_field(enum section s);

#endif
