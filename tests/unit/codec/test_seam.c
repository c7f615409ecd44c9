/* Are the seam's messages decoded as they were encoded, byte for byte as by protobuf-c, and malformed ones refused? */
#include "codec/seam_frame.h"

#include "base/bounds.h"
#include "codec/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena = {.wiping = true};
static struct bytes wire;

static int set_up(void **state)
{
    (void)state;
    bytes_clear(&wire);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    bytes_fini(&wire);
    return 0;
}

/* --- SEND and FRAME, encoded by hand --- */

static void test_a_frame_by_hand_is_the_contracts_own(void **state)
{
    static const uint32_t links[] = {1, 127, 128, 16383, 16384, 2097152, UINT32_MAX};
    static const size_t sizes[] = {0, 1, 127, 128, 300, 16384, BOUND_ENVELOPE};
    struct bytes payload = {0};
    struct bytes other = {0};

    (void)state;
    memset(bytes_reserve(&payload, BOUND_ENVELOPE), 'p', BOUND_ENVELOPE);
    for (size_t i = 0; i < 7; i++) {
        struct seam_frame f = {.link = links[i], .kind = (uint16_t)(i == 6 ? 65535 : 2 + i)};
        struct seam_frame back;
        struct error err;

        f.payload = view_of(payload.at, sizes[i]);
        bytes_clear(&wire);
        bytes_clear(&other);
        seam_frame_encode(&f, &wire);
        contract_encode(&seam_frame_contract, &f, &other);
        assert_true(view_equal(bytes_view(&other), bytes_view(&wire)));
        bytes_clear(&other);
        contract_encode(&seam_send_contract, &f, &other);
        assert_true(view_equal(bytes_view(&other), bytes_view(&wire)));
        assert_true(wire.size <= f.payload.size + SEAM_SEND_OVERHEAD);

        assert_true(seam_frame_decode(bytes_view(&wire), &back, &err));
        assert_int_equal(back.link, f.link);
        assert_int_equal(back.kind, f.kind);
        assert_true(view_equal(back.payload, f.payload));
        assert_true(back.payload.size == 0 || back.payload.at > wire.at); /* a view into the input: no copy */
    }
    bytes_fini(&payload);
    bytes_fini(&other);
}

/* What refex-ca made for a renewal: an answer of SIZE bytes is taken. */
static bool takes_an_answer_of(size_t size)
{
    struct seam_ca_renewed r = {.question = 1};
    struct seam_ca_renewed back;
    struct bytes answer = {0};
    struct error err;
    bool ok;

    memset(bytes_reserve(&answer, size), 'a', size);
    r.answer = view_of(answer.at, size);
    bytes_clear(&wire);
    contract_encode_unchecked(&seam_ca_renewed_contract, &r, &wire);
    ok = seam_ca_renewed_decode(bytes_view(&wire), &arena, &back, &err);
    bytes_fini(&answer);
    return ok;
}

static bool takes_a_question_of(size_t size)
{
    struct seam_renew r = {.question = 1};
    struct seam_renew back;
    struct bytes request = {0};
    struct error err;
    bool ok;

    memset(bytes_reserve(&request, size), 'a', size);
    r.request = view_of(request.at, size);
    bytes_clear(&wire);
    contract_encode_unchecked(&seam_renew_contract, &r, &wire);
    ok = seam_renew_decode(bytes_view(&wire), &arena, &back, &err);
    bytes_fini(&request);
    return ok;
}

static void test_a_request_for_a_renewal_has_a_bound(void **state)
{
    (void)state;
    assert_true(takes_a_question_of(BOUND_RENEWAL));
    assert_false(takes_a_question_of(BOUND_RENEWAL + 1));
}

static void test_an_answer_to_a_renewal_has_a_bound(void **state)
{
    (void)state;
    assert_true(takes_an_answer_of(BOUND_RENEWED));
    assert_false(takes_an_answer_of(BOUND_RENEWED + 1));
}

