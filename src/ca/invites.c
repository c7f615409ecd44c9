#include "ca/invites.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/secret.h"
#include "base/text.h"
#include "crypto/digest.h"

#define FOLDER   "invites"
#define FILE_MAX 1024 /* bytes: an address at its longest, and some 200 */

/* What a file says. */
struct invite_record {
    struct ident id;
    struct address agency;
    int64_t until_s;
    uint32_t tries;         /* wrong ones */
    uint8_t key[HASH_SIZE]; /* of the words; zero when it is used */
    struct hash used;       /* of the binding by which it was; zero: it was not */
};

static bool record_path(const struct federation_home *h, const struct ident *id, char out[static FILE_PATH_MAX],
                        struct error *err)
{
    char name[sizeof FOLDER + 1 + IDENT_TEXT];
    char hex[IDENT_TEXT];

    ident_write(id, hex);
    (void)snprintf(name, sizeof name, FOLDER "/%s", hex);
    return federation_home_file(h, name, out, err);
}

static bool record_write(const struct federation_home *h, const struct invite_record *r, struct error *err)
{
    char path[FILE_PATH_MAX];
    char key[2 * HASH_SIZE + 1];
    char used[2 * HASH_SIZE + 1];
    struct bytes text = {.wiping = true};
    bool ok = record_path(h, &r->id, path, err);

    text_write_hex(r->key, HASH_SIZE, key);
    text_write_hex(r->used.at, HASH_SIZE, used);
    bytes_printf(&text, "agency %s\nuntil %" PRId64 "\ntries %" PRIu32 "\nkey %s\nused %s\n", r->agency.text,
                 r->until_s, r->tries, key, used);
    ok = ok && file_write(path, bytes_view(&text), 0600, err);
    secret_wipe(key, sizeof key);
    bytes_fini(&text);
    return ok;
}

static bool record_parse(struct view rest, struct invite_record *out)
{
    uint64_t until;
    uint64_t tries;
    struct view v;

    if (!text_value(&rest, "agency", &v) || !address_read(v, &out->agency) || !text_value(&rest, "until", &v) ||
        !text_read_u64(v, &until) || !text_value(&rest, "tries", &v) || !text_read_u64(v, &tries) ||
        !text_value(&rest, "key", &v) || !text_read_hex(v, out->key, HASH_SIZE) || !text_value(&rest, "used", &v) ||
        !text_read_hex(v, out->used.at, HASH_SIZE))
        return false;
    out->until_s = (int64_t)until;
    out->tries = tries > INVITE_TRIES ? INVITE_TRIES : (uint32_t)tries;
    return true;
}

/* *FOUND: there is one. */
static bool record_read(const struct federation_home *h, const struct ident *id, struct invite_record *out, bool *found,
                        struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes text = {.wiping = true};
    bool ok;

    if (!record_path(h, id, path, err))
        return false;
    *found = file_exists(path);
    if (!*found)
        return true;
    *out = (struct invite_record){.id = *id};
    ok = file_read(path, FILE_MAX, &text, err) &&
         (record_parse(bytes_view(&text), out) || error_set(err, E_FED_01, "%s is not as it was written", path));
    bytes_fini(&text);
    return ok;
}

static bool is_used(const struct invite_record *r)
{
    static const struct hash none;

    return !hash_equal(&r->used, &none);
}

static void binding_of(const struct request *r, struct ident *id, struct hash *whole)
{
    memcpy(id->at, r->binding.at, IDENT_SIZE);
    digest_sha256(r->binding, whole);
}

bool invites_add(const struct federation_home *h, const struct invite *i, const struct secret *key, struct error *err)
{
    struct invite_record r = {.id = i->id, .agency = i->agency, .until_s = i->until_s};
    char folder[FILE_PATH_MAX];
    bool ok;

    if (!federation_home_file(h, FOLDER, folder, err) || (!file_exists(folder) && !file_make_folder(folder, err)))
        return false;
    memcpy(r.key, key->at, HASH_SIZE);
    ok = record_write(h, &r, err);
    secret_wipe(&r, sizeof r);
    return ok;
}

/* Nothing opens an invitation any more after the third: its key goes. False, as ERR says. */
static bool end_after_tries(const struct federation_home *h, struct invite_record *record, struct error *err)
{
    if (record->tries < INVITE_TRIES)
        return false;
    secret_wipe(record->key, sizeof record->key);
    return record_write(h, record, err) && false;
}

/* The tries that were wrong stand on the disk with this one among them before it is looked at. */
static bool try_words(const struct federation_home *h, struct invite_record *record, const struct request *r,
                      struct error *err)
{
    struct secret key = {0};
    struct hash proof;
    bool ok;

