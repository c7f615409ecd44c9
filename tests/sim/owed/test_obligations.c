/* What one agency owes another until it is answered, and what is said of a message without a receipt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "crypto/commit.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/kinds/kind_erasure.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/outbox.h"
#include "fixture.h"
#include "forge.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

/* What was sent since the test began. */
static struct {
    unsigned asked;     /* frames 17 */
    unsigned withdrawn; /* envelopes of the ngo */
    unsigned receipts;  /* of the mission */
} seen;

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    (void)payload;
    seen.asked += kind == PEER_ASK;
    seen.withdrawn += from == NGO && kind == PEER_ENVELOPE;
    seen.receipts += from == MISSION && kind == PEER_RECEIPT;
}

static void begin(struct fixture *s)
{
    fixture_begin(s, 23, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    seen.asked = 0;
    seen.withdrawn = 0;
    seen.receipts = 0;
    world_watch(s->w, on_frame, NULL);
}

static void begin_delivered(struct fixture *s)
{
    begin(s);
    fixture_deliver(s);
}

/* The last record of KIND of X's exchange log. */
struct last {
    enum record_kind kind;
    struct record record;
    struct hash leaf;
    unsigned count;
};

static bool keep_last(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct last *l = cookie;

    (void)err;
    l->record = *r;
    l->leaf = e->leaf;
    l->count++;
    return true;
}

static struct last last_of(struct exchange *x, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = kind};
    struct last l = {.kind = kind};
    struct error err = {0};

    assert_true(exchange_audit_list(x, &filter, NULL, keep_last, &l, &err));
    return l;
}

static bool count_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    unsigned *counts = cookie; /* open, by hand, doubted */

    (void)err;
    counts[0] += !o->doubted && !o->lost;
    counts[1] += o->by_hand;
    counts[2] += o->doubted;
    return true;
}

static unsigned owed(struct exchange *x, int which)
{
    unsigned counts[3] = {0};
    struct error err = {0};

    assert_true(exchange_owed_list(x, count_owed, counts, &err));
    return counts[which];
}

/* --- withdrawals --- */

static void test_a_withdrawal_ends_by_the_statement_and_names_its_leaf(void **state)
{
    struct fixture s;
    struct last answer;
    struct last settled;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, true));
    assert_int_equal(s.shown.told, RECIPIENT_OWED); /* nothing that asks has left before the commit */
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    answer = last_of(s.mission, RECORD_ERASED);
    settled = last_of(s.ngo, RECORD_SETTLED);
    assert_int_equal(settled.count, 1);
    assert_int_equal(settled.record.settled.what, OWED_WITHDRAWAL);
    assert_int_equal(settled.record.settled.step, CONSENT_ERASE);
    assert_int_equal(settled.record.settled.result, ERASURE_DONE);
    assert_true(hash_equal(&settled.record.settled.leaf, &answer.leaf));
    settled = last_of(s.mission, RECORD_SETTLED);
    assert_int_equal(settled.record.settled.what, OWED_STATEMENT);
    assert_int_equal(settled.record.settled.how, SETTLED_ANSWERED);
    assert_int_equal(owed(s.ngo, 0) + owed(s.mission, 0), 0);
    fixture_end(&s);
}

static void test_a_receipt_alone_does_not_end_a_withdrawal(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false)); /* it is erased in three days */
    fixture_settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_RECEIPTED), 2);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    assert_int_equal(owed(s.ngo, 0), 1);
    world_advance(s.w, 4 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void stay_away(struct fixture *s, size_t i, unsigned days)
{
    for (unsigned d = 0; d < days; d++) {
        world_advance(s->w, DAY_MS);
        world_publish(s->w);
        world_tick(s->w, 1 - i);
    }
    fixture_restart(s, i);
    fixture_settle(s);
}

static void test_a_withdrawal_reaches_an_agency_that_was_away_for_longer_than_an_envelope_lives(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    stay_away(&s, MISSION, BOUND_EXPIRY_DAYS + 12);

    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_an_answer_reaches_an_agency_that_was_away_for_longer_than_an_envelope_lives(void **state)
{
    struct fixture s;
    struct control_referral answer;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    assert_int_equal(owed(s.mission, 0), 1);
    stay_away(&s, NGO, BOUND_EXPIRY_DAYS + 12);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(owed(s.mission, 0), 0);
    assert_int_equal(last_of(s.mission, RECORD_SETTLED).record.settled.what, OWED_REPLY);
    fixture_end(&s);
}

static void test_erase_takes_the_place_of_stop_and_is_acted_on(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    assert_true(fixture_withdraw(&s, true));
    assert_int_equal(owed(s.ngo, 0), 1);
    fixture_settle(&s);

    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.step, CONSENT_ERASE);
    fixture_end(&s);
}

/* Its message waits without a receipt when the statement comes. Nobody cancelled it. */
static void test_a_withdrawal_that_is_answered_while_it_waits_says_so(void **state)
{
    struct record withheld;
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 10 * MINUTES);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    withheld = last_of(s.ngo, RECORD_WITHHELD).record;
    assert_int_equal(withheld.withheld.reason, DENIAL_ANSWERED);
    assert_int_equal(withheld.withheld.left, LEFT_PERHAPS);
    fixture_end(&s);
}

