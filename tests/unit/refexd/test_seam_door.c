/* A hostile network process sends every message in the wrong phase: is it refused each time, without effect? And one
 * that takes nothing: does what is sent to it stay within its bound? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "codec/peer_messages.h"
#include "codec/seam_frame.h"
#include "exchange/traffic/link_calls.h"
#include "io/loop.h"
#include "refexd/seam_door_inside.h"

static const uint16_t link_kinds[] = {SEAM_LISTENING, SEAM_LINK_UP,  SEAM_FRAME,      SEAM_LINK_DOWN, SEAM_DIAL_FAILED,
                                      SEAM_FLOW,      SEAM_RESOLVED, SEAM_LINK_WAITS, SEAM_OFFER};

struct fixture {
    struct loop *loop;
    struct config config;
    struct seam_door *door;
    unsigned ready;
    struct error failed;
};

static void on_ready(void *cookie)
{
    struct fixture *h = cookie;

    h->ready++;
}

static void on_failed(void *cookie, const struct error *err)
{
    struct fixture *h = cookie;

    h->failed = *err;
}

static const struct seam_door_events events = {on_ready, on_failed};

static void fixture_open(struct fixture *h)
{
    memset(h, 0, sizeof *h);
    h->config.listens = true;
    h->loop = loop_new();
    h->door = seam_door_new(h->loop, &h->config, &events, h);
}

static void fixture_close(struct fixture *h)
{
    loop_free(h->loop);
    seam_door_free(h->door);
}

static bool deliver_frame(struct fixture *h, uint16_t kind, const struct bytes *payload)
{
    struct error err = {0};
    bool taken = seam_door_receive(h->door, kind, payload != NULL ? bytes_view(payload) : view_of(NULL, 0), &err);

    assert_true(taken || err.code != E_NONE);
    return taken;
}

static bool hello(struct fixture *h, const char *build)
{
    struct seam_hello hello = {.build = view_of_text(build), .landlock = 4, .seccomp = true};
    struct bytes payload = {0};
    bool taken;

    seam_hello_encode(&hello, &payload);
    taken = deliver_frame(h, SEAM_HELLO, &payload);
    bytes_fini(&payload);
    return taken;
}

static void test_nothing_is_heard_before_hello(void **state)
{
    struct fixture h;

    (void)state;
    fixture_open(&h);
    for (size_t i = 0; i < sizeof link_kinds / sizeof link_kinds[0]; i++)
        assert_false(deliver_frame(&h, link_kinds[i], NULL));
    assert_int_equal(h.ready, 0);
    fixture_close(&h);
}

static void test_hello_is_heard_once_and_from_the_same_build(void **state)
{
    struct fixture h;

    (void)state;
    fixture_open(&h);
    assert_false(hello(&h, "something else"));
    fixture_close(&h);

    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    assert_false(hello(&h, SEAM_BUILD));
    fixture_close(&h);
}

static void test_our_own_words_and_unknown_ones_are_refused(void **state)
{
    struct fixture h;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    for (uint16_t kind = 0; kind < 700; kind++)
        if (kind < SEAM_HELLO || kind > SEAM_OFFER || kind == SEAM_RESOLVED || kind == 278)
            assert_false(deliver_frame(&h, kind, NULL));
    fixture_close(&h);
}

/* There is no exchange here: none of this may reach it. */
static void test_links_that_do_not_stand_have_no_frames_and_no_end(void **state)
{
    struct seam_frame frame = {7, 2, {(const uint8_t *)"x", 1}};
    struct seam_link_down down = {.link = 7, .reason = LINK_CUT};
    struct bytes payload = {0};
    struct address ngo;
    struct fixture h;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    seam_frame_encode(&frame, &payload);
    assert_false(deliver_frame(&h, SEAM_FRAME, &payload));
    bytes_clear(&payload);
    seam_link_down_encode(&down, &payload);
    assert_false(deliver_frame(&h, SEAM_LINK_DOWN, &payload));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    down.peer = peer_numbers_get(&h.door->peer_numbers, &ngo); /* nor where its peer is one that there is */
    bytes_clear(&payload);
    seam_link_down_encode(&down, &payload);
    assert_false(deliver_frame(&h, SEAM_LINK_DOWN, &payload));
    bytes_fini(&payload);
    fixture_close(&h);
}

