/* Officers or members suspend an agency: every node has it within a round, nothing is exchanged with it, and after 72
 * hours all goes on by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/peer.h"
#include "crypto/certify.h"
#include "crypto/sign.h"
#include "exchange/exchange_status.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/state.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/vault.h"
#include "fixture.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

static void begin(struct fixture *s, uint64_t seed)
{
    world_let_two_sign = true;
    fixture_begin(s, seed, 3, &consent);
    world_let_two_sign = false;
    world_publish(s->w);
    world_link(s->w, NGO, SHELTER);
    world_link(s->w, NGO, MISSION);
    fixture_settle(s);
}

static void tell(struct fixture *s, size_t told, const struct bytes *note)
{
    uint64_t sequence;

    world_must(exchange_take_offered(world_node(s->w, told), bytes_view(note), &sequence, &s->err), &s->err,
               "a suspension");
    world_tick(s->w, told);
    fixture_look(s);
}

static void suspend(struct fixture *s, size_t agency, uint32_t key, size_t told)
{
    struct bytes note = {0};

    world_suspend(s->w, agency, key, &note);
    tell(s, told, &note);
    bytes_fini(&note);
}

static bool is_suspended_at(struct fixture *s, size_t i, size_t agency)
{
    return membership_suspended_until(world_node(s->w, i)->membership, world_address(s->w, agency)) != 0;
}

static enum hold hold_at_ngo(struct fixture *s)
{
    struct held held;

    world_must(holds_ask(s->ngo, s->to, MESSAGE_REFERRAL, &held, &s->err), &s->err, "holds");
    return held.hold;
}

static void test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 921);
    assert_non_null(links_find_agency(s.ngo, s.to));
    suspend(&s, MISSION, 1, NGO);
    assert_null(links_find_agency(s.ngo, s.to)); /* in the tick that took it */
    assert_int_equal(hold_at_ngo(&s), HOLD_SUSPENDED);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_FED_28);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, SHELTER, MISSION));
    fixture_restart(&s, NGO); /* it is in the store */
    fixture_look(&s);
    assert_true(is_suspended_at(&s, NGO, MISSION));
    world_link(s.w, NGO, SHELTER); /* and no alarm: it is no other directory */
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO, MISSION) && is_suspended_at(&s, SHELTER, MISSION));

    world_run_ms(s.w, BOUND_SUSPENSION_MS);
    fixture_look(&s);
    assert_false(is_suspended_at(&s, NGO, MISSION) || is_suspended_at(&s, SHELTER, MISSION));
    assert_int_equal(hold_at_ngo(&s), HOLD_NONE); /* and nobody had to confirm anything */
    fixture_refer(&s);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void test_a_newer_directory_ends_a_suspension(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 922);
    suspend(&s, MISSION, 1, SHELTER);
    world_run_ms(s.w, 60000);
    assert_true(is_suspended_at(&s, NGO, MISSION));
    world_publish(s.w);
    fixture_settle(&s);
    assert_false(is_suspended_at(&s, NGO, MISSION) || is_suspended_at(&s, SHELTER, MISSION));
    assert_int_equal(hold_at_ngo(&s), HOLD_NONE);
    fixture_end(&s);
}

/* Two officers' suspensions stand beside each other, and are all in force again after a restart. */
static void test_several_suspensions_stand_and_are_all_known_after_a_restart(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 923);
    suspend(&s, MISSION, 1, NGO);
    suspend(&s, SHELTER, 2, NGO);
    assert_null(links_find_agency(s.ngo, world_address(s.w, SHELTER)));
    fixture_restart(&s, NGO);
    fixture_look(&s);
    assert_true(is_suspended_at(&s, NGO, MISSION) && is_suspended_at(&s, NGO, SHELTER));
    assert_int_equal(people_records(s.ngo, RECORD_DIRECTORY), 4); /* the two directories, and what suspends */
    fixture_end(&s);
}

