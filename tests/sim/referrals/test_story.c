/* What must hold between nodes, one promise a test: real logs, keys and databases; a simulated wire and clock. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "fixture.h"
#include "model/case_fields.h"
#include "store/consent_store.h"

static void begin(struct fixture *s, section_set sections)
{
    fixture_begin(s, 7, 2, sections != 0 ? &(struct people_consent){.sections = sections} : NULL);
}

static void refer(struct fixture *s, bool now)
{
    assert_true(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = now}, &s->sent, &s->err));
}

static void test_a_referral_arrives_once_and_is_receipted(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE) | BIT(HEALTH) | BIT(IDENTITY));

    refer(&s, true);
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err),
                     BIT(TRIAGE) | BIT(HEALTH) | BIT(IDENTITY));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIPTED), 1);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    fixture_end(&s);
}

static void test_sections_follow_on_acceptance_only(void **state)
{
    struct fixture s;
    struct control_referral answer;

    (void)state;
    begin(&s, BIT(TRIAGE) | BIT(HEALTH));

    refer(&s, false);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static void test_what_is_not_agreed_does_not_leave(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));

    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.require = BIT(HEALTH), .now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_CON_02);
    fixture_settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_DENIED), 1);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 0);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    fixture_end(&s);
}

static void test_without_any_consent_nothing_is_sent(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);

    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));
    assert_int_equal(s.err.code, E_CON_01);
    fixture_settle(&s);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    fixture_end(&s);
}

static void test_a_later_no_ends_an_earlier_yes(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE), .refused = true});
    world_tick(s.w, NGO);

    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));

    assert_int_equal(s.err.code, E_CON_25);
    fixture_end(&s);
}

static void test_a_no_to_an_agency_needs_no_list_of_sections(void **state)
{
    struct fixture s;
    struct control_consent no;
    struct ident id;

    (void)state;
    begin(&s, 0);

    id = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);

    assert_true(exchange_consent_show(s.ngo, &id, &no, &s.err));
    assert_int_equal(no.progress, CONSENT_SAID_NO);
    assert_int_equal(no.sections, 0);
    assert_true(no.given_at_ms != 0);
    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));
    assert_int_equal(s.err.code, E_CON_25);
    fixture_end(&s);
}

static void test_another_purpose_is_another_consent(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));

    assert_false(people_refer(s.ngo, &s.person, s.to,
                              &(struct people_referral){.now = true, .purpose = PURPOSE_FAMILY_TRACING}, &s.sent,
                              &s.err));

    assert_int_equal(s.err.code, E_CON_01);
    fixture_end(&s);
}

/* --- excluded fields --- */

static void begin_except(struct fixture *s, section_set sections, const char *field)
{
    begin(s, 0);
    s->consent =
        people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = sections, .except = field});
    world_tick(s->w, NGO);
}

static void assert_left_out(const struct fixture *s, const char *field)
{
    uint32_t ref = case_field_ref_find(view_of_text(field));

    assert_int_equal(s->sent.left_out_count, 1);
    assert_int_equal(s->sent.left_out[0].section, FIELD_REF_SECTION(ref));
    assert_int_equal(s->sent.left_out[0].field_count, 1);
    assert_int_equal(s->sent.left_out[0].fields[0], ref);
}

static void test_a_field_that_she_left_out_stays_and_the_rest_of_its_section_goes(void **state)
{
    struct fixture s;

    (void)state;
    begin_except(&s, BIT(TRIAGE) | BIT(IDENTITY), "prs_FirstName");

    refer(&s, true);
    assert_left_out(&s, "prs_FirstName");
    fixture_settle(&s);

    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(IDENTITY));
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 0);
    assert_false(people_can_read(s.mission, &s.sent.referral, "prs_FirstName"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "prs_SecondName"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "prs_Birthdate"));
    assert_false(people_can_read(s.ngo, &s.sent.referral, "prs_FirstName")); /* the ngo reads only what was sent, too */
    fixture_end(&s);
}

