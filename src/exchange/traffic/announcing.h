#ifndef EXCHANGE_ANNOUNCING_H
#define EXCHANGE_ANNOUNCING_H
/* Our directory and key bundle go to the peers that are linked, and a newer directory comes from one.
 *
 * Floor: exchange. What is due is sent after the commit, as links have room, directories one after another.
 */

#include "exchange/exchange.h"

struct announcing;
struct link;

/* Freed with free(). */
struct announcing *announcing_new(void);
/* LINK was opened, whose peer said HELLO; what is kept of it is one piece of the heap. */
struct peer_hello;
void announcing_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello);
/* The directory in use, in the tick's arena, if a peer is still to be sent it; else empty. */
struct view announcing_directory_before(struct exchange *x);
/* A newer directory took the place of BEFORE, which peers were still to be sent: one of them gets it first, for it
 * compares it with what it had of its number. */
void announcing_show_before(struct exchange *x, struct view before);

/* Our key bundle, or our directory, is new: it is sent on every link after the commit; or again to AGENCY. */
void announcing_bundle_due(struct exchange *x);
void announcing_directory_due(struct exchange *x);
/* Who is suspended, by officers and members, changed: all successions are said again. */
void announcing_suspensions_changed(struct exchange *x);
/* Whether its peer takes notes of which key took the place of which. */
bool announcing_takes_successions(const struct link *link);
void announcing_suspensions_due(struct exchange *x); /* there is another one, to peers that take them */
void announcing_bundle_due_to(struct exchange *x, const struct address *agency);
/* Whether the peer of LINK was sent what it lacked of our directory, if anything. */
bool announcing_has_said(const struct link *link);
/* After the commit: sends bundle and directory on the links where they are due and have room; the rest stays due. */
void announcing_send_due(struct exchange *x);
/* When announcing_send_due has something to do, by the steady clock; 0: no time is set. */
int64_t announcing_wake_ms(const struct exchange *x);

/* A directory from the peer of LINK (frame 4): taken if it is newer; LINK may end by it. False: it sent too many that
 * are none, or an error of our own. */
MUST_USE bool announcing_take_directory(struct exchange *x, const struct link *link, struct view payload,
                                        struct error *err);

#endif
