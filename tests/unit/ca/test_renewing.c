/* What refex-ca serve answers: which certificates are made anew without a person. One federation, made by the program,
 * with two members; time is a parameter. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "ca/federation_home.h"
#include "ca/member_list.h"
#include "ca/renewing.h"
#include "ca/served_files.h"
#include "codec/membership_codec.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "exchange/members/renewal_text.h"
#include "pki/certificate.h"

#define NGO     "ngo@nrm.example"
#define MISSION "mission@nrm.example"

struct agency {
    struct address name;
    struct ident node;
    struct sign_key *transport; /* the first */
    struct sign_key *identity;
};

struct fixture {
    char root[64];
    char fed[FILE_PATH_MAX];
    int64_t now_ms; /* when they became members */
    struct hash fid;
    struct agency ngo;
    struct agency mission;
};

static struct fixture fixture;

static void run_ca(const char *const *args)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        if (freopen("/dev/null", "r", stdin) == NULL || freopen("/dev/null", "w", stdout) == NULL ||
            freopen("/dev/null", "w", stderr) == NULL)
            _exit(126);
        (void)execv(REFEX_CA, (char *const *)(uintptr_t)args);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define RUN(...) run_ca((const char *const[]){"refex-ca", __VA_ARGS__, NULL})

static void join(struct fixture *s, struct agency *a, const char *name)
{
    struct request r = {.kind = KIND_SUPPORT_NGO, .endpoint = view_of_text("127.0.0.1:7411")};
    struct bytes transport = {0};
    struct bytes identity = {0};
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    char out[FILE_PATH_MAX];
    struct error err;

    a->transport = sign_key_new();
    a->identity = sign_key_new();
    ident_random(&random_real, &a->node);
    assert_true(address_read(view_of_text(name), &a->name));
    assert_true(certify_request(a->transport, NULL, &transport, &err));
    assert_true(certify_request(a->identity, &a->name, &identity, &err));
    r.agency = a->name;
    r.node = a->node;
    r.transport = bytes_view(&transport);
    r.identity = bytes_view(&identity);
    assert_true(request_encode(&r, &file, &err));
    assert_true(file_join_path(path, s->root, "request.refex", &err));
    assert_true(file_join_path(out, s->root, "membership.refex", &err));
    assert_true(file_write(path, bytes_view(&file), 0644, &err));
    RUN("issue", "--home", s->fed, path, "--out", out);
    bytes_fini(&transport);
    bytes_fini(&identity);
    bytes_fini(&file);
}

