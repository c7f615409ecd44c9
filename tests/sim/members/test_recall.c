/* Who is suspended, or has left, still holds her data: what calls it back reaches it by a narrow link, its statement
 * comes back, and nothing else passes. Whose key is in other hands gets no link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/envelope_codec.h"
#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "exchange/consent/consent_log.h"
#include "exchange/exchange_status.h"
#include "exchange/kinds/ping_calls.h"
#include "exchange/members/bundle.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "store/consent_store.h"
#include "store/message_store.h"
#include "store/obligation_store.h"
#include "watcher.h"

#include <stdlib.h>

struct scene {
    struct fixture f;
    struct bytes envelope; /* the last from the NGO to the mission … */
    struct bytes receipt;  /* … and back */
    unsigned refused;      /* of those, for their key */
    unsigned keys;         /* refusals of the mission that brought keys */
    unsigned others;       /* frames between the two that no narrow link carries, while one is cut off */
    unsigned envelopes;    /* the same, that are carried, from the mission */
    bool is_cut_off;
};

static void watch_refusal(struct scene *s, struct view payload)
{
    struct peer_refusal refusal;
    struct arena arena = {0};
    struct error err;

    world_must(peer_refusal_decode(payload, &arena, &refusal, &err), &err, "a refusal");
    s->refused += refusal.step == STEP_KEY;
    s->keys += refusal.bundle.size != 0;
    arena_fini(&arena);
}

static void watch(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct scene *s = cookie;

    if (from == NGO && to == MISSION && kind == PEER_ENVELOPE) {
        bytes_clear(&s->envelope);
        bytes_append_view(&s->envelope, payload);
    }
    if (from == MISSION && to == NGO && kind == PEER_RECEIPT) {
        bytes_clear(&s->receipt);
        bytes_append_view(&s->receipt, payload);
    }
    if (from == MISSION && to == NGO && kind == PEER_REFUSAL)
        watch_refusal(s, payload);
    if (!s->is_cut_off || from == SHELTER || to == SHELTER)
        return;
    s->others += narrow_carries(LINK_CLASS_CUT_OFF, kind) ? 0 : 1;
    s->envelopes += from == MISSION && kind == PEER_ENVELOPE;
}

/* Her referral is at the mission, which can read it. DAYS: of her consent; 0: as usual. */
static void begin_for(struct scene *s, uint64_t seed, uint32_t days)
{
    struct people_consent given = {.sections = BIT(TRIAGE)};

    *s = (struct scene){0};
    world_let_two_sign = true;
    fixture_begin(&s->f, seed, 3, NULL);
    world_let_two_sign = false;
    given.until = days == 0 ? 0 : day_of_ms(world_now(s->f.w)) + days;
    s->f.consent = people_consent(s->f.ngo, &s->f.person, s->f.to, &given);
    world_tick(s->f.w, NGO);
    world_publish(s->f.w);
    world_link(s->f.w, NGO, SHELTER);
    world_link(s->f.w, MISSION, SHELTER);
    fixture_deliver(&s->f);
    fixture_settle(&s->f);
    (void)people_can_read(s->f.mission, &s->f.sent.referral, "ext_TriageLanguages"); /* the first look is recorded */
    fixture_settle(&s->f);
    assert_true(people_can_read(s->f.mission, &s->f.sent.referral, "ext_TriageLanguages"));
    fixture_settle(&s->f);
    world_watch(s->f.w, watch, s);
}

static void begin(struct scene *s, uint64_t seed)
{
    begin_for(s, seed, 0);
}

static void end(struct scene *s)
{
    bytes_fini(&s->envelope);
    bytes_fini(&s->receipt);
    fixture_end(&s->f);
}

static void cut_off(struct scene *s, size_t agency, enum revocation_reason reason)
{
    world_revoke(s->f.w, agency, reason);
    s->is_cut_off = true;
    world_run_ms(s->f.w, 1000);
    fixture_look(&s->f);
}

/* By an officer, for 72 hours; TOLD hears of it, and who is cut off does not. */
static void suspend(struct scene *s, size_t agency, size_t told)
{
    struct bytes note = {0};
    uint64_t sequence;

    world_suspend(s->f.w, agency, 1, &note);
    world_must(exchange_take_offered(world_node(s->f.w, told), bytes_view(&note), &sequence, &s->f.err), &s->f.err,
               "a suspension");
    bytes_fini(&note);
    s->is_cut_off = true;
    world_tick(s->f.w, told);
    fixture_look(&s->f);
}

static const struct link *recall_link(struct exchange *x, const struct address *agency)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (address_equal(&l->agency, agency))
            return l->recall_only ? l : NULL;
    return NULL;
}

static bool can_read(struct scene *s)
{
    struct control_referral_detail shown;
    struct error err = {0};

    if (!exchange_referral_show(s->f.mission, &s->f.sent.referral, true, &shown, &err)) {
        assert_true(err.code == E_CON_05 || err.code == E_CON_03); /* withdrawn, or ended */
        return false;
    }
    return people_can_read(s->f.mission, &s->f.sent.referral, "ext_TriageLanguages");
}

/* --- who left --- */

static void test_who_left_is_told_and_states_what_became_of_it(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 941);
    cut_off(&s, MISSION, REVOKED_LEFT);
    assert_null(links_find_agency(s.f.ngo, s.f.to)); /* at once */
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 60000);
    assert_non_null(recall_link(s.f.ngo, s.f.to));
    assert_false(can_read(&s));
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
    assert_int_equal(s.others, 0);
    assert_null(links_find_agency(s.f.ngo, s.f.to)); /* it is no link to anybody who asks for one */
    assert_null(links_find_to(s.f.ngo, people_peer(s.f.w, NGO, MISSION).number));
    end(&s);
}

