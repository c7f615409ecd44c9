#ifndef EXCHANGE_STAFF_INSIDE_H
#define EXCHANGE_STAFF_INSIDE_H
/* What the files of this folder share: the people in memory.
 *
 * Floor: exchange.
 */

#include "exchange/staff/staff.h"
#include "model/staff.h"

struct staff_person {
    int64_t number; /* of the row */
    struct ident id;
    uint32_t uid;
    staff_roles roles; /* none: left, and UID is nobody's */
    uint32_t until;    /* unix day, an auditor's last; else 0 */
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
    int64_t read_again_ms; /* when they are looked at again; steady */
    struct staff_refusals *refusals;
    size_t refusal_count;
};

/* Who is this Unix user now; NULL: none of the staff. */
const struct staff_person *staff_person_of(const struct exchange *x, uint32_t uid);
/* P is so from now on. */
void staff_keep(struct exchange *x, const struct staff_person *p);

#endif
