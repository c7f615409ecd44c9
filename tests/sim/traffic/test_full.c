/* A disk that is full: the tick is undone at whatever statement it is found, and the node goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/bundle_codec.h"
#include "codec/peer_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/members/bundle.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/traffic/serving.h"
#include "exchange/vault.h"
#include "people.h"

enum { NGO, MISSION };

struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    struct ident person;
    struct control_referral_result sent;
    struct error err;
    unsigned frames[32]; /* that the mission sent, by kind */
    unsigned envelopes;  /* that the ngo sent */
};

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;

    (void)to;
    (void)payload;
    if (from == MISSION)
        s->frames[kind]++;
    s->envelopes += from == NGO && kind == PEER_ENVELOPE;
}

static void begin_with(struct fixture *s, size_t nodes)
{
    *s = (struct fixture){.w = world_new(37, nodes)};
    world_watch(s->w, on_frame, s);
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    (void)people_consent(s->ngo, &s->person, world_address(s->w, MISSION),
                         &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s->w, NGO);
}

static void begin(struct fixture *s)
{
    begin_with(s, 2);
}

static void end(struct fixture *s)
{
    assert_true(people_log_is_good(s->ngo));
    assert_true(people_log_is_good(s->mission));
    world_free(s->w);
}

/* Asks until the answer is durable. */
static void refer(struct fixture *s)
{
    for (int tries = 0;; tries++) {
        uint64_t undone = world_undone(s->w, NGO);
        bool ok = people_refer(s->ngo, &s->person, world_address(s->w, MISSION), &(struct people_referral){.now = true},
                               &s->sent, &s->err);

        assert_true(ok || s->err.code == E_STO_03);
        world_tick(s->w, NGO);
        if (ok && world_undone(s->w, NGO) == undone)
            return;
        assert_true(tries < 10);
        world_run_ms(s->w, MINUTES);
    }
}

/* The two have exchanged something: their link stands. */
static void begin_linked(struct fixture *s, size_t nodes)
{
    begin_with(s, nodes);
    refer(s);
    for (size_t i = 2; i < nodes; i++)
        world_link(s->w, i, MISSION);
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
    memset(s->frames, 0, sizeof s->frames);
    s->envelopes = 0;
}

/* The tick of the mission that has come to this is undone. */
static void undo_tick_of_the_mission(struct fixture *s)
{
    uint64_t undone = world_undone(s->w, MISSION);

    db_fault(s->mission->db, DB_FAULT_COMMIT_FULL, 1);
    assert_true(s->mission->follow_due || tick_begin(s->mission, &s->err)); /* else what waits is served */
    world_tick(s->w, MISSION);
    assert_int_equal(world_undone(s->w, MISSION), undone + 1);
}

static const struct link *link_of(struct fixture *s, size_t agency)
{
    const struct link *l = s->mission->links;

    while (l != NULL && !address_equal(&l->agency, world_address(s->w, agency)))
        l = l->next;
    return l;
}

/* Every referral arrives once, whichever statement of NODE finds no room: the first, and every STEP-th after it. */
static void find_full_at(size_t node, enum db_fault_point point)
{
    unsigned step = getenv("REFEX_LONG") != NULL || point == DB_FAULT_COMMIT_FULL ? 1 : 11;
    struct fixture s;
    unsigned n = 1;
    uint64_t links;

    begin_linked(&s, 2);
    links = world_links(s.w);
    for (uint64_t undone = 1; undone != 0; n += step) {
        struct exchange *x = world_node(s.w, node);
        uint64_t before = world_undone(s.w, node);

        db_fault(x->db, point, n);
        refer(&s);
        world_run_ms(s.w, 3 * MINUTES);
        db_fault(x->db, point, 0);
        undone = world_undone(s.w, node) - before;
        assert_in_range(undone, 0, 2);
        assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
        assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    }
    assert_true(n > 2 * step);
    assert_int_equal(world_links(s.w), links); /* nobody had to link anew */
    end(&s);
}

static void test_a_statement_of_the_sender_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(NGO, DB_FAULT_FULL);
}

static void test_a_statement_of_the_receiver_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(MISSION, DB_FAULT_FULL);
}

static void test_a_commit_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(NGO, DB_FAULT_COMMIT_FULL);
    find_full_at(MISSION, DB_FAULT_COMMIT_FULL);
}

