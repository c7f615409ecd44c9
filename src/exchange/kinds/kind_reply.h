#ifndef EXCHANGE_KIND_REPLY_H
#define EXCHANGE_KIND_REPLY_H
/* Kind reply: accepts or declines a referral; sent by people here, and taken from a peer.
 *
 * Floor: exchange. exchange_referral_accept and exchange_referral_decline are implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_reply;

#endif
