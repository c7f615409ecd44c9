/* What a node keeps of its peers' logs, and what it finds: forks, logs that were put back, and no false alarm.
 *
 * sim_evidence [PATTERN]; sim_evidence --runs N [--seed N]: random runs only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "codec/body_codec.h"
#include "codec/peer_codec.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/logs/witness.h"
#include "exchange/state.h"
#include "forge.h"
#include "people.h"
#include "store/consent_store.h"

enum { NGO, MISSION };

#define SECONDS INT64_C(1000)
#define MINUTES INT64_C(60000)
#define BIT(s)  SECTION_BIT(SECTION_##s)

/* What the random runs are for: each must have happened. */
enum happening {
    BURST,         /* more than one message of a commit */
    OVERLAP,       /* a message of a later commit leaves before what went before is receipted */
    KILL_UNSENT,   /* a node was killed between a commit and what it was to send */
    HALF_DEAD,     /* a new link stands at one end, the old one at the other */
    DIALLED_TWICE, /* each end has a link of its own */
    REPLACED,      /* another machine, another log */
    REORDERED,
    DOUBLED,
    HAPPENING_END
};

static unsigned happened[HAPPENING_END];

static const char *const happening_names[HAPPENING_END] = {
    [BURST] = "bursts",
    [OVERLAP] = "overlap",
    [KILL_UNSENT] = "kills between commit and send",
    [HALF_DEAD] = "a half dead link beside another",
    [DIALLED_TWICE] = "both dialling at once",
    [REPLACED] = "a replaced machine",
    [REORDERED] = "reordered frames",
    [DOUBLED] = "doubled frames",
};

/* Two nodes that hold a case each, with consent for the other. */
struct fixture {
    struct world *w;
    struct ident person[2];
    struct ident consent[2];
    unsigned asked;          /* questions from MISSION how a log grew */
    unsigned open[2];        /* messages of each that are not receipted */
    uint64_t released_in[2]; /* the commit of the last of them */
    enum db_fault_point armed[2];
    struct error err;
};

static struct exchange *node(struct fixture *s, size_t i)
{
    return world_node(s->w, i);
}

static void note_release(struct fixture *s, size_t from)
{
    bool same = s->released_in[from] == world_committed(s->w, from);

    happened[BURST] += s->open[from] > 0 && same;
    happened[OVERLAP] += s->open[from] > 0 && !same;
    s->open[from]++;
    s->released_in[from] = world_committed(s->w, from);
}

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct peer_witness w;
    struct arena arena = {0};
    struct error err;

    if (kind == PEER_ENVELOPE)
        note_release(s, from);
    if (kind == PEER_RECEIPT && s->open[to] > 0)
        s->open[to]--;
    if (kind == PEER_WITNESS && from == MISSION && peer_witness_decode(payload, &arena, &w, &err))
        s->asked += w.size_count > 0;
    arena_fini(&arena);
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

static void add_person(struct fixture *s, size_t i)
{
    s->person[i] = people_case(node(s, i));
    world_tick(s->w, i);
    s->consent[i] = people_consent(node(s, i), &s->person[i], world_address(s->w, 1 - i),
                                   &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, i);
}

static void begin_seed(struct fixture *s, uint64_t seed)
{
    *s = (struct fixture){.w = world_new(seed, 2)};
    (void)world_run_until_idle(s->w, MINUTES);
    for (size_t i = 0; i < 2; i++)
        add_person(s, i);
    world_watch(s->w, on_frame_sent, s);
}

static void begin(struct fixture *s)
{
    begin_seed(s, 17);
}

static bool refer(struct fixture *s, size_t from)
{
    struct referral_result sent;

    return people_refer(node(s, from), &s->person[from], world_address(s->w, 1 - from),
                        &(struct people_referral){.now = true}, &sent, &s->err);
}

static void refer_and_settle(struct fixture *s, size_t from)
{
    assert_true(refer(s, from));
    settle(s);
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

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        if (node(s, i) != NULL)
            assert_true(people_log_is_good(node(s, i)));
    world_free(s->w);
}

