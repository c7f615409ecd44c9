/* What ends a link between two nodes, and what never does (docs/PROTOCOL.md 16). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "codec/peer_messages.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "fixture.h"

static struct world *w;

static bool is_linked(void)
{
    const struct link *l = world_node(w, MISSION)->links;

    while (l != NULL && !address_equal(&l->agency, world_address(w, NGO)))
        l = l->next;
    return l != NULL;
}

/* The mission is brought a frame by the ngo, on a new link; whether that stands afterwards. */
static bool stands_after(uint16_t kind, struct view payload)
{
    if (!is_linked()) {
        world_link(w, NGO, MISSION);
        assert_true(world_run_until_idle(w, 10 * MINUTES));
        assert_true(is_linked());
    }
    if (!world_inject(w, NGO, MISSION, kind, payload))
        world_cut(w, NGO, MISSION); /* as the network process then does */
    world_tick(w, MISSION);
    return is_linked();
}

static int begin(void **state)
{
    (void)state;
    w = world_new(77, 3);
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_free(w);
    return 0;
}

static void test_a_payload_that_is_not_what_its_kind_is_ends_the_link(void **state)
{
    static const uint16_t kinds[] = {PEER_RECEIPT, PEER_REFUSAL, PEER_WITNESS, PEER_COSIGNED,     PEER_BUNDLE,
                                     PEER_ENTRY,   PEER_ASK,     PEER_MISSING, PEER_ENTRIES_HELD, PEER_SUSPENSION};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (stands_after(kinds[i], view_of_text("\xff")))
            fail_msg("kind %u", kinds[i]);
    assert_true(stands_after(PEER_BUSY, view_of_text("")));
    assert_false(stands_after(PEER_BUSY, view_of_text("x")));
}

static void test_a_kind_that_is_not_spoken_here_ends_the_link(void **state)
{
    (void)state;
    assert_false(stands_after(PEER_INCARNATION, view_of_text("")));
    for (uint16_t kind = PEER_ENTRY + 1; kind < PEER_BUSY; kind++)
        assert_false(stands_after(kind, view_of_text("")));
}

static void test_refused_messages_never_end_the_link(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        assert_true(stands_after(PEER_ENVELOPE, view_of_text("\xff")));
}

static void test_the_fourth_directory_that_is_refused_ends_the_link(void **state)
{
    (void)state;
    assert_true(stands_after(PEER_DIRECTORY, view_of_text("")));
    assert_true(stands_after(PEER_DIRECTORY, view_of_text("one\n")));
    assert_true(stands_after(PEER_DIRECTORY, view_of_text("two\n")));
    assert_false(stands_after(PEER_DIRECTORY, view_of_text("three\n")));
}

/* Whoever brings it has it from the federation. */
static void test_a_second_signed_directory_of_one_number_never_does(void **state)
{
    struct bytes other = {0};

    (void)state;
    world_publish(w);
    assert_true(world_run_until_idle(w, 10 * MINUTES));
    world_advance(w, MINUTES);
    world_sign_directory(w, world_sequence(w), &other);
    for (int i = 0; i < 6; i++)
        assert_true(stands_after(PEER_DIRECTORY, bytes_view(&other)));
    bytes_fini(&other);
}

static void confirm_clock(void)
{
    struct error err;
    bool changed;

    world_must(exchange_clock_confirm(world_node(w, MISSION), &changed, &err), &err, "confirm the clock");
}

/* Whoever brings it goes by another clock. */
static void test_one_that_the_clock_here_refuses_is_one_that_is_refused(void **state)
{
    struct bytes note = {0};

    (void)state;
    world_sign_directory(w, world_sequence(w) + 1, &note);
    world_advance(w, 15 * DAY_MS);
    for (int i = 0; i < 3; i++)
        assert_true(stands_after(PEER_DIRECTORY, bytes_view(&note))); /* its last day is over */
    assert_false(stands_after(PEER_DIRECTORY, bytes_view(&note)));
    world_publish(w);
    bytes_clear(&note);
    world_sign_directory(w, world_sequence(w) + 1, &note);
    assert_true(stands_after(PEER_BUSY, (struct view){0}));
    world_set_clock(w, MISSION, -1000 * DAY_MS); /* its keys are not valid yet */
    confirm_clock();
    for (int i = 0; i < 3; i++)
        assert_true(stands_after(PEER_DIRECTORY, bytes_view(&note)));
    assert_false(stands_after(PEER_DIRECTORY, bytes_view(&note)));
    bytes_fini(&note);
}

