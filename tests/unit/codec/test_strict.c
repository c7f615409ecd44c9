/* The rules of docs/PROTOCOL.md 3, one by one, on bytes encoded by hand. */
#include "audit.pb-c.h"
#include "codec/strict.h"
#include "consent.pb-c.h"
#include "referral.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct strict_limits limits = {.max_bytes = 64, .max_items = 3};
static const struct strict_limits lenient = {.max_bytes = 64, .max_items = 3, .ignores_unknown = true};

#define GRANT  &refex__grant__descriptor
#define HEADER &refex__consent_header__descriptor
#define GIVEN  &refex__consent_given__descriptor
#define BODY   &refex__body__descriptor

#define HOLDS(d, bytes)      assert_int_equal(check_wire(d, bytes, sizeof bytes - 1, &limits), E_NONE)
#define REFUSED(d, bytes)    assert_int_equal(check_wire(d, bytes, sizeof bytes - 1, &limits), E_BYT_01)
#define OVER_LIMIT(d, bytes) assert_int_equal(check_wire(d, bytes, sizeof bytes - 1, &limits), E_BYT_02)

static enum error_code check_wire(const ProtobufCMessageDescriptor *d, const char *bytes, size_t size,
                                  const struct strict_limits *l)
{
    struct error err = {0};

    return strict_check(d, view_of(bytes, size), l, &err) ? E_NONE : err.code;
}

static void test_a_message_as_its_maker_writes_it_holds(void **state)
{
    (void)state;
    HOLDS(GRANT, "");
    HOLDS(GRANT, "\x0a\x02\1\2\x1a\1x\x20\1");                  /* sections, recipient, purpose */
    HOLDS(GRANT, "\x32\1a\x32\1b");                             /* a list of texts */
    HOLDS(GRANT, "\x12\3\x89\x80\x08");                         /* a number of three bytes */
    HOLDS(GIVEN, "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"); /* the largest u64 */
    HOLDS(GIVEN, "\x28\xff\xff\xff\xff\x0f\x38\1");             /* the largest u32, true */
    HOLDS(BODY, "\x1a\6\x08\1\x12\2\x08\1\x82\1\2\x08\1");      /* messages within */
}

static void test_fields_come_in_order_and_singular_ones_once(void **state)
{
    (void)state;
    REFUSED(GRANT, "\x28\1\x20\1");                /* 5 before 4 */
    REFUSED(GRANT, "\x20\1\x20\1");                /* a number twice */
    REFUSED(GRANT, "\x1a\1x\x1a\1x");              /* a text twice */
    REFUSED(GRANT, "\x0a\1\1\x0a\1\2");            /* a packed list in two pieces */
    REFUSED(GRANT, "\x32\1a\x38\1\x32\1b");        /* a list with another field in between */
    REFUSED(BODY, "\x82\1\2\x08\1\x82\1\2\x18\1"); /* a message twice: protobuf would merge them */
}

static void test_numbers_are_minimal_and_no_wider_than_their_field(void **state)
{
    (void)state;
    REFUSED(GRANT, "\x20\x81\0");                                     /* 1 in two bytes */
    REFUSED(GRANT, "\xa0\0\1");                                       /* a tag in two bytes */
    REFUSED(GRANT, "\x1a\x81\0x");                                    /* a length in two bytes */
    REFUSED(GRANT, "\x0a\2\x81\0");                                   /* in a list */
    REFUSED(GRANT, "\x20\xff\xff\xff\xff\x1f");                       /* 33 bits in a u32 */
    REFUSED(GRANT, "\x0a\5\xff\xff\xff\xff\x1f");                     /* in a list */
    REFUSED(GIVEN, "\x38\2");                                         /* a bool of 2 */
    REFUSED(GIVEN, "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\2");     /* 65 bits */
    REFUSED(GIVEN, "\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\1"); /* eleven bytes */
    REFUSED(GRANT, "\x20");                                           /* cut */
    REFUSED(GRANT, "\x20\x80");
    REFUSED(GRANT, "\x1a\2x");
}

static void test_wire_types_are_those_of_the_field_and_0_and_2_only(void **state)
{
    (void)state;
    REFUSED(GRANT, "\x21\1\0\0\0\0\0\0\0"); /* 64 bits fixed */
    REFUSED(GRANT, "\x25\1\0\0\0");         /* 32 bits fixed */
    REFUSED(GRANT, "\x23\x24");             /* a group */
    REFUSED(GRANT, "\x26\1");               /* an undefined wire type */
    REFUSED(GRANT, "\x08\1");               /* a list that is not packed */
    REFUSED(GRANT, "\x22\1\1");             /* bytes for a number */
    REFUSED(GRANT, "\x18\1");               /* a number for a text */
    REFUSED(BODY, "\x80\1\1");              /* a number for a message */
}

