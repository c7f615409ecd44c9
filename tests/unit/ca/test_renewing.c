/* What refex-ca serve answers: which certificates are made anew without a person. One federation, made by the program,
 * with two members; time is a parameter. */
#include "ca_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/federation_home.h"
#include "ca/issued_keys.h"
#include "ca/member_list.h"
#include "ca/renewing.h"
#include "ca/served_files.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "exchange/renewal/renewal_text.h"
#include "pki/certificate.h"

#define NGO     "ngo@nrm.example"
#define MISSION "mission@nrm.example"

struct agency {
    struct address name;
    struct keys keys; /* the first */
};

struct renewing {
    struct fixture *f;
    char fed[FILE_PATH_MAX];
    struct renewing_folder folder; /* as `serve` has it */
    struct key_unlock unlock;
    int64_t now_ms; /* when they became members */
    struct hash fid;
    struct agency ngo;
    struct agency mission;
};

static struct renewing renewing;

static void join(struct renewing *s, struct agency *a, const char *name)
{
    const struct request_draft p = {.agency = name};

    a->keys = new_keys();
    assert_true(address_read(view_of_text(name), &a->name));
    assert_int_equal(issue_membership(s->f, &p, &a->keys, false), 0);
}

static int begin(void **state)
{
    struct renewing *s = &renewing;
    struct federation_home h;
    struct error err;
    void *folder;

    (void)set_up(&folder);
    s->f = folder;
    (void)snprintf(s->fed, sizeof s->fed, "%s", path_in(s->f, "fed"));
    s->unlock.given = true; /* there is nobody to ask */
    s->folder = (struct renewing_folder){.home = s->fed, .unlock = &s->unlock, .issued_keys = issued_keys_new()};
    create_federation(s->f);
    join(s, &s->ngo, NGO);
    join(s, &s->mission, MISSION);
    s->now_ms = clock_now_ms(&clock_real);
    assert_true(federation_home_open(s->fed, NULL, s->now_ms, &h, &err));
    s->fid = h.federation.fid;
    federation_home_close(&h);
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct renewing *s = *state;
    void *folder = s->f;

    issued_keys_free(s->folder.issued_keys);
    free_keys(&s->ngo.keys);
    free_keys(&s->mission.keys);
    return tear_down(&folder);
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
static void write_question(struct renewing *s, const struct question *q, struct bytes *wire)
{
    const struct address *name = q->name != NULL ? q->name : &s->ngo.name;
    struct peer_renewal r = {.agency = *name, .node = q->node != NULL ? *q->node : s->ngo.keys.node};
    struct bytes requests[3] = {{0}};
    uint8_t signature[SIGN_SIZE];
    struct error err;

    assert_true(certify_request(q->transport, NULL, &requests[0], &err));
    r.transport = bytes_view(&requests[0]);
    if (q->identity != NULL) {
        assert_true(certify_request(q->identity, name, &requests[1], &err));
        r.identity = bytes_view(&requests[1]);
    }
    assert_true(renewal_sign(&r, &s->fid, q->signer != NULL ? q->signer : s->ngo.keys.identity, signature, &err));
    r.signature = view_of(signature, sizeof signature);
    if (q->in_place != NULL) {
        assert_true(certify_request(q->in_place, NULL, &requests[2], &err));
        r.transport = bytes_view(&requests[2]);
    }
    peer_renewal_encode(&r, wire);
    for (size_t i = 0; i < 3; i++)
        bytes_fini(&requests[i]);
}

static void ask(struct renewing *s, const struct question *q, int64_t now_ms, struct renewing_made *out)
{
    struct bytes wire = {0};
    struct error err;

    write_question(s, q, &wire);
    *out = (struct renewing_made){0};
    assert_true(renewing_answer(&s->folder, bytes_view(&wire), now_ms, out, &err));
    bytes_fini(&wire);
}

static void assert_refused(struct renewing *s, const struct question *q, int64_t now_ms, enum renewal_refusal why)
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
static int64_t later(struct renewing *s, unsigned days)
{
    s->now_ms += days * DAY_MS;
    return s->now_ms;
}

static void test_a_new_key_is_certified_once_a_day_and_given_again(void **state)
{
    struct renewing *s = *state;
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
    assert_true(ident_equal(&c.node, &s->ngo.keys.node));
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

/* The federation's machine showed a day to come: what it made then is good for nobody until that day. */
static void test_what_has_not_begun_is_made_again_and_holds_nobody_up(void **state)
{
    struct renewing *s = *state;
    struct sign_key *keys[2] = {sign_key_new(), sign_key_new()};
    struct renewing_made made;
    struct certificate c;
    int64_t now;

    for (int with_another = 0; with_another < 2; with_another++) {
        now = later(s, 2);
        ask(s, &(struct question){.transport = keys[with_another]}, now + 45 * DAY_MS, &made);
        read_made(&made.transport, &c);
        assert_true(c.not_before_ms > now + 44 * DAY_MS);
        renewing_made_fini(&made);
        if (with_another) {
            sign_key_free(keys[0]);
            keys[0] = sign_key_new();
        }
        ask(s, &(struct question){.transport = keys[0]}, now, &made);
        assert_int_equal(made.refusal, 0);
        read_made(&made.transport, &c);
        assert_true(c.not_before_ms <= now);
        renewing_made_fini(&made);
    }
    sign_key_free(keys[0]);
    sign_key_free(keys[1]);
}

static void test_a_key_that_was_certified_before_waits_for_a_person(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct renewing_made made;
    int64_t now = later(s, 2);

    ask(s, &(struct question){.transport = key}, now, &made);
    assert_int_equal(made.refusal, 0);
    now = later(s, 2);
    assert_refused(s, &(struct question){.transport = s->ngo.keys.transport}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = s->mission.keys.transport}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = s->ngo.keys.identity}, now, RENEWAL_PERSON);
    renewing_made_fini(&made);
    sign_key_free(key);
}

