/* All sessions of this process: which two would be one link too many, whose frames wait for the end of the round or for
 * room on the seam.
 */
#include "link/links.h"

#include "base/bounds.h"
#include "base/log.h"
#include "io/listener.h"
#include "io/loop.h"
#include "io/stream.h"
#include "link/limits.h"
#include "link/report.h"
#include "link/session.h"
#include "link/session_table.h"
#include "link/tls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_SLOT SIZE_MAX

struct links {
    struct loop *loop;
    struct stream *seam;
    struct listener *listener;
    struct session_owner owner;
    struct tls_context *tls;
    struct ident self;
    struct limits limits;
    struct bytes hello;
    struct bytes plaintext;
    bool accepting;
    struct session_table table;
    struct session *places[BOUND_HANDSHAKES]; /* those that have not proved who they are, by their slot */
    struct session *to_flush;                 /* those to flush when the round ends */
    struct session *paused;                   /* those not read until the seam has room */
};

static void drop_from(struct session **list, const struct session *s, bool to_flush)
{
    while (*list != NULL && *list != s)
        list = to_flush ? &session_info(*list)->to_flush : &session_info(*list)->paused;
    REQUIRE(*list == s); /* what says that it is in the list is true */
    *list = to_flush ? session_info(*list)->to_flush : session_info(*list)->paused;
}

/* --- accepting --- */

/* Accepts while the limits allow; further connections wait in the kernel's backlog. */
static void update_accepting(struct links *l)
{
    bool wanted = !limits_is_full(&l->limits);

    if (l->listener == NULL || wanted == l->accepting)
        return;
    l->accepting = wanted;
    if (wanted)
        listener_start(l->listener);
    else
        listener_pause(l->listener);
}

/* The limits were asked before its number was chosen: the table has a place for it. */
static void add_session(struct links *l, struct session *s)
{
    session_table_add(&l->table, s);
    l->limits.links++;
    REQUIRE(l->limits.links <= BOUND_LINKS);
}

static void on_accept(void *cookie, int fd, const struct listener_peer *peer)
{
    struct links *l = cookie;
    struct session *s;
    bool displaces;
    size_t slot;

    if (!limits_handshake_begin(&l->limits, peer->address, &slot, &displaces)) {
        (void)close(fd);
        return;
    }
    REQUIRE(displaces == (l->places[slot] != NULL)); /* the places of the limits are these */
    if (displaces) {
        session_info(l->places[slot])->slot = NO_SLOT;
        session_end(l->places[slot], LINK_TOO_MANY);
    }
    s = session_accept(&l->owner, session_table_next(&l->table), fd);
    session_info(s)->slot = slot;
    l->places[slot] = s;
    add_session(l, s);
    update_accepting(l);
}

/* --- callbacks of sessions --- */

static void on_handshake_done(void *cookie, struct session *s)
{
    struct links *l = cookie;
    size_t slot = session_info(s)->slot;

    if (session_info(s)->dialled) {
        limits_dial_end(&l->limits);
    } else if (slot != NO_SLOT) { /* else another connection has its place */
        REQUIRE(l->places[slot] == s);
        limits_handshake_end(&l->limits, slot);
        l->places[slot] = NULL;
        session_info(s)->slot = NO_SLOT;
    }
}

static void report_down(struct links *l, struct session *s, enum link_reason why)
{
    struct session_info *info = session_info(s);

    info->was_open = false; /* reported once */
    report_link_down(l->seam, info->number, info->peer, why, &(struct ident){{0}});
}

/* A node that no directory listed is listed by now, or gone: another such may wait. */
static void end_unknown(struct links *l, struct session_info *info)
{
    if (info->unknown_counted)
        limits_unknown_end(&l->limits.unknown[info->dialled]);
    info->unknown_counted = false;
}

static bool on_open(void *cookie, struct session *s, struct view hello, enum link_reason *why)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);
    struct session *old = session_table_find_peer(&l->table, info->peer, s, false);

    end_unknown(l, info);
    if (old != NULL && !session_table_new_wins(&l->self, old, s)) {
        *why = LINK_DUPLICATE;
        return false;
    }
    if (old != NULL) {
        report_down(l, old, LINK_DUPLICATE); /* before the new link, so that refexd never has two */
        session_end(old, LINK_DUPLICATE);
    }
    report_link_up(l->seam, s, hello);
    return true;
}

