/* Two people act on one referral at once: whichever act comes first, and in whatever order they travel, a rule says
 * which one counts; who is too late is refused by name, and sees what the other did; and both nodes agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/referral_messages.h"
#include "fixture.h"
#include "owed.h"

typedef bool act_fn(struct fixture *s);

/* All that is due comes, and is answered. */
static void rest(struct fixture *s)
{
    world_run_ms(s->w, 20 * MINUTES);
    fixture_look(s);
}

/* --- what people do --- */

static bool answer(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    return exchange_referral_answer(s->mission, &s->sent.referral, reply, &out, &s->err);
}

static bool accept(struct fixture *s)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_ACCEPTED});
}

static bool decline(struct fixture *s)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY});
}

static bool give_back(struct fixture *s)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_GIVEN_BACK, .reason = DECLINE_AT_CAPACITY});
}

static bool arrive(struct fixture *s)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_ARRIVED});
}

static bool finish(struct fixture *s)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN});
}

static bool cancel(struct fixture *s)
{
    struct control_referral out;

    return exchange_referral_cancel(s->ngo, &s->sent.referral, &out, &s->err);
}

static bool update(struct fixture *s)
{
    const struct control_referral_update_ask ask = {.referral = s->sent.referral, .sections = BIT(HEALTH)};
    struct control_referral out;

    return exchange_referral_update(s->ngo, &ask, &out, &s->err);
}

static bool withdraw(struct fixture *s)
{
    return fixture_withdraw(s, false);
}

/* --- from where --- */

static void settle_after(struct fixture *s, bool ok)
{
    world_must(ok, &s->err, "what comes before a race");
    rest(s);
}

static void delivered(struct fixture *s)
{
    settle_after(s,
                 people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = false}, &s->sent, &s->err));
}

static void accepted(struct fixture *s)
{
    delivered(s);
    settle_after(s, accept(s));
}

static bool expect_in(struct fixture *s, int64_t ms)
{
    return answer(s, &(struct reply_message){.state = REFERRAL_EXPECTED, .time_ms = world_now(s->w) + ms});
}

static void expected(struct fixture *s)
{
    accepted(s);
    settle_after(s, expect_in(s, 3 * DAY_MS));
}

/* She comes in less than a day: the agency that refers has to agree. */
static void give_back_asked(struct fixture *s)
{
    accepted(s);
    settle_after(s, expect_in(s, DAY_MS - HOURS));
    settle_after(s, give_back(s));
}

/* --- at two agencies --- */

enum order {
    THEY_FIRST,          /* what the mission does has come to the NGO before anybody acts there */
    WE_FIRST,            /* the other way round */
    CROSSED_THEY_ARRIVE, /* both act before anything has come; the mission's message arrives first */
    CROSSED_WE_ARRIVE,
    CROSSED_BOTH_ARRIVE,
    ORDERS
};

struct race {
    const char *name;
    void (*begin)(struct fixture *s);
    act_fn *theirs;
    act_fn *ours;
    struct {
        enum referral_state state; /* in the end, at both */
        const char *refused;       /* what the second of them reads; NULL: his act is taken */
        enum referral_state ours;  /* at us, where it is not that: it came to nothing there, and is needed no more */
    } end[ORDERS];
};

#define CROSSED(state) [CROSSED_THEY_ARRIVE] = {state}, [CROSSED_WE_ARRIVE] = {state}, [CROSSED_BOTH_ARRIVE] = {state}

