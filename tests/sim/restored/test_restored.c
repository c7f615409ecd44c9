/* A home that was put back goes on in new logs: what of the old ones counts, at it and at its peers, and what is sent
 * again.
 *
 * sim_restored [PATTERN].
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/bundle.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/beginnings.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/vault.h"
#include "forge.h"
#include "pair.h"
#include "store/consent_store.h"
#include "store/message_store.h"
#include "store/note_store.h"
#include "store/obligation_store.h"
#include "store/referral_store.h"

static void begin(struct pair *s)
{
    pair_begin(s, 31);
}

static void make_copy_now(struct pair *s, size_t i, char older[static 80])
{
    world_crash(s->w, i);
    (void)snprintf(older, 80, "%s-older", world_home(s->w, i));
    world_copy_folder(world_home(s->w, i), older);
}

static void make_copy(struct pair *s, size_t i, char older[static 80])
{
    make_copy_now(s, i, older);
    world_start(s->w, i);
    pair_settle(s);
}

/* Node I is put back, and its operator and the coordinator do what is to be done. */
static void restore(struct pair *s, size_t i, const char *older)
{
    if (pair_node(s, i) != NULL)
        world_crash(s->w, i);
    world_copy_folder(older, world_home(s->w, i));
    world_mark_restored(s->w, i);
    world_begin_anew(s->w, i);
}

static void make_parts(struct pair *s)
{
    struct exchange *ngo = pair_node(s, NGO);
    struct control_backup_part part = {.part = BACKUP_DATA, .made_ms = world_now(s->w), .verified_ms = world_now(s->w)};
    const struct hash coming = {{2}};
    struct hash read;

    world_must(exchange_backup_put_part(ngo, &part, &s->err), &s->err, "note a data part");
    part.part = BACKUP_KEYS;
    part.hash = (struct hash){{1}};
    world_must(exchange_backup_put_part(ngo, &part, &s->err), &s->err, "note a keys part");
    world_must(exchange_backup_put_coming(ngo, &coming, &s->err), &s->err, "note the next");
    world_tick(s->w, NGO);
    world_must(exchange_backup_coming(ngo, &read, &s->err), &s->err, "read the next");
    assert_true(hash_equal(&read, &coming));
    world_must(exchange_backup_program(ngo, view_of_text("an older one"), &s->err), &s->err, "an older program");
    world_tick(s->w, NGO);
}

/* The machine that is lost wrote later ones at those places: that is nobody to look for. */
static void knows_no_part_as_its_own(struct pair *s)
{
    static const struct hash none;
    struct control_backup_places places;
    struct control_backup_part part;
    struct hash coming;

    for (int kind = BACKUP_DATA; kind <= BACKUP_KEYS; kind++) {
        world_must(exchange_backup_part(pair_node(s, NGO), (enum backup_kind)kind, &part, &s->err), &s->err, "read it");
        assert_true(hash_equal(&part.hash, &none));
        assert_int_equal(part.verified_ms, 0); /* both are made anew at its start */
        assert_int_not_equal(part.made_ms, 0); /* what lies there is an old one where it goes elsewhere */
    }
    world_must(exchange_backup_coming(pair_node(s, NGO), &coming, &s->err), &s->err, "read the next");
    assert_true(hash_equal(&coming, &none));
    world_must(exchange_backup_program(pair_node(s, NGO), view_of_text("a newer one"), &s->err), &s->err, "it runs");
    world_must(exchange_backup_old_places(pair_node(s, NGO), &places, &s->err), &s->err, "read the places");
    assert_int_equal(places.old_count, 0); /* nobody copied this home before it was put back */
}

/* That of the other part is what it would be. */
static void test_a_damaged_note_keeps_no_home_from_being_put_back(void **state)
{
    struct control_backup_part part;
    struct pair s;

    (void)state;
    begin(&s);
    make_parts(&s);
    world_must(note_store_put(pair_node(&s, NGO)->db, "backup-data", (struct view){0}, 0, view_of_text("?"), &s.err),
               &s.err, "damage what is noted");
    world_crash(s.w, NGO);
    world_mark_restored(s.w, NGO);
    world_start(s.w, NGO);
    assert_false(exchange_backup_part(pair_node(&s, NGO), BACKUP_DATA, &part, &s.err));
    assert_int_equal(s.err.code, E_STO_04);
    world_must(exchange_backup_part(pair_node(&s, NGO), BACKUP_KEYS, &part, &s.err), &s.err, "the other is read");
    assert_int_equal(part.verified_ms, 0);
    assert_int_not_equal(part.made_ms, 0);
    pair_end(&s);
}

static void test_a_marked_home_signs_nothing_until_its_logs_begin_anew(void **state)
{
    struct control_enrol_result result;
    struct bytes file = {0};
    struct pair s;
    uint64_t size;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_parts(&s);
    world_crash(s.w, NGO);
    world_mark_restored(s.w, NGO);
    world_start(s.w, NGO);
    knows_no_part_as_its_own(&s);
    size = audit_size(pair_node(&s, NGO)->audit, LOG_EXCHANGE);
    assert_false(exchange_restored_ready(pair_node(&s, NGO), &s.err)); /* nor shows it a case */
    assert_int_equal(s.err.code, E_RST_01);
    assert_false(pair_refer(&s, NGO));
    assert_int_equal(s.err.code, E_RST_01);
    assert_true(pair_refer(&s, MISSION));
    world_run_ms(s.w, 26 * 60 * MINUTES);
    assert_null(pair_node(&s, NGO)->links);
    assert_int_equal(audit_size(pair_node(&s, NGO)->audit, LOG_EXCHANGE), size);

    world_crash(s.w, NGO); /* the directory says nothing of it */
    world_membership(s.w, NGO, membership_note(pair_node(&s, MISSION)->membership), &file);
    assert_false(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &result, &s.err));
    assert_int_equal(s.err.code, E_RST_02);
    bytes_fini(&file);
    world_begin_anew(s.w, NGO);
    assert_int_equal(own_note_restored_ms(pair_node(&s, NGO)), 0);
    pair_settle(&s);
    assert_true(pair_refer(&s, NGO));
    pair_end(&s);
}

/* Its log ended days ago, so that its clock is in doubt when it starts. */
static void test_others_say_what_the_time_is_to_a_home_put_back_from_an_old_copy(void **state)
{
    struct control_clock c;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    make_copy(&s, NGO, older);
    world_run_ms(s.w, 5 * DAY_MS);
    restore(&s, NGO, older);
    world_must(exchange_clock_show(pair_node(&s, NGO), &c, &s.err), &s.err, "the clock");
    assert_true(c.in_doubt);
    world_run_ms(s.w, MINUTES);
    world_must(exchange_clock_show(pair_node(&s, NGO), &c, &s.err), &s.err, "the clock");
    assert_false(c.in_doubt);
    world_set_clock(s.w, NGO, 3 * DAY_MS); /* and so on a link that stands */
    world_run_ms(s.w, MINUTES);
    world_must(exchange_clock_show(pair_node(&s, NGO), &c, &s.err), &s.err, "the clock");
    assert_true(c.in_doubt && c.answered == 1);
    pair_end(&s);
}

