/* A referral to a desk of an agency: which there are it says itself; what came is seen by those who are there, and
 * where there is no such desk by whoever is on duty. */
#include "fixture.h"

#include "exchange/access/assign_calls.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/kinds/kind.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/staff/desk_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/agency_entry.h"
#include "watcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

enum { ADA = 1001, BOB, CAT, DAN, NODE = 0 }; /* of the mission: a supervisor, three caseworkers */

static const struct people_consent of_triage = {.sections = SECTION_BIT(SECTION_TRIAGE)};

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->mission, uid == NODE ? NULL : &uid);
    error_clear(&s->err);
}

static bool end_act(struct fixture *s, bool ok)
{
    enum error_code code = s->err.code;

    as(s, NODE);
    world_tick(s->w, MISSION);
    s->err.code = code;
    return ok;
}

static void enter(struct fixture *s, uint32_t uid, const char *account, staff_roles roles)
{
    const struct control_staff_add_ask ask = {.uid = uid, .roles = roles, .account = view_of_text(account)};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->mission, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, MISSION);
}

static void set_desk(struct fixture *s, const char *name, bool end)
{
    const struct control_desk_set_ask ask = {.desk = view_of_text(name), .end = end};
    struct control_desk out;

    as(s, ADA);
    world_must(end_act(s, exchange_desk_set(s->mission, &ask, &out, &s->err)), &s->err, "set a desk");
}

static void join(struct fixture *s, const char *name, uint32_t uid)
{
    const struct control_desk_member_ask member = {.desk = view_of_text(name), .uid = uid};
    struct control_desk out;

    as(s, ADA);
    world_must(end_act(s, exchange_desk_member(s->mission, &member, &out, &s->err)), &s->err, "join a desk");
}

static void put_on_duty(struct fixture *s, const char *name, uint32_t uid)
{
    const struct control_desk_duty_ask ask = {
        .desk = view_of_text(name), .uid = uid, .until_ms = tick_closing_ms(s->mission) + 8 * HOURS};
    struct control_desk out;

    as(s, ADA);
    world_must(end_act(s, exchange_desk_duty(s->mission, &ask, &out, &s->err)), &s->err, "put on duty");
}

/* The mission says that it has the desks legal and shelter, and the NGO knows. */
static void put_desks(struct fixture *s)
{
    const struct agency_desk desks[] = {{.name = view_of_text("legal")},
                                        {.name = view_of_text("shelter"), .services = 1U << SERVICE_SHELTER}};
    const struct agency_entry e = {.phone = view_of_text("+48221234567"),
                                   .desks = desks,
                                   .desk_count = 2,
                                   .services = 1U << SERVICE_LEGAL_ADVICE | 1U << SERVICE_SHELTER};
    struct control_agency_said said;

    world_must(exchange_entry_set(s->mission, &e, &said, &s->err), &s->err, "set an entry");
    world_tick(s->w, MISSION);
    fixture_settle(s);
}

/* Bob is at legal, Cat at shelter and on duty there, Dan at none. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &of_triage);
    enter(s, ADA, "ada", SUPERVISOR);
    enter(s, BOB, "bob", CASEWORKER);
    enter(s, CAT, "cat", CASEWORKER);
    enter(s, DAN, "dan", CASEWORKER);
    set_desk(s, "legal", false);
    set_desk(s, "shelter", false);
    join(s, "legal", BOB);
    join(s, "shelter", CAT);
    put_on_duty(s, "shelter", CAT);
    put_desks(s);
}

/* The NGO refers her to this desk. */
static bool refer(struct fixture *s, const char *desk, const char *request_id, bool dry_run)
{
    static const uint32_t services[] = {SERVICE_LEGAL_ADVICE};
    const struct control_refer_ask ask = {.case_id = s->person,
                                          .to = *s->to,
                                          .kind = MESSAGE_REFERRAL,
                                          .services = services,
                                          .service_count = 1,
                                          .urgency = URGENCY_NORMAL,
                                          .purpose = PURPOSE_SERVICES,
                                          .partial = true,
                                          .dry_run = dry_run,
                                          .request_id = view_of_text(request_id),
                                          .desk = view_of_text(desk)};
    bool ok;

    error_clear(&s->err);
    ok = exchange_refer(s->ngo, &ask, &s->sent, &s->err);
    if (ok)
        fixture_settle(s);
    return ok;
}

