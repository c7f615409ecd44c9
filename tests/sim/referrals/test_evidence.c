/* What a node keeps of its peers' logs, and what it finds: forks. Logs that were put back: test_put_back.c.
 *
 * sim_evidence [PATTERN]. That nothing is found where nothing is wrong, whatever happens: test_false_alarm.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/logs/kept_notes.h"
#include "exchange/logs/witness.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "forge.h"
#include "pair.h"
#include "store/consent_store.h"

static unsigned asked; /* questions from MISSION how a log grew */

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct peer_witness w;
    struct arena arena = {0};
    struct error err;

    (void)cookie;
    (void)to;
    if (kind == PEER_WITNESS && from == MISSION && peer_witness_decode(payload, &arena, &w, &err))
        asked += w.size_count > 0;
    arena_fini(&arena);
}

static void begin(struct pair *s)
{
    asked = 0;
    pair_begin(s, 17);
    world_watch(s->w, on_frame_sent, s);
}

static void refer_and_settle(struct pair *s, size_t from)
{
    assert_true(pair_refer(s, from));
    pair_settle(s);
}

static struct peer_row peer_of(struct pair *s, size_t at)
{
    return people_peer(s->w, at, 1 - at);
}

/* --- what is linked --- */

/* The receipts that said how far it is linked were lost: the hello says it again. */
static void test_the_hello_says_from_where_growth_is_proven(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    assert_true(pair_refer(&s, NGO));
    world_run_ms(s.w, 5000);
    assert_true(exchange_linked_size(pair_node(&s, MISSION), world_address(s.w, NGO)) ==
                peer_of(&s, MISSION).linked_size);
    world_cut(s.w, NGO, MISSION);
    world_conditions(s.w)->drop = 0;
    asked = 0;
    assert_true(pair_refer(&s, NGO));
    pair_settle(&s);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_int_equal(asked, 0);
    pair_end(&s);
}

/* It is a hint: it may say less, more than there is, or anything. */
static void test_whatever_a_hello_says_all_is_linked_and_nobody_found(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->lie = 1000;
    for (size_t i = 0; i < 40; i++) {
        size_t from = i % 2;

        world_cut(s.w, NGO, MISSION);
        assert_true(pair_refer(&s, from));
        if (i % 3 == 0)
            assert_true(pair_refer(&s, 1 - from));
        pair_settle(&s);
        assert_int_equal(pair_unlinked(&s, 0) + pair_unlinked(&s, 1), 0);
        assert_int_equal(pair_findings(&s, 0) + pair_findings(&s, 1), 0);
    }
    pair_end(&s);
}

static void test_whoever_says_in_a_hello_that_it_has_all_and_shows_nothing_gets_messages(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    world_conditions(s.w)->drop = PEER_WITNESS;
    world_conditions(s.w)->lie = 1000;
    for (size_t i = 0; i < 6; i++) {
        world_cut(s.w, NGO, MISSION);
        assert_true(pair_refer(&s, NGO));
        world_run_ms(s.w, 3 * MINUTES);
        assert_int_equal(pair_node(&s, NGO) != NULL, true);
    }
    world_conditions(s.w)->drop = 0;
    world_conditions(s.w)->lie = 0;
    pair_settle(&s);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

static void test_what_overlaps_on_a_link_is_linked(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    pair_burst(&s, 12);

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pair_unlinked(&s, i), 0);
        assert_int_equal(pair_findings(&s, i), 0);
        assert_true(peer_of(&s, i).linked_size > 20);
    }
    pair_end(&s);
}

