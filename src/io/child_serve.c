#include "io/child_serve.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "codec/frame.h"
#include "io/child.h"

#define RECEIVE_SIZE 65536

static void wait_for(short events)
{
    struct pollfd p = {.fd = CHILD_FD, .events = events};

    (void)poll(&p, 1, -1);
}

/* Appends what has come, at least a byte; false: the parent has gone. */
static bool receive(struct bytes *in)
{
    ssize_t n;

    while ((n = recv(CHILD_FD, bytes_reserve(in, RECEIVE_SIZE), RECEIVE_SIZE, 0)) < 0) {
        if (errno == EAGAIN)
            wait_for(POLLIN);
        else if (errno != EINTR)
            return false;
    }
    in->size += (size_t)n;
    return n > 0;
}

bool child_send(struct view frames)
{
    while (frames.size > 0) {
        ssize_t n = send(CHILD_FD, frames.at, frames.size, MSG_NOSIGNAL);

        if (n >= 0)
            frames = view_of(frames.at + n, frames.size - (size_t)n);
        else if (errno == EAGAIN)
            wait_for(POLLOUT);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

/* Handles each whole frame of IN. */
static bool handle_all(struct bytes *in, size_t max, child_frame_fn *on_frame, void *cookie, struct error *err)
{
    enum frame_status next;
    struct view payload;
    uint16_t kind;
    size_t used;

    while ((next = frame_read(bytes_view(in), max, &kind, &payload, &used, err)) == FRAME_READY) {
        if (!on_frame(cookie, kind, payload, err))
            return false;
        bytes_consume(in, used);
    }
    return next == FRAME_MORE;
}

bool child_serve(size_t max, child_frame_fn *on_frame, void *cookie, struct error *err)
{
    struct bytes in = {.wiping = true};
    struct error why = {0};
    bool ok = true;

    while (ok && receive(&in))
        ok = handle_all(&in, max, on_frame, cookie, &why);
    bytes_fini(&in);
    ok = ok || why.code == E_NONE;
    if (!ok)
        *err = why;
    return ok;
}
