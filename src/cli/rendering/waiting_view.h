#ifndef CLI_WAITING_VIEW_H
#define CLI_WAITING_VIEW_H
/* Why a message waits, and what is known of one without a receipt.
 *
 * Floor: cli.
 */

#include "model/control_enums.h"
#include "model/hold.h"
#include "output/render.h"

struct waiting {
    enum hold hold;
    int64_t until_ms; /* at the latest; 0: not known, and left out, as the next */
    int64_t next_try_ms;
};

/* What holds a message and until when; in lines behind it who lifts it and when it is tried next, with LIFTED and NEXT
 * before them. */
void waiting_view_hold(struct bytes *out, const char *lifted, const char *next, const struct waiting *w);

/* What is known of a message without a receipt, and since when; nothing of one that has one. */
void waiting_view_arrival(struct bytes *out, enum arrival arrival, int64_t said_ms);

#endif
