#include "client/start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/program.h"

#define SEAM_FD 3

/* The variables that the child inherits. */
static char *const *environment(void)
{
    static const char *const names[] = {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "JOURNAL_STREAM"};
    static char values[sizeof names / sizeof names[0]][2048];
    static char *list[sizeof names / sizeof names[0] + 1];
    size_t n = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);

        if (value == NULL || strlen(value) > 2000)
            continue;
        (void)snprintf(values[n], sizeof values[n], "%s=%s", names[i], value);
        list[n] = values[n];
        n++;
    }
    list[n] = NULL;
    return list;
}

/* In the child: only calls that are safe after fork. */
__attribute__((noreturn)) static void exec_refexd(const char *path, char *const argv[], char *const envp[], int fd)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (fd == SEAM_FD)
        (void)fcntl(fd, F_SETFD, 0);
    else if (dup2(fd, SEAM_FD) < 0)
        _exit(127);
    if (null_fd >= 0) {
        (void)dup2(null_fd, STDIN_FILENO);
        (void)dup2(null_fd, STDOUT_FILENO);
    }
    (void)close_range(SEAM_FD + 1, ~0U, 0);
    (void)prctl(PR_SET_PDEATHSIG, 15);
    (void)execve(path, argv, envp);
    _exit(127);
}

bool start_refexd(const char *mode, const char *home, int *fd, pid_t *pid, struct error *err)
{
    char path[FILE_PATH_MAX];
    char home_copy[FILE_PATH_MAX];
    char mode_copy[32];
    char name[] = "refexd";
    char option[] = "--home";
    char *const argv[] = {name, mode_copy, option, home_copy, NULL};
    char *const *envp = environment();
    int ends[2];
    pid_t child;

    REQUIRE(strlen(mode) < sizeof mode_copy);
    (void)snprintf(mode_copy, sizeof mode_copy, "%s", mode);
    if (strlen(home) >= sizeof home_copy)
        return error_set(err, E_USE_04, "the name of the home folder is too long");
    (void)snprintf(home_copy, sizeof home_copy, "%s", home);
    if (!program_find("refexd", path, err))
        return false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(err, E_LNK_18, "no socket for refexd: %s", strerror(errno));
    child = fork();
    if (child == 0)
        exec_refexd(path, argv, envp, ends[1]);
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
        return error_set(err, E_LNK_18, "refexd cannot be started: %s", strerror(errno));
    }
    *fd = ends[0];
    *pid = child;
    return true;
}

bool start_needs_passphrase(const char *home)
{
    struct error ignored = {0};
    int status = 0;
    pid_t child;
    int fd;

    if (!start_refexd("--asks-passphrase", home, &fd, &child, &ignored))
        return false;
    (void)close(fd);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
