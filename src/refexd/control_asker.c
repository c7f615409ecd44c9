#include "refexd/control_asker.h"

#include <unistd.h>

#include "codec/verbs.h"

/* Bits of enum control_asker; 0: UID may ask nothing. */
static unsigned askers_of(uint32_t uid)
{
    return (uid == geteuid() ? CONTROL_NODE_USER : 0U) | (uid == 0 ? CONTROL_ROOT : 0U);
}

bool control_asker_is_known(uint32_t uid)
{
    return askers_of(uid) != 0;
}

bool control_asker_check(uint32_t uid, const struct control_verb *verb, struct error *err)
{
    return ((verb != NULL ? verb->askers : ~0U) & askers_of(uid)) != 0 ||
           error_set(err, E_CTL_03, "this program is not answered");
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
