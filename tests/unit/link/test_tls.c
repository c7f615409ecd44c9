/* Two ends of TLS in memory, with real certificates: who gets in, and with which code are the others refused? */
#include "credentials.h"
#include "link/tls.h"

#include "crypto/sign.h"
#include "fake_clock.h"
#include "pki/certificate.h"

#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct member_ca home;
static struct member_ca stranger;
static struct fake_clock now;

static int make_homes(void **state)
{
    (void)state;
    member_ca_init(&home, "nrm.example");
    member_ca_init(&stranger, "nrm.example"); /* the same name, other keys */
    fake_clock_init(&now, (int64_t)time(NULL) * 1000);
    return 0;
}

static int drop_homes(void **state)
{
    (void)state;
    member_ca_fini(&home);
    member_ca_fini(&stranger);
    return 0;
}

struct tls_endpoint {
    struct tls_context *home;
    struct tls *tls;
    struct bytes out;
    struct bytes plaintext;
    bool peer_closed;
    bool ok;
    struct error err;
};

static void tls_endpoint_open(struct tls_endpoint *e, const struct credentials *c, const struct member_ca *whose,
                              uint32_t dialled)
{
    struct seam_configure configure;

    memset(e, 0, sizeof *e);
    credentials_configure(c, whose, &configure);
    configure.trust.anchors = home.anchors; /* both trust the federation's transport CA */
    assert_true(tls_context_new(&configure, &now.clock, &e->home, &e->err));
    e->tls = tls_new(e->home, dialled);
    e->ok = true;
}

static void tls_endpoint_close(struct tls_endpoint *e)
{
    tls_free(e->tls);
    tls_context_free(e->home);
    bytes_fini(&e->out);
    bytes_fini(&e->plaintext);
}

static void transfer(struct tls_endpoint *from, struct tls_endpoint *to)
{
    struct bytes wire = from->out;

    from->out = (struct bytes){0};
    if (to->ok && (wire.size > 0 || (to->out.size == 0 && to->plaintext.size == 0)))
        to->ok = tls_receive(to->tls, bytes_view(&wire), &to->out, &to->plaintext, &to->peer_closed, &to->err);
    bytes_fini(&wire);
}

static void do_handshake(struct tls_endpoint *a, struct tls_endpoint *b)
{
    a->ok = tls_receive(a->tls, view_of(NULL, 0), &a->out, &a->plaintext, &a->peer_closed, &a->err);
    for (int i = 0; i < 5; i++) {
        if (a->out.size > 0)
            transfer(a, b);
        if (b->out.size > 0)
            transfer(b, a);
    }
}

/* What OpenSSL here has, asked another way than tls.c does. */
static enum tls_group best_group(void)
{
    EVP_PKEY_CTX *hybrid = EVP_PKEY_CTX_new_from_name(NULL, "X25519MLKEM768", NULL);
    enum tls_group best = hybrid != NULL ? TLS_X25519_MLKEM768 : TLS_X25519;

    EVP_PKEY_CTX_free(hybrid);
    return best;
}

static void test_two_members_talk(void **state)
{
    struct credentials a;
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct arena arena = {0};

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);

    assert_true(x.ok && y.ok);
    assert_true(tls_handshake_done(x.tls) && tls_handshake_done(y.tls));
    assert_int_equal(tls_peer(y.tls), a.peer);
    assert_int_equal(tls_peer(x.tls), b.peer);
    assert_true(ident_equal(tls_node(y.tls), &a.node));
    assert_int_equal(tls_chosen_group(x.tls), best_group());
    assert_int_equal(tls_chosen_group(y.tls), best_group());
    assert_true(view_equal(tls_peer_certificate(y.tls, &arena), bytes_view(&a.der)));

    assert_true(tls_encrypt(x.tls, view_of_text("hello"), &x.out, &x.err));
    transfer(&x, &y);
    assert_true(view_equal(bytes_view(&y.plaintext), view_of_text("hello")));
    tls_shutdown(x.tls, &x.out);
    transfer(&x, &y);
    assert_true(y.ok && y.peer_closed);
    arena_fini(&arena);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

