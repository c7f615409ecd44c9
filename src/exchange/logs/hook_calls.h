#ifndef EXCHANGE_HOOK_CALLS_H
#define EXCHANGE_HOOK_CALLS_H
/* What each hook has been told: its place in the logs (event_cursor.h), and how many events it was never told.
 *
 * Floor: exchange. NAME is "EVENT/HOOK". The place stands in the database, so that of a node put back it is put back,
 * too.
 */

#include "exchange/exchange.h"
#include "exchange/logs/event_cursor.h"

struct hook_place {
    char cursor[EVENT_CURSOR_TEXT]; /* "": it begins anew */
    uint64_t given_up;
};

/* *FOUND: NAME was told something before. */
MUST_USE bool exchange_hook_find(struct exchange *x, const char *name, bool *found, struct hook_place *out,
                                 struct error *err);
/* In the open transaction. */
MUST_USE bool exchange_hook_put(struct exchange *x, const char *name, const struct hook_place *place,
                                struct error *err);
/* Whether nothing is written for now. */
bool exchange_hook_waits(const struct exchange *x);

#endif
