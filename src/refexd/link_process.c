/* One process, started again whenever it ends.
 *
 *     idle ──► starting ──► running ──► closing ──► terminating ──► stopped
 *                ▲  │                      ▲             │             ▲
 *                │  └──────────────────────┘             ▼             │
 *                └─────────────────────────────────── backoff ─────────┘
 *
 * The happy path ends at running. When the process or its stream ends, or link_process_stop is called, closing waits
 * for the stream and terminating for the process; a process that could not be started goes the same way. Then comes the
 * backoff, or, after a stop, the end. A stop in idle or backoff leads straight to stopped.
 */
#include "refexd/link_process.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/program.h"
#include "base/step.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"

#define BACKOFF_MIN_MS   100
#define BACKOFF_MAX_MS   30000
#define BACKOFF_RESET_MS 60000 /* after a run this long the next backoff is short again */
#define KILL_TIMEOUT_MS  2000  /* from the end of its stream to SIGKILL */

enum process_state { P_IDLE, P_STARTING, P_RUNNING, P_CLOSING, P_TERMINATING, P_BACKING_OFF, P_STOPPED, P_COUNT };

static const struct step_rule rules[P_COUNT] = {
    [P_IDLE] = {"idle", STEP(P_STARTING) | STEP(P_STOPPED)},
    [P_STARTING] = {"starting", STEP(P_RUNNING) | STEP(P_CLOSING)},
    [P_RUNNING] = {"running", STEP(P_CLOSING)},
    [P_CLOSING] = {"closing", STEP(P_TERMINATING)},
    [P_TERMINATING] = {"terminating", STEP(P_BACKING_OFF) | STEP(P_STOPPED)},
    [P_BACKING_OFF] = {"backoff", STEP(P_STARTING) | STEP(P_STOPPED)},
    [P_STOPPED] = {"stopped", 0},
};

struct link_process {
    struct loop *loop;
    const char *program;
    const char *argument;         /* the first, for the log */
    const char *const *arguments; /* NULL: that one alone */
    const struct link_process_events *events;
    void *cookie;
    int state;
    struct child *child;   /* NULL: it has exited, or none was started */
    struct stream *stream; /* NULL: closed */
    struct timer *timer;   /* the backoff before the next start, or the time until SIGKILL */
    int64_t started_ms;
    int64_t backoff_ms;
    uint32_t restarts;
    bool start_asked;
    bool stop_asked;
};

static void on_frame(void *cookie, uint16_t kind, struct view payload);
static void on_stream_closed(void *cookie, const struct error *err);
static void on_child_exit(void *cookie, int exit_status, int signal_number);
static void step(struct link_process *p);

static const struct stream_events stream_events = {.on_frame = on_frame, .on_closed = on_stream_closed};

/* --- what each step does --- */

static bool start_process(struct link_process *p)
{
    char path[FILE_PATH_MAX];
    const char *argv[LINK_PROCESS_ARGUMENTS + 2] = {p->program, p->argument};
    struct error err = {0};
    int seam;

    REQUIRE(p->child == NULL && p->stream == NULL);
    p->started_ms = loop_now_ms(p->loop);
    for (size_t i = 0; p->arguments != NULL && p->arguments[i] != NULL; i++) {
        REQUIRE(i < LINK_PROCESS_ARGUMENTS);
        argv[i + 1] = p->arguments[i];
    }
    if (program_find(p->program, path, &err) &&
        child_start(p->loop, path, argv, on_child_exit, p, &p->child, &seam, &err)) {
        p->stream = stream_open_fd(p->loop, seam, STREAM_FRAMED, &stream_events, p);
        return true;
    }
    p->child = NULL;
    log_line(LOG_ERROR, "event=link.not_started code=%s text=\"%s\"", error_row(err.code)->code, err.text);
    return false;
}

/* It ends by itself when its stream does; what hangs is killed. */
static void terminate_process(struct link_process *p)
{
    if (p->child == NULL)
        return;
    timer_start(p->timer, KILL_TIMEOUT_MS);
}

static void begin_backoff(struct link_process *p)
{
    if (loop_now_ms(p->loop) - p->started_ms > BACKOFF_RESET_MS)
        p->backoff_ms = BACKOFF_MIN_MS;
    log_line(LOG_WARNING, "event=link.restart argument=%s backoff_ms=%lld", p->argument != NULL ? p->argument : "-",
             (long long)p->backoff_ms);
    timer_start(p->timer, p->backoff_ms);
    p->backoff_ms = pause_doubled(p->backoff_ms, 1, BACKOFF_MAX_MS);
    p->restarts++;
}

/* --- steps --- */

static void enter_state(struct link_process *p, int next)
{
    log_line(LOG_DEBUG, "event=link.process argument=%s from=%s to=%s", p->argument != NULL ? p->argument : "-",
             rules[p->state].name, rules[next].name);
    step_enter(rules, &p->state, next);
}