/* It did not dial, nor know that it left. */
static void test_who_left_is_dialled(void **state)
{
    unsigned dialled;
    struct scene s;

    (void)state;
    begin(&s, 961);
    world_crash(s.f.w, MISSION);
    cut_off(&s, MISSION, REVOKED_LEFT);
    world_run_ms(s.f.w, 12 * DAYS);
    world_publish(s.f.w);
    assert_true(fixture_withdraw(&s.f, true));
    world_start(s.f.w, MISSION);
    world_shut(s.f.w, NGO, true);
    dialled = world_dialled(s.f.w, MISSION);
    world_run_ms(s.f.w, 10 * MINUTES);
    fixture_look(&s.f);
    assert_true(world_dialled(s.f.w, MISSION) > dialled);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
}

/* Of an absence: it would believe its own directory for weeks still. Nobody here knows, nor has its keys for as long:
 * after 14 days people tell it. */
static void test_who_left_with_a_longer_directory_has_no_link_for_longer(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 962);
    world_sign_for(s.f.w, BOUND_AWAY_DAYS);
    world_publish(s.f.w);
    world_revoke_unheard(s.f.w, MISSION, REVOKED_LEFT);
    s.is_cut_off = true;
    world_advance(s.f.w, BOUND_RECALL_MS);
    world_run_ms(s.f.w, MINUTES);
    fixture_look(&s.f);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, HOURS);
    fixture_look(&s.f);
    world_link(s.f.w, MISSION, NGO); /* it dials */
    assert_null(links_find_any_to(s.f.ngo, people_peer(s.f.w, NGO, MISSION).number));
    assert_true(can_read(&s));
    assert_true(fixture_told(&s.f) == RECIPIENT_OWED || fixture_told(&s.f) == RECIPIENT_ASKED);
    end(&s);
}

/* AT_MS at both ends, though nobody says anything and no member changes. */
static void ends_at(struct scene *s, int64_t at_ms)
{
    world_advance(s->f.w, at_ms - HOURS - world_now(s->f.w));
    world_run_ms(s->f.w, at_ms - MINUTES - world_now(s->f.w));
    fixture_look(&s->f);
    world_link(s->f.w, MISSION, NGO);
    world_run_ms(s->f.w, at_ms - 1 - world_now(s->f.w));
    assert_non_null(recall_link(s->f.ngo, s->f.to));
    assert_non_null(recall_link(s->f.mission, world_address(s->f.w, NGO)));
    world_run_ms(s->f.w, 5);
    assert_null(recall_link(s->f.ngo, s->f.to));
    assert_null(recall_link(s->f.mission, world_address(s->f.w, NGO)));
}

static void test_a_narrow_link_ends_with_the_last_day(void **state)
{
    int64_t begun;
    struct scene s;

    (void)state;
    begin(&s, 963);
    world_sign_for(s.f.w, BOUND_AWAY_DAYS);
    world_publish(s.f.w);
    begun = world_now(s.f.w);
    world_revoke_unheard(s.f.w, MISSION, REVOKED_LEFT);
    ends_at(&s, begun + BOUND_RECALL_MS);
    end(&s);
    begin(&s, 967); /* the directory of who is suspended ends before it is admitted again */
    world_publish(s.f.w);
    begun = world_now(s.f.w) / 1000 * 1000;
    world_run_ms(s.f.w, 12 * DAYS);
    fixture_look(&s.f);
    suspend(&s, MISSION, NGO);
    ends_at(&s, begun + 14 * DAYS);
    end(&s);
}

static void count_cut_off(void *cookie, const struct address *agency, const struct ident *node, bool cut_off)
{
    (void)agency;
    (void)node;
    *(unsigned *)cookie += cut_off;
}

static unsigned listed_cut_off(struct exchange *x)
{
    unsigned count = 0;

    exchange_link_nodes(x, count_cut_off, &count);
    return count;
}

/* Whether a link stands or not, and whatever a clock showed meanwhile. */
static void test_refex_link_is_told_when_nobody_is_cut_off_any_more(void **state)
{
    int64_t left;
    unsigned told;
    struct scene s;

    (void)state;
    begin(&s, 968);
    left = world_now(s.f.w);
    world_sign_for(s.f.w, BOUND_AWAY_DAYS);
    world_crash(s.f.w, MISSION);
    cut_off(&s, MISSION, REVOKED_LEFT);
    world_run_ms(s.f.w, DAYS);
    assert_int_equal(listed_cut_off(s.f.ngo), 1);
    told = world_members_told(s.f.w, NGO);
    world_set_clock(s.f.w, NGO, 40 * DAYS);
    world_run_ms(s.f.w, 30 * SECONDS);
    assert_int_equal(listed_cut_off(s.f.ngo), 0); /* by that clock */
    world_set_clock(s.f.w, NGO, 0);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_true(world_members_told(s.f.w, NGO) > told);
    assert_int_equal(listed_cut_off(s.f.ngo), 1);
    world_run_ms(s.f.w, left + BOUND_RECALL_MS - HOURS - world_now(s.f.w));
    told = world_members_told(s.f.w, NGO);
    world_run_ms(s.f.w, 2 * HOURS);
    assert_true(world_members_told(s.f.w, NGO) > told);
    assert_int_equal(listed_cut_off(s.f.ngo), 0);
    end(&s);
}

