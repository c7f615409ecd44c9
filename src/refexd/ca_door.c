#include "refexd/ca_door.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/peer_messages.h"
#include "codec/seam_messages.h"
#include "exchange/traffic/link_calls.h"
#include "refexd/credential.h"
#include "refexd/link_process.h"

#define QUESTIONS_MAX 16 /* open at once: who is not answered asks again in an hour */
#define ENDS_MAX      5  /* processes that one waits for: people's commands may change the folder one after another */
#define IN_VAIN_MAX   15 /* that end one after another, and answer nothing: then it is no question that ends them */

struct ca_door {
    struct link_process *process;
    const char *arguments[LINK_PROCESS_ARGUMENTS + 1];
    struct exchange *x;
    struct arena arena;
    enum seam_phase phase;
    struct ca_state state;
    uint32_t used; /* see seam_permit */
    uint32_t last_number;
    uint32_t sends;   /* to the process that runs */
    unsigned in_vain; /* processes that ended since one answered */
    bool stopped;
    char failed[CA_WHY]; /* why the last one ended before it greeted, as it says; empty: it does not say */
    struct ca_question {
        uint32_t number; /* 0: free */
        uint64_t link;
        struct bytes request;
        uint32_t sent; /* to the process that runs, as its first, second …; 0: not */
        unsigned ends; /* of processes, before they answered */
    } questions[QUESTIONS_MAX];
};

/* The service manager's credential may be read by this process alone: it goes over the seam, as keys do. */
static void send_passphrase(struct ca_door *d)
{
    struct secret passphrase = {0};
    struct error err;
    struct bytes *out;
    int fd = credential_open(CREDENTIAL_FEDERATION);

    if (fd < 0)
        return;
    if (!secret_read_line(fd, BOUND_PASSPHRASE, &passphrase, &err))
        log_line(LOG_ERROR, "event=credential.unread code=%s text=\"%s\"", error_row(err.code)->code, err.text);
    else if ((out = link_process_send_begin(d->process, SEAM_UNLOCK)) != NULL) {
        seam_unlock_encode(&(struct seam_unlock){secret_view(&passphrase)}, out);
        link_process_send_end(d->process);
    }
    secret_fini(&passphrase);
    (void)close(fd);
}

/* Nothing where no process runs: the next one gets it. */
static void send_question(struct ca_door *d, struct ca_question *q)
{
    struct bytes *out = link_process_send_begin(d->process, SEAM_RENEW);

    if (out == NULL)
        return;
    seam_renew_encode(&(struct seam_renew){q->number, bytes_view(&q->request)}, out);
    link_process_send_end(d->process);
    q->sent = ++d->sends;
}

static void on_started(void *cookie)
{
    struct ca_door *d = cookie;

    d->phase = SEAM_BEFORE_HELLO;
    d->used = 0;
    d->sends = 0;
    send_passphrase(d);
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (d->questions[i].number != 0)
            send_question(d, &d->questions[i]);
}

static bool on_greeting(struct ca_door *d, struct view payload, struct error *err)
{
    struct seam_hello hello;

    if (!seam_hello_decode(payload, &d->arena, &hello, err))
        return false;
    if (!text_is(hello.build, SEAM_BUILD))
        return error_set(err, E_LNK_13, "refex-ca is of another build");
    d->state.greeted = true;
    d->failed[0] = '\0';
    d->state.landlock = hello.landlock;
    d->state.seccomp = hello.seccomp;
    if (hello.landlock == 0 || !hello.seccomp)
        log_line(LOG_WARNING, "event=ca.unconfined landlock=%u seccomp=%d", hello.landlock, hello.seccomp);
    d->phase = SEAM_OPEN;
    return true;
}

static void answer(struct ca_door *d, struct ca_question *q, struct view answer)
{
    q->number = 0;
    bytes_fini(&q->request);
    exchange_renewal_answer(d->x, q->link, answer);
}

static void note_why(struct ca_door *d, struct view why)
{
    struct ca_state *s = &d->state;

    if (why.size != 0 && s->why[0] == '\0')
        s->since_ms = clock_now_ms(&clock_real);
    (void)snprintf(s->why, sizeof s->why, "%.*s", (int)why.size, (const char *)why.at);
}

static bool on_renewed(struct ca_door *d, struct view payload, struct error *err)
{
    struct seam_ca_renewed r;
    struct peer_renewed made;

    if (!seam_ca_renewed_decode(payload, &d->arena, &r, err) || !peer_renewed_decode(r.answer, &d->arena, &made, err))
        return false;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (d->questions[i].number == r.question && d->questions[i].sent != 0) {
            /* Who is refused may have been before a key was tried: that shows nothing of the folder. */
            if (r.why.size != 0 || made.refusal == 0)
                note_why(d, r.why);
            d->in_vain = 0;
            answer(d, &d->questions[i], r.answer);
            return true;
        }
    return error_set(err, E_LNK_13, "refex-ca answers what was not asked");
}

