/* Finding a member, and the sealing key of a day. */
#include "model/directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_every_member_is_found_and_nobody_else(void **state)
{
    static const struct member members[] = {
        {.agency = {"a@nrm.example"}},       {.agency = {"b@nrm.example"}},       {.agency = {"mission-2@nrm.example"}},
        {.agency = {"mission@nrm.example"}}, {.agency = {"shelter@nrm.example"}},
    };
    struct directory d = {.members = members, .member_count = 5};

    (void)state;
    for (size_t n = 0; n <= 5; n++) {
        d.member_count = n;
        for (size_t i = 0; i < 5; i++)
            assert_ptr_equal(directory_find_member(&d, address_view(&members[i].agency)), i < n ? &members[i] : NULL);
    }
    assert_null(directory_find_member(&d, view_of_text("mission")));
    assert_null(directory_find_member(&d, view_of_text("mission@nrm.example.org")));
    assert_null(directory_find_member(&d, view_of_text("zz@nrm.example")));
    assert_null(directory_find_member(&d, view_of(NULL, 0)));
}

static void test_the_last_key_in_use_is_taken(void **state)
{
    struct bundle b = {
        .keys = {{.use_from = 100, .use_until = 107, .keep_until = 128},
                 {.use_from = 105, .use_until = 112},
                 {.use_from = 120, .use_until = 127}},
        .key_count = 3,
    };

    (void)state;
    assert_null(bundle_key_on(&b, 99));
    assert_ptr_equal(bundle_key_on(&b, 100), &b.keys[0]);
    assert_ptr_equal(bundle_key_on(&b, 105), &b.keys[1]);
    assert_ptr_equal(bundle_key_on(&b, 111), &b.keys[1]);
    assert_null(bundle_key_on(&b, 112)); /* the last day of use is the day before */
    assert_ptr_equal(bundle_key_on(&b, 126), &b.keys[2]);
    assert_null(bundle_key_on(&b, 127));
    b.key_count = 0;
    assert_null(bundle_key_on(&b, 100));
}

static void test_reasons_of_revocation_read_as_they_are_written(void **state)
{
    enum revocation_reason r;

    (void)state;
    for (unsigned i = 1; i < REVOKED_END; i++) {
        assert_true(revocation_reason_find(view_of_text(revocation_reason_name((enum revocation_reason)i)), &r));
        assert_int_equal(r, i);
    }
    assert_string_equal(revocation_reason_name(REVOKED_KEY_COMPROMISE), "key-compromise");
    assert_false(revocation_reason_find(view_of_text("stolen"), &r));
}

static void test_two_can_link_where_one_dials_and_the_other_is_listed(void **state)
{
    const struct member listed = {.endpoint = view_of_text("127.0.0.1:7411")};
    const struct member dials_only = {.unlisted = true};
    const struct member by_relay = {.unlisted = true, .relay = view_of_text("ngo@nrm.example")};
    const struct member *all[] = {&listed, &dials_only, &by_relay};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) /* who has a relay dials nobody yet */
            assert_int_equal(member_can_link(all[i], all[k]), i + k <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_member_is_found_and_nobody_else),
        cmocka_unit_test(test_the_last_key_in_use_is_taken),
        cmocka_unit_test(test_reasons_of_revocation_read_as_they_are_written),
        cmocka_unit_test(test_two_can_link_where_one_dials_and_the_other_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