static int set_up(void **state)
{
    struct fixture *s = &fixture;
    struct federation_home h;
    struct error err;

    (void)snprintf(s->root, sizeof s->root, "/tmp/refex-test-renewing.XXXXXX");
    assert_non_null(mkdtemp(s->root));
    assert_true(file_join_path(s->fed, s->root, "fed", &err));
    RUN("init", "--home", s->fed, "--name", "nrm.example");
    join(s, &s->ngo, NGO);
    join(s, &s->mission, MISSION);
    s->now_ms = clock_now_ms(&clock_real);
    assert_true(federation_home_open(s->fed, NULL, s->now_ms, &h, &err));
    s->fid = h.federation.fid;
    federation_home_close(&h);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *s = *state;
    pid_t pid = fork();

    if (pid == 0) {
        (void)execlp("rm", "rm", "-rf", s->root, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, NULL, 0);
    sign_key_free(s->ngo.transport);
    sign_key_free(s->ngo.identity);
    sign_key_free(s->mission.transport);
    sign_key_free(s->mission.identity);
    return 0;
}

/* What is asked: by default of the NGO, in its name, signed by its key. */
struct question {
    const struct sign_key *transport;
    const struct sign_key *identity; /* of which a certificate is asked for; NULL: none is */
    const struct address *name;
    const struct ident *node;
    const struct sign_key *signer;
    const struct sign_key *in_place; /* whose request takes the transport key's place behind the signature */
};

/* Appended to *WIRE. */
static void write_question(struct fixture *s, const struct question *q, struct bytes *wire)
{
    const struct address *name = q->name != NULL ? q->name : &s->ngo.name;
    struct peer_renewal r = {.agency = *name, .node = q->node != NULL ? *q->node : s->ngo.node};
    struct bytes requests[3] = {{0}};
    uint8_t signature[SIGN_SIZE];
    struct error err;

    assert_true(certify_request(q->transport, NULL, &requests[0], &err));
    r.transport = bytes_view(&requests[0]);
    if (q->identity != NULL) {
        assert_true(certify_request(q->identity, name, &requests[1], &err));
        r.identity = bytes_view(&requests[1]);
    }
    assert_true(renewal_sign(&r, &s->fid, q->signer != NULL ? q->signer : s->ngo.identity, signature, &err));
    r.signature = view_of(signature, sizeof signature);
    if (q->in_place != NULL) {
        assert_true(certify_request(q->in_place, NULL, &requests[2], &err));
        r.transport = bytes_view(&requests[2]);
    }
    peer_renewal_encode(&r, wire);
    for (size_t i = 0; i < 3; i++)
        bytes_fini(&requests[i]);
}

static void ask(struct fixture *s, const struct question *q, int64_t now_ms, struct renewing_made *out)
{
    struct key_unlock unlock = {0};
    struct bytes wire = {0};
    struct error err;

    write_question(s, q, &wire);
    *out = (struct renewing_made){0};
    assert_true(renewing_answer(s->fed, &unlock, bytes_view(&wire), now_ms, out, &err));
    bytes_fini(&wire);
}

static void assert_refused(struct fixture *s, const struct question *q, int64_t now_ms, enum renewal_refusal why)
{
    struct renewing_made made;

    ask(s, q, now_ms, &made);
    assert_int_equal(made.refusal, why);
    assert_int_equal(made.transport.size, 0);
    renewing_made_fini(&made);
}

static void read_made(const struct bytes *der, struct certificate *out)
{
    struct error err;

    assert_true(certificate_read(bytes_view(der), out, &err));
}

/* Each test begins so many days after the one before. */
static int64_t later(struct fixture *s, unsigned days)
{
    s->now_ms += days * DAY_MS;
    return s->now_ms;
}

static void test_a_new_key_is_certified_once_a_day_and_given_again(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    struct sign_key *another = sign_key_new();
    struct renewing_made made;
    struct renewing_made again;
    struct certificate c;
    uint8_t public_key[KEY_SIZE];
    int64_t now;

    assert_refused(s, &(struct question){.transport = key}, later(s, 0) + HOUR_MS, RENEWAL_TOO_SOON);
    now = later(s, 2);
    ask(s, &(struct question){.transport = key}, now, &made);
    assert_int_equal(made.refusal, 0);
    read_made(&made.transport, &c);
    sign_key_public(key, public_key);
    assert_memory_equal(c.public_key, public_key, KEY_SIZE);
    assert_true(ident_equal(&c.node, &s->ngo.node));
    assert_true(c.not_after_ms > now + 89 * DAY_MS);
    assert_int_equal(made.identity.size, 0);
    ask(s, &(struct question){.transport = key}, now + HOUR_MS, &again); /* the answer was lost */
    assert_int_equal(again.refusal, 0);
    assert_true(view_equal(bytes_view(&again.transport), bytes_view(&made.transport)));
    assert_refused(s, &(struct question){.transport = another}, now + HOUR_MS, RENEWAL_TOO_SOON);
    renewing_made_fini(&made);
    renewing_made_fini(&again);
    sign_key_free(key);
    sign_key_free(another);
}

static void test_a_key_that_was_certified_before_waits_for_a_person(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    struct renewing_made made;
    int64_t now = later(s, 2);

    ask(s, &(struct question){.transport = key}, now, &made);
    assert_int_equal(made.refusal, 0);
    now = later(s, 2);
    assert_refused(s, &(struct question){.transport = s->ngo.transport}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = s->mission.transport}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = s->ngo.identity}, now, RENEWAL_PERSON);
    renewing_made_fini(&made);
    sign_key_free(key);
}

