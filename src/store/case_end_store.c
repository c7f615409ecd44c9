#include "store/case_end_store.h"

#include "store/statement.h"

bool case_end_store_put(struct db *db, const struct case_end_row *row, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_PUT);

    bind_number(s, ":case_number", row->case_number);
    bind_number(s, ":due", row->due);
    bind_number(s, ":closed", row->is_closed);
    bind_number(s, ":asked_ms", row->asked_ms);
    bind_number(s, ":asked_by", row->asked_by);
    bind_number(s, ":hold_ends", row->hold_ends);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool case_end_store_drop(struct db *db, int64_t case_number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_DROP);

    bind_number(s, ":case_number", case_number);
    return db_run(s, err);
}

/* Columns case_number, due, closed. */
static void read_row(struct statement *s, struct case_end_row *out)
{
    out->case_number = row_number(s);
    out->due = row_u32(s);
    out->is_closed = row_number(s) != 0;
    out->asked_ms = 0; /* read sealed, and counted */
    out->asked_by = 0;
    out->hold_ends = 0;
}

bool case_end_store_get(struct db *db, int64_t case_number, bool *found, struct case_end_row *out, struct bytes *sealed,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_GET);

    bind_number(s, ":case_number", case_number);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        read_row(s, out);
        bytes_append_view(sealed, row_view(s));
    }
    return db_done(s, err);
}

static bool walk(struct statement *s, case_end_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct case_end_row one;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_row(s, &one);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}

bool case_end_store_walk_due(struct db *db, uint32_t day, int64_t after, uint32_t limit, case_end_store_row_fn *on_row,
                             void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_WALK_DUE);

    bind_number(s, ":day", day);
    bind_number(s, ":after", after);
    bind_number(s, ":limit", limit);
    return walk(s, on_row, cookie, err);
}

bool case_end_store_walk_held(struct db *db, uint32_t day, uint32_t limit, case_end_store_row_fn *on_row, void *cookie,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_WALK_HELD);

    bind_number(s, ":day", day);
    bind_number(s, ":limit", limit);
    return walk(s, on_row, cookie, err);
}

bool case_end_store_count_asked(struct db *db, int64_t staff, int64_t since_ms, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_END_COUNT_ASKED);
    bool row;

    bind_number(s, ":asked_by", staff);
    bind_number(s, ":since_ms", since_ms);
    if (!db_next_row(s, &row, err))
        return false;
    *count = row ? row_u64(s) : 0;
    return db_done(s, err);
}

bool case_slot_store_add(struct db *db, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_SLOT_ADD);

    bind_u64(s, ":slot", slot);
    return db_run(s, err);
}

bool case_slot_store_walk(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_SLOT_WALK);

    return db_walk_slots(s, on_row, cookie, err);
}

bool case_slot_store_drop(struct db *db, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_SLOT_DROP);

    bind_u64(s, ":slot", slot);
    return db_run(s, err);
}
