/* A section that others hold was not so: whoever holds it gets it as it is, once, under the consent that it went under;
 * how it was stays there, and what they say of it is seen by both. */
#include "fixture.h"

#include "codec/case_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_merge.h"
#include "exchange/kinds/kind_corrected.h"
#include "exchange/kinds/kind_correction.h"
#include "exchange/referrals/referral_bodies.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/state.h"
#include "forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent granted = {.sections = BIT(TRIAGE) | BIT(IDENTITY)};

static void begin(struct fixture *s)
{
    fixture_begin(s, 1, 2, &granted);
    fixture_deliver(s);
}

static struct view text_section(enum section section, const char *field, const char *text, struct bytes *room)
{
    struct arena arena = {0};
    struct case_data c;
    struct error err;
    bool empty;

    case_init(&c, &arena);
    assert_true(case_set_text(&c, case_field_find(view_of_text(field)), 0, view_of_text(text), &err));
    assert_true(case_section_encode(&c, section, room, &empty, &err));
    arena_fini(&arena);
    return bytes_view(room);
}

static struct view name_section(const char *name, struct bytes *room)
{
    return text_section(SECTION_IDENTITY, "prs_FirstName", name, room);
}

static void rename_her(struct fixture *s, const char *name)
{
    struct bytes room = {0};
    struct control_case_section one = {.section = SECTION_IDENTITY};
    struct control_case_edit_ask ask = {.case_id = s->person, .sections = &one, .section_count = 1};
    struct control_case_edited out;
    struct case_sections now = {0};

    world_must(exchange_case_show(s->ngo, &s->person, &now, &s->err), &s->err, "show");
    ask.version = now.version;
    one.data = name_section(name, &room);
    world_must(exchange_case_edit(s->ngo, &ask, &out, &s->err), &s->err, "edit");
    bytes_fini(&room);
    world_tick(s->w, NGO);
}

struct told {
    unsigned count;
    struct control_correction last;
};

static bool note_told(void *cookie, const struct control_correction *c, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    t->count++;
    t->last = *c;
    return true;
}

static bool try_correct(struct fixture *s, section_set sections, bool dry_run, struct told *out)
{
    const struct control_case_correct_ask ask = {.case_id = s->person, .sections = sections, .dry_run = dry_run};

    *out = (struct told){0};
    return exchange_case_correct(s->ngo, &ask, note_told, out, &s->err);
}

static struct told correct(struct fixture *s)
{
    struct told t;

    world_must(try_correct(s, 0, false, &t), &s->err, "correct");
    fixture_settle(s);
    return t;
}

static void assert_named(struct fixture *s, const char *name)
{
    struct control_referral_detail d;
    struct bytes room = {0};

    world_must(exchange_referral_show(s->mission, &s->sent.referral, true, &d, &s->err), &s->err, "show");
    assert_true(view_equal(people_section(&d, SECTION_IDENTITY), name_section(name, &room)));
    bytes_fini(&room);
    world_tick(s->w, MISSION);
}

/* Her first name is NAME, and the one agency that has another is told. */
static void correct_name(struct fixture *s, const char *name)
{
    rename_her(s, name);
    assert_int_equal(correct(s).count, 1);
}

static bool answer(struct fixture *s, enum correction_answer answer, section_set sections)
{
    const struct control_referral_corrected_ask ask = {s->sent.referral, answer, sections};
    struct control_referral out;
    bool ok = exchange_referral_corrected(s->mission, &ask, &out, &s->err);

    fixture_settle(s);
    return ok;
}

/* What X shows of the newest correction; *COUNT of all. */
static enum correction_answer shown(struct exchange *x, struct fixture *s, size_t *count)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    *count = d.correction_count;
    return d.correction_count != 0 ? d.corrections[d.correction_count - 1].answer : 0;
}

