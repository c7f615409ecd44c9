/* The rules of docs/PROTOCOL.md 3, one by one, on bytes encoded by hand; and what the tables do beyond the walk. */
#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/contract.h"
#include "codec/control_messages.h"
#include "codec/directory_messages.h"
#include "codec/envelope_messages.h"
#include "codec/federation_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "codec/seam_messages.h"
#include "model/consent.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <protobuf-c/protobuf-c.h>

#include <cmocka.h>

#define FIELDS_MAX 32

/* A contract whose messages have 64 bytes and whose lists 3 items at most. */
struct limited {
    struct contract_message m;
    struct contract_field fields[FIELDS_MAX];
};

static struct limited grant, lenient, header, given, body, lenient_body;

static void limit(const struct contract_message *m, bool later_fields, struct limited *out)
{
    out->m = *m;
    assert_true(m->descriptor->n_fields <= FIELDS_MAX);
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        out->fields[i] = m->fields[i];
        if (out->fields[i].items > 3)
            out->fields[i].items = 3;
    }
    out->m.fields = out->fields;
    out->m.max_bytes = 64;
    out->m.later_fields = later_fields;
}

static int set_up(void **state)
{
    (void)state;
    limit(&grant_contract, false, &grant);
    limit(&grant_contract, true, &lenient);
    limit(&consent_header_contract, false, &header);
    limit(&consent_given_contract, false, &given);
    limit(&body_contract, false, &body);
    limit(&body_contract, true, &lenient_body);
    return 0;
}

#define GRANT        (&grant.m)
#define LENIENT      (&lenient.m)
#define HEADER       (&header.m)
#define GIVEN        (&given.m)
#define BODY         (&body.m)
#define LENIENT_BODY (&lenient_body.m)

#define HOLDS(m, bytes)      assert_int_equal(check_wire(m, bytes, sizeof bytes - 1), E_NONE)
#define REFUSED(m, bytes)    assert_int_equal(check_wire(m, bytes, sizeof bytes - 1), E_BYT_01)
#define OVER_LIMIT(m, bytes) assert_int_equal(check_wire(m, bytes, sizeof bytes - 1), E_BYT_02)

/* Of spelling and limits alone: what is missing and which values may stand is said after them. */
static enum error_code check_wire(const struct contract_message *m, const char *bytes, size_t size)
{
    struct error err = {0};

    return contract_walk(m, view_of(bytes, size), &err) || err.code == E_BYT_03 ? E_NONE : err.code;
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
    REFUSED(GRANT, "\x08\1");               /* a set that is not packed */
    REFUSED(GRANT, "\x10\1");               /* the same of a list */
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

    (void)state;
    REFUSED(GRANT, "\x40\1");
    REFUSED(GRANT, "\x4a\1x");
    REFUSED(BODY, "\x82\1\4\x08\1\x78\5"); /* in a message within */
    REFUSED(BODY, "\x8a\1\2\x08\1");       /* in a message without fields yet */
    REFUSED(GRANT, "\0\1");                /* field 0 */
    assert_int_equal(check_wire(LENIENT, after, sizeof after - 1), E_NONE);
    assert_int_equal(check_wire(LENIENT, "\x40\1\x40\1", 4), E_NONE);   /* twice: it may be a list there */
    assert_int_equal(check_wire(LENIENT, "\x40\1\x20\1", 4), E_BYT_01); /* order still holds */
    assert_int_equal(check_wire(LENIENT, "\x45\1\0\0\0", 5), E_BYT_01); /* and wire types */
    assert_int_equal(check_wire(LENIENT, "\x45\1x", 3), E_BYT_01);
    assert_int_equal(check_wire(LENIENT, "\x4a\5x", 3), E_BYT_01); /* and lengths */
    assert_int_equal(check_wire(LENIENT, "\0\1", 2), E_BYT_01);    /* and numbers of fields: from 1 */
    assert_int_equal(check_wire(LENIENT, "\xf8\xff\xff\xff\x0f\1", 6), E_NONE);
    assert_int_equal(check_wire(LENIENT, "\x80\x80\x80\x80\x10\1", 6), E_BYT_01); /* to 2^29 - 1 */
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

