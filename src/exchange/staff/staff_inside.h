#ifndef EXCHANGE_STAFF_INSIDE_H
#define EXCHANGE_STAFF_INSIDE_H
/* What the files of this folder share: the people in memory.
 *
 * Floor: exchange.
 */

#include "codec/staff_messages.h"
#include "exchange/staff/staff.h"
#include "model/staff.h"
#include "store/desk_store.h"
#include "store/staff_store.h"

struct staff_person {
    int64_t number; /* of the row */
    struct ident id;
    uint32_t uid;
    char account[BOUND_ACCOUNT + 1]; /* as it was entered */
    staff_roles roles;               /* none: left, or not entered yet, and UID is nobody's */
    uint32_t until;                  /* unix day, an auditor's last; else 0 */
    struct audit_scope scope;        /* an auditor's; else zeros */
    bool not_entered;                /* no second supervisor has agreed to it */
    bool has_proposal;
    struct staff_proposal proposal; /* that one supervisor made; whether it stands: staff_proposal_stands */
    uint64_t changed;               /* records of the house log with the last of him; 0: of an older refex */
    struct ident changed_by;
    struct stand_in stands_in[BOUND_STAND_INS]; /* whose work he does, too … */
    size_t stand_in_count;
    struct staff_desk desks[BOUND_STAFF_DESKS]; /* at which he is */
    size_t desk_count;
    uint64_t looked; /* the same, when he listed the staff last */
};

/* How often who has a role asked on this day what it does not include. */
struct staff_refusals {
    uint32_t uid;
    uint32_t day;
    uint32_t count;
};

struct staff {
    struct staff_person *people; /* those whose entry opened */
    size_t count;
    size_t room;
    size_t unread;         /* entries that did not open */
    bool forgets;          /* a slot is still to be overwritten */
    int64_t read_again_ms; /* when they are looked at again; steady */
    struct staff_refusals *refusals;
    size_t refusal_count;
};

/* Who is this Unix user now; NULL: none of the staff. */
const struct staff_person *staff_person_of(const struct exchange *x, uint32_t uid);
/* Who has this row; NULL: it did not open. */
const struct staff_person *staff_person_numbered(const struct exchange *x, int64_t number);
/* P is so from now on. */
void staff_keep(struct exchange *x, const struct staff_person *p);
/* Who ROW is, as ENTRY says. */
struct staff_person staff_person_read(const struct staff_row *row, const struct staff_entry *entry);
/* How many supervisors there are, of those whose entry opens. */
size_t staff_count_supervisors(const struct exchange *x);
/* Whether what was proposed of P waits still: its days are not over, and who proposed it is a supervisor. */
bool staff_proposal_stands(const struct exchange *x, const struct staff_person *p);
bool staff_scope_equal(const struct audit_scope *a, const struct audit_scope *b);
/* Whether an auditor gets another one; what is taken with the role is none. */
bool staff_scope_changes(const struct staff_person *now, const struct staff_person *then);
/* That of the proposal of P. */
struct audit_scope staff_proposed_scope(const struct staff_proposal *p);
/* Whether P was never entered, and nothing waits of him any more. */
bool staff_person_is_lapsed(const struct exchange *x, const struct staff_person *p);
/* Whether P does the work of the member with this number now. */
bool staff_person_stands_in(const struct exchange *x, const struct staff_person *p, int64_t number);
/* As whom he is at D, where he works with cases; NULL: he is not. */
const struct staff_desk *staff_person_at(const struct staff_person *p, const struct desk_row *d);
/* Whether P is on duty now at D; NULL: at any desk. */
bool staff_person_is_on_duty(const struct exchange *x, const struct staff_person *p, const struct desk_row *d);
/* Whether P sees what nobody holds and what belongs to this desk, by its number. */
bool staff_person_sees_unassigned(const struct exchange *x, const struct staff_person *p, int64_t desk);
/* Whether somebody else changed him since who asks looked, and he is to know. */
bool staff_person_is_unseen(const struct exchange *x, const struct staff_person *p);
/* Who would be this Unix user, if a second supervisor agrees; NULL: nobody waits for that. */
const struct staff_person *staff_person_proposed(const struct exchange *x, uint32_t uid);

#endif
