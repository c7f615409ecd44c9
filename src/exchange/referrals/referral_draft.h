#ifndef EXCHANGE_REFERRAL_DRAFT_H
#define EXCHANGE_REFERRAL_DRAFT_H
/* The steps before a message with sections is queued: survey the case, make the body, ask the gate, record a denial.
 *
 * Floor: exchange. Used for the first message of a referral and for the sections sent on acceptance.
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

struct body;

#define BODY_OVERHEAD    1024 /* bytes of a body that are not its sections, at most */
#define SECTION_OVERHEAD 32   /* bytes around the data of a section, at most */

/* A referral being made: what was asked, what may be sent, what is sent now. */
struct referral_draft {
    const struct control_refer_ask *ask;
    struct case_row case_row;
    int64_t under;                /* number of the consent under which it goes; 0: whichever covers most */
    struct view own[SECTION_END]; /* what this agency knows, encoded, whether it may be sent or not */
    struct gate_survey survey;
    section_set now;   /* in this message */
    section_set later; /* on acceptance */
};

/* Opens the case of M->case_row and fills M->survey. Sections that the case has from other agencies alone are present
 * there, and not covered. */
MUST_USE bool referral_draft_survey(struct exchange *x, struct referral_draft *m, struct error *err);
/* Adds the sections in SET to BODY, each as far as it may be sent (M->survey.data). */
void referral_draft_add_sections(const struct referral_draft *m, section_set set, struct body *body);
/* Encodes BODY, makes a random salt and message id, and asks the gate: see consent_gate_disclose. E-REF-03 too big. */
MUST_USE bool referral_draft_pass_gate(struct exchange *x, const struct referral_draft *m, const struct body *body,
                                       enum purpose purpose, struct disclosure **out, enum denial *denied,
                                       struct error *err);
/* Why the first of SECTIONS is held back. */
enum denial referral_draft_reason(const struct referral_draft *m, section_set sections);
/* Writes a record DENIED about SECTIONS. */
MUST_USE bool referral_draft_record_denied(struct exchange *x, const struct referral_draft *m, enum purpose purpose,
                                           section_set sections, enum denial reason, struct error *err);

#endif
