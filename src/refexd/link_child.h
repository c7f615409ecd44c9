#ifndef REFEXD_LINK_CHILD_H
#define REFEXD_LINK_CHILD_H
/* The network process as refexd keeps it: started, configured, started again when it dies.
 *
 * Floor: refexd. Knows the process and its socket; what is said over it is seam_door's.
 *
 *   stopped ──► running ──► stopping ──► stopped        (pauses of 0.1 s, doubled each time to 30 s, between two lives;
 *                                                         a life of a minute makes the next pause short again)
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

struct link_child;
struct loop;

struct link_child_events {
    /* The process stands: send it what it is to be configured with. */
    void (*on_started)(void *cookie);
    /* A frame. False (with *ERR): it is ended and started again. */
    bool (*on_frame)(void *cookie, uint16_t kind, struct view payload, struct error *err);
    /* It is gone, with all its links. */
    void (*on_exited)(void *cookie);
};

/* ARGUMENT ("--resolve") may be NULL. EVENTS must live as long as the child. */
struct link_child *link_child_new(struct loop *l, const char *argument, const struct link_child_events *events,
                                  void *cookie);
void link_child_start(struct link_child *c);
/* Ends the process for good. */
void link_child_stop(struct link_child *c);

/* Sends a frame; nothing when no process stands. Between begin and end nothing else may be sent. NULL: none stands. */
struct bytes *link_child_send_begin(struct link_child *c, uint16_t kind);
void link_child_send_end(struct link_child *c);
size_t link_child_waiting_bytes(const struct link_child *c);

/* No more frames until resumed: for what is over a turn's measure. */
void link_child_pause(struct link_child *c);
void link_child_resume(struct link_child *c);

bool link_child_is_running(const struct link_child *c);
uint32_t link_child_restarts(const struct link_child *c);
pid_t link_child_pid(const struct link_child *c); /* 0: none stands */
/* Frees C; the loop has ended. NULL is fine. */
void link_child_free(struct link_child *c);

#endif
