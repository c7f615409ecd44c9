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
#define CAME_BESIDE    16 /* referrals: of more, what passes comes first, and they wait until nothing else is written */

struct search {
    int64_t indexed;     /* cases up to this number have an entry, or what is in them cannot be opened */
    int64_t unread;      /* the first of them whose key the disk did not give; 0: none */
    bool due;            /* there may be more */
    int64_t came;        /* referrals up to this number have an entry where they came and are of no case */
    int64_t came_unread; /* as of the cases */
    bool came_due;
    bool retiring; /* slots may be overwritten and not recorded as such */
    uint64_t moves;
};

struct search *search_new(void)
{
    return xnew(sizeof(struct search));
}

bool search_load(struct exchange *x, struct error *err)
{
    bool there;

    x->search->due = x->search->came_due = true;
    x->search->retiring = true;
    return number_store_get(x->db, "search_indexed", &there, &x->search->indexed, err) &&
           number_store_get(x->db, "search_unread", &there, &x->search->unread, err) &&
           number_store_get(x->db, "search_came", &there, &x->search->came, err) &&
           number_store_get(x->db, "search_came_unread", &there, &x->search->came_unread, err) &&
           search_read_again(x, err);
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
           number_store_put(x->db, "search_unread", x->search->unread, err) &&
           number_store_put(x->db, "search_came", x->search->came, err) &&
           number_store_put(x->db, "search_came_unread", x->search->came_unread, err);
}

/* The next to be indexed is FIRST, or one before it. */
static bool go_back(int64_t *indexed, int64_t first)
{
    if (first == 0 || first > *indexed)
        return false;
    *indexed = first - 1;
    return true;
}

bool search_index_again(struct exchange *x, int64_t case_number, int64_t referral, struct error *err)
{
    bool back = go_back(&x->search->indexed, case_number);

    search_index_moved(x);
    x->search->due = x->search->came_due = true;
    if (!go_back(&x->search->came, referral) && !back)
        return true;
    tick_again(x);
    return put_numbers(x, err);
}

bool search_read_again(struct exchange *x, struct error *err)
{
    int64_t case_number = x->search->unread;
    int64_t referral = x->search->came_unread;

    x->search->due = x->search->came_due = true;
    x->search->unread = x->search->came_unread = 0;
    return (case_number == 0 && referral == 0) || search_index_again(x, case_number, referral, err);
}

/* --- one case --- */

/* What does not open gives no entry; its key may be read later: *UNREAD is the first such number. */
static bool pass_over(struct exchange *x, int64_t number, int64_t *unread, const struct error *err)
{
    if (err->code == E_KEY_21) {
        SOMETIMES(a_case_was_not_indexed_for_its_key_was_not_read);
        tick_read_again(x);
        if (*unread == 0 || number < *unread)
            *unread = number;
    }
    return vault_does_not_open(err);
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
        ok = pass_over(x, row->number, &x->search->unread, err);
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
    return search_index_again(x, row->number, 0, err);
}

bool search_case_ended(struct exchange *x, int64_t case_number, struct error *err)
{
    REQUIRE(x->in_transaction);
    return search_index_take(x, case_number, err);
}

/* --- one referral that came --- */

/* By what came and may be read; nothing of one whose case has its words. */
static bool add_referral(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct bytes entry = {.wiping = true};
    struct entry_of_case e = {x, &entry};
    bool ok;

    if (!case_received_read(x, row, write_received, &e, err))
        ok = pass_over(x, row->number, &x->search->came_unread, err);
    else
        ok = entry.size == 0 || search_index_add(x, -row->number, bytes_view(&entry), err);
    bytes_fini(&entry);
    return ok;
}

static bool has_words(const struct referral_row *row)
{
    return row->direction == DIRECTION_IN && row->case_number == 0 && row->state != REFERRAL_STOPPED &&
           row->state != REFERRAL_ERASED;
}

bool search_referral_changed(struct exchange *x, const struct referral_row *row, struct error *err)
{
    bool takes;

    REQUIRE(x->in_transaction);
    if (row->direction != DIRECTION_IN)
        return true;
    if (!search_index_take(x, -row->number, err))
        return false;
    if (!has_words(row) || row->number > x->search->came)
        return true;
    if (!search_index_takes_more(x, &takes, err))
        return false;
    if (takes)
        return add_referral(x, row, err);
    tick_read_again(x);
    return search_index_again(x, 0, row->number, err);
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

struct waiting_referrals {
    struct exchange *x;
    struct referral_row rows[INDEXED_A_TICK];
    size_t count;
    int64_t last; /* number up to which all were looked at */
};

static bool collect_referral(void *cookie, const struct referral_listing *l, bool *more, struct error *err)
{
    struct waiting_referrals *w = cookie;
    int64_t segment;
    bool found;

    if (!has_words(&l->row))
        return true;
    if (!search_store_find_entry(w->x->db, -l->row.number, &found, &segment, err))
        return false;
    if (!found)
        w->rows[w->count++] = l->row;
    *more = w->count < INDEXED_A_TICK;
    if (!*more)
        w->last = l->row.number;
    return true;
}

static bool add_referrals(struct exchange *x, const struct waiting_referrals *w, struct error *err)
{
    const uint64_t moves = x->search->moves;

    if (!tick_begin(x, err))
        return false;
    for (size_t i = 0; i < w->count; i++)
        if (!add_referral(x, &w->rows[i], err))
            return error_wrap(err, "index a referral");
    if (x->search->moves == moves)
        x->search->came = w->last;
    return put_numbers(x, err);
}

/* What stands between them and has no words costs no write. */
static bool index_came(struct exchange *x, int64_t last, struct error *err)
{
    const struct list_rows rows = {.first = x->search->came + 1,
                                   .last =
                                       last - x->search->came > LOOKED_A_TICK ? x->search->came + LOOKED_A_TICK : last,
                                   .direction = DIRECTION_IN,
                                   .until_ms = INT64_MAX};
    struct waiting_referrals *w = arena_new(&x->tick_arena, sizeof *w);
    bool takes = true;

    *w = (struct waiting_referrals){.x = x, .last = rows.last};
    if (!referral_store_list(x->db, &rows, collect_referral, w, err) ||
        (w->count != 0 && !search_index_takes_more(x, &takes, err)))
        return false;
    x->search->came_due = takes && w->last < last;
    if (x->search->came_due)
        tick_again(x);
    if (!takes) {
        tick_read_again(x);
        return true;
    }
    if (w->count != 0)
        return add_referrals(x, w, err);
    x->search->came = w->last;
    return true;
}

static bool advance_came(struct exchange *x, struct error *err)
{
    int64_t last;

    if (!x->search->came_due)
        return true;
    if (!referral_store_last(x->db, &last, err))
        return false;
    if (last <= x->search->came) {
        x->search->came_due = false;
        return true;
    }
    if (!x->in_transaction || last - x->search->came <= CAME_BESIDE)
        return index_came(x, last, err);
    tick_again(x);
    return true;
}

bool search_waits_for_referrals(struct exchange *x, bool *waits, struct error *err)
{
    int64_t last;

    if (!referral_store_last(x->db, &last, err))
        return false;
    *waits = last > x->search->came;
    return true;
}

bool search_advance(struct exchange *x, struct error *err)
{
    if (x->in_transaction) { /* something was written: a case, it may be */
        x->search->due = x->search->came_due = true;
        x->search->retiring = true;
    }
    if (x->search->retiring && !search_slots_advance(x, &x->search->retiring, err))
        return false;
    return (!x->search->due || index_some(x, err)) && advance_came(x, err);
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
