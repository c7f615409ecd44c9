/* The receiving half of the seam door: each message is decoded, checked against what is known of the process and its
 * links, and becomes one call of the exchange. What the process may say, and when, is in codec/seam.c.
 */
#include "refexd/seam_door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "exchange/traffic/link_calls.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/ca_door.h"
#include "refexd/seam_door_inside.h"

/* --- messages of the network process --- */

static bool on_hello(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_hello hello;

    if (!seam_hello_decode(payload, &d->arena, &hello, err))
        return false;
    if (!text_is(hello.build, SEAM_BUILD))
        return error_set(err, E_LNK_13, "refex-link is of another build");
    d->state.landlock = hello.landlock;
    d->state.seccomp = hello.seccomp;
    d->phase = SEAM_OPEN;
    if (hello.landlock == 0 || !hello.seccomp)
        log_line(LOG_WARNING, "event=link.unconfined landlock=%u seccomp=%d", hello.landlock, hello.seccomp);
    if (!d->config->listens) {
        d->state.ready = d->was_ready = true;
        d->events->on_ready(d->cookie);
    }
    return true;
}

uint16_t seam_listen_port(const struct seam_door *d)
{
    return d->port != 0 ? d->port : d->config->listen_port;
}

static bool on_listening(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_listening at;
    bool six;

    if (!seam_listening_decode(payload, &d->arena, &at, err))
        return false;
    if (!d->config->listens || !text_is(at.address, d->config->listen_address) ||
        (seam_listen_port(d) != 0 && at.port != seam_listen_port(d)))
        return error_set(err, E_LNK_13, "refex-link listens elsewhere than it was told");
    six = memchr(at.address.at, ':', at.address.size) != NULL;
    (void)snprintf(d->state.listen, sizeof d->state.listen, six ? "[%.*s]:%u" : "%.*s:%u", (int)at.address.size,
                   (const char *)at.address.at, at.port);
    d->port = at.port;
    d->state.ready = d->was_ready = true;
    d->events->on_ready(d->cookie);
    return true;
}

/* The process may say a number that it was given and no other. */
static bool find_peer(const struct seam_door *d, uint32_t number, const struct address **out, struct error *err)
{
    *out = peer_numbers_find(&d->peer_numbers, number);
    return *out != NULL || error_set(err, E_LNK_13, "refex-link names peer %u, whom there is not", number);
}

static bool on_link_up(struct seam_door *d, struct view payload, struct error *err)
{
    const struct address *peer;
    struct error why = {0};
    struct seam_link_up up;

    if (!seam_link_up_decode(payload, &d->arena, &up, err) || !find_peer(d, up.peer, &peer, err))
        return false;
    if (!link_table_add(&d->link_table, up.link))
        return error_set(err, E_LNK_13, "refex-link says link %u twice or too many", up.link);
    host_addresses_drop(&d->host_addresses, up.peer);
    if (exchange_link_up(d->x, seam_link_id(d, up.link),
                         &(struct link_opened){
                             .certificate = up.certificate, .hello = up.hello, .group = up.group, .narrow = up.narrow},
                         &why)) {
        d->state.came += !up.dialled;
        dials_said_note(&d->dials_said, up.peer, DIAL_UP, LINK_ENDED);
        if (exchange_link_line(d->x, peer))
            log_line(LOG_INFO, "event=link.up link=%u peer=%s dialled=%d group=%s narrow=%s", up.link, peer->text,
                     up.dialled, tls_group_name(up.group),
                     up.narrow == LINK_CLASS_ORDINARY ? "no" : link_class_name(up.narrow));
        return true;
    }
    if (exchange_link_line(d->x, peer))
        log_line(LOG_WARNING, "event=link.not_taken link=%u peer=%s code=%s text=\"%s\"", up.link, peer->text,
                 error_row(why.code)->code, why.text);
    dials_said_note(&d->dials_said, up.peer, DIAL_FAILED, link_reason_of(why.code));
    seam_send_hang_up(d, up.link, link_reason_of(why.code));
    return true;
}

