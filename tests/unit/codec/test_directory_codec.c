/* The directory's text, request.refex and membership.refex: what is written is read back, anything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"
#include "model/endpoint.h"
#include "raw.h"

static const uint8_t der[BOUND_CERTIFICATE + 1] = {0x30, 0x82};

static struct view der_view(void)
{
    return view_of(der, 300);
}

static struct address address(const char *text)
{
    struct address a;

    assert_true(address_read(view_of_text(text), &a));
    return a;
}

struct sample {
    struct directory d;
    struct member members[2];
    struct ident nodes[3]; /* the first member's one, the second's two */
    struct revocation revocations[2];
    struct view ders[1];
    struct policy_basis bases[1];
};

static void make_sample(struct sample *s)
{
    *s = (struct sample){.nodes = {{{5}}, {{3}}, {{4}}}};
    s->members[0] = (struct member){.agency = address("haven@nrm.example"),
                                    .kind = KIND_SHELTER,
                                    .unlisted = true,
                                    .relay = view_of_text("ngo@nrm.example"),
                                    .identity_certificate = der_view(),
                                    .nodes = &s->nodes[0],
                                    .node_count = 1};
    s->members[1] = (struct member){.agency = address("ngo@nrm.example"),
                                    .kind = KIND_SUPPORT_NGO,
                                    .endpoint = view_of_text("127.0.0.1:7411"),
                                    .identity_certificate = der_view(),
                                    .nodes = &s->nodes[1],
                                    .node_count = 2,
                                    .bundle = view_of_text("a note")};
    s->revocations[0] = (struct revocation){.agency = address("ngo@nrm.example"), .reason = REVOKED_LEFT, .time_ms = 5};
    s->revocations[1] = (struct revocation){.name.at[0] = 1, .reason = REVOKED_SUPERSEDED, .time_ms = 6};
    s->ders[0] = der_view();
    s->bases[0] = (struct policy_basis){view_of_text("gdpr-6-1-d"), view_of_text("vital interests")};
    s->d = (struct directory){.sequence = 3,
                              .refresh_after_s = 1795000000,
                              .hard_expiry_s = 1795000001,
                              .members = s->members,
                              .member_count = 2,
                              .revocations = s->revocations,
                              .revocation_count = 2,
                              .issuers = s->ders,
                              .issuer_count = 1,
                              .transports = s->ders,
                              .transport_count = 1,
                              .keys = s->ders,
                              .key_count = 1,
                              .bases = s->bases,
                              .basis_count = 1,
                              .erase_after_hours = 72};
    memcpy(s->d.federation.name, "nrm.example", 12);
    s->d.federation.fid.at[0] = 0xab;
}

static void test_a_directory_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct sample s;
    struct directory d;
    struct directory_head head;
    struct arena a = {.max = 1 << 20};
    struct bytes text = {0};
    struct bytes again = {0};
    struct error err;

    make_sample(&s);
    assert_true(directory_encode(&s.d, &text, &err));
    assert_true(directory_decode(bytes_view(&text), &a, &d, &err));
    assert_true(directory_encode(&d, &again, &err));
    assert_true(directory_head_decode(bytes_view(&text), &head, &err));

    assert_true(view_equal(bytes_view(&text), bytes_view(&again)));
    assert_int_equal(d.member_count, 2);
    assert_true(d.members[0].unlisted);
    assert_string_equal(d.members[1].agency.text, "ngo@nrm.example");
    assert_true(view_equal(d.members[1].bundle, view_of_text("a note")));
    assert_int_equal(d.members[1].node_count, 2);
    assert_true(member_has_node(&d.members[1], &s.nodes[2]) && !member_has_node(&d.members[1], &s.nodes[0]));
    assert_int_equal(d.transport_count, 1);
    assert_int_equal(d.revocations[0].reason, REVOKED_LEFT);
    assert_int_equal(d.revocations[1].agency.text[0], '\0');
    assert_int_equal(d.erase_after_hours, 72);
    assert_int_equal(head.sequence, 3);
    assert_true(hash_equal(&head.federation.fid, &d.federation.fid));
    bytes_fini(&text);
    bytes_fini(&again);
    arena_fini(&a);
}

