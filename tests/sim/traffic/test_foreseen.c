/* What a node says before somebody acts is what then happens: a no, and the yeses that it withdraws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/restored/own_note_test.h"
#include "exchange/state.h"
#include "fake_disk.h"
#include "fixture.h"

struct foreseen {
    struct control_consent_recorded recorded;
    unsigned count;
    struct control_consent last;
};

static bool keep_ended(void *cookie, const struct control_consent *c, struct error *err)
{
    struct foreseen *f = cookie;

    (void)err;
    f->count++;
    f->last = *c;
    return true;
}

static unsigned consent_records(struct exchange *x)
{
    return people_records(x, RECORD_CONSENT) + people_records(x, RECORD_WITHDRAWN);
}

/* What a no, or a second yes, to node TO would end. */
static struct foreseen foresee(struct fixture *s, size_t to, bool refused)
{
    static const struct control_consent_grant grant = {
        .sections = BIT(HEALTH), .purpose = PURPOSE_RESEARCH, .onward = ONWARD_NONE};
    const struct control_consent_record_ask ask = {.case_id = s->person,
                                                   .to = world_address(s->w, to),
                                                   .to_count = 1,
                                                   .grants = &grant,
                                                   .grant_count = 1,
                                                   .refused = refused,
                                                   .given_by = GIVEN_BY_SELF,
                                                   .notice = view_of_text("notice-1"),
                                                   .language = view_of_text("uk"),
                                                   .seen_alone = SEEN_ALONE};
    unsigned records = consent_records(s->ngo);
    struct foreseen out = {0};

    assert_true(people_foresee(s->ngo, &ask, keep_ended, &out, &out.recorded, &s->err));
    world_tick(s->w, NGO);
    assert_int_equal(consent_records(s->ngo), records); /* it is only said */
    return out;
}

static void test_a_no_says_first_which_yes_it_withdraws(void **state)
{
    struct foreseen f;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(IDENTITY)});
    fixture_deliver(&s);
    assert_int_equal(foresee(&s, SHELTER, true).count, 0);
    f = foresee(&s, MISSION, true); /* for another section and purpose than the yes */

    assert_int_equal(f.count, 1);
    assert_true(ident_equal(&f.last.consent, &s.consent));
    assert_true(address_equal(&f.last.recipient, s.to));
    assert_int_equal(f.last.sections, BIT(TRIAGE) | BIT(IDENTITY));
    assert_int_equal(f.last.purposes, UINT32_C(1) << PURPOSE_SERVICES);
    assert_true(f.last.would_change && f.last.may_have_left && !f.last.by_hand);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);

    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.erase_from, f.last.erase_from);
    assert_int_equal(foresee(&s, MISSION, true).count, 0); /* nothing stands any more */
    fixture_end(&s);
}

static void test_a_no_says_first_that_it_withdraws_a_yes_of_its_own_tick(void **state)
{
    struct foreseen f = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 2, NULL);
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(IDENTITY)});
    assert_true(
        people_foresee(s.ngo,
                       &(struct control_consent_record_ask){
                           .case_id = s.person, .to = s.to, .to_count = 1, .refused = true, .given_by = GIVEN_BY_SELF},
                       keep_ended, &f, &f.recorded, &s.err));
    assert_int_equal(f.count, 1);
    assert_true(ident_equal(&f.last.consent, &s.consent));
    assert_int_equal(f.last.sections, BIT(IDENTITY));
    assert_false(f.last.may_have_left);
    fixture_end(&s);
}

static void test_a_yes_ends_no_other(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 2, &(struct people_consent){.sections = BIT(IDENTITY)});
    fixture_deliver(&s);
    assert_int_equal(foresee(&s, MISSION, false).count, 0);
    fixture_end(&s);
}

/* Who could not record it is told so before, and who asks for what cannot be is told why. */
static void test_what_cannot_be_recorded_is_refused_before_it_is_read_out(void **state)
{
    struct control_consent_record_ask ask;
    struct foreseen f = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 62, 2, &(struct people_consent){.sections = BIT(IDENTITY)});
    ask = fixture_named_ask(&s);
    ask.language = view_of_text("xx");
    assert_false(people_foresee(s.ngo, &ask, keep_ended, &f, &f.recorded, &s.err));
    assert_int_equal(s.err.code, E_CON_26);
    ask.language = view_of_text("uk");
    own_note_set_beyond(s.ngo, 1000); /* another copy of it has gone on */
    assert_false(people_foresee(s.ngo, &ask, keep_ended, &f, &f.recorded, &s.err));
    assert_int_not_equal(s.err.code, E_CON_22);
    ask.refused = true;
    ask.grant_count = 0;
    assert_false(people_foresee(s.ngo, &ask, keep_ended, &f, &f.recorded, &s.err));
    assert_int_equal(s.err.code, E_CON_22);
    assert_int_equal(f.count, 0);
    world_free(s.w);
}

static bool try_foresee(struct fixture *s, const struct control_consent_record_ask *ask, struct foreseen *out)
{
    *out = (struct foreseen){0};
    return people_foresee(s->ngo, ask, keep_ended, out, &out->recorded, &s->err);
}

