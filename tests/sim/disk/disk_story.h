#ifndef TESTS_DISK_STORY_H
#define TESTS_DISK_STORY_H
/* A story that two nodes live through while the disk of one of them, the victim, loses power: cases, consents,
 * referrals and answers, a withdrawal with its erasure, an orderly stop, weeks in which sealing keys are made and
 * destroyed.
 *
 * What is asked and not acknowledged before a power cut is asked again after it, if it is not there.
 */

#include "faulty_disk.h"
#include "fixture.h"

#define STORY_PERSONS 3

/* What is asked about one person: by the NGO, but for the answer. */
enum thing { IMPORTED, CONSENTED, REFERRED, ANSWERED, WITHDRAWN, THINGS };

struct story_person {
    struct ident person;
    struct ident consent;
    struct ident referral;
    bool there[THINGS];        /* asked for, and as far as is known it is there */
    bool acknowledged[THINGS]; /* and so there for ever */
};

struct story {
    struct world *w;
    struct disk *disk;
    struct fake_random random;
    uint64_t seed;
    size_t victim;
    struct story_person persons[STORY_PERSONS];
    struct bytes key[2];          /* that of the second person's data, as it lay on the disk of each node */
    struct bytes sealing_keys[4]; /* files of the victim's first sealing keys */
    bool syncs_fail;              /* by which the node may end */
    bool disk_lies;               /* what lies on it is not looked at */
    bool stopped;                 /* the victim was stopped and started in good order */
    bool weeks_passed;
    bool unsettled; /* there may be work left from before a power cut */
    unsigned cuts;
    unsigned cuts_wanted;
};

/* NODES linked nodes; CUTS: so many power cuts are to come, wherever the seed says. */
void story_begin(struct story *s, uint64_t seed, size_t nodes, unsigned cuts);
void story_end(struct story *s);
/* Fails the test, with seed and place. */
void PRINTF_LIKE(2, 3) story_fail(const struct story *s, const char *format, ...);

/* Whether node I runs and has power. */
bool story_is_up(const struct story *s, size_t i);

/* What each consents to. */
#define STORY_SECTIONS (BIT(TRIAGE) | BIT(CONTACT))

/* Asks for one thing, and no more. False with *ERR: it is refused. */
bool story_ask(struct story *s, size_t k, enum thing what, struct error *err);
/* One thing, if it is not there, and all that follows from it. False: the power was cut; the node runs again. */
bool story_do(struct story *s, size_t k, enum thing what);
/* The story until the second person withdraws. */
bool story_tell_first(struct story *s);
/* The whole story, whatever of it is there already. False: the power was cut; then it is to be told again. */
bool story_tell(struct story *s);
/* A power cut at rest, which keeps nothing that was not synced; then everything must be there, and be said. */
void story_finish(struct story *s);

/* Asks node I without changing anything: whether it holds this. False with *ERR: it cannot tell. */
bool story_look(struct story *s, size_t i, size_t k, enum thing what, bool *there, struct error *err);
/* Counts the records of the victim that node OTHER has the proof of and the victim does not hold. */
bool story_count_gone(struct story *s, size_t other, unsigned *gone, struct error *err);

#endif