/* Messages of both overlap on a slow link: each commit's first one leaves before what went before is receipted. */
static void burst(struct fixture *s, unsigned rounds)
{
    world_conditions(s->w)->delay_ms = 3000;
    for (unsigned i = 0; i < rounds; i++) {
        assert_true(refer(s, NGO));
        world_tick(s->w, NGO);
        if (i % 2 == 0) {
            assert_true(refer(s, MISSION));
            world_tick(s->w, MISSION);
        }
        world_step(s->w, 300);
    }
    world_conditions(s->w)->delay_ms = 0;
    settle(s);
}

/* --- what is linked --- */

static void test_what_overlaps_on_a_link_is_linked(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    burst(&s, 12);

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(unlinked_at(&s, i), 0);
        assert_int_equal(findings_at(&s, i), 0);
        assert_true(peer_of(&s, i).linked_size > 20);
    }
    end(&s);
}

/* The first message after a lost one brings a path from a size that the other has not linked. */
static void test_what_was_lost_is_asked_for_and_linked(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    world_conditions(s.w)->loss = 1000;
    assert_true(refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;
    assert_true(refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 0);
    world_tick(s.w, MISSION);
    assert_true(unlinked_at(&s, MISSION) > 0);

    settle(&s);
    assert_true(s.asked > 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    assert_int_equal(findings_at(&s, MISSION), 0);
    end(&s);
}

/* What the receipt says is enough, where no question reaches the other. */
static void test_growth_is_proven_again_from_what_the_receipt_says(void **state)
{
    struct fixture s;
    uint64_t before;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    *world_conditions(s.w) = (struct conditions){.drop = PEER_WITNESS, .loss = 1000};
    assert_true(refer(&s, NGO));
    world_tick(s.w, NGO);
    world_step(s.w, 100);
    world_conditions(s.w)->loss = 0;
    refer_and_settle(&s, NGO);
    before = peer_of(&s, MISSION).linked_size;
    refer_and_settle(&s, NGO);
    assert_true(peer_of(&s, MISSION).linked_size > before);
    end(&s);
}

static void copy(const char *from, const char *to)
{
    char command[200];

    (void)snprintf(command, sizeof command, "rm -rf '%s' && cp -r '%s' '%s'", to, from, to);
    assert_int_equal(system(command), 0);
}

/* The node is what it was when the copy was made; it does not hear what its peers remember of it. */
static void put_back(struct fixture *s, size_t i, const char *older)
{
    world_crash(s->w, i);
    copy(older, world_home(s->w, i));
    world_conditions(s->w)->drop = PEER_WITNESS;
    world_start(s->w, i);
}

static void make_copy(struct fixture *s, size_t i, char older[static 80])
{
    world_crash(s->w, i);
    (void)snprintf(older, 80, "%s-older", world_home(s->w, i));
    copy(world_home(s->w, i), older);
    world_start(s->w, i);
    settle(s);
}

static void test_a_log_that_is_put_back_after_a_burst_is_found(void **state)
{
    char older[80];
    struct fixture s;

    (void)state;
    begin(&s);
    burst(&s, 8);
    make_copy(&s, NGO, older);
    for (unsigned i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);
    assert_int_equal(findings_at(&s, MISSION), 0);

    put_back(&s, NGO, older);
    for (unsigned i = 0; i < 6; i++) {
        assert_true(refer(&s, NGO));
        world_run_ms(s.w, MINUTES);
    }
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    end(&s);
}

/* Its peers show it what it signed before it was put back. */
static void test_a_node_that_was_put_back_signs_nothing_more(void **state)
{
    char older[80];
    struct fixture s;
    struct node_status status;
    uint64_t size;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    for (unsigned i = 0; i < 3; i++)
        refer_and_settle(&s, NGO);
    put_back(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    assert_true(refer(&s, MISSION)); /* there is a link again */
    world_run_ms(s.w, 10 * MINUTES);

    assert_true(exchange_status(node(&s, NGO), &status, &s.err));
    assert_true(status.signed_beyond > 0 && address_equal(&status.signed_beyond_seen_by, world_address(s.w, MISSION)));
    size = audit_size(node(&s, NGO)->audit, LOG_EXCHANGE);
    assert_false(refer(&s, NGO));
    assert_int_equal(s.err.code, E_LOG_27);
    (void)people_case(node(&s, NGO)); /* what is not signed for peers goes on */
    world_tick(s.w, NGO);
    world_run_ms(s.w, 26 * 60 * MINUTES); /* nor does it by itself: the house log has grown */
    assert_int_equal(audit_size(node(&s, NGO)->audit, LOG_EXCHANGE), size);

    world_crash(s.w, NGO);
    world_start(s.w, NGO);
    assert_false(refer(&s, NGO));
    assert_int_equal(s.err.code, E_LOG_27);
    end(&s);
}

/* Whom to tell is said also where, by this log, nothing left: the newer one may have sent it. */
static void test_on_a_node_that_was_put_back_a_withdrawal_says_whom_to_tell(void **state)
{
    struct withdraw_ask ask = {0};
    struct consent_ask no = {.to_count = 1, .refused = true};
    struct consent_summary shown;
    char older[80];
    struct fixture s;

    (void)state;
    begin(&s);
    make_copy(&s, NGO, older);
    refer_and_settle(&s, NGO);
    put_back(&s, NGO, older);
    world_conditions(s.w)->drop = 0;
    assert_true(refer(&s, MISSION));
    world_run_ms(s.w, MINUTES);

    ask.consent = s.consent[NGO];
    for (int dry = 0; dry < 2; dry++) {
        ask.dry_run = dry != 0;
        assert_false(exchange_consent_withdraw(node(&s, NGO), &ask, &shown, &s.err));
        assert_int_equal(s.err.code, E_CON_22);
        assert_non_null(strstr(s.err.text, world_address(s.w, MISSION)->text));
    }
    world_tick(s.w, NGO);
    assert_true(exchange_consent_show(node(&s, NGO), &ask.consent, &shown, &s.err));
    assert_int_equal(shown.progress, CONSENT_STANDS);
    assert_int_equal(people_records(node(&s, NGO), RECORD_WITHDRAWN), 0);

    no.case_id = s.person[NGO]; /* where a yes stands, a no ends it */
    no.to = world_address(s.w, MISSION);
    assert_false(exchange_consent_record(node(&s, NGO), &no, &shown.id, &s.err));
    assert_int_equal(s.err.code, E_CON_22);
    no.refused = false;
    assert_false(exchange_consent_record(node(&s, NGO), &no, &shown.id, &s.err));
    assert_int_equal(s.err.code, E_LOG_27);

    ask.consent = s.consent[MISSION]; /* it may have been recorded after the copy was made */
    ask.consent.at[0] ^= 1;
    assert_false(exchange_consent_withdraw(node(&s, NGO), &ask, &shown, &s.err));
    assert_int_equal(s.err.code, E_LOG_27);
    end(&s);
}

/* A note of another log, and one in our name that we did not sign, accuse nobody. */
static void test_a_note_that_we_did_not_sign_stops_nobody(void **state)
{
    struct peer_witness w = {0};
    struct peer_row peer;
    struct fixture s;
    struct bytes frame = {0};
    struct bytes forged = {0};

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    for (size_t i = 0; i < 2; i++) { /* MISSION's own; then NGO's, with another size */
        peer = peer_of(&s, i);
        assert_true(witness_linked_note(node(&s, i), &peer, &w.linked, &s.err));
        bytes_clear(&forged);
        bytes_append_view(&forged, w.linked);
        if (i == 1)
            *((uint8_t *)memchr(forged.at, '\n', forged.size) + 1) = '9';
        w.linked = bytes_view(&forged);
        bytes_clear(&frame);
        peer_witness_encode(&w, &frame);
        assert_true(world_inject(s.w, MISSION, NGO, PEER_WITNESS, bytes_view(&frame)));
        settle(&s);
        assert_int_equal(node(&s, NGO)->signed_beyond, 0);
    }
    refer_and_settle(&s, NGO);
    bytes_fini(&frame);
    bytes_fini(&forged);
    end(&s);
}

/* --- what is a fork, and what is none --- */

static void forge_inquiry(struct fixture *s, struct forgery f, struct bytes *envelope)
{
    struct body b = {.kind = MESSAGE_INQUIRY};
    struct bytes body = {0};

    f.record.message_kind = MESSAGE_INQUIRY;
    body_encode(&b, &body);
    f.body = bytes_view(&body);
    forge_envelope(s->w, NGO, MISSION, &f, envelope);
    bytes_fini(&body);
}

static void inject(struct fixture *s, const struct bytes *envelope)
{
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(envelope)));
    world_tick(s->w, MISSION);
}

static void deliver_of(struct fixture *s, struct forgery f)
{
    struct bytes envelope = {0};

    forge_inquiry(s, f, &envelope);
    inject(s, &envelope);
    bytes_fini(&envelope);
}

static void deliver(struct fixture *s, struct forgery f)
{
    f.incarnation = 1;
    deliver_of(s, f);
}

static void test_one_size_with_two_roots_is_a_fork(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    assert_int_equal(findings_at(&s, MISSION), 0);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);

    /* Those after it are counted, not recorded. */
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 702});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    end(&s);
}

