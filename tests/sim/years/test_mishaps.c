/* Years of a federation in which much goes wrong, by rows: its coordinator is away, machines are off, lost, replaced,
 * put back and moved, clocks are wrong, agencies are suspended; certificates renew by themselves, authorities are
 * rolled over, nodes are updated. Each day agencies refer somebody to another: it arrives within ten seconds, but where
 * a row says why it need not. The coordinator works by the code of refex-ca, and gives each directory to one member.
 *
 * sim_mishaps [--days N] [--agencies N] [--seed N]: 40 days of five without; tools/test.sh --long runs a year.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "coordinator.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "fixture.h"

#define AGREED_DAYS 60  /* of a consent */
#define PUBLISHED   7   /* days between two directories, each of which lasts 14 */
#define LASTS       13  /* whole days of a directory */
#define RENEWED     640 /* days of 730 after which a person renews an identity certificate; by itself it is by 548 */
#define AT_MOST     (10 * SECONDS)
#define TOLD        HOURS /* in which a directory is at every member */
#define YEAR        (365 * DAY_MS)

struct agency {
    int64_t off_until_ms;       /* its machine; 0: it is on */
    int64_t off_since_ms;       /* the last time */
    int64_t clock_until_ms;     /* is wrong */
    int64_t suspended_until_ms; /* by the federation */
    int64_t settles_ms;         /* what was put right is known everywhere then */
    int64_t put_back_ms;        /* its home, from COPY */
    bool out;                   /* what it has is certified by a CA that is compromised */
    unsigned renew_on;          /* day, its identity certificate */
    bool for_authority;         /* that is since an authority was rolled over or compromised */
    size_t to;
    struct ident of;
    struct ident consent;
    unsigned asked_on; /* day + 1; 0: of nobody */
    unsigned moved;
    char copy[96];
};

enum rolling { ROLLS_NOTHING, ROLLS_ISSUING, ROLLS_TRANSPORT };
enum root_rolling { ROOT_STANDS, ROOT_LISTED, ROOT_ISSUING, ROOT_TRANSPORT }; /* the CAs follow it, one by one */

struct years {
    struct world *w;
    struct fake_random random;
    struct agency agencies[WORLD_MOST];
    int64_t away_until_ms; /* the coordinator */
    unsigned day;
    unsigned published_on;
    enum rolling rolling;
    enum root_rolling root;
    unsigned by_hand;       /* identity certificates, by people, which should have renewed by themselves */
    unsigned for_authority; /* the same, where an authority was rolled over or compromised */
    unsigned arrived;
    unsigned excused;
    struct error err;
};

static unsigned days = 40;
static size_t count = WORLD_NODES;
static uint64_t seed = 91;

static uint64_t number_below(struct years *y, uint64_t end)
{
    return fake_random_below(&y->random, end);
}

static void settle(struct years *y, size_t i, int64_t ms)
{
    int64_t at = world_now(y->w) + ms;

    if (y->agencies[i].settles_ms < at)
        y->agencies[i].settles_ms = at;
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

static bool is_ill(const struct years *y, size_t i)
{
    const struct agency *a = &y->agencies[i];

    return is_off(y, i) || a->clock_until_ms != 0 || a->suspended_until_ms != 0 || a->out;
}

/* Its certificate and its directory have ended, and the coordinator's node, which alone admits it then, is off. */
static bool awaits_coordinator(const struct years *y, size_t i)
{
    struct membership_status own;

    if (is_off(y, i) || !is_off(y, 0))
        return false;
    membership_status(world_node(y->w, i)->membership, world_now(y->w), &own);
    return world_now(y->w) > own.hard_expiry_ms && world_now(y->w) > own.transport_until_ms;
}

/* Until the last day of the directory, at most. */
static void coordinator_leaves(struct years *y, size_t i)
{
    unsigned left = LASTS - (y->day - y->published_on);

    (void)i;
    if (!is_away(y) && left > 1)
        y->away_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, left - 1)) * DAY_MS;
}

static void stop_machine(struct years *y, size_t i, int64_t ms)
{
    world_crash(y->w, i);
    y->agencies[i].off_since_ms = world_now(y->w);
    y->agencies[i].off_until_ms = world_now(y->w) + ms;
}

static void machine_is_off(struct years *y, size_t i)
{
    stop_machine(y, i, (int64_t)(1 + number_below(y, 6 * 24)) * HOURS);
}

/* So long that its certificate may end; by no more than a coordinator's node admits. */
static void machine_is_off_for_weeks(struct years *y, size_t i)
{
    if (i == 0)
        return; /* the coordinator's: whoever's certificate ends meanwhile is out */
    stop_machine(y, i, (int64_t)(20 + number_below(y, 30)) * DAY_MS);
}

static void machine_is_lost(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];

    if (is_away(y))
        return; /* a person there enters it */
    world_replace(y->w, i);
    settle(y, i, TOLD);
    a->out = false;
    a->asked_on = 0;
    a->put_back_ms = 0;
    a->renew_on = y->day + RENEWED;
}

