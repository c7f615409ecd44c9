/* What a node accepts about its federation, and what it refuses and with which code. Real keys, real certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "exchange/members/issuers_known.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_bundles.h"
#include "pki/certificate.h"
#include "store/db.h"
#include "two_members.h"

/* --- opening --- */

static void test_a_member_is_admitted_with_its_identity_key(void **state)
{
    struct two_members *s = *state;
    const struct verify_key *key;
    uint8_t signature[SIGN_SIZE];
    struct membership_status status;
    struct error err;

    assert_true(membership_admits(s->m, mission(), NOW, &key, &err));
    assert_true(sign_text(s->mission->identity_key, view_of_text("text"), signature, &err));
    membership_status(s->m, NOW, &status);

    assert_true(verify_text(key, view_of_text("text"), signature));
    assert_string_equal(membership_own(s->m)->text, "ngo@nrm.example");
    assert_int_equal(membership_own_kind(s->m), KIND_SUPPORT_NGO);
    assert_false(status.stale || status.own_missing || status.own_differs || status.own_revoked);
}

static void test_a_membership_mixed_from_two_federations_is_refused(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture other;
    struct fixture_agency *same_name;
    struct membership_files files;
    struct bytes note = {0};

    federation_fixture_init(&other, "nrm.example", NOW, 1, 1);
    same_name = federation_fixture_admit(&other, "ngo@nrm.example");
    federation_fixture_directory(&other, 1, &note);

    files = federation_fixture_files(&s->f, same_name, bytes_view(&s->note)); /* certificates of the other */
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&note)); /* directory of the other */
    refuse_files(&files, E_FED_21);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.root = bytes_view(&other.root);
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.transport = files.identity; /* one certificate in place of the other */
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.transport_ca = files.issuing; /* a transport certificate that the issuing CA did not sign */
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.root = view_of_text("no certificate");
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.root = files.issuing; /* its name is the federation's, too */
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.transport = view_of_text("no certificate");
    refuse_files(&files, E_ENR_05);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.identity = bytes_view(&same_name->identity); /* that alone */
    refuse_files(&files, E_ENR_05);
    bytes_fini(&note);
    federation_fixture_fini(&other);
}

static void test_the_fingerprint_and_the_keys_of_a_membership_are_compared(void **state)
{
    struct two_members *s = *state;
    char right[FINGERPRINT_TEXT];
    char wrong[FINGERPRINT_TEXT];
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct hash other = s->f.federation.fid;
    struct error err;

    other.at[0] ^= 1;
    fingerprint_write(&s->f.federation.fid, right);
    fingerprint_write(&other, wrong);
    sign_key_public(s->ngo->transport_key, transport);
    sign_key_public(s->ngo->identity_key, identity);

    assert_true(membership_check_fingerprint(s->m, view_of_text(right), &err));
    assert_false(membership_check_fingerprint(s->m, view_of_text(wrong), &err));
    assert_int_equal(err.code, E_ENR_01);
    right[5] = right[5] == 'A' ? 'B' : 'A';
    assert_false(membership_check_fingerprint(s->m, view_of_text(right), &err));
    assert_int_equal(err.code, E_USE_04);
    assert_true(membership_check_keys(s->m, transport, identity, &s->ngo->node, &err));
    assert_false(membership_check_keys(s->m, identity, transport, &s->ngo->node, &err));
    assert_int_equal(err.code, E_ENR_06);
    assert_false(membership_check_keys(s->m, transport, transport, &s->ngo->node, &err));
    assert_int_equal(err.code, E_ENR_06);
    assert_false(membership_check_keys(s->m, transport, identity, &s->mission->node, &err));
    assert_int_equal(err.code, E_ENR_06);
}

static void test_an_own_entry_that_we_did_not_make_is_a_finding(void **state)
{
    struct two_members *s = *state;
    struct membership_status status;

    s->f.members[1].identity_certificate = bytes_view(&s->mission->identity);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    membership_status(s->m, NOW, &status);
    assert_true(status.own_differs);

    s->f.member_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    membership_status(s->m, NOW, &status);
    assert_true(status.own_missing);
    assert_false(status.own_differs);
}

static void test_a_renewal_that_has_not_come_yet_is_no_entry_of_somebody_else(void **state)
{
    struct two_members *s = *state;
    struct membership_status status;
    const struct certify_validity later = {.now_ms = NOW + DAY_MS, .days = 730};
    struct bytes request = {0};
    struct bytes renewed = {0};
    struct error err;

    assert_true(certify_request(s->ngo->identity_key, &s->ngo->address, &request, &err));
    assert_true(certify_identity(s->f.issuing_key, bytes_view(&s->f.issuing), bytes_view(&request), "nrm.example",
                                 &later, &renewed, &err));
    s->f.members[1].identity_certificate = bytes_view(&renewed);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    membership_status(s->m, NOW, &status);
    assert_false(status.own_differs);
    bytes_fini(&request);
    bytes_fini(&renewed);
}

/* --- directories --- */

