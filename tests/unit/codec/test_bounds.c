/* Limits of base/bounds.h that no other test of this room covers: what is at the bound is accepted, one over is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/contract.h"
#include "codec/control_codec.h"
#include "codec/directory_codec.h"
#include "codec/envelope_codec.h"
#include "codec/frame.h"
#include "codec/membership_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "codec/seam_messages.h"
#include "raw.h"

static const uint8_t der[BOUND_CERTIFICATE] = {0x30, 0x82};
static struct arena arena = {.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME};
static struct bytes wire;
static struct error err;

static int set_up(void **state)
{
    (void)state;
    arena_reset(&arena);
    bytes_clear(&wire);
    err = (struct error){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    bytes_fini(&wire);
    return 0;
}

/* --- names and headers --- */

/* The longest address, with MORE letters than it may have. */
static struct view long_address(size_t more, char room[static BOUND_ADDRESS + 2])
{
    memset(room, 'a', BOUND_ADDRESS + 1);
    room[BOUND_AGENCY] = '@';
    for (size_t i = BOUND_AGENCY + 64; i < BOUND_ADDRESS; i += 64)
        room[i] = '.';
    return view_of(room, BOUND_ADDRESS + more);
}

static void test_an_address_is_taken_at_its_bound_and_not_over_it(void **state)
{
    char room[BOUND_ADDRESS + 2];
    struct address a;

    (void)state;
    assert_true(address_read(long_address(0, room), &a));
    assert_false(address_read(long_address(1, room), &a));
}

static void test_a_header_over_its_bound_is_refused_unread(void **state)
{
    struct envelope_header h;

    (void)state;
    raw_fill(&wire, 1, 'x', BOUND_HEADER - 3); /* at the bound it is decoded, and refused as malformed */
    assert_int_equal(wire.size, BOUND_HEADER);
    assert_false(envelope_header_decode(bytes_view(&wire), &arena, &h, &err));
    assert_int_not_equal(err.code, E_BYT_02);
    bytes_append_u8(&wire, 0);
    assert_false(envelope_header_decode(bytes_view(&wire), &arena, &h, &err));
    assert_int_equal(err.code, E_BYT_02);
}

static void test_an_envelope_over_its_bound_is_refused_unread(void **state)
{
    struct envelope e;

    (void)state;
    raw_fill(&wire, 1, 'x', BOUND_ENVELOPE - 4);
    assert_int_equal(wire.size, BOUND_ENVELOPE);
    assert_false(envelope_decode(bytes_view(&wire), &arena, &e, &err));
    assert_non_null(strstr(err.text, "header")); /* so the size was accepted */
    bytes_append_u8(&wire, 0);
    assert_false(envelope_decode(bytes_view(&wire), &arena, &e, &err));
    assert_int_equal(err.code, E_BYT_02);
    assert_null(strstr(err.text, "header"));
}

/* --- the directory --- */

static struct member members[BOUND_MEMBERS + 1];
static struct ident nodes[BOUND_MEMBERS + 1];
static struct revocation revocations[BOUND_REVOCATIONS + 1];
static struct policy_basis bases[BOUND_BASES + 1];
static char codes[BOUND_BASES + 1][8];
static struct view issuers[BOUND_ISSUERS + 1];

static struct directory small_directory(void)
{
    struct directory d = {.sequence = 1,
                          .refresh_after_s = 1795000000,
                          .hard_expiry_s = 1795000001,
                          .members = members,
                          .member_count = 1,
                          .revocations = revocations,
                          .issuers = issuers,
                          .issuer_count = 1,
                          .transports = issuers,
                          .transport_count = 1,
                          .keys = issuers,
                          .key_count = 1,
                          .bases = bases};

