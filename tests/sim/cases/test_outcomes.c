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
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_move.h"
#include "exchange/cases/case_received.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/kinds/kind_correction.h"
#include "exchange/kinds/kind_outcome.h"
#include "exchange/referrals/letter_calls.h"
#include "exchange/referrals/referral_calls.h"
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
    size_t from; /* the node that answers */
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
    if (from != h->from || kind != PEER_RECEIPT)
        return;
    assert_true(receipt_decode(payload, &arena, &receipt, &err) && record_decode(receipt.record, &arena, &r, &err));
    h->answers++;
    h->outcome = r.received.outcome;
    arena_fini(&arena);
}

/* What node FROM says past its own gate: SECTION of its case, in a body of KIND, under CONSENT. */
struct forced {
    size_t from;
    size_t to;
    enum message_kind kind;
    enum section section;
    struct ident case_id;
    struct ident consent;
};

static enum outcome force(struct fixture *s, struct hearing *h, const struct forced *what)
{
    static const uint32_t service = SERVICE_MEDICAL;
    struct exchange *x = world_node(s->w, what->from);
    struct body b = {.kind = what->kind, .has_referral = true, .referral = s->sent.referral, .section_count = 1};
    struct forgery f = {.record = {.message_kind = what->kind,
                                   .sections = SECTION_BIT(what->section),
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("consent"),
                                   .has_consent = true,
                                   .consent = what->consent}};
    struct case_sections now = {0};
    struct bytes data = {0};
    struct bytes receipt = {0};
    struct bytes body = {0};
    struct bytes envelope = {0};
    struct consent_entry *entry;
    struct consent_row row;
    unsigned before = h->answers;
    bool found;

    world_must(exchange_case_show(x, &what->case_id, &now, &s->err), &s->err, "show");
    bytes_append_view(&data, now.sections[what->section]);
    world_tick(s->w, what->from);
    assert_true(consent_store_find(x->db, world_address(s->w, what->from), &what->consent, &found, &row, &s->err));
    assert_true(found && consent_book_get(x, row.number, &entry, &s->err));
    bytes_append_view(&receipt, entry->bytes);
    b.sections[0] = (struct body_section){.section = what->section, .data = bytes_view(&data)};
    if (what->kind == MESSAGE_OUTCOME) {
        b.outcome.in_reply_to = s->sent.message;
    } else {
        b.referral_part.urgency = URGENCY_NORMAL;
        b.referral_part.services = &service;
        b.referral_part.service_count = 1;
        ident_random(&world_random(s->w)->random, &b.referral);
    }
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    f.consent = bytes_view(&receipt);
    forge_envelope(s->w, what->from, what->to, &f, &envelope);
    h->from = what->to;
    assert_true(world_inject(s->w, what->from, what->to, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, what->to);
    assert_int_equal(h->answers, before + 1);
    bytes_fini(&data);
    bytes_fini(&receipt);
    bytes_fini(&body);
    bytes_fini(&envelope);
    return h->outcome;
}

static enum outcome force_status(struct fixture *s, struct hearing *h)
{
    return force(s, h,
                 &(struct forced){.from = NGO,
                                  .to = MISSION,
                                  .kind = MESSAGE_REFERRAL,
                                  .section = SECTION_STATUS,
                                  .case_id = s->person,
                                  .consent = s->consent});
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
    assert_int_equal(force_status(&s, &h), OUTCOME_NOT_COVERED);
    agree(&s, BIT(STATUS) | BIT(NOT_TRAFFICKED), NULL);
    assert_int_equal(force_status(&s, &h), OUTCOME_STORED);
    fixture_end_forged(&s);
}

/* --- what goes back --- */

/* The mission has accepted her, and her case there says that contact was lost. */
static struct ident begin_back(struct fixture *s, uint64_t seed)
{
    const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
    struct control_referral out;

    fixture_begin(s, seed, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(s);
    world_must(exchange_referral_answer_into(s->mission, &s->sent.referral, &accepted, NULL, &out, &s->err), &s->err,
               "accept");
    fixture_settle(s);
    put_field(s, s->mission, &out.case_id, "ext_PersonOutcome", "LostContact");
    return out.case_id;
}

static struct ident agree_back(struct fixture *s, const struct ident *case_id, section_set sections)
{
    const struct people_consent c = {.sections = sections, .until = day_of_ms(world_now(s->w)) + 60};
    struct ident id = people_consent(s->mission, case_id, world_address(s->w, NGO), &c);

