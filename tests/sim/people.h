#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H
/* What people do at their nodes, in a line each: take in a case, record consent, refer, answer, withdraw. */

#include "world.h"

/* A case of an invented person with triage, identity, contact (with its safe rule), health, exploitation, notes. */
struct ident people_case(struct exchange *x);
/* One whose texts are as long as they may be: more than one message holds. */
struct ident people_long_case(struct exchange *x);
bool people_case_try(struct exchange *x, struct ident *id, struct error *err);

struct people_consent {
    section_set sections;
    const char *except;   /* name of a field that is left out; NULL: none */
    enum purpose purpose; /* 0: services */
    bool refused;
    uint32_t until;
    uint32_t keep_until;
};
struct ident people_consent(struct exchange *x, const struct ident *case_id, const struct address *to,
                            const struct people_consent *c);

/* Asks for medical help; partial is agreed. */
struct people_referral {
    section_set require;
    enum purpose purpose; /* 0: services */
    bool now;
    const char *request_id;
};
bool people_refer(struct exchange *x, const struct ident *case_id, const struct address *to,
                  const struct people_referral *r, struct referral_result *out, struct error *err);

/* Whether X can read the field, by its name, in the data of the referral. */
bool people_can_read(struct exchange *x, const struct ident *id, const char *field);
/* The referral's state at X; 0 if it is not there. */
enum referral_state people_state(struct exchange *x, const struct ident *id);
/* The sections X can open of it now; *ERR says why none. */
section_set people_open_sections(struct exchange *x, const struct ident *id, struct error *err);
/* How often a referral of this id stands in X's list. */
unsigned people_count(struct exchange *x, const struct ident *id);
/* Records of a kind in X's exchange log. */
unsigned people_records(struct exchange *x, enum record_kind kind);
bool people_log_is_good(struct exchange *x);

#endif
