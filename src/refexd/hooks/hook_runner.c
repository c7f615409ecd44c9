#include "refexd/hooks/hook_runner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "codec/frame.h"
#include "io/child.h"
#include "io/child_serve.h"
#include "refexd/hooks/hook_files.h"

#define READ_SIZE   4096
#define WAIT_MS     500 /* of one wait: less than a second */
#define KILL_ROUNDS 50  /* each a few milliseconds: what is killed in one may have started more */
#define KILL_WAIT   10  /* ms */

/* --- what travels --- */

void hook_run_write(const char *event, const char *name, struct view line, struct bytes *out)
{
    size_t begin = frame_begin(out, HOOK_RUN);

    bytes_append(out, event, strlen(event) + 1);
    bytes_append(out, name, strlen(name) + 1);
    bytes_append_view(out, line);
    frame_end(out, begin);
}

bool hook_ran_read(struct view payload, struct hook_result *out)
{
    if (payload.size != 12)
        return false;
    *out = (struct hook_result){.outcome = (enum hook_outcome)read_u32(payload.at),
                                .status = read_u32(payload.at + 4),
                                .output = read_u32(payload.at + 8)};
    return out->outcome != 0 && out->outcome < HOOK_OUTCOME_END;
}

static bool send_result(const struct hook_result *r)
{
    struct bytes frame = {0};
    size_t begin = frame_begin(&frame, HOOK_RAN);
    bool ok;

    bytes_append_u32(&frame, (uint32_t)r->outcome);
    bytes_append_u32(&frame, r->status);
    bytes_append_u32(&frame, r->output);
    frame_end(&frame, begin);
    ok = child_send(bytes_view(&frame));
    bytes_fini(&frame);
    return ok;
}

/* --- a hook --- */

struct runner {
    const char *home;
    struct clock *clock;
    sigset_t awake; /* the signals while it waits */
};

struct run {
    pid_t pid;  /* which leads a group of its own */
    int output; /* -1: it has closed it */
    bool ended; /* and STATUS is of waitpid */
    int status;
    struct hook_result result;
};

