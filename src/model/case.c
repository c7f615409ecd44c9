#include "model/case.h"

#include "base/bounds.h"
#include "base/text.h"

#include <string.h>

#define DAY_OF_1970 25568 /* of dates in a case: day 1 is 1900-01-01 */
#define MICRO       1000000
#define WORD_MAX    64 /* bytes: longer than any code */

void case_init(struct case_data *c, struct arena *a)
{
    *c = (struct case_data){.arena = a};
}

/* The order of values: by field or group, then records one after the other, then fields within one. */
static int compare_to(const struct case_field *f, uint32_t record, const struct case_value *v)
{
    uint32_t mine = case_field_ref(f);
    uint32_t other = case_field_ref(v->field);

    if (mine != other)
        return mine < other ? -1 : 1;
    if (record != v->record)
        return record < v->record ? -1 : 1;
    return f->number < v->field->number ? -1 : f->number > v->field->number;
}

/* The index of a value: *THERE if the case has it, else where it is to be inserted. Searched from the end: most come in
 * order. */
static size_t find_place(const struct case_data *c, const struct case_field *f, uint32_t record, bool *there)
{
    size_t i = c->count;

    *there = false;
    while (i > 0) {
        int order = compare_to(f, record, &c->values[i - 1]);

        if (order > 0)
            break;
        i--;
        if (order == 0) {
            *there = true;
            break;
        }
    }
    return i;
}

static bool add_value(struct case_data *c, const struct case_value *v, struct error *err)
{
    bool there;
    size_t at = find_place(c, v->field, v->record, &there);

    if (there)
        return error_set(err, E_CAS_03, "field given twice");
    if (v->field->group == GROUP_NONE ? v->record != 0 : v->record >= BOUND_CASE_RECORDS)
        return error_set(err, E_CAS_03, "more than %d records", v->field->group == GROUP_NONE ? 1 : BOUND_CASE_RECORDS);
    if (c->count == c->room) {
        size_t room = c->room == 0 ? 32 : 2 * c->room;
        struct case_value *own = arena_new(c->arena, room * sizeof *own);

        if (c->count != 0)
            memcpy(own, c->own, c->count * sizeof *own);
        c->own = own;
        c->room = room;
    }
    memmove(&c->own[at + 1], &c->own[at], (c->count - at) * sizeof *c->own);
    c->own[at] = *v;
    c->values = c->own;
    c->count++;
    return true;
}

bool case_set_text(struct case_data *c, const struct case_field *f, uint32_t record, struct view text,
                   struct error *err)
{
    struct case_value v = {.field = f, .record = record};

    if (!case_field_text_ok(f, text, err))
        return false;
    v.text = arena_copy(c->arena, text);
    return add_value(c, &v, err);
}

bool case_set_numbers(struct case_data *c, const struct case_field *f, uint32_t record, const uint32_t *numbers,
                      size_t count, struct error *err)
{
    struct case_value v = {.field = f, .record = record, .count = count};
    uint32_t *own;

    if (!case_field_numbers_ok(f, numbers, count, err))
        return false;
    own = arena_new(c->arena, count * sizeof *own);
    memcpy(own, numbers, count * sizeof *own);
    v.numbers = own;
    return add_value(c, &v, err);
}

const struct case_value *case_get_value(const struct case_data *c, const struct case_field *f, uint32_t record)
{
    bool there;
    size_t at = find_place(c, f, record, &there);

    return there ? &c->values[at] : NULL;
}

const struct case_value *case_get_by_name(const struct case_data *c, const char *name, uint32_t record)
{
    const struct case_field *f = case_field_find(view_of_text(name));

    return f == NULL ? NULL : case_get_value(c, f, record);
}

uint32_t case_record_count(const struct case_data *c, enum case_group g)
{
    uint32_t records = 0;

    for (size_t i = 0; i < c->count; i++)
        if (c->values[i].field->group == g && c->values[i].record >= records)
            records = c->values[i].record + 1;
    return records;
}

section_set case_sections(const struct case_data *c)
{
    section_set set = 0;

    for (size_t i = 0; i < c->count; i++)
        set |= SECTION_BIT(c->values[i].field->section);
    return set;
}

