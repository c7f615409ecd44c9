/* What one agency may use up at another's node, and whose frames come first: counted, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/bundle_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/kinds/inquiry_calls.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/members/bundle.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_inside.h"
#include "exchange/traffic/meter_test.h"
#include "exchange/traffic/releasing_inside.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/serving_test.h"
#include "exchange/vault.h"
#include "fake_disk.h"
#include "forge.h"
#include "people.h"

enum { NGO, MISSION, SHELTER };

/* The ngo and the shelter send to the mission; each has sent one message that arrived. */
struct fixture {
    struct world *w;
    struct exchange *mission;
    struct ident person[3];   /* a case of each sender */
    struct bytes envelope[3]; /* the last that each sent to the mission … */
    unsigned envelopes[3];    /* … and how many */
    unsigned sent_by_mission; /* envelopes */
    unsigned busy;            /* that the mission said */
    unsigned busy_to[3];      /* to whom */
    unsigned refused;         /* by frame 4, by the mission */
    unsigned receipts[3];     /* to each, by the mission */
    unsigned before_good;     /* receipts to the shelter before the first one to the ngo … */
    unsigned before_last;     /* … and before the last one */
    struct control_referral_result sent;
    struct control_referral_result by_shelter; /* to the mission */
    struct error err;
};

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;

    if (to == MISSION && kind == PEER_ENVELOPE) {
        s->envelopes[from]++;
        bytes_clear(&s->envelope[from]);
        bytes_append_view(&s->envelope[from], payload);
    }
    if (from != MISSION)
        return;
    s->sent_by_mission += kind == PEER_ENVELOPE;
    s->busy += kind == PEER_BUSY;
    s->busy_to[to] += kind == PEER_BUSY;
    s->refused += kind == PEER_REFUSAL;
    s->receipts[to] += kind == PEER_RECEIPT;
    if (kind == PEER_RECEIPT && to == SHELTER && s->receipts[NGO] == 0)
        s->before_good++;
    if (kind == PEER_RECEIPT && to == NGO)
        s->before_last = s->receipts[SHELTER];
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

static void refer(struct fixture *s, size_t from, size_t to)
{
    assert_true(people_refer(world_node(s->w, from), &s->person[from], world_address(s->w, to),
                             &(struct people_referral){.now = true}, &s->sent, &s->err));
    world_tick(s->w, from);
}

static void refer_emergencies(struct fixture *s, unsigned count)
{
    s->before_good = 0;
    memset(s->receipts, 0, sizeof s->receipts);
    for (unsigned i = 0; i < count; i++)
        assert_true(people_refer(world_node(s->w, NGO), &s->person[NGO], world_address(s->w, MISSION),
                                 &(struct people_referral){.now = true, .urgency = URGENCY_EMERGENCY}, &s->sent,
                                 &s->err));
    world_tick(s->w, NGO);
}

static void begin(struct fixture *s)
{
    fake_disk_set_free(UINT64_C(1) << 40);
    *s = (struct fixture){.w = world_new(31, 3)};
    s->mission = world_node(s->w, MISSION);
    world_watch(s->w, on_frame, s);
    settle(s);
    for (size_t i = 0; i < 3; i++) {
        size_t to = i == MISSION ? SHELTER : MISSION;

        s->person[i] = people_case(world_node(s->w, i));
        world_tick(s->w, i);
        (void)people_consent(world_node(s->w, i), &s->person[i], world_address(s->w, to),
                             &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
        world_tick(s->w, i);
        refer(s, i, to);
    }
    s->by_shelter = s->sent;
    settle(s);
    memset(s->receipts, 0, sizeof s->receipts);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 3; i++) {
        assert_true(people_log_is_good(world_node(s->w, i)));
        bytes_fini(&s->envelope[i]);
    }
    world_free(s->w);
}

static struct usage *usage_of(struct fixture *s, size_t agency)
{
    struct peer_row row = people_peer(s->w, MISSION, agency);
    struct usage *u;

    assert_true(meter_find(s->mission, &row.agency, row.number, &u, &s->err));
    return u;
}

/* The share of FROM at the mission is used up, and then it refers COUNT times. */
static void refer_beyond_share(struct fixture *s, size_t from, unsigned count)
{
    meter_add(s->mission, usage_of(s, from), RESOURCE_BYTES_IN, BOUND_SHARE_BYTES);
    for (unsigned i = 0; i < count; i++)
        refer(s, from, MISSION);
}

static const struct link *link_of(struct fixture *s, size_t agency)
{
    const struct link *l = s->mission->links;

    while (!address_equal(&l->agency, world_address(s->w, agency)))
        l = l->next;
    return l;
}

/* A message of FROM that is valid, for it was receipted. */
static void inject_again(struct fixture *s, size_t from)
{
    assert_true(world_inject(s->w, from, MISSION, PEER_ENVELOPE, bytes_view(&s->envelope[from])));
}

static void inject_rubbish(struct fixture *s)
{
    struct bytes *e = &s->envelope[SHELTER];

    e->at[e->size - 1] ^= 1; /* it does not open */
    inject_again(s, SHELTER);
    e->at[e->size - 1] ^= 1;
}

/* --- refusing costs nothing --- */

static void test_very_many_refusals_make_no_commit_and_next_to_no_records_or_lines(void **state)
{
    struct fixture s;
    uint64_t commits;
    uint64_t size;

    (void)state;
    begin(&s);
    size = audit_size(s.mission->audit, LOG_EXCHANGE);
    commits = usage_of(&s, SHELTER)->used[RESOURCE_COMMITS];
    for (unsigned i = 0; i < 100000; i++) {
        (void)world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
        if (i % 64 == 0)
            world_tick(s.w, MISSION);
    }
    world_tick(s.w, MISSION);
    assert_int_equal(audit_size(s.mission->audit, LOG_EXCHANGE), size);
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_COMMITS], commits);
    world_run_ms(s.w, 30 * MINUTES);
    for (unsigned i = 0; i < 20; i++) { /* a commit each, within two hours */
        (void)world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
        refer(&s, NGO, MISSION);
        world_run_ms(s.w, 5 * MINUTES);
    }
    assert_in_range(people_records(s.mission, RECORD_COUNTED), 1, 8);
    assert_in_range(usage_of(&s, SHELTER)->used[RESOURCE_LINES], 1, 4);
    end(&s);
}