static void test_another_name_or_machine_waits_for_a_person(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct address stranger;
    int64_t now = later(s, 2);

    assert_true(address_read(view_of_text("stranger@nrm.example"), &stranger));
    assert_refused(s, &(struct question){.transport = key, .name = &stranger}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .node = &s->mission.keys.node}, now, RENEWAL_PERSON);
    sign_key_free(key);
}

static void test_what_its_identity_key_did_not_sign_waits_for_a_person(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct sign_key *thief = sign_key_new();
    int64_t now = later(s, 2);

    assert_refused(s, &(struct question){.transport = key, .signer = s->mission.keys.identity}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .in_place = thief}, now, RENEWAL_PERSON);
    assert_refused(s, &(struct question){.transport = key, .identity = thief}, now, RENEWAL_PERSON);
    sign_key_free(key);
    sign_key_free(thief);
}

/* What DIRECTORY lists of the NGO. */
static void listed_identity(struct renewing *s, struct certificate *out)
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

/* By the tests' time: that of the program is behind, and what was made has not begun by it. */
static void publish_now(struct renewing *s)
{
    struct federation_home h;
    struct member_list next;
    struct error err;

    assert_true(federation_home_open(s->fed, &s->unlock, s->now_ms, &h, &err));
    assert_true(member_list_init(&h, s->now_ms, &next, &err));
    assert_true(member_list_publish(&next, &h, s->now_ms, &err));
    member_list_fini(&next);
    federation_home_close(&h);
}

static void test_an_identity_certificate_is_made_in_the_second_half_of_its_life(void **state)
{
    struct renewing *s = *state;
    struct sign_key *keys[4] = {sign_key_new(), sign_key_new(), sign_key_new(), sign_key_new()};
    struct question q = {.transport = keys[0], .identity = s->ngo.keys.identity};
    struct renewing_made made;
    struct certificate first;
    struct certificate c;
    char path[FILE_PATH_MAX];
    char held[FILE_PATH_MAX];
    struct error err;

    listed_identity(s, &first);
    ask(s, &q, later(s, 200), &made);
    read_made(&made.identity, &c);
    assert_int_equal(c.not_after_ms, first.not_after_ms); /* the newest, which it has */
    renewing_made_fini(&made);
    assert_true(file_join_path(path, s->fed, "keys/issuing.key", &err));
    (void)snprintf(held, sizeof held, "%s", path_in(s->f, "issuing.key"));
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
    listed_identity(s, &first);
    assert_true(first.not_after_ms < c.not_after_ms);
    publish_now(s);
    listed_identity(s, &first);
    assert_int_equal(first.not_after_ms, c.not_after_ms);
    renewing_made_fini(&made);
    for (size_t i = 0; i < 4; i++)
        sign_key_free(keys[i]);
}