static void test_said_again_it_is_asked_again_and_not_recorded_again(void **state)
{
    struct fixture s;
    unsigned sent;

    (void)state;
    begin_delivered(&s);
    world_conditions(s.w)->loss = 1000;
    assert_true(fixture_withdraw(&s, false));
    for (int i = 0; i < 20; i++)
        world_step(s.w, 10);
    sent = seen.withdrawn;
    assert_true(fixture_withdraw(&s, false));
    for (int i = 0; i < 20; i++)
        world_step(s.w, 10);
    assert_int_equal(seen.withdrawn, sent + 1);
    world_conditions(s.w)->loss = 0;
    fixture_settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    world_advance(s.w, 4 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_true(fixture_withdraw(&s, true)); /* nothing is left to be asked */
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(owed(s.ngo, 0), 0);
    fixture_end(&s);
}

static void test_what_is_owed_survives_a_crash_before_its_message_is_made(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, true));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_an_agency_that_nothing_left_for_is_not_told(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_int_equal(last_of(s.ngo, RECORD_WITHHELD).record.withheld.left, LEFT_NEVER);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 0);
    fixture_end(&s);
}

static void test_to_an_agency_that_was_revoked_it_is_owed_until_a_person_closes_it(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_revoke(s.w, MISSION, REVOKED_KEY_COMPROMISE);
    fixture_settle(&s);
    seen.withdrawn = 0;
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    world_advance(s.w, 2 * DAY_MS);
    fixture_settle(&s);

    assert_int_equal(seen.withdrawn, 0);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1); /* the referral: nothing is made that cannot leave */
    assert_int_equal(owed(s.ngo, 1), 1);
    assert_int_equal(fixture_told(&s), RECIPIENT_OWED);
    assert_true(s.shown.by_hand);
    assert_true(exchange_owed_close(s.ngo, world_address(s.w, MISSION), &s.consent, CLOSING_TOLD, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(fixture_told(&s), RECIPIENT_CLOSED);
    assert_int_equal(owed(s.ngo, 0), 0);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.reason, CLOSING_TOLD);
    fixture_end(&s);
}

/* --- a peer whose log began anew --- */

/* An empty machine; its new key is held for a day, and what it says of withdrawals waits so long. */
static void replace(struct fixture *s, size_t i)
{
    world_replace(s->w, i);
    fixture_look(s);
    world_run_ms(s->w, 10 * MINUTES);
}

static void pass_days(struct fixture *s, int days)
{
    for (int i = 0; i < days; i++) {
        world_advance(s->w, DAY_MS);
        world_publish(s->w);
        world_run_ms(s->w, 10 * MINUTES);
    }
}

static void test_what_an_agency_answered_in_a_log_that_it_lost_is_owed_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    seen.withdrawn = 0;
    replace(&s, MISSION);
    assert_true(seen.withdrawn > 0);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.how, SETTLED_REOPENED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    world_crash(s.w, NGO); /* the log says so too */
    fixture_restart(&s, NGO);
    assert_int_equal(obligations_mended(s.ngo), 0);
    assert_int_equal(owed(s.ngo, 0), 1);
    pass_days(&s, 3);

    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING_HELD);
    assert_int_equal(owed(s.ngo, 0), 0);
    assert_int_equal(owed(s.ngo, 2), 0); /* it had said that it erased it */
    fixture_end(&s);
}

static void test_what_a_lost_log_had_only_receipted_is_sent_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false)); /* it would be erased in three days */
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    replace(&s, MISSION);
    pass_days(&s, 3);

    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING_HELD);
    assert_int_equal(owed(s.ngo, 0), 0);
    assert_int_equal(owed(s.ngo, 2), 1); /* what it had receipted it never said to have erased */
    fixture_end(&s);
}

