#include "refexd/control_door.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "codec/frame.h"
#include "exchange/search/search_calls.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/stream.h"
#include "refexd/config.h"
#include "refexd/control_asker.h"
#include "refexd/control_call.h"
#include "refexd/control_socket.h"
#include "refexd/verbs/verbs.h"

#define STEP_ROWS   32                  /* of a list, in one round of the loop, if its verb does not know better */
#define ROUND_MS    3                   /* of the steps of one list in one round: others wait so long */
#define UNREAD_MAX  1048576             /* bytes of a list that wait for its reader: then it goes on when he has read */
#define CLIENTS_MAX (2 * BOUND_CLIENTS) /* over BOUND_CLIENTS each gets E-CTL-04; over this it is closed at once */

/* A request that is answered in steps, some each round of the loop; nothing else of its client is handled meanwhile. */
struct going {
    uint16_t kind; /* 0: none */
    uint32_t number;
    struct bytes message;
    struct walk_step step;
    bool waits;                  /* for a tick, or for another client's */
    struct searching *searching; /* NULL: it is another request */
};

/* A connected program. Its requests are handled as they come; the answers wait in ANSWERS for the commit. They must not
 * be written to the stream before: if its socket was full, it writes what it has in the middle of a round. */
struct client {
    struct client *next;
    struct control_door *door;
    struct stream *stream;
    struct bytes answers;
    struct bytes answered;   /* u32 each: the requests that ANSWERS ends */
    struct bytes request_id; /* of the request being handled; empty: it has none */
    uint32_t request_part;
    struct bytes named; /* its message, if it came in a NAMED */
    struct case_parts parts;
    uint32_t uid;     /* the Unix user that connected */
    bool is_too_many; /* over BOUND_CLIENTS, or BOUND_CLIENTS_EACH */
    unsigned calls;   /* since the last commit */
    bool is_gone;     /* its stream is closed, and it is freed soon */
    bool paused;      /* its stream is, until the commit and the end of GOING */
    uint64_t gone_on; /* the step of the door at which GOING went on last */
    struct going going;
    control_door_end_fn *on_end;
    void *on_end_cookie;
};

struct control_door {
    struct loop *loop;
    struct control_context *context;
    struct listener *listener;
    struct client *clients;
    size_t client_count;
    struct arena arena; /* of the request being handled */
    uint64_t steps;     /* of lists, so far */
    struct control_denied denied;
    bool stopping;
};

static bool (*const handlers[])(struct control_call *c, struct error *err) = {
#define VERB_ROW(number, kind, name, ...) [CONTROL_##kind - CONTROL_STATUS] = verbs_##name,
#define CALL_ROW                          VERB_ROW
#include "codec/verbs.def"
};

/* --- calls --- */

/* Whether C is answered here, to CLIENT. */
static bool check_call(const struct client *client, const struct control_call *c, uint16_t kind, struct error *err)
{
    const struct control_context *w = client->door->context;
    const struct control_verb *verb = control_verb_find(kind);

    if (c->roles == 0)
        return error_set(err, E_CTL_03, "this program is not answered");
    if (client->is_too_many)
        return error_set(err, E_CTL_04, "this program is not answered");
    if (verb == NULL)
        return error_set(err, E_CTL_02, "kind %u is not known", kind);
    if (w->open_error.code != E_NONE) {
        *err = w->open_error;
        return false;
    }
    if ((verb->modes & w->mode) == 0)
        return error_set(err, E_CTL_05, "%s is not answered here", verb->name);
    return control_asker_check(w, client->uid, verb, c, err);
}

static bool dispatch_call(struct client *client, uint16_t kind, struct control_call *c, struct error *err)
{
    const struct importing *importing = client->parts.importing;

    c->roles = control_asker_roles(c->context, client->uid);
    /* What is decided is done: he learns it, though he could not ask for it any more. */
    if ((importing == NULL || !exchange_import_is_decided(importing)) && !check_call(client, c, kind, err)) {
        if (importing != NULL)
            case_parts_wipe(&client->parts); /* else others wait until he disconnects */
        return false;
    }
    REQUIRE((size_t)(kind - CONTROL_STATUS) < sizeof handlers / sizeof handlers[0]); /* each verb has one */
    return control_asker_handle(client->uid, kind, handlers[kind - CONTROL_STATUS], c, err);
}

static void pause_client(struct client *client)
{
    client->paused = true;
    stream_pause(client->stream);
}

static void end_going(struct client *client)
{
    bytes_fini(&client->going.message);
    exchange_search_end(client->going.searching);
    client->going = (struct going){0};
}

/* Two steps of a list in one tick are one answer. */
static bool is_noted(const struct client *client, uint32_t number)
{
    const struct bytes *a = &client->answered;

    return a->size != 0 && memcmp(a->at + a->size - sizeof number, &number, sizeof number) == 0;
}

/* What stands leaves at once: if the tick is undone it would be lost, and nobody would tell who asked. */
static void note_answer(struct client *client, uint32_t number, bool stands)
{
    if (stands) {
        stream_write_raw(client->stream, bytes_view(&client->answers));
        bytes_clear(&client->answers);
    } else if (!is_noted(client, number)) {
        bytes_append(&client->answered, &number, sizeof number);
    }
}

