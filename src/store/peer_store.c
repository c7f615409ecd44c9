#include "store/peer_store.h"

#include "store/statement.h"

/* The columns of PEER_GET, PEER_FIND and PEER_HELD. */
static void read_peer(struct statement *s, struct peer_row *out)
{
    out->number = row_number(s);
    row_address(s, &out->agency);
    row_hash(s, &out->fid);
    out->incarnation = row_u32(s);
    out->begun_index = row_u64(s);
    out->linked_size = row_u64(s);
    if (out->linked_size > INT64_MAX)
        out->linked_size = 0; /* a row may have been changed: no log is so large, and no message could say it */
    row_hash(s, &out->linked_root);
    out->put_aside = row_number(s);
    out->last_receipt_ms = row_number(s);
    row_hash(s, &out->known_key);
    row_hash(s, &out->held_key);
    out->held_since_ms = row_number(s);
    out->held_by_person = row_number(s) != 0;
}

STATEMENT_READS_ONE(peer_row, read_peer)
STATEMENT_WALKS(peer_row, read_peer, peer_store_row_fn)

bool peer_store_find(struct db *db, struct view agency, bool *found, struct peer_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_FIND);

    bind_text(s, ":agency", agency);
    return read_one(s, found, out, err);
}

bool peer_store_get(struct db *db, int64_t number, bool *found, struct peer_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, out, err);
}

bool peer_store_find_or_add(struct db *db, const struct address *agency, const struct hash *fid, struct peer_row *out,
                            struct error *err)
{
    struct peer_row peer = {.agency = *agency, .fid = *fid};
    struct statement *s;
    bool found;

    if (!peer_store_find(db, view_of_text(agency->text), &found, &peer, err))
        return false;
    if (found && view_compare(view_of(peer.fid.at, HASH_SIZE), view_of(fid->at, HASH_SIZE)) != 0)
        return error_set(err, E_STO_08, "%s is known under another federation id", agency->text);
    if (!found) {
        s = db_stmt(db, SQL_PEER_ADD);
        bind_address(s, ":agency", agency);
        bind_hash(s, ":fid", fid);
        if (!db_run(s, err))
            return false;
        peer.number = db_added(db);
    }
    *out = peer;
    return true;
}

bool peer_store_update(struct db *db, const struct peer_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_MOVE);

    bind_number(s, ":incarnation", row->incarnation);
    bind_u64(s, ":begun_index", row->begun_index);
    bind_u64(s, ":linked_size", row->linked_size);
    bind_hash(s, ":linked_root", &row->linked_root);
    bind_number(s, ":put_aside", row->put_aside);
    bind_number(s, ":last_receipt_ms", row->last_receipt_ms);
    bind_hash(s, ":known_key", &row->known_key);
    bind_hash(s, ":held_key", &row->held_key);
    bind_number(s, ":held_since_ms", row->held_since_ms);
    bind_number(s, ":held_by_person", row->held_by_person ? 1 : 0);
    bind_number(s, ":number", row->number);
    return db_run_one(s, "peer", err);
}

bool peer_store_walk(struct db *db, peer_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_PEER_ALL), on_row, cookie, err);
}

bool peer_store_walk_held(struct db *db, peer_store_row_fn *on_row, void *cookie, struct error *err)
{
    return walk_rows(db_stmt(db, SQL_PEER_HELD), on_row, cookie, err);
}

static bool drop_logs(struct db *db, int64_t peer, uint32_t from, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_LOG_DROP);

    bind_number(s, ":peer", peer);
    bind_number(s, ":incarnation", from);
    return db_run(s, err);
}

bool peer_store_drop_logs(struct db *db, int64_t peer, struct error *err)
{
    return drop_logs(db, peer, 0, err);
}

bool peer_store_put_log(struct db *db, int64_t peer, const struct peer_log *log, struct error *err)
{
    struct statement *s;

    if (!drop_logs(db, peer, log->incarnation, err))
        return false;
    s = db_stmt(db, SQL_PEER_LOG_ADD);
    bind_number(s, ":peer", peer);
    bind_number(s, ":incarnation", log->incarnation);
    bind_u64(s, ":size", log->size);
    bind_hash(s, ":root", &log->root);
    return db_run(s, err);
}

bool peer_store_first_log(struct db *db, int64_t peer, bool *found, struct peer_log *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_LOG_FIRST);

    bind_number(s, ":peer", peer);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->incarnation = row_u32(s);
        out->size = row_u64(s);
        row_hash(s, &out->root);
    }
    return db_done(s, err);
}

bool peer_store_log(struct db *db, int64_t peer, uint32_t incarnation, bool *found, struct peer_log *out,
                    struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_LOG_GET);

    bind_number(s, ":peer", peer);
    bind_number(s, ":incarnation", incarnation);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        out->incarnation = incarnation;
        out->size = row_u64(s);
        row_hash(s, &out->root);
    }
    return db_done(s, err);
}