/* What waits for the process while it reads nothing; none has been started. */
static struct bytes waiting;

size_t __wrap_link_process_waiting_bytes(const struct link_process *p);
struct bytes *__wrap_link_process_send_begin(struct link_process *p, uint16_t kind);
void __wrap_link_process_send_end(struct link_process *p);

size_t __wrap_link_process_waiting_bytes(const struct link_process *p)
{
    (void)p;
    return waiting.size;
}

struct bytes *__wrap_link_process_send_begin(struct link_process *p, uint16_t kind)
{
    (void)p;
    (void)kind;
    return &waiting;
}

void __wrap_link_process_send_end(struct link_process *p)
{
    (void)p;
}

/* A directory of the largest size to each of 65 links, and to 65 that wait to be listed. */
static void test_what_a_process_that_reads_nothing_is_sent_has_a_bound(void **state)
{
    struct bytes directory = {0};
    struct fixture h;

    (void)state;
    fixture_open(&h);
    memset(bytes_reserve(&directory, BOUND_DIRECTORY), 'x', BOUND_DIRECTORY);
    directory.size = BOUND_DIRECTORY;
    h.door->generation = 1;
    for (uint32_t link = 1; link <= 65; link++) {
        struct post *post = seam_door_post(h.door);
        uint64_t id = seam_link_id(h.door, link);

        assert_true(link_table_add(&h.door->link_table, link));
        assert_int_equal(post->waiting(post, id), waiting.size);
        post->send(post, id, PEER_DIRECTORY, bytes_view(&directory));
        assert_true(waiting.size >= (size_t)BOUND_DIRECTORY * (link < 32 ? link : 32)); /* all goes up to there */
        seam_send_directory(h.door, link, bytes_view(&directory));
    }
    assert_true(waiting.size > BOUND_SEAM_OUT);
    assert_true(waiting.size <= BOUND_SEAM_OUT + BOUND_FRAME);
    bytes_fini(&waiting);
    bytes_fini(&directory);
    fixture_close(&h);
}

/* There is no exchange here that counts lines. */
bool __wrap_exchange_link_line(struct exchange *x, const struct address *peer);

bool __wrap_exchange_link_line(struct exchange *x, const struct address *peer)
{
    (void)x;
    (void)peer;
    return false;
}

/* Nor one that has links. */
static bool link_is_down;
void __wrap_exchange_link_down(struct exchange *x, uint64_t id);
uint64_t __wrap_exchange_linked_size(const struct exchange *x, const struct address *agency);

void __wrap_exchange_link_down(struct exchange *x, uint64_t id)
{
    (void)x;
    (void)id;
    link_is_down = true;
}

/* Here all that was linked before it went down: 77 records. */
uint64_t __wrap_exchange_linked_size(const struct exchange *x, const struct address *agency)
{
    (void)x;
    assert_string_equal(agency->text, "ngo@nrm.example");
    return link_is_down ? 77 : 0;
}

/* The machine of all ones is brama's, and revoked as compromised. */
bool __wrap_exchange_is_compromised(const struct exchange *x, const struct ident *node, struct address *agency);

bool __wrap_exchange_is_compromised(const struct exchange *x, const struct ident *node, struct address *agency)
{
    (void)x;
    return node->at[0] == 1 && address_read(view_of_text("brama@nrm.example"), agency);
}

