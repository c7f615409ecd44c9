#ifndef LINK_SESSION_INSIDE_H
#define LINK_SESSION_INSIDE_H
/* What the two halves of a session share: session.c has its states, session_frames.c what it reads and sends.
 *
 * Floor: link, these two files only.
 */

#include "base/bytes.h"
#include "link/session.h"

struct dialer;
struct stream;
struct timer;
struct tls;

enum session_state { S_CONNECTING, S_HANDSHAKE, S_UNKNOWN, S_HELLO, S_OPEN, S_CLOSING, S_CLOSED, S_COUNT };

struct session {
    struct session_info info;
    const struct session_owner *owner;
    int state;
    struct dialer *dialer; /* while connecting */
    struct stream *stream; /* from the handshake on; NULL again when it has closed */
    struct tls *tls;
    struct timer *timeout;
    struct bytes in;    /* plaintext: less than a frame, or kept back by a pause */
    struct bytes out;   /* frames to encrypt when the round ends */
    struct bytes hello; /* the hello of a node that is not listed yet */
    int64_t started_ms;
    int64_t last_read_ms;   /* when the last byte came */
    bool client_hello_seen; /* of one that dialled us, whole */
    bool offered;           /* a node that is not listed sent its directory */
    bool waits_reported;    /* on_waits was called: one directory may be sent */
    bool hello_done;        /* the peer's hello has come and fits */
    enum link_class seen;   /* by what this side knows, when it was greeted */
    bool paused;
    bool flow_stopped; /* on_flow(stop) was called */
    bool peer_closed;  /* the peer sent its TLS closing alert */
    bool handshake_reported;
    bool close_begun; /* the last bytes are on their way */
};

/* Ends S with *ERR, or with CODE and the sentence WHAT; the first reason stands. The caller steps. */
void session_fail(struct session *s, const struct error *err);
void session_fail_with(struct session *s, enum error_code code, const char *what);

/* --- session_frames.c --- */

/* Handles the whole frames of PLAINTEXT: the shared scratch, of which the rest is kept in ->in, or ->in itself. */
void session_take(struct session *s, struct bytes *plaintext);
/* The first frame. */
void session_take_hello(struct session *s, uint16_t kind, struct view payload);
/* Queues ours: that of all, and what is of this link. */
void session_queue_hello(struct session *s);
/* Queues a frame, whatever the state. */
void session_queue(struct session *s, uint16_t kind, struct view payload);
/* Encrypts all that is queued, in as few records as possible. */
bool session_encrypt(struct session *s, struct error *err);
/* The owner is told once that the handshake is over. */
void session_report_handshake(struct session *s);
/* Of the stream: it has room again. */
void session_drained(void *cookie);

#endif
