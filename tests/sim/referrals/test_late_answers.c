/* An answer that comes when her consent ends, or when what it is about is not what it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/audit_messages.h"
#include "codec/envelope_codec.h"
#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "fixture.h"
#include "model/envelope.h"
#include "model/hold.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

struct scene {
    struct fixture f;
    struct bytes answer;         /* the mission's last envelope */
    enum outcome outcome;        /* what the NGO signed last; 0: nothing */
    struct peer_refusal refusal; /* its last */
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct scene *s = cookie;
    struct arena arena = {0};
    struct receipt receipt;
    struct record r;
    struct error err;

    (void)to;
    if (from == MISSION && kind == PEER_ENVELOPE) {
        bytes_clear(&s->answer);
        bytes_append_view(&s->answer, payload);
    }
    if (from == NGO && kind == PEER_RECEIPT) {
        assert_true(receipt_decode(payload, &arena, &receipt, &err) && record_decode(receipt.record, &arena, &r, &err));
        s->outcome = r.received.outcome;
    }
    if (from == NGO && kind == PEER_REFUSAL)
        assert_true(peer_refusal_decode(payload, &arena, &s->refusal, &err));
    arena_fini(&arena);
}

/* The mission accepted, and its answer has not come. */
static void begin(struct scene *s, uint64_t seed)
{
    struct control_referral out;

    *s = (struct scene){.outcome = 0};
    fixture_begin(&s->f, seed, 2, &consent);
    fixture_deliver(&s->f);
    world_watch(s->f.w, on_frame_sent, s);
    world_conditions(s->f.w)->drop = PEER_ENVELOPE;
    assert_true(exchange_referral_accept(s->f.mission, &s->f.sent.referral, (struct view){0}, &out, &s->f.err));
    world_run_ms(s->f.w, MINUTES);
    assert_true(s->answer.size > 0);
    assert_int_equal(people_state(s->f.ngo, &s->f.sent.referral), REFERRAL_DELIVERED);
}

static void end(struct scene *s)
{
    world_conditions(s->f.w)->drop = 0;
    bytes_fini(&s->answer);
    fixture_end(&s->f);
}

static void bring_answer(struct scene *s)
{
    s->outcome = 0;
    assert_true(world_inject(s->f.w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&s->answer)));
    world_tick(s->f.w, NGO);
}

/* From the tick in which she ends it to that after the last: no key is left for what would be stored under it. */
static void test_an_answer_that_comes_while_her_consent_is_erased_is_not_stored(void **state)
{
    (void)state;
    for (unsigned ticks = 0; ticks < 6; ticks++) {
        struct scene s;

        begin(&s, 97);
        assert_true(fixture_withdraw(&s.f, true));
        for (unsigned i = 0; i < ticks; i++)
            world_tick(s.f.w, NGO);
        bring_answer(&s);
        assert_int_equal(s.outcome, OUTCOME_WITHDRAWN);
        end(&s);
    }
}

/* By hand, as one could who writes the database and has no key. There is no key to store it under, and it is no fault
 * of who answered: the link stands, and the answer is taken when the row is there again. */
static void test_an_answer_waits_there_while_the_row_of_its_consent_is_gone(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 98);
    fixture_edit(&s.f, NGO, "CREATE TABLE kept AS SELECT * FROM consent; DELETE FROM consent");
    bring_answer(&s);
    assert_int_equal(s.outcome, 0);
    assert_int_equal(s.refusal.step, STEP_CONSENT);
    assert_int_equal(s.refusal.hold, HOLD_BUSY);
    fixture_edit(&s.f, NGO, "INSERT INTO consent SELECT * FROM kept; DROP TABLE kept");
    bring_answer(&s);
    assert_int_equal(s.outcome, OUTCOME_STORED);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_ACCEPTED);
    end(&s);
}

static void test_an_answer_to_a_referral_that_names_no_consent_is_taken(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 99);
    fixture_edit(&s.f, NGO, "UPDATE referral SET consent = 0");
    bring_answer(&s);
    assert_int_equal(s.outcome, OUTCOME_STORED);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_ACCEPTED);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_that_comes_while_her_consent_is_erased_is_not_stored),
        cmocka_unit_test(test_an_answer_waits_there_while_the_row_of_its_consent_is_gone),
        cmocka_unit_test(test_an_answer_to_a_referral_that_names_no_consent_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