static void test_a_machine_whose_keys_are_compromised_is_noticed(void **state)
{
    struct seam_link_down down = {.reason = LINK_WRONG_CA, .node = {{1}}};
    struct bytes payload = {0};
    struct seam_state known;
    struct fixture h;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    for (int i = 0; i < 3; i++) {
        bytes_clear(&payload);
        seam_link_down_encode(&down, &payload);
        assert_true(deliver_frame(&h, SEAM_LINK_DOWN, &payload));
        seam_door_state(h.door, &known);
        assert_true((known.stolen.last_ms != 0) == (i == 2));
        down.reason = LINK_REVOKED;
        down.node.at[0] = i == 0 ? 2 : 1; /* another machine first */
    }
    assert_string_equal(known.stolen.agency.text, "brama@nrm.example");
    h.door->state.stolen.last_ms -= DAY_MS;
    seam_door_state(h.door, &known);
    assert_int_equal(known.stolen.last_ms, 0);
    bytes_fini(&payload);
    fixture_close(&h);
}

static void test_when_a_link_ends_the_next_hello_is_told_what_is_linked(void **state)
{
    struct seam_link_down down = {.link = 7, .reason = LINK_CUT};
    struct arena arena = {.max = 4096};
    struct seam_linked linked;
    struct bytes payload = {0};
    struct address ngo;
    struct fixture h;
    struct error err;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    assert_true(link_table_add(&h.door->link_table, 7));
    down.peer = peer_numbers_get(&h.door->peer_numbers, &ngo);
    seam_link_down_encode(&down, &payload);
    assert_true(deliver_frame(&h, SEAM_LINK_DOWN, &payload));
    assert_true(seam_linked_decode(bytes_view(&waiting), &arena, &linked, &err));
    assert_true(linked.peer == down.peer && linked.size == 77);
    bytes_fini(&waiting);
    bytes_fini(&payload);
    arena_fini(&arena);
    fixture_close(&h);
}

void __wrap_exchange_link_setup(struct exchange *x, struct link_setup *out);
void __wrap_exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie);
void __wrap_exchange_hello(struct exchange *x, struct bytes *out);

void __wrap_exchange_link_setup(struct exchange *x, struct link_setup *out)
{
    static const struct view anchor = {(const uint8_t *)"der", 3};

    (void)x;
    *out = (struct link_setup){.anchors = &anchor,
                               .anchor_count = 1,
                               .admits_ended = true,
                               .former = {view_of_text("before")},
                               .former_count = 1,
                               .directory_until_s = 12345};
}

void __wrap_exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie)
{
    struct address ngo;

    (void)x;
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    on_node(cookie, &ngo, &(struct ident){{2}}, true);
}

void __wrap_exchange_hello(struct exchange *x, struct bytes *out)
{
    (void)x;
    bytes_append_text(out, "hello");
}

static void test_a_list_of_members_says_what_is_linked_of_each(void **state)
{
    struct arena arena = {.max = 65536};
    struct seam_update update;
    struct fixture h;
    struct error err;

    (void)state;
    fixture_open(&h);
    link_is_down = true;
    seam_send_update(h.door);
    assert_true(seam_update_decode(bytes_view(&waiting), &arena, &update, &err));
    assert_true(update.trust.node_count == 1 && update.trust.nodes[0].linked == 77);
    assert_true(update.trust.admits_ended && update.trust.former_count == 1);
    assert_true(view_equal(update.trust.former[0], view_of_text("before")));
    assert_int_equal(update.trust.directory_until_s, 12345);
    link_is_down = false;
    bytes_fini(&waiting);
    arena_fini(&arena);
    fixture_close(&h);
}

/* What the exchange was told of a dial that failed. */
static enum dial_failure told;
static unsigned told_count;
void __wrap_exchange_dial_failed(struct exchange *x, const struct address *agency, enum dial_failure why);

void __wrap_exchange_dial_failed(struct exchange *x, const struct address *agency, enum dial_failure why)
{
    (void)x;
    assert_non_null(agency);
    told = why;
    told_count++;
}

static bool dialled_anew; /* that of assert_dialled */

static void assert_dialled(const char *address)
{
    struct arena arena = {.max = 4096};
    struct seam_dial to;
    struct error err = {0};

    assert_true(seam_dial_decode(bytes_view(&waiting), &arena, &to, &err));
    assert_true(view_equal(to.address, view_of_text(address)));
    assert_int_equal(to.port, 7411);
    dialled_anew = to.anew;
    bytes_clear(&waiting);
    arena_fini(&arena);
}

