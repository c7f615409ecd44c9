/* Whether a certificate is one of the federation's: the valid ones, and each reason to refuse. */
#include "base/secret.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"
#include "pki/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define NOW_MS INT64_C(1795000000000)

/* A federation's certificates, with keys made from seeds, so that equal seeds give equal keys. */
struct ca_fixture {
    struct federation federation;
    struct sign_key *root;
    struct sign_key *issuing;
    struct sign_key *transport;
    struct label label;
    struct bytes root_der;
    struct bytes issuing_der;
    struct bytes transport_der; /* the transport CA */
    struct anchors *anchors;
};

static struct ca_fixture ours;
static struct ca_fixture theirs;
static struct bytes transport;
static struct bytes identity;
static struct bytes directory_key;

static struct sign_key *seeded_key(uint8_t first)
{
    uint8_t seed[SIGN_SEED_SIZE];

    memset(seed, first, sizeof seed);
    return sign_key_from_seed(seed);
}

static void make_ca(struct ca_fixture *h, const char *name, uint8_t seed, uint32_t issuing_days)
{
    struct certify_validity root_term = {NOW_MS - 100 * DAY_MS, 3650};
    struct certify_validity issuing_term = {NOW_MS - 50 * DAY_MS, issuing_days};
    uint8_t public_key[KEY_SIZE];
    struct view root;
    struct error err = {0};

    h->root = seeded_key(seed);
    h->issuing = seeded_key((uint8_t)(seed + 1));
    sign_key_public(h->issuing, public_key);
    assert_true(certify_root(h->root, name, &root_term, &h->root_der, &err));
    root = bytes_view(&h->root_der);
    assert_true(certify_issuing(h->root, root, public_key, name, &issuing_term, &h->issuing_der, &err));
    memset(h->label.text, 'a' + seed % 26, LABEL_SIZE);
    h->transport = seeded_key((uint8_t)(seed + 2));
    sign_key_public(h->transport, public_key);
    assert_true(certify_transport_ca(h->root, root, public_key, &h->label, &issuing_term, &h->transport_der, &err));
    (void)snprintf(h->federation.name, sizeof h->federation.name, "%s", name);
    assert_true(certificate_fid(root, &h->federation.fid, &err));
    assert_true(anchors_new(&h->federation, &root, 1, &h->anchors, &err));
}

static void drop_ca(struct ca_fixture *h)
{
    sign_key_free(h->root);
    sign_key_free(h->issuing);
    sign_key_free(h->transport);
    bytes_fini(&h->transport_der);
    bytes_fini(&h->root_der);
    bytes_fini(&h->issuing_der);
    anchors_free(h->anchors);
}

static void identity_by(const struct sign_key *issuer, const struct bytes *issuer_der, const char *address,
                        struct bytes *out)
{
    struct certify_validity validity = {NOW_MS, 730};
    struct sign_key *k = seeded_key(0xaa);
    struct bytes request = {0};
    struct address agency;
    struct error err = {0};

    assert_true(address_read(view_of_text(address), &agency));
    assert_true(certify_request(k, &agency, &request, &err));
    assert_true(certify_identity(issuer, bytes_view(issuer_der), bytes_view(&request), strchr(address, '@') + 1,
                                 &validity, out, &err));
    bytes_fini(&request);
    sign_key_free(k);
}

static const struct ident node = {{0x5e, 1}};

static void transport_by(const struct sign_key *issuer, const struct bytes *issuer_der, const struct label *label,
                         uint32_t days, struct bytes *out)
{
    struct certify_validity validity = {NOW_MS, days};
    struct sign_key *k = seeded_key(0xaa);
    struct bytes request = {0};
    struct error err = {0};

    assert_true(certify_request(k, NULL, &request, &err));
    assert_true(
        certify_transport(issuer, bytes_view(issuer_der), bytes_view(&request), label, &node, &validity, out, &err));
    bytes_fini(&request);
    sign_key_free(k);
}

/* By H's transport CA. */
static void transport_of(const struct ca_fixture *h, uint32_t days, struct bytes *out)
{
    transport_by(h->transport, &h->transport_der, &h->label, days, out);
}

