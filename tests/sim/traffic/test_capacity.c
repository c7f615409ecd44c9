/* Whether agencies have room, asked and answered about nobody; what a modified peer says of it; that all of it ends. */
#include "fixture.h"

#include "base/text.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/exchange_status.h"
#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/inquiry_calls.h"
#include "exchange/kinds/ping_calls.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/members/leaving.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/pause_calls.h"
#include "exchange/members/peers.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/outbox.h"
#include "model/envelope.h"
#include "model/inquiry.h"
#include "watcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MANY 80

struct seen {
    unsigned count;
    struct control_inquiry at[MANY]; /* without views */
};

static struct seen asked;

static bool note(void *cookie, const struct control_inquiry *i, struct error *err)
{
    struct seen *l = cookie;

    (void)err;
    assert_true(l->count < MANY);
    l->at[l->count] = *i;
    l->at[l->count].languages = NULL;
    l->at[l->count++].phone = (struct view){0};
    return true;
}

static struct control_capacity_ask ask_for(const struct address *to, size_t count, uint32_t places)
{
    return (struct control_capacity_ask){
        .to = to, .to_count = count, .service = SERVICE_SHELTER, .places = places, .whom = PLACES_FOR_ADULTS};
}

static bool try_ask(struct fixture *s, const struct control_capacity_ask *ask)
{
    asked.count = 0;
    return exchange_capacity_ask(s->ngo, ask, note, &asked, &s->err);
}

static bool ask_one(struct fixture *s)
{
    const struct control_capacity_ask ask = ask_for(s->to, 1, 3);

    return try_ask(s, &ask);
}

static bool try_answer(struct fixture *s, struct exchange *x, uint32_t number, enum plain_answer answer)
{
    const struct control_capacity_answer_ask ask = {.number = number, .answer = answer};
    struct control_inquiry out;

    return exchange_capacity_answer(x, &ask, &out, &s->err);
}

static bool agree(struct fixture *s)
{
    return try_answer(s, s->mission, 1, PLAIN_ANSWER_YES);
}

static struct seen list(struct fixture *s, struct exchange *x, bool all)
{
    const struct control_capacity_list_ask ask = {.all = all};
    struct seen l = {.count = 0};

    world_must(exchange_capacity_list(x, &ask, NULL, note, &l, &s->err), &s->err, "list");
    return l;
}

/* What `status` says. */
static uint64_t waiting(struct fixture *s, struct exchange *x)
{
    struct node_status status;

    world_must(exchange_status(x, &status, &s->err), &s->err, "ask the status");
    return status.inquiries;
}

static void assert_refused(struct fixture *s, bool ok, enum error_code why)
{
    assert_false(ok);
    assert_int_equal(s->err.code, why);
}

static void begin(struct fixture *s, uint64_t seed, size_t nodes)
{
    fixture_begin(s, seed, nodes, NULL);
    fixture_settle(s);
}

/* --- asking and answering --- */

static void test_two_are_asked_in_one_act_and_each_answers(void **state)
{
    struct fixture s;
    struct address to[2];
    struct control_capacity_ask ask;
    struct seen l;

    (void)state;
    begin(&s, 951, 3);
    to[0] = *world_address(s.w, MISSION);
    to[1] = *world_address(s.w, SHELTER);
    ask = ask_for(to, 2, 3);
    world_must(try_ask(&s, &ask), &s.err, "ask");
    assert_int_equal(asked.count, 2);
    assert_true(ident_equal(&asked.at[0].together, &asked.at[1].together));
    assert_false(ident_equal(&asked.at[0].inquiry, &asked.at[1].inquiry));
    fixture_settle(&s);
    l = list(&s, s.mission, false);
    assert_int_equal(l.count, 1);
    assert_int_equal(l.at[0].state, INQUIRY_WAITS);
    assert_int_equal(l.at[0].places, 4); /* up to */
    assert_true(l.at[0].service == SERVICE_SHELTER && l.at[0].until_ms == asked.at[0].until_ms);
    assert_true(ident_is_zero(&l.at[0].together)); /* whom else they ask is theirs to know */
    assert_int_equal(waiting(&s, s.mission), 1);
    assert_int_equal(waiting(&s, s.ngo), 0); /* they wait there */
    assert_true(agree(&s));
    assert_int_equal(waiting(&s, s.mission), 0);
    assert_true(try_answer(&s, world_node(s.w, SHELTER), 1, PLAIN_ANSWER_NO));
    fixture_settle(&s);
    l = list(&s, s.ngo, false);
    assert_int_equal(l.count, 2);
    assert_int_equal(l.at[0].answer, PLAIN_ANSWER_YES);
    assert_int_equal(l.at[1].answer, PLAIN_ANSWER_NO);
    assert_true(l.at[0].holds_ms > world_now(s.w));
    fixture_end(&s);
}

