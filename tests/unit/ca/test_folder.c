/* What every command does with the folder and with what it says. */
#include "ca_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/federation_home.h"
#include "ca/federation_home_create.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/certify_pem.h"

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

static void test_a_number_is_never_given_twice(void **state)
{
    struct fixture *s = *state;
    struct error err;

    create_federation(s);
    /* As a crash leaves it between the number and the directory. */
    assert_true(file_write(path_in(s, "fed/sequence"), view_of_text("5\n"), 0644, &err));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 0);
    assert_int_equal(sequence_of(s), 6);

    assert_true(file_write(path_in(s, "fed/sequence"), view_of_text("4"), 0644, &err));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 78);
    assert_output_has(s, "E-FED-102");
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

/* What is written to the terminal MASTER, until TEXT is. */
static void wait_for(int master, const char *text)
{
    char said[512] = {0};
    size_t size = 0;

    while (strstr(said, text) == NULL) {
        struct pollfd p = {.fd = master, .events = POLLIN};
        ssize_t n;

        assert_int_equal(poll(&p, 1, 30000), 1);
        n = read(master, said + size, sizeof said - 1 - size);
        assert_true(n > 0);
        size += (size_t)n;
    }
}

static void test_a_person_is_told_what_is_waited_for(void **state)
{
    struct fixture *s = *state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    int terminal;
    int fd;
    int status;
    pid_t pid;

    create_federation(s);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    fd = open(path_in(s, "fed"), O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    pid = fork();
    if (pid == 0) {
        (void)close(fd); /* the parent has it */
        if (dup2(terminal, STDERR_FILENO) < 0 || freopen("/dev/null", "w", stdout) == NULL)
            _exit(126);
        (void)execl(REFEX_CA, "refex-ca", "show", "--home", path_in(s, "fed"), (char *)NULL);
        _exit(127);
    }
    wait_for(master, "Waiting for another command, or refex-ca serve, that has ");
    (void)close(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    (void)close(terminal);
    (void)close(master);
}

static void test_as_many_certificates_as_are_kept_are_made_and_no_more(void **state)
{
    const struct view der = view_of_text("one certificate");
    struct fixture *s = *state;
    const char *path = path_in(s, "fed/members/ngo.pem");
    struct federation_home h;
    struct address ngo;
    struct bytes pem = {0};
    struct bytes before = {0};
    struct error err;
    struct stat st;

    create_federation(s);
    certify_write_pem("CERTIFICATE", der, &pem);
    for (size_t i = pem.size; i < BOUND_ISSUED; i++)
        bytes_append_u8(&before, '\n');
    assert_true(file_write(path, bytes_view(&before), 0644, &err));
    assert_true(address_read(view_of_text("ngo@nrm.example"), &ngo));
    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    assert_true(federation_home_add_issued(&h, &ngo, der, (struct view){0}, &err));
    assert_false(federation_home_add_issued(&h, &ngo, der, (struct view){0}, &err));
    assert_int_equal(err.code, E_FED_100);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, BOUND_ISSUED);
    federation_home_close(&h);
    bytes_fini(&before);
    bytes_fini(&pem);
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

/* A transport certificate of the NGO, that it did not renew, ends in so many DAYS. */
static void end_in(struct fixture *s, const struct keys *k, unsigned days)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    const struct certify_validity validity = {now_ms, days};
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct bytes request = {0};
    struct bytes der = {0};
    struct federation_home h;
    struct sign_key *key;
    struct error err;

    assert_true(federation_home_open(path_in(s, "fed"), &unlock, now_ms, &h, &err));
    assert_true(federation_home_open_key(&h, "transport", &key, &err));
    assert_true(certify_request(k->transport, NULL, &request, &err));
    assert_true(certify_transport(key, bytes_view(&h.transport_ca), bytes_view(&request), &h.label, &k->node, &validity,
                                  &der, &err));
    assert_true(
        federation_home_add_issued(&h, &h.directory.members[0].agency, bytes_view(&der), (struct view){0}, &err));
    sign_key_free(key);
    federation_home_close(&h);
    bytes_fini(&request);
    bytes_fini(&der);
}

static void test_who_did_not_renew_is_named(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct fixture *s = *state;
    struct keys k = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    end_in(s, &k, 21);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_null(strstr(s->output, "DROPS OUT"));
    assert_output_has(
        s, "then the last of this use ends: issuing CA"); /* when the first of the federation's own certificates does */
    assert_null(strstr(s->output, "ROLL OVER"));
    end_in(s, &k, 20);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "DROPS OUT in 19 days: it did not renew");
    end_in(s, &k, 2);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "DROPS OUT in 1 day: it did not renew");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "revoked: left"); /* it is out: nobody waits for it */
    assert_null(strstr(s->output, "DROPS OUT"));
    free_keys(&k);
}

/* And the folder opens, so that others can take their place. */
static void test_authorities_that_ended_are_said_to_have(void **state)
{
    const struct federation_params f = {.name = "nrm.example", .founders = 1, .quorum = 1, .erase_after_hours = 72};
    struct fixture *s = *state;
    struct error err;

    assert_true(federation_home_create(path_in(s, "fed"), &f, clock_now_ms(&clock_real) - 1826 * DAY_MS, &err));
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "ENDED on ");
    assert_null(strstr(s->output, "before that day"));
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d")), 78);
    assert_non_null(strstr(s->error_output, "E-FED-71"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_failure_is_json_where_the_answer_would_be),
        SCENE(test_a_directory_goes_to_standard_output_alone),
        SCENE(test_usage_is_explained_and_nothing_is_abbreviated),
        SCENE(test_a_number_is_never_given_twice),
        SCENE(test_a_changed_directory_in_the_folder_is_noticed),
        SCENE(test_who_did_not_renew_is_named),
        SCENE(test_authorities_that_ended_are_said_to_have),
        SCENE(test_a_person_is_told_what_is_waited_for),
        SCENE(test_as_many_certificates_as_are_kept_are_made_and_no_more),
        SCENE(test_one_command_at_a_time),
        SCENE(test_a_command_waits_for_one_that_ends_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
