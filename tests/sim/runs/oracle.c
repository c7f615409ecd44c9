#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exchange/tick.h"
#include "people.h"

#define RECORDS_MAX 2048

void oracle_fail(struct oracle *o, const char *format, ...)
{
    va_list args;

    o->good = false;
    (void)fprintf(stderr, "seed %llu: ", (unsigned long long)o->seed);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

/* --- bookkeeping --- */

static void tick_one(enum oracle_state *s, bool mine, bool ok)
{
    if (mine && *s == ORACLE_OPEN)
        *s = ok ? ORACLE_DONE : ORACLE_UNKNOWN;
}

/* A clock in doubt alone ends nothing for good. */
static void note_time(struct oracle *o, size_t i)
{
    struct control_clock c;
    struct error err;
    int64_t closing;

    if (!exchange_clock_show(world_node(o->w, i), &c, &err))
        return;
    closing = c.in_doubt || c.clock_ms < c.trusted_ms ? c.trusted_ms : c.clock_ms;
    if (closing > o->latest_ms[i])
        o->latest_ms[i] = closing;
}

void oracle_ticked(struct oracle *o, size_t i, bool ok)
{
    if (ok)
        note_time(o, i);
    for (size_t k = 0; k < o->case_count; k++)
        tick_one(&o->cases[k].state, o->cases[k].owner == i, ok);
    for (size_t k = 0; k < o->consent_count; k++) {
        bool mine = o->cases[o->consents[k].case_index].owner == i;

        tick_one(&o->consents[k].state, mine, ok);
        tick_one(&o->consents[k].withdrawal, mine, ok);
    }
    for (size_t k = 0; k < o->referral_count; k++) {
        bool mine = o->cases[o->referrals[k].case_index].owner == i;

        tick_one(&o->referrals[k].state, mine, ok);
        tick_one(&o->referrals[k].dropped, mine, ok);
    }
}

static void lose(enum oracle_state *s)
{
    if (*s != ORACLE_GONE)
        *s = ORACLE_LOST;
}

void oracle_replaced(struct oracle *o, size_t i)
{
    o->replaced[i] = true;
    for (size_t k = 0; k < o->case_count; k++)
        if (o->cases[k].owner == i)
            lose(&o->cases[k].state);
    for (size_t k = 0; k < o->consent_count; k++)
        if (o->cases[o->consents[k].case_index].owner == i) {
            lose(&o->consents[k].state);
            lose(&o->consents[k].withdrawal);
        }
    for (size_t k = 0; k < o->referral_count; k++)
        if (o->cases[o->referrals[k].case_index].owner == i)
            lose(&o->referrals[k].state);
}

bool oracle_is_cut_off(const struct oracle *o, size_t one, size_t other)
{
    return o->revoked[one] || o->revoked[other];
}

bool oracle_is_parted(const struct oracle *o, size_t one, size_t other)
{
    return oracle_is_cut_off(o, one, other) || o->replaced[one] || o->replaced[other] || o->copied[one] ||
           o->copied[other];
}

static enum oracle_state durable_state(bool there)
{
    return there ? ORACLE_DONE : ORACLE_GONE;
}

void oracle_started(struct oracle *o, size_t i)
{
    struct exchange *x = world_node(o->w, i);
    struct case_sections opened;
    struct control_consent summary;
    struct error err;

    for (size_t k = 0; k < o->case_count; k++)
        if (o->cases[k].owner == i && o->cases[k].state == ORACLE_UNKNOWN)
            o->cases[k].state = durable_state(exchange_case_show(x, &o->cases[k].id, &opened, &err));
    for (size_t k = 0; k < o->consent_count; k++) {
        struct oracle_consent *c = &o->consents[k];

        if (o->cases[c->case_index].owner != i)
            continue;
        if (c->state == ORACLE_UNKNOWN)
            c->state = durable_state(exchange_consent_show(x, &c->id, &summary, &err));
        if (c->withdrawal == ORACLE_UNKNOWN)
            c->withdrawal = durable_state(exchange_consent_show(x, &c->id, &summary, &err) && summary.progress != 1);
    }
    for (size_t k = 0; k < o->referral_count; k++) {
        struct oracle_referral *r = &o->referrals[k];

        if (o->cases[r->case_index].owner != i)
            continue;
        if (r->state == ORACLE_UNKNOWN)
            r->state = durable_state(people_count(x, &r->id) != 0);
        if (r->dropped == ORACLE_UNKNOWN)
            r->dropped = durable_state(people_state(x, &r->id) == REFERRAL_CANCELLED);
    }
}

void oracle_consented(struct oracle *o, const struct oracle_consent *c)
{
    for (size_t k = 0; c->refused && k < o->consent_count; k++) {
        struct oracle_consent *yes = &o->consents[k];

        if (yes->case_index != c->case_index || yes->to != c->to || yes->refused || yes->withdrawal != ORACLE_GONE)
            continue;
        if (yes->state == ORACLE_DONE)
            yes->withdrawal = ORACLE_OPEN;
        else if (yes->state ==
                 ORACLE_OPEN) /* of this very tick: there is nothing to withdraw, but it permits nothing */
            yes->shut_by = o->consent_count;
    }
    o->consents[o->consent_count++] = *c;
}

static bool is_ended(const struct oracle *o, const struct oracle_consent *c)
{
    return c->refused || c->until < day_of_ms(world_now(o->w)) ||
           (c->shut_by != 0 && o->consents[c->shut_by].state != ORACLE_GONE);
}

bool oracle_stands(const struct oracle *o, const struct oracle_consent *c, bool withdrawn_too)
{
    return c->state != ORACLE_GONE && !is_ended(o, c) && (withdrawn_too || c->withdrawal == ORACLE_GONE);
}

/* One of the two nodes may have ended it: by its clock, or because she said so. */
static bool may_have_ended(const struct oracle *o, const struct oracle_consent *c)
{
    int64_t here = o->latest_ms[o->cases[c->case_index].owner];
    int64_t there = o->latest_ms[c->to];

    return is_ended(o, c) || c->withdrawal != ORACLE_GONE || c->until < day_of_ms(here > there ? here : there);
}

section_set oracle_covered(const struct oracle *o, const struct oracle_referral *r, bool withdrawn_too, bool *settled)
{
    section_set covered = 0;

    *settled = true;
    for (size_t k = 0; k < o->consent_count; k++) {
        const struct oracle_consent *c = &o->consents[k];

        if (c->case_index != r->case_index || c->to != r->to || c->state == ORACLE_GONE)
            continue;
        *settled = *settled && !may_have_ended(o, c);
        if (oracle_stands(o, c, withdrawn_too) && c->purpose == r->purpose)
            covered |= c->sections;
    }
    return covered;
}

/* --- what was delivered --- */

static bool is_undelivered(enum referral_state s)
{
    return s == REFERRAL_SAVED || s == REFERRAL_WAITING;
}

/* What the agency that was asked said last is what both say; that it was opened is told a day later, and that it is
 * needed no more after it came to nothing is told nobody. */
static void check_agreement(struct oracle *o, const struct oracle_referral *r, enum referral_state here)
{
    enum referral_state there = people_state(world_node(o->w, r->to), &r->id);

    if (r->dropped == ORACLE_DONE && here == r->came_to)
        oracle_fail(o, "a referral that node %zu needs no more is %s there", o->cases[r->case_index].owner,
                    referral_state_name(here));
    if (r->dropped == ORACLE_DONE && here == REFERRAL_CANCELLED &&
        (there == r->came_to || (r->came_to == REFERRAL_EXPIRED && there == REFERRAL_OPENED)))
        return;
    if (here != there && !(there == REFERRAL_OPENED && here == REFERRAL_DELIVERED))
        oracle_fail(o, "a referral is %s at node %zu that sent it, and %s at node %zu", referral_state_name(here),
                    o->cases[r->case_index].owner, referral_state_name(there), r->to);
}

static void check_referral(struct oracle *o, const struct oracle_referral *r)
{
    size_t from = o->cases[r->case_index].owner;
    struct exchange *to = world_node(o->w, r->to);
    enum referral_state state = people_state(world_node(o->w, from), &r->id);
    unsigned there = people_count(to, &r->id);
    bool cut_off = oracle_is_cut_off(o, from, r->to);
    bool parted = oracle_is_parted(o, from, r->to);
    bool settled;

    if (o->copied[from] || o->copied[r->to])
        return;
    if (there > 1)
        oracle_fail(o, "a referral stands %u times at node %zu", there, r->to);
    if (r->state == ORACLE_LOST)
        return;
    if (r->state == ORACLE_GONE) {
        if (there != 0)
            oracle_fail(o, "a referral that node %zu does not have is at node %zu", from, r->to);
        return;
    }
    if (state == 0)
        oracle_fail(o, "a referral that was acknowledged is not at node %zu", from);
    (void)oracle_covered(o, r, true, &settled);
    if (is_undelivered(state) && !cut_off)
        oracle_fail(o, "a referral of node %zu still waits for node %zu", from, r->to);
    if (there == 0 && !o->replaced[r->to] &&
        (state == REFERRAL_DELIVERED || state == REFERRAL_ACCEPTED || state == REFERRAL_DECLINED))
        oracle_fail(o, "node %zu holds that node %zu has a referral, and it has not", from, r->to);
    if (there == 0 && settled && !parted && state != REFERRAL_CANCELLED && world_now(o->w) - r->made_ms < 28 * DAY_MS)
        oracle_fail(o, "a referral of node %zu did not reach node %zu (it is %s), and nothing was taken back", from,
                    r->to, referral_state_name(state));
    if (there == 0 || !settled || parted)
        return;
    check_agreement(o, r, state);
    oracle_check_opened(o, r, state);
}

/* --- what the logs say of each other --- */

struct log_entries {
    size_t count;
    struct {
        struct ident message;
        char agency[80];
        struct hash leaf;
        struct hash of_record;
        enum outcome outcome;
    } all[RECORDS_MAX];
};

static void add_entry(struct log_entries *s, const struct ident *message, struct view agency, const struct hash *leaf,
                      const struct control_audit_entry *e, enum outcome outcome)
{
    if (s->count == RECORDS_MAX)
        return;
    s->all[s->count].message = *message;
    (void)snprintf(s->all[s->count].agency, sizeof s->all->agency, "%.*s", (int)agency.size, (const char *)agency.at);
    s->all[s->count].leaf = *leaf;
    s->all[s->count].of_record = e->leaf;
    s->all[s->count].outcome = outcome;
    s->count++;
}

static bool on_received(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    const struct record_received *d = &r->received;

    (void)err;
    add_entry(cookie, &d->message, d->sender, &d->leaf, e, d->outcome);
    return true;
}

static bool on_receipted(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    const struct record_receipted *d = &r->receipted;

    (void)err;
    add_entry(cookie, &d->message, d->recipient, &d->leaf, e, d->outcome);
    return true;
}

static void collect_entries(struct oracle *o, size_t i, enum record_kind kind, exchange_on_record_fn *on_record,
                            struct log_entries *out)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = kind};
    struct error err = {0};

    out->count = 0;
    world_must(exchange_audit_list(world_node(o->w, i), &filter, NULL, on_record, out, &err), &err, "list records");
}

