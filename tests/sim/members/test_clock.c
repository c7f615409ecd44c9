/* What no single clock can do: destroy, open again or block anything; and who ends a doubt. Between whole nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "codec/peer_messages.h"
#include "crypto/random.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/links.h"
#include "exchange/vault_sealing.h"
#include "people.h"
#include "store/log_store.h"

enum { NGO, MISSION, SHELTER };

#define YEAR   (365 * DAY_MS)
#define BIT(s) SECTION_BIT(SECTION_##s)

/* An NGO with a case and consent for the mission. */
struct fixture {
    struct world *w;
    size_t nodes;
    struct exchange *ngo;
    const struct address *to;
    struct ident person;
    struct ident consent;
    struct control_referral_result sent;
    struct error err;
    struct bytes answer; /* the last cosignature that went to NGO */
};

static void begin_of(struct fixture *s, size_t nodes)
{
    *s = (struct fixture){.w = world_new(11, nodes), .nodes = nodes};
    s->ngo = world_node(s->w, NGO);
    s->to = world_address(s->w, MISSION);
    assert_true(world_run_until_idle(s->w, 10 * MINUTES));
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    s->consent =
        people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    world_tick(s->w, NGO);
}

static void begin(struct fixture *s)
{
    begin_of(s, 2);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < s->nodes; i++)
        if (world_node(s->w, i) != NULL)
            assert_true(people_log_is_good(world_node(s->w, i)));
    bytes_fini(&s->answer);
    world_free(s->w);
}

static void refer(struct fixture *s)
{
    assert_true(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true}, &s->sent, &s->err));
    world_tick(s->w, NGO);
}

/* The machine of node I was off, and starts with a clock that is ahead by AHEAD_MS. */
static void start_ahead(struct fixture *s, size_t i, int64_t ahead_ms)
{
    if (world_node(s->w, i) != NULL)
        world_crash(s->w, i);
    world_set_clock(s->w, i, ahead_ms);
    world_start(s->w, i);
    if (i == NGO)
        s->ngo = world_node(s->w, NGO);
    world_tick(s->w, i);
}

static struct node_status status_of(struct fixture *s, size_t i)
{
    struct node_status status;

    assert_true(exchange_status(world_node(s->w, i), &status, &s->err));
    return status;
}

static struct control_clock clock_of(struct fixture *s, size_t i)
{
    return status_of(s, i).clock;
}

static int64_t recorded_last(struct fixture *s, size_t i)
{
    int64_t ms;
    uint64_t size;

    assert_true(log_store_size(world_node(s->w, i)->db, LOG_EXCHANGE, &size, &ms, &s->err));
    return ms;
}

