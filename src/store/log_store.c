#include "store/log_store.h"

#include "store/statement.h"

/* The statements of each log: one table per log, so that idx is the rowid. */
struct log_queries {
    enum query last;
    enum query append;
    enum query record;
    enum query walk;
    enum query put_checkpoint;
    enum query checkpoint_over;
    enum query last_checkpoint;
    enum query walk_checkpoints;
};

_Static_assert(RECORD_EXCHANGE_END <= RECORD_OPENED && RECORD_OPENED == 64 && RECORD_HOUSE_END <= 128,
               "the schema checks the kind of a record, by log");
_Static_assert(LOG_EXCHANGE == 1 && LOG_HOUSE == 2, "columns of DB_LOGS, values in the schema and in places of tiles");

static const struct log_queries *queries_of(enum log_id log)
{
    /* clang-format off */
    static const struct log_queries exchange = {
        SQL_EXCHANGE_LAST, SQL_EXCHANGE_APPEND, SQL_EXCHANGE_RECORD, SQL_EXCHANGE_WALK, SQL_EXCHANGE_PUT_CHECKPOINT,
        SQL_EXCHANGE_CHECKPOINT_OVER, SQL_EXCHANGE_LAST_CHECKPOINT, SQL_EXCHANGE_WALK_CHECKPOINTS,
    };
    static const struct log_queries house = {
        SQL_HOUSE_LAST, SQL_HOUSE_APPEND, SQL_HOUSE_RECORD, SQL_HOUSE_WALK, SQL_HOUSE_PUT_CHECKPOINT,
        SQL_HOUSE_CHECKPOINT_OVER, SQL_HOUSE_LAST_CHECKPOINT, SQL_HOUSE_WALK_CHECKPOINTS,
    };
    /* clang-format on */

    REQUIRE(log == LOG_EXCHANGE || log == LOG_HOUSE);
    return log == LOG_EXCHANGE ? &exchange : &house;
}

/* --- the log itself ----------------------------------------------------------------------------------------- */

bool log_store_create(struct db *db, enum log_id log, const struct log_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LOG_MAKE);

    REQUIRE(log == LOG_EXCHANGE || log == LOG_HOUSE);
    bind_number(s, ":log", log);
    bind_text(s, ":origin", view_of_text(row->origin));
    if (!db_run(s, err))
        return error_wrap(err, "log %d", log);
    REQUIRE(db_added(db) == (int64_t)log);
    db->logs[log].is_made = true;
    return true;
}

bool log_store_get(struct db *db, enum log_id log, bool *found, struct log_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LOG_GET);
    struct log_row row = {0};
    bool is;

    bind_number(s, ":log", log);
    if (!db_next_row(s, &is, err))
        return false;
    if (is) {
        row_text(s, row.origin, sizeof row.origin);
        row.first = row_u64(s);
    }
    if (!db_done(s, err))
        return false;
    *found = is;
    if (is)
        *out = row;
    return true;
}

#define CLOSED_BITS 32 /* of a place in closed_log: the incarnation */

bool log_store_begin_anew(struct db *db, enum log_id log, const struct log_row *was, uint32_t incarnation,
                          const struct log_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LOG_CLOSE);

    REQUIRE(row->first == db->logs[log].size && row->first >= was->first);
    bind_number(s, ":place", (int64_t)log << CLOSED_BITS | incarnation);
    bind_text(s, ":origin", view_of_text(was->origin));
    bind_u64(s, ":first", was->first);
    if (!db_run(s, err))
        return error_wrap(err, "log %d", log);
    s = db_stmt(db, SQL_LOG_BEGIN_ANEW);
    bind_number(s, ":log", log);
    bind_text(s, ":origin", view_of_text(row->origin));
    bind_u64(s, ":first", row->first);
    return db_run(s, err);
}

bool log_store_walk_closed(struct db *db, enum log_id log, log_store_closed_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LOG_CLOSED);
    bool is;

    bind_number(s, ":first", (int64_t)log << CLOSED_BITS);
    bind_number(s, ":last", ((int64_t)log << CLOSED_BITS) + UINT32_MAX);
    while (db_next_row(s, &is, err)) {
        struct log_row row = {0};
        uint32_t incarnation;

        if (!is)
            return db_done(s, err);
        incarnation = (uint32_t)row_u64(s);
        row_text(s, row.origin, sizeof row.origin);
        row.first = row_u64(s);
        if (!on_row(cookie, incarnation, &row, err))
            return db_reset(s);
    }
    return false;
}

/* --- records ------------------------------------------------------------------------------------------------ */

bool log_store_size(struct db *db, enum log_id log, uint64_t *size, int64_t *last_ms, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->last);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *size = row ? row_u64(s) + 1 : 0;
    *last_ms = row ? row_number(s) : 0;
    return db_done(s, err);
}

bool log_store_append(struct db *db, enum log_id log, uint64_t index, enum record_kind kind, int64_t time_ms,
                      struct view bytes, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->append);

    if (!db->logs[log].is_made || index != db->logs[log].size)
        return error_set(err, E_STO_07, "log %d, record %llu: the next one is %llu", log, (unsigned long long)index,
                         (unsigned long long)db->logs[log].size);
    bind_u64(s, ":index", index);
    bind_number(s, ":kind", kind);
    bind_number(s, ":time_ms", time_ms);
    bind_view(s, ":bytes", bytes);
    if (!db_run(s, err))
        return false;
    REQUIRE(db_added(db) == (int64_t)index);
    db->logs[log].size++;
    return true;
}

