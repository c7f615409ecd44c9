/* Nodes with random actions of their users, on a faulty wire, with crashes, wrong clocks and failing disks: the
 * oracle's checks hold at the end of every run.
 *
 * sim_random [--seed N] [--runs N] [--seconds N] [--rare] [--every]: run i has seed N + i; with --seed alone one run is
 * repeated exactly. Without --seed the first seed is REFEX_SEED, as tools/test.sh sets it, or else made from the time.
 * At the end it names the rare paths (SOMETIMES) that no run took, which with --every is a failure; --rare prints all.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "model/case_fields.h"
#include "oracle.h"
#include "people.h"
#include "rare.h"

#define SECONDS INT64_C(1000)
#define MINUTES INT64_C(60000)
#define STEPS   60

struct run {
    struct world *w;
    struct fake_random random; /* separate from the nodes' source, whose use must not change what people do */
    struct oracle o;
    int64_t first_ms;
    int64_t latest_ms;
    int64_t lowered_ms; /* by how much people lowered trusted time: days that were set before come as much later */
    bool is_verbose;
};

static uint64_t random_below(struct run *r, uint64_t end)
{
    return fake_random_below(&r->random, end);
}

static bool one_in(struct run *r, uint64_t n)
{
    return random_below(r, n) == 0;
}

static void print_event(struct run *r, const char *what, size_t a, size_t b)
{
    if (r->is_verbose)
        (void)printf("%lld %s %zu %zu\n", (long long)world_now(r->w), what, a, b);
}

/* A refusal by the node is a valid answer, that there is no room, and that no day can be counted from its clock;
 * another error from its faulty disk ends it. */
static bool check_answer(struct run *r, size_t node, bool ok, const struct error *err)
{
    if (ok)
        return true;
    if (world_is_expected_fault(r->w, node, err))
        return false;
    if (error_fault(err) != FAULT_DENIED && error_fault(err) != FAULT_ASKED && err->code != E_STO_03 &&
        err->code != E_CON_23)
        world_must(false, err, "what was asked");
    return false;
}

static bool is_up(struct run *r, size_t i)
{
    return world_node(r->w, i) != NULL;
}

/* --- what people do --- */

static void do_import(struct run *r)
{
    struct oracle_case c = {.owner = random_below(r, r->o.nodes)};
    struct error err;

    if (!is_up(r, c.owner) || r->o.case_count == ORACLE_MAX)
        return;
    print_event(r, "import", c.owner, r->o.case_count);
    if (check_answer(r, c.owner, people_case_try(world_node(r->w, c.owner), &c.id, &err), &err))
        r->o.cases[r->o.case_count++] = c;
}

static bool pick_case(struct run *r, size_t *case_index, size_t *node)
{
    if (r->o.case_count == 0)
        return false;
    *case_index = random_below(r, r->o.case_count);
    *node = r->o.cases[*case_index].owner;
    return r->o.cases[*case_index].state == ORACLE_DONE && is_up(r, *node);
}

static size_t another_node(struct run *r, size_t node)
{
    return (node + 1 + random_below(r, r->o.nodes - 1)) % r->o.nodes;
}

static section_set some_sections(struct run *r)
{
    static const enum section all[] = {SECTION_TRIAGE, SECTION_IDENTITY,     SECTION_CONTACT,
                                       SECTION_HEALTH, SECTION_EXPLOITATION, SECTION_NOTES};
    section_set s = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (one_in(r, 2))
            s |= SECTION_BIT(all[i]);
    return s != 0 ? s : SECTION_BIT(SECTION_TRIAGE);
}

static enum purpose some_purpose(struct run *r)
{
    return one_in(r, 4) ? PURPOSE_FAMILY_TRACING : PURPOSE_SERVICES;
}