static bool withdraw(struct fixture *s, bool now)
{
    struct control_consent_withdraw_ask ask = {.consent = s->consent, .erase_now = now, .seen_alone = SEEN_ALONE};
    struct control_consent out;
    bool ok = exchange_consent_withdraw(s->ngo, &ask, &out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static size_t sealing_keys(struct fixture *s, size_t i)
{
    struct bundle_key keys[BOUND_BUNDLE_KEYS];

    return vault_offered_keys(world_node(s->w, i)->vault, 0, keys, BOUND_BUNDLE_KEYS);
}

/* --- a clock that was wrong when it was confirmed --- */

static void confirm(struct fixture *s)
{
    const uint32_t root = 0;
    bool changed = false;
    uint32_t uid;

    exchange_acting(s->ngo, &root);
    assert_true(exchange_clock_confirm(s->ngo, &changed, &s->err));
    exchange_acting(s->ngo, NULL);
    assert_true(changed);
    world_tick(s->w, NGO);
    assert_true(people_decided(s->ngo, RECORD_CLOCK, &uid) && uid == root);
    assert_true(people_decided(s->ngo, RECORD_CONFIGURED, &uid) && uid == root);
}

/* Long before the federation was founded. */
static void confirm_years_behind(struct fixture *s)
{
    start_ahead(s, NGO, -4 * YEAR);
    confirm(s);
    assert_true(recorded_last(s, NGO) < world_now(s->w) - YEAR);
    world_crash(s->w, NGO);
}

static void test_a_node_starts_whatever_clock_was_confirmed_before(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    confirm_years_behind(&s);
    start_ahead(&s, NGO, -4 * YEAR); /* by no clock is it locked out */
    start_ahead(&s, NGO, 4 * YEAR);
    assert_true(clock_of(&s, NGO).in_doubt);
    start_ahead(&s, NGO, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    confirm(&s);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_true(recorded_last(&s, NGO) >= world_now(s.w) - MINUTES);
    refer(&s);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    end(&s);
}

static void test_peers_undo_a_wrong_confirmation(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    confirm_years_behind(&s);
    start_ahead(&s, NGO, 0);
    world_link(s.w, MISSION, NGO);
    world_link(s.w, SHELTER, NGO);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    end(&s);
}

static void test_a_stopped_node_is_read_whatever_clock_was_confirmed_before(void **state)
{
    struct fixture s;
    struct exchange *reader = NULL;
    struct exchange_options options = {.clock = &clock_real, .random = &random_real, .read_only = true};

    (void)state;
    begin(&s);
    options.home = world_home(s.w, NGO);
    confirm_years_behind(&s);
    assert_true(exchange_open(&options, &reader, &s.err));
    assert_true(people_log_is_good(reader));
    exchange_close(reader);
    end(&s);
}

static void test_a_newer_directory_is_taken_while_the_log_is_behind_the_federation(void **state)
{
    struct fixture s;
    uint64_t sequence = 0;
    struct bytes note = {0};

    (void)state;
    begin(&s);
    confirm_years_behind(&s);
    start_ahead(&s, NGO, 0);
    world_sign_directory(s.w, world_sequence(s.w) + 1, &note);
    assert_true(exchange_take_directory(s.ngo, bytes_view(&note), &sequence, &s.err));
    assert_int_equal(sequence, world_sequence(s.w));
    world_tick(s.w, NGO);
    start_ahead(&s, NGO, -4 * YEAR); /* by no clock had its keys begun now */
    bytes_clear(&note);
    world_sign_directory(s.w, world_sequence(s.w) + 1, &note);
    assert_false(exchange_take_directory(s.ngo, bytes_view(&note), &sequence, &s.err));
    assert_int_equal(s.err.code, E_FED_46);
    world_tick(s.w, NGO);
    bytes_fini(&note);
    end(&s);
}

/* A machine that has lost its time may show one of before 1970, which is none that a record can carry. */
static void test_a_clock_before_1970_ends_no_node_though_it_is_confirmed(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    start_ahead(&s, NGO, 3 * DAY_MS);
    assert_true(clock_of(&s, NGO).in_doubt);
    world_set_clock(s.w, NGO, -world_now(s.w) - DAY_MS);
    world_tick(s.w, NGO); /* it is behind now, and no less in doubt */
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 1);
    start_ahead(&s, NGO, -world_now(s.w) - DAY_MS);
    assert_int_equal(clock_of(&s, NGO).clock_ms, 1);
    confirm(&s);
    assert_int_equal(recorded_last(&s, NGO), 1);
    assert_true(people_log_is_good(s.ngo));
    start_ahead(&s, NGO, 0);
    confirm(&s);
    refer(&s);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* --- the days of a consent --- */

static bool record(struct fixture *s, const struct people_consent *c, uint32_t *until)
{
    struct control_consent out = {0};

    error_clear(&s->err);
    if (!people_may_consent(s->ngo, &s->person, s->to, c, &s->consent, &s->err))
        return false;
    world_tick(s->w, NGO);
    assert_true(exchange_consent_show(s->ngo, &s->consent, &out, &s->err));
    *until = out.until;
    return true;
}

static void refuse_days(struct fixture *s, uint32_t until, enum error_code code)
{
    uint32_t ignored;

    assert_false(record(s, &(struct people_consent){.sections = BIT(TRIAGE), .until = until}, &ignored));
    assert_int_equal(s->err.code, code);
}

static void test_no_last_day_is_counted_from_a_clock_that_the_log_denies(void **state)
{
    struct fixture s;
    uint32_t today;
    uint32_t until = 0;

    (void)state;
    begin(&s);
    today = day_of_ms(world_now(s.w));
    start_ahead(&s, NGO, YEAR);
    refuse_days(&s, 0, E_CON_23);
    confirm(&s);
    start_ahead(&s, NGO, 0); /* the log is a year ahead now */
    refuse_days(&s, 0, E_CON_23);
    refuse_days(&s, today + BOUND_CONSENT_DAYS_DEFAULT, E_CON_23);
    refuse_days(&s, today + BOUND_CONSENT_DAYS + 30, E_CON_23);
    assert_true(record(&s, &(struct people_consent){.refused = true}, &until)); /* a no at any clock */
    confirm(&s);
    assert_true(record(&s, &(struct people_consent){.sections = BIT(TRIAGE)}, &until));
    assert_int_equal(until, today + BOUND_CONSENT_DAYS_DEFAULT);
    end(&s);
}

static void test_a_last_day_that_is_given_holds_by_either_clock(void **state)
{
    struct fixture s;
    uint32_t today;
    uint32_t until = 0;

    (void)state;
    begin(&s);
    today = day_of_ms(world_now(s.w));
    start_ahead(&s, NGO, 3 * DAY_MS); /* the machine was off for a long weekend */
    refuse_days(&s, today + 2, E_CON_23);
    refuse_days(&s, today + BOUND_CONSENT_DAYS + 1, E_CON_23);
    assert_true(record(&s, &(struct people_consent){.sections = BIT(TRIAGE), .until = today + 30}, &until));
    assert_int_equal(until, today + 30);
    end(&s);
}

static void test_the_days_of_a_consent_are_counted_by_the_earlier_clock(void **state)
{
    struct fixture s;
    uint32_t today;
    uint32_t until = 0;

    (void)state;
    begin(&s);
    today = day_of_ms(world_now(s.w));
    world_set_clock(s.w, NGO, DAY_MS);
    refer(&s); /* and the log with it */
    world_set_clock(s.w, NGO, 0);
    assert_true(record(&s, &(struct people_consent){.sections = BIT(TRIAGE)}, &until));
    assert_int_equal(until, today + BOUND_CONSENT_DAYS_DEFAULT);
    refuse_days(&s, today + BOUND_CONSENT_DAYS + 1, E_CON_15);
    end(&s);
}

/* --- a clock that is ahead --- */

static void test_a_year_ahead_at_one_start_ends_and_destroys_nothing(void **state)
{
    struct fixture s;
    size_t keys;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    refer(&s);
    keys = sealing_keys(&s, NGO);
    start_ahead(&s, NGO, YEAR);
    world_run_ms(s.w, 2 * HOURS);

    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(sealing_keys(&s, NGO), keys);
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 1);

    start_ahead(&s, NGO, 0);
    world_start(s.w, MISSION);
    world_run_ms(s.w, HOURS);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_what_is_stopped_is_not_erased_before_its_hours_by_a_clock_ahead(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, HOURS);
    assert_true(withdraw(&s, false));
    world_run_ms(s.w, HOURS);
    for (size_t i = 0; i < 2; i++) {
        start_ahead(&s, i, YEAR);
        world_run_ms(s.w, HOURS);
        assert_int_equal(people_records(world_node(s.w, i), RECORD_ERASED), 0);
        start_ahead(&s, i, 0);
    }
    world_advance(s.w, 71 * HOURS - 3 * HOURS);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    world_advance(s.w, 2 * DAY_MS);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_ERASED), 1);
    end(&s);
}

