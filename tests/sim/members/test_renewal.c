/* A node renews its transport certificate by itself, at a coordinator's node: who may ask for what, who is asked, and
 * what of the answers is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/membership_codec.h"
#include "codec/peer.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "exchange/exchange_status.h"
#include "exchange/home.h"
#include "exchange/logs/audit.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/renewal/renewal.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/renewal/renewal_text.h"
#include "exchange/renewal/renewal_waits.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/succession/rekeying.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/vault_transport.h"
#include "fixture.h"

enum { DAYS_LEFT = 1, DAYS_GIVEN = 90 };

/* The NGO's node is the coordinator's. */
struct renewing {
    struct fixture f;
    unsigned asked;     /* how often it was */
    unsigned days;      /* of the certificates that it gives */
    bool by_another_ca; /* that no directory lists */
    bool of_another_key;
    bool gives_what_it_has;
    bool with_identity;
    bool loses_answers;
    enum renewal_refusal refuses;
    uint8_t asked_key[KEY_SIZE]; /* for which it was asked last */
    unsigned asked_identity;
    int64_t ahead_ms; /* the clock by which it certifies */
    struct bytes own; /* what the coordinator's node asked itself */
    bool answers_own;
    unsigned false_asked;
    unsigned looked;
};

static size_t index_of(const struct renewing *s, const struct address *agency)
{
    for (size_t i = 0; i < 3; i++)
        if (address_equal(world_address(s->f.w, i), agency))
            return i;
    abort();
}

/* What node I would ask, AS another agency or machine. */
static void request_as(const struct renewing *s, size_t i, const struct address *agency, const struct ident *node,
                       struct bytes *out)
{
    const struct exchange *x = world_node(s->f.w, i);
    struct bytes transport = {0};
    uint8_t signature[SIGN_SIZE];
    struct peer_renewal r = {.agency = *agency, .node = *node};
    struct error err;

    world_must(certify_request(vault_transport(x->vault), NULL, &transport, &err), &err, "a request");
    r.transport = bytes_view(&transport);
    world_must(renewal_sign(&r, &membership_federation(x->membership)->fid, vault_identity(x->vault), signature, &err),
               &err, "a signature");
    r.signature = view_of(signature, sizeof signature);
    bytes_clear(out);
    peer_renewal_encode(&r, out);
    bytes_fini(&transport);
}

static void request_of(const struct renewing *s, size_t i, struct bytes *out)
{
    request_as(s, i, world_address(s->f.w, i), membership_node(world_node(s->f.w, i)->membership), out);
}

/* A transport certificate for what is asked, or what the test wants instead. */
static void certify(const struct renewing *s, const struct peer_renewal *r, struct bytes *transport, struct bytes *ca)
{
    const size_t i = index_of(s, &r->agency);
    struct sign_key *key = sign_key_new();
    struct bytes request = {0};
    struct error err;

    if (s->of_another_key)
        world_must(certify_request(key, NULL, &request, &err), &err, "a request");
    else
        bytes_append_view(&request, r->transport);
    if (s->by_another_ca)
        world_certify_by_another(s->f.w, i, bytes_view(&request), s->days, transport, ca);
    else
        world_certify_transport(s->f.w, i, bytes_view(&request), &(struct world_validity){s->days, s->ahead_ms},
                                transport, ca);
    if (s->gives_what_it_has) {
        bytes_clear(transport);
        bytes_append_view(transport, world_transport(s->f.w, i));
    }
    bytes_fini(&request);
    sign_key_free(key);
}

/* Whether a coordinator's node asks for the certificate that it has, to see what becomes of it. */
static bool is_look(struct renewing *s, size_t i, uint64_t link, struct view request)
{
    const struct exchange *x = world_node(s->f.w, i);
    struct arena arena = {0};
    struct peer_renewal r;
    uint8_t key[KEY_SIZE];
    bool ok = link == RENEWAL_OWN;

    if (ok) {
        world_must(peer_renewal_decode(request, &arena, &r, &s->f.err), &s->f.err, "what is asked");
        assert_true(certify_transport_request_check(r.transport, key, &s->f.err));
        ok = r.identity.size == 0 && memcmp(key, membership_transport_key(x->membership), KEY_SIZE) == 0;
    }
    s->looked += ok;
    arena_fini(&arena);
    return ok;
}

static void on_asked(void *cookie, size_t i, uint64_t link, struct view request)
{
    struct renewing *s = cookie;
    struct arena arena = {0};
    struct peer_renewal r;
    struct bytes files[4] = {{0}};
    struct bytes answer = {0};

    if (is_look(s, i, link, request))
        return;
    if (link == RENEWAL_OWN && !s->answers_own) { /* not while the node is in its tick */
        bytes_append_view(&s->own, request);
        return;
    }
    s->asked++;
    world_must(peer_renewal_decode(request, &arena, &r, &s->f.err), &s->f.err, "what is asked");
    s->asked_identity += r.identity.size != 0;
    assert_true(certify_transport_request_check(r.transport, s->asked_key, &s->f.err));
    if (s->loses_answers) {
        arena_fini(&arena);
        return;
    }
    if (s->refuses == 0)
        certify(s, &r, &files[0], &files[1]);
    if (s->with_identity && r.identity.size != 0)
        world_certify_identity(s->f.w, r.identity, &(struct world_validity){.days = DAYS_GIVEN}, &files[2], &files[3]);
    peer_renewed_encode(&(struct peer_renewed){.transport = bytes_view(&files[0]),
                                               .transport_ca = bytes_view(&files[1]),
                                               .refusal = s->refuses,
                                               .identity = bytes_view(&files[2]),
                                               .issuing = bytes_view(&files[3])},
                        &answer);
    exchange_renewal_answer(world_node(s->f.w, i), link, bytes_view(&answer));
    for (size_t k = 0; k < 4; k++)
        bytes_fini(&files[k]);
    bytes_fini(&answer);
    arena_fini(&arena);
}

