#ifndef EXCHANGE_OWED_FACTS_H
#define EXCHANGE_OWED_FACTS_H
/* What is owed and what was settled, as the records of the exchange log say it.
 *
 * Floor: exchange. Kinds are read from the bytes of the records, never from a column. Of the database only two things
 * are asked: the referral of a reply or cancellation, which its record does not name, and the rows of the log.
 */

#include "exchange/exchange.h"
#include "model/record.h"

struct owed_fact {
    enum owed what;
    struct ident subject;  /* consent, or referral of a reply or cancellation */
    struct address agency; /* to whom */
    uint32_t step;         /* enum consent_state; of a reply or cancellation 0: its record does not say it */
    uint64_t record_index; /* of the record by which it is owed */
    int64_t since_ms;      /* its time */
    enum settled settled;  /* 0: it is owed */
    enum erasure result;
    int64_t settled_by;  /* as in struct obligation_row */
    int64_t answered_by; /* the same */
    int64_t closed_by;   /* the same */
};

struct owed_facts;
typedef bool owed_facts_fn(void *cookie, const struct owed_fact *fact, struct error *err);

/* WHOLE: all records are read. Else those from some record on, to which what was owed by then is added first. */
struct owed_facts *owed_facts_new(struct exchange *x, bool whole);
void owed_facts_free(struct owed_facts *f);

/* Adds FACT, which was owed when the reading begins. */
void owed_facts_add(struct owed_facts *f, const struct owed_fact *fact);
/* Reads the committed records from FROM on. E-LOG-*. */
MUST_USE bool owed_facts_read(struct owed_facts *f, uint64_t from, struct error *err);
/* The same, outside a transaction; fails where they are not those that the newest checkpoint signs: what is owed is
 * made by them. */
MUST_USE bool owed_facts_read_signed(struct owed_facts *f, uint64_t from, struct error *err);
/* One of both. */
typedef bool owed_facts_read_fn(struct owed_facts *f, uint64_t from, struct error *err);
/* Calls ON_FACT with what, subject and agency of each SETTLED record from FROM on. */
MUST_USE bool owed_facts_walk_settled(struct exchange *x, uint64_t from, owed_facts_fn *on_fact, void *cookie,
                                      struct error *err);
/* Whether what was read does not suffice: a record is about something that was neither added nor read. */
bool owed_facts_is_unsure(const struct owed_facts *f);

/* In the order in which they were first owed. */
MUST_USE bool owed_facts_walk(const struct owed_facts *f, owed_facts_fn *on_fact, void *cookie, struct error *err);

/* Whether something of STEP is owed although the same was settled before as SETTLED with RESULT at STEP_BEFORE. */
bool owed_facts_again(enum owed what, enum settled settled, enum erasure result, uint32_t step_before, uint32_t step);

#endif