static void test_one_index_with_two_leaves_is_a_fork(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 901, .other_index = 701});
    assert_int_equal(findings_at(&s, MISSION), 0);
    deliver(&s, (struct forgery){.other_size = 902, .other_index = 700});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    end(&s);
}

/* The COUNT records at INDEX are in one other log of SIZE leaves, under one note. */
static void deliver_under_one_note(struct fixture *s, uint64_t size, const uint64_t *index, size_t count)
{
    struct body b = {.kind = MESSAGE_INQUIRY};
    struct bytes body = {0};
    struct bytes envelopes[2] = {{0}};
    struct forgery f[2];

    body_encode(&b, &body);
    for (size_t i = 0; i < count; i++)
        f[i] = (struct forgery){.record.message_kind = MESSAGE_INQUIRY,
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
    struct fixture s;

    (void)state;
    for (int first = 0; first < 2; first++) {
        begin(&s);
        refer_and_settle(&s, NGO);
        deliver_under_one_note(&s, 900 + (uint64_t)first, first == 0 ? two : one, first == 0 ? 2 : 1);
        assert_int_equal(findings_at(&s, MISSION), 0);
        deliver_under_one_note(&s, 910 + (uint64_t)first, first == 0 ? one : two, first == 0 ? 1 : 2);
        assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
        end(&s);
    }
}

static void test_a_wrong_path_is_no_fork(void **state)
{
    static const uint8_t zeros[HASH_SIZE];
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900,
                                 .other_index = 700,
                                 .known_size = peer_of(&s, MISSION).linked_size,
                                 .consistency = view_of(zeros, sizeof zeros)});
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_int_equal(unlinked_at(&s, MISSION), 1);
    end(&s);
}

