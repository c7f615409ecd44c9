#ifndef EXCHANGE_PROOFS_H
#define EXCHANGE_PROOFS_H
/* Checks that a record is in another agency's log, by the inclusion path and the checkpoint that came with it.
 *
 * Floor: exchange. The signature of a checkpoint is verified once, then cached by the note's bytes and the key.
 */

#include "auditlog/checkpoint.h"
#include "exchange/exchange.h"
#include "model/envelope.h"

struct proof_question {
    struct view agency; /* full address of the agency whose log it should be */
    struct view record; /* its encoded bytes */
    struct view path;
    struct view checkpoint;
};

struct proof_answer {
    struct record record; /* decoded; views live until the tick ends */
    struct hash leaf;
    uint32_t incarnation;
    uint64_t size; /* of the checkpoint */
    struct hash root;
};

/* True if the proof holds. Else E-LOG-2x, and *FAILED (may be NULL) is the admission step to name in a refusal:
 * STEP_CONTENT, STEP_CHECKPOINT or STEP_INCLUSION. */
MUST_USE bool proofs_check(struct exchange *x, const struct proof_question *q, struct proof_answer *out,
                           enum admission_step *failed, struct error *err);

/* A checkpoint alone: sets incarnation, size and root of *OUT. E-LOG-2x. */
MUST_USE bool proofs_check_note(struct exchange *x, struct view agency, struct view note, struct proof_answer *out,
                                struct error *err);

struct proofs;
struct proofs *proofs_new(void);
void proofs_free(struct proofs *p);
/* Keys or members changed: empties the cache. */
void proofs_invalidate(struct proofs *p);

#endif