/* It says that it renews, and gives no answer. */
static void on_asked_in_vain(void *cookie, size_t i, uint64_t link, struct view request)
{
    struct renewing *s = cookie;

    if (!is_look(s, i, link, request))
        s->false_asked++;
}

static int64_t until_of(const struct renewing *s, size_t i)
{
    struct membership_status own;

    membership_status(world_node(s->f.w, i)->membership, world_now(s->f.w), &own);
    return own.transport_until_ms;
}

static void begin(struct renewing *s, uint64_t seed)
{
    *s = (struct renewing){.days = DAYS_GIVEN};
    fixture_begin(&s->f, seed, 3, NULL);
    world_coordinate(s->f.w, NGO, on_asked, s);
}

static void end(struct renewing *s)
{
    fixture_end(&s->f);
}

/* The mission's certificate is past two thirds of its life. */
static void let_it_end(struct renewing *s)
{
    world_renew_for(s->f.w, MISSION, DAYS_LEFT, 0);
    fixture_look(&s->f);
    world_advance(s->f.w, DAYS_LEFT * DAYS - HOURS);
}

/* The mission takes another identity key, for which the one it has signs, and is listed with it. */
static void rekey(const struct renewing *s, bool listed, struct bytes *identity)
{
    uint32_t user = geteuid();
    struct control_rekeying asked;
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes issuing = {0};
    struct bytes file = {0};
    struct request r;
    struct error err = {0};

    if (!listed) {
        exchange_acting(world_node(s->f.w, MISSION), &user);
        world_must(exchange_node_rekey(world_node(s->f.w, MISSION), &asked, &err), &err, "rekey");
        exchange_acting(world_node(s->f.w, MISSION), NULL);
        world_run_ms(s->f.w, MINUTES);
        return;
    }
    assert_true(file_join_path(path, world_home(s->f.w, MISSION), SETUP_REKEY, &err) &&
                file_read(path, BOUND_REQUEST_FILE, &file, &err) &&
                request_decode(bytes_view(&file), &arena, &r, &err));
    world_certify_identity(s->f.w, r.identity, &(struct world_validity){.days = 730}, identity, &issuing);
    world_list_with(s->f.w, MISSION, bytes_view(identity));
    world_run_ms(s->f.w, 5 * MINUTES);
    arena_fini(&arena);
    bytes_fini(&issuing);
    bytes_fini(&file);
}

static void key_of(const struct renewing *s, size_t i, uint8_t out[static KEY_SIZE])
{
    sign_key_public(vault_transport(world_node(s->f.w, i)->vault), out);
}

static bool has_file(const struct renewing *s, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    return file_join_path(path, world_home(s->f.w, MISSION), name, &err) && file_exists(path);
}

/* For which the mission's request.refex asks, that people carry. */
static void key_of_request(const struct renewing *s, uint8_t out[static KEY_SIZE])
{
    char path[FILE_PATH_MAX];
    struct bytes file = {0};
    struct arena arena = {0};
    struct request r;
    struct error err;

    assert_true(file_join_path(path, world_home(s->f.w, MISSION), HOME_REQUEST, &err) &&
                file_read(path, BOUND_REQUEST_FILE, &file, &err) &&
                request_decode(bytes_view(&file), &arena, &r, &err) &&
                certify_transport_request_check(r.transport, out, &err));
    bytes_fini(&file);
    arena_fini(&arena);
}

/* A person takes his time between the request and the directory. */
static void test_the_transport_key_renews_while_the_next_identity_key_waits(void **state)
{
    struct bytes identity = {0};
    struct renewing s;
    uint8_t asked[KEY_SIZE];
    uint8_t key[KEY_SIZE];
    uint8_t old[KEY_SIZE];
    struct peer p;

    (void)state;
    begin(&s, 2026);
    rekey(&s, false, NULL);
    key_of(&s, MISSION, old);
    let_it_end(&s);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    key_of(&s, MISSION, key);
    assert_memory_not_equal(key, old, KEY_SIZE);

    rekey(&s, true, &identity);
    assert_true(membership_find_peer(s.f.mission->membership, address_view(world_address(s.f.w, MISSION)), &p));
    assert_memory_equal(membership_identity_key(s.f.mission->membership), p.identity_key, KEY_SIZE);
    key_of_request(&s, asked);
    assert_memory_equal(asked, key, KEY_SIZE); /* of the keys in use */
    fixture_restart(&s.f, MISSION);
    world_link(s.f.w, NGO, MISSION);
    let_it_end(&s); /* the new one signs for the next renewal */
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 2);
    key_of(&s, MISSION, old);
    assert_memory_not_equal(key, old, KEY_SIZE);
    world_list_with(s.f.w, MISSION, (struct view){0});
    bytes_fini(&identity);
    end(&s);
}

static void test_it_is_renewed_by_itself_with_another_key(void **state)
{
    struct renewing s;
    int64_t before;
    uint8_t old[KEY_SIZE];
    uint8_t key[KEY_SIZE];

    (void)state;
    begin(&s, 1);
    let_it_end(&s);
    before = until_of(&s, MISSION);
    key_of(&s, MISSION, old);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_true(until_of(&s, MISSION) > before + 80 * DAYS);
    assert_int_equal(s.asked, 1);
    assert_int_equal(s.asked_identity, 0);
    key_of(&s, MISSION, key);
    assert_memory_not_equal(key, old, KEY_SIZE);
    assert_memory_equal(key, membership_transport_key(world_node(s.f.w, MISSION)->membership), KEY_SIZE);
    assert_false(has_file(&s, VAULT_TRANSPORT_NEXT) || has_file(&s, VAULT_TRANSPORT_OLD));
    key_of_request(&s, old);
    assert_memory_equal(key, old, KEY_SIZE);
    fixture_restart(&s.f, MISSION);
    key_of(&s, MISSION, old);
    assert_memory_equal(key, old, KEY_SIZE);
    end(&s);
}