/* The first message after a lost one brings a path from a size that the other has not linked. */
static void test_what_was_lost_is_asked_for_and_linked(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    world_conditions(s.w)->loss = 1000;
    assert_true(pair_refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;
    assert_true(pair_refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 0);
    world_tick(s.w, MISSION);
    assert_true(pair_unlinked(&s, MISSION) > 0);

    pair_settle(&s);
    assert_true(asked > 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

/* What the receipt says is enough, where no question reaches the other. */
static void test_growth_is_proven_again_from_what_the_receipt_says(void **state)
{
    struct pair s;
    uint64_t before;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    *world_conditions(s.w) = (struct conditions){.drop = PEER_WITNESS, .loss = 1000};
    assert_true(pair_refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;
    refer_and_settle(&s, NGO);
    before = peer_of(&s, MISSION).linked_size;
    refer_and_settle(&s, NGO);
    assert_true(peer_of(&s, MISSION).linked_size > before);
    pair_end(&s);
}

/* --- what is a fork, and what is none --- */

static void forge_inquiry(struct pair *s, struct forgery f, struct bytes *envelope)
{
    struct body b = {.kind = MESSAGE_AUTHORITY_REQUEST};
    struct bytes body = {0};

    f.record.message_kind = MESSAGE_AUTHORITY_REQUEST;
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, NGO, MISSION, &f, envelope);
    bytes_fini(&body);
}

static void inject(struct pair *s, const struct bytes *envelope)
{
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(envelope)));
    world_tick(s->w, MISSION);
}

static void deliver_of(struct pair *s, struct forgery f)
{
    struct bytes envelope = {0};

    forge_inquiry(s, f, &envelope);
    inject(s, &envelope);
    bytes_fini(&envelope);
}

static void deliver(struct pair *s, struct forgery f)
{
    f.incarnation = 1;
    deliver_of(s, f);
}

/* What the exchange log says of a fork, as anybody reads it. */
struct told_fork {
    struct checkpoint notes[2];
    struct record_fork_leaf leaves[2];
    uint8_t kept[4][BOUND_RECORD];
    size_t count; /* FORK_LEAF records, right behind the FORK */
    uint64_t at;
};

static struct view keep_bytes(struct told_fork *t, size_t i, struct view v)
{
    memcpy(t->kept[i], v.at, v.size);
    return view_of(t->kept[i], v.size);
}

static bool read_fork(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    struct told_fork *t = cookie;

    if (r->kind == RECORD_FORK) {
        t->at = r->index;
        return checkpoint_read(keep_bytes(t, 0, r->notes.first), &t->notes[0], err) &&
               checkpoint_read(keep_bytes(t, 1, r->notes.second), &t->notes[1], err);
    }
    if (r->kind != RECORD_FORK_LEAF)
        return true;
    assert_true(t->count < 2 && r->index == t->at + 1 + t->count);
    t->leaves[t->count] = r->fork_leaf;
    t->leaves[t->count].path = keep_bytes(t, 2 + t->count, r->fork_leaf.path);
    t->count++;
    return true;
}

/* By its records alone: COUNT of them are leaves. */
static void assert_fork_is_proven(struct pair *s, size_t count)
{
    static struct told_fork t;
    struct error err;

    memset(&t, 0, sizeof t);
    assert_true(exchange_audit_list(pair_node(s, MISSION), &(struct control_audit_list_ask){.log = LOG_EXCHANGE}, NULL,
                                    read_fork, &t, &err));
    assert_int_equal(t.count, count);
    if (count == 0) {
        assert_true(t.notes[0].size == t.notes[1].size && !hash_equal(&t.notes[0].root, &t.notes[1].root));
        return;
    }
    assert_int_equal(t.leaves[0].index, t.leaves[1].index);
    assert_false(hash_equal(&t.leaves[0].leaf, &t.leaves[1].leaf));
    for (size_t i = 0; i < 2; i++)
        assert_true(merkle_verify_inclusion(&t.leaves[i].leaf, t.leaves[i].index, t.notes[i].size, t.leaves[i].path,
                                            &t.notes[i].root));
}

static void test_one_size_with_two_roots_is_a_fork(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    assert_int_equal(pair_findings(&s, MISSION), 0);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    assert_fork_is_proven(&s, 0);

    /* Those after it are counted, not recorded. */
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 702});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    pair_end(&s);
}

static void test_one_index_with_two_leaves_is_a_fork(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 901, .other_index = 701});
    assert_int_equal(pair_findings(&s, MISSION), 0);
    deliver(&s, (struct forgery){.other_size = 902, .other_index = 700});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    assert_fork_is_proven(&s, 2);
    pair_end(&s);
}

