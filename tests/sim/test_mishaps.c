/* Years of a federation in which much goes wrong, by rows: its coordinator is away, machines are off, lost and
 * replaced, clocks are wrong, agencies are suspended for some days, certificates are renewed. Each day each agency
 * refers somebody to another: it arrives within ten seconds, but where a row says why it need not.
 *
 * sim_mishaps [--days N] [--seed N]: 40 days without; tools/test.sh --long runs 365.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define AGENCIES    WORLD_NODES
#define AGREED_DAYS 60  /* of a consent */
#define PUBLISHED   7   /* days between two directories, each of which lasts 14 */
#define RENEWED     480 /* days of 730 after which a certificate is renewed, more or less */
#define AT_MOST     (10 * SECONDS)

struct agency {
    int64_t off_until_ms;       /* its machine */
    int64_t clock_until_ms;     /* is wrong */
    int64_t suspended_until_ms; /* by the federation */
    int64_t held_until_ms;      /* its new key, by the others: nobody phoned to compare it */
    int64_t phoned_until_ms;    /* by each agency that holds what it sends, to compare its key: it was suspended */
    unsigned renew_on;          /* day */
    size_t to;
    struct ident of;
    struct ident consent;
    unsigned asked_on; /* day + 1; 0: of nobody */
};

struct years {
    struct world *w;
    struct fake_random random;
    struct agency agencies[AGENCIES];
    int64_t away_until_ms; /* the coordinator */
    unsigned day;
    unsigned published_on;
    unsigned arrived;
    unsigned excused;
    struct error err;
};

static unsigned days = 40;
static uint64_t seed = 91;

static uint64_t number_below(struct years *y, uint64_t end)
{
    return fake_random_below(&y->random, end);
}

/* --- what goes wrong --- */

static bool is_away(const struct years *y)
{
    return world_now(y->w) < y->away_until_ms;
}

static bool is_off(const struct years *y, size_t i)
{
    return y->agencies[i].off_until_ms != 0;
}

/* Less than a week, and never twice without a directory between: it lasts. */
static void coordinator_leaves(struct years *y, size_t i)
{
    (void)i;
    if (is_away(y) || y->day >= y->published_on + PUBLISHED)
        return;
    y->away_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 6)) * DAY_MS;
}

static void machine_is_off(struct years *y, size_t i)
{
    world_crash(y->w, i);
    y->agencies[i].off_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 6 * 24)) * HOURS;
}

static void machine_is_lost(struct years *y, size_t i)
{
    if (is_away(y))
        return; /* a person there enters it */
    world_replace(y->w, i);
    y->agencies[i].held_until_ms = world_now(y->w) + 25 * HOURS;
    y->agencies[i].asked_on = 0;
    y->agencies[i].renew_on = y->day + RENEWED;
}

static void clock_is_wrong(struct years *y, size_t i)
{
    int64_t by = (int64_t)number_below(y, 6 * 24) * HOURS - 3 * DAY_MS;

    world_set_clock(y->w, i, by);
    y->agencies[i].clock_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 48)) * HOURS;
}

static void is_suspended(struct years *y, size_t i)
{
    if (is_away(y))
        return;
    world_revoke(y->w, i, REVOKED_SUSPENDED);
    y->published_on = y->day;
    y->agencies[i].suspended_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 4)) * DAY_MS;
}

static const struct {
    const char *name;
    unsigned days; /* between two, more or less */
    void (*act)(struct years *y, size_t i);
} happenings[] = {
    {"the coordinator is away", 30, coordinator_leaves}, {"a machine is off", 20, machine_is_off},
    {"a machine is lost", 250, machine_is_lost},         {"a clock is wrong", 25, clock_is_wrong},
    {"an agency is suspended", 200, is_suspended},
};

static unsigned happened[sizeof happenings / sizeof happenings[0]];

/* --- what is put right --- */

static void end_what_is_over(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];
    int64_t now = world_now(y->w);

    if (a->off_until_ms != 0 && now >= a->off_until_ms) {
        world_start(y->w, i);
        a->off_until_ms = 0;
        a->held_until_ms = a->held_until_ms > now + HOURS ? a->held_until_ms : now + HOURS; /* its clock is doubted */
    }
    if (a->clock_until_ms != 0 && now >= a->clock_until_ms) {
        world_set_clock(y->w, i, 0);
        a->clock_until_ms = 0;
        a->held_until_ms =
            a->held_until_ms > now + 4 * DAY_MS ? a->held_until_ms : now + 4 * DAY_MS; /* its log is ahead */
    }
    if (a->suspended_until_ms != 0 && now >= a->suspended_until_ms && !is_away(y)) {
        world_pardon(y->w, i);
        y->published_on = y->day;
        a->suspended_until_ms = 0;
        a->held_until_ms = now + HOURS; /* until all have the directory */
        a->phoned_until_ms = now + 10 * DAY_MS;
    }
}

static void coordinate(struct years *y)
{
    if (is_away(y))
        return;
    if (y->day >= y->published_on + PUBLISHED) {
        world_publish(y->w);
        y->published_on = y->day;
    }
    for (size_t i = 0; i < AGENCIES; i++) {
        struct agency *a = &y->agencies[i];

        if (y->day < a->renew_on || is_off(y, i) || a->clock_until_ms != 0 || a->suspended_until_ms != 0)
            continue;
        world_renew(y->w, i);
        a->renew_on = y->day + RENEWED + (unsigned)number_below(y, 20);
    }
}

struct compared {
    const struct address *of;
    char text[FINGERPRINT_TEXT];
    bool is_held;
};

