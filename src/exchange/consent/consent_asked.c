#include "exchange/consent/consent_asked.h"

#include "base/text.h"
#include "codec/control_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/case_fields.h"
#include "model/codes.h"
#include "model/consent.h"

static bool check_recipient(struct exchange *x, const struct control_consent_record_ask *ask, const struct address *to,
                            struct error *err)
{
    struct peer peer;

    if (address_equal(to, membership_own(x->membership)))
        return error_set(err, E_CON_10, "%s is this agency: consent is recorded for those who receive data", to->text);
    if (!membership_find_peer(x->membership, address_view(to), &peer))
        return error_set(err, E_CON_11, "%s is not in the directory of the federation", to->text);
    if (!ask->refused && agency_kind_is_irreversible(peer.member->kind) && !ask->told_irreversible)
        return error_set(err, E_CON_12, "%s is of kind %s and it is not recorded that she was told so", to->text,
                         agency_kind_name(peer.member->kind));
    return true;
}

/* Of what is printed nothing can be called back: it is for one person or office, who keeps it. */
static bool check_outside(struct exchange *x, const struct control_consent_record_ask *ask, struct error *err)
{
    if (ask->to_count != 1 || !address_equal(&ask->to[0], membership_own(x->membership)))
        return error_set(err, E_OUT_01, "it names agencies of the federation, too");
    if (ask->outside.size > BOUND_OUTSIDE || !text_is_utf8(ask->outside) || text_has_control(ask->outside, false))
        return error_set(err, E_OUT_01, "who it is for is said in one line of at most %d bytes", BOUND_OUTSIDE);
    if (ask->refused)
        return error_set(err, E_OUT_01, "a no is one to an agency of the federation");
    if (!ask->told_irreversible)
        return error_set(err, E_OUT_01, "it is not recorded that she was told that paper cannot be recalled");
    for (size_t i = 0; i < ask->grant_count; i++)
        if (ask->grants[i].onward != ONWARD_NONE)
            return error_set(err, E_OUT_01, "a grant lets them pass it on");
    return true;
}

/* How consent was explained and given. Checked here because one that does not decode later would block the case. */
static bool check_manner(const struct control_consent_record_ask *ask, struct error *err)
{
    if (ask->given_by < GIVEN_BY_SELF || ask->given_by >= GIVEN_BY_END)
        return error_set(err, E_CON_18, "it is not said by whom the consent was given");
    if (ask->notice.size == 0 || ask->notice.size > BOUND_NOTICE || !text_is_utf8(ask->notice) ||
        text_has_control(ask->notice, false))
        return error_set(err, E_CON_18, "the notice is named in 1 to %d bytes without control characters",
                         BOUND_NOTICE);
    if (language_find(ask->language) == 0)
        return error_set(err, E_CON_26, "the language in which it was explained is in no list");
    if (ask->seen_alone < SEEN_ALONE || ask->seen_alone >= SEEN_ALONE_END || ask->interpreter >= INTERPRETER_END)
        return error_set(err, E_CON_18, "it is not said whether she was seen alone");
    return true;
}

static bool check_excluded(const struct control_consent_grant *g, struct error *err)
{
    if (g->excluded_count > BOUND_EXCLUDED)
        return error_set(err, E_CON_17, "a grant leaves out at most %d fields", BOUND_EXCLUDED);
    for (size_t k = 0; k < g->excluded_count; k++) {
        unsigned section = FIELD_REF_SECTION(g->excluded[k]);

        if (section < SECTION_TRIAGE || section >= SECTION_END || FIELD_REF_NUMBER(g->excluded[k]) == 0 ||
            (g->sections & SECTION_BIT(section)) == 0)
            return error_set(err, E_CON_17, "a field is excluded whose section is not granted");
        if (k > 0 && g->excluded[k - 1] >= g->excluded[k])
            return error_set(err, E_CON_17, "a field is excluded twice, or out of order");
    }
    return true;
}

static bool check_onward(const struct control_consent_grant *g, struct error *err)
{
    if (g->onward < ONWARD_NONE || g->onward >= ONWARD_END)
        return error_set(err, E_CON_16, "it is not said whether data may be shared onward");
    if ((g->onward == ONWARD_NAMED) != (g->named_count != 0) || g->named_count > BOUND_GRANT_NAMED)
        return error_set(err, E_CON_16, "onward sharing to named agencies names 1 to %d of them", BOUND_GRANT_NAMED);
    for (size_t i = 0; i < g->named_count; i++)
        for (size_t k = 0; k < i; k++)
            if (address_equal(&g->named[i], &g->named[k]))
                return error_set(err, E_CON_16, "%s is named twice", g->named[i].text);
    return true;
}

#define TRIAGE SECTION_BIT(SECTION_TRIAGE)

