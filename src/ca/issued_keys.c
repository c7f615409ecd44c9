#include "ca/issued_keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct entry {
    struct address agency;
    struct stat file; /* as it was when it was read; zeros: there was none */
    struct bytes keys;
};

struct issued_keys {
    struct entry *entries;
    size_t count;
    size_t room;
};

struct issued_keys *issued_keys_new(void)
{
    return xnew(sizeof(struct issued_keys));
}

void issued_keys_free(struct issued_keys *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->count; i++)
        bytes_fini(&k->entries[i].keys);
    free(k->entries);
    free(k);
}

/* --- what is kept --- */

static bool on_issued_keep(void *cookie, const struct certificate *c)
{
    bytes_append(cookie, c->public_key, KEY_SIZE);
    return true;
}

/* A file is replaced whole: another one has another number, and one of the same number was changed at another time. */
static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The entry of AGENCY, which is made; at PLACE or behind it where the members are those of before. */
static struct entry *find_entry(struct issued_keys *k, const struct address *agency, size_t place)
{
    for (size_t i = 0; i < k->count; i++) {
        struct entry *e = &k->entries[(place + i) % k->count];

        if (address_equal(&e->agency, agency))
            return e;
    }
    if (k->count == k->room) {
        k->room = k->room == 0 ? 16 : 2 * k->room;
        k->entries = xrealloc(k->entries, k->room * sizeof *k->entries);
    }
    k->entries[k->count] = (struct entry){.agency = *agency};
    return &k->entries[k->count++];
}

static bool read_entry(const struct federation_home *h, struct entry *e, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct stat now = {0};

    if (!federation_home_issued_path(h, &e->agency, path, err))
        return false;
    if (stat(path, &now) != 0)
        now = (struct stat){0};
    if (is_same_file(&now, &e->file))
        return true;
    bytes_clear(&e->keys);
    e->file = (struct stat){0};
    if (!member_list_each_issued(h, &e->agency, on_issued_keep, &e->keys, err))
        return false;
    e->file = now;
    return true;
}

static bool has_one_of(const struct entry *e, const uint8_t (*keys)[KEY_SIZE], size_t count)
{
    for (size_t i = 0; i < e->keys.size; i += KEY_SIZE)
        for (size_t k = 0; k < count; k++)
            if (memcmp(e->keys.at + i, keys[k], KEY_SIZE) == 0)
                return true;
    return false;
}

/* --- what is asked --- */

struct search {
    const uint8_t (*keys)[KEY_SIZE];
    size_t count;
    member_list_issued_fn *on_issued;
    void *cookie;
    bool ended;
};

static bool on_issued_search(void *cookie, const struct certificate *c)
{
    struct search *s = cookie;

    for (size_t k = 0; k < s->count && !s->ended; k++)
        if (memcmp(c->public_key, s->keys[k], KEY_SIZE) == 0)
            s->ended = !s->on_issued(s->cookie, c);
    return !s->ended;
}

bool issued_keys_each(const struct federation_home *h, const uint8_t (*keys)[KEY_SIZE], size_t count,
                      member_list_issued_fn *on_issued, void *cookie, struct error *err)
{
    struct search s = {.keys = keys, .count = count, .on_issued = on_issued, .cookie = cookie};
    const struct directory *d = &h->directory;

    for (size_t i = 0; i < d->member_count && !s.ended; i++) {
        const struct address *agency = &d->members[i].agency;

        if (h->issued_keys != NULL) {
            struct entry *e = find_entry(h->issued_keys, agency, i);

            if (!read_entry(h, e, err))
                return false;
            if (!has_one_of(e, keys, count))
                continue;
        }
        if (!member_list_each_issued(h, agency, on_issued_search, &s, err))
            return false;
    }
    return true;
}
