#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "cli/list_options.h"
#include "cli/rendering/assigned_view.h"
#include "cli/rendering/case_view.h"
#include "cli/rendering/holder_view.h"
#include "cli/rendering/linked_view.h"
#include "cli/rendering/received_view.h"
#include "cli/values.h"
#include "cli/verbs/assign_options.h"
#include "model/spoken_id.h"

/* --- list --- */

static void write_holder(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_summary *c = s->answer;

    holder_view_write(out, &c->holder, c->account);
}

static void write_state(struct bytes *out, const struct told_shown *s)
{
    bytes_append_text(out, ((const struct control_case_summary *)s->answer)->closed ? "closed" : "open");
}

static const struct told_line listed_columns[] = {{"CASE", .text = "{case}"},
                                                  {"LABEL", .text = "{label}"},
                                                  {"OPENED", .text = "{opened}"},
                                                  {"SECTIONS", .text = "{sections}"},
                                                  {"STATE", .write = write_state, .says = "closed"},
                                                  {"HELD BY", .write = write_holder, .says = "holder holder_account"},
                                                  {"DESK", .text = "{desk}", .when = "desk"},
                                                  {0}};

static const struct told_form listed_form = {.answer = &control_case_summary_contract, .lines = listed_columns};

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct control_list_choice choice;
    struct control_case_list_ask ask = {.mine = options_flag(&c->options, "mine"),
                                        .unassigned = options_flag(&c->options, "unassigned"),
                                        .without_basis = options_flag(&c->options, "without-basis"),
                                        .choice = &choice};

    (void)status;
    if (!options_not_both(&c->options, "mine", "unassigned", err) ||
        !list_options_read(c, CASE_ID, "case", &choice, err) || !list_options_read_span(c, &choice, err) ||
        !values_desk(&c->options, &ask.desk, err))
        return false;
    ask.choice_count = list_options_count(&choice);
    return call_case_list_as_table(c, &ask, &listed_form, "There are no cases here.", err);
}

const struct verb cmd_case_list = {
    .usage = "--home DIR [--mine | --unassigned] [--desk DESK] [--without-basis] [--since TIME] [--until TIME] "
             "[--sort newest|oldest] [--limit N] [--after ID]",
    .summary = "The cases of this node: ids, which sections each has and whose it is, nothing of what is in them.",
    .help = "A caseworker sees those that he holds and those that nobody holds; a supervisor sees all.",
    .syntax.own =
        {
#define LIST_OPTION LIST_CASES
#include "cli/list_options.def"
        },
    .forms = {&listed_form},
    .run = run_list,
};

/* --- show --- */

struct shown {
    struct case_view view;
    struct control_case_shown said;
    struct control_case_linked linked[BOUND_CASE_LINKS];
    struct control_case_date_standing dates[BOUND_NAMED];
};

static bool on_section(void *cookie, const struct control_case_section *s, struct error *err)
{
    struct shown *shown = cookie;

    shown->said.version = s->version;
    for (size_t i = 0; i < s->linked_count && shown->said.linked_count < BOUND_CASE_LINKS; i++)
        shown->linked[shown->said.linked_count++] = s->linked[i];
    return case_view_add(&shown->view, s->section, s->data, err);
}

/* Beside the case stands the view of what is in its sections. */
static void put_sections(struct json_line *j, const struct told_shown *s)
{
    case_view_json(s->beside, j);
}

static void write_linked(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_shown *c = s->answer;

    linked_view_write(out, c->linked, c->linked_count);
}

/* One of a case that was merged into it is said there. */
static void write_dates(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_shown *c = s->answer;
    const struct control_case_show_ask *ask = s->ask;

    for (size_t i = 0; i < c->date_count; i++) {
        const struct control_case_date_standing *d = &c->dates[i];
        char until[11];

        render_day(d->until, until);
        bytes_printf(out, "%s%s until %s", i == 0 ? "" : ", ", date_kind_name(d->date), until);
        if (!ident_equal(&d->case_id, &ask->case_id))
            bytes_append_text(out, " (of a case that was merged into it)");
    }
}

