/* Request ids: who asks again is answered as the first time, whatever he has become meanwhile, and by nobody's else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "exchange/consent/consent_calls.h"
#include "exchange/staff/staff_calls.h"
#include "fixture.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

enum { ADA = 1001, BOB, CAT }; /* Unix users; who runs the node is that of this process */

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, &uid);
    error_clear(&s->err);
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles};
    struct control_staff_person added;

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static void change(struct fixture *s, uint32_t uid, staff_roles give, staff_roles take)
{
    const struct control_staff_role_ask ask = {.uid = uid, .give = give, .take = take};
    struct control_staff_person changed;

    world_must(exchange_staff_role(s->ngo, &ask, &changed, &s->err), &s->err, "change a person");
    world_tick(s->w, NGO);
}

/* What UID asks under one request id. */
static struct ident refer(struct fixture *s, uint32_t uid, bool *repeated)
{
    struct control_referral_result out = {0};

    as(s, uid);
    world_must(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true, .request_id = "r-1"},
                            &out, &s->err),
               &s->err, "refer");
    world_tick(s->w, NGO);
    *repeated = out.repeated;
    return out.referral;
}

static bool is_sent_anew(struct fixture *s, uint32_t uid)
{
    bool repeated;

    (void)refer(s, uid, &repeated);
    return !repeated;
}

static struct ident record_consent(struct fixture *s, uint32_t uid)
{
    struct control_consent_record_ask ask = fixture_named_ask(s);
    struct ident id;

    as(s, uid);
    world_must(people_record(s->ngo, &ask, &id, &s->err), &s->err, "record a consent");
    world_tick(s->w, NGO);
    return id;
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
}

/* --- who asks is the same person --- */

static void test_what_was_asked_alone_is_asked_again_by_who_is_entered_since(void **state)
{
    struct fixture s;
    struct ident first;
    struct ident consent;
    struct ident again;
    bool repeated;

    (void)state;
    begin(&s, 230);
    first = refer(&s, geteuid(), &repeated);
    assert_false(repeated);
    consent = record_consent(&s, geteuid());
    enter(&s, geteuid(), CASEWORKER); /* in the middle of a retry */
    again = refer(&s, geteuid(), &repeated);
    assert_true(repeated && ident_equal(&first, &again));
    enter(&s, ADA, SUPERVISOR);
    again = refer(&s, geteuid(), &repeated);
    assert_true(repeated && ident_equal(&first, &again));
    again = record_consent(&s, geteuid());
    assert_true(ident_equal(&consent, &again));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_was_asked_alone_is_nobody_elses(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 231);
    assert_true(is_sent_anew(&s, geteuid()));
    enter(&s, ADA, SUPERVISOR | CASEWORKER);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, ADA));
    assert_true(is_sent_anew(&s, BOB));
    assert_false(is_sent_anew(&s, ADA));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_a_role_that_is_given_or_taken_changes_no_request(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 232);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, BOB));
    change(&s, BOB, SUPERVISOR, CASEWORKER);
    assert_false(is_sent_anew(&s, BOB));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_who_left_and_came_back_asks_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 233);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    assert_true(is_sent_anew(&s, BOB));
    change(&s, BOB, 0, STAFF_ROLES_ALL);
    enter(&s, BOB, CASEWORKER);
    assert_false(is_sent_anew(&s, BOB));
    assert_true(is_sent_anew(&s, ADA));
    fixture_settle(&s);
    fixture_end(&s);
}

/* He runs the node alone, was one of its staff for a while, and runs it as its operator now. */
static void test_what_was_asked_as_staff_is_asked_again_by_who_is_none_any_more(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 234);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, geteuid(), CASEWORKER);
    assert_true(is_sent_anew(&s, geteuid()));
    change(&s, geteuid(), 0, STAFF_ROLES_ALL);
    assert_false(is_sent_anew(&s, geteuid()));
    fixture_settle(&s);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_asked_alone_is_asked_again_by_who_is_entered_since),
        cmocka_unit_test(test_what_was_asked_alone_is_nobody_elses),
        cmocka_unit_test(test_a_role_that_is_given_or_taken_changes_no_request),
        cmocka_unit_test(test_who_left_and_came_back_asks_again),
        cmocka_unit_test(test_what_was_asked_as_staff_is_asked_again_by_who_is_none_any_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
