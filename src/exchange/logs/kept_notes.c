#include "exchange/logs/kept_notes.h"

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>

#define DROPPED_EVERY 64 /* notes that were linked: then as many old ones are forgotten at once */

struct unlinked_count {
    int64_t peer;
    uint64_t count;
    unsigned linked; /* since old ones were forgotten; 0: not yet since the start */
};

struct kept_notes {
    struct bytes counts; /* struct unlinked_count each, at most one for each member */
};

struct kept_notes *kept_notes_new(void)
{
    return xnew(sizeof(struct kept_notes));
}

void kept_notes_free(struct kept_notes *k)
{
    if (k == NULL)
        return;
    bytes_fini(&k->counts);
    free(k);
}

/* --- how many are kept --- */

static bool find_count(struct exchange *x, int64_t peer, struct unlinked_count **out, struct error *err)
{
    struct bytes *counts = &x->kept_notes->counts;
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

bool kept_notes_count(struct exchange *x, int64_t peer, uint64_t *out, struct error *err)
{
    struct unlinked_count *found;

    if (!find_count(x, peer, &found, err))
        return false;
    *out = found->count;
    return true;
}

bool kept_notes_load(struct exchange *x, int64_t peer, struct error *err)
{
    struct unlinked_count *found;

    return find_count(x, peer, &found, err);
}

uint64_t kept_notes_unlinked(const struct exchange *x, int64_t peer)
{
    const struct bytes *counts = &x->kept_notes->counts;
    const struct unlinked_count *at = (const struct unlinked_count *)(const void *)counts->at;

    for (size_t i = 0; i < counts->size / sizeof *at; i++)
        if (at[i].peer == peer)
            return at[i].count;
    return 0;
}

/* --- compared with one that came --- */

/* A walk that compares: OUT is what it finds. */
struct comparing {
    struct exchange *x;
    const struct peer_row *peer;
    const struct hash *root; /* by size */
    const struct hash *leaf; /* by index */
    struct kept_comparison *out;
};

bool kept_notes_is_put_aside(const struct peer_row *peer, const struct peer_note *stored)
{
    return stored->number != 0 && stored->number <= peer->put_aside;
}

static enum note_state state_of(const struct peer_row *peer, const struct peer_note *stored)
{
    return kept_notes_is_put_aside(peer, stored) ? NOTE_CONTRADICTS : stored->state;
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
    struct comparing *c = cookie;
    struct hash root;

    if (!read_root(stored->note, &root, err))
        return false;
    if (!hash_equal(&root, c->root)) {
        if (c->out->other_root.size == 0)
            c->out->other_root = arena_copy(&c->x->tick_arena, stored->note);
    } else if (c->out->same.number == 0 || c->out->same.state != NOTE_LINKED) {
        c->out->same = *stored;
        c->out->same.state = state_of(c->peer, stored);
    }
    return true;
}

/* No honest log has a longer one: what has is found unlinked, not a fork. */
static bool fits_a_record(struct view path)
{
    return path.size <= (size_t)BOUND_FORK_PATH * HASH_SIZE;
}

static bool compare_leaf(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct comparing *c = cookie;

    (void)err;
    if (stored->number == c->out->same.number)
        c->out->has_leaf = true;
    if (c->out->other_leaf.size != 0 || hash_equal(&stored->leaf, c->leaf) || !fits_a_record(stored->path))
        return true;
    c->out->other_leaf = arena_copy(&c->x->tick_arena, stored->note);
    c->out->other_proof = (struct record_fork_leaf){
        .index = (uint64_t)stored->index, .leaf = stored->leaf, .path = arena_copy(&c->x->tick_arena, stored->path)};
    return true;
}

bool kept_notes_compare(struct exchange *x, const struct peer_row *peer, const struct witness_note *n, bool by_index,
                        struct kept_comparison *out, struct error *err)
{
    const struct proof_answer *p = n->proof;
    struct comparing c = {.x = x, .peer = peer, .root = &p->root, .leaf = &p->leaf, .out = out};

    *out = (struct kept_comparison){.has_leaf = false};
    if (!evidence_store_walk_size(x->db, peer->number, p->incarnation, p->size, compare_root, &c, err))
        return false;
    return !by_index || n->has_no_record || !fits_a_record(n->path) ||
           evidence_store_walk_index(x->db, peer->number, p->incarnation, (int64_t)p->record.index, compare_leaf, &c,
                                     err);
}

bool kept_notes_is_linked(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct hash *root,
                          bool *linked, struct error *err)
{
    struct kept_comparison found = {.has_leaf = false};
    struct comparing c = {.x = x, .peer = peer, .root = root, .out = &found};

    if (size == peer->linked_size) {
        *linked = hash_equal(root, &peer->linked_root);
        return true;
    }
    if (!evidence_store_walk_size(x->db, peer->number, peer->incarnation, size, compare_root, &c, err))
        return false;
    *linked = found.same.number != 0 && found.same.state == NOTE_LINKED;
    return true;
}

/* --- found --- */

struct linked_search {
    struct exchange *x;
    const struct peer_row *peer;
    struct view note;
};

static bool take_linked(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct linked_search *s = cookie;

    (void)err;
    if (state_of(s->peer, stored) == NOTE_LINKED && s->note.size == 0 && stored->note.size <= BOUND_CHECKPOINT)
        s->note = arena_copy(&s->x->tick_arena, stored->note);
    return true;
}

bool kept_notes_linked(struct exchange *x, const struct peer_row *peer, struct view *note, struct error *err)
{
    struct linked_search s = {.x = x, .peer = peer};

    if (peer->linked_size != 0 &&
        !evidence_store_walk_size(x->db, peer->number, peer->incarnation, peer->linked_size, take_linked, &s, err))
        return false;
    *note = s.note;
    return true;
}

struct from_search {
    const struct witness_note *n;
    struct peer_note proven; /* number 0: none */
};

static bool check_from(void *cookie, const struct peer_note *stored, struct error *err)
{
    struct from_search *f = cookie;
    struct hash root;

    if (!kept_notes_is_unlinked(stored))
        return true;
    if (!read_root(stored->note, &root, err))
        return false;
    if (merkle_verify_consistency(stored->size, &root, f->n->proof->size, &f->n->proof->root, f->n->growth))
        f->proven = *stored;
    return true;
}

bool kept_notes_find_grown(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                           struct peer_note *out, struct error *err)
{
    struct from_search f = {.n = n};

    if (!evidence_store_walk_size(x->db, peer->number, peer->incarnation, n->from_size, check_from, &f, err))
        return false;
    *out = f.proven;
    return true;
}

/* --- stored --- */

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

bool kept_notes_add(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                    enum note_state state, int64_t *number, struct error *err)
{
    struct peer_note row = note_row(x, peer, n, state);

    return tick_begin(x, err) && evidence_store_add(x->db, &row, number, err);
}

/* Another record under the note NUMBER, which is kept. */
static bool add_leaf(struct exchange *x, const struct peer_row *peer, const struct witness_note *n, int64_t number,
                     struct error *err)
{
    struct peer_note row = note_row(x, peer, n, NOTE_UNLINKED);

    row.number = number;
    return tick_begin(x, err) && evidence_store_add_leaf(x->db, &row, err);
}

bool kept_notes_add_unlinked(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                             int64_t *number, struct error *err)
{
    struct unlinked_count *count;

    if (!find_count(x, peer->number, &count, err))
        return false;
    count->count++;
    return *number != 0 ? add_leaf(x, peer, n, *number, err) : kept_notes_add(x, peer, n, NOTE_UNLINKED, number, err);
}

bool kept_notes_is_unlinked(const struct peer_note *kept)
{
    return kept->state == NOTE_UNLINKED || kept->state == NOTE_FOUND;
}

bool kept_notes_link(struct exchange *x, int64_t peer, const struct peer_note *kept, struct error *err)
{
    struct unlinked_count *count;
    uint64_t kept_count;

    if (!find_count(x, peer, &count, err) || !evidence_store_count_leaves(x->db, kept->number, &kept_count, err))
        return false;
    kept_count++;
    if (kept_notes_is_unlinked(kept))
        count->count -= count->count < kept_count ? count->count : kept_count;
    return tick_begin(x, err) && evidence_store_move(x->db, kept->number, NOTE_LINKED, 0, err);
}

bool kept_notes_hold(struct exchange *x, int64_t number, struct error *err)
{
    return tick_begin(x, err) && evidence_store_hold(x->db, number, err);
}

bool kept_notes_drop_old(struct exchange *x, const struct peer_row *peer, struct error *err)
{
    struct unlinked_count *count;

    if (!find_count(x, peer->number, &count, err))
        return false;
    if (count->linked++ % DROPPED_EVERY != 0)
        return true;
    return tick_begin(x, err) &&
           evidence_store_drop_linked(x->db, peer->number, peer->linked_size, BOUND_LINKED - DROPPED_EVERY,
                                      4 * (size_t)DROPPED_EVERY, err);
}

bool kept_notes_put_aside(struct exchange *x, int64_t peer, int64_t *up_to, struct error *err)
{
    struct unlinked_count *count;

    if (!find_count(x, peer, &count, err) || !evidence_store_put_aside(x->db, peer, up_to, err))
        return false;
    count->count = 0;
    return true;
}