static void dial_failed(struct fixture *h, uint32_t peer, enum link_reason why)
{
    struct seam_dial_failed failed = {.peer = peer, .reason = why};
    struct bytes payload = {0};

    seam_dial_failed_encode(&failed, &payload);
    assert_true(deliver_frame(h, SEAM_DIAL_FAILED, &payload));
    bytes_fini(&payload);
}

static const struct view addresses[] = {{(const uint8_t *)"::1", 3}, {(const uint8_t *)"127.0.0.1", 9}};

static void test_each_address_of_a_host_is_tried_and_then_the_host_anew(void **state)
{
    struct address ngo;
    struct address other;
    struct fixture h;
    struct post *post;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    assert_true(address_read(view_of_text("other@nrm.example"), &other));
    post = seam_door_post(h.door);
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, addresses, 2, 7411});
    assert_dialled("::1");
    post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), false); /* not while these are tried */
    assert_int_equal(waiting.size, 0);
    post->dial(post, &other, view_of_text("192.0.2.1:7411"), false);
    assert_dialled("192.0.2.1");
    dial_failed(&h, peer_numbers_get(&h.door->peer_numbers, &other), LINK_UNREACHABLE);
    assert_int_equal(waiting.size, 0); /* its endpoint is an address: there is no other */
    dial_failed(&h, peer_numbers_get(&h.door->peer_numbers, &ngo), LINK_UNREACHABLE);
    assert_dialled("127.0.0.1");
    dial_failed(&h, peer_numbers_get(&h.door->peer_numbers, &ngo), LINK_OTHER_AGENCY);
    assert_int_equal(waiting.size, 0);
    post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), false);
    assert_dialled("192.0.2.1");
    fixture_close(&h);
    bytes_fini(&waiting);
}

/* A door that was greeted; the number of NGO, which is set. */
static uint32_t open_with_ngo(struct fixture *h, struct address *ngo)
{
    fixture_open(h);
    assert_true(hello(h, SEAM_BUILD));
    assert_true(address_read(view_of_text("ngo@nrm.example"), ngo));
    return peer_numbers_get(&h->door->peer_numbers, ngo);
}

/* It says so at each address of the host, and what becomes of it is told when the last one has failed. */
static void test_a_dial_anew_is_told_of_when_all_addresses_have_failed(void **state)
{
    static const enum link_reason silent[] = {LINK_UNREACHABLE, LINK_SILENT};
    struct address ngo;
    struct fixture h;
    struct post *post;
    uint32_t peer;

    (void)state;
    peer = open_with_ngo(&h, &ngo);
    dials_said_note(&h.door->dials_said, peer, DIAL_UP, LINK_ENDED);
    post = seam_door_post(h.door);
    for (size_t i = 0; i < 2; i++) {
        told_count = 0;
        post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), true);
        assert_dialled("192.0.2.1");
        assert_true(dialled_anew);
        dial_failed(&h, peer, silent[i]);
        assert_true(told_count == 1 && told == DIALLED_UNANSWERED);
    }
    dials_said_set_anew(&h.door->dials_said, peer, true); /* as of a host's name, which is looked up */
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, addresses, 2, 7411});
    assert_dialled("::1");
    dial_failed(&h, peer, LINK_UNREACHABLE);
    assert_dialled("127.0.0.1");
    assert_true(dialled_anew && told_count == 1);
    dial_failed(&h, peer, LINK_OTHER_AGENCY);
    assert_true(told_count == 2 && told == DIALLED_OTHER);
    dials_said_set_anew(&h.door->dials_said, peer, true);
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, NULL, 0, 7411});
    assert_true(told_count == 3 && told == DIALLED_UNRESOLVED);
    post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), true);
    assert_dialled("192.0.2.1");
    dial_failed(&h, peer, LINK_EXPIRED); /* says nothing of who answers there */
    assert_int_equal(told_count, 3);
    post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), true);
    assert_dialled("192.0.2.1");
    assert_int_equal(dials_said_of(&h.door->dials_said, peer).state, DIAL_UP); /* the link stands all the while */
    dial_failed(&h, peer, LINK_TOO_MANY);                                      /* none was made */
    assert_int_equal(told_count, 3);
    post->dial(post, &ngo, view_of_text("192.0.2.1:7411"), false);
    assert_dialled("192.0.2.1");
    assert_false(dialled_anew);
    fixture_close(&h);
    bytes_fini(&waiting);
}

