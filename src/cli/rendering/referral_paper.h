#ifndef CLI_REFERRAL_PAPER_H
#define CLI_REFERRAL_PAPER_H
/* A referral as a page to be printed, in the order of the inter-agency referral form of the IASC Reference Group on
 * Mental Health and Psychosocial Support (2017): priority, referring and receiving agency, client, caregiver,
 * background, services, consent, details of referral.
 *
 * Floor: cli. Plain text of 80 columns. A page has REFERRAL_PAPER_LINES at most and ends with a form feed: A4 has 66 at
 * six an inch, of which printers leave some free.
 */

#include "cli/rendering/case_view.h"
#include "codec/control_codec.h"

#define REFERRAL_PAPER_COLUMNS 80
#define REFERRAL_PAPER_LINES   60

/* OWN: the agency of the node that printed it. */
void referral_paper_write(const struct control_referral_detail *d, const struct case_view *view,
                          const struct address *own, struct bytes *out);

#endif