/* A home that lost what it signed since it was copied, and is marked, and runs while the coordinator is asked. */
static void test_what_others_hold_is_asked_before_the_log_begins_anew(void **state)
{
    struct audit_proof proof;
    struct arena arena = {0};
    struct node_status status;
    struct bytes last = {0};
    struct record r;
    char older[80];
    struct pair s;
    uint64_t ends;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    pair_referred(&s, NGO);
    pair_settle(&s);
    bytes_append_view(&last, audit_note(pair_node(&s, NGO)->audit, &ends));
    world_crash(s.w, NGO);
    world_copy_folder(older, world_home(s.w, NGO));
    world_mark_restored(s.w, NGO);
    world_start(s.w, NGO);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.unshown, 1);
    world_run_ms(s.w, MINUTES);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.unshown, 0);
    assert_null(pair_node(&s, NGO)->links); /* it has nothing else to say, and hangs up */
    assert_null(pair_node(&s, MISSION)->links);
    assert_int_equal(own_note_beyond(pair_node(&s, NGO)),
                     exchange_linked_size(pair_node(&s, MISSION), world_address(s.w, NGO)));
    world_crash(s.w, NGO);
    world_start(s.w, NGO); /* who has shown it is not asked again */
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.unshown, 0);

    world_crash(s.w, NGO);
    world_begin_anew(s.w, NGO);
    assert_true(audit_beginning(pair_node(&s, NGO)->audit, 0, &arena, &proof, &s.err));
    assert_true(record_decode(proof.record, &arena, &r, &s.err));
    assert_true(r.notes.second.size != 0 && !view_equal(r.notes.second, r.notes.first));
    pair_settle(&s);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.unshown, 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    bytes_fini(&last);
    arena_fini(&arena);
    pair_end(&s);
}

/* Of what several show the largest counts, whoever shows it first. */
static void test_the_largest_that_is_shown_is_named(void **state)
{
    struct address other;
    struct bytes first = {0};
    struct bytes second = {0};
    struct address by;
    char older[80];
    struct pair s;
    uint64_t sizes[2];
    uint64_t size;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    pair_referred(&s, NGO);
    pair_settle(&s);
    bytes_append_view(&first, audit_note(pair_node(&s, NGO)->audit, &sizes[0]));
    pair_referred(&s, NGO);
    pair_settle(&s);
    bytes_append_view(&second, audit_note(pair_node(&s, NGO)->audit, &sizes[1]));
    world_conditions(s.w)->partition = true;
    world_crash(s.w, NGO);
    world_copy_folder(older, world_home(s.w, NGO));
    world_mark_restored(s.w, NGO);
    world_start(s.w, NGO);
    assert_true(address_read(view_of_text("third@sim.example"), &other));
    assert_true(own_note_check(pair_node(&s, NGO), world_address(s.w, MISSION), bytes_view(&first), &size, &s.err));
    assert_true(own_note_check(pair_node(&s, NGO), &other, bytes_view(&second), &size, &s.err));
    assert_true(own_note_check(pair_node(&s, NGO), world_address(s.w, MISSION), bytes_view(&first), &size, &s.err));
    world_tick(s.w, NGO);
    assert_true(own_note_shown(pair_node(&s, NGO)->db, NULL, &size, &by, &s.err));
    assert_int_equal(size, sizes[1]);
    assert_true(address_equal(&by, &other));
    bytes_fini(&first);
    bytes_fini(&second);
    pair_end(&s);
}

/* In places its records go on, in the new log they begin with record 0, which names the end of the old one. */
static void test_the_log_begins_with_the_end_of_the_one_before(void **state)
{
    struct audit_proof proof;
    struct arena arena = {0};
    struct record r;
    struct bytes last = {0};
    struct pair s;
    uint64_t size;
    uint64_t ends;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    bytes_append_view(&last, audit_note(pair_node(&s, NGO)->audit, &ends));
    world_mark_restored(s.w, NGO);
    world_begin_anew(s.w, NGO);
    assert_int_equal(audit_incarnation(pair_node(&s, NGO)->audit), 2);
    (void)audit_note(pair_node(&s, NGO)->audit, &size);
    assert_int_equal(audit_signed(pair_node(&s, NGO)->audit, LOG_EXCHANGE), ends + size);
    assert_int_equal(audit_beginnings(pair_node(&s, NGO)->audit), 1);
    assert_true(audit_beginning(pair_node(&s, NGO)->audit, 0, &arena, &proof, &s.err));
    assert_true(record_decode(proof.record, &arena, &r, &s.err));
    assert_int_equal(r.kind, RECORD_INCARNATION);
    assert_true(view_equal(r.notes.first, bytes_view(&last)));
    assert_int_equal(r.notes.second.size, 0);
    assert_false(proof.closed);
    assert_true(audit_prove(pair_node(&s, NGO)->audit, 0, AUDIT_OF_COMMIT, &arena, &proof, &s.err));
    assert_true(proof.closed && proof.size == ends && view_equal(proof.checkpoint, bytes_view(&last)));
    pair_settle(&s);
    world_crash(s.w, NGO); /* and again after a start, which reads all of them */
    world_start(s.w, NGO);
    pair_settle(&s);
    bytes_fini(&last);
    arena_fini(&arena);
    pair_end(&s);
}

/* What waited when the copy was made leaves with its record of the old log, and comes once: what was DELIVERED before
 * the machine was lost is receipted as it was. */
static void wait_and_restore(bool delivered)
{
    char older[80];
    struct ident waits;
    struct pair s;

    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    world_conditions(s.w)->partition = true;
    waits = pair_referred(&s, NGO);
    world_tick(s.w, NGO);
    make_copy_now(&s, NGO, older);
    world_conditions(s.w)->partition = false;
    if (delivered) {
        world_start(s.w, NGO);
        pair_settle(&s);
    }
    assert_int_equal(people_count(pair_node(&s, MISSION), &waits), delivered);

    restore(&s, NGO, older);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO), 0);
    assert_int_equal(people_count(pair_node(&s, MISSION), &waits), 1);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    pair_end(&s);
}

static void test_what_waits_leaves_with_its_record_of_the_old_log(void **state)
{
    (void)state;
    wait_and_restore(false);
}

static void test_what_had_left_is_receipted_by_the_record_it_had(void **state)
{
    (void)state;
    wait_and_restore(true);
}

/* A receiver that was put back gets again what it had receipted since, and what it has it does not get. */
static void test_what_was_receipted_behind_the_copy_comes_again(void **state)
{
    char older[80];
    struct ident had;
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    had = pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);

    restore(&s, NGO, older);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 0);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);
    assert_int_equal(people_count(pair_node(&s, NGO), &had), 1);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_RECEIPTED), 3);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