struct counted {
    uint64_t refused;
    uint64_t busy;
    struct view agency;
    char text[sizeof((struct address *)0)->text];
    uint32_t day;
};

static bool add_counted(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct counted *c = cookie;

    (void)e;
    (void)err;
    if (r->kind != RECORD_COUNTED)
        return true;
    *(r->counted.what == COUNTED_BUSY ? &c->busy : &c->refused) += r->counted.how_many;
    assert_true(r->counted.agency.size < sizeof c->text);
    memcpy(c->text, r->counted.agency.at, r->counted.agency.size);
    c->day = r->counted.day;
    return true;
}

static void test_refusals_stand_as_a_count_for_the_agency_and_the_day(void **state)
{
    struct fixture s;
    struct counted c = {0};
    struct control_audit_list_ask all = {.log = LOG_EXCHANGE};
    uint32_t day;

    (void)state;
    begin(&s);
    day = day_of_ms(world_now(s.w));
    for (unsigned i = 0; i < 60; i++)
        (void)world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
    world_run_ms(s.w, 24 * 60 * MINUTES);
    assert_true(exchange_audit_list(s.mission, &all, NULL, add_counted, &c, &s.err));
    assert_int_equal(c.refused, 60);
    assert_int_equal(c.busy, 0);
    assert_int_equal(c.day, day);
    assert_string_equal(c.text, world_address(s.w, SHELTER)->text);
    end(&s);
}

static void test_what_was_counted_is_recorded_before_a_node_stops(void **state)
{
    struct fixture s;
    struct counted c = {0};
    struct control_audit_list_ask all = {.log = LOG_EXCHANGE};

    (void)state;
    begin(&s);
    for (unsigned half = 0; half < 2; half++) {
        for (unsigned i = 0; i < 30; i++)
            (void)world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, view_of("nonsense", 8));
        c = (struct counted){0}; /* reading the log makes a commit, in which a count is recorded */
        assert_true(exchange_audit_list(s.mission, &all, NULL, add_counted, &c, &s.err));
        world_run_ms(s.w, MINUTES);
    }
    assert_in_range(c.refused, 1, 59); /* not two records in an hour */
    assert_true(exchange_stop(s.mission, &s.err));
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    c = (struct counted){0};
    assert_true(exchange_audit_list(s.mission, &all, NULL, add_counted, &c, &s.err));
    assert_int_equal(c.refused, 60);
    end(&s);
}

/* A message of the shelter's about which nothing is done here; or its record commits to another body. */
static void inject_not_acted_on(struct fixture *s, bool is_spoilt)
{
    struct body body = {.kind = MESSAGE_AUTHORITY_REQUEST};
    struct forgery f = {.record = {.message_kind = MESSAGE_AUTHORITY_REQUEST}};
    struct bytes encoded = {0};
    struct bytes envelope = {0};

    body_encode(&body, &encoded);
    f.body = bytes_view(&encoded);
    if (is_spoilt)
        f.record.commitment.at[0] = 1;
    forge_envelope(s->w, SHELTER, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    bytes_fini(&encoded);
    bytes_fini(&envelope);
}

/* Also where the sender is proven. */
static void test_what_is_refused_by_name_or_beyond_the_share_begins_no_commit(void **state)
{
    struct fixture s;
    uint64_t commits;

    (void)state;
    begin(&s);
    inject_not_acted_on(&s, true);
    assert_false(s.mission->in_transaction);
    world_tick(s.w, MISSION);
    assert_int_equal(s.refused, 1);
    meter_add(s.mission, usage_of(&s, SHELTER), RESOURCE_BYTES_IN, BOUND_SHARE_BYTES);
    for (unsigned i = 0; i < 2; i++) {
        inject_not_acted_on(&s, i == 0);
        assert_false(s.mission->in_transaction);
        world_tick(s.w, MISSION);
        assert_int_equal(s.busy_to[SHELTER], i + 1);
    }
    commits = usage_of(&s, SHELTER)->used[RESOURCE_COMMITS];
    refer(&s, SHELTER, MISSION);
    world_step(s.w, 1);
    assert_int_equal(s.busy_to[SHELTER], 3);
    assert_true(usage_of(&s, SHELTER)->used[RESOURCE_COMMITS] == commits);
    end(&s);
}

/* A message of the shelter's, the same each time, under a checkpoint of its log over SIZE records. */
static void inject_under(struct fixture *s, uint64_t size)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .has_referral = true};
    uint32_t service = SERVICE_MEDICAL;
    struct bytes encoded = {0};
    struct bytes envelope = {0};
    struct forgery f = {.record = {.message_kind = MESSAGE_REFERRAL,
                                   .message = {.at = {7}},
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("vital-interest")},
                        .incarnation = 1,
                        .other_size = size,
                        .other_index = 990};

    body.referral.at[0] = 9;
    body.referral_part.urgency = URGENCY_NORMAL;
    body.referral_part.services = &service;
    body.referral_part.service_count = 1;
    body_encode(&body, &encoded);
    f.body = bytes_view(&encoded);
    forge_envelope(s->w, SHELTER, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    bytes_fini(&encoded);
    bytes_fini(&envelope);
}