/* Between fork and exec: only what is async-signal-safe. */
static void exec_hook(const char *path, const char *event_variable, int input, int output)
{
    static char search[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    static char language[] = "LANG=C.UTF-8";
    char *const argv[] = {(char *)(uintptr_t)path, NULL};
    char *const envp[] = {search, language, (char *)(uintptr_t)event_variable, NULL};
    sigset_t none;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        (void)signal(s, SIG_DFL);
    if (setpgid(0, 0) == 0 && dup2(input, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2 &&
        syscall(SYS_close_range, 3, ~0U, 0) == 0 && chdir("/") == 0)
        (void)execve(path, argv, envp);
    _exit(127);
}

static bool start_hook(const char *path, const char *event, struct view line, struct run *out)
{
    char event_variable[64];
    int input[2];
    int output[2];

    (void)snprintf(event_variable, sizeof event_variable, "REFEX_EVENT=%s", event);
    if (pipe2(input, O_CLOEXEC) != 0)
        return false;
    if (pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0) {
        (void)close(input[0]);
        (void)close(input[1]);
        return false;
    }
    (void)fcntl(output[1], F_SETFL, 0); /* the hook's end waits, as programs expect */
    out->pid = fork();
    if (out->pid == 0)
        exec_hook(path, event_variable, input[0], output[1]);
    (void)close(input[0]);
    (void)close(output[1]);
    /* A line is smaller than a pipe. A hook that does not read it is no failure. */
    (void)!write(input[1], line.at, line.size);
    (void)close(input[1]);
    out->output = output[0];
    if (out->pid < 0)
        (void)close(output[0]);
    return out->pid > 0;
}

static void drain(struct run *r)
{
    char buffer[READ_SIZE];
    ssize_t n;

    while (r->output >= 0 && (n = read(r->output, buffer, sizeof buffer)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        if (r->result.output <= UINT32_MAX - READ_SIZE)
            r->result.output += (uint32_t)n;
    }
    if (r->output >= 0)
        (void)close(r->output);
    r->output = -1;
}

/* False: neither it nor anything that it started is left. */
static bool reap(struct run *r)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == r->pid) {
            r->ended = true;
            r->status = status;
        }
    return pid == 0;
}

/* Whether the process in this folder of /proc is a child of this one: field 4 of its stat, behind its name. */
static bool is_own_child(const char *pid)
{
    struct view rest;
    struct view word;
    uint64_t parent;
    char path[64];
    char text[512];
    const char *behind;
    ssize_t n;
    int fd;

    (void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        (void)close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    behind = strrchr(text, ')'); /* a name may have one, too */
    if (behind == NULL || strlen(behind) <= 4)
        return false;
    rest = view_of_text(behind + 4);
    return text_split(&rest, ' ', &word) && text_read_u64(word, &parent) && parent == (uint64_t)getpid();
}

/* What left the group has become a child of this process (PR_SET_CHILD_SUBREAPER) once its parent ended. */
static void kill_children(void)
{
    DIR *all = opendir("/proc");
    const struct dirent *entry;
    uint64_t pid;

    if (all == NULL)
        return;
    while ((entry = readdir(all)) != NULL)
        if (text_read_u64(view_of_text(entry->d_name), &pid) && pid > 1 && pid <= INT32_MAX &&
            is_own_child(entry->d_name))
            (void)kill((pid_t)pid, SIGKILL);
    (void)closedir(all);
}

static void end_all(struct run *r)
{
    if (!r->ended)
        (void)kill(-r->pid, SIGKILL);
    for (unsigned i = 0; i < KILL_ROUNDS && reap(r); i++) {
        kill_children();
        (void)poll(NULL, 0, KILL_WAIT);
    }
}

/* Until it and all that it started have ended, its time is over, or the node has ended: false. */
static bool wait_for_hook(const struct runner *a, struct run *r)
{
    int64_t until_ms = clock_steady_ms(a->clock) + HOOK_RUN_MS;

    while (reap(r)) {
        int64_t left = until_ms - clock_steady_ms(a->clock);
        int64_t most = left < WAIT_MS ? left : WAIT_MS;
        const struct timespec wait = {.tv_nsec = most * 1000000};
        struct pollfd p[] = {{.fd = CHILD_FD}, {.fd = r->output, .events = POLLIN}};

        if (left <= 0)
            break;
        if (ppoll(p, 2, &wait, &a->awake) > 0 && p[0].revents != 0)
            return false;
        drain(r);
    }
    drain(r);
    return true;
}

static void read_outcome(struct run *r)
{
    if (!r->ended)
        r->result.outcome = HOOK_TIMEOUT;
    else if (WIFSIGNALED(r->status))
        r->result = (struct hook_result){HOOK_KILLED, (uint32_t)WTERMSIG(r->status), r->result.output};
    else if (WEXITSTATUS(r->status) == 0)
        r->result.outcome = HOOK_DONE;
    else
        r->result = (struct hook_result){HOOK_EXITED, (uint32_t)WEXITSTATUS(r->status), r->result.output};
}

/* False: the node has ended. */
static bool run_hook(const struct runner *a, const char *event, const char *name, struct view line,
                     struct hook_result *out)
{
    char path[FILE_PATH_MAX];
    enum hook_fault fault = hook_files_check(a->home, event, name, path);
    struct run r = {.output = -1};
    bool goes_on;

    if (fault != HOOK_FAULT_NONE) {
        *out = (struct hook_result){.outcome = HOOK_REFUSED, .status = (uint32_t)fault};
        return true;
    }
    if (!start_hook(path, event, line, &r)) {
        *out = (struct hook_result){.outcome = HOOK_KILLED};
        return true;
    }
    goes_on = wait_for_hook(a, &r);
    read_outcome(&r);
    end_all(&r);
    drain(&r);
    if (r.output >= 0)
        (void)close(r.output);
    *out = r.result;
    return goes_on;
}

/* --- the process --- */

static void on_child(int signal)
{
    (void)signal;
}

/* SIGCHLD comes while this process waits, and at no other time. *AWAKE: the signals of that. */
static void watch_children(sigset_t *awake)
{
    const struct sigaction action = {.sa_handler = on_child};
    sigset_t child;

    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, awake);
    (void)sigdelset(awake, SIGCHLD);
    (void)sigaction(SIGCHLD, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)prctl(PR_SET_PDEATHSIG, 0); /* it sees that the node has ended, and ends what runs before itself */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    const struct runner *a = cookie;
    const char *event = (const char *)payload.at;
    size_t event_size = strnlen(event, payload.size);
    const char *name = event + event_size + 1;
    size_t left = payload.size > event_size ? payload.size - event_size - 1 : 0;
    size_t name_size = left > 0 ? strnlen(name, left) : 0;
    struct hook_result result;

    if (kind != HOOK_RUN || left == 0 || name_size == left)
        return error_set(err, E_HOK_02, "the node asked what is not asked of this process: %u, %zu bytes",
                         (unsigned)kind, payload.size);
    return run_hook(a, event, name, view_of(name + name_size + 1, left - name_size - 1), &result) &&
           send_result(&result);
}

bool hook_runner_serve(const char *home, struct clock *clock, struct error *err)
{
    char *whole = realpath(home, NULL); /* a hook is started in another folder */
    struct runner a = {.home = whole, .clock = clock};
    bool ok;

    if (whole == NULL)
        return error_set(err, E_NOD_01, "%s", home);
    watch_children(&a.awake);
    ok = child_serve(BOUND_FRAME, E_HOK_02, on_frame, &a, err);
    free(whole);
    return ok;
}
