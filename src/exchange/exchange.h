#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H
/* A node: everything it does, without a socket, a clock or a random number of its own.
 *
 * Floor: exchange. Knows store, crypto, pki, auditlog, codec, model; nothing of libuv, SQL or protobuf types. The
 * programs above give it time, dice and a way to post frames; the simulator gives it fakes.
 *
 * Whoever owns the loop calls the functions below as requests and frames come in. What they write goes into one open
 * transaction. When the loop comes round, exchange_tick adds what is due, signs one checkpoint for each log that grew
 * and COMMITs. Only in its committed step does anything leave: receipts, messages to peers that are linked, and, by
 * on_committed, answers. If it returns false the process ends and reads the truth at start: nothing was acknowledged.
 *
 * All results that hold views live until exchange_tick ends (they are in its arena), unless said otherwise.
 */

#include "model/consent.h"
#include "model/directory.h"
#include "model/envelope.h"
#include "model/record.h"
#include "model/referral.h"
#include "store/log_store.h"
#include "store/message_store.h"

struct exchange;

/* What the exchange asks of the world. Functions may not call back into the exchange before they return. */
struct post {
    /* A frame for the peer at the other end of LINK (codec/frame.h kinds 1 to 16). */
    void (*send)(struct post *self, uint64_t link, uint16_t kind, struct view payload);
    /* Messages wait for AGENCY and no link stands: dial ENDPOINT ("host:port"); asked again each time it is due. */
    void (*dial)(struct post *self, const struct address *agency, struct view endpoint);
    void (*hang_up)(struct post *self, uint64_t link, const char *why);
    /* Members, anchors or revocations changed: what the network process checks against must be told anew. */
    void (*membership_changed)(struct post *self);
    /* Bytes waiting to leave on LINK: the outbox pauses over BOUND_LINK_OUT. */
    size_t (*waiting)(struct post *self, uint64_t link);
};

struct exchange_options {
    const char *home;       /* folder of the node: refex.db, keys, key files (docs/ARCHITECTURE.md) */
    struct view passphrase; /* of the storage key; not looked at when that is plain */
    struct clock *clock;
    struct random_source *random;
    struct post *post;
    /* What the tick wrote is durable (or it wrote nothing): answers to people and programs may leave. May be NULL; may not
     * call what writes. */
    void (*on_committed)(void *cookie);
    void *cookie;
    bool read_only;       /* refexd --read-only: nothing unsealed, nothing written, no post */
    const char *database; /* NULL: HOME/refex.db; ":memory:" in the simulator */
};

/* Opens the node of an enrolled home: keys, store, logs (the tree's right edge), membership; finishes what a crash left
 * half done (slots to erase, messages to release). Faults: E-NOD-01 no node here, E-NOD-02 not enrolled yet, E-NOD-03
 * another process has it, E-STO-*, E-KEY-*. */
MUST_USE bool exchange_open(const struct exchange_options *options, struct exchange **out, struct error *err);
void exchange_close(struct exchange *x);

/* See above. *wake_ms: unix milliseconds at which it wants to be called again though nothing came (0: not). */
MUST_USE bool exchange_tick(struct exchange *x, int64_t *wake_ms, struct error *err);
/* Whether a turn has something to commit or to release. */
bool exchange_has_work(const struct exchange *x);

/* --- making a node: refexd --tool --- */

struct init_request {
    struct view agency; /* full address */
    enum agency_kind kind;
    struct view listen;   /* "host:port" or empty */
    struct view endpoint; /* what the directory shows; empty: listen */
    bool unlisted;
    struct view relay;
    struct view passphrase; /* empty: plain storage key file */
};
/* Makes keys, database, node.conf and request.refex in HOME. Nothing is left when it fails (the folder excepted).
 * Refuses a home that has a node (E-NOD-04). */
MUST_USE bool exchange_init(const struct exchange_options *options, const struct init_request *ask,
                            struct bytes *request_file, struct error *err);
/* Whether the node in HOME cannot be opened without a passphrase. E-NOD-01, E-KEY-06. */
MUST_USE bool exchange_needs_passphrase(const char *home, bool *out, struct error *err);

/* Checks MEMBERSHIP (and the newer DIRECTORY note, may be empty) and takes it into use. FINGERPRINT (may be empty) must
 * be the federation's. Logs own certificate, keys and directory. */
struct enrol_result {
    struct address agency;
    struct federation federation;
    uint64_t directory_sequence;
};
MUST_USE bool exchange_enrol(const struct exchange_options *options, struct view membership, struct view directory,
                             struct view fingerprint, struct enrol_result *out, struct error *err);

/* --- the network side: called by seam_door and by the simulator --- */

/* A link to CLAIMED stands; CHAIN (leaf first, DER) is checked again here with our clock. HELLO is the peer's hello
 * payload. False: hang up (the reason is logged). */
MUST_USE bool exchange_link_up(struct exchange *x, uint64_t link, const struct view *chain, size_t chain_count,
                               struct view hello, struct error *err);
void exchange_link_down(struct exchange *x, uint64_t id);
/* A frame from the peer. False (E-… with fault FAULT_PEER): hang up. What is refused by the steps of admission is
 * answered, logged and returns true. */
