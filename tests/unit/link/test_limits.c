/* Are strangers bounded, and others not kept out by them? */
#include "link/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* COUNT connections from ADDRESS; returns how many places they took from others. */
static size_t connect_from(struct limits *l, const char *address, size_t count, size_t slots[BOUND_HANDSHAKES])
{
    size_t displaced = 0;

    for (size_t i = 0; i < count; i++) {
        bool displaces;
        size_t slot;

        assert_true(limits_handshake_begin(l, address, &slot, &displaces));
        displaced += displaces;
        if (slots != NULL)
            slots[i] = slot;
    }
    return displaced;
}

static size_t place_of(struct limits *l, const char *address, bool *displaces)
{
    size_t slot;

    assert_true(limits_handshake_begin(l, address, &slot, displaces));
    return slot;
}

static void test_one_range_cannot_keep_others_out(void **state)
{
    struct limits l = {0};
    size_t theirs[BOUND_HANDSHAKES];
    size_t member;
    bool displaces;

    (void)state;
    member = place_of(&l, "198.51.100.7:1", &displaces);
    assert_false(displaces);
    assert_int_equal(connect_from(&l, "192.0.2.7:1", BOUND_HANDSHAKES - 1, theirs), 0); /* all there are */
    assert_int_equal(place_of(&l, "203.0.113.1:1", &displaces), theirs[0]); /* one over: their oldest goes */
    assert_true(displaces);
    assert_int_equal(place_of(&l, "192.0.2.200:1", &displaces), theirs[1]); /* they displace themselves */
    for (size_t i = 0; i < 10 * (size_t)BOUND_HANDSHAKES; i++) {
        assert_true(place_of(&l, "192.0.2.7:1", &displaces) != member); /* however many come */
        assert_true(displaces);
    }
    limits_handshake_end(&l, member);
    assert_int_equal(place_of(&l, "192.0.2.7:1", &displaces), member); /* a free place is taken first */
    assert_false(displaces);
}

/* Of the ranges with as many places the one gives that asks for more; else the one whose connection is the oldest. */
static void test_few_places_in_many_ranges(void **state)
{
    struct limits l = {0};
    size_t slots[BOUND_HANDSHAKES];
    char address[LISTENER_ADDRESS_TEXT];
    bool displaces;

    (void)state;
    for (int i = 0; i < BOUND_HANDSHAKES; i++) {
        (void)snprintf(address, sizeof address, "10.0.%d.1:1", i);
        slots[i] = place_of(&l, address, &displaces);
        assert_false(displaces);
    }
    assert_int_equal(place_of(&l, "10.0.100.9:1", &displaces), slots[100]);
    assert_true(displaces);
    assert_int_equal(place_of(&l, "10.1.0.1:1", &displaces), slots[0]);
    assert_int_equal(place_of(&l, "10.1.1.1:1", &displaces), slots[1]);
}

static void test_a_range_is_a_24_or_a_64(void **state)
{
    static const struct {
        const char *first;
        const char *second;
        bool same;
    } pairs[] = {
        {"192.0.2.7:1", "192.0.2.255:9", true},
        {"192.0.2.7:1", "192.0.3.7:1", false},
        {"192.0.2.7:1", "[::ffff:192.0.2.9]:443", true},
        {"[::ffff:192.0.2.7]:443", "[::ffff:192.0.3.7]:443", false},
        {"[2001:db8:0:7::1]:443", "[2001:db8:0:7:ffff::1]:443", true},
        {"[2001:db8:0:7::1]:443", "[2001:db8:0:8::1]:443", false},
        {"127.0.0.1:5", "[::1]:5", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct limits l = {0};
        bool displaces;

        (void)place_of(&l, pairs[i].first, &displaces);
        assert_int_equal(l.places[place_of(&l, pairs[i].second, &displaces)].count, pairs[i].same ? 2 : 1);
    }
}

/* Lines about strangers are few, whatever they do: they must not fill the disk. */
static void test_strangers_are_logged_a_number_of_times_a_minute(void **state)
{
    struct limits_lines l = {0};
    unsigned logged = 0;

    (void)state;
    for (int i = 0; i < 100000; i++)
        logged += limits_may_log(&l, 1000 + i / 10);
    assert_int_equal(logged, BOUND_LOGGED);
    assert_true(limits_may_log(&l, 61001));
}

/* A node that nobody lists may bring a directory: one waits at a time, and a few come in a minute. */
static void test_nodes_that_nobody_lists_wait_one_at_a_time_and_a_few_a_minute(void **state)
{
    struct limits_unknown u = {0};

    (void)state;
    assert_true(limits_unknown_begin(&u, 1000));
    assert_false(limits_unknown_begin(&u, 1000)); /* while one waits */
    limits_unknown_end(&u);
    for (int i = 1; i < BOUND_UNKNOWN; i++) {
        assert_true(limits_unknown_begin(&u, 2000));
        limits_unknown_end(&u);
    }
    assert_false(limits_unknown_begin(&u, 60999));
    assert_true(limits_unknown_begin(&u, 61000));
}

static int64_t next_look(int64_t silent_ms)
{
    return silent_ms + limits_next_look_ms(silent_ms);
}

static void test_a_silent_link_is_looked_at_to_ping_it_and_when_its_time_is_over(void **state)
{
    (void)state;
    assert_int_equal(next_look(0), BOUND_PING_MS);
    assert_int_equal(next_look(1), BOUND_PING_MS); /* a byte came just before */
    assert_int_equal(next_look(BOUND_PING_MS), 2 * BOUND_PING_MS);
    assert_int_equal(next_look(2 * BOUND_PING_MS), BOUND_IDLE_MS);
    assert_int_equal(next_look(BOUND_IDLE_MS - 1), BOUND_IDLE_MS);
    assert_true(limits_next_look_ms(BOUND_IDLE_MS) > 0); /* it stands while refexd takes nothing */
    assert_true(limits_next_look_ms(10 * (int64_t)BOUND_IDLE_MS) > 0);
}

static void test_links_and_dials_have_bounds(void **state)
{
    struct limits l = {.links = BOUND_LINKS - 1};
    bool displaces;
    size_t slot;

    (void)state;
    for (int i = 0; i < BOUND_DIALS; i++)
        assert_true(limits_dial_begin(&l));
    assert_false(limits_dial_begin(&l));
    limits_dial_end(&l);
    assert_true(limits_dial_begin(&l));
    l.links = BOUND_LINKS;
    limits_dial_end(&l);
    assert_false(limits_dial_begin(&l));
    assert_true(limits_is_full(&l));
    assert_false(limits_handshake_begin(&l, "192.0.2.7:1", &slot, &displaces));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_range_cannot_keep_others_out),
        cmocka_unit_test(test_few_places_in_many_ranges),
        cmocka_unit_test(test_a_range_is_a_24_or_a_64),
        cmocka_unit_test(test_strangers_are_logged_a_number_of_times_a_minute),
        cmocka_unit_test(test_nodes_that_nobody_lists_wait_one_at_a_time_and_a_few_a_minute),
        cmocka_unit_test(test_a_silent_link_is_looked_at_to_ping_it_and_when_its_time_is_over),
        cmocka_unit_test(test_links_and_dials_have_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