    world_tick(s->w, MISSION);
    return id;
}

static bool try_send(struct fixture *s, section_set sections, bool dry_run, struct control_outcome_sent *out)
{
    const struct control_referral_outcome_ask ask = {
        .referral = s->sent.referral, .sections = sections, .purpose = PURPOSE_SERVICES, .dry_run = dry_run};
    bool ok = exchange_referral_outcome(s->mission, &ask, out, &s->err);

    fixture_settle(s);
    return ok;
}

/* SECTIONS: 0: all that say it. */
static section_set said_back(struct fixture *s, section_set sections)
{
    struct control_outcome_sent out;

    world_must(try_send(s, sections, false, &out), &s->err, "say what became of her");
    return out.sent;
}

static section_set send_back(struct fixture *s)
{
    return said_back(s, 0);
}

struct came_back {
    section_set sections;
    struct ident consent; /* of the newest line */
    bool says_died;
};

static bool note_came(void *cookie, const struct control_case_received *r, struct error *err)
{
    struct came_back *c = cookie;
    struct arena arena = {0};
    struct case_data data;
    const struct case_value *v;

    assert_true(r->data_count == 1 && r->sections == SECTION_BIT(r->data[0].section));
    case_init(&data, &arena);
    assert_true(case_section_decode(r->data[0].section, r->data[0].data, &data, err));
    v = case_get_by_name(&data, "ext_PersonOutcome", 0);
    c->says_died = c->says_died || (v != NULL && v->numbers[0] == codes_find(v->field->codes, view_of_text("Died")));
    c->sections |= r->sections;
    c->consent = r->consent;
    arena_fini(&arena);
    return true;
}

/* What the NGO's case of her shows that came back. */
static struct came_back came_back(struct fixture *s)
{
    struct came_back c = {0};