static void test_what_is_asked_says_of_nobody_who_they_are(void **state)
{
    struct view languages[] = {view_of_text("pol"), view_of_text("ukr")};
    struct control_capacity_ask ask;
    struct fixture s;

    (void)state;
    begin(&s, 952, 2);
    ask = ask_for(s.to, 1, 1);
    world_must(try_ask(&s, &ask), &s.err, "ask");
    assert_int_equal(asked.at[0].places, 1);
    ask.languages = languages;
    ask.language_count = 2;
    world_must(try_ask(&s, &ask), &s.err, "ask");
    assert_int_equal(asked.at[0].places, 4);
    ask.language_count = 0;
    ask.whom = PLACES_FOR_FAMILIES;
    world_must(try_ask(&s, &ask), &s.err, "ask");
    assert_int_equal(asked.at[0].places, 4);
    ask.places = BOUND_INQUIRY_PLACES;
    world_must(try_ask(&s, &ask), &s.err, "ask");
    assert_int_equal(asked.at[0].places, BOUND_INQUIRY_PLACES);
    ask.places = BOUND_INQUIRY_PLACES + 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    for (uint32_t wanted = 1; wanted <= BOUND_INQUIRY_PLACES; wanted++)
        assert_true(inquiry_is_coarse(inquiry_places(wanted, PLACES_FOR_CHILDREN, 1), PLACES_FOR_CHILDREN, 1) &&
                    inquiry_places(wanted, PLACES_FOR_CHILDREN, 1) >= wanted);
    assert_false(inquiry_is_coarse(3, PLACES_FOR_ADULTS, 0));
    assert_false(inquiry_is_coarse(2, PLACES_FOR_FAMILIES, 0));
    assert_false(inquiry_is_coarse(2, PLACES_FOR_ADULTS, 1));
    assert_false(inquiry_is_coarse(0, PLACES_FOR_ADULTS, 0));
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_is_malformed_is_not_asked(void **state)
{
    struct view language = view_of_text("zzz");
    struct view three[] = {view_of_text("pol"), view_of_text("rus"), view_of_text("ukr")};
    struct address twice[2];
    struct control_capacity_ask ask;
    struct fixture s;
    uint32_t today;

    (void)state;
    begin(&s, 953, 2);
    twice[0] = twice[1] = *s.to;
    ask = ask_for(twice, 2, 1);
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask = ask_for(twice, 0, 1);
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask = ask_for(world_address(s.w, NGO), 1, 1);
    assert_refused(&s, try_ask(&s, &ask), E_REF_05);
    ask = ask_for(s.to, 1, 1);
    ask.languages = &language;
    ask.language_count = 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask.languages = three;
    ask.language_count = BOUND_INQUIRY_LANGUAGES + 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask.languages = (struct view[]){three[1], three[0]};
    ask.language_count = 2;
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask = ask_for(s.to, 1, 1);
    ask.service = SERVICE_END;
    assert_refused(&s, try_ask(&s, &ask), E_REF_04);
    ask = ask_for(s.to, 1, 1);
    today = day_of_ms(world_now(s.w));
    ask.from = today - 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_11);
    ask.from = today + BOUND_INQUIRY_FROM_DAYS + 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_11);
    ask.from = today + BOUND_INQUIRY_FROM_DAYS;
    ask.until_ms = (int64_t)(today + BOUND_INQUIRY_DAYS + 1) * DAY_MS;
    assert_refused(&s, try_ask(&s, &ask), E_REF_11);
    ask.until_ms = world_now(s.w) - 1;
    assert_refused(&s, try_ask(&s, &ask), E_REF_11);
    ask.until_ms = (int64_t)(today + BOUND_INQUIRY_DAYS + 1) * DAY_MS - 1; /* the last day, to its end */
    assert_true(try_ask(&s, &ask));
    fixture_settle(&s);
    assert_int_equal(list(&s, s.mission, true).count, 1);
    fixture_end(&s);
}

static void test_it_is_answered_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 954, 2);
    world_must(ask_one(&s), &s.err, "ask");
    fixture_settle(&s);
    assert_refused(&s, try_answer(&s, s.mission, 2, PLAIN_ANSWER_YES), E_INQ_01);
    assert_refused(&s, try_answer(&s, s.ngo, 1, PLAIN_ANSWER_YES), E_INQ_01); /* it went */
    assert_refused(&s, try_answer(&s, s.mission, 1, PLAIN_ANSWER_SEEN), E_REF_04);
    assert_true(agree(&s));
    assert_true(agree(&s));
    assert_refused(&s, try_answer(&s, s.mission, 1, PLAIN_ANSWER_NO), E_INQ_02);
    fixture_settle(&s);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

/* --- it ends by itself --- */

static void test_nobody_waits_for_ever(void **state)
{
    struct fixture s;
    struct seen l;

    (void)state;
    begin(&s, 955, 2);
    world_must(ask_one(&s), &s.err, "ask");
    fixture_settle(&s);
    world_run_ms(s.w, 23 * HOURS);
    assert_int_equal(list(&s, s.mission, false).count, 1);
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(list(&s, s.mission, false).count, 0);
    assert_int_equal(list(&s, s.ngo, false).count, 0);
    l = list(&s, s.ngo, true);
    assert_int_equal(l.at[0].state, INQUIRY_ENDED);
    assert_refused(&s, agree(&s), E_INQ_03);
    world_run_ms(s.w, (BOUND_INQUIRY_KEPT_DAYS - 2) * DAY_MS);
    assert_int_equal(list(&s, s.ngo, true).count, 1);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(list(&s, s.ngo, true).count, 0);
    assert_int_equal(list(&s, s.mission, true).count, 0);
    fixture_end(&s);
}

static void test_what_has_ended_does_not_leave(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 956, 2);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    fixture_look(&s);
    world_must(ask_one(&s), &s.err, "ask");
    assert_int_equal(list(&s, s.ngo, false).at[0].state, INQUIRY_NOT_THERE);
    world_run_ms(s.w, 3 * DAY_MS);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(list(&s, s.mission, true).count, 0);
    fixture_end(&s);
}

