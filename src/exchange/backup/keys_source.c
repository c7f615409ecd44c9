#include "exchange/backup/keys_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/file.h"
#include "crypto/data_keys.h"
#include "crypto/keys_part.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/home.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "exchange/vault_identity.h"
#include "exchange/vault_rewrap.h"
#include "store/slot_store.h"

#define PEM_MAX 4096 /* bytes of a key file in keys.d */

struct keys_source {
    struct keys_part_writer *writer;
    struct bytes head; /* sealed by now, and not given out */
    char path[FILE_PATH_MAX];
    int fd; /* of the slots */
    uint64_t generation;
    uint64_t size;
    uint64_t at;
};

static bool add(struct keys_source *s, const char *name, struct view content, struct error *err)
{
    return keys_part_writer_item(s->writer, name, content.size, &s->head, err) &&
           keys_part_writer_put(s->writer, content, &s->head, err);
}

static bool add_file(struct keys_source *s, const char *home, const char *file, const char *name, size_t max,
                     struct error *err)
{
    struct bytes content = {.wiping = true};
    char path[FILE_PATH_MAX];
    bool ok = file_join_path(path, home, file, err) && file_read(path, max, &content, err) &&
              add(s, name, bytes_view(&content), err);

    bytes_fini(&content);
    return ok;
}

/* One that `refex node rekey` made, and that is not in use yet. */
static bool add_next(struct keys_source *s, const struct exchange *x, struct error *err)
{
    return !vault_has_next_identity(x->vault) ||
           add_file(s, x->home, VAULT_IDENTITY_NEXT, KEYS_PART_NEXT, PEM_MAX, err);
}

static bool add_storage_key(struct keys_source *s, struct exchange *x, struct error *err)
{
    struct bytes content = {.wiping = true};
    bool ok;

    bytes_append_u64(&content, s->generation);
    bytes_append_view(&content, vault_storage_key(x->vault));
    ok = add(s, KEYS_PART_STORAGE_KEY, bytes_view(&content), err);
    bytes_fini(&content);
    return ok;
}

static bool add_node(struct keys_source *s, struct exchange *x, struct error *err)
{
    struct ident node;

    return home_read_node(x->home, &node, err) && add(s, KEYS_PART_NODE, ident_view(&node), err);
}

static bool add_used(struct keys_source *s, struct exchange *x, struct error *err)
{
    uint8_t used[8];

    write_u64(used, slot_store_next(x->db));
    return add(s, KEYS_PART_USED, view_of(used, sizeof used), err);
}

static bool open_slots(struct keys_source *s, struct exchange *x, struct error *err)
{
    if (!file_join_path(s->path, x->home, VAULT_SLOTS, err) || !data_keys_read_generation(s->path, &s->generation, err))
        return false;
    if (s->generation != vault_generation(x->vault))
        return error_set(err, E_BAK_07, "the keys of this node are being wrapped anew");
    s->size = vault_slots_size(x->vault);
    s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return s->fd >= 0 || error_set(err, E_KEY_01, "%s cannot be opened: %s", s->path, strerror(errno));
}

bool keys_source_open(struct exchange *x, struct keys_source **out, struct error *err)
{
    struct keys_source *s;
    uint8_t key[32];
    bool found;
    bool ok;

    if (!exchange_backup_find_words(x, key, &found, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_06, "no recovery words were made");
    s = xnew(sizeof *s);
    *s = (struct keys_source){.fd = -1};
    ok = open_slots(s, x, err) && keys_part_writer_new(key, tick_record_ms(x), &s->head, &s->writer, err) &&
         add_storage_key(s, x, err) && add_node(s, x, err) &&
         add_file(s, x->home, VAULT_IDENTITY, KEYS_PART_IDENTITY, PEM_MAX, err) && add_next(s, x, err) &&
         add_file(s, x->home, VAULT_TRANSPORT, KEYS_PART_TRANSPORT, PEM_MAX, err) &&
         add_file(s, x->home, HOME_CONF, KEYS_PART_CONF, BOUND_CONFIG, err) && add_used(s, x, err) &&
         keys_part_writer_item(s->writer, KEYS_PART_SLOTS, s->size, &s->head, err);
    if (!ok) {
        keys_source_close(s);
        return false;
    }
    *out = s;
    return true;
}

/* The whole of it is of one generation. */
static bool end(struct keys_source *s, struct bytes *out, struct error *err)
{
    uint64_t generation;

    if (!data_keys_read_generation(s->path, &generation, err))
        return false;
    if (generation != s->generation)
        return error_set(err, E_BAK_07, "the keys of this node were wrapped anew meanwhile");
    return keys_part_writer_end(s->writer, out, err);
}

bool keys_source_next(struct keys_source *s, struct bytes *out, bool *more, struct error *err)
{
    size_t n = s->size - s->at < BOUND_KEYS_PIECE ? (size_t)(s->size - s->at) : BOUND_KEYS_PIECE;
    uint8_t *at = xnew(BOUND_KEYS_PIECE);
    bool ok;

    bytes_append_view(out, bytes_view(&s->head));
    bytes_clear(&s->head);
    ok = file_read_at(s->fd, at, n, s->at) || error_set(err, E_KEY_21, "the keys cannot be read: %s", strerror(errno));
    ok = ok && keys_part_writer_put(s->writer, view_of(at, n), out, err);
    free(at); /* wrapped: nothing in it opens without the storage key */
    s->at += n;
    *more = s->at < s->size;
    return ok && (*more || end(s, out, err));
}

void keys_source_progress(const struct keys_source *s, uint64_t *done, uint64_t *total)
{
    *done = s->at / BOUND_KEYS_PIECE;
    *total = (s->size + BOUND_KEYS_PIECE - 1) / BOUND_KEYS_PIECE;
}

void keys_source_close(struct keys_source *s)
{
    if (s == NULL)
        return;
    keys_part_writer_free(s->writer);
    bytes_fini(&s->head);
    if (s->fd >= 0)
        (void)close(s->fd);
    free(s);
}