/* A listed node sends no hello. Its directory may be older than this node: ours goes, once. */
static bool on_link_waits(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_link_waits waits;
    struct error why = {0};
    struct view note;

    if (!seam_link_waits_decode(payload, &d->arena, &waits, err))
        return false;
    if (exchange_link_waits(d->x, waits.certificate, &note, &why))
        seam_send_directory(d, waits.link, note);
    else
        seam_send_hang_up(d, waits.link, LINK_NOT_A_MEMBER);
    return true;
}

/* A node that our directory does not list offers one that may. If it does, the new list that follows the commit lets it
 * in; all else closes the link. */
static bool on_offer(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_offer offer;
    struct error why = {0};

    if (!seam_offer_decode(payload, &d->arena, &offer, err))
        return false;
    if (exchange_directory_offered(d->x, offer.certificate, offer.directory, &why)) {
        if (exchange_link_line(d->x, NULL))
            log_line(LOG_INFO, "event=link.directory_offered link=%u", offer.link);
        d->trust_changed = true;
        loop_wake(d->loop);
        return true;
    }
    if (exchange_link_line(d->x, NULL))
        log_line(LOG_NOTICE, "event=link.not_a_member link=%u code=%s text=\"%s\"", offer.link,
                 error_row(why.code)->code, why.text);
    seam_send_hang_up(d, offer.link, LINK_NOT_A_MEMBER);
    return true;
}

static bool on_network_frame(struct seam_door *d, struct view payload, struct error *err)
{
    struct error why = {0};
    struct seam_frame frame;

    if (!seam_frame_decode(payload, &frame, err))
        return false;
    if (!link_table_has(&d->link_table, frame.link))
        return error_set(err, E_LNK_13, "refex-link brings a frame of link %u, which does not stand", frame.link);
    if (exchange_frame(d->x, seam_link_id(d, frame.link), frame.kind, frame.payload, &why))
        return true;
    seam_send_hang_up(d, frame.link, link_reason_of(why.code));
    exchange_link_down(d->x, seam_link_id(d, frame.link)); /* what it still sends is dropped, and not logged */
    return true;
}

static bool on_link_down(struct seam_door *d, struct view payload, struct error *err)
{
    const struct address *peer;
    struct seam_link_down down;

    if (!seam_link_down_decode(payload, &d->arena, &down, err))
        return false;
    if (down.link == 0) { /* somebody who never was a link: refex-link has logged why */
        stolen_machine_note(&d->state.stolen, d->x, &down);
        return true;
    }
    if (!link_table_remove(&d->link_table, down.link))
        return error_set(err, E_LNK_13, "refex-link ends link %u, which does not stand", down.link);
    if (!find_peer(d, down.peer, &peer, err))
        return false;
    if (exchange_link_line(d->x, peer))
        log_line(LOG_INFO, "event=link.down link=%u peer=%s reason=%s", down.link, peer->text,
                 link_reason_name(down.reason));
    dials_said_note(&d->dials_said, down.peer, DIAL_FAILED, down.reason);
    exchange_link_down(d->x, seam_link_id(d, down.link));
    seam_send_linked(d, down.peer, peer);
    return true;
}

/* Another address of the host may answer where this one did not; not where the network process dialled none. */
static bool may_try_next(enum link_reason why)
{
    return why != LINK_DUPLICATE && why != LINK_TOO_MANY;
}

/* What WHY says of an address; DIALLED_END: nothing, for the link was refused for something else, here or there. */
static enum dial_failure failure_of(enum link_reason why)
{
    switch (why) {
    case LINK_UNREACHABLE:
    case LINK_SILENT:
        return DIALLED_UNANSWERED;
    case LINK_OTHER_AGENCY:
    case LINK_WRONG_CA:
    case LINK_NO_ALPN:
    case LINK_TLS:
    case LINK_NO_CERTIFICATE:
    case LINK_NO_VERSION:
        return DIALLED_OTHER;
    default:
        return DIALLED_END;
    }
}

/* Whose certificate came in place of the one that was dialled: the directory has one address for two, or its agency has
 * given that address away. */
static bool note_answered(struct seam_door *d, const struct address *peer, const struct seam_dial_failed *failed,
                          struct error *err)
{
    const struct address *answered;

