#include "crypto/keys_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/secret.h"
#include "crypto/file_destroy.h"
#include "crypto/seal.h"

#define MAGIC   "refex-backup-keys\n"
#define VERSION 1
#define NAMED   46                      /* bytes of the head that its info has: all but enc */
#define HEAD    (NAMED + SEAL_ENC_SIZE) /* bytes before the first piece */
#define SEALED  (BOUND_KEYS_PIECE + SEAL_TAG_SIZE)

static void write_head(int64_t made_ms, const struct ident *key, uint8_t out[static NAMED])
{
    memcpy(out, MAGIC, 18);
    write_u32(out + 18, VERSION);
    write_u64(out + 22, (uint64_t)made_ms);
    memcpy(out + 30, key->at, IDENT_SIZE);
}

static void make_info(const uint8_t *named, struct bytes *out)
{
    bytes_append_text(out, "refex/backup-keys/v1\n");
    bytes_append(out, named, NAMED);
}

/* What is authenticated with a piece: whether others follow. */
static uint8_t mark_of(bool last)
{
    return last;
}

/* --- writing --- */

struct keys_part_writer {
    struct seal_sender *sender;
    uint32_t sequence;
    struct bytes plain; /* of the next piece */
    uint64_t missing;   /* of the item that has begun */
};

bool keys_part_writer_new(const uint8_t public_key[static 32], int64_t made_ms, struct bytes *out,
                          struct keys_part_writer **w, struct error *err)
{
    uint8_t head[HEAD];
    struct seal_sender *sender;
    struct bytes info = {0};
    struct ident id;
    bool ok;

    seal_key_id(SEAL_SUITE, public_key, &id);
    write_head(made_ms, &id, head);
    make_info(head, &info);
    ok = seal_sender_new(public_key, bytes_view(&info), head + NAMED, &sender, err);
    bytes_fini(&info);
    if (!ok)
        return false;
    bytes_append(out, head, sizeof head);
    *w = xnew(sizeof **w);
    **w = (struct keys_part_writer){.sender = sender, .plain = {.wiping = true}};
    return true;
}

static bool seal_piece(struct keys_part_writer *w, bool last, struct bytes *out, struct error *err)
{
    const uint8_t aad = mark_of(last);

    bytes_append_u32(out, (uint32_t)(w->plain.size + SEAL_TAG_SIZE));
    if (!seal_sender_seal(w->sender, w->sequence++, view_of(&aad, 1), bytes_view(&w->plain), out, err))
        return false;
    bytes_clear(&w->plain);
    return true;
}

/* The last piece is sealed by the end alone, so a full one waits until more comes. */
static bool put(struct keys_part_writer *w, struct view v, struct bytes *out, struct error *err)
{
    while (v.size > 0) {
        size_t n = BOUND_KEYS_PIECE - w->plain.size;

        if (n == 0 && !seal_piece(w, false, out, err))
            return false;
        if (n == 0)
            continue;
        n = v.size < n ? v.size : n;
        bytes_append(&w->plain, v.at, n);
        v = view_of(v.at + n, v.size - n);
    }
    return true;
}

bool keys_part_writer_item(struct keys_part_writer *w, const char *name, uint64_t size, struct bytes *out,
                           struct error *err)
{
    struct bytes head = {0};
    bool ok;

    REQUIRE(w->missing == 0 && strlen(name) <= KEYS_PART_NAME);
    bytes_append_u16(&head, (uint16_t)strlen(name));
    bytes_append_text(&head, name);
    bytes_append_u64(&head, size);
    w->missing = size;
    ok = put(w, bytes_view(&head), out, err);
    bytes_fini(&head);
    return ok;
}

bool keys_part_writer_put(struct keys_part_writer *w, struct view content, struct bytes *out, struct error *err)
{
    REQUIRE(content.size <= w->missing);
    w->missing -= content.size;
    return put(w, content, out, err);
}

bool keys_part_writer_end(struct keys_part_writer *w, struct bytes *out, struct error *err)
{
    REQUIRE(w->missing == 0);
    return seal_piece(w, true, out, err);
}

void keys_part_writer_free(struct keys_part_writer *w)
{
    if (w == NULL)
        return;
    seal_sender_free(w->sender);
    bytes_fini(&w->plain);
    free(w);
}

/* --- reading --- */

static bool is_damaged(struct error *err)
{
    return error_set(err, E_BAK_01, "the keys part of the backup is damaged or cut off");
}

static bool read_head(int fd, uint8_t head[static HEAD], struct keys_part_head *out, struct error *err)
{
    if (!file_read_at(fd, head, HEAD, 0) || memcmp(head, MAGIC, 18) != 0)
        return error_set(err, E_BAK_01, "the file is no keys part of a backup");
    if (read_u32(head + 18) != VERSION)
        return error_set(err, E_BAK_01, "the keys part is of version %u, which this refex does not know",
                         read_u32(head + 18));
    out->made_ms = (int64_t)read_u64(head + 22);
    memcpy(out->key.at, head + 30, IDENT_SIZE);
    return out->made_ms >= 0 || is_damaged(err);
}

bool keys_part_read_head(int fd, struct keys_part_head *out, struct error *err)
{
    uint8_t head[HEAD];

    return read_head(fd, head, out, err);
}

struct reading {
    keys_part_item_fn *on_item;
    void *cookie;
    struct bytes rest; /* opened, and not told yet: the beginning of an item */
    char name[KEYS_PART_NAME];
    size_t name_size; /* 0: between two items */
    uint64_t size;
    uint64_t at;
};

