#ifndef EXCHANGE_KIND_REFERRAL_H
#define EXCHANGE_KIND_REFERRAL_H
/* The kinds that begin a referral: made by exchange_refer, taken from a peer.
 *
 * Floor: exchange.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_referral;

#endif