static void test_what_is_answered_again_beyond_the_share_begins_no_commit(void **state)
{
    struct fixture s;
    uint64_t commits;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i < 2; i++) {
        inject_under(&s, 1000 + i);
        assert_true(s.mission->in_transaction);
        world_tick(s.w, MISSION);
    }
    assert_int_equal(s.receipts[SHELTER], 2);
    meter_add(s.mission, usage_of(&s, SHELTER), RESOURCE_BYTES_IN, BOUND_SHARE_BYTES);
    commits = usage_of(&s, SHELTER)->used[RESOURCE_COMMITS];
    inject_under(&s, 1002);
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[SHELTER], 3);
    assert_true(usage_of(&s, SHELTER)->used[RESOURCE_COMMITS] == commits);
    end(&s);
}

#define REFUSALS 10 /* the share of them in the test */

/* A release of the shelter's to the mission, which lies under no consent; or another message under an id that is taken.
 */
static void inject_refused(struct fixture *s, bool id_is_taken)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .has_referral = true};
    uint32_t service = SERVICE_MEDICAL;
    struct bytes encoded = {0};
    struct bytes envelope = {0};
    struct forgery f = {.record = {.message_kind = MESSAGE_REFERRAL,
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("vital-interest")}};

    if (id_is_taken)
        f.record.message = s->by_shelter.message;
    ident_random(world_node(s->w, SHELTER)->random, &body.referral);
    body.referral_part.urgency = URGENCY_NORMAL;
    body.referral_part.services = &service;
    body.referral_part.service_count = 1;
    body_encode(&body, &encoded);
    f.body = bytes_view(&encoded);
    forge_envelope(s->w, SHELTER, MISSION, &f, &envelope);
    assert_true(world_inject(s->w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, MISSION);
    bytes_fini(&encoded);
    bytes_fini(&envelope);
}

/* What is refused at steps 10 to 12 is a record, for it is an answer that ends a message; its number has an end. */
static void test_refusals_that_are_records_end_at_their_share(void **state)
{
    struct fixture s;
    uint64_t commits;
    uint64_t size;
    uint64_t lines;

    (void)state;
    begin(&s);
    meter_set_share(s.mission->meter, RESOURCE_REFUSALS, REFUSALS);
    for (unsigned i = 0; i < REFUSALS; i++) {
        assert_int_equal(people_records(s.mission, RECORD_REFUSED), i);
        inject_refused(&s, i % 2 == 0);
    }
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), REFUSALS);
    assert_int_equal(s.receipts[SHELTER], REFUSALS);
    assert_int_equal(s.busy, 0);
    inject_refused(&s, false); /* says with a line that it is over */
    lines = usage_of(&s, SHELTER)->used[RESOURCE_LINES];
    commits = usage_of(&s, SHELTER)->used[RESOURCE_COMMITS];
    size = audit_size(s.mission->audit, LOG_EXCHANGE);
    for (unsigned i = 0; i < 2 * REFUSALS; i++)
        inject_refused(&s, i % 2 == 0);
    assert_int_equal(s.receipts[SHELTER], REFUSALS);
    assert_int_equal(s.busy_to[SHELTER], 2 * REFUSALS + 1);
    assert_in_range(audit_size(s.mission->audit, LOG_EXCHANGE), size, size + 1); /* COUNTED */
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_LINES], lines);
    assert_true(usage_of(&s, SHELTER)->used[RESOURCE_COMMITS] == commits);
    refer(&s, NGO, MISSION);
    world_run_ms(s.w, 1000);
    assert_int_equal(s.receipts[NGO], 1);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), REFUSALS);
    end(&s);
}

/* --- shares --- */

static void test_each_share_ends_at_its_bound(void **state)
{
    struct fixture s;

    (void)state;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        struct usage *u;
        struct node_status status;
        enum resource which;
        unsigned received;

        if (r == RESOURCE_LINES)
            continue;
        begin(&s);
        u = usage_of(&s, NGO);
        received = people_records(s.mission, RECORD_RECEIVED);
        meter_add(s.mission, u, (enum resource)r, resource_share((enum resource)r) - u->used[r] - 1);
        assert_false(meter_is_over(s.mission, u, NULL));
        meter_add(s.mission, u, (enum resource)r, 1);
        assert_true(meter_is_over(s.mission, u, &which));
        assert_int_equal(which, r);
        assert_true(exchange_status(s.mission, &status, &s.err));
        assert_int_equal(status.over_count, 1);
        assert_int_equal(status.over[0].what, r);
        assert_string_equal(status.over[0].agency.text, world_address(s.w, NGO)->text);
        refer(&s, NGO, MISSION);
        world_run_ms(s.w, 5 * MINUTES);
        assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received);
        assert_true(r == RESOURCE_BYTES_OUT || s.busy > 0);
        world_run_ms(s.w, 24 * 60 * MINUTES); /* another day, another share */
        assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received + 1);
        end(&s);
    }
}

/* A second message under it shows no other. */
static void test_a_consent_that_came_counts_once_in_its_share(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(resource_share(RESOURCE_CONSENTS), 10000);
    for (int i = 0; i < 2; i++) {
        refer(&s, NGO, MISSION);
        assert_true(world_run_until_idle(s.w, 60 * MINUTES));
        assert_int_equal(usage_of(&s, NGO)->used[RESOURCE_CONSENTS], 1);
    }
    end(&s);
}

static void test_who_is_told_busy_sends_again_after_ten_seconds_doubled(void **state)
{
    static const int64_t at_s[] = {10, 30, 70, 130};
    struct fixture s;
    int64_t passed_s = 0;

    (void)state;
    begin(&s);
    meter_add(s.mission, usage_of(&s, NGO), RESOURCE_BYTES_IN, BOUND_SHARE_BYTES);
    refer(&s, NGO, MISSION);
    world_run_ms(s.w, 1000);
    s.envelopes[NGO] = 0;
    for (unsigned i = 0; i < sizeof at_s / sizeof at_s[0]; i++) {
        world_run_ms(s.w, (at_s[i] - passed_s - 2) * 1000);
        assert_int_equal(s.envelopes[NGO], i);
        world_run_ms(s.w, 2000);
        assert_int_equal(s.envelopes[NGO], i + 1);
        passed_s = at_s[i];
    }
    end(&s);
}

