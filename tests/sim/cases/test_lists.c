/* Lists in pages: in either order, chosen by what stands in clear columns, and each row once whatever comes between. */
#include "fixture.h"

#include "exchange/cases/case_calls.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LISTED_MAX 16

struct listed {
    struct ident ids[LISTED_MAX];
    size_t count;
};

static bool keep(struct listed *l, const struct ident *id)
{
    assert_true(l->count < LISTED_MAX);
    l->ids[l->count++] = *id;
    return true;
}

static bool keep_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)err;
    return keep(cookie, &c->case_id);
}

static bool keep_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    (void)err;
    return keep(cookie, &r->referral);
}

static bool keep_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    return keep(cookie, &c->consent);
}

enum which { CASES, REFERRALS, CONSENTS, WHICH_END };

static bool try_list(struct fixture *s, struct exchange *x, enum which which, const struct control_list_choice *choice,
                     struct walk_step *step, struct listed *l)
{
    const struct control_case_list_ask cases = {.choice = choice, .choice_count = 1};
    const struct control_referral_list_ask referrals = {.choice = choice, .choice_count = 1};
    const struct control_consent_list_ask consents = {.choice = choice, .choice_count = 1};

    return which == CASES       ? exchange_case_list(x, &cases, step, keep_case, l, &s->err)
           : which == REFERRALS ? exchange_referral_list(x, &referrals, step, keep_referral, l, &s->err)
                                : exchange_consent_list(x, &consents, step, keep_consent, l, &s->err);
}

/* As a whole, and in steps of two rows: both give the same. */
static struct listed list(struct fixture *s, struct exchange *x, enum which which, struct control_list_choice choice)
{
    struct walk_step step = {.limit = 2};
    struct listed whole = {.count = 0};
    struct listed l = {.count = 0};

    assert_true(try_list(s, x, which, &choice, NULL, &whole));
    do {
        size_t before = l.count;

        assert_true(try_list(s, x, which, &choice, &step, &l));
        assert_true(l.count - before <= 2);
    } while (step.more);
    assert_int_equal(l.count, whole.count);
    assert_memory_equal(l.ids, whole.ids, l.count * sizeof *l.ids);
    return l;
}

static const struct people_consent of_triage = {.sections = SECTION_BIT(SECTION_TRIAGE)};

static void add_rows(struct fixture *s, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        s->person = people_case(s->ngo);
        s->consent = people_consent(s->ngo, &s->person, s->to, &of_triage);
        world_run_ms(s->w, 1000);
        fixture_refer(s);
    }
    world_run_ms(s->w, MINUTES);
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &of_triage);
    fixture_refer(s);
    add_rows(s, 6);
}

static void test_pages_have_each_row_once_in_either_order_whatever_comes_between(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 301);
    for (enum which which = 0; which < WHICH_END; which++) {
        struct listed all = list(&s, s.ngo, which, (struct control_list_choice){.limit = LISTED_MAX});

        for (unsigned newest = 0; newest < 2; newest++) {
            struct control_list_choice choice = {.newest = newest, .limit = 3};
            struct listed pages = {.count = 0};
            struct listed page;

            do {
                page = list(&s, s.ngo, which, choice);
                assert_true(page.count <= 3);
                for (size_t i = 0; i < page.count; i++)
                    (void)keep(&pages, &page.ids[i]);
                if (newest && pages.count == 3)
                    add_rows(&s, 1); /* not behind what is read */
                choice.after = pages.ids[pages.count - 1];
            } while (page.count == 3);
            assert_int_equal(pages.count, all.count);
            for (size_t i = 0; i < all.count; i++)
                assert_true(ident_equal(&pages.ids[i], &all.ids[newest ? all.count - 1 - i : i]));
        }
    }
    fixture_end(&s);
}

