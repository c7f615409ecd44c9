/* A transport CA that was dropped in good order: whose certificate is of it is given another, and has nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "exchange/members/issuers_known.h"
#include "exchange/members/membership_admits.h"
#include "store/db.h"
#include "two_members.h"

/* The federation has another transport CA, and lists that alone if it DROPS the one of before, which the test frees. */
static struct bytes replace_ca(struct two_members *s, const struct label *label, bool drops)
{
    const struct certify_validity validity = {NOW, 365};
    struct bytes old = s->f.transport_ca;
    uint8_t public_key[KEY_SIZE];
    struct error err;

    s->f.transport_ca = (struct bytes){0};
    sign_key_free(s->f.transport_key);
    s->f.transport_key = sign_key_new();
    sign_key_public(s->f.transport_key, public_key);
    assert_true(certify_transport_ca(s->f.root_key, bytes_view(&s->f.root), public_key, label, &validity,
                                     &s->f.transport_ca, &err));
    s->f.more_transport_ca = drops ? (struct view){0} : bytes_view(&old);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    return old;
}

static bool admits_ended(struct two_members *s, struct view certificate, const struct ident *node, int64_t now_ms)
{
    struct address agency = {0};
    struct error err;
    bool admitted = membership_admits_ended(s->m, certificate, node, now_ms, &agency, &err);

    if (admitted)
        assert_string_equal(agency.text, "mission@nrm.example");
    return admitted;
}

static size_t former_count(const struct membership *m)
{
    struct view former[BOUND_ISSUERS];

    return membership_former_issuers(m, CERTIFICATE_TRANSPORT_CA, former);
}

static void test_whose_transport_ca_was_dropped_is_admitted_for_a_renewal_alone(void **state)
{
    struct two_members *s = *state;
    const struct view shown = bytes_view(&s->mission->transport);
    const struct ident *node = &s->mission->node;
    struct bytes renewed = {0};
    struct address agency;
    struct error err;
    struct bytes old;

    assert_false(admits_ended(s, shown, node, NOW)); /* an ordinary link is its due */
    old = replace_ca(s, &s->f.label, true);
    assert_int_equal(former_count(s->m), 1);
    assert_true(admits_ended(s, shown, node, NOW));
    assert_false(membership_admits_node(s->m, shown, node, NOW, &agency, &err));
    assert_int_equal(err.code, E_CRT_14);
    assert_false(admits_ended(s, shown, &s->ngo->node, NOW));                    /* of another machine */
    assert_false(admits_ended(s, shown, &(struct ident){{0xee}}, NOW));          /* that nobody lists */
    assert_false(admits_ended(s, bytes_view(&s->mission->identity), node, NOW)); /* of another use */
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &renewed);
    assert_false(admits_ended(s, bytes_view(&renewed), node, NOW)); /* an ordinary link again */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN); /* also after another one */
    assert_true(admits_ended(s, shown, node, NOW));
    bytes_fini(&renewed);
    bytes_fini(&old);
}

static void test_a_transport_ca_that_is_listed_is_none_of_before(void **state)
{
    struct two_members *s = *state;
    struct bytes old = replace_ca(s, &s->f.label, false);

    assert_int_equal(former_count(s->m), 0);
    s->f.more_transport_ca = (struct view){0};
    bytes_fini(&old);
}

/* What names the CA, its key, the certificate or the machine, and who is revoked or not listed, is refused. */
static void test_what_is_revoked_is_not_admitted_by_a_ca_of_before(void **state)
{
    struct two_members *s = *state;
    const struct view shown = bytes_view(&s->mission->transport);
    struct bytes old = replace_ca(s, &s->f.label, true);
    const struct view olds[1] = {bytes_view(&old)};
    struct certificate_names own;
    struct certificate_names ca;
    struct certificate c;
    struct error err;

    assert_true(certificate_read(shown, &c, &err));
    certificate_names(&c, &own);
    for (size_t i = 0; i < own.count; i++) {
        revoke_name(s, &own.at[i], &s->mission->address, REVOKED_SUPERSEDED);
        take_directory(s, DIRECTORY_TAKEN);
        assert_false(admits_ended(s, shown, &s->mission->node, NOW));
    }
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_LEFT);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(admits_ended(s, shown, &s->mission->node, NOW));
    s->f.revocation_count = 0;
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(admits_ended(s, shown, &s->mission->node, NOW));
    assert_true(certificate_read(olds[0], &c, &err));
    certificate_names(&c, &ca);
    revoke_name(s, &ca.at[1], NULL, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);
    assert_int_equal(former_count(s->m), 0);
    assert_false(admits_ended(s, shown, &s->mission->node, NOW));
    membership_keep_issuers(s->m, CERTIFICATE_TRANSPORT_CA, olds, 1); /* nor as one that was stored */
    assert_int_equal(former_count(s->m), 0);
    s->f.revocation_count = 0; /* nor when that row is left out again */
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(admits_ended(s, shown, &s->mission->node, NOW));
    bytes_fini(&old);
}