/* Of more than one pass tries, each is tried in turn. */
static void test_of_what_is_beyond_the_share_few_go_again(void **state)
{
    enum { WAITING = 40, TRIES = 16 };
    struct fixture s;

    (void)state;
    begin(&s);
    refer_beyond_share(&s, NGO, WAITING);
    world_run_ms(s.w, 5000);
    assert_int_equal(s.envelopes[NGO], 1 + WAITING); /* each once, as it was made */
    s.envelopes[NGO] = 0;
    world_run_ms(s.w, 7000);
    assert_int_equal(s.envelopes[NGO], TRIES);
    world_run_ms(s.w, 20000);
    assert_int_equal(s.envelopes[NGO], 2 * TRIES);
    world_run_ms(s.w, 40000);
    assert_int_equal(s.envelopes[NGO], WAITING);
    world_run_ms(s.w, 60000);
    assert_int_equal(s.envelopes[NGO], WAITING + TRIES); /* from the first on */
    usage_of(&s, NGO)->used[RESOURCE_BYTES_IN] = 0;
    world_run_ms(s.w, 62000);
    assert_int_equal(s.receipts[NGO], WAITING); /* when one was taken, all at once */
    end(&s);
}

static void test_an_emergency_goes_each_time_whatever_waits_beyond_the_share(void **state)
{
    enum { WAITING = 40 };
    struct fixture s;

    (void)state;
    begin(&s);
    refer_beyond_share(&s, NGO, WAITING);
    refer_emergencies(&s, 1);
    world_run_ms(s.w, 5000);
    s.envelopes[NGO] = 0;
    world_run_ms(s.w, 7000);
    assert_int_equal(s.envelopes[NGO], 16 + 1);
    world_run_ms(s.w, 20000);
    assert_int_equal(s.envelopes[NGO], 2 * (16 + 1));
    end(&s);
}

static bool pass_over(void *cookie, const struct control_inquiry *inquiry, struct error *err)
{
    (void)cookie;
    (void)inquiry;
    (void)err;
    return true;
}

/* The mission asked the shelter whether it has room; the shelter says so, and that is lost. */
static void lose_an_answer(struct fixture *s)
{
    const struct control_capacity_answer_ask answer = {.number = 1, .answer = PLAIN_ANSWER_YES};
    struct control_inquiry out;

    world_conditions(s->w)->loss = 1000;
    assert_true(exchange_capacity_answer(world_node(s->w, SHELTER), &answer, &out, &s->err));
    world_tick(s->w, SHELTER);
    world_run_ms(s->w, 1000);
    world_conditions(s->w)->loss = 0;
}

static void test_an_answer_goes_each_time_whatever_waits_beyond_the_share(void **state)
{
    enum { WAITING = 40 };
    struct fixture s;
    struct control_capacity_ask ask;

    (void)state;
    begin(&s);
    ask = (struct control_capacity_ask){.to = world_address(s.w, SHELTER),
                                        .to_count = 1,
                                        .service = SERVICE_SHELTER,
                                        .places = 3,
                                        .whom = PLACES_FOR_ADULTS};
    assert_true(exchange_capacity_ask(s.mission, &ask, pass_over, NULL, &s.err));
    world_tick(s.w, MISSION);
    settle(&s);
    refer_beyond_share(&s, SHELTER, WAITING);
    world_run_ms(s.w, 5000);
    lose_an_answer(&s);
    memset(s.receipts, 0, sizeof s.receipts);
    s.envelopes[SHELTER] = 0;
    world_run_ms(s.w, 6000);
    assert_int_equal(s.envelopes[SHELTER], 16 + 1);
    assert_int_equal(s.receipts[SHELTER], 1);
    world_run_ms(s.w, 8000); /* that it was taken tells nothing of the rest */
    assert_int_equal(s.envelopes[SHELTER], 16 + 1);
    end(&s);
}

static struct link_releasing *releasing_of(struct fixture *s, size_t from)
{
    struct peer_row to = people_peer(s->w, from, MISSION);

    return links_find_to(world_node(s->w, from), to.number)->releasing;
}

/* What is owed has passes of its own, which change nothing of whose turn it is. */
static void test_each_beyond_the_share_has_its_turn_whatever_else_is_due(void **state)
{
    enum { WAITING = 40 };
    struct link_releasing *r;
    struct fixture s;
    int64_t up_to;

    (void)state;
    begin(&s);
    refer_beyond_share(&s, NGO, WAITING);
    world_run_ms(s.w, 12000);
    r = releasing_of(&s, NGO);
    up_to = r->tried_up_to;
    assert_true(up_to != 0);
    r->retry_ms = 1;
    world_tick(s.w, NGO);
    world_run_ms(s.w, 1000);
    assert_true(!r->backlog && r->tried_up_to == up_to);
    world_run_ms(s.w, 20000);
    assert_true(r->tried_up_to == up_to + 16);
    end(&s);
}

/* That something is taken is no reason to send all again that waits for another one. */
static void test_where_nothing_was_left_out_nothing_goes_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_beyond_share(&s, NGO, 5);
    world_run_ms(s.w, 1000);
    usage_of(&s, NGO)->used[RESOURCE_BYTES_IN] = 0;
    s.envelopes[NGO] = 0;
    refer(&s, NGO, MISSION);
    world_run_ms(s.w, 1000);
    assert_int_equal(s.receipts[NGO], 1);
    assert_int_equal(s.envelopes[NGO], 1);
    world_run_ms(s.w, 20000);
    assert_int_equal(s.receipts[NGO], 6);
    end(&s);
}