static void test_a_list_is_chosen_by_time_state_and_agency(void **state)
{
    struct control_list_choice choice = {.limit = 0};
    struct control_referral out;
    struct fixture s;
    struct listed all;
    int64_t now;

    (void)state;
    begin(&s, 302);
    world_run_ms(s.w, MINUTES);
    now = tick_record_ms(s.ngo);
    add_rows(&s, 1);
    all = list(&s, s.ngo, CASES, (struct control_list_choice){.limit = LISTED_MAX});
    assert_int_equal(all.count, 8);
    assert_int_equal(list(&s, s.ngo, CASES, (struct control_list_choice){.since_ms = now}).count, 1);
    assert_int_equal(list(&s, s.ngo, CASES, (struct control_list_choice){.until_ms = now}).count, 7);
    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.since_ms = now}).count, 1);

    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.state = REFERRAL_DELIVERED}).count, 8);
    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.state = REFERRAL_WAITING}).count, 0);
    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.state = REFERRAL_SAVED}).count, 0);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &out, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.state = REFERRAL_DELIVERED}).count, 7);
    assert_int_equal(list(&s, s.mission, REFERRALS, (struct control_list_choice){.state = REFERRAL_ACCEPTED}).count, 1);
    world_crash(s.w, MISSION);
    fixture_look(&s);
    add_rows(&s, 1);
    assert_int_equal(list(&s, s.ngo, REFERRALS, (struct control_list_choice){.state = REFERRAL_WAITING}).count, 1);

    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.state = CONSENT_STANDS}).count, 8);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.state = CONSENT_STOPPED}).count, 1);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.direction = DIRECTION_OUT}).count, 9);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.direction = DIRECTION_IN}).count, 0);

    choice.agency = *s.to;
    assert_int_equal(list(&s, s.ngo, REFERRALS, choice).count, 9);
    assert_int_equal(list(&s, s.ngo, CONSENTS, choice).count, 9);
    (void)address_read(view_of_text("nobody@nrm.example"), &choice.agency);
    assert_int_equal(list(&s, s.ngo, REFERRALS, choice).count, 0);
    assert_int_equal(list(&s, s.ngo, CONSENTS, choice).count, 0);
    fixture_end(&s);
}

static void test_a_page_behind_what_is_not_there_is_refused_by_name(void **state)
{
    static const enum error_code codes[] = {E_CAS_20, E_REF_01, E_CON_06};
    struct control_list_choice choice = {.after = {{1}}};
    struct listed l = {.count = 0};
    struct fixture s;

    (void)state;
    begin(&s, 303);
    for (enum which which = 0; which < WHICH_END; which++) {
        assert_false(try_list(&s, s.ngo, which, &choice, NULL, &l));
        assert_int_equal(s.err.code, codes[which]);
        error_clear(&s.err);
    }
    assert_int_equal(l.count, 0);
    fixture_end(&s);
}

/* Those of the mission, or of the ngo, as a whole and in steps of one row. */
static struct listed referrals(struct fixture *s, struct exchange *x, struct control_referral_list_ask ask,
                               struct control_list_choice choice)
{
    struct walk_step step = {.limit = 1};
    struct listed whole = {.count = 0};
    struct listed l = {.count = 0};

    ask.choice = &choice;
    ask.choice_count = 1;
    world_must(exchange_referral_list(x, &ask, NULL, keep_referral, &whole, &s->err), &s->err, "list");
    do
        world_must(exchange_referral_list(x, &ask, &step, keep_referral, &l, &s->err), &s->err, "list in steps");
    while (step.more);
    assert_int_equal(l.count, whole.count);
    assert_memory_equal(l.ids, whole.ids, l.count * sizeof *l.ids);
    return l;
}

static struct ident refer_as(struct fixture *s, enum urgency urgency)
{
    struct control_referral_result out;

    world_must(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.urgency = urgency}, &out, &s->err),
               &s->err, "refer");
    world_run_ms(s->w, 1000);
    return out.referral;
}

#define BY_DUE                                                                                                         \
    (struct control_list_choice)                                                                                       \
    {                                                                                                                  \
        .by_due = true                                                                                                 \
    }
#define ALL                                                                                                            \
    (struct control_list_choice)                                                                                       \
    {                                                                                                                  \
        .limit = 0                                                                                                     \
    }

