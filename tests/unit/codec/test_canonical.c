/* Every message has one spelling.
 *
 * Valid messages are made at random and broken, by every rule of docs/PROTOCOL.md 3 and byte by byte. What breaks a
 * rule is refused; whatever is accepted encodes to the very bytes that were decoded.
 */
#include "audit.pb-c.h"
#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "codec/referral_messages.h"
#include "consent.pb-c.h"
#include "envelope.pb-c.h"
#include "referral.pb-c.h"
#include "round_trip.h"
#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SEED 20261122

/* --- the messages --- */

static void make_record(struct fake_random *d, struct arena *a, unsigned kind, struct bytes *out)
{
    struct record r;

    if (strcmp(record_kind_name((enum record_kind)kind), "?") == 0)
        return;
    sample_record(d, a, (enum record_kind)kind, &r);
    record_encode(&r, out);
}

static void make_body(struct fake_random *d, struct arena *a, unsigned kind, struct bytes *out)
{
    struct body b;

    sample_body(d, a, (enum message_kind)kind, &b);
    body_encode(&b, out);
}

static void make_content(struct fake_random *d, struct arena *a, unsigned variant, struct bytes *out)
{
    struct content c;

    sample_content(d, a, variant == 1, &c);
    content_encode(&c, out);
}

#define MAKE(name, type, sample, encode)                                                                               \
    static void name(struct fake_random *d, struct arena *a, unsigned variant, struct bytes *out)                      \
    {                                                                                                                  \
        type m;                                                                                                        \
                                                                                                                       \
        (void)variant;                                                                                                 \
        sample(d, a, &m);                                                                                              \
        encode(&m, out);                                                                                               \
    }

MAKE(make_consent_header, struct consent_header, sample_consent_header, consent_header_encode)
MAKE(make_consent_given, struct consent_given, sample_consent_given, consent_given_encode)
MAKE(make_grant, struct grant, sample_grant, grant_encode)
MAKE(make_consent_receipt, struct consent_receipt, sample_consent_receipt, consent_receipt_encode)
MAKE(make_envelope, struct envelope, sample_envelope, envelope_encode)
MAKE(make_receipt, struct receipt, sample_receipt, receipt_encode)

static void make_envelope_header(struct fake_random *d, struct arena *a, unsigned variant, struct bytes *out)
{
    struct envelope_header h;

    (void)a;
    (void)variant;
    sample_envelope_header(d, &h);
    envelope_header_encode(&h, out);
}

static const struct message {
    const char *name;
    const ProtobufCMessageDescriptor *d;
    round_trip_fn *round_trip;
    void (*make)(struct fake_random *d, struct arena *a, unsigned variant, struct bytes *out);
    unsigned first, end; /* variants: the kinds, where the message has kinds */
} messages[] = {
    {"record", &refex__audit_record__descriptor, round_trip_record, make_record, 1, RECORD_HOUSE_END},
    {"consent header", &refex__consent_header__descriptor, round_trip_consent_header, make_consent_header, 0, 3},
    {"consent given", &refex__consent_given__descriptor, round_trip_consent_given, make_consent_given, 0, 3},
    {"grant", &refex__grant__descriptor, round_trip_grant, make_grant, 0, 3},
    {"consent receipt", &refex__consent_receipt__descriptor, round_trip_consent_receipt, make_consent_receipt, 0, 4},
    {"envelope header", &refex__envelope_header__descriptor, round_trip_envelope_header, make_envelope_header, 0, 3},
    {"envelope", &refex__envelope__descriptor, round_trip_envelope, make_envelope, 0, 1},
    {"content", &refex__content__descriptor, round_trip_content, make_content, 0, 2},
    {"receipt", &refex__receipt__descriptor, round_trip_receipt, make_receipt, 0, 2},
    {"body", &refex__body__descriptor, round_trip_body, make_body, 1, MESSAGE_KIND_END},
};

#define EACH_MESSAGE(m) for (const struct message *m = messages; m != messages + sizeof messages / sizeof *m; m++)

struct fixture {
    struct fake_random random;
    struct arena samples;
    struct arena arena;
    struct bytes wire;
    struct bytes broken;
    struct bytes again;
};

static bool round_trips(struct fixture *b, const struct message *m, const struct bytes *wire)
{
    return round_trip_holds(m->round_trip, bytes_view(wire), &b->arena, &b->again);
}

/* Makes the next random message of M in B->wire; false where there is none of VARIANT. */
static bool make_message(struct fixture *b, const struct message *m, unsigned variant)
{
    arena_reset(&b->samples);
    bytes_clear(&b->wire);
    m->make(&b->random, &b->samples, variant, &b->wire);
    return b->wire.size != 0;
}

/* --- the fields of a message --- */