static void home_is_copied(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];

    if (a->put_back_ms != 0)
        return;
    world_crash(y->w, i);
    (void)snprintf(a->copy, sizeof a->copy, "%s-copy", world_home(y->w, i));
    world_copy_folder(world_home(y->w, i), a->copy);
    world_start(y->w, i);
    a->put_back_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 20)) * DAY_MS;
}

static void clock_is_wrong(struct years *y, size_t i)
{
    static const int64_t by[] = {HOURS, 5 * HOURS, 20 * HOURS, 40 * HOURS, 3 * DAY_MS, 40 * DAY_MS, YEAR, 9 * YEAR};
    int64_t ms = by[number_below(y, sizeof by / sizeof by[0])];

    world_set_clock(y->w, i, number_below(y, 2) == 0 ? ms : -ms);
    y->agencies[i].clock_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 48)) * HOURS;
}

static void is_suspended(struct years *y, size_t i)
{
    if (is_away(y) || i == 0)
        return;
    coordinator_suspend(world_federation(y->w), world_address(y->w, i), world_now(y->w));
    world_publish(y->w);
    y->published_on = y->day;
    y->agencies[i].suspended_until_ms = world_now(y->w) + (int64_t)(1 + number_below(y, 4)) * DAY_MS;
}

static void address_moves(struct years *y, size_t i)
{
    char endpoint[32];

    if (is_away(y))
        return;
    (void)snprintf(endpoint, sizeof endpoint, "127.0.0.1:%u", 20000 + y->agencies[i].moved++);
    world_move(y->w, i, endpoint);
    settle(y, i, TOLD);
}

static void roll(struct years *y, enum rolling which, bool compromised)
{
    coordinator_rollover(world_federation(y->w),
                         which == ROLLS_ISSUING ? CERTIFICATE_ISSUING : CERTIFICATE_TRANSPORT_CA, compromised,
                         world_now(y->w));
    world_publish(y->w);
    y->published_on = y->day;
    y->rolling = which;
    for (size_t k = 0; which == ROLLS_ISSUING && k < count; k++) /* one after another */
        if (y->agencies[k].renew_on > y->day + 10 + (unsigned)k) {
            y->agencies[k].renew_on = y->day + 10 + (unsigned)k;
            y->agencies[k].for_authority = true;
        }
}

static void authority_rolls(struct years *y, size_t i)
{
    (void)i;
    if (!is_away(y) && y->rolling == ROLLS_NOTHING && y->root == ROOT_STANDS)
        roll(y, number_below(y, 2) == 0 ? ROLLS_ISSUING : ROLLS_TRANSPORT, false);
}

/* Nobody is linked any more: each is certified anew by hand, who is off when he is back. */
static void authority_is_compromised(struct years *y, size_t i)
{
    (void)i;
    if (is_away(y) || y->rolling != ROLLS_NOTHING || y->root != ROOT_STANDS)
        return;
    roll(y, number_below(y, 2) == 0 ? ROLLS_ISSUING : ROLLS_TRANSPORT, true);
    y->rolling = ROLLS_NOTHING;
    for (size_t k = 0; k < count; k++)
        y->agencies[k].out = true;
}

static void root_rolls(struct years *y, size_t i)
{
    (void)i;
    if (is_away(y) || y->rolling != ROLLS_NOTHING || y->root != ROOT_STANDS)
        return;
    coordinator_rollover(world_federation(y->w), CERTIFICATE_ROOT, false, world_now(y->w));
    world_publish(y->w);
    y->published_on = y->day;
    y->root = ROOT_LISTED;
}

/* With its logs, which begin anew there: `refex backup move`. */
static void machine_is_moved(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];

    if (is_away(y))
        return;
    world_must(exchange_mark_moved(world_node(y->w, i), &y->err), &y->err, "move a home");
    world_tick(y->w, i);
    world_mark_restored(y->w, i);
    world_begin_anew(y->w, i);
    settle(y, i, DAY_MS);
    a->asked_on = 0;
    a->put_back_ms = 0;
}

static const struct {
    const char *name;
    unsigned days; /* between two, more or less, of five agencies */
    bool of_all;   /* happens to the federation: not more often where there are more agencies */
    void (*act)(struct years *y, size_t i);
} happenings[] = {
    {"the coordinator is away", 30, true, coordinator_leaves},
    {"a machine is off", 20, false, machine_is_off},
    {"a machine is off for weeks", 120, false, machine_is_off_for_weeks},
    {"a machine is lost", 250, false, machine_is_lost},
    {"a home is copied, and put back later", 120, false, home_is_copied},
    {"a clock is wrong", 25, false, clock_is_wrong},
    {"an agency is suspended", 200, false, is_suspended},
    {"an address moves", 90, false, address_moves},
    {"an authority is rolled over", 200, true, authority_rolls},
    {"an authority is compromised", 1500, true, authority_is_compromised},
    {"the root is rolled over", 1000, true, root_rolls},
    {"a machine is moved with all that it has", 300, false, machine_is_moved},
};

