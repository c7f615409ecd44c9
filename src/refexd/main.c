/* refexd: the node. Keys, consent, store and audit log. It listens on a local control socket, never on the network.
 *
 * The order of its start is fixed:
 *
 *   1  harden the process (no core dumps)      secret_harden_process
 *   2  lock the home                           node_home_lock
 *   3  read node.conf                          config_read
 *   4  find the service manager                service_state_new
 *   5  open the exchange                       exchange_open
 *   6  listen on the control socket            control_door_listen, node_home_mark
 *   7  start refex-link                        seam_door_start
 *   8  run the loop                            loop_run
 *
 * Every round of the loop ends with a tick of the exchange: what was asked is committed, and only then answered. If a
 * tick fails the process ends at once; the next start reads the database as it is.
 *
 * In two other modes it is a short-lived helper that serves one program over descriptor 3: --read-only (lists and logs
 * of a stopped node) and --tool (makes and enrols a node). --copy-wal, --run-hooks and --backup serve the node itself
 * (wal_copier.h, hook_runner.h, backup_process.h).
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/random.h"
#include "exchange/setup.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/backup/backup_process.h"
#include "refexd/backup/backups.h"
#include "refexd/config.h"
#include "refexd/control_door.h"
#include "refexd/credential.h"
#include "refexd/hooks/hook_runner.h"
#include "refexd/hooks/hooks.h"
#include "refexd/machine_stamp.h"
#include "refexd/metrics_door.h"
#include "refexd/node_home.h"
#include "refexd/reload.h"
#include "refexd/seam_door.h"
#include "refexd/service_state.h"
#include "refexd/single_client.h"
#include "refexd/start_options.h"
#include "refexd/wal_copier.h"

#define WAKE_MAX_MS 60000 /* longest sleep: the wall clock may be set meanwhile */

struct node {
    struct loop *loop;
    struct timer *wake;
    struct exchange *exchange;
    struct seam_door *seam;
    struct control_door *control;
    struct metrics_door *metrics;
    struct wal_copier *wal_copier;
    struct hooks *hooks;
    struct backups *backups;
    struct service_state *service;
    struct config config;
    struct control_context context;
    int ready_fd;
    bool stopping;
    bool had_terminal;        /* when it started */
    struct error start_error; /* why the node stopped right after its start */
};

/* --- the tick --- */

static void on_wake(void *cookie)
{
    struct node *n = cookie;

    loop_wake(n->loop);
}

static void arm_wake(struct node *n, int64_t wake_ms)
{
    int64_t delay = wake_ms - clock_steady_ms(&clock_real);

    if (wake_ms == 0)
        return;
    if (delay > WAKE_MAX_MS)
        delay = WAKE_MAX_MS;
    timer_start(n->wake, delay < 0 ? 0 : delay);
}

static void stop_node(struct node *n)
{
    struct error err;

    if (n->stopping)
        return;
    n->stopping = true;
    log_line(LOG_NOTICE, "event=node.stopping");
    service_state_stopping(n->service);
    if (!node_home_mark(n->context.home, false, &err)) /* it stops all the same */
        log_line(LOG_WARNING, "event=node.mark code=%s", error_row(err.code)->code);
    control_door_stop(n->control);
    metrics_door_stop(n->metrics);
    hooks_stop(n->hooks);
    backups_stop(n->backups);
    loop_wake(n->loop);
}

/* Called by exchange_tick: all requests since the last tick are durable. Only now are they answered. */
static void on_committed(void *cookie)
{
    struct node *n = cookie;

    control_door_committed(n->control);
    if (n->seam != NULL && !n->stopping)
        seam_door_committed(n->seam);
}

/* Called instead when the tick was undone. */
static void on_undone(void *cookie, const struct error *why)
{
    struct node *n = cookie;

    control_door_undone(n->control, why);
    if (n->seam != NULL && !n->stopping)
        seam_door_committed(n->seam);
}

static bool copy_wal(void *cookie)
{
    struct node *n = cookie;

    return !n->stopping && wal_copier_ask(n->wal_copier);
}

static void on_wal_copied(void *cookie)
{
    struct node *n = cookie;

    exchange_wal_copied(n->exchange);
    loop_wake(n->loop);
}

