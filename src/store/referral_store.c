#include "store/referral_store.h"

#include "store/statement.h"

#include <string.h>

_Static_assert(REFERRAL_STATE_END <= REFERRAL_STATE_ROOM, "the schema checks referral.state");

static struct view sealed_of(const struct referral_row *row)
{
    REQUIRE(row->sealed_size <= sizeof row->sealed);
    return view_of(row->sealed, row->sealed_size);
}

bool referral_store_add(struct db *db, const struct referral_row *row, int64_t *number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_ADD);

    bind_ident(s, ":id", &row->id);
    bind_number(s, ":direction", row->direction);
    bind_number(s, ":peer", row->peer);
    bind_number(s, ":case_number", row->case_number);
    bind_number(s, ":consent", row->consent);
    bind_number(s, ":made_ms", row->made_ms);
    bind_number(s, ":state", row->state);
    bind_number(s, ":message", row->message);
    bind_number(s, ":desk", row->desk);
    bind_view(s, ":sealed", sealed_of(row));
    if (!db_run(s, err))
        return false;
    *number = db_added(db);
    return true;
}

/* The columns of REFERRAL_GET, and the first thirteen of REFERRAL_LIST. */
static void read_referral(struct statement *s, struct referral_row *out)
{
    struct view sealed;

    *out = (struct referral_row){.number = row_number(s)};
    row_ident(s, &out->id);
    out->direction = (enum direction)row_number(s);
    out->peer = row_number(s);
    out->case_number = row_number(s);
    out->consent = row_number(s);
    out->made_ms = row_number(s);
    out->state = (enum referral_state)row_number(s);
    out->message = row_number(s);
    out->holder = row_number(s);
    out->answers = row_u32(s);
    out->desk = row_number(s);
    sealed = row_view(s);
    if (sealed.size != 0 && sealed.size <= sizeof out->sealed) { /* more is not ours: it opens to nothing */
        memcpy(out->sealed, sealed.at, sealed.size);
        out->sealed_size = sealed.size;
    }
}

static void read_listing(struct statement *s, struct referral_listing *out)
{
    read_referral(s, &out->row);
    out->first_message = (enum message_state)row_number(s);
}

STATEMENT_READS_ONE(referral_row, read_referral)
STATEMENT_LISTS(referral_listing, read_listing, referral_store_row_fn)

bool referral_store_find(struct db *db, const struct ident *id, bool *found, struct referral_row *out,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_FIND);

    bind_ident(s, ":id", id);
    return read_one(s, found, out, err);
}

bool referral_store_get(struct db *db, int64_t number, bool *found, struct referral_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, out, err);
}

bool referral_store_update(struct db *db, const struct referral_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_MOVE);

    bind_number(s, ":state", row->state);
    bind_number(s, ":answers", row->answers);
    bind_view(s, ":sealed", sealed_of(row));
    bind_number(s, ":number", row->number);
    return db_run_one(s, "referral", err);
}

bool referral_store_hold(struct db *db, int64_t number, int64_t holder, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_HOLD);

    bind_number(s, ":holder", holder);
    bind_number(s, ":number", number);
    return db_run_one(s, "referral", err);
}

bool referral_store_move_desk(struct db *db, int64_t number, int64_t desk, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_MOVE_DESK);

    bind_number(s, ":desk", desk);
    bind_number(s, ":number", number);
    return db_run_one(s, "referral", err);
}

bool referral_store_set_case(struct db *db, int64_t number, int64_t case_number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_SET_CASE);

    bind_number(s, ":case_number", case_number);
    bind_number(s, ":number", number);
    return db_run_one(s, "referral", err);
}

bool referral_store_hold_of_case(struct db *db, int64_t case_number, int64_t holder, int64_t desk, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_HOLD_OF_CASE);

    bind_number(s, ":holder", holder);
    bind_number(s, ":desk", desk);
    bind_number(s, ":case_number", case_number);
    return db_run(s, err);
}

bool referral_store_last(struct db *db, int64_t *number, struct error *err)
{
    return read_last(db_stmt(db, SQL_REFERRAL_LAST), number, err);
}

bool referral_store_list(struct db *db, const struct list_rows *rows, referral_store_row_fn *on_row, void *cookie,
                         struct error *err)
{
    static const enum query which[2][2] = {{SQL_REFERRAL_LIST, SQL_REFERRAL_LIST_NEWEST},
                                           {SQL_REFERRAL_LIST_HELD, SQL_REFERRAL_LIST_HELD_NEWEST}};
    struct statement *s = db_stmt(db, which[rows->is_of_holders][rows->is_newest_first]);