/* Which one is worked with. */
static void write_merged(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_shown *c = s->answer;
    char label[BOUND_SPOKEN_ID];

    if (ident_is_zero(&c->merged_into)) {
        bytes_append_text(out, "a case that a colleague holds: ask your supervisor. Nobody writes into this one");
        return;
    }
    case_label_write(&c->merged_into, label);
    bytes_printf(out, "%s: work with that one, nobody writes into this one", label);
}

static const struct told_line shown_lines[] = {
    {"case ", .text = "{label}, {case}, version {version}"},
    {"merged into ", .write = write_merged, .says = "merged merged_into", .when = "merged"},
    {"its deletion was asked for ",
     .text = "{deletion_asked}, {deletion_for}; deleted from {deleted_from} on; until then refex case delete {label} "
             "--undo takes it back",
     .when = "deletion_asked"},
    {"closed ", .text = "{closed}, {closed_for}; deleted from {deleted_from} on", .when = "closed"},
    {"kept on ", .text = "{basis}", .when = "basis"},
    {"  she was told on ", .text = "{told_on}", .when = "told_on"},
    {"  she was not told yet: ", .text = "{not_told}", .when = "not_told"},
    {"kept on ", .text = "a basis that nobody has named: refex case basis", .when = "!basis"},
    {"dates ", .write = write_dates, .says = "dates", .when = "dates"},
    {"linked ", .write = write_linked, .says = "linked", .when = "linked"},
    {0}};

static const struct told_form shown_form = {.ask = &control_case_show_ask_contract,
                                            .answer = &control_case_shown_contract,
                                            .lines = shown_lines,
                                            .sections = put_sections};

static bool on_life(void *cookie, const struct control_case_life *life, struct error *err)
{
    struct shown *shown = cookie;

    (void)err;
    shown->said.closed_ms = life->closed_ms;
    shown->said.closed_for = life->closed_for;
    shown->said.delete_from = life->delete_from;
    shown->said.asked_ms = life->asked_ms;
    shown->said.asked_for = life->asked_for;
    shown->said.merged = life->merged;
    shown->said.merged_into = life->merged_into;
    shown->said.basis = life->basis;
    shown->said.told = life->told;
    shown->said.untold = life->untold;
    for (size_t i = 0; i < life->date_count && i < BOUND_NAMED; i++)
        shown->dates[shown->said.date_count++] = life->dates[i];
    return true;
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_case_show_ask ask = {0};
    struct control_case_life_ask life = {0};
    struct control_case_received_ask received;
    struct shown shown = {.said = {0}};
    bool ok;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) ||
        !connection_open(c, REFEX_NODE, err))
        return false;
    shown.said.linked = shown.linked;
    shown.said.dates = shown.dates;
    case_view_init(&shown.view);
    life.case_id = ask.case_id;
    ok = call_case_show(c, &ask, on_section, &shown, err) && call_case_life(c, &life, on_life, &shown, err);
    if (ok)
        told_form_show(stdout, c->json, &shown_form,
                       &(struct told_shown){.ask = &ask, .answer = &shown.said, .beside = &shown.view});
    if (ok && !c->json)
        case_view_print(&shown.view);
    case_view_fini(&shown.view);
    received.case_id = ask.case_id;
    return ok && (c->json || call_case_received(c, &received, received_view_show, &c->json, err));
}

const struct verb cmd_case_show = {
    .usage = "--home DIR CASE",
    .summary = "What is known of one person, by section. The opening is logged in the house log.",
    .help =
        "Below what your agency wrote stands what came from others (`refex case received`, which alone shows it with "
        "--json).",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&shown_form, &received_view},
    .run = run_show,
};

/* --- assign --- */

static bool run_assign(struct command *c, int *status, struct error *err)
{
    struct control_assign_ask ask = {0};

    (void)status;
    return assign_options_read(&c->options, &ask, err) &&
           connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.object, err) &&
           call_case_assign_as_lines(c, &ask, &assigned_case_view, NULL, err);
}

const struct verb cmd_case_assign = {
    .usage = "--home DIR CASE " ASSIGN_USAGE,
    .summary = "Give a case to somebody, or to a desk, with its consents and what was referred of it.",
    .help = "A supervisor gives any; a caseworker gives what he holds, and takes what nobody holds (--to me).",
    .syntax.own = {ASSIGN_OPTIONS},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&assigned_case_view},
    .run = run_assign,
};