    memcpy(d.federation.name, "nrm.example", 12);
    d.federation.fid.at[0] = 1;
    for (unsigned i = 0; i <= BOUND_MEMBERS; i++) {
        char name[40];

        (void)snprintf(name, sizeof name, "ngo%04u@nrm.example", i);
        members[i] = (struct member){.kind = KIND_SUPPORT_NGO,
                                     .endpoint = view_of_text("127.0.0.1:7411"),
                                     .identity_certificate = view_of(der, 200),
                                     .nodes = &nodes[i],
                                     .node_count = 1};
        write_u32(nodes[i].at, i + 1);
        assert_true(address_read(view_of_text(name), &members[i].agency));
    }
    for (unsigned i = 0; i <= BOUND_REVOCATIONS; i++) {
        revocations[i] = (struct revocation){.reason = REVOKED_SUPERSEDED, .time_ms = 6};
        write_u32(revocations[i].name.at, i + 1);
    }
    for (unsigned i = 0; i <= BOUND_BASES; i++) {
        (void)snprintf(codes[i], sizeof codes[i], "b%03u", i);
        bases[i] = (struct policy_basis){view_of_text(codes[i]), view_of_text("because")};
    }
    for (size_t i = 0; i <= BOUND_ISSUERS; i++)
        issuers[i] = view_of(der, 300);
    return d;
}

static void assert_accepted(const struct directory *d)
{
    struct directory back;

    bytes_clear(&wire);
    if (!directory_encode(d, &wire, &err))
        fail_msg("not written: %s", err.text);
    arena_reset(&arena);
    if (!directory_decode(bytes_view(&wire), &arena, &back, &err))
        fail_msg("not read: %s", err.text);
    assert_int_equal(back.member_count, d->member_count);
    assert_int_equal(back.revocation_count, d->revocation_count);
    assert_int_equal(back.basis_count, d->basis_count);
    assert_int_equal(back.issuer_count, d->issuer_count);
}

static void assert_refused(const struct directory *d, enum error_code code)
{
    bytes_clear(&wire);
    assert_false(directory_encode(d, &wire, &err));
    assert_int_equal(err.code, code);
}

static void test_the_lists_of_a_directory_end_at_their_bounds(void **state)
{
    struct directory d = small_directory();

    (void)state;
    d.member_count = BOUND_MEMBERS, assert_accepted(&d);
    d.member_count++, assert_refused(&d, E_FED_10);
    d = small_directory();
    d.revocation_count = BOUND_REVOCATIONS, assert_accepted(&d);
    d.revocation_count++, assert_refused(&d, E_FED_10);
    d = small_directory();
    d.issuer_count = BOUND_ISSUERS, assert_accepted(&d);
    d.issuer_count++, assert_refused(&d, E_FED_24);
    d = small_directory();
    d.transport_count = BOUND_ISSUERS, assert_accepted(&d);
    d.transport_count++, assert_refused(&d, E_FED_24);
    d = small_directory();
    members[0].node_count = BOUND_NODES, assert_accepted(&d);
    members[0].node_count++, assert_refused(&d, E_FED_24);
    d = small_directory();
    d.basis_count = BOUND_BASES, assert_accepted(&d);
    d.basis_count++, assert_refused(&d, E_FED_24);
}

static void test_the_values_of_a_directory_end_at_their_bounds(void **state)
{
    static char text[BOUND_FIELD_TEXT + 1];
    static uint8_t bundle[BOUND_NOTE + 1];
    static char host[BOUND_ENDPOINT + 1];
    struct directory d = small_directory();

    (void)state;
    memset(text, 'x', sizeof text);
    memset(bundle, 'n', sizeof bundle);
    d.erase_after_hours = BOUND_ERASE_HOURS, assert_accepted(&d);
    d.erase_after_hours++, assert_refused(&d, E_FED_24);
    d = small_directory();
    d.hard_expiry_s = d.refresh_after_s + BOUND_HARD_EXPIRY_DAYS * INT64_C(86400), assert_accepted(&d);
    d.hard_expiry_s++, assert_refused(&d, E_FED_24);
    d = small_directory();
    d.basis_count = 1;
    bases[0].code = view_of(text, BOUND_BASIS), bases[0].text = view_of(text, BOUND_FIELD_TEXT), assert_accepted(&d);
    bases[0].text.size++, assert_refused(&d, E_FED_24);
    bases[0].text.size--, bases[0].code.size++, assert_refused(&d, E_FED_24);
    d = small_directory();
    members[0].bundle = view_of(bundle, BOUND_NOTE), assert_accepted(&d);
    members[0].bundle.size++, assert_refused(&d, E_FED_24);
    d = small_directory();
    memset(host, 'h', sizeof host);
    for (size_t i = 63; i < BOUND_ENDPOINT; i += 64)
        host[i] = '.';
    memcpy(host + BOUND_ENDPOINT - 6, ":65535", 6);
    members[0].endpoint = view_of(host, BOUND_ENDPOINT), assert_accepted(&d);
    host[BOUND_ENDPOINT - 6] = 'h';
    memcpy(host + BOUND_ENDPOINT - 5, ":65535", 6);
    members[0].endpoint = view_of(host, BOUND_ENDPOINT + 1), assert_refused(&d, E_FED_24);
}

