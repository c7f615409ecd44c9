#ifndef REFEXD_HOST_ADDRESSES_H
#define REFEXD_HOST_ADDRESSES_H
/* The addresses of hosts that are being dialled and were not tried yet: a name has several, and any may be the one that
 * answers.
 *
 * Floor: refexd. One entry for each peer number that is being dialled by name, from the resolver's answer until a link
 * stands or none is left. Plain memory, BOUND_DIALS entries: refex-link dials no more at once.
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "codec/seam_messages.h"

struct host_addresses {
    struct host_entry {
        uint32_t peer; /* 0: free */
        uint16_t port;
        size_t count;
        size_t next;              /* index of the address to try next */
        enum dial_failure failed; /* what those that were tried say together; 0: none failed */
        char addresses[BOUND_RESOLVED][SEAM_LITERAL_MAX + 1];
    } entries[BOUND_DIALS]; /* private */
};

/* Whether PEER is being dialled, with or without a further address. */
bool host_addresses_has(const struct host_addresses *h, uint32_t peer);
/* COUNT literal addresses, at most BOUND_RESOLVED are kept. PEER has none. No effect when there is no free entry. */
void host_addresses_put(struct host_addresses *h, uint32_t peer, const struct view *addresses, size_t count,
                        uint16_t port);
/* The next address of PEER, valid until the next change; false: there is none, and PEER is dropped. */
bool host_addresses_next(struct host_addresses *h, uint32_t peer, struct view *address, uint16_t *port);
/* The address of PEER that was tried last failed with WHY; DIALLED_END: it says nothing of who is there. What all that
 * were tried say together: that something is there which says nothing, else that another is, else that nobody answers.
 */
enum dial_failure host_addresses_failed(struct host_addresses *h, uint32_t peer, enum dial_failure why);
/* No effect if there is none. */
void host_addresses_drop(struct host_addresses *h, uint32_t peer);
void host_addresses_clear(struct host_addresses *h);

#endif
