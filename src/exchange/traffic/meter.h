#ifndef EXCHANGE_METER_H
#define EXCHANGE_METER_H
/* What each agency uses up here, and its share of it (model/resource.h): the one meter, where frames enter and leave.
 *
 * Floor: exchange. A share is for a unix day. Over it, what can wait is answered with busy, and refusing costs nothing:
 * no commit, no record, and one log line a day at most (LINE_BUSY). What is used is written in blocks, ahead, with
 * commits that happen anyway; after a crash the rest of a block counts as used. Counts of what was refused enter the
 * exchange log as COUNTED, once an hour, agency and sort, likewise with a commit that happens anyway, and at the end of
 * the day.
 */

#include "exchange/exchange.h"
#include "model/record.h"
#include "model/resource.h"

struct meter;

/* Kinds of log lines about another agency: the first of an hour is written (of links the first eight), the others are
 * counted. */
enum meter_line {
    LINE_LINK,             /* up, down, not taken, broken, dial failed */
    LINE_ENVELOPE_REFUSED, /* at steps 1 to 9 and 13 */
    LINE_MESSAGE_REFUSED,  /* at steps 10 to 12 */
    LINE_BUSY,             /* over its share */
    LINE_NO_ROOM,
    LINE_REFUSED_THERE, /* by the agency, or its receipt is of a log that is not known */
    LINE_CLOCK,         /* shows another time */
    LINE_WAITS,         /* nothing can be sealed to it */
    LINE_COUNT
};

/* What a small frame makes a node do again, and how often it does. */
enum meter_pace {
    PACE_LINK,      /* a new link: all that waits is sent on it, what may have left is asked for */
    PACE_BUNDLE,    /* new keys: all that waits is sealed and sent anew */
    PACE_MISSING,   /* what it says it does not have is sent again */
    PACE_DIRECTORY, /* the directory is sent */
    PACE_COUNT
};

/* Of one agency, as long as the node runs; made by meter.c. */
struct usage {
    /* Written by: meter.c */
    struct usage *next;
    struct usage *next_dirty;
    bool dirty; /* in the list of those to be written */
    struct address agency;
    int64_t peer; /* its number in peer_store */
    uint32_t day; /* unix day of what follows */
    uint64_t used[RESOURCE_COUNT];
    uint64_t stored[RESOURCE_COUNT]; /* written ahead */
    struct {
        int64_t hour; /* unix hour of the count */
        uint64_t count;
    } lines[LINE_COUNT];
    struct {
        uint64_t count;      /* not in a record yet */
        uint32_t day;        /* on which they came */
        int64_t hour;        /* of the last record; 0: none on that day */
        uint64_t recorded;   /* in a record of this tick, which may be undone … */
        int64_t hour_before; /* … and then this was the hour */
    } counts[COUNTED_WHAT_END];
    struct {
        unsigned used;
        int64_t since_ms;
    } paces[PACE_COUNT];
    int64_t rubbish_hour; /* unix hour of: */
    uint32_t rubbish;     /* refusals at steps 1 to 9 */
    /* How far what waits was released on its last link. Written by: releasing_times.c */
    int64_t released_up_to;
    /* Links, one after another, that ended before it answered how its log grew. Written by: growth.c */
    uint32_t hung_up;
};

struct meter *meter_new(void);
void meter_free(struct meter *m);

/* The usage of AGENCY, with number PEER (0: it has none yet); read from the store when it is first asked for. */
MUST_USE bool meter_find(struct exchange *x, const struct address *agency, int64_t peer, struct usage **out,
                         struct error *err);

void meter_add(struct exchange *x, struct usage *u, enum resource r, uint64_t n);
/* Whether a share is used up; *WHICH (may be NULL) is the first such. */
bool meter_is_over(struct exchange *x, struct usage *u, enum resource *which);
/* Whether that of R is. */
bool meter_has_used(struct exchange *x, struct usage *u, enum resource r);
/* Whether U is served after all others: it is over, or it sends what is refused at steps 1 to 9. */
bool meter_is_last(struct exchange *x, struct usage *u);
/* A refusal at steps 1 to 9. */
void meter_note_rubbish(struct exchange *x, struct usage *u);

/* Whether a log line of this kind is to be written; if not, it is counted. */
bool meter_line(struct exchange *x, struct usage *u, enum meter_line line);
/* One more for the COUNTED record of that sort. */
void meter_count(struct exchange *x, struct usage *u, enum counted_what what);
/* Whether it is done again now; if not, *WHEN_MS is when it may, by the steady clock. */
bool meter_pace(struct exchange *x, struct usage *u, enum meter_pace pace, int64_t *when_ms);

/* In the tick, before its commit. Writes log lines with the number of those left out and, where a transaction is open,
 * COUNTED records and blocks. */
MUST_USE bool meter_advance(struct exchange *x, struct error *err);
/* The tick is committed: what it recorded is not counted again. */
void meter_committed(struct meter *m);
/* It was undone: what it wrote ahead is to be written again, what it recorded is to be recorded again. */
MUST_USE bool meter_undone(struct exchange *x, struct error *err);

/* Calls ON_USAGE for each agency that is over its share, with the resource. */
void meter_walk_over(struct exchange *x, void (*on_usage)(void *cookie, const struct usage *u, enum resource r),
                     void *cookie);

#endif
