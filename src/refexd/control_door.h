#ifndef REFEXD_CONTROL_DOOR_H
#define REFEXD_CONTROL_DOOR_H
/* Serves the control socket: decodes requests of people's programs, calls the exchange, sends answers after the commit.
 *
 * Floor: refexd; seam_door does the same for refex-link. codec/verbs.def says for each kind of request in which modes
 * it is answered, by which function, and who may ask. Answers are queued until the tick has committed, so what is
 * reported as done is on the disk.
 */

#include "codec/control_codec.h"
#include "exchange/exchange.h"
#include "refexd/dial_said.h"

struct backups;
struct config;
struct hooks;
struct control_door;
struct loop;
struct seam_state;

/* What the verbs work with. Owned by main.c; must outlive the door. */
struct control_context {
    enum control_mode mode;
    const char *home;
    struct clock *clock;
    struct random_source *random;
    struct exchange *exchange; /* NULL: a tool, or it could not be opened */
    struct error open_error;   /* why; answers every request while it is set */
    int64_t started_ms;
    const struct config *config; /* node.conf; NULL: not read */
    const struct hooks *hooks;   /* NULL: it runs none */
    bool is_managed;             /* a service manager started it */
    struct backups *backups;     /* NULL: the node does not run */
    void *cookie;
    void (*network)(void *cookie, struct seam_state *out);                /* NULL: there is no network process */
    struct dial_said (*dial)(void *cookie, const struct address *agency); /* the same */
    void (*stop_node)(void *cookie);                                      /* a request STOP came */
};

/* CONTEXT is borrowed. */
struct control_door *control_door_new(struct loop *l, struct control_context *context);
/* Listens as control_socket_open does. */
MUST_USE bool control_door_listen(struct control_door *d, struct error *err);
/* ERR says why, as on_closed of a stream does (io/stream.h); E_CTL_01: what the client said is no request. */
typedef void control_door_end_fn(void *cookie, const struct error *err);
/* Serves one client on FD, which it takes over; calls ON_END, which may be NULL, when that has ended. */
void control_door_serve(struct control_door *d, int fd, control_door_end_fn *on_end, void *cookie);
/* Before the tick: the next step of a list that is under way, of one client in turn. True: there is more, for the next
 * round of the loop. */
MUST_USE bool control_door_go_on(struct control_door *d);
/* The tick was committed: sends the answers. */
void control_door_committed(struct control_door *d);
/* Instead: nothing of what was asked since the last one is kept. Each request is answered with WHY. */
void control_door_undone(struct control_door *d, const struct error *why);
/* Takes no new clients; at the next commit those connected get their answers and are closed. */
void control_door_stop(struct control_door *d);
/* After loop_free, which closes the clients. NULL is fine. */
void control_door_free(struct control_door *d);

#endif