static void test_a_malformed_frame_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {"", 0},                                 /* nothing */
        {"\x08\x01", 2},                         /* no kind */
        {"\x10\x02", 2},                         /* no link */
        {"\x10\x02\x08\x01", 4},                 /* wrong order */
        {"\x08\x00\x10\x02", 4},                 /* link 0 */
        {"\x08\x01\x10\x00", 4},                 /* kind 0 */
        {"\x08\x81\x00\x10\x02", 5},             /* a needless byte */
        {"\x08\x01\x10\x80\x80\x04", 6},         /* a kind above 65,535 */
        {"\x08\xff\xff\xff\xff\x1f\x10\x02", 8}, /* a link above its width */
        {"\x08\xff\xff\xff\xff\xff\x01\x10\x02", 9},
        {"\x08\x01\x10\x02\x1a\x00", 6},                                  /* an empty payload, written */
        {"\x08\x01\x10\x02\x1a\x02x", 7},                                 /* less than it says */
        {"\x08\x01\x10\x02\x1a\x01xy", 8},                                /* more than it says */
        {"\x08\x01\x10\x02\x22\x01x", 7},                                 /* another field */
        {"\x08\x01\x08\x01\x10\x02", 6},                                  /* twice */
        {"\x08\xff", 2},                                                  /* cut */
        {"\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x10\x02", 14}, /* wider than any number */
    };
    struct seam_frame f;
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(seam_frame_decode(view_of(bad[i].bytes, bad[i].size), &f, &err));
        assert_int_equal(err.code, E_LNK_13);
        if (strcmp(bad[i].bytes, "\x08\x01\x10\x02\x22\x01x") == 0)
            continue; /* the engine skips fields of a later version */
        assert_false(contract_decode(&seam_frame_contract, view_of(bad[i].bytes, bad[i].size), &arena, &f, &err));
        assert_int_equal(err.code, E_LNK_13);
    }
}

/* Behind the bytes is a page that nobody may read. */
static void test_a_frame_that_was_cut_anywhere_is_refused_and_nothing_behind_it_is_read(void **state)
{
    static const uint8_t whole[] = {0x08, 0x81, 0x01, 0x10, 0x82, 0x01, 0x1a, 0x82, 0x01};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *room = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct seam_frame f;
    struct error err;

    (void)state;
    assert_true(room != MAP_FAILED);
    assert_int_equal(mprotect(room + page, page, PROT_NONE), 0);
    for (size_t size = 0; size <= sizeof whole; size++) {
        uint8_t *at = room + page - size;

        memcpy(at, whole, size);
        assert_int_equal(seam_frame_decode(view_of(at, size), &f, &err), size == 6); /* up to the payload's tag */
    }
    assert_int_equal(munmap(room, 2 * page), 0);
}

/* --- the others --- */

static struct seam_configure sample(struct view *anchor, struct hash *revoked, struct seam_node *nodes)
{
    struct seam_configure c = {
        .build = view_of_text(SEAM_BUILD),
        .transport_key = view_of_text("key"),
        .certificate = view_of_text("certificate"),
        .label = {"abcdefghijklmnopqrstuvwxyz"},
        .node = {{1}},
        .listen_address = view_of_text("127.0.0.1"),
        .listen_port = 7411,
        .may_dial = true,
        .trust = {.anchors = anchor,
                  .anchor_count = 1,
                  .revoked = revoked,
                  .revoked_count = 1,
                  .nodes = nodes,
                  .node_count = 2,
                  .hello = view_of_text("hello")},
    };

    return c;
}