static void test_what_is_not_proven_is_a_finding_after_an_hour_and_two_questions(void **state)
{
    struct fixture s;
    uint32_t which;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 950, .other_index = 750});
    world_run_ms(s.w, 55 * MINUTES);
    assert_true(s.asked > 2);
    assert_int_equal(findings_at(&s, MISSION), 0);
    world_run_ms(s.w, 60 * MINUTES);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_UNLINKED), 1);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 0);
    assert_true(findings_standing(node(&s, MISSION), peer_of(&s, MISSION).number, &which, &s.err));
    assert_int_equal(which, 1U << FINDING_UNLINKED);
    end(&s);
}

static void test_a_person_closes_a_finding_and_the_log_is_followed_anew(void **state)
{
    struct fixture s;
    struct error err;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    assert_false(
        exchange_finding_close(node(&s, MISSION), world_address(s.w, NGO), FINDING_UNLINKED, FINDING_EXPLAINED, &err));
    assert_int_equal(err.code, E_LOG_26);
    assert_true(
        exchange_finding_close(node(&s, MISSION), world_address(s.w, NGO), FINDING_FORK, FINDING_EXPLAINED, &s.err));
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_CLOSED), 1);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    assert_false(
        exchange_finding_close(node(&s, MISSION), world_address(s.w, NGO), FINDING_FORK, FINDING_EXPLAINED, &err));

    refer_and_settle(&s, NGO);
    assert_true(peer_of(&s, MISSION).linked_size > 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    /* What happens again is a record again. */
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 702});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 2);
    end(&s);
}

static void close_finding(struct fixture *s, enum finding which)
{
    world_must(exchange_finding_close(node(s, MISSION), world_address(s->w, NGO), which, FINDING_EXPLAINED, &s->err),
               &s->err, "close a finding");
    world_tick(s->w, MISSION);
}

