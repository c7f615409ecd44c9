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

static struct view skip_bom(struct view file)
{
    static const uint8_t bom[] = {0xEF, 0xBB, 0xBF}; /* the byte order mark that spreadsheets put before UTF-8 */

    if (file.size >= sizeof bom && view_equal(view_of(file.at, sizeof bom), view_of(bom, sizeof bom)))
        return view_of(file.at + sizeof bom, file.size - sizeof bom);
    return file;
}

enum import_format import_format_detect(struct view file)
{
    file = skip_bom(file);
    for (size_t i = 0; i < file.size; i++) {
        uint8_t c = file.at[i];

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        return c == '[' || c == '{' ? IMPORT_HTCDS_JSON : IMPORT_HTCDS_CSV;
    }
    return IMPORT_HTCDS_CSV;
}

static bool read_file(struct view file, enum import_format format, struct intake *in, struct error *err)
{
    in->cases = 0;
    return format == IMPORT_HTCDS_JSON ? htcds_json_read(file, in, err) : htcds_csv_read(file, in, err);
}

bool import_cases(struct view file, enum import_format format, uint32_t today, const struct import_sink *sink,
                  size_t *cases, struct error *err)
{
    struct intake in = {.sink = sink, .today = today};
    bool ok = false;

    REQUIRE(format == IMPORT_HTCDS_JSON || format == IMPORT_HTCDS_CSV);
    if (file.size > BOUND_IMPORT)
        return error_set(err, E_FIL_04, "the file of cases is longer than %d bytes", BOUND_IMPORT);
    if (file.size >= 2 && ((file.at[0] == 0xFF && file.at[1] == 0xFE) || (file.at[0] == 0xFE && file.at[1] == 0xFF)))
        return error_set(err, E_IMP_02, "the file is saved as UTF-16, not as UTF-8");
    file = skip_bom(file);
    if (!read_file(file, format, &in, err))
        goto out;
    if (in.refusals != 0) {
        (void)error_set(err, E_IMP_01, "%zu finding%s in the file", in.refusals, in.refusals == 1 ? "" : "s");
        goto out;
    }
    if (in.cases == 0) {
        (void)error_set(err, E_IMP_02, "the file holds no case");
        goto out;
    }
    in.second_pass = true;
    if (!read_file(file, format, &in, err))
        goto out;
    *cases = in.cases;
    ok = true;
out:
    intake_fini(&in);
    return ok;
}

static bool is_ascii(struct view v)
{
    for (size_t i = 0; i < v.size; i++)
        if (v.at[i] >= 0x80)
            return false;
    return true;
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
    if (is_ascii(text)) {
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
