#include "refexd/service_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "exchange/exchange_status.h"
#include "io/service_manager.h"
#include "io/timer.h"

#define TELL_MS 60000

struct service_state {
    struct service_manager manager;
    struct timer *telling;
    struct timer *living;
    struct exchange *x; /* NULL: not ready, or it stops */
    char left[256];
};

/* Counts of agencies and messages; nothing of a person. */
static void write_status(const struct service_state *s, struct bytes *out)
{
    struct node_outline o;
    struct error err = {0};
    int64_t days;

    if (!exchange_outline(s->x, &o, &err)) {
        bytes_printf(out, "STATUS=how it is cannot be read (%s): refex status", error_row(err.code)->code);
        return;
    }
    days = (o.transport_until_ms - clock_now_ms(&clock_real)) / DAY_MS;
    bytes_printf(out, "STATUS=%" PRIu64 " linked, %" PRIu64 " waiting; certificate %" PRId64 " days", o.links,
                 o.waiting, days < 0 ? 0 : days);
    if (s->left[0] != '\0')
        bytes_printf(out, "; not reloaded: %s", s->left);
}

static void tell(struct service_state *s, const char *first)
{
    struct bytes state = {0};

    bytes_append_text(&state, first);
    write_status(s, &state);
    bytes_append_u8(&state, '\0');
    service_manager_tell(&s->manager, (const char *)state.at);
    bytes_fini(&state);
}

static void on_telling(void *cookie)
{
    struct service_state *s = cookie;

    tell(s, "");
    timer_start(s->telling, TELL_MS);
}

/* Twice in the time of the watchdog, as sd_watchdog_enabled(3) advises. */
static void on_living(void *cookie)
{
    struct service_state *s = cookie;

    service_manager_tell(&s->manager, "WATCHDOG=1");
    timer_start(s->living, s->manager.watchdog_ms / 2);
}

struct service_state *service_state_new(struct loop *l)
{
    struct service_state *s = xnew(sizeof *s);

    if (!service_manager_open(&s->manager))
        log_line(LOG_WARNING, "event=service.no_manager");
    s->telling = timer_new(l, on_telling, s);
    s->living = timer_new(l, on_living, s);
    return s;
}

bool service_state_is_managed(const struct service_state *s)
{
    return s->manager.socket >= 0;
}

void service_state_ready(struct service_state *s, struct exchange *x)
{
    if (s->manager.socket < 0)
        return;
    s->x = x;
    tell(s, "READY=1\n");
    timer_start(s->telling, TELL_MS);
    if (s->manager.watchdog_ms > 1)
        on_living(s);
}

void service_state_reloading(struct service_state *s)
{
    if (s->x != NULL)
        service_manager_tell(&s->manager, "RELOADING=1");
}

void service_state_reloaded(struct service_state *s, const char *left)
{
    (void)snprintf(s->left, sizeof s->left, "%s", left);
    if (s->x != NULL)
        tell(s, "READY=1\n");
}

void service_state_stopping(struct service_state *s)
{
    s->x = NULL;
    timer_stop(s->telling);
    service_manager_tell(&s->manager, "STOPPING=1\nSTATUS=stopping");
}

void service_state_free(struct service_state *s)
{
    if (s == NULL)
        return;
    service_manager_close(&s->manager);
    free(s);
}