static void test_what_is_released_on_acceptance_lacks_the_field_too(void **state)
{
    struct fixture s;
    struct control_referral answer;

    (void)state;
    begin_except(&s, BIT(TRIAGE) | BIT(IDENTITY), "prs_Birthdate");

    refer(&s, false);
    assert_left_out(&s, "prs_Birthdate");
    assert_int_equal(s.sent.offered, BIT(IDENTITY));
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(IDENTITY));
    assert_false(people_can_read(s.mission, &s.sent.referral, "prs_Birthdate"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "prs_FirstName"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "ext_AgeBand")); /* triage is a section of its own */
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 0);
    fixture_end(&s);
}

static void test_of_a_section_that_holds_nothing_else_nothing_goes(void **state)
{
    struct fixture s;
    struct control_referral answer;

    (void)state;
    begin_except(&s, BIT(TRIAGE) | BIT(HEALTH), "ext_Medication");

    refer(&s, false);
    assert_int_equal(s.sent.shared, BIT(TRIAGE));
    assert_int_equal(s.sent.offered, 0);
    assert_int_equal(s.sent.left_out_count, 0);
    for (size_t i = 0; i < s.sent.held_back_count; i++)
        if (s.sent.held_back[i].section == SECTION_HEALTH)
            assert_int_equal(s.sent.held_back[i].why, DENIAL_EXCLUDED_FIELD);
        else
            assert_int_equal(s.sent.held_back[i].why, DENIAL_SECTION);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    fixture_end(&s);
}

/* Another rule of the case would release the phone number. */
static void test_leaving_out_the_safe_rule_holds_back_how_to_reach_her(void **state)
{
    struct fixture s;

    (void)state;
    begin_except(&s, BIT(TRIAGE) | BIT(CONTACT), "ext_SafeToCall");

    refer(&s, true);
    assert_int_equal(s.sent.shared, BIT(TRIAGE));
    assert_int_equal(s.sent.left_out_count, 0);
    for (size_t i = 0; i < s.sent.held_back_count; i++)
        if (s.sent.held_back[i].section == SECTION_CONTACT)
            assert_int_equal(s.sent.held_back[i].why, DENIAL_CONTACT_RULE);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    fixture_end(&s);
}

static void test_a_phone_that_she_left_out_stays_and_the_rule_goes(void **state)
{
    struct fixture s;

    (void)state;
    begin_except(&s, BIT(TRIAGE) | BIT(CONTACT), "prs_MobilePhone");

    refer(&s, true);
    assert_left_out(&s, "prs_MobilePhone");
    fixture_settle(&s);

    assert_false(people_can_read(s.mission, &s.sent.referral, "prs_MobilePhone"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "ext_SafeToCall"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "prs_PrimaryLanguage"));
    fixture_end(&s);
}

/* Of two consents that release the same sections the newer one decides, whichever excludes more. */
static void test_her_newer_word_on_a_field_counts(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE) | BIT(IDENTITY));
    (void)people_consent(s.ngo, &s.person, s.to,
                         &(struct people_consent){.sections = BIT(TRIAGE) | BIT(IDENTITY), .except = "prs_SecondName"});
    world_tick(s.w, NGO);

    refer(&s, true);
    assert_left_out(&s, "prs_SecondName");
    fixture_settle(&s);

    assert_false(people_can_read(s.mission, &s.sent.referral, "prs_SecondName"));
    assert_true(people_can_read(s.mission, &s.sent.referral, "prs_FirstName"));
    fixture_end(&s);
}

/* --- withdrawal, time, membership --- */

static void test_withdrawal_stops_reading_and_then_erases(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask;
    struct control_consent consent;

    (void)state;
    begin(&s, BIT(TRIAGE) | BIT(HEALTH));
    refer(&s, true);
    fixture_settle(&s);

    ask = (struct control_consent_withdraw_ask){.consent = s.consent};
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(s.err.code, E_CON_05);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);

    world_advance(s.w, 5 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &consent, &s.err));
    assert_true(consent.answered);
    assert_int_equal(consent.answered_erased, BIT(TRIAGE) | BIT(HEALTH));
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

static void test_a_withdrawn_consent_stops_a_waiting_referral(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask;
    struct control_consent consent;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_crash(s.w, MISSION);
    world_step(s.w, 0); /* the ngo notices: with a link, it might have left */
    refer(&s, true);
    fixture_settle(&s);

    ask = (struct control_consent_withdraw_ask){.consent = s.consent};
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    world_tick(s.w, NGO);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &consent, &s.err));
    assert_false(consent.answered); /* nothing ever left, so nobody is asked */
    assert_int_equal(consent.told, RECIPIENT_NOTHING);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    fixture_end(&s);
}

