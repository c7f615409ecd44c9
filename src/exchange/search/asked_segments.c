#include "exchange/search/asked_segments.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/referrals/referrals.h"
#include "exchange/search/search_slots.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/asked_store.h"
#include "store/referral_store.h"

#include <string.h>

/* An entry: services u32, urgency u8; zeros: nothing is known of it. */
#define ENTRY_SIZE   5
#define SEGMENT_SIZE (ASKED_ENTRIES * (size_t)ENTRY_SIZE)

struct asked_segments {
    int64_t next; /* all below are there */
    bool due;     /* there may be one to be made */
};

struct asked_segments *asked_segments_new(void)
{
    struct asked_segments *a = xnew(sizeof *a);

    a->due = true;
    return a;
}

void asked_segments_read_again(struct exchange *x)
{
    x->asked->next = 0;
    x->asked->due = true;
}

static int64_t segment_of(int64_t referral)
{
    return referral / ASKED_ENTRIES;
}

static size_t place_of(int64_t referral)
{
    return (size_t)(referral % ASKED_ENTRIES);
}

/* --- sealing --- */

static struct cell segment_cell(const struct asked_segment_row *row)
{
    return (struct cell){
        .slot = row->slot, .section = "search", .table = "asked_segment", .row = row->number, .column = "sealed"};
}

static bool put(struct exchange *x, const struct asked_segment_row *row, struct view plain, struct error *err)
{
    struct cell where = segment_cell(row);
    struct bytes sealed = {0};
    bool ok =
        vault_seal_cell(x->vault, &where, plain, &sealed, err) && asked_store_put(x->db, row, bytes_view(&sealed), err);

    bytes_fini(&sealed);
    return ok;
}

static bool drop(struct exchange *x, const struct asked_segment_row *row, struct error *err)
{
    if (row->number < x->asked->next)
        x->asked->next = row->number;
    x->asked->due = true;
    return tick_begin(x, err) && asked_store_drop(x->db, row->number, err) &&
           search_slots_end_if_own(x, row->slot, err);
}

/* *OPENED: it is there, and PLAIN is what is in it. One that is damaged is dropped, one whose key is not read left. */
static bool open_segment(struct exchange *x, int64_t segment, bool *found, struct asked_segment_row *row,
                         struct bytes *plain, bool *opened, struct error *err)
{
    struct bytes sealed = {0};
    struct error why = {0};
    struct cell where;
    bool ok = asked_store_get(x->db, segment, found, row, &sealed, err);

    *opened = false;
    if (ok && *found) {
        where = segment_cell(row);
        *opened = vault_open_cell(x->vault, &where, bytes_view(&sealed), plain, &why) && plain->size == SEGMENT_SIZE;
        if (!*opened && why.code == E_KEY_21) {
            tick_read_again(x);
        } else if (!*opened) {
            SOMETIMES(a_segment_of_what_was_asked_was_damaged);
            log_line(LOG_WARNING, "event=asked.damaged segment=%lld", (long long)segment);
            ok = drop(x, row, err);
            *found = false;
        }
    }
    bytes_fini(&sealed);
    return ok;
}

/* --- making --- */

struct reader {
    struct exchange *x;
    int64_t segment;
    uint8_t entries[SEGMENT_SIZE];
    bool unread; /* the disk does not give the key of one */
};

static bool read_entry(void *cookie, const struct referral_listing *l, bool *more, struct error *err)
{
    struct reader *r = cookie;
    struct referral_row row = l->row;
    uint8_t *at = r->entries + place_of(row.number) * ENTRY_SIZE;

    if (!referrals_open(r->x, &row, err))
        return false;
    write_u32(at, row.services);
    at[4] = (uint8_t)row.urgency;
    r->unread = row.not_read;
    *more = !r->unread;
    return true;
}

