/* What status names when somebody has to act on a referral, and when that ends: between whole nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/kinds/ping_calls.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "refexd/status.h"

static void begin(struct fixture *s, uint32_t until)
{
    fixture_begin(s, 21, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH), .until = until});
}

static const struct config *node_conf; /* of the node that is asked; NULL: it has none here */

/* How many findings of ROW node AT has. */
static unsigned findings(const struct fixture *s, size_t at, enum found row)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = world_node(s->w, at), .config = node_conf};
    struct arena arena = {0};
    struct status status;
    struct error err;
    unsigned count = 0;

    world_must(status_collect(&w, &arena, &status, &err), &err, "ask the status");
    for (size_t i = 0; i < status.findings.count; i++)
        count += status.findings.rows[i] == row;
    arena_fini(&arena);
    return count;
}

static void refer_as(struct fixture *s, enum urgency urgency)
{
    world_must(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true, .urgency = urgency},
                            &s->sent, &s->err),
               &s->err, "refer");
    world_tick(s->w, NGO);
}

static void decline(struct fixture *s)
{
    struct control_referral r;

    world_must(
        exchange_referral_decline(s->mission, &s->sent.referral, DECLINE_AT_CAPACITY, (struct view){0}, &r, &s->err),
        &s->err, "decline");
}

/* Days pass, and the federation publishes in time. */
static void pass_days(struct fixture *s, unsigned days)
{
    for (unsigned i = 0; i < days; i++) {
        world_run_ms(s->w, DAY_MS);
        if (i % 7 == 6)
            world_publish(s->w);
    }
}

/* --- key files --- */

static void test_each_key_file_that_others_can_read_is_named_until_they_cannot(void **state)
{
    static const char *const names[] = {"storage.key", "keys", "keys.d/transport.pem", "keys.d/identity.pem"};
    struct fixture s;

    (void)state;
    begin(&s, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[FILE_PATH_MAX];

        (void)snprintf(path, sizeof path, "%s/%s", world_home(s.w, NGO), names[i]);
        assert_int_equal(findings(&s, NGO, FOUND_KEYS_OPEN), 0);
        assert_int_equal(chmod(path, i % 2 == 0 ? 0640 : 0604), 0);
        assert_int_equal(findings(&s, NGO, FOUND_KEYS_OPEN), 1);
        assert_int_equal(chmod(path, 0600), 0);
    }
    assert_int_equal(findings(&s, NGO, FOUND_KEYS_OPEN), 0);
    fixture_end(&s);
}

/* --- emergencies --- */

static void test_an_emergency_without_a_receipt_is_named_after_five_minutes_until_it_has_one(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_conditions(s.w)->partition = true;
    refer_as(&s, URGENCY_EMERGENCY);
    world_advance(s.w, BOUND_EMERGENCY_UNDELIVERED_MS - 1);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNDELIVERED), 0);
    world_advance(s.w, 1);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNDELIVERED), 1);
    fixture_restart(&s, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNDELIVERED), 1);

    world_conditions(s.w)->partition = false;
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNDELIVERED), 0);
    fixture_end(&s);
}

static void test_an_emergency_is_named_at_both_ends_after_thirty_minutes_until_it_is_answered(void **state)
{
    struct control_referral_detail d;
    struct fixture s;
    int64_t made;

    (void)state;
    begin(&s, 0);
    refer_as(&s, URGENCY_EMERGENCY);
    made = world_now(s.w);
    fixture_settle(&s);
    world_advance(s.w, made + BOUND_EMERGENCY_UNANSWERED_MS - world_now(s.w) - 1);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNOPENED), 0);
    world_advance(s.w, MINUTES); /* it came a little later than it left */
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNOPENED), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_EMERGENCY_UNOPENED), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_EMERGENCY_UNDELIVERED), 0);

    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    fixture_settle(&s);
    for (size_t i = NGO; i <= MISSION; i++) {
        assert_int_equal(findings(&s, i, FOUND_EMERGENCY_UNOPENED), 0);
        assert_int_equal(findings(&s, i, FOUND_EMERGENCY_UNANSWERED), 0);
    }
    world_run_ms(s.w, BOUND_EMERGENCY_UNANSWERED_MS); /* from the opening on */
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNANSWERED), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_EMERGENCY_UNANSWERED), 1);

    decline(&s);
    fixture_settle(&s);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNANSWERED), 0);
    assert_int_equal(findings(&s, MISSION, FOUND_EMERGENCY_UNANSWERED), 0);
    fixture_end(&s);
}

