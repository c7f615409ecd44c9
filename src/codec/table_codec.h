#ifndef CODEC_TABLE_CODEC_H
#define CODEC_TABLE_CODEC_H
/* Messages described by tables: one encoder and one strict decoder for all of a boundary's messages.
 *
 * Floor: codec. For the control socket, whose messages are many and plain. The tables match the .proto; a test
 * compares the two field by field. The decoder takes exactly what the encoder makes (docs/PROTOCOL.md 3): fields
 * ascending, minimal varints, no default values, nothing unknown.
 */

#include "base/arena.h"
#include "base/error.h"

enum table_type {
    TABLE_U32, /* uint32_t or an enum; min to max */
    TABLE_U64,
    TABLE_TIME, /* int64_t milliseconds, not negative */
    TABLE_BOOL,
    TABLE_IDENT,     /* struct ident; all zero: absent */
    TABLE_HASH,      /* struct hash; all zero: absent */
    TABLE_TEXT,      /* struct view, UTF-8, at most max bytes; empty: absent */
    TABLE_BYTES,     /* struct view, at most max bytes; empty: absent */
    TABLE_ADDRESS,   /* struct address; empty: absent */
    TABLE_SET,       /* uint32_t, bit n stands for the number n, 1 to max; packed on the wire */
    TABLE_NUMBERS,   /* const uint32_t *, strictly ascending, at most max; size_t, its length at count; packed */
    TABLE_TEXTS,     /* const struct view *, UTF-8, at most max; its length at count */
    TABLE_ADDRESSES, /* const struct address *, at most max; its length at count */
    TABLE_MESSAGE,   /* a struct of SUB within; always there */
    TABLE_MESSAGES,  /* const struct * of SUB, at most max; its length at count */
};

struct table_message;

struct table_field {
    uint32_t number;
    enum table_type type;
    size_t at;    /* offset in the struct */
    size_t count; /* offset of the length of a list */
    uint64_t min; /* TABLE_U32: smallest value; elsewhere 1 means that it must be there */
    uint64_t max; /* TABLE_U32: largest value; texts: bytes; lists: items; sets: largest number */
    const struct table_message *sub;
};

struct table_message {
    const char *name;
    size_t size;
    const struct table_field *fields; /* ascending */
    size_t field_count;
};

/* Appends IN's bytes. Values out of their bounds are REQUIREd not to come. */
void table_encode(const struct table_message *m, const void *in, struct bytes *out);

/* Fills *OUT, which borrows from WIRE and ARENA. E_CTL_01 names message and field. */
MUST_USE bool table_decode(const struct table_message *m, struct view wire, struct arena *arena, void *out,
                           struct error *err);

#endif
