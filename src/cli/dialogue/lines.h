#ifndef CLI_DIALOGUE_LINES_H
#define CLI_DIALOGUE_LINES_H
/* Lines between a person and a dialogue: said on standard error, typed on standard input.
 *
 * Floor: cli. A line that was said stays as it is: nothing is drawn again, no colour, no cursor moves, so that any
 * terminal shows it and a screen reader reads it once.
 */

#include "base/bytes.h"
#include "base/error.h"

#define LINES_MAX 4000 /* bytes of a typed line: a terminal gives no more than 4,095 */

/* Says a paragraph, broken between words to 78 columns, each line behind INDENT blanks. */
void lines_print(int indent, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void lines_print_empty(void);

/* Shows PROMPT and reads a line into OUT, which it empties first: UTF-8 without control characters but tabs, without
 * its end. One that is none is said to be none, and read again. *ENDED: there is nobody who types any more. */
void lines_read(const char *prompt, struct bytes *out, bool *ended);

/* Whether V, a line, may be typed: E_TXT_01 it is not UTF-8, or has a control character. */
MUST_USE bool lines_check(struct view v, struct error *err);

#endif
