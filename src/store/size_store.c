#include "store/size_store.h"

#include "store/statement.h"

bool size_store_walk(struct db *db, size_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SIZE_WALK);
    bool found;

    while (db_next_row(s, &found, err)) {
        struct view table;
        uint64_t rows;

        if (!found)
            return db_done(s, err);
        table = row_view(s);
        rows = row_u64(s);
        if (!db_row_whole(s, err) || !on_row(cookie, table, rows, err))
            return db_reset(s);
    }
    return false;
}
