#include "store/db.h"

#include "base/file.h"
#include "store/migrate.h"
#include "store/statement.h"
#include "store/wal_damage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define WAL_LOOKS 4 /* at one that a node may write meanwhile: of a thousand looks about one comes at a bad moment */

static bool in_memory(const char *path)
{
    return strcmp(path, ":memory:") == 0;
}

/* Makes the file, or takes it, with mode 0600: SQLite gives the WAL and its index the mode of the database. */
static bool prepare_file(const char *path, enum db_mode mode, struct error *err)
{
    int flags = mode == DB_WRITE ? O_RDWR | O_CREAT : O_RDONLY;
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;
    bool ok;

    if (fd < 0 && mode == DB_WRITE)
        return error_set(err, E_FIL_02, "the database %s cannot be opened: %s", path, strerror(errno));
    if (fd < 0)
        return error_set(err, E_FIL_01, "the database %s cannot be opened: %s", path, strerror(errno));
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (ok && mode == DB_WRITE && (st.st_mode & 07777) != 0600)
        ok = fchmod(fd, 0600) == 0;
    (void)close(fd);
    return ok ? true : error_set(err, E_FIL_02, "the database %s is not a file of our own", path);
}

/* The new name must survive a crash, as the content does. */
static bool sync_folder_of(const char *path, struct error *err)
{
    char folder[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path);

    if (slash == NULL)
        return file_sync_folder(".", err);
    if (size >= sizeof folder)
        return error_set(err, E_FIL_02, "the name of the database's folder is too long");
    memcpy(folder, path, size);
    folder[size] = '\0';
    return file_sync_folder(size == 0 ? "/" : folder, err);
}

static int on_wal(void *cookie, sqlite3 *sqlite, const char *name, int pages)
{
    (void)sqlite;
    (void)name;
    ((struct db *)cookie)->wal_pages = pages;
    return SQLITE_OK;
}

/* The connection: one thread, strict SQL, nothing that a damaged or a foreign schema could run. The read-only one opens
 * for writing too, because a WAL that a crash left must be recovered; query_only and no WAL checkpoint keep it from
 * changing anything. */
static bool open_connection(struct db *db, struct error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(db->path, &db->sqlite, flags, NULL);

    if (code != SQLITE_OK)
        return db_failed(db, code, "open", err);
    (void)sqlite3_busy_timeout(db->sqlite, 2000);
    (void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL); /* one plan, whatever is bound */
    (void)sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, db->mode != DB_WRITE, NULL);
    if (db->mode == DB_WRITE && !db_run_script(db, "make", script_make, err))
        return false;
    if (!db_run_script(db, "open", script_open, err))
        return false;
    (void)sqlite3_wal_hook(db->sqlite, on_wal, db);
    return true;
}

static bool set_up(struct db *db, struct error *err)
{
    if (!open_connection(db, err))
        return false;
    if (db->mode == DB_COPY_WAL) /* by its first read SQLite learns that there is a WAL */
        return db_run_script(db, "look", "SELECT count(*) FROM sqlite_schema;", err);
    if (db->mode == DB_READ_ONLY && !db_run_script(db, "read", script_read, err))
        return false;
    if (!db_prepare(db, SQL_DB_BEGIN, err) || !db_prepare(db, SQL_DB_COMMIT, err) || !db_prepare(db, SQL_DB_UNDO, err))
        return false;
    return db_migrate(db, err) && db_prepare_all(db, err) && db_load_state(db, err);
}

/* A node that runs beside one who only reads may write the WAL while it is looked at: what is damaged is found so each
 * time. */
static bool check_wal(const char *path, enum db_mode mode, struct error *err)
{
    int more = mode == DB_READ_ONLY ? WAL_LOOKS - 1 : 0;
    bool ok = wal_damage_find(path, err);

    for (; !ok && more > 0; more--)
        ok = wal_damage_find(path, err);
    return ok;
}

bool db_open(const char *path, enum db_mode mode, struct db **out, struct error *err)
{
    struct db *db;

    if (!in_memory(path) && !prepare_file(path, mode, err))
        return false;
    if (!in_memory(path) && mode != DB_COPY_WAL &&
        (!check_wal(path, mode, err) || (mode == DB_WRITE && !wal_write_again(path, err))))
        return error_wrap(err, "database %s", path);
    db = xnew(sizeof *db);
    db->path = xnew(strlen(path) + 1);
    memcpy(db->path, path, strlen(path) + 1);
    db->mode = mode;
    if (!set_up(db, err) || (!in_memory(path) && mode == DB_WRITE && !sync_folder_of(path, err))) {
        db_close(db);
        return error_wrap(err, "database %s", path);
    }
    *out = db;
    return true;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    db_finalise_all(db);
    (void)sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
}