/* The certificate's own end holds, and its thirty days. */
static void test_a_ca_of_before_makes_no_certificate_last_longer(void **state)
{
    static const struct {
        int64_t days_ago;
        bool admitted;
    } rows[] = {{0, true}, {29, true}, {31, false}};
    struct two_members *s = *state;
    const struct view shown = bytes_view(&s->mission->transport);
    struct bytes old = replace_ca(s, &s->f.label, true);
    struct certificate c;
    struct error err;

    assert_true(certificate_read(shown, &c, &err));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum directory_result what;

        s->f.now_ms = c.not_after_ms + rows[i].days_ago * DAY_MS + 1000;
        federation_fixture_directory(&s->f, 1, &s->note);
        assert_true(membership_take_directory(s->m, bytes_view(&s->note), s->f.now_ms, 0, &what, &err));
        assert_int_equal(admits_ended(s, shown, &s->mission->node, s->f.now_ms), rows[i].admitted);
    }
    assert_false(admits_ended(s, shown, &s->mission->node, c.not_before_ms - 1000)); /* it has not begun */
    bytes_fini(&old);
}

/* No CA of another use is kept for one, nor does one of another label reach the network process. */
static void test_no_other_ca_is_kept_as_a_transport_ca_of_before(void **state)
{
    struct two_members *s = *state;
    const struct view issuing[1] = {bytes_view(&s->f.issuing)};
    struct label other = s->f.label;
    struct view former[BOUND_ISSUERS];
    struct bytes foreign;
    struct bytes old;

    membership_keep_issuers(s->m, CERTIFICATE_TRANSPORT_CA, issuing, 1);
    assert_int_equal(former_count(s->m), 0);
    other.text[0] = 'z';
    old = replace_ca(s, &other, true);
    foreign = replace_ca(s, &s->f.label, true);
    assert_int_equal(former_count(s->m), 2);
    assert_int_equal(membership_former_transports(s->m, former), 1);
    assert_true(view_equal(former[0], bytes_view(&old)));
    bytes_fini(&old);
    bytes_fini(&foreign);
}

/* A node has it still when it starts again, as it has the issuing CAs. */
static void test_a_ca_of_before_is_known_after_a_restart(void **state)
{
    struct two_members *s = *state;
    struct membership_files files;
    struct bytes old = replace_ca(s, &s->f.label, true);
    char path[] = "/tmp/refex-transports-XXXXXX";
    char file[sizeof path + 4];
    struct membership *again;
    struct db *db;
    struct error err;

    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    files.transport_ca = bytes_view(&old);
    assert_non_null(mkdtemp(path));
    (void)snprintf(file, sizeof file, "%s/db", path);
    assert_true(db_open(file, DB_WRITE, &db, &err) && db_begin(db, &err));
    assert_true(issuers_known_store(db, s->m, &err) && db_commit(db, &err));
    assert_true(membership_open(&files, NOW, &again, &err));
    assert_int_equal(former_count(again), 0);
    assert_true(issuers_known_load(db, again, &err));
    assert_int_equal(former_count(again), 1);
    membership_free(again);
    db_close(db);
    (void)remove(file);
    (void)remove(path);
    bytes_fini(&old);
}