static void do_consent(struct run *r)
{
    struct oracle_consent c = {.withdrawal = ORACLE_GONE};
    struct consent_grant_ask grant = {.onward = ONWARD_NONE};
    struct consent_ask ask = {.to_count = 1,
                              .grants = &grant,
                              .grant_count = 1,
                              .given_by = GIVEN_BY_SELF,
                              .notice = view_of_text("notice-1"),
                              .language = view_of_text("uk"),
                              .seen_alone = 1};
    uint32_t medication = case_field_ref_find(view_of_text("ext_Medication"));
    uint32_t today = day_of_ms(world_now(r->w));
    struct error err;
    size_t node;

    if (!pick_case(r, &c.case_index, &node) || r->o.consent_count == ORACLE_MAX)
        return;
    c.to = another_node(r, node);
    c.sections = grant.sections = some_sections(r);
    c.purpose = grant.purpose = some_purpose(r);
    c.refused = ask.refused = one_in(r, 8);
    c.made_ms = world_now(r->w);
    ask.until = one_in(r, 2) ? 0 : today + (uint32_t)random_below(r, 40);
    grant.keep_until = one_in(r, 4) ? today + (uint32_t)random_below(r, 20) : 0;
    c.until = ask.until != 0 ? ask.until : today + BOUND_CONSENT_DAYS_DEFAULT;
    if (grant.keep_until != 0 && grant.keep_until < c.until)
        c.until = grant.keep_until;
    if ((grant.sections & SECTION_BIT(SECTION_HEALTH)) != 0 && one_in(r, 4)) {
        grant.excluded = &medication;
        grant.excluded_count = 1;
        c.sections &= ~SECTION_BIT(SECTION_HEALTH);
    }
    ask.case_id = r->o.cases[c.case_index].id;
    ask.to = world_address(r->w, c.to);
    print_event(r, c.refused ? "no" : "consent", node, c.to);
    if (check_answer(r, node, exchange_consent_record(world_node(r->w, node), &ask, &c.id, &err), &err))
        r->o.consents[r->o.consent_count++] = c;
}

static void do_withdraw(struct run *r)
{
    struct oracle_consent *c;
    struct withdraw_ask ask = {.seen_alone = 1};
    struct consent_summary out;
    struct error err;
    size_t node;

    if (r->o.consent_count == 0)
        return;
    c = &r->o.consents[random_below(r, r->o.consent_count)];
    node = r->o.cases[c->case_index].owner;
    if (c->state != ORACLE_DONE || c->withdrawal != ORACLE_GONE || !is_up(r, node))
        return;
    ask.consent = c->id;
    ask.erase_now = one_in(r, 2);
    print_event(r, "withdraw", node, c->to);
    if (check_answer(r, node, exchange_consent_withdraw(world_node(r->w, node), &ask, &out, &err), &err))
        c->withdrawal = ORACLE_OPEN;
}

static void do_refer(struct run *r)
{
    struct oracle_referral o = {.made_ms = world_now(r->w)};
    static const uint32_t services[] = {SERVICE_MEDICAL};
    struct referral_ask ask = {.kind = MESSAGE_REFERRAL,
                               .services = services,
                               .service_count = 1,
                               .urgency = URGENCY_NORMAL,
                               .partial = true,
                               .release_now = one_in(r, 2)};
    struct referral_result result;
    struct error err;
    size_t node;
    bool settled;

    if (!pick_case(r, &o.case_index, &node) || r->o.referral_count == ORACLE_MAX)
        return;
    o.to = another_node(r, node);
    o.purpose = ask.purpose = some_purpose(r);
    if (one_in(r, 3))
        (void)snprintf(o.request_id, sizeof o.request_id, "request-%zu", r->o.referral_count);
    ask.case_id = r->o.cases[o.case_index].id;
    ask.to = *world_address(r->w, o.to);
    ask.request_id = view_of_text(o.request_id);
    print_event(r, "refer", node, o.to);
    if (!check_answer(r, node, exchange_refer(world_node(r->w, node), &ask, &result, &err), &err))
        return;
    o.id = result.referral;
    o.message = result.message;
    r->o.referrals[r->o.referral_count++] = o;
    if (((result.shared | result.offered) & ~oracle_covered(&r->o, &o, false, &settled)) != 0) {
        (void)fprintf(stderr, "node %zu shares %x that nobody agreed to\n", node, result.shared | result.offered);
        r->o.good = false;
    }
}

/* A case system that got no answer asks again with the same request id. */
static void do_refer_again(struct run *r)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    struct referral_ask ask = {
        .kind = MESSAGE_REFERRAL, .services = services, .service_count = 1, .urgency = URGENCY_NORMAL, .partial = true};
    struct referral_result result;
    const struct oracle_referral *o;
    struct error err;
    size_t node;

    if (r->o.referral_count == 0)
        return;
    o = &r->o.referrals[random_below(r, r->o.referral_count)];
    node = r->o.cases[o->case_index].owner;
    if (o->request_id[0] == '\0' || o->state != ORACLE_DONE || !is_up(r, node))
        return;
    ask.case_id = r->o.cases[o->case_index].id;
    ask.to = *world_address(r->w, o->to);
    ask.purpose = o->purpose;
    ask.request_id = view_of_text(o->request_id);
    print_event(r, "refer again", node, o->to);
    if (check_answer(r, node, exchange_refer(world_node(r->w, node), &ask, &result, &err), &err) &&
        (!result.repeated || !ident_equal(&result.referral, &o->id))) {
        (void)fprintf(stderr, "node %zu made a second referral for one request\n", node);
        r->o.good = false;
    }
}