static void test_what_is_stopped_by_a_clock_ahead_is_erased_when_it_is_right_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, HOURS);
    start_ahead(&s, NGO, YEAR);
    assert_true(withdraw(&s, false));
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    start_ahead(&s, NGO, 0);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    for (unsigned day = 0; day < BOUND_EXPIRY_DAYS + 5; day++) {
        world_advance(s.w, DAY_MS);
        world_publish(s.w);
        world_tick(s.w, NGO);
    }
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    end(&s);
}

static void test_stop_and_erase_now_work_while_the_clock_is_in_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, HOURS);
    start_ahead(&s, NGO, YEAR);
    assert_true(withdraw(&s, true));
    world_run_ms(s.w, 2 * MINUTES);
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ERASED);
    end(&s);
}

static void test_a_doubted_clock_never_moves_the_floor(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    start_ahead(&s, NGO, YEAR);
    (void)people_consent(
        s.ngo, &s.person, s.to,
        &(struct people_consent){.sections = BIT(TRIAGE), .until = day_of_ms(world_now(s.w)) + BOUND_CONSENT_DAYS});
    world_tick(s.w, NGO);
    assert_true(recorded_last(&s, NGO) <= world_now(s.w));
    for (int i = 0; i < 5; i++) { /* nor does it creep from start to start */
        start_ahead(&s, NGO, YEAR);
        assert_true(clock_of(&s, NGO).in_doubt);
    }
    start_ahead(&s, NGO, 0);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_true(recorded_last(&s, NGO) <= world_now(s.w));
    end(&s);
}

/* The shelter does not say what it remembers, so it is asked nothing. */
static void test_who_shows_nothing_puts_the_question_to_others_off_no_longer(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    world_crash(s.w, MISSION);
    start_ahead(&s, NGO, YEAR);
    world_conditions(s.w)->drop = PEER_WITNESS;
    world_link(s.w, SHELTER, NGO);
    world_run_ms(s.w, 2000);
    world_conditions(s.w)->drop = 0;
    world_start(s.w, MISSION);
    world_link(s.w, MISSION, NGO);
    world_run_ms(s.w, 2000);
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_true(s.ngo->links != NULL && s.ngo->links->next != NULL && !growth_is_known(s.ngo->links->next));
    assert_true(cosigning_wake_ms(s.ngo) != 0);
    end(&s);
}

static void test_a_clock_set_on_while_the_node_runs_is_doubted_too(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_set_clock(s.w, NGO, DAY_MS);
    world_run_ms(s.w, MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    world_set_clock(s.w, NGO, 3 * DAY_MS);
    world_run_ms(s.w, MINUTES);
    assert_true(clock_of(&s, NGO).in_doubt);
    end(&s);
}

static void test_reading_ends_by_a_clock_in_doubt_and_goes_on_when_it_is_right(void **state)
{
    struct fixture s;
    struct error why;

    (void)state;
    begin(&s);
    refer(&s);
    world_run_ms(s.w, HOURS);
    start_ahead(&s, MISSION, YEAR);
    assert_int_equal(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why), 0);
    start_ahead(&s, MISSION, 0);
    assert_int_equal(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why), BIT(TRIAGE) | BIT(HEALTH));
    end(&s);
}

static void test_what_only_a_doubted_clock_ends_waits_by_that_name(void **state)
{
    struct fixture s;
    struct held held;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    refer(&s);
    start_ahead(&s, NGO, YEAR);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_CLOCK_DOUBT);
    start_ahead(&s, NGO, 0);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_NONE);
    end(&s);
}

static void test_an_hour_ahead_for_a_while_blocks_nothing_afterwards(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_set_clock(s.w, NGO, HOURS);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    world_set_clock(s.w, NGO, 0);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_nothing_is_destroyed_by_trusted_time_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    refer(&s);
    world_set_clock(s.w, NGO, YEAR);
    for (unsigned day = 0; day < BOUND_EXPIRY_DAYS + 2; day++) { /* as many days as it waits, all in doubt */
        world_advance(s.w, DAY_MS);
        world_tick(s.w, NGO);
    }
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    end(&s);
}

static void test_what_waits_under_a_consent_that_only_a_doubted_clock_ends_is_kept(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.consent = people_consent(s.ngo, &s.person, s.to,
                               &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(NOTES),
                                                        .until = day_of_ms(world_now(s.w)) + 1,
                                                        .keep_until = day_of_ms(world_now(s.w)) + 1});
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    refer(&s);
    world_set_clock(s.w, NGO, 4 * DAY_MS);
    world_start(s.w, MISSION);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(people_count(world_node(s.w, MISSION), &s.sent.referral), 0);
    world_set_clock(s.w, NGO, 0);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* --- a clock that is behind --- */

