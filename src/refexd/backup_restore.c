#include "refexd/backup_restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/secret.h"
#include "codec/membership_codec.h"
#include "crypto/keyfile.h"
#include "crypto/keys_part.h"
#include "crypto/random.h"
#include "crypto/recovery_key.h"
#include "crypto/secretbox.h"
#include "crypto/sign.h"
#include "exchange/backup/keys_count.h"
#include "exchange/home.h"
#include "exchange/setup.h"
#include "exchange/vault.h"
#include "refexd/backup_process.h"
#include "refexd/config.h"
#include "refexd/machine_stamp.h"
#include "refexd/node_home.h"
#include "store/db_backup.h"

#define STORAGE_KEY_ITEM (8 + SECRETBOX_KEY_SIZE) /* bytes: generation and key */
#define SLOTS_AT         512                      /* of the file of data keys: docs/PROTOCOL.md 9 */
#define USED_ITEM        8                        /* bytes */
#define PEM_MAX          4096                     /* bytes of a key file in keys.d */
#define COPY_PIECE       65536

struct restoring {
    const struct control_backup_restore_ask *ask;
    bool replaces;             /* the keys may be in other hands: of them only what opens the data is used */
    char draft[FILE_PATH_MAX]; /* a folder that nobody else knows, in the home */
    struct bytes storage_key;
    struct bytes node;
    struct bytes identity;
    struct bytes transport;
    struct bytes conf;
    struct bytes used;   /* of the slots; empty: an older one does not say */
    int slots;           /* the file of data keys; -1: it did not come */
    uint64_t slots_size; /* bytes */
    struct control_backup_restored *out;
};

/* --- the keys part --- */

static bool open_slots(struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, r->draft, VAULT_SLOTS, err))
        return false;
    r->slots = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return r->slots >= 0 || error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
}

static bool write_slots(struct restoring *r, uint64_t at, struct view chunk, struct error *err)
{
    if (r->slots < 0 && !open_slots(r, err))
        return false;
    r->slots_size = at + chunk.size;
    return file_write_at(r->slots, chunk, at) ||
           error_set(err, E_FIL_02, "the keys cannot be written: %s", strerror(errno));
}

static bool on_item(void *cookie, struct view name, uint64_t size, uint64_t at, struct view chunk, struct error *err)
{
    struct restoring *r = cookie;
    const struct {
        const char *name;
        struct bytes *out;
        size_t max;
    } items[] = {{KEYS_PART_STORAGE_KEY, &r->storage_key, STORAGE_KEY_ITEM},
                 {KEYS_PART_NODE, &r->node, IDENT_SIZE},
                 {KEYS_PART_IDENTITY, &r->identity, PEM_MAX},
                 {KEYS_PART_TRANSPORT, &r->transport, PEM_MAX},
                 {KEYS_PART_USED, &r->used, USED_ITEM},
                 {KEYS_PART_CONF, &r->conf, BOUND_CONFIG}};

    if (view_equal(name, view_of_text(KEYS_PART_SLOTS)))
        return write_slots(r, at, chunk, err);
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        if (!view_equal(name, view_of_text(items[i].name)))
            continue;
        if (size > items[i].max)
            return error_set(err, E_BAK_01, "the keys part holds a %s that is none", items[i].name);
        bytes_append_view(items[i].out, chunk);
    }
    return true;
}

static bool read_keys(struct restoring *r, struct error *err)
{
    struct keys_part_head head;
    struct seal_key *key;
    int fd;
    bool ok;

    if (!recovery_key_of_words(r->ask->words, &key, err))
        return false;
    fd = backup_open_keys(r->ask->keys, err);
    ok = fd >= 0 && keys_part_read(fd, key, on_item, r, &head, err);
    seal_key_free(key);
    if (fd >= 0)
        (void)close(fd);
    if (ok && (r->storage_key.size != STORAGE_KEY_ITEM || r->node.size != IDENT_SIZE || r->identity.size == 0 ||
               r->transport.size == 0 || r->conf.size == 0 || r->slots < 0))
        return error_set(err, E_BAK_01, "the keys part lacks keys of the node");
    if (ok)
        r->out->keys_made_ms = head.made_ms;
    return ok;
}

static bool put(const struct restoring *r, const char *name, struct view content, struct error *err)
{
    char path[FILE_PATH_MAX];

    return file_join_path(path, r->draft, name, err) && file_create(path, content, 0600, err);
}

static bool put_node_id(const struct restoring *r, struct error *err)
{
    char text[IDENT_TEXT + 1];
    struct ident node;

    memcpy(node.at, r->node.at, IDENT_SIZE);
    ident_write(&node, text);
    text[IDENT_TEXT - 1] = '\n';
    return put(r, HOME_NODE, view_of(text, IDENT_TEXT), err);
}

/* The storage key gets the passphrase of this home: the one before protects nothing here. */
static bool put_storage_key(const struct restoring *r, struct error *err)
{
    struct secret key = {0};
    char path[FILE_PATH_MAX];
    bool ok;

    secret_copy(&key, view_of(r->storage_key.at + 8, SECRETBOX_KEY_SIZE));
    ok = file_join_path(path, r->draft, VAULT_STORAGE_KEY, err) &&
         keyfile_create_of(path, r->ask->passphrase, read_u64(r->storage_key.at), &key, err);
    secret_fini(&key);
    return ok;
}