/* What is shown of desks, as it was asked last; the answer itself lives as long as its tick. */
static struct {
    char for_desk[BOUND_AGENCY + 1];
    char desk[BOUND_AGENCY + 1];
    bool is_gone;
} said;

static void keep_said(const struct control_referral *r)
{
    (void)snprintf(said.for_desk, sizeof said.for_desk, "%.*s", (int)r->for_desk.size, (const char *)r->for_desk.at);
    (void)snprintf(said.desk, sizeof said.desk, "%.*s", (int)r->desk.size, (const char *)r->desk.at);
    said.is_gone = r->no_such_desk;
}

static bool shows(struct fixture *s, uint32_t uid)
{
    struct control_referral_detail d;
    bool ok;

    as(s, uid);
    ok = exchange_referral_show(s->mission, &s->sent.referral, false, &d, &s->err);
    if (ok)
        keep_said(&d.summary);
    return end_act(s, ok);
}

/* Of BOB, CAT and DAN a bit each, the last one first; a supervisor sees all. */
static unsigned seen_by(struct fixture *s)
{
    assert_true(shows(s, ADA));
    return (unsigned)shows(s, BOB) << 2 | (unsigned)shows(s, CAT) << 1 | (unsigned)shows(s, DAN);
}

static bool count_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    (void)r;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

/* How many UID is listed of this desk; UINT_MAX: refused. */
static unsigned listed(struct fixture *s, struct exchange *x, uint32_t uid, const char *desk)
{
    const struct control_referral_list_ask ask = {.desk = view_of_text(desk)};
    unsigned count = 0;

    if (x == s->mission)
        as(s, uid);
    error_clear(&s->err);
    if (!exchange_referral_list(x, &ask, NULL, count_referral, &count, &s->err))
        count = UINT32_MAX;
    exchange_acting(x, NULL);
    return count;
}

static bool count_work(void *cookie, const struct control_work_item *w, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += w->group == WORK_NEW;
    return true;
}

/* What is new of this desk to UID. */
static unsigned new_to(struct fixture *s, uint32_t uid, const char *desk)
{
    const struct control_work_ask ask = {.desk = view_of_text(desk)};
    unsigned count = 0;

    as(s, uid);
    world_must(exchange_work_list(s->mission, &ask, NULL, count_work, &count, &s->err), &s->err, "list the work");
    as(s, NODE);
    return count;
}

/* How many referrals that came UID is told of. */
static unsigned told(struct fixture *s, uint32_t uid)
{
    static struct watcher w;

    watcher_begin(&w, CASEWORKER, "0-0");
    as(s, uid);
    watcher_read(&w, s->mission);
    as(s, NODE);
    return watcher_count(&w, "came");
}

static void test_what_is_sent_to_a_desk_is_seen_by_who_is_there(void **state)
{
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s, 470);
    assert_true(refer(&s, "legal", "", false));
    assert_int_equal(seen_by(&s), 4);
    fixture_restart(&s, MISSION);
    assert_int_equal(seen_by(&s), 4);
    assert_true(shows(&s, BOB) && !said.is_gone);
    assert_string_equal(said.for_desk, "legal");
    assert_string_equal(said.desk, "legal");
    assert_true(told(&s, BOB) == 1 && told(&s, CAT) == 0 && told(&s, DAN) == 0);
    assert_true(exchange_referral_show(s.ngo, &s.sent.referral, false, &d, &s.err));
    keep_said(&d.summary);
    assert_string_equal(said.for_desk, "legal");
    assert_string_equal(said.desk, "");
    assert_int_equal(people_records(s.mission, RECORD_ASSIGNED), 0); /* no record says where it came to */
    assert_true(refer(&s, "", "", false));
    assert_int_equal(seen_by(&s), 2); /* who is on duty */
    fixture_end(&s);
}

