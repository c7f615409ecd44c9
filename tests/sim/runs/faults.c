#include "run.h"

#include <stdio.h>

#include "codec/peer_messages.h"
#include "fake_disk.h"

#define MIB UINT64_C(1048576)

/* --- nodes --- */

static void crash(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (run_is_up(r, i))
        run_crash(r, i);
}

static void fault(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);
    enum db_fault_point point = (enum db_fault_point)run_below(r, DB_FAULT_COUNT);

    if (!run_is_up(r, i))
        return;
    run_print(r, "fault", i, point);
    world_fault(r->w, i, point, 1 + (unsigned)run_below(r, point == DB_FAULT_STEP ? 60 : 3));
}

static enum db_fault_point no_room(struct run *r)
{
    return run_one_in(r, 2) ? DB_FAULT_FULL : DB_FAULT_COMMIT_FULL;
}

/* For a while: SQLite finds no room, or there is little, so that the node itself stops taking messages. */
static void fill_disk(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (!run_is_up(r, i) || r->full_until_ms[i] != 0)
        return;
    r->full_until_ms[i] = world_now(r->w) + 10 * SECONDS + (int64_t)run_below(r, 20 * MINUTES);
    r->is_full[i] = run_one_in(r, 2);
    run_print(r, r->is_full[i] ? "full disk" : "little room", i, 0);
    if (r->is_full[i])
        world_fault(r->w, i, no_room(r), 1 + (unsigned)run_below(r, 20));
    else
        fake_disk_set_free_at(world_home(r->w, i), run_one_in(r, 2) ? 32 * MIB : 8 * MIB);
}

static void empty_disk(struct run *r, size_t i)
{
    if (r->full_until_ms[i] == 0)
        return;
    r->full_until_ms[i] = 0;
    r->is_full[i] = false;
    fake_disk_set_free_at(world_home(r->w, i), 0);
    if (run_is_up(r, i))
        world_mend(r->w, i);
    run_print(r, "room", i, 0);
}

/* Few messages of a peer are taken in a day. */
static void share(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (!run_is_up(r, i))
        return;
    run_print(r, "share", i, 0);
    world_limit(r->w, i, 2 + run_below(r, 20));
}

static void revoke(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (r->o.revoked[i] || !run_one_in(r, 6))
        return;
    run_print(r, "revoke", i, 0);
    r->o.revoked[i] = true;
    world_revoke(r->w, i, run_one_in(r, 2) ? REVOKED_SUSPENDED : REVOKED_KEY_COMPROMISE);
}

/* The federation takes an agency back that it had suspended: each other one holds what it has until a person confirms
 * it. */
static void pardon(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (!r->o.revoked[i])
        return;
    run_print(r, "pardon", i, 0);
    world_pardon(r->w, i);
}

/* Another machine in the place of one that is lost: an identity key that nobody knows, and an empty home. */
static void replace(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (r->o.revoked[i] || r->o.replaced[i] || (r->was_copied && r->copied == i) || !run_one_in(r, 4))
        return;
    empty_disk(r, i);
    if (run_is_up(r, i))
        run_crash(r, i);
    run_print(r, "replace", i, 0);
    r->first_ms = world_now(r->w); /* its certificates are valid from now on */
    oracle_replaced(&r->o, i);
    world_replace(r->w, i);
}

/* Someone copies a home; later the copy runs in its place; and, not always, the newer home again. While the copy runs
 * nobody asks it for anything: what a node does by itself is what is to be found out. */
static void copy_home(struct run *r)
{
    size_t i = r->was_copied ? r->copied : run_below(r, r->o.nodes);
    const char *home = world_home(r->w, i);

    if (r->copy_runs) {
        faults_put_newer_back(r);
        return;
    }
    if (r->o.revoked[i] || r->o.replaced[i] || !run_is_up(r, i) || !run_one_in(r, 2))
        return;
    run_crash(r, i);
    if (!r->was_copied) {
        r->was_copied = true;
        r->copied = i;
        (void)snprintf(r->copy, sizeof r->copy, "%s-copy", home);
        (void)snprintf(r->newer, sizeof r->newer, "%s-newer", home);
        world_copy_folder(home, r->copy);
        run_print(r, "home is copied", i, 0);
    } else {
        world_copy_folder(home, r->newer);
        world_copy_folder(r->copy, home);
        r->copy_runs = r->o.copied[i] = true;
        run_print(r, "copy runs", i, 0);
    }
    run_start(r, i);
}

void faults_put_newer_back(struct run *r)
{
    if (!r->copy_runs)
        return;
    if (run_is_up(r, r->copied))
        run_crash(r, r->copied);
    world_copy_folder(r->newer, world_home(r->w, r->copied));
    r->copy_runs = false;
    run_print(r, "newer home runs", r->copied, 0);
    run_start(r, r->copied);
}

