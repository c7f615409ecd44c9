/* Whose signatures make a directory: the keys that it lists, in order, valid, not revoked; and what is no directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/note.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "two_members.h"

/* A federation with several directory keys and one member. */
struct keys {
    struct federation_fixture f;
    struct fixture_agency *ngo;
    struct bytes note;
};

static void begin(struct keys *s, uint32_t keys, uint32_t quorum)
{
    *s = (struct keys){.ngo = NULL};
    federation_fixture_init(&s->f, "nrm.example", NOW, keys, quorum);
    s->ngo = federation_fixture_admit(&s->f, "ngo@nrm.example");
}

static void end(struct keys *s)
{
    bytes_fini(&s->note);
    federation_fixture_fini(&s->f);
}

static enum error_code open_note(const struct keys *s, struct view note, int64_t now_ms, struct error *err)
{
    const struct membership_files files = federation_fixture_files(&s->f, s->ngo, note);
    struct membership *m = NULL;

    *err = (struct error){0};
    if (!membership_open(&files, now_ms, &m, err))
        assert_null(m);
    membership_free(m);
    return err->code;
}

/* The next directory, signed by SIGNERS. */
static enum error_code open_signed(struct keys *s, unsigned signers, int64_t now_ms, struct error *err)
{
    federation_fixture_directory(&s->f, signers, &s->note);
    return open_note(s, bytes_view(&s->note), now_ms, err);
}

/* Certifies directory key I + 1 again: as number NUMBER of those of which K must sign, for DAYS from NOW_MS. */
static void certify_again(struct keys *s, size_t i, uint32_t k, uint32_t number, int64_t now_ms, uint32_t days)
{
    const struct certify_validity validity = {now_ms, days};
    uint8_t public_key[KEY_SIZE];
    const struct certify_directory which = {k, number, public_key};
    struct error err;

    sign_key_public(s->f.directory_keys[i], public_key);
    bytes_clear(&s->f.directory_certificates[i]);
    assert_true(certify_directory_key(s->f.root_key, bytes_view(&s->f.root), s->f.federation.name, &which, &validity,
                                      &s->f.directory_certificates[i], &err));
}

static void refuse_key(struct keys *s, size_t i)
{
    char sentence[32];
    struct error err;

    assert_int_equal(open_signed(s, 7, NOW, &err), E_FED_24);
    (void)snprintf(sentence, sizeof sentence, "certificate %zu of", i + 1);
    if (strstr(err.text, sentence) == NULL)
        fail_msg("refused for another reason: %s", err.text);
}

static void test_the_keys_of_a_directory_are_in_order_each_once_and_of_one_number(void **state)
{
    struct keys s;
    struct error err;

    (void)state;
    begin(&s, 3, 2);
    assert_int_equal(open_signed(&s, 5, NOW, &err), E_NONE);

    certify_again(&s, 1, 2, 1, NOW, 365); /* the number of the first: one key would count twice */
    refuse_key(&s, 1);
    certify_again(&s, 1, 2, 2, NOW, 365);
    certify_again(&s, 0, 2, 5, NOW, 365); /* not ascending */
    refuse_key(&s, 1);
    certify_again(&s, 0, 2, 1, NOW, 365);
    certify_again(&s, 2, 1, 3, NOW, 365); /* says that one is enough */
    refuse_key(&s, 2);
    bytes_clear(&s.f.directory_certificates[2]);
    bytes_append_view(&s.f.directory_certificates[2], bytes_view(&s.ngo->identity)); /* of another use */
    refuse_key(&s, 2);
    bytes_clear(&s.f.directory_certificates[2]);
    bytes_append_text(&s.f.directory_certificates[2], "no certificate");
    refuse_key(&s, 2);
    certify_again(&s, 2, 2, 3, NOW, 365);
    assert_int_equal(open_signed(&s, 7, NOW, &err), E_NONE);
    end(&s);
}

/* Changes a letter of the signature in the line of NOTE that is the I-th from the end. */
static void forge_line(struct bytes *note, size_t i)
{
    uint8_t *at = note->at + note->size;

    for (size_t ends = 0; ends <= i; ends += *at == '\n')
        at--;
    at -= 40; /* of 92 letters: behind the key id, before the last */
    *at = *at == 'A' ? 'B' : 'A';
}

