/* What is kept of a peer's log until it is linked: how much, whose, and what still passes then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/log.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_inside.h"
#include "forge.h"
#include "people.h"

enum { NGO, MISSION, SHELTER };

#define BATCH 1000 /* records under one note */

/* The ngo has sent one referral to the mission; so has the shelter. */
struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    struct ident person[3]; /* a case of each */
    struct ident consent;   /* of the ngo, for the mission */
    struct arena arena;
    unsigned busy;     /* frames BUSY from MISSION */
    unsigned answered; /* answers of MISSION to the ngo, how its log grew */
    struct error err;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct peer_witness w;
    struct arena arena = {0};
    struct error err;

    s->busy += from == MISSION && kind == PEER_BUSY;
    if (kind == PEER_WITNESS && from == MISSION && to == NGO && peer_witness_decode(payload, &arena, &w, &err))
        s->answered += w.grown_count > 0;
    arena_fini(&arena);
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

/* Asks the mission for help for the person of FROM. */
static void send(struct fixture *s, size_t from)
{
    struct control_referral_result sent;

    world_must(people_refer(world_node(s->w, from), &s->person[from], world_address(s->w, MISSION),
                            &(struct people_referral){.now = true}, &sent, &s->err),
               &s->err, "refer");
    world_tick(s->w, from);
}

static struct ident begin_sender(struct fixture *s, size_t from)
{
    struct exchange *x = world_node(s->w, from);
    struct ident consent;

    s->person[from] = people_case(x);
    world_tick(s->w, from);
    consent = people_consent(x, &s->person[from], world_address(s->w, MISSION),
                             &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s->w, from);
    send(s, from);
    settle(s);
    return consent;
}

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(23, 3)};
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    settle(s);
    s->consent = begin_sender(s, NGO);
    (void)begin_sender(s, SHELTER);
    world_watch(s->w, on_frame_sent, s);
}

/* Records were written into the ngo's log by hand. */
static void end(struct fixture *s)
{
    assert_true(people_forged_log_is_good(s->ngo));
    assert_true(people_log_is_good(s->mission));
    arena_fini(&s->arena);
    world_free(s->w);
}

static struct peer_row peer_of(struct fixture *s, size_t who)
{
    return people_peer(s->w, MISSION, who);
}

static uint64_t unlinked_of(struct fixture *s, size_t who)
{
    return people_unlinked(s->w, MISSION, who);
}

static struct bytes encoded(const struct body *b)
{
    struct bytes body = {0};

    body_encode(b, &body);
    return body;
}

/* Under notes of another log of the ngo; MISSION runs a tick. */
static void deliver(struct fixture *s, const struct forgery *f, size_t count)
{
    struct bytes *envelopes = arena_new(&s->arena, count * sizeof *envelopes);

    forge_envelopes(s->w, NGO, MISSION, f, count, envelopes);
    for (size_t i = 0; i < count; i++) {
        assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelopes[i])));
        bytes_fini(&envelopes[i]);
    }
    world_tick(s->w, MISSION);
}

static struct forgery of_size(uint64_t size, enum message_kind kind, struct view body)
{
    return (struct forgery){
        .record.message_kind = kind, .body = body, .incarnation = 1, .other_size = size, .other_index = size - 1};
}

static void deliver_inquiries(struct fixture *s, uint64_t size, size_t count)
{
    struct bytes body = encoded(&(struct body){.kind = MESSAGE_AUTHORITY_REQUEST});
    struct forgery *f = arena_new(&s->arena, count * sizeof *f);

    for (size_t i = 0; i < count; i++) {
        f[i] = of_size(size, MESSAGE_AUTHORITY_REQUEST, bytes_view(&body));
        f[i].other_index = size - 1 - i;
    }
    deliver(s, f, count);
    bytes_fini(&body);
}

/* Notes of another log of the ngo, and what came under them, until no more is kept. */
static void fill(struct fixture *s)
{
    for (size_t i = 0; i < BATCH; i += 100)
        deliver_inquiries(s, 5000 + i, 100);
    for (size_t i = BATCH; i < BOUND_UNLINKED; i++)
        deliver_inquiries(s, 9000 + i, 1);
    assert_int_equal(unlinked_of(s, NGO), BOUND_UNLINKED);
    assert_int_equal(s->busy, 0);
}

