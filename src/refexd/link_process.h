#ifndef REFEXD_LINK_PROCESS_H
#define REFEXD_LINK_PROCESS_H
/* A confined process (refex-link) as refexd keeps it: started, and started again when it dies.
 *
 * Floor: refexd. Owns the process and its socket; what is sent over it is the owner's (seam_door, resolver). Before
 * a restart it waits: a backoff of 0.1 s, doubled each time up to 30 s; after a run of a minute it is short again.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

struct link_process;
struct loop;

struct link_process_events {
    /* The process runs: send it what it is to be configured with. */
    void (*on_started)(void *cookie);
    /* A frame. False (with *ERR): it is ended and started again. */
    bool (*on_frame)(void *cookie, uint16_t kind, struct view payload, struct error *err);
    /* It has exited, or could not be started. */
    void (*on_exited)(void *cookie);
};

/* ARGUMENT ("--resolve") may be NULL. EVENTS must live as long as what is returned. */
struct link_process *link_process_new(struct loop *l, const char *argument, const struct link_process_events *events,
                                      void *cookie);
#define LINK_PROCESS_ARGUMENTS 8 /* at most, of one of another program */

/* The same of another program, with ARGUMENTS, which end with NULL and live as long as what is returned. */
struct link_process *link_process_new_of(struct loop *l, const char *program, const char *const *arguments,
                                         const struct link_process_events *events, void *cookie);
/* Starts the process, if it was never started. Calls on_started before it returns; where the start fails, it is tried
 * again after the backoff, as after an exit. */
void link_process_start(struct link_process *p);
/* Ends the process for good. */
void link_process_stop(struct link_process *p);

/* Sends a frame: its payload is appended to the buffer between begin and end, where nothing else may be sent. NULL: no
 * process runs. */
struct bytes *link_process_send_begin(struct link_process *p, uint16_t kind);
void link_process_send_end(struct link_process *p);
size_t link_process_waiting_bytes(const struct link_process *p);

/* Flow control: no on_frame until reading is resumed, for when a tick has as much as it may take. */
void link_process_pause_reading(struct link_process *p);
void link_process_resume_reading(struct link_process *p);

bool link_process_is_running(const struct link_process *p);
uint32_t link_process_restarts(const struct link_process *p);
pid_t link_process_pid(const struct link_process *p); /* 0: none runs */
/* Frees P; the loop has ended. NULL is fine. */
void link_process_free(struct link_process *p);

#endif