static void test_a_good_signature_does_not_outweigh_a_forged_one(void **state)
{
    struct keys s;
    struct error err;

    (void)state;
    begin(&s, 2, 1);
    for (unsigned forged = 1; forged <= 3; forged++) { /* the second, the first, both */
        assert_int_equal(open_signed(&s, 3, NOW, &err), E_NONE);
        for (size_t i = 0; i < 2; i++)
            if ((forged & (1U << i)) != 0)
                forge_line(&s.note, i);
        assert_int_equal(open_note(&s, bytes_view(&s.note), NOW, &err), E_FED_20);
        assert_non_null(strstr(err.text, "does not hold"));
    }
    end(&s);
}

static void test_a_key_that_the_directory_in_use_revokes_signs_no_next_one(void **state)
{
    struct keys s;
    struct membership *m;
    struct membership_files files;
    enum directory_result what;
    struct error err;

    (void)state;
    begin(&s, 2, 1);
    s.f.revocations[0] = (struct revocation){.reason = REVOKED_KEY_COMPROMISE, .time_ms = NOW};
    digest_sha256(bytes_view(&s.f.directory_certificates[1]), &s.f.revocations[0].name);
    s.f.revocation_count = 1;
    federation_fixture_directory(&s.f, 1, &s.note);
    files = federation_fixture_files(&s.f, s.ngo, bytes_view(&s.note));
    assert_true(membership_open(&files, NOW, &m, &err));

    s.f.revocation_count = 0; /* who has the key takes the revocation back */
    federation_fixture_directory(&s.f, 2, &s.note);
    assert_false(membership_take_directory(m, bytes_view(&s.note), NOW, 0, &what, &err));
    assert_int_equal(err.code, E_FED_20);
    federation_fixture_directory(&s.f, 1, &s.note);
    assert_true(membership_take_directory(m, bytes_view(&s.note), NOW, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
    membership_free(m);
    end(&s);
}

static void test_the_first_of_the_keys_to_begin_is_named_where_the_clock_is_behind_all(void **state)
{
    struct keys s;
    char begins[TEXT_MINUTE];
    struct error err;

    (void)state;
    begin(&s, 3, 1);
    certify_again(&s, 0, 1, 1, NOW + 2 * DAY_MS, 365);
    certify_again(&s, 1, 1, 2, NOW + 1 * DAY_MS, 365);
    certify_again(&s, 2, 1, 3, NOW + 3 * DAY_MS, 365);
    assert_int_equal(open_signed(&s, 7, NOW, &err), E_FED_46);
    text_write_minute(NOW + 1 * DAY_MS - CERTIFY_BACKDATE_MS, begins);
    if (strstr(err.text, begins) == NULL)
        fail_msg("another time is named: %s", err.text);
    assert_int_equal(open_signed(&s, 7, NOW + DAY_MS, &err), E_NONE);
    end(&s);
}

static void test_a_key_that_has_ended_is_named_where_it_signed(void **state)
{
    struct keys s;
    char ended[TEXT_MINUTE];
    struct error err;

    (void)state;
    begin(&s, 3, 1);
    certify_again(&s, 0, 1, 1, NOW, 9);
    certify_again(&s, 1, 1, 2, NOW, 10);
    certify_again(&s, 2, 1, 3, NOW, 12);
    assert_int_equal(open_signed(&s, 3, NOW + 8 * DAY_MS, &err), E_NONE);
    assert_int_equal(open_signed(&s, 3, NOW + 11 * DAY_MS, &err), E_FED_71);
    text_write_minute(NOW + 10 * DAY_MS, ended);
    if (strstr(err.text, ended) == NULL)
        fail_msg("another time is named than %s: %s", ended, err.text);
    for (unsigned i = 0; i < 3; i++)
        certify_again(&s, i, 2, i + 1, NOW, 10 + 10 * i);
    assert_int_equal(open_signed(&s, 4, NOW + 11 * DAY_MS, &err), E_FED_20);
    end(&s);
}

static void test_a_directory_of_a_federation_of_another_name_is_refused(void **state)
{
    struct keys s;
    struct federation_fixture other;
    struct error err;

    (void)state;
    begin(&s, 1, 1);
    federation_fixture_init(&other, "other.example", NOW, 1, 1);
    federation_fixture_directory(&other, 1, &s.note);
    assert_int_equal(open_note(&s, bytes_view(&s.note), NOW, &err), E_FED_21);
    federation_fixture_fini(&other);

    s.f.member_count = 0; /* by its own keys, under another name */
    (void)snprintf(s.f.federation.name, sizeof s.f.federation.name, "other.example");
    assert_int_equal(open_signed(&s, 1, NOW, &err), E_FED_21);
    end(&s);
}

/* A note with TEXT, signed with the key of a directory. */
static void sign_text_as_directory(const struct keys *s, const char *text, struct bytes *note)
{
    struct error err;

    bytes_clear(note);
    assert_true(note_sign(note, view_of_text(text), "nrm.example/.directory/1", s->f.directory_keys[0], &err));
}

static void refuse_form(const struct keys *s, struct membership *m, struct view note, const char *sentence)
{
    enum directory_result what;
    struct error err = {0};

    assert_int_equal(open_note(s, note, NOW, &err), E_FED_24);
    if (strstr(err.text, sentence) == NULL)
        fail_msg("refused for another reason: %s", err.text);
    err = (struct error){0};
    assert_false(membership_take_directory(m, note, NOW, 0, &what, &err));
    assert_int_equal(err.code, E_FED_24);
}

static void test_what_is_no_directory_is_refused_when_it_is_opened_and_when_it_comes(void **state)
{
    static const char head[] =
        "refex-directory/v1\nnrm.example\n%s\nsequence 9\nrefresh-after 5\nhard-expiry %lld\n%s\n";
    struct keys s;
    struct membership *m;
    struct membership_files files;
    char fid[2 * HASH_SIZE + 1];
    char text[512];
    char *long_text;
    struct bytes note = {0};
    struct error err;

    (void)state;
    begin(&s, 1, 1);
    federation_fixture_directory(&s.f, 1, &s.note);
    files = federation_fixture_files(&s.f, s.ngo, bytes_view(&s.note));
    assert_true(membership_open(&files, NOW, &m, &err));

    refuse_form(&s, m, view_of_text("no note"), "no signed note");
    sign_text_as_directory(&s, "refex-keys/v1\nnrm.example\n", &note);
    refuse_form(&s, m, bytes_view(&note), "no signed note");
    sign_text_as_directory(&s, "refex-directory/v1\nnobody\n", &note);
    refuse_form(&s, m, bytes_view(&note), "federation");
    text_write_hex(s.f.federation.fid.at, HASH_SIZE, fid);
    (void)snprintf(text, sizeof text, head, fid, (long long)(NOW / 1000 + 1), "no base64");
    sign_text_as_directory(&s, text, &note);
    refuse_form(&s, m, bytes_view(&note), "base64");
    long_text = xnew(BOUND_DIRECTORY + 1); /* a file that a person names may be of any length */
    memset(long_text, 'A', BOUND_DIRECTORY);
    memcpy(long_text, text, strlen(text) - 1);
    long_text[BOUND_DIRECTORY - 1] = '\n';
    sign_text_as_directory(&s, long_text, &note);
    refuse_form(&s, m, bytes_view(&note), "no signed note");
    free(long_text);
    membership_free(m);
    bytes_fini(&note);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_keys_of_a_directory_are_in_order_each_once_and_of_one_number),
        cmocka_unit_test(test_a_good_signature_does_not_outweigh_a_forged_one),
        cmocka_unit_test(test_a_key_that_the_directory_in_use_revokes_signs_no_next_one),
        cmocka_unit_test(test_the_first_of_the_keys_to_begin_is_named_where_the_clock_is_behind_all),
        cmocka_unit_test(test_a_key_that_has_ended_is_named_where_it_signed),
        cmocka_unit_test(test_a_directory_of_a_federation_of_another_name_is_refused),
        cmocka_unit_test(test_what_is_no_directory_is_refused_when_it_is_opened_and_when_it_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
