#include "ca/federation_home_create.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "ca/root_key.h"
#include "crypto/certify_ca.h"
#include "crypto/certify_pem.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

/* A federation being founded in a temporary folder, which is renamed to its place when it is complete. */
struct federation_draft {
    const struct federation_params *params;
    int64_t now_ms;
    char draft_folder[FILE_PATH_MAX]; /* beside its final place */
    struct federation federation;
    struct sign_key *root_key;
    bool root_key_put; /* at params->root_key */
    struct bytes root;
    struct bytes issuing;
    struct bytes transport_ca;
    struct sign_key *keys[FEDERATION_HOME_KEYS];
    struct bytes certificates[FEDERATION_HOME_KEYS];
};

static bool path_in_draft(const struct federation_draft *f, const char *name, char out[static FILE_PATH_MAX],
                          struct error *err)
{
    return file_join_path(out, f->draft_folder, name, err);
}

static bool save_key(const struct federation_draft *f, const struct sign_key *key, const char *name, struct error *err)
{
    char path[FILE_PATH_MAX];

    return path_in_draft(f, name, path, err) && sign_key_save_under(key, f->params->passphrase, path, err);
}

static bool save_certificate(const struct federation_draft *f, const struct bytes *der, const char *name,
                             struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    bool ok;

    certify_write_pem("CERTIFICATE", bytes_view(der), &pem);
    ok = path_in_draft(f, name, path, err) && file_create(path, bytes_view(&pem), 0644, err);
    bytes_fini(&pem);
    return ok;
}

/* A key that a stick's file system shows to others, and that no passphrase protects, could not be opened again. */
static bool put_root_key(struct federation_draft *f, struct error *err)
{
    const char *path = f->params->root_key;
    struct sign_key *again = NULL;

    if (path == NULL)
        return save_key(f, f->root_key, "keys/root.key", err);
    if (!root_key_check_place(path, err) || !sign_key_save_under(f->root_key, f->params->passphrase, path, err))
        return false;
    f->root_key_put = true;
    if (!sign_key_open_under(path, f->params->passphrase, &again, err))
        return error_wrap(err, "the root's key");
    sign_key_free(again);
    return true;
}

static bool make_root(struct federation_draft *f, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, ROOT_CERTIFICATE_DAYS};

    f->root_key = sign_key_new();
    if (!certify_root(f->root_key, f->params->name, &validity, &f->root, err) ||
        !certificate_fid(bytes_view(&f->root), &f->federation.fid, err))
        return false;
    memcpy(f->federation.name, f->params->name, strlen(f->params->name) + 1);
    return put_root_key(f, err) && save_certificate(f, &f->root, "certs/root.pem", err);
}

static bool make_issuing(struct federation_draft *f, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, ISSUING_CERTIFICATE_DAYS};
    struct sign_key *key = sign_key_new();
    uint8_t public_key[KEY_SIZE];
    bool ok;

    sign_key_public(key, public_key);
    ok = certify_issuing(f->root_key, bytes_view(&f->root), public_key, f->params->name, &validity, &f->issuing, err) &&
         save_key(f, key, "keys/issuing.key", err) && save_certificate(f, &f->issuing, "certs/issuing.pem", err);
    sign_key_free(key);
    return ok;
}

/* The label is drawn, not derived: the fingerprint is published, and who knows it must not find the nodes by it. */
static bool make_transport_ca(struct federation_draft *f, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, ISSUING_CERTIFICATE_DAYS};
    struct sign_key *key = sign_key_new();
    uint8_t public_key[KEY_SIZE];
    struct label label;
    bool ok;

    label_random(&random_real, &label);
    sign_key_public(key, public_key);
    ok =
        certify_transport_ca(f->root_key, bytes_view(&f->root), public_key, &label, &validity, &f->transport_ca, err) &&
        save_key(f, key, "keys/transport.key", err) &&
        save_certificate(f, &f->transport_ca, "certs/transport.pem", err);
    sign_key_free(key);
    return ok;
}

static bool make_directory_key(struct federation_draft *f, uint32_t i, struct error *err)
{
    const struct certify_validity validity = {f->now_ms, ISSUING_CERTIFICATE_DAYS};
    struct certify_directory which = {.k = f->params->quorum, .i = i};
    uint8_t public_key[KEY_SIZE];
    char key_file[40];
    char certificate_file[40];

    which.public_key = public_key;
    if (f->params->founder_keys != NULL) {
        which.public_key = f->params->founder_keys[i - 1];
    } else {
        f->keys[i - 1] = sign_key_new();
        sign_key_public(f->keys[i - 1], public_key);
    }
    (void)snprintf(key_file, sizeof key_file, "keys/directory-%" PRIu32 ".key", i);
    (void)snprintf(certificate_file, sizeof certificate_file, "certs/directory-%" PRIu32 ".pem", i);
    return certify_directory_key(f->root_key, bytes_view(&f->root), f->params->name, &which, &validity,
                                 &f->certificates[i - 1], err) &&
           (f->keys[i - 1] == NULL || save_key(f, f->keys[i - 1], key_file, err)) &&
           save_certificate(f, &f->certificates[i - 1], certificate_file, err);
}

