/* What the agency that refers says of somebody who is expected: both come to the same, whatever the other one says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/kinds/referral_coming.h"
#include "exchange/referrals/referral_summary.h"
#include "fixture.h"
#include "owed.h"
#include "refexd/status.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

static const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
static const struct reply_message arrived = {.state = REFERRAL_ARRIVED};
static const struct reply_message not_found = {.state = REFERRAL_NOT_FOUND};
static const uint32_t phoned = 1U << CLOSING_CHECK_AGENCY | 1U << CLOSING_CHECK_BRINGER;

static bool try_say(struct fixture *s, struct exchange *x, const struct reply_message *reply)
{
    struct control_referral out;

    return exchange_referral_answer(x, &s->sent.referral, reply, &out, &s->err);
}

static void say(struct fixture *s, struct exchange *x, const struct reply_message *reply)
{
    world_must(try_say(s, x, reply), &s->err, "say");
}

static struct reply_message expected_in(struct fixture *s, int64_t ms)
{
    return (struct reply_message){.state = REFERRAL_EXPECTED, .time_ms = world_now(s->w) + ms};
}

static struct control_referral_detail shown(struct exchange *x, struct fixture *s)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d;
}

static void both_are(struct fixture *s, enum referral_state state)
{
    struct control_referral here;
    struct control_referral there;

    fixture_settle(s);
    here = shown(s->ngo, s).summary;
    there = shown(s->mission, s).summary;
    assert_string_equal(referral_state_name(here.state), referral_state_name(state));
    assert_string_equal(referral_state_name(there.state), referral_state_name(state));
    assert_true(here.time_ms == there.time_ms);
    assert_string_equal(here.responsible.text, there.responsible.text);
    assert_int_equal(owed_now(s->ngo).count + owed_now(s->mission).count, 0);
}

static unsigned findings(struct fixture *s, size_t i, enum found row)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = world_node(s->w, i)};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == row;
    arena_fini(&arena);
    return n;
}

/* Another referral: she is expected in two hours. */
static void refer(struct fixture *s)
{
    struct reply_message first;

    fixture_deliver(s);
    say(s, s->mission, &accepted);
    first = expected_in(s, 2 * HOURS);
    say(s, s->mission, &first);
    both_are(s, REFERRAL_EXPECTED);
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &consent);
    refer(s);
}

static void test_who_refers_says_where_she_is(void **state)
{
    struct reply_message later;
    struct fixture s;

    (void)state;
    begin(&s, 661);
    later = expected_in(&s, 8 * HOURS);
    say(&s, s.ngo, &later);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_EXPECTED);
    assert_true(shown(s.ngo, &s).summary.time_ms == later.time_ms); /* here at once */
    both_are(&s, REFERRAL_EXPECTED);
    assert_true(shown(s.mission, &s).summary.time_ms == later.time_ms);
    assert_int_equal(shown(s.mission, &s).said, REFERRAL_EXPECTED);
    world_run_ms(s.w, 4 * HOURS); /* of the first time there is no alarm */
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED) + findings(&s, MISSION, FOUND_NOT_ARRIVED), 0);
    world_run_ms(s.w, 6 * HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_ARRIVED), 1);
    say(&s, s.ngo, &later); /* said again, it is over by now */
    say(&s, s.ngo, &not_found);
    both_are(&s, REFERRAL_NOT_FOUND);
    world_run_ms(s.w, HOURS);
    fixture_restart(&s, MISSION);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_FOUND), 1);
    say(&s, s.ngo, &arrived);
    say(&s, s.ngo, &arrived); /* again */
    both_are(&s, REFERRAL_ARRIVED);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND) + findings(&s, MISSION, FOUND_NOT_FOUND), 0);
    assert_false(try_say(&s, s.ngo, &not_found));
    assert_int_equal(s.err.code, E_REF_07);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE)); /* nothing of her went */
    fixture_end(&s);
}

