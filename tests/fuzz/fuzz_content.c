#include "base/bounds.h"
#include "codec/envelope_codec.h"
#include "fuzz.h"
#include "round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena = {.max = BOUND_ARENA_FACTOR * (size_t)BOUND_FRAME};
    static struct bytes again;
    struct view within;
    struct error err;

    (void)round_trip_holds(round_trip_content, view_of(data, size), &arena, &again);
    (void)round_trip_holds(round_trip_receipt, view_of(data, size), &arena, &again);
    if (content_unpad(view_of(data, size), &within, &err))
        (void)round_trip_holds(round_trip_content, within, &arena, &again);
    return 0;
}
