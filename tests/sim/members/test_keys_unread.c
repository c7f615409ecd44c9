/* A disk that does not give a key, for now: nothing is withheld, erased, called ended or differing for it; what needs
 * the key waits, and goes on when the disk gives it.
 *
 * sim_keys_unread [PATTERN].
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "crypto/data_keys_layout.h"
#include "crypto/secretbox.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_who.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_request.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/search/search_calls.h"
#include "exchange/staff/request_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "store/case_store.h"
#include "store/kept_answer_store.h"
#include "store/search_store.h"

static const struct people_consent triage = {.sections = BIT(TRIAGE)};

static void cut_off(struct fixture *s, bool off)
{
    world_conditions(s->w)->partition = off;
    if (off)
        world_cut(s->w, NGO, MISSION);
}

static struct node_status status_of(struct fixture *s, struct exchange *x)
{
    struct node_status status;

    world_must(exchange_status(x, &status, &s->err), &s->err, "status");
    return status;
}

static bool is_bad; /* no key is read from any file; all else is, and all is written */

static uint64_t bad_slot; /* the same of this one alone; 0: of none */

bool __real_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    if (size == SECRETBOX_WRAPPED_SIZE && (is_bad || (bad_slot != 0 && offset == data_keys_layout_offset(bad_slot)))) {
        errno = EIO;
        return false;
    }
    return __real_file_read_at(fd, at, size, offset);
}

/* What is in memory of them stays there. */
static void truncate_keys(struct fixture *s, size_t i)
{
    char path[FILE_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/keys", world_home(s->w, i));
    assert_int_equal(truncate(path, 0), 0);
}

/* Whether its consent was read since the start or not, a message waits. */
static void check_message_waits(bool restart)
{
    struct bytes keys = {0};
    struct fixture s;

    fixture_begin(&s, 71, 2, &triage);
    cut_off(&s, true);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    if (restart)
        fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    cut_off(&s, false);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_true(status_of(&s, s.ngo).keys_unread);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_false(status_of(&s, s.ngo).keys_unread);
    fixture_end(&s);
}

static void test_a_message_whose_key_is_not_read_waits(void **state)
{
    (void)state;
    check_message_waits(true);
}

static void test_a_message_whose_key_is_not_read_waits_under_a_consent_that_was(void **state)
{
    (void)state;
    check_message_waits(false);
}

/* She withdraws, and nothing of hers can be read: that stops at once, and is told; erasing waits for the key. */
static void test_a_withdrawal_waits_for_no_key_and_erasing_does(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 72, 2, &triage);
    fixture_deliver(&s);
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    for (int again = 0; again < 2; again++) { /* said again it is nothing new */
        assert_true(fixture_withdraw(&s, true));
        assert_int_equal(s.shown.progress, CONSENT_STOPPED);
        world_run_ms(s.w, 3 * MINUTES);
        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    }
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    fixture_end(&s);
}

static bool count_item(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    *(struct control_consent *)cookie = *c;
    return true;
}

/* It is listed, sealed, and called neither damaged nor other than the log says. */
static void test_a_consent_whose_key_is_not_read_is_listed_and_differs_in_nothing(void **state)
{
    struct control_consent listed = {0};
    struct node_status status;
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 73, 2, &triage);
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    status = status_of(&s, s.ngo);
    assert_int_equal(status.differing_count, 0);
    assert_true(exchange_consent_list(s.ngo, &(struct control_consent_list_ask){0}, NULL, count_item, &listed, &s.err));
    assert_true(ident_equal(&listed.consent, &s.consent) && listed.sealed && !listed.shut);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &listed, &s.err));
    assert_true(listed.sealed && !listed.shut);
    fixture_give_keys(&s, NGO, &keys);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &listed, &s.err));
    assert_true(!listed.sealed && !listed.shut && listed.purposes != 0);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* What is sent under what cannot be read is refused for now, by name, and nothing of it is kept. */
static void test_nothing_is_sent_under_a_consent_that_is_not_read(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 74, 2, &triage);
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_KEY_21);
    fixture_give_keys(&s, NGO, &keys);
    fixture_deliver(&s);
    fixture_end(&s);
}

static bool count_due(void *cookie, const struct due_summary *d, struct error *err)
{
    (void)d;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned due(struct fixture *s)
{
    unsigned count = 0;

    world_must(exchange_due_list(s->ngo, count_due, &count, &s->err), &s->err, "list what is due");
    return count;
}

/* An emergency is not forgotten because its key was not read at the start; and its referral is listed, sealed. */
static void test_an_emergency_whose_key_was_not_read_is_named_when_it_is(void **state)
{
    static struct control_referral_detail d;
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 75, 2, &triage);
    world_crash(s.w, MISSION);
    assert_true(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.urgency = URGENCY_EMERGENCY}, &s.sent, &s.err));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 6 * MINUTES);
    assert_int_equal(due(&s), 1);
    fixture_take_keys(&s, NGO, &keys);
    due_times_free(s.ngo->due_times);
    s.ngo->due_times = due_times_new();
    assert_true(due_times_load(s.ngo, &s.err));
    assert_int_equal(due(&s), 0);
    assert_true(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err));
    assert_true(d.summary.sealed);
    assert_true(status_of(&s, s.ngo).keys_unread);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(due(&s), 1);
    fixture_end(&s);
}

