/* Whose a case is: a caseworker sees what he holds and what nobody holds, by each request that there is; of what
 * another holds he learns nothing, and that he looked is recorded. */
#include "held.h"

#include "codec/case_codec.h"
#include "codec/verbs.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_move.h"
#include "exchange/cases/case_notes.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/referrals/answer_refused.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/search/id_find.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/owed_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)
#define CONNECTOR  STAFF_ROLE_BIT(STAFF_CONNECTOR)

enum { ADA = 1001, BOB, CAT, DAN, CON, OWNER = 900, NODE = 0 }; /* Unix users; NODE: nobody asks */

static const uint32_t askers[] = {ADA, BOB, CAT, DAN, CON, OWNER, NODE};

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles};
    struct control_staff_person added;

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

/* From now on UID asks. */
static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == NODE ? NULL : &uid);
    error_clear(&s->err);
}

static void come(struct fixture *s, struct held *h)
{
    const struct address *to = exchange_agency(s->ngo);
    struct ident person = people_case(s->mission);
    struct control_referral_result sent;

    world_tick(s->w, MISSION);
    h->came_consent = people_consent(s->mission, &person, to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, MISSION);
    world_must(people_refer(s->mission, &person, to, &(struct people_referral){.now = true}, &sent, &s->err), &s->err,
               "refer");
    h->came = sent.referral;
    fixture_settle(s);
}

static struct held hold(struct fixture *s, uint32_t holder)
{
    struct held h = {.holder = holder};

    as(s, holder == NODE ? OWNER : holder);
    h.case_id = people_case(s->ngo);
    world_tick(s->w, NGO);
    h.consent = people_consent(s->ngo, &h.case_id, s->to, &(struct people_consent){.sections = BIT(TRIAGE)});
    as(s, NODE);
    world_tick(s->w, NGO);
    come(s, &h);
    return h;
}

/* The mission is down: what is answered is owed to it, and what goes there does not arrive. Who accepts holds; who
 * declines does not. */
static void answer_and_refer(struct fixture *s, struct held *h)
{
    struct control_referral_result sent;
    struct control_referral out;
    bool ok;

    as(s, h->holder == NODE ? OWNER : h->holder);
    ok = h->holder == NODE
             ? exchange_referral_decline(s->ngo, &h->came, DECLINE_AT_CAPACITY, (struct view){0}, &out, &s->err)
             : exchange_referral_accept(s->ngo, &h->came, (struct view){0}, &out, &s->err);
    world_must(ok, &s->err, "answer");
    world_must(people_refer(s->ngo, &h->case_id, s->to, &(struct people_referral){.urgency = URGENCY_EMERGENCY}, &sent,
                            &s->err),
               &s->err, "refer");
    h->sent = sent.referral;
    as(s, NODE);
    world_tick(s->w, NGO);
}

/* --- each request: whether what it names is there for who asks --- */

/* Whether a request found what it named: MISSING is what it says of what is not there. */
bool is_there(const struct fixture *s, bool ok, enum error_code missing)
{
    return ok || s->err.code != missing;
}

static bool has_came(const struct held *h)
{
    return !ident_is_zero(&h->came);
}

bool held_ask_case_show(struct fixture *s, const struct held *h)
{
    struct case_sections out;

    return is_there(s, exchange_case_show(s->ngo, &h->case_id, &out, &s->err), E_CAS_20);
}

struct listed {
    const struct ident *id;
    unsigned found;
    unsigned count;
};

static bool on_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&c->case_id, l->id);
    return true;
}

bool held_ask_case_list(struct fixture *s, const struct held *h)
{
    struct listed l = {.id = &h->case_id};

    assert_true(exchange_case_list(s->ngo, &(struct control_case_list_ask){0}, NULL, on_case, &l, &s->err));
    return l.found == 1;
}

static bool on_id(void *cookie, const struct control_id_found *found, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&found->id, l->id);
    return true;
}

static bool finds_id(struct fixture *s, enum id_of of, const struct ident *id)
{
    struct control_id_find_ask ask = {.of = UINT32_C(1) << of, .first = *id, .last = *id};
    struct listed l = {.id = id};

    assert_true(exchange_id_find(s->ngo, &ask, on_id, &l, &s->err));
    assert_int_equal(l.count, l.found);
    return l.found == 1;
}

bool held_ask_id_find(struct fixture *s, const struct held *h)
{
    bool found = finds_id(s, ID_OF_CASE, &h->case_id);

    assert_int_equal(finds_id(s, ID_OF_CONSENT, &h->consent), found);
    assert_int_equal(finds_id(s, ID_OF_REFERRAL, &h->sent), found);
    assert_int_equal(has_came(h) && finds_id(s, ID_OF_CONSENT, &h->came_consent), has_came(h) && found);
    assert_int_equal(has_came(h) && finds_id(s, ID_OF_REFERRAL, &h->came), has_came(h) && found);
    return found;
}

static bool on_ended(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return true;
}

bool held_ask_consent_record(struct fixture *s, const struct held *h)
{
    struct control_consent_grant grant = {.sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_recorded out;
    struct control_consent_record_ask ask = {.case_id = h->case_id,
                                             .to = s->to,
                                             .to_count = 1,
                                             .grants = &grant,
                                             .grant_count = 1,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};

    return is_there(s, people_foresee(s->ngo, &ask, on_ended, NULL, &out, &s->err), E_CAS_20);
}

static bool on_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&c->consent, l->id);
    return true;
}

static bool lists_consent(struct fixture *s, const struct ident *case_id, const struct ident *consent)
{
    struct control_consent_list_ask ask = {.case_id = {{0}}};
    struct listed l = {.id = consent};

    if (case_id != NULL)
        ask.case_id = *case_id;
    return exchange_consent_list(s->ngo, &ask, NULL, on_consent, &l, &s->err) && l.found == 1;
}

bool held_ask_consent_list(struct fixture *s, const struct held *h)
{
    bool listed = lists_consent(s, NULL, &h->consent);

    assert_true(!has_came(h) || lists_consent(s, NULL, &h->came_consent) == listed);
    error_clear(&s->err);
    assert_int_equal(lists_consent(s, &h->case_id, &h->consent), listed);
    assert_int_equal(s->err.code, listed ? E_NONE : E_CAS_20);
    return listed;
}

static bool shows_consent(struct fixture *s, const struct ident *id)
{
    struct control_consent out;

    return is_there(s, exchange_consent_show(s->ngo, id, &out, &s->err), E_CON_06);
}

bool held_ask_consent_show(struct fixture *s, const struct held *h)
{
    bool shown = shows_consent(s, &h->consent);

    assert_true(!has_came(h) || shows_consent(s, &h->came_consent) == shown);
    return shown;
}

bool held_ask_consent_withdraw(struct fixture *s, const struct held *h)
{
    struct control_consent_withdraw_ask ask = {.consent = h->consent, .dry_run = true};
    struct control_consent out;

    return is_there(s, exchange_consent_withdraw(s->ngo, &ask, &out, &s->err), E_CON_06);
}

bool held_ask_referral_send(struct fixture *s, const struct held *h)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    struct control_referral_result out;
    struct control_refer_ask ask = {.case_id = h->case_id,
                                    .to = *s->to,
                                    .kind = MESSAGE_REFERRAL,
                                    .services = services,
                                    .service_count = 1,
                                    .urgency = URGENCY_NORMAL,
                                    .purpose = PURPOSE_SERVICES,
                                    .partial = true,
                                    .dry_run = true};

    return is_there(s, exchange_refer(s->ngo, &ask, &out, &s->err), E_CAS_20);
}

static bool on_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&r->referral, l->id);
    return true;
}

static bool lists_referral(struct fixture *s, const struct ident *id)
{
    struct listed l = {.id = id};

    assert_true(exchange_referral_list(s->ngo, &(struct control_referral_list_ask){0}, NULL, on_referral, &l, &s->err));
    return l.found == 1;
}

bool held_ask_referral_list(struct fixture *s, const struct held *h)
{
    bool listed = lists_referral(s, &h->sent);

    assert_true(!has_came(h) || lists_referral(s, &h->came) == listed);
    return listed;
}

static bool shows_referral(struct fixture *s, const struct ident *id)
{
    struct control_referral_detail out;

    return is_there(s, exchange_referral_show(s->ngo, id, false, &out, &s->err), E_REF_01);
}

bool held_ask_referral_show(struct fixture *s, const struct held *h)
{
    bool shown = shows_referral(s, &h->sent);

    assert_true(!has_came(h) || shows_referral(s, &h->came) == shown);
    return shown;
}

/* One that went out is refused otherwise, and nothing of it changes. */
bool held_ask_referral_accept(struct fixture *s, const struct held *h)
{
    struct control_referral out;

    return is_there(s, exchange_referral_accept(s->ngo, &h->sent, (struct view){0}, &out, &s->err), E_REF_01);
}

bool held_ask_referral_decline(struct fixture *s, const struct held *h)
{
    struct control_referral out;

    return is_there(
        s, exchange_referral_decline(s->ngo, &h->sent, DECLINE_AT_CAPACITY, (struct view){0}, &out, &s->err), E_REF_01);
}

/* One that went out is refused otherwise, and nothing of it changes. */
static bool is_answerable(struct fixture *s, const struct held *h, const struct reply_message *reply)
{
    struct control_referral out;

    return is_there(s, exchange_referral_answer(s->ngo, &h->sent, reply, &out, &s->err), E_REF_01);
}

bool held_ask_referral_acknowledge(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_ACKNOWLEDGED});
}

bool held_ask_referral_ask(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_INFO_REQUESTED, .asked = 2});
}

bool held_ask_referral_give_back(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_GIVEN_BACK, .reason = DECLINE_OTHER});
}

bool held_ask_referral_expect(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h,
                         &(struct reply_message){.state = REFERRAL_EXPECTED, .time_ms = world_now(s->w) + DAY_MS});
}

bool held_ask_referral_arrived(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_ARRIVED});
}

bool held_ask_referral_not_found(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_NOT_FOUND});
}

bool held_ask_referral_progress(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN});
}

bool held_ask_referral_finish(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN});
}

bool held_ask_referral_confirm_cancel(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h, &(struct reply_message){.state = REFERRAL_CANCELLED});
}

/* One that came is refused otherwise, and nothing of it changes. */
bool held_ask_referral_cancel(struct fixture *s, const struct held *h)
{
    struct control_referral out;

    return is_there(s, exchange_referral_cancel(s->ngo, &h->came, &out, &s->err), E_REF_01);
}

bool held_ask_referral_accept_by_phone(struct fixture *s, const struct held *h)
{
    struct control_referral out;

    return is_there(s, exchange_referral_accept_by_phone(s->ngo, &h->came, &out, &s->err), E_REF_01);
}

/* Of nothing: it is refused otherwise, and nothing is sent. */
bool held_ask_referral_update(struct fixture *s, const struct held *h)
{
    const struct control_referral_update_ask ask = {.referral = h->sent};
    struct control_referral out;

    return is_there(s, exchange_referral_update(s->ngo, &ask, &out, &s->err), E_REF_01);
}

bool held_ask_referral_waitlist(struct fixture *s, const struct held *h)
{
    return is_answerable(s, h,
                         &(struct reply_message){.state = REFERRAL_WAITLISTED, .time_ms = world_now(s->w) + DAY_MS});
}

#define STRANGER 4 /* a Unix user who is not entered */

/* To somebody who is not entered nothing is given. */
bool held_ask_case_assign(struct fixture *s, const struct held *h)
{
    struct control_assign_ask ask = {.object = h->case_id, .uid = STRANGER};
    struct control_assigned out;

    return is_there(s, exchange_case_assign(s->ngo, &ask, &out, &s->err), E_CAS_20);
}

bool held_ask_referral_assign(struct fixture *s, const struct held *h)
{
    struct control_assign_ask ask = {.object = h->came, .uid = STRANGER};
    struct control_assigned out;

    return is_there(s, exchange_referral_assign(s->ngo, &ask, &out, &s->err), E_REF_01);
}

