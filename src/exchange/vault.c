#include "exchange/vault.h"

#include "crypto/data_keys.h"
#include "crypto/digest.h"
#include "crypto/keyfile.h"
#include "crypto/sealfile.h"
#include "crypto/secretbox.h"
#include "exchange/members/bundle.h"
#include "store/note_store.h"
#include "store/sealing_key_store.h"
#include "store/slot_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/sometimes.h"

/* Section keys used last. Without the cache each use takes an unwrap of the data key and an HKDF expansion. */
#define CACHE_SIZE 64
#define LOW_WATER  256 /* with fewer unused slots than this, the file is extended */
#define SECTOR     52  /* slots that touch a sector of 4096 bytes */

#define SLOTS_NOTE  "slots" /* name in note_store; its sequence: no slot below it is allocated any more */
#define SLOTS_AHEAD 16      /* as many slots are noted at once; at a start, those not used are left out */

struct cached_key {
    uint64_t slot;
    char section[16];
    struct secret key;
};

struct own_sealing_key {
    struct sealing_key_row row;
    struct seal_key *key;
};

#define OWN_KEYS_MAX 16 /* five are published, four more still open; the rest is margin */

struct vault {
    char home[FILE_PATH_MAX];
    char folder[FILE_PATH_MAX];
    bool plain;
    struct keyfile *keyfile;
    struct secret storage_key;
    struct data_keys *data_keys;
    struct sign_key *identity;
    struct sign_key *transport;
    struct cached_key cache[CACHE_SIZE];
    struct own_sealing_key keys[OWN_KEYS_MAX]; /* ascending by use_from */
    size_t key_count;
    uint64_t slots_end;   /* the stored note says that no slot below this is unused; 0: it is not known */
    struct bytes retired; /* ids of sealing keys whose files are destroyed after the commit */
};

static bool make_identity(const char *home, const char *name, struct error *err)
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
    if (!make_identity(home, VAULT_TRANSPORT, err) || !make_identity(home, VAULT_IDENTITY, err))
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
    data_keys_close(v->data_keys);
    secret_fini(&v->storage_key);
    keyfile_close(v->keyfile);
    bytes_fini(&v->retired);
    free(v);
}