static int make_all(void **state)
{
    struct certify_validity validity = {NOW_MS, 365};
    uint8_t public_key[KEY_SIZE] = {5};
    struct certify_directory which = {.k = 1, .i = 1, .public_key = public_key};
    struct error err;

    (void)state;
    make_ca(&ours, "nrm.example", 0x10, 1000);
    make_ca(&theirs, "other.example", 0x20, 1000);
    transport_of(&ours, 90, &transport);
    identity_by(ours.issuing, &ours.issuing_der, "shelter@nrm.example", &identity);
    return certify_directory_key(ours.root, bytes_view(&ours.root_der), "nrm.example", &which, &validity,
                                 &directory_key, &err)
               ? 0
               : -1;
}

static int drop_all(void **state)
{
    (void)state;
    drop_ca(&ours);
    drop_ca(&theirs);
    bytes_fini(&transport);
    bytes_fini(&identity);
    bytes_fini(&directory_key);
    return 0;
}

/* Checks with one intermediate certificate (or none) and returns the code of the refusal, E_NONE for none. */
static enum error_code verify_leaf(const struct ca_fixture *h, const struct bytes *der,
                                   const struct bytes *intermediate, enum certificate_use wanted, int64_t now_ms)
{
    struct view between = intermediate == NULL ? view_of(NULL, 0) : bytes_view(intermediate);
    struct chain_params q = {.wanted = wanted,
                             .now_ms = now_ms,
                             .intermediates = &between,
                             .intermediate_count = intermediate == NULL ? 0 : 1};
    struct certificate c = {0};
    struct error err = {0};

    if (chain_check(h->anchors, bytes_view(der), &q, &c, &err)) {
        assert_int_equal(c.use, wanted);
        return E_NONE;
    }
    assert_int_equal(c.use, 0); /* unchanged */
    assert_true(strlen(err.text) > 10);
    return err.code;
}

static void test_the_federations_certificates_are_accepted(void **state)
{
    (void)state;
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &identity, &ours.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &directory_key, NULL, CERTIFICATE_DIRECTORY, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &ours.issuing_der, NULL, CERTIFICATE_ISSUING, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &ours.transport_der, NULL, CERTIFICATE_TRANSPORT_CA, NOW_MS), E_NONE);
}

static void test_a_certificate_serves_one_use_only(void **state)
{
    (void)state;
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_11);
    assert_int_equal(verify_leaf(&ours, &identity, &ours.issuing_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_11);
    assert_int_equal(verify_leaf(&ours, &directory_key, NULL, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_11);
    assert_int_equal(verify_leaf(&ours, &ours.issuing_der, NULL, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_11);
}

static void test_time_is_the_question_and_not_the_machines(void **state)
{
    int64_t begin = NOW_MS - CERTIFY_BACKDATE_MS;
    int64_t end = NOW_MS + 90 * DAY_MS;

    (void)state;
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_TRANSPORT, begin - 1000),
                     E_CRT_13);
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_TRANSPORT, begin), E_NONE);
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_TRANSPORT, end - 1000), E_NONE);
    assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, CERTIFICATE_TRANSPORT, end), E_CRT_12);
}

static void test_a_certificate_ends_with_the_authority_that_issued_it(void **state)
{
    struct ca_fixture short_lived = {0};
    struct bytes der = {0};
    struct certificate c;
    struct error err;

    (void)state;
    make_ca(&short_lived, "nrm.example", 0x10, 60); /* its issuing CA ends ten days after now */
    transport_of(&short_lived, 90, &der);
    assert_true(certificate_read(bytes_view(&der), &c, &err));
    assert_int_equal(c.not_after_ms, NOW_MS + 10 * DAY_MS);
    assert_int_equal(verify_leaf(&short_lived, &der, &short_lived.transport_der, CERTIFICATE_TRANSPORT, NOW_MS),
                     E_NONE);
    /* transport was issued under a longer-lived certificate of the same key; under this one, which has ended, it is
     * refused. */
    assert_int_equal(
        verify_leaf(&short_lived, &transport, &short_lived.transport_der, CERTIFICATE_TRANSPORT, NOW_MS + 20 * DAY_MS),
        E_CRT_24);
    drop_ca(&short_lived);
    bytes_fini(&der);
}

