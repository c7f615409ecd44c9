#include "cli/rendering/consent_terms_view.h"

#include "codec/told_rules.h"
#include "model/case_fields.h"
#include "model/consent.h"

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

static void write_grants(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;

    for (size_t i = 0; i < s->grant_count; i++) {
        bytes_append_text(out, i > 0 ? "\n            " : "");
        write_grant(&s->grants[i], out);
    }
}

static void write_given(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;

    if (s->given_by == 0)
        return;
    bytes_printf(out, "by %s", given_by_name(s->given_by));
    if (s->progress == CONSENT_SAID_NO && view_equal(s->notice, view_of_text("none")))
        return;
    bytes_printf(out, ", %s; explained in ", s->seen_alone == SEEN_NOT_ALONE ? "not seen alone" : "seen alone");
    render_escaped(out, s->language); /* as the agency wrote them that took it */
    bytes_append_text(out, " with notice ");
    render_escaped(out, s->notice);
    if (s->interpreter != 0)
        bytes_printf(out, "; interpreter: %s", interpreter_name(s->interpreter));
    bytes_append_text(out, s->told_irreversible ? "; told that it cannot be taken back" : "");
}

static void write_warnings(struct bytes *out, const struct told_shown *shown)
{
    const struct control_consent *s = shown->answer;

    for (unsigned w = 1; w < CONSENT_WARNING_END; w++)
        if (s->given_by != 0 && (told_warnings(s) & 1U << w) != 0)
            bytes_printf(out, "%s%s", out->size > 0 ? "\nbeware      " : "",
                         consent_warning_says((enum consent_warning)w));
}

static const struct told_line lines[] = {{"agreed      ", .write = write_grants, "grants"},
                                         {"given       ", .write = write_given, "given"},
                                         {"beware      ", .write = write_warnings, "warnings"},
                                         {0}};

const struct told_form consent_terms_view = {.answer = &control_consent_contract, .lines = lines};

void consent_terms_warn(const struct control_consent *s, FILE *to)
{
    for (unsigned w = 1; w < CONSENT_WARNING_END; w++)
        if ((told_warnings(s) & 1U << w) != 0)
            (void)fprintf(to, "refex: warning: %s\n", consent_warning_says((enum consent_warning)w));
}
