#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H
/* What a random run asked of the nodes, and what must have come of it.
 *
 * The oracle keeps its own record, in plain lists. A request to a node is open until a tick of that node returned true;
 * if the node ends before, the oracle looks up in its database at the next start whether the request was durable after
 * all. At the end the state of the nodes is compared with that record.
 */

#include "world.h"

#define ORACLE_MAX 64

enum oracle_state { ORACLE_OPEN, ORACLE_DONE, ORACLE_UNKNOWN, ORACLE_GONE };

struct oracle_case {
    enum oracle_state state;
    size_t owner;
    struct ident id;
};

struct oracle_consent {
    enum oracle_state state;
    size_t case_index;
    size_t to;
    struct ident id;
    section_set sections; /* those without an excluded field */
    enum purpose purpose;
    uint32_t until; /* the earlier of until and keep until */
    bool refused;
    int64_t made_ms;
    enum oracle_state withdrawal; /* ORACLE_GONE: none */
};

struct oracle_referral {
    enum oracle_state state;
    size_t case_index;
    size_t to;
    struct ident id;
    struct ident message;
    enum purpose purpose;
    char request_id[24];
    int64_t made_ms;
    bool answered; /* accept or decline was requested at the other end */
};

struct oracle {
    struct world *w;
    size_t nodes;
    uint64_t seed;
    struct oracle_case cases[ORACLE_MAX];
    size_t case_count;
    struct oracle_consent consents[ORACLE_MAX];
    size_t consent_count;
    struct oracle_referral referrals[ORACLE_MAX];
    size_t referral_count;
    bool revoked[WORLD_NODES];
    bool good;
};

/* A tick of node I succeeded (OK), or the node ended (not OK). */
void oracle_ticked(struct oracle *o, size_t i, bool ok);
/* Node I runs again: looks up what is unknown. */
void oracle_started(struct oracle *o, size_t i);

/* Sections that the consents for this case, recipient and purpose cover today, with WITHDRAWN_TOO also those that were
 * withdrawn. *SETTLED: none of them was refused, withdrawn or has ended. */
section_set oracle_covered(const struct oracle *o, const struct oracle_referral *r, bool withdrawn_too, bool *settled);

/* What must hold at any moment. HAS_ARRIVED: withdrawals had the time to arrive. */
void oracle_check_reading(struct oracle *o, bool has_arrived);
/* What must hold when nothing is in flight and every node runs. */
void oracle_check_end(struct oracle *o);
/* What must hold when all that is withdrawn was due to be erased by now. */
void oracle_check_erased(struct oracle *o);

#endif
