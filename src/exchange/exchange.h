#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H
/* A node: everything it does, without a socket, a clock or random numbers of its own.
 *
 * Floor: exchange. Uses store, crypto, pki, auditlog, codec, model; no libuv, no SQL, no protobuf types. The programs
 * above give it a clock, a source of random numbers and a way to send frames; the simulator gives it fakes.
 *
 * The owner of the loop calls the functions below as requests and frames come in. What they write goes into one open
 * transaction. At the end of each round of the loop exchange_tick adds what is due, signs one checkpoint for each log
 * that grew, and commits. Only then does anything leave: receipts, messages to linked peers, and answers to people
 * (on_committed). A tick that finds no room on the disk is undone, and the node goes on as after a start (on_undone).
 * If exchange_tick returns false, the process must end: nothing of the tick was answered to people, and the next start
 * reads in the database what was committed.
 *
 * Views in results live until exchange_tick ends (they are in its arena), unless said otherwise. A MUST_USE function
 * that returns false has set *ERR.
 */

#include "base/arena.h"
#include "codec/control_messages.h"
#include "model/arrival.h"
#include "model/consent.h"
#include "model/directory.h"
#include "model/envelope.h"
#include "model/hold.h"
#include "model/likeness.h"
#include "model/record.h"
#include "model/referral.h"
#include "model/refusal.h"
#include "model/resource.h"
#include "store/log_store.h"
#include "store/message_store.h"

struct exchange;

/* What the exchange needs done outside it: frames sent, links dialled and closed. Its functions must not call the
 * exchange. */
struct post {
    /* Sends a frame to the peer on LINK (a kind of codec/peer_messages.h). PAYLOAD is borrowed for the call. It may
     * be lost, as on any line: so is what is sent while far more than BOUND_LINK_OUT waits. */
    void (*send)(struct post *self, uint64_t link, uint16_t kind, struct view payload);
    /* A link to AGENCY is wanted, for mail or a directory: dial ENDPOINT ("host:port"). Again for each try. */
    void (*dial)(struct post *self, const struct address *agency, struct view endpoint);
    /* Closes LINK; WHY is for the log. */
    void (*hang_up)(struct post *self, uint64_t link, const char *why);
    /* Members, anchors or revocations changed: the network process needs a new exchange_link_setup. */
    void (*membership_changed)(struct post *self);
    /* Bytes queued for LINK: over BOUND_LINK_OUT all but answers waits. */
    size_t (*waiting)(struct post *self, uint64_t link);
};

struct exchange_options {
    const char *home;       /* folder of the node: refex.db, keys, key files (docs/ARCHITECTURE.md) */
    struct view passphrase; /* of the storage key, to open a node; unused when that is plain */
    struct clock *clock;
    struct random_source *random;
    struct post *post;
    /* Called in each tick when what it wrote is durable (or it wrote nothing): answers may leave. May be NULL. Must not
     * call a function that writes. */
    void (*on_committed)(void *cookie);
    /* Called instead where a tick found no room on the disk and was undone: all that was asked since the last one is to
     * be answered with WHY, whatever it was answered with before. Links stand. May be NULL. */
    void (*on_undone)(void *cookie, const struct error *why);
    /* Asks another process to copy the WAL back into the database; exchange_wal_copied is to be called when it has, or
     * could not. False: there is none, and the tick does it. May be NULL. */
    bool (*copy_wal)(void *cookie);
    void *cookie;
    bool read_only;       /* refexd --read-only: nothing unsealed, nothing written, no post */
    const char *database; /* NULL: HOME/refex.db; ":memory:" in the simulator */
};

/* --- a running node: exchange.c, exchange_tick.c --- */

/* Opens the node of an enrolled home: keys, store, logs (the tree's right edge), membership. What a crash interrupted
 * (slots to erase, messages to release) is done by the first tick. E-NOD-01 no node here, E-NOD-02 not enrolled yet,
 * E-NOD-03 another process has it, E-STO-*, E-KEY-*. *OUT is closed by exchange_close. */
MUST_USE bool exchange_open(const struct exchange_options *options, struct exchange **out, struct error *err);
void exchange_close(struct exchange *x);

/* Commits, then lets things leave: see above. *WAKE_MS: when to call it again at the latest, by the steady clock; 0: no
 * time is set. */