/* An answer to a referral that cannot be read is not taken, and comes again; its sender is told busy, and blamed for
 * nothing. */
static void test_an_answer_to_what_is_not_read_comes_again(void **state)
{
    struct control_referral answer;
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 76, 2, &triage);
    fixture_deliver(&s);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    fixture_take_keys(&s, NGO, &keys);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_non_null(s.ngo->links);
    assert_int_equal(world_undone(s.w, NGO), 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

/* Whatever was written before a key was not read: it is undone, and done again. */
static void test_what_is_half_done_when_a_key_is_not_read_is_undone(void **state)
{
    struct fixture s;
    struct error unread;

    (void)state;
    fixture_begin(&s, 87, 2, &triage);
    fixture_deliver(&s);
    (void)error_set(&unread, E_KEY_21, "the disk did not give a key");
    tick_fail(s.ngo, &unread);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(world_undone(s.w, NGO), 1);
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* The same request again: whether it asks the same is not known. */
static void test_a_request_id_of_what_is_not_read_is_neither_a_repeat_nor_another(void **state)
{
    const struct people_referral ask = {.request_id = "one"};
    struct control_referral_result again;
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 77, 2, &triage);
    assert_true(people_refer(s.ngo, &s.person, s.to, &ask, &s.sent, &s.err));
    fixture_settle(&s);
    fixture_take_keys(&s, NGO, &keys);
    assert_false(people_refer(s.ngo, &s.person, s.to, &ask, &again, &s.err));
    assert_int_equal(s.err.code, E_KEY_21);
    fixture_give_keys(&s, NGO, &keys);
    assert_true(people_refer(s.ngo, &s.person, s.to, &ask, &again, &s.err));
    assert_true(again.repeated && ident_equal(&again.referral, &s.sent.referral));
    fixture_end(&s);
}

/* What was overwritten and is not read may not be overwritten: it is again, once a minute. */
static void test_what_is_erased_and_not_read_is_erased_again_in_time(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    fixture_begin(&s, 85, 2, &triage);
    fixture_deliver(&s);
    is_bad = true;
    assert_true(fixture_withdraw(&s, true));
    before = world_committed(s.w, NGO);
    world_run_ms(s.w, 5 * MINUTES);
    assert_in_range(world_committed(s.w, NGO) - before, 1, 60);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    assert_true(status_of(&s, s.ngo).keys_unread);
    is_bad = false;
    world_run_ms(s.w, 5 * MINUTES);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    fixture_end(&s);
}

/* Where the key of a consent is looked for among all, one that was not read may be it. */
static void test_a_key_that_is_looked_for_may_be_one_that_is_not_read(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 78, 2, &triage);
    fixture_edit(&s, NGO, "UPDATE consent SET slot = 0");
    fixture_take_keys(&s, NGO, &keys);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    fixture_end(&s);
}

/* Cancelled without a receipt; that comes while the key of her consent is not read. Nobody cancels it again. */
static void check_cancellation_is_told(bool restart)
{
    struct bytes keys = {0};
    struct control_referral out;
    struct fixture s;

    fixture_begin(&s, 83, 2, &triage);
    world_run_ms(s.w, MINUTES);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    fixture_refer(&s);
    world_run_ms(s.w, MINUTES);
    world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    world_tick(s.w, NGO);
    fixture_take_keys(&s, NGO, &keys);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_give_keys(&s, NGO, &keys);
    if (restart)
        fixture_restart(&s, NGO);
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_CANCELLED);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_CANCELLED);
    fixture_end(&s);
}

static void test_what_is_cancelled_is_told_when_its_key_is_read_again(void **state)
{
    (void)state;
    check_cancellation_is_told(false);
    check_cancellation_is_told(true);
}

/* An emergency that is delivered meanwhile stays one. */
static void test_an_emergency_whose_key_is_not_read_any_more_stays_one(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 79, 2, &triage);
    world_crash(s.w, MISSION);
    assert_true(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.urgency = URGENCY_EMERGENCY}, &s.sent, &s.err));
    world_tick(s.w, NGO);
    world_conditions(s.w)->delay_ms = 3000;
    fixture_restart(&s, MISSION);
    while (people_records(s.mission, RECORD_RECEIVED) == 0)
        world_step(s.w, 100);
    fixture_take_keys(&s, NGO, &keys);
    world_run_ms(s.w, 31 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(due(&s), 1);
    fixture_give_keys(&s, NGO, &keys);
    fixture_end(&s);
}