/* Its directory has ended by then: nobody is there any more, or somebody else. */
static void test_who_left_long_ago_is_dialled_by_nobody(void **state)
{
    unsigned dialled;
    struct scene s;

    (void)state;
    begin(&s, 956);
    cut_off(&s, MISSION, REVOKED_LEFT);
    world_crash(s.f.w, MISSION);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 10 * DAYS);
    world_publish(s.f.w);
    world_run_ms(s.f.w, BOUND_RECALL_MS - 10 * DAYS);
    world_start(s.f.w, MISSION);
    fixture_look(&s.f);
    dialled = world_dialled(s.f.w, MISSION);
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(world_dialled(s.f.w, MISSION), dialled);
    assert_null(links_find_any_to(s.f.ngo, people_peer(s.f.w, NGO, MISSION).number));
    assert_true(fixture_told(&s.f) == RECIPIENT_OWED || fixture_told(&s.f) == RECIPIENT_ASKED);
    end(&s);
}

static void test_whose_key_is_in_other_hands_gets_no_link(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 942);
    cut_off(&s, MISSION, REVOKED_KEY_COMPROMISE);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 600000);
    assert_null(links_find_any_to(s.f.ngo, people_peer(s.f.w, NGO, MISSION).number));
    assert_true(fixture_told(&s.f) == RECIPIENT_OWED || fixture_told(&s.f) == RECIPIENT_ASKED);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
    assert_int_equal(s.envelopes, 0);
    end(&s);
}

/* What waited for who was suspended goes to nobody then, and shows nobody that this node is there. */
static void test_whose_key_is_found_in_other_hands_is_dialled_no_more(void **state)
{
    unsigned dialled;
    struct scene s;

    (void)state;
    begin(&s, 960);
    suspend(&s, MISSION, NGO);
    world_crash(s.f.w, MISSION);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 10 * MINUTES);
    cut_off(&s, MISSION, REVOKED_KEY_COMPROMISE);
    world_start(s.f.w, MISSION);
    world_shut(s.f.w, NGO, true); /* it dials, too */
    dialled = world_dialled(s.f.w, MISSION);
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(world_dialled(s.f.w, MISSION), dialled);
    end(&s);
}

/* --- who is suspended --- */

/* It is told and stops; what it states may be a thief's, and is believed when the suspension is over. */
static void test_who_is_suspended_is_told_at_once_and_believed_later(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 943);
    suspend(&s, MISSION, NGO);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 60000);
    assert_non_null(recall_link(s.f.ngo, s.f.to));
    assert_false(can_read(&s));
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
    assert_true(s.envelopes > 0); /* its statement came */
    assert_int_not_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + MINUTES);
    fixture_look(&s.f);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
}

static struct consent_row row_at_mission(struct scene *s)
{
    struct consent_row row;
    bool found;

    world_must(consent_store_find(s->f.mission->db, world_address(s->f.w, NGO), &s->f.consent, &found, &row, &s->f.err),
               &s->f.err, "find a consent");
    assert_true(found);
    return row;
}

/* Stopped, and nothing more, whoever asked for it; what it asked is still owed there, and is sent again. */
static void test_a_withdrawal_of_who_is_suspended_stops_and_erases_later(void **state)
{
    const struct consent_fact *f;
    struct scene s;

    (void)state;
    begin(&s, 944);
    suspend(&s, NGO, MISSION);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 60000);
    assert_non_null(recall_link(s.f.mission, world_address(s.f.w, NGO)));
    assert_false(can_read(&s));
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
    f = consent_log_find(s.f.mission->consent_log, world_address(s.f.w, NGO), &s.f.consent);
    assert_int_equal(f->state, CONSENT_STOP);
    assert_int_equal(f->until, row_at_mission(&s).until + 1);
    assert_int_not_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS - 120000);
    assert_int_equal(people_records(s.f.mission, RECORD_TAKEN), 2); /* however often it is said */
    world_run_ms(s.f.w, 3 * MINUTES);                               /* one of which it is suspended still */
    fixture_look(&s.f);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
}

static void lapse(struct scene *s)
{
    world_run_ms(s->f.w, BOUND_SUSPENSION_MS + 26 * HOURS);
}

static void find_compromised(struct scene *s)
{
    world_revoke(s->f.w, NGO, REVOKED_KEY_COMPROMISE);
    world_run_ms(s->f.w, 26 * HOURS);
}

/* By the directory, then with the key that it had; a person confirms it. */
static void come_back(struct scene *s)
{
    const struct address *ngo = world_address(s->f.w, NGO);
    char fingerprint[FINGERPRINT_TEXT];
    struct peer p;
    bool changed;
    bool there;

    world_revoke(s->f.w, NGO, REVOKED_SUSPENDED);
    world_run_ms(s->f.w, 26 * HOURS);
    world_pardon(s->f.w, NGO);
    world_run_ms(s->f.w, HOURS);
    fixture_look(&s->f);
    assert_true(membership_find_peer(s->f.mission->membership, address_view(ngo), &p));
    fingerprint_write(&p.fingerprint, fingerprint);
    world_must(exchange_agency_confirm(s->f.mission, ngo, view_of_text(fingerprint), &changed, &there, &s->f.err),
               &s->f.err, "confirm");
    assert_true(changed);
    world_run_ms(s->f.w, 26 * HOURS);
}