MUST_USE bool exchange_tick(struct exchange *x, int64_t *wake_ms, struct error *err);
/* What copy_wal asked for is done, or cannot be: the next tick copies what was written meanwhile, or all. */
void exchange_wal_copied(struct exchange *x);
/* The last tick of a node that is about to be closed: as exchange_tick, and the log gets a record CONSENTS, so that the
 * next start need not read far. A node that ends without it loses nothing. */
MUST_USE bool exchange_stop(struct exchange *x, struct error *err);
/* Whether the next tick has something to commit or to send, so that the loop should come round at once. */
bool exchange_has_work(const struct exchange *x);

/* --- making a node, for refexd --tool: setup.c --- */

/* Makes keys, database, node.conf and request.refex in HOME; appends the latter's bytes to REQUEST_FILE. When it fails
 * HOME is as it was before, but for the folder itself. E-NOD-04 the home has a node, E-KEY-04 it has keys, E-FIL-02,
 * E-USE-02, E-USE-04. */
MUST_USE bool exchange_init(const struct exchange_options *options, const struct control_init_ask *ask,
                            struct bytes *request_file, struct error *err);
/* The fingerprint (docs/PROTOCOL.md 11) of the identity key in a request file. E-FED-04, E-FED-06. */
MUST_USE bool exchange_request_fingerprint(struct view request_file, struct hash *out, struct error *err);
/* Writes request.refex in HOME anew with ENDPOINT (host:port) and nothing else changed, and appends its bytes to
 * REQUEST_FILE: keys, node id, name and kind stay. Also while the node runs. E-NOD-01, E-USE-04, E-ENR-07 the agency is
 * unlisted, E-ENR-08 the request there is another node's, E-FED-04, E-FIL-*. */
MUST_USE bool exchange_request_endpoint(const char *home, struct view endpoint, struct bytes *request_file,
                                        struct error *err);
/* That of the identity key in HOME, also before it is enrolled: not of a file that somebody may have exchanged.
 * E-NOD-01, E-KEY-*. */
MUST_USE bool exchange_own_fingerprint(const char *home, struct hash *out, struct error *err);
/* The agency that its membership names. */
const struct address *exchange_agency(const struct exchange *x);

/* Wraps the storage key in HOME, which OLD opens (empty: it is plain), under NEW: whole or not at all. The node does
 * not run. E-NOD-01, and as keyfile_change_passphrase. */
MUST_USE bool exchange_change_passphrase(const char *home, struct view old_passphrase, struct view new_passphrase,
                                         struct error *err);
/* Opens the storage key in HOME with PASSPHRASE, which a plain one does not look at, and closes it. E-NOD-01, and as
 * keyfile_open. */
MUST_USE bool exchange_try_passphrase(const char *home, struct view passphrase, struct error *err);
/* Sets *OUT to whether opening the node in HOME takes a passphrase. E-NOD-01, E-KEY-06. */
MUST_USE bool exchange_needs_passphrase(const char *home, bool *out, struct error *err);

/* Checks the membership file in ASK and stores its certificates. The newest directory is kept: the one in use, that of
 * the file, or the one in ASK. ASK's fingerprint (may be empty) must be the federation's. Logs own certificate, and the
 * directory if it is new. Views in *OUT lie in ARENA. E-NOD-01, E-ENR-*, E-FED-2x. */
MUST_USE bool exchange_enrol(const struct exchange_options *options, const struct control_enrol_ask *ask,
                             struct arena *arena, struct control_enrol_result *out, struct error *err);

/* --- the network side, called by seam_door and by the simulator: traffic/links.c --- */

/* A link was opened. HELLO is the peer's hello payload; CERTIFICATE (DER) must be the transport certificate of the node
 * named there, valid by our clock, and the directory must list that node. False: close the link; *ERR says why. */
MUST_USE bool exchange_link_up(struct exchange *x, uint64_t link, struct view certificate, struct view hello,
                               struct error *err);
/* A node with this CERTIFICATE, which the directory lists, sends no hello: *NOTE is the directory to send it, once.
 * False: close the link. */
