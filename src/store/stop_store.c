#include "store/stop_store.h"

#include "store/statement.h"

bool stop_store_add(struct db *db, int64_t number, int64_t peer, int64_t since_ms, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STOP_ADD);

    bind_number(s, ":consent", number);
    bind_number(s, ":peer", peer);
    bind_number(s, ":since_ms", since_ms);
    return db_run(s, err);
}

bool stop_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STOP_DROP);

    bind_number(s, ":consent", number);
    return db_run(s, err);
}

bool stop_store_has(struct db *db, int64_t number, bool *has, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STOP_HAS);

    bind_number(s, ":consent", number);
    return db_next_row(s, has, err) && db_done(s, err);
}

bool stop_store_see(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STOP_SEE);

    bind_number(s, ":consent", number);
    return db_run(s, err);
}

bool stop_store_walk_open(struct db *db, stop_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STOP_WALK_OPEN);
    bool row;

    while (db_next_row(s, &row, err)) {
        int64_t number;
        int64_t peer;
        int64_t since_ms;

        if (!row)
            return db_done(s, err);
        number = row_number(s);
        peer = row_number(s);
        since_ms = row_number(s);
        if (!db_row_whole(s, err) || !on_row(cookie, number, peer, since_ms, err))
            return db_reset(s);
    }
    return false;
}
