#ifndef MODEL_ENVELOPE_H
#define MODEL_ENVELOPE_H
/* What travels: the envelope, its header, the content inside, the receipt back (docs/PROTOCOL.md 6 to 8).
 *
 * Floor: model. Views borrow from the frame they came in or from the decoder's arena.
 */

#include "model/ident.h"
#include "model/peer_enums.h"
#include "model/section.h"

#define ENVELOPE_VERSION       1
#define SUITE_X25519_AES256GCM 0x0001 /* KEM 0x0020, KDF 0x0001, AEAD 0x0002 */
#define CONTENT_VERSION        1
/* A statement of erasure names places of the backup, a ping says that its sender leaves; all else is as version 1. */
#define CONTENT_VERSION_LATEST 2
#define SEQUENCE_END           65536 /* messages under one encapsulation */
#define SALT_SIZE              32
#define ENVELOPE_TAG_SIZE      16 /* bytes that AES-256-GCM adds to the bucket */

struct envelope_header {
    uint32_t version;
    uint32_t suite;
    struct ident message;
    struct address sender;
    struct address recipient;
    uint32_t expiry;  /* last unix day on which it is accepted */
    struct ident key; /* id of the recipient's sealing key */
    uint8_t enc[KEY_SIZE];
    uint32_t sequence;
};

struct envelope {
    struct view header_bytes; /* as received: bound as AAD */
    struct envelope_header header;
    struct view ciphertext; /* bucket + 16 */
};

struct content {
    struct view record; /* bytes as made */
    struct view path;   /* 32 bytes each, leaf to root; empty for a tree of one */
    struct view checkpoint;
    uint8_t body_salt[SALT_SIZE]; /* absent (has_body false) in a receipt's content */
    bool has_body;
    struct view body;
    struct view consistency; /* with known_size, or both absent */
    uint64_t known_size;
    struct view consent; /* consent receipt bytes; empty when the record names no consent */
    uint32_t version;
};

/* The receiver's answer: record, path and checkpoint are the same bytes each time. */
struct receipt {
    struct view record;
    struct view path;
    struct view checkpoint;
    uint64_t linked;         /* size of the sender's log up to which the receiver has it linked; 0: not said */
    struct view consistency; /* with from_size, or both absent: how the receiver's own log grew */
    uint64_t from_size;
};

/* The padded length for a plaintext (4 + content) of SIZE bytes: the smallest bucket that fits; 0 when none does. */
size_t envelope_bucket(size_t size);
/* Whether SIZE is one of the buckets 4, 6, 8, 12, 16, 24, … 384, 512 KiB. */
bool envelope_is_bucket(size_t size);

#endif
