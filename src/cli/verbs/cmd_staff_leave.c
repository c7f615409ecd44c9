#include "cli/verbs/cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/account.h"
#include "cli/asking.h"
#include "cli/calls.h"

/* --- forget --- */

static const struct told_line forgotten_lines[] = {
    {"", .text = "Nobody knows any more who {staff} was.", .when = "forgotten"},
    {"",
     .text = "That entry is damaged, and was a supervisor's: another supervisor says the same, or you again from\n"
             "{proposal_ends} on. Nothing is erased before.",
     .when = "!forgotten"},
    {0}};

static const struct told_form forgotten_form = {
    .answer = &control_staff_person_contract,
    .lines = forgotten_lines,
    .json_only = "account name uid roles until since unread first_supervisor proposed_give proposed_take "
                 "proposed_until proposed_by changed not_entered stands_in" /* there is nothing */};

static bool run_erase(struct command *c, int *status, struct error *err)
{
    struct control_staff_erase_ask ask = {0};

    (void)status;
    if (!ident_read(view_of_text(c->options.words[0]), &ask.staff))
        return error_set(err, E_USE_04, "STAFF-ID is what `refex staff list` shows");
    if (asking_has_terminal(c) &&
        !asking_says_yes("Nobody will know any more whose acts stand in the log under that id. Go on?")) {
        (void)fputs("Nothing was changed.\n", stderr);
        *status = 1;
        return true;
    }
    return call_staff_erase_as_lines(c, &ask, &forgotten_form, NULL, err);
}

const struct verb cmd_staff_erase = {
    .usage = "--home DIR STAFF-ID",
    .summary = "Erase name and account of a person who has left; the id stays in the log.",
    .help = "It cannot be taken back: the key under which they lie is overwritten. Until then your agency can tell "
            "whose acts\nthe log shows.",
    .syntax.needs = {"STAFF-ID"},
    .syntax.max_words = 1,
    .forms = {&forgotten_form},
    .run = run_erase,
};

/* --- hand-over --- */

static void write_handed(struct bytes *out, const struct told_shown *s)
{
    const struct control_handed_over *h = s->answer;

    bytes_printf(out, "%" PRIu64 " case%s and %" PRIu64 " referral%s that came in changed hands.", h->cases,
                 h->cases == 1 ? "" : "s", h->referrals, h->referrals == 1 ? "" : "s");
}

static void write_kept(struct bytes *out, const struct told_shown *s)
{
    const struct control_handed_over *h = s->answer;

    bytes_printf(out, "%" PRIu64 "%s", h->kept,
                 h->kept == 1
                     ? " case stays: it is not given to that person. Give it to another (refex case list)."
                     : " cases stay: they are not given to that person. Give them to others (refex case list).");
}

static const struct told_line handed_lines[] = {{"", .write = write_handed, .says = "cases referrals"},
                                                {"", .write = write_kept, .says = "kept", .when = "kept"},
                                                {0}};

static const struct told_form handed_form = {.answer = &control_handed_over_contract,
                                             .lines = handed_lines,
                                             .json_only = "from to" /* staff ids, of who was named */};

static bool add_part(void *cookie, const struct control_handed_over *part, struct error *err)
{
    struct control_handed_over *all = cookie;
    uint64_t cases = all->cases + part->cases;
    uint64_t referrals = all->referrals + part->referrals;

    (void)err;
    *all = *part;
    all->cases = cases;
    all->referrals = referrals;
    return true;
}

static bool run_hand_over(struct command *c, int *status, struct error *err)
{
    struct control_handed_over all = {.more = true};
    struct control_hand_over_ask ask = {0};
    const char *to;

    (void)status;
    if (!options_required_value(&c->options, "to", &to, err) ||
        !account_read_former(c->options.words[0], &ask.staff, &ask.from, err) || !account_read_holder(to, &ask.to, err))
        return false;
    while (all.more)
        if (!call_staff_hand_over(c, &ask, add_part, &all, err))
            return false;
    told_form_show(stdout, c->json, &handed_form, &(struct told_shown){.answer = &all});
    return true;
}

const struct verb cmd_staff_hand_over = {
    .usage = "--home DIR FROM --to ACCOUNT",
    .summary = "All that one person holds goes to another: cases, and referrals that came in.",
    .help = "FROM is a Unix user, or the staff id of who left (`staff list` has it). It goes in parts: where it is\n"
            "interrupted, say it again. Each case stands in the house log.",
    .syntax.own = {OPTION_VALUE("to", "ACCOUNT", "a caseworker or supervisor; me: yourself")},
    .syntax.needs = {"FROM"},
    .syntax.max_words = 1,
    .forms = {&handed_form},
    .run = run_hand_over,
};
