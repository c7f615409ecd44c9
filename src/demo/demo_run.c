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
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS      20000   /* for one verb, one start, one thing that is waited for */
#define EXIT_TIMEOUT_MS 5000    /* between asking a node to end and ending it */
#define DELAY_MS        15      /* between two looks */
#define POLL_MS         100     /* between two looks at the clock */
#define ANSWER_MAX      1048576 /* bytes of one answer: a case with all its texts is a tenth of it */
#define READY_FD        3

/* --- signals --- */

static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    caught_signal = number;
}

void demo_run_begin(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: waits are to end */

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN; /* a reader who has seen enough: the demo still ends in order */
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

bool demo_interrupted(void)
{
    return caught_signal != 0;
}

static bool set_interrupted(struct error *err)
{
    return error_set(err, E_DEM_03, "the demo was interrupted by signal %d", (int)caught_signal);
}

/* --- starting --- */

static const struct timespec delay = {.tv_nsec = DELAY_MS * 1000000};

/* In the child: only calls that are safe after fork. */
__attribute__((noreturn)) static void exec_refex(const char *const words[], int out, int errors, pid_t parent)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a node that is frozen hears nothing else */
    if (getppid() != parent || null_fd < 0)
        _exit(127);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(null_fd, STDIN_FILENO) < 0 || dup2(out < 0 ? null_fd : out, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(127);
    (void)execv("/proc/self/exe", (char *const *)(uintptr_t)words);
    _exit(127);
}

/* WORDS with the program's name before them; the caller frees. */
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

/* --- verbs --- */

static bool read_chunk(int fd, struct bytes *into)
{
    uint8_t *at = bytes_reserve(into, 65536);
    ssize_t n = read(fd, at, 65536);

    if (n > 0)
        into->size += (size_t)n;
    return n > 0 || (n < 0 && errno == EINTR);
}

/* Reads both ends until they close. False: somebody or the clock wants it to end. */
static bool collect_output(struct demo *d, struct pollfd ends[2], struct demo_answer *out)
{
    int64_t since_ms = printer_now_ms();

    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        (void)poll(ends, 2, POLL_MS);
        if (demo_interrupted() || printer_now_ms() - since_ms > TIMEOUT_MS || out->out.size > ANSWER_MAX)
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
    const char **argv = new_argv(words);
    pid_t parent = getpid();
    int pipes[2][2];
    pid_t child;
    bool completed;

    demo_answer_fini(out);
    (void)fflush(stdout);
    if (demo_interrupted()) {
        free(argv);
        return set_interrupted(err);
    }
    if (pipe2(pipes[0], O_CLOEXEC) != 0 || pipe2(pipes[1], O_CLOEXEC) != 0 || (child = fork()) < 0) {
        free(argv);
        return error_set(err, E_DEM_02, "refex cannot be run: %s", strerror(errno));
    }
    if (child == 0)
        exec_refex(argv, pipes[0][1], pipes[1][1], parent);
    free(argv);
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
    return demo_interrupted() ? set_interrupted(err)
                              : error_set(err, E_DEM_02, "`refex %s` did not come to its end", words[0]);
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

/* --- nodes --- */

bool demo_node_start(struct demo *d, struct demo_agency *agency, int *ready, struct error *err)
{
    const char **argv = new_argv(DEMO_WORDS("node", "run", "--home", agency->home, "--ready-fd", "3"));
    pid_t parent = getpid();
    char path[FILE_PATH_MAX];
    int ends[2] = {-1, -1};
    int log = -1;
    pid_t child = -1;
    int why;

    (void)d;
    (void)fflush(stdout);
    if (file_join_path(path, agency->home, "node.log", err))
        log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log >= 0 && pipe2(ends, O_CLOEXEC) == 0)
        child = fork();
    if (child == 0) {
        if (ends[1] == READY_FD ? fcntl(READY_FD, F_SETFD, 0) < 0 : dup2(ends[1], READY_FD) < 0)
            _exit(127);
        exec_refex(argv, -1, log, parent);
    }
    why = errno;
    free(argv);
    if (log >= 0)
        (void)close(log);
    if (ends[1] >= 0)
        (void)close(ends[1]);
    *ready = ends[0];
    if (child > 0)
        agency->node_pid = child;
    return child > 0 || error_set(err, E_DEM_02, "the node of %s cannot be started: %s", agency->name, strerror(why));
}

static bool read_process_ids(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok;

    if (!demo_run_verb(d, DEMO_WORDS("status", "--home", agency->home, "--json"), &a, err))
        return false;
    line = demo_answer_line(&a, 0);
    ok = line != NULL && json_read_u64(line, "process") == (uint64_t)agency->node_pid;
    agency->link_pid = line != NULL ? (pid_t)json_read_u64(line, "link.process") : 0;
    json_read_free(line);
    demo_answer_fini(&a);
    return ok || error_set(err, E_DEM_02, "the node of %s does not tell its status", agency->name);
}

bool demo_node_wait(struct demo *d, struct demo_agency *agency, int ready, struct error *err)
{
    struct pollfd end = {.fd = ready, .events = POLLIN};
    int64_t since_ms = printer_now_ms();
    char byte;
    ssize_t n = -1;

    while (!demo_interrupted() && printer_now_ms() - since_ms < TIMEOUT_MS && n < 0) {
        printer_progress(&d->printer);
        if (poll(&end, 1, POLL_MS) > 0)
            n = read(ready, &byte, 1);
    }
    (void)close(ready);
    if (demo_interrupted())
        return set_interrupted(err);
    if (n != 1)
        return error_set(err, E_DEM_02, "the node of %s does not become ready: see node.log in its folder",
                         agency->name);
    return read_process_ids(d, agency, err);
}

void demo_node_freeze(const struct demo_agency *agency)
{
    siginfo_t info;

    (void)kill(agency->node_pid, SIGSTOP);
    (void)waitid(P_PID, (id_t)agency->node_pid, &info, WSTOPPED);
}

/* Waits for a child of ours; false when it lives on. */
static bool wait_exit(pid_t pid, int64_t timeout_ms)
{
    int64_t since_ms = printer_now_ms();

    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (printer_now_ms() - since_ms > timeout_ms)
            return false;
        (void)nanosleep(&delay, NULL);
    }
    return true;
}

