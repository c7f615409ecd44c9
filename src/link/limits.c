/* A slot for each handshake in flight: there are so few that they are walked. */
#include "link/limits.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
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

/* Who has one IPv6 address has the whole /64: HOST becomes its first 64 bits. */
static void widen_to_network(char host[static LISTENER_ADDRESS_TEXT])
{
    char text[INET6_ADDRSTRLEN] = {0};
    size_t size = strlen(host);
    struct in6_addr ip;

    if (host[0] != '[' || size < 2 || size - 2 >= sizeof text)
        return;
    memcpy(text, host + 1, size - 2);
    if (inet_pton(AF_INET6, text, &ip) != 1 || IN6_IS_ADDR_V4MAPPED(&ip))
        return;
    memset(ip.s6_addr + 8, 0, 8);
    (void)inet_ntop(AF_INET6, &ip, host, LISTENER_ADDRESS_TEXT);
}

bool limits_is_full(const struct limits *l)
{
    return l->handshake_count >= BOUND_HANDSHAKES || l->links >= BOUND_LINKS;
}

bool limits_handshake_begin(struct limits *l, const char *address, size_t *slot)
{
    char host[LISTENER_ADDRESS_TEXT];
    size_t same = 0;
    size_t empty = BOUND_HANDSHAKES;
    bool local;

    if (limits_is_full(l))
        return false;
    host_of(address, host);
    local = is_loopback(host);
    if (!local)
        widen_to_network(host);
    for (size_t i = 0; i < BOUND_HANDSHAKES; i++) {
        if (!l->slots[i].used)
            empty = i;
        else if (strcmp(l->slots[i].host, host) == 0)
            same++;
    }
    if (same >= BOUND_HANDSHAKES_PER_ADDRESS && !local)
        return false;
    REQUIRE(empty < BOUND_HANDSHAKES);
    l->slots[empty].used = true;
    memcpy(l->slots[empty].host, host, sizeof host);
    l->handshake_count++;
    *slot = empty;
    return true;
}

void limits_handshake_end(struct limits *l, size_t slot)
{
    REQUIRE(slot < BOUND_HANDSHAKES && l->slots[slot].used);
    l->slots[slot].used = false;
    l->handshake_count--;
}

bool limits_may_log(struct limits *l, int64_t now_ms)
{
    if (now_ms - l->logged_since_ms >= 60000) {
        l->logged_since_ms = now_ms;
        l->logged = 0;
    }
    return l->logged < LIMITS_LOGGED_PER_MINUTE && ++l->logged > 0;
}

bool limits_unknown_begin(struct limits *l, int64_t now_ms)
{
    if (l->unknown_since_ms == 0 || now_ms - l->unknown_since_ms >= 60000) {
        l->unknown_since_ms = now_ms;
        l->unknown = 0;
    }
    if (l->unknown_waits || l->unknown >= LIMITS_UNKNOWN_PER_MINUTE)
        return false;
    l->unknown++;
    l->unknown_waits = true;
    return true;
}

void limits_unknown_end(struct limits *l)
{
    REQUIRE(l->unknown_waits);
    l->unknown_waits = false;
}

bool limits_dial_begin(struct limits *l)
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