    (void)state;
    memset(big + 2, 'x', 63);
    assert_int_equal(check_wire(GRANT, big, 64), E_NONE);
    big[1]++;
    assert_int_equal(check_wire(GRANT, big, 65), E_BYT_02);
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

/* What no contract has in one message: two lists of texts. */
static const struct contract_field mixed_fields[] = {
    {.number = 4, .type = CONTRACT_TEXT, .name = "texts", .max = 9, .items = 3},
    {.number = 5, .type = CONTRACT_TEXT, .name = "others", .max = 9, .items = 3},
};
static const ProtobufCMessageDescriptor mixed_descriptor = {.short_name = "Mixed", .n_fields = 2};
static const struct contract_message mixed = {
    .descriptor = &mixed_descriptor, .fields = mixed_fields, .count = 2, .max_bytes = 64};

static void test_each_list_is_counted_by_itself(void **state)
{
    (void)state;
    HOLDS(&mixed, "\x22\1a\x22\1b\x22\1c\x2a\1a\x2a\1b\x2a\1c");
    OVER_LIMIT(&mixed, "\x22\1a\x22\1b\x22\1c\x22\1d\x2a\1a");
}

/* No contract is as deep as the bound, so this message is made for the test: field 1 is another of its kind, field 2 a
 * number. */
static const ProtobufCMessageDescriptor nested_descriptor = {.short_name = "Nested", .n_fields = 2};
static const struct contract_message nested;
static const struct contract_field nested_fields[] = {
    {.number = 1, .type = CONTRACT_MESSAGE, .name = "within", .sub = &nested},
    {.number = 2, .type = CONTRACT_NUMBER, .name = "number", .width = 4, .min = 1, .max = UINT32_MAX},
};
static const struct contract_message nested = {
    .descriptor = &nested_descriptor, .fields = nested_fields, .count = 2, .max_bytes = 64};

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
    assert_true(contract_walk(&nested, view_of(wire + begin, sizeof wire - begin), &err));
    begin -= 2;
    wire[begin] = 0x0a;
    wire[begin + 1] = (uint8_t)(sizeof wire - begin - 2);
    assert_false(contract_walk(&nested, view_of(wire + begin, sizeof wire - begin), &err));
    assert_int_equal(err.code, E_BYT_02);
}

/* --- values --- */

static enum error_code walk(const struct contract_message *m, const char *bytes, size_t size)
{
    struct error err = {0};

    return contract_walk(m, view_of(bytes, size), &err) ? E_NONE : err.code;
}

#define STANDS(m, bytes)   assert_int_equal(walk(m, bytes, sizeof bytes - 1), E_NONE)
#define NO_VALUE(m, bytes) assert_int_equal(walk(m, bytes, sizeof bytes - 1), E_BYT_03)

#define ID                                                                                                             \
    "\x0a\x10"                                                                                                         \
    "iiiiiiiiiiiiiiii"

static bool refuse_each(void *cookie, const struct contract_item *item)
{
    unsigned *told = cookie;

    (void)item;
    (*told)++;
    return false;
}

static void test_a_visit_that_refuses_is_told_no_more(void **state)
{
    unsigned told = 0;
    struct error err;

    (void)state;
    assert_false(contract_visit(GRANT, view_of("\x0a\3\1\2\3\x20\1", 7), refuse_each, &told, &err));
    assert_int_equal(told, 1);
}

static void test_what_must_be_there_is(void **state)
{
    (void)state;
    STANDS(&consent_header_contract, ID "\x12\3a@b\x18\1");
    NO_VALUE(&consent_header_contract, "\x12\3a@b\x18\1"); /* the first */
    NO_VALUE(&consent_header_contract, ID "\x18\1");       /* one in between */
    NO_VALUE(&consent_header_contract, ID "\x12\3a@b");    /* the last */
    NO_VALUE(&consent_header_contract, "");
}

