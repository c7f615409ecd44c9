#include "store/number_store.h"

#include "store/statement.h"

bool number_store_put(struct db *db, const char *name, int64_t value, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NUMBER_PUT);

    bind_text(s, ":name", view_of_text(name));
    bind_number(s, ":value", value);
    return db_run(s, err);
}

bool number_store_get(struct db *db, const char *name, bool *found, int64_t *value, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_NUMBER_GET);

    bind_text(s, ":name", view_of_text(name));
    if (!db_next_row(s, found, err))
        return false;
    if (*found)
        *value = row_number(s);
    return db_done(s, err);
}
