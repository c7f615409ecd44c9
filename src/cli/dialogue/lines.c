#include "cli/dialogue/lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define WIDTH     78
#define PARAGRAPH 2048 /* bytes of one: the longest says the fields of a section */

/* --- said --- */

static void print_wrapped(int indent, const char *text)
{
    int column = 0;

    while (*text != '\0') {
        size_t n = strcspn(text, " \n");
        int width = text_width(view_of(text, n));

        if (column > 0 && column + 1 + width > WIDTH) {
            (void)fputc('\n', stderr);
            column = 0;
        }
        if (column == 0)
            column = fprintf(stderr, "%*s", indent, "");
        else
            column += fprintf(stderr, " ");
        (void)fprintf(stderr, "%.*s", (int)n, text);
        column += width;
        text += n;
        if (*text == '\n') {
            (void)fputc('\n', stderr);
            column = 0;
        }
        text += *text != '\0';
    }
    (void)fputc('\n', stderr);
}

void lines_print(int indent, const char *fmt, ...)
{
    char text[PARAGRAPH];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    print_wrapped(indent, text);
}

void lines_print_empty(void)
{
    (void)fputc('\n', stderr);
}

/* --- typed --- */

bool lines_check(struct view v, struct error *err)
{
    if (!text_is_utf8(v))
        return error_set(err, E_TXT_01, "that is not UTF-8: set the terminal to UTF-8, and type it again");
    if (text_has_control(v, true))
        return error_set(err, E_TXT_01, "that has a control character (an arrow key, perhaps): type it again");
    return true;
}

/* False: it ended before a line feed. What is beyond LINES_MAX is read and not kept. */
static bool read_bytes(struct bytes *out, bool *too_long)
{
    uint8_t byte;
    ssize_t n;

    *too_long = false;
    for (;;) {
        do
            n = read(STDIN_FILENO, &byte, 1);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            return false;
        if (byte == '\n')
            return true;
        if (out->size < LINES_MAX)
            bytes_append_u8(out, byte);
        else
            *too_long = true;
    }
}

void lines_read(const char *prompt, struct bytes *out, bool *ended)
{
    struct error err;
    bool too_long;

    for (;;) {
        (void)fputs(prompt, stderr);
        bytes_clear(out);
        *ended = !read_bytes(out, &too_long);
        if (*ended)
            lines_print_empty();
        if (!*ended && too_long)
            lines_print(0, "That line has more than %d bytes; nothing of it is kept. Type it in parts.", LINES_MAX);
        else if (!*ended && !lines_check(bytes_view(out), &err))
            lines_print(0, "%s", err.text);
        else
            return;
    }
}