static bool on_due(void *cookie, const struct due_summary *d, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&d->referral, l->id);
    return true;
}

static bool on_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    l->count++;
    l->found += ident_equal(&o->subject, l->id);
    return true;
}

/* Of its findings: the emergency that does not arrive, and the answer that is owed. */
bool held_ask_status(struct fixture *s, const struct held *h)
{
    struct listed due = {.id = &h->sent};
    struct listed owed = {.id = &h->came};

    assert_true(exchange_due_list(s->ngo, on_due, &due, &s->err));
    assert_true(exchange_owed_list(s->ngo, on_owed, &owed, &s->err));
    assert_true(!has_came(h) || due.found == owed.found);
    return due.found == 1;
}

/* The mission is a member: it is told, and nobody says that he did so. */
bool held_ask_agency_told(struct fixture *s, const struct held *h)
{
    assert_false(exchange_owed_close(s->ngo, s->to, &h->came, CLOSING_TOLD, &s->err));
    return is_there(s, false, E_OWE_01);
}

struct watched {
    const struct held *of;
    unsigned sent;
    unsigned came;
    unsigned consent;
    unsigned staff;
    bool more;
    char cursor[256];
};

static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct watched *w = cookie;

    (void)err;
    w->sent += ident_equal(&e->referral, &w->of->sent);
    w->came += ident_equal(&e->referral, &w->of->came);
    w->consent += ident_equal(&e->consent, &w->of->consent);
    w->more = e->more;
    (void)snprintf(w->cursor, sizeof w->cursor, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    return true;
}

/* What was given to who asks, as `watch` tells it. */
struct given {
    char cursor[256]; /* "": from now on */
    unsigned cases;
    unsigned referrals;
    unsigned refused; /* answers to what is his */
    char state[32];   /* of the last */
    bool more;
};

static bool on_given(void *cookie, const struct control_event *e, struct error *err)
{
    struct given *g = cookie;
    bool is_given = view_equal(e->event, view_of_text("assigned"));
    bool is_refused = view_equal(e->event, view_of_text("answer-refused"));

    (void)err;
    assert_int_equal(is_given || is_refused, e->state.size != 0);
    g->refused += is_refused && !ident_is_zero(&e->referral);
    g->cases += is_given && !ident_is_zero(&e->case_id);
    g->referrals += is_given && !ident_is_zero(&e->referral);
    if (is_given)
        (void)snprintf(g->state, sizeof g->state, "%.*s", (int)e->state.size, (const char *)e->state.at);
    (void)snprintf(g->cursor, sizeof g->cursor, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    g->more = e->more;
    return true;
}

static bool ask_given(struct fixture *s, uint32_t uid, staff_roles roles, struct given *g)
{
    char since[256];
    bool ok;

    as(s, uid);
    do {
        (void)snprintf(since, sizeof since, "%s", g->cursor);
        ok = exchange_watch(s->ngo, roles, &(struct control_watch_ask){.since = view_of_text(since)}, on_given, g,
                            &s->err);
    } while (ok && g->more);
    exchange_acting(s->ngo, NULL);
    return ok;
}

/* That many more, each once. */
static void expect_given(struct fixture *s, uint32_t uid, staff_roles roles, struct given *g, unsigned cases,
                         unsigned referrals)
{
    for (int i = 0; i < 2; i++) {
        g->cases = 0;
        g->referrals = 0;
        world_must(ask_given(s, uid, roles, g), &s->err, "watch");
        assert_int_equal(g->cases, i == 0 ? cases : 0);
        assert_int_equal(g->referrals, i == 0 ? referrals : 0);
    }
}

static void expect_given_in_all(struct fixture *s, uint32_t uid, unsigned cases, unsigned referrals)
{
    struct given g = {.cursor = "0-0"};

    expect_given(s, uid, CASEWORKER, &g, cases, referrals);
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

/* MINE: of events of what who asks holds alone. */
static bool is_told(struct fixture *s, const struct held *h, bool mine)
{
    const staff_roles roles = CASEWORKER | SUPERVISOR | CONNECTOR;
    struct watched w = {.of = h, .more = true, .cursor = "0-0"};

    while (w.more) {
        struct control_watch_ask ask = {.since = view_of_text(w.cursor), .mine = mine};

        world_must(exchange_watch(s->ngo, roles, &ask, on_event, &w, &s->err), &s->err, "watch");
    }
    assert_true(!has_came(h) || (w.sent != 0) == (w.came != 0));
    assert_int_equal(w.sent != 0, w.consent != 0);
    return w.sent != 0;
}

bool held_ask_watch(struct fixture *s, const struct held *h)
{
    return is_told(s, h, false);
}

static bool is_told_as_own(struct fixture *s, uint32_t uid, const struct held *h)
{
    bool told;

    as(s, uid);
    told = is_told(s, h, true);
    as(s, NODE);
    return told;
}

/* Nothing is changed. */
bool held_ask_case_never(struct fixture *s, const struct held *h)
{
    struct control_case_never_ask ask = {.case_id = h->case_id, .list = true};

    return is_there(s, exchange_case_never(s->ngo, &ask, on_never, NULL, &s->err), E_CAS_20);
}

/* Each request, and how it is asked for something that has an id here; NULL: it is not. */
static const struct {
    enum control_kind kind;
    held_ask_fn *ask;
} requests[] = {
#define VERB_ROW(number, kind, name, ...) {CONTROL_##kind, held_ask_##name},
#define CALL_ROW                          VERB_ROW
#include "codec/verbs.def"
};

#define REQUESTS (sizeof requests / sizeof requests[0])

/* A caseworker may make these, and what they say of a case another test looks at. */
static const enum control_kind of_no_id[] = {
    CONTROL_CASE_BREAK_GLASS, /* test_access.c … */
    CONTROL_STAFF_ACCESSES,   /* … asks both */
    CONTROL_CASE_IMPORT,      /* the tests of imports below */
    CONTROL_CASE_PART,        /* it is not answered */
    CONTROL_AGENCY_LIST,      /* it says nothing of cases */
    CONTROL_ENTRY_SHOW,       /* the same */
    CONTROL_DUTY,
    CONTROL_CAPACITY_ASK, /* what they ask and say is about nobody */
    CONTROL_CAPACITY_ANSWER,
    CONTROL_CAPACITY_LIST,
    CONTROL_NOTIFICATION_SEND,
    CONTROL_NOTIFICATION_LIST,
    CONTROL_NOTIFICATION_ACKNOWLEDGE,
    CONTROL_DESK_DUTY, /* test_desks.c … */
    CONTROL_DESK_LIST,
    CONTROL_HOUSE_LIST, /* … asks all three */
};

static bool is_of_no_id(enum control_kind kind)
{
    for (size_t i = 0; i < sizeof of_no_id / sizeof of_no_id[0]; i++)
        if (of_no_id[i] == kind)
            return true;
    return false;
}

static void test_each_request_of_a_caseworker_is_asked_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct control_verb *verb = control_verb_find((uint16_t)requests[i].kind);

        if ((verb->roles & CASEWORKER) != 0 && requests[i].ask == NULL && !is_of_no_id(verb->kind))
            fail_msg("%s: write how it is asked for what another holds (held.h)", verb->name);
    }
}

/* --- the table --- */

/* A draft is its maker's: of one of the staff, or of who ran the node alone. */
static bool is_of_draft(enum control_kind kind)
{
    return kind == CONTROL_DRAFT_PUT || kind == CONTROL_DRAFT_LIST || kind == CONTROL_DRAFT_SHOW ||
           kind == CONTROL_DRAFT_DROP;
}

static bool should_see(enum control_kind kind, uint32_t asker, uint32_t holder, bool alone)
{
    bool is_restricted = asker == BOB || asker == CAT;

    return alone || !is_restricted || holder == asker || (holder == NODE && !is_of_draft(kind));
}

static void look_at_table(struct fixture *s, const struct held *held, size_t count, bool alone)
{
    for (size_t a = 0; a < sizeof askers / sizeof askers[0]; a++)
        for (size_t h = 0; h < count; h++)
            for (size_t i = 0; i < REQUESTS; i++) {
                bool seen;

                if (requests[i].ask == NULL)
                    continue;
                as(s, askers[a]);
                seen = requests[i].ask(s, &held[h]);
                as(s, NODE);
                world_tick(s->w, NGO);
                if (seen != should_see(requests[i].kind, askers[a], held[h].holder, alone))
                    fail_msg("%s by %u of what %u holds, %s: %s", control_verb_name(requests[i].kind),
                             (unsigned)askers[a], (unsigned)held[h].holder, alone ? "alone" : "not alone",
                             seen ? "seen" : "not seen");
            }
}

static void test_a_caseworker_sees_what_he_holds_and_what_nobody_holds(void **state)
{
    struct fixture s;
    struct held held[3];

    (void)state;
    fixture_begin(&s, 200, 2, NULL);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    enter(&s, CON, CONNECTOR);
    held[0] = hold(&s, NODE);
    held[1] = hold(&s, BOB);
    held[2] = hold(&s, CAT);
    world_crash(s.w, MISSION);
    for (size_t i = 0; i < 3; i++)
        answer_and_refer(&s, &held[i]);
    world_run_ms(s.w, 6 * MINUTES);
    look_at_table(&s, held, 3, true);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, DAN, SUPERVISOR | CASEWORKER);
    look_at_table(&s, held, 3, false);
    fixture_restart(&s, NGO);
    look_at_table(&s, held, 3, false);
    for (size_t a = 0; a < sizeof askers / sizeof askers[0]; a++)
        for (size_t h = 0; h < 3; h++)
            assert_int_equal(is_told_as_own(&s, askers[a], &held[h]), askers[a] != NODE && askers[a] == held[h].holder);
    fixture_end(&s);
}

/* --- lists --- */

static struct listed list_cases(struct fixture *s, uint32_t asker, bool mine, bool unassigned)
{
    struct listed l = {.id = &s->person};

    as(s, asker);
    assert_true(exchange_case_list(s->ngo, &(struct control_case_list_ask){.mine = mine, .unassigned = unassigned},
                                   NULL, on_case, &l, &s->err));
    as(s, NODE);
    return l;
}

static unsigned count_chosen(struct fixture *s, uint32_t asker, const struct control_referral_list_ask *ask)
{
    struct listed l = {.id = &s->person};

    as(s, asker);
    assert_true(exchange_referral_list(s->ngo, ask, NULL, on_referral, &l, &s->err));
    as(s, NODE);
    return l.count;
}

static unsigned count_referrals(struct fixture *s, uint32_t asker, bool mine, bool unassigned)
{
    return count_chosen(s, asker, &(struct control_referral_list_ask){.mine = mine, .unassigned = unassigned});
}

/* Those that wait for an answer, by when. */
static unsigned count_due(struct fixture *s, uint32_t asker, bool mine, bool unassigned)
{
    const struct control_list_choice by_due = {.by_due = true};
    const struct control_referral_list_ask ask = {
        .mine = mine, .unassigned = unassigned, .choice = &by_due, .choice_count = 1};

    return count_chosen(s, asker, &ask);
}

static struct ident add_case(struct fixture *s, uint32_t holder)
{
    struct ident id;

    as(s, holder);
    id = people_case(s->ngo);
    as(s, NODE);
    world_tick(s->w, NGO);
    return id;
}

static void begin_staffed(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, NULL);
    enter(s, ADA, SUPERVISOR);
    enter(s, BOB, CASEWORKER);
    enter(s, CAT, CASEWORKER);
    enter(s, CON, CONNECTOR);
}