static void test_a_newer_directory_is_taken_and_an_older_one_is_not(void **state)
{
    struct two_members *s = *state;
    struct bytes first = {0};

    bytes_append_view(&first, bytes_view(&s->note));
    take_directory(s, DIRECTORY_SAME);
    s->f.member_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    refuse_agency(s, "ngo@nrm.example", NOW, E_FED_25);

    bytes_clear(&s->note);
    bytes_append_view(&s->note, bytes_view(&first));
    take_directory(s, DIRECTORY_OLDER);
    assert_int_equal(membership_directory(s->m)->sequence, 2);
    bytes_fini(&first);
}

static void test_two_signed_directories_with_one_number_are_an_alarm(void **state)
{
    struct two_members *s = *state;

    s->f.sequence = 0;
    s->f.member_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);

    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_22);
}

static void test_an_unsigned_twin_is_no_alarm_but_a_forgery(void **state)
{
    struct two_members *s = *state;
    struct sign_key *thief = sign_key_new();
    struct sign_key *own = s->f.directory_keys[0];

    s->f.directory_keys[0] = thief;
    s->f.sequence = 0;
    s->f.member_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);
    s->f.directory_keys[0] = own;

    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
    sign_key_free(thief);
}

static void test_a_changed_directory_is_refused(void **state)
{
    struct two_members *s = *state;
    char *text;
    char *number;

    federation_fixture_directory(&s->f, 1, &s->note);
    bytes_append_u8(&s->note, 0);
    text = (char *)s->note.at;
    number = strstr(text, "sequence 2");
    assert_non_null(number);
    number[9] = '9';

    refuse_directory(s, view_of(s->note.at, s->note.size - 1), NOW, E_FED_20);
    refuse_directory(s, view_of(s->note.at, s->note.size - 2), NOW, E_FED_24);
    refuse_directory(s, view_of_text("refex-directory/v1\n"), NOW, E_FED_24);
}

static void test_a_directory_past_its_last_day_is_not_taken_and_admits_nobody(void **state)
{
    struct two_members *s = *state;
    struct membership_status status;
    int64_t last = NOW + 14 * DAY_MS;
    struct error err;

    assert_true(membership_admits(s->m, mission(), last, NULL, &err));
    refuse_agency(s, "mission@nrm.example", last + 1, E_FED_23);
    membership_status(s->m, NOW + 8 * DAY_MS, &status);
    assert_true(status.stale);
    assert_int_equal(status.hard_expiry_ms, last);

    federation_fixture_directory(&s->f, 1, &s->note);
    refuse_directory(s, bytes_view(&s->note), last + 1, E_FED_23);
}

static void test_a_clock_behind_the_federations_keys_is_named_and_not_the_directory(void **state)
{
    struct two_members *s = *state;
    struct membership_files files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    struct membership *m = NULL;
    struct error err = {0};

    assert_false(membership_open(&files, NOW - 4000 * DAY_MS, &m, &err));
    assert_int_equal(err.code, E_FED_46);
}

static void test_each_reason_for_not_talking_to_an_agency_has_its_own_hold(void **state)
{
    struct two_members *s = *state;
    const struct directory *d = membership_directory(s->m);
    struct peer p;

    assert_int_equal(membership_hold(s->m, mission(), NOW), HOLD_NONE);
    assert_int_equal(membership_hold(s->m, view_of_text("police@nrm.example"), NOW), HOLD_ABSENT);
    assert_int_equal(membership_hold(s->m, mission(), d->hard_expiry_s * 1000 + 1), HOLD_DIRECTORY_ENDED);
    assert_int_equal(membership_hold(s->m, view_of_text("police@nrm.example"), d->hard_expiry_s * 1000 + 1),
                     HOLD_DIRECTORY_ENDED); /* it tells nothing any more, not even who is absent */
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_int_equal(membership_hold(s->m, mission(), p.from_ms - 1), HOLD_CERTIFICATE_EARLY);
}

static void test_each_reason_of_a_revocation_has_its_own_hold(void **state)
{
    static const enum hold holds[REVOKED_END] = {[REVOKED_KEY_COMPROMISE] = HOLD_KEY_COMPROMISED,
                                                 [REVOKED_LEFT] = HOLD_LEFT,
                                                 [REVOKED_SUSPENDED] = HOLD_SUSPENDED,
                                                 [REVOKED_SUPERSEDED] = HOLD_SUPERSEDED};
    struct two_members *s = *state;

    for (enum revocation_reason why = REVOKED_KEY_COMPROMISE; why < REVOKED_END; why++) {
        revoke(s, bytes_view(&s->mission->identity), &s->mission->address, why);
        take_directory(s, DIRECTORY_TAKEN);
        assert_int_equal(membership_hold(s->m, mission(), NOW), holds[why]);
    }
}

static void test_who_is_in_no_directory_has_no_kind_and_may_dial(void **state)
{
    struct two_members *s = *state;
    struct view nobody = view_of_text("police@nrm.example");

    assert_int_equal(membership_own_incarnation(s->m), 1);
    assert_int_equal(membership_incarnation(s->m, nobody), 0);
    assert_true(membership_can_link(s->m, mission()));
    assert_true(membership_can_link(s->m, nobody)); /* the gate says what it is: no member */
    s->f.member_count = 1;                          /* without us */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(membership_own_kind(s->m), 0);
    assert_true(membership_own_may_dial(s->m));
    assert_false(membership_own_dials_only(s->m));
    assert_true(membership_can_link(s->m, mission()));
    assert_int_equal(membership_own_incarnation(s->m), 1);
}