static void test_a_policy_with_nothing_in_it_is_left_out(void **state)
{
    (void)state;
    struct sample s;
    struct directory d;
    struct arena a = {0};
    struct bytes text = {0};
    struct error err;

    make_sample(&s);
    s.d.basis_count = 0;
    s.d.erase_after_hours = 0;
    assert_true(directory_encode(&s.d, &text, &err));

    assert_true(directory_decode(bytes_view(&text), &a, &d, &err));
    assert_int_equal(d.basis_count, 0);
    assert_int_equal(d.erase_after_hours, 0);
    bytes_fini(&text);
    arena_fini(&a);
}

static void assert_refused(const struct directory *d, enum error_code code)
{
    struct bytes text = {0};
    struct error err = {0};

    assert_false(directory_encode(d, &text, &err));
    assert_int_equal(err.code, code);
    assert_int_equal(text.size, 0);
}

static void test_a_directory_out_of_form_is_not_written(void **state)
{
    (void)state;
    struct sample s;
    struct member swap;

    make_sample(&s), swap = s.members[0], s.members[0] = s.members[1], s.members[1] = swap;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[0].agency = s.members[1].agency;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].agency = address("ngo@other.example");
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[0].relay = view_of_text("nobody"); /* no name of an agency */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[0].endpoint = view_of_text("127.0.0.1:1"); /* unlisted with an endpoint */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].endpoint.size = 0; /* listed without one */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].kind = KIND_END;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].identity_certificate.size = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].identity_certificate.size = BOUND_CERTIFICATE + 1;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].node_count = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.nodes[2] = s.nodes[1]; /* one agency's twice */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.nodes[1].at[0] = 9; /* not ascending */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.nodes[0] = s.nodes[2]; /* of two agencies */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.transport_count = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.revocations[1].name.at[0] = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.revocations[1].reason = REVOKED_END;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.key_count = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.sequence = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.hard_expiry_s = s.d.refresh_after_s - 1;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.hard_expiry_s = s.d.refresh_after_s + 14 * 86400 + 1;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.erase_after_hours = BOUND_ERASE_HOURS + 1;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.member_count = BOUND_MEMBERS + 1;
    assert_refused(&s.d, E_FED_10);
    make_sample(&s), s.d.revocation_count = BOUND_REVOCATIONS + 1;
    assert_refused(&s.d, E_FED_10);
}

static void test_a_directory_with_a_value_that_means_nothing_is_not_written(void **state)
{
    static uint8_t long_text[BOUND_FIELD_TEXT + 1];
    struct policy_basis two[2];
    struct sample s;

    (void)state;
    make_sample(&s), s.members[1].kind = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.members[1].begun_again = UINT32_MAX; /* its next incarnation has no number */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.revocations[1].reason = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.revocations[1].time_ms = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.ders[0].size = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.ders[0].size = BOUND_CERTIFICATE + 1;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.bases[0].code.size = 0;
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.bases[0].code = view_of_text("\xff");
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.bases[0].text = view_of_text("\xff");
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.bases[0].text = view_of("a\0b", 3); /* it would be cut */
    assert_refused(&s.d, E_FED_24);
    memset(long_text, 'x', sizeof long_text);
    make_sample(&s), s.bases[0].code = view_of(long_text, BOUND_BASIS + 1);
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.bases[0].text = view_of(long_text, sizeof long_text);
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), two[0] = two[1] = s.bases[0], s.d.bases = two, s.d.basis_count = 2; /* one code twice */
    assert_refused(&s.d, E_FED_24);
    make_sample(&s), s.d.refresh_after_s = 0;
    assert_refused(&s.d, E_FED_24);
}

static void test_legal_bases_ascend_by_their_code(void **state)
{
    struct policy_basis two[2] = {{view_of_text("a"), {0}}, {view_of_text("b"), {0}}};
    struct arena a = {0};
    struct bytes text = {0};
    struct directory d;
    struct sample s;
    struct error err;

    (void)state;
    make_sample(&s), s.d.bases = two, s.d.basis_count = 2;
    assert_true(directory_encode(&s.d, &text, &err) && directory_decode(bytes_view(&text), &a, &d, &err));
    assert_int_equal(d.basis_count, 2);
    bytes_fini(&text);
    arena_fini(&a);
}

static void test_a_directory_too_large_for_a_frame_is_not_written(void **state)
{
    (void)state;
    struct sample s;
    static struct member many[600];
    static struct ident ids[600];
    struct view bundle = view_of(der, 1000);

    make_sample(&s);
    for (unsigned i = 0; i < 600; i++) {
        char name[40];

        (void)snprintf(name, sizeof name, "ngo%03u@nrm.example", i);
        many[i] = s.members[1];
        many[i].agency = address(name);
        many[i].bundle = bundle;
        ids[i].at[0] = (uint8_t)(i >> 8);
        ids[i].at[1] = (uint8_t)i;
        many[i].nodes = &ids[i];
        many[i].node_count = 1;
    }
    s.d.members = many;
    s.d.member_count = 600;

    assert_refused(&s.d, E_FED_10);
}

