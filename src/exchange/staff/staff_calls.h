#ifndef EXCHANGE_STAFF_CALLS_H
#define EXCHANGE_STAFF_CALLS_H
/* Who may ask what of this node, and what a supervisor does about that (staff.c, staff_list.c, staff_change.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "model/staff.h"
#include "store/db.h"

/* The roles of the Unix user UID now; 0: none. OWNS: the node runs as him, or he is root. Who owns it has all roles
 * until a supervisor is entered, then that of an operator besides his own. */
staff_roles exchange_staff_roles(struct exchange *x, uint32_t uid, bool owns);
/* As which account the Unix user UID was entered, who has a role; false: he has none. Valid until the staff changes. */
bool exchange_staff_account(const struct exchange *x, uint32_t uid, struct view *account);
/* The Nth of those who have a role; false: there are no more. */
bool exchange_staff_nth(const struct exchange *x, size_t n, uint32_t *uid, struct ident *id);

/* How many have which role, and are at work. */
struct staff_summary {
    uint32_t caseworkers;
    uint32_t supervisors;
    uint32_t operators;
    uint32_t desks;
    uint32_t on_duty; /* persons, at any desk */
};
void exchange_staff_summary(const struct exchange *x, struct staff_summary *out);

/* Who has a role, and is named by exchange_acting as the Unix user UID, asked for the request VERB (codec/verbs.def),
 * which it does not include, or which named OBJECT (NULL: nothing), that is somebody else's: a record NOT_ALLOWED,
 * BOUND_REFUSED_ACTS a day at most, and none where the disk has no room. */
MUST_USE bool exchange_staff_refused(struct exchange *x, uint32_t uid, uint32_t verb, const struct ident *object,
                                     struct error *err);

typedef bool exchange_on_staff_fn(void *cookie, const struct control_staff_person *p, struct error *err);
/* All who were entered, those who left too, and who waits for a second supervisor. With ASK->look who asks has seen
 * what changed, if he is a supervisor. */
MUST_USE bool exchange_staff_list(struct exchange *x, const struct control_staff_list_ask *ask, struct walk_step *step,
                                  exchange_on_staff_fn *on_item, void *cookie, struct error *err);
/* The Unix user ASK->uid is of the staff from now on, under a new random id, with a record STAFF; who has those roles
 * already is answered again. Where there are two supervisors it is proposed, with a record STAFF_PROPOSED, and done
 * when another one asks the same (exchange_staff_confirm). E-STF-02 he has others, or another account or name, E-STF-04
 * that user or last day cannot be, E-STF-05 an entry does not open, E-STF-06 there are too many, E-STF-08 something
 * else is proposed of him, E-STO-03, E-KEY-21. */
MUST_USE bool exchange_staff_add(struct exchange *x, const struct control_staff_add_ask *ask,
                                 struct control_staff_person *out, struct error *err);
/* Gives and takes roles of who is this Unix user, or names him otherwise, with a record STAFF; where nothing is to be
 * changed he is answered as he is. Who has none left has left: the Unix user is nobody's, and who is entered again is
 * another. Where there are two supervisors, giving, a later last day and taking from a supervisor what he is are
 * proposed as in exchange_staff_add; what one takes alone ends what was proposed. E-STF-01 nobody, E-STF-03 he is the
 * last supervisor, E-STF-04 that last day cannot be, E-STF-05 an entry does not open, and may be his or, where he gets
 * something, the second supervisor's, E-STF-08 something else is proposed of him, E-USE-03 one role is given and taken.
 */
MUST_USE bool exchange_staff_role(struct exchange *x, const struct control_staff_role_ask *ask,
                                  struct control_staff_person *out, struct error *err);
/* A supervisor agrees to what another proposed of this Unix user, or refuses it, or takes back what he proposed
 * himself. ASK says what he saw of it. E-STF-08 it is something else, E-STF-09 nothing is proposed, E-STF-10 he
 * proposed it himself, and as exchange_staff_add and _role. */
MUST_USE bool exchange_staff_confirm(struct exchange *x, const struct control_staff_confirm_ask *ask,
                                     struct control_staff_person *out, struct error *err);

/* Who is this Unix user sees and does what another one holds, too, to a last day, or not any more, with a record
 * STAND_IN. E-STF-01, E-STF-07 he works with no cases, E-STF-22 that day cannot be, E-STF-23 he stands in for too many,
 * E-USE-03 both are one. */
MUST_USE bool exchange_staff_stand_in(struct exchange *x, const struct control_stand_in_ask *ask,
                                      struct control_staff_person *out, struct error *err);

/* Of who has left nobody knows any more who it was, with a record FORGOTTEN: his key is overwritten after the commit.
 * A damaged entry of who was a supervisor by the log waits for a second one who says the same, or for the days of a
 * proposal, with a record STAFF_PROPOSED: OUT->forgotten is false then.
 * E-STF-01, E-STF-05 his entry does not open, E-STF-08 something is proposed of him, E-STF-24 he has a role. */
MUST_USE bool exchange_staff_erase(struct exchange *x, const struct control_staff_erase_ask *ask,
                                   struct control_staff_person *out, struct error *err);

#endif
