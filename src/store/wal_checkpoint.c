#include "store/wal_checkpoint.h"

#include "store/statement.h"

bool db_checkpoint_wal(struct db *db, struct error *err)
{
    int in_wal = 0;
    int copied = 0;
    int code = sqlite3_wal_checkpoint_v2(db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_wal, &copied);

    if ((code & 0xff) == SQLITE_BUSY)
        return true; /* another process is at it */
    if (code != SQLITE_OK)
        return db_failed(db, code, "checkpoint of the WAL", err);
    if (copied == in_wal)
        db->wal_pages = 0;
    return true;
}
