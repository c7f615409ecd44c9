#ifndef EXCHANGE_CASE_ERASING_H
#define EXCHANGE_CASE_ERASING_H
/* A case is deleted: its key is destroyed, and with it all that lies under it here; and what was sent of it.
 *
 * Floor: exchange. The record stands in the commit before a slot is overwritten, as with a consent that is erased; what
 * answers may have told of her goes, too, and nothing is called erased before. The row of the case stays, with its id,
 * for its consents and referrals name it.
 */

#include "exchange/exchange.h"
#include "model/audit_enums.h"
#include "model/referral_state.h"
#include "store/case_store.h"
#include "store/consent_store.h"

struct case_erasing;

/* Freed with free(). */
struct case_erasing *case_erasing_new(void);
/* Whether something may come yet of a referral in STATE that was sent under CONSENT, as the log has it: past its last
 * day they have erased it, and nobody there answers; her who was expected and did not come this agency looks for. */
bool case_erasing_is_open(const struct exchange *x, const struct consent_row *consent, enum referral_state state);
/* *WHY: what keeps it from being deleted, in words; NULL: nothing. */
MUST_USE bool case_erasing_waits(struct exchange *x, const struct case_row *row, const char **why, struct error *err);
/* Does it, in the tick's transaction. Consents that stand stand on; those that were withdrawn are erased on their own
 * day. E-KEY-21: the disk does not give a key of it, and nothing was written. */
MUST_USE bool case_erasing_do(struct exchange *x, const struct case_row *row, enum delete_reason reason,
                              struct error *err);
/* SLOT, of a case or of what another agency sent, is overwritten after the commit, and forgotten when nothing that was
 * answered of it is left. In the open transaction. */
MUST_USE bool case_erasing_give_up_slot(struct exchange *x, uint64_t slot, struct error *err);
/* Forgets slots that are overwritten, in the tick's transaction. */
MUST_USE bool case_erasing_advance(struct exchange *x, struct error *err);

#endif
