#ifndef EXCHANGE_STAFF_H
#define EXCHANGE_STAFF_H
/* Who uses this node: its people in memory, by their Unix users, with their roles and without their names.
 *
 * Floor: exchange. What is known of a person lies sealed under a slot of its own (staff_entry.h). Where an entry does
 * not open, nobody has roles by it, and nobody gets those of another because of it.
 */

#include "exchange/exchange.h"

struct staff;

struct staff *staff_new(void);
void staff_free(struct staff *s);
/* Opens all entries. One that does not open is looked at again in a minute. */
MUST_USE bool staff_load(struct exchange *x, struct error *err);
/* The id of who is this Unix user now; false: none of the staff. */
bool staff_find_user(const struct exchange *x, uint32_t uid, struct ident *out);
/* The number of the next member, from place *I on, who is the one numbered HOLDER or stands in for him now; 0: there is
 * none. */
int64_t staff_next_who_works_as(const struct exchange *x, int64_t holder, size_t *i);
/* The Unix user of who has this id; false: he left, or his entry does not open. */
bool staff_user_of(const struct exchange *x, const struct ident *id, uint32_t *uid);
/* Under which account who has this id was entered, also of one who left; empty: he was forgotten, or nobody has it. It
 * lives in the tick's arena. E-KEY-*, E-STO-04: his entry does not open. */
MUST_USE bool staff_account_of(struct exchange *x, const struct ident *id, struct view *account, struct error *err);
bool staff_is_supervisor(const struct exchange *x, const struct ident *id);
/* The id of the supervisor who was entered as the Nth, from 0; false: there are not as many. */
bool staff_nth_supervisor(const struct exchange *x, size_t n, struct ident *out);
/* No supervisor is entered, and none can be in an entry that does not open: who runs the node does all alone. */
bool staff_is_alone(const struct exchange *x);
/* What a supervisor who asks has not looked at yet (exchange_staff_list), and what waits for a second supervisor. */
struct staff_unseen {
    uint64_t changed;       /* persons whom others entered, changed or proposed */
    uint64_t waiting;       /* proposals … */
    int64_t waits_until_ms; /* … of which the first ends then; 0: none */
};
/* All zero to whoever is no supervisor. */
void staff_unseen_fill(const struct exchange *x, struct staff_unseen *out);
/* In a tick: slots of persons who were forgotten, and that are overwritten, are named no more. */
MUST_USE bool staff_advance(struct exchange *x, struct error *err);
/* In a tick: who was proposed, and will not be entered by that any more, is forgotten, some of them. */
MUST_USE bool staff_forget_lapsed(struct exchange *x, struct error *err);
/* How many entries did not open. */
uint64_t staff_unread(const struct exchange *x);

#endif
