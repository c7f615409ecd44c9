#include "crypto/data_keys.h"

#include "crypto/box.h"
#include "crypto/data_keys_inside.h"
#include "crypto/file_destroy.h"
#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK 512 /* slots written at a time */
/* The first slot has a place of its own: what lies under it, of the node itself, is needed whatever the disk gives. */
static struct cached_data_key *cached_at(struct data_keys *s, uint64_t slot)
{
    return (struct cached_data_key *)(void *)s->cache.at + (slot == 0 ? 0 : 1 + slot % (DATA_KEYS_CACHE - 1));
}

bool data_keys_disk_failed(const char *path, struct error *err)
{
    return error_set(err, errno == ENOSPC ? E_STO_03 : E_KEY_11, "%s cannot be written: %s", path, strerror(errno));
}

/* --- filling --- */

bool data_keys_write_slots(int fd, uint64_t first, uint64_t end, data_keys_wrap_fn *wrap, void *from)
{
    static uint8_t chunk[CHUNK * SECRETBOX_WRAPPED_SIZE];

    while (first < end) {
        uint64_t n = end - first < CHUNK ? end - first : CHUNK;

        for (uint64_t i = 0; i < n; i++)
            if (!wrap(from, first + i, chunk + i * SECRETBOX_WRAPPED_SIZE))
                return false;
        if (!file_write_at(fd, view_of(chunk, n * SECRETBOX_WRAPPED_SIZE), data_keys_layout_offset(first)))
            return false;
        first += n;
    }
    return true;
}

struct filling {
    const uint8_t *storage_key;
    uint64_t generation;
};

static bool wrap_random(void *from, uint64_t slot, uint8_t out[static SECRETBOX_WRAPPED_SIZE])
{
    const struct filling *f = from;
    uint8_t key[SECRETBOX_KEY_SIZE];

    random_fill(&random_real, key, sizeof key);
    secretbox_wrap(f->storage_key, f->generation, slot, key, out);
    secret_wipe(key, sizeof key);
    return true;
}

bool data_keys_write_random(int fd, uint64_t first, uint64_t end, const uint8_t *storage_key, uint64_t generation)
{
    struct filling filling = {storage_key, generation};

    return data_keys_write_slots(fd, first, end, wrap_random, &filling);
}

static bool fill_slots(struct data_keys_layout *f, const uint8_t *storage_key, uint64_t count)
{
    /* The count follows when the slots are on the disk: a crash before it leaves the file as it was. */
    return data_keys_write_random(f->fd, f->count, f->count + count, storage_key, f->generation) &&
           fdatasync(f->fd) == 0 && data_keys_layout_write_count(f, f->count + count);
}

static bool make_new_path(const char *path, char new_path[static FILE_PATH_MAX], struct error *err)
{
    int n = snprintf(new_path, FILE_PATH_MAX, "%s.new", path);

    if (n < 0 || n >= FILE_PATH_MAX)
        return error_set(err, E_FIL_02, "the path is longer than %d bytes", FILE_PATH_MAX - 5);
    return true;
}

bool data_keys_create(const char *path, const struct secret *storage_key, uint64_t generation, uint64_t count,
                      struct error *err)
{
    struct data_keys_layout f = {.fd = -1, .generation = generation};
    char new_path[FILE_PATH_MAX];
    bool ok;

    REQUIRE(storage_key->size == SECRETBOX_KEY_SIZE && count <= DATA_KEYS_MAX);
    if (!make_new_path(path, new_path, err))
        return false;
    if (file_exists(path))
        return error_set(err, E_KEY_04, "%s is there already", path);
    f.fd = open(new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f.fd < 0)
        return data_keys_disk_failed(path, err);
    ok = data_keys_layout_write_header(&f, storage_key->at) && fill_slots(&f, storage_key->at, count) &&
         fsync(f.fd) == 0;
    ok = ok && renameat2(AT_FDCWD, new_path, AT_FDCWD, path, RENAME_NOREPLACE) == 0;
    if (!ok) {
        data_keys_disk_failed(path, err);
        (void)unlink(new_path);
    }
    (void)close(f.fd);
    return ok && file_sync_parent(path, err);
}

/* --- opening --- */

static int open_file(const char *path, int flags, struct error *err)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        (void)file_refuse_unread_key(path, err);
    if (fd < 0 || file_is_private(fd))
        return fd;
    (void)close(fd);
    error_set(err, E_KEY_02, "%s is not a file that only its owner can read", path);
    return -1;
}

bool data_keys_read_generation(const char *path, uint64_t *out, struct error *err)
{
    struct data_keys_layout f = {.fd = open_file(path, O_RDONLY, err)};
    bool ok;

    if (f.fd < 0)
        return false;
    ok = data_keys_layout_read(&f, path, err);
    (void)close(f.fd);
    if (ok)
        *out = f.generation;
    return ok;
}

/* One process at a time, and that on the file which bears the name now: a re-wrap may have replaced the one we opened.
 */
static bool lock_file(int fd, const char *path, struct error *err)
{
    struct stat ours;
    struct stat named;

    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return error_set(err, E_KEY_08, "%s is in use by another program", path);
    if (fstat(fd, &ours) != 0 || stat(path, &named) != 0 || ours.st_ino != named.st_ino || ours.st_dev != named.st_dev)
        return error_set(err, E_KEY_08, "%s was replaced while it was opened", path);
    return true;
}

static bool read_and_check(struct data_keys_layout *f, const char *path, const struct secret *storage_key,
                           struct error *err)
{
    bool fits;