static void test_a_value_is_one_of_its_type(void **state)
{
    (void)state;
    NO_VALUE(&consent_header_contract, "\x0a\x0f"
                                       "iiiiiiiiiiiiiii"
                                       "\x12\3a@b\x18\1");    /* an id of 15 bytes */
    NO_VALUE(&consent_header_contract, ID "\x12\3abc\x18\1"); /* no full name */
    STANDS(&seam_linked_contract, "\x08\1\x10\1");
    NO_VALUE(&peer_refusal_contract, "\x10\x7f"); /* no step has that number */
    STANDS(&peer_refusal_contract, "\x10\1");
    NO_VALUE(&peer_witness_contract, "\x12\2\2\1"); /* sizes that descend */
    STANDS(&peer_witness_contract, "\x12\2\1\2");
    NO_VALUE(&peer_missing_contract, "\x0a\1i"); /* not whole items */
    STANDS(&peer_missing_contract, ID);
}

/* Field 15 + kind, and no other. */
static void test_a_message_has_the_message_of_its_kind_alone(void **state)
{
    (void)state;
    STANDS(&body_contract, "\x08\1\x82\1\2\x08\1");   /* a referral */
    NO_VALUE(&body_contract, "\x08\1");               /* without its message */
    NO_VALUE(&body_contract, "\x08\5\x82\1\2\x08\1"); /* a transfer with the referral's */
    STANDS(&body_contract, "\x08\5\xa2\1\2\x08\1");
    NO_VALUE(&body_contract, "\x08\2\x82\1\2\x08\1"); /* a release with the referral's */
    STANDS(&body_contract, "\x08\2");                 /* one without fields yet */
}

/* --- structs --- */

static void test_memory_is_bounded_by_the_arena(void **state)
{
    struct arena a = {.max = 64};
    struct consent_header h = {.until = 7};
    struct view wire = view_of(ID "\x12\3a@b\x18\1", 25);
    struct error err;

    (void)state;
    assert_false(consent_header_decode(wire, &a, &h, &err));
    assert_int_equal(err.code, E_BYT_02);
    assert_int_equal(h.until, 7); /* as it was */
    arena_reset(&a);
    a.max = 0;
    assert_true(consent_header_decode(wire, &a, &h, &err));
    assert_int_equal(h.until, 1);
    arena_fini(&a);
}

/* Zero, false and empty are left out, and come back as they were. */
static void test_what_is_zero_takes_no_byte(void **state)
{
    struct control_clock in = {.changed = true};
    struct control_clock out = {.peers = 9, .in_doubt = true};
    struct bytes wire = {0};
    struct arena a = {0};
    struct error err;

    (void)state;
    control_clock_encode(&in, &wire);
    assert_int_equal(wire.size, 2);
    assert_true(control_clock_decode(bytes_view(&wire), &a, &out, &err));
    assert_true(out.changed && !out.in_doubt && out.peers == 0);
    bytes_fini(&wire);
    arena_fini(&a);
}

/* Whether writing two sections of a body in this order ends the process. */
static bool is_fatal(enum section first, enum section second)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        const struct body b = {.kind = MESSAGE_RELEASE,
                               .sections = {{first, view_of_text("x")}, {second, view_of_text("x")}},
                               .section_count = 2};
        struct bytes wire = {0};

        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        body_encode(&b, &wire);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_messages_that_do_not_ascend_are_not_written(void **state)
{
    (void)state;
    assert_false(is_fatal(SECTION_TRIAGE, SECTION_IDENTITY));
    assert_true(is_fatal(SECTION_IDENTITY, SECTION_TRIAGE));
    assert_true(is_fatal(SECTION_TRIAGE, SECTION_TRIAGE));
}

static bool alike(const struct contract_message *m, const struct contract_field *f, const ProtobufCFieldDescriptor *d)
{
    bool is_message = d->type == PROTOBUF_C_TYPE_MESSAGE;

    return f->number == d->id && strcmp(f->name, d->name) == 0 && (f->type == CONTRACT_MESSAGE) == is_message &&
           (!is_message || f->sub->descriptor == d->descriptor) && (f->flat || f->always || f->at < m->size);
}

