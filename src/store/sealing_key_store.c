#include "store/sealing_key_store.h"

#include "store/statement.h"

bool sealing_key_store_add(struct db *db, const struct sealing_key_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEALING_KEY_ADD);

    bind_ident(s, ":id", &row->id);
    bind_view(s, ":public_key", view_of(row->public_key, KEY_SIZE));
    bind_number(s, ":use_from", row->use_from);
    bind_number(s, ":use_until", row->use_until);
    bind_number(s, ":keep_until", row->keep_until);
    return db_run(s, err);
}

bool sealing_key_store_drop(struct db *db, const struct ident *id, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEALING_KEY_DROP);

    bind_ident(s, ":id", id);
    return db_run_one(s, "sealing key", err);
}

bool sealing_key_store_walk(struct db *db, sealing_key_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_SEALING_KEY_WALK);
    struct sealing_key_row key;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        row_ident(s, &key.id);
        row_key(s, key.public_key);
        key.use_from = row_u32(s);
        key.use_until = row_u32(s);
        key.keep_until = row_u32(s);
        if (!db_row_whole(s, err) || !on_row(cookie, &key, err))
            return db_reset(s);
    }
    return false;
}
