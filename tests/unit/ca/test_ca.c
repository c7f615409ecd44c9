/* refex-ca as people run it: the built program, in a folder of its own. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "ca/federation_home.h"
#include "ca/renewing.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "crypto/certify_pem.h"
#include "crypto/digest.h"
#include "crypto/invite_words.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "exchange/members/bundle.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/invite.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/members/renewal_text.h"
#include "exchange/members/suspension_note.h"
#include "pki/certificate.h"

#define NOBODY 65534 /* a user who owns nothing */

struct fixture {
    char root[64];
    char output[16384];      /* standard output of the last run */
    char error_output[8192]; /* standard error */
    bool as_nobody;          /* the program runs as a user who owns nothing, where the test runs as root */
};

/* A path in the test's folder; the last four stay valid. */
static const char *path_in(const struct fixture *s, const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, FILE_PATH_MAX, "%s/%s", s->root, name);
    return path;
}

static void read_text(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "r");
    size_t n;

    assert_non_null(f);
    n = fread(out, 1, size - 1, f);
    out[n] = '\0';
    (void)fclose(f);
}

#define WORDS (2 * BOUND_BASES + 10) /* of a command line, at most */

/* Runs the program without a terminal; returns its exit status. */
static int run(struct fixture *s, const char *const *args)
{
    char out[FILE_PATH_MAX];
    char error_path[FILE_PATH_MAX];
    char *argv[WORDS] = {0};
    pid_t pid;
    int program;
    int status;

    (void)snprintf(out, sizeof out, "%s/stdout", s->root);
    (void)snprintf(error_path, sizeof error_path, "%s/stderr", s->root);
    argv[0] = strdup("refex-ca");
    for (size_t i = 0; args[i] != NULL; i++)
        argv[i + 1] = strdup(args[i]);
    (void)fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (freopen("/dev/null", "r", stdin) == NULL || freopen(out, "w", stdout) == NULL ||
            freopen(error_path, "w", stderr) == NULL)
            _exit(126);
        program = open(REFEX_CA, O_RDONLY); /* its folder may be closed to others */
        if (s->as_nobody && geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(126);
        (void)fexecve(program, argv, environ);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    for (size_t i = 0; i < WORDS; i++)
        free(argv[i]);
    read_text(out, s->output, sizeof s->output);
    read_text(error_path, s->error_output, sizeof s->error_output);
    return WEXITSTATUS(status);
}

#define RUN(s, ...) run(s, (const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
    struct fixture *s = xnew(sizeof *s);

    (void)snprintf(s->root, sizeof s->root, "/tmp/refex-test-ca.XXXXXX");
    assert_non_null(mkdtemp(s->root));
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
    free(s);
    return 0;
}

static void assert_output_has(const struct fixture *s, const char *text)
{
    if (strstr(s->output, text) == NULL && strstr(s->error_output, text) == NULL)
        fail_msg("'%s' was not said, but: %s%s", text, s->output, s->error_output);
}

/* --- requests --- */

struct keys {
    struct sign_key *transport;
    struct sign_key *identity;
    struct ident node; /* of the machine that has them */
};

static struct keys new_keys(void)
{
    struct keys k = {.transport = sign_key_new(), .identity = sign_key_new()};

    ident_random(&random_real, &k.node);
    return k;
}

static void free_keys(struct keys *k)
{
    sign_key_free(k->transport);
    sign_key_free(k->identity);
}

/* The request to write, and the names its parts are made with. */
struct request_draft {
    const char *agency;
    const char *certificate_agency; /* NULL: the same */
    const char *relay;              /* unlisted */
    const char *endpoint;           /* NULL: 127.0.0.1:7411 */
    enum agency_kind kind;          /* 0: an NGO */
    const struct bytes *bundle;
    bool transport_names; /* the request for the transport key holds a name */
    const struct invite *invite;
    const struct secret *invite_key; /* it is bound to the invitation by this */
};

static void write_request(const char *path, const struct request_draft *p, const struct keys *k)
{
    struct request r = {.kind = p->kind != 0 ? p->kind : KIND_SUPPORT_NGO, .node = k->node};
    struct bytes transport = {0};
    struct bytes identity = {0};
    struct bytes file = {0};
    struct address certificate;
    uint8_t binding[IDENT_SIZE + HASH_SIZE];
    struct hash proof;
    struct error err;

    assert_true(address_read(view_of_text(p->agency), &r.agency));
    assert_true(address_read(view_of_text(p->certificate_agency ? p->certificate_agency : p->agency), &certificate));
    assert_true(certify_request(k->transport, p->transport_names ? &certificate : NULL, &transport, &err));
    assert_true(certify_request(k->identity, &certificate, &identity, &err));
    r.transport = bytes_view(&transport);
    r.identity = bytes_view(&identity);
    if (p->relay != NULL) {
        r.unlisted = true;
        r.relay = view_of_text(p->relay);
    } else {
        r.endpoint = view_of_text(p->endpoint != NULL ? p->endpoint : "127.0.0.1:7411");
    }
    if (p->bundle != NULL)
        r.bundle = bytes_view(p->bundle);
    if (p->invite != NULL) {
        assert_true(invite_bind(&p->invite->federation, &p->invite->id, p->invite_key, &r, &proof, &err));
        memcpy(binding, p->invite->id.at, IDENT_SIZE);
        memcpy(binding + IDENT_SIZE, proof.at, HASH_SIZE);
        r.binding = view_of(binding, sizeof binding);
    }
    assert_true(request_encode(&r, &file, &err));
    assert_true(file_write(path, bytes_view(&file), 0600, &err));
    bytes_fini(&transport);
    bytes_fini(&identity);
    bytes_fini(&file);
}

static void create_federation(struct fixture *s)
{
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example"), 0);
}

/* What an agency reads to the coordinator. */
static void fingerprint_of(const struct sign_key *key, char out[static FINGERPRINT_TEXT])
{
    uint8_t public_key[KEY_SIZE];
    struct hash h;

    sign_key_public(key, public_key);
    sign_public_hash(public_key, &h);
    fingerprint_write(&h, out);
}

static int issue_membership(struct fixture *s, const struct request_draft *p, const struct keys *k, bool replace)
{
    char fingerprint[FINGERPRINT_TEXT];

    fingerprint_of(k->identity, fingerprint);
    write_request(path_in(s, "request.refex"), p, k);
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--fingerprint", fingerprint,
               "--out", path_in(s, "membership.refex"), replace ? "--replace" : NULL, "--confirm", p->agency);
}

/* The folder's record of comparisons has COUNT lines; the last one says that it was FINGERPRINT of ngo, and HOW. */
static void assert_compared(const struct fixture *s, size_t count, const char *fingerprint, const char *how)
{
    char text[4096];
    char line[FINGERPRINT_TEXT + 64];
    const char *last = text;
    size_t lines = 0;

    read_text(path_in(s, "fed/compared"), text, sizeof text);
    for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1, lines++)
        last = at;
    assert_int_equal(lines, count);
    (void)snprintf(line, sizeof line, " ngo@nrm.example %s %s user=", fingerprint, how);
    assert_non_null(strstr(last, line));
}

/* Opens the membership file as a node would. */
static struct membership *open_membership(struct fixture *s, const struct keys *k)
{
    struct bytes file = {0};
    struct arena a = {0};
    struct membership_file m;
    struct membership_files files;
    struct membership *out = NULL;
    uint8_t transport[KEY_SIZE];
    uint8_t identity[KEY_SIZE];
    struct error err;

    assert_true(file_read(path_in(s, "membership.refex"), BOUND_MEMBERSHIP_FILE, &file, &err));
    assert_true(membership_file_decode(bytes_view(&file), &a, &m, &err));
    files = (struct membership_files){.root = m.root,
                                      .issuing = m.issuing,
                                      .transport_ca = m.transport_ca,
                                      .transport = m.transport,
                                      .identity = m.identity,
                                      .directory = m.directory};
    if (!membership_open(&files, clock_now_ms(&clock_real), &out, &err))
        fail_msg("%s", err.text);
    sign_key_public(k->transport, transport);
    sign_key_public(k->identity, identity);
    assert_true(membership_check_keys(out, transport, identity, &k->node, &err));
    arena_fini(&a);
    bytes_fini(&file);
    return out;
}

static uint64_t sequence_of(struct fixture *s)
{
    struct bytes note = {0};
    struct directory_head head;
    struct view text;
    struct error err;

    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &note, &err));
    assert_true(directory_note_peek(bytes_view(&note), &text, &head, &err));
    bytes_fini(&note);
    return head.sequence;
}

/* --- founding --- */

