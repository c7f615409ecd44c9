#include "exchange/referrals/answer_refused.h"

#include "exchange/access/handed.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"

bool answer_refused_record(struct exchange *x, const struct referral_row *row, enum refused_answer whose,
                           struct error *err)
{
    struct record r = {.kind = RECORD_ANSWER_REFUSED};

    REQUIRE(x->in_transaction);
    r.answer_refused = (struct record_answer_refused){.referral = row->id, .whose = whose};
    return audit_append(x->audit, &r, NULL, err) && (row->holder == 0 || handed_referral(x, row, err));
}
