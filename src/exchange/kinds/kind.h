#ifndef EXCHANGE_KIND_H
#define EXCHANGE_KIND_H
/* What the kinds of messages do here: one file a kind, kind_ACTS.c of src/model/message_kinds.def.
 *
 * Floor: exchange. inbox asks the kind of what came; nothing else depends on which kind it is.
 */

#include "exchange/exchange.h"
#include "store/referral_store.h"

/* A body that came in from PEER and is durable with this tick. CONSENT is the number of the entry it came under; 0: none. */
struct received_body {
    int64_t message; /* number */
    int64_t peer;
    const struct address *sender;
    const struct body *body;
    section_set sections;
    enum purpose purpose;
    int64_t consent;
};

/* NULL: nothing to do. */
struct kind_actions {
    /* The referral it is about (made here by kinds that begin one), or the consent: numbers, left alone when there is
     * none. */
    bool (*find)(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err);
    /* What it asks for. Its row and its body are in the open transaction. */
    bool (*take)(struct exchange *x, const struct received_body *b, struct error *err);
    /* What of it a person sees beside its sections. */
    void (*show)(const struct body *body, struct referral_detail *out);
};

/* The table. No kind: nothing is done. */
const struct kind_actions *kind_actions(enum message_kind k);

/* find of a kind about a referral that is there: sent FORTH or BACK, by its row. */
MUST_USE bool kind_find_referral(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                                 struct error *err);
/* The referral that B is about, by its kind's way. */
MUST_USE bool kind_referral_of(struct exchange *x, const struct received_body *b, bool *found, struct referral_row *row,
                               struct error *err);

#endif
