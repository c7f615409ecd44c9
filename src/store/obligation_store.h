#ifndef STORE_OBLIGATION_STORE_H
#define STORE_OBLIGATION_STORE_H
/* What is owed to other agencies until it is answered: one row a fact. The newest row of a subject counts.
 *
 * Floor: store.
 */

#include "model/record.h"
#include "model/refusal.h"
#include "store/db.h"

#define OBLIGATION_NO_RECORD (-1)

struct obligation_row {
    int64_t number; /* out */
    enum owed what;
    int64_t subject;       /* consent_store number, or referral_store number of a reply or cancellation */
    int64_t peer;          /* to whom */
    uint32_t step;         /* enum consent_state, or enum referral_state of a reply or cancellation */
    uint64_t record_index; /* of the fact, in our exchange log */
    int64_t since_ms;      /* when it was first owed */
    int64_t message;       /* number of the message that carries it; 0: none now */
    uint32_t tries;        /* messages that were finally refused */
    int64_t next_ms;       /* without a message: none before */
    enum settled settled;  /* 0: open */
    enum erasure result;   /* of a withdrawal that was answered; else 0 */
    int64_t settled_by;    /* SETTLED record in our exchange log; OBLIGATION_NO_RECORD: open */
    int64_t answered_by;   /* index of the answering record in the peer's log; OBLIGATION_NO_RECORD: none, not known */
    int64_t closed_by;     /* our record by which a person closed what its end left to do; OBLIGATION_NO_RECORD: none */
    /* While it is open: its message was refused without a receipt, for what does not pass. */
    enum admission_step refused_at; /* 0: it was not */
    enum refusal_reason refused_why;
    int64_t refused_ms; /* when that was so first, also where refused_at is 0 again; 0: never */
};

MUST_USE bool obligation_store_add(struct db *db, const struct obligation_row *row, struct error *err);
/* Writes all but number, what, subject and since_ms. */
MUST_USE bool obligation_store_update(struct db *db, const struct obligation_row *row, struct error *err);
MUST_USE bool obligation_store_remove(struct db *db, int64_t number, struct error *err);
/* The newest about SUBJECT, open or not. */
MUST_USE bool obligation_store_find(struct db *db, enum owed what, int64_t subject, bool *found,
                                    struct obligation_row *out, struct error *err);

typedef bool obligation_store_row_fn(void *cookie, const struct obligation_row *row, struct error *err);
/* What is open, oldest first; of that, what has no message. */
MUST_USE bool obligation_store_walk_open(struct db *db, obligation_store_row_fn *on_row, void *cookie,
                                         struct error *err);
MUST_USE bool obligation_store_walk_due(struct db *db, obligation_store_row_fn *on_row, void *cookie,
                                        struct error *err);
/* What is owed to PEER, and the withdrawals that it answered, oldest first. */
MUST_USE bool obligation_store_walk_peer(struct db *db, int64_t peer, obligation_store_row_fn *on_row, void *cookie,
                                         struct error *err);
/* Withdrawals answered with "nothing held" by an agency whose receipt for something under that consent is here. */
MUST_USE bool obligation_store_walk_doubted(struct db *db, obligation_store_row_fn *on_row, void *cookie,
                                            struct error *err);
/* Answers that were lost because the log of their recipient began anew, and that no person has closed. */
MUST_USE bool obligation_store_walk_lost(struct db *db, obligation_store_row_fn *on_row, void *cookie,
                                         struct error *err);
/* What a person closed of what was owed to PEER, oldest first. */
MUST_USE bool obligation_store_walk_closed(struct db *db, int64_t peer, obligation_store_row_fn *on_row, void *cookie,
                                           struct error *err);

#endif
