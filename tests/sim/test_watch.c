/* What who watches a node is told: each event once and in its order, whatever becomes of node and watcher between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/logs/event_cursor.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "fixture.h"
#include "model/event.h"

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define TOLD_MAX   4096

/* A record, by its place. */
struct place {
    enum log_id log;
    uint64_t index;
    uint64_t leaf; /* the first bytes of it */
};

static bool same(const struct place *a, const struct place *b)
{
    return a->log == b->log && a->index == b->index && a->leaf == b->leaf;
}

/* One that watches, and all that it was told. */
struct watcher {
    staff_roles roles;
    char cursor[EVENT_CURSOR_TEXT]; /* behind the last that it was told */
    struct place told[TOLD_MAX];
    size_t count;
    char words[TOLD_MAX][16];
    /* of the answer under way */
    char behind[EVENT_CURSOR_TEXT];
    size_t coming;
    bool more;
    bool ended;
    struct control_event last;   /* without what is borrowed */
    struct control_event answer; /* the last that says one */
};

static void watcher_begin(struct watcher *w, staff_roles roles, const char *since)
{
    memset(w, 0, sizeof *w);
    w->roles = roles;
    (void)snprintf(w->cursor, sizeof w->cursor, "%s", since);
}

static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct watcher *w = cookie;
    struct event_cursor behind;
    struct place *p = &w->told[w->count + w->coming];

    (void)err;
    assert_false(w->ended);
    assert_true(event_cursor_read(e->cursor, &behind));
    (void)snprintf(w->behind, sizeof w->behind, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    w->more = e->more;
    w->ended = e->event.size == 0;
    if (w->ended)
        return true;
    assert_true(w->count + w->coming < TOLD_MAX);
    p->log = record_kind_is_house((enum record_kind)e->record) ? LOG_HOUSE : LOG_EXCHANGE;
    p->index = behind.in[p->log].size - 1;
    memcpy(&p->leaf, behind.in[p->log].leaf, sizeof p->leaf);
    (void)snprintf(w->words[w->count + w->coming], sizeof w->words[0], "%.*s", (int)e->event.size,
                   (const char *)e->event.at);
    w->coming++;
    w->last = *e;
    if (e->answer != 0)
        w->answer = *e;
    return true;
}

/* One question. An answer that fails is none: nothing of it is told. */
static bool ask(struct watcher *w, struct exchange *x, struct error *err)
{
    const struct control_watch_ask question = {.since = view_of_text(w->cursor)};

    w->coming = 0;
    w->ended = false;
    if (!exchange_watch(x, w->roles, &question, on_event, w, err))
        return false;
    assert_true(w->ended);
    w->count += w->coming;
    (void)snprintf(w->cursor, sizeof w->cursor, "%s", w->behind);
    return true;
}

static void read_all(struct watcher *w, struct exchange *x)
{
    struct error err;

    do
        world_must(ask(w, x, &err), &err, "watch");
    while (w->more);
}

/* --- the truth --- */

struct truth {
    struct place events[TOLD_MAX];
    size_t count;
    enum log_id log;
    staff_roles roles;
};

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct truth *t = cookie;
    struct place *p = &t->events[t->count];

    (void)err;
    if (event_name(r) == NULL || (event_roles(r->kind) & t->roles) == 0)
        return true;
    assert_true(t->count < TOLD_MAX);
    *p = (struct place){.log = t->log, .index = r->index};
    memcpy(&p->leaf, e->leaf.at, sizeof p->leaf);
    t->count++;
    return true;
}

/* The events of LOG are those that W was told of it, each once, in order. */
static void check_log(const struct watcher *w, struct exchange *x, enum log_id log)
{
    static struct truth t;
    struct control_audit_list_ask filter = {.log = log};
    struct error err;
    size_t at = 0;

    t = (struct truth){.log = log, .roles = w->roles};
    world_must(exchange_audit_list(x, &filter, NULL, on_record, &t, &err), &err, "list records");
    for (size_t i = 0; i < w->count; i++) {
        if (w->told[i].log != log)
            continue;
        assert_true(at < t.count);
        assert_true(same(&w->told[i], &t.events[at]));
        at++;
    }
    assert_int_equal(at, t.count);
}

static void check_told_all(struct watcher *w, struct exchange *x)
{
    read_all(w, x);
    check_log(w, x, LOG_EXCHANGE);
    check_log(w, x, LOG_HOUSE);
}

static unsigned count_words(const struct watcher *w, const char *word)
{
    unsigned n = 0;

    for (size_t i = 0; i < w->count; i++)
        n += strcmp(w->words[i], word) == 0;
    return n;
}

/* --- tests --- */

static struct watcher all, late, from_now, caseworker; /* large */

static void consent_and_refer(struct fixture *s, uint64_t seed)
{
    const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(CONTACT)};

    fixture_begin(s, seed, 2, &consent);
    watcher_begin(&all, STAFF_ROLES_ALL, "0-0");
}

