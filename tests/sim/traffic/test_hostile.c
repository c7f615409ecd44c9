/* What a member that is modified does to the node that it is linked with, beyond envelopes: answers that are half true,
 * more than anybody can handle at once, a share used up while evidence is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "exchange/traffic/growth_test.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/traffic/serving_test.h"
#include "forge.h"
#include "people.h"

enum { NGO, MISSION };

/* Two nodes that hold a case each, with consent for the other. */
struct fixture {
    struct world *w;
    struct ident person[2];
    struct error err;
};

static struct exchange *node(struct fixture *s, size_t i)
{
    return world_node(s->w, i);
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

static void refer(struct fixture *s, size_t from)
{
    struct control_referral_result sent;

    assert_true(people_refer(node(s, from), &s->person[from], world_address(s->w, 1 - from),
                             &(struct people_referral){.now = true}, &sent, &s->err));
    world_tick(s->w, from);
}

/* Each has sent one message that arrived. */
static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(43, 2)};
    settle(s);
    for (size_t i = 0; i < 2; i++) {
        s->person[i] = people_case(node(s, i));
        world_tick(s->w, i);
        (void)people_consent(node(s, i), &s->person[i], world_address(s->w, 1 - i),
                             &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
        world_tick(s->w, i);
        refer(s, i);
    }
    settle(s);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        assert_true(people_log_is_good(node(s, i)));
    world_free(s->w);
}

static struct peer_row peer_of(struct fixture *s, size_t at)
{
    return people_peer(s->w, at, 1 - at);
}

static uint64_t unlinked_at(struct fixture *s, size_t at)
{
    return people_unlinked(s->w, at, 1 - at);
}

static unsigned findings_at(struct fixture *s, size_t at)
{
    return people_findings(node(s, at));
}

static struct usage *usage_of(struct fixture *s, size_t at)
{
    struct usage *u;

    assert_true(meter_find(node(s, at), world_address(s->w, 1 - at), peer_of(s, at).number, &u, &s->err));
    return u;
}

static const struct link *link_of(struct fixture *s, size_t at)
{
    const struct link *l = node(s, at)->links;

    while (l != NULL && !address_equal(&l->agency, world_address(s->w, 1 - at)))
        l = l->next;
    return l;
}

/* --- answers --- */

/* The mission asks how the ngo's log grew, and the true answer does not reach it. */
static void make_question(struct fixture *s)
{
    world_conditions(s->w)->loss = 1000;
    refer(s, NGO);
    world_step(s->w, 100);
    world_conditions(s->w)->loss = 0;
    world_conditions(s->w)->drop = PEER_WITNESS;
    refer(s, NGO);
    world_step(s->w, 0);
    world_tick(s->w, MISSION);
    world_tick(s->w, MISSION);
    assert_true(unlinked_at(s, MISSION) > 0);
    assert_true(growth_is_asked(link_of(s, MISSION)));
}

static void test_an_answer_that_is_half_true_links_nothing_and_ends_no_node(void **state)
{
    struct fixture s;
    struct peer_growth grown[2] = {{.from_size = 0}};
    struct bytes frame = {0};
    struct bytes forged = {0};
    struct arena arena = {0};
    struct exchange *ngo;
    uint64_t linked;
    uint64_t size;

    (void)state;
    begin(&s);
    make_question(&s);
    ngo = node(&s, NGO);
    linked = peer_of(&s, MISSION).linked_size;
    grown[0].checkpoint = audit_note(ngo->audit, &size);
    grown[0].from_size = linked;
    assert_true(audit_consistency(ngo->audit, linked, size, &arena, &grown[0].consistency, &s.err));
    bytes_append_view(&forged, grown[0].checkpoint);
    *((uint8_t *)memchr(forged.at, '\n', forged.size) + 1) = '9'; /* another size: not what was signed */
    grown[1] = (struct peer_growth){.checkpoint = bytes_view(&forged), .from_size = size};
    peer_witness_encode(&(struct peer_witness){.grown = grown, .grown_count = 2}, &frame);

    assert_false(world_inject(s.w, NGO, MISSION, PEER_WITNESS, bytes_view(&frame)));
    world_tick(s.w, MISSION);
    assert_true(peer_of(&s, MISSION).linked_size == linked);

    world_conditions(s.w)->drop = 0;
    world_cut(s.w, NGO, MISSION);
    refer(&s, NGO);
    settle(&s);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    assert_int_equal(findings_at(&s, MISSION), 0);
    bytes_fini(&frame);
    bytes_fini(&forged);
    arena_fini(&arena);
    end(&s);
}

