#include "base/bounds.h"
#include "fuzz.h"
#include "round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena = {.max = BOUND_ARENA_FACTOR * (size_t)BOUND_FRAME};
    static struct bytes again;

    (void)round_trip_holds(round_trip_consent_header, view_of(data, size), &arena, &again);
    (void)round_trip_holds(round_trip_consent_given, view_of(data, size), &arena, &again);
    (void)round_trip_holds(round_trip_grant, view_of(data, size), &arena, &again);
    (void)round_trip_holds(round_trip_consent_receipt, view_of(data, size), &arena, &again);
    return 0;
}