/* A peer that takes one and says busy, over and over, makes it seal all that waits once in 10 s. */
static void test_what_was_left_out_goes_at_once_as_seldom_as_for_other_reasons(void **state)
{
    enum { WAITING = 40 };
    struct fixture s;

    (void)state;
    begin(&s);
    refer_beyond_share(&s, NGO, WAITING);
    world_run_ms(s.w, 12000);
    world_conditions(s.w)->loss = 1000;
    s.envelopes[NGO] = 0;
    for (unsigned i = 0; i < 8; i++) {
        const struct message_row taken = {.kind = MESSAGE_REFERRAL};
        struct peer_row to = people_peer(s.w, NGO, MISSION);

        releasing_of(&s, NGO)->share_used_up = true;
        releasing_of(&s, NGO)->some_left_out = true;
        releasing_told_ready(world_node(s.w, NGO), links_find_to(world_node(s.w, NGO), to.number), &taken);
        world_tick(s.w, NGO);
        world_run_ms(s.w, 1000);
    }
    assert_in_range(s.envelopes[NGO], WAITING, 2 * WAITING);
    end(&s);
}

struct marked {
    unsigned waiting;
    unsigned marked;
    int64_t last; /* number of the last that is */
};

static bool count_marked(void *cookie, const struct message_row *row, struct error *err)
{
    struct marked *m = cookie;

    (void)err;
    m->waiting++;
    m->marked += row->may_have_left;
    m->last = row->may_have_left ? row->number : m->last;
    return true;
}

static struct marked marked(struct fixture *s)
{
    struct peer_row to = people_peer(s->w, NGO, MISSION);
    struct marked m = {.waiting = 0};

    assert_true(message_store_walk_waiting(world_node(s->w, NGO)->db, to.number, 0, 10000, count_marked, &m, &s->err));
    return m;
}

/* Of what was left out since it was made nobody says that it may have left: it is recalled, and never comes there. */
static void test_what_was_left_out_never_left(void **state)
{
    enum { WAITING = 400 }; /* of which some left before it was known that the share is used up */
    struct control_referral out;
    struct ident last;
    struct marked m;
    struct fixture s;

    (void)state;
    begin(&s);
    world_cut(s.w, NGO, MISSION);
    for (unsigned i = 0; i < WAITING; i++)
        refer(&s, NGO, MISSION);
    last = s.sent.referral;
    meter_add(s.mission, usage_of(&s, NGO), RESOURCE_BYTES_IN, BOUND_SHARE_BYTES);
    s.envelopes[NGO] = 0;
    world_run_ms(s.w, 90000);
    m = marked(&s);
    assert_int_equal(m.waiting, WAITING);
    assert_in_range(m.marked, 16, WAITING - 100);
    assert_in_range(s.envelopes[NGO], m.marked, WAITING);
    releasing_of(&s, NGO)->tried_up_to = m.last; /* now it is the turn of those that never left */
    world_run_ms(s.w, 62000);
    assert_int_equal(marked(&s).marked, m.marked + 16);
    world_must(exchange_referral_cancel(world_node(s.w, NGO), &last, &out, &s.err), &s.err, "cancel");
    assert_int_equal(out.state, REFERRAL_CANCELLED);
    world_tick(s.w, NGO);
    usage_of(&s, NGO)->used[RESOURCE_BYTES_IN] = 0;
    world_run_ms(s.w, 130000);
    assert_int_equal(people_count(s.mission, &last), 0);
    assert_int_equal(s.receipts[NGO], WAITING - 1);
    end(&s);
}

static void test_the_share_of_the_disk_ends_before_the_floor(void **state)
{
    struct fixture s;
    uint64_t disk;
    unsigned received;

    (void)state;
    begin(&s);
    disk = usage_of(&s, NGO)->used[RESOURCE_DISK];
    assert_true(disk > 0);
    world_advance(s.w, 2000); /* the free space is asked for again */
    fake_disk_set_free(BOUND_DISK_PEERS + 4 * disk);
    received = people_records(s.mission, RECORD_RECEIVED);
    refer(&s, NGO, MISSION);
    world_run_ms(s.w, 1000);
    refer(&s, NGO, MISSION);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received + 1);
    assert_true(s.busy > 0);
    refer(&s, SHELTER, MISSION); /* others have their share */
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received + 2);
    end(&s);
}

static void test_log_lines_about_an_agency_end_at_their_share(void **state)
{
    struct fixture s;
    struct usage *u;

    (void)state;
    begin(&s);
    u = usage_of(&s, SHELTER);
    assert_true(meter_line(s.mission, u, LINE_NO_ROOM));
    assert_false(meter_line(s.mission, u, LINE_NO_ROOM));
    world_advance(s.w, 60 * MINUTES);
    assert_true(meter_line(s.mission, u, LINE_NO_ROOM));
    meter_add(s.mission, u, RESOURCE_LINES, resource_share(RESOURCE_LINES) - u->used[RESOURCE_LINES] - 1);
    world_advance(s.w, 60 * MINUTES);
    assert_false(meter_line(s.mission, u, LINE_NO_ROOM));
    end(&s);
}

static void test_a_member_that_comes_and_goes_has_few_lines(void **state)
{
    const struct address unknown = {"unknown@sim.example"};
    struct fixture s;
    unsigned lines[3] = {0};
    struct usage *u;
    uint64_t before;

    (void)state;
    begin(&s);
    u = usage_of(&s, SHELTER);
    before = u->used[RESOURCE_LINES];
    for (unsigned i = 0; i < 200000; i++) { /* up and down */
        lines[0] += exchange_link_line(s.mission, world_address(s.w, SHELTER));
        lines[1] += exchange_link_line(s.mission, &unknown);
        lines[2] += exchange_link_line(s.mission, NULL);
    }
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(lines[i], 8);
    assert_true(exchange_link_line(s.mission, world_address(s.w, NGO))); /* others have theirs */
    assert_int_equal(u->used[RESOURCE_LINES], before + 8);
    refer(&s, NGO, MISSION); /* a commit writes down what was used: not of whom the node has no number of */
    world_run_ms(s.w, 60 * MINUTES);
    assert_true(exchange_link_line(s.mission, world_address(s.w, SHELTER)));
    end(&s);
}

