#include "model/envelope.h"

#define KIB        ((size_t)1024)
#define BUCKET_MIN (4 * KIB)
#define BUCKET_MAX (512 * KIB)
_Static_assert(BUCKET_MAX + 16 + BOUND_HEADER < BOUND_ENVELOPE, "the largest one, its tag and a header");

/* Buckets are 4 and 6, each times a power of two: padding costs at most half again, and the wire sees one of fifteen
 * sizes. */
size_t envelope_bucket(size_t size)
{
    for (size_t b = BUCKET_MIN; b <= BUCKET_MAX; b *= 2) {
        if (size <= b)
            return b;
        if (b < BUCKET_MAX && size <= b + b / 2)
            return b + b / 2;
    }
    return 0;
}

bool envelope_is_bucket(size_t size)
{
    return size != 0 && envelope_bucket(size) == size;
}