static void test_a_referral_that_carries_nothing_yet_is_stopped_too(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask;
    struct control_consent consent;

    (void)state;
    begin(&s, BIT(HEALTH)); /* no triage: the first message has no section */
    world_crash(s.w, MISSION);
    refer(&s, false);
    fixture_settle(&s);

    ask = (struct control_consent_withdraw_ask){.consent = s.consent, .erase_now = true, .seen_alone = SEEN_ALONE};
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    fixture_settle(&s);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static void test_erasing_at_once_needs_her_alone(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask;
    struct control_consent consent;

    (void)state;
    begin(&s, BIT(TRIAGE));

    ask = (struct control_consent_withdraw_ask){.consent = s.consent, .erase_now = true, .seen_alone = SEEN_NOT_ALONE};
    assert_false(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    assert_int_equal(s.err.code, E_CON_08);
    ask.seen_alone = SEEN_ALONE;
    refer(&s, true);
    fixture_settle(&s);
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    fixture_end(&s);
}

static void test_a_receiver_that_was_away_gets_it_when_it_is_back(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_crash(s.w, MISSION);

    refer(&s, true);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    world_start(s.w, MISSION);
    s.ngo = world_node(s.w, NGO);
    s.mission = world_node(s.w, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

static void test_the_same_request_is_the_same_referral(void **state)
{
    struct fixture s;
    struct control_referral_result again;

    (void)state;
    begin(&s, BIT(TRIAGE));

    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true, .request_id = "r-1"},
                             &s.sent, &s.err));
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true, .request_id = "r-1"},
                             &again, &s.err));
    fixture_settle(&s);

    assert_true(again.repeated);
    assert_true(ident_equal(&again.referral, &s.sent.referral));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

static void test_a_revoked_agency_gets_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_revoke(s.w, MISSION, REVOKED_SUSPENDED);

    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));

    assert_int_equal(s.err.code, E_FED_28);
    fixture_end(&s);
}

static void test_a_message_that_waits_for_an_agency_revoked_since_is_withheld(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_crash(s.w, MISSION);
    refer(&s, true);
    fixture_settle(&s);

    world_revoke(s.w, MISSION, REVOKED_KEY_COMPROMISE);
    world_start(s.w, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(world_node(s.w, MISSION), &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static void test_each_message_is_read_under_its_own_consent(void **state)
{
    struct fixture s;
    struct control_referral answer;
    struct control_consent consent;
    struct control_consent_withdraw_ask ask;

    (void)state;
    begin(&s, BIT(TRIAGE) | BIT(HEALTH));
    refer(&s, false);
    fixture_settle(&s);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    world_tick(s.w, NGO);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));

    ask = (struct control_consent_withdraw_ask){
        .consent = s.consent}; /* triage was sent under this one, health under the second */
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(HEALTH));
    world_advance(s.w, 5 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(HEALTH));
    fixture_end(&s);
}

static void test_reading_ends_with_the_day_that_data_is_kept_until(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    begin(&s, 0);
    today = day_of_ms(world_now(s.w));
    (void)people_consent(
        s.ngo, &s.person, s.to,
        &(struct people_consent){.sections = BIT(TRIAGE), .until = today + 60, .keep_until = today + 2});
    world_tick(s.w, NGO);
    refer(&s, true);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));

    world_advance(s.w, 3 * DAY_MS);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(s.err.code, E_CON_03);
    fixture_end(&s);
}

static void test_a_no_that_comes_later_stops_what_waits(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_crash(s.w, MISSION);
    refer(&s, true);
    fixture_settle(&s);

    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE), .refused = true});
    world_tick(s.w, NGO);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

/* --- keys, clocks and disks --- */

static void test_a_clock_that_was_set_back_does_not_stop_a_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_advance(s.w, 20 * DAY_MS);
    world_publish(s.w);
    fixture_settle(&s);
    world_advance(s.w, -9 * DAY_MS);

    refer(&s, true);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

static void count_bundles(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)payload;
    if (from == MISSION && kind == PEER_BUNDLE)
        ++*(unsigned *)cookie;
}