static void test_a_restart_gives_no_new_share(void **state)
{
    struct fixture s;
    uint64_t used;

    (void)state;
    begin(&s);
    meter_add(s.mission, usage_of(&s, NGO), RESOURCE_MESSAGES, BOUND_SHARE_MESSAGES / 2);
    used = usage_of(&s, NGO)->used[RESOURCE_MESSAGES];
    refer(&s, SHELTER, MISSION); /* a commit that happens anyway */
    world_run_ms(s.w, MINUTES);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    assert_in_range(usage_of(&s, NGO)->used[RESOURCE_MESSAGES], used,
                    used + BOUND_SHARE_MESSAGES / BOUND_SHARE_BLOCKS + 2);
    world_run_ms(s.w, 24 * 60 * MINUTES);
    meter_add(s.mission, usage_of(&s, NGO), RESOURCE_MESSAGES, 0);
    assert_in_range(usage_of(&s, NGO)->used[RESOURCE_MESSAGES], 0, 100);
    end(&s);
}

/* --- whose frames come first --- */

static void test_a_good_peer_is_handled_after_few_frames_of_one_that_floods(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i < 500; i++)
        inject_again(&s, SHELTER);
    for (unsigned i = 0; i < 3; i++)
        inject_again(&s, NGO);
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[NGO], 3);
    assert_in_range(s.before_good, 1, BOUND_ROUND);
    while (exchange_has_work(s.mission))
        world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[SHELTER], 500);
    end(&s);
}

static void test_after_their_first_frames_two_links_take_turns(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i < 200; i++)
        inject_again(&s, SHELTER);
    for (unsigned i = 0; i < 2 * BOUND_ROUND; i++)
        inject_again(&s, NGO);
    s.before_good = 0;
    s.receipts[NGO] = 0;
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[NGO], 2 * BOUND_ROUND);
    end(&s);
}

/* An emergency of the ngo, COUNT times. */
/* The shelter withdraws COUNT consents that it never took, each proven by its log: they are on the wire. */
static void send_invented(struct fixture *s, unsigned count)
{
    struct exchange *x = world_node(s->w, SHELTER);
    uint64_t first = audit_size(x->audit, LOG_EXCHANGE);
    struct consent_row row = {.number = INT64_C(1) << 40, .recipient = *world_address(s->w, MISSION)};
    struct ident *ids = xnew(count * sizeof *ids);

    assert_true(tick_begin(x, &s->err));
    for (unsigned i = 0; i < count; i++) {
        struct record r = {.kind = RECORD_WITHDRAWN};

        random_fill(x->random, ids[i].at, sizeof ids[i].at);
        r.consent = (struct record_consent){.consent = ids[i], .state = CONSENT_ERASE, .until = 20000};
        assert_true(audit_append(x->audit, &r, NULL, &s->err));
    }
    world_tick(s->w, SHELTER);
    for (unsigned i = 0; i < count; i++) {
        struct obligation_row o = {
            .what = OWED_WITHDRAWAL, .subject = row.number, .step = CONSENT_ERASE, .record_index = first + i};

        row.id = ids[i];
        assert_true(kind_withdrawal_send(x, &row, &o, &s->err));
    }
    world_tick(s->w, SHELTER);
    free(ids);
}

/* Within the share of who sends them, and beyond it. */
static void test_a_flood_of_invented_withdrawals_keeps_no_emergency_waiting(void **state)
{
    struct fixture s;
    const struct usage *shelter;

    (void)state;
    begin(&s);
    shelter = usage_of(&s, SHELTER);
    world_limit(s.w, MISSION, 600);
    for (unsigned i = 0; i < 4; i++) {
        send_invented(&s, 300);
        refer_emergencies(&s, 2 * BOUND_ROUND);
        world_step(s.w, 1); /* those of the shelter come first; one tick of the mission */
        assert_int_equal(s.receipts[NGO], 2 * BOUND_ROUND);
        assert_in_range(s.before_last, i < 2 ? BOUND_ROUND : 0, 2 * BOUND_ROUND);
        assert_int_equal(s.busy_to[NGO], 0);
        while (exchange_has_work(s.mission))
            world_tick(s.w, MISSION);
    }
    assert_true(shelter->used[RESOURCE_MESSAGES] > 600);
    assert_true(s.busy_to[SHELTER] > 0);
    end(&s);
}

/* Of who was not known to send rubbish, and of who is. */
static void test_a_flood_of_what_does_not_open_keeps_no_emergency_waiting(void **state)
{
    struct fixture s;
    const struct usage *shelter;

    (void)state;
    begin(&s);
    shelter = usage_of(&s, SHELTER);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t opened = shelter->used[RESOURCE_OPENINGS];

        for (unsigned k = 0; k < 500; k++)
            inject_rubbish(&s);
        refer_emergencies(&s, 2 * BOUND_ROUND);
        world_step(s.w, 1);
        assert_int_equal(s.receipts[NGO], 2 * BOUND_ROUND);
        assert_int_equal(s.busy_to[NGO], 0);
        assert_in_range(shelter->used[RESOURCE_OPENINGS], opened, opened + BOUND_RUBBISH + 1 + BOUND_ROUND_LAST);
    }
    end(&s);
}

static void test_those_who_send_rubbish_come_last(void **state)
{
    struct fixture s;
    uint64_t opened;
    uint64_t frames;
    unsigned ticks = 0;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i <= BOUND_RUBBISH; i++) {
        assert_false(meter_is_last(s.mission, usage_of(&s, SHELTER)));
        inject_rubbish(&s);
    }
    assert_true(meter_is_last(s.mission, usage_of(&s, SHELTER)));
    world_tick(s.w, MISSION);
    opened = usage_of(&s, SHELTER)->used[RESOURCE_OPENINGS];
    frames = usage_of(&s, SHELTER)->used[RESOURCE_FRAMES];
    for (unsigned i = 0; i < 10 * BOUND_QUEUED; i++)
        inject_rubbish(&s);
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_OPENINGS], opened);
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_FRAMES], frames + 10 * BOUND_QUEUED);
    inject_again(&s, NGO);
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[NGO], 1);
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_OPENINGS], opened + BOUND_ROUND_LAST);
    for (; exchange_has_work(s.mission); ticks++)
        world_tick(s.w, MISSION);
    assert_int_equal(usage_of(&s, SHELTER)->used[RESOURCE_OPENINGS], opened + BOUND_QUEUED);
    assert_true(ticks >= BOUND_QUEUED / BOUND_ROUND_LAST - 1);

    world_advance(s.w, 61 * MINUTES); /* an hour later it is heard like any other */
    assert_false(meter_is_last(s.mission, usage_of(&s, SHELTER)));
    end(&s);
}