static void test_what_an_agency_explained_is_a_finding_no_more(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    replace(&s, MISSION);
    pass_days(&s, 3);
    assert_int_equal(owed(s.ngo, 2), 1);

    assert_false(exchange_owed_close(s.ngo, s.to, &s.consent, CLOSING_TOLD, &s.err));
    assert_int_equal(s.err.code, E_OWE_08); /* it is they who say something */
    assert_true(exchange_owed_close(s.ngo, s.to, &s.consent, CLOSING_EXPLAINED, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(owed(s.ngo, 2), 0);
    assert_true(people_log_is_good(s.ngo)); /* and its table is as it says */
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.how, SETTLED_CLOSED);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.reason, CLOSING_EXPLAINED);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).count, 2);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING_HELD);                             /* what they stated stays */
    assert_true(exchange_owed_close(s.ngo, s.to, &s.consent, CLOSING_NOBODY_LEFT, &s.err)); /* said again */
    world_tick(s.w, NGO);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).count, 2);
    fixture_restart(&s, NGO);
    assert_int_equal(obligations_mended(s.ngo), 0);
    assert_int_equal(owed(s.ngo, 2), 0);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING_HELD);

    replace(&s, MISSION); /* it states the same again, of which was said what became of it */
    pass_days(&s, 3);
    assert_int_equal(last_of(s.ngo, RECORD_SETTLED).record.settled.how, SETTLED_ANSWERED);
    assert_int_equal(owed(s.ngo, 0) + owed(s.ngo, 2), 0);
    fixture_end(&s);
}

static void test_an_answer_is_not_owed_to_a_log_that_does_not_know_what_it_answers(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    assert_int_equal(owed(s.mission, 0), 1);
    replace(&s, NGO);

    assert_int_equal(owed(s.mission, 0), 0);
    assert_int_equal(last_of(s.mission, RECORD_SETTLED).record.settled.what, OWED_REPLY);
    assert_int_equal(last_of(s.mission, RECORD_SETTLED).record.settled.how, SETTLED_LOST);
    fixture_restart(&s, MISSION);
    assert_int_equal(obligations_mended(s.mission), 0);
    fixture_end(&s);
}

/* --- receipts --- */

/* Who needs one asks again, or sends again. */
static void test_a_receipt_is_owed_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    fixture_refer(&s);
    world_run_ms(s.w, 50000);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(seen.receipts, 1);
    assert_int_equal(owed(s.mission, 0), 0);
    fixture_restart(&s, MISSION);
    assert_int_equal(obligations_mended(s.mission), 0);
    assert_int_equal(owed(s.mission, 0), 0);
    world_conditions(s.w)->drop = 0;
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* --- outside the share: what answers something open, and nothing else --- */

#define INVENTED_AT_ONCE 500

/* The ngo withdraws COUNT consents that it never took, each proven by its log. */
static void send_invented(struct fixture *s, unsigned count)
{
    struct consent_row row = {.number = INT64_C(1) << 40, .recipient = *world_address(s->w, MISSION)};

    while (count > 0) {
        unsigned now = count < INVENTED_AT_ONCE ? count : INVENTED_AT_ONCE;
        uint64_t first = audit_size(s->ngo->audit, LOG_EXCHANGE);
        struct ident ids[INVENTED_AT_ONCE];

        assert_true(tick_begin(s->ngo, &s->err));
        for (unsigned i = 0; i < now; i++) {
            struct record r = {.kind = RECORD_WITHDRAWN};

            random_fill(s->ngo->random, ids[i].at, sizeof ids[i].at);
            r.consent = (struct record_consent){.consent = ids[i], .state = CONSENT_ERASE, .until = 20000};
            assert_true(audit_append(s->ngo->audit, &r, NULL, &s->err));
        }
        world_tick(s->w, NGO);
        for (unsigned i = 0; i < now; i++) {
            struct obligation_row o = {
                .what = OWED_WITHDRAWAL, .subject = row.number, .step = CONSENT_ERASE, .record_index = first + i};

            row.id = ids[i];
            assert_true(kind_withdrawal_send(s->ngo, &row, &o, &s->err));
        }
        world_step(s->w, 1);
        world_step(s->w, 1);
        count -= now;
    }
}