MUST_USE bool exchange_frame(struct exchange *x, uint64_t link, uint16_t kind, struct view payload, struct error *err);
/* Our hello payload for the peer (the network process sends it). */
void exchange_hello(struct exchange *x, struct bytes *out);

/* What the network process is to be configured with. Views live until the next membership change. */
struct link_setup {
    struct view transport_key;      /* PKCS#8 DER: secret */
    struct view transport_chain[2]; /* own transport certificate, issuing CA */
    const struct view *anchors;     /* root DERs of the federation */
    size_t anchor_count;
    const struct hash *revoked; /* SHA-256 of DER, ascending */
    size_t revoked_count;
    struct federation federation;
    struct address agency;
    bool may_dial; /* an unlisted agency dials its relay only */
};
void exchange_link_setup(struct exchange *x, struct link_setup *out);

/* --- cases --- */

struct case_import {
    struct view sections[SECTION_END]; /* encoded by case_codec; empty: none */
};
/* Strictly checks and seals COUNT cases, all or none; *ids has room for COUNT. */
MUST_USE bool exchange_case_import(struct exchange *x, const struct case_import *cases, size_t count, struct ident *ids,
                                   struct error *err);
struct case_summary {
    struct ident id;
    int64_t opened_ms;
    section_set sections;
};
typedef bool exchange_on_case_fn(void *cookie, const struct case_summary *c, struct error *err);
MUST_USE bool exchange_case_list(struct exchange *x, exchange_on_case_fn *on_item, void *cookie, struct error *err);
/* Opens the sections of a case for a person (a house record OPENED): views in *out live until the next turn, then they
 * are wiped. */
MUST_USE bool exchange_case_show(struct exchange *x, const struct ident *id, struct case_import *out,
                                 struct error *err);

/* --- consent --- */

struct consent_grant_ask {
    section_set sections;
    const uint32_t *excluded; /* FIELD_REFs, ascending */
    size_t excluded_count;
    enum purpose purpose;
    enum onward onward;
    const struct address *named; /* with ONWARD_NAMED */
    size_t named_count;
    uint32_t keep_until; /* 0: as until */
};
struct consent_ask {
    struct ident case_id;
    const struct address *to; /* one consent is recorded for each */
    size_t to_count;
    const struct consent_grant_ask *grants; /* the same for each recipient */
    size_t grant_count;
    bool refused;   /* she said no to these agencies: recorded, opens nothing */
    uint32_t until; /* unix day; 0: 90 days */
    enum given_by given_by;
    struct view notice;
    struct view language;
    uint32_t interpreter;
    uint32_t seen_alone;
    bool told_irreversible;
};
/* *ids has room for to_count. E-CON-*: names what is contradictory; nothing is half recorded. */
MUST_USE bool exchange_consent_record(struct exchange *x, const struct consent_ask *ask, struct ident *ids,
                                      struct error *err);

struct consent_summary {
    struct ident id;
    struct ident case_id; /* zero: came with data */
    struct address agency;
    struct address recipient;
    uint32_t until;
    uint32_t progress;    /* enum consent_progress */
    section_set sections; /* over all grants */
    uint32_t purposes;    /* bit n: enum purpose n */
    int64_t given_at_ms;
    bool answered; /* the recipient sent its statement of erasure */
    section_set answered_erased;
    section_set answered_kept;
};
typedef bool exchange_on_consent_fn(void *cookie, const struct consent_summary *c, struct error *err);
/* CASE_ID NULL: all. */
MUST_USE bool exchange_consent_list(struct exchange *x, const struct ident *case_id, exchange_on_consent_fn *on_item,
                                    void *cookie, struct error *err);
MUST_USE bool exchange_consent_show(struct exchange *x, const struct ident *id, struct consent_summary *out,
                                    struct error *err);

struct withdraw_ask {
    struct ident consent;
    bool erase_now;
    uint32_t seen_alone; /* erase_now needs 1 */
};
/* Stop at once, here and (by message) there; erasure after the federation's time or at once. Cannot be undone: a new
 * consent is a new consent. E-CON-* when it is none of ours or is withdrawn already. */
MUST_USE bool exchange_consent_withdraw(struct exchange *x, const struct withdraw_ask *ask, struct consent_summary *out,
                                        struct error *err);

/* --- referrals --- */

struct referral_ask {
    struct ident case_id;
    struct address to;
    enum message_kind kind;   /* REFERRAL, TRANSFER, SUB_REFERRAL, STATUS_APPLICATION, RETURN, TRACING */
    const uint32_t *services; /* ascending */
    size_t service_count;
    enum urgency urgency;
    enum purpose purpose;
    section_set require; /* fails by name when one is not covered */
    bool partial;        /* leaving out what is not covered is agreed */
    bool release_now;
    bool dry_run;           /* the same code, then nothing is kept */
    struct view request_id; /* may be empty */
};
struct held_back {
    enum section section;
    enum denial why;
};
/* A section that goes, without these of its fields: her consent leaves them out. */
struct left_out {
    enum section section;
    const uint32_t *fields; /* FIELD_REFs, strictly ascending */
    size_t field_count;
};
struct referral_result {
    struct ident referral;
    struct ident message;
    enum referral_state state;
    section_set shared;  /* in this message */
    section_set offered; /* follow on acceptance */
    struct held_back held_back[SECTION_END];
    size_t held_back_count;
    struct left_out left_out[SECTION_END]; /* of shared and offered sections */
    size_t left_out_count;
    bool repeated; /* the request id was known: this is that referral */
};
/* E-CON-02 …: the gate said no; the refusal is an audit record (and *out->held_back is filled). */
MUST_USE bool exchange_refer(struct exchange *x, const struct referral_ask *ask, struct referral_result *out,
                             struct error *err);