static void test_two_that_dial_only_cannot_link(void **state)
{
    struct two_members *s = *state;

    for (size_t i = 0; i < 2; i++) {
        s->f.members[i].unlisted = true;
        s->f.members[i].endpoint.size = 0;
    }
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(membership_own_dials_only(s->m) && membership_own_may_dial(s->m));
    assert_false(membership_can_link(s->m, mission()));
    s->f.members[1].relay = mission(); /* until there are relays, it dials nobody */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_own_dials_only(s->m) || membership_own_may_dial(s->m));
    assert_false(membership_can_link(s->m, mission()));
}

static void test_a_directory_of_another_federation_is_not_taken(void **state)
{
    static const char *const names[] = {"nrm.example", "other.example"};
    struct two_members *s = *state;

    for (size_t i = 0; i < 2; i++) {
        struct federation_fixture other;
        struct bytes note = {0};

        federation_fixture_init(&other, names[i], NOW, 1, 1);
        (void)federation_fixture_admit(&other, i == 0 ? "ngo@nrm.example" : "ngo@other.example");
        federation_fixture_directory(&other, 1, &note);
        refuse_directory(s, bytes_view(&note), NOW, E_FED_21);
        bytes_fini(&note);
        federation_fixture_fini(&other);
    }
}

static void test_another_machine_of_ours_in_the_directory_is_a_finding(void **state)
{
    static const struct ident another = {{7}};
    struct two_members *s = *state;
    struct membership_status status;

    s->f.members[1].nodes = &another;
    s->f.members[1].node_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    membership_status(s->m, NOW, &status);
    assert_true(status.own_differs);
}

static void test_another_machine_beside_ours_in_the_directory_is_a_finding(void **state)
{
    struct two_members *s = *state;
    static struct ident both[] = {{{0}}, {{7}}};
    struct membership_status status;

    both[0] = s->ngo->node;
    s->f.members[1].nodes = both;
    for (size_t count = 1; count <= 2; count++) {
        s->f.members[1].node_count = count;
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
        membership_status(s->m, NOW, &status);
        assert_int_equal(status.own_differs, count == 2);
    }
}

static void test_under_an_ended_directory_only_a_good_chain_may_bring_a_newer_one(void **state)
{
    struct two_members *s = *state;
    struct view transport = bytes_view(&s->mission->transport);
    int64_t ended = membership_directory(s->m)->hard_expiry_s * 1000 + 1;
    struct address agency = {0};

    assert_true(membership_may_bring_directory(s->m, transport, &s->mission->node, ended, &agency));
    assert_string_equal(agency.text, "mission@nrm.example");
    assert_false(membership_may_bring_directory(s->m, transport, &s->mission->node, NOW, &agency)); /* as usual */
    assert_false(membership_may_bring_directory(s->m, transport, &s->ngo->node, ended, &agency));
    assert_false(
        membership_may_bring_directory(s->m, bytes_view(&s->mission->identity), &s->mission->node, ended, &agency));
    assert_false(membership_may_bring_directory(s->m, transport, &(struct ident){{0xee}}, ended, &agency));
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_SUSPENDED);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_may_bring_directory(s->m, transport, &s->mission->node, ended, &agency));
}

static void test_of_two_revocations_of_ours_the_graver_is_told(void **state)
{
    static const struct {
        enum revocation_reason identity;
        enum revocation_reason transport; /* 0: not revoked */
        enum revocation_reason told;
    } cases[] = {
        {REVOKED_SUSPENDED, 0, REVOKED_SUSPENDED},
        {REVOKED_SUSPENDED, REVOKED_KEY_COMPROMISE, REVOKED_KEY_COMPROMISE},
        {REVOKED_LEFT, REVOKED_SUPERSEDED, REVOKED_LEFT},
    };
    struct two_members *s = *state;
    struct membership_status status;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct revocation *r = s->f.revocations;

        s->f.revocation_count = cases[i].transport != 0 ? 2 : 1;
        for (size_t k = 0; k < 2; k++)
            r[k] = (struct revocation){.agency = s->ngo->address, .reason = cases[i].identity, .time_ms = NOW};
        digest_sha256(bytes_view(&s->ngo->identity), &r[0].name);
        digest_sha256(bytes_view(&s->ngo->transport), &r[1].name);
        r[1].reason = cases[i].transport;
        if (s->f.revocation_count == 2 && memcmp(&r[0].name, &r[1].name, HASH_SIZE) > 0) {
            struct revocation first = r[1];

            r[1] = r[0], r[0] = first;
        }
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
        membership_status(s->m, NOW, &status);
        assert_true(status.own_revoked);
        assert_int_equal(status.own_reason, cases[i].told);
    }
}