static void do_answer(struct run *r)
{
    struct oracle_referral *o;
    struct referral_summary out;
    struct error err;
    bool ok;

    if (r->o.referral_count == 0)
        return;
    o = &r->o.referrals[random_below(r, r->o.referral_count)];
    if (!is_up(r, o->to))
        return;
    print_event(r, "answer", o->to, 0);
    if (one_in(r, 3))
        ok = exchange_referral_decline(world_node(r->w, o->to), &o->id, DECLINE_AT_CAPACITY, (struct view){0}, &out,
                                       &err);
    else
        ok = exchange_referral_accept(world_node(r->w, o->to), &o->id, (struct view){0}, &out, &err);
    (void)check_answer(r, o->to, ok, &err);
}

/* --- what happens to nodes --- */

static void do_crash(struct run *r)
{
    size_t i = random_below(r, r->o.nodes);

    if (!is_up(r, i))
        return;
    print_event(r, "crash", i, 0);
    world_crash(r->w, i);
    oracle_ticked(&r->o, i, false);
}

static void start_node(struct run *r, size_t i)
{
    if (is_up(r, i))
        return;
    print_event(r, "start", i, 0);
    world_start(r->w, i);
    if (is_up(r, i))
        oracle_started(&r->o, i);
}

static void do_fault(struct run *r)
{
    size_t i = random_below(r, r->o.nodes);
    enum db_fault_point point = (enum db_fault_point)random_below(r, DB_FAULT_COUNT);

    if (!is_up(r, i))
        return;
    print_event(r, "fault", i, point);
    world_fault(r->w, i, point, 1 + (unsigned)random_below(r, point == DB_FAULT_STEP ? 60 : 3));
}

static void do_clock_jump(struct run *r)
{
    int64_t ms = 0;

    switch (random_below(r, 6)) {
    case 0:
        ms = (int64_t)random_below(r, 10 * DAY_MS);
        break;
    case 1:
        ms = -(int64_t)random_below(r, one_in(r, 3) ? 9 * DAY_MS : 5 * MINUTES);
        break;
    default:
        ms = (int64_t)random_below(r, 2 * 60 * MINUTES);
    }
    print_event(r, "clock", ms < 0, (size_t)(ms < 0 ? -ms : ms));
    if (world_now(r->w) + ms < r->first_ms)
        return; /* before the certificates become valid */
    world_advance(r->w, ms);
    if (ms > DAY_MS)
        world_publish(r->w);
}

static void change_conditions(struct run *r)
{
    *world_conditions(r->w) = (struct conditions){.loss = one_in(r, 2) ? (unsigned)random_below(r, 300) : 0,
                                                  .repeat = one_in(r, 2) ? (unsigned)random_below(r, 300) : 0,
                                                  .cut_link = one_in(r, 3) ? (unsigned)random_below(r, 100) : 0,
                                                  .delay_ms = one_in(r, 2) ? (unsigned)random_below(r, 3000) : 0,
                                                  .partition = one_in(r, 6)};
}

static void do_revoke(struct run *r)
{
    size_t i = random_below(r, r->o.nodes);

    if (r->o.revoked[i] || !one_in(r, 6))
        return;
    print_event(r, "revoke", i, 0);
    r->o.revoked[i] = true;
    world_revoke(r->w, i, one_in(r, 2) ? REVOKED_SUSPENDED : REVOKED_KEY_COMPROMISE);
}

static const struct {
    unsigned weight;
    void (*act)(struct run *r);
} actions[] = {{8, do_import},      {16, do_consent},       {7, do_withdraw}, {30, do_refer},
               {3, do_refer_again}, {14, do_answer},        {4, do_crash},    {4, do_fault},
               {5, do_clock_jump},  {4, change_conditions}, {1, do_revoke}};

