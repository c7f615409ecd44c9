#include "exchange/vault_identity.h"

#include "exchange/vault_inside.h"

bool vault_next_identity(struct vault *v, const struct sign_key **out, struct error *err)
{
    const bool is_new = v->next_identity.key == NULL;

    if (!next_key_make(&v->next_identity, v->home, out, err))
        return false;
    v->erasures += is_new; /* so that the keys part of a backup has it, too */
    return true;
}

bool vault_open_next_identity(struct vault *v, const struct sign_key **out, struct error *err)
{
    return next_key_open(&v->next_identity, v->home, out, err);
}

bool vault_has_next_identity(const struct vault *v)
{
    return next_key_is_there(&v->next_identity, v->home);
}

bool vault_settle_identity(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                           struct error *err)
{
    if (!next_key_settle(&v->next_identity, v->home, v->identity, own, changed, err))
        return false;
    v->erasures += *changed; /* so that the keys part of a backup is made anew */
    return true;
}
