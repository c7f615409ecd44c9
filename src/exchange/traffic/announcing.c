#include "exchange/traffic/announcing.h"

#include "base/bounds.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "crypto/digest.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/succession/succession.h"
#include "exchange/suspension/suspension.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/traffic/releasing_times.h"

#define DIRECTORY_BYTES_A_MS 16384 /* of directories over all links: 16 MB a second */
#define LOOK_AGAIN_MS        20    /* while something waits for room */

struct announcing {
    int64_t directory_next_ms; /* when the next directory may be sent; steady */
    int64_t again_ms;          /* when suspensions, and successions made lately, go again; steady */
    int64_t all_until_ms;      /* until then all successions go again with them; steady */
};

struct link_announcing {
    bool bundle_due;              /* to be sent after the commit: our key bundle */
    bool directory_due;           /* the same: our directory */
    bool takes_suspensions;       /* its hello says so */
    bool suspensions_due;         /* the same: those that count */
    bool takes_successions;       /* its hello says so */
    bool successions_due;         /* the same: those that are known … */
    int64_t successions_since_ms; /* … and were made since then … */
    size_t successions_said;      /* … behind so many of them … */
    int64_t successions_next_ms;  /* … no sooner; steady */
    uint64_t retried_for;         /* sequence of the directory for which what was refused went again */
    uint32_t bad_directories;     /* directory notes from it that were refused; after a few the link is closed */
};

struct announcing *announcing_new(void)
{
    return xnew(sizeof(struct announcing));
}

/* A peer that has an older directory gets ours. One that has another of the same number gets ours too: it, or we, was
 * shown another than everybody else. One that has a newer gets ours to compare with what it had of that number. */
void announcing_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello)
{
    struct hash ours;

    link->announcing = xnew(sizeof *link->announcing);
    link->announcing->bundle_due = true;
    digest_sha256(membership_note(x->membership), &ours);
    link->announcing->takes_suspensions = hello->suspensions;
    link->announcing->suspensions_due = hello->suspensions;
    link->announcing->takes_successions = hello->successions;
    link->announcing->successions_due = hello->successions;
    link->announcing->directory_due = !hello->has_directory_hash || !hash_equal(&hello->directory_hash, &ours);
}

/* The first peer that is still to be sent our directory, and can be; NULL: there is none. */
static const struct link *find_due(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->announcing->directory_due && !l->recall_only && links_has_room(x, l))
            return l;
    return NULL;
}

struct view announcing_directory_before(struct exchange *x)
{
    return find_due(x) == NULL ? (struct view){0} : arena_copy(&x->tick_arena, membership_note(x->membership));
}

void announcing_show_before(struct exchange *x, struct view before)
{
    const struct link *l = find_due(x);

    if (l != NULL)
        tick_send(x, l->id, PEER_DIRECTORY, before);
}

/* --- ours --- */

void announcing_bundle_due(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->announcing->bundle_due = true;
}

/* Those made since SINCE_MS, to all who take them; whoever is still to be told all is. */
static void successions_due(struct exchange *x, int64_t since_ms)
{
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        struct link_announcing *a = l->announcing;

        if (!a->takes_successions || (a->successions_due && a->successions_since_ms <= since_ms))
            continue;
        a->successions_due = true;
        a->successions_since_ms = since_ms;
        a->successions_said = 0;
    }
}

void announcing_directory_due(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->announcing->directory_due = true;
    successions_due(x, 0); /* by the newer one a peer takes what it did not by its own */
}

void announcing_suspensions_due(struct exchange *x)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->announcing->suspensions_due = l->announcing->takes_suspensions;
}

void announcing_bundle_due_to(struct exchange *x, const struct address *agency)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        l->announcing->bundle_due = l->announcing->bundle_due || address_equal(&l->agency, agency);
}

bool announcing_takes_successions(const struct link *link)
{
    return link->announcing->takes_successions;
}

bool announcing_has_said(const struct link *link)
{
    return !link->announcing->directory_due;
}

static bool has_due(const struct link *l)
{
    const struct link_announcing *a = l->announcing;

    if (l->recall_only)
        return false;
    return a->directory_due || a->bundle_due || a->suspensions_due || a->successions_due;
}

static struct view own_bundle(struct exchange *x)
{
    return membership_bundle_note(x->membership, address_view(membership_own(x->membership)));
}

/* Directories leave one after another: a large one to every link at once is more than the network process has memory
 * for. */
static bool may_send_directory(const struct exchange *x)
{
    return tick_steady_ms(x) >= x->announcing->directory_next_ms;
}

static void send_directory(struct exchange *x, const struct link *l)
{
    struct view note = membership_note(x->membership);

    tick_send(x, l->id, PEER_DIRECTORY, note);
    l->announcing->directory_due = false;
    x->announcing->directory_next_ms = tick_steady_ms(x) + (int64_t)note.size / DIRECTORY_BYTES_A_MS;
}

static void send_bundle(struct exchange *x, const struct link *l)
{
    struct view bundle = own_bundle(x);

    if (bundle.size != 0)
        tick_send(x, l->id, PEER_BUNDLE, bundle);
    l->announcing->bundle_due = false;
}

