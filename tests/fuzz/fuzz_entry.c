/* Entries: whatever is accepted is encoded again to the same text, and what follows from it ends. */
#include "codec/entry_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    static const int64_t times[] = {0, 1, 1795000000000, INT64_MAX / 2};
    struct bytes again = {0};
    struct arena arena = {0};
    struct agency_entry e;
    struct entry_head head;
    struct error err;
    bool at_night;

    if (entry_text_decode(view_of(at, size), &arena, &head, &e, &err)) {
        entry_text_encode(&head, &e, &again);
        REQUIRE(view_equal(bytes_view(&again), view_of(at, size)));
        for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
            REQUIRE(agency_is_open(&e, times[i]) == (times[i] > 0 && agency_opens_ms(&e, times[i]) == times[i]));
            REQUIRE(agency_working_days(&e, times[i], INT64_MAX / 2) <= 366);
            (void)agency_phone_at(&e, times[i], &at_night);
        }
    }
    bytes_fini(&again);
    arena_fini(&arena);
    return 0;
}
