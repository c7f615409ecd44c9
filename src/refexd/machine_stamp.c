#include "refexd/machine_stamp.h"

#include "base/file.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "exchange/home.h"

#define ID_MAX     64
#define STAMP_TEXT (2 * HASH_SIZE + 1) /* with the end of the line */

/* The machine's id is 32 hex digits and the end of the line; an image before its first start has none, or a word. */
static bool read_machine_id(const char *id, struct bytes *out)
{
    struct error err = {0};
    uint8_t raw[16];

    return file_exists(id) && file_read(id, ID_MAX, out, &err) && out->size >= 2 * sizeof raw &&
           text_read_hex(view_of(out->at, 2 * sizeof raw), raw, sizeof raw);
}

/* False: it cannot be said. */
static bool make_stamp(const char *home, const char *id, char out[static STAMP_TEXT])
{
    struct bytes machine = {0};
    struct error err = {0};
    struct ident node;
    struct hash stamp;
    bool ok = read_machine_id(id, &machine) && home_read_node(home, &node, &err);

    if (ok) {
        const struct view parts[] = {view_of_text("refex machine"), view_of(machine.at, 32),
                                     view_of(node.at, sizeof node.at)};

        digest_parts(parts, sizeof parts / sizeof parts[0], &stamp);
        text_write_hex(stamp.at, sizeof stamp.at, out);
    }
    bytes_fini(&machine);
    return ok;
}

enum machine_is machine_stamp_compare(const char *home, const char *id)
{
    enum machine_is is = MACHINE_UNKNOWN;
    char path[FILE_PATH_MAX];
    char stamp[STAMP_TEXT];
    struct bytes text = {0};
    struct error err = {0};

    if (make_stamp(home, id, stamp) && file_join_path(path, home, MACHINE_STAMP, &err) && file_exists(path) &&
        file_read(path, STAMP_TEXT, &text, &err))
        is = text.size == STAMP_TEXT && view_equal(view_of(text.at, STAMP_TEXT - 1), view_of_text(stamp))
                 ? MACHINE_SAME
                 : MACHINE_OTHER;
    bytes_fini(&text);
    return is;
}

bool machine_stamp_write(const char *home, const char *id, struct error *err)
{
    char path[FILE_PATH_MAX];
    char stamp[STAMP_TEXT + 1];

    if (!make_stamp(home, id, stamp))
        return true;
    if (!file_join_path(path, home, MACHINE_STAMP, err))
        return false;
    stamp[STAMP_TEXT - 1] = '\n';
    return file_exists(path) || file_write(path, view_of(stamp, STAMP_TEXT), 0600, err);
}
