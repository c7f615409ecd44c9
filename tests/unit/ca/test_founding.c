/* How a federation is founded, by one or by several, and where its keys lie. */
#include "ca/federation_home.h"
#include "ca/key_unlock.h"
#include "ca_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "codec/directory_codec.h"
#include "exchange/members/directory_note.h"

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
    assert_int_equal(sign_as(s, "a", "d", "1", fingerprint), 0);
    assert_output_has(s, "Key 1 has signed directory 1 already");
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

static int publish_for(struct fixture *s, const char *days)
{
    return RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--days", days);
}

/* A coordinator who will be away: nodes go on until then, and founders sign it as any other. */
static void test_a_directory_for_an_absence_is_used_for_longer(void **state)
{
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct federation_home h;
    struct key_unlock unlock = {0};
    struct error err;

    found_by_three(s, fingerprint);
    assert_int_equal(publish_for(s, "13"), 64);
    assert_output_has(s, "E-USE-03");
    assert_int_equal(publish_for(s, "61"), 64);
    assert_int_equal(publish_for(s, "60"), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--days", "60",
                         "--signed", path_in(s, "d")),
                     64);
    assert_int_equal(sign_as(s, "a", "d", "2", fingerprint), 0);
    assert_int_equal(sign_as(s, "b", "d", "2", fingerprint), 0);
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_true(federation_home_open(path_in(s, "fed"), &unlock, clock_now_ms(&clock_real), &h, &err));
    assert_true(h.waiting.size == 0 &&
                h.directory.hard_expiry_s > clock_now_ms(&clock_real) / 1000 + 59 * (DAY_MS / 1000));
    assert_int_equal(h.directory.hard_expiry_s - h.directory.refresh_after_s, 7 * (DAY_MS / 1000));
    federation_home_close(&h);
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
    write_other(s, "first", "late", 72, BOUND_AWAY_DAYS - BOUND_HARD_EXPIRY_DAYS + 2, false);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_federation_is_founded_whole_and_only_once),
        SCENE(test_a_federation_that_may_not_be_read_is_not_said_to_be_absent),
        SCENE(test_founding_refuses_what_makes_no_federation),
        SCENE(test_a_federation_is_founded_with_as_many_bases_as_its_bound_and_no_more),
        SCENE(test_the_keys_lie_under_a_passphrase_and_the_root_on_its_stick),
        SCENE(test_a_passphrase_of_the_federations_keys_is_given_and_a_change_cut_short_goes_on),
        SCENE(test_a_folder_without_enough_keys_waits_for_those_elsewhere),
        SCENE(test_founders_sign_with_keys_that_never_leave_their_machines),
        SCENE(test_a_directory_for_an_absence_is_used_for_longer),
        SCENE(test_a_founder_signs_no_directory_that_he_should_not),
        SCENE(test_a_signature_that_does_not_hold_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
