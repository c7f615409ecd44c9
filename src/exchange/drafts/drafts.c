#include "exchange/drafts/drafts.h"

#include "base/log.h"
#include "exchange/access/holders.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/drafts/draft_calls.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/draft_store.h"
#include "store/slot_store.h"

#include <string.h>

#define GIVEN_UP_A_TICK 64 /* drafts that are too old: less than a millisecond */

struct drafts {
    bool is_new_day; /* some may be too old */
    bool erases;     /* slots that drafts gave up may be overwritten by now */
};

struct drafts *drafts_new(void)
{
    struct drafts *d = xnew(sizeof *d);

    *d = (struct drafts){.is_new_day = true, .erases = true};
    return d;
}

void drafts_new_day(struct exchange *x)
{
    x->drafts->is_new_day = true;
}

/* --- sealing --- */

static struct cell cell_of(const struct draft_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "draft",
                         .table = "draft",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

static bool seal(struct exchange *x, const struct draft_row *row, const struct control_draft_put_ask *ask,
                 struct bytes *sealed, struct error *err)
{
    const struct control_draft_content content = {
        .what = ask->what, .case_id = ask->case_id, .answers = ask->answers, .answer_count = ask->answer_count};
    struct bytes plain = {.wiping = true};
    struct cell where = cell_of(row);
    bool ok;

    control_draft_content_encode(&content, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), sealed, err);
    bytes_fini(&plain);
    return ok;
}

/* Its views live in the tick's arena. */
static bool open_draft(struct exchange *x, const struct draft_row *row, struct view sealed,
                       struct control_draft_content *out, struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct cell where = cell_of(row);
    struct error why;

    if (!vault_open_cell(x->vault, &where, sealed, plain, err))
        return false;
    return control_draft_content_decode(bytes_view(plain), &x->tick_arena, out, &why) ||
           error_set(err, E_STO_04, "a draft as stored: %s", why.text);
}

/* Whether the slot that ROW names is the draft's: it opens with it, or it is at least nobody's else. */
static bool is_its_slot(struct exchange *x, const struct draft_row *row, bool *is, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    struct draft_row stored;
    struct cell where;
    struct error why;
    bool ok = draft_store_find(x->db, &row->id, is, &stored, &sealed, err);

    if (ok && *is) {
        where = cell_of(&stored);
        *is = vault_open_cell(x->vault, &where, bytes_view(&sealed), &plain, &why);
    }
    if (ok && !*is)
        ok = slot_store_may_end(x->db, row->slot, is, err);
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}

/* The slot is overwritten after the commit, and with it all that was ever sealed under it. */
static bool give_up_slot(struct exchange *x, const struct draft_row *row, struct error *err)
{
    bool is;

    REQUIRE(x->in_transaction && row->slot != VAULT_OWN_SLOT);
    if (!is_its_slot(x, row, &is, err))
        return false;
    if (!is) {
        log_line(LOG_ERROR, "event=draft.slot_differs row=%lld", (long long)row->number);
        return true;
    }
    x->drafts->erases = true;
    withdrawal_work_slots_due(x);
    return slot_store_set_state(x->db, row->slot, SLOT_TO_ERASE, err) && draft_slot_store_add(x->db, row->slot, err);
}

static bool give_up(struct exchange *x, const struct draft_row *row, struct error *err)
{
    return give_up_slot(x, row, err) && draft_store_drop(x->db, row->number, err);
}

/* --- what is shown --- */

static bool fill(struct exchange *x, const struct draft_row *row, struct control_draft *out, struct error *err)
{
    *out = (struct control_draft){.draft = row->id,
                                  .changed_ms = row->changed_ms,
                                  .until = (uint32_t)(row->changed_ms / DAY_MS) + BOUND_DRAFT_DAYS + 1,
                                  .version = row->version};
    return staff_asker_names(x, row->maker, &out->maker, &out->account, err);
}

/* The case that it says it is of; NULL: none, or it does not open, and shows nothing to anybody. */
static const struct ident *case_of(struct exchange *x, const struct draft_row *row, struct view sealed)
{
    struct control_draft_content *content = arena_new(&x->tick_arena, sizeof *content);
    struct error why;

    return !holders_hide_nothing(x) && open_draft(x, row, sealed, content, &why) ? &content->case_id : NULL;
}

static bool find(struct exchange *x, const struct ident *id, struct draft_row *out, struct bytes *sealed,
                 struct error *err)
{
    char text[IDENT_TEXT];
    bool found;

    if (!draft_store_find(x->db, id, &found, out, sealed, err) ||
        (found && !holders_find_draft(x, out, case_of(x, out, bytes_view(sealed)), &found, err)))
        return false;
    ident_write(id, text);
    return found || error_set(err, E_DRF_01, "there is no draft %s here", text);
}

/* --- putting --- */