static bool find_key(void *cookie, const struct control_agency *a, struct error *err)
{
    struct compared *c = cookie;

    (void)err;
    if (!address_equal(&a->agency, c->of))
        return true;
    fingerprint_write(&a->fingerprint, c->text);
    c->is_held = a->hold == HOLD_SUSPENDED || a->hold == HOLD_KEY_CHANGED;
    return true;
}

/* What an agency that was suspended sends waits for a person, even with the key that it had. */
static void phone(struct years *y, size_t at, size_t of)
{
    struct compared c = {.of = world_address(y->w, of)};
    bool changed;
    bool held_there;

    if (at == of || is_off(y, at) || world_now(y->w) > y->agencies[of].phoned_until_ms)
        return;
    world_must(exchange_agency_list(world_node(y->w, at), find_key, &c, &y->err), &y->err, "agencies");
    if (c.is_held)
        world_must(
            exchange_agency_confirm(world_node(y->w, at), c.of, view_of_text(c.text), &changed, &held_there, &y->err),
            &y->err, "compare a key");
    world_tick(y->w, at);
}

/* --- what must hold --- */

static bool machine_excuses(const struct years *y, size_t i)
{
    return is_off(y, i);
}

static bool clock_excuses(const struct years *y, size_t i)
{
    return y->agencies[i].clock_until_ms != 0;
}

static bool suspension_excuses(const struct years *y, size_t i)
{
    return y->agencies[i].suspended_until_ms != 0;
}

static bool hold_excuses(const struct years *y, size_t i)
{
    return world_now(y->w) < y->agencies[i].held_until_ms;
}

/* Why nothing need arrive from an agency, or at it. */
static const struct {
    const char *name;
    bool (*is)(const struct years *y, size_t i);
} excuses[] = {
    {"its machine is off", machine_excuses},
    {"its clock is wrong", clock_excuses},
    {"it is suspended", suspension_excuses},
    {"it was put right a short time ago, or its key is new", hold_excuses},
};

static bool is_excused(const struct years *y, size_t i)
{
    for (size_t e = 0; e < sizeof excuses / sizeof excuses[0]; e++)
        if (excuses[e].is(y, i))
            return true;
    return false;
}

/* Whom she is referred to, with her consent. False: that is not to be had today. */
static bool agree(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];
    const struct people_consent c = {.sections = BIT(TRIAGE), .until = day_of_ms(world_now(y->w)) + AGREED_DAYS};

    if (a->asked_on != 0 && y->day + 1 - a->asked_on < AGREED_DAYS - 10)
        return true;
    a->to = (i + 1 + number_below(y, AGENCIES - 1)) % AGENCIES;
    if (is_excused(y, i) || !people_case_try(world_node(y->w, i), &a->of, &y->err))
        return false;
    world_tick(y->w, i);
    if (!people_may_consent(world_node(y->w, i), &a->of, world_address(y->w, a->to), &c, &a->consent, &y->err))
        return false;
    world_tick(y->w, i);
    a->asked_on = y->day + 1;
    return true;
}

static void refer_somebody(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];
    struct control_referral_result out;
    int64_t sent = world_now(y->w);
    bool excused;

    if (is_off(y, i) || !agree(y, i))
        return;
    excused = is_excused(y, i) || is_excused(y, a->to);
    if (!people_refer(world_node(y->w, i), &a->of, world_address(y->w, a->to), &(struct people_referral){.now = true},
                      &out, &y->err)) {
        if (!excused)
            world_must(false, &y->err, "refer");
        return;
    }
    world_tick(y->w, i);
    while (people_state(world_node(y->w, i), &out.referral) != REFERRAL_DELIVERED && !excused) {
        if (world_now(y->w) - sent > AT_MOST)
            fail_msg("seed %llu, day %u: agency %zu did nothing wrong, and its referral to %zu has not arrived",
                     (unsigned long long)seed, y->day, i, a->to);
        world_run_ms(y->w, SECONDS / 4);
    }
    y->arrived += !excused;
    y->excused += excused;
}

static void run_day(struct years *y)
{
    for (size_t h = 0; h < sizeof happenings / sizeof happenings[0]; h++) {
        size_t i = number_below(y, AGENCIES);

        if (number_below(y, happenings[h].days) != 0 || is_excused(y, i))
            continue;
        happenings[h].act(y, i);
        happened[h]++;
    }
    for (unsigned hour = 0; hour < 24; hour += 6) {
        for (size_t i = 0; i < AGENCIES; i++)
            end_what_is_over(y, i);
        if (hour == 12) {
            coordinate(y);
            for (size_t i = 0; i < AGENCIES * AGENCIES; i++)
                phone(y, i / AGENCIES, i % AGENCIES);
            for (size_t i = 0; i < AGENCIES; i++)
                refer_somebody(y, i);
        }
        world_run_ms(y->w, 6 * HOURS);
    }
}

static void test_nobody_who_did_nothing_wrong_is_locked_out(void **state)
{
    struct years y = {.w = world_new(seed, AGENCIES)};

    (void)state;
    fake_random_init(&y.random, seed);
    for (size_t i = 0; i < AGENCIES; i++)
        y.agencies[i].renew_on = RENEWED - 100 * (unsigned)i;
    assert_true(world_run_until_idle(y.w, HOURS));
    for (; y.day < days; y.day++)
        run_day(&y);
    print_message("%u arrived, %u excused\n", y.arrived, y.excused);
    for (size_t h = 0; h < sizeof happenings / sizeof happenings[0]; h++)
        print_message("%s: %u\n", happenings[h].name, happened[h]);
    assert_true(y.arrived > y.excused);
    for (size_t i = 0; i < AGENCIES; i++)
        assert_true(world_node(y.w, i) == NULL || people_log_is_good(world_node(y.w, i)));
    world_free(y.w);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_who_did_nothing_wrong_is_locked_out),
    };

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--days") == 0)
            days = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