static void test_requests_and_memberships_end_at_their_bounds(void **state)
{
    struct request request;
    struct membership_file membership;

    (void)state;
    memset(bytes_reserve(&wire, BOUND_MEMBERSHIP_FILE + 1), 'A', BOUND_MEMBERSHIP_FILE + 1);
    assert_false(request_decode(view_of(wire.at, BOUND_REQUEST_FILE), &arena, &request, &err));
    assert_null(strstr(err.text, "over")); /* read, and found to be malformed */
    assert_false(request_decode(view_of(wire.at, BOUND_REQUEST_FILE + 1), &arena, &request, &err));
    assert_non_null(strstr(err.text, "over 262144 bytes"));
    assert_false(membership_file_decode(view_of(wire.at, BOUND_MEMBERSHIP_FILE), &arena, &membership, &err));
    assert_null(strstr(err.text, "over"));
    assert_false(membership_file_decode(view_of(wire.at, BOUND_MEMBERSHIP_FILE + 1), &arena, &membership, &err));
    assert_non_null(strstr(err.text, "over 1400000 bytes"));
}

/* --- between nodes --- */

static void test_what_peers_say_ends_at_its_bounds(void **state)
{
    static uint8_t much[BOUND_NOTE + 1];
    struct peer_refusal refusal = {.step = 4, .bundle = view_of(much, BOUND_NOTE)};
    struct peer_hello hello = {.protocol_min = 1,
                               .protocol_max = 1,
                               .software = view_of(much, BOUND_SOFTWARE),
                               .directory_sequence = 1,
                               .incarnation = 1};
    struct peer_witness witness;

    (void)state;
    memset(much, 'x', sizeof much);
    contract_encode_unchecked(&peer_refusal_contract, &refusal, &wire);
    assert_true(peer_refusal_decode(bytes_view(&wire), &arena, &refusal, &err));
    bytes_clear(&wire);
    refusal.bundle = view_of(much, BOUND_NOTE + 1);
    contract_encode_unchecked(&peer_refusal_contract, &refusal, &wire);
    assert_false(peer_refusal_decode(bytes_view(&wire), &arena, &refusal, &err));

    hello.node.at[0] = 1;
    hello.federation_id.at[0] = 1;
    bytes_clear(&wire);
    contract_encode_unchecked(&peer_hello_contract, &hello, &wire);
    assert_true(peer_hello_decode(bytes_view(&wire), &arena, &hello, &err));
    bytes_clear(&wire);
    hello.software = view_of(much, BOUND_SOFTWARE + 1);
    contract_encode_unchecked(&peer_hello_contract, &hello, &wire);
    assert_false(peer_hello_decode(bytes_view(&wire), &arena, &hello, &err));

    for (size_t over = 0; over < 2; over++) {
        struct peer_growth growth = {.checkpoint = view_of(much, 10),
                                     .consistency = view_of(much, (BOUND_CONSISTENCY + over) * 32),
                                     .from_size = 1};
        struct peer_witness w = {.grown = &growth, .grown_count = 1};

        bytes_clear(&wire);
        contract_encode_unchecked(&peer_witness_contract, &w, &wire);
        assert_int_equal(peer_witness_decode(bytes_view(&wire), &arena, &witness, &err), over == 0);
    }

    for (uint8_t count = BOUND_WITNESSED; count <= BOUND_WITNESSED + 1; count++) {
        bytes_clear(&wire);
        bytes_append(&wire, (uint8_t[]){0x12, count}, 2); /* sizes */
        for (uint8_t size = 1; size <= count; size++)
            bytes_append(&wire, &size, 1);
        assert_int_equal(peer_witness_decode(bytes_view(&wire), &arena, &witness, &err), count == BOUND_WITNESSED);
    }

    for (size_t over = 0; over < 2; over++) {
        struct peer_ask ask = {.asked = (const void *)much, .count = BOUND_ASKED + over};
        struct peer_missing missing = {.ids = (const void *)much, .count = BOUND_ASKED + over};

        bytes_clear(&wire);
        contract_encode_unchecked(&peer_ask_contract, &ask, &wire);
        assert_int_equal(peer_ask_decode(bytes_view(&wire), &arena, &ask, &err), over == 0);
        bytes_clear(&wire);
        contract_encode_unchecked(&peer_missing_contract, &missing, &wire);
        assert_int_equal(peer_missing_decode(bytes_view(&wire), &arena, &missing, &err), over == 0);
    }
}

