/* Rules that no honest story meets: a peer whose program was modified, a database that was edited, what changes between
 * two steps of one tick. tests/mutants breaks each of them and expects a test here to turn red. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "crypto/commit.h"
#include "crypto/seal.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/sealing.h"
#include "exchange/vault.h"
#include "forge.h"
#include "people.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

enum { NGO, MISSION, SHELTER };

#define BIT(s) SECTION_BIT(SECTION_##s)

/* The last envelope that NGO sent. */
struct last_envelope {
    unsigned count;
    uint8_t enc[KEY_SIZE];
    uint32_t sequence;
};

/* An NGO with a case, consent for the mission, and a link to it. */
struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    const struct address *to;
    struct ident person;
    struct ident consent;
    struct control_referral_result sent;
    struct last_envelope last;
    uint32_t step;     /* of the last refusal that MISSION sent */
    unsigned receipts; /* sent by MISSION */
    struct arena arena;
    struct error err;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct peer_refusal refusal;
    struct arena arena = {0};
    struct envelope e;
    struct error err = {0};

    (void)to;
    s->receipts += from == MISSION && kind == PEER_RECEIPT;
    if (from == MISSION && kind == PEER_REFUSAL && peer_refusal_decode(payload, &arena, &refusal, &err))
        s->step = refusal.step;
    if (from == NGO && kind == PEER_ENVELOPE && envelope_decode(payload, &arena, &e, &err)) {
        s->last.count++;
        s->last.sequence = e.header.sequence;
        memcpy(s->last.enc, e.header.enc, KEY_SIZE);
    }
    arena_fini(&arena);
}

static void settle(struct fixture *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

static bool try_refer(struct fixture *s, bool now)
{
    error_clear(&s->err);
    return people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = now}, &s->sent, &s->err);
}

static void refer(struct fixture *s, bool now)
{
    if (!try_refer(s, now))
        fail_msg("%s", s->err.text);
}

static void begin_of(struct fixture *s, size_t nodes, const struct people_consent *consent)
{
    *s = (struct fixture){.w = world_new(13, nodes)};
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    s->to = world_address(s->w, MISSION);
    settle(s);
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    s->consent = people_consent(s->ngo, &s->person, s->to, consent);
    world_tick(s->w, NGO);
    world_watch(s->w, on_frame_sent, s);
}

/* One referral was sent with the sections that are triage or NOW. */
static void begin_sent(struct fixture *s, section_set sections, bool now)
{
    begin_of(s, 2, &(struct people_consent){.sections = sections});
    refer(s, now);
    settle(s);
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        if (world_node(s->w, i) != NULL)
            assert_true(people_log_is_good(world_node(s->w, i)));
    arena_fini(&s->arena);
    world_free(s->w);
}

/* Of a test that wrote records into a log by hand. */
static void end_forged(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        if (world_node(s->w, i) != NULL)
            assert_true(people_forged_log_is_good(world_node(s->w, i)));
    arena_fini(&s->arena);
    world_free(s->w);
}

static void withdraw(struct fixture *s)
{
    struct control_consent_withdraw_ask ask = {.consent = s->consent};
    struct control_consent consent;

    if (!exchange_consent_withdraw(s->ngo, &ask, &consent, &s->err))
        fail_msg("%s", s->err.text);
}

static void restart(struct fixture *s, size_t i)
{
    world_start(s->w, i);
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
}

static struct consent_entry *consent_entry_of(struct fixture *s, struct exchange *x)
{
    struct consent_entry *entry;
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(x->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(x, row.number, &entry, &s->err));
    return entry;
}

/* --- the gate --- */

/* Whether what the mission reads of a referral is what the case says. */
static bool is_of_case(struct fixture *s, const struct ident *referral, const struct ident *person)
{
    struct case_sections own;
    struct control_referral_detail there;

    assert_true(exchange_case_show(s->ngo, person, &own, &s->err));
    assert_true(exchange_referral_show(s->mission, referral, true, &there, &s->err));
    assert_int_not_equal(people_section(&there, SECTION_HEALTH).size, 0);
    return view_equal(people_section(&there, SECTION_HEALTH), own.sections[SECTION_HEALTH]);
}

static void test_of_two_cases_referred_in_one_tick_each_says_its_own(void **state)
{
    const struct people_consent agreed = {.sections = BIT(TRIAGE) | BIT(HEALTH)};
    struct ident first;
    struct ident other;
    struct ident of_first;
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &agreed);
    first = s.person;
    other = people_long_case(s.ngo);
    (void)people_consent(s.ngo, &other, s.to, &agreed);
    settle(&s);

    refer(&s, true);
    of_first = s.sent.referral;
    s.person = other;
    refer(&s, true);
    settle(&s);

    assert_true(is_of_case(&s, &of_first, &first));
    assert_true(is_of_case(&s, &s.sent.referral, &other));
    assert_false(is_of_case(&s, &of_first, &other));
    end(&s);
}

