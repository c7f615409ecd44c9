/* A root that takes the place of another one: what leads to which, and what a node still opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/members/authorities_end.h"
#include "exchange/members/membership_admits.h"
#include "pki/certificate.h"
#include "two_members.h"

/* What the new root certified. */
struct new_root {
    struct sign_key *key;
    struct bytes root;            /* by the one before */
    struct federation_fixture by; /* its CAs and directory key; of the keys, those of the federation */
};

static const struct certify_validity validity = {.now_ms = NOW, .days = 3650};

static void make_certificates(const struct two_members *s, struct new_root *n)
{
    struct certify_directory which = {.k = 1, .i = 1};
    uint8_t public_key[KEY_SIZE];
    struct view root = bytes_view(&n->root);
    struct error err;

    n->by = (struct federation_fixture){.federation = s->f.federation, .now_ms = NOW, .label = s->f.label};
    n->by.issuing_key = sign_key_new();
    sign_key_public(n->by.issuing_key, public_key);
    assert_true(certify_issuing(n->key, root, public_key, s->f.federation.name, &validity, &n->by.issuing, &err));
    n->by.transport_key = sign_key_new();
    sign_key_public(n->by.transport_key, public_key);
    assert_true(certify_transport_ca(n->key, root, public_key, &s->f.label, &validity, &n->by.transport_ca, &err));
    sign_key_public(s->f.directory_keys[0], public_key);
    which.public_key = public_key;
    assert_true(certify_directory_key(n->key, root, s->f.federation.name, &which, &validity,
                                      &n->by.directory_certificates[0], &err));
}

/* BEFORE's key, whose certificate is BEFORE_DER, certifies it. */
static struct new_root make_root(const struct two_members *s, const struct sign_key *before, const struct bytes *der)
{
    struct new_root n = {.key = sign_key_new()};
    uint8_t public_key[KEY_SIZE];
    struct error err;

    sign_key_public(n.key, public_key);
    assert_true(certify_next_root(before, bytes_view(der), public_key, s->f.federation.name, &validity, &n.root, &err));
    make_certificates(s, &n);
    return n;
}

static void drop_root(struct new_root *n)
{
    sign_key_free(n->key);
    bytes_fini(&n->root);
    federation_fixture_fini(&n->by);
}

static void identity_by(const struct federation_fixture *f, const struct fixture_agency *a, struct bytes *out)
{
    struct bytes request = {0};
    struct error err;

    bytes_clear(out);
    assert_true(certify_request(a->identity_key, &a->address, &request, &err));
    assert_true(certify_identity(f->issuing_key, bytes_view(&f->issuing), bytes_view(&request), f->federation.name,
                                 &validity, out, &err));
    bytes_fini(&request);
}

/* The next directory lists N beside the root in use. */
static void announce(struct two_members *s, const struct new_root *n)
{
    s->f.more_issuers[0] = bytes_view(&n->root);
    s->f.more_issuers[1] = bytes_view(&n->by.issuing);
    s->f.more_issuer_count = 2;
    s->f.more_transport_ca = bytes_view(&n->by.transport_ca);
    federation_fixture_directory(&s->f, 1, &s->note);
}

static void swap(struct bytes *a, struct bytes *b)
{
    struct bytes kept = *a;

    *a = *b;
    *b = kept;
}

/* The directory key is certified by N alone. Called again: by the root before. */
static void certify_directory_by(struct two_members *s, struct new_root *n)
{
    swap(&s->f.directory_certificates[0], &n->by.directory_certificates[0]);
}

static int compare_names(const void *a, const void *b)
{
    return memcmp(((const struct revocation *)a)->name.at, ((const struct revocation *)b)->name.at, HASH_SIZE);
}

static void revoke_root(struct two_members *s, const struct bytes *root)
{
    struct certificate c;
    struct error err;

    assert_true(certificate_read(bytes_view(root), &c, &err));
    s->f.revocations[s->f.revocation_count++] =
        (struct revocation){.name = c.der_hash, .reason = REVOKED_SUPERSEDED, .time_ms = NOW};
    s->f.revocations[s->f.revocation_count++] =
        (struct revocation){.name = c.key_hash, .reason = REVOKED_SUPERSEDED, .time_ms = NOW};
    qsort(s->f.revocations, s->f.revocation_count, sizeof *s->f.revocations, compare_names);
}

static bool leads(struct two_members *s, const struct bytes *transport)
{
    struct ident node;
    struct error why;

    return membership_node_of(s->m, bytes_view(transport), NOW, &node, &why);
}

static bool admits(struct two_members *s, const struct fixture_agency *a)
{
    struct error why;

    return membership_admits(s->m, address_view(&a->address), NOW, NULL, &why);
}

