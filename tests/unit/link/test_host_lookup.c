/* A host with many addresses: are both families tried, each address once, and no more than the bound? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "link/host_lookup.h"

#define RESULTS_MAX 32

/* What the name service answers. */
static const char *const *answer;
static struct addrinfo results[RESULTS_MAX];
static struct sockaddr_storage addresses[RESULTS_MAX];

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out);
void __wrap_freeaddrinfo(struct addrinfo *list);

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    size_t n = 0;

    (void)host;
    (void)service;
    assert_int_equal(hints->ai_family, AF_UNSPEC);
    for (; answer[n] != NULL; n++) {
        bool six = strchr(answer[n], ':') != NULL;
        void *ip = six ? (void *)&((struct sockaddr_in6 *)(void *)&addresses[n])->sin6_addr
                       : (void *)&((struct sockaddr_in *)(void *)&addresses[n])->sin_addr;

        assert_true(n < RESULTS_MAX);
        results[n] = (struct addrinfo){.ai_family = six ? AF_INET6 : AF_INET, .ai_addr = (void *)&addresses[n]};
        assert_int_equal(inet_pton(results[n].ai_family, answer[n], ip), 1);
        if (n > 0)
            results[n - 1].ai_next = &results[n];
    }
    *out = results;
    return n == 0 ? EAI_NONAME : 0;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
    assert_ptr_equal(list, results);
}

static void assert_looked_up(const char *const *from, const char *const *expected)
{
    char texts[BOUND_RESOLVED][INET6_ADDRSTRLEN];
    size_t count = 0;

    answer = from;
    while (expected[count] != NULL)
        count++;
    assert_int_equal(host_lookup("host.example", texts), count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(texts[i], expected[i]);
}

static void test_both_families_are_tried_in_turn(void **state)
{
    static const char *const from[] = {"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2", NULL};
    static const char *const to[] = {"2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3", NULL};
    static const char *const one[] = {"192.0.2.1", "192.0.2.2", NULL};
    static const char *const nothing[] = {NULL};

    (void)state;
    assert_looked_up(from, to);
    assert_looked_up(one, one);
    assert_looked_up(nothing, nothing);
}

static void test_an_address_that_comes_twice_is_tried_once(void **state)
{
    static const char *const from[] = {"192.0.2.1", "192.0.2.1", "2001:db8::1", "192.0.2.1", NULL};
    static const char *const to[] = {"192.0.2.1", "2001:db8::1", NULL};

    (void)state;
    assert_looked_up(from, to);
}

static void test_many_of_one_family_do_not_keep_the_other_out(void **state)
{
    static const char *const from[] = {"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4",
                                       "2001:db8::5", "2001:db8::6", "2001:db8::7", "2001:db8::8",
                                       "2001:db8::9", "192.0.2.1",   NULL};
    static const char *const to[] = {"2001:db8::1", "192.0.2.1",   "2001:db8::2", "2001:db8::3", "2001:db8::4",
                                     "2001:db8::5", "2001:db8::6", "2001:db8::7", NULL};

    (void)state;
    assert_looked_up(from, to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_families_are_tried_in_turn),
        cmocka_unit_test(test_an_address_that_comes_twice_is_tried_once),
        cmocka_unit_test(test_many_of_one_family_do_not_keep_the_other_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
