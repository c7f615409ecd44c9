#include "store/case_link_store.h"

#include "store/statement.h"

bool case_link_store_add(struct db *db, int64_t number, int64_t case_number, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_LINK_ADD);

    bind_number(s, ":number", number);
    bind_number(s, ":case_number", case_number);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool case_link_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_LINK_DROP);

    bind_number(s, ":number", number);
    return db_run_one(s, "row of a case's links", err);
}

bool case_link_store_walk(struct db *db, int64_t case_number, case_link_store_row_fn *on_row, void *cookie,
                          struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_LINK_WALK);
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