static void open_again(struct two_members *s, const struct bytes *identity)
{
    struct membership_files files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    struct membership *m;
    struct error err;

    files.is_kept = true;
    if (identity != NULL)
        files.identity = bytes_view(identity);
    if (!membership_open(&files, NOW, &m, &err))
        fail_msg("%s", err.text);
    membership_free(s->m);
    s->m = m;
}

static void test_a_new_root_stands_beside_the_old_one_and_then_in_its_place(void **state)
{
    struct two_members *s = *state;
    struct new_root n = make_root(s, s->f.root_key, &s->f.root);
    struct bytes renewed = {0};
    struct bytes transport = {0};

    announce(s, &n);
    take_directory(s, DIRECTORY_TAKEN);
    federation_fixture_renew(&n.by, s->mission, s->mission->transport_key, &transport);
    assert_true(admits(s, s->mission) && admits(s, s->ngo));
    assert_true(leads(s, &transport) && leads(s, &s->mission->transport));

    identity_by(&n.by, s->mission, &renewed);
    s->f.members[0].identity_certificate = bytes_view(&renewed);
    certify_directory_by(s, &n);
    federation_fixture_directory(&s->f, 1, &s->note); /* signed by a key of the new root */
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(admits(s, s->mission) && admits(s, s->ngo));
    open_again(s, NULL);
    assert_true(admits(s, s->mission) && admits(s, s->ngo) && leads(s, &transport));

    revoke_root(s, &s->f.root);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    for (int again = 0; again < 2; again++) { /* the old CAs are listed, and lead nowhere */
        assert_true(admits(s, s->mission) && leads(s, &transport));
        assert_false(admits(s, s->ngo) || leads(s, &s->mission->transport));
        certify_directory_by(s, &n);
        federation_fixture_directory(&s->f, 1, &s->note); /* by the key that the old root certified */
        refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
        certify_directory_by(s, &n);
        federation_fixture_directory(&s->f, 1, &s->note);
        take_directory(s, DIRECTORY_TAKEN);
        open_again(s, NULL); /* with certificates of its own that the old root's CAs issued */
    }
    bytes_fini(&renewed);
    bytes_fini(&transport);
    drop_root(&n);
}

/* A node that was away has a directory from before, and a membership with another. */
static void test_certificates_of_a_new_root_may_come_before_its_directory(void **state)
{
    struct two_members *s = *state;
    struct new_root n = make_root(s, s->f.root_key, &s->f.root);
    struct membership_files files;
    struct bytes kept = {0};
    struct bytes identity = {0};
    struct bytes transport = {0};
    struct membership *m;
    struct error err;

    identity_by(&n.by, s->ngo, &identity);
    federation_fixture_renew(&n.by, s->ngo, s->ngo->transport_key, &transport);
    bytes_append_view(&kept, bytes_view(&s->note));
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&kept));
    files.identity = bytes_view(&identity);
    files.transport = bytes_view(&transport);
    files.issuing = bytes_view(&n.by.issuing);
    files.transport_ca = bytes_view(&n.by.transport_ca);
    refuse_files(&files, E_ENR_05);
    announce(s, &n);
    files.offered = bytes_view(&s->note);
    assert_true(membership_open(&files, NOW, &m, &err));
    membership_free(m);
    files.offered = view_of_text("no directory");
    refuse_files(&files, E_ENR_05);
    bytes_fini(&kept);
    bytes_fini(&identity);
    bytes_fini(&transport);
    drop_root(&n);
}

/* Who knows both roots takes the third; the second was the anchor then. */
static void test_roots_follow_each_other(void **state)
{
    struct two_members *s = *state;
    struct new_root second = make_root(s, s->f.root_key, &s->f.root);
    struct new_root third = make_root(s, second.key, &second.root);
    struct bytes renewed = {0};

    announce(s, &second);
    take_directory(s, DIRECTORY_TAKEN);
    certify_directory_by(s, &second);
    revoke_root(s, &s->f.root);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    certify_directory_by(s, &second);

    certify_directory_by(s, &third);
    s->f.more_issuers[s->f.more_issuer_count++] = bytes_view(&third.root);
    s->f.more_issuers[s->f.more_issuer_count++] = bytes_view(&third.by.issuing);
    identity_by(&third.by, s->ngo, &renewed);
    s->f.members[1].identity_certificate = bytes_view(&renewed);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(admits(s, s->ngo));
    revoke_root(s, &second.root);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    open_again(s, &s->ngo->identity);
    assert_true(admits(s, s->ngo));
    bytes_fini(&renewed);
    drop_root(&third);
    drop_root(&second);
}

