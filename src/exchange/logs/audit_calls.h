#ifndef EXCHANGE_AUDIT_CALLS_H
#define EXCHANGE_AUDIT_CALLS_H
/* What people ask about audit logs: what was found about other agencies' (findings.c), and our own, listed and verified
 * (audit_list.c), and as events (events.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"
#include "store/log_store.h"

struct finding_summary {
    struct address agency;
    uint32_t incarnation; /* of its log */
    enum finding which;
    int64_t since_ms;
    uint64_t later; /* as many more like it */
};
typedef bool exchange_on_finding_fn(void *cookie, const struct finding_summary *f, struct error *err);
/* Those that stand. Also works read only. */
MUST_USE bool exchange_finding_list(struct exchange *x, exchange_on_finding_fn *on_item, void *cookie,
                                    struct error *err);
/* A person looked into what was found about AGENCY's log and closes it, with a record. When none stands any more, its
 * log is followed anew from the next checkpoint that comes. E-LOG-26 there is none. */
MUST_USE bool exchange_finding_close(struct exchange *x, const struct address *agency, enum finding which,
                                     enum finding_closing reason, struct error *err);

/* --- our own --- */

/* E is the line for people, with what the database says beside the record, which no record proves; R is the record,
 * decoded. Both live during the call. */
typedef bool exchange_on_record_fn(void *cookie, const struct control_audit_entry *e, const struct record *r,
                                   struct error *err);
/* Also works read only. On a running node it writes a house record OPENED about the audit log. */
MUST_USE bool exchange_audit_list(struct exchange *x, const struct control_audit_list_ask *ask, struct walk_step *step,
                                  exchange_on_record_fn *on_item, void *cookie, struct error *err);

/* Rebuilds the tree from record 0 and compares every column, tile and checkpoint; checks each signature. A bad log is
 * reported as OUT->good false; the function itself returns false only when it cannot read the log. */
MUST_USE bool exchange_audit_verify(struct exchange *x, enum log_id log, struct control_audit_verdict *out,
                                    struct error *err);

typedef bool exchange_on_event_fn(void *cookie, const struct control_event *e, struct error *err);
/* The events behind ASK->since that are for who has ROLES, and how far that is, last. Only what is durable: a signed
 * checkpoint covers it. Nothing is kept of who asks, and nothing is recorded. E-USE-04 it is no cursor; E-LOG-09 it is
 * of no place in these logs. */
MUST_USE bool exchange_watch(struct exchange *x, staff_roles roles, const struct control_watch_ask *ask,
                             exchange_on_event_fn *on_item, void *cookie, struct error *err);

#endif