static void test_a_message_whose_consent_ends_in_its_own_tick_is_withheld(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    refer(&s, true);
    withdraw(&s);
    settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

static void test_a_message_whose_consent_ends_by_its_date_in_its_own_tick_is_withheld(void **state)
{
    struct fixture s;
    struct people_consent today = {.sections = BIT(TRIAGE)};

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    withdraw(&s);
    settle(&s);
    today.until = day_of_ms(world_now(s.w));
    s.consent = people_consent(s.ngo, &s.person, s.to, &today);
    settle(&s);

    refer(&s, true);
    world_advance(s.w, DAY_MS);
    settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

static void test_a_message_whose_consent_is_erased_in_its_own_tick_is_withheld(void **state)
{
    struct fixture s;
    struct control_consent_withdraw_ask ask = {.erase_now = true, .seen_alone = true};
    struct control_consent consent;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    ask.consent = s.consent;
    refer(&s, true);
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

/* Puts another receipt in the place of the stored one, as who holds the keys and edits the database could: it grants
 * health as well. With COMMITTED the grant's commitment among the others is made anew, too. */
static void widen_stored_consent(struct fixture *s, bool committed)
{
    struct consent_entry *entry = consent_entry_of(s, s->ngo);
    struct consent_receipt r = entry->receipt;
    struct shown_grant *shown = arena_new(&s->arena, r.shown_count * sizeof *shown);
    struct shown_grant *last = shown; /* the one with sections */
    struct grant grant;
    struct cell where = {.slot = entry->row.slot,
                         .section = "consent",
                         .table = "consent",
                         .row = entry->row.number,
                         .column = "sealed"};
    uint8_t *g = arena_new(&s->arena, r.g.size);
    struct bytes encoded = {0};
    struct bytes content = {0};
    struct bytes sealed = {0};
    struct hash commitment;

    memcpy(shown, r.shown, r.shown_count * sizeof *shown);
    last += r.shown_count - 1;
    grant = last->grant;
    assert_int_equal(grant.sections, BIT(TRIAGE));
    grant.sections |= BIT(HEALTH);
    grant_encode(&grant, &encoded);
    last->bytes = bytes_view(&encoded);
    memcpy(g, r.g.at, r.g.size);
    commit_grant(last->salt, last->bytes, &commitment);
    if (committed)
        memcpy(g + (last->place - 1) * HASH_SIZE, commitment.at, HASH_SIZE);
    r.g = view_of(g, r.g.size);
    r.shown = shown;
    bytes_append(&content, entry->bytes.at - COMMIT_SALT_SIZE, COMMIT_SALT_SIZE); /* the salt of its case */
    consent_receipt_encode(&r, &content);
    assert_true(vault_seal_cell(s->ngo->vault, &where, bytes_view(&content), &sealed, &s->err));
    assert_true(tick_begin(s->ngo, &s->err) &&
                consent_store_set_content(s->ngo->db, entry->row.number, bytes_view(&sealed), &s->err));
    consent_book_invalidate(s->ngo, entry->row.number);
    world_tick(s->w, NGO);
    bytes_fini(&encoded);
    bytes_fini(&content);
    bytes_fini(&sealed);
}

static void refuse_widened_consent(bool committed)
{
    struct fixture s;

    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    widen_stored_consent(&s, committed);

    assert_false(try_refer(&s, true));
    assert_int_equal(s.err.code, E_CON_01);
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_LOG_MISMATCH)));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 0);
    end(&s);
}

static void test_a_grant_that_was_not_committed_to_releases_nothing(void **state)
{
    (void)state;
    refuse_widened_consent(false);
}

static void test_commitments_that_the_record_does_not_hold_release_nothing(void **state)
{
    (void)state;
    refuse_widened_consent(true);
}

static void test_what_waits_under_a_consent_that_was_edited_is_withheld(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s.w, MISSION);
    refer(&s, true);
    settle(&s);
    widen_stored_consent(&s, false);
    restart(&s, MISSION);
    settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

/* The agency is to be told all the same, although nothing leaves to it now. */
static void test_a_withdrawal_passes_the_gate_to_an_agency_that_is_suspended(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    world_revoke(s.w, MISSION, REVOKED_SUSPENDED);
    withdraw(&s);
    settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 2);
    end(&s);
}

static void test_a_consent_for_police_records_that_she_was_told(void **state)
{
    struct control_consent_grant grant = {.sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask ask = {.to_count = 1,
                                             .grants = &grant,
                                             .grant_count = 1,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};
    struct fixture s;
    struct ident id;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(HEALTH)});
    world_set_kind(s.w, MISSION, KIND_POLICE);
    ask.case_id = s.person;
    ask.to = s.to;
    assert_false(people_record(s.ngo, &ask, &id, &s.err));
    assert_int_equal(s.err.code, E_CON_12);

    ask.told_irreversible = true;
    assert_true(people_record(s.ngo, &ask, &id, &s.err));
    world_tick(s.w, NGO);
    refer(&s, true);
    settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_an_agency_that_became_irreversible_gets_nothing_she_was_not_told_of(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_set_kind(s.w, MISSION, KIND_POLICE);

    assert_false(try_refer(&s, true));
    assert_int_equal(s.err.code, E_CON_01);
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_IRREVERSIBLE)));
    end(&s);
}

static void test_what_waits_for_an_agency_that_became_irreversible_is_withheld(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s.w, MISSION);
    refer(&s, true);
    settle(&s);
    world_set_kind(s.w, MISSION, KIND_POLICE);
    restart(&s, MISSION);
    settle(&s);

    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

