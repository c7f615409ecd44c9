#include "crypto/secretbox.h"

#include "base/secret.h"
#include "crypto/box.h"
#include "crypto/digest.h"
#include "crypto/seal_test.h"

#include <string.h>

#define NAME_MAX_SIZE 64 /* bytes of a table's or column's name: ours, not from outside */
#define INFO_MAX      (16 + 3 * (2 + NAME_MAX_SIZE) + 2 + 8)

void secretbox_section_key(const uint8_t data_key[static SECRETBOX_KEY_SIZE], const char *section,
                           uint8_t out[static SECRETBOX_KEY_SIZE])
{
    struct view info[] = {view_of_text("refex/section/v1\n"), view_of_text(section)};
    struct hash prk;

    memcpy(prk.at, data_key, SECRETBOX_KEY_SIZE);
    digest_hkdf_expand(&prk, info, 2, out, SECRETBOX_KEY_SIZE);
    secret_wipe(&prk, sizeof prk);
}

static size_t put_lp(uint8_t *at, const void *what, size_t size)
{
    REQUIRE(size <= NAME_MAX_SIZE);
    write_u16(at, (uint16_t)size);
    memcpy(at + 2, what, size);
    return 2 + size;
}

/* `refex/store/v1\n` ‖ LP(table) ‖ LP(u64 row) ‖ LP(column), and ‖ LP(owner) where there is one. */
static struct view store_info(const struct secretbox_place *p, uint8_t buffer[static INFO_MAX])
{
    static const char label[] = "refex/store/v1\n";
    size_t n = sizeof label - 1;
    uint8_t row[8];

    memcpy(buffer, label, n);
    write_u64(row, p->row);
    n += put_lp(buffer + n, p->table, strlen(p->table));
    n += put_lp(buffer + n, row, sizeof row);
    n += put_lp(buffer + n, p->column, strlen(p->column));
    if (p->owner.size != 0)
        n += put_lp(buffer + n, p->owner.at, p->owner.size);
    return view_of(buffer, n);
}

static void seal_into(const uint8_t *r, const uint8_t *section_key, const struct secretbox_place *place,
                      struct view plain, struct bytes *out)
{
    uint8_t info[INFO_MAX];
    uint8_t *at = bytes_reserve(out, plain.size + SECRETBOX_OVERHEAD);

    box_seal(section_key, store_info(place, info), r, plain, at);
    out->size += plain.size + SECRETBOX_OVERHEAD;
}

void secretbox_seal(const uint8_t section_key[static SECRETBOX_KEY_SIZE], const struct secretbox_place *place,
                    struct view plain, struct bytes *out)
{
    seal_into(NULL, section_key, place, plain, out);
}

void secretbox_seal_fixed(const uint8_t r[static 32], const uint8_t section_key[static SECRETBOX_KEY_SIZE],
                          const struct secretbox_place *place, struct view plain, struct bytes *out)
{
    seal_into(r, section_key, place, plain, out);
}

static bool open_into(const uint8_t *section_key, const struct secretbox_place *place, struct view stored, uint8_t *out,
                      struct error *err)
{
    uint8_t info[INFO_MAX];

    if (!box_open(section_key, store_info(place, info), stored, out))
        return error_set(err, E_KEY_15, "the sealed %s.%s of row %llu does not open", place->table, place->column,
                         (unsigned long long)place->row);
    return true;
}

static bool long_enough(const struct secretbox_place *place, struct view stored, struct error *err)
{
    if (stored.size < SECRETBOX_OVERHEAD)
        return error_set(err, E_KEY_15, "the sealed %s.%s of row %llu is only %zu bytes long", place->table,
                         place->column, (unsigned long long)place->row, stored.size);
    return true;
}

bool secretbox_open_bytes(const uint8_t section_key[static SECRETBOX_KEY_SIZE], const struct secretbox_place *place,
                          struct view stored, struct bytes *out, struct error *err)
{
    if (!long_enough(place, stored, err) ||
        !open_into(section_key, place, stored, bytes_reserve(out, stored.size - SECRETBOX_OVERHEAD), err))
        return false;
    out->size += stored.size - SECRETBOX_OVERHEAD;
    return true;
}

/* `refex/wrap/v1\n` ‖ u64 generation ‖ u64 slot. */
#define WRAP_LABEL "refex/wrap/v1\n"
#define WRAP_INFO  (sizeof WRAP_LABEL - 1 + 16)

static struct view wrap_info(uint64_t generation, uint64_t slot, uint8_t buffer[static WRAP_INFO])
{
    memcpy(buffer, WRAP_LABEL, sizeof WRAP_LABEL - 1);
    write_u64(buffer + WRAP_INFO - 16, generation);
    write_u64(buffer + WRAP_INFO - 8, slot);
    return view_of(buffer, WRAP_INFO);
}

static void wrap_with(const uint8_t *r, const uint8_t *storage_key, uint64_t generation, uint64_t slot,
                      const uint8_t *key, uint8_t *out)
{
    uint8_t info[WRAP_INFO];

    box_seal(storage_key, wrap_info(generation, slot, info), r, view_of(key, SECRETBOX_KEY_SIZE), out);
}

void secretbox_wrap(const uint8_t storage_key[static SECRETBOX_KEY_SIZE], uint64_t generation, uint64_t slot,
                    const uint8_t key[static SECRETBOX_KEY_SIZE], uint8_t out[static SECRETBOX_WRAPPED_SIZE])
{
    wrap_with(NULL, storage_key, generation, slot, key, out);
}

void secretbox_wrap_fixed(const uint8_t r[static 32], const uint8_t storage_key[static SECRETBOX_KEY_SIZE],
                          uint64_t generation, uint64_t slot, const uint8_t key[static SECRETBOX_KEY_SIZE],
                          uint8_t out[static SECRETBOX_WRAPPED_SIZE])
{
    wrap_with(r, storage_key, generation, slot, key, out);
}

bool secretbox_unwrap(const uint8_t storage_key[static SECRETBOX_KEY_SIZE], uint64_t generation, uint64_t slot,
                      const uint8_t wrapped[static SECRETBOX_WRAPPED_SIZE], uint8_t key[static SECRETBOX_KEY_SIZE])
{
    uint8_t info[WRAP_INFO];

    return box_open(storage_key, wrap_info(generation, slot, info), view_of(wrapped, SECRETBOX_WRAPPED_SIZE), key);
}
