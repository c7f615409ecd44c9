#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/calls.h"
#include "cli/list_options.h"
#include "cli/rendering/assigned_view.h"
#include "cli/rendering/referral_paper.h"
#include "cli/rendering/referral_view.h"
#include "cli/values.h"
#include "cli/verbs/assign_options.h"

/* --- list --- */

static const char *state_name(uint32_t number)
{
    return referral_state_name((enum referral_state)number);
}

static const char *state_says(uint32_t number)
{
    return referral_state_says((enum referral_state)number);
}

static const char *reason_name(uint32_t number)
{
    return hold_name((enum hold)number);
}

static const char *reason_says(uint32_t number)
{
    return hold_sentence((enum hold)number);
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct control_list_choice choice;
    struct control_referral_list_ask ask = {.overdue = options_flag(&c->options, "overdue"),
                                            .mine = options_flag(&c->options, "mine"),
                                            .unassigned = options_flag(&c->options, "unassigned"),
                                            .choice = &choice};
    uint32_t urgency;

    (void)status;
    if (!options_not_both(&c->options, "in", "out", err) || !options_not_both(&c->options, "mine", "unassigned", err) ||
        !list_options_read(c, REFERRAL_ID, "referral", &choice, err) || !list_options_read_span(c, &choice, err) ||
        !list_options_read_with(c, state_name, REFERRAL_STATE_END, &choice, err) ||
        !values_name(&c->options, "service", values_service, SERVICE_END, 0, &ask.service, err) ||
        !values_name(&c->options, "urgency", values_urgency, URGENCY_END, 0, &urgency, err) ||
        !values_desk(&c->options, &ask.desk, err))
        return false;
    ask.urgency = (enum urgency)urgency;
    ask.choice_count = list_options_count(&choice);
    ask.direction = options_flag(&c->options, "out")  ? DIRECTION_OUT
                    : options_flag(&c->options, "in") ? DIRECTION_IN
                                                      : 0;
    return call_referral_list_as_table(c, &ask, &referral_view_listed, "There are no such referrals.", err);
}

const struct verb cmd_referral_list = {
    .usage =
        "--home DIR [--in | --out] [--mine | --unassigned] [--desk DESK] [--overdue] [--state STATE] [--agency AGENCY] "
        "[--service SERVICE] [--urgency URGENCY] [--since TIME] [--until TIME] [--sort newest|oldest|due] [--limit N] "
        "[--after ID]",
    .summary = "Referrals and where each stands. Works on a stopped node too.",
    .syntax.own =
        {
#define LIST_OPTION LIST_REFERRALS
#include "cli/list_options.def"
        },
    .terms = {{"States", state_name, state_says, REFERRAL_STATE_END},
              {"Reasons why something waits", reason_name, reason_says, HOLD_END}},
    .forms = {&referral_view_listed},
    .run = run_list,
};

/* --- show --- */

struct detail_output {
    const struct command *command;
    bool data;
    bool paper;
    struct address own;
};

static void print_paper(const struct detail_output *s, const struct control_referral_detail *d,
                        const struct case_view *view)
{
    struct bytes text = {.wiping = true};

    referral_paper_write(d, view, &s->own, &text);
    (void)fwrite(text.at, 1, text.size, stdout);
    bytes_fini(&text);
    render_warning("this is recorded as exported; no withdrawal erases what is printed or kept of it");
}

static bool on_detail(void *cookie, const struct control_referral_detail *d, struct error *err)
{
    const struct detail_output *s = cookie;
    struct case_view view;
    bool ok = true;

    case_view_init(&view);
    for (size_t i = 0; ok && i < d->data_count; i++)
        ok = case_view_add(&view, d->data[i].section, d->data[i].data, err);
    if (ok && s->paper)
        print_paper(s, d, &view);
    else if (ok)
        referral_view_show(s->command->json, d, s->data ? &view : NULL);
    case_view_fini(&view);
    return ok;
}

static bool on_own(void *cookie, const struct control_status *status, struct error *err)
{
    (void)err;
    *(struct address *)cookie = status->agency;
    return true;
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    bool paper = options_flag(&c->options, "paper");
    struct detail_output s = {.command = c, .data = paper || options_flag(&c->options, "data"), .paper = paper};
    struct control_referral_show_ask ask = {.open_data = s.data, .exports = paper};
    enum refex_door door = s.data ? REFEX_NODE : REFEX_NODE_OR_READER;

    (void)status;
    if (paper && c->json)
        return error_set(err, E_USE_03, "--paper and --json were both given");
    if (options_value(&c->options, "as-of") != NULL) {
        if (paper || !s.data)
            return error_set(err, E_USE_03, "--as-of goes with --data");
        if (!values_time(&c->options, "as-of", &ask.as_of_ms, err))
            return false;
    }
    return (!paper || call_status(c, NULL, on_own, &s.own, err)) &&
           connection_ident(c, door, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           connection_open(c, door, err) && call_referral_show(c, &ask, on_detail, &s, err);
}

const struct verb cmd_referral_show = {
    .usage = "--home DIR ID [--data [--as-of TIME] | --paper]",
    .summary = "One referral: what is asked, where it stands, and when each step was logged.",
    .help = "With --data the sections are opened and shown; the opening is logged in the house log. When the consent "
            "no longer\n"
            "stands they cannot be opened. --paper is a page for the printer, in the order of the inter-agency "
            "referral form;\nit is recorded as exported. What was corrected or updated is read as it came last; with "
            "--as-of as it "
            "stood then.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_FLAG("data", "open what came or was sent"),
                   OPTION_VALUE("as-of", "TIME", "as it stood then, before it was corrected"),
                   OPTION_FLAG("paper", "the same as a page to be printed")},
    .forms = {&referral_view_shown, &referral_view_entry},
    .run = run_show,
};

/* --- assign --- */

static bool run_assign(struct command *c, int *status, struct error *err)
{
    struct control_assign_ask ask = {0};

    (void)status;
    return assign_options_read(&c->options, &ask, err) &&
           connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.object, err) &&
           call_referral_assign_as_lines(c, &ask, &assigned_referral_view, NULL, err);
}

const struct verb cmd_referral_assign = {
    .usage = "--home DIR ID " ASSIGN_USAGE,
    .summary = "Give a referral that came in to somebody, or to a desk.",
    .help = "A supervisor gives any; a caseworker gives what he holds, and takes what nobody holds (--to me).",
    .syntax.own = {ASSIGN_OPTIONS},
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .forms = {&assigned_referral_view},
    .run = run_assign,
};