static void test_a_bundle_of_another_member_is_taken_and_of_who_is_none_ends_the_link(void **state)
{
    struct world *others = world_new_apart(78, 3);
    struct view shelters;
    struct view foreign;

    (void)state;
    world_link(w, SHELTER, NGO);
    assert_true(world_run_until_idle(w, 10 * MINUTES));
    shelters = membership_bundle_note(world_node(w, NGO)->membership, address_view(world_address(w, SHELTER)));
    assert_true(shelters.size > 0);
    assert_true(stands_after(PEER_BUNDLE, shelters));
    assert_true(
        membership_bundle_note(world_node(w, MISSION)->membership, address_view(world_address(w, SHELTER))).size > 0);
    assert_true(world_run_until_idle(others, 10 * MINUTES));
    foreign = membership_bundle_note(world_node(others, NGO)->membership, address_view(world_address(others, NGO)));
    assert_true(foreign.size > 0);
    assert_false(stands_after(PEER_BUNDLE, foreign)); /* of the same name, by another key */
    world_free(others);
}

/* How many links the shelter has to the agency I. */
static size_t links_of_shelter(struct fixture *s, size_t i)
{
    size_t n = 0;

    for (const struct link *l = world_node(s->w, SHELTER)->links; l != NULL; l = l->next)
        n += address_equal(&l->agency, world_address(s->w, i));
    return n;
}

static void keep_envelope(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct bytes *kept = cookie;

    (void)from;
    if (to == MISSION && kind == PEER_ENVELOPE && kept->size == 0)
        bytes_append_view(kept, payload);
}