/* --- the inbox: a sender that is modified --- */

/* A message of the referral that was sent, with SECTIONS out of it, under the consent; *BODY is freed by the caller. */
static struct forgery forgery_of(struct fixture *s, section_set sections, struct bytes *body)
{
    struct body b = {.kind = MESSAGE_RELEASE, .has_referral = true, .referral = s->sent.referral};
    struct forgery f = {.record = {.message_kind = MESSAGE_RELEASE,
                                   .sections = sections,
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("consent"),
                                   .has_consent = true,
                                   .consent = s->consent}};
    struct control_referral_detail d;

    assert_true(exchange_referral_show(s->ngo, &s->sent.referral, true, &d, &s->err));
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((sections & SECTION_BIT(i)) != 0)
            b.sections[b.section_count++] =
                (struct body_section){.section = (enum section)i, .data = people_section(&d, i)};
    body_encode(&b, body);
    f.body = bytes_view(body);
    f.consent = arena_copy(&s->arena, consent_entry_of(s, s->ngo)->bytes);
    return f;
}

/* Delivers it; MISSION runs a tick. */
static void deliver(struct fixture *s, const struct forgery *f)
{
    struct bytes envelope = {0};

    forge_envelope(s->w, NGO, MISSION, f, &envelope);
    s->step = 0;
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->w, MISSION);
    bytes_fini(&envelope);
}

/* Whether the message was refused for what it holds, with a receipt, and what it is about was not stored. */
static void assert_refused(struct fixture *s)
{
    assert_int_equal(s->step, 0);
    assert_int_equal(people_records(s->mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_records(s->mission, RECORD_REFUSED), 1);
}

static void assert_refused_at_step(struct fixture *s, enum admission_step step)
{
    assert_int_equal(s->step, step);
    assert_int_equal(people_records(s->mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_records(s->mission, RECORD_REFUSED), 0);
}

/* The forgery itself is sound: with nothing wrong in it, it is stored. */
static void test_a_message_by_hand_with_nothing_wrong_is_stored(void **state)
{
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
    f = forgery_of(&s, BIT(HEALTH), &body);
    deliver(&s, &f);

    assert_int_equal(s.step, 0);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2);
    bytes_fini(&body);
    end(&s);
}

static void test_data_on_a_basis_that_the_policy_does_not_name_is_refused(void **state)
{
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    f = forgery_of(&s, BIT(TRIAGE), &body);
    f.record.basis = view_of_text("vital-interest");
    f.record.has_consent = false;
    f.consent = (struct view){0};
    deliver(&s, &f);

    assert_refused(&s);
    bytes_fini(&body);
    end(&s);
}

static void test_a_consent_of_another_kind_is_refused(void **state)
{
    static const struct {
        const char *basis;
        const char *ground;
    } others[] = {{"danger-to-life", ""}, {"group-consent", ""}, {"consent", "danger-to-life"}};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct bytes body = {0};
        struct fixture s;
        struct forgery f;

        begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
        f = forgery_of(&s, BIT(HEALTH), &body);
        f.record.basis = view_of_text(others[i].basis);
        f.record.ground = view_of_text(others[i].ground);
        deliver(&s, &f);
        assert_refused(&s);
        bytes_fini(&body);
        end(&s);
    }
}

static void test_sections_that_the_consent_does_not_cover_are_refused(void **state)
{
    struct bytes body = {0};
    struct ident wide;
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    wide = s.consent;
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    world_tick(s.w, NGO);
    refer(&s, true);
    settle(&s);
    s.consent = wide; /* the first, which is for triage only */
    f = forgery_of(&s, BIT(HEALTH), &body);
    deliver(&s, &f);

    assert_refused(&s);
    bytes_fini(&body);
    end(&s);
}

static void test_data_under_a_consent_that_was_withdrawn_is_refused(void **state)
{
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
    f = forgery_of(&s, BIT(HEALTH), &body);
    withdraw(&s);
    settle(&s);
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2); /* the referral and the withdrawal */
    deliver(&s, &f);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 1);
    bytes_fini(&body);
    end(&s);
}

/* What is opened beside the grants must be what her consent committed to. */
static void test_how_consent_was_given_is_what_was_committed_to(void **state)
{
    struct consent_receipt changed;
    struct bytes receipt = {0};
    struct bytes given = {0};
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
    f = forgery_of(&s, BIT(HEALTH), &body);
    assert_true(consent_receipt_decode(f.consent, &s.arena, &changed, &s.err));
    changed.given.told_irreversible = true;
    consent_given_encode(&changed.given, &given);
    changed.given_bytes = bytes_view(&given);
    consent_receipt_encode(&changed, &receipt);
    f.consent = bytes_view(&receipt);
    deliver(&s, &f);

    assert_refused(&s);
    bytes_fini(&receipt);
    bytes_fini(&given);
    bytes_fini(&body);
    end(&s);
}

