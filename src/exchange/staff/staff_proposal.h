#ifndef EXCHANGE_STAFF_PROPOSAL_H
#define EXCHANGE_STAFF_PROPOSAL_H
/* What needs two supervisors, and waits for the second one.
 *
 * Floor: exchange.
 */

#include "exchange/staff/staff_write.h"

/* What somebody would have, and would have no more. */
struct staff_change {
    staff_roles give;
    staff_roles take;
    uint32_t until;           /* an auditor's last day from then on … */
    struct audit_scope scope; /* … and what he may read */
};

/* What P becomes by C. E-STF-03, E-STF-04, E-STF-05 he would get something while an entry does not open. */
MUST_USE bool staff_change_choose(struct exchange *x, const struct staff_person *p, const struct staff_change *c,
                                  struct staff_person *out, struct error *err);
/* K becomes P, from now on, and what was proposed of him ends. */
MUST_USE bool staff_change_write(struct staff_known *k, const struct staff_person *p, struct control_staff_person *out,
                                 struct error *err);

/* Whether it takes two supervisors to make NOW THEN: there are as many, and he gets something, or loses what he is. */
bool staff_change_needs_second(const struct exchange *x, const struct staff_person *now,
                               const struct staff_person *then);
/* Who asks wants C of K, whose entry in memory is P; UID of who is not entered yet, whose row is made. Where another
 * supervisor wants the same already, *AGREED, and nothing was done; else it waits for one. E-STF-08. */
MUST_USE bool staff_change_propose(struct staff_known *k, const struct staff_person *p, const struct staff_change *c,
                                   uint32_t uid, bool *agreed, struct error *err);

#endif
