/* exchange_owed_*: what is owed, shown to people, and closed by them. */
#include "exchange/traffic/owed_list.h"

#include "exchange/access/holders.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/owed_wait.h"
#include "store/obligation_store.h"

struct owed_list {
    struct exchange *x;
    exchange_on_owed_fn *on_item;
    void *cookie;
};

static bool list_owed(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct owed_list *l = cookie;
    struct owed_summary out = {.what = row->what,
                               .step = row->step,
                               .since_ms = row->since_ms,
                               .doubted = row->settled == SETTLED_ANSWERED,
                               .lost = row->settled == SETTLED_LOST};
    struct peer_row peer;
    struct owed_wait wait;
    bool shown;
    bool found;

    if (!holders_show_owed(l->x, row, &shown, err))
        return false;
    if (!shown)
        return true;
    if (!peers_get(l->x, row->peer, &found, &peer, err) || !obligations_subject(l->x, row, &out.subject, err) ||
        !owed_wait_of(l->x, row, &wait, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "to whom something is owed is missing");
    if (out.doubted && !lost_there_sent(l->x, &peer, row->subject, &out.replaced, err))
        return false;
    out.agency = peer.agency;
    out.receipt_ms = wait.receipt_ms;
    out.answer_by = wait.answer_by;
    out.late_ms = wait.late_ms;
    out.hold = wait.hold;
    out.next_try_ms = wait.next_try_ms;
    out.cut_off = obligations_is_cut_off(l->x);
    out.by_hand = obligations_may_close(l->x, row, &peer.agency);
    if (out.by_hand && !obligations_is_by_hand(l->x, &peer.agency)) {
        out.refused_at = row->refused_at;
        out.refused_why = row->refused_why;
        out.refused_ms = row->refused_ms;
    }
    return l->on_item(l->cookie, &out, err);
}

bool exchange_owed_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err)
{
    struct owed_list l = {.x = x, .on_item = on_item, .cookie = cookie};

    return obligation_store_walk_open(x->db, list_owed, &l, err) &&
           obligation_store_walk_doubted(x->db, list_owed, &l, err) &&
           obligation_store_walk_lost(x->db, list_owed, &l, err);
}

static bool list_untold(void *cookie, const struct consent_row *row, struct error *err)
{
    struct owed_list *l = cookie;
    struct owed_summary out = {.what = OWED_WITHDRAWAL, .agency = row->recipient, .subject = row->id};
    bool untold;
    bool shown;

    return owed_wait_is_untold(l->x, row, &untold, err) && holders_show_consent(l->x, row, &shown, err) &&
           (!untold || !shown || l->on_item(l->cookie, &out, err));
}

bool exchange_untold_list(struct exchange *x, exchange_on_owed_fn *on_item, void *cookie, struct error *err)
{
    struct owed_list l = {.x = x, .on_item = on_item, .cookie = cookie};

    return !own_note_stopped(x) || consent_store_walk(x->db, NULL, list_untold, &l, err);
}

/* --- closing by hand --- */

struct owed_search {
    struct exchange *x;
    int64_t peer;
    const struct ident *subject;
    struct obligation_row row;
    bool found;
};

static bool match_owed(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct owed_search *s = cookie;
    struct ident subject;

    if (s->found || row->peer != s->peer)
        return true;
    if (!obligations_subject(s->x, row, &subject, err))
        return false;
    s->found = ident_equal(&subject, s->subject);
    s->row = *row;
    return !s->found || holders_find_owed(s->x, row, &subject, &s->found, err);
}

/* What is open; else what its end left to do; else what a person closed. */
static bool find_owed(struct owed_search *s, struct error *err)
{
    struct db *db = s->x->db;

    return obligation_store_walk_open(db, match_owed, s, err) &&
           (s->found || obligation_store_walk_doubted(db, match_owed, s, err)) &&
           (s->found || obligation_store_walk_lost(db, match_owed, s, err)) &&
           (s->found || obligation_store_walk_closed(db, s->peer, match_owed, s, err));
}

/* What was stated is explained, what is to be told is told. */
static bool reason_fits(const struct obligation_row *row, enum closing reason, struct error *err)
{
    enum closing other = row->settled == SETTLED_ANSWERED ? CLOSING_TOLD : CLOSING_EXPLAINED;

    return reason != other || error_set(err, E_OWE_08, "%s is no reason for this", closing_name(reason));
}

static bool close_owed(struct exchange *x, const struct address *agency, const struct ident *subject,
                       enum closing reason, struct error *err)
{
    struct owed_search s = {.x = x, .subject = subject};
    struct peer_row peer;
    char id[IDENT_TEXT];
    bool known;

    if (!peers_find(x, agency, &known, &peer, err))
        return false;
    s.peer = peer.number;
    if (known && !find_owed(&s, err))
        return false;
    ident_write(subject, id);
    if (!s.found)
        return error_set(err, E_OWE_01, "nothing is owed to %s about %s", agency->text, id);
    if (s.row.settled == SETTLED_CLOSED || s.row.closed_by != OBLIGATION_NO_RECORD)
        return true; /* said again */
    if (!reason_fits(&s.row, reason, err))
        return false;
    if (s.row.settled != 0)
        return obligations_close_finding(x, &s.row, reason, err);
    if (!obligations_may_close(x, &s.row, agency))
        return error_set(err, E_OWE_02, "%s is a member: this node goes on asking it", agency->text);
    return obligations_close(x, &s.row, reason, err);
}

bool exchange_owed_close(struct exchange *x, const struct address *agency, const struct ident *subject,
                         enum closing reason, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return own_note_may_sign(x, err) && tick_call_end(x, mark, close_owed(x, agency, subject, reason, err), err);
}
