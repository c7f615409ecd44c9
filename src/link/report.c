/* Encodes each report straight into the seam's output buffer. */
#include "link/report.h"

#include "codec/seam_frame.h"
#include "io/stream.h"
#include "link/session.h"

void report_hello(struct stream *seam, const struct seam_hello *what)
{
    if (seam == NULL)
        return;
    seam_hello_encode(what, stream_frame_begin(seam, SEAM_HELLO));
    stream_frame_end(seam);
}

void report_listening(struct stream *seam, struct view address, uint16_t port)
{
    struct seam_listening l = {.address = address, .port = port};

    if (seam == NULL)
        return;
    seam_listening_encode(&l, stream_frame_begin(seam, SEAM_LISTENING));
    stream_frame_end(seam);
}

void report_failed(struct stream *seam, const struct error *why)
{
    struct seam_failed f = {
        .code = view_of_text(error_row(why->code)->code),
        .sentence = view_of_text(why->text),
    };

    if (seam == NULL)
        return;
    seam_failed_encode(&f, stream_frame_begin(seam, SEAM_FAILED));
    stream_frame_end(seam);
}

void report_link_up(struct stream *seam, struct session *s, struct view hello)
{
    const struct session_info *info = session_info(s);
    struct arena arena = {0};
    struct seam_link_up up = {
        .link = info->number,
        .peer = info->peer,
        .dialled = info->dialled,
        .hello = hello,
        .group = info->group,
        .narrow = info->narrow,
    };

    if (seam == NULL)
        return;
    up.certificate = session_certificate(s, &arena);
    seam_link_up_encode(&up, stream_frame_begin(seam, SEAM_LINK_UP));
    stream_frame_end(seam);
    arena_fini(&arena);
}

void report_frame(struct stream *seam, uint32_t link, uint16_t kind, struct view payload)
{
    struct seam_frame f = {.link = link, .kind = kind, .payload = payload};

    if (seam == NULL)
        return;
    seam_frame_encode(&f, stream_frame_begin(seam, SEAM_FRAME));
    stream_frame_end(seam);
}

void report_link_down(struct stream *seam, uint32_t link, uint32_t peer, enum link_reason why, const struct ident *node)
{
    struct seam_link_down d = {.link = link, .peer = peer, .reason = why, .node = *node};

    if (seam == NULL)
        return;
    seam_link_down_encode(&d, stream_frame_begin(seam, SEAM_LINK_DOWN));
    stream_frame_end(seam);
}

void report_dial_failed(struct stream *seam, uint32_t peer, enum link_reason why, uint32_t other)
{
    struct seam_dial_failed d = {.peer = peer, .reason = why, .answered = other};

    if (seam == NULL)
        return;
    seam_dial_failed_encode(&d, stream_frame_begin(seam, SEAM_DIAL_FAILED));
    stream_frame_end(seam);
}

void report_flow(struct stream *seam, uint32_t link, bool stop)
{
    struct seam_flow f = {.link = link, .stop = stop};

    if (seam == NULL)
        return;
    seam_flow_encode(&f, stream_frame_begin(seam, SEAM_FLOW));
    stream_frame_end(seam);
}

void report_link_waits(struct stream *seam, struct session *s)
{
    struct seam_link_waits o = {.link = session_info(s)->number};
    struct arena arena = {0};

    if (seam == NULL)
        return;
    o.certificate = session_certificate(s, &arena);
    seam_link_waits_encode(&o, stream_frame_begin(seam, SEAM_LINK_WAITS));
    stream_frame_end(seam);
    arena_fini(&arena);
}

void report_offer(struct stream *seam, struct session *s, struct view directory)
{
    struct seam_offer o = {.link = session_info(s)->number, .directory = directory};
    struct arena arena = {0};

    if (seam == NULL)
        return;
    o.certificate = session_certificate(s, &arena);
    seam_offer_encode(&o, stream_frame_begin(seam, SEAM_OFFER));
    stream_frame_end(seam);
    arena_fini(&arena);
}
