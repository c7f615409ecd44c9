#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H
/* What a random run asked of the nodes, and what must have come of it.
 *
 * The oracle keeps its own record, in plain lists. A request to a node is open until a tick of that node returned true;
 * if the node ends before, the oracle looks up in its database at the next start whether the request was durable after
 * all. At the end the state of the nodes is compared with that record.
 */

#include "world.h"

#define ORACLE_MAX       64
#define ORACLE_REFERRALS 192
#define ORACLE_EXCLUDED  6

enum oracle_state {
    ORACLE_OPEN,
    ORACLE_DONE,
    ORACLE_UNKNOWN,
    ORACLE_GONE,
    ORACLE_LOST /* it was there, and its node was replaced */
};

struct oracle_case {
    enum oracle_state state;
    size_t owner;
    uint64_t person; /* person.h */
    struct ident id;
};

struct oracle_consent {
    enum oracle_state state;
    size_t case_index;
    size_t to;
    struct ident id;
    section_set sections;
    uint32_t excluded[ORACLE_EXCLUDED]; /* FIELD_REFs, ascending */
    size_t excluded_count;
    enum purpose purpose;
    uint32_t until; /* the earlier of until and keep until */
    bool refused;
    size_t shut_by;               /* the refusal that was recorded after it in one tick; 0: none */
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
    enum referral_state came_to; /* nothing, there; it was called needed no more since, which nobody is told */
    enum oracle_state dropped;   /* that: ORACLE_GONE: it was not */
};

struct oracle {
    struct world *w;
    size_t nodes;
    uint64_t seed;
    struct oracle_case cases[ORACLE_MAX];
    size_t case_count;
    struct oracle_consent consents[ORACLE_MAX];
    size_t consent_count;
    struct oracle_referral referrals[ORACLE_REFERRALS];
    size_t referral_count;
    uint64_t persons;               /* invented so far */
    int64_t latest_ms[WORLD_NODES]; /* by which the node ended anything so far, at the latest */
    bool revoked[WORLD_NODES];
    bool replaced[WORLD_NODES]; /* by a machine with new keys and an empty home */
    bool copied[WORLD_NODES];   /* a copy of its home ran in its place */
    bool good;
};

/* Something does not hold: the run has failed. */
void PRINTF_LIKE(2, 3) oracle_fail(struct oracle *o, const char *format, ...);

/* C was recorded. A no ends each yes of that person to that agency. */
void oracle_consented(struct oracle *o, const struct oracle_consent *c);
/* A tick of node I succeeded (OK), or the node ended (not OK). */
void oracle_ticked(struct oracle *o, size_t i, bool ok);
/* Node I runs again: looks up what is unknown. */
void oracle_started(struct oracle *o, size_t i);
/* Node I was replaced: it knows nothing any more, and what was on its way between it and others may be lost. */
void oracle_replaced(struct oracle *o, size_t i);
/* Whether two nodes may know different things for good: one was revoked or replaced, or a copy of it ran. */
bool oracle_is_cut_off(const struct oracle *o, size_t one, size_t other); /* one was revoked */
bool oracle_is_parted(const struct oracle *o, size_t one, size_t other);

/* Sections that the consents for this case, recipient and purpose cover today, with WITHDRAWN_TOO also those that were
 * withdrawn. *SETTLED: none of them was refused, withdrawn or has ended. */
section_set oracle_covered(const struct oracle *o, const struct oracle_referral *r, bool withdrawn_too, bool *settled);

/* Whether what was given under C may be opened by that agency today; with WITHDRAWN_TOO also where it was withdrawn. */
bool oracle_stands(const struct oracle *o, const struct oracle_consent *c, bool withdrawn_too);

/* What must hold at any moment. HAS_ARRIVED: withdrawals had the time to arrive. */
void oracle_check_reading(struct oracle *o, bool has_arrived);
/* What must hold of a node whose copy ran, hours later: it or its peers know of it where it mattered. NEWER_RUNS: the
 * newer home does again. Where all could learn of the copy and nobody did, it is judged as any other from now on. */
void oracle_check_copy(struct oracle *o, size_t i, bool newer_runs);
/* That keys of another machine are named only where a copy ran: at node COPIED, or WORLD_NODES: at none. */
void oracle_check_other_keys(struct oracle *o, size_t copied);
/* Somebody looks at each referral at the node that it went to: that may be told. */
void oracle_open_all(struct oracle *o);
/* What must hold when nothing is in flight and every node runs. */
void oracle_check_end(struct oracle *o);
/* Whether every message has ended and all that is owed, but for what waits for a person; with DAILY_TOO also each
 * withdrawal that was receipted, which is answered on its day of erasure, and each question whether a message arrived,
 * which is asked on a link that stands once a day. */
bool oracle_all_ended(struct oracle *o, bool daily_too);
/* The same must hold, and status must name each thing that waits for a person. */
void oracle_check_ended(struct oracle *o, bool daily_too);
/* What must hold when all that is withdrawn was due to be erased by now. */
void oracle_check_erased(struct oracle *o);
/* What the recipient of R, whose STATE is that of who sent it, opens is what was shared, but for what expired. */
void oracle_check_opened(struct oracle *o, const struct oracle_referral *r, enum referral_state state);

#endif
