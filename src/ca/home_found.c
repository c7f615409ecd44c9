#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "ca/home.h"
#include "crypto/certify.h"
#include "crypto/sign.h"
#include "exchange/directory_note.h"

/* A federation being founded, in a folder beside its place: it moves there whole or not at all. */
struct founder {
    const struct founding *ask;
    int64_t now_ms;
    char place[FILE_PATH_MAX]; /* the folder that it is made in */
    struct federation federation;
    struct sign_key *root_key;
    struct bytes root;
    struct bytes issuing;
    struct sign_key *keys[HOME_KEYS];
    struct bytes certificates[HOME_KEYS];
};

static bool place_of(const struct founder *f, const char *name, char out[static FILE_PATH_MAX], struct error *err)
{
    return file_join_path(out, f->place, name, err);
}

static bool save_key(const struct founder *f, const struct sign_key *key, const char *name, struct error *err)
{
    char path[FILE_PATH_MAX];

    return place_of(f, name, path, err) && sign_key_save(key, path, err);
}

static bool save_certificate(const struct founder *f, const struct bytes *der, const char *name, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    bool ok;

    certify_write_pem("CERTIFICATE", bytes_view(der), &pem);
    ok = place_of(f, name, path, err) && file_create(path, bytes_view(&pem), 0644, err);
    bytes_fini(&pem);
    return ok;
}

static bool make_root(struct founder *f, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, HOME_ROOT_DAYS};

    f->root_key = sign_key_new();
    if (!certify_root(f->root_key, f->ask->name, &validity, &f->root, err) ||
        !certificate_fid(bytes_view(&f->root), &f->federation.fid, err))
        return false;
    memcpy(f->federation.name, f->ask->name, strlen(f->ask->name) + 1);
    return save_key(f, f->root_key, "keys/root.key", err) && save_certificate(f, &f->root, "certs/root.pem", err);
}

static bool make_issuing(struct founder *f, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, HOME_ISSUING_DAYS};
    struct sign_key *key = sign_key_new();
    uint8_t public_key[KEY_SIZE];
    bool ok;

    sign_key_public(key, public_key);
    ok = certify_issuing(f->root_key, bytes_view(&f->root), public_key, f->ask->name, &validity, &f->issuing, err) &&
         save_key(f, key, "keys/issuing.key", err) && save_certificate(f, &f->issuing, "certs/issuing.pem", err);
    sign_key_free(key);
    return ok;
}

static bool make_directory_key(struct founder *f, uint32_t i, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, HOME_ISSUING_DAYS};
    struct certify_directory which = {.k = f->ask->quorum, .i = i};
    uint8_t public_key[KEY_SIZE];
    char key_file[40];
    char certificate_file[40];

    f->keys[i - 1] = sign_key_new();
    sign_key_public(f->keys[i - 1], public_key);
    which.public_key = public_key;
    (void)snprintf(key_file, sizeof key_file, "keys/directory-%" PRIu32 ".key", i);
    (void)snprintf(certificate_file, sizeof certificate_file, "certs/directory-%" PRIu32 ".pem", i);
    return certify_directory_key(f->root_key, bytes_view(&f->root), f->ask->name, &which, &validity,
                                 &f->certificates[i - 1], err) &&
           save_key(f, f->keys[i - 1], key_file, err) &&
           save_certificate(f, &f->certificates[i - 1], certificate_file, err);
}

