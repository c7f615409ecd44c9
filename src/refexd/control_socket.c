#include "refexd/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "refexd/node_home.h"

#define SOCKET_NAME "control.sock"

/* Where refex had it before there was HOME/run. Nobody answers on it: the lock of HOME is held. */
static void remove_former_socket(int home)
{
    struct stat st;

    if (fstatat(home, SOCKET_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode))
        (void)unlinkat(home, SOCKET_NAME, 0);
}

/* HOME/run, which is the owner's alone from here on; -1 with *ERR. */
static int open_run(int home, const char *name, struct error *err)
{
    struct stat st;
    int run = -1;

    if (mkdirat(home, "run", 0700) != 0 && errno != EEXIST) {
        (void)error_set(err, E_LNK_11, "%s/run cannot be made: %s", name, strerror(errno));
        return -1;
    }
    run = openat(home, "run", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (run < 0)
        (void)error_set(err, E_NOD_08, "%s/run is not a folder of this node: %s", name, strerror(errno));
    else if (fstat(run, &st) != 0 || st.st_uid != geteuid())
        (void)error_set(err, E_NOD_08, "%s/run belongs to another user", name);
    else if ((st.st_mode & 0022) != 0)
        (void)error_set(err, E_NOD_08, "%s/run can be written to by others", name);
    else if (fchmod(run, 0700) != 0) /* opened again below, if at all */
        (void)error_set(err, E_LNK_11, "%s/run: %s", name, strerror(errno));
    else
        return run;
    if (run >= 0)
        (void)close(run);
    return -1;
}

/* HOME last: where something fails, it stays shut. */
static bool open_to_group(int home, int run, const char *name, gid_t group, struct error *err)
{
    const uid_t owner = (uid_t)-1; /* as it is */

    return (fchownat(run, SOCKET_NAME, owner, group, AT_SYMLINK_NOFOLLOW) == 0 &&
            fchmodat(run, SOCKET_NAME, 0660, 0) == 0 && fchown(run, owner, group) == 0 && fchmod(run, 0750) == 0 &&
            fchown(home, owner, group) == 0 && fchmod(home, 0710) == 0) ||
           error_set(err, E_NOD_12, "%s cannot be given to the group %u: %s", name, (unsigned)group, strerror(errno));
}

/* Whatever was opened before: the home may have been a group's. */
static bool shut_to_group(int home, const char *name, struct error *err)
{
    struct stat st;

    return (fstat(home, &st) == 0 && ((st.st_mode & 0070) == 0 || fchmod(home, st.st_mode & 0707) == 0)) ||
           error_set(err, E_LNK_11, "%s: %s", name, strerror(errno));
}

bool control_socket_open(struct loop *l, const char *home, const gid_t *group, listener_accept_fn *on_accept,
                         void *cookie, struct listener **out, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct listener *ls = NULL;
    int folder;
    int run;
    bool ok;

    if (!file_join_path(path, home, "run/" SOCKET_NAME, err) || (group != NULL && !node_home_check_files(home, err)))
        return false;
    folder = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return error_set(err, E_LNK_11, "%s: %s", home, strerror(errno));
    remove_former_socket(folder);
    run = open_run(folder, home, err);
    ok = run >= 0 && listener_open_unix(l, run, path, on_accept, cookie, &ls, err) &&
         (group == NULL ? shut_to_group(folder, home, err) : open_to_group(folder, run, home, *group, err));
    if (ok)
        *out = ls;
    else
        listener_close(ls);
    (void)close(folder);
    return ok;
}
