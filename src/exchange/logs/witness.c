#include "exchange/logs/witness.h"

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>

/* The checkpoint judged last, of messages and of receipts: a batch carries the same one. */
struct judged {
    int64_t peer;
    uint32_t incarnation;
    uint64_t size;
    struct hash root;
    enum witnessed_as as;
    int64_t number; /* of its row; 0: it has none */
};

struct unlinked_count {
    int64_t peer;
    uint64_t count;
};

struct witness {
    struct judged by_message;
    struct judged by_receipt;
    struct bytes counts; /* struct unlinked_count each, at most one for each member */
};

struct witness *witness_new(void)
{
    return xnew(sizeof(struct witness));
}

void witness_free(struct witness *w)
{
    if (w == NULL)
        return;
    bytes_fini(&w->counts);
    free(w);
}

/* --- how many are kept --- */

static bool find_count(struct exchange *x, int64_t peer, struct unlinked_count **out, struct error *err)
{
    struct bytes *counts = &x->witness->counts;
    struct unlinked_count *at = (struct unlinked_count *)(void *)counts->at;
    struct unlinked_count count = {.peer = peer};
    size_t n = counts->size / sizeof count;

    for (size_t i = 0; i < n; i++)
        if (at[i].peer == peer) {
            *out = &at[i];
            return true;
        }
    if (!evidence_store_count_unlinked(x->db, peer, &count.count, err))
        return false;
    bytes_append(counts, &count, sizeof count);
    *out = (struct unlinked_count *)(void *)counts->at + n;
    return true;
}

bool witness_load(struct exchange *x, int64_t peer, struct error *err)
{
    struct unlinked_count *found;

    return find_count(x, peer, &found, err);
}

uint64_t witness_unlinked(const struct exchange *x, int64_t peer)
{
    const struct bytes *counts = &x->witness->counts;
    const struct unlinked_count *at = (const struct unlinked_count *)(const void *)counts->at;

    for (size_t i = 0; i < counts->size / sizeof *at; i++)
        if (at[i].peer == peer)
            return at[i].count;
    return 0;
}

/* --- what is stored --- */

struct comparison {
    struct exchange *x;
    const struct peer_row *peer;
    const struct hash *root; /* by size */
    const struct hash *leaf; /* by index */
    struct peer_note same;   /* number 0: none of this root; the linked one, if it is linked */
    struct view other_root;  /* notes that cannot be true beside this one; empty: none */
    struct view other_leaf;
    bool has_leaf; /* the leaf is kept under SAME */
};

/* It was known when a person closed a finding. What contradicts it from then on is new; it by itself is not. */
static bool is_put_aside(const struct peer_row *peer, const struct peer_note *stored)
{
    return stored->number != 0 && stored->number <= peer->put_aside;
}

static enum note_state state_of(const struct peer_row *peer, const struct peer_note *stored)
{
    return is_put_aside(peer, stored) ? NOTE_CONTRADICTS : stored->state;
}

static bool read_root(struct view note, struct hash *root, struct error *err)
{
    struct checkpoint c;

    if (!checkpoint_read(note, &c, err))
        return error_wrap(err, "a stored checkpoint of a peer");
    *root = c.root;
    return true;
}

static bool compare_root(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct comparison *c = cookie;
    struct hash root;

    if (!read_root(stored->note, &root, err))
        return false;
    if (!hash_equal(&root, c->root)) {
        if (c->other_root.size == 0)
            c->other_root = arena_copy(&c->x->tick_arena, stored->note);
    } else if (c->same.number == 0 || c->same.state != NOTE_LINKED) {
        c->same = *stored;
        c->same.state = state_of(c->peer, stored);
    }
    return true;
}

static bool compare_leaf(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct comparison *c = cookie;

    (void)err;
    if (stored->number == c->same.number)
        c->has_leaf = true;
    if (c->other_leaf.size == 0 && !hash_equal(&stored->leaf, c->leaf))
        c->other_leaf = arena_copy(&c->x->tick_arena, stored->note);
    return true;
}

/* The note against which the compared one is half of a fork that was not reported yet; empty: none. What contradicts
 * the size of a stored note was reported when the second of the two came. */
static struct view new_contradiction(const struct comparison *c)
{
    if (c->same.number == 0)
        return c->other_root.size != 0 ? c->other_root : c->other_leaf;
    return c->same.state == NOTE_CONTRADICTS ? (struct view){0} : c->other_leaf;
}

