/* The data part: a copy of the database, opened in trial before it has its name. */
#include "refexd/backup/backup_process.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "exchange/home.h"
#include "store/db_backup.h"

#define PREFIX    "refex-data-"
#define TEMPORARY ".part"
#define DATE_SIZE 10 /* YYYY-MM-DD */

/* One of the files in the folder. */
struct generation {
    int32_t day;
    uint32_t number;
};

/* --- names --- */

static void write_file_name(const struct generation *g, char out[static CONTROL_BACKUP_FILE_MAX + 1])
{
    char date[11];

    text_write_date(g->day, date);
    (void)snprintf(out, CONTROL_BACKUP_FILE_MAX + 1, PREFIX "%s-%u", date, (unsigned)g->number);
}

static bool read_file_name(const char *name, struct generation *out)
{
    struct view v = view_of_text(name);
    size_t prefix = strlen(PREFIX);

    return v.size > prefix + DATE_SIZE + 1 && memcmp(v.at, PREFIX, prefix) == 0 &&
           text_read_date(view_of(v.at + prefix, DATE_SIZE), &out->day) && v.at[prefix + DATE_SIZE] == '-' &&
           text_read_u32(view_of(v.at + prefix + DATE_SIZE + 1, v.size - prefix - DATE_SIZE - 1), &out->number);
}

static int newest_first(const void *a, const void *b)
{
    const struct generation *x = a;
    const struct generation *y = b;

    if (x->day != y->day)
        return x->day > y->day ? -1 : 1;
    return x->number == y->number ? 0 : x->number > y->number ? -1 : 1;
}

/* Appends what lies in FOLDER, newest first; what a crash left of one that was being made is removed. */
static bool list(struct view folder, bool cleans, struct bytes *out, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct generation g = {0};
    struct dirent *entry;
    DIR *dir;

    if (!backup_place_path(folder, "", path, err))
        return false;
    dir = opendir(path);
    if (dir == NULL)
        return error_set(err, E_BAK_04, "the place of the backup cannot be read: %s", strerror(errno));
    while ((entry = readdir(dir)) != NULL) {
        size_t size = strlen(entry->d_name);

        if (read_file_name(entry->d_name, &g))
            bytes_append(out, &g, sizeof g);
        else if (cleans && strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 && size > strlen(TEMPORARY) &&
                 strcmp(entry->d_name + size - strlen(TEMPORARY), TEMPORARY) == 0)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    (void)closedir(dir);
    if (out->size > 0)
        qsort(out->at, out->size / sizeof g, sizeof g, newest_first);
    return true;
}

bool backup_newest_data(struct view folder, bool *found, char *out, struct error *err)
{
    struct bytes all = {0};
    bool ok = list(folder, false, &all, err);

    *found = ok && all.size > 0;
    if (*found)
        write_file_name((const struct generation *)(void *)all.at, out);
    bytes_fini(&all);
    return ok;
}

/* --- making --- */

static bool on_progress(void *cookie, uint64_t done, uint64_t total, struct error *err)
{
    (void)cookie;
    (void)err;
    backup_send_progress(done, total);
    return true;
}

static bool copy(const char *home, const char *path, struct db_counts *counts, struct error *err)
{
    char database[FILE_PATH_MAX];
    struct db *db = NULL;
    bool ok = file_join_path(database, home, HOME_DATABASE, err) && db_open(database, DB_READ_ONLY, &db, err) &&
              db_backup(db, path, on_progress, NULL, counts, err);

    db_close(db);
    return ok;
}

/* --- the trial --- */

static bool trial_failed(struct error *err, const char *what)
{
    return error_set(err, E_BAK_05, "the copy was opened in trial, and %s", what);
}

static bool check_rows(const char *path, const struct db_counts *counts, struct error *err)
{
    struct db_counts there;
    struct db *db = NULL;
    bool ok = db_open(path, DB_READ_ONLY, &db, err) && db_check(db, err) && db_count(db, &there, err);

    db_close(db);
    return ok && (memcmp(&there, counts, sizeof there) == 0 || trial_failed(err, "rows of it are missing"));
}

static bool check_logs(const char *home, const char *path, struct error *err)
{
    struct backup_facts facts;

    return backup_read_facts(home, path, &facts, err) &&
           (facts.is_good || trial_failed(err, "an audit log in it does not hold: refex audit verify"));
}

static bool try_copy(const char *home, const char *path, const struct db_counts *counts, struct error *err)
{
    if (check_rows(path, counts, err) && check_logs(home, path, err))
        return true;
    if (err->code == E_BAK_05)
        return false;
    (void)error_wrap(err, "the copy was opened in trial");
    err->code = E_BAK_05;
    return false;
}

/* --- at its place --- */

/* Only behind a trial that went well: so the newest good one is never among them. */
static uint64_t prune(struct view folder, const struct bytes *older, uint32_t keep)
{
    const struct generation *all = (const struct generation *)(void *)older->at;
    size_t count = older->size / sizeof *all;
    char name[CONTROL_BACKUP_FILE_MAX + 1];
    char path[FILE_PATH_MAX];
    struct error ignored;

    for (size_t i = keep < 1 ? 0 : keep - 1; i < count; i++) {
        write_file_name(&all[i], name);
        if (backup_place_path(folder, name, path, &ignored))
            (void)unlink(path);
    }
    return 1 + (count < keep ? count : keep - 1);
}

static bool place(const char *temporary, const char *path, struct error *err)
{
    if (rename(temporary, path) != 0)
        return error_set(err, E_BAK_03, "the copy cannot be given its name: %s", strerror(errno));
    return file_sync_parent(path, err);
}

static void next_after(const struct bytes *older, int64_t now_ms, struct generation *out)
{
    const struct generation *newest = (const struct generation *)(void *)older->at;

    *out = (struct generation){.day = (int32_t)(now_ms / DAY_MS), .number = 1};
    if (older->size > 0 && newest->day >= out->day) /* later ones: the clock was ahead */
        *out = (struct generation){.day = newest->day, .number = newest->number + 1};
}

bool backup_make_data(struct backup_work *w, struct control_backup_part *out, struct error *err)
{
    static char name[CONTROL_BACKUP_FILE_MAX + 1]; /* lives as long as OUT */
    int64_t now_ms = clock_now_ms(&clock_real);
    char temporary[FILE_PATH_MAX + sizeof TEMPORARY];
    char path[FILE_PATH_MAX];
    struct bytes older = {0};
    struct db_counts counts;
    struct generation g;
    struct stat st;
    bool ok = backup_check_mounted(w, w->task.data, w->task.data_apart, err) && list(w->task.data, true, &older, err);

    if (ok) {
        next_after(&older, now_ms, &g);
        write_file_name(&g, name);
        ok = backup_place_path(w->task.data, name, path, err);
    }
    if (ok) {
        (void)snprintf(temporary, sizeof temporary, "%s" TEMPORARY, path);
        ok = copy(w->home, temporary, &counts, err) && try_copy(w->home, temporary, &counts, err) &&
             place(temporary, path, err);
        if (!ok)
            (void)unlink(temporary);
    }
    if (ok) {
        *out = (struct control_backup_part){.part = BACKUP_DATA,
                                            .file = view_of_text(name),
                                            .made_ms = now_ms,
                                            .verified_ms = clock_now_ms(&clock_real),
                                            .generations = prune(w->task.data, &older, w->task.generations)};
        backup_fill_counts(&counts, &out->counts);
        out->size = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
        backup_fill_disks(w->home, w->task.data, w->task.keys, out);
    }
    bytes_fini(&older);
    return ok;
}
