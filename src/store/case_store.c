#include "store/case_store.h"

#include "store/statement.h"

bool case_store_add(struct db *db, const struct case_row *row, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_ADD);

    bind_ident(s, ":id", &row->id);
    bind_u64(s, ":slot", row->slot);
    bind_number(s, ":opened_ms", row->opened_ms);
    bind_number(s, ":holder", row->holder);
    bind_number(s, ":desk", row->desk);
    if (!db_run(s, err))
        return false;
    *number = db_added(db);
    return true;
}

/* Columns number, id, slot, opened_ms, holder, desk, ended_ms. */
static void read_case(struct statement *s, struct case_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->slot = row_u64(s);
    out->opened_ms = row_number(s);
    out->holder = row_number(s);
    out->desk = row_number(s);
    out->ended_ms = row_number(s);
}

STATEMENT_READS_ONE(case_row, read_case)
STATEMENT_LISTS(case_row, read_case, case_store_listed_fn)

bool case_store_find(struct db *db, const struct ident *id, bool *found, struct case_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_FIND);

    bind_ident(s, ":id", id);
    return read_one(s, found, out, err);
}

bool case_store_get(struct db *db, int64_t number, bool *found, struct case_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, out, err);
}

static bool walk_cases(struct statement *s, struct walk_step *step, case_store_row_fn *on_row, void *cookie,
                       struct error *err)
{
    uint32_t rows = 0;
    struct case_row one;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_case(s, &one);
        note_step(step, one.number, ++rows);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}

bool case_store_walk(struct db *db, struct walk_step *step, case_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_WALK);

    bind_step(s, step);
    return walk_cases(s, step, on_row, cookie, err);
}

bool case_store_walk_held(struct db *db, int64_t holder, int64_t other, struct walk_step *step,
                          case_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_WALK_HELD);

    REQUIRE(holder != other || holder == NO_HOLDER); /* each row once */
    bind_step(s, step);
    bind_number(s, ":holder", holder);
    bind_number(s, ":other", other);
    return walk_cases(s, step, on_row, cookie, err);
}

bool case_store_walk_desk(struct db *db, int64_t desk, struct walk_step *step, case_store_row_fn *on_row, void *cookie,
                          struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_WALK_DESK);

    bind_number(s, ":desk", desk);
    bind_step(s, step);
    return walk_cases(s, step, on_row, cookie, err);
}

bool case_store_last(struct db *db, int64_t *number, struct error *err)
{
    return read_last(db_stmt(db, SQL_CASE_LAST), number, err);
}

bool case_store_count_behind(struct db *db, int64_t after, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_COUNT_BEHIND);
    int64_t rows;

    bind_number(s, ":after", after);
    if (!read_last(s, &rows, err))
        return false;
    *count = (uint64_t)rows;
    return true;
}

bool case_store_list(struct db *db, const struct list_rows *rows, case_store_listed_fn *on_row, void *cookie,
                     struct error *err)
{
    static const enum query which[2][2] = {{SQL_CASE_LIST, SQL_CASE_LIST_NEWEST},
                                           {SQL_CASE_LIST_HELD, SQL_CASE_LIST_HELD_NEWEST}};
    struct statement *s = db_stmt(db, which[rows->is_of_holders][rows->is_newest_first]);

    REQUIRE(!rows->is_of_holders || rows->holder != rows->other || rows->holder == NO_HOLDER); /* each row once */
    bind_number(s, ":first", rows->first);
    bind_number(s, ":last", rows->last);
    bind_number(s, ":since_ms", rows->since_ms);
    bind_number(s, ":until_ms", rows->until_ms);
    if (rows->is_of_holders) {
        bind_number(s, ":holder", rows->holder);
        bind_number(s, ":other", rows->other);
    }
    return list_rows(s, on_row, cookie, err);
}

bool case_store_hold(struct db *db, int64_t number, int64_t holder, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_HOLD);

    bind_number(s, ":holder", holder);
    bind_number(s, ":number", number);
    return db_run_one(s, "case", err);
}

bool case_store_move_desk(struct db *db, int64_t number, int64_t desk, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_MOVE_DESK);

    bind_number(s, ":desk", desk);
    bind_number(s, ":number", number);
    return db_run_one(s, "case", err);
}

bool case_store_walk_imported(struct db *db, int64_t number, uint32_t limit, case_store_row_fn *on_row, void *cookie,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_WALK_IMPORTED);
    struct case_row one;
    bool row;

    bind_number(s, ":number", number);
    bind_number(s, ":limit", limit);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_case(s, &one);
        if (!db_row_whole(s, err) || !on_row(cookie, &one, err))
            return db_reset(s);
    }
    return false;
}

static bool drop_of_case(struct db *db, enum query which, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, which);

    bind_number(s, ":case_number", number);
    return db_run(s, err);
}

bool case_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s;

    if (!drop_of_case(db, SQL_LIKENESS_DROP, number, err) || !drop_of_case(db, SQL_SECTION_DROP, number, err) ||
        !drop_of_case(db, SQL_CASE_ENTRY_DROP, number, err))
        return false;
    s = db_stmt(db, SQL_CASE_DROP);
    bind_number(s, ":number", number);
    return db_run(s, err);
}