static void test_two_of_three_directory_keys_must_sign(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture f;
    struct fixture_agency *ngo;
    struct membership_files files;
    struct membership *m;
    struct bytes note = {0};
    enum directory_result what;
    struct error err;

    (void)s;
    federation_fixture_init(&f, "nrm.example", NOW, 3, 2);
    ngo = federation_fixture_admit(&f, "ngo@nrm.example");
    federation_fixture_directory(&f, 5, &note);
    files = federation_fixture_files(&f, ngo, bytes_view(&note));
    assert_true(membership_open(&files, NOW, &m, &err));

    federation_fixture_directory(&f, 2, &note);
    assert_false(membership_take_directory(m, bytes_view(&note), NOW, 0, &what, &err));
    assert_int_equal(err.code, E_FED_20);
    federation_fixture_directory(&f, 6, &note);
    assert_true(membership_take_directory(m, bytes_view(&note), NOW, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
    membership_free(m);
    bytes_fini(&note);
    federation_fixture_fini(&f);
}

static void test_a_revoked_directory_key_signs_no_more(void **state)
{
    struct two_members *s = *state;

    revoke(s, bytes_view(&s->f.directory_certificates[0]), NULL, REVOKED_KEY_COMPROMISE);

    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
}

/* --- peers --- */

static void test_a_stranger_is_no_member(void **state)
{
    struct two_members *s = *state;
    struct proof_signer signer;
    struct error err;
    struct peer p;

    refuse_agency(s, "police@nrm.example", NOW, E_FED_25);
    refuse_agency(s, "mission@other.example", NOW, E_FED_25);
    refuse_agency(s, "", NOW, E_FED_25);
    assert_false(membership_find_peer(s->m, view_of_text("police@nrm.example"), &p));
    assert_false(membership_signer(s->m, view_of_text("police@nrm.example"), &signer, &err));
    assert_int_equal(err.code, E_LOG_20);
}

static void test_a_revoked_agency_is_refused_with_its_reason_and_still_found(void **state)
{
    struct two_members *s = *state;
    struct error err;
    struct peer p;
    struct view revoked;

    assert_true(membership_admits(s->m, mission(), NOW, NULL, &err));
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_LEFT);
    take_directory(s, DIRECTORY_TAKEN);

    assert_false(membership_admits(s->m, mission(), NOW, NULL, &err));
    assert_int_equal(err.code, E_FED_28);
    assert_non_null(strstr(err.text, "left"));
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_true(p.revoked);
    assert_int_equal(p.reason, REVOKED_LEFT);
    assert_non_null(p.identity);
    revoked = membership_revoked(s->m);
    assert_int_equal(revoked.size, HASH_SIZE);
    assert_memory_equal(revoked.at, p.identity_certificate.at, HASH_SIZE);
}

/* The hash of the key of the certificate DER. */
static struct hash key_name_of(const struct bytes *der)
{
    struct certificate c;
    struct error err;

    assert_true(certificate_read(bytes_view(der), &c, &err));
    return c.key_hash;
}

/* Whatever certificate is listed for a revoked key, also one that no revocation names: it is the key that is not
 * believed. */
static void test_a_revoked_key_is_refused_under_each_certificate(void **state)
{
    struct two_members *s = *state;
    const struct certify_validity later = {.now_ms = NOW + DAY_MS, .days = 730};
    const struct hash key = key_name_of(&s->mission->identity);
    struct bytes request = {0};
    struct bytes again = {0};
    struct error err;
    struct peer p;

    assert_true(certify_request(s->mission->identity_key, &s->mission->address, &request, &err));
    assert_true(certify_identity(s->f.issuing_key, bytes_view(&s->f.issuing), bytes_view(&request), "nrm.example",
                                 &later, &again, &err));
    s->f.members[0].identity_certificate = bytes_view(&again);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(membership_admits(s->m, mission(), NOW + DAY_MS, NULL, &err));
    revoke_name(s, &key, &s->mission->address, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);
    refuse_agency(s, "mission@nrm.example", NOW + DAY_MS, E_FED_28);
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_true(p.revoked && p.reason == REVOKED_KEY_COMPROMISE);
    bytes_fini(&request);
    bytes_fini(&again);
}

static void test_of_a_certificate_and_its_key_the_graver_reason_counts(void **state)
{
    struct two_members *s = *state;
    struct revocation *r = s->f.revocations;
    struct peer p;

    for (int graver = 0; graver < 2; graver++) {
        r[0] = (struct revocation){.agency = s->mission->address, .reason = REVOKED_SUPERSEDED, .time_ms = NOW};
        r[1] = r[0];
        r[graver].reason = REVOKED_LEFT;
        digest_sha256(bytes_view(&s->mission->identity), &r[0].name);
        r[1].name = key_name_of(&s->mission->identity);
        if (memcmp(&r[0].name, &r[1].name, HASH_SIZE) > 0) {
            struct revocation first = r[1];

            r[1] = r[0], r[0] = first;
        }
        s->f.revocation_count = 2;
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
        assert_true(membership_find_peer(s->m, mission(), &p));
        assert_int_equal(p.reason, REVOKED_LEFT);
    }
}

/* By the key of its transport certificate, or by its machine: a renewed certificate of either links nobody. */
static void test_a_machine_is_refused_by_its_key_and_by_its_id(void **state)
{
    struct two_members *s = *state;
    struct sign_key *key = sign_key_new();
    struct hash names[2] = {key_name_of(&s->mission->transport)};
    struct bytes same_key = {0};
    struct bytes same_node = {0};
    const struct bytes *shown[2] = {&same_key, &same_node};
    struct ident node;
    struct error err;

    certificate_node_name(&s->mission->node, &names[1]);
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &same_key);
    federation_fixture_renew(&s->f, s->mission, key, &same_node);
    for (size_t i = 0; i < 2; i++) {
        assert_true(membership_node_of(s->m, bytes_view(shown[i]), NOW, &node, &err));
        revoke_name(s, &names[i], &s->mission->address, REVOKED_KEY_COMPROMISE);
        take_directory(s, DIRECTORY_TAKEN);
        assert_false(membership_node_of(s->m, bytes_view(shown[i]), NOW, &node, &err));
        assert_int_equal(err.code, E_FED_28);
        assert_int_equal(membership_node_of(s->m, bytes_view(shown[1 - i]), NOW, &node, &err), i == 0);
        s->f.revocation_count = 0;
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
    }
    sign_key_free(key);
    bytes_fini(&same_key);
    bytes_fini(&same_node);
}

