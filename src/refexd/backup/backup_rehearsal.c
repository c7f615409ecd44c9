/* A rehearsal: both parts are opened with the words as a restore would, by the same functions, and nothing is written
 * to a disk. */
#include "refexd/backup/backup_process.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "refexd/backup/backup_opened.h"

static bool read_keys(struct backup_work *w, int slots, struct backup_opened *o, struct error *err)
{
    int fd = backup_open_keys(w->task.keys, err);
    bool ok = fd >= 0 &&
              (backup_is_own(w, fd) || error_set(err, E_BAK_24, "another keys part lies there than this node wrote")) &&
              backup_opened_read(fd, w->task.words, slots, o, err);

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool check_fits(const struct backup_opened *o, struct db *db, struct error *err)
{
    bool fits;

    return backup_opened_fits(o, db, &fits, err) &&
           (fits || error_set(err, E_BAK_05, "the keys part opens nothing of the data part"));
}

static bool open_data(struct backup_work *w, const char *path, struct backup_opened *o, struct backup_facts *facts,
                      struct control_backup_rehearsal *out, struct error *err)
{
    struct db_counts c;
    struct db *db = NULL;
    bool ok = db_open(path, DB_READ_ONLY, &db, err) && db_check(db, err) && check_fits(o, db, err) &&
              db_count(db, &c, err) && backup_opened_count(o, db, &out->keys_open, &out->keys_newer, err);

    db_close(db);
    if (!ok || !backup_read_facts(w->home, path, facts, err))
        return false;
    if (!facts->is_good)
        return error_set(err, E_BAK_05, "an audit log in the data part does not hold");
    backup_fill_counts(&c, &out->counts);
    return true;
}

static bool read_data(struct backup_work *w, struct backup_opened *o, struct control_backup_rehearsal *out,
                      struct error *err)
{
    char name[CONTROL_BACKUP_FILE_MAX + 1];
    char path[FILE_PATH_MAX];
    struct backup_request request;
    struct backup_facts facts;
    bool found;

    if (!backup_newest_data(w->task.data, &found, name, err))
        return false;
    if (!found)
        return error_set(err, E_BAK_13, "there is no data part to open");
    if (!backup_place_path(w->task.data, name, path, err))
        return false;
    if (!open_data(w, path, o, &facts, out, err))
        return backup_data_refused(name, E_BAK_05, err);
    out->keys_made_ms = o->made_ms;
    out->data_made_ms = facts.last_ms;
    return backup_opened_request(o, &facts, &request, err);
}

bool backup_rehearse(struct backup_work *w, struct control_backup_rehearsal *out, struct error *err)
{
    struct backup_opened o = {0};
    int slots = memfd_create("refex-keys", MFD_CLOEXEC);
    bool ok;

    if (slots < 0)
        return error_set(err, E_BAK_04, "there is no memory to open the keys part in: %s", strerror(errno));
    ok = read_keys(w, slots, &o, err) && read_data(w, &o, out, err);
    backup_opened_fini(&o);
    (void)close(slots);
    return ok;
}
