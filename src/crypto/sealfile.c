/* One file, 144 bytes: "refex-sealingkey"  u32 version = 1  u32 suite  u64 generation  public key (32)  private key
 * wrapped (80) as in docs/PROTOCOL.md 9 with info = `refex/sealing-private/v1\n` ‖ the 64 bytes before.
 */
#include "crypto/sealfile.h"

#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/box.h"
#include "crypto/file_destroy.h"
#include "crypto/random.h"
#include "crypto/seal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC      "refex-sealingkey"
#define VERSION    1
#define PREFIX     "sealing-"
#define HEADER     64 /* bytes */
#define KEY        32
#define FILE_SIZE  (HEADER + KEY + BOX_OVERHEAD)
#define INFO_LABEL "refex/sealing-private/v1\n"
#define INFO       (sizeof INFO_LABEL - 1 + HEADER)

static bool path_of(const char *folder, const struct ident *id, const char *suffix, char out[static FILE_PATH_MAX],
                    struct error *err)
{
    char name[sizeof PREFIX + IDENT_TEXT + 8];
    char hex[IDENT_TEXT];

    ident_write(id, hex);
    (void)snprintf(name, sizeof name, PREFIX "%s%s", hex, suffix);
    return file_join_path(out, folder, name, err);
}

static struct view info_of(const uint8_t *header, uint8_t out[static INFO])
{
    memcpy(out, INFO_LABEL, sizeof INFO_LABEL - 1);
    memcpy(out + sizeof INFO_LABEL - 1, header, HEADER);
    return view_of(out, INFO);
}

static void file_make(const struct seal_key *key, const struct secret *storage_key, uint64_t generation,
                      uint8_t out[static FILE_SIZE])
{
    struct secret raw = {0};
    uint8_t info[INFO];

    memcpy(out, MAGIC, 16);
    write_u32(out + 16, VERSION);
    write_u32(out + 20, SEAL_SUITE);
    write_u64(out + 24, generation);
    seal_key_public(key, out + 32);
    seal_key_raw(key, &raw);
    box_seal(storage_key->at, info_of(out, info), NULL, secret_view(&raw), out + HEADER);
    secret_fini(&raw);
}

static void id_of(const struct seal_key *key, struct ident *out)
{
    uint8_t public_key[SEAL_PUBLIC_SIZE];

    seal_key_public(key, public_key);
    seal_key_id(SEAL_SUITE, public_key, out);
}

bool sealfile_save(const char *folder, const struct seal_key *key, const struct secret *storage_key,
                   uint64_t generation, struct error *err)
{
    char path[FILE_PATH_MAX];
    uint8_t file[FILE_SIZE];
    struct ident id;

    REQUIRE(storage_key->size == KEY);
    id_of(key, &id);
    if (!path_of(folder, &id, "", path, err))
        return false;
    if (file_exists(path))
        return error_set(err, E_KEY_04, "%s is there already", path);
    file_make(key, storage_key, generation, file);
    return file_create(path, view_of(file, sizeof file), 0600, err);
}

static bool read_key(const char *folder, const struct ident *id, uint8_t file[static FILE_SIZE], struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes content = {0};
    struct ident named;
    bool ok;

    if (!path_of(folder, id, "", path, err))
        return false;
    if (!file_exists(path))
        return error_set(err, E_KEY_01, "%s is not there", path);
    if (!file_read_private(path, FILE_SIZE, &content, err))
        return false;
    ok = content.size == FILE_SIZE && memcmp(content.at, MAGIC, 16) == 0 && read_u32(content.at + 16) == VERSION &&
         read_u32(content.at + 20) == SEAL_SUITE;
    if (ok) {
        memcpy(file, content.at, FILE_SIZE);
        seal_key_id(SEAL_SUITE, file + 32, &named);
        ok = ident_equal(&named, id);
    }
    bytes_fini(&content);
    if (!ok)
        return error_set(err, E_KEY_06, "%s is damaged or not of a version that this refex knows", path);
    return true;
}

