/* Who is suspended, or has left, still holds her data: what calls it back reaches it by a narrow link, its statement
 * comes back, and nothing else passes. Whose key is in other hands gets no link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "exchange/consent/consent_log.h"
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

struct scene {
    struct fixture f;
    struct bytes envelope; /* the last from the NGO to the mission … */
    struct bytes receipt;  /* … and back */
    unsigned others;       /* frames between the two that no narrow link carries, while one is cut off */
    unsigned envelopes;    /* the same, that are carried, from the mission */
    bool is_cut_off;
};

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
    if (!s->is_cut_off || from == SHELTER || to == SHELTER)
        return;
    s->others += narrow_carries(LINK_CLASS_CUT_OFF, kind) ? 0 : 1;
    s->envelopes += from == MISSION && kind == PEER_ENVELOPE;
}

/* Her referral is at the mission, which can read it. */
static void begin(struct scene *s, uint64_t seed)
{
    *s = (struct scene){0};
    world_let_two_sign = true;
    fixture_begin(&s->f, seed, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_let_two_sign = false;
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
        assert_int_equal(err.code, E_CON_05);
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
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + 25 * HOURS);
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
    world_run_ms(s.f.w, 26 * HOURS);
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
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS + 85 * MINUTES);
    assert_int_equal(people_records(s.f.ngo, RECORD_RECEIPTED), receipted + 1); /* it went again */
    world_run_ms(s.f.w, 25 * HOURS);
    fixture_look(&s.f);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    end(&s);
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
        cmocka_unit_test(test_who_left_long_ago_is_dialled_by_nobody),
        cmocka_unit_test(test_whose_key_is_found_in_other_hands_is_dialled_no_more),
        cmocka_unit_test(test_whose_key_is_in_other_hands_gets_no_link),
        cmocka_unit_test(test_who_is_suspended_is_told_at_once_and_believed_later),
        cmocka_unit_test(test_a_withdrawal_of_who_is_suspended_stops_and_erases_later),
        cmocka_unit_test(test_what_a_thief_withdraws_is_never_erased),
        cmocka_unit_test(test_who_is_suspended_stays_so_when_the_directory_ends),
        cmocka_unit_test(test_what_it_withdrew_before_stays),
        cmocka_unit_test(test_a_receipt_of_who_is_suspended_ends_nothing),
        cmocka_unit_test(test_nothing_else_leaves_on_such_a_link),
        cmocka_unit_test(test_with_an_ordinary_link_it_is_over),
        cmocka_unit_test(test_what_else_comes_on_such_a_link_is_not_read),
        cmocka_unit_test(test_no_receipt_of_before_and_no_new_key_is_taken_on_it),
        cmocka_unit_test(test_another_member_brings_no_keys_of_who_is_suspended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