/* As if COUNT invented withdrawals had been taken and their statements settled. */
static void add_tombstones(struct fixture *s, unsigned count)
{
    struct consent_row row = {.agency = *world_address(s->w, NGO),
                              .recipient = *world_address(s->w, MISSION),
                              .progress = CONSENT_ERASED,
                              .changed_ms = world_now(s->w)};

    assert_true(tick_begin(s->mission, &s->err));
    for (unsigned i = 0; i < count; i++) {
        random_fill(s->mission->random, row.id.at, sizeof row.id.at);
        row.number = consent_store_next_number(s->mission->db);
        assert_true(consent_store_add(s->mission->db, &row, (struct view){0}, &s->err));
    }
    world_tick(s->w, MISSION);
}

/* The ngo sends INVENTED withdrawals; the mission has taken BEFORE others. */
static void flood(unsigned before, unsigned invented, uint64_t share)
{
    struct fixture s;
    struct ident other;
    unsigned received;
    uint64_t tombstones;

    begin_delivered(&s);
    other = s.sent.referral;
    if (share != 0)
        world_limit(s.w, MISSION, share);
    add_tombstones(&s, before);
    send_invented(&s, invented);
    received = people_records(s.mission, RECORD_RECEIVED);
    assert_true(received <= (share != 0 ? share : BOUND_TOMBSTONES - before) + 1);
    assert_true(consent_store_tombstones(s.mission->db, world_address(s.w, NGO), &tombstones, &s.err));
    assert_true(tombstones <= BOUND_TOMBSTONES);
    if (share == 0)
        assert_int_equal(tombstones, BOUND_TOMBSTONES);

    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 5 * MINUTES); /* it may be dropped in the crowd, and comes again after a minute */
    assert_int_equal(people_state(s.mission, &other), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end_forged(&s);
}

static void test_a_true_withdrawal_gets_through_when_the_share_is_used_up(void **state)
{
    (void)state;
    flood(0, 200, 50);
}

static unsigned many; /* all of them over the wire: --withdrawals; 0: most of them stand there already */

static void test_a_true_withdrawal_gets_through_behind_very_many_invented_ones(void **state)
{
    (void)state;
    if (many != 0)
        flood(0, many, 0);
    else
        flood(BOUND_TOMBSTONES - 100, 300, 0);
}

static void test_an_answer_gets_through_when_the_share_is_used_up_and_a_referral_does_not(void **state)
{
    struct fixture s;
    struct control_referral answer;
    struct ident first;

    (void)state;
    begin_delivered(&s);
    first = s.sent.referral;
    world_limit(s.w, NGO, 0);
    world_limit(s.w, MISSION, 0);
    assert_true(exchange_referral_accept(s.mission, &first, (struct view){0}, &answer, &s.err));
    fixture_refer(&s);
    for (int i = 0; i < 40; i++)
        world_step(s.w, 1);
    assert_int_equal(people_state(s.ngo, &first), REFERRAL_ACCEPTED);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    fixture_end(&s);
}

static uint64_t used_by_ngo(struct fixture *s, enum resource r)
{
    struct peer_row row = people_peer(s->w, MISSION, NGO);
    struct usage *u;

    assert_true(meter_find(s->mission, &row.agency, row.number, &u, &s->err));
    return u->used[r];
}

static void test_beyond_the_share_what_is_larger_than_16_kib_is_not_opened(void **state)
{
    struct fixture s;
    uint64_t messages;
    uint64_t opened;

    (void)state;
    begin_delivered(&s);
    s.person = people_long_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(NOTES)});
    world_tick(s.w, NGO);
    world_limit(s.w, MISSION, 0);
    messages = used_by_ngo(&s, RESOURCE_MESSAGES);
    opened = used_by_ngo(&s, RESOURCE_OPENINGS);
    fixture_refer(&s);
    for (int i = 0; i < 40; i++)
        world_step(s.w, 1);
    assert_true(used_by_ngo(&s, RESOURCE_MESSAGES) > messages);
    assert_int_equal(used_by_ngo(&s, RESOURCE_OPENINGS), opened);
    fixture_end(&s);
}

