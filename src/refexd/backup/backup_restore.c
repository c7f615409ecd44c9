#include "refexd/backup/backup_restore.h"

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
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "crypto/secretbox.h"
#include "crypto/sign.h"
#include "exchange/home.h"
#include "exchange/setup.h"
#include "exchange/vault.h"
#include "exchange/vault_identity.h"
#include "refexd/backup/backup_opened.h"
#include "refexd/machine_stamp.h"
#include "refexd/node_home.h"

#define COPY_PIECE 65536
#define DRAFT      "restore" /* .XXXXXX */

struct restoring {
    const struct control_backup_restore_ask *ask;
    bool replaces;             /* the keys may be in other hands: of them only what opens the data is used */
    char draft[FILE_PATH_MAX]; /* a folder that nobody else knows, in the home */
    struct backup_opened keys;
    struct backup_facts facts;              /* of the data part */
    char data[CONTROL_BACKUP_FILE_MAX + 1]; /* its file */
    int slots;                              /* the file of data keys, in the draft; -1: it is not made yet */
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

static bool read_keys(struct restoring *r, struct error *err)
{
    int fd = backup_open_keys(r->ask->keys, err);
    bool ok = fd >= 0 && open_slots(r, err) && backup_opened_read(fd, r->ask->words, r->slots, &r->keys, err);

    if (fd >= 0)
        (void)close(fd);
    r->out->keys_made_ms = r->keys.made_ms;
    return ok;
}

static bool put(const struct restoring *r, const char *name, struct view content, struct error *err)
{
    char path[FILE_PATH_MAX];

    return file_join_path(path, r->draft, name, err) && file_create(path, content, 0600, err);
}

static bool put_node_id(const struct restoring *r, struct error *err)
{
    struct ident node;

    memcpy(node.at, r->keys.node.at, IDENT_SIZE);
    return home_write_node(r->draft, &node, err);
}

/* The storage key gets the passphrase of this home: the one before protects nothing here. */
static bool put_storage_key(const struct restoring *r, struct error *err)
{
    struct secret key = {0};
    char path[FILE_PATH_MAX];
    bool ok;

    secret_copy(&key, backup_opened_storage_key(&r->keys));
    ok = file_join_path(path, r->draft, VAULT_STORAGE_KEY, err) &&
         keyfile_create_of(path, r->ask->passphrase, backup_opened_generation(&r->keys), &key, err);
    secret_fini(&key);
    return ok;
}

static bool put_keys(const struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (fsync(r->slots) != 0)
        return error_set(err, E_FIL_03, "the keys cannot be written: %s", strerror(errno));
    return file_join_path(path, r->draft, VAULT_FOLDER, err) && file_make_folder(path, err) &&
           (r->replaces || ((r->keys.next.size == 0 || put(r, VAULT_IDENTITY_NEXT, bytes_view(&r->keys.next), err)) &&
                            put(r, VAULT_IDENTITY, bytes_view(&r->keys.identity), err) &&
                            put(r, VAULT_TRANSPORT, bytes_view(&r->keys.transport), err) && put_storage_key(r, err) &&
                            put_node_id(r, err))) &&
           put(r, HOME_CONF, bytes_view(&r->keys.conf), err);
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

static bool copy_data(struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];
    char source[FILE_PATH_MAX];
    bool found;
    bool ok;
    int from;
    int to;

    if (!backup_newest_data(r->ask->data, &found, r->data, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_13, "there is no data part to open");
    if (!backup_place_path(r->ask->data, r->data, source, err) || !file_join_path(path, r->draft, HOME_DATABASE, err))
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

/* Slots that came into use behind the data part, and those that were erased since, are passed over. Of sealing keys,
 * which are in no backup, new ones are made at the first start. */
static bool follow_keys(const struct restoring *r, struct db *db, struct error *err)
{
    uint8_t key[SECRETBOX_KEY_SIZE];
    bool fits;
    bool ok = backup_opened_fits(&r->keys, db, &fits, err) &&
              (fits || error_set(err, E_RST_10, "the keys part opens nothing of the data part")) &&
              backup_opened_key(&r->keys, VAULT_OWN_SLOT, key) && db_begin(db, err) &&
              vault_pass_slots(db, key, backup_opened_slots(&r->keys), err) && db_commit(db, err);

    secret_wipe(key, sizeof key);
    return ok;
}

static bool take_data(struct restoring *r, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct db_counts c;
    struct db *db = NULL;
    bool ok = file_join_path(path, r->draft, HOME_DATABASE, err) && db_open(path, DB_WRITE, &db, err) &&
              db_check(db, err) && db_count(db, &c, err) &&
              backup_opened_count(&r->keys, db, &r->out->keys_open, &r->out->keys_newer, err) &&
              follow_keys(r, db, err);

    db_close(db);
    if (ok)
        backup_fill_counts(&c, &r->out->counts);
    return ok;
}

static bool check_logs(struct restoring *r, struct error *err)
{
    if (!backup_read_facts(r->draft, NULL, &r->facts, err))
        return false;
    r->out->agency = r->facts.agency;
    r->out->data_made_ms = r->facts.last_ms;
    return r->facts.is_good || error_set(err, E_RST_10, "an audit log in the data part does not hold");
}

/* --- the home --- */

/* The coordinator enters that the logs begin anew by the request: the same keys and machine, or those that took their
 * place. What does not hold in node.conf is somebody's to correct, in the new home. */
static bool make_request(struct restoring *r, struct arena *arena, struct error *err)
{
    struct backup_request q;
    char path[FILE_PATH_MAX];
    struct bytes file = {0};
    bool ok;

    if (!backup_opened_request(&r->keys, &r->facts, &q, err) || !home_read_node(r->draft, &q.request.node, err))
        return false;
    if (q.fault.code != E_NONE)
        r->out->conf_fault = arena_copy(arena, view_of_text(q.fault.text));
    ok = exchange_request_make(r->draft, &q.request, &file, err) && file_join_path(path, r->draft, HOME_REQUEST, err) &&
         file_create(path, bytes_view(&file), 0644, err);
    bytes_fini(&file);
    return ok;
}

static bool make_other_keys(const struct restoring *r, const struct exchange_options *options, struct error *err)
{
    struct exchange_old_keys old = {.generation = backup_opened_generation(&r->keys)};
    struct sign_key *identity;
    bool ok;

    if (!sign_key_of_pem(bytes_view(&r->keys.identity), "the identity key of the backup", &identity, err))
        return false;
    sign_key_public(identity, old.identity);
    sign_key_free(identity);
    secret_copy(&old.storage, backup_opened_storage_key(&r->keys));
    ok = exchange_replace_keys(options, &old, err);
    secret_fini(&old.storage);
    return ok;
}

/* What the database has to say. */
static bool open_data(struct restoring *r, struct arena *arena, struct error *err)
{
    const struct exchange_options options = {
        .home = r->draft, .passphrase = r->ask->passphrase, .clock = &clock_real, .random = &random_real};
    struct control_node_restored marked;

    if (!take_data(r, err) || !check_logs(r, err) || (r->replaces && !make_other_keys(r, &options, err)) ||
        !make_request(r, arena, err) || !exchange_mark_restored(&options, true, arena, &marked, err))
        return false;
    r->out->records = marked.records;
    return true;
}

/* All of a home, in the draft. */
static bool fill_draft(struct restoring *r, struct arena *arena, struct error *err)
{
    if (!read_keys(r, err) || !put_keys(r, err) || !copy_data(r, err))
        return false;
    if (!open_data(r, arena, err))
        return backup_data_refused(r->data, E_RST_10, err);
    return machine_stamp_write(r->draft, MACHINE_ID, err) &&
           exchange_own_fingerprint(r->draft, &r->out->fingerprint, err);
}

/* What a restore moves out of its draft before node.conf, with which a home is whole. */
static const char *const moved_names[] = {VAULT_SLOTS,  VAULT_STORAGE_KEY, VAULT_FOLDER,         HOME_NODE,
                                          HOME_REQUEST, HOME_DATABASE,     HOME_DATABASE "-wal", HOME_DATABASE "-shm",
                                          MACHINE_STAMP};
static const char *const own_names[] = {".", "..", NODE_HOME_LOCK};

static bool is_among(const char *name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_draft(const char *home, const char *name)
{
    const size_t prefix = strlen(DRAFT ".");
    char path[FILE_PATH_MAX];
    struct error ignored;
    struct stat st;

    return strncmp(name, DRAFT ".", prefix) == 0 && strlen(name) == prefix + 6 &&
           file_join_path(path, home, name, &ignored) && lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct remains {
    size_t drafts;
    size_t moved;
    size_t foreign;
};

static void add_remains(const char *home, const char *name, struct remains *out)
{
    if (is_draft(home, name))
        out->drafts++;
    else if (is_among(name, moved_names, sizeof moved_names / sizeof *moved_names))
        out->moved++;
    else if (!is_among(name, own_names, sizeof own_names / sizeof *own_names))
        out->foreign++;
}

static bool look_at_home(const char *home, struct remains *out, struct error *err)
{
    struct dirent *entry;
    DIR *dir = opendir(home);

    *out = (struct remains){0};
    if (dir == NULL)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", home, strerror(errno));
    while ((entry = readdir(dir)) != NULL)
        add_remains(home, entry->d_name, out);
    (void)closedir(dir);
    return true;
}

static void remove_remains(const char *home, bool drafts)
{
    char path[FILE_PATH_MAX];
    struct dirent *entry;
    struct error ignored;
    DIR *dir = opendir(home);

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if ((drafts ? is_draft(home, entry->d_name)
                    : is_among(entry->d_name, moved_names, sizeof moved_names / sizeof *moved_names)) &&
            file_join_path(path, home, entry->d_name, &ignored) && unlink(path) != 0)
            folder_remove_made(path);
    if (dir != NULL)
        (void)closedir(dir);
}

/* The home was empty when a draft was made in it, so what lies beside one under the names of a restore is of the one
 * that was killed. Drafts go last: a removal that is killed is gone on with. */
static bool make_empty(const char *home, struct error *err)
{
    struct remains r;

    if (!file_make_folder(home, err) || !look_at_home(home, &r, err))
        return false;
    if (r.foreign == 0 && r.drafts > 0) {
        remove_remains(home, false);
        remove_remains(home, true);
        if (!look_at_home(home, &r, err))
            return false;
    }
    return r.foreign + r.drafts + r.moved == 0 || error_set(err, E_RST_08, "%s is not empty", home);
}

bool backup_restore(const char *home, const struct control_backup_restore_ask *ask, bool replaces, struct arena *arena,
                    struct control_backup_restored *out, struct error *err)
{
    struct restoring r = {.ask = ask, .replaces = replaces, .slots = -1, .out = out};
    char prefix[FILE_PATH_MAX];
    char request[FILE_PATH_MAX];
    bool ok;

    *out = (struct control_backup_restored){0};
    if (!make_empty(home, err) || !file_join_path(request, home, HOME_REQUEST, err) ||
        !file_join_path(prefix, home, DRAFT, err) || !folder_make_fresh(prefix, r.draft, err))
        return false;
    ok = fill_draft(&r, arena, err) && folder_move_entries(r.draft, home, HOME_CONF, err);
    folder_remove_made(r.draft);
    backup_opened_fini(&r.keys);
    if (r.slots >= 0)
        (void)close(r.slots);
    if (!ok && err->code == E_BAK_13)
        err->code = E_RST_09; /* there is no node that could make another */
    if (!ok && err->code == E_BAK_04)
        err->code = E_FIL_01; /* nor a node.conf that names its place */
    if (ok)
        out->request = arena_copy(arena, view_of_text(request));
    return ok;
}
