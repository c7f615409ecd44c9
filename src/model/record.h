#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H
/* The audit record: what happened, to which id, without a name (docs/PROTOCOL.md 4 and 12).
 *
 * Floor: model. Views in a record borrow: from the arena of the decoder, or from the caller when encoding.
 */

#include "model/audit_enums.h"
#include "model/ident.h"
#include "model/section.h"
#include "model/staff.h"

/* The kinds: number and name of each, first those of the exchange log, then those of the house log. The message of kind
 * n is field 15 + n of AuditRecord (proto/audit.proto), which says what its members are and how they are told. Behind
 * them the word of the event that such a record is, "" where it is none, and who is told: CASES, who works with cases;
 * TEAM, supervisors; OFFICE, these and connectors; HOLDER, of these who got it; NOBODY (model/event.h). Of the house
 * log a caseworker is told only what was given to him, by his own count (exchange/access/handed.h): how long that log
 * is says whether what he named is another's. */
#define RECORD_EXCHANGE_KINDS(KIND)                                                                                    \
    KIND(1, DISCLOSED, "sent", CASES)                                                                                  \
    KIND(2, RECEIVED, "came", CASES)                                                                                   \
    KIND(3, REFUSED, "refused", CASES)                                                                                 \
    KIND(4, RECEIPTED, "receipted", CASES)                                                                             \
    KIND(5, WITHHELD, "withheld", CASES)                                                                               \
    KIND(6, EXPIRED, "expired", CASES)                                                                                 \
    KIND(7, DENIED, "", NOBODY)                                                                                        \
    KIND(8, CONSENT, "consent", CASES)                                                                                 \
    KIND(9, WITHDRAWN, "withdrawn", CASES)                                                                             \
    KIND(10, ERASED, "erased", CASES)                                                                                  \
    KIND(11, INCARNATION, "", NOBODY)                                                                                  \
    KIND(12, WITNESSED, "", NOBODY)                                                                                    \
    KIND(13, FORK, "finding", TEAM)                                                                                    \
    KIND(14, CERTIFICATE, "", NOBODY)                                                                                  \
    KIND(15, KEYS, "", NOBODY)                                                                                         \
    KIND(16, DIRECTORY, "", NOBODY)                                                                                    \
    KIND(17, HOUSE, "", NOBODY)                                                                                        \
    KIND(18, COUNTED, "", NOBODY)                                                                                      \
    KIND(19, APPROVED, "", NOBODY)                                                                                     \
    KIND(20, SETTLED, "settled", CASES)                                                                                \
    KIND(21, CONSENTS, "", NOBODY)                                                                                     \
    KIND(22, TAKEN, "withdrawn", CASES)                                                                                \
    KIND(23, CLOCK, "clock", TEAM)                                                                                     \
    KIND(24, AGENCY_KEY, "agency-key", TEAM)                                                                           \
    KIND(25, UNLINKED, "finding", TEAM)                                                                                \
    KIND(26, CLOSED, "finding-closed", TEAM)                                                                           \
    KIND(27, FORK_LEAF, "", NOBODY)                                                                                    \
    KIND(28, REFERRAL_ERASED, "erased", CASES)                                                                         \
    /* the next one above this line */