/* --- what a modified peer says --- */

static void send(struct fixture *s, struct exchange *x, const struct address *to, const struct body *body)
{
    int64_t number;

    world_must(outbox_put_about_nobody(x, to, body, tick_message_expiry(x), &number, &s->err), &s->err, "send");
    fixture_settle(s);
}

static struct body answer_to(const struct ident *id, enum plain_answer answer)
{
    struct body body = {.kind = MESSAGE_ANSWER};

    body.answer = (struct answer_message){
        .in_reply_to = *id, .answer = answer, .until_ms = answer == PLAIN_ANSWER_SEEN ? 0 : 1900000000000};
    return body;
}

static void test_an_answer_is_of_who_was_asked_and_of_that(void **state)
{
    struct fixture s;
    struct body lie;
    const struct address *ngo;

    (void)state;
    begin(&s, 957, 3);
    ngo = world_address(s.w, NGO);
    world_must(ask_one(&s), &s.err, "ask");
    fixture_settle(&s);
    lie = answer_to(&asked.at[0].inquiry, PLAIN_ANSWER_YES);
    send(&s, world_node(s.w, SHELTER), ngo, &lie); /* who was not asked */
    assert_int_equal(list(&s, s.ngo, false).at[0].state, INQUIRY_WAITS);
    lie = answer_to(&s.person, PLAIN_ANSWER_YES);
    send(&s, s.mission, ngo, &lie); /* what was not asked */
    lie = answer_to(&asked.at[0].inquiry, PLAIN_ANSWER_SEEN);
    send(&s, s.mission, ngo, &lie); /* what is no answer to it */
    assert_int_equal(list(&s, s.ngo, false).at[0].state, INQUIRY_WAITS);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_true(agree(&s));
    fixture_settle(&s);
    lie = answer_to(&asked.at[0].inquiry, PLAIN_ANSWER_NO);
    send(&s, s.mission, ngo, &lie); /* another one */
    assert_int_equal(list(&s, s.ngo, false).at[0].answer, PLAIN_ANSWER_YES);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 1);
    fixture_end_forged(&s);
}

static void test_whatever_they_say_it_ends(void **state)
{
    struct body far = {.kind = MESSAGE_INQUIRY};
    struct fixture s;

    (void)state;
    begin(&s, 958, 2);
    far.inquiry = (struct inquiry_message){.service = SERVICE_SHELTER,
                                           .places = 1,
                                           .whom = PLACES_FOR_ADULTS,
                                           .from = day_of_ms(world_now(s.w)),
                                           .until_ms = world_now(s.w) + 400 * DAY_MS};
    send(&s, s.ngo, s.to, &far);
    assert_int_equal(list(&s, s.mission, false).count, 1);
    assert_int_equal(day_of_ms(list(&s, s.mission, false).at[0].until_ms),
                     day_of_ms(world_now(s.w)) + BOUND_INQUIRY_DAYS);
    fixture_end(&s);
}

static void test_of_one_agency_no_more_wait_than_the_bound(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 959, 2);
    for (unsigned i = 0; i < BOUND_INQUIRIES; i++)
        world_must(ask_one(&s), &s.err, "ask");
    fixture_settle(&s);
    assert_int_equal(list(&s, s.mission, false).count, BOUND_INQUIRIES);
    world_must(ask_one(&s), &s.err, "ask");
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(list(&s, s.mission, false).count, BOUND_INQUIRIES);
    assert_true(agree(&s)); /* which makes room */
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(list(&s, s.mission, false).count, BOUND_INQUIRIES + 1);
    fixture_end(&s);
}

/* --- a ping --- */

static bool ping(struct fixture *s, const struct address *to, struct control_ping *out)
{
    const struct control_ping_ask ask = {.agency = *to};

    return exchange_ping_send(s->ngo, &ask, out, &s->err);
}

static struct ping_progress progress(struct fixture *s, const struct control_ping *p)
{
    const struct control_ping_path_ask ask = {.agency = p->agency, .message = p->message};
    struct ping_progress out;

    world_must(exchange_ping_progress(s->ngo, &ask, &out, &s->err), &s->err, "ask how far it is");
    return out;
}

static void test_a_ping_is_receipted_and_nobodys_work(void **state)
{
    struct watcher here;
    struct watcher there;
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 961, 2);
    watcher_begin(&here, STAFF_ROLES_ALL, "");
    watcher_begin(&there, STAFF_ROLES_ALL, "");
    watcher_read(&here, s.ngo);
    watcher_read(&there, s.mission);
    world_must(ping(&s, s.to, &p), &s.err, "ping");
    assert_int_equal(progress(&s, &p).state, MESSAGE_WAITING);
    fixture_settle(&s);
    assert_int_equal(progress(&s, &p).state, MESSAGE_RECEIPTED);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1); /* as of any message */
    assert_int_equal(list(&s, s.mission, true).count, 0);
    assert_int_equal(waiting(&s, s.mission), 0);
    watcher_read(&here, s.ngo);
    watcher_read(&there, s.mission);
    assert_int_equal(here.count + there.count, 0);
    fixture_end(&s);
}