/* What is dropped is drawn: the newest is not dropped because others came before it. */
static void test_a_frame_that_comes_behind_much_rubbish_has_its_chance(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i <= BOUND_RUBBISH + BOUND_QUEUED; i++)
        inject_rubbish(&s);
    assert_int_equal(serving_queued(link_of(&s, SHELTER)), BOUND_QUEUED);
    inject_again(&s, SHELTER);
    while (exchange_has_work(s.mission))
        world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[SHELTER], 1);
    end(&s);
}

static void test_what_waits_of_rubbish_is_bounded_in_bytes(void **state)
{
    struct fixture s;
    struct bytes large = {0};

    (void)state;
    begin(&s);
    for (unsigned i = 0; i <= BOUND_RUBBISH; i++)
        inject_rubbish(&s);
    memset(bytes_reserve(&large, BOUND_ENVELOPE), 1, BOUND_ENVELOPE);
    large.size = BOUND_ENVELOPE;
    for (unsigned i = 0; i < 64; i++)
        (void)world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&large));
    assert_int_equal(serving_queued_bytes(link_of(&s, SHELTER)), BOUND_QUEUED_BYTES / BOUND_ENVELOPE * BOUND_ENVELOPE);
    bytes_fini(&large);
    end(&s);
}

/* Also of who is within its share, in a tick that takes long. */
static void test_what_waits_of_any_link_is_bounded(void **state)
{
    struct fixture s;
    struct bytes large = {0};

    (void)state;
    begin(&s);
    for (unsigned i = 0; i < BOUND_WAITING + 2 * BOUND_ROUND; i++)
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_BUSY, (struct view){0}));
    assert_int_equal(serving_queued(link_of(&s, SHELTER)), BOUND_WAITING);
    inject_again(&s, NGO);
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[NGO], 1);
    while (exchange_has_work(s.mission))
        world_tick(s.w, MISSION);

    memset(bytes_reserve(&large, BOUND_ENVELOPE), 1, BOUND_ENVELOPE);
    large.size = BOUND_ENVELOPE;
    for (unsigned i = 0; i < BOUND_ROUND; i++)
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_BUSY, (struct view){0}));
    for (unsigned i = 0; i < 80; i++)
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_ENVELOPE, bytes_view(&large)));
    assert_int_equal(serving_queued_bytes(link_of(&s, SHELTER)), BOUND_WAITING_BYTES / BOUND_ENVELOPE * BOUND_ENVELOPE);
    bytes_fini(&large);
    end(&s);
}

#define QUESTIONS 32

/* A question of the shelter about as many messages as it may ask of at once; the frame is the caller's. */
static void make_question(struct fixture *s, struct bytes *frame)
{
    struct peer_asked asked[BOUND_ASKED];
    struct message_row row;
    struct peer_row peer;
    bool found;

    assert_true(peers_find(s->mission, world_address(s->w, SHELTER), &found, &peer, &s->err) && found);
    assert_true(message_store_find(s->mission->db, DIRECTION_IN, peer.number, &s->sent.message, &found, &row, &s->err));
    assert_true(found);
    for (size_t i = 0; i < BOUND_ASKED; i++)
        asked[i] = (struct peer_asked){row.id, row.leaf};
    peer_ask_encode(&(struct peer_ask){.asked = asked, .count = BOUND_ASKED}, frame);
}

static void test_a_question_about_many_takes_as_many_turns(void **state)
{
    struct fixture s;
    struct bytes frame = {0};

    (void)state;
    begin(&s); /* the last that was sent is the shelter's */
    make_question(&s, &frame);
    for (unsigned i = 0; i < QUESTIONS; i++)
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_ASK, bytes_view(&frame)));
    for (unsigned i = 0; i < BOUND_ROUND + 3; i++)
        inject_again(&s, NGO);
    world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[NGO], BOUND_ROUND + 3);
    assert_in_range(s.receipts[SHELTER], BOUND_ASKED, BOUND_BATCH + 2 * BOUND_ASKED);
    while (exchange_has_work(s.mission))
        world_tick(s.w, MISSION);
    assert_int_equal(s.receipts[SHELTER], QUESTIONS * BOUND_ASKED);
    bytes_fini(&frame);
    end(&s);
}

/* What is asked about counts as messages do: the question that is more than the share is not answered. */
static void test_a_question_is_in_the_share(void **state)
{
    struct fixture s;
    struct bytes frame = {0};

    (void)state;
    begin(&s);
    make_question(&s, &frame);
    world_limit(s.w, MISSION, usage_of(&s, SHELTER)->used[RESOURCE_MESSAGES] + BOUND_ASKED + 1);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_ASK, bytes_view(&frame)));
        while (exchange_has_work(s.mission))
            world_tick(s.w, MISSION);
    }
    assert_int_equal(s.receipts[SHELTER], BOUND_ASKED);
    bytes_fini(&frame);
    end(&s);
}

