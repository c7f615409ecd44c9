#include "exchange/traffic/growth.h"

#include "codec/peer_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/logs/witness.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/short_logs.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/growth_test.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"

#include <stdlib.h>

#define FOUND_MS     3600000 /* a note that is this old … */
#define FOUND_ASKED  2       /* … and was asked for so often in vain is a finding */
#define OVER_MS      60000   /* between two answers to a peer that has had its share of today */
#define GROWTHS_KEPT 32      /* proofs under way on one link whose receipts are compared */

struct link_growth {
    uint64_t grown_size;      /* of our log: what the peer has linked, as it said or was sent the proof for */
    uint64_t hinted_at_first; /* the same, when the link came up */
    uint64_t linked_size;     /* the same, as it said last: what was sent since may not have been taken */
    bool takes_sizes;         /* the peer: how much we have of our own log */
    bool memory_due;          /* to be sent after the commit: what is remembered of the peer's log */
    bool memory_came;         /* the peer has said what it remembers of ours */
    struct growth_sent {
        int64_t message; /* number of the message that brought the proof; 0: none */
        uint64_t size;   /* up to which */
    } sent[GROWTHS_KEPT];
    size_t sent_count;   /* of those sent so far */
    struct bytes asked;  /* u64 each, ascending: sizes of the peer's log that were asked for; empty: none are */
    int64_t due_ms;      /* when that is to be answered, or the next question may go; steady */
    uint32_t tries;      /* questions that proved nothing, one after another */
    int64_t answered_ms; /* the last answer to a question of the peer's; steady */
};

/* --- proving that our log grew --- */

bool growth_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello, struct error *err)
{
    struct link_growth *g = link->growth = xnew(sizeof *g);

    if (!kept_notes_load(x, link->peer, err))
        return false;
    g->grown_size = g->hinted_at_first = g->linked_size = hello->linked_size;
    g->takes_sizes = hello->sizes;
    g->memory_due = true;
    return true;
}

/* Whoever ends each link on which it is asked would never be found. */
void growth_link_down(const struct link *link)
{
    if (link->growth->asked.size != 0)
        meter_set_hung_up(link->usage, meter_hung_up(link->usage) + 1);
}

void growth_link_end(struct link *link)
{
    if (link->growth != NULL)
        bytes_fini(&link->growth->asked);
    free(link->growth);
}

void growth_undone(const struct link *link)
{
    link->growth->answered_ms = 0;
}

bool growth_is_asked(const struct link *link)
{
    return link->growth->asked.size != 0;
}

bool growth_is_known(const struct link *link)
{
    return link->growth->memory_came;
}

uint64_t growth_linked_size(const struct link *link)
{
    return link->growth->linked_size;
}

bool growth_prove(struct exchange *x, const struct link *link, uint64_t size, int64_t message, struct view *path,
                  uint64_t *from_size, struct error *err)
{
    struct link_growth *g = link->growth;
    uint64_t from = g->grown_size;

    *path = (struct view){0};
    *from_size = 0;
    if (from >= size)
        return true;
    g->grown_size = size;
    if (message != 0)
        g->sent[g->sent_count++ % GROWTHS_KEPT] = (struct growth_sent){message, size};
    if (from == 0)
        return true; /* the peer has nothing yet from which it could be proven */
    *from_size = from;
    return audit_consistency(x->audit, from, size, &x->tick_arena, path, err);
}

static void prove_from(const struct link *link, uint64_t size)
{
    struct link_growth *g = link->growth;

    g->grown_size = size;
    g->sent_count = 0;
    for (size_t i = 0; i < GROWTHS_KEPT; i++)
        g->sent[i].message = 0;
}

void growth_receipted(const struct link *link, int64_t message, uint64_t hinted)
{
    struct link_growth *g = link->growth;

    g->linked_size = hinted;
    for (size_t i = 0; i < GROWTHS_KEPT; i++)
        if (g->sent[i].message == message) {
            if (hinted < g->sent[i].size)
                prove_from(link, hinted);
            else
                g->sent[i].message = 0;
            return;
        }
}

/* --- asking how a log grew --- */

static bool collect_size(void *cookie, const struct peer_note *n, struct error *err)
{
    struct bytes *sizes = cookie;

    (void)err;
    if (n->size > 0 && n->size <= INT64_MAX) /* a row may have been changed */
        bytes_append(sizes, &n->size, sizeof n->size);
    return true;
}

static int compare_sizes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Ascending, each once. */
static void sort_sizes(struct bytes *sizes)
{
    uint64_t *at = (uint64_t *)(void *)sizes->at;
    size_t n = sizes->size / sizeof *at;
    size_t kept = 0;

    if (n == 0)
        return;
    qsort(at, n, sizeof *at, compare_sizes);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || at[kept - 1] != at[i])
            at[kept++] = at[i];
    sizes->size = kept * sizeof *at;
}

static bool is_time(const struct exchange *x, const struct link *link)
{
    return tick_steady_ms(x) >= link->growth->due_ms;
}