static bool check_size(const struct control_draft_put_ask *ask, struct error *err)
{
    size_t size = 0;

    for (size_t i = 0; i < ask->answer_count; i++)
        size += ask->answers[i].text.size;
    return size <= BOUND_DRAFT ||
           error_set(err, E_DRF_04, "the answers have %zu bytes, and a draft holds %d", size, BOUND_DRAFT);
}

static bool check_count(struct exchange *x, int64_t maker, struct error *err)
{
    uint64_t count;

    return draft_store_count(x->db, maker, &count, err) &&
           (count < BOUND_DRAFTS || error_set(err, E_DRF_03, "%d drafts are kept for one person", BOUND_DRAFTS));
}

/* What is typed about a case is so for who sees it; what was typed before he did not any more is not lost. */
static bool check_case(struct exchange *x, const struct control_draft_put_ask *ask, const struct ident *before,
                       struct error *err)
{
    struct case_row row;

    return ident_is_zero(&ask->case_id) || ident_equal(&ask->case_id, before) ||
           casebook_find(x, &ask->case_id, &row, err);
}

/* The row as it was; a new one, with no number, where none was named. */
static bool read_before(struct exchange *x, const struct control_draft_put_ask *ask, struct draft_row *out,
                        struct error *err)
{
    struct control_draft_content content = {.what = DRAFT_FOR_REFERRAL};
    struct bytes sealed = {0};
    struct error why;
    bool ok;

    *out = (struct draft_row){.maker = staff_asker_number(x)};
    if (ident_is_zero(&ask->draft))
        return check_count(x, out->maker, err) && check_case(x, ask, &content.case_id, err);
    ok = find(x, &ask->draft, out, &sealed, err) &&
         (out->version == ask->version ||
          error_set(err, E_DRF_02, "it is version %llu by now", (unsigned long long)out->version));
    if (ok && !open_draft(x, out, bytes_view(&sealed), &content, &why))
        content.case_id = (struct ident){0}; /* what lay in it is lost */
    ok = ok && check_case(x, ask, &content.case_id, err);
    bytes_fini(&sealed);
    return ok;
}

/* Another slot where there is none, or where what lies under this one is to go. */
static bool choose_slot(struct exchange *x, struct draft_row *row, bool anew, struct error *err)
{
    if (row->number != 0 && !anew)
        return true;
    if (row->number != 0 && !give_up_slot(x, row, err))
        return false;
    return vault_alloc_slot(x->vault, x->db, &row->slot, err);
}

static bool put(struct exchange *x, struct draft_row *row, const struct control_draft_put_ask *ask, struct error *err)
{
    struct bytes sealed = {0};
    bool is_new = row->number == 0;
    bool ok = tick_begin(x, err) && choose_slot(x, row, ask->anew, err) &&
              (!is_new || draft_store_next(x->db, &row->number, err));

    if (ok) {
        if (is_new)
            ident_random(x->random, &row->id);
        row->version++;
        row->changed_ms = tick_record_ms(x);
        ok = seal(x, row, ask, &sealed, err);
        row->sealed = bytes_view(&sealed);
        ok = ok && (is_new ? draft_store_add(x->db, row, err) : draft_store_change(x->db, row, err));
        row->sealed = (struct view){0};
    }
    bytes_fini(&sealed);
    return ok;
}

bool exchange_draft_put(struct exchange *x, const struct control_draft_put_ask *ask, struct control_draft *out,
                        struct error *err)
{
    struct draft_row row;
    uint64_t mark;

    if (!check_size(ask, err) || !read_before(x, ask, &row, err) || !tick_has_room(x, err) ||
        (row.number != 0 && !vault_slot_is_read(x->vault, row.slot, err)))
        return false;
    mark = tick_call_begin(x);
    if (!tick_call_end(x, mark, put(x, &row, ask, err), err) || !fill(x, &row, out, err))
        return false;
    out->what = ask->what;
    out->case_id = ask->case_id;
    out->answered = (uint32_t)ask->answer_count;
    return true;
}

/* --- showing --- */

static void tell_content(const struct control_draft_content *c, struct control_draft *out)
{
    out->what = c->what;
    out->case_id = c->case_id;
    out->answered = (uint32_t)c->answer_count;
}

bool exchange_draft_show(struct exchange *x, const struct ident *id, struct control_draft *out, struct error *err)
{
    struct control_draft_content content;
    struct bytes sealed = {0};
    struct draft_row row;
    bool ok = find(x, id, &row, &sealed, err) && open_draft(x, &row, bytes_view(&sealed), &content, err) &&
              fill(x, &row, out, err) && tick_begin(x, err);

    bytes_fini(&sealed);
    if (!ok)
        return false;
    tell_content(&content, out);
    out->answers = content.answers;
    out->answer_count = content.answer_count;
    return acting_record_opened(x, HOUSE_DRAFT, &row.id, err);
}

struct draft_list {
    struct exchange *x;
    exchange_on_draft_fn *on_draft;
    void *cookie;
};