static void test_what_is_no_emergency_is_not_named_before_it_is_due(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_conditions(s.w)->partition = true;
    refer_as(&s, URGENCY_URGENT);
    world_advance(s.w, DAY_MS);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNDELIVERED), 0);
    assert_int_equal(findings(&s, NGO, FOUND_EMERGENCY_UNANSWERED), 0);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    fixture_end(&s);
}

/* --- overdue --- */

static void test_what_is_overdue_is_named_at_both_ends_until_it_is_answered(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    refer_as(&s, URGENCY_URGENT);
    fixture_settle(&s);
    world_run_ms(s.w, urgency_due_ms(URGENCY_URGENT) + MINUTES);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 1);
    decline(&s);
    fixture_settle(&s);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 0);
    fixture_end(&s);
}

static void test_nobody_is_asked_for_an_answer_that_her_consent_does_not_allow_any_more(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    refer_as(&s, URGENCY_URGENT);
    fixture_settle(&s);
    world_run_ms(s.w, urgency_due_ms(URGENCY_URGENT) + MINUTES);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 1);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 0);
    fixture_end(&s);
}

static void test_what_is_overdue_ends_with_the_last_day_of_her_consent(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 21, 2, NULL);
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = BIT(TRIAGE), .until = day_of_ms(world_now(s.w)) + 5});
    world_tick(s.w, NGO);
    refer_as(&s, URGENCY_URGENT);
    fixture_settle(&s);
    world_run_ms(s.w, 4 * DAY_MS);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 1);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 0);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    fixture_end(&s);
}

/* --- past its last day --- */

static void begin_expired(struct fixture *s)
{
    begin(s, 0);
    world_crash(s->w, MISSION);
    refer_as(s, URGENCY_NORMAL);
    pass_days(s, 30);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_EXPIRED);
    assert_int_equal(findings(s, NGO, FOUND_EXPIRED), 1);
    assert_int_equal(findings(s, NGO, FOUND_OVERDUE), 0);
}

static void test_what_expired_is_named_until_she_is_referred_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_expired(&s);
    refer_as(&s, URGENCY_NORMAL);
    assert_int_equal(findings(&s, NGO, FOUND_EXPIRED), 1); /* it has reached nobody yet */
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(&s, NGO, FOUND_EXPIRED), 0);
    fixture_end(&s);
}

static void test_what_expired_is_named_until_she_withdraws(void **state)
{
    struct fixture s;

    (void)state;
    begin_expired(&s);
    fixture_restart(&s, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_EXPIRED), 1);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_EXPIRED), 0);
    fixture_end(&s);
}

/* --- lost with the agency's machine --- */

static void begin_lost(struct fixture *s)
{
    begin(s, 0);
    refer_as(s, URGENCY_NORMAL);
    fixture_settle(s);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(s, NGO, FOUND_UNANSWERABLE), 0);
    world_replace(s->w, MISSION);
    fixture_look(s);
    world_run_ms(s->w, 10 * MINUTES);
    assert_int_equal(findings(s, NGO, FOUND_UNANSWERABLE), 1);
}

static void test_what_an_agency_lost_with_its_machine_is_named_until_she_is_referred_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_lost(&s);
    pass_days(&s, 16);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 1);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0); /* nobody there can answer it */
    fixture_restart(&s, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 1);
    refer_as(&s, URGENCY_NORMAL);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 1); /* it has reached nobody yet */
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 0);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    fixture_end(&s);
}

static void test_what_an_agency_lost_with_its_machine_is_named_until_she_withdraws(void **state)
{
    struct fixture s;

    (void)state;
    begin_lost(&s);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 0);
    fixture_end(&s);
}

