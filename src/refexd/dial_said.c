#include "refexd/dial_said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static struct dial_said *place_of(struct dials_said *d, uint32_t peer)
{
    REQUIRE(peer != 0);
    if (peer > d->count) {
        d->at = xrealloc(d->at, peer * sizeof *d->at);
        memset(d->at + d->count, 0, (peer - d->count) * sizeof *d->at);
        d->count = peer;
    }
    return &d->at[peer - 1];
}

void dials_said_note(struct dials_said *d, uint32_t peer, enum dial_state state, enum link_reason why)
{
    struct dial_said *at = place_of(d, peer);

    if (at->anew && state != DIAL_UP)
        return;
    at->state = state;
    at->why = why;
    at->anew = false;
    at->answered.text[0] = '\0';
}

void dials_said_at(struct dials_said *d, uint32_t peer, struct view address, uint16_t port)
{
    struct dial_said *at = place_of(d, peer);
    const bool six = memchr(address.at, ':', address.size) != NULL;

    (void)snprintf(at->at, sizeof at->at, "%s%.*s%s:%u", six ? "[" : "", (int)address.size, (const char *)address.at,
                   six ? "]" : "", port);
}

void dials_said_answered(struct dials_said *d, uint32_t peer, const struct address *answered)
{
    struct dial_said *at = place_of(d, peer);

    if (at->state == DIAL_FAILED)
        at->answered = *answered;
}

void dials_said_set_anew(struct dials_said *d, uint32_t peer, bool anew)
{
    place_of(d, peer)->anew = anew;
}

struct dial_said dials_said_of(const struct dials_said *d, uint32_t peer)
{
    return peer != 0 && peer <= d->count ? d->at[peer - 1] : (struct dial_said){0};
}

void dials_said_fini(struct dials_said *d)
{
    free(d->at);
    *d = (struct dials_said){0};
}
