/* Findings about other agencies. */
#include "refexd/findings/findings_inside.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "exchange/exchange_status.h"

#define ALONE_WARNING_MS 3600000 /* the members keep a ring of links: within an hour there is one */
#define WORDS            128

/* What other agencies' logs proved, or did not prove: it stands until a person closes it. */
static void add_logs(const struct finding_facts *f, enum finding which, struct finding_list *l)
{
    for (size_t i = 0; i < f->log_count; i++)
        if (f->logs[i].which == which)
            finding_add(l, &(struct finding_item){.agency = &f->logs[i].agency, .since_ms = f->logs[i].since_ms});
}

void find_fork(const struct finding_facts *f, struct finding_list *l)
{
    add_logs(f, FINDING_FORK, l);
}

void find_unlinked(const struct finding_facts *f, struct finding_list *l)
{
    add_logs(f, FINDING_UNLINKED, l);
}

/* --- what is held --- */

static void add_held(const struct held_summary *h, struct finding_list *l)
{
    char at[TEXT_MINUTE];
    char until[WORDS] = "until it is confirmed";

    text_write_minute(h->until_ms, at);
    if (h->until_ms != 0)
        (void)snprintf(until, sizeof until, "until %s at the latest", at);
    finding_add(l, &(struct finding_item){.agency = &h->agency,
                                          .count = h->waiting,
                                          .what = hold_sentence(h->hold),
                                          .then = h->hold == HOLD_KEY_CHANGED ? until : hold_lifted_by(h->hold)});
}

void find_key_changed(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->held_count; i++)
        if (f->held[i].hold == HOLD_KEY_CHANGED)
            add_held(&f->held[i], l);
}

void find_key_contradicted(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->contradicted_count; i++) {
        const struct key_contradicted *c = &f->node->contradicted[i];
        char what[WORDS] = ", on a number that you already had";

        if (c->phone[0] != '\0') /* who has the key may have made its entry, too */
            (void)snprintf(what, sizeof what, ": %s, or better a number that you already had", c->phone);
        finding_add(l, &(struct finding_item){.agency = &c->agency, .since_ms = c->since_ms, .what = what});
    }
    finding_add_more(l, f->node->contradicted_more);
}

void find_entry_contested(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->contested_count; i++)
        finding_add(l, &(struct finding_item){.agency = &f->node->contested[i]});
    finding_add_more(l, f->node->contested_more);
}

void find_peer_no_room(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->held_count; i++)
        if (f->held[i].hold == HOLD_NO_ROOM)
            add_held(&f->held[i], l);
}

/* An agency whose key was held when it left is listed though nothing waits for it: nobody could end that finding. */
void find_peer_held(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->held_count; i++) {
        enum hold hold = f->held[i].hold;

        if (f->held[i].waiting != 0 && hold_is_finding(hold) && hold != HOLD_KEY_CHANGED && hold != HOLD_NO_ROOM)
            add_held(&f->held[i], l);
    }
}

/* Nobody tells who is suspended: how its links are made does, before anything waits. */
void find_held_there(const struct finding_facts *f, struct finding_list *l)
{
    const struct node_status *n = f->node;

    if (n->held_there != 0 && !n->own_revoked)
        finding_add(l, &(struct finding_item){.agency = &n->held_there_by, .count = n->held_there});
}

void find_waits_long(const struct finding_facts *f, struct finding_list *l)
{
    const struct node_status *n = f->node;

    if (n->shown.waiting > 0 && n->shown.oldest_waiting_ms > 0 &&
        n->closing_ms - n->shown.oldest_waiting_ms > BOUND_WAITING_LONG_MS)
        finding_add(l, &(struct finding_item){.count = n->shown.waiting, .since_ms = n->shown.oldest_waiting_ms});
}

void find_alone(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->alone_ms >= ALONE_WARNING_MS)
        finding_add(l, &(struct finding_item){.since_ms = f->node->closing_ms - f->node->alone_ms});
}

/* --- certificates, shares, clocks --- */

void find_peer_certificate(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->ending_count; i++) {
        const struct agency_ending *e = &f->node->ending[i];
        char what[WORDS];
        int n = 0;

        what[0] = '\0';
        if (e->waiting != 0)
            n = snprintf(what, sizeof what, "; %" PRIu64 " %s here for it, and none is lost", e->waiting,
                         e->waiting == 1 ? "message waits" : "messages wait");
        if (e->phone[0] != '\0')
            (void)snprintf(what + n, sizeof what - (size_t)n, "; phone %s", e->phone);
        finding_add(l, &(struct finding_item){.agency = &e->agency,
                                              .time_ms = e->until_ms,
                                              .what = what,
                                              .then = e->until_ms < f->node->closing_ms ? "ended at" : "ends at"});
    }
    finding_add_more(l, f->node->ending_more);
}

/* At a coordinator's node. */
void find_renewal_waits(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->renewals_count; i++)
        finding_add(l, &(struct finding_item){.agency = &f->node->renewals[i].agency,
                                              .since_ms = f->node->renewals[i].since_ms});
    finding_add_more(l, f->node->renewals_more);
}

void find_share(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->over_count; i++)
        finding_add(l, &(struct finding_item){.agency = &f->node->over[i].agency,
                                              .what = resource_name(f->node->over[i].what),
                                              .time_ms = f->node->over_until_ms});
    finding_add_more(l, f->node->over_more);
}

void find_own_clock(const struct finding_facts *f, struct finding_list *l)
{
    const int64_t ahead = f->node->own_ahead_ms;
    char span[FINDING_SPAN];
    char what[WORDS];

    if (ahead == 0)
        return;
    finding_write_span(ahead, span);
    (void)snprintf(what, sizeof what, "%s %s", span, ahead > 0 ? "ahead of" : "behind");
    finding_add(l, &(struct finding_item){.what = what, .count = f->node->own_ahead_of});
}

/* Where it is this machine's that is wrong, that is said instead. */
void find_clocks_differ(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->clock_count && f->node->own_ahead_ms == 0; i++) {
        const struct clock_differs *c = &f->node->clocks[i];
        char span[FINDING_SPAN];
        char what[WORDS];

        finding_write_span(c->ahead_ms, span);
        (void)snprintf(what, sizeof what, "%s %s", span, c->ahead_ms > 0 ? "ahead of" : "behind");
        finding_add(l, &(struct finding_item){.agency = &c->agency, .what = what});
    }
    if (f->node->own_ahead_ms == 0)
        finding_add_more(l, f->node->clock_more);
}