/* Two referrals are there; the first was accepted. */
static void begin_accepted_and_lost(struct fixture *s, enum urgency urgency, enum found row)
{
    struct control_referral r;
    struct ident first;

    begin(s, 0);
    refer_as(s, urgency);
    first = s->sent.referral;
    refer_as(s, urgency);
    fixture_settle(s);
    world_must(exchange_referral_accept(s->mission, row == FOUND_ACCEPTED_LOST ? &first : &s->sent.referral,
                                        (struct view){0}, &r, &s->err),
               &s->err, "accept");
    fixture_settle(s);
    assert_int_equal(findings(s, NGO, row), 0);
    world_replace(s->w, MISSION);
    fixture_look(s);
    world_run_ms(s->w, 10 * MINUTES);
    assert_int_equal(findings(s, NGO, FOUND_ACCEPTED_LOST), 1); /* what came beside it is lost, too */
    assert_int_equal(findings(s, NGO, FOUND_UNANSWERABLE), 1);
}

static void test_what_an_agency_accepted_and_lost_is_named_until_she_is_referred_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted_and_lost(&s, URGENCY_NORMAL, FOUND_ACCEPTED_LOST);
    fixture_restart(&s, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 1);
    pass_days(&s, 2);
    refer_as(&s, URGENCY_NORMAL);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 1); /* it has reached nobody yet */
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 0);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 0);
    fixture_end(&s);
}

static void answer_here(struct fixture *s, const struct ident *id, const struct reply_message *said)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->ngo, id, said, &out, &s->err), &s->err, "say");
    world_run_ms(s->w, MINUTES);
}

static void test_who_was_to_come_where_it_was_lost_is_looked_for_until_somebody_closes_that(void **state)
{
    struct reply_message expected = {.state = REFERRAL_EXPECTED};
    struct control_referral out;
    struct ident id;
    struct fixture s;

    (void)state;
    begin(&s, 0);
    refer_as(&s, URGENCY_NORMAL);
    id = s.sent.referral;
    fixture_settle(&s);
    world_must(exchange_referral_accept(s.mission, &id, (struct view){0}, &out, &s.err), &s.err, "accept");
    fixture_settle(&s);
    expected.time_ms = tick_record_ms(s.mission) + DAY_MS;
    world_must(exchange_referral_answer(s.mission, &id, &expected, &out, &s.err), &s.err, "expect");
    fixture_settle(&s);
    world_replace(s.w, MISSION);
    fixture_look(&s);
    pass_days(&s, 3);
    refer_as(&s, URGENCY_NORMAL);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 1); /* that one is another matter */
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    answer_here(&s, &id, &(struct reply_message){.state = REFERRAL_NOT_FOUND});
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
    answer_here(&s, &id,
                &(struct reply_message){.state = REFERRAL_CLOSED,
                                        .checked = 1U << CLOSING_CHECK_AGENCY | 1U << CLOSING_CHECK_BRINGER |
                                                   1U << CLOSING_CHECK_LAW});
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND) + findings(&s, NGO, FOUND_ACCEPTED_LOST), 0);
    fixture_end(&s);
}

static void test_what_an_agency_accepted_and_lost_is_named_until_she_withdraws(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted_and_lost(&s, URGENCY_NORMAL, FOUND_ACCEPTED_LOST);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 0);
    fixture_end(&s);
}

static void test_what_an_agency_accepted_on_its_new_machine_is_no_finding(void **state)
{
    struct control_referral r;
    struct fixture s;

    (void)state;
    begin_lost(&s);
    pass_days(&s, 2);
    refer_as(&s, URGENCY_NORMAL);
    fixture_settle(&s);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &r, &s.err), &s.err, "accept");
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(findings(&s, NGO, FOUND_ACCEPTED_LOST), 0);
    fixture_end(&s);
}

/* --- an emergency that came to nothing --- */

/* Nothing but an emergency that arrives takes the place of one. */
static void refer_until_cleared(struct fixture *s, enum found row)
{
    refer_as(s, URGENCY_URGENT);
    fixture_settle(s);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(s, NGO, row), 1);
    fixture_restart(s, NGO);
    assert_int_equal(findings(s, NGO, row), 1);
    refer_as(s, URGENCY_EMERGENCY);
    assert_int_equal(findings(s, NGO, row), 1);
    fixture_settle(s);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(findings(s, NGO, row), 0);
    fixture_end(s);
}

