#include "oracle.h"

#include <string.h>

#include "refexd/status.h"
#include "store/message_store.h"

/* What is open at a node, and what its status says. */
struct look {
    struct oracle *o;
    size_t node;
    bool judges; /* fails the run for what is open and is not named; else only counts */
    bool daily_too;
    unsigned open; /* what no person keeps from ending */
    struct status status;
};

static bool is_named(const struct look *l, const struct address *agency)
{
    for (size_t i = 0; i < l->status.findings.count; i++) {
        struct view text = l->status.findings.items[i].text;

        if (memmem(text.at, text.size, agency->text, strlen(agency->text)) != NULL ||
            l->status.findings.rows[i] == FOUND_OWN_REVOKED || l->status.findings.rows[i] == FOUND_COPY ||
            l->status.findings.rows[i] == FOUND_WAITS_LONG) /* names no agency */
            return true;
    }
    return false;
}

/* A copy takes nothing, and nobody knows that at once: what waits for it is named when it is late. */
static bool is_late(const struct look *l, size_t i)
{
    return l->daily_too || !(l->o->copied[i] || l->o->copied[l->node]);
}

static size_t node_of(const struct look *l, const struct address *agency)
{
    size_t i = 0;

    while (!address_equal(world_address(l->o->w, i), agency))
        i++;
    return i;
}

/* Of two agencies of which one was revoked, or is a copy, a person has to see to what is open. */
static bool is_for_a_person(const struct look *l, size_t i)
{
    return oracle_is_cut_off(l->o, l->node, i) || l->o->copied[i] || l->o->copied[l->node];
}

static void take_open(struct look *l, const struct address *agency, const char *what)
{
    size_t i = node_of(l, agency);

    if (!is_for_a_person(l, i)) {
        l->open++;
        if (l->judges)
            oracle_fail(l->o, "%s of node %zu to %s is open, and no person keeps it", what, l->node, agency->text);
    } else if (l->judges && is_late(l, i) && !is_named(l, agency)) {
        oracle_fail(l->o, "%s of node %zu to %s waits for a person, and its status does not say so", what, l->node,
                    agency->text);
    }
}

static bool is_waiting_long(const struct look *l)
{
    struct node_status s;
    struct error err;

    world_must(exchange_status(world_node(l->o->w, l->node), &s, &err), &err, "ask the status");
    return s.closing_ms - s.shown.oldest_waiting_ms > DAY_MS;
}

static bool take_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct look *l = cookie;

    (void)err;
    if (a->waiting == 0 || (is_for_a_person(l, node_of(l, &a->agency)) && !is_waiting_long(l)))
        return true; /* it is named when it has waited for a day */
    take_open(l, &a->agency, "a message");
    return true;
}

/* A withdrawal that was receipted is answered when its day of erasure has come. */
static bool take_owed(void *cookie, const struct owed_summary *owed, struct error *err)
{
    struct look *l = cookie;

    (void)err;
    if (owed->doubted || owed->lost || (!l->daily_too && owed->receipt_ms != 0))
        return true;
    if (is_for_a_person(l, node_of(l, &owed->agency)) && !owed->by_hand && owed->late_ms > l->o->latest_ms[l->node])
        return true; /* it is named when it is late */
    take_open(l, &owed->agency, "what is owed");
    return true;
}

static bool take_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct look *l = cookie;

    (void)err;
    if (l->daily_too && r->direction == DIRECTION_OUT && r->arrival == ARRIVAL_UNKNOWN &&
        !is_for_a_person(l, node_of(l, &r->peer)))
        take_open(l, &r->peer, "the question whether a message arrived");
    return true;
}

static unsigned look(struct oracle *o, size_t i, bool daily_too, bool judges)
{
    struct exchange *x = world_node(o->w, i);
    struct look l = {.o = o, .node = i, .judges = judges, .daily_too = daily_too};
    struct control_context w = {.mode = CONTROL_NODE, .exchange = x};
    struct arena arena = {0};
    struct error err;

    world_must(status_collect(&w, &arena, &l.status, &err), &err, "ask the status");
    world_must(exchange_agency_list(x, take_agency, &l, &err), &err, "list agencies");
    world_must(exchange_owed_list(x, take_owed, &l, &err), &err, "list what is owed");
    world_must(exchange_referral_list(x, &(struct control_referral_list_ask){0}, NULL, take_referral, &l, &err), &err,
               "list referrals");
    arena_fini(&arena);
    return l.open;
}

bool oracle_all_ended(struct oracle *o, bool daily_too)
{
    for (size_t i = 0; i < o->nodes; i++)
        if (look(o, i, daily_too, false) != 0)
            return false;
    return true;
}

void oracle_check_ended(struct oracle *o, bool daily_too)
{
    for (size_t i = 0; i < o->nodes; i++)
        (void)look(o, i, daily_too, true);
}