static void test_a_ping_says_what_holds_it_and_ends_with_its_day(void **state)
{
    struct control_ping p;
    struct fixture s;
    struct ping_progress g;

    (void)state;
    begin(&s, 962, 2);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, 10 * MINUTES); /* it is dialled in long pauses by now */
    world_must(ping(&s, s.to, &p), &s.err, "ping");
    g = progress(&s, &p);
    assert_true(g.is_dialled && !g.is_linked);
    assert_int_equal(g.wait.hold, HOLD_NO_LINK);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(progress(&s, &p).state, MESSAGE_EXPIRED);
    world_start(s.w, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_records(world_node(s.w, MISSION), RECORD_RECEIVED), 0);
    fixture_end(&s);
}

static void test_who_waits_for_a_ping_has_the_agency_dialled_at_once(void **state)
{
    struct control_ping p;
    struct peer_row peer;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s, 963, 2);
    world_crash(s.w, MISSION);
    world_must(ping(&s, s.to, &p), &s.err, "ping");
    world_run_ms(s.w, 10 * MINUTES);
    world_must(peers_find(s.ngo, s.to, &found, &peer, &s.err), &s.err, "find the mission");
    assert_true(dialling_next_ms(s.ngo, peer.number) > tick_steady_ms(s.ngo)); /* a pause */
    world_must(ping(&s, s.to, &p), &s.err, "ping");
    assert_int_equal(dialling_next_ms(s.ngo, peer.number), tick_steady_ms(s.ngo));
    fixture_end(&s);
}

/* --- whether this node is reached --- */

#define ASKED_MS (5 * 1000) /* from asking until the answer is here */

/* The mission is started again, and the ngo dials it. */
static void link_anew(struct fixture *s)
{
    struct control_ping p;

    world_crash(s->w, MISSION);
    world_start(s->w, MISSION);
    world_must(ping(s, s->to, &p), &s->err, "ping");
    world_run_ms(s->w, 10 * 1000);
}

/* The ngo has dialled the mission, long ago, and is linked to nobody else. */
static void begin_dialled(struct fixture *s, uint64_t seed)
{
    struct control_ping p;

    begin(s, seed, 2);
    world_shut(s->w, NGO, true);
    world_must(ping(s, s->to, &p), &s->err, "ping");
    world_run_ms(s->w, MINUTES);
    assert_int_equal(world_dialled(s->w, MISSION), 1);
}

static void ask_dial_back(struct fixture *s)
{
    exchange_ask_dial_back(s->ngo);
    world_run_ms(s->w, ASKED_MS);
}

static void test_who_is_asked_to_dial_gets_through_or_says_why_not(void **state)
{
    const struct dial_back_said *said;
    struct fixture s;
    int64_t asked_ms;

    (void)state;
    begin_dialled(&s, 971);
    said = exchange_dial_back_said(s.ngo);
    ask_dial_back(&s);
    assert_string_equal(said->asked.text, s.to->text);
    assert_string_equal(said->failed.text, s.to->text);
    assert_int_equal(said->why, DIALLED_UNANSWERED);
    assert_int_equal(world_dialled(s.w, NGO), 0);
    world_shut(s.w, NGO, false);
    asked_ms = said->asked_ms;
    ask_dial_back(&s); /* within a minute: nobody is asked again */
    assert_int_equal(said->asked_ms, asked_ms);
    assert_int_equal(world_dialled(s.w, NGO), 0);
    world_run_ms(s.w, MINUTES);
    ask_dial_back(&s);
    assert_int_equal(world_dialled(s.w, NGO), 1);
    fixture_end(&s);
}

/* The link that it dialled took the place of the old one: a young one is not asked on, for both may have dialled. */
static void test_nobody_is_asked_to_dial_on_a_link_that_has_just_come(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 972, 2);
    link_anew(&s);
    exchange_ask_dial_back(s.ngo);
    assert_string_equal(exchange_dial_back_said(s.ngo)->asked.text, "");
    fixture_end(&s);
}

static void test_who_asks_again_and_again_is_dialled_once_a_minute(void **state)
{
    struct fixture s;

    (void)state;
    begin_dialled(&s, 973);
    for (int i = 0; i < 20; i++) {
        assert_true(world_inject(s.w, MISSION, NGO, PEER_DIAL_BACK, (struct view){0}));
        world_run_ms(s.w, 1000);
    }
    assert_int_equal(world_dialled(s.w, MISSION), 2);
    assert_false(world_inject(s.w, MISSION, NGO, PEER_DIAL_BACK, view_of_text("x")));
    fixture_end(&s);
}

/* What is said unasked of how this node is reached is nobody's finding. */
static void test_what_is_said_unasked_of_a_dial_is_passed_over(void **state)
{
    struct bytes said = {0};
    struct fixture s;

    (void)state;
    begin_dialled(&s, 974);
    peer_dialled_back_encode(&(struct peer_dialled_back){DIALLED_OTHER}, &said);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_DIALLED_BACK, bytes_view(&said)));
    assert_string_equal(exchange_dial_back_said(s.ngo)->failed.text, "");
    bytes_fini(&said);
    fixture_end(&s);
}

