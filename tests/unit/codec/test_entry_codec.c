/* What an agency says of itself, as it is signed: one spelling, and what contradicts itself refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/contract.h"
#include "codec/entry_codec.h"
#include "codec/entry_messages.h"

#define HEAD "refex-entry/v1\nshelter@nrm.example\n"

static const struct agency_hours hours[] = {{480, 960}, {960, 1000}, {1920, AGENCY_WEEK_MIN}};
static const uint32_t holidays[] = {20789, 20812};
static const struct agency_promise promises[] = {{1, 60, 0, 2880}, {6, 0, 44640, 0}};

static struct agency_entry sample(void)
{
    static struct agency_desk desks[2];

    desks[0] = (struct agency_desk){view_of_text("day"), 0};
    desks[1] = (struct agency_desk){view_of_text("night-2"), 1U << 1};
    return (struct agency_entry){.phone = view_of_text("+48221234567"),
                                 .night_phone = view_of_text("+48600100200"),
                                 .zone = view_of_text("CET-1CEST,M3.5.0,M10.5.0/3"),
                                 .hours = hours,
                                 .hour_count = 3,
                                 .holidays = holidays,
                                 .holiday_count = 2,
                                 .services = 1U << 1 | 1U << 6,
                                 .promises = promises,
                                 .promise_count = 2,
                                 .desks = desks,
                                 .desk_count = 2,
                                 .for_members = true};
}

static const struct entry_head head = {.agency = {"shelter@nrm.example"}, .sequence = 7};

static void test_what_is_written_is_read_as_the_same(void **state)
{
    const struct agency_entry e = sample();
    struct arena arena = {0};
    struct bytes text = {0};
    struct bytes again = {0};
    struct agency_entry back;
    struct entry_head whose;
    struct error err;

    (void)state;
    entry_text_encode(&head, &e, &text);
    assert_true(entry_text_decode(bytes_view(&text), &arena, &whose, &back, &err));
    assert_string_equal(whose.agency.text, head.agency.text);
    assert_int_equal(whose.sequence, 7);
    assert_true(view_equal(back.night_phone, e.night_phone));
    assert_int_equal(back.hours[2].to, AGENCY_WEEK_MIN);
    assert_int_equal(back.holidays[1], 20812);
    assert_int_equal(back.promises[1].urgent, 44640);
    assert_true(view_equal(back.desks[1].name, e.desks[1].name));
    entry_text_encode(&whose, &back, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&text)));
    for (size_t n = 0; n < text.size; n++) /* cut anywhere it is none */
        assert_false(entry_text_decode(view_of(text.at, n), &arena, &whose, &back, &err));
    assert_int_equal(err.code, E_ENT_01);
    bytes_fini(&again);
    bytes_fini(&text);
    arena_fini(&arena);
}

static void test_its_lines_have_one_spelling(void **state)
{
    static const char *const wrong[] = {
        "refex-entry/v2\nshelter@nrm.example\nsequence 7\nUAE=\n",
        "refex-entry/v1\nshelter\nsequence 7\nUAE=\n",
        HEAD "sequence 0\nUAE=\n",
        HEAD "sequence 07\nUAE=\n",
        HEAD "sequence 9223372036854775808\nUAE=\n",
        HEAD "number 7\nUAE=\n",
        HEAD "sequence 7\nUAF=\n",
        HEAD "sequence 7\n",
        HEAD "sequence 7\nUAE=\n\n",
        HEAD "sequence 7\nUAE=",
    };
    const char *right = HEAD "sequence 7\nUAE=\n";
    struct arena arena = {0};
    struct agency_entry back;
    struct entry_head whose;
    struct error err;

    (void)state;
    assert_true(entry_text_decode(view_of_text(right), &arena, &whose, &back, &err));
    assert_true(back.withdrawn);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(entry_text_decode(view_of_text(wrong[i]), &arena, &whose, &back, &err));
        assert_int_equal(err.code, E_ENT_01);
    }
    arena_fini(&arena);
}

/* --- what contradicts itself --- */

