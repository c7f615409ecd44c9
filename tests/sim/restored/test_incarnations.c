/* A machine was replaced, as the directory states: what its log before said, or was asked, counts no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "forge.h"
#include "people.h"

enum { NGO, MISSION };

#define YEAR (365 * DAY_MS)

struct fixture {
    struct world *w;
    unsigned cosigned; /* cosignatures that went from NGO to MISSION */
    struct error err;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct arena arena = {0};
    struct peer_cosigned frame;
    struct checkpoint c;
    struct error err;

    s->cosigned += kind == PEER_COSIGNED && from == NGO && to == MISSION &&
                   peer_cosigned_decode(payload, &arena, &frame, &err) &&
                   checkpoint_read_cosigned(frame.checkpoint, &c, &err) && c.note.line_count == 2;
    arena_fini(&arena);
}

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(23, 2)};
    world_link(s->w, NGO, MISSION);
    assert_true(world_run_until_idle(s->w, 10 * MINUTES));
    world_watch(s->w, on_frame_sent, s);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        assert_true(people_log_is_good(world_node(s->w, i)));
    world_free(s->w);
}

static struct peer_row mission_at_ngo(struct fixture *s)
{
    struct peer_row row;
    bool found;

    world_must(peers_find(world_node(s->w, NGO), world_address(s->w, MISSION), &found, &row, &s->err) && found, &s->err,
               "find a peer");
    return row;
}

struct shown {
    const struct address *of;
    char text[FINGERPRINT_TEXT];
};

static bool find_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    struct shown *s = cookie;

    (void)err;
    if (address_equal(&a->agency, s->of))
        fingerprint_write(&a->fingerprint, s->text);
    return true;
}

/* NGO compared the new key of MISSION with the people there. */
static void confirm_key(struct fixture *s)
{
    bool changed;
    bool held;
    struct shown shown = {.of = world_address(s->w, MISSION)};

    assert_true(exchange_agency_list(world_node(s->w, NGO), find_agency, &shown, &s->err));
    assert_true(
        exchange_agency_confirm(world_node(s->w, NGO), shown.of, view_of_text(shown.text), &changed, &held, &s->err));
    world_tick(s->w, NGO);
}

static void replace_mission(struct fixture *s)
{
    world_replace(s->w, MISSION);
    world_link(s->w, NGO, MISSION);
    world_run_ms(s->w, MINUTES);
    confirm_key(s);
}

/* An inquiry from MISSION, whose record lies in a log of INCARNATION. */
static void deliver(struct fixture *s, uint32_t incarnation)
{
    struct forgery f = {.record.message_kind = MESSAGE_AUTHORITY_REQUEST,
                        .incarnation = incarnation,
                        .other_size = 3,
                        .other_index = 2};
    struct body b = {.kind = MESSAGE_AUTHORITY_REQUEST};
    struct bytes body = {0};
    struct bytes envelope = {0};

    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, MISSION, NGO, &f, &envelope);
    assert_true(world_inject(s->w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, NGO);
    bytes_fini(&body);
    bytes_fini(&envelope);
}

/* MISSION wishes that NGO cosigns a checkpoint of its log of INCARNATION: how many cosignatures came of it. */
static unsigned wish(struct fixture *s, uint32_t incarnation)
{
    struct forgery f = {.incarnation = incarnation, .other_size = 3, .other_index = 2};
    struct record r = {.kind = RECORD_HOUSE, .notes.first = view_of_text("note")};
    struct peer_cosigned frame = {0};
    struct audit_proof proof;
    struct arena arena = {0};
    struct bytes wire = {0};
    unsigned before;

    world_run_ms(s->w, MINUTES); /* what it wished by itself is answered */
    before = s->cosigned;
    forge_other_log(s->w, MISSION, &r, &f, 1, &arena, &proof);
    frame.checkpoint = proof.checkpoint;
    peer_cosigned_encode(&frame, &wire);
    assert_true(world_inject(s->w, MISSION, NGO, PEER_COSIGNED, bytes_view(&wire)));
    world_tick(s->w, NGO);
    bytes_fini(&wire);
    arena_fini(&arena);
    return s->cosigned - before;
}

static void test_a_log_that_is_over_is_not_cosigned(void **state)
{
    struct fixture s;

    (void)state;
    for (int known = 0; known < 2; known++) {
        begin(&s);
        if (known)
            deliver(&s, 1);
        assert_int_equal(mission_at_ngo(&s).incarnation, known);
        replace_mission(&s);
        assert_int_equal(wish(&s, 1), 0);
        assert_int_equal(wish(&s, 3), 0);
        assert_int_equal(wish(&s, 2), 1);
        end(&s);
    }
}

/* The machine that told it may be in other hands. */
static void test_the_time_that_a_replaced_machine_told_does_not_count(void **state)
{
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, NGO);
    world_set_clock(s.w, NGO, YEAR);
    world_start(s.w, NGO);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_true(exchange_status(world_node(s.w, NGO), &status, &s.err));
    assert_true(status.clock.in_doubt);
    assert_int_equal(status.clock.answered, 1);
    assert_int_equal(status.clock_count, 1);

    world_conditions(s.w)->partition = true;
    world_replace(s.w, MISSION);
    confirm_key(&s);
    assert_true(exchange_status(world_node(s.w, NGO), &status, &s.err));
    assert_int_equal(status.clock.peers, 1);
    assert_int_equal(status.clock.answered, 0);
    assert_int_equal(status.clock_count, 0);
    end(&s);
}

/* Also where nothing of its log was known before. */
static void test_a_message_of_a_log_that_is_over_is_not_the_first_of_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    replace_mission(&s);
    deliver(&s, 1);
    assert_int_equal(mission_at_ngo(&s).incarnation, 0);
    deliver(&s, 2);
    assert_int_equal(mission_at_ngo(&s).incarnation, 2);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_log_that_is_over_is_not_cosigned),
        cmocka_unit_test(test_the_time_that_a_replaced_machine_told_does_not_count),
        cmocka_unit_test(test_a_message_of_a_log_that_is_over_is_not_the_first_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