static void test_no_record_is_earlier_than_the_one_before(void **state)
{
    struct fixture s;
    int64_t before;

    (void)state;
    begin(&s);
    world_set_clock(s.w, NGO, HOURS);
    refer(&s);
    before = recorded_last(&s, NGO);
    for (int restart = 0; restart < 2; restart++) {
        world_set_clock(s.w, NGO, 0);
        refer(&s);
        assert_true(recorded_last(&s, NGO) >= before);
        start_ahead(&s, NGO, 0);
    }
    end(&s);
}

static void test_a_clock_set_back_by_hours_opens_nothing_either(void **state)
{
    struct fixture s;
    struct error why;
    int64_t midnight;

    (void)state;
    begin(&s);
    s.consent = people_consent(s.ngo, &s.person, s.to,
                               &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(NOTES),
                                                        .until = day_of_ms(world_now(s.w)),
                                                        .keep_until = day_of_ms(world_now(s.w))});
    world_tick(s.w, NGO);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_true(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why) > 0);
    midnight = ((int64_t)day_of_ms(world_now(s.w)) + 1) * DAY_MS;
    world_advance(s.w, midnight - world_now(s.w) + 1000);
    world_set_clock(s.w, MISSION, -5 * HOURS);
    (void)people_case(world_node(s.w, MISSION)); /* a record of the time before midnight */
    world_tick(s.w, MISSION);
    assert_int_equal(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why), 0);
    end(&s);
}

static void test_a_clock_set_back_opens_nothing_that_has_ended(void **state)
{
    struct fixture s;
    struct error why;

    (void)state;
    begin(&s);
    s.consent = people_consent(s.ngo, &s.person, s.to,
                               &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(NOTES),
                                                        .until = day_of_ms(world_now(s.w)) + 2,
                                                        .keep_until = day_of_ms(world_now(s.w)) + 2});
    world_tick(s.w, NGO);
    refer(&s);
    world_run_ms(s.w, HOURS);
    world_advance(s.w, 3 * DAY_MS);
    world_publish(s.w);
    world_run_ms(s.w, MINUTES);
    for (int restart = 0; restart < 2; restart++) {
        world_set_clock(s.w, MISSION, -YEAR);
        assert_int_equal(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why), 0);
        start_ahead(&s, MISSION, -YEAR);
        assert_int_equal(people_open_sections(world_node(s.w, MISSION), &s.sent.referral, &why), 0);
    }
    assert_true(clock_of(&s, MISSION).is_behind);
    world_set_clock(s.w, NGO, -YEAR); /* what came has been erased; what she agreed to here ended as well */
    assert_false(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.require = BIT(NOTES)}, &s.sent, &s.err));
    assert_int_equal(error_fault(&s.err), FAULT_DENIED);
    end(&s);
}

static void test_a_year_behind_a_node_works_on_by_its_log_and_destroys_nothing(void **state)
{
    struct fixture s;
    int64_t before;

    (void)state;
    begin(&s);
    before = recorded_last(&s, NGO);
    start_ahead(&s, NGO, -YEAR);
    assert_true(clock_of(&s, NGO).is_behind);
    assert_false(clock_of(&s, NGO).in_doubt);
    refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(recorded_last(&s, NGO) >= before);
    assert_true(withdraw(&s, false));
    world_advance(s.w, 6 * DAY_MS);
    world_publish(s.w);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    world_set_clock(s.w, NGO, 0);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    end(&s);
}

/* --- who ends a doubt --- */

static void test_after_a_weekend_switched_off_peers_end_the_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    world_crash(s.w, NGO);
    world_advance(s.w, 63 * HOURS);
    start_ahead(&s, NGO, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    refer(&s);
    people_refer(s.ngo, &s.person, world_address(s.w, SHELTER), &(struct people_referral){.now = true}, &s.sent,
                 &s.err);
    for (size_t i = 1; i < 3; i++)
        world_link(s.w, NGO, i);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 2);
    end(&s);
}

static void test_nodes_that_were_all_off_end_one_anothers_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    for (size_t i = 0; i < 3; i++)
        world_crash(s.w, i);
    world_advance(s.w, 63 * HOURS);
    for (size_t i = 0; i < 3; i++)
        start_ahead(&s, i, 0);
    world_link(s.w, 0, 1);
    world_link(s.w, 1, 2);
    world_link(s.w, 2, 0);
    world_run_ms(s.w, 2 * MINUTES);
    for (size_t i = 0; i < 3; i++)
        assert_false(clock_of(&s, i).in_doubt);
    end(&s);
}

static void test_who_had_its_clock_set_while_it_ran_is_no_word_for_others(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    world_advance(s.w, 3 * DAY_MS);
    world_set_clock(s.w, MISSION, 3 * DAY_MS);
    world_tick(s.w, MISSION);
    start_ahead(&s, NGO, 0);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 10 * MINUTES);
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_equal(clock_of(&s, NGO).answered, 0);
    assert_int_equal(clock_of(&s, MISSION).answered, 1); /* who was off tells, and does not agree */
    assert_int_equal(clock_of(&s, MISSION).agree, 0);
    end(&s);
}

static void test_one_of_two_that_lies_ends_no_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    world_crash(s.w, NGO);
    start_ahead(&s, NGO, 3 * DAY_MS);
    world_crash(s.w, SHELTER);
    start_ahead(&s, SHELTER, 3 * DAY_MS); /* says what NGO would like to hear */
    world_link(s.w, NGO, SHELTER);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 30 * MINUTES);
    assert_int_equal(clock_of(&s, NGO).answered, 2);
    assert_int_equal(clock_of(&s, NGO).agree, 1);
    assert_true(clock_of(&s, NGO).in_doubt);
    end(&s);
}