/* The certificate is committed, and the key has not taken its place. */
static void test_a_crash_between_certificate_and_key_is_made_good(void **state)
{
    struct renewing s;
    char path[FILE_PATH_MAX];
    char next[FILE_PATH_MAX];
    uint8_t key[KEY_SIZE];
    struct sign_key *old;
    struct error err;

    (void)state;
    begin(&s, 9);
    let_it_end(&s);
    assert_true(file_join_path(path, world_home(s.f.w, MISSION), VAULT_TRANSPORT, &err) &&
                file_join_path(next, world_home(s.f.w, MISSION), VAULT_TRANSPORT_NEXT, &err));
    assert_true(sign_key_open(path, &old, &err));
    world_run_ms(s.f.w, 10 * MINUTES);
    key_of(&s, MISSION, key);
    world_crash(s.f.w, MISSION);
    assert_int_equal(rename(path, next), 0); /* as it was before */
    assert_true(sign_key_save(old, path, &err));
    world_start(s.f.w, MISSION);
    assert_memory_equal(key, membership_transport_key(world_node(s.f.w, MISSION)->membership), KEY_SIZE);
    assert_false(has_file(&s, VAULT_TRANSPORT_NEXT) || has_file(&s, VAULT_TRANSPORT_OLD));
    world_crash(s.f.w, MISSION);
    assert_true(file_join_path(next, world_home(s.f.w, MISSION), VAULT_TRANSPORT_OLD, &err));
    assert_true(sign_key_save(old, next, &err)); /* before the one before it was destroyed */
    world_start(s.f.w, MISSION);
    assert_false(has_file(&s, VAULT_TRANSPORT_OLD));
    sign_key_free(old);
    end(&s);
}

static int64_t identity_until(const struct renewing *s)
{
    struct membership_status own;

    membership_status(world_node(s->f.w, MISSION)->membership, world_now(s->f.w), &own);
    return own.identity_until_ms;
}

/* Its key stays, and so does the transport certificate that it has. */
static void test_the_identity_certificate_is_renewed_by_itself(void **state)
{
    struct renewing s;
    int64_t before;

    (void)state;
    begin(&s, 10);
    s.with_identity = s.gives_what_it_has = true;
    world_renew_for(s.f.w, MISSION, 0, DAYS_LEFT);
    world_advance(s.f.w, DAYS_LEFT * DAYS - HOURS);
    before = identity_until(&s);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked_identity, 1);
    assert_true(identity_until(&s) > before + 80 * DAYS);
    assert_false(has_file(&s, VAULT_TRANSPORT_NEXT));
    end(&s);
}

/* The transport certificate that comes with it again is as old as it was. */
static void test_another_identity_certificate_puts_off_no_transport_certificate(void **state)
{
    struct renewing s;
    int64_t before;

    (void)state;
    begin(&s, 32);
    s.with_identity = s.gives_what_it_has = true;
    world_renew_for(s.f.w, MISSION, 3, DAYS_LEFT);
    world_advance(s.f.w, DAYS_LEFT * DAYS - HOURS);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked_identity, 1);
    s.gives_what_it_has = false;
    s.asked = 0;
    before = until_of(&s, MISSION);
    world_advance(s.f.w, 32 * HOURS); /* due from two days on */
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    assert_true(until_of(&s, MISSION) > before + 80 * DAYS);
    end(&s);
}

/* A person had it renewed, a certificate of the next key was made, and the answer was lost. */
static void test_whose_answer_was_lost_asks_for_the_identity_with_the_same_key(void **state)
{
    struct renewing s;
    struct control_renewing said;
    uint8_t key[KEY_SIZE];

    (void)state;
    begin(&s, 28);
    s.with_identity = s.loses_answers = true;
    world_renew_for(s.f.w, MISSION, 60, DAYS_LEFT);
    renewal_now(world_node(s.f.w, MISSION), &said);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    assert_int_equal(s.asked_identity, 0);
    memcpy(key, s.asked_key, KEY_SIZE);
    s.loses_answers = false;
    world_run_ms(s.f.w, 2 * HOURS); /* he wants it no more */
    s.asked = 0;
    world_advance(s.f.w, DAYS_LEFT * DAYS - 4 * HOURS);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    assert_int_equal(s.asked_identity, 1);
    assert_memory_equal(s.asked_key, key, KEY_SIZE);
    assert_memory_equal(key, membership_transport_key(world_node(s.f.w, MISSION)->membership), KEY_SIZE);
    assert_false(has_file(&s, VAULT_TRANSPORT_NEXT));
    end(&s);
}

/* What it is given changes nothing. */
static void takes_nothing(struct renewing *s)
{
    int64_t before;

    let_it_end(s);
    before = until_of(s, MISSION);
    world_run_ms(s->f.w, 10 * MINUTES);
    assert_int_equal(s->asked, 1);
    assert_int_equal(until_of(s, MISSION), before);
    end(s);
}

static void test_a_certificate_of_a_key_that_is_not_its_own_is_not_taken(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 11);
    s.of_another_key = true;
    takes_nothing(&s);
}

