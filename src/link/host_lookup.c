#include "link/host_lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

/* The first from A on whose family is FAMILY, or, if not IS_SAME, another; NULL: there is none. */
static const struct addrinfo *next_of(const struct addrinfo *a, int family, bool is_same)
{
    while (a != NULL && (a->ai_family == family) != is_same)
        a = a->ai_next;
    return a;
}

static size_t add_address(const struct addrinfo *a, size_t n, char texts[static BOUND_RESOLVED][INET6_ADDRSTRLEN])
{
    const void *ip = a->ai_family == AF_INET6 ? (const void *)&((struct sockaddr_in6 *)(void *)a->ai_addr)->sin6_addr
                                              : (const void *)&((struct sockaddr_in *)(void *)a->ai_addr)->sin_addr;

    if (n == BOUND_RESOLVED || inet_ntop(a->ai_family, ip, texts[n], INET6_ADDRSTRLEN) == NULL)
        return n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], texts[n]) == 0)
            return n;
    return n + 1;
}

size_t host_lookup(const char *host, char texts[static BOUND_RESOLVED][INET6_ADDRSTRLEN])
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *results = NULL;
    const struct addrinfo *a;
    const struct addrinfo *b;
    size_t n = 0;

    if (getaddrinfo(host, NULL, &hints, &results) != 0)
        return 0;
    a = results;
    b = next_of(results, results->ai_family, false);
    while (a != NULL || b != NULL) {
        if (a != NULL) {
            n = add_address(a, n, texts);
            a = next_of(a->ai_next, results->ai_family, true);
        }
        if (b != NULL) {
            n = add_address(b, n, texts);
            b = next_of(b->ai_next, results->ai_family, false);
        }
    }
    freeaddrinfo(results);
    return n;
}
