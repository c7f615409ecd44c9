#ifndef EXCHANGE_CONSENT_GATE_H
#define EXCHANGE_CONSENT_GATE_H
/* The one gate. Nothing is sealed that did not pass here; nothing passes that a recorded, valid consent does not cover.
 *
 * Floor: exchange. consent_gate_disclose is the only maker of struct disclosure, and exchange/sealing takes nothing
 * else. It runs inside the writing transaction when a message is made, and again each time one is released. The rule
 * itself is model/consent.h's consent_covers, which the receiver runs on the same receipt.
 */

#include "exchange/consent/consent_book.h"
#include "model/envelope.h"
#include "model/record.h"
#include "model/referral.h"

struct exchange;
struct disclosure; /* made here only; lives until the turn ends */

/* What one consent covers of what a case holds. */
struct gate_survey {
    struct consent_entry *consent; /* the one that covers most; NULL: none stands for this recipient */
    section_set present;           /* sections that hold something */
    section_set covered;
    struct view data[SECTION_END]; /* of those covered, what may go: the section, or a copy without the fields below */
    const uint32_t *left_out;      /* FIELD_REFs of covered sections that the consent leaves out, strictly ascending */
    size_t left_out_count;
    enum denial why[SECTION_END]; /* for those present and not covered */
};

/* Which of SECTIONS (encoded; empty views: nothing there) may go to RECIPIENT for PURPOSE today, and what of them. A
 * section that holds nothing but fields the consent leaves out is not covered. Reads only; what it gives out lives
 * until the turn ends (copies of sections are wiped then). */
MUST_USE bool consent_gate_survey(struct exchange *x, int64_t case_number, const struct address *recipient,
                                  enum purpose purpose, const struct view sections[SECTION_END],
                                  struct gate_survey *out, struct error *err);

/* A message that wants to leave. */
struct gate_ask {
    struct ident message;
    struct address recipient;
    enum message_kind kind;
    struct consent_entry *consent; /* with sections; else NULL */
    enum purpose purpose;          /* with sections; else 0 */
    struct view body;    /* encoded once; it is decoded here again, so that what is checked is what is sealed */
    const uint8_t *salt; /* SALT_SIZE bytes of the body's commitment */
    uint32_t expiry;     /* unix day */
};

/* Passes or denies. On a denial *denied says why, *out is NULL and true is returned: the caller records it (DENIED, or
 * WITHHELD at release). False: it could not be told. */
MUST_USE bool consent_gate_disclose(struct exchange *x, const struct gate_ask *ask, struct disclosure **out,
                                    enum denial *denied, struct error *err);

/* The gate again for a message of this turn: its body is in memory as it passed, so what is asked anew is what may have
 * changed since, membership and consent (a stop in the same turn). D is not to be used where *denied is set. */
MUST_USE bool consent_gate_recheck(struct exchange *x, struct disclosure *d, enum denial *denied, struct error *err);

/* What passed. Views live as long as those of the ask. */
struct disclosed {
    struct ident message;
    struct address recipient;
    enum message_kind kind;
    section_set sections;
    enum purpose purpose;
    struct consent_entry *consent;
    struct view body;
    const uint8_t *salt;
    struct hash commitment; /* of the body */
    uint32_t expiry;
};
const struct disclosed *disclosure_of(const struct disclosure *d);

#endif
