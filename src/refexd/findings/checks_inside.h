#ifndef REFEXD_CHECKS_INSIDE_H
#define REFEXD_CHECKS_INSIDE_H
/* For the files that make checks: the function of each row, and what adds a line.
 *
 * Floor: refexd.
 */

#include "refexd/findings/checks.h"

/* Adds a line of the check that is being made. */
void check_warn(struct check_list *l, enum error_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
void check_fail(struct check_list *l, enum error_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* It cannot be said; FMT is why. */
void check_unknown(struct check_list *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Nothing but what `refex status` finds. */
void check_by_findings(const struct check_facts *f, struct check_list *l);
/* Each adds a line where something is not well, or cannot be said. */
#define CHECK_ROW(id, name, who, function, looks_at, well)                                                             \
    void function(const struct check_facts *f, struct check_list *l);
#include "model/doctor_checks.def"

#endif
