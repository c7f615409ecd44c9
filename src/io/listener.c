#include "io/listener.h"

#include "io/inside.h"
#include "io/socket.h"
#include "io/timer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define BACKLOG           1024
#define LISTENER_NAME     32   /* of a unix socket in its folder, and the NUL */
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
    int folder;               /* of a unix socket, O_PATH; -1 for tcp */
    char name[LISTENER_NAME]; /* in it */
    dev_t device;             /* the socket that was made there */
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
    if (ls->folder < 0) {
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
    if (ls->folder < 0)
        return;
    if (fstatat(ls->folder, ls->name, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_dev == ls->device &&
        there.st_ino == ls->inode)
        (void)unlinkat(ls->folder, ls->name, 0); /* ours; not what somebody has put in its place */
    (void)close(ls->folder);
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
    ls->folder = -1;
    ls->on_accept = on_accept;
    ls->cookie = cookie;
    REQUIRE(uv_poll_init(&l->uv, &ls->poll, fd) == 0);
    ls->poll.data = ls;
    loop_member_add(&l->members, &ls->member, end_listener);
    ls->retry_timer = timer_new(l, on_retry, ls);
    timer_detach(ls->retry_timer);
    return ls;
}

/* A path leads through the folder's descriptor: an address has 107 bytes, and a home may be longer. */
static void unix_address(int folder, const char *name, struct sockaddr_un *out)
{
    _Static_assert(sizeof "/proc/self/fd/2147483647/" - 1 + LISTENER_NAME <= sizeof out->sun_path,
                   "any descriptor and any name fit into an address");
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    (void)snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/%s", folder, name);
}

/* Removes a socket left behind by a process that has ended; fails when one answers on it or it is no socket. */
static bool remove_stale_socket(int folder, const char *name, const char *path, struct error *err)
{
    struct sockaddr_un at;
    struct stat what;
    int fd;
    bool answered;

    if (fstatat(folder, name, &what, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || error_set(err, E_LNK_11, "%s: %s", path, strerror(errno));
    if (!S_ISSOCK(what.st_mode))
        return error_set(err, E_LNK_11, "%s is there and is not a socket", path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set(err, E_LNK_11, "no socket: %s", strerror(errno));
    unix_address(folder, name, &at);
    answered = connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 || errno != ECONNREFUSED;
    (void)close(fd);
    if (answered)
        return error_set(err, E_LNK_19, "a node answers on %s", path);
    if (unlinkat(folder, name, 0) != 0)
        return error_set(err, E_LNK_11, "%s: %s", path, strerror(errno));
    return true;
}

/* A socket that listens, bound to NAME in FOLDER; -1 with *ERR. */
static int bind_unix(int folder, const char *name, const char *path, struct stat *made, struct error *err)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un at;
    mode_t before;
    bool bound;

    if (fd < 0) {
        (void)error_set(err, E_LNK_11, "no socket: %s", strerror(errno));
        return -1;
    }
    unix_address(folder, name, &at);
    before = umask(0177); /* mode 0600 from the first moment on */
    bound = bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    (void)umask(before);
    if (bound && fstatat(folder, name, made, AT_SYMLINK_NOFOLLOW) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    (void)error_set(err, E_LNK_11, "%s: %s", path, strerror(errno));
    (void)close(fd);
    return -1;
}

bool listener_open_unix(struct loop *l, int folder, const char *path, listener_accept_fn *on_accept, void *cookie,
                        struct listener **out, struct error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    struct listener *ls;
    struct stat made;
    int fd;

    REQUIRE(strlen(name) < LISTENER_NAME);
    fd = remove_stale_socket(folder, name, path, err) ? bind_unix(folder, name, path, &made, err) : -1;
    if (fd < 0) {
        (void)close(folder);
        return false;
    }
    ls = listener_new(l, fd, on_accept, cookie);
    ls->folder = folder;
    (void)snprintf(ls->name, sizeof ls->name, "%s", name);
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
