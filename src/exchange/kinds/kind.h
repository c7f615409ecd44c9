#ifndef EXCHANGE_KIND_H
#define EXCHANGE_KIND_H
/* What a node does with each kind of message: a file kind_ACTS for each ACTS of src/model/message_kinds.def.
 *
 * Floor: exchange. The inbox calls find and take of the kind that came, referral_show calls show.
 */

#include "codec/control_messages.h"
#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "model/refusal.h"
#include "store/referral_store.h"

/* A body that came in from PEER and will be durable with this tick. */
struct received_body {
    int64_t message; /* its number in message_store */
    int64_t peer;    /* its number in peer_store */
    const struct address *sender;
    const struct body *body;
    section_set sections;
    enum purpose purpose;
    int64_t consent; /* number of the consent it came under; 0: none */
};

/* What a message is beyond the share of its peer. */
enum standing {
    STANDING_IN_SHARE = 0,
    STANDING_OPEN,   /* answers something of ours that is open: taken whatever quota and room say */
    STANDING_REPEAT, /* says what was taken before: gets the receipt of that message again, and no record */
    STANDING_FULL,   /* no more of this kind is kept for the peer: told busy */
};

/* A function that is NULL does nothing. Those that return bool fail for the store only. */
struct kind_actions {
    /* Before an id is taken (B has no message number and no consent yet): sets *WHY where the message cannot be
     * acted on, and leaves it as it is otherwise. NULL: it always can. */
    bool (*check)(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err);
    /* Sets *REFERRAL or *CONSENT to the number of what the message is about; leaves them as they are if there is none.
     * A kind that begins a referral makes its row here. */
    bool (*find)(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                 struct error *err);
    /* Before it is stored; without one, in the share. *FIRST: for STANDING_REPEAT, our record of the first message. */
    bool (*standing)(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err);
    /* Does what the message asks for, after its row and body were written in the tick's transaction. */
    bool (*take)(struct exchange *x, const struct received_body *b, struct error *err);
    /* Message M of ours, of that kind, has its receipt: its row says which. */
    bool (*receipted)(struct exchange *x, const struct message_row *m, struct error *err);
    /* Message M of ours was withheld, and never left: its row says so. */
    bool (*withheld)(struct exchange *x, const struct message_row *m, struct error *err);
    /* Copies into *OUT what people are shown of it beside its sections. */
    void (*show)(const struct body *body, struct control_referral_detail *out);
};

/* Never NULL; for a kind that is not acted on, and a number that is no kind, a row that refuses. */
const struct kind_actions *kind_actions(enum message_kind k);

/* The check of kinds that are about an existing referral: it must be known here. */
MUST_USE bool kind_check_referral(struct exchange *x, const struct received_body *b, enum refusal_reason *why,
                                  struct error *err);
/* The same, of kinds that name the message that began the referral, FIRST: one under the same id that another agency
 * chose is not meant. */
MUST_USE bool kind_check_names_first(struct exchange *x, const struct received_body *b, const struct ident *first,
                                     enum refusal_reason *why, struct error *err);
/* The find of the same kinds. */
MUST_USE bool kind_find_referral(struct exchange *x, const struct received_body *b, int64_t *referral, int64_t *consent,
                                 struct error *err);
/* The referral that B is about: one that came in, or, where the kind's WAY is BACK, one of ours. */
MUST_USE bool kind_referral_of(struct exchange *x, const struct received_body *b, bool *found, struct referral_row *row,
                               struct error *err);

#endif