static bool make_segment(struct exchange *x, int64_t segment, struct error *err)
{
    const struct list_rows rows = {
        .first = segment * ASKED_ENTRIES, .last = (segment + 1) * ASKED_ENTRIES - 1, .until_ms = INT64_MAX};
    struct reader *r = arena_new(&x->tick_arena, sizeof *r);
    struct asked_segment_row row = {.number = segment};

    *r = (struct reader){.x = x, .segment = segment};
    if (!referral_store_list(x->db, &rows, read_entry, r, err))
        return false;
    x->asked->next = segment + 1; /* where a key was not read, until it may be */
    return r->unread || (tick_begin(x, err) && vault_alloc_slot(x->vault, x->db, &row.slot, err) &&
                         put(x, &row, view_of(r->entries, sizeof r->entries), err));
}

/* *SEGMENT: the first that is missing and whose referrals are all there. */
static bool find_missing(struct exchange *x, int64_t *segment, bool *found, struct error *err)
{
    int64_t last;

    if (!asked_store_missing(x->db, x->asked->next, segment, err) || !referral_store_last(x->db, &last, err))
        return false;
    x->asked->next = *segment;
    *found = (*segment + 1) * ASKED_ENTRIES - 1 <= last;
    return true;
}

bool asked_segments_advance(struct exchange *x, struct error *err)
{
    const bool waits = x->in_transaction; /* it was written: a referral, it may be; what passes comes first */
    struct error why;
    int64_t segment;

    x->asked->due = x->asked->due || waits;
    if (!x->asked->due)
        return true;
    if (!find_missing(x, &segment, &x->asked->due, err))
        return false;
    if (!x->asked->due)
        return true;
    if (!vault_has_unused_slot(x->vault, x->db, &why)) {
        tick_read_again(x);
        x->asked->due = false;
        return true;
    }
    tick_again(x);
    return waits || make_segment(x, segment, err);
}

/* --- erasing --- */

bool asked_segments_erase(struct exchange *x, int64_t number, struct error *err)
{
    static const uint8_t nothing[ENTRY_SIZE];
    struct bytes plain = {.wiping = true};
    struct asked_segment_row row;
    struct error why;
    uint8_t *at;
    bool opened;
    bool found;
    bool ok;

    REQUIRE(x->in_transaction);
    ok = open_segment(x, segment_of(number), &found, &row, &plain, &opened, err);
    if (ok && found && (!opened || !vault_has_unused_slot(x->vault, x->db, &why))) {
        ok = drop(x, &row, err); /* what is erased waits for no disk */
    } else if (ok && found) {
        at = plain.at + place_of(number) * ENTRY_SIZE;
        if (memcmp(at, nothing, ENTRY_SIZE) != 0) {
            memset(at, 0, ENTRY_SIZE);
            ok = search_slots_end(x, row.slot, err) && vault_alloc_slot(x->vault, x->db, &row.slot, err) &&
                 put(x, &row, bytes_view(&plain), err);
        }
    }
    bytes_fini(&plain);
    return ok;
}

/* --- choosing --- */

static void choose(struct view plain, uint32_t service, uint32_t urgency, struct asked_choice *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < ASKED_ENTRIES; i++) {
        const uint8_t *at = plain.at + i * ENTRY_SIZE;

        if ((service == 0 || (read_u32(at) >> service & 1) != 0) && (urgency == 0 || at[4] == urgency)) {
            out->may[i / 64] |= UINT64_C(1) << i % 64;
            out->count++;
        }
    }
}

bool asked_segments_choose(struct exchange *x, int64_t segment, uint32_t service, uint32_t urgency,
                           struct asked_choice *out, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct asked_segment_row row;
    bool opened;
    bool found;
    bool ok = open_segment(x, segment, &found, &row, &plain, &opened, err);

    asked_choice_all(out);
    if (ok && opened)
        choose(bytes_view(&plain), service, urgency, out);
    bytes_fini(&plain);
    return ok;
}

bool asked_choice_has(const struct asked_choice *c, int64_t referral)
{
    const size_t place = place_of(referral);

    return (c->may[place / 64] >> place % 64 & 1) != 0;
}

void asked_choice_all(struct asked_choice *c)
{
    memset(c->may, 0xff, sizeof c->may);
    c->count = ASKED_ENTRIES;
}

void asked_choice_leave_out(struct asked_choice *c, int64_t referral)
{
    const size_t place = place_of(referral);

    c->count -= asked_choice_has(c, referral);
    c->may[place / 64] &= ~(UINT64_C(1) << place % 64);
}
