#include "crypto/data_keys_layout.h"

#include "base/file.h"
#include "base/secret.h"
#include "crypto/data_keys.h"
#include "crypto/digest.h"
#include "crypto/secretbox.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC    "refex-keys-file\n"
#define VERSION  1
#define FIXED    32 /* bytes before the check */
#define COUNT_AT 64
#define COUNT    16 /* bytes of one of the two counts */

static void compute_mac(const uint8_t *fixed, const uint8_t *key, struct hash *out)
{
    struct view parts[] = {view_of_text("refex/keys-file/v1\n"), view_of(fixed, FIXED)};

    digest_hmac(view_of(key, SECRETBOX_KEY_SIZE), parts, 2, out);
}

uint64_t data_keys_layout_offset(uint64_t slot)
{
    return DATA_KEYS_LAYOUT_HEADER + slot * SECRETBOX_WRAPPED_SIZE;
}

/* The larger of the counts that are whole. */
static bool count_of(const uint8_t *header, struct data_keys_layout *f)
{
    bool found = false;

    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *at = header + COUNT_AT + (size_t)i * COUNT;
        uint64_t n = read_u64(at);

        if (n != ~read_u64(at + 8) || n > DATA_KEYS_MAX || (found && n < f->count))
            continue;
        f->count = n;
        f->next_place = 1 - i;
        found = true;
    }
    return found;
}

bool data_keys_layout_read(struct data_keys_layout *f, const char *path, struct error *err)
{
    uint8_t header[DATA_KEYS_LAYOUT_HEADER];
    struct stat st;

    if (!file_read_at(f->fd, header, sizeof header, 0))
        return error_set(err, E_KEY_07, "%s cannot be read: %s", path, strerror(errno));
    if (memcmp(header, MAGIC, 16) != 0)
        return error_set(err, E_KEY_07, "%s is no file of data keys", path);
    if (read_u32(header + 16) != VERSION || read_u32(header + 20) != SECRETBOX_WRAPPED_SIZE)
        return error_set(err, E_KEY_07, "%s is of version %u, which this refex does not know", path,
                         read_u32(header + 16));
    if (!count_of(header, f))
        return error_set(err, E_KEY_07, "%s does not say how many keys it holds", path);
    if (fstat(f->fd, &st) != 0 || (uint64_t)st.st_size < data_keys_layout_offset(f->count))
        return error_set(err, E_KEY_07, "%s is shorter than the %llu keys it says it holds", path,
                         (unsigned long long)f->count);
    f->generation = read_u64(header + 24);
    return true;
}

bool data_keys_layout_key_fits(const struct data_keys_layout *f, const uint8_t *key, bool *fits, struct error *err)
{
    uint8_t header[COUNT_AT];
    struct hash check;

    if (!file_read_at(f->fd, header, sizeof header, 0))
        return error_set(err, E_KEY_07, "the file of data keys cannot be read: %s", strerror(errno));
    compute_mac(header, key, &check);
    *fits = secret_equal(check.at, header + FIXED, HASH_SIZE);
    return true;
}

bool data_keys_layout_write_header(const struct data_keys_layout *f, const uint8_t *key)
{
    uint8_t header[DATA_KEYS_LAYOUT_HEADER] = MAGIC;
    struct hash check;

    write_u32(header + 16, VERSION);
    write_u32(header + 20, SECRETBOX_WRAPPED_SIZE);
    write_u64(header + 24, f->generation);
    compute_mac(header, key, &check);
    memcpy(header + FIXED, check.at, HASH_SIZE);
    return file_write_at(f->fd, view_of(header, sizeof header), 0);
}

bool data_keys_layout_write_count(struct data_keys_layout *f, uint64_t count)
{
    uint8_t cell[COUNT];

    write_u64(cell, count);
    write_u64(cell + 8, ~count);
    if (!file_write_at(f->fd, view_of(cell, sizeof cell), COUNT_AT + (uint64_t)f->next_place * COUNT) ||
        fdatasync(f->fd) != 0)
        return false;
    f->count = count;
    f->next_place = 1 - f->next_place;
    return true;
}