    record->tries++;
    if (!record_write(h, record, err))
        return false;
    secret_copy(&key, view_of(record->key, HASH_SIZE));
    ok = invite_bind(&h->federation, &record->id, &key, r, &proof, err);
    secret_fini(&key);
    if (!ok)
        return false;
    if (!secret_equal(proof.at, r->binding.at + IDENT_SIZE, HASH_SIZE)) {
        error_set(err, E_ENR_24,
                  "the words of the request of %s do not match its invitation: %" PRIu32 " tries are left",
                  r->agency.text, INVITE_TRIES - record->tries);
        return end_after_tries(h, record, err);
    }
    record->tries--;
    return record_write(h, record, err);
}

static bool judge_request(const struct federation_home *h, struct invite_record *record, const struct request *r,
                          const struct hash *whole, int64_t now_ms, struct error *err)
{
    char until[TEXT_MINUTE];

    if (!address_equal(&record->agency, &r->agency))
        return error_set(err, E_ENR_26, "the invitation was made for %s, the request is of %s", record->agency.text,
                         r->agency.text);
    if (is_used(record))
        return hash_equal(&record->used, whole) ||
               error_set(err, E_ENR_25, "the invitation of %s was used by another request", r->agency.text);
    if (record->tries >= INVITE_TRIES)
        return error_set(err, E_ENR_25, "the invitation of %s ended after %d wrong tries", r->agency.text,
                         INVITE_TRIES);
    text_write_minute(record->until_s * 1000, until);
    if (now_ms / 1000 >= record->until_s)
        return error_set(err, E_ENR_22, "the invitation of %s ended at %s", r->agency.text, until);
    return try_words(h, record, r, err);
}

bool invites_check(const struct federation_home *h, const struct request *r, int64_t now_ms, struct error *err)
{
    struct invite_record record;
    struct hash whole;
    struct ident id;
    bool found;
    bool ok;

    binding_of(r, &id, &whole);
    if (!record_read(h, &id, &record, &found, err))
        return false;
    if (!found)
        return error_set(err, E_ENR_25, "the request of %s names no invitation of this federation", r->agency.text);
    ok = judge_request(h, &record, r, &whole, now_ms, err);
    secret_wipe(&record, sizeof record);
    return ok;
}

bool invites_use(const struct federation_home *h, const struct request *r, struct error *err)
{
    struct invite_record record;
    struct ident id;
    struct hash whole;
    bool found;

    binding_of(r, &id, &whole);
    if (!record_read(h, &id, &record, &found, err))
        return false;
    REQUIRE(found); /* it was checked, and the folder is locked */
    if (is_used(&record))
        return true;
    secret_wipe(record.key, sizeof record.key);
    record.used = whole;
    return record_write(h, &record, err);
}

/* AGENCY: NULL: any. */
static bool is_open(const struct invite_record *r, const struct address *agency, int64_t now_ms)
{
    return (agency == NULL || address_equal(&r->agency, agency)) && !is_used(r) && r->tries < INVITE_TRIES &&
           now_ms / 1000 < r->until_s;
}

static bool count_open(const struct federation_home *h, const struct address *agency, int64_t now_ms, uint32_t *out,
                       struct error *err)
{
    char folder[FILE_PATH_MAX];
    const struct dirent *entry;
    bool ok = true;
    DIR *d;

    *out = 0;
    if (!federation_home_file(h, FOLDER, folder, err))
        return false;
    d = opendir(folder);
    if (d == NULL)
        return errno == ENOENT || error_set(err, E_FIL_01, "%s cannot be read: %s", folder, strerror(errno));
    while (ok && (entry = readdir(d)) != NULL) {
        struct invite_record record;
        struct ident id;
        bool found;

        if (!ident_read(view_of_text(entry->d_name), &id))
            continue;
        ok = record_read(h, &id, &record, &found, err);
        *out += ok && found && is_open(&record, agency, now_ms);
        secret_wipe(&record, sizeof record);
    }
    (void)closedir(d);
    return ok;
}

bool invites_are_open(const struct federation_home *h, const struct address *agency, int64_t now_ms, bool *out,
                      struct error *err)
{
    uint32_t count;
    bool ok = count_open(h, agency, now_ms, &count, err);

    *out = ok && count > 0;
    return ok;
}

bool invites_count_open(const struct federation_home *h, int64_t now_ms, uint32_t *out, struct error *err)
{
    return count_open(h, NULL, now_ms, out, err);
}
