/* Limits of base/bounds.h that only a whole node applies: what is at the bound is accepted, one over it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "fake_disk.h"
#include "model/referral.h"
#include "people.h"
#include "store/referral_store.h"

enum { NGO, MISSION };

struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct ident person;
    struct control_referral_result sent;
    struct error err;
    uint32_t step;         /* of the last refusal that MISSION sent */
    struct bytes envelope; /* the first one that NGO sent */
    int64_t ahead_ms;      /* of NGO's clock when it makes the message that is captured */
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct peer_refusal refusal;
    struct arena arena = {0};
    struct error err = {0};

    (void)to;
    if (from == MISSION && kind == PEER_REFUSAL && peer_refusal_decode(payload, &arena, &refusal, &err))
        s->step = refusal.step;
    if (from == NGO && kind == PEER_ENVELOPE && s->envelope.size == 0)
        bytes_append_view(&s->envelope, payload);
    arena_fini(&arena);
}

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(11, 2)};
    s->ngo = world_node(s->w, NGO);
    world_watch(s->w, on_frame_sent, s);
    assert_true(world_run_until_idle(s->w, 10 * MINUTES));
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
}

static void end(struct fixture *s)
{
    fake_disk_set_free(0);
    bytes_fini(&s->envelope);
    world_free(s->w);
}

static void record_consent(struct fixture *s)
{
    (void)people_consent(s->ngo, &s->person, world_address(s->w, MISSION),
                         &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s->w, NGO);
}