MUST_USE bool exchange_link_waits(struct exchange *x, struct view certificate, struct view *note, struct error *err);
/* A node with this CERTIFICATE, which the directory does not list, offers the directory NOTE. It is taken if it is
 * valid and newer. True: the directory in use lists the node, the link may open. False: close it (E-FED-*, E-CRT-*). */
MUST_USE bool exchange_directory_offered(struct exchange *x, struct view certificate, struct view note,
                                         struct error *err);
/* The link was closed. An unknown ID is ignored. */
void exchange_link_down(struct exchange *x, uint64_t id);
/* Whether a log line about links of AGENCY (NULL: of nodes that no directory lists) is to be written; if not, it is
 * counted: a node that comes and goes writes no log full (traffic/meter.h). */
bool exchange_link_line(struct exchange *x, const struct address *agency);
/* A frame came from the peer. False: close the link (the fault of *ERR is FAULT_PEER, or ours). A message that the
 * steps of admission refuse is answered and logged here, and true is returned. */
MUST_USE bool exchange_frame(struct exchange *x, uint64_t link, uint16_t kind, struct view payload, struct error *err);
/* Appends our hello payload, to which the network process adds what is linked of the log of whom it greets. */
void exchange_hello(struct exchange *x, struct bytes *out);
/* How many records of AGENCY's log are linked here (docs/PROTOCOL.md 7); 0: none. */
uint64_t exchange_linked_size(const struct exchange *x, const struct address *agency);

/* The configuration of the network process. Views live until the next directory or until the exchange is closed. */
struct link_setup {
    struct view transport_key;  /* PKCS#8 DER: secret */
    struct view certificate;    /* own transport certificate, DER */
    const struct view *anchors; /* DERs of the federation's transport CAs */
    size_t anchor_count;
    const struct hash *revoked; /* SHA-256 of DER, ascending */
    size_t revoked_count;
    struct label label;
    struct ident node; /* own */
    bool may_dial;     /* one that is unlisted and has a relay does not */
};
void exchange_link_setup(struct exchange *x, struct link_setup *out);
/* Calls ON_NODE for each machine of the agencies that may link to this node. */
typedef void exchange_on_node_fn(void *cookie, const struct address *agency, const struct ident *node);
void exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie);

/* --- cases: cases/casebook.c, case_import.c --- */

/* A case on its way in or, opened, on its way to a person. */
struct case_sections {
    struct view sections[SECTION_END]; /* encoded by case_codec; empty: none */
};
struct case_import {
    const struct case_sections *cases;              /* COMMIT.count of them */
    const struct control_case_likeness *likenesses; /* in the order of the cases */
    size_t likeness_count;
    struct control_case_commit commit; /* with a text size: another text is another file */
};
/* One for each case that was added; or, where some seem to be here already, one for each of those. */
typedef bool exchange_on_imported_fn(void *cookie, const struct control_case_added *i, struct error *err);
/* An import on its way: all cases are added or none, in steps over several ticks, while other work goes on. No case is
 * found by anybody before all are there.
 *
 *   begin ── step, until there is no more ── end
 *
 * Ended before it is decided, or because the node ends, it leaves nothing; once it is (exchange_import_stands) the node
 * finishes it, also after a start. One is at work at a time: the next waits. */
struct importing;
/* ASK is copied, the cases and likenesses in it are borrowed until exchange_import_stands or the end. E-USE-04. */
MUST_USE bool exchange_import_begin(struct exchange *x, const struct case_import *ask, struct importing **out,
                                    struct error *err);
/* Checks strictly, seals, stores, at last answers: STEP->limit rows, marks or answers; UINT32_MAX: all in this one, if
 * no other is at work. STEP->more: once more. E-CAS-2x, E-IMP-06 the request id was used for another import, E-STO-03
 * disk full; after a failure it is to be ended. */
MUST_USE bool exchange_import_step(struct importing *m, struct walk_step *step, exchange_on_imported_fn *on_imported,
                                   void *cookie, struct error *err);
/* Whether the next step can do nothing before the next tick, or before another import has ended. */
bool exchange_import_waits(const struct importing *m);
/* Whether it is decided and on the disk: a tick that is undone takes nothing of it back. */
bool exchange_import_stands(const struct importing *m);
/* Nobody asks for it any more. NULL is fine. */
void exchange_import_end(struct importing *m);

