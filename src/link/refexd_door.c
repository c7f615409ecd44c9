/* One message of refexd in, one call of links or a configuration; whatever is wrong ends this process. What may come,
 * and when, is in codec/seam.c.
 */
#include "link/refexd_door.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "codec/seam_frame.h"
#include "io/loop.h"
#include "io/stream.h"
#include "link/links.h"
#include "link/report.h"
#include "sandbox/sandbox.h"

#include <stdlib.h>

struct refexd_door {
    struct loop *loop;
    struct stream *seam;
    struct links *links; /* from CONFIGURE on */
    struct arena arena;  /* for one frame; wiping: the transport key is in the first */
    enum seam_phase phase;
    uint32_t used; /* see seam_permit */
    bool without_landlock;
    bool ending;
    int status;
};

typedef bool handler_fn(struct refexd_door *d, struct view payload, struct error *err);

static handler_fn on_configure, on_update, on_dial, on_send, on_hang_up, on_linked, on_identity;

/* Which function handles which message. When it may come: seam_permit. */
static const struct handler {
    uint16_t kind;
    handler_fn *handle_message;
} handlers[] = {
    {SEAM_CONFIGURE, on_configure}, {SEAM_UPDATE, on_update}, {SEAM_DIAL, on_dial},         {SEAM_SEND, on_send},
    {SEAM_HANG_UP, on_hang_up},     {SEAM_LINKED, on_linked}, {SEAM_IDENTITY, on_identity},
};

#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

/* --- the end --- */

/* Reports why, then reads no more: refexd starts this process again, or shows a person what is wrong. */
static void fail_door(struct refexd_door *d, const struct error *err)
{
    if (d->ending)
        return;
    d->ending = true;
    d->status = error_row(err->code)->exit_status;
    if (d->phase == SEAM_BEFORE_CONFIGURE)
        report_failed(d->seam, err); /* refexd logs it */
    else
        log_line(LOG_ERROR, "event=link.failed code=%s detail=\"%s\"", error_row(err->code)->code, err->text);
    stream_finish(d->seam);
}

static void on_seam_closed(void *cookie, const struct error *err)
{
    struct refexd_door *d = cookie;

    if (err->code != E_NONE && d->status == 0)
        log_line(LOG_NOTICE, "event=seam.closed code=%s detail=\"%s\"", error_row(err->code)->code, err->text);
    d->seam = NULL;
    if (d->links != NULL)
        links_seam_closed(d->links);
    loop_stop(d->loop); /* refexd has gone, or this process gives up */
}

/* --- what refexd asks --- */

/* The order matters: bind while that is still allowed, confine, and only then send HELLO and accept. */
static bool configure_link(struct refexd_door *d, const struct seam_configure *c, struct error *err)
{
    struct sandbox confined;
    uint16_t port = 0;

    if (!links_new(d->loop, &clock_real, d->seam, c, &d->links, err))
        return false;
    if (c->listen_address.size > 0 && !links_listen(d->links, c->listen_address, c->listen_port, &port, err))
        return false;
    if (!sandbox_enter(SANDBOX_LINK, d->without_landlock || c->allow_unconfined, &confined, err))
        return false;
    report_hello(d->seam, &(struct seam_hello){
                              .build = view_of_text(SEAM_BUILD),
                              .landlock = confined.landlock,
                              .seccomp = confined.seccomp,
                          });
    if (c->listen_address.size > 0)
        report_listening(d->seam, c->listen_address, port);
    links_start(d->links);
    d->phase = SEAM_OPEN;
    return true;
}

static bool on_configure(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_configure c;
    bool ok;

    if (!seam_configure_decode(payload, &d->arena, &c, err))
        return false;
    ok = view_equal(c.build, view_of_text(SEAM_BUILD))
             ? configure_link(d, &c, err)
             : error_set(err, E_LNK_13, "refexd and refex-link are not of the same build");
    /* OpenSSL has the key now: wipe the copies that it came in. Both are our own memory, borrowed as views. */
    secret_wipe((void *)(uintptr_t)c.transport_key.at, c.transport_key.size);
    secret_wipe((void *)(uintptr_t)payload.at, payload.size);
    return ok;
}

static bool on_update(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_update update;

    return seam_update_decode(payload, &d->arena, &update, err) && links_set_trust(d->links, &update.trust, err);
}

static bool on_dial(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_dial to;

    if (!seam_dial_decode(payload, &d->arena, &to, err))
        return false;
    links_dial(d->links, &to);
    return true;
}

static bool on_send(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_frame f;

    if (!seam_frame_decode(payload, &f, err))
        return false;
    links_send(d->links, &f);
    return true;
}

static bool on_hang_up(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_hang_up which;

    if (!seam_hang_up_decode(payload, &d->arena, &which, err))
        return false;
    links_hang_up(d->links, &which);
    return true;
}

static bool on_linked(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_linked linked;

    if (!seam_linked_decode(payload, &d->arena, &linked, err))
        return false;
    links_set_linked(d->links, &linked);
    return true;
}

static bool on_identity(struct refexd_door *d, struct view payload, struct error *err)
{
    struct seam_identity identity;
    bool ok;

    if (!seam_identity_decode(payload, &d->arena, &identity, err))
        return false;
    ok = links_set_identity(d->links, &identity, err);
    secret_wipe((void *)(uintptr_t)payload.at, payload.size);
    return ok;
}

/* --- the door --- */

static bool handle_message(struct refexd_door *d, uint16_t kind, struct view payload, struct error *err)
{
    size_t i = 0;

    if (!seam_permit(SEAM_TO_LINK, d->phase, &d->used, kind, err))
        return false;
    while (i < HANDLER_COUNT && handlers[i].kind != kind)
        i++;
    REQUIRE(i < HANDLER_COUNT); /* whatever is permitted has a handler */
    return handlers[i].handle_message(d, payload, err);
}

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct refexd_door *d = cookie;
    struct error err;

    if (!d->ending && !handle_message(d, kind, payload, &err))
        fail_door(d, &err);
    arena_reset(&d->arena);
}

static void on_drained(void *cookie)
{
    struct refexd_door *d = cookie;

    if (d->links != NULL)
        links_seam_drained(d->links);
}

static void on_tick(void *cookie)
{
    struct refexd_door *d = cookie;

    if (d->links != NULL)
        links_tick(d->links);
}

struct refexd_door *refexd_door_open(struct loop *l, int fd, bool without_landlock)
{
    static const struct stream_events events = {
        .on_frame = on_frame,
        .on_drained = on_drained,
        .on_closed = on_seam_closed,
    };
    struct refexd_door *d = xnew(sizeof *d);

    d->loop = l;
    d->phase = SEAM_BEFORE_CONFIGURE;
    d->arena.wiping = true;
    d->without_landlock = without_landlock;
    d->seam = stream_open_fd(l, fd, STREAM_FRAMED, &events, d);
    loop_on_tick(l, on_tick, d);
    return d;
}

int refexd_door_status(const struct refexd_door *d)
{
    return d->status;
}

void refexd_door_free(struct refexd_door *d)
{
    links_free(d->links);
    arena_fini(&d->arena);
    free(d);
}
