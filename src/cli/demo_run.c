#include "cli/demo_run.h"

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

#define PATIENCE_MS 20000   /* for one verb, one start, one thing that is waited for */
#define GRACE_MS    5000    /* between asking a node to end and ending it */
#define NAP_MS      15      /* between two looks */
#define POLL_MS     100     /* between two looks at the clock */
#define ANSWER_MAX  1048576 /* bytes of one answer: a case with all its texts is a tenth of it */
#define READY_FD    3

/* --- signals --- */

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
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
    return caught != 0;
}

static bool interrupted(struct error *err)
{
    return error_set(err, E_DEM_03, "the demo was interrupted by signal %d", (int)caught);
}

/* --- starting --- */

static const struct timespec nap = {.tv_nsec = NAP_MS * 1000000};

/* In the child: only calls that are safe after fork. */
__attribute__((noreturn)) static void become(const char *const words[], int out, int errors, pid_t parent)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a node that is frozen hears nothing else */
    if (getppid() != parent || nothing < 0)
        _exit(127);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(out < 0 ? nothing : out, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(127);
    (void)execv("/proc/self/exe", (char *const *)(uintptr_t)words);
    _exit(127);
}

/* WORDS with the program's name before them; the caller frees. */
static const char **with_name(const char *const words[])
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

static bool take(int fd, struct bytes *into)
{
    uint8_t *at = bytes_reserve(into, 65536);
    ssize_t n = read(fd, at, 65536);

    if (n > 0)
        into->size += (size_t)n;
    return n > 0 || (n < 0 && errno == EINTR);
}

/* Reads both ends until they close. False: somebody or the clock wants it to end. */
static bool listen_to(struct demo *d, struct pollfd ends[2], struct demo_answer *out)
{
    int64_t since_ms = tell_now_ms();

    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        (void)poll(ends, 2, POLL_MS);
        if (demo_interrupted() || tell_now_ms() - since_ms > PATIENCE_MS || out->out.size > ANSWER_MAX)
            return false;
        tell_tick(&d->tell);
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents != 0 && !take(ends[i].fd, i == 0 ? &out->out : &out->err))
                ends[i].fd = -1;
    }
    return true;
}

static int wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool demo_try(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    struct pollfd ends[2] = {{.events = POLLIN}, {.events = POLLIN}};
    const char **argv = with_name(words);
    pid_t parent = getpid();
    int pipes[2][2];
    pid_t child;
    bool heard;

    demo_answer_fini(out);
    (void)fflush(stdout);
    if (demo_interrupted()) {
        free(argv);
        return interrupted(err);
    }
    if (pipe2(pipes[0], O_CLOEXEC) != 0 || pipe2(pipes[1], O_CLOEXEC) != 0 || (child = fork()) < 0) {
        free(argv);
        return error_set(err, E_DEM_02, "refex cannot be run: %s", strerror(errno));
    }
    if (child == 0)
        become(argv, pipes[0][1], pipes[1][1], parent);
    free(argv);
    for (int i = 0; i < 2; i++) {
        (void)close(pipes[i][1]);
        ends[i].fd = pipes[i][0];
    }
    heard = listen_to(d, ends, out);
    if (!heard)
        (void)kill(child, SIGKILL);
    out->status = wait_for(child);
    (void)close(pipes[0][0]);
    (void)close(pipes[1][0]);
    if (heard)
        return true;
    return demo_interrupted() ? interrupted(err)
                              : error_set(err, E_DEM_02, "`refex %s` did not come to its end", words[0]);
}

bool demo_ask(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    struct json_read *why;
    const char *code;
    const char *what;

    if (!demo_try(d, words, out, err))
        return false;
    if (out->status == 0)
        return true;
    why = demo_why(out);
    code = why != NULL ? json_read_text(why, "error") : NULL;
    what = why != NULL ? json_read_text(why, "what") : NULL;
    (void)error_set(err, E_DEM_02, "`refex %s %s` ended with %d: %s %.200s", words[0], words[1], out->status,
                    code != NULL ? code : "", what != NULL ? what : "");
    json_read_free(why);
    return false;
}

bool demo_show(struct demo *d, const char *const words[], struct demo_answer *out, struct error *err)
{
    tell_command(&d->tell, words);
    return demo_ask(d, words, out, err);
}

/* --- nodes --- */