    world_must(exchange_case_received(s->ngo, &(struct control_case_received_ask){s->person}, note_came, &c, &s->err),
               &s->err, "received");
    world_tick(s->w, NGO);
    return c;
}

/* Who was told otherwise is named: nobody here, or the NGO, of its plan. */
static void assert_told_otherwise(struct fixture *s, const struct ident *case_id, bool is)
{
    struct control_correction named = {.sent = BIT(PLAN)};

    world_must(exchange_case_correct(s->mission, &(struct control_case_correct_ask){.case_id = *case_id}, note_kept,
                                     &named, &s->err),
               &s->err, "correct");
    world_tick(s->w, MISSION);
    assert_true(named.of_outcome == is);
    if (is)
        assert_true(named.sent == 0 && named.kept == BIT(PLAN) && ident_equal(&named.referral, &s->sent.referral));
}

/* How often it was said, as either reads it. */
static void assert_said(struct fixture *s, struct exchange *x, size_t times)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    assert_int_equal(d.outcome_count, times);
    for (size_t i = 0; i < times; i++) {
        assert_int_equal(d.outcomes[i].sections, BIT(PLAN));
        assert_true(i == 0 || d.outcomes[i - 1].time_ms > d.outcomes[i].time_ms);
    }
}

static void test_what_became_of_her_goes_back_under_her_consent_to_that_alone(void **state)
{
    struct control_outcome_sent out;
    struct ident case_id;
    struct ident consent;
    struct came_back c;
    struct fixture s;

    (void)state;
    case_id = begin_back(&s, 20);
    assert_false(try_send(&s, 0, false, &out)); /* that she may be referred says nothing of it */
    assert_int_equal(s.err.code, E_CON_01);
    put_field(&s, s.mission, &case_id, STATUS_FIELD, POSSIBLE);
    consent = agree_back(&s, &case_id, BIT(PLAN));
    world_must(try_send(&s, 0, true, &out), &s.err, "dry run");
    assert_true(out.sent == BIT(PLAN) && out.kept == BIT(STATUS) && out.why == DENIAL_SECTION);
    assert_int_equal(came_back(&s).sections, 0);
    assert_int_equal(send_back(&s), BIT(PLAN));
    c = came_back(&s);
    assert_true(c.sections == BIT(PLAN) && ident_equal(&c.consent, &consent) && !c.says_died);
    assert_false(try_send(&s, BIT(STATUS), false, &out));
    assert_int_equal(s.err.code, E_CON_02);
    assert_false(try_send(&s, BIT(STATUS) | BIT(PLAN), false, &out)); /* both, or neither */
    assert_int_equal(s.err.code, E_CON_02);
    assert_false(try_send(&s, BIT(RETURN), false, &out));
    assert_int_equal(s.err.code, E_REF_06);
    assert_false(try_send(&s, BIT(IDENTITY), false, &out));
    assert_int_equal(s.err.code, E_REF_04);
    assert_int_equal(send_back(&s), 0); /* they have it so */
    assert_told_otherwise(&s, &case_id, false);
    assert_said(&s, s.ngo, 1);
    world_run_ms(s.w, HOURS);
    put_field(&s, s.mission, &case_id, "ext_PersonOutcome", "Died");
    assert_told_otherwise(&s, &case_id, true);
    assert_int_equal(send_back(&s), BIT(PLAN));
    assert_told_otherwise(&s, &case_id, false);
    assert_said(&s, s.ngo, 2);
    assert_said(&s, s.mission, 2);
    c = came_back(&s);
    assert_true(c.sections == BIT(PLAN) && c.says_died);                                  /* the newest counts */
    assert_int_equal(people_open_sections(s.ngo, &s.sent.referral, &s.err), BIT(TRIAGE)); /* what the NGO sent */
    fixture_end(&s);
}

static void test_that_she_was_not_trafficked_goes_back_only_where_she_was_asked_about_it(void **state)
{
    struct control_outcome_sent out;
    struct ident case_id;
    struct fixture s;

    (void)state;
    case_id = begin_back(&s, 21);
    put_field(&s, s.mission, &case_id, TOLD_FIELD, "2026-01-02");
    put_field(&s, s.mission, &case_id, STATUS_FIELD, NOT);
    (void)agree_back(&s, &case_id, BIT(STATUS) | BIT(PLAN));
    world_must(try_send(&s, 0, false, &out), &s.err, "send");
    assert_int_equal(out.sent, BIT(PLAN));
    assert_int_equal(out.why, DENIAL_OUTCOME);
    assert_int_equal(came_back(&s).sections, BIT(PLAN));
    (void)agree_back(&s, &case_id, BIT(STATUS) | BIT(PLAN) | BIT(NOT_TRAFFICKED));
    assert_int_equal(send_back(&s), BIT(STATUS) | BIT(NOT_TRAFFICKED));
    assert_int_equal(came_back(&s).sections, BIT(STATUS) | BIT(PLAN) | BIT(NOT_TRAFFICKED));
    fixture_end(&s);
}

static void test_it_goes_with_its_consent_and_the_referral_goes_on(void **state)
{
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = SEEN_ALONE};
    struct control_consent told;
    struct ident case_id;
    struct fixture s;

