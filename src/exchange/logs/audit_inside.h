#ifndef EXCHANGE_AUDIT_INSIDE_H
#define EXCHANGE_AUDIT_INSIDE_H
/* The state of the two audit logs, shared by audit.c, which writes, audit_closed.c, which has those that are over, and
 * audit_verify.c, which reads all again.
 *
 * Floor: exchange; for these files only. A record has a *place*: its row among all of that log that this node keeps.
 * Its leaf index is its place less that of its log's record 0.
 */

#include "auditlog/tree.h"
#include "exchange/logs/audit.h"

/* The records of this tick, so that a proof for one does not read the database. */
struct recent {
    uint64_t first; /* place of the first of them */
    struct bytes all;
    struct bytes ends; /* u64 each: the end of record i in ALL */
};

struct log_state;

/* A log that is over. */
struct closed_log {
    struct log_row row;
    uint32_t incarnation;
    uint64_t end; /* place behind its last record */
};

/* Of which log a tree reads tiles and leaves. */
struct tree_source {
    struct log_state *log;
    uint64_t first;
};

struct log_state {
    struct audit *audit;
    enum log_id id;
    struct log_row row;
    uint32_t incarnation; /* as its origin says; 0: that is none of this node's */
    struct tree *tree;    /* NULL: read only */
    struct tree_source source;
    uint64_t size;        /* records, those of the logs that are over with them */
    uint64_t signed_size; /* of these */
    struct bytes note;    /* that signs them; empty: the log has no record yet */
    struct recent recent;
    struct closed_log *closed; /* oldest first */
    size_t closed_count;
    struct tree *closed_tree; /* of CLOSED_OPEN; NULL: none was asked for */
    size_t closed_open;
    struct tree_source closed_source;
};

struct audit {
    struct db *db;
    struct trusted_time *time;
    struct random_source *random;
    const struct sign_key *key;
    struct log_state logs[2];
    struct bytes encoded;
    audit_record_fn *on_append; /* may be NULL */
    void *on_append_cookie;
    audit_former_fn *signed_formerly; /* may be NULL */
    const void *former_keys;
};

static inline struct log_state *audit_log_of(struct audit *a, enum log_id id)
{
    REQUIRE(id == LOG_EXCHANGE || id == LOG_HOUSE);
    return &a->logs[id - LOG_EXCHANGE];
}

/* The callbacks of a tree; the cookie is a struct tree_source. */
bool audit_tree_put(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err);
bool audit_tree_load(void *cookie, unsigned level, uint64_t number, struct bytes *out, struct error *err);
bool audit_tree_leaves(void *cookie, uint64_t from, uint64_t end, struct bytes *out, struct error *err);
/* The tree of SIZE leaves that SOURCE has. */
MUST_USE bool audit_tree_open(struct tree_source *source, uint64_t size, struct tree **out, struct error *err);
/* Where tile NUMBER of LEVEL is stored, of a log whose record 0 has the place FIRST. */
uint64_t audit_tile_number(uint64_t first, unsigned level, uint64_t number);

/* Reads which logs were before L. */
MUST_USE bool audit_closed_load(struct log_state *l, struct error *err);
/* The checkpoint with which the log ORIGIN, up to the place END, ends, appended to NOTE, and the place to which it
 * reaches: as it was signed once more under a new key, else as it was stored. */
MUST_USE bool audit_end_of(struct log_state *l, const char *origin, uint64_t end, bool *found, uint64_t *reaches,
                           struct bytes *note, struct error *err);
/* The log before L's that has the record in PLACE. */
const struct closed_log *audit_closed_of(const struct log_state *l, uint64_t place);
/* The inclusion path of the record in PLACE, and the last checkpoint of its log, which is over: always the same. */
MUST_USE bool audit_closed_prove(struct log_state *l, uint64_t place, struct arena *arena, struct audit_proof *out,
                                 struct error *err);
/* The edge of the log that has the record in PLACE, which is over, in front of that record; *FIRST: the place of its
 * record 0. */
MUST_USE bool audit_closed_edge(struct log_state *l, uint64_t place, uint64_t *first, struct merkle_edge *out,
                                struct error *err);
void audit_closed_free(struct log_state *l);

#endif
