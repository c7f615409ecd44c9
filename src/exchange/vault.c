#include "exchange/vault.h"

#include "crypto/data_keys.h"
#include "crypto/digest.h"
#include "crypto/keyfile.h"
#include "crypto/seal.h"
#include "crypto/secretbox.h"
#include "exchange/vault_identity.h"
#include "exchange/vault_inside.h"
#include "exchange/vault_transport.h"
#include "store/note_store.h"
#include "store/slot_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/sometimes.h"

#define LOW_WATER 256 /* with fewer unused slots than this, the file is extended */
#define SECTOR    52  /* slots that touch a sector of 4096 bytes */

#define SLOTS_NOTE  "slots" /* name in note_store; its sequence: no slot below it is allocated any more */
#define SLOTS_AHEAD 16      /* as many slots are noted at once; at a start, those not used are left out */

bool vault_make_key(const char *home, const char *name, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key;
    bool ok;

    if (!file_join_path(path, home, name, err))
        return false;
    key = sign_key_new();
    ok = sign_key_save(key, path, err);
    sign_key_free(key);
    return ok;
}

bool vault_create(const char *home, struct view passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct keyfile *keyfile = NULL;
    struct secret key = {0};
    bool ok = false;

    if (!file_join_path(path, home, VAULT_FOLDER, err) || !file_make_folder(path, err))
        return false;
    if (!vault_make_key(home, VAULT_TRANSPORT, err) || !vault_make_key(home, VAULT_IDENTITY, err))
        return false;
    if (!file_join_path(path, home, VAULT_STORAGE_KEY, err) || !keyfile_create(path, passphrase, err))
        return false;
    if (!keyfile_open(path, passphrase, &keyfile, err))
        return false;
    if (keyfile_key(keyfile, keyfile_newest(keyfile), &key, err) && file_join_path(path, home, VAULT_SLOTS, err))
        ok = data_keys_create(path, &key, keyfile_newest(keyfile), DATA_KEYS_FILL, err);
    secret_fini(&key);
    keyfile_close(keyfile);
    return ok;
}

static bool open_storage(struct vault *v, struct view passphrase, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint64_t generation;

    if (!file_join_path(path, v->home, VAULT_STORAGE_KEY, err) || !keyfile_is_plain(path, &v->plain, err) ||
        !keyfile_open(path, passphrase, &v->keyfile, err))
        return false;
    if (!file_join_path(path, v->home, VAULT_SLOTS, err) || !data_keys_read_generation(path, &generation, err) ||
        !keyfile_key(v->keyfile, generation, &v->storage_key, err))
        return false;
    return data_keys_open(path, &v->storage_key, &v->data_keys, err);
}

bool vault_open(const char *home, struct view passphrase, struct vault **out, struct error *err)
{
    struct vault *v = xnew(sizeof *v);
    char path[FILE_PATH_MAX];
    bool ok = file_join_path(v->home, home, "", err) && file_join_path(v->folder, home, VAULT_FOLDER, err) &&
              open_storage(v, passphrase, err);

    ok = ok && file_join_path(path, home, VAULT_IDENTITY, err) && sign_key_open(path, &v->identity, err);
    ok = ok && file_join_path(path, home, VAULT_TRANSPORT, err) && sign_key_open(path, &v->transport, err);
    v->next_identity = (struct next_key){VAULT_IDENTITY, VAULT_IDENTITY_NEXT, VAULT_IDENTITY_NEW, NULL, true};
    v->next_transport = (struct next_key){VAULT_TRANSPORT, VAULT_TRANSPORT_NEXT, VAULT_TRANSPORT_OLD, NULL, true};
    if (!ok) {
        vault_close(v);
        return false;
    }
    *out = v;
    return true;
}

void vault_close(struct vault *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < CACHE_SIZE; i++)
        secret_fini(&v->cache[i].key);
    for (size_t i = 0; i < v->key_count; i++)
        seal_key_free(v->keys[i].key);
    sign_key_free(v->identity);
    sign_key_free(v->transport);
    sign_key_free(v->next_transport.key);
    sign_key_free(v->next_identity.key);
    data_keys_close(v->data_keys);
    secret_fini(&v->storage_key);
    keyfile_close(v->keyfile);
    bytes_fini(&v->retired);
    free(v);
}

