#include "store/migrate.h"

#include "store/statement.h"

static bool query_number(struct db *db, enum query which, int64_t *out, struct error *err)
{
    struct statement *s;
    bool row;

    if (!db_prepare(db, which, err))
        return false;
    s = db_stmt(db, which);
    if (!db_next_row(s, &row, err))
        return false;
    *out = row ? row_number(s) : 0;
    return db_done(s, err);
}

/* One migration in one transaction. Its script sets user_version itself, so that the two cannot differ. */
static bool migrate_by_one(struct db *db, int64_t from, struct error *err)
{
    int64_t reached = 0;

    if (!db_begin(db, err))
        return false;
    if (db_run_script(db, "migration", migrations[from], err) && query_number(db, SQL_DB_VERSION, &reached, err)) {
        REQUIRE(reached == from + 1);
        return db_commit(db, err);
    }
    db_rollback(db);
    return error_wrap(err, "schema version %d", (int)from + 1);
}

static bool refuse_foreign(struct db *db, struct error *err)
{
    int64_t tables;

    if (!query_number(db, SQL_DB_TABLES, &tables, err))
        return false;
    if (tables != 0)
        return error_set(err, E_STO_04, "the file %s is a database, but not one of refex", db->path);
    return true;
}

bool db_migrate(struct db *db, struct error *err)
{
    int64_t version;

    if (!query_number(db, SQL_DB_VERSION, &version, err))
        return false;
    if (version < 0 || version > MIGRATION_COUNT)
        return error_set(err, E_STO_02, "the database has schema version %lld, this program knows versions up to %d",
                         (long long)version, MIGRATION_COUNT);
    if (db->mode == DB_READ_ONLY && version < MIGRATION_COUNT)
        return error_set(err, E_STO_05, "the database has schema version %lld, version %d is needed to read it",
                         (long long)version, MIGRATION_COUNT);
    if (version == 0 && !refuse_foreign(db, err))
        return false;
    for (; version < MIGRATION_COUNT; version++)
        if (!migrate_by_one(db, version, err))
            return false;
    return true;
}