/* Its directory has ended: a listed member's node of a CA that it does not list may bring one, and nobody else. */
static void test_under_an_ended_directory_a_ca_that_is_not_known_may_bring_one(void **state)
{
    struct two_members *s = *state;
    const int64_t ended = membership_directory(s->m)->hard_expiry_s * 1000 + 1;
    struct bytes old = s->f.transport_ca;
    struct sign_key *key = sign_key_new();
    const struct certify_validity validity = {NOW, 365};
    struct label other = s->f.label;
    uint8_t public_key[KEY_SIZE];
    struct bytes shown = {0};
    struct bytes foreign = {0};
    struct certificate c;
    struct ident node;
    struct error err;

    assert_false(membership_may_offer(s->m, bytes_view(&s->mission->transport), ended, &node)); /* it is known */
    s->f.transport_ca = (struct bytes){0};
    sign_key_free(s->f.transport_key);
    s->f.transport_key = key;
    sign_key_public(key, public_key);
    assert_true(certify_transport_ca(s->f.root_key, bytes_view(&s->f.root), public_key, &s->f.label, &validity,
                                     &s->f.transport_ca, &err));
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &shown);
    assert_true(membership_may_offer(s->m, bytes_view(&shown), ended, &node));
    assert_true(ident_equal(&node, &s->mission->node));
    assert_false(membership_may_offer(s->m, bytes_view(&shown), ended - 1, &node)); /* it has not ended */
    assert_false(membership_may_offer(s->m, bytes_view(&shown), NOW + 91 * DAY_MS, &node));
    assert_false(membership_may_offer(s->m, bytes_view(&s->mission->identity), ended, &node));
    s->mission->node.at[0] ^= 1; /* a machine that it does not list */
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &foreign);
    s->mission->node.at[0] ^= 1;
    assert_false(membership_may_offer(s->m, bytes_view(&foreign), ended, &node));
    bytes_clear(&foreign);
    other.text[0] = 'z';
    s->f.label = other;
    bytes_fini(&s->f.transport_ca);
    assert_true(certify_transport_ca(s->f.root_key, bytes_view(&s->f.root), public_key, &other, &validity,
                                     &s->f.transport_ca, &err));
    federation_fixture_renew(&s->f, s->mission, s->mission->transport_key, &foreign);
    assert_false(membership_may_offer(s->m, bytes_view(&foreign), ended, &node));
    bytes_fini(&s->f.transport_ca);
    s->f.transport_ca = old;
    assert_true(certificate_read(bytes_view(&shown), &c, &err));
    revoke_name(s, &c.key_hash, &s->mission->address, REVOKED_KEY_COMPROMISE);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_may_offer(s->m, bytes_view(&shown), ended, &node));
    revoke(s, bytes_view(&s->mission->identity), &s->mission->address, REVOKED_LEFT);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(membership_may_offer(s->m, bytes_view(&shown), ended, &node));
    bytes_fini(&shown);
    bytes_fini(&foreign);
}

/* Who may be shown the directory before it has said a word: never by a CA of before alone. */
static void test_by_a_ca_of_before_no_directory_is_shown(void **state)
{
    struct two_members *s = *state;
    const struct view shown = bytes_view(&s->mission->transport);
    enum directory_result what;
    struct certificate c;
    struct bytes old;
    struct error err;

    assert_true(membership_may_be_shown(s->m, shown, NOW, true, &err));
    assert_true(certificate_read(shown, &c, &err));
    for (int64_t days = 1; days <= 31; days += 30) { /* after its end */
        s->f.now_ms = c.not_after_ms + days * DAY_MS;
        federation_fixture_directory(&s->f, 1, &s->note);
        assert_true(membership_take_directory(s->m, bytes_view(&s->note), s->f.now_ms, 0, &what, &err));
        assert_int_equal(membership_may_be_shown(s->m, shown, s->f.now_ms, true, &err), days == 1);
        assert_false(membership_may_be_shown(s->m, shown, s->f.now_ms, false, &err));
    }
    s->f.now_ms = NOW + DAY_MS;
    old = replace_ca(s, &s->f.label, true);
    assert_true(admits_ended(s, shown, &s->mission->node, NOW));
    assert_false(membership_may_be_shown(s->m, shown, NOW, true, &err));
    bytes_fini(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_whose_transport_ca_was_dropped_is_admitted_for_a_renewal_alone),
        SCENE(test_a_transport_ca_that_is_listed_is_none_of_before),
        SCENE(test_what_is_revoked_is_not_admitted_by_a_ca_of_before),
        SCENE(test_a_ca_of_before_makes_no_certificate_last_longer),
        SCENE(test_no_other_ca_is_kept_as_a_transport_ca_of_before),
        SCENE(test_a_ca_of_before_is_known_after_a_restart),
        SCENE(test_under_an_ended_directory_a_ca_that_is_not_known_may_bring_one),
        SCENE(test_by_a_ca_of_before_no_directory_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