static void test_new_sealing_keys_are_shown_only_when_they_are_durable(void **state)
{
    struct fixture s;
    unsigned bundles = 0;

    (void)state;
    begin(&s, BIT(TRIAGE));
    refer(&s, true);
    fixture_settle(&s); /* a link is up */
    world_watch(s.w, count_bundles, &bundles);

    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_advance(s.w, 8 * DAY_MS);
    world_tick(s.w, MISSION);
    assert_null(world_node(s.w, MISSION));
    assert_int_equal(bundles, 0);

    fixture_restart(&s, MISSION);
    refer(&s, true);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

#define NAMES_MAX 4096

/* How many there are. Fills NAMES, each with a line's end. */
static unsigned sealing_key_files(const struct fixture *s, size_t i, char names[NAMES_MAX])
{
    char path[4096];
    unsigned count = 0;
    size_t used = 0;
    DIR *folder;

    (void)snprintf(path, sizeof path, "%s/keys.d", world_home(s->w, i));
    folder = opendir(path);
    assert_non_null(folder);
    names[0] = '\0';
    for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        if (strncmp(e->d_name, "sealing-", 8) != 0)
            continue;
        used += (size_t)snprintf(names + used, NAMES_MAX - used, "%s\n", e->d_name);
        assert_true(used < NAMES_MAX);
        count++;
    }
    (void)closedir(folder);
    return count;
}

/* Of the files in NAMES, those that are there. */
static unsigned files_there(const struct fixture *s, size_t i, const char *names)
{
    char path[4096];
    unsigned count = 0;

    for (const char *n = names; *n != '\0'; n += strcspn(n, "\n") + 1) {
        (void)snprintf(path, sizeof path, "%s/keys.d/%.*s", world_home(s->w, i), (int)strcspn(n, "\n"), n);
        count += access(path, F_OK) == 0;
    }
    return count;
}

/* In the same tick of a node that runs: a start would tidy them up too. */
static void test_old_keys_are_destroyed_behind_the_commit_that_says_so(void **state)
{
    char names[2][NAMES_MAX];
    struct fixture s;
    unsigned before;

    (void)state;
    begin(&s, BIT(TRIAGE));
    before = sealing_key_files(&s, MISSION, names[MISSION]);
    assert_true(before > 0);
    assert_int_equal(sealing_key_files(&s, NGO, names[NGO]), before);
    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_advance(s.w, 60 * DAY_MS);
    world_tick(s.w, MISSION);
    assert_null(world_node(s.w, MISSION));
    assert_int_equal(files_there(&s, MISSION, names[MISSION]), before);
    world_tick(s.w, NGO);
    assert_int_equal(files_there(&s, NGO, names[NGO]), 0);
    assert_int_equal(sealing_key_files(&s, NGO, names[NGO]), before); /* new ones */

    world_start(s.w, MISSION);
    world_tick(s.w, MISSION);
    assert_int_equal(files_there(&s, MISSION, names[MISSION]), before); /* its clock is in doubt */
    s.mission = world_node(s.w, MISSION);
    world_publish(s.w);
    refer(&s, true);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(files_there(&s, MISSION, names[MISSION]), 0);
    assert_int_equal(sealing_key_files(&s, MISSION, names[MISSION]), before);
    fixture_end(&s);
}

static void count_frames(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)kind;
    (void)payload;
    if (from == MISSION)
        ++*(unsigned *)cookie;
}