static void outlive_the_directory(struct scene *s)
{
    world_run_ms(s->f.w, 20 * DAYS);
}

/* Its node, which is a thief's, is heard of no more: however the suspension ends, nothing is destroyed by it. */
static void test_what_a_thief_withdraws_is_never_erased(void **state)
{
    static void (*const ways[])(struct scene *) = {lapse, find_compromised, come_back, outlive_the_directory};
    struct scene s;

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        begin(&s, 948 + i);
        suspend(&s, NGO, MISSION);
        assert_true(fixture_withdraw(&s.f, true));
        world_run_ms(s.f.w, 60000);
        assert_int_equal(row_at_mission(&s).progress, CONSENT_STOPPED);
        world_crash(s.f.w, NGO);
        ways[i](&s);
        fixture_look(&s.f);
        assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
        assert_int_equal(row_at_mission(&s).progress, CONSENT_STOPPED);
        end(&s);
    }
}

/* What its node says is doubted also where the directory here ends before the suspension. */
static void test_who_is_suspended_stays_so_when_the_directory_ends(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 957);
    world_run_ms(s.f.w, 12 * DAYS);
    fixture_look(&s.f);
    suspend(&s, NGO, MISSION);
    world_run_ms(s.f.w, 60 * HOURS);
    fixture_look(&s.f);
    assert_int_equal(
        membership_hold(s.f.mission->membership, address_view(world_address(s.f.w, NGO)), world_now(s.f.w)),
        HOLD_DIRECTORY_ENDED);
    assert_true(holds_is_suspended(s.f.mission, world_address(s.f.w, NGO)));
    end(&s);
}

/* The day of erasure that it said while it was admitted stays. */
static void test_what_it_withdrew_before_stays(void **state)
{
    struct consent_row before;
    struct scene s;

    (void)state;
    begin(&s, 953);
    assert_true(fixture_withdraw(&s.f, false));
    world_run_ms(s.f.w, 60000);
    before = row_at_mission(&s);
    assert_int_equal(before.progress, CONSENT_STOPPED);
    suspend(&s, NGO, MISSION);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 60000);
    assert_int_equal(row_at_mission(&s).erase_from, before.erase_from);
    assert_int_equal(row_at_mission(&s).progress, CONSENT_STOPPED);
    end(&s);
}

/* --- people are told what it stopped --- */

static struct node_status status_at_mission(struct scene *s)
{
    struct node_status status;

    world_must(exchange_status(s->f.mission, &status, &s->f.err), &s->f.err, "status");
    return status;
}

static void test_what_it_stopped_is_named_until_it_says_it_again(void **state)
{
    struct watcher *caseworker = xnew(sizeof *caseworker);
    struct node_status status;
    struct scene s;

    (void)state;
    begin(&s, 964);
    watcher_begin(caseworker, STAFF_ROLE_BIT(STAFF_CASEWORKER), "");
    watcher_read(caseworker, s.f.mission);
    suspend(&s, NGO, MISSION);
    assert_true(fixture_withdraw(&s.f, false));
    world_run_ms(s.f.w, MINUTES);
    watcher_read(caseworker, s.f.mission);
    assert_int_equal(watcher_count_how(caseworker, "withdrawn", "stop"), 1);
    status = status_at_mission(&s);
    assert_int_equal(status.stops_count, 1);
    assert_int_equal(status.stops[0].count, 1);
    assert_true(address_equal(&status.stops[0].agency, world_address(s.f.w, NGO)));
    assert_true(status.stops[0].since_ms > world_now(s.f.w) - MINUTES);
    fixture_restart(&s.f, MISSION);
    assert_int_equal(status_at_mission(&s).stops_count, 1);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + MINUTES);
    fixture_look(&s.f);
    assert_int_equal(status_at_mission(&s).stops_count, 0);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0); /* that is later */
    free(caseworker);
    end(&s);
}

static bool take_line(void *cookie, const struct control_agency_stop *line, struct error *err)
{
    (void)err;
    *(struct control_agency_stop *)cookie = *line;
    return true;
}

/* It was a thief, who is heard of no more. */
static void test_what_a_thief_stopped_is_named_until_a_person_has_phoned(void **state)
{
    struct control_agency_stop line = {0};
    const struct address *ngo;
    struct scene s;

    (void)state;
    begin(&s, 965);
    ngo = world_address(s.f.w, NGO);
    suspend(&s, NGO, MISSION);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, NGO);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + 26 * HOURS);
    fixture_look(&s.f);
    assert_int_equal(status_at_mission(&s).stops_count, 1);
    assert_true(exchange_agency_stops(s.f.mission, take_line, &line, &s.f.err));
    assert_true(ident_equal(&line.consent, &s.f.consent) && address_equal(&line.agency, ngo));
    assert_false(exchange_agency_stops_seen(s.f.mission, world_address(s.f.w, SHELTER), take_line, &line, &s.f.err));
    assert_int_equal(s.f.err.code, E_RVK_20);
    line = (struct control_agency_stop){0};
    assert_true(exchange_agency_stops_seen(s.f.mission, ngo, take_line, &line, &s.f.err));
    assert_true(ident_equal(&line.consent, &s.f.consent)); /* what is marked is shown */
    world_tick(s.f.w, MISSION);
    assert_int_equal(status_at_mission(&s).stops_count, 0);
    assert_int_equal(people_records(s.f.mission, RECORD_STOPS_SEEN), 1);
    assert_false(exchange_agency_stops_seen(s.f.mission, ngo, take_line, &line, &s.f.err));
    assert_int_equal(s.f.err.code, E_RVK_20);
    end(&s);
}