/* Writes the sample with the line that begins with FROM replaced by TO. */
static void change_line(const char *from, const char *to, struct bytes *out)
{
    struct sample s;
    struct bytes text = {0};
    struct view rest;
    struct view line;
    struct error err;

    make_sample(&s);
    assert_true(directory_encode(&s.d, &text, &err));
    rest = view_of(text.at, text.size - 1);
    bytes_clear(out);
    while (text_split(&rest, '\n', &line)) {
        if (line.size >= strlen(from) && memcmp(line.at, from, strlen(from)) == 0)
            bytes_append_text(out, to);
        else
            bytes_append_view(out, line);
        bytes_append_text(out, "\n");
    }
    bytes_fini(&text);
}

static void test_a_directory_with_another_first_line_or_number_is_refused(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"refex-directory/v1", "refex-directory/v2"},
        {"refex-directory/v1", "refex-keys/v1"},
        {"nrm.example", "NRM.example"},
        {"nrm.example", "other.example"}, /* the members are of another federation */
        {"ab0000", "AB00000000000000000000000000000000000000000000000000000000000000"},
        {"ab0000", "ab"},
        {"sequence", "sequence"},
        {"sequence", "sequence 3 4"},
        {"sequence", "sequences 3"},
        {"sequence", "sequence 9223372036854775808"}, /* 2^63 */
        {"hard-expiry", "hard-expiry 9223372036854775807"},
        {"refresh-after", "refresh-after 9223372036854775807"},
        {"sequence", "sequence 03"},
        {"sequence", "sequence 0"},
        {"sequence", "sequence 99999999999999999999"},
        {"sequence", "sequence 3 "},
        {"refresh-after", "refresh-after 1795000002"},
        {"hard-expiry", "hard-expiry 1795000001\n"},
    };
    struct arena a = {0};
    struct bytes text = {0};

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct directory d;
        struct error err = {0};

        change_line(changes[i][0], changes[i][1], &text);
        if (directory_decode(bytes_view(&text), &a, &d, &err))
            fail_msg("taken with %s", changes[i][1]);
        assert_int_equal(err.code, E_FED_24);
    }
    bytes_fini(&text);
    arena_fini(&a);
}

static void test_a_cut_or_lengthened_directory_is_refused(void **state)
{
    (void)state;
    struct sample s;
    struct arena a = {0};
    struct bytes text = {0};
    struct directory d;
    struct error err;

    make_sample(&s);
    assert_true(directory_encode(&s.d, &text, &err));
    for (size_t n = 0; n < text.size; n++)
        assert_false(directory_decode(view_of(text.at, n), &a, &d, &err));
    bytes_append_text(&text, "\n");
    assert_false(directory_decode(bytes_view(&text), &a, &d, &err));
    bytes_fini(&text);
    arena_fini(&a);
}

static void test_a_head_is_refused_like_the_whole(void **state)
{
    (void)state;
    struct bytes text = {0};
    struct directory_head head = {.sequence = 77};
    struct error err = {0};

    change_line("sequence", "sequence 0", &text);
    assert_false(directory_head_decode(bytes_view(&text), &head, &err));
    assert_int_equal(err.code, E_FED_24);
    assert_int_equal(head.sequence, 77); /* untouched */
    bytes_fini(&text);
}

static void test_a_directory_longer_than_a_frame_may_be_is_not_looked_at(void **state)
{
    (void)state;
    struct sample s;
    struct arena a = {0};
    struct bytes text = {0};
    struct directory d;
    struct error err = {0};

    make_sample(&s);
    assert_true(directory_encode(&s.d, &text, &err));
    text.size--; /* one line of base64, not ended */
    while (text.size < BOUND_DIRECTORY)
        bytes_append_u8(&text, 'A');
    bytes_append_u8(&text, '\n');
    assert_int_equal(text.size, BOUND_DIRECTORY + 1);
    assert_false(directory_decode(bytes_view(&text), &a, &d, &err));
    assert_int_equal(err.code, E_FED_24);
    assert_non_null(strstr(err.text, "too long"));
    bytes_fini(&text);
    arena_fini(&a);
}

