/* A home that was put back from a copy is marked. Run by refexd --tool. */
#include "exchange/setup.h"

#include "base/file.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/home.h"
#include "exchange/restored/own_note.h"
#include "exchange/trusted_time.h"
#include "store/log_store.h"

static bool tell_log(struct db *db, const char *home, struct arena *arena, struct control_node_restored *out,
                     struct error *err)
{
    struct hash key;
    struct log_row row;
    int64_t ignored;
    bool found;

    if (!log_store_get(db, LOG_EXCHANGE, &found, &row, err) ||
        !log_store_size(db, LOG_EXCHANGE, &out->records, &ignored, err) ||
        !exchange_keys_wait(db, home, &out->new_keys, &key, err))
        return false;
    if (!found)
        return error_set(err, E_NOD_02, "the node was never enrolled: it has no log that could go on");
    out->records -= row.first;
    out->origin = arena_copy(arena, view_of_text(row.origin));
    return own_note_shown(db, NULL, &out->shown_records, &out->shown_by, err);
}

bool exchange_mark_restored(const struct exchange_options *options, bool mark, struct arena *arena,
                            struct control_node_restored *out, struct error *err)
{
    struct control_node_restored line = {0};
    struct trusted_time time;
    char path[FILE_PATH_MAX];
    struct db *db = NULL;
    bool ok;

    if (!home_check(options->home, err) ||
        (options->database == NULL && !file_join_path(path, options->home, HOME_DATABASE, err)) ||
        !db_open(options->database != NULL ? options->database : path, DB_WRITE, &db, err))
        return false;
    ok = tell_log(db, options->home, arena, &line, err) && own_note_marked(db, &line.since_ms, err);
    if (ok && mark && line.since_ms == 0) {
        ok = trusted_time_begin(&time, options->clock, db, err);
        line.since_ms = trusted_time_record_ms(&time);
        ok = ok && db_begin(db, err) && own_note_mark(db, line.since_ms, err) &&
             backup_notes_invalidate(db, arena, err) && db_commit(db, err);
    }
    db_close(db);
    if (ok)
        *out = line;
    return ok;
}