static void test_an_emergency_that_expired_is_named_until_one_arrives(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_crash(s.w, MISSION);
    refer_as(&s, URGENCY_EMERGENCY);
    pass_days(&s, 30);
    assert_int_equal(findings(&s, NGO, FOUND_EXPIRED), 1);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    refer_until_cleared(&s, FOUND_EXPIRED);
}

static void test_an_emergency_that_was_lost_is_named_until_one_arrives(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted_and_lost(&s, URGENCY_EMERGENCY, FOUND_UNANSWERABLE);
    pass_days(&s, 2);
    refer_until_cleared(&s, FOUND_UNANSWERABLE);
}

static void test_an_emergency_that_was_accepted_and_lost_is_named_until_one_arrives(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted_and_lost(&s, URGENCY_EMERGENCY, FOUND_ACCEPTED_LOST);
    pass_days(&s, 2);
    refer_until_cleared(&s, FOUND_ACCEPTED_LOST);
}

static void test_what_an_agency_that_left_cannot_answer_is_named_until_she_withdraws(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    refer_as(&s, URGENCY_NORMAL);
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    refer_as(&s, URGENCY_NORMAL); /* it never left, and stands for nothing */
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 2);
    pass_days(&s, 16);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 0);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 2);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_UNANSWERABLE), 0);
    fixture_end(&s);
}

/* --- certificates --- */

static void test_a_certificate_of_another_agency_is_named_thirty_days_before_it_ends(void **state)
{
    const struct agency_entry e = {.phone = view_of_text("+48123456789"), .services = 1U << SERVICE_SHELTER};
    struct control_ping_ask ask = {0};
    struct control_agency_said said;
    struct control_ping ping;
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_must(exchange_entry_set(s.mission, &e, &said, &s.err), &s.err, "set an entry");
    fixture_settle(&s);
    ask.agency = *s.to;
    world_crash(s.w, MISSION);
    world_advance(s.w, 699 * DAY_MS);
    world_publish_to(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_PEER_CERTIFICATE), 0);
    assert_int_equal(findings(&s, NGO, FOUND_OWN_CERTIFICATE), 0);
    world_advance(s.w, 2 * DAY_MS);
    assert_int_equal(findings(&s, NGO, FOUND_PEER_CERTIFICATE), 1);
    assert_int_equal(findings(&s, NGO, FOUND_OWN_CERTIFICATE), 2);
    world_must(exchange_ping_send(s.ngo, &ask, &ping, &s.err), &s.err, "ping");
    world_tick(s.w, NGO);
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_int_equal(status.ending[0].waiting, 1);
    assert_string_equal(status.ending[0].phone, "+48123456789");

    world_replace(s.w, MISSION); /* it has a new one */
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_PEER_CERTIFICATE), 0);
    fixture_end(&s);
}

/* --- what others show in their own tests, as status names it --- */

static void test_a_key_that_changed_is_named_until_it_is_confirmed(void **state)
{
    char text[FINGERPRINT_TEXT];
    struct peer_row peer;
    struct fixture s;
    bool changed;
    bool held_there;

    (void)state;
    begin(&s, 0);
    world_crash(s.w, MISSION);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(findings(&s, NGO, FOUND_KEY_CHANGED), 1);
    peer = people_peer(s.w, NGO, MISSION);
    fingerprint_write(&peer.held_key, text);
    assert_true(exchange_agency_confirm(s.ngo, s.to, view_of_text(text), &changed, &held_there, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_KEY_CHANGED), 0);
    fixture_end(&s);
}

static void test_an_agency_that_the_federation_revoked_learns_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_revoke(s.w, NGO, REVOKED_SUSPENDED);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_OWN_REVOKED), 1);
    world_pardon(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_OWN_REVOKED), 0);
    fixture_end(&s);
}

static void test_a_directory_is_old_and_then_past_its_last_day(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    assert_int_equal(findings(&s, NGO, FOUND_DIRECTORY_OLD), 0);
    world_advance(s.w, 8 * DAY_MS);
    assert_int_equal(findings(&s, NGO, FOUND_DIRECTORY_OLD), 1);
    world_advance(s.w, 7 * DAY_MS);
    assert_int_equal(findings(&s, NGO, FOUND_DIRECTORY_OLD), 0);
    assert_int_equal(findings(&s, NGO, FOUND_DIRECTORY_ENDED), 1);
    world_publish_to(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_DIRECTORY_ENDED), 0);
    fixture_end(&s);
}

