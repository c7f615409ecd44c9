#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/values.h"
#include "codec/case_entry_messages.h"

static const char *basis_word(uint32_t number)
{
    return keeping_basis_name((enum keeping_basis)number);
}

static const char *basis_meaning(uint32_t number)
{
    return keeping_basis_says((enum keeping_basis)number);
}

static const char *untold_word(uint32_t number)
{
    return untold_reason_name((enum untold_reason)number);
}

static const char *untold_meaning(uint32_t number)
{
    return untold_reason_says((enum untold_reason)number);
}

static void write_staff(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_basis *b = s->answer;

    holder_view_write(out, &b->staff, b->account);
}

static const struct told_line basis_columns[] = {{"SAID", .text = "{time}"},
                                                 {"BASIS", .text = "{basis}"},
                                                 {"SHE WAS TOLD", .text = "{told_on}", .when = "told_on"},
                                                 {"NOT TOLD", .text = "{not_told}", .when = "not_told"},
                                                 {"BY", .write = write_staff, .says = "staff staff_account"},
                                                 {0}};

static const struct told_form basis_form = {
    .answer = &control_case_basis_contract, .lines = basis_columns, .json_only = "case label"};

static bool run_basis(struct command *c, int *status, struct error *err)
{
    struct control_case_basis_ask ask = {0};
    uint32_t basis;
    uint32_t untold;

    (void)status;
    if (!values_name(&c->options, "basis", basis_word, KEEPING_BASIS_END, 0, &basis, err) ||
        !values_name(&c->options, "not-told", untold_word, UNTOLD_REASON_END, 0, &untold, err) ||
        !values_day(&c->options, "told", &ask.told, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err))
        return false;
    ask.basis = (enum keeping_basis)basis;
    ask.untold = (enum untold_reason)untold;
    return call_case_basis_as_table(c, &ask, &basis_form, "Nobody has said on which basis the case is kept.", err);
}

const struct verb cmd_case_basis = {
    .usage = "--home DIR CASE [--basis CODE (--told DATE | --not-told CODE)]",
    .summary = "Say on which legal basis your agency keeps a case, and when she was told; without: what was said.",
    .help = "By who holds it, or a supervisor. The last line counts, how it was before stays. It lies sealed with the "
            "case, and no\nlog says it. What goes to other agencies goes under her consents alone (refex consent "
            "record).",
    .syntax.own = {OPTION_VALUE("basis", "CODE", "on which"),
                   OPTION_VALUE("told", "DATE", "the day on which it was explained to her: YYYY-MM-DD"),
                   OPTION_VALUE("not-told", "CODE", "why not yet")},
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .terms = {{"--basis takes", basis_word, basis_meaning, KEEPING_BASIS_END},
              {"--not-told takes", untold_word, untold_meaning, UNTOLD_REASON_END}},
    .forms = {&basis_form},
    .run = run_basis,
};