/* Its key is held until a person has compared it, which is possible also when it has left meanwhile. */
static void test_who_leaves_while_it_is_suspended_is_believed_when_its_key_is_compared(void **state)
{
    char fingerprint[FINGERPRINT_TEXT];
    struct peer p;
    struct scene s;
    bool changed;
    bool there;

    (void)state;
    begin(&s, 971);
    world_revoke_unheard(s.f.w, NGO, REVOKED_SUSPENDED);
    assert_true(membership_find_peer(s.f.mission->membership, address_view(world_address(s.f.w, NGO)), &p));
    fingerprint_write(&p.fingerprint, fingerprint);
    world_run_ms(s.f.w, MINUTES);
    fixture_look(&s.f);
    assert_false(exchange_agency_confirm(s.f.mission, world_address(s.f.w, NGO), view_of_text(fingerprint), &changed,
                                         &there, &s.f.err));
    assert_int_equal(s.f.err.code, E_FED_28);
    world_revoke_unheard(s.f.w, NGO, REVOKED_LEFT);
    world_run_ms(s.f.w, MINUTES);
    fixture_look(&s.f);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, HOURS);
    fixture_look(&s.f);
    assert_false(can_read(&s));
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
    world_must(exchange_agency_confirm(s.f.mission, world_address(s.f.w, NGO), view_of_text(fingerprint), &changed,
                                       &there, &s.f.err),
               &s.f.err, "confirm");
    world_run_ms(s.f.w, 2 * HOURS);
    fixture_look(&s.f);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
}

/* On another machine, which knows nothing of what was withdrawn: it says nothing again, and a person has to phone. */
static void test_who_comes_back_with_other_keys_leaves_what_it_stopped_to_people(void **state)
{
    struct control_agency_stop line = {0};
    char fingerprint[FINGERPRINT_TEXT];
    const struct address *ngo;
    struct peer p;
    struct scene s;
    bool changed;
    bool there;

    (void)state;
    begin(&s, 972);
    ngo = world_address(s.f.w, NGO);
    world_revoke_unheard(s.f.w, NGO, REVOKED_SUSPENDED);
    world_run_ms(s.f.w, MINUTES);
    fixture_look(&s.f);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, MINUTES);
    assert_false(can_read(&s));
    world_replace(s.f.w, NGO);
    world_run_ms(s.f.w, HOURS);
    fixture_look(&s.f);
    assert_int_equal(row_at_mission(&s).progress, CONSENT_STOPPED);
    assert_true(membership_find_peer(s.f.mission->membership, address_view(ngo), &p));
    assert_false(p.revoked);
    fingerprint_write(&p.fingerprint, fingerprint);
    world_must(exchange_agency_confirm(s.f.mission, ngo, view_of_text(fingerprint), &changed, &there, &s.f.err),
               &s.f.err, "confirm");
    assert_true(changed);
    world_run_ms(s.f.w, DAYS);
    fixture_look(&s.f);
    assert_non_null(links_find_agency(s.f.mission, ngo));
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
    assert_int_equal(status_at_mission(&s).stops_count, 1);
    assert_true(exchange_agency_stops_seen(s.f.mission, ngo, take_line, &line, &s.f.err));
    world_tick(s.f.w, MISSION);
    assert_int_equal(status_at_mission(&s).stops_count, 0);
    end(&s);
}

static void decline(struct scene *s)
{
    const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
    struct control_referral out;

    world_must(exchange_referral_answer(s->f.mission, &s->f.sent.referral, &declined, &out, &s->f.err), &s->f.err,
               "answer");
}

/* While it is suspended no answer goes to it; whoever has its keys may not have that destroyed. */
static void test_a_stop_takes_no_answer_with_it_that_is_owed(void **state)
{
    struct scene s;

    (void)state;
    for (int ended = 0; ended < 2; ended++) {
        begin_for(&s, 966, 2);
        world_run_ms(s.f.w, (ended ? 36 : 12) * HOURS); /* of her last day the end, or not */
        fixture_look(&s.f);
        suspend(&s, NGO, MISSION);
        decline(&s);
        world_run_ms(s.f.w, (ended ? 36 : 1) * HOURS);
        assert_true(fixture_withdraw(&s.f, true));
        world_run_ms(s.f.w, HOURS);
        assert_int_equal(people_records(s.f.mission, RECORD_TAKEN), ended ? 1 : 2);
        world_run_ms(s.f.w, (ended ? 1 : 58) * HOURS); /* past it, and suspended */
        fixture_look(&s.f);
        assert_true(holds_is_suspended(s.f.mission, world_address(s.f.w, NGO)));
        assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
        assert_false(can_read(&s));
        world_crash(s.f.w, NGO);
        world_advance(s.f.w, 32 * DAYS);
        world_run_ms(s.f.w, 2 * HOURS); /* but not for ever */
        fixture_look(&s.f);
        assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
        assert_int_equal(status_at_mission(&s).stops_count, 0);
        end(&s);
    }
}

