#include "store/share_store.h"

#include "store/statement.h"

bool share_store_put(struct db *db, int64_t peer, uint32_t day, struct view used, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SHARE_PUT);

    bind_number(s, ":peer", peer);
    bind_number(s, ":day", day);
    bind_view(s, ":used", used);
    return db_run(s, err);
}

bool share_store_get(struct db *db, int64_t peer, bool *found, uint32_t *day, struct bytes *used, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SHARE_GET);

    bind_number(s, ":peer", peer);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *day = row_u32(s);
        row_bytes(s, used);
    }
    return db_done(s, err);
}