static void test_another_federations_certificates_are_refused(void **state)
{
    struct bytes der = {0};
    struct ca_fixture impostor = {0};
    struct bytes forged = {0};

    (void)state;
    identity_by(theirs.issuing, &theirs.issuing_der, "shelter@other.example", &der);
    assert_int_equal(verify_leaf(&theirs, &der, &theirs.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &der, &theirs.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_16);
    assert_int_equal(verify_leaf(&ours, &identity, &theirs.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_16);
    bytes_clear(&der); /* a transport certificate says nothing of a federation: the CA's signature does */
    transport_of(&theirs, 90, &der);
    assert_int_equal(verify_leaf(&theirs, &der, &theirs.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&ours, &der, &theirs.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_14);
    assert_int_equal(verify_leaf(&ours, &der, &ours.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_14);

    make_ca(&impostor, "nrm.example", 0x30, 1000); /* of the same name, with keys of its own */
    identity_by(impostor.issuing, &impostor.issuing_der, "shelter@nrm.example", &forged);
    assert_int_equal(verify_leaf(&ours, &forged, &impostor.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_14);
    assert_int_equal(verify_leaf(&ours, &forged, &ours.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_14);
    assert_int_equal(verify_leaf(&ours, &identity, NULL, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_14);
    drop_ca(&impostor);
    bytes_fini(&forged);
    bytes_fini(&der);
}

static void test_an_authority_of_one_federation_cannot_name_agencies_of_another(void **state)
{
    struct bytes der = {0};

    (void)state;
    /* A certificate under our own chain, but in the name of another federation's agency. */
    identity_by(ours.issuing, &ours.issuing_der, "shelter@other.example", &der);
    assert_int_equal(verify_leaf(&ours, &der, &ours.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_16);
    assert_int_equal(verify_leaf(&theirs, &der, &ours.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_16);
    bytes_fini(&der);
}

static void test_a_changed_signature_is_told(void **state)
{
    struct bytes der = {0};

    (void)state;
    bytes_append_view(&der, bytes_view(&transport));
    der.at[der.size - 10] ^= 1;
    assert_int_equal(verify_leaf(&ours, &der, &ours.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_15);
    bytes_fini(&der);
}

static void test_the_root_signs_no_agency_and_an_issuing_ca_no_directory(void **state)
{
    struct certify_validity validity = {NOW_MS, 90};
    uint8_t public_key[KEY_SIZE] = {5};
    struct certify_directory which = {.k = 1, .i = 1, .public_key = public_key};
    struct bytes by_root = {0};
    struct bytes by_issuing = {0};
    struct error err = {0};

    (void)state;
    identity_by(ours.root, &ours.root_der, "shelter@nrm.example", &by_root);
    assert_int_equal(verify_leaf(&ours, &by_root, &ours.issuing_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_18);
    bytes_clear(&by_root);
    transport_by(ours.root, &ours.root_der, &ours.label, 90, &by_root);
    assert_int_equal(verify_leaf(&ours, &by_root, &ours.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_18);
    assert_true(certify_directory_key(ours.issuing, bytes_view(&ours.issuing_der), "nrm.example", &which, &validity,
                                      &by_issuing, &err));
    assert_int_equal(verify_leaf(&ours, &by_issuing, &ours.issuing_der, CERTIFICATE_DIRECTORY, NOW_MS), E_CRT_18);
    bytes_fini(&by_root);
    bytes_fini(&by_issuing);
}

/* Each of the two CAs below the root names what is its own: a federation's agencies, a label's nodes. */
static void test_each_authority_keeps_to_its_own_names(void **state)
{
    struct bytes der = {0};
    struct label other;

    (void)state;
    transport_by(ours.issuing, &ours.issuing_der, &ours.label, 90, &der);
    assert_int_equal(verify_leaf(&ours, &der, &ours.issuing_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_25);
    bytes_clear(&der);
    identity_by(ours.transport, &ours.transport_der, "shelter@nrm.example", &der);
    assert_int_equal(verify_leaf(&ours, &der, &ours.transport_der, CERTIFICATE_IDENTITY, NOW_MS), E_CRT_25);
    bytes_clear(&der);
    memset(other.text, 'z', LABEL_SIZE);
    other.text[LABEL_SIZE] = '\0';
    transport_by(ours.transport, &ours.transport_der, &other, 90, &der);
    assert_int_equal(verify_leaf(&ours, &der, &ours.transport_der, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_25);
    bytes_fini(&der);
}

/* The network process has the transport CA and not the root. */
static void test_a_transport_ca_alone_is_an_anchor_of_its_label(void **state)
{
    const struct view ca = bytes_view(&ours.transport_der);
    const struct view issuing = bytes_view(&ours.issuing_der);
    const struct view of_a_node = bytes_view(&transport);
    struct ca_fixture links = {0};
    struct bytes der = {0};
    struct hash revoked;
    struct chain_params q = {.wanted = CERTIFICATE_TRANSPORT, .now_ms = NOW_MS};
    struct certificate c;
    struct error err = {0};

    (void)state;
    assert_true(anchors_new_transport(&ours.label, &ca, 1, &links.anchors, &err));
    assert_int_equal(verify_leaf(&links, &transport, NULL, CERTIFICATE_TRANSPORT, NOW_MS), E_NONE);
    assert_int_equal(verify_leaf(&links, &identity, NULL, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_16);
    assert_int_equal(verify_leaf(&links, &transport, NULL, CERTIFICATE_TRANSPORT, NOW_MS + 90 * DAY_MS), E_CRT_12);
    transport_of(&theirs, 90, &der);
    assert_int_equal(verify_leaf(&links, &der, NULL, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_16);
    bytes_clear(&der);
    transport_by(theirs.transport, &theirs.transport_der, &ours.label, 90, &der);
    assert_int_equal(verify_leaf(&links, &der, NULL, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_14);
    assert_true(certificate_read(ca, &c, &err));
    revoked = c.der_hash;
    q.revoked = hash_view(&revoked);
    assert_false(chain_check(links.anchors, bytes_view(&transport), &q, &c, &err));
    assert_int_equal(err.code, E_CRT_17);
    anchors_free(links.anchors);
    assert_false(anchors_new_transport(&theirs.label, &ca, 1, &links.anchors, &err));
    assert_int_equal(err.code, E_CRT_18);
    assert_false(anchors_new_transport(&ours.label, &issuing, 1, &links.anchors, &err));
    assert_int_equal(err.code, E_CRT_18);
    assert_false(anchors_new_transport(&ours.label, &of_a_node, 1, &links.anchors, &err));
    assert_int_equal(err.code, E_CRT_18);
    bytes_fini(&der);
}

static void test_who_issues_nothing_is_no_issuer(void **state)
{
    (void)state;
    assert_true(chain_takes_issuer(ours.anchors, bytes_view(&ours.issuing_der)));
    assert_true(chain_takes_issuer(ours.anchors, bytes_view(&ours.transport_der)));
    assert_true(chain_takes_issuer(ours.anchors, bytes_view(&ours.root_der)));
    assert_false(chain_takes_issuer(ours.anchors, bytes_view(&identity)));
    assert_false(chain_takes_issuer(ours.anchors, bytes_view(&directory_key)));
}

static void test_an_agency_issues_nothing(void **state)
{
    struct sign_key *agency = seeded_key(0xaa);
    struct bytes der = {0};

    (void)state;
    transport_by(agency, &transport, &ours.label, 80, &der);
    assert_int_equal(verify_leaf(&ours, &der, &transport, CERTIFICATE_TRANSPORT, NOW_MS), E_CRT_19);
    sign_key_free(agency);
    bytes_fini(&der);
}

static enum error_code verify_revoked(const struct bytes *der, const struct hash *revoked, size_t count)
{
    struct view between = bytes_view(&ours.transport_der);
    struct chain_params q = {.wanted = CERTIFICATE_TRANSPORT,
                             .now_ms = NOW_MS,
                             .intermediates = &between,
                             .intermediate_count = 1,
                             .revoked = view_of(revoked, count * sizeof *revoked)};
    struct certificate c;
    struct error err = {0};

    return chain_check(ours.anchors, bytes_view(der), &q, &c, &err) ? E_NONE : err.code;
}

static void test_what_was_revoked_is_refused_wherever_it_stands_in_the_list(void **state)
{
    struct certificate c;
    struct certificate issuing;
    struct hash list[5];
    struct error err;

    (void)state;
    assert_true(certificate_read(bytes_view(&transport), &c, &err));
    assert_true(certificate_read(bytes_view(&ours.transport_der), &issuing, &err));
    for (size_t count = 1; count <= 5; count++) {
        for (size_t place = 0; place < count; place++) {
            for (size_t i = 0; i < count; i++) {
                list[i] = c.der_hash;
                list[i].at[31] = (uint8_t)(c.der_hash.at[31] + (uint8_t)i - (uint8_t)place);
            }
            if (c.der_hash.at[31] < place || c.der_hash.at[31] + (count - place) > 255)
                continue; /* would not ascend */
            assert_int_equal(verify_revoked(&transport, list, count), E_CRT_17);
            list[place].at[0] ^= 1;
            assert_int_equal(verify_revoked(&transport, list + place, 1), E_NONE);
        }
    }
    assert_int_equal(verify_revoked(&transport, &issuing.der_hash, 1), E_CRT_17); /* the issuing CA */
}

/* Another certificate of a revoked key, of a revoked machine, or by a revoked authority's key: none is in the list. */
static void test_another_certificate_of_a_revoked_key_or_machine_is_refused(void **state)
{
    struct bytes again = {0};
    struct certificate_names names;
    struct certificate c;
    struct error err;

    (void)state;
    transport_of(&ours, 91, &again);
    assert_true(certificate_read(bytes_view(&transport), &c, &err));
    certificate_names(&c, &names);
    assert_int_equal(names.count, 3);
    assert_int_equal(verify_revoked(&again, &names.at[0], 1), E_NONE); /* that certificate alone */
    assert_int_equal(verify_revoked(&again, &names.at[1], 1), E_CRT_17);
    assert_int_equal(verify_revoked(&again, &names.at[2], 1), E_CRT_17);
    assert_true(certificate_read(bytes_view(&ours.transport_der), &c, &err));
    certificate_names(&c, &names);
    assert_int_equal(names.count, 2); /* an authority is no machine */
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(verify_revoked(&again, NULL, 0), E_NONE); /* verified before */
        assert_int_equal(verify_revoked(&again, &names.at[i], 1), E_CRT_17);
    }
    bytes_fini(&again);
}

static void test_as_many_authorities_as_a_directory_lists_are_taken_and_no_more(void **state)
{
    struct view many[CHAIN_INTERMEDIATES + 1];
    struct chain_params q = {.wanted = CERTIFICATE_TRANSPORT, .now_ms = NOW_MS, .intermediates = many};
    struct certificate c;
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < CHAIN_INTERMEDIATES + 1; i++)
        many[i] = bytes_view(&ours.transport_der);
    q.intermediate_count = CHAIN_INTERMEDIATES;
    assert_true(chain_check(ours.anchors, bytes_view(&transport), &q, &c, &err));
    q.intermediate_count = CHAIN_INTERMEDIATES + 1;
    assert_false(chain_check(ours.anchors, bytes_view(&transport), &q, &c, &err));
    assert_int_equal(err.code, E_CRT_18);
}

/* What was accepted once is not verified anew, and yet refused once it must not be accepted any more. */
static void test_what_was_accepted_before_is_refused_by_time_revocation_and_another_issuer(void **state)
{
    const enum certificate_use use = CERTIFICATE_TRANSPORT;
    struct bytes other = {0};
    struct certificate leaf;
    struct certificate ca;
    struct error err;

    (void)state;
    assert_true(certificate_read(bytes_view(&transport), &leaf, &err));
    assert_true(certificate_read(bytes_view(&ours.transport_der), &ca, &err));
    bytes_append_view(&other, bytes_view(&transport));
    other.at[other.size - 1] ^= 1;
    for (int again = 0; again < 2; again++) {
        assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, use, NOW_MS), E_NONE);
        assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, use, leaf.not_before_ms - 1000), E_CRT_13);
        assert_int_equal(verify_leaf(&ours, &transport, &ours.transport_der, use, leaf.not_after_ms + 1000), E_CRT_12);
        assert_int_equal(verify_leaf(&ours, &transport, NULL, use, NOW_MS), E_CRT_14);
        assert_int_equal(verify_leaf(&ours, &transport, &ours.issuing_der, use, NOW_MS), E_CRT_14);
        assert_int_equal(verify_leaf(&ours, &other, &ours.transport_der, use, NOW_MS), E_CRT_15);
        assert_int_equal(verify_revoked(&transport, &leaf.der_hash, 1), E_CRT_17);
        assert_int_equal(verify_revoked(&transport, &ca.der_hash, 1), E_CRT_17);
        assert_int_equal(verify_revoked(&transport, &leaf.key_hash, 1), E_CRT_17);
        assert_int_equal(verify_revoked(&transport, &ca.key_hash, 1), E_CRT_17);
    }
    bytes_fini(&other);
}

static enum error_code anchor(const struct federation *f, const struct bytes *root)
{
    struct view v = bytes_view(root);
    struct anchors *a = NULL;
    struct error err = {0};

    if (anchors_new(f, &v, 1, &a, &err)) {
        anchors_free(a);
        return E_NONE;
    }
    assert_null(a);
    return err.code;
}

static void test_only_the_federations_own_root_is_an_anchor(void **state)
{
    struct federation false_id = ours.federation;
    struct bytes changed = {0};

    (void)state;
    false_id.fid.at[0] ^= 1;
    bytes_append_view(&changed, bytes_view(&ours.root_der));
    changed.at[changed.size - 10] ^= 1;
    assert_int_equal(anchor(&ours.federation, &ours.root_der), E_NONE);
    assert_int_equal(anchor(&false_id, &ours.root_der), E_CRT_23);
    assert_int_equal(anchor(&theirs.federation, &ours.root_der), E_CRT_16);
    assert_int_equal(anchor(&ours.federation, &ours.issuing_der), E_CRT_18);
    assert_int_equal(anchor(&ours.federation, &transport), E_CRT_18);
    assert_int_equal(anchor(&ours.federation, &changed), E_CRT_15);
    bytes_fini(&changed);
}

/* The federation's next root stands beside the one that gave it its fingerprint. */
static void test_a_second_root_of_the_federation_is_taken(void **state)
{
    struct certify_validity term = {NOW_MS - DAY_MS, 3650};
    struct sign_key *next = seeded_key(0xbb);
    struct view roots[2] = {bytes_view(&ours.root_der)};
    struct bytes der = {0};
    struct anchors *a;
    struct error err = {0};

    (void)state;
    assert_true(certify_root(next, ours.federation.name, &term, &der, &err));
    roots[1] = bytes_view(&der);
    assert_true(anchors_new(&ours.federation, roots, 2, &a, &err));
    anchors_free(a);
    assert_int_equal(anchor(&ours.federation, &der), E_CRT_23);
    sign_key_free(next);
    bytes_fini(&der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_federations_certificates_are_accepted),
        cmocka_unit_test(test_a_certificate_serves_one_use_only),
        cmocka_unit_test(test_time_is_the_question_and_not_the_machines),
        cmocka_unit_test(test_a_certificate_ends_with_the_authority_that_issued_it),
        cmocka_unit_test(test_another_federations_certificates_are_refused),
        cmocka_unit_test(test_an_authority_of_one_federation_cannot_name_agencies_of_another),
        cmocka_unit_test(test_a_changed_signature_is_told),
        cmocka_unit_test(test_the_root_signs_no_agency_and_an_issuing_ca_no_directory),
        cmocka_unit_test(test_each_authority_keeps_to_its_own_names),
        cmocka_unit_test(test_a_transport_ca_alone_is_an_anchor_of_its_label),
        cmocka_unit_test(test_who_issues_nothing_is_no_issuer),
        cmocka_unit_test(test_an_agency_issues_nothing),
        cmocka_unit_test(test_what_was_revoked_is_refused_wherever_it_stands_in_the_list),
        cmocka_unit_test(test_what_was_accepted_before_is_refused_by_time_revocation_and_another_issuer),
        cmocka_unit_test(test_another_certificate_of_a_revoked_key_or_machine_is_refused),
        cmocka_unit_test(test_as_many_authorities_as_a_directory_lists_are_taken_and_no_more),
        cmocka_unit_test(test_only_the_federations_own_root_is_an_anchor),
        cmocka_unit_test(test_a_second_root_of_the_federation_is_taken),
    };

    return cmocka_run_group_tests(tests, make_all, drop_all);
}