static void test_a_compromised_machine_is_known_by_its_id(void **state)
{
    static const enum revocation_reason reasons[] = {REVOKED_SUPERSEDED, REVOKED_KEY_COMPROMISE};
    struct two_members *s = *state;
    struct address whose;
    struct hash name;

    certificate_node_name(&s->mission->node, &name);
    for (size_t i = 0; i < 2; i++) {
        revoke_name(s, &name, &s->mission->address, reasons[i]);
        take_directory(s, DIRECTORY_TAKEN);
        assert_int_equal(membership_is_compromised(s->m, &s->mission->node, &whose), i == 1);
        assert_false(membership_is_compromised(s->m, &s->ngo->node, &whose));
    }
    assert_true(address_equal(&whose, &s->mission->address));
}

static void test_that_our_key_or_machine_is_revoked_is_told(void **state)
{
    struct two_members *s = *state;
    struct hash names[3] = {key_name_of(&s->ngo->identity), key_name_of(&s->ngo->transport)};
    struct membership_status status;

    certificate_node_name(&s->ngo->node, &names[2]);
    for (size_t i = 0; i < 3; i++) {
        revoke_name(s, &names[i], &s->ngo->address, REVOKED_LEFT);
        take_directory(s, DIRECTORY_TAKEN);
        membership_status(s->m, NOW, &status);
        assert_true(status.own_revoked);
        assert_int_equal(status.own_reason, REVOKED_LEFT);
    }
}

/* A machine's certificate alone: its links end, the agency is no less a member. */
static void test_a_revoked_transport_certificate_ends_links_and_nothing_else(void **state)
{
    struct two_members *s = *state;
    struct address agency;
    struct error err;

    revoke(s, bytes_view(&s->mission->transport), &s->mission->address, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);

    assert_true(membership_admits(s->m, mission(), NOW, NULL, &err));
    assert_false(
        membership_admits_node(s->m, bytes_view(&s->mission->transport), &s->mission->node, NOW, &agency, &err));
    assert_int_equal(err.code, E_FED_28);
}

static void test_what_a_revoked_transport_ca_signed_links_nobody(void **state)
{
    struct two_members *s = *state;
    struct address agency;
    struct error err;
    size_t count;

    (void)membership_transport_cas(s->m, &count);
    assert_int_equal(count, 1);
    revoke(s, bytes_view(&s->f.transport_ca), NULL, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);

    assert_false(
        membership_admits_node(s->m, bytes_view(&s->mission->transport), &s->mission->node, NOW, &agency, &err));
    (void)membership_transport_cas(s->m, &count);
    assert_int_equal(count, 0); /* the network process gets none */
}

static void test_what_a_revoked_issuing_ca_signed_is_nobodys(void **state)
{
    struct two_members *s = *state;
    struct error err;
    struct peer p;

    revoke(s, bytes_view(&s->f.issuing), NULL, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);

    assert_false(membership_admits(s->m, mission(), NOW, NULL, &err));
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_null(p.identity);
}

/* By its key, so that no other certificate of that key leads anywhere either: agencies, machines, directories. */
static void test_what_the_key_of_a_revoked_authority_signed_is_nobodys(void **state)
{
    struct two_members *s = *state;
    const struct hash issuing = key_name_of(&s->f.issuing);
    const struct hash transport = key_name_of(&s->f.transport_ca);
    const struct hash directory = key_name_of(&s->f.directory_certificates[0]);
    struct ident node;
    struct error err;
    struct peer p;
    size_t count;

    revoke_name(s, &issuing, NULL, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);
    for (size_t i = 0; i < membership_directory(s->m)->member_count; i++) {
        membership_peer(s->m, i, &p);
        assert_null(p.identity);
        refuse_agency(s, p.member->agency.text, NOW, E_CRT_14);
    }
    revoke_name(s, &transport, NULL, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_node_of(s->m, bytes_view(&s->mission->transport), NOW, &node, &err));
    (void)membership_transport_cas(s->m, &count);
    assert_int_equal(count, 0);
    assert_true(membership_admits(s->m, mission(), NOW, NULL, &err)); /* of links alone */
    revoke_name(s, &directory, NULL, REVOKED_KEY_COMPROMISE);
    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
}