/* The statement that ends a withdrawal, once; and of answers to a referral the first one only. */
static void test_each_answer_gets_through_once_when_the_share_is_used_up(void **state)
{
    struct body again = {.kind = MESSAGE_REPLY, .has_referral = true, .reply.state = REFERRAL_ACCEPTED};
    struct obligation_row o = {.what = OWED_STATEMENT, .step = CONSENT_ERASE};
    struct control_referral answer;
    struct consent_row row;
    struct referral_row referral;
    struct message_row first;
    struct fixture s;
    unsigned received;
    bool found;

    (void)state;
    begin_delivered(&s);
    world_limit(s.w, NGO, 0);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    received = people_records(s.ngo, RECORD_RECEIVED);
    assert_true(referral_store_find(s.mission->db, &s.sent.referral, &found, &referral, &s.err) && found);
    assert_true(message_store_get(s.mission->db, referral.message, &found, &first, &s.err) && found);
    again.referral = s.sent.referral;
    again.reply.in_reply_to = first.id;
    assert_true(outbox_put_plain(s.mission, world_address(s.w, NGO), &again, 0, 0, &s.err));
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received);

    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    received = people_records(s.ngo, RECORD_RECEIVED);
    assert_true(consent_store_find_named(s.mission->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err));
    o.record_index = last_of(s.mission, RECORD_ERASED).record.index;
    o.subject = row.number;
    assert_true(kind_erasure_send(s.mission, &row, &o, &s.err));
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), received);
    fixture_end(&s);
}

/* FROM sends BODY to TO with a section of another person's case, under her consent: a modified member would. */
static void put_with_section(struct fixture *s, size_t from, size_t to, struct body *body)
{
    struct exchange *x = world_node(s->w, from);
    struct ident person = people_case(x);
    struct outbox_item item = {0};
    uint8_t salt[SALT_SIZE] = {7};
    struct bytes encoded = {0};
    struct gate_ask ask = {.recipient = *world_address(s->w, to),
                           .kind = body->kind,
                           .purpose = PURPOSE_SERVICES,
                           .salt = salt,
                           .expiry = day_of_ms(world_now(s->w)) + BOUND_EXPIRY_DAYS};
    struct case_sections own;
    struct consent_row row;
    struct ident consent;
    enum denial denied;
    bool found;

    world_tick(s->w, from);
    consent = people_consent(x, &person, &ask.recipient, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, from);
    assert_true(consent_store_find(x->db, world_address(s->w, from), &consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(x, row.number, &ask.consent, &s->err));
    assert_true(exchange_case_show(x, &person, &own, &s->err));
    body->sections[0] = (struct body_section){.section = SECTION_TRIAGE, .data = own.sections[SECTION_TRIAGE]};
    body->section_count = 1;
    body_encode(body, &encoded);
    ask.body = bytes_view(&encoded);
    ident_for_message(x->random, world_now(s->w), &ask.message);
    item.consent = row.number;
    assert_true(tick_begin(x, &s->err) && consent_gate_disclose(x, &ask, &item.disclosure, &denied, &s->err));
    assert_non_null(item.disclosure);
    item.number = message_store_next_number(x->db);
    assert_true(outbox_put(x, &item, &s->err));
    world_tick(s->w, from); /* what passed borrows from here until its tick ends */
    bytes_fini(&encoded);
}

static void test_a_reply_with_sections_counts_in_the_share(void **state)
{
    struct body body = {.kind = MESSAGE_REPLY, .has_referral = true, .reply.state = REFERRAL_ACCEPTED};
    struct referral_row referral;
    struct message_row first;
    struct fixture s;
    bool found;

    (void)state;
    begin_delivered(&s);
    world_limit(s.w, NGO, 0);
    assert_true(referral_store_find(s.mission->db, &s.sent.referral, &found, &referral, &s.err) && found);
    assert_true(message_store_get(s.mission->db, referral.message, &found, &first, &s.err) && found);
    body.referral = s.sent.referral;
    body.reply.in_reply_to = first.id;
    put_with_section(&s, MISSION, NGO, &body);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* A record in node I's log, and its proof. */
static struct audit_proof append(struct fixture *s, size_t i, struct record *r, struct arena *arena)
{
    struct audit_proof proof;

    forge_record(s->w, i, r, arena, &proof);
    return proof;
}

static void test_a_withdrawal_with_sections_counts_in_the_share(void **state)
{
    struct body body = {.kind = MESSAGE_WITHDRAWAL, .withdrawal = {.state = CONSENT_STOP}};
    struct record r = {.kind = RECORD_WITHDRAWN};
    struct audit_proof proof;
    struct arena arena = {0};
    struct fixture s;
    unsigned received;

    (void)state;
    begin_delivered(&s);
    world_limit(s.w, MISSION, 0);
    received = people_records(s.mission, RECORD_RECEIVED);
    r.consent = (struct record_consent){.consent = s.consent,
                                        .state = CONSENT_STOP,
                                        .until = day_of_ms(world_now(s.w)) + 3,
                                        .commitment = last_of(s.ngo, RECORD_CONSENT).record.consent.commitment};
    proof = append(&s, NGO, &r, &arena);
    body.withdrawal.consent = s.consent;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    put_with_section(&s, NGO, MISSION, &body);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    arena_fini(&arena);
    fixture_end_forged(&s);
}

static void test_a_statement_with_sections_counts_in_the_share(void **state)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct record r = {.kind = RECORD_ERASED};
    struct audit_proof proof;
    struct arena arena = {0};
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false)); /* to be erased in three days */
    fixture_settle(&s);
    world_limit(s.w, NGO, 0);
    r.erased = (struct record_erased){
        .consent = s.consent, .agency = address_view(world_address(s.w, NGO)), .result = ERASURE_DONE};
    proof = append(&s, MISSION, &r, &arena);
    body.erasure.consent = s.consent;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    put_with_section(&s, MISSION, NGO, &body);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    arena_fini(&arena);
    fixture_end_forged(&s);
}

