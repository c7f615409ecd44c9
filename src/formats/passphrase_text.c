#include "formats/passphrase_text.h"

#include "base/bounds.h"
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#define FORM       (UTF8PROC_STABLE | UTF8PROC_COMPOSE)
#define DECOMPOSED 4 /* code points of one, at most, in its canonical decomposition */

/* Cuts off what an editor adds. */
static struct view without_marks(struct view line)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};

    if (line.size >= sizeof mark && memcmp(line.at, mark, sizeof mark) == 0)
        line = view_of(line.at + sizeof mark, line.size - sizeof mark);
    while (line.size > 0 && (line.at[line.size - 1] == '\n' || line.at[line.size - 1] == '\r'))
        line.size--;
    return line;
}

static bool can_be_seen(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return !utf8proc_get_property(c)->ignorable;
    }
}

/* Appends LINE, valid UTF-8, to OUT, which has as much room, each blank as a space and none at either end. */
static bool map_blanks(struct view line, struct secret *out, size_t *size, struct error *err)
{
    size_t end = 0; /* behind the last that is no blank */
    size_t n = 0;

    for (size_t i = 0; i < line.size;) {
        utf8proc_int32_t c = -1;
        utf8proc_ssize_t read = utf8proc_iterate(line.at + i, (utf8proc_ssize_t)(line.size - i), &c);

        if (read <= 0)
            return error_set(err, E_KEY_18, "the passphrase is not valid UTF-8");
        if (!can_be_seen(c))
            return error_set(err, E_KEY_18,
                             "the passphrase holds a character that cannot be seen (U+%04X), so nobody could type it "
                             "again",
                             (unsigned)c);
        i += (size_t)read;
        if (utf8proc_category(c) == UTF8PROC_CATEGORY_ZS) {
            if (n > 0)
                out->at[n++] = ' ';
            continue;
        }
        n += (size_t)utf8proc_encode_char(c, out->at + n);
        REQUIRE(n <= i); /* what was read makes room for what is written */
        end = n;
    }
    *size = end;
    return end > 0 || error_set(err, E_KEY_18, "the passphrase holds nothing but blanks");
}

/* In memory of our own: utf8proc_map would leave a copy that nobody wipes. */
static bool compose(struct view text, struct secret *out, struct error *err)
{
    const utf8proc_ssize_t max = (utf8proc_ssize_t)text.size * DECOMPOSED;
    utf8proc_ssize_t size;
    struct secret room;
    bool ok;

    secret_new(&room, ((size_t)max + 1) * sizeof(utf8proc_int32_t));
    size = utf8proc_decompose(text.at, (utf8proc_ssize_t)text.size, (utf8proc_int32_t *)(void *)room.at, max, FORM);
    ok = size >= 0 && size <= max;
    if (ok) {
        size = utf8proc_reencode((utf8proc_int32_t *)(void *)room.at, size, FORM);
        ok = size > 0;
    }
    if (!ok)
        error_set(err, E_KEY_18, "the passphrase cannot be brought to one form");
    else if (size > BOUND_PASSPHRASE)
        ok = error_set(err, E_KEY_18, "the passphrase is longer than %d bytes", BOUND_PASSPHRASE);
    else
        secret_copy(out, view_of(room.at, (size_t)size));
    secret_fini(&room);
    return ok;
}

bool passphrase_text_read(struct view line, struct secret *out, struct error *err)
{
    struct secret mapped;
    size_t size = 0;
    bool ok;

    line = without_marks(line);
    if (line.size == 0) {
        *out = (struct secret){0};
        return true;
    }
    if (!text_is_utf8(line))
        return error_set(err, E_KEY_18, "the passphrase is not valid UTF-8");
    secret_new(&mapped, line.size);
    ok = map_blanks(line, &mapped, &size, err) && compose(view_of(mapped.at, size), out, err);
    secret_fini(&mapped);
    return ok;
}
