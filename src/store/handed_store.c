#include "store/handed_store.h"

#include "store/statement.h"

bool handed_store_add(struct db *db, int64_t holder, const struct handed_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_ADD);

    bind_number(s, ":holder", holder);
    bind_u64(s, ":record", row->record);
    bind_number(s, ":is_referral", row->is_referral);
    bind_ident(s, ":object", &row->object);
    bind_number(s, ":day", row->day);
    return db_run(s, err);
}

bool handed_store_drop_old(struct db *db, int64_t before_day, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_DROP_OLD);

    bind_number(s, ":day", before_day);
    return db_run(s, err);
}

bool handed_store_count(struct db *db, int64_t holder, uint64_t end, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_COUNT);
    bool row;

    bind_number(s, ":holder", holder);
    bind_u64(s, ":end", end);
    if (!db_next_row(s, &row, err))
        return false;
    *count = row ? row_u64(s) : 0;
    return db_done(s, err);
}

bool handed_store_count_dropped(struct db *db, int64_t holder, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_COUNT_DROPPED);
    bool row;

    bind_number(s, ":holder", holder);
    if (!db_next_row(s, &row, err))
        return false;
    *count = row ? row_u64(s) : 0;
    return db_done(s, err);
}

static bool read_one(struct statement *s, bool *found, struct handed_row *out, struct error *err)
{
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->record = row_u64(s);
        out->is_referral = row_bool(s);
        row_ident(s, &out->object);
    }
    return db_done(s, err);
}

bool handed_store_get(struct db *db, int64_t holder, uint64_t number, bool *found, struct handed_row *out,
                      struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_GET);

    bind_number(s, ":holder", holder);
    bind_u64(s, ":number", number);
    return read_one(s, found, out, err);
}

bool handed_store_find(struct db *db, int64_t holder, uint64_t record, bool *found, struct handed_row *out,
                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_HANDED_FIND);

    bind_number(s, ":holder", holder);
    bind_u64(s, ":record", record);
    return read_one(s, found, out, err);
}
