#include "exchange/cases/case_staging.h"

#include <string.h>

#include "base/sometimes.h"
#include "exchange/cases/alikes.h"
#include "exchange/cases/name_draw.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/slot_store.h"

#define NOT_DECIDED (-1)

struct case_staging {
    struct case_import_row row; /* of the import that is stored, in part or whole; count 0: none */
    bool stands;                /* it is decided, and that is on the disk */
};

struct case_staging *case_staging_new(void)
{
    return xnew(sizeof(struct case_staging));
}

/* --- the row --- */

/* A bit that flips in it would make cases of people vanish, and their keys. */
static bool mark_row(struct exchange *x, const struct case_import_row *row, struct hash *out, struct error *err)
{
    struct bytes text = {0};
    bool ok;

    bytes_append_text(&text, "refex/import/v1\n");
    bytes_append_u64(&text, (uint64_t)row->first);
    bytes_append_u64(&text, row->count);
    bytes_append_u64(&text, (uint64_t)(row->recorded + 1));
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

static bool put_row(struct exchange *x, struct error *err)
{
    return mark_row(x, &x->staging->row, &x->staging->row.mark, err) &&
           case_import_store_put(x->db, &x->staging->row, err);
}

static void clear(struct exchange *x)
{
    x->staging->row = (struct case_import_row){0};
    x->staging->stands = false;
}

bool case_staging_load(struct exchange *x, struct error *err)
{
    struct hash mark;
    bool found;

    clear(x);
    if (!case_import_store_get(x->db, &found, &x->staging->row, err))
        return false;
    if (!found)
        return true;
    if (!mark_row(x, &x->staging->row, &mark, err))
        return false;
    if (!hash_equal(&mark, &x->staging->row.mark))
        return error_set(err, E_STO_04, "the row of the import under way is not as this node wrote it");
    case_staging_committed(x);
    return true;
}

bool case_staging_is_taken(const struct exchange *x)
{
    return x->staging->row.count != 0;
}

bool case_staging_goes_on(const struct exchange *x, int64_t first, bool *stands)
{
    *stands = x->staging->stands;
    return x->staging->row.count != 0 && x->staging->row.first == first;
}

void case_staging_committed(struct exchange *x)
{
    x->staging->stands = x->staging->row.count != 0 && x->staging->row.recorded != NOT_DECIDED;
}

/* --- putting --- */

bool case_staging_put(struct exchange *x, uint32_t number, uint32_t count, struct case_row *row, struct error *err)
{
    REQUIRE(number < count && (number != 0 || x->staging->row.count == 0));
    row->opened_ms = tick_record_ms(x);
    row->holder = staff_asker_holds(x);
    row->desk = staff_asker_desk(x);
    if (!name_draw_case(x, &row->id, err) || !vault_alloc_slot(x->vault, x->db, &row->slot, err) ||
        !case_store_add(x->db, row, &row->number, err))
        return false;
    if (number == 0) {
        x->staging->row = (struct case_import_row){.first = row->number, .count = count, .recorded = NOT_DECIDED};
        return put_row(x, err);
    }
    return row->number == x->staging->row.first + number ||
           error_set(err, E_STO_07, "the cases of an import are not numbered one after the other");
}

bool case_staging_decide(struct exchange *x, struct error *err)
{
    REQUIRE(x->staging->row.count != 0 && x->staging->row.recorded == NOT_DECIDED);
    x->staging->row.recorded = 0;
    return put_row(x, err);
}

/* --- recording --- */

static bool record_case(void *cookie, const struct case_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct record r = {.kind = RECORD_OPENED};
    struct view account;

    r.house = (struct record_house){.has_object = true, .object = row->id, .what = HOUSE_IMPORTED};
    if (!staff_asker_names(x, row->holder, &r.actor, &account, err))
        return false;
    r.has_actor = !ident_is_zero(&r.actor); /* a tick records it: who brought it in holds it */
    x->staging->row.recorded++;
    return audit_append(x->audit, &r, NULL, err) && alikes_record_of_others(x, row, err);
}

static bool record_some(struct exchange *x, uint32_t limit, struct error *err)
{
    int64_t before = x->staging->row.recorded;
    int64_t left = x->staging->row.count - before;

    REQUIRE(before >= 0 && left > 0);
    if (!case_store_walk_imported(x->db, x->staging->row.first + before, left < limit ? (uint32_t)left : limit,
                                  record_case, x, err))
        return false;
    if (x->staging->row.recorded == before)
        return error_set(err, E_STO_04, "cases of an import are gone that were to be recorded");
    REQUIRE(x->staging->row.recorded <= before + left);
    if (x->staging->row.recorded < x->staging->row.count)
        return put_row(x, err);
    clear(x);
    return case_import_store_drop(x->db, err);
}

/* --- dropping --- */

struct drop {
    struct bytes slots; /* u64 each */
    struct bytes numbers;
};

static bool collect(void *cookie, const struct case_row *row, struct error *err)
{
    struct drop *d = cookie;

    (void)err;
    bytes_append(&d->slots, &row->slot, sizeof row->slot);
    bytes_append(&d->numbers, &row->number, sizeof row->number);
    return true;
}

static bool drop_rows(struct exchange *x, const struct drop *d, struct error *err)
{
    REQUIRE(d->slots.size == d->numbers.size);
    for (size_t at = 0; at < d->slots.size; at += sizeof(uint64_t)) {
        int64_t number;
        uint64_t slot;

        memcpy(&slot, d->slots.at + at, sizeof slot);
        memcpy(&number, d->numbers.at + at, sizeof number);
        if (!slot_store_set_state(x->db, slot, SLOT_ERASED, err) || !case_store_drop(x->db, number, err))
            return false;
    }
    return true;
}

/* The keys first: nobody decides any more that these are cases, and rows that stay if the node ends here are dropped
 * all the same. */
static bool drop_some(struct exchange *x, uint32_t limit, struct error *err)
{
    struct drop d = {.slots = {0}};
    bool ok = case_store_walk_imported(x->db, x->staging->row.first, limit, collect, &d, err);

    SOMETIMES(an_import_was_dropped);
    if (ok && d.slots.size == 0) {
        clear(x);
        ok = case_import_store_drop(x->db, err);
    } else if (ok) {
        ok = vault_erase_slots(x->vault, (const uint64_t *)(const void *)d.slots.at, d.slots.size / sizeof(uint64_t),
                               err) &&
             drop_rows(x, &d, err);
    }
    bytes_fini(&d.slots);
    bytes_fini(&d.numbers);
    return ok;
}

bool case_staging_advance(struct exchange *x, uint32_t limit, struct error *err)
{
    bool is_decided = x->staging->row.recorded != NOT_DECIDED;

    if (x->staging->row.count == 0 || (!is_decided && x->importing != NULL))
        return true;
    if (!tick_begin(x, err) || !(is_decided ? record_some(x, limit, err) : drop_some(x, limit, err)))
        return false;
    tick_again(x); /* there is more, or another import waits */
    return true;
}