/* NGO's receipt was lost, and it is put back with what it receipted: it says so by its old log. */
static void test_a_receipt_of_the_old_log_begins_nothing(void **state)
{
    char older[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO); /* its log is known */
    pair_settle(&s);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    sent = pair_referred(&s, MISSION);
    world_run_ms(s.w, MINUTES / 4);
    assert_int_equal(people_count(pair_node(&s, NGO), &sent), 1);
    make_copy_now(&s, NGO, older);
    restore(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    assert_int_equal(people_count(pair_node(&s, NGO), &sent), 1);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION) + pair_waiting(&s, NGO), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    assert_int_equal(pair_unlinked(&s, MISSION), 0);
    pair_end(&s);
}

static void test_what_both_have_of_the_old_log_goes_on(void **state)
{
    struct control_referral line;
    char older[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    restore(&s, NGO, older);
    assert_true(exchange_referral_accept(pair_node(&s, MISSION), &sent, (struct view){0}, &line, &s.err));
    pair_settle(&s);
    assert_int_equal(people_state(pair_node(&s, NGO), &sent), REFERRAL_ACCEPTED);
    assert_int_equal(people_records(pair_node(&s, MISSION), RECORD_WITHHELD), 0);
    pair_end(&s);
}

static void note_step(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct arena arena = {0};
    struct peer_refusal r;
    struct error err;

    if (kind == PEER_REFUSAL && from == MISSION && to == NGO && peer_refusal_decode(payload, &arena, &r, &err))
        *(enum admission_step *)cookie = r.step;
    arena_fini(&arena);
}

/* At which step MISSION refuses an envelope of NGO from a log of INCARNATION that is not that which it has. */
static enum admission_step refused_at(struct pair *s, uint32_t incarnation)
{
    struct forgery f = {.record.message_kind = MESSAGE_AUTHORITY_REQUEST,
                        .incarnation = incarnation,
                        .other_size = 3,
                        .other_index = 2};
    struct body b = {.kind = MESSAGE_AUTHORITY_REQUEST};
    enum admission_step step = 0;
    struct bytes body = {0};
    struct bytes envelope = {0};

    world_watch(s->w, note_step, &step);
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, NGO, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, MISSION);
    bytes_fini(&body);
    bytes_fini(&envelope);
    return step;
}

static void test_of_a_log_that_is_over_only_its_end_counts(void **state)
{
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    restore(&s, NGO, older);
    pair_settle(&s);
    assert_int_equal(refused_at(&s, 1), STEP_CHECKPOINT);
    assert_int_equal(pair_unlinked(&s, MISSION), 0); /* and is no evidence about the new one */
    pair_end(&s);
}

static void test_a_message_before_the_beginning_is_refused(void **state)
{
    char older[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    world_conditions(s.w)->drop = PEER_INCARNATION;
    restore(&s, NGO, older);
    assert_true(exchange_restored_without(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    sent = pair_referred(&s, NGO);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_count(pair_node(&s, MISSION), &sent), 0);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    world_conditions(s.w)->drop = 0;
    world_cut(s.w, NGO, MISSION);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, MISSION), &sent), 1);
    pair_end(&s);
}

static void test_a_home_whose_log_began_anew_elsewhere_signs_nothing(void **state)
{
    struct control_enrol_result result;
    struct bytes file = {0};
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    restore(&s, NGO, older);
    pair_settle(&s);
    world_crash(s.w, NGO); /* the machine that was believed lost is found, and started */
    world_copy_folder(older, world_home(s.w, NGO));
    world_membership(s.w, NGO, membership_note(pair_node(&s, MISSION)->membership), &file);
    assert_false(world_enrol(s.w, NGO, bytes_view(&file), (struct view){0}, &result, &s.err));
    assert_int_equal(s.err.code, E_RST_03);
    bytes_fini(&file);
    world_start(s.w, NGO);
    world_run_ms(s.w, 5 * MINUTES); /* the directory comes */
    assert_false(pair_refer(&s, NGO));
    assert_int_equal(s.err.code, E_RST_03);
    assert_null(pair_node(&s, NGO)->links);
    pair_end(&s);
}

/* NGO says in frame 8, by record R, that its log began anew as number 2: what MISSION has against it. */
static enum error_code bring_beginning(struct pair *s, struct record *r)
{
    struct forgery f = {.incarnation = 2, .other_size = 1};
    struct peer_incarnation frame;
    struct audit_proof proof;
    struct arena arena = {0};
    struct bytes wire = {0};
    bool taken;

    forge_other_log(s->w, NGO, r, &f, 1, &arena, &proof);
    frame = (struct peer_incarnation){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
    peer_incarnation_encode(&frame, &wire);
    taken = beginnings_take(pair_node(s, MISSION),
                            links_find_to(pair_node(s, MISSION), people_peer(s->w, MISSION, NGO).number),
                            bytes_view(&wire), &s->err);
    world_tick(s->w, MISSION);
    bytes_fini(&wire);
    arena_fini(&arena);
    return taken ? E_NONE : s->err.code;
}

static void test_a_beginning_that_no_directory_states_is_refused(void **state)
{
    struct record r = {.kind = RECORD_INCARNATION};
    struct record house = {.kind = RECORD_HOUSE, .notes.first = view_of_text("note")};
    struct pair s;
    uint64_t size;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    r.notes.first = audit_note(pair_node(&s, NGO)->audit, &size);
    assert_int_equal(bring_beginning(&s, &r), E_RST_05);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 1);
    assert_int_equal(bring_beginning(&s, &house), E_LNK_90);
    pair_end(&s);
}

/* She withdraws at NGO, whose machine is lost then, and goes on from a copy that knows nothing of it. */
static void withdraw_and_restore(struct pair *s, bool erase_now)
{
    struct control_consent_withdraw_ask ask = {.erase_now = erase_now, .seen_alone = erase_now ? SEEN_ALONE : 0};
    struct control_consent told;
    char older[80];

    begin(s);
    pair_referred(s, NGO);
    pair_settle(s);
    make_copy(s, NGO, older);
    ask.consent = s->consent[NGO];
    world_must(exchange_consent_withdraw(pair_node(s, NGO), &ask, &told, &s->err), &s->err, "withdraw");
    pair_settle(s);
    assert_int_equal(people_records(pair_node(s, MISSION), RECORD_ERASED), erase_now);
    world_conditions(s->w)->partition = true;
    restore(s, NGO, older);
    for (int i = 0; i < 180; i++)
        world_step(s->w, 1000); /* world_run_ms would end the partition */
    assert_int_equal(people_records(pair_node(s, NGO), RECORD_WITHDRAWN), 0);
    assert_true(restored_asks_wait(pair_node(s, NGO)));
}

