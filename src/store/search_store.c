#include "store/search_store.h"

#include "store/statement.h"

bool search_store_add(struct db *db, uint64_t slot, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_SEGMENT_ADD);

    bind_u64(s, ":slot", slot);
    if (!db_run(s, err))
        return false;
    *number = db_added(db);
    return true;
}

static bool read_segment(struct statement *s, bool *found, struct search_segment_row *out, struct bytes *sealed,
                         struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    if (row) {
        out->number = row_number(s);
        out->slot = row_u64(s);
        out->entries = row_u64(s);
        row_bytes(s, sealed);
    }
    *found = row;
    return db_done(s, err);
}

bool search_store_open(struct db *db, bool *found, struct search_segment_row *out, struct error *err)
{
    struct bytes none = {0};

    return read_segment(db_stmt(db, SQL_SEARCH_SEGMENT_OPEN), found, out, &none, err);
}

bool search_store_get(struct db *db, int64_t number, bool *found, struct search_segment_row *out, struct bytes *sealed,
                      struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_SEGMENT_GET);

    bind_number(s, ":number", number);
    return read_segment(s, found, out, sealed, err);
}

bool search_store_next(struct db *db, int64_t after, bool *found, struct search_segment_row *out, struct bytes *sealed,
                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_SEGMENT_NEXT);

    bind_number(s, ":after", after);
    return read_segment(s, found, out, sealed, err);
}

bool search_store_put(struct db *db, const struct search_segment_row *row, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_SEGMENT_PUT);

    bind_u64(s, ":slot", row->slot);
    bind_view(s, ":sealed", sealed);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "search segment", err);
}

bool search_store_drop(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_SEGMENT_DROP);

    bind_number(s, ":number", number);
    return db_run(s, err);
}

/* --- entries --- */

bool search_store_put_entry(struct db *db, int64_t subject, int64_t segment, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_ENTRY_PUT);

    bind_number(s, ":case_number", subject);
    bind_number(s, ":segment", segment);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool search_store_find_entry(struct db *db, int64_t subject, bool *found, int64_t *segment, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_ENTRY_FIND);

    bind_number(s, ":case_number", subject);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        *segment = row_number(s);
    return db_done(s, err);
}

bool search_store_walk_entries(struct db *db, int64_t segment, search_store_entry_fn *on_entry, void *cookie,
                               struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_ENTRY_WALK);
    int64_t subject;
    bool row;

    bind_number(s, ":segment", segment);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        subject = row_number(s);
        if (!on_entry(cookie, subject, row_view(s), err))
            return db_reset(s);
    }
    return false;
}

static bool run_for(struct db *db, enum query which, const char *name, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, which);

    bind_number(s, name, number);
    return db_run(s, err);
}

bool search_store_fold_entries(struct db *db, int64_t segment, struct error *err)
{
    return run_for(db, SQL_SEARCH_ENTRY_FOLD, ":segment", segment, err);
}

bool search_store_drop_entry(struct db *db, int64_t subject, struct error *err)
{
    return run_for(db, SQL_SEARCH_ENTRY_DROP, ":case_number", subject, err);
}

bool search_store_drop_entries(struct db *db, int64_t segment, struct error *err)
{
    return run_for(db, SQL_SEARCH_ENTRY_DROP_ALL, ":segment", segment, err);
}

/* --- slots --- */

bool search_store_retire(struct db *db, uint64_t slot, struct error *err)
{
    return run_for(db, SQL_SEARCH_RETIRE, ":slot", (int64_t)slot, err);
}

bool search_store_walk_retired(struct db *db, db_slot_fn *on_slot, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEARCH_RETIRED_WALK);

    return db_walk_slots(s, on_slot, cookie, err);
}

bool search_store_drop_retired(struct db *db, uint64_t slot, struct error *err)
{
    return run_for(db, SQL_SEARCH_RETIRED_DROP, ":slot", (int64_t)slot, err);
}