/* The mission's certificate that a directory of NOW_MS lists begins then. IDENTITY: the newest lists this one. */
static int64_t listed_next(struct renewing *s, int64_t now_ms, struct view identity)
{
    struct federation_home h;
    struct member_list next;
    struct certificate c;
    struct error err;

    assert_true(federation_home_open(s->fed, NULL, now_ms, &h, &err));
    for (size_t i = 0; identity.size != 0 && i < h.directory.member_count; i++)
        if (address_equal(&h.directory.members[i].agency, &s->mission.name))
            ((struct member *)(uintptr_t)h.directory.members)[i].identity_certificate = identity;
    assert_true(member_list_init(&h, now_ms, &next, &err));
    assert_true(certificate_read(member_list_find(&next, &s->mission.name)->identity_certificate, &c, &err));
    member_list_fini(&next);
    federation_home_close(&h);
    return c.not_before_ms;
}

/* It is made by a clock that is 20 hours ahead. */
static void test_an_identity_certificate_that_has_not_begun_is_neither_listed_nor_given(void **state)
{
    struct renewing *s = *state;
    struct sign_key *keys[2] = {sign_key_new(), sign_key_new()};
    struct question q = {.transport = keys[0],
                         .identity = s->mission.keys.identity,
                         .name = &s->mission.name,
                         .node = &s->mission.keys.node,
                         .signer = s->mission.keys.identity};
    const int64_t first = listed_next(s, s->now_ms, (struct view){0});
    const int64_t now = later(s, s->now_ms < first + 365 * DAY_MS ? 400 : 2); /* in the second half of its life */
    struct renewing_made early;
    struct renewing_made made;
    struct certificate c;

    ask(s, &q, now + 20 * HOUR_MS, &early);
    read_made(&early.identity, &c);
    assert_true(c.not_before_ms > now);
    assert_int_equal(listed_next(s, now + 21 * HOUR_MS, (struct view){0}), c.not_before_ms);
    assert_int_equal(listed_next(s, now, (struct view){0}), first);
    assert_int_equal(listed_next(s, now, bytes_view(&early.identity)), first);
    q.transport = keys[1];
    ask(s, &q, now, &made);
    assert_int_equal(made.refusal, 0);
    read_made(&made.identity, &c);
    assert_true(c.not_before_ms <= now);
    renewing_made_fini(&early);
    renewing_made_fini(&made);
    sign_key_free(keys[0]);
    sign_key_free(keys[1]);
}

/* It lies under a passphrase that nobody gave. */
static void test_an_issuing_key_that_does_not_open_keeps_no_transport_certificate_back(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct sign_key *issuing;
    struct bytes kept = {0};
    struct renewing_made made;
    struct error err;

    assert_true(file_read(path_in(s->f, "fed/keys/issuing.key"), 65536, &kept, &err));
    assert_true(sign_key_open(path_in(s->f, "fed/keys/issuing.key"), &issuing, &err));
    assert_true(sign_key_put_under(issuing, view_of_text("two"), path_in(s->f, "fed/keys/issuing.key"), &err));
    sign_key_free(issuing);
    ask(s, &(struct question){.transport = key, .identity = s->ngo.keys.identity}, later(s, 400), &made);
    assert_int_equal(made.refusal, 0);
    assert_true(made.transport.size > 0 && made.identity.size == 0);
    assert_int_equal(made.why, E_KEY_20);
    assert_true(file_write(path_in(s->f, "fed/keys/issuing.key"), bytes_view(&kept), 0600, &err));
    renewing_made_fini(&made);
    bytes_fini(&kept);
    sign_key_free(key);
}