/* A directory of one member, encoded by hand, with values that our encoder writes of no struct. */
struct raw_values {
    const char *agency;
    uint32_t unlisted; /* 0: with an endpoint */
    size_t nodes;
    size_t node_size;
    size_t revoked_size;
    const char *revoked; /* "": a certificate of no agency */
    uint64_t revoked_at;
    bool empty_policy;
};

static const struct raw_values plain_values = {
    .agency = "ngo@nrm.example", .nodes = 1, .node_size = 16, .revoked_size = 32, .revoked_at = 5};

static void raw_directory(const struct raw_values *v, struct bytes *text)
{
    struct bytes protobuf = {0};
    struct bytes part = {0};
    uint8_t node[17] = {0};

    raw_text(&part, 1, v->agency);
    raw_number(&part, 2, KIND_SHELTER);
    if (v->unlisted != 0)
        raw_number(&part, 3, v->unlisted);
    else
        raw_text(&part, 4, "127.0.0.1:7411");
    raw_bytes(&part, 6, der_view());
    for (size_t i = 0; i < v->nodes; i++) {
        node[0] = (uint8_t)(i + 1);
        raw_bytes(&part, 7, view_of(node, v->node_size));
    }
    raw_bytes(&protobuf, 1, bytes_view(&part));
    bytes_clear(&part);
    raw_fill(&part, 1, 'c', v->revoked_size);
    if (v->revoked[0] != '\0')
        raw_text(&part, 2, v->revoked);
    raw_number(&part, 3, REVOKED_LEFT);
    raw_number(&part, 4, v->revoked_at);
    raw_bytes(&protobuf, 2, bytes_view(&part));
    raw_bytes(&protobuf, 3, der_view());
    if (v->empty_policy)
        raw_text(&protobuf, 4, "");
    raw_bytes(&protobuf, 5, der_view());
    raw_bytes(&protobuf, 6, der_view());
    bytes_clear(text);
    bytes_printf(text, "refex-directory/v1\nnrm.example\n%064d\nsequence 3\nrefresh-after 5\nhard-expiry 6\n", 0);
    text_append_base64(text, bytes_view(&protobuf));
    bytes_append_text(text, "\n");
    bytes_fini(&protobuf);
    bytes_fini(&part);
}

static bool raw_is_taken(const struct raw_values *v, const char *sentence)
{
    struct bytes text = {0};
    struct arena a = {0};
    struct directory d;
    struct error err = {0};
    bool taken;

    raw_directory(v, &text);
    taken = directory_decode(bytes_view(&text), &a, &d, &err);
    if (!taken) {
        assert_int_equal(err.code, E_FED_24);
        if (strstr(err.text, sentence) == NULL)
            fail_msg("refused for another reason: %s", err.text);
    }
    bytes_fini(&text);
    arena_fini(&a);
    return taken;
}

static void test_a_directory_whose_list_means_nothing_is_refused(void **state)
{
    struct raw_values v = plain_values;

    (void)state;
    v.revoked = "";
    assert_true(raw_is_taken(&v, ""));
    v.revoked = "ngo@nrm.example";
    assert_true(raw_is_taken(&v, ""));
    v.revoked = "ngo";
    assert_false(raw_is_taken(&v, "Revocation: agency"));
    v.revoked = "", v.revoked_size = 31;
    assert_false(raw_is_taken(&v, "Revocation: name"));
    v.revoked_size = 33;
    assert_false(raw_is_taken(&v, "Revocation: name"));
    v.revoked_size = 32, v.revoked_at = INT64_MAX;
    assert_true(raw_is_taken(&v, ""));
    v.revoked_at++;
    assert_false(raw_is_taken(&v, "Revocation: time"));
    v.revoked_at = 5, v.agency = "ngo";
    assert_false(raw_is_taken(&v, "Member: agency"));
    v.agency = "ngo@nrm.example", v.unlisted = 1;
    assert_true(raw_is_taken(&v, ""));
    v.unlisted = 2;
    assert_false(raw_is_taken(&v, "Member: unlisted"));
    v.unlisted = 0, v.nodes = BOUND_NODES;
    assert_true(raw_is_taken(&v, ""));
    v.nodes++;
    assert_false(raw_is_taken(&v, "Member: nodes"));
    v.nodes = 1, v.node_size = 15;
    assert_false(raw_is_taken(&v, "Member: nodes"));
    v.node_size = 17;
    assert_false(raw_is_taken(&v, "Member: nodes"));
    v.node_size = 16, v.empty_policy = true;
    assert_false(raw_is_taken(&v, "should have been left out"));
}