/* Of two addresses, each way round: what the first said counts as well. */
static void test_what_each_address_of_a_host_said_is_told(void **state)
{
    static const struct {
        enum link_reason first;
        enum link_reason second;
        enum dial_failure told; /* DIALLED_END: nothing */
    } ways[] = {{LINK_UNREACHABLE, LINK_SILENT, DIALLED_UNANSWERED},
                {LINK_OTHER_AGENCY, LINK_UNREACHABLE, DIALLED_OTHER},
                {LINK_UNREACHABLE, LINK_OTHER_AGENCY, DIALLED_OTHER},
                {LINK_EXPIRED, LINK_UNREACHABLE, DIALLED_END},
                {LINK_EXPIRED, LINK_OTHER_AGENCY, DIALLED_END}};
    struct address ngo;
    struct fixture h;
    uint32_t peer;

    (void)state;
    peer = open_with_ngo(&h, &ngo);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        told_count = 0;
        dials_said_set_anew(&h.door->dials_said, peer, true);
        seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, addresses, 2, 7411});
        assert_dialled("::1");
        dial_failed(&h, peer, ways[i].first);
        assert_dialled("127.0.0.1");
        assert_int_equal(told_count, 0);
        dial_failed(&h, peer, ways[i].second);
        assert_int_equal(told_count, ways[i].told != DIALLED_END);
        assert_true(told_count == 0 || told == ways[i].told);
    }
    fixture_close(&h);
    bytes_fini(&waiting);
}

static void test_who_answered_in_place_of_whom_is_kept_for_the_doctor(void **state)
{
    struct address ngo;
    struct address other;
    struct fixture h;
    struct seam_dial_failed failed = {.reason = LINK_OTHER_AGENCY};
    struct bytes payload = {0};
    struct dial_said said;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    assert_true(address_read(view_of_text("other@nrm.example"), &other));
    failed.peer = peer_numbers_get(&h.door->peer_numbers, &ngo);
    failed.answered = peer_numbers_get(&h.door->peer_numbers, &other);
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, addresses, 1, 7411});
    assert_dialled("::1");
    seam_dial_failed_encode(&failed, &payload);
    assert_true(deliver_frame(&h, SEAM_DIAL_FAILED, &payload));
    said = dials_said_of(&h.door->dials_said, failed.peer);
    assert_int_equal(said.state, DIAL_FAILED);
    assert_string_equal(said.at, "[::1]:7411");
    assert_true(address_equal(&said.answered, &other));
    dials_said_note(&h.door->dials_said, failed.peer, DIAL_DIALLING, LINK_ENDED);
    assert_string_equal(dials_said_of(&h.door->dials_said, failed.peer).answered.text, "");
    failed.answered = 77; /* a peer that there is not */
    bytes_clear(&payload);
    seam_dial_failed_encode(&failed, &payload);
    assert_false(deliver_frame(&h, SEAM_DIAL_FAILED, &payload));
    bytes_fini(&payload);
    fixture_close(&h);
    bytes_fini(&waiting);
}