/* A proof that would not fit a record makes no fork, whichever half has it: no log has as many records. */
static void test_a_path_that_no_record_can_hold_makes_no_fork(void **state)
{
    static const uint8_t zeros[(BOUND_FORK_PATH + 1) * HASH_SIZE];
    struct proof_answer proof = {.incarnation = 1, .size = 903, .record.index = 700};
    struct witness_note n = {.proof = &proof, .note = view_of_text("not read")};
    struct kept_comparison c;
    struct exchange *mission;
    struct peer_row peer;
    struct error err;
    struct pair s;
    bool found;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    mission = pair_node(&s, MISSION);
    assert_true(peers_find(mission, world_address(s.w, NGO), &found, &peer, &err) && found);
    for (size_t hashes = BOUND_FORK_PATH; hashes <= BOUND_FORK_PATH + 1; hashes++) {
        n.path = view_of(zeros, hashes * HASH_SIZE);
        assert_true(kept_notes_compare(mission, &peer, &n, true, &c, &err));
        assert_int_equal(c.other_leaf.size != 0, hashes == BOUND_FORK_PATH);
    }
    proof.record.index = 300; /* and one is kept with such a path */
    for (size_t hashes = BOUND_FORK_PATH + 1; hashes >= BOUND_FORK_PATH; hashes--) {
        struct peer_note kept = {.peer = peer.number,
                                 .incarnation = 1,
                                 .size = 902,
                                 .state = NOTE_UNLINKED,
                                 .note = view_of_text("not read"),
                                 .index = 300,
                                 .leaf.at = {1},
                                 .path = view_of(zeros, hashes * HASH_SIZE)};

        n.path = (struct view){0};
        assert_true(tick_begin(mission, &err) && evidence_store_add(mission->db, &kept, &kept.number, &err));
        assert_true(kept_notes_compare(mission, &peer, &n, true, &c, &err));
        assert_int_equal(c.other_leaf.size != 0, hashes == BOUND_FORK_PATH);
    }
    world_crash(s.w, MISSION);
    pair_end(&s);
}

/* The COUNT records at INDEX are in one other log of SIZE leaves, under one note. */
static void deliver_under_one_note(struct pair *s, uint64_t size, const uint64_t *index, size_t count)
{
    struct body b = {.kind = MESSAGE_AUTHORITY_REQUEST};
    struct bytes body = {0};
    struct bytes envelopes[2] = {{0}};
    struct forgery f[2];

    body_encode(&b, &body);
    for (size_t i = 0; i < count; i++)
        f[i] = (struct forgery){.record.message_kind = MESSAGE_AUTHORITY_REQUEST,
                                .body = bytes_view(&body),
                                .incarnation = 1,
                                .other_size = size,
                                .other_index = index[i]};
    forge_envelopes(s->w, NGO, MISSION, f, count, envelopes);
    for (size_t i = 0; i < count; i++) {
        assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelopes[i])));
        bytes_fini(&envelopes[i]);
    }
    world_tick(s->w, MISSION);
    bytes_fini(&body);
}

/* Each record under a note counts, not the first alone: in whichever order the two halves come. */
static void test_the_second_record_under_a_note_is_half_of_a_fork_too(void **state)
{
    static const uint64_t two[] = {700, 701};
    static const uint64_t one[] = {701};
    struct pair s;

    (void)state;
    for (int first = 0; first < 2; first++) {
        begin(&s);
        refer_and_settle(&s, NGO);
        deliver_under_one_note(&s, 900 + (uint64_t)first, first == 0 ? two : one, first == 0 ? 2 : 1);
        assert_int_equal(pair_findings(&s, MISSION), 0);
        deliver_under_one_note(&s, 910 + (uint64_t)first, first == 0 ? one : two, first == 0 ? 1 : 2);
        assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
        assert_fork_is_proven(&s, 2);
        pair_end(&s);
    }
}

static void test_a_wrong_path_is_no_fork(void **state)
{
    static const uint8_t zeros[HASH_SIZE];
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900,
                                 .other_index = 700,
                                 .known_size = peer_of(&s, MISSION).linked_size,
                                 .consistency = view_of(zeros, sizeof zeros)});
    assert_int_equal(pair_findings(&s, MISSION), 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 1);
    pair_end(&s);
}

