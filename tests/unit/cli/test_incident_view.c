/* What people read of an incident: nothing stands there of a referral that is gone. */
#include "cli/verbs/cmd.h"
#include "codec/control_messages.h"
#include "output/told_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/spoken_id.h"

static bool row_has(const struct control_incident *incident, const char *words)
{
    const struct told_form *form = cmd_incident_list.forms[0];
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table table;
    struct bytes out = {0};
    bool has;

    told_form_table(form, titles, &table);
    told_form_row(form, &(struct told_shown){.answer = incident}, &table);
    render_table_even(&table, "", &out);
    has = memmem(out.at, out.size, words, strlen(words)) != NULL;
    bytes_fini(&out);
    return has;
}

static void test_of_a_referral_that_is_gone_there_is_no_code_name(void **state)
{
    struct control_incident incident = {.incident = {{1}}, .referral = {{2}}, .since_ms = INT64_C(1704164645000)};
    char of_her[BOUND_SPOKEN_ID];
    char of_nobody[BOUND_SPOKEN_ID];

    (void)state;
    code_name_write(&incident.referral, of_her);
    code_name_write(&(struct ident){{0}}, of_nobody);
    assert_true(row_has(&incident, of_her));
    incident.referral = (struct ident){{0}};
    assert_false(row_has(&incident, of_nobody));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_a_referral_that_is_gone_there_is_no_code_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
