#ifndef REFEXD_STATUS_H
#define REFEXD_STATUS_H
/* The node's state: numbers, what is weak by configuration (notes), and what somebody must act on now (findings).
 *
 * Floor: refexd. A node with findings is running, but not well: `refex status` exits with 1.
 */

#include "refexd/control_door.h"
#include "refexd/findings/findings.h"

struct status {
    struct control_status line; /* its views are into this struct or the arena: it is not copied */
    struct view notes[CONTROL_NOTES_MAX];
    struct finding_list findings;
    char listen[BOUND_ENDPOINT];
};

/* Fills *OUT; ARENA must outlive it. */
MUST_USE bool status_collect(const struct control_context *w, struct arena *arena, struct status *out,
                             struct error *err);

#endif
