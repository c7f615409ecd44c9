/* When referrals are to be answered: kept while they are open, walked in the order in which they came. */
#include "exchange/referrals/due_times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1000000000)

static struct referral_row row(int64_t number, enum urgency urgency, int64_t made_ms, int64_t due_ms)
{
    return (struct referral_row){.number = number,
                                 .state = REFERRAL_SAVED,
                                 .readable = true,
                                 .urgency = urgency,
                                 .made_ms = made_ms,
                                 .due_ms = due_ms};
}

static void note(struct due_times *d, struct referral_row r)
{
    due_times_note(d, &r);
}

struct seen {
    size_t count;
    int64_t last;
};

static bool see(void *cookie, const struct due_time *t, struct error *err)
{
    struct seen *s = cookie;

    (void)err;
    assert_true(t->number > s->last);
    s->last = t->number;
    s->count++;
    return true;
}

static struct seen walk_at(struct due_times *d, int64_t now_ms)
{
    struct seen s = {0};
    struct error err;

    assert_true(due_times_walk_late(d, now_ms, see, &s, &err));
    return s;
}

static struct seen walk(struct due_times *d)
{
    return walk_at(d, NOW);
}

static void test_emergencies_are_late_by_their_age_and_others_by_what_was_asked(void **state)
{
    struct due_times *d = due_times_new();

    (void)state;
    note(d, row(4, URGENCY_EMERGENCY, NOW - BOUND_EMERGENCY_UNDELIVERED_MS + 1, NOW + 1));
    note(d, row(3, URGENCY_NORMAL, NOW - DAY_MS, NOW));
    note(d, row(2, URGENCY_NORMAL, NOW - DAY_MS, 0));
    assert_int_equal(walk(d).count, 0);
    note(d, row(9, URGENCY_EMERGENCY, NOW - BOUND_EMERGENCY_UNDELIVERED_MS, 0));
    note(d, row(1, URGENCY_NORMAL, NOW - DAY_MS, NOW - 1));
    assert_int_equal(walk(d).count, 2);
    assert_int_equal(walk(d).last, 9);
    due_times_free(d);
}

