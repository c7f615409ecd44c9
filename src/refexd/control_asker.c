#include "refexd/control_asker.h"

#include <unistd.h>

#include "base/log.h"
#include "exchange/staff/staff_calls.h"

static bool is_running_node(const struct control_context *w)
{
    return w->exchange != NULL && w->mode == CONTROL_NODE;
}

staff_roles control_asker_roles(const struct control_context *w, uint32_t uid)
{
    bool owns = uid == geteuid() || uid == 0;

    if (is_running_node(w))
        return exchange_staff_roles(w->exchange, uid, owns);
    return owns ? STAFF_ROLES_ALL : 0;
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

bool control_asker_check(const struct control_context *w, uint32_t uid, staff_roles roles,
                         const struct control_verb *verb, struct error *err)
{
    if ((verb->roles & roles) != 0)
        return true;
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
        return handle(c, err);
    exchange_acting(c->x, &uid);
    ok = handle(c, err);
    record_look(c->x, uid, kind, !ok && err->code == E_CTL_09);
    exchange_acting(c->x, NULL);
    return ok;
}
