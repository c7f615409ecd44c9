#include "cli/verbs/consent_options.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/dialogue/lines.h"
#include "cli/values.h"

void consent_options_init(struct consent_options *o)
{
    memset(o, 0, sizeof *o);
    consent_file_init(&o->file);
}

void consent_options_fini(struct consent_options *o)
{
    consent_file_fini(&o->file);
}

/* --- from a file --- */

/* These say how it is recorded, not what. */
static bool stands_beside_file(const char *option)
{
    return strcmp(option, "confirm") == 0 || strcmp(option, "dry-run") == 0 || strcmp(option, "request-id") == 0;
}

/* What stands in the file is not repeated: it may be a name. */
static bool find_case(struct command *c, struct consent_file *f, struct error *err)
{
    if (f->case_name == NULL || connection_ident(c, REFEX_NODE, CASE_ID, f->case_name, &f->case_id, err))
        return true;
    if (err->code == E_USE_04 || err->code == E_USE_05 || err->code == E_USE_07)
        return error_set(err, err->code, "the consent's \"case\" is the label of no case here");
    return false;
}

static bool read_file(struct command *c, struct consent_options *o, struct error *err)
{
    struct bytes file = {0};
    bool ok;

    for (const struct option_row *row = c->verb->syntax.own; row->name != NULL; row++)
        if (options_flag(&c->options, row->name) && !stands_beside_file(row->name))
            return error_set(err, E_USE_03, "--%s and a file contradict each other: say it in the file", row->name);
    ok = file_read(c->options.words[0], BOUND_CONSENT_FILE, &file, err) &&
         consent_json_read(bytes_view(&file), &o->file, err);
    bytes_fini(&file);
    return ok && find_case(c, &o->file, err);
}

/* --- from options --- */

static bool add_recipient(void *cookie, const char *part, struct error *err)
{
    struct consent_file *f = cookie;

    if (consent_file_is_outside(view_of_text(part)) && strcmp(part, CONSENT_OUTSIDE) != 0)
        return error_set(err, E_USE_04,
                         "--to " CONSENT_OUTSIDE " is typed alone, and who it is when it is asked: what is typed in a "
                         "command others on this machine see");
    if (f->to_count == BOUND_RECIPIENTS)
        return error_set(err, E_USE_04, "--to names more than %d agencies", BOUND_RECIPIENTS);
    f->to[f->to_count++] = arena_strdup(&f->arena, view_of_text(part));
    return true;
}

static bool add_excluded(void *cookie, const char *part, struct error *err)
{
    return consent_file_exclude(cookie, view_of_text(part), err) || error_wrap(err, "--except");
}

static bool add_onward(void *cookie, const char *part, struct error *err)
{
    struct consent_file *f = cookie;
    struct consent_file_grant *g = &f->grants[0];
    enum onward o;

    if (strncmp(part, "named:", 6) == 0 && part[6] != '\0') {
        if (g->named_count == BOUND_GRANT_NAMED)
            return error_set(err, E_USE_04, "--onward names more than %d agencies", BOUND_GRANT_NAMED);
        g->named[g->named_count++] = arena_strdup(&f->arena, view_of_text(part + 6));
        o = ONWARD_NAMED;
    } else if (strcmp(part, "none") == 0) {
        o = ONWARD_NONE;
    } else if (strcmp(part, "ask-first") == 0) {
        o = ONWARD_ASK_FIRST;
    } else {
        return error_set(err, E_USE_04, "--onward must be none, ask-first or named:AGENCY");
    }
    if (g->onward != 0 && g->onward != o)
        return error_set(err, E_USE_03, "--onward says two different things");
    g->onward = o;
    return true;
}

/* --section none: she may be referred, and nothing of her case is shared. */
static bool read_sections(const struct command *c, section_set *out, struct error *err)
{
    const char *only = options_value(&c->options, "section");

    *out = 0;
    return (only != NULL && strcmp(only, "none") == 0 && options_values(&c->options, "section").count == 1) ||
           values_sections(&c->options, "section", out, err);
}

static bool read_grant(const struct command *c, struct consent_file *f, struct error *err)
{
    struct consent_file_grant *g = &f->grants[0];
    uint32_t purpose;

    if (!read_sections(c, &g->sections, err) ||
        !values_name(&c->options, "purpose", values_purpose, PURPOSE_END, 0, &purpose, err) ||
        !values_each_part(&c->options, "except", add_excluded, g, err) ||
        !values_each_part(&c->options, "onward", add_onward, f, err) ||
        !values_day(&c->options, "keep-until", &g->keep_until, err))
        return false;
    if (f->refused && g->sections == 0 && purpose == 0)
        return true; /* a no to the agency, for all sections and purposes */
    if (g->sections == 0 && options_value(&c->options, "section") == NULL)
        return error_set(err, E_USE_02, "--section is missing: which sections may be shared, or none");
    if (purpose == 0)
        return error_set(err, E_USE_02, "--purpose is missing: what for");
    if (g->onward == 0)
        g->onward = ONWARD_NONE;
    g->purpose = (enum purpose)purpose;
    f->grant_count = 1;
    return true;
}