/* One that does not open is listed all the same, so that it can be given up. */
static bool list_draft(void *cookie, const struct draft_row *row, struct error *err)
{
    struct draft_list *l = cookie;
    struct control_draft_content content;
    struct control_draft line;
    struct error why;
    bool shown;
    bool opens = open_draft(l->x, row, row->sealed, &content, &why);

    if (!holders_show_draft(l->x, row, opens ? &content.case_id : NULL, &shown, err))
        return false;
    if (!shown)
        return true;
    if (!fill(l->x, row, &line, err))
        return false;
    line.unread = !opens;
    if (opens)
        tell_content(&content, &line);
    return l->on_draft(l->cookie, &line, err);
}

bool exchange_draft_list(struct exchange *x, struct walk_step *step, exchange_on_draft_fn *on_draft, void *cookie,
                         struct error *err)
{
    struct draft_list l = {x, on_draft, cookie};

    return draft_store_walk(x->db, step, list_draft, &l, err);
}

/* --- dropping --- */

bool exchange_draft_drop(struct exchange *x, const struct ident *id, struct error *err)
{
    struct bytes sealed = {0};
    struct draft_row row;
    uint64_t mark;
    bool ok = find(x, id, &row, &sealed, err);

    bytes_fini(&sealed);
    if (!ok)
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, tick_begin(x, err) && give_up(x, &row, err), err);
}

/* --- of a case that is deleted --- */

struct of_case {
    struct exchange *x;
    const struct ident *case_id;
    struct found_draft {
        struct found_draft *next;
        struct draft_row row;
    } * first; /* in the tick's arena */
};

static bool collect_of_case(void *cookie, const struct draft_row *row, struct error *err)
{
    struct of_case *o = cookie;
    struct control_draft_content content;
    struct found_draft *f;
    struct error why;

    (void)err;
    if (!open_draft(o->x, row, row->sealed, &content,
                    &why) || /* it is not known whose it is, and goes after its days */
        !ident_equal(&content.case_id, o->case_id))
        return true;
    f = arena_new(&o->x->tick_arena, sizeof *f);
    *f = (struct found_draft){.next = o->first, .row = *row};
    f->row.sealed = (struct view){0};
    o->first = f;
    return true;
}

bool drafts_give_up_of(struct exchange *x, const struct ident *case_id, struct error *err)
{
    struct of_case o = {.x = x, .case_id = case_id};

    if (!draft_store_walk(x->db, NULL, collect_of_case, &o, err))
        return false;
    for (struct found_draft *f = o.first; f != NULL; f = f->next)
        if (!give_up(x, &f->row, err))
            return false;
    return true;
}

/* --- by the tick --- */

struct work {
    struct exchange *x;
    struct draft_row rows[GIVEN_UP_A_TICK];
    uint64_t slots[GIVEN_UP_A_TICK];
    size_t count;
    bool more;
};

static bool collect_row(void *cookie, const struct draft_row *row, struct error *err)
{
    struct work *w = cookie;

    (void)err;
    w->rows[w->count] = *row;
    w->rows[w->count++].sealed = (struct view){0};
    return true;
}

static bool give_up_old(struct exchange *x, struct error *err)
{
    struct work w = {.x = x};
    uint32_t day;

    x->drafts->is_new_day = false;
    if (!tick_destroying_day(x, &day) || day <= BOUND_DRAFT_DAYS)
        return true;
    if (!draft_store_walk_old(x->db, ((int64_t)day - BOUND_DRAFT_DAYS) * DAY_MS, GIVEN_UP_A_TICK, collect_row, &w, err))
        return false;
    for (size_t i = 0; i < w.count; i++)
        if (!tick_begin(x, err) || !give_up(x, &w.rows[i], err))
            return false;
    if (w.count == GIVEN_UP_A_TICK) {
        x->drafts->is_new_day = true;
        tick_again(x);
    }
    return true;
}

static bool collect_slot(void *cookie, uint64_t slot, struct error *err)
{
    struct work *w = cookie;

    (void)err;
    if (!withdrawal_work_is_erased(w->x, slot) || w->count == GIVEN_UP_A_TICK)
        w->more = true;
    else
        w->slots[w->count++] = slot;
    return true;
}

/* Those that are overwritten are named no more. */
static bool finish_slots(struct exchange *x, struct error *err)
{
    struct work w = {.x = x};

    if (!draft_slot_store_walk(x->db, collect_slot, &w, err))
        return false;
    x->drafts->erases = w.more;
    for (size_t i = 0; i < w.count; i++)
        if (!tick_begin(x, err) || !slot_store_set_state(x->db, w.slots[i], SLOT_ERASED, err) ||
            !draft_slot_store_drop(x->db, w.slots[i], err))
            return false;
    return true;
}

bool drafts_advance(struct exchange *x, struct error *err)
{
    if (x->drafts->is_new_day && !give_up_old(x, err))
        return false;
    return !x->drafts->erases || finish_slots(x, err);
}
