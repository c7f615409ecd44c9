#ifndef CODEC_PEER_H
#define CODEC_PEER_H
/* What two nodes send each other apart from envelopes: the kinds of frame (docs/PROTOCOL.md 13). The messages are
 * codec/peer_messages.h, made from proto/peer.proto.
 *
 * Floor: codec. Decoding fails with E_LNK_10.
 */

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
    PEER_ENTRIES_HELD,
    PEER_RENEWAL,
    PEER_RENEWED,
    PEER_SUSPENSION,
    PEER_HELD,
    PEER_SUCCESSION = 26,
    PEER_DIAL_BACK = 28,
    PEER_DIALLED_BACK,
    PEER_KIND_END
};

#define PEER_PROTOCOL 1 /* version of the frames that this build speaks */

/* Of frame 17: did this message of the sender arrive? */
struct peer_asked {
    struct ident message;
    struct hash leaf; /* of its record */
};

/* Of frame 23: a message that the sender has from the receiver, who lost its record of it. */
struct peer_held_message {
    struct ident message;
    struct ident referral;  /* zeros: it belongs to none */
    uint8_t incarnation[4]; /* big-endian: of the receiver's log that has the record … */
    uint8_t index[8];       /* … and where */
    uint8_t kind[4];        /* enum message_kind */
};

/* Of frame 19: an entry that its sender has. */
struct peer_entry_held {
    struct ident agency; /* first half of the hash of its full name */
    uint8_t sequence[8]; /* big-endian */
    uint8_t digest[8];   /* of the entry's text; all ones: two of that number are there */
};

#endif
