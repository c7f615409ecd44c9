#ifndef LINK_SESSION_H
#define LINK_SESSION_H
/* One link to one node, from dialling or accepting to its end.
 *
 * Floor: link. The only place where network, TLS and frames are stacked: network → tls → frame → owner, and back.
 */

#include "codec/seam_messages.h"

struct bytes;
struct loop;
struct session;
struct tls_context;

/* What a session needs, and its callbacks. One for all sessions of the process. */
struct session_owner {
    struct loop *loop;
    struct tls_context *tls;
    struct view hello;       /* payload of our hello frame, without what is linked */
    bool dials;              /* this node may dial */
    struct bytes *plaintext; /* scratch for decrypted bytes, shared */
    void *cookie;
    /* The handshake is done and nobody lists the node: may it wait for a directory that does? False: it ends. */
    bool (*on_unknown)(void *cookie, struct session *s);
    /* Such a node sent a directory: once. */
    void (*on_offer)(void *cookie, struct session *s, struct view directory);
    /* A listed node has sent no hello for HELLO_WAIT_MS: once. Its directory may be older than this node. */
    void (*on_waits)(void *cookie, struct session *s);
    /* Handshake and hellos are done. False: the session ends with *WHY (another link to this agency is open). */
    bool (*on_open)(void *cookie, struct session *s, struct view hello, enum link_reason *why);
    /* Whether a frame may be delivered now. False: S has been paused. */
    bool (*may_deliver)(void *cookie, struct session *s);
    /* A frame behind the hello and no ping or pong; the view is valid during the call. */
    void (*on_frame)(void *cookie, struct session *s, uint16_t kind, struct view payload);
    /* The output queue is full, nothing more should be sent (STOP), or it has room again. */
    void (*on_flow)(void *cookie, struct session *s, bool stop);
    /* The handshake succeeded or failed: once, before on_open or on_closed. */
    void (*on_handshake_done)(void *cookie, struct session *s);
    /* Frames are queued: call session_flush when the round ends. */
    void (*on_flush_due)(void *cookie, struct session *s);
    /* The session has ended, once; it is freed on return. */
    void (*on_closed)(void *cookie, struct session *s);
};

/* Read-only for the owner, except what is marked as the owner's. */
struct session_info {
    uint32_t number;
    bool dialled;
    bool was_open;            /* on_open returned true */
    int64_t opened_ms;        /* loop time of that; 0: never */
    uint32_t peer;            /* dialled, or whose node the certificate names; 0 while nobody is known */
    struct ident node;        /* as the certificate says; zeros while it has not come */
    uint32_t other;           /* whose it is, where another peer was dialled; else 0 */
    enum tls_group group;     /* of the handshake, which is done */
    enum link_class narrow;   /* known with the hello: as either end sees the link (codec/narrow.h) */
    bool unknown_counted;     /* the owner's: it takes the place of such a node */
    enum link_reason why;     /* in on_closed */
    struct bytes detail;      /* what this side found wrong, a sentence; empty: nothing */
    size_t slot;              /* the owner's: its handshake's place in the limits */
    struct session *to_flush; /* the owner's: next of those to flush */
    struct session *paused;   /* the owner's: next of those whose reading is paused */
    bool is_to_flush;
    bool is_paused;
};

struct session_info *session_info(struct session *s);

/* Takes over FD, an accepted connection. */
struct session *session_accept(const struct session_owner *o, uint32_t number, int fd);

/* Dials a peer at the literal address. NULL with *ERR (E-LNK-01) when dialling cannot begin. */
struct session *session_dial(const struct session_owner *o, uint32_t number, const struct seam_dial *to,
                             struct error *err);

/* Queues a frame. Nothing happens unless the session is open. */
void session_send(struct session *s, uint16_t kind, struct view payload);

/* Encrypts what is queued, in one go, and hands it to the stream. */
void session_flush(struct session *s);

/* No on_frame until session_resume. */
void session_pause(struct session *s);
void session_resume(struct session *s);

/* Ends S with WHY; the first reason stands. What was queued is still sent, within a short timeout. */
void session_end(struct session *s, enum link_reason why);

/* Ends S if its peer would be refused now; lets it go on if it waited to be listed and is. */
void session_recheck(struct session *s);

/* Whether it is narrow by the certificate that its peer showed: that ended, or is of a CA of before. */
bool session_sees_ended(const struct session *s);

/* What the peer showed (link/tls.h). */
struct view session_certificate(const struct session *s, struct arena *arena);

#endif
