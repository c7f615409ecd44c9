#ifndef EXCHANGE_CONSENT_GATE_H
#define EXCHANGE_CONSENT_GATE_H
/* The gate: no message is sealed that did not pass it, and none about a person passes without a valid consent.
 *
 * Floor: exchange. Only consent_gate_disclose makes a struct disclosure, and traffic/sealing seals nothing else. It
 * runs in the writing transaction when a message is made, and again each time it is released. The rule itself, the end
 * of a consent (consent_has_ended) included, is consent_permits and consent_covers of model/consent.h, which the
 * receiver applies to the same receipt.
 */

#include "exchange/consent/consent_book.h"
#include "model/envelope.h"
#include "model/record.h"

struct exchange;
struct disclosure; /* made here only; lives until the tick ends */

/* What of a case may be sent, under the one consent that covers most of it. */
struct gate_survey {
    struct consent_entry *consent; /* NULL: none permits a referral to this recipient for this purpose */
    section_set present;           /* sections that hold something */
    section_set covered;
    struct view data[SECTION_END]; /* of the covered ones: the section, or a copy without the fields in left_out */
    const uint32_t *left_out;      /* FIELD_REFs of covered sections that the consent leaves out, strictly ascending */
    size_t left_out_count;
    enum denial
        why[SECTION_END]; /* for each section that is not covered, where there is no consent; else present ones */
};

/* Finds out which of SECTIONS (encoded; empty: not there) may be sent to RECIPIENT for PURPOSE today; UNDER the consent
 * of this number alone, 0: under any. A section with no
 * fields but those the consent leaves out is not covered. Writes nothing. *OUT is valid until the tick ends, when
 * copies of sections are wiped. */
MUST_USE bool consent_gate_survey(struct exchange *x, int64_t case_number, int64_t under,
                                  const struct address *recipient, enum purpose purpose,
                                  const struct view sections[SECTION_END], struct gate_survey *out, struct error *err);

/* The same of what may be printed for somebody outside the federation, under the consent of ROW, which is for them and
 * says so: *OUT->consent is NULL, and *DENIED why, where it permits nothing now. */
MUST_USE bool consent_gate_survey_outside(struct exchange *x, const struct consent_row *row,
                                          const struct view sections[SECTION_END], struct gate_survey *out,
                                          enum denial *denied, struct error *err);

/* A message to be sent. */
struct gate_ask {
    struct ident message;
    struct address recipient;
    enum message_kind kind;
    struct consent_entry *consent; /* if message_kind_needs_permission; else NULL */
    enum purpose purpose;          /* the same; else 0 */
    struct view body;              /* encoded; the gate decodes it, so that what it checks is what is sealed */
    const uint8_t *salt;           /* SALT_SIZE bytes, for the body's commitment */
    uint32_t expiry;               /* unix day */
    bool dry_run;                  /* it is neither put nor released */
    bool may_wait; /* it is put, not released: for an agency that cannot be reached, what is owed to it passes too */
};

/* Passes or denies. Passed: *OUT is set. Denied: *DENIED is the reason, *OUT is NULL, and true is returned; the caller
 * records it (DENIED, or WITHHELD at release). False: it could not be decided, see *ERR. */
MUST_USE bool consent_gate_disclose(struct exchange *x, const struct gate_ask *ask, struct disclosure **out,
                                    enum denial *denied, struct error *err);

/* The gate again, for a message made in this tick. Its body is unchanged in memory, so only membership and consent are
 * checked: the consent may have been stopped in the same tick, which the log says. *DENIED is 0: it may leave. False:
 * it could not be decided, see *ERR, and it neither leaves nor is withheld. */
MUST_USE bool consent_gate_recheck(struct exchange *x, const struct disclosure *d, enum denial *denied,
                                   struct error *err);

/* What passed. Views live as long as those in the ask. */
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
    bool is_emergency;
};
const struct disclosed *disclosure_of(const struct disclosure *d);

#endif
