/* The lock on a node's folder: of the open file (F_OFD_SETLK), which the kernel drops however the process ends and
 * which others can ask about without taking it. */
#include "refexd/node_home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

/* What may not be looked at is not absent. */
static bool fail_to_open(const char *home, struct error *err)
{
    if (errno == EACCES || errno == EPERM)
        return error_set(err, E_CTL_03, "%s is not open to this user", home);
    return error_set(err, E_NOD_01, "%s cannot be opened: %s", home, strerror(errno));
}

static bool check_folder(const char *home, struct error *err)
{
    struct stat st;

    if (stat(home, &st) != 0)
        return fail_to_open(home, err);
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

bool node_home_check(const char *home, struct error *err)
{
    return check_folder(home, err);
}

/* Keys are asked when they are opened, and the store sets the mode of the database itself. Whoever reads the lock file
 * could hold it, and no node would start. */
bool node_home_check_files(const char *home, struct error *err)
{
    static const char *const names[] = {"refex.db-wal", "refex.db-shm", NODE_HOME_LOCK, "node.conf"};
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!file_join_path(path, home, names[i], err))
            return false;
        if (file_is_open_to_others(path))
            return error_set(err, E_NOD_08, "%s is open to others by its mode", path);
    }
    return true;
}

/* Who only waits for the end of a node (`refex node stop`) holds it for a moment, as a reader: he is waited for. */
static bool take_lock(int fd)
{
    struct flock mine = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct flock other = mine;

    if (fcntl(fd, F_OFD_SETLK, &mine) == 0)
        return true;
    return fcntl(fd, F_OFD_GETLK, &other) == 0 && other.l_type != F_WRLCK && fcntl(fd, F_OFD_SETLKW, &mine) == 0;
}

/* Who holds the lock of FD. */
static bool refuse_held(int fd, const char *home, enum error_code running, struct error *err)
{
    char text[16];
    ssize_t size = pread(fd, text, sizeof text, 0);
    uint32_t pid;

    if (size > 1 && text_read_u32(view_of(text, (size_t)size - 1), &pid))
        return error_set(err, running, "the node in %s is running already (process %u)", home, pid);
    return error_set(err, E_NOD_03, "another process has %s/lock", home);
}

bool node_home_lock(const char *home, enum error_code running, bool *made, struct error *err)
{
    char path[FILE_PATH_MAX];
    int fd;

    if (!check_folder(home, err) || !file_join_path(path, home, NODE_HOME_LOCK, err))
        return false;
    fd = open_lock(path, made);
    if (fd < 0)
        return error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
    if (take_lock(fd))
        return true; /* the descriptor stays open: the lock ends with the process, however it ends */
    (void)refuse_held(fd, home, running, err);
    (void)close(fd);
    return false;
}

bool node_home_mark(const char *home, bool runs, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[16];
    int n = runs ? snprintf(text, sizeof text, "%d\n", (int)getpid()) : 0;
    bool ok;
    int fd;

    if (!file_join_path(path, home, NODE_HOME_LOCK, err))
        return false;
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW); /* in place: the lock is on this file */
    ok = fd >= 0 && ftruncate(fd, 0) == 0 && file_write_at(fd, view_of(text, (size_t)n), 0);
    if (!ok)
        error_set(err, errno == ENOSPC || errno == EDQUOT ? E_STO_03 : E_FIL_03, "%s cannot be written: %s", path,
                  strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

void node_home_unlock(const char *home, bool made_lock, bool made_home)
{
    struct error ignored = {0};
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, "node.conf", &ignored) || file_exists(path) ||
        !file_join_path(path, home, NODE_HOME_LOCK, &ignored))
        return;
    if (made_lock)
        (void)unlink(path);
    if (made_home)
        (void)rmdir(home); /* fails, as it should, if somebody has put a file there meanwhile */
}
