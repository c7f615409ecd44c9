/* The file, in sectors of 512 bytes so that overwriting one cell cannot tear the other:
 *
 *     0  "refex-storagekey"  u32 version = 1  u32 protector  u32 log2 N  u32 r  u32 p  u32 0  salt (32)
 *   512  u64 generation ‖ storage key wrapped by the protector's key (80)
 *  1024  the other cell
 *
 * A cell is wrapped as in docs/PROTOCOL.md 9 with info = `refex/storage-key/v1\n` ‖ the header's 72 bytes ‖ u64
 * generation. A cell that does not open is empty. The plain protector's key is 32 zeros: it protects nothing, it only
 * finds damage.
 */
#include "crypto/keyfile.h"

#include "base/bounds.h"
#include "base/file.h"
#include "base/secret.h"
#include "crypto/box.h"
#include "crypto/evp.h"
#include "crypto/file_destroy.h"
#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC      "refex-storagekey"
#define VERSION    1
#define HEADER     72 /* bytes in use of the first sector */
#define SALT_AT    40
#define SALT       32
#define SECTOR     512
#define FILE_SIZE  (3 * SECTOR)
#define KEY        32
#define CELL       (8 + KEY + BOX_OVERHEAD)
#define INFO_LABEL "refex/storage-key/v1\n"
#define INFO       (sizeof INFO_LABEL - 1 + HEADER + 8)

enum protector { PROTECTOR_PLAIN = 1, PROTECTOR_PASSPHRASE = 2 };

/* For new files. A file that is read may cost up to four times as much, so that a later refex can raise these. */
#define SCRYPT_LOG2_N     17
#define SCRYPT_LOG2_N_MAX 19
#define SCRYPT_R          8
#define SCRYPT_P          1

struct keyfile {
    char path[FILE_PATH_MAX];
    uint8_t header[HEADER];
    struct secret protector; /* the key that wraps the cells */
    struct {
        uint64_t generation; /* 0: empty */
        struct secret key;
    } cells[2];
};

static struct view info_of(const uint8_t *header, uint64_t generation, uint8_t out[static INFO])
{
    memcpy(out, INFO_LABEL, sizeof INFO_LABEL - 1);
    memcpy(out + sizeof INFO_LABEL - 1, header, HEADER);
    write_u64(out + INFO - 8, generation);
    return view_of(out, INFO);
}

static void cell_seal(const struct secret *protector, const uint8_t *header, uint64_t generation,
                      const struct secret *key, uint8_t out[static CELL])
{
    uint8_t info[INFO];

    write_u64(out, generation);
    box_seal(protector->at, info_of(header, generation, info), NULL, secret_view(key), out + 8);
}

/* The protector's key. Data in HEADER may come from anybody who can write the file. */
static bool protector_key(const uint8_t *header, struct view passphrase, struct secret *out, struct error *err)
{
    uint32_t log2_n = read_u32(header + 24);
    uint32_t r = read_u32(header + 28);
    uint32_t p = read_u32(header + 32);
    uint64_t n;

    if (read_u32(header + 20) == PROTECTOR_PLAIN) {
        secret_new(out, KEY);
        return true;
    }
    if (log2_n < 10 || log2_n > SCRYPT_LOG2_N_MAX || r == 0 || r > SCRYPT_R || p == 0 || p > 4)
        return error_set(err, E_KEY_06, "the storage key file asks for scrypt with N = 2^%u, r = %u, p = %u", log2_n, r,
                         p);
    n = UINT64_C(1) << log2_n;
    secret_new(out, KEY);
    if (EVP_PBE_scrypt((const char *)passphrase.at, passphrase.size, header + SALT_AT, SALT, n, r, p,
                       130 * n * r + 1048576, out->at, KEY) != 1) {
        secret_fini(out);
        return evp_failed(err, E_MEM_01, "the passphrase could not be turned into a key");
    }
    return true;
}

static void make_header(struct view passphrase, uint8_t header[static HEADER])
{
    memset(header, 0, HEADER);
    memcpy(header, MAGIC, 16);
    write_u32(header + 16, VERSION);
    write_u32(header + 20, passphrase.size == 0 ? PROTECTOR_PLAIN : PROTECTOR_PASSPHRASE);
    if (passphrase.size == 0)
        return;
    write_u32(header + 24, SCRYPT_LOG2_N);
    write_u32(header + 28, SCRYPT_R);
    write_u32(header + 32, SCRYPT_P);
    random_fill(&random_real, header + SALT_AT, SALT);
}

bool keyfile_create_of(const char *path, struct view passphrase, uint64_t generation, const struct secret *key,
                       struct error *err)
{
    uint8_t file[FILE_SIZE] = {0};
    struct secret protector = {0};

