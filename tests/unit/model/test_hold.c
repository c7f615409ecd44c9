#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/hold.h"

static void test_each_hold_has_a_name_a_sentence_and_who_lifts_it(void **state)
{
    (void)state;
    for (enum hold h = HOLD_DIRECTORY_ENDED; h < HOLD_END; h++) {
        assert_string_not_equal(hold_name(h), "?");
        assert_true(strlen(hold_sentence(h)) > 10);
        assert_true(strlen(hold_lifted_by(h)) > 3);
        for (enum hold other = HOLD_DIRECTORY_ENDED; other < h; other++)
            assert_string_not_equal(hold_name(h), hold_name(other));
    }
    assert_string_equal(hold_name(HOLD_NONE), "?");
    assert_string_equal(hold_name(HOLD_END), "?");
    assert_string_equal(hold_sentence(HOLD_NONE), "?");
    assert_string_equal(hold_lifted_by(HOLD_END), "?");
    assert_int_equal(hold_ends(HOLD_END), HOLD_ENDS_NEVER); /* what is not known is not waited for */
    assert_false(hold_is_finding(HOLD_NONE) || hold_is_finding(HOLD_BUSY));
}

static void test_only_what_never_passes_is_denied_and_by_a_name_of_its_own(void **state)
{
    (void)state;
    for (enum hold h = HOLD_DIRECTORY_ENDED; h < HOLD_END; h++)
        assert_int_equal(hold_denial(h) != 0, hold_ends(h) == HOLD_ENDS_NEVER);
    assert_int_equal(hold_denial(HOLD_LEFT), DENIAL_LEFT);
    assert_int_equal(hold_denial(HOLD_KEY_COMPROMISED), DENIAL_KEY_COMPROMISED);
    assert_int_equal(hold_denial(HOLD_ABSENT), DENIAL_NOT_MEMBER);
    assert_int_equal(hold_ends(HOLD_SUSPENDED), HOLD_ENDS_PERSON);
    assert_int_equal(hold_ends(HOLD_KEY_CHANGED), HOLD_ENDS_ITSELF);
}

static void test_what_calls_back_leaves_under_a_key_that_changed_but_not_under_an_ended_directory(void **state)
{
    (void)state;
    assert_true(hold_lets_call_back(HOLD_KEY_CHANGED));
    assert_true(hold_lets_call_back(HOLD_SUSPENDED));
    assert_false(hold_lets_call_back(HOLD_DIRECTORY_ENDED));
    assert_false(hold_lets_call_back(HOLD_NONE));
}

static void test_of_a_refusal_only_what_the_recipient_finds_is_believed(void **state)
{
    (void)state;
    assert_true(hold_is_found_there(HOLD_BUSY) && hold_is_found_there(HOLD_NO_ROOM) && hold_is_found_there(HOLD_CLOCK));
    assert_true(hold_is_found_there(HOLD_THEIR_DIRECTORY) && hold_is_found_there(HOLD_KEY_HELD_THERE));
    assert_false(hold_is_found_there(HOLD_KEY_CHANGED) || hold_is_found_there(HOLD_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_hold_has_a_name_a_sentence_and_who_lifts_it),
        cmocka_unit_test(test_only_what_never_passes_is_denied_and_by_a_name_of_its_own),
        cmocka_unit_test(test_of_a_refusal_only_what_the_recipient_finds_is_believed),
        cmocka_unit_test(test_what_calls_back_leaves_under_a_key_that_changed_but_not_under_an_ended_directory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