static void check_receipts(struct oracle *o, size_t from, size_t to)
{
    static struct log_entries sent;
    static struct log_entries received;
    const char *sender = world_address(o->w, from)->text;
    const char *recipient = world_address(o->w, to)->text;

    collect_entries(o, from, RECORD_RECEIPTED, on_receipted, &sent);
    collect_entries(o, to, RECORD_RECEIVED, on_received, &received);
    for (size_t i = 0; i < received.count; i++)
        for (size_t k = 0; k < i; k++)
            if (ident_equal(&received.all[i].message, &received.all[k].message) &&
                strcmp(received.all[i].agency, received.all[k].agency) == 0)
                oracle_fail(o, "node %zu has two records RECEIVED of one message of %s", to, received.all[i].agency);
    for (size_t i = 0; i < sent.count; i++) {
        bool matched = false;

        if (strcmp(sent.all[i].agency, recipient) != 0 || sent.all[i].outcome != OUTCOME_STORED)
            continue;
        for (size_t k = 0; k < received.count; k++)
            matched = matched || (strcmp(received.all[k].agency, sender) == 0 &&
                                  ident_equal(&received.all[k].message, &sent.all[i].message) &&
                                  hash_equal(&received.all[k].of_record, &sent.all[i].leaf));
        if (!matched)
            oracle_fail(o, "node %zu has a receipt of node %zu that is not in its log", from, to);
    }
}

