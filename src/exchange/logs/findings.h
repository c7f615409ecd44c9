#ifndef EXCHANGE_FINDINGS_H
#define EXCHANGE_FINDINGS_H
/* Alarms about another agency's log: that it forked, or failed to prove that it only grew. One record of each kind for
 * each incarnation of the log, until a person closes it with a reason; `refex status` shows it until then
 * (refexd/findings/findings.def). witness.h detects a fork, growth.h asks for the proof; here the alarm is raised.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "model/record.h"
#include "store/peer_store.h"

/* Two notes of a log; BY_INDEX: the leaf that each of them has at one index. */
struct finding_proof {
    struct view first;
    struct view second;
    bool by_index;
    struct record_fork_leaf leaves[2];
};

/* Two notes of PEER's log (FORK: that cannot both be true; UNLINKED: one that was not proven to be of the log of the
 * newest linked one). The first time, and again after a person closed it, a record and an error in the log: *IS_NEW.
 * While it stands, it is counted. *KEEP: the notes are to be kept, so that a closing holds for them too; of a peer that
 * makes endlessly many only the first. In the open transaction. */
MUST_USE bool findings_raise(struct exchange *x, const struct peer_row *peer, uint32_t incarnation, enum finding which,
                             const struct finding_proof *proof, bool *is_new, bool *keep, struct error *err);

/* Which findings stand about PEER: bit n for enum finding n. */
MUST_USE bool findings_standing(struct exchange *x, int64_t peer, uint32_t *which, struct error *err);

#endif
