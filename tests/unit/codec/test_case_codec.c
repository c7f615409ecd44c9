/* What is decoded encodes to the same bytes, which are those that protobuf-c makes. */
#include "base/bounds.h"
#include "codec/case_codec.h"
#include "codec/contract.h"
#include "fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include <cmocka.h>

/* --- round trips --- */

struct fixture {
    struct arena arena;
    struct case_data c;
    struct bytes wire;
    struct error err;
};

static int set_up(void **state)
{
    struct fixture *f = xnew(sizeof *f);

    case_init(&f->c, &f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    arena_fini(&f->arena);
    bytes_fini(&f->wire);
    free(f);
    return 0;
}

/* A random value that the field may hold. */
static void add_any(struct fixture *f, struct fake_random *random, const struct case_field *field, uint32_t record)
{
    static const char *const texts[] = {"a", "Прикладенко", "Źdźbło \"Mia\"", "İstanbul 5 / 7"};
    static const char *const lists[] = {"UA", "PL;PH", "AD;ZW;UA"};
    static const char *const languages[] = {"ukr", "bel;rus", "ron"};
    char number[32];
    const char *written = texts[fake_random_below(random, 4)];

    if (field->type == FIELD_CODE || field->type == FIELD_CODES)
        written = codes_name(field->codes, 1 + (uint32_t)fake_random_below(random, field->codes->count));
    if (field->type == FIELD_COUNTRIES || field->type == FIELD_COUNTRY)
        written = lists[field->type == FIELD_COUNTRY ? 0 : fake_random_below(random, 3)];
    if (field->type == FIELD_LANGUAGES || field->type == FIELD_LANGUAGE)
        written = languages[field->type == FIELD_LANGUAGE ? 0 : fake_random_below(random, 3)];
    if (field->type == FIELD_NUMBER || field->type == FIELD_LONGITUDE || field->type == FIELD_LATITUDE) {
        (void)snprintf(number, sizeof number, "%u",
                       (unsigned)fake_random_below(random, field->max == 0 ? 91 : field->max + 1));
        written = number;
    }
    if (field->type == FIELD_DATE)
        written = fake_random_below(random, 2) == 0 ? "1900-01-01" : "2026-11-22";
    if (field->type == FIELD_YES_NO)
        written = fake_random_below(random, 2) == 0 ? "yes" : "no";
    if (field->type == FIELD_PHONE)
        written = "+48000000001";
    if (field->type == FIELD_EMAIL)
        written = "a@example.org";
    if (!case_read_value(&f->c, field, record, view_of_text(written), &f->err))
        fail_msg("%s = %s: %s", field->name, written, f->err.text);
}

static void fill_any(struct fixture *f, struct fake_random *random, uint64_t one_of)
{
    for (size_t i = 0; i < case_fields_count; i++)
        for (uint32_t record = 0; record < (case_fields[i].group == GROUP_NONE ? 1 : 3); record++)
            if (fake_random_below(random, one_of) == 0)
                add_any(f, random, &case_fields[i], record);
}

static void append_values(const struct case_data *c, enum section s, struct bytes *out)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->values[i].field->section == s) {
            bytes_printf(out, "%s=", c->values[i].field->name);
            case_value_write(&c->values[i], out);
            bytes_append_u8(out, '\n');
        }
}

