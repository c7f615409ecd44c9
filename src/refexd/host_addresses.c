#include "refexd/host_addresses.h"

#include <string.h>

static struct host_entry *find_entry(const struct host_addresses *h, uint32_t peer)
{
    for (size_t i = 0; i < BOUND_DIALS; i++)
        if (h->entries[i].peer == peer)
            return (struct host_entry *)(uintptr_t)&h->entries[i];
    return NULL;
}

bool host_addresses_has(const struct host_addresses *h, uint32_t peer)
{
    return find_entry(h, peer) != NULL;
}

void host_addresses_put(struct host_addresses *h, uint32_t peer, const struct view *addresses, size_t count,
                        uint16_t port)
{
    struct host_entry *e = find_entry(h, 0);

    REQUIRE(peer != 0 && find_entry(h, peer) == NULL);
    if (e == NULL)
        return;
    *e = (struct host_entry){.peer = peer, .port = port};
    for (size_t i = 0; i < count && e->count < BOUND_RESOLVED; i++)
        if (addresses[i].size > 0 && addresses[i].size <= SEAM_LITERAL_MAX)
            memcpy(e->addresses[e->count++], addresses[i].at, addresses[i].size);
}

bool host_addresses_next(struct host_addresses *h, uint32_t peer, struct view *address, uint16_t *port)
{
    struct host_entry *e = find_entry(h, peer);

    if (e == NULL)
        return false;
    REQUIRE(e->next <= e->count);
    if (e->next == e->count) {
        e->peer = 0;
        return false;
    }
    *address = view_of_text(e->addresses[e->next++]);
    *port = e->port;
    return true;
}

_Static_assert(DIALLED_UNANSWERED < DIALLED_OTHER && DIALLED_OTHER < DIALLED_END, "the more is known, the greater");

enum dial_failure host_addresses_failed(struct host_addresses *h, uint32_t peer, enum dial_failure why)
{
    struct host_entry *e = find_entry(h, peer);

    if (e == NULL) /* its endpoint is one address */
        return why;
    if (why > e->failed)
        e->failed = why;
    return e->failed;
}

void host_addresses_drop(struct host_addresses *h, uint32_t peer)
{
    struct host_entry *e = find_entry(h, peer);

    if (e != NULL)
        e->peer = 0;
}

void host_addresses_clear(struct host_addresses *h)
{
    for (size_t i = 0; i < BOUND_DIALS; i++)
        h->entries[i].peer = 0;
}
