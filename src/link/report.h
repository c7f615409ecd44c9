#ifndef LINK_REPORT_H
#define LINK_REPORT_H
/* What the network process reports to refexd: one function for each kind of message.
 *
 * Floor: link. The only file that encodes for the seam. Nothing is sent where SEAM is NULL (refexd has gone).
 */

#include "codec/seam_messages.h"

struct session;
struct stream;

void report_hello(struct stream *seam, const struct seam_hello *what);
void report_listening(struct stream *seam, struct view address, uint16_t port);
void report_failed(struct stream *seam, const struct error *why);
void report_link_up(struct stream *seam, struct session *s, struct view hello);
void report_frame(struct stream *seam, uint32_t link, uint16_t kind, struct view payload);
/* NODE: in the certificate that was refused, where there was never a link; zeros: none came. */
void report_link_down(struct stream *seam, uint32_t link, uint32_t peer, enum link_reason why,
                      const struct ident *node);
/* OTHER: whose node answered; 0: not known. */
void report_dial_failed(struct stream *seam, uint32_t peer, enum link_reason why, uint32_t other);
void report_flow(struct stream *seam, uint32_t link, bool stop);

/* A listed node sends no hello; a node that is not listed offers a directory. */
void report_link_waits(struct stream *seam, struct session *s);
void report_offer(struct stream *seam, struct session *s, struct view directory);

#endif
