/* Key bundles, suspensions and successions: whatever is accepted is encoded again to the same text. */
#include "codec/bundle_codec.h"
#include "codec/succession_codec.h"
#include "codec/suspension_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    struct bytes again = {0};
    struct succession c;
    struct suspension s;
    struct bundle b;
    struct error err;

    if (bundle_decode(view_of(at, size), &b, &err))
        bundle_encode(&b, &again);
    else if (suspension_decode(view_of(at, size), &s, &err))
        suspension_encode(&s, &again);
    else if (succession_decode(view_of(at, size), &c, &err))
        succession_encode(&c, &again);
    else
        return 0;
    REQUIRE(view_equal(bytes_view(&again), view_of(at, size)));
    bytes_fini(&again);
    return 0;
}
