#ifndef CODEC_CONTROL_MESSAGES_H
#define CODEC_CONTROL_MESSAGES_H
/* What people's programs ask of a node and get: one struct a message of proto/control.proto.
 *
 * Floor: codec. Programs, doors and the exchange speak in these alone. A decoded struct borrows from the payload and
 * from the decoder's arena; what the exchange fills borrows from its tick (exchange/exchange.h). Absent is zero.
 */

#include "model/agency.h"
#include "model/arrival.h"
#include "model/consent.h"
#include "model/directory.h"
#include "model/hold.h"
#include "model/ident.h"
#include "model/likeness.h"
#include "model/record.h"
#include "model/referral.h"
#include "model/section.h"

/* --- the node --- */

/* Who has to act on a finding. */
enum control_who { CONTROL_CASEWORKER = 1, CONTROL_OPERATOR, CONTROL_COORDINATOR, CONTROL_WHO_END };

struct control_finding {
    struct view code;
    struct view text;
    enum control_who who;
    struct view remedy;
    int64_t since_ms; /* 0: not known */
    struct view clears;
};

struct control_status {
    struct address agency;
    enum agency_kind kind;
    struct view federation;
    struct hash federation_id;
    bool storage_key_plain;
    uint64_t directory_sequence;
    int64_t directory_refresh_after_ms;
    int64_t directory_hard_expiry_ms;
    int64_t transport_until_ms;
    int64_t identity_until_ms;
    uint32_t sealing_until;
    uint64_t exchange_log_size;
    uint64_t house_log_size;
    uint64_t waiting;
    int64_t oldest_waiting_ms;
    uint64_t links;
    uint64_t room_bytes;
    struct view listen;
    bool link_running;
    uint32_t link_landlock;
    bool link_seccomp;
    uint32_t link_restarts;
    int64_t started_ms;
    struct view version;
    const struct view *notes;
    size_t note_count;
    const struct control_finding *findings;
    size_t finding_count;
    uint32_t process;
    uint32_t link_process;
    int64_t next_try_ms;
};

struct control_init_ask {
    struct address agency;
    enum agency_kind kind;
    struct view listen;
    struct view endpoint;
    bool unlisted;
    struct view relay;
    struct view passphrase; /* borrowed from the frame: the handler wipes it */
};

struct control_init_result {
    struct view request;
    struct hash fingerprint; /* of the identity key in it */
};

struct control_enrol_ask {
    struct view membership;
    struct view directory;
    struct view fingerprint;
    struct view passphrase;
};

struct control_enrol_result {
    struct address agency;
    struct view federation;
    struct hash federation_id;
    uint64_t directory_sequence; /* of the one that counts now */
    uint64_t offered_sequence;   /* the newest that was given */
};

struct control_request_ask {
    struct view endpoint;
};

struct control_request_result {
    struct address agency;
    struct view request; /* the file's bytes */
    struct hash fingerprint;
    struct view listen; /* of node.conf; empty: the node listens nowhere */
};

struct control_passphrase_ask {
    struct view old_passphrase; /* borrowed from the frame, as in control_init_ask */
    struct view new_passphrase; /* empty: the old one is tried, and nothing is changed */
};

struct control_own_key {
    struct address agency;
    struct hash fingerprint; /* of its identity key */
};

struct control_agency {
    struct address agency;
    enum agency_kind kind;
    bool unlisted;
    bool dials_only;
    bool out_of_reach;
    bool self;
    bool linked;
    bool revoked;
    uint32_t reason; /* enum revocation_reason; 0 none */
    int64_t certificate_until_ms;
    uint64_t waiting;
    int64_t last_receipt_ms;
    struct view endpoint;
    struct hash fingerprint; /* of the identity key that the directory lists; zeros: none */
    struct hash known_key;   /* of the one that counts; zeros: none */
    enum hold hold;
    int64_t held_since_ms;
    int64_t hold_until_ms;
    uint32_t findings;      /* bit n: enum finding n */
    uint64_t clock_ahead_s; /* of ours, where they differ by more than BOUND_CLOCKS_MS */
    uint64_t clock_behind_s;
    struct hash identity_key; /* the 32 bytes of the key that the directory lists; zeros: none */
    int64_t next_try_ms;
    int64_t transport_until_ms;
};

struct control_clock_ask {
    bool confirm;
};