/* Its log as it would begin on another machine has the same size, and another root. */
static void test_an_answer_about_another_log_of_the_agency_is_compared_with_nothing(void **state)
{
    struct peer_growth grown = {0};
    struct forgery f = {.incarnation = 2};
    struct record r = {.kind = RECORD_CLOCK};
    struct audit_proof forged;
    struct bytes frame = {0};
    struct arena arena = {0};
    struct fixture s;
    uint64_t unlinked;
    uint64_t linked;

    (void)state;
    begin(&s);
    make_question(&s);
    unlinked = unlinked_at(&s, MISSION);
    linked = peer_of(&s, MISSION).linked_size;
    f.other_size = linked;
    r.clock.event = CLOCK_DOUBTED;
    r.clock.trusted_ms = 1;
    r.clock.clock_ms = 1;
    forge_other_log(s.w, NGO, &r, &f, 1, &arena, &forged);
    grown.checkpoint = forged.checkpoint;
    grown.from_size = linked;
    peer_witness_encode(&(struct peer_witness){.grown = &grown, .grown_count = 1}, &frame);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_WITNESS, bytes_view(&frame)));
    world_tick(s.w, MISSION);
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_true(unlinked_at(&s, MISSION) == unlinked);
    assert_true(peer_of(&s, MISSION).linked_size == linked);
    bytes_fini(&frame);
    arena_fini(&arena);
    end(&s);
}

/* An answer to nothing, which names a log of its own size: each is a note more to keep; what it answers is looked for
 * when that is written. */
static void inject_note(struct fixture *s, uint64_t size)
{
    struct forgery f = {.incarnation = 1, .other_size = size, .other_index = size - 1};
    struct body b = {.kind = MESSAGE_REPLY, .has_referral = true, .reply = {.state = REFERRAL_ACCEPTED}};
    struct bytes body = {0};
    struct bytes envelope = {0};

    f.record.message_kind = MESSAGE_REPLY;
    b.referral.at[0] = 1;
    b.reply.in_reply_to.at[0] = 1;
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, NGO, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    bytes_fini(&body);
    bytes_fini(&envelope);
}

/* The ngo ends each link on which it is asked how its log grew, sooner than a question is in vain, and comes again. */
static void end_links_when_asked(struct fixture *s, int64_t ms)
{
    world_conditions(s->w)->drop = PEER_WITNESS;
    for (int64_t at = 0; at < ms; at += 5000) {
        const struct link *l = link_of(s, MISSION);

        if (l != NULL && growth_is_asked(l))
            world_cut(s->w, NGO, MISSION);
        world_link(s->w, NGO, MISSION);
        world_run_ms(s->w, 5000);
    }
}

static void test_who_ends_each_link_on_which_it_is_asked_is_found(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    inject_note(&s, 900);
    end_links_when_asked(&s, 70 * MINUTES);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_UNLINKED), 1);
    end(&s);
}

/* Its node is off for hours; the answer to the first question after it is lost. */
static void test_an_old_note_is_asked_for_twice_before_it_is_found(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    inject_note(&s, 900);
    world_crash(s.w, NGO);
    world_run_ms(s.w, 120 * MINUTES);
    world_start(s.w, NGO);
    world_conditions(s.w)->drop = PEER_WITNESS;
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 15000);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_UNLINKED), 0);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_UNLINKED), 1);
    end(&s);
}