/* A piece of them each second. */
static void send_successions(struct exchange *x, const struct link *l)
{
    struct link_announcing *a = l->announcing;

    if (tick_steady_ms(x) < a->successions_next_ms)
        return;
    a->successions_due = !succession_send(x, l, a->successions_since_ms, &a->successions_said);
    a->successions_next_ms = tick_steady_ms(x) + 1000;
}

static void send_suspensions(struct exchange *x, const struct link *l)
{
    suspension_send(x, l);
    l->announcing->suspensions_due = false;
}

/* Successions are so long of late: the clock that kept one back is set by then, who was suspended is so no more. */
static int64_t lately(const struct exchange *x)
{
    return tick_steady_ms(x) < x->announcing->all_until_ms ? 0 : tick_record_ms(x) - BOUND_SUSPENSION_MS;
}

void announcing_suspensions_changed(struct exchange *x)
{
    /* The others' clocks may show the end of one later. */
    x->announcing->all_until_ms = tick_steady_ms(x) + BOUND_CLOCKS_MS + BOUND_NOTES_AGAIN_MS;
}

static bool says_again(const struct exchange *x)
{
    int64_t newest_ms = succession_newest_ms(x);

    return suspension_stands(x) || (newest_ms != 0 && newest_ms >= lately(x));
}

/* Why a peer did not use one may have passed: its clock, the hold of a key, a suspension. It does not ask for it. */
static void send_again(struct exchange *x)
{
    int64_t now = tick_steady_ms(x);

    if (now < x->announcing->again_ms || !says_again(x))
        return;
    x->announcing->again_ms = now + BOUND_NOTES_AGAIN_MS;
    announcing_suspensions_due(x);
    successions_due(x, lately(x));
}

/* Only after the commit. If a crash lost the keys of a bundle that had been sent, peers would go on sealing to them:
 * the node's next bundle would have the same sequence, and peers take only a larger one. */
void announcing_send_due(struct exchange *x)
{
    int64_t when_ms;

    REQUIRE(x->committed);
    send_again(x);
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        if (!has_due(l) || !links_has_room(x, l))
            continue;
        if (l->announcing->directory_due && may_send_directory(x) && meter_pace(x, l->usage, PACE_DIRECTORY, &when_ms))
            send_directory(x, l);
        if (l->announcing->successions_due && !l->announcing->directory_due)
            send_successions(x, l);
        if (l->announcing->bundle_due &&
            !l->announcing->directory_due) /* after it: a peer whose directory has ended takes nothing else */
            send_bundle(x, l);
        if (l->announcing->suspensions_due && !l->announcing->directory_due) /* of which they are */
            send_suspensions(x, l);
    }
}

/* Whether only successions are due, and not yet. */
static bool has_said_lately(const struct exchange *x, const struct link *l)
{
    const struct link_announcing *a = l->announcing;

    return !a->directory_due && !a->bundle_due && !a->suspensions_due && tick_steady_ms(x) < a->successions_next_ms;
}

int64_t announcing_wake_ms(const struct exchange *x)
{
    int64_t soon = tick_steady_ms(x) + LOOK_AGAIN_MS;
    int64_t later = x->links != NULL && says_again(x) ? x->announcing->again_ms : 0;

    for (const struct link *l = x->links; l != NULL; l = l->next) {
        if (!has_due(l))
            continue;
        if (!has_said_lately(x, l))
            return !may_send_directory(x) && x->announcing->directory_next_ms > soon ? x->announcing->directory_next_ms
                                                                                     : soon;
        if (later == 0 || l->announcing->successions_next_ms < later)
            later = l->announcing->successions_next_ms;
    }
    return later;
}

/* --- a peer's --- */

/* Of this node, and not what the clock here says of a directory that its peer may well use. */
static bool is_of_this_node(const struct error *why)
{
    return error_fault(why) == FAULT_LOCAL && why->code != E_FED_23 && why->code != E_FED_46 && why->code != E_FED_71;
}

bool announcing_take_directory(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};
    uint64_t sequence;
    uint64_t id = link->id;

    if (exchange_take_directory(x, payload, &sequence, &why)) {
        link = links_find(x, id); /* the directory may revoke its peer */
        if (link != NULL && link->announcing->retried_for < sequence &&
            view_equal(payload, membership_note(x->membership))) {
            /* The peer has this directory now: what it refused for want of it goes again, once for each. */
            link->announcing->retried_for = sequence;
            releasing_retry_all(link);
            link->announcing->bundle_due = true;
            (void)releasing_begin_again(x, link, PACE_BUNDLE);
            tick_again(x);
        }
        return true;
    }
    /* Two of one number are the federation's trouble, not the peer's. */
    if (is_of_this_node(&why) ||
        (why.code != E_FED_22 && ++link->announcing->bad_directories > BOUND_BAD_DIRECTORIES)) {
        *err = why;
        return false;
    }
    if (meter_line(x, link->usage, LINE_ENVELOPE_REFUSED))
        log_line(LOG_WARNING, "event=directory.refused peer=%s code=%s", link->agency.text, error_row(why.code)->code);
    return true;
}