/* Nothing is known of the host then: nobody is told that it has no address. */
static void test_a_resolver_that_died_says_nothing_of_a_host(void **state)
{
    struct address ngo;
    struct fixture h;
    uint32_t peer;

    (void)state;
    peer = open_with_ngo(&h, &ngo);
    told_count = 0;
    dials_said_note(&h.door->dials_said, peer, DIAL_RESOLVING, LINK_ENDED);
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){false, NULL, 0, 7411});
    assert_int_equal(told_count, 0);
    assert_int_equal(dials_said_of(&h.door->dials_said, peer).state, DIAL_NOT_YET);
    dials_said_set_anew(&h.door->dials_said, peer, true);
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){false, NULL, 0, 7411});
    assert_int_equal(told_count, 0);
    assert_false(dials_said_of(&h.door->dials_said, peer).anew);
    fixture_close(&h);
    bytes_fini(&waiting);
}

static void test_what_was_not_dialled_ends_the_trying(void **state)
{
    struct address ngo;
    struct fixture h;

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    seam_on_resolved(h.door, &ngo, &(struct resolver_answer){true, addresses, 2, 7411});
    assert_dialled("::1");
    dial_failed(&h, peer_numbers_get(&h.door->peer_numbers, &ngo), LINK_TOO_MANY);
    assert_int_equal(waiting.size, 0);
    assert_false(host_addresses_has(&h.door->host_addresses, peer_numbers_get(&h.door->peer_numbers, &ngo)));
    fixture_close(&h);
    bytes_fini(&waiting);
}

/* As many as are dialled at once; of one more the first address is dialled all the same. */
static void test_of_more_hosts_than_are_dialled_at_once_the_first_address_is_tried(void **state)
{
    struct fixture h;
    struct address agency;
    char text[32];

    (void)state;
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    for (unsigned i = 0; i <= BOUND_DIALS; i++) {
        (void)snprintf(text, sizeof text, "a%u@nrm.example", i);
        assert_true(address_read(view_of_text(text), &agency));
        seam_on_resolved(h.door, &agency, &(struct resolver_answer){true, addresses, 2, 7411});
        assert_dialled("::1");
        assert_int_equal(host_addresses_has(&h.door->host_addresses, i + 1), i < BOUND_DIALS);
    }
    fixture_close(&h);
    bytes_fini(&waiting);
}

/* For its bytes, not for what is made of them. */
static void assert_malformed(struct fixture *h, uint16_t kind, const struct bytes *payload)
{
    struct error err = {0};

    assert_false(seam_door_receive(h->door, kind, bytes_view(payload), &err));
    assert_int_equal(strncmp(err.text, "seam:", 5), 0);
}

static void test_garbage_is_refused(void **state)
{
    struct bytes payload = {0};
    struct fixture h;

    (void)state;
    bytes_append(&payload, "\xff\xff\xff\xff\xff", 5);
    fixture_open(&h);
    assert_malformed(&h, SEAM_HELLO, &payload);
    fixture_close(&h);
    fixture_open(&h);
    assert_true(hello(&h, SEAM_BUILD));
    for (size_t i = 0; i < sizeof link_kinds / sizeof link_kinds[0]; i++)
        if (link_kinds[i] != SEAM_RESOLVED) /* the resolver's word */
            assert_malformed(&h, link_kinds[i], &payload);
    assert_false(deliver_frame(&h, SEAM_FAILED, &payload));
    bytes_fini(&payload);
    fixture_close(&h);
}

static void test_what_it_cannot_do_at_the_start_is_told_with_its_code(void **state)
{
    struct seam_failed failed = {view_of_text("E-LNK-11"), view_of_text("127.0.0.1 port 1: Permission denied")};
    struct bytes payload = {0};
    struct fixture h;

    (void)state;
    fixture_open(&h);
    seam_failed_encode(&failed, &payload);
    assert_false(deliver_frame(&h, SEAM_FAILED, &payload));
    assert_int_equal(h.failed.code, E_LNK_11);
    bytes_fini(&payload);
    fixture_close(&h);
}

