#include "store/statement.h"

#include <string.h>
#include <sys/statvfs.h>

#define ROOM_LEAST 65536 /* bytes free: a disk with fewer has no room for the next of SQLite's files */

/* --- preparing ---------------------------------------------------------------------------------------------- */

/* SQLite tells of some files that they could not be written, not why: of the WAL's index, for one. */
static bool is_for_want_of_room(const struct db *db, int code)
{
    struct statvfs fs;

    if ((code & 0xFF) != SQLITE_IOERR && (code & 0xFF) != SQLITE_CANTOPEN)
        return false;
    return statvfs(db->path, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < ROOM_LEAST;
}

bool db_failed(struct db *db, int code, const char *doing, struct error *err)
{
    switch (is_for_want_of_room(db, code) ? SQLITE_FULL : code & 0xFF) {
    case SQLITE_FULL:
        db->full = true;
        return error_set(err, E_STO_03, "%s: the database's disk is full", doing);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_set(err, E_STO_04, "%s: %s (%d)", doing, sqlite3_errmsg(db->sqlite), code);
    case SQLITE_READONLY:
        return error_set(err, E_STO_06, "%s: the database was opened for reading", doing);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return error_set(err, E_STO_07, "%s: %s (%d)", doing, sqlite3_errmsg(db->sqlite), code);
    default:
        return error_set(err, E_STO_01, "%s: %s (%d)", doing, sqlite3_errmsg(db->sqlite), code);
    }
}

/* The parameters' names, copied: SQLite's own pointers change when it re-prepares a statement. */
static void copy_names(struct statement *s)
{
    const char *name;

    s->columns = sqlite3_column_count(s->stmt);
    s->parameters = sqlite3_bind_parameter_count(s->stmt);
    REQUIRE(s->parameters <= PARAMETERS_MAX);
    for (int i = 1; i <= s->parameters; i++) {
        name = sqlite3_bind_parameter_name(s->stmt, i);
        REQUIRE(name != NULL && strlen(name) < PARAMETER_NAME_MAX);
        memcpy(s->names[i], name, strlen(name) + 1);
    }
}

bool db_prepare(struct db *db, enum query which, struct error *err)
{
    struct statement *s = &db->statements[which];
    int code;

    if (s->stmt != NULL)
        return true;
    code = sqlite3_prepare_v3(db->sqlite, queries[which].text, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL);
    if (code != SQLITE_OK)
        return db_failed(db, code, queries[which].name, err);
    s->db = db;
    s->which = which;
    copy_names(s);
    return true;
}

bool db_prepare_all(struct db *db, struct error *err)
{
    for (int i = 0; i < SQL_COUNT; i++)
        if (!db_prepare(db, (enum query)i, err))
            return false;
    return true;
}

void db_finalise_all(struct db *db)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        (void)sqlite3_finalize(db->statements[i].stmt);
        db->statements[i].stmt = NULL;
    }
}

bool db_run_script(struct db *db, const char *name, const char *text, struct error *err)
{
    int code = sqlite3_exec(db->sqlite, text, NULL, NULL, NULL);

    return code == SQLITE_OK ? true : db_failed(db, code, name, err);
}

/* --- the life of a statement -------------------------------------------------------------------------------- */

struct statement *db_stmt(struct db *db, enum query which)
{
    struct statement *s = &db->statements[which];

    REQUIRE(s->stmt != NULL && !sqlite3_stmt_busy(s->stmt));
    if (s->bound != 0)
        (void)sqlite3_clear_bindings(s->stmt);
    s->next = 1;
    s->bound = 0;
    s->column = 0;
    s->damaged = false;
    return s;
}

/* The index of the parameter: the expected one, or else the one of that name. */
static int parameter_index(struct statement *s, const char *name)
{
    int place = s->next;

    if (place > s->parameters || strcmp(s->names[place], name) != 0)
        place = sqlite3_bind_parameter_index(s->stmt, name);
    REQUIRE(place > 0 && (s->bound & UINT32_C(1) << place) == 0);
    s->next = place + 1;
    s->bound |= UINT32_C(1) << place;
    return place;
}