/* Takes name and size of the next item from the rest; *WHOLE is false where that is not all of them. */
static bool begin_item(struct reading *r, bool *whole, struct error *err)
{
    size_t name_size = r->rest.size < 2 ? 0 : read_u16(r->rest.at);

    *whole = false;
    if (r->rest.size < 2)
        return true;
    if (name_size == 0 || name_size > KEYS_PART_NAME)
        return is_damaged(err);
    if (r->rest.size < 2 + name_size + 8)
        return true;
    *whole = true;
    memcpy(r->name, r->rest.at + 2, name_size);
    r->name_size = name_size;
    r->size = read_u64(r->rest.at + 2 + name_size);
    r->at = 0;
    bytes_consume(&r->rest, 2 + name_size + 8);
    return true;
}

/* Tells what is there of the items. */
static bool tell(struct reading *r, struct error *err)
{
    for (;;) {
        bool whole = true;
        size_t n;

        if (r->name_size == 0 && !begin_item(r, &whole, err))
            return false;
        n = r->size - r->at < r->rest.size ? (size_t)(r->size - r->at) : r->rest.size;
        if (!whole || (n == 0 && r->size > 0))
            return true;
        if (!r->on_item(r->cookie, view_of(r->name, r->name_size), r->size, r->at, view_of(r->rest.at, n), err))
            return false;
        bytes_consume(&r->rest, n);
        r->at += n;
        if (r->at == r->size)
            r->name_size = 0;
    }
}

/* The piece at *AT, which is then behind it. LAST: none follows it. */
static bool read_piece(int fd, struct seal_recipient *recipient, uint32_t sequence, uint64_t *at, bool last,
                       struct bytes *out, struct error *err)
{
    const uint8_t aad = mark_of(last);
    struct bytes sealed = {0};
    uint8_t size[4];
    uint32_t n;
    bool ok = file_read_at(fd, size, sizeof size, *at);

    n = ok ? read_u32(size) : 0;
    ok = ok && n >= SEAL_TAG_SIZE && n <= SEALED;
    if (ok) {
        ok = file_read_at(fd, bytes_reserve(&sealed, n), n, *at + sizeof size);
        sealed.size = n;
    }
    ok = ok && seal_recipient_open(recipient, sequence, view_of(&aad, 1), bytes_view(&sealed), out, err);
    bytes_fini(&sealed);
    *at += sizeof size + n;
    return ok || is_damaged(err);
}

static bool next_size(int fd, uint64_t at, uint64_t *end, struct error *err)
{
    uint8_t size[4];

    if (!file_read_at(fd, size, sizeof size, at))
        return is_damaged(err);
    *end = at + sizeof size + read_u32(size);
    return true;
}

static bool read_pieces(int fd, struct seal_recipient *recipient, struct reading *r, struct error *err)
{
    uint64_t at = HEAD;
    bool last = false;
    struct stat st;

    if (fstat(fd, &st) != 0)
        return is_damaged(err);
    for (uint32_t sequence = 0; !last; sequence++) {
        uint64_t end = 0;

        if (!next_size(fd, at, &end, err))
            return false;
        last = end == (uint64_t)st.st_size;
        if (sequence == SEAL_SEQUENCE_END || !read_piece(fd, recipient, sequence, &at, last, &r->rest, err) ||
            !tell(r, err))
            return false;
    }
    return (r->name_size == 0 && r->rest.size == 0) || is_damaged(err);
}

bool keys_part_read(int fd, const struct seal_key *key, keys_part_item_fn *on_item, void *cookie,
                    struct keys_part_head *out, struct error *err)
{
    struct reading r = {.on_item = on_item, .cookie = cookie, .rest = {.wiping = true}};
    struct seal_recipient *recipient;
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct bytes info = {0};
    uint8_t head[HEAD];
    struct ident id;
    bool ok;

    if (!read_head(fd, head, out, err))
        return false;
    seal_key_public(key, public_key);
    seal_key_id(SEAL_SUITE, public_key, &id);
    if (!ident_equal(&id, &out->key))
        return error_set(err, E_BAK_02, "these words are not those that this backup was made for");
    make_info(head, &info);
    ok = seal_recipient_new(key, head + NAMED, bytes_view(&info), &recipient, err);
    bytes_fini(&info);
    if (!ok)
        return is_damaged(err);
    ok = read_pieces(fd, recipient, &r, err);
    seal_recipient_free(recipient);
    bytes_fini(&r.rest);
    return ok;
}

/* --- at its place --- */

static bool not_placed(const char *path, struct error *err)
{
    return error_set(err, E_BAK_03, "%s cannot be replaced: %s", path, strerror(errno));
}

/* File systems of sticks and shares may have no exchange of two names: there the old one steps aside first. */
static bool step_aside(const char *path, const char *new_path, const char *old_path, struct error *err)
{
    if (rename(path, old_path) != 0 || rename(new_path, path) != 0)
        return not_placed(path, err);
    return file_sync_parent(path, err) && file_destroy(old_path, err);
}

bool keys_part_clear(const char *path, const char *new_path, const char *old_path, struct error *err)
{
    if (!file_exists(path) && file_exists(old_path) && rename(old_path, path) != 0)
        return not_placed(path, err);
    return file_destroy(old_path, err) && file_destroy(new_path, err);
}

bool keys_part_replace(const char *path, const char *new_path, const char *old_path, struct error *err)
{
    if (!file_exists(path)) {
        if (rename(new_path, path) != 0)
            return not_placed(path, err);
        return file_sync_parent(path, err);
    }
    if (renameat2(AT_FDCWD, new_path, AT_FDCWD, path, RENAME_EXCHANGE) != 0)
        return step_aside(path, new_path, old_path, err);
    return file_sync_parent(path, err) && file_destroy(new_path, err);
}

bool keys_part_destroy(const char *path, bool *was, struct error *err)
{
    *was = file_exists(path);
    return file_destroy(path, err);
}
