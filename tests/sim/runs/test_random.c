/* Nodes with random actions of their users, on a faulty wire, with crashes, wrong clocks and failing disks: the
 * oracle's checks hold at the end of every run.
 *
 * sim_random [--seed N] [--runs N] [--seconds N] [--rare] [--every]: run i has seed N + i; with --seed alone one run is
 * repeated exactly. Without --seed the first seed is REFEX_SEED, as tools/test.sh sets it, or else made from the time.
 * At the end it names the rare paths (SOMETIMES) that no run took, which with --every is a failure; --rare prints all.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "rare.h"
#include "run.h"
#include "watcher.h"

#ifndef FIXED_RUNS
#define FIXED_RUNS 0 /* of sim_random_fixed, which is for mutants: as many, from seed 1 on */
#endif

#define STEPS        60
#define GOOD_MINUTES 3000 /* a key that is held for a day, and then the longest pause of what is owed, a day too */
#define TICKS        200  /* of each node, beside one a minute, which each has anyway */
#define TICKS_HELD   16   /* the same in each minute more, where a key was held or a copy ran */

uint64_t run_below(struct run *r, uint64_t end)
{
    return fake_random_below(&r->random, end);
}

bool run_one_in(struct run *r, uint64_t n)
{
    return run_below(r, n) == 0;
}

void run_print(struct run *r, const char *what, size_t a, size_t b)
{
    if (r->is_verbose)
        (void)printf("%lld %s %zu %zu\n", (long long)world_now(r->w), what, a, b);
}

bool run_is_up(struct run *r, size_t i)
{
    return world_node(r->w, i) != NULL;
}

bool run_is_served(struct run *r, size_t i)
{
    return run_is_up(r, i) && !(r->copy_runs && r->copied == i);
}

void run_start(struct run *r, size_t i)
{
    if (run_is_up(r, i))
        return;
    run_print(r, "start", i, 0);
    world_start(r->w, i);
    if (run_is_served(r, i))
        oracle_started(&r->o, i);
}

void run_crash(struct run *r, size_t i)
{
    run_print(r, "crash", i, 0);
    world_crash(r->w, i);
    oracle_ticked(&r->o, i, false);
}

void run_confirm_clock(struct run *r, size_t i)
{
    struct control_clock clock;
    struct error err;
    bool changed;

    if (exchange_clock_show(world_node(r->w, i), &clock, &err) &&
        exchange_clock_confirm(world_node(r->w, i), &changed, &err))
        r->lowered_ms += clock.trusted_ms > clock.clock_ms ? clock.trusted_ms - clock.clock_ms : 0;
    else if (!world_is_expected_fault(r->w, i, &err) && err.code != E_STO_03 &&
             !(err.code == E_LOG_27 && r->o.copied[i])) /* a copy records nothing */
        oracle_fail(&r->o, "the clock of node %zu is not confirmed: %s", i, err.text);
}

static unsigned weight_of(const struct run *r, const struct action *a)
{
    return a->theme != THEME_NONE && a->theme == r->theme ? 8 * a->weight : a->weight;
}

void run_act(struct run *r, const struct action *acts, size_t count)
{
    unsigned all = 0;
    unsigned pick;

    for (size_t i = 0; i < count; i++)
        all += weight_of(r, &acts[i]);
    pick = (unsigned)run_below(r, all);
    while (pick >= weight_of(r, acts)) {
        pick -= weight_of(r, acts);
        acts++;
    }
    acts->run(r);
}

/* --- who watches --- */

static struct watcher watchers[WORLD_NODES]; /* one of each node; large */

/* What a copy says is not what its node said: nobody asks it. Another machine has another log, and says so. */
static void watch_all(struct run *r)
{
    for (size_t i = 0; i < r->o.nodes; i++) {
        struct error err = {0};

        if (!run_is_served(r, i) || r->o.copied[i] || watcher_ask(&watchers[i], world_node(r->w, i), &err))
            continue;
        if (err.code == E_LOG_09 && r->o.replaced[i])
            watcher_begin(&watchers[i], STAFF_ROLES_ALL, "0-0");
        else if (!world_is_expected_fault(r->w, i, &err) && err.code != E_STO_03)
            oracle_fail(&r->o, "who watches node %zu is not told: %s", i, err.text);
    }
}

