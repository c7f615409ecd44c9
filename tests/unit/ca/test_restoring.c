/* A folder that was put back from an older copy, or is damaged, and the newest directory that a member has. */
#include "ca_fixture.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/federation_home.h"

static void copy_folder(struct fixture *s, const char *from, const char *to)
{
    const char *source = path_in(s, from);
    const char *target = path_in(s, to);
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        (void)execlp("cp", "cp", "-aT", source, target, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* The machine is lost: the copy OLD is the folder. */
static void put_back(struct fixture *s)
{
    assert_int_equal(rename(path_in(s, "fed"), path_in(s, "lost")), 0);
    copy_folder(s, "old", "fed");
}

static int publish_to(struct fixture *s, const char *file)
{
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, file));
}

static int restore_from(struct fixture *s, const char *file)
{
    return RUN(s, "restore", path_in(s, file), "--home", path_in(s, "fed"));
}

static int revoke_stolen(struct fixture *s, const char *agency)
{
    return RUN(s, "revoke", agency, "--home", path_in(s, "fed"), "--reason", "key-compromise", "--confirm", agency);
}

static bool is_revoked(struct fixture *s, const char *agency)
{
    struct federation_home h;
    struct error err;
    bool found = false;

    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    for (size_t i = 0; i < h.directory.revocation_count; i++)
        found = found || strcmp(h.directory.revocations[i].agency.text, agency) == 0;
    federation_home_close(&h);
    return found;
}

static const struct request_draft shelter = {.agency = "shelter@nrm.example", .endpoint = "127.0.0.1:7412"};
static const struct request_draft ngo = {.agency = "ngo@nrm.example"};

static void test_what_was_done_since_the_copy_is_known_again(void **state)
{
    struct fixture *s = *state;
    struct keys of_shelter = new_keys();
    struct keys of_ngo = new_keys();
    uint64_t newest;

    create_federation(s);
    assert_int_equal(issue_membership(s, &shelter, &of_shelter, false), 0);
    assert_int_equal(publish_to(s, "older"), 0);
    copy_folder(s, "fed", "old");
    assert_int_equal(issue_membership(s, &ngo, &of_ngo, false), 0);
    assert_int_equal(revoke_stolen(s, "shelter"), 0);
    assert_int_equal(publish_to(s, "d"), 0);
    newest = sequence_of(s);
    put_back(s);
    assert_false(is_revoked(s, "shelter@nrm.example"));

    assert_int_equal(RUN(s, "restore", path_in(s, "d"), "--home", path_in(s, "fed"), "--dry-run"), 0);
    assert_output_has(s, "! revoked: shelter@nrm.example (key-compromise)");
    assert_false(is_revoked(s, "shelter@nrm.example"));
    assert_int_equal(restore_from(s, "d"), 0);
    assert_output_has(s, "+ ngo@nrm.example joins");
    assert_output_has(s, "Certificates not recorded here: ngo@nrm.example");
    assert_int_equal(restore_from(s, "older"), 65);
    assert_output_has(s, "E-FED-103");
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "transport until unknown");
    assert_int_equal(publish_to(s, "d"), 0);
    assert_int_equal(sequence_of(s), newest + 1);
    assert_true(is_revoked(s, "shelter@nrm.example"));
    assert_int_equal(issue_membership(s, &ngo, &of_ngo, true), 0);
    assert_int_equal(restore_from(s, "d"), 65);
    assert_int_equal(publish_to(s, "d"), 0);
    assert_int_equal(restore_from(s, "d"), 0);
    free_keys(&of_shelter);
    free_keys(&of_ngo);
}

static void test_a_damaged_folder_takes_a_members_directory(void **state)
{
    static const char *const files[] = {"fed/directory.note", "fed/sequence"};
    struct fixture *s = *state;
    struct error err;
    uint64_t newest;

    create_federation(s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(publish_to(s, "d"), 0);
        newest = sequence_of(s);
        assert_true(file_write(path_in(s, files[i]), view_of_text("ref"), 0644, &err));
        assert_int_equal(publish_to(s, "other"), 78);
        assert_output_has(s, "E-FED-102");
        assert_int_equal(restore_from(s, "d"), 0);
        assert_int_equal(publish_to(s, "d"), 0);
        assert_int_equal(sequence_of(s), newest + 1);
        assert_int_equal(unlink(path_in(s, files[i])), 0);
        assert_int_equal(restore_from(s, "d"), 0);
    }
}

/* The copy signed before it was given the newest. */
static void test_two_directories_of_one_number_are_not_taken_for_one(void **state)
{
    struct fixture *s = *state;
    struct keys k = new_keys();

    create_federation(s);
    copy_folder(s, "fed", "old");
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    assert_int_equal(rename(path_in(s, "fed/directory.note"), path_in(s, "d")), 0);
    put_back(s);
    assert_int_equal(publish_to(s, "other"), 0);
    assert_int_equal(restore_from(s, "d"), 76);
    assert_output_has(s, "E-FED-22");
    free_keys(&k);
}

static void test_a_roll_over_since_the_copy_is_named_and_done_again(void **state)
{
    struct fixture *s = *state;
    struct keys k = new_keys();

    create_federation(s);
    copy_folder(s, "fed", "old");
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm", "issuing"), 0);
    assert_int_equal(publish_to(s, "d"), 0);
    put_back(s);
    assert_int_equal(restore_from(s, "d"), 0);
    assert_output_has(s, "The newest issuing CA was made behind the copy");
    assert_int_equal(RUN(s, "rollover", "issuing", "--home", path_in(s, "fed"), "--confirm", "issuing"), 0);
    assert_int_equal(publish_to(s, "d"), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    free_keys(&k);
}

static void fingerprint_of_federation(struct fixture *s, char out[static FINGERPRINT_TEXT])
{
    struct federation_home h;
    struct error err;

    assert_true(federation_home_open(path_in(s, "fed"), NULL, clock_now_ms(&clock_real), &h, &err));
    fingerprint_write(&h.federation.fid, out);
    federation_home_close(&h);
}

static void test_the_key_of_a_founder_who_went_does_not_sign(void **state)
{
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];

    create_federation(s);
    fingerprint_of_federation(s, fingerprint);
    copy_folder(s, "fed", "old");
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "a"), "--out", path_in(s, "a.f")), 0);
    assert_int_equal(RUN(s, "rollover", "directory", "--home", path_in(s, "fed"), "--number", "1", "--founder",
                         path_in(s, "a.f"), "--confirm", "directory"),
                     0);
    hand_out(s, "d");
    assert_int_equal(sign_as(s, "a", "d", "2", fingerprint), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_int_equal(rename(path_in(s, "out"), path_in(s, "d")), 0);
    put_back(s);
    assert_int_equal(restore_from(s, "d"), 0);
    hand_out(s, "next");
    assert_output_has(s, "It waits for 1 signature of:\n  key 1 ");
    assert_int_equal(sign_as(s, "a", "next", "3", NULL), 0);
    assert_int_equal(take_back(s, "next", NULL), 0);
    assert_int_equal(sequence_of(s), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_what_was_done_since_the_copy_is_known_again),
        SCENE(test_a_damaged_folder_takes_a_members_directory),
        SCENE(test_two_directories_of_one_number_are_not_taken_for_one),
        SCENE(test_a_roll_over_since_the_copy_is_named_and_done_again),
        SCENE(test_the_key_of_a_founder_who_went_does_not_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
