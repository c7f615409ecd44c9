#ifndef LINK_LINKS_H
#define LINK_LINKS_H
/* All links of this process, accepted and dialled: one for each pair of agencies.
 *
 * Floor: link. Reports to refexd through link/report.h.
 */

#include "codec/seam_messages.h"

struct clock;
struct links;
struct loop;
struct stream;

/* Takes key, certificates and trust into use. E-LNK-13. */
MUST_USE bool links_new(struct loop *l, struct clock *clock, struct stream *seam, const struct seam_configure *c,
                        struct links **out, struct error *err);

/* Binds the literal ADDRESS and PORT (0: any); does not accept yet. E-LNK-11. */
MUST_USE bool links_listen(struct links *l, struct view address, uint16_t port, uint16_t *bound, struct error *err);

/* Begins to accept. */
void links_start(struct links *l);

/* What refexd asks. Answers go through link/report.h, in this round or later. */
void links_dial(struct links *l, const struct seam_dial *to);
void links_send(struct links *l, const struct seam_frame *frame);
void links_hang_up(struct links *l, const struct seam_hang_up *which);
/* For the hello of the next link to a node of that agency. */
void links_set_linked(struct links *l, const struct seam_linked *linked);
/* Key and certificate of the links that are made from now on; those that stand stay. E-LNK-13. */
MUST_USE bool links_set_identity(struct links *l, const struct seam_identity *identity, struct error *err);
MUST_USE bool links_set_trust(struct links *l, const struct seam_trust *trust, struct error *err);

/* The round is over: encrypts what was queued, once for each link. */
void links_tick(struct links *l);

/* refexd has gone: nothing is reported any more. */
void links_seam_closed(struct links *l);

/* The seam has room again: paused links are read on. */
void links_seam_drained(struct links *l);

/* After the loop has been freed. NULL is fine. */
void links_free(struct links *l);

#endif
