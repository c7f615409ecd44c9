#ifndef REFEXD_SEAM_DOOR_H
#define REFEXD_SEAM_DOOR_H
/* Everything that the network process may say to us, and what we say to it.
 *
 * Floor: refexd. Decoded message in, one call of the exchange, answer out. What it says about a peer is routing, not
 * proof: the exchange decides on signatures. What it may not say in its phase ends it (OpenSSH's monitor: privilege as
 * a table). It is also the exchange's post: frames out, dials, hang-ups.
 */

#include <sys/types.h>

#include "exchange/exchange.h"
#include "refexd/config.h"

struct loop;
struct seam_door;

struct seam_door_events {
    /* It listens (or, with a node that only dials, is ready): once for each life of the process. */
    void (*on_ready)(void *cookie);
    /* It cannot do what it was configured to, in its first life. */
    void (*on_failed)(void *cookie, const struct error *err);
};

/* How the network process does, for status. */
struct seam_state {
    bool running;
    bool ready;
    char listen[CONFIG_ADDRESS_TEXT + 16]; /* host:port as bound; empty when it only dials */
    uint32_t landlock;
    bool seccomp;
    uint32_t restarts;
    pid_t process;
};

struct seam_door *seam_door_new(struct loop *l, const struct config *config, const struct seam_door_events *events,
                                void *cookie);
/* For exchange_options. */
struct post *seam_door_post(struct seam_door *d);
/* Starts the network process for X. */
void seam_door_start(struct seam_door *d, struct exchange *x);
/* A frame from the network process. False (E-LNK-13): it said what it may not; it is to be ended and started again. */
MUST_USE bool seam_door_receive(struct seam_door *d, uint16_t kind, struct view payload, struct error *err);
/* The exchange has turned: what changed is told, and reading goes on. */
void seam_door_committed(struct seam_door *d);
void seam_door_stop(struct seam_door *d);
void seam_door_state(const struct seam_door *d, struct seam_state *out);
/* After the loop has ended. NULL is fine. */
void seam_door_free(struct seam_door *d);

#endif
