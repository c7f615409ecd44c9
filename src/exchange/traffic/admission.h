#ifndef EXCHANGE_ADMISSION_H
#define EXCHANGE_ADMISSION_H
/* Steps 1 to 9 of admission: until they have passed the sender is not proven (docs/PROTOCOL.md 7).
 *
 * Floor: exchange. Reads, and writes nothing; the inbox answers and stores.
 */

#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_book.h"
#include "exchange/exchange.h"
#include "exchange/logs/proofs.h"
#include "model/refusal.h"
#include "store/peer_store.h"

struct link;
struct seal_key;

/* A message on its way through the steps; each fills in what it found. */
struct incoming {
    struct exchange *x;
    const struct link *link;
    struct envelope envelope;
    const struct seal_key *key;
    struct bytes *plain; /* wiped when the tick ends */
    struct content content;
    struct proof_answer proof;
    const struct record_disclosed *disclosed;
    struct body body;
    struct body_contents holds;
    struct peer_row peer;
    struct consent_entry *consent; /* NULL: none, or not stored yet */
    struct consent_receipt receipt;
    bool receipt_is_new;        /* of a consent that is not stored yet */
    bool receipt_is_more;       /* of one that is stored; it shows more of it */
    bool receipt_came;          /* RECEIPT is set; else that of CONSENT is the one that came */
    enum admission_step failed; /* steps 1 to 9, and STEP_ACTS with a reason */
    enum refusal_reason reason;
    enum hold hold; /* with it: why it may be taken later; 0: nothing is known of that */
    bool over;      /* the peer has had its share of today */
    bool awaited;   /* the peer has not said yet how its log began anew */
    bool put_off;   /* … and does so under a key that does not count here yet */
};

/* Steps 1 to 8 of the envelope PAYLOAD, in which IN->x and IN->link are set. False: IN->failed, and IN->hold or 0. */
MUST_USE bool admission_check_envelope(struct incoming *in, struct view payload, struct error *why);
/* The incarnation, step 9 and whether the sender's key is held, when IN->peer is set. False: as above. */
MUST_USE bool admission_check_record(struct incoming *in, struct error *why);

#endif
