#ifndef REFEXD_STOLEN_MACHINE_H
#define REFEXD_STOLEN_MACHINE_H
/* That a machine which is revoked with its keys as compromised was started: it tried to link with this node.
 *
 * Floor: refexd. A certificate is no secret: whoever saw it can show it, so this is for people to think about, and no
 * more.
 */

#include "codec/seam_messages.h"
#include "exchange/traffic/link_calls.h"

struct stolen_machine {
    struct address agency; /* whose it was */
    int64_t last_ms;       /* 0: none */
};

/* DOWN says that somebody was refused who never was a link. */
void stolen_machine_note(struct stolen_machine *s, const struct exchange *x, const struct seam_link_down *down);
/* One that has not tried for a day is forgotten. */
void stolen_machine_expire(struct stolen_machine *s);

#endif