static void test_nothing_is_sent_before_the_commit_nor_without_it(void **state)
{
    struct fixture s;
    unsigned sent = 0;

    (void)state;
    begin(&s, BIT(TRIAGE));
    refer(&s, true); /* so that the link is up */
    fixture_settle(&s);
    world_watch(s.w, count_frames, &sent);
    (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
    assert_int_equal(sent, 0);
    world_tick(s.w, MISSION);
    assert_int_equal(sent, 1); /* the refusal */

    refer(&s, true);
    world_tick(s.w, NGO);
    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_step(s.w, 1);
    assert_null(world_node(s.w, MISSION));
    assert_int_equal(sent, 1);
    world_start(s.w, MISSION);
    fixture_end(&s);
}

static void test_nobody_is_answered_before_the_commit_nor_without_it(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    begin(&s, BIT(TRIAGE));
    before = world_committed(s.w, NGO);
    refer(&s, true);
    world_fault(s.w, NGO, DB_FAULT_COMMIT, 1);
    world_tick(s.w, NGO);
    assert_null(world_node(s.w, NGO));
    assert_int_equal(world_committed(s.w, NGO), before);

    fixture_restart(&s, NGO);
    refer(&s, true);
    assert_int_equal(world_committed(s.w, NGO), before);
    world_tick(s.w, NGO);
    assert_int_equal(world_committed(s.w, NGO), before + 1);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_a_node_opens_though_it_failed_while_destroying_old_keys(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_advance(s.w, 60 * DAY_MS);
    world_tick(s.w, MISSION);
    assert_null(world_node(s.w, MISSION));

    fixture_restart(&s, MISSION);
    world_publish(s.w);
    refer(&s, true);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

static void test_a_peer_that_drops_every_link_is_not_dialled_without_end(void **state)
{
    struct fixture s;
    uint64_t steps = 0;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_conditions(s.w)->cut_link = 1000;
    refer(&s, true);
    for (; steps < 20000 && world_links(s.w) < 200; steps++)
        world_step(s.w, 10);

    assert_true(world_links(s.w) < 100);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

static void test_a_message_that_was_lost_goes_again_though_others_keep_coming(void **state)
{
    struct fixture s;
    struct control_referral_result lost;

    (void)state;
    begin(&s, BIT(TRIAGE));
    refer(&s, true);
    fixture_settle(&s);
    world_conditions(s.w)->loss = 1000;
    refer(&s, true);
    lost = s.sent;
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;

    for (int i = 0; i < 30; i++) {
        refer(&s, true);
        for (int k = 0; k < 20; k++)
            world_step(s.w, 500);
    }

    assert_int_equal(people_count(s.mission, &lost.referral), 1);
    fixture_end(&s);
}

/* What failed half-way in the database is never committed by the next tick. */
static void test_what_failed_half_way_ends_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    for (unsigned after = 1; after < 120; after++) {
        struct error err = {0};
        int64_t wake;
        bool made;

        world_fault(s.w, NGO, DB_FAULT_STEP, after);
        made = people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &err);
        (void)!exchange_tick(s.ngo, &wake, &err);
        fixture_restart(&s, NGO);
        assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), people_count(s.ngo, &s.sent.referral));
        if (people_records(s.ngo, RECORD_DISCLOSED) != 0) {
            assert_true(made);
            break;
        }
    }
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

static void test_a_request_id_is_not_taken_for_another_referral(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true, .request_id = "r-1"},
                             &s.sent, &s.err));
    world_tick(s.w, NGO);
    s.person = people_case(s.ngo);

    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true, .request_id = "r-1"},
                              &s.sent, &s.err));

    assert_int_equal(s.err.code, E_REF_09);
    fixture_end(&s);
}

/* A program on the control socket can ask for nonsense: it is refused, and leaves node and case usable. */
static void test_consents_that_could_not_be_read_again_are_not_recorded(void **state)
{
    static const uint32_t strange[] = {FIELD_REF(40000, 1)};
    static const uint32_t twice[] = {FIELD_REF(SECTION_HEALTH, 3), FIELD_REF(SECTION_HEALTH, 3)};
    struct fixture s;
    struct control_consent_grant grant = {
        .sections = BIT(TRIAGE) | BIT(HEALTH), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask good = {.to_count = 1,
                                              .grants = &grant,
                                              .grant_count = 1,
                                              .given_by = GIVEN_BY_SELF,
                                              .notice = view_of_text("notice-1"),
                                              .language = view_of_text("uk"),
                                              .seen_alone = SEEN_ALONE};
    struct control_consent_record_ask ask;
    struct address named[2];
    struct ident id;

    (void)state;
    begin(&s, BIT(TRIAGE));
    good.case_id = s.person;
    good.to = s.to;

    ask = good;
    ask.seen_alone = 0;
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_18);
    ask = good;
    ask.notice = (struct view){0};
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    ask.notice = view_of_text("notice\n1"); /* no recipient would take it */
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_18);
    ask = good;
    ask.given_by = 0;
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    grant.excluded = strange;
    grant.excluded_count = 1;
    assert_false(people_record(s.ngo, &good, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_17);
    grant.excluded = twice;
    grant.excluded_count = 2;
    assert_false(people_record(s.ngo, &good, &id, &s.err));
    grant.excluded_count = 0;
    grant.purpose = 0;
    assert_false(people_record(s.ngo, &good, &id, &s.err));
    grant.purpose = PURPOSE_SERVICES;
    named[0] = named[1] = *world_address(s.w, NGO);
    grant.onward = ONWARD_NAMED;
    grant.named = named;
    grant.named_count = 2;
    assert_false(people_record(s.ngo, &good, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_16);

    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 1);
    refer(&s, true);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_end(&s);
}