#define FIELDS_MAX 64

struct field {
    uint32_t number;
    unsigned type;
    size_t begin;   /* of the tag */
    size_t tag_end; /* of the number or length after it */
    size_t at;      /* of the value (a number) or of what the length counts */
    size_t end;
};

static size_t varint(const struct bytes *b, size_t at, uint64_t *out)
{
    unsigned shift = 0;

    *out = 0;
    do {
        *out |= (uint64_t)(b->at[at] & 0x7F) << shift;
        shift += 7;
    } while ((b->at[at++] & 0x80) != 0);
    return at;
}

static size_t split_fields(const struct bytes *b, struct field *fields)
{
    size_t count = 0;

    for (size_t at = 0; at < b->size; count++) {
        struct field *f = &fields[count];
        uint64_t n;

        assert_true(count < FIELDS_MAX);
        f->begin = at;
        f->tag_end = varint(b, at, &n);
        f->number = (uint32_t)(n >> 3);
        f->type = (unsigned)n & 7;
        f->at = varint(b, f->tag_end, &n);
        f->end = f->type == 2 ? f->at + n : f->at;
        if (f->type == 0)
            f->at = f->tag_end;
        at = f->end;
    }
    return count;
}

static void append_piece(struct fixture *b, size_t from, size_t to)
{
    bytes_append(&b->broken, b->wire.at + from, to - from);
}

static void put_varint(struct bytes *b, uint64_t n)
{
    for (; n > 0x7F; n >>= 7)
        bytes_append_u8(b, (uint8_t)(n | 0x80));
    bytes_append_u8(b, (uint8_t)n);
}

static void assert_refused(struct fixture *b, const struct message *m, const char *rule, uint32_t field)
{
    if (round_trips(b, m, &b->broken))
        fail_msg("%s, field %u: %s was read", m->name, (unsigned)field, rule);
    bytes_clear(&b->broken);
}

/* --- the rules --- */

static void test_what_the_encoder_writes_is_read_and_written_again(void **state)
{
    struct fixture *b = *state;

    EACH_MESSAGE(m)
    for (unsigned round = 0; round < 50; round++)
        for (unsigned v = m->first; v < m->end; v++)
            if (make_message(b, m, v) && !round_trips(b, m, &b->wire))
                fail_msg("%s %u was refused", m->name, v);
}

static bool is_repeated_bytes(const struct message *m, uint32_t number)
{
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(m->d, number);

    return f->label == PROTOBUF_C_LABEL_REPEATED && (f->flags & PROTOBUF_C_FIELD_FLAG_PACKED) == 0;
}

static void break_field(struct fixture *b, const struct message *m, const struct field *f, size_t end)
{
    static const uint8_t eight[8] = {1, 0, 0, 0, 0, 0, 0, 0};

    append_piece(b, 0, f->tag_end - 1); /* the tag's last byte continues with a zero */
    bytes_append_u8(&b->broken, b->wire.at[f->tag_end - 1] | 0x80);
    bytes_append_u8(&b->broken, 0);
    append_piece(b, f->tag_end, end);
    assert_refused(b, m, "a tag that is not minimal", f->number);

    {
        size_t number_end = f->type == 2 ? f->at : f->end;

        append_piece(b, 0, number_end - 1);
        bytes_append_u8(&b->broken, b->wire.at[number_end - 1] | 0x80);
        bytes_append_u8(&b->broken, 0);
        append_piece(b, number_end, end);
        assert_refused(b, m, "a number or length that is not minimal", f->number);
    }

    append_piece(b, 0, f->begin);
    put_varint(&b->broken, (uint64_t)f->number << 3 | 1);
    bytes_append(&b->broken, eight, 8);
    append_piece(b, f->end, end);
    assert_refused(b, m, "64 bits fixed", f->number);

    append_piece(b, 0, f->begin);
    put_varint(&b->broken, (uint64_t)f->number << 3 | 5);
    bytes_append(&b->broken, eight, 4);
    append_piece(b, f->end, end);
    assert_refused(b, m, "32 bits fixed", f->number);

    append_piece(b, 0, f->begin);
    put_varint(&b->broken, (uint64_t)f->number << 3 | (f->type == 0 ? 2 : 0));
    put_varint(&b->broken, 1);
    if (f->type == 0)
        put_varint(&b->broken, 1);
    append_piece(b, f->end, end);
    assert_refused(b, m, "another field's wire type", f->number);

    append_piece(b, 0, f->begin);
    put_varint(&b->broken, (uint64_t)f->number << 3 | f->type);
    put_varint(&b->broken, 0);
    append_piece(b, f->end, end);
    assert_refused(b, m, "a zero or empty value", f->number);

    append_piece(b, 0, f->end);
    append_piece(b, f->begin, end);
    if (is_repeated_bytes(m, f->number))
        bytes_clear(&b->broken); /* whether an item may repeat is the set's own rule */
    else
        assert_refused(b, m, "a field twice", f->number);
}

