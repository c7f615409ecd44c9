/* A table of questions, each on its way:
 *
 *     free ──► queued ──► sent ──► free
 *
 * A question is queued until the process runs; what was sent to a process that dies is not answered, and its asker is
 * told so.
 */
#include "refexd/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/step.h"
#include "codec/seam_messages.h"
#include "refexd/link_process.h"

#define QUESTIONS_MAX 32

enum question_state { Q_FREE, Q_QUEUED, Q_SENT, Q_COUNT };

static const struct step_rule rules[Q_COUNT] = {
    [Q_FREE] = {"free", STEP(Q_QUEUED)},
    [Q_QUEUED] = {"queued", STEP(Q_SENT)},
    [Q_SENT] = {"sent", STEP(Q_FREE)},
};

struct question {
    int state;
    uint32_t number;
    struct address agency;
    char host[BOUND_FEDERATION + 1];
    uint16_t port;
    bool answered;
    bool heard;                   /* by the process, which has not died */
    const struct view *addresses; /* of the answer: valid in the callback that set it; none: the host has none */
    size_t address_count;
};

struct resolver {
    struct link_process *process;
    resolver_done_fn *fn;
    void *cookie;
    enum seam_phase phase;
    uint32_t used; /* see seam_permit */
    uint32_t last_number;
    struct question questions[QUESTIONS_MAX];
    struct arena arena;
};

/* --- steps of a question --- */

/* False: no process runs. */
static bool send_question(struct resolver *r, const struct question *q)
{
    struct seam_resolve ask = {q->number, view_of_text(q->host), q->port};
    struct bytes *out = link_process_send_begin(r->process, SEAM_RESOLVE);

    if (out == NULL)
        return false;
    seam_resolve_encode(&ask, out);
    link_process_send_end(r->process);
    return true;
}

static void enter_state(struct question *q, int next)
{
    log_line(LOG_DEBUG, "event=resolver.step question=%u from=%s to=%s", q->number, rules[q->state].name,
             rules[next].name);
    step_enter(rules, &q->state, next);
}

/* Q is free, and may be used again, before the owner has its answer. */
static void finish_question(struct resolver *r, struct question *q)
{
    struct address agency = q->agency;

    enter_state(q, Q_FREE);
    r->fn(r->cookie, &agency, &(struct resolver_answer){q->heard, q->addresses, q->address_count, q->port});
}

static void step(struct resolver *r, struct question *q)
{
    for (;;) {
        switch (q->state) {
        case Q_FREE:
            return; /* wait: resolver_ask */
        case Q_QUEUED:
            if (!send_question(r, q))
                return; /* wait: on_started */
            enter_state(q, Q_SENT);
            break;
        case Q_SENT:
            if (!q->answered)
                return; /* wait: on_resolved or on_exited */
            finish_question(r, q);
            break;
        default:
            REQUIRE(false); /* there is no other state */
        }
    }
}

static void set_answer(struct resolver *r, struct question *q, bool heard, const struct view *addresses, size_t count)
{
    REQUIRE(q->state == Q_SENT && !q->answered);
    q->answered = true;
    q->heard = heard;
    q->addresses = addresses;
    q->address_count = count;
    step(r, q);
}

/* --- what the process does --- */

static void on_started(void *cookie)
{
    struct resolver *r = cookie;

    r->phase = SEAM_BEFORE_HELLO;
    r->used = 0;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        step(r, &r->questions[i]);
}

static bool on_resolved(struct resolver *r, struct view payload, struct error *err)
{
    struct seam_resolved resolved;

    if (!seam_resolved_decode(payload, &r->arena, &resolved, err))
        return false;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (r->questions[i].state == Q_SENT && r->questions[i].number == resolved.question) {
            set_answer(r, &r->questions[i], true, resolved.addresses, resolved.address_count);
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
        if (r->questions[i].state == Q_SENT)
            set_answer(r, &r->questions[i], false, NULL, 0); /* it died with it */
}

static const struct link_process_events events = {on_started, on_frame, on_exited};

/* --- what the door asks --- */

struct resolver *resolver_new(struct loop *l, resolver_done_fn *fn, void *cookie)
{
    struct resolver *r = xnew(sizeof *r);

    r->fn = fn;
    r->cookie = cookie;
    r->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    r->process = link_process_new(l, "--resolve", &events, r);
    return r;
}

static struct question *free_question(struct resolver *r, const struct address *agency)
{
    struct question *free_slot = NULL;

    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        if (r->questions[i].state == Q_FREE)
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
    q->answered = false;
    q->agency = *agency;
    memcpy(q->host, host.at, host.size);
    q->host[host.size] = '\0';
    q->port = port;
    enter_state(q, Q_QUEUED);
    link_process_start(r->process);
    step(r, q);
    return true;
}

void resolver_stop(struct resolver *r)
{
    link_process_stop(r->process);
}

void resolver_free(struct resolver *r)
{
    if (r == NULL)
        return;
    link_process_free(r->process);
    arena_fini(&r->arena);
    free(r);
}
