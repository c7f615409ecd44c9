#ifndef EXCHANGE_KIND_CORRECTED_H
#define EXCHANGE_KIND_CORRECTED_H
/* Kind correction-answer: whether what was corrected is taken over, or contested, at the agency that holds it.
 *
 * Floor: exchange. A code and an id, nothing of her: it needs no permission. The newest of one correction counts.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_corrected;

/* Of each correction that came with the referral and is not answered so already. E-REF-01, E-REF-02 it went out,
 * E-COR-01 none came of these sections. */
MUST_USE bool exchange_referral_corrected(struct exchange *x, const struct control_referral_corrected_ask *ask,
                                          struct control_referral *out, struct error *err);

/* What both see of the corrections of ROW, oldest first; *COUNT of them, the newest BOUND_TIMELINE. */
MUST_USE bool kind_corrected_list(struct exchange *x, const struct referral_row *row,
                                  struct control_correction_shown *out, size_t *count, struct error *err);
/* *OUT: of which sections of ROW a correction that came has no answer yet. *OPENED: how many corrections open. */
MUST_USE bool kind_corrected_unanswered(struct exchange *x, const struct referral_row *row, section_set *out,
                                        size_t *opened, struct error *err);
/* Of the sections of ROW, which went out, by the newest correction of each: *ASKED, of which no answer has come;
 * *CONTESTED, which the other agency knows otherwise, and *SINCE_MS, when it said so last. */
MUST_USE bool kind_corrected_stands(struct exchange *x, const struct referral_row *row, section_set *asked,
                                    section_set *contested, int64_t *since_ms, struct error *err);

#endif