static void test_it_is_ready_when_it_listens(void **state)
{
    struct seam_listening at = {view_of_text("::1"), 7411};
    struct seam_state state_now;
    struct bytes payload = {0};
    struct fixture h;

    (void)state;
    fixture_open(&h);
    (void)strcpy(h.config.listen_address, "::1");
    assert_true(hello(&h, SEAM_BUILD));
    assert_int_equal(h.ready, 0);
    seam_listening_encode(&at, &payload);
    assert_true(deliver_frame(&h, SEAM_LISTENING, &payload));
    assert_int_equal(h.ready, 1);
    seam_door_state(h.door, &state_now);
    assert_string_equal(state_now.listen, "[::1]:7411");
    assert_int_equal(state_now.landlock, 4);
    bytes_fini(&payload);
    fixture_close(&h);
}

static bool listening(struct fixture *h, const char *address, uint16_t port)
{
    struct seam_listening at = {view_of_text(address), port};
    struct bytes payload = {0};
    bool taken;

    seam_listening_encode(&at, &payload);
    taken = deliver_frame(h, SEAM_LISTENING, &payload);
    bytes_fini(&payload);
    return taken;
}

/* Whether a first LISTENING is taken by a node that is configured so. */
static bool is_taken(bool listens, uint16_t configured_port, const char *address, uint16_t port)
{
    struct fixture h;
    bool taken;

    fixture_open(&h);
    h.config.listens = listens;
    h.config.listen_port = configured_port;
    (void)strcpy(h.config.listen_address, "127.0.0.1");
    assert_true(hello(&h, SEAM_BUILD));
    taken = listening(&h, address, port);
    fixture_close(&h);
    return taken;
}

/* A node listens where its configuration says; only the port may be chosen by the system. */
static void test_it_listens_where_it_was_told_and_says_so_once(void **state)
{
    struct fixture h;

    (void)state;
    fixture_open(&h);
    (void)strcpy(h.config.listen_address, "127.0.0.1");
    assert_true(hello(&h, SEAM_BUILD));
    assert_true(listening(&h, "127.0.0.1", 7411));
    assert_false(listening(&h, "127.0.0.1", 7411));
    assert_int_equal(h.ready, 1);
    fixture_close(&h);

    assert_true(is_taken(true, 0, "127.0.0.1", 7412));
    assert_false(is_taken(true, 0, "127.0.0.2", 7411));
    assert_false(is_taken(true, 0, "\033]0;owned\007", 7411));
    assert_true(is_taken(true, 7411, "127.0.0.1", 7411));
    assert_false(is_taken(true, 7411, "127.0.0.1", 7412));
    assert_false(is_taken(false, 0, "127.0.0.1", 7411));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_heard_before_hello),
        cmocka_unit_test(test_hello_is_heard_once_and_from_the_same_build),
        cmocka_unit_test(test_our_own_words_and_unknown_ones_are_refused),
        cmocka_unit_test(test_links_that_do_not_stand_have_no_frames_and_no_end),
        cmocka_unit_test(test_what_a_process_that_reads_nothing_is_sent_has_a_bound),
        cmocka_unit_test(test_a_list_of_members_says_what_is_linked_of_each),
        cmocka_unit_test(test_a_machine_whose_keys_are_compromised_is_noticed),
        cmocka_unit_test(test_when_a_link_ends_the_next_hello_is_told_what_is_linked),
        cmocka_unit_test(test_each_address_of_a_host_is_tried_and_then_the_host_anew),
        cmocka_unit_test(test_a_dial_anew_is_told_of_when_all_addresses_have_failed),
        cmocka_unit_test(test_what_each_address_of_a_host_said_is_told),
        cmocka_unit_test(test_who_answered_in_place_of_whom_is_kept_for_the_doctor),
        cmocka_unit_test(test_a_resolver_that_died_says_nothing_of_a_host),
        cmocka_unit_test(test_what_was_not_dialled_ends_the_trying),
        cmocka_unit_test(test_of_more_hosts_than_are_dialled_at_once_the_first_address_is_tried),
        cmocka_unit_test(test_garbage_is_refused),
        cmocka_unit_test(test_what_it_cannot_do_at_the_start_is_told_with_its_code),
        cmocka_unit_test(test_it_is_ready_when_it_listens),
        cmocka_unit_test(test_it_listens_where_it_was_told_and_says_so_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