static void test_many_bytes_go_in_full_records_and_pieces_are_put_together(void **state)
{
    struct credentials a;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct bytes much = {0};
    struct credentials b;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    memset(bytes_reserve(&much, 100000), 'x', 100000);
    much.size = 100000;
    assert_true(tls_encrypt(x.tls, bytes_view(&much), &x.out, &x.err));
    assert_true(x.out.size < 100000 + 7 * 22 + 1); /* seven records */
    for (size_t i = 0; i < x.out.size; i += 777) {
        struct view part = view_of(x.out.at + i, x.out.size - i < 777 ? x.out.size - i : 777);

        assert_true(tls_receive(y.tls, part, &y.out, &y.plaintext, &y.peer_closed, &y.err));
    }
    assert_true(view_equal(bytes_view(&y.plaintext), bytes_view(&much)));
    bytes_fini(&much);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

static void test_a_changed_byte_on_the_wire_is_found(void **state)
{
    struct credentials a;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct credentials b;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    assert_true(tls_encrypt(x.tls, view_of_text("hello"), &x.out, &x.err));
    x.out.at[x.out.size - 1] ^= 1;
    transfer(&x, &y);
    assert_false(y.ok);
    assert_int_equal(y.err.code, E_LNK_08);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

/* C dials (or is dialled by) a good member; the member refuses with CODE and has read C's node, if IS_READ. */
static void refused_by_both(const struct credentials *c, const struct member_ca *whose, enum error_code code,
                            bool is_read)
{
    struct credentials good;
    struct tls_endpoint x;
    struct tls_endpoint y;

    credentials_init(&good, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, c, whose, good.peer);
    tls_endpoint_open(&y, &good, &home, 0);
    do_handshake(&x, &y);
    assert_false(y.ok);
    assert_int_equal(y.err.code, code);
    assert_int_equal(tls_peer(y.tls), 0);
    assert_int_equal(ident_equal(tls_node(y.tls), &c->node), is_read);
    assert_false(tls_handshake_done(y.tls));
    assert_false(x.ok); /* the other side gets an alert that it was refused, not why */
    assert_int_equal(x.err.code, E_LNK_24);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);

    tls_endpoint_open(&x, &good, &home, c->peer);
    tls_endpoint_open(&y, c, whose, 0);
    do_handshake(&x, &y);
    assert_false(x.ok);
    assert_int_equal(x.err.code, code);
    assert_false(tls_handshake_done(x.tls));
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&good);
}

