#include "store/snapshot_store.h"

#include "store/statement.h"

bool snapshot_store_put(struct db *db, uint64_t chunk, struct view entries, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SNAPSHOT_PUT);

    bind_u64(s, ":chunk", chunk);
    bind_view(s, ":entries", entries);
    return db_run(s, err);
}

bool snapshot_store_drop(struct db *db, uint64_t chunks, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SNAPSHOT_DROP);

    bind_u64(s, ":chunks", chunks);
    return db_run(s, err);
}

bool snapshot_store_get(struct db *db, uint64_t chunk, bool *found, struct bytes *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SNAPSHOT_GET);

    bind_u64(s, ":chunk", chunk);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        row_bytes(s, out);
    return db_done(s, err);
}
