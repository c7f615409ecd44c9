#ifndef CA_SAY_H
#define CA_SAY_H
/* What refex-ca tells a person, or a program that asked for --json.
 *
 * Floor: ca. Answers go to standard output, warnings and errors to standard error.
 */

#include "base/bytes.h"
#include "base/error.h"

/* The four parts of an error (what happened, what it means, what to do, the code); returns the exit status. */
int say_error(const struct error *err);
void say_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* One JSON object, appended to LINE field by field: say_begin, fields, say_end (which prints it as a line). */
void say_begin(struct bytes *line);
void say_text(struct bytes *line, const char *name, struct view value);
void say_number(struct bytes *line, const char *name, uint64_t value);
void say_flag(struct bytes *line, const char *name, bool value);
void say_time(struct bytes *line, const char *name, int64_t ms); /* RFC 3339 */
void say_end(struct bytes *line);

#endif
