#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H
/* What people do at their nodes, one call each: add a case, record consent, refer, answer, withdraw. */

#include "store/peer_store.h"
#include "world.h"

/* A case of an invented person with triage, identity, contact (with its safe rule), health, exploitation, notes. */
struct ident people_case(struct exchange *x);
/* The same with texts of the greatest length: more than one message can hold. */
struct ident people_long_case(struct exchange *x);
bool people_case_try(struct exchange *x, struct ident *id, struct error *err);
/* The whole of an import in one step, in this tick. */
bool people_import(struct exchange *x, const struct case_import *ask, exchange_on_imported_fn *on_imported,
                   void *cookie, struct error *err);

/* Records what is asked; IDS has room for all it names. What her no ends is told to nobody. */
bool people_record(struct exchange *x, const struct control_consent_record_ask *ask, struct ident *ids,
                   struct error *err);
/* The same as a dry run, of one for one agency at most: *OUT is what would be recorded for it. */
bool people_foresee(struct exchange *x, const struct control_consent_record_ask *ask, exchange_on_consent_fn *on_ended,
                    void *cookie, struct control_consent_recorded *out, struct error *err);

struct people_consent {
    section_set sections;
    const char *except;   /* name of a field that is excluded; NULL: none */
    enum purpose purpose; /* 0: services */
    bool refused;
    uint32_t until;
    uint32_t keep_until;
};
/* Asks for it, to be made durable by the next tick. */
bool people_may_consent(struct exchange *x, const struct ident *case_id, const struct address *to,
                        const struct people_consent *c, struct ident *out, struct error *err);
/* It must be recorded. */
struct ident people_consent(struct exchange *x, const struct ident *case_id, const struct address *to,
                            const struct people_consent *c);

/* Accepts that only a part is sent. */
struct people_referral {
    enum service service; /* 0: medical help */
    section_set require;
    enum purpose purpose; /* 0: services */
    bool now;
    enum urgency urgency; /* 0: normal */
    const char *request_id;
};
bool people_refer(struct exchange *x, const struct ident *case_id, const struct address *to,
                  const struct people_referral *r, struct control_referral_result *out, struct error *err);

/* What is opened of section S; empty: nothing. */
struct view people_section(const struct control_referral_detail *d, enum section s);
/* Whether X can read the field, by its name, in the data of the referral. */
bool people_can_read(struct exchange *x, const struct ident *id, const char *field);
/* The two answers that are asked of exchange_referral_answer mostly. */
bool exchange_referral_accept(struct exchange *x, const struct ident *id, struct view note,
                              struct control_referral *out, struct error *err);
bool exchange_referral_decline(struct exchange *x, const struct ident *id, enum decline_reason reason, struct view note,
                               struct control_referral *out, struct error *err);

/* The referral's state at X; 0 if it is not there. */
enum referral_state people_state(struct exchange *x, const struct ident *id);
/* What X says of the arrival of its first message, in list and timeline alike; *SAID_MS is when they said so. */
enum arrival people_arrival(struct exchange *x, const struct ident *id, int64_t *said_ms);
/* The sections of it that X can open now; *ERR says why where there is none. */
section_set people_open_sections(struct exchange *x, const struct ident *id, struct error *err);
/* How many entries with this id X's list of referrals has. */
unsigned people_count(struct exchange *x, const struct ident *id);
/* How many records of KIND X's logs have. */
unsigned people_records(struct exchange *x, enum record_kind kind);
/* Who decided the newest record of KIND, as X's log says: *UID, or PEOPLE_UNKNOWN where X does not know whose id its
 * actor is. False: it has none. */
#define PEOPLE_UNKNOWN UINT32_MAX
bool people_decided(struct exchange *x, enum record_kind kind, uint32_t *uid);
/* What node AT knows of the agency of node OF, which must be something. */
struct peer_row people_peer(struct world *w, size_t at, size_t of);
/* How many notes of the log of OF are not linked at AT. */
uint64_t people_unlinked(struct world *w, size_t at, size_t of);
/* How many agencies X names because somebody has to act on what holds their messages or their key; *HOLD: why the last
 * of them. */
unsigned people_held(struct exchange *x, enum hold *hold);
/* How many findings about another agency's log are recorded in X's. */
unsigned people_findings(struct exchange *x);
/* Both logs verify, and what is owed stands in the database as the exchange log says. */
bool people_log_is_good(struct exchange *x);
/* The same of a node into whose log a test wrote records by hand: nothing is owed by these. */
bool people_forged_log_is_good(struct exchange *x);

#endif