static void assert_next(const struct due_times *d, int64_t due_ms, int64_t number, size_t room, const char *wanted)
{
    struct due_place next[4];
    char text[32] = "";
    size_t count = due_times_next(d, due_ms, number, next, room);

    assert_in_range(count, 0, room);
    for (size_t i = 0; i < count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", (int)next[i].number);
    assert_string_equal(text, wanted);
}

static void test_they_stand_by_their_due_time_whatever_changes(void **state)
{
    struct due_times *d = due_times_new();
    struct referral_row answered = row(1, URGENCY_NORMAL, 0, 30);

    (void)state;
    assert_next(d, 0, 0, 4, "");
    note(d, answered);
    note(d, row(2, URGENCY_NORMAL, 0, 10));
    note(d, row(3, URGENCY_NORMAL, 0, 30));
    note(d, row(4, URGENCY_EMERGENCY, 0, 0)); /* it has none */
    note(d, row(5, URGENCY_NORMAL, 0, 20));
    assert_next(d, 0, 0, 4, "2 5 1 3 ");
    assert_next(d, 0, 0, 2, "2 5 ");
    assert_next(d, 20, 5, 4, "1 3 ");
    assert_next(d, 30, 2, 4, "3 ");
    assert_next(d, 15, 9, 4, "5 1 3 ");
    assert_next(d, 30, 3, 4, "");
    note(d, row(2, URGENCY_NORMAL, 0, 40));
    answered.state = REFERRAL_DECLINED;
    note(d, answered);
    note(d, row(5, URGENCY_EMERGENCY, 0, 0));
    assert_next(d, 0, 0, 4, "3 2 ");
    due_times_free(d);
}

static void test_what_is_answered_is_forgotten(void **state)
{
    struct due_times *d = due_times_new();
    struct referral_row answered = row(1, URGENCY_EMERGENCY, 0, 1);

    (void)state;
    note(d, answered);
    assert_int_equal(walk(d).count, 1);
    answered.state = REFERRAL_DECLINED;
    due_times_note(d, &answered);
    assert_int_equal(walk(d).count, 0);
    due_times_free(d);
}

static void test_as_many_are_looked_at_as_the_bound_says_and_no_more(void **state)
{
    struct due_times *d = due_times_new();

    (void)state;
    for (int64_t i = 1; i <= BOUND_LATE; i++)
        note(d, row(i, URGENCY_NORMAL, 0, 1));
    assert_int_equal(walk(d).count, BOUND_LATE);
    note(d, row(BOUND_LATE + 1, URGENCY_NORMAL, 0, 1));
    assert_int_equal(walk(d).count, BOUND_LATE);
    assert_int_equal(walk(d).last, BOUND_LATE);
    due_times_free(d);
}

/* Whatever was looked at before: nothing that is late is passed over. */
static void test_what_is_late_is_seen_at_each_look(void **state)
{
    struct due_times *d = due_times_new();
    struct referral_row moved = row(1, URGENCY_NORMAL, NOW, NOW + 100);

    (void)state;
    assert_int_equal(walk(d).count, 0);
    due_times_note(d, &moved);
    assert_int_equal(walk(d).count, 0);
    assert_int_equal(walk_at(d, NOW + 100).count, 0);
    assert_int_equal(walk_at(d, NOW + 101).count, 1);
    assert_int_equal(walk_at(d, NOW + 102).count, 1); /* and again */
    assert_int_equal(walk_at(d, NOW).count, 0);       /* the clock was set back */
    assert_int_equal(walk_at(d, NOW + 101).count, 1);
    moved.due_ms = NOW + 50;
    due_times_note(d, &moved);
    assert_int_equal(walk_at(d, NOW + 51).count, 1);
    note(d, row(2, URGENCY_EMERGENCY, NOW - BOUND_EMERGENCY_UNDELIVERED_MS + 20, NOW + 1000));
    assert_int_equal(walk_at(d, NOW + 19).count, 0);
    assert_int_equal(walk_at(d, NOW + 20).count, 1);
    assert_int_equal(walk_at(d, NOW + 51).count, 2);
    note(d, row(3, URGENCY_EMERGENCY, INT64_MAX, 0));
    assert_int_equal(walk_at(d, NOW + 51).count, 2);
    due_times_free(d);
}

static bool see_peer(void *cookie, int64_t peer, struct error *err)
{
    int64_t *seen = cookie;

    (void)err;
    *seen = *seen * 10 + peer;
    return true;
}

/* The peers that open referrals went to, one digit each. */
static int64_t recipients(const struct due_times *d)
{
    int64_t seen = 0;
    struct error err;

    assert_true(due_times_walk_recipients(d, see_peer, &seen, &err));
    return seen;
}

static void test_the_peers_that_open_referrals_went_to_are_known(void **state)
{
    struct due_times *d = due_times_new();
    struct referral_row to_7 = row(1, URGENCY_NORMAL, NOW, NOW);
    struct referral_row to_3 = row(2, URGENCY_NORMAL, NOW, NOW);
    struct referral_row from_5 = row(3, URGENCY_NORMAL, NOW, NOW);

    (void)state;
    assert_int_equal(recipients(d), 0);
    to_7.direction = to_3.direction = DIRECTION_OUT;
    from_5.direction = DIRECTION_IN;
    to_7.peer = 7;
    to_3.peer = 3;
    from_5.peer = 5;
    note(d, to_7);
    note(d, to_3);
    note(d, from_5);
    note(d, to_7); /* and again, as it is changed */
    assert_int_equal(recipients(d), 37);
    to_7.state = REFERRAL_DECLINED;
    note(d, to_7);
    assert_int_equal(recipients(d), 3);
    to_3.state = REFERRAL_DECLINED;
    note(d, to_3);
    assert_int_equal(recipients(d), 0);
    to_3.state = REFERRAL_SAVED;
    note(d, to_3);
    assert_int_equal(recipients(d), 3);
    due_times_free(d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emergencies_are_late_by_their_age_and_others_by_what_was_asked),
        cmocka_unit_test(test_they_stand_by_their_due_time_whatever_changes),
        cmocka_unit_test(test_what_is_answered_is_forgotten),
        cmocka_unit_test(test_what_is_late_is_seen_at_each_look),
        cmocka_unit_test(test_the_peers_that_open_referrals_went_to_are_known),
        cmocka_unit_test(test_as_many_are_looked_at_as_the_bound_says_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
