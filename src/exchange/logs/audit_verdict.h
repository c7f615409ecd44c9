#ifndef EXCHANGE_AUDIT_VERDICT_H
#define EXCHANGE_AUDIT_VERDICT_H
/* What reading a whole audit log again found (audit_verify.h).
 *
 * Floor: exchange; of the library logs, includes nothing of a node.
 */

#include "base/bounds.h"
#include "base/error.h"
#include "model/ident.h"

struct audit_verdict {
    bool good;
    uint64_t records;
    uint64_t checkpoints;
    struct hash root;
    char origin[ORIGIN_MAX];
    int64_t last_ms;
    char checkpoint[BOUND_CHECKPOINT + 1]; /* the newest note; empty: none was signed yet */
    /* Only when not good: */
    uint64_t first_bad_index;
    struct error finding; /* E-LOG-01 … with the place */
};

#endif