/* --- as people write it --- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool read_date(struct view v, uint32_t *out, struct error *err)
{
    bool shape = v.size == 10;
    int32_t day;

    for (size_t i = 0; shape && i < v.size; i++)
        shape = i == 4 || i == 7 ? v.at[i] == '-' : is_digit(v.at[i]);
    if (!shape)
        return error_set(err, E_CAS_02, "date not as YYYY-MM-DD");
    if (!text_read_date(v, &day))
        return error_set(err, E_CAS_02, memcmp(v.at, "1900", 4) < 0 ? "date before 1900" : "there is no such day");
    *out = (uint32_t)(day + DAY_OF_1970);
    return true;
}

static bool is_word(struct view v, const char *word)
{
    return v.size == strlen(word) && strncasecmp((const char *)v.at, word, v.size) == 0;
}

static bool read_yes_no(struct view v, uint32_t *out, struct error *err)
{
    bool yes = is_word(v, "yes") || is_word(v, "true");

    if (!yes && !is_word(v, "no") && !is_word(v, "false"))
        return error_set(err, E_CAS_02, "neither yes nor no");
    *out = yes ? 1 : 2;
    return true;
}

static bool read_number(const struct case_field *f, struct view v, uint32_t *out, struct error *err)
{
    bool below = v.size > 1 && v.at[0] == '-';
    uint32_t n;

    for (size_t i = below; i < v.size; i++)
        if (!is_digit(v.at[i]))
            return error_set(err, E_CAS_02, "not a number");
    if (below || !text_read_u32(v, &n) || n > f->max)
        return error_set(err, E_CAS_02, "number out of range");
    *out = n + 1;
    return true;
}

/* Degrees with a point, -180 to 180 or -90 to 90, rounded to a millionth (eleven centimetres). */
static bool read_degrees(struct view v, int32_t half, uint32_t *out, struct error *err)
{
    bool below = v.size > 0 && v.at[0] == '-';
    int64_t micro = 0;
    int64_t unit = 0; /* of the next digit behind the point, 0 before it */

    if (v.size == (size_t)below || v.size > 24 || !is_digit(v.at[below]) || !is_digit(v.at[v.size - 1]))
        return error_set(err, E_CAS_02, "not a number");
    for (size_t i = below; i < v.size; i++) {
        if (v.at[i] == '.' && unit == 0) {
            unit = MICRO * 10;
            continue;
        }
        if (!is_digit(v.at[i]))
            return error_set(err, E_CAS_02, "not a number");
        if (unit == 0) {
            micro = micro * 10 + (v.at[i] - '0') * (int64_t)MICRO;
            if (micro > 360 * (int64_t)MICRO)
                return error_set(err, E_CAS_02, "number out of range");
        } else if (unit >= 100) {
            unit /= 10;
            micro += (v.at[i] - '0') * unit / 10;
        } else if (unit == 10) {
            micro += v.at[i] >= '5';
            unit = 1;
        }
    }
    if (micro > half * (int64_t)MICRO)
        return error_set(err, E_CAS_02, "number out of range");
    *out = (uint32_t)((below ? -micro : micro) + half * (int64_t)MICRO + 1);
    return true;
}

static bool refuse_code(const struct case_field *f, struct view v, struct error *err)
{
    char word[WORD_MAX];
    const char *near;

    if (v.size >= sizeof word || memchr(v.at, 0, v.size) != NULL)
        return error_set(err, E_CAS_02, "unknown code");
    memcpy(word, v.at, v.size);
    word[v.size] = '\0';
    near = text_nearest(word, f->codes->codes, f->codes->count);
    return near == NULL ? error_set(err, E_CAS_02, "unknown code")
                        : error_set(err, E_CAS_02, "unknown code; did you mean %s?", near);
}

/* One code, country or language, alone or of a list. The empty word is refused as any unknown one. */
static bool read_word(const struct case_field *f, struct view v, uint32_t *out, struct error *err)
{
    bool capitals = v.size == 2 && v.at[0] >= 'A' && v.at[0] <= 'Z' && v.at[1] >= 'A' && v.at[1] <= 'Z';

    switch (f->type) {
    case FIELD_CODE:
    case FIELD_CODES:
        *out = codes_find(f->codes, v);
        return *out != 0 || refuse_code(f, v, err);
    case FIELD_COUNTRY:
    case FIELD_COUNTRIES:
        *out = country_find(v);
        if (*out == 0 && capitals) /* two capitals are no personal data: the sentence may repeat them */
            return error_set(err, E_CAS_02, "%c%c is no country", v.at[0], v.at[1]);
        return *out != 0 || error_set(err, E_CAS_02, "country not ISO 3166 alpha-2");
    default:
        *out = language_find(v);
        return *out != 0 || error_set(err, E_CAS_02, "no language of docs/FIELDS.md, like ukr or uk");
    }
}

