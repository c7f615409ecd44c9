#ifndef MODEL_LIKENESS_H
#define MODEL_LIKENESS_H
/* By what two cases may be of one person.
 *
 * Floor: model.
 */

#include "base/bytes.h"

enum likeness {
    LIKENESS_NONE,
    LIKENESS_PERSON, /* names and birth date */
    LIKENESS_PHONE,
    LIKENESS_FILE, /* all cases of the file, and how long its text is */
    LIKENESS_END
};

/* "the same names and birth date" */
const char *likeness_text(enum likeness l);

#endif
