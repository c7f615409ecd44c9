#ifndef CODEC_PEER_CODEC_H
#define CODEC_PEER_CODEC_H
/* What two nodes send each other apart from envelopes: hello, refusal, witness, incarnation (docs/PROTOCOL.md 13).
 *
 * Floor: codec. Decoded structs borrow from the wire bytes or from ARENA. Decoding fails with E_LNK_10. Encoding
 * appends to *OUT; the caller keeps to the bounds (REQUIREd).
 */

#include "base/arena.h"
#include "model/hold.h"
#include "model/ident.h"

/* Kinds of network frames. */
enum peer_kind {
    PEER_HELLO = 1,
    PEER_ENVELOPE,
    PEER_RECEIPT,
    PEER_REFUSAL,
    PEER_WITNESS,
    PEER_COSIGNED,
    PEER_BUNDLE,
    PEER_INCARNATION,
    PEER_DIRECTORY,
    PEER_ENTRY,
    PEER_CUSTODY,
    PEER_COLLECT,
    PEER_COLLECTED,
    PEER_BUSY,
    PEER_PING,
    PEER_PONG,
    PEER_ASK,
    PEER_MISSING,
};

#define PEER_PROTOCOL 1 /* version of the frames that this build speaks */

struct peer_hello {
    uint32_t protocol_min;
    uint32_t protocol_max;
    struct view software; /* "refex"; no version */
    struct ident node;    /* of the sender's machine */
    struct hash federation_id;
    uint64_t directory_sequence; /* 0: none */
    bool has_directory_hash;
    struct hash directory_hash; /* of the note */
    uint64_t bundle_sequence;
    uint32_t incarnation;
    uint64_t linked_size; /* of the receiver's log; 0: nothing is linked */
};

void peer_hello_encode(const struct peer_hello *in, struct bytes *out);
/* Adds its last field to OUT, a hello without it. */
void peer_hello_add_linked(uint64_t linked_size, struct bytes *out);
/* Unknown fields are ignored. */
MUST_USE bool peer_hello_decode(struct view wire, struct arena *arena, struct peer_hello *out, struct error *err);

struct peer_refusal {
    bool has_message;
    struct ident message;
    uint32_t step;      /* enum admission_step */
    struct view bundle; /* note; empty where the key was not the reason */
    uint32_t reason;    /* enum refusal_reason where the step is STEP_ACTS; else 0 */
    enum hold hold;     /* 0: nothing is known */
};

void peer_refusal_encode(const struct peer_refusal *in, struct bytes *out);
MUST_USE bool peer_refusal_decode(struct view wire, struct arena *arena, struct peer_refusal *out, struct error *err);

/* Frame 5: what the sender remembers of the receiver's log and, with SIZES, asks of it; or an answer, GROWN alone. */
struct peer_growth {
    struct view checkpoint;
    struct view consistency; /* 32 bytes a hash, from FROM_SIZE */
    uint64_t from_size;
};

struct peer_witness {
    struct view linked;    /* the receiver's own note; empty: none */
    const uint64_t *sizes; /* strictly ascending, from 1 */
    size_t size_count;     /* at most BOUND_WITNESSED */
    const struct peer_growth *grown;
    size_t grown_count; /* at most BOUND_WITNESSED */
};

void peer_witness_encode(const struct peer_witness *in, struct bytes *out);
MUST_USE bool peer_witness_decode(struct view wire, struct arena *arena, struct peer_witness *out, struct error *err);

/* Frame 6. Of the sender's own log it asks for a cosignature, of the receiver's it is one. */
struct peer_cosigned {
    struct view checkpoint;  /* at most BOUND_COSIGNED bytes */
    struct view consistency; /* 32 bytes a hash */
    bool has_from_size;      /* and consistency counts (it may be empty) */
    uint64_t from_size;
};

void peer_cosigned_encode(const struct peer_cosigned *in, struct bytes *out);
MUST_USE bool peer_cosigned_decode(struct view wire, struct arena *arena, struct peer_cosigned *out, struct error *err);

struct peer_incarnation {
    struct view record;
    struct view path;
    struct view checkpoint;
};

void peer_incarnation_encode(const struct peer_incarnation *in, struct bytes *out);
MUST_USE bool peer_incarnation_decode(struct view wire, struct arena *arena, struct peer_incarnation *out,
                                      struct error *err);

/* Frame 17: which of these messages of the sender arrived? For each a message id and the leaf of its record. */
#define PEER_ASK_ITEM 48 /* bytes of one */

struct peer_ask {
    const struct peer_asked {
        struct ident message;
        struct hash leaf;
    } * asked;
    size_t count; /* 1 to BOUND_ASKED */
};

void peer_ask_encode(const struct peer_ask *in, struct bytes *out);
MUST_USE bool peer_ask_decode(struct view wire, struct arena *arena, struct peer_ask *out, struct error *err);

/* Frame 18, unsigned: these of them are not here. The others are answered with their receipts. */
struct peer_missing {
    const struct ident *ids;
    size_t count; /* may be 0 */
};

void peer_missing_encode(const struct peer_missing *in, struct bytes *out);
MUST_USE bool peer_missing_decode(struct view wire, struct arena *arena, struct peer_missing *out, struct error *err);

#endif