void bind_number(struct statement *s, const char *name, int64_t n)
{
    REQUIRE(sqlite3_bind_int64(s->stmt, parameter_index(s, name), n) == SQLITE_OK);
}

void bind_u64(struct statement *s, const char *name, uint64_t n)
{
    REQUIRE(n <= INT64_MAX || n == UINT64_MAX);
    bind_number(s, name, n == UINT64_MAX ? -1 : (int64_t)n);
}

void bind_null(struct statement *s, const char *name)
{
    REQUIRE(sqlite3_bind_null(s->stmt, parameter_index(s, name)) == SQLITE_OK);
}

/* SQLite would bind a NULL pointer as NULL, and an empty view may have one. */
void bind_view(struct statement *s, const char *name, struct view v)
{
    const void *at = v.size == 0 ? "" : (const void *)v.at;

    REQUIRE(sqlite3_bind_blob64(s->stmt, parameter_index(s, name), at, v.size, SQLITE_STATIC) == SQLITE_OK);
}

void bind_text(struct statement *s, const char *name, struct view v)
{
    const char *at = v.size == 0 ? "" : (const char *)v.at;

    REQUIRE(sqlite3_bind_text64(s->stmt, parameter_index(s, name), at, v.size, SQLITE_STATIC, SQLITE_UTF8) ==
            SQLITE_OK);
}

void bind_ident(struct statement *s, const char *name, const struct ident *id)
{
    bind_view(s, name, view_of(id->at, IDENT_SIZE));
}

void bind_hash(struct statement *s, const char *name, const struct hash *h)
{
    bind_view(s, name, view_of(h->at, HASH_SIZE));
}

void bind_address(struct statement *s, const char *name, const struct address *a)
{
    bind_text(s, name, view_of_text(a->text));
}

void db_fault(struct db *db, enum db_fault_point point, unsigned after)
{
    db->fault_after[point] = after;
}

bool db_fault_is_armed(const struct db *db, enum db_fault_point point)
{
    return db->fault_after[point] != 0;
}

/* SQLite may have undone the transaction when it found no room: what came after it would stand alone, and be committed
 * alone. So nothing is done any more until the caller has rolled back. Outside a transaction, where nothing is written,
 * SQLite needs no room. */
static int step_statement(struct statement *s)
{
    unsigned *full = &s->db->fault_after[DB_FAULT_FULL];
    unsigned *fault = &s->db->fault_after[DB_FAULT_STEP];

    REQUIRE(s->bound == (UINT32_C(2) << s->parameters) - 2); /* each, from bit 1 on */
    if (*full != 0 && !sqlite3_get_autocommit(s->db->sqlite) && --*full == 0)
        s->db->full = true;
    if (s->db->full)
        return SQLITE_FULL;
    if (*fault != 0 && --*fault == 0)
        return SQLITE_IOERR;
    return sqlite3_step(s->stmt);
}

/* What reads a row and the SQL that gives it have as many columns. */
static bool is_read(const struct statement *s)
{
    return s->column == 0 || s->column == s->columns;
}

bool db_next_row(struct statement *s, bool *row, struct error *err)
{
    int code;

    REQUIRE(is_read(s));
    code = step_statement(s);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        (void)db_failed(s->db, code, queries[s->which].name, err);
        return db_reset(s);
    }
    s->column = 0;
    *row = code == SQLITE_ROW;
    return true;
}

bool db_run(struct statement *s, struct error *err)
{
    bool row;

    do {
        if (!db_next_row(s, &row, err))
            return false;
    } while (row);
    return db_done(s, err);
}