static bool read_list(const struct case_field *f, struct view written, uint32_t numbers[static BOUND_FIELD_CODES],
                      size_t *count, struct error *err)
{
    struct view word;
    size_t n = 0;

    while (text_split(&written, ';', &word)) {
        uint32_t number;
        size_t at;

        if (n == BOUND_FIELD_CODES)
            return error_set(err, E_CAS_02, "more values than the field may have");
        if (!read_word(f, text_trim(word), &number, err))
            return false;
        for (at = n; at > 0 && numbers[at - 1] >= number; at--)
            if (numbers[at - 1] == number)
                return error_set(err, E_CAS_02, "a value given twice");
        memmove(&numbers[at + 1], &numbers[at], (n - at) * sizeof *numbers);
        numbers[at] = number;
        n++;
    }
    *count = n;
    return true;
}

bool case_read_value(struct case_data *c, const struct case_field *f, uint32_t record, struct view written,
                     struct error *err)
{
    uint32_t numbers[BOUND_FIELD_CODES] = {0};
    size_t count = 1;
    bool ok;

    if (case_field_is_text(f))
        return case_set_text(c, f, record, written, err);
    if (written.size == 0)
        return error_set(err, E_CAS_02, "empty");
    if (f->type == FIELD_DATE)
        ok = read_date(written, numbers, err);
    else if (f->type == FIELD_YES_NO)
        ok = read_yes_no(written, numbers, err);
    else if (f->type == FIELD_NUMBER)
        ok = read_number(f, written, numbers, err);
    else if (f->type == FIELD_LONGITUDE || f->type == FIELD_LATITUDE)
        ok = read_degrees(written, f->type == FIELD_LONGITUDE ? 180 : 90, numbers, err);
    else if (case_field_is_list(f))
        ok = read_list(f, written, numbers, &count, err);
    else
        ok = read_word(f, text_trim(written), numbers, err);
    return ok && case_set_numbers(c, f, record, numbers, count, err);
}

static void write_degrees(int64_t micro, struct bytes *out)
{
    int64_t size = micro < 0 ? -micro : micro;

    bytes_printf(out, "%s%d.%06d", micro < 0 ? "-" : "", (int)(size / MICRO), (int)(size % MICRO));
}

void case_value_write_one(const struct case_value *v, size_t i, struct bytes *out)
{
    uint32_t n = v->numbers[i];
    char word[11];

    switch (v->field->type) {
    case FIELD_DATE:
        text_write_date((int32_t)n - DAY_OF_1970, word);
        break;
    case FIELD_COUNTRY:
    case FIELD_COUNTRIES:
        letters_write(n, 2, word);
        break;
    case FIELD_LANGUAGE:
    case FIELD_LANGUAGES:
        letters_write(n, 3, word);
        break;
    case FIELD_LONGITUDE:
        write_degrees((int64_t)n - 1 - 180 * (int64_t)MICRO, out);
        return;
    case FIELD_LATITUDE:
        write_degrees((int64_t)n - 1 - 90 * (int64_t)MICRO, out);
        return;
    case FIELD_CODE:
    case FIELD_CODES:
        bytes_append_text(out, codes_name(v->field->codes, n));
        return;
    case FIELD_YES_NO:
        bytes_append_text(out, n == 1 ? "yes" : "no");
        return;
    default:
        bytes_printf(out, "%u", (unsigned)(n - 1));
        return;
    }
    bytes_append_text(out, word);
}

void case_value_write(const struct case_value *v, struct bytes *out)
{
    if (case_field_is_text(v->field))
        bytes_append_view(out, v->text);
    for (size_t i = 0; i < v->count; i++) {
        if (i > 0)
            bytes_append_u8(out, ';');
        case_value_write_one(v, i, out);
    }
}