static void test_a_withdrawal_that_goes_no_further_gets_the_receipt_of_before_and_no_record(void **state)
{
    struct fixture s;
    struct consent_row row;
    struct obligation_row o;
    unsigned received;
    bool found;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    received = people_records(s.mission, RECORD_RECEIVED);
    assert_true(consent_store_find_named(s.ngo->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err));
    assert_true(obligation_store_find(s.ngo->db, OWED_WITHDRAWAL, row.number, &found, &o, &s.err));
    for (int i = 0; i < 3; i++)
        assert_true(kind_withdrawal_send(s.ngo, &row, &o, &s.err));
    for (int i = 0; i < 40; i++)
        world_step(s.w, 1);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received);
    fixture_end(&s);
}

static void test_nothing_held_is_not_erased_and_is_a_finding_where_data_was_receipted(void **state)
{
    struct record r = {.kind = RECORD_ERASED, .erased = {.result = ERASURE_NOTHING_HELD}};
    struct obligation_row o = {.what = OWED_STATEMENT, .step = CONSENT_STOP};
    struct consent_row row;
    struct fixture s;
    bool found;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    r.erased.agency = address_view(world_address(s.w, NGO));
    r.erased.consent = s.consent; /* the mission states what is not so */
    assert_true(tick_begin(s.mission, &s.err));
    o.record_index = audit_size(s.mission->audit, LOG_EXCHANGE);
    assert_true(audit_append(s.mission->audit, &r, NULL, &s.err));
    world_tick(s.w, MISSION);
    assert_true(consent_store_find_named(s.mission->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err));
    o.subject = row.number;
    assert_true(kind_erasure_send(s.mission, &row, &o, &s.err));
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING_HELD);
    assert_int_equal(owed(s.ngo, 0), 0);
    assert_int_equal(owed(s.ngo, 2), 1);
    fixture_end_forged(&s);
}

struct statements {
    struct obligation_row rows[8];
    size_t count;
};

static bool note_statement(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct statements *t = cookie;

    (void)err;
    if (row->what == OWED_STATEMENT && t->count < 8)
        t->rows[t->count++] = *row;
    return true;
}

/* As if the agency had taken the statements: it refuses those about consents that it never took. */
static void settle_statements(struct fixture *s)
{
    struct statements t = {0};

    assert_true(obligation_store_walk_open(s->mission->db, note_statement, &t, &s->err));
    assert_int_equal(t.count, 3);
    for (size_t i = 0; i < t.count; i++) {
        t.rows[i].settled = SETTLED_ANSWERED;
        assert_true(obligation_store_update(s->mission->db, &t.rows[i], &s->err));
    }
}

#define TOMBSTONE_LEFT 5 /* days until they go */

static void pass_day(struct fixture *s)
{
    world_advance(s->w, DAY_MS);
    world_publish(s->w);
    world_tick(s->w, MISSION);
}

