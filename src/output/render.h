#ifndef OUTPUT_RENDER_H
#define OUTPUT_RENDER_H
/* What people read: text for a terminal, columns, times, and warnings; and what JSON has of ids, bytes and times.
 *
 * Floor: output. Data goes to standard output, messages about it to standard error. What others wrote (names, notes) is
 * printed with "?" for control characters, so that no value can send the terminal a command.
 */

#include <stdio.h>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/json_line.h"
#include "model/ident.h"

/* --- text --- */

/* Appends V escaped for a terminal. */
void render_escaped(struct bytes *out, struct view v);
/* "2026-11-22 14:01 UTC" and a NUL; "-" for 0. */
#define RENDER_TIME 24
void render_time(int64_t ms, char out[static RENDER_TIME]);
/* The same of a time that may be known as a day alone, which begins with it: "2026-11-22". */
void render_time_or_day(int64_t ms, char out[static RENDER_TIME]);
/* "2026-11-22"; "-" for 0. */
void render_day(uint32_t day, char out[static 11]);

/* --- tables --- */

#define RENDER_COLUMNS_MAX 14

struct render_table {
    size_t columns;            /* caller sets */
    const char *const *titles; /* caller sets */
    struct bytes cells;        /* private: each with a NUL behind it */
    size_t count;              /* read-only: cells */
};

/* Adds a cell; a row is `columns` of them. */
void render_cell(struct render_table *t, struct view text);
/* Prints titles and rows, aligned, and frees the cells; without rows it prints EMPTY on standard error. */
void render_table_end(struct render_table *t, const char *empty);
/* Appends the rows without titles, each behind INDENT, all columns but the first equally wide, without the end of the
 * last line, and frees the cells. */
void render_table_even(struct render_table *t, const char *indent, struct bytes *out);

/* --- JSON --- */

void render_json_base64(struct json_line *j, const char *key, struct view v); /* empty: null */
void render_json_time(struct json_line *j, const char *key, int64_t ms);      /* RFC 3339; 0: null */

/* --- warnings --- */

/* Prints a warning on standard error. */
void render_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