static void test_nothing_is_written_or_answered_until_there_may_be_room(void **state)
{
    struct fixture s;
    uint64_t committed;

    (void)state;
    begin(&s);
    db_fault(s.ngo->db, DB_FAULT_FULL, 3);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    committed = world_committed(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(world_undone(s.w, NGO), 1);
    assert_int_equal(world_committed(s.w, NGO), committed);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    world_tick(s.w, NGO);
    world_advance(s.w, 10000);
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* --- links stand --- */

static bool take_hold(void *cookie, const struct control_agency *a, struct error *err)
{
    enum hold *hold = cookie;

    (void)err;
    if (!a->self)
        *hold = a->hold;
    return true;
}

/* Why nothing leaves for the other agency, as the list of agencies says it. */
static enum hold shown_hold(struct fixture *s)
{
    enum hold hold = HOLD_NONE;

    assert_true(exchange_agency_list(s->ngo, take_hold, &hold, &s->err));
    return hold;
}

static void test_who_sent_is_told_busy_and_sends_again_on_the_same_link(void **state)
{
    struct fixture s;
    enum hold named;
    uint64_t links;

    (void)state;
    begin_linked(&s, 2);
    links = world_links(s.w);
    db_fault(s.mission->db, DB_FAULT_FULL, 5);
    refer(&s);
    world_run_ms(s.w, 1000);
    assert_int_equal(world_undone(s.w, MISSION), 1);
    assert_int_equal(s.frames[PEER_BUSY], 1);
    assert_int_equal(s.frames[PEER_RECEIPT], 0);
    assert_int_equal(shown_hold(&s), HOLD_BUSY);
    assert_int_equal(people_held(s.ngo, &named), 0); /* it passes by itself: nobody has to act */
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);

    refer(&s); /* while there is no room */
    world_run_ms(s.w, 1000);
    assert_int_equal(s.frames[PEER_BUSY], 2);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);

    world_run_ms(s.w, 10000); /* the pause of the mission is over, and so is that of the ngo */
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(s.frames[PEER_RECEIPT], 2);
    assert_int_equal(s.envelopes, 4); /* each once more */
    assert_int_equal(shown_hold(&s), HOLD_NONE);
    assert_int_equal(world_links(s.w), links);
    end(&s);
}

static void test_an_idle_node_without_room_sleeps_through_the_pause(void **state)
{
    struct fixture s;

    (void)state;
    begin_linked(&s, 2);
    undo_tick_of_the_mission(&s);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_BUNDLE, view_of("nonsense", 8))); /* it waits */
    assert_false(exchange_has_work(s.mission));
    world_advance(s.w, 10000);
    assert_true(exchange_has_work(s.mission));
    end(&s);
}

/* A bundle of the ngo's that is newer by AHEAD. */
static void make_bundle(struct fixture *s, uint64_t ahead, struct bytes *out)
{
    struct bundle b = *membership_bundle(s->ngo->membership, address_view(world_address(s->w, NGO)));

    b.sequence += ahead;
    assert_true(bundle_sign(&b, membership_federation(s->ngo->membership),
                            (struct sign_key *)(uintptr_t)vault_identity(s->ngo->vault), out, &s->err));
}

static uint64_t bundle_known(struct fixture *s)
{
    return membership_bundle(s->mission->membership, address_view(world_address(s->w, NGO)))->sequence;
}

static void test_what_a_peer_says_once_on_a_link_is_handled_when_there_is_room(void **state)
{
    struct bytes note[2] = {{0}};
    struct fixture s;
    uint64_t before;

    (void)state;
    begin_linked(&s, 2);
    before = bundle_known(&s);
    for (uint64_t i = 0; i < 2; i++)
        make_bundle(&s, i + 1, &note[i]);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_BUNDLE, bytes_view(&note[0])));
    assert_int_equal(bundle_known(&s), before + 1);
    undo_tick_of_the_mission(&s);
    assert_int_equal(bundle_known(&s), before);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_BUNDLE, bytes_view(&note[1]))); /* in the pause */
    world_tick(s.w, MISSION);
    assert_int_equal(bundle_known(&s), before);
    world_advance(s.w, 10000);
    undo_tick_of_the_mission(&s); /* not yet */
    assert_int_equal(bundle_known(&s), before);
    world_advance(s.w, 20000);
    world_tick(s.w, MISSION);
    assert_int_equal(bundle_known(&s), before + 2);
    for (size_t i = 0; i < 2; i++)
        bytes_fini(&note[i]);
    end(&s);
}

