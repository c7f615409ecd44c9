#ifndef FORMATS_CASE_LIKENESS_H
#define FORMATS_CASE_LIKENESS_H
/* By what a case may be found to be of a person who is here already: names and birth date, phone numbers, in one form.
 *
 * Floor: formats. Case, marks on letters, and whatever is no letter or digit do not count, nor which of two names
 * stands first. A pair too many costs a look, a person twice her safety.
 */

#include "model/case.h"
#include "model/control_enums.h"

#define CASE_LIKENESSES BOUND_CASE_LIKENESSES

struct case_likeness_key {
    enum likeness likeness;
    struct bytes key; /* at most BOUND_LIKENESS bytes */
};

/* Returns how many C has; the caller frees the keys. A birth date without a name, or names without one, are none. */
size_t case_likeness_keys(const struct case_data *c, struct case_likeness_key out[static CASE_LIKENESSES]);

#endif