static void test_every_issuing_ca_that_a_directory_may_list_is_looked_at(void **state)
{
    struct two_members *s = *state;
    struct bytes ders[BOUND_ISSUERS] = {{0}};
    struct error err;

    for (size_t i = 0; i + 1 < BOUND_ISSUERS; i++) {
        struct sign_key *key = sign_key_new();
        const struct certify_validity validity = {NOW, 365};
        uint8_t public_key[KEY_SIZE];

        sign_key_public(key, public_key);
        assert_true(certify_issuing(s->f.root_key, bytes_view(&s->f.root), public_key, s->f.federation.name, &validity,
                                    &ders[i], &err));
        s->f.more_issuers[s->f.more_issuer_count++] = bytes_view(&ders[i]);
        sign_key_free(key);
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
        assert_true(membership_admits(s->m, mission(), NOW, NULL, &err));
    }
    for (size_t i = 0; i < BOUND_ISSUERS; i++)
        bytes_fini(&ders[i]);
}

/* Stored, and read by a membership that has the newest directory alone. */
static void check_restart(struct two_members *s, struct view old_issuing)
{
    struct membership_files files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    char path[] = "/tmp/refex-issuers-XXXXXX";
    struct view former[BOUND_ISSUERS];
    struct proof_signer signer;
    char file[sizeof path + 4];
    struct membership *again;
    struct db *db;
    struct error err;

    assert_non_null(mkdtemp(path));
    (void)snprintf(file, sizeof file, "%s/db", path);
    assert_true(db_open(file, DB_WRITE, &db, &err) && db_begin(db, &err));
    assert_true(issuers_known_store(db, s->m, &err) && db_commit(db, &err));
    files.issuing = old_issuing;
    assert_true(membership_open(&files, NOW, &again, &err));
    assert_false(membership_signer(again, mission(), &signer, &err));
    membership_free(again);
    assert_true(membership_open(&files, NOW, &again, &err));
    assert_true(issuers_known_load(db, again, &err));
    assert_int_equal(membership_former_issuers(again, CERTIFICATE_ISSUING, former), 1);
    assert_true(membership_signer(again, mission(), &signer, &err));
    membership_free(again);
    db_close(db);
    (void)remove(file);
    (void)remove(path);
}

/* MISSION's certificate is of an issuing CA that the next directories do not list: what it signed is verified, and it
 * is no member by that. */
static void test_what_was_signed_under_an_issuer_is_verified_when_it_is_listed_no_more(void **state)
{
    struct two_members *s = *state;
    const struct certify_validity validity = {NOW, 365};
    struct view former[BOUND_ISSUERS];
    struct bytes old = s->f.issuing;
    const struct view olds[1] = {bytes_view(&old)};
    struct sign_key *key = sign_key_new();
    uint8_t public_key[KEY_SIZE];
    struct proof_signer signer;
    struct certificate c;
    struct error err;

    s->f.issuing = (struct bytes){0};
    sign_key_public(key, public_key);
    assert_true(certify_issuing(s->f.root_key, bytes_view(&s->f.root), public_key, s->f.federation.name, &validity,
                                &s->f.issuing, &err));
    assert_true(membership_signer(s->m, mission(), &signer, &err));
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(membership_former_issuers(s->m, CERTIFICATE_ISSUING, former), 1);
    assert_true(membership_signer(s->m, mission(), &signer, &err));
    refuse_agency(s, "mission@nrm.example", NOW, E_CRT_14);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN); /* nor after another one */
    assert_true(membership_signer(s->m, mission(), &signer, &err));

    check_restart(s, olds[0]);
    assert_true(certificate_read(olds[0], &c, &err));
    revoke_name(s, &c.key_hash, NULL, REVOKED_KEY_COMPROMISE); /* then it leads nowhere */
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_signer(s->m, mission(), &signer, &err));
    membership_keep_issuers(s->m, CERTIFICATE_ISSUING, olds, 1);
    assert_int_equal(membership_former_issuers(s->m, CERTIFICATE_ISSUING, former), 0);
    s->f.revocation_count = 0; /* and does not come back with the end of that row */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_signer(s->m, mission(), &signer, &err));
    bytes_fini(&old);
    sign_key_free(key);
}

static void test_an_issuer_of_another_federation_shuts_nobody_else_out(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture other;
    struct error err;

    federation_fixture_init(&other, "other.example", NOW, 1, 1);
    s->f.more_issuers[0] = bytes_view(&other.issuing);
    s->f.more_issuers[1] = bytes_view(&s->f.agencies[0].identity); /* no issuing certificate at all */
    s->f.more_issuer_count = 2;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(membership_admits(s->m, mission(), NOW, NULL, &err));
    federation_fixture_fini(&other);
}

