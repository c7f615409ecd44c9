#ifndef EXCHANGE_OWED_LIST_H
#define EXCHANGE_OWED_LIST_H
/* What is owed to other agencies, for people.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "model/refusal.h"

/* What is open, or was answered in a way that a person has to look at. */
struct owed_summary {
    enum owed what;
    struct address agency;
    struct ident subject; /* consent, or referral of a reply or cancellation */
    uint32_t step;        /* enum consent_state, or enum referral_state of a reply or cancellation */
    int64_t since_ms;
    int64_t receipt_ms;              /* of a withdrawal: when that agency receipted it; 0: it did not */
    uint32_t answer_by;              /* of one that it receipted: unix day by which it answers */
    int64_t late_ms;                 /* what is open: from then on somebody has to act */
    enum hold hold;                  /* of what is open without a receipt: why it waits */
    int64_t next_try_ms;             /* then; 0: none is set */
    bool by_hand;                    /* nothing can leave for that agency any more, or it refuses this */
    bool cut_off;                    /* no agency talks to this one any more */
    enum admission_step refused_at;  /* it refuses this without a receipt, for what does not pass; 0: it does not */
    enum refusal_reason refused_why; /* with STEP_ACTS */
    int64_t refused_ms;              /* since when */
    bool doubted;  /* it is settled: the agency states that it held nothing, and signed that it had received data */
    bool replaced; /* doubted: its machine was replaced after it received them */
    bool lost;     /* it is settled: the agency's log began anew without what this answers; a person tells it */
};
typedef bool exchange_on_owed_fn(void *cookie, const struct owed_summary *o, struct error *err);
/* What is open, oldest first, then what is doubted, then what was lost. Also works read only. */
MUST_USE bool exchange_owed_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err);
/* On a node that is a copy (signed_beyond): the withdrawals recorded here that nobody has confirmed. The newer log may
 * not know of them, and may have sent data also where this one did not. WHAT, AGENCY and SUBJECT only. */
MUST_USE bool exchange_untold_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err);
/* A person told AGENCY outside refex what is owed to it, or what cannot reach it, about SUBJECT (a consent, or the
 * referral of a reply or cancellation); or AGENCY, which stated that it held nothing, explained what became of the
 * data; or nobody is left there: a record, and it is not listed any more. Said again it has no effect. E-OWE-01 nothing
 * is owed, E-OWE-02 this node can tell it, E-OWE-08 REASON is of another case. */
MUST_USE bool exchange_owed_close(struct exchange *x, const struct address *agency, const struct ident *subject,
                                  enum closing reason, struct error *err);

#endif
