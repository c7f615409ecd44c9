#include "refexd/control_asker.h"

#include <unistd.h>

#include "exchange/staff/staff_calls.h"

staff_roles control_asker_roles(const struct control_context *w, uint32_t uid)
{
    bool owns = uid == geteuid() || uid == 0;

    if (w->exchange != NULL && w->mode == CONTROL_NODE)
        return exchange_staff_roles(w->exchange, uid, owns);
    return owns ? STAFF_ROLES_ALL : 0;
}

bool control_asker_check(staff_roles roles, const struct control_verb *verb, struct error *err)
{
    return (verb->roles & roles) != 0 || error_set(err, E_CTL_09, "%s was asked", verb->name);
}

bool control_asker_handle(uint32_t uid, bool (*handle)(struct control_call *c, struct error *err),
                          struct control_call *c, struct error *err)
{
    bool ok;

    if (c->x == NULL)
        return handle(c, err);
    exchange_acting(c->x, &uid);
    ok = handle(c, err);
    exchange_acting(c->x, NULL);
    return ok;
}
