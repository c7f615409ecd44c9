#ifndef CODEC_VARINT_H
#define CODEC_VARINT_H
/* Numbers of protobuf's wire in their one shortest form (docs/PROTOCOL.md 3).
 *
 * Floor: codec, for what walks over bytes itself.
 */

#include "base/bytes.h"
#include "base/error.h"

/* The wire types in use, the lowest three bits of a field's tag. */
#define WIRE_VARINT 0
#define WIRE_SIZED  2

/* Takes a varint of at most 64 bits from *AT, where END is behind the last byte. False, and *AT as it was: it is cut
 * short, too wide, or longer than it need be. The first function is for those that have not one byte. */
MUST_USE bool varint_read_long(const uint8_t **at, const uint8_t *end, uint64_t *out);
MUST_USE static inline bool varint_read(const uint8_t **at, const uint8_t *end, uint64_t *out)
{
    if (*at == end || **at >= 0x80) /* most have one byte */
        return varint_read_long(at, end, out);
    *out = *(*at)++;
    return true;
}

#endif
