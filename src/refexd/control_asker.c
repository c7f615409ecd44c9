#include "refexd/control_asker.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "exchange/members/agency_calls.h"
#include "exchange/staff/staff_calls.h"
#include "refexd/control_named.h"
#include "refexd/unix_account.h"

static bool is_running_node(const struct control_context *w)
{
    return w->exchange != NULL && w->mode == CONTROL_NODE;
}

bool control_asker_owns(uint32_t uid)
{
    return uid == geteuid() || uid == 0;
}

/* The number of who has a role is somebody else's by now: the role does not go with it. */
static bool is_given_on(const struct exchange *x, uint32_t uid)
{
    struct view account;

    return exchange_staff_account(x, uid, &account) && unix_account_is_other(uid, account);
}

staff_roles control_asker_roles(const struct control_context *w, uint32_t uid)
{
    bool owns = control_asker_owns(uid);

    if (is_running_node(w))
        return is_given_on(w->exchange, uid) && !owns ? 0 : exchange_staff_roles(w->exchange, uid, owns);
    return owns ? STAFF_ROLES_ALL : 0;
}

void control_asker_note_denied(struct control_denied *d, uint32_t uid)
{
    int64_t today = clock_now_ms(&clock_real) / DAY_MS;

    if (d->day != today)
        *d = (struct control_denied){.day = today};
    if (d->count > BOUND_REFUSED_ACTS)
        return;
    if (++d->count <= BOUND_REFUSED_ACTS)
        log_line(LOG_WARNING, "event=control.denied uid=%u", (unsigned)uid);
    else
        log_line(LOG_WARNING, "event=control.denied more than %d today: no others are logged", BOUND_REFUSED_ACTS);
}

static bool record_refused(const struct control_context *w, uint32_t uid, const struct control_verb *verb,
                           struct error *err)
{
    bool ok;

    if (!is_running_node(w))
        return true;
    exchange_acting(w->exchange, &uid);
    ok = exchange_staff_refused(w->exchange, uid, verb->kind, NULL, err);
    exchange_acting(w->exchange, NULL);
    return ok;
}

/* Whether it was done before, when his role included it, and he only asks what was answered. */
static bool was_answered(const struct control_context *w, uint32_t uid, const struct control_verb *verb,
                         const struct control_call *c)
{
    bool is_answered;

    if (!is_running_node(w) || c->request_id.size == 0)
        return false;
    exchange_acting(w->exchange, &uid);
    is_answered = control_named_is_answered(verb, c);
    exchange_acting(w->exchange, NULL);
    return is_answered;
}

/* A home that was put back reads and sends nothing of a case before it knows what was withdrawn; what ends something
 * waits for nothing. */
static bool is_ready(const struct exchange *x, const struct control_verb *verb, struct error *err)
{
    const bool is_of_cases =
        (verb->roles & STAFF_ROLE_BIT(STAFF_CASEWORKER)) != 0 && (verb->roles & STAFF_ROLE_BIT(STAFF_OPERATOR)) == 0;

    return !is_of_cases || verb->kind == CONTROL_CONSENT_WITHDRAW || verb->kind == CONTROL_AGENCY_TOLD ||
           verb->kind == CONTROL_CASE_DELETE || verb->kind == CONTROL_CASE_LIFE || exchange_restored_ready(x, err);
}

bool control_asker_check(const struct control_context *w, uint32_t uid, const struct control_verb *verb,
                         const struct control_call *c, struct error *err)
{
    if ((verb->roles & c->roles) != 0 || was_answered(w, uid, verb, c))
        return c->x == NULL || is_ready(c->x, verb, err);
    return record_refused(w, uid, verb, err) && error_set(err, E_CTL_09, "%s was asked", verb->name);
}

/* Where he named what is another's, he is told what he would be told of an id that nobody has. Whether this is written
 * changes no answer. */
static void record_look(struct exchange *x, uint32_t uid, uint16_t kind, bool refused)
{
    const struct ident *object = exchange_acting_looked(x);
    struct error why;

    if ((object != NULL || refused) && !exchange_staff_refused(x, uid, kind, object, &why))
        log_line(LOG_WARNING, "event=staff.refused uid=%u not recorded: code=%s", (unsigned)uid,
                 error_row(why.code)->code);
}

bool control_asker_handle(uint32_t uid, uint16_t kind, bool (*handle)(struct control_call *c, struct error *err),
                          struct control_call *c, struct error *err)
{
    bool ok;

    if (c->x == NULL)
        return c->request_id.size == 0 ? handle(c, err) : control_named_refuse(control_verb_find(kind), err);
    exchange_acting(c->x, &uid);
    if (control_verb_find(kind)->again == CONTROL_READS)
        exchange_acting_reads(c->x);
    ok = c->request_id.size == 0 ? handle(c, err) : control_named_handle(control_verb_find(kind), handle, c, err);
    record_look(c->x, uid, kind, !ok && err->code == E_CTL_09);
    exchange_acting(c->x, NULL);
    return ok;
}
