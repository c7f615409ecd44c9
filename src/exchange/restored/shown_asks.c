#include "exchange/restored/shown_asks.h"

#include "base/log.h"
#include "codec/peer_messages.h"
#include "exchange/members/membership.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "store/note_store.h"

#define ASKED "own-asked" /* in note_store, by agency: it has said; sequence: of the home that was marked then */

#define FIRST_MS 1000      /* until the network process is there */
#define EACH_MS  3000      /* for one agency: its frame 5 is its first */
#define AGAIN_MS MINUTE_MS /* behind a round in which some did not say */

struct shown_asks {
    size_t next;    /* index in the directory of who is dialled next */
    int64_t due_ms; /* steady; 0: before the first tick */
    bool is_done;   /* all have said */
};

struct shown_asks *shown_asks_new(void)
{
    return xnew(sizeof(struct shown_asks));
}

static bool is_asking(const struct exchange *x)
{
    return own_note_restored_ms(x) != 0 && !own_note_is_over(x);
}

bool shown_asks_wait(const struct exchange *x)
{
    return is_asking(x) && !x->shown_asks->is_done;
}

static bool has_said(struct exchange *x, const struct address *agency, bool *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence = 0;
    bool found;
    bool ok = note_store_get(x->db, ASKED, address_view(agency), &found, &sequence, &note, err);

    bytes_fini(&note);
    *out = ok && found && sequence == (uint64_t)own_note_restored_ms(x);
    return ok;
}

/* Whether the member at INDEX is to be asked still. */
static bool is_awaited(struct exchange *x, size_t index, struct peer *p, bool *out, struct error *err)
{
    bool said = true;

    membership_peer(x->membership, index, p);
    if (!p->revoked && p->member->endpoint.size != 0 &&
        !address_equal(&p->member->agency, membership_own(x->membership)) &&
        !has_said(x, &p->member->agency, &said, err))
        return false;
    *out = !said;
    return true;
}

bool shown_asks_count(struct exchange *x, uint64_t *out, struct error *err)
{
    const size_t count = is_asking(x) ? membership_directory(x->membership)->member_count : 0;

    *out = 0;
    for (size_t i = 0; i < count; i++) {
        struct peer p;
        bool awaited;

        if (!is_awaited(x, i, &p, &awaited, err))
            return false;
        *out += awaited;
    }
    return true;
}

/* Those that have said. */
static bool end_links(struct exchange *x, struct error *err)
{
    for (const struct link *l = x->links, *next; l != NULL; l = next) {
        bool said;

        next = l->next;
        if (!has_said(x, &l->agency, &said, err))
            return false;
        if (said) {
            tick_hang_up(x, l->id, error_row(E_RST_01)->code);
            exchange_link_down(x, l->id);
        }
    }
    return true;
}

static bool dial_next(struct exchange *x, struct error *err)
{
    const size_t count = membership_directory(x->membership)->member_count;
    struct peer p;
    bool awaited;

    for (; x->shown_asks->next < count; x->shown_asks->next++) {
        if (!is_awaited(x, x->shown_asks->next, &p, &awaited, err))
            return false;
        if (!awaited)
            continue;
        x->shown_asks->next++;
        x->shown_asks->due_ms = tick_steady_ms(x) + EACH_MS;
        x->post->dial(x->post, &p.member->agency, p.member->endpoint, false);
        return true;
    }
    x->shown_asks->next = 0;
    x->shown_asks->due_ms = tick_steady_ms(x) + AGAIN_MS;
    return true;
}

bool shown_asks_advance(struct exchange *x, struct error *err)
{
    uint64_t awaited;

    REQUIRE(x->committed);
    if (!shown_asks_wait(x))
        return true;
    if (!shown_asks_count(x, &awaited, err))
        return false;
    x->shown_asks->is_done = awaited == 0;
    if (x->shown_asks->is_done)
        log_line(LOG_INFO, "event=restored.all_shown");
    if (x->shown_asks->due_ms == 0)
        x->shown_asks->due_ms = tick_steady_ms(x) + FIRST_MS;
    if (x->shown_asks->is_done || tick_steady_ms(x) >= x->shown_asks->due_ms)
        links_end_all(x, E_RST_01);
    if (x->shown_asks->is_done || !membership_own_may_dial(x->membership))
        return true;
    return tick_steady_ms(x) < x->shown_asks->due_ms ? end_links(x, err) : dial_next(x, err);
}

int64_t shown_asks_wake_ms(const struct exchange *x)
{
    return shown_asks_wait(x) ? x->shown_asks->due_ms : 0;
}

static bool take(struct exchange *x, const struct link *link, struct view note, struct error *err)
{
    uint64_t held;

    /* The next agency has its turn at once. */
    x->shown_asks->due_ms = tick_steady_ms(x);
    tick_again(x);
    return own_note_check(x, &link->agency, note, &held, err) && tick_begin(x, err) &&
           note_store_put(x->db, ASKED, address_view(&link->agency), (uint64_t)own_note_restored_ms(x),
                          view_of_text("-"), err);
}

bool shown_asks_take(struct exchange *x, const struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct peer_witness w;
    bool said;

    if (kind != PEER_WITNESS || !shown_asks_wait(x) || tick_waits(x))
        return true; /* it cannot be recorded: it waits there */
    if (!has_said(x, &link->agency, &said, err))
        return false;
    if (said)
        return true;
    if (!peer_witness_decode(payload, &x->tick_arena, &w, err))
        return error_wrap(err, "what %s shows of our log", link->agency.text);
    return tick_call_end(x, mark, take(x, link, w.linked, err), err);
}
