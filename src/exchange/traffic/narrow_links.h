#ifndef EXCHANGE_NARROW_LINKS_H
#define EXCHANGE_NARROW_LINKS_H
/* Narrow links (codec/narrow.h): beside the ordinary ones, so that no part takes one for a link.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct link_opened;

/* One was opened, as of exchange_link_up. False: close it. */
MUST_USE bool narrow_links_up(struct exchange *x, uint64_t id, const struct link_opened *opened, struct error *err);
/* A frame of it; of an id that is none, nothing. False: close it. */
MUST_USE bool narrow_links_frame(struct exchange *x, uint64_t id, uint16_t kind, struct view payload,
                                 struct error *err);
void narrow_links_down(struct exchange *x, uint64_t id);
/* Members changed: all end, and whoever is still to be admitted comes again. */
void narrow_links_cut(struct exchange *x);
/* This node has new certificates: the links that it had for them end, for no other stands with the same agency beside
 * a link. */
void narrow_links_renewed(struct exchange *x);
void narrow_links_fini(struct exchange *x);
/* One whose other end renews and may be asked (renewal_may_ask); false: none. */
bool narrow_links_to_ask(const struct exchange *x, uint64_t *id, struct address *agency);

#endif