bool vault_is_open_to_others(const char *home)
{
    static const char *const files[] = {VAULT_STORAGE_KEY, VAULT_SLOTS, VAULT_TRANSPORT, VAULT_IDENTITY};
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

static bool mark_slots(struct vault *v, uint64_t end, struct hash *out, struct error *err)
{
    struct bytes text = {0};
    bool ok;

    bytes_append_text(&text, "refex/slots/v1\n");
    bytes_append_u64(&text, end);
    ok = vault_mark(v, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
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
    return data_keys_erase(v->data_keys, slot, err);
}

bool vault_erase_slots(struct vault *v, const uint64_t *slots, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        forget_slot(v, slots[i]);
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

/* --- sealing keys --- */

static bool load_key_row(void *cookie, const struct sealing_key_row *row, struct error *err)
{
    struct vault *v = cookie;
    struct own_sealing_key *k = &v->keys[v->key_count];

    REQUIRE(v->key_count < OWN_KEYS_MAX);
    if (!sealfile_open(v->folder, &row->id, &v->storage_key, &k->key, err)) {
        if (err->code != E_KEY_01)
            return error_wrap(err, "a sealing key");
        k->key = NULL; /* its file is gone, which no crash of ours does: retire_expired drops its row */
        log_line(LOG_ERROR, "event=sealing-key.gone use_from=%u", row->use_from);
    }
    k->row = *row;
    v->key_count++;
    return true;
}

/* A sealing key file without a row is left from a crash: before the commit that would have added the row (then the key
 * was never published), or after the commit that dropped it. */
static bool destroy_orphans(struct vault *v, struct error *err)
{
    struct bytes ids = {0};
    bool ok = sealfile_list(v->folder, &ids, err);

    for (size_t at = 0; ok && at < ids.size; at += IDENT_SIZE) {
        struct ident id;
        bool known = false;

        memcpy(id.at, ids.at + at, IDENT_SIZE);
        for (size_t i = 0; i < v->key_count; i++)
            known = known || ident_equal(&v->keys[i].row.id, &id);
        ok = known || sealfile_destroy(v->folder, &id, err);
    }
    bytes_fini(&ids);
    return ok;
}

bool vault_load_sealing_keys(struct vault *v, struct db *db, struct error *err)
{
    for (size_t i = 0; i < v->key_count; i++)
        seal_key_free(v->keys[i].key);
    v->key_count = 0;
    bytes_clear(&v->retired); /* of a transaction that was undone */
    return sealing_key_store_walk(db, load_key_row, v, err) && destroy_orphans(v, err);
}

/* Drops the row of K, which keeps its key; the file is destroyed after the commit, so that every row in the database
 * has its file. */
static bool drop_row(struct vault *v, struct db *db, const struct own_sealing_key *k, struct error *err)
{
    if (!sealing_key_store_drop(db, &k->row.id, err))
        return false;
    bytes_append(&v->retired, k->row.id.at, IDENT_SIZE);
    return true;
}

/* Those that are kept fit. Where there are more, a clock was wrong, and the last ones are for weeks that are far off:
 * nobody seals to them before, and they are made again. */
static bool make_room(struct vault *v, struct db *db, struct error *err)
{
    if (v->key_count < OWN_KEYS_MAX)
        return true;
    if (!drop_row(v, db, &v->keys[v->key_count - 1], err))
        return false;
    seal_key_free(v->keys[--v->key_count].key);
    return true;
}

static bool make_sealing_key(struct vault *v, struct db *db, const struct bundle_key *days, struct error *err)
{
    struct own_sealing_key *k = v->keys;

    if (!make_room(v, db, err))
        return false;
    while (k < v->keys + v->key_count && k->row.use_from < days->use_from)
        k++; /* after the clock was set back, a new key may be for an earlier week */
    memmove(k + 1, k, (size_t)(v->keys + v->key_count - k) * sizeof *k);
    *k = (struct own_sealing_key){0};
    k->key = seal_key_new();
    seal_key_public(k->key, k->row.public_key);
    seal_key_id(SEAL_SUITE, k->row.public_key, &k->row.id);
    k->row.use_from = days->use_from;
    k->row.use_until = days->use_until;
    k->row.keep_until = days->keep_until;
    v->key_count++;
    /* The file first: a row without its file would publish a key that opens nothing. */
    return sealfile_save(v->folder, k->key, &v->storage_key, data_keys_generation(v->data_keys), err) &&
           sealing_key_store_add(db, &k->row, err);
}

static bool is_kept(const struct own_sealing_key *k, uint32_t day)
{
    return k->key != NULL && k->row.keep_until >= day;
}

/* All rows first: where one finds no room, each key is still held once. */
static bool retire_expired(struct vault *v, struct db *db, uint32_t day, struct error *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < v->key_count; i++)
        if (!is_kept(&v->keys[i], day) && !drop_row(v, db, &v->keys[i], err))
            return false;
    for (size_t i = 0; i < v->key_count; i++) {
        if (is_kept(&v->keys[i], day))
            v->keys[kept++] = v->keys[i];
        else
            seal_key_free(v->keys[i].key);
    }
    v->key_count = kept;
    return true;
}

bool vault_destroy_retired(struct vault *v, struct error *err)
{
    for (size_t at = 0; at < v->retired.size; at += IDENT_SIZE) {
        struct ident id;

        SOMETIMES(a_sealing_key_was_destroyed);
        memcpy(id.at, v->retired.at + at, IDENT_SIZE);
        if (!sealfile_destroy(v->folder, &id, err))
            return false;
    }
    bytes_fini(&v->retired);
    return true;
}

bool vault_rotate_sealing_keys(struct vault *v, struct db *db, uint32_t today, uint32_t past, struct error *err)
{
    if (!retire_expired(v, db, past, err)) /* before day 0 no key has ended: only rows whose file is gone go then */
        return false;
    for (uint32_t week = 0; week < BUNDLE_WEEKS && (past != 0 || v->key_count < OWN_KEYS_MAX); week++) {
        struct bundle_key days = {0};
        bool there = false;

        bundle_schedule(today, week, &days);
        for (size_t i = 0; i < v->key_count && !there; i++)
            there = v->keys[i].row.use_from == days.use_from;
        if (!there && !make_sealing_key(v, db, &days, err))
            return false;
    }
    return true;
}

const struct seal_key *vault_sealing_key(const struct vault *v, const struct ident *id, uint32_t *keep_until)
{
    for (size_t i = 0; i < v->key_count; i++)
        if (ident_equal(&v->keys[i].row.id, id)) {
            *keep_until = v->keys[i].row.keep_until;
            return v->keys[i].key;
        }
    return NULL;
}

size_t vault_offered_keys(const struct vault *v, uint32_t today, struct bundle_key *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < v->key_count && n < max; i++) {
        const struct sealing_key_row *row = &v->keys[i].row;

        if (v->keys[i].key == NULL || row->use_until <= today)
            continue;
        out[n] = (struct bundle_key){
            .suite = SEAL_SUITE, .use_from = row->use_from, .use_until = row->use_until, .keep_until = row->keep_until};
        memcpy(out[n++].public_key, row->public_key, KEY_SIZE);
    }
    return n;
}
