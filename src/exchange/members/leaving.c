#include "exchange/members/leaving.h"

#include <string.h>

#include "base/text.h"
#include "exchange/logs/acting.h"
#include "exchange/members/membership.h"
#include "exchange/members/pauses.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define LEFT      "left" /* of note_store: when it said so as the number, its identity key as the text */
#define TOLD_DAYS 60     /* so long who was not reached is told again: longer than a directory holds */

bool leaving_find(struct exchange *x, const struct address *agency, int64_t *left_ms, struct error *err)
{
    struct bytes key = {0};
    uint64_t when = 0;
    struct peer p;
    bool found;
    bool ok = note_store_get(x->db, LEFT, address_view(agency), &found, &when, &key, err);

    *left_ms = 0;
    if (ok && found && when <= INT64_MAX && membership_find_peer(x->membership, address_view(agency), &p) &&
        view_equal(bytes_view(&key), view_of(p.identity_key, KEY_SIZE)))
        *left_ms = (int64_t)when;
    bytes_fini(&key);
    return ok;
}

static bool keep(struct exchange *x, const struct address *agency, struct error *err)
{
    struct peer p;

    return !membership_find_peer(x->membership, address_view(agency), &p) ||
           note_store_put(x->db, LEFT, address_view(agency), (uint64_t)tick_record_ms(x),
                          view_of(p.identity_key, KEY_SIZE), err);
}

bool leaving_take(struct exchange *x, const struct address *agency, struct error *err)
{
    int64_t before;

    return leaving_find(x, agency, &before, err) && (before != 0 || keep(x, agency, err));
}

bool leaving_allows(struct exchange *x, const struct address *to, struct error *err)
{
    char day[TEXT_MINUTE];
    int64_t left_ms;

    if (!leaving_find(x, membership_own(x->membership), &left_ms, err))
        return false;
    if (left_ms != 0)
        return error_set(err, E_PAU_03, "this agency has said that it leaves the federation");
    if (!leaving_find(x, to, &left_ms, err))
        return false;
    text_write_minute(left_ms, day);
    return left_ms == 0 || error_set(err, E_PAU_04, "%s said at %s that it leaves the federation", to->text, day);
}

static bool set(struct exchange *x, int64_t before_ms, struct control_leaving *out, struct error *err)
{
    struct record r = {.kind = RECORD_CONFIGURED, .house.what = HOUSE_LEAVES};

    if (!tick_begin(x, err))
        return false;
    if (before_ms == 0 && (!keep(x, membership_own(x->membership), err) || !acting_append(x, &r, err)))
        return false;
    out->left_ms = before_ms != 0 ? before_ms : tick_record_ms(x);
    return before_ms != 0 ? pauses_new_day(x, err)
                          : pauses_tell_all(x, (uint32_t)(out->left_ms / DAY_MS) + TOLD_DAYS, &out->told, err);
}

bool exchange_leave(struct exchange *x, struct control_leaving *out, struct error *err)
{
    int64_t before_ms;
    uint64_t mark;

    *out = (struct control_leaving){.told = 0};
    if (!own_note_may_sign(x, err) || !leaving_find(x, membership_own(x->membership), &before_ms, err) ||
        !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, set(x, before_ms, out, err), err);
}