/* What comes under a consent whose key is not read waits at its sender; nobody else waits for it. */
static void check_stops_nobody_else(bool restart)
{
    struct bytes keys = {0};
    struct fixture s;

    fixture_begin(&s, 80, 2, &triage);
    fixture_deliver(&s);
    if (restart)
        fixture_restart(&s, MISSION);
    fixture_settle(&s);
    if (!restart)
        assert_true(exchange_consent_show(s.mission, &s.consent, &s.shown, &s.err));
    fixture_take_keys(&s, MISSION, &keys);
    fixture_refer(&s);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(world_undone(s.w, MISSION), 0);
    fixture_give_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void test_a_message_under_what_is_not_read_stops_nobody_else(void **state)
{
    (void)state;
    check_stops_nobody_else(true);
}

static void test_a_message_under_what_was_read_before_stops_nobody_else(void **state)
{
    (void)state;
    check_stops_nobody_else(false);
}

/* The same, where its consent is the first of it, and no key is read that it could be kept under. */
static void test_a_first_message_that_finds_no_key_stops_nobody_else(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 83, 2, &triage);
    fixture_take_keys(&s, MISSION, &keys);
    fixture_refer(&s);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    assert_int_equal(world_undone(s.w, MISSION), 0);
    fixture_give_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void refuse_for_key(struct fixture *s, bool ok, size_t i)
{
    assert_false(ok);
    assert_int_equal(s->err.code, E_KEY_21);
    world_tick(s->w, i);
    assert_int_equal(world_undone(s->w, i), 0);
}

/* Who asks for what cannot be done now is told so, again and again; nobody else waits for it. */
static void test_who_asks_for_what_is_not_read_stops_nobody_else(void **state)
{
    struct control_referral answer;
    struct bytes keys[2] = {0};
    struct ident first;
    struct ident id;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 84, 2, &triage);
    fixture_deliver(&s);
    first = s.sent.referral;
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    for (size_t i = NGO; i <= MISSION; i++)
        fixture_take_keys(&s, i, &keys[i]);
    for (int again = 0; again < 2; again++) {
        refuse_for_key(&s, fixture_try_refer(&s), NGO);
        refuse_for_key(&s, people_case_try(s.ngo, &id, &s.err), NGO);
        refuse_for_key(&s, people_may_consent(s.ngo, &s.person, s.to, &triage, &id, &s.err), NGO);
        refuse_for_key(&s, exchange_referral_accept(s.mission, &first, (struct view){0}, &answer, &s.err), MISSION);
    }
    for (size_t i = NGO; i <= MISSION; i++)
        fixture_give_keys(&s, i, &keys[i]);
    assert_true(exchange_referral_accept(s.mission, &first, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    fixture_end(&s);
}

/* What she agreed to, and the key of her case, are in memory; the key of her consent is not. */
static void test_who_refers_under_what_was_read_before_stops_nobody_else(void **state)
{
    struct case_sections sections;
    struct bytes keys = {0};
    struct bytes again = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 86, 2, &triage);
    fixture_deliver(&s);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    fixture_take_keys(&s, NGO, &keys);
    bytes_append_view(&again, bytes_view(&keys));
    fixture_give_keys(&s, NGO, &again);
    assert_true(exchange_case_show(s.ngo, &s.person, &sections, &s.err));
    world_tick(s.w, NGO);
    truncate_keys(&s, NGO);
    refuse_for_key(&s, fixture_try_refer(&s), NGO);
    fixture_give_keys(&s, NGO, &keys);
    fixture_deliver(&s);
    fixture_end(&s);
}

/* She withdraws where it was given: it is taken by who holds it, whatever its disk gives, and erased there later. */
static void test_a_withdrawal_of_what_is_not_read_is_taken(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 81, 2, &triage);
    fixture_deliver(&s);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    fixture_take_keys(&s, MISSION, &keys);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    assert_int_equal(world_undone(s.w, MISSION), 0);
    fixture_give_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

/* The rest goes when the mission accepts. Of her consent the key is in memory, of her case it is not. */
static void test_what_is_offered_and_not_read_waits_with_the_answer(void **state)
{
    const struct people_consent more = {.sections = BIT(TRIAGE) | BIT(IDENTITY)};
    struct control_referral answer;
    struct control_consent shown;
    struct bytes keys = {0};
    struct bytes none = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 82, 2, &more);
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_int_not_equal(s.sent.offered, 0);
    fixture_take_keys(&s, NGO, &keys);
    bytes_append_view(&none, bytes_view(&keys));
    fixture_give_keys(&s, NGO, &none);
    consent_book_invalidate_all(s.ngo);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &shown, &s.err));
    truncate_keys(&s, NGO);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(world_undone(s.w, NGO), 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static bool look_up(struct fixture *s)
{
    const struct control_consent_record_ask ask = fixture_named_ask(s);
    struct control_consent_recorded out;
    bool repeated;

    return consent_request_find(s->ngo, &ask, &out, &repeated, &s->err) && !repeated;
}

static bool record_named(struct fixture *s, struct ident *id)
{
    const struct control_consent_record_ask ask = fixture_named_ask(s);

    return people_record(s->ngo, &ask, id, &s->err);
}

/* Without what keeps a retry from recording it twice a consent is not recorded at all. */
static void test_a_request_id_that_cannot_be_kept_records_nothing(void **state)
{
    struct bytes keys = {0};
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 76, 2, NULL);
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    assert_true(look_up(&s)); /* by this node's own key, which is in memory; that of the case is not */
    world_let_fail(s.w, NGO);
    assert_false(record_named(&s, &id));
    assert_int_equal(s.err.code, E_KEY_21);
    fixture_give_keys(&s, NGO, &keys);
    fixture_restart(&s, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 0);
    assert_true(record_named(&s, &id));
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 1);
    fixture_end(&s);
}

/* --- a case that was merged --- */

static bool count_share(void *cookie, const struct control_case_share *share, struct error *err)
{
    (void)err;
    *(struct control_case_share *)cookie = *share;
    return true;
}