/* The second record commits to the very same consent: which of the two counts must not be the sender's choice. */
static void test_one_consent_under_two_records_is_refused(void **state)
{
    struct record record = {.kind = RECORD_CONSENT};
    struct consent_receipt second;
    struct audit_proof proof;
    struct bytes receipt = {0};
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
    f = forgery_of(&s, BIT(HEALTH), &body);
    assert_true(consent_receipt_decode(f.consent, &s.arena, &second, &s.err));
    record.consent =
        (struct record_consent){.consent = s.consent, .state = CONSENT_GIVEN, .until = second.header.until};
    assert_true(consent_commitment_of(&second, &record.consent.commitment));
    forge_record(s.w, NGO, &record, &s.arena, &proof);
    second.record_bytes = proof.record;
    second.path = proof.path;
    second.checkpoint = proof.checkpoint;
    consent_receipt_encode(&second, &receipt);
    f.consent = bytes_view(&receipt);
    deliver(&s, &f);

    assert_refused(&s);
    bytes_fini(&receipt);
    bytes_fini(&body);
    end(&s);
}

static void test_a_message_id_used_for_another_record_is_refused(void **state)
{
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    f = forgery_of(&s, BIT(TRIAGE), &body);
    f.record.message = s.sent.message;
    deliver(&s, &f);

    assert_refused(&s);
    bytes_fini(&body);
    end(&s);
}

static void test_a_record_that_is_not_of_this_message_is_refused(void **state)
{
    static const struct hash other = {{1}};
    struct body b = {.kind = MESSAGE_RELEASE,
                     .has_referral = true,
                     .sections = {{SECTION_HEALTH, view_of_text("no section")}},
                     .section_count = 1};
    struct bytes no_section = {0};
    struct bytes body = {0};
    struct fixture s;
    struct forgery good;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), true);
    good = forgery_of(&s, BIT(HEALTH), &body);
    f = good;
    f.record.commitment = other;
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    f.record.recipient = address_view(world_address(s.w, NGO));
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    f.message = (struct ident){{7}};
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    f.record.sections = BIT(TRIAGE);
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    f.record.message_kind = MESSAGE_UPDATE;
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    f.consent = (struct view){0};
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    f = good;
    b.referral = s.sent.referral;
    body_encode(&b, &no_section);
    f.body = bytes_view(&no_section);
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_RECORD);
    bytes_fini(&no_section);
    bytes_fini(&body);
    end(&s);
}

/* The key is destroyed by the first tick of the next day: until then the day itself decides. */
static void test_a_sealing_key_opens_nothing_after_its_last_day(void **state)
{
    const struct bundle_key *key;
    struct bytes envelope = {0};
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    f = forgery_of(&s, BIT(TRIAGE), &body);
    assert_true(membership_sealing_key(s.ngo->membership, address_view(s.to), day_of_ms(world_now(s.w)), &key, &s.err));
    f.expiry = key->keep_until + 1;
    deliver(&s, &f);
    assert_refused_at_step(&s, STEP_KEY);

    forge_envelope(s.w, NGO, MISSION, &f, &envelope);
    while (day_of_ms(world_now(s.w)) <= key->keep_until) {
        world_advance(s.w, DAY_MS);
        if (day_of_ms(world_now(s.w)) % 7 == 0)
            world_publish(s.w);
    }
    s.step = 0;
    assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s.w, MISSION);
    assert_refused_at_step(&s, STEP_KEY);
    bytes_fini(&envelope);
    bytes_fini(&body);
    end(&s);
}

static void test_another_incarnation_of_a_log_is_refused(void **state)
{
    struct bytes body = {0};
    struct fixture s;
    struct forgery f;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    f = forgery_of(&s, BIT(TRIAGE), &body);
    f.incarnation = 2;
    deliver(&s, &f);

    assert_refused_at_step(&s, STEP_CHECKPOINT);
    bytes_fini(&body);
    end(&s);
}

/* --- the witness, and what is proven --- */

static struct peer_row peer_of(struct exchange *x, const struct address *agency)
{
    struct peer_row row;
    struct error err;
    bool found;

    world_must(peer_store_find(x->db, address_view(agency), &found, &row, &err) && found, &err, "find a peer");
    return row;
}

static void test_a_log_that_grows_is_proven_to_its_peer_to_have_grown(void **state)
{
    struct fixture s;
    uint64_t first;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    first = peer_of(s.mission, world_address(s.w, NGO)).linked_size;
    for (int i = 0; i < 3; i++) {
        refer(&s, true);
        settle(&s);
    }

    assert_true(first > 0);
    assert_true(peer_of(s.mission, world_address(s.w, NGO)).linked_size > first);
    end(&s);
}

static bool erasure_is_shown(struct fixture *s)
{
    struct control_consent consent;

    assert_true(exchange_consent_show(s->ngo, &s->consent, &consent, &s->err));
    return consent.answered;
}

/* A thief of the key could sign a log in which all was erased. */
static void test_what_a_compromised_key_signed_proves_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    withdraw(&s);
    settle(&s);
    world_advance(s.w, 5 * DAY_MS);
    settle(&s);
    assert_true(erasure_is_shown(&s));
    world_revoke(s.w, MISSION, REVOKED_KEY_COMPROMISE);

    assert_false(erasure_is_shown(&s));
    end(&s);
}

static void test_what_an_agency_that_left_had_signed_stays_proven(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    withdraw(&s);
    settle(&s);
    world_advance(s.w, 5 * DAY_MS);
    settle(&s);
    world_revoke(s.w, MISSION, REVOKED_SUSPENDED);

    assert_true(erasure_is_shown(&s));
    end(&s);
}