/* The compared note was half of a fork, or put aside with one, when it came before. */
static bool is_known_half(const struct comparison *c)
{
    return c->same.state == NOTE_CONTRADICTS && (c->other_root.size != 0 || c->other_leaf.size != 0);
}

/* Whether a stored note contradicts N: one size with two roots, or one index with two leaves. */
static bool compare_stored(struct exchange *x, const struct peer_row *peer, const struct witness_note *n, bool by_index,
                           struct comparison *out, struct error *err)
{
    const struct proof_answer *p = n->proof;

    *out = (struct comparison){.x = x, .peer = peer, .root = &p->root, .leaf = &p->leaf};
    if (!evidence_store_walk_size(x->db, peer->number, p->incarnation, p->size, compare_root, out, err))
        return false;
    return !by_index || n->has_no_record ||
           evidence_store_walk_index(x->db, peer->number, p->incarnation, (int64_t)p->record.index, compare_leaf, out,
                                     err);
}

static struct peer_note note_row(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                                 enum note_state state)
{
    struct peer_note row = {.peer = peer->number,
                            .incarnation = n->proof->incarnation,
                            .size = n->proof->size,
                            .state = state,
                            .since_ms = tick_record_ms(x),
                            .note = n->note,
                            .index = NOTE_NO_INDEX};

    if (!n->has_no_record) {
        row.index = (int64_t)n->proof->record.index;
        row.leaf = n->proof->leaf;
        row.path = n->path;
    }
    return row;
}

static bool store_note(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                       enum note_state state, int64_t *number, struct error *err)
{
    struct peer_note row = note_row(x, peer, n, state);

    return tick_begin(x, err) && evidence_store_add(x->db, &row, number, err);
}

/* Another record under the note NUMBER, which is kept. */
static bool store_leaf(struct exchange *x, const struct peer_row *peer, const struct witness_note *n, int64_t number,
                       struct error *err)
{
    struct peer_note row = note_row(x, peer, n, NOTE_UNLINKED);

    row.number = number;
    return tick_begin(x, err) && evidence_store_add_leaf(x->db, &row, err);
}

static bool is_unlinked(const struct peer_note *kept)
{
    return kept->state == NOTE_UNLINKED || kept->state == NOTE_FOUND;
}

static bool set_linked(struct exchange *x, int64_t peer, const struct peer_note *kept, struct error *err)
{
    struct unlinked_count *count;
    uint64_t kept_count;

    if (!find_count(x, peer, &count, err) || !evidence_store_count_leaves(x->db, kept->number, &kept_count, err))
        return false;
    kept_count++;
    if (is_unlinked(kept))
        count->count -= count->count < kept_count ? count->count : kept_count;
    return tick_begin(x, err) && evidence_store_move(x->db, kept->number, NOTE_LINKED, 0, err);
}

/* --- judging --- */

/* N becomes the newest linked note; KEPT is its row, or has number 0. */
static bool link_newest(struct exchange *x, struct peer_row *peer, const struct witness_note *n,
                        const struct peer_note *kept, int64_t *number, struct error *err)
{
    peer->incarnation = n->proof->incarnation;
    peer->linked_size = n->proof->size;
    peer->linked_root = n->proof->root;
    *number = kept->number;
    return tick_begin(x, err) &&
           (kept->number != 0 ? set_linked(x, peer->number, kept, err)
                                           : store_note(x, peer, n, NOTE_LINKED, number, err)) &&
           peers_update(x, peer, err);
}

static bool grows_from_newest(const struct peer_row *peer, const struct witness_note *n)
{
    return n->proof->size > peer->linked_size && n->from_size == peer->linked_size &&
           merkle_verify_consistency(peer->linked_size, &peer->linked_root, n->proof->size, &n->proof->root, n->growth);
}

/* The first contradiction is stored with its proof; of later ones each note once, as many as are kept, and those that a
 * receipt needs. *NUMBER is the row of the note, in and out; 0: it has none. */
static bool report_fork(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                        struct view against, bool must_store, int64_t *number, struct error *err)
{
    bool is_new;
    bool keep;

    return findings_add(x, peer, n->proof->incarnation, FINDING_FORK, against, n->note, &is_new, &keep, err) &&
           (!(is_new || ((keep || must_store) && *number == 0)) ||
            store_note(x, peer, n, NOTE_CONTRADICTS, number, err));
}

/* The note, or, where that is kept already (J has its number), the record that came under it this time: each could be
 * half of a fork. Both count. */
