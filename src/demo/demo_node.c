#include "demo/demo_node.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "demo/demo_run.h"

#define EXIT_TIMEOUT_MS 5000 /* between asking a node to end and ending it */

bool demo_node_start(struct demo_agency *agency, int *ready, struct error *err)
{
    char path[FILE_PATH_MAX];
    int ends[2] = {-1, -1};
    int log = -1;
    pid_t child = -1;
    int why;

    if (file_join_path(path, agency->home, "node.log", err))
        log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log >= 0 && pipe2(ends, O_CLOEXEC) == 0)
        child = demo_run_start(DEMO_WORDS("node", "run", "--home", agency->home, "--ready-fd", "3"), -1, log, ends[1]);
    why = errno;
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
    return ok || error_set(err, E_DEM_02, "the node of %s does not report its status", agency->name);
}

bool demo_node_wait(struct demo *d, struct demo_agency *agency, int ready, struct error *err)
{
    struct pollfd end = {.fd = ready, .events = POLLIN};
    int64_t since_ms = printer_now_ms();
    char byte;
    ssize_t n = -1;

    while (!demo_run_interrupted() && printer_now_ms() - since_ms < DEMO_TIMEOUT_MS && n < 0) {
        printer_progress(&d->printer);
        if (poll(&end, 1, DEMO_POLL_MS) > 0)
            n = read(ready, &byte, 1);
    }
    (void)close(ready);
    if (!demo_run_continues(err))
        return false;
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

/* Reaps the child PID, or (-1) all children, adopted ones too; false when one still runs after EXIT_TIMEOUT_MS. SIGCHLD
 * is blocked before it is looked whether they run, so that none is missed. */
static bool wait_exit(pid_t pid)
{
    int64_t until_ms = printer_now_ms() + EXIT_TIMEOUT_MS;
    sigset_t child;
    sigset_t before;
    bool exited = false;
    int64_t left_ms = 1;

    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, &before);
    while (!exited && left_ms > 0) {
        pid_t n = waitpid(pid, NULL, WNOHANG);

        left_ms = until_ms - printer_now_ms();
        exited = n > 0 ? pid > 0 : n < 0 && errno != EINTR; /* ECHILD: there is none */
        if (n == 0 && left_ms > 0) {
            const struct timespec left = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};

            (void)sigtimedwait(&child, NULL, &left);
        }
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return exited;
}

bool demo_node_kill(struct demo_agency *agency, struct error *err)
{
    bool ok;

    (void)kill(agency->node_pid, SIGKILL);
    ok = wait_exit(agency->node_pid);
    agency->node_pid = 0;
    ok = ok &&
         (agency->link_pid == 0 || wait_exit(agency->link_pid)); /* a child of this process since its parent died */
    return ok || error_set(err, E_DEM_02, "the network process of %s still runs after its node ended", agency->name);
}

bool demo_node_stop(struct demo *d, struct demo_agency *agency, struct error *err)
{
    struct demo_answer a = {0};
    bool ok = demo_run_checked(d, DEMO_WORDS("node", "stop", "--home", agency->home, "--json"), &a, err);

    demo_answer_fini(&a);
    if (!ok)
        return false;
    if (!wait_exit(agency->node_pid))
        return error_set(err, E_DEM_02, "the node of %s reported that it stopped and still runs", agency->name);
    agency->node_pid = 0;
    return true;
}

bool demo_node_stop_all(struct demo *d, struct error *err)
{
    bool ok = true;

    printer_set_wait(&d->printer, "the nodes end");
    for (int i = 0; ok && i < DEMO_AGENCIES; i++)
        if (d->agencies[i].node_pid > 0)
            ok = demo_node_stop(d, &d->agencies[i], err);
    if (!ok)
        return false;
    printer_check(&d->printer, wait_exit(-1), "all nodes were stopped, and none of their processes is left");
    return true;
}

void demo_node_kill_all(struct demo *d)
{
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (d->agencies[i].node_pid > 0) {
            (void)kill(d->agencies[i].node_pid, SIGTERM);
            (void)kill(d->agencies[i].node_pid, SIGCONT); /* a stopped process gets SIGTERM only when it continues */
        }
    for (int i = 0; i < DEMO_AGENCIES; i++) {
        struct demo_agency *a = &d->agencies[i];

        if (a->node_pid > 0 && !wait_exit(a->node_pid)) {
            (void)kill(a->node_pid, SIGKILL);
            while (waitpid(a->node_pid, NULL, 0) < 0 && errno == EINTR)
                continue;
        }
        a->node_pid = 0;
    }
    (void)wait_exit(-1);
}