/* Who has not been asked, and has not been asked lately, says nothing that counts. */
static void test_what_is_said_by_another_than_was_asked_is_passed_over(void **state)
{
    struct bytes said = {0};
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 975, 3);
    world_shut(s.w, NGO, true);
    world_must(ping(&s, s.to, &p), &s.err, "ping");
    world_run_ms(s.w, MINUTES);
    exchange_ask_dial_back(s.ngo); /* the mission alone is linked */
    peer_dialled_back_encode(&(struct peer_dialled_back){DIALLED_OTHER}, &said);
    world_shut(s.w, NGO, false);
    assert_true(world_inject(s.w, SHELTER, NGO, PEER_DIALLED_BACK, bytes_view(&said)));
    assert_string_equal(exchange_dial_back_said(s.ngo)->failed.text, "");
    bytes_fini(&said);
    fixture_end(&s);
}

static void count_dial_answers(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)from;
    (void)to;
    (void)payload;
    *(unsigned *)cookie += kind == PEER_DIALLED_BACK;
}

static void test_a_dial_that_was_not_asked_for_is_nobodys_to_know(void **state)
{
    unsigned answers = 0;
    struct fixture s;

    (void)state;
    begin_dialled(&s, 976);
    world_watch(s.w, count_dial_answers, &answers);
    exchange_dial_failed(s.ngo, s.to, DIALLED_UNANSWERED);
    world_run_ms(s.w, ASKED_MS);
    assert_int_equal(answers, 0);
    fixture_end(&s);
}

/* An older node would end the link on it. */
static void test_who_does_not_take_it_is_not_asked_to_dial(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 977, 2);
    world_conditions(s.w)->older = true;
    link_anew(&s);
    world_run_ms(s.w, MINUTES);
    exchange_ask_dial_back(s.ngo);
    assert_string_equal(exchange_dial_back_said(s.ngo)->asked.text, "");
    fixture_end(&s);
}

static void test_what_no_ping_can_reach_is_refused(void **state)
{
    const struct address nobody = {.text = "nobody@sim.example"};
    struct control_ping_path_ask other = {.message = {{1}}};
    struct ping_progress out;
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 964, 2);
    assert_refused(&s, ping(&s, world_address(s.w, NGO), &p), E_REF_05);
    assert_refused(&s, ping(&s, &nobody, &p), E_FED_25);
    other.agency = *s.to;
    assert_refused(&s, exchange_ping_progress(s.ngo, &other, &out, &s.err), E_DOC_23);
    world_must(ask_one(&s), &s.err, "ask");
    other.message = asked.at[0].inquiry; /* a message, and none */
    assert_refused(&s, exchange_ping_progress(s.ngo, &other, &out, &s.err), E_DOC_23);
    other.agency = nobody;
    assert_refused(&s, exchange_ping_progress(s.ngo, &other, &out, &s.err), E_DOC_23);
    fixture_end(&s);
}

/* --- a node that is paused --- */

static bool pause(struct fixture *s, int64_t until_ms, struct control_pause *out)
{
    const struct control_pause_ask ask = {
        .until_ms = until_ms, .reason = until_ms != 0 ? PAUSE_REASON_POWER : 0, .end = until_ms == 0};

    return exchange_pause(s->ngo, &ask, out, &s->err);
}

/* What node I reads of the NGO; 0: it is not paused. */
static int64_t paused(struct fixture *s, size_t i)
{
    struct control_reach reach;

    world_must(entry_reach_fill(world_node(s->w, i), world_address(s->w, NGO), &reach, &s->err), &s->err, "read");
    assert_int_equal(reach.paused_until_ms != 0, reach.pause_reason != 0);
    return reach.paused_until_ms;
}

static void test_the_others_read_that_a_node_is_paused_until_it_ends(void **state)
{
    struct control_pause out;
    struct node_status status;
    struct fixture s;
    int64_t until;

    (void)state;
    begin(&s, 966, 3);
    until = world_now(s.w) + HOURS;
    world_must(pause(&s, until, &out), &s.err, "pause");
    assert_int_equal(out.told, 2);
    world_must(pause(&s, until, &out), &s.err, "pause");
    assert_int_equal(out.told, 0); /* it was said */
    fixture_settle(&s);
    assert_true(paused(&s, MISSION) == until && paused(&s, SHELTER) == until);
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "ask the status");
    assert_true(status.pause.paused_until_ms == until && status.pause.reason == PAUSE_REASON_POWER);
    world_crash(s.w, MISSION);
    world_start(s.w, MISSION);
    assert_true(paused(&s, MISSION) == until);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, HOURS + MINUTES);
    assert_int_equal(paused(&s, MISSION) + paused(&s, SHELTER) + paused(&s, NGO), 0);
    fixture_end(&s);
}

static void test_a_pause_that_is_ended_is_ended_everywhere(void **state)
{
    struct control_pause out;
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 967, 2);
    world_must(pause(&s, world_now(s.w) + HOURS, &out), &s.err, "pause");
    fixture_settle(&s);
    world_must(ping(&s, s.to, &p), &s.err, "ping"); /* the doctor's says it, too */
    fixture_settle(&s);
    assert_true(paused(&s, MISSION) != 0);
    world_must(pause(&s, 0, &out), &s.err, "end");
    assert_int_equal(out.told, 1);
    fixture_settle(&s);
    assert_int_equal(paused(&s, MISSION), 0);
    world_must(pause(&s, 0, &out), &s.err, "end");
    assert_int_equal(out.told, 0);
    fixture_end(&s);
}