static bool refer(struct fixture *s, const char *request_id)
{
    struct people_referral r = {.now = true, .request_id = request_id};
    bool ok = people_refer(s->ngo, &s->person, world_address(s->w, MISSION), &r, &s->sent, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

/* --- sending --- */

struct consent_params {
    uint32_t until_days;
    uint32_t keep_days;
    size_t recipients;
    size_t grants;
};

static bool consent(struct fixture *s, const struct consent_params *c)
{
    uint32_t today = day_of_ms(world_now(s->w));
    struct address to[BOUND_RECIPIENTS + 1];
    struct control_consent_grant grants[BOUND_GRANTS + 1];
    struct ident ids[BOUND_RECIPIENTS + 1];
    struct control_consent_record_ask ask = {.case_id = s->person,
                                             .to = to,
                                             .to_count = c->recipients,
                                             .grants = grants,
                                             .grant_count = c->grants,
                                             .until = c->until_days != 0 ? today + c->until_days : 0,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};

    for (size_t i = 0; i <= BOUND_RECIPIENTS; i++)
        to[i] = *world_address(s->w, MISSION);
    for (size_t i = 0; i <= BOUND_GRANTS; i++)
        grants[i] = (struct control_consent_grant){.sections = SECTION_BIT(SECTION_TRIAGE),
                                                   .purpose = PURPOSE_SERVICES,
                                                   .onward = ONWARD_NONE,
                                                   .keep_until = c->keep_days != 0 ? today + c->keep_days : 0};
    error_clear(&s->err);
    return people_record(s->ngo, &ask, ids, &s->err);
}

static void test_a_consent_runs_and_data_is_kept_up_to_their_bounds(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(consent(&s, &(struct consent_params){BOUND_CONSENT_DAYS, BOUND_KEEP_DAYS, 1, 1}));
    assert_false(consent(&s, &(struct consent_params){BOUND_CONSENT_DAYS + 1, 0, 1, 1}));
    assert_int_equal(s.err.code, E_CON_15);
    assert_false(consent(&s, &(struct consent_params){1, BOUND_KEEP_DAYS + 1, 1, 1}));
    assert_int_equal(s.err.code, E_CON_15);
    end(&s);
}

static void test_a_consent_without_a_last_day_ends_after_the_usual_time(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    world_publish(s.w);
    for (int i = 0; i < 9; i++) { /* the directory is valid for 14 days */
        world_advance(s.w, BOUND_CONSENT_DAYS_DEFAULT / 9 * DAY_MS);
        world_publish(s.w);
        assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    }
    if (!refer(&s, NULL))
        fail_msg("%s", s.err.text);
    world_advance(s.w, DAY_MS);
    assert_false(refer(&s, NULL));
    end(&s);
}

static void test_a_consent_has_no_more_grants_and_recipients_than_its_bounds(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(consent(&s, &(struct consent_params){0, 0, 1, BOUND_GRANTS - 1}));
    assert_false(consent(&s, &(struct consent_params){0, 0, 1, BOUND_GRANTS}));
    assert_int_equal(s.err.code, E_CON_14);
    /* At the bound the next check answers instead: is each agency named once? */
    assert_false(consent(&s, &(struct consent_params){0, 0, BOUND_RECIPIENTS, 1}));
    assert_null(strstr(s.err.text, "1 to 32"));
    assert_false(consent(&s, &(struct consent_params){0, 0, BOUND_RECIPIENTS + 1, 1}));
    assert_non_null(strstr(s.err.text, "1 to 32"));
    end(&s);
}

static void test_a_request_id_is_taken_at_its_bound_and_not_over_it(void **state)
{
    char id[BOUND_REQUEST_ID + 2];
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    memset(id, 'r', sizeof id);
    id[BOUND_REQUEST_ID] = '\0';
    assert_true(refer(&s, id));
    id[BOUND_REQUEST_ID] = 'r';
    id[BOUND_REQUEST_ID + 1] = '\0';
    assert_false(refer(&s, id));
    assert_int_equal(s.err.code, E_REF_04);
    end(&s);
}

static void test_a_referral_asks_for_no_more_services_than_its_bound(void **state)
{
    uint32_t services[BOUND_SERVICES + 1];
    struct fixture s;
    struct control_refer_ask ask = {.kind = MESSAGE_REFERRAL,
                                    .services = services,
                                    .urgency = URGENCY_NORMAL,
                                    .purpose = PURPOSE_SERVICES,
                                    .partial = true};

    (void)state;
    begin(&s);
    record_consent(&s);
    for (uint32_t i = 0; i <= BOUND_SERVICES; i++)
        services[i] = i + 1;
    ask.case_id = s.person;
    ask.to = *world_address(s.w, MISSION);
    ask.service_count = BOUND_SERVICES;
    assert_true(exchange_refer(s.ngo, &ask, &s.sent, &s.err));
    ask.service_count++;
    assert_false(exchange_refer(s.ngo, &ask, &s.sent, &s.err));
    assert_int_equal(s.err.code, E_REF_04);
    end(&s);
}

static void test_nothing_new_is_taken_when_the_disk_is_nearly_full(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    world_advance(s.w, 10 * MINUTES);
    fake_disk_set_free(BOUND_DISK_FREE);
    assert_true(refer(&s, NULL));
    world_advance(s.w, 10 * MINUTES);
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    assert_false(refer(&s, NULL));
    assert_int_equal(s.err.code, E_STO_03);
    world_advance(s.w, 10 * MINUTES);
    fake_disk_set_free(0);
    assert_true(refer(&s, NULL));
    end(&s);
}

static void test_with_little_room_a_withdrawal_is_taken_and_a_referral_waits(void **state)
{
    struct fixture s;
    struct ident id;
    struct control_consent shown;
    struct control_consent_withdraw_ask ask = {0};

    (void)state;
    begin(&s);
    id = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                        &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s.w, NGO);
    assert_true(refer(&s, NULL));
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    world_crash(s.w, MISSION);
    assert_true(refer(&s, NULL));
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_start(s.w, MISSION);
    for (int i = 0; i < 50; i++)
        world_step(s.w, 100);
    assert_int_equal(people_count(world_node(s.w, MISSION), &s.sent.referral), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_REFUSED), 0); /* no id is taken */
    fake_disk_set_free(0);
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);

    world_advance(s.w, 10 * MINUTES);
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    ask.consent = id;
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &shown, &s.err));
    for (int i = 0; i < 50; i++)
        world_step(s.w, 100);
    assert_int_equal(people_state(world_node(s.w, MISSION), &s.sent.referral), REFERRAL_STOPPED);
    end(&s);
}

