/* The note by which an identity key signs for the next one: one spelling, both signatures, this agency and
 * federation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/note.h"
#include "base/text.h"
#include "codec/succession_codec.h"
#include "exchange/succession/succession_note.h"
#include "two_members.h"

struct scene {
    struct federation federation;
    struct sign_key *old;
    struct sign_key *new;
    struct succession s;
    struct bytes note;
};

static void begin(struct scene *s)
{
    *s = (struct scene){.federation = {"nrm.example", {{7}}}, .old = sign_key_new(), .new = sign_key_new()};
    assert_true(address_read(view_of_text("ngo@nrm.example"), &s->s.agency));
    s->s.time_s = NOW / 1000;
    sign_key_public(s->old, s->s.old_key);
    sign_key_public(s->new, s->s.new_key);
}

static void end(struct scene *s)
{
    sign_key_free(s->old);
    sign_key_free(s->new);
    bytes_fini(&s->note);
}

static enum error_code reads(const struct scene *s, struct view note)
{
    struct succession out;
    struct error err = {0};

    return succession_note_read(note, &s->federation, &out, &err) ? E_NONE : err.code;
}

/* TEXT, signed by both keys, or by those given, as the agency's. */
static enum error_code signed_text(struct scene *s, const char *text, const struct sign_key *one,
                                   const struct sign_key *other)
{
    char name[ORIGIN_MAX];
    struct error err;

    note_key_name(&s->federation, &s->s.agency, name);
    bytes_clear(&s->note);
    assert_true(note_sign(&s->note, view_of_text(text), name, one, &err));
    assert_true(other == NULL || note_sign(&s->note, view_of_text(text), name, other, &err));
    return reads(s, bytes_view(&s->note));
}

static void test_what_is_signed_is_read_again(void **state)
{
    struct succession out;
    struct hash fingerprints[2];
    struct hash keys[2];
    struct scene s;
    struct error err;

    (void)state;
    begin(&s);
    assert_true(succession_note_sign(&s.s, &s.federation, s.old, s.new, &s.note, &err));
    assert_true(succession_note_read(bytes_view(&s.note), &s.federation, &out, &err));
    assert_memory_equal(out.old_key, s.s.old_key, KEY_SIZE);
    assert_memory_equal(out.new_key, s.s.new_key, KEY_SIZE);
    assert_true(out.time_s == s.s.time_s);
    succession_hashes(&out, &fingerprints[0], &fingerprints[1]);
    sign_public_hash(s.s.old_key, &keys[0]);
    sign_public_hash(s.s.new_key, &keys[1]);
    assert_true(hash_equal(&fingerprints[0], &keys[0]) && hash_equal(&fingerprints[1], &keys[1]));
    end(&s);
}

static void test_both_keys_sign_and_nobody_else(void **state)
{
    struct sign_key *stray = sign_key_new();
    struct bytes text = {0};
    struct scene s;
    struct error err;
    char name[ORIGIN_MAX];

    (void)state;
    begin(&s);
    succession_encode(&s.s, &text);
    bytes_append(&text, "", 1);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, s.new), E_NONE);
    assert_int_equal(signed_text(&s, (char *)text.at, s.new, s.old), E_NONE);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, NULL), E_FED_61);
    assert_int_equal(signed_text(&s, (char *)text.at, s.new, NULL), E_FED_61);
    assert_int_equal(signed_text(&s, (char *)text.at, stray, s.new), E_FED_61);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, stray), E_FED_61);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, s.new), E_NONE);
    note_key_name(&s.federation, &s.s.agency, name);
    assert_true(note_sign(&s.note, view_of_text((char *)text.at), name, stray, &err)); /* a third line */
    assert_int_equal(reads(&s, bytes_view(&s.note)), E_FED_60);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, s.new), E_NONE);
    s.note.at[s.note.size - 6] ^= 1; /* in the last signature */
    assert_int_not_equal(reads(&s, bytes_view(&s.note)), E_NONE);
    sign_key_free(stray);
    bytes_fini(&text);
    end(&s);
}

static void test_it_is_of_this_agency_and_federation(void **state)
{
    struct scene s;
    struct error err;

    (void)state;
    begin(&s);
    assert_true(succession_note_sign(&s.s, &s.federation, s.old, s.new, &s.note, &err));
    s.federation.fid.at[0] ^= 1; /* one of the same name */
    assert_int_equal(reads(&s, bytes_view(&s.note)), E_FED_61);
    s.federation.fid.at[0] ^= 1;
    assert_int_equal(reads(&s, bytes_view(&s.note)), E_NONE);
    (void)snprintf(s.federation.name, sizeof s.federation.name, "other.example");
    assert_int_equal(reads(&s, bytes_view(&s.note)), E_FED_61);
    end(&s);
}