static void test_who_holds_it_gets_it_once_and_both_see_what_is_said_of_it(void **state)
{
    struct fixture s;
    struct told t;
    size_t count;

    (void)state;
    begin(&s);
    assert_int_equal(correct(&s).count, 0); /* nothing is otherwise */
    rename_her(&s, "Right");
    world_must(try_correct(&s, 0, true, &t), &s.err, "dry run");
    assert_true(t.count == 1 && t.last.sent == BIT(IDENTITY) && t.last.kept == 0);
    fixture_settle(&s);
    (void)shown(s.mission, &s, &count);
    assert_int_equal(count, 0);
    t = correct(&s);
    assert_true(t.count == 1 && t.last.sent == BIT(IDENTITY) && ident_equal(&t.last.consent, &s.consent));
    assert_int_equal(correct(&s).count, 0); /* they hold it as it is */
    assert_named(&s, "Right");
    assert_true(shown(s.mission, &s, &count) == 0 && count == 1);
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_CONTESTED);
    assert_true(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, BIT(IDENTITY)));
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_TAKEN_OVER);
    assert_int_equal(shown(s.mission, &s, &count), CORRECTION_ANSWER_TAKEN_OVER);
    correct_name(&s, "Newest");
    assert_named(&s, "Newest");
    assert_true(shown(s.ngo, &s, &count) == 0 && count == 2);
    fixture_end(&s);
}

static void assert_named_as_of(struct fixture *s, int64_t at_ms, const char *name)
{
    struct control_referral_detail d;
    struct bytes room = {0};

    world_must(exchange_referral_show_as_of(s->mission, &s->sent.referral, at_ms, &d, &s->err), &s->err, "show");
    assert_int_equal(d.history_count, 3);
    assert_true(d.history[0].sections == (BIT(TRIAGE) | BIT(IDENTITY)) && d.history[1].sections == BIT(IDENTITY));
    assert_true(d.history[2].message_kind == MESSAGE_CORRECTION && d.history[1].time_ms < d.history[2].time_ms);
    assert_true(view_equal(people_section(&d, SECTION_IDENTITY), name_section(name, &room)));
    bytes_fini(&room);
    world_tick(s->w, MISSION);
}

static void test_what_stood_before_a_correction_is_listed_and_opened(void **state)
{
    struct control_referral_detail d;
    struct fixture s;
    int64_t first;

    (void)state;
    begin(&s);
    correct_name(&s, "Once");
    first = world_now(s.w);
    world_run_ms(s.w, HOURS);
    correct_name(&s, "Right");
    assert_named_as_of(&s, first, "Once");
    assert_named_as_of(&s, world_now(s.w), "Right");
    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_int_equal(d.history_count, 0); /* nothing was opened */
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    fixture_settle(&s);
    assert_false(exchange_referral_show_as_of(s.mission, &s.sent.referral, first, &d, &s.err));
    assert_int_equal(s.err.code, E_CON_05);
    fixture_end(&s);
}

struct counted_work {
    const struct fixture *s;
    size_t count;
    struct control_work_item last;
};

static bool count_work(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct counted_work *k = cookie;

    (void)err;
    assert_true(w->correction && ident_equal(&w->referral, &k->s->sent.referral) && w->since_ms != 0);
    k->last = *w;
    k->count++;
    return true;
}

static struct counted_work corrections_in_work(struct exchange *x, struct fixture *s)
{
    struct counted_work k = {.s = s};

    world_must(exchange_work_list(x, &(struct control_work_ask){.corrections = true}, NULL, count_work, &k, &s->err),
               &s->err, "list the work");
    return k;
}

/* How many corrections are to be answered at X. */
static size_t to_answer(struct exchange *x, struct fixture *s)
{
    return corrections_in_work(x, s).count;
}

/* What the agency that corrected reads: 0: nothing. */
static enum work_group in_work_of_ngo(struct fixture *s)
{
    struct counted_work k = corrections_in_work(s->ngo, s);

    assert_in_range(k.count, 0, 1);
    assert_true(k.count == 0 || k.last.direction == DIRECTION_OUT);
    return k.count == 0 ? 0 : k.last.group;
}

/* It counts from when it came here, however long it was on its way, and whatever time its sender writes. */
static void test_what_was_contested_long_ago_there_is_new_here(void **state)
{
    struct control_referral_corrected_ask ask = {.answer = CORRECTION_ANSWER_CONTESTED};
    struct control_referral out;
    struct fixture s;
    size_t count;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    ask.referral = s.sent.referral;
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    assert_true(exchange_referral_corrected(s.mission, &ask, &out, &s.err));
    for (unsigned day = 0; day < 20; day++) {
        if (day % 5 == 0)
            world_publish(s.w);
        world_run_ms(s.w, DAY_MS);
    }
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, HOURS);
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_CONTESTED);
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    fixture_end(&s);
}

