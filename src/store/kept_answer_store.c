#include "store/kept_answer_store.h"

#include "store/statement.h"

bool kept_answer_store_next(struct db *db, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_ANSWER_NEXT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *number = row ? row_number(s) : 1;
    return db_done(s, err);
}

bool kept_answer_store_add(struct db *db, const struct kept_answer_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_ANSWER_ADD);

    bind_number(s, ":number", row->number);
    bind_hash(s, ":mark", &row->mark);
    bind_number(s, ":day", row->day);
    bind_u64(s, ":slot", row->slot);
    bind_view(s, ":sealed", row->sealed);
    return db_run(s, err);
}

bool kept_answer_store_find(struct db *db, const struct hash *mark, bool *found, struct kept_answer_row *out,
                            struct bytes *sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_ANSWER_FIND);

    bind_hash(s, ":mark", mark);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *out = (struct kept_answer_row){.mark = *mark};
        out->number = row_number(s);
        out->day = row_u32(s);
        out->slot = row_u64(s);
        row_bytes(s, sealed);
    }
    return db_done(s, err);
}

static void read_slot(struct statement *s, struct kept_slot_row *out)
{
    out->slot = row_u64(s);
    out->day = row_u32(s);
    row_hash(s, &out->mark);
}

bool kept_slot_store_find(struct db *db, uint32_t day, bool *found, struct kept_slot_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_SLOT_FIND);

    bind_number(s, ":day", day);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        read_slot(s, out);
    return db_done(s, err);
}

bool kept_slot_store_add(struct db *db, const struct kept_slot_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_SLOT_ADD);

    bind_u64(s, ":slot", row->slot);
    bind_number(s, ":day", row->day);
    bind_hash(s, ":mark", &row->mark);
    return db_run(s, err);
}

bool kept_slot_store_walk(struct db *db, uint32_t day, kept_slot_store_used_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_SLOT_WALK);
    struct kept_slot_row r;
    bool row;

    bind_number(s, ":day", day);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_slot(s, &r);
        if (!on_row(cookie, &r, err))
            return db_reset(s);
    }
    return false;
}

bool kept_slot_store_any_to_erase(struct db *db, bool *any, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SLOT_ANY_TO_ERASE);

    if (!db_next_row(s, any, err))
        return false;
    if (*any)
        (void)row_u64(s);
    return db_done(s, err);
}

bool kept_slot_store_walk_to_erase(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_SLOT_WALK_TO_ERASE);

    return db_walk_slots(s, on_row, cookie, err);
}

bool kept_slot_store_drop(struct db *db, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_KEPT_SLOT_DROP);

    bind_u64(s, ":slot", slot);
    return db_run(s, err);
}

/* A statement that deletes and gives what it deleted. */
static bool drop_before(struct db *db, enum query which, uint32_t day, uint32_t most, bool *more, struct error *err)
{
    struct statement *s = db_stmt(db, which);
    uint32_t rows = 0;
    bool row;

    bind_number(s, ":day", day);
    bind_number(s, ":most", most);
    while (db_next_row(s, &row, err)) {
        if (!row) {
            *more = *more || rows == most;
            return db_done(s, err);
        }
        (void)row_number(s);
        rows++;
    }
    return false;
}

bool kept_answer_store_drop_before(struct db *db, uint32_t day, uint32_t most, bool *more, struct error *err)
{
    *more = false;
    return drop_before(db, SQL_KEPT_ANSWER_DROP_BEFORE, day, most, more, err) &&
           drop_before(db, SQL_REQUEST_DROP_BEFORE, day, most, more, err) &&
           drop_before(db, SQL_CASE_REQUEST_DROP_BEFORE, day, most, more, err);
}