#define RECORD_HOUSE_KINDS(KIND)                                                                                       \
    KIND(64, OPENED, "", NOBODY)                                                                                       \
    KIND(65, EXPORTED, "", NOBODY)                                                                                     \
    KIND(66, LOGIN, "", NOBODY)                                                                                        \
    KIND(67, STAFF, "staff", TEAM)                                                                                     \
    KIND(68, CONFIGURED, "", NOBODY)                                                                                   \
    KIND(69, BACKUP, "", NOBODY)                                                                                       \
    KIND(70, RESTORED, "", NOBODY)                                                                                     \
    KIND(71, NOT_OPENED, "", NOBODY)                                                                                   \
    KIND(72, NOT_ALLOWED, "", NOBODY)                                                                                  \
    KIND(73, ASSIGNED, "assigned", HOLDER)                                                                             \
    KIND(74, ALIKE, "alike", TEAM)                                                                                     \
    KIND(75, STAFF_PROPOSED, "staff-proposed", TEAM)                                                                   \
    KIND(76, SEARCHED, "", NOBODY)                                                                                     \
    KIND(77, NEVER, "", NOBODY)                                                                                        \
    KIND(78, REMINDED, "due", OFFICE)                                                                                  \
    KIND(79, BREAK_GLASS, "break-glass", TEAM)                                                                         \
    KIND(80, REVIEWED, "reviewed", TEAM)                                                                               \
    KIND(81, STAND_IN, "stand-in", TEAM)                                                                               \
    KIND(82, FORGOTTEN, "", NOBODY)                                                                                    \
    KIND(83, DESK, "desk", TEAM)                                                                                       \
    KIND(84, INCIDENT, "incident", TEAM)                                                                               \
    KIND(85, INCIDENT_CLOSED, "incident-closed", TEAM)                                                                 \
    KIND(86, CASE_END, "case-end", TEAM)                                                                               \
    KIND(87, ACTED, "", NOBODY)                                                                                        \
    KIND(88, SAID_BY_PHONE, "", NOBODY)                                                                                \
    KIND(89, ANSWER_REFUSED, "answer-refused", OFFICE)                                                                 \
    KIND(90, COMPARED, "", NOBODY)                                                                                     \
    KIND(91, STOPS_SEEN, "", NOBODY)                                                                                   \
    /* the next one above this line */

#define RECORD_NUMBER(number, name, event, told) RECORD_##name = (number),
enum record_kind {
    RECORD_EXCHANGE_KINDS(RECORD_NUMBER) RECORD_EXCHANGE_END,
    RECORD_HOUSE_KINDS(RECORD_NUMBER) RECORD_HOUSE_END,
};
#undef RECORD_NUMBER

/* The basis of what goes under a consent. Others have their place kept, and permit nothing yet. */
#define DISCLOSED_BASIS_CONSENT "consent"

struct record_disclosed {
    struct ident message;
    struct view recipient; /* full address */
    uint32_t message_kind;
    section_set sections;
    enum purpose purpose; /* 0 where the kind needs no permission */
    bool has_consent;
    struct ident consent;
    struct view basis;  /* empty but where the law allows it without consent */
    struct view ground; /* empty unless across a border */
    bool has_approver;
    struct ident approver;
    struct hash commitment;
};

/* RECEIVED and REFUSED. */
struct record_received {
    struct view sender;
    struct ident message;
    struct hash leaf;
    enum outcome outcome;
};

struct record_receipted {
    struct view recipient;
    struct ident message;
    struct hash leaf; /* of the receipt's record */
    enum outcome outcome;
};

/* WITHHELD and EXPIRED (reason 0). */
struct record_withheld {
    struct view recipient;
    struct ident message;
    enum denial reason;
    enum left left;
};

struct record_denied {
    struct view recipient;
    uint32_t message_kind;
    section_set sections;
    enum purpose purpose;
    bool has_consent;
    struct ident consent;
    enum denial reason;
};

/* CONSENT and WITHDRAWN. */
struct record_consent {
    struct ident consent;
    struct hash commitment;
    enum consent_state state;
    uint32_t until; /* unix day, last one included; in WITHDRAWN the day from which it is erased */
};

struct record_erased {
    struct ident consent;
    section_set erased;
    section_set kept;
    struct view ground;
    uint32_t until;
    enum erasure result;
    struct view agency; /* that took the consent; empty: this one */
};

/* What was owed to RECIPIENT is not any more. */
struct record_settled {
    struct view recipient;
    enum owed what;
    struct ident subject; /* consent (withdrawal, statement) or referral (reply, cancellation) */
    uint32_t step;        /* withdrawal, statement: enum consent_state; reply, cancellation: enum referral_state */
    enum settled how;
    bool has_leaf;
    struct hash leaf;    /* of the record in the recipient's log that answers: ERASED, RECEIVED or REFUSED */
    uint64_t index;      /* with a leaf: of that record; else 0 */
    enum erasure result; /* of a withdrawal that was answered; else 0 */
    enum closing reason; /* with SETTLED_CLOSED; else 0 */
};