static void test_who_refers_says_no_more_than_that(void **state)
{
    static const struct reply_message finished = {.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN};
    struct reply_message with_desk;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 662, 2, &consent);
    fixture_deliver(&s);
    assert_false(try_say(&s, s.ngo, &arrived)); /* nobody expects her */
    assert_int_equal(s.err.code, E_REF_07);
    say(&s, s.mission, &accepted);
    with_desk = expected_in(&s, HOURS);
    say(&s, s.mission, &with_desk);
    fixture_settle(&s);
    assert_false(try_say(&s, s.ngo, &finished));
    assert_int_equal(s.err.code, E_REF_02);
    with_desk = expected_in(&s, 2 * HOURS);
    with_desk.brought = BROUGHT_BY_POLICE;
    assert_false(try_say(&s, s.ngo, &with_desk));
    assert_int_equal(s.err.code, E_REF_04);
    assert_true(fixture_withdraw(&s, false));
    assert_false(try_say(&s, s.ngo, &arrived));
    fixture_end(&s);
}

/* --- both at once --- */

enum order { CROSSING, REFERRER_FIRST, RECIPIENT_FIRST, ORDERS };

/* What both say in the end. */
static const struct reply_message *winner(enum order order, const struct reply_message *referrer,
                                          const struct reply_message *recipient)
{
    if (referrer->state == REFERRAL_ARRIVED || (order == REFERRER_FIRST && recipient->state == REFERRAL_ARRIVED))
        return &arrived;
    if (order == RECIPIENT_FIRST)
        return recipient->state == REFERRAL_ARRIVED ? recipient : referrer;
    return recipient;
}

static void speak_both(struct fixture *s, enum order order, const struct reply_message *referrer,
                       const struct reply_message *recipient)
{
    const bool is_first = order == REFERRER_FIRST;

    world_conditions(s->w)->delay_ms = order == CROSSING ? 40 : 0;
    say(s, is_first ? s->ngo : s->mission, is_first ? referrer : recipient);
    if (order != CROSSING)
        fixture_settle(s);
    /* who reads the other's act may be refused by name, or say what stands */
    if (!try_say(s, is_first ? s->mission : s->ngo, is_first ? recipient : referrer))
        assert_int_equal(s->err.code, E_REF_07);
    if (order == CROSSING)
        world_tick(s->w, NGO);
}

static void test_of_two_who_say_where_she_is_both_come_to_the_same(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 663, 2, &consent);
    for (int order = CROSSING; order < ORDERS; order++)
        for (int pair = 0; pair < 9; pair++) {
            struct reply_message there[3];
            struct reply_message here[3];
            const struct reply_message *last;

            refer(&s);
            here[0] = there[0] = arrived;
            here[1] = there[1] = not_found;
            here[2] = expected_in(&s, 5 * HOURS);
            there[2] = expected_in(&s, 9 * HOURS);
            speak_both(&s, (enum order)order, &here[pair / 3], &there[pair % 3]);
            last = winner((enum order)order, &here[pair / 3], &there[pair % 3]);
            if (here[pair / 3].state == REFERRAL_NOT_FOUND && there[pair % 3].state == REFERRAL_NOT_FOUND)
                last = &not_found;
            both_are(&s, last->state);
            assert_true(shown(s.ngo, &s).summary.time_ms == last->time_ms);
        }
    fixture_end(&s);
}

/* That she came meets what was said there before it was known; here nobody reads meanwhile that she did not. */
static void test_that_she_came_is_not_undone_by_what_was_said_before(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 664);
    say(&s, s.mission, &not_found);
    say(&s, s.ngo, &arrived);
    world_tick(s.w, MISSION);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ARRIVED);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, HOURS);
    both_are(&s, REFERRAL_ARRIVED);
    fixture_end(&s);
}

/* --- said by mistake --- */

static struct reply_message taken_back_in(struct fixture *s, int64_t ms)
{
    return (struct reply_message){
        .state = REFERRAL_EXPECTED, .before = REFERRAL_ARRIVED, .time_ms = world_now(s->w) + ms};
}