static void test_how_the_log_grew_is_answered_without_room(void **state)
{
    struct peer_witness w = {0};
    struct bytes frame = {0};
    struct fixture s;
    uint64_t size;

    (void)state;
    begin_linked(&s, 2);
    w.linked = audit_note(s.mission->audit, &size);
    w.sizes = &size;
    w.size_count = 1;
    peer_witness_encode(&w, &frame);
    undo_tick_of_the_mission(&s);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_WITNESS, bytes_view(&frame)));
    world_tick(s.w, MISSION);
    assert_int_equal(s.frames[PEER_WITNESS], 1);
    assert_true(tick_is_full(s.mission));
    assert_false(serving_waits(s.mission));
    bytes_fini(&frame);
    end(&s);
}

/* Its machine is listed by a directory that is undone. */
static void test_a_link_to_a_machine_that_is_not_known_any_more_is_closed(void **state)
{
    struct fixture s;
    uint64_t links;

    (void)state;
    begin_linked(&s, 2);
    links = world_links(s.w);
    s.mission->links->node.at[0] ^= 1;
    undo_tick_of_the_mission(&s);
    assert_null(s.mission->links);
    refer(&s);
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_true(world_links(s.w) > links);
    end(&s);
}

/* The next agency will have its number, and must not be charged with what it used. */
static void test_an_agency_whose_number_is_undone_has_none(void **state)
{
    const struct address other = {"other@sim.example"};
    struct peer_row row;
    struct usage *u;
    struct fixture s;

    (void)state;
    begin_linked(&s, 2);
    assert_true(tick_begin(s.mission, &s.err) && peers_get_or_add(s.mission, &other, &row, &s.err));
    assert_true(meter_find(s.mission, &other, row.number, &u, &s.err));
    meter_add(s.mission, u, RESOURCE_FRAMES, 1);
    undo_tick_of_the_mission(&s);
    assert_int_equal(u->peer, 0);
    world_advance(s.w, 10000);
    world_tick(s.w, MISSION);
    assert_true(tick_begin(s.mission, &s.err));
    world_tick(s.w, MISSION);
    end(&s);
}

static void test_a_link_that_said_more_in_a_tick_than_is_noted_is_closed(void **state)
{
    enum { CLINIC = 3, MEBIBYTE = 1048576 };
    struct bytes large = {0};

    (void)state;
    memset(bytes_reserve(&large, MEBIBYTE), 1, MEBIBYTE);
    large.size = MEBIBYTE;
    for (unsigned over = 0; over < 2; over++) {
        struct fixture s;

        begin_linked(&s, 4);
        for (unsigned i = 0; i < BOUND_NOTED_BYTES / MEBIBYTE + over; i++)
            assert_true(world_inject(s.w,
                                     i < 3   ? NGO
                                     : i < 6 ? 2
                                             : CLINIC,
                                     MISSION, PEER_DIRECTORY,
                                     bytes_view(&large))); /* three that are none are borne with */
        undo_tick_of_the_mission(&s);
        assert_non_null(link_of(&s, NGO));
        assert_non_null(link_of(&s, 2));
        assert_int_equal(link_of(&s, CLINIC) == NULL, over);
        end(&s);
    }
    bytes_fini(&large);
}

struct counted {
    uint64_t refused;
};

static bool add_counted(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct counted *c = cookie;

    (void)e;
    (void)err;
    if (r->kind == RECORD_COUNTED && r->counted.what == COUNTED_REFUSED_UNKNOWN)
        c->refused += r->counted.how_many;
    return true;
}

static void test_what_was_counted_in_an_undone_tick_is_recorded_later(void **state)
{
    struct control_audit_list_ask all = {.log = LOG_EXCHANGE};
    struct counted c = {0};
    struct fixture s;

    (void)state;
    begin_linked(&s, 2);
    for (unsigned k = 0; k < 3; k++) { /* a tick that is undone, one that is not, one that is undone */
        for (unsigned i = 0; i < 10; i++)
            (void)world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
        if (k == 1) {
            assert_true(tick_begin(s.mission, &s.err));
            world_tick(s.w, MISSION);
        } else {
            undo_tick_of_the_mission(&s);
        }
        world_run_ms(s.w, k == 0 ? 61 * MINUTES : 1); /* one record an hour: the last tick has none */
    }
    world_run_ms(s.w, 24 * 60 * MINUTES);
    assert_true(exchange_audit_list(s.mission, &all, NULL, add_counted, &c, &s.err));
    assert_int_equal(c.refused, 30);
    end(&s);
}