/* FILES as somebody brings them, to the node while it runs and while it is stopped, are refused with CODE. */
static void by_hand(struct renewing *s, const struct bytes files[6], enum error_code code)
{
    struct exchange *x = world_node(s->f.w, MISSION);
    const bool whole = files[4].size != 0;
    struct control_take_membership_ask ask = {0};
    struct control_membership_taken taken;
    struct control_enrol_result out;
    struct membership_files own;
    struct membership_file file;
    struct bytes brought = {0};
    struct error err = {0};

    membership_files(x->membership, &own);
    file = (struct membership_file){.root = own.root,
                                    .issuing = whole ? bytes_view(&files[5]) : own.issuing,
                                    .transport_ca = bytes_view(&files[3]),
                                    .transport = bytes_view(&files[2]),
                                    .identity = whole ? bytes_view(&files[4]) : own.identity,
                                    .directory = membership_note(x->membership)};
    world_must(membership_file_encode(&file, &brought, &err), &err, "a membership file");
    ask.membership = bytes_view(&brought);
    assert_false(exchange_take_membership(x, &ask, &taken, &err));
    assert_int_equal(err.code, code);
    world_crash(s->f.w, MISSION);
    assert_false(world_enrol(s->f.w, MISSION, bytes_view(&brought), (struct view){0}, &out, &err));
    assert_int_equal(err.code, code);
    world_start(s->f.w, MISSION);
    bytes_fini(&brought);
}

/* With which code the mission turns away certificates that are made by clocks so far ahead; IDENTITY 0: there is no
 * identity certificate. */
static enum error_code turned_away(struct renewing *s, int64_t transport_ms, int64_t identity_ms)
{
    struct exchange *x = world_node(s->f.w, MISSION);
    struct bytes files[6] = {{0}};
    struct error err = {0};

    world_must(certify_request(vault_transport(x->vault), NULL, &files[0], &err) &&
                   certify_request(vault_identity(x->vault), world_address(s->f.w, MISSION), &files[1], &err),
               &err, "requests");
    world_certify_transport(s->f.w, MISSION, bytes_view(&files[0]), &(struct world_validity){DAYS_GIVEN, transport_ms},
                            &files[2], &files[3]);
    if (identity_ms != 0)
        world_certify_identity(s->f.w, bytes_view(&files[1]), &(struct world_validity){800, identity_ms}, &files[4],
                               &files[5]);
    assert_false(renewal_take_certificates(x,
                                           &(struct peer_renewed){.transport = bytes_view(&files[2]),
                                                                  .transport_ca = bytes_view(&files[3]),
                                                                  .identity = bytes_view(&files[4]),
                                                                  .issuing = bytes_view(&files[5])},
                                           &err));
    by_hand(s, files, err.code);
    for (size_t i = 0; i < 6; i++)
        bytes_fini(&files[i]);
    return err.code;
}

/* A coordinator's clock is ahead by hours, which nobody can know but by another clock. */
static void test_a_certificate_is_not_taken_before_it_begins(void **state)
{
    struct renewing s;
    int64_t before;

    (void)state;
    begin(&s, 15);
    s.ahead_ms = 20 * HOURS;
    let_it_end(&s);
    before = until_of(&s, MISSION);
    assert_int_equal(turned_away(&s, s.ahead_ms, 0), E_CLK_04);
    assert_int_equal(turned_away(&s, 0, s.ahead_ms), E_CLK_04);
    world_run_ms(s.f.w, 30 * MINUTES);
    assert_int_equal(s.asked, 1);
    assert_int_equal(until_of(&s, MISSION), before);
    s.ahead_ms = 0;
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(s.asked, 2);
    assert_true(until_of(&s, MISSION) > before);
    end(&s);
}

/* What a coordinator's node makes by a clock that is off is good for nobody until that day: neither it nor any other
 * is certified, until the clock is right. */
static void test_a_clock_that_is_off_certifies_nobody(void **state)
{
    static const int64_t by[] = {600 * DAYS, -60 * DAYS}; /* its own is due, too */
    struct renewing s;
    uint64_t links;

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        begin(&s, 16);
        links = world_links(s.f.w);
        world_crash(s.f.w, SHELTER); /* one other is not most */
        fixture_restart(&s.f, NGO);
        world_set_clock(s.f.w, NGO, by[k]);
        let_it_end(&s);
        world_run_ms(s.f.w, 5 * HOURS);
        assert_int_equal(s.asked, 0);
        assert_int_equal(s.own.size, 0);
        assert_true(world_links(s.f.w) - links < 1000); /* who is turned away dials in its pauses, not at once */
        world_set_clock(s.f.w, NGO, 0);
        world_run_ms(s.f.w, 2 * HOURS);
        assert_int_equal(s.asked, 1);
        bytes_fini(&s.own);
        end(&s);
    }
}

/* One that was certified in an answer which did not count is certified by nobody again. */
static void test_who_is_refused_asks_for_another_key(void **state)
{
    struct renewing s;
    uint8_t first[KEY_SIZE];

    (void)state;
    begin(&s, 20);
    s.refuses = RENEWAL_PERSON;
    let_it_end(&s);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    memcpy(first, s.asked_key, sizeof first);
    s.refuses = 0;
    world_run_ms(s.f.w, 2 * HOURS);
    assert_int_equal(s.asked, 2);
    assert_memory_not_equal(s.asked_key, first, sizeof first);
    key_of(&s, MISSION, first);
    assert_memory_equal(s.asked_key, first, sizeof first);
    end(&s);
}

/* A clock that is a year ahead says that each new certificate has ended: one is asked for, and no more each day. */
static void test_whose_own_clock_is_off_asks_once(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 19);
    let_it_end(&s);
    world_set_clock(s.f.w, MISSION, 365 * DAYS);
    for (unsigned i = 0; i < 6; i++) {
        world_publish(s.f.w);
        world_run_ms(s.f.w, DAYS);
    }
    assert_int_equal(s.asked, 1);
    end(&s);
}