/* *WAITS: the next step has nothing to do before something else has happened. */
static void handle_request(struct client *client, uint16_t kind, uint32_t number, struct view message,
                           struct walk_step *step, bool *waits)
{
    struct control_door *d = client->door;
    struct control_call c = {
        .context = d->context,
        .x = d->context->exchange,
        .message = message,
        .arena = &d->arena,
        .request_id = bytes_view(&client->request_id),
        .request_part = client->request_part,
        .goes_on = client->going.kind != 0,
        .number = number,
        .answers = &client->answers,
        .parts = &client->parts,
        .searching = &client->going.searching,
        .step = step,
    };
    struct error err = {0};
    size_t before = client->answers.size;

    step->limit = STEP_ROWS;
    step->more = false;
    if (!dispatch_call(client, kind, &c, &err)) {
        step->more = false;
        bytes_truncate(&client->answers, before); /* items of a list that failed are not sent */
        control_call_failed(&c, &err);
        log_line(error_fault(&err) == FAULT_BUG ? LOG_ERROR : LOG_DEBUG, "event=control.failed verb=\"%s\" code=%s",
                 control_verb_name(kind), error_row(err.code)->code);
    } else if (!c.no_answer && !step->more) {
        control_call_done(&c);
    }
    if (!c.no_answer)
        note_answer(client, number, c.stands && before == 0);
    *waits = c.waits;
    arena_reset(&d->arena);
}

static void begin_going(struct client *client, uint16_t kind, uint32_t number, struct view message,
                        const struct walk_step *step, bool waits)
{
    client->going = (struct going){.kind = kind,
                                   .number = number,
                                   .message = {.wiping = true},
                                   .step = *step,
                                   .waits = waits,
                                   .searching = client->going.searching};
    bytes_append_view(&client->going.message, message);
    pause_client(client);
    loop_wake(client->door->loop);
}

static bool may_go_on(const struct client *client)
{
    return client->going.kind != 0 && !client->is_gone && stream_waiting_bytes(client->stream) < UNREAD_MAX;
}

/* An import writes: each of its steps is committed by itself. */
static void go_on_with(struct client *client)
{
    const int64_t end_ms = clock_steady_ms(&clock_real) + ROUND_MS;
    const bool reads = client->parts.importing == NULL;
    struct exchange *x = reads ? client->door->context->exchange : NULL;
    struct going *g = &client->going;

    if (x != NULL)
        exchange_step_begin(x);
    do
        handle_request(client, g->kind, g->number, bytes_view(&g->message), &g->step, &g->waits);
    while (reads && g->step.more && !g->waits && client->answers.size < UNREAD_MAX &&
           clock_steady_ms(&clock_real) < end_ms);
    if (x != NULL)
        exchange_step_end(x);
    if (!g->step.more)
        end_going(client);
}

bool control_door_go_on(struct control_door *d)
{
    struct client *next = NULL;
    bool more = false;

    if (d->stopping)
        return false;
    for (struct client *client = d->clients; client != NULL; client = client->next)
        if (may_go_on(client) && (next == NULL || client->gone_on < next->gone_on))
            next = client;
    if (next == NULL)
        return false;
    next->gone_on = ++d->steps;
    if (stream_is_hung_up(next->stream)) {
        next->is_gone = true;
        stream_close(next->stream);
        return true; /* for another, and for what is to be dropped */
    }
    go_on_with(next);
    for (struct client *client = d->clients; client != NULL; client = client->next)
        more = more || (may_go_on(client) && !client->going.waits);
    return more;
}

static void on_drained(void *cookie)
{
    struct client *client = cookie;

    if (client->going.kind != 0)
        loop_wake(client->door->loop);
}

/* KIND and MESSAGE become those of the request in it. What cannot be read is of no kind. */
static void open_named(struct client *client, uint16_t *kind, struct view *message)
{
    struct control_named_ask named = {0};
    struct error ignored;

    if (!control_named_ask_decode(*message, &client->door->arena, &named, &ignored))
        named = (struct control_named_ask){0};
    bytes_append_view(&client->request_id, named.request_id);
    client->request_part = named.part;
    bytes_append_view(&client->named, named.ask);
    *kind = (uint16_t)named.kind;
    *message = bytes_view(&client->named);
    arena_reset(&client->door->arena);
}

static void on_frame(void *cookie, uint16_t kind, struct view payload)
{
    struct client *client = cookie;
    struct walk_step step = {0};
    struct error err = {0};
    struct view message;
    uint32_t number;
    bool waits;

    REQUIRE(client->going.kind == 0); /* else its stream is paused */
    if (++client->calls >= BOUND_BATCH || client->answers.size > BOUND_ANSWER)
        pause_client(client); /* it is resumed after the commit */
    if (!control_read_number(payload, &number, &message, &err)) {
        stream_fail(client->stream, &err); /* without a request number there is no answer */
        return;
    }
    bytes_clear(&client->request_id);
    bytes_clear(&client->named);
    if (kind == CONTROL_NAMED)
        open_named(client, &kind, &message);
    handle_request(client, kind, number, message, &step, &waits);
    if (step.more)
        begin_going(client, kind, number, message, &step, waits);
}