static void test_one_of_three_that_lies_hinders_no_end_of_a_doubt(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 4);
    world_crash(s.w, NGO);
    world_advance(s.w, 63 * HOURS);
    start_ahead(&s, SHELTER, 3 * DAY_MS);
    start_ahead(&s, NGO, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    for (size_t i = 1; i < 4; i++)
        world_link(s.w, NGO, i);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    end(&s);
}

/* Each links the next one alone, and one answer is too little. */
static void test_who_is_in_doubt_looks_for_others_by_itself(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 4);
    for (size_t i = 0; i < 4; i++)
        world_crash(s.w, i);
    world_advance(s.w, 63 * HOURS);
    for (size_t i = 1; i < 4; i++)
        start_ahead(&s, i, 0);
    world_run_ms(s.w, HOURS);
    for (size_t i = 1; i < 4; i++)
        assert_false(clock_of(&s, i).in_doubt);
    start_ahead(&s, NGO, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    end(&s);
}

/* A clock that is twice wrong by less than a day takes the log along by more, and nobody takes what it records. */
static void test_peers_also_say_that_the_log_has_run_ahead(void **state)
{
    static const int64_t ahead[] = {20 * HOURS, 0, 40 * HOURS, 0};
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    for (size_t i = 0; i < 3; i++) {
        world_set_clock(s.w, NGO, ahead[i]);
        (void)people_case(s.ngo);
        world_run_ms(s.w, MINUTES);
        assert_false(clock_of(&s, NGO).in_doubt);
    }
    world_set_clock(s.w, NGO, ahead[3]);
    world_tick(s.w, NGO);
    assert_true(clock_of(&s, NGO).is_behind);
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 1); /* the house log says so, with that time */
    world_tick(s.w, NGO);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).is_behind);
    start_ahead(&s, NGO, 0); /* nor does the house log say it again */
    assert_false(clock_of(&s, NGO).is_behind);
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 2);
    assert_true(recorded_last(&s, NGO) <= world_now(s.w));
    refer(&s);
    world_run_ms(s.w, 10 * SECONDS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* By the wrong clock the directory has ended, so that a link is for a newer one alone. */
static void test_a_link_made_by_a_wrong_clock_carries_all_when_it_is_right(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    start_ahead(&s, NGO, 40 * DAY_MS);
    world_run_ms(s.w, HOURS);
    assert_true(s.ngo->links != NULL && s.ngo->links->directory_only);
    world_set_clock(s.w, NGO, 0);
    world_tick(s.w, NGO);
    refer(&s);
    world_run_ms(s.w, 10 * SECONDS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* What was said on it meanwhile of a log that began anew is said again. */
static void test_how_a_log_began_is_heard_when_a_wrong_clock_is_right(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_set_clock(s.w, MISSION, 40 * DAY_MS);
    world_run_ms(s.w, HOURS);
    world_mark_restored(s.w, NGO);
    world_begin_anew(s.w, NGO);
    s.ngo = world_node(s.w, NGO);
    world_run_ms(s.w, HOURS);
    world_set_clock(s.w, MISSION, 0);
    world_run_ms(s.w, 10 * SECONDS);
    refer(&s);
    world_run_ms(s.w, 10 * SECONDS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_a_clock_set_back_is_not_believed_by_anybody(void **state)
{
    struct fixture s;
    int64_t before;

    (void)state;
    begin_of(&s, 3);
    before = recorded_last(&s, NGO);
    start_ahead(&s, NGO, -3 * DAY_MS);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(clock_of(&s, NGO).answered, 2);
    assert_int_equal(clock_of(&s, NGO).agree, 0);
    assert_true(clock_of(&s, NGO).is_behind);
    assert_true(recorded_last(&s, NGO) >= before);
    end(&s);
}

static void test_an_idle_node_needs_nobody(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (unsigned day = 0; day < 10; day++) {
        world_run_ms(s.w, DAY_MS);
        assert_false(clock_of(&s, NGO).in_doubt);
    }
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), 0);
    end(&s);
}

static void test_the_only_peer_known_is_enough_and_one_of_two_is_not(void **state)
{
    struct fixture s;

    (void)state;
    for (size_t nodes = 2; nodes <= 3; nodes++) {
        begin_of(&s, nodes);
        world_crash(s.w, NGO);
        if (nodes == 3)
            world_crash(s.w, SHELTER);
        world_advance(s.w, 3 * DAY_MS);
        start_ahead(&s, NGO, 0);
        world_link(s.w, NGO, MISSION);
        world_run_ms(s.w, 2 * MINUTES);
        assert_int_equal(clock_of(&s, NGO).in_doubt, nodes == 3);
        end(&s);
    }
}

/* Two lie about the clock of a third all the more easily where a suspension leaves one alone to be asked. */
static void test_who_is_suspended_leaves_no_fewer_that_have_to_agree(void **state)
{
    struct bytes note = {0};
    struct fixture s;
    uint64_t sequence;

    (void)state;
    world_let_two_sign = true;
    begin_of(&s, 3);
    world_let_two_sign = false;
    world_suspend(s.w, SHELTER, 1, &note);
    world_must(exchange_take_offered(s.ngo, bytes_view(&note), &sequence, &s.err), &s.err, "a suspension");
    world_tick(s.w, NGO);
    world_crash(s.w, NGO);
    world_crash(s.w, SHELTER);
    world_advance(s.w, 2 * DAY_MS); /* it counts for three */
    start_ahead(&s, NGO, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_not_equal(membership_suspended_until(s.ngo->membership, world_address(s.w, SHELTER)), 0);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 2 * MINUTES);
    assert_true(clock_of(&s, NGO).in_doubt);
    bytes_fini(&note);
    end(&s);
}

static void test_a_person_confirms_and_that_may_lower_the_floor(void **state)
{
    struct fixture s;
    uint64_t house;
    bool changed;

    (void)state;
    begin(&s);
    start_ahead(&s, NGO, 5 * DAY_MS);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    assert_true(changed);
    world_tick(s.w, NGO);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_true(recorded_last(&s, NGO) >= world_now(s.w) + 5 * DAY_MS);

    start_ahead(&s, NGO, 0); /* it was wrong */
    assert_true(clock_of(&s, NGO).is_behind);
    house = audit_size(s.ngo->audit, LOG_HOUSE);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    assert_true(changed);
    world_tick(s.w, NGO);
    assert_int_equal(recorded_last(&s, NGO), world_now(s.w));
    assert_int_equal(audit_size(s.ngo->audit, LOG_HOUSE), house + 1);
    start_ahead(&s, NGO, 0); /* nor does the house log raise it again */
    assert_false(clock_of(&s, NGO).is_behind);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    assert_false(changed);
    end(&s);
}

static void test_a_confirmation_that_found_no_room_leaves_the_clock_in_doubt(void **state)
{
    struct fixture s;
    bool changed;

    (void)state;
    begin(&s);
    start_ahead(&s, NGO, YEAR);
    assert_true(clock_of(&s, NGO).in_doubt);
    db_fault(s.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(world_undone(s.w, NGO), 1);

    assert_true(clock_of(&s, NGO).in_doubt);
    world_run_ms(s.w, MINUTES);
    assert_true(recorded_last(&s, NGO) < world_now(s.w) + DAY_MS);
    end(&s);
}

static void test_a_key_hold_runs_by_trusted_time(void **state)
{
    struct fixture s;
    struct held held;

    (void)state;
    begin(&s);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, HOURS);
    start_ahead(&s, NGO, 5 * DAY_MS);
    start_ahead(&s, NGO, -5 * DAY_MS);
    start_ahead(&s, NGO, 0);
    world_run_ms(s.w, HOURS);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_KEY_CHANGED);
    world_advance(s.w, 23 * HOURS);
    world_run_ms(s.w, HOURS);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_NONE);
    end(&s);
}

static void test_a_key_hold_does_not_end_in_a_doubt(void **state)
{
    struct fixture s;
    struct held held;

    (void)state;
    begin(&s);
    world_replace(s.w, MISSION);
    world_run_ms(s.w, HOURS);
    world_crash(s.w, MISSION);
    world_set_clock(s.w, NGO, YEAR);
    world_run_ms(s.w, 26 * HOURS);
    world_set_clock(s.w, NGO, 0);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_KEY_CHANGED);
    world_run_ms(s.w, HOURS);
    assert_true(holds_ask(s.ngo, s.to, MESSAGE_REFERRAL, &held, &s.err));
    assert_int_equal(held.hold, HOLD_NONE);
    end(&s);
}