    (void)state;
    case_id = begin_back(&s, 22);
    ask.consent = agree_back(&s, &case_id, BIT(PLAN));
    assert_int_equal(send_back(&s), BIT(PLAN));
    world_must(exchange_consent_withdraw(s.mission, &ask, &told, &s.err), &s.err, "withdraw");
    fixture_settle(&s);
    assert_int_equal(came_back(&s).sections, 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    fixture_end(&s);
}

static void test_it_outlasts_the_consent_of_the_referral_and_nothing_more_goes(void **state)
{
    struct control_outcome_sent out;
    struct ident case_id;
    struct fixture s;

    (void)state;
    case_id = begin_back(&s, 23);
    (void)agree_back(&s, &case_id, BIT(PLAN));
    assert_int_equal(send_back(&s), BIT(PLAN));
    put_field(&s, s.mission, &case_id, "ext_PersonOutcome", "Died");
    for (int erased = 0; erased < 2; erased++) {
        assert_true(fixture_withdraw(&s, erased != 0));
        fixture_settle(&s);
        assert_int_equal(came_back(&s).sections, BIT(PLAN));
        assert_false(try_send(&s, 0, false, &out));
        assert_int_equal(s.err.code, E_REF_07);
    }
    fixture_end(&s);
}

static void test_whoever_refers_says_none_and_before_it_is_accepted_there_is_none(void **state)
{
    struct control_outcome_sent out;
    struct control_referral_outcome_ask ask = {.purpose = PURPOSE_SERVICES};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 24, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    assert_false(try_send(&s, 0, false, &out));
    assert_int_equal(s.err.code, E_REF_07);
    ask.referral = s.sent.referral;
    assert_false(exchange_referral_outcome(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_REF_02);
    fixture_end(&s);
}

/* What the NGO reads that came back: the newest of each, with the consent that it came under. */
static void assert_came(struct fixture *s, section_set sections, bool says_died)
{
    const struct came_back c = came_back(s);

    assert_int_equal(c.sections, sections);
    assert_int_equal(c.says_died, says_died);
}

/* --- whatever fails, and whoever lies --- */

static struct ident back_case;    /* at the mission */
static struct ident back_consent; /* of hers for the NGO */
static unsigned said;

static const char *to_say(void)
{
    return said % 2 == 0 ? "Died" : "LostContact";
}

static bool send_once(struct fixture *s)
{
    const struct control_referral_outcome_ask ask = {.referral = s->sent.referral, .purpose = PURPOSE_SERVICES};
    struct control_outcome_sent out;

    return exchange_referral_outcome(s->mission, &ask, &out, &s->err);
}

/* Something else each time. */
static bool send_anew(struct fixture *s)
{
    said++;
    put_field(s, s->mission, &back_case, "ext_PersonOutcome", to_say());
    return send_once(s);
}

static bool take_back(struct fixture *s)
{
    const struct control_consent_withdraw_ask ask = {
        .consent = back_consent, .erase_now = true, .seen_alone = SEEN_ALONE};
    struct control_consent told;

    return exchange_consent_withdraw(s->mission, &ask, &told, &s->err);
}

static void test_each_failing_statement_leaves_all_of_it_or_nothing(void **state)
{
    unsigned received;
    struct fixture s;

    (void)state;
    said = 0;
    back_case = begin_back(&s, 25);
    back_consent = agree_back(&s, &back_case, BIT(PLAN));
    put_field(&s, s.mission, &back_case, "ext_PersonOutcome", "Died");
    received = people_records(s.ngo, RECORD_RECEIVED);
    assert_in_range(fixture_at_each_statement(&s, MISSION, send_once, MINUTES), 4, 500);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received + 1); /* once, whatever failed before */
    assert_came(&s, BIT(PLAN), true);
    put_field(&s, s.mission, &back_case, "ext_PersonOutcome", "LostContact");
    assert_in_range(fixture_at_each_statement(&s, NGO, send_once, MINUTES), 4, 500);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received + 2);
    assert_came(&s, BIT(PLAN), false);
    assert_in_range(fixture_at_each_statement(&s, NGO, take_back, MINUTES), 4, 500);
    fixture_settle(&s);
    assert_came(&s, 0, false);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static void test_it_arrives_once_over_a_wire_that_loses_and_repeats(void **state)
{
    unsigned received;
    struct fixture s;

    (void)state;
    said = 0;
    back_case = begin_back(&s, 26);
    (void)agree_back(&s, &back_case, BIT(PLAN));
    received = people_records(s.ngo, RECORD_RECEIVED);
    *world_conditions(s.w) = (struct conditions){.loss = 300, .repeat = 300, .reorder = 300, .cut_link = 20};
    for (unsigned i = 0; i < 4; i++) {
        world_must(send_anew(&s), &s.err, "say it");
        world_run_ms(s.w, 100);
    }
    world_run_ms(s.w, HOURS);
    *world_conditions(s.w) = (struct conditions){0};
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received + 4);
    assert_came(&s, BIT(PLAN), true); /* the last that was said, in whichever order they came */
    fixture_end(&s);
}

static void test_a_modified_node_says_no_more_of_her_than_she_agreed_to(void **state)
{
    struct forced f = {.from = MISSION, .to = NGO, .kind = MESSAGE_OUTCOME, .section = SECTION_PLAN};
    struct hearing h = {0};
    struct fixture s;

    (void)state;
    f.case_id = begin_back(&s, 27);
    put_field(&s, s.mission, &f.case_id, TOLD_FIELD, "2026-01-02");
    put_field(&s, s.mission, &f.case_id, STATUS_FIELD, NOT);
    world_watch(s.w, on_frame, &h);
    f.consent = agree_back(&s, &f.case_id, BIT(STATUS));
    assert_int_equal(force(&s, &h, &f), OUTCOME_NOT_COVERED);
    f.section = SECTION_STATUS;
    assert_int_equal(force(&s, &h, &f), OUTCOME_NOT_COVERED); /* it says that she was not */
    assert_came(&s, 0, false);
    f.section = SECTION_PLAN;
    f.consent = agree_back(&s, &f.case_id, BIT(PLAN));
    assert_int_equal(force(&s, &h, &f), OUTCOME_STORED);
    assert_came(&s, BIT(PLAN), false);
    fixture_end_forged(&s);
}

