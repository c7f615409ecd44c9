#include "store/never_store.h"

#include "store/statement.h"

bool never_store_count(struct db *db, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_COUNT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *count = row ? row_u64(s) : 0;
    return db_done(s, err);
}

bool never_store_next(struct db *db, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_NEXT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *number = row ? row_number(s) : 1;
    return db_done(s, err);
}

bool never_store_add(struct db *db, int64_t number, int64_t case_number, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_ADD);

    bind_number(s, ":number", number);
    bind_number(s, ":case_number", case_number);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool never_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_DROP);

    bind_number(s, ":number", number);
    return db_run_one(s, "row of who never sees a case", err);
}

bool never_store_walk(struct db *db, int64_t case_number, never_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_WALK);
    int64_t number;
    struct view sealed;
    bool row;

    bind_number(s, ":case_number", case_number);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        number = row_number(s);
        sealed = row_view(s);
        if (!db_row_whole(s, err) || !on_row(cookie, number, sealed, err))
            return db_reset(s);
    }
    return false;
}

bool never_store_walk_cases(struct db *db, never_store_case_fn *on_case, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NEVER_CASES);
    int64_t number;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        number = row_number(s);
        if (!db_row_whole(s, err) || !on_case(cookie, number, err))
            return db_reset(s);
    }
    return false;
}
