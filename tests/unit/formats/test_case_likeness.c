/* Which persons are found to be one, and which are not. */
#include "formats/case_likeness.h"

#include "base/bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct person {
    const char *first;
    const char *second;
    const char *born;
    const char *mobile;
    const char *home;
};

static void set_text(struct case_data *c, const char *field, const char *written)
{
    struct error err;

    if (written != NULL && !case_read_value(c, case_field_find(view_of_text(field)), 0, view_of_text(written), &err))
        fail_msg("%s: %s", field, err.text);
}

static size_t keys_of(struct person p, struct case_likeness_key out[static CASE_LIKENESSES])
{
    struct arena arena = {0};
    struct case_data c;
    size_t count;

    case_init(&c, &arena);
    set_text(&c, "prs_FirstName", p.first);
    set_text(&c, "prs_SecondName", p.second);
    set_text(&c, "prs_Birthdate", p.born);
    set_text(&c, "prs_MobilePhone", p.mobile);
    set_text(&c, "prs_HomePhone", p.home);
    count = case_likeness_keys(&c, out);
    arena_fini(&arena);
    return count;
}

static void free_keys(struct case_likeness_key keys[static CASE_LIKENESSES], size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes_fini(&keys[i].key);
}

/* Whether the two share a key. */
static bool are_alike(struct person a, struct person b)
{
    struct case_likeness_key of_a[CASE_LIKENESSES];
    struct case_likeness_key of_b[CASE_LIKENESSES];
    size_t a_count = keys_of(a, of_a);
    size_t b_count = keys_of(b, of_b);
    bool alike = false;

    for (size_t i = 0; i < a_count; i++)
        for (size_t k = 0; k < b_count; k++)
            alike = alike || (of_a[i].likeness == of_b[k].likeness &&
                              view_equal(bytes_view(&of_a[i].key), bytes_view(&of_b[k].key)));
    free_keys(of_a, a_count);
    free_keys(of_b, b_count);
    return alike;
}

#define BORN "1999-03-04"

static void test_names_are_compared_in_one_form(void **state)
{
    static const struct person same[][2] = {
        {{"Marta", "Example", BORN, NULL, NULL}, {"MARTA", "example", BORN, NULL, NULL}},
        {{"Marta", "Example", BORN, NULL, NULL}, {"Example", "Marta", BORN, NULL, NULL}},
        {{"Anna-Maria", "O'Example", BORN, NULL, NULL},
         {"Anna Maria",
          "O\xE2\x80\x99"
          "Example",
          BORN, NULL, NULL}},
        {{"İpek", "Örnek", BORN, NULL, NULL}, {"Ipek", "Ornek", BORN, NULL, NULL}},
        {{"Олена", "Прикладенко", BORN, NULL, NULL}, {"ОЛЕНА", "ПРИКЛАДЕНКО", BORN, NULL, NULL}},
        {{"Marta", NULL, BORN, NULL, NULL}, {NULL, "Marta", BORN, NULL, NULL}},
    };
    static const struct person other[][2] = {
        {{"Marta", "Example", BORN, NULL, NULL}, {"Marta", "Example", "1999-03-05", NULL, NULL}},
        {{"Marta", "Example", BORN, NULL, NULL}, {"Marta", NULL, BORN, NULL, NULL}},
        {{"Ann", "Abel", BORN, NULL, NULL}, {"An", "Nabel", BORN, NULL, NULL}},
        {{"Marta", "Example", NULL, NULL, NULL}, {"Marta", "Example", NULL, NULL, NULL}},
        {{NULL, NULL, BORN, NULL, NULL}, {NULL, NULL, BORN, NULL, NULL}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (!are_alike(same[i][0], same[i][1]))
            fail_msg("%s and %s are two", same[i][0].first, same[i][1].first);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        if (are_alike(other[i][0], other[i][1]))
            fail_msg("pair %zu is one", i);
}

static void test_either_phone_is_compared_with_either(void **state)
{
    (void)state;
    assert_true(are_alike((struct person){.mobile = "+48600000001"}, (struct person){.home = "48600000001"}));
    assert_false(are_alike((struct person){.mobile = "+48600000001"}, (struct person){.mobile = "+48600000002"}));
    assert_true(are_alike((struct person){"A", "B", BORN, "+48600000001", "+48600000002"},
                          (struct person){.mobile = "+48600000002"}));
}

static void test_a_key_has_its_bound(void **state)
{
    struct case_likeness_key keys[CASE_LIKENESSES];
    char name[BOUND_FIELD_TEXT + 1];
    char wide[BOUND_FIELD_TEXT + 1] = "";
    size_t count;

    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    while (strlen(wide) + 3 < sizeof wide) /* one character that becomes eighteen letters */
        strcat(wide, "\xEF\xB7\xBA");
    count = keys_of((struct person){name, wide, BORN, "+48600000001", NULL}, keys);
    assert_int_equal(count, 2);
    assert_true(keys[0].key.size > BOUND_FIELD_TEXT && keys[0].key.size <= BOUND_LIKENESS);
    free_keys(keys, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_compared_in_one_form),
        cmocka_unit_test(test_either_phone_is_compared_with_either),
        cmocka_unit_test(test_a_key_has_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
