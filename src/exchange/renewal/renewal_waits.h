#ifndef EXCHANGE_RENEWAL_WAITS_H
#define EXCHANGE_RENEWAL_WAITS_H
/* At a coordinator's node: whose renewal waits for a person, so that status names him to the coordinator.
 *
 * Floor: exchange. In memory: who waits asks again within a day.
 */

#include "exchange/exchange.h"

struct renewal_waits;

struct renewal_waits *renewal_waits_new(void);
void renewal_waits_free(struct renewal_waits *w);
/* AGENCY asked on LINK, and is answered later. */
void renewal_waits_asked(struct exchange *x, uint64_t link, const struct address *agency);
/* Who asked last on LINK gets ANSWER (peer.Renewed). */
void renewal_waits_answered(struct exchange *x, uint64_t link, struct view answer);
/* The agencies that asked within two days and were told that it waits for a person: AT of FIRST so many, and *MORE. */
struct renewal_waiting {
    struct address agency;
    int64_t since_ms; /* by the time of records */
};
size_t renewal_waits_list(const struct exchange *x, struct renewal_waiting *first, size_t most, uint64_t *more);

#endif