static void test_what_is_not_proven_is_a_finding_after_an_hour_and_two_questions(void **state)
{
    struct pair s;
    uint32_t which;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 950, .other_index = 750});
    world_run_ms(s.w, 55 * MINUTES);
    assert_true(asked > 2);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    world_run_ms(s.w, 60 * MINUTES);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_UNLINKED), 1);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 0);
    assert_true(findings_standing(pair_node(&s, MISSION), peer_of(&s, MISSION).number, &which, &s.err));
    assert_int_equal(which, 1U << FINDING_UNLINKED);
    pair_end(&s);
}

static void test_a_person_closes_a_finding_and_the_log_is_followed_anew(void **state)
{
    uint32_t stranger = geteuid() + 1;
    struct pair s;
    struct error err;
    uint32_t uid;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    assert_false(exchange_finding_close(pair_node(&s, MISSION), world_address(s.w, NGO), FINDING_UNLINKED,
                                        FINDING_EXPLAINED, &err));
    assert_int_equal(err.code, E_LOG_26);
    exchange_acting(pair_node(&s, MISSION), &stranger);
    assert_true(exchange_finding_close(pair_node(&s, MISSION), world_address(s.w, NGO), FINDING_FORK, FINDING_EXPLAINED,
                                       &s.err));
    exchange_acting(pair_node(&s, MISSION), NULL);
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_CLOSED), 1);
    assert_true(people_decided(pair_node(&s, MISSION), RECORD_CLOSED, &uid));
    assert_int_equal(uid, PEOPLE_UNKNOWN); /* another's id is nobody's that may ask here */
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_false(
        exchange_finding_close(pair_node(&s, MISSION), world_address(s.w, NGO), FINDING_FORK, FINDING_EXPLAINED, &err));

    refer_and_settle(&s, NGO);
    assert_true(peer_of(&s, MISSION).linked_size > 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    /* What happens again is a record again. */
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 702});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 2);
    pair_end(&s);
}

static void close_finding(struct pair *s, enum finding which)
{
    world_must(
        exchange_finding_close(pair_node(s, MISSION), world_address(s->w, NGO), which, FINDING_EXPLAINED, &s->err),
        &s->err, "close a finding");
    world_tick(s->w, MISSION);
}

/* Those that came while the finding stood, and were counted, too. */
static void test_a_closing_holds_for_each_contradiction_that_was_known(void **state)
{
    struct bytes third = {0};
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 702}, &third);
    inject(&s, &third);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    close_finding(&s, FINDING_FORK);

    inject(&s, &third);
    refer_and_settle(&s, NGO);
    inject(&s, &third);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    bytes_fini(&third);
    pair_end(&s);
}

/* One index with two leaves: the linked half comes again after the closing. */
static void test_a_closing_holds_for_the_half_that_was_linked(void **state)
{
    struct bytes linked = {0};
    struct pair s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    pair_settle(&s);
    world_conditions(s.w)->drop = PEER_WITNESS; /* NGO did not sign by itself what MISSION remembers here */
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 700}, &linked);
    inject(&s, &linked);
    assert_int_equal(peer_of(&s, MISSION).linked_size, 900);
    deliver(&s, (struct forgery){.other_size = 902, .other_index = 700});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    close_finding(&s, FINDING_FORK);

    inject(&s, &linked);
    assert_int_equal(peer_of(&s, MISSION).linked_size, 0); /* nor does the log begin there again */
    refer_and_settle(&s, NGO);
    inject(&s, &linked);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 1);
    assert_in_range(peer_of(&s, MISSION).linked_size, 1, 899);
    /* A third leaf there is new. */
    deliver(&s, (struct forgery){.other_size = 903, .other_index = 700});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 2);
    bytes_fini(&linked);
    pair_end(&s);
}

/* What was put aside is evidence still, against the first note of the log as it goes on. */
static void test_a_log_that_goes_on_after_a_closing_may_contradict_it(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    close_finding(&s, FINDING_FORK);
    deliver(&s, (struct forgery){.other_size = 910, .other_index = 701});
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_FORK), 2);
    pair_end(&s);
}