static void test_who_brings_a_case_in_holds_it_if_he_works_with_cases(void **state)
{
    struct fixture s;

    (void)state;
    begin_staffed(&s, 201);
    add_case(&s, ADA);
    add_case(&s, CON);
    assert_int_equal(list_cases(&s, ADA, true, false).count, 0);
    assert_int_equal(list_cases(&s, ADA, false, true).count, 3); /* the fixture's, too */
    add_case(&s, BOB);
    assert_int_equal(list_cases(&s, BOB, true, false).count, 1);
    assert_int_equal(list_cases(&s, BOB, false, true).count, 3);
    assert_int_equal(list_cases(&s, BOB, false, false).count, 4);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 0);
    assert_int_equal(list_cases(&s, CAT, false, false).count, 3);
    assert_int_equal(list_cases(&s, ADA, false, false).count, 4);
    assert_int_equal(list_cases(&s, OWNER, true, false).count, 0); /* nothing is his, and nobody's neither */
    fixture_end(&s);
}

static void test_a_list_goes_in_steps_over_what_is_shown(void **state)
{
    struct walk_step step = {.limit = 2};
    struct listed l = {0};
    struct fixture s;
    unsigned steps = 0;

    (void)state;
    begin_staffed(&s, 202);
    l.id = &s.person;
    for (int i = 0; i < 4; i++) {
        add_case(&s, CAT);
        add_case(&s, i % 2 == 0 ? BOB : ADA);
    }
    as(&s, BOB);
    do {
        assert_true(exchange_case_list(s.ngo, &(struct control_case_list_ask){0}, &step, on_case, &l, &s.err));
        assert_true(l.count <= 2 * ++steps);
    } while (step.more);
    as(&s, NODE);
    assert_int_equal(l.count, 5);
    assert_true(steps <= 3);
    fixture_end(&s);
}

static bool assign(struct fixture *s, uint32_t by, const struct ident *case_id, uint32_t to);

static void test_referrals_are_listed_by_whose_they_are(void **state)
{
    struct fixture s;
    struct held mine;
    struct held free;

    (void)state;
    begin_staffed(&s, 203);
    mine = hold(&s, BOB);
    free = hold(&s, NODE);
    assert_int_equal(count_referrals(&s, CAT, false, true), 2); /* both came, and nobody accepted them */
    world_crash(s.w, MISSION);
    answer_and_refer(&s, &mine);
    answer_and_refer(&s, &free);
    assert_int_equal(count_referrals(&s, BOB, true, false), 2);
    assert_int_equal(count_referrals(&s, BOB, false, true), 2);
    assert_int_equal(count_referrals(&s, BOB, false, false), 4);
    assert_int_equal(count_referrals(&s, CAT, false, false), 2);
    assert_int_equal(count_referrals(&s, CAT, true, false), 0);
    assert_int_equal(count_referrals(&s, ADA, false, false), 4);
    assert_int_equal(count_due(&s, BOB, true, false), 2);
    assert_int_equal(count_due(&s, ADA, false, true), 1);
    assert_true(assign(&s, ADA, &free.case_id, CAT));
    assert_int_equal(count_referrals(&s, CAT, true, false), 1); /* what went out of it */
    assert_true(count_due(&s, CAT, true, false) == 1 && count_due(&s, ADA, false, true) == 0);
    assert_int_equal(count_referrals(&s, BOB, false, true), 1);
    assert_int_equal(count_referrals(&s, BOB, false, false), 3);
    fixture_end(&s);
}

static void test_who_declines_a_referral_leaves_it_to_all(void **state)
{
    struct control_referral out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 213);
    h = hold(&s, NODE);
    as(&s, BOB);
    assert_true(exchange_referral_decline(s.ngo, &h.came, DECLINE_AT_CAPACITY, (struct view){0}, &out, &s.err));
    assert_true(ident_is_zero(&out.holder));
    as(&s, NODE);
    world_tick(s.w, NGO);
    as(&s, CAT);
    assert_true(shows_referral(&s, &h.came));
    as(&s, NODE);
    fixture_end(&s);
}

static bool assign_came(struct fixture *s, uint32_t by, const struct ident *referral, uint32_t to);

static void test_a_supervisor_who_accepts_for_a_colleague_does_not_take_it_over(void **state)
{
    struct control_referral out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 255);
    h = hold(&s, NODE);
    assert_true(assign_came(&s, ADA, &h.came, CAT));
    as(&s, ADA);
    assert_true(exchange_referral_accept(s.ngo, &h.came, (struct view){0}, &out, &s.err));
    as(&s, NODE);
    world_tick(s.w, NGO);
    as(&s, CAT);
    assert_true(shows_referral(&s, &h.came));
    as(&s, BOB);
    assert_false(shows_referral(&s, &h.came));
    as(&s, NODE);
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 1);
    fixture_end(&s);
}

/* --- given to another --- */

static bool assign(struct fixture *s, uint32_t by, const struct ident *case_id, uint32_t to)
{
    struct control_assign_ask ask = {.object = *case_id, .uid = to};
    struct control_assigned out;
    bool ok;

    as(s, by);
    ok = exchange_case_assign(s->ngo, &ask, &out, &s->err);
    exchange_acting(s->ngo, NULL);
    world_tick(s->w, NGO);
    return ok;
}

static bool assign_came(struct fixture *s, uint32_t by, const struct ident *referral, uint32_t to)
{
    struct control_assign_ask ask = {.object = *referral, .uid = to};
    struct control_assigned out;
    bool ok;

    as(s, by);
    ok = exchange_referral_assign(s->ngo, &ask, &out, &s->err);
    exchange_acting(s->ngo, NULL);
    world_tick(s->w, NGO);
    return ok;
}

static bool shows_case_to(struct fixture *s, uint32_t asker, const struct held *h)
{
    bool shown;

    as(s, asker);
    shown = held_ask_case_show(s, h);
    as(s, asker);
    assert_int_equal(shows_consent(s, &h->consent), shown);
    as(s, NODE);
    world_tick(s->w, NGO);
    return shown;
}

static void test_a_supervisor_gives_any_case_with_all_that_is_of_it(void **state)
{
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 220);
    h = hold(&s, BOB);
    assert_true(assign(&s, ADA, &h.case_id, CAT));
    assert_false(shows_case_to(&s, BOB, &h));
    assert_true(shows_case_to(&s, CAT, &h));
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 1);
    assert_true(assign(&s, ADA, &h.case_id, CAT)); /* said again */
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 1);
    assert_true(assign_came(&s, ADA, &h.came, CAT));
    as(&s, BOB);
    assert_false(shows_referral(&s, &h.came));
    as(&s, CAT);
    assert_true(shows_referral(&s, &h.came));
    as(&s, NODE);
    fixture_restart(&s, NGO);
    assert_true(shows_case_to(&s, CAT, &h));
    fixture_end(&s);
}

static void test_a_caseworker_gives_what_is_his_and_takes_what_is_nobodys(void **state)
{
    struct fixture s;
    struct held mine;
    struct held free;

    (void)state;
    begin_staffed(&s, 221);
    mine = hold(&s, BOB);
    free = hold(&s, NODE);
    assert_false(assign(&s, CAT, &mine.case_id, CAT));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_false(assign(&s, BOB, &free.case_id, CAT));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_false(assign_came(&s, BOB, &free.came, CAT));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_true(shows_case_to(&s, CAT, &free));
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 0);
    assert_true(assign(&s, BOB, &free.case_id, BOB));
    assert_true(assign_came(&s, BOB, &free.came, BOB));
    assert_false(shows_case_to(&s, CAT, &free));
    assert_true(assign(&s, BOB, &mine.case_id, CAT));
    assert_false(shows_case_to(&s, BOB, &mine));
    assert_true(shows_case_to(&s, CAT, &mine));
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 3);
    fixture_end(&s);
}

static void test_what_is_given_to_somebody_is_told_to_him_once(void **state)
{
    struct given cat = {0};
    struct given dan = {0};
    struct given node = {0};
    struct given bob = {.cursor = "0-0"};
    struct given late = {.cursor = "0-0"};
    struct control_referral out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 257);
    enter(&s, DAN, SUPERVISOR | CASEWORKER);
    h = hold(&s, BOB);
    assert_true(assign(&s, ADA, &s.person, CAT));
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 0); /* from now on */
    expect_given(&s, DAN, CASEWORKER | SUPERVISOR, &dan, 0, 0);
    expect_given(&s, NODE, STAFF_ROLES_ALL, &node, 0, 0);
    assert_true(assign(&s, ADA, &h.case_id, CAT));
    expect_given(&s, CAT, CASEWORKER, &cat, 1, 0);
    assert_string_equal(cat.state, "open");
    assert_true(assign_came(&s, ADA, &h.came, DAN));
    expect_given(&s, DAN, CASEWORKER | SUPERVISOR, &dan, 0, 1);
    assert_true(assign_came(&s, ADA, &h.came, CAT));
    fixture_restart(&s, NGO);
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 1);
    assert_string_equal(cat.state, "delivered");
    expect_given(&s, DAN, CASEWORKER | SUPERVISOR, &dan, 0, 0);
    expect_given(&s, BOB, CASEWORKER, &bob, 0, 0);
    expect_given(&s, NODE, STAFF_ROLES_ALL, &node, 1, 2);
    as(&s, CAT);
    world_must(exchange_referral_accept(s.ngo, &h.came, (struct view){0}, &out, &s.err), &s.err, "accept");
    as(&s, NODE);
    world_tick(s.w, NGO);
    assert_true(assign(&s, ADA, &h.case_id, DAN));
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 0);
    expect_given_in_all(&s, CAT, 1, 1); /* what is not his any more is not told */
    expect_given(&s, DAN, CASEWORKER | SUPERVISOR, &dan, 1, 0);
    assert_true(assign(&s, ADA, &h.case_id, CAT));
    expect_given(&s, CAT, CASEWORKER, &cat, 1, 0);
    expect_given(&s, DAN, CASEWORKER | SUPERVISOR, &late, 0, 0); /* though he sees both */
    fixture_end(&s);
}

/* As it is when he is told, and to who accepts, too. */
static void test_who_accepts_is_told_of_the_referral_as_it_is_now(void **state)
{
    struct given cat = {.cursor = "0-0"};
    struct control_referral out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 258);
    h = hold(&s, NODE);
    as(&s, CAT);
    world_must(exchange_referral_accept(s.ngo, &h.came, (struct view){0}, &out, &s.err), &s.err, "accept");
    as(&s, NODE);
    world_tick(s.w, NGO);
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 1);
    assert_string_equal(cat.state, "accepted");
    fixture_end(&s);
}

static void refuse_place(struct fixture *s, uint32_t uid, const struct given *at)
{
    struct given g = *at;

    assert_false(ask_given(s, uid, CASEWORKER, &g));
    assert_int_equal(s->err.code, E_LOG_09);
}

static void test_a_place_in_what_was_given_is_ones_own(void **state)
{
    struct control_staff_role_ask raise = {.uid = CAT, .give = SUPERVISOR};
    struct control_staff_person raised;
    struct given cat = {0};
    struct given ada = {0};
    struct fixture s;

    (void)state;
    begin_staffed(&s, 259);
    for (int i = 0; i < 130; i++)
        (void)add_case(&s, ADA); /* which is no caseworker: they are nobody's */
    assert_true(assign(&s, ADA, &s.person, BOB));
    assert_true(assign(&s, ADA, &s.person, CAT));
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 0);
    assert_non_null(strstr(cat.cursor, "-+1.")); /* it says how much was given to him, and no more of the house log */
    refuse_place(&s, BOB, &cat);
    strstr(cat.cursor, "+1")[1] = '2';
    refuse_place(&s, CAT, &cat);
    strstr(cat.cursor, "+2")[1] = '1';
    world_must(ask_given(&s, ADA, SUPERVISOR, &ada), &s.err, "watch");
    assert_null(strchr(ada.cursor, '+'));
    expect_given(&s, CAT, CASEWORKER, &ada, 1, 0); /* a place of a supervisor's: anew */
    world_must(exchange_staff_role(s.ngo, &raise, &raised, &s.err), &s.err, "raise");
    world_tick(s.w, NGO);
    expect_given(&s, CAT, CASEWORKER | SUPERVISOR, &cat, 0, 0);
    assert_null(strchr(cat.cursor, '+'));
    fixture_end(&s);
}

