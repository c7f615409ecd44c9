#include "exchange/vault_transport.h"

#include "exchange/vault_inside.h"

bool vault_next_transport(struct vault *v, const struct sign_key **out, struct error *err)
{
    return next_key_make(&v->next_transport, v->home, out, err);
}

bool vault_has_next_transport(const struct vault *v)
{
    return next_key_is_there(&v->next_transport, v->home);
}

bool vault_forget_next_transport(struct vault *v, struct error *err)
{
    return next_key_destroy(&v->next_transport, v->home, err);
}

bool vault_settle_transport(struct vault *v, const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed,
                            struct error *err)
{
    return next_key_settle(&v->next_transport, v->home, v->transport, own, changed, err);
}