/* Each was told each event once, in its order, whatever became of the node between. */
static void check_watchers(struct run *r)
{
    for (size_t i = 0; i < r->o.nodes; i++)
        if (run_is_served(r, i) && !r->o.copied[i] && !r->o.replaced[i])
            watcher_check(&watchers[i], world_node(r->w, i));
}

/* --- a run --- */

static void on_ticked(void *cookie, size_t i, bool ok)
{
    struct run *r = cookie;

    r->ticks++;
    oracle_ticked(&r->o, i, ok);
    if (!ok && run_is_served(r, i)) /* it found no room, and goes on */
        oracle_started(&r->o, i);
    faults_ticked(r, i, ok);
}

static void run_steps(struct run *r)
{
    for (int step = 0; step < STEPS; step++) {
        size_t action_count = run_below(r, 4);

        for (size_t i = 0; i < action_count; i++)
            if (run_one_in(r, 4))
                faults_one(r);
            else
                acts_one(r);
        watch_all(r); /* also of what is not committed yet */
        for (size_t i = run_below(r, 6); i > 0; i--)
            world_step(r->w, (int64_t)run_below(r, 2 * SECONDS));
        for (size_t i = 0; i < r->o.nodes; i++)
            if (!run_is_up(r, i) && run_one_in(r, 6))
                run_start(r, i);
        if (world_now(r->w) > r->latest_ms)
            r->latest_ms = world_now(r->w);
        if (run_one_in(r, 10))
            oracle_check_reading(&r->o, false);
    }
}

/* The end: no more faults, every node up, the clock at the latest time it had. */
static void recover_all(struct run *r)
{
    if (world_now(r->w) < r->latest_ms)
        world_advance(r->w, r->latest_ms - world_now(r->w));
    for (size_t i = 0; i < r->o.nodes; i++) {
        if (run_is_up(r, i) && run_one_in(r, 2))
            run_crash(r, i);
        run_start(r, i);
    }
    if (run_one_in(r, 2))
        faults_put_newer_back(r);
    faults_clear(r);
    world_publish(r->w);
    world_run_ms(r->w, 5 * MINUTES);
    for (size_t i = 0; i < r->o.nodes; i++) /* people look at those whose peers were off for as long */
        run_confirm_clock(r, i);
}

static bool is_any(const bool *of, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (of[i])
            return true;
    return false;
}

/* Whoever has something for an agency that takes no link of it, or is a copy, dials it once a minute (RETRY_DIAL), and
 * sends it a few frames: seven ticks of each node. So it goes on for as long as something else is open, such as a key
 * that is held for a day. */
static uint64_t ticks_at_most(const struct run *r, uint64_t minutes)
{
    bool held = is_any(r->o.replaced, r->o.nodes) || is_any(r->o.revoked, r->o.nodes) || r->was_copied;

    return (TICKS + minutes + (held ? TICKS_HELD * minutes : 0)) * r->o.nodes;
}

/* In good weather all ends, whatever pauses it had come to. */
static void run_until_ended(struct run *r, bool daily_too)
{
    int64_t begun_ms = world_now(r->w);
    uint64_t begun = r->ticks;

    world_run_ms(r->w, 5 * MINUTES); /* what is due has begun */
    for (unsigned i = 0; i < GOOD_MINUTES && !oracle_all_ended(&r->o, daily_too); i++) {
        world_run_ms(r->w, MINUTES);
        if (i % (24 * 60) == 0)
            world_publish(r->w);
    }
    if (r->is_verbose)
        (void)printf("ended after %llu ticks\n", (unsigned long long)(r->ticks - begun));
    oracle_check_ended(&r->o, daily_too);
    if (r->ticks - begun > ticks_at_most(r, (uint64_t)((world_now(r->w) - begun_ms) / MINUTES)))
        oracle_fail(&r->o, "what was open took %llu ticks", (unsigned long long)(r->ticks - begun));
}

/* It is found out on the first link: whoever has nothing for it makes none by itself, and on one that stands the wire
 * may have lost what was remembered. */
