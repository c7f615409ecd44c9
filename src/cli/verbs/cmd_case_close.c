#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/values.h"
#include "codec/case_entry_messages.h"

static const char *close_reason_word(uint32_t number)
{
    return close_reason_name((enum close_reason)number);
}

static const char *close_reason_meaning(uint32_t number)
{
    return close_reason_says((enum close_reason)number);
}

static void write_closed_by(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    holder_view_write(out, &l->closed_by, l->closed_account);
}

static const struct told_line lines[] = {
    {"case ", .text = "{label} is open", .when = "!closed"},
    {"case ", "{label} is closed since {closed}, {closed_for}, by ", write_closed_by,
     .says = "closed_by closed_account", .when = "closed"},
    {"deleted here from ", .text = "{deleted_from} on, unless it is reopened; it takes no new referral",
     .when = "deleted_from"},
    {"still open at other agencies: ", .text = "{open_referrals} referrals", .when = "open_referrals"},
    {"consents that stand: ", .text = "{consents_standing} (refex case who says who has what)",
     .when = "consents_standing"},
    {0}};

static const struct told_form life_form = {.answer = &control_case_life_contract, .lines = lines, .json_only = "case"};

static bool run_close(struct command *c, int *status, struct error *err)
{
    struct control_case_close_ask ask = {0};
    const char *reason;
    uint32_t number;

    (void)status;
    if (!options_required_value(&c->options, "reason", &reason, err) ||
        !values_find_number("reason", reason, close_reason_word, CLOSE_REASON_END, &number, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err))
        return false;
    ask.reason = (enum close_reason)number;
    return call_case_close_as_lines(c, &ask, &life_form, NULL, err);
}

const struct verb cmd_case_close = {
    .usage = "--home DIR CASE --reason CODE",
    .summary = "Close a case: it takes no new referral, and is deleted here from a day on that is said.",
    .help =
        "By who holds it, or a supervisor. Why stands with the case and in no log. Nothing is erased elsewhere, and\n"
        "referrals that are open stay open. That it is to be deleted is told 30 days before; until then refex case\n"
        "reopen takes it back.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why")},
    .terms = {{"--reason takes", close_reason_word, close_reason_meaning, CLOSE_REASON_END}},
    .forms = {&life_form},
    .run = run_close,
};

static bool run_reopen(struct command *c, int *status, struct error *err)
{
    struct control_case_life_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_reopen_as_lines(c, &ask, &life_form, NULL, err);
}

const struct verb cmd_case_reopen = {
    .usage = "--home DIR CASE",
    .summary = "Open a case again that was closed: it is not deleted, and takes referrals.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&life_form},
    .run = run_reopen,
};
