#include "exchange/vault_sealing.h"

#include "crypto/data_keys.h"
#include "crypto/keyfile.h"
#include "crypto/sealfile.h"
#include "exchange/members/bundle.h"
#include "exchange/vault_inside.h"

#include <string.h>

#include "base/log.h"
#include "base/sometimes.h"

/* After a crash while they were wrapped anew, some need the old storage key. */
static bool open_key(const struct vault *v, const struct ident *id, struct seal_key **out, struct error *err)
{
    struct secret storage_key = {0};
    uint64_t generation;
    bool ok = sealfile_read_generation(v->folder, id, &generation, err) &&
              keyfile_key(v->keyfile, generation, &storage_key, err) &&
              sealfile_open(v->folder, id, &storage_key, out, err);

    secret_fini(&storage_key);
    return ok;
}

static bool load_key_row(void *cookie, const struct sealing_key_row *row, struct error *err)
{
    struct vault *v = cookie;
    struct own_sealing_key *k = &v->keys[v->key_count];

    REQUIRE(v->key_count < OWN_KEYS_MAX);
    if (!open_key(v, &row->id, &k->key, err)) {
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
        if (n > 0 && out[n - 1].use_from >= row->use_from)
            continue; /* a row was changed: of one day a bundle has one key */
        out[n] = (struct bundle_key){
            .suite = SEAL_SUITE, .use_from = row->use_from, .use_until = row->use_until, .keep_until = row->keep_until};
        memcpy(out[n++].public_key, row->public_key, KEY_SIZE);
    }
    return n;
}