static bool check_waiting(void *cookie, const struct control_agency *a, struct error *err)
{
    struct oracle *o = cookie;

    (void)err;
    for (size_t i = 0; i < o->nodes; i++)
        if (address_equal(world_address(o->w, i), &a->agency) && a->waiting != 0 && !o->revoked[i] && !o->copied[i])
            oracle_fail(o, "%llu messages still wait for node %zu", (unsigned long long)a->waiting, i);
    return true;
}

static bool was_copied(const struct oracle *o)
{
    bool copied = false;

    for (size_t i = 0; i < o->nodes; i++)
        copied = copied || o->copied[i];
    return copied;
}

void oracle_open_all(struct oracle *o)
{
    for (size_t k = 0; k < o->referral_count; k++) {
        struct exchange *to = world_node(o->w, o->referrals[k].to);
        struct control_referral_detail d;
        struct error err;

        if (to != NULL && people_count(to, &o->referrals[k].id) != 0)
            world_must(exchange_referral_show(to, &o->referrals[k].id, false, &d, &err), &err, "show");
    }
}

void oracle_check_end(struct oracle *o)
{
    struct node_status status;
    struct error err = {0};

    oracle_check_reading(o, true);
    for (size_t k = 0; k < o->referral_count; k++)
        check_referral(o, &o->referrals[k]);
    for (size_t i = 0; i < o->nodes; i++) {
        if (!people_log_is_good(world_node(o->w, i)))
            oracle_fail(o, "the log of node %zu does not verify", i);
        world_must(exchange_status(world_node(o->w, i), &status, &err), &err, "ask the status");
        if (status.differing_count != 0 || status.consents_differ || status.consents_read_again)
            oracle_fail(o, "the consents of node %zu are not what its log says", i);
        if (!was_copied(o) && people_records(world_node(o->w, i), RECORD_FORK) != 0)
            oracle_fail(o, "node %zu says that a log forked", i);
        if (!o->revoked[i] && !o->copied[i])
            world_must(exchange_agency_list(world_node(o->w, i), check_waiting, o, &err), &err, "list agencies");
        for (size_t k = 0; k < o->nodes; k++)
            if (k != i && !o->replaced[k] && !o->copied[i] && !o->copied[k])
                check_receipts(o, i, k);
    }
}

