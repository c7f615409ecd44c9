#include "exchange/vault_replace.h"

#include "base/file.h"
#include "crypto/data_keys.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "crypto/secretbox.h"
#include "exchange/vault_inside.h"
#include "store/slot_store.h"

static bool rewrap(const char *home, const struct vault_old_key *old, const struct secret *new_key, const struct db *db,
                   struct error *err)
{
    char path[FILE_PATH_MAX];
    struct data_keys *keys = NULL;
    bool done = false;
    bool ok = file_join_path(path, home, VAULT_SLOTS, err) && data_keys_open(path, old->key, &keys, err) &&
              data_keys_rewrap_begin(keys, new_key, old->generation + 1, err);

    while (ok && !done)
        ok = data_keys_rewrap_step(keys, slot_store_next(db), &done, err);
    data_keys_close(keys);
    return ok;
}

bool vault_replace_keys(const char *home, struct view passphrase, const struct vault_old_key *old, const struct db *db,
                        struct error *err)
{
    char path[FILE_PATH_MAX];
    struct secret key = {0};
    bool ok;

    secret_new(&key, SECRETBOX_KEY_SIZE);
    random_fill(&random_real, key.at, SECRETBOX_KEY_SIZE);
    ok = vault_make_key(home, VAULT_TRANSPORT, err) && vault_make_key(home, VAULT_IDENTITY, err) &&
         file_join_path(path, home, VAULT_STORAGE_KEY, err) &&
         keyfile_create_of(path, passphrase, old->generation + 1, &key, err) && rewrap(home, old, &key, db, err);
    secret_fini(&key);
    return ok;
}