    REQUIRE(!rows->is_of_holders || rows->holder != rows->other || rows->holder == NO_HOLDER); /* each row once */
    bind_number(s, ":first", rows->first);
    bind_number(s, ":last", rows->last);
    bind_number(s, ":direction", rows->direction);
    bind_number(s, ":peer", rows->peer);
    bind_number(s, ":since_ms", rows->since_ms);
    bind_number(s, ":until_ms", rows->until_ms);
    bind_number(s, ":states", rows->states);
    bind_number(s, ":messages", rows->messages);
    bind_number(s, ":desk", rows->desk);
    if (rows->is_of_holders) {
        bind_number(s, ":holder", rows->holder);
        bind_number(s, ":other", rows->other);
    }
    return list_rows(s, on_row, cookie, err);
}

static bool walk_referrals(struct statement *s, referral_store_one_fn *on_row, void *cookie, struct error *err)
{
    struct referral_row out;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        read_referral(s, &out);
        if (!db_row_whole(s, err) || !on_row(cookie, &out, err))
            return db_reset(s);
    }
    return false;
}

bool referral_store_walk(struct db *db, referral_store_one_fn *on_row, void *cookie, struct error *err)
{
    return walk_referrals(db_stmt(db, SQL_REFERRAL_WALK), on_row, cookie, err);
}

bool referral_store_walk_came(struct db *db, int64_t case_number, referral_store_one_fn *on_row, void *cookie,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_WALK_CAME);

    bind_number(s, ":case_number", case_number);
    return walk_referrals(s, on_row, cookie, err);
}

bool referral_store_walk_held(struct db *db, int64_t holder, uint32_t limit, referral_store_one_fn *on_row,
                              void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_WALK_HELD);

    bind_number(s, ":holder", holder);
    bind_number(s, ":limit", limit);
    return walk_referrals(s, on_row, cookie, err);
}

bool referral_store_walk_declined(struct db *db, int64_t after, uint32_t limit, referral_store_one_fn *on_row,
                                  void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_WALK_DECLINED);

    _Static_assert(REFERRAL_DECLINED == 9, "the condition of the query and its index");
    bind_number(s, ":after", after);
    bind_number(s, ":limit", limit);
    return walk_referrals(s, on_row, cookie, err);
}

bool referral_erased_store_add(struct db *db, int64_t referral, uint64_t index, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_ERASED_ADD);

    bind_number(s, ":referral", referral);
    bind_u64(s, ":idx", index);
    return db_run(s, err);
}

bool referral_erased_store_find(struct db *db, int64_t referral, bool *found, uint64_t *index, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_ERASED_FIND);

    bind_number(s, ":referral", referral);
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        *index = row_u64(s);
    return db_done(s, err);
}

bool referral_erased_store_walk(struct db *db, uint32_t limit, db_slot_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_ERASED_WALK);

    bind_number(s, ":limit", limit);
    return db_walk_slots(s, on_row, cookie, err);
}

bool referral_erased_store_stated(struct db *db, int64_t referral, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_ERASED_STATED);

    bind_number(s, ":referral", referral);
    return db_run_one(s, "erased referral", err);
}

bool referral_store_walk_lost(struct db *db, uint32_t day, referral_store_one_fn *on_row, void *cookie,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REFERRAL_WALK_LOST);

    bind_number(s, ":day", day);
    return walk_referrals(s, on_row, cookie, err);
}

/* --- request ids -------------------------------------------------------------------------------------------- */

bool request_store_find(struct db *db, const struct hash *mark, bool *found, int64_t *referral, struct bytes *asked,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REQUEST_FIND);

    bind_hash(s, ":mark", mark);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *referral = row_number(s);
        row_bytes(s, asked);
    }
    return db_done(s, err);
}

bool request_store_add(struct db *db, const struct hash *mark, int64_t referral, struct view asked, uint32_t day,
                       struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REQUEST_ADD);

    bind_hash(s, ":mark", mark);
    bind_number(s, ":referral", referral);
    bind_view(s, ":asked", asked);
    bind_number(s, ":day", day);
    return db_run(s, err);
}

bool request_store_drop_of(struct db *db, int64_t referral, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_REQUEST_DROP_OF);

    bind_number(s, ":referral", referral);
    return db_run(s, err);
}
