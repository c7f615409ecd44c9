#include "cli/dialogue/consent_talk.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/calls.h"
#include "cli/dialogue/lines.h"
#include "cli/dialogue/typed.h"
#include "cli/rendering/case_view.h"
#include "formats/htcds_names.h"
#include "model/consent.h"
#include "output/render.h"

/* --- whether she agreed before --- */

struct standing {
    struct view to;
    uint32_t today;
    bool stands;
};

static bool on_consent(void *cookie, const struct control_consent *consent, struct error *err)
{
    struct standing *s = cookie;

    (void)err;
    s->stands = s->stands ||
                (consent->progress == CONSENT_STANDS && !consent->shut && consent->until >= s->today &&
                 (consent->purposes & UINT32_C(1) << PURPOSE_SERVICES) != 0 && text_is(s->to, consent->recipient.text));
    return true;
}

bool consent_talk_stands(struct command *c, const struct ident *case_id, struct view to, bool *stands,
                         struct error *err)
{
    const struct control_consent_list_ask ask = {.case_id = *case_id};
    struct standing s = {.to = to, .today = (uint32_t)(clock_now_ms(&clock_real) / DAY_MS)};

    *stands = false;
    if (ident_is_zero(case_id))
        return true;
    if (!call_consent_list(c, &ask, on_consent, &s, err))
        return false;
    *stands = s.stands;
    return true;
}

/* --- what is read to her --- */

/* The names of the fields of each section. */
struct read_out {
    struct bytes fields[SECTION_END];
    struct case_view view;
    section_set sections;
};

static void add_field(struct read_out *r, const struct case_field *f)
{
    struct bytes *out = &r->fields[f->section];
    const char *label = htcds_names_label(f);
    struct bytes again = {0};

    bytes_append_text(&again, label); /* of a group each record has it: it is said once */
    if (out->size == 0 || memmem(out->at, out->size, again.at, again.size) == NULL) {
        bytes_append_text(out, out->size > 0 ? ", " : "");
        bytes_append_text(out, label);
    }
    bytes_fini(&again);
    r->sections |= SECTION_BIT(f->section);
}

static bool on_section(void *cookie, const struct control_case_section *section, struct error *err)
{
    struct read_out *r = cookie;

    return case_view_add(&r->view, section->section, section->data, err);
}

static bool add_fields_of_case(struct command *c, const struct ident *id, struct read_out *r, struct error *err)
{
    if (!call_case_show(c, &(struct control_case_show_ask){.case_id = *id}, on_section, r, err))
        return false;
    for (size_t i = 0; i < r->view.data.count; i++)
        add_field(r, r->view.data.values[i].field);
    return true;
}

static void add_fields_of_questions(struct read_out *r)
{
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (question_field((enum question)q) != NULL)
            add_field(r, question_field((enum question)q));
}

static void print_terms(const struct sheet *s)
{
    struct view to = sheet_agency(s); /* consent is to the agency */
    struct view until = sheet_text(s, QUESTION_UNTIL);
    char usual[11];

    render_day((uint32_t)(clock_now_ms(&clock_real) / DAY_MS) + BOUND_CONSENT_DAYS_DEFAULT, usual);
    if (until.size == 0)
        until = view_of_text(usual);
    lines_print_empty();
    lines_print(0, "To %.*s, for services, until %.*s, would go:", (int)to.size, (const char *)to.at, (int)until.size,
                (const char *)until.at);
}

static void print_sections(const struct read_out *r)
{
    unsigned n = 0;

    for (enum section section = SECTION_TRIAGE; section < SECTION_END; section++)
        if ((r->sections & SECTION_BIT(section)) != 0 && section != SECTION_NOT_TRAFFICKED) {
            n++;
            lines_print(2, "%s: %.*s", section_name(section), (int)r->fields[section].size,
                        (const char *)r->fields[section].at);
        }
    if (n == 0)
        lines_print(2, "nothing of her case: only that she is referred, for what, and how soon");
    lines_print(0, "First they read what she wants, how soon, and triage, which does not say who she is; the "
                   "rest follows when they accept. They may not pass it on. She may say no to all or any of it, "
                   "now or at any later time: reading stops then, and what they hold is erased.");
}

