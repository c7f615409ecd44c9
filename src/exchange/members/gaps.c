#include "exchange/members/gaps.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "store/message_store.h"
#include "store/note_store.h"

#include <string.h>

#define GAPS "gaps" /* in note_store, by agency: its items as they came; sequence: how many; 0: none any more */

static bool read_all(struct exchange *x, const struct address *agency, struct bytes *out, struct error *err)
{
    uint64_t sequence = 0;
    bool found;

    if (!note_store_get(x->db, GAPS, address_view(agency), &found, &sequence, out, err))
        return false;
    if (!found || sequence == 0 || out->size != sequence * sizeof(struct peer_held_message))
        bytes_clear(out);
    return true;
}

static bool is_listed(const struct bytes *all, const struct peer_held_message *m)
{
    for (size_t at = 0; at < all->size; at += sizeof *m)
        if (memcmp(all->at + at, &m->message, sizeof m->message) == 0)
            return true;
    return false;
}

/* What is here after all waits, or was sent again. */
static bool add(struct exchange *x, const struct link *link, const struct peer_held_message *m, struct bytes *all,
                struct error *err)
{
    struct message_row row;
    bool found;

    if (read_u32(m->incarnation) == 0 || read_u32(m->incarnation) >= audit_incarnation(x->audit) ||
        read_u32(m->kind) == 0 || read_u32(m->kind) >= MESSAGE_KIND_END || is_listed(all, m) ||
        all->size >= BOUND_GAPS * sizeof *m)
        return true;
    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, &m->message, &found, &row, err))
        return false;
    if (!found)
        bytes_append(all, m, sizeof *m);
    return true;
}

bool gaps_take(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct bytes all = {0};
    struct peer_held held;
    size_t before;
    bool ok;

    if (!peer_held_decode(payload, &x->tick_arena, &held, err))
        return error_wrap(err, "what %s has of this agency", link->agency.text);
    if (audit_beginnings(x->audit) == 0 || link->directory_only)
        return true;
    ok = read_all(x, &link->agency, &all, err);
    before = all.size;
    for (size_t i = 0; i < held.count && ok; i++)
        ok = add(x, link, &held.held[i], &all, err);
    if (ok && all.size != before) {
        SOMETIMES(a_restored_home_heard_what_it_had_sent);
        log_line(LOG_WARNING, "event=restored.gaps peer=%s messages=%llu", link->agency.text,
                 (unsigned long long)(all.size / sizeof(struct peer_held_message)));
        ok = tick_begin(x, err) && note_store_put(x->db, GAPS, address_view(&link->agency),
                                                  all.size / sizeof(struct peer_held_message), bytes_view(&all), err);
    }
    bytes_fini(&all);
    return ok;
}

static bool add_count(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    (void)agency;
    (void)note;
    (void)err;
    *(uint64_t *)cookie += sequence;
    return true;
}

bool gaps_count(struct exchange *x, uint64_t *out, struct error *err)
{
    *out = 0;
    return note_store_walk(x->db, GAPS, add_count, out, err);
}

/* --- what people ask --- */

struct gaps_walk {
    exchange_on_gap_fn *on_gap;
    void *cookie;
};

static bool tell_gaps(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct gaps_walk *w = cookie;
    struct control_node_gap line = {0};
    struct peer_held_message m;

    if (!address_read(agency, &line.agency) || (sequence != 0 && note.size != sequence * sizeof m))
        return error_set(err, E_STO_04, "what is stored of gaps is damaged");
    for (uint64_t i = 0; i < sequence; i++) {
        memcpy(&m, note.at + i * sizeof m, sizeof m);
        line.message = m.message;
        line.referral = m.referral;
        line.kind = (enum message_kind)read_u32(m.kind);
        line.log_number = read_u32(m.incarnation);
        line.index = read_u64(m.index);
        if (!w->on_gap(w->cookie, &line, err))
            return false;
    }
    return true;
}

bool exchange_gaps(struct exchange *x, exchange_on_gap_fn *on_gap, void *cookie, struct error *err)
{
    struct gaps_walk w = {on_gap, cookie};

    return note_store_walk(x->db, GAPS, tell_gaps, &w, err);
}

static bool drop(struct exchange *x, const struct address *agency, struct error *err)
{
    struct record r = {.kind = RECORD_RESTORED, .house.what = HOUSE_ACCEPTED};

    return tick_begin(x, err) && acting_append(x, &r, err) &&
           note_store_put(x->db, GAPS, address_view(agency), 0, view_of_text("-"), err);
}

bool exchange_gaps_seen(struct exchange *x, const struct address *agency, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct bytes all = {0};
    bool listed;

    if (!read_all(x, agency, &all, err))
        return false;
    listed = all.size != 0;
    bytes_fini(&all);
    if (!listed)
        return error_set(err, E_RST_15, "%s is not listed", agency->text);
    return tick_call_end(x, mark, drop(x, agency, err), err);
}
