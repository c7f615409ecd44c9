/* Secrets: wiped, kept out of core dumps, compared in constant time. */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_zero(const uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

static void test_a_secret_begins_zeroed_and_is_wiped_at_its_end(void **state)
{
    struct secret s;
    const uint8_t *was;

    (void)state;
    secret_new(&s, 64);
    was = s.at;
    assert_true(is_zero(s.at, 64));
    memset(s.at, 0xA5, 64);
    secret_fini(&s);

    assert_null(s.at);
    /* The pages stay mapped; the first bytes of a free slot link to the next. */
    assert_true(is_zero(was + sizeof(void *), 64 - sizeof(void *)));
    secret_fini(&s);
}

static void test_a_place_that_is_used_again_holds_nothing_of_the_last(void **state)
{
    struct secret a;
    struct secret b;
    const uint8_t *was;

    (void)state;
    secret_new(&a, 32);
    was = a.at;
    memset(a.at, 0xA5, 32);
    secret_fini(&a);
    secret_new(&b, 64);

    assert_ptr_equal(b.at, was);
    assert_true(is_zero(b.at, 64));
    secret_fini(&b);
}

static void test_secrets_do_not_overlap(void **state)
{
    enum { MANY = 5000 }; /* more than one pool of 4,096 */
    struct secret *s = calloc(MANY, sizeof *s);

    (void)state;
    assert_non_null(s);
    for (size_t i = 0; i < MANY; i++) {
        secret_new(&s[i], 32);
        memset(s[i].at, (int)(i % 251), 32);
    }
    for (size_t i = 0; i < MANY; i++)
        for (size_t k = 0; k < 32; k++)
            assert_int_equal(s[i].at[k], i % 251);
    for (size_t i = 0; i < MANY; i++)
        secret_fini(&s[i]);
    free(s);
}

static void test_a_large_secret_is_a_whole_copy(void **state)
{
    static uint8_t from[100000];
    struct secret s;

    (void)state;
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)(i * 31);
    secret_copy(&s, view_of(from, sizeof from));
    assert_true(view_equal(secret_view(&s), view_of(from, sizeof from)));
    secret_fini(&s);
    secret_copy(&s, view_of(NULL, 0));
    assert_int_equal(s.size, 0);
    secret_fini(&s);
}

/* The kernel's flags of the pages that hold AT: "dd" = not in core dumps, "lo" = not swapped. */
static bool pages_have(const void *at, const char *flag)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    bool inside = false;
    bool found = false;

    assert_non_null(maps);
    while (!found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from;
        unsigned long to;

        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (unsigned long)(uintptr_t)at >= from && (unsigned long)(uintptr_t)at < to;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            found = strstr(line, flag) != NULL;
    }
    (void)fclose(maps);
    return found;
}

static void test_pages_of_secrets_are_not_dumped_and_not_swapped(void **state)
{
    struct secret small;
    struct secret large;

    (void)state;
    secret_new(&small, 32);
    secret_new(&large, 10000);
    assert_true(pages_have(small.at, " dd"));
    assert_true(pages_have(large.at, " dd"));
#ifndef REFEX_SANITIZED /* AddressSanitizer makes mlock do nothing */
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
    if (limit.rlim_cur >= 1024 * 1024) {
        assert_true(pages_have(small.at, " lo"));
        assert_true(pages_have(large.at, " lo"));
    }
#endif
    secret_fini(&small);
    secret_fini(&large);
}

static void test_secrets_compare_by_every_byte(void **state)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    (void)state;
    assert_true(secret_equal(a, b, 32));
    assert_true(secret_equal(a, b, 0));
    for (size_t i = 0; i < 32 * 8; i++) {
        b[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(secret_equal(a, b, 32));
        b[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

static void test_a_process_with_secrets_leaves_no_core(void **state)
{
#ifdef REFEX_SANITIZED
    const int dumpable = 1; /* the test build stays readable */
#else
    const int dumpable = 0;
#endif
    struct error err;
    int status = 0;
    pid_t child;

    (void)state;
    child = fork();
    if (child == 0) {
        struct rlimit core = {1, 1};

        _exit(secret_harden_process(&err) && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == dumpable &&
                      getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* SIZE bytes of TEXT through a pipe. */
static bool read_through_a_pipe(const char *text, size_t size, size_t max, struct secret *out, struct error *err)
{
    int ends[2];
    bool ok;

    memset(err, 0, sizeof *err);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, size), (ssize_t)size);
    (void)close(ends[1]);
    ok = secret_read_line(ends[0], max, out, err);
    (void)close(ends[0]);
    return ok;
}

static void take_line(const char *text, const char *want)
{
    struct secret s = {0};
    struct error err;

    assert_true(read_through_a_pipe(text, strlen(text), 16, &s, &err));
    assert_int_equal(s.size, strlen(want));
    assert_memory_equal(s.at, want, s.size);
    secret_fini(&s);
}

static void refuse_line(const char *text, size_t size)
{
    struct secret s = {0};
    struct error err;

    assert_false(read_through_a_pipe(text, size, 16, &s, &err));
    assert_int_equal(err.code, E_KEY_18);
    assert_null(s.at);
}

static void test_a_passphrase_is_one_line_up_to_its_bound(void **state)
{
    (void)state;
    take_line("rain\n", "rain");
    take_line("rain", "rain");
    take_line(" two words ", " two words ");
    take_line("0123456789abcdef\n", "0123456789abcdef");
    refuse_line("0123456789abcdefg", 17);
    refuse_line("0123456789abcdefg\n", 18);
    refuse_line("0123456789abcdefghijklmnop\n", 27);
    refuse_line("", 0);
    refuse_line("\n", 1);
    refuse_line("a\nb\n", 4);
    refuse_line("a\n\n", 3);
    refuse_line("a\0b\n", 4);
    refuse_line("\xff\n", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_secret_begins_zeroed_and_is_wiped_at_its_end),
        cmocka_unit_test(test_a_place_that_is_used_again_holds_nothing_of_the_last),
        cmocka_unit_test(test_secrets_do_not_overlap),
        cmocka_unit_test(test_a_large_secret_is_a_whole_copy),
        cmocka_unit_test(test_pages_of_secrets_are_not_dumped_and_not_swapped),
        cmocka_unit_test(test_secrets_compare_by_every_byte),
        cmocka_unit_test(test_a_process_with_secrets_leaves_no_core),
        cmocka_unit_test(test_a_passphrase_is_one_line_up_to_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
