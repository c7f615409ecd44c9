/* Verbs on the people who use this node: list, add, role, confirm, stand-in, forget, hand-over. */
#include "refexd/verbs.h"

#include "exchange/access/assign_calls.h"
#include "exchange/staff/staff_calls.h"

CONTROL_ANSWER(staff_person)
CONTROL_ANSWER(handed_over)

bool verbs_staff_list(struct control_call *c, struct error *err)
{
    struct control_staff_list_ask ask;

    return control_staff_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_list(c->x, &ask, c->step, answer_staff_person, c, err);
}

bool verbs_staff_add(struct control_call *c, struct error *err)
{
    struct control_staff_add_ask ask;
    struct control_staff_person line;

    return control_staff_add_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_add(c->x, &ask, &line, err) && answer_staff_person(c, &line, err);
}

bool verbs_staff_role(struct control_call *c, struct error *err)
{
    struct control_staff_role_ask ask;
    struct control_staff_person line;

    return control_staff_role_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_role(c->x, &ask, &line, err) && answer_staff_person(c, &line, err);
}

bool verbs_staff_confirm(struct control_call *c, struct error *err)
{
    struct control_staff_confirm_ask ask;
    struct control_staff_person line;

    return control_staff_confirm_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_confirm(c->x, &ask, &line, err) && answer_staff_person(c, &line, err);
}

bool verbs_staff_stand_in(struct control_call *c, struct error *err)
{
    struct control_stand_in_ask ask;
    struct control_staff_person line;

    return control_stand_in_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_stand_in(c->x, &ask, &line, err) && answer_staff_person(c, &line, err);
}

bool verbs_staff_erase(struct control_call *c, struct error *err)
{
    struct control_staff_erase_ask ask;
    struct control_staff_person line;

    return control_staff_erase_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_staff_erase(c->x, &ask, &line, err) && answer_staff_person(c, &line, err);
}

bool verbs_staff_hand_over(struct control_call *c, struct error *err)
{
    struct control_hand_over_ask ask;
    struct control_handed_over line;

    return control_hand_over_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_hand_over(c->x, &ask, &line, err) && answer_handed_over(c, &line, err);
}
