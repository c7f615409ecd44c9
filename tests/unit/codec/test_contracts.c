/* What holds for every message of every contract in proto/: strict decoding is possible and memory is bounded. */
#include "base/bounds.h"
#include "every_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT (sizeof every_message / sizeof every_message[0])

/* The depth of D, itself included; fails where a message contains itself. */
static unsigned depth(const ProtobufCMessageDescriptor *d, unsigned above)
{
    unsigned max_depth = 1;

    if (above == 64)
        fail_msg("%s contains itself", d->name);
    for (unsigned i = 0; i < d->n_fields; i++) {
        unsigned within;

        if (d->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        within = 1 + depth(d->fields[i].descriptor, above + 1);
        if (within > max_depth)
            max_depth = within;
    }
    return max_depth;
}

static void test_no_message_contains_itself_or_is_deeper_than_the_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        if (depth(every_message[i], 0) > BOUND_DEPTH)
            fail_msg("%s is deeper than BOUND_DEPTH", every_message[i]->name);
}

static void test_the_list_holds_the_contracts(void **state)
{
    static const char *const some[] = {"refex.AuditRecord", "refex.Content", "refex.ConsentReceipt", "refex.Body"};

    (void)state;
    for (size_t s = 0; s < sizeof some / sizeof some[0]; s++) {
        size_t found = 0;

        for (size_t i = 0; i < COUNT; i++)
            found += strcmp(every_message[i]->name, some[s]) == 0;
        assert_int_equal(found, 1);
    }
}

static void check_field(const ProtobufCMessageDescriptor *d, const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        fail_msg("%s.%s is of fixed width", d->name, f->name);
        return;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return;
    default:
        if (f->label == PROTOBUF_C_LABEL_REPEATED && (f->flags & PROTOBUF_C_FIELD_FLAG_PACKED) == 0)
            fail_msg("%s.%s is not packed: write [packed = true]", d->name, f->name);
    }
}

static void test_every_field_can_be_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        for (unsigned k = 0; k < every_message[i]->n_fields; k++)
            check_field(every_message[i], &every_message[i]->fields[k]);
}

/* Of two fields of one `oneof` protobuf-c would keep the last, and the tables know of none. */
static void test_no_field_is_in_a_oneof(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        for (unsigned k = 0; k < every_message[i]->n_fields; k++)
            if ((every_message[i]->fields[k].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
                fail_msg("%s: %s is in a oneof", every_message[i]->name, every_message[i]->fields[k].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_list_holds_the_contracts),
        cmocka_unit_test(test_no_message_contains_itself_or_is_deeper_than_the_bound),
        cmocka_unit_test(test_every_field_can_be_read_strictly),
        cmocka_unit_test(test_no_field_is_in_a_oneof),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
