#include "exchange/traffic/meter.h"

#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/traffic/meter_test.h"
#include "store/share_store.h"

#include <stdlib.h>
#include <string.h>

/* In the place of an agency, for lines about nodes that no directory lists. */
static const struct address unlisted = {"unlisted"};

struct meter *meter_new(void)
{
    struct meter *m = xnew(sizeof *m);

    for (int r = 0; r < RESOURCE_COUNT; r++)
        m->shares[r] = resource_share((enum resource)r);
    return m;
}

void meter_free(struct meter *m)
{
    if (m == NULL)
        return;
    while (m->first != NULL) {
        struct usage *u = m->first;

        m->first = u->next;
        free(u);
    }
    free(m);
}

void meter_set_share(struct meter *m, enum resource r, uint64_t share)
{
    m->shares[r] = share;
}

/* --- what is used --- */

/* What was counted of another day is closed: its record is due. */
static void begin_day(struct exchange *x, struct usage *u)
{
    uint32_t today = x->meter->today != 0 ? x->meter->today : tick_record_day(x);

    if (u->day == today)
        return;
    u->day = today;
    memset(u->used, 0, sizeof u->used);
    memset(u->stored, 0, sizeof u->stored);
}

static uint64_t block_of(const struct meter *m, int r)
{
    return m->shares[r] / BOUND_SHARE_BLOCKS + 1;
}

static void mark_dirty(struct meter *m, struct usage *u)
{
    if (u->dirty || u->peer == 0) /* not in peer_store yet */
        return;
    u->dirty = true;
    u->next_dirty = m->dirty;
    m->dirty = u;
}

void meter_add(struct exchange *x, struct usage *u, enum resource r, uint64_t n)
{
    begin_day(x, u);
    u->used[r] += n;
    if (u->used[r] > u->stored[r])
        mark_dirty(x->meter, u);
}

/* The share of the disk ends also where it comes to a quarter of what was free above the floor before it was used: so
 * that no agency takes the node to the floor. Below it nothing new is taken of anybody, and that has its own name. */
static bool is_over(const struct exchange *x, const struct usage *u, enum resource r)
{
    uint64_t used = u->used[r];

    if (used >= x->meter->shares[r])
        return true;
    return r == RESOURCE_DISK && x->disk_checked_ms != 0 && x->disk_room != UINT64_MAX &&
           x->disk_room >= BOUND_DISK_PEERS && used > 0 && used >= (used + x->disk_room - BOUND_DISK_PEERS) / 4;
}

bool meter_is_over(struct exchange *x, struct usage *u, enum resource *which)
{
    begin_day(x, u);
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (r == RESOURCE_LINES || !is_over(x, u, (enum resource)r))
            continue;
        if (which != NULL)
            *which = (enum resource)r;
        return true;
    }
    return false;
}

bool meter_has_used(struct exchange *x, struct usage *u, enum resource r)
{
    begin_day(x, u);
    return is_over(x, u, r);
}

void meter_note_rubbish(struct exchange *x, struct usage *u)
{
    if (u->rubbish_hour != meter_hour(x))
        u->rubbish = 0;
    u->rubbish_hour = meter_hour(x);
    u->rubbish++;
}

bool meter_is_last(struct exchange *x, struct usage *u)
{
    return (u->rubbish > BOUND_RUBBISH && u->rubbish_hour == meter_hour(x)) || meter_is_over(x, u, NULL);
}

/* --- counts --- */

void meter_count(struct exchange *x, struct usage *u, enum counted_what what)
{
    uint32_t today = tick_record_day(x);

    if (u->counts[what].count == 0 && u->counts[what].day != today) {
        u->counts[what].day = today;
        u->counts[what].hour = 0;
    }
    u->counts[what].count++;
    x->meter->to_count = true;
}

/* One record an hour, agency and sort; the last of a day when that is over, or when the node is stopped. */
static bool append_counts(struct exchange *x, struct usage *u, bool *left, struct error *err)
{
    for (int what = 1; what < COUNTED_WHAT_END; what++) {
        struct record r = {.kind = RECORD_COUNTED};

        if (u->counts[what].count == 0)
            continue;
        if (u->counts[what].hour == meter_hour(x) && !x->stopping) {
            *left = true;
            continue;
        }
        r.counted = (struct record_counted){.what = (enum counted_what)what,
                                            .how_many = u->counts[what].count,
                                            .agency = address_view(&u->agency),
                                            .day = u->counts[what].day};
        if (!audit_append(x->audit, &r, NULL, err))
            return false;
        u->counts[what].recorded = u->counts[what].count;
        u->counts[what].hour_before = u->counts[what].hour;
        u->counts[what].count = 0;
        u->counts[what].hour = meter_hour(x);
        x->meter->recorded = true;
    }
    return true;
}

/* What stands in records of this tick does not come to be counted again, or, where they were UNDONE, does. */
static void settle_counts(struct meter *m, bool undone)
{
    if (!m->recorded)
        return;
    for (struct usage *u = m->first; u != NULL; u = u->next)
        for (int what = 1; what < COUNTED_WHAT_END; what++) {
            if (undone && u->counts[what].recorded != 0) {
                u->counts[what].count += u->counts[what].recorded;
                u->counts[what].hour = u->counts[what].hour_before;
                m->to_count = true;
            }
            u->counts[what].recorded = 0;
        }
    m->recorded = false;
}