/* The callbacks of lists: false ends the list with *ERR. The item lives during the call. What takes a STEP (store/db.h)
 * is given in steps, for as a whole (NULL) it may be long. */
typedef bool exchange_on_case_fn(void *cookie, const struct control_case_summary *c, struct error *err);
MUST_USE bool exchange_case_list(struct exchange *x, struct walk_step *step, exchange_on_case_fn *on_item, void *cookie,
                                 struct error *err);
/* Opens the sections of a case for a person, with a house record OPENED. Views in *OUT live until the tick ends, then
 * they are wiped. E-CAS-20 no such case, E-NOD-21 read only. */
MUST_USE bool exchange_case_show(struct exchange *x, const struct ident *id, struct case_sections *out,
                                 struct error *err);

/* --- consent: consent/consent_summary.c --- */

typedef bool exchange_on_consent_fn(void *cookie, const struct control_consent *c, struct error *err);
/* Records a consent for each recipient of ASK, all or none: *OUT, which has room for as many, says which. Where ASK is
 * a no: first calls ON_ENDED for each yes to its agencies that it withdraws, with what that does. In a dry run the same
 * checks, and nothing is written. A request id that was used records nothing, and *OUT is as the first time, or
 * E-CON-24: it was used for another ask. E-CON-*: what ASK contradicts. */
MUST_USE bool exchange_consent_record(struct exchange *x, const struct control_consent_record_ask *ask,
                                      exchange_on_consent_fn *on_ended, void *cookie,
                                      struct control_consent_recorded *out, struct error *err);

/* CASE_ID NULL: the consents of all cases, and those that came with data. E-CAS-20. */
MUST_USE bool exchange_consent_list(struct exchange *x, const struct ident *case_id, struct walk_step *step,
                                    exchange_on_consent_fn *on_item, void *cookie, struct error *err);
/* With its grants and how it was given, which the list leaves out. E-CON-06: there is none. */
MUST_USE bool exchange_consent_show(struct exchange *x, const struct ident *id, struct control_consent *out,
                                    struct error *err);

/* Stops use of the data at once, here and (by a message) at the recipient; erasure follows after the federation's
 * time, or at once. Cannot be undone; she can only give a new consent. Said again it asks the recipient again at once;
 * ERASE_NOW may follow a plain one. E-CON-06 not ours, E-CON-07 never given, E-CON-08; E-CON-22 names whom to tell
 * where this node signs nothing more. A dry run makes the same checks, writes nothing, and *OUT says what would be. */
MUST_USE bool exchange_consent_withdraw(struct exchange *x, const struct control_consent_withdraw_ask *ask,
                                        struct control_consent *out, struct error *err);

/* --- referrals: exchange_refer kinds/kind_referral.c, _list cases/referral_summary.c, _show cases/referral_show.c,
 *     _accept and _decline kinds/kind_reply.c; _due_list cases/due_list.c --- */

/* Makes a referral and queues its message. E-CON-01 nothing is covered, E-CON-02 a section is not: a DENIED record is
 * written and OUT->held_back is filled. E-REF-03 too large, E-REF-04 ASK is malformed, E-REF-05 to ourselves, E-REF-06
 * a required section is empty, E-REF-09 the request id is another referral's, E-CAS-20, E-FED-2x. */
MUST_USE bool exchange_refer(struct exchange *x, const struct control_refer_ask *ask,
                             struct control_referral_result *out, struct error *err);

typedef bool exchange_on_referral_fn(void *cookie, const struct control_referral *r, struct error *err);
MUST_USE bool exchange_referral_list(struct exchange *x, enum direction direction /* 0: both */, bool overdue,
                                     struct walk_step *step, exchange_on_referral_fn *on_item, void *cookie,
                                     struct error *err);