/* Encodes and decodes section S of F: the same values, the same bytes, and protobuf-c packs it to the same bytes. */
static void check_round_trip(struct fixture *f, enum section s)
{
    struct arena arena = {0};
    struct case_data back;
    struct bytes before = {0};
    struct bytes after = {0};
    struct bytes again = {0};
    ProtobufCMessage *m;
    bool empty;

    bytes_clear(&f->wire);
    assert_true(case_section_encode(&f->c, s, &f->wire, &empty, &f->err));
    assert_true(empty == ((case_sections(&f->c) & SECTION_BIT(s)) == 0));
    if (empty)
        return;
    case_init(&back, &arena);
    if (!case_section_decode(s, bytes_view(&f->wire), &back, &f->err))
        fail_msg("%s", f->err.text);
    append_values(&f->c, s, &before);
    append_values(&back, s, &after);
    assert_true(view_equal(bytes_view(&before), bytes_view(&after)));
    assert_true(case_section_encode(&back, s, &again, &empty, &f->err));
    assert_true(view_equal(bytes_view(&f->wire), bytes_view(&again)));

    m = protobuf_c_message_unpack(case_contracts[s]->descriptor, NULL, f->wire.size, f->wire.at);
    assert_non_null(m);
    assert_int_equal(m->n_unknown_fields, 0);
    bytes_clear(&again);
    (void)protobuf_c_message_pack(m, bytes_reserve(&again, protobuf_c_message_get_packed_size(m)));
    again.size = protobuf_c_message_get_packed_size(m);
    assert_true(view_equal(bytes_view(&f->wire), bytes_view(&again)));
    protobuf_c_message_free_unpacked(m, NULL);
    bytes_fini(&before);
    bytes_fini(&after);
    bytes_fini(&again);
    arena_fini(&arena);
}

static void test_any_case_comes_back_as_it_was_in_the_bytes_protobuf_makes(void **state)
{
    struct fixture *f = *state;
    struct fake_random random;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        fake_random_init(&random, seed);
        arena_reset(&f->arena);
        case_init(&f->c, &f->arena);
        fill_any(f, &random, 1 + seed % 5);
        for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
            check_round_trip(f, s);
    }
}

static void test_the_fields_that_are_there_are_listed_with_a_group_once(void **state)
{
    struct fixture *f = *state;
    uint32_t refs[CASE_SECTION_FIELDS];
    size_t count;
    bool empty;

    assert_true(case_read_value(&f->c, case_field_find(view_of_text("vic_MethodsOfControl")), 0,
                                view_of_text("DebtBondage;Other"), &f->err));
    for (uint32_t record = 0; record < 3; record++) {
        assert_true(
            case_read_value(&f->c, case_field_find(view_of_text("hte_City")), record, view_of_text("A"), &f->err));
        assert_true(
            case_read_value(&f->c, case_field_find(view_of_text("hte_Country")), record, view_of_text("UA"), &f->err));
    }
    assert_true(case_section_encode(&f->c, SECTION_EXPLOITATION, &f->wire, &empty, &f->err));

    assert_true(case_section_fields(SECTION_EXPLOITATION, bytes_view(&f->wire), refs, &count, &f->err));

    assert_int_equal(count, 2);
    assert_int_equal(refs[0], FIELD_REF(SECTION_EXPLOITATION, 7));
    assert_int_equal(refs[1], FIELD_REF(SECTION_EXPLOITATION, 9));
}

static void test_all_fields_of_every_section_are_listed(void **state)
{
    struct fixture *f = *state;
    struct fake_random random;

    fake_random_init(&random, 1);
    fill_any(f, &random, 1);
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        uint32_t refs[CASE_SECTION_FIELDS];
        size_t count;
        bool empty;

        bytes_clear(&f->wire);
        assert_true(case_section_encode(&f->c, s, &f->wire, &empty, &f->err));
        assert_true(case_section_fields(s, bytes_view(&f->wire), refs, &count, &f->err));
        assert_int_equal(count, case_contracts[s]->descriptor->n_fields);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(refs[i], FIELD_REF(s, case_contracts[s]->descriptor->fields[i].id));
    }
}

/* --- excluded fields --- */

/* Section S of a case with all of its values but those of the field or group REF. */
static void encode_but(const struct case_data *c, enum section s, uint32_t ref, struct bytes *out, bool *empty)
{
    struct arena arena = {0};
    struct case_data rest;
    struct error err;

    case_init(&rest, &arena);
    for (size_t i = 0; i < c->count; i++) {
        const struct case_value *v = &c->values[i];

        if (v->field->section != s || case_field_ref(v->field) == ref)
            continue;
        if (case_field_is_text(v->field))
            assert_true(case_set_text(&rest, v->field, v->record, v->text, &err));
        else
            assert_true(case_set_numbers(&rest, v->field, v->record, v->numbers, v->count, &err));
    }
    assert_true(case_section_encode(&rest, s, out, empty, &err));
    arena_fini(&arena);
}