#define HAPPENINGS (sizeof happenings / sizeof happenings[0])

static unsigned happened[HAPPENINGS];

/* --- what is put right --- */

static void put_home_back(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];

    print_message("day %u: a home is put back: %zu\n", y->day, i);
    a->put_back_ms = 0;
    world_crash(y->w, i);
    world_copy_folder(a->copy, world_home(y->w, i));
    world_mark_restored(y->w, i);
    world_begin_anew(y->w, i);
    settle(y, i, DAY_MS);
    a->asked_on = 0;
}

static void end_what_is_over(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];
    int64_t now = world_now(y->w);

    if (a->off_until_ms != 0 && now >= a->off_until_ms) {
        world_start(y->w, i);
        a->off_until_ms = 0;
        settle(y, i, TOLD);
    }
    if (a->clock_until_ms != 0 && now >= a->clock_until_ms) {
        world_set_clock(y->w, i, 0);
        a->clock_until_ms = 0;
        settle(y, i, TOLD);
    }
    if (a->suspended_until_ms != 0 && now >= a->suspended_until_ms && !is_away(y) && !is_off(y, i)) {
        a->suspended_until_ms = 0;
        machine_is_lost(y, i); /* it comes back with new keys */
    }
    if (a->put_back_ms != 0 && now >= a->put_back_ms && !is_away(y) && !is_ill(y, i))
        put_home_back(y, i);
}

/* Another root has other CAs; then the old one goes. */
static void follow_root(struct years *y)
{
    if (y->rolling != ROLLS_NOTHING)
        return;
    if (y->root == ROOT_LISTED) {
        roll(y, ROLLS_ISSUING, false);
        y->root = ROOT_ISSUING;
    } else if (y->root == ROOT_ISSUING) {
        roll(y, ROLLS_TRANSPORT, false);
        y->root = ROOT_TRANSPORT;
    } else if (y->root == ROOT_TRANSPORT && coordinator_finish_root(world_federation(y->w), world_now(y->w))) {
        print_message("day %u: the old root is good for nothing\n", y->day);
        world_publish(y->w);
        y->published_on = y->day;
        y->root = ROOT_STANDS;
    }
}

/* Its identity certificate is not due, and was not for some time. */
static bool was_renewed(struct years *y, size_t i)
{
    struct membership_status own;

    membership_status(world_node(y->w, i)->membership, world_now(y->w), &own);
    return own.identity_until_ms - world_now(y->w) > (730 - RENEWED + 1) * DAY_MS;
}

static void coordinate(struct years *y)
{
    if (is_away(y))
        return;
    if (y->day >= y->published_on + PUBLISHED) {
        world_publish(y->w);
        y->published_on = y->day;
    }
    for (size_t i = 0; i < count; i++) {
        struct agency *a = &y->agencies[i];

        if (a->out && !is_off(y, i)) {
            a->out = false;
            a->renew_on = y->day;
            a->for_authority = true;
            settle(y, i, TOLD);
        }
        if (y->day < a->renew_on || is_ill(y, i))
            continue;
        if (!a->for_authority && was_renewed(y, i)) { /* by itself */
            a->renew_on = y->day + RENEWED / 2;
            continue;
        }
        y->by_hand += !a->for_authority;
        y->for_authority += a->for_authority;
        a->for_authority = false;
        world_renew(y->w, i);
        a->renew_on = y->day + RENEWED + (unsigned)number_below(y, 20);
    }
    follow_root(y);
    if (y->rolling == ROLLS_NOTHING && y->root == ROOT_STANDS &&
        coordinator_replace_key_that_ends(world_federation(y->w), world_now(y->w))) {
        print_message("day %u: another directory key signs\n", y->day);
        world_publish(y->w);
        y->published_on = y->day;
    }
    if (y->rolling != ROLLS_NOTHING && y->day % 10 == 0 &&
        coordinator_finish(world_federation(y->w),
                           y->rolling == ROLLS_ISSUING ? CERTIFICATE_ISSUING : CERTIFICATE_TRANSPORT_CA,
                           world_now(y->w))) {
        y->rolling = ROLLS_NOTHING;
        world_publish(y->w);
    }
}

static bool settles(const struct years *y, size_t i)
{
    return world_now(y->w) < y->agencies[i].settles_ms;
}

/* --- keys that changed: people compare them by telephone, once a day --- */

struct compared {
    struct exchange *at;
    struct address of[WORLD_MOST];
    char text[WORLD_MOST][FINGERPRINT_TEXT];
    size_t held;
    const struct address *asked; /* whether it is held; NULL: all */
};

