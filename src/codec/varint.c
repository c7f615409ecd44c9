#include "codec/varint.h"

bool varint_read_long(const uint8_t **at, const uint8_t *end, uint64_t *out)
{
    const uint8_t *p = *at;
    uint64_t n = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t c;

        if (p == end)
            return false;
        c = *p++;
        if (shift == 63 && c > 1)
            return false;
        n |= (uint64_t)(c & 0x7F) << shift;
        if (c >= 0x80)
            continue;
        if (c == 0)
            return false;
        *at = p;
        *out = n;
        return true;
    }
    return false;
}
