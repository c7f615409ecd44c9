#ifndef CRYPTO_DATA_KEYS_INSIDE_H
#define CRYPTO_DATA_KEYS_INSIDE_H
/* What data_keys.c and data_keys_rewrap.c share.
 *
 * Floor: crypto. For these two files only.
 */

#include "base/file.h"
#include "base/secret.h"
#include "crypto/data_keys.h"
#include "crypto/data_keys_layout.h"
#include "crypto/secretbox.h"

#define DATA_KEYS_CACHE 256 /* keys kept unwrapped: those of the last referrals; 10 KiB of locked memory */

struct cached_data_key {
    uint64_t slot_and_one; /* 0: empty */
    uint8_t key[SECRETBOX_KEY_SIZE];
};

/* A re-wrap under way: the file at new_path is made; then, when the two have changed names, the old one is destroyed
 * there. */
struct data_keys_rewrapping {
    enum { REWRAP_NONE, REWRAP_COPIES, REWRAP_DESTROYS } state;
    bool is_named;                /* REWRAP_DESTROYS: that they have changed names is on the disk */
    struct data_keys_layout file; /* what lies at new_path */
    struct secret key;            /* the new storage key, while its file is made */
    uint64_t next;                /* slot to be copied; byte to be overwritten */
};

struct data_keys {
    char path[FILE_PATH_MAX];
    char new_path[FILE_PATH_MAX]; /* where a re-wrap is made */
    struct data_keys_layout file;
    struct secret storage_key;
    struct secret cache; /* struct cached_data_key[DATA_KEYS_CACHE] */
    struct data_keys_rewrapping rewrap;
};

/* Makes SLOT of a file into OUT. Fails with errno. */
typedef bool data_keys_wrap_fn(void *from, uint64_t slot, uint8_t out[static SECRETBOX_WRAPPED_SIZE]);

/* Writes slots FIRST to END, each made by WRAP. Fails with errno. */
MUST_USE bool data_keys_write_slots(int fd, uint64_t first, uint64_t end, data_keys_wrap_fn *wrap, void *from);
/* The same, each with a new random key under STORAGE_KEY of GENERATION. Fails with errno. */
MUST_USE bool data_keys_write_random(int fd, uint64_t first, uint64_t end, const uint8_t *storage_key,
                                     uint64_t generation);
/* Overwrites a slot that is erased in the other file of a re-wrap, too, as far as it lies there; not synced. Fails with
 * errno. */
MUST_USE bool data_keys_rewrap_overwrite(struct data_keys *s, uint64_t slot, struct view noise);
/* E-STO-03 or E-KEY-11, by errno. Always false. */
bool data_keys_disk_failed(const char *path, struct error *err);

#endif