size_t consent_asked_split(const struct control_consent_grant *g, struct control_consent_grant parts[2])
{
    size_t of_triage = 0; /* excluded fields ascend, and triage is the first section */

    parts[0] = *g;
    parts[1] = *g;
    if ((g->sections & TRIAGE) == 0 || (g->sections & ~TRIAGE) == 0)
        return g->sections != 0 ? 1 : 0;
    while (of_triage < g->excluded_count && FIELD_REF_SECTION(g->excluded[of_triage]) == SECTION_TRIAGE)
        of_triage++;
    parts[0].sections = TRIAGE;
    parts[0].excluded_count = of_triage;
    parts[1].sections = g->sections & ~TRIAGE;
    parts[1].excluded = g->excluded + of_triage;
    parts[1].excluded_count = g->excluded_count - of_triage;
    return 2;
}

size_t consent_asked_count(const struct control_consent_record_ask *ask)
{
    struct control_consent_grant parts[2];
    size_t count = 0;

    for (size_t i = 0; i < ask->grant_count; i++)
        count += consent_asked_split(&ask->grants[i], parts);
    return count;
}

/* Today by both times, the earlier and the later: what is counted from today must hold by either. */
struct both_days {
    uint32_t earlier;
    uint32_t later;
    bool agree; /* they are a day apart at most */
};

static bool refuse_days(const struct exchange *x, const struct both_days *today, const char *rule, struct error *err)
{
    char by_log[11];
    char by_clock[11];

    if (today->agree)
        return error_set(err, E_CON_15, "%s", rule);
    text_write_date((int32_t)day_of_ms(trusted_time_ms(&x->time)), by_log);
    text_write_date((int32_t)day_of_ms(trusted_time_wall_ms(&x->time)), by_clock);
    return error_set(err, E_CON_23, "by this machine's clock today is %s, by the node's log %s; %s", by_clock, by_log,
                     rule);
}

static bool is_within(const struct both_days *today, uint32_t day, uint32_t most)
{
    return !consent_has_ended(day, today->later) && day <= today->earlier + most;
}

/* A no needs no last day, so a clock that is wrong never keeps it from being recorded. */
static bool find_until(const struct exchange *x, const struct control_consent_record_ask *ask,
                       const struct both_days *today, uint32_t *until, struct error *err)
{
    *until = ask->until;
    if (ask->until != 0)
        return is_within(today, ask->until, BOUND_CONSENT_DAYS) ||
               refuse_days(x, today, "a consent ends between today and twelve months from now", err);
    *until = (ask->refused ? tick_record_day(x) : today->earlier) + BOUND_CONSENT_DAYS_DEFAULT;
    return today->agree || ask->refused || refuse_days(x, today, "no last day can be counted from that", err);
}

void consent_asked_complete(struct exchange *x, const struct control_consent_record_ask *ask, struct address *own,
                            struct control_consent_record_ask *out)
{
    *out = *ask;
    if (ask->outside.size == 0 || ask->to_count != 0)
        return;
    *own = *membership_own(x->membership);
    out->to = own;
    out->to_count = 1;
}

bool consent_asked_check(struct exchange *x, const struct control_consent_record_ask *ask, uint32_t *until,
                         struct error *err)
{
    struct both_days today;

    today.agree = tick_both_days(x, &today.earlier, &today.later);
    if (ask->to_count == 0 || ask->to_count > BOUND_RECIPIENTS)
        return error_set(err, E_CON_13, "a consent names 1 to %d agencies", BOUND_RECIPIENTS);
    if (ask->grant_count >= BOUND_GRANTS || (ask->grant_count == 0 && !ask->refused) ||
        consent_asked_count(ask) >= BOUND_GRANTS)
        return error_set(err, E_CON_14, "a consent has 1 to %d grants; one of triage and more counts as two",
                         BOUND_GRANTS - 1);
    if (!find_until(x, ask, &today, until, err) || !check_manner(ask, err))
        return false;
    for (size_t i = 0; i < ask->grant_count; i++) {
        const struct control_consent_grant *g = &ask->grants[i];

        if (g->purpose < 1 || g->purpose >= PURPOSE_END)
            return error_set(err, E_CON_14, "a grant names one purpose");
        if (g->purpose != ask->grants[0].purpose)
            return error_set(err, E_CON_14, "a consent is for one purpose: another one is another consent");
        if ((g->sections & ~SECTION_ALL) != 0)
            return error_set(err, E_CON_14, "a grant names a section that is none");
        if (g->keep_until != 0 && !is_within(&today, g->keep_until, BOUND_KEEP_DAYS))
            return refuse_days(x, &today, "data is kept until a day from today on, ten years at most", err);
        if (!check_onward(g, err) || !check_excluded(g, err))
            return false;
    }
    if (ask->outside.size != 0)
        return check_outside(x, ask, err);
    for (size_t i = 0; i < ask->to_count; i++) {
        if (!check_recipient(x, ask, &ask->to[i], err))
            return false;
        for (size_t k = 0; k < i; k++)
            if (address_equal(&ask->to[i], &ask->to[k]))
                return error_set(err, E_CON_13, "%s is named twice", ask->to[i].text);
    }
    return true;
}