static void test_a_federation_is_founded_whole_and_only_once(void **state)
{
    struct fixture *s = *state;
    struct stat st;

    create_federation(s);
    assert_output_has(s, "Fingerprint  ");
    assert_output_has(s, "plain files");
    assert_output_has(s, "Sharing without consent is off");
    assert_int_equal(stat(path_in(s, "fed/keys/root.key"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(path_in(s, "fed"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example"), 73);
    assert_output_has(s, "E-FED-02");
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(s, "\"federation\":\"nrm.example\"");
    assert_output_has(s, "\"directory\":1,");
}

static void test_a_federation_that_may_not_be_read_is_not_said_to_be_absent(void **state)
{
    struct fixture *s = *state;

    create_federation(s);
    assert_int_equal(chmod(path_in(s, "fed"), 0), 0);
    s->as_nobody = true;
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 66);
    assert_output_has(s, "E-FIL-01");
    s->as_nobody = false;
    assert_int_equal(chmod(path_in(s, "fed"), 0700), 0);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
}

static void test_founding_refuses_what_makes_no_federation(void **state)
{
    struct fixture *s = *state;
    const char *fed = path_in(s, "fed");

    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "NRM.example"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm..example"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm.example", "--founders", "0"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm.example", "--threshold", "2"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm.example", "--basis", "no text"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm.example", "--basis", "a=b", "--basis", "a=c"), 64);
    assert_int_equal(RUN(s, "init", "--home", fed, "--name", "nrm.example", "--erase-after-hours", "337"), 64);
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "no/such/folder"), "--name", "nrm.example"), 73);
    assert_int_equal(RUN(s, "show", "--home", fed), 78);
    assert_output_has(s, "E-FED-01");
    assert_false(file_exists(fed));
}

static void test_a_federation_is_founded_with_as_many_bases_as_its_bound_and_no_more(void **state)
{
    const char *args[2 * BOUND_BASES + 8] = {"init", "--home", NULL, "--name", "nrm.example"};
    char bases[BOUND_BASES + 1][8];
    struct fixture *s = *state;
    size_t n = 5;

    args[2] = path_in(s, "fed");
    for (size_t i = 0; i <= BOUND_BASES; i++) {
        (void)snprintf(bases[i], sizeof bases[i], "b%02zu=x", i);
        args[n++] = "--basis";
        args[n++] = bases[i];
    }
    assert_int_equal(run(s, args), 64);
    assert_false(file_exists(args[2]));
    args[n - 2] = NULL;
    assert_int_equal(run(s, args), 0);
}

static void test_usage_is_explained_and_nothing_is_abbreviated(void **state)
{
    struct fixture *s = *state;

    assert_int_equal(run(s, (const char *const[]){NULL}), 64);
    assert_int_equal(RUN(s, "isue"), 64);
    assert_output_has(s, "did you mean issue?");
    assert_int_equal(RUN(s, "show", "--hom", "x"), 64);
    assert_output_has(s, "did you mean --home?");
    assert_int_equal(RUN(s, "show", "--home", "x", "--home", "y"), 64);
    assert_int_equal(RUN(s, "show", "--home"), 64);
    assert_int_equal(RUN(s, "show", "--home", "--json"), 64);
    assert_output_has(s, "--home needs a value");
    assert_int_equal(RUN(s, "show", "--home", "x", "word"), 64);
    assert_int_equal(RUN(s, "issue", "--home", "x", "--out", "y"), 64);
    assert_output_has(s, "REQUEST");
    assert_int_equal(RUN(s, "revoke", "--help"), 0);
    assert_output_has(s, "--dry-run");
    assert_int_equal(RUN(s, "--help"), 0);
    assert_output_has(s, "publish");
}

static const char *passphrase_file(const struct fixture *s, const char *name, const char *words)
{
    const char *path = path_in(s, name);
    struct error err;

    (void)unlink(path);
    assert_true(file_create(path, view_of_text(words), 0600, &err));
    return path;
}

/* The passphrase of the file, or none, opens every key that is needed. */
static int publish_with(struct fixture *s, const char *passphrase)
{
    (void)unlink(path_in(s, "d"));
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"),
               passphrase == NULL ? NULL : "--passphrase-file", passphrase);
}

static void test_the_keys_lie_under_a_passphrase_and_the_root_on_its_stick(void **state)
{
    struct fixture *s = *state;

    (void)passphrase_file(s, "one", "seven maples\n");
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--root-key",
                         path_in(s, "stick/root.key")),
                     66);
    assert_output_has(s, "E-FED-99");
    assert_output_has(s, "Plug in the stick");
    assert_false(file_exists(path_in(s, "fed")));
    assert_int_equal(mkdir(path_in(s, "stick"), 0700), 0);
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--passphrase-file",
                         path_in(s, "one"), "--root-key", path_in(s, "stick/root.key"), "--json"),
                     0);
    assert_output_has(s, "\"plain_keys\":0,\"root_key_here\":false");
    assert_string_equal(s->error_output, "");
    assert_false(file_exists(path_in(s, "fed/keys/root.key")));

    assert_int_equal(publish_with(s, NULL), 77);
    assert_output_has(s, "E-KEY-20");
    assert_int_equal(publish_with(s, passphrase_file(s, "wrong", "seven maple\n")), 77);
    assert_output_has(s, "E-KEY-05");
    assert_int_equal(sequence_of(s), 1);
    assert_int_equal(publish_with(s, path_in(s, "one")), 0);
}

/* What is found is what a change that was cut short leaves: one key under the new one, the others not yet. */
static void test_a_passphrase_of_the_federations_keys_is_given_and_a_change_cut_short_goes_on(void **state)
{
    struct fixture *s = *state;
    struct sign_key *key;
    struct error err;

    create_federation(s);
    assert_true(sign_key_open(path_in(s, "fed/keys/root.key"), &key, &err));
    assert_true(sign_key_put_under(key, view_of_text("two"), path_in(s, "fed/keys/root.key"), &err));
    sign_key_free(key);
    assert_int_equal(unlink(path_in(s, "fed/keys/issuing.key")), 0);
    (void)passphrase_file(s, "two", "two\n");
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "2 of the federation's private keys lie in");
    assert_output_has(s, "carry it away");
    assert_int_equal(
        RUN(s, "passphrase", "--home", path_in(s, "fed"), "--new-passphrase-file", passphrase_file(s, "one", "one\n")),
        77);
    assert_output_has(s, "E-KEY-20");
    assert_int_equal(publish_with(s, NULL), 0);
    assert_int_equal(RUN(s, "passphrase", "--home", path_in(s, "fed"), "--new-passphrase-file", path_in(s, "two")), 0);
    assert_output_has(s, "2 keys open with the new");
    assert_int_equal(publish_with(s, NULL), 77);
    assert_int_equal(publish_with(s, path_in(s, "two")), 0);

    assert_int_equal(RUN(s, "passphrase", "--key", path_in(s, "fed/keys/root.key"), "--passphrase-file",
                         path_in(s, "two"), "--new-passphrase-file", path_in(s, "one")),
                     0);
    assert_output_has(s, "1 keys open");
    assert_int_equal(RUN(s, "passphrase", "--new-passphrase-file", path_in(s, "one")), 64);
    assert_int_equal(RUN(s, "passphrase", "--home", path_in(s, "fed")), 64);
}

static void test_a_folder_without_enough_keys_waits_for_those_elsewhere(void **state)
{
    struct fixture *s = *state;

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", "3"), 0);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-1.key")), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-3.key")), 0);

    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
    assert_output_has(s, "It waits for 1 signature of:\n  key 1 ");
    assert_output_has(s, "  key 3 ");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "it waits for 1 signature:");
}

/* --- founding by several --- */

static const char *const founder_files[] = {"a", "b", "c"};

/* Three founders, each with a key of his own, two of whom must sign; the federation's fingerprint. */
static void found_by_three(struct fixture *s, char fingerprint[static FINGERPRINT_TEXT])
{
    char list[3 * FILE_PATH_MAX];
    const char *at;

    for (size_t i = 0; i < 3; i++) {
        char out[8];

        (void)snprintf(out, sizeof out, "%s.f", founder_files[i]);
        assert_int_equal(RUN(s, "founder", "--key", path_in(s, founder_files[i]), "--out", path_in(s, out)), 0);
        assert_output_has(s, "in the clear");
    }
    (void)snprintf(list, sizeof list, "%s,%s,%s", path_in(s, "a.f"), path_in(s, "b.f"), path_in(s, "c.f"));
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", list,
                         "--threshold", "2", "--json"),
                     0);
    at = strstr(s->output, "\"fingerprint\":\"");
    assert_non_null(at);
    (void)snprintf(fingerprint, FINGERPRINT_TEXT, "%s", at + strlen("\"fingerprint\":\""));
}

/* The directory that waits, into FILE. */
static void hand_out(struct fixture *s, const char *file)
{
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, file)), 0);
}

static int sign_as(struct fixture *s, const char *founder, const char *file, const char *number,
                   const char *fingerprint)
{
    return RUN(s, "sign", path_in(s, file), "--key", path_in(s, founder), "--confirm", number,
               fingerprint != NULL ? "--federation" : NULL, fingerprint);
}

static int take_back(struct fixture *s, const char *file, const char *more)
{
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "out"), "--signed", path_in(s, file),
               more != NULL ? "--signed" : NULL, more != NULL ? path_in(s, more) : NULL);
}

