/* Key bundles: whatever is accepted is encoded again to the same text. */
#include "codec/bundle_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    struct bytes again = {0};
    struct bundle b;
    struct error err;

    if (!bundle_decode(view_of(at, size), &b, &err))
        return 0;
    bundle_encode(&b, &again);
    REQUIRE(view_equal(bytes_view(&again), view_of(at, size)));
    bytes_fini(&again);
    return 0;
}