/* --- withdrawals --- */

/* Node I sends MISSION a withdrawal of the consent, proven by the record R of its own log. */
static void send_withdrawal(struct fixture *s, size_t i, struct record *r)
{
    struct body body = {.kind = MESSAGE_WITHDRAWAL};
    struct audit_proof proof;

    forge_record(s->w, i, r, &s->arena, &proof);
    body.withdrawal.consent = s->consent;
    body.withdrawal.state = CONSENT_ERASE;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    assert_true(outbox_put_plain(world_node(s->w, i), s->to, &body, 0, 0, &s->err));
    settle(s);
}

static void test_a_withdrawal_by_an_agency_that_did_not_take_the_consent_has_no_effect(void **state)
{
    struct record r = {.kind = RECORD_WITHDRAWN};
    struct fixture s;

    (void)state;
    begin_of(&s, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    refer(&s, true);
    settle(&s);
    r.consent = (struct record_consent){
        .consent = s.consent, .commitment = {{1}}, .state = CONSENT_ERASE, .until = day_of_ms(world_now(s.w))};
    send_withdrawal(&s, SHELTER, &r);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 2);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_a_withdrawal_without_its_record_has_no_effect(void **state)
{
    struct record r = {.kind = RECORD_CONSENT};
    struct record given;
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    assert_true(record_decode(consent_entry_of(&s, s.ngo)->receipt.record_bytes, &s.arena, &given, &s.err));
    r.consent = (struct record_consent){.consent = s.consent,
                                        .commitment = given.consent.commitment,
                                        .state = CONSENT_REFUSED,
                                        .until = day_of_ms(world_now(s.w))};
    send_withdrawal(&s, NGO, &r);
    r.kind = RECORD_WITHDRAWN;
    r.consent.state = CONSENT_ERASE;
    r.consent.consent = (struct ident){{2}}; /* of another consent */
    send_withdrawal(&s, NGO, &r);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1); /* refused by name */
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

/* Node I sends NGO a statement that the consent was erased, proven by the record R in the log of node PROVER. */
static void send_statement(struct fixture *s, size_t i, size_t prover, struct record *r)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct audit_proof proof;

    forge_record(s->w, prover, r, &s->arena, &proof);
    body.erasure.consent = s->consent;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    assert_true(outbox_put_plain(world_node(s->w, i), world_address(s->w, NGO), &body, 0, 0, &s->err));
    settle(s);
}

static void test_only_the_agency_that_got_the_data_states_its_erasure(void **state)
{
    struct record r = {.kind = RECORD_ERASED};
    struct fixture s;

    (void)state;
    begin_of(&s, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    refer(&s, true);
    settle(&s);
    r.erased = (struct record_erased){.consent = s.consent,
                                      .erased = BIT(TRIAGE),
                                      .result = ERASURE_DONE,
                                      .agency = address_view(world_address(s.w, NGO))};
    send_statement(&s, SHELTER, MISSION, &r);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_false(erasure_is_shown(&s));

    send_statement(&s, MISSION, MISSION, &r);
    assert_true(erasure_is_shown(&s));
    end_forged(&s);
}

static void test_an_erasure_is_shown_only_with_its_own_record(void **state)
{
    struct record r = {.kind = RECORD_CONSENT};
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    r.consent = (struct record_consent){
        .consent = s.consent, .commitment = {{1}}, .state = CONSENT_REFUSED, .until = day_of_ms(world_now(s.w))};
    send_statement(&s, MISSION, MISSION, &r);
    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_false(erasure_is_shown(&s));
    r.kind = RECORD_ERASED;
    r.erased = (struct record_erased){.consent = {{2}},
                                      .erased = BIT(TRIAGE),
                                      .result = ERASURE_DONE,
                                      .agency = address_view(world_address(s.w, NGO))};
    send_statement(&s, MISSION, MISSION, &r); /* of another consent */
    assert_false(erasure_is_shown(&s));

    r.erased.consent = s.consent;
    r.erased.agency = (struct view){0}; /* of one that the mission took, which has the same id */
    send_statement(&s, MISSION, MISSION, &r);
    r.erased.agency = address_view(world_address(s.w, MISSION));
    send_statement(&s, MISSION, MISSION, &r);
    assert_false(erasure_is_shown(&s));

    r.erased.agency = address_view(world_address(s.w, NGO));
    send_statement(&s, MISSION, MISSION, &r);
    assert_true(erasure_is_shown(&s));
    end_forged(&s);
}

static bool erase_now(struct fixture *s, bool dry_run, struct control_consent *out)
{
    const struct control_consent_withdraw_ask ask = {
        .consent = s->consent, .erase_now = true, .seen_alone = SEEN_ALONE, .dry_run = dry_run};

    return exchange_consent_withdraw(s->ngo, &ask, out, &s->err);
}

/* An agency that was asked to stop, and keeps something, is asked again, to erase; one that has erased is not. */
static void test_what_is_kept_after_a_stop_is_asked_to_be_erased(void **state)
{
    (void)state;
    for (int kept = 0; kept < 2; kept++) {
        struct record r = {.kind = RECORD_ERASED};
        struct control_consent shown;
        struct fixture s;

        begin_sent(&s, BIT(TRIAGE), true);
        withdraw(&s);
        settle(&s);
        r.erased = (struct record_erased){.consent = s.consent,
                                          .erased = kept ? 0 : BIT(TRIAGE),
                                          .result = kept ? ERASURE_KEPT : ERASURE_DONE,
                                          .kept = kept ? BIT(TRIAGE) : 0,
                                          .ground = view_of_text(kept ? "law" : ""),
                                          .agency = address_view(world_address(s.w, NGO))};
        send_statement(&s, MISSION, MISSION, &r);
        assert_true(exchange_consent_show(s.ngo, &s.consent, &shown, &s.err));
        assert_int_equal(shown.told, kept ? RECIPIENT_KEPT : RECIPIENT_ERASED);
        world_crash(s.w, MISSION);
        for (int day = 0; day < 5; day++) {
            (void)people_case(s.ngo);
            world_tick(s.w, NGO);
            world_advance(s.w, DAY_MS - MINUTES);
            world_publish(s.w);
        }
        world_run_ms(s.w, MINUTES);
        assert_true(erase_now(&s, true, &shown));
        assert_int_equal(shown.progress, CONSENT_ERASED); /* here it is, since its day */
        assert_int_equal(shown.would_change, kept);
        assert_true(erase_now(&s, false, &shown));
        assert_int_equal(shown.told, kept ? RECIPIENT_ASKED : RECIPIENT_ERASED); /* by the stop */
        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1 + kept);
        s.mission = NULL;
        arena_fini(&s.arena);
        world_free(s.w);
    }
}

