/* A rehearsal: both parts are opened with the words, as a restore would, and nothing is written. */
#include "refexd/backup_process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"
#include "crypto/secretbox.h"
#include "exchange/backup/keys_count.h"
#include "exchange/vault.h"
#include "store/db_backup.h"

#define STORAGE_KEY_ITEM (8 + SECRETBOX_KEY_SIZE) /* bytes: generation and key */
#define SLOTS_AT         512                      /* of the file of data keys: docs/PROTOCOL.md 9 */

struct keys_read {
    uint8_t storage_key[STORAGE_KEY_ITEM];
    size_t storage_key_size;
    struct bytes slots;
    bool has_identity;
    bool says_used; /* … of the slots, how many … */
    uint64_t used;
};

static bool on_item(void *cookie, struct view name, uint64_t size, uint64_t at, struct view chunk, struct error *err)
{
    struct keys_read *k = cookie;

    if (view_equal(name, view_of_text(KEYS_PART_STORAGE_KEY))) {
        if (size != STORAGE_KEY_ITEM)
            return error_set(err, E_BAK_01, "the keys part holds no storage key");
        memcpy(k->storage_key + at, chunk.at, chunk.size);
        k->storage_key_size += chunk.size;
    }
    if (view_equal(name, view_of_text(KEYS_PART_USED)) && chunk.size == sizeof k->used) {
        k->says_used = true;
        k->used = read_u64(chunk.at);
    }
    k->has_identity = k->has_identity || view_equal(name, view_of_text(KEYS_PART_IDENTITY));
    if (view_equal(name, view_of_text(KEYS_PART_SLOTS)))
        bytes_append_view(&k->slots, chunk); /* wrapped as they are */
    return true;
}

/* Between two names a crash may have left the other one. */
int backup_open_keys(struct view folder, struct error *err)
{
    char path[FILE_PATH_MAX];
    int fd = -1;

    if (!backup_place_path(folder, BACKUP_KEYS_FILE, path, err))
        return -1;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && backup_place_path(folder, BACKUP_KEYS_FILE ".old", path, err))
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        error_set(err, errno == ENOENT ? E_BAK_13 : E_BAK_04, "there is no keys part to open: %s", strerror(errno));
    return fd;
}

static bool read_keys(struct backup_work *w, struct keys_read *k, struct control_backup_rehearsal *out,
                      struct error *err)
{
    struct keys_part_head head;
    struct seal_key *key;
    bool ok;
    int fd;

    if (!recovery_key_of_words(w->task.words, &key, err))
        return false;
    fd = backup_open_keys(w->task.keys, err);
    ok = fd >= 0 &&
         (backup_is_own(w, fd) || error_set(err, E_BAK_24, "another keys part lies there than this node wrote")) &&
         keys_part_read(fd, key, on_item, k, &head, err);
    seal_key_free(key);
    if (fd >= 0)
        (void)close(fd);
    if (ok && (k->storage_key_size != STORAGE_KEY_ITEM || !k->has_identity))
        return error_set(err, E_BAK_01, "the keys part lacks keys of the node");
    if (ok)
        out->keys_made_ms = head.made_ms;
    return ok;
}

/* The caller wipes OUT. */
static bool unwrap(const struct keys_read *k, uint64_t slot, uint8_t out[static SECRETBOX_KEY_SIZE])
{
    uint64_t at = SLOTS_AT + slot * SECRETBOX_WRAPPED_SIZE;

    return at + SECRETBOX_WRAPPED_SIZE <= k->slots.size &&
           secretbox_unwrap(k->storage_key + 8, read_u64(k->storage_key), slot, k->slots.at + at, out);
}

static bool opens(void *cookie, uint64_t slot)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool ok = unwrap(cookie, slot, key);

    secret_wipe(key, sizeof key);
    return ok;
}

/* Slots are numbered alike at every node: what only this one could write must hold. */
static bool check_fits(const struct keys_read *k, struct db *db, struct error *err)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool fits = false;

    if (unwrap(k, VAULT_OWN_SLOT, key)) {
        bool ok = vault_key_fits(db, key, &fits, err);

        secret_wipe(key, sizeof key);
        if (!ok)
            return false;
    }
    return fits || error_set(err, E_BAK_05, "the keys part opens nothing of the data part");
}

static bool read_data(struct backup_work *w, struct keys_read *k, struct control_backup_rehearsal *out,
                      struct error *err)
{
    char name[CONTROL_BACKUP_FILE_MAX + 1];
    char path[FILE_PATH_MAX];
    struct keys_count keys = {.opens = opens,
                              .cookie = k,
                              .generation = read_u64(k->storage_key),
                              .used = k->says_used ? k->used : k->slots.size / SECRETBOX_WRAPPED_SIZE};
    struct backup_logs logs;
    struct db_counts c;
    struct db *db = NULL;
    bool found;
    bool ok;

    if (!backup_newest_data(w->task.data, &found, name, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_13, "there is no data part to open");
    ok = backup_place_path(w->task.data, name, path, err) && db_open(path, DB_READ_ONLY, &db, err) &&
         check_fits(k, db, err) && db_count(db, &c, err) && keys_count_walk(db, &keys, err);
    db_close(db);
    if (!ok || !backup_read_logs(w->home, path, &logs, err))
        return false;
    if (!logs.good)
        return error_set(err, E_BAK_05, "an audit log in the data part does not hold");
    out->keys_open = keys.open;
    out->keys_newer = keys.newer;
    out->data_made_ms = logs.last_ms;
    out->counts = (struct control_backup_counts){.cases = c.cases,
                                                 .consents = c.consents,
                                                 .referrals = c.referrals,
                                                 .messages = c.messages,
                                                 .exchange_records = c.exchange_records,
                                                 .house_records = c.house_records,
                                                 .slots = c.slots};
    return true;
}

bool backup_rehearse(struct backup_work *w, struct control_backup_rehearsal *out, struct error *err)
{
    struct keys_read k = {0};
    bool ok = read_keys(w, &k, out, err) && read_data(w, &k, out, err);

    secret_wipe(k.storage_key, sizeof k.storage_key);
    bytes_fini(&k.slots);
    return ok;
}