static void test_what_is_zero_or_empty_is_left_out(void **state)
{
    (void)state;
    REFUSED(GRANT, "\x20\0");
    REFUSED(GRANT, "\x1a\0");
    REFUSED(GRANT, "\x0a\0");
    REFUSED(GRANT, "\x32\0"); /* an empty text in a list */
    REFUSED(GIVEN, "\x38\0");
    REFUSED(HEADER, "\x0a\0");
    REFUSED(BODY, "\x82\1\0");    /* a message with nothing in it */
    REFUSED(BODY, "\x1a\0");      /* the same in a list */
    HOLDS(GRANT, "\x0a\3\0\1\2"); /* a zero in a list is for the codec to judge */
}

static void test_unknown_fields_are_refused_unless_they_are_to_be_ignored(void **state)
{
    static const char after[] = "\x20\1\x40\1\x4a\1x";
    static const char within[] = "\x82\1\4\x08\1\x78\5";

    (void)state;
    REFUSED(GRANT, "\x40\1");
    REFUSED(GRANT, "\x4a\1x");
    REFUSED(BODY, "\x82\1\4\x08\1\x78\5"); /* in a message within */
    REFUSED(BODY, "\x8a\1\2\x08\1");       /* in a message without fields yet */
    REFUSED(GRANT, "\0\1");                /* field 0 */
    assert_int_equal(check_wire(GRANT, after, sizeof after - 1, &lenient), E_NONE);
    assert_int_equal(check_wire(BODY, within, sizeof within - 1, &lenient), E_NONE);
    assert_int_equal(check_wire(GRANT, "\x40\1\x40\1", 4, &lenient), E_NONE);   /* twice: it may be a list there */
    assert_int_equal(check_wire(GRANT, "\x40\1\x20\1", 4, &lenient), E_BYT_01); /* order still holds */
    assert_int_equal(check_wire(GRANT, "\x45\1\0\0\0", 5, &lenient), E_BYT_01); /* and wire types */
    assert_int_equal(check_wire(GRANT, "\x45\1x", 3, &lenient), E_BYT_01);
    assert_int_equal(check_wire(GRANT, "\x4a\5x", 3, &lenient), E_BYT_01); /* and lengths */
    assert_int_equal(check_wire(GRANT, "\0\1", 2, &lenient), E_BYT_01);    /* and numbers of fields: from 1 */
    assert_int_equal(check_wire(GRANT, "\xf8\xff\xff\xff\x0f\1", 6, &lenient), E_NONE);
    assert_int_equal(check_wire(GRANT, "\x80\x80\x80\x80\x10\1", 6, &lenient), E_BYT_01); /* to 2^29 - 1 */
}

static void test_text_is_utf8_without_nul(void **state)
{
    (void)state;
    HOLDS(GRANT, "\x1a\6\xd0\x94\xd1\x96\xd0\xbc");
    REFUSED(GRANT, "\x1a\3a\0b"); /* protobuf-c would cut it */
    REFUSED(GRANT, "\x1a\1\xff");
    REFUSED(GRANT, "\x1a\2\xc0\x80");     /* overlong */
    REFUSED(GRANT, "\x1a\3\xed\xa0\x80"); /* a surrogate */
    REFUSED(GRANT, "\x32\1a\x32\1\x80");  /* in a list */
}

static void test_bytes_and_lists_end_at_their_limits(void **state)
{
    char big[65] = "\x1a\x3e";
    struct error err;

    (void)state;
    memset(big + 2, 'x', 63);
    assert_true(strict_check(GRANT, view_of(big, 64), &limits, &err));
    big[1]++;
    assert_false(strict_check(GRANT, view_of(big, 65), &limits, &err));
    assert_int_equal(err.code, E_BYT_02);
    HOLDS(GRANT, "\x0a\3\1\2\3");
    OVER_LIMIT(GRANT, "\x0a\4\1\2\3\4");
    HOLDS(GRANT, "\x32\1a\x32\1b\x32\1c");
    OVER_LIMIT(GRANT, "\x32\1a\x32\1b\x32\1c\x32\1d");
    HOLDS(BODY, "\x1a\2\x08\1\x1a\2\x08\2\x1a\2\x08\3");
    OVER_LIMIT(BODY, "\x1a\2\x08\1\x1a\2\x08\2\x1a\2\x08\3\x1a\2\x08\4");
}

static void test_a_message_within_ends_where_its_length_says(void **state)
{
    (void)state;
    REFUSED(BODY, "\x82\1\3\x08\1"); /* longer than what is there */
    /* A field that is cut by the end of its message, though bytes follow. */
    REFUSED(BODY, "\x1a\3\x08\1\x12\x82\1\2\x08\1");
    REFUSED(BODY, "\x1a\4\x08\1\x12\2\x82\1\2\x08\1");
    HOLDS(BODY, "\x1a\2\x08\1\x82\1\2\x08\1"); /* the outer message goes on after the end of the inner one */
}

