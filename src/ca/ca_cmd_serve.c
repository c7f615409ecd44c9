/* Started by the refexd of a coordinator's node: questions on a socket, one after another, until it ends. */
#include "ca/ca_cmd.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ca/key_unlock.h"
#include "ca/renewing.h"
#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "codec/seam_messages.h"

#define SERVE_FD  3 /* the socket, as io/child.h has it */
#define READ_SIZE 4096

static bool write_all(struct bytes *out)
{
    while (out->size > 0) {
        ssize_t n = send(SERVE_FD, out->at, out->size, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n < 0)
            (void)poll(&(struct pollfd){.fd = SERVE_FD, .events = POLLOUT}, 1, -1);
        else
            bytes_consume(out, (size_t)n);
    }
    return true;
}

/* False: refexd has gone. */
static bool read_more(struct bytes *in)
{
    for (;;) {
        ssize_t n = recv(SERVE_FD, bytes_reserve(in, READ_SIZE), READ_SIZE, 0);

        if (n > 0) {
            in->size += (size_t)n;
            return true;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
        (void)poll(&(struct pollfd){.fd = SERVE_FD, .events = POLLIN}, 1, -1);
    }
}

static void answer(const struct options *o, const struct seam_renew *question, struct bytes *out)
{
    struct key_unlock unlock = {.options = o};
    struct peer_renewed made = {0};
    struct seam_ca_renewed reply = {.question = question->question};
    struct bytes transport = {0};
    struct bytes transport_ca = {0};
    struct bytes payload = {0};
    struct error err = {0};
    size_t begin;

    if (!renewing_answer(options_value(o, "home"), &unlock, question->request, clock_now_ms(&clock_real), &made.refusal,
                         &transport, &transport_ca, &err)) {
        log_line(LOG_ERROR, "event=renewal.broken code=%s text=\"%s\"", error_row(err.code)->code, err.text);
        made.refusal = RENEWAL_BROKEN;
    }
    if (made.refusal == 0) {
        made.transport = bytes_view(&transport);
        made.transport_ca = bytes_view(&transport_ca);
    }
    peer_renewed_encode(&made, &payload);
    reply.answer = bytes_view(&payload);
    begin = frame_begin(out, SEAM_CA_RENEWED);
    seam_ca_renewed_encode(&reply, out);
    frame_end(out, begin);
    bytes_fini(&transport);
    bytes_fini(&transport_ca);
    bytes_fini(&payload);
    key_unlock_fini(&unlock);
}

/* Answers every whole question in *IN. */
static bool answer_all(const struct options *o, struct bytes *in, struct bytes *out, struct error *err)
{
    struct arena arena = {.max = (size_t)BOUND_FRAME * BOUND_ARENA_FACTOR};
    struct seam_renew question;
    struct view payload;
    uint32_t used = 0; /* no message to refex-ca is marked ONCE */
    uint16_t kind;
    size_t size;
    bool ok = true;

    while (ok) {
        enum frame_status next = frame_read(bytes_view(in), BOUND_FRAME, &kind, &payload, &size, err);

        if (next == FRAME_MORE)
            break;
        ok = next == FRAME_READY && seam_permit(SEAM_TO_CA, SEAM_OPEN, &used, kind, err) &&
             seam_renew_decode(payload, &arena, &question, err);
        if (ok)
            answer(o, &question, out);
        if (ok)
            bytes_consume(in, size);
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return ok;
}

static bool run(const struct options *o, struct error *err)
{
    struct seam_hello hello = {.build = view_of_text(SEAM_BUILD)};
    struct bytes in = {0};
    struct bytes out = {0};
    size_t begin;
    int type;
    socklen_t size = sizeof type;
    bool ok = true;

    if (getsockopt(SERVE_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return error_set(err, E_USE_02, "serve is started by refexd, not by hand");
    begin = frame_begin(&out, SEAM_HELLO);
    seam_hello_encode(&hello, &out);
    frame_end(&out, begin);
    while (write_all(&out) && ok && read_more(&in))
        ok = answer_all(o, &in, &out, err);
    bytes_fini(&in);
    bytes_fini(&out);
    return ok;
}

const struct subcommand ca_cmd_serve = {
    .name = "serve",
    .summary = "Renew certificates of members, for the node that starts it",
    .usage = "--home FED",
    .help = "A node whose node.conf has `federation = FED` starts this by itself (docs/OPERATING.md, Renew). It makes\n"
            "transport certificates anew for members whose keys and machine are those of the last ones, one a day "
            "each.\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_PASSPHRASE},
    .run = run,
};
