#ifndef TESTS_SEND_FRAME_H
#define TESTS_SEND_FRAME_H
/* One frame with a payload that is there already. */

#include "base/bytes.h"
#include "io/stream.h"

static inline void send_frame(struct stream *s, uint16_t kind, struct view payload)
{
    bytes_append_view(stream_frame_begin(s, kind), payload);
    stream_frame_end(s);
}

#endif
