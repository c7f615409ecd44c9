/* A ping says which steps of its way are done, and at which one it is. */
#include "refexd/ping_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

static struct control_ping_step steps[PING_STEP_END];

/* The last step, where all before it are done. */
static struct control_ping_step *path_of(const struct ping_progress *p, enum dial_state state, enum link_reason why)
{
    const struct dial_said dial = {.state = state, .why = why};
    struct arena arena = {0};
    size_t count = ping_path_make(p, &dial, &arena, steps);

    arena_fini(&arena);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(steps[i].step, i + 1);
        if (i + 1 < count)
            assert_int_equal(steps[i].level, DOCTOR_LEVEL_OK);
    }
    return &steps[count - 1];
}

static void assert_at(const struct ping_progress *p, enum dial_state state, enum link_reason why, enum ping_step step,
                      enum doctor_level level, const char *code)
{
    const struct control_ping_step *last = path_of(p, state, why);

    assert_int_equal(last->step, step);
    assert_int_equal(last->level, level);
    assert_true(text_is(last->code, code));
    assert_true(last->text.size > 0 && (last->remedy.size > 0) == (code[0] != '\0'));
}

static void test_one_that_is_receipted_has_done_all(void **state)
{
    const struct ping_progress p = {.state = MESSAGE_RECEIPTED};

    (void)state;
    assert_at(&p, DIAL_NOT_YET, LINK_ENDED, PING_RECEIPT, DOCTOR_LEVEL_OK, "");
}

static void test_a_link_that_does_not_come_says_where_it_failed(void **state)
{
    const struct ping_progress p = {.state = MESSAGE_WAITING, .is_dialled = true, .wait.hold = HOLD_NO_LINK};

    (void)state;
    assert_at(&p, DIAL_NOT_YET, LINK_ENDED, PING_RESOLVE, DOCTOR_LEVEL_UNKNOWN, "");
    assert_at(&p, DIAL_RESOLVING, LINK_ENDED, PING_RESOLVE, DOCTOR_LEVEL_UNKNOWN, "");
    assert_at(&p, DIAL_UNRESOLVED, LINK_ENDED, PING_RESOLVE, DOCTOR_LEVEL_FAIL, "E-DOC-21");
    assert_at(&p, DIAL_DIALLING, LINK_ENDED, PING_CONNECT, DOCTOR_LEVEL_UNKNOWN, "");
    assert_at(&p, DIAL_FAILED, LINK_UNREACHABLE, PING_CONNECT, DOCTOR_LEVEL_FAIL, "E-LNK-01");
    assert_at(&p, DIAL_FAILED, LINK_EXPIRED, PING_TLS, DOCTOR_LEVEL_FAIL, "E-LNK-03");
    assert_at(&p, DIAL_FAILED, LINK_REFUSED_BY_PEER, PING_TLS, DOCTOR_LEVEL_FAIL, "E-LNK-24");
    assert_at(&p, DIAL_FAILED, LINK_SILENT, PING_HELLO, DOCTOR_LEVEL_FAIL, "E-LNK-09");
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_RESOLVE, DOCTOR_LEVEL_UNKNOWN, "");
}

static void test_who_answered_in_place_of_whom_is_said(void **state)
{
    const struct ping_progress p = {
        .agency = {"mission@nrm.example"}, .state = MESSAGE_WAITING, .is_dialled = true, .wait.hold = HOLD_NO_LINK};
    struct dial_said dial = {.state = DIAL_FAILED, .why = LINK_OTHER_AGENCY, .at = "192.0.2.1:7411"};
    struct arena arena = {0};
    size_t n;

    (void)state;
    n = ping_path_make(&p, &dial, &arena, steps);
    assert_true(text_is(steps[n - 1].text, "at 192.0.2.1:7411 a node of mission@nrm.example was expected, and the "
                                           "certificate of another one came; nothing was sent there"));
    dial.answered = (struct address){"shelter@nrm.example"};
    n = ping_path_make(&p, &dial, &arena, steps);
    assert_true(text_is(steps[n - 1].text, "at 192.0.2.1:7411 a node of mission@nrm.example was expected, and the "
                                           "certificate of shelter@nrm.example came; nothing was sent there"));
    assert_true(text_is(steps[n - 1].code, "E-LNK-05"));
    arena_fini(&arena);
}

static void test_who_is_dialled_by_nobody_is_waited_for(void **state)
{
    const struct ping_progress p = {.state = MESSAGE_WAITING, .wait.hold = HOLD_DIALS_ONLY};

    (void)state;
    assert_at(&p, DIAL_FAILED, LINK_UNREACHABLE, PING_CONNECT, DOCTOR_LEVEL_UNKNOWN, "");
}

static void test_what_a_rule_holds_fails_before_a_link_is_looked_at(void **state)
{
    struct ping_progress p = {.state = MESSAGE_WAITING, .is_dialled = true, .wait.hold = HOLD_KEY_CHANGED};
    const struct control_ping_step *last;

    (void)state;
    assert_at(&p, DIAL_FAILED, LINK_UNREACHABLE, PING_HOLD, DOCTOR_LEVEL_FAIL, "E-FED-45");
    last = path_of(&p, DIAL_NOT_YET, LINK_ENDED);
    assert_true(text_is(last->text, hold_sentence(HOLD_KEY_CHANGED)));
    assert_true(text_is(last->remedy, hold_lifted_by(HOLD_KEY_CHANGED)));
    p.wait.hold = HOLD_COPY;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_HOLD, DOCTOR_LEVEL_FAIL, "E-FED-45");
}