static void test_founders_sign_with_keys_that_never_leave_their_machines(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];

    found_by_three(s, fingerprint);
    assert_false(file_exists(path_in(s, "fed/keys/directory-1.key")));
    assert_int_equal(issue_membership(s, &p, &k, false), 78);
    assert_output_has(s, "E-FED-11");
    hand_out(s, "d");
    assert_output_has(s, "It waits for 2 signatures of:\n  key 1 ");
    assert_int_equal(RUN(s, "sign", path_in(s, "d"), "--key", path_in(s, "a")), 64);
    assert_output_has(s, "E-FED-98");
    assert_int_equal(sign_as(s, "a", "d", "1", NULL), 64);
    assert_output_has(s, "--federation was not given");
    assert_int_equal(sign_as(s, "a", "d", "2", fingerprint), 64);
    assert_int_equal(sign_as(s, "a", "d", "1", fingerprint), 0);
    assert_output_has(s, "Signed directory 1 with key 1");
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_output_has(s, "It waits for 1 signature of:\n  key 2 ");
    assert_int_equal(sign_as(s, "b", "d", "1", fingerprint), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_output_has(s, "Nodes warn from");
    assert_int_equal(sequence_of(s), 1);

    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_output_has(s, "the directory that lists the agency waits for 2 signatures");
    hand_out(s, "one");
    hand_out(s, "other");
    assert_int_equal(RUN(s, "sign", path_in(s, "one"), "--key", path_in(s, "a"), "--dry-run"), 0);
    assert_output_has(s, "Against directory 1");
    assert_output_has(s, "+ ngo@nrm.example joins: SupportNGO, listed 127.0.0.1:7411, key ");
    assert_int_equal(sign_as(s, "a", "one", "2", NULL), 0);
    assert_int_equal(sign_as(s, "c", "other", "2", fingerprint), 0);
    assert_int_equal(take_back(s, "one", "other"), 0);
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(take_back(s, "one", NULL), 65);
    assert_output_has(s, "E-ENR-19");
    free_keys(&k);
}

/* The directory in FILE, otherwise. */
static void write_other(struct fixture *s, const char *file, const char *to, uint32_t erase_hours, int64_t days,
                        bool other_federation)
{
    struct bytes note = {0};
    struct bytes other = {0};
    struct arena a = {0};
    struct directory d;
    struct view text;
    struct error err;

    assert_true(file_read(path_in(s, file), BOUND_DIRECTORY, &note, &err));
    assert_true(directory_note_text(bytes_view(&note), &text, &err));
    assert_true(directory_decode(text, &a, &d, &err));
    d.erase_after_hours = erase_hours;
    d.refresh_after_s += days * 86400;
    d.hard_expiry_s += days * 86400;
    d.federation.fid.at[0] ^= other_federation ? 1 : 0;
    assert_true(directory_note_sign(&d, NULL, 0, &other, &err));
    assert_true(file_write(path_in(s, to), bytes_view(&other), 0600, &err));
    arena_fini(&a);
    bytes_fini(&note);
    bytes_fini(&other);
}

static void test_a_founder_signs_no_directory_that_he_should_not(void **state)
{
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];

    found_by_three(s, fingerprint);
    hand_out(s, "first");
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "stranger"), "--out", path_in(s, "s.f")), 0);
    assert_int_equal(sign_as(s, "stranger", "first", "1", fingerprint), 65);
    assert_output_has(s, "E-FED-97");
    write_other(s, "first", "late", 72, 2, false);
    assert_int_equal(sign_as(s, "a", "late", "1", fingerprint), 77);
    assert_output_has(s, "E-ENR-18");
    write_other(s, "first", "late", 72, -15, false);
    assert_int_equal(sign_as(s, "a", "late", "1", fingerprint), 77);
    write_other(s, "first", "other", 72, 0, true);
    assert_int_equal(sign_as(s, "a", "other", "1", fingerprint), 76);
    assert_output_has(s, "E-FED-21");
    assert_false(file_exists(path_in(s, "a.seen")));

    assert_int_equal(sign_as(s, "a", "first", "1", fingerprint), 0);
    assert_int_equal(sign_as(s, "a", "other", "1", NULL), 76);
    write_other(s, "first", "twin", 71, 0, false);
    assert_int_equal(sign_as(s, "a", "twin", "1", NULL), 77);
    assert_output_has(s, "E-FED-96");
    assert_int_equal(sign_as(s, "b", "twin", "1", fingerprint), 0);
    assert_int_equal(take_back(s, "twin", NULL), 65);
    assert_output_has(s, "E-ENR-19");
    assert_int_equal(sign_as(s, "c", "first", "1", fingerprint), 0);
    assert_int_equal(take_back(s, "first", NULL), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "second")), 0);
    assert_int_equal(sign_as(s, "a", "second", "2", NULL), 0);
    assert_int_equal(sign_as(s, "a", "first", "1", NULL), 77);
    assert_output_has(s, "E-FED-96");
}

static void test_a_signature_that_does_not_hold_is_not_taken(void **state)
{
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct bytes note = {0};
    struct error err;

    found_by_three(s, fingerprint);
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "a", "d", "1", fingerprint), 0);
    assert_true(file_read(path_in(s, "d"), BOUND_DIRECTORY, &note, &err));
    note.at[note.size - 20] = note.at[note.size - 20] == 'A' ? 'B' : 'A';
    assert_true(file_write(path_in(s, "d"), bytes_view(&note), 0600, &err));
    assert_int_equal(take_back(s, "d", NULL), 76);
    assert_output_has(s, "E-FED-20");
    assert_true(file_write(path_in(s, "b.f"), view_of_text("refex-founder/v1\nAAAA\n"), 0600, &err));
    assert_int_equal(
        RUN(s, "init", "--home", path_in(s, "f2"), "--name", "nrm.example", "--founders", path_in(s, "b.f")), 65);
    assert_output_has(s, "E-ENR-20");
    bytes_fini(&note);
}

/* --- one-time words --- */

/* Invites ngo; the invitation and the key of its words. */
static void invite_ngo(struct fixture *s, struct invite *i, struct secret *key)
{
    char words[128];
    struct bytes file = {0};
    const char *at;
    struct error err;
    uint8_t last;

    assert_int_equal(RUN(s, "invite", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "i"), "--json"), 0);
    at = strstr(s->output, "\"words\":\"");
    assert_non_null(at);
    (void)snprintf(words, sizeof words, "%s", at + strlen("\"words\":\""));
    words[strcspn(words, "\"")] = '\0';
    assert_true(file_read(path_in(s, "i"), 4096, &file, &err));
    assert_true(invite_read(bytes_view(&file), i, &err));
    assert_true(invite_words_key(view_of_text(words), &i->id, key, &err));
    assert_true(invite_check(i, key, &err));
    last = file.at[file.size - 2];
    file.at[file.size - 2] = last == '0' ? '1' : '0';
    assert_true(invite_read(bytes_view(&file), i, &err));
    assert_false(invite_check(i, key, &err));
    assert_int_equal(err.code, E_ENR_23);
    assert_false(invite_read(view_of_text("refex-invite/v1\n"), i, &err));
    assert_int_equal(err.code, E_ENR_21);
    file.at[file.size - 2] = last;
    assert_true(invite_read(bytes_view(&file), i, &err));
    bytes_fini(&file);
}

/* Without anybody who compares. */
static int issue_unread(struct fixture *s, const struct request_draft *p, const struct keys *k)
{
    write_request(path_in(s, "request.refex"), p, k);
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
               path_in(s, "membership.refex"), "--json");
}

static void test_the_words_of_an_invitation_bring_in_one_request(void **state)
{
    struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys other = new_keys();
    struct keys k = new_keys();
    struct fixture *s = *state;
    struct secret key = {0};
    char fingerprint[FINGERPRINT_TEXT];
    struct invite i;

    create_federation(s);
    invite_ngo(s, &i, &key);
    assert_int_equal(issue_unread(s, &p, &k), 77);
    assert_output_has(s, "E-ENR-27");
    p = (struct request_draft){.agency = "shelter@nrm.example", .invite = &i, .invite_key = &key};
    assert_int_equal(issue_unread(s, &p, &k), 65);
    assert_output_has(s, "E-ENR-26");
    p.agency = "ngo@nrm.example";
    assert_int_equal(issue_unread(s, &p, &k), 0);
    assert_output_has(s, "\"compared\":true");
    assert_output_has(s, "\"bound\":true");
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex")),
                     0);
    assert_output_has(s, "which the words of the invitation prove");
    fingerprint_of(k.identity, fingerprint);
    assert_compared(s, 2, fingerprint, "words");
    assert_int_equal(issue_unread(s, &p, &other), 77);
    assert_output_has(s, "E-ENR-25");
    secret_fini(&key);
    free_keys(&k);
    free_keys(&other);
}

