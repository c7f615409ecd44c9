#ifndef TESTS_RUN_H
#define TESTS_RUN_H
/* One random run: nodes, what their people do (acts.c), what happens to them (faults.c), and the oracle that judges.
 *
 * All is drawn from the run's own random numbers, not from the nodes', whose use must not change what people do.
 */

#include "oracle.h"

/* What a run is about: happens more often in it than in others. */
enum theme { THEME_NONE, THEME_KEYS, THEME_COPY, THEME_CLOCKS, THEME_REVOKED, THEME_ROOM, THEME_DAYS, THEME_END };

struct run {
    struct world *w;
    struct fake_random random;
    struct oracle o;
    int64_t first_ms;
    int64_t latest_ms;
    int64_t lowered_ms; /* by how much people lowered trusted time: days that were set before come as much later */
    int64_t full_until_ms[WORLD_NODES]; /* the disk of the node has no room, or little, until then; 0: it has */
    bool is_full[WORLD_NODES];          /* no room */
    bool was_away;
    enum theme theme;
    bool was_copied; /* a home: COPIED's, which has COPY beside it, and NEWER while the copy runs in its place */
    bool copy_runs;
    size_t copied;
    char copy[80];
    char newer[80];
    uint64_t ticks; /* of all nodes */
    bool is_verbose;
};

/* A number below END. */
uint64_t run_below(struct run *r, uint64_t end);
bool run_one_in(struct run *r, uint64_t n);
void run_print(struct run *r, const char *what, size_t a, size_t b);
bool run_is_up(struct run *r, size_t i);
/* It is up, and no copy, on which nobody does anything. */
bool run_is_served(struct run *r, size_t i);
/* Node I, if it is down, starts from what was committed. */
void run_start(struct run *r, size_t i);
void run_crash(struct run *r, size_t i);
/* A person at node I, which is up, confirms its clock. */
void run_confirm_clock(struct run *r, size_t i);

struct action {
    unsigned weight;
    void (*run)(struct run *r);
    enum theme theme; /* THEME_NONE: of all */
};
/* One of them, by weight; those of the run's theme eight times as often. */
void run_act(struct run *r, const struct action *acts, size_t count);

/* acts.c: one thing that somebody does at a node. */
void acts_one(struct run *r);

/* faults.c: one thing that happens to a node or to the wire. */
void faults_one(struct run *r);
/* What is over by now ends; a full disk stays full. After each tick: OK as for world_ticked_fn. */
void faults_ticked(struct run *r, size_t i, bool ok);
/* The newer home is put back in the place of its copy, if that runs. */
void faults_put_newer_back(struct run *r);
/* The weather is good from now on. */
void faults_clear(struct run *r);

#endif
