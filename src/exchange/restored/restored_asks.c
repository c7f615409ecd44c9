#include "exchange/restored/restored_asks.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "base/text.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/releasing_times.h"
#include "store/note_store.h"
#include "store/number_store.h"

#define ASKS "restored_asks"  /* in number_store: the incarnation for which they are asked; 0: nobody is */
#define TOLD "restored-asked" /* in note_store: who has told; sequence: for which incarnation */

/* The text of such a note. */
#define BY_FRAME  "echo" /* the agency itself did */
#define BY_PERSON "-"    /* … or a person says that it cannot; or it did, and is to be asked again */

struct restored_asks {
    uint32_t incarnation; /* 0: nobody is asked */
    uint64_t looked_at;   /* sequence of the directory by which it was looked who is awaited; 0: to be looked */
};

bool restored_asks_begin(struct db *db, uint32_t incarnation, struct error *err)
{
    return number_store_put(db, ASKS, (int64_t)incarnation, err);
}

bool restored_asks_load(struct exchange *x, struct error *err)
{
    int64_t incarnation = 0;
    bool found;

    x->restored_asks = xnew(sizeof *x->restored_asks);
    if (!number_store_get(x->db, ASKS, &found, &incarnation, err))
        return false;
    x->restored_asks->incarnation = found ? (uint32_t)incarnation : 0;
    return true;
}

bool restored_asks_wait(const struct exchange *x)
{
    return x->restored_asks->incarnation != 0;
}

struct asked_walk {
    struct exchange *x;
    restored_asks_fn *on_agency;
    void *cookie;
};

static bool check_peer(void *cookie, const struct peer_row *row, struct error *err)
{
    struct asked_walk *w = cookie;
    struct exchange *x = w->x;
    struct bytes note = {0};
    uint64_t sequence = 0;
    struct peer p;
    bool found;
    bool ok;

    if (!membership_find_peer(x->membership, address_view(&row->agency), &p) ||
        (row->incarnation == 0 && !membership_can_link(x->membership, address_view(&row->agency))) ||
        (p.revoked && p.reason != REVOKED_SUSPENDED)) /* who is suspended comes back, and tells then */
        return true;
    ok = note_store_get(x->db, TOLD, address_view(&row->agency), &found, &sequence, &note, err);
    bytes_fini(&note);
    if (!ok || (found && sequence == x->restored_asks->incarnation))
        return ok;
    return w->on_agency(w->cookie, &row->agency, err);
}

bool restored_asks_walk(struct exchange *x, restored_asks_fn *on_agency, void *cookie, struct error *err)
{
    struct asked_walk w = {x, on_agency, cookie};

    return !restored_asks_wait(x) || peer_store_walk(x->db, check_peer, &w, err);
}

static bool count(void *cookie, const struct address *agency, struct error *err)
{
    (void)agency;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static bool end_if_last(struct exchange *x, struct error *err)
{
    unsigned awaited = 0;

    if (!restored_asks_walk(x, count, &awaited, err))
        return false;
    if (awaited > 0)
        return true;
    SOMETIMES(all_had_told_what_a_restored_home_lacked);
    log_line(LOG_INFO, "event=restored.all_told");
    x->restored_asks->incarnation = 0;
    for (const struct link *l = x->links; l != NULL; l = l->next)
        (void)releasing_begin_again(x, l, PACE_BUNDLE);
    tick_again(x);
    return tick_begin(x, err) && number_store_put(x->db, ASKS, 0, err);
}

static bool note_told(struct exchange *x, const struct address *agency, const char *how, struct error *err)
{
    x->restored_asks->looked_at = 0;
    tick_again(x);
    return tick_begin(x, err) &&
           note_store_put(x->db, TOLD, address_view(agency), audit_incarnation(x->audit), view_of_text(how), err);
}

bool restored_asks_has_echoed(struct exchange *x, const struct address *agency, bool *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence = 0;
    bool found;
    bool ok = note_store_get(x->db, TOLD, address_view(agency), &found, &sequence, &note, err);

    *out = ok && found && sequence == audit_incarnation(x->audit) && text_is(bytes_view(&note), BY_FRAME);
    bytes_fini(&note);
    return ok;
}

bool restored_asks_echoed(struct exchange *x, const struct address *agency, bool is_all, struct error *err)
{
    bool known;

    return restored_asks_has_echoed(x, agency, &known, err) &&
           (known || note_told(x, agency, is_all ? BY_FRAME : BY_PERSON, err));
}

bool restored_asks_invalidate(struct exchange *x, const struct address *agency, struct error *err)
{
    bool known;

    return restored_asks_has_echoed(x, agency, &known, err) && (!known || note_told(x, agency, BY_PERSON, err));
}

bool restored_asks_advance(struct exchange *x, struct error *err)
{
    const uint64_t sequence = membership_directory(x->membership)->sequence;

    if (!restored_asks_wait(x) || x->restored_asks->looked_at == sequence)
        return true;
    x->restored_asks->looked_at = sequence;
    return end_if_last(x, err);
}

struct awaited_search {
    const struct address *agency;
    bool found;
};

static bool is_agency(void *cookie, const struct address *agency, struct error *err)
{
    struct awaited_search *s = cookie;

    (void)err;
    s->found = s->found || address_equal(agency, s->agency);
    return true;
}

bool restored_asks_awaits(struct exchange *x, const struct address *agency, bool *out, struct error *err)
{
    struct awaited_search s = {.agency = agency};
    bool ok = restored_asks_walk(x, is_agency, &s, err);

    *out = ok && s.found;
    return ok;
}

/* --- a person's word --- */

static bool go_on_without(struct exchange *x, const struct address *agency, struct error *err)
{
    struct record r = {.kind = RECORD_RESTORED, .house.what = HOUSE_ASKED};

    return tick_begin(x, err) && acting_append(x, &r, err) && note_told(x, agency, BY_PERSON, err);
}

bool exchange_restored_without(struct exchange *x, const struct address *agency, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    bool is_awaited;

    if (!restored_asks_awaits(x, agency, &is_awaited, err))
        return false;
    if (!is_awaited)
        return error_set(err, E_RST_07, "%s is not awaited", agency->text);
    return tick_call_end(x, mark, go_on_without(x, agency, err), err);
}

bool exchange_restored_ready(const struct exchange *x, struct error *err)
{
    if (own_note_restored_ms(x) != 0 || own_note_moved_ms(x) != 0) /* it can ask nobody yet, or any more */
        return own_note_may_sign(x, err);
    return !restored_asks_wait(x) ||
           error_set(err, E_RST_06, "not all agencies have said what was withdrawn since this home was copied");
}
