#include "exchange/logs/findings.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/logs/witness.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/evidence_store.h"

struct finding_search {
    uint32_t incarnation; /* 0: any */
    enum finding which;   /* 0: any */
    bool found;
    struct finding_row row;
    unsigned standing; /* bit n: enum finding n */
};

static bool take_finding(void *cookie, const struct finding_row *f, struct error *err)
{
    struct finding_search *s = cookie;

    (void)err;
    if (f->closed == 0 && f->which < FINDING_END)
        s->standing |= 1U << f->which;
    if ((s->incarnation == 0 || f->incarnation == s->incarnation) && f->which == s->which) {
        s->found = true;
        s->row = *f;
    }
    return true;
}

/* Of a fork at one index both leaves follow, each with its path: with them the records alone prove it to anybody. */
static bool append_record(struct exchange *x, const struct peer_row *peer, enum finding which,
                          const struct finding_proof *proof, struct error *err)
{
    struct record r = {.kind = which == FINDING_FORK ? RECORD_FORK : RECORD_UNLINKED};

    log_line(LOG_ERROR, "event=log.%s peer=%s code=%s", finding_name(which), peer->agency.text,
             error_row(which == FINDING_FORK ? E_LOG_24 : E_LOG_25)->code);
    r.notes = (struct record_notes){.first = proof->first, .second = proof->second};
    if (!audit_append(x->audit, &r, NULL, err))
        return false;
    for (int i = 0; i < 2 && proof->by_index; i++) {
        struct record leaf = {.kind = RECORD_FORK_LEAF, .fork_leaf = proof->leaves[i]};

        if (!audit_append(x->audit, &leaf, NULL, err))
            return false;
    }
    return true;
}

bool findings_raise(struct exchange *x, const struct peer_row *peer, uint32_t incarnation, enum finding which,
                    const struct finding_proof *proof, bool *is_new, bool *keep, struct error *err)
{
    struct finding_search s = {.incarnation = incarnation, .which = which};

    if (!tick_begin(x, err) || !evidence_store_walk_findings(x->db, peer->number, take_finding, &s, err))
        return false;
    *is_new = !s.found || s.row.closed != 0;
    *keep = !s.found || s.row.later < BOUND_UNLINKED;
    if (*is_new)
        SOMETIMES(something_was_found_about_a_log);
    if (*is_new && !append_record(x, peer, which, proof, err))
        return false;
    if (!s.found) {
        s.row = (struct finding_row){
            .peer = peer->number, .incarnation = incarnation, .which = which, .since_ms = tick_record_ms(x)};
        return evidence_store_add_finding(x->db, &s.row, err);
    }
    s.row.later++;
    s.row.closed = 0;
    return evidence_store_move_finding(x->db, &s.row, err);
}

bool findings_standing(struct exchange *x, int64_t peer, uint32_t *which, struct error *err)
{
    struct finding_search s = {.which = 0};

    if (!evidence_store_walk_findings(x->db, peer, take_finding, &s, err))
        return false;
    *which = s.standing;
    return true;
}

/* --- what people see and do --- */

struct finding_list {
    exchange_on_finding_fn *on_item;
    void *cookie;
};

static bool list_finding(void *cookie, const struct finding_row *f, struct error *err)
{
    struct finding_list *l = cookie;
    struct finding_summary out = {.agency = f->agency,
                                  .incarnation = f->incarnation,
                                  .which = f->which,
                                  .since_ms = f->since_ms,
                                  .later = f->later};

    return f->closed != 0 || l->on_item(l->cookie, &out, err);
}

bool exchange_finding_list(struct exchange *x, exchange_on_finding_fn *on_item, void *cookie, struct error *err)
{
    struct finding_list l = {.on_item = on_item, .cookie = cookie};

    return evidence_store_walk_findings(x->db, 0, list_finding, &l, err);
}

struct closing_search {
    enum finding which;
    bool found;
    struct finding_row row; /* the first that stands */
};

static bool take_standing(void *cookie, const struct finding_row *f, struct error *err)
{
    struct closing_search *s = cookie;

    (void)err;
    if (s->found || f->closed != 0 || f->which != s->which)
        return true;
    s->found = true;
    s->row = *f;
    return true;
}

/* Of each incarnation one after another. */
static bool close_all(struct exchange *x, struct peer_row *peer, enum finding which, enum finding_closing reason,
                      struct error *err)
{
    struct closing_search s;

    for (;;) {
        struct record r = {.kind = RECORD_CLOSED};

        s = (struct closing_search){.which = which};
        if (!evidence_store_walk_findings(x->db, peer->number, take_standing, &s, err))
            return false;
        if (!s.found)
            break;
        r.closed = (struct record_closed){
            .agency = address_view(&peer->agency), .incarnation = s.row.incarnation, .which = which, .reason = reason};
        s.row.closed = reason;
        if (!acting_append(x, &r, err) || !evidence_store_move_finding(x->db, &s.row, err))
            return false;
    }
    return witness_begin_anew(x, peer, err);
}

bool exchange_finding_close(struct exchange *x, const struct address *agency, enum finding which,
                            enum finding_closing reason, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct peer_row peer;
    uint32_t standing = 0;
    bool found;

    if (!own_note_may_sign(x, err) || !peers_find(x, agency, &found, &peer, err) ||
        (found && !findings_standing(x, peer.number, &standing, err)))
        return false;
    if ((standing & 1U << which) == 0)
        return error_set(err, E_LOG_26, "nothing stands about the log of %s that is called %s", agency->text,
                         finding_name(which));
    return tick_call_end(x, mark, tick_begin(x, err) && close_all(x, &peer, which, reason, err), err);
}
