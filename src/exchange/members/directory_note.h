#ifndef EXCHANGE_DIRECTORY_NOTE_H
#define EXCHANGE_DIRECTORY_NOTE_H
/* The directory as a signed note: made by the federation, checked by everybody (docs/PROTOCOL.md 2 and 10).
 *
 * Floor: exchange; refex-ca checks what it signs by the same code as the nodes. The certificates of the directory keys
 * stand in the directory itself, each signed by the root: whoever holds the root needs nothing else.
 */

#include "base/arena.h"
#include "model/directory.h"

struct anchors;
struct sign_key;

/* What makes a directory the federation's. */
struct directory_trust {
    const struct federation *federation;
    const struct anchors *anchors; /* its roots */
    int64_t now_ms;                /* directory keys' certificates must be valid now */
    struct view revoked;           /* hashes, 32 bytes each, ascending: keys that count no longer; may be empty */
};

/* One of the federation's directory keys. */
struct directory_signer {
    uint32_t number; /* i of its certificate's URI */
    const struct sign_key *key;
};

/* Appends the note of D with a signature by each of SIGNERS. E-FED-10, E-FED-24. */
MUST_USE bool directory_note_sign(const struct directory *d, const struct directory_signer *signers, size_t count,
                                  struct bytes *note, struct error *err);

/* Reads a note into ARENA and checks that k different directory keys signed it. Dates of the directory are not looked
 * at. E-FED-20 not signed, E-FED-21 another federation's, E-FED-24 malformed. */
MUST_USE bool directory_note_open(struct view note, const struct directory_trust *trust, struct arena *arena,
                                  struct directory *out, struct error *err);

/* The text of a note (what is signed) and its first lines; nothing is verified. E-FED-24. */
struct directory_head;
MUST_USE bool directory_note_peek(struct view note, struct view *text, struct directory_head *out, struct error *err);

#endif
