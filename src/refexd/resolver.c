#include "refexd/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/seam_codec.h"
#include "refexd/link_child.h"

#define QUESTIONS_MAX 32

struct question {
    uint32_t number; /* 0: free */
    bool sent;
    struct address agency;
    char host[BOUND_FEDERATION + 1];
    uint16_t port;
};

struct resolver {
    struct link_child *child;
    resolver_done_fn *fn;
    void *cookie;
    bool started;
    enum seam_phase phase;
    uint32_t used; /* see seam_permit */
    uint32_t last_number;
    struct question questions[QUESTIONS_MAX];
    struct arena arena;
};

static void send_question(struct resolver *r, struct question *q)
{
    struct seam_resolve ask = {q->number, view_of_text(q->host), q->port};
    struct bytes *out = link_child_send_begin(r->child, SEAM_RESOLVE);

    if (out == NULL)
        return;
    seam_resolve_encode(&ask, out);
    link_child_send_end(r->child);
    q->sent = true;
}

static void answer_question(struct resolver *r, struct question *q, struct view address)
{
    struct address agency = q->agency;
    uint16_t port = q->port;

    q->number = 0;
    r->fn(r->cookie, &agency, address, port);
}

static void on_started(void *cookie)
{
    struct resolver *r = cookie;

    r->phase = SEAM_BEFORE_HELLO;
    r->used = 0;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (r->questions[i].number != 0)
            send_question(r, &r->questions[i]);
}

static bool on_resolved(struct resolver *r, struct view payload, struct error *err)
{
    struct seam_resolved resolved;

    if (!seam_resolved_decode(payload, &r->arena, &resolved, err))
        return false;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (r->questions[i].number == resolved.question && resolved.question != 0) {
            answer_question(r, &r->questions[i], resolved.address_count > 0 ? resolved.addresses[0] : view_of(NULL, 0));
            return true;
        }
    return error_set(err, E_LNK_13, "the resolver answers what was not asked");
}

static bool on_failed(struct resolver *r, struct view payload, struct error *err)
{
    struct seam_failed failed;

    return seam_failed_decode(payload, &r->arena, &failed, err) &&
           error_set(err, E_LNK_13, "the resolver cannot start: %.*s", (int)failed.sentence.size,
                     (const char *)failed.sentence.at);
}

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    struct resolver *r = cookie;

    arena_reset(&r->arena);
    if (!seam_permit(SEAM_FROM_RESOLVER, r->phase, &r->used, kind, err))
        return false;
    if (kind == SEAM_FAILED)
        return on_failed(r, payload, err);
    if (kind == SEAM_RESOLVED)
        return on_resolved(r, payload, err);
    r->phase = SEAM_OPEN; /* hello */
    return true;
}

static void on_exited(void *cookie)
{
    struct resolver *r = cookie;

    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (r->questions[i].number != 0 && r->questions[i].sent)
            answer_question(r, &r->questions[i], view_of(NULL, 0));
}

static const struct link_child_events events = {on_started, on_frame, on_exited};

struct resolver *resolver_new(struct loop *l, resolver_done_fn *fn, void *cookie)
{
    struct resolver *r = xnew(sizeof *r);

    r->fn = fn;
    r->cookie = cookie;
    r->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    r->child = link_child_new(l, "--resolve", &events, r);
    return r;
}

static struct question *free_question(struct resolver *r, const struct address *agency)
{
    struct question *free_slot = NULL;

    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        if (r->questions[i].number == 0)
            free_slot = &r->questions[i];
        else if (address_equal(&r->questions[i].agency, agency))
            return NULL;
    }
    return free_slot;
}

bool resolver_ask(struct resolver *r, const struct address *agency, struct view host, uint16_t port)
{
    struct question *q = free_question(r, agency);

    if (q == NULL || host.size >= sizeof q->host)
        return false;
    if (++r->last_number == 0)
        r->last_number = 1;
    q->number = r->last_number;
    q->sent = false;
    q->agency = *agency;
    memcpy(q->host, host.at, host.size);
    q->host[host.size] = '\0';
    q->port = port;
    if (!r->started)
        link_child_start(r->child);
    else
        send_question(r, q);
    r->started = true;
    return true;
}

void resolver_stop(struct resolver *r)
{
    link_child_stop(r->child);
}

void resolver_free(struct resolver *r)
{
    if (r == NULL)
        return;
    link_child_free(r->child);
    arena_fini(&r->arena);
    free(r);
}
