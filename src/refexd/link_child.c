/* The life of one process, over and over.
 *
 *     idle ──► starting ──► running ──► closing ──► terminating ──► stopped
 *                ▲  │                      ▲             │             ▲
 *                │  └──────────────────────┘             ▼             │
 *                └──────────────────────────────────── paused ─────────┘
 *
 * The happy path ends at running. When the process or its stream ends, or link_child_stop is called, closing waits for
 * the stream and terminating for the process; a process that could not be started goes the same way. Then comes the
 * pause, or, after a stop, the end. A stop in idle or paused leads straight to stopped.
 */
#include "refexd/link_child.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/step.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "refexd/program.h"

#define BACKOFF_MIN_MS   100
#define BACKOFF_MAX_MS   30000
#define BACKOFF_RESET_MS 60000 /* after a life this long the next pause is short again */
#define KILL_TIMEOUT_MS  2000  /* from SIGTERM to SIGKILL */

enum child_state { C_IDLE, C_STARTING, C_RUNNING, C_CLOSING, C_TERMINATING, C_PAUSED, C_STOPPED, C_COUNT };

static const struct step_rule rules[C_COUNT] = {
    [C_IDLE] = {"idle", STEP(C_STARTING) | STEP(C_STOPPED)},
    [C_STARTING] = {"starting", STEP(C_RUNNING) | STEP(C_CLOSING)},
    [C_RUNNING] = {"running", STEP(C_CLOSING)},
    [C_CLOSING] = {"closing", STEP(C_TERMINATING)},
    [C_TERMINATING] = {"terminating", STEP(C_PAUSED) | STEP(C_STOPPED)},
    [C_PAUSED] = {"paused", STEP(C_STARTING) | STEP(C_STOPPED)},
    [C_STOPPED] = {"stopped", 0},
};

struct link_child {
    struct loop *loop;
    const char *argument;
    const struct link_child_events *events;
    void *cookie;
    int state;
    struct child *child;   /* NULL: it has exited, or none was started */
    struct stream *stream; /* NULL: closed */
    struct timer *timer;   /* the pause before the next start, or the time until SIGKILL */
    int64_t started_ms;
    int64_t backoff_ms;
    uint32_t restarts;
    bool start_asked;
    bool stop_asked;
};

static void on_frame(void *cookie, uint16_t kind, struct view payload);
static void on_stream_closed(void *cookie, const struct error *err);
static void on_child_exit(void *cookie, int exit_status, int signal_number);
static void step(struct link_child *c);

static const struct stream_events stream_events = {.on_frame = on_frame, .on_closed = on_stream_closed};

/* --- what each step does --- */

static bool start_process(struct link_child *c)
{
    char path[FILE_PATH_MAX];
    const char *const argv[] = {"refex-link", c->argument, NULL};
    struct error err = {0};
    int seam;

    c->started_ms = loop_now_ms(c->loop);
    if (program_find("refex-link", path, &err) &&
        child_start(c->loop, path, argv, on_child_exit, c, &c->child, &seam, &err)) {
        c->stream = stream_open_fd(c->loop, seam, STREAM_FRAMED, &stream_events, c);
        return true;
    }
    c->child = NULL;
    log_line(LOG_ERROR, "event=link.not_started code=%s text=\"%s\"", error_row(err.code)->code, err.text);
    return false;
}

/* It ends by itself when its stream does; the signals are for one that hangs. */
static void terminate_process(struct link_child *c)
{
    if (c->child == NULL)
        return;
    child_signal(c->child, SIGTERM);
    timer_start(c->timer, KILL_TIMEOUT_MS);
}

static void begin_pause(struct link_child *c)
{
    if (loop_now_ms(c->loop) - c->started_ms > BACKOFF_RESET_MS)
        c->backoff_ms = BACKOFF_MIN_MS;
    log_line(LOG_WARNING, "event=link.restart argument=%s pause_ms=%lld", c->argument != NULL ? c->argument : "-",
             (long long)c->backoff_ms);
    timer_start(c->timer, c->backoff_ms);
    c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : c->backoff_ms * 2;
    c->restarts++;
}

/* --- steps --- */

static void enter_state(struct link_child *c, int next)
{
    log_line(LOG_DEBUG, "event=link.process argument=%s from=%s to=%s", c->argument != NULL ? c->argument : "-",
             rules[c->state].name, rules[next].name);
    step_enter(rules, &c->state, next);
}