/* Each field and each group of section S excluded alone, with values from F. */
static size_t check_without_each(struct fixture *f, enum section s)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    size_t count = 0;
    bool empty;

    bytes_clear(&f->wire);
    assert_true(case_section_encode(&f->c, s, &f->wire, &empty, &f->err));
    if (empty)
        return 0;
    assert_true(case_section_fields(s, bytes_view(&f->wire), refs, &count, &f->err));
    for (size_t i = 0; i < count; i++) {
        struct bytes expected = {0};
        struct bytes got = {0};
        struct bytes joined = {0};
        bool none;

        encode_but(&f->c, s, refs[i], &expected, &empty);
        assert_true(case_section_without(s, bytes_view(&f->wire), &refs[i], 1, &got, &none, &f->err));
        /* What was taken away and is put back makes what it was. */
        assert_true(case_section_join(s, bytes_view(&got), bytes_view(&f->wire), &refs[i], 1, &joined, &f->err));
        assert_true(view_equal(bytes_view(&joined), bytes_view(&f->wire)));
        assert_false(case_section_differs(s, bytes_view(&got), bytes_view(&f->wire), refs[i]));
        bytes_fini(&joined);
        assert_true(view_equal(bytes_view(&got), bytes_view(&expected)));
        assert_true(none == empty);
        bytes_fini(&expected);
        bytes_fini(&got);
    }
    return count;
}

static void test_without_a_field_is_what_the_others_alone_would_make(void **state)
{
    struct fixture *f = *state;
    struct fake_random random;

    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t fields = 0;
        size_t all = 0;

        fake_random_init(&random, seed);
        arena_reset(&f->arena);
        case_init(&f->c, &f->arena);
        fill_any(f, &random, 1 + (seed - 1) % 5);
        for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
            fields += check_without_each(f, s);
            all += case_contracts[s]->descriptor->n_fields;
        }
        if (seed == 1)
            assert_int_equal(fields, all); /* every field and group was excluded once */
    }
}

static void test_several_fields_are_left_out_and_others_of_their_numbers_are_not(void **state)
{
    static const uint32_t refs[] = {FIELD_REF(SECTION_IDENTITY, 3), FIELD_REF(SECTION_HEALTH, 2),
                                    FIELD_REF(SECTION_IDENTITY, 1)};
    static const uint32_t industry = FIELD_REF(SECTION_EXPLOITATION, 2);
    struct view wire = view_of_text("\x0A\x01\x41\x12\x01\x42\x1A\x01\x43");
    struct fixture *f = *state;
    bool empty;

    bytes_append_text(&f->wire, "before");
    assert_true(case_section_without(SECTION_IDENTITY, wire, refs, 3, &f->wire, &empty, &f->err));

    assert_false(empty);
    assert_true(view_equal(bytes_view(&f->wire), view_of_text("before\x12\x01\x42")));

    bytes_clear(&f->wire);
    assert_true(case_section_without(SECTION_EXPLOITATION, view_of_text("\x0A\x02\x01\x02\x10\x01"), &industry, 1,
                                     &f->wire, &empty, &f->err));
    assert_true(view_equal(bytes_view(&f->wire), view_of_text("\x0A\x02\x01\x02")));
}

static void test_two_sections_differ_in_a_field_that_both_have(void **state)
{
    static const uint32_t first = FIELD_REF(SECTION_IDENTITY, 1);
    static const uint32_t second = FIELD_REF(SECTION_IDENTITY, 2);
    struct view one = view_of_text("\x0A\x01\x41\x12\x01\x42");
    struct view other = view_of_text("\x0A\x01\x5A\x12\x01\x42");

    (void)state;
    assert_true(case_section_differs(SECTION_IDENTITY, one, other, first));
    assert_false(case_section_differs(SECTION_IDENTITY, one, other, second));
    assert_false(case_section_differs(SECTION_IDENTITY, one, (struct view){0}, first));
}

