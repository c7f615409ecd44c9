/* Started by the refexd of a coordinator's node: questions on a socket, one after another, until it ends. */
#include "ca/ca_cmd.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ca/issued_keys.h"
#include "ca/key_unlock.h"
#include "ca/renewing.h"
#include "ca/served_files.h"
#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "codec/seam_messages.h"
#include "crypto/sign.h"
#include "sandbox/sandbox.h"

#define SERVE_FD  3 /* the socket, as io/child.h has it */
#define READ_SIZE 4096
#define PAUSE_MS  100 /* behind each answer, in which a person's command gets the folder (federation_home.c) */

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

struct serving {
    struct renewing_folder folder;
    struct served_files files;
    struct key_unlock unlock;
    uint32_t used; /* see seam_permit */
    bool ended;    /* another process is to go on */
};

/* False: the folder is not as it was at the start, and what was asked is asked again of the next process. */
static bool answer(struct serving *s, const struct seam_renew *question, struct bytes *out)
{
    struct peer_renewed made = {0};
    struct seam_ca_renewed reply = {.question = question->question};
    struct renewing_made files = {0};
    struct bytes payload = {0};
    struct error err = {0};
    size_t begin;

    if (served_files_changed(&s->files))
        return false;
    if (renewing_answer(&s->folder, question->request, clock_now_ms(&clock_real), &files, &err))
        made = (struct peer_renewed){.refusal = files.refusal,
                                     .transport = bytes_view(&files.transport),
                                     .transport_ca = bytes_view(&files.transport_ca),
                                     .identity = bytes_view(&files.identity),
                                     .issuing = bytes_view(&files.issuing)};
    else if (served_files_changed(&s->files)) /* meanwhile */
        return false;
    else {
        log_line(LOG_ERROR, "event=renewal.broken code=%s text=\"%s\"", error_row(err.code)->code, err.text);
        made.refusal = RENEWAL_BROKEN;
        files.why = err.code;
    }
    peer_renewed_encode(&made, &payload);
    reply.answer = bytes_view(&payload);
    if (files.why != E_NONE)
        reply.why = view_of_text(error_row(files.why)->code);
    begin = frame_begin(out, SEAM_CA_RENEWED);
    seam_ca_renewed_encode(&reply, out);
    frame_end(out, begin);
    renewing_made_fini(&files);
    bytes_fini(&payload);
    return true;
}

static bool take_message(struct serving *s, uint16_t kind, struct view payload, struct bytes *out, struct error *err)
{
    struct arena arena = {.max = (size_t)BOUND_FRAME * BOUND_ARENA_FACTOR, .wiping = true};
    struct seam_renew question;
    struct seam_unlock unlock;
    bool ok;

    if (kind == SEAM_UNLOCK) {
        ok = seam_unlock_decode(payload, &arena, &unlock, err);
        if (ok) {
            secret_fini(&s->unlock.passphrase);
            secret_copy(&s->unlock.passphrase, unlock.passphrase);
        }
    } else {
        ok = seam_renew_decode(payload, &arena, &question, err);
        if (ok && !answer(s, &question, out)) {
            log_line(LOG_NOTICE, "event=renewal.folder_changed");
            s->ended = true;
        }
        s->ended = s->ended || !write_all(out); /* refexd has gone, or the folder has changed */
        (void)poll(NULL, 0, PAUSE_MS);
    }
    arena_fini(&arena);
    return ok;
}

/* Takes every whole message in *IN. */
static bool take_all(struct serving *s, struct bytes *in, struct bytes *out, struct error *err)
{
    struct view payload;
    uint16_t kind;
    size_t size;

    for (;;) {
        enum frame_status next = frame_read(bytes_view(in), BOUND_FRAME, &kind, &payload, &size, err);

        if (next == FRAME_MORE || s->ended)
            return true;
        if (next != FRAME_READY || !seam_permit(SEAM_TO_CA, SEAM_OPEN, &s->used, kind, err) ||
            !take_message(s, kind, payload, out, err))
            return false;
        bytes_consume(in, size);
    }
}

static void append_hello(const struct sandbox *confined, struct bytes *out)
{
    const struct seam_hello hello = {
        .build = view_of_text(SEAM_BUILD), .landlock = confined->landlock, .seccomp = confined->seccomp};
    size_t begin = frame_begin(out, SEAM_HELLO);

    seam_hello_encode(&hello, out);
    frame_end(out, begin);
}

/* To who started this, in place of a greeting: its own log says more. */
static void tell_failed(const struct error *why, struct bytes *out)
{
    const struct seam_failed failed = {view_of_text(error_row(why->code)->code), view_of_text(why->text)};
    size_t begin = frame_begin(out, SEAM_FAILED);

    seam_failed_encode(&failed, out);
    frame_end(out, begin);
    (void)write_all(out);
}

/* From here on: these files and the socket, and nothing else. What OpenSSL reads at its start is read before. */
static bool confine(struct serving *s, bool without_landlock, struct sandbox *out, struct error *err)
{
    sign_key_free(sign_key_new());
    return served_files_find(s->folder.home, &s->files, err) &&
           served_files_confine(&s->files, without_landlock, out, err);
}

static bool run(const struct options *o, struct error *err)
{
    struct serving s = {.folder.home = options_value(o, "home"), .unlock = {.options = o}};
    struct sandbox confined;
    struct bytes in = {.wiping = true};
    struct bytes out = {0};
    int type;
    socklen_t size = sizeof type;
    bool ok;

    if (getsockopt(SERVE_FD, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return error_set(err, E_USE_02, "serve is started by refexd, not by hand");
    s.unlock.given = true; /* there is nobody to ask */
    s.folder.unlock = &s.unlock;
    s.folder.issued_keys = issued_keys_new();
    ok = confine(&s, options_flag(o, "without-landlock"), &confined, err);
    if (ok)
        append_hello(&confined, &out);
    else
        tell_failed(err, &out);
    while (ok && !s.ended && write_all(&out) && read_more(&in))
        ok = take_all(&s, &in, &out, err);
    bytes_fini(&in);
    bytes_fini(&out);
    issued_keys_free(s.folder.issued_keys);
    key_unlock_fini(&s.unlock);
    return ok;
}

const struct subcommand ca_cmd_serve = {
    .name = "serve",
    .summary = "Renew certificates of members, for the node that starts it",
    .usage = "--home FED [--without-landlock]",
    .help = "A node whose node.conf has `federation = FED` starts this by itself (docs/OPERATING.md, Renew). It makes\n"
            "certificates anew for members whose name, machine and identity key stay, one a day each. It reads that\n"
            "folder, writes what it issued, and has no network.\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_PASSPHRASE,
                   OPTION_FLAG("without-landlock", "also where the kernel has no Landlock")},
    .run = run,
};
