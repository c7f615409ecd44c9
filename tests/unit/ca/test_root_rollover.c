/* Another root, or another founder's key, in the place of one. */
#include "ca_fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
    sign_waiting(s, "d", "1", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "d", "2", fingerprint);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    sign_waiting(s, "d", "3", fingerprint);
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

static void give_to_nobody(const struct fixture *s)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        (void)execlp("chown", "chown", "-R", "nobody", s->root, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* The number cannot be written, and so no directory: the folder holds the key that signs what is in use. */
static void test_a_key_that_no_directory_lists_is_not_kept(void **state)
{
    struct fixture *s = *state;
    struct bytes before = {0};
    struct bytes after = {0};
    struct error err;

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", "3"), 0);
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "n"), "--out", path_in(s, "n.f")), 0);
    assert_true(file_read(path_in(s, "fed/certs/directory-1.pem"), 65536, &before, &err));
    if (geteuid() == 0)
        give_to_nobody(s);
    s->as_nobody = true; /* root may write all */
    assert_int_equal(chmod(path_in(s, "fed"), 0500), 0);
    for (int done = 0; done < 2; done++) {
        assert_int_equal(RUN(s, "rollover", "directory", "--home", path_in(s, "fed"), "--number", "1", "--founder",
                             path_in(s, "n.f"), "--confirm=directory"),
                         done ? 0 : 73);
        bytes_clear(&after);
        assert_true(file_read(path_in(s, "fed/certs/directory-1.pem"), 65536, &after, &err));
        assert_int_equal(view_equal(bytes_view(&after), bytes_view(&before)), !done);
        assert_int_equal(chmod(path_in(s, "fed"), 0700), 0);
    }
    assert_int_equal(sequence_of(s), 2);
    bytes_fini(&before);
    bytes_fini(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_the_root_is_replaced_while_all_stay_linked),
        SCENE(test_a_new_root_that_was_cut_short_is_completed),
        SCENE(test_another_founders_key_takes_the_place_of_one),
        SCENE(test_a_key_that_no_directory_lists_is_not_kept),
        SCENE(test_a_directory_key_of_the_folder_goes_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
