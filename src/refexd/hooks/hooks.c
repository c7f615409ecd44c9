#include "refexd/hooks/hooks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/program.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/logs/hook_calls.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "output/told_form.h"
#include "refexd/hooks/hook_files.h"
#include "refexd/hooks/hook_runner.h"

#define LIST_MS   1000    /* between two looks at the folder */
#define LOOK_MS   200     /* between two looks at the logs that find nothing */
#define PAUSE_MS  2000    /* after the first failure, four times as long after each next, up to: */
#define PAUSE_MAX 3600000 /* an hour */
#define LATER_MS  60000   /* after one that asked for it */
#define LATER     75      /* exit status: EX_TEMPFAIL */

struct hook {
    struct hook_file file;
    char key[HOOK_EVENT_MAX + 1 + HOOK_NAME_MAX + 1]; /* "EVENT/HOOK" */
    struct hook_place at;                             /* behind what it was told, or is nothing to it */
    bool has_event;                                   /* LINE is to be told next; behind it is: */
    char behind[EVENT_CURSOR_TEXT];
    struct bytes line;
    uint32_t tries;
    uint32_t laters;
    int64_t next_ms; /* steady: not told before */
    struct hook_result last;
    int64_t last_ms; /* of the clock */
    int64_t next_at; /* NEXT_MS by the clock */
};

struct hooks {
    struct loop *loop;
    const char *home;
    struct exchange *exchange; /* NULL: not open yet */
    struct child *child;
    struct stream *stream; /* NULL: the process has ended, and nothing is run */
    struct timer *timer;
    struct hook list[HOOKS_MAX];
    size_t count;
    struct hook *running; /* NULL: none */
    size_t next;          /* who is looked at first */
    int64_t list_ms;      /* steady: when the folder is looked at again … */
    int64_t look_ms;      /* … and the logs */
    bool is_throttled;    /* something may have happened since they were */
};

static const struct told_line no_lines[] = {{0}};

/* The same members as `refex watch --json`: they are the answer's. */
static const struct told_form event_form = {.answer = &control_event_contract, .lines = no_lines};

/* --- what happened --- */

static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct hook *k = cookie;
    char *text = NULL;
    size_t size = 0;
    FILE *to;

    (void)err;
    if (!view_equal(e->event, view_of_text(k->file.event))) {
        (void)snprintf(k->at.cursor, sizeof k->at.cursor, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
        return true;
    }
    (void)snprintf(k->behind, sizeof k->behind, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    to = open_memstream(&text, &size);
    REQUIRE(to != NULL);
    told_form_show(to, true, &event_form, &(struct told_shown){.answer = e});
    REQUIRE(fclose(to) == 0);
    bytes_clear(&k->line);
    bytes_append(&k->line, text, size);
    free(text);
    k->has_event = true;
    return false; /* no more of them now */
}

/* *MORE: there is more to look through. */
static bool look(struct hooks *h, struct hook *k, bool *more, struct error *err)
{
    char before[EVENT_CURSOR_TEXT];
    const struct control_watch_ask ask = {.since = view_of(before, strlen(k->at.cursor))};

    memcpy(before, k->at.cursor, sizeof before);
    if (!exchange_watch(h->exchange, STAFF_ROLES_ALL, &ask, on_event, k, err) && !k->has_event)
        return false;
    *more = !k->has_event && strcmp(before, k->at.cursor) != 0;
    return true;
}

/* A hook that is new begins with what happens from now on. */
static bool begin(struct hooks *h, struct hook *k, struct error *err)
{
    bool found;
    bool more;

    if (!exchange_hook_find(h->exchange, k->key, &found, &k->at, err))
        return false;
    if (k->at.cursor[0] != '\0')
        return true;
    return look(h, k, &more, err) && exchange_hook_put(h->exchange, k->key, &k->at, err);
}

/* --- the folder --- */

static struct hook *find(struct hooks *h, const struct hook_file *file)
{
    for (size_t i = 0; i < h->count; i++)
        if (strcmp(h->list[i].file.event, file->event) == 0 && strcmp(h->list[i].file.name, file->name) == 0)
            return &h->list[i];
    return NULL;
}

/* Where it comes again, it begins with what happens then. */
static void drop(struct hooks *h, struct hook *k)
{
    struct error err = {0};

    k->at.cursor[0] = '\0';
    if (!exchange_hook_put(h->exchange, k->key, &k->at, &err))
        log_line(LOG_WARNING, "event=hook.not_dropped hook=%s code=%s", k->key, error_row(err.code)->code);
    bytes_fini(&k->line);
}

static void add(struct hooks *h, const struct hook_file *file)
{
    struct hook *k = &h->list[h->count];
    struct error err = {0};

    *k = (struct hook){.file = *file};
    (void)snprintf(k->key, sizeof k->key, "%.*s/%.*s", HOOK_EVENT_MAX, file->event, HOOK_NAME_MAX, file->name);
    if (begin(h, k, &err))
        h->count++;
    else
        log_line(LOG_WARNING, "event=hook.not_begun hook=%s code=%s", k->key, error_row(err.code)->code);
    if (file->fault != HOOK_FAULT_NONE)
        log_line(LOG_WARNING, "event=hook.not_run hook=%s reason=%s", k->key, hook_fault_name(file->fault));
}

static bool is_listed(const struct hook *k, const struct hook_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(k->file.event, files[i].event) == 0 && strcmp(k->file.name, files[i].name) == 0)
            return true;
    return false;
}

