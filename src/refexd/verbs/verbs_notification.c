/* Verbs on what authorities are told about nobody. */
#include "refexd/verbs/verbs.h"

#include "exchange/kinds/notification_calls.h"

CONTROL_ANSWER(notification)

CONTROL_ONE(verbs_notification_send, notification_ask, exchange_notification_send, notification)
CONTROL_LIST(verbs_notification_list, notification_list_ask, exchange_notification_list, notification)
CONTROL_ONE(verbs_notification_acknowledge, notification_acknowledge_ask, exchange_notification_acknowledge,
            notification)