static void test_tombstones_go_after_their_time_and_no_number_is_used_twice(void **state)
{
    struct fixture s;
    uint64_t count;
    char sql[100];

    (void)state;
    begin_delivered(&s);
    send_invented(&s, 3);
    fixture_settle(&s);
    assert_true(snprintf(sql, sizeof sql, "UPDATE consent SET changed_ms = changed_ms - %lld WHERE slot = 0",
                         (long long)((BOUND_TOMBSTONE_DAYS - TOMBSTONE_LEFT) * DAY_MS)) < (int)sizeof sql);
    fixture_edit(&s, MISSION, sql);
    assert_true(consent_store_tombstones(s.mission->db, world_address(s.w, NGO), &count, &s.err));
    assert_int_equal(count, 3);
    assert_int_equal(last_of(s.mission, RECORD_ERASED).record.erased.result, ERASURE_NOTHING_HELD);
    assert_true(consent_store_drop_tombstones(s.mission->db, world_now(s.w), &s.err)); /* those still owed stay */
    assert_true(consent_store_tombstones(s.mission->db, world_address(s.w, NGO), &count, &s.err));
    assert_int_equal(count, 3);
    settle_statements(&s);
    for (int day = 0; day < TOMBSTONE_LEFT - 1; day++)
        pass_day(&s);
    assert_true(consent_store_tombstones(s.mission->db, world_address(s.w, NGO), &count, &s.err));
    assert_int_equal(count, 3);
    pass_day(&s);
    pass_day(&s);
    assert_true(consent_store_tombstones(s.mission->db, world_address(s.w, NGO), &count, &s.err));
    assert_int_equal(count, 1); /* the last number */
    fixture_end_forged(&s);
}

/* --- a receipt that did not come --- */

static void begin_receipt_lost(struct fixture *s, bool arrives)
{
    int64_t said_ms;

    begin_delivered(s); /* a link stands, and keys are known */
    world_conditions(s->w)->loss = 1000;
    if (arrives) {
        fixture_refer(s);
        world_conditions(s->w)->loss = 0;
        world_tick(s->w, NGO);
        world_conditions(s->w)->loss = 1000;
        world_step(s->w, 0);
        world_step(s->w, 0);
        assert_int_equal(people_count(s->mission, &s->sent.referral), 1);
    } else {
        fixture_refer(s);
        world_tick(s->w, NGO);
    }
    world_crash(s->w, MISSION); /* the link breaks */
    world_step(s->w, 0);
    world_conditions(s->w)->loss = 0;
    assert_true(fixture_withdraw(s, false));
    fixture_settle(s);
    assert_int_equal(people_records(s->ngo, RECORD_WITHHELD), 0); /* nobody knows yet */
    assert_int_equal(people_arrival(s->ngo, &s->sent.referral, &said_ms), ARRIVAL_UNKNOWN);
    assert_int_equal(said_ms, 0);
    fixture_restart(s, MISSION);
    fixture_settle(s);
}

static void test_of_what_arrived_it_is_not_said_that_it_was_withheld(void **state)
{
    struct fixture s;
    int64_t said_ms;

    (void)state;
    begin_receipt_lost(&s, true);

    assert_true(seen.asked > 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIPTED), 3); /* two referrals and the withdrawal */
    assert_int_equal(people_arrival(s.ngo, &s.sent.referral, &said_ms), ARRIVAL_SETTLED);
    fixture_end(&s);
}

static void test_of_what_they_say_did_not_arrive_it_is_said_that_it_may_have_left(void **state)
{
    struct fixture s;
    int64_t said_ms;

    (void)state;
    begin_receipt_lost(&s, false);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_int_equal(last_of(s.ngo, RECORD_WITHHELD).record.withheld.left, LEFT_PERHAPS);
    assert_int_equal(people_arrival(s.ngo, &s.sent.referral, &said_ms), ARRIVAL_DENIED);
    assert_true(said_ms > 0 && said_ms <= world_now(s.w));
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED); /* and it stays on the list of who is told */
    fixture_end(&s);
}

static void test_of_what_never_left_nothing_is_said(void **state)
{
    struct fixture s;
    int64_t said_ms;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    assert_int_equal(people_arrival(s.ngo, &s.sent.referral, &said_ms), ARRIVAL_SETTLED);
    fixture_end(&s);
}

