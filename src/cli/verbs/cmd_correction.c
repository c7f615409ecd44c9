/* What other agencies hold otherwise is corrected there; what is said of a correction that came. */
#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "cli/rendering/correction_view.h"
#include "cli/values.h"
#include "cli/verbs/answered_view.h"

struct shown {
    bool json;
    bool any;
};

static bool show(void *cookie, const struct control_correction *correction, struct error *err)
{
    struct shown *s = cookie;

    s->any = true;
    return correction_view_show(&s->json, correction, err);
}

static bool run_correct(struct command *c, int *status, struct error *err)
{
    struct control_case_correct_ask ask = {.dry_run = options_flag(&c->options, "dry-run")};
    struct shown s = {.json = c->json};

    (void)status;
    if (!connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) ||
        (options_value(&c->options, "section") != NULL &&
         !values_sections(&c->options, "section", &ask.sections, err)) ||
        !call_case_correct(c, &ask, show, &s, err))
        return false;
    if (!s.any && !c->json)
        (void)puts(
            "Nothing is to be corrected: who has something of the case has it as it is here, or it is on its way.");
    return true;
}

const struct verb cmd_case_correct = {
    .usage = "--home DIR CASE [--section SECTION,…] [--dry-run]",
    .summary = "Send what changed to each agency that holds it as it was.",
    .help = "It goes under the consent that the section went under: where she withdrew that, it does not. They say "
            "whether they take\nit over or know it otherwise (`referral show`). A line for each referral; where all "
            "hold it as it is, that is said.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("section", "SECTION,…", "these alone; otherwise all that are otherwise now"),
                   OPTION_FLAG("dry-run", "say who holds what otherwise, and send nothing")},
    .forms = {&correction_view},
    .run = run_correct,
};

static bool run_corrected(struct command *c, int *status, struct error *err)
{
    struct control_referral_corrected_ask ask = {0};
    bool over = options_flag(&c->options, "taken-over");
    bool contested = options_flag(&c->options, "contested");

    (void)status;
    if (over == contested)
        return error_set(err, E_USE_02, "one of --taken-over and --contested is said");
    ask.answer = over ? CORRECTION_ANSWER_TAKEN_OVER : CORRECTION_ANSWER_CONTESTED;
    return connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) &&
           (options_value(&c->options, "section") == NULL ||
            values_sections(&c->options, "section", &ask.sections, err)) &&
           call_referral_corrected_as_lines(c, &ask, &answered_view, NULL, err);
}

const struct verb cmd_referral_corrected = {
    .usage = "--home DIR ID --taken-over | --contested [--section SECTION,…]",
    .summary = "Say that you take over what was corrected of a referral that came, or know it otherwise.",
    .help =
        "Nothing of her is said, so phone them about what you contest. The newest that you say of a correction counts.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_FLAG("taken-over", "you work with it"), OPTION_FLAG("contested", "you know it otherwise"),
                   OPTION_LIST("section", "SECTION,…", "of these alone; otherwise of all")},
    .forms = {&answered_view},
    .run = run_corrected,
};
