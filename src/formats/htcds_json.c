/* An array is read member by member, so that a file of many cases takes the memory of one. */
#include "formats/htcds_json.h"

#include "base/bounds.h"
#include "base/text.h"
#include "formats/loose_text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct json_reader {
    struct intake *in;
    const uint8_t *at;
    const uint8_t *end;
    uint32_t row;           /* the object, from 1 */
    bool listed[GROUP_END]; /* groups that stand as an array in this object */
    bool flat[GROUP_END];   /* groups whose fields stand flat */
    struct bytes written;
};

static void skip_space(struct json_reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n'))
        r->at++;
}

/* Looks at brackets only, before the parser recurses. */
static bool is_deep(struct view file)
{
    bool quoted = false;
    unsigned depth = 0;

    for (size_t i = 0; i < file.size; i++) {
        uint8_t c = file.at[i];

        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
            continue;
        }
        quoted = c == '"';
        if (c == '[' || c == '{') {
            if (++depth > BOUND_JSON_DEPTH)
                return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* As people would write V in a table: numbers as they stand, true as yes. False if V is a list, an object or null. */
static bool append_scalar(const struct case_field *f, const json_t *v, struct bytes *out)
{
    char number[64];

    switch (json_typeof(v)) {
    case JSON_STRING:
        bytes_append(out, json_string_value(v), json_string_length(v));
        return true;
    case JSON_INTEGER:
        bytes_printf(out, "%lld", (long long)json_integer_value(v));
        return true;
    case JSON_REAL:
        /* Degrees have a point; in any other field a number with one is refused. */
        (void)snprintf(number, sizeof number, "%.9f", json_real_value(v));
        bytes_append_text(out, json_real_value(v) > 1000 || json_real_value(v) < -1000 ? "out of range" : number);
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        bytes_append_text(out, json_is_true(v) ? "true" : "false");
        return f->type == FIELD_YES_NO;
    default:
        return false;
    }
}

static bool append_list(const struct case_field *f, const json_t *list, struct bytes *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);

        if (!json_is_string(v))
            return false;
        if (i > 0)
            bytes_append_u8(out, ';');
        if (json_string_length(v) == 0 || !append_scalar(f, v, out))
            return false;
    }
    return true;
}

static void read_value(struct json_reader *r, const struct case_field *f, uint32_t record, const json_t *v)
{
    bool ok;

    bytes_clear(&r->written);
    if (json_is_null(v)) {
        intake_clear_field(r->in, f);
        return;
    }
    if (json_is_array(v) && !case_field_is_list(f)) {
        intake_refuse(r->in, r->row, f->name, "a list where one value is expected");
        return;
    }
    if (json_is_number(v) && case_field_is_text(f)) { /* as a number it has lost its leading zeros and its + */
        intake_refuse(r->in, r->row, f->name, "a number where text is expected: write it in quotes");
        return;
    }
    ok = json_is_array(v) ? append_list(f, v, &r->written) : append_scalar(f, v, &r->written);
    if (!ok)
        intake_refuse(r->in, r->row, f->name, "not a value that the field may hold");
    else
        intake_add_value(r->in, f, record, bytes_view(&r->written));
}

/* A member of an object: of the case itself, or of a record of group G. */
static void read_member(struct json_reader *r, enum case_group g, uint32_t record, const char *key, const json_t *v)
{
    const struct htcds_column *column;
    const struct case_field *f =
        intake_find_field(r->in, r->row, "a field", loose_text_trim(view_of_text(key)), &column);

    if (f == NULL)
        return;
    if (g != GROUP_NONE && f->group != g) {
        intake_refuse(r->in, r->row, f->name, "does not belong in %s", case_group_row(g)->name);
        return;
    }
    if (g == GROUP_NONE && f->group != GROUP_NONE && !r->flat[f->group])
        intake_replace_group(r->in, f->group);
    if (g == GROUP_NONE)
        r->flat[f->group] = true;
    if (g == GROUP_NONE && f->group != GROUP_NONE && r->listed[f->group])
        intake_refuse(r->in, r->row, f->name, "stands flat and in %s", case_group_row(f->group)->name);
    else
        read_value(r, f, record, v);
}

