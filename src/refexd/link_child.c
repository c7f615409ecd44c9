#include "refexd/link_child.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "refexd/program.h"

#define BACKOFF_MIN_MS   100
#define BACKOFF_MAX_MS   30000
#define BACKOFF_RESET_MS 60000 /* after a life this long the next pause is short again */
#define KILL_TIMEOUT_MS  2000  /* between asking it to end and ending it */

struct link_child {
    struct loop *loop;
    const char *argument;
    const struct link_child_events *events;
    void *cookie;
    struct child *child;   /* NULL: none stands */
    struct stream *stream; /* NULL: closed */
    struct timer *timer;   /* the pause before the next life, or the grace before the end of this one */
    int64_t started_ms;
    int64_t backoff_ms;
    uint32_t restarts;
    bool stopping; /* for good */
};

static void start_process(struct link_child *c);

/* --- the end of a life --- */

static void on_timer(void *cookie)
{
    struct link_child *c = cookie;

    if (c->child != NULL)
        child_signal(c->child, SIGKILL);
    else if (!c->stopping)
        start_process(c);
}

/* Both the process and its stream have ended. */
static void finish_process(struct link_child *c)
{
    if (c->child != NULL || c->stream != NULL)
        return;
    timer_stop(c->timer);
    c->events->on_exited(c->cookie);
    if (c->stopping)
        return;
    if (loop_now_ms(c->loop) - c->started_ms > BACKOFF_RESET_MS)
        c->backoff_ms = BACKOFF_MIN_MS;
    log_line(LOG_WARNING, "event=link.restart argument=%s pause_ms=%lld", c->argument != NULL ? c->argument : "-",
             (long long)c->backoff_ms);
    timer_start(c->timer, c->backoff_ms);
    c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : c->backoff_ms * 2;
    c->restarts++;
}

static void on_child_exit(void *cookie, int exit_status, int signal_number)
{
    struct link_child *c = cookie;

    c->child = NULL;
    if (!c->stopping)
        log_line(LOG_WARNING, "event=link.died exit_status=%d signal=%d", exit_status, signal_number);
    if (c->stream != NULL)
        stream_close(c->stream);
    else
        finish_process(c);
}

static void on_stream_closed(void *cookie, const struct error *err)
{
    struct link_child *c = cookie;

    c->stream = NULL;
    if (err->code != E_NONE && !c->stopping)
        log_line(LOG_ERROR, "event=link.seam_closed code=%s text=\"%s\"", error_row(err->code)->code, err->text);
    if (c->child == NULL) {
        finish_process(c);
        return;
    }
    child_signal(c->child, SIGTERM); /* it ends by itself when the seam does; this is for one that hangs */
    timer_start(c->timer, KILL_TIMEOUT_MS);
}

/* --- a life --- */

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct link_child *c = cookie;
    struct error err = {0};

    if (!c->events->on_frame(c->cookie, kind, payload, &err))
        stream_fail(c->stream, &err);
}

static const struct stream_events stream_events = {.on_frame = on_frame, .on_closed = on_stream_closed};

static bool start_program(struct link_child *c, int *seam, struct error *err)
{
    char path[FILE_PATH_MAX];
    const char *const argv[] = {"refex-link", c->argument, NULL};

    return program_find("refex-link", path, err) &&
           child_start(c->loop, path, argv, on_child_exit, c, &c->child, seam, err);
}

static void start_process(struct link_child *c)
{
    struct error err = {0};
    int seam;

    c->started_ms = loop_now_ms(c->loop);
    if (!start_program(c, &seam, &err)) {
        log_line(LOG_ERROR, "event=link.not_started code=%s text=\"%s\"", error_row(err.code)->code, err.text);
        c->child = NULL;
        finish_process(c);
        return;
    }
    c->stream = stream_open_fd(c->loop, seam, STREAM_FRAMED, &stream_events, c);
    c->events->on_started(c->cookie);
}

struct link_child *link_child_new(struct loop *l, const char *argument, const struct link_child_events *events,
                                  void *cookie)
{
    struct link_child *c = xnew(sizeof *c);

    c->loop = l;
    c->argument = argument;
    c->events = events;
    c->cookie = cookie;
    c->backoff_ms = BACKOFF_MIN_MS;
    c->timer = timer_new(l, on_timer, c);
    return c;
}

void link_child_start(struct link_child *c)
{
    start_process(c);
}

void link_child_stop(struct link_child *c)
{
    c->stopping = true;
    timer_stop(c->timer);
    if (c->stream != NULL)
        stream_close(c->stream);
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
    return c->stream != NULL;
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