/* Nor by one that most others say is wrong, if by hours only; one alone may be wrong himself. */
static void test_a_clock_that_most_say_is_wrong_certifies_nobody(void **state)
{
    struct renewing s;

    (void)state;
    for (unsigned is_wrong = 0; is_wrong < 2; is_wrong++) {
        begin(&s, 17);
        world_set_clock(s.f.w, is_wrong ? NGO : SHELTER, 5 * HOURS);
        world_cut(s.f.w, SHELTER, NGO);
        world_link(s.f.w, SHELTER, NGO);
        world_link(s.f.w, MISSION, NGO);
        world_run_ms(s.f.w, MINUTES); /* they have said what the time is */
        let_it_end(&s);
        world_run_ms(s.f.w, 30 * MINUTES);
        assert_int_equal(s.asked, is_wrong ? 0 : 1);
        end(&s);
    }
}

/* What its folder gives is known before another member's certificate hangs on it. */
static void test_a_coordinator_looks_once_what_its_folder_gives(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 19);
    world_run_ms(s.f.w, 2 * HOURS);
    assert_int_equal(s.looked, 1);
    fixture_restart(&s.f, NGO);
    world_run_ms(s.f.w, 2 * HOURS);
    assert_int_equal(s.looked, 2);
    assert_int_equal(s.own.size, 0);
    end(&s);
}

/* A coordinator's node was off until its own certificate had ended: nobody is linked with it, so nobody says what the
 * time is, and its clock counts after ten minutes. */
static void test_a_coordinator_that_was_off_for_weeks_certifies_itself(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 18);
    world_renew_for(s.f.w, NGO, 30, 0);
    world_run_ms(s.f.w, HOURS);
    world_crash(s.f.w, NGO);
    world_advance(s.f.w, 40 * DAYS);
    world_publish(s.f.w);
    for (size_t i = 0; i < 3; i++) /* nobody says what the time is */
        world_shut(s.f.w, i, true);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 9 * MINUTES);
    assert_true(tick_clock_in_doubt(world_node(s.f.w, NGO)));
    assert_true(links_is_alone(world_node(s.f.w, NGO)));
    assert_int_equal(s.own.size, 0);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_true(s.own.size > 0);
    bytes_fini(&s.own);
    end(&s);
}

/* It ran with a clock that was three days behind, and its log with it: whether the others can be reached then or an
 * hour later, they say that what it shows now is right. */
static void test_a_coordinators_clock_that_is_set_right_certifies_again(void **state)
{
    struct renewing s;

    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        begin(&s, 21);
        world_crash(s.f.w, NGO);
        world_advance(s.f.w, 3 * DAYS);
        world_set_clock(s.f.w, NGO, -3 * DAYS);
        world_start(s.f.w, NGO);
        world_run_ms(s.f.w, 20 * MINUTES);
        assert_false(tick_clock_is_off(world_node(s.f.w, NGO)));
        assert_false(clock_doubt_may_certify(world_node(s.f.w, NGO))); /* two say otherwise */
        for (size_t i = 0; i < 3 && alone; i++) {
            world_shut(s.f.w, i, true);
            world_cut(s.f.w, i, (i + 1) % 3);
        }
        world_set_clock(s.f.w, NGO, 0);
        world_run_ms(s.f.w, alone ? HOURS : 10 * SECONDS);
        assert_true(!alone || !clock_doubt_may_certify(world_node(s.f.w, NGO)));
        for (size_t i = 0; i < 3; i++)
            world_shut(s.f.w, i, false);
        world_run_ms(s.f.w, 10 * MINUTES);
        assert_true(clock_doubt_may_certify(world_node(s.f.w, NGO)));
        end(&s);
    }
}

/* Whoever is linked names whom he likes: of another agency, or of another machine. */
static void test_who_asks_for_another_is_cut_and_uses_up_nothing(void **state)
{
    struct renewing s;
    struct bytes payload = {0};
    struct ident other;

    (void)state;
    begin(&s, 2);
    request_of(&s, SHELTER, &payload);
    assert_false(world_inject(s.f.w, MISSION, NGO, PEER_RENEWAL, bytes_view(&payload)));
    world_run_ms(s.f.w, 1000);
    other = *membership_node(world_node(s.f.w, MISSION)->membership);
    request_as(&s, MISSION, world_address(s.f.w, SHELTER), &other, &payload);
    assert_false(world_inject(s.f.w, MISSION, NGO, PEER_RENEWAL, bytes_view(&payload)));
    other.at[0] ^= 1;
    request_as(&s, MISSION, world_address(s.f.w, MISSION), &other, &payload);
    assert_false(world_inject(s.f.w, MISSION, NGO, PEER_RENEWAL, bytes_view(&payload)));
    assert_int_equal(s.asked, 0);
    request_of(&s, MISSION, &payload);
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_RENEWAL, bytes_view(&payload)));
    assert_int_equal(s.asked, 1);
    bytes_fini(&payload);
    end(&s);
}

static void test_who_asks_again_and_again_keeps_nobody_else_waiting(void **state)
{
    struct renewing s;
    struct bytes own = {0};

    (void)state;
    begin(&s, 3);
    request_of(&s, MISSION, &own);
    for (unsigned i = 0; i < 100; i++)
        assert_true(world_inject(s.f.w, MISSION, NGO, PEER_RENEWAL, bytes_view(&own)));
    assert_int_equal(s.asked, 4);
    bytes_fini(&own);
    end(&s);
}

