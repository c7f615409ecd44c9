/* The lock on a node's folder: flock, which the kernel drops however the process ends. */
#include "refexd/node_home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool check_folder(const char *home, struct error *err)
{
    struct stat st;

    if (stat(home, &st) != 0)
        return error_set(err, E_NOD_01, "%s cannot be opened: %s", home, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return error_set(err, E_NOD_01, "%s is not a folder", home);
    if (st.st_uid != geteuid())
        return error_set(err, E_NOD_08, "%s belongs to another user", home);
    if ((st.st_mode & 0022) != 0)
        return error_set(err, E_NOD_08, "%s can be written to by others", home);
    return true;
}

/* The lock file, made if it is not there. */
static int open_lock(const char *path, bool *made)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    *made = fd >= 0;
    return fd >= 0 || errno != EEXIST ? fd : open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

bool node_home_lock(const char *home, bool *made, struct error *err)
{
    char path[FILE_PATH_MAX];
    int fd;

    if (!check_folder(home, err) || !file_join_path(path, home, "lock", err))
        return false;
    fd = open_lock(path, made);
    if (fd < 0)
        return error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true; /* the descriptor stays open: the lock ends with the process, however it ends */
    (void)close(fd);
    return error_set(err, E_NOD_03, "another process has %s", path);
}

bool node_home_mark(const char *home, bool runs, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[16];
    int n = runs ? snprintf(text, sizeof text, "%d\n", (int)getpid()) : 0;
    bool ok;
    int fd;

    if (!file_join_path(path, home, "lock", err))
        return false;
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW); /* in place: the lock is on this file */
    ok = fd >= 0 && ftruncate(fd, 0) == 0 && file_write_at(fd, view_of(text, (size_t)n), 0);
    if (!ok)
        error_set(err, E_FIL_03, "%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

void node_home_unlock(const char *home, bool made_lock, bool made_home)
{
    struct error ignored = {0};
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, "node.conf", &ignored) || file_exists(path) ||
        !file_join_path(path, home, "lock", &ignored))
        return;
    if (made_lock)
        (void)unlink(path);
    if (made_home)
        (void)rmdir(home); /* fails, as it should, if somebody has put a file there meanwhile */
}