static bool make_directory(struct founder *f, struct error *err)
{
    const int64_t now_s = f->now_ms / 1000;
    const struct view issuing = bytes_view(&f->issuing);
    struct directory_signer signers[HOME_KEYS];
    struct view keys[HOME_KEYS];
    struct directory d = {.federation = f->federation,
                          .sequence = 1,
                          .refresh_after_s = now_s + HOME_REFRESH_DAYS * (DAY_MS / 1000),
                          .hard_expiry_s = now_s + BOUND_HARD_EXPIRY_DAYS * (DAY_MS / 1000),
                          .issuers = &issuing,
                          .issuer_count = 1,
                          .keys = keys,
                          .key_count = f->ask->founders,
                          .bases = f->ask->bases,
                          .basis_count = f->ask->basis_count,
                          .erase_after_hours = f->ask->erase_after_hours};
    char path[FILE_PATH_MAX];
    struct bytes note = {0};
    bool ok;

    for (uint32_t i = 0; i < f->ask->founders; i++) {
        signers[i] = (struct directory_signer){i + 1, f->keys[i]};
        keys[i] = bytes_view(&f->certificates[i]);
    }
    ok = directory_note_sign(&d, signers, f->ask->quorum, &note, err) && place_of(f, "sequence", path, err) &&
         file_create(path, view_of_text("1\n"), 0644, err) && place_of(f, "directory.note", path, err) &&
         file_create(path, bytes_view(&note), 0644, err);
    bytes_fini(&note);
    return ok;
}

static bool make_folders(const struct founder *f, struct error *err)
{
    static const char *const names[] = {"keys", "certs", "members"};
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!place_of(f, names[i], path, err) || !file_make_folder(path, err))
            return false;
    return true;
}

static bool make_all(struct founder *f, struct error *err)
{
    if (!make_folders(f, err) || !make_root(f, err) || !make_issuing(f, err))
        return false;
    for (uint32_t i = 1; i <= f->ask->founders; i++)
        if (!make_directory_key(f, i, err))
            return false;
    return make_directory(f, err);
}

/* Takes away what was begun, so that no key lies about that nobody knows of. */
static void sweep(const char *folder, unsigned depth)
{
    DIR *d = opendir(folder);
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL) {
        char path[FILE_PATH_MAX];
        struct error why;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            !file_join_path(path, folder, entry->d_name, &why))
            continue;
        if (unlink(path) != 0 && depth > 0)
            sweep(path, depth - 1);
    }
    if (d != NULL)
        (void)closedir(d);
    (void)rmdir(folder);
}

static bool is_free(const char *path, struct error *err)
{
    DIR *d = opendir(path);
    struct dirent *entry;
    unsigned count = 0;

    if (d == NULL && errno == ENOENT)
        return true;
    if (d == NULL)
        return error_set(err, E_FIL_02, "%s cannot be used: %s", path, strerror(errno));
    while ((entry = readdir(d)) != NULL)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    (void)closedir(d);
    return count == 0 || error_set(err, E_FED_02, "%s is not empty", path);
}

/* An empty folder that stands in the place gives way. */
static bool move_in(const struct founder *f, const char *path, struct error *err)
{
    char parent[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');

    (void)snprintf(parent, sizeof parent, "%.*s",
                   slash == NULL   ? 1
                   : slash == path ? 1
                                   : (int)(slash - path),
                   slash == NULL ? "." : path);
    if (rename(f->place, path) != 0)
        return error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
    return file_sync_folder(parent, err);
}

bool home_found(const char *path, const struct founding *ask, int64_t now_ms, struct error *err)
{
    struct founder f = {.ask = ask, .now_ms = now_ms};
    char whole[HOME_PATH_MAX];
    bool ok;

    REQUIRE(ask->founders >= 1 && ask->founders <= HOME_KEYS && ask->quorum >= 1 && ask->quorum <= ask->founders);
    if (!home_path(path, whole, err))
        return false;
    path = whole;
    if (!is_free(path, err))
        return false;
    (void)snprintf(f.place, sizeof f.place, "%s.XXXXXX", path);
    if (mkdtemp(f.place) == NULL)
        return error_set(err, E_FIL_02, "a folder beside %s cannot be made: %s", path, strerror(errno));
    ok = make_all(&f, err) && move_in(&f, path, err);
    if (!ok)
        sweep(f.place, 2);
    sign_key_free(f.root_key);
    bytes_fini(&f.root);
    bytes_fini(&f.issuing);
    for (size_t i = 0; i < HOME_KEYS; i++) {
        sign_key_free(f.keys[i]);
        bytes_fini(&f.certificates[i]);
    }
    return ok;
}