static void test_that_she_came_is_taken_back_by_who_said_so(void **state)
{
    static const struct reply_message begun = {.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN};
    struct reply_message now;
    struct fixture s;

    (void)state;
    begin(&s, 671);
    now = taken_back_in(&s, HOURS);
    assert_false(try_say(&s, s.ngo, &now));
    assert_int_equal(s.err.code, E_REF_07);
    say(&s, s.ngo, &arrived);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ARRIVED);
    now.before = 0; /* a second one of the agency, who reads nothing */
    assert_false(try_say(&s, s.ngo, &now));
    assert_int_equal(s.err.code, E_REF_07);
    now = taken_back_in(&s, HOURS);
    assert_false(try_say(&s, s.mission, &now));
    assert_int_equal(s.err.code, E_REF_15);
    say(&s, s.ngo, &now);
    say(&s, s.ngo, &now); /* said again */
    fixture_settle(&s);
    both_are(&s, REFERRAL_EXPECTED);
    assert_true(shown(s.ngo, &s).summary.time_ms == now.time_ms);
    assert_true(shown(s.mission, &s).summary.time_ms == now.time_ms);
    say(&s, s.mission, &arrived);
    fixture_settle(&s);
    now = taken_back_in(&s, 2 * HOURS);
    say(&s, s.ngo, &arrived);                                                 /* what stands */
    assert_true(try_say(&s, s.ngo, &now) == false && s.err.code == E_REF_15); /* their word */
    say(&s, s.mission, &begun);
    fixture_settle(&s);
    assert_false(try_say(&s, s.ngo, &now));
    assert_int_equal(s.err.code, E_REF_07);
    both_are(&s, REFERRAL_IN_PROGRESS);
    fixture_end(&s);
}

/* The one that expects her: by its own people's word, and with all that they say of her coming. */
static void test_who_expects_her_takes_back_that_she_came(void **state)
{
    static const struct reply_message begun = {.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN};
    struct reply_message now;
    struct fixture s;

    (void)state;
    begin(&s, 673);
    say(&s, s.mission, &arrived);
    both_are(&s, REFERRAL_ARRIVED);
    now = taken_back_in(&s, HOURS);
    now.before = 0; /* a second one there, who reads nothing */
    assert_false(try_say(&s, s.mission, &now));
    assert_int_equal(s.err.code, E_REF_07);
    now = taken_back_in(&s, HOURS);
    now.brought = BROUGHT_BY_POLICE;
    say(&s, s.mission, &now);
    say(&s, s.mission, &now); /* said again */
    both_are(&s, REFERRAL_EXPECTED);
    assert_true(shown(s.ngo, &s).summary.time_ms == now.time_ms);
    assert_int_equal(shown(s.ngo, &s).brought, BROUGHT_BY_POLICE);
    world_run_ms(s.w, 3 * HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_ARRIVED), 1);
    say(&s, s.ngo, &arrived);
    both_are(&s, REFERRAL_ARRIVED);
    say(&s, s.mission, &begun);
    now = taken_back_in(&s, HOURS);
    assert_false(try_say(&s, s.mission, &now));
    assert_int_equal(s.err.code, E_REF_07);
    both_are(&s, REFERRAL_IN_PROGRESS);
    fixture_end(&s);
}

/* LATE: it came there before; there it is read, and is not theirs to take back. */
static void test_that_she_came_is_said_here_and_they_took_it_back_while_that_was_under_way(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct reply_message back;
        struct fixture s;

        begin(&s, 674);
        back = taken_back_in(&s, 20 * HOURS);
        world_conditions(s.w)->delay_ms = 40;
        say(&s, s.mission, &arrived);
        say(&s, s.ngo, &arrived);
        if (late != 0) {
            fixture_settle(&s);
            assert_false(try_say(&s, s.mission, &back));
            assert_int_equal(s.err.code, E_REF_15);
        } else {
            say(&s, s.mission, &back);
            world_tick(s.w, MISSION); /* before that comes there */
            world_tick(s.w, NGO);
            for (int i = 0; i < 50; i++) {
                world_run_ms(s.w, 10);
                assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ARRIVED);
            }
        }
        both_are(&s, REFERRAL_ARRIVED);
        fixture_end(&s);
    }
}

