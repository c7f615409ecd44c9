/* What became of her is a fact about her: it goes as far as she agreed to it, whatever else she agreed to; and before a
 * case says that she was not trafficked, it says that she was told where else there is help. */
#include "fixture.h"

#include "codec/audit_messages.h"
#include "codec/case_codec.h"
#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_move.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/kinds/kind_correction.h"
#include "exchange/referrals/letter_calls.h"
#include "exchange/state.h"
#include "forge.h"
#include "model/case_triage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define STATUS_FIELD "vic_TraffickingStatus"
#define TOLD_FIELD   "ext_ToldElsewhere"
#define NOT          "NotAVictimOfTrafficking"
#define POSSIBLE     "PossibleVictimOfTrafficking"

/* VALUE is as people write it; NULL: not known any more. */
static bool try_write(struct fixture *s, struct exchange *x, const struct ident *case_id, const char *field,
                      const char *value)
{
    const struct case_field *f = case_field_find(view_of_text(field));
    const uint32_t ref = case_field_ref(f);
    struct control_case_section one = {.section = f->section};
    struct control_case_edit_ask ask = {.case_id = *case_id, .sections = &one, .section_count = 1};
    struct control_case_edited out;
    struct case_sections now = {0};
    struct bytes rest = {0};
    struct bytes room = {0};
    struct arena arena = {0};
    struct case_data c;
    bool empty = true;
    bool ok;

    case_init(&c, &arena);
    world_must(exchange_case_show(x, case_id, &now, &s->err), &s->err, "show");
    ask.version = now.version;
    if (now.sections[f->section].size > 0)
        world_must(case_section_without(f->section, now.sections[f->section], &ref, 1, &rest, &empty, &s->err), &s->err,
                   "take it out");
    if (!empty)
        world_must(case_section_decode(f->section, bytes_view(&rest), &c, &s->err), &s->err, "decode");
    if (value != NULL)
        world_must(case_read_value(&c, f, 0, view_of_text(value), &s->err), &s->err, field);
    world_must(case_section_encode(&c, f->section, &room, &empty, &s->err), &s->err, "encode");
    one.data = bytes_view(&room);
    if (empty) {
        ask.section_count = 0;
        ask.removed = SECTION_BIT(f->section);
    }
    ok = exchange_case_edit(x, &ask, &out, &s->err);
    bytes_fini(&rest);
    bytes_fini(&room);
    arena_fini(&arena);
    world_tick(s->w, x == s->ngo ? NGO : MISSION);
    return ok;
}

static void put_field(struct fixture *s, struct exchange *x, const struct ident *case_id, const char *field,
                      const char *value)
{
    world_must(try_write(s, x, case_id, field, value), &s->err, field);
}

static void put_not_trafficked(struct fixture *s)
{
    put_field(s, s->ngo, &s->person, TOLD_FIELD, "2026-01-02");
    put_field(s, s->ngo, &s->person, STATUS_FIELD, NOT);
}

static void agree(struct fixture *s, section_set sections, const char *except)
{
    s->consent =
        people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = sections, .except = except});
    world_tick(s->w, NGO);
}

static enum denial why_held(const struct control_referral_result *r, enum section section)
{
    for (size_t i = 0; i < r->held_back_count; i++)
        if (r->held_back[i].section == section)
            return r->held_back[i].why;
    return 0;
}

/* --- first she is told --- */

static void test_before_she_is_not_trafficked_she_was_told_where_else_to_get_help(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, NULL);
    assert_false(try_write(&s, s.ngo, &s.person, STATUS_FIELD, NOT));
    assert_int_equal(s.err.code, E_CAS_34);
    put_field(&s, s.ngo, &s.person, "ext_ToldOf", "asylum advice, +48 22 000");
    assert_false(try_write(&s, s.ngo, &s.person, STATUS_FIELD, NOT)); /* nothing says when */
    put_field(&s, s.ngo, &s.person, TOLD_FIELD, "2099-01-01");
    assert_false(try_write(&s, s.ngo, &s.person, STATUS_FIELD, NOT)); /* she will be */
    put_field(&s, s.ngo, &s.person, STATUS_FIELD, POSSIBLE);
    put_not_trafficked(&s);
    assert_false(try_write(&s, s.ngo, &s.person, TOLD_FIELD, NULL));
    assert_int_equal(s.err.code, E_CAS_34);
    put_field(&s, s.ngo, &s.person, STATUS_FIELD, POSSIBLE);
    put_field(&s, s.ngo, &s.person, TOLD_FIELD, NULL);
    fixture_end(&s);
}

