#include "exchange/staff/kept_answers.h"

#include <stdio.h>
#include <string.h>

#include "exchange/consent/withdrawal_work.h"
#include "exchange/staff/request_calls.h"
#include "exchange/staff/request_mark.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/kept_answer_store.h"
#include "store/slot_store.h"

#define KEPT_DAYS  30
#define FORGET     64              /* of each kind in one tick */
#define ANSWER_MAX 65536           /* bytes: a longer answer is not kept */
#define FIXED      (HASH_SIZE + 9) /* bytes: what was asked, who asked u64, whether the answer is kept u8 */

struct kept_answers {
    bool erases;  /* slots of theirs may be marked, and are looked at */
    bool forgets; /* there may be more that is old */
};

struct kept_answers *kept_answers_new(void)
{
    struct kept_answers *k = xnew(sizeof *k);

    *k = (struct kept_answers){true, true};
    return k;
}

void kept_answers_new_day(struct exchange *x)
{
    x->kept_answers->forgets = true;
}

/* --- one --- */

static struct cell cell_of(const struct kept_answer_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "answer",
                         .table = "kept_answer",
                         .row = row->number,
                         .column = "sealed",
                         .owner = hash_view(&row->mark)};
}

static bool mark_ask(struct exchange *x, const struct request_named *n, struct hash *out, struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_printf(&text, "refex/asked/v1\n%s\n", n->verb);
    bytes_append_view(&text, n->ask);
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

static bool make_marks(struct exchange *x, const struct request_named *n, struct request_marks *out, struct error *err)
{
    char kind[64];

    if (n->part == 0)
        (void)snprintf(kind, sizeof kind, "%s", n->verb);
    else
        (void)snprintf(kind, sizeof kind, "%s %u", n->verb, (unsigned)n->part);
    return request_marks_make(x, kind, n->id, out, err);
}

static bool find_row(struct exchange *x, const struct request_named *n, bool *found, struct kept_answer_row *out,
                     struct bytes *sealed, struct error *err)
{
    struct request_marks marks;

    *found = false;
    if (!make_marks(x, n, &marks, err))
        return false;
    for (size_t i = 0; i < marks.count && !*found; i++)
        if (!kept_answer_store_find(x->db, &marks.at[i], found, out, sealed, err))
            return false;
    return true;
}

/* An answer is his who got it: who has his Unix user now, and is another member of the staff, does not read it. */
static bool give_answer(struct exchange *x, const struct request_named *n, struct view kept, struct bytes *answer,
                        struct error *err)
{
    struct hash asked;
    uint64_t asker;

    if (kept.size < FIXED)
        return error_set(err, E_STO_04, "what was kept of a request id is not of its size");
    if (!mark_ask(x, n, &asked, err))
        return false;
    if (memcmp(kept.at, asked.at, HASH_SIZE) != 0)
        return error_set(err, E_CTL_10, "the request id was used for another `%s`", n->verb);
    asker = read_u64(kept.at + HASH_SIZE);
    if (kept.at[FIXED - 1] == 0 || (asker != 0 && asker != (uint64_t)staff_asker_number(x)))
        return error_set(err, E_CTL_11, "`%s` was done under this request id before", n->verb);
    bytes_append_view(answer, view_of(kept.at + FIXED, kept.size - FIXED));
    return true;
}

bool exchange_request_find(struct exchange *x, const struct request_named *n, bool *repeated, struct bytes *answer,
                           struct error *err)
{
    struct bytes kept = {.wiping = true};
    struct bytes sealed = {0};
    struct kept_answer_row row;
    struct cell where;
    bool ok = find_row(x, n, repeated, &row, &sealed, err);

    if (ok && *repeated && vault_slot_is_erased(x->vault, row.slot)) {
        ok = error_set(err, E_CTL_11, "something was done under this request id before, by `%s`", n->verb);
    } else if (ok && *repeated) {
        where = cell_of(&row);
        ok = vault_open_cell(x->vault, &where, bytes_view(&sealed), &kept, err) &&
             give_answer(x, n, bytes_view(&kept), answer, err);
    }
    bytes_fini(&sealed);
    bytes_fini(&kept);
    return ok;
}

static bool mark_slot(struct exchange *x, const struct kept_slot_row *row, struct hash *out, struct error *err)
{
    struct bytes text = {0};
    bool ok;

    bytes_printf(&text, "refex/kept-slot/v1\n%ju\n%u\n", (uintmax_t)row->slot, (unsigned)row->day);
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

/* Whether answers lie under it: a row that was changed names another's slot, and its key would be destroyed. */
static bool is_own_slot(struct exchange *x, const struct kept_slot_row *row, bool *own, struct error *err)
{
    struct hash mark;

    if (!mark_slot(x, row, &mark, err))
        return false;
    *own = hash_equal(&mark, &row->mark);
    return true;
}

/* The day goes on under another slot where the disk does not give its own, or that is damaged: what is asked under an
 * id does not wait for it. */
static bool choose_slot(struct exchange *x, struct kept_answer_row *row, struct error *err)
{
    struct kept_slot_row of_day;
    struct error why;
    bool found;
    bool own = false;

    if (!kept_slot_store_find(x->db, row->day, &found, &of_day, err) || (found && !is_own_slot(x, &of_day, &own, err)))
        return false;
    if (own && vault_slot_is_read(x->vault, of_day.slot, &why) && !vault_slot_is_erased(x->vault, of_day.slot)) {
        row->slot = of_day.slot;
        return true;
    }
    if (!vault_alloc_slot(x->vault, x->db, &row->slot, err))
        return false;
    of_day = (struct kept_slot_row){.slot = row->slot, .day = row->day};
    return mark_slot(x, &of_day, &of_day.mark, err) && kept_slot_store_add(x->db, &of_day, err);
}

static bool keep(struct exchange *x, const struct request_named *n, const struct view *answer, struct error *err)
{
    struct kept_answer_row row = {.day = tick_latest_day(x)}; /* else a doubt that ends would forget it at once */
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    struct request_marks marks;
    struct cell where;
    struct hash asked;
    bool is_kept = answer != NULL && answer->size <= ANSWER_MAX;
    bool ok = make_marks(x, n, &marks, err) && mark_ask(x, n, &asked, err) && tick_begin(x, err) &&
              choose_slot(x, &row, err) && kept_answer_store_next(x->db, &row.number, err);

    if (ok) {
        row.mark = marks.at[0];
        where = cell_of(&row);
        bytes_append_view(&plain, hash_view(&asked));
        bytes_append_u64(&plain, (uint64_t)staff_asker_number(x));
        bytes_append_u8(&plain, is_kept);
        if (is_kept)
            bytes_append_view(&plain, *answer);
        ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err);
        row.sealed = bytes_view(&sealed);
        ok = ok && kept_answer_store_add(x->db, &row, err);
    }
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}

uint64_t exchange_request_begin(const struct exchange *x)
{
    return tick_call_begin(x);
}

bool exchange_request_end(struct exchange *x, const struct request_named *n, uint64_t mark, const struct view *answer,
                          struct error *err)
{
    return tick_call_end(x, mark, keep(x, n, answer, err), err);
}

/* --- erasing and forgetting --- */

struct finishing {
    struct exchange *x;
    struct bytes slots; /* u64 each */
};

static bool collect_slot(void *cookie, uint64_t slot, struct error *err)
{
    struct finishing *f = cookie;

    (void)err;
    bytes_append(&f->slots, &slot, sizeof slot);
    return true;
}

/* Those that are overwritten are named no more. */
static bool finish_slots(struct exchange *x, struct error *err)
{
    struct finishing f = {.x = x};
    bool ok = kept_slot_store_walk_to_erase(x->db, collect_slot, &f, err);
    uint64_t slot;

    x->kept_answers->erases = false;
    for (size_t at = 0; ok && at < f.slots.size; at += sizeof slot) {
        memcpy(&slot, f.slots.at + at, sizeof slot);
        if (!withdrawal_work_is_erased(x, slot))
            x->kept_answers->erases = true;
        else
            ok = tick_begin(x, err) && slot_store_set_state(x->db, slot, SLOT_ERASED, err) &&
                 kept_slot_store_drop(x->db, slot, err);
    }
    bytes_fini(&f.slots);
    return ok;
}

bool kept_answers_are_gone(struct exchange *x, bool *gone, struct error *err)
{
    struct finishing f = {.x = x};
    bool ok = kept_slot_store_walk_to_erase(x->db, collect_slot, &f, err);
    uint64_t slot;

    *gone = true;
    for (size_t at = 0; ok && at < f.slots.size; at += sizeof slot) {
        memcpy(&slot, f.slots.at + at, sizeof slot);
        *gone = *gone && withdrawal_work_is_erased(x, slot);
    }
    bytes_fini(&f.slots);
    return ok;
}

static bool collect_own_slot(void *cookie, const struct kept_slot_row *row, struct error *err)
{
    struct finishing *f = cookie;
    bool own;

    return is_own_slot(f->x, row, &own, err) && (!own || collect_slot(f, row->slot, err));
}

/* Those of days before BEFORE are to be erased. */
static bool mark_slots(struct exchange *x, uint32_t before, struct error *err)
{
    struct finishing f = {.x = x};
    bool ok = tick_begin(x, err) && kept_slot_store_walk(x->db, before, collect_own_slot, &f, err);
    uint64_t slot;

    x->kept_answers->erases = true;
    withdrawal_work_slots_due(x);
    for (size_t at = 0; ok && at < f.slots.size; at += sizeof slot) {
        memcpy(&slot, f.slots.at + at, sizeof slot);
        ok = slot_store_set_state(x->db, slot, SLOT_TO_ERASE, err);
    }
    bytes_fini(&f.slots);
    return ok;
}

static bool forget_old(struct exchange *x, struct error *err)
{
    uint32_t day;
    bool more = false;

    x->kept_answers->forgets = false;
    if (!tick_destroying_day(x, &day) || day <= KEPT_DAYS)
        return true;
    day -= KEPT_DAYS;
    if (!mark_slots(x, day, err) || !kept_answer_store_drop_before(x->db, day, FORGET, &more, err))
        return false;
    x->kept_answers->forgets = more;
    if (more)
        tick_again(x);
    return true;
}

bool kept_answers_advance(struct exchange *x, struct error *err)
{
    bool any = false;

    if (x->kept_answers->erases && !finish_slots(x, err))
        return false;
    if (withdrawal_work_has_slots_due(x) && !kept_slot_store_any_to_erase(x->db, &any, err))
        return false;
    if (any && !mark_slots(x, UINT32_MAX, err))
        return false;
    return !x->kept_answers->forgets || forget_old(x, err);
}