/* What is to be asked for, the oldest first. */
static bool collect_sizes(struct exchange *x, const struct link *link, struct error *err)
{
    struct link_growth *g = link->growth;

    if (!evidence_store_walk_unlinked(x->db, link->peer, BOUND_WITNESSED, collect_size, &g->asked, err))
        return false;
    sort_sizes(&g->asked);
    return true;
}

static bool begin_question(struct exchange *x, const struct link *link, struct error *err)
{
    struct link_growth *g = link->growth;
    bool asking = kept_notes_unlinked(x, link->peer) > 0 && g->asked.size == 0 && is_time(x, link);

    if (!asking)
        return true;
    if (!collect_sizes(x, link, err))
        return false;
    g->due_ms = tick_steady_ms(x) + retry_pause_ms(RETRY_GROWTH, g->asked.size == 0 ? UINT32_MAX : g->tries);
    g->memory_due = g->memory_due || g->asked.size != 0;
    return true;
}

/* What is remembered of the peer's log, and which sizes of it are to be proven. */
static bool send_memory(struct exchange *x, const struct link *link, struct error *err)
{
    struct bytes *frame;
    struct link_growth *g = link->growth;
    struct peer_witness w = {0};
    struct peer_row peer;
    bool found;

    if (!peers_get(x, link->peer, &found, &peer, err) || !found || !kept_notes_linked(x, &peer, &w.linked, err))
        return false;
    w.sizes = (const uint64_t *)(const void *)g->asked.at;
    w.size_count = g->asked.size / sizeof *w.sizes;
    w.own_incarnation = g->takes_sizes ? audit_incarnation(x->audit) : 0;
    if (g->takes_sizes)
        (void)audit_note(x->audit, &w.own_size);
    g->memory_due = false;
    frame = tick_frame(x);
    peer_witness_encode(&w, frame);
    tick_send(x, link->id, PEER_WITNESS, bytes_view(frame));
    return true;
}

bool growth_send(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct link *link = x->links; link != NULL; link = link->next)
        if (links_is_whole(link) &&
            (!begin_question(x, link, err) || (link->growth->memory_due && !send_memory(x, link, err))))
            return false;
    return true;
}

/* --- what was asked for and not proven --- */

struct in_vain {
    struct exchange *x;
    const struct link *link;
    struct peer_note notes[BOUND_WITNESSED];
    size_t count;
};

/* Of more than one note of a size each counts. */
static bool collect_in_vain(void *cookie, const struct peer_note *n, struct error *err)
{
    struct in_vain *v = cookie;

    (void)err;
    if (v->count == sizeof v->notes / sizeof v->notes[0] ||
        bsearch(&n->size, v->link->growth->asked.at, v->link->growth->asked.size / sizeof n->size, sizeof n->size,
                compare_sizes) == NULL)
        return true;
    v->notes[v->count] = *n;
    v->notes[v->count++].note = arena_copy(&v->x->tick_arena, n->note);
    return true;
}

static bool is_overdue(const struct exchange *x, const struct peer_note *n)
{
    return n->asked >= FOUND_ASKED && tick_record_ms(x) - n->since_ms >= FOUND_MS;
}

static bool count_in_vain(struct exchange *x, const struct link *link, bool *any, struct error *err)
{
    struct in_vain v = {.x = x, .link = link};
    struct peer_row peer;
    struct view linked;
    bool found;
    bool is_new;
    bool keep;

    if (!peers_get(x, link->peer, &found, &peer, err) || !kept_notes_linked(x, &peer, &linked, err) ||
        !evidence_store_walk_unlinked(x->db, link->peer, BOUND_UNLINKED, collect_in_vain, &v, err))
        return false;
    for (size_t i = 0; i < v.count; i++) {
        struct peer_note *n = &v.notes[i];

        n->asked++;
        if (is_overdue(x, n)) {
            n->state = NOTE_FOUND;
            if (!findings_raise(x, &peer, n->incarnation, FINDING_UNLINKED,
                                &(struct finding_proof){.first = n->note, .second = linked}, &is_new, &keep, err))
                return false;
        }
        if (!tick_begin(x, err) || !evidence_store_move(x->db, n->number, n->state, n->asked, err))
            return false;
    }
    *any = v.count > 0;
    meter_set_hung_up(link->usage, 0);
    bytes_clear(&link->growth->asked);
    return true;
}

bool growth_advance(struct exchange *x, struct error *err)
{
    for (const struct link *link = x->links; link != NULL; link = link->next) {
        bool hangs_up = meter_hung_up(link->usage) >= BOUND_HUNG_UP;
        bool any;

        if (link->recall_only || (!hangs_up && (link->growth->asked.size == 0 || !is_time(x, link))))
            continue;
        if (link->growth->asked.size == 0 && !collect_sizes(x, link, err))
            return false;
        if (!count_in_vain(x, link, &any, err))
            return false;
        link->growth->tries++;
        link->growth->due_ms = tick_steady_ms(x);
    }
    return true;
}

int64_t growth_wake_ms(const struct exchange *x)
{
    int64_t wake = 0;

    for (const struct link *link = x->links; link != NULL; link = link->next)
        if (links_is_whole(link) && link->growth->due_ms != 0 &&
            (kept_notes_unlinked(x, link->peer) > 0 || link->growth->asked.size != 0) &&
            (wake == 0 || link->growth->due_ms < wake))
            wake = link->growth->due_ms;
    return wake;
}