static bool on_unknown(void *cookie, struct session *s)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);

    info->unknown_counted = limits_unknown_begin(&l->limits.unknown[info->dialled], loop_now_ms(l->loop));
    return info->unknown_counted;
}

static void on_offer(void *cookie, struct session *s, struct view directory)
{
    struct links *l = cookie;

    report_offer(l->seam, s, directory);
}

static void on_waits(void *cookie, struct session *s)
{
    struct links *l = cookie;

    report_link_waits(l->seam, s);
}

/* Asked before each frame of each link: a full seam takes one frame more, not one of every link. */
static bool may_deliver(void *cookie, struct session *s)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);

    if (l->seam == NULL || stream_waiting_bytes(l->seam) < BOUND_SEAM_HIGH)
        return true;
    if (!info->is_paused) {
        info->is_paused = true;
        info->paused = l->paused;
        l->paused = s;
        session_pause(s);
    }
    return false;
}

static void on_frame(void *cookie, struct session *s, uint16_t kind, struct view payload)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);

    if (payload.size > BOUND_FRAME - SEAM_SEND_OVERHEAD) {
        session_end(s, LINK_BROKE_PROTOCOL); /* no message is so large, and it would not fit the seam */
        return;
    }
    report_frame(l->seam, info->number, kind, payload);
}

void links_seam_closed(struct links *l)
{
    l->seam = NULL;
}

void links_seam_drained(struct links *l)
{
    while (l->paused != NULL) {
        struct session *s = l->paused;

        l->paused = session_info(s)->paused;
        session_info(s)->is_paused = false;
        session_resume(s);
    }
}

static void on_flow(void *cookie, struct session *s, bool stop)
{
    struct links *l = cookie;

    report_flow(l->seam, session_info(s)->number, stop);
}

static void on_flush_due(void *cookie, struct session *s)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);

    if (info->is_to_flush)
        return;
    info->is_to_flush = true;
    info->to_flush = l->to_flush;
    l->to_flush = s;
}

void links_tick(struct links *l)
{
    while (l->to_flush != NULL) {
        struct session *s = l->to_flush;

        l->to_flush = session_info(s)->to_flush;
        session_info(s)->is_to_flush = false;
        session_flush(s);
    }
}

static void log_refused(const struct session_info *info, enum link_reason why, struct view detail)
{
    char node[IDENT_TEXT];

    ident_write(&info->node, node);
    log_line(LOG_NOTICE, "event=link.refused link=%u peer=%u node=%s dialled=%s code=%s reason=%s detail=\"%.*s\"",
             info->number, info->peer, ident_is_zero(&info->node) ? "unknown" : node, info->dialled ? "yes" : "no",
             error_row(link_reason_code(why))->code, link_reason_name(why), (int)detail.size, (const char *)detail.at);
}

/* Why no link came of a session, or what was wrong with the link: only this process has the detail. That a link went
 * up or down is logged by refexd. Strangers have a number of lines a minute, and members too: they must
 * not fill the disk, nor strangers the seam. */
static void log_fault(struct links *l, const struct session_info *info)
{
    bool is_stranger = !info->dialled && info->opened_ms == 0;
    struct limits_lines *lines = is_stranger ? &l->limits.strangers : &l->limits.members;

    if ((info->opened_ms != 0 && info->detail.size == 0) || !limits_may_log(lines, loop_now_ms(l->loop)))
        return;
    log_refused(info, info->why, bytes_view(&info->detail));
    if (is_stranger)
        report_link_down(l->seam, 0, info->peer, info->why, &info->node);
}

static void on_closed(void *cookie, struct session *s)
{
    struct links *l = cookie;
    struct session_info *info = session_info(s);

    if (info->is_to_flush)
        drop_from(&l->to_flush, s, true);
    if (info->is_paused)
        drop_from(&l->paused, s, false);
    REQUIRE(info->slot == NO_SLOT && l->limits.links > 0); /* on_handshake_done came before */
    session_table_drop(&l->table, s);
    l->limits.links--;
    end_unknown(l, info);
    update_accepting(l);
    log_fault(l, info);
    if (info->was_open)
        report_down(l, s, info->why);
    else if (info->dialled &&
             (info->opened_ms == 0 ||
              (info->why == LINK_DUPLICATE && session_table_find_peer(&l->table, info->peer, s, false) == NULL)))
        report_dial_failed(l->seam, info->peer, info->why, info->other);
}

/* --- what refexd asks --- */

