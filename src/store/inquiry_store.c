#include "store/inquiry_store.h"

#include "store/statement.h"

static void read_row(struct statement *s, struct inquiry_row *out)
{
    out->number = row_number(s);
    out->kind = (enum message_kind)row_number(s);
    out->direction = (enum direction)row_number(s);
    out->peer = row_number(s);
    row_ident(s, &out->id);
    out->message = row_number(s);
    row_ident(s, &out->together);
    out->answer = row_number(s);
    out->made_ms = row_number(s);
    out->until_ms = row_number(s);
}

static bool read_one(struct statement *s, bool *found, struct inquiry_row *out, struct error *err)
{
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        read_row(s, out);
    return db_done(s, err);
}

static bool read_number(struct statement *s, int64_t *out, struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *out = row ? row_number(s) : 0;
    return db_done(s, err);
}

bool inquiry_store_add(struct db *db, struct inquiry_row *row, struct error *err)
{
    struct statement *s;

    if (!read_number(db_stmt(db, SQL_INQUIRY_NEXT), &row->number, err))
        return false;
    s = db_stmt(db, SQL_INQUIRY_ADD);
    bind_number(s, ":number", row->number);
    bind_number(s, ":kind", row->kind);
    bind_number(s, ":direction", row->direction);
    bind_number(s, ":peer", row->peer);
    bind_ident(s, ":id", &row->id);
    bind_number(s, ":message", row->message);
    bind_ident(s, ":together", &row->together);
    bind_number(s, ":made_ms", row->made_ms);
    bind_number(s, ":until_ms", row->until_ms);
    return db_run(s, err);
}

bool inquiry_store_answer(struct db *db, int64_t number, int64_t answer, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_ANSWER);

    bind_number(s, ":answer", answer);
    bind_number(s, ":number", number);
    return db_run_one(s, "inquiry", err);
}

bool inquiry_store_get(struct db *db, int64_t number, bool *found, struct inquiry_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, row, err);
}

bool inquiry_store_find(struct db *db, enum direction direction, int64_t peer, const struct ident *id, bool *found,
                        struct inquiry_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_FIND);

    bind_number(s, ":direction", direction);
    bind_number(s, ":peer", peer);
    bind_ident(s, ":id", id);
    return read_one(s, found, row, err);
}

bool inquiry_store_count(struct db *db, int64_t peer, enum message_kind kind, int64_t now_ms, uint64_t *count,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_COUNT);
    int64_t number;

    bind_number(s, ":now_ms", now_ms);
    bind_number(s, ":peer", peer);
    bind_number(s, ":kind", kind);
    if (!read_number(s, &number, err))
        return false;
    *count = (uint64_t)number;
    return true;
}

bool inquiry_store_waiting(struct db *db, enum message_kind kind, int64_t now_ms, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_WAITING);
    int64_t number;

    bind_number(s, ":now_ms", now_ms);
    bind_number(s, ":kind", kind);
    if (!read_number(s, &number, err))
        return false;
    *count = (uint64_t)number;
    return true;
}

bool inquiry_store_walk(struct db *db, struct walk_step *step, inquiry_store_row_fn *on_row, void *cookie,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_WALK);
    struct inquiry_row one;
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

bool inquiry_store_drop(struct db *db, int64_t before_ms, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_INQUIRY_DROP_BODIES);

    bind_number(s, ":before_ms", before_ms);
    if (!db_run(s, err))
        return false;
    s = db_stmt(db, SQL_INQUIRY_DROP);
    bind_number(s, ":before_ms", before_ms);
    return db_run(s, err);
}
