/* A home that was put back gets new keys, because those before may be in other hands. Run by refexd --tool. */
#include "exchange/setup.h"

#include "base/file.h"
#include "crypto/sign.h"
#include "exchange/home.h"
#include "exchange/members/federation.h"
#include "exchange/members/own_keys.h"
#include "exchange/vault_replace.h"
#include "pki/certificate.h"
#include "store/note_store.h"

static bool read_certificate(struct db *db, struct certificate *out, struct error *err)
{
    struct bytes der = {0};
    uint64_t sequence;
    bool found;
    bool ok = note_store_get(db, NOTE_IDENTITY, view_of_text(""), &found, &sequence, &der, err) &&
              (found || error_set(err, E_NOD_02, "the node was never enrolled: it has no key that others know")) &&
              certificate_read(bytes_view(&der), out, err);

    bytes_fini(&der);
    return ok;
}

/* The key that others know: that of the keys part, unless the database, by its log, has a later one. */
static bool find_former(struct db *db, const uint8_t key[static KEY_SIZE], struct hash *out, struct error *err)
{
    struct certificate enrolled;
    struct own_keys *had;

    if (!read_certificate(db, &enrolled, err) || !own_keys_read(db, &had, err))
        return false;
    if (own_keys_has(had, key))
        *out = enrolled.key_hash;
    else
        sign_public_hash(key, out);
    own_keys_free(had);
    return true;
}

/* The machine's id says from which key the agency goes on: others have nothing else by which they know that it has what
 * it had. */
static bool make_node(const char *home, const struct hash *former, struct error *err)
{
    struct ident node;
    struct hash key;

    if (!exchange_own_fingerprint(home, &key, err))
        return false;
    certificate_replacing_node(former, &key, &node);
    return home_write_node(home, &node, err);
}

/* That the keys are new, and not of another part of a backup than the database. */
static bool note_key(struct db *db, const char *home, struct error *err)
{
    struct hash key;

    return exchange_own_fingerprint(home, &key, err) && db_begin(db, err) &&
           note_store_put(db, EXCHANGE_REPLACED_KEY, view_of_text(""), 1, view_of(key.at, sizeof key.at), err) &&
           db_commit(db, err);
}

bool exchange_keys_wait(struct db *db, const char *home, bool *waits, struct hash *key, struct error *err)
{
    struct certificate enrolled;
    struct bytes note = {0};
    uint64_t sequence;
    struct error why;
    bool ok = note_store_get(db, EXCHANGE_REPLACED_KEY, view_of_text(""), waits, &sequence, &note, err);

    *waits = ok && *waits && exchange_own_fingerprint(home, key, &why) &&
             view_equal(bytes_view(&note), view_of(key->at, sizeof key->at)) && read_certificate(db, &enrolled, &why) &&
             !hash_equal(&enrolled.key_hash, key);
    bytes_fini(&note);
    return ok;
}

bool exchange_replace_keys(const struct exchange_options *options, const struct exchange_old_keys *old,
                           struct error *err)
{
    const struct vault_old_key storage = {&old->storage, old->generation};
    char path[FILE_PATH_MAX];
    struct db *db = NULL;
    struct hash former;
    bool ok;

    if ((options->database == NULL && !file_join_path(path, options->home, HOME_DATABASE, err)) ||
        !db_open(options->database != NULL ? options->database : path, DB_WRITE, &db, err))
        return false;
    ok = find_former(db, old->identity, &former, err) &&
         vault_replace_keys(options->home, options->passphrase, &storage, db, err) &&
         make_node(options->home, &former, err) && note_key(db, options->home, err);
    db_close(db);
    return ok;
}