bool demo_node_start(struct demo *d, struct demo_agency *agency, int *ready, struct error *err)
{
    const char **argv = with_name(DEMO_WORDS("node", "run", "--home", agency->home, "--ready-fd", "3"));
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
        become(argv, -1, log, parent);
    }
    why = errno;
    free(argv);
    if (log >= 0)
        (void)close(log);
    if (ends[1] >= 0)
        (void)close(ends[1]);
    *ready = ends[0];
    if (child > 0)
        agency->node = child;
    return child > 0 || error_set(err, E_DEM_02, "the node of %s cannot be started: %s", agency->name, strerror(why));
}

static bool learn_processes(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *line;
    bool ok;

    if (!demo_try(d, DEMO_WORDS("status", "--home", agency->home, "--json"), &a, err))
        return false;
    line = demo_line(&a, 0);
    ok = line != NULL && json_read_u64(line, "process") == (uint64_t)agency->node;
    agency->link = line != NULL ? (pid_t)json_read_u64(line, "link.process") : 0;
    json_read_free(line);
    demo_answer_fini(&a);
    return ok || error_set(err, E_DEM_02, "the node of %s does not tell its status", agency->name);
}

bool demo_node_wait(struct demo *d, struct demo_agency *agency, int ready, struct error *err)
{
    struct pollfd end = {.fd = ready, .events = POLLIN};
    int64_t since_ms = tell_now_ms();
    char byte;
    ssize_t n = -1;

    while (!demo_interrupted() && tell_now_ms() - since_ms < PATIENCE_MS && n < 0) {
        tell_tick(&d->tell);
        if (poll(&end, 1, POLL_MS) > 0)
            n = read(ready, &byte, 1);
    }
    (void)close(ready);
    if (demo_interrupted())
        return interrupted(err);
    if (n != 1)
        return error_set(err, E_DEM_02, "the node of %s does not become ready: see node.log in its folder",
                         agency->name);
    return learn_processes(d, agency, err);
}

void demo_node_freeze(const struct demo_agency *agency)
{
    siginfo_t info;

    (void)kill(agency->node, SIGSTOP);
    (void)waitid(P_PID, (id_t)agency->node, &info, WSTOPPED);
}

/* Waits for a child of ours; false when it lives on. */
static bool gone(pid_t pid, int64_t timeout_ms)
{
    int64_t since_ms = tell_now_ms();

    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (tell_now_ms() - since_ms > timeout_ms)
            return false;
        (void)nanosleep(&nap, NULL);
    }
    return true;
}

bool demo_node_kill(struct demo *d, struct demo_agency *agency, struct error *err)
{
    bool ok;

    (void)d;
    (void)kill(agency->node, SIGKILL);
    ok = gone(agency->node, GRACE_MS);
    agency->node = 0;
    ok = ok && (agency->link == 0 || gone(agency->link, GRACE_MS)); /* ours since its parent died */
    return ok || error_set(err, E_DEM_02, "the network process of %s outlives its node", agency->name);
}

bool demo_node_stop(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    bool ok = demo_ask(d, DEMO_WORDS("node", "stop", "--home", agency->home, "--json"), &a, err);

    demo_answer_fini(&a);
    if (!ok)
        return false;
    if (!gone(agency->node, GRACE_MS))
        return error_set(err, E_DEM_02, "the node of %s says that it has stopped and runs on", agency->name);
    agency->node = 0;
    return true;
}

void demo_nodes_end(struct demo *d)
{
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (d->agencies[i].node > 0) {
            (void)kill(d->agencies[i].node, SIGTERM);
            (void)kill(d->agencies[i].node, SIGCONT); /* one that is frozen has to hear it */
        }
    for (int i = 0; i < DEMO_AGENCIES; i++) {
        struct demo_agency *a = &d->agencies[i];

        if (a->node > 0 && !gone(a->node, GRACE_MS)) {
            (void)kill(a->node, SIGKILL);
            (void)wait_for(a->node);
        }
        a->node = 0;
    }
    (void)demo_nothing_runs();
}

bool demo_nothing_runs(void)
{
    int64_t since_ms = tell_now_ms();
    pid_t n;

    while ((n = waitpid(-1, NULL, WNOHANG)) >= 0 || errno == EINTR) {
        if (tell_now_ms() - since_ms > GRACE_MS)
            return false;
        if (n == 0)
            (void)nanosleep(&nap, NULL);
    }
    return errno == ECHILD;
}

bool demo_nap(struct demo *d, int64_t since_ms, const char *what, struct error *err)
{
    if (demo_interrupted())
        return interrupted(err);
    if (tell_now_ms() - since_ms > PATIENCE_MS)
        return error_set(err, E_DEM_02, "waited in vain: %s", what);
    tell_tick(&d->tell);
    (void)nanosleep(&nap, NULL);
    return true;
}