/* An answer that is still owed is waited for, a month at most. */
static void check_ended_there(struct oracle *o, const struct oracle_consent *c)
{
    struct exchange *there = world_node(o->w, c->to);
    struct control_consent s;
    struct error err = {0};
    uint32_t day;

    if (!tick_destroying_day(there, &day) || !exchange_consent_show(there, &c->id, &s, &err))
        return;
    if (ident_is_zero(&s.case_id) && s.progress != CONSENT_ERASED && s.until + BOUND_EXPIRY_DAYS + 2 < day)
        oracle_fail(o, "node %zu keeps what came under a consent that ended %u days ago", c->to, day - s.until);
}

void oracle_check_erased(struct oracle *o)
{
    struct control_consent s;
    struct error err = {0};

    oracle_check_reading(o, true);
    for (size_t k = 0; k < o->consent_count; k++) {
        struct oracle_consent *c = &o->consents[k];
        size_t from = o->cases[c->case_index].owner;

        if (!o->copied[c->to])
            check_ended_there(o, c);
        if (c->withdrawal != ORACLE_DONE || o->copied[from])
            continue;
        world_must(exchange_consent_show(world_node(o->w, from), &c->id, &s, &err), &err, "show a consent");
        if (s.progress != 4)
            oracle_fail(o, "a consent withdrawn at node %zu is not erased there", from);
        if (oracle_is_parted(o, from, c->to))
            continue;
        for (size_t r = 0; r < o->referral_count; r++)
            if (o->referrals[r].case_index == c->case_index && o->referrals[r].to == c->to &&
                people_state(world_node(o->w, c->to), &o->referrals[r].id) == REFERRAL_STOPPED)
                oracle_fail(o, "node %zu stopped a referral and did not erase it", c->to);
    }
}