/* What does not count here is passed over: the link stands, and nothing is stored. */
static void test_a_suspension_that_does_not_count_is_passed_over(void **state)
{
    struct bytes note = {0};
    struct fixture s;

    (void)state;
    begin(&s, 924);
    world_suspend(s.w, MISSION, 1, &note);
    world_publish(s.w); /* of another directory than that */
    fixture_settle(&s);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&note)));
    assert_false(is_suspended_at(&s, NGO, MISSION));
    bytes_clear(&note);
    world_suspend(s.w, MISSION, 1, &note);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&note)));
    assert_true(is_suspended_at(&s, NGO, MISSION));
    bytes_fini(&note);
    fixture_end(&s);
}

static bool state(struct fixture *s, size_t by, size_t agency, struct control_agency_suspended *out)
{
    bool ok = exchange_agency_suspend(world_node(s->w, by), world_address(s->w, agency), out, &s->err);

    world_tick(s->w, by);
    fixture_look(s);
    return ok;
}

static size_t asked_at(struct fixture *s, size_t i)
{
    struct node_status status;

    world_must(exchange_status(world_node(s->w, i), &status, &s->err), &s->err, "status");
    return status.asked_count;
}

/* One member's word is named everywhere and stops nothing; a second one's does, where it was said and at the others. */
static void test_two_members_suspend_an_agency_by_what_people_state_at_each(void **state_)
{
    struct control_agency_suspended out = {0};
    uint32_t owner = geteuid();
    struct fixture s;
    uint32_t uid;

    (void)state_;
    begin(&s, 925);
    exchange_acting(s.ngo, &owner);
    assert_true(state(&s, NGO, MISSION, &out));
    exchange_acting(s.ngo, NULL);
    assert_true(people_decided(s.ngo, RECORD_DIRECTORY, &uid)); /* who it was stands in the log */
    assert_int_equal(uid, owner);
    assert_true(out.changed && out.suspended_until_ms == 0);
    world_run_ms(s.w, 60000);
    assert_non_null(links_find_agency(s.ngo, s.to));
    assert_int_equal(asked_at(&s, SHELTER), 1);
    assert_int_equal(asked_at(&s, MISSION), 1); /* it is told of it, too */
    assert_int_equal(asked_at(&s, NGO), 0);
    assert_true(state(&s, NGO, MISSION, &out));
    assert_false(out.changed); /* said again, it is nothing more */
    assert_false(state(&s, NGO, SHELTER, &out));
    assert_int_equal(s.err.code, E_RVK_10);
    assert_false(state(&s, SHELTER, SHELTER, &out));
    assert_int_equal(s.err.code, E_RVK_07);
    fixture_restart(&s, SHELTER);
    fixture_look(&s);
    assert_int_equal(asked_at(&s, SHELTER), 1);

    assert_true(state(&s, SHELTER, MISSION, &out));
    assert_true(out.changed && out.suspended_until_ms != 0);
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 60000);
    assert_null(links_find_agency(s.ngo, s.to));
    assert_true(is_suspended_at(&s, NGO, MISSION));
    assert_int_equal(asked_at(&s, NGO), 0); /* it is done */
    assert_int_equal(hold_at_ngo(&s), HOLD_SUSPENDED);
    fixture_end(&s);
}

static void confirm_at_ngo(struct fixture *s, size_t agency)
{
    char fingerprint[FINGERPRINT_TEXT];
    bool changed;
    bool there;
    struct peer p;

    assert_true(membership_find_peer(s->ngo->membership, address_view(world_address(s->w, agency)), &p));
    fingerprint_write(&p.fingerprint, fingerprint);
    world_must(exchange_agency_confirm(s->ngo, world_address(s->w, agency), view_of_text(fingerprint), &changed, &there,
                                       &s->err),
               &s->err, "confirm");
    assert_true(changed);
    world_tick(s->w, NGO);
}

