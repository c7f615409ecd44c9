/* The home is moved to another machine: this one has said all that it will say. */
#include "exchange/members/agency_calls.h"

#include "exchange/logs/acting.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"

static bool move(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_RESTORED, .house.what = HOUSE_MOVED};

    return tick_begin(x, err) && acting_append(x, &r, err) && own_note_move(x, err);
}

bool exchange_may_move(struct exchange *x, bool *moved, struct error *err)
{
    *moved = own_note_moved_ms(x) != 0 && own_note_restored_ms(x) == 0;
    return *moved || own_note_may_sign(x, err);
}

bool exchange_mark_moved(struct exchange *x, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    bool moved;

    return exchange_may_move(x, &moved, err) && (moved || tick_call_end(x, mark, move(x, err), err));
}
