#include "demo/demo_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MAX 1048576 /* bytes of one answer: a case with all its texts is a tenth of it */
#define READY_FD   3

/* --- signals --- */

static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    caught_signal = number;
}

void demo_run_begin(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: a signal ends each wait */

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN; /* when the reader closes the pipe, the demo still ends in order */
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

bool demo_run_interrupted(void)
{
    return caught_signal != 0;
}

bool demo_run_continues(struct error *err)
{
    return !demo_run_interrupted() ||
           error_set(err, E_DEM_03, "the demo was interrupted by signal %d", (int)caught_signal);
}

/* --- starting --- */

/* Runs in the child: async-signal-safe calls only. */
__attribute__((noreturn)) static void exec_refex(const char *const words[], int out, int errors, pid_t parent)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a stopped process does not handle a milder signal */
    if (getppid() != parent || null_fd < 0)
        _exit(127);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(null_fd, STDIN_FILENO) < 0 || dup2(out < 0 ? null_fd : out, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(127);
    (void)execv("/proc/self/exe", (char *const *)(uintptr_t)words);
    _exit(127);
}

/* argv: WORDS after the program's name; the caller frees. */
static const char **new_argv(const char *const words[])
{
    size_t n = 0;
    const char **argv;

    while (words[n] != NULL)
        n++;
    argv = xnew((n + 2) * sizeof *argv);
    argv[0] = "refex";
    memcpy(argv + 1, words, n * sizeof *argv);
    return argv;
}

pid_t demo_run_start(const char *const words[], int out, int errors, int ready)
{
    const char **argv = new_argv(words);
    pid_t parent = getpid();
    pid_t child;
    int why;

    (void)fflush(stdout); /* else the child would print it again */
    child = fork();
    why = errno;
    if (child == 0) {
        if (ready == READY_FD ? fcntl(READY_FD, F_SETFD, 0) < 0 : ready >= 0 && dup2(ready, READY_FD) < 0)
            _exit(127);
        exec_refex(argv, out, errors, parent);
    }
    free(argv);
    errno = why;
    return child;
}

/* --- verbs --- */

static bool read_chunk(int fd, struct bytes *into)
{
    uint8_t *at = bytes_reserve(into, 65536);
    ssize_t n = read(fd, at, 65536);

    if (n > 0)
        into->size += (size_t)n;
    return n > 0 || (n < 0 && errno == EINTR);
}

/* Reads both pipes until they close. False on a signal, a timeout or too much output. */
static bool collect_output(struct demo *d, struct pollfd ends[2], struct demo_answer *out)
{
    int64_t since_ms = printer_now_ms();

    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        (void)poll(ends, 2, DEMO_POLL_MS);
        if (demo_run_interrupted() || printer_now_ms() - since_ms > DEMO_TIMEOUT_MS || out->out.size > ANSWER_MAX)
            return false;
        printer_progress(&d->printer);
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents != 0 && !read_chunk(ends[i].fd, i == 0 ? &out->out : &out->err))
                ends[i].fd = -1;
    }
    return true;
}

static int reap_child(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool demo_run_verb(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    struct pollfd ends[2] = {{.events = POLLIN}, {.events = POLLIN}};
    int pipes[2][2];
    pid_t child;
    bool completed;

    demo_answer_fini(out);
    if (!demo_run_continues(err))
        return false;
    if (pipe2(pipes[0], O_CLOEXEC) != 0 || pipe2(pipes[1], O_CLOEXEC) != 0 ||
        (child = demo_run_start(words, pipes[0][1], pipes[1][1], -1)) < 0)
        return error_set(err, E_DEM_02, "refex cannot be run: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        (void)close(pipes[i][1]);
        ends[i].fd = pipes[i][0];
    }
    completed = collect_output(d, ends, out);
    if (!completed)
        (void)kill(child, SIGKILL);
    out->status = reap_child(child);
    (void)close(pipes[0][0]);
    (void)close(pipes[1][0]);
    if (completed)
        return true;
    return demo_run_continues(err) && error_set(err, E_DEM_02, "`refex %s` did not finish in time", words[0]);
}

bool demo_run_checked(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    struct json_read *why;
    const char *code;
    const char *what;

    if (!demo_run_verb(d, words, out, err))
        return false;
    if (out->status == 0)
        return true;
    why = demo_answer_error(out);
    code = why != NULL ? json_read_text(why, "error") : NULL;
    what = why != NULL ? json_read_text(why, "what") : NULL;
    (void)error_set(err, E_DEM_02, "`refex %s %s` ended with %d: %s %.200s", words[0], words[1], out->status,
                    code != NULL ? code : "", what != NULL ? what : "");
    json_read_free(why);
    return false;
}

bool demo_run_shown(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    printer_command(&d->printer, words);
    return demo_run_checked(d, words, out, err);
}
