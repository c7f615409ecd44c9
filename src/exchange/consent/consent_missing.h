#ifndef EXCHANGE_CONSENT_MISSING_H
#define EXCHANGE_CONSENT_MISSING_H
/* Consents taken here that the log has and the table has not any more: who writes the disk removed their rows.
 *
 * Floor: exchange. What is known of one, so that it can be withdrawn: its state and days from consent_log, who may have
 * received something from the DISCLOSED records, its number from the messages that these name, or from its content; its
 * key is the one that opens what a record commits to. Reads the whole exchange log: for what a person does, never for a
 * message.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"

struct consent_missing {
    /* As the log says. Number 0: not known any more; slot VAULT_OWN_SLOT: it is not known which key opens what lies
     * under it; recipient: this agency, if nothing left and its content is gone. */
    struct consent_row row;
    bool may_have_left; /* something under it, for row.recipient */
};

/* The consent ID of this agency, if its record is durable and its row is gone. E-LOG-*. */
MUST_USE bool consent_missing_find(struct exchange *x, const struct ident *id, bool *found, struct consent_missing *out,
                                   struct error *err);

typedef bool consent_missing_fn(void *cookie, const struct consent_missing *m, struct error *err);
enum consent_missing_which {
    CONSENT_MISSING_STANDING, /* by the log */
    CONSENT_MISSING_TO_ERASE, /* withdrawn, and not erased */
};
/* Calls ON_MISSING for each of those whose row is gone. It may restore it. */
MUST_USE bool consent_missing_walk(struct exchange *x, enum consent_missing_which which, consent_missing_fn *on_missing,
                                   void *cookie, struct error *err);

/* Writes the row of M again, in the open transaction; sets its number. */
MUST_USE bool consent_missing_restore(struct exchange *x, struct consent_missing *m, struct error *err);

#endif