static const struct contract_message *const every[] = {
#define MESSAGE(name, S) &name##_contract,
    CONTROL_MESSAGES(MESSAGE, MESSAGE) SEAM_MESSAGES(MESSAGE, MESSAGE) PEER_MESSAGES(MESSAGE, MESSAGE)
        REFERRAL_MESSAGES(MESSAGE, MESSAGE) CONSENT_MESSAGES(MESSAGE, MESSAGE) AUDIT_MESSAGES(MESSAGE, MESSAGE)
            DIRECTORY_MESSAGES(MESSAGE, MESSAGE) ENVELOPE_MESSAGES(MESSAGE, MESSAGE)
                FEDERATION_MESSAGES(MESSAGE, MESSAGE)
#undef MESSAGE
};
#define EVERY (sizeof every / sizeof every[0])

/* The walk, protobuf-c and the filling go along two tables at once. */
static void test_each_field_of_a_table_is_the_descriptors(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++)
        for (unsigned n = 0; n < every[i]->descriptor->n_fields; n++)
            assert_true(alike(every[i], &every[i]->fields[n], &every[i]->descriptor->fields[n]));
}

/* What is filled there. */
static size_t width_of(const struct contract_field *f)
{
    switch (f->type) {
    case CONTRACT_BOOL:
        return sizeof(bool);
    case CONTRACT_NUMBER:
    case CONTRACT_CODE:
    case CONTRACT_SET:
    case CONTRACT_FIXED:
    case CONTRACT_ITEMS:
        return f->width;
    case CONTRACT_ADDRESS:
        return sizeof(struct address);
    case CONTRACT_LABEL:
        return sizeof(struct label);
    case CONTRACT_MESSAGE:
        return f->sub->size;
    default:
        return sizeof(struct view);
    }
}

/* A message that is flat is a single one of the struct around it, or has no fields. */
static bool has_its_place(const struct contract_message *m, const struct contract_field *f)
{
    if (f->has && f->type != CONTRACT_FIXED)
        return false;
    if (f->in_place && (f->items == 0 || f->type == CONTRACT_ITEMS))
        return false;
    if (f->flat)
        return f->type == CONTRACT_MESSAGE && f->items == 0 && (f->sub->count == 0 || f->sub->size == m->size);
    return f->always || f->width == width_of(f);
}

static void test_each_member_is_what_is_filled(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++)
        for (unsigned n = 0; n < every[i]->count; n++)
            if (!has_its_place(every[i], &every[i]->fields[n]))
                fail_msg("%s.%s", every[i]->descriptor->name, every[i]->fields[n].name);
}

/* Marks in ROOM the bytes of F's member and of what stands beside it. Returns whether none was marked. */
static bool take_room(const struct contract_field *f, uint8_t *room)
{
    bool is_list = f->type == CONTRACT_ITEMS || (f->items > 0 && f->type != CONTRACT_SET);
    size_t size = f->in_place ? f->items * f->width : is_list ? sizeof(void *) : f->width;
    size_t beside = is_list ? sizeof(size_t) : f->has ? sizeof(bool) : 0;
    bool is_free = true;

    if (f->type == CONTRACT_BYTES && f->sub != NULL)
        beside = f->sub->size;
    for (size_t i = 0; i < size + beside; i++) {
        uint8_t *at = &room[i < size ? f->at + i : f->beside + (i - size)];

        is_free = is_free && *at == 0;
        *at = 1;
    }
    return is_free;
}

/* Of two fields in one member the second would be read where the first was written, but for those of kinds, of which
 * one alone is there. */
static void test_each_field_has_a_member_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++) {
        const struct contract_message *m = every[i];
        uint8_t *room = test_calloc(2, m->size);

        for (unsigned n = 0; n < m->count; n++) {
            const struct contract_field *f = &m->fields[n];
            bool is_of_a_kind = m->kinds_from != 0 && f->number > m->kinds_from;

            if (f->flat || f->always)
                continue;
            if (is_of_a_kind)
                memcpy(room + m->size, room, m->size);
            if (!take_room(f, is_of_a_kind ? room + m->size : room))
                fail_msg("%s.%s", m->descriptor->name, f->name);
        }
        test_free(room);
    }
}

