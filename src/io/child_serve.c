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

bool child_serve(size_t max, enum error_code code, child_frame_fn *on_frame, void *cookie, struct error *err)
{
    struct bytes in = {.wiping = true};
    enum frame_status next = FRAME_MORE;
    struct error why = {0};
    struct view payload;
    bool goes_on = true;
    uint16_t kind;
    size_t used;

    while (goes_on && receive(&in)) {
        while (goes_on && (next = frame_read(bytes_view(&in), max, &kind, &payload, &used, &why)) == FRAME_READY) {
            goes_on = on_frame(cookie, kind, payload, &why);
            bytes_consume(&in, used);
        }
        goes_on = goes_on && next == FRAME_MORE;
    }
    bytes_fini(&in);
    if (next == FRAME_BAD)
        why.code = code;
    if (goes_on || why.code == E_NONE)
        return true;
    *err = why;
    return false;
}
