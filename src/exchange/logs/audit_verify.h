#ifndef EXCHANGE_AUDIT_VERIFY_H
#define EXCHANGE_AUDIT_VERIFY_H
/* Reads an audit log again and believes nothing beside it: every record, column, tile and checkpoint, or the newest
 * records of the exchange log.
 *
 * Floor: exchange; of the library logs, includes nothing of a node.
 */

#include "codec/control_messages.h"
#include "exchange/logs/audit.h"

struct proof_signer; /* proofs.h */

/* Calls ON_RECORD for each record of the exchange log from place FROM on, as its bytes say, the columns beside them are
 * not read. Succeeds only if these bytes, behind the records of the tree before FROM, give the root of the newest
 * checkpoint, those of each log that is over the root of its last one, and OWN signed them: until it has returned true,
 * what ON_RECORD was told is not to be used. FROM must be 0
 * where the log is open read only. E-LOG-02, E-LOG-05. */
MUST_USE bool audit_replay(struct audit *a, uint64_t from, const struct proof_signer *own, audit_record_fn *on_record,
                           void *cookie, struct error *err);

/* What a reader of all records has against this one; NULL: nothing. It is told of the end with a record of NULL. */
typedef const char *audit_check_fn(void *cookie, const struct record *r);

/* See exchange_audit_verify. OWN are the keys that verify the checkpoints; CHECK may be NULL. Views in *OUT lie in
 * ARENA, but for the origin, which is the log's. */
MUST_USE bool audit_verify(struct audit *a, enum log_id log, const struct proof_signer *own, audit_check_fn *check,
                           void *cookie, struct arena *arena, struct control_audit_verdict *out, struct error *err);
/* What is wrong, from record INDEX on: WHY. */
void audit_verdict_refuse(struct control_audit_verdict *out, uint64_t index, const struct error *why,
                          struct arena *arena);

#endif
