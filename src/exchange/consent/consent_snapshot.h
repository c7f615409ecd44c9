#ifndef EXCHANGE_CONSENT_SNAPSHOT_H
#define EXCHANGE_CONSENT_SNAPSHOT_H
/* The map of consents (consent_log.h) at start and at stop: made from the log, stated in records CONSENTS.
 *
 * Floor: exchange. Beside each record CONSENTS the entries are stored, so that a start reads the records from the
 * newest one on. They are used only if they have the root that this record states; if not, the log is read from record
 * 0 and `refex status` says so.
 */

#include "exchange/consent/consent_log.h"

struct exchange;

struct consent_snapshot;

/* Freed with free(). */
struct consent_snapshot *consent_snapshot_new(void);

/* Makes x->consent_log from the log and follows it from now on. E-LOG-*: the log is not what was signed. */
MUST_USE bool consent_snapshot_open(struct exchange *x, struct error *err);

/* The same where it was not made yet, for what a stopped node answers too: it opens although its log may be damaged,
 * and reads it when it is asked for. */
MUST_USE bool consent_snapshot_need(struct exchange *x, struct error *err);

/* Records up to the newest CONSENTS; 0: there is none. */
uint64_t consent_snapshot_size(const struct exchange *x);
/* What consent_snapshot_open found (node_status: consents_differ, consents_read_again). */
void consent_snapshot_status(const struct exchange *x, bool *differs, bool *read_again);

/* Before audit_sign, in the open transaction: appends CONSENTS and stores the entries, if BOUND_CONSENTS_EVERY records
 * came since the last one, or STOPPING and any did. A node that has stopped signing appends nothing. */
MUST_USE bool consent_snapshot_write(struct exchange *x, bool stopping, struct error *err);

/* For `audit verify`: reads all records again beside it. */
struct consent_snapshot_check {
    struct exchange *x;
    struct consent_log *log;
    bool any;             /* a record CONSENTS was met */
    struct hash root;     /* of the newest one */
    uint64_t index;       /* and its place */
    struct error *failed; /* set: the store could not be read */
};
/* An audit_check_fn with a struct consent_snapshot_check. */
const char *consent_snapshot_check(void *cookie, const struct record *r);

#endif