/* Neither an import, nor what is moved from another case, brings it in beside nothing. */
static void test_no_other_way_into_a_case_says_it_without_that(void **state)
{
    const uint32_t ref = case_field_ref_find(view_of_text(STATUS_FIELD));
    struct case_sections sections = {0};
    struct case_import import = {.cases = &sections, .commit = {.count = 1, .again = true}};
    struct fixture s;
    struct control_case_move_ask move = {.fields = &ref, .field_count = 1};
    struct control_case_moved moved;

    (void)state;
    fixture_begin(&s, 2, 2, NULL);
    put_not_trafficked(&s);
    move.from = s.person;
    move.case_id = people_case(s.ngo);
    world_tick(s.w, NGO);
    assert_false(exchange_case_move(s.ngo, &move, &moved, &s.err));
    assert_int_equal(s.err.code, E_CAS_34);
    world_tick(s.w, NGO);
    world_must(exchange_case_show(s.ngo, &s.person, &sections, &s.err), &s.err, "show");
    sections.sections[SECTION_NOT_TRAFFICKED] = (struct view){0};
    assert_false(people_import(s.ngo, &import, NULL, NULL, &s.err));
    assert_int_equal(s.err.code, E_CAS_34);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* --- what leaves --- */

static void test_that_she_is_not_trafficked_leaves_only_where_she_was_asked_about_it(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 3, 2, NULL);
    put_field(&s, s.ngo, &s.person, "prs_Citizenship", "UA");
    put_not_trafficked(&s);
    agree(&s, BIT(TRIAGE) | BIT(STATUS), NULL);
    fixture_refer(&s);
    assert_int_equal(s.sent.shared, BIT(TRIAGE));
    assert_int_equal(why_held(&s.sent, SECTION_STATUS), DENIAL_OUTCOME);
    assert_int_equal(why_held(&s.sent, SECTION_NOT_TRAFFICKED), DENIAL_SECTION);
    agree(&s, BIT(TRIAGE) | BIT(STATUS), STATUS_FIELD);
    fixture_refer(&s);
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(STATUS));
    assert_int_equal(s.sent.left_out_count, 1);
    agree(&s, BIT(TRIAGE) | BIT(STATUS) | BIT(NOT_TRAFFICKED), NULL);
    fixture_refer(&s);
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(STATUS) | BIT(NOT_TRAFFICKED));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_that_she_died_leaves_under_no_consent_to_her_name(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 4, 2, NULL);
    put_field(&s, s.ngo, &s.person, "prs_Deceased", "yes");
    put_field(&s, s.ngo, &s.person, "ext_PersonOutcome", "Died");
    agree(&s, BIT(TRIAGE) | BIT(IDENTITY), NULL);
    fixture_refer(&s);
    assert_int_equal(s.sent.shared, BIT(TRIAGE));
    assert_int_equal(why_held(&s.sent, SECTION_IDENTITY), DENIAL_OUTCOME);
    agree(&s, BIT(TRIAGE) | BIT(IDENTITY) | BIT(PLAN), NULL);
    fixture_refer(&s);
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(IDENTITY) | BIT(PLAN));
    fixture_end(&s);
}

static bool note_kept(void *cookie, const struct control_correction *c, struct error *err)
{
    (void)err;
    *(struct control_correction *)cookie = *c;
    return true;
}

static bool accept(struct fixture *s)
{
    struct control_referral out;

    return exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &out, &s->err);
}

/* They have "possible": neither a correction, nor an update, nor what follows later says more; nor does a gap. */
static void test_what_they_had_of_it_is_not_corrected_by_a_consent_that_does_not_say_so(void **state)
{
    struct control_correction told = {.sent = 0};
    struct control_referral_update_ask update = {.sections = BIT(STATUS)};
    struct control_referral out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 5, 2, NULL);
    put_field(&s, s.ngo, &s.person, "prs_Citizenship", "UA");
    put_field(&s, s.ngo, &s.person, STATUS_FIELD, POSSIBLE);
    agree(&s, BIT(TRIAGE) | BIT(STATUS), NULL);
    fixture_deliver(&s);
    world_must(accept(&s), &s.err, "accept");
    fixture_settle(&s);
    assert_true(people_can_read(s.mission, &s.sent.referral, STATUS_FIELD));
    put_not_trafficked(&s);
    world_must(
        exchange_case_correct(s.ngo, &(struct control_case_correct_ask){.case_id = s.person}, note_kept, &told, &s.err),
        &s.err, "correct");
    assert_true(told.sent == 0 && told.kept == BIT(STATUS) && told.why == DENIAL_OUTCOME);
    fixture_settle(&s);
    update.referral = s.sent.referral;
    assert_false(exchange_referral_update(s.ngo, &update, &out, &s.err));
    assert_int_equal(s.err.code, E_CON_02);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_was_offered_and_says_it_now_does_not_follow(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 6, 2, NULL);
    put_field(&s, s.ngo, &s.person, STATUS_FIELD, POSSIBLE);
    agree(&s, BIT(TRIAGE) | BIT(STATUS), NULL);
    world_must(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err), &s.err,
               "refer");
    assert_int_equal(s.sent.offered, BIT(STATUS));
    fixture_settle(&s);
    put_not_trafficked(&s);
    world_must(accept(&s), &s.err, "accept");
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    fixture_end(&s);
}

