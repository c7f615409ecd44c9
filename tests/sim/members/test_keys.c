/* Identity keys of other agencies, as the directory lists them: the first is taken, another is held until a person or a
 * day has passed, the one before ends that; who is listed with none is not sent to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/state.h"
#include "fixture.h"

struct scene {
    struct fixture f;
    struct bytes other[2]; /* certificates of keys that nobody has, for the mission and the shelter */
};

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

static void begin(struct scene *s, uint64_t seed)
{
    *s = (struct scene){.other = {{0}}};
    fixture_begin(&s->f, seed, 3, &consent);
    for (size_t i = 0; i < 2; i++)
        world_certify(s->f.w, MISSION + i, &s->other[i]);
}

static void end(struct scene *s)
{
    for (size_t i = 0; i < 2; i++)
        bytes_fini(&s->other[i]);
    fixture_end(&s->f);
}

/* The other nodes are off: they sign with keys that the directory does not list then. */
static void begin_alone(struct scene *s, uint64_t seed)
{
    begin(s, seed);
    world_crash(s->f.w, MISSION);
    world_crash(s->f.w, SHELTER);
    fixture_look(&s->f);
}

/* The directory lists the agency of node I with the other key. */
static void change_key(struct scene *s, size_t i)
{
    world_list_with(s->f.w, i, bytes_view(&s->other[i - MISSION]));
    world_tick(s->f.w, NGO);
}

static enum hold hold_of(struct scene *s, size_t i)
{
    struct held held;

    assert_true(holds_ask(s->f.ngo, world_address(s->f.w, i), MESSAGE_REFERRAL, &held, &s->f.err));
    return held.hold;
}

static enum error_code confirm(struct scene *s, const struct address *of, struct view fingerprint, bool *changed)
{
    bool held_there;

    s->f.err = (struct error){0};
    *changed = false;
    return exchange_agency_confirm(s->f.ngo, of, fingerprint, changed, &held_there, &s->f.err) ? E_NONE : s->f.err.code;
}

static void test_the_key_before_ends_the_hold_at_once(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 101);
    change_key(&s, MISSION);
    assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
    change_key(&s, MISSION); /* again, with the same: nothing is recorded twice */
    assert_int_equal(people_records(s.f.ngo, RECORD_AGENCY_KEY), 1);
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_tick(s.f.w, NGO);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    assert_int_equal(people_records(s.f.ngo, RECORD_AGENCY_KEY), 2);
    fixture_deliver(&s.f); /* its sealing keys, too, came back with it */
    end(&s);
}

static void test_each_hold_ends_a_day_after_it_began(void **state)
{
    struct scene s;

    (void)state;
    begin_alone(&s, 102);
    change_key(&s, SHELTER); /* the later peer first */
    world_run_ms(s.f.w, 6 * HOURS);
    change_key(&s, MISSION);
    world_run_ms(s.f.w, 17 * HOURS);
    assert_int_equal(hold_of(&s, SHELTER), HOLD_KEY_CHANGED);
    world_run_ms(s.f.w, 2 * HOURS);
    assert_int_equal(hold_of(&s, SHELTER), HOLD_NONE);
    assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
    world_run_ms(s.f.w, 6 * HOURS);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    end(&s);
}

/* What a person has to lift stays when another's hold ends. */
static void test_a_suspended_agency_is_held_longer_than_a_day(void **state)
{
    struct scene s;

    (void)state;
    begin_alone(&s, 103);
    world_revoke(s.f.w, SHELTER, REVOKED_SUSPENDED);
    world_tick(s.f.w, NGO);
    world_publish(s.f.w); /* while it is suspended */
    world_tick(s.f.w, NGO);
    assert_int_equal(people_records(s.f.ngo, RECORD_AGENCY_KEY), 1);
    world_pardon(s.f.w, SHELTER);
    change_key(&s, MISSION);
    world_run_ms(s.f.w, 25 * HOURS);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    assert_int_equal(hold_of(&s, SHELTER), HOLD_SUSPENDED);
    end(&s);
}

/* The NGO's clock was five days ahead when the key changed; it is right again, and nobody has said so yet. */
static void begin_ahead(struct scene *s, uint64_t seed)
{
    bool changed;

    begin_alone(s, seed);
    world_set_clock(s->f.w, NGO, 5 * DAY_MS);
    fixture_restart(&s->f, NGO);
    world_tick(s->f.w, NGO);
    assert_true(exchange_clock_confirm(s->f.ngo, &changed, &s->f.err) && changed);
    world_tick(s->f.w, NGO);
    change_key(s, MISSION);
    world_set_clock(s->f.w, NGO, 0);
    fixture_restart(&s->f, NGO);
}

static void confirm_clock(struct scene *s)
{
    bool changed;

    world_must(exchange_clock_confirm(s->f.ngo, &changed, &s->f.err), &s->f.err, "confirm the clock");
    world_tick(s->f.w, NGO);
    fixture_look(&s->f);
}

/* The day begins when the clock is set right. */
static void test_a_hold_of_the_future_is_a_day_from_when_the_clock_is_set_right(void **state)
{
    struct scene s;

    (void)state;
    begin_ahead(&s, 104);
    confirm_clock(&s);
    world_run_ms(s.f.w, 23 * HOURS);
    assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
    world_run_ms(s.f.w, 2 * HOURS);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    end(&s);
}

