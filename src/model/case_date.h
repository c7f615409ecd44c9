#ifndef MODEL_CASE_DATE_H
#define MODEL_CASE_DATE_H
/* Kinds of days that are kept beside a case, and when each is told: made from the rows of case_dates.def.
 *
 * Floor: model.
 */

#include <stddef.h>
#include <stdint.h>

enum date_kind {
    DATE_KIND_ABSENT = 0,
#define DATE_ROW(number, NAME, ...) DATE_KIND_##NAME = (number),
#include "model/case_dates.def"
    DATE_KIND_END
};

/* "reflection" …; NULL for a number that is none. */
const char *date_kind_name(enum date_kind k);
/* What ends then, and how long before it is told; NULL likewise. */
const char *date_kind_says(enum date_kind k);
/* What who is told does; NULL likewise. */
const char *date_kind_does(enum date_kind k);
/* Days that the law gives at least; 0: none are known. */
uint32_t date_kind_at_least(enum date_kind k);
/* The unix day from which on UNTIL, one of kind K, is told as near. */
uint32_t date_kind_told_from(enum date_kind k, uint32_t until);

#endif
