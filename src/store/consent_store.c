#include "store/consent_store.h"

#include "store/statement.h"

_Static_assert(CONSENT_PROGRESS_END <= 6, "the schema checks consent.progress");
_Static_assert(CONSENT_STANDS == 1 && CONSENT_STOPPED == 2 && CONSENT_ERASING == 3, "conditions of queries.sql");

int64_t consent_store_next_number(struct db *db)
{
    return db->next.consent++;
}

bool consent_store_add(struct db *db, const struct consent_row *row, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_ADD);

    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    if (row->case_number == 0)
        bind_null(s, ":case_number");
    else
        bind_number(s, ":case_number", row->case_number);
    bind_address(s, ":agency", &row->agency);
    bind_address(s, ":recipient", &row->recipient);
    bind_u64(s, ":slot", row->slot);
    bind_u64(s, ":record_index", row->record_index);
    bind_number(s, ":until", row->until);
    bind_number(s, ":progress", row->progress);
    bind_number(s, ":changed_ms", row->changed_ms);
    bind_number(s, ":erase_from", row->erase_from);
    bind_u64(s, ":withdrawn_index", row->withdrawn_index);
    bind_number(s, ":to_tell", row->to_tell);
    return db_run(s, err) && db_added_as(db, row->number) && consent_store_set_content(db, row->number, sealed, err);
}

/* The columns of CONSENT_GET and of all that list consents. */
static void read_consent(struct statement *s, struct consent_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->case_number = row_number(s);
    row_address(s, &out->agency);
    row_address(s, &out->recipient);
    out->slot = row_u64(s);
    out->record_index = row_u64(s);
    out->until = row_u32(s);
    out->progress = (enum consent_progress)row_number(s);
    out->changed_ms = row_number(s);
    out->erase_from = row_u32(s);
    out->withdrawn_index = row_u64(s);
    out->to_tell = row_bool(s);
}

STATEMENT_READS_ONE(consent_row, read_consent)
STATEMENT_LISTS(consent_row, read_consent, consent_store_listed_fn)

bool consent_store_find(struct db *db, const struct address *agency, const struct ident *id, bool *found,
                        struct consent_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_FIND);

    bind_ident(s, ":id", id);
    bind_address(s, ":agency", agency);
    return read_one(s, found, out, err);
}

bool consent_store_find_named(struct db *db, const struct address *own, const struct ident *id, bool *found,
                              struct consent_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_FIND_NAMED);
    struct consent_row best = {0};
    struct consent_row one;
    bool any = false;
    bool row;

    bind_ident(s, ":id", id);
    for (;;) {
        if (!db_next_row(s, &row, err))
            return false;
        if (!row)
            break;
        read_consent(s, &one);
        if (!any || address_equal(&one.agency, own) || (!address_equal(&best.agency, own) && one.number < best.number))
            best = one;
        any = true;
    }
    if (!db_done(s, err))
        return false;
    *found = any;
    if (any)
        *out = best;
    return true;
}

bool consent_store_get(struct db *db, int64_t number, bool *found, struct consent_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, out, err);
}

bool consent_store_content(struct db *db, int64_t number, bool *found, struct bytes *sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_CONTENT);

    bind_number(s, ":number", number);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        row_bytes(s, sealed);
    return db_done(s, err);
}

bool consent_store_set_content(struct db *db, int64_t number, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_SET_CONTENT);

    bind_number(s, ":number", number);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool consent_store_update(struct db *db, const struct consent_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_MOVE);

    bind_number(s, ":until", row->until);
    bind_number(s, ":progress", row->progress);
    bind_number(s, ":changed_ms", row->changed_ms);
    bind_number(s, ":erase_from", row->erase_from);
    bind_u64(s, ":withdrawn_index", row->withdrawn_index);
    bind_number(s, ":to_tell", row->to_tell);
    bind_address(s, ":recipient", &row->recipient);
    bind_u64(s, ":slot", row->slot);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "consent", err);
}

bool consent_store_walk_contents_alone(struct db *db, consent_store_number_fn *on_number, void *cookie,
                                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_WALK_CONTENTS_ALONE);
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        if (!on_number(cookie, row_number(s), err))
            return db_reset(s);
    }
    return false;
}

/* --- lists -------------------------------------------------------------------------------------------------- */

static bool walk_rows(struct statement *s, struct walk_step *step, consent_store_row_fn *on_row, void *cookie,
                      struct error *err)
{
    struct consent_row consent;
    uint32_t rows = 0;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_consent(s, &consent);
        note_step(step, consent.number, ++rows);
        if (!db_row_whole(s, err) || !on_row(cookie, &consent, err))
            return db_reset(s);
    }
    return false;
}

bool consent_store_walk(struct db *db, struct walk_step *step, consent_store_row_fn *on_row, void *cookie,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_WALK);

    bind_step(s, step);
    return walk_rows(s, step, on_row, cookie, err);
}

bool consent_store_last(struct db *db, int64_t *number, struct error *err)
{
    return read_last(db_stmt(db, SQL_CONSENT_LAST), number, err);
}

bool consent_store_list(struct db *db, const struct list_rows *rows, consent_store_listed_fn *on_row, void *cookie,
                        struct error *err)
{
    struct statement *s = db_stmt(db, rows->is_newest_first ? SQL_CONSENT_LIST_NEWEST : SQL_CONSENT_LIST);

    bind_number(s, ":first", rows->first);
    bind_number(s, ":last", rows->last);
    bind_number(s, ":direction", rows->direction);
    bind_text(s, ":agency", rows->agency);
    bind_number(s, ":states", rows->states);
    bind_number(s, ":since_ms", rows->since_ms);
    bind_number(s, ":until_ms", rows->until_ms);
    return list_rows(s, on_row, cookie, err);
}

bool consent_store_list_ending(struct db *db, const struct list_rows *rows, uint32_t first_day, uint32_t last_day,
                               consent_store_listed_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_LIST_ENDING);

    bind_number(s, ":first", rows->first);
    bind_number(s, ":last", rows->last);
    bind_number(s, ":first_day", first_day);
    bind_number(s, ":last_day", last_day);
    return list_rows(s, on_row, cookie, err);
}

bool consent_store_walk_case(struct db *db, int64_t case_number, consent_store_row_fn *on_row, void *cookie,
                             struct error *err)
{
    struct statement *s;

    if (case_number == 0)
        return consent_store_walk(db, NULL, on_row, cookie, err);
    s = db_stmt(db, SQL_CONSENT_WALK_CASE);
    bind_number(s, ":case_number", case_number);
    return walk_rows(s, NULL, on_row, cookie, err);
}

bool consent_store_walk_work(struct db *db, uint32_t today, consent_store_row_fn *on_row, void *cookie,
                             struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_WALK_WORK);

    bind_number(s, ":today", today);
    return walk_rows(s, NULL, on_row, cookie, err);
}

bool consent_store_tombstones(struct db *db, const struct address *agency, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_TOMBSTONES);
    bool row;

    bind_address(s, ":agency", agency);
    if (!db_next_row(s, &row, err))
        return false;
    *count = row_u64(s);
    return db_done(s, err);
}

bool consent_store_drop_tombstones(struct db *db, int64_t before_ms, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_CONSENT_DROP_TOMBSTONE_CONTENTS);

    bind_number(s, ":before_ms", before_ms);
    if (!db_run(s, err))
        return false;
    s = db_stmt(db, SQL_CONSENT_DROP_TOMBSTONES);
    bind_number(s, ":before_ms", before_ms);
    return db_run(s, err);
}
