#include "store/db_backup.h"

#include "base/file.h"
#include "store/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PAGES_A_STEP 512 /* 4 MiB: progress is told between two steps */

bool db_count(struct db *db, struct db_counts *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DB_COUNTS);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    out->cases = row_u64(s);
    out->consents = row_u64(s);
    out->referrals = row_u64(s);
    out->messages = row_u64(s);
    out->exchange_records = row_u64(s);
    out->house_records = row_u64(s);
    out->slots = row_u64(s);
    return db_done(s, err);
}

static bool make_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return error_set(err, E_FIL_02, "the copy of the database cannot be made: %s", strerror(errno));
    (void)close(fd);
    return true;
}

/* What SQLite says of the disk of the copy, not of the node's. */
static bool copy_failed(sqlite3 *copy, int code, struct error *err)
{
    if ((code & 0xFF) == SQLITE_FULL)
        return error_set(err, E_FIL_03, "there is no room for the copy of the database");
    return error_set(err, E_FIL_03, "the copy of the database cannot be written: %s (%d)", sqlite3_errmsg(copy), code);
}

static bool copy_pages(struct db *db, sqlite3 *copy, db_backup_progress_fn *on_progress, void *cookie,
                       struct error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db->sqlite, "main");
    bool ok = true;
    int code;

    if (backup == NULL)
        return copy_failed(copy, sqlite3_errcode(copy), err);
    do {
        code = sqlite3_backup_step(backup, PAGES_A_STEP);
        ok = on_progress(cookie, (uint64_t)(sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup)),
                         (uint64_t)sqlite3_backup_pagecount(backup), err);
    } while (ok && code == SQLITE_OK);
    (void)sqlite3_backup_finish(backup);
    return ok && (code == SQLITE_DONE || copy_failed(copy, code, err));
}

static bool sync_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        error_set(err, E_FIL_03, "the copy of the database cannot be written: %s", strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool db_backup(struct db *db, const char *path, db_backup_progress_fn *on_progress, void *cookie,
               struct db_counts *counts, struct error *err)
{
    sqlite3 *copy = NULL;
    bool ok;
    int code;

    REQUIRE(db->mode == DB_READ_ONLY); /* in one transaction, so what is counted is what is copied */
    if (!db_count(db, counts, err) || !make_file(path, err))
        return false;
    code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    ok = (code == SQLITE_OK || copy_failed(copy, code, err)) && copy_pages(db, copy, on_progress, cookie, err);
    if (ok) {
        code = sqlite3_exec(copy, script_copied, NULL, NULL, NULL);
        ok = code == SQLITE_OK || copy_failed(copy, code, err);
    }
    (void)sqlite3_close(copy);
    return ok && sync_file(path, err);
}
