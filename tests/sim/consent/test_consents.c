/* What a consent is bound to, and what of it its recipient holds: before she is accepted, nothing that depends on what
 * else she granted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/state.h"
#include "exchange/traffic/stored_body.h"
#include "people.h"
#include "store/referral_store.h"

enum { NGO, MISSION };

#define BIT(s) SECTION_BIT(SECTION_##s)

/* An NGO with a case, and a mission that it is linked to. */
struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    const struct address *to;
    struct ident person;
    struct ident consent;
    struct control_referral_result sent;
    size_t envelope; /* bytes of the last one that left NGO */
    struct error err;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;

    (void)to;
    if (from == NGO && kind == PEER_ENVELOPE)
        s->envelope = payload.size;
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(7, 2)};
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    s->to = world_address(s->w, MISSION);
    settle(s);
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    world_watch(s->w, on_frame_sent, s);
}

static void begin_with(struct fixture *s, section_set sections)
{
    begin(s);
    s->consent = people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = sections});
    world_tick(s->w, NGO);
}

static bool refer(struct fixture *s, const struct ident *person, bool now)
{
    return people_refer(s->ngo, person, s->to, &(struct people_referral){.now = now}, &s->sent, &s->err);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        assert_true(people_log_is_good(world_node(s->w, i)));
    world_free(s->w);
}

/* --- before acceptance --- */

/* What else she granted, and how. */
struct variant {
    section_set sections;
    size_t grants;
    const char *notice;
    const char *language;
    uint32_t interpreter;
    uint32_t seen_alone;
    bool told_irreversible;
    bool excluded;
    uint32_t keep_until;
};

static void record_variant(struct fixture *s, const struct variant *v)
{
    static const uint32_t excluded = FIELD_REF(SECTION_HEALTH, 3);
    struct control_consent_grant grants[BOUND_GRANTS];
    struct control_consent_record_ask ask = {.case_id = s->person,
                                             .to = s->to,
                                             .to_count = 1,
                                             .grants = grants,
                                             .grant_count = v->grants,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text(v->notice),
                                             .language = view_of_text(v->language),
                                             .interpreter = v->interpreter,
                                             .seen_alone = v->seen_alone,
                                             .told_irreversible = v->told_irreversible};

    for (size_t i = 0; i < v->grants; i++)
        grants[i] = (struct control_consent_grant){.sections = v->sections,
                                                   .excluded = &excluded,
                                                   .excluded_count = v->excluded,
                                                   .purpose = PURPOSE_SERVICES,
                                                   .onward = ONWARD_NONE,
                                                   .keep_until = v->keep_until};
    if (!people_record(s->ngo, &ask, &s->consent, &s->err))
        fail_msg("%s", s->err.text);
    world_tick(s->w, NGO);
}

/* The consent as it is stored at X, opened. */
static struct consent_entry *entry_of(struct fixture *s, struct exchange *x)
{
    struct consent_entry *entry;
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(x->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(x, row.number, &entry, &s->err));
    return entry;
}

static struct body body_at_mission(struct fixture *s, size_t *size)
{
    struct exchange *x = s->mission;
    struct stored_body stored;
    struct referral_row row;
    struct body body;
    bool found;

    assert_true(referral_store_find(x->db, &s->sent.referral, &found, &row, &s->err) && found);
    assert_true(stored_body_open(x, row.message, &found, &stored, &s->err, &s->err) && found);
    assert_true(body_decode(stored.bytes, &x->tick_arena, &body, &s->err));
    *size = stored.bytes.size;
    return body;
}

static void same_bodies(struct fixture *a, struct fixture *b)
{
    size_t size_a;
    size_t size_b;
    const struct body body_a = body_at_mission(a, &size_a);
    const struct body body_b = body_at_mission(b, &size_b);
    const struct referral_message *one = &body_a.referral_part;
    const struct referral_message *other = &body_b.referral_part;

    assert_int_equal(body_a.kind, body_b.kind);
    assert_int_equal(body_a.section_count, body_b.section_count);
    for (size_t i = 0; i < body_a.section_count; i++) {
        assert_int_equal(body_a.sections[i].section, SECTION_TRIAGE);
        assert_int_equal(body_b.sections[i].section, SECTION_TRIAGE);
        assert_true(view_equal(body_a.sections[i].data, body_b.sections[i].data));
    }
    if (body_a.section_count == 0) { /* else the sections on offer are named */
        assert_int_equal(size_a, size_b);
        assert_int_equal(one->offered | other->offered, 0);
    }
    assert_int_equal(one->urgency, other->urgency);
    assert_int_equal(one->service_count, other->service_count);
    assert_memory_equal(one->services, other->services, one->service_count * sizeof *one->services);
    assert_int_equal(one->due_ms, other->due_ms);
    assert_int_equal(one->released, other->released);
    assert_true(view_equal(one->desk, other->desk));
}

