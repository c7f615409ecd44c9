#ifndef EXCHANGE_MEMBERSHIP_SUSPENSION_H
#define EXCHANGE_MEMBERSHIP_SUSPENSION_H
/* Agencies that one officer, or two members, suspend for 72 hours without those who sign directories together
 * (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. A suspension is a signed statement that names agencies of the directory in use; what of theirs is
 * not believed follows from that directory. An officer's counts alone; of members' about one agency two must. While an
 * agency is suspended so, the directory in use (membership.h) revokes it as suspended; its note and its number are what
 * they were. The next directory ends it. Not checked here: whether a member's key is held (holds.h).
 */

#include "exchange/members/membership.h"

struct suspensions;

/* Freed with suspensions_free; for membership.c. */
struct suspensions *suspensions_new(void);
void suspensions_free(struct suspensions *s);
/* A newer directory is in use: what was suspended by these statements is so no more; of members' that count no longer
 * it is kept who signed, until their 72 hours are over. For membership.c. */
void membership_end_suspensions(struct membership *m, int64_t now_ms);

/* Takes NOTE if it counts at NOW_MS; membership_follow_suspensions has to be called then. *IS_NEW false: it is here
 * already. IS_KEPT: it was taken before, so who signed it may be suspended by now. Nothing is changed on failure:
 * E-RVK-05 malformed or another federation's, E-RVK-06 not signed by who may, E-RVK-07 whom it names, E-RVK-08 of
 * another directory than that in use, E-RVK-09 its time, E-RVK-10 its signer has another one that counts, or had one of
 * this directory, E-RVK-11 too many. */
MUST_USE bool membership_take_suspension(struct membership *m, struct view note, int64_t now_ms, bool is_kept,
                                         struct suspension *out, bool *is_new, struct error *err);
/* Looks who is suspended at NOW_MS; true: others than before, or until another time. */
bool membership_follow_suspensions(struct membership *m, int64_t now_ms);

/* Who is suspended so, as of the last look, in the order of their names. */
const struct suspended *membership_suspended(const struct membership *m, size_t *count);
/* Until when AGENCY is suspended so; 0: it is not. */
int64_t membership_suspended_until(const struct membership *m, const struct address *agency);
/* When the next of the statements that count ends; 0: none counts. */
int64_t membership_suspensions_end_ms(const struct membership *m);
/* Calls ON_STATEMENT for each that counts at NOW_MS. */
typedef void membership_statement_fn(void *cookie, const struct suspension *s, struct view note);
void membership_each_statement(const struct membership *m, int64_t now_ms, membership_statement_fn *on_statement,
                               void *cookie);

#endif