static bool keep_unlinked(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                          bool must_store, struct judged *j, struct error *err)
{
    struct unlinked_count *count;

    if (!find_count(x, peer->number, &count, err))
        return false;
    j->as = count->count < BOUND_UNLINKED ? WITNESSED_KEPT : WITNESSED_FULL;
    if (j->as == WITNESSED_FULL && !must_store)
        return true;
    count->count++;
    tick_again(x); /* to ask for it */
    return j->number != 0 ? store_leaf(x, peer, n, j->number, err)
                          : store_note(x, peer, n, NOTE_UNLINKED, &j->number, err);
}

static bool judge(struct exchange *x, struct peer_row *peer, const struct witness_note *n, bool must_store,
                  struct judged *j, struct error *err)
{
    bool grows = peer->linked_size == 0 || grows_from_newest(peer, n);
    struct unlinked_count *unlinked;
    struct comparison c;
    struct view against;

    /* The linked log has one leaf for each index: only what is not linked, or was put aside, can contradict it. */
    if (!find_count(x, peer->number, &unlinked, err) ||
        !compare_stored(x, peer, n, !grows || unlinked->count > 0 || peer->put_aside != 0, &c, err))
        return false;
    against = new_contradiction(&c);
    j->number = c.same.number;
    j->as = c.same.number != 0 && c.same.state == NOTE_LINKED ? WITNESSED_LINKED : WITNESSED_KEPT;
    if (against.size != 0)
        return report_fork(x, peer, n, against, must_store, &j->number, err);
    if (j->as == WITNESSED_LINKED || is_known_half(&c) || is_put_aside(peer, &c.same))
        return true; /* a log that is followed anew does not begin where it was when the finding was closed */
    if (grows) {
        j->as = WITNESSED_LINKED;
        return link_newest(x, peer, n, &c.same, &j->number, err);
    }
    if (c.same.number == 0 || (is_unlinked(&c.same) && !n->has_no_record && !c.has_leaf))
        return keep_unlinked(x, peer, n, must_store, j, err);
    return true;
}

static bool is_just_judged(const struct judged *j, const struct peer_row *peer, const struct witness_note *n)
{
    return j->peer == peer->number && j->incarnation == n->proof->incarnation && j->size == n->proof->size &&
           hash_equal(&j->root, &n->proof->root);
}

static bool judge_once(struct exchange *x, struct peer_row *peer, const struct witness_note *n, bool must_store,
                       struct judged *last, struct error *err)
{
    struct judged j = {
        .peer = peer->number, .incarnation = n->proof->incarnation, .size = n->proof->size, .root = n->proof->root};

    /* While something is unlinked each record is compared: it may be half of a fork. */
    if (is_just_judged(last, peer, n) && last->as == WITNESSED_LINKED && witness_unlinked(x, peer->number) == 0 &&
        (last->number != 0 || !must_store))
        return true;
    last->peer = 0;
    if (!judge(x, peer, n, must_store, &j, err))
        return false;
    *last = j;
    return true;
}

bool witness_take(struct exchange *x, struct peer_row *peer, const struct witness_note *n, enum witnessed_as *as,
                  struct error *err)
{
    struct judged *last = &x->witness->by_message;

    if (!judge_once(x, peer, n, false, last, err))
        return false;
    *as = last->as;
    return true;
}

bool witness_take_receipt(struct exchange *x, struct peer_row *peer, const struct witness_note *n, int64_t *number,
                          struct error *err)
{
    struct judged *last = &x->witness->by_receipt;

    if (!judge_once(x, peer, n, true, last, err))
        return false;
    *number = last->number;
    return true;
}

static bool compare_only(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                         struct error *err)
{
    struct comparison c;
    struct view against;

    if (!compare_stored(x, peer, n, true, &c, err))
        return false;
    against = new_contradiction(&c);
    return against.size == 0 || report_fork(x, peer, n, against, false, &c.same.number, err);
}

bool witness_take_beside(struct exchange *x, int64_t peer, struct view agency, const struct witness_note *n,
                         struct error *err)
{
    enum witnessed_as as;
    struct address address;
    struct peer_row row;
    bool found;

    if (!address_read(agency, &address))
        return error_set(err, E_LOG_21, "a record of nobody's log");
    if (!peers_find(x, &address, &found, &row, err))
        return false;
    if (!found || row.incarnation != n->proof->incarnation)
        return true;
    return row.number == peer ? witness_take(x, &row, n, &as, err) : compare_only(x, &row, n, err);
}

