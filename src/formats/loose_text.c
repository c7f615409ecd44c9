#include "formats/loose_text.h"

#include "base/text.h"

#include <string.h>

/* How many bytes at the front of V are one blank; 0 if it begins with none. */
static size_t blank_at(struct view v)
{
    /* no-break space, figure space, narrow no-break space, zero width space, byte order mark */
    static const char *const wide[] = {"\xC2\xA0", "\xE2\x80\x87", "\xE2\x80\xAF", "\xE2\x80\x8B", "\xEF\xBB\xBF"};

    if (v.size > 0 && (*v.at == ' ' || *v.at == '\t' || *v.at == '\r' || *v.at == '\n'))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        size_t size = strlen(wide[i]);

        if (v.size >= size && memcmp(v.at, wide[i], size) == 0)
            return size;
    }
    return 0;
}

static struct view skip(struct view v, size_t size)
{
    return view_of(v.at + size, v.size - size);
}

struct view loose_text_trim(struct view v)
{
    size_t blank;

    while ((blank = blank_at(v)) != 0)
        v = skip(v, blank);
    while (v.size > 0) {
        size_t n = v.size < 3 ? v.size : 3; /* no blank is longer */

        while (n > 0 && blank_at(skip(v, v.size - n)) != n)
            n--;
        if (n == 0)
            break;
        v.size -= n;
    }
    return v;
}

/* The next character of V as it is compared, and *SIZE, how many bytes it takes: blanks are one blank. */
static uint8_t next_folded(struct view v, size_t *size)
{
    static const char right_quote[] = "\xE2\x80\x99";
    size_t blank;

    *size = 0;
    while ((blank = blank_at(skip(v, *size))) != 0)
        *size += blank;
    if (*size != 0)
        return ' ';
    if (v.size >= 3 && memcmp(v.at, right_quote, 3) == 0) {
        *size = 3;
        return '\'';
    }
    *size = 1;
    return *v.at >= 'A' && *v.at <= 'Z' ? (uint8_t)(*v.at - 'A' + 'a') : *v.at;
}

bool loose_text_is(struct view v, const char *text)
{
    struct view t = view_of_text(text);
    size_t n;
    size_t m;

    v = loose_text_trim(v);
    while (v.size > 0 && t.size > 0) {
        if (next_folded(v, &n) != next_folded(t, &m))
            return false;
        v = skip(v, n);
        t = skip(t, m);
    }
    return v.size == 0 && t.size == 0;
}

bool loose_text_split(struct view *rest, char separator, struct view *out)
{
    if (!text_split(rest, separator, out))
        return false;
    *out = loose_text_trim(*out);
    return true;
}
