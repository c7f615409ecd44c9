#include "exchange/referrals/reminders.h"

#include "exchange/logs/audit.h"
#include "exchange/referrals/due_look.h"
#include "exchange/referrals/due_times.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/number_store.h"

#define TOLD "reminded" /* in the store: the time up to which it was looked */

struct reminding {
    struct exchange *x;
    int64_t from_ms; /* was looked at */
    int64_t now_ms;
    uint32_t found; /* bit of each enum reminder */
};

/* Whether WHAT can be said of one that is in STATE. */
static bool is_of(enum reminder what, enum referral_state state)
{
    switch (what) {
    case REMINDER_UNDELIVERED:
        return referral_state_word(state) == WORD_NOT_SENT;
    case REMINDER_UNOPENED:
        return referral_state_word(state) == WORD_THERE;
    case REMINDER_UNANSWERED:
        return referral_state_word(state) == WORD_SEEN;
    case REMINDER_NOT_ARRIVED:
        return state == REFERRAL_EXPECTED;
    default:
        return state != REFERRAL_EXPECTED;
    }
}

static bool find(void *cookie, const struct due_time *t, struct error *err)
{
    struct reminding *r = cookie;

    for (enum reminder what = REMINDER_SOON; what <= REMINDER_NOT_ARRIVED; what++) {
        int64_t moment = due_time_moment(t, what);
        enum referral_state state;
        bool waits;

        if (moment == 0 || moment <= r->from_ms || moment > r->now_ms || (r->found >> what & 1) != 0)
            continue;
        if (!due_look(r->x, t, &waits, &state, err))
            return false;
        if (waits && is_of(what, state))
            r->found |= 1U << what;
    }
    return true;
}

static bool record(struct exchange *x, const struct reminding *r, struct error *err)
{
    for (enum reminder what = REMINDER_SOON; what <= REMINDER_NOT_ARRIVED; what++) {
        struct record reminded = {.kind = RECORD_REMINDED, .reminded.what = what};

        if ((r->found >> what & 1) != 0 && !audit_append(x->audit, &reminded, NULL, err))
            return false;
    }
    return true;
}

bool reminders_advance(struct exchange *x, struct error *err)
{
    struct reminding r = {.x = x, .now_ms = tick_record_ms(x)};
    bool found;

    if (r.now_ms < due_times_next_moment(x->due_times))
        return true;
    if (!number_store_get(x->db, TOLD, &found, &r.from_ms, err))
        return false;
    if (!found)
        r.from_ms = 0;
    if (r.from_ms > r.now_ms) /* a person said that it is earlier */
        r.from_ms = r.now_ms;
    if (!due_times_walk_open(x->due_times, find, &r, err))
        return false;
    due_times_moments_passed(x->due_times, r.now_ms);
    return r.found == 0 || (tick_begin(x, err) && record(x, &r, err) && number_store_put(x->db, TOLD, r.now_ms, err));
}

int64_t reminders_wake_ms(const struct exchange *x)
{
    int64_t next = due_times_next_moment(x->due_times);

    return next == INT64_MAX ? 0 : tick_steady_at_record(x, next);
}