static void test_three_wrong_tries_end_an_invitation(void **state)
{
    const char *const left[] = {"2 tries", "1 tries", "0 tries"};
    struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    struct secret wrong = {0};
    struct secret key = {0};
    struct invite i;

    create_federation(s);
    invite_ngo(s, &i, &key);
    secret_new(&wrong, HASH_SIZE);
    p.invite = &i;
    for (size_t n = 0; n < 3; n++) {
        p.invite_key = &wrong;
        assert_int_equal(issue_unread(s, &p, &k), 77);
        assert_output_has(s, "E-ENR-24");
        assert_output_has(s, left[n]);
    }
    p.invite_key = &key;
    assert_int_equal(issue_unread(s, &p, &k), 77);
    assert_output_has(s, "E-ENR-25");
    i.id.at[0] ^= 1;
    assert_int_equal(issue_unread(s, &p, &k), 77);
    assert_output_has(s, "names no invitation");
    p.invite = NULL;
    assert_int_equal(issue_unread(s, &p, &k), 0);
    secret_fini(&wrong);
    secret_fini(&key);
    free_keys(&k);
}

static void test_an_invitation_ends_after_its_hours(void **state)
{
    struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    struct secret key = {0};
    struct bytes record = {0};
    char name[16 + IDENT_TEXT] = "fed/invites/";
    struct invite i;
    struct error err;
    char *until;

    create_federation(s);
    invite_ngo(s, &i, &key);
    ident_write(&i.id, name + strlen(name));
    assert_true(file_read(path_in(s, name), 4096, &record, &err));
    bytes_append_u8(&record, 0);
    until = strstr((char *)record.at, "until ");
    assert_non_null(until);
    until[strlen("until 1")] = '0'; /* the year 2004 */
    assert_true(file_write(path_in(s, name), view_of(record.at, record.size - 1), 0600, &err));
    p.invite = &i;
    p.invite_key = &key;
    assert_int_equal(issue_unread(s, &p, &k), 65);
    assert_output_has(s, "E-ENR-22");
    bytes_fini(&record);
    secret_fini(&key);
    free_keys(&k);
}

/* --- issuing --- */

static void test_an_agency_becomes_a_member_and_can_prove_it(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct membership_status status;
    struct membership *m;
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_output_has(s, "Issued the membership of ngo@nrm.example");
    m = open_membership(s, &k);
    membership_status(m, clock_now_ms(&clock_real), &status);

    assert_int_equal(status.sequence, 2);
    assert_false(status.own_missing || status.own_differs);
    assert_true(membership_admits(m, view_of_text("ngo@nrm.example"), clock_now_ms(&clock_real), NULL, &err));
    membership_free(m);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(
        s, "{\"agency\":\"ngo@nrm.example\",\"kind\":\"SupportNGO\",\"listed\":true,\"endpoint\":\"127.0.0.1:7411\"");
    free_keys(&k);
}

static void test_the_same_request_again_renews(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);

    assert_int_equal(membership_directory(m)->member_count, 1);
    assert_int_equal(membership_directory(m)->revocation_count, 0);
    assert_int_equal(membership_directory(m)->sequence, 3);
    membership_free(m);
    free_keys(&k);
}

static void test_a_member_changes_its_endpoint_under_the_same_keys_and_nothing_else(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    const struct request_draft moved = {.agency = "ngo@nrm.example", .endpoint = "ngo.example.org:7411"};
    const struct request_draft police = {.agency = "ngo@nrm.example", .kind = KIND_POLICE};
    const struct request_draft hidden = {.agency = "ngo@nrm.example", .relay = "other@nrm.example"};
    const struct request_draft second = {.agency = "other@nrm.example"};
    struct keys other = new_keys();
    struct keys k = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &second, &other, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_null(strstr(s->output, "changes from"));
    assert_int_equal(issue_membership(s, &moved, &k, false), 0);
    assert_output_has(s, "The endpoint of ngo@nrm.example changes from 127.0.0.1:7411 to ngo.example.org:7411.");
    m = open_membership(s, &k);
    assert_int_equal(membership_directory(m)->revocation_count, 0);
    assert_true(view_equal(membership_directory(m)->members[0].endpoint, view_of_text("ngo.example.org:7411")));
    membership_free(m);

    assert_int_equal(issue_membership(s, &police, &k, false), 77);
    assert_output_has(s, "E-FED-47");
    assert_int_equal(issue_membership(s, &hidden, &k, false), 77);
    assert_output_has(s, "E-FED-47");
    assert_int_not_equal(issue_membership(s, &moved, &other, false), 0); /* under other keys it is no move */
    assert_output_has(s, "E-FED-07");
    free_keys(&k);
    free_keys(&other);
}

static void assert_begun_again(const struct membership *m, uint32_t times)
{
    assert_int_equal(directory_find_member(membership_directory(m), view_of_text("ngo@nrm.example"))->begun_again,
                     times);
}

static void assert_listed(const struct membership *m, const struct ident *node)
{
    const struct member *member = directory_find_member(membership_directory(m), view_of_text("ngo@nrm.example"));

    assert_non_null(member);
    assert_int_equal(member->node_count, 1);
    assert_true(member_has_node(member, node));
}

/* An id belongs to a machine: another key does not change it, another machine does. */
static void test_a_machine_keeps_its_id_with_a_new_key_and_a_new_machine_has_its_own(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct keys same_machine = {sign_key_new(), k.identity, k.node};
    struct keys other_machine = {same_machine.transport, k.identity, {{9}}};
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);
    assert_listed(m, &k.node);
    membership_free(m);
    assert_int_equal(issue_membership(s, &p, &same_machine, true), 0);
    m = open_membership(s, &same_machine);
    assert_listed(m, &k.node);
    assert_begun_again(m, 0); /* its log goes on */
    membership_free(m);
    assert_int_equal(issue_membership(s, &p, &other_machine, false), 77);
    assert_output_has(s, "E-FED-07");
    assert_int_equal(issue_membership(s, &p, &other_machine, true), 0);
    m = open_membership(s, &other_machine);
    assert_listed(m, &other_machine.node);
    assert_begun_again(m, 1);
    membership_free(m);
    sign_key_free(same_machine.transport);
    free_keys(&k);
}

static void test_a_name_keeps_its_keys_unless_they_are_replaced(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    const struct request_draft other_name = {.agency = "brama@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    assert_int_equal(issue_membership(s, &p, &new, false), 77);
    assert_output_has(s, "E-FED-07");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(issue_membership(s, &p, &new, true), 0);
    m = open_membership(s, &new);
    assert_int_equal(membership_directory(m)->revocation_count, 5);
    assert_int_equal(membership_directory(m)->revocations[0].reason, REVOKED_SUPERSEDED);
    membership_free(m);

    assert_int_equal(issue_membership(s, &p, &old, true), 77); /* not back again */
    assert_output_has(s, "E-FED-13");
    ident_random(&random_real, &old.node);
    /* Nor under another name, of another machine. */
    assert_int_equal(issue_membership(s, &other_name, &old, false), 77);
    assert_output_has(s, "E-FED-13");
    free_keys(&old);
    free_keys(&new);
}

static int restore(struct fixture *s, const char *option)
{
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
               path_in(s, "membership.refex"), "--restored", option);
}

/* Keys and entry stay, the log begins anew, also on another machine; and that is asked for by the agency's name. */
static void test_the_log_of_a_home_that_was_put_back_begins_anew(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft court = {.agency = "ngo@nrm.example", .kind = KIND_COURT};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    write_request(path_in(s, "request.refex"), &ngo, &old);
    assert_int_equal(restore(s, "--json"), 64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(restore(s, "--confirm=mission"), 64);
    assert_int_equal(restore(s, "--replace"), 64);
    assert_output_has(s, "E-USE-03");
    assert_int_equal(restore(s, "--dry-run"), 0);
    assert_output_has(s, "begin anew, as number 2");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(restore(s, "--confirm=ngo"), 0);
    m = open_membership(s, &old);
    assert_begun_again(m, 1);
    membership_free(m);

    write_request(path_in(s, "request.refex"), &ngo, &new);
    assert_int_equal(restore(s, "--confirm=ngo"), 77);
    assert_output_has(s, "E-FED-07");
    write_request(path_in(s, "request.refex"), &court, &old);
    assert_int_equal(restore(s, "--confirm=ngo"), 77);
    assert_output_has(s, "E-FED-47");
    write_request(path_in(s, "request.refex"), &mission, &new);
    assert_int_equal(restore(s, "--confirm=mission"), 65);
    assert_output_has(s, "E-RST-04");
    free_keys(&old);
    free_keys(&new);
}

static void test_new_keys_need_the_name_again_and_a_dry_run_changes_nothing(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    char read_out[FINGERPRINT_TEXT];

    fingerprint_of(new.identity, read_out);
    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    write_request(path_in(s, "request.refex"), &p, &new);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace"),
                     64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--confirm=mission", "--fingerprint", read_out),
                     64);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--dry-run"),
                     0);
    assert_output_has(s, "--confirm=ngo@nrm.example");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--confirm=ngo"),
                     0);
    assert_output_has(s, "nobody compared the request of ngo@nrm.example");
    assert_int_equal(sequence_of(s), 3);
    free_keys(&old);
    free_keys(&new);
}

