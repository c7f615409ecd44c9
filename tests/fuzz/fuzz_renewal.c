/* Frames 20 and 21, the first byte says which: whatever is accepted is encoded again to the same bytes. */
#include "codec/peer.h"
#include "codec/peer_messages.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct view wire = view_of(data + (size != 0), size - (size != 0));
    struct bytes again = {0};
    struct arena arena = {0};
    struct peer_renewal asked;
    struct peer_renewed made;
    struct error err;

    if (size != 0 && data[0] == PEER_RENEWAL && peer_renewal_decode(wire, &arena, &asked, &err)) {
        REQUIRE(asked.signature.size == 64);
        peer_renewal_encode(&asked, &again);
        REQUIRE(view_equal(bytes_view(&again), wire));
    } else if (size != 0 && data[0] == PEER_RENEWED && peer_renewed_decode(wire, &arena, &made, &err)) {
        REQUIRE((made.refusal == 0) == (made.transport.size != 0));
        peer_renewed_encode(&made, &again);
        REQUIRE(view_equal(bytes_view(&again), wire));
    }
    bytes_fini(&again);
    arena_fini(&arena);
    return 0;
}
