#include "store/note_store.h"

#include "store/statement.h"

bool note_store_put(struct db *db, const char *what, struct view agency, uint64_t sequence, struct view note,
                    struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NOTE_PUT);

    bind_text(s, ":what", view_of_text(what));
    bind_text(s, ":agency", agency);
    bind_u64(s, ":sequence", sequence);
    bind_view(s, ":note", note);
    return db_run(s, err);
}

bool note_store_get(struct db *db, const char *what, struct view agency, bool *found, uint64_t *sequence,
                    struct bytes *note, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NOTE_GET);

    bind_text(s, ":what", view_of_text(what));
    bind_text(s, ":agency", agency);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *sequence = row_u64(s);
        row_bytes(s, note);
    }
    return db_done(s, err);
}

bool note_store_walk(struct db *db, const char *what, note_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NOTE_WALK);
    struct view agency;
    uint64_t sequence;
    bool row;

    bind_text(s, ":what", view_of_text(what));
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        agency = row_view(s);
        sequence = row_u64(s);
        if (!on_row(cookie, agency, sequence, row_view(s), err))
            return db_reset(s);
    }
    return false;
}