static void test_a_request_with_another_fingerprint_than_was_read_out_is_refused(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    char right[FINGERPRINT_TEXT];
    char wrong[FINGERPRINT_TEXT];

    create_federation(s);
    write_request(path_in(s, "request.refex"), &p, &k);
    fingerprint_of(k.transport, wrong);
    fingerprint_of(k.identity, right);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", wrong),
                     77);
    assert_output_has(s, "E-FED-15");
    assert_int_equal(sequence_of(s), 1);
    assert_false(file_exists(path_in(s, "fed/compared")));
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", right, "--dry-run"),
                     0);
    assert_false(file_exists(path_in(s, "fed/compared")));
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", right),
                     0);
    assert_output_has(s, right);
    assert_null(strstr(s->error_output, "nobody compared"));
    assert_compared(s, 1, right, "typed");
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex")),
                     0);
    assert_compared(s, 2, right, "nobody");
    free_keys(&k);
}

static void test_a_request_without_its_proofs_is_refused(void **state)
{
    struct fixture *s = *state;
    const struct request_draft other_name = {.agency = "ngo@nrm.example", .certificate_agency = "police@nrm.example"};
    const struct request_draft other_federation = {.agency = "ngo@other.example"};
    const struct request_draft no_relay = {.agency = "ngo@nrm.example", .relay = "mission@nrm.example"};
    const struct request_draft good = {.agency = "mission@nrm.example"};
    const struct request_draft second = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    const struct request_draft named = {.agency = "ngo@nrm.example", .transport_names = true};
    struct keys one = {k.identity, k.identity, {{1}}};
    struct keys mixed = {sign_key_new(), k.identity, {{2}}};
    struct keys borrowed = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &other_name, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &other_federation, &k, false), 65);
    assert_output_has(s, "E-FED-05");
    assert_int_equal(issue_membership(s, &no_relay, &k, false), 65);
    assert_output_has(s, "E-FED-12");
    assert_int_equal(issue_membership(s, &second, &one, false), 77); /* one key for both */
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &named, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &good, &k, false), 0);
    borrowed.node = k.node; /* the mission's machine */
    assert_int_equal(issue_membership(s, &second, &borrowed, false), 77);
    assert_output_has(s, "E-FED-16");
    free_keys(&borrowed);
    assert_int_equal(issue_membership(s, &second, &mixed, false), 77); /* the mission's identity key */
    assert_output_has(s, "E-FED-14");
    assert_int_equal(sequence_of(s), 2);
    sign_key_free(mixed.transport);
    free_keys(&k);
}

static void test_a_damaged_or_missing_request_changes_nothing(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct bytes file = {0};
    struct error err;

    create_federation(s);
    write_request(path_in(s, "request.refex"), &p, &k);
    assert_true(file_read(path_in(s, "request.refex"), BOUND_REQUEST_FILE, &file, &err));
    for (size_t at = 20; at < file.size; at += 97) { /* somewhere in each line */
        uint8_t was = file.at[at];

        if (was == '\n')
            continue;
        file.at[at] = was == 'A' ? 'B' : 'A';
        assert_true(file_write(path_in(s, "bad"), bytes_view(&file), 0600, &err));
        assert_int_not_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "bad"), "--out", path_in(s, "m")),
                             0);
        file.at[at] = was;
    }
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "none"), "--out", path_in(s, "m")), 66);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), "/dev/zero", "--out", path_in(s, "m")), 65);
    assert_int_equal(sequence_of(s), 1);
    assert_false(file_exists(path_in(s, "m")));
    bytes_fini(&file);
    free_keys(&k);
}

static void test_an_unlisted_agency_shows_no_endpoint(void **state)
{
    struct fixture *s = *state;
    const struct request_draft relay = {.agency = "ngo@nrm.example"};
    const struct request_draft hidden = {.agency = "haven@nrm.example", .relay = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &relay, &k, false), 0);
    assert_int_equal(issue_membership(s, &hidden, &l, false), 0);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(s, "{\"agency\":\"haven@nrm.example\",\"kind\":\"SupportNGO\",\"listed\":false,\"endpoint\":\"\","
                         "\"relay\":\"ngo@nrm.example\"");

    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--dry-run"), 0);
    assert_output_has(s, "the relay of haven@nrm.example");
    free_keys(&k);
    free_keys(&l);
}

static void test_a_request_may_bring_its_first_bundle(void **state)
{
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct keys other = new_keys();
    struct bundle b = {.sequence = 1, .content_min = 1, .content_max = 1, .key_count = 1};
    struct bytes note = {0};
    struct request_draft p = {.agency = "ngo@nrm.example", .bundle = &note};
    struct bytes root = {0};
    struct federation f;
    struct membership *m;
    struct view text;
    struct bytes pem = {0};
    struct error err;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &root, &err));
    {
        struct directory_head head;

        assert_true(directory_note_peek(bytes_view(&root), &text, &head, &err));
        f = head.federation;
    }
    assert_true(address_read(view_of_text(p.agency), &b.agency));
    bundle_schedule(day_of_ms(clock_now_ms(&clock_real)), 0, &b.keys[0]);
    b.keys[0].suite = 1;
    assert_true(bundle_sign(&b, &f, other.identity, &note, &err));
    assert_int_equal(issue_membership(s, &p, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    bytes_clear(&note);
    assert_true(bundle_sign(&b, &f, k.identity, &note, &err));
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);

    assert_non_null(membership_bundle(m, view_of_text("ngo@nrm.example")));
    membership_free(m);
    bytes_fini(&pem);
    bytes_fini(&root);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&other);
}

/* --- publishing, revoking --- */

static void test_a_revocation_reaches_who_reads_the_next_directory(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct bytes note = {0};
    struct membership *m;
    enum directory_result what;
    int64_t now_ms = clock_now_ms(&clock_real);
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_true(membership_admits(m, view_of_text("mission@nrm.example"), now_ms, NULL, &err));

    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--dry-run"), 0);
    assert_output_has(s, "Would revoke 2 certificates of mission@nrm.example (key-compromise), 2 keys");
    assert_int_equal(sequence_of(s), 3);
    assert_int_equal(RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise"), 64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--confirm=ngo"), 64);
    assert_int_equal(RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "tired", "--confirm=mission"),
                     64);
    assert_int_equal(RUN(s, "revoke", "brama", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=brama"), 65);
    assert_output_has(s, "E-FED-08");
    assert_int_equal(sequence_of(s), 3);
    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--confirm=mission"), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--json"), 0);
    assert_output_has(s, "\"revocations\":5"); /* two certificates, their keys, and the machine */

    assert_true(file_read(path_in(s, "d"), BOUND_DIRECTORY, &note, &err));
    assert_true(membership_take_directory(m, bytes_view(&note), now_ms, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
    assert_false(membership_admits(m, view_of_text("mission@nrm.example"), now_ms, NULL, &err));
    assert_int_equal(err.code, E_FED_28);
    assert_int_equal(issue_membership(s, &mission, &l, false), 77); /* its keys stay revoked */
    assert_output_has(s, "E-FED-13");
    membership_free(m);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&l);
}

static void test_a_revocation_catches_certificates_that_were_renewed(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(
        RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "suspended", "--confirm=ngo@nrm.example"), 0);
    assert_output_has(s, "Revoked 4 certificates");

    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    assert_output_has(s, "Revoked 4 certificates"); /* a graver reason */
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "suspended", "--confirm=ngo"), 0);
    assert_output_has(s, "revoked already");
    free_keys(&k);
}

/* What was issued to the old machine is lost from the folder: the directory names its keys and its id all the same. */
static void test_a_revoked_key_or_machine_is_not_certified_again_though_its_certificates_are_lost(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft other = {.agency = "other@nrm.example"};
    struct keys old = new_keys();
    struct keys newer = new_keys();
    struct keys asks = new_keys();
    struct bytes pem = {0};
    struct error err;
    size_t size;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_true(file_read(path_in(s, "fed/members/ngo.pem"), 65536, &pem, &err));
    size = pem.size;
    bytes_clear(&pem);
    assert_int_equal(issue_membership(s, &ngo, &newer, true), 0);
    assert_true(file_read(path_in(s, "fed/members/ngo.pem"), 65536, &pem, &err));
    assert_true(file_write(path_in(s, "fed/members/ngo.pem"), view_of(pem.at + size, pem.size - size), 0644, &err));
    for (int which = 0; which < 3; which++) {
        struct keys k = asks;

        if (which == 0)
            k.transport = old.transport;
        else if (which == 1)
            k.identity = old.identity;
        else
            k.node = old.node;
        assert_int_equal(issue_membership(s, &other, &k, false), 77);
        assert_output_has(s, "E-FED-13");
    }
    assert_int_equal(issue_membership(s, &other, &asks, false), 0);
    free_keys(&old);
    free_keys(&newer);
    free_keys(&asks);
    bytes_fini(&pem);
}

static bool is_of_certificate(const struct hash *name, const struct bytes *pem)
{
    struct view rest = bytes_view(pem);
    struct bytes der = {0};
    struct hash h;
    bool found = false;

    while (!found && certify_next_pem("CERTIFICATE", &rest, &der)) {
        digest_sha256(bytes_view(&der), &h);
        found = hash_equal(&h, name);
        bytes_clear(&der);
    }
    bytes_fini(&der);
    return found;
}

