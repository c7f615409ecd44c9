#ifndef EXCHANGE_REFERRAL_COMING_H
#define EXCHANGE_REFERRAL_COMING_H
/* What the agency that refers says of somebody who is expected: that she arrived, when she is expected now, that nobody
 * knows where she is, and that this is closed. It goes as an update without sections, under her permission for the
 * referral, and the node of the other agency answers it, so that both come to the same. Of two who say something at
 * once: that she arrived counts always; all else only behind what people at the other agency said last, which is on
 * its way. The newest word counts, in whichever order they come. That she arrived is taken back by the agency that
 * said so, where the other one does not say it, too.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "store/peer_store.h"
#include "store/referral_store.h"

/* Whether REPLY may be said of ROW as far as it closes it: of somebody who was not found the checklist is complete, and
 * where she may be a child, whom the law says to call was called. E-REF-13. */
MUST_USE bool referral_coming_may_close(struct exchange *x, const struct referral_row *row,
                                        const struct reply_message *reply, struct error *err);
/* What people say with ASKED, which comes to STATE: where it takes back that she came, EVENT_TAKEN_BACK. */
enum referral_event referral_coming_event(const struct reply_message *asked, enum referral_state state);
/* Whether REPLY, as it goes, takes back that she came. */
bool referral_coming_is_unsaid(const struct reply_message *reply);
/* Where REPLY takes back that she came, of ROW, which came from PEER: that people here said so, and that agency did
 * not. E-REF-12. */
MUST_USE bool referral_coming_may_unsay(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                                        const struct reply_message *reply, struct error *err);
/* REPLY came of ROW, a referral of ours that took it over. Where that agency alone said that she came, and says
 * something else by now, that is taken back, also where the reply that said so never came: a newer one stands in its
 * place. */
MUST_USE bool referral_coming_unsaid(struct exchange *x, struct referral_row *row, const struct reply_message *reply,
                                     struct error *err);
/* Whether ROW says what REPLY says. */
bool referral_coming_stands(const struct referral_row *row, const struct reply_message *reply);
/* Says REPLY of ROW, which went out to PEER. Again it changes nothing. E-REF-02 that agency alone says so, E-REF-04
 * what is said goes beyond it, E-REF-07 she is not expected, E-REF-15 it is not this agency's to take back. */
MUST_USE bool referral_coming_say(struct exchange *x, struct referral_row *row, const struct peer_row *peer,
                                  const struct reply_message *reply, struct control_referral *out, struct error *err);
/* U, which says a state, came in of ROW, which it updates, from TO. */
MUST_USE bool referral_coming_take(struct exchange *x, struct referral_row *row, const struct address *to,
                                   const struct update_message *u, struct error *err);

#endif