static bool append_all_counts(struct exchange *x, struct error *err)
{
    bool left = false;

    if (!x->meter->to_count)
        return true;
    for (struct usage *u = x->meter->first; u != NULL; u = u->next)
        if (!append_counts(x, u, &left, err))
            return false;
    x->meter->to_count = left;
    return true;
}

/* --- the store --- */

static void put_u64(uint8_t *at, uint64_t n)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(n >> (56 - 8 * i));
}

static uint64_t get_u64(const uint8_t *at)
{
    uint64_t n = 0;

    for (int i = 0; i < 8; i++)
        n = n << 8 | at[i];
    return n;
}

static bool write_usage(struct exchange *x, struct usage *u, struct error *err)
{
    uint8_t used[8 * RESOURCE_COUNT];

    for (int r = 0; r < RESOURCE_COUNT; r++) {
        uint64_t block = block_of(x->meter, r);

        if (u->used[r] > u->stored[r])
            u->stored[r] = (u->used[r] + block - 1) / block * block;
        put_u64(used + (size_t)8 * (size_t)r, u->stored[r]);
    }
    return share_store_put(x->db, u->peer, u->day, view_of(used, sizeof used), err);
}

static bool write_blocks(struct exchange *x, struct error *err)
{
    while (x->meter->dirty != NULL) {
        struct usage *u = x->meter->dirty;

        x->meter->dirty = u->next_dirty;
        u->dirty = false;
        if (!write_usage(x, u, err))
            return false;
    }
    return true;
}

bool meter_advance(struct exchange *x, struct error *err)
{
    x->meter->today = tick_record_day(x);
    meter_close_hour(x);
    if (x->stopping && x->meter->to_count && !own_note_stopped(x) && !tick_begin(x, err)) /* it lies in memory only */
        return false;
    return !x->in_transaction || (append_all_counts(x, err) && write_blocks(x, err));
}

/* --- finding --- */

static bool load_usage(struct exchange *x, struct usage *u, struct error *err)
{
    struct bytes used = {0};
    bool found;
    bool ok = share_store_get(x->db, u->peer, &found, &u->day, &used, err);

    if (ok && found && used.size == sizeof u->used / sizeof u->used[0] * 8)
        for (size_t r = 0; r < RESOURCE_COUNT; r++)
            u->used[r] = u->stored[r] = get_u64(used.at + 8 * r);
    bytes_fini(&used);
    return ok;
}

static struct usage *find_known(const struct meter *m, const struct address *agency)
{
    struct usage *u = m->first;

    while (u != NULL && !address_equal(&u->agency, agency))
        u = u->next;
    return u;
}

/* Lines may be counted of an agency before it has a number. */
static bool set_number(struct exchange *x, struct usage *u, int64_t peer, struct error *err)
{
    bool is_new = u->peer == 0 && peer != 0;

    if (peer != 0)
        u->peer = peer;
    return !is_new || load_usage(x, u, err);
}

bool meter_find(struct exchange *x, const struct address *agency, int64_t peer, struct usage **out, struct error *err)
{
    struct usage *u = find_known(x->meter, agency);

    if (u == NULL) {
        u = xnew(sizeof *u);
        u->agency = *agency;
        u->next = x->meter->first;
        x->meter->first = u;
    }
    *out = u;
    return set_number(x, u, peer, err);
}

const struct address *meter_agency(const struct usage *u)
{
    return &u->agency;
}

bool exchange_link_line(struct exchange *x, const struct address *agency)
{
    const struct address *who = agency == NULL ? &unlisted : agency;
    struct usage *u = find_known(x->meter, who);
    struct peer_row row = {0};
    struct error ignored;
    bool found;

    return (u == NULL && (!peers_find(x, who, &found, &row, &ignored) ||
                          !meter_find(x, who, found ? row.number : 0, &u, &ignored))) ||
           meter_line(x, u, LINE_LINK);
}

void meter_committed(struct meter *m)
{
    settle_counts(m, false);
}

/* The number of an agency may have been given in the tick that is undone; the next one of that number may be another.
 */
static bool forget_stored(struct exchange *x, struct usage *u, struct error *err)
{
    struct peer_row row = {0};
    bool found;

    if (!peers_find(x, &u->agency, &found, &row, err))
        return false;
    u->peer = found ? row.number : 0;
    memset(u->stored, 0, sizeof u->stored);
    u->dirty = false;
    mark_dirty(x->meter, u);
    return true;
}

bool meter_undone(struct exchange *x, struct error *err)
{
    settle_counts(x->meter, true);
    x->meter->dirty = NULL;
    for (struct usage *u = x->meter->first; u != NULL; u = u->next)
        if (!forget_stored(x, u, err))
            return false;
    return true;
}

void meter_walk_over(struct exchange *x, void (*on_agency)(void *cookie, const struct address *agency, enum resource r),
                     void *cookie)
{
    enum resource which;

    for (struct usage *u = x->meter->first; u != NULL; u = u->next)
        if (meter_is_over(x, u, &which))
            on_agency(cookie, &u->agency, which);
}
