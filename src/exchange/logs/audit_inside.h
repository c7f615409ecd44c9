#ifndef EXCHANGE_AUDIT_INSIDE_H
#define EXCHANGE_AUDIT_INSIDE_H
/* The state of the two audit logs, shared by audit.c, which writes, and audit_verify.c, which reads again.
 *
 * Floor: exchange; for these two files only.
 */

#include "auditlog/tree.h"
#include "exchange/logs/audit.h"

/* The records of this tick, so that a proof for one does not read the database. */
struct recent {
    uint64_t first; /* index of the first of them */
    struct bytes all;
    struct bytes ends; /* u64 each: the end of record i in ALL */
};

struct log_state {
    struct audit *audit;
    enum log_id id;
    struct log_row row;
    uint32_t incarnation; /* as its origin says; 0: that is none of this node's */
    struct tree *tree;    /* NULL: read only */
    uint64_t size;        /* records */
    uint64_t signed_size;
    struct bytes note; /* of signed_size */
    struct recent recent;
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
};

static inline struct log_state *audit_log_of(struct audit *a, enum log_id id)
{
    REQUIRE(id == LOG_EXCHANGE || id == LOG_HOUSE);
    return &a->logs[id - LOG_EXCHANGE];
}

#endif