/* --- frame 6 --- */

static void keep_answer(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct arena arena = {0};
    struct peer_cosigned frame;
    struct checkpoint c;
    struct error err;

    if (kind == PEER_COSIGNED && from == MISSION && to == NGO && peer_cosigned_decode(payload, &arena, &frame, &err) &&
        checkpoint_read_cosigned(frame.checkpoint, &c, &err) && c.note.line_count == 2) {
        bytes_clear(&s->answer);
        bytes_append_view(&s->answer, payload);
    }
    arena_fini(&arena);
}

static void test_an_answer_of_before_the_doubt_does_not_count(void **state)
{
    struct fixture s;
    struct bytes old = {0};

    (void)state;
    begin(&s);
    world_watch(s.w, keep_answer, &s);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(s.answer.size != 0);
    bytes_append_view(&old, bytes_view(&s.answer));

    world_conditions(s.w)->loss = 1000;
    world_set_clock(s.w, NGO, 2 * DAY_MS);
    for (int i = 0; i < 5; i++)
        world_step(s.w, 0);
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_true(world_inject(s.w, MISSION, NGO, PEER_COSIGNED, bytes_view(&old)));
    assert_int_equal(clock_of(&s, NGO).answered, 0);
    bytes_fini(&old);
    end(&s);
}

struct shown_clock {
    const struct address *agency;
    struct control_agency shown;
};

static bool keep_clock(void *cookie, const struct control_agency *agency, struct error *err)
{
    struct shown_clock *clock = cookie;

    (void)err;
    if (address_equal(&agency->agency, clock->agency))
        clock->shown = *agency;
    return true;
}

/* AT's list says that the clock of OF is ahead of its own by so much, and behind; what is signed is in whole
 * seconds. */
static void assert_listed(struct fixture *s, size_t at, size_t of, uint64_t ahead_s, uint64_t behind_s)
{
    struct shown_clock clock = {.agency = world_address(s->w, of)};

    assert_true(exchange_agency_list(world_node(s->w, at), keep_clock, &clock, &s->err));
    assert_in_range(ahead_s - clock.shown.clock_ahead_s, 0, 1);
    assert_in_range(behind_s - clock.shown.clock_behind_s, 0, 1);
}