static void check_life(struct fixture *s, const struct control_case_life *life, const struct ident *unread)
{
    assert_true(life->unread_cases == 1 && life->unread_count == 1);
    assert_true(ident_equal(&life->unread[0].case_id, unread));
    world_tick(s->w, NGO);
}

static bool count_linked(void *cookie, const struct control_case_linked *l, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += !ident_is_zero(&l->case_id);
    return true;
}

static unsigned links_of(struct fixture *s, const struct control_case_link_ask *ask)
{
    unsigned count = 0;

    world_must(exchange_case_link(s->ngo, ask, count_linked, &count, &s->err), &s->err, "link");
    world_tick(s->w, NGO);
    return count;
}

/* Her first case, linked with LINKED, was merged into another, and its key is not given. */
static struct ident begin_merged(struct fixture *s, struct ident *linked)
{
    struct control_case_link_ask link = {.relation = CASE_RELATION_SIBLING};
    struct control_case_merge_ask ask;
    struct control_case_moved moved;
    struct case_row row;
    bool found;

    fixture_begin(s, 78, 2, &triage);
    ask = (struct control_case_merge_ask){.case_id = people_case(s->ngo), .from = s->person};
    link.case_id = *linked = people_case(s->ngo);
    link.other = s->person;
    world_tick(s->w, NGO);
    assert_int_equal(links_of(s, &link), 1);
    world_must(exchange_case_merge(s->ngo, &ask, &moved, &s->err), &s->err, "merge");
    world_tick(s->w, NGO);
    assert_true(case_store_find(s->ngo->db, &s->person, &found, &row, &s->err) && found);
    fixture_restart(s, NGO);
    bad_slot = row.slot;
    return ask.case_id;
}

static void test_a_merged_case_whose_key_is_not_given_is_named_and_keeps_nothing_from_the_other(void **state)
{
    struct control_case_close_ask close = {.reason = CLOSE_COMPLETED};
    struct control_case_delete_ask delete = {.reason = DELETE_SHE_ASKED};
    struct control_case_share last = {.section = 0};
    struct control_case_life life;
    struct ident linked;
    struct fixture s;

    (void)state;
    close.case_id = delete.case_id = begin_merged(&s, &linked);
    assert_int_equal(links_of(&s, &(struct control_case_link_ask){.case_id = linked}), 2);
    world_must(exchange_case_who(s.ngo, &close.case_id, count_share, &last, &s.err), &s.err, "who has what");
    assert_true(ident_equal(&last.unread, &s.person));
    world_tick(s.w, NGO);
    world_must(exchange_case_close(s.ngo, &close, &life, &s.err), &s.err, "close");
    check_life(&s, &life, &s.person);
    assert_true(life.closed_ms != 0);
    world_must(exchange_case_reopen(s.ngo, &close.case_id, &life, &s.err), &s.err, "reopen");
    check_life(&s, &life, &s.person);
    world_must(exchange_case_delete(s.ngo, &delete, &life, &s.err), &s.err, "delete");
    check_life(&s, &life, &s.person);
    assert_true(life.asked_ms != 0);
    bad_slot = 0;
    world_must(exchange_case_life(s.ngo, &s.person, &life, &s.err), &s.err, "ask again");
    assert_true(life.asked_ms == 0 && life.unread_cases == 0);
    fixture_end(&s);
}

static void test_a_no_is_recorded_and_shuts_what_she_said_in_a_case_whose_key_is_not_given(void **state)
{
    struct control_consent shown;
    struct ident linked;
    struct fixture s;
    struct ident id;

    (void)state;
    id = begin_merged(&s, &linked);
    (void)people_consent(s.ngo, &id, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    bad_slot = 0;
    world_must(exchange_consent_show(s.ngo, &s.consent, &shown, &s.err), &s.err, "show a consent");
    assert_true(shown.progress == CONSENT_STANDS && shown.shut);
    fixture_end(&s);
}

/* Nothing was written before it was asked, so the node goes on; what needs no key of the case is recorded. */
static void test_a_request_id_waits_for_the_key_of_its_case_and_a_consent_without_does_not(void **state)
{
    struct control_consent_record_ask ask;
    struct case_row row;
    struct fixture s;
    struct ident id;
    bool found;

    (void)state;
    fixture_begin(&s, 77, 2, NULL);
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    fixture_restart(&s, NGO);
    bad_slot = row.slot;
    assert_false(record_named(&s, &id));
    assert_int_equal(s.err.code, E_KEY_21);
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 0);
    ask = fixture_named_ask(&s);
    ask.request_id = view_of(NULL, 0);
    assert_true(people_record(s.ngo, &ask, &id, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 1);
    bad_slot = 0;
    assert_true(record_named(&s, &id));
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENT), 2);
    fixture_end(&s);
}

/* --- what overwrites a key --- */

static bool refuses_writes; /* the disk, of single keys */
static bool refuses_syncs;

bool __real_file_write_at(int fd, struct view bytes, uint64_t offset);
bool __wrap_file_write_at(int fd, struct view bytes, uint64_t offset);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static int refusal = EIO;    /* by what both are refused */
static unsigned writes_left; /* so many single keys are written first */
static uint64_t stuck_slot;  /* this one alone is not written; 0: none is */

