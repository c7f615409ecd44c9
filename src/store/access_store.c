#include "store/access_store.h"

#include "store/statement.h"

static void read_row(struct statement *s, struct access_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->case_number = row_number(s);
    out->staff = row_number(s);
    out->since_ms = row_number(s);
    out->until_ms = row_number(s);
    out->review = (enum access_review)row_number(s);
    out->sealed = row_view(s);
}

static bool walk(struct statement *s, struct walk_step *step, access_store_row_fn *on_row, void *cookie,
                 struct error *err)
{
    struct access_row one;
    uint32_t rows = 0;
    bool row;

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

static bool read_number(struct statement *s, int64_t *out, struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *out = row ? row_number(s) : 0;
    return db_done(s, err);
}

bool access_store_next(struct db *db, int64_t *number, struct error *err)
{
    return read_number(db_stmt(db, SQL_ACCESS_NEXT), number, err);
}

bool access_store_add(struct db *db, const struct access_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_ADD);

    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_number(s, ":case_number", row->case_number);
    bind_number(s, ":staff", row->staff);
    bind_number(s, ":since_ms", row->since_ms);
    bind_number(s, ":until_ms", row->until_ms);
    bind_view(s, ":sealed", row->sealed);
    return db_run(s, err);
}

bool access_store_review(struct db *db, int64_t number, enum access_review review, struct view sealed,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_REVIEW);

    bind_number(s, ":review", review);
    bind_view(s, ":sealed", sealed);
    bind_number(s, ":number", number);
    return db_run_one(s, "row of an opened case", err);
}

bool access_store_walk(struct db *db, struct walk_step *step, access_store_row_fn *on_row, void *cookie,
                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_WALK);

    bind_step(s, step);
    return walk(s, step, on_row, cookie, err);
}

bool access_store_find(struct db *db, const struct ident *id, access_store_row_fn *on_row, void *cookie,
                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_FIND);

    bind_ident(s, ":id", id);
    return walk(s, NULL, on_row, cookie, err);
}

bool access_store_is_open(struct db *db, int64_t case_number, int64_t staff, int64_t now_ms, bool *open,
                          struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_IS_OPEN);
    int64_t number;

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":staff", staff);
    bind_number(s, ":now_ms", now_ms);
    if (!read_number(s, &number, err))
        return false;
    *open = number != 0;
    return true;
}

bool access_store_count(struct db *db, int64_t before_ms, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_COUNT);
    int64_t number;

    bind_number(s, ":before_ms", before_ms);
    if (!read_number(s, &number, err))
        return false;
    *count = (uint64_t)number;
    return true;
}

bool access_store_waits(struct db *db, int64_t case_number, bool *waits, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_ACCESS_WAITS);
    int64_t number;

    bind_number(s, ":case_number", case_number);
    if (!read_number(s, &number, err))
        return false;
    *waits = number != 0;
    return true;
}