    REQUIRE(key->size == KEY && generation != 0);
    if (passphrase.size > BOUND_PASSPHRASE)
        return error_set(err, E_USE_04, "the passphrase is longer than %d bytes", BOUND_PASSPHRASE);
    if (file_exists(path))
        return error_set(err, E_KEY_04, "%s is there already", path);
    make_header(passphrase, file);
    if (!protector_key(file, passphrase, &protector, err))
        return false;
    cell_seal(&protector, file, generation, key, file + SECTOR);
    random_fill(&random_real, file + 2 * SECTOR, CELL); /* an empty cell looks like one that was overwritten */
    secret_fini(&protector);
    return file_create(path, view_of(file, sizeof file), 0600, err);
}

bool keyfile_create(const char *path, struct view passphrase, struct error *err)
{
    struct secret key = {0};
    bool ok;

    secret_new(&key, KEY);
    random_fill(&random_real, key.at, KEY);
    ok = keyfile_create_of(path, passphrase, 1, &key, err);
    secret_fini(&key);
    return ok;
}

static bool read_file(const char *path, bool check_mode, uint8_t file[static FILE_SIZE], struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    bool ok;

    if (fd < 0)
        return file_refuse_unread_key(path, err);
    if (fstat(fd, &st) != 0 || (check_mode && !file_is_private(fd))) {
        (void)close(fd);
        return error_set(err, E_KEY_02, "%s is not a file that only its owner can read", path);
    }
    ok = st.st_size == FILE_SIZE && file_read_at(fd, file, FILE_SIZE, 0) && memcmp(file, MAGIC, 16) == 0;
    (void)close(fd);
    if (!ok)
        return error_set(err, E_KEY_06, "%s is no storage key file", path);
    if (read_u32(file + 16) != VERSION ||
        (read_u32(file + 20) != PROTECTOR_PLAIN && read_u32(file + 20) != PROTECTOR_PASSPHRASE))
        return error_set(err, E_KEY_06, "%s is of a version or protection that this refex does not know", path);
    return true;
}

bool keyfile_is_plain(const char *path, bool *out, struct error *err)
{
    uint8_t file[FILE_SIZE];

    if (!read_file(path, false, file, err))
        return false;
    *out = read_u32(file + 20) == PROTECTOR_PLAIN;
    secret_wipe(file, sizeof file);
    return true;
}

static void open_cells(struct keyfile *k, const uint8_t *file)
{
    for (size_t i = 0; i < 2; i++) {
        const uint8_t *cell = file + (i + 1) * SECTOR;
        uint64_t generation = read_u64(cell);
        uint8_t info[INFO];
        struct secret key = {0};

        secret_new(&key, KEY);
        if (box_open(k->protector.at, info_of(k->header, generation, info), view_of(cell + 8, CELL - 8), key.at)) {
            k->cells[i].generation = generation;
            k->cells[i].key = key;
        } else {
            secret_fini(&key);
        }
    }
}

bool keyfile_open(const char *path, struct view passphrase, struct keyfile **out, struct error *err)
{
    uint8_t file[FILE_SIZE];
    struct keyfile *k;
    bool plain;

    if (strlen(path) >= FILE_PATH_MAX)
        return error_set(err, E_KEY_01, "the path is longer than %d bytes", FILE_PATH_MAX - 1);
    if (passphrase.size > BOUND_PASSPHRASE)
        return error_set(err, E_KEY_05, "the passphrase is longer than %d bytes", BOUND_PASSPHRASE);
    if (!read_file(path, true, file, err))
        return false;
    plain = read_u32(file + 20) == PROTECTOR_PLAIN;
    if (!plain && passphrase.size == 0)
        return error_set(err, E_KEY_20, "%s has a passphrase", path);
    k = xnew(sizeof *k);
    (void)snprintf(k->path, sizeof k->path, "%s", path);
    memcpy(k->header, file, HEADER);
    if (!protector_key(file, passphrase, &k->protector, err)) {
        keyfile_close(k);
        return false;
    }
    open_cells(k, file);
    secret_wipe(file, sizeof file);
    box_wipe();
    if (keyfile_newest(k) == 0) {
        keyfile_close(k);
        return plain ? error_set(err, E_KEY_06, "%s holds no key that opens", path)
                     : error_set(err, E_KEY_05, "the passphrase does not open %s", path);
    }
    *out = k;
    return true;
}

void keyfile_close(struct keyfile *k)
{
    if (k == NULL)
        return;
    secret_fini(&k->protector);
    secret_fini(&k->cells[0].key);
    secret_fini(&k->cells[1].key);
    free(k);
}

uint64_t keyfile_newest(const struct keyfile *k)
{
    uint64_t a = k->cells[0].generation;
    uint64_t b = k->cells[1].generation;

    return a > b ? a : b;
}