struct referral_summary {
    struct ident id;
    enum direction direction;
    struct address peer;
    struct ident case_id; /* out */
    enum message_kind kind;
    enum urgency urgency;
    enum purpose purpose;
    enum referral_state state; /* as a person reads it: waiting, delivered, accepted … */
    int64_t made_ms;
    int64_t due_ms;
    section_set shared;
    section_set offered;
    uint32_t services;
    struct ident message;
    bool overdue;
};
typedef bool exchange_on_referral_fn(void *cookie, const struct referral_summary *r, struct error *err);
MUST_USE bool exchange_referral_list(struct exchange *x, enum direction direction /* 0: both */, bool overdue,
                                     exchange_on_referral_fn *on_item, void *cookie, struct error *err);

struct timeline_entry {
    int64_t time_ms;
    enum record_kind kind;
    uint64_t index; /* in our exchange log; 0: not known (a receipt is kept with its message, not with its record) */
    enum message_kind message_kind;
    uint32_t outcome;
};
#define TIMELINE_MAX 64
struct referral_detail {
    struct referral_summary summary;
    struct case_import data; /* sections that came in (or that left), opened; wiped at the next turn */
    struct view note;        /* of the answer */
    enum decline_reason reason;
    struct timeline_entry timeline[TIMELINE_MAX];
    size_t timeline_count;
};
/* OPEN_DATA: opens the sections for a person (house record OPENED); E-CON-05 when its consent no longer stands. */
MUST_USE bool exchange_referral_show(struct exchange *x, const struct ident *id, bool open_data,
                                     struct referral_detail *out, struct error *err);
/* E-REF-*: not there, not ours to answer, answered already. NOTE may be empty. */
MUST_USE bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                                       struct referral_summary *out, struct error *err);
MUST_USE bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason,
                                        struct view note, struct referral_summary *out, struct error *err);

/* --- agencies, status --- */

struct agency_summary {
    struct address agency;
    enum agency_kind kind;
    bool unlisted;
    bool self;
    bool linked;
    bool revoked;
    enum revocation_reason reason;
    int64_t certificate_until_ms;
    uint64_t waiting;
    int64_t last_receipt_ms;
    struct view endpoint;
};
typedef bool exchange_on_agency_fn(void *cookie, const struct agency_summary *a, struct error *err);
MUST_USE bool exchange_agency_list(struct exchange *x, exchange_on_agency_fn *on_item, void *cookie, struct error *err);
/* Takes a newer directory note. */
MUST_USE bool exchange_take_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err);

struct node_status {
    struct address agency;
    enum agency_kind kind;
    struct federation federation;
    char fingerprint[FINGERPRINT_TEXT];
    bool storage_key_plain;
    uint64_t directory_sequence;
    int64_t directory_refresh_after_ms;
    int64_t directory_hard_expiry_ms;
    int64_t transport_until_ms;
    int64_t identity_until_ms;
    uint32_t sealing_until; /* unix day until which peers have a key of ours to seal to */
    uint64_t log_size[2];   /* exchange, house */
    uint64_t waiting;       /* messages out */
    int64_t oldest_waiting_ms;
    uint64_t links;
    uint64_t room_bytes;
};
MUST_USE bool exchange_status(struct exchange *x, struct node_status *out, struct error *err);

/* --- audit --- */

struct audit_entry {
    enum log_id log;
    struct record record; /* decoded; views live during EACH only */
    struct hash leaf;
    struct view bytes;
};
typedef bool exchange_on_record_fn(void *cookie, const struct audit_entry *e, struct error *err);
/* Works read-only too. Logs a house record OPENED (audit log) when the node runs. */
MUST_USE bool exchange_audit_list(struct exchange *x, enum log_id log, const struct record_filter *filter,
                                  exchange_on_record_fn *on_item, void *cookie, struct error *err);

struct audit_verdict {
    bool good;
    uint64_t records;
    uint64_t checkpoints;
    struct hash root;
    char origin[ORIGIN_MAX];
    int64_t last_ms;
    /* when not good */
    uint64_t first_bad_index;
    struct error finding; /* E-LOG-01 … with the place */
};
/* Rebuilds the tree from record 0, compares every column, tile and checkpoint, checks each signature. False only when
 * it could not tell (I/O); a bad log is *out->good false. */
MUST_USE bool exchange_audit_verify(struct exchange *x, enum log_id log, struct audit_verdict *out, struct error *err);

#endif
