/* What people read of another agency, and of a log: what is wrong stands there, and before what is well. */
#include "cli/rendering/agency_view.h"
#include "cli/verbs/cmd.h"
#include "codec/control_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2024-01-02 03:04:05 UTC */
#define SINCE INT64_C(1704164645000)

static char *said(const struct told_form *form, const void *answer, const void *ask)
{
    size_t size;
    char *text;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(to);
    told_form_show(to, false, form, &(struct told_shown){.answer = answer, .ask = ask});
    assert_int_equal(fclose(to), 0);
    return text;
}

static void assert_says(const struct control_agency *a, const char *words, const char *but_not)
{
    char *text = said(&agency_view_shown, a, NULL);

    if (strstr(text, words) == NULL || (but_not != NULL && strstr(text, but_not) != NULL))
        fail_msg("it does not say \"%s\", or \"%s\":\n%s", words, but_not != NULL ? but_not : "", text);
    free(text);
}

static void test_what_is_wrong_with_an_agency_is_said_and_not_that_it_is_linked(void **state)
{
    struct control_agency a = {
        .agency = {"ngo@nrm.example"}, .kind = KIND_SUPPORT_NGO, .linked = true, .fingerprint = {{1}}};

    (void)state;
    assert_says(&a, "ngo@nrm.example, SupportNGO, linked\n", NULL);
    a.linked = false;
    assert_says(&a, "SupportNGO, not linked\n", NULL);
    a.linked = a.revoked = true;
    assert_says(&a, "SupportNGO, revoked\n", "linked");
    a.reason = REVOKED_KEY_COMPROMISE;
    assert_says(&a, "SupportNGO, key-compromise\n", "linked");
    a.findings = 1U << FINDING_UNLINKED;
    assert_says(&a, "SupportNGO, LOG NOT PROVEN\n", "linked\nf");
    assert_says(&a, "\nfound        unlinked: see `refex status`\n", "fork");
    a.findings |= 1U << FINDING_FORK;
    assert_says(&a, "SupportNGO, LOG FORKED\n", "NOT PROVEN");
    assert_says(&a, "\nfound        fork: see `refex status`\nfound        unlinked: see", NULL);
    a.held_since_ms = SINCE;
    assert_says(&a, "SupportNGO, KEY CHANGED\n", "FORKED");
    a.self = true;
    assert_says(&a, "SupportNGO, this node\n", NULL);
}

static void test_of_a_key_that_is_held_the_one_before_is_said(void **state)
{
    struct control_agency a = {.agency = {"ngo@nrm.example"}, .known_key = {{1}}};

    (void)state;
    assert_says(&a, "fingerprint  none that is to be believed\n", "before");
    a.fingerprint = (struct hash){{2}};
    assert_says(&a, "fingerprint  AIAA-", "believed");
    a.held_since_ms = SINCE;
    assert_says(&a, "before       AEAA-", NULL);
    assert_says(&a, "\nchanged      seen here 2024-01-02 03:04 UTC; nobody has compared the new one yet\n", NULL);
}

static void test_of_a_link_its_key_exchange_is_said(void **state)
{
    struct control_agency a = {.agency = {"ngo@nrm.example"}};

    (void)state;
    assert_says(&a, "none that is to be believed\n", "link  ");
    a.tls_group = TLS_X25519_MLKEM768;
    assert_says(&a, "link         TLS 1.3 with X25519MLKEM768\n", NULL);
}

static void test_a_clock_that_differs_is_said(void **state)
{
    struct control_agency a = {.agency = {"ngo@nrm.example"}};

    (void)state;
    assert_says(&a, "none that is to be believed\n", "its clock");
    a.clock_ahead_s = 600;
    assert_says(&a, "its clock    10 minutes ahead of this machine's", NULL);
    a.clock_ahead_s = 0;
    a.clock_behind_s = 660;
    assert_says(&a, "its clock    11 minutes behind this machine's", NULL);
}

static void test_of_two_certificates_the_one_that_ends_first_is_listed(void **state)
{
    struct control_agency a = {.certificate_until_ms = SINCE + 86400000, .dials_only = true, .unlisted = true};
    char *text = said(&agency_view_listed, &a, NULL);

    (void)state;
    assert_non_null(strstr(text, "2024-01-03 03:04 UTC (identity)"));
    assert_non_null(strstr(text, "(dials only)"));
    free(text);
    a.transport_until_ms = SINCE;
    a.out_of_reach = true;
    text = said(&agency_view_listed, &a, NULL);
    assert_non_null(strstr(text, "2024-01-02 03:04 UTC"));
    assert_null(strstr(text, "(identity)"));
    assert_non_null(strstr(text, "(out of reach)"));
    free(text);
}

static void test_of_a_bad_log_it_is_said_where_it_begins_to_be_and_nowhere_that_it_is_good(void **state)
{
    const struct control_audit_verify_ask ask = {.log = LOG_EXCHANGE};
    struct control_audit_verdict v = {.good = true, .records = 9, .checkpoints = 3, .origin = view_of_text("o")};
    char *text = said(cmd_audit_verify.forms[0], &v, &ask);

    (void)state;
    assert_non_null(strstr(text, "exchange log, o\n  ok  9 records lead to 3 signed checkpoints"));
    assert_non_null(strstr(text, "\nResult: GOOD, root "));
    assert_null(strstr(text, "FAILED"));
    assert_null(strstr(text, "BAD"));
    free(text);
    v.good = false;
    v.code = view_of_text("E-LOG-05");
    v.finding = view_of_text("checkpoint 2 is not signed");
    v.first_bad = 5;
    text = said(cmd_audit_verify.forms[0], &v, &ask);
    assert_non_null(strstr(text, "  FAILED  checkpoint 2 is not signed\n"));
    assert_non_null(strstr(text, "Records 0 to 4 are good; from 5 on nothing on this node can be trusted.\n"));
    assert_non_null(strstr(text, "\n          -> "));
    assert_non_null(strstr(text, "\nResult: BAD (E-LOG-05)\n"));
    assert_null(strstr(text, "GOOD"));
    assert_null(strstr(text, "  ok  "));
    free(text);
    v.first_bad = 0;
    text = said(cmd_audit_verify.forms[0], &v, &ask);
    assert_null(strstr(text, "are good"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_with_an_agency_is_said_and_not_that_it_is_linked),
        cmocka_unit_test(test_of_a_key_that_is_held_the_one_before_is_said),
        cmocka_unit_test(test_of_a_link_its_key_exchange_is_said),
        cmocka_unit_test(test_a_clock_that_differs_is_said),
        cmocka_unit_test(test_of_two_certificates_the_one_that_ends_first_is_listed),
        cmocka_unit_test(test_of_a_bad_log_it_is_said_where_it_begins_to_be_and_nowhere_that_it_is_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
