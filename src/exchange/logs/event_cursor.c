#include "exchange/logs/event_cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/control_values.h"

_Static_assert(EVENT_CURSOR_TEXT == 2 * (20 + 1 + 16) + 2 + 1, "two of the longest numbers, each with its leaf");
_Static_assert(EVENT_CURSOR_TEXT - 1 <= CONTROL_CURSOR_MAX, "each fits into the field of an event");

static bool read_place(struct view text, struct event_place *out)
{
    struct view size;

    *out = (struct event_place){0};
    if (!text_split(&text, '.', &size) || !text_read_u64(size, &out->size))
        return false;
    return out->size == 0 ? text.at == NULL : text.at != NULL && text_read_hex(text, out->leaf, sizeof out->leaf);
}

bool event_cursor_read(struct view text, struct event_cursor *out)
{
    struct view first;

    *out = (struct event_cursor){0};
    if (!text_split(&text, '-', &first) || text.at == NULL || !read_place(first, &out->in[LOG_EXCHANGE]))
        return false;
    if (text.size != 0 && text.at[0] == '+') {
        out->is_handed = true;
        text = view_of(text.at + 1, text.size - 1);
    }
    return read_place(text, &out->in[LOG_HOUSE]) && (!out->is_handed || out->in[LOG_HOUSE].size != 0);
}

static int write_place(const struct event_place *p, char *out, size_t size)
{
    char leaf[2 * sizeof p->leaf + 1];

    if (p->size == 0)
        return snprintf(out, size, "0");
    text_write_hex(p->leaf, sizeof p->leaf, leaf);
    return snprintf(out, size, "%llu.%s", (unsigned long long)p->size, leaf);
}

void event_cursor_write(const struct event_cursor *c, char out[static EVENT_CURSOR_TEXT])
{
    int n = write_place(&c->in[LOG_EXCHANGE], out, EVENT_CURSOR_TEXT);

    out[n++] = '-';
    if (c->is_handed && c->in[LOG_HOUSE].size != 0)
        out[n++] = '+';
    (void)write_place(&c->in[LOG_HOUSE], out + n, EVENT_CURSOR_TEXT - (size_t)n);
}

struct event_place event_place_behind(uint64_t index, const struct hash *leaf)
{
    struct event_place p = {.size = index + 1};

    memcpy(p.leaf, leaf->at, sizeof p.leaf);
    return p;
}
