/* exchange_access_list, _review: who opened a case that he does not hold, and whether that was proper. */
#include "exchange/access/access_review.h"

#include "exchange/access/access_calls.h"
#include "exchange/access/emergency_access.h"
#include "exchange/access/holders.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- who sees it --- */

/* Who opened it as a caseworker and is a supervisor by now is an auditor's to judge, too. */
static bool may_list(struct exchange *x, const struct case_row *c, const struct access_row *row, bool *may,
                     struct error *err)
{
    struct view account;
    struct ident reader;
    int64_t own;

    *may = false;
    if (staff_asker_is_restricted(x, &own)) {
        *may = row->staff == own;
        return *may || c->holder == 0 || holders_show_case(x, c, may, err);
    }
    if (!staff_asker_is_auditor_alone(x))
        return holders_show_case(x, c, may, err);
    if (!staff_asker_names(x, row->staff, &reader, &account, err))
        return false;
    *may = staff_is_supervisor(x, &reader) && staff_asker_may_audit(x, LOG_HOUSE, row->since_ms);
    return true;
}

static bool show(struct exchange *x, const struct case_row *c, const struct access_row *row,
                 struct control_case_access *out, struct error *err)
{
    struct access_reason why = {0};
    struct error unread = {0};

    *out = (struct control_case_access){.access = row->id,
                                        .case_id = c->id,
                                        .since_ms = row->since_ms,
                                        .until_ms = row->until_ms,
                                        .review = row->review};
    if (emergency_access_reason(x, c, row, &why, &unread)) { /* of an erased case nobody knows why */
        out->reason = why.reason;
        out->note = why.note;
        out->reviewed_by = why.reviewed_by;
    }
    return staff_asker_names(x, row->staff, &out->staff, &out->account, err);
}

struct access_list {
    struct exchange *x;
    bool all;
    exchange_on_access_fn *on_item; /* NULL: they are counted */
    void *cookie;
    uint64_t count;
};

static bool list_row(void *cookie, const struct access_row *row, struct error *err)
{
    struct access_list *l = cookie;
    struct control_case_access line;
    struct case_row c;
    bool found;
    bool may;

    if (row->review != 0 && !l->all)
        return true;
    if (!case_store_get(l->x->db, row->case_number, &found, &c, err) || (found && !may_list(l->x, &c, row, &may, err)))
        return false;
    if (!found || !may)
        return true;
    l->count++;
    return l->on_item == NULL || (show(l->x, &c, row, &line, err) && l->on_item(l->cookie, &line, err));
}

bool exchange_access_list(struct exchange *x, const struct control_accesses_ask *ask, struct walk_step *step,
                          exchange_on_access_fn *on_item, void *cookie, struct error *err)
{
    struct access_list l = {.x = x, .all = ask->all, .on_item = on_item, .cookie = cookie};

    return access_store_walk(x->db, step, list_row, &l, err);
}

bool access_review_waiting(struct exchange *x, struct access_waiting *out, struct error *err)
{
    struct access_list l = {.x = x};
    uint64_t any;

    *out = (struct access_waiting){0};
    if (!access_store_count(x->db, INT64_MAX, &any, err))
        return false;
    if (any == 0)
        return true;
    if (!access_store_count(x->db, tick_closing_ms(x) - BOUND_REVIEW_DAYS * DAY_MS, &out->late, err) ||
        !access_store_walk(x->db, NULL, list_row, &l, err))
        return false;
    out->listed = l.count;
    return true;
}

/* --- the review --- */

struct wanted {
    struct exchange *x;
    struct access_row row;
    struct case_row c;
    struct access_reason why;
    bool found;
};

static bool read_wanted(void *cookie, const struct access_row *row, struct error *err)
{
    struct wanted *w = cookie;

    if (!case_store_get(w->x->db, row->case_number, &w->found, &w->c, err) ||
        (w->found && !may_list(w->x, &w->c, row, &w->found, err)))
        return false;
    if (!w->found)
        return true;
    w->row = *row;
    if (row->staff == staff_asker_number(w->x))
        return error_set(err, E_STF_18, "who reviews it opened it");
    if (!emergency_access_reason(w->x, &w->c, row, &w->why, err))
        return false;
    w->row.sealed = (struct view){0}; /* it lives during the call */
    return true;
}

static bool write_review(struct wanted *w, enum access_review review, struct view note, struct error *err)
{
    struct exchange *x = w->x;
    struct record r = {.kind = RECORD_REVIEWED};
    struct bytes sealed = {0};
    bool ok;

    r.access = (struct record_access){.access = w->row.id, .case_id = w->c.id, .review = review};
    w->why.note = note;
    if (!staff_asker_id(x, &w->why.reviewed_by))
        w->why.reviewed_by = (struct ident){0}; /* run alone */
    ok = tick_begin(x, err) && emergency_access_seal(x, &w->c, &w->row, &w->why, &sealed, err) &&
         access_store_review(x->db, w->row.number, review, bytes_view(&sealed), err) && acting_append(x, &r, err);
    w->row.review = review;
    bytes_fini(&sealed);
    return ok;
}

bool exchange_access_review(struct exchange *x, const struct control_review_ask *ask, struct control_case_access *out,
                            struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct wanted w = {.x = x};

    if (!access_store_find(x->db, &ask->access, read_wanted, &w, err))
        return false;
    if (!w.found)
        return error_set(err, E_STF_20, "there is no such opening here");
    if (w.row.review != 0 && w.row.review != ask->review)
        return error_set(err, E_STF_19, "it was reviewed as %s", access_review_name(w.row.review));
    if (w.row.review == 0 &&
        (!tick_has_room(x, err) || !tick_call_end(x, mark, write_review(&w, ask->review, ask->note, err), err)))
        return false;
    *out = (struct control_case_access){.access = w.row.id,
                                        .case_id = w.c.id,
                                        .since_ms = w.row.since_ms,
                                        .until_ms = w.row.until_ms,
                                        .review = w.row.review,
                                        .reviewed_by = w.why.reviewed_by,
                                        .reason = w.why.reason,
                                        .note = w.why.note};
    return staff_asker_names(x, w.row.staff, &out->staff, &out->account, err);
}