/* The cell of GENERATION: 0, 1, or 2 for neither. */
static size_t cell_of(const struct keyfile *k, uint64_t generation)
{
    size_t i = 0;

    while (i < 2 && (generation == 0 || k->cells[i].generation != generation))
        i++;
    return i;
}

bool keyfile_key(const struct keyfile *k, uint64_t generation, struct secret *out, struct error *err)
{
    size_t i = cell_of(k, generation);

    if (i == 2)
        return error_set(err, E_KEY_17, "%s has no storage key of generation %llu", k->path,
                         (unsigned long long)generation);
    secret_copy(out, secret_view(&k->cells[i].key));
    return true;
}

uint64_t keyfile_other(const struct keyfile *k, uint64_t generation)
{
    size_t i = cell_of(k, generation);

    REQUIRE(i < 2);
    return k->cells[1 - i].generation;
}

/* Overwrites cell I in place. */
static bool write_cell(const struct keyfile *k, size_t i, const uint8_t cell[static CELL], struct error *err)
{
    int fd = open(k->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && file_write_at(fd, view_of(cell, CELL), (i + 1) * SECTOR) && fdatasync(fd) == 0;

    if (!ok)
        error_set(err, E_KEY_11, "%s cannot be written: %s", k->path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool keyfile_add_key(struct keyfile *k, uint64_t keep, uint64_t generation, struct error *err)
{
    size_t kept = cell_of(k, keep);
    uint8_t cell[CELL];
    struct secret key = {0};

    if (kept == 2)
        return error_set(err, E_KEY_17, "%s has no storage key of generation %llu", k->path, (unsigned long long)keep);
    REQUIRE(generation > keyfile_newest(k));
    secret_new(&key, KEY);
    random_fill(&random_real, key.at, KEY);
    cell_seal(&k->protector, k->header, generation, &key, cell);
    box_wipe();
    if (!write_cell(k, 1 - kept, cell, err)) {
        secret_fini(&key);
        return false;
    }
    secret_fini(&k->cells[1 - kept].key);
    k->cells[1 - kept].key = key;
    k->cells[1 - kept].generation = generation;
    return true;
}

bool keyfile_keep_only(struct keyfile *k, uint64_t generation, struct error *err)
{
    size_t kept = cell_of(k, generation);
    uint8_t noise[CELL];

    if (kept == 2)
        return error_set(err, E_KEY_17, "%s has no storage key of generation %llu", k->path,
                         (unsigned long long)generation);
    random_fill(&random_real, noise, sizeof noise);
    if (!write_cell(k, 1 - kept, noise, err))
        return false;
    secret_fini(&k->cells[1 - kept].key);
    k->cells[1 - kept].generation = 0;
    return true;
}

/* --- another passphrase --- */

/* The cells of K under PASSPHRASE, as a file at PATH. */
static bool write_under(const struct keyfile *k, const char *path, struct view passphrase, struct error *err)
{
    uint8_t file[FILE_SIZE] = {0};
    struct secret protector = {0};

    make_header(passphrase, file);
    if (!protector_key(file, passphrase, &protector, err))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (k->cells[i].generation != 0)
            cell_seal(&protector, file, k->cells[i].generation, &k->cells[i].key, file + (i + 1) * SECTOR);
        else
            random_fill(&random_real, file + (i + 1) * SECTOR, CELL);
    secret_fini(&protector);
    box_wipe();
    return file_create(path, view_of(file, sizeof file), 0600, err);
}

/* Whether PATH opens with PASSPHRASE and holds what K does. */
static bool holds_the_same(const struct keyfile *k, const char *path, struct view passphrase, struct error *err)
{
    struct keyfile *there;
    bool same = true;

    if (!keyfile_open(path, passphrase, &there, err))
        return false;
    for (size_t i = 0; i < 2 && same; i++)
        same = there->cells[i].generation == k->cells[i].generation &&
               (k->cells[i].generation == 0 || secret_equal(there->cells[i].key.at, k->cells[i].key.at, KEY));
    keyfile_close(there);
    return same || error_set(err, E_FIL_03, "%s does not hold what was written into it", path);
}

bool keyfile_change_passphrase(const char *path, struct view old_passphrase, struct view new_passphrase,
                               struct error *err)
{
    char new_path[FILE_PATH_MAX + 4];
    struct keyfile *k;
    bool ok;

    if (new_passphrase.size == 0 || new_passphrase.size > BOUND_PASSPHRASE)
        return error_set(err, E_KEY_18, "the new passphrase is empty, or longer than %d bytes", BOUND_PASSPHRASE);
    if (!keyfile_open(path, old_passphrase, &k, err))
        return false;
    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    ok = file_destroy(new_path, err) && /* of a change that was cut short */
         write_under(k, new_path, new_passphrase, err) && holds_the_same(k, new_path, new_passphrase, err) &&
         file_destroy_replaced(path, new_path, err);
    keyfile_close(k);
    return ok;
}
