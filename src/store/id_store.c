#include "store/id_store.h"

#include "store/statement.h"

bool id_store_walk(struct db *db, enum id_of of, const struct ident *first, const struct ident *last, uint32_t limit,
                   id_store_fn *on_id, void *cookie, struct error *err)
{
    static const enum query which[ID_OF_END] = {
        [ID_OF_CASE] = SQL_CASE_IDS, [ID_OF_CONSENT] = SQL_CONSENT_IDS, [ID_OF_REFERRAL] = SQL_REFERRAL_IDS};
    struct statement *s = db_stmt(db, which[of]);
    struct ident id;
    bool row;

    bind_ident(s, ":first", first);
    bind_ident(s, ":last", last);
    bind_number(s, ":limit", limit);
    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        row_ident(s, &id);
        if (!db_row_whole(s, err) || !on_id(cookie, &id, err))
            return db_reset(s);
    }
    return false;
}

bool id_store_is_taken(struct db *db, enum id_of of, const struct ident *first, const struct ident *last, bool *taken,
                       struct error *err)
{
    struct statement *s = db_stmt(db, of == ID_OF_CASE ? SQL_CASE_IS_BETWEEN : SQL_REFERRAL_IS_BETWEEN);

    REQUIRE(of == ID_OF_CASE || of == ID_OF_REFERRAL);
    bind_ident(s, ":first", first);
    bind_ident(s, ":last", last);
    if (!db_next_row(s, taken, err))
        return false;
    if (*taken)
        (void)row_number(s);
    return db_done(s, err);
}