bool demo_node_kill(struct demo *d, struct demo_agency *agency, struct error *err)
{
    bool ok;

    (void)d;
    (void)kill(agency->node_pid, SIGKILL);
    ok = wait_exit(agency->node_pid, EXIT_TIMEOUT_MS);
    agency->node_pid = 0;
    ok = ok && (agency->link_pid == 0 || wait_exit(agency->link_pid, EXIT_TIMEOUT_MS)); /* ours since its parent died */
    return ok || error_set(err, E_DEM_02, "the network process of %s outlives its node", agency->name);
}

bool demo_node_stop(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    bool ok = demo_run_checked(d, DEMO_WORDS("node", "stop", "--home", agency->home, "--json"), &a, err);

    demo_answer_fini(&a);
    if (!ok)
        return false;
    if (!wait_exit(agency->node_pid, EXIT_TIMEOUT_MS))
        return error_set(err, E_DEM_02, "the node of %s says that it has stopped and runs on", agency->name);
    agency->node_pid = 0;
    return true;
}

void demo_kill_nodes(struct demo *d)
{
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (d->agencies[i].node_pid > 0) {
            (void)kill(d->agencies[i].node_pid, SIGTERM);
            (void)kill(d->agencies[i].node_pid, SIGCONT); /* one that is frozen has to hear it */
        }
    for (int i = 0; i < DEMO_AGENCIES; i++) {
        struct demo_agency *a = &d->agencies[i];

        if (a->node_pid > 0 && !wait_exit(a->node_pid, EXIT_TIMEOUT_MS)) {
            (void)kill(a->node_pid, SIGKILL);
            (void)reap_child(a->node_pid);
        }
        a->node_pid = 0;
    }
    (void)demo_all_exited();
}

bool demo_all_exited(void)
{
    int64_t since_ms = printer_now_ms();
    pid_t n;

    while ((n = waitpid(-1, NULL, WNOHANG)) >= 0 || errno == EINTR) {
        if (printer_now_ms() - since_ms > EXIT_TIMEOUT_MS)
            return false;
        if (n == 0)
            (void)nanosleep(&delay, NULL);
    }
    return errno == ECHILD;
}

bool demo_wait_step(struct demo *d, int64_t since_ms, const char *what, struct error *err)
{
    if (demo_interrupted())
        return set_interrupted(err);
    if (printer_now_ms() - since_ms > TIMEOUT_MS)
        return error_set(err, E_DEM_02, "waited in vain: %s", what);
    printer_progress(&d->printer);
    (void)nanosleep(&delay, NULL);
    return true;
}
