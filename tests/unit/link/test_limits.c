/* Are strangers bounded, and others not kept out by them? */
#include "link/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_one_stranger_cannot_take_every_place(void **state)
{
    struct limits l = {0};
    char address[LISTENER_ADDRESS_TEXT];
    size_t slot;
    size_t first;

    (void)state;
    assert_true(limits_handshake_begin(&l, "192.0.2.7:1", &first));
    for (int i = 1; i < BOUND_HANDSHAKES_PER_ADDRESS; i++) {
        (void)snprintf(address, sizeof address, "192.0.2.7:%d", i + 1);
        assert_true(limits_handshake_begin(&l, address, &slot));
    }
    assert_false(limits_handshake_begin(&l, "192.0.2.7:9999", &slot)); /* one over */
    assert_true(limits_handshake_begin(&l, "192.0.2.70:1", &slot));    /* another still comes in */
    assert_true(limits_handshake_begin(&l, "[2001:db8::7]:1", &slot));
    limits_handshake_end(&l, first);
    assert_true(limits_handshake_begin(&l, "192.0.2.7:9999", &slot));
}

/* Who has one IPv6 address has the 2^64 of its network. */
static void test_a_network_of_ipv6_is_one_stranger(void **state)
{
    struct limits l = {0};
    char address[LISTENER_ADDRESS_TEXT];
    size_t slot;

    (void)state;
    for (int i = 0; i < BOUND_HANDSHAKES_PER_ADDRESS; i++) {
        (void)snprintf(address, sizeof address, "[2001:db8:0:7:%x::1]:443", i);
        assert_true(limits_handshake_begin(&l, address, &slot));
    }
    assert_false(limits_handshake_begin(&l, "[2001:db8:0:7:ffff::1]:443", &slot));
    assert_true(limits_handshake_begin(&l, "[2001:db8:0:8::1]:443", &slot));
    /* An IPv4-mapped address is counted by the IPv4 address in it. */
    for (int i = 0; i < BOUND_HANDSHAKES_PER_ADDRESS; i++) {
        (void)snprintf(address, sizeof address, "[::ffff:192.0.2.%d]:443", i);
        assert_true(limits_handshake_begin(&l, address, &slot));
    }
    assert_true(limits_handshake_begin(&l, "[::ffff:192.0.2.200]:443", &slot));
    for (int i = 0; i < BOUND_HANDSHAKES_PER_ADDRESS - 2; i++)
        assert_true(limits_handshake_begin(&l, "[::1]:443", &slot));
}

/* Lines about strangers are few, whatever they do: they must not fill the disk. */
static void test_strangers_are_logged_a_number_of_times_a_minute(void **state)
{
    struct limits l = {0};
    unsigned logged = 0;

    (void)state;
    for (int i = 0; i < 100000; i++)
        logged += limits_may_log(&l, 1000 + i / 10);
    assert_int_equal(logged, LIMITS_LOGGED_PER_MINUTE);
    assert_true(limits_may_log(&l, 61001));
}

/* A node that nobody lists may bring a directory: one waits at a time, and a few come in a minute. */
static void test_nodes_that_nobody_lists_wait_one_at_a_time_and_a_few_a_minute(void **state)
{
    struct limits l = {0};

    (void)state;
    assert_true(limits_unknown_begin(&l, 1000));
    assert_false(limits_unknown_begin(&l, 1000)); /* while one waits */
    limits_unknown_end(&l);
    for (int i = 1; i < LIMITS_UNKNOWN_PER_MINUTE; i++) {
        assert_true(limits_unknown_begin(&l, 2000));
        limits_unknown_end(&l);
    }
    assert_false(limits_unknown_begin(&l, 60999));
    assert_true(limits_unknown_begin(&l, 61000));
}

static void test_the_door_has_a_bound(void **state)
{
    struct limits l = {0};
    size_t slots[BOUND_HANDSHAKES];
    size_t slot;

    (void)state;
    for (size_t i = 0; i < BOUND_HANDSHAKES; i++) {
        assert_false(limits_is_full(&l));
        assert_true(limits_handshake_begin(&l, "127.0.0.1:5", &slots[i])); /* this machine has no bound of its own */
    }
    assert_true(limits_is_full(&l));
    assert_false(limits_handshake_begin(&l, "127.0.0.1:5", &slot));
    limits_handshake_end(&l, slots[7]);
    assert_true(limits_handshake_begin(&l, "127.0.0.1:5", &slot));
    assert_int_equal(slot, slots[7]);
}

static void test_links_and_dials_have_bounds(void **state)
{
    struct limits l = {.links = BOUND_LINKS - 1};
    size_t slot;

    (void)state;
    for (int i = 0; i < BOUND_HANDSHAKES; i++)
        assert_true(limits_dial_begin(&l));
    assert_false(limits_dial_begin(&l));
    limits_dial_end(&l);
    assert_true(limits_dial_begin(&l));
    l.links = BOUND_LINKS;
    limits_dial_end(&l);
    assert_false(limits_dial_begin(&l));
    assert_false(limits_handshake_begin(&l, "192.0.2.7:1", &slot));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_stranger_cannot_take_every_place),
        cmocka_unit_test(test_a_network_of_ipv6_is_one_stranger),
        cmocka_unit_test(test_strangers_are_logged_a_number_of_times_a_minute),
        cmocka_unit_test(test_nodes_that_nobody_lists_wait_one_at_a_time_and_a_few_a_minute),
        cmocka_unit_test(test_the_door_has_a_bound),
        cmocka_unit_test(test_links_and_dials_have_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