/* All of a receipt but ids, salts, hashes and signatures, and these by their size. */
static void same_receipts(struct fixture *a, struct fixture *b)
{
    const struct consent_entry *entry_a = entry_of(a, a->mission);
    const struct consent_entry *entry_b = entry_of(b, b->mission);
    const struct consent_receipt *one = &entry_a->receipt;
    const struct consent_receipt *other = &entry_b->receipt;
    struct record record_a;
    struct record record_b;

    assert_int_equal(entry_a->bytes.size, entry_b->bytes.size);
    assert_int_equal(consent_receipt_is_closed(one), consent_receipt_is_closed(other));
    assert_true(view_equal(one->header.agency, other->header.agency));
    assert_int_equal(one->header.until, other->header.until);
    assert_true(view_equal(one->given_bytes, other->given_bytes));
    assert_int_equal(one->g.size, other->g.size);
    assert_int_equal(one->shown_count, other->shown_count);
    assert_int_equal(one->shown[0].place + other->shown[0].place, 0);
    for (size_t i = 0; i < one->shown_count; i++)
        assert_true(view_equal(one->shown[i].bytes, other->shown[i].bytes));
    assert_int_equal(one->path.size, other->path.size);
    assert_int_equal(one->checkpoint.size, other->checkpoint.size);
    assert_true(record_decode(one->record_bytes, &a->mission->tick_arena, &record_a, &a->err));
    assert_true(record_decode(other->record_bytes, &b->mission->tick_arena, &record_b, &b->err));
    assert_int_equal(record_a.index, record_b.index);
    assert_int_equal(record_a.time_ms, record_b.time_ms);
    assert_int_equal(record_a.kind, record_b.kind);
    assert_int_equal(record_a.has_actor, record_b.has_actor);
    assert_int_equal(record_a.consent.state, record_b.consent.state);
    assert_int_equal(record_a.consent.until, record_b.consent.until);
}

static void assert_same_before_acceptance(const struct variant *variants, size_t count)
{
    struct fixture s[3];

    for (size_t i = 0; i < count; i++) {
        begin(&s[i]);
        record_variant(&s[i], &variants[i]);
        assert_true(refer(&s[i], &s[i].person, false));
        settle(&s[i]);
        assert_int_equal(people_state(s[i].mission, &s[i].sent.referral), REFERRAL_DELIVERED);
    }
    for (size_t i = 1; i < count; i++) {
        assert_int_equal(s[i].envelope, s[0].envelope);
        same_receipts(&s[0], &s[i]);
        same_bodies(&s[0], &s[i]);
    }
    for (size_t i = 0; i < count; i++)
        end(&s[i]);
}

static void test_before_acceptance_a_recipient_holds_the_same_whatever_else_she_granted(void **state)
{
    static const struct variant variants[] = {
        {.grants = 1, .notice = "n", .language = "uk", .seen_alone = SEEN_ALONE},
        {.sections = BIT(HEALTH), .grants = 1, .notice = "notice-7", .language = "pol", .seen_alone = SEEN_NOT_ALONE},
        {.sections = BIT(IDENTITY) | BIT(HEALTH) | BIT(EXPLOITATION) | BIT(NOTES),
         .grants = 8,
         .notice = "a-notice-of-another-length",
         .language = "uk",
         .interpreter = 1,
         .seen_alone = SEEN_ALONE,
         .told_irreversible = true,
         .excluded = true,
         .keep_until = 20900},
    };

    (void)state;
    assert_same_before_acceptance(variants, sizeof variants / sizeof variants[0]);
}

static void test_with_triage_a_recipient_holds_the_same_but_for_the_sections_on_offer(void **state)
{
    static const struct variant variants[] = {
        {.sections = BIT(TRIAGE), .grants = 1, .notice = "n", .language = "uk", .seen_alone = SEEN_ALONE},
        {.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(NOTES),
         .grants = 1,
         .notice = "n",
         .language = "uk",
         .seen_alone = SEEN_ALONE,
         .excluded = true},
    };

    (void)state;
    assert_same_before_acceptance(variants, sizeof variants / sizeof variants[0]);
}

static void test_what_is_left_out_stays_so_where_triage_is_granted_by_itself(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.consent = people_consent(
        s.ngo, &s.person, s.to,
        &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH), .except = "ext_TriageLanguages"});
    world_tick(s.w, NGO);
    assert_true(refer(&s, &s.person, true));
    settle(&s);

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_false(people_can_read(s.mission, &s.sent.referral, "ext_TriageLanguages"));
    end(&s);
}

