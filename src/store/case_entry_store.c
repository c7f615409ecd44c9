#include "store/case_entry_store.h"

#include "store/statement.h"

bool case_entry_store_next(struct db *db, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_NEXT);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    REQUIRE(row); /* an aggregate has one */
    *number = row_number(s);
    return db_done(s, err);
}

bool case_entry_store_add(struct db *db, int64_t number, int64_t case_number, enum case_entry_kind kind,
                          struct view sealed, uint32_t due, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_ADD);

    bind_number(s, ":number", number);
    bind_number(s, ":case_number", case_number);
    bind_number(s, ":kind", kind);
    bind_view(s, ":sealed", sealed);
    bind_number(s, ":due", due);
    return db_run(s, err);
}

bool case_entry_store_set_due(struct db *db, int64_t number, uint32_t due, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_SET_DUE);

    bind_number(s, ":due", due);
    bind_number(s, ":number", number);
    return db_run_one(s, "case_entry", err);
}

/* STEP, where there is one, notes how far it went. */
static bool walk_days(struct statement *s, struct walk_step *step, case_entry_store_due_fn *on_row, void *cookie,
                      struct error *err)
{
    int64_t case_number;
    int64_t number = 0;
    uint32_t rows = 0;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row) {
            if (rows > 0)
                note_step(step, number, rows);
            return db_done(s, err);
        }
        rows++;
        number = row_number(s);
        case_number = row_number(s);
        if (!on_row(cookie, number, case_number, row_u32(s), err))
            return db_reset(s);
    }
    return false;
}

bool case_entry_store_walk_due(struct db *db, enum case_entry_kind kind, case_entry_store_due_fn *on_row, void *cookie,
                               struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_WALK_DUE);

    bind_number(s, ":kind", kind);
    return walk_days(s, NULL, on_row, cookie, err);
}

bool case_entry_store_walk_near(struct db *db, enum case_entry_kind kind, uint32_t day, struct walk_step *step,
                                case_entry_store_due_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_WALK_NEAR);

    bind_number(s, ":kind", kind);
    bind_number(s, ":day", day);
    bind_step(s, step);
    return walk_days(s, step, on_row, cookie, err);
}

bool case_entry_store_walk_merged(struct db *db, case_entry_store_case_fn *on_case, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_WALK_MERGED);
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        if (!on_case(cookie, row_number(s), err))
            return db_reset(s);
    }
    return false;
}

bool case_entry_store_place(struct db *db, int64_t case_number, enum case_entry_kind kind, int64_t number,
                            uint64_t *place, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_PLACE);
    bool row;

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":kind", kind);
    bind_number(s, ":number", number);
    if (!db_next_row(s, &row, err))
        return false;
    REQUIRE(row);
    *place = row_u64(s);
    return db_done(s, err);
}

bool case_entry_store_count(struct db *db, int64_t case_number, enum case_entry_kind kind, uint64_t *count,
                            struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_COUNT);
    bool row;

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":kind", kind);
    if (!db_next_row(s, &row, err))
        return false;
    REQUIRE(row);
    *count = row_u64(s);
    return db_done(s, err);
}

bool case_entry_store_set_sealed(struct db *db, int64_t number, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_SET_SEALED);

    bind_view(s, ":sealed", sealed);
    bind_number(s, ":number", number);
    return db_run_one(s, "case_entry", err);
}

/* STEP, where there is one, notes how far it went. */
static bool walk(struct statement *s, struct walk_step *step, case_entry_store_row_fn *on_row, void *cookie,
                 struct error *err)
{
    int64_t number = 0;
    uint32_t rows = 0;
    int64_t kind;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row) {
            if (rows > 0)
                note_step(step, number, rows);
            return db_done(s, err);
        }
        rows++;
        number = row_number(s);
        kind = row_number(s);
        if (kind < CASE_ENTRY_EDIT || kind >= CASE_ENTRY_KINDS) {
            (void)error_set(err, E_STO_02, "a case has an entry of kind %d, which this refex does not know", (int)kind);
            return db_reset(s);
        }
        if (!on_row(cookie, number, (enum case_entry_kind)kind, row_view(s), err))
            return db_reset(s);
    }
    return false;
}

bool case_entry_store_walk_kind(struct db *db, int64_t case_number, enum case_entry_kind kind,
                                case_entry_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_WALK_KIND);

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":kind", kind);
    return walk(s, NULL, on_row, cookie, err);
}

bool case_entry_store_last(struct db *db, int64_t case_number, enum case_entry_kind kind,
                           case_entry_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_LAST);

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":kind", kind);
    return walk(s, NULL, on_row, cookie, err);
}

bool case_entry_store_list(struct db *db, int64_t case_number, uint32_t kinds, struct walk_step *step,
                           case_entry_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_LIST);

    bind_number(s, ":case_number", case_number);
    bind_step(s, step);
    bind_number(s, ":kinds", kinds);
    return walk(s, step, on_row, cookie, err);
}

bool case_entry_store_walk(struct db *db, int64_t case_number, case_entry_store_row_fn *on_row, void *cookie,
                           struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ENTRY_WALK);

    bind_number(s, ":case_number", case_number);
    return walk(s, NULL, on_row, cookie, err);
}