/* Why somebody has to see to a referral now. */
enum due_what {
    DUE_NOTHING = 0,
    DUE_UNDELIVERED,  /* an emergency of ours has had no receipt for BOUND_EMERGENCY_UNDELIVERED_MS */
    DUE_UNANSWERED,   /* an emergency, out or in, is there and unanswered after BOUND_EMERGENCY_UNANSWERED_MS */
    DUE_OVERDUE,      /* another is past the time by which it is to be answered */
    DUE_EXPIRED,      /* a message of it went past its last day without a receipt */
    DUE_UNANSWERABLE, /* the agency lost it with its machine, or nothing of it is taken any more */
    DUE_LOST,         /* the agency accepted it, and lost it with its machine */
};
struct due_summary {
    enum due_what what;
    struct ident referral;
    enum direction direction;
    struct address peer;
    int64_t made_ms;
    int64_t due_ms;       /* 0: not of DUE_EXPIRED and DUE_LOST */
    enum arrival arrival; /* of the message */
    enum hold hold;       /* of DUE_UNANSWERABLE: why; HOLD_NONE: it was lost there */
};
typedef bool exchange_on_due_fn(void *cookie, const struct due_summary *d, struct error *err);
/* What is late, oldest first, what nobody will answer, oldest first, what was accepted and lost, then what expired,
 * newest first; of each sort BOUND_LATE are looked at or told. Nothing whose consent has ended or was withdrawn. Read
 * only: what was lost and what expired alone, for the rest is sealed. */
MUST_USE bool exchange_due_list(struct exchange *x, exchange_on_due_fn *on_due, void *cookie, struct error *err);

/* OPEN_DATA: opens the sections, and the note of an answer, for a person, with a house record OPENED; they are wiped
 * when the tick ends. E-REF-01 no such referral; E-CON-03, E-CON-05
 * its consent covers nothing of it or no longer stands; E-NOD-21 read only. */
MUST_USE bool exchange_referral_show(struct exchange *x, const struct ident *id, bool open_data,
                                     struct control_referral_detail *out, struct error *err);
/* Answer a referral that came in; the same answer again changes nothing. NOTE must be empty for now (E-REF-08).
 * E-REF-01 there is none, E-REF-02 it is not ours to answer, E-REF-07 it is answered otherwise already; E-CON-03,
 * E-CON-05 its consent no longer stands. */
MUST_USE bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                                       struct control_referral *out, struct error *err);
MUST_USE bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason,
                                        struct view note, struct control_referral *out, struct error *err);

/* --- agencies: members/federation.c; status: exchange_status.c --- */

typedef bool exchange_on_agency_fn(void *cookie, const struct control_agency *a, struct error *err);
MUST_USE bool exchange_agency_list(struct exchange *x, exchange_on_agency_fn *on_item, void *cookie, struct error *err);
/* A person compared the FINGERPRINT (docs/PROTOCOL.md 11) of AGENCY's identity key with the agency: a key that is held
 * counts from now on, with a record. Nothing to do where it counts already (*CHANGED false); *HELD_THERE: that agency
 * holds what this one sends, for ours is new there. E-USE-04, E-FED-25, E-FED-28, E-FED-40 the
 * directory lists another key. */
MUST_USE bool exchange_agency_confirm(struct exchange *x, const struct address *agency, struct view fingerprint,
                                      bool *changed, bool *held_there, struct error *err);
/* A person says that this machine's clock is right: a record CLOCK, and trusted time runs from it, also where that is
 * earlier than before. Nothing where it agrees with trusted time by BOUND_CLOCKS_MS: *CHANGED. */
MUST_USE bool exchange_clock_confirm(struct exchange *x, bool *changed, struct error *err);
/* Checks a newer directory NOTE and takes it into use; *SEQUENCE is its number. E-FED-2x. */
MUST_USE bool exchange_take_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err);

/* What this machine's clock shows and what peers say of it. OUT->changed is exchange_clock_confirm's to say. */
MUST_USE bool exchange_clock_show(struct exchange *x, struct control_clock *out, struct error *err);

/* In what the table of consents differs from the audit log. */
enum consent_difference {
    CONSENT_AGREES = 0,
    CONSENT_DIFFERS_STATE,   /* it stands, was withdrawn or was erased: the log says otherwise */
    CONSENT_DIFFERS_UNTIL,   /* its last day, or the day from which it is erased */
    CONSENT_DIFFERS_CASE,    /* it lies with another case than it was recorded for */
    CONSENT_DIFFERS_CONTENT, /* its content is not the one that was recorded, or cannot be opened */
    CONSENT_HAS_NO_ROW,      /* the log has it, the table does not */
    CONSENT_HAS_NO_KEY,      /* withdrawn and not destroyed: which key opens it is not known any more */
    CONSENT_NOT_IN_LOG,      /* the table has it, the log does not */
    CONSENT_REFUSAL_LOST, /* a refusal whose row is gone or changed: of consents before it that stand one may be hers */
    CONSENT_DIFFERENCE_END
};

