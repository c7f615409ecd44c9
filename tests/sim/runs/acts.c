#include "run.h"

#include <stdio.h>
#include <stdlib.h>

#include "people.h"
#include "person.h"

#define BURST 24 /* referrals of one tick, at most */

/* A refusal by the node is a valid answer; so are that there is no room, that no day can be counted from its clock, and
 * that it is a copy. Another error from its faulty disk ends it. */
static bool check_answer(struct run *r, size_t node, bool ok, const struct error *err)
{
    if (ok)
        return true;
    if (world_is_expected_fault(r->w, node, err))
        return false;
    if (error_fault(err) != FAULT_DENIED && error_fault(err) != FAULT_ASKED && err->code != E_STO_03 &&
        err->code != E_CON_23 && !((err->code == E_LOG_27 || err->code == E_CON_22) && r->o.copied[node]))
        world_must(false, err, "what was asked");
    return false;
}

static void import(struct run *r)
{
    struct oracle_case c = {.owner = run_below(r, r->o.nodes), .person = r->o.persons};
    struct error err;

    if (!run_is_served(r, c.owner) || r->o.case_count == ORACLE_MAX)
        return;
    run_print(r, "import", c.owner, r->o.case_count);
    r->o.persons++;
    if (check_answer(r, c.owner, person_import(world_node(r->w, c.owner), c.person, &c.id, &err), &err))
        r->o.cases[r->o.case_count++] = c;
}

static bool pick_case(struct run *r, size_t *case_index, size_t *node)
{
    if (r->o.case_count == 0)
        return false;
    *case_index = run_below(r, r->o.case_count);
    *node = r->o.cases[*case_index].owner;
    return r->o.cases[*case_index].state == ORACLE_DONE && run_is_served(r, *node);
}

static size_t another_node(struct run *r, size_t node)
{
    return (node + 1 + run_below(r, r->o.nodes - 1)) % r->o.nodes;
}

/* None, too: she may be referred, and nothing of her data goes with it. */
static section_set some_sections(struct run *r)
{
    static const enum section all[] = {SECTION_TRIAGE, SECTION_IDENTITY,     SECTION_CONTACT,
                                       SECTION_HEALTH, SECTION_EXPLOITATION, SECTION_NOTES};
    section_set s = 0;

    if (run_one_in(r, 6))
        return 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (run_one_in(r, 2))
            s |= SECTION_BIT(all[i]);
    return s != 0 ? s : SECTION_BIT(SECTION_TRIAGE);
}

static enum purpose some_purpose(struct run *r)
{
    return run_one_in(r, 4) ? PURPOSE_FAMILY_TRACING : PURPOSE_SERVICES;
}

/* Of the granted sections. */
static void leave_out_some(struct run *r, struct oracle_consent *c)
{
    uint32_t all[PERSON_EXCLUDABLE];

    if (!run_one_in(r, 3))
        return;
    person_excludable(all);
    for (size_t i = 0; i < PERSON_EXCLUDABLE; i++)
        if ((c->sections & SECTION_BIT(FIELD_REF_SECTION(all[i]))) != 0 && run_one_in(r, 2))
            c->excluded[c->excluded_count++] = all[i];
}

static bool record(struct run *r, size_t node, struct oracle_consent *c, uint32_t until, uint32_t keep_until)
{
    const struct control_consent_grant grant = {.onward = ONWARD_NONE,
                                                .sections = c->sections,
                                                .purpose = c->purpose,
                                                .excluded = c->excluded,
                                                .excluded_count = c->excluded_count,
                                                .keep_until = keep_until};
    const struct control_consent_record_ask ask = {.case_id = r->o.cases[c->case_index].id,
                                                   .to = world_address(r->w, c->to),
                                                   .to_count = 1,
                                                   .grants = &grant,
                                                   .grant_count = c->refused ? 0 : 1,
                                                   .refused = c->refused,
                                                   .until = until,
                                                   .given_by = GIVEN_BY_SELF,
                                                   .notice = view_of_text("notice-1"),
                                                   .language = view_of_text("uk"),
                                                   .seen_alone = SEEN_ALONE};
    struct error err;

    if (!check_answer(r, node, people_record(world_node(r->w, node), &ask, &c->id, &err), &err))
        return false;
    oracle_consented(&r->o, c);
    return true;
}