static void test_who_asks_in_a_pause_makes_it_no_longer(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    db_fault(s.ngo->db, DB_FAULT_FULL, 3);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    world_tick(s.w, NGO);
    world_advance(s.w, 9999);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    world_advance(s.w, 1); /* the pause is over before its tick */
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_the_pause_doubles_up_to_ten_minutes_and_is_short_again(void **state)
{
    static const int64_t pauses_s[] = {10, 20, 40, 80, 160, 320, 600, 600};
    struct fixture s;

    (void)state;
    begin_linked(&s, 2);
    for (size_t i = 0; i < sizeof pauses_s / sizeof pauses_s[0]; i++) {
        undo_tick_of_the_mission(&s);
        world_advance(s.w, pauses_s[i] * 1000 - 1);
        assert_true(tick_is_full(s.mission));
        world_advance(s.w, 1);
        assert_false(tick_is_full(s.mission));
    }
    assert_true(world_run_until_idle(s.w, 60 * MINUTES)); /* what followed was committed */
    refer(&s);
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    undo_tick_of_the_mission(&s);
    world_advance(s.w, 10000);
    assert_false(tick_is_full(s.mission));
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    end(&s);
}

static void test_any_other_commit_that_fails_ends_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_fault(s.w, NGO, DB_FAULT_COMMIT, 1);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_tick(s.w, NGO);
    assert_null(world_node(s.w, NGO));
    world_start(s.w, NGO);
    s.ngo = world_node(s.w, NGO);
    end(&s);
}

/* Whichever statement fails of those that read anew what was undone: what was freed by then is not freed again. */
static void test_a_node_that_does_not_read_anew_what_was_undone_is_closed(void **state)
{
    struct fixture s;
    bool is_read = false;
    unsigned n = 1;

    (void)state;
    for (begin(&s); !is_read; n++) {
        assert_true(tick_begin(s.ngo, &s.err));
        db_fault(s.ngo->db, DB_FAULT_STEP, n);
        is_read = exchange_undo(s.ngo, &s.err);
        assert_true(is_read || s.err.code == E_STO_01);
        world_crash(s.w, NGO);
        world_start(s.w, NGO);
        s.ngo = world_node(s.w, NGO);
    }
    assert_in_range(n, 10, 1000);
    end(&s);
}

/* Off for so long that several of its sealing keys are over at once, at whatever statement there is no room. */
static void test_sealing_keys_that_find_no_room_to_be_retired_are_kept_whole(void **state)
{
    uint64_t undone = 1;

    (void)state;
    for (unsigned n = 1; undone != 0; n++) {
        struct fixture s;
        bool changed;

        begin(&s);
        world_crash(s.w, NGO);
        world_advance(s.w, 60 * 24 * 60 * MINUTES);
        world_publish(s.w);
        world_start(s.w, NGO);
        s.ngo = world_node(s.w, NGO);
        assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
        db_fault(s.ngo->db, DB_FAULT_FULL, n);
        world_tick(s.w, NGO);
        world_run_ms(s.w, 3 * MINUTES);
        db_fault(s.ngo->db, DB_FAULT_FULL, 0);
        undone = world_undone(s.w, NGO);
        assert_non_null(world_node(s.w, NGO));
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_statement_of_the_sender_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_a_statement_of_the_receiver_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_a_commit_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_nothing_is_written_or_answered_until_there_may_be_room),
        cmocka_unit_test(test_who_sent_is_told_busy_and_sends_again_on_the_same_link),
        cmocka_unit_test(test_an_idle_node_without_room_sleeps_through_the_pause),
        cmocka_unit_test(test_what_a_peer_says_once_on_a_link_is_handled_when_there_is_room),
        cmocka_unit_test(test_how_the_log_grew_is_answered_without_room),
        cmocka_unit_test(test_a_link_to_a_machine_that_is_not_known_any_more_is_closed),
        cmocka_unit_test(test_an_agency_whose_number_is_undone_has_none),
        cmocka_unit_test(test_a_link_that_said_more_in_a_tick_than_is_noted_is_closed),
        cmocka_unit_test(test_what_was_counted_in_an_undone_tick_is_recorded_later),
        cmocka_unit_test(test_who_asks_in_a_pause_makes_it_no_longer),
        cmocka_unit_test(test_the_pause_doubles_up_to_ten_minutes_and_is_short_again),
        cmocka_unit_test(test_any_other_commit_that_fails_ends_the_node),
        cmocka_unit_test(test_a_node_that_does_not_read_anew_what_was_undone_is_closed),
        cmocka_unit_test(test_sealing_keys_that_find_no_room_to_be_retired_are_kept_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