static void test_with_the_first_sections_it_opens_how_consent_was_given(void **state)
{
    const struct consent_entry *there;
    struct control_referral accepted;
    struct fixture s;

    (void)state;
    begin_with(&s, BIT(HEALTH));
    assert_true(refer(&s, &s.person, false));
    settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &accepted, &s.err));
    settle(&s);

    there = entry_of(&s, s.mission);
    assert_false(consent_receipt_is_closed(&there->receipt));
    assert_true(view_equal(there->receipt.given.notice, view_of_text("notice-1")));
    assert_int_equal(there->receipt.given.seen_alone, 1);
    assert_true(view_equal(there->bytes, entry_of(&s, s.ngo)->bytes));
    end(&s);
}

/* --- the case of a consent --- */

/* As one could who writes the database and has no key. */
static void edit_database(struct fixture *s, const char *sql)
{
    char path[300];
    char *said = NULL;
    sqlite3 *db;

    (void)snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, NGO));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK)
        fail_msg("%s", said);
    sqlite3_close(db);
}

/* Her consent is made that of another person's case, which is referred next. */
static void refer_under_a_moved_consent(bool in_use)
{
    struct fixture s;
    struct ident other;

    begin_with(&s, BIT(TRIAGE));
    other = people_case(s.ngo);
    settle(&s);
    if (in_use) { /* no time passes until it is moved: it is still held open */
        assert_true(refer(&s, &s.person, true));
        world_tick(s.w, NGO);
    }
    edit_database(&s, "UPDATE consent SET case_number = (SELECT max(number) FROM case_file)");

    assert_false(refer(&s, &other, true));
    assert_int_equal(s.err.code, E_CON_01);
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_LOG_MISMATCH)));
    assert_false(refer(&s, &s.person, true));
    settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), in_use ? 1 : 0);
    end(&s);
}

static void test_a_consent_moved_to_another_case_releases_nothing(void **state)
{
    (void)state;
    refer_under_a_moved_consent(false);
}

static void test_a_consent_moved_while_it_is_in_use_releases_nothing(void **state)
{
    (void)state;
    refer_under_a_moved_consent(true);
}

static bool count_listed(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    *(size_t *)cookie += c->sections == (BIT(TRIAGE) | BIT(IDENTITY)) && c->given_at_ms != 0 ? 1 : 0;
    return true;
}

/* What is kept is searched at each consent: the time of a list that keeps each grows by the square. */
static void test_a_list_of_consents_keeps_none_of_them_opened(void **state)
{
    enum { CONSENTS = 40 };

    struct fixture s;
    size_t listed = 0;

    (void)state;
    begin(&s);
    for (size_t i = 0; i < CONSENTS; i++)
        (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(IDENTITY)});
    world_tick(s.w, NGO);
    world_run_ms(s.w, 10000); /* none is in use any more */
    assert_int_equal(consent_book_wake_ms(s.ngo), 0);
    assert_true(
        exchange_consent_list(s.ngo, &(struct control_consent_list_ask){0}, NULL, count_listed, &listed, &s.err));
    assert_int_equal(listed, CONSENTS);
    world_tick(s.w, NGO);
    assert_int_equal(consent_book_wake_ms(s.ngo), 0);
    end(&s);
}

/* More than are kept are opened within one tick: those used last stay, each to be had without the database. */
static void test_of_many_opened_consents_those_used_last_are_kept(void **state)
{
    enum { CONSENTS = 260, KEPT = 256 };

    struct consent_entry *entry;
    struct fixture s;

    (void)state;
    begin(&s);
    for (size_t i = 0; i < CONSENTS; i++)
        (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    world_run_ms(s.w, 10000);
    for (int64_t n = 1; n <= CONSENTS; n++)
        assert_true(consent_book_get(s.ngo, n, &entry, &s.err));
    world_tick(s.w, NGO);
    db_fault(s.ngo->db, DB_FAULT_STEP, 1);
    for (int64_t n = CONSENTS; n > CONSENTS - KEPT; n--)
        assert_true(consent_book_get(s.ngo, n, &entry, &s.err) && entry->row.number == n);
    assert_false(consent_book_get(s.ngo, CONSENTS - KEPT, &entry, &s.err));
    assert_int_equal(s.err.code, E_STO_01);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_acceptance_a_recipient_holds_the_same_whatever_else_she_granted),
        cmocka_unit_test(test_with_triage_a_recipient_holds_the_same_but_for_the_sections_on_offer),
        cmocka_unit_test(test_what_is_left_out_stays_so_where_triage_is_granted_by_itself),
        cmocka_unit_test(test_with_the_first_sections_it_opens_how_consent_was_given),
        cmocka_unit_test(test_a_consent_moved_to_another_case_releases_nothing),
        cmocka_unit_test(test_a_list_of_consents_keeps_none_of_them_opened),
        cmocka_unit_test(test_of_many_opened_consents_those_used_last_are_kept),
        cmocka_unit_test(test_a_consent_moved_while_it_is_in_use_releases_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
