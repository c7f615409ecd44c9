#ifndef EXCHANGE_BEGINNINGS_H
#define EXCHANGE_BEGINNINGS_H
/* Frame 8: a log that began anew, because its home was put back, says so to each peer by its record 0, before anything
 * else of it. What the peer had been given, or receipted, behind the end of the log before is not known there any more.
 *
 * The peer answers with what the agency said in the part of its log that it lost: withdrawals, by its own records; and
 * at last with the same frame, which says that this is all.
 *
 * Floor: exchange. That it begins anew the directory says (incarnations.h); the frame says how far the agency still has
 * the log before.
 */

#include "exchange/exchange.h"

struct link;
struct peer_hello;

/* LINK was opened, whose peer said HELLO: which frames it takes. beginnings_link_end frees what is kept of it. */
void beginnings_link_up(struct exchange *x, struct link *link, const struct peer_hello *hello);
void beginnings_link_end(struct link *link);
/* LINK's peer sent its key bundle. When it does so once more, this agency's key may have been new there and counts now,
 * and what was said before was not heard: until the peer itself has said that this is all, it is said again. */
void beginnings_say_again(struct exchange *x, const struct link *link);
/* After the commit: sends on each link where it is due, behind our directory, a frame for each beginning of our log. */
MUST_USE bool beginnings_send_due(struct exchange *x, struct error *err);

/* A frame from the peer of LINK. False: it breaks the protocol (E-LNK-90, E-LOG-2x, E-RST-05), or an error of our own.
 */
MUST_USE bool beginnings_take(struct exchange *x, const struct link *link, struct view payload, struct error *err);
/* A frame 23 from the peer of LINK: where it names what it took of ours around its frames 8, what it does not name was
 * receipted in another history of its log, and comes again. False: it is none (E-LNK-10), or an error of our own. */
MUST_USE bool beginnings_take_names(struct exchange *x, const struct link *link, struct view payload,
                                    struct error *err);
/* One is not looked at, for the peer is over its share. */
void beginnings_pass_names(const struct link *link);
/* Whether one came while LINK was for a directory alone: the peer sends it on the next link again, and not on this. */
bool beginnings_was_passed_over(const struct link *link);

#endif
