/* Another issuing CA or transport CA in the place of one. */
#include "ca_fixture.h"

#include <string.h>
#include <unistd.h>

#include "base/bounds.h"
#include "ca/federation_home.h"
#include "ca/renewing.h"
#include "ca/rollover.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "exchange/renewal/renewal_text.h"
#include "pki/chain.h"

/* Both are good until all have renewed; then the old one goes, and who has not renewed is named before. */
static void test_an_authority_is_replaced_while_what_the_old_one_issued_stays_good(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    const struct request_draft brama = {.agency = "brama@nrm.example"};
    struct fixture *s = *state;

    for (int issuing = 0; issuing < 2; issuing++) {
        const char *which = issuing ? "issuing" : "transport";
        struct keys k = new_keys();
        struct keys l = new_keys();
        struct keys b = new_keys();
        struct membership *old;
        struct membership *m;
        struct ident node;
        struct error err;
        uint64_t before;

        if (issuing)
            (void)rename(path_in(s, "fed"), path_in(s, "before"));
        create_federation(s);
        assert_int_equal(issue_membership(s, &mission, &l, false), 0);
        assert_int_equal(issue_membership(s, &brama, &b, false), 0);
        assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
        old = open_membership(s, &k);
        before = sequence_of(s);
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--dry-run"), 0);
        assert_output_has(s, "beside the one in use");
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed")), 64);
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--finish", "--confirm", which), 65);
        assert_output_has(s, "E-RVK-02");
        assert_int_equal(sequence_of(s), before);
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--confirm", which, "--json"), 0);
        assert_output_has(s, "\"listed\":2");
        assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
        assert_output_has(s, issuing ? "of the issuing CA: 3 of the members" : "of the transport CA: 3 of the members");

        take_newest(s, old);
        assert_int_equal(authorities(old, issuing), 2);
        assert_true(admits(old, "mission@nrm.example") && admits(old, "ngo@nrm.example"));
        assert_int_equal(issue_membership(s, &mission, &l, false), 0);
        m = open_membership(s, &l); /* certified by the new one */
        take_newest(s, old);
        assert_true(admits(old, "mission@nrm.example") && admits(m, "ngo@nrm.example"));
        assert_true(membership_node_of(old, membership_transport(m), clock_now_ms(&clock_real), &node, &err));
        assert_true(membership_node_of(m, membership_transport(old), clock_now_ms(&clock_real), &node, &err));

        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--finish", "--confirm", which), 77);
        assert_output_has(s, "E-RVK-01");
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--finish", "--dry-run"), 77);
        assert_output_has(s, "of the old one: brama@nrm.example, ngo@nrm.example");
        assert_output_has(s, "E-RVK-01");
        assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
        assert_int_equal(RUN(s, "revoke", "brama", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=brama"),
                         0);
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--finish", "--confirm", which), 0);
        take_newest(s, m);
        assert_int_equal(authorities(m, issuing), 1);
        assert_true(admits(m, "ngo@nrm.example") && admits(m, "mission@nrm.example"));
        /* What the old one certified leads nowhere now. */
        assert_int_equal(membership_node_of(m, membership_transport(old), clock_now_ms(&clock_real), &node, &err),
                         issuing);
        membership_free(old);
        membership_free(m);
        free_keys(&k);
        free_keys(&l);
        free_keys(&b);
    }
}

/* Its node renews by itself for 30 days after its certificate ended, by a CA that is listed. */
static void test_who_is_off_is_waited_for_while_his_node_would_renew(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    struct membership_status own;
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    membership_status(m, clock_now_ms(&clock_real), &own);
    membership_free(m);
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport"), 0);
    for (int over = 0; over < 2; over++) {
        struct federation_home h;
        struct rollover r = {.home = &h,
                             .use = CERTIFICATE_TRANSPORT_CA,
                             .now_ms = own.transport_until_ms + BOUND_GRACE_MS + (over ? 2000 : -2000)};
        const struct view *behind;
        struct arena arena = {0};
        struct error err;
        size_t count;

        assert_true(federation_home_open(path_in(s, "fed"), NULL, r.now_ms, &h, &err));
        assert_true(rollover_find_behind(&r, &arena, &behind, &count, &err));
        assert_int_equal(count, over ? 0 : 1);
        arena_fini(&arena);
        federation_home_close(&h);
    }
    free_keys(&k);
}

static void test_a_compromised_authority_ends_all_below_it_until_they_renew(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct membership *m;
    struct ident node;
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--compromised", "--confirm=issuing"),
                     0);
    take_newest(s, m);
    assert_int_equal(authorities(m, true), 1);
    assert_int_equal(membership_directory(m)->revocation_count, 2); /* its certificate and its key */
    assert_false(admits(m, "mission@nrm.example") || admits(m, "ngo@nrm.example"));
    assert_true(membership_node_of(m, membership_transport(m), clock_now_ms(&clock_real), &node, &err));
    assert_int_equal(
        RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--compromised", "--confirm=transport"), 0);
    take_newest(s, m);
    assert_false(membership_node_of(m, membership_transport(m), clock_now_ms(&clock_real), &node, &err));
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    take_newest(s, m);
    assert_true(admits(m, "mission@nrm.example"));
    assert_false(admits(m, "ngo@nrm.example"));
    membership_free(m);
    free_keys(&k);
    free_keys(&l);
}

/* A roll-over of the issuing CA, as a crash leaves it behind the directory. NEXT: the new one's key and certificate,
 * the caller's. */
static void crash_behind_directory(struct fixture *s, struct bytes next[static 2])
{
    struct bytes old[2] = {{0}};
    struct error err;

    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &old[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &old[1], &err));
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm=issuing"), 0);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &next[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &next[1], &err));
    assert_true(file_write(path_in(s, "fed/keys/issuing-next.key"), bytes_view(&next[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing-next.pem"), bytes_view(&next[1]), 0644, &err));
    assert_true(file_write(path_in(s, "fed/keys/issuing.key"), bytes_view(&old[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing.pem"), bytes_view(&old[1]), 0644, &err));
    for (size_t i = 0; i < 2; i++)
        bytes_fini(&old[i]);
}

/* The new authority lies in the folder, and the directory lists it or does not yet: the same command does the rest. */
static void test_a_roll_over_that_was_cut_short_is_completed(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct membership *m;
    struct bytes next[2] = {{0}};

    create_federation(s);
    crash_behind_directory(s, next);
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm=issuing"), 0);
    assert_int_equal(sequence_of(s), 2); /* it was listed */
    assert_int_equal(access(path_in(s, "fed/certs/issuing-next.pem"), F_OK), -1);
    assert_int_equal(access(path_in(s, "fed/keys/issuing-next.key"), F_OK), -1);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_int_equal(authorities(m, true), 2);
    assert_true(admits(m, "ngo@nrm.example"));
    membership_free(m);
    for (int i = 0; i < 2; i++)
        bytes_fini(&next[i]);
    free_keys(&k);
}

static bool is_issued_by(struct fixture *s, const struct renewing_made *made)
{
    const struct view ca = bytes_view(&made->transport_ca);
    struct federation_home h;
    struct certificate c;
    struct error err;
    bool is;

    assert_true(certificate_read(bytes_view(&made->transport), &c, &err));
    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    is = chain_check(
        h.anchors, c.der,
        &(struct chain_params){
            .wanted = CERTIFICATE_TRANSPORT, .now_ms = c.not_before_ms, .intermediates = &ca, .intermediate_count = 1},
        &c, &err);
    federation_home_close(&h);
    return is;
}

/* What P with K asks for DAYS on, by itself; *OUT is the transport CA that answered. */
static enum renewal_refusal renew(struct fixture *s, const struct request_draft *p, const struct keys *k, int days,
                                  struct bytes *out)
{
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct peer_renewal r = {.node = k->node};
    struct renewing_made made = {0};
    struct bytes transport = {0};
    struct bytes wire = {0};
    struct federation_home h;
    uint8_t signature[SIGN_SIZE];
    enum renewal_refusal refusal;
    struct error err;

    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    assert_true(address_read(view_of_text(p->agency), &r.agency));
    assert_true(certify_request(k->transport, NULL, &transport, &err));
    r.transport = bytes_view(&transport);
    assert_true(renewal_sign(&r, &h.federation.fid, k->identity, signature, &err));
    federation_home_close(&h);
    r.signature = view_of(signature, sizeof signature);
    peer_renewal_encode(&r, &wire);
    if (!renewing_answer(&(struct renewing_folder){.home = path_in(s, "fed"), .unlock = &unlock}, bytes_view(&wire),
                         clock_now_ms(&clock_real) + days * DAY_MS, &made, &err))
        fail_msg("%s", err.text);
    bytes_clear(out);
    bytes_append_view(out, bytes_view(&made.transport_ca));
    refusal = made.refusal;
    assert_true((made.why == E_FED_55) == (refusal != 0)); /* here nothing else keeps one from being made */
    assert_true(refusal != 0 || is_issued_by(s, &made));
    renewing_made_fini(&made);
    bytes_fini(&transport);
    bytes_fini(&wire);
    return refusal;
}

static void put(const struct fixture *s, const char *name, const struct bytes *content, unsigned mode)
{
    struct error err;

    assert_true(file_write(path_in(s, name), bytes_view(content), mode, &err));
}

static void assert_holds(const struct fixture *s, const char *name, const struct bytes *content)
{
    struct bytes found = {0};
    struct error err;

    assert_true(file_read(path_in(s, name), 65536, &found, &err));
    assert_true(view_equal(bytes_view(&found), bytes_view(content)));
    bytes_fini(&found);
}

/* Cut short at each step behind the directory: `serve`, which writes no key, goes on with the new CA, and the next
 * command puts it in its place and leaves one copy of its key. */
static void test_certificates_renew_while_a_roll_over_is_cut_short(void **state)
{
    enum { DIRECTORY, KEY, CERTIFICATE, STEPS };
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct bytes keys[2] = {{0}};  /* the old one, the new one */
    struct bytes certs[2] = {{0}}; /* theirs */
    struct bytes first = {0};
    struct bytes by = {0};
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    assert_true(file_read(path_in(s, "fed/keys/transport.key"), 65536, &keys[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/transport.pem"), 65536, &certs[0], &err));
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport"), 0);
    assert_true(file_read(path_in(s, "fed/keys/transport.key"), 65536, &keys[1], &err));
    assert_true(file_read(path_in(s, "fed/certs/transport.pem"), 65536, &certs[1], &err));
    for (int step = DIRECTORY; step < STEPS; step++) {
        put(s, "fed/keys/transport-next.key", &keys[1], 0600);
        put(s, "fed/keys/transport.key", &keys[step >= KEY], 0600);
        put(s, "fed/certs/transport.pem", &certs[step >= CERTIFICATE], 0644);
        if (step < CERTIFICATE)
            put(s, "fed/certs/transport-next.pem", &certs[1], 0644);
        sign_key_free(k.transport);
        k.transport = sign_key_new(); /* for which one is made */
        assert_int_equal(renew(s, &ngo, &k, 2 * (step + 1), &by), 0);
        if (step == DIRECTORY)
            bytes_append_view(&first, bytes_view(&by));
        assert_true(view_equal(bytes_view(&by), bytes_view(&first)));
        assert_holds(s, "fed/keys/transport.key", &keys[step >= KEY]);
        assert_holds(s, "fed/keys/transport-next.key", &keys[1]);
        assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
        assert_false(file_exists(path_in(s, "fed/keys/transport-next.key")));
        assert_false(file_exists(path_in(s, "fed/certs/transport-next.pem")));
        assert_holds(s, "fed/keys/transport.key", &keys[1]);
        assert_holds(s, "fed/certs/transport.pem", &certs[1]);
    }
    bytes_fini(&first);
    bytes_fini(&by);
    for (int i = 0; i < 2; i++) {
        bytes_fini(&keys[i]);
        bytes_fini(&certs[i]);
    }
    free_keys(&k);
}

/* Where founders sign elsewhere, a new authority certifies nobody before they have. */
static void test_a_new_authority_is_used_once_its_directory_is_signed(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct keys k = new_keys();
    struct bytes old = {0};
    struct bytes by = {0};
    struct membership *m;

    found_by_three(s, fingerprint);
    sign_waiting(s, "d", "1", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "d", "2", fingerprint);
    assert_int_equal(renew(s, &ngo, &k, 2, &old), 0);
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport", "--json"), 0);
    assert_output_has(s, "\"signatures_missing\":2");
    assert_int_equal(renew(s, &ngo, &k, 4, &by), 0);
    assert_true(view_equal(bytes_view(&by), bytes_view(&old)));
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport"), 0);
    assert_output_has(s, "is used once directory 3 is signed");
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--finish", "--dry-run"), 78);
    assert_output_has(s, "E-FED-55");
    sign_waiting(s, "d", "3", NULL);
    assert_false(file_exists(path_in(s, "fed/keys/transport-next.key")));
    assert_int_equal(renew(s, &ngo, &k, 6, &by), 0);
    assert_false(view_equal(bytes_view(&by), bytes_view(&old)));
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_int_equal(authorities(m, false), 2);
    membership_free(m);

    /* One that is to be revoked certifies nobody while that waits, nor does what comes behind it. */
    assert_int_equal(
        RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--compromised", "--confirm=transport"), 0);
    assert_output_has(s, "certifies nobody any more");
    assert_int_equal(renew(s, &ngo, &k, 8, &by), RENEWAL_PERSON);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 78);
    assert_output_has(s, "E-FED-55");
    sign_waiting(s, "d", "5", NULL);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    bytes_fini(&old);
    bytes_fini(&by);
    free_keys(&k);
}

/* An ordinary roll-over was cut short, and then somebody is seen to have the keys of the folder. */
static void test_what_is_compromised_is_revoked_whatever_was_begun_before(void **state)
{
    struct fixture *s = *state;
    struct bytes next[2] = {{0}};
    struct bytes used = {0};
    struct federation_home h;
    struct error err;

    create_federation(s);
    crash_behind_directory(s, next);
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--compromised", "--confirm=issuing"),
                     0);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &used, &err));
    assert_false(view_equal(bytes_view(&used), bytes_view(&next[0])));
    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    assert_int_equal(h.directory.issuer_count, 1);
    assert_true(view_equal(h.directory.issuers[0], bytes_view(&h.issuing)));
    assert_int_equal(h.directory.revocation_count, 4); /* the certificates and keys of both */
    federation_home_close(&h);
    bytes_fini(&used);
    for (int i = 0; i < 2; i++)
        bytes_fini(&next[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_an_authority_is_replaced_while_what_the_old_one_issued_stays_good),
        SCENE(test_who_is_off_is_waited_for_while_his_node_would_renew),
        SCENE(test_a_compromised_authority_ends_all_below_it_until_they_renew),
        SCENE(test_a_roll_over_that_was_cut_short_is_completed),
        SCENE(test_certificates_renew_while_a_roll_over_is_cut_short),
        SCENE(test_a_new_authority_is_used_once_its_directory_is_signed),
        SCENE(test_what_is_compromised_is_revoked_whatever_was_begun_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
