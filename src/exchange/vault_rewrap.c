#include "exchange/vault_rewrap.h"

#include "crypto/data_keys.h"
#include "crypto/data_keys_layout.h"
#include "crypto/keyfile.h"
#include "crypto/sealfile.h"
#include "exchange/vault_inside.h"
#include "store/slot_store.h"

#include "base/sometimes.h"

uint64_t vault_generation(const struct vault *v)
{
    return data_keys_generation(v->data_keys);
}

bool vault_has_erased(const struct vault *v)
{
    return v->has_erased;
}

uint64_t vault_rewrap_room(const struct vault *v)
{
    return data_keys_layout_offset(data_keys_count(v->data_keys));
}

/* The storage key that is to be overwritten; 0: none. One of a later generation is left of a re-wrap that came to
 * nothing: nothing lies under it. */
static uint64_t old_generation(const struct vault *v)
{
    return keyfile_other(v->keyfile, vault_generation(v));
}

bool vault_is_rewrapping(const struct vault *v)
{
    uint64_t old = old_generation(v);

    return data_keys_is_rewrapping(v->data_keys) || (old != 0 && old < vault_generation(v));
}

bool vault_is_unsure(const struct vault *v)
{
    return data_keys_is_unsure(v->data_keys);
}

bool vault_rewrap_begin(struct vault *v, struct error *err)
{
    uint64_t generation = keyfile_newest(v->keyfile) + 1;
    struct secret key = {0};
    bool ok;

    REQUIRE(!vault_is_rewrapping(v));
    ok = keyfile_add_key(v->keyfile, vault_generation(v), generation, err) &&
         keyfile_key(v->keyfile, generation, &key, err) && data_keys_rewrap_begin(v->data_keys, &key, generation, err);
    secret_fini(&key);
    if (ok)
        v->has_erased = false;
    return ok;
}

/* What was derived from a slot that nothing uses yet: an undone tick may have used it. */
static void forget_from(struct vault *v, uint64_t slot)
{
    for (size_t i = 0; i < CACHE_SIZE; i++)
        if (v->cache[i].slot >= slot)
            secret_fini(&v->cache[i].key);
}

static bool step_data_keys(struct vault *v, uint64_t first_unused, struct error *err)
{
    uint64_t generation = vault_generation(v);
    struct secret key = {0};
    struct error unused;
    bool finished;
    bool ok = data_keys_rewrap_step(v->data_keys, first_unused, &finished, err);

    if (vault_generation(v) == generation)
        return ok;
    REQUIRE(keyfile_key(v->keyfile, vault_generation(v), &key, &unused)); /* the one it was begun with */
    secret_fini(&v->storage_key);
    v->storage_key = key;
    forget_from(v, first_unused);
    return ok;
}

static bool step_sealing_keys(struct vault *v, bool *done, struct error *err)
{
    struct secret old = {0};
    bool ok = keyfile_key(v->keyfile, old_generation(v), &old, err) &&
              sealfile_rewrap_next(v->folder, &old, &v->storage_key, vault_generation(v), done, err);

    secret_fini(&old);
    return ok;
}

bool vault_rewrap_step(struct vault *v, const struct db *db, bool *done, struct error *err)
{
    bool are_sealed;

    REQUIRE(vault_is_rewrapping(v));
    *done = false;
    if (data_keys_is_rewrapping(v->data_keys))
        return step_data_keys(v, slot_store_next(db), err);
    if (!step_sealing_keys(v, &are_sealed, err))
        return false;
    if (!are_sealed)
        return true;
    SOMETIMES(the_old_storage_key_was_overwritten);
    *done = keyfile_keep_only(v->keyfile, vault_generation(v), err);
    return *done;
}