/* The database does not answer once, while the frame behind BEFORE others of the ngo is handled. */
static void fail_behind(unsigned before)
{
    struct fixture s;

    begin(&s);
    for (unsigned i = 0; i < before; i++)
        inject_again(&s, NGO);
    world_fault(s.w, MISSION, DB_FAULT_STEP, 1);
    inject_again(&s, NGO);
    assert_int_equal(usage_of(&s, NGO)->used[RESOURCE_LINES], 0); /* it accuses nobody */
    assert_true(exchange_has_work(s.mission));
    world_tick(s.w, MISSION);
    assert_null(world_node(s.w, MISSION)); /* it has ended */
    assert_int_equal(s.receipts[NGO], 0);
    world_start(s.w, MISSION);
    end(&s);
}

static void test_a_database_that_does_not_answer_a_frame_is_not_its_senders_fault(void **state)
{
    (void)state;
    fail_behind(0);
    fail_behind(BOUND_ROUND); /* it is handled in turn */
}

/* --- what a small frame makes a node do --- */

/* The mission has COUNT messages for the shelter, which does not answer them. */
static void begin_backlog(struct fixture *s, unsigned count)
{
    begin(s);
    world_conditions(s->w)->loss = 1000;
    for (unsigned i = 0; i < count; i++)
        refer(s, MISSION, SHELTER);
    world_tick(s->w, MISSION);
    s->sent_by_mission = 0;
}

static void make_bundle(struct fixture *s, uint64_t sequence, struct bytes *out)
{
    struct exchange *x = world_node(s->w, SHELTER);
    struct bundle b = *membership_bundle(x->membership, address_view(world_address(s->w, SHELTER)));

    b.sequence += sequence;
    assert_true(bundle_sign(&b, membership_federation(x->membership),
                            (struct sign_key *)(uintptr_t)vault_identity(x->vault), out, &s->err));
}

static void test_sixty_bundles_make_one_backlog(void **state)
{
    struct fixture s;

    (void)state;
    begin_backlog(&s, 5);
    for (unsigned i = 1; i <= 60; i++) {
        struct bytes note = {0};

        make_bundle(&s, i, &note);
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_BUNDLE, bytes_view(&note)));
        world_tick(s.w, MISSION);
        if (i == 30) /* one that is not newer does nothing */
            assert_true(world_inject(s.w, SHELTER, MISSION, PEER_BUNDLE, bytes_view(&note)));
        bytes_fini(&note);
        world_advance(s.w, 1);
    }
    assert_int_equal(s.sent_by_mission, 5);
    world_advance(s.w, 10000);
    world_tick(s.w, MISSION);
    world_tick(s.w, MISSION);
    assert_int_equal(s.sent_by_mission, 10); /* with the newest keys, after the pause */
    end(&s);
}

static void test_many_links_one_after_the_other_make_few_backlogs(void **state)
{
    struct fixture s;

    (void)state;
    begin_backlog(&s, 5);
    for (unsigned i = 0; i < 60; i++) {
        world_cut(s.w, SHELTER, MISSION);
        (void)world_inject(s.w, SHELTER, MISSION, PEER_BUSY, (struct view){0});
        for (unsigned k = 0; k < 3; k++)
            world_tick(s.w, MISSION);
        world_advance(s.w, 1);
    }
    assert_in_range(s.sent_by_mission, 5, 5 * 4);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_very_many_refusals_make_no_commit_and_next_to_no_records_or_lines),
        cmocka_unit_test(test_refusals_stand_as_a_count_for_the_agency_and_the_day),
        cmocka_unit_test(test_what_was_counted_is_recorded_before_a_node_stops),
        cmocka_unit_test(test_what_is_refused_by_name_or_beyond_the_share_begins_no_commit),
        cmocka_unit_test(test_what_is_answered_again_beyond_the_share_begins_no_commit),
        cmocka_unit_test(test_refusals_that_are_records_end_at_their_share),
        cmocka_unit_test(test_each_share_ends_at_its_bound),
        cmocka_unit_test(test_a_consent_that_came_counts_once_in_its_share),
        cmocka_unit_test(test_who_is_told_busy_sends_again_after_ten_seconds_doubled),
        cmocka_unit_test(test_of_what_is_beyond_the_share_few_go_again),
        cmocka_unit_test(test_an_emergency_goes_each_time_whatever_waits_beyond_the_share),
        cmocka_unit_test(test_an_answer_goes_each_time_whatever_waits_beyond_the_share),
        cmocka_unit_test(test_each_beyond_the_share_has_its_turn_whatever_else_is_due),
        cmocka_unit_test(test_where_nothing_was_left_out_nothing_goes_at_once),
        cmocka_unit_test(test_what_was_left_out_goes_at_once_as_seldom_as_for_other_reasons),
        cmocka_unit_test(test_what_was_left_out_never_left),
        cmocka_unit_test(test_the_share_of_the_disk_ends_before_the_floor),
        cmocka_unit_test(test_log_lines_about_an_agency_end_at_their_share),
        cmocka_unit_test(test_a_member_that_comes_and_goes_has_few_lines),
        cmocka_unit_test(test_a_restart_gives_no_new_share),
        cmocka_unit_test(test_a_good_peer_is_handled_after_few_frames_of_one_that_floods),
        cmocka_unit_test(test_after_their_first_frames_two_links_take_turns),
        cmocka_unit_test(test_a_flood_of_invented_withdrawals_keeps_no_emergency_waiting),
        cmocka_unit_test(test_a_flood_of_what_does_not_open_keeps_no_emergency_waiting),
        cmocka_unit_test(test_those_who_send_rubbish_come_last),
        cmocka_unit_test(test_a_frame_that_comes_behind_much_rubbish_has_its_chance),
        cmocka_unit_test(test_what_waits_of_rubbish_is_bounded_in_bytes),
        cmocka_unit_test(test_what_waits_of_any_link_is_bounded),
        cmocka_unit_test(test_a_question_about_many_takes_as_many_turns),
        cmocka_unit_test(test_a_question_is_in_the_share),
        cmocka_unit_test(test_a_database_that_does_not_answer_a_frame_is_not_its_senders_fault),
        cmocka_unit_test(test_sixty_bundles_make_one_backlog),
        cmocka_unit_test(test_many_links_one_after_the_other_make_few_backlogs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