static void test_a_pause_has_a_reason_and_an_end_within_the_bound(void **state)
{
    struct control_pause_ask ask = {.reason = PAUSE_REASON_MOVE};
    struct body lie = {.kind = MESSAGE_PING};
    struct control_pause out;
    struct fixture s;

    (void)state;
    begin(&s, 968, 2);
    ask.until_ms = world_now(s.w);
    assert_refused(&s, exchange_pause(s.ngo, &ask, &out, &s.err), E_PAU_01);
    ask.until_ms = world_now(s.w) + BOUND_PAUSE_DAYS * DAY_MS + HOURS;
    assert_refused(&s, exchange_pause(s.ngo, &ask, &out, &s.err), E_PAU_01);
    ask.until_ms = world_now(s.w) + BOUND_PAUSE_DAYS * DAY_MS;
    ask.reason = 0;
    assert_refused(&s, exchange_pause(s.ngo, &ask, &out, &s.err), E_PAU_02);
    ask.end = true;
    assert_refused(&s, exchange_pause(s.ngo, &ask, &out, &s.err), E_USE_03);
    lie.ping = (struct ping_message){
        .says = PING_PAUSED, .paused_until_ms = world_now(s.w) + 400 * DAY_MS, .reason = PAUSE_REASON_MOVE};
    send(&s, s.ngo, s.to, &lie); /* whatever they say it ends */
    assert_true(paused(&s, MISSION) <= world_now(s.w) + BOUND_PAUSE_DAYS * DAY_MS);
    fixture_end_forged(&s);
}

static void test_an_unlisted_agency_tells_only_who_has_had_to_do_with_it(void **state)
{
    struct control_pause out;
    struct fixture s;

    (void)state;
    begin(&s, 969, 3);
    world_must(ask_one(&s), &s.err, "ask"); /* the mission alone */
    fixture_settle(&s);
    world_unlist(s.w, NGO);
    world_publish(s.w);
    fixture_settle(&s);
    world_must(pause(&s, world_now(s.w) + HOURS, &out), &s.err, "pause");
    assert_int_equal(out.told, 1);
    fixture_settle(&s);
    assert_true(paused(&s, MISSION) != 0);
    assert_int_equal(paused(&s, SHELTER), 0);
    fixture_end(&s);
}

/* Neither by what is sent when it pauses, nor by the pings that its doctor sends, of which the first was receipted. */
static void test_a_ping_of_an_unlisted_agency_says_nothing_of_a_pause_to_a_stranger(void **state)
{
    struct control_pause out;
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 970, 3);
    world_unlist(s.w, NGO);
    world_publish(s.w);
    fixture_settle(&s);
    world_must(ping(&s, world_address(s.w, SHELTER), &p), &s.err, "ping");
    fixture_settle(&s);
    world_must(pause(&s, world_now(s.w) + HOURS, &out), &s.err, "pause");
    assert_int_equal(out.told, 0);
    world_must(ping(&s, world_address(s.w, SHELTER), &p), &s.err, "ping");
    fixture_settle(&s);
    assert_int_equal(paused(&s, SHELTER), 0);
    fixture_end(&s);
}

/* THEN: the number that a message would have had; each that is asked for is used up. */
static int64_t messages_since(struct exchange *x, int64_t then)
{
    return message_store_next_number(x->db) - then - 1;
}

/* Who is off that day reads of it on the next, and so of its end; who was told, once. */
static void test_who_was_off_on_the_day_of_a_pause_is_told_on_the_next(void **state)
{
    struct control_pause out;
    struct fixture s;
    int64_t at_shelter;
    int64_t until;

    (void)state;
    begin(&s, 971, 3);
    world_crash(s.w, MISSION);
    until = world_now(s.w) + 5 * DAY_MS;
    world_must(pause(&s, until, &out), &s.err, "pause");
    fixture_settle(&s);
    assert_true(paused(&s, SHELTER) == until);
    at_shelter = message_store_next_number(world_node(s.w, SHELTER)->db);
    world_run_ms(s.w, DAY_MS + HOURS);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, 2 * HOURS);
    fixture_settle(&s);
    assert_true(paused(&s, MISSION) == until);
    assert_int_equal(messages_since(world_node(s.w, SHELTER), at_shelter), 0); /* told once */
    world_crash(s.w, MISSION);
    world_must(pause(&s, 0, &out), &s.err, "end");
    world_run_ms(s.w, DAY_MS + HOURS);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, 2 * HOURS);
    fixture_settle(&s);
    assert_int_equal(paused(&s, MISSION), 0);
    fixture_end(&s);
}

/* What ended is not said for ever to who does not come back. */
static void test_a_pause_that_is_over_is_said_to_nobody_any_more(void **state)
{
    struct control_pause out;
    struct fixture s;
    int64_t said;

    (void)state;
    begin(&s, 972, 2);
    world_crash(s.w, MISSION);
    world_must(pause(&s, world_now(s.w) + HOURS, &out), &s.err, "pause");
    world_run_ms(s.w, 3 * DAY_MS);
    said = message_store_next_number(s.ngo->db);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(messages_since(s.ngo, said), 0);
    fixture_end(&s);
}

/* --- an agency that leaves --- */

static int64_t left(struct fixture *s, size_t i)
{
    int64_t when;

    world_must(leaving_find(world_node(s->w, i), world_address(s->w, NGO), &when, &s->err), &s->err, "read");
    return when;
}

static void leave(struct fixture *s, uint64_t told)
{
    struct control_leaving out;

    world_must(exchange_leave(s->ngo, &out, &s->err), &s->err, "leave");
    assert_int_equal(out.told, told);
    fixture_settle(s);
}

