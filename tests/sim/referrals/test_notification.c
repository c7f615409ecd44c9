/* A duty to notify, met without naming anybody: to authorities alone, acknowledged once; what a modified peer says. */
#include "fixture.h"

#include "codec/referral_messages.h"
#include "exchange/kinds/notification_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "model/inquiry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct control_notification sent;

struct seen {
    unsigned count;
    struct control_notification last;
};

static bool note(void *cookie, const struct control_notification *n, struct error *err)
{
    struct seen *l = cookie;

    (void)err;
    l->count++;
    l->last = *n;
    return true;
}

static struct seen list(struct fixture *s, struct exchange *x, bool all)
{
    const struct control_notification_list_ask ask = {.all = all};
    struct seen l = {.count = 0};

    world_must(exchange_notification_list(x, &ask, NULL, note, &l, &s->err), &s->err, "list");
    return l;
}

static struct control_notification_ask ask_for(struct fixture *s)
{
    return (struct control_notification_ask){.to = *s->to,
                                             .age = NOTIFIED_AGE_CHILD,
                                             .exploitation = NOTIFIED_EXPLOITATION_LABOUR,
                                             .persons = NOTIFIED_PERSONS_FEW,
                                             .country = view_of_text("PL"),
                                             .region = view_of_text("14"),
                                             .month = inquiry_month_of_day(day_of_ms(world_now(s->w)))};
}

static bool try_notify(struct fixture *s, const struct control_notification_ask *ask)
{
    return exchange_notification_send(s->ngo, ask, &sent, &s->err);
}

static bool notify_once(struct fixture *s)
{
    const struct control_notification_list_ask all = {.all = true};
    const struct control_notification_ask ask = ask_for(s);
    struct seen l = {.count = 0};

    return exchange_notification_list(s->ngo, &all, NULL, note, &l, &s->err) && (l.count != 0 || try_notify(s, &ask));
}

static bool acknowledge(struct fixture *s)
{
    const struct control_notification_acknowledge_ask ask = {.number = 1};
    struct control_notification out;

    return exchange_notification_acknowledge(s->mission, &ask, &out, &s->err);
}

static void assert_refused(struct fixture *s, bool ok, enum error_code why)
{
    assert_false(ok);
    assert_int_equal(s->err.code, why);
}

/* The mission is the ministry. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 3, NULL);
    world_set_kind(s->w, MISSION, KIND_MINISTRY);
    world_publish(s->w);
    fixture_settle(s);
}

static void test_an_authority_is_told_and_acknowledges(void **state)
{
    struct control_notification_ask ask;
    struct fixture s;
    struct seen l;

    (void)state;
    begin(&s, 1001);
    ask = ask_for(&s);
    world_must(try_notify(&s, &ask), &s.err, "notify");
    fixture_settle(&s);
    l = list(&s, s.mission, false);
    assert_int_equal(l.count, 1);
    assert_true(l.last.age == NOTIFIED_AGE_CHILD && l.last.persons == NOTIFIED_PERSONS_FEW &&
                view_equal(l.last.region, ask.region) && l.last.month.size == INQUIRY_MONTH - 1);
    assert_int_equal(list(&s, s.ngo, false).last.state, INQUIRY_WAITS);
    assert_true(acknowledge(&s));
    assert_true(acknowledge(&s)); /* again */
    fixture_settle(&s);
    assert_int_equal(list(&s, s.ngo, false).count, 0);
    l = list(&s, s.ngo, true);
    assert_int_equal(l.last.state, INQUIRY_ANSWERED);
    assert_true(l.last.seen_ms != 0);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

static void test_nobody_else_is_notified(void **state)
{
    struct control_notification_ask ask;
    struct fixture s;

    (void)state;
    begin(&s, 1002);
    ask = ask_for(&s);
    ask.to = *world_address(s.w, SHELTER);
    assert_refused(&s, try_notify(&s, &ask), E_INQ_04);
    ask.to = *world_address(s.w, NGO);
    assert_refused(&s, try_notify(&s, &ask), E_REF_05);
    fixture_end(&s);
}