static bool count_expired(void *cookie, const struct due_summary *d, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += d->what == DUE_EXPIRED;
    return true;
}

static unsigned expired(struct fixture *s)
{
    unsigned count = 0;

    world_must(exchange_due_list(s->mission, count_expired, &count, &s->err), &s->err, "due");
    world_tick(s->w, MISSION);
    return count;
}

static void test_what_expired_is_named_until_it_is_said_again(void **state)
{
    struct fixture s;

    (void)state;
    back_case = begin_back(&s, 29);
    put_field(&s, s.mission, &back_case, STATUS_FIELD, POSSIBLE);
    (void)agree_back(&s, &back_case, BIT(PLAN) | BIT(STATUS));
    world_crash(s.w, NGO);
    world_must(send_once(&s), &s.err, "say it");
    for (unsigned day = 0; day <= BOUND_EXPIRY_DAYS; day++) {
        world_advance(s.w, DAY_MS);
        if (day % 7 == 0)
            world_publish(s.w);
        world_tick(s.w, MISSION);
    }
    assert_int_equal(expired(&s), 2);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    assert_came(&s, 0, false);
    assert_int_equal(said_back(&s, BIT(STATUS)), BIT(STATUS));
    assert_int_equal(expired(&s), 1); /* another section */
    assert_int_equal(send_back(&s), BIT(PLAN));
    assert_int_equal(expired(&s), 0);
    assert_came(&s, BIT(PLAN) | BIT(STATUS), false);
    fixture_end(&s);
}

static void finish_there(struct fixture *s)
{
    const struct reply_message arrived = {.state = REFERRAL_ARRIVED};
    const struct reply_message finished = {.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN};
    struct control_referral out;

    world_must(exchange_referral_answer(s->mission, &s->sent.referral, &arrived, &out, &s->err), &s->err, "arrived");
    fixture_settle(s);
    world_must(exchange_referral_answer(s->mission, &s->sent.referral, &finished, &out, &s->err), &s->err, "finish");
    fixture_settle(s);
}

static void test_it_goes_to_nobody_who_has_deleted_her_case(void **state)
{
    struct control_case_delete_ask ask = {.reason = DELETE_SHE_ASKED, .leave = true};
    struct control_case_life out;
    unsigned received;
    unsigned erased;
    struct fixture s;

    (void)state;
    back_case = begin_back(&s, 28);
    back_consent = agree_back(&s, &back_case, BIT(PLAN));
    assert_int_equal(send_back(&s), BIT(PLAN));
    finish_there(&s);
    ask.case_id = s.person;
    world_must(exchange_case_delete(s.ngo, &ask, &out, &s.err), &s.err, "delete");
    world_run_ms(s.w, 4 * 24 * HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ERASED);
    received = people_records(s.ngo, RECORD_RECEIVED);
    put_field(&s, s.mission, &back_case, "ext_PersonOutcome", "Died");
    world_must(send_once(&s), &s.err, "say it");
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received);
    erased = people_records(s.ngo, RECORD_ERASED);
    world_must(take_back(&s), &s.err, "take it back"); /* what came before goes all the same */
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), erased + 1);
    fixture_end(&s);
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
        cmocka_unit_test(test_what_became_of_her_goes_back_under_her_consent_to_that_alone),
        cmocka_unit_test(test_that_she_was_not_trafficked_goes_back_only_where_she_was_asked_about_it),
        cmocka_unit_test(test_it_goes_with_its_consent_and_the_referral_goes_on),
        cmocka_unit_test(test_it_outlasts_the_consent_of_the_referral_and_nothing_more_goes),
        cmocka_unit_test(test_whoever_refers_says_none_and_before_it_is_accepted_there_is_none),
        cmocka_unit_test(test_each_failing_statement_leaves_all_of_it_or_nothing),
        cmocka_unit_test(test_it_arrives_once_over_a_wire_that_loses_and_repeats),
        cmocka_unit_test(test_a_modified_node_says_no_more_of_her_than_she_agreed_to),
        cmocka_unit_test(test_what_expired_is_named_until_it_is_said_again),
        cmocka_unit_test(test_it_goes_to_nobody_who_has_deleted_her_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
