#ifndef CA_OUTPUT_H
#define CA_OUTPUT_H
/* The output of refex-ca, for a person or, with --json, for a program.
 *
 * Floor: ca. Answers go to standard output, warnings and errors to standard error.
 */

#include <stdio.h>

#include "base/bytes.h"
#include "base/error.h"

/* Where the answer goes: standard output, unless output_beside was told of a FILE (--out) that is written there. */
void output_beside(const char *file);
FILE *output_answer(void);

/* Prints the four parts of an error (what happened, what it means, what to do, the code), as JSON one object as refex
 * prints it; returns the exit status. */
int output_error(const struct error *err, bool json);
void output_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* One JSON object, appended to LINE field by field: output_json_begin, fields, output_json_end, which prints it as a
 * line. */
void output_json_begin(struct bytes *line);
void output_json_text(struct bytes *line, const char *name, struct view value);
void output_json_number(struct bytes *line, const char *name, uint64_t value);
void output_json_bool(struct bytes *line, const char *name, bool value);
void output_json_time(struct bytes *line, const char *name, int64_t ms); /* RFC 3339 */
void output_json_end(struct bytes *line);

#endif