static const struct race races[] = {
    {"accept, cancel",
     delivered,
     accept,
     cancel,
     {[THEY_FIRST] = {REFERRAL_CANCEL_ASKED},
      [WE_FIRST] = {REFERRAL_CANCELLED, "cancelled already"},
      CROSSED(REFERRAL_CANCEL_ASKED)}},
    {"decline, cancel",
     delivered,
     decline,
     cancel,
     {[THEY_FIRST] = {REFERRAL_DECLINED, NULL, REFERRAL_CANCELLED},
      [WE_FIRST] = {REFERRAL_CANCELLED, "cancelled already"},
      CROSSED(REFERRAL_DECLINED)}},
    {"decline, withdraw",
     delivered,
     decline,
     withdraw,
     {[THEY_FIRST] = {REFERRAL_ERASED}, [WE_FIRST] = {REFERRAL_ERASED, "stopped already"}, CROSSED(REFERRAL_ERASED)}},
    {"accept, withdraw",
     delivered,
     accept,
     withdraw,
     {[THEY_FIRST] = {REFERRAL_ERASED}, [WE_FIRST] = {REFERRAL_ERASED, "stopped already"}, CROSSED(REFERRAL_ERASED)}},
    {"finish, update",
     accepted,
     finish,
     update,
     {[THEY_FIRST] = {REFERRAL_FINISHED, "finished already"},
      [WE_FIRST] = {REFERRAL_FINISHED},
      CROSSED(REFERRAL_FINISHED)}},
    {"finish, cancel",
     accepted,
     finish,
     cancel,
     {[THEY_FIRST] = {REFERRAL_FINISHED, "finished already"},
      [WE_FIRST] = {REFERRAL_FINISHED},
      CROSSED(REFERRAL_FINISHED)}},
    {"arrived, cancel",
     expected,
     arrive,
     cancel,
     {[THEY_FIRST] = {REFERRAL_ARRIVED, "arrived already"},
      [WE_FIRST] = {REFERRAL_ARRIVED},
      CROSSED(REFERRAL_ARRIVED)}},
    {"give back, cancel",
     expected,
     give_back,
     cancel,
     {[THEY_FIRST] = {REFERRAL_GIVEN_BACK, NULL, REFERRAL_CANCELLED},
      [WE_FIRST] = {REFERRAL_CANCEL_ASKED, "cancel-asked already"},
      CROSSED(REFERRAL_GIVEN_BACK)}},
    {"arrived, agree that it is given back",
     give_back_asked,
     arrive,
     cancel,
     {[THEY_FIRST] = {REFERRAL_ARRIVED, "arrived already"},
      [WE_FIRST] = {REFERRAL_GIVEN_BACK, "given-back already"},
      CROSSED(REFERRAL_ARRIVED)}},
};

/* A bad wire carries it, and both nodes end by a power cut. */
static void travel(struct fixture *s, bool roughly)
{
    for (int i = 0; i < 40; i++) {
        size_t deaf = world_conditions(s->w)->deaf;

        *world_conditions(s->w) =
            roughly ? (struct conditions){.loss = 200, .repeat = 500, .reorder = 500, .delay_ms = 400, .deaf = deaf}
                    : (struct conditions){.deaf = deaf};
        world_step(s->w, 250);
    }
    if (roughly) {
        fixture_restart(s, NGO);
        fixture_restart(s, MISSION);
    }
}

static bool act_in_order(struct fixture *s, const struct race *r, enum order order, bool roughly)
{
    bool ok;

    if (order == THEY_FIRST || order == WE_FIRST) {
        world_must(order == THEY_FIRST ? r->theirs(s) : r->ours(s), &s->err, r->name);
        travel(s, roughly);
        rest(s); /* it has come */
        return order == THEY_FIRST ? r->ours(s) : r->theirs(s);
    }
    world_must(r->theirs(s), &s->err, r->name);
    ok = r->ours(s);
    world_conditions(s->w)->deaf = order == CROSSED_THEY_ARRIVE ? MISSION + 1
                                   : order == CROSSED_WE_ARRIVE ? NGO + 1
                                                                : 0;
    travel(s, roughly);
    world_conditions(s->w)->deaf = 0;
    return ok;
}

static enum referral_state state_at(struct exchange *x, struct fixture *s)
{
    return people_state(x, &s->sent.referral);
}

/* She agrees anew for each race: in some she withdraws. */
static void agree(struct fixture *s)
{
    const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

    world_publish(s->w);
    s->consent = people_consent(s->ngo, &s->person, s->to, &consent);
    rest(s);
}