/* The newest directory as a refex before keys were named would have signed it: of what is revoked it names the
 * certificates of AGENCY alone. */
static void write_old_directory(struct fixture *s, const char *agency)
{
    struct federation_home h;
    struct directory_signer signer = {.number = 1};
    struct sign_key *key;
    struct revocation rows[8];
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct directory d;
    struct bytes note = {0};
    struct bytes pem = {0};
    char members[64];
    size_t count = 0;
    struct error err;

    (void)snprintf(members, sizeof members, "fed/members/%s.pem", agency);
    assert_true(file_read(path_in(s, members), 65536, &pem, &err));
    assert_true(federation_home_open(path_in(s, "fed"), &unlock, clock_now_ms(&clock_real), &h, &err));
    assert_true(federation_home_open_key(&h, "directory-1", &key, &err));
    signer.key = key;
    d = h.directory;
    for (size_t i = 0; i < d.revocation_count; i++)
        if (is_of_certificate(&d.revocations[i].name, &pem))
            rows[count++] = d.revocations[i];
    assert_true(count > 0 && count < d.revocation_count);
    d.revocations = rows;
    d.revocation_count = count;
    assert_true(directory_note_sign(&d, &signer, 1, &note, &err));
    assert_true(file_write(path_in(s, "fed/directory.note"), bytes_view(&note), 0644, &err));
    sign_key_free(key);
    federation_home_close(&h);
    bytes_fini(&note);
    bytes_fini(&pem);
}

static void test_what_was_revoked_by_its_certificates_alone_stays_revoked_and_is_completed(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft other = {.agency = "other@nrm.example"};
    struct keys old = new_keys();
    struct keys newer = new_keys();
    struct keys asks = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &newer, true), 0);
    write_old_directory(s, "ngo");
    assert_int_equal(issue_membership(s, &ngo, &old, true), 77);
    assert_output_has(s, "E-FED-13");
    sign_key_free(asks.transport);
    asks.transport = old.transport;
    assert_int_equal(issue_membership(s, &other, &asks, false), 77); /* nor under another name */
    assert_output_has(s, "E-FED-13");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    write_old_directory(s, "ngo");
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "revoked: left");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    assert_output_has(s, "Revoked 0 certificates of ngo@nrm.example (left), 4 keys");
    asks.transport = NULL;
    free_keys(&old);
    free_keys(&newer);
    free_keys(&asks);
}

/* New keys on the same machine: its id stays good. Another machine with new keys: the old one's is revoked. */
static void test_a_machine_that_stays_is_not_revoked_with_its_old_keys(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys same_machine = new_keys();
    struct keys other_machine = new_keys();
    const struct directory *d;
    struct membership *m;
    struct hash machine;
    bool named = false;

    same_machine.node = old.node;
    certificate_node_name(&old.node, &machine);
    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &same_machine, true), 0);
    m = open_membership(s, &same_machine);
    d = membership_directory(m);
    assert_int_equal(d->revocation_count, 4);
    for (size_t i = 0; i < d->revocation_count; i++)
        assert_false(hash_equal(&d->revocations[i].name, &machine));
    membership_free(m);
    assert_int_equal(issue_membership(s, &ngo, &other_machine, true), 0);
    m = open_membership(s, &other_machine);
    d = membership_directory(m);
    assert_int_equal(d->revocation_count, 9);
    for (size_t i = 0; i < d->revocation_count; i++)
        named = named || hash_equal(&d->revocations[i].name, &machine);
    assert_true(named);
    membership_free(m);
    free_keys(&old);
    free_keys(&same_machine);
    free_keys(&other_machine);
}

/* One officer has one key of three, of which two sign directories. */
static void test_one_officer_suspends_an_agency_where_two_must_sign(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct bytes note = {0};
    struct membership *m;
    struct suspension made;
    int64_t now_ms = clock_now_ms(&clock_real);
    struct error err;
    bool is_new;

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", "3"), 0);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-1.key")), 0);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-2.key")), 0);
    assert_int_equal(RUN(s, "suspend", "brama", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-FED-08");
    assert_int_equal(RUN(s, "suspend", "ngo", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 64);
    assert_int_equal(RUN(s, "suspend", "ngo", "--out", path_in(s, "s")), 64);
    assert_output_has(s, "E-USE-02");
    assert_int_equal(RUN(s, "suspend", "ngo", "mission", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 0);
    assert_output_has(s, "Suspended mission@nrm.example, ngo@nrm.example");
    assert_int_equal(sequence_of(s), 3);
    assert_true(file_read(path_in(s, "s"), BOUND_DIRECTORY, &note, &err));
    if (!membership_take_suspension(m, bytes_view(&note), now_ms + 1000, false, &made, &is_new, &err))
        fail_msg("%s", err.text);
    assert_int_equal(made.key, 3);
    assert_int_equal(made.agency_count, 2);
    membership_free(m);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&l);
}

/* The folder has none of the founders' keys: she has the directory from any member. */
static void test_a_founder_suspends_with_a_key_of_her_own(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct bytes note = {0};
    struct suspension made;
    struct error err;

    found_by_three(s, fingerprint);
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "a", "d", "1", fingerprint), 0);
    assert_int_equal(sign_as(s, "b", "d", "1", fingerprint), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    hand_out(s, "d");
    assert_int_equal(
        RUN(s, "suspend", "ngo", "--key", path_in(s, "b"), "--directory", path_in(s, "d"), "--out", path_in(s, "s")),
        65);
    assert_output_has(s, "E-FED-24"); /* nobody has signed that directory */
    assert_int_equal(sign_as(s, "a", "d", "2", fingerprint), 0);
    assert_int_equal(sign_as(s, "b", "d", "2", fingerprint), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-FED-08"); /* of the newest that was signed */
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 78);
    assert_output_has(s, "E-FED-11");
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "stranger"), "--out", path_in(s, "s.f")), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--key", path_in(s, "stranger"), "--directory", path_in(s, "d"), "--out",
                         path_in(s, "s")),
                     65);
    assert_output_has(s, "E-FED-97");
    assert_int_equal(RUN(s, "suspend", "ngo", "--directory", path_in(s, "d"), "--out", path_in(s, "s")), 64);
    assert_output_has(s, "--key is missing");
    assert_int_equal(access(path_in(s, "s"), F_OK), -1);
    assert_int_equal(
        RUN(s, "suspend", "ngo", "--key", path_in(s, "b"), "--directory", path_in(s, "d"), "--out", path_in(s, "s")),
        0);
    assert_true(file_read(path_in(s, "s"), BOUND_DIRECTORY, &note, &err));
    assert_true(suspension_note_read(bytes_view(&note), &made, &err));
    assert_int_equal(made.key, 2);
    assert_int_equal(made.directory, 2);
    bytes_fini(&note);
    free_keys(&k);
}

static void test_where_one_key_signs_nothing_is_quicker(void **state)
{
    struct fixture *s = *state;

    create_federation(s);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-RVK-03");
    assert_int_equal(access(path_in(s, "s"), F_OK), -1);
}

/* --- another authority --- */

/* The newest directory of the folder, taken by M. */
static void take_newest(struct fixture *s, struct membership *m)
{
    struct bytes note = {0};
    enum directory_result what;
    struct error err;

    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &note, &err));
    if (!membership_take_directory(m, bytes_view(&note), clock_now_ms(&clock_real), 0, &what, &err))
        fail_msg("%s", err.text);
    assert_int_equal(what, DIRECTORY_TAKEN);
    bytes_fini(&note);
}

static bool admits(struct membership *m, const char *agency)
{
    struct error err;

    return membership_admits(m, view_of_text(agency), clock_now_ms(&clock_real), NULL, &err);
}

static size_t authorities(const struct membership *m, bool issuing)
{
    const struct directory *d = membership_directory(m);

    return issuing ? d->issuer_count : d->transport_count;
}

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
        assert_int_equal(RUN(s, "rollover", which, "--home", path_in(s, "fed"), "--finish", "--dry-run"), 0);
        assert_output_has(s, "of the old one: brama@nrm.example, ngo@nrm.example");
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

