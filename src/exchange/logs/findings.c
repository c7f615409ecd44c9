#include "exchange/logs/findings.h"

#include "base/log.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/witness.h"
#include "exchange/members/peers.h"
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
    if (f->closed == 0)
        s->standing |= 1U << f->which;
    if ((s->incarnation == 0 || f->incarnation == s->incarnation) && f->which == s->which) {
        s->found = true;
        s->row = *f;
    }
    return true;
}

static bool append_record(struct exchange *x, const struct peer_row *peer, enum finding which, struct view first,
                          struct view second, struct error *err)
{
    struct record r = {.kind = which == FINDING_FORK ? RECORD_FORK : RECORD_UNLINKED};

    log_line(LOG_ERROR, "event=log.%s peer=%s code=%s", finding_name(which), peer->agency.text,
             error_row(which == FINDING_FORK ? E_LOG_24 : E_LOG_25)->code);
    r.notes = (struct record_notes){.first = first, .second = second};
    return audit_append(x->audit, &r, NULL, err);
}

bool findings_add(struct exchange *x, const struct peer_row *peer, uint32_t incarnation, enum finding which,
                  struct view first, struct view second, bool *is_new, struct error *err)
{
    struct finding_search s = {.incarnation = incarnation, .which = which};

    if (!tick_begin(x, err) || !evidence_store_walk_findings(x->db, peer->number, take_finding, &s, err))
        return false;
    *is_new = !s.found || s.row.closed != 0;
    if (*is_new && !append_record(x, peer, which, first, second, err))
        return false;
    if (!s.found) {
        s.row = (struct finding_row){
            .peer = peer->number, .incarnation = incarnation, .which = which, .since_ms = clock_now_ms(x->clock)};
        return evidence_store_add_finding(x->db, &s.row, err);
    }
    s.row.later++;
    s.row.closed = 0;
    return evidence_store_move_finding(x->db, &s.row, err);
}

bool findings_standing(struct exchange *x, const struct address *agency, unsigned *which, struct error *err)
{
    struct finding_search s = {.which = 0};
    struct peer_row peer;
    bool found;

    if (!peers_find(x, agency, &found, &peer, err))
        return false;
    if (found && !evidence_store_walk_findings(x->db, peer.number, take_finding, &s, err))
        return false;
    *which = s.standing;
    return true;
}
