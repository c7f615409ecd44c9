/* What somebody has to do. */
#include "refexd/verbs/verbs.h"

#include "exchange/referrals/work_calls.h"

CONTROL_ANSWER(work_item)

CONTROL_LIST(verbs_work, work_ask, exchange_work_list, work_item)
