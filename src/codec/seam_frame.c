/* SEND and FRAME, by hand: {1 link, 2 kind, 3 payload}, the same bytes as protobuf-c's, but the payload is written
 * directly into the output buffer and read as a view into the input. A unit test compares the bytes.
 */
#include "codec/seam_frame.h"

#include "base/bounds.h"

#include <string.h>

#define TAG_LINK    0x08 /* field 1, varint */
#define TAG_KIND    0x10 /* field 2, varint */
#define TAG_PAYLOAD 0x1a /* field 3, bytes */

static uint8_t *put_varint(uint8_t *at, uint32_t n)
{
    while (n >= 0x80) {
        *at++ = (uint8_t)(n | 0x80);
        n >>= 7;
    }
    *at++ = (uint8_t)n;
    return at;
}

void seam_frame_encode(const struct seam_frame *in, struct bytes *out)
{
    uint8_t *start = bytes_reserve(out, SEAM_SEND_OVERHEAD + in->payload.size);
    uint8_t *at = start;

    REQUIRE(in->link != 0 && in->kind != 0 && in->payload.size <= BOUND_FRAME - SEAM_SEND_OVERHEAD);
    *at++ = TAG_LINK;
    at = put_varint(at, in->link);
    *at++ = TAG_KIND;
    at = put_varint(at, in->kind);
    if (in->payload.size > 0) {
        *at++ = TAG_PAYLOAD;
        at = put_varint(at, (uint32_t)in->payload.size);
        memcpy(at, in->payload.at, in->payload.size);
        at += in->payload.size;
    }
    out->size += (size_t)(at - start);
}

/* Takes TAG and a minimal varint that is neither zero nor above MAX from the beginning of *WIRE. */
static bool read_field(struct view *wire, uint8_t tag, uint32_t max, uint32_t *out)
{
    uint64_t n = 0;
    size_t i = 1;

    if (wire->size < 2 || wire->at[0] != tag)
        return false;
    for (unsigned shift = 0;; shift += 7, i++) {
        if (i == wire->size || shift > 28)
            return false;
        n |= (uint64_t)(wire->at[i] & 0x7f) << shift;
        if ((wire->at[i] & 0x80) == 0)
            break;
    }
    if (wire->at[i] == 0 || n > max) /* zero, or a varint with a needless last byte */
        return false;
    *out = (uint32_t)n;
    *wire = view_of(wire->at + i + 1, wire->size - i - 1);
    return true;
}

bool seam_frame_decode(struct view wire, struct seam_frame *out, struct error *err)
{
    uint32_t link;
    uint32_t kind;
    uint32_t size = 0;

    if (!read_field(&wire, TAG_LINK, UINT32_MAX, &link) || !read_field(&wire, TAG_KIND, UINT16_MAX, &kind))
        return error_set(err, E_LNK_13, "seam: a frame without link or kind");
    if (wire.size > 0 && !read_field(&wire, TAG_PAYLOAD, BOUND_FRAME, &size))
        return error_set(err, E_LNK_13, "seam: a frame that cannot be read");
    if (wire.size != size)
        return error_set(err, E_LNK_13, "seam: a frame whose payload has another size than it says");
    *out = (struct seam_frame){.link = link, .kind = (uint16_t)kind, .payload = wire};
    return true;
}