static void test_whichever_statement_fails_a_hold_of_the_future_is_of_now_in_the_end(void **state)
{
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 4;
    bool failed = true;

    (void)state;
    for (unsigned n = 1; failed; n += step) {
        struct peer_row row;
        struct scene s;
        bool changed;

        begin_ahead(&s, 107);
        assert_true(exchange_clock_confirm(s.f.ngo, &changed, &s.f.err));
        world_fault(s.f.w, NGO, DB_FAULT_STEP, n);
        world_tick(s.f.w, NGO);
        fixture_look(&s.f);
        failed = s.f.ngo == NULL;
        if (failed) {
            fixture_restart(&s.f, NGO);
            confirm_clock(&s);
        }
        world_mend(s.f.w, NGO);
        row = people_peer(s.f.w, NGO, MISSION);
        assert_in_range(row.held_since_ms, world_now(s.f.w) - MINUTES, world_now(s.f.w));
        end(&s);
    }
}

static void test_who_is_listed_without_a_certificate_is_saved_for_and_its_first_key_is_taken(void **state)
{
    static const struct view junk = {(const uint8_t *)"no certificate", 14};
    const struct address *shelter;
    char text[FINGERPRINT_TEXT];
    struct hash zeros = {{0}};
    struct scene s;
    bool changed;

    (void)state;
    begin(&s, 105);
    shelter = world_address(s.f.w, SHELTER);
    world_crash(s.f.w, SHELTER);
    world_list_with(s.f.w, SHELTER, junk);
    world_tick(s.f.w, NGO);
    fixture_edit(&s.f, NGO, "DELETE FROM peer WHERE agency = 'shelter@sim.example'");
    assert_int_equal(hold_of(&s, SHELTER), HOLD_NOT_PROVEN);
    fingerprint_write(&zeros, text);
    assert_int_equal(confirm(&s, shelter, view_of_text(text), &changed), E_FED_25);
    (void)people_consent(s.f.ngo, &s.f.person, shelter, &consent);
    world_tick(s.f.w, NGO);
    assert_true(
        people_refer(s.f.ngo, &s.f.person, shelter, &(struct people_referral){.now = true}, &s.f.sent, &s.f.err));
    assert_int_equal(s.f.sent.hold, HOLD_NOT_PROVEN);
    world_tick(s.f.w, NGO);

    world_list_with(s.f.w, SHELTER, (struct view){0});
    world_start(s.f.w, SHELTER);
    fixture_settle(&s.f);
    assert_int_equal(hold_of(&s, SHELTER), HOLD_NONE);
    assert_int_equal(people_records(s.f.ngo, RECORD_AGENCY_KEY), 0);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_a_key_is_confirmed_by_its_whole_fingerprint_of_a_listed_agency(void **state)
{
    struct address nobody;
    char text[FINGERPRINT_TEXT];
    struct scene s;
    struct peer p;
    bool changed;

    (void)state;
    begin_alone(&s, 106);
    change_key(&s, MISSION);
    assert_true(membership_find_peer(s.f.ngo->membership, address_view(s.f.to), &p));
    fingerprint_write(&p.fingerprint, text);
    assert_true(address_read(view_of_text("nobody@sim.example"), &nobody));
    assert_int_equal(confirm(&s, &nobody, view_of_text(text), &changed), E_FED_25);
    text[3] = text[3] == 'A' ? 'B' : 'A';
    assert_int_equal(confirm(&s, s.f.to, view_of_text(text), &changed), E_USE_04);
    assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
    fingerprint_write(&p.fingerprint, text);
    own_note_set_beyond(s.f.ngo, 1000); /* a copy signs nothing */
    assert_int_equal(confirm(&s, s.f.to, view_of_text(text), &changed), E_LOG_27);
    assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
    own_note_set_beyond(s.f.ngo, 0);
    assert_int_equal(confirm(&s, s.f.to, view_of_text(text), &changed), E_NONE);
    assert_true(changed);
    world_tick(s.f.w, NGO);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    assert_int_equal(confirm(&s, s.f.to, view_of_text(text), &changed), E_NONE); /* it counts already */
    assert_false(changed);
    end(&s);
}

/* A stopped node takes no key: none is held, then. */
static void test_whose_key_was_not_taken_yet_counts_among_who_can_be_asked_for_the_time(void **state)
{
    struct exchange_options options = {.clock = &clock_real, .random = &random_real, .read_only = true};
    struct node_status status;
    struct exchange *reader;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 77, 2, NULL);
    options.home = world_home(s.w, NGO);
    fixture_edit_down(&s, NGO, "DELETE FROM peer");
    world_must(exchange_open(&options, &reader, &s.err), &s.err, "read a stopped node");
    assert_true(exchange_status(reader, &status, &s.err));
    assert_int_equal(status.clock.peers, 1);
    assert_int_equal(exchange_linked_size(reader, s.to), 0); /* nor is anything of its log linked */
    exchange_close(reader);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_key_before_ends_the_hold_at_once),
        cmocka_unit_test(test_each_hold_ends_a_day_after_it_began),
        cmocka_unit_test(test_a_suspended_agency_is_held_longer_than_a_day),
        cmocka_unit_test(test_a_hold_of_the_future_is_a_day_from_when_the_clock_is_set_right),
        cmocka_unit_test(test_whichever_statement_fails_a_hold_of_the_future_is_of_now_in_the_end),
        cmocka_unit_test(test_who_is_listed_without_a_certificate_is_saved_for_and_its_first_key_is_taken),
        cmocka_unit_test(test_a_key_is_confirmed_by_its_whole_fingerprint_of_a_listed_agency),
        cmocka_unit_test(test_whose_key_was_not_taken_yet_counts_among_who_can_be_asked_for_the_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
