#include "io/dialer.h"

#include "io/inside.h"
#include "io/socket.h"
#include "io/timer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dialer {
    struct member member; /* first: loop_free finds the dialer by it */
    struct loop *loop;
    uv_poll_t poll;
    int fd;
    int connect_errno; /* of a connect that failed at once: reported from the timer, never from dialer_start */
    struct timer *timeout;
    dialer_done_fn *on_done;
    void *cookie;
};

static void on_dialer_closed(uv_handle_t *h)
{
    struct dialer *d = h->data;

    loop_handle_closed(d->loop);
    free(d);
}

/* Ends D; returns its socket, which the caller owns. */
static int dialer_release(struct dialer *d)
{
    int fd = d->fd;

    REQUIRE(fd >= 0); /* once: its number may be another file's by then */
    d->fd = -1;
    loop_member_remove(&d->member);
    timer_free(d->timeout);
    loop_handle_close(d->loop, (uv_handle_t *)&d->poll, on_dialer_closed);
    return fd;
}

void dialer_stop(struct dialer *d)
{
    if (d != NULL)
        (void)close(dialer_release(d));
}

static void end_dialer(struct member *m)
{
    dialer_stop((struct dialer *)m);
}

static void fail_dial(struct dialer *d, const char *why)
{
    struct error err = {0};

    (void)error_set(&err, E_LNK_01, "%s", why);
    (void)close(dialer_release(d));
    d->on_done(d->cookie, -1, &err);
}

static void on_timeout(void *cookie)
{
    struct dialer *d = cookie;

    fail_dial(d, d->connect_errno != 0 ? strerror(d->connect_errno) : "no answer in time");
}

static void on_connected(uv_poll_t *h, int status, int events)
{
    struct dialer *d = h->data;
    int why = 0;
    socklen_t size = sizeof why;

    (void)events;
    d->loop->needs_tick = true;
    if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0)
        why = errno;
    if (why != 0 || status < 0)
        fail_dial(d, why != 0 ? strerror(why) : "the connection broke");
    else
        d->on_done(d->cookie, dialer_release(d), NULL);
}

bool dialer_start(struct loop *l, const char *address, uint16_t port, int64_t timeout_ms, dialer_done_fn *on_done,
                  void *cookie, struct dialer **out, struct error *err)
{
    struct sockaddr_storage to;
    socklen_t size;
    struct dialer *d;
    int fd;

    if (!socket_parse_address(address, port, &to, &size))
        return error_set(err, E_LNK_01, "the endpoint is not a literal address");
    fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return error_set(err, E_LNK_01, "no socket: %s", strerror(errno));
    socket_set_no_delay(fd);
    d = xnew(sizeof *d);
    d->loop = l;
    d->fd = fd;
    d->on_done = on_done;
    d->cookie = cookie;
    if (connect(fd, (struct sockaddr *)&to, size) != 0 && errno != EINPROGRESS)
        d->connect_errno = errno;
    REQUIRE(uv_poll_init(&l->uv, &d->poll, fd) == 0);
    d->poll.data = d;
    loop_member_add(&l->members, &d->member, end_dialer);
    d->timeout = timer_new(l, on_timeout, d);
    timer_detach(d->timeout);
    timer_start(d->timeout, d->connect_errno != 0 ? 0 : timeout_ms);
    if (d->connect_errno == 0)
        REQUIRE(uv_poll_start(&d->poll, UV_WRITABLE, on_connected) == 0);
    *out = d;
    return true;
}
