#include "demo/demo_home.h"

#include <string.h>

#include "base/file.h"
#include "model/ident.h"

#define FILE_MAX_BYTES 67108864 /* of one file that is read whole: a demo's database has under one million */
#define SLOT_SIZE      80       /* docs/PROTOCOL.md 9: the keys file */
#define SLOTS_BEGIN    512

bool demo_home_read_slots(const char *home, struct bytes *out, struct error *err)
{
    char path[FILE_PATH_MAX];

    bytes_clear(out);
    return file_join_path(path, home, "keys", err) && file_read(path, FILE_MAX_BYTES, out, err);
}

void demo_home_compare_slots(const struct bytes *before, const struct bytes *after, size_t *differ, size_t *same)
{
    *differ = *same = 0;
    for (size_t at = SLOTS_BEGIN; at + SLOT_SIZE <= before->size && at + SLOT_SIZE <= after->size; at += SLOT_SIZE)
        *(memcmp(before->at + at, after->at + at, SLOT_SIZE) != 0 ? differ : same) += 1;
}

/* A byte pattern that only the DISCLOSED record of MESSAGE has (proto/audit.proto). HEAD: the field kind, and the tag
 * of that kind's part. One byte of its length follows. TAIL: message id and recipient. */
static void record_pattern(const struct ident *message, const char *recipient, struct bytes *head, struct bytes *tail)
{
    bytes_append(head, "\x28\x01\x82\x01", 4);
    bytes_append(tail, "\x0A\x10", 2);
    bytes_append(tail, message->at, IDENT_SIZE);
    bytes_append_u8(tail, 0x12);
    bytes_append_u8(tail, (uint8_t)strlen(recipient));
    bytes_append_text(tail, recipient);
}

static size_t falsify_bytes(struct bytes *file, const struct bytes *head, const struct bytes *tail, size_t name_offset)
{
    size_t whole = head->size + 1 + tail->size;
    size_t n = 0;

    for (size_t at = 0; at + whole <= file->size; at++) {
        uint8_t *p = file->at + at;

        if (memcmp(p, head->at, head->size) != 0 || memcmp(p + head->size + 1, tail->at, tail->size) != 0)
            continue;
        p[head->size + 1 + name_offset] ^= 3;
        n++;
    }
    return n;
}

static bool falsify_file(const char *home, const char *name, const struct bytes *head, const struct bytes *tail,
                         size_t name_offset, size_t *changed, struct error *err)
{
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    size_t n = 0;
    bool ok = file_join_path(path, home, name, err);

    if (ok && file_exists(path)) {
        ok = file_read(path, FILE_MAX_BYTES, &file, err);
        n = ok ? falsify_bytes(&file, head, tail, name_offset) : 0;
        ok = ok && (n == 0 || file_write(path, bytes_view(&file), 0600, err));
    }
    *changed += n;
    bytes_fini(&file);
    return ok;
}

bool demo_home_falsify_record(const char *home, const char *message, const char *recipient, size_t *changed,
                              struct error *err)
{
    struct bytes head = {0};
    struct bytes tail = {0};
    struct ident id;
    size_t name_offset;
    bool ok;

    *changed = 0;
    if (!ident_read(view_of_text(message), &id))
        return error_set(err, E_DEM_02, "the id of a message cannot be parsed");
    record_pattern(&id, recipient, &head, &tail);
    name_offset = tail.size - strlen(recipient); /* of its first letter */
    ok = falsify_file(home, "refex.db", &head, &tail, name_offset, changed, err) &&
         falsify_file(home, "refex.db-wal", &head, &tail, name_offset, changed, err);
    bytes_fini(&head);
    bytes_fini(&tail);
    return ok;
}
