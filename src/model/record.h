#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H
/* The audit record: what happened, to which id, without a name (docs/PROTOCOL.md 4 and 12).
 *
 * Floor: model. Views in a record borrow: from the arena of the decoder, or from the caller when encoding.
 */

#include "model/ident.h"
#include "model/section.h"

/* The kinds: number and name of each, first those of the exchange log, then those of the house log. The message of kind
 * n is field 15 + n of AuditRecord (proto/audit.proto), which says what its members are and how they are told. */
#define RECORD_EXCHANGE_KINDS(KIND)                                                                                    \
    KIND(1, DISCLOSED)                                                                                                 \
    KIND(2, RECEIVED)                                                                                                  \
    KIND(3, REFUSED)                                                                                                   \
    KIND(4, RECEIPTED)                                                                                                 \
    KIND(5, WITHHELD)                                                                                                  \
    KIND(6, EXPIRED)                                                                                                   \
    KIND(7, DENIED)                                                                                                    \
    KIND(8, CONSENT)                                                                                                   \
    KIND(9, WITHDRAWN)                                                                                                 \
    KIND(10, ERASED)                                                                                                   \
    KIND(11, INCARNATION)                                                                                              \
    KIND(12, WITNESSED)                                                                                                \
    KIND(13, FORK)                                                                                                     \
    KIND(14, CERTIFICATE)                                                                                              \
    KIND(15, KEYS)                                                                                                     \
    KIND(16, DIRECTORY)                                                                                                \
    KIND(17, HOUSE)                                                                                                    \
    KIND(18, COUNTED)                                                                                                  \
    KIND(19, APPROVED)                                                                                                 \
    KIND(20, SETTLED)                                                                                                  \
    KIND(21, CONSENTS)                                                                                                 \
    KIND(22, TAKEN)                                                                                                    \
    KIND(23, CLOCK)                                                                                                    \
    KIND(24, AGENCY_KEY)                                                                                               \
    KIND(25, UNLINKED)                                                                                                 \
    KIND(26, CLOSED)                                                                                                   \
    KIND(27, FORK_LEAF)                                                                                                \
    /* the next one above this line */
#define RECORD_HOUSE_KINDS(KIND)                                                                                       \
    KIND(64, OPENED)                                                                                                   \
    KIND(65, EXPORTED)                                                                                                 \
    KIND(66, LOGIN)                                                                                                    \
    KIND(67, STAFF)                                                                                                    \
    KIND(68, CONFIGURED)                                                                                               \
    KIND(69, BACKUP)                                                                                                   \
    KIND(70, RESTORED)                                                                                                 \
    KIND(71, NOT_OPENED)                                                                                               \
    /* the next one above this line */

#define RECORD_NUMBER(number, name) RECORD_##name = (number),
enum record_kind {
    RECORD_EXCHANGE_KINDS(RECORD_NUMBER) RECORD_EXCHANGE_END,
    RECORD_HOUSE_KINDS(RECORD_NUMBER) RECORD_HOUSE_END,
};
#undef RECORD_NUMBER

/* Outcomes of RECEIVED (1) and REFUSED (2 to 6). */
enum outcome {
    OUTCOME_STORED = 1,
    OUTCOME_OTHER_LEAF,
    OUTCOME_WITHDRAWN,
    OUTCOME_NOT_COVERED,
    OUTCOME_CONSENT_WRONG,
    OUTCOME_NO_ROOM,
    OUTCOME_END
};

/* States in CONSENT (1 to 3) and WITHDRAWN (4, 5). */
enum consent_state {
    CONSENT_GIVEN = 1,
    CONSENT_RENEWED,
    CONSENT_REFUSED,
    CONSENT_STOP,
    CONSENT_ERASE,
    CONSENT_STATE_END
};

/* Why the gate refused (reason of DENIED and WITHHELD). */
enum denial {
    DENIAL_NO_CONSENT = 1,  /* no valid consent names this recipient and purpose */
    DENIAL_SECTION,         /* a required section is not covered */
    DENIAL_EXCLUDED_FIELD,  /* a covered section holds a field that the grant excludes */
    DENIAL_EXPIRED,         /* the consent's last day is over */
    DENIAL_WITHDRAWN,       /* it was withdrawn */
    DENIAL_REFUSED,         /* the person refused this recipient */
    DENIAL_NOT_MEMBER,      /* the recipient is not in a directory that is valid now */
    DENIAL_CONTACT_RULE,    /* contact without its safe-contact rule */
    DENIAL_IRREVERSIBLE,    /* there is no record that she was told it cannot be taken back */
    DENIAL_LOG_MISMATCH,    /* the consent does not match its record in the log */
    DENIAL_CANCELLED,       /* the caseworker cancelled */
    DENIAL_ONWARD,          /* onward sharing is not granted */
    DENIAL_LEFT,            /* the recipient has left the federation */
    DENIAL_KEY_COMPROMISED, /* the recipient's keys may be in other hands */
    DENIAL_LOST,            /* the recipient's log began anew without what this belongs to */
    DENIAL_CLOSED,          /* a person closed what this was to tell */
    DENIAL_ANSWERED,        /* the recipient answered meanwhile what this was to ask */
    DENIAL_END
};

/* What a message that does not leave any more had done before (field 4 of WITHHELD and EXPIRED). */
enum left { LEFT_NEVER = 1, LEFT_PERHAPS, LEFT_END };

/* What is owed to another agency until it is settled (docs/PROTOCOL.md 15). */
enum owed { OWED_WITHDRAWAL = 1, OWED_STATEMENT, OWED_REPLY, OWED_CANCELLATION, OWED_END };