/* --- clients --- */

static void on_closed(void *cookie, const struct error *err)
{
    struct client *client = cookie;
    struct control_door *d = client->door;

    if (err->code != E_NONE)
        log_line(LOG_DEBUG, "event=control.closed code=%s", error_row(err->code)->code);
    for (struct client **at = &d->clients; *at != NULL; at = &(*at)->next)
        if (*at == client) {
            *at = client->next;
            break;
        }
    REQUIRE(d->client_count > 0);
    d->client_count--;
    if (client->on_end != NULL)
        client->on_end(client->on_end_cookie, err);
    case_parts_wipe(&client->parts);
    end_going(client);
    bytes_fini(&client->answers);
    bytes_fini(&client->answered);
    bytes_fini(&client->request_id);
    bytes_fini(&client->named);
    free(client);
}

static const struct stream_events stream_events = {
    .on_frame = on_frame, .on_drained = on_drained, .on_closed = on_closed};

static struct client *add_client(struct control_door *d, int fd, uint32_t uid)
{
    struct client *client = xnew(sizeof *client);

    client->door = d;
    client->uid = uid;
    client->answers.wiping = true; /* they hold opened personal data */
    client->request_id.wiping = client->named.wiping = true;
    client->next = d->clients;
    d->clients = client;
    d->client_count++;
    client->stream = stream_open_fd(d->loop, fd, STREAM_FRAMED, &stream_events, client);
    stream_enable_wiping(client->stream);
    stream_set_low_water(client->stream, UNREAD_MAX);
    return client;
}

/* Connections of UID. Who runs the node has no share of his own: he could stop it. */
static size_t count_of(const struct control_door *d, uint32_t uid)
{
    size_t count = 0;

    for (const struct client *client = d->clients; client != NULL; client = client->next)
        count += client->uid == uid;
    return control_asker_owns(uid) ? 0 : count;
}

static void on_accept(void *cookie, int fd, const struct listener_peer *peer)
{
    struct control_door *d = cookie;
    struct client *client;

    if (d->client_count >= CLIENTS_MAX || count_of(d, peer->uid) >= 2 * BOUND_CLIENTS_EACH) {
        (void)close(fd);
        return;
    }
    client = add_client(d, fd, peer->uid);
    client->is_too_many = d->client_count > BOUND_CLIENTS || count_of(d, peer->uid) > BOUND_CLIENTS_EACH;
    if (control_asker_roles(d->context, peer->uid) == 0)
        control_asker_note_denied(&d->denied, peer->uid);
}

struct control_door *control_door_new(struct loop *l, struct control_context *context)
{
    struct control_door *d = xnew(sizeof *d);

    d->loop = l;
    d->context = context;
    d->arena.wiping = true;
    d->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    return d;
}

bool control_door_listen(struct control_door *d, struct error *err)
{
    const struct config *c = d->context->config;

    if (!control_socket_open(d->loop, d->context->home, c != NULL && c->has_group ? &c->group : NULL, on_accept, d,
                             &d->listener, err))
        return false;
    listener_start(d->listener);
    return true;
}

void control_door_serve(struct control_door *d, int fd, control_door_end_fn *on_end, void *cookie)
{
    struct client *client = add_client(d, fd, geteuid()); /* who started this process handed it over */

    client->on_end = on_end;
    client->on_end_cookie = cookie;
}

void control_door_undone(struct control_door *d, const struct error *why)
{
    for (struct client *client = d->clients; client != NULL; client = client->next) {
        bytes_clear(&client->answers);
        if (is_noted(client, client->going.number)) { /* else it had no step in this tick: it goes on */
            end_going(client);
            if (client->parts.importing != NULL)
                case_parts_wipe(&client->parts);
        }
        for (size_t at = 0; at < client->answered.size; at += sizeof(uint32_t)) {
            struct control_call c = {.answers = &client->answers};

            memcpy(&c.number, client->answered.at + at, sizeof c.number);
            control_call_failed(&c, why);
        }
    }
    control_door_committed(d);
}

void control_door_committed(struct control_door *d)
{
    for (struct client *client = d->clients; client != NULL; client = client->next) {
        client->calls = 0;
        if (client->answers.size > 0)
            stream_write_raw(client->stream, bytes_view(&client->answers));
        bytes_clear(&client->answers);
        bytes_clear(&client->answered);
        if (client->answers.room > BOUND_FRAME)
            bytes_fini(&client->answers);
        if (d->stopping) {
            stream_finish(client->stream);
        } else if (client->paused && client->going.kind == 0) {
            client->paused = false;
            stream_resume(client->stream);
        }
    }
}

void control_door_stop(struct control_door *d)
{
    d->stopping = true;
    listener_close(d->listener);
    d->listener = NULL;
}

void control_door_free(struct control_door *d)
{
    if (d == NULL)
        return;
    arena_fini(&d->arena);
    free(d);
}