static void test_what_was_withdrawn_behind_the_copy_comes_back_from_who_was_told(void **state)
{
    struct node_status status;
    struct pair s;

    (void)state;
    for (int erase_now = 0; erase_now < 2; erase_now++) {
        withdraw_and_restore(&s, erase_now != 0);
        assert_false(exchange_restored_ready(pair_node(&s, NGO), &s.err));
        assert_int_equal(s.err.code, E_RST_06);
        assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
        assert_int_equal(status.awaited_count, 1);
        world_crash(s.w, NGO); /* nor does a restart go on without */
        world_start(s.w, NGO);
        assert_true(restored_asks_wait(pair_node(&s, NGO)));

        world_conditions(s.w)->partition = false;
        pair_settle(&s);
        assert_false(restored_asks_wait(pair_node(&s, NGO)));
        assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
        assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), erase_now);
        assert_false(pair_refer(&s, NGO));
        pair_end(&s);
    }
}

/* MISSION gets NGO's frame 8, whose answer is lost. */
static void peer_takes_beginning(struct pair *s)
{
    struct exchange *ngo = pair_node(s, NGO);
    struct peer_incarnation frame;
    struct audit_proof proof;
    struct arena arena = {0};
    struct bytes wire = {0};

    world_link(s->w, NGO, MISSION);
    world_run_ms(s->w, MINUTES);
    assert_true(audit_beginning(ngo->audit, 0, &arena, &proof, &s->err));
    frame = (struct peer_incarnation){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
    peer_incarnation_encode(&frame, &wire);
    assert_true(beginnings_take(pair_node(s, MISSION),
                                links_find_to(pair_node(s, MISSION), people_peer(s->w, MISSION, NGO).number),
                                bytes_view(&wire), &s->err));
    world_tick(s->w, MISSION);
    bytes_fini(&wire);
    arena_fini(&arena);
}

/* A message under a consent waits until MISSION has said all, whose echo does not come. */
static void test_nothing_under_a_consent_leaves_before_all_have_said(void **state)
{
    char older[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    sent = pair_referred(&s, NGO);
    world_conditions(s.w)->partition = false;
    world_conditions(s.w)->drop = PEER_INCARNATION;
    peer_takes_beginning(&s);
    world_run_ms(s.w, 10 * MINUTES);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_count(pair_node(&s, MISSION), &sent), 0);
    world_conditions(s.w)->drop = 0;
    world_cut(s.w, NGO, MISSION);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, MISSION), &sent), 1);
    pair_end(&s);
}

/* MISSION withdraws what NGO has of it, and NGO is put back before that: told of it, it hears that this is all. */
static void test_what_another_agency_withdrew_is_taken_before_all_is_said(void **state)
{
    struct control_consent_withdraw_ask ask = {0};
    struct control_consent told;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    ask.consent = s.consent[MISSION];
    world_must(exchange_consent_withdraw(pair_node(&s, MISSION), &ask, &told, &s.err), &s.err, "withdraw");
    pair_settle(&s);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_TAKEN), 1);
    world_conditions(s.w)->partition = false;
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    world_run_ms(s.w, 10 * MINUTES);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    world_conditions(s.w)->drop = 0;
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_TAKEN), 2);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    pair_end(&s);
}

static void test_who_cannot_say_is_awaited_until_a_person_says_so(void **state)
{
    struct pair s;

    (void)state;
    withdraw_and_restore(&s, false);
    assert_false(exchange_restored_without(pair_node(&s, NGO), world_address(s.w, NGO), &s.err));
    assert_int_equal(s.err.code, E_RST_07);
    assert_true(exchange_restored_without(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    world_tick(s.w, NGO);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    world_conditions(s.w)->partition = false; /* what it knows counts all the same */
    world_run_ms(s.w, 10 * MINUTES);          /* until they meet */
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    pair_end(&s);
}

/* Who is suspended comes back within days, and knows what was withdrawn; who left does not. */
static void test_who_is_suspended_is_still_awaited_and_who_left_is_not(void **state)
{
    const enum revocation_reason reasons[] = {REVOKED_SUSPENDED, REVOKED_LEFT};
    struct node_status status;
    struct pair s;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        withdraw_and_restore(&s, false);
        world_revoke(s.w, MISSION, reasons[i]);
        for (int seconds = 0; seconds < 180; seconds++)
            world_step(s.w, 1000);
        assert_int_equal(restored_asks_wait(pair_node(&s, NGO)), reasons[i] == REVOKED_SUSPENDED);
        assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
        assert_int_equal(status.awaited_count, reasons[i] == REVOKED_SUSPENDED);
        pair_end(&s);
    }
}

/* MISSION shows NGO its own record R, in its log of INCARNATION: how many withdrawals NGO has recorded then. */
static unsigned show_own(struct pair *s, struct record *r, uint32_t incarnation, uint64_t index, bool forged)
{
    struct forgery f = {.incarnation = incarnation, .other_size = index + 1, .other_index = index};
    struct peer_incarnation frame;
    struct audit_proof proof;
    struct arena arena = {0};
    struct bytes wire = {0};

    forge_other_log(s->w, NGO, r, &f, 1, &arena, &proof);
    if (forged) {
        uint8_t *note = arena_new(&arena, proof.checkpoint.size);

        memcpy(note, proof.checkpoint.at, proof.checkpoint.size);
        note[proof.checkpoint.size - 20] = note[proof.checkpoint.size - 20] == 'A' ? 'B' : 'A'; /* of the signature */
        proof.checkpoint.at = note;
    }
    frame = (struct peer_incarnation){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
    peer_incarnation_encode(&frame, &wire);
    assert_int_equal(beginnings_take(pair_node(s, NGO),
                                     links_find_to(pair_node(s, NGO), people_peer(s->w, NGO, MISSION).number),
                                     bytes_view(&wire), &s->err),
                     !forged);
    world_tick(s->w, NGO);
    bytes_fini(&wire);
    arena_fini(&arena);
    return people_records(pair_node(s, NGO), RECORD_WITHDRAWN);
}

/* A withdrawal comes back by this agency's own word alone, and by what it has not said since otherwise. */
static void test_nobody_else_withdraws_by_a_record_of_ours(void **state)
{
    struct record r = {.kind = RECORD_WITHDRAWN, .consent = {.state = CONSENT_STOP, .until = 30000}};
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    restore(&s, NGO, older);
    pair_settle(&s);
    r.consent.consent = s.consent[NGO];
    assert_int_equal(show_own(&s, &r, 2, 500, false), 0); /* of the log that goes on */
    assert_int_equal(show_own(&s, &r, 1, 500, true), 0);
    assert_int_equal(show_own(&s, &r, 1, 500, false), 1);
    assert_int_equal(show_own(&s, &r, 1, 2, false), 1); /* nothing is recorded twice */
    pair_end(&s);
}

struct gaps_seen {
    unsigned count;
    unsigned awaited;
    struct control_node_gap last;
};

static bool on_gap(void *cookie, const struct control_node_gap *line, struct error *err)
{
    struct gaps_seen *g = cookie;

    (void)err;
    if (line->awaited) {
        g->awaited++;
        return true;
    }
    g->count++;
    g->last = *line;
    return true;
}

static struct gaps_seen gaps(struct pair *s)
{
    struct gaps_seen g = {0};

    assert_true(exchange_gaps(pair_node(s, NGO), on_gap, &g, &s->err));
    return g;
}

/* She withdraws at NGO what MISSION has. */
static void withdraw(struct pair *s, bool erase_now, struct control_consent *told)
{
    const struct control_consent_withdraw_ask ask = {
        .consent = s->consent[NGO], .erase_now = erase_now, .seen_alone = erase_now ? SEEN_ALONE : 0};

    world_must(exchange_consent_withdraw(pair_node(s, NGO), &ask, told, &s->err), &s->err, "withdraw");
    pair_settle(s);
}

/* The copy of NGO's home is started, where it hears of nobody, and signs on: other records stand in its log. */
static void copy_signs_on(struct pair *s, const char *older)
{
    world_conditions(s->w)->partition = true;
    world_crash(s->w, NGO);
    world_copy_folder(older, world_home(s->w, NGO));
    world_start(s->w, NGO);
    for (int i = 0; i < 10; i++) {
        const struct pair kept = *s;

        pair_add_person(s, NGO);
        s->person[NGO] = kept.person[NGO];
        s->consent[NGO] = kept.consent[NGO];
    }
}

/* The copy was started, and signed on until it was marked: in its log other records stand where she withdrew. */
static void test_what_was_withdrawn_comes_back_where_the_copy_signed_on(void **state)
{
    struct control_consent told;
    struct gaps_seen named;
    char older[80];
    struct ident sent;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    sent = pair_referred(&s, NGO);
    pair_settle(&s);
    withdraw(&s, false, &told);
    copy_signs_on(&s, older);
    world_mark_restored(s.w, NGO);
    world_start(s.w, NGO);
    assert_false(exchange_gaps(pair_node(&s, NGO), on_gap, &named, &s.err));
    assert_int_equal(s.err.code, E_RST_01);
    world_crash(s.w, NGO);
    world_conditions(s.w)->partition = false;
    world_begin_anew(s.w, NGO);
    named = gaps(&s);
    assert_int_equal(named.count, 0);
    assert_true(named.awaited > 0); /* nobody has said yet what it has */
    pair_settle(&s);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    named = gaps(&s);
    assert_int_equal(named.awaited, 0);
    assert_int_equal(named.count, 1);
    assert_true(ident_equal(&named.last.referral, &sent));
    pair_end(&s);
}

static unsigned envelopes;

static void count_envelopes(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    (void)payload;
    envelopes += from == MISSION && kind == PEER_ENVELOPE;
}

/* What MISSION sent, and what it withdrew, the newer log receipted at an index at which the copy has other records. */
static void test_what_the_newer_log_receipted_comes_again_where_the_copy_signed_on(void **state)
{
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = SEEN_ALONE};
    struct control_consent told;
    char older[80];
    struct ident had;
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    had = pair_referred(&s, MISSION);
    pair_settle(&s);
    ask.consent = s.consent[MISSION];
    pair_add_person(&s, MISSION);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    world_must(exchange_consent_withdraw(pair_node(&s, MISSION), &ask, &told, &s.err), &s.err, "withdraw");
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    copy_signs_on(&s, older);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_TAKEN), 2); /* which is older than the withdrawal */
    world_crash(s.w, NGO);
    world_mark_restored(s.w, NGO);
    world_begin_anew(s.w, NGO);

    world_conditions(s.w)->partition = false;
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    world_run_ms(s.w, 10 * MINUTES);
    assert_true(restored_asks_wait(pair_node(&s, NGO))); /* nobody reads what she took back */
    world_cut(s.w, NGO, MISSION);
    world_run_ms(s.w, 10 * MINUTES); /* it is named once more */
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    envelopes = 0;
    world_watch(s.w, count_envelopes, NULL);
    world_conditions(s.w)->drop = 0;
    pair_settle(&s);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);
    assert_int_equal(people_count(pair_node(&s, NGO), &had), 1);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_TAKEN), 3);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    assert_int_equal(envelopes, 2); /* not what both have, nor anything twice */
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_ERASED), 1);
    pair_end(&s);
}