/* INCARNATION: own, peers. FORK: the two notes. UNLINKED: the note, and the newest one that is linked. WITNESSED and
 * HOUSE: first only. CERTIFICATE: first = DER. */
struct record_notes {
    struct view first;
    struct view second;
};

/* What a checkpoint note begins with, as it came. */
struct record_note {
    struct view federation;
    struct view agency;
    struct view incarnation;
    struct view size;
    struct view root;
};

/* What both notes say, of the log of the first. */
struct record_notes_said {
    struct address agency;
    struct view incarnation;
    struct view sizes[2];
    size_t size_count; /* 0: the first does not say what a checkpoint does */
    struct view first;
    struct view second;
};

/* Where the two notes of the FORK before it do not show the fork by themselves: what stands at one index under the
 * first of them, and in the next record under the second. */
struct record_fork_leaf {
    uint64_t index;
    struct hash leaf;
    struct view path; /* 32 bytes a hash, at most BOUND_FORK_PATH, from the leaf to the root of the note */
};

/* What came with a referral that was declined here. */
struct record_referral_erased {
    struct ident referral;
    struct view agency; /* that sent it */
    section_set erased;
};

/* KEYS and DIRECTORY. */
struct record_note_hash {
    struct hash note;
    uint64_t sequence;
};

struct record_counted {
    enum counted_what what;
    uint64_t how_many;
    struct view agency; /* by whose link they came */
    uint32_t day;       /* unix day on which */
};

struct record_approved {
    struct ident message;
    struct ident approver;
    struct hash commitment;
};

struct record_agency_key {
    struct view agency;
    struct hash key; /* fingerprint of the identity key that the directory lists */
    enum agency_key_event event;
};

/* A person closed a finding about another agency's log. */
struct record_closed {
    struct view agency;
    uint32_t incarnation; /* of its log */
    enum finding which;
    enum finding_closing reason;
};

/* All consents at this place of the log (docs/PROTOCOL.md 12). */
struct record_consents {
    struct hash root; /* over their entries, in the order of their first record */
    uint64_t entries;
};

/* A consent of another agency: data came under it, or its taker said that it ended. */
struct record_taken {
    struct ident consent;
    struct view agency;       /* that took it */
    struct hash commitment;   /* of its CONSENT record */
    enum consent_state state; /* CONSENT_GIVEN: taken over with data; CONSENT_STOP and CONSENT_ERASE: told */
    uint32_t until;           /* unix day, last one included; where it ended the day from which it is erased here */
};

struct record_clock {
    enum clock_event event;
    int64_t trusted_ms; /* trusted time before it */
    int64_t clock_ms;   /* what the machine's clock showed */
};

struct record_house {
    bool has_object;
    struct ident object;
    enum house_what what;
    bool has_text;
    struct hash text; /* commitment */
};

struct record_staff {
    struct ident staff;
    staff_roles roles;   /* all that he has; 0: he left */
    uint32_t until;      /* unix day, the last of an auditor; else 0 */
    uint32_t scope_logs; /* of an auditor: as in struct audit_scope */
    uint32_t scope_from;
    uint32_t scope_until;
};

struct record_staff_proposed {
    struct ident staff;
    staff_roles give;
    staff_roles take;
    uint32_t until; /* unix day, the last of an auditor, as it would be; else 0 */
    enum proposal_step step;
};

struct record_not_allowed {
    uint32_t verb; /* kind of the request */
    bool has_object;
    struct ident object;
};

struct record_assigned {
    struct ident object; /* a case, or a referral that came in */
    enum house_what what;
    bool has_staff; /* else nobody holds it from then on */
    struct ident staff;
    bool has_desk; /* else it belongs to none */
    struct ident desk;
};

struct record_searched {
    enum house_what what;
    uint64_t found;
};

struct record_alike {
    struct ident case_id; /* that was brought in */
    struct ident like;    /* that was here, held by somebody else */
};