/* --- the way in and out --- */

static void test_a_node_that_listens_and_that_no_directory_shows_has_no_way_in(void **state)
{
    static const struct config listening = {
        .listens = true, .listen_address = "127.0.0.1", .listen_port = 7411, .endpoint = "127.0.0.1:7411"};
    struct fixture s;

    (void)state;
    begin(&s, 0);
    node_conf = &listening;
    assert_int_equal(findings(&s, NGO, FOUND_NO_WAY_IN), 0);
    world_unlist(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_NO_WAY_IN), 1);
    world_list(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_NO_WAY_IN), 0);
    node_conf = NULL;
    fixture_end(&s);
}

/* Nothing waits here, and nobody here knows what waits there. */
static void test_a_node_without_any_link_is_named_after_an_hour_until_it_has_one(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_ALONE), 0);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, HOURS - MINUTES);
    assert_int_equal(findings(&s, NGO, FOUND_ALONE), 0);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(findings(&s, NGO, FOUND_ALONE), 1);
    world_start(s.w, MISSION);
    world_run_ms(s.w, HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_ALONE), 0);
    assert_int_equal(findings(&s, MISSION, FOUND_ALONE), 0);
    fixture_end(&s);
}

static void test_who_has_nobody_to_link_with_is_not_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 0);
    world_unlist(s.w, NGO);
    world_unlist(s.w, MISSION);
    world_cut(s.w, NGO, MISSION);
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_ALONE), 0);
    fixture_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_key_file_that_others_can_read_is_named_until_they_cannot),
        cmocka_unit_test(test_an_emergency_without_a_receipt_is_named_after_five_minutes_until_it_has_one),
        cmocka_unit_test(test_an_emergency_is_named_at_both_ends_after_thirty_minutes_until_it_is_answered),
        cmocka_unit_test(test_what_is_no_emergency_is_not_named_before_it_is_due),
        cmocka_unit_test(test_what_is_overdue_is_named_at_both_ends_until_it_is_answered),
        cmocka_unit_test(test_nobody_is_asked_for_an_answer_that_her_consent_does_not_allow_any_more),
        cmocka_unit_test(test_what_is_overdue_ends_with_the_last_day_of_her_consent),
        cmocka_unit_test(test_what_expired_is_named_until_she_is_referred_again),
        cmocka_unit_test(test_what_expired_is_named_until_she_withdraws),
        cmocka_unit_test(test_what_an_agency_lost_with_its_machine_is_named_until_she_is_referred_again),
        cmocka_unit_test(test_what_an_agency_lost_with_its_machine_is_named_until_she_withdraws),
        cmocka_unit_test(test_what_an_agency_accepted_and_lost_is_named_until_she_is_referred_again),
        cmocka_unit_test(test_who_was_to_come_where_it_was_lost_is_looked_for_until_somebody_closes_that),
        cmocka_unit_test(test_what_an_agency_accepted_and_lost_is_named_until_she_withdraws),
        cmocka_unit_test(test_what_an_agency_accepted_on_its_new_machine_is_no_finding),
        cmocka_unit_test(test_an_emergency_that_expired_is_named_until_one_arrives),
        cmocka_unit_test(test_an_emergency_that_was_lost_is_named_until_one_arrives),
        cmocka_unit_test(test_an_emergency_that_was_accepted_and_lost_is_named_until_one_arrives),
        cmocka_unit_test(test_what_an_agency_that_left_cannot_answer_is_named_until_she_withdraws),
        cmocka_unit_test(test_a_certificate_of_another_agency_is_named_thirty_days_before_it_ends),
        cmocka_unit_test(test_a_key_that_changed_is_named_until_it_is_confirmed),
        cmocka_unit_test(test_an_agency_that_the_federation_revoked_learns_it),
        cmocka_unit_test(test_a_directory_is_old_and_then_past_its_last_day),
        cmocka_unit_test(test_a_node_that_listens_and_that_no_directory_shows_has_no_way_in),
        cmocka_unit_test(test_a_node_without_any_link_is_named_after_an_hour_until_it_has_one),
        cmocka_unit_test(test_who_has_nobody_to_link_with_is_not_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