static void find_owed(struct scene *s, struct obligation_row *o, struct ident *message)
{
    struct consent_row row;
    struct message_row m;
    bool found;

    world_must(consent_store_find(s->f.ngo->db, world_address(s->f.w, NGO), &s->f.consent, &found, &row, &s->f.err) &&
                   obligation_store_find(s->f.ngo->db, OWED_WITHDRAWAL, row.number, &found, o, &s->f.err) &&
                   message_store_get(s->f.ngo->db, o->message, &found, &m, &s->f.err),
               &s->f.err, "find what is owed");
    assert_true(found);
    assert_int_equal(m.state, MESSAGE_WAITING);
    *message = m.id;
}

/* It may be a thief's, and a refusal too. The same message goes again when the suspension is over. */
static void test_a_receipt_of_who_is_suspended_ends_nothing(void **state)
{
    struct peer_refusal refusal = {.step = STEP_RECORD, .has_message = true};
    struct bytes frame = {0};
    struct obligation_row owed;
    struct scene s;
    unsigned receipted;

    (void)state;
    begin(&s, 954);
    receipted = people_records(s.f.ngo, RECORD_RECEIPTED);
    bytes_clear(&s.receipt);
    suspend(&s, MISSION, NGO);
    assert_true(fixture_withdraw(&s.f, true));
    world_run_ms(s.f.w, 60000);
    assert_true(s.receipt.size > 0);
    assert_int_equal(people_records(s.f.ngo, RECORD_RECEIPTED), receipted);
    find_owed(&s, &owed, &refusal.message);
    peer_refusal_encode(&refusal, &frame);
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_REFUSAL, bytes_view(&frame)));
    world_tick(s.f.w, NGO);
    find_owed(&s, &owed, &refusal.message);
    assert_int_equal(owed.refused_at, 0); /* nobody is told that it is refused */
    bytes_fini(&frame);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + MINUTES);
    assert_int_equal(people_records(s.f.ngo, RECORD_RECEIPTED), receipted + 1); /* it went again */
    fixture_look(&s.f);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
}

/* The node was off when it ended: what it knew was in its memory. */
static void test_what_waited_goes_at_once_behind_a_new_start_too(void **state)
{
    unsigned receipted;
    int64_t end_ms;
    struct scene s;

    (void)state;
    for (int suspended_here = 0; suspended_here < 2; suspended_here++) {
        begin(&s, 970);
        receipted = people_records(s.f.ngo, RECORD_RECEIPTED);
        suspend(&s, suspended_here ? MISSION : NGO, suspended_here ? NGO : MISSION);
        end_ms = world_now(s.f.w) + BOUND_SUSPENSION_MS;
        world_run_ms(s.f.w, 110 * MINUTES); /* so that the last try is shortly before the end */
        assert_true(fixture_withdraw(&s.f, true));
        world_run_ms(s.f.w, end_ms - 12 * HOURS - world_now(s.f.w));
        for (bytes_clear(&s.envelope); s.envelope.size == 0;)
            world_run_ms(s.f.w, MINUTES);
        assert_in_range(end_ms - world_now(s.f.w), MINUTES, 80 * MINUTES); /* the next is 85 minutes away, or a day */
        world_crash(s.f.w, NGO);
        s.is_cut_off = false;
        world_run_ms(s.f.w, end_ms + MINUTES - world_now(s.f.w));
        world_start(s.f.w, NGO);
        world_run_ms(s.f.w, MINUTES);
        fixture_look(&s.f);
        assert_int_equal(people_records(s.f.ngo, RECORD_RECEIPTED), receipted + 1);
        assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
        end(&s);
    }
}

/* --- nothing else --- */

/* The mission does not know that it is suspended, and answers: nothing of that leaves before it is over. */
static void test_nothing_else_leaves_on_such_a_link(void **state)
{
    struct control_referral shown;
    struct scene s;
    struct held held;
    struct peer_row row;

    (void)state;
    begin(&s, 945);
    suspend(&s, MISSION, NGO);
    world_link(s.f.w, MISSION, NGO);
    assert_non_null(recall_link(s.f.mission, world_address(s.f.w, NGO)));
    assert_true(exchange_referral_accept(s.f.mission, &s.f.sent.referral, (struct view){0}, &shown, &s.f.err));
    world_run_ms(s.f.w, 600000);
    assert_int_equal(s.envelopes, 0);
    assert_int_equal(s.others, 0);
    row = people_peer(s.f.w, MISSION, NGO);
    holds_ask_peer(s.f.mission, &row, MESSAGE_REPLY, &held);
    assert_int_equal(held.hold, HOLD_KEY_HELD_THERE); /* its people read why */
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_DELIVERED);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS);
    fixture_look(&s.f);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_ACCEPTED);
    row = people_peer(s.f.w, MISSION, NGO);
    holds_ask_peer(s.f.mission, &row, MESSAGE_REPLY, &held);
    assert_int_equal(held.hold, HOLD_NONE);
    end(&s);
}

static uint64_t held_there(struct scene *s, struct exchange *x)
{
    struct node_status shown;

    world_must(exchange_status(x, &shown, &s->f.err), &s->f.err, "status");
    if (shown.held_there > 0)
        assert_true(address_equal(&shown.held_there_by, world_address(s->f.w, NGO)));
    return shown.held_there;
}

