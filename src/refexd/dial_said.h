#ifndef REFEXD_DIAL_SAID_H
#define REFEXD_DIAL_SAID_H
/* How far the last dial of each agency came: for the doctor.
 *
 * Floor: refexd. By the numbers of peer_numbers.h, so as many as agencies were members while refexd runs.
 */

#include "base/error.h"
#include "codec/seam.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIAL_SAID_AT (SEAM_LITERAL_MAX + 1 + 2 + 1 + 5) /* with brackets, colon and port */

enum dial_state {
    DIAL_NOT_YET = 0,
    DIAL_RESOLVING,  /* its host's name is looked up */
    DIAL_UNRESOLVED, /* it has no address */
    DIAL_DIALLING,
    DIAL_FAILED, /* WHY */
    DIAL_UP,
};

struct dial_said {
    enum dial_state state;
    enum link_reason why;    /* of DIAL_FAILED */
    bool anew;               /* dialled though a link stands, which state is of */
    char at[DIAL_SAID_AT];   /* the literal address and port of the last dial; empty: none was made */
    struct address answered; /* of DIAL_FAILED: whose node was there, which is another's; empty: not known */
};

struct dials_said {
    struct dial_said *at; /* private: of number i at i − 1 */
    size_t count;
};

/* No effect while PEER is dialled anew, but for DIAL_UP, which ends that. */
void dials_said_note(struct dials_said *d, uint32_t peer, enum dial_state state, enum link_reason why);
/* PEER is dialled at ADDRESS; whose node ANSWERED there, where a dial failed for that. */
void dials_said_at(struct dials_said *d, uint32_t peer, struct view address, uint16_t port);
void dials_said_answered(struct dials_said *d, uint32_t peer, const struct address *answered);
void dials_said_set_anew(struct dials_said *d, uint32_t peer, bool anew);
/* DIAL_NOT_YET where nothing was noted. */
struct dial_said dials_said_of(const struct dials_said *d, uint32_t peer);
void dials_said_fini(struct dials_said *d);

#endif