struct node_status {
    /* What the exchange knows of it. Started, version, process and network, notes and findings are the program's. */
    struct control_status shown;
    uint64_t unlinked;        /* checkpoints of other agencies' logs that are asked for on the next link */
    uint64_t owed_mended;     /* rows of what is owed that were not as the log says when the node started */
    int64_t alone_ms;         /* for how long there was no link; 0: there is one, or nobody to link with */
    uint64_t other_directory; /* the number in use, if two signed directories have it (in the home); 0: none came */
    bool keys_open;           /* others can read a key file of the home */
    bool keys_unread;         /* the disk did not give a key, in the last minutes */
    bool other_keys;          /* keys of another machine were found in our name, since ours were last made */
    bool own_missing;         /* the directory has no entry in our name */
    bool own_differs;         /* it has one with a key or a machine that is not ours */
    bool own_revoked;
    enum revocation_reason own_reason;
    bool own_listed;          /* what follows is of our entry */
    struct view own_endpoint; /* as the directory shows it; empty: it shows none */
    bool own_unlisted;
    struct address own_relay; /* empty: none */
    struct agency_ending {
        struct address agency;
        int64_t until_ms;
    } ending[BOUND_NAMED]; /* other agencies whose certificate ends within BOUND_CERTIFICATE_ENDS_MS, or ended in it */
    size_t ending_count;
    uint64_t ending_more;   /* as many again are not listed */
    uint64_t signed_beyond; /* size of a checkpoint of ours that our log does not hold: nothing is signed; 0: none */
    struct address signed_beyond_seen_by;
    struct control_clock clock;
    struct clock_differs {
        struct address agency;
        int64_t ahead_ms;  /* of ours; behind: negative */
    } clocks[BOUND_NAMED]; /* of other agencies: by more than BOUND_CLOCKS_MS, as they signed */
    size_t clock_count;
    uint64_t clock_more; /* as many again are not listed */
    int64_t closing_ms;  /* the time by which sending and reading end */
    struct agency_over {
        struct address agency;
        enum resource what; /* of which its share is used up */
    } over[BOUND_NAMED];
    size_t over_count;
    uint64_t over_more;    /* as many again are not listed */
    int64_t over_until_ms; /* when all have a new share */
    struct consent_differing {
        struct ident consent;
        enum consent_difference what;
    } differing[BOUND_NAMED]; /* consents that are shut: table and audit log do not agree */
    size_t differing_count;
    uint64_t differing_more;
    uint64_t refusals_lost;   /* those whose row is gone or changed, where no consent before them stands any more */
    bool consents_differ;     /* a record CONSENTS states other consents than the records before it */
    bool consents_read_again; /* the stored entries were not those of their record: read from record 0 */
};
MUST_USE bool exchange_status(struct exchange *x, struct node_status *out, struct error *err);
/* What exchange_status would have to look through first, in steps: when STEP->more is false it answers at once, if it
 * is called next. */
MUST_USE bool exchange_status_prepare(struct exchange *x, struct walk_step *step, struct error *err);

struct held_summary {
    struct address agency;
    enum hold hold;
    int64_t until_ms; /* 0: no time is known */
    uint64_t waiting;
};
typedef bool exchange_on_held_fn(void *cookie, const struct held_summary *h, struct error *err);
/* The agencies for which messages wait, or whose key is held, for a reason about which somebody has to act
 * (hold_is_finding). Also works read only. */
MUST_USE bool exchange_held_list(struct exchange *x, exchange_on_held_fn *on_item, void *cookie, struct error *err);

/* --- what is owed to other agencies: traffic/owed_list.c --- */