/* Who asks is not to blame, and no person has to look at him. */
static void test_a_folder_that_cannot_be_read_is_broken(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct renewing_made made = {0};
    struct bytes wire = {0};
    char path[FILE_PATH_MAX];
    char held[FILE_PATH_MAX];
    struct error err;

    (void)snprintf(path, sizeof path, "%s", path_in(s->f, "fed/members/mission.pem"));
    (void)snprintf(held, sizeof held, "%s", path_in(s->f, "mission.pem"));
    assert_int_equal(rename(path, held), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    write_question(s, &(struct question){.transport = key}, &wire);
    assert_false(renewing_answer(&s->folder, bytes_view(&wire), later(s, 2), &made, &err));
    assert_int_equal(err.code, E_FIL_01);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rename(held, path), 0);
    bytes_fini(&wire);
    sign_key_free(key);
}

/* Damages the certificates of the mission, and leaves the file's size and time as they were. */
static void damage_in_place(const struct renewing *s, struct bytes *before)
{
    const char *path = path_in(s->f, "fed/members/mission.pem");
    struct bytes damaged = {0};
    struct timespec times[2];
    struct stat st;
    struct error err;
    FILE *f;

    assert_true(file_read(path, 65536, before, &err));
    bytes_append_view(&damaged, bytes_view(before));
    memset(damaged.at + sizeof "-----BEGIN CERTIFICATE-----", 'A', 32);
    assert_int_equal(stat(path, &st), 0);
    times[0] = st.st_atim;
    times[1] = st.st_mtim;
    f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(fwrite(damaged.at, 1, damaged.size, f), damaged.size);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    bytes_fini(&damaged);
}

/* Of others the keys are what is asked for: a thousand members' certificates are not read for each. */
static void test_what_was_issued_to_others_is_read_once(void **state)
{
    struct renewing *s = *state;
    struct sign_key *keys[2] = {sign_key_new(), sign_key_new()};
    struct renewing_made made;
    struct bytes before = {0};
    struct error err;

    ask(s, &(struct question){.transport = keys[0]}, later(s, 2), &made);
    assert_int_equal(made.refusal, 0);
    renewing_made_fini(&made);
    damage_in_place(s, &before);
    ask(s, &(struct question){.transport = keys[1]}, later(s, 2), &made);
    assert_int_equal(made.refusal, 0);
    renewing_made_fini(&made);
    assert_true(file_write(path_in(s->f, "fed/members/mission.pem"), bytes_view(&before), 0644, &err));
    bytes_fini(&before);
    sign_key_free(keys[0]);
    sign_key_free(keys[1]);
}

static void test_what_was_issued_meanwhile_is_seen(void **state)
{
    struct renewing *s = *state;
    struct issued_keys *kept = s->folder.issued_keys;
    struct sign_key *key = sign_key_new();
    struct sign_key *before = sign_key_new();
    const struct question of_mission = {
        .transport = key, .name = &s->mission.name, .node = &s->mission.keys.node, .signer = s->mission.keys.identity};
    struct renewing_made made;
    int64_t now = later(s, 4);

    ask(s, &(struct question){.transport = before}, now - 2 * DAY_MS, &made);
    assert_int_equal(made.refusal, 0);
    renewing_made_fini(&made);
    s->folder.issued_keys = NULL; /* as another program does */
    ask(s, &of_mission, now, &made);
    assert_int_equal(made.refusal, 0);
    renewing_made_fini(&made);
    s->folder.issued_keys = kept;
    assert_refused(s, &(struct question){.transport = key}, now, RENEWAL_PERSON);
    sign_key_free(before);
    sign_key_free(key);
}

/* By hand, as request.refex has it: that of the newest certificate, or the one before where that answer was lost. An
 * older one was destroyed. */