static void name_mark(struct pair *s, uint64_t which)
{
    struct peer_held_message m = {0};
    const struct peer_held frame = {.held = &m, .count = 1};
    struct bytes wire = {0};

    write_u64(m.index, which);
    peer_held_encode(&frame, &wire);
    assert_true(beginnings_take_names(pair_node(s, MISSION),
                                      links_find_to(pair_node(s, MISSION), people_peer(s->w, MISSION, NGO).number),
                                      bytes_view(&wire), &s->err));
    world_tick(s->w, MISSION);
    bytes_fini(&wire);
}

static void count_echoes(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)payload;
    *(unsigned *)cookie += from == MISSION && kind == PEER_INCARNATION;
}

/* NGO's list is long. */
static void test_all_is_said_when_what_was_taken_is_named(void **state)
{
    unsigned echoes = 0;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    world_conditions(s.w)->partition = false;
    world_conditions(s.w)->drop = PEER_INCARNATION;
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, MINUTES);
    world_watch(s.w, count_echoes, &echoes);
    name_mark(&s, 1);
    peer_takes_beginning(&s);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(echoes, 0);
    name_mark(&s, 2);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(echoes, 1);
    pair_end(&s);
}

static void count_held(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)from;
    (void)to;
    (void)payload;
    *(unsigned *)cookie += kind == PEER_HELD;
}

/* It would end the link on a frame that it does not know, and could never be told all. */
static void test_who_does_not_take_it_is_not_told_what_it_sent(void **state)
{
    unsigned named = 0;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    pair_referred(&s, NGO);
    pair_settle(&s);
    world_watch(s.w, count_held, &named);
    world_conditions(s.w)->older = true;
    restore(&s, NGO, older);
    pair_settle(&s);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(named, 0);
    assert_int_equal(gaps(&s).count, 0);
    pair_end(&s);
}

static void test_an_agency_first_linked_behind_the_copy_tells_too(void **state)
{
    struct control_consent told;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    assert_int_equal(people_peer(s.w, NGO, MISSION).incarnation, 0);
    pair_referred(&s, NGO);
    pair_settle(&s);
    withdraw(&s, false, &told);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    for (int i = 0; i < 60; i++)
        world_step(s.w, 1000);
    assert_int_equal(people_peer(s.w, NGO, MISSION).incarnation, 0);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    world_conditions(s.w)->partition = false;
    pair_settle(&s);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    pair_end(&s);
}

/* NGO is put back twice, the second time from a copy that knows the log between, or does not. What was withdrawn, and
 * what was receipted, in that log comes again over the first link. */
static void restore_twice(bool knows_the_log_between)
{
    struct control_consent told;
    char older[80];
    struct ident lost;
    struct pair s;

    begin(&s);
    pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    if (!knows_the_log_between)
        pair_referred(&s, NGO); /* the log is longer than what of it is kept */
    pair_settle(&s);
    restore(&s, NGO, older);
    pair_settle(&s);
    if (knows_the_log_between)
        make_copy(&s, NGO, older);
    withdraw(&s, true, &told);
    lost = pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);

    restore(&s, NGO, older);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 0);
    world_run_ms(s.w, 5 * MINUTES);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    assert_int_equal(people_count(pair_node(&s, NGO), &lost), 1);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 3);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