/* The answer goes back where the envelope came from; who is brought the receipt of another's message ends the link. */
static void test_an_envelope_by_the_link_of_another_member_is_answered_there(void **state)
{
    struct bytes envelope = {0};
    struct fixture s;
    size_t before;

    (void)state;
    fixture_begin(&s, 79, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_watch(s.w, keep_envelope, &envelope);
    fixture_deliver(&s);
    assert_true(envelope.size > 0);
    if (links_of_shelter(&s, MISSION) == 0)
        world_link(s.w, SHELTER, MISSION);
    fixture_settle(&s);
    before = links_of_shelter(&s, MISSION);
    assert_true(before > 0);
    assert_true(world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_run_ms(s.w, 2000); /* later it dials again */
    assert_int_equal(links_of_shelter(&s, MISSION), before - 1);
    assert_non_null(world_node(s.w, NGO)->links);
    bytes_fini(&envelope);
    fixture_end(&s);
}

/* --- who is linked --- */

/* Why the mission takes no link of the ngo's node that says this; E_NONE: it takes it. */
static enum error_code greeted_with(struct view hello)
{
    struct view certificate = membership_transport(world_node(w, NGO)->membership);
    struct exchange *mission = world_node(w, MISSION);
    struct error err = {0};

    if (exchange_link_up(mission, 1000, &(struct link_opened){certificate, hello, TLS_X25519, LINK_CLASS_ORDINARY},
                         &err)) {
        exchange_link_down(mission, 1000);
        err.code = E_NONE;
    }
    world_tick(w, MISSION);
    return err.code;
}

static enum error_code greeted_as(const struct peer_hello *h)
{
    struct bytes hello = {0};
    enum error_code code;

    peer_hello_encode(h, &hello);
    code = greeted_with(bytes_view(&hello));
    bytes_fini(&hello);
    return code;
}

static void test_a_hello_is_of_our_version_and_federation_and_of_the_node_in_the_certificate(void **state)
{
    struct arena arena = {0};
    struct bytes true_one = {0};
    struct peer_hello good;
    struct peer_hello h;
    struct error err;

    (void)state;
    exchange_hello(world_node(w, NGO), &true_one);
    assert_true(peer_hello_decode(bytes_view(&true_one), &arena, &good, &err));
    assert_int_equal(greeted_as(&good), E_NONE);
    h = good;
    h.protocol_max = PEER_PROTOCOL + 1;
    assert_int_equal(greeted_as(&h), E_NONE);
    h.protocol_min = PEER_PROTOCOL + 1;
    assert_int_equal(greeted_as(&h), E_LNK_91);
    h = good;
    h.federation_id.at[0] ^= 1;
    assert_int_equal(greeted_as(&h), E_LNK_92);
    h = good;
    h.node = *membership_node(world_node(w, SHELTER)->membership);
    assert_int_equal(greeted_as(&h), E_FED_31);
    assert_int_equal(greeted_with(view_of_text("\xff")), E_LNK_10);
    bytes_fini(&true_one);
    arena_fini(&arena);
}

static void count_node(void *cookie, const struct address *agency, const struct ident *node, bool cut_off)
{
    unsigned *count = cookie; /* of members, and of who is cut off */

    (void)node;
    assert_false(address_equal(agency, world_address(w, MISSION))); /* not itself */
    count[cut_off ? 1 : 0]++;
}

/* Whatever time the directory takes to come: with the commit that takes it no link to anybody below is left. */
static void test_a_revoked_authority_cuts_all_links_in_the_tick_that_takes_it(void **state)
{
    struct bytes note = {0};
    uint64_t sequence;
    struct error err;

    (void)state;
    world_link(w, NGO, MISSION);
    world_run_ms(w, 1000);
    assert_non_null(links_find_agency(world_node(w, NGO), world_address(w, MISSION)));
    world_revoke_issuing(w, &note);
    world_must(exchange_take_directory(world_node(w, NGO), bytes_view(&note), &sequence, &err), &err, "a directory");
    world_tick(w, NGO);
    assert_null(world_node(w, NGO)->links);
    world_link(w, MISSION, NGO); /* nor is one let in again */
    world_run_ms(w, 1000);
    assert_null(world_node(w, NGO)->links);
    bytes_fini(&note);
}

static void test_the_network_process_is_told_the_nodes_of_whom_the_directory_does_not_revoke(void **state)
{
    unsigned count[3][2] = {{0}};

    (void)state;
    exchange_link_nodes(world_node(w, MISSION), count_node, count[0]);
    assert_true(count[0][0] == 2 && count[0][1] == 0);
    world_revoke(w, NGO, REVOKED_LEFT);
    assert_true(world_run_until_idle(w, 10 * MINUTES));
    exchange_link_nodes(world_node(w, MISSION), count_node, count[1]);
    assert_true(count[1][0] == 1 && count[1][1] == 1); /* by a narrow link alone */
    world_pardon(w, NGO);
    world_revoke(w, NGO, REVOKED_KEY_COMPROMISE);
    assert_true(world_run_until_idle(w, 10 * MINUTES));
    exchange_link_nodes(world_node(w, MISSION), count_node, count[2]);
    assert_true(count[2][0] == 1 && count[2][1] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_payload_that_is_not_what_its_kind_is_ends_the_link, begin, end),
        cmocka_unit_test_setup_teardown(test_a_kind_that_is_not_spoken_here_ends_the_link, begin, end),
        cmocka_unit_test_setup_teardown(test_refused_messages_never_end_the_link, begin, end),
        cmocka_unit_test_setup_teardown(test_the_fourth_directory_that_is_refused_ends_the_link, begin, end),
        cmocka_unit_test_setup_teardown(test_one_that_the_clock_here_refuses_is_one_that_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_a_second_signed_directory_of_one_number_never_does, begin, end),
        cmocka_unit_test_setup_teardown(test_a_bundle_of_another_member_is_taken_and_of_who_is_none_ends_the_link,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            test_a_hello_is_of_our_version_and_federation_and_of_the_node_in_the_certificate, begin, end),
        cmocka_unit_test_setup_teardown(test_a_revoked_authority_cuts_all_links_in_the_tick_that_takes_it, begin, end),
        cmocka_unit_test_setup_teardown(
            test_the_network_process_is_told_the_nodes_of_whom_the_directory_does_not_revoke, begin, end),
        cmocka_unit_test(test_an_envelope_by_the_link_of_another_member_is_answered_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