static void on_tick(void *cookie)
{
    struct node *n = cookie;
    struct error err = {0};
    int64_t wake_ms = 0;
    bool more = !n->stopping && control_door_go_on(n->control);

    more = (!n->stopping && metrics_door_go_on(n->metrics)) || more;
    if (!(n->stopping ? exchange_stop(n->exchange, &err) : exchange_tick(n->exchange, &wake_ms, &err))) {
        log_line(LOG_ERROR, "event=node.tick_failed code=%s text=\"%s\"", error_row(err.code)->code, err.text);
        _exit(error_row(err.code)
                  ->exit_status); /* nothing of this tick has left; the next start reads what was committed */
    }
    if (n->stopping) {
        if (n->seam != NULL)
            seam_door_stop(n->seam);
        loop_stop(n->loop);
        return;
    }
    hooks_advance(n->hooks);
    backups_advance(n->backups);
    arm_wake(n, wake_ms);
    if (more || exchange_has_work(n->exchange))
        loop_wake(n->loop);
}

/* --- callbacks of signals and doors --- */

static void on_signal(void *cookie, int signal_number)
{
    (void)signal_number;
    stop_node(cookie);
}

static bool has_terminal(void)
{
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    bool has = fd >= 0 && isatty(fd);

    if (fd >= 0)
        (void)close(fd);
    return has;
}

/* A terminal that hangs up ends what runs there; else the settings are read again. */
static void on_hangup(void *cookie, int signal_number)
{
    struct node *n = cookie;
    char left[RELOAD_TEXT];

    (void)signal_number;
    if (n->stopping)
        return;
    if (n->had_terminal && !has_terminal()) {
        stop_node(n);
        return;
    }
    service_state_reloading(n->service);
    reload_settings(n->context.home, &n->config, n->exchange, left);
    service_state_reloaded(n->service, left);
}

static void on_stop_asked(void *cookie)
{
    stop_node(cookie);
}

static void on_network(void *cookie, struct seam_state *out)
{
    struct node *n = cookie;

    seam_door_state(n->seam, out);
}

static struct dial_said on_dial(void *cookie, const struct address *agency)
{
    struct node *n = cookie;

    return seam_door_dial(n->seam, agency);
}

static void on_ready(void *cookie)
{
    struct node *n = cookie;
    struct seam_state state;

    seam_door_state(n->seam, &state);
    (void)fprintf(stderr, "refexd: ready agency=%s listen=%s\n", n->config.agency.text,
                  state.listen[0] != '\0' ? state.listen : "-");
    if (n->ready_fd >= 0) {
        (void)!write(n->ready_fd, "\n", 1);
        (void)close(n->ready_fd);
        n->ready_fd = -1;
    }
    service_state_ready(n->service, n->exchange);
}

static void on_failed(void *cookie, const struct error *err)
{
    struct node *n = cookie;

    n->start_error = *err;
    stop_node(n);
}

static const struct seam_door_events seam_events = {on_ready, on_failed};

/* --- the node --- */

static bool open_exchange(struct node *n, const char *home, const struct secret *passphrase, struct error *err)
{
    struct exchange_options options = {.home = home,
                                       .clock = &clock_real,
                                       .random = &random_real,
                                       .post = seam_door_post(n->seam),
                                       .on_committed = on_committed,
                                       .on_undone = on_undone,
                                       .copy_wal = copy_wal,
                                       .keep_closed_days = n->config.keep_closed_days,
                                       .cookie = n};

    options.passphrase = secret_view(passphrase);
    return exchange_open(&options, &n->exchange, err);
}

/* The passphrase is in memory only from here until the storage key is open. */
static bool open_with_passphrase(struct node *n, const struct start_options *o, struct error *err)
{
    struct secret passphrase = {0};
    int fd = o->passphrase_fd >= 0 ? o->passphrase_fd : credential_open(CREDENTIAL_PASSPHRASE);
    bool ok = fd < 0 || secret_read_line(fd, BOUND_PASSPHRASE, &passphrase, err);

    if (fd >= 0)
        (void)close(fd);
    ok = ok && open_exchange(n, o->home, &passphrase, err);
    secret_fini(&passphrase);
    return ok;
}

