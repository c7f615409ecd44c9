#include "cli/verbs/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/program.h"
#include "base/secret.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/passphrase.h"
#include "client/start.h"
#include "output/told_form.h"

#define STOP_TIMEOUT_S 10

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
    const char *ready = options_value(&c->options, "ready-fd");
    const char *argv[8] = {"refexd", "--home"};
    size_t n = 3;
    int fd = -1;

    (void)status;
    if (!connection_home(c, &home, err) || !program_find("refexd", path, err) || !find_passphrase(c, home, &fd, err))
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
    .usage = "--home DIR [--passphrase-file FILE]",
    .summary = "Run the node in the foreground until it is stopped (refex node stop, Ctrl-C or SIGTERM).",
    .help = "It says `refexd: ready agency=… listen=…` on standard error when others can reach it.\n"
            "Where the storage key has a passphrase, it is asked for at the terminal, or read from --passphrase-file.",
    .syntax.own = {OPTION_VALUE("ready-fd", "N", "write one byte to this descriptor when ready"), PASSPHRASE_OPTION},
    .run = run_node,
};

static void on_alarm(int signal_number)
{
    (void)signal_number; /* fcntl returns: the time is over */
}

/* Waits until nobody writes under the lock of FD; false: it is not so after STOP_TIMEOUT_S. */
static bool wait_for_lock(int fd)
{
    const struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
    const struct itimerval timeout = {.it_value.tv_sec = STOP_TIMEOUT_S,
                                      .it_interval.tv_sec = 1}; /* again, if it came before fcntl waited */
    const struct itimerval none = {0};
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    struct sigaction before;
    bool free;

    (void)sigaction(SIGALRM, &action, &before);
    (void)setitimer(ITIMER_REAL, &timeout, NULL);
    free = fcntl(fd, F_OFD_SETLKW, &lock) == 0;
    (void)setitimer(ITIMER_REAL, &none, NULL);
    (void)sigaction(SIGALRM, &before, NULL);
    return free;
}

/* Waits until the node has released the lock of its folder. *STOPPED: it is seen to; who may not read the lock sees
 * nothing. */
static bool wait_until_stopped(const char *home, bool *stopped, struct error *err)
{
    char path[FILE_PATH_MAX];
    int fd;

    if (!file_join_path(path, home, "lock", err))
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    *stopped = fd >= 0 ? wait_for_lock(fd) : errno != EACCES;
    if (fd < 0)
        return true;
    (void)close(fd);
    return *stopped || error_set(err, E_NOD_03, "the node in %s has not stopped yet", home);
}

static const struct told_line stopped_lines[] = {
    {"", .text = "The node has stopped.", .when = "stopped"},
    {"", .text = "The node was told to stop.", .when = "!stopped"},
    {0},
};

static const struct told_form stopped_form = {.beside = &control_node_stopped_contract, .lines = stopped_lines};

static bool run_stop(struct command *c, int *status, struct error *err)
{
    struct control_node_stopped line = {0};
    const char *home;

    (void)status;
    if (!connection_home(c, &home, err) || !connection_open(c, REFEX_NODE, err) ||
        !call_node_stop(c, NULL, NULL, NULL, err) || !wait_until_stopped(home, &line.stopped, err))
        return false;
    told_form_show(stdout, c->json, &stopped_form, &(struct told_shown){.beside = &line});
    return true;
}

const struct verb cmd_node_stop = {
    .usage = "--home DIR",
    .summary = "Stop the node: it finishes what it is doing, commits, and ends. What waits is kept.",
    .forms = {&stopped_form},
    .run = run_stop,
};

/* --- clock --- */

/* What a confirmation of it does, before it is done. */
static void write_consequences(struct bytes *out, const struct told_shown *shown)
{
    const struct control_clock *k = shown->answer;

    if (k->in_doubt)
        bytes_append_text(out,
                          "What is past its day by this clock is then erased and expired, and cannot be brought back.");
    else if (k->is_behind)
        bytes_append_text(out, "What had ended by the log's time may then be sent and read again.");
}

