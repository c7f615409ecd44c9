#ifndef FORMATS_LOOSE_TEXT_H
#define FORMATS_LOOSE_TEXT_H
/* Words as people and spreadsheets write them: with blanks around them, in any case.
 *
 * Floor: formats, for the import only. What is compared here are names and codes of ours; only ASCII letters have case.
 */

#include "base/bytes.h"

/* V without the blanks around it: spaces and tabs, line ends, spaces that do not break, marks of no width. */
struct view loose_text_trim(struct view v);

/* Whether V is TEXT but for the case of letters, the kind of apostrophe, and how many blanks stand between words. */
bool loose_text_is(struct view v, const char *text);

/* V up to the first SEPARATOR, without the blanks around it; REST is what follows. False when REST is used up. */
bool loose_text_split(struct view *rest, char separator, struct view *out);

#endif
