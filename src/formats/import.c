#include "formats/import.h"

#include "base/bounds.h"
#include "base/text.h"
#include "formats/htcds_csv.h"
#include "formats/htcds_json.h"

#include <stdlib.h>
#include <utf8proc.h>

bool import_format_find(struct view name, enum import_format *out)
{
    if (text_is(name, "htcds-json"))
        *out = IMPORT_HTCDS_JSON;
    else if (text_is(name, "htcds-csv"))
        *out = IMPORT_HTCDS_CSV;
    else
        return false;
    return true;
}

static enum import_format detect_format(struct view text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.at[i];

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        return c == '[' || c == '{' ? IMPORT_HTCDS_JSON : IMPORT_HTCDS_CSV;
    }
    return IMPORT_HTCDS_CSV;
}

static bool read_text(struct view text, enum import_format format, struct intake *in, struct error *err)
{
    in->cases = 0;
    return format == IMPORT_HTCDS_JSON ? htcds_json_read(text, in, err) : htcds_csv_read(text, in, err);
}

static bool read_twice(struct view text, struct intake *in, size_t *cases, struct error *err)
{
    enum import_format format = in->options->format != 0 ? in->options->format : detect_format(text);
    size_t checked;

    if (!read_text(text, format, in, err))
        return false;
    if (in->refusals != 0)
        return error_set(err, E_IMP_01, "%zu finding%s in the file", in->refusals, in->refusals == 1 ? "" : "s");
    if (in->cases == 0)
        return error_set(err, E_IMP_07, "%s",
                         format == IMPORT_HTCDS_JSON ? "the list of cases is empty"
                                                     : "the header was read, and under it is no row with a case");
    checked = in->cases;
    in->second_pass = true;
    if (!read_text(text, format, in, err))
        return false;
    REQUIRE(in->cases == checked && in->refusals == 0); /* what is stored was checked */
    *cases = in->cases;
    return true;
}

bool import_cases(struct view file, const struct import_options *options, const struct import_sink *sink, size_t *cases,
                  struct error *err)
{
    struct intake in = {.sink = sink, .options = options};
    struct bytes room = {.wiping = true};
    struct view text;
    bool ok;

    if (file.size > BOUND_IMPORT)
        return error_set(err, E_FIL_04, "the file of cases is longer than %d bytes", BOUND_IMPORT);
    ok = encoding_is_text(file, err) && encoding_read(file, options->encoding, &room, &text, err) &&
         read_twice(text, &in, cases, err);
    intake_fini(&in);
    bytes_fini(&room);
    return ok;
}

static void append_lines(struct bytes *out, struct view v)
{
    for (size_t i = 0; i < v.size; i++)
        if (v.at[i] != '\r' || i + 1 == v.size || v.at[i + 1] != '\n')
            bytes_append_u8(out, v.at[i]);
}

bool import_normalise(struct view text, struct bytes *out, struct error *err)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size;

    if (!text_is_utf8(text))
        return error_set(err, E_TXT_01, "a text is not UTF-8, or holds a NUL");
    if (text_is_ascii(text)) {
        append_lines(out, text);
        return true;
    }
    size = utf8proc_map(text.at, (utf8proc_ssize_t)text.size, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (size < 0)
        return error_set(err, E_TXT_01, "a text cannot be brought to one form: %s", utf8proc_errmsg(size));
    append_lines(out, view_of(composed, (size_t)size));
    free(composed);
    return true;
}