static void test_the_last_part_of_the_disk_is_the_agencys_own(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    world_crash(s.w, MISSION);
    fake_disk_set_free(BOUND_DISK_PEERS - 1);
    world_advance(s.w, 10 * MINUTES);
    assert_true(refer(&s, NULL)); /* what this agency does itself goes on */
    world_start(s.w, MISSION);
    for (int i = 0; i < 50; i++)
        world_step(s.w, 100);
    assert_int_equal(people_count(world_node(s.w, MISSION), &s.sent.referral), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_REFUSED), 0); /* no id is taken */
    fake_disk_set_free(BOUND_DISK_PEERS);
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static bool has_reserve(struct fixture *s)
{
    char path[FILE_PATH_MAX];

    assert_true(file_join_path(path, world_home(s->w, NGO), "reserve", &s->err));
    return file_exists(path);
}

static void test_the_reserve_is_given_up_below_the_last_floor_and_taken_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    assert_true(has_reserve(&s));
    fake_disk_set_free(BOUND_DISK_LAST);
    world_advance(s.w, 10 * MINUTES);
    assert_false(refer(&s, NULL));
    assert_true(has_reserve(&s));
    fake_disk_set_free(BOUND_DISK_LAST - 1);
    world_advance(s.w, 10 * MINUTES);
    assert_false(refer(&s, NULL));
    assert_false(has_reserve(&s));
    fake_disk_set_free(BOUND_DISK_FREE + BOUND_RESERVE - 1);
    world_advance(s.w, 10 * MINUTES);
    assert_true(refer(&s, NULL));
    assert_false(has_reserve(&s));
    fake_disk_set_free(BOUND_DISK_FREE + BOUND_RESERVE);
    world_advance(s.w, 10 * MINUTES);
    assert_true(refer(&s, NULL));
    assert_true(has_reserve(&s));
    end(&s);
}

/* --- receiving: from a sender whose clock is ahead --- */

/* Captures a second message on its way. */
static void capture_envelope(struct fixture *s)
{
    int64_t ahead_ms = s->ahead_ms;

    begin(s);
    record_consent(s);
    assert_true(refer(s, NULL)); /* a first one, so that each has the other's keys */
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
    bytes_clear(&s->envelope);
    s->step = 0;
    world_conditions(s->w)->loss = 1000;
    for (int half = 1; half <= 2; half++) { /* set on in two steps, neither of which is doubted */
        world_set_clock(s->w, NGO, ahead_ms * half / 2);
        record_consent(s);
    }
    assert_true(refer(s, NULL));
    for (int i = 0; i < 20 && s->envelope.size == 0; i++)
        world_step(s->w, 0);
    assert_true(s->envelope.size != 0);
}

static unsigned received_of_a_clock_ahead(int64_t ahead_ms, uint32_t *step)
{
    struct fixture s = {.ahead_ms = ahead_ms};
    unsigned received;

    capture_envelope(&s);
    (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&s.envelope));
    world_tick(s.w, MISSION);
    received = people_records(world_node(s.w, MISSION), RECORD_RECEIVED) - 1;
    *step = s.step;
    end(&s);
    return received;
}

