#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H
/* A small federation in one process: real keys, certificates, databases and logs; a clock that is advanced by hand, a
 * seeded random source, and a wire that delays, loses, repeats and cuts.
 *
 * Nodes live in a temporary folder in memory. A crash closes a node without any shutdown; it is opened again
 * from what was committed.
 */

#include "base/arena.h"
#include "exchange/cases/case_calls.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/members/agency_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/setup.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/owed_list.h"
#include "fake_clock.h"
#include "store/db_fault.h"

#define WORLD_NODES 5
#define WORLD_MOST  30 /* nodes of one world */

#define SECONDS INT64_C(1000)
#define MINUTES (60 * SECONDS)
#define HOURS   (60 * MINUTES)
#define DAYS    (24 * HOURS)

struct world;
struct node;

/* Faults of the wire. */
struct conditions {
    unsigned loss;     /* of 1,000 frames, dropped */
    unsigned repeat;   /* of 1,000 frames, delivered twice */
    unsigned reorder;  /* of 1,000 frames, not held back for those sent before it on its link */
    unsigned cut_link; /* of 1,000 frames, cut the link */
    unsigned lie;      /* of 1,000 hellos, say some other number as linked: a little more or less, or any */
    unsigned delay_ms; /* at most */
    bool partition;    /* no dial succeeds */
    bool older;        /* hellos are of nodes that do not take frames 23, 26 and 28 */
    uint16_t drop;     /* frames of this kind are dropped; 0: none */
    size_t deaf;       /* frames to this node, counted from 1, are dropped; 0: to none */
};

/* Who coordinates, by the code of refex-ca (coordinator.h), which not every simulation links. PATH is the folder of the
 * federation. */
enum issues { ISSUE_AGAIN, ISSUE_REPLACE, ISSUE_RESTORED, ISSUE_STOLEN };
struct coordination {
    void (*found)(const char *path, int64_t now_ms);
    /* Makes a member of REQUEST, a request.refex; appends the membership file. */
    void (*issue)(const char *path, struct view request, enum issues how, int64_t now_ms, struct bytes *membership);
    /* Signs a new directory of what is listed, and appends it. */
    void (*publish)(const char *path, int64_t now_ms, struct bytes *note);
    /* Appends what a node that coordinates answers to REQUEST. */
    void (*renew)(const char *path, struct view request, int64_t now_ms, struct bytes *answer);
};

/* NODES agencies ngo, mission, shelter, clinic, police @sim.example; each enrolled and open. Aborts where it cannot.
 * All of so many nodes are of one federation, with the same keys. */
struct world *world_new(uint64_t seed, size_t nodes);
/* The same, of another federation than any. */
struct world *world_new_apart(uint64_t seed, size_t nodes);
/* The same, of a federation that C coordinates; agency 0 has the coordinator's node, which renews certificates and is
 * given each new directory: all others get it from there. Nobody takes part in it by world_set_kind, world_unlist,
 * world_list_with, world_remove, world_revoke and their like. */
struct world *world_new_coordinated(uint64_t seed, size_t nodes, const struct coordination *c);
/* The folder of its federation. */
const char *world_federation(const struct world *w);
/* The coordinator's node is given the newest directory, if it runs and does not have it. */
void world_hand_over(struct world *w);
/* Agency I is reached at ENDPOINT from now on, and nowhere else; the coordinator publishes it. */
void world_move(struct world *w, size_t i, const char *endpoint);
void world_free(struct world *w);

struct conditions *world_conditions(struct world *w);
struct fake_random *world_random(struct world *w);
int64_t world_now(const struct world *w);
/* Time passes; what is negative sets the wall clocks back instead. */
void world_advance(struct world *w, int64_t ms);
/* Somebody sets the wall clock of node I: it is ahead of the others by MS from now on, or behind. */
void world_set_clock(struct world *w, size_t i, int64_t ahead_ms);

/* Nobody who dials node I gets through, until that is so no more; links that stand, and what it dials, are as they
 * were. */
void world_shut(struct world *w, size_t i, bool shut);
/* How often somebody who dialled node I got through. */
unsigned world_dialled(const struct world *w, size_t i);

struct exchange *world_node(struct world *w, size_t i); /* NULL while it is down */
const struct address *world_address(const struct world *w, size_t i);
const char *world_home(const struct world *w, size_t i);
/* What lies in FROM, whose node is down, takes the place of TO. */
void world_copy_folder(const char *from, const char *to);

/* How often the network process of node I is to be told whom it may let in. */
unsigned world_members_told(const struct world *w, size_t i);

/* Ends node I without shutdown: what was not committed is lost. */
void world_crash(struct world *w, size_t i);
void world_start(struct world *w, size_t i);
/* The same where it may refuse to start: *ERR says why, and it is down. */
bool world_try_start(struct world *w, size_t i, struct error *err);