static void test_a_clock_that_differs_by_more_than_the_bound_is_named(void **state)
{
    static const uint64_t by_s = BOUND_CLOCKS_MS / 1000 + 2;
    struct fixture s;

    (void)state;
    for (int over = 0; over < 2; over++) {
        begin(&s);
        world_crash(s.w, MISSION);
        world_set_clock(s.w, MISSION, -BOUND_CLOCKS_MS - over * 2000);
        world_start(s.w, MISSION);
        world_link(s.w, NGO, MISSION);
        for (int i = 0; i < 8; i++)
            world_step(s.w, 0);
        assert_int_equal(status_of(&s, NGO).clock_count, over);
        assert_int_equal(status_of(&s, MISSION).clock_count, over);
        assert_listed(&s, NGO, MISSION, 0, over ? by_s : 0);
        assert_listed(&s, MISSION, NGO, over ? by_s : 0, 0);
        end(&s);
    }
}

/* Of three nodes, whose clocks are off by so much, NGO says that its own is ahead of OF others by AHEAD_MS. */
static void assert_own(const int64_t off[3], int64_t ahead_ms, size_t of)
{
    struct node_status status;
    struct fixture s;

    begin_of(&s, 3);
    for (size_t i = 0; i < 3; i++) {
        world_crash(s.w, i);
        world_set_clock(s.w, i, off[i]);
    }
    for (size_t i = 0; i < 3; i++)
        world_start(s.w, i);
    world_link(s.w, NGO, MISSION);
    world_link(s.w, NGO, SHELTER);
    for (int i = 0; i < 12; i++)
        world_step(s.w, 0);
    status = status_of(&s, NGO);
    assert_in_range(status.own_ahead_ms - ahead_ms + 2000, 0, 4000);
    assert_true(ahead_ms == 0 || status.own_ahead_of == of);
    end(&s);
}

static void test_a_clock_that_most_others_deny_is_named_as_this_machines(void **state)
{
    (void)state;
    assert_own((const int64_t[]){-20 * MINUTES, 0, 0}, -20 * MINUTES, 2);
    assert_own((const int64_t[]){20 * MINUTES, 0, 2 * MINUTES}, 18 * MINUTES, 2); /* by so much at least */
    assert_own((const int64_t[]){0, 20 * MINUTES, 0}, 0, 0);                      /* one of two is not most */
    assert_own((const int64_t[]){0, 20 * MINUTES, -20 * MINUTES}, 0, 0);
    assert_own((const int64_t[]){0, 5 * MINUTES, 5 * MINUTES}, 0, 0);
}