static void test_the_log_between_two_restores_is_asked_for(void **state)
{
    (void)state;
    restore_twice(false);
    restore_twice(true);
}

/* MISSION owes NGO a withdrawal, which is refused there for now: that is not all. */
static void test_what_is_refused_for_now_is_not_all(void **state)
{
    struct control_consent_withdraw_ask ask = {0};
    struct obligation_row owed;
    struct consent_row consent;
    struct control_consent told;
    struct exchange *mission;
    char older[80];
    struct pair s;
    bool found;

    (void)state;
    begin(&s);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    mission = pair_node(&s, MISSION);
    ask.consent = s.consent[MISSION];
    world_must(exchange_consent_withdraw(mission, &ask, &told, &s.err), &s.err, "withdraw");
    world_conditions(s.w)->partition = false;
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    world_run_ms(s.w, 2 * MINUTES);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    assert_true(consent_store_find(mission->db, world_address(s.w, MISSION), &ask.consent, &found, &consent, &s.err));
    assert_true(obligation_store_find(mission->db, OWED_WITHDRAWAL, consent.number, &found, &owed, &s.err));
    assert_true(tick_begin(mission, &s.err));
    assert_true(message_store_set_state(mission->db, owed.message, MESSAGE_RECEIPTED, OUTCOME_NO_ROOM, &s.err));
    world_run_ms(s.w, 2 * MINUTES);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    pair_end(&s);
}

/* What she said days ago is erased on the day that was said then. */
static void test_a_withdrawal_that_comes_back_is_erased_on_the_day_that_was_said(void **state)
{
    struct consent_row row;
    struct control_consent told;
    char older[80];
    struct pair s;
    bool found;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    withdraw(&s, false, &told);
    assert_int_not_equal(told.erase_from, 0);
    world_run_ms(s.w, DAY_MS);
    restore(&s, NGO, older);
    world_run_ms(s.w, 5 * MINUTES);
    assert_true(
        consent_store_find(pair_node(&s, NGO)->db, world_address(s.w, NGO), &s.consent[NGO], &found, &row, &s.err) &&
        found);
    assert_int_equal(people_records(pair_node(&s, NGO), RECORD_WITHDRAWN), 1);
    assert_int_equal(row.erase_from, told.erase_from);
    pair_end(&s);
}

/* Keys in the NGO's name come, that begin so many days from now, under the next number. */
static void bring_keys(struct pair *s, uint32_t days)
{
    struct exchange *x = pair_node(s, NGO);
    struct bundle b = *membership_bundle(x->membership, address_view(world_address(s->w, NGO)));
    struct bytes note = {0};
    uint64_t mark = tick_call_begin(x);
    bool is_new;

    b.sequence++;
    b.key_count = 1;
    bundle_schedule(day_of_ms(world_now(s->w)) + days, 0, &b.keys[0]);
    assert_true(bundle_sign(&b, membership_federation(x->membership),
                            (struct sign_key *)(uintptr_t)vault_identity(x->vault), &note, &s->err));
    world_must(
        tick_call_end(x, mark, federation_take_bundle(x, x->links, bytes_view(&note), &is_new, &s->err), &s->err),
        &s->err, "keys in its name");
    bytes_fini(&note);
    world_tick(s->w, NGO);
}

static bool has_other_keys(struct pair *s)
{
    struct node_status status;

    world_must(exchange_status(pair_node(s, NGO), &status, &s->err), &s->err, "status");
    return status.other_keys;
}

/* What the agency itself signed behind the copy is no other machine's: its own count again, and nobody is alarmed. Who
 * goes on making keys in its name is. */
static void test_keys_that_were_made_behind_the_copy_are_no_alarm(void **state)
{
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    world_run_ms(s.w, 20 * DAY_MS);
    restore(&s, NGO, older);
    world_run_ms(s.w, HOURS);
    assert_false(has_other_keys(&s));
    assert_true(pair_refer(&s, MISSION)); /* sealed to keys that the home has */
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    bring_keys(&s, 3 * 7);
    assert_false(has_other_keys(&s));
    bring_keys(&s, 5 * 7);
    assert_true(has_other_keys(&s));
    pair_end(&s);
}

static void test_a_home_that_was_moved_signs_nothing_and_lacks_nothing_elsewhere(void **state)
{
    char moved[80];
    struct ident came;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_true(exchange_mark_moved(pair_node(&s, NGO), &s.err));
    world_tick(s.w, NGO);
    for (int started = 0; started < 2; started++) {
        assert_false(pair_refer(&s, NGO));
        assert_int_equal(s.err.code, E_RST_11);
        assert_false(exchange_restored_ready(pair_node(&s, NGO), &s.err));
        assert_int_equal(s.err.code, E_RST_11);
        world_run_ms(s.w, 10 * MINUTES);
        assert_null(pair_node(&s, NGO)->links);
        assert_true(exchange_mark_moved(pair_node(&s, NGO), &s.err)); /* once more: nothing */
        world_crash(s.w, NGO);
        world_start(s.w, NGO);
    }
    came = pair_referred(&s, MISSION);
    make_copy_now(&s, NGO, moved);
    restore(&s, NGO, moved);
    assert_int_equal(own_note_moved_ms(pair_node(&s, NGO)), 0);
    pair_settle(&s);
    assert_int_equal(people_count(pair_node(&s, NGO), &came), 1);
    assert_true(pair_refer(&s, NGO));
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);
    assert_int_equal(pair_findings(&s, MISSION), 0);
    pair_end(&s);
}

/* MISSION names to NGO COUNT messages, of the log before or of the one that goes on. */
static void name_many_of(struct pair *s, unsigned count, uint32_t incarnation, const struct ident *message,
                         enum message_kind kind)
{
    struct peer_held_message held[BOUND_ASKED] = {0};
    struct peer_held frame = {.held = held};
    struct bytes wire = {0};

    for (unsigned i = 0; i < count;) {
        for (frame.count = 0; frame.count < BOUND_ASKED && i < count; frame.count++, i++) {
            write_u32(held[frame.count].message.at, i + 1);
            if (message != NULL)
                held[frame.count].message = *message;
            write_u32(held[frame.count].incarnation, incarnation);
            write_u32(held[frame.count].kind, kind);
        }
        bytes_clear(&wire);
        peer_held_encode(&frame, &wire);
        assert_true(world_inject(s->w, MISSION, NGO, PEER_HELD, bytes_view(&wire)));
        world_tick(s->w, NGO);
    }
    bytes_fini(&wire);
}

static void name_many(struct pair *s, unsigned count, uint32_t incarnation, const struct ident *message)
{
    name_many_of(s, count, incarnation, message, MESSAGE_REFERRAL);
}