static void test_more_than_fits_one_message_follows_in_several(void **state)
{
    struct fixture s;
    struct control_referral answer;
    section_set all = SECTION_ALL & ~(BIT(WHEREABOUTS) | BIT(CONTACT));

    (void)state;
    begin(&s, 0);
    s.person = people_long_case(s.ngo);
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = all});
    world_tick(s.w, NGO);
    assert_false(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));
    assert_int_equal(s.err.code, E_REF_03);
    refer(&s, false);
    fixture_settle(&s);

    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), s.sent.shared | s.sent.offered);
    assert_true(people_records(s.mission, RECORD_RECEIVED) > 2);
    fixture_end(&s);
}

static void test_a_peer_that_sends_too_much_is_told_busy_and_heard_the_next_day(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_limit(s.w, MISSION, 3);
    for (int i = 0; i < 5; i++)
        refer(&s, true);
    for (int i = 0; i < 40; i++)
        world_step(s.w, 1000);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 3);

    world_advance(s.w, DAY_MS);
    fixture_settle(&s);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 5);
    assert_in_range(people_records(s.mission, RECORD_COUNTED), 1, 2);
    fixture_end(&s);
}

static void test_the_house_log_enters_the_exchange_log_once_an_hour(void **state)
{
    struct fixture s;
    unsigned before;

    (void)state;
    begin(&s, BIT(TRIAGE));
    before = people_records(s.ngo, RECORD_HOUSE);

    world_advance(s.w, 61 * MINUTES);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_HOUSE), before + 1);
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_HOUSE), before + 1);
    world_advance(s.w, 61 * MINUTES);
    fixture_settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_HOUSE), before + 2);
    fixture_end(&s);
}

/* An older copy of a node is valid in itself; the peers that hold its receipts detect it. */
static void test_a_log_that_was_rolled_back_is_found_by_its_peers(void **state)
{
    struct fixture s;
    char older[80];

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_crash(s.w, MISSION);
    (void)snprintf(older, sizeof older, "%s-older", world_home(s.w, MISSION));
    world_copy_folder(world_home(s.w, MISSION), older);
    world_start(s.w, MISSION);
    refer(&s, true);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_FORK), 0);

    world_crash(s.w, MISSION);
    world_copy_folder(older, world_home(s.w, MISSION));
    world_conditions(s.w)->drop = PEER_WITNESS; /* it does not hear what its peers remember of it */
    fixture_restart(&s, MISSION);
    refer(&s, true);
    fixture_settle(&s);

    assert_true(people_log_is_good(s.mission));
    assert_true(people_records(s.ngo, RECORD_FORK) > 0);
    fixture_end(&s);
}

/* --- hostile messages --- */

struct captured {
    struct bytes envelope;
};

static void capture_envelope(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct captured *c = cookie;

    (void)to;
    if (from == NGO && kind == PEER_ENVELOPE && c->envelope.size == 0)
        bytes_append_view(&c->envelope, payload);
}

static void test_a_replay_is_answered_with_the_same_receipt(void **state)
{
    struct fixture s;
    struct captured c = {{0}};

    (void)state;
    begin(&s, BIT(TRIAGE));
    world_watch(s.w, capture_envelope, &c);
    refer(&s, true);
    fixture_settle(&s);

    assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&c.envelope)));
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 0);
    bytes_fini(&c.envelope);
    fixture_end(&s);
}

