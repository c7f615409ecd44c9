#ifndef STORE_PEER_STORE_H
#define STORE_PEER_STORE_H
/* What is stored of other agencies; the checkpoints of their logs are in evidence_store.h.
 *
 * Floor: store.
 */

#include "model/ident.h"
#include "store/db.h"

struct peer_row {
    int64_t number; /* out */
    struct address agency;
    struct hash fid;         /* its federation */
    uint32_t incarnation;    /* newest known of its exchange log; 0: none seen */
    uint64_t begun_index;    /* size of ours when that one took the place of another; 0: it did not */
    uint64_t linked_size;    /* of their log, up to which growth is proven; 0: nothing */
    struct hash linked_root; /* of that size */
    int64_t put_aside; /* peer_note.number: up to it they were known when a person last closed a finding; 0: none */
    int64_t last_receipt_ms; /* of a message that is no ping; 0: none */
    struct hash known_key;   /* fingerprint of the identity key that counts; zeros: none listed yet */
    struct hash held_key;    /* of the one that the directory lists and that is held; zeros: none */
    int64_t held_since_ms;   /* 0: not held */
    bool held_by_person;     /* it was suspended: only a person lifts the hold */
};

/* The peer's row, made when it is not there. */
MUST_USE bool peer_store_find_or_add(struct db *db, const struct address *agency, const struct hash *fid,
                                     struct peer_row *out, struct error *err);
MUST_USE bool peer_store_find(struct db *db, struct view agency, bool *found, struct peer_row *out, struct error *err);
MUST_USE bool peer_store_get(struct db *db, int64_t number, bool *found, struct peer_row *out, struct error *err);
MUST_USE bool peer_store_update(struct db *db, const struct peer_row *row, struct error *err);

typedef bool peer_store_row_fn(void *cookie, const struct peer_row *row, struct error *err);
/* Calls ON_ROW for each peer. */
MUST_USE bool peer_store_walk(struct db *db, peer_store_row_fn *on_row, void *cookie, struct error *err);
/* Its log of INCARNATION is over with SIZE records, whose tree has ROOT, as far as the agency has it. */
struct peer_log {
    uint32_t incarnation;
    uint64_t size;
    struct hash root;
};
/* Takes the place of what was known of that log and of later ones. */
MUST_USE bool peer_store_put_log(struct db *db, int64_t peer, const struct peer_log *log, struct error *err);
MUST_USE bool peer_store_log(struct db *db, int64_t peer, uint32_t incarnation, bool *found, struct peer_log *out,
                             struct error *err);
/* Of the oldest whose end is known. *FOUND false: the agency was not put back since it has this machine's keys. */
MUST_USE bool peer_store_first_log(struct db *db, int64_t peer, bool *found, struct peer_log *out, struct error *err);
/* It has another machine, and nothing of any log before. */
MUST_USE bool peer_store_drop_logs(struct db *db, int64_t peer, struct error *err);
/* The peers whose identity key is held. */
MUST_USE bool peer_store_walk_held(struct db *db, peer_store_row_fn *on_row, void *cookie, struct error *err);

#endif