bool __wrap_file_write_at(int fd, struct view bytes, uint64_t offset)
{
    errno = refusal;
    if (stuck_slot != 0 && offset == data_keys_layout_offset(stuck_slot))
        return false;
    if (refuses_writes && bytes.size == SECRETBOX_WRAPPED_SIZE && writes_left-- == 0) {
        writes_left = 0;
        return false;
    }
    return __real_file_write_at(fd, bytes, offset);
}

int __wrap_fdatasync(int fd)
{
    errno = refusal;
    return refuses_syncs ? -1 : __real_fdatasync(fd);
}

/* She withdraws, to be erased at once, while *REFUSES: at neither end is anything called erased before it is. */
static void check_erased_later(uint64_t seed, bool *refuses)
{
    struct fixture s;

    fixture_begin(&s, seed, 2, &triage);
    fixture_deliver(&s);
    *refuses = true;
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 3 * MINUTES);
    assert_true(world_node(s.w, NGO) != NULL && world_node(s.w, MISSION) != NULL);
    assert_true(status_of(&s, s.ngo).keys_unread);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, MINUTES);
    *refuses = false;
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    fixture_end(&s);
}

static void test_a_key_that_is_not_overwritten_is_tried_again_and_called_erased_later(void **state)
{
    (void)state;
    check_erased_later(91, &refuses_writes);
}

static void test_a_key_whose_overwriting_is_not_synced_is_called_erased_later(void **state)
{
    (void)state;
    check_erased_later(92, &refuses_syncs);
}

static void test_a_full_disk_that_takes_no_overwriting_is_no_reason_to_end_either(void **state)
{
    (void)state;
    refusal = ENOSPC;
    check_erased_later(93, &refuses_writes);
    refusal = EIO;
}

/* One is overwritten and not synced; of the other not even that. */
static void test_a_key_that_is_not_overwritten_makes_none_sure_that_was_not_synced(void **state)
{
    struct ident first;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 94, 2, &triage);
    first = s.consent;
    s.consent = people_consent(s.ngo, &s.person, s.to, &triage);
    world_tick(s.w, NGO);
    refuses_writes = refuses_syncs = true;
    writes_left = 1;
    assert_true(fixture_withdraw(&s, true));
    s.consent = first;
    assert_true(fixture_withdraw(&s, true));
    world_tick(s.w, NGO);
    world_tick(s.w, NGO);
    for (int i = 0; i < 2; i++) {
        refuses_writes = false; /* what a second try overwrites is not synced either */
        (void)fixture_told(&s);
        assert_int_equal(s.shown.progress, CONSENT_ERASING);
        world_run_ms(s.w, 2 * MINUTES);
    }
    refuses_syncs = false;
    world_run_ms(s.w, 2 * MINUTES);
    (void)fixture_told(&s);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    fixture_end(&s);
}

/* --- who is kept from a case --- */

enum { ADA = 1001, BOB };

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == 0 ? NULL : &uid);
    error_clear(&s->err);
}

static void enter(struct fixture *s, uint32_t uid, enum staff_role role)
{
    const struct control_staff_add_ask ask = {
        .uid = uid, .roles = STAFF_ROLE_BIT(role), .account = view_of_text(uid == ADA ? "ada" : "bob")};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static bool count_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)n;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

/* Whether BOB is supervisor no more, as ADA says. */
static bool is_taken_from_bob(struct fixture *s)
{
    const struct control_staff_role_ask ask = {.uid = BOB, .take = STAFF_ROLE_BIT(STAFF_SUPERVISOR)};
    struct control_staff_person out;
    bool ok;

    as(s, ADA);
    ok = exchange_staff_role(s->ngo, &ask, &out, &s->err);
    exchange_acting(s->ngo, NULL);
    world_tick(s->w, NGO);
    return ok;
}

static void test_of_a_deleted_case_whose_key_is_not_overwritten_nobody_has_to_stay_supervisor(void **state)
{
    struct control_case_delete_ask ask = {.reason = DELETE_SHE_ASKED, .leave = true};
    struct control_case_life life;
    unsigned count = 0;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 106, 1, NULL);
    enter(&s, ADA, STAFF_SUPERVISOR);
    enter(&s, BOB, STAFF_SUPERVISOR);
    assert_true(exchange_case_never(s.ngo, &(struct control_case_never_ask){.case_id = s.person, .uid = ADA},
                                    count_never, &count, &s.err));
    world_tick(s.w, NGO);
    assert_false(is_taken_from_bob(&s));
    assert_int_equal(s.err.code, E_STF_13);
    ask.case_id = s.person;
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    world_must(exchange_case_delete(s.ngo, &ask, &life, &s.err), &s.err, "delete a case");
    refuses_writes = true;
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_true(case_store_get(s.ngo->db, row.number, &found, &row, &s.err) && found && row.ended_ms != 0);
    assert_false(vault_slot_is_erased(s.ngo->vault, row.slot));
    assert_true(is_taken_from_bob(&s));
    refuses_writes = false;
    fixture_end(&s);
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned count_cases(struct fixture *s)
{
    unsigned count = 0;

    if (!exchange_case_list(s->ngo, &(struct control_case_list_ask){0}, NULL, count_case, &count, &s->err))
        fail_msg("%s", s->err.text);
    return count;
}