static bool put_keys(const struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (fsync(r->slots) != 0)
        return error_set(err, E_FIL_03, "the keys cannot be written: %s", strerror(errno));
    return file_join_path(path, r->draft, VAULT_FOLDER, err) && file_make_folder(path, err) &&
           (r->replaces || (put(r, VAULT_IDENTITY, bytes_view(&r->identity), err) &&
                            put(r, VAULT_TRANSPORT, bytes_view(&r->transport), err) && put_storage_key(r, err) &&
                            put_node_id(r, err))) &&
           put(r, HOME_CONF, bytes_view(&r->conf), err);
}

/* --- the data part --- */

static bool copy_all(int from, int to, struct error *err)
{
    uint8_t piece[COPY_PIECE];
    uint64_t at = 0;
    ssize_t n;

    while ((n = read(from, piece, sizeof piece)) > 0) {
        if (!file_write_at(to, view_of(piece, (size_t)n), at))
            return error_set(err, E_FIL_02, "the database cannot be written: %s", strerror(errno));
        at += (size_t)n;
    }
    if (n < 0)
        return error_set(err, E_BAK_04, "the data part cannot be read: %s", strerror(errno));
    return fsync(to) == 0 || error_set(err, E_FIL_03, "the database cannot be written: %s", strerror(errno));
}

static bool copy_data(const struct restoring *r, char path[static FILE_PATH_MAX], struct error *err)
{
    char name[CONTROL_BACKUP_FILE_MAX + 1];
    char source[FILE_PATH_MAX];
    bool found;
    bool ok;
    int from;
    int to;

    if (!backup_newest_data(r->ask->data, &found, name, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_13, "there is no data part to open");
    if (!backup_place_path(r->ask->data, name, source, err) || !file_join_path(path, r->draft, HOME_DATABASE, err))
        return false;
    from = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    ok = (from >= 0 && to >= 0) || error_set(err, E_BAK_04, "the data part cannot be copied: %s", strerror(errno));
    ok = ok && copy_all(from, to, err);
    if (from >= 0)
        (void)close(from);
    if (to >= 0)
        (void)close(to);
    return ok;
}

static uint64_t slots_in(const struct restoring *r)
{
    return r->slots_size < SLOTS_AT ? 0 : (r->slots_size - SLOTS_AT) / SECRETBOX_WRAPPED_SIZE;
}

/* The caller wipes OUT. */
static bool unwrap(const struct restoring *r, uint64_t slot, uint8_t out[static SECRETBOX_KEY_SIZE])
{
    uint8_t wrapped[SECRETBOX_WRAPPED_SIZE];

    return file_read_at(r->slots, wrapped, sizeof wrapped, SLOTS_AT + slot * SECRETBOX_WRAPPED_SIZE) &&
           secretbox_unwrap(r->storage_key.at + 8, read_u64(r->storage_key.at), slot, wrapped, out);
}

static bool opens(void *cookie, uint64_t slot)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool ok = unwrap(cookie, slot, key);

    secret_wipe(key, sizeof key);
    return ok;
}

static bool count_keys(struct restoring *r, struct db *db, struct error *err)
{
    struct keys_count c = {.opens = opens, .cookie = r, .generation = read_u64(r->storage_key.at), .used = slots_in(r)};

    if (r->used.size == USED_ITEM)
        c.used = read_u64(r->used.at);
    if (!keys_count_walk(db, &c, err))
        return false;
    r->out->keys_open = c.open;
    r->out->keys_newer = c.newer;
    return true;
}

/* Slots that came into use behind the data part, and those that were erased since, are passed over. Of sealing keys,
 * which are in no backup, new ones are made at the first start. */
static bool follow_keys(const struct restoring *r, struct db *db, struct error *err)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool fits = false;
    bool ok;

    if (r->slots_size < SLOTS_AT || !unwrap(r, VAULT_OWN_SLOT, key))
        return error_set(err, E_RST_10, "the keys part opens nothing of the data part");
    ok = vault_key_fits(db, key, &fits, err) &&
         (fits || error_set(err, E_RST_10, "the keys part opens nothing of the data part")) && db_begin(db, err) &&
         vault_pass_slots(db, key, slots_in(r), err) && db_commit(db, err);
    secret_wipe(key, sizeof key);
    return ok;
}

static bool take_data(struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct db_counts c;
    struct db *db = NULL;
    bool ok = copy_data(r, path, err) && db_open(path, DB_WRITE, &db, err) && db_check(db, err) &&
              db_count(db, &c, err) && count_keys(r, db, err) && follow_keys(r, db, err);

    db_close(db);
    if (ok)
        r->out->counts = (struct control_backup_counts){.cases = c.cases,
                                                        .consents = c.consents,
                                                        .referrals = c.referrals,
                                                        .messages = c.messages,
                                                        .exchange_records = c.exchange_records,
                                                        .house_records = c.house_records,
                                                        .slots = c.slots};
    return ok;
}