/* An answer as the mission never makes it, with an id of this time. */
static void inject_answer(struct fixture *s, const struct ident *correction, int64_t time_ms)
{
    struct body body = {.kind = MESSAGE_CORRECTION_ANSWER,
                        .has_referral = true,
                        .referral = s->sent.referral,
                        .corrected = {.in_reply_to = *correction, .answer = CORRECTION_ANSWER_CONTESTED}};
    struct forgery f = {.record = {.message_kind = MESSAGE_CORRECTION_ANSWER}};
    struct bytes encoded = {0};
    struct bytes envelope = {0};

    body_encode(&body, &encoded);
    f.body = bytes_view(&encoded);
    ident_for_message(s->mission->random, time_ms, &f.record.message);
    forge_envelope(s->w, MISSION, NGO, &f, &envelope);
    assert_true(world_inject(s->w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, NGO);
    bytes_fini(&encoded);
    bytes_fini(&envelope);
}

static struct ident newest_correction(struct fixture *s)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(s->ngo, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d.corrections[d.correction_count - 1].message;
}

static void test_what_a_peer_writes_into_an_id_keeps_nothing_to_be_done(void **state)
{
    struct ident correction;
    struct fixture s;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    correction = newest_correction(&s);
    inject_answer(&s, &correction, world_now(s.w) + INT64_C(1000) * 365 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    world_run_ms(s.w, 16 * DAY_MS);
    assert_int_equal(in_work_of_ngo(&s), 0);
    fixture_end(&s);
}

static void test_so_many_answers_are_taken(void **state)
{
    struct ident correction;
    struct fixture s;
    size_t count;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    for (unsigned i = 0; i < BOUND_CORRECTION_ANSWERS; i++)
        assert_true(answer(&s, i % 2 == 0 ? CORRECTION_ANSWER_CONTESTED : CORRECTION_ANSWER_TAKEN_OVER, 0));
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_TAKEN_OVER);
    assert_false(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(s.err.code, E_REF_10);
    correction = newest_correction(&s);
    inject_answer(&s, &correction, world_now(s.w)); /* nor is one taken of who sends more */
    fixture_settle(&s);
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_TAKEN_OVER);
    correct_name(&s, "Other");
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0)); /* of a newer one more is said */
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_CONTESTED);
    fixture_end(&s);
}

/* What never arrived is answered by nobody, and says nothing of what did. */
static void test_a_correction_that_did_not_arrive_waits_for_no_answer(void **state)
{
    struct fixture s;
    struct told t;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    world_crash(s.w, MISSION);
    rename_her(&s, "Other");
    world_must(try_correct(&s, 0, false, &t), &s.err, "correct");
    world_tick(s.w, NGO);
    for (unsigned day = 0; day < 30; day++) {
        if (day % 5 == 0)
            world_publish(s.w);
        world_run_ms(s.w, DAY_MS);
    }
    assert_int_equal(in_work_of_ngo(&s), WORK_WAITING); /* for the first, which is there */
    world_start(s.w, MISSION);
    fixture_look(&s);
    fixture_settle(&s);
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    world_run_ms(s.w, 16 * DAY_MS);
    assert_int_equal(in_work_of_ngo(&s), 0);
    fixture_end(&s);
}

/* Of what is over nobody waits for a word. */
static void test_of_a_referral_that_is_over_no_answer_is_waited_for(void **state)
{
    struct control_referral out;
    struct fixture s;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    assert_int_equal(in_work_of_ngo(&s), WORK_WAITING);
    world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    fixture_settle(&s);
    assert_int_equal(in_work_of_ngo(&s), 0);
    fixture_end(&s);
}

static void test_what_is_contested_there_is_to_be_done_here(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(in_work_of_ngo(&s), 0);
    correct_name(&s, "Right");
    assert_int_equal(in_work_of_ngo(&s), WORK_WAITING); /* until they say something */
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    fixture_restart(&s, NGO);
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    correct_name(&s, "Other");
    assert_int_equal(in_work_of_ngo(&s), WORK_WAITING); /* of the newer one they have said nothing */
    assert_true(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, 0));
    assert_int_equal(in_work_of_ngo(&s), 0);
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    world_run_ms(s.w, 13 * DAY_MS);
    assert_int_equal(in_work_of_ngo(&s), WORK_TO_DO);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(in_work_of_ngo(&s), 0);
    fixture_end(&s);
}

