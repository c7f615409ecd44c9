#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "model/referral_state.h"

/* What is open with one agency, counted from three lists: of what who asks may see. */
struct counting {
    struct control_consequences c;
    char ids[CONTROL_URGENT_MAX][IDENT_TEXT];
    struct view urgent[CONTROL_URGENT_MAX];
    bool found;
};

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct counting *k = cookie;

    (void)err;
    if (address_equal(&a->agency, &k->c.agency)) {
        k->found = true;
        k->c.waiting = a->waiting;
        k->c.revoked = a->revoked;
    }
    return true;
}

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct counting *k = cookie;
    const enum referral_state state = (enum referral_state)r->state;
    bool is_emergency = r->urgency == URGENCY_EMERGENCY;

    (void)err;
    if (!referral_state_is_open(state) && !referral_state_is_on_the_way(state) && !referral_state_is_accepted(state))
        return true;
    *(r->direction == DIRECTION_OUT ? &k->c.sent : &k->c.received) += 1;
    k->c.emergencies += is_emergency;
    k->c.on_the_way += referral_state_is_on_the_way(state);
    k->c.in_care += referral_state_is_accepted(state);
    k->c.sealed = k->c.sealed || r->sealed;
    if ((is_emergency || referral_state_is_on_the_way(state)) && k->c.urgent_count < CONTROL_URGENT_MAX) {
        ident_write(&r->referral, k->ids[k->c.urgent_count]);
        k->urgent[k->c.urgent_count] = view_of_text(k->ids[k->c.urgent_count]);
        k->c.urgent_count++;
    }
    return true;
}

static bool on_consent(void *cookie, const struct control_consent *consent, struct error *err)
{
    struct counting *k = cookie;

    (void)err;
    k->c.consents += consent->progress == CONSENT_STANDS && address_equal(&consent->recipient, &k->c.agency);
    return true;
}

static void write_urgent(struct bytes *out, const struct told_shown *s)
{
    const struct control_consequences *c = s->answer;

    for (size_t i = 0; i < c->urgent_count; i++)
        bytes_printf(out, "\n  refex referral show %.*s", (int)c->urgent[i].size, (const char *)c->urgent[i].at);
}

static const struct told_line lines[] = {
    {"", .text = "With {agency} these are open, of what you may see:", .when = "!revoked"},
    {"", .text = "{agency} is revoked. Open with it, of what you may see:", .when = "revoked"},
    {"  ", .text = "{sent} referrals sent, {received} received"},
    {"  ", .text = "{on_the_way} of them of somebody who is on the way or not found, {in_care} in care, {emergencies} "
                   "emergencies"},
    {"  ", .text = "{consents} consents for it that stand: with a withdrawal it erases what it holds under them"},
    {"  ", .text = "the node is stopped: which are emergencies is not read", .when = "sealed"},
    {"Of all at this node: ", .text = "{waiting} messages wait for it"},
    {"First phone about these, and refer them elsewhere:", .write = write_urgent, "urgent", .when = "urgent"},
    {"All of them: ", .text = "refex referral list --agency {agency}"},
    {0}};

static const struct told_form form = {.answer = &control_consequences_contract, .lines = lines};

static bool run_consequences(struct command *c, int *status, struct error *err)
{
    struct counting k = {.c = {.sent = 0}};
    struct control_list_choice choice = {0};
    const struct control_referral_list_ask referrals = {.choice = &choice, .choice_count = 1};
    const struct control_consent_list_ask consents = {.choice = &choice, .choice_count = 1};

    (void)status;
    if (!connection_open(c, REFEX_NODE_OR_READER, err) ||
        !connection_address(c, "agency", c->options.words[0], &k.c.agency, err) ||
        !call_agency_list(c, NULL, on_agency, &k, err))
        return false;
    if (!k.found)
        return error_set(err, E_FED_25, "%s is not in the directory", k.c.agency.text);
    choice.agency = k.c.agency;
    if (!call_referral_list(c, &referrals, on_referral, &k, err) ||
        !call_consent_list(c, &consents, on_consent, &k, err))
        return false;
    k.c.urgent = k.urgent;
    told_form_show(stdout, c->json, &form, &(struct told_shown){.answer = &k.c});
    return true;
}

const struct verb cmd_agency_consequences = {
    .usage = "--home DIR AGENCY",
    .summary = "What is open with an agency: before it is revoked, and after.",
    .help = "Counts and ids alone. Each node knows its own: the federation's coordinator asks every member to look\n"
            "before AGENCY is revoked, and to phone about what cannot wait. Works on a stopped node too.",
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .forms = {&form},
    .run = run_consequences,
};