static void test_a_few_links_that_end_accuse_nobody(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    make_question(&s);
    world_conditions(s.w)->drop = PEER_WITNESS;
    for (unsigned i = 0; i < 12; i++) {
        assert_true(world_inject(s.w, NGO, MISSION, PEER_BUSY, (struct view){0}));
        world_run_ms(s.w, 1000);
        world_crash(s.w, NGO); /* up, it would be linked again, and asked */
        world_run_ms(s.w, 10 * MINUTES);
        world_start(s.w, NGO);
    }
    world_conditions(s.w)->drop = 0;
    refer(&s, NGO);
    settle(&s);
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    end(&s);
}

/* --- what its clock shows --- */

struct capture {
    struct bytes answer;
};

static void capture_answer(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct capture *c = cookie;

    (void)to;
    if (from != NGO || kind != PEER_COSIGNED)
        return;
    bytes_clear(&c->answer);
    bytes_append_view(&c->answer, payload);
}

static void test_one_answer_about_the_clock_is_one_line(void **state)
{
    struct capture c = {{0}};
    struct fixture s;

    (void)state;
    begin(&s);
    world_set_clock(s.w, NGO, 20 * MINUTES);
    world_watch(s.w, capture_answer, &c);
    world_cut(s.w, NGO, MISSION);
    refer(&s, MISSION);
    settle(&s);
    assert_true(c.answer.size > 0);
    for (unsigned i = 0; i < 100; i++)
        assert_true(world_inject(s.w, NGO, MISSION, PEER_COSIGNED, bytes_view(&c.answer)));
    assert_int_equal(usage_of(&s, MISSION)->lines[LINE_CLOCK].count, 1);
    bytes_fini(&c.answer);
    end(&s);
}

/* --- a share that is used up --- */

static void use_up(struct fixture *s, size_t at)
{
    struct usage *u = usage_of(s, at);

    meter_add(node(s, at), u, RESOURCE_DISK, resource_share(RESOURCE_DISK) - u->used[RESOURCE_DISK]);
    assert_true(meter_is_over(node(s, at), u, NULL));
}

/* What proves that a log grew is taken whatever its agency has used up: it was asked for. */
static void test_who_has_used_up_its_share_is_not_found_unlinked_for_that(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    make_question(&s);
    world_conditions(s.w)->drop = 0;
    use_up(&s, MISSION);
    world_run_ms(s.w, 3 * 60 * MINUTES);
    assert_true(meter_is_over(node(&s, MISSION), usage_of(&s, MISSION), NULL));
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    end(&s);
}

/* Nor is the node silent to its questions: silence would be held against it. */
static void test_who_has_used_up_its_share_gets_its_proofs(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    make_question(&s);
    world_conditions(s.w)->drop = 0;
    use_up(&s, NGO);
    world_run_ms(s.w, 3 * 60 * MINUTES);
    assert_true(meter_is_over(node(&s, NGO), usage_of(&s, NGO), NULL));
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    end(&s);
}

/* --- a frame that waited --- */

#define WAITING 40

/* The database fails while frames are handled in turn, in the tick itself: it is not committed. */
static void test_a_frame_that_waited_and_fails_half_way_leaves_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (uint64_t i = 0; i < WAITING; i++)
        inject_note(&s, 900 + i);
    assert_true(serving_queued(link_of(&s, MISSION)) > 0);
    world_fault(s.w, MISSION, DB_FAULT_STEP, 20);
    world_tick(s.w, MISSION);
    assert_null(node(&s, MISSION));
    world_start(s.w, MISSION);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_that_is_half_true_links_nothing_and_ends_no_node),
        cmocka_unit_test(test_an_answer_about_another_log_of_the_agency_is_compared_with_nothing),
        cmocka_unit_test(test_who_ends_each_link_on_which_it_is_asked_is_found),
        cmocka_unit_test(test_an_old_note_is_asked_for_twice_before_it_is_found),
        cmocka_unit_test(test_a_few_links_that_end_accuse_nobody),
        cmocka_unit_test(test_one_answer_about_the_clock_is_one_line),
        cmocka_unit_test(test_who_has_used_up_its_share_is_not_found_unlinked_for_that),
        cmocka_unit_test(test_who_has_used_up_its_share_gets_its_proofs),
        cmocka_unit_test(test_a_frame_that_waited_and_fails_half_way_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