/* The newest stays whatever its age, so that his numbers go on. */
static void test_what_was_given_is_told_for_a_while(void **state)
{
    struct given cat = {.cursor = "0-0"};
    struct given old = {.cursor = "0-0"};
    struct fixture s;

    (void)state;
    begin_staffed(&s, 262);
    assert_true(assign(&s, ADA, &s.person, CAT));
    expect_given(&s, CAT, CASEWORKER, &old, 1, 0);
    for (int i = 0; i < 2; i++) {
        const struct ident other = add_case(&s, ADA);

        assert_true(assign(&s, ADA, &other, CAT));
    }
    world_run_ms(s.w, BOUND_HANDED_DAYS * DAY_MS); /* of three, on the last day on which they are kept */
    expect_given_in_all(&s, CAT, 3, 0);
    expect_given(&s, CAT, CASEWORKER, &cat, 3, 0);
    world_run_ms(s.w, DAY_MS);
    expect_given_in_all(&s, CAT, 1, 0);
    refuse_place(&s, CAT, &old);
    assert_true(assign(&s, ADA, &s.person, BOB) && assign(&s, ADA, &s.person, CAT));
    expect_given(&s, CAT, CASEWORKER, &cat, 1, 0);
    assert_non_null(strstr(cat.cursor, "-+4."));
    fixture_end(&s);
}

static void test_a_case_is_given_to_who_works_with_cases(void **state)
{
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 222);
    h = hold(&s, BOB);
    assert_false(assign(&s, ADA, &h.case_id, CON));
    assert_int_equal(s.err.code, E_STF_07);
    assert_false(assign(&s, ADA, &h.case_id, STRANGER));
    assert_int_equal(s.err.code, E_STF_01);
    assert_true(assign(&s, ADA, &h.case_id, ADA));
    assert_false(shows_case_to(&s, BOB, &h));
    fixture_end(&s);
}

/* Until nothing is left: *CALLS, and what changed hands in all. */
static struct control_handed_over hand_over(struct fixture *s, const struct control_hand_over_ask *ask, unsigned *calls)
{
    struct control_handed_over all = {.more = true};

    for (*calls = 0; all.more; ++*calls) {
        struct control_handed_over part;

        as(s, ADA);
        world_must(exchange_hand_over(s->ngo, ask, &part, &s->err), &s->err, "hand over");
        as(s, NODE);
        world_tick(s->w, NGO);
        all.cases += part.cases;
        all.referrals += part.referrals;
        all.more = part.more;
    }
    return all;
}

static void test_all_that_one_holds_goes_to_another_in_parts(void **state)
{
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over all;
    struct fixture s;
    struct held h;
    unsigned calls;

    (void)state;
    begin_staffed(&s, 223);
    h = hold(&s, BOB);
    assert_true(assign_came(&s, BOB, &h.came, BOB));
    for (int i = 0; i < 130; i++)
        add_case(&s, BOB);
    add_case(&s, ADA);
    all = hand_over(&s, &ask, &calls);
    assert_int_equal(all.cases, 131);
    assert_int_equal(all.referrals, 1);
    assert_int_equal(calls, 2);
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 1 + 132);
    assert_int_equal(list_cases(&s, BOB, true, false).count, 0);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 131);
    assert_int_equal(count_referrals(&s, CAT, true, false), 1);
    all = hand_over(&s, &ask, &calls);
    assert_int_equal(all.cases + all.referrals, 0);
    assert_false(exchange_hand_over(s.ngo, &(struct control_hand_over_ask){.from = CAT, .to = CAT}, &all, &s.err));
    assert_int_equal(s.err.code, E_USE_03);
    fixture_end(&s);
}

static void test_what_who_left_held_is_handed_over_by_his_staff_id(void **state)
{
    struct control_staff_role_ask leave = {.uid = BOB, .take = STAFF_ROLES_ALL};
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_staff_person left;
    struct control_handed_over out;
    struct fixture s;
    unsigned calls;

    (void)state;
    begin_staffed(&s, 224);
    add_case(&s, BOB);
    world_must(exchange_staff_role(s.ngo, &leave, &left, &s.err), &s.err, "leave");
    world_tick(s.w, NGO);
    assert_int_equal(list_cases(&s, CAT, false, false).count, 1); /* the fixture's: it is not nobody's for that */
    assert_false(exchange_hand_over(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_STF_01);
    ask.staff = left.staff;
    assert_int_equal(hand_over(&s, &ask, &calls).cases, 1);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 1);
    fixture_end(&s);
}

static bool hand_over_once(struct fixture *s)
{
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over out;
    const uint32_t asker = ADA;
    bool ok;

    exchange_acting(s->ngo, &asker);
    ok = exchange_hand_over(s->ngo, &ask, &out, &s->err);
    exchange_acting(s->ngo, NULL);
    return ok;
}

/* He has no role until it opens, and what he holds is there for supervisors alone. */
static void test_what_one_holds_whose_entry_does_not_open_is_handed_over_by_his_staff_id(void **state)
{
    const struct control_staff_add_ask bob = {.uid = BOB, .account = view_of_text("user1002"), .roles = CASEWORKER};
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over out;
    struct control_staff_person is;
    struct fixture s;
    unsigned calls;

    (void)state;
    begin_staffed(&s, 226);
    add_case(&s, BOB);
    world_must(exchange_staff_add(s.ngo, &bob, &is, &s.err), &s.err, "say it again");
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 2");
    assert_false(exchange_hand_over(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_STF_01);
    ask.staff = is.staff;
    assert_int_equal(hand_over(&s, &ask, &calls).cases, 1);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 1);
    ask.staff.at[0] ^= 1;
    assert_false(exchange_hand_over(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_STF_01);
    fixture_end(&s);
}

/* A referral that went out is whose its case is: somebody wrote another into its row. */
static void test_a_referral_that_went_out_does_not_change_hands(void **state)
{
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over all;
    struct fixture s;
    struct held h;
    unsigned calls;

    (void)state;
    begin_staffed(&s, 227);
    h = hold(&s, BOB);
    answer_and_refer(&s, &h);
    fixture_edit(&s, NGO, "UPDATE referral SET holder = 2");
    all = hand_over(&s, &ask, &calls);
    assert_int_equal(all.cases, 2); /* one of them of what came: its referral goes with it */
    assert_int_equal(all.referrals, 0);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_what_changes_hands_and_its_records_are_of_one_commit(void **state)
{
    struct fixture s;

    (void)state;
    begin_staffed(&s, 225);
    for (int i = 0; i < 3; i++)
        add_case(&s, BOB);
    assert_in_range(fixture_at_each_statement(&s, NGO, hand_over_once, 1000), 4, 500);
    assert_int_equal(list_cases(&s, BOB, true, false).count, 0);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 3);
    assert_int_equal(people_records(s.ngo, RECORD_ASSIGNED), 3);
    expect_given_in_all(&s, CAT, 3, 0);
    fixture_end(&s);
}

/* --- ids by their first digits --- */

static void test_ids_of_others_do_not_hide_ones_own(void **state)
{
    struct control_id_find_ask ask = {.of = UINT32_C(1) << ID_OF_CASE};
    struct listed l = {0};
    struct fixture s;

    (void)state;
    begin_staffed(&s, 204);
    l.id = &s.person;
    memset(ask.last.at, 0xff, sizeof ask.last.at);
    for (int i = 0; i < 200; i++)
        add_case(&s, CAT);
    for (int i = 1; i < BOUND_IDS_FOUND; i++)
        add_case(&s, BOB);
    as(&s, BOB);
    assert_true(exchange_id_find(s.ngo, &ask, on_id, &l, &s.err));
    as(&s, NODE);
    assert_int_equal(l.count, BOUND_IDS_FOUND); /* with that of the fixture, wherever they lie among the others */
    fixture_end(&s);
}

/* --- who seems to be here already --- */

struct answers {
    struct control_case_added last;
    unsigned added;
    unsigned alike;
};

static bool on_imported(void *cookie, const struct control_case_added *i, struct error *err)
{
    struct answers *a = cookie;

    (void)err;
    a->last = *i;
    if (i->likeness == LIKENESS_NONE)
        a->added++;
    else
        a->alike++;
    return true;
}

static void encode_identity(struct fixture *s, struct arena *arena, struct bytes *out)
{
    struct case_data c;
    bool empty;

    case_init(&c, arena);
    assert_true(case_set_text(&c, case_field_find(view_of_text("prs_FirstName")), 0, view_of_text("Example"), &s->err));
    assert_true(case_section_encode(&c, SECTION_IDENTITY, out, &empty, &s->err));
}

/* One case of the person with this KEY. */
static struct answers import_so(struct fixture *s, uint32_t uid, const char *key,
                                const struct control_case_commit *commit)
{
    struct control_case_likeness likeness = {0, LIKENESS_PERSON, view_of_text(key)};
    struct case_sections sections = {0};
    struct case_import ask = {.cases = &sections, .likenesses = &likeness, .likeness_count = 1, .commit = *commit};
    struct bytes encoded = {0};
    struct arena arena = {0};
    struct answers out = {0};

    encode_identity(s, &arena, &encoded);
    sections.sections[SECTION_IDENTITY] = bytes_view(&encoded);
    as(s, uid);
    world_must(people_import(s->ngo, &ask, on_imported, &out, &s->err), &s->err, "import");
    as(s, NODE);
    bytes_fini(&encoded);
    arena_fini(&arena);
    world_tick(s->w, NGO);
    return out;
}

static struct answers import(struct fixture *s, uint32_t uid, const char *key, uint64_t text_size, const char *request)
{
    struct control_case_commit commit = {.count = 1, .text_size = text_size, .request_id = view_of_text(request)};

    return import_so(s, uid, key, &commit);
}

/* It is meant. */
static struct answers import_again(struct fixture *s, uint32_t uid, const char *key, uint64_t text_size)
{
    struct control_case_commit commit = {.count = 1, .text_size = text_size, .again = true};

    return import_so(s, uid, key, &commit);
}

struct alike {
    unsigned count;
    struct record_alike last;
};

static bool on_alike(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct alike *a = cookie;

    (void)e;
    (void)err;
    a->count++;
    a->last = r->alike;
    return true;
}

static struct alike recorded_alike(struct fixture *s)
{
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = RECORD_ALIKE};
    struct alike a = {0};

    world_must(exchange_audit_list(s->ngo, &filter, NULL, on_alike, &a, &s->err), &s->err, "list records");
    return a;
}

static void test_a_person_whom_another_holds_is_told_to_the_supervisor_alone(void **state)
{
    struct answers first;
    struct answers again;
    struct fixture s;
    struct alike alike;

    (void)state;
    begin_staffed(&s, 206);
    first = import(&s, BOB, "one person", 10, "");
    assert_int_equal(first.added, 1);
    again = import(&s, BOB, "one person", 20, "");
    assert_int_equal(again.alike, 1);
    assert_int_equal(import(&s, ADA, "one person", 30, "").alike, 1);
    assert_int_equal(import(&s, CON, "one person", 40, "").alike, 1);
    assert_int_equal(recorded_alike(&s).count, 0);
    again = import(&s, CAT, "one person", 10, ""); /* the very file, too */
    assert_int_equal(again.added, 1);
    assert_int_equal(again.alike, 0);
    alike = recorded_alike(&s);
    assert_int_equal(alike.count, 1);
    assert_true(ident_equal(&alike.last.case_id, &again.last.case_id));
    assert_true(ident_equal(&alike.last.like, &first.last.case_id));
    assert_int_equal(import(&s, CAT, "another person", 50, "").added, 1);
    assert_int_equal(recorded_alike(&s).count, 1);
    fixture_end(&s);
}

static void test_what_nobody_holds_is_told_to_who_brings_her_in_again(void **state)
{
    struct fixture s;

    (void)state;
    begin_staffed(&s, 207);
    assert_int_equal(import(&s, ADA, "one person", 10, "").added, 1);
    assert_int_equal(import(&s, CAT, "one person", 20, "").alike, 1);
    fixture_end(&s);
}