struct control_clock {
    bool in_doubt;
    bool is_behind;
    int64_t clock_ms;
    int64_t trusted_ms;
    int64_t since_ms; /* 0: not in doubt */
    uint64_t peers;
    uint64_t answered;
    uint64_t agree;
    bool changed; /* it was confirmed now */
};

struct control_agency_confirm_ask {
    struct address agency;
    struct view fingerprint;
};

struct control_agency_confirmed {
    bool changed;
    bool held_there;
};

struct control_agency_close_ask {
    struct address agency;
    enum finding which;
    enum finding_closing reason;
};

struct control_agency_told_ask {
    struct address agency;
    struct ident subject; /* consent, or referral of a reply or cancellation */
    enum closing reason;
};

struct control_take_directory_ask {
    struct view note;
};

struct control_directory_taken {
    uint64_t sequence;
};

/* --- cases --- */

struct control_case_piece {
    uint32_t case_number; /* from 0 */
    enum section section;
    struct view data;
};

struct control_case_likeness {
    uint32_t case_number;
    enum likeness likeness;
    struct view key;
};

struct control_case_part {
    const struct control_case_piece *pieces;
    size_t piece_count;
    const struct control_case_likeness *likenesses;
    size_t likeness_count;
};

struct control_case_commit {
    uint32_t count;
    bool again;
    struct view request_id;
    uint64_t text_size;
};

struct control_case_added {
    struct ident case_id; /* all zero: none */
    uint32_t case_number;
    enum likeness likeness; /* LIKENESS_NONE: it was added */
    uint32_t same_as;
};

struct control_case_summary {
    struct ident case_id;
    int64_t opened_ms;
    section_set sections;
};

struct control_case_show_ask {
    struct ident case_id;
};

struct control_case_section {
    enum section section;
    struct view data;
};

/* --- consent --- */

struct control_consent_grant {
    section_set sections;
    const uint32_t *excluded; /* FIELD_REFs, ascending */
    size_t excluded_count;
    enum purpose purpose;
    enum onward onward;
    const struct address *named;
    size_t named_count;
    uint32_t keep_until;
};

struct control_consent_record_ask {
    struct ident case_id;
    const struct address *to;
    size_t to_count;
    const struct control_consent_grant *grants;
    size_t grant_count;
    bool refused;
    uint32_t until;
    enum given_by given_by;
    struct view notice;
    struct view language;
    uint32_t interpreter;
    uint32_t seen_alone;
    bool told_irreversible;
    bool dry_run;
    struct view request_id;
};

struct control_consent;

struct control_consent_recorded {
    struct ident consent; /* zero in a dry run, and with ENDS */
    struct address recipient;
    uint32_t until;                     /* its last day; 0 with ENDS */
    const struct control_consent *ends; /* a yes that this no withdraws */
    size_t ends_count;                  /* 0 or 1 */
    bool for_adult;                     /* a guardian alone gives it, and the case says that she is an adult */
};

struct control_consent_list_ask {
    struct ident case_id; /* zero: all */
};

struct control_consent_show_ask {
    struct ident consent;
};

struct control_consent_withdraw_ask {
    struct ident consent;
    bool erase_now;
    uint32_t seen_alone;
    bool dry_run;
};

struct control_consent {
    struct ident consent;
    struct ident case_id; /* zero: came with data */
    struct address agency;
    struct address recipient;
    uint32_t until;
    uint32_t progress; /* enum consent_progress */
    section_set sections;
    uint32_t purposes; /* bit n: enum purpose n */
    int64_t given_at_ms;
    bool answered;
    section_set answered_erased;
    section_set answered_kept;
    uint32_t told; /* enum told */
    int64_t told_since_ms;
    bool by_hand;
    uint32_t erase_from;
    bool may_have_left;
    bool irreversible;
    bool would_change;
    bool shut;
    bool key_unknown;
    int64_t receipt_ms;
    uint32_t answer_by;
    int64_t next_try_ms;
    uint32_t hold; /* enum hold */
    bool untold_here;
    bool nothing_held;
    bool asked;
    const struct control_consent_grant *grants; /* none: erased, or not readable here now */
    size_t grant_count;
    enum given_by given_by; /* the same: 0 */
    struct view notice;
    struct view language;
    uint32_t interpreter;
    uint32_t seen_alone;
    bool told_irreversible;
    bool sealed;       /* the node is stopped: what would stand in GRANTS and below is not read */
    bool for_adult;    /* shown: as in control_consent_recorded */
    int64_t erased_ms; /* when its key was destroyed here; 0: it is not */
};