static bool make_directory(struct federation_draft *f, struct error *err)
{
    const int64_t now_s = f->now_ms / 1000;
    const struct view issuing = bytes_view(&f->issuing);
    const struct view transport_ca = bytes_view(&f->transport_ca);
    struct directory_signer signers[FEDERATION_HOME_KEYS];
    struct view keys[FEDERATION_HOME_KEYS];
    struct directory d = {.federation = f->federation,
                          .sequence = 1,
                          .refresh_after_s = now_s + DIRECTORY_REFRESH_DAYS * (DAY_MS / 1000),
                          .hard_expiry_s = now_s + BOUND_HARD_EXPIRY_DAYS * (DAY_MS / 1000),
                          .issuers = &issuing,
                          .issuer_count = 1,
                          .transports = &transport_ca,
                          .transport_count = 1,
                          .keys = keys,
                          .key_count = f->params->founders,
                          .bases = f->params->bases,
                          .basis_count = f->params->basis_count,
                          .erase_after_hours = f->params->erase_after_hours};
    char path[FILE_PATH_MAX];
    struct bytes note = {0};
    bool ok;

    for (uint32_t i = 0; i < f->params->founders; i++) {
        signers[i] = (struct directory_signer){i + 1, f->keys[i]};
        keys[i] = bytes_view(&f->certificates[i]);
    }
    ok = directory_note_sign(&d, signers, f->params->founder_keys != NULL ? 0 : f->params->quorum, &note, err) &&
         path_in_draft(f, "sequence", path, err) && file_create(path, view_of_text("1\n"), 0644, err) &&
         path_in_draft(f, f->params->founder_keys != NULL ? FEDERATION_HOME_WAITING : FEDERATION_HOME_SIGNED, path,
                       err) &&
         file_create(path, bytes_view(&note), 0644, err);
    bytes_fini(&note);
    return ok;
}

static bool make_folders(const struct federation_draft *f, struct error *err)
{
    static const char *const names[] = {"keys", "certs", "members"};
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!path_in_draft(f, names[i], path, err) || !file_make_folder(path, err))
            return false;
    return true;
}

static bool make_federation(struct federation_draft *f, struct error *err)
{
    if (!make_folders(f, err) || !make_root(f, err) || !make_issuing(f, err) || !make_transport_ca(f, err))
        return false;
    for (uint32_t i = 1; i <= f->params->founders; i++)
        if (!make_directory_key(f, i, err))
            return false;
    return make_directory(f, err);
}

static bool check_path_is_free(const char *path, struct error *err)
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

/* rename replaces an empty folder at PATH. */
static bool rename_draft(const struct federation_draft *f, const char *path, struct error *err)
{
    char parent[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');

    (void)snprintf(parent, sizeof parent, "%.*s",
                   slash == NULL   ? 1
                   : slash == path ? 1
                                   : (int)(slash - path),
                   slash == NULL ? "." : path);
    if (rename(f->draft_folder, path) != 0)
        return error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
    return file_sync_folder(parent, err);
}

/* No private key is left behind; that of the root is one of nothing. */
static void remove_made(const struct federation_draft *f)
{
    folder_remove_made(f->draft_folder);
    if (f->root_key_put)
        (void)unlink(f->params->root_key);
}

bool federation_home_create(const char *path, const struct federation_params *params, int64_t now_ms, struct error *err)
{
    struct federation_draft f = {.params = params, .now_ms = now_ms};
    char trimmed_path[FEDERATION_HOME_PATH_MAX];
    bool ok;

    REQUIRE(params->founders >= 1 && params->founders <= FEDERATION_HOME_KEYS && params->quorum >= 1 &&
            params->quorum <= params->founders);
    if (!federation_home_path(path, trimmed_path, err))
        return false;
    path = trimmed_path;
    if (!check_path_is_free(path, err))
        return false;
    if (!folder_make_fresh(path, f.draft_folder, err))
        return false;
    ok = make_federation(&f, err) && rename_draft(&f, path, err);
    if (!ok)
        remove_made(&f);
    sign_key_free(f.root_key);
    bytes_fini(&f.root);
    bytes_fini(&f.issuing);
    bytes_fini(&f.transport_ca);
    for (size_t i = 0; i < FEDERATION_HOME_KEYS; i++) {
        sign_key_free(f.keys[i]);
        bytes_fini(&f.certificates[i]);
    }
    return ok;
}