/* Those that came while the finding stood, and were counted, too. */
static void test_a_closing_holds_for_each_contradiction_that_was_known(void **state)
{
    struct bytes third = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 702}, &third);
    inject(&s, &third);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    close_finding(&s, FINDING_FORK);

    inject(&s, &third);
    refer_and_settle(&s, NGO);
    inject(&s, &third);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    bytes_fini(&third);
    end(&s);
}

/* One index with two leaves: the linked half comes again after the closing. */
static void test_a_closing_holds_for_the_half_that_was_linked(void **state)
{
    struct bytes linked = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    world_conditions(s.w)->drop = PEER_WITNESS; /* NGO did not sign by itself what MISSION remembers here */
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 700}, &linked);
    inject(&s, &linked);
    assert_int_equal(peer_of(&s, MISSION).linked_size, 900);
    deliver(&s, (struct forgery){.other_size = 902, .other_index = 700});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    close_finding(&s, FINDING_FORK);

    inject(&s, &linked);
    assert_int_equal(peer_of(&s, MISSION).linked_size, 0); /* nor does the log begin there again */
    refer_and_settle(&s, NGO);
    inject(&s, &linked);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 1);
    assert_in_range(peer_of(&s, MISSION).linked_size, 1, 899);
    /* A third leaf there is new. */
    deliver(&s, (struct forgery){.other_size = 903, .other_index = 700});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 2);
    bytes_fini(&linked);
    end(&s);
}

/* What was put aside is evidence still, against the first note of the log as it goes on. */
static void test_a_log_that_goes_on_after_a_closing_may_contradict_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 701});
    close_finding(&s, FINDING_FORK);
    deliver(&s, (struct forgery){.other_size = 910, .other_index = 701});
    assert_int_equal(people_records(node(&s, MISSION), RECORD_FORK), 2);
    end(&s);
}

static void test_a_closing_holds_for_what_was_not_proven(void **state)
{
    struct bytes alone = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    forge_inquiry(&s, (struct forgery){.incarnation = 1, .other_size = 900, .other_index = 700}, &alone);
    inject(&s, &alone);
    world_run_ms(s.w, 120 * MINUTES);
    assert_int_equal(people_records(node(&s, MISSION), RECORD_UNLINKED), 1);
    close_finding(&s, FINDING_UNLINKED);

    for (int i = 0; i < 2; i++) {
        inject(&s, &alone);
        assert_int_equal(unlinked_at(&s, MISSION), 0);
        refer_and_settle(&s, NGO);
        assert_in_range(peer_of(&s, MISSION).linked_size, 1, 899);
        world_run_ms(s.w, 120 * MINUTES);
    }
    assert_int_equal(findings_at(&s, MISSION), 1);
    assert_int_equal(node(&s, NGO)->signed_beyond, 0);
    bytes_fini(&alone);
    end(&s);
}

/* Without a link nobody was asked, however long it takes. */
static void test_what_could_not_be_asked_is_no_finding(void **state)
{
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    assert_true(exchange_status(node(&s, MISSION), &status, &s.err));
    assert_int_equal(status.unlinked, 0);
    deliver(&s, (struct forgery){.other_size = 900, .other_index = 700});
    world_crash(s.w, NGO);
    world_run_ms(s.w, 5 * 60 * MINUTES);
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_true(exchange_status(node(&s, MISSION), &status, &s.err));
    assert_int_equal(status.unlinked, 1); /* it waits for the next link, and status says so */
    end(&s);
}

/* --- a log that begins again --- */

/* The directory says so: what its new log says of the same sizes is no fork. */
static void test_the_log_of_a_replaced_machine_is_no_fork(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (int i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);
    assert_int_equal(peer_of(&s, MISSION).incarnation, 1);
    world_replace(s.w, NGO);
    settle(&s);
    add_person(&s, NGO);
    for (int i = 0; i < 4; i++)
        refer_and_settle(&s, NGO);

    assert_int_equal(peer_of(&s, MISSION).incarnation, 2);
    assert_int_equal(findings_at(&s, MISSION), 0);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    assert_int_equal(node(&s, NGO)->signed_beyond, 0);
    deliver_of(&s, (struct forgery){.incarnation = 1, .other_size = 3, .other_index = 2}); /* the old one is over */
    assert_int_equal(peer_of(&s, MISSION).incarnation, 2);
    end(&s);
}

