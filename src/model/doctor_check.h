#ifndef MODEL_DOCTOR_CHECK_H
#define MODEL_DOCTOR_CHECK_H
/* What `refex doctor` looks at: made from the rows of doctor_checks.def, which explains it.
 *
 * Floor: model.
 */

#include <stdbool.h>

enum doctor_check {
    DOCTOR_NOTHING = 0,
#define CHECK_ROW(id, name, who, function, looks_at, well) DOCTOR_##id,
#include "model/doctor_checks.def"
    DOCTOR_CHECK_END
};

/* "root-key" …; "?" for a number that is none. */
const char *doctor_check_name(enum doctor_check c);
/* What it looks at, and what is said where nothing is wrong; C is one. */
const char *doctor_check_looks_at(enum doctor_check c);
const char *doctor_check_well(enum doctor_check c);
/* Whether refex looks, as the person who asks: the node says nothing of it. */
bool doctor_check_is_askers(enum doctor_check c);

#endif
