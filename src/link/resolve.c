/* getaddrinfo blocks, so this process has no loop: read a question, answer it, read the next. */
#include "link/resolve.h"

#include "base/bounds.h"
#include "base/log.h"
#include "codec/frame.h"
#include "codec/seam_messages.h"
#include "link/host_lookup.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 4096

/* Writes all of OUT; the seam may be non-blocking. */
static bool write_all(int fd, struct bytes *out)
{
    while (out->size > 0) {
        ssize_t n = send(fd, out->at, out->size, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n < 0)
            (void)poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else
            bytes_consume(out, (size_t)n);
    }
    return true;
}

/* Appends bytes to *IN; false when refexd has gone. */
static bool read_more(int fd, struct bytes *in)
{
    for (;;) {
        ssize_t n = recv(fd, bytes_reserve(in, READ_SIZE), READ_SIZE, 0);

        if (n > 0) {
            in->size += (size_t)n;
            return true;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
        (void)poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
    }
}

static void answer_question(const struct seam_resolve *question, struct bytes *out)
{
    char texts[BOUND_RESOLVED][INET6_ADDRSTRLEN];
    struct view addresses[BOUND_RESOLVED];
    char host[BOUND_FEDERATION + 1] = {0};
    struct seam_resolved a = {.question = question->question, .addresses = addresses};
    size_t begin;

    REQUIRE(question->host.size < sizeof host); /* seam_resolve_decode */
    memcpy(host, question->host.at, question->host.size);
    a.address_count = host_lookup(host, texts);
    for (size_t i = 0; i < a.address_count; i++)
        addresses[i] = view_of_text(texts[i]);
    begin = frame_begin(out, SEAM_RESOLVED);
    seam_resolved_encode(&a, out);
    frame_end(out, begin);
}

/* Answers every whole question in *IN. */
static bool answer_questions(struct bytes *in, struct bytes *out, struct error *err)
{
    struct arena arena = {.max = (size_t)READ_SIZE * BOUND_ARENA_FACTOR};
    struct seam_resolve question;
    struct view payload;
    uint32_t used = 0; /* no message to the resolver is marked ONCE */
    uint16_t kind;
    size_t size;
    bool ok = true;

    while (ok) {
        enum frame_status next = frame_read(bytes_view(in), READ_SIZE, &kind, &payload, &size, err);

        if (next == FRAME_MORE)
            break;
        ok = next == FRAME_READY;
        if (ok)
            ok = seam_permit(SEAM_TO_RESOLVER, SEAM_OPEN, &used, kind, err) &&
                 seam_resolve_decode(payload, &arena, &question, err);
        if (ok)
            answer_question(&question, out);
        if (ok)
            bytes_consume(in, size);
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return ok;
}

static void append_hello(struct bytes *out, const struct sandbox *confined, const struct error *err)
{
    struct seam_hello hello = {.build = view_of_text(SEAM_BUILD)};
    struct seam_failed failed;
    size_t begin = frame_begin(out, err == NULL ? SEAM_HELLO : SEAM_FAILED);

    if (err == NULL) {
        hello.landlock = confined->landlock;
        hello.seccomp = confined->seccomp;
        seam_hello_encode(&hello, out);
    } else {
        failed = (struct seam_failed){view_of_text(error_row(err->code)->code), view_of_text(err->text)};
        seam_failed_encode(&failed, out);
    }
    frame_end(out, begin);
}

int resolve_run(int fd, bool without_landlock)
{
    char unused[BOUND_RESOLVED][INET6_ADDRSTRLEN];
    struct sandbox confined;
    struct bytes in = {0};
    struct bytes out = {0};
    struct error err;
    bool ok;

    /* Name service loads its modules now, while it may; nothing leaves the machine. */
    (void)host_lookup("localhost", unused);
    ok = sandbox_enter(SANDBOX_RESOLVE, without_landlock, &confined, &err);
    append_hello(&out, &confined, ok ? NULL : &err);
    while (write_all(fd, &out) && ok && read_more(fd, &in))
        ok = answer_questions(&in, &out, &err);
    bytes_fini(&in);
    bytes_fini(&out);
    if (ok)
        return 0;
    log_line(LOG_ERROR, "event=resolver.failed code=%s detail=\"%s\"", error_row(err.code)->code, err.text);
    return error_row(err.code)->exit_status;
}