/* Twice: it can be cancelled anew, and that counts, too. */
static void test_what_was_cancelled_while_they_thought_that_she_came_is_cancelled_when_they_take_it_back(void **state)
{
    static const struct reply_message confirmed = {.state = REFERRAL_CANCELLED};
    struct control_referral out;
    struct reply_message back;
    struct fixture s;

    (void)state;
    begin(&s, 675);
    world_conditions(s.w)->delay_ms = 40;
    say(&s, s.mission, &arrived);
    world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    fixture_settle(&s);
    both_are(&s, REFERRAL_ARRIVED);
    back = taken_back_in(&s, 20 * HOURS);
    say(&s, s.mission, &back);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCEL_ASKED);
    say(&s, s.mission, &arrived);
    both_are(&s, REFERRAL_ARRIVED);
    back = taken_back_in(&s, 22 * HOURS);
    say(&s, s.mission, &back);
    both_are(&s, REFERRAL_CANCEL_ASKED);
    say(&s, s.mission, &confirmed);
    both_are(&s, REFERRAL_CANCELLED);
    fixture_end(&s);
}

/* What they said arrived here, and what was said here before is on its way for longer. */
static void test_that_she_came_is_said_here_and_read_there_after_they_took_it_back(void **state)
{
    struct reply_message back;
    struct fixture s;

    (void)state;
    begin(&s, 678);
    say(&s, s.ngo, &arrived);
    say(&s, s.mission, &arrived);
    world_conditions(s.w)->deaf = MISSION + 1;
    for (int i = 0; i < 50; i++)
        world_step(s.w, 20);
    back = taken_back_in(&s, 20 * HOURS);
    say(&s, s.mission, &back);
    for (int i = 0; i < 50; i++)
        world_step(s.w, 20);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ARRIVED);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_EXPECTED);
    world_conditions(s.w)->deaf = 0;
    world_run_ms(s.w, HOURS);
    both_are(&s, REFERRAL_ARRIVED);
    fixture_end(&s);
}

/* While who refers is away they take it back and say more: what is newer stands in its place on the way. */
static void test_what_is_taken_back_and_said_anew_while_who_refers_is_away(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++) {
        struct reply_message back;
        struct reply_message later;
        struct fixture s;

        begin(&s, 677);
        say(&s, s.mission, &arrived);
        both_are(&s, REFERRAL_ARRIVED);
        world_crash(s.w, NGO);
        back = taken_back_in(&s, HOURS);
        say(&s, s.mission, &back);
        world_run_ms(s.w, MINUTES);
        later = again != 0 ? expected_in(&s, 3 * HOURS) : not_found;
        say(&s, s.mission, &later);
        world_run_ms(s.w, MINUTES);
        fixture_restart(&s, NGO);
        world_run_ms(s.w, 2 * HOURS);
        both_are(&s, again != 0 ? REFERRAL_EXPECTED : REFERRAL_NOT_FOUND);
        fixture_end(&s);
    }
}

static bool taken_back_there(struct fixture *s)
{
    static struct reply_message back;

    if (back.time_ms == 0)
        back = taken_back_in(s, 20 * HOURS);
    return try_say(s, s->mission, &back);
}

static void test_whichever_statement_fails_it_is_taken_back_whole_or_not(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 676);
    say(&s, s.mission, &arrived);
    fixture_settle(&s);
    (void)fixture_at_each_statement(&s, MISSION, taken_back_there, MINUTES);
    world_run_ms(s.w, HOURS);
    both_are(&s, REFERRAL_EXPECTED);
    fixture_end(&s);
}

#define WORDS 4

struct kept_words {
    struct bytes kept[WORDS]; /* the NGO's, as they were sent first */
    size_t count;
};

static void keep_word(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct kept_words *k = cookie;

    (void)to;
    if (from == NGO && kind == PEER_ENVELOPE && k->count < WORDS)
        bytes_append_view(&k->kept[k->count++], payload);
}

