#ifndef AUDITLOG_CHECKPOINT_H
#define AUDITLOG_CHECKPOINT_H
/* A checkpoint: the size and the root of a log, signed by its owner; and cosigned by others who saw it.
 *
 * Floor: auditlog. C2SP tlog-checkpoint and tlog-cosignature (Ed25519), narrowed by docs/PROTOCOL.md 2: exactly three
 * lines, the key name is the origin. Whose origin it is, and whether its incarnation is the newest, the caller decides
 * (origin_read in model/ident.h): a checkpoint proves only what its signer claimed.
 */

#include "auditlog/note.h"
#include "model/ident.h"

struct checkpoint {
    struct note note; /* borrows from the bytes it was read from */
    struct view origin;
    uint64_t size;
    struct hash root;
};

/* Appends the note that KEY signs as ORIGIN. Must not contradict an earlier one. */
MUST_USE bool checkpoint_sign(const char *origin, uint64_t size, const struct hash *root, const struct sign_key *key,
                              struct bytes *note, struct error *err);

/* Reads a checkpoint as it stands in content, receipts and records: one signature line, key name = origin, at most
 * BOUND_CHECKPOINT bytes. Verifies nothing: the origin names the key to verify with. E-LOG-04. */
MUST_USE bool checkpoint_read(struct view note, struct checkpoint *out, struct error *err);
/* The same with cosignatures behind the log's own line, which comes first. */
MUST_USE bool checkpoint_read_cosigned(struct view note, struct checkpoint *out, struct error *err);

/* Whether KEY, the log's, signed it. E-LOG-05. */
MUST_USE bool checkpoint_verify(const struct checkpoint *c, const struct verify_key *key, struct error *err);

/* Appends the line by which NAME (`federation/fid16/agency`) cosigns TEXT, the three lines: it saw them at TIME_S (unix
 * seconds, not 0), and before that nothing that contradicts them. */
MUST_USE bool checkpoint_cosign(struct view text, const char *name, int64_t time_s, const struct sign_key *key,
                                struct bytes *line, struct error *err);
/* Whether NAME cosigned, and when. E-LOG-05. */
MUST_USE bool checkpoint_verify_cosignature(const struct checkpoint *c, struct view name, const struct verify_key *key,
                                            int64_t *time_s, struct error *err);

#endif