/* A narrow link of FROM to the NGO, as its network process says. */
static void open_narrow(struct renewing *s, uint64_t id, size_t from)
{
    struct bytes hello = {0};

    exchange_hello(world_node(s->f.w, from), &hello);
    world_must(exchange_link_up(world_node(s->f.w, NGO), id,
                                &(struct link_opened){.certificate = world_transport(s->f.w, from),
                                                      .hello = bytes_view(&hello),
                                                      .narrow = LINK_CLASS_ENDED},
                                &s->f.err),
               &s->f.err, "a narrow link");
    bytes_fini(&hello);
}

static bool send_narrow(struct renewing *s, uint64_t id, const struct bytes *payload)
{
    return exchange_frame(world_node(s->f.w, NGO), id, PEER_RENEWAL, bytes_view(payload), &s->f.err);
}

/* Also on new links, one after another. */
static void test_a_narrow_link_is_bound_and_counted_as_any(void **state)
{
    struct renewing s;
    struct bytes own = {0};
    struct bytes others = {0};

    (void)state;
    begin(&s, 4);
    request_of(&s, MISSION, &own);
    request_of(&s, SHELTER, &others);
    open_narrow(&s, 9000, MISSION);
    assert_false(send_narrow(&s, 9000, &others));
    assert_int_equal(s.f.err.code, E_REN_03);
    assert_int_equal(s.asked, 0);
    for (unsigned i = 0; i < 10; i++) {
        open_narrow(&s, 9001 + i, MISSION);
        assert_true(send_narrow(&s, 9001 + i, &own));
    }
    assert_int_equal(s.asked, 3); /* of four: one was for another */
    open_narrow(&s, 9100, SHELTER);
    assert_true(send_narrow(&s, 9100, &others));
    assert_int_equal(s.asked, 4);
    bytes_fini(&own);
    bytes_fini(&others);
    end(&s);
}

/* Any member may say that it renews: the others are asked within minutes all the same. */
static void test_who_only_says_that_he_renews_holds_nobody_up(void **state)
{
    struct renewing s;
    int64_t before;

    (void)state;
    begin(&s, 5);
    world_coordinate(s.f.w, SHELTER, on_asked_in_vain, &s);
    let_it_end(&s);
    before = until_of(&s, MISSION);
    world_coordinate(s.f.w, NGO, NULL, NULL);
    world_link(s.f.w, MISSION, SHELTER);
    world_run_ms(s.f.w, 30 * MINUTES);
    assert_int_equal(s.false_asked, 1);
    world_coordinate(s.f.w, NGO, on_asked, &s);
    world_cut(s.f.w, MISSION, NGO);
    world_run_ms(s.f.w, 20 * MINUTES);
    assert_true(until_of(&s, MISSION) > before);
    assert_int_equal(s.false_asked, 1);
    end(&s);
}

static void give_unasked(struct renewing *s, unsigned days)
{
    struct bytes request = {0};
    struct bytes transport = {0};
    struct bytes ca = {0};
    struct bytes answer = {0};

    world_must(certify_request(vault_transport(world_node(s->f.w, MISSION)->vault), NULL, &request, &s->f.err),
               &s->f.err, "a request");
    world_certify_transport(s->f.w, MISSION, bytes_view(&request), &(struct world_validity){.days = days}, &transport,
                            &ca);
    peer_renewed_encode(&(struct peer_renewed){.transport = bytes_view(&transport), .transport_ca = bytes_view(&ca)},
                        &answer);
    assert_true(world_inject(s->f.w, NGO, MISSION, PEER_RENEWED, bytes_view(&answer)));
    bytes_fini(&request);
    bytes_fini(&transport);
    bytes_fini(&ca);
    bytes_fini(&answer);
}

static void test_what_nobody_asked_for_is_not_taken(void **state)
{
    struct renewing s;
    int64_t before;

    (void)state;
    begin(&s, 6);
    before = until_of(&s, MISSION);
    give_unasked(&s, 800);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(until_of(&s, MISSION), before);
    end(&s);
}

static void test_what_it_has_is_not_taken_again(void **state)
{
    struct renewing s;
    uint64_t records;

    (void)state;
    begin(&s, 7);
    let_it_end(&s);
    s.gives_what_it_has = true;
    records = audit_size(world_node(s.f.w, MISSION)->audit, LOG_HOUSE);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(s.asked, 1);
    assert_int_equal(audit_size(world_node(s.f.w, MISSION)->audit, LOG_HOUSE), records);
    end(&s);
}

static void test_what_a_ca_issued_that_no_directory_lists_is_not_taken(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 8);
    s.by_another_ca = true;
    takes_nothing(&s);
}

static void test_the_coordinators_node_renews_itself(void **state)
{
    struct renewing s;
    struct bytes question;
    struct bytes others = {0};
    int64_t before;

    (void)state;
    begin(&s, 15);
    world_renew_for(s.f.w, NGO, DAYS_LEFT, 0);
    fixture_look(&s.f);
    world_advance(s.f.w, DAYS_LEFT * DAYS - HOURS);
    before = until_of(&s, NGO);
    world_run_ms(s.f.w, MINUTES);
    assert_true(s.own.size > 0);
    question = s.own;
    open_narrow(&s, 9000, MISSION);
    s.answers_own = true;
    on_asked(&s, NGO, RENEWAL_OWN, bytes_view(&question));
    world_run_ms(s.f.w, MINUTES);
    assert_true(until_of(&s, NGO) > before + 80 * DAYS);
    s.asked = 0;
    request_of(&s, MISSION, &others);
    assert_true(send_narrow(&s, 9000, &others)); /* who asks it goes on */
    assert_int_equal(s.asked, 1);
    bytes_fini(&others);
    bytes_fini(&s.own);
    end(&s);
}

static size_t waiting_for_a_person(struct renewing *s, struct renewal_waiting *first)
{
    uint64_t more;

    return renewal_waits_list(world_node(s->f.w, NGO), first, 1, &more);
}