static bool find_held(void *cookie, const struct control_agency *a, struct error *err)
{
    struct compared *c = cookie;

    (void)err;
    if ((a->hold != HOLD_SUSPENDED && a->hold != HOLD_KEY_CHANGED) ||
        (c->asked != NULL && !address_equal(c->asked, &a->agency)))
        return true;
    c->of[c->held] = a->agency;
    fingerprint_write(&a->fingerprint, c->text[c->held++]);
    return true;
}

static void compare_keys(struct years *y, size_t at)
{
    static struct compared c;
    bool changed;
    bool held_there;

    c = (struct compared){0};
    world_must(exchange_agency_list(world_node(y->w, at), find_held, &c, &y->err), &y->err, "agencies");
    for (size_t i = 0; i < c.held; i++)
        world_must(exchange_agency_confirm(world_node(y->w, at), &c.of[i], view_of_text(c.text[i]), &changed,
                                           &held_there, &y->err) ||
                       y->err.code == E_FED_28, /* it is suspended */
                   &y->err, "compare a key");
    if (c.held != 0)
        world_tick(y->w, at);
}

struct untold {
    struct address of[WORLD_MOST];
    size_t count;
};

static bool add_untold(void *cookie, const struct address *agency, struct error *err)
{
    struct untold *u = cookie;

    (void)err;
    u->of[u->count++] = *agency;
    return true;
}

/* A home that was put back waits until all others have told what was withdrawn: somebody whose machine is off cannot,
 * and a person there says after a day that it goes on without. */
static void go_on_without(struct years *y, size_t at)
{
    struct untold u = {0};

    world_must(restored_asks_walk(world_node(y->w, at), add_untold, &u, &y->err), &y->err, "who is awaited");
    for (size_t k = 0; k < u.count; k++)
        world_must(exchange_restored_without(world_node(y->w, at), &u.of[k], &y->err), &y->err, "go on without");
    if (u.count != 0) {
        world_tick(y->w, at);
        settle(y, at, TOLD); /* it asks the others what the time is, whose log ended days ago */
    }
}

static void telephone(struct years *y, size_t at)
{
    if (is_off(y, at))
        return;
    compare_keys(y, at);
    if (!settles(y, at))
        go_on_without(y, at);
}

/* Whether AT holds the key of OF, which nobody compared yet. */
static bool holds_key(struct years *y, size_t at, size_t of)
{
    static struct compared c;

    c = (struct compared){.asked = world_address(y->w, of)};
    world_must(exchange_agency_list(world_node(y->w, at), find_held, &c, &y->err), &y->err, "agencies");
    return c.held != 0;
}

/* --- what must hold --- */

/* Why nothing need arrive from an agency, or at it. */
static bool is_excused(const struct years *y, size_t i)
{
    return is_ill(y, i) || settles(y, i) || awaits_coordinator(y, i);
}

/* The key of one is new, and nobody at the other has phoned yet: that is so for a day at most. */
static bool is_pair_excused(struct years *y, size_t i, size_t to)
{
    return is_excused(y, i) || is_excused(y, to) || holds_key(y, i, to) || holds_key(y, to, i);
}

/* Whom she is referred to, with her consent. False: that is not to be had today. */
static bool agree(struct years *y, size_t i)
{
    struct agency *a = &y->agencies[i];
    const struct people_consent c = {.sections = BIT(TRIAGE), .until = day_of_ms(world_now(y->w)) + AGREED_DAYS};

    if (a->asked_on != 0 && y->day + 1 - a->asked_on < AGREED_DAYS - 10)
        return true;
    a->to = (i + 1 + number_below(y, count - 1)) % count;
    if (is_excused(y, i) || !people_case_try(world_node(y->w, i), &a->of, &y->err))
        return false;
    world_tick(y->w, i);
    if (!people_may_consent(world_node(y->w, i), &a->of, world_address(y->w, a->to), &c, &a->consent, &y->err))
        return false;
    world_tick(y->w, i);
    a->asked_on = y->day + 1;
    return true;
}

/* What happens just when a referral leaves, to who sends it or to who receives it. */
static void nothing_happens(struct years *y, size_t i)
{
    (void)y;
    (void)i;
}

static void node_is_updated(struct years *y, size_t i)
{
    world_crash(y->w, i);
    world_run_ms(y->w, 2 * SECONDS);
    world_start(y->w, i);
}

static void certificates_are_renewed_by_hand(struct years *y, size_t i)
{
    if (!is_away(y))
        world_renew(y->w, i);
}

static void certificate_renews_by_itself(struct years *y, size_t i)
{
    renewal_look(world_node(y->w, i));
    world_tick(y->w, i);
}

static void directory_is_published(struct years *y, size_t i)
{
    (void)i;
    if (is_away(y))
        return;
    world_publish(y->w);
    y->published_on = y->day;
}

static void authority_is_rolled_over(struct years *y, size_t i)
{
    if (y->rolling == ROLLS_NOTHING && number_below(y, 10) == 0)
        authority_rolls(y, i);
}