/* Else a node that fails in between would have erased what, by its log, it still holds. */
static void test_a_slot_is_erased_behind_the_commit_that_says_so(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    slot = consent_entry_of(&s, s.mission)->row.slot;
    withdraw(&s);
    settle(&s);
    for (int day = 0; day < 3; day++) { /* a record each day: its clock is not in doubt when it starts again */
        world_advance(s.w, DAY_MS - MINUTES);
        world_publish(s.w);
        world_tick(s.w, MISSION);
    }
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    world_advance(s.w, DAY_MS);
    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_tick(s.w, MISSION);
    assert_null(world_node(s.w, MISSION));

    restart(&s, MISSION);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    assert_false(vault_slot_is_erased(s.mission->vault, slot));
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_true(vault_slot_is_erased(s.mission->vault, slot));
    end(&s);
}

/* --- the outbox --- */

static void test_a_message_that_waits_past_its_last_day_expires(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s.w, MISSION);
    refer(&s, true);
    settle(&s);
    for (uint32_t day = 0; day <= BOUND_EXPIRY_DAYS; day++) {
        assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
        world_advance(s.w, DAY_MS);
        if (day % 7 == 0)
            world_publish(s.w);
        world_tick(s.w, NGO);
    }
    restart(&s, MISSION);
    settle(&s);

    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 1);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_EXPIRED);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    end(&s);
}

static void test_a_receipt_of_another_record_settles_nothing(void **state)
{
    struct record r = {.kind = RECORD_RECEIVED};
    struct bytes frame = {0};
    struct audit_proof proof;
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    world_conditions(s.w)->loss = 1000;
    refer(&s, true);
    world_step(s.w, 100);
    r.received = (struct record_received){.sender = address_view(world_address(s.w, NGO)),
                                          .message = s.sent.message,
                                          .leaf = {{1}},
                                          .outcome = OUTCOME_STORED};
    forge_record(s.w, MISSION, &r, &s.arena, &proof);
    receipt_encode(&(struct receipt){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint},
                   &frame);
    assert_true(world_inject(s.w, MISSION, NGO, PEER_RECEIPT, bytes_view(&frame)));
    world_tick(s.w, NGO);

    assert_int_equal(people_records(s.ngo, RECORD_RECEIPTED), 1); /* that of the first one */
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_WAITING);
    settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    bytes_fini(&frame);
    end(&s);
}

