#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/rendering/case_view.h"
#include "model/spoken_id.h"
#include "output/told_form.h"

#define DIGITS_MIN 8 /* of an id: a slip in fewer names another person */

/* --- list --- */

static const struct told_line listed_columns[] = {
    {"LABEL", .text = "{label}"}, {"DESK", .text = "{desk}"}, {"CASE", .text = "{case}"}, {0}};

static const struct told_form listed_form = {.answer = &control_house_resident_contract, .lines = listed_columns};

static bool run_list(struct command *c, int *status, struct error *err)
{
    (void)status;
    return call_house_list_as_table(c, NULL, &listed_form,
                                    "You are on duty in no house, or nobody's case belongs to it.", err);
}

const struct verb cmd_house_list = {
    .usage = "--home DIR",
    .summary = "Whose safety pages you may read: those of the houses where you are on duty.",
    .help = "A house is a desk that was set so (refex desk set). `refex house show LABEL` shows one.",
    .forms = {&listed_form},
    .run = run_list,
};

/* --- show --- */

/* What is named is looked for among those who are listed: to who is on duty no case is there else. */
struct search {
    struct view digits; /* the first of an id, or … */
    struct ident first; /* … those of a label */
    struct ident last;
    bool is_label;
    struct ident found;
    size_t count;
};

static bool is_named(const struct search *s, const struct ident *id)
{
    char text[IDENT_TEXT];

    if (s->is_label)
        return memcmp(s->first.at, id->at, sizeof id->at) <= 0 && memcmp(id->at, s->last.at, sizeof id->at) <= 0;
    ident_write(id, text);
    return s->digits.size >= DIGITS_MIN && s->digits.size < IDENT_TEXT &&
           memcmp(text, s->digits.at, s->digits.size) == 0;
}

static bool match_resident(void *cookie, const struct control_house_resident *r, struct error *err)
{
    struct search *s = cookie;

    (void)err;
    if (is_named(s, &r->case_id)) {
        s->found = r->case_id;
        s->count++;
    }
    return true;
}

/* A whole id, and a case that he sees else, is asked for as it is. */
static bool find_resident(struct command *c, const char *word, struct ident *out, struct error *err)
{
    struct search s = {.digits = view_of_text(word)};

    s.is_label = spoken_id_form(s.digits) == SPOKEN_ID_LABEL;
    if ((s.is_label && !spoken_id_read(s.digits, &s.first, &s.last, err)) ||
        !call_house_list(c, NULL, match_resident, &s, err))
        return false;
    if (s.count == 1) {
        *out = s.found;
        return true;
    }
    return connection_ident(c, REFEX_NODE, CASE_ID, word, out, err);
}

struct page {
    struct case_view view;
    struct control_house_page said;
};

static bool on_section(void *cookie, const struct control_case_section *s, struct error *err)
{
    struct page *p = cookie;

    p->said.known = true;
    return case_view_add(&p->view, s->section, s->data, err);
}

static void put_sections(struct json_line *j, const struct told_shown *s)
{
    case_view_json(s->beside, j);
}

static const struct told_line shown_lines[] = {
    {"", .text = "Safety page of {label}"},
    {"", .text = "Nothing of it is known: whoever holds the case fills it (refex case edit).", .when = "!known"},
    {0}};

static const struct told_form shown_form = {.ask = &control_case_show_ask_contract,
                                            .answer = &control_house_page_contract,
                                            .lines = shown_lines,
                                            .json_only = "case",
                                            .sections = put_sections};

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_case_show_ask ask = {0};
    struct page page = {.said = {0}};
    bool ok;

    (void)status;
    if (!find_resident(c, c->options.words[0], &ask.case_id, err))
        return false;
    case_view_init(&page.view);
    ok = call_house_show(c, &ask, on_section, &page, err);
    if (ok)
        told_form_show(stdout, c->json, &shown_form,
                       &(struct told_shown){.ask = &ask, .answer = &page.said, .beside = &page.view});
    if (ok && !c->json)
        case_view_print(&page.view);
    case_view_fini(&page.view);
    return ok;
}

const struct verb cmd_house_show = {
    .usage = "--home DIR CASE",
    .summary = "The safety page of somebody in the house where you are on duty. That you read it is logged.",
    .help = "What threatens her, who must not come in, how she is reached safely, her allergies, her children, whom\n"
            "to call; nothing else of her case. Which fields those are: docs/FIELDS.md. Who is kept from a case\n"
            "(refex case never) reads no page of it.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&shown_form},
    .run = run_show,
};
