#include "formats/consent_json.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "model/case_fields.h"
#include "model/spoken_id.h"

struct json_key {
    const char *name;
    bool (*read)(json_t *value, void *into, struct consent_file *f);
};

void consent_file_init(struct consent_file *f)
{
    memset(f, 0, sizeof *f);
    f->arena.max = BOUND_FRAME;
    f->arena.wiping = true;
}

void consent_file_fini(struct consent_file *f)
{
    arena_fini(&f->arena);
}

bool consent_file_exclude(struct consent_file_grant *g, struct view field, struct error *err)
{
    uint32_t ref = case_field_ref_find(field);
    size_t at = 0;

    if (ref == 0)
        return error_set(err, E_USE_04, "\"%.*s\" is no field of a case", (int)(field.size < 60 ? field.size : 60),
                         (const char *)field.at);
    while (at < g->excluded_count && g->excluded[at] < ref)
        at++;
    if (at < g->excluded_count && g->excluded[at] == ref)
        return true;
    if (g->excluded_count == BOUND_EXCLUDED)
        return error_set(err, E_USE_04, "more than %d fields are excluded", BOUND_EXCLUDED);
    memmove(&g->excluded[at + 1], &g->excluded[at], (g->excluded_count - at) * sizeof g->excluded[0]);
    g->excluded[at] = ref;
    g->excluded_count++;
    return true;
}

/* --- values --- */

static struct view text_of(json_t *value)
{
    return json_is_string(value) ? view_of(json_string_value(value), json_string_length(value)) : view_of(NULL, 0);
}

static bool read_day(json_t *value, uint32_t *out)
{
    int32_t day;

    if (!json_is_string(value) || !text_read_date(text_of(value), &day) || day <= 0)
        return false;
    *out = (uint32_t)day;
    return true;
}

static bool read_bool(json_t *value, bool *out)
{
    *out = json_is_true(value);
    return json_is_boolean(value);
}

static bool read_texts(json_t *value, const char **out, size_t most, size_t *count, struct consent_file *f)
{
    size_t n = json_array_size(value);

    if (!json_is_array(value) || n > most)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct view text = text_of(json_array_get(value, i));

        if (text.size == 0 || text.size > BOUND_ADDRESS)
            return false;
        out[i] = arena_strdup(&f->arena, text);
    }
    *count = n;
    return true;
}

/* --- a grant --- */

static bool grant_sections(json_t *value, void *into, struct consent_file *f)
{
    struct consent_file_grant *g = into;
    json_t *name;
    enum section s;
    size_t i;

    (void)f;
    if (!json_is_array(value) || json_array_size(value) == 0)
        return false;
    json_array_foreach(value, i, name)
    {
        if (!section_find(text_of(name), &s))
            return false;
        g->sections |= SECTION_BIT(s);
    }
    return true;
}

static bool grant_except(json_t *value, void *into, struct consent_file *f)
{
    struct error ignored = {0};
    json_t *name;
    size_t i;

    (void)f;
    if (!json_is_array(value))
        return false;
    json_array_foreach(value, i, name)
    {
        if (!consent_file_exclude(into, text_of(name), &ignored))
            return false;
    }
    return true;
}

static bool grant_purpose(json_t *value, void *into, struct consent_file *f)
{
    struct consent_file_grant *g = into;

    (void)f;
    return purpose_find(text_of(value), &g->purpose);
}

static bool grant_onward(json_t *value, void *into, struct consent_file *f)
{
    struct consent_file_grant *g = into;

    (void)f;
    for (enum onward o = ONWARD_NONE; o < ONWARD_END; o++)
        if (text_is(text_of(value), onward_name(o))) {
            g->onward = o;
            return true;
        }
    return false;
}

static bool grant_named(json_t *value, void *into, struct consent_file *f)
{
    struct consent_file_grant *g = into;

    return read_texts(value, g->named, BOUND_GRANT_NAMED, &g->named_count, f);
}

static bool grant_keep_until(json_t *value, void *into, struct consent_file *f)
{
    struct consent_file_grant *g = into;

    (void)f;
    return read_day(value, &g->keep_until);
}

static const struct json_key grant_keys[] = {
    {"sections", grant_sections}, {"except", grant_except}, {"purpose", grant_purpose},
    {"onward", grant_onward},     {"named", grant_named},   {"keep_until", grant_keep_until},
};

/* --- a consent --- */

