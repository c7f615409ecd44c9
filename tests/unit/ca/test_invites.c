/* One-time words bring in one request. */
#include "ca_fixture.h"

#include <string.h>

#include "crypto/invite_words.h"
#include "exchange/members/invite.h"

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
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "Invitations  1, neither used nor ended");
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
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_null(strstr(s->output, "Invitations"));
    secret_fini(&key);
    free_keys(&k);
    free_keys(&other);
}

/* Nobody has read its words: it must not stand in the way of a request. */
static void test_an_invitation_that_was_not_written_does_not_stand(void **state)
{
    struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;

    create_federation(s);
    assert_int_equal(RUN(s, "invite", "ngo", "--home", path_in(s, "fed"), "--out", "/dev/full"), 74);
    (void)issue_unread(s, &p, &k);
    if (strstr(s->error_output, "E-ENR-27") != NULL || strstr(s->output, "E-ENR-27") != NULL)
        fail_msg("the invitation stands");
    free_keys(&k);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_the_words_of_an_invitation_bring_in_one_request),
        SCENE(test_an_invitation_that_was_not_written_does_not_stand),
        SCENE(test_three_wrong_tries_end_an_invitation),
        SCENE(test_an_invitation_ends_after_its_hours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