static void refuse_dial(struct links *l, const struct seam_dial *to, enum link_reason why, const char *detail)
{
    log_refused(&(struct session_info){.peer = to->peer, .dialled = true}, why, view_of_text(detail));
    report_dial_failed(l->seam, to->peer, why, 0);
}

void links_dial(struct links *l, const struct seam_dial *to)
{
    const struct session *open = session_table_find_peer(&l->table, to->peer, NULL, false);
    struct error err;
    struct session *s;

    if (open != NULL && !to->anew) {
        refuse_dial(l, to, LINK_DUPLICATE, "it is linked already");
        return;
    }
    if (session_table_find_peer(&l->table, to->peer, open, true) != NULL)
        return; /* the dial in flight is the answer */
    if (!l->owner.dials) {
        refuse_dial(l, to, LINK_NOT_A_MEMBER, "this node may not dial");
        return;
    }
    if (!limits_dial_begin(&l->limits)) {
        refuse_dial(l, to, LINK_TOO_MANY, "as many links and dials as there may be");
        return;
    }
    s = session_dial(&l->owner, session_table_next(&l->table), to, &err);
    if (s == NULL) {
        limits_dial_end(&l->limits);
        refuse_dial(l, to, LINK_UNREACHABLE, err.text);
        return;
    }
    session_info(s)->slot = NO_SLOT;
    add_session(l, s);
}

void links_send(struct links *l, const struct seam_frame *frame)
{
    struct session *s = session_table_find(&l->table, frame->link);

    if (s == NULL)
        return; /* it has just ended; LINK_DOWN is on its way to refexd */
    session_send(s, frame->kind, frame->payload);
}

void links_hang_up(struct links *l, const struct seam_hang_up *which)
{
    struct session *s = session_table_find(&l->table, which->link);

    if (s != NULL)
        session_end(s, which->why);
}

void links_set_linked(struct links *l, const struct seam_linked *linked)
{
    tls_context_set_linked(l->tls, linked->peer, linked->size);
}

bool links_set_identity(struct links *l, const struct seam_identity *identity, struct error *err)
{
    return tls_context_set_identity(l->tls, identity->transport_key, identity->certificate, err);
}

bool links_set_trust(struct links *l, const struct seam_trust *trust, struct error *err)
{
    if (!tls_context_set_trust(l->tls, trust, err))
        return false;
    bytes_clear(&l->hello);
    bytes_append_view(&l->hello, trust->hello);
    l->owner.hello = bytes_view(&l->hello);
    for (size_t i = 0; i < BOUND_LINKS; i++)
        if (l->table.all[i] != NULL)
            session_recheck(l->table.all[i]);
    return true;
}

/* --- start and end --- */

bool links_new(struct loop *loop, struct clock *clock, struct stream *seam, const struct seam_configure *c,
               struct links **out, struct error *err)
{
    struct links *l = xnew(sizeof *l);

    if (!tls_context_new(c, clock, &l->tls, err)) {
        free(l);
        return false;
    }
    l->loop = loop;
    l->seam = seam;
    l->self = c->node;
    bytes_append_view(&l->hello, c->trust.hello);
    l->owner = (struct session_owner){
        .loop = loop,
        .tls = l->tls,
        .hello = bytes_view(&l->hello),
        .dials = c->may_dial,
        .plaintext = &l->plaintext,
        .cookie = l,
        .on_unknown = on_unknown,
        .on_offer = on_offer,
        .on_waits = on_waits,
        .on_open = on_open,
        .may_deliver = may_deliver,
        .on_frame = on_frame,
        .on_flow = on_flow,
        .on_handshake_done = on_handshake_done,
        .on_flush_due = on_flush_due,
        .on_closed = on_closed,
    };
    stream_set_low_water(seam, BOUND_SEAM_HIGH);
    *out = l;
    return true;
}

bool links_listen(struct links *l, struct view address, uint16_t port, uint16_t *bound, struct error *err)
{
    char text[SEAM_LITERAL_MAX + 1] = {0};

    REQUIRE(address.size <= SEAM_LITERAL_MAX);
    memcpy(text, address.at, address.size);
    if (!listener_open_tcp(l->loop, text, port, on_accept, l, &l->listener, err))
        return false;
    *bound = listener_port(l->listener);
    return true;
}

void links_start(struct links *l)
{
    update_accepting(l);
}

void links_free(struct links *l)
{
    if (l == NULL)
        return;
    tls_context_free(l->tls);
    bytes_fini(&l->hello);
    bytes_fini(&l->plaintext);
    free(l);
}