/* A log that begins again by itself is not taken. */
static void test_an_incarnation_that_the_directory_does_not_state_is_refused(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_and_settle(&s, NGO);
    deliver_of(&s, (struct forgery){.incarnation = 2, .other_size = 3, .other_index = 2});
    assert_int_equal(peer_of(&s, MISSION).incarnation, 1);
    assert_int_equal(unlinked_at(&s, MISSION), 0);
    end(&s);
}

/* --- no false alarm --- */

#define RUNS       8 /* in each test run; more with --runs */
#define RUN_ROUNDS 30

static uint64_t below(struct fake_random *r, uint64_t end)
{
    return fake_random_below(r, end);
}

/* A node may have ended by an armed fault, or have found no room: then the next tick undoes what was asked. */
static void refer_if_up(struct fixture *s, size_t from)
{
    if (node(s, from) != NULL && !refer(s, from) && s->err.code != E_STO_03 &&
        !world_is_expected_fault(s->w, from, &s->err))
        fail_msg("%s", s->err.text);
}

static void arm_fault(struct fixture *s, size_t i, struct fake_random *r)
{
    if (node(s, i) == NULL)
        return;
    s->armed[i] = (enum db_fault_point)below(r, DB_FAULT_COUNT);
    world_fault(s->w, i, s->armed[i], 1 + (unsigned)below(r, 4));
}

static void on_ticked(void *cookie, size_t i, bool ok)
{
    struct fixture *s = cookie;

    happened[KILL_UNSENT] += !ok && node(s, i) == NULL && s->armed[i] == DB_FAULT_COMMIT_DONE;
}

static void lose_a_link(struct fixture *s, size_t i)
{
    uint64_t links = world_links(s->w);

    if (!world_lose(s->w, i, 1 - i))
        return;
    world_link(s->w, i, 1 - i);
    happened[HALF_DEAD] += world_links(s->w) > links;
}

static void dial_twice(struct fixture *s, size_t i)
{
    world_cut(s->w, 0, 1);
    happened[DIALLED_TWICE] += world_dial_both(s->w, i, 1 - i);
}

struct shown {
    const struct address *of;
    char text[FINGERPRINT_TEXT];
};

static bool find_fingerprint(void *cookie, const struct agency_summary *a, struct error *err)
{
    struct shown *s = cookie;

    (void)err;
    if (address_equal(&a->agency, s->of))
        fingerprint_write(&a->fingerprint, s->text);
    return true;
}

/* The people of both agencies compare the new key, and begin again. */
static void replace(struct fixture *s, size_t i)
{
    struct shown shown = {.of = world_address(s->w, i)};

    world_replace(s->w, i);
    if (node(s, 1 - i) != NULL)
        world_crash(s->w, 1 - i); /* and with it the fault that may be armed */
    world_start(s->w, 1 - i);
    world_must(exchange_agency_list(node(s, 1 - i), find_fingerprint, &shown, &s->err) &&
                   exchange_agency_confirm(node(s, 1 - i), shown.of, view_of_text(shown.text), &s->err),
               &s->err, "compare a key");
    world_tick(s->w, 1 - i);
    add_person(s, i);
    s->open[0] = s->open[1] = 0;
    happened[REPLACED]++;
}

static void change_conditions(struct fixture *s, struct fake_random *r)
{
    *world_conditions(s->w) = (struct conditions){.loss = (unsigned)below(r, 200),
                                                  .repeat = (unsigned)below(r, 300),
                                                  .reorder = (unsigned)below(r, 300),
                                                  .cut_link = (unsigned)below(r, 60),
                                                  .delay_ms = (unsigned)below(r, 4000),
                                                  .drop = below(r, 4) == 0 ? PEER_WITNESS : 0};
}

static void refer_some(struct fixture *s, size_t i, struct fake_random *r)
{
    for (uint64_t n = below(r, 6); n > 0; n--) {
        refer_if_up(s, below(r, 2));
        if (below(r, 2) == 0 && node(s, i) != NULL)
            world_tick(s->w, i);
    }
}

