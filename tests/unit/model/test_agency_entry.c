/* Zones by their rule, when an agency is open, and whom one phones. */
#include "model/agency_entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define WARSAW "CET-1CEST,M3.5.0,M10.5.0/3"

static int32_t offset(const char *rule, int64_t time_s)
{
    struct zone z;

    assert_true(zone_read(view_of_text(rule), &z));
    return zone_offset_s(&z, time_s);
}

static void test_the_offsets_are_those_of_the_rule(void **state)
{
    (void)state;
    assert_int_equal(offset("UTC0", 0), 0);
    assert_int_equal(offset("<+03>-3", 1795000000), 3 * 3600);
    assert_int_equal(offset("<+0545>-5:45", 0), 5 * 3600 + 45 * 60);
    assert_int_equal(offset(WARSAW, 1774745999), 3600); /* 2026-03-29 00:59:59 UTC */
    assert_int_equal(offset(WARSAW, 1774746000), 7200);
    assert_int_equal(offset(WARSAW, 1792889999), 7200); /* 2026-10-25 00:59:59 UTC */
    assert_int_equal(offset(WARSAW, 1792890000), 3600);
    assert_int_equal(offset(WARSAW, 1798757999), 3600); /* where the year ends there and not in UTC */
    assert_int_equal(offset("IST-1GMT0,M10.5.0,M3.5.0/1", 1782000000), 3600); /* June 2026: its summer time is less */
    assert_int_equal(offset("IST-1GMT0,M10.5.0,M3.5.0/1", 1797000000), 0);
    assert_int_equal(offset("NZST-12NZDT,M9.5.0,M4.1.0/3", 1797000000), 13 * 3600); /* December */
    assert_int_equal(offset("NZST-12NZDT,M9.5.0,M4.1.0/3", 1782000000), 12 * 3600);
}

static void test_what_is_no_rule_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "CE-1",
                                      "CET",
                                      "CET-25",
                                      "CET-1:60",
                                      "<+03-3",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-1CEST,J60,J300",
                                      "CET-1CEST,M3.5.0,M10.5.0/3x",
                                      "CET-1 ",
                                      ":Europe/Warsaw"};
    struct zone z;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(zone_read(view_of_text(bad[i]), &z));
}

static void test_numbers_are_those_that_can_be_called_from_everywhere(void **state)
{
    static const char *const bad[] = {"",      "+", "+1", "48221234567", "+0481234", "+48 221", "+4822123456789012",
                                      "+48x21"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(agency_phone_ok(view_of_text(bad[i])));
    assert_true(agency_phone_ok(view_of_text("+48221234567")));
    assert_true(agency_phone_ok(view_of_text("+482212345678901")));
}

/* --- hours --- */

#define DAY_S 86400

/* Monday to Friday from 8 to 16, on Saturday from 22 until Sunday, 6. */
static const struct agency_hours week[] = {{480, 960},   {1920, 2400}, {3360, 3840},
                                           {4800, 5280}, {6240, 6720}, {8520, 9000}};
static const uint32_t holidays[] = {20789, 20812}; /* 2026-12-02, a Wednesday, and 2026-12-25 */

static struct agency_entry office(void)
{
    return (struct agency_entry){.phone = view_of_text("+48221234567"),
                                 .night_phone = view_of_text("+48600100200"),
                                 .zone = view_of_text(WARSAW),
                                 .hours = week,
                                 .hour_count = 6,
                                 .holidays = holidays,
                                 .holiday_count = 2};
}

/* By the clocks of Warsaw in winter. */
static int64_t at(uint32_t day, int hour, int minute)
{
    return ((int64_t)day * DAY_S + hour * 3600 + minute * 60 - 3600) * 1000;
}

static void test_it_is_open_when_it_says(void **state)
{
    const struct agency_entry e = office();
    const uint32_t monday = 20787;

    (void)state;
    assert_false(agency_is_open(&e, at(monday, 7, 59)));
    assert_true(agency_is_open(&e, at(monday, 8, 0)));
    assert_true(agency_is_open(&e, at(monday, 15, 59)));
    assert_false(agency_is_open(&e, at(monday, 16, 0)));
    assert_int_equal(agency_opens_ms(&e, at(monday, 7, 0)), at(monday, 8, 0));
    assert_int_equal(agency_opens_ms(&e, at(monday, 9, 0)), at(monday, 9, 0));
    assert_int_equal(agency_opens_ms(&e, at(monday, 17, 0)), at(monday + 1, 8, 0));
    assert_int_equal(agency_opens_ms(&e, at(monday + 1, 17, 0)), at(monday + 3, 8, 0)); /* Wednesday is a holiday */
    assert_true(agency_is_open(&e, at(monday + 5, 23, 0)));
    assert_true(agency_is_open(&e, at(monday + 6, 5, 59))); /* over midnight */
    assert_false(agency_is_open(&e, at(monday + 6, 6, 0)));
    assert_int_equal(agency_opens_ms(&e, at(monday + 6, 7, 0)), at(monday + 7, 8, 0));
}

static void test_over_a_change_of_the_clocks(void **state)
{
    const struct agency_entry e = office();

    (void)state;
    /* 2026-03-27 is a Friday; on the 29th the clocks go on: Monday, 8:00 there, is 6:00 UTC. */
    assert_int_equal(agency_opens_ms(&e, at(20539, 17, 0)), at(20540, 22, 0));
    assert_int_equal(agency_opens_ms(&e, at(20541, 12, 0)), ((int64_t)20542 * DAY_S + 6 * 3600) * 1000);
}

static void test_working_days_are_those_on_which_it_opens(void **state)
{
    struct agency_entry e = office();
    const uint32_t monday = 20787;

    (void)state;
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), at(monday, 15, 0)), 0);
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), at(monday + 1, 9, 0)), 1);
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), at(monday + 3, 9, 0)), 2); /* without the holiday */
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), INT64_MAX / 2), 366);
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), at(monday, 8, 0)), 0);
    e.hour_count = 0;
    assert_int_equal(agency_working_days(&e, at(monday, 9, 0), at(monday + 3, 9, 0)), 0);
}

