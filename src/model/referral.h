#ifndef MODEL_REFERRAL_H
#define MODEL_REFERRAL_H
/* Referrals as messages: services, urgency, reasons for declining, and the bodies that carry them.
 *
 * Floor: model. The numbers are those of docs/PROTOCOL.md 15 and proto/referral.proto; services are those of a case
 * (proto/case.proto).
 */

#include "model/audit_enums.h"
#include "model/case_enums.h"
#include "model/ident.h"
#include "model/message_kind.h"
#include "model/referral_enums.h"
#include "model/referral_state.h"
#include "model/section.h"

/* The kinds' own messages in a body (field 15 + kind). A kind without one here has an empty message for now. */
struct referral_message { /* kinds REFERRAL, TRANSFER, SUB_REFERRAL, STATUS_APPLICATION, RETURN, TRACING */
    enum urgency urgency;
    const uint32_t *services; /* enum service, strictly ascending */
    size_t service_count;
    int64_t due_ms;      /* 0: none */
    section_set offered; /* sections that follow on acceptance; named only beside triage */
    bool released;       /* nothing follows: all is in this message (--release now) */
    struct view desk;    /* of the recipient; may be empty */
};

struct reply_message {          /* kind REPLY */
    enum referral_state state;  /* ACCEPTED or DECLINED */
    enum decline_reason reason; /* with DECLINED */
    struct view note;           /* free text, may be empty: sealed like all of the body */
    struct ident in_reply_to;   /* message id of the referral */
};

struct withdrawal_message { /* kind WITHDRAWAL */
    struct ident consent;
    enum consent_state state; /* CONSENT_STOP or CONSENT_ERASE */
    struct view record;       /* the WITHDRAWN record of the agency that took the consent */
    struct view path;
    struct view checkpoint; /* with path: proof that it is in that agency's log */
};

struct erasure_message { /* kind ERASURE_STATEMENT */
    struct ident consent;
    struct view record; /* the ERASED record of the agency that answers */
    struct view path;
    struct view checkpoint;
};

struct body_section {
    enum section section;
    struct view data; /* that section's message, as encoded by case_codec */
};

/* The body of a message; body_codec makes its bytes (docs/PROTOCOL.md 15). */
struct body {
    enum message_kind kind;
    bool has_referral;
    struct ident referral;
    struct body_section sections[SECTION_END]; /* ascending */
    size_t section_count;
    union {
        struct referral_message referral_part;
        struct reply_message reply;
        struct withdrawal_message withdrawal;
        struct erasure_message erasure;
    };
};

const char *service_name(enum service s); /* "SHELTER" … */
int64_t urgency_due_ms(enum urgency u);   /* 24 h, 72 h, 14 days */

#endif