bool consent_talk_read_out(struct command *c, const struct sheet *s, section_set *sections, struct error *err)
{
    struct read_out r = {.sections = 0};
    bool ok = true;

    case_view_init(&r.view);
    r.view.arena.wiping = true;
    if (ident_is_zero(&s->case_id))
        add_fields_of_questions(&r);
    else
        ok = add_fields_of_case(c, &s->case_id, &r, err);
    if (ok) {
        print_terms(s);
        print_sections(&r);
        *sections = r.sections & ~SECTION_BIT(SECTION_NOT_TRAFFICKED); /* of that she is asked on its own */
    }
    for (int i = 0; i < SECTION_END; i++)
        bytes_fini(&r.fields[i]);
    case_view_fini(&r.view);
    return ok;
}

/* --- what she said --- */

/* Words of a command, each with its NUL in one buffer. */
struct words {
    struct bytes text;
    size_t at[32];
    size_t count;
};

static void add_word(struct words *w, struct view word)
{
    REQUIRE(w->count < sizeof w->at / sizeof w->at[0]);
    w->at[w->count++] = w->text.size;
    bytes_append_view(&w->text, word);
    bytes_append_u8(&w->text, 0);
}

static void add_option(struct words *w, const char *option, struct view value)
{
    if (value.size == 0)
        return;
    add_word(w, view_of_text(option));
    add_word(w, value);
}

static bool record_words(struct command *c, const struct sheet *s, struct words *w, struct error *err)
{
    const char *words[sizeof w->at / sizeof w->at[0]];
    char request[SHEET_REQUEST];
    struct bytes asked = {0};
    int status;

    for (size_t i = 0; i < w->count; i++)
        bytes_printf(&asked, "%s ", (const char *)w->text.at + w->at[i]);
    bytes_append_u8(&asked, 0);
    sheet_request_id(s, "consent", (const char *)asked.at, request);
    bytes_fini(&asked);
    add_option(w, "--request-id", view_of_text(request));
    add_word(w, view_of_text("--confirm"));
    for (size_t i = 0; i < w->count; i++)
        words[i] = (const char *)w->text.at + w->at[i];
    return typed_run(c, "consent record", words, w->count, &status, err);
}

static void add_yes(const struct sheet *s, section_set sections, struct words *w)
{
    struct bytes list = {0};

    section_set_write(sections, &list);
    add_option(w, "--section", sections != 0 ? bytes_view(&list) : view_of_text("none"));
    add_option(w, "--purpose", view_of_text(purpose_name(PURPOSE_SERVICES)));
    add_option(w, "--until", sheet_text(s, QUESTION_UNTIL));
    add_option(w, "--language", sheet_text(s, QUESTION_LANGUAGE));
    add_option(w, "--interpreter", sheet_text(s, QUESTION_INTERPRETER));
    add_option(w, "--notice", sheet_text(s, QUESTION_NOTICE));
    add_option(w, "--seen-alone", sheet_text(s, QUESTION_SEEN_ALONE));
    if (sheet_is(s, QUESTION_TOLD_IRREVERSIBLE, "yes"))
        add_word(w, view_of_text("--told-irreversible"));
    bytes_fini(&list);
}

bool consent_talk_record(struct command *c, const struct sheet *s, section_set sections, bool refused,
                         struct error *err)
{
    struct view given_by = sheet_text(s, QUESTION_GIVEN_BY);
    struct words w = {.count = 0};
    char id[IDENT_TEXT];
    bool ok;

    ident_write(&s->case_id, id);
    add_option(&w, "--case", view_of_text(id));
    add_option(&w, "--to", sheet_agency(s));
    add_option(&w, "--given-by", given_by.size > 0 ? given_by : view_of_text(given_by_name(GIVEN_BY_SELF)));
    if (refused)
        add_word(&w, view_of_text("--refused"));
    else
        add_yes(s, sections, &w);
    ok = record_words(c, s, &w, err);
    bytes_fini(&w.text);
    return ok;
}

void consent_talk_print_instead(enum consent_answer answer)
{
    lines_print_empty();
    switch (answer) {
    case CONSENT_ANSWER_NOT_NOW:
        lines_print(0, "She need not decide today. Nothing is sent. Tell her how to reach you; go on with the "
                       "draft when she has thought about it.");
        break;
    case CONSENT_ANSWER_CANNOT:
        lines_print(0, "Who cannot say it has not said yes, and nothing is sent. For a child, the guardian says "
                       "it together with the child, or the authority where a guardian is suspected or missing: "
                       "talk to your supervisor and to child protection today. Where a life is in danger, phone, "
                       "and do what the law of your country says.");
        break;
    default:
        lines_print(0, "That is fine, and nothing is sent. What can be done without sharing: help her here; give "
                       "her the leaflet, and the phone of the service to call herself; phone the service without "
                       "her name and ask what they would do; ask her again when something has changed.");
        break;
    }
}
