#ifndef EXCHANGE_STAFF_ASKER_H
#define EXCHANGE_STAFF_ASKER_H
/* What who asks now sees of cases and takes on, by his roles.
 *
 * Floor: exchange. Asked by exchange/access/holders.h, which knows whose a case, a consent or a referral is. HOLDER is
 * the number of a member of the staff; 0: nobody.
 */

#include "exchange/exchange.h"
#include "model/staff.h"
#include "store/desk_store.h"
#include "store/log_store.h"

/* Whether he sees no more than what he holds and what nobody holds: a caseworker who is no supervisor, of a node that
 * is not run alone. *NUMBER is his. Whoever has neither role opens nothing by any of his; what the node does for itself
 * is not restricted. */
bool staff_asker_is_restricted(const struct exchange *x, int64_t *number);
/* Whether he sees what HOLDER holds, he himself or whom he stands in for; or, where that is nobody, what belongs to the
 * desk with the number DESK, 0: to none (desks.h). */
bool staff_asker_sees(const struct exchange *x, int64_t holder, int64_t desk);
/* Whether HOLDER is he himself, or whom he stands in for. */
bool staff_asker_works_as(const struct exchange *x, int64_t holder);
/* Whether he may read the safety pages of the cases of D, as it is a house: on duty there, or not restricted. */
bool staff_asker_opens_house(const struct exchange *x, const struct desk_row *d);
/* The number of the one desk at which he is; 0: none, or several. What he brings in belongs to it. */
int64_t staff_asker_desk(const struct exchange *x);
/* His number; 0: he is none. */
int64_t staff_asker_number(const struct exchange *x);
/* His id; false: he is none of the staff. */
bool staff_asker_id(const struct exchange *x, struct ident *out);
/* Whether he does, or did, somebody else's work: what he sees is not told by who holds it. */
bool staff_asker_stands_in(const struct exchange *x);
/* An auditor who is no supervisor. */
bool staff_asker_is_auditor_alone(const struct exchange *x);
/* What he may read of the logs who is an auditor and no supervisor, whatever else he is. */
bool staff_asker_audit_scope(const struct exchange *x, struct audit_scope *out);
/* Whether he may read what was recorded then in this log. */
bool staff_asker_may_audit(const struct exchange *x, enum log_id log, int64_t time_ms);
bool staff_asker_is_supervisor(const struct exchange *x);
/* Of a supervisor: how many records the house log had when he last looked who is of the staff; of others as many as
 * there can be. */
uint64_t staff_asker_looked(const struct exchange *x);
/* The same where he works with cases: whoever brings one in holds it; else 0. */
int64_t staff_asker_holds(const struct exchange *x);
/* The number of who is this Unix user now and may hold cases: a caseworker or a supervisor. E-STF-01 nobody, E-STF-07
 * another. */
MUST_USE bool staff_find_holder(const struct exchange *x, uint32_t uid, int64_t *number, struct error *err);
/* The number of who has this id, also of one who left or whose entry does not open; where it is zeros, of who is this
 * Unix user. E-STF-01. */
MUST_USE bool staff_find_former(struct exchange *x, const struct ident *id, uint32_t uid, int64_t *number,
                                struct error *err);
/* Who HOLDER is, for who asks: *STAFF is the id of that member, zeros for nobody, and *ACCOUNT what a supervisor may
 * know, empty for everybody else; it lives in the tick's arena. */
MUST_USE bool staff_asker_names(struct exchange *x, int64_t holder, struct ident *staff, struct view *account,
                                struct error *err);
/* What a supervisor may know of who has this id, as there; empty, too, where nobody has it. */
MUST_USE bool staff_asker_account(struct exchange *x, const struct ident *staff, struct view *account,
                                  struct error *err);

#endif
