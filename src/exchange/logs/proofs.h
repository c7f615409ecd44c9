#ifndef EXCHANGE_PROOFS_H
#define EXCHANGE_PROOFS_H
/* Checks that a record is in another agency's log, by the inclusion path and the checkpoint that came with it.
 *
 * Floor: exchange; of the library logs, includes nothing of a node. The signature of a checkpoint is verified once,
 * then cached by the note's bytes and the key.
 */

#include "auditlog/checkpoint.h"
#include "base/arena.h"
#include "model/envelope.h"
#include "model/record.h"

struct proof_question {
    struct view agency; /* full address of the agency whose log it should be */
    struct view record; /* its encoded bytes */
    struct view path;
    struct view checkpoint;
};

struct proof_answer {
    struct record record; /* decoded; its views are of the arena, or of the question */
    struct hash leaf;
    uint32_t incarnation;
    uint64_t size; /* of the checkpoint */
    struct hash root;
};

/* Who signs for an agency. */
struct proof_signer {
    const struct verify_key *key;
    struct hash certificate; /* a key's name in the cache: another certificate, another entry */
    const struct verify_key *former[BOUND_SUCCESSIONS]; /* that signed before it, the newest first */
    struct proof_change *changes[BOUND_SUCCESSIONS];    /* of each of them */
    size_t former_count;
};
/* Up to where a former key counts: the smallest tree that a key behind it signed while that was the newest. What is
 * larger, or of a later log, neither it signed nor one before it. */
struct proof_change {
    uint32_t incarnation; /* 0: none was signed yet */
    uint64_t size;
    bool is_new; /* it is not stored yet (former_keys.h) */
};
/* Whether one of these keys signed C, which is of the log INCARNATION, while it was the agency's; 0: whenever.
 * E-LOG-05. */
MUST_USE bool proof_signer_check(const struct proof_signer *s, const struct checkpoint *c, uint32_t incarnation,
                                 struct error *err);
/* The signer of AGENCY (full address), also of one that has left since: what it signed before stays valid, unless its
 * key was compromised. E-LOG-20. */
typedef bool proofs_signer_fn(void *cookie, struct view agency, struct proof_signer *out, struct error *err);

struct proofs;
/* FEDERATION is that of the agencies, and outlives it. */
struct proofs *proofs_new(const struct federation *federation, proofs_signer_fn *find_signer, void *cookie);
void proofs_free(struct proofs *p);
/* Keys or members changed: empties the cache. */
void proofs_invalidate(struct proofs *p);
/* Whether a check said more of up to where a former key counts, since this was asked last. */
bool proofs_changed(struct proofs *p);

/* True if the proof holds; the record is decoded into ARENA. Else E-LOG-2x, and *FAILED (may be NULL) is the admission
 * step to name in a refusal: STEP_CONTENT, STEP_CHECKPOINT or STEP_INCLUSION. */
MUST_USE bool proofs_check(struct proofs *p, const struct proof_question *q, struct arena *arena,
                           struct proof_answer *out, enum admission_step *failed, struct error *err);

/* A checkpoint alone: sets incarnation, size and root of *OUT. E-LOG-2x. */
MUST_USE bool proofs_check_note(struct proofs *p, struct view agency, struct view note, struct proof_answer *out,
                                struct error *err);

#endif
