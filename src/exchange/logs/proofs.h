#ifndef EXCHANGE_PROOFS_H
#define EXCHANGE_PROOFS_H
/* A record, a path and a checkpoint that another agency sent: does its log hold that record?
 *
 * Floor: exchange. Each distinct checkpoint's signature is checked once (by the whole note's bytes and key).
 */

#include "exchange/exchange.h"
#include "model/envelope.h"

struct proof_question {
    struct view agency; /* whose log it should be: full address */
    struct view record; /* bytes as made */
    struct view path;
    struct view checkpoint;
};

struct proof_answer {
    struct record record; /* decoded; views live until the turn ends */
    struct hash leaf;
    uint32_t incarnation;
    uint64_t size; /* of the checkpoint */
    struct hash root;
};

/* True when it holds. *FAILED (may be NULL) is the admission step that an inbox names: STEP_CONTENT, STEP_CHECKPOINT,
 * STEP_INCLUSION. E-LOG-2x. */
MUST_USE bool proofs_check(struct exchange *x, const struct proof_question *q, struct proof_answer *out,
                           enum admission_step *failed, struct error *err);

struct proofs;
struct proofs *proofs_new(void);
void proofs_free(struct proofs *p);
/* Keys or members changed: nothing that was checked counts any more. */
void proofs_invalidate(struct proofs *p);

#endif
