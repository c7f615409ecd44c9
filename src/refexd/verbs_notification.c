/* Verbs on what authorities are told about nobody. */
#include "refexd/verbs.h"

#include "exchange/kinds/notification_calls.h"

CONTROL_ANSWER(notification)

bool verbs_notification_send(struct control_call *c, struct error *err)
{
    struct control_notification_ask ask;
    struct control_notification line;

    return control_notification_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_notification_send(c->x, &ask, &line, err) && answer_notification(c, &line, err);
}

bool verbs_notification_list(struct control_call *c, struct error *err)
{
    struct control_notification_list_ask ask;

    return control_notification_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_notification_list(c->x, &ask, c->step, answer_notification, c, err);
}

bool verbs_notification_acknowledge(struct control_call *c, struct error *err)
{
    struct control_notification_acknowledge_ask ask;
    struct control_notification line;

    return control_notification_acknowledge_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_notification_acknowledge(c->x, &ask, &line, err) && answer_notification(c, &line, err);
}