static void test_by_hand_no_older_transport_key_comes_back(void **state)
{
    const struct request_draft p = {.agency = NGO};
    struct renewing *s = *state;
    struct sign_key *newer[2] = {sign_key_new(), sign_key_new()};
    struct keys k = s->ngo.keys;
    struct renewing_made made;

    for (int i = 0; i < 2; i++) {
        ask(s, &(struct question){.transport = newer[i]}, later(s, 2), &made);
        assert_int_equal(made.refusal, 0);
        renewing_made_fini(&made);
    }
    assert_int_equal(issue_membership(s->f, &p, &k, false), 77);
    assert_output_has(s->f, "E-FED-07");
    write_request(path_in(s->f, "request.refex"), &p, &k); /* but of a home that was put back */
    assert_int_equal(RUN(s->f, "issue", "--home", path_in(s->f, "fed"), path_in(s->f, "request.refex"), "--out",
                         path_in(s->f, "membership.refex"), "--restored", "--dry-run"),
                     0);
    k.transport = newer[0];
    assert_int_equal(issue_membership(s->f, &p, &k, false), 0);
    k.transport = newer[1];
    assert_int_equal(issue_membership(s->f, &p, &k, false), 0);
    sign_key_free(newer[0]);
    sign_key_free(newer[1]);
}

/* Of the mission: its identity certificate is of the beginning. */
static void test_whose_identity_certificate_has_ended_waits_for_a_person(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    const struct question q = {
        .transport = key, .name = &s->mission.name, .node = &s->mission.keys.node, .signer = s->mission.keys.identity};
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
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();

    assert_int_equal(RUN(s->f, "revoke", "--home", s->fed, MISSION, "--reason", "suspended", "--confirm", MISSION), 0);
    assert_refused(s,
                   &(struct question){.transport = key,
                                      .name = &s->mission.name,
                                      .node = &s->mission.keys.node,
                                      .signer = s->mission.keys.identity},
                   later(s, 1), RENEWAL_PERSON);
    sign_key_free(key);
}

static bool opens(const struct renewing *s, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    return file_join_path(path, s->fed, name, &err) && open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

/* As `serve` does it, and then by the library. *DONE: a bit for each thing that is as it should be. */
static void serve_confined(const struct renewing *s, struct view question, int64_t now_ms, int *done)
{
    struct renewing_made made = {0};
    struct served_files files;
    struct sandbox confined;
    struct error err;

    sign_key_free(sign_key_new());
    if (!served_files_find(s->fed, &files, &err) || !served_files_confine(&files, false, &confined, &err))
        return;
    *done |= confined.landlock > 0 && confined.seccomp ? 1 : 0;
    *done |= renewing_answer(&s->folder, question, now_ms, &made, &err) && made.transport.size > 0 ? 2 : 0;
    *done |= made.identity.size > 0 ? 4 : 0;
    *done |= !opens(s, "keys/root.key") && !opens(s, "keys/directory-1.key") ? 8 : 0;
    *done |= !opens(s, "compared") ? 16 : 0;
    *done |= opens(s, "keys/transport.key") && opens(s, "keys/issuing.key") ? 32 : 0;
}

static void test_who_serves_opens_no_key_of_the_root_or_the_directory(void **state)
{
    struct renewing *s = *state;
    struct sign_key *key = sign_key_new();
    struct bytes wire = {0};
    int64_t now = later(s, 2);
    int done = 0;
    int status;
    pid_t pid;

    assert_true(opens(s, "keys/root.key") && opens(s, "keys/directory-1.key"));
    write_question(s, &(struct question){.transport = key, .identity = s->ngo.keys.identity}, &wire);
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

/* As another process, without COMMAND's lock: says on READY that it has looked. Returns 0 where the folder is as it saw
 * it. */
static int look(const struct renewing *s, const struct federation_home *command, int ready)
{
    struct served_files files;
    struct error err;

    (void)close(command->folder_lock);
    if (!served_files_find(s->fed, &files, &err) || write(ready, "1", 1) != 1)
        return 1;
    return served_files_changed(&files) ? 2 : 0;
}

static void replace(const struct renewing *s, const char *name)
{
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, s->fed, name, &err) && file_read(path, 65536, &file, &err) &&
                file_write(path, bytes_view(&file), 0644, &err));
    bytes_fini(&file);
}

