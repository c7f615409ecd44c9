#include "io/child.h"

#include "io/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    struct member member; /* first: loop_free finds the child by it */
    struct loop *loop;
    uv_signal_t sigchld;
    pid_t pid; /* 0 once it has been waited for */
    child_exit_fn *on_exit;
    void *cookie;
};

/* The variables a child inherits: where its log lines go and how the sanitizers of a test build behave. */
static const char *const allowed_env[] = {"JOURNAL_STREAM", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
#define ALLOWED_ENV_COUNT (sizeof allowed_env / sizeof allowed_env[0])

struct environment {
    char *list[ALLOWED_ENV_COUNT + 1];
};

static void environment_init(struct environment *e)
{
    size_t n = 0;

    for (size_t i = 0; i < ALLOWED_ENV_COUNT; i++) {
        const char *value = getenv(allowed_env[i]);
        size_t size;

        if (value == NULL)
            continue;
        size = strlen(allowed_env[i]) + strlen(value) + 2;
        e->list[n] = xnew(size);
        (void)snprintf(e->list[n], size, "%s=%s", allowed_env[i], value);
        n++;
    }
    e->list[n] = NULL;
}

static void environment_fini(struct environment *e)
{
    for (size_t i = 0; e->list[i] != NULL; i++)
        free(e->list[i]);
}

/* Descriptors 0 to 4 as the child has them. SEAM and ERROR_FD are moved above 15 first: they may be one of these. */
static bool place_fds(int seam, int error_fd)
{
    int null_fd = open("/dev/null", O_RDWR);

    seam = fcntl(seam, F_DUPFD, 16);
    error_fd = fcntl(error_fd, F_DUPFD, 16);
    return null_fd >= 0 && seam >= 0 && error_fd >= 0 && dup2(null_fd, 0) >= 0 && dup2(2, 1) >= 0 &&
           dup2(seam, CHILD_FD) >= 0 && dup2(error_fd, CHILD_FD + 1) >= 0;
}

/* In the child, between fork and exec: only async-signal-safe calls. A failure's errno is written to ERROR_FD. It moves
 * to descriptor 4 only once place_fds has succeeded: until then 4 may be a file of the parent's. */
static void exec_child(const char *path, const char *const argv[], char *const envp[], int seam, int error_fd,
                       pid_t parent)
{
    sigset_t none;
    int why;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    if (place_fds(seam, error_fd)) {
        error_fd = CHILD_FD + 1;
        if (fcntl(error_fd, F_SETFD, FD_CLOEXEC) == 0 && syscall(SYS_close_range, CHILD_FD + 2, ~0U, 0) == 0 &&
            prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) {
            if (getppid() != parent)
                _exit(1); /* the parent died before PDEATHSIG was set */
            (void)execve(path, (char *const *)argv, envp);
        }
    }
    why = errno;
    (void)!write(error_fd, &why, sizeof why);
    _exit(127);
}

/* Waits until exec has succeeded (close-on-exec closes the pipe: 0) or failed (its errno arrives). */
static int wait_for_exec(int error_fd)
{
    int why = 0;
    ssize_t n;

    do
        n = read(error_fd, &why, sizeof why);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof why ? why : 0;
}

static void on_child_closed(uv_handle_t *h)
{
    struct child *c = h->data;

    loop_handle_closed(c->loop);
    free(c);
}

static void child_release(struct child *c)
{
    c->pid = 0;
    loop_member_remove(&c->member);
    loop_handle_close(c->loop, (uv_handle_t *)&c->sigchld, on_child_closed);
}

/* SIGCHLD is for any child of the process; only this one is waited for. */
static void on_sigchld(uv_signal_t *h, int signal_number)
{
    struct child *c = h->data;
    int status;

    (void)signal_number;
    if (c->pid == 0 || waitpid(c->pid, &status, WNOHANG) != c->pid)
        return;
    c->loop->needs_tick = true;
    child_release(c);
    c->on_exit(c->cookie, WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void end_child(struct member *m)
{
    struct child *c = (struct child *)m;

    REQUIRE(c->pid > 0); /* 0 and -1 are not one process */
    (void)kill(c->pid, SIGKILL);
    (void)waitpid(c->pid, NULL, 0);
    child_release(c);
}

static struct child *child_new(struct loop *l, child_exit_fn *on_exit, void *cookie)
{
    struct child *c = xnew(sizeof *c);

    c->loop = l;
    c->on_exit = on_exit;
    c->cookie = cookie;
    REQUIRE(uv_signal_init(&l->uv, &c->sigchld) == 0);
    c->sigchld.data = c;
    loop_member_add(&l->members, &c->member, end_child);
    REQUIRE(uv_signal_start(&c->sigchld, on_sigchld, SIGCHLD) == 0);
    return c;
}

/* Forks and execs; returns the pid in *PID, or sets *ERR. */
static bool spawn_child(const char *path, const char *const argv[], int seam, pid_t *pid, struct error *err)
{
    struct environment env;
    pid_t parent = getpid();
    int pipes[2];
    int why;

    if (pipe2(pipes, O_CLOEXEC) != 0)
        return error_set(err, E_LNK_18, "%s: %s", path, strerror(errno));
    environment_init(&env);
    *pid = fork();
    if (*pid == 0)
        exec_child(path, argv, env.list, seam, pipes[1], parent);
    why = *pid < 0 ? errno : 0;
    environment_fini(&env);
    (void)close(pipes[1]);
    if (why == 0)
        why = wait_for_exec(pipes[0]);
    (void)close(pipes[0]);
    if (why == 0)
        return true;
    if (*pid > 0)
        (void)waitpid(*pid, NULL, 0);
    return error_set(err, E_LNK_18, "%s: %s", path, strerror(why));
}

bool child_start(struct loop *l, const char *path, const char *const argv[], child_exit_fn *on_exit, void *cookie,
                 struct child **out, int *seam, struct error *err)
{
    int ends[2];
    pid_t pid = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return error_set(err, E_LNK_18, "no socket: %s", strerror(errno));
    *out = child_new(l, on_exit, cookie); /* before the fork: SIGCHLD of a child that ends at once is not missed */
    if (!spawn_child(path, argv, ends[1], &pid, err)) {
        child_release(*out);
        *out = NULL;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return false;
    }
    (*out)->pid = pid;
    (void)close(ends[1]);
    *seam = ends[0];
    return true;
}

pid_t child_pid(const struct child *c)
{
    return c->pid;
}

void child_signal(struct child *c, int signal_number)
{
    if (c->pid > 0)
        (void)kill(c->pid, signal_number);
}
