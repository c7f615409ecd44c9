/* Permission belongs to the referral, not to its sections: what she agreed to, ended or took back holds for each
 * message about her, with or without a section. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

struct captured {
    struct bytes envelope; /* the last one from NGO */
};

/* Without triage the first message holds no section. */
static void begin(struct fixture *s, const struct people_consent *consent)
{
    fixture_begin(s, 7, 2, consent);
}

static void refer(struct fixture *s)
{
    assert_true(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = false}, &s->sent, &s->err));
    assert_int_equal(s->sent.shared, 0);
}

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct record *out = cookie;

    (void)e;
    (void)err;
    out->disclosed = r->disclosed;
    return true;
}

static void test_a_referral_without_sections_names_its_consent(void **state)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = RECORD_DISCLOSED};
    struct control_consent there;
    struct record r = {0};
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);

    assert_true(exchange_audit_list(s.ngo, &filter, NULL, on_record, &r, &s.err));
    assert_true(r.disclosed.has_consent);
    assert_true(ident_equal(&r.disclosed.consent, &s.consent));
    assert_int_equal(r.disclosed.purpose, PURPOSE_SERVICES);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(exchange_consent_show(s.mission, &s.consent, &there, &s.err)); /* its receipt travelled with it */
    fixture_end(&s);
}

static void test_a_later_no_stops_a_referral_without_sections(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    world_crash(s.w, MISSION);
    refer(&s);
    fixture_settle(&s);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static void test_the_last_day_stops_a_referral_without_sections(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = BIT(HEALTH), .until = day_of_ms(world_now(s.w)) + 2});
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    refer(&s);
    fixture_settle(&s);
    world_advance(s.w, 3 * DAY_MS);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static void test_a_withdrawal_in_the_same_tick_stops_a_referral_without_sections(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static struct control_referral summary_of(struct exchange *x, const struct ident *id)
{
    struct control_referral_detail d;
    struct error err = {0};

    assert_true(exchange_referral_show(x, id, false, &d, &err));
    return d.summary;
}

static void test_what_the_receiver_holds_without_sections_is_erased_too(void **state)
{
    struct control_referral there;
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    assert_int_not_equal(summary_of(s.mission, &s.sent.referral).services, 0);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);

    there = summary_of(s.mission, &s.sent.referral);
    assert_int_equal(there.state, REFERRAL_ERASED);
    assert_int_equal(there.services, 0);
    assert_int_equal(there.urgency, 0);
    assert_int_equal(there.purpose, 0);
    assert_int_equal(there.due_ms, 0);
    assert_int_equal(there.offered, 0);
    assert_false(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    assert_int_equal(summary_of(s.ngo, &s.sent.referral).services, 0);
    fixture_end(&s);
}

static void capture_envelope(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct captured *c = cookie;

    (void)to;
    if (from == NGO && kind == PEER_ENVELOPE) {
        bytes_clear(&c->envelope);
        bytes_append_view(&c->envelope, payload);
    }
}

/* Sends a second referral that is lost, and keeps its envelope: a sender whose gate does not hold. */
static void lose_second_referral(struct fixture *s, struct captured *c)
{
    *c = (struct captured){{0}};
    refer(s);
    fixture_settle(s);
    world_watch(s->w, capture_envelope, c);
    world_conditions(s->w)->loss = 1000;
    refer(s);
    for (int i = 0; i < 20; i++)
        world_step(s->w, 100);
    world_watch(s->w, NULL, NULL);
    assert_true(c->envelope.size != 0);
    assert_int_equal(people_count(s->mission, &s->sent.referral), 0);
}

/* What was lost comes after all: it is refused, and nothing of it is there. */
static void check_refused_late(struct fixture *s, struct captured *c)
{
    world_conditions(s->w)->loss = 0;
    fixture_settle(s);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&c->envelope)));
    fixture_settle(s);

    assert_int_equal(people_count(s->mission, &s->sent.referral), 0);
    assert_int_equal(people_records(s->mission, RECORD_REFUSED), 1);
    bytes_fini(&c->envelope);
    fixture_end(s);
}

static void test_a_receiver_refuses_what_her_withdrawal_overtook(void **state)
{
    struct captured c;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    lose_second_referral(&s, &c);
    assert_true(fixture_withdraw(&s, true));
    check_refused_late(&s, &c);
}

static void test_a_receiver_refuses_what_her_consent_ended_for(void **state)
{
    struct captured c;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = BIT(HEALTH), .until = day_of_ms(world_now(s.w)) + 2});
    world_tick(s.w, NGO);
    lose_second_referral(&s, &c);
    world_advance(s.w, 3 * DAY_MS);
    check_refused_late(&s, &c);
}