/* Replaces the directory in use by one that is valid as long as the certificates, to test beyond their end. */
static void sign_directory_at(struct two_members *s, int64_t now_ms)
{
    s->f.now_ms = now_ms;
    federation_fixture_directory(&s->f, 1, &s->note);
}

static void test_a_certificate_counts_from_its_first_moment_to_its_last(void **state)
{
    struct two_members *s = *state;
    int64_t end = NOW + CERTIFY_IDENTITY_DAYS * DAY_MS;
    enum directory_result what;
    struct error err;
    struct peer p;

    refuse_agency(s, "mission@nrm.example", NOW - CERTIFY_BACKDATE_MS - 1000, E_FED_27);
    assert_true(membership_admits(s->m, mission(), NOW - CERTIFY_BACKDATE_MS, NULL, &err));
    assert_true(membership_find_peer(s->m, mission(), &p));

    sign_directory_at(s, end - DAY_MS);
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), end - DAY_MS, 0, &what, &err));
    assert_true(membership_admits(s->m, mission(), end - 1000, NULL, &err));
    refuse_agency(s, "mission@nrm.example", p.until_ms + 1, E_FED_26);
    assert_int_equal(membership_hold(s->m, mission(), p.until_ms + 1), HOLD_CERTIFICATE_ENDED);
}

static void test_an_entry_with_another_agencys_certificate_is_not_believed(void **state)
{
    struct two_members *s = *state;
    struct proof_signer signer;
    struct error err;
    struct peer p;

    assert_true(membership_signer(s->m, mission(), &signer, &err));
    s->f.members[0].identity_certificate = bytes_view(&s->ngo->identity);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);

    assert_false(membership_admits(s->m, mission(), NOW, NULL, &err));
    assert_int_equal(err.code, E_FED_31);
    assert_true(membership_find_peer(s->m, mission(), &p));
    assert_null(p.identity);
    assert_false(membership_signer(s->m, mission(), &signer, &err));
    assert_int_equal(err.code, E_LOG_20);
}

static bool admits_node(struct two_members *s, const struct bytes *certificate, const struct ident *node,
                        int64_t now_ms, enum error_code *code)
{
    struct address agency = {0};
    struct error err = {0};
    bool ok = membership_admits_node(s->m, bytes_view(certificate), node, now_ms, &agency, &err);

    *code = err.code;
    if (ok)
        assert_string_equal(agency.text, "mission@nrm.example");
    return ok;
}

static void test_the_directory_says_whose_node_it_is(void **state)
{
    struct two_members *s = *state;
    const struct ident unknown = {{0xee}};
    enum error_code code;

    assert_true(admits_node(s, &s->mission->transport, &s->mission->node, NOW, &code));
    assert_false(admits_node(s, &s->mission->identity, &s->mission->node, NOW, &code));
    assert_false(admits_node(s, &s->ngo->transport, &s->mission->node, NOW, &code));
    assert_int_equal(code, E_FED_31);
    assert_false(admits_node(s, &s->mission->transport, &unknown, NOW, &code));
    assert_int_equal(code, E_FED_32);
    assert_false(admits_node(s, &s->mission->transport, &s->mission->node, NOW + 91 * DAY_MS, &code));
    assert_int_equal(code, E_FED_23);
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_SUSPENDED);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(admits_node(s, &s->mission->transport, &s->mission->node, NOW, &code));
    assert_int_equal(code, E_FED_28);
}

static void test_a_machines_certificate_counts_from_its_first_moment_to_its_last(void **state)
{
    struct two_members *s = *state;
    int64_t later = NOW + (CERTIFY_TRANSPORT_DAYS + 1) * DAY_MS;
    enum directory_result what;
    struct bytes renewed = {0};
    enum error_code code;
    struct error err;

    sign_directory_at(s, later);
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), later, 0, &what, &err));
    assert_false(admits_node(s, &s->mission->transport, &s->mission->node, later, &code));
    assert_int_equal(code, E_FED_26);
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &renewed); /* from LATER on */
    assert_true(admits_node(s, &renewed, &s->mission->node, later, &code));
    assert_false(admits_node(s, &renewed, &s->mission->node, later - DAY_MS, &code));
    assert_int_equal(code, E_FED_27);
    bytes_fini(&renewed);
}

static void test_a_renewal_with_a_new_key_holds_under_an_old_directory(void **state)
{
    struct two_members *s = *state;
    struct sign_key *key = sign_key_new();
    struct bytes renewed = {0};
    enum error_code code;

    federation_fixture_renew(&s->f, s->mission, key, &renewed);
    assert_true(admits_node(s, &renewed, &s->mission->node, NOW, &code));
    bytes_fini(&renewed);
    sign_key_free(key);
}

