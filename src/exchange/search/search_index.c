#include "exchange/search/search_index.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/search/search.h"
#include "exchange/search/search_slots.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/search_store.h"
#include "store/slot_store.h"

/* --- entries, one behind the other: u64 subject ‖ u16 size ‖ entry --- */

#define ENTRY_HEAD 10

static void append_entry(struct bytes *out, int64_t subject, struct view entry)
{
    bytes_append_u64(out, (uint64_t)subject);
    bytes_append_u16(out, (uint16_t)entry.size);
    bytes_append_view(out, entry);
}

bool search_index_read(struct view plain, size_t *place, int64_t *subject, struct view *entry)
{
    if (*place == plain.size)
        return false;
    REQUIRE(plain.size - *place >= ENTRY_HEAD); /* append_entry */
    *subject = (int64_t)read_u64(plain.at + *place);
    *entry = view_of(plain.at + *place + ENTRY_HEAD, read_u16(plain.at + *place + 8));
    *place += ENTRY_HEAD + entry->size;
    REQUIRE(*place <= plain.size);
    return true;
}

/* --- sealing --- */

static struct cell segment_cell(const struct search_segment_row *row)
{
    return (struct cell){
        .slot = row->slot, .section = "search", .table = "search_segment", .row = row->number, .column = "sealed"};
}

struct entry_place {
    struct cell cell;
    uint8_t segment[8];
};

/* Bound to its segment. */
static void place_entry(struct entry_place *p, const struct search_segment_row *row, int64_t subject)
{
    write_u64(p->segment, (uint64_t)row->number);
    p->cell = (struct cell){.slot = row->slot,
                            .section = "search",
                            .table = "search_entry",
                            .row = subject,
                            .column = "sealed",
                            .owner = view_of(p->segment, sizeof p->segment)};
}

static bool put_entry(struct exchange *x, const struct search_segment_row *row, int64_t subject, struct view entry,
                      struct error *err)
{
    struct bytes sealed = {0};
    struct entry_place p;
    bool ok;

    place_entry(&p, row, subject);
    ok = vault_seal_cell(x->vault, &p.cell, entry, &sealed, err) &&
         search_store_put_entry(x->db, subject, row->number, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    return ok;
}

static bool put_segment(struct exchange *x, const struct search_segment_row *row, struct view plain, struct error *err)
{
    struct cell where = segment_cell(row);
    struct bytes sealed = {0};
    bool ok = vault_seal_cell(x->vault, &where, plain, &sealed, err) &&
              search_store_put(x->db, row, bytes_view(&sealed), err);

    bytes_fini(&sealed);
    return ok;
}

/* --- opening --- */

struct entry_reader {
    struct exchange *x;
    const struct search_segment_row *row;
    struct bytes *plain;
};

static bool open_entry(void *cookie, int64_t subject, struct view sealed, struct error *err)
{
    struct entry_reader *r = cookie;
    struct bytes one = {.wiping = true};
    struct entry_place p;
    bool ok;

    place_entry(&p, r->row, subject);
    ok = vault_open_cell(r->x->vault, &p.cell, sealed, &one, err);
    if (ok)
        append_entry(r->plain, subject, bytes_view(&one));
    bytes_fini(&one);
    return ok;
}

/* SEALED empty: it is open, and each entry by itself. */
static bool open_segment(struct exchange *x, const struct search_segment_row *row, struct view sealed,
                         struct bytes *plain, struct error *err)
{
    struct entry_reader r = {x, row, plain};
    struct cell where = segment_cell(row);

