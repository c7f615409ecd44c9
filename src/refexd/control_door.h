#ifndef REFEXD_CONTROL_DOOR_H
#define REFEXD_CONTROL_DOOR_H
/* Everything that people's programs may ask of us. The twin of seam_door.
 *
 * Floor: refexd. One table: kind → who may answer it → function. A request is decoded, becomes one call of the
 * exchange, and its answer is held until the exchange has turned: what is told as done is on the disk. Only the user
 * that the node runs as, and root, are answered.
 */

#include "codec/control_codec.h"
#include "exchange/exchange.h"

struct control_door;
struct loop;
struct seam_state;

/* How this refexd was started; each verb says in which it is answered. */
enum control_mode {
    CONTROL_NODE = 1 << 0,
    CONTROL_READER = 1 << 1,
    CONTROL_TOOL = 1 << 2,
};

/* What the verbs act on. */
struct control_context {
    enum control_mode mode;
    const char *home;
    struct clock *clock;
    struct random_source *random;
    struct exchange *exchange; /* NULL: it could not be opened, and … */
    struct error open_error;   /* … this says why; a tool has none at all */
    int64_t started_ms;
    bool allow_unconfined;
    void *cookie;
    void (*network)(void *cookie, struct seam_state *out); /* NULL: there is no network process */
    void (*stop_node)(void *cookie);                       /* STOP was asked */
};

struct control_door *control_door_new(struct loop *l, struct control_context *context);
/* Listens on HOME/control.sock. E-LNK-19, E-LNK-11. */
MUST_USE bool control_door_listen(struct control_door *d, struct error *err);
/* Serves the one client at the other end of FD; ON_END when it has gone. */
void control_door_serve(struct control_door *d, int fd, void (*on_end)(void *cookie), void *cookie);
/* The exchange has turned: what was answered may leave. */
void control_door_committed(struct control_door *d);
/* No new clients; those that are here get what was answered. */
void control_door_stop(struct control_door *d);
/* After the loop has ended. NULL is fine. */
void control_door_free(struct control_door *d);

#endif
