#include "raw.h"

#include <string.h>

static void varint(struct bytes *b, uint64_t n)
{
    for (; n > 0x7F; n >>= 7)
        bytes_append_u8(b, (uint8_t)(n | 0x80));
    bytes_append_u8(b, (uint8_t)n);
}

void raw_number(struct bytes *b, unsigned field, uint64_t n)
{
    varint(b, (uint64_t)field << 3);
    varint(b, n);
}

void raw_bytes(struct bytes *b, unsigned field, struct view v)
{
    varint(b, (uint64_t)field << 3 | 2);
    varint(b, v.size);
    bytes_append_view(b, v);
}

void raw_text(struct bytes *b, unsigned field, const char *text)
{
    raw_bytes(b, field, view_of_text(text));
}

void raw_fill(struct bytes *b, unsigned field, uint8_t value, size_t size)
{
    varint(b, (uint64_t)field << 3 | 2);
    varint(b, size);
    memset(bytes_reserve(b, size), value, size);
    b->size += size;
}