static void do_round(struct fixture *s, struct fake_random *r)
{
    size_t i = below(r, 2);

    switch (below(r, 12)) {
    case 0: /* killed between any two lines, commit and send among them */
        arm_fault(s, i, r);
        break;
    case 1:
        if (node(s, i) != NULL)
            world_crash(s->w, i);
        break;
    case 2:
        change_conditions(s, r);
        break;
    case 3:
        lose_a_link(s, i);
        break;
    case 4:
        dial_twice(s, i);
        break;
    case 5:
        if (below(r, 6) == 0)
            replace(s, i);
        break;
    default:
        refer_some(s, i, r);
    }
    world_step(s->w, (int64_t)below(r, 1500));
    for (size_t k = 0; k < 2; k++)
        if (node(s, k) == NULL && below(r, 3) == 0)
            world_start(s->w, k);
}

static void check_no_alarm(struct fixture *s, size_t i, uint64_t seed)
{
    if (findings_at(s, i) != 0 || unlinked_at(s, i) != 0 || node(s, i)->signed_beyond != 0)
        fail_msg("seed %llu: node %zu has %u findings, %llu notes unlinked; repeat: sim_evidence --seed %llu",
                 (unsigned long long)seed, i, findings_at(s, i), (unsigned long long)unlinked_at(s, i),
                 (unsigned long long)seed);
}

/* Whatever came of it, no log was found false, all is linked, and both still sign. */
static void run_seed(uint64_t seed)
{
    struct fake_random r;
    struct fixture s;

    fake_random_init(&r, seed);
    begin_seed(&s, seed);
    world_on_tick(s.w, on_ticked, &s);
    for (int i = 0; i < RUN_ROUNDS; i++)
        do_round(&s, &r);
    for (size_t k = 0; k < 2; k++) {
        if (node(&s, k) != NULL)
            world_crash(s.w, k); /* and with it the fault that may be armed */
        world_start(s.w, k);
    }
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 90 * MINUTES);
    assert_true(refer(&s, NGO)); /* what is unlinked waits for the next link: here it is */
    world_run_ms(s.w, 90 * MINUTES);
    for (size_t k = 0; k < 2; k++)
        check_no_alarm(&s, k, seed);
    happened[REORDERED] += world_wire(s.w)->reordered;
    happened[DOUBLED] += world_wire(s.w)->doubled;
    end(&s);
}

static uint64_t first_seed = 1;
static uint64_t seed_count = RUNS;

static void test_nothing_is_found_whatever_the_wire_and_kills_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < HAPPENING_END; i++)
        happened[i] = 0;
    for (uint64_t i = 0; i < seed_count; i++)
        run_seed(first_seed + i);
    for (size_t i = 0; i < HAPPENING_END && seed_count >= RUNS; i++) {
        if (happened[i] == 0)
            fail_msg("%llu runs without %s: they show nothing about that", (unsigned long long)seed_count,
                     happening_names[i]);
        if (seed_count > RUNS)
            print_message("%s: %u\n", happening_names[i], happened[i]);
    }
}

static bool read_number(int argc, char **argv, const char *name, uint64_t *out)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0) {
            *out = strtoull(argv[i + 1], NULL, 10);
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_overlaps_on_a_link_is_linked),
        cmocka_unit_test(test_what_was_lost_is_asked_for_and_linked),
        cmocka_unit_test(test_growth_is_proven_again_from_what_the_receipt_says),
        cmocka_unit_test(test_a_log_that_is_put_back_after_a_burst_is_found),
        cmocka_unit_test(test_a_node_that_was_put_back_signs_nothing_more),
        cmocka_unit_test(test_on_a_node_that_was_put_back_a_withdrawal_says_whom_to_tell),
        cmocka_unit_test(test_a_note_that_we_did_not_sign_stops_nobody),
        cmocka_unit_test(test_one_size_with_two_roots_is_a_fork),
        cmocka_unit_test(test_one_index_with_two_leaves_is_a_fork),
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
        cmocka_unit_test(test_nothing_is_found_whatever_the_wire_and_kills_do),
    };

    bool counted = read_number(argc, argv, "--runs", &seed_count);
    bool seeded = read_number(argc, argv, "--seed", &first_seed);

    if (seeded && !counted)
        seed_count = 1;
    log_init("sim", LOG_ERROR);
    if (seeded || counted)
        cmocka_set_test_filter("test_nothing_is_found*");
    else if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