static void step(struct link_process *p)
{
    for (;;) {
        switch (p->state) {
        case P_IDLE:
            if (!p->start_asked && !p->stop_asked)
                return; /* wait: link_process_start or link_process_stop */
            enter_state(p, p->stop_asked ? P_STOPPED : P_STARTING);
            break;
        case P_STARTING:
            enter_state(p, start_process(p) ? P_RUNNING : P_CLOSING);
            if (p->state == P_RUNNING)
                p->events->on_started(p->cookie);
            break;
        case P_RUNNING:
            if (p->child != NULL && p->stream != NULL && !p->stop_asked)
                return; /* wait: on_child_exit, on_stream_closed or link_process_stop */
            enter_state(p, P_CLOSING);
            if (p->stream != NULL)
                stream_close(p->stream);
            break;
        case P_CLOSING:
            if (p->stream != NULL)
                return; /* wait: on_stream_closed */
            enter_state(p, P_TERMINATING);
            terminate_process(p);
            break;
        case P_TERMINATING:
            if (p->child != NULL)
                return; /* wait: on_child_exit, or on_timer, which kills it */
            timer_stop(p->timer);
            enter_state(p, p->stop_asked ? P_STOPPED : P_BACKING_OFF);
            if (p->state == P_BACKING_OFF)
                begin_backoff(p);
            p->events->on_exited(p->cookie); /* last: it may stop this */
            break;
        case P_BACKING_OFF:
            if (timer_is_running(p->timer) && !p->stop_asked)
                return; /* wait: on_timer or link_process_stop */
            timer_stop(p->timer);
            enter_state(p, p->stop_asked ? P_STOPPED : P_STARTING);
            break;
        case P_STOPPED:
            return; /* wait: link_process_free */
        default:
            REQUIRE(false); /* there is no other state */
        }
    }
}

/* --- what happens to it --- */

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct link_process *p = cookie;
    struct error err = {0};

    if (!p->events->on_frame(p->cookie, kind, payload, &err))
        stream_fail(p->stream, &err);
}

static void on_stream_closed(void *cookie, const struct error *err)
{
    struct link_process *p = cookie;

    p->stream = NULL;
    if (err->code != E_NONE && !p->stop_asked)
        log_line(err->code == E_LNK_16 ? LOG_WARNING : LOG_ERROR, /* cut: the process has died */
                 "event=link.seam_closed code=%s text=\"%s\"", error_row(err->code)->code, err->text);
    step(p);
}

static void on_child_exit(void *cookie, int exit_status, int signal_number)
{
    struct link_process *p = cookie;

    p->child = NULL;
    if (!p->stop_asked)
        log_line(LOG_WARNING, "event=link.died exit_status=%d signal=%d", exit_status, signal_number);
    step(p);
}

static void on_timer(void *cookie)
{
    struct link_process *p = cookie;

    if (p->state == P_TERMINATING && p->child != NULL)
        child_signal(p->child, SIGKILL);
    step(p);
}

/* --- what is asked of it --- */

struct link_process *link_process_new(struct loop *l, const char *argument, const struct link_process_events *events,
                                      void *cookie)
{
    struct link_process *p = xnew(sizeof *p);

    p->loop = l;
    p->program = "refex-link";
    p->argument = argument;
    p->events = events;
    p->cookie = cookie;
    p->state = P_IDLE;
    p->backoff_ms = BACKOFF_MIN_MS;
    p->timer = timer_new(l, on_timer, p);
    return p;
}

struct link_process *link_process_new_of(struct loop *l, const char *program, const char *const *arguments,
                                         const struct link_process_events *events, void *cookie)
{
    struct link_process *p = link_process_new(l, arguments[0], events, cookie);

    p->program = program;
    p->arguments = arguments;
    return p;
}

void link_process_start(struct link_process *p)
{
    p->start_asked = true;
    step(p);
}

void link_process_stop(struct link_process *p)
{
    p->stop_asked = true;
    step(p);
}

/* --- sending --- */

struct bytes *link_process_send_begin(struct link_process *p, uint16_t kind)
{
    return p->stream != NULL ? stream_frame_begin(p->stream, kind) : NULL;
}

void link_process_send_end(struct link_process *p)
{
    REQUIRE(p->stream != NULL); /* link_process_send_begin gave a buffer */
    stream_frame_end(p->stream);
}

size_t link_process_waiting_bytes(const struct link_process *p)
{
    return p->stream != NULL ? stream_waiting_bytes(p->stream) : 0;
}

void link_process_pause_reading(struct link_process *p)
{
    if (p->stream != NULL)
        stream_pause(p->stream);
}

void link_process_resume_reading(struct link_process *p)
{
    if (p->stream != NULL)
        stream_resume(p->stream);
}

bool link_process_is_running(const struct link_process *p)
{
    return p->state == P_RUNNING;
}

uint32_t link_process_restarts(const struct link_process *p)
{
    return p->restarts;
}

pid_t link_process_pid(const struct link_process *p)
{
    return p->child != NULL ? child_pid(p->child) : 0;
}

void link_process_free(struct link_process *p)
{
    free(p); /* its timer went with the loop */
}
