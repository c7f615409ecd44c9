#include "client/home_lock.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define LOCK_TEXT 64 /* bytes: a process id and its line feed are fewer */

/* Whether a process holds HOME/lock to write: a node, or the tool that makes and enrols one. */
static bool is_held(const char *home)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    struct error ignored = {0};
    char path[FILE_PATH_MAX];
    bool held;
    int fd;

    if (!file_join_path(path, home, "lock", &ignored))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    held = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
    (void)close(fd);
    return held;
}

int home_lock_node(const char *home)
{
    struct error ignored = {0};
    struct bytes text = {0};
    char path[FILE_PATH_MAX];
    uint64_t pid;
    bool named;

    if (!file_join_path(path, home, "lock", &ignored) || !file_read(path, LOCK_TEXT, &text, &ignored))
        return 0;
    named = text.size > 1 && text_read_u64(view_of(text.at, text.size - 1), &pid) && pid <= INT_MAX;
    bytes_fini(&text);
    return named && is_held(home) ? (int)pid : 0; /* one that was killed left its id and no lock */
}
