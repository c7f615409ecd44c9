#include "base/text.h"
#include "codec/consent_messages.h"
#include "raw.h"
#include "samples.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 300

static void test_the_vectors_come_out_in_their_bytes(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes again = {0};
    struct grant g;
    struct error err;

    (void)state;
    vectors_hex(v, "consent.grant", &wire);
    assert_true(grant_decode(bytes_view(&wire), &a, &g, &err));
    assert_int_equal(g.sections, SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_IDENTITY));
    assert_int_equal(g.excluded_count, 1);
    assert_int_equal(g.excluded[0], FIELD_REF(SECTION_IDENTITY, 9));
    assert_true(text_is(g.recipient, "mission@nrm.example"));
    assert_int_equal(g.purpose, PURPOSE_SERVICES);
    assert_int_equal(g.onward, ONWARD_NONE);
    assert_int_equal(g.named_count, 0);
    assert_int_equal(g.keep_until, 20900);
    grant_encode(&g, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&wire)));
    bytes_fini(&wire);
    bytes_fini(&again);
    arena_fini(&a);
    vectors_close(v);
}

static void same_header(const struct consent_header *a, const struct consent_header *b)
{
    assert_true(ident_equal(&a->consent, &b->consent));
    assert_true(view_equal(a->agency, b->agency));
    assert_int_equal(a->until, b->until);
}

static void same_given(const struct consent_given *a, const struct consent_given *b)
{
    assert_int_equal(a->by, b->by);
    assert_int_equal(a->at_ms, b->at_ms);
    assert_true(view_equal(a->notice, b->notice));
    assert_true(view_equal(a->language, b->language));
    assert_int_equal(a->interpreter, b->interpreter);
    assert_int_equal(a->seen_alone, b->seen_alone);
    assert_int_equal(a->told_irreversible, b->told_irreversible);
}

static void same_grant(const struct grant *a, const struct grant *b)
{
    assert_int_equal(a->sections, b->sections);
    assert_int_equal(a->excluded_count, b->excluded_count);
    for (size_t i = 0; i < a->excluded_count; i++)
        assert_int_equal(a->excluded[i], b->excluded[i]);
    assert_true(view_equal(a->recipient, b->recipient));
    assert_int_equal(a->purpose, b->purpose);
    assert_int_equal(a->onward, b->onward);
    assert_int_equal(a->named_count, b->named_count);
    for (size_t i = 0; i < a->named_count; i++)
        assert_true(view_equal(a->named[i], b->named[i]));
    assert_int_equal(a->keep_until, b->keep_until);
}

static void test_a_consent_receipt_comes_back_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};

    (void)state;
    fake_random_init(&random, 11);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct consent_receipt in;
        struct consent_receipt out;
        struct error err;

        arena_reset(&a);
        bytes_clear(&wire);
        sample_consent_receipt(&random, &a, &in);
        consent_receipt_encode(&in, &wire);
        assert_true(consent_receipt_decode(bytes_view(&wire), &a, &out, &err));
        assert_true(view_equal(in.header_bytes, out.header_bytes));
        same_header(&in.header, &out.header);
        assert_memory_equal(in.salt_h, out.salt_h, sizeof in.salt_h);
        assert_true(hash_equal(&in.w, &out.w));
        assert_true(hash_equal(&in.c, &out.c));
        assert_int_equal(consent_receipt_is_closed(&in), consent_receipt_is_closed(&out));
        assert_true(hash_equal(&in.rest, &out.rest));
        assert_true(view_equal(in.g, out.g));
        assert_memory_equal(in.salt_w, out.salt_w, sizeof in.salt_w);
        assert_true(view_equal(in.given_bytes, out.given_bytes));
        same_given(&in.given, &out.given);
        assert_int_equal(in.shown_count, out.shown_count);
        for (size_t i = 0; i < in.shown_count; i++) {
            assert_int_equal(in.shown[i].place, out.shown[i].place);
            assert_memory_equal(in.shown[i].salt, out.shown[i].salt, sizeof in.shown[i].salt);
            assert_true(view_equal(in.shown[i].bytes, out.shown[i].bytes));
            same_grant(&in.shown[i].grant, &out.shown[i].grant);
        }
        assert_true(view_equal(in.record_bytes, out.record_bytes));
        assert_true(view_equal(in.path, out.path));
        assert_true(view_equal(in.checkpoint, out.checkpoint));
    }
    bytes_fini(&wire);
    arena_fini(&a);
}