static struct consent_entry *consent_of_ngo(struct fixture *s)
{
    struct consent_entry *entry;
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(s->ngo->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(s->ngo, row.number, &entry, &s->err));
    return entry;
}

/* --- how much is kept --- */

static void test_no_more_is_kept_than_fits_and_then_it_is_busy(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fill(&s);
    deliver_inquiries(&s, 20000, 1);
    assert_int_equal(unlinked_of(&s, NGO), BOUND_UNLINKED);
    assert_int_equal(s.busy, 1);
    deliver_inquiries(&s, 20001, 1);
    assert_int_equal(s.busy, 2);

    send(&s, NGO); /* what its own log proves is taken all the same */
    settle(&s);
    assert_int_equal(s.busy, 2);
    end(&s);
}

/* --- what is kept of what is linked --- */

#define OF_NGO "(SELECT number FROM peer WHERE agency = 'ngo@sim.example')"

static int64_t notes_at(struct fixture *s, size_t i, const char *which)
{
    sqlite3_stmt *statement;
    char text[300];
    int64_t count;
    sqlite3 *db;

    (void)snprintf(text, sizeof text, "%s/refex.db", world_home(s->w, i));
    assert_int_equal(sqlite3_open(text, &db), SQLITE_OK);
    (void)snprintf(text, sizeof text, "SELECT count(*) FROM peer_note WHERE state = 2 AND %s", which);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return count;
}

static struct bytes first_envelope; /* from the ngo */

static void keep_first(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    if (from == NGO && to == MISSION && kind == PEER_ENVELOPE && first_envelope.size == 0)
        bytes_append_view(&first_envelope, payload);
    on_frame_sent(cookie, from, to, kind, payload);
}

/* Those of receipts stay with these. A message that comes again under a note that is forgotten is answered as before,
 * and the note is proven anew: nobody is blamed for it. */
static void test_linked_notes_without_a_receipt_are_kept_to_a_bound(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_watch(s.w, keep_first, &s);
    for (unsigned i = 0; i < BOUND_LINKED + 40; i++) {
        send(&s, NGO);
        for (unsigned step = 0; step < 3; step++)
            world_step(s.w, 1);
        if (i == BOUND_LINKED - 100)
            assert_true(notes_at(&s, MISSION, "peer = " OF_NGO) > BOUND_LINKED - 100);
        assert_true(i % 50 != 0 || notes_at(&s, MISSION, "has_receipt = 0 AND peer = " OF_NGO) <= BOUND_LINKED);
    }
    settle(&s);
    assert_in_range(notes_at(&s, MISSION, "has_receipt = 0 AND peer = " OF_NGO), BOUND_LINKED - 64, BOUND_LINKED);
    assert_int_equal(notes_at(&s, NGO, "number NOT IN (SELECT note FROM receipt) AND has_receipt = 1"), 0);
    assert_int_equal(notes_at(&s, NGO, "number IN (SELECT note FROM receipt) AND has_receipt = 0"), 0);
    assert_true(notes_at(&s, NGO, "has_receipt = 1") > BOUND_LINKED);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&first_envelope)));
    settle(&s);
    assert_int_equal(unlinked_of(&s, NGO), 0);
    assert_true(people_findings(s.mission) == 0 && s.busy == 0);
    bytes_fini(&first_envelope);
    end(&s);
}

/* A withdrawal by the agency that took the consent, proven by its own log. */
static void test_a_withdrawal_passes_when_no_more_is_kept(void **state)
{
    struct record r;
    struct body body = {.kind = MESSAGE_WITHDRAWAL, .withdrawal = {.state = CONSENT_STOP}};
    struct audit_proof proof;
    struct consent_row row;
    struct bytes encoded_body;
    struct forgery f;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s);
    fill(&s);
    assert_true(record_decode(consent_of_ngo(&s)->receipt.record_bytes, &s.arena, &r, &s.err));
    r.kind = RECORD_WITHDRAWN;
    r.consent.state = CONSENT_STOP;
    r.consent.until = day_of_ms(world_now(s.w)) + 3;
    forge_record(s.w, NGO, &r, &s.arena, &proof);
    body.withdrawal.consent = s.consent;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    encoded_body = encoded(&body);
    f = of_size(20000, MESSAGE_WITHDRAWAL, bytes_view(&encoded_body));
    deliver(&s, &f, 1);

    assert_int_equal(s.busy, 0);
    assert_true(consent_store_find(s.mission->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err) && found);
    assert_int_equal(row.progress, CONSENT_STOPPED);
    assert_int_equal(unlinked_of(&s, NGO), BOUND_UNLINKED);
    bytes_fini(&encoded_body);
    end(&s);
}

