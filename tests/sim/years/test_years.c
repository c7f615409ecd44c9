/* Ordinary work of five agencies for months or years: cases, consents that end and are given again, referrals that are
 * answered, declined, finished and closed, withdrawals, entries, certificates that are renewed, a machine that is
 * replaced, cases that are closed and deleted on their day, one of which a court holds longer. Nothing that is for a
 * time only grows, and in the end all has ended, is erased and verifies.
 *
 * sim_years [--days N]: 50 days without; tools/test.sh --long runs 730.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_hold.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/members/agency_calls.h"
#include "exchange/state.h"
#include "fixture.h"
#include "owed.h"

#define AGENCIES     WORLD_NODES
#define AGREED_DAYS  60 /* of a consent */
#define KEPT_DAYS    30 /* after that */
#define CASES        6  /* of an agency, open at a time */
#define OPEN         64 /* referrals at a time */
#define DIRECTORY    7  /* days between two */
#define LONGEST_TIME (AGREED_DAYS + KEPT_DAYS + 5)
#define PAGES_OF_WAL 8000
#define PAGE         4096
#define REPLACED_ON  400 /* the machine of the last agency */
#define KEEP_CLOSED  30  /* days of a case */
#define HELD_ON      10  /* the first case of the first agency */
#define HELD_UNTIL   120

struct open_referral {
    size_t from;
    size_t to;
    struct ident id;
    unsigned steps; /* taken there */
};

struct years {
    struct world *w;
    struct fake_random random;
    struct ident cases[AGENCIES][CASES];
    size_t case_count[AGENCIES]; /* that were ever begun */
    struct ident consents[AGENCIES];
    bool has_consent[AGENCIES];
    struct ident of[AGENCIES]; /* whose it is, for … */
    size_t to[AGENCIES];
    struct open_referral open[OPEN];
    size_t open_count;
    unsigned referred;
    unsigned declined;
    unsigned finished;
    unsigned withdrawn;
    unsigned closed;
    unsigned closed_here[AGENCIES]; /* on the machine that it has now */
    struct ident held;              /* case */
    struct error err;
};

static uint64_t number_below(struct years *y, uint64_t end)
{
    return fake_random_below(&y->random, end);
}

static size_t another(struct years *y, size_t i)
{
    return (i + 1 + number_below(y, AGENCIES - 1)) % AGENCIES;
}

/* What may be refused in ordinary work: what she took back, what ended, what was answered, a key that nobody compared
 * yet. */
static void assert_ordinary(struct years *y, bool ok, const char *what)
{
    if (!ok && error_fault(&y->err) != FAULT_ASKED && error_fault(&y->err) != FAULT_DENIED)
        world_must(false, &y->err, what);
}

/* --- a day's work --- */

static void begin_case(struct years *y, size_t i)
{
    size_t at = y->case_count[i] % CASES;
    struct control_case_close_ask ask = {.case_id = y->cases[i][at], .reason = CLOSE_COMPLETED};
    struct control_case_life life;
    bool ok;

    if (y->case_count[i] >= CASES) {
        ok = exchange_case_close(world_node(y->w, i), &ask, &life, &y->err);
        y->closed += ok;
        y->closed_here[i] += ok;
        assert_ordinary(y, ok, "close a case");
    }
    y->cases[i][at] = people_case(world_node(y->w, i));
    y->case_count[i]++;
}

static void ask_her(struct years *y, size_t i, const struct ident *of, size_t to)
{
    uint32_t today = day_of_ms(world_now(y->w));
    const struct people_consent c = {.sections = BIT(TRIAGE) | BIT(HEALTH) | BIT(IDENTITY),
                                     .until = today + AGREED_DAYS,
                                     .keep_until = today + AGREED_DAYS + KEPT_DAYS};
    bool ok = people_may_consent(world_node(y->w, i), of, world_address(y->w, to), &c, &y->consents[i], &y->err);

    y->has_consent[i] = y->has_consent[i] || ok;
    assert_ordinary(y, ok, "consent");
}

static void refer(struct years *y, size_t i, const struct ident *of, size_t to)
{
    struct open_referral *o = &y->open[y->open_count];
    struct control_referral_result out;
    char id[24];
    struct people_referral how = {.now = number_below(y, 2) == 0, .request_id = id};
    bool ok;

    if (y->open_count == OPEN)
        return;
    (void)snprintf(id, sizeof id, "work-%u", y->referred);
    ok = people_refer(world_node(y->w, i), of, world_address(y->w, to), &how, &out, &y->err);
    assert_ordinary(y, ok, "refer");
    if (!ok)
        return;
    *o = (struct open_referral){.from = i, .to = to, .id = out.referral};
    y->open_count++;
    y->referred++;
}

static void take_back(struct years *y, size_t i)
{
    struct control_consent_withdraw_ask ask = {.consent = y->consents[i]};
    struct control_consent shown;
    bool ok;

    if (!y->has_consent[i])
        return;
    ok = exchange_consent_withdraw(world_node(y->w, i), &ask, &shown, &y->err);
    assert_ordinary(y, ok, "withdraw");
    y->withdrawn += ok;
    y->has_consent[i] = false;
}