static bool keep_work(void *cookie, const struct control_work_item *w, struct error *err)
{
    (void)err;
    *(struct control_work_item *)cookie = *w;
    return true;
}

static struct control_work_item work_of(struct fixture *s, struct exchange *x)
{
    struct control_work_item w = {.inquiry = 0};

    world_must(exchange_work_list(x, &(struct control_work_ask){.inquiries = true}, NULL, keep_work, &w, &s->err),
               &s->err, "ask what is to be done");
    return w;
}

static void test_it_is_work_at_both_until_it_is_acknowledged(void **state)
{
    struct control_notification_acknowledge_ask seen = {.number = 1};
    struct control_notification_ask ask;
    struct control_notification out;
    struct control_work_item w;
    struct fixture s;

    (void)state;
    begin(&s, 1010);
    ask = ask_for(&s);
    assert_true(try_notify(&s, &ask));
    fixture_settle(&s);
    w = work_of(&s, s.ngo);
    assert_true(w.group == WORK_WAITING && w.notification == 1 && w.inquiry == 0 && w.by_ms > w.since_ms);
    assert_true(address_equal(&w.agency, &ask.to) && !w.overdue);
    w = work_of(&s, s.mission);
    assert_true(w.group == WORK_NEW && w.notification == 1);
    world_must(exchange_notification_acknowledge(s.mission, &seen, &out, &s.err), &s.err, "acknowledge");
    fixture_settle(&s);
    assert_int_equal(work_of(&s, s.mission).group, 0);
    assert_int_equal(work_of(&s, s.ngo).group, 0);
    assert_true(try_notify(&s, &ask));
    fixture_settle(&s);
    world_run_ms(s.w, (BOUND_EXPIRY_DAYS + 1) * DAY_MS);
    w = work_of(&s, s.ngo); /* nobody saw that one: they are told otherwise */
    assert_true(w.group == WORK_TO_DO && w.notification == 2 && w.overdue);
    assert_int_equal(work_of(&s, s.mission).group, 0);
    fixture_end(&s);
}

static void test_what_is_no_code_is_not_told(void **state)
{
    struct control_notification_ask ask;
    struct fixture s;

    (void)state;
    begin(&s, 1003);
    ask = ask_for(&s);
    ask.country = view_of_text("ZZ");
    assert_refused(&s, try_notify(&s, &ask), E_REF_04);
    ask = ask_for(&s);
    ask.region = view_of_text("Lub");
    assert_refused(&s, try_notify(&s, &ask), E_REF_04);
    ask.region = view_of_text("99"); /* Poland has none */
    assert_refused(&s, try_notify(&s, &ask), E_INQ_05);
    ask.region = view_of_text("1"); /* nor the half of one */
    assert_refused(&s, try_notify(&s, &ask), E_INQ_05);
    ask.country = view_of_text("MC"); /* and no other's */
    ask.region = view_of_text("32");
    assert_refused(&s, try_notify(&s, &ask), E_INQ_05);
    ask = ask_for(&s);
    ask.persons = NOTIFIED_PERSONS_END;
    assert_refused(&s, try_notify(&s, &ask), E_REF_04);
    ask = ask_for(&s);
    ask.month++;
    assert_refused(&s, try_notify(&s, &ask), E_REF_11);
    fixture_end(&s);
}

static void send(struct fixture *s, struct exchange *x, const struct address *to, const struct body *body)
{
    int64_t number;

    world_must(outbox_put_about_nobody(x, to, body, tick_message_expiry(x), &number, &s->err), &s->err, "send");
    fixture_settle(s);
}