static void test_another_name_or_machine_waits_for_a_person(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    struct address stranger;
    int64_t now = later(s, 2);

    assert_true(address_read(view_of_text("stranger@nrm.example"), &stranger));
    assert_refused(s, &(struct question){.transport = key, .name = &stranger}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .node = &s->mission.node}, now, RENEWAL_PERSON);
    sign_key_free(key);
}

static void test_what_its_identity_key_did_not_sign_waits_for_a_person(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    struct sign_key *thief = sign_key_new();
    int64_t now = later(s, 2);

    assert_refused(s, &(struct question){.transport = key, .signer = s->mission.identity}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .in_place = thief}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .identity = thief}, now, RENEWAL_PERSON);
    sign_key_free(key);
    sign_key_free(thief);
}

/* What DIRECTORY lists of the NGO. */
static void listed_identity(struct fixture *s, struct certificate *out)
{
    struct federation_home h;
    const struct member *m;
    struct error err;

    assert_true(federation_home_open(s->fed, NULL, clock_now_ms(&clock_real), &h, &err));
    m = directory_find_member(&h.directory, address_view(&s->ngo.name));
    assert_non_null(m);
    assert_true(certificate_read(m->identity_certificate, out, &err));
    out->der = (struct view){0};
    federation_home_close(&h);
}

static void test_an_identity_certificate_is_made_in_the_second_half_of_its_life(void **state)
{
    struct fixture *s = *state;
    struct sign_key *keys[4] = {sign_key_new(), sign_key_new(), sign_key_new(), sign_key_new()};
    struct question q = {.transport = keys[0], .identity = s->ngo.identity};
    struct renewing_made made;
    struct certificate first;
    struct certificate c;
    char path[FILE_PATH_MAX];
    char held[FILE_PATH_MAX];
    char out[FILE_PATH_MAX];
    struct error err;

    listed_identity(s, &first);
    ask(s, &q, later(s, 200), &made);
    read_made(&made.identity, &c);
    assert_int_equal(c.not_after_ms, first.not_after_ms); /* the newest, which it has */
    renewing_made_fini(&made);
    assert_true(file_join_path(path, s->fed, "keys/issuing.key", &err));
    assert_true(file_join_path(held, s->root, "issuing.key", &err));
    assert_int_equal(rename(path, held), 0);
    q.transport = keys[1];
    ask(s, &q, later(s, 200), &made);
    assert_int_equal(made.refusal, 0);
    assert_true(made.transport.size > 0 && made.identity.size == 0); /* its key lies elsewhere */
    renewing_made_fini(&made);
    assert_int_equal(rename(held, path), 0);
    q.transport = keys[2];
    ask(s, &q, later(s, 2), &made);
    read_made(&made.identity, &c);
    assert_true(c.not_after_ms > first.not_after_ms + 300 * DAY_MS);
    assert_memory_equal(c.public_key, first.public_key, KEY_SIZE);
    assert_true(file_join_path(out, s->root, "directory.refex", &err));
    listed_identity(s, &first);
    assert_true(first.not_after_ms < c.not_after_ms);
    RUN("publish", "--home", s->fed, "--out", out);
    listed_identity(s, &first);
    assert_int_equal(first.not_after_ms, c.not_after_ms);
    renewing_made_fini(&made);
    for (size_t i = 0; i < 4; i++)
        sign_key_free(keys[i]);
}

/* Of the mission: its identity certificate is of the beginning. */
static void test_whose_identity_certificate_has_ended_waits_for_a_person(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    const struct question q = {
        .transport = key, .name = &s->mission.name, .node = &s->mission.node, .signer = s->mission.identity};
    const int64_t left = 730 * DAY_MS - (s->now_ms - clock_now_ms(&clock_real));
    struct renewing_made made;

    assert_refused(s, &q, s->now_ms + left + HOUR_MS, RENEWAL_PERSON);
    ask(s, &q, s->now_ms + left - DAY_MS, &made);
    assert_int_equal(made.refusal, 0);
    renewing_made_fini(&made);
    sign_key_free(key);
}

