#ifndef EXCHANGE_LINKS_H
#define EXCHANGE_LINKS_H
/* Links to peers: up, down, a frame from one, and what is due on them.
 *
 * Floor: exchange. The network side of exchange.h is implemented here. A frame goes on to the file for its kind:
 * inbox.h (envelopes, what arrived), answers.h (receipts, refusals), settling.h (what did not arrive), growth.h,
 * exchange/logs/cosigning.h or exchange/members/federation.h (bundles, directories).
 */

#include "exchange/exchange.h"

struct link;

/* The link of this id, to this peer, or to this agency; NULL: none. */
struct link *links_find(struct exchange *x, uint64_t id);
struct link *links_find_to(struct exchange *x, int64_t peer);
struct link *links_find_agency(const struct exchange *x, const struct address *agency);

/* Does what a frame asks for; what it costs is metered. False: the peer broke the protocol, or an error of our own. */
MUST_USE bool links_handle(struct exchange *x, struct link *link, uint16_t kind, struct view payload,
                           struct error *err);

/* Members changed: closes the links to agencies that are no longer admitted. */
void links_cut(struct exchange *x);
/* Our key bundle, or our directory, is new: it is sent on every link after the commit. */
void links_bundle_due(struct exchange *x);
void links_directory_due(struct exchange *x);
/* AGENCY has new keys: all that waits for it is released again. */
void links_release_again(struct exchange *x, const struct address *agency);
/* The same, and what was refused goes before its time. */
void links_retry_all(struct exchange *x, const struct address *agency);
/* Our bundle goes to it again. */
void links_bundle_due_to(struct exchange *x, const struct address *agency);
/* After the commit: sends bundle and directory on the links where they are due and have room; the rest stays due. */
void links_send_due(struct exchange *x);
/* When links_send_due has something to do, by the steady clock; 0: no time is set. */
int64_t links_wake_ms(const struct exchange *x);
/* Whether more may be sent on L now. What does not ask is dropped by the post when too much waits. */
bool links_has_room(struct exchange *x, const struct link *l);
/* Closes all, and says WHY. */
void links_end_all(struct exchange *x, enum error_code why);
/* Frees x->links; closes nothing. */
void links_fini(struct exchange *x);

#endif