bool db_run_one(struct statement *s, const char *what, struct error *err)
{
    if (!db_run(s, err))
        return false;
    if (sqlite3_changes(s->db->sqlite) != 1)
        return error_set(err, E_STO_07, "%s: there is no such %s", queries[s->which].name, what);
    return true;
}

bool db_walk_slots(struct statement *s, db_slot_fn *on_slot, void *cookie, struct error *err)
{
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        if (!on_slot(cookie, row_u64(s), err))
            return db_reset(s);
    }
    return false;
}

int64_t db_added(const struct db *db)
{
    REQUIRE(sqlite3_changes(db->sqlite) == 1);
    return sqlite3_last_insert_rowid(db->sqlite);
}

bool db_added_as(const struct db *db, int64_t number)
{
    REQUIRE(db_added(db) == number);
    return true;
}

bool db_row_whole(struct statement *s, struct error *err)
{
    REQUIRE(is_read(s));
    if (s->damaged)
        return error_set(err, E_STO_04, "%s: column %d is not of the size it must have", queries[s->which].name,
                         s->column);
    return true;
}

bool db_done(struct statement *s, struct error *err)
{
    (void)sqlite3_reset(s->stmt);
    return db_row_whole(s, err);
}

bool db_reset(struct statement *s)
{
    (void)sqlite3_reset(s->stmt);
    return false;
}

/* --- columns ------------------------------------------------------------------------------------------------ */

int64_t row_number(struct statement *s)
{
    return sqlite3_column_int64(s->stmt, s->column++);
}

uint64_t row_u64(struct statement *s)
{
    int64_t n = row_number(s);

    return n < 0 ? UINT64_MAX : (uint64_t)n;
}

uint32_t row_u32(struct statement *s)
{
    return (uint32_t)row_number(s);
}

bool row_bool(struct statement *s)
{
    return row_number(s) != 0;
}

struct view row_view(struct statement *s)
{
    const void *at = sqlite3_column_blob(s->stmt, s->column);
    int size = sqlite3_column_bytes(s->stmt, s->column);

    s->column++;
    return view_of(at, (size_t)size);
}

void row_bytes(struct statement *s, struct bytes *out)
{
    bytes_append_view(out, row_view(s));
}

/* A column of a fixed size; zeros, and the row is damaged, if it has another. */
static void row_exact(struct statement *s, uint8_t *out, size_t size)
{
    struct view v = row_view(s);

    if (v.size == size) {
        memcpy(out, v.at, size);
    } else {
        memset(out, 0, size);
        s->damaged = true;
    }
}

void row_ident(struct statement *s, struct ident *out)
{
    row_exact(s, out->at, IDENT_SIZE);
}

void row_hash(struct statement *s, struct hash *out)
{
    row_exact(s, out->at, HASH_SIZE);
}

void row_key(struct statement *s, uint8_t out[static KEY_SIZE])
{
    row_exact(s, out, KEY_SIZE);
}

void row_text(struct statement *s, char *out, size_t room)
{
    struct view v = row_view(s);

    if (v.size >= room) {
        s->damaged = true;
        v.size = 0;
    }
    memcpy(out, v.size == 0 ? (const uint8_t *)"" : v.at, v.size);
    out[v.size] = '\0';
}

void row_address(struct statement *s, struct address *out)
{
    row_text(s, out->text, sizeof out->text);
}

/* --- walks in steps --- */

void bind_step(struct statement *s, struct walk_step *step)
{
    bind_number(s, ":after", step == NULL ? 0 : step->after);
    bind_number(s, ":limit", step == NULL ? -1 : (int64_t)step->limit);
    if (step != NULL)
        step->more = false;
}

void note_step(struct walk_step *step, int64_t number, uint32_t rows)
{
    if (step == NULL)
        return;
    step->after = number;
    step->more = rows == step->limit;
}

bool read_last(struct statement *s, int64_t *number, struct error *err)
{
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    REQUIRE(row); /* an aggregate has always one */
    *number = row_number(s);
    return db_done(s, err);
}