static void test_who_was_revoked_waits_for_a_person(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();

    RUN("revoke", "--home", s->fed, MISSION, "--reason", "suspended", "--confirm", MISSION);
    assert_refused(
        s,
        &(struct question){
            .transport = key, .name = &s->mission.name, .node = &s->mission.node, .signer = s->mission.identity},
        later(s, 1), RENEWAL_PERSON);
    sign_key_free(key);
}

static bool opens(const struct fixture *s, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    return file_join_path(path, s->fed, name, &err) && open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

/* As `serve` does it, and then by the library. *DONE: a bit for each thing that is as it should be. */
static void serve_confined(const struct fixture *s, struct view question, int64_t now_ms, int *done)
{
    struct key_unlock unlock = {0};
    struct renewing_made made = {0};
    struct served_files files;
    struct sandbox confined;
    struct error err;

    sign_key_free(sign_key_new());
    if (!served_files_find(s->fed, &files, &err) || !served_files_confine(&files, false, &confined, &err))
        return;
    *done |= confined.landlock > 0 && confined.seccomp ? 1 : 0;
    *done |= renewing_answer(s->fed, &unlock, question, now_ms, &made, &err) && made.transport.size > 0 ? 2 : 0;
    *done |= made.identity.size > 0 ? 4 : 0;
    *done |= !opens(s, "keys/root.key") && !opens(s, "keys/directory-1.key") ? 8 : 0;
    *done |= !opens(s, "compared") ? 16 : 0;
    *done |= opens(s, "keys/transport.key") && opens(s, "keys/issuing.key") ? 32 : 0;
}

static void test_who_serves_opens_no_key_of_the_root_or_the_directory(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key = sign_key_new();
    struct bytes wire = {0};
    int64_t now = later(s, 2);
    int done = 0;
    int status;
    pid_t pid;

    assert_true(opens(s, "keys/root.key") && opens(s, "keys/directory-1.key"));
    write_question(s, &(struct question){.transport = key, .identity = s->ngo.identity}, &wire);
    pid = fork();
    if (pid == 0) {
        serve_confined(s, bytes_view(&wire), now, &done);
        _exit(done);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 63);
    bytes_fini(&wire);
    sign_key_free(key);
}

static void test_a_file_that_serve_may_not_open_yet_is_seen(void **state)
{
    struct fixture *s = *state;
    struct served_files files;
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(served_files_find(s->fed, &files, &err));
    assert_false(served_files_changed(&files));
    assert_true(file_join_path(path, s->root, "directory-again.refex", &err));
    RUN("publish", "--home", s->fed, "--out", path); /* another directory in the place of the one before */
    assert_true(served_files_changed(&files));
    assert_true(served_files_find(s->fed, &files, &err));
    assert_true(file_join_path(path, s->fed, "keys/transport-next.key", &err));
    assert_true(file_create(path, view_of_text("x"), 0600, &err)); /* one that was not there */
    assert_true(served_files_changed(&files));
    assert_true(served_files_find(s->fed, &files, &err));
    assert_false(served_files_changed(&files));
    assert_int_equal(unlink(path), 0);
    assert_true(served_files_changed(&files));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_key_is_certified_once_a_day_and_given_again),
        cmocka_unit_test(test_a_key_that_was_certified_before_waits_for_a_person),
        cmocka_unit_test(test_another_name_or_machine_waits_for_a_person),
        cmocka_unit_test(test_what_its_identity_key_did_not_sign_waits_for_a_person),
        cmocka_unit_test(test_who_serves_opens_no_key_of_the_root_or_the_directory),
        cmocka_unit_test(test_a_file_that_serve_may_not_open_yet_is_seen),
        cmocka_unit_test(test_an_identity_certificate_is_made_in_the_second_half_of_its_life),
        cmocka_unit_test(test_whose_identity_certificate_has_ended_waits_for_a_person),
        cmocka_unit_test(test_who_was_revoked_waits_for_a_person),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