static void test_an_answer_that_an_erasure_overtook_is_not_stored(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    world_crash(s.w, NGO);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    world_tick(s.w, MISSION);
    world_crash(s.w, MISSION);
    world_start(s.w, NGO);
    s.ngo = world_node(s.w, NGO);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 1); /* the statement of erasure */
    fixture_end(&s);
}

static void test_a_consent_without_sections_lets_her_be_referred(void **state)
{
    struct control_referral answer;
    struct control_consent here;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = 0});
    refer(&s);
    assert_int_equal(s.sent.offered, 0);
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &here, &s.err));
    assert_int_equal(here.sections, 0);
    assert_int_equal(here.purposes, UINT32_C(1) << PURPOSE_SERVICES);
    fixture_end(&s);
}

static void test_an_offer_without_triage_names_no_section(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    assert_int_equal(s.sent.offered, BIT(HEALTH));
    assert_int_equal(summary_of(s.mission, &s.sent.referral).offered, 0);
    assert_true(summary_of(s.mission, &s.sent.referral).unnamed); /* and both read that more follows, if anything */
    assert_true(summary_of(s.ngo, &s.sent.referral).unnamed);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(HEALTH));
    fixture_end(&s);
}

static void test_an_offer_beside_triage_names_what_follows(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err));
    fixture_settle(&s);

    assert_int_equal(summary_of(s.mission, &s.sent.referral).offered, BIT(HEALTH));
    assert_false(summary_of(s.mission, &s.sent.referral).unnamed);
    assert_false(summary_of(s.ngo, &s.sent.referral).unnamed);
    fixture_end(&s);
}

/* What was sent all at once promises nothing more, also where that is nothing. */
static void test_nothing_follows_what_was_released_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = 0});
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err));
    fixture_settle(&s);

    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_false(summary_of(s.mission, &s.sent.referral).unnamed);
    assert_false(summary_of(s.ngo, &s.sent.referral).unnamed);
    fixture_end(&s);
}

static void test_a_consent_is_for_one_purpose(void **state)
{
    struct control_consent_grant grants[] = {
        {.sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE},
        {.sections = BIT(HEALTH), .purpose = PURPOSE_FAMILY_TRACING, .onward = ONWARD_NONE}};
    struct control_consent_record_ask ask = {.grants = grants,
                                             .grant_count = 2,
                                             .to_count = 1,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};
    struct fixture s;
    struct ident id;

    (void)state;
    begin(&s, &(struct people_consent){.sections = 0});
    ask.case_id = s.person;
    ask.to = s.to;
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_14);
    grants[1].purpose = PURPOSE_SERVICES;
    assert_true(people_record(s.ngo, &ask, &id, &s.err));
    fixture_end(&s);
}

static void test_a_no_withdraws_the_yes_that_stands(void **state)
{
    struct control_consent yes;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    fixture_settle(&s);

    assert_true(exchange_consent_show(s.ngo, &s.consent, &yes, &s.err));
    assert_int_equal(yes.progress, CONSENT_STOPPED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(summary_of(s.mission, &s.sent.referral).services, 0);
    assert_int_not_equal(summary_of(s.ngo, &s.sent.referral).services, 0); /* its maker still knows what it asked */
    world_advance(s.w, 5 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    fixture_end(&s);
}

static void test_a_no_in_the_tick_of_a_yes_stops_that_yes(void **state)
{
    struct control_consent yes;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.refused = true});
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(HEALTH)});
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);

    assert_true(exchange_consent_show(s.ngo, &s.consent, &yes, &s.err));
    assert_int_not_equal(yes.progress, CONSENT_STANDS);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_a_no_leaves_the_yes_of_another_person(void **state)
{
    struct control_consent yes;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(HEALTH)});
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    fixture_settle(&s);

    assert_true(exchange_consent_show(s.ngo, &s.consent, &yes, &s.err)); /* another person's */
    assert_int_equal(yes.progress, CONSENT_STANDS);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);
    fixture_end(&s);
}

/* --- what opens, and when --- */

static void test_what_else_she_granted_opens_with_the_first_section(void **state)
{
    struct control_referral answer;
    struct control_consent there;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH) | BIT(IDENTITY)});
    refer(&s);
    fixture_settle(&s);
    assert_true(exchange_consent_show(s.mission, &s.consent, &there, &s.err));
    assert_int_equal(there.sections, 0);
    assert_int_equal(there.purposes, UINT32_C(1) << PURPOSE_SERVICES);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);

    assert_true(exchange_consent_show(s.mission, &s.consent, &there, &s.err));
    assert_int_equal(there.sections, BIT(HEALTH) | BIT(IDENTITY));
    refer(&s); /* a closed receipt again: it takes nothing back */
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(exchange_consent_show(s.mission, &s.consent, &there, &s.err));
    assert_int_equal(there.sections, BIT(HEALTH) | BIT(IDENTITY));
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 0);
    fixture_end(&s);
}