/* Who is off is told on the next day; a pause is none any more, and it is said once. */
static void test_an_agency_that_leaves_is_told_to_all_once(void **state)
{
    struct control_pause out;
    struct fixture s;
    int64_t first;
    int64_t then;
    int64_t own;

    (void)state;
    begin(&s, 973, 3);
    world_must(pause(&s, world_now(s.w) + HOURS, &out), &s.err, "pause");
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    leave(&s, 2);
    first = left(&s, SHELTER);
    own = left(&s, NGO);
    assert_true(own != 0 && first >= own); /* when it came */
    assert_int_equal(paused(&s, SHELTER), 0);
    then = message_store_next_number(world_node(s.w, SHELTER)->db);
    world_run_ms(s.w, DAY_MS + HOURS);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, 2 * HOURS);
    fixture_settle(&s);
    assert_true(left(&s, MISSION) != 0);
    leave(&s, 0);
    assert_int_equal(messages_since(world_node(s.w, SHELTER), then), 0);
    assert_int_equal(left(&s, NGO), own);
    fixture_restart(&s, SHELTER);
    assert_int_equal(left(&s, SHELTER), first);
    fixture_end(&s);
}

static void test_nothing_new_is_referred_to_who_leaves_or_by_it(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 974, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    world_must(leaving_take(s.ngo, s.to, &s.err), &s.err, "the mission leaves");
    world_tick(s.w, NGO);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_PAU_04);
    leave(&s, 1);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_PAU_03);
    assert_true(fixture_withdraw(&s, true)); /* what is owed goes on */
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

/* It would refuse the whole message; once it reads it, it is told. */
static void test_who_does_not_read_that_an_agency_leaves_is_told_when_he_does(void **state)
{
    struct fixture s;
    struct bundle *b;

    (void)state;
    begin(&s, 975, 2);
    fixture_settle(&s);
    b = (struct bundle *)(uintptr_t)membership_bundle(s.ngo->membership, address_view(s.to));
    b->content_max = CONTENT_VERSION;
    leave(&s, 0);
    assert_int_equal(left(&s, MISSION), 0);
    b = (struct bundle *)(uintptr_t)membership_bundle(s.ngo->membership, address_view(s.to));
    b->content_max = CONTENT_VERSION_LATEST;
    world_run_ms(s.w, 2 * DAY_MS);
    assert_true(left(&s, MISSION) != 0);
    fixture_end(&s);
}

/* An agency that was admitted again has another key. */
static void test_who_left_with_another_key_has_not_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 976, 2);
    leave(&s, 1);
    assert_true(left(&s, MISSION) != 0);
    fixture_edit(&s, MISSION, "UPDATE note SET note = randomblob(32) WHERE what = 'left'");
    assert_int_equal(left(&s, MISSION), 0);
    fixture_end(&s);
}

/* --- a report for somebody who helps --- */

static bool note_size(void *cookie, const struct control_doctor_size *one, struct error *err)
{
    uint64_t *records = cookie;

    (void)err;
    assert_true(one->table.size > 0 && one->below >= 100);
    if (text_is(one->table, "exchange_record"))
        *records = one->below;
    return true;
}

static void test_a_report_says_sizes_by_their_power_of_ten(void **state)
{
    uint64_t records = 0;
    struct control_ping p;
    struct fixture s;

    (void)state;
    begin(&s, 965, 2);
    world_must(exchange_size_list(s.ngo, note_size, &records, &s.err), &s.err, "list the sizes");
    assert_int_equal(records, 100);
    for (unsigned i = 0; i < 100; i++)
        world_must(ping(&s, s.to, &p), &s.err, "ping");
    fixture_settle(&s);
    world_must(exchange_size_list(s.ngo, note_size, &records, &s.err), &s.err, "list the sizes");
    assert_int_equal(records, 1000);
    fixture_end(&s);
}

/* --- whatever happens --- */

/* Until it was. */
static bool ask_once(struct fixture *s)
{
    const struct control_capacity_list_ask all = {.all = true};
    struct seen l = {.count = 0};

    return exchange_capacity_list(s->ngo, &all, NULL, note, &l, &s->err) && (l.count != 0 || ask_one(s));
}

static void test_it_is_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 960, 2);
    assert_true(fixture_at_each_statement(&s, NGO, ask_once, MINUTES) > 2);
    fixture_settle(&s);
    assert_true(fixture_at_each_statement(&s, MISSION, agree, MINUTES) > 2);
    fixture_settle(&s);
    assert_int_equal(list(&s, s.ngo, true).count, 1);
    assert_int_equal(list(&s, s.ngo, false).at[0].answer, PLAIN_ANSWER_YES);
    fixture_end(&s);
}