/* Whom it names is in no record: who reads the log may be he. */
struct record_never {
    struct ident case_id;
    bool lifted;
};

struct record_reminded {
    enum reminder what;
};

struct record_compared {
    struct hash key; /* the federation's fingerprint */
    enum compared_how how;
};

struct record_stops_seen {
    struct view agency;
    uint64_t consents;
};

struct record_answer_refused {
    struct ident referral;
    enum refused_answer whose;
};

/* BREAK_GLASS and REVIEWED. */
struct record_access {
    struct ident access;
    struct ident case_id;
    int64_t until_ms;          /* 0 in REVIEWED */
    enum access_review review; /* 0 in BREAK_GLASS */
};

struct record_stand_in {
    struct ident staff;
    struct ident absent;
    uint32_t until; /* unix day, the last; 0: not any more */
};

/* INCIDENT and INCIDENT_CLOSED: a referral went to the wrong agency. */
struct record_incident {
    struct ident incident;
    struct ident referral;
    struct view agency;          /* where it went */
    enum incident_ending ending; /* 0 in INCIDENT */
    enum incident_told told;     /* the same */
};

struct record_case_end {
    struct ident case_id;
    enum case_step what;
    uint32_t from; /* unix day from which it is deleted; 0: none is set */
    enum delete_reason reason;
};

struct record_forgotten {
    struct ident staff;
};

/* What a record of the exchange log says and names nobody for. */
struct record_acted {
    enum act what;
    struct ident object; /* a message, a consent */
};

struct record_desk {
    struct ident desk;
    enum desk_step step;
    enum desk_visibility visibility; /* with DESK_SET; else 0 */
    bool has_staff;
    struct ident staff;
    int64_t until_ms; /* with DESK_ON_DUTY; else 0 */
};

struct record {
    uint8_t salt[16];
    uint64_t index;
    int64_t time_ms;
    enum record_kind kind;
    bool has_actor;
    struct ident actor;
    union {
        struct record_disclosed disclosed;
        struct record_received received; /* and REFUSED */
        struct record_receipted receipted;
        struct record_withheld withheld; /* and EXPIRED */
        struct record_denied denied;
        struct record_consent consent; /* and WITHDRAWN */
        struct record_erased erased;
        struct record_notes notes;         /* INCARNATION, WITNESSED, FORK, UNLINKED, CERTIFICATE, HOUSE */
        struct record_note_hash note_hash; /* KEYS, DIRECTORY */
        struct record_counted counted;
        struct record_approved approved;
        struct record_settled settled;
        struct record_consents consents;
        struct record_taken taken;
        struct record_agency_key agency_key;
        struct record_closed closed;
        struct record_fork_leaf fork_leaf;
        struct record_referral_erased referral_erased;
        struct record_clock clock;
        struct record_house house; /* 64 to 71, but for STAFF */
        struct record_staff staff;
        struct record_staff_proposed staff_proposed;
        struct record_not_allowed not_allowed;
        struct record_assigned assigned;
        struct record_alike alike;
        struct record_reminded reminded;
        struct record_searched searched;
        struct record_never never;
        struct record_access access;
        struct record_stand_in stand_in;
        struct record_forgotten forgotten;
        struct record_acted acted;
        struct record_desk desk;
        struct record_incident incident;
        struct record_case_end case_end;
        struct record_answer_refused answer_refused;
        struct record_compared compared;
        struct record_stops_seen stops_seen;
    };
};

/* False: NOTE does not begin as a checkpoint. In our own log it does, for it was checked when it came. */
bool record_note_read(struct view note, struct record_note *out);
void record_notes_read(const struct record_notes *notes, struct record_notes_said *out);
const char *record_kind_name(enum record_kind value); /* "DISCLOSED" …; "?" for none of ours */
bool record_kind_find(struct view name, enum record_kind *out);
bool record_kind_is_house(enum record_kind k);
const char *taken_state_name(enum consent_state s); /* of TAKEN: "taken-over", "stop", "erase" */
bool owed_is_about_consent(enum owed value);        /* else about a referral */

#endif