static void test_what_nobody_has_answered_is_to_be_done(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(to_answer(s.mission, &s), 0);
    correct_name(&s, "Right");
    assert_int_equal(to_answer(s.mission, &s), 1);
    correct_name(&s, "Other");
    assert_int_equal(to_answer(s.mission, &s), 1); /* of one referral, once */
    fixture_restart(&s, MISSION);
    assert_true(answer(&s, CORRECTION_ANSWER_CONTESTED, 0));
    assert_int_equal(to_answer(s.mission, &s), 0);
    correct_name(&s, "Third");
    assert_int_equal(to_answer(s.mission, &s), 1); /* what came since is not answered */
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    fixture_settle(&s);
    assert_int_equal(to_answer(s.mission, &s), 0); /* nothing of it is read any more */
    fixture_end(&s);
}

/* Two corrections of one referral, of which one is answered, and that is the newer one or the older. */
static void test_what_is_answered_in_part_is_to_be_done(void **state)
{
    static const struct people_consent wider = {.sections = BIT(TRIAGE) | BIT(IDENTITY) | BIT(HEALTH)};
    static const section_set first[] = {BIT(IDENTITY), BIT(HEALTH)};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bytes names = {0};
        struct bytes health = {0};
        struct control_case_section two[] = {{.section = SECTION_IDENTITY}, {.section = SECTION_HEALTH}};
        struct control_case_edit_ask ask = {.sections = two, .section_count = 2};
        struct control_case_edited out;
        struct case_sections now = {0};
        struct fixture s;

        fixture_begin(&s, 1, 2, &wider);
        fixture_deliver(&s);
        two[0].data = name_section("Right", &names);
        two[1].data = text_section(SECTION_HEALTH, "ext_Medication", "none", &health);
        world_must(exchange_case_show(s.ngo, &s.person, &now, &s.err), &s.err, "show");
        ask.case_id = s.person;
        ask.version = now.version;
        world_must(exchange_case_edit(s.ngo, &ask, &out, &s.err), &s.err, "edit");
        assert_true(correct(&s).last.sent == (BIT(IDENTITY) | BIT(HEALTH)));
        assert_int_equal(to_answer(s.mission, &s), 1);
        assert_true(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, first[i]));
        assert_int_equal(to_answer(s.mission, &s), 1);
        assert_true(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, first[1 - i]));
        assert_int_equal(to_answer(s.mission, &s), 0);
        bytes_fini(&names);
        bytes_fini(&health);
        fixture_end(&s);
    }
}

static void test_who_has_no_correction_says_nothing_of_one(void **state)
{
    struct control_referral out;
    struct control_referral_corrected_ask ask = {.answer = CORRECTION_ANSWER_TAKEN_OVER};
    struct fixture s;

    (void)state;
    begin(&s);
    assert_false(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, 0));
    assert_int_equal(s.err.code, E_COR_01);
    correct_name(&s, "Right");
    assert_false(answer(&s, CORRECTION_ANSWER_TAKEN_OVER, BIT(HEALTH)));
    assert_int_equal(s.err.code, E_COR_01);
    ask.referral = s.sent.referral;
    assert_false(exchange_referral_corrected(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_REF_02);
    fixture_end(&s);
}

static void test_under_a_consent_that_was_withdrawn_nothing_is_corrected(void **state)
{
    struct fixture s;
    struct told t;

    (void)state;
    begin(&s);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    fixture_settle(&s);
    rename_her(&s, "Right");
    assert_int_equal(correct(&s).count, 0);
    /* Another consent for the same agency is not the one that it went under. */
    s.consent = people_consent(s.ngo, &s.person, s.to, &granted);
    world_tick(s.w, NGO);
    world_must(try_correct(&s, 0, false, &t), &s.err, "correct");
    assert_int_equal(t.count, 0);
    fixture_end(&s);
}

