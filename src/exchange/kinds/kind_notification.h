#ifndef EXCHANGE_KIND_NOTIFICATION_H
#define EXCHANGE_KIND_NOTIFICATION_H
/* Kind notification: that a duty to notify an authority is met, about nobody who could be known by it; told by people
 * here, and taken from a peer.
 *
 * Floor: exchange. exchange_notification_send, _list and _acknowledge are implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_notification;

#endif