static void test_nothing_is_known_of_who_says_nothing(void **state)
{
    const struct agency_entry none = {0};
    struct agency_entry e = office();
    bool at_night;

    (void)state;
    assert_false(agency_hours_known(&none));
    assert_false(agency_is_open(&none, at(20787, 9, 0)));
    assert_int_equal(agency_opens_ms(&none, at(20787, 9, 0)), 0);
    assert_int_equal(agency_phone_at(&none, at(20787, 9, 0), &at_night).size, 0);
    assert_int_equal(agency_promised_min(&none, UINT32_MAX, URGENCY_EMERGENCY), 0);
    e.hours = &(const struct agency_hours){480, 960};
    e.hour_count = 1;
    e.holidays = (const uint32_t[]){20787, 20794, 20801, 20808, 20815}; /* each of its days for a month */
    e.holiday_count = 5;
    assert_int_equal(agency_opens_ms(&e, at(20787, 9, 0)), 0);
}

static void test_at_night_the_night_phone_is_called(void **state)
{
    struct agency_entry e = office();
    bool at_night;

    (void)state;
    assert_true(view_equal(agency_phone_at(&e, at(20787, 9, 0), &at_night), e.phone));
    assert_false(at_night);
    assert_true(view_equal(agency_phone_at(&e, at(20787, 3, 0), &at_night), e.night_phone));
    assert_true(at_night);
    e.hour_count = 0; /* whether it is night there is not known */
    assert_true(view_equal(agency_phone_at(&e, at(20787, 3, 0), &at_night), e.phone));
    assert_false(at_night);
    e = office();
    e.night_phone = view_of_text("");
    assert_true(view_equal(agency_phone_at(&e, at(20787, 3, 0), &at_night), e.phone));
}

static void test_the_shortest_promise_counts(void **state)
{
    static const struct agency_promise promises[] = {{1, 60, 0, 2880}, {5, 30, 600, 0}};
    const struct agency_entry e = {.promises = promises, .promise_count = 2, .services = 1U << 1 | 1U << 5};

    (void)state;
    assert_int_equal(agency_promised_min(&e, 1U << 1, URGENCY_EMERGENCY), 60);
    assert_int_equal(agency_promised_min(&e, 1U << 1 | 1U << 5, URGENCY_EMERGENCY), 30);
    assert_int_equal(agency_promised_min(&e, 1U << 1 | 1U << 5, URGENCY_URGENT), 600);
    assert_int_equal(agency_promised_min(&e, 1U << 1, URGENCY_URGENT), 0);
    assert_int_equal(agency_promised_min(&e, 1U << 5, URGENCY_NORMAL), 0);
    assert_int_equal(agency_promised_min(&e, 1U << 2, URGENCY_EMERGENCY), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_offsets_are_those_of_the_rule),
        cmocka_unit_test(test_what_is_no_rule_is_refused),
        cmocka_unit_test(test_numbers_are_those_that_can_be_called_from_everywhere),
        cmocka_unit_test(test_it_is_open_when_it_says),
        cmocka_unit_test(test_over_a_change_of_the_clocks),
        cmocka_unit_test(test_working_days_are_those_on_which_it_opens),
        cmocka_unit_test(test_nothing_is_known_of_who_says_nothing),
        cmocka_unit_test(test_at_night_the_night_phone_is_called),
        cmocka_unit_test(test_the_shortest_promise_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