static void write_behind(struct bytes *out, const struct told_shown *shown)
{
    const struct control_clock *k = shown->answer;

    if (k->is_behind && !k->in_doubt)
        bytes_append_text(out, "set the clock; or, if it is right: refex node clock --confirm");
}

/* Beside it stands whether a person confirms it, a bool. */
static void write_unneeded(struct bytes *out, const struct told_shown *shown)
{
    if (*(const bool *)shown->beside && !((const struct control_clock *)shown->answer)->changed)
        bytes_append_text(out, "It is not in doubt: there was nothing to confirm, and nothing was recorded.");
}

static const struct told_line clock_lines[] = {
    {"This machine's clock  ", .text = "{clock}"},
    {"The log's time        ", .text = "{trusted}"},
    {"In doubt since        ", .text = "{since}: nothing is erased or expired by its date", .when = "in_doubt"},
    {"Other agencies        ", .text = "{answered} of {peers} answered, {agree} agree with this clock",
     .when = "in_doubt"},
    {"", .text = "If the clock is wrong, set it. If it is right: refex node clock --confirm", .when = "in_doubt"},
    {"Behind the log        ", .write = write_behind, "behind"},
    {"", .write = write_consequences, "in_doubt behind"},
    {"", .write = write_unneeded},
    {"", .text = "Confirmed and recorded: the log's time runs from this machine's clock.", .when = "confirmed"},
    {0}};

static const struct told_form clock_form = {.answer = &control_clock_contract, .lines = clock_lines};

/* What a person reads who is asked whether it is right. */
static const struct told_line asked_lines[] = {{"This machine's clock  ", .text = "{clock}"},
                                               {"The log's time        ", .text = "{trusted}"},
                                               {"", .write = write_consequences, "in_doubt behind"},
                                               {0}};

static const struct told_form asked_form = {.answer = &control_clock_contract, .lines = asked_lines};

static bool on_clock(void *cookie, const struct control_clock *k, struct error *err)
{
    (void)err;
    *(struct control_clock *)cookie = *k;
    return true;
}

static bool ask_clock(struct command *c, bool confirm, struct control_clock *out, struct error *err)
{
    const struct control_clock_ask ask = {.confirm = confirm};

    return call_node_clock(c, &ask, on_clock, out, err);
}

/* At a terminal a person reads both times and what will happen, and decides. A script is not held up. */
static bool decide(struct command *c, bool *confirmed, struct error *err)
{
    struct control_clock k;

    *confirmed = true;
    if (!asking_has_terminal(c))
        return true;
    if (!ask_clock(c, false, &k, err))
        return false;
    if (!k.in_doubt && !k.is_behind)
        return true;
    told_form_show(stderr, false, &asked_form, &(struct told_shown){.answer = &k});
    *confirmed = asking_says_yes("Is this machine's clock right, by a watch?");
    return true;
}

static bool run_clock(struct command *c, int *status, struct error *err)
{
    bool confirm = options_flag(&c->options, "confirm");
    bool confirmed = true;
    struct control_clock k;

    if (!connection_open(c, REFEX_NODE, err) || (confirm && !decide(c, &confirmed, err)))
        return false;
    if (!confirmed) {
        (void)fputs("Nothing was confirmed.\n", stderr);
        *status = 1;
        return true;
    }
    if (!ask_clock(c, confirm, &k, err))
        return false;
    told_form_show(stdout, c->json, &clock_form, &(struct told_shown){.answer = &k, .beside = &confirm});
    *status = k.in_doubt || k.is_behind ? 1 : 0;
    return true;
}

const struct verb cmd_node_clock = {
    .usage = "--home DIR [--confirm]",
    .summary = "What this machine's clock says and what the node's log and other agencies say; --confirm: it is right.",
    .help = "A clock that is more than a day ahead of the log is in doubt: nothing is erased or expired by its date.\n"
            "Most agencies that answer end the doubt by themselves. Before --confirm compare the clock with a watch;\n"
            "at a terminal you read what it does and are asked. It is recorded in the audit log. 0: not in doubt. 1:\n"
            "in doubt, or behind the log.",
    .syntax.own = {OPTION_FLAG("confirm", "this machine's clock is right, whatever the log says")},
    .forms = {&clock_form},
    .run = run_clock,
};
