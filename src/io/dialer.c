#include "io/address.h"
#include "io/inside.h"
#include "io/timer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

struct dialer {
    struct member member; /* first: loop_free finds the dialer by it */
    struct loop *loop;
    uv_poll_t poll;
    int fd;
    int refused; /* errno where connect said no at once */
    struct timer *patience;
    dialer_done_fn *on_done;
    void *cookie;
};

static void on_dialer_closed(uv_handle_t *h)
{
    struct dialer *d = h->data;

    loop_handle_closed(d->loop);
    free(d);
}

/* Ends D; gives out its socket, which is the caller's. */
static int let_go(struct dialer *d)
{
    int fd = d->fd;

    d->fd = -1;
    member_leave(&d->member);
    timer_free(d->patience);
    loop_handle_close(d->loop, (uv_handle_t *)&d->poll, on_dialer_closed);
    return fd;
}

void dialer_stop(struct dialer *d)
{
    if (d != NULL)
        (void)close(let_go(d));
}

static void end_dialer(struct member *m)
{
    dialer_stop((struct dialer *)m);
}

static void fail(struct dialer *d, const char *why)
{
    struct error err = {0};

    (void)error_set(&err, E_LNK_01, "%s", why);
    (void)close(let_go(d));
    d->on_done(d->cookie, -1, &err);
}

static void on_patience(void *cookie)
{
    struct dialer *d = cookie;

    fail(d, d->refused != 0 ? strerror(d->refused) : "no answer in time");
}

static void on_connected(uv_poll_t *h, int status, int events)
{
    struct dialer *d = h->data;
    int why = 0;
    socklen_t size = sizeof why;

    (void)events;
    d->loop->stirred = true;
    if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0)
        why = errno;
    if (why != 0 || status < 0)
        fail(d, why != 0 ? strerror(why) : "the connection broke");
    else
        d->on_done(d->cookie, let_go(d), NULL);
}

bool dialer_start(struct loop *l, const char *address, uint16_t port, int64_t timeout_ms, dialer_done_fn *on_done,
                  void *cookie, struct dialer **out, struct error *err)
{
    struct sockaddr_storage to;
    socklen_t size;
    struct dialer *d;
    int fd;

    if (!address_literal(address, port, &to, &size))
        return error_set(err, E_LNK_01, "the endpoint is not a literal address");
    fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return error_set(err, E_LNK_01, "no socket: %s", strerror(errno));
    address_no_delay(fd);
    d = xnew(sizeof *d);
    d->loop = l;
    d->fd = fd;
    d->on_done = on_done;
    d->cookie = cookie;
    if (connect(fd, (struct sockaddr *)&to, size) != 0 && errno != EINPROGRESS)
        d->refused = errno;
    REQUIRE(uv_poll_init(&l->uv, &d->poll, fd) == 0);
    d->poll.data = d;
    member_join(&l->members, &d->member, end_dialer);
    d->patience = timer_new(l, on_patience, d);
    timer_adopt(d->patience);
    timer_start(d->patience, d->refused != 0 ? 0 : timeout_ms);
    if (d->refused == 0)
        REQUIRE(uv_poll_start(&d->poll, UV_WRITABLE, on_connected) == 0);
    *out = d;
    return true;
}

bool dialer_unix(const char *path, int *fd, struct error *err)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int s;

    if (strlen(path) >= sizeof to.sun_path)
        return error_set(err, E_LNK_01, "%s: the path is too long for a socket", path);
    memcpy(to.sun_path, path, strlen(path) + 1);
    s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0)
        return error_set(err, E_LNK_01, "no socket: %s", strerror(errno));
    if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) {
        (void)error_set(err, E_LNK_01, "%s: %s", path, strerror(errno));
        (void)close(s);
        return false;
    }
    *fd = s;
    return true;
}