struct meanwhile {
    const char *name;
    void (*act)(struct years *y, size_t i);
    unsigned times;
    int64_t longest_ms;
};

static struct meanwhile meanwhile[] = {
    {"nothing happens", nothing_happens, 0, 0},
    {"a node is updated", node_is_updated, 0, 0},
    {"certificates are renewed by hand", certificates_are_renewed_by_hand, 0, 0},
    {"a certificate renews by itself", certificate_renews_by_itself, 0, 0},
    {"a directory is published", directory_is_published, 0, 0},
    {"an authority is rolled over", authority_is_rolled_over, 0, 0},
};

#define RENEWS_BY_ITSELF 3
#define MEANWHILE        (sizeof meanwhile / sizeof meanwhile[0])

static bool print_hold(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)cookie;
    (void)err;
    if (a->waiting > 0)
        print_message("  %llu wait for %s: %s\n", (unsigned long long)a->waiting, a->agency.text, hold_name(a->hold));
    return true;
}

/* Of one whose referral has not arrived. */
static void print_holds(struct years *y, size_t i)
{
    struct membership_status own;
    struct control_clock c;

    world_must(exchange_clock_show(world_node(y->w, i), &c, &y->err), &y->err, "the clock");
    membership_status(world_node(y->w, i)->membership, world_now(y->w), &own);
    print_message("agency %zu, clock in doubt %d, behind %d, directory until %lld, certificate until %lld of %lld\n", i,
                  c.in_doubt, c.is_behind, (long long)own.hard_expiry_ms, (long long)own.transport_until_ms,
                  (long long)world_now(y->w));
    for (const struct link *l = world_node(y->w, i)->links; l != NULL; l = l->next)
        print_message("  linked with %s\n", l->agency.text);
    world_must(exchange_agency_list(world_node(y->w, i), print_hold, NULL, &y->err), &y->err, "agencies");
}

static void await_delivery(struct years *y, size_t i, const struct ident *referral, int64_t sent, struct meanwhile *m)
{
    int64_t took;

    while (people_state(world_node(y->w, i), referral) != REFERRAL_DELIVERED) {
        if (world_now(y->w) - sent > AT_MOST)
            for (size_t k = 0; k < count; k++)
                if (!is_off(y, k))
                    print_holds(y, k);
        if (world_now(y->w) - sent > AT_MOST)
            fail_msg(
                "seed %llu, day %u: agency %zu did nothing wrong, and its referral to %zu has not arrived while %s",
                (unsigned long long)seed, y->day, i, y->agencies[i].to, m->name);
        world_run_ms(y->w, SECONDS / 4);
    }
    took = world_now(y->w) - sent;
    m->times++;
    m->longest_ms = m->longest_ms > took ? m->longest_ms : took;
    y->arrived++;
}

static void refer_somebody(struct years *y, size_t i, struct meanwhile *m)
{
    struct agency *a = &y->agencies[i];
    struct control_referral_result out;
    int64_t sent = world_now(y->w);
    bool excused;

    if (is_off(y, i) || !agree(y, i))
        return;
    excused = is_off(y, a->to) || is_pair_excused(y, i, a->to);
    if (!people_refer(world_node(y->w, i), &a->of, world_address(y->w, a->to), &(struct people_referral){.now = true},
                      &out, &y->err)) {
        if (!excused)
            world_must(false, &y->err, "refer");
        return;
    }
    world_tick(y->w, i);
    y->excused += excused;
    if (excused)
        return;
    m->act(y, number_below(y, 2) == 0 ? i : a->to);
    await_delivery(y, i, &out.referral, sent, m);
}

/* The healthy agency whose certificate is to be renewed before END_MS, first; COUNT: none. */
static size_t next_renewal(struct years *y, int64_t end_ms, int64_t *at_ms)
{
    size_t found = count;

    *at_ms = end_ms;
    for (size_t i = 0; i < count; i++) {
        struct renewal_due of = {0};
        int64_t due;

        if (!is_ill(y, i))
            renewal_due(world_node(y->w, i), &of);
        due = of.transport_ms;

        if (due > world_now(y->w) && due < *at_ms) {
            found = i;
            *at_ms = due;
        }
    }
    return found;
}

/* Each renewal by itself has referrals that leave in the same moment, from the agency and to it. */
static void run_until(struct years *y, int64_t end_ms)
{
    int64_t at_ms;
    size_t i;

    while ((i = next_renewal(y, end_ms, &at_ms)) != count) {
        world_run_ms(y->w, at_ms - world_now(y->w));
        refer_somebody(y, i, &meanwhile[RENEWS_BY_ITSELF]);
        for (size_t k = 0; k < count; k++)
            if (k != i && y->agencies[k].asked_on != 0 && y->agencies[k].to == i)
                refer_somebody(y, k, &meanwhile[RENEWS_BY_ITSELF]);
        world_run_ms(y->w, SECONDS);
    }
    if (world_now(y->w) < end_ms)
        world_run_ms(y->w, end_ms - world_now(y->w));
}