    if (failed->answered == 0)
        return true;
    if (!find_peer(d, failed->answered, &answered, err))
        return false;
    dials_said_answered(&d->dials_said, failed->peer, answered);
    if (exchange_link_line(d->x, peer))
        log_line(LOG_NOTICE, "event=link.other_answered peer=%s answered=%s", peer->text, answered->text);
    return true;
}

/* refex-link has logged the detail; only this process knows the name. The next try was set when this one was begun. */
static bool on_dial_failed(struct seam_door *d, struct view payload, struct error *err)
{
    const struct address *peer;
    struct seam_dial_failed failed;
    enum dial_failure all;

    if (!seam_dial_failed_decode(payload, &d->arena, &failed, err) || !find_peer(d, failed.peer, &peer, err))
        return false;
    if (exchange_link_line(d->x, peer))
        log_line(LOG_NOTICE, "event=link.dial_failed peer=%s code=%s reason=%s", peer->text,
                 error_row(link_reason_code(failed.reason))->code, link_reason_name(failed.reason));
    if (may_try_next(failed.reason)) /* else no dial was made: there is a link, or there are too many */
        dials_said_note(&d->dials_said, failed.peer, DIAL_FAILED, failed.reason);
    if (!note_answered(d, peer, &failed, err))
        return false;
    all = host_addresses_failed(&d->host_addresses, failed.peer, failure_of(failed.reason));
    if (may_try_next(failed.reason) && seam_dial_next(d, failed.peer))
        return true;
    host_addresses_drop(&d->host_addresses, failed.peer);
    if (all != DIALLED_END)
        seam_dial_over(d, peer, all);
    return true;
}

static bool on_flow(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_flow flow;

    if (!seam_flow_decode(payload, &d->arena, &flow, err))
        return false;
    (void)link_table_set_full(&d->link_table, flow.link, flow.stop); /* a link that has just gone is no fault of its */
    return true;
}

static bool on_failed(struct seam_door *d, struct view payload, struct error *err)
{
    struct seam_failed failed;
    struct error why = {0};
    char code[16];

    if (!seam_failed_decode(payload, &d->arena, &failed, err))
        return false;
    (void)snprintf(code, sizeof code, "%.*s", (int)failed.code.size, (const char *)failed.code.at);
    why.code = error_code_find(code);
    if (why.code == E_NONE)
        why.code = E_LNK_13;
    (void)snprintf(why.text, sizeof why.text, "%.*s", (int)failed.sentence.size, (const char *)failed.sentence.at);
    if (!d->was_ready)
        d->events->on_failed(d->cookie, &why);
    *err = why;
    return false;
}

/* Who handles what the network process may say. When it may: seam_permit. */
/* clang-format off */
static const struct {
    enum seam_kind kind;
    bool (*on_message)(struct seam_door *d, struct view payload, struct error *err);
} handlers[] = {
    {SEAM_HELLO,       on_hello},
    {SEAM_FAILED,      on_failed},
    {SEAM_LISTENING,   on_listening},
    {SEAM_LINK_UP,     on_link_up},
    {SEAM_FRAME,       on_network_frame},
    {SEAM_LINK_DOWN,   on_link_down},
    {SEAM_DIAL_FAILED, on_dial_failed},
    {SEAM_FLOW,        on_flow},
    {SEAM_LINK_WAITS,  on_link_waits},
    {SEAM_OFFER,       on_offer},
};
/* clang-format on */

#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

/* Four times what may wait to be sent on one link: what came is kept, opened, until the tick has committed. */
static bool tick_is_full(const struct seam_door *d)
{
    return d->frames >= BOUND_BATCH || d->bytes >= 4 * (size_t)BOUND_LINK_OUT;
}

bool seam_door_receive(struct seam_door *d, uint16_t kind, struct view payload, struct error *err)
{
    size_t i = 0;

    d->frames++;
    d->bytes += payload.size;
    if (tick_is_full(d))
        link_process_pause_reading(d->process); /* the rest after the commit */
    arena_reset(&d->arena);
    if (!seam_permit(SEAM_FROM_LINK, d->phase, &d->used, kind, err))
        return false;
    while (i < HANDLER_COUNT && handlers[i].kind != kind)
        i++;
    REQUIRE(i < HANDLER_COUNT); /* whatever is permitted has a handler */
    return handlers[i].on_message(d, payload, err);
}

