#ifndef BASE_BYTES_H
#define BASE_BYTES_H
/* Bytes that are owned (struct bytes) and bytes that are borrowed (struct view).
 *
 * Floor: base. A view is valid for the call it was passed to, unless the header of the function that returns it
 * states how long (an arena, a buffer). Memory: every input is bounded (base/bounds.h) before it is kept, so
 * no input can exhaust memory; an allocation that fails ends the process (nothing that was acknowledged is lost by
 * that).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
    const uint8_t *at;
    size_t size;
};

/* WIPING is for opened personal data: set it while the struct is empty ({.wiping = true}). What is given up, by
 * growing, consuming, clearing or freeing, is overwritten first. Bytes behind SIZE (bytes_reserve) are their
 * writer's to wipe, until the room is freed. */
struct bytes {
    uint8_t *at;
    size_t size; /* in use */
    size_t room; /* allocated */
    bool wiping; /* kept by bytes_fini */
};

/* Memory or the end of the process. Zeroed. */
void *xnew(size_t size);
void *xrealloc(void *old, size_t size);

/* Frees B and empties it. Fine on a zeroed struct. */
void bytes_fini(struct bytes *b);

/* Empties B and keeps its room. */
void bytes_clear(struct bytes *b);

/* Makes room for MORE bytes behind the content and returns where they go; ->size is not changed. */
uint8_t *bytes_reserve(struct bytes *b, size_t more);

void bytes_append(struct bytes *b, const void *at, size_t size);
void bytes_append_view(struct bytes *b, struct view v);
void bytes_append_text(struct bytes *b, const char *text);
void bytes_append_u8(struct bytes *b, uint8_t n);
void bytes_append_u16(struct bytes *b, uint16_t n); /* big-endian, as all integers of docs/PROTOCOL.md */
void bytes_append_u32(struct bytes *b, uint32_t n);
void bytes_append_u64(struct bytes *b, uint64_t n);
void bytes_printf(struct bytes *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Removes what is behind the first SIZE bytes. */
void bytes_truncate(struct bytes *b, size_t size);

/* Removes the first SIZE bytes. */
void bytes_consume(struct bytes *b, size_t size);

static inline struct view view_of(const void *at, size_t size)
{
    return (struct view){at, size};
}
static inline struct view view_of_text(const char *text)
{
    return view_of(text, strlen(text));
}
static inline struct view bytes_view(const struct bytes *b)
{
    return view_of(b->at, b->size);
}
static inline bool view_equal(struct view a, struct view b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}
/* Order of bytes as memcmp has it, the shorter first where one begins the other: <0, 0, >0. */
int view_compare(struct view a, struct view b);

uint16_t read_u16(const uint8_t *at);
uint32_t read_u32(const uint8_t *at);
uint64_t read_u64(const uint8_t *at);
void write_u16(uint8_t *at, uint16_t n);
void write_u32(uint8_t *at, uint32_t n);
void write_u64(uint8_t *at, uint64_t n);

#endif
