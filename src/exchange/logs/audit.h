#ifndef EXCHANGE_AUDIT_H
#define EXCHANGE_AUDIT_H
/* The node's two audit logs: append records, sign one checkpoint for each commit, prove records, verify everything.
 *
 * Floor: exchange; of the library logs, includes nothing of a node. Records, tiles and checkpoint are all written into
 * the tick's transaction. Nothing is sent before it is committed, so a checkpoint that a peer has seen is on the disk
 * with all it covers (C2SP tlog-checkpoint).
 */

#include "auditlog/checkpoint.h"
#include "base/arena.h"
#include "exchange/trusted_time.h"
#include "model/record.h"
#include "store/log_store.h"

struct audit;
struct sign_key;

struct audit_options {
    struct db *db;
    struct trusted_time *time; /* records carry it; it learns theirs */
    struct random_source *random;
    const struct federation *federation;
    const struct address *agency;
    uint32_t incarnation;       /* of logs that are made, from 1; those that are there keep theirs */
    const struct sign_key *key; /* NULL: read only */
    bool key_is_new;            /* … another than signed the logs until now: audit_begin_anew */
};

/* Opens both logs; if they are not there, makes them in the open transaction. What O points to must outlive *OUT, which
 * audit_close closes. E-LOG-*. */
MUST_USE bool audit_open(const struct audit_options *o, struct audit **out, struct error *err);
void audit_close(struct audit *a);

/* The logs begin anew under O's incarnation, a later one, since their home was put back: those until now are over, and
 * read and proven as before; where O says that the key is new, by their last checkpoints as that key signs them once
 * more, for nobody believes the one before. HELD: the largest checkpoint of the exchange log that another agency
 * showed; empty: none did. In the open transaction, before anything else is recorded in it. */
MUST_USE bool audit_begin_anew(struct audit *a, const struct audit_options *o, struct view held, struct error *err);

/* Appends R to the log of its kind. The caller sets kind, actor and the kind's own message; index, which is then its
 * place (below), time and salt are set here. *LEAF (may be NULL) is its leaf hash. The tick's transaction must be
 * open. */
MUST_USE bool audit_append(struct audit *a, struct record *r, struct hash *leaf, struct error *err);

/* A record of the exchange log. */
typedef void audit_record_fn(void *cookie, const struct record *r);
/* Calls ON_APPEND for each record that audit_append appends to the exchange log from now on. */
void audit_observe(struct audit *a, audit_record_fn *on_append, void *cookie);

/* Whether a key that this agency had before signed C. */
struct checkpoint;
typedef bool audit_former_fn(const void *keys, const struct checkpoint *c);
/* By which audit_verify believes the checkpoints of logs that are over; NULL: by OWN alone. KEYS stays the caller's. */
void audit_set_former(struct audit *a, audit_former_fn *signed_formerly, const void *keys);

/* Before the commit: signs and stores a checkpoint for each log that grew since the last one. */
MUST_USE bool audit_sign(struct audit *a, struct error *err);
/* After the commit: frees the copies of this tick's records. */
void audit_end_tick(struct audit *a);

/* Records are known by their place among all of that log, those of the logs that are over counted with them: a place is
 * given once. Their own index, and the sizes of checkpoints, begin at 0 in each log. */

/* Number of places, those of the open transaction included. */
uint64_t audit_size(const struct audit *a, enum log_id id);
/* Of them, those that a signed checkpoint covers. */
uint64_t audit_signed(const struct audit *a, enum log_id id);
/* Whether a signed checkpoint covers the record in place INDEX of the exchange log. */
bool audit_is_durable(const struct audit *a, uint64_t index);
/* The last signed checkpoint of the exchange log, and of the house log; empty, size 0, when it has none. Lives until
 * the next one is signed. */
struct view audit_note(const struct audit *a, uint64_t *size);
struct view audit_house_note(const struct audit *a, uint64_t *size);

/* A record, its inclusion path to a checkpoint of SIZE records, and that checkpoint. */
struct audit_proof {
    struct view record;
    struct view path;
    struct view checkpoint;
    uint64_t size;
    bool closed; /* of a log that is over: it is proven by the last checkpoint of that one, and has not grown since */
};
enum audit_checkpoint {
    AUDIT_OF_COMMIT, /* that of the commit that recorded it: the same bytes each time */
    AUDIT_NEWEST,    /* the newest one */
};
/* The record in place INDEX of the exchange log with its proof. E-LOG-*. */
MUST_USE bool audit_prove(struct audit *a, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                          struct audit_proof *out, struct error *err);
/* The same where the record is of a log that is over, whose end a newer key has signed once more: *AGAIN. Whoever has a
 * proof of before has one that nobody believes. */
MUST_USE bool audit_prove_again(struct audit *a, uint64_t index, struct arena *arena, bool *again,
                                struct audit_proof *out, struct error *err);
/* The consistency path of the exchange log from OLD_SIZE to NEW_SIZE records. */
MUST_USE bool audit_consistency(struct audit *a, uint64_t old_size, uint64_t new_size, struct arena *arena,
                                struct view *path, struct error *err);

/* The signed checkpoint of exactly SIZE records of the exchange log, where one was signed. */
MUST_USE bool audit_checkpoint(struct audit *a, uint64_t size, struct arena *arena, bool *found, struct view *note,
                               struct error *err);
/* ROW of one of the own logs, as it is stored; OUT->index is its place. E-LOG-02: it cannot be read. */
MUST_USE bool audit_read_row(const struct record_row *row, struct arena *arena, struct record *out, struct error *err);
uint32_t audit_incarnation(const struct audit *a); /* of the exchange log */
/* How often the exchange log began anew, and record 0 of that which began after WHICH others, oldest first, with its
 * proof. */
size_t audit_beginnings(const struct audit *a);
MUST_USE bool audit_beginning(struct audit *a, size_t which, struct arena *arena, struct audit_proof *out,
                              struct error *err);
bool audit_is_own_origin(const struct audit *a, struct view origin);
/* Whether the exchange log, as far as it is signed, begins with the tree of SIZE records that has this root. */
MUST_USE bool audit_contains(struct audit *a, uint64_t size, const struct hash *root, bool *contained,
                             struct error *err);

#endif
