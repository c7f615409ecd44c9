/* What the check of an agency's name leaves behind: the test sees what secret_wipe wipes. */
#include "codec/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void __real_secret_wipe(void *at, size_t size);
void __wrap_secret_wipe(void *at, size_t size);

static const char name[] = "mission@nrm.example";
static unsigned wipes; /* of bytes that hold NAME */

void __wrap_secret_wipe(void *at, size_t size)
{
    wipes += memmem(at, size, name, sizeof name - 1) != NULL;
    __real_secret_wipe(at, size);
}

static void test_the_copy_by_which_an_agency_is_checked_is_wiped(void **state)
{
    struct error err = {0};
    struct view out;

    (void)state;
    assert_true(check_agency(name, "agency", &out, &err));
    assert_true(view_equal(out, view_of_text(name)));
    assert_int_equal(wipes, 1);
}

static void test_what_is_no_agency_is_refused(void **state)
{
    struct error err = {0};
    struct view out = {0};

    (void)state;
    assert_false(check_agency("mission", "agency", &out, &err));
    assert_int_equal(err.code, E_BYT_03);
    assert_null(out.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_copy_by_which_an_agency_is_checked_is_wiped),
        cmocka_unit_test(test_what_is_no_agency_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