static void test_the_first_frame_of_a_link_ends_at_its_bound(void **state)
{
    struct view payload;
    uint16_t kind;
    size_t used;

    (void)state;
    for (size_t over = 0; over < 2; over++) {
        size_t begin;

        bytes_clear(&wire);
        begin = frame_begin(&wire, PEER_HELLO);
        memset(bytes_reserve(&wire, BOUND_HELLO + over), 'x', BOUND_HELLO + over);
        wire.size += BOUND_HELLO + over;
        frame_end(&wire, begin);
        assert_int_equal(frame_read(bytes_view(&wire), BOUND_HELLO, &kind, &payload, &used, &err),
                         over == 0 ? FRAME_READY : FRAME_BAD);
    }
}

static void test_a_host_has_no_more_addresses_than_are_tried(void **state)
{
    struct seam_resolved r;

    (void)state;
    for (size_t count = BOUND_RESOLVED; count <= BOUND_RESOLVED + 1; count++) {
        bytes_clear(&wire);
        raw_number(&wire, 1, 7);
        for (size_t i = 0; i < count; i++)
            raw_text(&wire, 2, "127.0.0.1");
        assert_int_equal(seam_resolved_decode(bytes_view(&wire), &arena, &r, &err), count == BOUND_RESOLVED);
    }
}

static void put_section(uint32_t section, size_t size)
{
    struct bytes one = {0};

    raw_number(&one, 1, section);
    raw_fill(&one, 2, 'd', size);
    raw_bytes(&wire, 3, bytes_view(&one));
    bytes_fini(&one);
}

static bool read_body(size_t size)
{
    struct body b;

    bytes_clear(&wire);
    raw_number(&wire, 1, MESSAGE_RELEASE);
    for (uint32_t section = 1; section <= 4; section++)
        put_section(section, 90000);
    put_section(5, size - wire.size - 10); /* two tags within and one around, the number, two lengths of three bytes */
    assert_int_equal(wire.size, size);
    return body_decode(bytes_view(&wire), &arena, &b, &err);
}

static void test_a_body_is_taken_at_its_bound_and_not_over_it(void **state)
{
    (void)state;
    if (!read_body(BOUND_BODY))
        fail_msg("%s", err.text);
    assert_false(read_body(BOUND_BODY + 1));
    assert_int_equal(err.code, E_BYT_02);
}

/* --- control socket --- */

static void put_ident(unsigned field)
{
    raw_fill(&wire, field, 7, IDENT_SIZE);
}

static bool refer(size_t services, size_t request_id)
{
    struct control_refer_ask ask;
    struct bytes packed = {0};
    bool ok;

    bytes_clear(&wire);
    for (size_t i = 1; i <= services; i++)
        bytes_append_u8(&packed, (uint8_t)i);
    put_ident(1);
    raw_text(&wire, 2, "a@b.example");
    raw_number(&wire, 3, MESSAGE_REFERRAL);
    raw_bytes(&wire, 4, bytes_view(&packed));
    raw_number(&wire, 5, URGENCY_NORMAL);
    raw_number(&wire, 6, PURPOSE_SERVICES);
    raw_fill(&wire, 11, 'r', request_id);
    ok = control_refer_ask_decode(bytes_view(&wire), &arena, &ask, &err);
    bytes_fini(&packed);
    return ok;
}