static void do_action(struct run *r)
{
    unsigned all = 0;
    unsigned pick;

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        all += actions[i].weight;
    pick = (unsigned)random_below(r, all);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (pick < actions[i].weight) {
            actions[i].act(r);
            return;
        }
        pick -= actions[i].weight;
    }
}

/* --- a run --- */

static void on_ticked(void *cookie, size_t i, bool ok)
{
    struct run *r = cookie;

    oracle_ticked(&r->o, i, ok);
    if (!ok && is_up(r, i)) /* it found no room, and goes on */
        oracle_started(&r->o, i);
}

static void run_steps(struct run *r)
{
    for (int step = 0; step < STEPS; step++) {
        size_t action_count = random_below(r, 4);

        for (size_t i = 0; i < action_count; i++)
            do_action(r);
        for (size_t i = random_below(r, 6); i > 0; i--)
            world_step(r->w, (int64_t)random_below(r, 2 * SECONDS));
        for (size_t i = 0; i < r->o.nodes; i++)
            if (!is_up(r, i) && one_in(r, 6))
                start_node(r, i);
        if (world_now(r->w) > r->latest_ms)
            r->latest_ms = world_now(r->w);
        if (one_in(r, 10))
            oracle_check_reading(&r->o, false);
    }
}

/* The end: no more faults, every node up, the clock at the latest time it had. */
static void recover_all(struct run *r)
{
    if (world_now(r->w) < r->latest_ms)
        world_advance(r->w, r->latest_ms - world_now(r->w));
    for (size_t i = 0; i < r->o.nodes; i++) {
        if (is_up(r, i)) {
            world_crash(r->w, i);
            oracle_ticked(&r->o, i, false);
        }
        start_node(r, i);
    }
    world_publish(r->w);
    world_run_ms(r->w, 100 * MINUTES);
    for (size_t i = 0; i < r->o.nodes; i++) { /* people look at those whose peers were off for as long */
        struct clock_status clock;
        struct error err;
        bool changed;

        exchange_clock_status(world_node(r->w, i), &clock);
        if (clock.trusted_ms - clock.clock_ms > r->lowered_ms)
            r->lowered_ms = clock.trusted_ms - clock.clock_ms;
        if (!exchange_clock_confirm(world_node(r->w, i), &changed, &err))
            r->o.good = false;
    }
    world_run_ms(r->w, 100 * MINUTES);
}

static bool run(uint64_t seed, bool is_verbose)
{
    struct run r = {.is_verbose = is_verbose};

    fake_random_init(&r.random, seed);
    r.o = (struct oracle){.nodes = 2 + random_below(&r, 2), .seed = seed, .good = true};
    r.w = r.o.w = world_new(seed, r.o.nodes);
    r.first_ms = r.latest_ms = world_now(r.w);
    world_on_tick(r.w, on_ticked, &r);
    world_run_ms(r.w, 2 * SECONDS);
    change_conditions(&r);
    run_steps(&r);
    recover_all(&r);
    oracle_check_end(&r.o);
    world_advance(r.w, 5 * DAY_MS + r.lowered_ms);
    world_publish(r.w);
    world_run_ms(r.w, 100 * MINUTES);
    oracle_check_erased(&r.o);
    world_free(r.w);
    return r.o.good;
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
    bool seeded = false;
    bool counted = false; /* --runs without --seconds runs for as long as it takes */
    bool timed = false;
    uint64_t seed = number_of(argc, argv, "--seed", first_seed(), &seeded);
    uint64_t seconds = number_of(argc, argv, "--seconds", seeded ? UINT64_MAX : 20, &timed);
    uint64_t runs = number_of(argc, argv, "--runs", seeded && !timed ? 1 : UINT64_MAX, &counted);
    bool is_verbose = runs == 1;
    time_t begun = time(NULL);
    uint64_t done = 0;

    log_init("sim", is_verbose ? LOG_INFO : LOG_ERROR);
    (void)printf("seed %llu\n", (unsigned long long)seed);
    (void)fflush(stdout);
    for (; done < runs && ((counted && !timed) || (uint64_t)(time(NULL) - begun) < seconds); done++) {
        if (!run(seed + done, is_verbose)) {
            (void)printf("failed; repeat it with: sim_random --seed %llu\n", (unsigned long long)(seed + done));
            return 1;
        }
    }
    (void)printf("%llu runs held\n", (unsigned long long)done);
    if (has_option(argc, argv, "--rare"))
        rare_print();
    return rare_print_never() != 0 && has_option(argc, argv, "--every");
}