/* The new authority lies in the folder, and the directory lists it or does not yet: the same command does the rest. */
static void test_a_roll_over_that_was_cut_short_is_completed(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct membership *m;
    struct bytes old[2] = {{0}};
    struct bytes next[2] = {{0}};
    struct error err;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &old[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &old[1], &err));
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm=issuing"), 0);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &next[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &next[1], &err));
    /* As a crash leaves it behind the directory. */
    assert_true(file_write(path_in(s, "fed/keys/issuing-next.key"), bytes_view(&next[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing-next.pem"), bytes_view(&next[1]), 0644, &err));
    assert_true(file_write(path_in(s, "fed/keys/issuing.key"), bytes_view(&old[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing.pem"), bytes_view(&old[1]), 0644, &err));
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
    for (int i = 0; i < 2; i++) {
        bytes_fini(&old[i]);
        bytes_fini(&next[i]);
    }
    free_keys(&k);
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
    if (!renewing_answer(path_in(s, "fed"), &unlock, bytes_view(&wire), clock_now_ms(&clock_real) + days * DAY_MS,
                         &made, &err))
        fail_msg("%s", err.text);
    bytes_clear(out);
    bytes_append_view(out, bytes_view(&made.transport_ca));
    refusal = made.refusal;
    renewing_made_fini(&made);
    bytes_fini(&transport);
    bytes_fini(&wire);
    return refusal;
}

/* Has the directory that waits signed by two of three. */
static void sign_waiting(struct fixture *s, const char *number, const char *fingerprint)
{
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "a", "d", number, fingerprint), 0);
    assert_int_equal(sign_as(s, "b", "d", number, fingerprint), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
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
    sign_waiting(s, "1", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "2", fingerprint);
    assert_int_equal(renew(s, &ngo, &k, 2, &old), 0);
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport", "--json"), 0);
    assert_output_has(s, "\"signatures_missing\":2");
    assert_int_equal(renew(s, &ngo, &k, 4, &by), 0);
    assert_true(view_equal(bytes_view(&by), bytes_view(&old)));
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--confirm=transport"), 0);
    assert_output_has(s, "is used once directory 3 is signed");
    assert_int_equal(RUN(s, "rollover", "transport", "--home", path_in(s, "fed"), "--finish", "--dry-run"), 78);
    assert_output_has(s, "E-FED-55");
    sign_waiting(s, "3", NULL);
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
    sign_waiting(s, "5", NULL);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    bytes_fini(&old);
    bytes_fini(&by);
    free_keys(&k);
}

/* An ordinary roll-over was cut short, and then somebody is seen to have the keys of the folder. */
static void test_what_is_compromised_is_revoked_whatever_was_begun_before(void **state)
{
    struct fixture *s = *state;
    struct bytes old[2] = {{0}};
    struct bytes next[2] = {{0}};
    struct bytes used = {0};
    struct federation_home h;
    struct error err;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &old[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &old[1], &err));
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm=issuing"), 0);
    assert_true(file_read(path_in(s, "fed/keys/issuing.key"), 65536, &next[0], &err));
    assert_true(file_read(path_in(s, "fed/certs/issuing.pem"), 65536, &next[1], &err));
    /* As a crash leaves it behind the directory. */
    assert_true(file_write(path_in(s, "fed/keys/issuing-next.key"), bytes_view(&next[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing-next.pem"), bytes_view(&next[1]), 0644, &err));
    assert_true(file_write(path_in(s, "fed/keys/issuing.key"), bytes_view(&old[0]), 0600, &err));
    assert_true(file_write(path_in(s, "fed/certs/issuing.pem"), bytes_view(&old[1]), 0644, &err));
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
    for (int i = 0; i < 2; i++) {
        bytes_fini(&old[i]);
        bytes_fini(&next[i]);
    }
}

/* The folder as the node of M sees it: its newest directory is taken. */
static void assert_linked(struct fixture *s, struct membership *m, struct membership *other)
{
    struct ident node;
    struct error err;

    take_newest(s, m);
    assert_true(admits(m, "ngo@nrm.example") && admits(m, "mission@nrm.example"));
    assert_true(membership_node_of(m, membership_transport(m), clock_now_ms(&clock_real), &node, &err));
    assert_true(membership_node_of(m, membership_transport(other), clock_now_ms(&clock_real), &node, &err));
}

/* The keys lie on two sticks, and each step leaves the members linked; the old stick is of no use then. */
static void test_the_root_is_replaced_while_all_stay_linked(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    static const char *const uses[] = {"issuing", "transport"};
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct membership *m;
    struct membership *n;
    struct membership *o;
    const char *fed = path_in(s, "fed");
    char old[FILE_PATH_MAX];
    char new[FILE_PATH_MAX];

    (void)snprintf(old, sizeof old, "%s", path_in(s, "old.key"));
    (void)snprintf(new, sizeof new, "%s", path_in(s, "new.key"));
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--root-key", old), 0);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    fed = path_in(s, "fed");
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--finish", "--dry-run"), 65);
    assert_output_has(s, "E-RVK-02");
    assert_int_equal(
        RUN(s, "rollover", "root", "--home", fed, "--root-key", old, "--new-root-key", old, "--confirm=root"), 64);
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--compromised", "--confirm=root"), 64);
    assert_int_equal(sequence_of(s), 3);
    assert_int_equal(
        RUN(s, "rollover", "root", "--home", fed, "--root-key", old, "--new-root-key", new, "--confirm=root", "--json"),
        0);
    assert_output_has(s, "\"listed\":2");
    take_newest(s, m);
    /* Cut short behind the certificate: the same call lists it. Behind the directory: nothing is left to do. */
    assert_int_equal(
        RUN(s, "rollover", "root", "--home", fed, "--root-key", old, "--new-root-key", new, "--confirm=root"), 0);
    assert_int_equal(sequence_of(s), 4);
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--root-key", new, "--finish", "--confirm=root"), 77);
    assert_output_has(s, "E-FED-58");
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", fed, "--root-key", old, "--confirm=issuing"), 65);
    assert_output_has(s, "E-FED-57");
    for (int i = 0; i < 2; i++) {
        fed = path_in(s, "fed");
        assert_int_equal(RUN(s, "rollover", uses[i], "--home", fed, "--root-key", new, "--confirm", uses[i]), 0);
        take_newest(s, m);
    }
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    n = open_membership(s, &l);
    assert_linked(s, m, n);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    o = open_membership(s, &k);
    for (int i = 0; i < 2; i++) {
        fed = path_in(s, "fed");
        assert_int_equal(RUN(s, "rollover", uses[i], "--home", fed, "--finish", "--confirm", uses[i]), 0);
    }
    take_newest(s, m);
    assert_int_equal(authorities(m, true), 2); /* the issuing CA, and the new root */
    fed = path_in(s, "fed");
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--root-key", old, "--finish", "--confirm=root"), 65);
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--root-key", new, "--finish", "--confirm=root"), 0);
    assert_linked(s, n, o);
    assert_int_equal(membership_directory(n)->revocation_count, 2); /* the old root, and its key */
    take_newest(s, m);
    assert_true(admits(m, "mission@nrm.example"));
    assert_int_equal(unlink(path_in(s, "old.key")), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    membership_free(m);
    m = open_membership(s, &k); /* who joins knows the first root by its fingerprint, and follows */
    assert_true(admits(m, "mission@nrm.example"));
    fed = path_in(s, "fed");
    assert_int_equal(RUN(s, "rollover", "transport", "--home", fed, "--root-key", new, "--confirm=transport"), 0);
    assert_int_equal(RUN(s, "rollover", "root", "--home", fed, "--root-key", new, "--new-root-key", path_in(s, "third"),
                         "--confirm=root"),
                     0);
    take_newest(s, m);
    assert_true(admits(m, "mission@nrm.example"));
    membership_free(m);
    membership_free(n);
    membership_free(o);
    free_keys(&k);
    free_keys(&l);
}

static void test_a_new_root_that_was_cut_short_is_completed(void **state)
{
    struct fixture *s = *state;
    struct bytes before = {0};
    struct bytes made = {0};
    struct bytes again = {0};
    struct error err;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &before, &err));
    assert_int_equal(RUN(s, "rollover", "root", "--home", path_in(s, "fed"), "--confirm=root"), 0);
    assert_true(file_read(path_in(s, "fed/certs/root-2.pem"), 65536, &made, &err));
    /* Behind the certificate. */
    assert_true(file_write(path_in(s, "fed/directory.note"), bytes_view(&before), 0644, &err));
    assert_int_equal(RUN(s, "rollover", "root", "--home", path_in(s, "fed"), "--confirm=root"), 0);
    assert_true(file_read(path_in(s, "fed/certs/root-2.pem"), 65536, &again, &err));
    assert_true(view_equal(bytes_view(&made), bytes_view(&again)));
    assert_int_equal(sequence_of(s), 3);
    /* Behind the key. */
    assert_true(file_write(path_in(s, "fed/directory.note"), bytes_view(&before), 0644, &err));
    assert_int_equal(unlink(path_in(s, "fed/certs/root-2.pem")), 0);
    assert_int_equal(RUN(s, "rollover", "root", "--home", path_in(s, "fed"), "--confirm=root"), 0);
    assert_int_equal(sequence_of(s), 4);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(s, "\"plain_keys\":5");
    bytes_fini(&before);
    bytes_fini(&made);
    bytes_fini(&again);
}

/* A founder leaves; the two others sign that another key takes the place of his, which is good for nothing then. */
static void test_another_founders_key_takes_the_place_of_one(void **state)
{
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct keys k = new_keys();
    struct membership *m;
    const char *fed;

    found_by_three(s, fingerprint);
    sign_waiting(s, "1", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "2", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "3", fingerprint);
    m = open_membership(s, &k);
    take_newest(s, m);
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "n"), "--out", path_in(s, "n.f")), 0);
    fed = path_in(s, "fed");
    assert_int_equal(RUN(s, "rollover", "directory", "--home", fed, "--number", "4", "--founder", path_in(s, "n.f"),
                         "--confirm=directory"),
                     65);
    assert_output_has(s, "E-FED-59");
    assert_int_equal(
        RUN(s, "rollover", "directory", "--home", fed, "--number", "3", "--founder", path_in(s, "a.f"), "--dry-run"),
        64);
    assert_int_equal(RUN(s, "rollover", "directory", "--home", path_in(s, "fed"), "--number", "3", "--dry-run"), 64);
    for (int again = 0; again < 2; again++) { /* cut short behind the directory, the same call does nothing more */
        fed = path_in(s, "fed");
        assert_int_equal(RUN(s, "rollover", "directory", "--home", fed, "--number", "3", "--founder", path_in(s, "n.f"),
                             "--confirm=directory", "--json"),
                         0);
        assert_output_has(s, "\"directory\":4");
    }
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "c", "d", "4", fingerprint), 65); /* who left */
    assert_output_has(s, "E-FED-97");
    assert_int_equal(sign_as(s, "n", "d", "4", fingerprint), 0); /* the root certified who came */
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_output_has(s, "It waits for 1 signature of");
    assert_int_equal(sign_as(s, "a", "d", "4", NULL), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    take_newest(s, m);
    assert_int_equal(membership_directory(m)->revocation_count, 2);
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "b", "d", "5", fingerprint), 0);
    assert_int_equal(sign_as(s, "n", "d", "5", NULL), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    take_newest(s, m);
    membership_free(m);
    free_keys(&k);
}

/* Of keys that lie in the folder, the one that goes is destroyed: it must not sign under the other's number. */
static void test_a_directory_key_of_the_folder_goes_with_its_place(void **state)
{
    struct fixture *s = *state;

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", "3"), 0);
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "n"), "--out", path_in(s, "n.f")), 0);
    assert_int_equal(RUN(s, "rollover", "directory", "--home", path_in(s, "fed"), "--number", "1", "--founder",
                         path_in(s, "n.f"), "--confirm=directory"),
                     0);
    assert_false(file_exists(path_in(s, "fed/keys/directory-1.key")));
    assert_int_equal(sequence_of(s), 2);
}