static void test_a_receipt_leaves_behind_the_commit_of_what_it_proves(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    assert_int_equal(s.receipts, 1);
    refer(&s, true);
    world_tick(s.w, NGO);
    world_fault(s.w, MISSION, DB_FAULT_COMMIT, 1);
    world_step(s.w, 100);
    assert_null(world_node(s.w, MISSION));
    assert_int_equal(s.receipts, 1);

    restart(&s, MISSION);
    settle(&s);
    assert_int_equal(s.receipts, 2);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_an_encapsulated_key_is_used_for_a_minute(void **state)
{
    struct last_envelope first;
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    refer(&s, true);
    world_tick(s.w, NGO);
    first = s.last;
    world_advance(s.w, SEALING_REUSE_MS - 1);
    refer(&s, true);
    world_tick(s.w, NGO);
    assert_int_equal(s.last.count, first.count + 1);
    assert_memory_equal(s.last.enc, first.enc, KEY_SIZE);
    assert_int_equal(s.last.sequence, first.sequence + 1);

    world_advance(s.w, 1);
    refer(&s, true);
    world_tick(s.w, NGO);
    assert_memory_not_equal(s.last.enc, first.enc, KEY_SIZE);
    settle(&s);
    end(&s);
}

/* Seals one disclosure as often as one encapsulated key may be used, and once more. */
static void test_an_encapsulated_key_is_used_for_65536_messages(void **state)
{
    struct bytes body = {0};
    struct bytes envelope = {0};
    struct audit_proof proof;
    struct disclosure *d = NULL;
    struct gate_ask ask = {.kind = MESSAGE_RELEASE};
    uint8_t salt[SALT_SIZE] = {0};
    enum denial denied;
    struct envelope e;
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    body_encode(&(struct body){.kind = MESSAGE_RELEASE, .has_referral = true, .referral = s.sent.referral}, &body);
    ask.body = bytes_view(&body);
    ask.salt = salt;
    ask.consent = consent_entry_of(&s, s.ngo);
    ask.purpose = PURPOSE_SERVICES;
    ask.recipient = *s.to;
    ask.message = s.sent.message;
    ask.expiry = day_of_ms(world_now(s.w)) + 1;
    assert_true(tick_begin(s.ngo, &s.err) && consent_gate_disclose(s.ngo, &ask, &d, &denied, &s.err));
    assert_non_null(d);
    assert_true(audit_prove(s.ngo->audit, 0, AUDIT_NEWEST, &s.arena, &proof, &s.err));
    sealing_invalidate(s.ngo->sealing);
    for (uint32_t i = 0; i <= SEAL_SEQUENCE_END; i++) {
        bytes_clear(&envelope);
        if (!sealing_envelope(s.ngo, d, &(struct seal_input){.proof = &proof}, &envelope, &s.err))
            fail_msg("message %u: %s", i, s.err.text);
    }
    assert_true(envelope_decode(bytes_view(&envelope), &s.arena, &e, &s.err));
    assert_int_equal(e.header.sequence, 0);
    bytes_fini(&body);
    bytes_fini(&envelope);
    world_tick(s.w, NGO);
    end(&s);
}

/* --- answers --- */

static void test_after_the_last_day_of_its_consent_a_referral_is_not_answered(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin_of(&s, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = BIT(TRIAGE), .until = day_of_ms(world_now(s.w)) + 2});
    world_tick(s.w, NGO);
    refer(&s, true);
    settle(&s);
    world_advance(s.w, 3 * DAY_MS);

    assert_false(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    assert_int_equal(s.err.code, E_CON_03);
    end(&s);
}

/* The withdrawal stops the referral, too. Here that was undone in the database. */
static void test_under_a_withdrawn_consent_a_referral_is_not_answered(void **state)
{
    struct control_referral answer;
    struct referral_row row;
    struct fixture s;
    bool found;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), false);
    withdraw(&s);
    settle(&s);
    assert_true(referral_store_find(s.mission->db, &s.sent.referral, &found, &row, &s.err) && found);
    assert_int_equal(row.state, REFERRAL_STOPPED);
    row.state = REFERRAL_DELIVERED;
    assert_true(tick_begin(s.mission, &s.err) && referral_store_update(s.mission->db, &row, &s.err));
    world_tick(s.w, MISSION);

    assert_false(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    assert_int_equal(s.err.code, E_CON_05);
    assert_false(
        exchange_referral_decline(s.mission, &s.sent.referral, DECLINE_AT_CAPACITY, (struct view){0}, &answer, &s.err));
    assert_int_equal(s.err.code, E_CON_05);
    end(&s);
}

static void send_reply(struct fixture *s, size_t from, size_t to, enum referral_state answer)
{
    struct body body = {.kind = MESSAGE_REPLY,
                        .has_referral = true,
                        .referral = s->sent.referral,
                        .reply = {.state = answer, .in_reply_to = s->sent.message}};

    if (answer == REFERRAL_DECLINED)
        body.reply.reason = DECLINE_AT_CAPACITY;
    assert_true(outbox_put_plain(world_node(s->w, from), world_address(s->w, to), &body, 0, 0, &s->err));
    settle(s);
}

static void test_the_first_answer_counts_whatever_comes_after(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), false);
    send_reply(&s, MISSION, NGO, REFERRAL_DECLINED);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DECLINED);
    send_reply(&s, MISSION, NGO, REFERRAL_ACCEPTED);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DECLINED);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_an_answer_of_an_agency_that_was_not_asked_has_no_effect(void **state)
{
    struct fixture s;

    (void)state;
    begin_of(&s, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    refer(&s, false);
    settle(&s);
    send_reply(&s, SHELTER, NGO, REFERRAL_ACCEPTED);

    assert_int_equal(people_records(s.ngo, RECORD_RECEIVED), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_who_sent_a_referral_does_not_answer_it(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(HEALTH), false);
    send_reply(&s, NGO, MISSION, REFERRAL_DECLINED);

    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), 1);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* --- what was opened --- */

void __real_secret_wipe(void *at, size_t size);
void __wrap_secret_wipe(void *at, size_t size);

static struct view watched; /* empty: nothing */
static unsigned watched_wipes;

/* The test's own: counts the wipes of bytes that hold WATCHED. */
void __wrap_secret_wipe(void *at, size_t size)
{
    watched_wipes += watched.size != 0 && size != 0 && memmem(at, size, watched.at, watched.size) != NULL;
    __real_secret_wipe(at, size);
}

static void test_what_was_opened_is_wiped_when_the_tick_ends(void **state)
{
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE) | BIT(IDENTITY), true);
    assert_true(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err));
    watched = arena_copy(&s.arena, people_section(&d, SECTION_IDENTITY));
    watched_wipes = 0;
    assert_true(watched.size != 0);
    world_tick(s.w, MISSION);

    assert_int_equal(watched_wipes, 2); /* what was opened, and what was decoded of it */
    watched = (struct view){0};
    end(&s);
}

