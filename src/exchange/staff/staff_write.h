#ifndef EXCHANGE_STAFF_WRITE_H
#define EXCHANGE_STAFF_WRITE_H
/* Writes who a person is, with the record of what changed, in one commit; in memory last.
 *
 * Floor: exchange. For the files of this folder that change somebody.
 */

#include "codec/control_messages.h"
#include "exchange/staff/staff_entry.h"
#include "exchange/staff/staff_inside.h"
#include "model/record.h"

/* A row and what is sealed in it, in the tick's arena. */
struct staff_known {
    struct exchange *x;
    struct staff_row row;
    struct staff_entry entry;
};

/* E-STO-07 the row is gone, E-KEY-*. */
MUST_USE bool staff_known_read(struct exchange *x, const struct staff_person *p, struct staff_known *out,
                               struct error *err);
/* What people are told of K. */
void staff_known_show(const struct staff_known *k, struct control_staff_person *out);
/* K->entry is of somebody new: his row is made. Of the record R the kind is set, and what it says but for his id. */
MUST_USE bool staff_known_add(struct staff_known *k, struct record *r, struct error *err);
/* K->entry counts from now on. */
MUST_USE bool staff_known_write(struct staff_known *k, struct record *r, struct error *err);
/* K->entry counts, and nothing changed that anybody is told of. */
MUST_USE bool staff_known_keep(struct staff_known *k, struct error *err);

#endif
