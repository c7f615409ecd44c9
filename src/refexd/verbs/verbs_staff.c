/* Verbs on the people who use this node: list, add, role, confirm, stand-in, forget, hand-over. */
#include "refexd/verbs/verbs.h"

#include "exchange/access/assign_calls.h"
#include "exchange/staff/staff_calls.h"

CONTROL_ANSWER(staff_person)
CONTROL_ANSWER(handed_over)

CONTROL_LIST(verbs_staff_list, staff_list_ask, exchange_staff_list, staff_person)
CONTROL_ONE(verbs_staff_add, staff_add_ask, exchange_staff_add, staff_person)
CONTROL_ONE(verbs_staff_role, staff_role_ask, exchange_staff_role, staff_person)
CONTROL_ONE(verbs_staff_confirm, staff_confirm_ask, exchange_staff_confirm, staff_person)
CONTROL_ONE(verbs_staff_stand_in, stand_in_ask, exchange_staff_stand_in, staff_person)
CONTROL_ONE(verbs_staff_erase, staff_erase_ask, exchange_staff_erase, staff_person)
CONTROL_ONE(verbs_staff_hand_over, hand_over_ask, exchange_hand_over, handed_over)