static void test_a_policy_may_have_legal_bases_alone_or_hours_alone(void **state)
{
    (void)state;
    struct sample s;
    struct directory d;
    struct arena a = {0};
    struct bytes text = {0};
    struct error err;

    make_sample(&s), s.d.basis_count = 0;
    assert_true(directory_encode(&s.d, &text, &err) && directory_decode(bytes_view(&text), &a, &d, &err));
    assert_true(d.basis_count == 0 && d.erase_after_hours == 72);
    bytes_clear(&text);
    make_sample(&s), s.d.erase_after_hours = 0;
    assert_true(directory_encode(&s.d, &text, &err) && directory_decode(bytes_view(&text), &a, &d, &err));
    assert_true(d.basis_count == 1 && d.erase_after_hours == 0);
    bytes_fini(&text);
    arena_fini(&a);
}

/* Wherever the arena ends: in the strict decoder, or in one of the lists that are made of it. */
static void test_an_arena_too_small_is_a_refusal_and_not_a_crash(void **state)
{
    (void)state;
    struct sample s;
    struct bytes text = {0};
    struct directory d;
    struct error err;

    make_sample(&s);
    assert_true(directory_encode(&s.d, &text, &err));
    for (size_t max = 8, taken = 0; taken == 0; max += 8) {
        struct arena a = {.max = max};

        if (directory_decode(bytes_view(&text), &a, &d, &err))
            taken = a.used;
        else
            assert_int_equal(err.code, E_FED_24);
        assert_true(a.used <= max);
        arena_fini(&a);
    }
    bytes_fini(&text);
}

static struct request make_request(void)
{
    return (struct request){.agency = address("haven@nrm.example"),
                            .kind = KIND_SHELTER,
                            .endpoint = view_of_text("haven.example:7411"),
                            .node = {{7}},
                            .transport = der_view(),
                            .identity = der_view()};
}

static void test_a_request_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct request in = make_request();
    struct request out;
    struct bytes file = {0};
    struct arena a = {0};
    struct view rest;
    struct view line;
    struct error err;

    assert_true(request_encode(&in, &file, &err));
    assert_true(request_decode(bytes_view(&file), &a, &out, &err));

    assert_string_equal(out.agency.text, "haven@nrm.example");
    assert_int_equal(out.kind, KIND_SHELTER);
    assert_true(ident_equal(&out.node, &in.node));
    assert_false(out.unlisted);
    assert_true(view_equal(out.endpoint, in.endpoint));
    assert_int_equal(out.bundle.size, 0);
    rest = bytes_view(&file);
    assert_true(text_split(&rest, '\n', &line) && text_is(line, "refex-request/v1"));
    while (text_split(&rest, '\n', &line))
        assert_true(line.size <= 76);
    bytes_fini(&file);
    arena_fini(&a);
}

static void test_a_request_that_contradicts_itself_is_not_written(void **state)
{
    (void)state;
    struct bytes file = {0};
    struct error err;
    struct request r;

    r = make_request(), r.unlisted = true; /* and has an endpoint */
    assert_false(request_encode(&r, &file, &err));
    r = make_request(), r.unlisted = true, r.endpoint.size = 0, r.relay = view_of_text("nobody"); /* no agency */
    assert_false(request_encode(&r, &file, &err));
    r.relay = view_of_text("haven@nrm.example"); /* is its own relay */
    assert_false(request_encode(&r, &file, &err));
    r = make_request(), r.endpoint = view_of_text("haven.example"); /* no port */
    assert_false(request_encode(&r, &file, &err));
    r = make_request(), r.identity.size = 0;
    assert_false(request_encode(&r, &file, &err));
    r = make_request(), r.node = (struct ident){0};
    assert_false(request_encode(&r, &file, &err));
    r = make_request(), r.kind = (enum agency_kind)0;
    assert_false(request_encode(&r, &file, &err));
    assert_int_equal(err.code, E_FED_04);
    assert_int_equal(file.size, 0);
    bytes_fini(&file);
}

