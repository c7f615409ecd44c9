/* exchange_staff_refused: what somebody asked for and his role does not include, or that is somebody else's. */
#include "exchange/staff/staff_calls.h"

#include "base/log.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* Those of UID, of today. */
static struct staff_refusals *refusals_of(struct exchange *x, uint32_t uid)
{
    struct staff *s = x->staff;
    uint32_t today = tick_record_day(x);
    size_t i = 0;

    while (i < s->refusal_count && s->refusals[i].uid != uid)
        i++;
    if (i == s->refusal_count) { /* there are as many as have a role */
        s->refusals = xrealloc(s->refusals, (i + 1) * sizeof *s->refusals);
        s->refusals[s->refusal_count++] = (struct staff_refusals){.uid = uid, .day = today};
    }
    if (s->refusals[i].day != today)
        s->refusals[i] = (struct staff_refusals){.uid = uid, .day = today};
    return &s->refusals[i];
}

static bool record_refused(struct exchange *x, uint32_t verb, const struct ident *object, struct error *err)
{
    struct record r = {.kind = RECORD_NOT_ALLOWED};

    r.not_allowed = (struct record_not_allowed){.verb = verb, .has_object = object != NULL};
    if (object != NULL)
        r.not_allowed.object = *object;
    return acting_sign(x, &r, err) && tick_begin(x, err) && audit_append(x->audit, &r, NULL, err);
}

bool exchange_staff_refused(struct exchange *x, uint32_t uid, uint32_t verb, const struct ident *object,
                            struct error *err)
{
    struct staff_refusals *r = refusals_of(x, uid);
    struct error why = {.code = E_STO_03};
    uint64_t mark;

    if (r->count > BOUND_REFUSED_ACTS)
        return true;
    if (++r->count > BOUND_REFUSED_ACTS) {
        log_line(LOG_WARNING, "event=staff.refused uid=%u more than %d times today: not recorded any more",
                 (unsigned)uid, BOUND_REFUSED_ACTS);
        return true;
    }
    if (tick_waits(x) || !tick_has_room(x, &why)) { /* what others ask is not undone for its sake */
        log_line(LOG_WARNING, "event=staff.refused uid=%u not recorded: code=%s", (unsigned)uid,
                 error_row(why.code)->code);
        return true;
    }
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, record_refused(x, verb, object, err), err);
}