static void test_a_desk_has_its_own_lists(void **state)
{
    const struct control_desk_set_ask desk = {.desk = view_of_text("intake")};
    struct control_assigned assigned;
    struct control_desk out;
    struct fixture s;

    (void)state;
    begin(&s, 471);
    assert_true(refer(&s, "legal", "", false));
    assert_true(refer(&s, "", "", false));
    assert_int_equal(listed(&s, s.mission, BOB, "legal"), 1);
    assert_int_equal(listed(&s, s.mission, BOB, "shelter"), 0);
    assert_int_equal(listed(&s, s.mission, CAT, "legal"), 0); /* it is not there for her */
    assert_int_equal(listed(&s, s.mission, ADA, "legal"), 1);
    assert_int_equal(listed(&s, s.mission, ADA, ""), 2);
    assert_int_equal(listed(&s, s.mission, ADA, "nowhere"), UINT32_MAX);
    assert_int_equal(s.err.code, E_DSK_01);
    assert_true(new_to(&s, BOB, "legal") == 1 && new_to(&s, BOB, "shelter") == 0);
    assert_true(new_to(&s, ADA, "legal") == 1 && new_to(&s, ADA, "") == 2);
    assert_true(exchange_desk_set(s.ngo, &desk, &out, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(listed(&s, s.ngo, NODE, "intake"), 0);
    assert_true(exchange_case_assign(
        s.ngo, &(struct control_assign_ask){.object = s.person, .desk = view_of_text("intake")}, &assigned, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(listed(&s, s.ngo, NODE, "intake"), 2); /* what went out of its cases */
    fixture_end(&s);
}

static void test_where_there_is_no_such_desk_who_is_on_duty_sees_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 472);
    set_desk(&s, "legal", true); /* what it says of itself was not changed with it */
    assert_true(refer(&s, "legal", "", false));
    assert_int_equal(seen_by(&s), 2);
    assert_true(shows(&s, CAT) && said.is_gone);
    assert_string_equal(said.for_desk, "legal");
    assert_string_equal(said.desk, "");
    world_run_ms(s.w, 8 * HOURS); /* nobody is on duty any more */
    assert_int_equal(seen_by(&s), 7);
    set_desk(&s, "legal", false); /* another one, by that name */
    assert_int_equal(seen_by(&s), 7);
    assert_true(shows(&s, CAT) && !said.is_gone);
    fixture_end(&s);
}

static void test_which_desks_there_are_their_agency_says(void **state)
{
    struct control_referral_result first;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 473, 2, &of_triage);
    assert_true(refer(&s, "", "", true));
    assert_int_equal(s.sent.not_offered, 0);     /* nothing is known of what they offer */
    assert_false(refer(&s, "legal", "", false)); /* nothing is known of its desks */
    assert_int_equal(s.err.code, E_DSK_06);
    put_desks(&s);
    assert_false(refer(&s, "asylum", "", true));
    assert_int_equal(s.err.code, E_DSK_06);
    assert_non_null(strstr(s.err.text, "legal, shelter"));
    assert_false(refer(&s, "Legal", "", false));
    assert_int_equal(s.err.code, E_REF_04);
    assert_true(refer(&s, "legal", "one", false));
    first = s.sent;
    assert_int_equal(first.not_offered, 0); /* the desk says nothing of itself, and its agency names it */
    assert_true(refer(&s, "legal", "one", false));
    assert_true(s.sent.repeated && ident_equal(&s.sent.referral, &first.referral));
    assert_false(refer(&s, "shelter", "one", false)); /* that is another one */
    assert_int_equal(s.err.code, E_REF_09);
    assert_true(refer(&s, "shelter", "", true)); /* for legal advice */
    assert_int_equal(s.sent.not_offered, 1U << SERVICE_LEGAL_ADVICE);
    assert_true(refer(&s, "", "", true));
    assert_int_equal(s.sent.not_offered, 0);
    fixture_end(&s);
}

static void test_who_names_a_desk_that_is_not_here_is_told(void **state)
{
    struct control_agency_said said_of_itself;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 474, 2, &of_triage);
    set_desk(&s, "legal", false);
    put_desks(&s);
    world_must(exchange_entry_show(s.mission, world_address(s.w, MISSION), &said_of_itself, &s.err), &s.err, "show");
    assert_int_equal(said_of_itself.missing_desk_count, 1);
    assert_true(view_equal(said_of_itself.missing_desks[0], view_of_text("shelter")));
    world_must(exchange_entry_show(s.ngo, world_address(s.w, MISSION), &said_of_itself, &s.err), &s.err, "show");
    assert_int_equal(said_of_itself.missing_desk_count, 0); /* what is not theirs is not asked */
    fixture_end(&s);
}