bool vault_is_open_to_others(const char *home)
{
    static const char *const files[] = {VAULT_STORAGE_KEY, VAULT_SLOTS,          VAULT_TRANSPORT,
                                        VAULT_IDENTITY,    VAULT_TRANSPORT_NEXT, VAULT_IDENTITY_NEXT};
    char path[FILE_PATH_MAX];
    struct error err;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (file_join_path(path, home, files[i], &err) && file_is_open_to_others(path))
            return true;
    return false;
}

bool vault_is_plain(const struct vault *v)
{
    return v->plain;
}

struct view vault_storage_key(const struct vault *v)
{
    return secret_view(&v->storage_key);
}

uint64_t vault_slots_size(const struct vault *v)
{
    return data_keys_size(v->data_keys);
}

uint64_t vault_erasures(const struct vault *v)
{
    return v->erasures;
}

const struct sign_key *vault_identity(const struct vault *v)
{
    return v->identity;
}

const struct sign_key *vault_transport(const struct vault *v)
{
    return v->transport;
}

/* --- cells --- */

static bool section_key(struct vault *v, const struct cell *where, const uint8_t **out, struct error *err)
{
    size_t length = strlen(where->section);
    struct cached_key *c = &v->cache[(where->slot * 31 + (uint8_t)where->section[0] * 7 + length) % CACHE_SIZE];
    struct secret data_key = {0};

    if (c->key.at == NULL || c->slot != where->slot || strcmp(c->section, where->section) != 0) {
        if (!data_keys_get(v->data_keys, where->slot, &data_key, err))
            return false;
        secret_fini(&c->key);
        secret_new(&c->key, SECRETBOX_KEY_SIZE);
        secretbox_section_key(data_key.at, where->section, c->key.at);
        secret_fini(&data_key);
        REQUIRE(length < sizeof c->section);
        memcpy(c->section, where->section, length + 1);
        c->slot = where->slot;
    }
    *out = c->key.at;
    return true;
}

static struct secretbox_place place_of(const struct cell *where)
{
    return (struct secretbox_place){
        .table = where->table, .row = (uint64_t)where->row, .column = where->column, .owner = where->owner};
}

bool vault_seal_cell(struct vault *v, const struct cell *where, struct view plain, struct bytes *out, struct error *err)
{
    struct secretbox_place place = place_of(where);
    const uint8_t *key;

    if (!section_key(v, where, &key, err))
        return false;
    secretbox_seal(key, &place, plain, out);
    return true;
}

bool vault_open_cell(struct vault *v, const struct cell *where, struct view sealed, struct bytes *plain,
                     struct error *err)
{
    struct secretbox_place place = place_of(where);
    const uint8_t *key;

    return section_key(v, where, &key, err) && secretbox_open_bytes(key, &place, sealed, plain, err);
}

bool vault_is_lost(const struct error *err)
{
    return err->code == E_KEY_09 || err->code == E_KEY_15;
}

bool vault_does_not_open(const struct error *err)
{
    return vault_is_lost(err) || err->code == E_KEY_21;
}

bool vault_find_slot(struct vault *v, const struct cell *where, struct view sealed, uint64_t *slot, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct cell other = *where;
    struct error why = {0};
    bool unread = false;
    bool found = false;

    for (other.slot = VAULT_OWN_SLOT + 1; !found && other.slot < data_keys_count(v->data_keys); other.slot++) {
        bytes_clear(&plain);
        found = !vault_slot_is_erased(v, other.slot) && vault_open_cell(v, &other, sealed, &plain, &why);
        if (found)
            *slot = other.slot;
        unread = unread || why.code == E_KEY_21;
    }
    bytes_fini(&plain);
    return found || !unread || error_set(err, E_KEY_21, "the disk did not give a key that may be the one");
}

bool vault_mark(struct vault *v, struct view text, struct hash *out, struct error *err)
{
    const struct cell where = {.slot = VAULT_OWN_SLOT, .section = "request"};
    const uint8_t *key;

    if (!section_key(v, &where, &key, err))
        return false;
    digest_hmac(view_of(key, SECRETBOX_KEY_SIZE), &text, 1, out);
    return true;
}

/* --- slots --- */

static void write_slots(uint64_t end, struct bytes *out)
{
    bytes_append_text(out, "refex/slots/v1\n");
    bytes_append_u64(out, end);
}