static void refused(const struct agency_entry *e)
{
    struct arena arena = {0};
    struct bytes wire = {0};
    struct agency_entry back;
    struct error err;

    contract_encode_unchecked(&entry_agency_entry_contract, e, &wire);
    assert_false(agency_entry_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(err.code, E_ENT_01);
    bytes_fini(&wire);
    arena_fini(&arena);
}

static void test_what_contradicts_itself_is_refused(void **state)
{
    static const struct agency_hours backward[] = {{960, 480}};
    static const struct agency_hours over[] = {{480, 960}, {900, 1000}};
    static const struct agency_promise nothing[] = {{1, 0, 0, 0}};
    static const struct agency_promise too_late[] = {{1, 60, 0, 2880}, {6, 0, BOUND_PROMISE_MIN + 1, 0}};
    static struct agency_desk desk;
    struct agency_entry e = {0};

    (void)state;
    refused(&e); /* it says nothing */
    e.for_members = true;
    refused(&e);
    e = sample();
    e.withdrawn = true;
    refused(&e);
    refused(&(struct agency_entry){.withdrawn = true, .for_members = true});
    refused(&(struct agency_entry){.withdrawn = true, .holidays = holidays, .holiday_count = 1});
    e = sample();
    e.phone = view_of_text("0048221234567");
    refused(&e);
    e = sample();
    e.night_phone = view_of_text("112");
    refused(&e);
    e = sample();
    e.zone = view_of_text("");
    refused(&e);
    e = sample();
    e.hour_count = 0;
    refused(&e);
    e = sample();
    e.zone = view_of_text("Europe/Warsaw");
    refused(&e);
    e = sample();
    e.hours = backward;
    e.hour_count = 1;
    refused(&e);
    e.hours = over;
    e.hour_count = 2;
    refused(&e);
    e = sample();
    e.services = 1U << 1; /* and promises another */
    refused(&e);
    e = sample();
    e.promises = nothing;
    e.promise_count = 1;
    refused(&e);
    e = sample();
    e.promises = too_late;
    refused(&e);
    e = sample();
    desk.name = view_of_text("The Desk");
    e.desks = &desk;
    e.desk_count = 1;
    refused(&e);
}

/* --- bounds --- */

static bool is_taken(const struct agency_entry *e, size_t more)
{
    struct arena arena = {0};
    struct bytes wire = {0};
    struct agency_entry back;
    struct error err;
    bool taken;

    contract_encode_unchecked(&entry_agency_entry_contract, e, &wire);
    memset(bytes_reserve(&wire, more), 0, more);
    wire.size += more;
    taken = agency_entry_decode(bytes_view(&wire), &arena, &back, &err);
    bytes_fini(&wire);
    arena_fini(&arena);
    return taken;
}

static void test_its_lists_end_at_their_bounds(void **state)
{
    static struct agency_hours full_week[BOUND_ENTRY_HOURS + 1];
    static uint32_t days[BOUND_ENTRY_HOLIDAYS + 1];
    static struct agency_promise all[SERVICE_END - 1];
    static struct agency_desk desks[BOUND_ENTRY_DESKS + 1];
    static char names[BOUND_ENTRY_DESKS + 1][BOUND_AGENCY];
    struct agency_entry e = sample();

    (void)state;
    for (uint32_t i = 0; i <= BOUND_ENTRY_HOURS; i++)
        full_week[i] = (struct agency_hours){i * 300, i * 300 + 299};
    for (uint32_t i = 0; i <= BOUND_ENTRY_HOLIDAYS; i++)
        days[i] = 20789 + i;
    for (uint32_t i = 0; i < SERVICE_END - 1; i++)
        all[i] = (struct agency_promise){i + 1, BOUND_PROMISE_MIN, BOUND_PROMISE_MIN, BOUND_PROMISE_MIN};
    for (size_t i = 0; i <= BOUND_ENTRY_DESKS; i++) {
        memset(names[i], 'd', BOUND_AGENCY);
        names[i][0] = (char)('a' + i / 10);
        names[i][1] = (char)('0' + i % 10);
        desks[i] = (struct agency_desk){view_of(names[i], BOUND_AGENCY), (1U << SERVICE_END) - 2};
    }
    e.services = (1U << SERVICE_END) - 2;
    e.hours = full_week;
    e.hour_count = BOUND_ENTRY_HOURS;
    e.holidays = days;
    e.holiday_count = BOUND_ENTRY_HOLIDAYS;
    e.promises = all;
    e.promise_count = SERVICE_END - 1;
    e.desks = desks;
    e.desk_count = BOUND_ENTRY_DESKS;
    assert_true(is_taken(&e, 0)); /* all of them at once */
    e.hour_count++;
    assert_false(is_taken(&e, 0));
    e.hour_count--;
    e.holiday_count++;
    assert_false(is_taken(&e, 0));
    e.holiday_count--;
    e.desk_count++;
    assert_false(is_taken(&e, 0));
    assert_false(is_taken(&(struct agency_entry){.withdrawn = true}, BOUND_ENTRY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read_as_the_same),
        cmocka_unit_test(test_its_lines_have_one_spelling),
        cmocka_unit_test(test_what_contradicts_itself_is_refused),
        cmocka_unit_test(test_its_lists_end_at_their_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