static void test_without_room_nothing_is_taken_or_logged_and_what_came_waits_at_its_sender(void **state)
{
    struct fixture s;
    const struct address *to;

    (void)state;
    begin(&s);
    to = world_address(s.w, MISSION);
    (void)people_consent(s.ngo, &s.person, to, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, to, &(struct people_referral){.now = true}, &s.sent, &s.err));
    world_tick(s.w, NGO);
    world_advance(s.w, 61000); /* the free space is asked for again */
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(s.step, STEP_CONSENT);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_REFUSED), 0);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_COUNTED), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);

    fake_disk_set_free(0);
    world_run_ms(s.w, 60 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_a_record_is_taken_at_most_the_bound_ahead_of_time(void **state)
{
    uint32_t step;

    (void)state;
    assert_int_equal(received_of_a_clock_ahead(BOUND_FUTURE_MS, &step), 1);
    assert_int_equal(received_of_a_clock_ahead(BOUND_FUTURE_MS + 1, &step), 0);
    assert_int_equal(step, STEP_RECORD);
}

/* With another day in its header an envelope does not open; over the bound it is refused before it is opened. */
static void test_an_envelope_expires_at_most_the_bound_ahead(void **state)
{
    struct fixture s = {0};

    (void)state;
    capture_envelope(&s);
    for (uint32_t over = 0; over < 2; over++) {
        struct arena arena = {0};
        struct bytes header = {0};
        struct bytes changed = {0};
        struct envelope e;

        assert_true(envelope_decode(bytes_view(&s.envelope), &arena, &e, &s.err));
        e.header.expiry = day_of_ms(world_now(s.w)) + BOUND_EXPIRY_TAKEN_DAYS + over;
        envelope_header_encode(&e.header, &header);
        e.header_bytes = bytes_view(&header);
        envelope_encode(&e, &changed);
        (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&changed));
        world_tick(s.w, MISSION);
        assert_int_equal(s.step > STEP_ADDRESSED, over == 0);
        bytes_fini(&header);
        bytes_fini(&changed);
        arena_fini(&arena);
    }
    (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&s.envelope));
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_RECEIVED), 2);
    end(&s);
}

/* --- what is shown of a referral --- */

static bool take_last(void *cookie, const struct message_row *row, struct error *err)
{
    struct message_row *last = cookie;

    (void)err;
    *last = *row;
    return true;
}

/* COUNT more messages of it, as its last one. */
static void add_messages(struct fixture *s, size_t count)
{
    struct db *db = s->ngo->db;
    struct referral_row referral;
    struct message_row m = {0};
    bool found;

    assert_true(referral_store_find(db, &s->sent.referral, &found, &referral, &s->err) && found);
    assert_true(message_store_walk_referral(db, referral.number, take_last, &m, &s->err));
    for (size_t i = 0; i < count; i++) {
        m.number = message_store_next_number(db);
        m.id.at[0]++;
        assert_true(message_store_add(db, &m, &s->err));
    }
}

static void test_of_a_long_timeline_it_is_said_how_many_entries_are_left_out(void **state)
{
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s);
    record_consent(&s);
    world_conditions(s.w)->loss = 1000;
    assert_true(refer(&s, NULL));
    add_messages(&s, BOUND_TIMELINE - 1);
    assert_true(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err));
    assert_int_equal(d.timeline_count, BOUND_TIMELINE);
    assert_int_equal(d.timeline_more, 0);
    add_messages(&s, 3);
    assert_true(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err));
    assert_int_equal(d.timeline_count, BOUND_TIMELINE);
    assert_int_equal(d.timeline_more, 3);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_consent_runs_and_data_is_kept_up_to_their_bounds),
        cmocka_unit_test(test_a_consent_without_a_last_day_ends_after_the_usual_time),
        cmocka_unit_test(test_a_consent_has_no_more_grants_and_recipients_than_its_bounds),
        cmocka_unit_test(test_a_request_id_is_taken_at_its_bound_and_not_over_it),
        cmocka_unit_test(test_a_referral_asks_for_no_more_services_than_its_bound),
        cmocka_unit_test(test_nothing_new_is_taken_when_the_disk_is_nearly_full),
        cmocka_unit_test(test_the_last_part_of_the_disk_is_the_agencys_own),
        cmocka_unit_test(test_with_little_room_a_withdrawal_is_taken_and_a_referral_waits),
        cmocka_unit_test(test_the_reserve_is_given_up_below_the_last_floor_and_taken_again),
        cmocka_unit_test(test_without_room_nothing_is_taken_or_logged_and_what_came_waits_at_its_sender),
        cmocka_unit_test(test_a_record_is_taken_at_most_the_bound_ahead_of_time),
        cmocka_unit_test(test_an_envelope_expires_at_most_the_bound_ahead),
        cmocka_unit_test(test_of_a_long_timeline_it_is_said_how_many_entries_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
