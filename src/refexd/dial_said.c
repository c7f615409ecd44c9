#include "refexd/dial_said.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

void dials_said_note(struct dials_said *d, uint32_t peer, enum dial_state state, enum link_reason why)
{
    REQUIRE(peer != 0);
    if (peer > d->count) {
        d->at = xrealloc(d->at, peer * sizeof *d->at);
        memset(d->at + d->count, 0, (peer - d->count) * sizeof *d->at);
        d->count = peer;
    }
    d->at[peer - 1] = (struct dial_said){state, why};
}

struct dial_said dials_said_of(const struct dials_said *d, uint32_t peer)
{
    return peer != 0 && peer <= d->count ? d->at[peer - 1] : (struct dial_said){DIAL_NOT_YET, (enum link_reason)0};
}

void dials_said_fini(struct dials_said *d)
{
    free(d->at);
    *d = (struct dials_said){0};
}
