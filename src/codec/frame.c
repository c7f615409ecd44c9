#include "codec/frame.h"

size_t frame_begin(struct bytes *out, uint16_t kind)
{
    size_t begin = out->size;

    REQUIRE(kind != 0);
    bytes_append_u32(out, 0);
    bytes_append_u16(out, kind);
    bytes_append_u16(out, 0);
    return begin;
}

void frame_end(struct bytes *out, size_t begin)
{
    size_t size;

    REQUIRE(out->size >= begin + FRAME_HEADER);
    size = out->size - begin - FRAME_HEADER;
    REQUIRE(size <= BOUND_FRAME);
    write_u32(out->at + begin, (uint32_t)size);
}

void frame_append(struct bytes *out, uint16_t kind, struct view payload)
{
    size_t begin = frame_begin(out, kind);

    bytes_append_view(out, payload);
    frame_end(out, begin);
}

static enum frame_status frame_bad(bool unset)
{
    (void)unset;
    return FRAME_BAD;
}

enum frame_status frame_read(struct view buffer, size_t max, uint16_t *kind, struct view *payload, size_t *used,
                             struct error *err)
{
    size_t size;

    if (buffer.size < FRAME_HEADER)
        return FRAME_MORE;
    size = read_u32(buffer.at);
    if (size > max)
        return frame_bad(error_set(err, E_BYT_02, "frame: %zu bytes announced, over the limit of %zu", size, max));
    if (read_u16(buffer.at + 4) == 0 || read_u16(buffer.at + 6) != 0)
        return frame_bad(error_set(err, E_BYT_04, "frame: a header that no node writes"));
    if (buffer.size - FRAME_HEADER < size)
        return FRAME_MORE;
    *kind = read_u16(buffer.at + 4);
    *payload = view_of(buffer.at + FRAME_HEADER, size);
    *used = FRAME_HEADER + size;
    return FRAME_READY;
}