static void test_the_newest_that_is_shown_is_told_where_a_newer_one_is_not(void **state)
{
    struct answers first;
    struct answers again;
    struct fixture s;

    (void)state;
    begin_staffed(&s, 208);
    first = import(&s, BOB, "one person", 10, "");
    assert_int_equal(import(&s, CAT, "one person", 20, "").added, 1);
    again = import(&s, BOB, "one person", 30, "");
    assert_int_equal(again.alike, 1);
    assert_true(ident_equal(&again.last.case_id, &first.last.case_id));
    fixture_end(&s);
}

static void test_a_person_brought_in_twice_by_one_is_told_to_him_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin_staffed(&s, 212);
    assert_int_equal(import(&s, BOB, "one person", 10, "").added, 1);
    assert_int_equal(import(&s, BOB, "one person", 20, "").alike, 1);
    assert_int_equal(import_again(&s, BOB, "one person", 30).added, 1);
    assert_int_equal(recorded_alike(&s).count, 0);
    assert_int_equal(import_again(&s, CAT, "one person", 40).added, 1); /* looked at by nobody, and recorded */
    assert_int_equal(recorded_alike(&s).count, 1);
    fixture_end(&s);
}

/* Nobody holds what he changes, so nobody but a supervisor is told whose it may be. */
static void test_who_changes_what_nobody_holds_is_told_of_no_case_that_others_hold(void **state)
{
    struct control_case_likeness likeness = {0, LIKENESS_PERSON, view_of_text("one person")};
    struct control_case_section section = {.section = SECTION_IDENTITY};
    struct control_case_edit_ask ask = {.version = 1, .sections = &section, .section_count = 1};
    struct control_case_edited edited;
    struct answers unassigned;
    struct answers hers;
    struct bytes room = {0};
    struct arena arena = {0};
    struct case_data c;
    struct fixture s;
    struct alike alike;
    bool empty;

    (void)state;
    begin_staffed(&s, 213);
    unassigned = import(&s, ADA, "another person", 10, "");
    hers = import(&s, CAT, "one person", 20, "");
    case_init(&c, &arena);
    assert_true(case_set_text(&c, case_field_find(view_of_text("prs_FirstName")), 0, view_of_text("Other"), &s.err));
    assert_true(case_section_encode(&c, SECTION_IDENTITY, &room, &empty, &s.err));
    section.data = bytes_view(&room);
    ask.case_id = unassigned.last.case_id;
    ask.likenesses = &likeness;
    ask.likeness_count = 1;
    as(&s, BOB);
    world_must(exchange_case_edit(s.ngo, &ask, &edited, &s.err), &s.err, "edit");
    assert_true(ident_is_zero(&edited.alike));
    as(&s, NODE);
    world_tick(s.w, NGO);
    alike = recorded_alike(&s);
    assert_int_equal(alike.count, 1);
    assert_true(ident_equal(&alike.last.like, &hers.last.case_id));
    bytes_fini(&room);
    arena_fini(&arena);
    fixture_end(&s);
}

static void test_an_import_under_way_is_not_there_for_who_brings_it_in(void **state)
{
    struct walk_step step = {.limit = 1};
    struct case_sections sections[2] = {0};
    struct case_import ask = {.cases = sections, .commit = {.count = 2, .text_size = 10}};
    struct bytes encoded = {0};
    struct answers out = {0};
    struct importing *m;
    struct arena arena = {0};
    struct fixture s;

    (void)state;
    begin_staffed(&s, 214);
    encode_identity(&s, &arena, &encoded);
    sections[0].sections[SECTION_IDENTITY] = sections[1].sections[SECTION_IDENTITY] = bytes_view(&encoded);
    as(&s, BOB);
    assert_true(exchange_import_begin(s.ngo, &ask, &m, &s.err));
    do {
        as(&s, BOB);
        assert_true(exchange_import_step(m, &step, on_imported, &out, &s.err));
        assert_true(exchange_import_stands(m) || list_cases(&s, BOB, true, false).count == 0);
        as(&s, NODE);
        world_tick(s.w, NGO);
    } while (step.more);
    exchange_import_end(m);
    bytes_fini(&encoded);
    arena_fini(&arena);
    assert_int_equal(list_cases(&s, BOB, true, false).count, 2);
    fixture_end(&s);
}

/* Who leaves in the middle of it: what is decided is his until it is given on. */
static void test_an_import_that_is_being_recorded_is_handed_over_with_the_rest(void **state)
{
    struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over out = {.more = true};
    struct walk_step step = {.limit = 1};
    struct case_sections sections[2] = {0};
    struct case_import import_ask = {.cases = sections, .commit = {.count = 2, .text_size = 10}};
    struct bytes encoded = {0};
    struct answers added = {0};
    struct importing *m;
    struct arena arena = {0};
    struct fixture s;
    uint64_t cases = 0;

    (void)state;
    begin_staffed(&s, 256);
    encode_identity(&s, &arena, &encoded);
    sections[0].sections[SECTION_IDENTITY] = sections[1].sections[SECTION_IDENTITY] = bytes_view(&encoded);
    as(&s, BOB);
    assert_true(exchange_import_begin(s.ngo, &import_ask, &m, &s.err));
    while (!exchange_import_is_decided(m)) {
        as(&s, BOB);
        assert_true(exchange_import_step(m, &step, on_imported, &added, &s.err));
        as(&s, NODE);
        if (!exchange_import_is_decided(m))
            world_tick(s.w, NGO);
    }
    for (unsigned calls = 0; out.more; calls++) {
        assert_true(calls < 10);
        as(&s, ADA);
        world_must(exchange_hand_over(s.ngo, &ask, &out, &s.err), &s.err, "hand over");
        as(&s, NODE);
        world_tick(s.w, NGO);
        cases += out.cases;
    }
    exchange_import_end(m);
    bytes_fini(&encoded);
    arena_fini(&arena);
    assert_int_equal(cases, 2);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 2);
    fixture_end(&s);
}

/* --- request ids --- */

static void test_a_request_id_is_its_askers_own(void **state)
{
    struct control_referral_result mine;
    struct control_referral_result other;
    struct people_referral r = {.request_id = "r-1"};
    struct answers first;
    struct answers again;
    struct fixture s;
    struct held bob;
    struct held cat;

    (void)state;
    begin_staffed(&s, 209);
    first = import(&s, BOB, "one person", 10, "r-1");
    assert_int_equal(import(&s, CAT, "another", 20, "r-1").added, 1);
    again = import(&s, BOB, "one person", 10, "r-1");
    assert_true(ident_equal(&again.last.case_id, &first.last.case_id));
    bob = hold(&s, BOB);
    cat = hold(&s, CAT);
    as(&s, BOB);
    world_must(people_refer(s.ngo, &bob.case_id, s.to, &r, &mine, &s.err), &s.err, "refer");
    as(&s, CAT);
    world_must(people_refer(s.ngo, &cat.case_id, s.to, &r, &other, &s.err), &s.err, "refer");
    assert_false(ident_equal(&mine.referral, &other.referral));
    as(&s, BOB);
    world_must(people_refer(s.ngo, &bob.case_id, s.to, &r, &other, &s.err), &s.err, "refer");
    assert_true(ident_equal(&mine.referral, &other.referral));
    as(&s, NODE);
    fixture_settle(&s);
    fixture_end(&s);
}

/* --- consents that are not as the log says, and refusals --- */

static size_t count_differing(struct fixture *s, uint32_t asker)
{
    struct node_status *status = xnew(sizeof *status);
    size_t count;

    as(s, asker);
    world_must(exchange_status(s->ngo, status, &s->err), &s->err, "status");
    as(s, NODE);
    count = status->differing_count + status->differing_more;
    free(status);
    return count;
}

static void test_of_consents_that_differ_those_of_others_are_not_named(void **state)
{
    struct fixture s;

    (void)state;
    begin_staffed(&s, 210);
    (void)hold(&s, BOB);
    (void)hold(&s, CAT);
    (void)hold(&s, CAT);
    fixture_edit(&s, NGO, "UPDATE consent SET until = until + 1 WHERE case_number IS NOT NULL");
    assert_int_equal(count_differing(&s, ADA), 3);
    assert_int_equal(count_differing(&s, BOB), 1);
    assert_int_equal(count_differing(&s, CAT), 2);
    fixture_end(&s);
}

static void test_a_refusal_that_another_recorded_is_not_there(void **state)
{
    struct ident refusal;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 211);
    h = hold(&s, BOB);
    as(&s, BOB);
    refusal = people_consent(s.ngo, &h.case_id, s.to, &(struct people_consent){.refused = true});
    as(&s, NODE);
    world_tick(s.w, NGO);
    as(&s, CAT);
    assert_false(shows_consent(&s, &refusal));
    as(&s, ADA);
    assert_true(shows_consent(&s, &refusal));
    as(&s, NODE);
    fixture_settle(&s);
    fixture_end(&s);
}

/* --- how long the house log is --- */

/* What UID, who has ROLES, learns of it: its length, and the place in it where he would watch from now on. */
struct length {
    uint64_t size;
    char place[256];
};

static struct length ask_length(struct fixture *s, uint32_t uid, staff_roles roles, const char *since)
{
    const struct control_watch_ask ask = {.since = view_of_text(since)};
    struct node_status *status = xnew(sizeof *status);
    struct watched w = {.of = &(struct held){0}};
    struct length out;

    as(s, uid);
    world_must(exchange_status(s->ngo, status, &s->err), &s->err, "status");
    world_must(exchange_watch(s->ngo, roles, &ask, on_event, &w, &s->err), &s->err, "watch");
    as(s, NODE);
    out.size = status->shown.house_log_size;
    (void)snprintf(out.place, sizeof out.place, "%s", strchr(w.cursor, '-'));
    free(status);
    return out;
}

/* There is one record more where the person is another's already, and where an id that was named is. */
static void test_the_house_log_tells_a_caseworker_nothing_by_its_length(void **state)
{
    static const char far[] = "0-99999.0000000000000000";
    struct length before;
    struct length after;
    struct fixture s;

    (void)state;
    begin_staffed(&s, 215);
    assert_int_equal(import(&s, BOB, "one person", 10, "").added, 1);
    before = ask_length(&s, CAT, CASEWORKER, "");
    assert_int_equal(import(&s, CAT, "one person", 20, "").added, 1);
    assert_int_equal(recorded_alike(&s).count, 1);
    after = ask_length(&s, CAT, CASEWORKER, "");
    assert_int_equal(after.size, before.size);
    assert_string_equal(after.place, before.place);
    assert_string_equal(ask_length(&s, CAT, CASEWORKER, far).place, before.place); /* nor by what is refused */
    assert_true(ask_length(&s, ADA, SUPERVISOR, "").size > 2);
    assert_string_not_equal(ask_length(&s, ADA, SUPERVISOR, "").place, before.place);
    fixture_end(&s);
}

/* --- who is kept from a case --- */