static void test_a_referral_that_is_asked_for_ends_at_its_bounds(void **state)
{
    (void)state;
    assert_true(refer(BOUND_SERVICES, BOUND_REQUEST_ID));
    assert_false(refer(BOUND_SERVICES + 1, BOUND_REQUEST_ID));
    assert_false(refer(BOUND_SERVICES, BOUND_REQUEST_ID + 1));
}

static bool record_consent(size_t recipients, size_t grants, size_t notice, size_t language)
{
    struct control_consent_record_ask ask;

    bytes_clear(&wire);
    put_ident(1);
    for (size_t i = 0; i < recipients; i++)
        raw_text(&wire, 2, "a@b.example");
    for (size_t i = 0; i < grants; i++)
        raw_bytes(&wire, 3, view_of("\x0a\x01\x02\x18\x01\x20\x01", 7)); /* identity, for services, not onward */
    raw_number(&wire, 6, GIVEN_BY_SELF);
    raw_fill(&wire, 7, 'n', notice);
    raw_fill(&wire, 8, 'l', language);
    return control_consent_record_ask_decode(bytes_view(&wire), &arena, &ask, &err);
}

static void test_a_consent_that_is_recorded_ends_at_its_bounds(void **state)
{
    (void)state;
    assert_true(record_consent(BOUND_RECIPIENTS, BOUND_GRANTS, BOUND_NOTICE, BOUND_LANGUAGE));
    assert_false(record_consent(BOUND_RECIPIENTS + 1, BOUND_GRANTS, BOUND_NOTICE, BOUND_LANGUAGE));
    assert_false(record_consent(BOUND_RECIPIENTS, BOUND_GRANTS + 1, BOUND_NOTICE, BOUND_LANGUAGE));
    assert_false(record_consent(BOUND_RECIPIENTS, BOUND_GRANTS, BOUND_NOTICE + 1, BOUND_LANGUAGE));
    assert_false(record_consent(BOUND_RECIPIENTS, BOUND_GRANTS, BOUND_NOTICE, BOUND_LANGUAGE + 1));
}

static bool case_part(size_t pieces)
{
    struct control_case_part part;

    bytes_clear(&wire);
    for (size_t i = 0; i < pieces; i++)
        raw_bytes(&wire, 1, view_of("\x10\x02\x1a\x01x", 5)); /* of the first case, identity, one byte */
    return control_case_part_decode(bytes_view(&wire), &arena, &part, &err);
}

static bool case_like(size_t likenesses, size_t size)
{
    struct control_case_part part;
    struct bytes one = {0};
    struct bytes key = {0};

    bytes_clear(&wire);
    while (key.size < size)
        bytes_append_u8(&key, 'x');
    raw_number(&one, 2, LIKENESS_PHONE);
    raw_bytes(&one, 3, bytes_view(&key));
    for (size_t i = 0; i < likenesses; i++)
        raw_bytes(&wire, 2, bytes_view(&one));
    bytes_fini(&one);
    bytes_fini(&key);
    return control_case_part_decode(bytes_view(&wire), &arena, &part, &err);
}

static bool list_audit(uint64_t limit)
{
    struct control_audit_list_ask ask;

    bytes_clear(&wire);
    raw_number(&wire, 1, 1);
    raw_number(&wire, 6, limit);
    return control_audit_list_ask_decode(bytes_view(&wire), &arena, &ask, &err);
}

static bool find_cases(size_t size)
{
    struct control_case_find_ask ask;
    struct bytes words = {0};
    bool ok;

    bytes_clear(&wire);
    while (words.size < size)
        bytes_append_u8(&words, 'x');
    raw_bytes(&wire, 1, bytes_view(&words));
    ok = control_case_find_ask_decode(bytes_view(&wire), &arena, &ask, &err);
    bytes_fini(&words);
    return ok;
}

static bool list_cases(uint64_t limit)
{
    struct control_case_list_ask ask;
    struct bytes choice = {0};
    bool ok;

    bytes_clear(&wire);
    raw_number(&choice, 3, limit);
    raw_bytes(&wire, 3, bytes_view(&choice));
    ok = control_case_list_ask_decode(bytes_view(&wire), &arena, &ask, &err);
    bytes_fini(&choice);
    return ok;
}