static void test_a_list_waits_for_no_case_of_which_is_not_read_who_is_kept_out(void **state)
{
    struct control_consent listed = {0};
    struct case_sections sections;
    unsigned count = 0;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 101, 2, &triage);
    fixture_deliver(&s);
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    enter(&s, ADA, STAFF_SUPERVISOR);
    enter(&s, BOB, STAFF_CASEWORKER);
    as(&s, ADA);
    assert_true(exchange_case_never(s.ngo, &(struct control_case_never_ask){.case_id = s.person, .uid = BOB},
                                    count_never, &count, &s.err));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    bad_slot = row.slot;
    for (uint32_t uid = ADA; uid <= BOB; uid++) {
        as(&s, uid);
        assert_int_equal(count_cases(&s), 1); /* it may be kept from him */
        assert_true(
            exchange_consent_list(s.ngo, &(struct control_consent_list_ask){0}, NULL, count_item, &listed, &s.err));
        assert_int_equal(due(&s), 0);
        assert_true(status_of(&s, s.ngo).keys_unread);
        assert_false(exchange_case_show(s.ngo, &s.person, &sections, &s.err));
        assert_int_equal(s.err.code, E_KEY_21); /* nor is it called not there */
        assert_false(exchange_consent_show(s.ngo, &s.consent, &listed, &s.err));
        assert_int_equal(s.err.code, E_KEY_21);
    }
    bad_slot = 0;
    as(&s, BOB);
    assert_int_equal(count_cases(&s), 1);
    as(&s, ADA);
    assert_int_equal(count_cases(&s), 2);
    as(&s, 0);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* Whether the agency is kept from her is not known for now: that is no word that counts for good. */
static void test_a_new_message_waits_while_it_is_not_read_who_is_kept_from_the_case(void **state)
{
    struct control_case_never_ask ask = {0};
    struct bytes keys = {0};
    unsigned count = 0;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 104, 3, &triage);
    fixture_deliver(&s); /* the link is up */
    ask.case_id = s.person;
    ask.agency = *world_address(s.w, SHELTER);
    world_must(exchange_case_never(s.ngo, &ask, count_never, &count, &s.err), &s.err, "keep it out");
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    fixture_take_keys(&s, NGO, &keys); /* between the gate and the commit */
    world_tick(s.w, NGO);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_true(status_of(&s, s.ngo).keys_unread);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* Who could help is not named while it is not known who is kept from the case; the rest is shown. */