static void test_a_file_in_another_spelling_is_refused(void **state)
{
    (void)state;
    struct request in = make_request();
    struct request out;
    struct bytes file = {0};
    struct bytes other = {0};
    struct arena a = {0};
    struct error err;

    assert_true(request_encode(&in, &file, &err));

    for (size_t n = 0; n < file.size; n++)
        assert_false(request_decode(view_of(file.at, n), &a, &out, &err));
    bytes_append_view(&other, bytes_view(&file));
    bytes_append_text(&other, "\n");
    assert_false(request_decode(bytes_view(&other), &a, &out, &err));
    bytes_clear(&other); /* a line broken at 75 */
    bytes_append(&other, file.at, 17 + 75);
    bytes_append_text(&other, "\n");
    bytes_append(&other, file.at + 17 + 75, file.size - 17 - 75);
    assert_false(request_decode(bytes_view(&other), &a, &out, &err));
    file.at[16] = ' '; /* the first line's end */
    assert_false(request_decode(bytes_view(&file), &a, &out, &err));
    assert_int_equal(err.code, E_FED_04);
    bytes_fini(&other);
    bytes_fini(&file);
    arena_fini(&a);
}

static void test_a_membership_is_read_as_it_was_written_and_no_request_is_one(void **state)
{
    (void)state;
    struct membership_file in = {der_view(), der_view(), view_of(der, 200),
                                 der_view(), der_view(), view_of_text("a note")};
    struct membership_file out;
    struct request r = make_request();
    struct bytes file = {0};
    struct arena a = {0};
    struct error err;

    assert_true(membership_file_encode(&in, &file, &err));
    assert_true(membership_file_decode(bytes_view(&file), &a, &out, &err));
    assert_true(view_equal(out.transport, in.transport));
    assert_true(view_equal(out.transport_ca, in.transport_ca));
    assert_true(view_equal(out.directory, in.directory));

    bytes_clear(&file);
    assert_true(request_encode(&r, &file, &err));
    assert_false(membership_file_decode(bytes_view(&file), &a, &out, &err));
    assert_int_equal(err.code, E_ENR_02);
    in.issuing.size = 0;
    assert_false(membership_file_encode(&in, &file, &err));
    in.issuing = der_view(), in.transport_ca.size = 0;
    assert_false(membership_file_encode(&in, &file, &err));
    bytes_fini(&file);
    arena_fini(&a);
}

static void test_an_endpoint_is_a_host_and_a_port(void **state)
{
    (void)state;
    static const char *const good[] = {"a:1", "127.0.0.1:65535", "shelter.example:7411", "[::1]:7411", "[fe80::1]:1"};
    static const char *const bad[] = {"",      ":1",   "a",      "a:",       "a:0",   "a:65536", "a:01",
                                      "a b:1", "a:1 ", "::1:1",  "[::1]",    "[x]:1", "A:1",     "a:+1",
                                      "a.:1",  "[]:1", "[::1:1", "http://a", "a/b:1", "a:1:",    "-a:1"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!endpoint_ok(view_of_text(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (endpoint_ok(view_of_text(bad[i])))
            fail_msg("taken: %s", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_directory_is_read_as_it_was_written),
        cmocka_unit_test(test_a_policy_with_nothing_in_it_is_left_out),
        cmocka_unit_test(test_a_directory_out_of_form_is_not_written),
        cmocka_unit_test(test_a_directory_with_a_value_that_means_nothing_is_not_written),
        cmocka_unit_test(test_legal_bases_ascend_by_their_code),
        cmocka_unit_test(test_a_directory_too_large_for_a_frame_is_not_written),
        cmocka_unit_test(test_a_directory_with_another_first_line_or_number_is_refused),
        cmocka_unit_test(test_a_cut_or_lengthened_directory_is_refused),
        cmocka_unit_test(test_a_head_is_refused_like_the_whole),
        cmocka_unit_test(test_a_directory_longer_than_a_frame_may_be_is_not_looked_at),
        cmocka_unit_test(test_a_directory_whose_list_means_nothing_is_refused),
        cmocka_unit_test(test_a_policy_may_have_legal_bases_alone_or_hours_alone),
        cmocka_unit_test(test_an_arena_too_small_is_a_refusal_and_not_a_crash),
        cmocka_unit_test(test_a_request_is_read_as_it_was_written),
        cmocka_unit_test(test_a_request_that_contradicts_itself_is_not_written),
        cmocka_unit_test(test_a_file_in_another_spelling_is_refused),
        cmocka_unit_test(test_a_membership_is_read_as_it_was_written_and_no_request_is_one),
        cmocka_unit_test(test_an_endpoint_is_a_host_and_a_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
