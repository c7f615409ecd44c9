#include "two_members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"

#include "exchange/members/membership_admits.h"

struct view mission(void)
{
    return view_of_text("mission@nrm.example");
}

int two_members_set_up(void **state)
{
    struct two_members *s = xnew(sizeof *s);
    struct membership_files files;
    struct error err;

    federation_fixture_init(&s->f, "nrm.example", NOW, 1, 1);
    s->mission = federation_fixture_admit(&s->f, "mission@nrm.example");
    s->ngo = federation_fixture_admit(&s->f, "ngo@nrm.example");
    federation_fixture_directory(&s->f, 1, &s->note);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    assert_true(membership_open(&files, NOW, &s->m, &err));
    *state = s;
    return 0;
}

int two_members_tear_down(void **state)
{
    struct two_members *s = *state;

    membership_free(s->m);
    bytes_fini(&s->note);
    federation_fixture_fini(&s->f);
    free(s);
    return 0;
}

void take_directory(struct two_members *s, enum directory_result expected)
{
    enum directory_result what;
    struct error err = {0};

    if (!membership_take_directory(s->m, bytes_view(&s->note), NOW, 0, &what, &err))
        fail_msg("%s", err.text);
    assert_int_equal(what, expected);
}

void refuse_directory(struct two_members *s, struct view note, int64_t now_ms, enum error_code code)
{
    uint64_t before = membership_directory(s->m)->sequence;
    enum directory_result what;
    struct error err = {0};

    assert_false(membership_take_directory(s->m, note, now_ms, 0, &what, &err));
    assert_int_equal(err.code, code);
    assert_int_equal(membership_directory(s->m)->sequence, before);
}

void refuse_files(const struct membership_files *files, enum error_code code)
{
    struct membership *m = NULL;
    struct error err = {0};

    assert_false(membership_open(files, NOW, &m, &err));
    assert_int_equal(err.code, code);
    assert_null(m);
}

void refuse_agency(struct two_members *s, const char *agency, int64_t now_ms, enum error_code code)
{
    struct error err = {0};

    assert_false(membership_admits(s->m, view_of_text(agency), now_ms, NULL, &err));
    assert_int_equal(err.code, code);
}

void revoke(struct two_members *s, struct view certificate, const struct address *agency, enum revocation_reason why)
{
    struct revocation *r = &s->f.revocations[0];

    *r = (struct revocation){.reason = why, .time_ms = NOW};
    if (agency != NULL)
        r->agency = *agency;
    digest_sha256(certificate, &r->name);
    s->f.revocation_count = 1;
    federation_fixture_directory(&s->f, 1, &s->note);
}

void revoke_name(struct two_members *s, const struct hash *name, const struct address *agency,
                 enum revocation_reason why)
{
    revoke(s, view_of_text("no certificate"), agency, why);
    s->f.revocations[0].name = *name;
    federation_fixture_directory(&s->f, 1, &s->note);
}

void make_bundle(const struct two_members *s, const char *agency, const struct sign_key *key, uint64_t sequence,
                 struct bytes *note)
{
    struct bundle b = {.sequence = sequence, .content_min = 1, .content_max = 1};
    struct error err;

    assert_true(address_read(view_of_text(agency), &b.agency));
    for (uint32_t i = 0; i < BUNDLE_WEEKS; i++) {
        bundle_schedule(day_of_ms(NOW), i, &b.keys[i]);
        b.keys[i].suite = 1;
        memset(b.keys[i].public_key, (int)(i + 1), KEY_SIZE);
    }
    b.key_count = BUNDLE_WEEKS;
    bytes_clear(note);
    assert_true(bundle_sign(&b, &s->f.federation, key, note, &err));
}