/* The directory gives the shelter another key, and then its own again, which is new at the ngo by then. */
static void test_a_key_that_is_held_suspends_nobody(void **state_)
{
    struct control_agency_suspended out = {0};
    struct bytes other = {0};
    struct fixture s;
    uint64_t link;
    bool held;

    (void)state_;
    begin(&s, 926);
    world_certify(s.w, SHELTER, &other);
    world_crash(s.w, SHELTER);
    world_list_with(s.w, SHELTER, bytes_view(&other));
    world_run_ms(s.w, 26 * HOURS);
    world_list_with(s.w, SHELTER, (struct view){0});
    world_tick(s.w, NGO);
    world_start(s.w, SHELTER);
    fixture_look(&s);
    world_must(holds_key_is_held(s.ngo, world_address(s.w, SHELTER), &held, &s.err), &s.err, "held");
    assert_true(held);
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 60000); /* it was off for a day: the others tell it the time */
    world_must(state(&s, SHELTER, MISSION, &out), &s.err, "state");
    world_run_ms(s.w, 60000);
    assert_non_null(links_find_agency(s.ngo, world_address(s.w, SHELTER)));
    assert_int_equal(asked_at(&s, NGO), 0);
    link = links_find_agency(s.ngo, world_address(s.w, SHELTER))->id;
    confirm_at_ngo(&s, SHELTER); /* and it is sent again on the link that stands */
    world_run_ms(s.w, BOUND_NOTES_AGAIN_MS);
    assert_int_equal(asked_at(&s, NGO), 1);
    assert_int_equal(links_find_agency(s.ngo, world_address(s.w, SHELTER))->id, link);
    bytes_fini(&other);
    fixture_end(&s);
}

/* A stopped node takes a file, and no directory that came before is compared by it. */
static void test_a_stopped_node_takes_no_suspension_by_a_key_that_is_held(void **state)
{
    struct control_enrol_result result;
    struct suspension made = {0};
    struct bytes membership = {0};
    struct bytes other = {0};
    struct bytes note = {0};
    struct fixture s;

    (void)state;
    begin(&s, 927);
    world_certify(s.w, SHELTER, &other);
    world_crash(s.w, SHELTER);
    world_list_with(s.w, SHELTER, bytes_view(&other));
    world_run_ms(s.w, 26 * HOURS);
    world_list_with(s.w, SHELTER, (struct view){0});
    world_tick(s.w, NGO);
    made = (struct suspension){.federation = *membership_federation(s.ngo->membership),
                               .directory = membership_directory(s.ngo->membership)->sequence,
                               .time_ms = world_now(s.w),
                               .member = *world_address(s.w, SHELTER),
                               .agencies = {*world_address(s.w, MISSION)},
                               .agency_count = 1};
    world_membership(s.w, NGO, membership_note(s.ngo->membership), &membership);
    world_start(s.w, SHELTER);
    world_must(suspension_note_sign(&made, vault_identity(world_node(s.w, SHELTER)->vault), &note, &s.err), &s.err,
               "sign");
    world_crash(s.w, NGO);
    assert_false(world_enrol(s.w, NGO, bytes_view(&membership), bytes_view(&note), &result, &s.err));
    assert_int_equal(s.err.code, E_RVK_06);
    world_start(s.w, NGO);
    fixture_look(&s);
    confirm_at_ngo(&s, SHELTER);
    world_crash(s.w, NGO);
    world_must(world_enrol(s.w, NGO, bytes_view(&membership), bytes_view(&note), &result, &s.err), &s.err, "enrol");
    world_start(s.w, NGO);
    fixture_look(&s);
    assert_int_equal(asked_at(&s, NGO), 1);
    bytes_fini(&membership);
    bytes_fini(&other);
    bytes_fini(&note);
    fixture_end(&s);
}

/* The directory in the membership file has another key for the shelter than the node knows. */
static void test_a_stopped_node_takes_no_suspension_by_a_key_that_came_with_it(void **state)
{
    struct control_enrol_result result;
    struct suspension made = {0};
    struct sign_key *key = sign_key_new();
    struct bytes membership = {0};
    struct bytes request = {0};
    struct bytes other = {0};
    struct bytes issuer = {0};
    struct bytes note = {0};
    struct fixture s;

    (void)state;
    begin(&s, 930);
    made = (struct suspension){.federation = *membership_federation(s.ngo->membership),
                               .directory = membership_directory(s.ngo->membership)->sequence + 1,
                               .time_ms = world_now(s.w),
                               .member = *world_address(s.w, SHELTER),
                               .agencies = {*world_address(s.w, MISSION)},
                               .agency_count = 1};
    world_crash(s.w, NGO);
    world_must(certify_request(key, world_address(s.w, SHELTER), &request, &s.err), &s.err, "request");
    world_certify_identity(s.w, bytes_view(&request), &(struct world_validity){.days = 730}, &other, &issuer);
    world_list_with(s.w, SHELTER, bytes_view(&other));
    fixture_look(&s);
    world_membership(s.w, NGO, membership_note(world_node(s.w, MISSION)->membership), &membership);
    world_must(suspension_note_sign(&made, key, &note, &s.err), &s.err, "sign");
    assert_false(world_enrol(s.w, NGO, bytes_view(&membership), bytes_view(&note), &result, &s.err));
    assert_int_equal(s.err.code, E_RVK_06);
    assert_non_null(strstr(s.err.text, "is held here"));
    sign_key_free(key);
    bytes_fini(&membership);
    bytes_fini(&request);
    bytes_fini(&issuer);
    bytes_fini(&other);
    bytes_fini(&note);
    world_start(s.w, NGO);
    fixture_end(&s);
}