static void read_folder(struct hooks *h)
{
    struct hook_file files[HOOKS_MAX];
    size_t count = hook_files_list(h->home, files);

    for (size_t i = 0; i < h->count;)
        if (is_listed(&h->list[i], files, count)) {
            i++;
        } else {
            drop(h, &h->list[i]);
            h->list[i] = h->list[--h->count];
        }
    for (size_t i = 0; i < count; i++) {
        struct hook *k = find(h, &files[i]);

        if (k != NULL)
            k->file.fault = files[i].fault;
        else
            add(h, &files[i]);
    }
}

/* --- running --- */

static void run(struct hooks *h, struct hook *k)
{
    struct bytes frame = {0};

    hook_run_write(k->file.event, k->file.name, bytes_view(&k->line), &frame);
    stream_write_raw(h->stream, bytes_view(&frame));
    bytes_fini(&frame);
    h->running = k;
}

/* It goes on behind the event that it was told, or is told no more. */
static void go_on(struct hooks *h, struct hook *k)
{
    struct error err = {0};

    memcpy(k->at.cursor, k->behind, sizeof k->at.cursor);
    k->has_event = false;
    k->tries = 0;
    k->laters = 0;
    k->next_ms = 0;
    h->look_ms = 0;
    if (!exchange_hook_put(h->exchange, k->key, &k->at, &err)) /* then it is told again after a restart */
        log_line(LOG_WARNING, "event=hook.not_noted hook=%s code=%s", k->key, error_row(err.code)->code);
}

static void pause_hook(struct hook *k, int64_t pause_ms)
{
    k->next_ms = clock_steady_ms(&clock_real) + pause_ms;
    k->next_at = clock_now_ms(&clock_real) + pause_ms;
}

static void fail_event(struct hooks *h, struct hook *k)
{
    int64_t pause = PAUSE_MS;

    k->tries++;
    log_line(LOG_WARNING, "event=hook.failed hook=%s outcome=%s status=%u tries=%u output=%u", k->key,
             hook_outcome_name(k->last.outcome), (unsigned)k->last.status, (unsigned)k->tries,
             (unsigned)k->last.output);
    for (uint32_t i = 1; i < k->tries && pause < PAUSE_MAX; i++)
        pause *= 4;
    if (k->tries < HOOK_TRIES) {
        pause_hook(k, pause < PAUSE_MAX ? pause : PAUSE_MAX);
        return;
    }
    k->at.given_up++;
    log_line(LOG_ERROR, "event=hook.gave_up hook=%s given_up=%" PRIu64, k->key, k->at.given_up);
    go_on(h, k);
}

static void on_ran(struct hooks *h, const struct hook_result *result)
{
    struct hook *k = h->running;

    h->running = NULL;
    k->last = *result;
    k->last_ms = clock_now_ms(&clock_real);
    if (result->outcome == HOOK_EXITED && result->status == LATER && ++k->laters < HOOK_LATER_TRIES) {
        k->last.outcome = HOOK_LATER;
        pause_hook(k, LATER_MS);
    } else if (result->outcome != HOOK_DONE) {
        fail_event(h, k);
    } else {
        go_on(h, k);
    }
}

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct hooks *h = cookie;
    struct hook_result result;

    struct error err;

    if (kind == HOOK_RAN && h->running != NULL && hook_ran_read(payload, &result)) {
        on_ran(h, &result);
    } else {
        (void)error_set(&err, E_HOK_02, "the process that runs hooks says what it was not asked: %u", (unsigned)kind);
        stream_fail(h->stream, &err);
    }
}

static void on_closed(void *cookie, const struct error *err)
{
    struct hooks *h = cookie;

    if (err->code != E_NONE)
        log_line(LOG_ERROR, "event=hook-runner.closed code=%s text=\"%s\"", error_row(err->code)->code, err->text);
    h->stream = NULL;
    h->running = NULL;
}

static void on_exit_of_child(void *cookie, int exit_status, int signal_number)
{
    const bool let_go = exit_status == 0 && signal_number == 0; /* by the node */

    (void)cookie;
    log_line(let_go ? LOG_INFO : LOG_ERROR, "event=hook-runner.ended code=%s status=%d signal=%d",
             let_go ? "-" : error_row(E_HOK_02)->code, exit_status, signal_number);
}

static const struct stream_events stream_events = {.on_frame = on_frame, .on_closed = on_closed};

