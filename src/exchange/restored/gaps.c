#include "exchange/restored/gaps.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "store/message_store.h"
#include "store/note_store.h"

#include <string.h>

/* In note_store, by agency. */
#define GAPS "gaps"      /* its items as they came; sequence: how many; 0: none any more */
#define SEEN "gaps-seen" /* ids of those that a person has looked after; sequence: how many */
#define MORE "gaps-more" /* sequence: enum more */

/* Whether it has more than are listed. */
enum more { MORE_NONE, MORE_SKIPPED /* until a person has looked after these */, MORE_AWAITED /* … and has */ };

static bool read_all(struct exchange *x, const char *what, size_t size, const struct address *agency, struct bytes *out,
                     struct error *err)
{
    uint64_t sequence = 0;
    bool found;

    if (!note_store_get(x->db, what, address_view(agency), &found, &sequence, out, err))
        return false;
    if (!found || sequence == 0 || out->size != sequence * size)
        bytes_clear(out);
    return true;
}

static bool read_listed(struct exchange *x, const struct address *agency, struct bytes *out, struct error *err)
{
    return read_all(x, GAPS, sizeof(struct peer_held_message), agency, out, err);
}

/* Whether the id of M is among those in ALL, each at the beginning of SIZE bytes. */
static bool is_in(const struct bytes *all, size_t size, const struct peer_held_message *m)
{
    for (size_t at = 0; at < all->size; at += size)
        if (memcmp(all->at + at, &m->message, sizeof m->message) == 0)
            return true;
    return false;
}

static bool read_more(struct exchange *x, const struct address *agency, enum more *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence = MORE_NONE;
    bool found;
    bool ok = note_store_get(x->db, MORE, address_view(agency), &found, &sequence, &note, err);

    bytes_fini(&note);
    *out = ok && found ? (enum more)sequence : MORE_NONE;
    return ok;
}

static bool put_more(struct exchange *x, const struct address *agency, enum more more, struct error *err)
{
    return tick_begin(x, err) && note_store_put(x->db, MORE, address_view(agency), more, view_of_text("-"), err);
}

/* Nothing of it is looked at, and this is written once. */
static bool note_skipped(struct exchange *x, const struct address *agency, struct error *err)
{
    enum more more;

    return read_more(x, agency, &more, err) && (more == MORE_SKIPPED || put_more(x, agency, MORE_SKIPPED, err));
}

struct taking {
    const struct link *link;
    struct bytes listed;
    struct bytes seen;
    size_t before;  /* bytes that were listed */
    bool withdrawn; /* a withdrawal that came back, by its record: none is taken by its name */
    bool more;
};

/* What is here after all waits, or was sent again. */
static bool add(struct exchange *x, struct taking *t, const struct peer_held_message *m, struct error *err)
{
    struct message_row row;
    bool found;

    if (read_u32(m->incarnation) == 0 || read_u32(m->incarnation) >= audit_incarnation(x->audit) ||
        read_u32(m->kind) == 0 || read_u32(m->kind) >= MESSAGE_KIND_END ||
        (read_u32(m->kind) == MESSAGE_WITHDRAWAL) != t->withdrawn || is_in(&t->listed, sizeof *m, m) ||
        is_in(&t->seen, sizeof m->message, m))
        return true;
    if (!message_store_find(x->db, DIRECTION_OUT, t->link->peer, &m->message, &found, &row, err))
        return false;
    if (!found && t->listed.size >= BOUND_GAPS * sizeof *m)
        t->more = true;
    else if (!found)
        bytes_append(&t->listed, m, sizeof *m);
    return true;
}

static bool put_listed(struct exchange *x, const struct taking *t, struct error *err)
{
    const uint64_t count = t->listed.size / sizeof(struct peer_held_message);

    if (t->listed.size == t->before)
        return true;
    SOMETIMES(a_restored_home_heard_what_it_had_sent);
    log_line(LOG_WARNING, "event=restored.gaps peer=%s messages=%llu", t->link->agency.text, (unsigned long long)count);
    return tick_begin(x, err) &&
           note_store_put(x->db, GAPS, address_view(&t->link->agency), count, bytes_view(&t->listed), err);
}

