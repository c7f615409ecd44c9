#ifndef LINK_LIMITS_H
#define LINK_LIMITS_H
/* How many connections there may be at once: bounds against peers that have not proved who they are.
 *
 * Floor: link. Counts only; the caller says when what is counted begins and ends.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bounds.h"
#include "io/listener.h"

/* Handshakes in flight from one address (of IPv6: from one network of 64 bits) are bounded: one stranger cannot use up
 * all of them. Addresses of this machine (loopback) have no such bound. */

/* How many connections that never became links are logged a minute. */
#define LIMITS_LOGGED_PER_MINUTE 60

/* How many nodes that nobody lists may offer a directory: one at a time, and so many a minute. */
#define LIMITS_UNKNOWN_PER_MINUTE 6

struct limits_slot {
    bool used;
    char host[LISTENER_ADDRESS_TEXT]; /* without the port */
};

struct limits {
    size_t links;           /* sessions of any kind */
    size_t dialled;         /* our own dials that are not open yet */
    size_t handshake_count; /* used slots */
    struct limits_slot slots[BOUND_HANDSHAKES];
    int64_t logged_since_ms;
    unsigned logged; /* since then */
    bool unknown_waits;
    int64_t unknown_since_ms;
    unsigned unknown; /* since then */
};

/* A connection from ADDRESS ("host:port"). Gives the slot of its handshake; false: too many, close it. */
bool limits_handshake_begin(struct limits *l, const char *address, size_t *slot);
void limits_handshake_end(struct limits *l, size_t slot);

/* Whether one more may be accepted at all. */
bool limits_is_full(const struct limits *l);

/* Whether one more stranger may be logged now. */
bool limits_may_log(struct limits *l, int64_t now_ms);

/* Whether one more node that nobody lists may wait now for a directory that does. */
bool limits_unknown_begin(struct limits *l, int64_t now_ms);
void limits_unknown_end(struct limits *l);

bool limits_dial_begin(struct limits *l);
void limits_dial_end(struct limits *l);

#endif