bool sealfile_read_generation(const char *folder, const struct ident *id, uint64_t *out, struct error *err)
{
    uint8_t file[FILE_SIZE];

    if (!read_key(folder, id, file, err))
        return false;
    *out = read_u64(file + 24);
    return true;
}

bool sealfile_open(const char *folder, const struct ident *id, const struct secret *storage_key, struct seal_key **out,
                   struct error *err)
{
    uint8_t file[FILE_SIZE];
    uint8_t info[INFO];
    uint8_t raw[KEY];
    char hex[IDENT_TEXT];

    REQUIRE(storage_key->size == KEY);
    if (!read_key(folder, id, file, err))
        return false;
    if (!box_open(storage_key->at, info_of(file, info), view_of(file + HEADER, FILE_SIZE - HEADER), raw)) {
        ident_write(id, hex);
        return error_set(err, E_KEY_17, "sealing key %s does not open with this storage key", hex);
    }
    *out = seal_key_from_raw(raw);
    secret_wipe(raw, sizeof raw);
    return true;
}

static int compare_bytes(const void *a, const void *b)
{
    return memcmp(a, b, IDENT_SIZE);
}

bool sealfile_list(const char *folder, struct bytes *out, struct error *err)
{
    size_t begin = out->size;
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return error_set(err, E_KEY_01, "%s cannot be read: %s", folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL) {
        struct ident id;

        if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) == 0 &&
            ident_read(view_of_text(entry->d_name + sizeof PREFIX - 1), &id))
            bytes_append(out, id.at, IDENT_SIZE);
    }
    (void)closedir(dir);
    if (out->size > begin)
        qsort(out->at + begin, (out->size - begin) / IDENT_SIZE, IDENT_SIZE, compare_bytes);
    return true;
}

bool sealfile_destroy(const char *folder, const struct ident *id, struct error *err)
{
    char path[FILE_PATH_MAX];
    char new_path[FILE_PATH_MAX];

    return path_of(folder, id, "", path, err) && path_of(folder, id, ".new", new_path, err) &&
           file_destroy(path, err) && file_destroy(new_path, err);
}

/* *DONE: it was wrapped under NEW_KEY before. */
static bool rewrap_one(const char *folder, const struct ident *id, const struct secret *old_key,
                       const struct secret *new_key, uint64_t generation, bool *done, struct error *err)
{
    char path[FILE_PATH_MAX];
    char new_path[FILE_PATH_MAX];
    uint8_t file[FILE_SIZE];
    struct seal_key *key = NULL;
    uint64_t had;

    /* A file at new_path is left over from a crash: not yet, or no longer, the key's file. */
    if (!path_of(folder, id, "", path, err) || !path_of(folder, id, ".new", new_path, err) ||
        !file_destroy(new_path, err) || !sealfile_read_generation(folder, id, &had, err))
        return false;
    *done = had == generation;
    if (*done)
        return true;
    if (!sealfile_open(folder, id, old_key, &key, err))
        return false;
    file_make(key, new_key, generation, file);
    seal_key_free(key);
    return file_create(new_path, view_of(file, sizeof file), 0600, err) && file_destroy_replaced(path, new_path, err);
}

bool sealfile_rewrap_next(const char *folder, const struct secret *old_key, const struct secret *new_key,
                          uint64_t generation, bool *done, struct error *err)
{
    struct bytes ids = {0};
    bool ok = sealfile_list(folder, &ids, err);

    *done = true;
    for (size_t at = 0; ok && *done && at < ids.size; at += IDENT_SIZE) {
        struct ident id;

        memcpy(id.at, ids.at + at, IDENT_SIZE);
        ok = rewrap_one(folder, &id, old_key, new_key, generation, done, err);
    }
    bytes_fini(&ids);
    return ok;
}