/* Which is not its questions' doing. */
static bool on_failed(struct ca_door *d, struct view payload, struct error *err)
{
    struct seam_failed failed;

    if (!seam_failed_decode(payload, &d->arena, &failed, err))
        return false;
    (void)snprintf(d->failed, sizeof d->failed, "refex-ca does not start: %.*s", (int)failed.code.size,
                   (const char *)failed.code.at);
    return error_set(err, E_LNK_13, "refex-ca does not start: %.*s: %.*s", (int)failed.code.size,
                     (const char *)failed.code.at, (int)failed.sentence.size, (const char *)failed.sentence.at);
}

/* Of one that ended, and answered nothing. */
static struct view ended_why(const struct ca_door *d)
{
    return view_of_text(d->failed[0] != '\0' ? d->failed : "refex-ca ended before it answered");
}

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    struct ca_door *d = cookie;

    arena_reset(&d->arena);
    if (!seam_permit(SEAM_FROM_CA, d->phase, &d->used, kind, err))
        return false;
    if (kind == SEAM_FAILED)
        return on_failed(d, payload, err);
    if (kind == SEAM_CA_RENEWED)
        return on_renewed(d, payload, err);
    return on_greeting(d, payload, err);
}

/* What the process was at when it ended: it reads one question after another, in the order in which they were sent. */
static struct ca_question *find_read(struct ca_door *d)
{
    struct ca_question *first = NULL;

    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct ca_question *q = &d->questions[i];

        if (q->number != 0 && q->sent != 0 && (first == NULL || q->sent < first->sent))
            first = q;
    }
    return first;
}

static void refuse(struct ca_door *d, struct ca_question *q, enum renewal_refusal why)
{
    struct bytes refused = {0};

    peer_renewed_encode(&(struct peer_renewed){.refusal = why}, &refused);
    answer(d, q, bytes_view(&refused));
    bytes_fini(&refused);
}

/* It ends by itself where the folder has changed; the next one is asked what it left. A question at which several end
 * waits for a person; where none even begins, or none answers, all are answered with "broken". */
static void on_exited(void *cookie)
{
    struct ca_door *d = cookie;
    struct ca_question *read = d->phase == SEAM_OPEN && !d->stopped && ++d->in_vain < IN_VAIN_MAX ? find_read(d) : NULL;

    if (read != NULL && ++read->ends == ENDS_MAX) {
        note_why(d, view_of_text("refex-ca ended before it answered"));
        log_line(LOG_ERROR, "event=ca.ended_at_question link=%llu", (unsigned long long)read->link);
        refuse(d, read, RENEWAL_PERSON);
    }
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct ca_question *q = &d->questions[i];

        if (q->number == 0)
            continue;
        q->sent = 0;
        if (read == NULL && ++q->ends == ENDS_MAX)
            note_why(d, ended_why(d));
        if ((read == NULL && q->ends >= ENDS_MAX) || d->stopped || d->in_vain >= IN_VAIN_MAX)
            refuse(d, q, RENEWAL_BROKEN);
    }
    if (d->in_vain >= IN_VAIN_MAX)
        d->in_vain = 0;
    d->phase = SEAM_BEFORE_HELLO;
}

static const struct link_process_events events = {on_started, on_frame, on_exited};

struct ca_door *ca_door_new(struct loop *l, const char *federation, bool allow_unconfined)
{
    struct ca_door *d = xnew(sizeof *d);
    size_t n = 0;

    d->arguments[n++] = "serve";
    d->arguments[n++] = "--home";
    d->arguments[n++] = federation;
    if (allow_unconfined)
        d->arguments[n++] = "--without-landlock";
    d->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    d->process = link_process_new_of(l, "refex-ca", d->arguments, &events, d);
    return d;
}

bool ca_door_ask(struct ca_door *d, struct exchange *x, uint64_t link, struct view request)
{
    struct ca_question *q = d->questions;

    d->x = x;
    while (q < d->questions + QUESTIONS_MAX && q->number != 0)
        q++;
    if (q == d->questions + QUESTIONS_MAX || request.size == 0 || request.size > BOUND_RENEWAL)
        return false;
    if (++d->last_number == 0)
        d->last_number = 1;
    *q = (struct ca_question){.number = d->last_number, .link = link};
    bytes_append_view(&q->request, request);
    link_process_start(d->process);
    if (q->number != 0 && q->sent == 0)
        send_question(d, q);
    return true;
}

void ca_door_state(const struct ca_door *d, struct ca_state *out)
{
    *out = d != NULL ? d->state : (struct ca_state){0};
}

void ca_door_stop(struct ca_door *d)
{
    if (d == NULL)
        return;
    d->stopped = true;
    link_process_stop(d->process);
}

void ca_door_free(struct ca_door *d)
{
    if (d == NULL)
        return;
    link_process_free(d->process);
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        bytes_fini(&d->questions[i].request);
    arena_fini(&d->arena);
    free(d);
}