/* What no contract has in one message: numbers that may be negative, one number of several, two lists of texts. */
static const ProtobufCFieldDescriptor mixed_fields[] = {
    {.name = "code", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_ENUM},
    {.name = "signed", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_INT32},
    {.name = "chosen",
     .id = 3,
     .label = PROTOBUF_C_LABEL_NONE,
     .type = PROTOBUF_C_TYPE_UINT32,
     .flags = PROTOBUF_C_FIELD_FLAG_ONEOF},
    {.name = "texts", .id = 4, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING},
    {.name = "others", .id = 5, .label = PROTOBUF_C_LABEL_REPEATED, .type = PROTOBUF_C_TYPE_STRING},
};
static const ProtobufCMessageDescriptor mixed = {.short_name = "Mixed", .n_fields = 5, .fields = mixed_fields};

#define MIXED &mixed

static void test_a_field_of_each_type_holds_what_its_type_does(void **state)
{
    (void)state;
    HOLDS(MIXED, "\x08\xff\xff\xff\xff\7");
    REFUSED(MIXED, "\x08\x80\x80\x80\x80\x08"); /* 2^31: it would become negative */
    HOLDS(MIXED, "\x10\xff\xff\xff\xff\7");
    REFUSED(MIXED, "\x10\x80\x80\x80\x80\x08");
    HOLDS(MIXED, "\x10\x80\x80\x80\x80\xf8\xff\xff\xff\xff\1");   /* -2^31 */
    REFUSED(MIXED, "\x10\xff\xff\xff\xff\xf7\xff\xff\xff\xff\1"); /* one less */
    HOLDS(MIXED, "\x18\0");                                       /* that it came says which one of several it is */
    HOLDS(MIXED, "\x22\1a\x22\1b\x22\1c\x2a\1a\x2a\1b\x2a\1c");
    OVER_LIMIT(MIXED, "\x22\1a\x22\1b\x22\1c\x22\1d\x2a\1a");
}

/* No contract is as deep as the bound, so this message is made for the test: field 1 is another of its kind, field 2 a
 * number. */
static const ProtobufCMessageDescriptor nested;
static const ProtobufCFieldDescriptor nested_fields[] = {
    {.name = "within", .id = 1, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_MESSAGE, .descriptor = &nested},
    {.name = "number", .id = 2, .label = PROTOBUF_C_LABEL_NONE, .type = PROTOBUF_C_TYPE_UINT32},
};
static const ProtobufCMessageDescriptor nested = {.short_name = "Nested", .n_fields = 2, .fields = nested_fields};

static void test_messages_within_messages_end_at_the_bound(void **state)
{
    uint8_t wire[2 * BOUND_DEPTH + 2];
    size_t begin = sizeof wire - 2;
    struct error err;

    (void)state;
    memcpy(wire + begin, "\x10\1", 2);
    for (unsigned messages = 1; messages < BOUND_DEPTH; messages++) {
        begin -= 2;
        wire[begin] = 0x0a;
        wire[begin + 1] = (uint8_t)(sizeof wire - begin - 2);
    }
    assert_true(strict_check(&nested, view_of(wire + begin, sizeof wire - begin), &limits, &err));
    begin -= 2;
    wire[begin] = 0x0a;
    wire[begin + 1] = (uint8_t)(sizeof wire - begin - 2);
    assert_false(strict_check(&nested, view_of(wire + begin, sizeof wire - begin), &limits, &err));
    assert_int_equal(err.code, E_BYT_02);
}

static void test_memory_is_bounded_by_the_arena(void **state)
{
    struct arena a = {.max = 64};
    const ProtobufCMessage *m = NULL;
    struct error err;

    (void)state;
    assert_false(strict_unpack(GRANT, view_of("\x20\1", 2), &limits, &a, &m, &err));
    assert_int_equal(err.code, E_BYT_02);
    assert_null(m);
    arena_reset(&a);
    a.max = 0;
    assert_true(strict_unpack(GRANT, view_of("\x20\1", 2), &limits, &a, &m, &err));
    assert_int_equal(((const Refex__Grant *)m)->purpose, 1);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_as_its_maker_writes_it_holds),
        cmocka_unit_test(test_fields_come_in_order_and_singular_ones_once),
        cmocka_unit_test(test_numbers_are_minimal_and_no_wider_than_their_field),
        cmocka_unit_test(test_wire_types_are_those_of_the_field_and_0_and_2_only),
        cmocka_unit_test(test_what_is_zero_or_empty_is_left_out),
        cmocka_unit_test(test_unknown_fields_are_refused_unless_they_are_to_be_ignored),
        cmocka_unit_test(test_text_is_utf8_without_nul),
        cmocka_unit_test(test_bytes_and_lists_end_at_their_limits),
        cmocka_unit_test(test_a_message_within_ends_where_its_length_says),
        cmocka_unit_test(test_a_field_of_each_type_holds_what_its_type_does),
        cmocka_unit_test(test_messages_within_messages_end_at_the_bound),
        cmocka_unit_test(test_memory_is_bounded_by_the_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
