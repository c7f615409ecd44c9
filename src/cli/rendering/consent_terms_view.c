#include "cli/rendering/consent_terms_view.h"

#include "model/case_fields.h"
#include "model/consent.h"

static bool is_not_alone(const struct consent_terms *t)
{
    return t->seen_alone == SEEN_NOT_ALONE;
}

static bool has_dependent_interpreter(const struct consent_terms *t)
{
    return t->interpreter == INTERPRETER_OTHER;
}

static bool has_unknown_interpreter(const struct consent_terms *t)
{
    return t->interpreter == INTERPRETER_UNKNOWN;
}

static bool is_for_adult(const struct consent_terms *t)
{
    return t->for_adult;
}

/* Who was with her, or spoke for her, may be of those who exploit her. */
static const struct {
    const char *name; /* for --json */
    bool (*is_so)(const struct consent_terms *t);
    const char *sentence;
} warnings[] = {
    {"not-alone", is_not_alone, "she was not seen alone: ask her again when she is, before what cannot be taken back"},
    {"interpreter-not-independent", has_dependent_interpreter,
     "the interpreter is not independent: ask her again with one who is"},
    {"interpreter-unknown", has_unknown_interpreter,
     "it is not known whether the interpreter is independent: find out, or ask her again with one who is"},
    {"guardian-of-adult", is_for_adult,
     "a guardian gave it, and by her case she is an adult: ask her herself, unless a court named the guardian"},
};

#define WARNINGS (sizeof warnings / sizeof warnings[0])

static void write_grant(const struct control_consent_grant *g, struct bytes *out)
{
    char day[11];

    if (g->sections == 0)
        bytes_append_text(out, "that she may be referred");
    section_set_write(g->sections, out);
    bytes_printf(out, " for %s", purpose_name(g->purpose));
    for (size_t i = 0; i < g->excluded_count; i++)
        bytes_printf(out, "%s%s", i == 0 ? "; without " : ",", case_field_ref_name(g->excluded[i]));
    if (g->onward == ONWARD_NAMED)
        for (size_t i = 0; i < g->named_count; i++)
            bytes_printf(out, "%s%s", i == 0 ? "; passed on to " : ",", g->named[i].text);
    else
        bytes_append_text(out, g->onward == ONWARD_ASK_FIRST ? "; passed on if she is asked first" : "; not passed on");
    if (g->keep_until != 0) {
        render_day(g->keep_until, day);
        bytes_printf(out, "; kept until %s", day);
    }
}

/* How a no was explained and said need not be recorded: where it was not, nothing is said of it. Nobody is urged to ask
 * again. */
static bool warns(const struct consent_terms *t, size_t i)
{
    return !t->refused && warnings[i].is_so(t);
}

static void print_given(const struct consent_terms *t, FILE *to)
{
    if (t->refused && view_equal(t->notice, view_of_text("none"))) {
        (void)fprintf(to, "given       by %s\n", given_by_name(t->given_by));
        return;
    }
    (void)fprintf(to, "given       by %s, %s; explained in %.*s with notice %.*s", given_by_name(t->given_by),
                  is_not_alone(t) ? "not seen alone" : "seen alone", (int)t->language.size,
                  (const char *)t->language.at, (int)t->notice.size, (const char *)t->notice.at);
    if (t->interpreter != 0)
        (void)fprintf(to, "; interpreter: %s", interpreter_name(t->interpreter));
    (void)fprintf(to, "%s\n", t->told_irreversible ? "; told that it cannot be taken back" : "");
}

void consent_terms_print(const struct consent_terms *t, FILE *to)
{
    struct bytes line = {.wiping = true};

    for (size_t i = 0; i < t->grant_count; i++) {
        bytes_clear(&line);
        write_grant(&t->grants[i], &line);
        (void)fprintf(to, "%s%.*s\n", i == 0 ? "agreed      " : "            ", (int)line.size, (const char *)line.at);
    }
    bytes_fini(&line);
    if (t->given_by != 0)
        print_given(t, to);
    for (size_t i = 0; i < WARNINGS; i++)
        if (t->given_by != 0 && warns(t, i))
            (void)fprintf(to, "beware      %s\n", warnings[i].sentence);
}

static void grant_json(const struct control_consent_grant *g, struct json_line *j)
{
    json_line_object(j, NULL);
    render_json_sections(j, "sections", g->sections);
    json_line_array(j, "excluded");
    for (size_t i = 0; i < g->excluded_count; i++)
        json_line_text(j, NULL, case_field_ref_name(g->excluded[i]));
    json_line_close(j);
    json_line_text(j, "purpose", purpose_name(g->purpose));
    json_line_text(j, "onward", onward_name(g->onward));
    json_line_array(j, "named");
    for (size_t i = 0; i < g->named_count; i++)
        json_line_text(j, NULL, g->named[i].text);
    json_line_close(j);
    render_json_day(j, "keep_until", g->keep_until);
    json_line_close(j);
}

void consent_terms_json_warnings(const struct consent_terms *t, struct json_line *j)
{
    json_line_array(j, "warnings");
    for (size_t i = 0; i < WARNINGS; i++)
        if (warns(t, i))
            json_line_text(j, NULL, warnings[i].name);
    json_line_close(j);
}

void consent_terms_json(const struct consent_terms *t, struct json_line *j)
{
    json_line_array(j, "grants");
    for (size_t i = 0; i < t->grant_count; i++)
        grant_json(&t->grants[i], j);
    json_line_close(j);
    if (t->given_by == 0) {
        json_line_null(j, "given");
        return;
    }
    json_line_object(j, "given");
    json_line_text(j, "by", given_by_name(t->given_by));
    json_line_view(j, "notice", t->notice);
    json_line_view(j, "language", t->language);
    json_line_text(j, "interpreter", t->interpreter == 0 ? NULL : interpreter_name(t->interpreter));
    json_line_bool(j, "seen_alone", !is_not_alone(t));
    json_line_bool(j, "told_irreversible", t->told_irreversible);
    json_line_close(j);
    consent_terms_json_warnings(t, j);
}

void consent_terms_warn(const struct consent_terms *t, FILE *to)
{
    for (size_t i = 0; i < WARNINGS; i++)
        if (warns(t, i))
            (void)fprintf(to, "refex: warning: %s\n", warnings[i].sentence);
}