static bool read_circumstances(const struct command *c, struct consent_file *f, struct error *err)
{
    const char *interpreter = options_value(&c->options, "interpreter");
    const char *notice = options_value(&c->options, "notice");
    const char *language = options_value(&c->options, "language");
    uint32_t given_by;

    if (!values_day(&c->options, "until", &f->until, err) || !values_seen_alone(&c->options, &f->seen_alone, err) ||
        !values_name(&c->options, "given-by", values_given_by, GIVEN_BY_END, 0, &given_by, err))
        return false;
    f->given_by = (enum given_by)given_by;
    if (interpreter != NULL && !interpreter_find(view_of_text(interpreter), &f->interpreter))
        return error_set(err, E_USE_04, "--interpreter must be independent, other or unknown");
    if (notice != NULL)
        f->notice = view_of_text(notice);
    if (language != NULL)
        f->language = view_of_text(language);
    if (f->notice.size > BOUND_NOTICE)
        return error_set(err, E_USE_04, "--notice has at most %d bytes", BOUND_NOTICE);
    f->told_irreversible = options_flag(&c->options, "told-irreversible");
    return true;
}

/* Who it is: never an argument, for those stand in the list of processes. */
static bool ask_outside(const struct command *c, struct consent_file *f, struct error *err)
{
    struct bytes line = {.wiping = true};
    bool ended = false;

    if (f->to_count != 1 || strcmp(f->to[0], CONSENT_OUTSIDE) != 0)
        return true;
    if (!asking_has_terminal(c))
        return error_set(err, E_USE_02,
                         "who it is for is asked at a terminal; in a script: \"to\": [\"" CONSENT_OUTSIDE
                         " WORDS\"] of a file");
    while (!ended && (line.size == 0 || line.size > BOUND_OUTSIDE))
        lines_read("Who is it (name, office), and whom to phone there, in one line: ", &line, &ended);
    if (!ended) {
        f->outside = arena_copy(&f->arena, bytes_view(&line));
        f->to_count = 0;
    }
    bytes_fini(&line);
    return !ended || error_set(err, E_USE_02, "nobody said who it is for");
}

static bool read_options(struct command *c, struct consent_file *f, struct error *err)
{
    const char *of;

    f->refused = options_flag(&c->options, "refused");
    return options_required_value(&c->options, "case", &of, err) &&
           connection_ident(c, REFEX_NODE, CASE_ID, of, &f->case_id, err) &&
           values_each_part(&c->options, "to", add_recipient, f, err) && read_grant(c, f, err) &&
           read_circumstances(c, f, err) && ask_outside(c, f, err);
}

/* --- what both must have --- */

/* Of the language in which it was explained, the code that travels. */
static bool read_language(struct consent_file *f, struct error *err)
{
    const char *code = language_code(f->language);

    if (f->language.size == 0)
        return true; /* of a refusal */
    if (code == NULL)
        return error_set(err, E_CON_26, "what --language says is no code of a language, like ukr or uk");
    f->language = view_of_text(code);
    return true;
}

static bool check_complete(struct consent_file *f, struct error *err)
{
    if (ident_is_zero(&f->case_id))
        return error_set(err, E_USE_02, "--case (in a file: case) is missing: whose consent");
    if (f->to_count == 0 && f->outside.size == 0)
        return error_set(err, E_USE_02, "--to (in a file: to) is missing: with whom");
    if (!f->refused && f->grant_count == 0)
        return error_set(err, E_USE_02, "grants is missing in the file: what may be shared");
    if (f->given_by == 0)
        return error_set(
            err, E_USE_02,
            "--given-by (in a file: given_by) is missing: who gave it (self, guardian, self+guardian, authority)");
    if (!f->refused && (f->language.size == 0 || f->notice.size == 0))
        return error_set(err, E_USE_02, "--%s is missing: how it was explained",
                         f->language.size == 0 ? "language" : "notice");
    if (!read_language(f, err))
        return false;
    for (size_t i = 0; i < f->grant_count; i++) {
        const struct consent_file_grant *g = &f->grants[i];

        if (g->purpose == 0)
            return error_set(err, E_USE_02, "purpose is missing in grant %zu: what for", i + 1);
        if ((g->onward == ONWARD_NAMED) != (g->named_count > 0))
            return error_set(err, E_USE_03, "grant %zu: onward \"named\" and the agencies named belong together",
                             i + 1);
        for (size_t n = 0; n < g->excluded_count; n++)
            if ((g->sections & SECTION_BIT(FIELD_REF_SECTION(g->excluded[n]))) == 0)
                return error_set(err, E_USE_03, "--except names a field of section %s, which is not granted",
                                 section_name(FIELD_REF_SECTION(g->excluded[n])));
    }
    return true;
}

bool consent_options_read(struct command *c, struct consent_options *o, struct error *err)
{
    bool ok = c->options.word_count > 0 ? read_file(c, o, err) : read_options(c, &o->file, err);

    return ok && check_complete(&o->file, err);
}

/* --- names --- */