static bool never(struct fixture *s, uint32_t by, const struct control_case_never_ask *ask)
{
    enum error_code code;
    bool ok;

    as(s, by);
    ok = exchange_case_never(s->ngo, ask, on_never, NULL, &s->err);
    code = s->err.code;
    as(s, NODE);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static bool keep_out(struct fixture *s, uint32_t by, const struct ident *case_id, uint32_t uid)
{
    return never(s, by, &(struct control_case_never_ask){.case_id = *case_id, .uid = uid});
}

static bool let_in(struct fixture *s, uint32_t by, const struct ident *case_id, uint32_t uid)
{
    return never(s, by, &(struct control_case_never_ask){.case_id = *case_id, .uid = uid, .lift = true});
}

/* These are asked of no case here: of what came in. */
static bool is_of_no_case(enum control_kind kind)
{
    return kind == CONTROL_REFERRAL_ASSIGN || kind == CONTROL_REFERRAL_CANCEL ||
           kind == CONTROL_REFERRAL_ACCEPT_BY_PHONE || kind == CONTROL_AGENCY_TOLD;
}

struct kept_out {
    uint32_t asker;
    uint32_t holder; /* of the case */
};

static bool is_kept_out(const struct kept_out *kept, size_t count, uint32_t asker, uint32_t holder)
{
    for (size_t i = 0; i < count; i++)
        if (kept[i].asker == asker && kept[i].holder == holder)
            return true;
    return false;
}

/* What is of the case alone: what came in is nobody's. */
static void look_at_table_but(struct fixture *s, const struct held *held, size_t count, const struct kept_out *kept,
                              size_t kept_count)
{
    for (size_t a = 0; a < sizeof askers / sizeof askers[0]; a++)
        for (size_t h = 0; h < count; h++)
            for (size_t i = 0; i < REQUESTS; i++) {
                struct held of_case = held[h];
                bool seen;
                bool should = should_see(requests[i].kind, askers[a], held[h].holder, false) &&
                              !is_kept_out(kept, kept_count, askers[a], held[h].holder);

                if (requests[i].ask == NULL || is_of_no_case(requests[i].kind))
                    continue;
                of_case.came = (struct ident){0};
                as(s, askers[a]);
                seen = requests[i].ask(s, &of_case);
                as(s, NODE);
                world_tick(s->w, NGO);
                if (seen != should)
                    fail_msg("%s by %u of the case of %u: %s", control_verb_name(requests[i].kind), (unsigned)askers[a],
                             (unsigned)held[h].holder, seen ? "seen" : "not seen");
            }
}

static bool on_any_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct watched *w = cookie;

    w->staff += e->record == RECORD_STAFF;
    return on_event(cookie, e, err);
}

/* That somebody is kept from something changes nothing of what else he is told. */
static bool tells_of_staff(struct fixture *s, uint32_t uid)
{
    struct watched w = {.of = &(struct held){0}, .more = true, .cursor = "0-0"};

    as(s, uid);
    while (w.more) {
        struct control_watch_ask ask = {.since = view_of_text(w.cursor)};

        world_must(exchange_watch(s->ngo, CASEWORKER | SUPERVISOR, &ask, on_any_event, &w, &s->err), &s->err, "watch");
    }
    as(s, NODE);
    return w.staff != 0;
}

static void test_to_who_is_kept_from_a_case_it_is_not_there_whatever_he_is(void **state)
{
    static const struct kept_out kept[] = {{CAT, NODE}, {DAN, NODE}, {ADA, BOB}, {DAN, CAT}};
    struct fixture s;
    struct held held[3];

    (void)state;
    fixture_begin(&s, 240, 2, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    enter(&s, CON, CONNECTOR);
    enter(&s, DAN, SUPERVISOR | CASEWORKER);
    held[0] = hold(&s, NODE);
    held[1] = hold(&s, BOB);
    held[2] = hold(&s, CAT);
    world_crash(s.w, MISSION);
    for (size_t i = 0; i < 3; i++)
        answer_and_refer(&s, &held[i]);
    world_run_ms(s.w, 6 * MINUTES);
    assert_true(keep_out(&s, ADA, &held[0].case_id, CAT));
    assert_true(keep_out(&s, ADA, &held[0].case_id, DAN));
    assert_true(keep_out(&s, BOB, &held[1].case_id, ADA)); /* by its holder */
    assert_true(keep_out(&s, CAT, &held[2].case_id, DAN));
    look_at_table_but(&s, held, 3, kept, sizeof kept / sizeof kept[0]);
    fixture_restart(&s, NGO);
    look_at_table_but(&s, held, 3, kept, sizeof kept / sizeof kept[0]);
    assert_true(tells_of_staff(&s, DAN));
    assert_false(tells_of_staff(&s, BOB));
    assert_true(let_in(&s, BOB, &held[1].case_id, ADA));
    assert_true(let_in(&s, ADA, &held[0].case_id, CAT));
    assert_true(let_in(&s, ADA, &held[0].case_id, DAN));
    look_at_table_but(&s, held, 3, kept + 3, 1);
    assert_int_equal(people_records(s.ngo, RECORD_NEVER), 7);
    fixture_end(&s);
}

static void test_who_is_kept_from_a_case_says_its_holder_or_a_supervisor(void **state)
{
    struct fixture s;
    struct held mine;
    struct held free;

    (void)state;
    begin_staffed(&s, 241);
    mine = hold(&s, BOB);
    free = hold(&s, NODE);
    assert_false(keep_out(&s, CAT, &mine.case_id, ADA));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_false(keep_out(&s, CAT, &free.case_id, BOB));
    assert_int_equal(s.err.code, E_CTL_09);
    assert_false(keep_out(&s, BOB, &mine.case_id, BOB)); /* he holds it */
    assert_int_equal(s.err.code, E_STF_12);
    assert_false(keep_out(&s, BOB, &mine.case_id, ADA)); /* the only supervisor */
    assert_int_equal(s.err.code, E_STF_13);
    assert_false(keep_out(&s, ADA, &mine.case_id, STRANGER));
    assert_int_equal(s.err.code, E_STF_01);
    assert_int_equal(people_records(s.ngo, RECORD_NEVER), 0);
    assert_true(keep_out(&s, BOB, &mine.case_id, CAT));
    assert_true(keep_out(&s, BOB, &mine.case_id, CAT)); /* said again */
    assert_int_equal(people_records(s.ngo, RECORD_NEVER), 1);
    enter(&s, DAN, SUPERVISOR);
    assert_true(keep_out(&s, BOB, &mine.case_id, ADA));
    assert_false(keep_out(&s, BOB, &mine.case_id, DAN)); /* of two, one */
    assert_int_equal(s.err.code, E_STF_13);
    fixture_end(&s);
}

static bool is_taken(struct fixture *s, uint32_t by, uint32_t uid, staff_roles take)
{
    const struct control_staff_role_ask ask = {.uid = uid, .take = take};
    struct control_staff_person out;
    enum error_code code;
    bool ok;

    as(s, by);
    ok = exchange_staff_role(s->ngo, &ask, &out, &s->err);
    code = s->err.code;
    as(s, NODE);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static void test_the_last_supervisor_who_sees_a_case_stays_one(void **state)
{
    struct fixture s;
    struct held mine;

    (void)state;
    begin_staffed(&s, 242);
    mine = hold(&s, BOB);
    enter(&s, DAN, SUPERVISOR);
    assert_true(keep_out(&s, BOB, &mine.case_id, ADA));
    assert_false(is_taken(&s, ADA, DAN, SUPERVISOR));
    assert_int_equal(s.err.code, E_STF_13);
    assert_true(is_taken(&s, DAN, ADA, SUPERVISOR)); /* she does not see it: it waits for a second one */
    assert_true(let_in(&s, BOB, &mine.case_id, ADA));
    assert_true(is_taken(&s, ADA, DAN, SUPERVISOR));
    fixture_end(&s);
}

static struct ident leave(struct fixture *s, uint32_t uid)
{
    const struct control_staff_role_ask ask = {.uid = uid, .take = STAFF_ROLES_ALL};
    struct control_staff_person left;

    world_must(exchange_staff_role(s->ngo, &ask, &left, &s->err), &s->err, "leave");
    world_tick(s->w, NGO);
    return left.staff;
}

/* His id is another then. */
static void test_who_is_kept_from_a_case_stays_so_when_he_is_entered_again(void **state)
{
    struct control_staff_erase_ask forget = {0};
    struct control_staff_person forgotten;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 249);
    h = hold(&s, NODE);
    assert_true(keep_out(&s, ADA, &h.case_id, CAT));
    forget.staff = leave(&s, CAT);
    enter(&s, CAT, CASEWORKER);
    assert_false(shows_case_to(&s, CAT, &h));
    assert_false(assign(&s, ADA, &h.case_id, CAT));
    assert_int_equal(s.err.code, E_STF_15);
    world_must(exchange_staff_erase(s.ngo, &forget, &forgotten, &s.err), &s.err, "forget");
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    assert_false(shows_case_to(&s, CAT, &h));
    assert_true(shows_case_to(&s, BOB, &h));
    assert_true(let_in(&s, ADA, &h.case_id, CAT)); /* as who he is now */
    assert_true(shows_case_to(&s, CAT, &h));
    fixture_end(&s);
}

static void test_who_had_left_when_he_was_kept_from_a_case_is_known_by_his_account(void **state)
{
    struct control_case_never_ask ask = {0};
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 250);
    h = hold(&s, NODE);
    ask.case_id = h.case_id;
    ask.staff = leave(&s, CAT);
    assert_true(never(&s, ADA, &ask));
    assert_true(shows_case_to(&s, BOB, &h));
    enter(&s, CAT, CASEWORKER);
    assert_false(shows_case_to(&s, CAT, &h));
    assert_true(shows_case_to(&s, BOB, &h));
    fixture_edit(&s, NGO, "UPDATE staff SET sealed = zeroblob(length(sealed)) WHERE number = 3");
    assert_false(shows_case_to(&s, BOB, &h)); /* whoever he was */
    assert_true(shows_case_to(&s, ADA, &h));
    fixture_end(&s);
}

static void test_a_case_is_not_given_to_who_is_kept_from_it_and_a_caseworker_is_not_told_why(void **state)
{
    struct fixture s;
    struct held h;
    char why[sizeof s.err.text];

    (void)state;
    begin_staffed(&s, 242);
    h = hold(&s, BOB);
    assert_true(keep_out(&s, ADA, &h.case_id, CAT));
    assert_false(assign(&s, BOB, &h.case_id, CAT));
    assert_int_equal(s.err.code, E_STF_15);
    assert_false(assign(&s, BOB, &h.case_id, CON)); /* works with no cases */
    assert_int_equal(s.err.code, E_STF_15);
    (void)snprintf(why, sizeof why, "%s", s.err.text);
    assert_false(assign(&s, BOB, &h.case_id, STRANGER)); /* is not of the staff */
    assert_int_equal(s.err.code, E_STF_15);
    assert_int_equal(strlen(why), strlen(s.err.text) + 3); /* but for the number */
    assert_false(assign_came(&s, BOB, &h.came, STRANGER));
    assert_int_equal(s.err.code, E_STF_15);
    assert_false(assign(&s, ADA, &h.case_id, CAT));
    assert_int_equal(s.err.code, E_STF_15);
    assert_true(let_in(&s, ADA, &h.case_id, CAT));
    assert_true(assign(&s, BOB, &h.case_id, CAT));
    fixture_end(&s);
}

static void test_what_one_is_kept_from_stays_when_all_is_handed_over(void **state)
{
    const struct control_hand_over_ask ask = {.from = BOB, .to = CAT};
    struct control_handed_over out;
    struct fixture s;
    struct held kept;
    struct held hidden;
    unsigned calls = 0;

    (void)state;
    begin_staffed(&s, 243);
    enter(&s, DAN, SUPERVISOR);
    kept = hold(&s, BOB);
    hidden = hold(&s, BOB);
    for (int i = 0; i < 130; i++)
        add_case(&s, BOB);
    assert_true(keep_out(&s, BOB, &kept.case_id, CAT));
    assert_true(keep_out(&s, BOB, &hidden.case_id, ADA));
    for (out.more = true; out.more; calls++) {
        as(&s, ADA);
        world_must(exchange_hand_over(s.ngo, &ask, &out, &s.err), &s.err, "hand over");
        as(&s, NODE);
        world_tick(s.w, NGO);
        assert_true(calls < 3);
    }
    assert_int_equal(out.kept, 1);
    assert_int_equal(list_cases(&s, CAT, true, false).count, 130);
    assert_true(shows_case_to(&s, BOB, &kept));
    assert_true(shows_case_to(&s, BOB, &hidden));
    fixture_end(&s);
}

static void test_who_is_kept_from_a_case_brings_her_in_again_and_the_supervisor_is_told(void **state)
{
    struct answers first;
    struct fixture s;

    (void)state;
    begin_staffed(&s, 244);
    first = import(&s, ADA, "one person", 10, "");
    assert_true(keep_out(&s, ADA, &first.last.case_id, CAT));
    assert_int_equal(import(&s, CAT, "one person", 20, "").added, 1); /* nobody holds it, and he is not told */
    assert_int_equal(recorded_alike(&s).count, 1);
    assert_int_equal(import(&s, BOB, "one person", 30, "").alike, 1);
    fixture_end(&s);
}