static void test_referrals_are_chosen_by_what_they_ask_for(void **state)
{
    struct control_referral_list_ask ask = {.service = SERVICE_MEDICAL};
    struct fixture s;
    struct ident urgent;

    (void)state;
    fixture_begin(&s, 304, 2, &of_triage);
    (void)refer_as(&s, URGENCY_NORMAL);
    urgent = refer_as(&s, URGENCY_URGENT);
    fixture_settle(&s);
    assert_int_equal(referrals(&s, s.mission, ask, ALL).count, 2);
    ask.urgency = URGENCY_URGENT;
    assert_int_equal(referrals(&s, s.mission, ask, ALL).count, 1);
    assert_true(ident_equal(&referrals(&s, s.ngo, ask, ALL).ids[0], &urgent));
    ask.service = SERVICE_SHELTER;
    assert_int_equal(referrals(&s, s.ngo, ask, ALL).count, 0);
    ask = (struct control_referral_list_ask){.urgency = URGENCY_URGENT};
    assert_true(fixture_withdraw(&s, false)); /* it is not erased yet, and shown no more to who has it */
    world_run_ms(s.w, MINUTES);
    assert_int_equal(referrals(&s, s.mission, ask, ALL).count, 0);
    assert_true(fixture_withdraw(&s, true)); /* what was asked is not known any more */
    fixture_settle(&s);
    assert_int_equal(referrals(&s, s.ngo, ask, ALL).count, 0);
    assert_int_equal(referrals(&s, s.mission, ask, ALL).count, 0);
    fixture_end(&s);
}

static struct control_list_choice by_due_of(enum referral_state state)
{
    return (struct control_list_choice){.by_due = true, .state = state};
}

static void test_who_is_to_be_answered_first_stands_first(void **state)
{
    static const enum urgency order[] = {URGENCY_NORMAL, URGENCY_EMERGENCY, URGENCY_NORMAL, URGENCY_URGENT};
    const struct control_referral_list_ask ask = {.overdue = false};
    struct control_list_choice page = {.by_due = true, .limit = 3};
    struct control_referral out;
    struct fixture s;
    struct ident ids[4];
    struct listed l;

    (void)state;
    fixture_begin(&s, 305, 2, &of_triage);
    for (size_t i = 0; i < 4; i++)
        ids[i] = refer_as(&s, order[i]);
    fixture_settle(&s);
    l = referrals(&s, s.mission, ask, BY_DUE);
    assert_int_equal(l.count, 4);
    assert_true(ident_equal(&l.ids[0], &ids[1]) && ident_equal(&l.ids[1], &ids[3]));
    assert_true(ident_equal(&l.ids[2], &ids[0]) && ident_equal(&l.ids[3], &ids[2]));
    assert_int_equal(referrals(&s, s.ngo, ask, by_due_of(REFERRAL_DELIVERED)).count, 4);
    assert_int_equal(referrals(&s, s.ngo, ask, by_due_of(REFERRAL_WAITING)).count, 0);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_memory_equal(referrals(&s, s.mission, ask, BY_DUE).ids, l.ids, 4 * sizeof *l.ids);
    l = referrals(&s, s.mission, ask, page);
    assert_int_equal(l.count, 3);
    page.after = l.ids[2];
    (void)refer_as(&s, URGENCY_EMERGENCY); /* it stands before what was read */
    fixture_settle(&s);
    l = referrals(&s, s.mission, ask, page);
    assert_true(l.count == 1 && ident_equal(&l.ids[0], &ids[2]));
    assert_true(exchange_referral_decline(s.mission, &ids[2], DECLINE_AT_CAPACITY, (struct view){0}, &out, &s.err));
    fixture_settle(&s);
    assert_int_equal(referrals(&s, s.mission, ask, page).count, 0); /* it is not open any more */
    assert_int_equal(referrals(&s, s.mission, ask, BY_DUE).count, 4);
    fixture_end(&s);
}

static void test_consents_are_chosen_by_when_they_changed(void **state)
{
    struct fixture s;
    int64_t now;

    (void)state;
    begin(&s, 306);
    world_run_ms(s.w, MINUTES);
    now = tick_record_ms(s.ngo);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.since_ms = now}).count, 0);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.until_ms = now}).count, 7);
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.since_ms = now}).count, 1);
    assert_int_equal(list(&s, s.ngo, CONSENTS, (struct control_list_choice){.until_ms = now}).count, 6);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_have_each_row_once_in_either_order_whatever_comes_between),
        cmocka_unit_test(test_a_list_is_chosen_by_time_state_and_agency),
        cmocka_unit_test(test_referrals_are_chosen_by_what_they_ask_for),
        cmocka_unit_test(test_who_is_to_be_answered_first_stands_first),
        cmocka_unit_test(test_consents_are_chosen_by_when_they_changed),
        cmocka_unit_test(test_a_page_behind_what_is_not_there_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
