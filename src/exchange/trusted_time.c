#include "exchange/trusted_time.h"

#include "base/arena.h"
#include "base/bounds.h"
#include "codec/audit_messages.h"
#include "store/log_store.h"

/* A time is never 0, nor before: a machine that has lost its time may say so. */
static int64_t wall_ms(struct clock *clock)
{
    int64_t ms = clock_now_ms(clock);

    return ms < 1 ? 1 : ms;
}

/* From the record's bytes, which the checkpoint covers; not from the column beside them. */
static bool newest_of(struct db *db, enum log_id log, int64_t *out, struct error *err)
{
    struct bytes stored = {0};
    struct arena arena = {0};
    struct record r = {0};
    int64_t ignored;
    uint64_t size;
    bool found = true;
    bool ok = log_store_size(db, log, &size, &ignored, err);

    if (ok && size > 0)
        ok = log_store_record(db, log, size - 1, &found, &stored, err) &&
             (found || error_set(err, E_LOG_02, "the newest record is missing")) &&
             record_decode(bytes_view(&stored), &arena, &r, err);
    *out = r.time_ms;
    bytes_fini(&stored);
    arena_fini(&arena);
    return ok;
}

bool trusted_time_begin(struct trusted_time *t, struct clock *clock, struct db *db, struct error *err)
{
    int64_t exchange = 0;
    int64_t house = 0;

    *t = (struct trusted_time){.clock = clock};
    if (db != NULL && (!newest_of(db, LOG_EXCHANGE, &exchange, err) || !newest_of(db, LOG_HOUSE, &house, err)))
        return false;
    t->record_ms = house > exchange ? house : exchange;
    t->base_ms = t->record_ms != 0 ? t->record_ms : wall_ms(clock);
    t->base_at = clock_steady_ms(clock);
    t->start_ahead_ms = wall_ms(clock) - t->base_ms;
    return true;
}

int64_t trusted_time_ms(const struct trusted_time *t)
{
    return t->base_ms + (clock_steady_ms(t->clock) - t->base_at);
}

int64_t trusted_time_wall_ms(const struct trusted_time *t)
{
    return wall_ms(t->clock);
}

int64_t trusted_time_steady_ms(const struct trusted_time *t)
{
    return clock_steady_ms(t->clock);
}

static bool is_ahead(int64_t wall, int64_t trusted)
{
    return wall - trusted > TRUSTED_TIME_AHEAD_MS;
}

bool trusted_time_in_doubt(const struct trusted_time *t)
{
    return is_ahead(wall_ms(t->clock), trusted_time_ms(t));
}

bool trusted_time_is_off(const struct trusted_time *t)
{
    int64_t wall = wall_ms(t->clock);
    int64_t trusted = trusted_time_ms(t);

    return is_ahead(wall, trusted) || is_ahead(trusted, wall);
}

bool trusted_time_may_tell(const struct trusted_time *t)
{
    int64_t ahead = wall_ms(t->clock) - trusted_time_ms(t);
    int64_t moved = ahead - t->start_ahead_ms;

    if (ahead <= TRUSTED_TIME_AHEAD_MS)
        return ahead >= -TRUSTED_TIME_AHEAD_MS;
    return ahead <= TRUSTED_TIME_OFF_MS && moved <= BOUND_CLOCKS_MS && moved >= -BOUND_CLOCKS_MS;
}

int64_t trusted_time_closing_ms(const struct trusted_time *t)
{
    int64_t wall = wall_ms(t->clock);
    int64_t trusted = trusted_time_ms(t);

    return wall > trusted ? wall : trusted;
}

bool trusted_time_destroying_ms(const struct trusted_time *t, int64_t *out)
{
    int64_t wall = wall_ms(t->clock);
    int64_t trusted = trusted_time_ms(t);

    if (is_ahead(wall, trusted))
        return false;
    *out = wall < trusted ? wall : trusted;
    return true;
}

int64_t trusted_time_record_ms(const struct trusted_time *t)
{
    int64_t wall = wall_ms(t->clock);

    if (trusted_time_is_off(t))
        return trusted_time_ms(t);
    return wall > t->record_ms ? wall : t->record_ms;
}

int64_t trusted_time_steady_at_record(const struct trusted_time *t, int64_t ms)
{
    int64_t now = trusted_time_is_off(t) ? trusted_time_ms(t) : wall_ms(t->clock);

    return clock_steady_ms(t->clock) + (ms - now);
}

void trusted_time_recorded(struct trusted_time *t, int64_t ms)
{
    t->record_ms = ms;
    if (ms <= trusted_time_ms(t))
        return; /* the wall clock was set back, by less than a day: trusted time is not */
    t->base_ms = ms;
    t->base_at = clock_steady_ms(t->clock);
}

void trusted_time_accept(struct trusted_time *t)
{
    t->base_ms = wall_ms(t->clock);
    t->base_at = clock_steady_ms(t->clock);
    t->record_ms = t->base_ms;
}
