#ifndef STORE_EVIDENCE_STORE_H
#define STORE_EVIDENCE_STORE_H
/* Checkpoint notes of other agencies' logs, linked and not, and the findings about these logs.
 *
 * Floor: store. A note that is read lives until the walk's callback returns.
 */

#include "model/record.h"
#include "store/db.h"

enum note_state {
    NOTE_UNLINKED = 1, /* signed, and not proven to be of the log that is remembered */
    NOTE_LINKED,
    NOTE_CONTRADICTS, /* half of a fork, or put aside when a person closed a finding */
    NOTE_FOUND,       /* not proven for so long that it is a finding: not asked for any more */
};

#define NOTE_NO_INDEX (-1)

struct peer_note {
    int64_t number; /* out */
    int64_t peer;
    uint32_t incarnation;
    uint64_t size;
    enum note_state state;
    uint32_t asked; /* in vain */
    int64_t since_ms;
    struct view note;
    int64_t index;    /* of the record that came with it; NOTE_NO_INDEX */
    struct hash leaf; /* with an index */
    struct view path; /* the same: 32 bytes a hash, from the leaf to the root */
};

MUST_USE bool evidence_store_add(struct db *db, const struct peer_note *n, int64_t *number, struct error *err);
MUST_USE bool evidence_store_move(struct db *db, int64_t number, enum note_state state, uint32_t asked,
                                  struct error *err);

typedef bool evidence_store_note_fn(void *cookie, const struct peer_note *n, struct error *err);
/* Of one size; more than one where the log forked. */
MUST_USE bool evidence_store_walk_size(struct db *db, int64_t peer, uint32_t incarnation, uint64_t size,
                                       evidence_store_note_fn *on_row, void *cookie, struct error *err);
/* Those under which a record of this index came, first or later; with its leaf. */
MUST_USE bool evidence_store_walk_index(struct db *db, int64_t peer, uint32_t incarnation, int64_t index,
                                        evidence_store_note_fn *on_row, void *cookie, struct error *err);
/* A receipt came with this note: it is kept as long as that. */
MUST_USE bool evidence_store_hold(struct db *db, int64_t number, struct error *err);
/* Drops linked notes of PEER without a receipt, the oldest first, while there are more than KEEP; not the one of
 * LINKED_SIZE. At most LIMIT at once. */
MUST_USE bool evidence_store_drop_linked(struct db *db, int64_t peer, uint64_t linked_size, size_t keep, size_t limit,
                                         struct error *err);
/* Another record that came under note N->number: its index, leaf and path. */
MUST_USE bool evidence_store_add_leaf(struct db *db, const struct peer_note *n, struct error *err);
MUST_USE bool evidence_store_count_leaves(struct db *db, int64_t number, uint64_t *out, struct error *err);
/* At most LIMIT that are NOTE_UNLINKED, the oldest first. */
MUST_USE bool evidence_store_walk_unlinked(struct db *db, int64_t peer, size_t limit, evidence_store_note_fn *on_row,
                                           void *cookie, struct error *err);
/* With those that are NOTE_FOUND; each counts with the leaves that were added to it. */
MUST_USE bool evidence_store_count_unlinked(struct db *db, int64_t peer, uint64_t *out, struct error *err);
/* Notes of all peers that are NOTE_UNLINKED. */
MUST_USE bool evidence_store_count_waiting(struct db *db, uint64_t *out, struct error *err);

/* What is unlinked or found becomes NOTE_CONTRADICTS. *UP_TO: the newest note there is. */
MUST_USE bool evidence_store_put_aside(struct db *db, int64_t peer, int64_t *up_to, struct error *err);

struct finding_row {
    int64_t peer;
    struct address agency; /* out */
    uint32_t incarnation;
    enum finding which;
    int64_t since_ms;
    uint64_t later;
    enum finding_closing closed; /* 0: it stands */
};

MUST_USE bool evidence_store_add_finding(struct db *db, const struct finding_row *f, struct error *err);
/* Stores later and closed. */
MUST_USE bool evidence_store_move_finding(struct db *db, const struct finding_row *f, struct error *err);
typedef bool evidence_store_finding_fn(void *cookie, const struct finding_row *f, struct error *err);
/* PEER 0: of all. */
MUST_USE bool evidence_store_walk_findings(struct db *db, int64_t peer, evidence_store_finding_fn *on_row, void *cookie,
                                           struct error *err);

#endif
