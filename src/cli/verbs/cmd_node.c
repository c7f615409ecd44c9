#include "cli/verbs/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/connection.h"
#include "cli/passphrase.h"
#include "client/start.h"
#include "codec/control_codec.h"

#define STOP_TIMEOUT_MS 10000

/* *FD stays -1 when the node needs no passphrase. */
static bool find_passphrase(struct command *c, const char *home, int *fd, struct error *err)
{
    struct secret passphrase = {0};
    bool given;
    bool ok = passphrase_read_file(c, &passphrase, &given, err);

    if (ok && !given && passphrase_has_terminal() && start_needs_passphrase(home)) {
        ok = passphrase_prompt("Passphrase of the storage key: ", &passphrase, err);
        given = ok;
    }
    ok = ok && (!given || passphrase_hand_over(&passphrase, fd, err));
    secret_fini(&passphrase);
    return ok;
}

static bool run_node(struct command *c, int *status, struct error *err)
{
    char path[FILE_PATH_MAX];
    char number[16];
    const char *home;
    const char *ready = options_value(c, "ready-fd");
    const char *argv[8] = {"refexd", "--home"};
    size_t n = 3;
    int fd = -1;

    (void)status;
    if (!connection_home(c, &home, err) || !start_find_program("refexd", path, err) ||
        !find_passphrase(c, home, &fd, err))
        return false;
    argv[2] = home;
    if (ready != NULL) {
        argv[n++] = "--ready-fd";
        argv[n++] = ready;
    }
    if (fd >= 0) {
        (void)snprintf(number, sizeof number, "%d", fd);
        argv[n++] = "--passphrase-fd";
        argv[n++] = number;
    }
    (void)execv(path, (char *const *)(uintptr_t)argv);
    return error_set(err, E_LNK_18, "%s cannot be started: %s", path, strerror(errno));
}

const struct verb cmd_node_run = {
    .noun = "node",
    .name = "run",
    .usage = "--home DIR [--passphrase-file FILE]",
    .summary = "Run the node in the foreground until it is stopped (refex node stop, Ctrl-C or SIGTERM).",
    .help = "It says `refexd: ready agency=… listen=…` on standard error when others can reach it.\n"
            "Where the storage key has a passphrase, it is asked for at the terminal, or read from --passphrase-file.",
    .options = {{"ready-fd", "N", "write one byte to this descriptor when ready", false}, PASSPHRASE_OPTION},
    .run = run_node,
};

/* Waits until the node has released the lock of its folder. */
static bool wait_until_stopped(const char *home, struct error *err)
{
    const struct timespec poll_delay = {.tv_nsec = 20000000};
    char path[FILE_PATH_MAX];
    int fd;
    int64_t waited_ms = 0;

    if (!file_join_path(path, home, "lock", err))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (waited_ms > STOP_TIMEOUT_MS) {
            (void)close(fd);
            return error_set(err, E_NOD_03, "the node in %s has not stopped yet", home);
        }
        (void)nanosleep(&poll_delay, NULL);
        waited_ms += 20;
    }
    if (fd >= 0)
        (void)close(fd);
    return true;
}

static bool run_stop(struct command *c, int *status, struct error *err)
{
    const char *home;

    (void)status;
    if (!connection_home(c, &home, err) || !connection_open(c, REFEX_NODE, err) ||
        !connection_ask(c, CONTROL_STOP, NULL, NULL, NULL, err) || !wait_until_stopped(home, err))
        return false;
    (void)puts(c->json ? "{\"stopped\":true}" : "The node has stopped.");
    return true;
}

const struct verb cmd_node_stop = {
    .noun = "node",
    .name = "stop",
    .usage = "--home DIR",
    .summary = "Stop the node: it finishes what it is doing, commits, and ends. What waits is kept.",
    .run = run_stop,
};
