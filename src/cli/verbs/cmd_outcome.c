/* What became of her goes back to the agency that referred her. */
#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/values.h"

static void write_names(struct bytes *out, section_set sections, const char *before)
{
    if (sections == 0)
        return;
    bytes_append_text(out, before);
    section_set_write(sections, out);
}

static void write_what(struct bytes *out, const struct told_shown *s)
{
    const struct control_outcome_sent *o = s->answer;

    write_names(out, o->sent, o->dry_run ? " would get: " : " gets: ");
    bytes_append_text(out, o->sent == 0 ? " has it so already" : "");
    write_names(out, o->kept, "; does not go: ");
    if (o->kept != 0)
        bytes_printf(out, " (%s)", denial_says(o->why));
}

static const struct told_line lines[] = {{"", "{agency}", write_what, .says = "sent not_sent why dry_run"}, {0}};

static const struct told_form outcome_form = {
    .answer = &control_outcome_sent_contract, .lines = lines, .json_only = "referral consent"};

static bool run_outcome(struct command *c, int *status, struct error *err)
{
    struct control_referral_outcome_ask ask = {.dry_run = options_flag(&c->options, "dry-run")};
    uint32_t purpose = PURPOSE_SERVICES;

    (void)status;
    if (!connection_ident(c, REFEX_NODE, REFERRAL_ID, c->options.words[0], &ask.referral, err) ||
        !values_name(&c->options, "purpose", values_purpose, PURPOSE_END, PURPOSE_SERVICES, &purpose, err) ||
        (options_value(&c->options, "section") != NULL && !values_sections(&c->options, "section", &ask.sections, err)))
        return false;
    ask.purpose = (enum purpose)purpose;
    return call_referral_outcome_as_lines(c, &ask, &outcome_form, NULL, err);
}

const struct verb cmd_referral_outcome = {
    .usage = "--home DIR ID [--section SECTION,…] [--purpose PURPOSE] [--dry-run]",
    .summary = "Say what became of her to the agency that referred her, as far as she agreed that they may know.",
    .help = "Write it into her case first (`refex case edit`): ext_PersonOutcome and the like in plan, ext_Returned in "
            "return,\n"
            "vic_TraffickingStatus in status. It goes under a consent that you record of that case for that agency\n"
            "(`refex consent record --to AGENCY --section plan`); that she was not trafficked needs the section\n"
            "not-trafficked in it, too. What they have so already does not go again; what is otherwise now takes its "
            "place.",
    .syntax.needs = {"ID"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_LIST("section", "SECTION,…", "status, plan, return, not-trafficked: these alone"),
                   OPTION_VALUE("purpose", "PURPOSE", "what she agreed to it for; otherwise services"),
                   OPTION_FLAG("dry-run", "say what would go, and send nothing")},
    .lists = {{"section", values_section, SECTION_END}, {"purpose", values_purpose, PURPOSE_END}},
    .forms = {&outcome_form},
    .run = run_outcome,
};
