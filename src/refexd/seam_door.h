#ifndef REFEXD_SEAM_DOOR_H
#define REFEXD_SEAM_DOOR_H
/* refexd's end of the seam to the network process.
 *
 * Floor: refexd. Decoded message in, one call of the exchange, answer out. What the process reports of a peer is
 * routing, not proof: the exchange decides on signatures. A message that its phase does not permit ends it (after
 * OpenSSH's monitor: privilege as a table). It is also the exchange's post: frames out, dials, hang-ups.
 */

#include <sys/types.h>

#include "exchange/exchange.h"
#include "refexd/ca_door.h"
#include "refexd/config.h"
#include "refexd/dial_said.h"
#include "refexd/stolen_machine.h"

struct loop;
struct seam_door;

/* In which the others, who dial within two minutes, have met a node that is new. */
#define SEAM_FIRST_LINKS_MS 600000

struct seam_door_events {
    /* It listens, or, where the node only dials, is ready: once in each run of the process. */
    void (*on_ready)(void *cookie);
    /* It cannot do what it is configured to; only while it has never been ready. */
    void (*on_failed)(void *cookie, const struct error *err);
};

/* State of the network process, for status. */
struct seam_state {
    bool running;
    bool ready;
    char listen[CONFIG_ADDRESS_TEXT + 16]; /* host:port as bound; empty when it only dials */
    uint32_t landlock;
    bool seccomp;
    uint32_t restarts;
    uint64_t came; /* links that others opened, since refexd started */
    struct stolen_machine stolen;
    pid_t process;
    struct ca_state ca; /* of a coordinator's node; else zeros */
};

struct seam_door *seam_door_new(struct loop *l, const struct config *config, const struct seam_door_events *events,
                                void *cookie);
/* For exchange_options. */
struct post *seam_door_post(struct seam_door *d);
/* Starts the network process for X. */
void seam_door_start(struct seam_door *d, struct exchange *x);
/* A frame from the network process. False (E-LNK-13): it may not send this; end it and start it again. */
MUST_USE bool seam_door_receive(struct seam_door *d, uint16_t kind, struct view payload, struct error *err);
/* The tick has committed: sends a changed member list, and resumes reading. */
void seam_door_committed(struct seam_door *d);
void seam_door_stop(struct seam_door *d);
void seam_door_state(const struct seam_door *d, struct seam_state *out);
/* How far the last dial of AGENCY came. */
struct dial_said seam_door_dial(struct seam_door *d, const struct address *agency);
/* After the loop has ended. NULL is fine. */
void seam_door_free(struct seam_door *d);

#endif
