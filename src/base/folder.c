#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 4 /* folders in folders that refex makes are two deep */

struct names {
    char **at;
    size_t count;
};

bool folder_make_fresh(const char *prefix, char out[static FILE_PATH_MAX], struct error *err)
{
    char path[FILE_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s.XXXXXX", prefix); /* mkdtemp puts letters in place of the X */

    if (n < 0 || n >= FILE_PATH_MAX)
        return error_set(err, E_FIL_02, "the path is longer than %d bytes", FILE_PATH_MAX - 8);
    if (mkdtemp(path) == NULL)
        return error_set(err, E_FIL_02, "the folder %s cannot be made: %s", path, strerror(errno));
    memcpy(out, path, (size_t)n + 1);
    return true;
}

static void add_name(struct names *n, const char *name)
{
    size_t size = strlen(name) + 1;

    n->at = xrealloc(n->at, (n->count + 1) * sizeof *n->at);
    n->at[n->count] = xnew(size);
    memcpy(n->at[n->count++], name, size);
}

/* The names in FOLDER, LAST at the end if it is there. */
static bool list_names(const char *folder, const char *last, struct names *out, struct error *err)
{
    DIR *d = opendir(folder);
    struct dirent *entry;
    bool has_last = false;

    if (d == NULL)
        return error_set(err, E_FIL_02, "%s cannot be opened: %s", folder, strerror(errno));
    while ((entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (last != NULL && strcmp(entry->d_name, last) == 0) {
            has_last = true;
            continue;
        }
        add_name(out, entry->d_name);
    }
    (void)closedir(d);
    if (has_last)
        add_name(out, last);
    return true;
}

static void names_fini(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->at[i]);
    free((void *)n->at);
}

static void remove_tree(const char *folder, unsigned depth)
{
    struct names n = {0};
    struct error ignored;

    if (list_names(folder, NULL, &n, &ignored))
        for (size_t i = 0; i < n.count; i++) {
            char path[FILE_PATH_MAX];

            if (file_join_path(path, folder, n.at[i], &ignored) && unlink(path) != 0 && depth > 0)
                remove_tree(path, depth - 1);
        }
    names_fini(&n);
    (void)rmdir(folder);
}

void folder_remove_made(const char *folder)
{
    remove_tree(folder, DEPTH_MAX);
}

static bool move_entry(const char *from, const char *to, const char *name, struct error *err)
{
    char old_path[FILE_PATH_MAX];
    char new_path[FILE_PATH_MAX];

    if (!file_join_path(old_path, from, name, err) || !file_join_path(new_path, to, name, err))
        return false;
    return renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, RENAME_NOREPLACE) == 0 ||
           error_set(err, E_FIL_02, "%s cannot be made: %s", new_path, strerror(errno));
}

bool folder_move_entries(const char *from, const char *to, const char *last, struct error *err)
{
    struct names n = {0};
    size_t moved = 0;
    bool ok = list_names(from, last, &n, err);

    for (; ok && moved < n.count; moved += ok) {
        if (moved + 1 == n.count)
            ok = file_sync_folder(to, err);
        ok = ok && move_entry(from, to, n.at[moved], err);
    }
    ok = ok && file_sync_folder(to, err);
    while (!ok && moved > 0) {
        struct error ignored;

        (void)move_entry(to, from, n.at[--moved], &ignored);
    }
    names_fini(&n);
    return ok;
}
