#ifndef EXCHANGE_DIRECTORY_NOTE_H
#define EXCHANGE_DIRECTORY_NOTE_H
/* Makes and checks the directory as a note signed by the federation (docs/PROTOCOL.md 2 and 10).
 *
 * Floor: exchange; refex-ca checks what it signs with the same code as the nodes. The directory contains the
 * certificates of its keys, each signed by the root, so the root is all that is needed to verify it.
 */

#include "base/arena.h"
#include "model/directory.h"

struct anchors;
struct sign_key;
struct verify_key;

/* `<federation>/<fid16>/.directory/<i>`. No agency's name begins with a dot, so it is no agency's key name. */
#define DIRECTORY_KEY_NAME (BOUND_FEDERATION + 1 + 16 + 12 + 10 + 1)
void directory_note_key_name(const struct federation *f, uint32_t number, char out[static DIRECTORY_KEY_NAME]);

/* What a directory is checked against. */
struct directory_trust {
    const struct federation *federation;
    const struct anchors *anchors; /* its roots */
    int64_t now_ms;                /* directory keys' certificates must be valid now … */
    int64_t latest_ms;             /* … but have begun by this too; 0: by now alone */
    struct view revoked;           /* names of certificates, 32 bytes each, ascending; may be empty */
    bool is_kept;                  /* it was taken into use before: the days of its keys were asked then */
};

/* One of the federation's directory keys. */
struct directory_signer {
    uint32_t number; /* i of its certificate's URI */
    const struct sign_key *key;
};

/* Appends the note of D with a signature by each of SIGNERS; by none: as it goes round to be signed. E-FED-10,
 * E-FED-24. */
MUST_USE bool directory_note_sign(const struct directory *d, const struct directory_signer *signers, size_t count,
                                  struct bytes *note, struct error *err);

/* Decodes a note into ARENA and checks that k different directory keys signed it. Does not check the dates of the
 * directory. E-FED-20 not signed, E-FED-21 another federation's, E-FED-24 malformed, E-FED-46 the clock is behind,
 * E-FED-71 it is ahead, or the keys that signed have ended. */
MUST_USE bool directory_note_open(struct view note, const struct directory_trust *trust, struct arena *arena,
                                  struct directory *out, struct error *err);

/* The directory key NUMBER of D, if its certificate counts as directory_note_open asks; else NULL. The caller frees it.
 */
struct verify_key *directory_note_key(const struct directory *d, uint32_t number, const struct directory_trust *trust);

/* --- on its way round those who sign it --- */

/* The text of a note that may have no signatures yet. E-FED-24. */
MUST_USE bool directory_note_text(struct view note, struct view *text, struct error *err);
/* Appends to NOTE, of D, a signature by SIGNER unless it has one. */
MUST_USE bool directory_note_add(const struct directory *d, const struct directory_signer *signer, struct bytes *note,
                                 struct error *err);
/* Appends to NOTE, of D, the signatures of D's keys that OTHER has and NOTE lacks. E-ENR-19 OTHER is of another text,
 * E-FED-20 one is forged. */
MUST_USE bool directory_note_collect(const struct directory *d, struct view other, struct bytes *note,
                                     struct error *err);
/* Whether the key of certificate I of D signed NOTE, which is of D. */
bool directory_note_has(const struct directory *d, struct view note, size_t i);

/* The text of a note (the part that is signed) and its first lines, without verifying anything. E-FED-24. */
struct directory_head;
MUST_USE bool directory_note_peek(struct view note, struct view *text, struct directory_head *out, struct error *err);

#endif