/* The machine of node I has no power any more: nothing that the node sends or answers reaches anybody, and whatever it
 * fails with is expected, until it is crashed and started again. */
void world_lose_power(struct world *w, size_t i);
/* From now on, until it is started again, node I may end by a fault of its machine, or because what
 * it stored contradicts itself. */
void world_let_fail(struct world *w, size_t i);
/* What node I ended by then; E_NONE: it has not. */
enum error_code world_failed_with(const struct world *w, size_t i);

/* Delivers everything that is due on the wire and runs a tick of each node; then the clock advances by MS. */
void world_step(struct world *w, int64_t ms);
/* Steps with a wire without faults but for DROP until nothing is left to do, for at most MS. False: there is still
 * work. */
bool world_run_until_idle(struct world *w, int64_t ms);

/* Runs for MS with such a wire: the clock advances to whatever is due next. */
void world_run_ms(struct world *w, int64_t ms);

/* Runs one tick of node I alone: what was asked of it before is durable afterwards. */
void world_tick(struct world *w, size_t i);

/* Called after each tick of a node (OK), and when it ended because of an armed fault, or found no room and undid the
 * tick (not OK). */
typedef void world_ticked_fn(void *cookie, size_t i, bool ok);
void world_on_tick(struct world *w, world_ticked_fn *ticked, void *cookie);

/* How often node I said that what it wrote is durable, so that answers may leave (on_committed). */
uint64_t world_committed(const struct world *w, size_t i);

/* How often a tick of it was undone, for there was no room (on_undone). */
uint64_t world_undone(const struct world *w, size_t i);

/* The AFTER-th time from now that node I's database reaches POINT it fails, and the node ends as its process would. */
void world_fault(struct world *w, size_t i, enum db_fault_point point, unsigned after);
bool world_is_faulted(const struct world *w, size_t i);
/* No fault is armed any more. */
void world_mend(struct world *w, size_t i);
/* Whether ERR is that fault: the node has ended then. */
bool world_is_expected_fault(struct world *w, size_t i, const struct error *err);

/* Publishes a new directory, valid for another 14 days, to the nodes that are up; the others get it when they start. */
void world_publish(struct world *w);

/* From now on what is published is good for so many days (14 to 60), as `publish --days` says. */
void world_sign_for(struct world *w, unsigned days);

/* Appends a directory of this NUMBER as it would be published now, and gives it to nobody. */
void world_sign_directory(struct world *w, uint64_t number, struct bytes *note);
/* The number of the newest directory. */
uint64_t world_sequence(const struct world *w);

/* The membership file of node I's certificates, with DIRECTORY. */
void world_membership(const struct world *w, size_t i, struct view directory, struct bytes *file);
/* Enrols node I, which is down, as `refex enrol MEMBERSHIP [DIRECTORY]` does. */
bool world_enrol(struct world *w, size_t i, struct view membership, struct view directory,
                 struct control_enrol_result *out, struct error *err);
/* The same, with the federation's FINGERPRINT as somebody types it. */
bool world_enrol_compared(struct world *w, size_t i, struct view membership, struct view fingerprint,
                          struct control_enrol_result *out, struct error *err);

/* Agency I is of another kind from now on; publishes the directory. */
void world_set_kind(struct world *w, size_t i, enum agency_kind kind);

/* The federation erases so many hours after a stop from now on; publishes the directory. */
void world_erase_after(struct world *w, uint32_t hours);

/* Agency I is unlisted from now on and has no relay: it dials only; publishes the directory. */
void world_unlist(struct world *w, size_t i);
/* The same, and OTHER is its relay, which this version does not use: it dials nobody, and nobody dials it. */
void world_relay(struct world *w, size_t i, size_t other);
/* It has an endpoint again; publishes the directory. */
void world_list(struct world *w, size_t i);

/* Agency I is in no directory from now on; publishes one. */
void world_remove(struct world *w, size_t i);

/* An identity certificate for agency I and a new key that nobody has. */
void world_certify(struct world *w, size_t i, struct bytes *der);
/* Agency I is listed with IDENTITY, borrowed, from now on; publishes the directory. Empty: with its own certificate. */
void world_list_with(struct world *w, size_t i, struct view identity);

/* A directory with this number that lists agency I with IDENTITY, for whoever is to be shown another than the others.
 * Nobody is given it. */
void world_sign_with(struct world *w, size_t i, struct view identity, uint64_t number, struct bytes *note);

/* Node I accepts at most this many messages of one peer in a day. */
void world_limit(struct world *w, size_t i, uint64_t per_peer_day);
/* From now on node I is told that this many bytes wait to be sent on each of its links. */
void world_set_waiting(struct world *w, size_t i, size_t bytes);
/* How many links have been made so far. */
uint64_t world_links(const struct world *w);

/* The link between the two ends, at once and on both sides. */
void world_cut(struct world *w, size_t one, size_t other);

