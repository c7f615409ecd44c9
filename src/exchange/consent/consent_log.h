#ifndef EXCHANGE_CONSENT_LOG_H
#define EXCHANGE_CONSENT_LOG_H
/* What the exchange log says of each consent: a map in memory from (id, agency that took it) to its newest record.
 *
 * Floor: exchange. Made from records alone; the table of consents is compared with it (consent_agreement.h) and never
 * believed against it. Nothing is ever removed: what ended stays ended when its row is gone. About 100 bytes a consent.
 * The root over its entries stands in records CONSENTS (docs/PROTOCOL.md 12).
 */

#include "model/record.h"

struct consent_log;

/* The newest record of a consent. */
struct consent_fact {
    struct ident consent;
    uint32_t agency;          /* private */
    struct hash commitment;   /* of its CONSENT record: to header, grants and case */
    enum consent_state state; /* of another agency's: GIVEN where it was taken over with data, STOP, ERASE */
    bool held;                /* recorded here, or data came under it: then it has a row */
    bool erased;              /* a record ERASED says so */
    uint32_t until;           /* unix day: of STOP and ERASE the day from which it is erased, else the last one */
    uint64_t record_index;    /* in our exchange log */
};

#define CONSENT_CHUNK 256 /* entries that are stored and hashed together */

/* OWN is this agency. */
struct consent_log *consent_log_new(const struct address *own, struct random_source *random);
void consent_log_free(struct consent_log *l);

/* Takes a record of the exchange log, in the order of the log: CONSENT, WITHDRAWN, TAKEN, ERASED; others have no
 * effect. */
void consent_log_apply(struct consent_log *l, const struct record *r);

/* How many records changed it. */
uint64_t consent_log_changes(const struct consent_log *l);

/* What the log says of the consent ID that AGENCY took; NULL: nothing. Valid until the next record is applied. */
const struct consent_fact *consent_log_find(const struct consent_log *l, const struct address *agency,
                                            const struct ident *id);

size_t consent_log_count(const struct consent_log *l);
/* The entry in PLACE, below the count, in the order of their first records. */
const struct consent_fact *consent_log_at(const struct consent_log *l, size_t place);
/* The entries that are a refusal, in the same order: how many, and the one in PLACE below that. */
size_t consent_log_refusals(const struct consent_log *l);
const struct consent_fact *consent_log_refusal(const struct consent_log *l, size_t place);
struct view consent_log_agency(const struct consent_log *l, const struct consent_fact *f);

/* The tree hash over all entries (docs/PROTOCOL.md 12). Hashes what changed since it was asked last. */
void consent_log_root(struct consent_log *l, struct hash *out);

/* --- stored in chunks --- */

size_t consent_log_chunks(const struct consent_log *l);
/* Whether chunk NUMBER changed since consent_log_stored. */
bool consent_log_chunk_changed(const struct consent_log *l, size_t number);
void consent_log_chunk_write(const struct consent_log *l, size_t number, struct bytes *out);
/* Every chunk is stored as it is now. */
void consent_log_stored(struct consent_log *l);
/* Appends the entries of a chunk as they were written. False: it is none. */
bool consent_log_chunk_read(struct consent_log *l, struct view chunk);

#endif
