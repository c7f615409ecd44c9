#include "round_trip.h"

#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "codec/frame.h"
#include "codec/referral_messages.h"

#define ROUND_TRIP(name, type, decode, encode)                                                                         \
    bool name(struct view wire, struct arena *arena, struct bytes *again, struct error *err)                           \
    {                                                                                                                  \
        type read;                                                                                                     \
                                                                                                                       \
        if (!decode(wire, arena, &read, err))                                                                          \
            return false;                                                                                              \
        encode(&read, again);                                                                                          \
        return true;                                                                                                   \
    }

ROUND_TRIP(round_trip_record, struct record, record_decode, record_encode)
ROUND_TRIP(round_trip_consent_header, struct consent_header, consent_header_decode, consent_header_encode)
ROUND_TRIP(round_trip_consent_given, struct consent_given, consent_given_decode, consent_given_encode)
ROUND_TRIP(round_trip_grant, struct grant, grant_decode, grant_encode)
ROUND_TRIP(round_trip_envelope_header, struct envelope_header, envelope_header_decode, envelope_header_encode)
ROUND_TRIP(round_trip_content, struct content, content_decode, content_encode)
ROUND_TRIP(round_trip_receipt, struct receipt, receipt_decode, receipt_encode)
ROUND_TRIP(round_trip_body, struct body, body_decode, body_encode)

bool round_trip_consent_receipt(struct view wire, struct arena *arena, struct bytes *again, struct error *err)
{
    struct consent_receipt read;
    struct bytes within = {0};

    if (!consent_receipt_decode(wire, arena, &read, err))
        return false;
    consent_header_encode(&read.header, &within);
    REQUIRE(view_equal(bytes_view(&within), read.header_bytes));
    if (!consent_receipt_is_closed(&read)) {
        bytes_clear(&within);
        consent_given_encode(&read.given, &within);
        REQUIRE(view_equal(bytes_view(&within), read.given_bytes));
    }
    for (size_t i = 0; i < read.shown_count; i++) {
        bytes_clear(&within);
        grant_encode(&read.shown[i].grant, &within);
        REQUIRE(view_equal(bytes_view(&within), read.shown[i].bytes));
    }
    bytes_fini(&within);
    consent_receipt_encode(&read, again);
    return true;
}

bool round_trip_envelope(struct view wire, struct arena *arena, struct bytes *again, struct error *err)
{
    struct envelope read;
    struct bytes header = {0};

    if (!envelope_decode(wire, arena, &read, err))
        return false;
    envelope_header_encode(&read.header, &header);
    REQUIRE(view_equal(bytes_view(&header), read.header_bytes));
    bytes_fini(&header);
    envelope_encode(&read, again);
    return true;
}

bool round_trip_frame(struct view wire, struct arena *arena, struct bytes *again, struct error *err)
{
    (void)arena;
    for (;;) {
        struct view payload;
        uint16_t kind;
        size_t used;

        switch (frame_read(wire, BOUND_FRAME, &kind, &payload, &used, err)) {
        case FRAME_BAD:
            return false;
        case FRAME_MORE:
            bytes_append_view(again, wire);
            return true;
        case FRAME_READY:
            frame_append(again, kind, payload);
            wire = view_of(wire.at + used, wire.size - used);
        }
    }
}

bool round_trip_holds(round_trip_fn *round_trip, struct view wire, struct arena *arena, struct bytes *again)
{
    struct error err = {0};

    bytes_clear(again);
    arena_reset(arena);
    if (!round_trip(wire, arena, again, &err)) {
        REQUIRE(err.code != E_NONE && err.text[0] != '\0');
        return false;
    }
    REQUIRE(view_equal(bytes_view(again), wire));
    return true;
}
