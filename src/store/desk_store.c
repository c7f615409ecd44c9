#include "store/desk_store.h"

#include "store/statement.h"

bool desk_store_next(struct db *db, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_NEXT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *number = row ? row_number(s) : 1;
    return db_done(s, err);
}

bool desk_store_add(struct db *db, const struct desk_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_ADD);

    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_text(s, ":name", view_of_text(row->name));
    bind_number(s, ":visibility", row->visibility);
    bind_number(s, ":since_ms", row->since_ms);
    return db_run(s, err);
}

bool desk_store_set(struct db *db, int64_t number, enum desk_visibility visibility, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_SET);

    bind_number(s, ":visibility", visibility);
    bind_number(s, ":number", number);
    return db_run_one(s, "desk", err);
}

bool desk_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_DROP);

    bind_number(s, ":number", number);
    return db_run_one(s, "desk", err);
}

bool desk_store_is_used(struct db *db, int64_t number, bool *used, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_IS_USED);

    bind_number(s, ":desk", number);
    if (!db_next_row(s, used, err))
        return false;
    if (*used)
        (void)row_number(s);
    return db_done(s, err);
}

bool desk_store_walk(struct db *db, desk_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DESK_WALK);
    struct desk_row one;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        one.number = row_number(s);
        row_ident(s, &one.id);
        row_text(s, one.name, sizeof one.name);
        one.visibility = (enum desk_visibility)row_number(s);
        one.since_ms = row_number(s);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}
