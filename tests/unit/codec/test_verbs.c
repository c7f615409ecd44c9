/* Does each request say whose it is, and is that as it was decided? */

#include "codec/verbs.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint16_t kinds[] = {
#define VERB_ROW(number, ...) number,
#define CALL_ROW              VERB_ROW
#include "codec/verbs.def"
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static bool has_role(uint16_t kind, enum staff_role role)
{
    return (control_verb_find(kind)->roles & STAFF_ROLE_BIT(role)) != 0;
}

static void test_each_request_is_somebodys(void **state)
{
    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        staff_roles roles = control_verb_find(kinds[i])->roles;

        if (roles == 0 || (roles & ~STAFF_ROLES_ALL) != 0)
            fail_msg("%s is nobody's", control_verb_find(kinds[i])->name);
    }
}

static void test_who_runs_the_machine_opens_nothing_of_a_person(void **state)
{
    static const uint16_t of_a_person[] = {
        CONTROL_CASE_IMPORT,      CONTROL_CASE_PART,     CONTROL_CASE_LIST,     CONTROL_CASE_SHOW,
        CONTROL_CONSENT_RECORD,   CONTROL_CONSENT_LIST,  CONTROL_CONSENT_SHOW,  CONTROL_CONSENT_WITHDRAW,
        CONTROL_REFERRAL_SEND,    CONTROL_REFERRAL_LIST, CONTROL_REFERRAL_SHOW, CONTROL_REFERRAL_ACCEPT,
        CONTROL_REFERRAL_DECLINE,
    };

    (void)state;
    for (size_t i = 0; i < sizeof of_a_person / sizeof of_a_person[0]; i++) {
        assert_false(has_role(of_a_person[i], STAFF_OPERATOR));
        assert_true(has_role(of_a_person[i], STAFF_CASEWORKER));
        assert_true(has_role(of_a_person[i], STAFF_SUPERVISOR));
    }
}

static void test_an_auditor_reads_the_log_and_how_the_node_is_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        bool reads = kinds[i] == CONTROL_STAFF_ACCESSES || kinds[i] == CONTROL_STAFF_REVIEW || /* of supervisors */
                     kinds[i] == CONTROL_AUDIT_LIST || kinds[i] == CONTROL_AUDIT_VERIFY || kinds[i] == CONTROL_STATUS ||
                     kinds[i] == CONTROL_AGENCY_LIST || kinds[i] == CONTROL_ENTRY_SHOW || kinds[i] == CONTROL_DUTY ||
                     kinds[i] == CONTROL_ID_FIND; /* ids stand in the log */

        if (has_role(kinds[i], STAFF_AUDITOR) != reads)
            fail_msg("%s", control_verb_find(kinds[i])->name);
    }
}

static void test_a_connector_brings_cases_in_and_opens_none(void **state)
{
    (void)state;
    assert_true(has_role(CONTROL_CASE_IMPORT, STAFF_CONNECTOR));
    assert_true(has_role(CONTROL_REFERRAL_LIST, STAFF_CONNECTOR));
    assert_false(has_role(CONTROL_CASE_SHOW, STAFF_CONNECTOR));
    assert_false(has_role(CONTROL_CONSENT_SHOW, STAFF_CONNECTOR));
    assert_false(has_role(CONTROL_REFERRAL_SHOW, STAFF_CONNECTOR));
    assert_false(has_role(CONTROL_REFERRAL_SEND, STAFF_CONNECTOR));
}

static void test_what_is_of_the_machine_is_its_operators_alone(void **state)
{
    static const uint16_t of_the_machine[] = {CONTROL_INIT,       CONTROL_ENROL,      CONTROL_REQUEST,
                                              CONTROL_NODE_STOP,  CONTROL_OWN_KEY,    CONTROL_TAKE_DIRECTORY,
                                              CONTROL_NODE_CLOCK, CONTROL_PASSPHRASE, CONTROL_AGENCY_CLOSE,
                                              CONTROL_NODE_RENEW, CONTROL_NODE_REKEY};

    (void)state;
    for (size_t i = 0; i < sizeof of_the_machine / sizeof of_the_machine[0]; i++)
        assert_int_equal(control_verb_find(of_the_machine[i])->roles, STAFF_ROLE_BIT(STAFF_OPERATOR));
}

static void test_roles_are_a_supervisors_to_give(void **state)
{
    (void)state;
    assert_int_equal(control_verb_find(CONTROL_STAFF_LIST)->roles, STAFF_ROLE_BIT(STAFF_SUPERVISOR));
    assert_int_equal(control_verb_find(CONTROL_STAFF_ADD)->roles, STAFF_ROLE_BIT(STAFF_SUPERVISOR));
    assert_int_equal(control_verb_find(CONTROL_STAFF_ROLE)->roles, STAFF_ROLE_BIT(STAFF_SUPERVISOR));
}

static bool ends_with(const char *name, const char *word)
{
    const char *blank = strrchr(name, ' ');

    return strcmp(blank != NULL ? blank + 1 : name, word) == 0;
}

/* What it answers would be kept, and is opened of people. */
static void test_what_lists_or_shows_changes_nothing_and_takes_no_request_id(void **state)
{
    static const char *const reading[] = {"list", "show", "find", "verify", "status", "watch", "hooks"};

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct control_verb *verb = control_verb_find(kinds[i]);

        for (size_t w = 0; w < sizeof reading / sizeof reading[0]; w++)
            if (ends_with(verb->name, reading[w]) && verb->again != CONTROL_READS)
                fail_msg("%s changes something", verb->name);
        assert_false(verb->again == CONTROL_READS && control_verb_takes_id(verb));
    }
}

static void test_what_changes_something_at_a_running_node_takes_a_request_id(void **state)
{
    static const uint16_t changing[] = {CONTROL_CASE_ASSIGN,      CONTROL_CONSENT_WITHDRAW, CONTROL_REFERRAL_ACCEPT,
                                        CONTROL_REFERRAL_DECLINE, CONTROL_REFERRAL_ASSIGN,  CONTROL_AGENCY_CONFIRM,
                                        CONTROL_AGENCY_CLOSE,     CONTROL_AGENCY_TOLD,      CONTROL_NODE_CLOCK,
                                        CONTROL_STAFF_ADD,        CONTROL_STAFF_ROLE,       CONTROL_STAFF_HAND_OVER};
    static const uint16_t with_their_own[] = {CONTROL_CASE_IMPORT, CONTROL_CASE_PART, CONTROL_CONSENT_RECORD,
                                              CONTROL_REFERRAL_SEND};

    (void)state;
    for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
        assert_true(control_verb_takes_id(control_verb_find(changing[i])));
    for (size_t i = 0; i < sizeof with_their_own / sizeof with_their_own[0]; i++)
        assert_false(control_verb_takes_id(control_verb_find(with_their_own[i])));
    assert_false(control_verb_takes_id(control_verb_find(CONTROL_INIT))); /* no node runs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_request_is_somebodys),
        cmocka_unit_test(test_who_runs_the_machine_opens_nothing_of_a_person),
        cmocka_unit_test(test_an_auditor_reads_the_log_and_how_the_node_is_and_nothing_else),
        cmocka_unit_test(test_a_connector_brings_cases_in_and_opens_none),
        cmocka_unit_test(test_what_is_of_the_machine_is_its_operators_alone),
        cmocka_unit_test(test_roles_are_a_supervisors_to_give),
        cmocka_unit_test(test_what_lists_or_shows_changes_nothing_and_takes_no_request_id),
        cmocka_unit_test(test_what_changes_something_at_a_running_node_takes_a_request_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
