#include "ca/output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"

static FILE *answer_stream; /* NULL: standard output */

void output_beside(const char *file)
{
    answer_stream = file_is_output(file) ? stderr : stdout;
}

FILE *output_answer(void)
{
    return answer_stream != NULL ? answer_stream : stdout;
}

void output_warning(const char *fmt, ...)
{
    va_list ap;

    (void)fputs("refex: warning: ", stderr);
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}

void output_json_begin(struct bytes *line)
{
    bytes_clear(line);
    bytes_append_text(line, "{");
}

static void begin_field(struct bytes *line, const char *name)
{
    bytes_printf(line, "%s\"%s\":", line->size > 1 ? "," : "", name);
}

void output_json_text(struct bytes *line, const char *name, struct view value)
{
    begin_field(line, name);
    bytes_append_text(line, "\"");
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = value.at[i];

        if (c == '"' || c == '\\')
            bytes_printf(line, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            bytes_printf(line, "\\u%04x", c);
        else
            bytes_append_u8(line, c);
    }
    bytes_append_text(line, "\"");
}

void output_json_number(struct bytes *line, const char *name, uint64_t value)
{
    begin_field(line, name);
    bytes_printf(line, "%" PRIu64, value);
}

void output_json_bool(struct bytes *line, const char *name, bool value)
{
    begin_field(line, name);
    bytes_append_text(line, value ? "true" : "false");
}

void output_json_time(struct bytes *line, const char *name, int64_t ms)
{
    char text[25];

    text_write_time(ms, text);
    output_json_text(line, name, view_of_text(text));
}

static void end_object(struct bytes *line, FILE *to)
{
    bytes_append_text(line, "}\n");
    (void)fwrite(line->at, 1, line->size, to);
}

void output_json_end(struct bytes *line)
{
    end_object(line, output_answer());
}

int output_error(const struct error *err, bool json)
{
    const struct error_row *row = error_row(err->code);
    struct bytes line = {0};

    if (!json) {
        (void)fprintf(stderr, "refex: %s\n  %s\n  -> %s\n  (%s)\n", err->text, row->means, row->remedy, row->code);
        return row->exit_status;
    }
    output_json_begin(&line);
    output_json_text(&line, "error", view_of_text(row->code));
    output_json_text(&line, "what", view_of_text(err->text));
    output_json_text(&line, "means", view_of_text(row->means));
    output_json_text(&line, "remedy", view_of_text(row->remedy));
    output_json_number(&line, "exit", (uint64_t)row->exit_status);
    end_object(&line, stderr);
    bytes_fini(&line);
    return row->exit_status;
}