/* It is on its way when she withdraws: it does not leave. */
static void test_a_correction_that_waits_goes_with_the_consent(void **state)
{
    struct fixture s;
    struct told t;
    unsigned went;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_look(&s);
    rename_her(&s, "Right");
    world_must(try_correct(&s, 0, false, &t), &s.err, "correct");
    assert_int_equal(t.count, 1);
    world_tick(s.w, NGO);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    world_tick(s.w, NGO);
    went = people_records(s.ngo, RECORD_WITHHELD);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_true(went == 1 || people_records(s.ngo, RECORD_WITHHELD) == 1);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    fixture_end(&s);
}

static void test_what_the_consent_does_not_cover_any_more_is_said(void **state)
{
    struct bytes room = {0};
    struct control_case_edit_ask ask = {.removed = BIT(IDENTITY), .version = 1};
    struct control_case_edited out;
    struct fixture s;
    struct told t;

    (void)state;
    begin(&s);
    ask.case_id = s.person;
    world_must(exchange_case_edit(s.ngo, &ask, &out, &s.err), &s.err, "edit");
    world_tick(s.w, NGO);
    t = correct(&s);
    assert_true(t.count == 1 && t.last.sent == 0 && t.last.kept == BIT(IDENTITY) && t.last.why == 0);
    bytes_fini(&room);
    fixture_end(&s);
}

/* They come in the order of the wire; what counts is the order in which they were made. */
static void test_what_comes_late_is_older_all_the_same(void **state)
{
    static const uint8_t old[] = "old";
    static const uint8_t new[] = "new";
    struct body_section section = {.section = SECTION_IDENTITY, .data = view_of(new, 3)};
    struct opened_body b = {.there = true, .may = SECTION_ALL};
    struct newest_section sections[SECTION_END] = {{.data = {0}}};
    struct message_row later = {.id = {{2}}};
    struct message_row earlier = {.id = {{1}}};

    (void)state;
    b.body.section_count = 1;
    b.body.sections[0] = section;
    assert_int_equal(referral_bodies_take(&b, &later, sections), BIT(IDENTITY));
    b.body.sections[0].data = view_of(old, 3);
    assert_int_equal(referral_bodies_take(&b, &earlier, sections), 0);
    assert_true(view_equal(sections[SECTION_IDENTITY].data, view_of(new, 3)));
}

static bool correct_it(struct fixture *s)
{
    struct told t;

    return try_correct(s, 0, false, &t);
}

static void test_whichever_statement_fails_it_goes_once(void **state)
{
    struct fixture s;
    size_t count;

    (void)state;
    begin(&s);
    rename_her(&s, "Right");
    assert_in_range(fixture_at_each_statement(&s, NGO, correct_it, MINUTES), 10, 500);
    fixture_settle(&s);
    assert_named(&s, "Right");
    (void)shown(s.mission, &s, &count);
    assert_int_equal(count, 1);
    fixture_end(&s);
}

/* --- what does not open --- */

struct lines {
    struct control_correction at[4];
    size_t count;
};

static bool note_line(void *cookie, const struct control_correction *c, struct error *err)
{
    struct lines *l = cookie;

    (void)err;
    assert_true(l->count < 4);
    l->at[l->count++] = *c;
    return true;
}

static struct lines correct_all(struct fixture *s)
{
    const struct control_case_correct_ask ask = {.case_id = s->person};
    struct lines l = {.count = 0};

    world_must(exchange_case_correct(s->ngo, &ask, note_line, &l, &s->err), &s->err, "correct");
    fixture_settle(s);
    return l;
}

/* The mission, and under another consent the shelter, hold her name. */
static void begin_two(struct fixture *s)
{
    const struct people_referral now = {.now = true};

    fixture_begin(s, 2, 3, &granted);
    fixture_deliver(s);
    (void)people_consent(s->ngo, &s->person, world_address(s->w, SHELTER), &granted);
    world_tick(s->w, NGO);
    world_must(people_refer(s->ngo, &s->person, world_address(s->w, SHELTER), &now, &s->sent, &s->err), &s->err,
               "refer");
    fixture_settle(s);
    rename_her(s, "Right");
}

static void assert_one_waits(struct fixture *s)
{
    struct lines l = correct_all(s);

    assert_int_equal(l.count, 2);
    assert_true(l.at[0].unread && l.at[0].sent == 0 && address_equal(&l.at[0].agency, s->to));
    assert_true(!l.at[1].unread && l.at[1].sent == BIT(IDENTITY));
    l = correct_all(s); /* the other one has it */
    assert_true(l.count == 1 && l.at[0].unread);
}