static bool mark_slots(struct vault *v, uint64_t end, struct hash *out, struct error *err)
{
    struct bytes text = {0};
    bool ok;

    write_slots(end, &text);
    ok = vault_mark(v, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

/* As mark_slots, by the key in VAULT_OWN_SLOT alone. */
static void mark_slots_with(const uint8_t *own_key, uint64_t end, struct hash *out)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    struct bytes text = {0};
    struct view v;

    secretbox_section_key(own_key, "request", key);
    write_slots(end, &text);
    v = bytes_view(&text);
    digest_hmac(view_of(key, sizeof key), &v, 1, out);
    secret_wipe(key, sizeof key);
    bytes_fini(&text);
}

bool vault_key_fits(struct db *db, const uint8_t own_key[static 32], bool *fits, struct error *err)
{
    struct bytes note = {0};
    struct hash mark;
    uint64_t end = 0;
    bool found;
    bool ok = note_store_get(db, SLOTS_NOTE, (struct view){0}, &found, &end, &note, err);

    if (ok && found)
        mark_slots_with(own_key, end, &mark);
    if (ok)
        *fits = !found || view_equal(bytes_view(&note), hash_view(&mark));
    bytes_fini(&note);
    return ok;
}

bool vault_pass_slots(struct db *db, const uint8_t own_key[static 32], uint64_t end, struct error *err)
{
    struct hash mark;

    mark_slots_with(own_key, end, &mark);
    return note_store_put(db, SLOTS_NOTE, (struct view){0}, end, hash_view(&mark), err);
}

static bool note_slots(struct vault *v, struct db *db, uint64_t end, struct error *err)
{
    struct hash mark;

    v->slots_end = end;
    return mark_slots(v, end, &mark, err) &&
           note_store_put(db, SLOTS_NOTE, (struct view){0}, end, hash_view(&mark), err);
}

bool vault_follow_slots(struct vault *v, struct db *db, struct error *err)
{
    struct bytes note = {0};
    struct hash mark;
    uint64_t end = 0;
    bool found;
    bool ok =
        note_store_get(db, SLOTS_NOTE, (struct view){0}, &found, &end, &note, err) && mark_slots(v, end, &mark, err);

    v->slots_end = 0;
    if (ok && (!found || !view_equal(bytes_view(&note), hash_view(&mark))))
        ok = slot_store_end(db, &end, err); /* no note says it: rows do, and more may have been removed */
    if (ok)
        slot_store_begin_at(db, end);
    bytes_fini(&note);
    return ok;
}

bool vault_has_unused_slot(struct vault *v, struct db *db, struct error *err)
{
    uint64_t slot = slot_store_next(db);
    uint64_t end = slot + LOW_WATER; /* a disk that gives nothing takes long to say so each time */

    while (!data_keys_is_read(v->data_keys, slot, err)) {
        SOMETIMES(slots_that_are_not_read_were_passed_over);
        slot += SECTOR;
        if (slot >= end)
            return false;
    }
    slot_store_begin_at(db, slot);
    return true;
}

/* What was erased is not allocated, though nothing names it any more, or an older note says less. */
bool vault_alloc_slot(struct vault *v, struct db *db, uint64_t *slot, struct error *err)
{
    do {
        if (!vault_has_unused_slot(v, db, err) || !slot_store_allocate(db, slot, err))
            return false;
        if (*slot + LOW_WATER >= data_keys_count(v->data_keys) && !data_keys_grow(v->data_keys, DATA_KEYS_FILL, err))
            return false;
    } while (vault_slot_is_erased(v, *slot));
    return *slot < v->slots_end || note_slots(v, db, *slot + 1 + SLOTS_AHEAD, err);
}

static void forget_slot(struct vault *v, uint64_t slot)
{
    for (size_t i = 0; i < CACHE_SIZE; i++)
        if (v->cache[i].slot == slot)
            secret_fini(&v->cache[i].key);
}

bool vault_erase_slot(struct vault *v, uint64_t slot, struct error *err)
{
    forget_slot(v, slot);
    v->has_erased = true;
    v->erasures++;
    return data_keys_erase(v->data_keys, slot, err);
}

bool vault_erase_slots(struct vault *v, const uint64_t *slots, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        forget_slot(v, slots[i]);
    v->has_erased = v->has_erased || count > 0;
    v->erasures += count;
    return data_keys_erase_many(v->data_keys, slots, count, err);
}

bool vault_slot_is_erased(const struct vault *v, uint64_t slot)
{
    return data_keys_is_erased(v->data_keys, slot);
}

bool vault_slot_is_read(const struct vault *v, uint64_t slot, struct error *err)
{
    return data_keys_is_read(v->data_keys, slot, err);
}
