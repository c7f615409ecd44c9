/* This agency leaves the federation, in order: what is open is shown first. */
#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "model/referral_state.h"

struct counting {
    struct control_leaving_open c;
    char ids[CONTROL_URGENT_MAX][IDENT_TEXT];
    struct view open[CONTROL_URGENT_MAX];
    struct address own;
};

/* --- what is open --- */

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct counting *k = cookie;

    (void)err;
    k->c.waiting += a->waiting;
    if (a->self)
        k->own = a->agency;
    return true;
}

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct counting *k = cookie;
    const enum referral_state state = (enum referral_state)r->state;

    (void)err;
    if (!referral_state_is_open(state) && !referral_state_is_on_the_way(state) && !referral_state_is_accepted(state))
        return true;
    *(r->direction == DIRECTION_OUT ? &k->c.sent : &k->c.received) += 1;
    k->c.on_the_way += referral_state_is_on_the_way(state);
    k->c.in_care += referral_state_is_accepted(state);
    if (k->c.open_count < CONTROL_URGENT_MAX) {
        ident_write(&r->referral, k->ids[k->c.open_count]);
        k->open[k->c.open_count] = view_of_text(k->ids[k->c.open_count]);
        k->c.open_count++;
    }
    return true;
}

static bool on_consent(void *cookie, const struct control_consent *consent, struct error *err)
{
    struct counting *k = cookie;

    (void)err;
    k->c.consents += consent->progress == CONSENT_STANDS && !address_equal(&consent->recipient, &k->own);
    return true;
}

static bool on_kept(void *cookie, const struct control_incident_kept *kept, struct error *err)
{
    (void)err;
    ((struct counting *)cookie)->c.kept_cases = kept->cases;
    return true;
}

static bool count(struct command *c, struct counting *k, struct error *err)
{
    const struct control_referral_list_ask referrals = {.choice_count = 0};
    const struct control_consent_list_ask consents = {.choice_count = 0};

    return call_agency_list(c, NULL, on_agency, k, err) && call_referral_list(c, &referrals, on_referral, k, err) &&
           call_consent_list(c, &consents, on_consent, k, err) && call_incident_kept(c, NULL, on_kept, k, err);
}

static void write_open(struct bytes *out, const struct told_shown *s)
{
    const struct control_leaving_open *o = s->answer;

    for (size_t i = 0; i < o->open_count; i++)
        bytes_printf(out, "\n  refex referral show %.*s", (int)o->open[i].size, (const char *)o->open[i].at);
}

static const struct told_line open_lines[] = {
    {"", .text = "Open with other agencies, of what you may see:"},
    {"  ", .text =
               "{sent} referrals sent, {received} received: {on_the_way} of somebody who is on the way or not found, "
               "{in_care} in care"},
    {"  ", .text = "{consents} consents for them that stand: withdrawals and statements of erasure go on after it"},
    {"Of all at this node: ", .text = "{waiting} messages wait"},
    {"Not shown: ", .text = "{kept_cases} cases that you are kept from: another supervisor has to look, too",
     .when = "kept_cases"},
    {"To be finished or handed over:", .write = write_open, "open", .when = "open"},
    {"", .text = "Nothing was said to anybody.", .when = "dry_run"},
    {0}};

static const struct told_form open_form = {.answer = &control_leaving_open_contract, .lines = open_lines};

/* --- leaving --- */

static const struct told_line lines[] = {
    {"Said to ", .text = "{told} agencies, at {left}: nothing new can be referred to this one, or by it. Who was not "},
    {"", .text = "reached is told when he is. This cannot be undone."},
    {"", .text = "Leave the node running until `refex status` names nothing that is owed. Then the coordinator takes"},
    {"", .text = "the agency from the directory: refex federation revoke AGENCY --reason left"},
    {0}};

static const struct told_form form = {.answer = &control_leaving_contract, .lines = lines};

static bool is_allowed(const struct command *c, const struct counting *k, struct error *err)
{
    const uint32_t open = k->c.sent + k->c.received;

    return open == 0 || options_flag(&c->options, "although-open") ||
           error_set(err, E_PAU_05, "%u referrals are open with other agencies; one is %s", (unsigned)open, k->ids[0]);
}

static bool is_meant(const struct command *c)
{
    return options_flag(&c->options, "confirm") || !asking_has_terminal(c) ||
           asking_says_yes("This agency leaves the federation for good: it cannot be undone. Say so to all?");
}

static bool run_leave(struct command *c, int *status, struct error *err)
{
    struct counting k = {.c = {.sent = 0}};

    if (!connection_open(c, REFEX_NODE, err) || !count(c, &k, err))
        return false;
    k.c.open = k.open;
    k.c.dry_run = options_flag(&c->options, "dry-run");
    told_form_show(stdout, c->json, &open_form, &(struct told_shown){.answer = &k.c});
    if (k.c.dry_run)
        return true;
    if (!is_allowed(c, &k, err))
        return false;
    if (!is_meant(c)) {
        *status = 1;
        return true;
    }
    return call_leave_as_lines(c, NULL, &form, NULL, err);
}

const struct verb cmd_leave = {
    .usage = "--home DIR [--dry-run] [--although-open] [--confirm]",
    .summary = "Tell the other agencies that this one leaves the federation for good; what is open is shown first.",
    .help =
        "For a supervisor. They read it with this agency in their lists, and can refer nothing new to it. Answers,\n"
        "withdrawals and statements of erasure go on both ways until the coordinator takes the agency from the\n"
        "directory (refex federation revoke AGENCY --reason left). It cannot be undone: an agency that comes back\n"
        "joins anew. An unlisted one tells only those that it has had to do with, unless its entry is for all.\n"
        "At a terminal it asks before it says so; a script is not asked.",
    .syntax.own = {OPTION_FLAG("dry-run", "show what is open, and say nothing to anybody"),
                   OPTION_FLAG("although-open", "leave while referrals are open"),
                   OPTION_FLAG("confirm", "do not ask at the terminal")},
    .forms = {&open_form, &form},
    .run = run_leave,
};
