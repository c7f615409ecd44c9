#include "store/obligation_store.h"

#include "store/statement.h"

/* The schema checks them. */
_Static_assert(OWED_END <= 5 && ERASURE_END <= 4 && REFUSAL_END <= 8, "obligation.what, result and refused_why");
_Static_assert(OWED_WITHDRAWAL == 1 && SETTLED_ANSWERED == 1 && SETTLED_LOST == 6, "conditions of queries.sql");

/* What changes while it is owed. */
static void bind_progress(struct statement *s, const struct obligation_row *row)
{
    bind_number(s, ":peer", row->peer);
    bind_number(s, ":step", row->step);
    bind_u64(s, ":record_index", row->record_index);
    bind_number(s, ":message", row->message);
    bind_number(s, ":tries", row->tries);
    bind_number(s, ":next_ms", row->next_ms);
    bind_number(s, ":settled", row->settled);
    bind_number(s, ":result", row->result);
    bind_number(s, ":settled_by", row->settled_by);
    bind_number(s, ":answered_by", row->answered_by);
    bind_number(s, ":closed_by", row->closed_by);
    bind_number(s, ":refused_at", row->refused_at);
    bind_number(s, ":refused_why", row->refused_why);
    bind_number(s, ":refused_ms", row->refused_ms);
}

bool obligation_store_add(struct db *db, const struct obligation_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_ADD);

    bind_number(s, ":what", row->what);
    bind_number(s, ":subject", row->subject);
    bind_number(s, ":since_ms", row->since_ms);
    bind_progress(s, row);
    return db_run(s, err);
}

bool obligation_store_update(struct db *db, const struct obligation_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_MOVE);

    bind_progress(s, row);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "obligation", err);
}

bool obligation_store_remove(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_REMOVE);

    bind_number(s, ":number", number);
    return db_run_one(s, "obligation", err);
}

/* The columns of all statements that read obligations. */
static void read_obligation(struct statement *s, struct obligation_row *out)
{
    out->number = row_number(s);
    out->what = (enum owed)row_number(s);
    out->subject = row_number(s);
    out->peer = row_number(s);
    out->step = row_u32(s);
    out->record_index = row_u64(s);
    out->since_ms = row_number(s);
    out->message = row_number(s);
    out->tries = row_u32(s);
    out->next_ms = row_number(s);
    out->settled = (enum settled)row_number(s);
    out->result = (enum erasure)row_number(s);
    out->settled_by = row_number(s);
    out->answered_by = row_number(s);
    out->closed_by = row_number(s);
    out->refused_at = (enum admission_step)row_number(s);
    out->refused_why = (enum refusal_reason)row_number(s);
    out->refused_ms = row_number(s);
}

bool obligation_store_find(struct db *db, enum owed what, int64_t subject, bool *found, struct obligation_row *out,
                           struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_FIND);
    struct obligation_row o;
    bool row;

    bind_number(s, ":what", what);
    bind_number(s, ":subject", subject);
    if (!db_next_row(s, &row, err))
        return false;
    if (row)
        read_obligation(s, &o);
    if (!db_done(s, err))
        return false;
    *found = row;
    if (row)
        *out = o;
    return true;
}

STATEMENT_WALKS(obligation_row, read_obligation, obligation_store_row_fn)

bool obligation_store_walk_open(struct db *db, obligation_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_OBLIGATION_WALK_OPEN), on_row, cookie, err);
}

bool obligation_store_walk_due(struct db *db, obligation_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_OBLIGATION_WALK_DUE), on_row, cookie, err);
}

bool obligation_store_walk_doubted(struct db *db, obligation_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_OBLIGATION_WALK_DOUBTED), on_row, cookie, err);
}

bool obligation_store_walk_peer(struct db *db, int64_t peer, obligation_store_row_fn *on_row, void *cookie,
                                struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_WALK_PEER);

    bind_number(s, ":peer", peer);
    return walk_rows(s, on_row, cookie, err);
}

bool obligation_store_walk_lost(struct db *db, obligation_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_OBLIGATION_WALK_LOST), on_row, cookie, err);
}

bool obligation_store_walk_closed(struct db *db, int64_t peer, obligation_store_row_fn *on_row, void *cookie,
                                  struct error *err)
{
    struct statement *s = db_stmt(db, SQL_OBLIGATION_WALK_CLOSED);

    bind_number(s, ":peer", peer);
    return walk_rows(s, on_row, cookie, err);
}
