#ifndef EXCHANGE_KIND_REPLY_H
#define EXCHANGE_KIND_REPLY_H
/* The answer to a referral: accepted or declined by exchange_referral_accept and _decline, taken from a peer.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_reply;

#endif