/* Nothing waits yet: who is suspended reads it all the same, and a ping names it. */
static void test_who_is_suspended_reads_it_before_anything_waits(void **state)
{
    struct control_ping_ask ask = {0};
    struct control_ping_path_ask of = {0};
    struct ping_progress g;
    struct control_ping p;
    struct scene s;

    (void)state;
    begin(&s, 951);
    assert_int_equal(held_there(&s, s.f.mission), 0);
    suspend(&s, MISSION, NGO);
    world_run_ms(s.f.w, 1000); /* its end of the link before is down, too */
    world_link(s.f.w, MISSION, NGO);
    assert_int_equal(held_there(&s, s.f.mission), 1);
    assert_int_equal(held_there(&s, s.f.ngo), 0); /* whose hold it is */
    of.agency = ask.agency = *world_address(s.f.w, NGO);
    world_must(exchange_ping_send(s.f.mission, &ask, &p, &s.f.err), &s.f.err, "ping");
    of.message = p.message;
    world_must(exchange_ping_progress(s.f.mission, &of, &g, &s.f.err), &s.f.err, "how far it is");
    assert_true(g.is_narrow && !g.is_linked);
    assert_int_equal(g.wait.hold, HOLD_KEY_HELD_THERE);
    s.is_cut_off = false;
    world_publish(s.f.w); /* of which nobody is suspended */
    world_tick(s.f.w, NGO);
    world_tick(s.f.w, MISSION);
    world_link(s.f.w, MISSION, NGO);
    assert_int_equal(held_there(&s, s.f.mission), 0);
    world_must(exchange_ping_progress(s.f.mission, &of, &g, &s.f.err), &s.f.err, "how far it is");
    assert_true(!g.is_narrow && g.is_linked);
    end(&s);
}

static enum hold hold_at_mission(struct scene *s)
{
    struct peer_row row = people_peer(s->f.w, MISSION, NGO);
    struct held held;

    holds_ask_peer(s->f.mission, &row, MESSAGE_REPLY, &held);
    return held.hold;
}

static void test_with_an_ordinary_link_it_is_over(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 948);
    suspend(&s, MISSION, NGO);
    world_link(s.f.w, MISSION, NGO);
    assert_int_equal(hold_at_mission(&s), HOLD_KEY_HELD_THERE);
    s.is_cut_off = false;
    world_publish(s.f.w); /* of which nobody is suspended */
    world_tick(s.f.w, NGO);
    world_tick(s.f.w, MISSION);
    world_link(s.f.w, MISSION, NGO);
    assert_non_null(links_find_agency(s.f.mission, world_address(s.f.w, NGO)));
    assert_int_equal(hold_at_mission(&s), HOLD_NONE); /* before anything was said */
    end(&s);
}

/* Whoever it is sends it all the same. */
static void test_what_else_comes_on_such_a_link_is_not_read(void **state)
{
    struct scene s;
    unsigned received;

    (void)state;
    begin(&s, 946);
    bytes_clear(&s.envelope);
    fixture_refer(&s.f);
    world_tick(s.f.w, NGO);
    assert_true(s.envelope.size > 0); /* under way, when the link is cut */
    suspend(&s, NGO, MISSION);
    world_link(s.f.w, NGO, MISSION);
    assert_non_null(recall_link(s.f.mission, world_address(s.f.w, NGO)));
    received = people_records(s.f.mission, RECORD_RECEIVED);
    assert_true(world_inject(s.f.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&s.envelope)));
    world_tick(s.f.w, MISSION);
    assert_int_equal(people_records(s.f.mission, RECORD_RECEIVED), received);
    assert_false(world_inject(s.f.w, NGO, MISSION, PEER_DIRECTORY, membership_note(s.f.ngo->membership)));
    end(&s);
}

/* By a thief of the mission's key: what was under way is not said to have arrived, nor is it sealed to new keys. */
static void test_no_receipt_of_before_and_no_new_key_is_taken_on_it(void **state)
{
    struct peer_refusal refusal = {.step = STEP_KEY, .has_message = true};
    struct bytes bundle = {0};
    struct bytes frame = {0};
    struct peer_row row;
    struct bundle newer;
    struct held held;
    struct scene s;
    uint64_t sequence;

    (void)state;
    begin(&s, 947);
    bytes_clear(&s.receipt);
    fixture_refer(&s.f);
    for (unsigned i = 0; i < 100 && s.receipt.size == 0; i++)
        world_step(s.f.w, 1);
    assert_true(s.receipt.size > 0);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_WAITING);
    newer = *membership_bundle(s.f.mission->membership, address_view(s.f.to));
    sequence = newer.sequence++;
    world_must(bundle_sign(&newer, membership_federation(s.f.mission->membership), vault_identity(s.f.mission->vault),
                           &bundle, &s.f.err),
               &s.f.err, "a bundle");
    refusal.message = s.f.sent.message;
    refusal.bundle = bytes_view(&bundle);
    peer_refusal_encode(&refusal, &frame);
    suspend(&s, MISSION, NGO);
    world_link(s.f.w, MISSION, NGO);
    assert_non_null(recall_link(s.f.ngo, s.f.to));
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_RECEIPT, bytes_view(&s.receipt)));
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_REFUSAL, bytes_view(&frame)));
    world_tick(s.f.w, NGO);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_WAITING);
    assert_int_equal(membership_bundle(s.f.ngo->membership, address_view(s.f.to))->sequence, sequence);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + HOURS);
    fixture_look(&s.f);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_DELIVERED);
    row = people_peer(s.f.w, MISSION, NGO);
    holds_ask_peer(s.f.mission, &row, MESSAGE_REPLY, &held);
    assert_int_equal(held.hold, HOLD_NONE);
    bytes_fini(&bundle);
    bytes_fini(&frame);
    end(&s);
}

