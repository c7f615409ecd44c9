#include "store/draft_store.h"

#include "store/statement.h"

static void read_row(struct statement *s, struct draft_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->maker = row_number(s);
    out->slot = row_u64(s);
    out->version = row_u64(s);
    out->changed_ms = row_number(s);
    out->sealed = row_view(s);
}

STATEMENT_WALKS(draft_row, read_row, draft_store_row_fn)

static bool read_count(struct statement *s, int64_t none, int64_t *out, struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *out = row ? row_number(s) : none;
    return db_done(s, err);
}

bool draft_store_next(struct db *db, int64_t *number, struct error *err)
{
    return read_count(db_stmt(db, SQL_DRAFT_NEXT), 1, number, err);
}

bool draft_store_add(struct db *db, const struct draft_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_ADD);

    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_number(s, ":maker", row->maker);
    bind_u64(s, ":slot", row->slot);
    bind_u64(s, ":version", row->version);
    bind_number(s, ":changed_ms", row->changed_ms);
    bind_view(s, ":sealed", row->sealed);
    return db_run(s, err);
}

bool draft_store_change(struct db *db, const struct draft_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_CHANGE);

    bind_u64(s, ":slot", row->slot);
    bind_u64(s, ":version", row->version);
    bind_number(s, ":changed_ms", row->changed_ms);
    bind_view(s, ":sealed", row->sealed);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "draft", err);
}

bool draft_store_find(struct db *db, const struct ident *id, bool *found, struct draft_row *out, struct bytes *sealed,
                      struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_FIND);
    struct draft_row one;
    bool row;

    bind_ident(s, ":id", id);
    if (!db_next_row(s, &row, err))
        return false;
    if (row) {
        read_row(s, &one);
        bytes_append_view(sealed, one.sealed);
        one.sealed = (struct view){0};
    }
    if (!db_done(s, err))
        return false;
    *found = row;
    if (row)
        *out = one;
    return true;
}

bool draft_store_count(struct db *db, int64_t maker, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_COUNT);
    int64_t number;

    bind_number(s, ":maker", maker);
    if (!read_count(s, 0, &number, err))
        return false;
    *count = (uint64_t)number;
    return true;
}

bool draft_store_walk(struct db *db, struct walk_step *step, draft_store_row_fn *on_row, void *cookie,
                      struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_WALK);
    struct draft_row one;
    uint32_t rows = 0;
    bool row;

    bind_step(s, step);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_row(s, &one);
        note_step(step, one.number, ++rows);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}

bool draft_store_walk_old(struct db *db, int64_t before_ms, uint32_t limit, draft_store_row_fn *on_row, void *cookie,
                          struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_WALK_OLD);

    bind_number(s, ":before_ms", before_ms);
    bind_number(s, ":limit", limit);
    return walk_rows(s, on_row, cookie, err);
}

bool draft_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_DROP);

    bind_number(s, ":number", number);
    return db_run_one(s, "draft", err);
}

bool draft_slot_store_add(struct db *db, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_SLOT_ADD);

    bind_u64(s, ":slot", slot);
    return db_run(s, err);
}

bool draft_slot_store_walk(struct db *db, db_slot_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_SLOT_WALK);

    return db_walk_slots(s, on_row, cookie, err);
}

bool draft_slot_store_drop(struct db *db, uint64_t slot, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DRAFT_SLOT_DROP);

    bind_u64(s, ":slot", slot);
    return db_run_one(s, "slot of a draft", err);
}