static void test_a_no_ends_no_yes_to_another_agency_in_its_own_tick(void **state)
{
    struct control_consent_record_ask no;
    struct foreseen f;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 3, NULL);
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(IDENTITY)});
    (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER),
                         &(struct people_consent){.sections = BIT(IDENTITY)});
    no = fixture_named_ask(&s);
    no.refused = true;
    assert_true(try_foresee(&s, &no, &f));
    assert_int_equal(f.count, 1);
    assert_true(ident_equal(&f.last.consent, &s.consent));
    fixture_end(&s);
}

static void assert_refused(struct fixture *s, const struct control_consent_record_ask *ask, enum error_code code)
{
    struct foreseen f;
    struct ident id;

    assert_false(try_foresee(s, ask, &f));
    assert_int_equal(s->err.code, code);
    assert_int_equal(f.count, 0);
    assert_false(people_record(s->ngo, ask, &id, &s->err)); /* as it would be then */
    assert_int_equal(s->err.code, code);
}

static void test_what_cannot_be_recorded_is_refused_when_it_is_foreseen(void **state)
{
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 62, 2, &(struct people_consent){.sections = BIT(IDENTITY)});
    ask = fixture_named_ask(&s);
    ask.refused = true;
    ask.case_id.at[0] ^= 1;
    assert_refused(&s, &ask, E_CAS_20);
    ask = fixture_named_ask(&s);
    ask.given_by = 0;
    assert_refused(&s, &ask, E_CON_18);
    ask = fixture_named_ask(&s);
    fake_disk_set_free(BOUND_DISK_FREE - 1);
    world_run_ms(s.w, MINUTES);
    assert_refused(&s, &ask, E_STO_03);
    fake_disk_set_free(0);
    world_run_ms(s.w, MINUTES);
    fixture_end(&s);
}

static void test_the_last_day_that_is_foreseen_is_the_one_recorded(void **state)
{
    struct control_consent_recorded recorded;
    struct control_consent_record_ask ask;
    struct foreseen f;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 63, 2, NULL);
    ask = fixture_named_ask(&s);
    assert_true(try_foresee(&s, &ask, &f));
    assert_int_equal(f.recorded.until, day_of_ms(world_now(s.w)) + BOUND_CONSENT_DAYS_DEFAULT);
    assert_true(exchange_consent_record(s.ngo, &ask, keep_ended, &f, &recorded, &s.err));
    assert_int_equal(recorded.until, f.recorded.until);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* The person of the case was born in 1990. */
static void test_that_a_guardian_consents_for_an_adult_is_said_and_of_a_no_it_does_not_matter(void **state)
{
    static const struct {
        enum given_by by;
        bool refused;
        bool said;
    } cases[] = {
        {GIVEN_BY_GUARDIAN, false, true},
        {GIVEN_BY_GUARDIAN, true, false},
        {GIVEN_BY_SELF, false, false},
    };
    struct control_consent_record_ask ask;
    struct foreseen f;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 64, 2, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask = fixture_named_ask(&s);
        ask.given_by = cases[i].by;
        ask.refused = cases[i].refused;
        assert_true(try_foresee(&s, &ask, &f));
        assert_int_equal(f.recorded.for_adult, cases[i].said);
    }
    fixture_end(&s);
}

static bool refuse_ended(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    return error_set(err, E_USE_04, "the client is gone");
}

static void test_who_is_gone_hears_no_more_of_what_a_no_ends(void **state)
{
    struct control_consent_recorded recorded;
    struct control_consent_record_ask no;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 65, 2, &(struct people_consent){.sections = BIT(IDENTITY)});
    no = fixture_named_ask(&s);
    no.refused = true;
    for (int pending = 0; pending < 2; pending++) {
        assert_false(people_foresee(s.ngo, &no, refuse_ended, NULL, &recorded, &s.err));
        assert_int_equal(s.err.code, E_USE_04);
        assert_true(fixture_withdraw(&s, false));
        world_tick(s.w, NGO);
        (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(IDENTITY)});
    }
    world_tick(s.w, NGO);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_no_says_first_which_yes_it_withdraws),
        cmocka_unit_test(test_a_no_says_first_that_it_withdraws_a_yes_of_its_own_tick),
        cmocka_unit_test(test_a_yes_ends_no_other),
        cmocka_unit_test(test_what_cannot_be_recorded_is_refused_before_it_is_read_out),
        cmocka_unit_test(test_a_no_ends_no_yes_to_another_agency_in_its_own_tick),
        cmocka_unit_test(test_what_cannot_be_recorded_is_refused_when_it_is_foreseen),
        cmocka_unit_test(test_the_last_day_that_is_foreseen_is_the_one_recorded),
        cmocka_unit_test(test_that_a_guardian_consents_for_an_adult_is_said_and_of_a_no_it_does_not_matter),
        cmocka_unit_test(test_who_is_gone_hears_no_more_of_what_a_no_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