static void test_what_was_sent_behind_the_copy_is_named(void **state)
{
    struct control_node_gap line;
    struct node_status status;
    struct referral_row row;
    struct message_row here;
    char older[80];
    bool found;
    struct ident had;
    struct ident lost;
    struct pair s;

    (void)state;
    begin(&s);
    had = pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    lost = pair_referred(&s, NGO);
    pair_settle(&s);
    name_many(&s, 1, 1, NULL); /* of a home that was not put back it says nothing */
    assert_int_equal(gaps(&s).count, 0);
    restore(&s, NGO, older);
    pair_settle(&s);
    assert_int_equal(gaps(&s).count, 1);
    line = gaps(&s).last;
    assert_true(address_equal(&line.agency, world_address(s.w, MISSION)));
    assert_true(ident_equal(&line.referral, &lost));
    assert_int_equal(line.kind, MESSAGE_REFERRAL);
    assert_int_equal(line.log_number, 1);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.gaps.messages, 1);

    name_many(&s, 1, 1, NULL); /* it has said that this was all */
    assert_int_equal(gaps(&s).count, 1);
    assert_true(restored_asks_invalidate(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    world_tick(s.w, NGO);
    name_many(&s, 1, 1, &line.message); /* once more, and what is here, and of the log that goes on */
    assert_true(referral_store_find(pair_node(&s, NGO)->db, &had, &found, &row, &s.err) && found);
    assert_true(message_store_get(pair_node(&s, NGO)->db, row.message, &found, &here, &s.err) && found);
    name_many(&s, 1, 1, &here.id);
    name_many(&s, 1, 2, NULL);
    name_many_of(&s, 1, 1, NULL, MESSAGE_WITHDRAWAL); /* which comes back by its record, or not at all */
    assert_int_equal(gaps(&s).count, 1);
    name_many(&s, BOUND_GAPS - 1, 1, NULL);
    assert_int_equal(gaps(&s).count, BOUND_GAPS);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.gaps.more, 0);
    name_many(&s, BOUND_GAPS + 5, 1, NULL);
    assert_int_equal(gaps(&s).count, BOUND_GAPS + 1); /* with the line that says that there are more */
    assert_true(gaps(&s).last.more);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.gaps.messages, BOUND_GAPS);
    assert_int_equal(status.gaps.more, 1);

    assert_false(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, NGO), &s.err));
    assert_int_equal(s.err.code, E_RST_15);
    assert_true(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(gaps(&s).count, 1); /* the rest has not come */
    assert_true(gaps(&s).last.more);
    assert_null(links_find_agency(pair_node(&s, NGO), world_address(s.w, MISSION)));
    name_many(&s, BOUND_GAPS + 5, 1, NULL); /* on the next link: what was seen comes again, and the rest */
    assert_int_equal(gaps(&s).count, 7);
    assert_true(gaps(&s).last.more);
    pair_settle(&s); /* the mission says that this is all */
    assert_int_equal(gaps(&s).count, 6);
    assert_false(gaps(&s).last.more);
    pair_end(&s);
}

/* Who says without end that it has more is listed to its bound, and what a person has seen comes back only then. */
static void test_what_one_agency_says_that_it_has_is_bounded(void **state)
{
    struct node_status status;
    struct usage *u;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    (void)pair_referred(&s, NGO);
    pair_settle(&s);
    restore(&s, NGO, older);
    pair_settle(&s);
    assert_true(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    assert_true(restored_asks_invalidate(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    world_tick(s.w, NGO);
    for (unsigned i = 0; i <= BOUND_GAPS_SEEN / BOUND_GAPS; i++) {
        name_many(&s, (i + 1) * BOUND_GAPS, 1, NULL);
        assert_int_equal(gaps(&s).count, BOUND_GAPS);
        assert_true(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
        world_tick(s.w, NGO);
    }
    name_many(&s, BOUND_GAPS, 1, NULL); /* the first of them: twice rather than never */
    assert_int_equal(gaps(&s).count, BOUND_GAPS);
    assert_true(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    world_tick(s.w, NGO);

    /* Over its share nothing is looked at, and that there are more is said. */
    assert_true(meter_find(pair_node(&s, NGO), world_address(s.w, MISSION), 0, &u, &s.err));
    meter_add(pair_node(&s, NGO), u, RESOURCE_FRAMES, resource_share(RESOURCE_FRAMES) + 1);
    name_many(&s, 5 * BOUND_GAPS + 1, 1, NULL);
    assert_int_equal(gaps(&s).count, 1);
    assert_true(exchange_status(pair_node(&s, NGO), &status, &s.err));
    assert_int_equal(status.gaps.messages, 0);
    assert_int_equal(status.gaps.more, 1);
    assert_true(exchange_gaps_seen(pair_node(&s, NGO), world_address(s.w, MISSION), &s.err));
    pair_end(&s);
}

/* That this is all is said of what was passed over, too: it is not all here, and comes when a person has looked. */
static void test_what_was_passed_over_is_not_all(void **state)
{
    const struct address *mission;
    struct control_node_gap line;
    struct ident lost;
    struct usage *u;
    char older[80];
    struct pair s;
    bool is_all;

    (void)state;
    begin(&s);
    mission = world_address(s.w, MISSION);
    make_copy(&s, NGO, older);
    lost = pair_referred(&s, NGO);
    pair_settle(&s);
    restore(&s, NGO, older);
    assert_true(meter_find(pair_node(&s, NGO), mission, 0, &u, &s.err));
    meter_add(pair_node(&s, NGO), u, RESOURCE_FRAMES, resource_share(RESOURCE_FRAMES) + 1);
    pair_settle(&s);
    assert_false(restored_asks_wait(pair_node(&s, NGO)));
    assert_true(restored_asks_has_echoed(pair_node(&s, NGO), mission, &is_all, &s.err));
    assert_false(is_all);
    assert_int_equal(gaps(&s).count, 1);
    assert_true(gaps(&s).last.more);
    world_run_ms(s.w, 25 * HOURS);
    assert_true(exchange_gaps_seen(pair_node(&s, NGO), mission, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(gaps(&s).count, 1);
    world_run_ms(s.w, MINUTES); /* it is dialled */
    assert_int_equal(gaps(&s).count, 1);
    assert_false(gaps(&s).last.more);
    line = gaps(&s).last;
    assert_true(ident_equal(&line.referral, &lost));
    assert_true(restored_asks_has_echoed(pair_node(&s, NGO), mission, &is_all, &s.err));
    assert_true(is_all);
    pair_end(&s);
}

/* Who has left tells no more: a person ends what is awaited. */
static void test_what_never_comes_is_awaited_until_a_person_ends_it(void **state)
{
    const struct address *mission;
    struct usage *u;
    char older[80];
    struct pair s;

    (void)state;
    begin(&s);
    mission = world_address(s.w, MISSION);
    make_copy(&s, NGO, older);
    (void)pair_referred(&s, NGO);
    pair_settle(&s);
    restore(&s, NGO, older);
    assert_true(meter_find(pair_node(&s, NGO), mission, 0, &u, &s.err));
    meter_add(pair_node(&s, NGO), u, RESOURCE_FRAMES, resource_share(RESOURCE_FRAMES) + 1);
    pair_settle(&s);
    world_crash(s.w, MISSION);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(gaps(&s).count, 1);
        assert_true(exchange_gaps_seen(pair_node(&s, NGO), mission, &s.err));
        world_tick(s.w, NGO);
    }
    assert_int_equal(gaps(&s).count, 0);
    world_start(s.w, MISSION);
    pair_end(&s);
}

static void count_beginnings_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)to;
    (void)payload;
    ((unsigned *)cookie)[from] += kind == PEER_INCARNATION;
}

/* Who has said that this is all knows how our log began anew, and is not told again, until it is put back itself. */
static void test_who_has_said_all_is_not_asked_again(void **state)
{
    unsigned sent[2] = {0};
    char older[2][80];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, MISSION, older[MISSION]);
    make_copy(&s, NGO, older[NGO]);
    restore(&s, NGO, older[NGO]);
    world_watch(s.w, count_beginnings_sent, sent);
    pair_settle(&s);
    assert_int_equal(sent[NGO], 1);
    assert_int_equal(sent[MISSION], 1);
    world_cut(s.w, NGO, MISSION);
    pair_referred(&s, NGO);
    pair_settle(&s);
    assert_int_equal(sent[NGO], 1);
    assert_int_equal(sent[MISSION], 1);

    restore(&s, MISSION, older[MISSION]); /* and has forgotten it */
    pair_settle(&s);
    assert_int_equal(people_peer(s.w, MISSION, NGO).incarnation, 2);
    pair_referred(&s, NGO);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, NGO) + pair_waiting(&s, MISSION), 0);
    assert_false(restored_asks_wait(pair_node(&s, MISSION)));
    pair_end(&s);
}

static void test_who_waits_writes_nothing(void **state)
{
    char older[80];
    int64_t written_ms;
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, NGO);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    world_conditions(s.w)->partition = true;
    restore(&s, NGO, older);
    for (int i = 0; i < 60; i++)
        world_step(s.w, 1000);
    assert_true(restored_asks_wait(pair_node(&s, NGO)));
    written_ms = pair_node(&s, NGO)->wal_idle_since_ms;
    for (int i = 0; i < 60; i++) {
        world_step(s.w, 1000);
        world_tick(s.w, NGO);
    }
    assert_int_equal(pair_node(&s, NGO)->wal_idle_since_ms, written_ms);
    pair_end(&s);
}