static bool read_keys(json_t *object, const struct json_key *keys, size_t count, void *into, struct consent_file *f,
                      struct error *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object))
        return error_set(err, E_IMP_02, "the file is not a consent: an object is missing");
    json_object_foreach(object, name, value)
    {
        size_t i = 0;

        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count)
            return error_set(err, E_USE_04, "the consent has an unknown key \"%.40s\"", name);
        if (!keys[i].read(value, into, f))
            return error_set(err, E_USE_04, "the consent's \"%s\" does not hold what it may", name);
    }
    return true;
}

static bool file_case(json_t *value, void *into, struct consent_file *f)
{
    const struct view text = text_of(value);

    (void)into;
    if (ident_read(text, &f->case_id))
        return true;
    if (spoken_id_form(text) != SPOKEN_ID_LABEL)
        return false;
    f->case_name = arena_strdup(&f->arena, text);
    return true;
}

bool consent_file_is_outside(struct view name)
{
    static const char outside[] = CONSENT_OUTSIDE;

    return name.size >= sizeof outside - 1 && memcmp(name.at, outside, sizeof outside - 1) == 0;
}

/* Agencies; or one text that is CONSENT_OUTSIDE and words. */
static bool file_to(json_t *value, void *into, struct consent_file *f)
{
    struct view first = text_of(json_array_get(value, 0));
    size_t at = sizeof CONSENT_OUTSIDE - 1;

    (void)into;
    for (size_t i = 1; i < json_array_size(value); i++)
        if (consent_file_is_outside(text_of(json_array_get(value, i))) || consent_file_is_outside(first))
            return false;
    if (!consent_file_is_outside(first))
        return read_texts(value, f->to, BOUND_RECIPIENTS, &f->to_count, f);
    while (at < first.size && first.at[at] == ' ')
        at++;
    f->outside = arena_copy(&f->arena, view_of(first.at + at, first.size - at));
    return f->outside.size > 0 && f->outside.size <= BOUND_OUTSIDE;
}

static bool file_refused(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    return read_bool(value, &f->refused);
}

static bool file_until(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    return read_day(value, &f->until);
}

static bool file_given_by(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    return given_by_find(text_of(value), &f->given_by);
}

static bool file_notice(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    f->notice = arena_copy(&f->arena, text_of(value));
    return f->notice.size > 0 && f->notice.size <= BOUND_NOTICE;
}

static bool file_language(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    f->language = arena_copy(&f->arena, text_of(value));
    return f->language.size > 0; /* the caller says what a language is */
}

static bool file_interpreter(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    return interpreter_find(text_of(value), &f->interpreter);
}

static bool file_seen_alone(json_t *value, void *into, struct consent_file *f)
{
    bool alone;

    (void)into;
    if (!read_bool(value, &alone))
        return false;
    f->seen_alone = alone ? SEEN_ALONE : SEEN_NOT_ALONE;
    return true;
}

static bool file_told(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    return read_bool(value, &f->told_irreversible);
}

static bool file_grants(json_t *value, void *into, struct consent_file *f)
{
    (void)into;
    (void)f;
    return json_is_array(value) && json_array_size(value) <= BOUND_GRANTS; /* read below, where errors can be named */
}

static const struct json_key file_keys[] = {
    {"case", file_case},
    {"to", file_to},
    {"refused", file_refused},
    {"until", file_until},
    {"given_by", file_given_by},
    {"notice", file_notice},
    {"language", file_language},
    {"interpreter", file_interpreter},
    {"seen_alone", file_seen_alone},
    {"told_irreversible", file_told},
    {"grants", file_grants},
};

static bool read_grants(json_t *grants, struct consent_file *f, struct error *err)
{
    for (size_t i = 0; i < json_array_size(grants); i++) {
        struct consent_file_grant *g = &f->grants[i];

        REQUIRE(i < BOUND_GRANTS && f->grant_count == i); /* file_grants */
        g->onward = ONWARD_NONE;
        if (!read_keys(json_array_get(grants, i), grant_keys, sizeof grant_keys / sizeof grant_keys[0], g, f, err))
            return error_wrap(err, "grant %zu", i + 1);
        f->grant_count++;
    }
    return true;
}

bool consent_json_read(struct view file, struct consent_file *out, struct error *err)
{
    json_error_t why;
    json_t *root;
    bool ok;

    if (!text_is_utf8(file))
        return error_set(err, E_TXT_01, "the consent is not valid UTF-8");
    root = json_loadb((const char *)file.at, file.size, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL)
        return error_set(err, E_IMP_02, "the consent is not JSON: line %d", why.line);
    ok = read_keys(root, file_keys, sizeof file_keys / sizeof file_keys[0], out, out, err) &&
         read_grants(json_object_get(root, "grants"), out, err);
    json_decref(root);
    return ok;
}