static void test_who_holds_what_does_not_open_waits_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin_two(&s);
    fixture_edit(&s, NGO, "UPDATE body SET sealed = zeroblob(length(sealed)) WHERE number = 1");
    assert_one_waits(&s);
    fixture_end(&s);
}

static void test_of_whom_the_row_does_not_open_waits_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin_two(&s);
    fixture_edit(&s, NGO, "UPDATE referral SET sealed = zeroblob(length(sealed)) WHERE number = 1");
    assert_one_waits(&s);
    fixture_end(&s);
}

/* --- of a case that was merged into it --- */

static void test_what_went_of_the_other_case_is_named_and_does_not_go(void **state)
{
    struct control_case_merge_ask ask = {.case_id = {{0}}};
    struct control_case_moved moved;
    struct fixture s;
    struct told t;
    size_t count;

    (void)state;
    begin(&s);
    ask.from = s.person;
    ask.case_id = people_case(s.ngo);
    world_tick(s.w, NGO);
    world_must(exchange_case_merge(s.ngo, &ask, &moved, &s.err), &s.err, "merge");
    world_tick(s.w, NGO);
    assert_false(try_correct(&s, 0, false, &t)); /* nobody writes into it */
    assert_int_equal(s.err.code, E_MRG_03);
    s.person = ask.case_id;
    rename_her(&s, "Right");
    t = correct(&s);
    assert_true(t.count == 1 && t.last.of_other && t.last.sent == 0 && (t.last.kept & BIT(IDENTITY)) != 0);
    (void)shown(s.mission, &s, &count);
    assert_int_equal(count, 0);
    assert_true(try_correct(&s, BIT(HEALTH), false, &t)); /* that never went */
    assert_int_equal(t.count, 0);
    fixture_end(&s);
}

static bool take_it_over(struct fixture *s)
{
    const struct control_referral_corrected_ask ask = {.referral = s->sent.referral,
                                                       .answer = CORRECTION_ANSWER_TAKEN_OVER};
    struct control_referral out;

    return exchange_referral_corrected(s->mission, &ask, &out, &s->err);
}

static void test_whichever_statement_fails_there_it_is_answered(void **state)
{
    struct fixture s;
    size_t count;

    (void)state;
    begin(&s);
    correct_name(&s, "Right");
    assert_in_range(fixture_at_each_statement(&s, MISSION, take_it_over, MINUTES), 10, 500);
    fixture_settle(&s);
    assert_int_equal(shown(s.ngo, &s, &count), CORRECTION_ANSWER_TAKEN_OVER);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_holds_it_gets_it_once_and_both_see_what_is_said_of_it),
        cmocka_unit_test(test_what_is_contested_there_is_to_be_done_here),
        cmocka_unit_test(test_what_was_contested_long_ago_there_is_new_here),
        cmocka_unit_test(test_what_a_peer_writes_into_an_id_keeps_nothing_to_be_done),
        cmocka_unit_test(test_so_many_answers_are_taken),
        cmocka_unit_test(test_a_correction_that_did_not_arrive_waits_for_no_answer),
        cmocka_unit_test(test_of_a_referral_that_is_over_no_answer_is_waited_for),
        cmocka_unit_test(test_what_stood_before_a_correction_is_listed_and_opened),
        cmocka_unit_test(test_who_has_no_correction_says_nothing_of_one),
        cmocka_unit_test(test_what_nobody_has_answered_is_to_be_done),
        cmocka_unit_test(test_what_is_answered_in_part_is_to_be_done),
        cmocka_unit_test(test_under_a_consent_that_was_withdrawn_nothing_is_corrected),
        cmocka_unit_test(test_a_correction_that_waits_goes_with_the_consent),
        cmocka_unit_test(test_what_the_consent_does_not_cover_any_more_is_said),
        cmocka_unit_test(test_what_comes_late_is_older_all_the_same),
        cmocka_unit_test(test_whichever_statement_fails_it_goes_once),
        cmocka_unit_test(test_whichever_statement_fails_there_it_is_answered),
        cmocka_unit_test(test_who_holds_what_does_not_open_waits_alone),
        cmocka_unit_test(test_of_whom_the_row_does_not_open_waits_alone),
        cmocka_unit_test(test_what_went_of_the_other_case_is_named_and_does_not_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