static void test_each_event_is_told_once_in_its_order(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 60);
    read_all(&all, s.ngo);
    watcher_begin(&from_now, STAFF_ROLES_ALL, "");
    read_all(&from_now, s.ngo);
    assert_int_equal(from_now.count, 0);
    fixture_deliver(&s);
    read_all(&all, s.ngo);
    fixture_restart(&s, NGO);
    read_all(&all, s.ngo);
    read_all(&all, s.ngo); /* nothing is new */
    world_must(fixture_withdraw(&s, true), &s.err, "withdraw");
    fixture_settle(&s);
    check_told_all(&all, s.ngo);
    assert_int_equal(count_words(&all, "consent"), 1);
    assert_int_equal(count_words(&all, "receipted"), 2); /* of the referral, of the withdrawal */
    assert_int_equal(count_words(&all, "withdrawn"), 1);
    assert_int_equal(count_words(&all, "erased"), 1);
    assert_int_equal(count_words(&all, "settled"), 1);
    assert_int_equal(count_words(&all, "came"), 1); /* the statement */
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    check_told_all(&late, s.ngo);
    read_all(&from_now, s.ngo);
    assert_int_equal(from_now.count, all.count - 1); /* but for the consent */
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    check_told_all(&late, s.mission);
    assert_int_equal(count_words(&late, "withdrawn"), 1);
    assert_int_equal(count_words(&late, "came"), 2);
    fixture_end(&s);
}

static void test_an_event_says_which_referral_and_answer(void **state)
{
    struct fixture s;
    struct control_referral line;

    (void)state;
    consent_and_refer(&s, 61);
    fixture_deliver(&s);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, view_of(NULL, 0), &line, &s.err), &s.err,
               "accept");
    world_tick(s.w, MISSION);
    watcher_begin(&late, STAFF_ROLES_ALL, "");
    read_all(&late, s.ngo);
    fixture_settle(&s);
    read_all(&late, s.ngo);
    assert_int_equal(late.answer.answer, REFERRAL_ACCEPTED);
    assert_int_equal(late.answer.record, RECORD_RECEIVED);
    assert_int_equal(late.answer.message_kind, MESSAGE_REPLY);
    assert_true(ident_equal(&late.answer.referral, &s.sent.referral));
    assert_false(ident_is_zero(&late.answer.message));
    assert_string_equal(late.words[late.count - 1], "came");
    fixture_end(&s);
}

/* What is not committed is not told, also to who asks in the same tick. */
static void test_whichever_statement_fails_no_event_is_lost_or_told_twice(void **state)
{
    unsigned crashes = 0;
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 62);
    for (unsigned n = 1; n < 400; n += n < 60 ? 1 : 7) {
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        if (!fixture_try_refer(&s))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        if (world_node(s.w, NGO) != NULL && !ask(&all, s.ngo, &s.err))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) == NULL) {
            crashes++;
            fixture_restart(&s, NGO);
        }
        world_mend(s.w, NGO);
        check_told_all(&all, s.ngo);
    }
    assert_true(crashes > 20);
    fixture_settle(&s);
    check_told_all(&all, s.ngo);
    watcher_begin(&late, STAFF_ROLES_ALL, "0-0");
    check_told_all(&late, s.ngo);
    assert_int_equal(late.count, all.count);
    fixture_end(&s);
}

static void test_what_a_full_disk_undoes_was_no_event(void **state)
{
    unsigned undone = 0;
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 63);
    for (unsigned n = 1;; n++) {
        uint64_t before = world_undone(s.w, NGO);

        world_fault(s.w, NGO, DB_FAULT_FULL, n);
        if (!fixture_try_refer(&s) || !ask(&all, s.ngo, &s.err))
            assert_int_equal(s.err.code, E_STO_03);
        world_tick(s.w, NGO);
        world_mend(s.w, NGO);
        if (world_undone(s.w, NGO) == before)
            break;
        undone++;
        read_all(&all, s.ngo); /* in the pause */
        world_run_ms(s.w, 15 * MINUTES);
        check_told_all(&all, s.ngo);
    }
    assert_true(undone > 3);
    fixture_settle(&s);
    check_told_all(&all, s.ngo);
    fixture_end(&s);
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    const struct control_staff_add_ask question = {.uid = uid, .account = view_of_text("user"), .roles = roles};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->ngo, &question, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static void test_who_works_with_cases_is_told_of_them_alone(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 64);
    enter(&s, 1001, SUPERVISOR);
    enter(&s, 1002, CASEWORKER);
    watcher_begin(&caseworker, CASEWORKER, "0-0");
    check_told_all(&caseworker, s.ngo);
    assert_int_equal(count_words(&caseworker, "staff"), 0);
    watcher_begin(&late, SUPERVISOR, "0-0");
    check_told_all(&late, s.ngo);
    assert_int_equal(count_words(&late, "staff"), 2);
    assert_int_equal(late.last.roles, CASEWORKER);
    assert_false(ident_is_zero(&late.last.staff));
    assert_string_equal(caseworker.cursor, late.cursor); /* a place is one, whoever is there */
    watcher_begin(&late, STAFF_ROLE_BIT(STAFF_OPERATOR), "0-0");
    read_all(&late, s.ngo);
    assert_int_equal(late.count, 0);
    fixture_end(&s);
}