static void test_a_number_is_never_given_twice(void **state)
{
    struct fixture *s = *state;
    struct error err;

    create_federation(s);
    /* As a crash leaves it between the number and the directory. */
    assert_true(file_write(path_in(s, "fed/sequence"), view_of_text("5\n"), 0644, &err));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
    assert_int_equal(sequence_of(s), 6);

    assert_true(file_write(path_in(s, "fed/sequence"), view_of_text("4\n"), 0644, &err));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 78);
    assert_output_has(s, "E-FED-01");
    assert_int_equal(sequence_of(s), 6);
}

static void test_a_changed_directory_in_the_folder_is_noticed(void **state)
{
    struct fixture *s = *state;
    struct bytes note = {0};
    struct error err;
    char *number;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &note, &err));
    bytes_append_u8(&note, 0);
    number = strstr((char *)note.at, "refresh-after ");
    number[14 + 9] = number[14 + 9] == '1' ? '2' : '1';
    assert_true(file_write(path_in(s, "fed/directory.note"), view_of(note.at, note.size - 1), 0644, &err));

    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 76);
    assert_output_has(s, "E-FED-20");
    bytes_fini(&note);
}

static void test_one_command_at_a_time(void **state)
{
    struct fixture *s = *state;
    int fd;

    create_federation(s);
    fd = open(path_in(s, "fed"), O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 75);
    assert_output_has(s, "E-FED-03");
    (void)close(fd);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
}

/* As `serve` has it: for a moment. */
static void test_a_command_waits_for_one_that_ends_soon(void **state)
{
    struct fixture *s = *state;
    int fd;
    pid_t holder;

    create_federation(s);
    fd = open(path_in(s, "fed"), O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    holder = fork();
    if (holder == 0) {
        (void)poll(NULL, 0, 200);
        _exit(0);
    }
    (void)close(fd); /* the child has it */
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
}

static void test_a_failure_is_json_where_the_answer_would_be(void **state)
{
    struct fixture *s = *state;

    assert_int_equal(RUN(s, "show", "--home", path_in(s, "none"), "--json"), 78);
    assert_memory_equal(s->error_output, "{\"error\":\"E-FED-01\",\"what\":\"", 28);
    assert_non_null(strstr(s->error_output, "\"means\":\""));
    assert_non_null(strstr(s->error_output, "\"remedy\":\""));
    assert_non_null(strstr(s->error_output, "\"exit\":78}\n"));
    assert_int_equal(RUN(s, "show", "--jsn", "--json"), 64);
    assert_memory_equal(s->error_output, "{\"error\":\"E-USE-01\"", 19);
    assert_int_equal(RUN(s, "shw", "--json"), 64);
    assert_memory_equal(s->error_output, "{\"error\":\"E-USE-01\"", 19);
}

static void test_a_directory_goes_to_standard_output_alone(void **state)
{
    struct fixture *s = *state;
    struct bytes note = {0};
    struct error err;

    create_federation(s);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", "-"), 0);
    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &note, &err));
    assert_true(view_equal(bytes_view(&note), view_of_text(s->output)));
    assert_non_null(strstr(s->error_output, "Directory 2"));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "none/d")), 73);
    assert_output_has(s, "nothing was changed");
    assert_int_not_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", "/dev/full"), 0);
    assert_output_has(s, "directory 3 is signed; repeat the command");
    bytes_fini(&note);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_failure_is_json_where_the_answer_would_be),
        SCENE(test_a_directory_goes_to_standard_output_alone),
        SCENE(test_a_federation_is_founded_whole_and_only_once),
        SCENE(test_a_federation_that_may_not_be_read_is_not_said_to_be_absent),
        SCENE(test_founding_refuses_what_makes_no_federation),
        SCENE(test_a_federation_is_founded_with_as_many_bases_as_its_bound_and_no_more),
        SCENE(test_usage_is_explained_and_nothing_is_abbreviated),
        SCENE(test_the_keys_lie_under_a_passphrase_and_the_root_on_its_stick),
        SCENE(test_a_passphrase_of_the_federations_keys_is_given_and_a_change_cut_short_goes_on),
        SCENE(test_a_folder_without_enough_keys_waits_for_those_elsewhere),
        SCENE(test_the_words_of_an_invitation_bring_in_one_request),
        SCENE(test_three_wrong_tries_end_an_invitation),
        SCENE(test_an_invitation_ends_after_its_hours),
        SCENE(test_founders_sign_with_keys_that_never_leave_their_machines),
        SCENE(test_a_founder_signs_no_directory_that_he_should_not),
        SCENE(test_a_signature_that_does_not_hold_is_not_taken),
        SCENE(test_an_agency_becomes_a_member_and_can_prove_it),
        SCENE(test_the_same_request_again_renews),
        SCENE(test_a_member_changes_its_endpoint_under_the_same_keys_and_nothing_else),
        SCENE(test_a_machine_keeps_its_id_with_a_new_key_and_a_new_machine_has_its_own),
        SCENE(test_a_name_keeps_its_keys_unless_they_are_replaced),
        SCENE(test_the_log_of_a_home_that_was_put_back_begins_anew),
        SCENE(test_new_keys_need_the_name_again_and_a_dry_run_changes_nothing),
        SCENE(test_a_request_with_another_fingerprint_than_was_read_out_is_refused),
        SCENE(test_a_request_without_its_proofs_is_refused),
        SCENE(test_a_damaged_or_missing_request_changes_nothing),
        SCENE(test_an_unlisted_agency_shows_no_endpoint),
        SCENE(test_a_request_may_bring_its_first_bundle),
        SCENE(test_a_revocation_reaches_who_reads_the_next_directory),
        SCENE(test_a_revocation_catches_certificates_that_were_renewed),
        SCENE(test_a_revoked_key_or_machine_is_not_certified_again_though_its_certificates_are_lost),
        SCENE(test_what_was_revoked_by_its_certificates_alone_stays_revoked_and_is_completed),
        SCENE(test_a_machine_that_stays_is_not_revoked_with_its_old_keys),
        SCENE(test_one_officer_suspends_an_agency_where_two_must_sign),
        SCENE(test_a_founder_suspends_with_a_key_of_her_own),
        SCENE(test_where_one_key_signs_nothing_is_quicker),
        SCENE(test_an_authority_is_replaced_while_what_the_old_one_issued_stays_good),
        SCENE(test_a_compromised_authority_ends_all_below_it_until_they_renew),
        SCENE(test_a_roll_over_that_was_cut_short_is_completed),
        SCENE(test_a_new_authority_is_used_once_its_directory_is_signed),
        SCENE(test_what_is_compromised_is_revoked_whatever_was_begun_before),
        SCENE(test_the_root_is_replaced_while_all_stay_linked),
        SCENE(test_a_new_root_that_was_cut_short_is_completed),
        SCENE(test_another_founders_key_takes_the_place_of_one),
        SCENE(test_a_directory_key_of_the_folder_goes_with_its_place),
        SCENE(test_a_number_is_never_given_twice),
        SCENE(test_a_changed_directory_in_the_folder_is_noticed),
        SCENE(test_one_command_at_a_time),
        SCENE(test_a_command_waits_for_one_that_ends_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
