#include "model/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_each_kind_that_is_an_event_has_a_word_and_somebody_who_is_told(void **state)
{
    unsigned events = 0;

    (void)state;
    for (unsigned k = 0; k < RECORD_HOUSE_END; k++) {
        struct record r = {.kind = (enum record_kind)k};

        if (event_roles(r.kind) == 0) {
            assert_null(event_name(&r));
            continue;
        }
        if (r.kind == RECORD_ASSIGNED) { /* to nobody */
            assert_null(event_name(&r));
            r.assigned.has_staff = true;
        }
        events++;
        assert_true(strlen(event_name(&r)) > 0);
        assert_true((event_roles(r.kind) & STAFF_ROLE_BIT(STAFF_SUPERVISOR)) != 0);
        assert_int_equal(event_roles(r.kind) & (STAFF_ROLE_BIT(STAFF_OPERATOR) | STAFF_ROLE_BIT(STAFF_AUDITOR)), 0);
    }
    assert_int_equal(events, 30);
}

static void test_who_works_with_cases_is_not_told_of_staff_and_of_findings(void **state)
{
    static const enum record_kind team[] = {RECORD_STAFF,  RECORD_FORK,  RECORD_UNLINKED,
                                            RECORD_CLOSED, RECORD_CLOCK, RECORD_AGENCY_KEY};
    const staff_roles cases = STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_CONNECTOR);

    (void)state;
    for (size_t i = 0; i < sizeof team / sizeof team[0]; i++)
        assert_int_equal(event_roles(team[i]) & cases, 0);
    for (enum record_kind k = RECORD_EXCHANGE_END; k < RECORD_HOUSE_END; k++) /* how long that log is says whose cases
                                                                                  were looked for */
        assert_int_equal(event_roles(k) & STAFF_ROLE_BIT(STAFF_CASEWORKER), 0);
    assert_int_equal(event_roles(RECORD_RECEIVED) & cases, cases);
    assert_int_equal(event_roles(RECORD_WITHDRAWN) & cases, cases);
}

static void test_a_consent_that_ends_is_withdrawn_on_both_sides(void **state)
{
    struct record here = {.kind = RECORD_WITHDRAWN};
    struct record there = {.kind = RECORD_TAKEN};

    (void)state;
    here.consent.state = there.taken.state = CONSENT_ERASE;
    assert_string_equal(event_name(&here), "withdrawn");
    assert_string_equal(event_name(&there), "withdrawn");
    assert_string_equal(event_how(&here), "erase");
    assert_string_equal(event_how(&there), "erase");
    there.taken.state = CONSENT_GIVEN; /* it came with data, which is told */
    assert_null(event_name(&there));
}

static void test_an_event_says_its_records_own_code(void **state)
{
    struct record r = {.kind = RECORD_REFUSED};

    (void)state;
    r.received.outcome = OUTCOME_NOT_COVERED;
    assert_string_equal(event_how(&r), "not-covered");
    r = (struct record){.kind = RECORD_WITHHELD};
    r.withheld.reason = DENIAL_WITHDRAWN;
    r.withheld.left = LEFT_PERHAPS;
    assert_string_equal(event_how(&r), "withdrawn");
    r.kind = RECORD_EXPIRED;
    assert_string_equal(event_how(&r), "may-have-left");
    r = (struct record){.kind = RECORD_ERASED};
    r.erased.result = ERASURE_KEPT;
    assert_string_equal(event_how(&r), "kept");
    r = (struct record){.kind = RECORD_SETTLED};
    r.settled.how = SETTLED_CLOSED;
    assert_string_equal(event_how(&r), "closed");
    r = (struct record){.kind = RECORD_FORK};
    assert_string_equal(event_how(&r), "fork");
    r = (struct record){.kind = RECORD_UNLINKED};
    assert_string_equal(event_how(&r), "unlinked");
    r = (struct record){.kind = RECORD_CLOSED};
    r.closed.reason = FINDING_PARTED;
    assert_string_equal(event_how(&r), "parted");
    r = (struct record){.kind = RECORD_CLOCK};
    r.clock.event = CLOCK_DOUBTED;
    assert_string_equal(event_how(&r), "doubted");
    r = (struct record){.kind = RECORD_AGENCY_KEY};
    r.agency_key.event = AGENCY_KEY_CHANGED;
    assert_string_equal(event_how(&r), "changed");
    r = (struct record){.kind = RECORD_DISCLOSED};
    assert_null(event_how(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_that_is_an_event_has_a_word_and_somebody_who_is_told),
        cmocka_unit_test(test_who_works_with_cases_is_not_told_of_staff_and_of_findings),
        cmocka_unit_test(test_a_consent_that_ends_is_withdrawn_on_both_sides),
        cmocka_unit_test(test_an_event_says_its_records_own_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
