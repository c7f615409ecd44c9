#include "exchange/logs/hook_calls.h"

#include <stdio.h>

#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define NOTE "hook" /* in note_store, by the hook's name; its sequence: events that it was never told */

bool exchange_hook_find(struct exchange *x, const char *name, bool *found, struct hook_place *out, struct error *err)
{
    struct bytes note = {0};
    bool ok;

    *out = (struct hook_place){0};
    ok = note_store_get(x->db, NOTE, view_of_text(name), found, &out->given_up, &note, err);
    if (ok && *found)
        (void)snprintf(out->cursor, sizeof out->cursor, "%.*s", (int)note.size, (const char *)note.at);
    bytes_fini(&note);
    return ok;
}

bool exchange_hook_put(struct exchange *x, const char *name, const struct hook_place *place, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    bool ok = tick_begin(x, err) &&
              note_store_put(x->db, NOTE, view_of_text(name), place->given_up, view_of_text(place->cursor), err);

    return tick_call_end(x, mark, ok, err);
}

bool exchange_hook_waits(const struct exchange *x)
{
    return tick_waits(x);
}