static void test_a_configuration_comes_back_whole(void **state)
{
    struct view anchor = view_of_text("der");
    struct hash revoked;
    struct seam_node nodes[2] = {{{{2}}, 7, 0, true}, {{{3}}, UINT32_MAX, UINT64_MAX, false}};
    struct seam_configure c;
    struct seam_configure back;
    struct error err;

    (void)state;
    memset(&revoked, 3, sizeof revoked);
    c = sample(&anchor, &revoked, nodes);
    seam_configure_encode(&c, &wire);
    assert_true(seam_configure_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(view_equal(back.transport_key, c.transport_key));
    assert_true(view_equal(back.certificate, c.certificate));
    assert_string_equal(back.label.text, c.label.text);
    assert_true(ident_equal(&back.node, &c.node));
    assert_true(view_equal(back.listen_address, c.listen_address));
    assert_int_equal(back.listen_port, 7411);
    assert_true(back.may_dial && !back.allow_unconfined);
    assert_int_equal(back.trust.anchor_count, 1);
    assert_true(hash_equal(&back.trust.revoked[0], &revoked));
    assert_int_equal(back.trust.node_count, 2);
    assert_true(ident_equal(&back.trust.nodes[1].id, &nodes[1].id) && back.trust.nodes[1].peer == UINT32_MAX);
    assert_true(back.trust.nodes[0].linked == 0 && back.trust.nodes[1].linked == UINT64_MAX);
    assert_true(back.trust.nodes[0].cut_off && !back.trust.nodes[1].cut_off);
    assert_true(view_equal(back.trust.hello, c.trust.hello));
}

static void assert_refused(struct seam_configure *c)
{
    struct seam_configure back;
    struct error err;

    bytes_clear(&wire);
    contract_encode_unchecked(&seam_configure_contract, c, &wire);
    assert_false(seam_configure_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(err.code, E_LNK_13);
}

static void test_a_configuration_without_what_it_needs_is_refused(void **state)
{
    struct view anchors[SEAM_ANCHORS_MAX + 1];
    struct hash revoked = {{1}};
    struct seam_node nodes[2] = {{{{2}}, 7, 0, true}, {{{3}}, UINT32_MAX, UINT64_MAX, false}};
    struct seam_configure c;

    (void)state;
    for (size_t i = 0; i <= SEAM_ANCHORS_MAX; i++)
        anchors[i] = view_of_text("der");
    c = sample(anchors, &revoked, nodes);
    c.transport_key.size = 0;
    assert_refused(&c);
    c = sample(anchors, &revoked, nodes);
    c.certificate.size = 0;
    assert_refused(&c);
    c = sample(anchors, &revoked, nodes);
    c.trust.anchor_count = SEAM_ANCHORS_MAX + 1;
    assert_refused(&c);
    c = sample(anchors, &revoked, nodes);
    c.trust.hello.size = 0;
    assert_refused(&c);
    c = sample(anchors, &revoked, nodes);
    strcpy(c.label.text, "Abcdefghijklmnopqrstuvwxyz");
    assert_refused(&c);
    c = sample(anchors, &revoked, nodes);
    nodes[0].peer = 0;
    assert_refused(&c);
    nodes[0] = nodes[1]; /* not ascending */
    assert_refused(&c);
}

static void test_reports_come_back_whole(void **state)
{
    struct view addresses[2] = {view_of_text("192.0.2.7"), view_of_text("2001:db8::7")};
    struct seam_link_up up = {
        .link = 9, .peer = 4, .certificate = view_of_text("leaf"), .dialled = true, .group = TLS_X25519};
    struct seam_link_up up_back;
    struct seam_link_down down = {.link = 0, .reason = LINK_WRONG_CA};
    struct seam_link_down down_back;
    struct seam_resolved resolved = {.question = 3, .addresses = addresses, .address_count = 2};
    struct seam_resolved resolved_back;
    struct seam_offer offer = {9, view_of_text("leaf"), view_of_text("a note")};
    struct seam_offer offer_back;
    struct seam_link_waits waits = {9, view_of_text("leaf")};
    struct seam_link_waits waits_back;
    struct error err;

    (void)state;
    up.hello = view_of_text("hello");
    seam_link_up_encode(&up, &wire);
    assert_true(seam_link_up_decode(bytes_view(&wire), &arena, &up_back, &err));
    assert_true(up_back.link == 9 && up_back.dialled && up_back.peer == 4 && up_back.group == TLS_X25519);
    assert_true(view_equal(up_back.certificate, up.certificate));

    bytes_clear(&wire);
    seam_link_down_encode(&down, &wire);
    assert_true(seam_link_down_decode(bytes_view(&wire), &arena, &down_back, &err));
    assert_true(down_back.reason == LINK_WRONG_CA && down_back.peer == 0);

    bytes_clear(&wire);
    seam_offer_encode(&offer, &wire);
    assert_true(seam_offer_decode(bytes_view(&wire), &arena, &offer_back, &err));
    assert_true(offer_back.link == 9 && view_equal(offer_back.directory, offer.directory));
    bytes_clear(&wire);
    seam_link_waits_encode(&waits, &wire);
    assert_true(seam_link_waits_decode(bytes_view(&wire), &arena, &waits_back, &err));
    assert_true(view_equal(waits_back.certificate, waits.certificate));

    bytes_clear(&wire);
    seam_resolved_encode(&resolved, &wire);
    assert_true(seam_resolved_decode(bytes_view(&wire), &arena, &resolved_back, &err));
    assert_true(resolved_back.address_count == 2 && view_equal(resolved_back.addresses[1], addresses[1]));
}

static void test_a_reason_that_is_none_is_refused(void **state)
{
    struct seam_link_down down = {.link = 1, .reason = LINK_REASON_END};
    struct error err;

    (void)state;
    contract_encode_unchecked(&seam_link_down_contract, &down, &wire);
    assert_false(seam_link_down_decode(bytes_view(&wire), &arena, &down, &err));
    assert_int_equal(err.code, E_LNK_13);
}

static void test_every_reason_has_a_name_and_a_row(void **state)
{
    (void)state;
    for (int r = LINK_ENDED; r < LINK_REASON_END; r++) {
        assert_string_not_equal(link_reason_name((enum link_reason)r), "?");
        if (r != LINK_ENDED) /* its row is that of a cut link */
            assert_int_equal(link_reason_of(link_reason_code((enum link_reason)r)), r);
    }
    assert_int_equal(link_reason_of(E_BUG_01), LINK_CUT);
}

/* --- what may come, and when --- */

static bool may_come(enum seam_route route, enum seam_phase phase, uint16_t kind)
{
    uint32_t used = 0;
    struct error err = {0};
    bool permitted = seam_permit(route, phase, &used, kind, &err);

    assert_int_equal(err.code, permitted ? E_NONE : E_LNK_13);
    return permitted;
}

static void test_each_route_permits_what_it_is_for_and_nothing_else(void **state)
{
    static const struct {
        enum seam_route route;
        enum seam_phase phase;
        uint16_t kinds[10];
    } permitted[] = {
        {SEAM_TO_LINK, SEAM_BEFORE_CONFIGURE, {SEAM_CONFIGURE}},
        {SEAM_TO_LINK, SEAM_BEFORE_HELLO, {0}},
        {SEAM_TO_LINK, SEAM_OPEN, {SEAM_UPDATE, SEAM_DIAL, SEAM_SEND, SEAM_HANG_UP, SEAM_LINKED, SEAM_IDENTITY}},
        {SEAM_FROM_LINK, SEAM_BEFORE_CONFIGURE, {0}},
        {SEAM_FROM_LINK, SEAM_BEFORE_HELLO, {SEAM_HELLO, SEAM_FAILED}},
        {SEAM_FROM_LINK,
         SEAM_OPEN,
         {SEAM_LISTENING, SEAM_LINK_UP, SEAM_FRAME, SEAM_LINK_DOWN, SEAM_DIAL_FAILED, SEAM_FLOW, SEAM_LINK_WAITS,
          SEAM_OFFER}},
        {SEAM_TO_RESOLVER, SEAM_BEFORE_CONFIGURE, {0}},
        {SEAM_TO_RESOLVER, SEAM_BEFORE_HELLO, {0}},
        {SEAM_TO_RESOLVER, SEAM_OPEN, {SEAM_RESOLVE}},
        {SEAM_FROM_RESOLVER, SEAM_BEFORE_CONFIGURE, {0}},
        {SEAM_FROM_RESOLVER, SEAM_BEFORE_HELLO, {SEAM_HELLO, SEAM_FAILED}},
        {SEAM_FROM_RESOLVER, SEAM_OPEN, {SEAM_RESOLVED}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof permitted / sizeof permitted[0]; i++)
        for (uint16_t kind = 1; kind < 1024; kind++) {
            bool expected = false;

            for (size_t k = 0; k < 10; k++)
                expected = expected || permitted[i].kinds[k] == kind;
            assert_int_equal(may_come(permitted[i].route, permitted[i].phase, kind), expected);
        }
}

static void test_what_may_come_once_may_not_come_again(void **state)
{
    uint32_t used = 0;
    struct error err;

    (void)state;
    assert_true(seam_permit(SEAM_FROM_LINK, SEAM_BEFORE_HELLO, &used, SEAM_HELLO, &err));
    assert_false(seam_permit(SEAM_FROM_LINK, SEAM_BEFORE_HELLO, &used, SEAM_HELLO, &err));
    assert_int_equal(err.code, E_LNK_13);
    assert_true(seam_permit(SEAM_FROM_LINK, SEAM_OPEN, &used, SEAM_LISTENING, &err));
    assert_false(seam_permit(SEAM_FROM_LINK, SEAM_OPEN, &used, SEAM_LISTENING, &err));
    assert_true(seam_permit(SEAM_FROM_LINK, SEAM_OPEN, &used, SEAM_FRAME, &err));
    assert_true(seam_permit(SEAM_FROM_LINK, SEAM_OPEN, &used, SEAM_FRAME, &err));
    used = 0; /* another process */
    assert_true(seam_permit(SEAM_FROM_LINK, SEAM_BEFORE_HELLO, &used, SEAM_HELLO, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_frame_by_hand_is_the_contracts_own, set_up),
        cmocka_unit_test(test_a_frame_that_was_cut_anywhere_is_refused_and_nothing_behind_it_is_read),
        cmocka_unit_test_setup(test_a_request_for_a_renewal_has_a_bound, set_up),
        cmocka_unit_test_setup(test_an_answer_to_a_renewal_has_a_bound, set_up),
        cmocka_unit_test_setup(test_a_malformed_frame_is_refused, set_up),
        cmocka_unit_test_setup(test_a_configuration_comes_back_whole, set_up),
        cmocka_unit_test_setup(test_a_configuration_without_what_it_needs_is_refused, set_up),
        cmocka_unit_test_setup(test_reports_come_back_whole, set_up),
        cmocka_unit_test_setup(test_a_reason_that_is_none_is_refused, set_up),
        cmocka_unit_test_setup(test_every_reason_has_a_name_and_a_row, set_up),
        cmocka_unit_test_setup(test_each_route_permits_what_it_is_for_and_nothing_else, set_up),
        cmocka_unit_test_setup(test_what_may_come_once_may_not_come_again, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