/* What the mission makes of a referral like the newest one that names DESK; undone with the tick. */
static struct referral_row taken(struct fixture *s, const char *desk)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .has_referral = true, .referral = {{7}}};
    struct received_body b = {.body = &body, .purpose = PURPOSE_SERVICES};
    struct referral_row row;
    int64_t number;
    bool found;

    body.referral_part = (struct referral_message){.urgency = URGENCY_NORMAL, .desk = view_of_text(desk)};
    world_must(tick_begin(s->mission, &s->err) &&
                   referral_store_find(s->mission->db, &s->sent.referral, &found, &row, &s->err) && found,
               &s->err, "find the newest");
    b.peer = row.peer;
    b.consent = row.consent;
    b.message = row.message + 1000;
    world_must(kind_actions(MESSAGE_REFERRAL)->find(s->mission, &b, &number, &b.consent, &s->err) &&
                   referrals_get(s->mission, number, &found, &row, &s->err) && found,
               &s->err, "take one");
    fixture_restart(s, MISSION);
    return row;
}

static void test_a_desk_of_another_agency_is_none_of_ours(void **state)
{
    static const char *const others[] = {"legal.ngo@nrm.example", "legal.mission", "legal@nrm.example", "legal",
                                         "Le.x"};
    struct referral_row row;
    struct fixture s;
    char own[DESK_ADDRESS_MAX + 1];

    (void)state;
    begin(&s, 475);
    assert_true(refer(&s, "", "", false));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        row = taken(&s, others[i]);
        assert_true(row.readable && row.desk == 0 && row.for_desk[0] == '\0');
    }
    (void)snprintf(own, sizeof own, "legal.%s", s.to->text);
    row = taken(&s, own);
    assert_true(row.desk != 0);
    assert_string_equal(row.for_desk, "legal");
    fixture_end(&s);
}

static void look_for_desk(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)from;
    (void)to;
    (void)kind;
    *(bool *)cookie = *(bool *)cookie || memmem(payload.at, payload.size, "legal", 5) != NULL;
}

static void test_no_frame_names_the_desk(void **state)
{
    bool seen = false;
    struct fixture s;

    (void)state;
    begin(&s, 474);
    world_watch(s.w, look_for_desk, &seen);
    assert_true(refer(&s, "legal", "", false));
    assert_int_equal(seen_by(&s), 4);
    assert_false(seen);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sent_to_a_desk_is_seen_by_who_is_there),
        cmocka_unit_test(test_a_desk_has_its_own_lists),
        cmocka_unit_test(test_where_there_is_no_such_desk_who_is_on_duty_sees_it),
        cmocka_unit_test(test_which_desks_there_are_their_agency_says),
        cmocka_unit_test(test_who_names_a_desk_that_is_not_here_is_told),
        cmocka_unit_test(test_a_desk_of_another_agency_is_none_of_ours),
        cmocka_unit_test(test_no_frame_names_the_desk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