static void test_many_events_come_in_parts_that_are_bounded(void **state)
{
    struct fixture s;
    unsigned parts = 0;

    (void)state;
    consent_and_refer(&s, 65);
    for (uint32_t n = 0; n < 200; n++)
        enter(&s, 2000 + n, CASEWORKER);
    do {
        world_must(ask(&all, s.ngo, &s.err), &s.err, "watch");
        assert_true(all.coming <= 128); /* 64 of each log */
        parts++;
    } while (all.more);
    assert_true(parts >= 3);
    check_told_all(&all, s.ngo);
    assert_int_equal(count_words(&all, "staff"), 200);
    fixture_end(&s);
}

/* --- a log that is another --- */

static void refuse(struct watcher *w, struct exchange *x, enum error_code code)
{
    struct error err;
    size_t before = w->count;

    assert_false(ask(w, x, &err));
    assert_int_equal(err.code, code);
    assert_int_equal(w->count, before);
}

static void test_a_log_that_was_put_back_does_not_pass_for_the_newer_one(void **state)
{
    char older[200];
    char at_the_copy[EVENT_CURSOR_TEXT];
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 66);
    fixture_deliver(&s);
    read_all(&all, s.ngo);
    world_crash(s.w, NGO);
    (void)snprintf(older, sizeof older, "%s-older", world_home(s.w, NGO));
    world_copy_folder(world_home(s.w, NGO), older);
    fixture_restart(&s, NGO);
    (void)snprintf(at_the_copy, sizeof at_the_copy, "%s", all.cursor);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    read_all(&all, s.ngo);
    assert_string_not_equal(all.cursor, at_the_copy);

    world_crash(s.w, NGO);
    world_copy_folder(older, world_home(s.w, NGO));
    world_crash(s.w, MISSION); /* which would tell it */
    world_start(s.w, NGO);
    fixture_look(&s);
    refuse(&all, s.ngo, E_LOG_09); /* behind its end */
    for (unsigned i = 0; i < 6; i++) {
        fixture_refer(&s);
        world_tick(s.w, NGO);
    }
    refuse(&all, s.ngo, E_LOG_09); /* as many records again, and others */
    watcher_begin(&late, STAFF_ROLES_ALL, at_the_copy);
    read_all(&late, s.ngo); /* what both have goes on */
    assert_true(late.count >= 6);
    fixture_end(&s);
}

static void test_the_cursor_of_another_node_is_none_here(void **state)
{
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 67);
    fixture_deliver(&s);
    read_all(&all, s.ngo);
    refuse(&all, s.mission, E_LOG_09);
    watcher_begin(&late, STAFF_ROLES_ALL, "3-0");
    refuse(&late, s.ngo, E_USE_04);
    fixture_end(&s);
}

/* Half of a cursor is no cursor: each log is looked at. */
static void test_a_cursor_whose_house_log_is_another_is_refused(void **state)
{
    struct event_cursor c;
    struct fixture s;

    (void)state;
    consent_and_refer(&s, 68);
    read_all(&all, s.ngo);
    assert_true(event_cursor_read(view_of_text(all.cursor), &c));
    c.in[LOG_HOUSE].leaf[7] ^= 1;
    event_cursor_write(&c, all.cursor);
    refuse(&all, s.ngo, E_LOG_09);
    c.in[LOG_HOUSE].size++;
    event_cursor_write(&c, all.cursor);
    refuse(&all, s.ngo, E_LOG_09);
    fixture_end(&s);
}

static void refuse_without(const char *record)
{
    struct fixture s;
    char sql[200];

    consent_and_refer(&s, 69);
    fixture_deliver(&s);
    (void)snprintf(sql, sizeof sql, "DROP TRIGGER exchange_record_remains; DELETE FROM exchange_record WHERE idx = %s",
                   record);
    fixture_edit_beside(&s, NGO, sql);
    refuse(&all, s.ngo, E_LOG_02);
    world_crash(s.w, NGO);
    fixture_end(&s);
}

static void test_a_record_that_is_missing_is_not_passed_over(void **state)
{
    (void)state;
    refuse_without("2");
    refuse_without("(SELECT max(idx) FROM exchange_record)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_event_is_told_once_in_its_order),
        cmocka_unit_test(test_an_event_says_which_referral_and_answer),
        cmocka_unit_test(test_whichever_statement_fails_no_event_is_lost_or_told_twice),
        cmocka_unit_test(test_what_a_full_disk_undoes_was_no_event),
        cmocka_unit_test(test_who_works_with_cases_is_told_of_them_alone),
        cmocka_unit_test(test_many_events_come_in_parts_that_are_bounded),
        cmocka_unit_test(test_a_log_that_was_put_back_does_not_pass_for_the_newer_one),
        cmocka_unit_test(test_the_cursor_of_another_node_is_none_here),
        cmocka_unit_test(test_a_cursor_whose_house_log_is_another_is_refused),
        cmocka_unit_test(test_a_record_that_is_missing_is_not_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
