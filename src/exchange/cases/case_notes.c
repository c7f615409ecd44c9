#include "exchange/cases/case_notes.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- one note --- */

static bool check_day(const struct exchange *x, uint32_t by, struct error *err)
{
    uint32_t today = tick_record_day(x);

    return by == 0 || (by >= today && by - today <= BOUND_NOTE_DAYS) ||
           error_set(err, E_CAS_25, "the day by which a supervisor is to see to it is %s",
                     by < today ? "past" : "too far away");
}

static bool fill_note(struct exchange *x, const struct case_row *row, const struct case_entry *e, uint32_t note,
                      struct control_case_note *out, struct error *err)
{
    *out = (struct control_case_note){
        .case_id = row->id, .note = note, .time_ms = e->time_ms, .by = e->by, .text = e->text, .how = e->how};
    return case_links_shows(x, &e->other, &out->other, err) &&
           staff_asker_names(x, (int64_t)e->staff, &out->staff, &out->account, err);
}

static bool add_note(struct exchange *x, const struct control_case_note_ask *ask, struct control_case_note *out,
                     struct error *err)
{
    struct case_entry entry = {.text = ask->text, .by = ask->by};
    struct case_row row;
    uint64_t notes;

    return casebook_find(x, &ask->case_id, &row, err) && case_merge_check(x, &row, err) && check_day(x, ask->by, err) &&
           tick_has_room(x, err) && tick_begin(x, err) && case_entries_add(x, &row, CASE_ENTRY_NOTE, &entry, err) &&
           case_entry_store_count(x->db, row.number, CASE_ENTRY_NOTE, &notes, err) &&
           acting_record_opened(x, HOUSE_NOTED, &row.id, err) && fill_note(x, &row, &entry, (uint32_t)notes, out, err);
}

bool exchange_case_note(struct exchange *x, const struct control_case_note_ask *ask, struct control_case_note *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, add_note(x, ask, out, err), err);
}

/* --- all of a case --- */

/* Whether one was seen to, and when: an entry behind it says so. */
struct seen {
    uint32_t wanted; /* that note */
    int64_t at_ms;   /* 0: it was not */
};

static bool note_done(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    struct seen *s = cookie;

    (void)number;
    (void)err;
    (void)kind;
    if (e->done == s->wanted && s->at_ms == 0)
        s->at_ms = e->time_ms;
    return true;
}

struct notes {
    struct exchange *x;
    const struct case_row *row;
    uint64_t at;      /* of the notes of the case, so far */
    uint64_t count;   /* of all */
    int64_t *done_ms; /* of each; 0: nobody has seen to it */
    exchange_on_note_fn *on_note;
    void *cookie;
};

static bool note_done_of_each(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                              struct error *err)
{
    struct notes *n = cookie;

    (void)number;
    (void)kind;
    (void)err;
    if (e->done > 0 && e->done <= n->count && n->done_ms[e->done - 1] == 0)
        n->done_ms[e->done - 1] = e->time_ms;
    return true;
}

static bool tell_note(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    struct notes *n = cookie;
    struct control_case_note line;

    (void)kind;
    if (n->at == 0 && !case_entry_store_place(n->x->db, n->row->number, CASE_ENTRY_NOTE, number, &n->at, err))
        return false;
    REQUIRE(n->at > 0 && n->at <= n->count);
    if (!fill_note(n->x, n->row, e, (uint32_t)n->at, &line, err))
        return false;
    line.done_ms = n->done_ms[n->at - 1];
    n->at++;
    return n->on_note(n->cookie, &line, err);
}

bool exchange_case_notes(struct exchange *x, const struct control_case_notes_ask *ask, struct walk_step *step,
                         exchange_on_note_fn *on_note, void *cookie, struct error *err)
{
    struct case_row row;
    struct notes n = {.x = x, .row = &row, .on_note = on_note, .cookie = cookie};

    if (!casebook_find(x, &ask->case_id, &row, err) ||
        ((step == NULL || step->after == 0) && !casebook_record_opened(x, &row, err)) ||
        !case_entry_store_count(x->db, row.number, CASE_ENTRY_NOTE, &n.count, err))
        return false;
    n.done_ms = arena_new(&x->tick_arena, (n.count + 1) * sizeof *n.done_ms);
    return case_entries_walk_kind(x, &row, CASE_ENTRY_DONE, note_done_of_each, &n, err) &&
           case_entries_list(x, &row, 1U << CASE_ENTRY_NOTE, step, tell_note, &n, err);
}

/* --- what a supervisor is to see to --- */

struct wanted {
    struct exchange *x;
    const struct case_row *row;
    uint32_t note;
    uint32_t at;
    int64_t number; /* of its entry; 0: it was not found */
    struct control_case_note *out;
};

static bool find_wanted(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                        struct error *err)
{
    struct wanted *w = cookie;

    (void)kind;
    if (++w->at != w->note || e->by == 0)
        return true;
    w->number = number;
    if (!fill_note(w->x, w->row, e, w->note, w->out, err))
        return false;
    w->out->text = arena_copy(&w->x->tick_arena, e->text);
    return true;
}

static bool end_task(struct exchange *x, const struct control_case_done_ask *ask, struct control_case_note *out,
                     struct error *err)
{
    struct case_row row;
    struct wanted w = {.x = x, .row = &row, .note = ask->note, .out = out};
    struct seen seen = {.wanted = ask->note};
    struct case_entry entry = {.done = ask->note};

    if (!casebook_find(x, &ask->case_id, &row, err) ||
        !case_entries_walk_kind(x, &row, CASE_ENTRY_NOTE, find_wanted, &w, err) ||
        !case_entries_walk_kind(x, &row, CASE_ENTRY_DONE, note_done, &seen, err))
        return false;
    if (w.number == 0)
        return error_set(err, E_CAS_26, "the case has no note %u that a supervisor is to see to", ask->note);
    if (seen.at_ms != 0) {
        out->done_ms = seen.at_ms;
        return true;
    }
    if (!tick_has_room(x, err) || !tick_begin(x, err) || !case_entries_add(x, &row, CASE_ENTRY_DONE, &entry, err) ||
        !case_entry_store_set_due(x->db, w.number, 0, err) || !acting_record_opened(x, HOUSE_NOTED, &row.id, err))
        return false;
    out->done_ms = entry.time_ms;
    return true;
}

bool exchange_case_done(struct exchange *x, const struct control_case_done_ask *ask, struct control_case_note *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, end_task(x, ask, out, err), err);
}

struct tasks {
    struct exchange *x;
    exchange_on_task_fn *on_task;
    void *cookie;
};

static bool tell_task(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    struct tasks *t = cookie;
    struct control_case_task line = {.by = due, .late = due < tick_record_day(t->x)};
    struct case_row row;
    uint64_t place;
    bool shown;

    if (!case_store_get(t->x->db, case_number, &shown, &row, err) ||
        (shown && !holders_show_case(t->x, &row, &shown, err)))
        return false;
    if (!shown)
        return true;
    if (!case_entry_store_place(t->x->db, case_number, CASE_ENTRY_NOTE, number, &place, err))
        return false;
    line.case_id = row.id;
    line.note = (uint32_t)place;
    return t->on_task(t->cookie, &line, err);
}

bool exchange_case_tasks(struct exchange *x, exchange_on_task_fn *on_task, void *cookie, struct error *err)
{
    struct tasks t = {x, on_task, cookie};

    return case_entry_store_walk_due(x->db, CASE_ENTRY_NOTE, tell_task, &t, err);
}