static void deliver_referral(struct fixture *s, enum urgency urgency, uint64_t size)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .has_referral = true};
    struct bytes encoded_body;
    struct forgery f;
    uint32_t service = SERVICE_MEDICAL;

    ident_random(s->ngo->random, &body.referral);
    body.referral_part.urgency = urgency;
    body.referral_part.services = &service;
    body.referral_part.service_count = 1;
    encoded_body = encoded(&body);
    f = of_size(size, MESSAGE_REFERRAL, bytes_view(&encoded_body));
    f.record.purpose = PURPOSE_SERVICES;
    f.record.basis = view_of_text("consent");
    f.record.has_consent = true;
    f.record.consent = s->consent;
    f.consent = arena_copy(&s->arena, consent_of_ngo(s)->bytes);
    deliver(s, &f, 1);
    bytes_fini(&encoded_body);
}

static void test_an_emergency_passes_when_no_more_is_kept(void **state)
{
    struct fixture s;
    unsigned received;

    (void)state;
    begin(&s);
    fill(&s);
    received = people_records(s.mission, RECORD_RECEIVED);
    deliver_referral(&s, URGENCY_URGENT, 20000);
    assert_int_equal(s.busy, 1);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received);
    deliver_referral(&s, URGENCY_EMERGENCY, 20001);
    assert_int_equal(s.busy, 1);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received + 1);
    end(&s);
}

/* --- whose --- */

/* MISSION is shown a note of another log of the shelter, beside a message of the ngo. */
static void show_beside(struct fixture *s, uint64_t size)
{
    struct record r = {.kind = RECORD_WITHDRAWN, .consent = {.state = CONSENT_STOP, .until = 30000}};
    struct forgery f = {.incarnation = 1, .other_size = size, .other_index = size - 1};
    struct proof_question q = {.agency = address_view(world_address(s->w, SHELTER))};
    struct proof_answer proof;
    struct witness_note n = {.proof = &proof};
    struct audit_proof forged;

    forge_other_log(s->w, SHELTER, &r, &f, 1, &s->arena, &forged);
    q.record = forged.record;
    q.path = forged.path;
    q.checkpoint = forged.checkpoint;
    world_must(proofs_check(s->mission->proofs, &q, &s->mission->tick_arena, &proof, NULL, &s->err), &s->err,
               "a proof");
    n.note = forged.checkpoint;
    n.path = forged.path;
    world_must(tick_begin(s->mission, &s->err), &s->err, "begin");
    world_must(witness_take_beside(s->mission, peer_of(s, NGO).number, q.agency, &n, &s->err), &s->err, "take");
    world_tick(s->w, MISSION);
}

static void test_a_note_of_a_third_agency_is_compared_and_neither_kept_nor_counted(void **state)
{
    uint64_t linked;
    struct fixture s;

    (void)state;
    begin(&s);
    linked = peer_of(&s, SHELTER).linked_size;
    show_beside(&s, 5000);
    show_beside(&s, 5000); /* nothing was kept that it could contradict */
    assert_int_equal(unlinked_of(&s, SHELTER), 0);
    assert_int_equal(unlinked_of(&s, NGO), 0);
    assert_int_equal(peer_of(&s, SHELTER).linked_size, linked);
    assert_int_equal(people_records(s.mission, RECORD_FORK), 0);

    show_beside(&s, linked); /* it has another root at a size that is known */
    assert_int_equal(people_records(s.mission, RECORD_FORK), 1);
    assert_int_equal(unlinked_of(&s, SHELTER), 0);
    end(&s);
}

/* --- what a question costs --- */