/* What is open, or was answered in a way that a person has to look at. */
struct owed_summary {
    enum owed what;
    struct address agency;
    struct ident subject; /* consent, or referral of a reply or cancellation */
    uint32_t step;        /* enum consent_state, or enum referral_state of a reply or cancellation */
    int64_t since_ms;
    int64_t receipt_ms;              /* of a withdrawal: when that agency receipted it; 0: it did not */
    uint32_t answer_by;              /* of one that it receipted: unix day by which it answers */
    int64_t late_ms;                 /* what is open: from then on somebody has to act */
    enum hold hold;                  /* of what is open without a receipt: why it waits */
    int64_t next_try_ms;             /* then; 0: none is set */
    bool by_hand;                    /* nothing can leave for that agency any more, or it refuses this */
    bool cut_off;                    /* no agency talks to this one any more */
    enum admission_step refused_at;  /* it refuses this without a receipt, for what does not pass; 0: it does not */
    enum refusal_reason refused_why; /* with STEP_ACTS */
    int64_t refused_ms;              /* since when */
    bool doubted;  /* it is settled: the agency states that it held nothing, and signed that it had received data */
    bool replaced; /* doubted: its machine was replaced after it received them */
    bool lost;     /* it is settled: the agency's log began anew without what this answers; a person tells it */
};
typedef bool exchange_on_owed_fn(void *cookie, const struct owed_summary *o, struct error *err);
/* What is open, oldest first, then what is doubted, then what was lost. Also works read only. */
MUST_USE bool exchange_owed_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err);
/* On a node that is a copy (signed_beyond): the withdrawals recorded here that nobody has confirmed. The newer log may
 * not know of them, and may have sent data also where this one did not. WHAT, AGENCY and SUBJECT only. */
MUST_USE bool exchange_untold_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err);
/* A person told AGENCY outside refex what is owed to it, or what cannot reach it, about SUBJECT (a consent, or the
 * referral of a reply or cancellation); or AGENCY, which stated that it held nothing, explained what became of the
 * data; or nobody is left there: a record, and it is not listed any more. Said again it has no effect. E-OWE-01 nothing
 * is owed, E-OWE-02 this node can tell it, E-OWE-08 REASON is of another case. */
MUST_USE bool exchange_owed_close(struct exchange *x, const struct address *agency, const struct ident *subject,
                                  enum closing reason, struct error *err);

/* --- findings about other agencies' logs: logs/findings.c --- */

struct finding_summary {
    struct address agency;
    uint32_t incarnation; /* of its log */
    enum finding which;
    int64_t since_ms;
    uint64_t later; /* as many more like it */
};
typedef bool exchange_on_finding_fn(void *cookie, const struct finding_summary *f, struct error *err);
/* Those that stand. Also works read only. */
MUST_USE bool exchange_finding_list(struct exchange *x, exchange_on_finding_fn *on_item, void *cookie,
                                    struct error *err);
/* A person looked into what was found about AGENCY's log and closes it, with a record. When none stands any more, its
 * log is followed anew from the next checkpoint that comes. E-LOG-26 there is none. */
MUST_USE bool exchange_finding_close(struct exchange *x, const struct address *agency, enum finding which,
                                     enum finding_closing reason, struct error *err);

/* --- who asks: logs/acting.c --- */

/* A person, as the Unix user *UID, asks for what is called from now on: records of what people decide (what is owed is
 * closed, a finding closed, a key or the clock confirmed) name that actor. NULL: the node acts for itself. */
void exchange_acting(struct exchange *x, const uint32_t *uid);

/* --- audit: logs/audit_list.c --- */

/* E is the line for people, with what the database says beside the record, which no record proves; R is the record,
 * decoded. Both live during the call. */
typedef bool exchange_on_record_fn(void *cookie, const struct control_audit_entry *e, const struct record *r,
                                   struct error *err);
/* Also works read only. On a running node it writes a house record OPENED about the audit log. */
MUST_USE bool exchange_audit_list(struct exchange *x, const struct control_audit_list_ask *ask, struct walk_step *step,
                                  exchange_on_record_fn *on_item, void *cookie, struct error *err);

/* Rebuilds the tree from record 0 and compares every column, tile and checkpoint; checks each signature. A bad log is
 * reported as OUT->good false; the function itself returns false only when it cannot read the log. */
MUST_USE bool exchange_audit_verify(struct exchange *x, enum log_id log, struct control_audit_verdict *out,
                                    struct error *err);

#endif
