#ifndef EXCHANGE_KIND_INQUIRY_H
#define EXCHANGE_KIND_INQUIRY_H
/* Kind inquiry: whether an agency has room, before anybody is referred; asked by people here, and taken from a peer.
 *
 * Floor: exchange. exchange_capacity_ask is implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_inquiry;

#endif
