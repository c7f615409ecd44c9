#include "link/limits.h"

#include "base/error.h"

#include <string.h>

static void host_of(const char *address, char out[static LISTENER_ADDRESS_TEXT])
{
    const char *colon = strrchr(address, ':');
    size_t size = colon == NULL ? strlen(address) : (size_t)(colon - address);

    if (size >= LISTENER_ADDRESS_TEXT)
        size = LISTENER_ADDRESS_TEXT - 1;
    memcpy(out, address, size);
    out[size] = '\0';
}

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0;
}

bool limits_is_full(const struct limits *l)
{
    return l->shaking >= BOUND_HANDSHAKES || l->links >= BOUND_LINKS;
}

bool limits_enter(struct limits *l, const char *address, size_t *slot)
{
    char host[LISTENER_ADDRESS_TEXT];
    size_t same = 0;
    size_t empty = BOUND_HANDSHAKES;

    if (limits_is_full(l))
        return false;
    host_of(address, host);
    for (size_t i = 0; i < BOUND_HANDSHAKES; i++) {
        if (!l->slots[i].used)
            empty = i;
        else if (strcmp(l->slots[i].host, host) == 0)
            same++;
    }
    if (same >= BOUND_HANDSHAKES_PER_ADDRESS && !is_loopback(host))
        return false;
    REQUIRE(empty < BOUND_HANDSHAKES);
    l->slots[empty].used = true;
    memcpy(l->slots[empty].host, host, sizeof host);
    l->shaking++;
    *slot = empty;
    return true;
}

void limits_leave(struct limits *l, size_t slot)
{
    REQUIRE(slot < BOUND_HANDSHAKES && l->slots[slot].used);
    l->slots[slot].used = false;
    l->shaking--;
}

bool limits_dial(struct limits *l)
{
    if (l->dialled >= BOUND_HANDSHAKES || l->links >= BOUND_LINKS)
        return false;
    l->dialled++;
    return true;
}

void limits_dial_end(struct limits *l)
{
    REQUIRE(l->dialled > 0);
    l->dialled--;
}