static void read_group(struct json_reader *r, enum case_group g, const json_t *list)
{
    const char *name = case_group_row(g)->name;
    const char *key;
    json_t *v;

    r->listed[g] = true;
    if (!json_is_array(list) || json_array_size(list) > BOUND_CASE_RECORDS) {
        intake_refuse(r->in, r->row, name, "not an array of at most %d objects", BOUND_CASE_RECORDS);
        return;
    }
    if (r->flat[g])
        intake_refuse(r->in, r->row, name, "stands flat and in %s", name);
    intake_replace_group(r->in, g);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *record = json_array_get(list, i);

        if (!json_is_object(record) || json_object_size(record) == 0)
            intake_refuse(r->in, r->row, name, "not an array of objects with values");
        json_object_foreach(record, key, v) read_member(r, g, (uint32_t)i, key, v);
    }
}

static enum case_group group_of(const char *key)
{
    for (enum case_group g = GROUP_NONE + 1; g < GROUP_END; g++)
        if (strcmp(case_group_row(g)->name, key) == 0)
            return g;
    return GROUP_NONE;
}

static bool read_case(struct json_reader *r, json_t *object, struct error *err)
{
    const char *key;
    json_t *v;

    memset(r->listed, 0, sizeof r->listed);
    memset(r->flat, 0, sizeof r->flat);
    intake_begin(r->in, r->row);
    if (!json_is_object(object))
        intake_refuse(r->in, r->row, "", "not an object");
    json_object_foreach(object, key, v)
    {
        enum case_group g = group_of(key);

        if (g == GROUP_NONE)
            read_member(r, GROUP_NONE, 0, key, v);
        else
            read_group(r, g, v);
    }
    return intake_end(r->in, err);
}

/* The parser's own sentence quotes the file: ours does not. */
static const char *problem_of(const json_error_t *e)
{
    switch (json_error_code(e)) {
    case json_error_duplicate_key:
        return "field given twice";
    case json_error_invalid_utf8:
        return "not UTF-8: if it was saved otherwise, say how by --encoding";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a text with a NUL";
    case json_error_premature_end_of_input:
        return "the file ends within it";
    case json_error_numeric_overflow:
        return "number out of range";
    default:
        return "not JSON";
    }
}

static unsigned line_of(struct view file, const uint8_t *at)
{
    unsigned line = 1;

    for (const uint8_t *p = file.at; p < at; p++)
        line += *p == '\n';
    return line;
}

/* One object. After a syntax error reading ends: where the next object begins is not certain. */
static bool read_object(struct json_reader *r, struct view file, bool *more, struct error *err)
{
    json_error_t e;
    json_t *object;
    bool ok;

    r->row++;
    object = json_loadb((const char *)r->at, (size_t)(r->end - r->at),
                        JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &e);
    if (object == NULL) {
        *more = false;
        intake_refuse(r->in, r->row, "", "%s (after line %u)", problem_of(&e),
                      line_of(file, r->at) + (unsigned)(e.line > 1 ? e.line - 1 : 0));
        return true;
    }
    r->at += e.position;
    ok = read_case(r, object, err);
    json_decref(object);
    return ok;
}

static bool read_array(struct json_reader *r, struct view file, struct error *err)
{
    bool more;

    r->at++;
    skip_space(r);
    more = r->at < r->end && *r->at != ']';
    while (more) {
        if (!read_object(r, file, &more, err))
            return false;
        if (!more)
            return true; /* refused */
        skip_space(r);
        more = r->at < r->end && *r->at == ',';
        if (more)
            r->at++;
    }
    if (r->at == r->end || *r->at != ']')
        return error_set(err, E_IMP_02, "the array of cases is not JSON (line %u)", line_of(file, r->at));
    r->at++;
    return true;
}

bool htcds_json_read(struct view file, struct intake *in, struct error *err)
{
    struct json_reader r = {.in = in, .at = file.at, .end = file.at + file.size};
    bool more = true;
    bool ok;

    skip_space(&r);
    if (r.at == r.end)
        return error_set(err, E_IMP_07, "the file is empty");
    if (*r.at != '[' && *r.at != '{')
        return error_set(err, E_IMP_02, "the file is neither an object nor an array of objects");
    if (is_deep(file))
        return error_set(err, E_IMP_02, "objects and arrays are nested deeper than %d", BOUND_JSON_DEPTH);
    ok = *r.at == '[' ? read_array(&r, file, err) : read_object(&r, file, &more, err);
    skip_space(&r);
    if (ok && in->refusals == 0 && r.at != r.end)
        ok = error_set(err, E_IMP_02, "something follows the cases (line %u)", line_of(file, r.at));
    bytes_fini(&r.written);
    return ok;
}