/* Mostly of whom she agreed to before; where that has ended she is asked again. */
static void work(struct years *y, size_t i)
{
    bool is_new = y->case_count[i] < 3 || number_below(y, 4) == 0;

    if (is_new)
        begin_case(y, i);
    if (is_new || !y->has_consent[i] || number_below(y, AGREED_DAYS) == 0) {
        y->of[i] = y->cases[i][number_below(y, y->case_count[i] < CASES ? y->case_count[i] : CASES)];
        y->to[i] = another(y, i);
        ask_her(y, i, &y->of[i], y->to[i]);
    }
    if (number_below(y, 2) == 0)
        refer(y, i, &y->of[i], y->to[i]);
    if (number_below(y, 12) == 0)
        take_back(y, i);
}

/* The next answer to one that is open; false: it has ended. */
static bool answer_next(struct years *y, struct open_referral *o)
{
    static const enum referral_state way[] = {REFERRAL_ACKNOWLEDGED, REFERRAL_ACCEPTED,    REFERRAL_EXPECTED,
                                              REFERRAL_ARRIVED,      REFERRAL_IN_PROGRESS, REFERRAL_FINISHED,
                                              REFERRAL_CLOSED};
    struct reply_message reply = {.state = way[o->steps]};
    struct control_referral out;
    bool ok;

    if (o->steps == 1 && number_below(y, 4) == 0)
        reply = (struct reply_message){.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
    if (reply.state == REFERRAL_EXPECTED)
        reply.time_ms = world_now(y->w) + 2 * DAY_MS;
    if (reply.state == REFERRAL_IN_PROGRESS)
        reply.progress = PROGRESS_BEGUN;
    if (reply.state == REFERRAL_FINISHED)
        reply.outcome = SERVICE_OUTCOME_GIVEN;
    ok = exchange_referral_answer(world_node(y->w, o->to), &o->id, &reply, &out, &y->err);
    assert_ordinary(y, ok, "answer");
    o->steps++;
    y->declined += ok && reply.state == REFERRAL_DECLINED;
    y->finished += ok && reply.state == REFERRAL_FINISHED;
    return ok && reply.state != REFERRAL_DECLINED && reply.state != REFERRAL_CLOSED;
}

static void answer_all(struct years *y)
{
    size_t kept = 0;

    for (size_t i = 0; i < y->open_count; i++) {
        struct open_referral o = y->open[i];

        if (number_below(y, 2) == 0 || answer_next(y, &o))
            y->open[kept++] = o;
    }
    y->open_count = kept;
}

/* --- what operators and the coordinator do --- */

static void publish_entry(struct years *y, size_t i, unsigned day)
{
    char phone[24];
    struct agency_entry e = {.services = 1U << SERVICE_SHELTER};
    struct control_agency_said said;

    (void)snprintf(phone, sizeof phone, "+48600%06u", day);
    e.phone = view_of_text(phone);
    world_must(exchange_entry_set(world_node(y->w, i), &e, &said, &y->err), &y->err, "an entry");
}

struct by_hand {
    bool found;
    struct owed_summary owed;
};

static bool find_by_hand(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct by_hand *b = cookie;

    (void)err;
    if ((o->by_hand || o->lost) && !b->found)
        *b = (struct by_hand){true, *o};
    return true;
}

/* What their new machine does not know any more is told on the phone. */
static void tell_by_hand(struct years *y, size_t i)
{
    struct by_hand b = {.found = false};

    world_must(exchange_owed_list(world_node(y->w, i), find_by_hand, &b, &y->err), &y->err, "what is owed");
    if (b.found)
        world_must(exchange_owed_close(world_node(y->w, i), &b.owed.agency, &b.owed.subject, CLOSING_TOLD, &y->err),
                   &y->err, "tell");
}

static void hold_first(struct years *y)
{
    const struct control_case_hold_ask ask = {.case_id = y->cases[0][0],
                                              .reference = view_of_text("Regional court, 12/2026"),
                                              .until = day_of_ms(world_now(y->w)) + HELD_UNTIL - HELD_ON};
    struct control_case_life out;

    world_must(exchange_case_hold(world_node(y->w, 0), &ask, &out, &y->err), &y->err, "hold");
    y->held = ask.case_id;
}

static void run_day(struct years *y, unsigned day)
{
    if (day % DIRECTORY == 0)
        world_publish(y->w);
    if (day % 100 == 30)
        world_renew(y->w, day / 100 % AGENCIES);
    if (day % 30 == 10)
        publish_entry(y, day / 30 % AGENCIES, day);
    if (day == REPLACED_ON) {
        world_replace(y->w, AGENCIES - 1);
        y->case_count[AGENCIES - 1] = 0;
        y->has_consent[AGENCIES - 1] = false;
        y->closed_here[AGENCIES - 1] = 0;
    }
    if (day == HELD_ON)
        hold_first(y);
    for (size_t i = 0; i < AGENCIES; i++)
        world_node(y->w, i)->keep_closed_days = KEEP_CLOSED;
    for (size_t i = 0; i < AGENCIES; i++) {
        tell_by_hand(y, i);
        work(y, i);
    }
    world_run_ms(y->w, 9 * HOURS);
    answer_all(y);
    world_run_ms(y->w, 15 * HOURS);
}

/* --- what holds --- */

static int64_t count(struct years *y, size_t i, const char *sql)
{
    sqlite3_stmt *statement;
    char path[300];
    int64_t number;
    sqlite3 *db;

    (void)snprintf(path, sizeof path, "%s/refex.db", world_home(y->w, i));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

static int64_t size_of(struct years *y, size_t i, const char *name)
{
    struct stat found;
    char path[300];

    (void)snprintf(path, sizeof path, "%s/%s", world_home(y->w, i), name);
    return stat(path, &found) == 0 ? found.st_size : 0;
}

static bool is_held_here(struct years *y)
{
    struct control_case_life life;

    return exchange_case_life(world_node(y->w, 0), &y->held, &life, &y->err);
}

#define WITH_WORK INT64_MAX /* it is of cases, consents and messages, and of the log that says what became of them */

/* Every table: how many rows it has at most at any time. */
static const struct {
    const char *table;
    const char *which;
    int64_t most;
} kept[] = {
#define KEPT_TABLE(name, rows, most) {name, rows, most},
#include "kept_tables.def"
#undef KEPT_TABLE
};
#define TABLES (sizeof kept / sizeof kept[0])

/* At any time: what is kept for a while is no more than comes in that while. */
static void assert_bounded(struct years *y, size_t i)
{
    assert_int_equal(
        count(y, i, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"),
        TABLES); /* one that is new has a row above */
    for (size_t k = 0; k < TABLES; k++) {
        char sql[160];
        int64_t number;

        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s", kept[k].table, kept[k].which);
        number = count(y, i, sql);
        if (number > kept[k].most)
            fail_msg("%s has %lld rows", kept[k].table, (long long)number);
    }
    assert_true(size_of(y, i, "refex.db-wal") <= (int64_t)PAGES_OF_WAL * PAGE);
}

/* After the last consent has ended, and what was kept under it. */
static void assert_ended(struct years *y, size_t i)
{
    struct exchange *x = world_node(y->w, i);
    enum hold hold;

    assert_int_equal(count(y, i, "SELECT count(*) FROM message WHERE state = 1"), 0);
    assert_int_equal(count(y, i, "SELECT count(*) FROM slot WHERE state = 2"), 0);
    assert_int_equal(count(y, i, "SELECT count(*) FROM request"), 0);
    assert_int_equal(count(y, i, "SELECT count(*) FROM case_file WHERE ended_ms <> 0"), y->closed_here[i]);
    assert_int_equal(owed_now(x).count, 0);
    assert_int_equal(people_held(x, &hold), 0);
    assert_int_equal(people_findings(x), 0);
    for (size_t other = 0; other < AGENCIES; other++)
        if (other != i)
            assert_int_equal(people_unlinked(y->w, i, other), 0);
    assert_true(people_log_is_good(x));
}

static unsigned days = 50;

/* Its case was closed, and would have been deleted long before. */
static void check_held(struct years *y, unsigned day)
{
    if (day == HELD_UNTIL - 2)
        assert_true(is_held_here(y));
    if (day == HELD_UNTIL + 2)
        assert_false(is_held_here(y));
}

static void test_ordinary_work_goes_on_and_all_of_it_ends(void **state)
{
    static struct years y;

    (void)state;
    y = (struct years){.w = world_new(1, AGENCIES)};
    fake_random_init(&y.random, 1);
    for (unsigned day = 0; day < days; day++) {
        run_day(&y, day);
        check_held(&y, day);
        for (size_t i = 0; i < AGENCIES && day % 10 == 9; i++)
            assert_bounded(&y, i);
    }
    for (unsigned day = 0; day < LONGEST_TIME; day++) {
        if (day % DIRECTORY == 0)
            world_publish(y.w);
        answer_all(&y);
        for (size_t i = 0; i < AGENCIES; i++)
            tell_by_hand(&y, i);
        world_run_ms(y.w, DAY_MS);
        check_held(&y, days + day);
    }
    (void)printf("%u referred, %u declined, %u finished, %u withdrawn, %u cases closed\n", y.referred, y.declined,
                 y.finished, y.withdrawn, y.closed);
    assert_true(y.finished > days / 4 && y.declined > days / 8 && y.withdrawn > days / 8 && y.closed > days / 8);
    for (size_t i = 0; i < AGENCIES; i++)
        assert_ended(&y, i);
    world_free(y.w);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ordinary_work_goes_on_and_all_of_it_ends)};

    if (argc == 3 && strcmp(argv[1], "--days") == 0)
        days = (unsigned)strtoul(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