static void ask_now(struct renewing *s)
{
    struct control_renewing asked;

    renewal_now(world_node(s->f.w, MISSION), &asked);
    world_run_ms(s->f.w, MINUTES);
}

/* The coordinator reads whom to phone; where it is done, or nobody asks any more, he does not. */
static void test_a_renewal_that_waits_for_a_person_is_named_to_the_coordinator(void **state)
{
    struct renewal_waiting w;
    struct renewing s;

    (void)state;
    begin(&s, 14);
    world_link(s.f.w, MISSION, NGO);
    world_renew_for(s.f.w, MISSION, 60, 0);
    fixture_look(&s.f);
    world_link(s.f.w, MISSION, NGO);
    world_run_ms(s.f.w, MINUTES);
    s.refuses = RENEWAL_TOO_SOON;
    ask_now(&s);
    assert_int_equal(s.asked, 1);
    assert_int_equal(waiting_for_a_person(&s, &w), 0);
    s.refuses = RENEWAL_PERSON;
    world_run_ms(s.f.w, 2 * HOURS);
    ask_now(&s);
    assert_int_equal(waiting_for_a_person(&s, &w), 1);
    assert_string_equal(w.agency.text, world_address(s.f.w, MISSION)->text);
    s.refuses = RENEWAL_TOO_SOON; /* says nothing of whether it still waits */
    world_run_ms(s.f.w, 2 * HOURS);
    ask_now(&s);
    assert_int_equal(waiting_for_a_person(&s, &w), 1);
    s.refuses = 0;
    world_run_ms(s.f.w, 2 * HOURS);
    ask_now(&s);
    assert_int_equal(waiting_for_a_person(&s, &w), 0);
    s.refuses = RENEWAL_PERSON;
    world_run_ms(s.f.w, 2 * HOURS);
    ask_now(&s);
    assert_int_equal(waiting_for_a_person(&s, &w), 1);
    world_crash(s.f.w, MISSION);
    world_run_ms(s.f.w, 2 * DAYS);
    assert_int_equal(waiting_for_a_person(&s, &w), 0);
    end(&s);
}

static bool is_linked(const struct renewing *s, size_t i)
{
    return links_find_agency(world_node(s->f.w, NGO), world_address(s->f.w, i)) != NULL;
}

/* Nobody dials it meanwhile. */
static void test_a_coordinators_node_dials_all_members_a_minute_after_its_start(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 19);
    world_crash(s.f.w, NGO);
    world_shut(s.f.w, NGO, true);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 50 * SECONDS);
    assert_false(is_linked(&s, MISSION) || is_linked(&s, SHELTER));
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_true(is_linked(&s, MISSION) && is_linked(&s, SHELTER));
    end(&s);
}

static void test_a_person_has_it_renewed_now(void **state)
{
    struct renewing s;
    struct control_renewing asked;
    int64_t before;

    (void)state;
    begin(&s, 12);
    world_link(s.f.w, MISSION, NGO);
    world_renew_for(s.f.w, MISSION, 60, 0);
    fixture_look(&s.f);
    world_link(s.f.w, MISSION, NGO);
    world_run_ms(s.f.w, MINUTES);
    before = until_of(&s, MISSION);
    assert_int_equal(s.asked, 0);
    renewal_now(world_node(s.f.w, MISSION), &asked);
    assert_int_equal(asked.linked, 1);
    assert_int_equal(asked.transport_until_ms, before);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(s.asked, 1);
    assert_true(until_of(&s, MISSION) > before);
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(s.asked, 1);
    end(&s);
}

/* How often LINE was written to standard error while the days passed, of a node that nobody answers. */
static unsigned lines_in(struct renewing *s, unsigned days, const char *line)
{
    FILE *log = tmpfile();
    const int kept = dup(STDERR_FILENO);
    unsigned found = 0;
    char text[512];

    assert_non_null(log);
    assert_true(kept >= 0 && fflush(stderr) == 0 && dup2(fileno(log), STDERR_FILENO) >= 0);
    for (unsigned i = 0; i < days * 24 / 20; i++) {
        world_advance(s->f.w, 20 * HOURS);
        world_step(s->f.w, 1);
        world_step(s->f.w, 1);
    }
    assert_true(fflush(stderr) == 0 && dup2(kept, STDERR_FILENO) >= 0 && close(kept) == 0);
    rewind(log);
    while (fgets(text, sizeof text, log) != NULL)
        found += strstr(text, line) != NULL;
    (void)fclose(log);
    return found;
}

/* From two thirds of a life on, within a twelfth of it, each at another time. */
static void test_when_nodes_renew_is_spread(void **state)
{
    struct renewal_due due[3];
    struct membership_status own;
    struct renewing s;

    (void)state;
    begin(&s, 16);
    for (size_t i = 0; i < 3; i++) {
        const struct exchange *x = world_node(s.f.w, i);
        int64_t third;

        membership_status(x->membership, world_now(s.f.w), &own);
        third = (own.transport_until_ms - own.transport_from_ms) / 3;
        renewal_due(x, &due[i]);
        assert_true(due[i].transport_ms >= own.transport_until_ms - third - 1000);
        assert_true(due[i].transport_ms <= own.transport_until_ms - third + third / 4 + 1000);
    }
    assert_true(due[0].transport_ms != due[1].transport_ms && due[1].transport_ms != due[2].transport_ms);
    end(&s);
}