static void test_as_many_are_kept_from_a_case_as_the_bound_says(void **state)
{
    const uint32_t first = 2000;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 245);
    h = hold(&s, BOB);
    for (uint32_t n = 0; n <= BOUND_NEVER; n++) {
        enter(&s, first + n, CASEWORKER);
        assert_int_equal(keep_out(&s, BOB, &h.case_id, first + n), n < BOUND_NEVER);
    }
    assert_int_equal(s.err.code, E_STF_14);
    fixture_end(&s);
}

static void test_only_a_member_can_be_kept_from_a_case_and_not_oneself(void **state)
{
    struct control_case_never_ask ask = {0};
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 251);
    h = hold(&s, BOB);
    ask.case_id = h.case_id;
    ask.agency = *exchange_agency(s.ngo);
    assert_false(never(&s, BOB, &ask));
    assert_int_equal(s.err.code, E_USE_03);
    assert_true(address_read(view_of_text("misson@nrm.example"), &ask.agency));
    assert_false(never(&s, BOB, &ask));
    assert_int_equal(s.err.code, E_FED_25);
    assert_int_equal(people_records(s.ngo, RECORD_NEVER), 0);
    ask.lift = true; /* it may have left since */
    assert_true(never(&s, BOB, &ask));
    fixture_end(&s);
}

static void test_whichever_statement_fails_who_is_kept_out_and_the_record_stand_together(void **state)
{
    struct control_case_never_ask ask = {.uid = CAT};
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 246);
    h = hold(&s, BOB);
    ask.case_id = h.case_id;
    for (unsigned n = 1;; n++) {
        bool is_kept;
        bool ok;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        as(&s, ADA);
        ok = exchange_case_never(s.ngo, &ask, on_never, NULL, &s.err);
        exchange_acting(s.ngo, NULL);
        if (!ok)
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        is_kept = people_records(s.ngo, RECORD_NEVER) == 1;
        assert_true(assign(&s, ADA, &h.case_id, BOB));
        assert_int_equal(assign(&s, ADA, &h.case_id, CAT), !is_kept);
        assert_true(assign(&s, ADA, &h.case_id, BOB));
    }
    world_mend(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_NEVER), 1);
    assert_false(assign(&s, ADA, &h.case_id, CAT));
    fixture_end(&s);
}

static void merge_into(struct fixture *s, const struct held *from, const struct held *into, bool part)
{
    const struct control_case_merge_ask ask = {.case_id = into->case_id, .from = from->case_id, .part = part};
    struct control_case_moved out;

    as(s, ADA);
    world_must(exchange_case_merge(s->ngo, &ask, &out, &s->err), &s->err, "merge");
    as(s, NODE);
    world_tick(s->w, NGO);
}

/* A note for a supervisor that was written into the wrong case. */
static void move_task(struct fixture *s, const struct held *from, const struct held *to)
{
    const struct control_case_note_ask ask = {
        .case_id = from->case_id, .text = view_of_text("ask her again"), .by = tick_record_day(s->ngo) + 1};
    const struct control_case_move_ask move = {.case_id = to->case_id, .from = from->case_id, .note = 1};
    struct control_case_moved moved;
    struct control_case_note note;

    as(s, ADA);
    world_must(exchange_case_note(s->ngo, &ask, &note, &s->err), &s->err, "note");
    world_must(exchange_case_move(s->ngo, &move, &moved, &s->err), &s->err, "move");
    as(s, NODE);
    world_tick(s->w, NGO);
}

static void test_who_is_kept_from_the_case_that_took_the_place_of_another_is_kept_from_that(void **state)
{
    struct control_case_note note;
    struct fixture s;
    struct held nobodys;
    struct held held;
    struct held into;

    (void)state;
    begin_staffed(&s, 252);
    held = hold(&s, CAT);
    nobodys = hold(&s, NODE);
    into = hold(&s, BOB);
    move_task(&s, &nobodys, &into);
    merge_into(&s, &held, &into, false);
    merge_into(&s, &nobodys, &into, false);
    assert_true(shows_case_to(&s, CAT, &held));
    assert_true(shows_case_to(&s, CAT, &nobodys));
    assert_false(keep_out(&s, ADA, &held.case_id, CON)); /* it is said of the case that is worked with */
    assert_int_equal(s.err.code, E_MRG_03);
    assert_true(keep_out(&s, BOB, &into.case_id, CAT));
    assert_false(shows_case_to(&s, CAT, &held));
    assert_false(shows_case_to(&s, CAT, &nobodys));
    assert_true(shows_case_to(&s, BOB, &nobodys));
    assert_true(shows_case_to(&s, ADA, &held));
    as(&s, ADA); /* the note names the case that it came from, which is looked for among its entries */
    world_must(
        exchange_case_done(s.ngo, &(struct control_case_done_ask){.case_id = into.case_id, .note = 1}, &note, &s.err),
        &s.err, "see to it");
    assert_true(ident_equal(&note.other, &nobodys.case_id));
    as(&s, NODE);
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    assert_false(shows_case_to(&s, CAT, &held));
    merge_into(&s, &held, &into, true); /* they were two persons */
    assert_true(shows_case_to(&s, CAT, &held));
    fixture_end(&s);
}

/* What does not open keeps out whom it cannot tell from who is meant. */
static void test_a_damaged_row_keeps_caseworkers_out_and_every_agency(void **state)
{
    struct control_referral_result out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 247);
    h = hold(&s, NODE);
    assert_true(keep_out(&s, ADA, &h.case_id, CAT));
    fixture_edit(&s, NGO, "UPDATE case_never SET sealed = zeroblob(length(sealed))");
    assert_false(shows_case_to(&s, CAT, &h));
    assert_false(shows_case_to(&s, BOB, &h));
    assert_true(shows_case_to(&s, ADA, &h));
    as(&s, ADA);
    assert_false(people_refer(s.ngo, &h.case_id, s.to, &(struct people_referral){.request_id = ""}, &out, &s.err));
    as(&s, NODE);
    fixture_end(&s);
}

static void test_nothing_of_a_case_leaves_for_an_agency_that_is_kept_from_it(void **state)
{
    struct control_case_never_ask ask = {0};
    struct control_referral_result out;
    struct people_referral r = {.urgency = URGENCY_NORMAL};
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 248);
    h = hold(&s, BOB);
    world_crash(s.w, MISSION);
    as(&s, BOB);
    world_must(people_refer(s.ngo, &h.case_id, s.to, &r, &out, &s.err), &s.err, "refer"); /* it waits */
    as(&s, NODE);
    world_tick(s.w, NGO);
    ask.case_id = h.case_id;
    ask.agency = *s.to;
    assert_true(never(&s, BOB, &ask));
    as(&s, BOB);
    assert_false(people_refer(s.ngo, &h.case_id, s.to, &r, &out, &s.err));
    assert_int_equal(s.err.code, E_CON_27);
    as(&s, NODE);
    world_tick(s.w, NGO);
    world_start(s.w, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1); /* it had not left */
    ask.lift = true;
    assert_true(never(&s, BOB, &ask));
    as(&s, BOB);
    world_must(people_refer(s.ngo, &h.case_id, s.to, &r, &out, &s.err), &s.err, "refer");
    as(&s, NODE);
    fixture_settle(&s);
    fixture_end(&s);
}

/* --- looking --- */

static void test_who_names_anothers_case_has_looked_and_nobody_else(void **state)
{
    const struct ident nowhere = {{0x7f}};
    struct case_sections out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 205);
    h = hold(&s, BOB);
    as(&s, BOB);
    assert_true(held_ask_case_show(&s, &h));
    assert_null(exchange_acting_looked(s.ngo));
    as(&s, CAT);
    assert_true(held_ask_case_list(&s, &h) || exchange_acting_looked(s.ngo) == NULL); /* a list names nothing */
    assert_false(exchange_case_show(s.ngo, &nowhere, &out, &s.err));
    assert_null(exchange_acting_looked(s.ngo));
    assert_false(held_ask_case_show(&s, &h));
    assert_true(ident_equal(exchange_acting_looked(s.ngo), &h.case_id));
    as(&s, CAT);
    assert_false(shows_consent(&s, &h.consent));
    assert_true(ident_equal(exchange_acting_looked(s.ngo), &h.consent));
    as(&s, NODE);
    assert_null(exchange_acting_looked(s.ngo));
    fixture_end(&s);
}

/* --- who does whose work --- */