/* --- answers without a query -------------------------------------------------------------------------------- */

/* A node that counts on from where the numbers end would end itself; who only reads needs no number. */
static bool check_counters(const struct db *db, struct error *err)
{
    const int64_t most = INT64_C(1) << 62;

    return db->mode != DB_WRITE ||
           (db->next.message < most && db->next.section < most && db->next.consent < most && db->next.slot < most) ||
           error_set(err, E_STO_04, "a row has a number that no row was given");
}

static bool load_counters(struct db *db, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DB_COUNTERS);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    db->next.message = row_number(s);
    db->next.section = row_number(s);
    db->next.consent = row_number(s);
    db->next.slot = row_number(s);
    return db_done(s, err) && check_counters(db, err);
}

static bool load_logs(struct db *db, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DB_LOGS);
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    for (int log = LOG_EXCHANGE; log <= LOG_HOUSE; log++) {
        db->logs[log].is_made = row_number(s) != 0;
        db->logs[log].size = row_u64(s);
    }
    return db_done(s, err);
}

bool db_load_state(struct db *db, struct error *err)
{
    return load_counters(db, err) && load_logs(db, err);
}

/* --- transactions ------------------------------------------------------------------------------------------- */

bool db_begin(struct db *db, struct error *err)
{
    return db_run(db_stmt(db, SQL_DB_BEGIN), err);
}

static bool fault_is_due(struct db *db, enum db_fault_point point)
{
    return db->fault_after[point] != 0 && --db->fault_after[point] == 0;
}

bool db_commit(struct db *db, struct error *err)
{
    bool done = false;

    if (fault_is_due(db, DB_FAULT_COMMIT))
        (void)error_set(err, E_STO_01, "commit: failed as a test asked");
    else if (fault_is_due(db, DB_FAULT_COMMIT_FULL))
        (void)error_set(err, E_STO_03, "commit: no room, as a test asked");
    else
        done = db_run(db_stmt(db, SQL_DB_COMMIT), err);
    if (done)
        REQUIRE(sqlite3_get_autocommit(db->sqlite));
    if (done && fault_is_due(db, DB_FAULT_COMMIT_DONE))
        return error_set(err, E_STO_01, "commit: failed as a test asked, when it was done");
    if (!done)
        db_rollback(db);
    return done;
}

void db_begin_reading(struct db *db)
{
    (void)sqlite3_step(db_stmt(db, SQL_DB_READ)->stmt);
}

void db_end_reading(struct db *db)
{
    (void)sqlite3_reset(db->statements[SQL_DB_READ].stmt);
}

void db_rollback(struct db *db)
{
    unsigned step = db->fault_after[DB_FAULT_STEP];
    unsigned full = db->fault_after[DB_FAULT_FULL];
    struct error ignored;

    db->full = false;
    /* An armed fault is meant for the work that is tested, not for its rollback. */
    db->fault_after[DB_FAULT_STEP] = 0;
    db->fault_after[DB_FAULT_FULL] = 0;
    if (!sqlite3_get_autocommit(db->sqlite))
        (void)!db_run(db_stmt(db, SQL_DB_UNDO), &ignored);
    /* If this fails, the next append does, too: it compares the index with what is stored. */
    if (db->statements[SQL_DB_LOGS].stmt != NULL)
        (void)!load_logs(db, &ignored);
    db->fault_after[DB_FAULT_STEP] = step;
    db->fault_after[DB_FAULT_FULL] = full;
}

bool db_is_full(const struct db *db)
{
    return db->full;
}

/* --- upkeep ------------------------------------------------------------------------------------------------- */

uint64_t db_changes(const struct db *db)
{
    return (uint64_t)sqlite3_total_changes64(db->sqlite);
}

int db_wal_pages(const struct db *db)
{
    return db->wal_pages;
}

bool db_free_space(struct db *db, uint64_t *bytes, struct error *err)
{
    struct statvfs fs;

    if (in_memory(db->path)) {
        *bytes = UINT64_MAX;
        return true;
    }
    if (statvfs(db->path, &fs) != 0)
        return error_set(err, E_STO_01, "the disk of the database cannot be asked for its room: %s", strerror(errno));
    *bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    return true;
}

bool db_check(struct db *db, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_DB_CHECK);
    char said[200] = "nothing";
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    if (row)
        row_text(s, said, sizeof said);
    (void)db_reset(s);
    return strcmp(said, "ok") == 0 ? true : error_set(err, E_STO_04, "the check of the database says: %s", said);
}
