/* A place for each connection that has not proved who it is: there are so few that they are walked. */
#include "link/limits.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* Of an IPv4 address its /24, of IPv6 its /64: who has one address there may well have the others. */
static struct limits_range range_of(const char *address)
{
    struct limits_range range = {0};
    char host[LISTENER_ADDRESS_TEXT] = {0};
    const char *colon = strrchr(address, ':');
    size_t size = colon == NULL ? strlen(address) : (size_t)(colon - address);
    struct in6_addr six;
    struct in_addr four;

    if (size >= sizeof host)
        return range;
    memcpy(host, address, size);
    if (size > 1 && host[0] == '[') {
        host[size - 1] = '\0';
        if (inet_pton(AF_INET6, host + 1, &six) != 1)
            return range;
        range.version = IN6_IS_ADDR_V4MAPPED(&six) ? 4 : 6;
        memcpy(range.at, six.s6_addr + (range.version == 4 ? 12 : 0), range.version == 4 ? 3 : 8);
    } else if (inet_pton(AF_INET, host, &four) == 1) {
        range.version = 4;
        memcpy(range.at, &four, 3);
    }
    return range;
}

bool limits_is_full(const struct limits *l)
{
    return l->links >= BOUND_LINKS;
}

/* RANGE has COUNT places from now on: each of them says so. */
static void set_count(struct limits *l, const struct limits_range *range, size_t count)
{
    for (size_t i = 0; i < BOUND_HANDSHAKES; i++)
        if (l->places[i].count > 0 && memcmp(&l->places[i].range, range, sizeof *range) == 0)
            l->places[i].count = count;
}

static size_t count_of(const struct limits *l, const struct limits_range *range)
{
    for (size_t i = 0; i < BOUND_HANDSHAKES; i++)
        if (l->places[i].count > 0 && memcmp(&l->places[i].range, range, sizeof *range) == 0)
            return l->places[i].count;
    return 0;
}

/* Whether A has to go rather than B: its range has more places, or as many and it is the older one. */
static bool goes_before(const struct limits_place *a, const struct limits_place *b)
{
    return a->count != b->count ? a->count > b->count : a->order < b->order;
}

/* A free place, or else that of the connection that has to go. */
static size_t choose_place(const struct limits *l)
{
    size_t chosen = 0;

    for (size_t i = 0; i < BOUND_HANDSHAKES; i++) {
        if (l->places[i].count == 0)
            return i;
        if (goes_before(&l->places[i], &l->places[chosen]))
            chosen = i;
    }
    return chosen;
}

bool limits_handshake_begin(struct limits *l, const char *address, size_t *slot, bool *displaces)
{
    struct limits_range range = range_of(address);
    size_t count = count_of(l, &range) + 1;

    if (limits_is_full(l))
        return false;
    set_count(l, &range, count); /* the one that comes counts: of ranges with as many places its own has to give */
    *slot = choose_place(l);
    *displaces = l->places[*slot].count > 0;
    if (*displaces) {
        limits_handshake_end(l, *slot);
        count = count_of(l, &range) + 1; /* it may have been of the same range */
        set_count(l, &range, count);
    }
    l->places[*slot] = (struct limits_place){.range = range, .count = count, .order = ++l->last_order};
    return true;
}

void limits_handshake_end(struct limits *l, size_t slot)
{
    struct limits_range range;

    REQUIRE(slot < BOUND_HANDSHAKES && l->places[slot].count > 0);
    range = l->places[slot].range;
    set_count(l, &range, l->places[slot].count - 1);
    l->places[slot] = (struct limits_place){0};
}

bool limits_may_log(struct limits_lines *l, int64_t now_ms)
{
    if (now_ms - l->since_ms >= 60000) {
        l->since_ms = now_ms;
        l->logged = 0;
    }
    return l->logged < BOUND_LOGGED && ++l->logged > 0;
}

bool limits_unknown_begin(struct limits_unknown *u, int64_t now_ms)
{
    if (u->since_ms == 0 || now_ms - u->since_ms >= 60000) {
        u->since_ms = now_ms;
        u->count = 0;
    }
    if (u->waits || u->count >= BOUND_UNKNOWN)
        return false;
    u->count++;
    u->waits = true;
    return true;
}

void limits_unknown_end(struct limits_unknown *u)
{
    REQUIRE(u->waits);
    u->waits = false;
}

int64_t limits_next_look_ms(int64_t silent_ms)
{
    int64_t to_ping = BOUND_PING_MS - silent_ms % BOUND_PING_MS;
    int64_t to_end = BOUND_IDLE_MS - silent_ms;

    return to_end > 0 && to_end < to_ping ? to_end : to_ping;
}

bool limits_dial_begin(struct limits *l)
{
    if (l->dialled >= BOUND_DIALS || l->links >= BOUND_LINKS)
        return false;
    l->dialled++;
    return true;
}

void limits_dial_end(struct limits *l)
{
    REQUIRE(l->dialled > 0);
    l->dialled--;
}
