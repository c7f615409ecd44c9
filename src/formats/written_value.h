#ifndef FORMATS_WRITTEN_VALUE_H
#define FORMATS_WRITTEN_VALUE_H
/* A value as people and spreadsheets write it, brought to the one spelling that case_read_value takes.
 *
 * Floor: formats, for the import only. What may mean two things is refused, never guessed: a day or a phone number that
 * is wrong brings somebody to the wrong door. docs/FIELDS.md says what is taken.
 */

#include "model/case_fields.h"

/* Which of two numbers is the day in 03/04/2001. */
enum date_order {
    DATE_ORDER_UNKNOWN,
    DATE_ORDER_DMY,
    DATE_ORDER_MDY,
};

/* Appends the spelling of WRITTEN, which has no blanks around it and is not empty, to OUT; texts as they stand.
 * E_CAS_02, whose sentence never repeats WRITTEN. *ALIAS is the code that another word in use stood for; NULL: none. */
MUST_USE bool written_value_read(const struct case_field *f, struct view written, enum date_order dates,
                                 struct bytes *out, const char **alias, struct error *err);

#endif