static void break_order(struct fixture *b, const struct message *m, const struct field *f, const struct field *next,
                        size_t end)
{
    if (f->number == next->number)
        return;
    append_piece(b, 0, f->begin);
    append_piece(b, next->begin, next->end);
    append_piece(b, f->begin, f->end);
    append_piece(b, next->end, end);
    assert_refused(b, m, "fields out of order", f->number);
}

static void break_ends(struct fixture *b, const struct message *m)
{
    append_piece(b, 0, b->wire.size);
    put_varint(&b->broken, UINT64_C(2000) << 3);
    put_varint(&b->broken, 1);
    assert_refused(b, m, "an unknown number", 2000);

    append_piece(b, 0, b->wire.size);
    put_varint(&b->broken, UINT64_C(2000) << 3 | 2);
    put_varint(&b->broken, 1);
    bytes_append_u8(&b->broken, 'x');
    assert_refused(b, m, "unknown bytes", 2000);

    bytes_append_u8(&b->broken, 0);
    append_piece(b, 0, b->wire.size);
    assert_refused(b, m, "a leading zero byte", 0);

    append_piece(b, 0, b->wire.size);
    bytes_append_u8(&b->broken, 0);
    assert_refused(b, m, "a trailing zero byte", 0);

    assert_refused(b, m, "nothing at all", 0);
}

static void test_every_rule_is_kept_for_every_field_of_every_message(void **state)
{
    struct fixture *b = *state;

    EACH_MESSAGE(m)
    for (unsigned round = 0; round < 4; round++)
        for (unsigned v = m->first; v < m->end; v++) {
            struct field fields[FIELDS_MAX];
            size_t count;

            if (!make_message(b, m, v))
                continue;
            count = split_fields(&b->wire, fields);
            for (size_t i = 0; i < count; i++)
                break_field(b, m, &fields[i], b->wire.size);
            for (size_t i = 0; i + 1 < count; i++)
                break_order(b, m, &fields[i], &fields[i + 1], b->wire.size);
            break_ends(b, m);
        }
}

/* --- byte by byte --- */

static void set_byte(struct fixture *b, const struct message *m, size_t i, uint8_t value)
{
    b->broken.at[i] = value;
    (void)round_trips(b, m, &b->broken);
}

/* Every value of every byte where the message is small. Where it is large: near values and single bits of some bytes,
 * and of all the first ones, which hold the structure. */
static void mutate(struct fixture *b, const struct message *m, bool thorough)
{
    size_t step = b->wire.size > 600 ? 7 : 1;

    bytes_append_view(&b->broken, bytes_view(&b->wire));
    for (size_t i = 0; i < b->wire.size; i += i < 200 ? 1 : step) {
        uint8_t was = b->wire.at[i];

        if (thorough)
            for (unsigned value = 0; value < 256; value++)
                set_byte(b, m, i, (uint8_t)value);
        for (unsigned bit = 0; bit < 8 && !thorough; bit++)
            set_byte(b, m, i, was ^ (uint8_t)(1u << bit));
        set_byte(b, m, i, (uint8_t)(was + 1));
        set_byte(b, m, i, (uint8_t)(was - 1));
        set_byte(b, m, i, 0);
        set_byte(b, m, i, was);
    }
    bytes_clear(&b->broken);
}

static void cut_and_extend(struct fixture *b, const struct message *m)
{
    size_t step = b->wire.size > 600 ? 13 : 1;

    for (size_t i = 0; i < b->wire.size; i += step) {
        struct bytes cut = {.at = b->wire.at, .size = i};

        (void)round_trips(b, m, &cut);
        append_piece(b, 0, i);
        append_piece(b, i + 1, b->wire.size);
        (void)round_trips(b, m, &b->broken);
        bytes_clear(&b->broken);
        append_piece(b, 0, i);
        bytes_append_u8(&b->broken, (uint8_t)fake_random_next(&b->random));
        append_piece(b, i, b->wire.size);
        (void)round_trips(b, m, &b->broken);
        bytes_clear(&b->broken);
    }
}

static void test_whatever_is_read_after_any_change_of_a_byte_has_that_spelling(void **state)
{
    struct fixture *b = *state;

    EACH_MESSAGE(m)
    for (unsigned v = m->first; v < m->end; v++) {
        if (!make_message(b, m, v))
            continue;
        mutate(b, m, m->end - m->first < 5 && b->wire.size < 600);
        cut_and_extend(b, m);
    }
}