/* Back with the key it had, it is held until a person confirms it. */
static void test_who_was_suspended_states_nothing_before_a_person_confirms_it(void **state_)
{
    struct control_agency_suspended out = {0};
    struct fixture s;

    (void)state_;
    begin(&s, 931);
    world_revoke(s.w, SHELTER, REVOKED_SUSPENDED);
    world_tick(s.w, NGO);
    world_pardon(s.w, SHELTER);
    world_tick(s.w, NGO);
    world_tick(s.w, SHELTER);
    world_must(state(&s, SHELTER, MISSION, &out), &s.err, "state");
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 60000);
    assert_int_equal(asked_at(&s, NGO), 0);
    confirm_at_ngo(&s, SHELTER);
    world_run_ms(s.w, BOUND_NOTES_AGAIN_MS);
    assert_int_equal(asked_at(&s, NGO), 1);
    fixture_end(&s);
}

/* Others would take it as of another time, or not at all. */
static void test_nobody_states_a_suspension_by_a_doubtful_clock(void **state_)
{
    struct control_agency_suspended out = {0};
    struct fixture s;
    bool changed;

    (void)state_;
    begin(&s, 928);
    world_crash(s.w, NGO);
    world_set_clock(s.w, NGO, 30 * 24 * HOURS);
    world_start(s.w, NGO);
    fixture_look(&s);
    assert_false(state(&s, NGO, MISSION, &out));
    assert_int_equal(s.err.code, E_RVK_14);
    world_set_clock(s.w, NGO, 0);
    world_must(exchange_clock_confirm(s.ngo, &changed, &s.err), &s.err, "confirm");
    world_tick(s.w, NGO);
    assert_true(state(&s, NGO, MISSION, &out));
    fixture_end(&s);
}

/* "by key 1" of the note is by key KEY, of two digits. */
static void change_key(struct bytes *note, uint32_t key)
{
    struct bytes changed = {0};
    const uint8_t *at = memmem(note->at, note->size, "by key 1\n", 9);

    assert_non_null(at);
    bytes_append(&changed, note->at, (size_t)(at - note->at));
    bytes_printf(&changed, "by key %u\n", key);
    bytes_append(&changed, at + 9, note->size - (size_t)(at - note->at) - 9);
    bytes_fini(note);
    *note = changed;
}

/* A line of another beside the signature makes no second note of it, by which the signer could be accused. */
static void test_a_suspension_with_more_lines_is_none(void **state)
{
    struct bytes note = {0};
    struct fixture s;

    (void)state;
    begin(&s, 930);
    world_suspend(s.w, MISSION, 1, &note);
    bytes_append_text(&note, "\xe2\x80\x94 other.example ");
    for (int i = 0; i < 90; i++)
        bytes_append_u8(&note, 'A');
    bytes_append_text(&note, "A=\n"); /* 68 bytes */
    assert_false(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&note)));
    assert_false(is_suspended_at(&s, NGO, MISSION));
    bytes_fini(&note);
    fixture_end(&s);
}

