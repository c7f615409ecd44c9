/* getaddrinfo blocks, so this process has no loop: read a question, answer it, read the next. */
#include "link/resolve.h"

#include "base/bounds.h"
#include "base/log.h"
#include "codec/frame.h"
#include "codec/seam_messages.h"
#include "io/child_serve.h"
#include "link/host_lookup.h"
#include "sandbox/sandbox.h"

#include <string.h>

#define QUESTION_MAX 4096 /* bytes of a frame */

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

struct resolving {
    struct arena arena; /* of a question */
    uint32_t used;      /* see seam_permit */
};

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    struct resolving *r = cookie;
    struct seam_resolve question;
    struct bytes out = {0};
    bool ok = seam_permit(SEAM_TO_RESOLVER, SEAM_OPEN, &r->used, kind, err) &&
              seam_resolve_decode(payload, &r->arena, &question, err);

    if (ok) {
        answer_question(&question, &out);
        ok = child_send(bytes_view(&out));
    }
    bytes_fini(&out);
    arena_reset(&r->arena);
    return ok;
}

static bool send_hello(const struct sandbox *confined, const struct error *err)
{
    struct seam_hello hello = {.build = view_of_text(SEAM_BUILD)};
    struct seam_failed failed;
    struct bytes out = {0};
    size_t begin = frame_begin(&out, err == NULL ? SEAM_HELLO : SEAM_FAILED);
    bool ok;

    if (err == NULL) {
        hello.landlock = confined->landlock;
        hello.seccomp = confined->seccomp;
        seam_hello_encode(&hello, &out);
    } else {
        failed = (struct seam_failed){view_of_text(error_row(err->code)->code), view_of_text(err->text)};
        seam_failed_encode(&failed, &out);
    }
    frame_end(&out, begin);
    ok = child_send(bytes_view(&out));
    bytes_fini(&out);
    return ok;
}

int resolve_run(bool without_landlock)
{
    struct resolving r = {.arena.max = (size_t)QUESTION_MAX * BOUND_ARENA_FACTOR};
    char unused[BOUND_RESOLVED][INET6_ADDRSTRLEN];
    struct sandbox confined;
    struct error err;
    bool goes_on;
    bool ok;

    /* Name service loads its modules now, while it may; nothing leaves the machine. */
    (void)host_lookup("localhost", unused);
    ok = sandbox_enter(SANDBOX_RESOLVE, without_landlock, &confined, &err);
    goes_on = send_hello(&confined, ok ? NULL : &err);
    if (ok && goes_on)
        ok = child_serve(QUESTION_MAX, E_LNK_13, on_frame, &r, &err);
    arena_fini(&r.arena);
    if (ok)
        return 0;
    log_line(LOG_ERROR, "event=resolver.failed code=%s detail=\"%s\"", error_row(err.code)->code, err.text);
    return error_row(err.code)->exit_status;
}
