/* Whose node a certificate is, in a running node: what a machine that was replaced brings, and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "people.h"
#include "world.h"

enum { NGO, MISSION };

static bool linked;

static bool on_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)err;
    if (address_equal(&a->agency, cookie))
        linked = a->linked;
    return true;
}

/* Whether the ngo has a link to the mission. */
static bool is_linked(struct world *w)
{
    struct error err;

    linked = false;
    assert_true(
        exchange_agency_list(world_node(w, NGO), on_agency, (void *)(uintptr_t)world_address(w, MISSION), &err));
    return linked;
}

/* Two nodes with a link between them. */
static struct world *begin(void)
{
    struct world *w = world_new(11, 2);
    struct control_referral_result sent;
    struct ident person;
    struct error err;

    assert_true(world_run_until_idle(w, 600000));
    person = people_case(world_node(w, NGO));
    world_tick(w, NGO);
    (void)people_consent(world_node(w, NGO), &person, world_address(w, MISSION),
                         &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(w, NGO);
    assert_true(people_refer(world_node(w, NGO), &person, world_address(w, MISSION),
                             &(struct people_referral){.now = true}, &sent, &err));
    assert_true(world_run_until_idle(w, 3600000));
    assert_true(is_linked(w));
    return w;
}

static void test_a_directory_that_does_not_list_the_node_closes_the_link(void **state)
{
    struct world *w = begin();
    struct bytes before = {0};
    struct bytes note = {0};
    struct view certificate;
    struct error err = {0};

    (void)state;
    (void)world_replace_machine(w, MISSION, &before);       /* a newer one, of a machine that is replaced again … */
    certificate = world_replace_machine(w, MISSION, &note); /* … by this one */
    assert_false(exchange_directory_offered(world_node(w, NGO), certificate, view_of_text("no directory"), &err));
    assert_int_equal(err.code, E_FED_24);
    assert_false(exchange_directory_offered(world_node(w, NGO), certificate, bytes_view(&before), &err));
    assert_int_equal(err.code, E_FED_32);
    assert_true(exchange_directory_offered(world_node(w, NGO), certificate, bytes_view(&note), &err));
    bytes_fini(&before);
    bytes_fini(&note);
    world_free(w);
}

static void test_a_link_goes_with_its_machine(void **state)
{
    struct world *w = begin();
    struct bytes note = {0};
    struct view certificate = world_replace_machine(w, MISSION, &note);
    struct view ignored;
    struct error err = {0};

    (void)state;
    assert_false(exchange_link_waits(world_node(w, NGO), certificate, &ignored, &err)); /* it is not listed yet */
    assert_int_equal(err.code, E_FED_32);
    assert_true(is_linked(w));
    assert_true(exchange_directory_offered(world_node(w, NGO), certificate, bytes_view(&note), &err));
    assert_false(is_linked(w)); /* the old machine's */
    assert_true(exchange_link_waits(world_node(w, NGO), certificate, &ignored, &err));
    assert_true(view_equal(ignored, bytes_view(&note)));
    bytes_fini(&note);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_directory_that_does_not_list_the_node_closes_the_link),
        cmocka_unit_test(test_a_link_goes_with_its_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
