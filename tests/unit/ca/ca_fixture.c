#include "ca_fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/directory_codec.h"
#include "codec/membership_codec.h"
#include "crypto/certify.h"
#include "crypto/random.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/invite.h"
#include "pki/certificate.h"

#define NOBODY 65534 /* a user who owns nothing */

const char *path_in(const struct fixture *s, const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 4];

    (void)snprintf(path, FILE_PATH_MAX, "%s/%s", s->root, name);
    return path;
}

void read_text(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "r");
    size_t n;

    assert_non_null(f);
    n = fread(out, 1, size - 1, f);
    out[n] = '\0';
    (void)fclose(f);
}

#define WORDS (2 * BOUND_BASES + 10) /* of a command line, at most */

int run(struct fixture *s, const char *const *args)
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

int set_up(void **state)
{
    struct fixture *s = xnew(sizeof *s);

    (void)snprintf(s->root, sizeof s->root, "/tmp/refex-test-ca.XXXXXX");
    assert_non_null(mkdtemp(s->root));
    *state = s;
    return 0;
}

int tear_down(void **state)
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

void assert_output_has(const struct fixture *s, const char *text)
{
    if (strstr(s->output, text) == NULL && strstr(s->error_output, text) == NULL)
        fail_msg("'%s' was not said, but: %s%s", text, s->output, s->error_output);
}

struct keys new_keys(void)
{
    struct keys k = {.transport = sign_key_new(), .identity = sign_key_new()};

    ident_random(&random_real, &k.node);
    return k;
}

void free_keys(struct keys *k)
{
    sign_key_free(k->transport);
    sign_key_free(k->identity);
}

void write_request(const char *path, const struct request_draft *p, const struct keys *k)
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
    if (p->succeeds != NULL)
        r.succeeds = bytes_view(p->succeeds);
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

void create_federation(struct fixture *s)
{
    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example"), 0);
}

void fingerprint_of(const struct sign_key *key, char out[static FINGERPRINT_TEXT])
{
    uint8_t public_key[KEY_SIZE];
    struct hash h;

    sign_key_public(key, public_key);
    sign_public_hash(public_key, &h);
    fingerprint_write(&h, out);
}

int issue_membership(struct fixture *s, const struct request_draft *p, const struct keys *k, bool replace)
{
    char fingerprint[FINGERPRINT_TEXT];

    fingerprint_of(k->identity, fingerprint);
    write_request(path_in(s, "request.refex"), p, k);
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--fingerprint", fingerprint,
               "--out", path_in(s, "membership.refex"), replace ? "--replace" : NULL, "--confirm", p->agency);
}

void assert_compared(const struct fixture *s, size_t count, const char *fingerprint, const char *how)
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

struct membership *open_membership(struct fixture *s, const struct keys *k)
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

uint64_t sequence_of(struct fixture *s)
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

const char *passphrase_file(const struct fixture *s, const char *name, const char *words)
{
    const char *path = path_in(s, name);
    struct error err;

    (void)unlink(path);
    assert_true(file_create(path, view_of_text(words), 0600, &err));
    return path;
}

int publish_with(struct fixture *s, const char *passphrase)
{
    (void)unlink(path_in(s, "d"));
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"),
               passphrase == NULL ? NULL : "--passphrase-file", passphrase);
}

static const char *const founder_files[] = {"a", "b", "c"};

void found_by_three(struct fixture *s, char fingerprint[static FINGERPRINT_TEXT])
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

void hand_out(struct fixture *s, const char *file)
{
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, file)), 0);
}

int sign_as(struct fixture *s, const char *founder, const char *file, const char *number, const char *fingerprint)
{
    return RUN(s, "sign", path_in(s, file), "--key", path_in(s, founder), "--confirm", number,
               fingerprint != NULL ? "--federation" : NULL, fingerprint);
}

int take_back(struct fixture *s, const char *file, const char *more)
{
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "out"), "--signed", path_in(s, file),
               more != NULL ? "--signed" : NULL, more != NULL ? path_in(s, more) : NULL);
}

void take_newest(struct fixture *s, struct membership *m)
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

bool admits(struct membership *m, const char *agency)
{
    struct error err;

    return membership_admits(m, view_of_text(agency), clock_now_ms(&clock_real), NULL, &err);
}

size_t authorities(const struct membership *m, bool issuing)
{
    const struct directory *d = membership_directory(m);

    return issuing ? d->issuer_count : d->transport_count;
}

void sign_waiting(struct fixture *s, const char *file, const char *number, const char *fingerprint)
{
    hand_out(s, file);
    assert_int_equal(sign_as(s, "a", file, number, fingerprint), 0);
    assert_int_equal(sign_as(s, "b", file, number, fingerprint), 0);
    assert_int_equal(take_back(s, file, NULL), 0);
}