static void test_a_section_of_which_nothing_is_left_is_empty(void **state)
{
    static const uint32_t refs[] = {FIELD_REF(SECTION_EXPLOITATION, 9)};
    struct view events = view_of_text("\x4A\x02\x08\x01\x4A\x02\x08\x02");
    struct fixture *f = *state;
    bool empty = false;

    assert_true(case_section_without(SECTION_EXPLOITATION, events, refs, 1, &f->wire, &empty, &f->err));

    assert_true(empty);
    assert_int_equal(f->wire.size, 0);
}

/* --- refusals --- */

struct bad {
    enum section section;
    const char *bytes;
    size_t size;
    enum error_code code;
};

#define BAD(section, bytes, code)                                                                                      \
    {                                                                                                                  \
        section, bytes, sizeof bytes - 1, code                                                                         \
    }

static void test_bytes_that_nobody_would_have_written_are_refused(void **state)
{
    static const struct bad bad[] = {
        BAD(SECTION_IDENTITY, "", E_CAS_01),                               /* empty */
        BAD(SECTION_IDENTITY, "\x12\x01\x42\x0A\x01\x41", E_BYT_01),       /* out of order */
        BAD(SECTION_IDENTITY, "\x12\x01\x42\x12\x01\x41", E_BYT_01),       /* twice */
        BAD(SECTION_IDENTITY, "\xFA\x01\x01\x41", E_BYT_01),               /* unknown field */
        BAD(SECTION_IDENTITY, "\x12\x02\x41", E_BYT_01),                   /* cut */
        BAD(SECTION_IDENTITY, "\x30\x00", E_BYT_01),                       /* a zero */
        BAD(SECTION_IDENTITY, "\x30\x07", E_CAS_01),                       /* no such gender */
        BAD(SECTION_IDENTITY, "\x30\x80\x80\x80\x80\x08", E_BYT_01),       /* a code that is no int32 */
        BAD(SECTION_IDENTITY, "\x30\x07\x62\x02\x55", E_BYT_01),           /* cut behind an unknown code */
        BAD(SECTION_IDENTITY, "\x30\x81\x00", E_BYT_01),                   /* not minimal */
        BAD(SECTION_IDENTITY, "\x12\x01\x1B", E_CAS_01),                   /* a control character */
        BAD(SECTION_IDENTITY, "\x12\x01\xFF", E_BYT_01),                   /* not UTF-8 */
        BAD(SECTION_IDENTITY, "\x28\x81\xC9\xB4\x01", E_CAS_01),           /* the day after 9999-12-31 */
        BAD(SECTION_IDENTITY, "\x62\x02\x58\x58", E_CAS_01),               /* no such country */
        BAD(SECTION_IDENTITY, "\x62\x03\x55\x41\x41", E_CAS_01),           /* three letters */
        BAD(SECTION_CONTACT, "\x12\x03\x30\x34\x38", E_CAS_01),            /* a phone that begins with 0 */
        BAD(SECTION_CONTACT, "\x22\x03\x72\x75\x6D", E_CAS_01),            /* a bibliographic language */
        BAD(SECTION_CONTACT, "\x30\x03", E_CAS_01),                        /* neither yes nor no */
        BAD(SECTION_STATUS, "\x0A\x02\x55\x41\x0A\x02\x50\x4C", E_CAS_01), /* countries out of order */
        BAD(SECTION_STATUS, "\x0A\x02\x55\x41\x0A\x02\x55\x41", E_CAS_01), /* a country twice */
        BAD(SECTION_FAMILY, "\x10\x34", E_CAS_01),                         /* 51 children */
        BAD(SECTION_EXPLOITATION, "\x0A\x02\x02\x01", E_CAS_01),           /* codes out of order */
        BAD(SECTION_EXPLOITATION, "\x0A\x02\x02\x02", E_CAS_01),           /* a code twice */
        BAD(SECTION_EXPLOITATION, "\x0A\x01\x00", E_CAS_01),               /* the code zero */
        BAD(SECTION_EXPLOITATION, "\x08\x01", E_BYT_01),                   /* a list that is not packed */
        BAD(SECTION_EXPLOITATION, "\x0A\x02\x02\x01\x10\x01", E_CAS_01),   /* codes out of order before another field */
        BAD(SECTION_EXPLOITATION, "\x0A\x02\x02\x01\x4A\x02\x08\x01", E_CAS_01), /* and before a group */
        BAD(SECTION_EXPLOITATION, "\x4A\x00", E_BYT_01),                         /* an event without fields */
        BAD(SECTION_EXPLOITATION, "\x4A\x02\x08\x04", E_CAS_01),                 /* an event of no kind */
        BAD(SECTION_WHEREABOUTS, "\x30\x82\xD4\xD4\xAB\x01", E_CAS_01),          /* east of 180 degrees */
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct view wire = view_of(bad[i].bytes, bad[i].size);
        uint32_t refs[CASE_SECTION_FIELDS];
        size_t count = 99;
        bool empty;

        if (case_section_decode(bad[i].section, wire, &f->c, &f->err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(f->err.code, bad[i].code);
        assert_int_equal(f->c.count, 0);
        assert_false(case_section_fields(bad[i].section, wire, refs, &count, &f->err));
        assert_int_equal(f->err.code, bad[i].code);
        assert_int_equal(count, 99);
        assert_false(case_section_without(bad[i].section, wire, refs, 0, &f->wire, &empty, &f->err));
        assert_int_equal(f->err.code, bad[i].code);
        assert_int_equal(f->wire.size, 0);
    }
}

static void test_a_section_is_decoded_once(void **state)
{
    struct fixture *f = *state;

    assert_true(case_section_decode(SECTION_IDENTITY, view_of_text("\x12\x01\x41"), &f->c, &f->err));
    assert_false(case_section_decode(SECTION_IDENTITY, view_of_text("\x0A\x01\x41"), &f->c, &f->err));
    assert_int_equal(f->err.code, E_CAS_01);
    assert_int_equal(f->c.count, 1);
    assert_true(case_section_decode(SECTION_NOTES, view_of_text("\x0A\x01\x41"), &f->c, &f->err));
    assert_int_equal(f->c.count, 2);
}

static void test_records_and_sections_are_bounded(void **state)
{
    struct fixture *f = *state;
    static char text[BOUND_FIELD_LONG + 1];
    uint32_t refs[CASE_SECTION_FIELDS];
    size_t count;
    bool empty;

    for (size_t i = 0; i < BOUND_CASE_RECORDS; i++)
        bytes_append_text(&f->wire, "\x4A\x02\x08\x01");
    assert_true(case_section_fields(SECTION_EXPLOITATION, bytes_view(&f->wire), refs, &count, &f->err));
    bytes_append_text(&f->wire, "\x4A\x02\x08\x01");
    assert_false(case_section_fields(SECTION_EXPLOITATION, bytes_view(&f->wire), refs, &count, &f->err));
    assert_int_equal(f->err.code, E_BYT_02);

    memset(text, 'x', BOUND_FIELD_LONG);
    for (uint32_t record = 0; record < 6; record++)
        assert_true(case_read_value(&f->c, case_field_find(view_of_text("hte_Description")), record, view_of_text(text),
                                    &f->err));
    bytes_clear(&f->wire);
    bytes_append_text(&f->wire, "before");
    assert_false(case_section_encode(&f->c, SECTION_EXPLOITATION, &f->wire, &empty, &f->err));
    assert_int_equal(f->err.code, E_CAS_04);
    assert_int_equal(f->wire.size, 6);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_any_case_comes_back_as_it_was_in_the_bytes_protobuf_makes),
        CASE(test_the_fields_that_are_there_are_listed_with_a_group_once),
        CASE(test_all_fields_of_every_section_are_listed),
        CASE(test_without_a_field_is_what_the_others_alone_would_make),
        CASE(test_several_fields_are_left_out_and_others_of_their_numbers_are_not),
        CASE(test_two_sections_differ_in_a_field_that_both_have),
        CASE(test_a_section_of_which_nothing_is_left_is_empty),
        CASE(test_bytes_that_nobody_would_have_written_are_refused),
        CASE(test_a_section_is_decoded_once),
        CASE(test_records_and_sections_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