/* --- encoded by hand --- */

static enum error_code read_given(uint32_t by, size_t notice, const char *language, uint32_t interpreter,
                                  uint32_t seen_alone)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct consent_given g;

    raw_number(&wire, 1, by);
    raw_number(&wire, 2, 1795000000000);
    if (notice != 0)
        raw_fill(&wire, 3, 'n', notice);
    if (language[0] != '\0')
        raw_text(&wire, 4, language);
    if (interpreter != 0)
        raw_number(&wire, 5, interpreter);
    if (seen_alone != 0)
        raw_number(&wire, 6, seen_alone);
    if (!consent_given_decode(bytes_view(&wire), &a, &g, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static void test_it_is_said_how_consent_was_given(void **state)
{
    (void)state;
    assert_int_equal(read_given(4, BOUND_NOTICE, "ukr", 3, 2), E_NONE);
    assert_int_equal(read_given(5, 1, "ukr", 0, 1), E_BYT_03);
    assert_int_equal(read_given(1, BOUND_NOTICE + 1, "ukr", 0, 1), E_BYT_02);
    assert_int_equal(read_given(1, 1, "ukra", 0, 1), E_BYT_02); /* BOUND_LANGUAGE */
    assert_int_equal(read_given(1, 0, "ukr", 0, 1), E_BYT_03);
    assert_int_equal(read_given(1, 1, "", 0, 1), E_BYT_03);
    assert_int_equal(read_given(1, 1, "ukr", 4, 1), E_BYT_03);
    assert_int_equal(read_given(1, 1, "ukr", 0, 0), E_BYT_03);
    assert_int_equal(read_given(1, 1, "ukr", 0, 3), E_BYT_03);
}

static void test_a_language_travels_by_the_one_code_of_the_list(void **state)
{
    static const char *const others[] = {"uk", "UKR", "rum", "xxx", "xx"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(read_given(1, 1, others[i], 0, 1), E_BYT_03);
    assert_int_equal(read_given(1, 1, "und", 0, 1), E_NONE);
}

static void excluded_list(struct bytes *list, uint32_t count)
{
    bytes_clear(list);
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t ref = FIELD_REF(SECTION_TRIAGE, i); /* three bytes each */

        bytes_append_u8(list, (uint8_t)(ref | 0x80));
        bytes_append_u8(list, (uint8_t)(ref >> 7 | 0x80));
        bytes_append_u8(list, (uint8_t)(ref >> 14));
    }
}

static enum error_code read_grant(struct view excluded, uint32_t onward, unsigned named, const char *first)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct grant g;

    raw_text(&wire, 1, "\1\2");
    if (excluded.size != 0)
        raw_bytes(&wire, 2, excluded);
    raw_text(&wire, 3, "mission@nrm.example");
    raw_number(&wire, 4, 1);
    raw_number(&wire, 5, onward);
    for (unsigned i = 0; i < named; i++) {
        char name[] = "aa@nrm.example";

        name[0] = (char)('a' + i / 26);
        name[1] = (char)('a' + i % 26);
        raw_text(&wire, 6, i == 0 && first != NULL ? first : name);
    }
    raw_number(&wire, 7, 20900);
    if (!grant_decode(bytes_view(&wire), &a, &g, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static void test_agencies_are_named_if_and_only_if_onward_sharing_is_to_named_ones(void **state)
{
    struct view none = {0};

    (void)state;
    assert_int_equal(read_grant(none, ONWARD_NONE, 0, NULL), E_NONE);
    assert_int_equal(read_grant(none, ONWARD_ASK_FIRST, 0, NULL), E_NONE);
    assert_int_equal(read_grant(none, ONWARD_NAMED, 0, NULL), E_BYT_03);
    assert_int_equal(read_grant(none, ONWARD_NAMED, 2, NULL), E_NONE);
    assert_int_equal(read_grant(none, ONWARD_NONE, 1, NULL), E_BYT_03);
    assert_int_equal(read_grant(none, ONWARD_ASK_FIRST, 1, NULL), E_BYT_03);
    assert_int_equal(read_grant(none, ONWARD_END, 0, NULL), E_BYT_03);
    assert_int_equal(read_grant(none, ONWARD_NAMED, 2, "zz@nrm.example"), E_BYT_03); /* descends */
    assert_int_equal(read_grant(none, ONWARD_NAMED, 2, "ab@nrm.example"), E_BYT_03); /* twice */
    assert_int_equal(read_grant(none, ONWARD_NAMED, 2, "aa"), E_BYT_03);             /* no full name */
}

static void test_the_lists_of_a_grant_end_at_their_limits(void **state)
{
    struct bytes list = {0};

    (void)state;
    assert_int_equal(read_grant((struct view){0}, ONWARD_NAMED, BOUND_GRANT_NAMED, NULL), E_NONE);
    assert_int_equal(read_grant((struct view){0}, ONWARD_NAMED, BOUND_GRANT_NAMED + 1, NULL), E_BYT_02);
    excluded_list(&list, BOUND_EXCLUDED);
    assert_int_equal(read_grant(bytes_view(&list), ONWARD_NONE, 0, NULL), E_NONE);
    excluded_list(&list, BOUND_EXCLUDED + 1);
    assert_int_equal(read_grant(bytes_view(&list), ONWARD_NONE, 0, NULL), E_BYT_02);
    bytes_fini(&list);
}

/* The name of BOUND_ADDRESS bytes with the number N in it: they ascend with it. */
static struct view long_name(struct arena *a, size_t n)
{
    struct view label = view_of_text(".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    struct bytes name = {0};
    struct view kept;

    bytes_printf(&name, "agency-%02zu", n);
    while (name.size < BOUND_AGENCY)
        bytes_append_u8(&name, 'a');
    bytes_append_u8(&name, '@');
    bytes_append(&name, label.at + 1, label.size - 3); /* 61, and three of 64 with their dots: 253 */
    for (int i = 0; i < 3; i++)
        bytes_append_view(&name, label);
    assert_int_equal(name.size, BOUND_ADDRESS);
    kept = arena_copy(a, bytes_view(&name));
    bytes_fini(&name);
    return kept;
}

static void test_the_largest_grant_fits_and_what_is_larger_is_not_looked_at(void **state)
{
    static const uint8_t zeros[BOUND_GRANT + 1];
    uint32_t excluded[BOUND_EXCLUDED];
    struct view named[BOUND_GRANT_NAMED];
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct grant g = {.excluded = excluded,
                      .excluded_count = BOUND_EXCLUDED,
                      .purpose = PURPOSE_END - 1,
                      .onward = ONWARD_NAMED,
                      .named = named,
                      .named_count = BOUND_GRANT_NAMED,
                      .keep_until = UINT32_MAX};

    (void)state;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        g.sections |= SECTION_BIT(s);
    for (uint32_t i = 0; i < BOUND_EXCLUDED; i++)
        excluded[i] = FIELD_REF(SECTION_END - 1, i + 1);
    for (size_t i = 0; i < BOUND_GRANT_NAMED; i++)
        named[i] = long_name(&a, i);
    g.recipient = long_name(&a, 99);
    grant_encode(&g, &wire);
    assert_in_range(wire.size, BOUND_GRANT - 2048, BOUND_GRANT);
    assert_true(grant_decode(bytes_view(&wire), &a, &g, &err));
    assert_false(grant_decode(view_of(zeros, BOUND_GRANT), &a, &g, &err));
    assert_int_equal(err.code, E_BYT_01);
    assert_false(grant_decode(view_of(zeros, BOUND_GRANT + 1), &a, &g, &err));
    assert_int_equal(err.code, E_BYT_02);
    bytes_fini(&wire);
    arena_fini(&a);
}

static void test_an_excluded_field_is_of_a_section(void **state)
{
    (void)state;
    assert_int_equal(read_grant(view_of("\x81\x80\4", 3), ONWARD_NONE, 0, NULL), E_NONE);             /* 1, 1 */
    assert_int_equal(read_grant(view_of("\1", 1), ONWARD_NONE, 0, NULL), E_BYT_03);                   /* section 0 */
    assert_int_equal(read_grant(view_of("\x81\x80\x80\1", 4), ONWARD_NONE, 0, NULL), E_BYT_03);       /* section 32 */
    assert_int_equal(read_grant(view_of("\x82\x80\4\x81\x80\4", 6), ONWARD_NONE, 0, NULL), E_BYT_03); /* descends */
}

static enum error_code read_receipt(size_t commitments, unsigned shown, const uint32_t *places, size_t path)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes one = {0};
    struct error err = {0};
    struct consent_receipt c;

    fake_random_init(&random, 5);
    do
        sample_consent_receipt(&random, &a, &c);
    while (c.shown_count < 2);
    raw_bytes(&wire, 1, c.header_bytes);
    raw_fill(&wire, 2, 's', 32);
    raw_fill(&wire, 3, 'w', 32);
    raw_fill(&wire, 4, 'c', 32);
    if (commitments != 0)
        raw_fill(&wire, 6, 'g', commitments);
    for (unsigned i = 0; i < shown; i++) {
        bytes_clear(&one);
        if (places[i] != 0)
            raw_number(&one, 1, places[i]);
        raw_fill(&one, 2, 's', 32);
        raw_bytes(&one, 3, c.shown[places[i] != 0].bytes);
        raw_bytes(&wire, 7, bytes_view(&one));
    }
    raw_fill(&wire, 8, 's', 32);
    raw_bytes(&wire, 9, c.given_bytes);
    raw_text(&wire, 10, "record");
    if (path != 0)
        raw_fill(&wire, 11, 'p', path);
    raw_text(&wire, 12, "checkpoint");
    if (!consent_receipt_decode(bytes_view(&wire), &a, &c, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    bytes_fini(&one);
    arena_fini(&a);
    return err.code;
}

static void test_shown_grants_have_a_place_among_the_commitments(void **state)
{
    (void)state;
    assert_int_equal(read_receipt(8 * 32, 2, (const uint32_t[]){1, 8}, 0), E_NONE);
    assert_int_equal(read_receipt(8 * 32, 1, (const uint32_t[]){9}, 0), E_BYT_03);
    assert_int_equal(read_receipt(8 * 32, 2, (const uint32_t[]){0, 8}, 0), E_NONE);
    assert_int_equal(read_receipt(8 * 32, 2, (const uint32_t[]){0, 0}, 0), E_BYT_03);
    assert_int_equal(read_receipt(8 * 32, 2, (const uint32_t[]){3, 3}, 0), E_BYT_03);
    assert_int_equal(read_receipt(8 * 32, 2, (const uint32_t[]){3, 2}, 0), E_BYT_03);
    assert_int_equal(read_receipt(8 * 32, 0, NULL, 0), E_NONE); /* the stored record of a refusal */
}

static void test_commitments_and_paths_are_whole_and_end_at_their_limits(void **state)
{
    const uint32_t first = 1;

    (void)state;
    assert_int_equal(read_receipt(0, 1, &first, 0), E_BYT_03);
    assert_int_equal(read_receipt(7 * 32, 1, &first, 0), E_BYT_03);
    assert_int_equal(read_receipt(8 * 32 - 1, 1, &first, 0), E_BYT_03);
    assert_int_equal(read_receipt(9 * 32, 1, &first, 0),
                     E_BYT_02); /* their number would say how many grants there are */
    assert_int_equal(read_receipt(16 * 32, 1, &first, 0), E_BYT_02);
    assert_int_equal(read_receipt(8 * 32, 1, &first, BOUND_PATH * 32), E_NONE);
    assert_int_equal(read_receipt(8 * 32, 1, &first, BOUND_PATH * 32 + 32), E_BYT_02);
    assert_int_equal(read_receipt(8 * 32, 1, &first, 33), E_BYT_03);
}

/* A receipt that shows the grant at place 0 alone, and has of the rest only what is asked for. */
static enum error_code read_form_of(bool rest, bool commitments, bool salt_w, bool given, uint32_t place)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes one = {0};
    struct error err = {0};
    struct consent_receipt c;

    fake_random_init(&random, 5);
    do
        sample_consent_receipt(&random, &a, &c);
    while (c.shown_count < 2 || consent_receipt_is_closed(&c) || c.shown[0].place != 0);
    raw_bytes(&wire, 1, c.header_bytes);
    raw_fill(&wire, 2, 's', 32);
    raw_fill(&wire, 3, 'w', 32);
    raw_fill(&wire, 4, 'c', 32);
    if (rest)
        raw_fill(&wire, 5, 'r', 32);
    if (commitments)
        raw_fill(&wire, 6, 'g', (size_t)HASH_SIZE * (BOUND_GRANTS - 1));
    if (place != 0)
        raw_number(&one, 1, place);
    raw_fill(&one, 2, 's', 32);
    raw_bytes(&one, 3, c.shown[place != 0].bytes);
    raw_bytes(&wire, 7, bytes_view(&one));
    if (salt_w)
        raw_fill(&wire, 8, 's', 32);
    if (given)
        raw_bytes(&wire, 9, c.given_bytes);
    raw_text(&wire, 10, "record");
    raw_text(&wire, 12, "checkpoint");
    if (!consent_receipt_decode(bytes_view(&wire), &a, &c, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    bytes_fini(&one);
    arena_fini(&a);
    return err.code;
}

static enum error_code read_form(bool rest, bool commitments, bool salt_w, bool given)
{
    return read_form_of(rest, commitments, salt_w, given, 0);
}

static void test_a_closed_receipt_says_nothing_of_how_the_consent_was_given(void **state)
{
    (void)state;
    assert_int_equal(read_form(true, false, false, false), E_NONE);
    assert_int_equal(read_form(true, false, true, false), E_BYT_03);
    assert_int_equal(read_form(true, false, false, true), E_BYT_03);
    assert_int_equal(read_form(false, false, false, false), E_BYT_03);
    assert_int_equal(read_form_of(true, false, false, false, 1), E_BYT_03); /* another grant */
}

static void test_an_open_receipt_says_how_the_consent_was_given(void **state)
{
    (void)state;
    assert_int_equal(read_form(false, true, true, true), E_NONE);
    assert_int_equal(read_form(true, true, true, true), E_BYT_03);
    assert_int_equal(read_form(false, true, false, true), E_BYT_03);
    assert_int_equal(read_form(false, true, true, false), E_BYT_03);
}

/* Refused wherever the arena ends, in a list or between two: nothing is written beyond it. */
static void test_a_receipt_takes_no_more_memory_than_its_arena_may_give(void **state)
{
    struct fake_random random;
    struct arena samples = {0};
    struct bytes wire = {0};
    struct consent_receipt c;
    struct consent_receipt out;
    struct error err;
    bool names = false;

    (void)state;
    fake_random_init(&random, 5);
    do {
        names = false;
        bytes_clear(&wire);
        sample_consent_receipt(&random, &samples, &c);
        consent_receipt_encode(&c, &wire);
        for (size_t i = 0; i < c.shown_count; i++)
            names = names || c.shown[i].grant.named_count != 0;
    } while (wire.size < 4096 || !names);
    for (size_t max = 8, taken = 0; taken == 0; max += 8) {
        struct arena a = {.max = max};

        if (consent_receipt_decode(bytes_view(&wire), &a, &out, &err))
            taken = a.used;
        else
            assert_int_equal(err.code, E_BYT_02);
        assert_true(a.used <= max);
        arena_fini(&a);
    }
    arena_fini(&samples);
    bytes_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_come_out_in_their_bytes),
        cmocka_unit_test(test_a_consent_receipt_comes_back_as_it_was),
        cmocka_unit_test(test_it_is_said_how_consent_was_given),
        cmocka_unit_test(test_a_language_travels_by_the_one_code_of_the_list),
        cmocka_unit_test(test_agencies_are_named_if_and_only_if_onward_sharing_is_to_named_ones),
        cmocka_unit_test(test_the_lists_of_a_grant_end_at_their_limits),
        cmocka_unit_test(test_the_largest_grant_fits_and_what_is_larger_is_not_looked_at),
        cmocka_unit_test(test_an_excluded_field_is_of_a_section),
        cmocka_unit_test(test_shown_grants_have_a_place_among_the_commitments),
        cmocka_unit_test(test_commitments_and_paths_are_whole_and_end_at_their_limits),
        cmocka_unit_test(test_a_closed_receipt_says_nothing_of_how_the_consent_was_given),
        cmocka_unit_test(test_an_open_receipt_says_how_the_consent_was_given),
        cmocka_unit_test(test_a_receipt_takes_no_more_memory_than_its_arena_may_give),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