static void test_no_root_takes_a_place_that_the_one_before_did_not_give_it(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture other;
    struct new_root n;

    federation_fixture_init(&other, s->f.federation.name, NOW, 1, 1);
    n = make_root(s, other.root_key, &other.root); /* another root of the same name certified it */
    announce(s, &n);
    take_directory(s, DIRECTORY_TAKEN);
    revoke_root(s, &s->f.root);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_true(admits(s, s->mission)); /* the first root stays, where none takes its place */
    certify_directory_by(s, &n);
    federation_fixture_directory(&s->f, 1, &s->note);
    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
    drop_root(&n);
    federation_fixture_fini(&other);
}

/* A new root that turns out to be in other hands, before it is the only one. */
static void test_a_new_root_that_is_revoked_certifies_nothing(void **state)
{
    struct two_members *s = *state;
    struct new_root n = make_root(s, s->f.root_key, &s->f.root);
    struct bytes transport = {0};

    announce(s, &n);
    take_directory(s, DIRECTORY_TAKEN);
    federation_fixture_renew(&n.by, s->mission, s->mission->transport_key, &transport);
    assert_true(leads(s, &transport));
    revoke_root(s, &n.root);
    certify_directory_by(s, &n);
    federation_fixture_directory(&s->f, 1, &s->note); /* it cannot revoke itself either */
    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
    certify_directory_by(s, &n);
    federation_fixture_directory(&s->f, 1, &s->note);
    take_directory(s, DIRECTORY_TAKEN);
    assert_false(leads(s, &transport));
    assert_true(admits(s, s->mission));
    certify_directory_by(s, &n);
    federation_fixture_directory(&s->f, 1, &s->note);
    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
    s->f.revocation_count = 0; /* nor one that says of itself that it is good again */
    federation_fixture_directory(&s->f, 1, &s->note);
    refuse_directory(s, bytes_view(&s->note), NOW, E_FED_20);
    bytes_fini(&transport);
    drop_root(&n);
}

/* --- when they end --- */

static int64_t end_of(const struct bytes *der)
{
    struct certificate c;
    struct error err;

    assert_true(certificate_read(bytes_view(der), &c, &err));
    return c.not_after_ms;
}

/* In BY an issuing CA by the root of S, for so many DAYS. */
static void issuing_for(const struct two_members *s, unsigned days, struct federation_fixture *by)
{
    const struct certify_validity v = {.now_ms = NOW, .days = days};
    uint8_t public_key[KEY_SIZE];
    struct error err;

    *by = (struct federation_fixture){.federation = s->f.federation, .issuing_key = sign_key_new()};
    sign_key_public(by->issuing_key, public_key);
    assert_true(certify_issuing(s->f.root_key, bytes_view(&s->f.root), public_key, s->f.federation.name, &v,
                                &by->issuing, &err));
}

static void assert_ends(const struct two_members *s, const struct directory *d, const char *which, int64_t ends_ms)
{
    struct authorities_end end;

    authorities_end(bytes_view(&s->f.root), d, &end);
    assert_string_equal(end.which, which);
    assert_true(end.ends_ms == ends_ms);
}

/* The first of which nothing is left: one that takes its place and ends later counts, unless it is revoked. */
static void test_the_first_authority_that_ends_is_known(void **state)
{
    struct two_members *s = *state;
    struct federation_fixture by[2];
    struct directory d = *membership_directory(s->m);
    struct view issuers[2];
    struct revocation revoked = {.reason = REVOKED_SUPERSEDED};
    struct certificate c;
    struct error err;

    issuing_for(s, 10, &by[0]);
    issuing_for(s, 20, &by[1]);
    issuers[0] = bytes_view(&by[0].issuing);
    issuers[1] = bytes_view(&by[1].issuing);
    d.issuers = issuers;
    d.issuer_count = 1;
    assert_ends(s, &d, "issuing CA", end_of(&by[0].issuing));
    d.issuer_count = 2;
    assert_ends(s, &d, "issuing CA", end_of(&by[1].issuing));
    assert_true(certificate_read(issuers[1], &c, &err));
    revoked.name = c.der_hash;
    d.revocations = &revoked;
    d.revocation_count = 1;
    assert_ends(s, &d, "issuing CA", end_of(&by[0].issuing));
    d.key_count = 0; /* fewer than must sign */
    assert_ends(s, &d, "directory keys", 0);
    federation_fixture_fini(&by[0]);
    federation_fixture_fini(&by[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_new_root_stands_beside_the_old_one_and_then_in_its_place),
        SCENE(test_certificates_of_a_new_root_may_come_before_its_directory),
        SCENE(test_roots_follow_each_other),
        SCENE(test_no_root_takes_a_place_that_the_one_before_did_not_give_it),
        SCENE(test_a_new_root_that_is_revoked_certifies_nothing),
        SCENE(test_the_first_authority_that_ends_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