    return sealed.size == 0 ? search_store_walk_entries(x->db, row->number, open_entry, &r, err)
                            : vault_open_cell(x->vault, &where, sealed, plain, err);
}

static bool is_damaged(const struct error *err)
{
    return vault_is_lost(err) || err->code == E_KEY_10;
}

/* The same where the disk gives other keys and not this one: its cases are found by another then. */
static bool is_lost(struct exchange *x, const struct error *err)
{
    struct error why;

    if (err->code != E_KEY_21)
        return is_damaged(err);
    tick_read_again(x);
    return vault_has_unused_slot(x->vault, x->db, &why);
}

/* --- ending --- */

struct lowest {
    int64_t case_number; /* 0: there is none */
    int64_t referral;
};

static bool note_lowest(void *cookie, int64_t subject, struct view sealed, struct error *err)
{
    struct lowest *lowest = cookie;
    int64_t *of = subject < 0 ? &lowest->referral : &lowest->case_number;
    const int64_t number = subject < 0 ? -subject : subject;

    (void)sealed;
    (void)err;
    if (*of == 0 || number < *of)
        *of = number;
    return true;
}

/* What stood there is indexed again. The slot that its row names may be another's. */
static bool drop_damaged(struct exchange *x, const struct search_segment_row *row, struct error *err)
{
    struct lowest lowest = {0};

    SOMETIMES(a_segment_of_the_index_was_damaged);
    log_line(LOG_WARNING, "event=search.damaged segment=%lld", (long long)row->number);
    return tick_begin(x, err) && search_store_walk_entries(x->db, row->number, note_lowest, &lowest, err) &&
           search_store_drop_entries(x->db, row->number, err) && search_store_drop(x->db, row->number, err) &&
           search_slots_end_if_own(x, row->slot, err) &&
           search_index_again(x, lowest.case_number, lowest.referral, err);
}

/* --- adding --- */

/* Whether something can be sealed under SLOT. */
static bool is_usable(struct exchange *x, uint64_t slot, bool *usable, struct error *err)
{
    struct error why;

    if (!slot_store_is_used(x->db, slot, usable, err))
        return false;
    *usable = *usable && vault_slot_is_read(x->vault, slot, &why) && !vault_slot_is_erased(x->vault, slot);
    return true;
}

bool search_index_takes_more(struct exchange *x, bool *takes, struct error *err)
{
    struct search_segment_row row;
    struct error why;
    bool usable = false;
    bool found;

    if (!search_store_open(x->db, &found, &row, err) || (found && !is_usable(x, row.slot, &usable, err)))
        return false;
    *takes = usable || vault_has_unused_slot(x->vault, x->db, &why);
    return true;
}

/* One whose key is not read, or damaged, takes no more: its entries go to another. */
static bool find_open(struct exchange *x, struct search_segment_row *out, struct error *err)
{
    bool usable = false;
    bool found;

    if (!search_store_open(x->db, &found, out, err) || (found && !is_usable(x, out->slot, &usable, err)))
        return false;
    if (usable)
        return true;
    if (found && !drop_damaged(x, out, err))
        return false;
    *out = (struct search_segment_row){.entries = 0};
    return vault_alloc_slot(x->vault, x->db, &out->slot, err) && search_store_add(x->db, out->slot, &out->number, err);
}

static bool fold(struct exchange *x, const struct search_segment_row *row, struct error *err)
{
    struct bytes plain = {.wiping = true};
    bool ok = open_segment(x, row, (struct view){0}, &plain, err);
    bool damaged = !ok && is_damaged(err);

    if (ok)
        ok = put_segment(x, row, bytes_view(&plain), err) && search_store_fold_entries(x->db, row->number, err);
    bytes_fini(&plain);
    return damaged ? drop_damaged(x, row, err) : ok;
}

bool search_index_add(struct exchange *x, int64_t subject, struct view entry, struct error *err)
{
    struct search_segment_row row;

    REQUIRE(x->in_transaction);
    return find_open(x, &row, err) && put_entry(x, &row, subject, entry, err) &&
           (row.entries + 1 < SEGMENT_ENTRIES || fold(x, &row, err));
}

/* --- taking out --- */

/* Copies the entries of PLAIN but that of the case; returns how many they are. */
static size_t leave_out(struct view plain, int64_t subject, struct bytes *out)
{
    struct view entry;
    int64_t number;
    size_t count = 0;

    for (size_t place = 0; search_index_read(plain, &place, &number, &entry);) {
        if (number == subject)
            continue;
        append_entry(out, number, entry);
        count++;
    }
    return count;
}

static bool put_each(struct exchange *x, const struct search_segment_row *row, struct view plain, struct error *err)
{
    struct view entry;
    int64_t number;

    for (size_t place = 0; search_index_read(plain, &place, &number, &entry);)
        if (!put_entry(x, row, number, entry, err))
            return false;
    return search_store_put(x->db, row, (struct view){0}, err);
}

static bool move_to_open(struct exchange *x, struct view plain, struct error *err)
{
    struct view entry;
    int64_t number;

    search_index_moved(x);
    for (size_t place = 0; search_index_read(plain, &place, &number, &entry);)
        if (!search_index_add(x, number, entry, err))
            return false;
    return true;
}

/* PLAIN: COUNT entries that stay of the segment, whose old slot ends. */
static bool make_anew(struct exchange *x, struct search_segment_row *row, bool was_full, struct view plain,
                      size_t count, struct error *err)
{
    if (!search_slots_end(x, row->slot, err))
        return false;
    if (count == 0 || (was_full && count < SEGMENT_LEAST))
        return search_store_drop_entries(x->db, row->number, err) && search_store_drop(x->db, row->number, err) &&
               move_to_open(x, plain, err);
    return vault_alloc_slot(x->vault, x->db, &row->slot, err) &&
           (was_full ? put_segment(x, row, plain, err) : put_each(x, row, plain, err));
}

static bool take_from(struct exchange *x, struct search_segment_row *row, struct view sealed, int64_t subject,
                      struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct bytes rest = {.wiping = true};
    bool ok = open_segment(x, row, sealed, &plain, err);
    bool damaged = !ok && (is_damaged(err) || err->code == E_KEY_21); /* what goes waits for no disk */
    size_t count;

    if (ok) {
        count = leave_out(bytes_view(&plain), subject, &rest);
        ok = search_store_drop_entry(x->db, subject, err) &&
             make_anew(x, row, sealed.size != 0, bytes_view(&rest), count, err);
    }
    bytes_fini(&plain);
    bytes_fini(&rest);
    return damaged ? drop_damaged(x, row, err) : ok;
}

bool search_index_take(struct exchange *x, int64_t subject, struct error *err)
{
    struct search_segment_row row = {.number = 0};
    struct bytes sealed = {0};
    bool found;
    bool ok;

    REQUIRE(x->in_transaction);
    if (!search_store_find_entry(x->db, subject, &found, &row.number, err))
        return false;
    if (!found)
        return true;
    ok = search_store_get(x->db, row.number, &found, &row, &sealed, err) &&
         (!found || take_from(x, &row, bytes_view(&sealed), subject, err));
    bytes_fini(&sealed);
    return ok;
}

/* --- reading --- */

static bool next_segment(struct exchange *x, int64_t *at, int64_t *open, struct search_segment_row *row,
                         struct bytes *sealed, bool *found, struct error *err)
{
    if (*at < 0) {
        *at = 0;
        if (!search_store_open(x->db, found, row, err))
            return false;
        *open = *found ? row->number : 0;
        if (*found)
            return true;
    }
    do { /* that which was open is full by now: it was read */
        bytes_clear(sealed);
        if (!search_store_next(x->db, *at, found, row, sealed, err))
            return false;
        if (*found)
            *at = row->number;
    } while (*found && row->number == *open);
    return true;
}

bool search_index_next(struct exchange *x, int64_t *at, int64_t *open, struct bytes *plain, bool *end, bool *unread,
                       struct error *err)
{
    struct search_segment_row row;
    struct bytes sealed = {0};
    size_t before = plain->size;
    bool found;
    bool ok = next_segment(x, at, open, &row, &sealed, &found, err);

    *end = ok && !found;
    *unread = false;
    if (ok && found && !open_segment(x, &row, bytes_view(&sealed), plain, err)) {
        bytes_truncate(plain, before);
        *unread = err->code == E_KEY_21 || is_damaged(err);
        ok = is_lost(x, err) ? drop_damaged(x, &row, err) : *unread;
    }
    bytes_fini(&sealed);
    return ok;
}