/* A machine stands switched off for 40 days, in which the others go on. */
static void away(struct run *r)
{
    size_t i = run_below(r, r->o.nodes);

    if (r->was_away || !run_one_in(r, 2))
        return;
    r->was_away = true;
    run_print(r, "away", i, 0);
    if (run_is_up(r, i))
        run_crash(r, i);
    for (int week = 0; week < 8; week++) {
        world_advance(r->w, 5 * DAY_MS);
        world_publish(r->w);
        for (int step = 0; step < 20; step++)
            world_step(r->w, SECONDS);
    }
    if (run_one_in(r, 2)) /* what the others have of its keys has ended, and the new ones are lost on the way */
        world_conditions(r->w)->drop = PEER_BUNDLE;
    run_start(r, i);
}

/* Hours or a few days in this weather. */
static void pass_days(struct run *r)
{
    size_t hours = 1 + run_below(r, 72);

    run_print(r, "hours pass", hours, 0);
    for (size_t i = 0; i < hours; i++)
        for (int64_t step = 0; step < 4; step++)
            world_step(r->w, 15 * MINUTES);
    world_publish(r->w);
}

/* --- clocks --- */

static void set_clocks(struct run *r)
{
    int64_t ms = 0;

    switch (run_below(r, 6)) {
    case 0:
        ms = (int64_t)run_below(r, 10 * DAY_MS);
        break;
    case 1:
        ms = -(int64_t)run_below(r, run_one_in(r, 3) ? 9 * DAY_MS : 5 * MINUTES);
        break;
    default:
        ms = (int64_t)run_below(r, 2 * 60 * MINUTES);
    }
    run_print(r, "clock", ms < 0, (size_t)(ms < 0 ? -ms : ms));
    if (world_now(r->w) + ms < r->first_ms)
        return; /* before the certificates become valid */
    world_advance(r->w, ms);
    if (ms > DAY_MS)
        world_publish(r->w);
}

/* One node's clock is wrong for a few ticks, by hours, days or years. */
static void wrong_clock(struct run *r)
{
    static const int64_t by[] = {3 * 60 * MINUTES, 20 * 60 * MINUTES, 2 * DAY_MS,
                                 40 * DAY_MS,      400 * DAY_MS,      4000 * DAY_MS};
    size_t i = run_below(r, r->o.nodes);
    int64_t ms = by[run_below(r, sizeof by / sizeof *by)];

    if (!run_is_up(r, i))
        return;
    run_print(r, "wrong clock", i, (size_t)ms);
    world_set_clock(r->w, i, run_one_in(r, 3) ? -ms : ms);
    for (size_t ticks = 1 + run_below(r, 4); ticks > 0; ticks--)
        world_step(r->w, (int64_t)run_below(r, SECONDS)); /* what is on its way arrives meanwhile */
    world_set_clock(r->w, i, 0);
}

/* --- the wire --- */

static void change_conditions(struct run *r)
{
    static const uint16_t lost[] = {PEER_RECEIPT, PEER_RECEIPT, PEER_MISSING, PEER_REFUSAL, PEER_BUNDLE, PEER_BUSY};

    *world_conditions(r->w) =
        (struct conditions){.loss = run_one_in(r, 2) ? (unsigned)run_below(r, 300) : 0,
                            .repeat = run_one_in(r, 2) ? (unsigned)run_below(r, 300) : 0,
                            .cut_link = run_one_in(r, 3) ? (unsigned)run_below(r, 100) : 0,
                            .delay_ms = run_one_in(r, 2) ? (unsigned)run_below(r, 3000) : 0,
                            .reorder = run_one_in(r, 3) ? (unsigned)run_below(r, 300) : 0,
                            .partition = run_one_in(r, 6),
                            .drop = run_one_in(r, 4) ? lost[run_below(r, sizeof lost / sizeof *lost)] : 0};
}

void faults_one(struct run *r)
{
    static const struct action acts[] = {{4, crash, THEME_NONE},
                                         {4, fault, THEME_NONE},
                                         {3, fill_disk, THEME_ROOM},
                                         {2, share, THEME_ROOM},
                                         {1, away, THEME_CLOCKS},
                                         {2, pass_days, THEME_DAYS},
                                         {1, pass_days, THEME_KEYS},
                                         {1, pass_days, THEME_COPY},
                                         {5, set_clocks, THEME_NONE},
                                         {2, wrong_clock, THEME_CLOCKS},
                                         {5, change_conditions, THEME_NONE},
                                         {1, revoke, THEME_REVOKED},
                                         {1, pardon, THEME_REVOKED},
                                         {1, replace, THEME_KEYS},
                                         {2, copy_home, THEME_COPY}};

    run_act(r, acts, sizeof acts / sizeof *acts);
}

void faults_ticked(struct run *r, size_t i, bool ok)
{
    if (r->full_until_ms[i] != 0 && world_now(r->w) >= r->full_until_ms[i])
        empty_disk(r, i);
    else if (!ok && r->is_full[i] && run_is_up(r, i))
        world_fault(r->w, i, no_room(r), 1);
}

void faults_clear(struct run *r)
{
    *world_conditions(r->w) = (struct conditions){0};
    for (size_t i = 0; i < r->o.nodes; i++) {
        empty_disk(r, i);
        if (!run_is_up(r, i))
            continue;
        world_mend(r->w, i);
        world_limit(r->w, i, BOUND_SHARE_MESSAGES);
    }
}
