/* A kind (two bytes) and a payload, as the doors of the seam and of the network see them. Whatever can be read can be
 * written, and reads again as the same.
 */
#include "codec/peer_codec.h"
#include "codec/seam_codec.h"
#include "fuzz.h"

static struct arena arena = {.max = BOUND_ARENA_FACTOR * (size_t)BOUND_FRAME};
static struct bytes once;
static struct bytes twice;

/* Decodes PAYLOAD into X; what can be decoded is encoded, decoded and encoded again: the same bytes both times. */
#define ROUND_TRIP(x, decode, encode)                                                                                  \
    do {                                                                                                               \
        struct error err_;                                                                                             \
        struct view payload_ = payload;                                                                                \
        if (!decode(payload_))                                                                                         \
            return;                                                                                                    \
        encode(&(x), &once);                                                                                           \
        payload_ = bytes_view(&once);                                                                                  \
        REQUIRE(decode(payload_));                                                                                     \
        encode(&(x), &twice);                                                                                          \
        REQUIRE(view_equal(bytes_view(&once), bytes_view(&twice)));                                                    \
    } while (0)

#define CASE(kind, type, name)                                                                                         \
    static void check_##name(struct view payload)                                                                      \
    {                                                                                                                  \
        struct type x;                                                                                                 \
        ROUND_TRIP(x, DECODE_##name, name##_encode);                                                                   \
    }

#define DECODE_seam_configure(p)   seam_configure_decode(p, &arena, &x, &err_)
#define DECODE_seam_update(p)      seam_update_decode(p, &arena, &x, &err_)
#define DECODE_seam_dial(p)        seam_dial_decode(p, &arena, &x, &err_)
#define DECODE_seam_frame(p)       seam_frame_decode(p, &x, &err_)
#define DECODE_seam_hang_up(p)     seam_hang_up_decode(p, &arena, &x, &err_)
#define DECODE_seam_resolve(p)     seam_resolve_decode(p, &arena, &x, &err_)
#define DECODE_seam_linked(p)      seam_linked_decode(p, &arena, &x, &err_)
#define DECODE_seam_hello(p)       seam_hello_decode(p, &arena, &x, &err_)
#define DECODE_seam_listening(p)   seam_listening_decode(p, &arena, &x, &err_)
#define DECODE_seam_link_up(p)     seam_link_up_decode(p, &arena, &x, &err_)
#define DECODE_seam_link_down(p)   seam_link_down_decode(p, &arena, &x, &err_)
#define DECODE_seam_dial_failed(p) seam_dial_failed_decode(p, &arena, &x, &err_)
#define DECODE_seam_flow(p)        seam_flow_decode(p, &arena, &x, &err_)
#define DECODE_seam_failed(p)      seam_failed_decode(p, &arena, &x, &err_)
#define DECODE_seam_resolved(p)    seam_resolved_decode(p, &arena, &x, &err_)
#define DECODE_seam_link_waits(p)  seam_link_waits_decode(p, &arena, &x, &err_)
#define DECODE_seam_offer(p)       seam_offer_decode(p, &arena, &x, &err_)
#define DECODE_peer_hello(p)       peer_hello_decode(p, &arena, &x, &err_)
#define DECODE_peer_refusal(p)     peer_refusal_decode(p, &arena, &x, &err_)
#define DECODE_peer_witness(p)     peer_witness_decode(p, &arena, &x, &err_)
#define DECODE_peer_cosigned(p)    peer_cosigned_decode(p, &arena, &x, &err_)
#define DECODE_peer_incarnation(p) peer_incarnation_decode(p, &arena, &x, &err_)
#define DECODE_peer_ask(p)         peer_ask_decode(p, &arena, &x, &err_)
#define DECODE_peer_missing(p)     peer_missing_decode(p, &arena, &x, &err_)

/* clang-format off */
#define EVERY_MESSAGE(M)                                     \
    M(SEAM_CONFIGURE, seam_configure, seam_configure)        \
    M(SEAM_UPDATE, seam_trust, seam_update)                  \
    M(SEAM_DIAL, seam_dial, seam_dial)                       \
    M(SEAM_SEND, seam_frame, seam_frame)                     \
    M(SEAM_HANG_UP, seam_hang_up, seam_hang_up)              \
    M(SEAM_RESOLVE, seam_resolve, seam_resolve)              \
    M(SEAM_LINKED, seam_linked, seam_linked)                 \
    M(SEAM_HELLO, seam_hello, seam_hello)                    \
    M(SEAM_LISTENING, seam_listening, seam_listening)        \
    M(SEAM_LINK_UP, seam_link_up, seam_link_up)              \
    M(SEAM_LINK_DOWN, seam_link_down, seam_link_down)        \
    M(SEAM_DIAL_FAILED, seam_dial_failed, seam_dial_failed)  \
    M(SEAM_FLOW, seam_flow, seam_flow)                       \
    M(SEAM_FAILED, seam_failed, seam_failed)                 \
    M(SEAM_RESOLVED, seam_resolved, seam_resolved)           \
    M(SEAM_LINK_WAITS, seam_offer, seam_link_waits)          \
    M(SEAM_OFFER, seam_offer, seam_offer)                    \
    M(PEER_HELLO, peer_hello, peer_hello)                    \
    M(PEER_REFUSAL, peer_refusal, peer_refusal)              \
    M(PEER_WITNESS, peer_witness, peer_witness)              \
    M(PEER_COSIGNED, peer_cosigned, peer_cosigned)           \
    M(PEER_INCARNATION, peer_incarnation, peer_incarnation)  \
    M(PEER_ASK, peer_ask, peer_ask)                          \
    M(PEER_MISSING, peer_missing, peer_missing)
/* clang-format on */

EVERY_MESSAGE(CASE)

static const struct {
    uint16_t kind;
    void (*take)(struct view payload);
} doors[] = {
#define ROW(kind, type, name) {kind, check_##name},
    EVERY_MESSAGE(ROW)
#undef ROW
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++)
        if (doors[i].kind == read_u16(data))
            doors[i].take(view_of(data + 2, size - 2));
    arena_reset(&arena);
    bytes_clear(&once);
    bytes_clear(&twice);
    return 0;
}