/* --- answering --- */

/* Adds the proof for our checkpoint of SIZE: from *BASE if it is larger, else up to *BASE. What is beyond moves *BASE.
 */
static bool add_growth(struct exchange *x, uint64_t size, uint64_t *base, struct peer_growth *out, size_t *count,
                       struct error *err)
{
    uint64_t small = size < *base ? size : *base;
    uint64_t large = size < *base ? *base : size;
    struct peer_growth *g = &out[*count];
    bool found;

    if (!audit_checkpoint(x->audit, size, &x->tick_arena, &found, &g->checkpoint, err))
        return false;
    if (!found)
        return true; /* nothing was signed for this size here */
    if (size < *base && !audit_checkpoint(x->audit, *base, &x->tick_arena, &found, &g->checkpoint, err))
        return false;
    g->from_size = small == 0 ? large : small;
    g->consistency = (struct view){0};
    if (found && small != 0 && small != large &&
        !audit_consistency(x->audit, small, large, &x->tick_arena, &g->consistency, err))
        return false;
    *base = large;
    *count += found;
    return true;
}

static bool answer(struct exchange *x, const struct link *link, const struct peer_witness *asked, struct error *err)
{
    struct bytes *frame;
    struct link_growth *g = link->growth;
    struct peer_growth grown[BOUND_WITNESSED];
    struct peer_witness w = {.grown = grown};
    uint64_t linked;
    uint64_t base;

    if (!short_logs_take(x, link, asked->own_incarnation, asked->own_size, err) ||
        !own_note_check(x, &link->agency, asked->linked, &linked, err))
        return false;
    if (!g->memory_came && linked != g->hinted_at_first)
        prove_from(link, linked);
    g->memory_came = true;
    tick_again(x);
    g->linked_size = linked;
    base = linked;
    for (size_t i = 0; i < asked->size_count; i++)
        if (!add_growth(x, asked->sizes[i], &base, grown, &w.grown_count, err))
            return false;
    if (base > linked)
        prove_from(link, base); /* it had not linked what was sent since; with this answer it will have */
    if (w.grown_count == 0)
        return true;
    frame = tick_frame(x);
    peer_witness_encode(&w, frame);
    tick_send(x, link->id, PEER_WITNESS, bytes_view(frame));
    return true;
}

/* --- taking an answer --- */

static bool take_one(struct exchange *x, struct peer_row *peer, const struct peer_growth *g,
                     const struct proof_answer *proof, struct error *err)
{
    struct witness_note n = {.proof = proof,
                             .has_no_record = true,
                             .note = g->checkpoint,
                             .growth = g->consistency,
                             .from_size = g->from_size};

    return proof->incarnation != peer->incarnation || witness_take_growth(x, peer, &n, err);
}

/* All notes before anything is written: a frame that breaks the protocol in its middle leaves no half of it. */
static bool check_notes(struct exchange *x, const struct link *link, const struct peer_witness *w,
                        struct proof_answer *proofs, struct error *err)
{
    for (size_t i = 0; i < w->grown_count; i++)
        if (!proofs_check_note(x->proofs, address_view(&link->agency), w->grown[i].checkpoint, &proofs[i], err))
            return error_wrap(err, "how the log of %s grew", link->agency.text);
    return true;
}

static bool take_answer(struct exchange *x, const struct link *link, const struct peer_witness *w, struct error *err)
{
    struct link_growth *g = link->growth;
    struct proof_answer *proofs;
    struct peer_row peer;
    bool any;
    bool found;

    if (g->asked.size == 0)
        return true; /* it came late: it is counted, and will be asked again */
    proofs = arena_new(&x->tick_arena, w->grown_count * sizeof *proofs);
    if (!check_notes(x, link, w, proofs, err) || !tick_begin(x, err) || !peers_get(x, link->peer, &found, &peer, err))
        return false;
    for (size_t i = 0; i < w->grown_count; i++)
        if (!take_one(x, &peer, &w->grown[i], &proofs[i], err))
            return false;
    if (!count_in_vain(x, link, &any, err))
        return false;
    g->tries = any ? g->tries + 1 : 0;
    g->due_ms = tick_steady_ms(x) + (any ? retry_pause_ms(RETRY_GROWTH, g->tries - 1) : 0);
    tick_again(x);
    return true;
}

/* A peer that has had its share is answered more rarely, not never: silence would be held against this node. */
static bool may_answer_again(const struct exchange *x, const struct link *link)
{
    return tick_steady_ms(x) - link->growth->answered_ms >= OVER_MS;
}

bool growth_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct peer_witness w;

    if (!peer_witness_decode(payload, &x->tick_arena, &w, err))
        return error_wrap(err, "what %s remembers", link->agency.text);
    if (w.grown_count != 0)
        return take_answer(x, link, &w, err);
    if (!inbox_count(x, link, w.size_count) && !may_answer_again(x, link))
        return true;
    link->growth->answered_ms = tick_steady_ms(x);
    return answer(x, link, &w, err);
}