/* --- asked --- */

/* Whether the linked log of PEER has the root ROOT at SIZE; only where a note of that size is linked. */
static bool is_linked(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct hash *root,
                      bool *linked, struct error *err)
{
    struct comparison c = {.x = x, .peer = peer, .root = root};

    if (size == peer->linked_size) {
        *linked = hash_equal(root, &peer->linked_root);
        return true;
    }
    if (!evidence_store_walk_size(x->db, peer->number, peer->incarnation, size, compare_root, &c, err))
        return false;
    *linked = c.same.number != 0 && c.same.state == NOTE_LINKED;
    return true;
}

bool witness_agrees(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct hash *root,
                    struct view growth, uint64_t from_size, bool *agrees, struct error *err)
{
    if (peer->linked_size == 0) {
        *agrees = true;
        return true;
    }
    if (size > peer->linked_size) {
        *agrees = from_size == peer->linked_size &&
                  merkle_verify_consistency(from_size, &peer->linked_root, size, root, growth);
        return true;
    }
    return is_linked(x, peer, size, root, agrees, err);
}

struct linked_search {
    struct exchange *x;
    const struct peer_row *peer;
    struct view note;
};

static bool take_linked(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct linked_search *s = cookie;

    (void)err;
    if (state_of(s->peer, stored) == NOTE_LINKED && s->note.size == 0)
        s->note = arena_copy(&s->x->tick_arena, stored->note);
    return true;
}

bool witness_linked_note(struct exchange *x, const struct peer_row *peer, struct view *note, struct error *err)
{
    struct linked_search s = {.x = x, .peer = peer};

    if (peer->linked_size != 0 &&
        !evidence_store_walk_size(x->db, peer->number, peer->incarnation, peer->linked_size, take_linked, &s, err))
        return false;
    *note = s.note;
    return true;
}

/* --- how a log grew --- */

struct from_search {
    struct peer_row *peer;
    const struct witness_note *n;
    struct peer_note proven; /* number 0: none */
};

/* A kept note of the size from which N has grown: part of the linked log, if N is and the path holds. */
static bool check_from(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct from_search *f = cookie;
    struct hash root;

    if (!is_unlinked(stored))
        return true;
    if (!read_root(stored->note, &root, err))
        return false;
    if (merkle_verify_consistency(stored->size, &root, f->n->proof->size, &f->n->proof->root, f->n->growth))
        f->proven = *stored;
    return true;
}

bool witness_take_growth(struct exchange *x, struct peer_row *peer, const struct witness_note *n, struct error *err)
{
    struct from_search f = {.peer = peer, .n = n};
    struct judged j;
    bool linked;

    if (!is_linked(x, peer, n->proof->size, &n->proof->root, &linked, err))
        return false;
    if (!linked)
        return judge(x, peer, n, false, &j, err);
    if (n->from_size >= n->proof->size)
        return true;
    return evidence_store_walk_size(x->db, peer->number, peer->incarnation, n->from_size, check_from, &f, err) &&
           (f.proven.number == 0 || set_linked(x, peer->number, &f.proven, err));
}

/* --- after a person closed it --- */

/* *UP_TO: the newest note there is. The caller stores *PEER. */
static bool follow_anew(struct exchange *x, struct peer_row *peer, int64_t *up_to, struct error *err)
{
    struct unlinked_count *count;

    if (!find_count(x, peer->number, &count, err) || !evidence_store_put_aside(x->db, peer->number, up_to, err))
        return false;
    count->count = 0;
    x->witness->by_message.peer = 0;
    x->witness->by_receipt.peer = 0;
    peer->linked_size = 0;
    return true;
}

bool witness_begin_anew(struct exchange *x, struct peer_row *peer, struct error *err)
{
    return follow_anew(x, peer, &peer->put_aside, err) && peers_update(x, peer, err);
}

bool witness_begin_incarnation(struct exchange *x, struct peer_row *peer, uint32_t incarnation, struct error *err)
{
    int64_t up_to;

    if (peer->incarnation != 0)
        peer->begun_index = audit_size(x->audit, LOG_EXCHANGE);
    peer->incarnation = incarnation; /* notes of another one are compared with nothing */
    peer->put_aside = 0;
    peer->hinted_size = 0; /* of our log it holds nothing now */
    return tick_begin(x, err) && follow_anew(x, peer, &up_to, err) && peers_update(x, peer, err);
}
