/* A kind (two bytes) and a payload, as the doors of the seam and of the network see them. Whatever can be read can be
 * written, and reads again as the same.
 */
#include "codec/contract.h"
#include "codec/peer_messages.h"
#include "codec/seam_frame.h"
#include "fuzz.h"

static struct arena arena = {.wiping = true, .max = BOUND_ARENA_FACTOR * (size_t)BOUND_FRAME};
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

#define DECODE_peer_hello(p)        peer_hello_decode(p, &arena, &x, &err_)
#define DECODE_peer_refusal(p)      peer_refusal_decode(p, &arena, &x, &err_)
#define DECODE_peer_witness(p)      peer_witness_decode(p, &arena, &x, &err_)
#define DECODE_peer_cosigned(p)     peer_cosigned_decode(p, &arena, &x, &err_)
#define DECODE_peer_incarnation(p)  peer_incarnation_decode(p, &arena, &x, &err_)
#define DECODE_peer_held(p)         peer_held_decode(p, &arena, &x, &err_)
#define DECODE_peer_ask(p)          peer_ask_decode(p, &arena, &x, &err_)
#define DECODE_peer_missing(p)      peer_missing_decode(p, &arena, &x, &err_)
#define DECODE_peer_entries_held(p) peer_entries_held_decode(p, &arena, &x, &err_)

/* clang-format off */
#define EVERY_MESSAGE(M)                                     \
    M(PEER_HELLO, peer_hello, peer_hello)                    \
    M(PEER_REFUSAL, peer_refusal, peer_refusal)              \
    M(PEER_WITNESS, peer_witness, peer_witness)              \
    M(PEER_COSIGNED, peer_cosigned, peer_cosigned)           \
    M(PEER_INCARNATION, peer_incarnation, peer_incarnation)  \
    M(PEER_ASK, peer_ask, peer_ask)                          \
    M(PEER_MISSING, peer_missing, peer_missing)              \
    M(PEER_HELD, peer_held, peer_held)                       \
    M(PEER_ENTRIES_HELD, peer_entries_held, peer_entries_held)
/* clang-format on */

EVERY_MESSAGE(CASE)

/* SEND and FRAME are read by hand: what one of the two readers takes, the other does, and as the same. */
static void check_frame(struct view payload)
{
    struct seam_frame f;
    struct error err;

    if (!seam_frame_decode(payload, &f, &err))
        return;
    contract_encode(&seam_frame_contract, &f, &once);
    REQUIRE(view_equal(bytes_view(&once), payload));
}

/* clang-format off */
static const struct {
    uint16_t kind;
    const struct contract_message *m;
} seam[] = {
    {SEAM_CONFIGURE, &seam_configure_contract},
    {SEAM_UPDATE, &seam_update_contract},
    {SEAM_DIAL, &seam_dial_contract},
    {SEAM_SEND, &seam_send_contract},
    {SEAM_HANG_UP, &seam_hang_up_contract},
    {SEAM_RESOLVE, &seam_resolve_contract},
    {SEAM_LINKED, &seam_linked_contract},
    {SEAM_HELLO, &seam_hello_contract},
    {SEAM_LISTENING, &seam_listening_contract},
    {SEAM_IDENTITY, &seam_identity_contract},
    {SEAM_LINK_UP, &seam_link_up_contract},
    {SEAM_FRAME, &seam_frame_contract},
    {SEAM_LINK_DOWN, &seam_link_down_contract},
    {SEAM_DIAL_FAILED, &seam_dial_failed_contract},
    {SEAM_FLOW, &seam_flow_contract},
    {SEAM_FAILED, &seam_failed_contract},
    {SEAM_RESOLVED, &seam_resolved_contract},
    {SEAM_LINK_WAITS, &seam_link_waits_contract},
    {SEAM_OFFER, &seam_offer_contract},
};
/* clang-format on */

/* Fields of a later version are skipped, so the first bytes may be more than what is made of them. */
static void check_seam(const struct contract_message *m, struct view payload)
{
    void *x = arena_new(&arena, m->size);
    struct error err;

    if (!contract_decode(m, payload, &arena, x, &err))
        return;
    contract_encode(m, x, &once);
    REQUIRE(contract_decode(m, bytes_view(&once), &arena, x, &err));
    contract_encode(m, x, &twice);
    REQUIRE(view_equal(bytes_view(&once), bytes_view(&twice)));
}

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
    for (size_t i = 0; i < sizeof seam / sizeof seam[0]; i++)
        if (seam[i].kind == read_u16(data))
            check_seam(seam[i].m, view_of(data + 2, size - 2));
    bytes_clear(&once);
    bytes_clear(&twice);
    if (read_u16(data) == SEAM_SEND || read_u16(data) == SEAM_FRAME)
        check_frame(view_of(data + 2, size - 2));
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++)
        if (doors[i].kind == read_u16(data))
            doors[i].take(view_of(data + 2, size - 2));
    arena_reset(&arena);
    bytes_clear(&once);
    bytes_clear(&twice);
    return 0;
}
