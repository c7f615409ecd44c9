#include "store/asked_store.h"

#include "store/statement.h"

bool asked_store_get(struct db *db, int64_t number, bool *found, struct asked_segment_row *out, struct bytes *sealed,
                     struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ASKED_SEGMENT_GET);

    bind_number(s, ":number", number);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->number = row_number(s);
        out->slot = row_u64(s);
        row_bytes(s, sealed);
    }
    return db_done(s, err);
}

bool asked_store_put(struct db *db, const struct asked_segment_row *row, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ASKED_SEGMENT_PUT);

    bind_number(s, ":number", row->number);
    bind_u64(s, ":slot", row->slot);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool asked_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ASKED_SEGMENT_DROP);

    bind_number(s, ":number", number);
    return db_run(s, err);
}

bool asked_store_missing(struct db *db, int64_t from, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ASKED_SEGMENT_WALK);
    bool row;

    *number = from;
    bind_number(s, ":from", from);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        if (row_number(s) != *number)
            return db_done(s, err);
        ++*number;
    }
    return false;
}
