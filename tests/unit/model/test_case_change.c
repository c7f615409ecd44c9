/* What is to change of a case changes, what followed from it follows, and all else stays. */
#include "model/case_change.h"
#include "model/case_triage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 20000 /* 2024-10-04 */

struct fixture {
    struct arena arena;
    struct case_data was;
    struct case_data set;
    struct case_data out;
    const struct case_field *cleared[2];
    struct case_change change;
    struct error err;
};

static const struct case_field *field(const char *name)
{
    const struct case_field *f = case_field_find(view_of_text(name));

    assert_non_null(f);
    return f;
}

static void put(struct fixture *f, struct case_data *c, const char *name, uint32_t record, const char *value)
{
    if (!case_read_value(c, field(name), record, view_of_text(value), &f->err))
        fail_msg("%s: %s", name, f->err.text);
}

static void begin(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    case_init(&f->was, &f->arena);
    case_init(&f->set, &f->arena);
    case_init(&f->out, &f->arena);
    f->change.set = &f->set;
    f->change.cleared = f->cleared;
    put(f, &f->was, "prs_FirstName", 0, "Nova");
    put(f, &f->was, "prs_SecondName", 0, "Person");
    put(f, &f->was, "prs_Birthdate", 0, "2010-01-02");
    put(f, &f->was, "hte_City", 0, "One");
    put(f, &f->was, "hte_City", 1, "Two");
    put(f, &f->was, "ext_TriageRegion", 0, "North");
    case_derive_triage(&f->was, TODAY);
}

static void apply(struct fixture *f)
{
    if (!case_change_apply(&f->was, &f->change, TODAY, &f->out, &f->err))
        fail_msg("%s", f->err.text);
}

static void assert_value(struct fixture *f, const char *name, uint32_t record, const char *value)
{
    const struct case_value *v = case_get_value(&f->out, field(name), record);
    struct bytes text = {0};

    if (v != NULL)
        case_value_write(v, &text);
    bytes_append_u8(&text, 0);
    assert_string_equal((const char *)text.at, value);
    bytes_fini(&text);
}

static void test_what_is_said_changes_and_all_else_stays(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.set, "prs_FirstName", 0, "Nowa");
    put(&f, &f.set, "prs_IdentityNumber", 0, "X1");
    f.cleared[0] = field("prs_SecondName");
    f.change.cleared_count = 1;
    apply(&f);
    assert_value(&f, "prs_FirstName", 0, "Nowa");
    assert_value(&f, "prs_SecondName", 0, "");
    assert_value(&f, "prs_IdentityNumber", 0, "X1");
    assert_value(&f, "prs_Birthdate", 0, "2010-01-02");
    assert_value(&f, "hte_City", 1, "Two");
    assert_value(&f, "ext_TriageRegion", 0, "North");
    assert_value(&f, "ext_AgeBand", 0, "From9To17");
    arena_fini(&f.arena);
}

static void test_a_group_is_as_it_is_said(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.set, "hte_City", 0, "Three");
    f.change.groups = UINT32_C(1) << field("hte_City")->group;
    apply(&f);
    assert_value(&f, "hte_City", 0, "Three");
    assert_value(&f, "hte_City", 1, "");
    arena_fini(&f.arena);
    begin(&f);
    f.change.groups = UINT32_C(1) << field("hte_City")->group;
    apply(&f);
    assert_value(&f, "hte_City", 0, "");
    arena_fini(&f.arena);
}

/* A child who was taken for an adult is one everywhere. */
static void test_what_followed_from_it_follows(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.set, "prs_Birthdate", 0, "1990-01-02");
    apply(&f);
    assert_value(&f, "ext_AgeBand", 0, "From30To38");
    assert_value(&f, "ext_AdultOrChild", 0, "Adult");
    arena_fini(&f.arena);
}

static void test_an_age_of_another_day_is_counted_anew(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    f.cleared[0] = NULL;
    f.was = (struct case_data){.arena = &f.arena};
    put(&f, &f.was, "prs_Birthdate", 0, "2006-10-05");
    case_derive_triage(&f.was, TODAY - 4000); /* she was a child of seven */
    put(&f, &f.set, "prs_Birthdate", 0, "2006-09-05");
    apply(&f);
    assert_value(&f, "ext_AgeBand", 0, "From18To20");
    arena_fini(&f.arena);
}

static void test_what_is_said_of_triage_stands(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.set, "prs_Birthdate", 0, "1990-01-02");
    put(&f, &f.set, "ext_AdultOrChild", 0, "NotSure");
    apply(&f);
    assert_value(&f, "ext_AdultOrChild", 0, "NotSure");
    arena_fini(&f.arena);
}

static void test_what_she_says_alone_is_confirmed(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.was, "prs_MobilePhone", 0, "+48500417744");
    put(&f, &f.was, "ext_ContactConfirmed", 0, "no");
    put(&f, &f.was, "ext_StayCity", 0, "Gdynia");
    put(&f, &f.set, "prs_MobilePhone", 0, "+48500417744");
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "no");
    case_init(&f.out, &f.arena);
    f.change.is_confirmed = true;
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "yes");
    assert_value(&f, "ext_PlaceConfirmed", 0, ""); /* of which nothing was said */
    arena_fini(&f.arena);
}

/* She has one telephone less, and the others are as she says. */
static void test_what_she_takes_out_alone_is_confirmed(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.was, "prs_MobilePhone", 0, "+48500417744");
    put(&f, &f.was, "ext_SafeToCall", 0, "yes");
    put(&f, &f.was, "ext_ContactConfirmed", 0, "no");
    f.cleared[0] = field("prs_MobilePhone");
    f.change.cleared_count = 1;
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "no");
    case_init(&f.out, &f.arena);
    f.change.is_confirmed = true;
    apply(&f);
    assert_value(&f, "prs_MobilePhone", 0, "");
    assert_value(&f, "ext_ContactConfirmed", 0, "yes");
    put(&f, &f.was, "prs_PrimaryLanguage", 0, "ukr");
    f.cleared[1] = field("ext_SafeToCall");
    f.change.cleared_count = 2; /* and then there is nothing of which that could be said */
    case_init(&f.out, &f.arena);
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "");
    f.cleared[1] = field("ext_ContactConfirmed"); /* nobody knows whether */
    case_init(&f.out, &f.arena);
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "");
    arena_fini(&f.arena);
}

static void test_her_language_confirms_no_phone(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    put(&f, &f.was, "ext_ContactConfirmed", 0, "no");
    put(&f, &f.set, "prs_PrimaryLanguage", 0, "ukr");
    f.change.is_confirmed = true;
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "no");
    put(&f, &f.set, "ext_ContactConfirmed", 0, "no");
    put(&f, &f.set, "ext_SafeToCall", 0, "yes");
    case_init(&f.out, &f.arena);
    apply(&f);
    assert_value(&f, "ext_ContactConfirmed", 0, "no"); /* that is what was said */
    arena_fini(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said_changes_and_all_else_stays),
        cmocka_unit_test(test_a_group_is_as_it_is_said),
        cmocka_unit_test(test_what_followed_from_it_follows),
        cmocka_unit_test(test_an_age_of_another_day_is_counted_anew),
        cmocka_unit_test(test_what_is_said_of_triage_stands),
        cmocka_unit_test(test_what_she_says_alone_is_confirmed),
        cmocka_unit_test(test_what_she_takes_out_alone_is_confirmed),
        cmocka_unit_test(test_her_language_confirms_no_phone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