/* She came, she did not, and LAST: sealed, and they come in ORDER. */
static void bring_words(uint64_t seed, const size_t order[static 3], bool cancelled)
{
    struct kept_words k = {.count = 0};
    struct control_referral out;
    struct reply_message back;
    struct fixture s;

    begin(&s, seed);
    world_watch(s.w, keep_word, &k);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    say(&s, s.ngo, &arrived);
    world_tick(s.w, NGO);
    back = taken_back_in(&s, 20 * HOURS);
    say(&s, s.ngo, &back);
    world_tick(s.w, NGO);
    if (cancelled)
        world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    else
        say(&s, s.ngo, &arrived);
    world_tick(s.w, NGO);
    assert_int_equal(k.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&k.kept[order[i]])));
        world_tick(s.w, MISSION);
    }
    world_watch(s.w, NULL, NULL);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 2 * HOURS);
    both_are(&s, cancelled ? REFERRAL_CANCEL_ASKED : REFERRAL_ARRIVED);
    assert_int_equal(owed_now(s.mission).count, 0);
    assert_int_equal(owed_now(s.ngo).count, 0);
    fixture_end(&s);
    for (size_t i = 0; i < WORDS; i++)
        bytes_fini(&k.kept[i]);
}

static void test_of_her_coming_the_newest_word_counts_in_any_order(void **state)
{
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        for (int cancelled = 0; cancelled <= 1; cancelled++)
            bring_words(680 + i, orders[i], cancelled);
}

/* What has not left of a referral that is cancelled stays, but for where she is: there they think that she came. */
static void test_what_is_taken_back_and_cancelled_while_they_are_away(void **state)
{
    struct control_referral out;
    struct reply_message back;
    struct fixture s;

    (void)state;
    begin(&s, 672);
    say(&s, s.ngo, &arrived);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ARRIVED);
    world_crash(s.w, MISSION);
    fixture_look(&s);
    world_run_ms(s.w, MINUTES);
    back = taken_back_in(&s, 20 * HOURS);
    say(&s, s.ngo, &back);
    world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, 2 * HOURS);
    both_are(&s, REFERRAL_CANCEL_ASKED);
    assert_int_equal(owed_now(s.ngo).count, 0);
    fixture_end(&s);
}

/* Their people say something, too, and nobody knows of the other. */
static void test_what_is_taken_back_while_they_speak_ends_the_same_at_both(void **state)
{
    static const struct reply_message begun = {.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN};

    (void)state;
    for (int what = 0; what < 3; what++)
        for (int late = 0; late < 2; late++) {
            struct fixture s;
            struct reply_message back;
            struct reply_message anew;

            begin(&s, 690);
            back = taken_back_in(&s, 20 * HOURS);
            anew = expected_in(&s, 9 * HOURS);
            world_conditions(s.w)->delay_ms = 40;
            say(&s, s.ngo, &arrived);
            if (late != 0) {
                fixture_settle(&s);
                say(&s, s.ngo, &back);
            }
            if (!try_say(&s, s.mission, what == 0 ? &arrived : what == 1 ? &begun : &anew))
                assert_int_equal(s.err.code, E_REF_07);
            if (late == 0)
                say(&s, s.ngo, &back);
            world_tick(s.w, NGO);
            fixture_settle(&s);
            assert_int_equal(people_state(s.ngo, &s.sent.referral), people_state(s.mission, &s.sent.referral));
            assert_true(shown(s.ngo, &s).summary.time_ms == shown(s.mission, &s).summary.time_ms);
            both_are(&s, what == 0 && late == 0 ? REFERRAL_ARRIVED
                         : what == 1            ? REFERRAL_IN_PROGRESS
                                                : REFERRAL_EXPECTED);
            fixture_end(&s);
        }
}

/* Their node says a time that no person may name. */
static void test_nobody_is_expected_for_ever(void **state)
{
    const struct reply_message far = {.state = REFERRAL_EXPECTED, .time_ms = INT64_MAX / 2};
    struct control_referral out;
    struct referral_row row;
    struct peer_row peer;
    struct fixture s;

    (void)state;
    begin(&s, 667);
    world_must(referral_summary_find(s.ngo, &s.sent.referral, &row, &peer, &s.err) &&
                   referral_coming_say(s.ngo, &row, &peer, &far, &out, &s.err),
               &s.err, "say");
    both_are(&s, REFERRAL_EXPECTED);
    assert_in_range(shown(s.ngo, &s).summary.time_ms, world_now(s.w), world_now(s.w) + 92 * DAY_MS);
    fixture_end(&s);
}

static bool not_found_here(struct fixture *s)
{
    return try_say(s, s->ngo, &not_found);
}

