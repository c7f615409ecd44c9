#ifndef EXCHANGE_REFERRAL_BODIES_H
#define EXCHANGE_REFERRAL_BODIES_H
/* What the messages of a referral hold of a person, as far as her consent still allows it to be read.
 *
 * Floor: exchange. Reading is checked each time, for each message against its own consent: the rule that admitted it,
 * as of today. So what was withdrawn, has ended or was erased is read nowhere: not with the referral, not with its
 * case.
 */

#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "store/peer_store.h"
#include "store/referral_store.h"

struct opened_body {
    bool there; /* it opens */
    struct body body;
    section_set may;      /* sections of it that may be read */
    enum error_code held; /* why it, or a part of it, is not read; 0: all is */
};

/* Opens message M of a referral with PEER; what it holds is wiped when the tick ends. False: the store failed, or
 * E-KEY-*. */
MUST_USE bool referral_bodies_open(struct exchange *x, const struct peer_row *peer, const struct message_row *m,
                                   struct opened_body *out, struct error *err);
/* A section as the newest message had it, by the ids that their sender gave them: they may come in another order. */
struct newest_section {
    struct view data;
    struct ident message;
};
/* Puts the sections of message M that may be read into SECTIONS; returns which were put there. */
section_set referral_bodies_take(const struct opened_body *b, const struct message_row *m,
                                 struct newest_section sections[SECTION_END]);

#endif
