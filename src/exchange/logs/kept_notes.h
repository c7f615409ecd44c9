#ifndef EXCHANGE_KEPT_NOTES_H
#define EXCHANGE_KEPT_NOTES_H
/* The checkpoint notes of other agencies' logs that this node keeps, linked and not: compared with one that came,
 * found, counted, stored. What a note means for its log is judged in witness.h.
 *
 * Floor: exchange. Notes of one incarnation are compared with each other alone. All functions fail if the store does
 * (E-STO-*), or where a stored note does not read.
 */

#include "exchange/exchange.h"
#include "store/evidence_store.h"
#include "store/peer_store.h"

struct witness_note;

struct kept_notes;
struct kept_notes *kept_notes_new(void);
void kept_notes_free(struct kept_notes *k);

/* --- compared --- */

/* One note that came, beside those that are kept. Views live until the tick ends. */
struct kept_comparison {
    struct peer_note same;  /* number 0: none of this root; the linked one, if it is linked */
    struct view other_root; /* notes that cannot be true beside this one; empty: none */
    struct view other_leaf;
    struct record_fork_leaf other_proof; /* with other_leaf: the leaf, and its path to the root of that note */
    bool has_leaf;                       /* the leaf is kept under SAME */
};

/* Whether a stored note contradicts N: one size with two roots, or, asked BY_INDEX, one index with two leaves. */
MUST_USE bool kept_notes_compare(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                                 bool by_index, struct kept_comparison *out, struct error *err);
/* It was known when a person closed a finding. What contradicts it from then on is new; it by itself is not. */
bool kept_notes_is_put_aside(const struct peer_row *peer, const struct peer_note *stored);
bool kept_notes_is_unlinked(const struct peer_note *kept);
/* Whether the linked log of PEER has the root ROOT at SIZE; only where a note of that size is linked. */
MUST_USE bool kept_notes_is_linked(struct exchange *x, const struct peer_row *peer, uint64_t size,
                                   const struct hash *root, bool *linked, struct error *err);

/* --- found --- */

/* The newest linked note of PEER's log, copied to the tick's arena; empty: none. */
MUST_USE bool kept_notes_linked(struct exchange *x, const struct peer_row *peer, struct view *note, struct error *err);
/* A note that is not linked, of the size from which N has grown, if N's path proves that; number 0: there is none. It
 * is part of the linked log if N is. */
MUST_USE bool kept_notes_find_grown(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                                    struct peer_note *out, struct error *err);

/* How many notes and records of PEER are kept unlinked; read from the store once. */
MUST_USE bool kept_notes_count(struct exchange *x, int64_t peer, uint64_t *out, struct error *err);
/* Reads that, if it was not yet. */
MUST_USE bool kept_notes_load(struct exchange *x, int64_t peer, struct error *err);
/* The same without the store; 0 before it was read. */
uint64_t kept_notes_unlinked(const struct exchange *x, int64_t peer);

/* --- stored, in the open transaction or one that is begun --- */

/* *NUMBER is its row. */
MUST_USE bool kept_notes_add(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                             enum note_state state, int64_t *number, struct error *err);
/* N unlinked: the note, or, where that is kept already as *NUMBER, the record that came under it this time. It counts;
 * the caller keeps the bound. */
MUST_USE bool kept_notes_add_unlinked(struct exchange *x, const struct peer_row *peer, const struct witness_note *n,
                                      int64_t *number, struct error *err);
/* KEPT, of PEER, is linked from now on. */
MUST_USE bool kept_notes_link(struct exchange *x, int64_t peer, const struct peer_note *kept, struct error *err);
/* A receipt came with the note NUMBER, which stays as long as that. */
MUST_USE bool kept_notes_hold(struct exchange *x, int64_t number, struct error *err);
/* PEER's newest note was linked: of the older ones with which no receipt came BOUND_LINKED are kept. What comes again
 * under one that is forgotten is asked for as what is unlinked, and is proven. */
MUST_USE bool kept_notes_drop_old(struct exchange *x, const struct peer_row *peer, struct error *err);
/* What is kept of PEER unlinked is put aside. *UP_TO: the newest note there is. */
MUST_USE bool kept_notes_put_aside(struct exchange *x, int64_t peer, int64_t *up_to, struct error *err);

#endif