/* --- referrals --- */

struct control_refer_ask {
    struct ident case_id;
    struct address to;
    enum message_kind kind;
    const uint32_t *services; /* ascending */
    size_t service_count;
    enum urgency urgency;
    enum purpose purpose;
    section_set require;
    bool partial;
    bool release_now;
    bool dry_run;
    struct view request_id;
};

struct control_held_back {
    enum section section;
    enum denial why;
};

/* A section that goes, without these of its fields. */
struct control_left_out {
    enum section section;
    const uint32_t *fields; /* FIELD_REFs, ascending */
    size_t field_count;
};

struct control_referral_result {
    struct ident referral; /* zero in a dry run */
    struct ident message;
    uint32_t state; /* enum referral_state; 0 in a dry run */
    section_set shared;
    section_set offered;
    const struct control_held_back *held_back;
    size_t held_back_count;
    bool repeated;
    const struct control_left_out *left_out;
    size_t left_out_count;
    enum hold hold; /* why it does not leave now */
    int64_t hold_until_ms;
};

struct control_referral_list_ask {
    uint32_t direction; /* 1 out, 2 in, 0 both */
    bool overdue;
};

struct control_referral {
    struct ident referral;
    uint32_t direction;
    struct address peer;
    struct ident case_id;
    enum message_kind kind;
    enum urgency urgency; /* this and the next: 0 once it may not be read any more */
    uint32_t purpose;     /* enum purpose */
    enum referral_state state;
    int64_t made_ms;
    int64_t due_ms;
    section_set shared;
    section_set offered;
    uint32_t services;
    struct ident message;
    bool overdue;
    enum hold hold;
    int64_t hold_until_ms;
    enum arrival arrival; /* of its first message without a receipt */
    int64_t arrival_ms;
    bool unnamed;
    bool lost_there;
    bool by_hand;
    int64_t next_try_ms; /* of what waits */
    uint32_t waits;      /* enum message_kind; 0: nothing does */
    bool sealed;         /* the node is stopped: urgency, purpose, services, sections, due and overdue are not known */
    int64_t erased_ms;   /* when the key of what was asked was destroyed here; 0: it is not */
    int64_t answered_ms; /* answers an answer: when it was given before; 0: it was not */
};

struct control_referral_show_ask {
    struct ident referral;
    bool open_data;
};

struct control_timeline_entry {
    int64_t time_ms;
    uint32_t kind; /* enum record_kind */
    uint64_t index;
    uint32_t message_kind;
    uint32_t outcome;
    enum arrival arrival;
    int64_t arrival_ms;
};

struct control_referral_detail {
    struct control_referral summary;
    const struct control_case_section *data;
    size_t data_count;
    struct view note;
    uint32_t reason; /* enum decline_reason; 0 none */
    const struct control_timeline_entry *timeline;
    size_t timeline_count;
    uint64_t timeline_more; /* as many again are not listed */
};

struct control_referral_accept_ask {
    struct ident referral;
    struct view note;
};

struct control_referral_decline_ask {
    struct ident referral;
    enum decline_reason reason;
    struct view note;
};

/* --- audit --- */

struct control_audit_list_ask {
    uint32_t log;  /* 1 exchange, 2 house */
    uint32_t kind; /* enum record_kind; 0 all */
    int64_t since_ms;
    int64_t until_ms;
    uint64_t from;
    uint32_t limit; /* 0: BOUND_ANSWER_RECORDS */
};

struct control_audit_entry {
    struct view record;
    struct hash leaf;
    struct ident referral; /* this and the next: beside the record; zeros and 0: not known */
    struct ident consent;
    struct address recipient;
    uint32_t message_kind; /* enum message_kind */
    uint32_t answer;       /* enum referral_state */
    bool has_user;         /* who decided is known: */
    uint32_t user;         /* a Unix user */
};

struct control_audit_verify_ask {
    uint32_t log;
};

struct control_audit_verdict {
    bool good;
    uint64_t records;
    uint64_t checkpoints;
    struct hash root;
    struct view origin;
    int64_t last_ms;
    uint64_t first_bad;
    struct view code;
    struct view finding;
    struct view checkpoint; /* the newest; empty: none was signed yet */
};

/* --- answers --- */

struct control_failure {
    struct view code; /* "E-CON-02" */
    uint32_t fault;   /* enum fault */
    struct view text;
    const struct control_held_back *held_back;
    size_t held_back_count;
};

#endif
