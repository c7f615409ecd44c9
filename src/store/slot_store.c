#include "store/slot_store.h"

#include "store/statement.h"

_Static_assert(SLOT_USED == 1 && SLOT_TO_ERASE == 2 && SLOT_ERASED == 3, "slot.state, and conditions of queries.sql");

bool slot_store_allocate(struct db *db, uint64_t *slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SLOT_TAKE);
    int64_t next = db->next.slot;

    bind_number(s, ":slot", next);
    if (!db_run(s, err))
        return false;
    REQUIRE(db_added(db) == next);
    db->next.slot = next + 1;
    *slot = (uint64_t)next;
    return true;
}

uint64_t slot_store_next(const struct db *db)
{
    return (uint64_t)db->next.slot;
}

void slot_store_begin_at(struct db *db, uint64_t end)
{
    if ((uint64_t)db->next.slot < end)
        db->next.slot = (int64_t)end;
}

bool slot_store_end(struct db *db, uint64_t *end, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SLOT_END);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *end = row_u64(s);
    return db_done(s, err);
}

static bool is_there(struct statement *s, uint64_t slot, bool *is, struct error *err)
{
    bind_u64(s, ":slot", slot);
    if (!db_next_row(s, is, err))
        return false;
    if (*is)
        (void)row_u64(s);
    return db_done(s, err);
}

bool slot_store_is_used(struct db *db, uint64_t slot, bool *used, struct error *err)
{
    return is_there(db_stmt(db, SQL_SLOT_IS_USED), slot, used, err);
}

bool slot_store_may_end(struct db *db, uint64_t slot, bool *may, struct error *err)
{
    return is_there(db_stmt(db, SQL_SLOT_MAY_END), slot, may, err);
}

bool slot_store_set_state(struct db *db, uint64_t slot, enum slot_state state, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SLOT_MOVE);

    bind_number(s, ":state", state);
    bind_u64(s, ":slot", slot);
    return db_run(s, err);
}

bool slot_store_walk(struct db *db, enum slot_state state, db_slot_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, state == SLOT_TO_ERASE ? SQL_SLOT_WALK_TO_ERASE : SQL_SLOT_WALK);

    if (state != SLOT_TO_ERASE)
        bind_number(s, ":state", state);
    return db_walk_slots(s, on_row, cookie, err);
}