static void test_a_replaced_machine_is_unknown_until_the_directory_lists_it(void **state)
{
    struct two_members *s = *state;
    struct ident before = s->mission->node;
    enum error_code code;

    memset(s->mission->node.at, 0x77, IDENT_SIZE); /* the directory is signed with it below */
    bytes_clear(&s->mission->transport);
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &s->mission->transport);
    assert_false(admits_node(s, &s->mission->transport, &s->mission->node, NOW, &code));
    assert_int_equal(code, E_FED_32);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(admits_node(s, &s->mission->transport, &s->mission->node, NOW, &code));
    assert_null(membership_find_node(s->m, &before));
}

static void test_a_certificate_of_another_label_is_refused(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture other = s->f;
    struct bytes foreign_ca = {0};
    struct bytes foreign = {0};
    const struct certify_validity validity = {NOW, 365};
    uint8_t public_key[KEY_SIZE];
    enum error_code code;
    struct error err;

    memcpy(other.label.text, "zyxwvutsrqponmlkjihgfedcba", LABEL_SIZE);
    other.transport_key = sign_key_new();
    sign_key_public(other.transport_key, public_key);
    assert_true(certify_transport_ca(s->f.root_key, bytes_view(&s->f.root), public_key, &other.label, &validity,
                                     &foreign_ca, &err));
    other.transport_ca = foreign_ca;
    s->f.more_transport_ca = bytes_view(&foreign_ca); /* even where the directory lists its CA */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    federation_fixture_renew(&other, s->mission, s->mission->transport_key, &foreign);
    assert_false(admits_node(s, &foreign, &s->mission->node, NOW, &code));
    assert_int_equal(code, E_FED_31);
    bytes_fini(&foreign);
    bytes_fini(&foreign_ca);
    sign_key_free(other.transport_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_every_issuing_ca_that_a_directory_may_list_is_looked_at),
        SCENE(test_an_issuer_of_another_federation_shuts_nobody_else_out),
        SCENE(test_what_was_signed_under_an_issuer_is_verified_when_it_is_listed_no_more),
        SCENE(test_a_member_is_admitted_with_its_identity_key),
        SCENE(test_a_membership_mixed_from_two_federations_is_refused),
        SCENE(test_the_fingerprint_and_the_keys_of_a_membership_are_compared),
        SCENE(test_an_own_entry_that_we_did_not_make_is_a_finding),
        SCENE(test_a_renewal_that_has_not_come_yet_is_no_entry_of_somebody_else),
        SCENE(test_a_newer_directory_is_taken_and_an_older_one_is_not),
        SCENE(test_two_signed_directories_with_one_number_are_an_alarm),
        SCENE(test_an_unsigned_twin_is_no_alarm_but_a_forgery),
        SCENE(test_a_changed_directory_is_refused),
        SCENE(test_a_directory_past_its_last_day_is_not_taken_and_admits_nobody),
        SCENE(test_a_clock_behind_the_federations_keys_is_named_and_not_the_directory),
        SCENE(test_each_reason_for_not_talking_to_an_agency_has_its_own_hold),
        SCENE(test_each_reason_of_a_revocation_has_its_own_hold),
        SCENE(test_of_two_revocations_of_ours_the_graver_is_told),
        SCENE(test_a_machines_certificate_counts_from_its_first_moment_to_its_last),
        SCENE(test_who_is_in_no_directory_has_no_kind_and_may_dial),
        SCENE(test_two_that_dial_only_cannot_link),
        SCENE(test_a_directory_of_another_federation_is_not_taken),
        SCENE(test_another_machine_of_ours_in_the_directory_is_a_finding),
        SCENE(test_another_machine_beside_ours_in_the_directory_is_a_finding),
        SCENE(test_under_an_ended_directory_only_a_good_chain_may_bring_a_newer_one),
        SCENE(test_two_of_three_directory_keys_must_sign),
        SCENE(test_a_revoked_directory_key_signs_no_more),
        SCENE(test_a_stranger_is_no_member),
        SCENE(test_a_revoked_agency_is_refused_with_its_reason_and_still_found),
        SCENE(test_a_revoked_key_is_refused_under_each_certificate),
        SCENE(test_of_a_certificate_and_its_key_the_graver_reason_counts),
        SCENE(test_a_machine_is_refused_by_its_key_and_by_its_id),
        SCENE(test_a_compromised_machine_is_known_by_its_id),
        SCENE(test_that_our_key_or_machine_is_revoked_is_told),
        SCENE(test_what_the_key_of_a_revoked_authority_signed_is_nobodys),
        SCENE(test_a_revoked_transport_certificate_ends_links_and_nothing_else),
        SCENE(test_what_a_revoked_issuing_ca_signed_is_nobodys),
        SCENE(test_a_certificate_counts_from_its_first_moment_to_its_last),
        SCENE(test_an_entry_with_another_agencys_certificate_is_not_believed),
        SCENE(test_what_a_revoked_transport_ca_signed_links_nobody),
        SCENE(test_the_directory_says_whose_node_it_is),
        SCENE(test_a_renewal_with_a_new_key_holds_under_an_old_directory),
        SCENE(test_a_replaced_machine_is_unknown_until_the_directory_lists_it),
        SCENE(test_a_certificate_of_another_label_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