static bool no_end(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return false;
}

static void test_a_letter_says_no_more_than_a_message(void **state)
{
    static const uint32_t medical[] = {SERVICE_MEDICAL};
    const struct control_consent_grant grant = {
        .sections = BIT(IDENTITY) | BIT(STATUS), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask ask = {.grants = &grant,
                                             .grant_count = 1,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("leaflet-3"),
                                             .language = view_of_text("ukr"),
                                             .seen_alone = SEEN_ALONE,
                                             .told_irreversible = true,
                                             .outside = view_of_text("Dr Example, City Clinic, +48 22 000")};
    struct control_referral_print_ask print = {.services = medical, .service_count = 1, .urgency = URGENCY_URGENT};
    struct control_consent_recorded recorded[BOUND_RECIPIENTS];
    struct control_letter l;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 7, 2, NULL);
    put_not_trafficked(&s);
    ask.case_id = s.person;
    world_must(exchange_consent_record(s.ngo, &ask, no_end, NULL, recorded, &s.err), &s.err, "record");
    print.consent = recorded[0].consent;
    world_tick(s.w, NGO);
    world_must(exchange_referral_print(s.ngo, &print, &l, &s.err), &s.err, "print");
    assert_true(l.data_count == 1 && l.shared == BIT(IDENTITY));
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* --- a sender that is modified --- */

struct hearing {
    unsigned answers;
    enum outcome outcome;
};

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct hearing *h = cookie;
    struct arena arena = {0};
    struct receipt receipt;
    struct record r;
    struct error err;

    (void)to;
    if (from != MISSION || kind != PEER_RECEIPT)
        return;
    assert_true(receipt_decode(payload, &arena, &receipt, &err) && record_decode(receipt.record, &arena, &r, &err));
    h->answers++;
    h->outcome = r.received.outcome;
    arena_fini(&arena);
}

/* Sends a section that says it in a referral, under her newest consent. */
static enum outcome force(struct fixture *s, struct hearing *h)
{
    static const uint32_t service = SERVICE_MEDICAL;
    struct body b = {.kind = MESSAGE_REFERRAL,
                     .has_referral = true,
                     .referral_part = {.urgency = URGENCY_NORMAL, .services = &service, .service_count = 1},
                     .section_count = 1};
    struct forgery f = {.record = {.message_kind = MESSAGE_REFERRAL,
                                   .sections = BIT(STATUS),
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("consent"),
                                   .has_consent = true,
                                   .consent = s->consent}};
    struct case_sections now = {0};
    struct bytes status = {0};
    struct bytes receipt = {0};
    struct bytes body = {0};
    struct bytes envelope = {0};
    struct consent_entry *entry;
    struct consent_row row;
    unsigned before = h->answers;
    bool found;

    world_must(exchange_case_show(s->ngo, &s->person, &now, &s->err), &s->err, "show");
    bytes_append_view(&status, now.sections[SECTION_STATUS]);
    world_tick(s->w, NGO);
    assert_true(consent_store_find(s->ngo->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(s->ngo, row.number, &entry, &s->err));
    bytes_append_view(&receipt, entry->bytes);
    b.sections[0] = (struct body_section){.section = SECTION_STATUS, .data = bytes_view(&status)};
    ident_random(&world_random(s->w)->random, &b.referral);
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    f.consent = bytes_view(&receipt);
    forge_envelope(s->w, NGO, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, MISSION);
    assert_int_equal(h->answers, before + 1);
    bytes_fini(&status);
    bytes_fini(&receipt);
    bytes_fini(&body);
    bytes_fini(&envelope);
    return h->outcome;
}

static void test_who_gets_it_refuses_it_too(void **state)
{
    struct hearing h = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 8, 2, NULL);
    put_not_trafficked(&s);
    agree(&s, BIT(TRIAGE) | BIT(STATUS), NULL);
    fixture_deliver(&s); /* they are linked */
    world_watch(s.w, on_frame, &h);
    assert_int_equal(force(&s, &h), OUTCOME_NOT_COVERED);
    agree(&s, BIT(STATUS) | BIT(NOT_TRAFFICKED), NULL);
    assert_int_equal(force(&s, &h), OUTCOME_STORED);
    fixture_end_forged(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before_she_is_not_trafficked_she_was_told_where_else_to_get_help),
        cmocka_unit_test(test_no_other_way_into_a_case_says_it_without_that),
        cmocka_unit_test(test_that_she_is_not_trafficked_leaves_only_where_she_was_asked_about_it),
        cmocka_unit_test(test_that_she_died_leaves_under_no_consent_to_her_name),
        cmocka_unit_test(test_what_they_had_of_it_is_not_corrected_by_a_consent_that_does_not_say_so),
        cmocka_unit_test(test_what_was_offered_and_says_it_now_does_not_follow),
        cmocka_unit_test(test_a_letter_says_no_more_than_a_message),
        cmocka_unit_test(test_who_gets_it_refuses_it_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