/* A consent says what she agreed to, and names agencies: it lies in memory only while it is asked for. */
static void test_an_idle_node_holds_no_opened_consent(void **state)
{
    struct fixture s;

    (void)state;
    begin_sent(&s, BIT(TRIAGE), true);
    watched = arena_copy(&s.arena, consent_entry_of(&s, s.mission)->receipt.given.notice);
    world_run_ms(s.w, 2000);
    assert_true(view_equal(consent_entry_of(&s, s.mission)->receipt.given.notice, watched)); /* used again */
    watched_wipes = 0;
    world_run_ms(s.w, 2000);
    assert_int_equal(watched_wipes, 0);
    world_run_ms(s.w, 2000);

    assert_true(watched_wipes >= 2); /* the receipt, and what was decoded of it */
    watched = (struct view){0};
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_two_cases_referred_in_one_tick_each_says_its_own),
        cmocka_unit_test(test_a_message_whose_consent_ends_in_its_own_tick_is_withheld),
        cmocka_unit_test(test_a_message_whose_consent_ends_by_its_date_in_its_own_tick_is_withheld),
        cmocka_unit_test(test_a_message_whose_consent_is_erased_in_its_own_tick_is_withheld),
        cmocka_unit_test(test_a_grant_that_was_not_committed_to_releases_nothing),
        cmocka_unit_test(test_commitments_that_the_record_does_not_hold_release_nothing),
        cmocka_unit_test(test_what_waits_under_a_consent_that_was_edited_is_withheld),
        cmocka_unit_test(test_a_withdrawal_passes_the_gate_to_an_agency_that_is_suspended),
        cmocka_unit_test(test_a_consent_for_police_records_that_she_was_told),
        cmocka_unit_test(test_an_agency_that_became_irreversible_gets_nothing_she_was_not_told_of),
        cmocka_unit_test(test_what_waits_for_an_agency_that_became_irreversible_is_withheld),
        cmocka_unit_test(test_a_message_by_hand_with_nothing_wrong_is_stored),
        cmocka_unit_test(test_data_on_a_basis_that_the_policy_does_not_name_is_refused),
        cmocka_unit_test(test_a_consent_of_another_kind_is_refused),
        cmocka_unit_test(test_sections_that_the_consent_does_not_cover_are_refused),
        cmocka_unit_test(test_data_under_a_consent_that_was_withdrawn_is_refused),
        cmocka_unit_test(test_how_consent_was_given_is_what_was_committed_to),
        cmocka_unit_test(test_one_consent_under_two_records_is_refused),
        cmocka_unit_test(test_a_message_id_used_for_another_record_is_refused),
        cmocka_unit_test(test_a_record_that_is_not_of_this_message_is_refused),
        cmocka_unit_test(test_a_sealing_key_opens_nothing_after_its_last_day),
        cmocka_unit_test(test_another_incarnation_of_a_log_is_refused),
        cmocka_unit_test(test_a_log_that_grows_is_proven_to_its_peer_to_have_grown),
        cmocka_unit_test(test_what_a_compromised_key_signed_proves_nothing),
        cmocka_unit_test(test_what_an_agency_that_left_had_signed_stays_proven),
        cmocka_unit_test(test_a_withdrawal_by_an_agency_that_did_not_take_the_consent_has_no_effect),
        cmocka_unit_test(test_a_withdrawal_without_its_record_has_no_effect),
        cmocka_unit_test(test_only_the_agency_that_got_the_data_states_its_erasure),
        cmocka_unit_test(test_an_erasure_is_shown_only_with_its_own_record),
        cmocka_unit_test(test_what_is_kept_after_a_stop_is_asked_to_be_erased),
        cmocka_unit_test(test_a_slot_is_erased_behind_the_commit_that_says_so),
        cmocka_unit_test(test_a_message_that_waits_past_its_last_day_expires),
        cmocka_unit_test(test_a_receipt_of_another_record_settles_nothing),
        cmocka_unit_test(test_a_receipt_leaves_behind_the_commit_of_what_it_proves),
        cmocka_unit_test(test_an_encapsulated_key_is_used_for_a_minute),
        cmocka_unit_test(test_an_encapsulated_key_is_used_for_65536_messages),
        cmocka_unit_test(test_after_the_last_day_of_its_consent_a_referral_is_not_answered),
        cmocka_unit_test(test_under_a_withdrawn_consent_a_referral_is_not_answered),
        cmocka_unit_test(test_the_first_answer_counts_whatever_comes_after),
        cmocka_unit_test(test_an_answer_of_an_agency_that_was_not_asked_has_no_effect),
        cmocka_unit_test(test_who_sent_a_referral_does_not_answer_it),
        cmocka_unit_test(test_what_was_opened_is_wiped_when_the_tick_ends),
        cmocka_unit_test(test_an_idle_node_holds_no_opened_consent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