static bool on_frame(void *cookie, uint16_t kind, struct view payload, struct error *err)
{
    return seam_door_receive(cookie, kind, payload, err);
}

/* --- the process starts and ends --- */

static void on_started(void *cookie)
{
    struct seam_door *d = cookie;

    d->generation++;
    d->phase = SEAM_BEFORE_HELLO;
    d->used = 0;
    d->trust_changed = false;
    seam_send_configuration(d);
}

static void on_exited(void *cookie)
{
    struct seam_door *d = cookie;

    d->phase = SEAM_BEFORE_HELLO;
    d->state.ready = false;
    d->state.listen[0] = '\0';
    for (size_t i = 0; i < d->link_table.count && !d->stopping; i++)
        exchange_link_down(d->x, seam_link_id(d, d->link_table.at[i].link));
    link_table_clear(&d->link_table);
    host_addresses_clear(&d->host_addresses);
    loop_wake(d->loop);
}

/* Whom nobody had to dial asks one of the others to do it. */
static void on_reach(void *cookie)
{
    struct seam_door *d = cookie;

    timer_start(d->reach, HOUR_MS);
    if (d->config->listens && d->state.came == 0)
        exchange_ask_dial_back(d->x);
    loop_wake(d->loop);
}

static const struct link_process_events process_events = {on_started, on_frame, on_exited};

struct seam_door *seam_door_new(struct loop *l, const struct config *config, const struct seam_door_events *events,
                                void *cookie)
{
    struct seam_door *d = xnew(sizeof *d);

    d->post = seam_post;
    d->loop = l;
    d->config = config;
    d->events = events;
    d->cookie = cookie;
    d->phase = SEAM_BEFORE_HELLO;
    d->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    d->process = link_process_new(l, NULL, &process_events, d);
    d->resolver = resolver_new(l, seam_on_resolved, d);
    d->reach = timer_new(l, on_reach, d);
    if (config->federation[0] != '\0') {
        d->ca = ca_door_new(l, config->federation, config->allow_unconfined);
        d->post.renew = seam_renew;
    }
    return d;
}

struct post *seam_door_post(struct seam_door *d)
{
    return &d->post;
}

void seam_door_start(struct seam_door *d, struct exchange *x)
{
    d->x = x;
    link_process_start(d->process);
    timer_start(d->reach, SEAM_FIRST_LINKS_MS);
}

void seam_door_committed(struct seam_door *d)
{
    if (tick_is_full(d))
        link_process_resume_reading(d->process);
    d->frames = 0;
    d->bytes = 0;
    if (!d->trust_changed || d->phase != SEAM_OPEN)
        return;
    d->trust_changed = false;
    seam_send_identity(d);
    seam_send_update(d);
}

void seam_door_stop(struct seam_door *d)
{
    d->stopping = true;
    timer_stop(d->reach);
    link_process_stop(d->process);
    resolver_stop(d->resolver);
    ca_door_stop(d->ca);
}

void seam_door_state(const struct seam_door *d, struct seam_state *out)
{
    *out = d->state;
    stolen_machine_expire(&out->stolen);
    out->running = link_process_is_running(d->process);
    out->restarts = link_process_restarts(d->process);
    out->process = link_process_pid(d->process);
    ca_door_state(d->ca, &out->ca);
}

struct dial_said seam_door_dial(struct seam_door *d, const struct address *agency)
{
    return dials_said_of(&d->dials_said, peer_numbers_get(&d->peer_numbers, agency));
}

void seam_door_free(struct seam_door *d)
{
    if (d == NULL)
        return;
    dials_said_fini(&d->dials_said);
    link_process_free(d->process);
    resolver_free(d->resolver);
    ca_door_free(d->ca);
    link_table_fini(&d->link_table);
    peer_numbers_fini(&d->peer_numbers);
    arena_fini(&d->arena);
    bytes_fini(&d->certificate);
    free(d);
}
