#include "model/endpoint.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "model/ident.h"

static bool port_ok(struct view port)
{
    uint32_t n;

    return text_read_u32(port, &n) && n >= 1 && n <= 65535;
}

static bool host_is_ipv6(struct view host)
{
    char text[INET6_ADDRSTRLEN + 1];
    struct in6_addr parsed;

    if (host.size < 4 || host.size - 2 >= sizeof text || host.at[0] != '[' || host.at[host.size - 1] != ']')
        return false;
    memcpy(text, host.at + 1, host.size - 2);
    text[host.size - 2] = '\0';
    return inet_pton(AF_INET6, text, &parsed) == 1;
}

bool endpoint_ok(struct view text)
{
    size_t colon = text.size;

    while (colon > 0 && text.at[colon - 1] != ':')
        colon--;
    if (text.size > BOUND_ENDPOINT || colon < 2 || !port_ok(view_of(text.at + colon, text.size - colon)))
        return false;
    /* An IPv4 address is a DNS name in form. */
    return federation_name_ok(view_of(text.at, colon - 1)) || host_is_ipv6(view_of(text.at, colon - 1));
}