static void test_who_serves_looks_at_the_folder_behind_a_command(void **state)
{
    struct renewing *s = *state;
    struct federation_home command;
    struct pollfd ready = {.events = POLLIN};
    int ends[2];
    int status;
    struct error err;
    pid_t pid;

    assert_true(federation_home_open(s->fed, NULL, s->now_ms, &command, &err));
    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0)
        _exit(look(s, &command, ends[1]));
    ready.fd = ends[0];
    replace(s, "sequence");
    assert_int_equal(poll(&ready, 1, 300), 0);
    replace(s, "sequence");
    federation_home_close(&command);
    assert_int_equal(poll(&ready, 1, 5000), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(close(ends[0]) + close(ends[1]), 0);
}

/* Its own reason, before the kernel is asked to confine to what is not there. */
static void test_a_folder_that_was_moved_away_is_named(void **state)
{
    struct renewing *s = *state;
    struct served_files files;
    char members[FILE_PATH_MAX];
    char away[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(members, s->fed, "members", &err));
    (void)snprintf(away, sizeof away, "%s", path_in(s->f, "away"));
    assert_int_equal(rename(members, away), 0);
    assert_false(served_files_find(s->fed, &files, &err));
    assert_int_equal(err.code, E_FED_01);
    assert_non_null(strstr(err.text, "/members"));
    assert_true(file_create(members, view_of_text("x"), 0600, &err)); /* nor is a file a folder */
    assert_false(served_files_find(s->fed, &files, &err));
    assert_int_equal(err.code, E_FED_01);
    assert_int_equal(unlink(members), 0);
    assert_int_equal(rename(away, members), 0);
    assert_true(served_files_find(s->fed, &files, &err));
    assert_false(served_files_find(away, &files, &err));
    assert_int_equal(err.code, E_FED_01);
    assert_null(strstr(err.text, "/members")); /* the folder itself */
}

static void test_a_file_that_serve_may_not_open_yet_is_seen(void **state)
{
    struct renewing *s = *state;
    struct served_files files;
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(served_files_find(s->fed, &files, &err));
    assert_false(served_files_changed(&files));
    (void)snprintf(path, sizeof path, "%s", path_in(s->f, "directory-again.refex"));
    assert_int_equal(RUN(s->f, "publish", "--home", s->fed, "--out", path),
                     0); /* another directory in the place of the one before */
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
        cmocka_unit_test(test_what_has_not_begun_is_made_again_and_holds_nobody_up),
        cmocka_unit_test(test_a_key_that_was_certified_before_waits_for_a_person),
        cmocka_unit_test(test_another_name_or_machine_waits_for_a_person),
        cmocka_unit_test(test_what_its_identity_key_did_not_sign_waits_for_a_person),
        cmocka_unit_test(test_who_serves_opens_no_key_of_the_root_or_the_directory),
        cmocka_unit_test(test_who_serves_looks_at_the_folder_behind_a_command),
        cmocka_unit_test(test_a_folder_that_was_moved_away_is_named),
        cmocka_unit_test(test_a_file_that_serve_may_not_open_yet_is_seen),
        cmocka_unit_test(test_what_was_issued_to_others_is_read_once),
        cmocka_unit_test(test_what_was_issued_meanwhile_is_seen),
        cmocka_unit_test(test_an_identity_certificate_is_made_in_the_second_half_of_its_life),
        cmocka_unit_test(test_an_identity_certificate_that_has_not_begun_is_neither_listed_nor_given),
        cmocka_unit_test(test_an_issuing_key_that_does_not_open_keeps_no_transport_certificate_back),
        cmocka_unit_test(test_a_folder_that_cannot_be_read_is_broken),
        cmocka_unit_test(test_by_hand_no_older_transport_key_comes_back),
        cmocka_unit_test(test_whose_identity_certificate_has_ended_waits_for_a_person),
        cmocka_unit_test(test_who_was_revoked_waits_for_a_person),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