/* More than a tick looks through, with a start in the middle. */
static void test_much_that_was_receipted_comes_again_in_pieces(void **state)
{
    enum { MUCH = 140 };
    char older[80];
    struct ident sent[MUCH];
    struct pair s;

    (void)state;
    begin(&s);
    pair_referred(&s, MISSION);
    pair_settle(&s);
    make_copy(&s, NGO, older);
    for (size_t i = 0; i < MUCH; i++) {
        sent[i] = pair_referred(&s, MISSION);
        world_tick(s.w, MISSION);
    }
    pair_settle(&s);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    restore(&s, NGO, older);
    while (pair_waiting(&s, MISSION) == 0)
        world_step(s.w, 10);
    assert_true(pair_waiting(&s, MISSION) < MUCH);
    world_crash(s.w, MISSION);
    world_conditions(s.w)->drop = 0;
    world_start(s.w, MISSION);
    pair_settle(&s);
    for (size_t i = 0; i < MUCH; i++)
        assert_int_equal(people_count(pair_node(&s, NGO), &sent[i]), 1);
    assert_int_equal(pair_waiting(&s, MISSION), 0);
    pair_end(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_damaged_note_keeps_no_home_from_being_put_back),
        cmocka_unit_test(test_a_marked_home_signs_nothing_until_its_logs_begin_anew),
        cmocka_unit_test(test_others_say_what_the_time_is_to_a_home_put_back_from_an_old_copy),
        cmocka_unit_test(test_what_others_hold_is_asked_before_the_log_begins_anew),
        cmocka_unit_test(test_the_largest_that_is_shown_is_named),
        cmocka_unit_test(test_the_log_begins_with_the_end_of_the_one_before),
        cmocka_unit_test(test_what_waits_leaves_with_its_record_of_the_old_log),
        cmocka_unit_test(test_what_had_left_is_receipted_by_the_record_it_had),
        cmocka_unit_test(test_a_receipt_of_the_old_log_begins_nothing),
        cmocka_unit_test(test_what_both_have_of_the_old_log_goes_on),
        cmocka_unit_test(test_of_a_log_that_is_over_only_its_end_counts),
        cmocka_unit_test(test_a_message_before_the_beginning_is_refused),
        cmocka_unit_test(test_a_home_whose_log_began_anew_elsewhere_signs_nothing),
        cmocka_unit_test(test_a_beginning_that_no_directory_states_is_refused),
        cmocka_unit_test(test_what_was_withdrawn_behind_the_copy_comes_back_from_who_was_told),
        cmocka_unit_test(test_nothing_under_a_consent_leaves_before_all_have_said),
        cmocka_unit_test(test_what_another_agency_withdrew_is_taken_before_all_is_said),
        cmocka_unit_test(test_who_cannot_say_is_awaited_until_a_person_says_so),
        cmocka_unit_test(test_who_is_suspended_is_still_awaited_and_who_left_is_not),
        cmocka_unit_test(test_nobody_else_withdraws_by_a_record_of_ours),
        cmocka_unit_test(test_what_was_receipted_behind_the_copy_comes_again),
        cmocka_unit_test(test_what_was_withdrawn_comes_back_where_the_copy_signed_on),
        cmocka_unit_test(test_what_the_newer_log_receipted_comes_again_where_the_copy_signed_on),
        cmocka_unit_test(test_all_is_said_when_what_was_taken_is_named),
        cmocka_unit_test(test_who_does_not_take_it_is_not_told_what_it_sent),
        cmocka_unit_test(test_an_agency_first_linked_behind_the_copy_tells_too),
        cmocka_unit_test(test_the_log_between_two_restores_is_asked_for),
        cmocka_unit_test(test_what_is_refused_for_now_is_not_all),
        cmocka_unit_test(test_a_withdrawal_that_comes_back_is_erased_on_the_day_that_was_said),
        cmocka_unit_test(test_keys_that_were_made_behind_the_copy_are_no_alarm),
        cmocka_unit_test(test_a_home_that_was_moved_signs_nothing_and_lacks_nothing_elsewhere),
        cmocka_unit_test(test_what_was_sent_behind_the_copy_is_named),
        cmocka_unit_test(test_what_one_agency_says_that_it_has_is_bounded),
        cmocka_unit_test(test_what_was_passed_over_is_not_all),
        cmocka_unit_test(test_what_never_comes_is_awaited_until_a_person_ends_it),
        cmocka_unit_test(test_who_has_said_all_is_not_asked_again),
        cmocka_unit_test(test_who_waits_writes_nothing),
        cmocka_unit_test(test_much_that_was_receipted_comes_again_in_pieces),
    };

    log_init("sim", LOG_ERROR);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