static void test_losses_repeats_and_orders_change_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct fixture s;
        struct conditions *c;
        struct seen here;
        struct seen there;

        begin(&s, 970 + seed, 2);
        c = world_conditions(s.w);
        c->loss = c->repeat = c->reorder = 200;
        c->cut_link = 20;
        for (unsigned i = 0; i < 12; i++) {
            world_must(ask_one(&s), &s.err, "ask");
            world_run_ms(s.w, 200);
        }
        world_run_ms(s.w, HOURS);
        there = list(&s, s.mission, true);
        for (unsigned i = 0; i < there.count; i++) {
            assert_true(try_answer(&s, s.mission, there.at[i].number, i % 2 == 0 ? PLAIN_ANSWER_YES : PLAIN_ANSWER_NO));
            world_tick(s.w, MISSION);
            if (i == 5)
                fixture_restart(&s, MISSION);
        }
        world_run_ms(s.w, 2 * HOURS);
        here = list(&s, s.ngo, true);
        there = list(&s, s.mission, true);
        assert_true(here.count == 12 && there.count == 12);
        for (unsigned i = 0; i < 12; i++) {
            unsigned k = 0;

            while (!ident_equal(&here.at[i].inquiry, &there.at[k].inquiry))
                assert_true(++k < 12);
            assert_true(here.at[i].answer != 0 && here.at[i].answer == there.at[k].answer);
        }
        fixture_end(&s);
    }
}

static bool count_asked(void *cookie, const struct control_event *e, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += e->message_kind == MESSAGE_INQUIRY;
    return true;
}

/* It is about nobody, so it is whoever's. */
static void test_each_caseworker_is_told_that_one_came(void **state)
{
    const uint32_t supervisor = 1001;
    const uint32_t caseworker = 1002;
    const struct control_watch_ask since = {.since = view_of_text("0-0")};
    struct control_staff_add_ask ask = {
        .uid = supervisor, .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR), .account = view_of_text("ada")};
    struct control_staff_person added;
    struct fixture s;
    unsigned told = 0;

    (void)state;
    begin(&s, 961, 2);
    world_must(exchange_staff_add(s.mission, &ask, &added, &s.err), &s.err, "enter");
    ask = (struct control_staff_add_ask){
        .uid = caseworker, .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER), .account = view_of_text("bob")};
    world_must(exchange_staff_add(s.mission, &ask, &added, &s.err), &s.err, "enter");
    world_tick(s.w, MISSION);
    world_must(ask_one(&s), &s.err, "ask");
    fixture_settle(&s);
    exchange_acting(s.mission, &caseworker);
    world_must(exchange_watch(s.mission, STAFF_ROLE_BIT(STAFF_CASEWORKER), &since, count_asked, &told, &s.err), &s.err,
               "watch");
    exchange_acting(s.mission, NULL);
    assert_int_equal(told, 1);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_are_asked_in_one_act_and_each_answers),
        cmocka_unit_test(test_what_is_asked_says_of_nobody_who_they_are),
        cmocka_unit_test(test_what_is_malformed_is_not_asked),
        cmocka_unit_test(test_it_is_answered_once),
        cmocka_unit_test(test_nobody_waits_for_ever),
        cmocka_unit_test(test_what_has_ended_does_not_leave),
        cmocka_unit_test(test_an_answer_is_of_who_was_asked_and_of_that),
        cmocka_unit_test(test_whatever_they_say_it_ends),
        cmocka_unit_test(test_of_one_agency_no_more_wait_than_the_bound),
        cmocka_unit_test(test_a_ping_is_receipted_and_nobodys_work),
        cmocka_unit_test(test_a_ping_says_what_holds_it_and_ends_with_its_day),
        cmocka_unit_test(test_who_waits_for_a_ping_has_the_agency_dialled_at_once),
        cmocka_unit_test(test_what_no_ping_can_reach_is_refused),
        cmocka_unit_test(test_who_is_asked_to_dial_gets_through_or_says_why_not),
        cmocka_unit_test(test_nobody_is_asked_to_dial_on_a_link_that_has_just_come),
        cmocka_unit_test(test_who_asks_again_and_again_is_dialled_once_a_minute),
        cmocka_unit_test(test_what_is_said_unasked_of_a_dial_is_passed_over),
        cmocka_unit_test(test_what_is_said_by_another_than_was_asked_is_passed_over),
        cmocka_unit_test(test_a_dial_that_was_not_asked_for_is_nobodys_to_know),
        cmocka_unit_test(test_who_does_not_take_it_is_not_asked_to_dial),
        cmocka_unit_test(test_a_report_says_sizes_by_their_power_of_ten),
        cmocka_unit_test(test_the_others_read_that_a_node_is_paused_until_it_ends),
        cmocka_unit_test(test_a_pause_that_is_ended_is_ended_everywhere),
        cmocka_unit_test(test_a_pause_has_a_reason_and_an_end_within_the_bound),
        cmocka_unit_test(test_an_unlisted_agency_tells_only_who_has_had_to_do_with_it),
        cmocka_unit_test(test_a_ping_of_an_unlisted_agency_says_nothing_of_a_pause_to_a_stranger),
        cmocka_unit_test(test_who_was_off_on_the_day_of_a_pause_is_told_on_the_next),
        cmocka_unit_test(test_a_pause_that_is_over_is_said_to_nobody_any_more),
        cmocka_unit_test(test_an_agency_that_leaves_is_told_to_all_once),
        cmocka_unit_test(test_nothing_new_is_referred_to_who_leaves_or_by_it),
        cmocka_unit_test(test_who_does_not_read_that_an_agency_leaves_is_told_when_he_does),
        cmocka_unit_test(test_who_left_with_another_key_has_not_left),
        cmocka_unit_test(test_it_is_whole_or_not_at_all),
        cmocka_unit_test(test_losses_repeats_and_orders_change_nothing),
        cmocka_unit_test(test_each_caseworker_is_told_that_one_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