static bool take(struct exchange *x, struct taking *t, const struct peer_held *held, struct error *err)
{
    const struct address *agency = &t->link->agency;

    if (!read_listed(x, agency, &t->listed, err) || !read_all(x, SEEN, sizeof(struct ident), agency, &t->seen, err))
        return false;
    t->before = t->listed.size;
    for (size_t i = 0; i < held->count && !t->more; i++)
        if (!add(x, t, &held->held[i], err))
            return false;
    return put_listed(x, t, err) && (!t->more || note_skipped(x, agency, err));
}

/* It says so when it was asked, until it has said that this is all: what comes else is of nobody's asking. */
bool gaps_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct taking t = {.link = link};
    struct peer_held held;
    enum more more;
    bool is_all;
    bool ok;

    if (!peer_held_decode(payload, &x->tick_arena, &held, err))
        return error_wrap(err, "what %s has of this agency", link->agency.text);
    if (audit_beginnings(x->audit) == 0 || !links_is_whole(link))
        return true;
    if (!restored_asks_has_echoed(x, &link->agency, &is_all, err) || !read_more(x, &link->agency, &more, err))
        return false;
    if (is_all || more == MORE_SKIPPED)
        return true;
    ok = take(x, &t, &held, err);
    bytes_fini(&t.listed);
    bytes_fini(&t.seen);
    return ok;
}

bool gaps_add_withdrawal(struct exchange *x, const struct link *link, const struct ident *consent, uint32_t incarnation,
                         uint64_t index, struct error *err)
{
    struct peer_held_message m = {.message = *consent};
    const struct peer_held held = {.held = &m, .count = 1};
    struct taking t = {.link = link, .withdrawn = true};
    bool ok;

    write_u32(m.incarnation, incarnation);
    write_u64(m.index, index);
    write_u32(m.kind, MESSAGE_WITHDRAWAL);
    ok = take(x, &t, &held, err);
    bytes_fini(&t.listed);
    bytes_fini(&t.seen);
    return ok;
}

bool gaps_pass(struct exchange *x, const struct link *link, struct error *err)
{
    bool is_all;

    if (audit_beginnings(x->audit) == 0 || link->directory_only)
        return true;
    return restored_asks_has_echoed(x, &link->agency, &is_all, err) && (is_all || note_skipped(x, &link->agency, err));
}

bool gaps_end(struct exchange *x, const struct address *agency, bool *is_all, struct error *err)
{
    enum more more;

    if (!read_more(x, agency, &more, err))
        return false;
    *is_all = more != MORE_SKIPPED;
    return more != MORE_AWAITED || put_more(x, agency, MORE_NONE, err);
}

bool gaps_await(struct exchange *x, const struct address *agency, bool *out, struct error *err)
{
    enum more more;

    if (!read_more(x, agency, &more, err))
        return false;
    *out = more == MORE_AWAITED;
    return true;
}

static bool count_listed(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct gaps_count *c = cookie;
    struct peer_held_message m;

    (void)agency;
    (void)err;
    for (uint64_t i = 0; i < sequence && note.size == sequence * sizeof m; i++) {
        memcpy(&m, note.at + i * sizeof m, sizeof m);
        *(read_u32(m.kind) == MESSAGE_WITHDRAWAL ? &c->withdrawals : &c->messages) += 1;
    }
    return true;
}

static bool count_agency(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    (void)agency;
    (void)note;
    (void)err;
    ((struct gaps_count *)cookie)->more += sequence != MORE_NONE;
    return true;
}

bool gaps_count(struct exchange *x, struct gaps_count *out, struct error *err)
{
    *out = (struct gaps_count){0};
    return note_store_walk(x->db, GAPS, count_listed, out, err) && note_store_walk(x->db, MORE, count_agency, out, err);
}

/* --- what people ask --- */

struct gaps_walk {
    exchange_on_gap_fn *on_gap;
    void *cookie;
    bool found;
};

static bool is_damaged(struct error *err)
{
    return error_set(err, E_STO_04, "what is stored of gaps is damaged");
}

