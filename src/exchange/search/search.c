#include "exchange/search/search.h"

#include "base/sometimes.h"
#include "codec/case_codec.h"
#include "exchange/cases/case_received.h"
#include "exchange/cases/casebook.h"
#include "exchange/search/search_entry.h"
#include "exchange/search/search_index.h"
#include "exchange/search/search_slots.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/number_store.h"
#include "store/search_store.h"

#define INDEXED_A_TICK 48   /* cases: a few milliseconds */
#define LOOKED_A_TICK  2048 /* those that have an entry already with them */

struct search {
    int64_t indexed; /* cases up to this number have an entry, or what is in them cannot be opened */
    int64_t unread;  /* the first of them whose key the disk did not give; 0: none */
    bool due;        /* there may be more */
    bool retiring;   /* slots may be overwritten and not recorded as such */
    uint64_t moves;
};

struct search *search_new(void)
{
    return xnew(sizeof(struct search));
}

bool search_load(struct exchange *x, struct error *err)
{
    bool there;

    x->search->due = true;
    x->search->retiring = true;
    return number_store_get(x->db, "search_indexed", &there, &x->search->indexed, err) &&
           number_store_get(x->db, "search_unread", &there, &x->search->unread, err) && search_read_again(x, err);
}

void search_index_moved(struct exchange *x)
{
    x->search->moves++;
}

void search_slot_ended(struct exchange *x)
{
    x->search->retiring = true;
}

uint64_t search_moves(const struct exchange *x)
{
    return x->search->moves;
}

static bool put_numbers(struct exchange *x, struct error *err)
{
    return tick_begin(x, err) && number_store_put(x->db, "search_indexed", x->search->indexed, err) &&
           number_store_put(x->db, "search_unread", x->search->unread, err);
}

bool search_index_again(struct exchange *x, int64_t first, struct error *err)
{
    search_index_moved(x);
    x->search->due = true;
    if (first == 0 || first > x->search->indexed)
        return true;
    x->search->indexed = first - 1;
    tick_again(x);
    return put_numbers(x, err);
}

bool search_read_again(struct exchange *x, struct error *err)
{
    int64_t first = x->search->unread;

    x->search->due = true;
    x->search->unread = 0;
    return first == 0 || search_index_again(x, first, err);
}

/* --- one case --- */

static bool is_passed_over(const struct error *err)
{
    return err->code == E_KEY_09 || err->code == E_KEY_15 || err->code == E_KEY_21;
}

/* What does not open gives no entry; its key may be read later. */
static bool pass_over(struct exchange *x, const struct case_row *row, const struct error *err)
{
    if (err->code == E_KEY_21) {
        SOMETIMES(a_case_was_not_indexed_for_its_key_was_not_read);
        tick_read_again(x);
        if (x->search->unread == 0 || row->number < x->search->unread)
            x->search->unread = row->number;
    }
    return is_passed_over(err);
}

struct entry_of_case {
    struct exchange *x;
    struct bytes *out;
};

static bool write_words(struct exchange *x, const struct view sections[SECTION_END], struct bytes *out,
                        struct error *err)
{
    struct case_data data;

    case_init(&data, &x->tick_arena);
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((search_entry_sections() & SECTION_BIT(s)) != 0 && sections[s].size != 0 &&
            !case_section_decode(s, sections[s], &data, err))
            return error_set(err, E_KEY_15, "what is in a case does not read");
    search_entry_write(&data, out);
    return true;
}

static bool write_received(void *cookie, const struct received_part *p, struct error *err)
{
    const struct entry_of_case *e = cookie;

    return write_words(e->x, p->sections, e->out, err);
}

/* By what this agency wrote, and by what came and may be read. */
static bool write_entry(struct exchange *x, const struct case_row *row, struct bytes *out, struct error *err)
{
    struct view sections[SECTION_END] = {{0}};
    struct entry_of_case e = {x, out};

    return casebook_open_some(x, row, search_entry_sections(), sections, err) && write_words(x, sections, out, err) &&
           case_received_walk(x, row, write_received, &e, err);
}

static bool add_case(struct exchange *x, const struct case_row *row, struct error *err)
{
    struct bytes entry = {.wiping = true};
    bool ok;

    if (write_entry(x, row, &entry, err))
        ok = search_index_add(x, row->number, bytes_view(&entry), err);
    else
        ok = pass_over(x, row, err);
    bytes_fini(&entry);
    return ok;
}

bool search_case_changed(struct exchange *x, const struct case_row *row, struct error *err)
{
    bool takes;

    REQUIRE(x->in_transaction);
    if (!search_index_take(x, row->number, err)) /* also of one that stands behind what is indexed again */
        return false;
    if (row->number > x->search->indexed)
        return true;
    if (!search_index_takes_more(x, &takes, err))
        return false;
    if (takes)
        return add_case(x, row, err);
    tick_read_again(x);
    return search_index_again(x, row->number, err);
}

bool search_case_ended(struct exchange *x, int64_t case_number, struct error *err)
{
    REQUIRE(x->in_transaction);
    return search_index_take(x, case_number, err);
}

/* --- all --- */

struct waiting_cases {
    struct exchange *x;
    struct case_row rows[INDEXED_A_TICK];
    size_t count;
    int64_t last; /* number of the last that was looked at */
    unsigned looked;
};

static bool collect_case(void *cookie, const struct case_row *row, bool *more, struct error *err)
{
    struct waiting_cases *w = cookie;
    int64_t segment;
    bool found;

    if (!search_store_find_entry(w->x->db, row->number, &found, &segment, err))
        return false;
    w->last = row->number;
    if (!found)
        w->rows[w->count++] = *row;
    *more = w->count < INDEXED_A_TICK && ++w->looked < LOOKED_A_TICK;
    return true;
}

static bool index_some(struct exchange *x, struct error *err)
{
    const struct list_rows rows = {.first = x->search->indexed + 1, .last = INT64_MAX, .until_ms = INT64_MAX};
    struct waiting_cases *w = arena_new(&x->tick_arena, sizeof *w);
    const uint64_t moves = x->search->moves;
    bool takes = true;

    *w = (struct waiting_cases){.x = x};
    if (!case_store_list(x->db, &rows, collect_case, w, err) ||
        (w->count != 0 && !search_index_takes_more(x, &takes, err)))
        return false;
    x->search->due = w->last != 0 && takes;
    if (!takes)
        tick_read_again(x);
    if (!x->search->due)
        return true;
    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < w->count; i++)
        if (!add_case(x, &w->rows[i], err))
            return error_wrap(err, "index a case");
    if (x->search->moves == moves) /* else a segment was dropped: what stood in it is looked for again */
        x->search->indexed = w->last;
    tick_again(x);
    return put_numbers(x, err);
}

bool search_advance(struct exchange *x, struct error *err)
{
    if (x->in_transaction) { /* something was written: a case, it may be */
        x->search->due = true;
        x->search->retiring = true;
    }
    if (x->search->retiring && !search_slots_advance(x, &x->search->retiring, err))
        return false;
    return !x->search->due || index_some(x, err);
}

bool search_is_retiring(const struct exchange *x)
{
    return x->search->retiring;
}

bool search_count_waiting(struct exchange *x, uint64_t *count, struct error *err)
{
    *count = 0;
    return x->read_only || case_store_count_behind(x->db, x->search->indexed, count, err);
}