/* Whoever has the keys of who is cut off would seal to them for five weeks. */
static void test_no_key_is_given_on_it(void **state)
{
    struct bytes changed = {0};
    struct bytes header = {0};
    struct arena arena = {0};
    struct envelope e;
    struct scene s;

    (void)state;
    begin(&s, 969);
    bytes_clear(&s.envelope);
    fixture_refer(&s.f);
    world_tick(s.f.w, NGO);
    world_must(envelope_decode(bytes_view(&s.envelope), &arena, &e, &s.f.err), &s.f.err, "an envelope");
    e.header.key.at[0] ^= 1;
    envelope_header_encode(&e.header, &header);
    e.header_bytes = bytes_view(&header);
    envelope_encode(&e, &changed);
    world_revoke_unheard(s.f.w, NGO, REVOKED_LEFT);
    s.is_cut_off = true;
    world_tick(s.f.w, MISSION);
    world_link(s.f.w, NGO, MISSION);
    assert_non_null(recall_link(s.f.mission, world_address(s.f.w, NGO)));
    assert_true(world_inject(s.f.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&changed)));
    world_tick(s.f.w, MISSION);
    assert_int_equal(s.refused, 1);
    assert_int_equal(s.keys, 0);
    arena_fini(&arena);
    bytes_fini(&header);
    bytes_fini(&changed);
    end(&s);
}

/* Nor from an accomplice, on its ordinary link; when the suspension is over the agency's own word counts. */
static void test_another_member_brings_no_keys_of_who_is_suspended(void **state)
{
    struct peer_refusal refusal = {.step = STEP_KEY};
    struct bytes bundle = {0};
    struct bytes frame = {0};
    struct bundle newer;
    struct scene s;
    uint64_t sequence;

    (void)state;
    begin(&s, 955);
    newer = *membership_bundle(s.f.mission->membership, address_view(s.f.to));
    sequence = newer.sequence;
    newer.sequence += 1000;
    world_must(bundle_sign(&newer, membership_federation(s.f.mission->membership), vault_identity(s.f.mission->vault),
                           &bundle, &s.f.err),
               &s.f.err, "a bundle");
    refusal.bundle = bytes_view(&bundle);
    peer_refusal_encode(&refusal, &frame);
    suspend(&s, MISSION, NGO);
    assert_true(world_inject(s.f.w, SHELTER, NGO, PEER_BUNDLE, bytes_view(&bundle)));
    assert_true(world_inject(s.f.w, SHELTER, NGO, PEER_REFUSAL, bytes_view(&frame)));
    world_tick(s.f.w, NGO);
    assert_non_null(links_find_agency(s.f.ngo, world_address(s.f.w, SHELTER)));
    assert_int_equal(membership_bundle(s.f.ngo->membership, address_view(s.f.to))->sequence, sequence);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + HOURS);
    fixture_look(&s.f);
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_BUNDLE, bytes_view(&bundle)));
    world_tick(s.f.w, NGO);
    assert_int_equal(membership_bundle(s.f.ngo->membership, address_view(s.f.to))->sequence, newer.sequence);
    bytes_fini(&bundle);
    bytes_fini(&frame);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_left_is_told_and_states_what_became_of_it),
        cmocka_unit_test(test_who_left_is_dialled),
        cmocka_unit_test(test_who_left_with_a_longer_directory_has_no_link_for_longer),
        cmocka_unit_test(test_refex_link_is_told_when_nobody_is_cut_off_any_more),
        cmocka_unit_test(test_a_narrow_link_ends_with_the_last_day),
        cmocka_unit_test(test_who_left_long_ago_is_dialled_by_nobody),
        cmocka_unit_test(test_whose_key_is_found_in_other_hands_is_dialled_no_more),
        cmocka_unit_test(test_whose_key_is_in_other_hands_gets_no_link),
        cmocka_unit_test(test_who_is_suspended_is_told_at_once_and_believed_later),
        cmocka_unit_test(test_a_withdrawal_of_who_is_suspended_stops_and_erases_later),
        cmocka_unit_test(test_what_a_thief_withdraws_is_never_erased),
        cmocka_unit_test(test_who_is_suspended_stays_so_when_the_directory_ends),
        cmocka_unit_test(test_what_it_withdrew_before_stays),
        cmocka_unit_test(test_what_it_stopped_is_named_until_it_says_it_again),
        cmocka_unit_test(test_what_a_thief_stopped_is_named_until_a_person_has_phoned),
        cmocka_unit_test(test_who_leaves_while_it_is_suspended_is_believed_when_its_key_is_compared),
        cmocka_unit_test(test_who_comes_back_with_other_keys_leaves_what_it_stopped_to_people),
        cmocka_unit_test(test_a_stop_takes_no_answer_with_it_that_is_owed),
        cmocka_unit_test(test_a_receipt_of_who_is_suspended_ends_nothing),
        cmocka_unit_test(test_what_waited_goes_at_once_behind_a_new_start_too),
        cmocka_unit_test(test_nothing_else_leaves_on_such_a_link),
        cmocka_unit_test(test_who_is_suspended_reads_it_before_anything_waits),
        cmocka_unit_test(test_with_an_ordinary_link_it_is_over),
        cmocka_unit_test(test_what_else_comes_on_such_a_link_is_not_read),
        cmocka_unit_test(test_no_receipt_of_before_and_no_new_key_is_taken_on_it),
        cmocka_unit_test(test_no_key_is_given_on_it),
        cmocka_unit_test(test_another_member_brings_no_keys_of_who_is_suspended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