static void test_another_federations_certificate_is_refused(void **state)
{
    struct credentials c;

    (void)state;
    credentials_init(&c, &stranger, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    refused_by_both(&c, &stranger, E_LNK_02, true);
    credentials_fini(&c);
}

static void test_an_expired_certificate_is_refused(void **state)
{
    struct credentials c;

    (void)state;
    credentials_init(&c, &home, "shelter", CERTIFICATE_TRANSPORT, now.ms - 91 * DAY_MS, 90);
    refused_by_both(&c, &home, E_LNK_03, true);
    credentials_fini(&c);
}

/* NAME's certificate ended so many days ago, and it dials a member that admits such; or that DIALS it. */
static void meet_ended(const char *name, int64_t days_ago, struct tls_endpoint *ended, struct tls_endpoint *other,
                       bool dials)
{
    struct credentials good;
    struct credentials c;
    struct seam_trust trust;
    struct seam_configure configure;

    credentials_init(&c, &home, name, CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&good, &home, "mission", CERTIFICATE_TRANSPORT, 0, 365);
    tls_endpoint_open(ended, &c, &home, dials ? 0 : good.peer);
    tls_endpoint_open(other, &good, &home, dials ? c.peer : 0);
    now.ms += (90 + days_ago) * DAY_MS;
    credentials_configure(&good, &home, &configure);
    trust = configure.trust;
    trust.anchors = home.anchors;
    trust.admits_ended = true;
    assert_true(tls_context_set_trust(other->home, &trust, &other->err));
    if (dials)
        do_handshake(other, ended);
    else
        do_handshake(ended, other);
    credentials_fini(&good);
    credentials_fini(&c);
}

static void end_ended(struct tls_endpoint *ended, struct tls_endpoint *other, int64_t days_ago)
{
    now.ms -= (90 + days_ago) * DAY_MS;
    tls_endpoint_close(ended);
    tls_endpoint_close(other);
}

static void assert_ended_is_refused(const char *name, int64_t days_ago, bool dials)
{
    struct tls_endpoint ended;
    struct tls_endpoint other;

    meet_ended(name, days_ago, &ended, &other, dials);
    assert_false(other.ok);
    assert_int_equal(other.err.code, E_LNK_03);
    end_ended(&ended, &other, days_ago);
}

static void meet_in_the_grace(bool dials)
{
    struct tls_endpoint ended;
    struct tls_endpoint other;

    meet_ended("shelter", 29, &ended, &other, dials);
    assert_true(ended.ok && other.ok && tls_handshake_done(other.tls));
    assert_int_equal(tls_narrow(other.tls), LINK_CLASS_ENDED);
    assert_int_equal(tls_narrow(ended.tls), LINK_CLASS_ORDINARY); /* it is told by the hello */
    assert_int_equal(tls_peer(other.tls), 4);
    assert_false(tls_peer_expired(other.tls));
    assert_true(tls_recheck(other.tls, &other.err));
    now.ms += 2 * DAY_MS;
    assert_true(tls_peer_expired(other.tls));
    assert_false(tls_recheck(other.tls, &other.err));
    now.ms -= 2 * DAY_MS;
    end_ended(&ended, &other, 29);
}

static void test_who_ended_within_the_grace_gets_a_narrow_link(void **state)
{
    (void)state;
    meet_in_the_grace(false);
    meet_in_the_grace(true); /* it does not know where the coordinator's node is now */
}

static void test_who_ended_longer_ago_is_refused(void **state)
{
    (void)state;
    assert_ended_is_refused("shelter", 31, false);
    assert_ended_is_refused("shelter", 31, true);
    assert_ended_is_refused("visitor", 1, false); /* whom nobody lists */
}

/* The transport CA of before, dropped in good order; the one who is met may be shown a certificate of it. */
struct of_before {
    const char *what;
    const char *name;
    int64_t ended_days; /* ago */
    enum error_code code;
    bool renews_nobody;
    bool is_not_known;
    bool is_revoked;
    bool is_issuing; /* of the CA for identities: that of before is none of its use */
};

static void meet_of_before(const struct of_before *r, const struct member_ca *before, bool dials)
{
    struct tls_endpoint shows;
    struct tls_endpoint other;
    struct credentials good;
    struct credentials c;
    struct seam_configure configure;
    struct certificate ca;
    struct hash revoked;

    assert_true(certificate_read(bytes_view(&before->transport_der), &ca, &other.err));
    revoked = ca.key_hash;
    credentials_init(&c, before, r->name, r->is_issuing ? CERTIFICATE_IDENTITY : CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&good, &home, "mission", CERTIFICATE_TRANSPORT, 0, 365);
    tls_endpoint_open(&shows, &c, &home, dials ? good.peer : 0);
    tls_endpoint_open(&other, &good, &home, dials ? 0 : c.peer);
    now.ms += (90 + r->ended_days) * DAY_MS;
    credentials_configure(&good, &home, &configure);
    configure.trust.admits_ended = !r->renews_nobody;
    configure.trust.former = before->anchors;
    configure.trust.former_count = !r->is_not_known;
    configure.trust.revoked = &revoked;
    configure.trust.revoked_count = r->is_revoked;
    assert_true(tls_context_set_trust(other.home, &configure.trust, &other.err));
    do_handshake(dials ? &shows : &other, dials ? &other : &shows);
    if (other.ok != (r->code == E_NONE) || (!other.ok && other.err.code != r->code))
        fail_msg("%s: %d %d %s", r->what, other.ok, other.err.code, other.err.text);
    if (other.ok) {
        assert_true(tls_handshake_done(other.tls));
        assert_int_equal(tls_narrow(other.tls), LINK_CLASS_ENDED);
        assert_int_equal(tls_peer(other.tls), 4);
        assert_true(tls_recheck(other.tls, &other.err));
        configure.trust.former_count = 0; /* it is revoked, or forgotten */
        assert_true(tls_context_set_trust(other.home, &configure.trust, &other.err));
        assert_false(tls_recheck(other.tls, &other.err));
    }
    now.ms -= (90 + r->ended_days) * DAY_MS;
    tls_endpoint_close(&shows);
    tls_endpoint_close(&other);
    credentials_fini(&good);
    credentials_fini(&c);
}

static void test_a_ca_of_before_makes_a_narrow_link_at_who_renews_and_no_other(void **state)
{
    static const struct of_before rows[] = {
        {.what = "nothing wrong", .name = "shelter", .ended_days = -20},
        {.what = "ended 29 days ago", .name = "shelter", .ended_days = 29},
        {.what = "ended 31 days ago", .name = "shelter", .ended_days = 31, .code = E_LNK_03},
        {.what = "at a node that renews nobody",
         .name = "shelter",
         .ended_days = -20,
         .renews_nobody = true,
         .code = E_LNK_02},
        {.what = "ended, there", .name = "shelter", .ended_days = 1, .renews_nobody = true, .code = E_LNK_02},
        {.what = "of a CA that no directory listed",
         .name = "shelter",
         .ended_days = -20,
         .is_not_known = true,
         .code = E_LNK_02},
        {.what = "of a revoked one", .name = "shelter", .ended_days = -20, .is_revoked = true, .code = E_LNK_04},
        {.what = "of a revoked one, ended", .name = "shelter", .ended_days = 1, .is_revoked = true, .code = E_LNK_04},
        {.what = "whom nobody lists", .name = "visitor", .ended_days = -20, .code = E_LNK_02},
        {.what = "of another use", .name = "shelter", .ended_days = -20, .is_issuing = true, .code = E_LNK_02},
    };
    struct member_ca before;

    (void)state;
    member_ca_another_init(&before, &home);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int dials = 0; dials < 2; dials++)
            if (dials || rows[i].name[0] != 'v') /* whom nobody lists is not dialled */
                meet_of_before(&rows[i], &before, dials == 1);
    member_ca_another_fini(&before);
}

/* A node whose directory has ended meets one of a transport CA that it does not know. */
struct unproven {
    const char *what;
    const char *name;
    int64_t begins_days; /* from now; it lasts for ten days */
    enum error_code code;
    bool is_current; /* the directory */
    bool is_revoked;
    bool is_foreign; /* of another label */
    bool is_identity;
    bool is_another; /* than the one that was dialled */
};