static bool stand_in(struct fixture *s, uint32_t uid, uint32_t absent, uint32_t until)
{
    const struct control_stand_in_ask ask = {.uid = uid, .for_uid = absent, .until = until};
    struct control_staff_person out;
    enum error_code code;
    bool ok;

    as(s, ADA);
    ok = exchange_staff_stand_in(s->ngo, &ask, &out, &s->err);
    code = s->err.code;
    as(s, NODE);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

/* To CAT Bob's is there as his own. */
static void look_at_table_of_stand_in(struct fixture *s, const struct held *held, size_t count, bool stands_in)
{
    for (size_t a = 0; a < sizeof askers / sizeof askers[0]; a++)
        for (size_t h = 0; h < count; h++)
            for (size_t i = 0; i < REQUESTS; i++) {
                bool should = should_see(requests[i].kind, askers[a], held[h].holder, false) ||
                              (stands_in && askers[a] == CAT && held[h].holder == BOB);
                bool seen;

                if (requests[i].ask == NULL)
                    continue;
                as(s, askers[a]);
                seen = requests[i].ask(s, &held[h]);
                as(s, NODE);
                world_tick(s->w, NGO);
                if (seen != should)
                    fail_msg("%s by %u of what %u holds: %s", control_verb_name(requests[i].kind), (unsigned)askers[a],
                             (unsigned)held[h].holder, seen ? "seen" : "not seen");
            }
}

static void test_who_stands_in_sees_and_does_what_the_other_holds_to_the_last_day(void **state)
{
    struct fixture s;
    struct held held[2];
    uint32_t today;

    (void)state;
    fixture_begin(&s, 250, 2, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    enter(&s, CON, CONNECTOR);
    enter(&s, DAN, SUPERVISOR | CASEWORKER);
    held[0] = hold(&s, BOB);
    held[1] = hold(&s, CAT);
    world_crash(s.w, MISSION);
    for (size_t i = 0; i < 2; i++)
        answer_and_refer(&s, &held[i]);
    world_run_ms(s.w, 6 * MINUTES);
    today = tick_closing_day(s.ngo);
    expect_given_in_all(&s, CAT, 0, 1);
    assert_true(stand_in(&s, CAT, BOB, today + 1));
    expect_given_in_all(&s, CAT, 2, 1); /* the cases that Bob holds */
    assert_true(assign(&s, ADA, &s.person, BOB));
    expect_given_in_all(&s, BOB, 1, 1);
    expect_given_in_all(&s, CAT, 3, 1);
    look_at_table_of_stand_in(&s, held, 2, true);                /* and Bob sees nothing of Cat's */
    assert_int_equal(list_cases(&s, CAT, true, false).count, 2); /* his own are his own */
    assert_true(is_told_as_own(&s, CAT, &held[0]));
    assert_false(is_told_as_own(&s, BOB, &held[1]));
    assert_true(keep_out(&s, BOB, &held[0].case_id, CAT));
    held[0].came = (struct ident){0}; /* which is of another case */
    assert_false(is_told_as_own(&s, CAT, &held[0]));
    assert_true(let_in(&s, BOB, &held[0].case_id, CAT));
    fixture_restart(&s, NGO);
    assert_true(shows_case_to(&s, CAT, &held[0]));
    assert_true(is_told_as_own(&s, CAT, &held[0]));
    world_run_ms(s.w, DAY_MS);
    assert_true(shows_case_to(&s, CAT, &held[0])); /* the last day is included */
    world_run_ms(s.w, DAY_MS);
    assert_false(shows_case_to(&s, CAT, &held[0]));
    assert_false(is_told_as_own(&s, CAT, &held[0]));
    expect_given_in_all(&s, CAT, 0, 1);
    assert_false(shows_case_to(&s, BOB, &held[1]));
    assert_int_equal(people_records(s.ngo, RECORD_STAND_IN), 1);
    fixture_end(&s);
}

static void test_a_stand_in_ends_when_it_is_said_and_gives_no_more_than_the_other_may(void **state)
{
    struct fixture s;
    struct held h;
    uint32_t today;

    (void)state;
    begin_staffed(&s, 251);
    h = hold(&s, BOB);
    today = tick_closing_day(s.ngo);
    assert_true(stand_in(&s, CAT, BOB, today + 5));
    assert_true(stand_in(&s, CAT, BOB, today + 5)); /* said again */
    assert_int_equal(people_records(s.ngo, RECORD_STAND_IN), 1);
    assert_true(shows_case_to(&s, CAT, &h));
    assert_true(keep_out(&s, ADA, &h.case_id, CAT));
    assert_false(shows_case_to(&s, CAT, &h)); /* what he is kept from stays shut */
    assert_true(let_in(&s, ADA, &h.case_id, CAT));
    assert_true(assign(&s, CAT, &h.case_id, CAT)); /* he acts on it */
    assert_true(assign(&s, CAT, &h.case_id, BOB));
    assert_true(stand_in(&s, CAT, BOB, 0));
    assert_false(shows_case_to(&s, CAT, &h));
    assert_int_equal(people_records(s.ngo, RECORD_STAND_IN), 2);
    fixture_end(&s);
}

static void test_who_stands_in_works_with_cases_and_the_day_is_within_the_bound(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    begin_staffed(&s, 252);
    today = tick_closing_day(s.ngo);
    assert_false(stand_in(&s, CON, BOB, today));
    assert_int_equal(s.err.code, E_STF_07);
    assert_false(stand_in(&s, BOB, BOB, today));
    assert_int_equal(s.err.code, E_USE_03);
    assert_false(stand_in(&s, BOB, STRANGER, today));
    assert_int_equal(s.err.code, E_STF_01);
    assert_false(stand_in(&s, BOB, CAT, today - 1));
    assert_int_equal(s.err.code, E_STF_22);
    assert_false(stand_in(&s, BOB, CAT, today + BOUND_STAND_IN_DAYS + 1));
    assert_int_equal(s.err.code, E_STF_22);
    assert_true(stand_in(&s, BOB, CAT, today + BOUND_STAND_IN_DAYS));
    fixture_end(&s);
}

static void test_one_stands_in_for_as_many_as_the_bound_says(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    begin_staffed(&s, 253);
    today = tick_closing_day(s.ngo);
    for (uint32_t n = 0; n <= BOUND_STAND_INS; n++) {
        enter(&s, 1100 + n, CASEWORKER);
        assert_int_equal(stand_in(&s, BOB, 1100 + n, today), n < BOUND_STAND_INS);
    }
    assert_int_equal(s.err.code, E_STF_23);
    world_run_ms(s.w, 2 * DAY_MS); /* those have ended */
    assert_true(stand_in(&s, BOB, CAT, today + 10));
    fixture_end(&s);
}

static void test_whichever_statement_fails_a_stand_in_and_its_record_stand_together(void **state)
{
    struct control_stand_in_ask ask = {.uid = CAT, .for_uid = BOB};
    struct control_staff_person out;
    struct fixture s;
    struct held h;

    (void)state;
    begin_staffed(&s, 254);
    h = hold(&s, BOB);
    ask.until = tick_closing_day(s.ngo) + 5;
    for (unsigned n = 1;; n++) {
        bool ok;

        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        as(&s, ADA);
        ok = exchange_staff_stand_in(s.ngo, &ask, &out, &s.err);
        exchange_acting(s.ngo, NULL);
        if (!ok)
            assert_true(world_is_expected_fault(s.w, NGO, &s.err));
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (world_node(s.w, NGO) != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_int_equal(shows_case_to(&s, CAT, &h), people_records(s.ngo, RECORD_STAND_IN) == 1);
    }
    world_mend(s.w, NGO);
    assert_true(shows_case_to(&s, CAT, &h));
    assert_int_equal(people_records(s.ngo, RECORD_STAND_IN), 1);
    expect_given_in_all(&s, CAT, 1, 0);
    fixture_end(&s);
}

/* How much was given to him counts nothing that is not there for him. */
static void test_who_is_kept_from_a_case_has_no_place_for_it(void **state)
{
    struct given cat = {.cursor = "0-0"};
    struct fixture s;
    struct held held[2];

    (void)state;
    begin_staffed(&s, 260);
    held[0] = hold(&s, BOB);
    held[1] = hold(&s, BOB);
    assert_true(keep_out(&s, BOB, &held[0].case_id, CAT));
    assert_true(stand_in(&s, CAT, BOB, tick_closing_day(s.ngo) + 1));
    expect_given(&s, CAT, CASEWORKER, &cat, 1, 0);
    assert_non_null(strstr(cat.cursor, "-+1."));
    assert_true(assign(&s, ADA, &s.person, BOB));
    expect_given(&s, CAT, CASEWORKER, &cat, 1, 0);
    assert_non_null(strstr(cat.cursor, "-+2."));
    fixture_end(&s);
}

static void test_who_holds_a_referral_is_told_that_an_answer_to_it_was_refused(void **state)
{
    struct given bob = {.cursor = "0-0"};
    struct given cat = {.cursor = "0-0"};
    struct control_referral_result sent;
    struct referral_row row;
    struct fixture s;
    struct held h;
    bool found;

    (void)state;
    begin_staffed(&s, 263);
    h = hold(&s, BOB);
    assert_true(keep_out(&s, BOB, &h.case_id, CAT));
    assert_true(stand_in(&s, CAT, BOB, tick_closing_day(s.ngo) + 1));
    expect_given(&s, BOB, CASEWORKER, &bob, 0, 0);
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 0);
    world_must(
        people_refer(s.ngo, &h.case_id, s.to, &(struct people_referral){.urgency = URGENCY_NORMAL}, &sent, &s.err),
        &s.err, "refer");
    world_must(referral_store_find(s.ngo->db, &sent.referral, &found, &row, &s.err) && found &&
                   tick_begin(s.ngo, &s.err) && answer_refused_record(s.ngo, &row, REFUSED_THEIRS, &s.err),
               &s.err, "record it");
    world_tick(s.w, NGO);
    expect_given(&s, BOB, CASEWORKER, &bob, 0, 0); /* asks twice */
    expect_given(&s, CAT, CASEWORKER, &cat, 0, 0);
    assert_int_equal(bob.refused, 1);
    assert_int_equal(cat.refused, 0);
    assert_null(strchr(cat.cursor, '+')); /* nor a place of one that he is kept from */
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_request_of_a_caseworker_is_asked_here),
        cmocka_unit_test(test_a_caseworker_sees_what_he_holds_and_what_nobody_holds),
        cmocka_unit_test(test_who_brings_a_case_in_holds_it_if_he_works_with_cases),
        cmocka_unit_test(test_a_list_goes_in_steps_over_what_is_shown),
        cmocka_unit_test(test_referrals_are_listed_by_whose_they_are),
        cmocka_unit_test(test_a_supervisor_gives_any_case_with_all_that_is_of_it),
        cmocka_unit_test(test_a_caseworker_gives_what_is_his_and_takes_what_is_nobodys),
        cmocka_unit_test(test_what_was_given_is_told_for_a_while),
        cmocka_unit_test(test_a_case_is_given_to_who_works_with_cases),
        cmocka_unit_test(test_all_that_one_holds_goes_to_another_in_parts),
        cmocka_unit_test(test_what_changes_hands_and_its_records_are_of_one_commit),
        cmocka_unit_test(test_what_is_given_to_somebody_is_told_to_him_once),
        cmocka_unit_test(test_who_accepts_is_told_of_the_referral_as_it_is_now),
        cmocka_unit_test(test_a_place_in_what_was_given_is_ones_own),
        cmocka_unit_test(test_what_who_left_held_is_handed_over_by_his_staff_id),
        cmocka_unit_test(test_what_one_holds_whose_entry_does_not_open_is_handed_over_by_his_staff_id),
        cmocka_unit_test(test_a_referral_that_went_out_does_not_change_hands),
        cmocka_unit_test(test_ids_of_others_do_not_hide_ones_own),
        cmocka_unit_test(test_a_person_whom_another_holds_is_told_to_the_supervisor_alone),
        cmocka_unit_test(test_a_person_brought_in_twice_by_one_is_told_to_him_alone),
        cmocka_unit_test(test_who_declines_a_referral_leaves_it_to_all),
        cmocka_unit_test(test_what_nobody_holds_is_told_to_who_brings_her_in_again),
        cmocka_unit_test(test_the_newest_that_is_shown_is_told_where_a_newer_one_is_not),
        cmocka_unit_test(test_who_changes_what_nobody_holds_is_told_of_no_case_that_others_hold),
        cmocka_unit_test(test_an_import_under_way_is_not_there_for_who_brings_it_in),
        cmocka_unit_test(test_the_house_log_tells_a_caseworker_nothing_by_its_length),
        cmocka_unit_test(test_a_request_id_is_its_askers_own),
        cmocka_unit_test(test_of_consents_that_differ_those_of_others_are_not_named),
        cmocka_unit_test(test_a_refusal_that_another_recorded_is_not_there),
        cmocka_unit_test(test_who_names_anothers_case_has_looked_and_nobody_else),
        cmocka_unit_test(test_to_who_is_kept_from_a_case_it_is_not_there_whatever_he_is),
        cmocka_unit_test(test_who_is_kept_from_a_case_says_its_holder_or_a_supervisor),
        cmocka_unit_test(test_the_last_supervisor_who_sees_a_case_stays_one),
        cmocka_unit_test(test_who_is_kept_from_a_case_stays_so_when_he_is_entered_again),
        cmocka_unit_test(test_who_had_left_when_he_was_kept_from_a_case_is_known_by_his_account),
        cmocka_unit_test(test_a_case_is_not_given_to_who_is_kept_from_it_and_a_caseworker_is_not_told_why),
        cmocka_unit_test(test_what_one_is_kept_from_stays_when_all_is_handed_over),
        cmocka_unit_test(test_who_is_kept_from_a_case_brings_her_in_again_and_the_supervisor_is_told),
        cmocka_unit_test(test_as_many_are_kept_from_a_case_as_the_bound_says),
        cmocka_unit_test(test_only_a_member_can_be_kept_from_a_case_and_not_oneself),
        cmocka_unit_test(test_whichever_statement_fails_who_is_kept_out_and_the_record_stand_together),
        cmocka_unit_test(test_who_is_kept_from_the_case_that_took_the_place_of_another_is_kept_from_that),
        cmocka_unit_test(test_a_damaged_row_keeps_caseworkers_out_and_every_agency),
        cmocka_unit_test(test_nothing_of_a_case_leaves_for_an_agency_that_is_kept_from_it),
        cmocka_unit_test(test_a_supervisor_who_accepts_for_a_colleague_does_not_take_it_over),
        cmocka_unit_test(test_an_import_that_is_being_recorded_is_handed_over_with_the_rest),
        cmocka_unit_test(test_who_stands_in_sees_and_does_what_the_other_holds_to_the_last_day),
        cmocka_unit_test(test_a_stand_in_ends_when_it_is_said_and_gives_no_more_than_the_other_may),
        cmocka_unit_test(test_who_stands_in_works_with_cases_and_the_day_is_within_the_bound),
        cmocka_unit_test(test_one_stands_in_for_as_many_as_the_bound_says),
        cmocka_unit_test(test_whichever_statement_fails_a_stand_in_and_its_record_stand_together),
        cmocka_unit_test(test_who_is_kept_from_a_case_has_no_place_for_it),
        cmocka_unit_test(test_who_holds_a_referral_is_told_that_an_answer_to_it_was_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
