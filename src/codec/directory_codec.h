#ifndef CODEC_DIRECTORY_CODEC_H
#define CODEC_DIRECTORY_CODEC_H
/* The text of a directory note: who is a member, in the bytes that the federation signs (docs/PROTOCOL.md 10,
 * proto/directory.proto).
 *
 * Floor: codec. Text only: signatures are joined and checked by exchange/members/membership and ca, which see auditlog.
 * What these functions accept is valid in form; signatures are not checked here.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/directory.h"

#define DIRECTORY_FILE_FIRST_LINE "refex-directory/v1"

/* The lines before the protobuf: enough to decide which of two directories is newer. */
struct directory_head {
    struct federation federation;
    uint64_t sequence;
    int64_t refresh_after_s;
    int64_t hard_expiry_s;
};

/* Appends the text, from `refex-directory/v1` to the last line's end. D must be valid in form (sorted, within bounds);
 * refused with E-FED-24 where it is not, E-FED-10 where the text would not leave room for signatures in
 * BOUND_DIRECTORY. */
MUST_USE bool directory_encode(const struct directory *d, struct bytes *text, struct error *err);

/* Reads the whole text strictly. *OUT borrows from ARENA. E-FED-24. */
MUST_USE bool directory_decode(struct view text, struct arena *arena, struct directory *out, struct error *err);

/* Reads the first lines only. E-FED-24. */
MUST_USE bool directory_head_decode(struct view text, struct directory_head *out, struct error *err);

#endif