bool log_store_record(struct db *db, enum log_id log, uint64_t index, bool *found, struct bytes *out, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->record);

    bind_u64(s, ":index", index);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        row_bytes(s, out);
    return db_done(s, err);
}

static bool walk_rows(struct statement *s, log_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct record_row record;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        record.index = row_u64(s);
        record.kind = (enum record_kind)row_number(s);
        record.time_ms = row_number(s);
        record.bytes = row_view(s);
        if (!on_row(cookie, &record, err))
            return db_reset(s);
    }
    return false;
}

bool log_store_walk(struct db *db, enum log_id log, const struct record_filter *filter, log_store_row_fn *on_row,
                    void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->walk);

    bind_number(s, ":from", filter->from > INT64_MAX ? INT64_MAX : (int64_t)filter->from); /* any number may come */
    bind_number(s, ":end", filter->end == 0 || filter->end > INT64_MAX ? INT64_MAX : (int64_t)filter->end);
    bind_number(s, ":kind", filter->has_kind ? (int64_t)filter->kind : 0);
    bind_number(s, ":since_ms", filter->since_ms);
    bind_number(s, ":until_ms", filter->until_ms);
    bind_number(s, ":limit", filter->limit == 0 || filter->limit > INT64_MAX ? -1 : (int64_t)filter->limit);
    return walk_rows(s, on_row, cookie, err);
}

bool log_store_walk_exported(struct db *db, int64_t since_ms, log_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HOUSE_WALK_EXPORTED);

    bind_number(s, ":since_ms", since_ms);
    return walk_rows(s, on_row, cookie, err);
}

/* --- checkpoints -------------------------------------------------------------------------------------------- */

bool log_store_put_checkpoint(struct db *db, enum log_id log, uint64_t size, struct view note, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->put_checkpoint);

    bind_u64(s, ":size", size);
    bind_view(s, ":note", note);
    return db_run(s, err) && db_added_as(db, (int64_t)size);
}

/* Columns size, note. */
static bool read_checkpoint(struct statement *s, bool *found, uint64_t *size, struct bytes *note, struct error *err)
{
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *size = row_u64(s);
        row_bytes(s, note);
    }
    return db_done(s, err);
}

bool log_store_checkpoint_over(struct db *db, enum log_id log, uint64_t index, bool *found, uint64_t *size,
                               struct bytes *note, struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->checkpoint_over);

    bind_u64(s, ":index", index);
    return read_checkpoint(s, found, size, note, err);
}

bool log_store_last_checkpoint(struct db *db, enum log_id log, bool *found, uint64_t *size, struct bytes *note,
                               struct error *err)
{
    return read_checkpoint(db_stmt(db, queries_of(log)->last_checkpoint), found, size, note, err);
}

bool log_store_walk_checkpoints(struct db *db, enum log_id log, log_store_checkpoint_fn *on_row, void *cookie,
                                struct error *err)
{
    struct statement *s = db_stmt(db, queries_of(log)->walk_checkpoints);
    uint64_t size;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        size = row_u64(s);
        if (!on_row(cookie, size, row_view(s), err))
            return db_reset(s);
    }
    return false;
}

/* --- tiles -------------------------------------------------------------------------------------------------- */

/* A tree below 2^63 leaves has eight levels of tiles, the widest of 2^55. */
#define TILE_LEVEL_BITS  4
#define TILE_NUMBER_BITS 57

_Static_assert(TILE_LEVEL_BITS + TILE_NUMBER_BITS + 2 == 63, "a log, a level and a number are a positive rowid");

static int64_t tile_place(enum log_id log, unsigned level, uint64_t number)
{
    REQUIRE(level < 1u << TILE_LEVEL_BITS && number < UINT64_C(1) << TILE_NUMBER_BITS);
    return (int64_t)((uint64_t)log << (TILE_NUMBER_BITS + TILE_LEVEL_BITS) | (uint64_t)level << TILE_NUMBER_BITS |
                     number);
}

bool log_store_put_tile(struct db *db, enum log_id log, unsigned level, uint64_t number, struct view hashes,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_TILE_PUT);

    bind_number(s, ":place", tile_place(log, level, number));
    bind_view(s, ":hashes", hashes);
    return db_run(s, err);
}

bool log_store_tile(struct db *db, enum log_id log, unsigned level, uint64_t number, bool *found, struct bytes *out,
                    struct error *err)
{
    struct statement *s = db_stmt(db, SQL_TILE_GET);

    bind_number(s, ":place", tile_place(log, level, number));
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        row_bytes(s, out);
    return db_done(s, err);
}

bool log_store_walk_tiles(struct db *db, enum log_id log, log_store_tile_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_TILE_WALK);
    uint64_t place;
    uint64_t number;
    unsigned level;
    bool row;

    bind_number(s, ":first", tile_place(log, 0, 0));
    bind_number(s, ":last", tile_place(log, (1u << TILE_LEVEL_BITS) - 1, (UINT64_C(1) << TILE_NUMBER_BITS) - 1));
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        place = row_u64(s);
        level = (unsigned)(place >> TILE_NUMBER_BITS) & ((1u << TILE_LEVEL_BITS) - 1);
        number = place & ((UINT64_C(1) << TILE_NUMBER_BITS) - 1);
        if (!on_row(cookie, level, number, row_view(s), err))
            return db_reset(s);
    }
    return false;
}