static void test_questions_count_in_the_share_and_beyond_it_one_a_minute_is_answered(void **state)
{
    uint64_t sizes[BOUND_WITNESSED];
    struct peer_row peer;
    struct peer_witness w = {.sizes = sizes, .size_count = BOUND_WITNESSED};
    struct bytes frame = {0};
    struct usage *u;
    struct fixture s;
    uint64_t used;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    for (size_t i = 0; i < BOUND_WITNESSED; i++)
        sizes[i] = i + 1;
    peer = peer_of(&s, NGO);
    assert_true(meter_find(s.mission, world_address(s.w, NGO), peer.number, &u, &s.err));
    used = u->used[RESOURCE_MESSAGES];
    peer_witness_encode(&w, &frame);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_WITNESS, bytes_view(&frame)));
    world_tick(s.w, MISSION);
    assert_int_equal(u->used[RESOURCE_MESSAGES], used + BOUND_WITNESSED);
    assert_int_equal(s.answered, 1);

    world_limit(s.w, MISSION, used);
    for (int minute = 0; minute < 3; minute++) {
        s.answered = 0;
        world_run_ms(s.w, MINUTES);
        for (int i = 0; i < 3; i++) {
            assert_true(world_inject(s.w, NGO, MISSION, PEER_WITNESS, bytes_view(&frame)));
            world_tick(s.w, MISSION);
        }
        assert_int_equal(s.answered, 1);
    }
    bytes_fini(&frame);
    end(&s);
}

/* Who is over its share here still proves how its log grew: else that would be held against it. */
static void test_an_answer_counts_from_who_is_over_its_share_too(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->loss = 1000; /* the next message brings no path from what is linked */
    send(&s, NGO);
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;
    send(&s, NGO);
    world_step(s.w, 0);
    world_limit(s.w, MISSION, 1);
    world_tick(s.w, MISSION);
    assert_true(unlinked_of(&s, NGO) > 0);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(unlinked_of(&s, NGO), 0);
    end(&s);
}

static void edit_beside(struct fixture *s, const char *sql)
{
    char path[1200];
    sqlite3 *db;

    assert_true(snprintf(path, sizeof path, "%s/refex.db", world_home(s->w, MISSION)) < (int)sizeof path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The same of what a receipt says beside its record. */
static void test_a_size_that_a_changed_row_says_is_linked_is_told_nobody(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    send(&s, NGO);
    settle(&s);
    assert_true(peer_of(&s, NGO).linked_size > 0);
    edit_beside(&s, "PRAGMA ignore_check_constraints = ON; UPDATE peer SET linked_size = -5");
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    assert_int_equal(peer_of(&s, NGO).linked_size, 0);
    send(&s, NGO);
    world_run_ms(s.w, 5 * MINUTES);
    assert_non_null(world_node(s.w, MISSION));
    end(&s);
}

/* Whoever changes a row beside the node does not end it. */
static void test_a_size_that_a_changed_row_says_and_no_log_has_is_not_asked_for(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    deliver_inquiries(&s, 5000, 1);
    deliver_inquiries(&s, 6000, 1);
    assert_int_equal(unlinked_of(&s, NGO), 2);
    edit_beside(&s, "PRAGMA ignore_check_constraints = ON; UPDATE peer_note SET size = 5000 - size WHERE state = 1");
    world_run_ms(s.w, 5 * MINUTES);
    assert_non_null(world_node(s.w, MISSION));
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_more_is_kept_than_fits_and_then_it_is_busy),
        cmocka_unit_test(test_linked_notes_without_a_receipt_are_kept_to_a_bound),
        cmocka_unit_test(test_a_withdrawal_passes_when_no_more_is_kept),
        cmocka_unit_test(test_an_emergency_passes_when_no_more_is_kept),
        cmocka_unit_test(test_a_note_of_a_third_agency_is_compared_and_neither_kept_nor_counted),
        cmocka_unit_test(test_questions_count_in_the_share_and_beyond_it_one_a_minute_is_answered),
        cmocka_unit_test(test_an_answer_counts_from_who_is_over_its_share_too),
        cmocka_unit_test(test_a_size_that_a_changed_row_says_is_linked_is_told_nobody),
        cmocka_unit_test(test_a_size_that_a_changed_row_says_and_no_log_has_is_not_asked_for),
    };

    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