static bool tell_gaps(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct gaps_walk *w = cookie;
    struct control_node_gap line = {0};
    struct peer_held_message m;

    if (!address_read(agency, &line.agency) || (sequence != 0 && note.size != sequence * sizeof m))
        return is_damaged(err);
    for (uint64_t i = 0; i < sequence; i++) {
        memcpy(&m, note.at + i * sizeof m, sizeof m);
        line.message = m.message;
        line.referral = m.referral;
        line.kind = (enum message_kind)read_u32(m.kind);
        line.log_number = read_u32(m.incarnation);
        line.index = read_u64(m.index);
        w->found = true;
        if (!w->on_gap(w->cookie, &line, err))
            return false;
    }
    return true;
}

static bool tell_more(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct gaps_walk *w = cookie;
    struct control_node_gap line = {.more = true};

    (void)note;
    if (!address_read(agency, &line.agency))
        return is_damaged(err);
    w->found = w->found || sequence != MORE_NONE;
    return sequence == MORE_NONE || w->on_gap(w->cookie, &line, err);
}

/* That nothing of it is listed says nothing yet. */
static bool tell_awaited(void *cookie, const struct address *agency, struct error *err)
{
    struct gaps_walk *w = cookie;

    return w->on_gap(w->cookie, &(struct control_node_gap){.agency = *agency, .awaited = true}, err);
}

bool exchange_gaps(struct exchange *x, exchange_on_gap_fn *on_gap, void *cookie, struct error *err)
{
    struct gaps_walk w = {.on_gap = on_gap, .cookie = cookie};

    if (!note_store_walk(x->db, GAPS, tell_gaps, &w, err) || !note_store_walk(x->db, MORE, tell_more, &w, err) ||
        !restored_asks_walk(x, tell_awaited, &w, err))
        return false;
    return w.found || own_note_restored_ms(x) == 0 ||
           error_set(err, E_RST_01, "no agency was asked yet what it has that is not here");
}

/* They come again with the next link where the agency has not said yet that this is all; of too many the oldest are
 * forgotten, and come again: twice rather than never. */
static bool put_seen(struct exchange *x, const struct address *agency, const struct bytes *listed, struct error *err)
{
    const size_t max = BOUND_GAPS_SEEN * sizeof(struct ident);
    struct bytes seen = {0};
    bool ok = read_all(x, SEEN, sizeof(struct ident), agency, &seen, err);

    for (size_t at = 0; ok && at < listed->size; at += sizeof(struct peer_held_message))
        bytes_append(&seen, listed->at + at, sizeof(struct ident));
    if (seen.size > max)
        bytes_consume(&seen, seen.size - max);
    ok = ok && (seen.size == 0 || note_store_put(x->db, SEEN, address_view(agency), seen.size / sizeof(struct ident),
                                                 bytes_view(&seen), err));
    bytes_fini(&seen);
    return ok;
}

static bool drop(struct exchange *x, const struct address *agency, const struct bytes *listed, enum more more,
                 struct error *err)
{
    const struct link *link = links_find_agency(x, agency);
    struct record r = {.kind = RECORD_RESTORED, .house.what = HOUSE_ACCEPTED};

    if (!tick_begin(x, err) || !acting_append(x, &r, err) || !put_seen(x, agency, listed, err) ||
        !note_store_put(x->db, GAPS, address_view(agency), 0, view_of_text("-"), err))
        return false;
    if (more == MORE_NONE)
        return true;
    if (more == MORE_AWAITED && listed->size == 0) /* it does not come any more, as a person knows */
        return put_more(x, agency, MORE_NONE, err);
    /* The rest comes again with the next link: of what was passed over on this one nothing does. */
    if (link != NULL) {
        const uint64_t id = link->id;

        tick_hang_up(x, id, error_row(E_RST_16)->code);
        exchange_link_down(x, id);
    }
    return put_more(x, agency, MORE_AWAITED, err);
}

bool exchange_gaps_seen(struct exchange *x, const struct address *agency, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct bytes listed = {0};
    enum more more;
    bool ok = read_listed(x, agency, &listed, err) && read_more(x, agency, &more, err);

    if (ok && listed.size == 0 && more == MORE_NONE)
        ok = error_set(err, E_RST_15, "%s is not listed", agency->text);
    ok = tick_call_end(x, mark, ok && drop(x, agency, &listed, more, err), err);
    bytes_fini(&listed);
    return ok;
}