/* The text of S with FROM in it for which TO stands. */
static enum error_code changed(struct scene *s, const char *from, const char *to)
{
    struct bytes text = {0};
    struct bytes made = {0};
    const char *at;
    enum error_code code;

    succession_encode(&s->s, &text);
    bytes_append(&text, "", 1);
    at = strstr((char *)text.at, from);
    assert_non_null(at);
    bytes_printf(&made, "%.*s%s%s", (int)(at - (char *)text.at), (char *)text.at, to, at + strlen(from));
    bytes_append(&made, "", 1);
    code = signed_text(s, (char *)made.at, s->old, s->new);
    bytes_fini(&text);
    bytes_fini(&made);
    return code;
}

static void test_there_is_one_spelling(void **state)
{
    struct scene s;

    (void)state;
    begin(&s);
    assert_int_equal(changed(&s, "time ", "time "), E_NONE);
    assert_int_equal(changed(&s, "refex-succeeds/v1", "refex-succeeds/v2"), E_FED_60);
    assert_int_equal(changed(&s, "refex-succeeds/v1", "refex-keys/v1"), E_FED_60);
    assert_int_equal(changed(&s, "ngo@", "Ngo@"), E_FED_60);
    assert_int_equal(changed(&s, "old ", "old  "), E_FED_60);
    assert_int_equal(changed(&s, "old ", "new "), E_FED_60);
    assert_int_equal(changed(&s, "old ", "old A"), E_FED_60);
    assert_int_equal(changed(&s, "=\nnew ", "\nnew "), E_FED_60);
    assert_int_equal(changed(&s, "new ", "old "), E_FED_60);
    assert_int_equal(changed(&s, "time ", "time 0"), E_FED_60);
    assert_int_equal(changed(&s, "time ", "time -"), E_FED_60);
    assert_int_equal(changed(&s, "time ", "at "), E_FED_60);
    assert_int_equal(changed(&s, "time ", "time 99999999999999"), E_FED_60); /* no such millisecond */
    assert_int_equal(changed(&s, "time ", "more 1\ntime "), E_FED_60);
    s.s.time_s = 1;
    assert_int_equal(changed(&s, "time 1\n", "time 1\nmore 1\n"), E_FED_60);
    assert_int_equal(changed(&s, "time 1\n", "time 0\n"), E_FED_60);
    end(&s);
}

static void test_a_key_does_not_succeed_itself_and_one_of_small_order_none(void **state)
{
    struct bytes text = {0};
    struct scene s;

    (void)state;
    begin(&s);
    bytes_printf(&text, SUCCESSION_FIRST_LINE "\n%s\n", s.s.agency.text);
    for (int i = 0; i < 2; i++) {
        bytes_append_text(&text, i == 0 ? "old " : "new ");
        text_append_base64(&text, view_of(s.s.old_key, KEY_SIZE));
        bytes_append_text(&text, "\n");
    }
    bytes_append_text(&text, "time 5\n");
    bytes_append(&text, "", 1);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, s.new), E_FED_60);
    memset(s.s.new_key, 0, KEY_SIZE);
    bytes_clear(&text);
    succession_encode(&s.s, &text);
    bytes_append(&text, "", 1);
    assert_int_equal(signed_text(&s, (char *)text.at, s.old, s.new), E_FED_61);
    bytes_fini(&text);
    end(&s);
}

static void test_the_longest_names_fit(void **state)
{
    char name[BOUND_ADDRESS + 2] = "";
    struct bytes more = {0};
    struct scene s;
    struct error err;

    (void)state;
    begin(&s);
    memset(name, 'a', 63);
    name[63] = '@';
    for (size_t i = 0; i < BOUND_FEDERATION; i++)
        name[64 + i] = i % 64 == 63 ? '.' : 'b';
    memcpy(s.federation.name, name + 64, sizeof s.federation.name);
    assert_true(address_read(view_of_text(name), &s.s.agency));
    assert_true(succession_note_sign(&s.s, &s.federation, s.old, s.new, &s.note, &err));
    assert_true(s.note.size <= BOUND_SUCCESSION_NOTE);
    assert_int_equal(reads(&s, bytes_view(&s.note)), E_NONE);
    bytes_append_view(&more, bytes_view(&s.note));
    while (more.size <= BOUND_SUCCESSION_NOTE)
        bytes_append(&more, "\n", 1);
    assert_int_equal(reads(&s, bytes_view(&more)), E_FED_60);
    bytes_fini(&more);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_signed_is_read_again),
        cmocka_unit_test(test_both_keys_sign_and_nobody_else),
        cmocka_unit_test(test_it_is_of_this_agency_and_federation),
        cmocka_unit_test(test_there_is_one_spelling),
        cmocka_unit_test(test_a_key_does_not_succeed_itself_and_one_of_small_order_none),
        cmocka_unit_test(test_the_longest_names_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