/* How something owed ended; or that it did not. */
enum settled {
    SETTLED_ANSWERED = 1, /* a withdrawal by a believed statement, the others by their receipt */
    SETTLED_REFUSED,      /* a receipt refuses it by a name that does not pass */
    SETTLED_CLOSED,       /* a person closed it */
    SETTLED_ERASED,       /* what it was about is erased here */
    SETTLED_REOPENED,     /* it is owed again: the recipient's log began anew without its answer */
    SETTLED_LOST,         /* the recipient's log began anew without what this answers */
    SETTLED_END
};

/* Why a person closed it. */
enum closing {
    CLOSING_TOLD = 1,    /* the agency was told outside refex */
    CLOSING_NOBODY_LEFT, /* nobody is left there to be told, or asked */
    CLOSING_EXPLAINED,   /* the agency, which stated that it held nothing, said what became of the data */
    CLOSING_END
};

/* What an ERASED record states. */
enum erasure { ERASURE_DONE = 1, ERASURE_NOTHING_HELD, ERASURE_KEPT, ERASURE_END };

/* What another agency's log proved of itself, or failed to prove. */
enum finding {
    FINDING_FORK = 1, /* two signed checkpoints that cannot both be true */
    FINDING_UNLINKED, /* asked twice and for an hour, it did not prove that its log only grew */
    FINDING_END
};

/* Why a person closed a finding. */
enum finding_closing {
    FINDING_EXPLAINED = 1, /* the agency explained it, and that was looked into */
    FINDING_REPLACED,      /* its log began again on another machine */
    FINDING_PARTED,        /* nothing is exchanged with it any more */
    FINDING_CLOSING_END
};

/* The basis of what goes under a consent. Others have their place kept, and permit nothing yet. */
#define DISCLOSED_BASIS_CONSENT "consent"

struct record_disclosed {
    struct ident message;
    struct view recipient; /* full address */
    uint32_t message_kind;
    section_set sections;
    uint32_t purpose; /* 0 where the kind needs no permission */
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
    uint32_t reason;
    enum left left;
};

struct record_denied {
    struct view recipient;
    uint32_t message_kind;
    section_set sections;
    uint32_t purpose;
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

/* Where the two notes of the FORK before it do not show the fork by themselves: what stands at one index under the
 * first of them, and in the next record under the second. */
struct record_fork_leaf {
    uint64_t index;
    struct hash leaf;
    struct view path; /* 32 bytes a hash, at most BOUND_FORK_PATH, from the leaf to the root of the note */
};

/* KEYS and DIRECTORY. */
struct record_note_hash {
    struct hash note;
    uint64_t sequence;
};

enum counted_what { COUNTED_REFUSED_UNKNOWN = 1, COUNTED_BUSY, COUNTED_WHAT_END };

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

/* What AGENCY_KEY says of another agency's identity key. */
enum agency_key_event {
    AGENCY_KEY_CHANGED = 1, /* the directory lists another one than before: held */
    AGENCY_KEY_CONFIRMED,   /* a person compared the fingerprint */
    AGENCY_KEY_PASSED,      /* nobody did, and the time of the hold is over */
    AGENCY_KEY_BACK,        /* the directory lists the one that was known again */
    AGENCY_KEY_EVENT_END
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

/* What CLOCK says of this machine's clock. */
enum clock_event {
    CLOCK_DOUBTED = 1,     /* it is more than a day ahead of trusted time */
    CLOCK_LIFTED_BY_PEERS, /* most peers that answered agree with it */
    CLOCK_CONFIRMED,       /* a person says that it is right: the only record that may be earlier than the one before */
    CLOCK_SET_RIGHT,       /* it is not ahead any more */
    CLOCK_EVENT_END
};

struct record_clock {
    enum clock_event event;
    int64_t trusted_ms; /* trusted time before it */
    int64_t clock_ms;   /* what the machine's clock showed */
};

/* What a house record is about (field 2 of kinds 64 to 71). */
enum house_what {
    HOUSE_CASE = 1,
    HOUSE_REFERRAL,
    HOUSE_AUDIT_LOG,
    HOUSE_STARTED,
    HOUSE_STOPPED,
    HOUSE_ENROLLED,
    HOUSE_IMPORTED,
    HOUSE_CLOCK,
    HOUSE_WHAT_END
};

struct record_house {
    bool has_object;
    struct ident object;
    uint32_t what;
    bool has_text;
    struct hash text; /* commitment */
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
        struct record_clock clock;
        struct record_house house; /* 64 to 71 */
    };
};

const char *record_kind_name(enum record_kind value); /* "DISCLOSED" …; "?" for none of ours */
bool record_kind_find(struct view name, enum record_kind *out);
bool record_kind_is_house(enum record_kind k);
const char *outcome_name(enum outcome value);
const char *consent_state_name(enum consent_state value);
const char *taken_state_name(enum consent_state s); /* of TAKEN: "taken-over", "stop", "erase" */
/* The sentence a person reads: "consent does not cover this section" … */
const char *denial_sentence(enum denial value);
const char *denial_name(enum denial value); /* "not-covered" …, for --json */
const char *left_name(enum left value);
const char *owed_name(enum owed value);
bool owed_is_about_consent(enum owed value); /* else about a referral */
const char *settled_name(enum settled value);
const char *closing_name(enum closing value);
const char *erasure_name(enum erasure value);
const char *finding_name(enum finding value);
const char *finding_closing_name(enum finding_closing value);
const char *counted_what_name(enum counted_what value);
const char *agency_key_event_name(enum agency_key_event value);
const char *house_what_name(enum house_what value);
const char *clock_event_name(enum clock_event value); /* "doubted" … */

#endif
