#ifndef EXCHANGE_WITNESS_H
#define EXCHANGE_WITNESS_H
/* Follows each peer's log by the checkpoints that come: links what is proven to have grown from what is remembered,
 * keeps the rest until it is (kept_notes.h), and detects a fork, whose alarm findings.h raises.
 *
 * Floor: exchange. A fork is what two signed checkpoints prove: one size with two roots, or one index with two leaves.
 * A missing or wrong path proves nothing against anybody: the note is kept, and growth_send asks how the log grew.
 * The message that came with it is taken all the same (docs/PROTOCOL.md 7).
 */

#include "exchange/exchange.h"
#include "exchange/logs/proofs.h"
#include "store/evidence_store.h"
#include "store/peer_store.h"

/* A verified checkpoint of a peer's exchange log, and what came with it. */
struct witness_note {
    const struct proof_answer *proof; /* the record that came with it, too, unless HAS_NO_RECORD */
    bool has_no_record;
    struct view note;
    struct view path;   /* from the record's leaf */
    struct view growth; /* consistency path, from … */
    uint64_t from_size; /* … this size; 0: none came */
};

enum witnessed_as {
    WITNESSED_LINKED = 1, /* of the log that is remembered */
    WITNESSED_KEPT,       /* not proven so yet, or half of a fork */
    WITNESSED_FULL,       /* not proven so, and as many are kept as may be: this one is not */
};

/* Judges N, whose incarnation is PEER's, and updates *PEER. In the open transaction. A batch carries the same note: the
 * second time it costs nothing. */
MUST_USE bool witness_take(struct exchange *x, struct peer_row *peer, const struct witness_note *n,
                           enum witnessed_as *as, struct error *err);
/* The same for the note of a receipt, which is always kept: *NUMBER is its row. */
MUST_USE bool witness_take_receipt(struct exchange *x, struct peer_row *peer, const struct witness_note *n,
                                   int64_t *number, struct error *err);
/* The note of a record of AGENCY's log that a message of PEER brought: of PEER's own log it is linked at leisure, of a
 * third agency's it is only compared with what is stored. */
MUST_USE bool witness_take_beside(struct exchange *x, int64_t peer, struct view agency, const struct witness_note *n,
                                  struct error *err);

/* Whether the checkpoint of SIZE and ROOT agrees with the log of PEER as it is linked: it is part of it, or GROWTH from
 * FROM_SIZE leads there. Stores nothing. */
MUST_USE bool witness_agrees(struct exchange *x, const struct peer_row *peer, uint64_t size, const struct hash *root,
                             struct view growth, uint64_t from_size, bool *agrees, struct error *err);

/* The answer how PEER's log grew (docs/PROTOCOL.md 13): CHECKPOINT is N's; from FROM_SIZE on. Links what it proves: the
 * checkpoint, or a note of FROM_SIZE that is kept. */
MUST_USE bool witness_take_growth(struct exchange *x, struct peer_row *peer, const struct witness_note *n,
                                  struct error *err);

/* Those that are kept of PEER are put aside, and its log is followed anew from the next note that comes: a person has
 * closed what was found. */
MUST_USE bool witness_begin_anew(struct exchange *x, struct peer_row *peer, struct error *err);

/* The directory says that PEER's log began again, and a message proves it: it is followed from INCARNATION's next note.
 * The one place where another agency's log changes its incarnation. */
MUST_USE bool witness_begin_incarnation(struct exchange *x, struct peer_row *peer, uint32_t incarnation,
                                        struct error *err);

struct witness;
struct witness *witness_new(void);
void witness_free(struct witness *w);

#endif