static void test_a_closing_holds_for_what_was_not_proven(void **state)
{
    struct bytes alone = {0};
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 700}, &alone);
    inject(&s, &alone);
    world_run_ms(s.w, 120 * MINUTES);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_UNLINKED), 1);
    close_finding(&s, FINDING_UNLINKED);

    for (int i = 0; i < 2; i++) {
        inject(&s, &alone);
        assert_int_equal(pair_unlinked(&s, MISSION), 0);
        refer_and_settle(&s, NGO);
        assert_in_range(peer_of(&s, MISSION).linked_size, 1, 899);
        world_run_ms(s.w, 120 * MINUTES);
    }
    assert_int_equal(pair_findings(&s, MISSION), 1);
    assert_int_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    bytes_fini(&alone);
    pair_end(&s);
}

/* Without a link nobody was asked, however long it takes. */
static void test_what_could_not_be_asked_is_no_finding(void **state)
{
    struct node_status status;
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    assert_true(exchange_status(pair_node(&s, MISSION), &status, &s.err));
    assert_int_equal(status.unlinked, 0);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    world_crash(s.w, NGO);
    world_run_ms(s.w, 5 * 60 * MINUTES);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    assert_true(exchange_status(pair_node(&s, MISSION), &status, &s.err));
    assert_int_equal(status.unlinked, 1); /* it waits for the next link, and status says so */
    pair_end(&s);
}

/* --- a log that begins again --- */

/* The directory says so: what its new log says of the same sizes is no fork. */
static void test_the_log_of_a_replaced_machine_is_no_fork(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    for (int i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);
    assert_int_equal(peer_of(&s, MISSION).incarnation, 1);
    world_replace(s.w, NGO);
    pair_settle(&s);
    pair_add_person(&s, NGO);
    for (int i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);

    assert_int_equal(peer_of(&s, MISSION).incarnation, 2);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_int_equal(own_note_beyond(pair_node(&s, NGO)), 0);
    deliver_of(&s, (struct forgery){.incarnation = 1, .other_size = 3, .other_index = 2}); /* the old one is over */
    assert_int_equal(peer_of(&s, MISSION).incarnation, 2);
    pair_end(&s);
}

/* A log that begins again by itself is not taken. */
static void test_an_incarnation_that_the_directory_does_not_state_is_refused(void **state)
{
    struct pair s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver_of(&s, (struct forgery){.incarnation = 2, .other_size = 3, .other_index = 2});
    assert_int_equal(peer_of(&s, MISSION).incarnation, 1);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    pair_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_hello_says_from_where_growth_is_proven),
        cmocka_unit_test(test_whatever_a_hello_says_all_is_linked_and_nobody_found),
        cmocka_unit_test(test_whoever_says_in_a_hello_that_it_has_all_and_shows_nothing_gets_messages),
        cmocka_unit_test(test_what_overlaps_on_a_link_is_linked),
        cmocka_unit_test(test_what_was_lost_is_asked_for_and_linked),
        cmocka_unit_test(test_growth_is_proven_again_from_what_the_receipt_says),
        cmocka_unit_test(test_one_size_with_two_roots_is_a_fork),
        cmocka_unit_test(test_one_index_with_two_leaves_is_a_fork),
        cmocka_unit_test(test_a_path_that_no_record_can_hold_makes_no_fork),
        cmocka_unit_test(test_the_second_record_under_a_note_is_half_of_a_fork_too),
        cmocka_unit_test(test_a_wrong_path_is_no_fork),
        cmocka_unit_test(test_what_is_not_proven_is_a_finding_after_an_hour_and_two_questions),
        cmocka_unit_test(test_a_person_closes_a_finding_and_the_log_is_followed_anew),
        cmocka_unit_test(test_a_closing_holds_for_each_contradiction_that_was_known),
        cmocka_unit_test(test_a_closing_holds_for_the_half_that_was_linked),
        cmocka_unit_test(test_a_log_that_goes_on_after_a_closing_may_contradict_it),
        cmocka_unit_test(test_a_closing_holds_for_what_was_not_proven),
        cmocka_unit_test(test_what_could_not_be_asked_is_no_finding),
        cmocka_unit_test(test_the_log_of_a_replaced_machine_is_no_fork),
        cmocka_unit_test(test_an_incarnation_that_the_directory_does_not_state_is_refused),
    };

    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