static void test_of_who_may_be_kept_from_a_case_none_is_named_as_who_could_help(void **state)
{
    static struct control_referral_detail d;
    const struct people_referral emergency = {.urgency = URGENCY_EMERGENCY};
    const struct agency_entry e = {.phone = view_of_text("+48221234567"), .services = 1U << SERVICE_MEDICAL};
    struct control_agency_said said;
    unsigned count = 0;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 103, 3, &triage);
    world_must(exchange_entry_set(world_node(s.w, SHELTER), &e, &said, &s.err), &s.err, "set an entry");
    world_tick(s.w, SHELTER);
    world_link(s.w, NGO, SHELTER);
    world_run_ms(s.w, 5000);
    assert_true(people_refer(s.ngo, &s.person, s.to, &emergency, &s.sent, &s.err));
    assert_int_equal(s.sent.other_count, 1);
    world_tick(s.w, NGO);
    assert_true(exchange_case_never(s.ngo, &(struct control_case_never_ask){.case_id = s.person, .agency = *s.to},
                                    count_never, &count, &s.err));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    bad_slot = row.slot;
    world_must(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_int_equal(d.other_count, 0);
    assert_true(status_of(&s, s.ngo).keys_unread);
    bad_slot = 0;
    world_must(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_int_equal(d.other_count, 1);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* The rest is handed over, and how many stay is said. */
static void test_a_hand_over_waits_for_no_case_of_which_is_not_read_who_is_kept_out(void **state)
{
    const struct control_hand_over_ask ask = {.from = BOB, .to = ADA};
    struct control_case_never_ask never = {0};
    struct control_handed_over out;
    unsigned count = 0;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 105, 2, NULL);
    enter(&s, ADA, STAFF_SUPERVISOR);
    enter(&s, BOB, STAFF_CASEWORKER);
    as(&s, BOB);
    never.case_id = people_case(s.ngo);
    never.agency = *s.to;
    world_tick(s.w, NGO);
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    world_must(exchange_case_never(s.ngo, &never, count_never, &count, &s.err), &s.err, "keep it out");
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    assert_true(case_store_find(s.ngo->db, &never.case_id, &found, &row, &s.err) && found);
    as(&s, ADA);
    for (unsigned given = 0; given < 2; given++) {
        bad_slot = given == 0 ? row.slot : 0;
        world_must(exchange_hand_over(s.ngo, &ask, &out, &s.err), &s.err, "hand over");
        assert_int_equal(out.cases, 1);
        assert_int_equal(out.kept, given == 0);
        world_tick(s.w, NGO);
    }
    as(&s, 0);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

/* Nobody is kept from what he holds. */
static void test_who_holds_a_case_waits_for_no_key_to_withdraw(void **state)
{
    unsigned count = 0;
    struct case_row row;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 102, 2, &triage);
    fixture_deliver(&s);
    enter(&s, ADA, STAFF_SUPERVISOR);
    as(&s, ADA);
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    assert_true(exchange_case_never(s.ngo, &(struct control_case_never_ask){.case_id = s.person, .agency = *s.to},
                                    count_never, &count, &s.err));
    world_must(exchange_case_assign(s.ngo, &(struct control_assign_ask){.object = s.person, .uid = ADA},
                                    &(struct control_assigned){0}, &s.err),
               &s.err, "assign");
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    bad_slot = row.slot;
    as(&s, ADA);
    assert_int_equal(count_cases(&s), 1);
    if (!fixture_withdraw(&s, true))
        fail_msg("%s", s.err.text);
    bad_slot = 0;
    as(&s, 0);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

/* --- what is kept of requests, and what cases are found by --- */

static bool answer_under(struct fixture *s, struct exchange *x, const char *id)
{
    const struct request_named n = {"staff add", 0, view_of_text(id), view_of_text("what was asked")};
    const struct view answer = view_of_text("what was answered");

    return exchange_request_end(x, &n, exchange_request_begin(x), &answer, &s->err);
}

static uint64_t slot_of_answers(struct fixture *s, struct exchange *x)
{
    struct kept_slot_row row;
    bool found;

    assert_true(kept_slot_store_find(x->db, tick_record_day(x), &found, &row, &s->err) && found);
    return row.slot;
}

static void test_a_statement_waits_until_no_kept_answer_can_tell_of_her(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 95, 2, &triage);
    fixture_deliver(&s);
    assert_true(answer_under(&s, s.mission, "one"));
    world_tick(s.w, MISSION);
    stuck_slot = slot_of_answers(&s, s.mission);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    stuck_slot = 0;
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void check_goes_on_under_another_slot(struct fixture *s, uint64_t slot)
{
    if (!answer_under(s, s->ngo, "two"))
        fail_msg("%s", s->err.text);
    world_tick(s->w, NGO);
    assert_int_not_equal(slot_of_answers(s, s->ngo), slot);
    slot = slot_of_answers(s, s->ngo);
    assert_true(answer_under(s, s->ngo, "three"));
    world_tick(s->w, NGO);
    assert_int_equal(slot_of_answers(s, s->ngo), slot);
}

static void test_a_request_waits_for_no_slot_of_answers_that_is_not_read(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 96, 1, NULL);
    assert_true(answer_under(&s, s.ngo, "one"));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    bad_slot = slot_of_answers(&s, s.ngo);
    check_goes_on_under_another_slot(&s, bad_slot);
    bad_slot = 0;
    fixture_end(&s);
}

static void test_a_request_waits_for_no_slot_of_answers_that_is_damaged(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    fixture_begin(&s, 97, 1, NULL);
    assert_true(answer_under(&s, s.ngo, "one"));
    world_tick(s.w, NGO);
    slot = slot_of_answers(&s, s.ngo);
    assert_true(vault_erase_slot(s.ngo->vault, slot, &s.err));
    check_goes_on_under_another_slot(&s, slot);
    fixture_end(&s);
}

static struct search_segment_row open_segment(struct fixture *s)
{
    struct search_segment_row row;
    bool found;

    assert_true(search_store_open(s->ngo->db, &found, &row, &s->err) && found);
    return row;
}

static int64_t segment_of(struct fixture *s, const struct ident *person)
{
    struct case_row row;
    int64_t segment = 0;
    bool found;

    assert_true(case_store_find(s->ngo->db, person, &found, &row, &s->err) && found);
    assert_true(search_store_find_entry(s->ngo->db, row.number, &found, &segment, &s->err));
    return found ? segment : 0;
}

/* Another person comes in, and she and the first are in the index. */
static void check_both_are_indexed(struct fixture *s, uint64_t slot)
{
    struct ident other = people_case(s->ngo);

    world_run_ms(s->w, MINUTES);
    assert_non_null(world_node(s->w, NGO));
    assert_int_not_equal(open_segment(s).slot, slot);
    assert_int_not_equal(segment_of(s, &s->person), 0);
    assert_int_equal(segment_of(s, &other), segment_of(s, &s->person));
}

static void test_a_new_case_waits_for_no_segment_that_is_not_read(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 98, 1, NULL);
    world_run_ms(s.w, MINUTES);
    fixture_restart(&s, NGO);
    bad_slot = open_segment(&s).slot;
    check_both_are_indexed(&s, bad_slot);
    bad_slot = 0;
    fixture_end(&s);
}

static void test_a_new_case_waits_for_no_segment_that_is_damaged(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    fixture_begin(&s, 99, 1, NULL);
    world_run_ms(s.w, MINUTES);
    slot = open_segment(&s).slot;
    assert_true(vault_erase_slot(s.ngo->vault, slot, &s.err));
    check_both_are_indexed(&s, slot);
    fixture_end(&s);
}

static bool note_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    (void)err;
    *(bool *)cookie = f->incomplete;
    return true;
}

static bool finds_all(struct fixture *s)
{
    const struct control_case_find_ask ask = {.words = view_of_text("nobody")};
    struct searching *searching;
    bool incomplete = false;

    assert_true(exchange_search_begin(s->ngo, &ask, &searching, &s->err));
    assert_true(exchange_search_step(searching, NULL, note_found, &incomplete, &s->err));
    exchange_search_end(searching);
    return !incomplete;
}