static bool start_node(struct node *n, const struct start_options *o, struct error *err)
{
    if (!config_read(o->home, &n->config, err))
        return false;
    log_init("refexd", n->config.log_level);
    n->loop = loop_new();
    n->seam = seam_door_new(n->loop, &n->config, &seam_events, n);
    n->wal_copier = wal_copier_new(n->loop, o->home, on_wal_copied, n);
    n->service = service_state_new(n->loop);
    n->hooks = hooks_new(n->loop, o->home); /* before a key is read */
    n->backups = backups_new(n->loop, o->home, &n->config);
    if (!open_with_passphrase(n, o, err) || !config_check_agency(&n->config, exchange_agency(n->exchange), err))
        return false;
    n->context = (struct control_context){
        .mode = CONTROL_NODE,
        .home = o->home,
        .clock = &clock_real,
        .random = &random_real,
        .exchange = n->exchange,
        .started_ms = clock_now_ms(&clock_real),
        .config = &n->config,
        .hooks = n->hooks,
        .is_managed = service_state_is_managed(n->service),
        .backups = n->backups,
        .cookie = n,
        .network = on_network,
        .dial = on_dial,
        .stop_node = on_stop_asked,
    };
    if (!machine_stamp_write(o->home, MACHINE_ID, err)) /* of a home that an older refex made */
        return false;
    n->control = control_door_new(n->loop, &n->context);
    n->wake = timer_new(n->loop, on_wake, n);
    if (!control_door_listen(n->control, err) || !metrics_door_open(n->loop, &n->context, &n->metrics, err) ||
        !node_home_mark(o->home, true, err))
        return false;
    loop_on_signal(n->loop, SIGTERM, on_signal, n);
    loop_on_signal(n->loop, SIGINT, on_signal, n);
    loop_on_signal(n->loop, SIGHUP, on_hangup, n);
    loop_on_tick(n->loop, on_tick, n);
    seam_door_start(n->seam, n->exchange);
    hooks_open(n->hooks, n->exchange);
    backups_open(n->backups, n->exchange);
    loop_wake(n->loop);
    return true;
}

static void end_node(struct node *n)
{
    loop_free(n->loop); /* first: closing its handles still calls back into the doors */
    seam_door_free(n->seam);
    wal_copier_free(n->wal_copier);
    hooks_free(n->hooks);
    backups_free(n->backups);
    service_state_free(n->service);
    metrics_door_free(n->metrics);
    control_door_free(n->control);
    if (n->exchange != NULL)
        exchange_close(n->exchange);
}

/* Until it is heard it ends nothing. *IGNORED: whoever started this wants it to outlive his terminal (nohup). */
static void ignore_hangup(bool *ignored)
{
    struct sigaction before;

    *ignored =
        sigaction(SIGHUP, &(struct sigaction){.sa_handler = SIG_IGN}, &before) == 0 && before.sa_handler == SIG_IGN;
}

static bool run_node(const struct start_options *o, struct error *err)
{
    struct node n = {.ready_fd = o->ready_fd};
    bool made_lock;
    bool outlives;
    bool ok;

    ignore_hangup(&outlives);
    n.had_terminal = !outlives && has_terminal();
    ok = node_home_lock(o->home, E_NOD_10, &made_lock, err) && start_node(&n, o, err);
    if (ok) {
        loop_run(n.loop);
        ok = n.start_error.code == E_NONE;
        if (!ok)
            *err = n.start_error;
    }
    end_node(&n);
    return ok;
}

/* --- the start --- */

/* Returns the exit status: 0 yes, 1 no, or that of an error. */
static int check_passphrase_need(const struct start_options *o)
{
    struct error err = {0};
    bool asks = false;

    if (!exchange_needs_passphrase(o->home, &asks, &err))
        return error_row(err.code)->exit_status;
    return asks ? 0 : 1;
}

/* What a person asks who meets the program; true: it was answered. */
static bool answers_person(const struct start_options *o)
{
    if (o->wants_help)
        start_options_print_help();
    else if (o->wants_version)
        (void)puts("refexd " REFEX_VERSION);
    return o->wants_help || o->wants_version;
}

int main(int argc, char **argv)
{
    struct start_options o;
    struct error err = {0};
    bool ok;

    program_hold_descriptors();
    log_init("refexd", LOG_INFO);
    (void)umask(0077);
    ok = secret_harden_process(&err) && start_options_read(argc - 1, argv + 1, &o, &err);
    if (ok && answers_person(&o))
        return fflush(stdout) != 0;
    if (ok && o.asks_passphrase)
        return check_passphrase_need(&o);
    if (ok && o.copies_wal)
        ok = wal_copier_serve(o.home, &err);
    else if (ok && o.runs_hooks)
        ok = hook_runner_serve(o.home, &clock_real, &err);
    else if (ok && o.writes_backups)
        ok = backup_process_serve(o.home, &err);
    else if (ok && o.mode != CONTROL_NODE)
        ok = single_client_serve(&o, &err);
    else if (ok)
        ok = run_node(&o, &err);
    if (!ok)
        start_options_print_error(&err);
    return ok ? 0 : error_row(err.code)->exit_status;
}