static void consent(struct run *r)
{
    struct oracle_consent c = {.withdrawal = ORACLE_GONE};
    uint32_t today = day_of_ms(world_now(r->w));
    uint32_t until;
    uint32_t keep_until;
    size_t node;

    if (!pick_case(r, &c.case_index, &node) || r->o.consent_count == ORACLE_MAX)
        return;
    c.to = another_node(r, node);
    c.sections = some_sections(r);
    c.purpose = some_purpose(r);
    leave_out_some(r, &c);
    until = run_one_in(r, 2) ? 0 : today + (uint32_t)run_below(r, 40);
    keep_until = run_one_in(r, 4) ? today + (uint32_t)run_below(r, 20) : 0;
    c.until = until != 0 ? until : today + BOUND_CONSENT_DAYS_DEFAULT;
    if (keep_until != 0 && keep_until < c.until)
        c.until = keep_until;
    run_print(r, "consent", node, c.to);
    (void)record(r, node, &c, until, keep_until);
}

/* At any time, to an agency that was said yes to, too: before its data has left, on its way, there. */
static void refuse(struct run *r)
{
    struct oracle_consent c = {.withdrawal = ORACLE_GONE, .refused = true};
    size_t node;

    if (r->o.consent_count == ORACLE_MAX)
        return;
    if (r->o.consent_count != 0 && !run_one_in(r, 4)) {
        const struct oracle_consent *yes = &r->o.consents[run_below(r, r->o.consent_count)];

        c.case_index = yes->case_index;
        c.to = yes->to;
        node = r->o.cases[c.case_index].owner;
        if (!run_is_served(r, node) || r->o.cases[c.case_index].state != ORACLE_DONE)
            return;
    } else if (pick_case(r, &c.case_index, &node)) {
        c.to = another_node(r, node);
    } else {
        return;
    }
    run_print(r, "no", node, c.to);
    (void)record(r, node, &c, 0, 0);
}

static void withdraw_one(struct run *r, struct oracle_consent *c)
{
    struct control_consent_withdraw_ask ask = {.consent = c->id, .seen_alone = SEEN_ALONE};
    size_t node = r->o.cases[c->case_index].owner;
    struct control_consent out;
    struct error err;

    if (c->state != ORACLE_DONE || !run_is_served(r, node))
        return;
    ask.erase_now = run_one_in(r, 2);
    run_print(r, "withdraw", node, c->to);
    if (check_answer(r, node, exchange_consent_withdraw(world_node(r->w, node), &ask, &out, &err), &err) &&
        c->withdrawal == ORACLE_GONE)
        c->withdrawal = ORACLE_OPEN;
}

static void withdraw(struct run *r)
{
    struct oracle_consent *c;

    if (r->o.consent_count == 0)
        return;
    c = &r->o.consents[run_below(r, r->o.consent_count)];
    if (c->withdrawal == ORACLE_GONE || run_one_in(r, 3))
        withdraw_one(r, c);
}

static struct control_refer_ask ask_of(struct run *r, const struct oracle_referral *o)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};

    return (struct control_refer_ask){.case_id = r->o.cases[o->case_index].id,
                                      .to = *world_address(r->w, o->to),
                                      .kind = MESSAGE_REFERRAL,
                                      .services = services,
                                      .service_count = 1,
                                      .urgency = URGENCY_NORMAL,
                                      .purpose = o->purpose,
                                      .partial = true,
                                      .request_id = view_of_text(o->request_id)};
}

static void refer_case(struct run *r, size_t case_index, size_t to)
{
    struct oracle_referral o = {.case_index = case_index, .to = to, .made_ms = world_now(r->w), .dropped = ORACLE_GONE};
    size_t node = r->o.cases[case_index].owner;
    struct control_refer_ask ask;
    struct control_referral_result result;
    struct error err;
    bool settled;

    if (r->o.referral_count == ORACLE_REFERRALS || !run_is_served(r, node))
        return;
    o.purpose = some_purpose(r);
    if (run_one_in(r, 3))
        (void)snprintf(o.request_id, sizeof o.request_id, "request-%zu", r->o.referral_count);
    ask = ask_of(r, &o);
    ask.release_now = run_one_in(r, 2);
    ask.urgency = run_one_in(r, 8) ? URGENCY_EMERGENCY : URGENCY_NORMAL;
    run_print(r, "refer", node, to);
    if (!check_answer(r, node, exchange_refer(world_node(r->w, node), &ask, &result, &err), &err))
        return;
    o.id = result.referral;
    o.message = result.message;
    r->o.referrals[r->o.referral_count++] = o;
    if (((result.shared | result.offered) & ~oracle_covered(&r->o, &o, false, &settled)) != 0)
        oracle_fail(&r->o, "node %zu shares %x that nobody agreed to", node, result.shared | result.offered);
}

static void refer(struct run *r)
{
    size_t case_index;
    size_t node;

    if (pick_case(r, &case_index, &node))
        refer_case(r, case_index, another_node(r, node));
}