static void meet_copy(struct run *r)
{
    for (size_t i = 0; i < r->o.nodes; i++)
        if (i != r->copied && !oracle_is_cut_off(&r->o, i, r->copied)) {
            world_cut(r->w, i, r->copied);
            world_link(r->w, i, r->copied);
        }
    /* Peers ask twice, and an hour has to pass, by their record time; it began before a person lowered that, maybe. */
    world_run_ms(r->w, 3 * 60 * MINUTES + r->lowered_ms);
    oracle_check_copy(&r->o, r->copied, !r->copy_runs);
    run_until_ended(r, false);
}

static bool run(uint64_t seed, bool is_verbose)
{
    struct run r = {.is_verbose = is_verbose};

    fake_random_init(&r.random, seed);
    r.o = (struct oracle){.nodes = 2 + run_below(&r, 2), .seed = seed, .good = true};
    r.w = r.o.w = world_new(seed, r.o.nodes);
    r.first_ms = r.latest_ms = world_now(r.w);
    r.theme = (enum theme)run_below(&r, THEME_END);
    for (size_t i = 0; i < r.o.nodes; i++)
        watcher_begin(&watchers[i], STAFF_ROLES_ALL, "0-0");
    world_on_tick(r.w, on_ticked, &r);
    world_run_ms(r.w, 2 * SECONDS);
    run_steps(&r);
    recover_all(&r);
    run_until_ended(&r, false);
    oracle_check_other_keys(&r.o, r.was_copied ? r.copied : WORLD_NODES);
    if (r.was_copied && r.o.copied[r.copied])
        meet_copy(&r);
    oracle_open_all(&r.o);
    run_until_ended(&r, false);
    oracle_check_end(&r.o);
    world_advance(r.w, 9 * DAY_MS + r.lowered_ms); /* all is erased, and what was not answered is late */
    world_publish(r.w);
    run_until_ended(&r, true);
    check_watchers(&r);
    oracle_check_erased(&r.o); /* last: who opens a referral that came since tells that, in a tick that does not come */
    world_free(r.w);
    return r.o.good;
}

static uint64_t running_seed;

static void print_repeat(void)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "failed; repeat it with: ./dev sim --seed %llu\n", (unsigned long long)running_seed);
}

/* A run that cannot go on ends here. */
static void on_abort(int signal_number)
{
    print_repeat();
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static uint64_t number_of(int argc, char **argv, const char *name, uint64_t fallback, bool *given)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0) {
            *given = true;
            return strtoull(argv[i + 1], NULL, 10);
        }
    return fallback;
}

static bool has_option(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return false;
}

static uint64_t first_seed(void)
{
    const char *given = getenv("REFEX_SEED");

    return given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) % 1000000 * 1000;
}

int main(int argc, char **argv)
{
    bool seeded = FIXED_RUNS != 0;
    bool counted = false; /* --runs without --seconds runs for as long as it takes */
    bool timed = false;
    uint64_t seed = number_of(argc, argv, "--seed", FIXED_RUNS != 0 ? 1 : first_seed(), &seeded);
    uint64_t seconds = number_of(argc, argv, "--seconds", seeded ? UINT64_MAX : 20, &timed);
    uint64_t runs = number_of(argc, argv, "--runs",
                              FIXED_RUNS != 0    ? FIXED_RUNS
                              : seeded && !timed ? 1
                                                 : UINT64_MAX,
                              &counted);
    bool is_verbose = runs == 1;
    time_t begun = time(NULL);
    uint64_t done = 0;

    (void)signal(SIGABRT, on_abort);
    (void)signal(SIGSEGV, on_abort);
    log_init("sim", is_verbose ? LOG_INFO : LOG_ERROR);
    (void)printf("seed %llu\n", (unsigned long long)seed);
    (void)fflush(stdout);
    for (; done < runs && ((counted && !timed) || (uint64_t)(time(NULL) - begun) < seconds); done++) {
        running_seed = seed + done;
        if (!run(running_seed, is_verbose)) {
            print_repeat();
            return 1;
        }
    }
    (void)printf("%llu runs held\n", (unsigned long long)done);
    if (has_option(argc, argv, "--rare"))
        rare_print();
    return rare_print_never() != 0 && has_option(argc, argv, "--every");
}