/* Each of 30, 14, 7, 3 days and 1 once, of the identity and of what the node shows on its link. */
static void test_when_others_certificates_end_is_said_at_each_of_some_days(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 15);
    world_coordinate(s.f.w, NGO, NULL, NULL);
    world_renew_for(s.f.w, MISSION, 0, 34);
    world_publish(s.f.w);
    fixture_look(&s.f);
    world_crash(s.f.w, SHELTER); /* which would say the same */
    assert_int_equal(lines_in(&s, 2, "certificate_ends peer=mission@sim.example certificate=identity"), 0);
    assert_int_equal(lines_in(&s, 34, "certificate_ends peer=mission@sim.example certificate=identity days="), 5);
    end(&s);
}

static void test_who_was_off_on_such_a_day_says_it_when_he_starts(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 16);
    world_coordinate(s.f.w, NGO, NULL, NULL);
    world_renew_for(s.f.w, MISSION, 0, 34);
    world_publish(s.f.w);
    fixture_look(&s.f);
    world_crash(s.f.w, SHELTER);
    (void)lines_in(&s, 26, "");
    world_crash(s.f.w, NGO);
    world_run_ms(s.f.w, 2 * DAYS);
    world_start(s.f.w, NGO);
    assert_int_equal(lines_in(&s, 1, "certificate_ends peer=mission@sim.example certificate=identity days=5"), 1);
    end(&s);
}

/* Of 40 days: due after 27 to 30, late 3 days after that. */
static void test_what_did_not_renew_is_said_at_each_of_some_days(void **state)
{
    struct renewing s;
    unsigned said;

    (void)state;
    begin(&s, 13);
    world_coordinate(s.f.w, NGO, NULL, NULL);
    world_renew_for(s.f.w, MISSION, 40, 0);
    world_crash(s.f.w, NGO);
    world_crash(s.f.w, SHELTER);
    assert_int_equal(lines_in(&s, 28, "event=renewal.late certificate=transport"), 0);
    said = lines_in(&s, 12, "event=renewal.late certificate=transport");
    assert_true(said >= 3 && said <= 4); /* 14, 7, 3, 1 */
    world_publish(s.f.w);
    world_start(s.f.w, NGO);
    world_start(s.f.w, SHELTER);
    end(&s);
}

static size_t named(struct renewing *s)
{
    struct node_status status;

    world_must(exchange_status(world_node(s->f.w, NGO), &status, &s->f.err), &s->f.err, "status");
    return status.ending_count;
}

static void test_whose_certificate_ends_soon_is_named(void **state)
{
    struct renewing s;

    (void)state;
    begin(&s, 14);
    world_coordinate(s.f.w, NGO, NULL, NULL);
    world_renew_for(s.f.w, MISSION, 15, 0);
    world_link(s.f.w, MISSION, NGO);
    world_advance(s.f.w, 23 * HOURS);
    world_step(s.f.w, 1);
    assert_int_equal(named(&s), 0);
    world_advance(s.f.w, 2 * HOURS);
    world_step(s.f.w, 1);
    assert_int_equal(named(&s), 1);
    world_crash(s.f.w, MISSION); /* who is off drops out first */
    world_crash(s.f.w, NGO);
    world_start(s.f.w, NGO);
    assert_int_equal(named(&s), 1);
    world_start(s.f.w, MISSION);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_renewed_by_itself_with_another_key),
        cmocka_unit_test(test_the_transport_key_renews_while_the_next_identity_key_waits),
        cmocka_unit_test(test_a_crash_between_certificate_and_key_is_made_good),
        cmocka_unit_test(test_the_identity_certificate_is_renewed_by_itself),
        cmocka_unit_test(test_whose_answer_was_lost_asks_for_the_identity_with_the_same_key),
        cmocka_unit_test(test_a_certificate_of_a_key_that_is_not_its_own_is_not_taken),
        cmocka_unit_test(test_a_certificate_is_not_taken_before_it_begins),
        cmocka_unit_test(test_a_clock_that_is_off_certifies_nobody),
        cmocka_unit_test(test_who_is_refused_asks_for_another_key),
        cmocka_unit_test(test_whose_own_clock_is_off_asks_once),
        cmocka_unit_test(test_a_clock_that_most_say_is_wrong_certifies_nobody),
        cmocka_unit_test(test_a_coordinator_looks_once_what_its_folder_gives),
        cmocka_unit_test(test_a_coordinator_that_was_off_for_weeks_certifies_itself),
        cmocka_unit_test(test_a_coordinators_clock_that_is_set_right_certifies_again),
        cmocka_unit_test(test_who_asks_for_another_is_cut_and_uses_up_nothing),
        cmocka_unit_test(test_who_asks_again_and_again_keeps_nobody_else_waiting),
        cmocka_unit_test(test_a_narrow_link_is_bound_and_counted_as_any),
        cmocka_unit_test(test_who_only_says_that_he_renews_holds_nobody_up),
        cmocka_unit_test(test_what_nobody_asked_for_is_not_taken),
        cmocka_unit_test(test_what_it_has_is_not_taken_again),
        cmocka_unit_test(test_the_coordinators_node_renews_itself),
        cmocka_unit_test(test_a_coordinators_node_dials_all_members_a_minute_after_its_start),
        cmocka_unit_test(test_a_person_has_it_renewed_now),
        cmocka_unit_test(test_another_identity_certificate_puts_off_no_transport_certificate),
        cmocka_unit_test(test_when_nodes_renew_is_spread),
        cmocka_unit_test(test_when_others_certificates_end_is_said_at_each_of_some_days),
        cmocka_unit_test(test_who_was_off_on_such_a_day_says_it_when_he_starts),
        cmocka_unit_test(test_a_renewal_that_waits_for_a_person_is_named_to_the_coordinator),
        cmocka_unit_test(test_what_did_not_renew_is_said_at_each_of_some_days),
        cmocka_unit_test(test_whose_certificate_ends_soon_is_named),
        cmocka_unit_test(test_what_a_ca_issued_that_no_directory_lists_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
