#ifndef EXCHANGE_AUDIT_H
#define EXCHANGE_AUDIT_H
/* The node's two audit logs: append a record, sign one checkpoint a commit, prove any record, verify everything.
 *
 * Floor: exchange. Records go into the transaction that is open; audit_sign writes tiles and checkpoint into the same
 * one, so a checkpoint that has left is on the disk with all it covers. (C2SP tlog-checkpoint: never sign what was not
 * stored.)
 */

#include "auditlog/checkpoint.h"
#include "base/arena.h"
#include "exchange/exchange.h"
#include "model/record.h"
#include "store/log_store.h"

struct audit;
struct sign_key;
struct verify_key;

struct audit_options {
    struct db *db;
    struct clock *clock;
    struct random_source *random;
    const struct federation *federation;
    const struct address *agency;
    const struct sign_key *key; /* NULL: read only */
};

/* Opens both logs, makes them when they are not there (inside the open transaction then). */
MUST_USE bool audit_open(const struct audit_options *o, struct audit **out, struct error *err);
void audit_close(struct audit *a);

/* Appends R (kind, actor and the kind's own message are the caller's; index, time and salt are set here). *LEAF may be
 * NULL. */
MUST_USE bool audit_append(struct audit *a, struct record *r, struct hash *leaf, struct error *err);

/* Signs a checkpoint for each log that grew since the last time. Before the commit. */
MUST_USE bool audit_sign(struct audit *a, struct error *err);
bool audit_has_grown(const struct audit *a);
/* After the commit: what was kept for this turn is forgotten. */
void audit_end_tick(struct audit *a);

uint64_t audit_size(const struct audit *a, enum log_id id);
/* Whether a signed checkpoint covers record INDEX of the exchange log. */
bool audit_is_durable(const struct audit *a, uint64_t index);
/* The last signed checkpoint of the house log; empty, size 0, when it has none. Lives until the next one is signed. */
struct view audit_house_note(const struct audit *a, uint64_t *size);
const char *audit_origin(const struct audit *a, enum log_id id);

/* A record of the exchange log, the path to a checkpoint that covers it, and that checkpoint. Views live in ARENA. */
struct audit_proof {
    struct view record;
    struct view path;
    struct view checkpoint;
    uint64_t size;
};
enum audit_checkpoint {
    AUDIT_OF_COMMIT, /* the checkpoint of the commit that recorded it: the same bytes each time */
    AUDIT_NEWEST,    /* the newest checkpoint */
};
MUST_USE bool audit_prove(struct audit *a, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                          struct audit_proof *out, struct error *err);
/* The consistency path from the checkpoint of OLD_SIZE to that of NEW_SIZE. */
MUST_USE bool audit_consistency(struct audit *a, uint64_t old_size, uint64_t new_size, struct arena *arena,
                                struct view *path, struct error *err);

/* See exchange_audit_verify. OWN checks the checkpoints. */
MUST_USE bool audit_verify(struct audit *a, enum log_id log, const struct verify_key *own, struct audit_verdict *out,
                           struct error *err);

#endif