static void test_parts_and_answers_end_at_their_bounds(void **state)
{
    (void)state;
    if (!case_part(BOUND_PIECES))
        fail_msg("%s", err.text);
    assert_false(case_part(BOUND_PIECES + 1));
    assert_true(case_like(BOUND_PIECES, 1));
    assert_false(case_like(BOUND_PIECES + 1, 1));
    assert_true(case_like(1, BOUND_LIKENESS));
    assert_false(case_like(1, BOUND_LIKENESS + 1));
    assert_true(list_audit(BOUND_ANSWER_RECORDS));
    assert_false(list_audit(BOUND_ANSWER_RECORDS + 1));
    assert_true(find_cases(BOUND_SEARCH_TEXT));
    assert_false(find_cases(BOUND_SEARCH_TEXT + 1));
    assert_true(list_cases(BOUND_LIST));
    assert_false(list_cases(BOUND_LIST + 1));
}

/* --- people of an agency --- */

static bool staff_add_is_read(size_t account, size_t name)
{
    struct control_staff_add_ask ask;

    bytes_clear(&wire);
    raw_fill(&wire, 2, 'a', account);
    raw_fill(&wire, 3, 'n', name);
    raw_bytes(&wire, 4, view_of("\x01", 1));
    return control_staff_add_ask_decode(bytes_view(&wire), &arena, &ask, &err);
}

static void test_an_account_and_a_name_are_taken_at_their_bounds_and_not_over_them(void **state)
{
    (void)state;
    assert_true(staff_add_is_read(BOUND_ACCOUNT, BOUND_STAFF_NAME));
    assert_false(staff_add_is_read(BOUND_ACCOUNT + 1, BOUND_STAFF_NAME));
    assert_false(staff_add_is_read(BOUND_ACCOUNT, BOUND_STAFF_NAME + 1));
}

static bool draft_is_read(size_t answers, size_t question)
{
    struct control_draft_put_ask ask;
    struct bytes answer = {0};

    raw_fill(&answer, 1, 'q', question);
    raw_number(&answer, 2, ANSWER_LATER);
    bytes_clear(&wire);
    raw_number(&wire, 3, DRAFT_FOR_CASE);
    for (size_t i = 0; i < answers; i++)
        raw_bytes(&wire, 5, bytes_view(&answer));
    bytes_fini(&answer);
    return control_draft_put_ask_decode(bytes_view(&wire), &arena, &ask, &err);
}

static void test_a_draft_ends_at_its_bounds(void **state)
{
    (void)state;
    assert_true(draft_is_read(BOUND_DRAFT_ANSWERS, BOUND_QUESTION));
    assert_false(draft_is_read(BOUND_DRAFT_ANSWERS + 1, BOUND_QUESTION));
    assert_false(draft_is_read(BOUND_DRAFT_ANSWERS, BOUND_QUESTION + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_an_address_is_taken_at_its_bound_and_not_over_it, set_up),
        cmocka_unit_test_setup(test_a_header_over_its_bound_is_refused_unread, set_up),
        cmocka_unit_test_setup(test_an_envelope_over_its_bound_is_refused_unread, set_up),
        cmocka_unit_test_setup(test_the_lists_of_a_directory_end_at_their_bounds, set_up),
        cmocka_unit_test_setup(test_the_values_of_a_directory_end_at_their_bounds, set_up),
        cmocka_unit_test_setup(test_requests_and_memberships_end_at_their_bounds, set_up),
        cmocka_unit_test_setup(test_what_peers_say_ends_at_its_bounds, set_up),
        cmocka_unit_test_setup(test_the_first_frame_of_a_link_ends_at_its_bound, set_up),
        cmocka_unit_test_setup(test_a_host_has_no_more_addresses_than_are_tried, set_up),
        cmocka_unit_test_setup(test_a_body_is_taken_at_its_bound_and_not_over_it, set_up),
        cmocka_unit_test_setup(test_a_referral_that_is_asked_for_ends_at_its_bounds, set_up),
        cmocka_unit_test_setup(test_a_consent_that_is_recorded_ends_at_its_bounds, set_up),
        cmocka_unit_test_setup(test_parts_and_answers_end_at_their_bounds, set_up),
        cmocka_unit_test_setup(test_a_draft_ends_at_its_bounds, set_up),
        cmocka_unit_test_setup(test_an_account_and_a_name_are_taken_at_their_bounds_and_not_over_them, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