static void test_whichever_statement_fails_it_is_said_whole_or_not(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 665);
    (void)fixture_at_each_statement(&s, NGO, not_found_here, MINUTES);
    world_run_ms(s.w, HOURS);
    both_are(&s, REFERRAL_NOT_FOUND);
    fixture_end(&s);
}

/* --- closing --- */

static void test_a_supervisor_of_either_closes_what_the_checklist_allows(void **state)
{
    struct reply_message closed = {.state = REFERRAL_CLOSED};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 666, 2, &consent);
    for (int by_referrer = 0; by_referrer <= 1; by_referrer++) {
        refer(&s);
        say(&s, by_referrer ? s.mission : s.ngo, &not_found);
        both_are(&s, REFERRAL_NOT_FOUND);
        closed.checked = 0;
        assert_false(try_say(&s, by_referrer ? s.ngo : s.mission, &closed));
        assert_int_equal(s.err.code, E_REF_13);
        closed.checked = phoned;
        assert_false(try_say(&s, by_referrer ? s.ngo : s.mission, &closed));
        closed.checked = 1U << CLOSING_CHECK_LAW;
        assert_false(try_say(&s, by_referrer ? s.ngo : s.mission, &closed));
        assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
        closed.checked |= phoned;
        say(&s, by_referrer ? s.ngo : s.mission, &closed);
        both_are(&s, REFERRAL_CLOSED);
        assert_int_equal(shown(s.ngo, &s).checked, closed.checked);
        assert_int_equal(shown(s.mission, &s).checked, closed.checked);
        assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND) + findings(&s, MISSION, FOUND_NOT_FOUND), 0);
    }
    fixture_end(&s);
}

/* By what came of her it is not known there; at the agency that refers it is. */
static void test_that_she_is_an_adult_counts_where_her_case_says_so(void **state)
{
    static const struct people_consent health = {.sections = BIT(HEALTH)};
    const struct reply_message closed = {.state = REFERRAL_CLOSED, .checked = phoned | 1U << CLOSING_CHECK_ADULT};
    struct fixture s;

    (void)state;
    for (int knows = 0; knows <= 1; knows++) {
        fixture_begin(&s, 667, 2, knows ? &consent : &health);
        refer(&s);
        say(&s, s.mission, &not_found);
        both_are(&s, REFERRAL_NOT_FOUND);
        assert_int_equal(try_say(&s, s.mission, &closed), knows);
        assert_true(knows || s.err.code == E_REF_13);
        if (!knows)
            say(&s, s.ngo, &closed);
        both_are(&s, REFERRAL_CLOSED);
        fixture_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_refers_says_where_she_is),
        cmocka_unit_test(test_who_refers_says_no_more_than_that),
        cmocka_unit_test(test_of_two_who_say_where_she_is_both_come_to_the_same),
        cmocka_unit_test(test_that_she_came_is_not_undone_by_what_was_said_before),
        cmocka_unit_test(test_that_she_came_is_taken_back_by_who_said_so),
        cmocka_unit_test(test_who_expects_her_takes_back_that_she_came),
        cmocka_unit_test(test_that_she_came_is_said_here_and_they_took_it_back_while_that_was_under_way),
        cmocka_unit_test(test_what_was_cancelled_while_they_thought_that_she_came_is_cancelled_when_they_take_it_back),
        cmocka_unit_test(test_that_she_came_is_said_here_and_read_there_after_they_took_it_back),
        cmocka_unit_test(test_what_is_taken_back_and_said_anew_while_who_refers_is_away),
        cmocka_unit_test(test_whichever_statement_fails_it_is_taken_back_whole_or_not),
        cmocka_unit_test(test_of_her_coming_the_newest_word_counts_in_any_order),
        cmocka_unit_test(test_what_is_taken_back_and_cancelled_while_they_are_away),
        cmocka_unit_test(test_what_is_taken_back_while_they_speak_ends_the_same_at_both),
        cmocka_unit_test(test_nobody_is_expected_for_ever),
        cmocka_unit_test(test_whichever_statement_fails_it_is_said_whole_or_not),
        cmocka_unit_test(test_a_supervisor_of_either_closes_what_the_checklist_allows),
        cmocka_unit_test(test_that_she_is_an_adult_counts_where_her_case_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