/* What passes the walk is cut neither by protobuf-c nor by the member, and no option is one that nobody asks. */
static bool holds_what_passes(const struct contract_field *f, const ProtobufCFieldDescriptor *d)
{
    bool is_short = d->type == PROTOBUF_C_TYPE_UINT32 || d->type == PROTOBUF_C_TYPE_ENUM;
    bool is_repeated = d->label == PROTOBUF_C_LABEL_REPEATED;

    if ((f->items > 0 || f->ascending) && !is_repeated && f->type != CONTRACT_ITEMS)
        return false;
    if (f->type == CONTRACT_SET)
        return f->max < 32 && f->min > 0 && f->ascending && f->width == sizeof(uint32_t);
    if (f->type != CONTRACT_NUMBER && f->min != 1)
        return false;
    if (f->type == CONTRACT_FIXED || f->type == CONTRACT_ITEMS) /* as large as the member is, or an element */
        return f->max == 0 || (f->type == CONTRACT_FIXED && f->max == f->width);
    if (f->type != CONTRACT_NUMBER || f->always)
        return true;
    return f->min <= f->max && f->max <= (is_short ? UINT32_MAX : UINT64_MAX) &&
           (f->width == 2 || f->width == 4 || f->width == 8) && f->max <= UINT64_MAX >> (64 - 8 * f->width);
}

static void test_no_table_lets_pass_what_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++)
        for (unsigned n = 0; n < every[i]->descriptor->n_fields; n++)
            if (!holds_what_passes(&every[i]->fields[n], &every[i]->descriptor->fields[n]))
                fail_msg("%s.%s", every[i]->descriptor->name, every[i]->fields[n].name);
}

/* Of a field that is told: another one with its name, or two values with one word. */
static void assert_told_apart(const struct contract_message *m, unsigned n)
{
    const struct contract_field *f = &m->fields[n];
    const char *words[64] = {0};

    for (unsigned k = 0; k < n; k++)
        if (m->fields[k].json != NULL && strcmp(m->fields[k].json, f->json) == 0)
            fail_msg("%s tells %s twice", m->descriptor->name, f->json);
    for (unsigned v = 1; f->word != NULL && v < 64; v++) {
        words[v] = f->word(v);
        for (unsigned k = 1; k < v && words[v] != NULL && words[v][0] != '?'; k++)
            if (words[k] != NULL && strcmp(words[k], words[v]) == 0)
                fail_msg("%s: two values of %s are called %s", m->descriptor->name, f->json, words[v]);
    }
}

static bool is_told(const struct contract_message *m)
{
    for (unsigned n = 0; n < m->descriptor->n_fields; n++)
        if (m->fields[n].json != NULL)
            return true;
    return false;
}

/* Each has a schema that is called as it is, whichever contract it is of. */
static void test_no_two_messages_that_are_told_have_one_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++)
        for (size_t k = 0; k < i; k++)
            if (is_told(every[i]) && is_told(every[k]) &&
                strcmp(every[i]->descriptor->short_name, every[k]->descriptor->short_name) == 0)
                fail_msg("%s and %s", every[i]->descriptor->name, every[k]->descriptor->name);
}

static void test_what_is_told_is_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVERY; i++)
        for (unsigned n = 0; n < every[i]->descriptor->n_fields; n++)
            if (every[i]->fields[n].json != NULL)
                assert_told_apart(every[i], n);
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
        cmocka_unit_test(test_each_list_is_counted_by_itself),
        cmocka_unit_test(test_messages_within_messages_end_at_the_bound),
        cmocka_unit_test(test_a_visit_that_refuses_is_told_no_more),
        cmocka_unit_test(test_what_must_be_there_is),
        cmocka_unit_test(test_a_value_is_one_of_its_type),
        cmocka_unit_test(test_a_message_has_the_message_of_its_kind_alone),
        cmocka_unit_test(test_memory_is_bounded_by_the_arena),
        cmocka_unit_test(test_what_is_zero_takes_no_byte),
        cmocka_unit_test(test_messages_that_do_not_ascend_are_not_written),
        cmocka_unit_test(test_each_field_of_a_table_is_the_descriptors),
        cmocka_unit_test(test_each_member_is_what_is_filled),
        cmocka_unit_test(test_each_field_has_a_member_of_its_own),
        cmocka_unit_test(test_no_table_lets_pass_what_is_cut),
        cmocka_unit_test(test_no_two_messages_that_are_told_have_one_name),
        cmocka_unit_test(test_what_is_told_is_told_apart),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