static void step(struct link_child *c)
{
    for (;;) {
        switch (c->state) {
        case C_IDLE:
            if (!c->start_asked && !c->stop_asked)
                return; /* wait: link_child_start or link_child_stop */
            enter_state(c, c->stop_asked ? C_STOPPED : C_STARTING);
            break;
        case C_STARTING:
            enter_state(c, start_process(c) ? C_RUNNING : C_CLOSING);
            if (c->state == C_RUNNING)
                c->events->on_started(c->cookie);
            break;
        case C_RUNNING:
            if (c->child != NULL && c->stream != NULL && !c->stop_asked)
                return; /* wait: on_child_exit, on_stream_closed or link_child_stop */
            enter_state(c, C_CLOSING);
            if (c->stream != NULL)
                stream_close(c->stream);
            break;
        case C_CLOSING:
            if (c->stream != NULL)
                return; /* wait: on_stream_closed */
            enter_state(c, C_TERMINATING);
            terminate_process(c);
            break;
        case C_TERMINATING:
            if (c->child != NULL)
                return; /* wait: on_child_exit, or on_timer, which kills it */
            timer_stop(c->timer);
            c->events->on_exited(c->cookie);
            enter_state(c, c->stop_asked ? C_STOPPED : C_PAUSED);
            if (c->state == C_PAUSED)
                begin_pause(c);
            break;
        case C_PAUSED:
            if (timer_is_running(c->timer) && !c->stop_asked)
                return; /* wait: on_timer or link_child_stop */
            timer_stop(c->timer);
            enter_state(c, c->stop_asked ? C_STOPPED : C_STARTING);
            break;
        case C_STOPPED:
            return; /* wait: link_child_free */
        default:
            REQUIRE(false); /* there is no other state */
        }
    }
}

/* --- what happens to it --- */

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct link_child *c = cookie;
    struct error err = {0};

    if (!c->events->on_frame(c->cookie, kind, payload, &err))
        stream_fail(c->stream, &err);
}

static void on_stream_closed(void *cookie, const struct error *err)
{
    struct link_child *c = cookie;

    c->stream = NULL;
    if (err->code != E_NONE && !c->stop_asked)
        log_line(err->code == E_LNK_16 ? LOG_WARNING : LOG_ERROR, /* cut: the process has died */
                 "event=link.seam_closed code=%s text=\"%s\"", error_row(err->code)->code, err->text);
    step(c);
}

static void on_child_exit(void *cookie, int exit_status, int signal_number)
{
    struct link_child *c = cookie;

    c->child = NULL;
    if (!c->stop_asked)
        log_line(LOG_WARNING, "event=link.died exit_status=%d signal=%d", exit_status, signal_number);
    step(c);
}

static void on_timer(void *cookie)
{
    struct link_child *c = cookie;

    if (c->state == C_TERMINATING && c->child != NULL)
        child_signal(c->child, SIGKILL);
    step(c);
}

/* --- what is asked of it --- */

struct link_child *link_child_new(struct loop *l, const char *argument, const struct link_child_events *events,
                                  void *cookie)
{
    struct link_child *c = xnew(sizeof *c);

    c->loop = l;
    c->argument = argument;
    c->events = events;
    c->cookie = cookie;
    c->state = C_IDLE;
    c->backoff_ms = BACKOFF_MIN_MS;
    c->timer = timer_new(l, on_timer, c);
    return c;
}

void link_child_start(struct link_child *c)
{
    c->start_asked = true;
    step(c);
}

void link_child_stop(struct link_child *c)
{
    c->stop_asked = true;
    step(c);
}

/* --- sending --- */

struct bytes *link_child_send_begin(struct link_child *c, uint16_t kind)
{
    return c->stream != NULL ? stream_frame_begin(c->stream, kind) : NULL;
}

void link_child_send_end(struct link_child *c)
{
    stream_frame_end(c->stream);
}

size_t link_child_waiting_bytes(const struct link_child *c)
{
    return c->stream != NULL ? stream_waiting_bytes(c->stream) : 0;
}

void link_child_pause(struct link_child *c)
{
    if (c->stream != NULL)
        stream_pause(c->stream);
}

void link_child_resume(struct link_child *c)
{
    if (c->stream != NULL)
        stream_resume(c->stream);
}

bool link_child_is_running(const struct link_child *c)
{
    return c->state == C_RUNNING;
}

uint32_t link_child_restarts(const struct link_child *c)
{
    return c->restarts;
}

pid_t link_child_pid(const struct link_child *c)
{
    return c->child != NULL ? child_pid(c->child) : 0;
}

void link_child_free(struct link_child *c)
{
    free(c); /* its timer went with the loop */
}