static void happen(struct years *y)
{
    for (size_t h = 0; h < HAPPENINGS; h++)
        for (size_t k = 0; k < (happenings[h].of_all ? WORLD_NODES : count); k += WORLD_NODES) {
            size_t i = number_below(y, count);

            if (number_below(y, happenings[h].days) != 0 || is_excused(y, i))
                continue;
            print_message("day %u: %s: %zu\n", y->day, happenings[h].name, i);
            happenings[h].act(y, i);
            happened[h]++;
        }
}

/* Each day, or every sixth where there are six times as many. To one of them something happens meanwhile. */
static void refer_all(struct years *y)
{
    size_t chosen = number_below(y, count);

    for (size_t i = 0; i < count; i++)
        if (i == chosen)
            refer_somebody(y, i, &meanwhile[number_below(y, MEANWHILE)]);
        else if (number_below(y, count) < WORLD_NODES)
            refer_somebody(y, i, &meanwhile[0]);
}

static void run_day(struct years *y)
{
    int64_t begin = world_now(y->w);

    happen(y);
    for (int hour = 0; hour < 24; hour += 6) {
        for (size_t i = 0; i < count; i++)
            end_what_is_over(y, i);
        if (hour == 12) {
            coordinate(y);
            for (size_t i = 0; i < count; i++)
                telephone(y, i);
            refer_all(y);
        }
        world_hand_over(y->w);
        run_until(y, begin + (hour + 6) * HOURS);
    }
}

static int64_t certified_until(struct world *w, size_t i)
{
    struct membership_status own;

    membership_status(world_node(w, i)->membership, world_now(w), &own);
    return own.transport_until_ms;
}

