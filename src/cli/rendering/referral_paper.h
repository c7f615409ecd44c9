#ifndef CLI_REFERRAL_PAPER_H
#define CLI_REFERRAL_PAPER_H
/* A referral as a page to be printed, in the order of the inter-agency referral form of the IASC Reference Group on
 * Mental Health and Psychosocial Support (2017): priority, referring and receiving agency, client, caregiver,
 * background, services, consent, details of referral.
 *
 * Floor: cli. Pages: cli/rendering/paper.h.
 */

#include "cli/rendering/case_view.h"
#include "codec/control_codec.h"

/* OWN: the agency of the node that printed it. */
void referral_paper_write(const struct control_referral_detail *d, const struct case_view *view,
                          const struct address *own, struct bytes *out);

#endif