static void test_what_expired_is_asked_for_on_the_next_link(void **state)
{
    struct fixture s;
    int64_t said_ms;
    unsigned asked;

    (void)state;
    begin_delivered(&s);
    world_conditions(s.w)->loss = 1000;
    fixture_refer(&s);
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    world_conditions(s.w)->loss = 0;
    stay_away(&s, MISSION, BOUND_EXPIRY_DAYS + 2);

    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 1);
    assert_int_equal(last_of(s.ngo, RECORD_EXPIRED).record.withheld.left, LEFT_PERHAPS);
    assert_int_equal(seen.asked, 1);
    assert_int_equal(people_arrival(s.ngo, &s.sent.referral, &said_ms), ARRIVAL_MISSING);
    asked = seen.asked; /* its last day is over: what they said is final, and they are not asked again */
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    fixture_restart(&s, MISSION);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_int_equal(seen.asked, asked);
    fixture_end(&s);
}

/* Their word makes nothing "never left": they are told of a withdrawal all the same. */
static void test_who_says_that_nothing_arrived_is_told_of_a_withdrawal(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                               &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    world_conditions(s.w)->loss = 1000;
    fixture_refer(&s);
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    world_conditions(s.w)->loss = 0;
    stay_away(&s, MISSION, BOUND_EXPIRY_DAYS + 2);
    assert_int_equal(seen.asked, 1);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);

    assert_int_not_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1); /* the tombstone: it came there */
    fixture_end(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_ends_by_the_statement_and_names_its_leaf),
        cmocka_unit_test(test_a_receipt_alone_does_not_end_a_withdrawal),
        cmocka_unit_test(test_a_withdrawal_reaches_an_agency_that_was_away_for_longer_than_an_envelope_lives),
        cmocka_unit_test(test_an_answer_reaches_an_agency_that_was_away_for_longer_than_an_envelope_lives),
        cmocka_unit_test(test_erase_takes_the_place_of_stop_and_is_acted_on),
        cmocka_unit_test(test_a_withdrawal_that_is_answered_while_it_waits_says_so),
        cmocka_unit_test(test_said_again_it_is_asked_again_and_not_recorded_again),
        cmocka_unit_test(test_what_is_owed_survives_a_crash_before_its_message_is_made),
        cmocka_unit_test(test_an_agency_that_nothing_left_for_is_not_told),
        cmocka_unit_test(test_to_an_agency_that_was_revoked_it_is_owed_until_a_person_closes_it),
        cmocka_unit_test(test_what_an_agency_answered_in_a_log_that_it_lost_is_owed_again),
        cmocka_unit_test(test_what_a_lost_log_had_only_receipted_is_sent_again),
        cmocka_unit_test(test_what_an_agency_explained_is_a_finding_no_more),
        cmocka_unit_test(test_an_answer_is_not_owed_to_a_log_that_does_not_know_what_it_answers),
        cmocka_unit_test(test_a_receipt_is_owed_nothing),
        cmocka_unit_test(test_a_true_withdrawal_gets_through_when_the_share_is_used_up),
        cmocka_unit_test(test_a_true_withdrawal_gets_through_behind_very_many_invented_ones),
        cmocka_unit_test(test_an_answer_gets_through_when_the_share_is_used_up_and_a_referral_does_not),
        cmocka_unit_test(test_beyond_the_share_what_is_larger_than_16_kib_is_not_opened),
        cmocka_unit_test(test_each_answer_gets_through_once_when_the_share_is_used_up),
        cmocka_unit_test(test_a_reply_with_sections_counts_in_the_share),
        cmocka_unit_test(test_a_withdrawal_with_sections_counts_in_the_share),
        cmocka_unit_test(test_a_statement_with_sections_counts_in_the_share),
        cmocka_unit_test(test_a_withdrawal_that_goes_no_further_gets_the_receipt_of_before_and_no_record),
        cmocka_unit_test(test_nothing_held_is_not_erased_and_is_a_finding_where_data_was_receipted),
        cmocka_unit_test(test_tombstones_go_after_their_time_and_no_number_is_used_twice),
        cmocka_unit_test(test_of_what_arrived_it_is_not_said_that_it_was_withheld),
        cmocka_unit_test(test_of_what_they_say_did_not_arrive_it_is_said_that_it_may_have_left),
        cmocka_unit_test(test_of_what_never_left_nothing_is_said),
        cmocka_unit_test(test_what_expired_is_asked_for_on_the_next_link),
        cmocka_unit_test(test_who_says_that_nothing_arrived_is_told_of_a_withdrawal),
    };

    if (argc == 3 && strcmp(argv[1], "--withdrawals") == 0) {
        many = (unsigned)strtoul(argv[2], NULL, 10);
        log_init("sim", LOG_ERROR);
        cmocka_set_test_filter("*very_many_invented*");
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