/* It asks nobody else: there is no other that renews. */
static void test_the_coordinators_node_renews_its_own_certificate(void **state)
{
    struct world *w = world_new_coordinated(seed, 3, &coordinator);
    int64_t before = certified_until(w, 0);

    (void)state;
    for (unsigned week = 0; week < 12; week++) {
        world_publish(w);
        world_run_ms(w, 7 * DAY_MS);
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(certified_until(w, i) > before + 50 * DAY_MS);
    world_free(w);
}

/* In which nothing happens until its last hour. */
static void pass(struct world *w, int64_t ms)
{
    world_advance(w, ms - HOURS);
    world_publish(w);
    world_run_ms(w, HOURS);
}

static int64_t certified_from(struct world *w, size_t i)
{
    struct membership_status own;

    membership_status(world_node(w, i)->membership, world_now(w), &own);
    return own.transport_from_ms;
}

/* The folder has the newest that it made for the one in use, and may drop the CA of the one before. */
static void test_what_a_coordinators_folder_makes_when_it_is_looked_at_is_taken(void **state)
{
    struct world *w = world_new_coordinated(seed, 3, &coordinator);
    int64_t before;

    (void)state;
    world_run_ms(w, 3 * DAY_MS);
    coordinator_rollover(world_federation(w), CERTIFICATE_TRANSPORT_CA, false, world_now(w));
    world_publish(w);
    world_run_ms(w, HOURS);
    before = certified_from(w, 0);
    world_crash(w, 0);
    world_start(w, 0);
    world_run_ms(w, 2 * HOURS);
    assert_true(certified_from(w, 0) > before);
    world_free(w);
}

/* It certified itself meanwhile, as one that was off for weeks does. */
static void test_who_started_with_a_clock_ahead_is_certified_again(void **state)
{
    struct world *w = world_new_coordinated(seed, 3, &coordinator);

    (void)state;
    world_run_ms(w, 25 * DAY_MS);
    pass(w, DAY_MS);
    for (size_t i = 0; i < 3; i++)
        world_crash(w, i);
    world_set_clock(w, 0, 45 * DAY_MS);
    world_start(w, 0);
    world_run_ms(w, 15 * MINUTES);
    assert_true(certified_from(w, 0) > world_now(w) + 44 * DAY_MS);
    world_set_clock(w, 0, 0);
    world_start(w, 1);
    world_start(w, 2);
    world_run_ms(w, 2 * HOURS);
    assert_true(certified_from(w, 0) <= world_now(w));
    assert_true(certified_until(w, 0) > world_now(w) + 80 * DAY_MS);
    world_free(w);
}

static void nothing_else(struct world *w)
{
    (void)w;
}

static void coordinator_moves(struct world *w)
{
    world_move(w, 0, "127.0.0.1:20001");
}

static void transport_ca_rolls(struct world *w)
{
    coordinator_rollover(world_federation(w), CERTIFICATE_TRANSPORT_CA, false, world_now(w));
}

/* Off until its certificate has ended, and with it the directory that it has. */
static void be_off_for_weeks(struct world *w, size_t i, void (*else_)(struct world *w))
{
    int64_t until;

    world_run_ms(w, HOURS);
    pass(w, 55 * DAY_MS);
    until = certified_until(w, i);
    world_crash(w, i);
    else_(w);
    pass(w, 13 * DAY_MS); /* the others have renewed */
    pass(w, until + DAY_MS - world_now(w));
    world_start(w, i);
    world_run_ms(w, HOURS);
}

/* The coordinator's is not the one before it in the ring of links, and dials it all the same. */
static void test_who_was_off_for_weeks_comes_back_by_itself(void **state)
{
    static void (*const also[])(struct world * w) = {nothing_else, coordinator_moves};

    (void)state;
    for (size_t k = 0; k < sizeof also / sizeof also[0]; k++) {
        struct world *w = world_new_coordinated(seed, 2 + k, &coordinator); /* of two, no third brings a directory */

        be_off_for_weeks(w, 1, also[k]);
        assert_true(certified_until(w, 1) > world_now(w) + 80 * DAY_MS);
        assert_non_null(links_find_agency(world_node(w, 0), world_address(w, 1))); /* in the narrow one's place */
        assert_true(membership_directory(world_node(w, 1)->membership)->sequence ==
                    membership_directory(world_node(w, 0)->membership)->sequence);
        world_free(w);
    }
}

static struct {
    struct address agency; /* which is told that something is broken; empty: nobody */
    unsigned times;
} lost;

/* As the coordinator's folder answers, but what it made for one agency does not arrive. */
static void renew_but_one(const char *path, struct view request, int64_t now_ms, struct bytes *answer)
{
    struct arena arena = {.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME};
    struct peer_renewal asked;
    struct peer_renewed made;
    struct error err;

    coordinator.renew(path, request, now_ms, answer);
    world_must(peer_renewal_decode(request, &arena, &asked, &err) &&
                   peer_renewed_decode(bytes_view(answer), &arena, &made, &err),
               &err, "a renewal");
    if (address_equal(&asked.agency, &lost.agency) && made.refusal == 0) {
        lost.times++;
        bytes_clear(answer);
        peer_renewed_encode(&(struct peer_renewed){.refusal = RENEWAL_BROKEN}, answer);
    }
    arena_fini(&arena);
}

/* What agency 1 is answered is lost, it goes off, and meanwhile the CA of the certificate that it has is dropped: to
 * the folder its newest one is in use. *UNTIL_MS: when the one that it has ends. */
static struct world *lose_an_answer(int64_t *until_ms)
{
    static struct coordination losing;
    struct world *w;

    losing = coordinator;
    losing.renew = renew_but_one;
    w = world_new_coordinated(seed, 3, &losing);
    lost.times = 0;
    lost.agency = *world_address(w, 1);
    world_run_ms(w, HOURS);
    pass(w, 55 * DAY_MS);
    transport_ca_rolls(w);
    for (unsigned d = 0; lost.times == 0; d++) {
        assert_true(d < 30);
        pass(w, DAY_MS);
    }
    *until_ms = certified_until(w, 1);
    world_crash(w, 1);
    for (unsigned d = 0; !coordinator_finish(world_federation(w), CERTIFICATE_TRANSPORT_CA, world_now(w)); d++) {
        assert_true(d < 30);
        pass(w, DAY_MS);
    }
    pass(w, DAY_MS);
    lost.agency = (struct address){0};
    return w;
}

static bool is_linked(struct world *w, size_t i)
{
    return links_find_agency(world_node(w, 0), world_address(w, i)) != NULL;
}

/* How many transport CAs of before the network process of I is given. */
static size_t former_count(struct world *w, size_t i)
{
    struct link_setup setup;

    exchange_link_setup(world_node(w, i), &setup);
    return setup.former_count;
}

/* Before the certificate that it has ends, or within the thirty days after. */
static void test_who_has_a_certificate_of_a_dropped_ca_comes_back_by_itself(void **state)
{
    (void)state;
    for (int ended = 0; ended < 2; ended++) {
        int64_t until;
        struct world *w = lose_an_answer(&until);

        assert_true(until > world_now(w));
        assert_true(former_count(w, 0) == 1 && former_count(w, 2) == 0); /* who renews alone */
        if (ended)
            pass(w, until + 29 * DAY_MS - world_now(w));
        world_start(w, 1);
        world_run_ms(w, HOURS);
        assert_true(certified_until(w, 1) > until + 50 * DAY_MS);
        assert_true(is_linked(w, 1));
        world_free(w);
    }
}

/* More than thirty days after that. */
static void test_who_has_a_certificate_of_a_dropped_ca_waits_for_a_person(void **state)
{
    int64_t until;
    struct world *w = lose_an_answer(&until);

    (void)state;
    pass(w, until + 31 * DAY_MS - world_now(w));
    world_start(w, 1);
    world_run_ms(w, DAY_MS);
    assert_true(certified_until(w, 1) == until && !is_linked(w, 1));
    world_free(w);
}

/* What the coordinator's node shows leads to no CA that it knows: it is shown the newest directory first. */
static void test_who_knows_no_ca_any_more_comes_back_by_itself(void **state)
{
    (void)state;
    for (size_t members = 2; members <= 3; members++) {
        struct world *w = world_new_coordinated(seed, members, &coordinator);
        struct link_setup setup;

        exchange_link_setup(world_node(w, 1), &setup);
        assert_true(setup.directory_until_s ==
                    (uint64_t)membership_directory(world_node(w, 1)->membership)->hard_expiry_s);
        be_off_for_weeks(w, 1, transport_ca_rolls);
        assert_true(certified_until(w, 1) > world_now(w) + 80 * DAY_MS);
        assert_true(is_linked(w, 1));
        world_free(w);
    }
}

static int64_t identity_until(struct world *w, size_t i)
{
    struct membership_status own;

    membership_status(world_node(w, i)->membership, world_now(w), &own);
    return own.identity_until_ms;
}

/* The issuing key lies in the folder beside the coordinator's node, as the other does: in two years nobody's hand is
 * needed, the coordinator's own agency included. */
static void test_identity_certificates_renew_without_a_hand(void **state)
{
    struct world *w = world_new_coordinated(seed, 3, &coordinator);
    int64_t before[3];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        before[i] = identity_until(w, i);
    for (unsigned d = 0; d < 552; d += 12)
        pass(w, 12 * DAY_MS);
    for (size_t i = 0; i < 3; i++) {
        assert_true(certified_until(w, i) > world_now(w));
        assert_true(identity_until(w, i) > before[i] + 400 * DAY_MS);
    }
    world_free(w);
}

/* They are certified for five years; nobody notices before it has ended. */
static void test_another_directory_key_takes_the_place_of_one_that_ended(void **state)
{
    struct world *w = world_new_coordinated(seed, 3, &coordinator);

    (void)state;
    assert_false(coordinator_replace_key_that_ends(world_federation(w), world_now(w)));
    for (size_t i = 0; i < 3; i++)
        world_crash(w, i);
    world_advance(w, 5 * YEAR + DAY_MS);
    assert_true(coordinator_replace_key_that_ends(world_federation(w), world_now(w)));
    assert_false(coordinator_replace_key_that_ends(world_federation(w), world_now(w)));
    world_free(w);
}

static void test_nobody_who_did_nothing_wrong_is_locked_out(void **state)
{
    struct years y = {.w = world_new_coordinated(seed, count, &coordinator)};

    (void)state;
    print_message("seed %llu, %u days, %zu agencies\n", (unsigned long long)seed, days, count);
    fake_random_init(&y.random, seed);
    for (size_t i = 0; i < count; i++)
        y.agencies[i].renew_on = RENEWED - 14 * (unsigned)i;
    world_run_ms(y.w, HOURS);
    for (; y.day < days; y.day++)
        run_day(&y);
    print_message("%u arrived, %u excused; certificates by hand: %u, and %u for "
                  "another authority\n",
                  y.arrived, y.excused, y.by_hand, y.for_authority);
    assert_int_equal(y.by_hand, 0);
    for (size_t h = 0; h < HAPPENINGS; h++)
        print_message("%s: %u\n", happenings[h].name, happened[h]);
    for (size_t m = 0; m < MEANWHILE; m++)
        print_message("while %s: %u arrived, after %lld ms at most\n", meanwhile[m].name, meanwhile[m].times,
                      (long long)meanwhile[m].longest_ms);
    assert_true(y.arrived > y.excused);
    for (size_t i = 0; i < count; i++)
        assert_true(world_node(y.w, i) == NULL || people_log_is_good(world_node(y.w, i)));
    world_free(y.w);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_coordinators_node_renews_its_own_certificate),
        cmocka_unit_test(test_what_a_coordinators_folder_makes_when_it_is_looked_at_is_taken),
        cmocka_unit_test(test_who_started_with_a_clock_ahead_is_certified_again),
        cmocka_unit_test(test_who_was_off_for_weeks_comes_back_by_itself),
        cmocka_unit_test(test_who_has_a_certificate_of_a_dropped_ca_comes_back_by_itself),
        cmocka_unit_test(test_who_has_a_certificate_of_a_dropped_ca_waits_for_a_person),
        cmocka_unit_test(test_who_knows_no_ca_any_more_comes_back_by_itself),
        cmocka_unit_test(test_identity_certificates_renew_without_a_hand),
        cmocka_unit_test(test_another_directory_key_takes_the_place_of_one_that_ended),
        cmocka_unit_test(test_nobody_who_did_nothing_wrong_is_locked_out),
    };

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--days") == 0)
            days = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--agencies") == 0)
            count = strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    if (count < 3 || count > WORLD_MOST)
        return 64;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
