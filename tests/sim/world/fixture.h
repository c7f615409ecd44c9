#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H
/* How most simulations begin: an NGO holds a person's case, with her consent for a mission that it is linked to. */

#include "people.h"

enum { NGO, MISSION, SHELTER }; /* node numbers */

#define BIT(s) SECTION_BIT(SECTION_##s)

struct fixture {
    struct world *w;
    struct exchange *ngo;     /* NULL while it is down, like the mission */
    struct exchange *mission; /* both as of fixture_look */
    const struct address *to; /* of the mission */
    struct ident person;
    struct ident consent;
    struct control_referral_result sent; /* the newest referral */
    struct control_consent shown;        /* the consent, as it was shown last */
    struct error err;
};

/* CONSENT may be NULL: she was not asked. */
void fixture_begin(struct fixture *s, uint64_t seed, size_t nodes, const struct people_consent *consent);
/* Frees the world; the logs of the nodes that are up must be good. */
void fixture_end(struct fixture *s);
/* The same where the test wrote records into logs by hand. */
void fixture_end_forged(struct fixture *s);

/* Looks the nodes up again: one was started or crashed. */
void fixture_look(struct fixture *s);
/* Node I, up or down, starts from what was committed. */
void fixture_restart(struct fixture *s, size_t i);
/* Node I, up or down, is down, and SQL has run on its database. */
void fixture_edit_down(struct fixture *s, size_t i, const char *sql);
/* The same, and it starts again. */
void fixture_edit(struct fixture *s, size_t i, const char *sql);
/* SQL runs on its database beside it. */
void fixture_edit_beside(struct fixture *s, size_t i, const char *sql);
/* Runs until nothing is left to do. */
void fixture_settle(struct fixture *s);

/* Does ACT, and lets REST_MS pass, until no statement of node I fails meanwhile: each third one does, with REFEX_LONG
 * each. The node ends by each, and none is passed over in silence. Returns which one did not come. */
unsigned fixture_at_each_statement(struct fixture *s, size_t i, bool act(struct fixture *s), int64_t rest_ms);

/* The NGO refers her, with all sections that the consent covers. False: ->err. */
bool fixture_try_refer(struct fixture *s);
/* The same, which must succeed. */
void fixture_refer(struct fixture *s);
/* The same, and the mission's receipt has come. */
void fixture_deliver(struct fixture *s);
/* She withdraws at the NGO. False: ->err. */
bool fixture_withdraw(struct fixture *s, bool erase_now);
/* The disk gives node I, which is up, no key of a person or consent until they are given back; KEYS is the caller's. */
void fixture_take_keys(struct fixture *s, size_t i, struct bytes *keys);
void fixture_give_keys(struct fixture *s, size_t i, struct bytes *keys);
/* What records that she agrees to triage for the mission, under a request id. */
struct control_consent_record_ask fixture_named_ask(const struct fixture *s);
/* What the NGO says of whether the mission was told. */
enum recipient_status fixture_told(struct fixture *s);

/* Slots of the NGO's index whose keys are to be destroyed. */
unsigned fixture_retired(struct fixture *s);

#endif
