#include "model/case_fields.h"

#include "base/bounds.h"
#include "base/text.h"

#include <string.h>

#define DATE_LAST      2958464u   /* 9999-12-31, day 1 being 1900-01-01 */
#define LONGITUDE_LAST 360000001u /* 180° E */
#define LATITUDE_LAST  180000001u /* the north pole */

const struct case_field case_fields[] = {
#define FIELD_ROW(section, group, number, name, label, also, type, codes, max, reaches, reach_rule, safety_page)       \
    {SECTION_##section, GROUP_##group, number, name, FIELD_##type, codes, max, reaches, reach_rule, safety_page},
#include "model/case_rows.def"
};
const size_t case_fields_count = sizeof case_fields / sizeof case_fields[0];

/* Of each row the index, and by section or group and number that index + 1. */
enum {
#define FIELD_ROW(section, group, number, ...) PLACE_##section##_##group##_##number,
#include "model/case_rows.def"
};
#define OWNER(section, group) ((group) == GROUP_NONE ? (int)(section) : (int)SECTION_END + (int)(group))
static const uint16_t places[SECTION_END + GROUP_END][CASE_SECTION_FIELDS + 1] = {
#define FIELD_ROW(section, group, number, ...)                                                                         \
    [OWNER(SECTION_##section, GROUP_##group)][number] = PLACE_##section##_##group##_##number + 1,
#include "model/case_rows.def"
};

const struct case_group_row case_groups[GROUP_END] = {
#define GROUP_ROW(NAME, section, number, name) [GROUP_##NAME] = {SECTION_##section, number, name},
#include "model/case_rows.def"
};

const struct case_left_out case_left_out[] = {
#define LEFT_OUT_ROW(name, label, also, why) {name, why},
#include "model/case_rows.def"
};
const size_t case_left_out_count = sizeof case_left_out / sizeof case_left_out[0];

const struct case_group_row *case_group_row(enum case_group g)
{
    REQUIRE(g > GROUP_NONE && g < GROUP_END);
    return &case_groups[g];
}

static bool is_group_name(enum case_group g, struct view name)
{
    return text_is(name, case_group_row(g)->name);
}

const struct case_field *case_field_find(struct view name)
{
    for (size_t i = 0; i < case_fields_count; i++)
        if (text_is(name, case_fields[i].name))
            return &case_fields[i];
    return NULL;
}

const struct case_field *case_field_by_number(enum section s, enum case_group g, uint32_t number)
{
    const bool known = s < SECTION_END && g < GROUP_END && number <= CASE_SECTION_FIELDS;
    const unsigned place = known ? places[OWNER(s, g)][number] : 0;

    return place != 0 && case_fields[place - 1].section == s ? &case_fields[place - 1] : NULL;
}

enum case_group case_group_by_number(enum section s, uint32_t number)
{
    for (enum case_group g = GROUP_NONE + 1; g < GROUP_END; g++)
        if (case_group_row(g)->section == s && case_group_row(g)->number == number)
            return g;
    return GROUP_NONE;
}

const struct case_left_out *case_left_out_find(struct view name)
{
    for (size_t i = 0; i < case_left_out_count; i++)
        if (text_is(name, case_left_out[i].name))
            return &case_left_out[i];
    return NULL;
}

bool field_ref_is_among(uint32_t ref, const uint32_t *refs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (refs[i] == ref)
            return true;
    return false;
}

uint32_t case_field_ref(const struct case_field *f)
{
    return FIELD_REF(f->section, f->group == GROUP_NONE ? f->number : case_group_row(f->group)->number);
}

const char *case_field_ref_name(uint32_t ref)
{
    enum section s = FIELD_REF_SECTION(ref);
    enum case_group g = case_group_by_number(s, FIELD_REF_NUMBER(ref));
    const struct case_field *f;

    if (g != GROUP_NONE)
        return case_group_row(g)->name;
    f = case_field_by_number(s, GROUP_NONE, FIELD_REF_NUMBER(ref));
    return f == NULL ? NULL : f->name;
}

uint32_t case_field_ref_find(struct view name)
{
    const struct case_field *f = case_field_find(name);

    if (f != NULL)
        return case_field_ref(f);
    for (enum case_group g = GROUP_NONE + 1; g < GROUP_END; g++)
        if (is_group_name(g, name))
            return FIELD_REF(case_group_row(g)->section, case_group_row(g)->number);
    return 0;
}

const struct case_field *case_field_confirming(enum section s)
{
    return s == SECTION_CONTACT       ? case_field_find(view_of_text("ext_ContactConfirmed"))
           : s == SECTION_WHEREABOUTS ? case_field_find(view_of_text("ext_PlaceConfirmed"))
                                      : NULL;
}

bool case_field_is_text(const struct case_field *f)
{
    return f->type <= FIELD_EMAIL;
}

bool case_field_is_list(const struct case_field *f)
{
    return f->type == FIELD_CODES || f->type == FIELD_COUNTRIES || f->type == FIELD_LANGUAGES;
}

/* E.164 as HTCDS writes it: ^\+?[1-9][0-9]{1,14}$ */
static bool is_phone(struct view v)
{
    size_t i = v.size > 0 && v.at[0] == '+';
    size_t digits = v.size - i;

    if (digits < 2 || digits > 15 || v.at[i] == '0')
        return false;
    for (; i < v.size; i++)
        if (v.at[i] < '0' || v.at[i] > '9')
            return false;
    return true;
}

/* A name, one @, and a host with a dot inside. Whether the mailbox exists is not checked. */
static bool is_email(struct view v)
{
    struct view host = v;
    struct view name;

    for (size_t i = 0; i < v.size; i++)
        if (v.at[i] <= ' ')
            return false;
    if (!text_split(&host, '@', &name) || host.at == NULL || name.size == 0 || name.size > 64)
        return false;
    if (host.size < 3 || host.at[0] == '.' || host.at[host.size - 1] == '.')
        return false;
    for (size_t i = 0, dots = 0; i < host.size; i++) {
        dots += host.at[i] == '.';
        if (host.at[i] == '@' || (i + 1 == host.size && dots == 0))
            return false;
    }
    return true;
}

bool case_field_text_ok(const struct case_field *f, struct view text, struct error *err)
{
    if (text.size == 0)
        return error_set(err, E_CAS_02, "empty");
    if (!text_is_utf8(text))
        return error_set(err, E_CAS_02, "not UTF-8, or with a NUL");
    return case_field_utf8_ok(f, text, err);
}

bool case_field_utf8_ok(const struct case_field *f, struct view text, struct error *err)
{
    REQUIRE(case_field_is_text(f));
    REQUIRE(text.size != 0);
    if (f->type == FIELD_PHONE && !is_phone(text))
        return error_set(err, E_CAS_02, "phone not E.164");
    if (text.size > f->max)
        return error_set(err, E_CAS_02, "longer than %u bytes", (unsigned)f->max);
    if (f->type == FIELD_EMAIL && !is_email(text))
        return error_set(err, E_CAS_02, "not an e-mail address");
    if (text_has_control(text, f->type == FIELD_LONG_TEXT))
        return error_set(err, E_CAS_02,
                         f->type == FIELD_LONG_TEXT ? "control characters" : "control characters or line breaks");
    return true;
}

static bool number_ok(const struct case_field *f, uint32_t number, struct error *err)
{
    switch (f->type) {
    case FIELD_DATE:
        return (number >= 1 && number <= DATE_LAST) || error_set(err, E_CAS_02, "there is no such day");
    case FIELD_YES_NO:
        return number == 1 || number == 2 || error_set(err, E_CAS_02, "neither yes nor no");
    case FIELD_NUMBER:
        return (number >= 1 && number <= f->max + 1) || error_set(err, E_CAS_02, "number out of range");
    case FIELD_LONGITUDE:
        return (number >= 1 && number <= LONGITUDE_LAST) || error_set(err, E_CAS_02, "number out of range");
    case FIELD_LATITUDE:
        return (number >= 1 && number <= LATITUDE_LAST) || error_set(err, E_CAS_02, "number out of range");
    case FIELD_CODE:
    case FIELD_CODES:
        return codes_has(f->codes, number) || error_set(err, E_CAS_02, "unknown code");
    case FIELD_COUNTRY:
    case FIELD_COUNTRIES:
        return country_is_known(number) || error_set(err, E_CAS_02, "country not ISO 3166 alpha-2");
    case FIELD_LANGUAGE:
    case FIELD_LANGUAGES:
        return language_is_known(number) || error_set(err, E_CAS_02, "no language of docs/FIELDS.md, like ukr or uk");
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_PHONE:
    case FIELD_EMAIL:
        break;
    }
    return error_set(err, E_CAS_02, "a number where a text was expected");
}

bool case_field_numbers_ok(const struct case_field *f, const uint32_t *numbers, size_t count, struct error *err)
{
    if (count == 0)
        return error_set(err, E_CAS_02, "empty");
    if (count > (case_field_is_list(f) ? BOUND_FIELD_CODES : 1))
        return error_set(err, E_CAS_02, "more values than the field may have");
    for (size_t i = 0; i < count; i++) {
        if (!number_ok(f, numbers[i], err))
            return false;
        if (i > 0 && numbers[i] <= numbers[i - 1])
            return error_set(err, E_CAS_02, "a value given twice, or out of order");
    }
    return true;
}

static bool is_way(uint32_t ref)
{
    const struct case_field *f = case_field_by_number(FIELD_REF_SECTION(ref), GROUP_NONE, FIELD_REF_NUMBER(ref));

    return f != NULL && f->reaches;
}

static bool is_rule(uint32_t ref)
{
    const struct case_field *f = case_field_by_number(FIELD_REF_SECTION(ref), GROUP_NONE, FIELD_REF_NUMBER(ref));

    return f != NULL && f->reach_rule;
}

static bool has_any(const uint32_t *refs, size_t count, bool (*is_such)(uint32_t ref))
{
    for (size_t i = 0; i < count; i++)
        if (is_such(refs[i]))
            return true;
    return false;
}

bool case_fields_have_safe_contact(const uint32_t *refs, size_t count)
{
    return !has_any(refs, count, is_way) || has_any(refs, count, is_rule);
}

bool case_fields_keep_safe_contact(const uint32_t *whole, size_t whole_count, const uint32_t *left, size_t left_count)
{
    if (!has_any(left, left_count, is_way))
        return true;
    for (size_t i = 0; i < whole_count; i++)
        if (is_rule(whole[i]) && !field_ref_is_among(whole[i], left, left_count))
            return false;
    return has_any(left, left_count, is_rule);
}