static void on_time(void *cookie)
{
    struct hooks *h = cookie;

    loop_wake(h->loop);
}

/* --- the node --- */

struct hooks *hooks_new(struct loop *l, const char *home)
{
    const char *const argv[] = {"refexd", "--run-hooks", "--home", home, NULL};
    struct hooks *h = xnew(sizeof *h);
    char path[FILE_PATH_MAX];
    struct error err = {0};
    int fd;

    *h = (struct hooks){.loop = l, .home = home, .timer = timer_new(l, on_time, h)};
    if (program_find("refexd", path, &err) && child_start(l, path, argv, on_exit_of_child, h, &h->child, &fd, &err))
        h->stream = stream_open_fd(l, fd, STREAM_FRAMED, &stream_events, h);
    else
        log_line(LOG_WARNING, "event=hook-runner.not_started code=%s text=\"%s\"", error_row(err.code)->code, err.text);
    return h;
}

void hooks_open(struct hooks *h, struct exchange *x)
{
    h->exchange = x;
}

/* What K is to be told is run. False: nothing is. */
static bool tell_one(struct hooks *h, struct hook *k, int64_t now, bool looks, bool *more)
{
    struct error err = {0};
    bool more_here = false;

    if (k->file.fault != HOOK_FAULT_NONE || k->next_ms > now)
        return false;
    if (!k->has_event && looks && !look(h, k, &more_here, &err)) {
        log_line(LOG_WARNING, "event=hook.cannot_look hook=%s code=%s", k->key, error_row(err.code)->code);
        if (err.code == E_LOG_09)
            k->at.cursor[0] = '\0'; /* this log has no such place: from now on */
    }
    *more = *more || more_here;
    if (k->has_event)
        run(h, k);
    return k->has_event;
}

static void advance_all(struct hooks *h, int64_t now)
{
    bool looks = now >= h->look_ms;
    bool more = false;

    for (size_t i = 0; i < h->count && h->running == NULL; i++)
        if (tell_one(h, &h->list[(h->next + i) % h->count], now, looks, &more))
            h->next = (h->next + i + 1) % h->count;
    if (looks && h->running == NULL)
        h->look_ms = more ? now : now + LOOK_MS;
}

/* When there may be something to do though nothing happens. */
static int64_t first_due(const struct hooks *h, int64_t now)
{
    int64_t wake = h->list_ms;

    if (h->stream == NULL || h->running != NULL)
        return wake;
    if (h->is_throttled && h->look_ms < wake)
        wake = h->look_ms;
    for (size_t i = 0; i < h->count; i++)
        if (h->list[i].next_ms > now && h->list[i].next_ms < wake)
            wake = h->list[i].next_ms;
    return wake;
}

void hooks_advance(struct hooks *h)
{
    int64_t now = clock_steady_ms(&clock_real);

    if (h->exchange == NULL || exchange_hook_waits(h->exchange))
        return;
    if (now >= h->list_ms && h->running == NULL) {
        h->list_ms = now + LIST_MS;
        read_folder(h);
    }
    h->is_throttled = h->count != 0 && now < h->look_ms;
    if (h->stream != NULL && h->running == NULL && h->count != 0)
        advance_all(h, now);
    h->is_throttled = h->is_throttled || (h->count != 0 && h->look_ms <= now);
    timer_start(h->timer, h->running != NULL ? LIST_MS : first_due(h, now) - now);
}

void hooks_stop(struct hooks *h)
{
    h->exchange = NULL;
    if (h->stream != NULL)
        stream_close(h->stream);
}

void hooks_free(struct hooks *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->count; i++)
        bytes_fini(&h->list[i].line);
    free(h);
}

/* --- what people are told --- */

static bool is_failing(const struct hook *k)
{
    return k->file.fault != HOOK_FAULT_NONE ||
           (k->last.outcome != 0 && k->last.outcome != HOOK_DONE && k->last.outcome != HOOK_LATER);
}

bool hooks_list(const struct hooks *h, hooks_on_hook_fn *on_hook, void *cookie, struct error *err)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct hook *k = &h->list[i];
        const struct control_hook line = {.event = view_of_text(k->file.event),
                                          .name = view_of_text(k->file.name),
                                          .fault = k->file.fault,
                                          .outcome = k->last.outcome,
                                          .status = k->last.status,
                                          .at_ms = k->last_ms,
                                          .output = k->last.output,
                                          .given_up = k->at.given_up,
                                          .next_ms = k->next_ms != 0 ? k->next_at : 0,
                                          .tries = k->tries};

        if (!on_hook(cookie, &line, err))
            return false;
    }
    return true;
}

size_t hooks_stopped(const struct hooks *h)
{
    return h->stream == NULL ? h->count : 0;
}

size_t hooks_failing(const struct hooks *h, const char **first)
{
    size_t count = 0;

    for (size_t i = 0; i < h->count; i++)
        if (is_failing(&h->list[i]) && count++ == 0)
            *first = h->list[i].key;
    return count;
}