/* Node I has lost its link to OTHER, which does not notice: what it sends there goes to nobody, until a new link takes
 * the place of its end or two minutes have passed. False: there was no link. */
bool world_lose(struct world *w, size_t i, size_t other);
/* Both ends dial at the same time: each has a link of its own up, and what it sends on it goes to nobody, until the
 * link that ONE dialled has come up at OTHER. False: not both are up, or there is a link at one of them. */
bool world_dial_both(struct world *w, size_t one, size_t other);

/* What the wire did so far, to frames that arrived. */
struct wire_counts {
    unsigned doubled;
    unsigned reordered;
};
const struct wire_counts *world_wire(const struct world *w);

/* Called with each frame that is sent, before it goes on the wire. */
typedef void world_watch_fn(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload);
void world_watch(struct world *w, world_watch_fn *watch, void *cookie);
/* Delivers a frame to node TO as if FROM had sent it (replays, forgeries). False: the node closed the link. */
bool world_inject(struct world *w, size_t from, size_t to, uint16_t kind, struct view payload);

/* Node FROM dials node TO now. */
void world_link(struct world *w, size_t from, size_t to);

/* Revokes agency I and publishes the directory. */
void world_revoke(struct world *w, size_t i, enum revocation_reason reason);
/* The same, and agency I, which is cut off by then, is not given it as long as it runs. */
void world_revoke_unheard(struct world *w, size_t i, enum revocation_reason reason);

/* The same of what NAME names of it alone: a key, a certificate or a machine. */
void world_revoke_name(struct world *w, size_t i, const struct hash *name, enum revocation_reason reason);

/* Whether of the next worlds two keys sign the directories, not one. */
extern bool world_let_two_sign;
/* A suspension of agency I in the newest directory, signed by KEY, 1 or 2; nobody is given it. */
void world_suspend(struct world *w, size_t i, uint32_t key, struct bytes *note);
/* Signs a directory, *NOTE, that revokes the key of the issuing CA; nobody is given it. */
void world_revoke_issuing(struct world *w, struct bytes *note);
/* Takes back what was revoked of agency I and publishes the directory. */
void world_pardon(struct world *w, size_t i);
/* Node I gets new certificates for its keys, as its operator does in time; publishes the directory. */
void world_renew(struct world *w, size_t i);
/* The same, with certificates for so many days; 0: 730. */
void world_renew_for(struct world *w, size_t i, unsigned transport_days, unsigned identity_days);
/* Node I is a coordinator's from now on (NULL: none): RENEWAL is called with what it is asked on a link. */
typedef void world_renewal_fn(void *cookie, size_t i, uint64_t link, struct view request);
void world_coordinate(struct world *w, size_t i, world_renewal_fn *renewal, void *cookie);
/* Of a certificate that is made by a clock which is ahead. */
struct world_validity {
    unsigned days;
    int64_t ahead_ms;
};
/* Appends a transport certificate of node I for the key of this REQUEST (PKCS #10), and what issued it. */
void world_certify_transport(struct world *w, size_t i, struct view request, const struct world_validity *v,
                             struct bytes *transport, struct bytes *transport_ca);
/* The same, of a CA of the federation that no directory lists. */
void world_certify_by_another(struct world *w, size_t i, struct view request, unsigned days, struct bytes *transport,
                              struct bytes *transport_ca);
/* The same of the identity certificate for what REQUEST names. */
void world_certify_identity(struct world *w, struct view request, const struct world_validity *v,
                            struct bytes *identity, struct bytes *issuing);
/* The certificate that node I shows on links. */
struct view world_transport(const struct world *w, size_t i);
/* Node I, which stops if it runs, is marked as put back: it signs nothing until its logs begin anew. */
void world_mark_restored(struct world *w, size_t i);
/* The federation enters that the logs of node I, which is stopped and marked, begin anew, and it starts with them. */
void world_begin_anew(struct world *w, size_t i);
/* Agency I gets another machine with new keys and an empty home: its old certificates are superseded, the directory is
 * published, the new node started. */
void world_replace(struct world *w, size_t i);
/* Home I, which stops if it runs, is that of a stolen machine: its backup goes on elsewhere with new keys. */
void world_replace_keys(struct world *w, size_t i);
/* … and the federation enters them: the old ones are revoked as compromised, the directory is published, the node
 * started. */
void world_go_on_replaced(struct world *w, size_t i);
/* Signs a new directory and gives it to node I alone. */
void world_publish_to(struct world *w, size_t i);
/* Another machine in place of node I's: returns a certificate with a new id, and a directory in *NOTE that lists it.
 * Nobody is given it. */
struct view world_replace_machine(struct world *w, size_t i, struct bytes *note);

/* Aborts with the error's text where OK is false. */
void world_must(bool ok, const struct error *err, const char *what);

#endif