static void test_any_changed_byte_is_refused_and_the_true_one_still_arrives(void **state)
{
    struct fixture s;
    struct captured c = {{0}};

    (void)state;
    begin(&s, BIT(TRIAGE));
    refer(&s, true);
    fixture_settle(&s);
    world_watch(s.w, capture_envelope, &c);
    world_conditions(s.w)->loss = 1000; /* the next one does not arrive yet */
    refer(&s, true);
    for (int i = 0; i < 20; i++)
        world_step(s.w, 100);
    assert_true(c.envelope.size != 0);

    for (size_t at = 0; at < c.envelope.size; at += 97) {
        c.envelope.at[at] ^= 1;
        (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&c.envelope));
        c.envelope.at[at] ^= 1;
    }
    while (exchange_has_work(s.mission)) /* they come in turn, and last */
        world_tick(s.w, MISSION);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_in_range(people_records(s.mission, RECORD_COUNTED), 1, 2);
    bytes_fini(&c.envelope);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_referral_arrives_once_and_is_receipted),
        cmocka_unit_test(test_sections_follow_on_acceptance_only),
        cmocka_unit_test(test_what_is_not_agreed_does_not_leave),
        cmocka_unit_test(test_without_any_consent_nothing_is_sent),
        cmocka_unit_test(test_a_later_no_ends_an_earlier_yes),
        cmocka_unit_test(test_a_no_to_an_agency_needs_no_list_of_sections),
        cmocka_unit_test(test_another_purpose_is_another_consent),
        cmocka_unit_test(test_a_field_that_she_left_out_stays_and_the_rest_of_its_section_goes),
        cmocka_unit_test(test_what_is_released_on_acceptance_lacks_the_field_too),
        cmocka_unit_test(test_of_a_section_that_holds_nothing_else_nothing_goes),
        cmocka_unit_test(test_leaving_out_the_safe_rule_holds_back_how_to_reach_her),
        cmocka_unit_test(test_a_phone_that_she_left_out_stays_and_the_rule_goes),
        cmocka_unit_test(test_her_newer_word_on_a_field_counts),
        cmocka_unit_test(test_withdrawal_stops_reading_and_then_erases),
        cmocka_unit_test(test_a_withdrawn_consent_stops_a_waiting_referral),
        cmocka_unit_test(test_a_referral_that_carries_nothing_yet_is_stopped_too),
        cmocka_unit_test(test_erasing_at_once_needs_her_alone),
        cmocka_unit_test(test_a_receiver_that_was_away_gets_it_when_it_is_back),
        cmocka_unit_test(test_the_same_request_is_the_same_referral),
        cmocka_unit_test(test_a_revoked_agency_gets_nothing),
        cmocka_unit_test(test_a_message_that_waits_for_an_agency_revoked_since_is_withheld),
        cmocka_unit_test(test_each_message_is_read_under_its_own_consent),
        cmocka_unit_test(test_reading_ends_with_the_day_that_data_is_kept_until),
        cmocka_unit_test(test_a_no_that_comes_later_stops_what_waits),
        cmocka_unit_test(test_a_clock_that_was_set_back_does_not_stop_a_node),
        cmocka_unit_test(test_new_sealing_keys_are_shown_only_when_they_are_durable),
        cmocka_unit_test(test_old_keys_are_destroyed_behind_the_commit_that_says_so),
        cmocka_unit_test(test_nothing_is_sent_before_the_commit_nor_without_it),
        cmocka_unit_test(test_nobody_is_answered_before_the_commit_nor_without_it),
        cmocka_unit_test(test_a_node_opens_though_it_failed_while_destroying_old_keys),
        cmocka_unit_test(test_a_peer_that_drops_every_link_is_not_dialled_without_end),
        cmocka_unit_test(test_a_message_that_was_lost_goes_again_though_others_keep_coming),
        cmocka_unit_test(test_what_failed_half_way_ends_the_node),
        cmocka_unit_test(test_a_request_id_is_not_taken_for_another_referral),
        cmocka_unit_test(test_consents_that_could_not_be_read_again_are_not_recorded),
        cmocka_unit_test(test_more_than_fits_one_message_follows_in_several),
        cmocka_unit_test(test_a_peer_that_sends_too_much_is_told_busy_and_heard_the_next_day),
        cmocka_unit_test(test_the_house_log_enters_the_exchange_log_once_an_hour),
        cmocka_unit_test(test_a_log_that_was_rolled_back_is_found_by_its_peers),
        cmocka_unit_test(test_a_replay_is_answered_with_the_same_receipt),
        cmocka_unit_test(test_any_changed_byte_is_refused_and_the_true_one_still_arrives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
