#ifndef TESTS_TWO_MEMBERS_H
#define TESTS_TWO_MEMBERS_H
/* The federation of two that most tests of membership begin with: ngo and mission are members; we are ngo. */

#include "federation_fixture.h"

#define NOW INT64_C(1795000000000)

struct two_members {
    struct federation_fixture f;
    struct fixture_agency *mission;
    struct fixture_agency *ngo;
    struct bytes note; /* the newest directory that was signed */
    struct membership *m;
};

/* For cmocka: *STATE is a struct two_members *. */
int two_members_set_up(void **state);
int two_members_tear_down(void **state);
#define SCENE(test) cmocka_unit_test_setup_teardown(test, two_members_set_up, two_members_tear_down)

struct view mission(void);

/* NOTE is offered to us. */
void take_directory(struct two_members *s, enum directory_result expected);
/* The same: NOTE is refused with CODE, and the directory in use stays. */
void refuse_directory(struct two_members *s, struct view note, int64_t now_ms, enum error_code code);

/* No membership is opened of FILES. */
void refuse_files(const struct membership_files *files, enum error_code code);

/* AGENCY is not admitted. */
void refuse_agency(struct two_members *s, const char *agency, int64_t now_ms, enum error_code code);

/* Signs the next directory, in NOTE, which revokes CERTIFICATE and nothing else. AGENCY: whose it is, or NULL. */
void revoke(struct two_members *s, struct view certificate, const struct address *agency, enum revocation_reason why);

/* The same by NAME, which may be that of a key or a machine. */
void revoke_name(struct two_members *s, const struct hash *name, const struct address *agency,
                 enum revocation_reason why);

/* The key bundle of AGENCY signed with KEY, five weeks from today. */
void make_bundle(const struct two_members *s, const char *agency, const struct sign_key *key, uint64_t sequence,
                 struct bytes *note);

#endif