/* --- what lies in the database --- */

/* Whether the bytes of TEXT are in a file of the node's database. */
static bool is_on_disk(const struct fixture *s, size_t node, const char *text)
{
    static const char *const files[] = {"refex.db", "refex.db-wal"};
    bool found = false;

    for (size_t f = 0; f < 2; f++) {
        struct bytes all = {0};
        struct error err = {0};
        char path[300];

        (void)snprintf(path, sizeof path, "%s/%s", world_home(s->w, node), files[f]);
        if (file_read(path, 64 << 20, &all, &err) && memmem(all.at, all.size, text, strlen(text)) != NULL)
            found = true;
        bytes_fini(&all);
    }
    return found;
}

static void test_a_request_id_does_not_stand_in_the_database(void **state)
{
    static const struct people_referral asked = {.request_id = "for-marta-example"};
    struct control_referral_result again;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    assert_true(people_refer(s.ngo, &s.person, s.to, &asked, &s.sent, &s.err));
    fixture_settle(&s);
    assert_true(people_refer(s.ngo, &s.person, s.to, &asked, &again, &s.err));

    assert_true(again.repeated && ident_equal(&again.referral, &s.sent.referral));
    assert_true(is_on_disk(&s, NGO, "mission@sim.example"));
    assert_false(is_on_disk(&s, NGO, asked.request_id));
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_true(people_refer(s.ngo, &s.person, s.to, &asked, &again, &s.err));
    assert_true(again.repeated && again.state == REFERRAL_ERASED);
    fixture_end(&s);
}

/* The slot of the key that seals the body of the node's answer. */
static uint64_t slot_of_answer(const struct fixture *s, size_t node)
{
    struct db *db = NULL;
    struct message_row m;
    struct error err = {0};
    uint64_t slot = 0;
    char path[300];
    bool found = true;

    (void)snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, node));
    assert_true(db_open(path, DB_WRITE, &db, &err));
    for (int64_t n = 1; found; n++) {
        struct bytes sealed = {0};

        assert_true(message_store_get(db, n, &found, &m, &err));
        if (found && m.kind == MESSAGE_REPLY)
            assert_true(message_store_body(db, n, &found, &slot, &sealed, &err) && found);
        bytes_fini(&sealed);
    }
    db_close(db);
    return slot;
}

/* Whether the row of the referral holds sealed bytes. */
static bool has_sealed_bytes(const struct fixture *s, size_t node)
{
    struct db *db = NULL;
    struct referral_row row;
    struct error err = {0};
    char path[300];
    bool found;

    (void)snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, node));
    assert_true(db_open(path, DB_WRITE, &db, &err));
    assert_true(referral_store_find(db, &s->sent.referral, &found, &row, &err) && found);
    db_close(db);
    return row.sealed_size != 0;
}

static void test_an_answer_lies_under_the_consent_at_both_ends(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = 0});
    refer(&s);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    world_crash(s.w, NGO);
    world_crash(s.w, MISSION);

    assert_int_not_equal(slot_of_answer(&s, NGO), 0);
    assert_int_not_equal(slot_of_answer(&s, MISSION), 0);
    world_free(s.w);
}

static bool find_due(void *cookie, const struct control_referral *r, struct error *err)
{
    (void)err;
    *(struct control_referral *)cookie = *r;
    return true;
}

static void test_what_is_overdue_is_known_though_no_column_says_it(void **state)
{
    struct control_referral due = {0};
    struct fixture s;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    assert_true(exchange_referral_list(s.mission, &(struct control_referral_list_ask){.overdue = true}, NULL, find_due,
                                       &due, &s.err));
    assert_int_equal(due.made_ms, 0);
    world_advance(s.w, 15 * DAY_MS);
    assert_true(exchange_referral_list(s.mission, &(struct control_referral_list_ask){.overdue = true}, NULL, find_due,
                                       &due, &s.err));
    assert_true(ident_equal(&due.referral, &s.sent.referral));
    world_publish(s.w);
    fixture_end(&s);
}

static bool lists_overdue(struct fixture *s)
{
    struct control_referral due = {0};

    assert_true(exchange_referral_list(s->mission, &(struct control_referral_list_ask){.overdue = true}, NULL, find_due,
                                       &due, &s->err));
    return due.made_ms != 0;
}