static bool has_recipient(const struct consent_options *o, const struct address *a)
{
    for (size_t i = 0; i < o->to_count; i++)
        if (address_equal(&o->to[i], a))
            return true;
    return false;
}

static bool put_recipient(struct consent_options *o, const struct address *a, struct error *err)
{
    if (o->to_count == BOUND_RECIPIENTS)
        return error_set(err, E_USE_04, "--to comes to more than %d agencies", BOUND_RECIPIENTS);
    o->to[o->to_count++] = *a;
    return true;
}

struct kind_members {
    struct consent_options *record_options;
    enum agency_kind kind;
    size_t found;
};

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct kind_members *m = cookie;

    if (a->kind != m->kind || a->self || a->revoked)
        return true;
    m->found++;
    return has_recipient(m->record_options, &a->agency) || put_recipient(m->record_options, &a->agency, err);
}

/* Sections that may harm her in the wrong hands are granted to agencies by name only. */
static bool check_by_name(const struct consent_file *f, const char *kind, struct error *err)
{
    struct bytes names = {0};
    section_set all = 0;

    for (size_t i = 0; i < f->grant_count && !f->refused; i++)
        all |= f->grants[i].sections;
    all &= sections_by_name;
    if (all == 0)
        return true;
    section_set_write(all, &names);
    (void)error_set(err, E_CON_19, "%.*s cannot be granted to every %s", (int)names.size, (const char *)names.at, kind);
    bytes_fini(&names);
    return false;
}

/* A kind of agency means the members of that kind in today's directory, not later ones. */
static bool add_kind(struct command *c, struct consent_options *o, enum agency_kind kind, struct error *err)
{
    struct kind_members m = {o, kind, 0};

    o->to_kind = true;
    return check_by_name(&o->file, agency_kind_name(kind), err) && call_agency_list(c, NULL, on_agency, &m, err) &&
           (m.found > 0 ||
            error_set(err, E_USE_04, "--to: no other member is of kind %s today", agency_kind_name(kind)));
}

static bool add_named(struct command *c, struct consent_options *o, const char *name, struct error *err)
{
    struct address a;

    if (!connection_address(c, "to", name, &a, err))
        return false;
    if (has_recipient(o, &a))
        return error_set(err, E_USE_03, "--to names %s twice", a.text);
    return put_recipient(o, &a, err);
}

static enum agency_kind find_agency_kind(const char *word)
{
    for (int k = 1; k < KIND_END; k++)
        if (strcmp(agency_kind_name((enum agency_kind)k), word) == 0)
            return (enum agency_kind)k;
    return (enum agency_kind)0;
}

/* Named agencies first, so that a kind adds only those that are missing. */
static bool complete_recipients(struct command *c, struct consent_options *o, struct error *err)
{
    o->to_count = 0;
    for (size_t i = 0; i < o->file.to_count; i++)
        if (find_agency_kind(o->file.to[i]) == 0 && !add_named(c, o, o->file.to[i], err))
            return false;
    for (size_t i = 0; i < o->file.to_count; i++)
        if (find_agency_kind(o->file.to[i]) != 0 && !add_kind(c, o, find_agency_kind(o->file.to[i]), err))
            return false;
    return true;
}

/* An insertion sort: names ascend in a grant (docs/PROTOCOL.md 12). */
static bool complete_named(struct command *c, struct consent_options *o, size_t grant, struct error *err)
{
    const struct consent_file_grant *g = &o->file.grants[grant];
    struct address *list = o->named[grant];

    for (size_t i = 0; i < g->named_count; i++) {
        struct address a;
        size_t at = i;

        if (!connection_address(c, "onward", g->named[i], &a, err))
            return false;
        while (at > 0 && strcmp(list[at - 1].text, a.text) > 0) {
            list[at] = list[at - 1];
            at--;
        }
        list[at] = a;
        if (at > 0 && address_equal(&list[at - 1], &a))
            return error_set(err, E_USE_03, "--onward names %s twice", a.text);
    }
    return true;
}

bool consent_options_names(struct command *c, struct consent_options *o, struct error *err)
{
    const struct consent_file *f = &o->file;

    if (!complete_recipients(c, o, err))
        return false;
    for (size_t i = 0; i < f->grant_count; i++) {
        const struct consent_file_grant *g = &f->grants[i];

        if (!complete_named(c, o, i, err))
            return false;
        o->grants[i] = (struct control_consent_grant){g->sections, g->excluded, g->excluded_count, g->purpose,
                                                      g->onward,   o->named[i], g->named_count,    g->keep_until};
    }
    o->ask = (struct control_consent_record_ask){
        .case_id = f->case_id,
        .to = o->to,
        .to_count = o->to_count,
        .grants = o->grants,
        .grant_count = f->grant_count,
        .refused = f->refused,
        .until = f->until,
        .given_by = f->given_by,
        .notice = f->notice,
        .language = f->language,
        .interpreter = f->interpreter,
        .seen_alone = f->seen_alone,
        .told_irreversible = f->told_irreversible,
        .outside = f->outside,
    };
    return true;
}
