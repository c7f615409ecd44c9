#include "codec/narrow.h"

#include "codec/peer.h"

#include <stddef.h>

enum { NARROW_ENDED = 1 << LINK_CLASS_ENDED, NARROW_CUT_OFF = 1 << LINK_CLASS_CUT_OFF };

static const struct {
    uint16_t kind;
    unsigned classes; /* 1 << enum link_class */
} rows[] = {
#define NARROW_FRAME(KIND, CLASSES) {KIND, CLASSES},
#include "codec/narrow_frames.def"
#undef NARROW_FRAME
};

bool narrow_carries(enum link_class class, uint16_t kind)
{
    REQUIRE(class > LINK_CLASS_ORDINARY && class < LINK_CLASS_END);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return (rows[i].classes & 1U << class) != 0;
    return false;
}
