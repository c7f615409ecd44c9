#include "io/listener.h"

#include "io/inside.h"
#include "io/socket.h"
#include "io/timer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define BACKLOG           1024
#define ACCEPTS_PER_ROUND 64   /* new connections do not keep the open links waiting */
#define ACCEPT_RETRY_MS   1000 /* when no descriptor is left: the socket stays readable, retrying at once would spin */

struct listener {
    struct member member; /* first: loop_free finds the listener by it */
    struct loop *loop;
    uv_poll_t poll;
    int fd;
    uint16_t port;
    bool started;
    struct timer *retry_timer;
    listener_accept_fn *on_accept;
    void *cookie;
    char path[sizeof((struct sockaddr_un *)0)->sun_path]; /* empty for tcp */
    dev_t device;                                         /* the socket that was made at PATH */
    ino_t inode;
};

/* --- accepting --- */

static void on_retry(void *cookie)
{
    struct listener *ls = cookie;

    if (ls->started)
        listener_start(ls);
}

static void identify_peer(const struct listener *ls, int fd, const struct sockaddr_storage *from,
                          struct listener_peer *out)
{
    struct ucred who;
    socklen_t size = sizeof who;

    memset(out, 0, sizeof *out);
    out->uid = (uid_t)-1; /* nobody, where the kernel names no peer */
    out->gid = (gid_t)-1;
    if (ls->path[0] == '\0') {
        socket_format_address(from, out->address);
        socket_set_no_delay(fd);
    } else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0) {
        out->uid = who.uid;
        out->gid = who.gid;
        out->pid = who.pid;
    }
}

/* Accepts one connection; false when none waits. */
static bool accept_one(struct listener *ls)
{
    struct sockaddr_storage from = {0};
    socklen_t size = sizeof from;
    struct listener_peer peer;
    int fd = accept4(ls->fd, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            log_line(LOG_WARNING, "event=listener.shortage error=\"%s\"", strerror(errno));
            (void)uv_poll_stop(&ls->poll);
            timer_start(ls->retry_timer, ACCEPT_RETRY_MS);
        }
        return errno == ECONNABORTED || errno == EINTR;
    }
    identify_peer(ls, fd, &from, &peer);
    ls->on_accept(ls->cookie, fd, &peer);
    return true;
}

static void on_acceptable(uv_poll_t *h, int status, int events)
{
    struct listener *ls = h->data;

    (void)status;
    (void)events;
    ls->loop->needs_tick = true;
    for (int i = 0; i < ACCEPTS_PER_ROUND && ls->started && accept_one(ls); i++)
        ;
}

void listener_start(struct listener *ls)
{
    REQUIRE(ls->member.from != NULL); /* it is open */
    ls->started = true;
    REQUIRE(uv_poll_start(&ls->poll, UV_READABLE, on_acceptable) == 0);
}

void listener_pause(struct listener *ls)
{
    ls->started = false;
    (void)uv_poll_stop(&ls->poll);
}

uint16_t listener_port(const struct listener *ls)
{
    return ls->port;
}

static void on_listener_closed(uv_handle_t *h)
{
    struct listener *ls = h->data;

    loop_handle_closed(ls->loop);
    free(ls);
}

void listener_close(struct listener *ls)
{
    struct stat there;

    if (ls == NULL)
        return;
    ls->started = false;
    loop_member_remove(&ls->member);
    timer_free(ls->retry_timer);
    loop_handle_close(ls->loop, (uv_handle_t *)&ls->poll, on_listener_closed);
    (void)close(ls->fd);
    if (ls->path[0] != '\0' && lstat(ls->path, &there) == 0 && there.st_dev == ls->device && there.st_ino == ls->inode)
        (void)unlink(ls->path); /* ours; not what somebody has put in its place */
}

static void end_listener(struct member *m)
{
    listener_close((struct listener *)m);
}

/* --- opening --- */

static struct listener *listener_new(struct loop *l, int fd, listener_accept_fn *on_accept, void *cookie)
{
    struct listener *ls = xnew(sizeof *ls);

    ls->loop = l;
    ls->fd = fd;
    ls->on_accept = on_accept;
    ls->cookie = cookie;
    REQUIRE(uv_poll_init(&l->uv, &ls->poll, fd) == 0);
    ls->poll.data = ls;
    loop_member_add(&l->members, &ls->member, end_listener);
    ls->retry_timer = timer_new(l, on_retry, ls);
    timer_detach(ls->retry_timer);
    return ls;
}

static bool unix_address(const char *path, struct sockaddr_un *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof out->sun_path)
        return error_set(err, E_LNK_11, "the path of the control socket is longer than %zu bytes; use a shorter home",
                         sizeof out->sun_path - 1);
    memcpy(out->sun_path, path, strlen(path) + 1);
    return true;
}

/* Removes a socket left behind by a process that has ended; fails when one answers on it or it is no socket. */
static bool remove_stale_socket(const struct sockaddr_un *at, struct error *err)
{
    struct stat what;
    int fd;
    bool answered;

    if (lstat(at->sun_path, &what) != 0)
        return errno == ENOENT || error_set(err, E_LNK_11, "%s: %s", at->sun_path, strerror(errno));
    if (!S_ISSOCK(what.st_mode))
        return error_set(err, E_LNK_11, "%s is there and is not a socket", at->sun_path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set(err, E_LNK_11, "no socket: %s", strerror(errno));
    answered = connect(fd, (const struct sockaddr *)at, sizeof *at) == 0 || errno != ECONNREFUSED;
    (void)close(fd);
    if (answered)
        return error_set(err, E_LNK_19, "a node answers on %s", at->sun_path);
    if (unlink(at->sun_path) != 0)
        return error_set(err, E_LNK_11, "%s: %s", at->sun_path, strerror(errno));
    return true;
}

bool listener_open_unix(struct loop *l, const char *path, listener_accept_fn *on_accept, void *cookie,
                        struct listener **out, struct error *err)
{
    struct sockaddr_un at;
    struct listener *ls;
    struct stat made;
    mode_t before;
    int fd;
    bool bound;

    if (!unix_address(path, &at, err) || !remove_stale_socket(&at, err))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return error_set(err, E_LNK_11, "no socket: %s", strerror(errno));
    before = umask(0177); /* mode 0600 from the first moment on */
    bound = bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    (void)umask(before);
    if (!bound || lstat(at.sun_path, &made) != 0 || listen(fd, BACKLOG) != 0) {
        (void)error_set(err, E_LNK_11, "%s: %s", path, strerror(errno));
        (void)close(fd);
        return false;
    }
    ls = listener_new(l, fd, on_accept, cookie);
    memcpy(ls->path, at.sun_path, sizeof ls->path);
    ls->device = made.st_dev;
    ls->inode = made.st_ino;
    *out = ls;
    return true;
}

bool listener_open_tcp(struct loop *l, const char *address, uint16_t port, listener_accept_fn *on_accept, void *cookie,
                       struct listener **out, struct error *err)
{
    struct sockaddr_storage at;
    socklen_t size;
    int yes = 1;
    int fd;

    if (!socket_parse_address(address, port, &at, &size))
        return error_set(err, E_LNK_11, "%s is not a literal address", address);
    fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return error_set(err, E_LNK_11, "no socket: %s", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        (void)error_set(err, E_LNK_11, "%s port %u: %s", address, port, strerror(errno));
        (void)close(fd);
        return false;
    }
    *out = listener_new(l, fd, on_accept, cookie);
    (*out)->port = socket_address_port(&at);
    return true;
}
