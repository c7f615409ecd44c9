/* What an agency says of itself, from a file: each form, and each slip by its line. */
#include "formats/entry_ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char whole[] = "; ours\n"
                            "[agency]\n"
                            "phone = +48 (22) 123-45-67\n"
                            "night-phone = +48600100200\n"
                            "zone = CET-1CEST,M3.5.0,M10.5.0/3\n"
                            "services = SHELTER, MEDICAL,\n"
                            "services = LEGAL_ADVICE\n"
                            "to-all-members = yes\n"
                            "[hours]\n"
                            "monday = 08:00-12:00, 13:00-16:00\n"
                            "sunday = 22:00-06:00\n"
                            "tuesday = closed\n"
                            "[holidays]\n"
                            "days = 2026-12-26, 2026-12-25\n"
                            "days = 2026-12-25\n"
                            "[answers]\n"
                            "all = emergency 1h, normal 5d\n"
                            "SHELTER = emergency 30m\n"
                            "[desks]\n"
                            "night = SHELTER\n"
                            "day = MEDICAL\n";

static void test_a_whole_file_is_read(void **state)
{
    struct entry_file f;
    struct error err;

    (void)state;
    assert_true(entry_ini_read(view_of_text(whole), "f", &f, &err));
    assert_true(view_equal(f.entry.phone, view_of_text("+48221234567")));
    assert_true(view_equal(f.entry.night_phone, view_of_text("+48600100200")));
    assert_true(f.entry.for_members);
    assert_int_equal(f.entry.services, 1U << SERVICE_SHELTER | 1U << SERVICE_MEDICAL | 1U << SERVICE_LEGAL_ADVICE);
    assert_int_equal(f.entry.hour_count, 4); /* the night of Sunday ends on Monday, which begins the week */
    assert_int_equal(f.entry.hours[0].from, 0);
    assert_int_equal(f.entry.hours[0].to, 360);
    assert_int_equal(f.entry.hours[1].from, 480);
    assert_int_equal(f.entry.hours[3].to, AGENCY_WEEK_MIN);
    assert_int_equal(f.entry.holiday_count, 2);
    assert_int_equal(f.entry.holidays[0], 20812);
    assert_int_equal(f.entry.promise_count, 3);
    assert_int_equal(f.entry.promises[0].service, SERVICE_SHELTER);
    assert_int_equal(f.entry.promises[0].emergency, 30);
    assert_int_equal(f.entry.promises[0].normal, 0);
    assert_int_equal(f.entry.promises[1].emergency, 60);
    assert_int_equal(f.entry.promises[1].normal, 7200);
    assert_int_equal(f.entry.desk_count, 2);
    assert_true(view_equal(f.entry.desks[0].name, view_of_text("day")));
    entry_file_fini(&f);
}

static void refused(const char *text, const char *why)
{
    struct entry_file f;
    struct error err = {0};

    assert_false(entry_ini_read(view_of_text(text), "f", &f, &err));
    assert_int_equal(err.code, E_ENT_02);
    if (strstr(err.text, why) == NULL)
        fail_msg("%s: without %s", err.text, why);
    entry_file_fini(&f);
}

static void test_each_slip_is_named_by_its_line(void **state)
{
    (void)state;
    refused("", "f:0: the file says nothing");
    refused("[agency]\nto-all-members = yes\n", "the file says nothing");
    refused("[agency]\nphon = +4822\n", "f:2: unknown name \"phon\"; did you mean \"phone\"?");
    refused("phone = +4822\n", "f:1: sections are");
    refused("[agency]\nphone = 22 123 45 67\n", "f:2: phone must be");
    refused("[agency]\nphone = +4822\nphone = +4823\n", "f:3: phone must be"); /* which of the two? */
    refused("[agency]\nzone = Europe/Nowhere\n", "f:2: zone must be");
    refused("[agency]\nzone = ../../etc/passwd\n", "f:2: zone must be");
    refused("[agency]\nservices = SHELTERS\n", "f:2: services must be");
    refused("[agency]\nto-all-members = perhaps\n", "f:2: to-all-members must be");
    refused("[agency]\nphone = +4822\n[hours]\nmonday = 8-16\n", "f:4: hours are");
    refused("[agency]\nphone = +4822\n[hours]\nmonday = 08:00-24:30\n", "f:4: hours are");
    refused("[agency]\nphone = +4822\n[hours]\nmonday = 08:00-08:00\n", "f:4: hours are");
    refused("[agency]\nphone = +4822\n[hours]\nmondays = 08:00-16:00\n", "f:4: a day is");
    refused("[agency]\nphone = +4822\n[hours]\nmonday = 08:00-16:00\n", "hours without a zone");
    refused("[agency]\nzone = UTC0\n[hours]\nmonday = 08:00-16:00, 15:00-17:00\n", "overlap");
    refused("[agency]\nzone = UTC0\n[hours]\nsunday = 22:00-06:00\nmonday = 05:00-07:00\n", "overlap");
    refused("[holidays]\ndays = 2026-02-30\n", "f:2: days must be");
    refused("[agency]\nservices = SHELTER\n[answers]\nMEDICAL = urgent 1d\n", "not among services");
    refused("[agency]\nservices = SHELTER\n[answers]\nSHELTER = soon 1d\n", "f:4: answers are");
    refused("[agency]\nservices = SHELTER\n[answers]\nSHELTER = urgent 99d\n", "f:4: answers are");
    refused("[agency]\nservices = SHELTER\n[answers]\nSHELTER = urgent 1d, urgent 2d\n", "f:4: answers are");
    refused("[agency]\nservices = SHELTER\n[answers]\nHOUSE = urgent 1d\n", "f:4: what is answered");
    refused("[desks]\nNight = SHELTER\n", "f:2: a desk is called");
    refused("[desks]\nnight = HOUSE\n", "f:2: a desk has services");
    refused("[agency]\nphone\n", "f:2: this is not a line");
    refused("[agency]\nphone = \xff\n", "UTF-8");
}

static void test_a_line_that_is_too_long_is_named(void **state)
{
    char text[400] = "[agency]\nservices = ";

    (void)state;
    memset(text + strlen(text), 'A', 300);
    refused(text, "f:2: the line is longer");
}

static void test_a_zone_of_the_machine_is_its_rule(void **state)
{
    struct entry_file f;
    struct error err;

    (void)state;
    if (!entry_ini_read(view_of_text("[agency]\nzone = Europe/Warsaw\n[hours]\ndaily = 00:00-24:00\n"), "f", &f, &err))
        skip(); /* no zones are installed */
    assert_true(view_equal(f.entry.zone, view_of_text("CET-1CEST,M3.5.0,M10.5.0/3")));
    assert_int_equal(f.entry.hour_count, 7);
    entry_file_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_file_is_read),
        cmocka_unit_test(test_each_slip_is_named_by_its_line),
        cmocka_unit_test(test_a_line_that_is_too_long_is_named),
        cmocka_unit_test(test_a_zone_of_the_machine_is_its_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
