#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H
/* A small federation in one process: real keys, certificates, databases and logs; a clock that is moved by hand, dice
 * from a seed, and a wire that delays, loses, repeats and cuts.
 *
 * Nodes live in a temporary folder in memory (/dev/shm), so that a crash is: closed without a word, opened again from
 * what was committed.
 */

#include "base/arena.h"
#include "exchange/exchange.h"
#include "fake_clock.h"
#include "store/db_fault.h"

#define WORLD_NODES 3

struct world;
struct node;

/* How bad the wire is. */
struct conditions {
    unsigned loss;     /* of 1,000 frames, dropped */
    unsigned repeat;   /* of 1,000 frames, delivered twice */
    unsigned cut_link; /* of 1,000 frames, cut the link */
    unsigned delay_ms; /* at most */
    bool partition;    /* no dial succeeds */
};

/* NODES agencies ngo, mission, shelter @sim.example; each enrolled and open. Ends the program when it cannot. */
struct world *world_new(uint64_t seed, size_t nodes);
void world_free(struct world *w);

struct conditions *world_conditions(struct world *w);
struct fake_random *world_random(struct world *w);
int64_t world_now(const struct world *w);
void world_advance(struct world *w, int64_t ms);

struct exchange *world_node(struct world *w, size_t i); /* NULL while it is down */
const struct address *world_address(const struct world *w, size_t i);
const char *world_home(const struct world *w, size_t i);

/* Ends node I without a word: what was not committed is gone. */
void world_crash(struct world *w, size_t i);
void world_start(struct world *w, size_t i);

/* Everything that is due on the wire is delivered, and each node has its turn; then the clock moves by MS. */
void world_step(struct world *w, int64_t ms);
/* Good weather and steps until nothing moves any more, at most MS of time. False: something still moves. */
bool world_run_until_idle(struct world *w, int64_t ms);

/* Good weather for MS of time: the clock jumps to where something is due next. */
void world_run_ms(struct world *w, int64_t ms);

/* One turn of node I alone: what was asked of it since is durable then. */
void world_tick(struct world *w, size_t i);

/* Told after each turn of a node (OK), and when it ended because of a fault that was armed (not OK). */
typedef void world_ticked_fn(void *cookie, size_t i, bool ok);
void world_on_tick(struct world *w, world_ticked_fn *ticked, void *cookie);

/* The AFTER-th time from now node I's database fails there, and the node ends as its process would. */
void world_fault(struct world *w, size_t i, enum db_fault_point point, unsigned after);
bool world_is_faulted(const struct world *w, size_t i);
/* Whether ERR is that fault: the node has ended then. */
bool world_is_expected_fault(struct world *w, size_t i, const struct error *err);

/* The federation signs its directory anew, good for another 14 days, and gives it to those who are up; the others get
 * it when they start. */
void world_publish(struct world *w);

/* Node I takes at most this many messages of one peer in a day. */
void world_limit(struct world *w, size_t i, uint64_t per_peer_day);
/* How many links were made so far. */
uint64_t world_links(const struct world *w);

/* A frame that was sent is shown here before it goes on the wire. */
typedef void world_watch_fn(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload);
void world_watch(struct world *w, world_watch_fn *watch, void *cookie);
/* Hands a frame to node TO as if FROM had sent it (replays, forgeries). False: the node hung up. */
bool world_inject(struct world *w, size_t from, size_t to, uint16_t kind, struct view payload);

/* Takes agency I out of the federation, and publishes. */
void world_revoke(struct world *w, size_t i, enum revocation_reason reason);

/* Fails the program with what the error says. */
void world_must(bool ok, const struct error *err, const char *what);

#endif
