#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H
/* A node: everything it does, without a socket, a clock or random numbers of its own.
 *
 * Floor: exchange. Uses store, crypto, pki, auditlog, codec, model; no libuv, no SQL, no protobuf types. The programs
 * above give it a clock, a source of random numbers and a way to send frames; the simulator gives it fakes.
 *
 * Beside the parts that answer them stand the calls about cases (cases/case_calls.h), consents
 * (consent/consent_calls.h), referrals (referrals/referral_calls.h), agencies and the clock (members/agency_calls.h),
 * what is owed (traffic/owed_list.h), the logs (logs/audit_calls.h), links (traffic/link_calls.h), what the node says
 * of itself (exchange_status.h), and what makes it (setup.h). All take and give the messages of proto/control.proto,
 * where there is one.
 *
 * The owner of the loop calls these functions as requests and frames come in. What they write goes into one open
 * transaction. At the end of each round of the loop exchange_tick adds what is due, signs one checkpoint for each log
 * that grew, and commits. Only then does anything leave: receipts, messages to linked peers, and answers to people
 * (on_committed). A tick that finds no room on the disk is undone, and the node goes on as after a start (on_undone).
 * If exchange_tick returns false, the process must end: nothing of the tick was answered to people, and the next start
 * reads in the database what was committed.
 *
 * Views in results live until exchange_tick ends (they are in its arena), unless said otherwise. A MUST_USE function
 * that returns false has set *ERR. A callback that returns false ends the list with *ERR; its item lives during the
 * call. What takes a STEP (store/db.h) is given in steps, for as a whole (NULL) it may be long.
 */

#include "base/error.h"
#include "model/ident.h"

struct clock;
struct exchange;
struct random_source;

/* What the exchange needs done outside it: frames sent, links dialled and closed. Its functions must not call the
 * exchange. */
struct post {
    /* Sends a frame to the peer on LINK (a kind of codec/peer_messages.h). PAYLOAD is borrowed for the call. It may
     * be lost, as on any line: so is what is sent while far more than BOUND_LINK_OUT waits. */
    void (*send)(struct post *self, uint64_t link, uint16_t kind, struct view payload);
    /* A link to AGENCY is wanted, for mail or a directory: dial ENDPOINT ("host:port"). Again for each try. ANEW: also
     * where one stands, and what becomes of it, if it fails, is told by exchange_dial_failed. */
    void (*dial)(struct post *self, const struct address *agency, struct view endpoint, bool anew);
    /* Closes LINK; WHY is for the log. */
    void (*hang_up)(struct post *self, uint64_t link, const char *why);
    /* Members, anchors or revocations changed: the network process needs a new exchange_link_setup. */
    void (*membership_changed)(struct post *self);
    /* Bytes queued for LINK: over BOUND_LINK_OUT all but answers waits. */
    size_t (*waiting)(struct post *self, uint64_t link);
    /* Of a coordinator's node: REQUEST (peer.Renewal) came on LINK, and is answered by exchange_renewal_answer. False:
     * it cannot be now. NULL: this is no coordinator's node. */
    bool (*renew)(struct post *self, uint64_t link, struct view request);
};

#define KEEP_CLOSED_DAYS 1826 /* five years */

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
    uint32_t keep_closed_days; /* for which cases that were closed are kept; 0: KEEP_CLOSED_DAYS */
    bool read_only;            /* refexd --read-only: nothing unsealed, nothing written, no post */
    const char *database;      /* NULL: HOME/refex.db; ":memory:" in the simulator */
};

/* Opens the node of an enrolled home: keys, store, logs (the tree's right edge), membership. What a crash interrupted
 * (slots to erase, messages to release) is done by the first tick. E-NOD-01 no node here, E-NOD-02 not enrolled yet,
 * E-NOD-03 another process has it, E-STO-*, E-KEY-*. *OUT is closed by exchange_close. */
MUST_USE bool exchange_open(const struct exchange_options *options, struct exchange **out, struct error *err);
void exchange_close(struct exchange *x);

/* Commits, then lets things leave: see above. *WAKE_MS: when to call it again at the latest, by the steady clock; 0: no
 * time is set. */
MUST_USE bool exchange_tick(struct exchange *x, int64_t *wake_ms, struct error *err);
/* Between the two a step is made of what a person asked: it reads one state of the database, and of what the next tick
 * sends again for want of a receipt it leaves most for later. */
void exchange_step_begin(struct exchange *x);
void exchange_step_end(struct exchange *x);
/* What copy_wal asked for is done, or cannot be: the next tick copies what was written meanwhile, or all. */
void exchange_wal_copied(struct exchange *x);
/* How many ticks were undone since it was opened: who wrote something in the last one, and knows that by its own
 * memory, writes it again where this grew. */
uint64_t exchange_undone(const struct exchange *x);
/* The last tick of a node that is about to be closed: as exchange_tick, and the log gets a record CONSENTS, so that the
 * next start need not read far. A node that ends without it loses nothing. */
MUST_USE bool exchange_stop(struct exchange *x, struct error *err);
/* Cases that are closed from now on are kept for DAYS. */
void exchange_keep_closed(struct exchange *x, uint32_t days);
/* Whether the next tick has something to commit or to send, so that the loop should come round at once. */
bool exchange_has_work(const struct exchange *x);
/* The agency that its membership names. */
const struct address *exchange_agency(const struct exchange *x);
/* A person, as the Unix user *UID, asks for what is called from now on: records of what people decide (what is owed is
 * closed, a finding closed, a key or the clock confirmed) name that actor. NULL: the node acts for itself. */
void exchange_acting(struct exchange *x, const uint32_t *uid);
/* What he asks changes nothing: a case that he opened though another holds it (case break-glass) is there for it. */
void exchange_acting_reads(struct exchange *x);
/* What he named by its id and is somebody else's: he is told that there is none, and it is to be recorded. NULL:
 * nothing. */
const struct ident *exchange_acting_looked(const struct exchange *x);

#endif