/* Who holds what comes from here has a narrow link: the host was found, and its node spoke. */
static void test_who_has_this_agency_for_cut_off_says_so_at_the_hello(void **state)
{
    struct ping_progress p = {
        .state = MESSAGE_WAITING, .is_dialled = true, .is_narrow = true, .wait.hold = HOLD_KEY_HELD_THERE};
    const struct control_ping_step *last;

    (void)state;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_HELLO, DOCTOR_LEVEL_FAIL, "E-FED-45");
    last = path_of(&p, DIAL_UP, LINK_ENDED);
    assert_true(text_is(last->text, hold_sentence(HOLD_KEY_HELD_THERE)));
    assert_true(text_is(last->remedy, hold_lifted_by(HOLD_KEY_HELD_THERE)));
    p.is_dialled = false; /* it dialled this node */
    assert_at(&p, DIAL_NOT_YET, LINK_ENDED, PING_HELLO, DOCTOR_LEVEL_FAIL, "E-FED-45");
    p.wait.hold = HOLD_SUSPENDED; /* what this node has it for comes first */
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_HOLD, DOCTOR_LEVEL_FAIL, "E-FED-45");
}

static void test_on_a_link_the_key_the_sending_and_the_receipt_are_waited_for(void **state)
{
    struct ping_progress p = {.state = MESSAGE_WAITING, .is_dialled = true, .is_linked = true};

    (void)state;
    p.wait.hold = HOLD_NO_SEALING_KEY;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_KEY, DOCTOR_LEVEL_UNKNOWN, "");
    p.wait.hold = HOLD_ON_ITS_WAY;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_SEND, DOCTOR_LEVEL_UNKNOWN, "");
    p.may_have_left = true;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_RECEIPT, DOCTOR_LEVEL_UNKNOWN, "");
}

static void test_what_its_node_says_fails_at_the_receipt(void **state)
{
    struct ping_progress p = {.state = MESSAGE_WAITING, .is_linked = true, .may_have_left = true};

    (void)state;
    p.wait.hold = HOLD_NO_ROOM;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_RECEIPT, DOCTOR_LEVEL_FAIL, "E-FED-45");
    p.wait.hold = HOLD_REFUSED_THERE; /* an older refex */
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_RECEIPT, DOCTOR_LEVEL_FAIL, "E-DOC-17");
    p.state = MESSAGE_REFUSED; /* with its receipt: the way is whole */
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_RECEIPT, DOCTOR_LEVEL_WARN, "E-DOC-22");
}

static void test_one_whose_day_is_over_did_not_leave(void **state)
{
    struct ping_progress p = {.state = MESSAGE_EXPIRED, .is_linked = true};

    (void)state;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_SEND, DOCTOR_LEVEL_FAIL, "E-DOC-24");
    p.state = MESSAGE_WITHHELD;
    assert_at(&p, DIAL_UP, LINK_ENDED, PING_SEND, DOCTOR_LEVEL_FAIL, "E-DOC-24");
}

static void test_what_was_said_of_a_dial_is_kept_by_its_number(void **state)
{
    struct dials_said d = {0};

    (void)state;
    assert_int_equal(dials_said_of(&d, 3).state, DIAL_NOT_YET);
    dials_said_note(&d, 3, DIAL_FAILED, LINK_SILENT);
    dials_said_note(&d, 1, DIAL_UP, LINK_ENDED);
    assert_int_equal(dials_said_of(&d, 3).why, LINK_SILENT);
    assert_int_equal(dials_said_of(&d, 2).state, DIAL_NOT_YET);
    assert_int_equal(dials_said_of(&d, 4).state, DIAL_NOT_YET);
    dials_said_note(&d, 3, DIAL_DIALLING, LINK_ENDED);
    assert_int_equal(dials_said_of(&d, 3).state, DIAL_DIALLING);
    assert_int_equal(dials_said_of(&d, 0).state, DIAL_NOT_YET);
    dials_said_fini(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_that_is_receipted_has_done_all),
        cmocka_unit_test(test_a_link_that_does_not_come_says_where_it_failed),
        cmocka_unit_test(test_who_answered_in_place_of_whom_is_said),
        cmocka_unit_test(test_who_is_dialled_by_nobody_is_waited_for),
        cmocka_unit_test(test_what_a_rule_holds_fails_before_a_link_is_looked_at),
        cmocka_unit_test(test_who_has_this_agency_for_cut_off_says_so_at_the_hello),
        cmocka_unit_test(test_on_a_link_the_key_the_sending_and_the_receipt_are_waited_for),
        cmocka_unit_test(test_what_its_node_says_fails_at_the_receipt),
        cmocka_unit_test(test_one_whose_day_is_over_did_not_leave),
        cmocka_unit_test(test_what_was_said_of_a_dial_is_kept_by_its_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
