#include "exchange/logs/acting.h"

#include "exchange/logs/audit.h"
#include "exchange/staff/staff.h"
#include "exchange/state.h"
#include "exchange/vault.h"

#include <string.h>
#include <unistd.h>

struct acting {
    bool is_asked; /* a person asks … */
    uint32_t user; /* … as this Unix user … */
    bool reads;    /* … what changes nothing … */
    bool looked;   /* … for what is somebody else's: */
    struct ident object;
};

struct acting *acting_new(void)
{
    return xnew(sizeof(struct acting));
}

bool acting_of_user(struct vault *vault, uint32_t uid, struct ident *out, struct error *err)
{
    struct bytes text = {0};
    struct hash mark;
    bool ok;

    bytes_printf(&text, "refex/actor/v1\nunix %u\n", (unsigned)uid);
    ok = vault_mark(vault, bytes_view(&text), &mark, err);
    if (ok)
        memcpy(out->at, mark.at, sizeof out->at);
    bytes_fini(&text);
    return ok;
}

void exchange_acting(struct exchange *x, const uint32_t *uid)
{
    *x->acting = (struct acting){.is_asked = uid != NULL, .user = uid != NULL ? *uid : 0};
}

void exchange_acting_reads(struct exchange *x)
{
    x->acting->reads = true;
}

bool acting_reads(const struct exchange *x)
{
    return x->acting->reads;
}

bool acting_user(const struct exchange *x, uint32_t *uid)
{
    *uid = x->acting->user;
    return x->acting->is_asked;
}

void acting_note_look(struct exchange *x, const struct ident *object)
{
    x->acting->looked = true;
    x->acting->object = *object;
}

const struct ident *exchange_acting_looked(const struct exchange *x)
{
    return x->acting->looked ? &x->acting->object : NULL;
}

bool acting_sign(struct exchange *x, struct record *r, struct error *err)
{
    r->has_actor = x->acting->is_asked;
    return !r->has_actor || staff_find_user(x, x->acting->user, &r->actor) ||
           acting_of_user(x->vault, x->acting->user, &r->actor, err);
}

bool acting_append(struct exchange *x, struct record *r, struct error *err)
{
    return acting_sign(x, r, err) && audit_append(x->audit, r, NULL, err);
}

bool acting_record_opened(struct exchange *x, enum house_what what, const struct ident *object, struct error *err)
{
    struct record r = {.kind = RECORD_OPENED};

    r.house = (struct record_house){.has_object = true, .object = *object, .what = what};
    return acting_append(x, &r, err);
}

bool acting_record(struct exchange *x, enum act what, const struct ident *object, struct error *err)
{
    struct record r = {.kind = RECORD_ACTED};

    if (!x->acting->is_asked)
        return true;
    r.acted = (struct record_acted){.what = what, .object = *object};
    return acting_append(x, &r, err);
}

bool acting_find(struct exchange *x, const struct record *r, bool *known, uint32_t *uid, struct error *err)
{
    const uint32_t users[] = {geteuid(), 0}; /* who owns the node: refexd/control_asker.c */
    struct ident actor;

    *known = false;
    if (!r->has_actor || x->read_only)
        return true;
    for (size_t i = 0; i < sizeof users / sizeof users[0] && !*known; i++) {
        if (!acting_of_user(x->vault, users[i], &actor, err))
            return false;
        *known = ident_equal(&actor, &r->actor);
        *uid = users[i];
    }
    return true;
}
