#include "base/program.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void program_hold_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(71); /* the lowest free number is FD: without /dev nothing can be trusted to be told */
}

bool program_find(const char *name, char out[static FILE_PATH_MAX], struct error *err)
{
    char self[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash;

    if (n <= 0)
        return error_set(err, E_LNK_18, "%s cannot be found: /proc is not there", name);
    self[n] = '\0';
    slash = strrchr(self, '/');
    if (slash == NULL)
        return error_set(err, E_LNK_18, "%s cannot be found", name);
    *slash = '\0';
    if (!file_join_path(path, self, name, err))
        return false;
    if (access(path, X_OK) != 0)
        return error_set(err, E_LNK_18, "%s is not in %s", name, self);
    memcpy(out, path, strlen(path) + 1);
    return true;
}
