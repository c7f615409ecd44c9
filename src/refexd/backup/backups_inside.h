#ifndef REFEXD_BACKUPS_INSIDE_H
#define REFEXD_BACKUPS_INSIDE_H
/* What backups.c, which says when, and backups_run.c, which has one part made, share.
 *
 * Floor: refexd.
 */

#include "base/clock.h"
#include "base/secret.h"
#include "refexd/backup/backups.h"

#define BACKUPS_PROGRAM 65 /* bytes of a hash as text, and a NUL */

#define RETRY_MS HOUR_MS /* behind a data part that could not be made */

enum running { RUNS_NOTHING, RUNS_DATA, RUNS_KEYS, RUNS_REHEARSAL };

/* Of the data part, by the wall clock, which somebody may set meanwhile. */
struct data_times {
    int64_t made_ms;  /* the last that this home made; 0: none */
    int64_t tried_ms; /* the last try, where that did not go well; 0: it did */
};

struct backups {
    struct loop *loop;
    const char *home;
    const struct config *config;
    struct exchange *exchange; /* NULL: the node is not open, or ends */
    struct timer *timer;
    struct stream *stream; /* NULL: no process is spoken to */
    struct child *child;   /* NULL: none is there; one whose disk hangs may stay when it was ended */
    int64_t moved_ms;      /* steady; when it said something last */
    bool data_gave_way;    /* to a keys part: it does not again before it is made */
    enum running running;
    uint64_t asked_run; /* the last that somebody asked for */
    uint64_t begun_run; /* of the part that is being made */
    uint64_t data_run;  /* of the one that was made last, or was not */
    uint64_t keys_run;
    int64_t data_good_ms; /* steady; when it went well last; 0: not with the last try */
    int64_t keys_good_ms;
    bool data_is_asked;
    bool keys_is_asked;
    uint64_t done;
    uint64_t total;
    /* the data part */
    bool knows_data; /* … of which it is known when it was made: */
    struct data_times data_times;
    int64_t jitter_ms;
    bool data_is_begun; /* its record is written; it counts when the tick was not undone: */
    uint64_t begun_undone;
    /* the keys part; times by the steady clock */
    struct keys_source *source;
    struct digest_stream *digest;
    struct bytes piece; /* that is sent next */
    bool has_more;
    struct hash coming; /* of all pieces: it is sent when it is noted, as begin_data does */
    bool coming_waits;
    uint64_t coming_undone;
    uint64_t stamp_begun;
    uint64_t stamp; /* of the one at its place; only where IS_CURRENT */
    bool is_current;
    int64_t keys_due_ms; /* 0: not due */
    int64_t keys_pause_ms;
    int64_t keys_begun_ms;
    int64_t outdated_since_ms;     /* by the wall clock; 0: it is not */
    char program[BACKUPS_PROGRAM]; /* which this is */
    bool is_place_told;            /* to the exchange, which names it: these two; again where the tick was undone */
    uint64_t told_undone;
    char told_name[BOUND_BACKUP_NAME + 1];
    char told_place[BOUND_BACKUP_PLACE + 1];
    /* a rehearsal */
    struct secret words;
    uint64_t rehearsal_asked;
    uint64_t rehearsal_run;
};

/* Whether a keys part is to be made at all. */
bool backups_has_keys_place(const struct backups *b);

void backups_read_times(const struct control_backup_part *last, struct data_times *out);
/* Whether the next quiet hour behind the last one has come, or behind the last try an hour; also where none was made.
 * A time that has not come yet is no time: the clock was ahead. */
bool backups_data_is_due(const struct data_times *last, int64_t jitter_ms, int64_t now_ms);
/* Whether what is remembered of a part (NULL: that is damaged) lay at PLACE, and that was on another disk than the
 * node's own. Where it is not known, it was: a folder below a disk that is away takes what is written like any
 * other. */
bool backups_was_apart(const struct control_backup_part *last, const char *place);

/* Has it made: what comes of it is noted, and the next may begin when nothing runs and the process has ended. */
void backups_run_begin(struct backups *b, enum running what);
/* Ends a process that has said nothing for HUNG_MS: what it made is said to have failed. */
void backups_run_look(struct backups *b);
/* Ends the one that makes the data part, which is begun again behind the keys part. */
void backups_run_give_way(struct backups *b);
/* Behind a tick: the process may put the keys part at its place when the node knows it as its own. */
void backups_run_end_keys(struct backups *b);
/* Drops what is under way of the keys part. */
void backups_run_drop_keys(struct backups *b);

#endif
