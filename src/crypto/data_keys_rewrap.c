/* Another storage key for the keys file, a part at a time: a new file is made beside the old one, the two change names,
 * the old one is overwritten and removed. */
#include "crypto/data_keys_inside.h"

#include "crypto/box.h"
#include "crypto/file_destroy.h"
#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPIED    256   /* slots a part: about 2 ms */
#define DESTROYED 65536 /* bytes a part */

bool data_keys_is_rewrapping(const struct data_keys *s)
{
    return s->rewrap.state != REWRAP_NONE;
}

bool data_keys_is_unsure(const struct data_keys *s)
{
    return s->rewrap.state == REWRAP_DESTROYS && !s->rewrap.is_named;
}

bool data_keys_rewrap_overwrite(struct data_keys *s, uint64_t slot, struct view noise)
{
    const struct data_keys_rewrapping *r = &s->rewrap;
    uint64_t end = r->state == REWRAP_COPIES ? r->next : r->file.count;

    return r->state == REWRAP_NONE || slot >= end || file_write_at(r->file.fd, noise, data_keys_layout_offset(slot));
}

static void end_rewrap(struct data_keys *s)
{
    if (s->rewrap.file.fd >= 0)
        (void)close(s->rewrap.file.fd);
    secret_fini(&s->rewrap.key);
    s->rewrap = (struct data_keys_rewrapping){.state = REWRAP_NONE};
}

/* The old file is unchanged; what was written of the new one is removed, now or at the next open. */
static bool drop(struct data_keys *s)
{
    struct error unused;
    bool gone;

    end_rewrap(s);
    gone = file_destroy(s->new_path, &unused);
    (void)gone; /* the failure before this one is reported */
    return false;
}

bool data_keys_rewrap_begin(struct data_keys *s, const struct secret *new_key, uint64_t generation, struct error *err)
{
    struct data_keys_rewrapping *r = &s->rewrap;

    REQUIRE(r->state == REWRAP_NONE && new_key->size == SECRETBOX_KEY_SIZE && generation > s->file.generation);
    if (!file_destroy(s->new_path, err)) /* of one that was dropped when the disk took nothing */
        return false;
    *r = (struct data_keys_rewrapping){.state = REWRAP_COPIES, .file = {.generation = generation}};
    r->file.fd = open(s->new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (r->file.fd < 0 || flock(r->file.fd, LOCK_EX | LOCK_NB) != 0 ||
        !data_keys_layout_write_header(&r->file, new_key->at)) {
        data_keys_disk_failed(s->new_path, err);
        return drop(s);
    }
    secret_copy(&r->key, secret_view(new_key));
    return true;
}

/* --- making the new file --- */

struct copying {
    struct data_keys *s;
    bool is_unread; /* the disk did not give a slot */
};

static bool rewrap_slot(void *from, uint64_t slot, uint8_t out[static SECRETBOX_WRAPPED_SIZE])
{
    struct copying *c = from;
    const struct data_keys_layout *old = &c->s->file;
    const struct data_keys_rewrapping *r = &c->s->rewrap;
    uint8_t wrapped[SECRETBOX_WRAPPED_SIZE];
    uint8_t key[SECRETBOX_KEY_SIZE];

    c->is_unread = !file_read_at(old->fd, wrapped, sizeof wrapped, data_keys_layout_offset(slot));
    if (c->is_unread)
        return false;
    if (secretbox_unwrap(c->s->storage_key.at, old->generation, slot, wrapped, key))
        secretbox_wrap(r->key.at, r->file.generation, slot, key, out);
    else
        random_fill(&random_real, out, SECRETBOX_WRAPPED_SIZE); /* erased stays erased */
    secret_wipe(key, sizeof key);
    return true;
}

static bool copy_some(struct data_keys *s, struct error *err)
{
    struct data_keys_rewrapping *r = &s->rewrap;
    uint64_t end = s->file.count - r->next < COPIED ? s->file.count : r->next + COPIED;
    struct copying copying = {.s = s};

    if (!data_keys_write_slots(r->file.fd, r->next, end, rewrap_slot, &copying) || fdatasync(r->file.fd) != 0) {
        if (copying.is_unread)
            error_set(err, E_KEY_21, "%s cannot be read", s->path);
        else
            data_keys_disk_failed(s->new_path, err);
        return drop(s);
    }
    r->next = end;
    return true;
}

/* --- taking it --- */

/* Those that have another key now are not in the cache any more. */
static void forget_from(struct data_keys *s, uint64_t first)
{
    struct cached_data_key *c = (struct cached_data_key *)(void *)s->cache.at;

    for (size_t i = 0; i < DATA_KEYS_CACHE; i++)
        if (c[i].slot_and_one > first)
            secret_wipe(&c[i], sizeof c[i]);
}

static bool take_new_file(struct data_keys *s, uint64_t first_unused, struct error *err)
{
    struct data_keys_rewrapping *r = &s->rewrap;
    struct data_keys_layout old = s->file;
    uint64_t first = first_unused < old.count ? first_unused : old.count;

    if (!data_keys_write_random(r->file.fd, first, old.count, r->key.at, r->file.generation) ||
        !data_keys_layout_write_count(&r->file, old.count)) { /* which syncs all of it */
        data_keys_disk_failed(s->new_path, err);
        return drop(s);
    }
    if (renameat2(AT_FDCWD, s->new_path, AT_FDCWD, s->path, RENAME_EXCHANGE) != 0) {
        data_keys_disk_failed(s->path, err);
        return drop(s);
    }
    s->file = r->file;
    secret_fini(&s->storage_key);
    s->storage_key = r->key;
    forget_from(s, first);
    box_wipe();
    *r = (struct data_keys_rewrapping){.state = REWRAP_DESTROYS, .file = old};
    r->is_named = file_sync_parent(s->path, err);
    return r->is_named;
}

/* --- destroying the old one --- */

static bool destroy_some(struct data_keys *s, bool *done, struct error *err)
{
    struct data_keys_rewrapping *r = &s->rewrap;
    static uint8_t noise[DESTROYED];
    struct stat st;
    uint64_t left;
    size_t n;

    if (fstat(r->file.fd, &st) != 0)
        return data_keys_disk_failed(s->new_path, err);
    left = (uint64_t)st.st_size - r->next;
    n = left < sizeof noise ? (size_t)left : sizeof noise;
    random_fill(&random_real, noise, n);
    if (!file_write_at(r->file.fd, view_of(noise, n), r->next) || fdatasync(r->file.fd) != 0)
        return data_keys_disk_failed(s->new_path, err);
    r->next += n;
    if (r->next < (uint64_t)st.st_size)
        return true;
    if (unlink(s->new_path) != 0 && errno != ENOENT)
        return data_keys_disk_failed(s->new_path, err);
    end_rewrap(s);
    *done = true;
    return file_sync_parent(s->path, err);
}

bool data_keys_rewrap_step(struct data_keys *s, uint64_t first_unused, bool *done, struct error *err)
{
    REQUIRE(s->rewrap.state != REWRAP_NONE && !data_keys_is_unsure(s));
    *done = false;
    if (s->rewrap.state == REWRAP_DESTROYS)
        return destroy_some(s, done, err);
    return s->rewrap.next < s->file.count ? copy_some(s, err) : take_new_file(s, first_unused, err);
}