static void test_a_case_is_found_again_though_its_segment_is_never_read(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 103, 1, NULL);
    world_run_ms(s.w, MINUTES);
    fixture_restart(&s, NGO);
    bad_slot = open_segment(&s).slot;
    assert_false(finds_all(&s));
    world_run_ms(s.w, MINUTES);
    assert_true(finds_all(&s));
    assert_int_not_equal(segment_of(&s, &s.person), 0);
    world_tick(s.w, NGO);
    bad_slot = 0;
    fixture_end(&s);
}

/* The disk gave what the case needed, and gives nothing more. */
static void test_a_new_case_stands_though_nothing_is_indexed_for_now(void **state)
{
    struct ident other;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 100, 1, NULL);
    world_run_ms(s.w, MINUTES);
    fixture_restart(&s, NGO);
    other = people_case(s.ngo);
    is_bad = true;
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(segment_of(&s, &other), 0);
    is_bad = false;
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(segment_of(&s, &other), open_segment(&s).number);
    assert_int_equal(segment_of(&s, &s.person), open_segment(&s).number);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_whose_key_is_not_read_waits),
        cmocka_unit_test(test_a_message_whose_key_is_not_read_waits_under_a_consent_that_was),
        cmocka_unit_test(test_a_withdrawal_waits_for_no_key_and_erasing_does),
        cmocka_unit_test(test_a_consent_whose_key_is_not_read_is_listed_and_differs_in_nothing),
        cmocka_unit_test(test_nothing_is_sent_under_a_consent_that_is_not_read),
        cmocka_unit_test(test_an_emergency_whose_key_was_not_read_is_named_when_it_is),
        cmocka_unit_test(test_what_is_cancelled_is_told_when_its_key_is_read_again),
        cmocka_unit_test(test_an_emergency_whose_key_is_not_read_any_more_stays_one),
        cmocka_unit_test(test_a_message_under_what_is_not_read_stops_nobody_else),
        cmocka_unit_test(test_a_message_under_what_was_read_before_stops_nobody_else),
        cmocka_unit_test(test_a_first_message_that_finds_no_key_stops_nobody_else),
        cmocka_unit_test(test_who_asks_for_what_is_not_read_stops_nobody_else),
        cmocka_unit_test(test_what_is_erased_and_not_read_is_erased_again_in_time),
        cmocka_unit_test(test_who_refers_under_what_was_read_before_stops_nobody_else),
        cmocka_unit_test(test_a_withdrawal_of_what_is_not_read_is_taken),
        cmocka_unit_test(test_what_is_offered_and_not_read_waits_with_the_answer),
        cmocka_unit_test(test_an_answer_to_what_is_not_read_comes_again),
        cmocka_unit_test(test_what_is_half_done_when_a_key_is_not_read_is_undone),
        cmocka_unit_test(test_a_request_id_of_what_is_not_read_is_neither_a_repeat_nor_another),
        cmocka_unit_test(test_a_key_that_is_looked_for_may_be_one_that_is_not_read),
        cmocka_unit_test(test_a_request_id_that_cannot_be_kept_records_nothing),
        cmocka_unit_test(test_a_merged_case_whose_key_is_not_given_is_named_and_keeps_nothing_from_the_other),
        cmocka_unit_test(test_a_no_is_recorded_and_shuts_what_she_said_in_a_case_whose_key_is_not_given),
        cmocka_unit_test(test_a_request_id_waits_for_the_key_of_its_case_and_a_consent_without_does_not),
        cmocka_unit_test(test_a_key_that_is_not_overwritten_is_tried_again_and_called_erased_later),
        cmocka_unit_test(test_a_key_whose_overwriting_is_not_synced_is_called_erased_later),
        cmocka_unit_test(test_a_full_disk_that_takes_no_overwriting_is_no_reason_to_end_either),
        cmocka_unit_test(test_a_key_that_is_not_overwritten_makes_none_sure_that_was_not_synced),
        cmocka_unit_test(test_of_a_deleted_case_whose_key_is_not_overwritten_nobody_has_to_stay_supervisor),
        cmocka_unit_test(test_a_list_waits_for_no_case_of_which_is_not_read_who_is_kept_out),
        cmocka_unit_test(test_a_new_message_waits_while_it_is_not_read_who_is_kept_from_the_case),
        cmocka_unit_test(test_of_who_may_be_kept_from_a_case_none_is_named_as_who_could_help),
        cmocka_unit_test(test_a_hand_over_waits_for_no_case_of_which_is_not_read_who_is_kept_out),
        cmocka_unit_test(test_who_holds_a_case_waits_for_no_key_to_withdraw),
        cmocka_unit_test(test_a_statement_waits_until_no_kept_answer_can_tell_of_her),
        cmocka_unit_test(test_a_request_waits_for_no_slot_of_answers_that_is_not_read),
        cmocka_unit_test(test_a_request_waits_for_no_slot_of_answers_that_is_damaged),
        cmocka_unit_test(test_a_new_case_waits_for_no_segment_that_is_not_read),
        cmocka_unit_test(test_a_new_case_waits_for_no_segment_that_is_damaged),
        cmocka_unit_test(test_a_case_is_found_again_though_its_segment_is_never_read),
        cmocka_unit_test(test_a_new_case_stands_though_nothing_is_indexed_for_now),
    };

    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