static void assert_refused(const struct fixture *s, bool ok, const char *refused)
{
    assert_int_equal(ok, refused == NULL);
    if (refused == NULL)
        return;
    assert_int_equal(s->err.code, E_REF_07);
    assert_non_null(strstr(s->err.text, refused));
}

static void assert_are(struct fixture *s, enum referral_state ours, enum referral_state theirs)
{
    assert_string_equal(referral_state_name(state_at(s->ngo, s)), referral_state_name(ours));
    assert_string_equal(referral_state_name(state_at(s->mission, s)), referral_state_name(theirs));
    assert_int_equal(owed_now(s->ngo).count + owed_now(s->mission).count, 0);
}

static void run_race(struct fixture *s, const struct race *r, enum order order, bool roughly)
{
    bool ok;

    (void)printf("%s: order %d%s\n", r->name, (int)order, roughly ? ", a bad wire" : "");
    agree(s);
    r->begin(s);
    ok = act_in_order(s, r, order, roughly);
    assert_refused(s, ok, r->end[order].refused);
    rest(s);
    if (r->end[order].state == REFERRAL_ERASED)
        world_run_ms(s->w, 4 * DAY_MS);
    assert_are(s, r->end[order].ours != 0 ? r->end[order].ours : r->end[order].state, r->end[order].state);
}

static void test_two_agencies_act_at_once(void **state)
{
    struct fixture s;

    (void)state;
    for (enum order order = 0; order < ORDERS; order++)
        for (int roughly = 0; roughly <= 1; roughly++) {
            fixture_begin(&s, 700 + order, 2, NULL);
            for (size_t i = 0; i < sizeof races / sizeof *races; i++)
                run_race(&s, &races[i], order, roughly);
            fixture_end(&s);
        }
}

/* --- at one agency --- */

static const struct {
    void (*begin)(struct fixture *s);
    act_fn *first;
    act_fn *second;
    enum referral_state state;
    const char *refused; /* what the second of them reads; NULL: his act is taken, and stands */
} at_one[] = {
    {delivered, accept, decline, REFERRAL_ACCEPTED, "accepted already"},
    {delivered, decline, accept, REFERRAL_DECLINED, "declined already"},
    {delivered, accept, accept, REFERRAL_ACCEPTED, NULL}, /* what was said already is said */
    {expected, give_back, arrive, REFERRAL_GIVEN_BACK, "given-back already"},
    {expected, arrive, give_back, REFERRAL_ARRIVED, "arrived already"},
    {give_back_asked, arrive, give_back, REFERRAL_ARRIVED, "arrived already"},
    {expected, finish, arrive, REFERRAL_FINISHED, "finished already"},
    {expected, arrive, finish, REFERRAL_FINISHED, NULL},
};

enum { SAME_TICK, NEXT_TICK, TOLD_THERE, TIMES }; /* when the second one acts */

static void run_at_one(struct fixture *s, size_t i, int when)
{
    bool ok;

    (void)printf("row %zu: time %d\n", i, when);
    agree(s);
    at_one[i].begin(s);
    world_must(at_one[i].first(s), &s->err, "the first");
    if (when == NEXT_TICK)
        world_tick(s->w, MISSION);
    if (when == TOLD_THERE)
        rest(s);
    ok = at_one[i].second(s);
    assert_refused(s, ok, at_one[i].refused);
    assert_string_equal(referral_state_name(state_at(s->mission, s)), referral_state_name(at_one[i].state));
    rest(s);
    assert_are(s, at_one[i].state, at_one[i].state);
}

static void test_two_people_of_one_agency_act_at_once(void **state)
{
    struct fixture s;

    (void)state;
    for (int when = 0; when < TIMES; when++) {
        fixture_begin(&s, 720, 2, NULL);
        for (size_t i = 0; i < sizeof at_one / sizeof *at_one; i++)
            run_at_one(&s, i, when);
        fixture_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_people_of_one_agency_act_at_once),
        cmocka_unit_test(test_two_agencies_act_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
