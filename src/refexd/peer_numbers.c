#include "refexd/peer_numbers.h"

#include <stdlib.h>

uint32_t peer_numbers_get(struct peer_numbers *p, const struct address *agency)
{
    for (size_t i = 0; i < p->count; i++)
        if (address_equal(&p->at[i], agency))
            return (uint32_t)i + 1;
    if (p->count == p->room) {
        p->room = p->room == 0 ? 16 : p->room * 2;
        p->at = xrealloc(p->at, p->room * sizeof *p->at);
    }
    p->at[p->count++] = *agency;
    return (uint32_t)p->count;
}

const struct address *peer_numbers_find(const struct peer_numbers *p, uint32_t number)
{
    return number == 0 || number > p->count ? NULL : &p->at[number - 1];
}

void peer_numbers_fini(struct peer_numbers *p)
{
    free(p->at);
    *p = (struct peer_numbers){0};
}