/* She withdraws while her data is on its way. */
static void change_her_mind(struct run *r)
{
    struct oracle_consent *c;

    if (r->o.consent_count == 0)
        return;
    c = &r->o.consents[run_below(r, r->o.consent_count)];
    if (c->state != ORACLE_DONE || c->withdrawal != ORACLE_GONE || c->refused)
        return;
    refer_case(r, c->case_index, c->to);
    world_step(r->w, (int64_t)run_below(r, 200));
    withdraw_one(r, c);
}

/* Many in one tick, to one agency. */
static void burst(struct run *r)
{
    size_t case_index;
    size_t node;
    size_t to;

    if (!pick_case(r, &case_index, &node))
        return;
    to = another_node(r, node);
    for (size_t i = 2 + run_below(r, BURST - 1); i > 0; i--)
        refer_case(r, case_index, to);
}

/* A case system that got no answer asks again with the same request id. */
static void refer_again(struct run *r)
{
    struct control_refer_ask ask;
    struct control_referral_result result;
    const struct oracle_referral *o;
    struct error err;
    size_t node;

    if (r->o.referral_count == 0)
        return;
    o = &r->o.referrals[run_below(r, r->o.referral_count)];
    node = r->o.cases[o->case_index].owner;
    if (o->request_id[0] == '\0' || o->state != ORACLE_DONE || !run_is_served(r, node) ||
        r->latest_ms - o->made_ms > 29 * DAY_MS || /* it is forgotten, or soon */
        world_now(r->w) - o->made_ms > 29 * DAY_MS)
        return;
    ask = ask_of(r, o);
    run_print(r, "refer again", node, o->to);
    if (check_answer(r, node, exchange_refer(world_node(r->w, node), &ask, &result, &err), &err) &&
        (!result.repeated || !ident_equal(&result.referral, &o->id)))
        oracle_fail(&r->o, "node %zu made a second referral for one request", node);
}

/* Any answer that there is, as somebody there would give it: most are refused by what was answered before. */
static struct reply_message some_answer(struct run *r)
{
    static const enum referral_state states[] = {
        REFERRAL_ACCEPTED,       REFERRAL_ACCEPTED,  REFERRAL_DECLINED,   REFERRAL_ACKNOWLEDGED, REFERRAL_WAITLISTED,
        REFERRAL_INFO_REQUESTED, REFERRAL_EXPECTED,  REFERRAL_ARRIVED,    REFERRAL_NOT_FOUND,    REFERRAL_IN_PROGRESS,
        REFERRAL_FINISHED,       REFERRAL_CANCELLED, REFERRAL_GIVEN_BACK, REFERRAL_CLOSED};
    struct reply_message reply = {.state = states[run_below(r, sizeof states / sizeof *states)]};

    if (reply.state == REFERRAL_DECLINED || reply.state == REFERRAL_GIVEN_BACK)
        reply.reason = DECLINE_AT_CAPACITY;
    if (reply.state == REFERRAL_WAITLISTED || reply.state == REFERRAL_EXPECTED)
        reply.time_ms = world_now(r->w) + (int64_t)(1 + run_below(r, 4)) * DAY_MS / 2;
    if (reply.state == REFERRAL_INFO_REQUESTED)
        reply.asked = 1U << ASKED_FOR_HEALTH;
    if (reply.state == REFERRAL_IN_PROGRESS)
        reply.progress = PROGRESS_BEGUN;
    if (reply.state == REFERRAL_FINISHED)
        reply.outcome = SERVICE_OUTCOME_GIVEN;
    return reply;
}

static void answer(struct run *r)
{
    struct oracle_referral *o;
    struct reply_message reply;
    struct control_referral out;
    struct error err;

    if (r->o.referral_count == 0)
        return;
    o = &r->o.referrals[run_below(r, r->o.referral_count)];
    if (!run_is_served(r, o->to))
        return;
    run_print(r, "answer", o->to, 0);
    reply = some_answer(r);
    (void)check_answer(r, o->to, exchange_referral_answer(world_node(r->w, o->to), &o->id, &reply, &out, &err), &err);
}

/* What who sent it says of her coming, as somebody there would: most is refused by what was answered. */
static bool send_coming(struct run *r, struct exchange *x, const struct ident *id, struct error *err)
{
    static const struct reply_message words[] = {{.state = REFERRAL_ARRIVED},
                                                 {.state = REFERRAL_NOT_FOUND},
                                                 {.state = REFERRAL_EXPECTED},
                                                 {.state = REFERRAL_EXPECTED, .before = REFERRAL_ARRIVED}};
    struct reply_message said = words[run_below(r, sizeof words / sizeof *words)];
    struct control_referral out;

    if (said.state == REFERRAL_EXPECTED)
        said.time_ms = world_now(r->w) + (int64_t)(1 + run_below(r, 4)) * DAY_MS / 2;
    return exchange_referral_answer(x, id, &said, &out, err);
}

