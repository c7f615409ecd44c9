#include "demo/demo_folder.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_MAX 67108864 /* bytes of one file that is copied: a demo's database has under one million */

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    int n = 0;

    if (folder == NULL)
        return false;
    while ((entry = readdir(folder)) != NULL)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    (void)closedir(folder);
    return n == 0;
}

bool demo_folder_make(const char *keep_path, char out[static FILE_PATH_MAX], struct error *err)
{
    const char *tmp = getenv("TMPDIR");
    char path[FILE_PATH_MAX];
    char absolute[PATH_MAX];

    if (keep_path == NULL) {
        (void)snprintf(path, sizeof path, "%.900s/refex-demo-XXXXXX", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
        if (mkdtemp(path) == NULL)
            return error_set(err, E_DEM_01, "no folder can be made as %s: %s", path, strerror(errno));
        (void)snprintf(out, FILE_PATH_MAX, "%s", path);
        return true;
    }
    if (mkdir(keep_path, 0700) != 0 && (errno != EEXIST || !is_empty(keep_path) || chmod(keep_path, 0700) != 0))
        return error_set(err, E_DEM_01, "%.200s cannot be the demo's folder: %s", keep_path,
                         errno == EEXIST ? "it is not empty, or no folder" : strerror(errno));
    if (realpath(keep_path, absolute) == NULL || strlen(absolute) > FILE_PATH_MAX - 200)
        return error_set(err, E_DEM_01, "the name of %.200s is too long", keep_path);
    (void)snprintf(out, FILE_PATH_MAX, "%.*s", FILE_PATH_MAX - 200, absolute);
    return true;
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *ftw)
{
    (void)st;
    (void)what;
    (void)ftw;
    (void)remove(path);
    return 0;
}

void demo_folder_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static bool copy_entry(const char *from, const char *to, struct error *err)
{
    struct bytes content = {0};
    struct stat st;
    bool ok;

    if (lstat(from, &st) != 0)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", from, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return demo_folder_copy(from, to, err);
    if (!S_ISREG(st.st_mode))
        return true; /* the control socket */
    ok = file_read(from, COPY_MAX, &content, err) && file_create(to, bytes_view(&content), 0600, err);
    bytes_fini(&content);
    return ok;
}

bool demo_folder_copy(const char *from, const char *to, struct error *err)
{
    DIR *folder = opendir(from);
    const struct dirent *entry;
    char source[FILE_PATH_MAX];
    char target[FILE_PATH_MAX];
    bool ok;

    if (folder == NULL)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", from, strerror(errno));
    ok = file_make_folder(to, err);
    while (ok && (entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ok = file_join_path(source, from, entry->d_name, err) && file_join_path(target, to, entry->d_name, err) &&
                 copy_entry(source, target, err);
    (void)closedir(folder);
    return ok;
}
