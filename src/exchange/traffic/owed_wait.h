#ifndef EXCHANGE_OWED_WAIT_H
#define EXCHANGE_OWED_WAIT_H
/* How far an obligation has come, and from when its answer is late.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"
#include "store/obligation_store.h"

struct owed_wait {
    int64_t receipt_ms;  /* of a withdrawal: when its recipient receipted this step, by its own record; 0: it did not */
    uint32_t answer_by;  /* of a withdrawal with a receipt: unix day by which it is answered */
    int64_t late_ms;     /* from then on somebody has to act */
    enum hold hold;      /* why it waits; 0: it is receipted, or not open */
    int64_t next_try_ms; /* 0: none is set */
};

/* ROW is open. A receipt is due at once: a withdrawal without one is late after an hour, for its recipient may still
 * read. With one it is late when the day after that of erasure is over. All else is late after three days. */
MUST_USE bool owed_wait_of(struct exchange *x, const struct obligation_row *row, struct owed_wait *out,
                           struct error *err);

/* Whether the consent of ROW was taken and withdrawn here and nobody confirmed that, while this node is a copy: by its
 * own word it tells nobody. */
MUST_USE bool owed_wait_is_untold(struct exchange *x, const struct consent_row *row, bool *untold, struct error *err);

#endif
