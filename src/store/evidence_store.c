#include "store/evidence_store.h"

#include "store/statement.h"

_Static_assert(NOTE_UNLINKED == 1 && NOTE_FOUND == 4, "peer_note.state, and conditions of queries.sql");
_Static_assert(FINDING_END <= 3 && FINDING_CLOSING_END <= 4, "the schema checks peer_finding");

/* --- notes --- */

static const struct hash no_leaf;

bool evidence_store_add(struct db *db, const struct peer_note *n, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_PUT_NOTE);

    bind_number(s, ":peer", n->peer);
    bind_number(s, ":incarnation", n->incarnation);
    bind_u64(s, ":size", n->size);
    bind_number(s, ":state", n->state);
    bind_number(s, ":since_ms", n->since_ms);
    bind_view(s, ":note", n->note);
    bind_number(s, ":idx", n->index);
    bind_view(s, ":leaf", n->index < 0 ? view_of(no_leaf.at, 0) : hash_view(&n->leaf));
    bind_view(s, ":path", n->path);
    if (!db_run(s, err))
        return false;
    *number = db_added(db);
    return true;
}

bool evidence_store_move(struct db *db, int64_t number, enum note_state state, uint32_t asked, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTE_MOVE);

    bind_number(s, ":state", state);
    bind_number(s, ":asked", asked);
    bind_number(s, ":number", number);
    return db_run_one(s, "note", err);
}

static void read_note(struct statement *s, int64_t peer, struct peer_note *out)
{
    *out = (struct peer_note){.peer = peer};
    out->number = row_number(s);
    out->incarnation = row_u32(s);
    out->size = row_u64(s);
    out->state = (enum note_state)row_number(s);
    out->asked = row_u32(s);
    out->since_ms = row_number(s);
    out->note = row_view(s);
    out->index = row_number(s);
    if (out->index >= 0)
        row_hash(s, &out->leaf);
    else
        (void)row_view(s);
    out->path = row_view(s);
}

static bool walk_notes(struct statement *s, int64_t peer, evidence_store_note_fn *on_row, void *cookie,
                       struct error *err)
{
    struct peer_note n;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_note(s, peer, &n);
        if (!db_row_whole(s, err) || !on_row(cookie, &n, err))
            return db_reset(s);
    }
    return false;
}

bool evidence_store_walk_size(struct db *db, int64_t peer, uint32_t incarnation, uint64_t size,
                              evidence_store_note_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_OF_SIZE);

    bind_number(s, ":peer", peer);
    bind_u64(s, ":size", size);
    bind_number(s, ":incarnation", incarnation);
    return walk_notes(s, peer, on_row, cookie, err);
}

bool evidence_store_walk_index(struct db *db, int64_t peer, uint32_t incarnation, int64_t index,
                               evidence_store_note_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_OF_INDEX);

    bind_number(s, ":peer", peer);
    bind_number(s, ":idx", index);
    bind_number(s, ":incarnation", incarnation);
    return walk_notes(s, peer, on_row, cookie, err);
}

bool evidence_store_walk_unlinked(struct db *db, int64_t peer, size_t limit, evidence_store_note_fn *on_row,
                                  void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_UNLINKED);

    bind_number(s, ":peer", peer);
    bind_u64(s, ":limit", limit);
    return walk_notes(s, peer, on_row, cookie, err);
}

bool evidence_store_add_leaf(struct db *db, const struct peer_note *n, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_PUT_LEAF);

    REQUIRE(n->number > 0 && n->index >= 0 && n->path.size % HASH_SIZE == 0);
    bind_number(s, ":note", n->number);
    bind_number(s, ":idx", n->index);
    bind_number(s, ":peer", n->peer);
    bind_view(s, ":leaf", hash_view(&n->leaf));
    bind_view(s, ":path", n->path);
    return db_run(s, err);
}

static bool count(struct statement *s, uint64_t *out, struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    *out = row ? row_u64(s) : 0;
    return db_done(s, err);
}

bool evidence_store_count_leaves(struct db *db, int64_t number, uint64_t *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_LEAVES_COUNT);

    bind_number(s, ":note", number);
    return count(s, out, err);
}

bool evidence_store_count_unlinked(struct db *db, int64_t peer, uint64_t *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_COUNT);

    bind_number(s, ":peer", peer);
    return count(s, out, err);
}

bool evidence_store_count_waiting(struct db *db, uint64_t *out, struct error *err)
{
    return count(db_stmt(db, SQL_PEER_NOTES_WAITING), out, err);
}

bool evidence_store_put_aside(struct db *db, int64_t peer, int64_t *up_to, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_PUT_ASIDE);
    uint64_t newest;

    bind_number(s, ":peer", peer);
    if (!db_run(s, err) || !count(db_stmt(db, SQL_PEER_NOTES_NEWEST), &newest, err))
        return false;
    *up_to = (int64_t)newest;
    return true;
}

bool evidence_store_hold(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTE_HOLD);

    bind_number(s, ":number", number);
    return db_run(s, err);
}

bool evidence_store_drop_linked(struct db *db, int64_t peer, uint64_t linked_size, size_t keep, size_t limit,
                                struct error *err)
{
    struct statement *s = db_stmt(db, SQL_PEER_NOTES_BEHIND);
    uint64_t up_to;

    bind_number(s, ":peer", peer);
    bind_u64(s, ":newer", keep);
    if (!count(s, &up_to, err))
        return false;
    if (up_to == 0)
        return true;
    s = db_stmt(db, SQL_PEER_LEAVES_DROP);
    bind_number(s, ":peer", peer);
    bind_u64(s, ":up_to", up_to);
    bind_u64(s, ":limit", limit);
    if (!db_run(s, err))
        return false;
    s = db_stmt(db, SQL_PEER_NOTES_DROP);
    bind_u64(s, ":linked_size", linked_size);
    bind_number(s, ":peer", peer);
    bind_u64(s, ":up_to", up_to);
    bind_u64(s, ":limit", limit);
    return db_run(s, err);
}

/* --- findings --- */

bool evidence_store_add_finding(struct db *db, const struct finding_row *f, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_FINDING_PUT);

    bind_number(s, ":peer", f->peer);
    bind_number(s, ":incarnation", f->incarnation);
    bind_number(s, ":which", f->which);
    bind_number(s, ":since_ms", f->since_ms);
    return db_run(s, err);
}

bool evidence_store_move_finding(struct db *db, const struct finding_row *f, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_FINDING_MOVE);

    bind_u64(s, ":later", f->later);
    bind_number(s, ":closed", f->closed);
    bind_number(s, ":peer", f->peer);
    bind_number(s, ":incarnation", f->incarnation);
    bind_number(s, ":which", f->which);
    return db_run_one(s, "finding", err);
}

bool evidence_store_walk_findings(struct db *db, int64_t peer, evidence_store_finding_fn *on_row, void *cookie,
                                  struct error *err)
{
    struct statement *s = db_stmt(db, peer == 0 ? SQL_FINDINGS : SQL_FINDINGS_OF);
    struct finding_row f;
    bool row;

    if (peer != 0)
        bind_number(s, ":peer", peer);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        f.peer = row_number(s);
        row_address(s, &f.agency);
        f.incarnation = row_u32(s);
        f.which = (enum finding)row_number(s);
        f.since_ms = row_number(s);
        f.later = row_u64(s);
        f.closed = (enum finding_closing)row_number(s);
        if (!db_row_whole(s, err) || !on_row(cookie, &f, err))
            return db_reset(s);
    }
    return false;
}
