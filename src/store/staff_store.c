#include "store/staff_store.h"

#include "store/statement.h"

bool staff_store_next(struct db *db, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STAFF_NEXT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *number = row ? row_number(s) : 1;
    return db_done(s, err);
}

bool staff_store_add(struct db *db, const struct staff_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STAFF_ADD);

    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_u64(s, ":slot", row->slot);
    bind_number(s, ":since_ms", row->since_ms);
    bind_view(s, ":sealed", row->sealed);
    return db_run(s, err);
}

bool staff_store_seal(struct db *db, int64_t number, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STAFF_SEAL);

    bind_view(s, ":sealed", sealed);
    bind_number(s, ":number", number);
    return db_run_one(s, "entry of staff", err);
}

bool staff_store_erase(struct db *db, int64_t number, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STAFF_ERASE);

    bind_u64(s, ":slot", slot);
    bind_number(s, ":number", number);
    return db_run_one(s, "entry of staff", err);
}

bool staff_store_walk(struct db *db, struct walk_step *step, staff_store_row_fn *on_row, void *cookie,
                      struct error *err)
{
    struct statement *s = db_stmt(db, SQL_STAFF_WALK);
    struct staff_row one;
    uint32_t rows = 0;
    bool row;

    bind_step(s, step);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        one.number = row_number(s);
        row_ident(s, &one.id);
        one.slot = row_u64(s);
        one.since_ms = row_number(s);
        one.sealed = row_view(s);
        note_step(step, one.number, ++rows);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}
