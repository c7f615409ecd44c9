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

/* A connection takes a place until its hello has come. When all are taken, the oldest one of the address range (/24, of
 * IPv6 /64) with most places goes: one range cannot keep others out, and nobody waits for another's silence. */

struct limits_range {
    uint8_t version; /* 4 or 6; 0: no address */
    uint8_t at[8];
};

struct limits_place {
    struct limits_range range;
    size_t count;   /* places of this range; 0: free */
    uint64_t order; /* ascending with time */
};

struct limits {
    size_t links;   /* sessions of any kind */
    size_t dialled; /* our own dials that are not open yet */
    uint64_t last_order;
    struct limits_place places[BOUND_HANDSHAKES];
    struct limits_lines {
        int64_t since_ms;
        unsigned logged; /* since then */
    } strangers, members;
    struct limits_unknown {
        bool waits;
        int64_t since_ms;
        unsigned count; /* since then */
    } unknown[2];       /* of those that dialled, and that were dialled: nobody keeps out whom this node dials */
};

/* A connection from ADDRESS ("host:port"): *SLOT is its place. *DISPLACES: it was another connection's, which has to go
 * now. False: there are as many links as there may be, close it. */
bool limits_handshake_begin(struct limits *l, const char *address, size_t *slot, bool *displaces);
void limits_handshake_end(struct limits *l, size_t slot);

/* Whether one more may be accepted at all. */
bool limits_is_full(const struct limits *l);

/* Whether one more of these may be logged now. */
bool limits_may_log(struct limits_lines *l, int64_t now_ms);

/* Whether one more node that nobody lists, or whose CA nobody does, may wait now for a directory that does. */
bool limits_unknown_begin(struct limits_unknown *u, int64_t now_ms);
void limits_unknown_end(struct limits_unknown *u);

/* When a link is looked at again that has been silent for SILENT_MS: to ping it each BOUND_PING_MS, to end it after
 * BOUND_IDLE_MS. */
int64_t limits_next_look_ms(int64_t silent_ms);

bool limits_dial_begin(struct limits *l);
void limits_dial_end(struct limits *l);

#endif