/* How often a log says that the clock of the mission, ahead by BY_MS, differs, as it says so HOURS_ hours long. */
static unsigned said_to_differ(struct fixture *s, int64_t by_ms, unsigned hours)
{
    FILE *log = tmpfile();
    const int kept = dup(STDERR_FILENO);
    unsigned found = 0;
    char text[512];

    assert_non_null(log);
    assert_true(kept >= 0 && fflush(stderr) == 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    for (unsigned i = 0; i < hours; i++) {
        world_advance(s->w, HOURS);
        clock_doubt_heard(s->ngo, s->ngo->links, (world_now(s->w) + by_ms) / 1000);
        world_step(s->w, 1);
    }
    assert_true(fflush(stderr) == 0 && dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    rewind(log);
    while (fgets(text, sizeof text, log) != NULL)
        found += strstr(text, "event=clock.differs") != NULL;
    (void)fclose(log);
    return found;
}

/* It may be wrong for weeks: the log says it once, and once a day; what is new it says at once. */
static void test_the_log_says_once_a_day_that_a_clock_differs(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    assert_non_null(s.ngo->links);
    assert_int_equal(said_to_differ(&s, 5 * HOURS, 20), 1);
    assert_int_equal(said_to_differ(&s, 5 * HOURS, 20), 1);
    assert_int_equal(said_to_differ(&s, 6 * HOURS, 1), 1);
    assert_int_equal(said_to_differ(&s, 0, 1), 0);
    assert_int_equal(said_to_differ(&s, 6 * HOURS, 1), 1);
    end(&s);
}

/* Its machine may be anybody's: nobody vouches for its key. */
static void test_who_is_listed_without_a_key_has_no_word_on_a_clock(void **state)
{
    static const struct view junk = {(const uint8_t *)"no certificate", 14};
    struct fixture s;

    (void)state;
    begin_of(&s, 3);
    assert_int_equal(clock_of(&s, NGO).peers, 2);
    world_list_with(s.w, SHELTER, junk);
    world_tick(s.w, NGO);
    assert_int_equal(clock_of(&s, NGO).peers, 1);
    world_crash(s.w, NGO);
    world_advance(s.w, 3 * DAY_MS);
    start_ahead(&s, NGO, 0);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 2 * MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt); /* the mission is the only one that can be asked */
    end(&s);
}

static void test_more_clocks_that_differ_than_are_named_are_counted(void **state)
{
    struct fixture s;
    struct link link;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    link = *s.ngo->links;
    for (int i = 0; i < BOUND_NAMED + 2; i++) {
        link.peer = 100 + i;
        clock_doubt_heard(s.ngo, &link, (world_now(s.w) + HOURS) / 1000);
    }
    assert_int_equal(status_of(&s, NGO).clock_count, BOUND_NAMED);
    assert_int_equal(status_of(&s, NGO).clock_more, 2);
    end(&s);
}

static uint32_t sealing_until(struct fixture *s)
{
    struct node_status status;

    assert_true(exchange_status(s->ngo, &status, &s->err));
    return status.shown.sealing_until;
}

/* Until then nothing is destroyed, and no more keys are made than are kept. */
static void test_a_clock_in_doubt_for_months_ends_no_node(void **state)
{
    struct fixture s;
    bool changed;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    start_ahead(&s, NGO, YEAR);
    assert_true(clock_of(&s, NGO).in_doubt);
    for (int week = 0; week < 20; week++) {
        world_advance(s.w, 7 * DAY_MS);
        world_publish(s.w);
        world_tick(s.w, NGO);
    }
    assert_true(clock_of(&s, NGO).in_doubt);
    assert_int_equal(sealing_until(&s), 0); /* peers hold what they have for it, until a person looks */
    world_set_clock(s.w, NGO, 0);
    assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
    world_tick(s.w, NGO);
    world_run_ms(s.w, MINUTES);
    assert_false(clock_of(&s, NGO).in_doubt);
    assert_true(sealing_until(&s) > day_of_ms(world_now(s.w)));
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_node_starts_whatever_clock_was_confirmed_before),
        cmocka_unit_test(test_peers_undo_a_wrong_confirmation),
        cmocka_unit_test(test_a_clock_before_1970_ends_no_node_though_it_is_confirmed),
        cmocka_unit_test(test_a_stopped_node_is_read_whatever_clock_was_confirmed_before),
        cmocka_unit_test(test_a_newer_directory_is_taken_while_the_log_is_behind_the_federation),
        cmocka_unit_test(test_no_last_day_is_counted_from_a_clock_that_the_log_denies),
        cmocka_unit_test(test_a_last_day_that_is_given_holds_by_either_clock),
        cmocka_unit_test(test_the_days_of_a_consent_are_counted_by_the_earlier_clock),
        cmocka_unit_test(test_a_year_ahead_at_one_start_ends_and_destroys_nothing),
        cmocka_unit_test(test_what_is_stopped_is_not_erased_before_its_hours_by_a_clock_ahead),
        cmocka_unit_test(test_what_is_stopped_by_a_clock_ahead_is_erased_when_it_is_right_again),
        cmocka_unit_test(test_stop_and_erase_now_work_while_the_clock_is_in_doubt),
        cmocka_unit_test(test_a_doubted_clock_never_moves_the_floor),
        cmocka_unit_test(test_who_shows_nothing_puts_the_question_to_others_off_no_longer),
        cmocka_unit_test(test_a_clock_set_on_while_the_node_runs_is_doubted_too),
        cmocka_unit_test(test_reading_ends_by_a_clock_in_doubt_and_goes_on_when_it_is_right),
        cmocka_unit_test(test_what_only_a_doubted_clock_ends_waits_by_that_name),
        cmocka_unit_test(test_what_waits_under_a_consent_that_only_a_doubted_clock_ends_is_kept),
        cmocka_unit_test(test_nothing_is_destroyed_by_trusted_time_alone),
        cmocka_unit_test(test_an_hour_ahead_for_a_while_blocks_nothing_afterwards),
        cmocka_unit_test(test_no_record_is_earlier_than_the_one_before),
        cmocka_unit_test(test_a_clock_set_back_by_hours_opens_nothing_either),
        cmocka_unit_test(test_a_clock_set_back_opens_nothing_that_has_ended),
        cmocka_unit_test(test_a_year_behind_a_node_works_on_by_its_log_and_destroys_nothing),
        cmocka_unit_test(test_after_a_weekend_switched_off_peers_end_the_doubt),
        cmocka_unit_test(test_nodes_that_were_all_off_end_one_anothers_doubt),
        cmocka_unit_test(test_who_had_its_clock_set_while_it_ran_is_no_word_for_others),
        cmocka_unit_test(test_one_of_two_that_lies_ends_no_doubt),
        cmocka_unit_test(test_one_of_three_that_lies_hinders_no_end_of_a_doubt),
        cmocka_unit_test(test_who_is_in_doubt_looks_for_others_by_itself),
        cmocka_unit_test(test_peers_also_say_that_the_log_has_run_ahead),
        cmocka_unit_test(test_a_link_made_by_a_wrong_clock_carries_all_when_it_is_right),
        cmocka_unit_test(test_how_a_log_began_is_heard_when_a_wrong_clock_is_right),
        cmocka_unit_test(test_a_clock_set_back_is_not_believed_by_anybody),
        cmocka_unit_test(test_an_idle_node_needs_nobody),
        cmocka_unit_test(test_the_only_peer_known_is_enough_and_one_of_two_is_not),
        cmocka_unit_test(test_who_is_suspended_leaves_no_fewer_that_have_to_agree),
        cmocka_unit_test(test_a_person_confirms_and_that_may_lower_the_floor),
        cmocka_unit_test(test_a_confirmation_that_found_no_room_leaves_the_clock_in_doubt),
        cmocka_unit_test(test_a_key_hold_runs_by_trusted_time),
        cmocka_unit_test(test_a_key_hold_does_not_end_in_a_doubt),
        cmocka_unit_test(test_an_answer_of_before_the_doubt_does_not_count),
        cmocka_unit_test(test_a_clock_that_differs_by_more_than_the_bound_is_named),
        cmocka_unit_test(test_a_clock_that_most_others_deny_is_named_as_this_machines),
        cmocka_unit_test(test_the_log_says_once_a_day_that_a_clock_differs),
        cmocka_unit_test(test_who_is_listed_without_a_key_has_no_word_on_a_clock),
        cmocka_unit_test(test_more_clocks_that_differ_than_are_named_are_counted),
        cmocka_unit_test(test_a_clock_in_doubt_for_months_ends_no_node),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
