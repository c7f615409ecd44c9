#ifndef EXCHANGE_KIND_REFERRAL_H
#define EXCHANGE_KIND_REFERRAL_H
/* The kinds that begin a referral: sent by exchange_refer, and taken from a peer.
 *
 * Floor: exchange. exchange_refer is implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_referral;

#endif