/* Due times are read once, at start: listing opens nothing for them. */
static void test_due_times_are_read_at_start_and_kept_as_referrals_end(void **state)
{
    struct control_referral answer;
    struct referral_row row;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(HEALTH)});
    refer(&s);
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    world_advance(s.w, 15 * DAY_MS);
    world_publish(s.w);
    fixture_settle(&s);
    assert_true(lists_overdue(&s));
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    assert_false(lists_overdue(&s));

    refer(&s);
    fixture_settle(&s);
    world_advance(s.w, 15 * DAY_MS);
    world_publish(s.w);
    assert_true(referral_store_find(s.mission->db, &s.sent.referral, &found, &row, &s.err) && found);
    row.sealed_size = 0;
    assert_true(tick_begin(s.mission, &s.err) && referral_store_update(s.mission->db, &row, &s.err));
    assert_true(lists_overdue(&s)); /* although what was asked cannot be opened any more */
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_after_an_erasure_both_lists_say_only_that_and_when(void **state)
{
    struct control_referral here;
    struct control_consent there;
    struct fixture s;
    int64_t given_ms;
    int64_t erased_ms;

    (void)state;
    begin(&s, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &there, &s.err));
    given_ms = there.given_at_ms;
    assert_int_equal(there.erased_ms, 0);
    assert_int_equal(summary_of(s.ngo, &s.sent.referral).erased_ms, 0);
    world_advance(s.w, HOURS);
    erased_ms = world_now(s.w);
    assert_true(fixture_withdraw(&s, true));
    assert_true(exchange_consent_show(s.ngo, &s.consent, &there, &s.err));
    assert_int_equal(there.progress, CONSENT_ERASING);
    assert_int_equal(there.erased_ms, 0); /* its key is still there */
    assert_int_equal(summary_of(s.ngo, &s.sent.referral).erased_ms, 0);
    fixture_settle(&s);

    here = summary_of(s.ngo, &s.sent.referral);
    assert_int_equal(here.state, REFERRAL_ERASED);
    assert_in_range(here.erased_ms, erased_ms, erased_ms + 10 * MINUTES);
    assert_int_equal(here.services | here.shared | here.offered | here.urgency | here.purpose, 0);
    assert_int_equal(here.due_ms, 0);
    here = summary_of(s.mission, &s.sent.referral);
    assert_int_equal(here.state, REFERRAL_ERASED);
    assert_in_range(here.erased_ms, erased_ms, erased_ms + 10 * MINUTES);
    assert_int_equal(here.services | here.shared | here.offered | here.urgency | here.purpose, 0);
    assert_true(exchange_consent_show(s.mission, &s.consent, &there, &s.err));
    assert_int_equal(there.progress, CONSENT_ERASED);
    assert_int_equal(there.sections | there.purposes | there.until, 0);
    assert_in_range(there.erased_ms, erased_ms, erased_ms + 10 * MINUTES);
    assert_int_equal(there.given_at_ms, 0);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &there, &s.err));
    assert_int_equal(there.sections | there.purposes | there.until, 0);
    assert_in_range(there.erased_ms, erased_ms, erased_ms + 10 * MINUTES);
    assert_int_equal(there.given_at_ms, given_ms); /* its record stays */
    assert_int_equal(there.answered_erased, BIT(TRIAGE));
    world_crash(s.w, NGO);
    assert_false(has_sealed_bytes(&s, NGO));
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_referral_without_sections_names_its_consent),
        cmocka_unit_test(test_a_later_no_stops_a_referral_without_sections),
        cmocka_unit_test(test_the_last_day_stops_a_referral_without_sections),
        cmocka_unit_test(test_a_withdrawal_in_the_same_tick_stops_a_referral_without_sections),
        cmocka_unit_test(test_what_the_receiver_holds_without_sections_is_erased_too),
        cmocka_unit_test(test_a_receiver_refuses_what_her_withdrawal_overtook),
        cmocka_unit_test(test_a_receiver_refuses_what_her_consent_ended_for),
        cmocka_unit_test(test_an_answer_that_an_erasure_overtook_is_not_stored),
        cmocka_unit_test(test_a_consent_without_sections_lets_her_be_referred),
        cmocka_unit_test(test_an_offer_without_triage_names_no_section),
        cmocka_unit_test(test_an_offer_beside_triage_names_what_follows),
        cmocka_unit_test(test_nothing_follows_what_was_released_at_once),
        cmocka_unit_test(test_a_consent_is_for_one_purpose),
        cmocka_unit_test(test_a_no_withdraws_the_yes_that_stands),
        cmocka_unit_test(test_a_no_in_the_tick_of_a_yes_stops_that_yes),
        cmocka_unit_test(test_a_no_leaves_the_yes_of_another_person),
        cmocka_unit_test(test_what_else_she_granted_opens_with_the_first_section),
        cmocka_unit_test(test_a_request_id_does_not_stand_in_the_database),
        cmocka_unit_test(test_what_is_overdue_is_known_though_no_column_says_it),
        cmocka_unit_test(test_due_times_are_read_at_start_and_kept_as_referrals_end),
        cmocka_unit_test(test_an_answer_lies_under_the_consent_at_both_ends),
        cmocka_unit_test(test_after_an_erasure_both_lists_say_only_that_and_when),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