static bool check_logs(const struct restoring *r, struct error *err)
{
    struct backup_logs logs;

    if (!backup_read_logs(r->draft, NULL, &logs, err))
        return false;
    r->out->data_made_ms = logs.last_ms;
    return logs.good || error_set(err, E_RST_10, "an audit log in the data part does not hold");
}

/* --- the home --- */

/* The coordinator enters that the logs begin anew by the request: the same keys and machine, or those that took their
 * place. */
static bool make_request(const struct restoring *r, struct config *config, struct error *err)
{
    struct request request = {0};
    char path[FILE_PATH_MAX];
    struct bytes file = {0};
    bool ok;

    if (!config_read(r->draft, config, err))
        return false;
    if (config->kind == 0)
        return error_set(err, E_NOD_06, "node.conf of the keys part does not say the kind of the agency");
    request.agency = config->agency;
    request.kind = config->kind;
    request.unlisted = config->unlisted;
    request.relay = address_view(&config->relay);
    if (!home_read_node(r->draft, &request.node, err))
        return false;
    if (!config->unlisted)
        request.endpoint =
            view_of_text(config->endpoint[0] != '\0' ? config->endpoint : config->said[SETTING_LISTEN].value);
    ok = exchange_request_make(r->draft, &request, &file, err) && file_join_path(path, r->draft, HOME_REQUEST, err) &&
         file_create(path, bytes_view(&file), 0644, err);
    bytes_fini(&file);
    return ok;
}

static bool make_other_keys(const struct restoring *r, const struct exchange_options *options, struct error *err)
{
    struct exchange_old_keys old = {.generation = read_u64(r->storage_key.at)};
    struct sign_key *identity;
    bool ok;

    if (!sign_key_of_pem(bytes_view(&r->identity), "the identity key of the backup", &identity, err))
        return false;
    sign_key_public(identity, old.identity);
    sign_key_free(identity);
    secret_copy(&old.storage, view_of(r->storage_key.at + 8, SECRETBOX_KEY_SIZE));
    ok = exchange_replace_keys(options, &old, err);
    secret_fini(&old.storage);
    return ok;
}

/* All of a home, in the draft. */
static bool fill_draft(struct restoring *r, struct arena *arena, struct error *err)
{
    const struct exchange_options options = {
        .home = r->draft, .passphrase = r->ask->passphrase, .clock = &clock_real, .random = &random_real};
    struct control_node_restored marked;
    struct config config;

    if (!read_keys(r, err) || !put_keys(r, err) || !take_data(r, err) || !check_logs(r, err) ||
        (r->replaces && !make_other_keys(r, &options, err)) || !make_request(r, &config, err) ||
        !exchange_mark_restored(&options, true, arena, &marked, err) ||
        !machine_stamp_write(r->draft, MACHINE_ID, err) ||
        !exchange_own_fingerprint(r->draft, &r->out->fingerprint, err))
        return false;
    r->out->agency = config.agency;
    r->out->records = marked.records;
    return true;
}

/* But for what this process made. */
static bool check_empty(const char *home, struct error *err)
{
    static const char *const own[] = {".", "..", NODE_HOME_LOCK};
    struct dirent *entry;
    bool empty = true;
    DIR *dir;

    if (!file_make_folder(home, err))
        return false;
    dir = opendir(home);
    if (dir == NULL)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", home, strerror(errno));
    while (empty && (entry = readdir(dir)) != NULL) {
        empty = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            empty = empty || strcmp(entry->d_name, own[i]) == 0;
    }
    (void)closedir(dir);
    return empty || error_set(err, E_RST_08, "%s is not empty", home);
}

static void restoring_fini(struct restoring *r)
{
    if (r->slots >= 0)
        (void)close(r->slots);
    bytes_fini(&r->storage_key);
    bytes_fini(&r->node);
    bytes_fini(&r->identity);
    bytes_fini(&r->transport);
    bytes_fini(&r->conf);
    bytes_fini(&r->used);
}

bool backup_restore(const char *home, const struct control_backup_restore_ask *ask, bool replaces, struct arena *arena,
                    struct control_backup_restored *out, struct error *err)
{
    struct restoring r = {.ask = ask,
                          .replaces = replaces,
                          .storage_key = {.wiping = true},
                          .identity = {.wiping = true},
                          .transport = {.wiping = true},
                          .slots = -1,
                          .out = out};
    char prefix[FILE_PATH_MAX];
    char request[FILE_PATH_MAX];
    bool ok;

    *out = (struct control_backup_restored){0};
    if (!check_empty(home, err) || !file_join_path(request, home, HOME_REQUEST, err) ||
        !file_join_path(prefix, home, "restore", err) || !folder_make_fresh(prefix, r.draft, err))
        return false;
    ok = fill_draft(&r, arena, err) && folder_move_entries(r.draft, home, HOME_CONF, err);
    folder_remove_made(r.draft);
    restoring_fini(&r);
    if (!ok && err->code == E_BAK_13)
        err->code = E_RST_09; /* there is no node that could make another */
    if (ok)
        out->request = arena_copy(arena, view_of_text(request));
    return ok;
}
