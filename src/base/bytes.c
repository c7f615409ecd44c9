#include "base/bytes.h"

#include "base/error.h"
#include "base/secret.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_WIPING 1024 /* bytes a buffer begins with that is copied and wiped at each growth */

void *xnew(size_t size)
{
    void *at = calloc(1, size == 0 ? 1 : size);

    REQUIRE(at != NULL);
    return at;
}

void *xrealloc(void *old, size_t size)
{
    void *at = realloc(old, size == 0 ? 1 : size);

    REQUIRE(at != NULL);
    return at;
}

void bytes_fini(struct bytes *b)
{
    if (b->wiping)
        secret_wipe(b->at, b->room);
    free(b->at);
    *b = (struct bytes){.wiping = b->wiping};
}

void bytes_clear(struct bytes *b)
{
    bytes_truncate(b, 0);
}

/* realloc would leave the old bytes behind. */
static uint8_t *grow_wiping(struct bytes *b, size_t room)
{
    uint8_t *at = xrealloc(NULL, room);

    if (b->at != NULL) {
        memcpy(at, b->at, b->size);
        secret_wipe(b->at, b->room);
        free(b->at);
    }
    return at;
}

uint8_t *bytes_reserve(struct bytes *b, size_t more)
{
    size_t room = b->room;

    REQUIRE(more < SIZE_MAX / 4 && b->size < SIZE_MAX / 4);
    if (b->at == NULL || room - b->size < more) { /* also for 0 bytes: NULL + 0 is undefined */
        if (room < 64)
            room = b->wiping ? ROOM_WIPING : 64;
        while (room - b->size < more)
            room *= 2;
        b->at = b->wiping ? grow_wiping(b, room) : xrealloc(b->at, room);
        b->room = room;
    }
    return b->at + b->size;
}

void bytes_append(struct bytes *b, const void *at, size_t size)
{
    if (size == 0)
        return;
    memcpy(bytes_reserve(b, size), at, size);
    b->size += size;
}

void bytes_append_view(struct bytes *b, struct view v)
{
    bytes_append(b, v.at, v.size);
}

void bytes_append_text(struct bytes *b, const char *text)
{
    bytes_append(b, text, strlen(text));
}

void bytes_append_u8(struct bytes *b, uint8_t n)
{
    bytes_append(b, &n, 1);
}

void bytes_append_u16(struct bytes *b, uint16_t n)
{
    write_u16(bytes_reserve(b, 2), n);
    b->size += 2;
}

void bytes_append_u32(struct bytes *b, uint32_t n)
{
    write_u32(bytes_reserve(b, 4), n);
    b->size += 4;
}

void bytes_append_u64(struct bytes *b, uint64_t n)
{
    write_u64(bytes_reserve(b, 8), n);
    b->size += 8;
}

void bytes_printf(struct bytes *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    REQUIRE(n >= 0);
    (void)bytes_reserve(b, (size_t)n + 1);
    va_start(ap, fmt);
    (void)vsnprintf((char *)b->at + b->size, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->size += (size_t)n;
}

void bytes_truncate(struct bytes *b, size_t size)
{
    REQUIRE(size <= b->size);
    if (b->wiping && b->size > size)
        secret_wipe(b->at + size, b->size - size);
    b->size = size;
}

void bytes_consume(struct bytes *b, size_t size)
{
    REQUIRE(size <= b->size);
    if (size == 0)
        return;
    memmove(b->at, b->at + size, b->size - size);
    b->size -= size;
    if (b->wiping)
        secret_wipe(b->at + b->size, size);
}

int view_compare(struct view a, struct view b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n == 0 ? 0 : memcmp(a.at, b.at, n);

    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

uint16_t read_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t read_u64(const uint8_t *at)
{
    return (uint64_t)read_u32(at) << 32 | read_u32(at + 4);
}

void write_u16(uint8_t *at, uint16_t n)
{
    at[0] = (uint8_t)(n >> 8);
    at[1] = (uint8_t)n;
}

void write_u32(uint8_t *at, uint32_t n)
{
    write_u16(at, (uint16_t)(n >> 16));
    write_u16(at + 2, (uint16_t)n);
}

void write_u64(uint8_t *at, uint64_t n)
{
    write_u32(at, (uint32_t)(n >> 32));
    write_u32(at + 4, (uint32_t)n);
}