static void meet_unproven(const struct unproven *r, struct member_ca *next, bool dials)
{
    struct tls_endpoint other;
    struct tls_endpoint shows;
    struct credentials good;
    struct credentials c;
    struct seam_configure configure;
    struct certificate shown;

    next->label.text[0] = r->is_foreign ? 'z' : 'a';
    credentials_init(&c, next, r->name, r->is_identity ? CERTIFICATE_IDENTITY : CERTIFICATE_TRANSPORT,
                     now.ms + r->begins_days * DAY_MS, 10);
    next->label.text[0] = 'a';
    credentials_init(&good, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&shows, &c, &home, dials ? good.peer : 0);
    tls_endpoint_open(&other, &good, &home, dials ? 0 : r->is_another ? 1 : 4);
    credentials_configure(&good, &home, &configure);
    configure.trust.directory_until_s = (uint64_t)(now.ms / 1000 + (r->is_current ? 1 : -1));
    assert_true(certificate_read(bytes_view(&c.der), &shown, &other.err));
    configure.trust.revoked = &shown.key_hash;
    configure.trust.revoked_count = r->is_revoked;
    assert_true(tls_context_set_trust(other.home, &configure.trust, &other.err));
    do_handshake(dials ? &shows : &other, dials ? &other : &shows);
    if (other.ok != (r->code == E_NONE) || (!other.ok && other.err.code != r->code))
        fail_msg("%s: %d %d %s", r->what, other.ok, other.err.code, other.err.text);
    if (other.ok) {
        assert_true(tls_handshake_done(other.tls));
        assert_int_equal(tls_peer(other.tls), 0); /* nobody, until a directory says so */
        configure.trust.anchors = next->anchors;
        configure.trust.directory_until_s += 60;
        assert_true(tls_context_set_trust(other.home, &configure.trust, &other.err));
        assert_true(tls_recheck(other.tls, &other.err));
        assert_int_equal(tls_peer(other.tls), 4);
        assert_int_equal(tls_narrow(other.tls), LINK_CLASS_ORDINARY);
        configure.trust.anchors = home.anchors; /* who is known is not unknown again */
        configure.trust.directory_until_s -= 60;
        assert_true(tls_context_set_trust(other.home, &configure.trust, &other.err));
        assert_false(tls_recheck(other.tls, &other.err));
    }
    tls_endpoint_close(&shows);
    tls_endpoint_close(&other);
    credentials_fini(&good);
    credentials_fini(&c);
}

static void test_under_an_ended_directory_a_ca_that_is_not_known_proves_nobody(void **state)
{
    static const struct unproven rows[] = {
        {.what = "nothing wrong", .name = "shelter"},
        {.what = "a directory that has not ended", .name = "shelter", .is_current = true, .code = E_LNK_02},
        {.what = "whom nobody lists", .name = "visitor", .code = E_LNK_02},
        {.what = "ended", .name = "shelter", .begins_days = -11, .code = E_LNK_02},
        {.what = "not begun", .name = "shelter", .begins_days = 2, .code = E_LNK_02},
        {.what = "revoked", .name = "shelter", .is_revoked = true, .code = E_LNK_02},
        {.what = "of another label", .name = "shelter", .is_foreign = true, .code = E_LNK_02},
        {.what = "of another use", .name = "shelter", .is_identity = true, .code = E_LNK_02},
        {.what = "of another than was dialled", .name = "shelter", .is_another = true, .code = E_LNK_05},
    };
    struct member_ca next;

    (void)state;
    member_ca_another_init(&next, &home);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int dials = rows[i].is_another ? 0 : 1; dials >= 0; dials--)
            meet_unproven(&rows[i], &next, dials == 1);
    member_ca_another_fini(&next);
}

static void test_an_identity_certificate_is_refused(void **state)
{
    struct credentials c;

    (void)state;
    credentials_init(&c, &home, "shelter", CERTIFICATE_IDENTITY, 0, 90);
    refused_by_both(&c, &home, E_LNK_02, false);
    credentials_fini(&c);
}

