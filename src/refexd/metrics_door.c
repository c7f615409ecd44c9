#include "refexd/metrics_door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "exchange/exchange_status.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/config.h"
#include "refexd/metrics_text.h"

#define SOCKET_NAME "metrics.sock"
#define FRESH_MS    5000 /* so long the same is given again: making it looks through what is open */
#define OPEN_MS     1000 /* a connection stays open, so that what is asked on it goes somewhere; nobody reads it */
#define OPEN_MAX    16
#define STEP_ROWS   64 /* consents compared with the log in a round of the loop */

struct metrics_door {
    struct listener *listener;
    struct timer *closing;
    const struct control_context *context;
    struct loop *loop;
    struct walk_step step; /* of what is looked through before an answer is made */
    struct bytes answer;
    int64_t made_ms;    /* steady; 0: never */
    int open[OPEN_MAX]; /* descriptors, oldest first … */
    size_t open_count;
    size_t answered; /* … of which so many have their answer */
};

/* --- connections --- */

static void close_oldest(struct metrics_door *d, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)close(d->open[i]);
    d->open_count -= count;
    d->answered -= d->answered < count ? d->answered : count;
    memmove(d->open, d->open + count, d->open_count * sizeof d->open[0]);
}

/* Those that have their answer. */
static void on_closing(void *cookie)
{
    struct metrics_door *d = cookie;

    close_oldest(d, d->answered);
    if (d->listener != NULL)
        listener_start(d->listener);
}

/* --- what they are given --- */

static bool is_fresh(const struct metrics_door *d)
{
    return d->made_ms != 0 && clock_steady_ms(d->context->clock) - d->made_ms < FRESH_MS;
}

static void make_answer(struct metrics_door *d, bool is_prepared)
{
    struct bytes body = {0};
    struct error err = {0};

    d->made_ms = clock_steady_ms(d->context->clock);
    bytes_clear(&d->answer);
    if (is_prepared && metrics_text_write(d->context, &body, &err)) {
        bytes_printf(&d->answer,
                     "HTTP/1.0 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
                     "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                     body.size);
        bytes_append_view(&d->answer, bytes_view(&body));
    } else {
        log_line(LOG_WARNING, "event=metrics.unread code=%s", error_row(err.code)->code);
        bytes_append_text(&d->answer,
                          "HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    bytes_fini(&body);
}

/* What does not fit the socket at once is not waited for: nobody who reads slowly holds up the node. */
static void answer_all(struct metrics_door *d)
{
    for (; d->answered < d->open_count; d->answered++) {
        (void)!send(d->open[d->answered], d->answer.at, d->answer.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void)shutdown(d->open[d->answered], SHUT_WR);
    }
    timer_start(d->closing, OPEN_MS);
}

static void on_accept(void *cookie, int fd, const struct listener_peer *peer)
{
    struct metrics_door *d = cookie;

    (void)peer;
    d->open[d->open_count++] = fd;
    if (d->open_count == OPEN_MAX)
        listener_pause(d->listener); /* the others wait until these are closed */
    if (is_fresh(d))
        answer_all(d);
    else
        loop_wake(d->loop);
}

bool metrics_door_go_on(struct metrics_door *d)
{
    struct error err = {0};
    bool ok;

    if (d == NULL || d->answered == d->open_count)
        return false;
    d->step.limit = STEP_ROWS;
    exchange_step_begin(d->context->exchange);
    ok = exchange_status_prepare(d->context->exchange, &d->step, &err);
    exchange_step_end(d->context->exchange);
    if (ok && d->step.more)
        return true;
    d->step = (struct walk_step){.limit = 0};
    make_answer(d, ok);
    answer_all(d);
    return false;
}

/* --- listening --- */

/* As the control socket beside it. */
static bool give_to_group(int run, const struct config *c, struct error *err)
{
    return !c->has_group ||
           (fchownat(run, SOCKET_NAME, (uid_t)-1, c->group, AT_SYMLINK_NOFOLLOW) == 0 &&
            fchmodat(run, SOCKET_NAME, 0660, 0) == 0) ||
           error_set(err, E_NOD_12, "run/%s cannot be given to the group %u: %s", SOCKET_NAME, (unsigned)c->group,
                     strerror(errno));
}

static bool listen_in(struct metrics_door *d, struct loop *l, const char *run_path, const char *path, struct error *err)
{
    int run = open(run_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int taken = run >= 0 ? fcntl(run, F_DUPFD_CLOEXEC, 0) : -1;
    bool ok = taken >= 0 ? listener_open_unix(l, taken, path, on_accept, d, &d->listener, err) &&
                               give_to_group(run, d->context->config, err)
                         : error_set(err, E_LNK_11, "%s: %s", run_path, strerror(errno));

    if (run >= 0)
        (void)close(run);
    if (ok)
        listener_start(d->listener);
    return ok;
}

bool metrics_door_open(struct loop *l, const struct control_context *context, struct metrics_door **out,
                       struct error *err)
{
    char run[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    struct metrics_door *d;

    *out = NULL;
    if (!context->config->metrics)
        return true;
    if (!file_join_path(run, context->home, "run", err) || !file_join_path(path, run, SOCKET_NAME, err))
        return false;
    d = xnew(sizeof *d);
    *d = (struct metrics_door){.context = context, .loop = l, .closing = timer_new(l, on_closing, d)};
    *out = d;
    return listen_in(d, l, run, path, err);
}

void metrics_door_stop(struct metrics_door *d)
{
    if (d == NULL)
        return;
    listener_close(d->listener);
    d->listener = NULL;
    close_oldest(d, d->open_count);
    timer_stop(d->closing);
}

void metrics_door_free(struct metrics_door *d)
{
    if (d == NULL)
        return;
    close_oldest(d, d->open_count);
    bytes_fini(&d->answer);
    free(d);
}