bool case_store_end(struct db *db, int64_t number, int64_t ended_ms, struct error *err)
{
    static const enum query parts[] = {SQL_LIKENESS_DROP,    SQL_SECTION_DROP,         SQL_CASE_ENTRY_DROP,
                                       SQL_CASE_END_DROP,    SQL_CASE_REQUEST_DROP_OF, SQL_ACCESS_DROP_OF,
                                       SQL_CASE_LINK_DROP_OF};
    struct statement *s;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!drop_of_case(db, parts[i], number, err))
            return false;
    s = db_stmt(db, SQL_CASE_ENDED);
    bind_number(s, ":number", number);
    bind_number(s, ":ended_ms", ended_ms);
    return db_run_one(s, "case", err);
}

bool case_store_drop_likenesses(struct db *db, int64_t number, struct error *err)
{
    return drop_of_case(db, SQL_LIKENESS_DROP, number, err);
}

/* --- an import under way ------------------------------------------------------------------------------------ */

bool case_import_store_get(struct db *db, bool *found, struct case_import_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_IMPORT_GET);

    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->first = row_number(s);
        out->count = row_u32(s);
        out->recorded = row_number(s);
        row_hash(s, &out->mark);
    }
    return db_done(s, err);
}

bool case_import_store_put(struct db *db, const struct case_import_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_IMPORT_PUT);

    REQUIRE(row->count > 0 && row->recorded >= -1 && row->recorded <= (int64_t)row->count);
    bind_number(s, ":first", row->first);
    bind_number(s, ":count", row->count);
    bind_number(s, ":recorded", row->recorded);
    bind_hash(s, ":mark", &row->mark);
    return db_run(s, err);
}

bool case_import_store_drop(struct db *db, struct error *err)
{
    return db_run(db_stmt(db, SQL_CASE_IMPORT_DROP), err);
}

/* --- sections ----------------------------------------------------------------------------------------------- */

int64_t case_store_next_section(struct db *db)
{
    return db->next.section++;
}

bool case_store_put_section(struct db *db, int64_t number, int64_t case_number, enum section section,
                            struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SECTION_PUT);

    REQUIRE(number < db->next.section);
    bind_number(s, ":number", number);
    bind_number(s, ":case_number", case_number);
    bind_number(s, ":section", section);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool case_store_drop_section(struct db *db, int64_t case_number, enum section section, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SECTION_DROP_ONE);

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":section", section);
    return db_run(s, err);
}

bool case_store_walk_sections(struct db *db, int64_t case_number, case_store_section_fn *on_row, void *cookie,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SECTION_WALK);
    int64_t section;
    int64_t number;
    bool row;

    bind_number(s, ":case_number", case_number);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        number = row_number(s);
        section = row_number(s);
        if (section < SECTION_TRIAGE || section >= SECTION_END) {
            (void)error_set(err, E_STO_02, "a case has section %d, which this refex does not know", (int)section);
            return db_reset(s);
        }
        if (!on_row(cookie, number, (enum section)section, row_view(s), err))
            return db_reset(s);
    }
    return false;
}

/* --- likenesses ----------------------------------------------------------------------------------------------- */

bool case_store_add_likeness(struct db *db, int64_t case_number, uint16_t bucket, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LIKENESS_ADD);

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":bucket", bucket);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

static bool walk_likenesses(struct statement *s, case_store_likeness_fn *on_row, void *cookie, struct error *err)
{
    int64_t case_number;
    bool more = true;
    bool row;

    while (more && db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        case_number = row_number(s);
        if (!on_row(cookie, case_number, row_view(s), &more, err))
            return db_reset(s);
    }
    return more ? false : db_done(s, err);
}

bool case_store_walk_likenesses(struct db *db, uint16_t bucket, case_store_likeness_fn *on_row, void *cookie,
                                struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LIKENESS_WALK);

    bind_number(s, ":bucket", bucket);
    return walk_likenesses(s, on_row, cookie, err);
}

bool case_store_walk_likenesses_of(struct db *db, int64_t case_number, case_store_likeness_fn *on_row, void *cookie,
                                   struct error *err)
{
    struct statement *s = db_stmt(db, SQL_LIKENESS_OF_CASE);

    bind_number(s, ":case_number", case_number);
    return walk_likenesses(s, on_row, cookie, err);
}

/* --- request ids ----------------------------------------------------------------------------------- */

bool case_request_store_add(struct db *db, const struct hash *mark, const struct case_request_row *row,
                            struct view asked, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_REQUEST_ADD);

    bind_hash(s, ":mark", mark);
    bind_number(s, ":case_number", row->case_number);
    bind_number(s, ":count", row->count);
    bind_view(s, ":asked", asked);
    bind_number(s, ":day", row->day);
    return db_run(s, err);
}

bool case_request_store_find(struct db *db, const struct hash *mark, bool *found, struct case_request_row *out,
                             struct bytes *asked, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CASE_REQUEST_FIND);

    bind_hash(s, ":mark", mark);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->case_number = row_number(s);
        out->count = row_u32(s);
        bytes_append_view(asked, row_view(s));
    }
    return db_done(s, err);
}