static void test_a_client_only_certificate_is_refused(void **state)
{
    struct credentials c;

    (void)state;
    credentials_init(&c, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_limit_use(&c, &home, "clientAuth");
    refused_by_both(&c, &home, E_LNK_06, false);
    credentials_fini(&c);
}

static void test_a_server_only_certificate_is_refused(void **state)
{
    struct credentials c;

    (void)state;
    credentials_init(&c, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_limit_use(&c, &home, "serverAuth");
    refused_by_both(&c, &home, E_LNK_06, false);
    credentials_fini(&c);
}

/* Y, with TRUST changed by CHANGE, is dialled by a good member. */
static void with_trust(void (*change)(struct seam_trust *trust, const struct credentials *dials), enum error_code code)
{
    struct credentials a;
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct seam_configure configure;

    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    assert_true(y.ok && tls_recheck(y.tls, &y.err)); /* good so far */
    credentials_configure(&b, &home, &configure);
    change(&configure.trust, &a);
    assert_true(tls_context_set_trust(y.home, &configure.trust, &y.err));
    assert_false(tls_recheck(y.tls, &y.err)); /* a live link is cut */
    assert_int_equal(y.err.code, code);

    tls_free(x.tls);
    tls_free(y.tls);
    x.tls = tls_new(x.home, b.peer);
    y.tls = tls_new(y.home, 0);
    do_handshake(&x, &y);
    if (code == E_LNK_14) { /* the handshake of a node that nobody lists ends, and it is nobody's */
        assert_true(y.ok && tls_handshake_done(y.tls));
        assert_int_equal(tls_peer(y.tls), 0);
    } else { /* and a new one is refused */
        assert_false(y.ok);
        assert_int_equal(y.err.code, code);
    }
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

static struct hash one_hash;
static struct seam_node one_node;

static void revoke(struct seam_trust *trust, const struct credentials *dials)
{
    struct certificate c;
    struct error err;

    assert_true(certificate_read(bytes_view(&dials->der), &c, &err));
    one_hash = c.der_hash;
    trust->revoked = &one_hash;
    trust->revoked_count = 1;
}

/* The transport CA is revoked by its key, or not listed any more. */
static void revoke_authority(struct seam_trust *trust, const struct credentials *dials)
{
    struct certificate c;
    struct error err;

    (void)dials;
    assert_true(certificate_read(bytes_view(&home.transport_der), &c, &err));
    one_hash = c.key_hash;
    trust->revoked = &one_hash;
    trust->revoked_count = 1;
}

static void drop_authority(struct seam_trust *trust, const struct credentials *dials)
{
    (void)dials;
    trust->anchor_count = 0;
}

static void expel_agency(struct seam_trust *trust, const struct credentials *dials)
{
    (void)dials;
    one_node = (struct seam_node){.id = node_of("police"), .peer = 3};
    trust->nodes = &one_node;
    trust->node_count = 1;
}

/* A renewal: another key and certificate, the same node. */
static void test_a_renewed_certificate_is_the_same_nodes(void **state)
{
    struct credentials old;
    struct credentials renewed;
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;

    (void)state;
    credentials_init(&old, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&renewed, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    assert_false(view_equal(bytes_view(&old.der), bytes_view(&renewed.der)));
    tls_endpoint_open(&x, &b, &home, renewed.peer);
    tls_endpoint_open(&y, &renewed, &home, 0);
    do_handshake(&x, &y);
    assert_true(x.ok && y.ok);
    assert_int_equal(tls_peer(x.tls), old.peer);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&old);
    credentials_fini(&renewed);
    credentials_fini(&b);
}

static void test_a_node_that_is_listed_later_is_known_when_it_is(void **state)
{
    struct credentials a;
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct seam_configure configure;

    (void)state;
    credentials_init(&a, &home, "new", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    assert_true(y.ok && tls_handshake_done(y.tls));
    assert_int_equal(tls_peer(y.tls), 0);
    assert_true(tls_recheck(y.tls, &y.err));
    assert_int_equal(tls_peer(y.tls), 0);
    credentials_configure(&b, &home, &configure);
    one_node = (struct seam_node){.id = node_of("new"), .peer = 9};
    configure.trust.nodes = &one_node;
    configure.trust.node_count = 1;
    assert_true(tls_context_set_trust(y.home, &configure.trust, &y.err));
    assert_true(tls_recheck(y.tls, &y.err));
    assert_int_equal(tls_peer(y.tls), 9);
    one_node.peer = 8; /* and then another agency's */
    assert_true(tls_context_set_trust(y.home, &configure.trust, &y.err));
    assert_false(tls_recheck(y.tls, &y.err));
    assert_int_equal(y.err.code, E_LNK_14);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

static void test_a_revoked_certificate_is_refused_and_its_links_are_cut(void **state)
{
    (void)state;
    with_trust(revoke, E_LNK_04);
}

static void test_a_revoked_authority_ends_all_below_it(void **state)
{
    (void)state;
    with_trust(revoke_authority, E_LNK_04);
    with_trust(drop_authority, E_LNK_02);
}

/* Who trusts all but NAME refuses A, whoever of the two dials. */
static void refused_for_name(const struct credentials *a, const struct hash *name, enum error_code code)
{
    for (int dials = 0; dials < 2; dials++) {
        struct credentials b;
        struct tls_endpoint x;
        struct tls_endpoint y;
        struct seam_configure configure;

        credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
        tls_endpoint_open(&x, a, &home, dials == 0 ? b.peer : 0);
        tls_endpoint_open(&y, &b, &home, dials == 0 ? 0 : a->peer);
        credentials_configure(&b, &home, &configure);
        configure.trust.revoked = name;
        configure.trust.revoked_count = name == NULL ? 0 : 1;
        assert_true(tls_context_set_trust(y.home, &configure.trust, &y.err));
        do_handshake(dials == 0 ? &x : &y, dials == 0 ? &y : &x);
        assert_int_equal(y.ok, code == E_NONE);
        assert_int_equal(y.plaintext.size, 0); /* nothing was read of it */
        if (code != E_NONE)
            assert_int_equal(y.err.code, code);
        tls_endpoint_close(&x);
        tls_endpoint_close(&y);
        credentials_fini(&b);
    }
}

/* --- who is cut off --- */

/* A, whose agency is CUT_OFF, and the mission, who knows that and of what is revoked bars BARRED too (empty: nothing),
 * meet, whoever dials. */
static enum error_code meet_cut_off(const struct credentials *a, const struct hash *revoked, bool cut_off, bool barred,
                                    bool dials, enum link_class *class)
{
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct seam_configure configure;
    enum error_code code;

    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, a, &home, dials ? 0 : b.peer);
    tls_endpoint_open(&y, &b, &home, dials ? 4 : 0);
    credentials_configure(&b, &home, &configure);
    one_node = (struct seam_node){.id = a->node, .peer = 4, .cut_off = cut_off};
    configure.trust.nodes = &one_node;
    configure.trust.node_count = 1;
    configure.trust.revoked = revoked;
    configure.trust.revoked_count = 1;
    configure.trust.barred = revoked;
    configure.trust.barred_count = barred ? 1 : 0;
    assert_true(tls_context_set_trust(y.home, &configure.trust, &y.err));
    do_handshake(dials ? &y : &x, dials ? &x : &y);
    code = y.ok ? E_NONE : y.err.code;
    *class = tls_narrow(y.tls);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&b);
    return code;
}

static void test_who_is_cut_off_gets_a_narrow_link_unless_barred(void **state)
{
    struct certificate_names names;
    struct credentials a;
    struct certificate c;
    enum link_class class;
    struct error err;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    assert_true(certificate_read(bytes_view(&a.der), &c, &err));
    certificate_names(&c, &names);
    for (int dials = 0; dials < 2; dials++) {
        assert_int_equal(meet_cut_off(&a, &names.at[2], true, false, dials == 1, &class), E_NONE);
        assert_int_equal(class, LINK_CLASS_CUT_OFF);
        assert_int_equal(meet_cut_off(&a, &names.at[0], true, true, dials == 1, &class), E_LNK_04); /* its key, say */
        assert_int_equal(meet_cut_off(&a, &names.at[0], false, false, dials == 1, &class), E_LNK_04);
    }
    credentials_fini(&a);
}

/* What else ends a link ends this one. */
static void test_who_is_cut_off_and_whose_certificate_has_ended_is_refused(void **state)
{
    struct certificate_names names;
    struct credentials a;
    struct certificate c;
    enum link_class class;
    struct error err;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, now.ms - 91 * DAY_MS, 90);
    assert_true(certificate_read(bytes_view(&a.der), &c, &err));
    certificate_names(&c, &names);
    assert_int_equal(meet_cut_off(&a, &names.at[2], true, false, false, &class), E_LNK_03);
    credentials_fini(&a);
}

/* Another certificate of the same key, with another serial and other dates, and a new key of the same machine. */
static void test_another_certificate_of_a_revoked_key_or_machine_is_refused_by_both(void **state)
{
    struct certificate_names names;
    struct credentials revoked;
    struct credentials other;
    struct certificate c;
    struct bytes request = {0};
    struct error err;

    (void)state;
    credentials_init(&revoked, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&other, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    assert_true(certificate_read(bytes_view(&revoked.der), &c, &err));
    certificate_names(&c, &names);
    assert_int_equal(names.count, CERTIFICATE_NAMES_MAX);
    refused_for_name(&other, &names.at[0], E_NONE);
    refused_for_name(&other, &names.at[1], E_NONE); /* of another key */
    refused_for_name(&other, &names.at[2], E_LNK_04);
    assert_true(certify_request(revoked.key, NULL, &request, &err));
    bytes_clear(&revoked.der);
    assert_true(certify_transport(home.transport, bytes_view(&home.transport_der), bytes_view(&request), &home.label,
                                  &revoked.node, &(struct certify_validity){now.ms, 30}, &revoked.der, &err));
    refused_for_name(&revoked, &names.at[0], E_NONE);
    refused_for_name(&revoked, &names.at[1], E_LNK_04);
    credentials_fini(&revoked);
    credentials_fini(&other);
    bytes_fini(&request);
}

/* The order of Ed25519's base point, little-endian. */
static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* The same certificate with another hash, which nobody who has not the authority's key can make but by its encoding:
 * the second form of its signature, S + L, and a signature with an unused bit. Neither is taken, revoked or not. */
static void test_a_certificate_in_another_encoding_is_refused_by_both(void **state)
{
    struct credentials c;
    unsigned carry = 0;
    uint8_t *signature;

    (void)state;
    do
        credentials_init(&c, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    while ((c.der.at[c.der.size - 1] & 1) != 0 && (credentials_fini(&c), true)); /* its last bit may be left out */
    signature = c.der.at + c.der.size - SIGN_SIZE;
    refused_for_name(&c, NULL, E_NONE);
    assert_int_equal(signature[-1], 0);
    signature[-1] = 1;
    refused_for_name(&c, NULL, E_LNK_02);
    signature[-1] = 0;
    for (size_t i = 0; i < sizeof order; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    refused_for_name(&c, NULL, E_LNK_02);
    credentials_fini(&c);
}

static void test_an_agency_that_may_not_link_is_refused(void **state)
{
    (void)state;
    with_trust(expel_agency, E_LNK_14);
}

static void test_a_certificate_that_ends_while_the_link_stands_is_found(void **state)
{
    struct credentials a;
    struct tls_endpoint x;
    struct tls_endpoint y;
    struct credentials b;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, b.peer);
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    assert_true(tls_recheck(y.tls, &y.err));
    assert_false(tls_peer_expired(x.tls) || tls_peer_expired(y.tls));
    now.ms += 89 * DAY_MS;
    assert_false(tls_peer_expired(x.tls) || tls_peer_expired(y.tls));
    now.ms += 2 * DAY_MS;
    assert_true(tls_peer_expired(x.tls) && tls_peer_expired(y.tls));
    assert_false(tls_recheck(y.tls, &y.err));
    assert_int_equal(y.err.code, E_LNK_03);
    now.ms -= 91 * DAY_MS;
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

static void test_another_agency_than_the_dialled_one_is_refused(void **state)
{
    struct credentials a;
    struct credentials b;
    struct tls_endpoint x;
    struct tls_endpoint y;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &a, &home, 3); /* the police */
    tls_endpoint_open(&y, &b, &home, 0);
    do_handshake(&x, &y);
    assert_false(x.ok);
    assert_int_equal(x.err.code, E_LNK_05);
    assert_int_equal(tls_other(x.tls), 2); /* whose it is */
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&a);
    credentials_fini(&b);
}

/* --- strangers with a TLS of their own --- */

struct foreign_client {
    const char *alpn; /* seven letters; NULL: none */
    bool answers;     /* it is dialled, and selects no protocol */
    bool with_certificate;
    int max_version;
    bool with_chain; /* more than its own certificate */
};

static int take_any(int ok, X509_STORE_CTX *v)
{
    (void)ok;
    (void)v;
    return 1;
}

static enum error_code link_foreign(const struct foreign_client *how, const struct credentials *c)
{
    struct credentials good;
    struct tls_endpoint y;
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    SSL *ssl;
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    const unsigned char *key = c->pkcs8.at;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &key, (long)c->pkcs8.size);
    const unsigned char *der = home.transport_der.at;
    enum error_code code;
    uint8_t byte;

    if (how->with_certificate) {
        assert_int_equal(SSL_CTX_use_certificate_ASN1(ctx, (int)c->der.size, c->der.at), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey(ctx, pkey), 1);
        if (how->with_chain)
            assert_int_equal(SSL_CTX_add0_chain_cert(ctx, d2i_X509(NULL, &der, (long)home.transport_der.size)), 1);
    }
    SSL_CTX_set_max_proto_version(ctx, how->max_version);
    ssl = SSL_new(ctx);
    if (how->alpn != NULL)
        SSL_set_alpn_protos(ssl, (const unsigned char *)how->alpn, 8);
    SSL_set_bio(ssl, in, out);
    SSL_set_verify(ssl, how->answers ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, take_any);
    if (how->answers)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    credentials_init(&good, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&y, &good, &home, how->answers ? c->peer : 0);
    if (how->answers) {
        assert_true(tls_receive(y.tls, view_of(NULL, 0), &y.out, &y.plaintext, &y.peer_closed, &y.err));
        (void)BIO_write(in, y.out.at, (int)y.out.size);
        bytes_clear(&y.out);
    }
    for (int i = 0; i < 4 && y.ok; i++) {
        char *at;
        long n;

        (void)SSL_do_handshake(ssl);
        n = BIO_get_mem_data(out, &at);
        y.ok = tls_receive(y.tls, view_of(at, (size_t)n), &y.out, &y.plaintext, &y.peer_closed, &y.err);
        (void)BIO_reset(out);
        if (y.out.size > 0)
            (void)BIO_write(in, y.out.at, (int)y.out.size);
        bytes_clear(&y.out);
    }
    (void)SSL_read(ssl, &byte, 1); /* a ticket would come behind the handshake */
    code = y.ok ? E_NONE : y.err.code;
    assert_true(how->answers || y.ok == tls_handshake_done(y.tls));
    assert_null(SSL_get0_session(ssl) != NULL && SSL_SESSION_has_ticket(SSL_get0_session(ssl)) ? "ticket" : NULL);
    tls_endpoint_close(&y);
    credentials_fini(&good);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    return code;
}

static void test_strangers_are_refused_by_what_they_lack(void **state)
{
    struct credentials c;
    struct foreign_client f = {
        .alpn = "\7refex/1", .with_certificate = true, .max_version = TLS1_3_VERSION, .with_chain = false};

    (void)state;
    credentials_init(&c, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    assert_int_equal(link_foreign(&f, &c), E_NONE);
    f.alpn = NULL;
    assert_int_equal(link_foreign(&f, &c), E_LNK_07);
    f.answers = true;
    assert_int_equal(link_foreign(&f, &c), E_LNK_07);
    f.answers = false;
    f.alpn = "\7refex/2";
    assert_int_equal(link_foreign(&f, &c), E_LNK_07);
    f.alpn = "\7refex/1";
    f.with_certificate = false;
    assert_int_equal(link_foreign(&f, &c), E_LNK_20);
    f.with_certificate = true;
    f.max_version = TLS1_2_VERSION;
    assert_int_equal(link_foreign(&f, &c), E_LNK_08);
    f.max_version = TLS1_3_VERSION;
    f.with_chain = true;
    assert_int_equal(link_foreign(&f, &c), E_LNK_02);
    credentials_fini(&c);
}

/* Somebody gave it its own address in place of a member's. */
static void test_a_node_does_not_link_to_itself(void **state)
{
    struct credentials c;
    struct tls_endpoint x;
    struct tls_endpoint y;

    (void)state;
    credentials_init(&c, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&x, &c, &home, c.peer);
    tls_endpoint_open(&y, &c, &home, 0);
    do_handshake(&x, &y);
    assert_false(x.ok);
    assert_int_equal(x.err.code, E_LNK_14);
    tls_endpoint_close(&x);
    tls_endpoint_close(&y);
    credentials_fini(&c);
}

static void test_bytes_that_are_no_tls_are_refused(void **state)
{
    struct credentials c;
    struct tls_endpoint y;

    (void)state;
    credentials_init(&c, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    tls_endpoint_open(&y, &c, &home, 0);
    assert_false(
        tls_receive(y.tls, view_of_text("GET / HTTP/1.1\r\n\r\n"), &y.out, &y.plaintext, &y.peer_closed, &y.err));
    assert_int_equal(y.err.code, E_LNK_08);
    tls_endpoint_close(&y);
    credentials_fini(&c);
}

static void test_a_key_that_is_not_the_certificates_is_refused(void **state)
{
    struct credentials a;
    struct credentials b;
    struct seam_configure configure;
    struct tls_context *h;
    struct error err;

    (void)state;
    credentials_init(&a, &home, "shelter", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_init(&b, &home, "mission", CERTIFICATE_TRANSPORT, 0, 90);
    credentials_configure(&a, &home, &configure);
    configure.transport_key = secret_view(&b.pkcs8);
    assert_false(tls_context_new(&configure, &now.clock, &h, &err));
    assert_int_equal(err.code, E_LNK_13);
    credentials_fini(&a);
    credentials_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_members_talk),
        cmocka_unit_test(test_many_bytes_go_in_full_records_and_pieces_are_put_together),
        cmocka_unit_test(test_a_changed_byte_on_the_wire_is_found),
        cmocka_unit_test(test_another_federations_certificate_is_refused),
        cmocka_unit_test(test_an_expired_certificate_is_refused),
        cmocka_unit_test(test_who_ended_within_the_grace_gets_a_narrow_link),
        cmocka_unit_test(test_who_ended_longer_ago_is_refused),
        cmocka_unit_test(test_who_is_cut_off_gets_a_narrow_link_unless_barred),
        cmocka_unit_test(test_who_is_cut_off_and_whose_certificate_has_ended_is_refused),
        cmocka_unit_test(test_a_ca_of_before_makes_a_narrow_link_at_who_renews_and_no_other),
        cmocka_unit_test(test_under_an_ended_directory_a_ca_that_is_not_known_proves_nobody),
        cmocka_unit_test(test_an_identity_certificate_is_refused),
        cmocka_unit_test(test_a_client_only_certificate_is_refused),
        cmocka_unit_test(test_a_server_only_certificate_is_refused),
        cmocka_unit_test(test_a_renewed_certificate_is_the_same_nodes),
        cmocka_unit_test(test_a_node_that_is_listed_later_is_known_when_it_is),
        cmocka_unit_test(test_a_revoked_certificate_is_refused_and_its_links_are_cut),
        cmocka_unit_test(test_a_revoked_authority_ends_all_below_it),
        cmocka_unit_test(test_another_certificate_of_a_revoked_key_or_machine_is_refused_by_both),
        cmocka_unit_test(test_a_certificate_in_another_encoding_is_refused_by_both),
        cmocka_unit_test(test_an_agency_that_may_not_link_is_refused),
        cmocka_unit_test(test_a_certificate_that_ends_while_the_link_stands_is_found),
        cmocka_unit_test(test_another_agency_than_the_dialled_one_is_refused),
        cmocka_unit_test(test_strangers_are_refused_by_what_they_lack),
        cmocka_unit_test(test_a_node_does_not_link_to_itself),
        cmocka_unit_test(test_bytes_that_are_no_tls_are_refused),
        cmocka_unit_test(test_a_key_that_is_not_the_certificates_is_refused),
    };

    return cmocka_run_group_tests(tests, make_homes, drop_homes);
}