static bool came_to_nothing(enum referral_state s)
{
    return s == REFERRAL_DECLINED || s == REFERRAL_GIVEN_BACK || s == REFERRAL_REFUSED || s == REFERRAL_EXPIRED;
}

static bool cancel(struct exchange *x, struct oracle_referral *o, struct error *err)
{
    struct control_referral_detail before;
    struct control_referral out;

    if (!exchange_referral_show(x, &o->id, false, &before, err) || !exchange_referral_cancel(x, &o->id, &out, err))
        return false;
    if (came_to_nothing(before.summary.state)) {
        o->came_to = before.summary.state;
        o->dropped = ORACLE_OPEN;
    }
    return true;
}

/* Who sent it needs it no more, says what changed, or where she is. */
static void change(struct run *r)
{
    struct control_referral_update_ask ask = {.sections = SECTION_BIT(SECTION_TRIAGE)};
    struct control_referral out;
    struct oracle_referral *o;
    struct error err;
    size_t node;
    bool ok;

    if (r->o.referral_count == 0)
        return;
    o = &r->o.referrals[run_below(r, r->o.referral_count)];
    node = r->o.cases[o->case_index].owner;
    if (!run_is_served(r, node) || o->state != ORACLE_DONE)
        return;
    ask.referral = o->id;
    run_print(r, "change", node, o->to);
    if (run_one_in(r, 3))
        ok = cancel(world_node(r->w, node), o, &err);
    else if (run_one_in(r, 2))
        ok = exchange_referral_update(world_node(r->w, node), &ask, &out, &err);
    else
        ok = send_coming(r, world_node(r->w, node), &o->id, &err);
    (void)check_answer(r, node, ok, &err);
}

struct shown {
    const struct address *of;
    char fingerprint[FINGERPRINT_TEXT];
};

static bool find_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct shown *s = cookie;

    (void)err;
    if (address_equal(&a->agency, s->of))
        fingerprint_write(&a->fingerprint, s->fingerprint);
    return true;
}

/* Somebody compared the key that the directory lists for an agency. */
static void confirm_key(struct run *r)
{
    size_t node = run_below(r, r->o.nodes);
    struct shown s = {.of = world_address(r->w, another_node(r, node))};
    struct error err;
    bool changed;
    bool held;

    if (!run_is_served(r, node))
        return;
    run_print(r, "confirm", node, 0);
    if (check_answer(r, node, exchange_agency_list(world_node(r->w, node), find_agency, &s, &err), &err))
        (void)check_answer(
            r, node,
            exchange_agency_confirm(world_node(r->w, node), s.of, view_of_text(s.fingerprint), &changed, &held, &err),
            &err);
}

struct by_hand {
    bool found;
    struct owed_summary owed;
};

static bool find_by_hand(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct by_hand *b = cookie;

    (void)err;
    if (o->by_hand && !b->found) {
        b->found = true;
        b->owed = *o;
    }
    return true;
}

/* Somebody phoned an agency to which nothing can leave. */
static void tell_by_hand(struct run *r)
{
    size_t node = run_below(r, r->o.nodes);
    struct by_hand b = {.found = false};
    struct error err;

    if (!run_is_served(r, node) ||
        !check_answer(r, node, exchange_owed_list(world_node(r->w, node), find_by_hand, &b, &err), &err) || !b.found)
        return;
    run_print(r, "tell by hand", node, 0);
    (void)check_answer(r, node,
                       exchange_owed_close(world_node(r->w, node), &b.owed.agency, &b.owed.subject, CLOSING_TOLD, &err),
                       &err);
}

/* Somebody says that the clock is right, as it is between two ticks. */
static void confirm_clock(struct run *r)
{
    size_t node = run_below(r, r->o.nodes);

    if (run_is_served(r, node)) {
        run_print(r, "confirm clock", node, 0);
        run_confirm_clock(r, node);
    }
}

void acts_one(struct run *r)
{
    static const struct action acts[] = {
        {8, import, THEME_NONE},          {16, consent, THEME_NONE},       {3, refuse, THEME_NONE},
        {7, withdraw, THEME_NONE},        {30, refer, THEME_NONE},         {2, burst, THEME_ROOM},
        {3, change_her_mind, THEME_NONE}, {3, refer_again, THEME_NONE},    {20, answer, THEME_NONE},
        {9, change, THEME_NONE},          {1, confirm_key, THEME_KEYS},    {1, confirm_key, THEME_REVOKED},
        {1, tell_by_hand, THEME_REVOKED}, {1, confirm_clock, THEME_CLOCKS}};

    run_act(r, acts, sizeof acts / sizeof *acts);
}
