#include "store/incident_store.h"

#include "store/statement.h"

static void read_row(struct statement *s, struct incident_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->referral = row_number(s);
    out->peer = row_number(s);
    out->made_ms = row_number(s);
    out->ending = (enum incident_ending)row_number(s);
    out->told = (enum incident_told)row_number(s);
}

static bool read_one(struct statement *s, bool *found, struct incident_row *out, struct error *err)
{
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        read_row(s, out);
    return db_done(s, err);
}

bool incident_store_add(struct db *db, struct incident_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_NEXT);
    bool any;

    if (!db_next_row(s, &any, err))
        return false;
    row->number = any ? row_number(s) : 0;
    if (!db_done(s, err))
        return false;
    s = db_stmt(db, SQL_INCIDENT_ADD);
    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_number(s, ":referral", row->referral);
    bind_number(s, ":peer", row->peer);
    bind_number(s, ":made_ms", row->made_ms);
    return db_run(s, err);
}

bool incident_store_close(struct db *db, const struct incident_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_CLOSE);

    bind_number(s, ":ending", row->ending);
    bind_number(s, ":told", row->told);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "incident", err);
}

bool incident_store_find(struct db *db, const struct ident *id, bool *found, struct incident_row *row,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_FIND);

    bind_ident(s, ":id", id);
    return read_one(s, found, row, err);
}

bool incident_store_of(struct db *db, int64_t referral, bool *found, struct incident_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_OF);

    bind_number(s, ":referral", referral);
    return read_one(s, found, row, err);
}

bool incident_store_open(struct db *db, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_OPEN);
    bool any;

    if (!db_next_row(s, &any, err))
        return false;
    *count = any ? (uint64_t)row_number(s) : 0;
    return db_done(s, err);
}

bool incident_store_walk(struct db *db, struct walk_step *step, incident_store_row_fn *on_row, void *cookie,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INCIDENT_WALK);
    struct incident_row one;
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
