#include "cli/verbs/cmd.h"

#include "cli/account.h"
#include "cli/calls.h"

static void write_whom(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_never *n = s->answer;
    char id[IDENT_TEXT];

    if (n->agency.size != 0) {
        render_escaped(out, n->agency);
    } else if (n->account.size != 0) {
        render_escaped(out, n->account);
    } else {
        ident_write(&n->staff, id);
        bytes_append_text(out, id);
    }
}

static const struct told_line never_lines[] = {
    {"KEPT FROM THE CASE", .write = write_whom, .says = "staff account agency"}, {0}};

static const struct told_form never_form = {.answer = &control_case_never_contract, .lines = never_lines};

static bool run_never(struct command *c, int *status, struct error *err)
{
    const char *staff = options_value(&c->options, "staff");
    const char *agency = options_value(&c->options, "agency");
    struct control_case_never_ask ask = {.lift = options_flag(&c->options, "lift")};

    (void)status;
    ask.list = staff == NULL && agency == NULL;
    if (!options_not_both(&c->options, "staff", "agency", err))
        return false;
    if (ask.list && ask.lift)
        return error_set(err, E_USE_02, "--lift takes --staff or --agency");
    return (staff == NULL || account_read_former(staff, &ask.staff, &ask.uid, err)) &&
           (agency == NULL || connection_address(c, "agency", agency, &ask.agency, err)) &&
           connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_never_as_table(c, &ask, &never_form, "Nobody is kept from the case.", err);
}

const struct verb cmd_case_never = {
    .usage = "--home DIR CASE [--staff ACCOUNT|--agency AGENCY [--lift]]",
    .summary = "Keep a colleague or an agency from a case; without either: who is.",
    .help = "To that colleague the case, its consents and referrals are not there, whatever his role; to that agency "
            "nothing of it\nleaves, whatever she agreed to. Its holder says it, or a supervisor. It goes with the "
            "case.",
    .syntax.own = {OPTION_VALUE("staff", "ACCOUNT", "somebody of the staff; of who left the staff id"),
                   OPTION_VALUE("agency", "AGENCY", "another agency"), OPTION_FLAG("lift", "no more")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&never_form},
    .run = run_never,
};
