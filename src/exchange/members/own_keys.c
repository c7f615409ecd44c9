#include "exchange/members/own_keys.h"

#include <stdlib.h>
#include <string.h>

#include "auditlog/checkpoint.h"
#include "base/arena.h"
#include "codec/audit_messages.h"
#include "crypto/sign.h"
#include "pki/certificate.h"
#include "store/log_store.h"

struct own_keys {
    struct verify_key **keys;
    size_t count;
    struct arena arena; /* of the record that is read */
};

bool own_keys_has(const struct own_keys *k, const uint8_t *key)
{
    for (size_t i = 0; i < k->count; i++) {
        uint8_t known[KEY_SIZE];

        verify_key_public(k->keys[i], known);
        if (memcmp(known, key, KEY_SIZE) == 0)
            return true;
    }
    return false;
}

/* A record that does not read names no key: `audit verify` finds it. */
static bool add(void *cookie, const struct record_row *row, struct error *err)
{
    struct own_keys *k = cookie;
    struct verify_key *key;
    struct certificate c;
    struct record r;
    struct error why;

    (void)err;
    arena_reset(&k->arena);
    if (!record_decode(row->bytes, &k->arena, &r, &why) || !certificate_read(r.notes.first, &c, &why) ||
        c.use != CERTIFICATE_IDENTITY || own_keys_has(k, c.public_key) || !verify_key_new(c.public_key, &key, &why))
        return true;
    k->keys = xrealloc(k->keys, (k->count + 1) * sizeof(struct verify_key *));
    k->keys[k->count++] = key;
    return true;
}

bool own_keys_read(struct db *db, struct own_keys **out, struct error *err)
{
    const struct record_filter certificates = {.has_kind = true, .kind = RECORD_CERTIFICATE};
    struct own_keys *k = xnew(sizeof *k);

    if (!log_store_walk(db, LOG_EXCHANGE, &certificates, add, k, err)) {
        own_keys_free(k);
        return false;
    }
    *out = k;
    return true;
}

void own_keys_free(struct own_keys *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->count; i++)
        verify_key_free(k->keys[i]);
    free(k->keys);
    arena_fini(&k->arena);
    free(k);
}

bool own_keys_signed(const void *keys, const struct checkpoint *c)
{
    const struct own_keys *k = keys;
    struct error why;

    for (size_t i = 0; i < k->count; i++)
        if (checkpoint_verify(c, k->keys[i], &why))
            return true;
    return false;
}