/* A modified peer sends one to who is no authority, and answers one with what is no answer to it. */
static void test_each_lie_is_refused(void **state)
{
    struct control_notification_ask ask;
    struct body lie = {.kind = MESSAGE_NOTIFICATION};
    struct fixture s;

    (void)state;
    begin(&s, 1004);
    ask = ask_for(&s);
    lie.notification = (struct notification_message){.age = ask.age,
                                                     .exploitation = ask.exploitation,
                                                     .persons = ask.persons,
                                                     .country = ask.country,
                                                     .month = ask.month};
    send(&s, s.ngo, world_address(s.w, SHELTER), &lie);
    assert_int_equal(list(&s, world_node(s.w, SHELTER), true).count, 0);
    world_must(try_notify(&s, &ask), &s.err, "notify");
    fixture_settle(&s);
    lie = (struct body){.kind = MESSAGE_ANSWER};
    lie.answer = (struct answer_message){
        .in_reply_to = sent.notification, .answer = PLAIN_ANSWER_YES, .until_ms = 1900000000000};
    send(&s, s.mission, world_address(s.w, NGO), &lie);
    lie.answer = (struct answer_message){.in_reply_to = sent.notification, .answer = PLAIN_ANSWER_SEEN};
    send(&s, world_node(s.w, SHELTER), world_address(s.w, NGO), &lie);
    assert_int_equal(list(&s, s.ngo, false).last.state, INQUIRY_WAITS);
    fixture_end_forged(&s);
}

static void test_it_is_forgotten(void **state)
{
    struct control_notification_ask ask;
    struct fixture s;

    (void)state;
    begin(&s, 1005);
    ask = ask_for(&s);
    world_must(try_notify(&s, &ask), &s.err, "notify");
    fixture_settle(&s);
    world_run_ms(s.w, (BOUND_EXPIRY_DAYS + 1) * DAY_MS);
    assert_int_equal(list(&s, s.ngo, false).last.state, INQUIRY_ENDED);
    assert_refused(&s, acknowledge(&s), E_INQ_03);
    world_run_ms(s.w, (BOUND_INQUIRY_KEPT_DAYS + 1) * DAY_MS);
    assert_int_equal(list(&s, s.ngo, true).count, 0);
    assert_int_equal(list(&s, s.mission, true).count, 0);
    fixture_end(&s);
}

static void test_it_is_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 1006);
    assert_true(fixture_at_each_statement(&s, NGO, notify_once, MINUTES) > 2);
    fixture_settle(&s);
    assert_true(fixture_at_each_statement(&s, MISSION, acknowledge, MINUTES) > 2);
    fixture_settle(&s);
    assert_int_equal(list(&s, s.ngo, true).count, 1);
    assert_int_equal(list(&s, s.ngo, true).last.state, INQUIRY_ANSWERED);
    fixture_end(&s);
}

static void test_months_are_read_as_they_are_written(void **state)
{
    char text[INQUIRY_MONTH];
    uint32_t month;

    (void)state;
    for (uint32_t m = 0; m < 12 * 200; m++) {
        inquiry_month_write(m, text);
        assert_true(inquiry_month_read(view_of_text(text), &month));
        assert_int_equal(month, m);
    }
    assert_false(inquiry_month_read(view_of_text("2026-13"), &month));
    assert_false(inquiry_month_read(view_of_text("2026-1"), &month));
    assert_false(inquiry_month_read(view_of_text("1969-12"), &month));
    assert_false(inquiry_month_read(view_of_text("2999-01"), &month));
    assert_int_equal(inquiry_month_of_day(31), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_authority_is_told_and_acknowledges),
        cmocka_unit_test(test_nobody_else_is_notified),
        cmocka_unit_test(test_it_is_work_at_both_until_it_is_acknowledged),
        cmocka_unit_test(test_what_is_no_code_is_not_told),
        cmocka_unit_test(test_each_lie_is_refused),
        cmocka_unit_test(test_it_is_forgotten),
        cmocka_unit_test(test_it_is_whole_or_not_at_all),
        cmocka_unit_test(test_months_are_read_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