/* The second statement of one signer is no secret of a log: people who can phone read of it. */
static void test_a_second_suspension_of_one_signer_is_named_and_not_used(void **state)
{
    struct node_status status;
    const struct usage *u;
    struct bytes note = {0};
    struct bytes second = {0};
    uint64_t lines;
    struct fixture s;

    (void)state;
    begin(&s, 929);
    world_suspend(s.w, MISSION, 1, &note);
    world_suspend(s.w, SHELTER, 1, &second);
    tell(&s, NGO, &note);
    u = links_find_agency(s.ngo, world_address(s.w, SHELTER))->usage;
    lines = u->used[RESOURCE_LINES];
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&second)));
    assert_int_equal(u->used[RESOURCE_LINES], lines + 1);
    world_run_ms(s.w, 2 * HOURS);
    lines = u->used[RESOURCE_LINES];
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&second)));
    assert_int_equal(u->used[RESOURCE_LINES], lines); /* it was said, hours ago */
    assert_false(is_suspended_at(&s, NGO, SHELTER));
    for (uint32_t key = 30; key < 30 + 2 * BOUND_NAMED; key++) { /* by nobody's key: of them status says nothing */
        struct bytes junk = {0};

        bytes_append_view(&junk, bytes_view(&second));
        change_key(&junk, key);
        assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&junk)));
        bytes_fini(&junk);
    }
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_int_equal(status.unused_count, 1);
    assert_int_equal(status.unused[0].key, 1);
    assert_int_equal(status.unused[0].why, E_RVK_10);
    world_run_ms(s.w, BOUND_SUSPENSION_MS);
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_int_equal(status.unused_count, 0);
    bytes_fini(&note);
    bytes_fini(&second);
    fixture_end(&s);
}

static void sign_as_member(struct fixture *s, size_t by, size_t agency, struct bytes *note)
{
    struct membership *m = world_node(s->w, by)->membership;
    struct suspension made = {.federation = *membership_federation(m),
                              .directory = membership_directory(m)->sequence,
                              .time_ms = world_now(s->w),
                              .member = *world_address(s->w, by),
                              .agencies = {*world_address(s->w, agency)},
                              .agency_count = 1};

    world_must(suspension_note_sign(&made, vault_identity(world_node(s->w, by)->vault), note, &s->err), &s->err,
               "sign");
}

/* A member signs one in 72 hours: the second waits for that, and is then as good as any. */
static void test_a_suspension_that_is_taken_after_all_is_not_called_unused(void **state)
{
    struct node_status status;
    struct bytes first = {0};
    struct bytes second = {0};
    struct fixture s;

    (void)state;
    begin(&s, 931);
    sign_as_member(&s, SHELTER, MISSION, &first);
    tell(&s, NGO, &first);
    world_publish(s.w);
    fixture_settle(&s);
    world_run_ms(s.w, 2 * HOURS);
    sign_as_member(&s, SHELTER, MISSION, &second);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&second)));
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_int_equal(status.unused_count, 1);
    assert_int_equal(status.unused[0].why, E_RVK_10);
    world_run_ms(s.w, BOUND_SUSPENSION_MS - HOURS);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_SUSPENSION, bytes_view(&second)));
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_int_equal(status.unused_count, 0);
    assert_int_equal(status.asked_count, 1);
    bytes_fini(&first);
    bytes_fini(&second);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_suspension_cuts_the_link_goes_round_and_ends_by_itself),
        cmocka_unit_test(test_a_newer_directory_ends_a_suspension),
        cmocka_unit_test(test_several_suspensions_stand_and_are_all_known_after_a_restart),
        cmocka_unit_test(test_a_suspension_that_does_not_count_is_passed_over),
        cmocka_unit_test(test_two_members_suspend_an_agency_by_what_people_state_at_each),
        cmocka_unit_test(test_a_key_that_is_held_suspends_nobody),
        cmocka_unit_test(test_a_stopped_node_takes_no_suspension_by_a_key_that_is_held),
        cmocka_unit_test(test_a_stopped_node_takes_no_suspension_by_a_key_that_came_with_it),
        cmocka_unit_test(test_who_was_suspended_states_nothing_before_a_person_confirms_it),
        cmocka_unit_test(test_nobody_states_a_suspension_by_a_doubtful_clock),
        cmocka_unit_test(test_a_suspension_with_more_lines_is_none),
        cmocka_unit_test(test_a_suspension_that_is_taken_after_all_is_not_called_unused),
        cmocka_unit_test(test_a_second_suspension_of_one_signer_is_named_and_not_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