/* --- a value of another size --- */

#define SPOILT 9 /* ways */

/* Appends the field F of FROM with another value, or not at all. */
static void append_spoilt(const struct bytes *from, const struct field *f, unsigned way, struct bytes *out)
{
    static const uint64_t numbers[SPOILT] = {1, 2, 20, 1000, UINT32_MAX, UINT64_C(1) << 32, INT64_MAX, UINT64_MAX};
    static uint8_t filler[BOUND_BODY + 1];
    static const size_t filled[SPOILT] = {[4] = 16, [5] = 33, [6] = 5000, [7] = sizeof filler};
    struct bytes value = {0};

    if (way == SPOILT - 1)
        return;
    memset(filler, 'x', sizeof filler);
    bytes_append(out, from->at + f->begin, f->tag_end - f->begin);
    if (f->type == 0) {
        put_varint(out, numbers[way]);
        return;
    }
    bytes_append(&value, from->at + f->at, f->end - f->at);
    if (way == 0 && value.size > 1)
        value.size--;
    else if (way == 1)
        bytes_append_u8(&value, 'x');
    else if (way == 2)
        value.at[0] = 7; /* a control character */
    else if (way == 3)
        bytes_append(&value, from->at + f->at, f->end - f->at);
    else if (filled[way] > value.size)
        bytes_append(&value, filler, filled[way] - value.size);
    put_varint(out, value.size);
    bytes_append_view(out, bytes_view(&value));
    bytes_fini(&value);
}

static void spoil_each(struct fixture *b, const struct message *m, const struct bytes *wire, const struct field *outer)
{
    struct field fields[FIELDS_MAX];
    size_t count = split_fields(wire, fields);

    for (size_t i = 0; i < count; i++)
        for (unsigned way = 0; way < SPOILT; way++) {
            struct bytes inner = {0};

            bytes_append(&inner, wire->at, fields[i].begin);
            append_spoilt(wire, &fields[i], way, &inner);
            bytes_append(&inner, wire->at + fields[i].end, wire->size - fields[i].end);
            if (outer != NULL) {
                append_piece(b, 0, outer->tag_end);
                put_varint(&b->broken, inner.size);
            }
            bytes_append_view(&b->broken, bytes_view(&inner));
            if (outer != NULL)
                append_piece(b, outer->end, b->wire.size);
            (void)round_trips(b, m, &b->broken);
            bytes_clear(&b->broken);
            bytes_fini(&inner);
        }
}

/* Of each field, also of those of a message within it: shorter, longer, out of its range, missing. */
static void test_whatever_is_read_with_another_value_of_a_field_has_that_spelling(void **state)
{
    struct fixture *b = *state;
    struct field fields[FIELDS_MAX];

    EACH_MESSAGE(m)
    for (unsigned v = m->first; v < m->end; v++)
        for (unsigned round = 0; round < 12 && make_message(b, m, v); round++) { /* optional fields come and go */
            size_t count = split_fields(&b->wire, fields);

            spoil_each(b, m, &b->wire, NULL);
            for (size_t i = 0; i < count; i++) {
                const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field(m->d, fields[i].number);
                struct bytes within = {.at = b->wire.at + fields[i].at, .size = fields[i].end - fields[i].at};

                if (d->type == PROTOBUF_C_TYPE_MESSAGE)
                    spoil_each(b, m, &within, &fields[i]);
            }
        }
}

static void test_random_bytes_are_refused_or_have_that_spelling(void **state)
{
    struct fixture *b = *state;

    EACH_MESSAGE(m)
    for (unsigned round = 0; round < 2000; round++) {
        size_t size = fake_random_below(&b->random, 40);

        bytes_clear(&b->broken);
        for (size_t i = 0; i < size; i++)
            bytes_append_u8(&b->broken, (uint8_t)fake_random_below(&b->random, i % 2 == 0 ? 128 : 20));
        (void)round_trips(b, m, &b->broken);
    }
    bytes_clear(&b->broken);
}

static int set_up(void **state)
{
    static struct fixture b;

    fake_random_init(&b.random, SEED);
    *state = &b;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *b = *state;

    arena_fini(&b->samples);
    arena_fini(&b->arena);
    bytes_fini(&b->wire);
    bytes_fini(&b->broken);
    bytes_fini(&b->again);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_encoder_writes_is_read_and_written_again),
        cmocka_unit_test(test_every_rule_is_kept_for_every_field_of_every_message),
        cmocka_unit_test(test_whatever_is_read_after_any_change_of_a_byte_has_that_spelling),
        cmocka_unit_test(test_whatever_is_read_with_another_value_of_a_field_has_that_spelling),
        cmocka_unit_test(test_random_bytes_are_refused_or_have_that_spelling),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
