#include "output/render.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- text --- */

/* Length of the character at P if it is a control character: C0, DEL, C1, and the marks that change the direction of
 * text (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069); else 0. */
static size_t control_size(const uint8_t *p, size_t left)
{
    if (*p < 0x20 || *p == 0x7F)
        return 1;
    if (left >= 2 && p[0] == 0xC2 && p[1] < 0xA0)
        return 2;
    if (left >= 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x8E || p[2] == 0x8F || (p[2] >= 0xAA && p[2] <= 0xAE)))
        return 3;
    if (left >= 3 && p[0] == 0xE2 && p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9)
        return 3;
    return 0;
}

void render_escaped(struct bytes *out, struct view v)
{
    bool utf8 = text_is_utf8(v);

    for (size_t i = 0; i < v.size;) {
        size_t n = control_size(v.at + i, v.size - i);

        if (n == 0 && !utf8 && v.at[i] >= 0x80)
            n = 1;
        if (n == 0)
            bytes_append_u8(out, v.at[i++]);
        else if (v.at[i] == '\n') {
            bytes_append_text(out, " / ");
            i++;
        } else {
            bytes_append_u8(out, '?');
            i += n;
        }
    }
}

void render_time(int64_t ms, char out[static RENDER_TIME])
{
    if (ms == 0)
        (void)snprintf(out, RENDER_TIME, "-");
    else
        text_write_minute(ms, out);
}

void render_time_or_day(int64_t ms, char out[static RENDER_TIME])
{
    if (ms != 0 && ms % DAY_MS == 0)
        render_day(day_of_ms(ms), out);
    else
        render_time(ms, out);
}

void render_day(uint32_t day, char out[static 11])
{
    if (day == 0)
        (void)snprintf(out, 11, "-");
    else
        text_write_date((int32_t)day, out);
}

/* --- tables --- */

void render_cell(struct render_table *t, struct view text)
{
    render_escaped(&t->cells, text.size > 0 ? text : view_of_text("-"));
    bytes_append_u8(&t->cells, 0);
    t->count++;
}

static void print_cell(const char *text, int width, bool last)
{
    (void)printf("%s%*s", text, last ? 0 : width - text_width(view_of_text(text)) + 2, "");
}

void render_table_end(struct render_table *t, const char *empty)
{
    int widths[RENDER_COLUMNS_MAX] = {0};
    const char *cell = (const char *)t->cells.at;

    REQUIRE(t->columns <= RENDER_COLUMNS_MAX && t->count % t->columns == 0);
    if (t->count == 0) {
        (void)fprintf(stderr, "%s\n", empty);
        bytes_fini(&t->cells);
        return;
    }
    for (size_t i = 0; i < t->columns; i++)
        widths[i] = text_width(view_of_text(t->titles[i]));
    for (size_t i = 0; i < t->count; i++, cell += strlen(cell) + 1)
        if (text_width(view_of_text(cell)) > widths[i % t->columns])
            widths[i % t->columns] = text_width(view_of_text(cell));
    for (size_t i = 0; i < t->columns; i++)
        print_cell(t->titles[i], widths[i], i + 1 == t->columns);
    cell = (const char *)t->cells.at;
    for (size_t i = 0; i < t->count; i++, cell += strlen(cell) + 1) {
        if (i % t->columns == 0)
            (void)putchar('\n');
        print_cell(cell, widths[i % t->columns], i % t->columns + 1 == t->columns);
    }
    (void)putchar('\n');
    bytes_fini(&t->cells);
}

void render_table_even(struct render_table *t, const char *indent, struct bytes *out)
{
    const char *cell = (const char *)t->cells.at;
    int first = 0;
    int others = 0;

    REQUIRE(t->columns > 0 && t->count % t->columns == 0);
    for (size_t i = 0; i < t->count; i++, cell += strlen(cell) + 1) {
        int *width = i % t->columns == 0 ? &first : &others;

        *width = text_width(view_of_text(cell)) > *width ? text_width(view_of_text(cell)) : *width;
    }
    cell = (const char *)t->cells.at;
    for (size_t i = 0; i < t->count; i++, cell += strlen(cell) + 1) {
        size_t column = i % t->columns;
        int width = column == 0 ? first : others;

        if (column == 0)
            bytes_printf(out, "%s%s", i > 0 ? "\n" : "", indent);
        bytes_printf(out, "%s%*s", cell, column + 1 < t->columns ? width - text_width(view_of_text(cell)) + 3 : 0, "");
    }
    bytes_fini(&t->cells);
}

/* --- JSON --- */

void render_json_base64(struct json_line *j, const char *key, struct view v)
{
    struct bytes text = {0};

    text_append_base64(&text, v);
    if (v.size > 0)
        json_line_view(j, key, bytes_view(&text));
    else
        json_line_null(j, key);
    bytes_fini(&text);
}

void render_json_time(struct json_line *j, const char *key, int64_t ms)
{
    char text[25];

    text_write_time(ms, text);
    json_line_text(j, key, ms == 0 ? NULL : text);
}

/* --- warnings --- */

void render_warning(const char *fmt, ...)
{
    struct bytes text = {0};
    char sentence[1024];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    render_escaped(&text, view_of_text(sentence));
    (void)fprintf(stderr, "refex: warning: %.*s\n", (int)text.size, (const char *)text.at);
    bytes_fini(&text);
}