    if (!data_keys_layout_read(f, path, err) || !data_keys_layout_key_fits(f, storage_key->at, &fits, err))
        return false;
    if (!fits)
        return error_set(err, E_KEY_17, "%s was not wrapped by this storage key (generation %llu is needed)", path,
                         (unsigned long long)f->generation);
    return true;
}

bool data_keys_open(const char *path, const struct secret *storage_key, struct data_keys **out, struct error *err)
{
    struct data_keys *s = xnew(sizeof *s);

    REQUIRE(storage_key->size == SECRETBOX_KEY_SIZE);
    s->file.fd = -1;
    if (!make_new_path(path, s->new_path, err))
        goto fail;
    (void)snprintf(s->path, sizeof s->path, "%s", path);
    s->file.fd = open_file(path, O_RDWR, err);
    /* What lies at new_path is a re-wrap that was not finished, or the old file of one that was: neither is needed. */
    if (s->file.fd < 0 || !lock_file(s->file.fd, path, err) || !read_and_check(&s->file, path, storage_key, err) ||
        !file_destroy(s->new_path, err))
        goto fail;
    secret_copy(&s->storage_key, secret_view(storage_key));
    secret_new(&s->cache, DATA_KEYS_CACHE * sizeof(struct cached_data_key));
    *out = s;
    return true;
fail:
    if (s->file.fd >= 0)
        (void)close(s->file.fd);
    free(s);
    return false;
}

void data_keys_close(struct data_keys *s)
{
    if (s == NULL)
        return;
    if (s->rewrap.state != REWRAP_NONE)
        (void)close(s->rewrap.file.fd); /* what lies there is destroyed at the next open */
    (void)close(s->file.fd);
    secret_fini(&s->rewrap.key);
    secret_fini(&s->cache);
    secret_fini(&s->storage_key);
    free(s);
}

uint64_t data_keys_count(const struct data_keys *s)
{
    return s->file.count;
}

uint64_t data_keys_size(const struct data_keys *s)
{
    return data_keys_layout_offset(s->file.count);
}

uint64_t data_keys_generation(const struct data_keys *s)
{
    return s->file.generation;
}

bool data_keys_grow(struct data_keys *s, uint64_t count, struct error *err)
{
    REQUIRE(count <= DATA_KEYS_MAX - s->file.count);
    return fill_slots(&s->file, s->storage_key.at, count) || data_keys_disk_failed(s->path, err);
}

/* --- using --- */

static bool has_slot(const struct data_keys *s, uint64_t slot, struct error *err)
{
    if (slot >= s->file.count)
        return error_set(err, E_KEY_10, "there is no slot %llu in %s", (unsigned long long)slot, s->path);
    return true;
}

/* Whether slot opens: then its key is in the cache. */
static bool load_key(struct data_keys *s, uint64_t slot, bool *opens, struct error *err)
{
    struct cached_data_key *c = cached_at(s, slot);
    uint8_t wrapped[SECRETBOX_WRAPPED_SIZE];

    *opens = true;
    if (c->slot_and_one == slot + 1)
        return true;
    if (!file_read_at(s->file.fd, wrapped, sizeof wrapped, data_keys_layout_offset(slot)))
        return error_set(err, E_KEY_21, "%s cannot be read: %s", s->path, strerror(errno));
    *opens = secretbox_unwrap(s->storage_key.at, s->file.generation, slot, wrapped, c->key);
    c->slot_and_one = *opens ? slot + 1 : 0;
    return true;
}

bool data_keys_get(struct data_keys *s, uint64_t slot, struct secret *out, struct error *err)
{
    bool opens;

    if (!has_slot(s, slot, err) || !load_key(s, slot, &opens, err))
        return false;
    if (!opens)
        return error_set(err, E_KEY_09, "the key in slot %llu was erased", (unsigned long long)slot);
    secret_copy(out, view_of(cached_at(s, slot)->key, SECRETBOX_KEY_SIZE));
    return true;
}

bool data_keys_is_erased(struct data_keys *s, uint64_t slot)
{
    struct error err;
    bool opens;

    return slot < s->file.count && load_key(s, slot, &opens, &err) && !opens;
}

bool data_keys_is_read(struct data_keys *s, uint64_t slot, struct error *err)
{
    bool opens;

    return slot >= s->file.count || load_key(s, slot, &opens, err);
}

static bool overwrite_slot(struct data_keys *s, uint64_t slot)
{
    struct cached_data_key *c = cached_at(s, slot);
    uint8_t noise[SECRETBOX_WRAPPED_SIZE];

    random_fill(&random_real, noise, sizeof noise);
    if (c->slot_and_one == slot + 1)
        secret_wipe(c, sizeof *c);
    return file_write_at(s->file.fd, view_of(noise, sizeof noise), data_keys_layout_offset(slot)) &&
           data_keys_rewrap_overwrite(s, slot, view_of(noise, sizeof noise));
}

bool data_keys_erase_many(struct data_keys *s, const uint64_t *slots, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!has_slot(s, slots[i], err))
            return false;
    box_wipe();
    for (size_t i = 0; i < count; i++)
        if (!overwrite_slot(s, slots[i]))
            return data_keys_disk_failed(s->path, err);
    if (fdatasync(s->file.fd) != 0 || (s->rewrap.state != REWRAP_NONE && fdatasync(s->rewrap.file.fd) != 0))
        return data_keys_disk_failed(s->path, err);
    return true;
}

bool data_keys_erase(struct data_keys *s, uint64_t slot, struct error *err)
{
    return data_keys_erase_many(s, &slot, 1, err);
}
