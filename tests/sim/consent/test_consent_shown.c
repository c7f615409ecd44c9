/* What people are shown of a consent, and status says of all: while it ends and after, beside a stopped node, where
 * a row says other than the log, where somebody else's word is part of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_log.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "forge.h"
#include "store/case_store.h"
#include "store/consent_store.h"

#define OTHER_ID "x'00112233445566778899aabbccddeeff'"

static const struct people_consent triage = {.sections = BIT(TRIAGE)};

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &triage);
    fixture_deliver(s);
}

static void end(struct fixture *s)
{
    world_free(s->w);
}

static void show(struct fixture *s)
{
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show a consent");
}

static struct node_status status_of(struct fixture *s)
{
    struct node_status status;

    world_must(exchange_status(s->ngo, &status, &s->err), &s->err, "status");
    return status;
}

static void erase_now(struct fixture *s)
{
    assert_true(fixture_withdraw(s, true));
    fixture_settle(s);
}

/* --- beside a stopped node --- */

static bool keep_last(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    *(struct control_consent *)cookie = *c;
    return true;
}

/* What a reader says, shown and listed alike. */
static struct control_consent read_beside(struct fixture *s)
{
    struct exchange_options options = {
        .home = world_home(s->w, NGO), .clock = s->ngo->time.clock, .random = s->ngo->random, .read_only = true};
    struct control_consent listed = {0};
    struct control_consent shown;
    struct node_status status;
    struct exchange *reader;

    world_must(exchange_open(&options, &reader, &s->err), &s->err, "open a reader");
    world_must(exchange_consent_show(reader, &s->consent, &shown, &s->err), &s->err, "show");
    world_must(exchange_consent_list(reader, &(struct control_consent_list_ask){0}, NULL, keep_last, &listed, &s->err),
               &s->err, "list");
    assert_true(ident_equal(&listed.consent, &shown.consent));
    assert_int_equal(listed.sealed, shown.sealed);
    assert_int_equal(listed.until, shown.until);
    assert_int_equal(listed.told, shown.told);
    world_must(exchange_status(reader, &status, &s->err), &s->err, "status");
    assert_int_equal(status.differing_count, 0);
    exchange_close(reader);
    assert_int_equal(shown.grant_count, 0);
    assert_int_equal(shown.given_by, 0);
    assert_false(shown.shut);
    assert_false(shown.key_unknown);
    return shown;
}

/* No key is at hand: all that is not sealed is said, and of what is erased no more than by the node. */
static void test_a_reader_says_of_a_consent_what_is_not_sealed(void **state)
{
    struct control_consent read;
    struct fixture s;

    (void)state;
    begin(&s, 51);
    read = read_beside(&s);
    assert_true(read.sealed && read.until != 0 && read.erase_from == 0);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    read = read_beside(&s);
    assert_true(read.sealed && read.until != 0 && read.erase_from != 0);
    assert_int_equal(read.told, RECIPIENT_ASKED);
    erase_now(&s);
    show(&s);
    assert_true(s.shown.answered); /* its proof was checked */
    read = read_beside(&s);
    assert_false(read.sealed || read.answered || read.until != 0 || read.erase_from != 0);
    assert_int_equal(read.told, RECIPIENT_ERASED);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 3"); /* as it is for a moment */
    read = read_beside(&s);
    assert_false(read.sealed || read.until != 0 || read.erase_from != 0);
    assert_int_equal(read.progress, CONSENT_ERASING);
    end(&s);
}

static bool take_none(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    return error_set(err, E_STO_02, "nobody listens any more");
}

static void test_a_list_ends_where_nobody_listens_and_names_no_case_that_is_not_there(void **state)
{
    static const struct ident nobody = {{1}};
    struct control_consent last;
    struct fixture s;

    (void)state;
    begin(&s, 52);
    assert_false(exchange_consent_list(s.ngo, &(struct control_consent_list_ask){.case_id = s.person}, NULL, take_none,
                                       NULL, &s.err));
    assert_int_equal(s.err.code, E_STO_02);
    assert_false(exchange_consent_list(s.ngo, &(struct control_consent_list_ask){.case_id = nobody}, NULL, keep_last,
                                       &last, &s.err));
    assert_int_equal(s.err.code, E_CAS_20);
    fixture_edit(&s, NGO, "DELETE FROM consent");
    assert_false(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.err.code, E_CON_06); /* it was a yes: withdrawing makes its row again */
    end(&s);
}

/* Of an erased consent its record alone says when it was given, and only that. */
static void test_when_an_erased_consent_was_given_is_said_by_its_own_record(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent SET record_index = 999999",
        "UPDATE consent SET record_index = 0",                                       /* of the beginning of the log */
        "UPDATE consent SET record_index = (SELECT max(record_index) FROM consent)", /* of another consent */
        "DROP TRIGGER exchange_record_stays; UPDATE exchange_record SET bytes = x'00' WHERE kind = 8",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ident other;
        struct fixture s;

        begin(&s, 69);
        other = people_consent(s.ngo, &s.person, s.to, &triage);
        erase_now(&s);
        show(&s);
        assert_true(s.shown.given_at_ms != 0);
        fixture_edit_beside(&s, NGO, rows[i]);
        show(&s);
        assert_int_equal(s.shown.progress, CONSENT_ERASED);
        assert_int_equal(s.shown.given_at_ms, 0);
        s.consent = other;
        show(&s); /* is listed with the one that is damaged */
        end(&s);
    }
}

/* --- rows that say other than the log --- */

static void assert_differs(struct fixture *s, enum consent_difference what)
{
    struct node_status status = status_of(s);

    assert_int_equal(status.differing_count, what != CONSENT_AGREES);
    if (what != CONSENT_AGREES)
        assert_int_equal(status.differing[0].what, what);
}

static void test_of_an_erased_consent_the_row_says_that_it_is_or_becomes_so(void **state)
{
    struct case_sections opened;
    struct fixture s;

    (void)state;
    begin(&s, 53);
    erase_now(&s);
    assert_differs(&s, CONSENT_AGREES);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 3");
    assert_differs(&s, CONSENT_AGREES);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 2");
    assert_differs(&s, CONSENT_DIFFERS_STATE);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 1");
    assert_differs(&s, CONSENT_DIFFERS_STATE);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_CON_01);
    assert_true(fixture_withdraw(&s, false)); /* set right by the log */
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    world_tick(s.w, NGO);
    assert_differs(&s, CONSENT_AGREES);

    fixture_edit(&s, NGO, "UPDATE consent SET slot = (SELECT max(slot) FROM case_file)");
    assert_differs(&s, CONSENT_DIFFERS_STATE); /* its key is there, it says */
    world_run_ms(s.w, 48 * HOURS);
    assert_true(exchange_case_show(s.ngo, &s.person, &opened, &s.err)); /* that of a case is not destroyed for it */
    end(&s);
}

static void test_a_row_without_a_record_is_neither_withdrawn_nor_erased(void **state)
{
    struct fixture s;
    uint64_t slot;
    struct consent_row row;
    bool found;

    (void)state;
    begin(&s, 54);
    assert_true(consent_store_find(s.ngo->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err) && found);
    slot = row.slot;
    fixture_edit(&s, NGO, "UPDATE consent SET id = " OTHER_ID ", progress = 2, erase_from = 1");
    world_run_ms(s.w, 48 * HOURS);
    assert_false(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    for (unsigned k = 0; k < IDENT_SIZE; k++)
        s.consent.at[k] = (uint8_t)(k * 0x11);
    world_let_fail(s.w, NGO);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_LOG_02);
    fixture_restart(&s, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);
    end(&s);
}

static void test_a_no_whose_row_says_yes_is_a_no(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 55, 2, &(struct people_consent){.refused = true});
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 1");
    assert_differs(&s, CONSENT_AGREES);
    assert_int_equal(status_of(&s).refusals_lost, 1);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_CON_25);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_07);
    end(&s);
}

/* A renewal is written by no agency yet; it stands, like what was given. */
static void test_a_renewed_consent_stands(void **state)
{
    struct record r = {.kind = RECORD_CONSENT};
    const struct consent_fact *f;
    struct fixture s;

    (void)state;
    begin(&s, 56);
    f = consent_log_find(s.ngo->consent_log, world_address(s.w, NGO), &s.consent);
    r.consent = (struct record_consent){
        .consent = s.consent, .commitment = f->commitment, .state = CONSENT_RENEWED, .until = f->until};
    assert_true(tick_begin(s.ngo, &s.err) && audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);
    assert_false(consent_agreement_is_over(s.ngo, world_address(s.w, NGO), &s.consent));
    assert_differs(&s, CONSENT_AGREES);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true, .sections = 0});
    world_tick(s.w, NGO);
    assert_true(consent_agreement_is_over(s.ngo, world_address(s.w, NGO), &s.consent)); /* withdrawn by it */
    end(&s);
}

/* --- a refusal whose row is gone --- */

/* Another person refused, and the row of that is gone. */
static void lose_a_refusal(struct fixture *s)
{
    struct ident other = people_case(s->ngo);

    world_tick(s->w, NGO);
    (void)people_consent(s->ngo, &other, s->to, &(struct people_consent){.refused = true});
    world_tick(s->w, NGO);
    fixture_edit(s, NGO,
                 "DELETE FROM consent_content WHERE number IN (SELECT number FROM consent WHERE progress = 5);"
                 "DELETE FROM consent WHERE progress = 5");
}

static void renew(struct fixture *s)
{
    const struct consent_fact *f = consent_log_find(s->ngo->consent_log, world_address(s->w, NGO), &s->consent);
    struct record r = {.kind = RECORD_CONSENT};

    r.consent = (struct record_consent){
        .consent = s->consent, .commitment = f->commitment, .state = CONSENT_RENEWED, .until = f->until};
    assert_true(tick_begin(s->ngo, &s->err) && audit_append(s->ngo->audit, &r, NULL, &s->err));
    world_tick(s->w, NGO);
}

static void test_a_lost_no_shuts_what_was_renewed_before_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 57);
    renew(&s);
    lose_a_refusal(&s);
    assert_differs(&s, CONSENT_REFUSAL_LOST);
    end(&s);
}

/* It is named while it shuts something: not what is over, nor what another agency took. */
static void test_a_lost_no_that_shuts_nothing_is_counted(void **state)
{
    struct record r = {.kind = RECORD_TAKEN};
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s, 58);
    r.taken = (struct record_taken){
        .consent = {{7}}, .agency = address_view(s.to), .state = CONSENT_GIVEN, .until = UINT32_MAX};
    assert_true(tick_begin(s.ngo, &s.err) && audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);
    lose_a_refusal(&s);
    status = status_of(&s);
    assert_int_equal(status.differing_count, 2);
    assert_int_equal(status.refusals_lost, 0);
    world_run_ms(s.w, INT64_C(91) * 24 * HOURS);
    status = status_of(&s);
    assert_int_equal(status.differing_count, 1); /* a row that is not there: the other agency's */
    assert_int_equal(status.differing[0].what, CONSENT_HAS_NO_ROW);
    assert_int_equal(status.refusals_lost, 1);
    end(&s);
}

/* --- status --- */

static void add_consents(struct fixture *s, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        s->consent = people_consent(s->ngo, &s->person, s->to, &triage);
    world_tick(s->w, NGO);
}

static void test_of_many_that_differ_some_are_named_and_all_are_counted(void **state)
{
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s, 59);
    add_consents(&s, 19);
    fixture_edit(&s, NGO, "UPDATE consent SET until = until + 1");
    status = status_of(&s);
    assert_int_equal(status.differing_count, BOUND_NAMED);
    assert_int_equal(status.differing_more, 20 - BOUND_NAMED);
    end(&s);
}

/* Its row is written when its checkpoint is signed. */
static void test_a_consent_of_this_tick_is_not_missed(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 60);
    s.consent = people_consent(s.ngo, &s.person, s.to, &triage);
    assert_differs(&s, CONSENT_AGREES);
    world_tick(s.w, NGO);
    assert_differs(&s, CONSENT_AGREES);
    end(&s);
}

/* Her consent lasts longer by its row than by the log. */
static void prolong(struct fixture *s)
{
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(s->ngo->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    row.until++;
    assert_true(tick_begin(s->ngo, &s->err) && consent_store_update(s->ngo->db, &row, &s->err));
    consent_book_invalidate(s->ngo, row.number);
    world_tick(s->w, NGO);
}

static bool step(struct fixture *s, struct walk_step *at)
{
    return exchange_status_prepare(s->ngo, at, &s->err);
}

static void test_two_who_ask_for_status_share_one_comparison(void **state)
{
    struct walk_step one = {.limit = 2};
    struct walk_step other = {.limit = 2};
    struct fixture s;

    (void)state;
    begin(&s, 61);
    add_consents(&s, 5);
    prolong(&s);
    assert_true(step(&s, &one) && one.more);
    assert_true(step(&s, &other) && other.more); /* two more, of the same */
    assert_true(step(&s, &one) && step(&s, &one) && !one.more);
    assert_true(step(&s, &other) && !other.more);
    assert_differs(&s, CONSENT_DIFFERS_UNTIL);
    end(&s);
}

/* What was compared before something changed is no answer to who asks after it. */
static void test_a_comparison_that_could_not_be_ended_answers_nobody(void **state)
{
    struct walk_step one = {.limit = 2};
    struct walk_step other = {.limit = 2};
    struct fixture s;

    (void)state;
    begin(&s, 62);
    add_consents(&s, 5);
    assert_differs(&s, CONSENT_AGREES);
    prolong(&s);
    assert_true(step(&s, &one) && one.more && step(&s, &other) && other.more);
    db_fault(s.ngo->db, DB_FAULT_STEP, 1);
    assert_false(step(&s, &one));
    assert_int_equal(s.err.code, E_STO_01);
    assert_true(step(&s, &other));
    assert_differs(&s, CONSENT_DIFFERS_UNTIL);
    end(&s);
}

/* --- what the recipient says --- */

static void test_what_the_recipient_states_that_it_keeps_is_shown_as_kept(void **state)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct record r = {.kind = RECORD_ERASED};
    struct forgery f = {.record = {.message_kind = MESSAGE_ERASURE_STATEMENT}};
    struct bytes bytes = {0};
    struct bytes envelope = {0};
    struct arena arena = {0};
    struct audit_proof proof;
    struct fixture s;

    (void)state;
    begin(&s, 63);
    assert_true(fixture_withdraw(&s, false)); /* to be erased in three days */
    fixture_settle(&s);
    r.erased = (struct record_erased){.consent = s.consent,
                                      .agency = address_view(world_address(s.w, NGO)),
                                      .result = ERASURE_KEPT,
                                      .kept = BIT(TRIAGE),
                                      .ground = view_of_text("court-order")};
    forge_record(s.w, MISSION, &r, &arena, &proof);
    body.erasure.consent = s.consent;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    body_encode(&body, &bytes);
    f.body = bytes_view(&bytes);
    forge_envelope(s.w, MISSION, NGO, &f, &envelope);
    assert_true(world_inject(s.w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s.w, NGO);
    assert_int_equal(fixture_told(&s), RECIPIENT_KEPT);
    assert_true(s.shown.answered);
    assert_int_equal(s.shown.answered_kept, BIT(TRIAGE));
    assert_int_equal(s.shown.answered_erased, 0);
    bytes_fini(&bytes);
    bytes_fini(&envelope);
    arena_fini(&arena);
    end(&s);
}

/* Rows can be changed without a key: what a reply says is nothing in a statement. */
static void test_a_message_whose_row_names_another_kind_is_not_read_as_one_of_that(void **state)
{
    static struct control_referral_detail d;
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s, 64);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    fixture_settle(&s);
    fixture_edit(&s, NGO, "UPDATE message SET kind = 18, consent = 1 WHERE direction = 2");
    show(&s);
    assert_false(s.shown.answered);
    fixture_edit(&s, NGO, "UPDATE message SET kind = 15 WHERE direction = 2");
    assert_false(exchange_referral_show(s.ngo, &s.sent.referral, true, &d, &s.err));
    assert_int_equal(s.err.code, E_KEY_15);
    end(&s);
}

/* The body of a statement is gone, with or without its row's word that it answered. */
static void test_a_statement_whose_body_is_gone_proves_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 65);
    erase_now(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_true(s.shown.answered);
    fixture_edit(&s, NGO, "DELETE FROM body");
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED); /* by the log */
    assert_false(s.shown.answered);
    end(&s);
}

static void test_a_consent_for_who_is_in_no_directory_any_more_is_shown(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 66);
    world_set_kind(s.w, MISSION, KIND_POLICE);
    fixture_settle(&s);
    show(&s);
    assert_true(s.shown.irreversible);
    world_remove(s.w, MISSION);
    world_tick(s.w, NGO);
    show(&s);
    assert_false(s.shown.irreversible);
    assert_true(s.shown.may_have_left);
    assert_true(address_equal(&s.shown.recipient, s.to));
    end(&s);
}

/* Data came under it: it is not said that nothing was held. */
static void test_what_was_told_to_stop_and_has_no_row_is_not_shown_as_nothing_held(void **state)
{
    struct control_consent shown = {0};
    struct fixture s;

    (void)state;
    begin(&s, 67);
    fixture_edit(&s, MISSION, "DELETE FROM consent_content; DELETE FROM consent");
    erase_now(&s);
    assert_true(
        exchange_consent_list(s.mission, &(struct control_consent_list_ask){0}, NULL, keep_last, &shown, &s.err));
    assert_true(ident_equal(&shown.consent, &s.consent));
    assert_int_equal(shown.progress, CONSENT_STOPPED);
    assert_false(shown.nothing_held);
    end(&s);
}

/* --- keys that are not read --- */

/* Neither the row's key nor any is read: whether it is known is not known, and it is sealed for now. */
static void test_a_consent_whose_key_may_be_one_that_is_not_read_is_sealed(void **state)
{
    (void)state;
    for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
        struct bytes keys = {0};
        struct fixture s;

        begin(&s, 68);
        if (withdrawn) {
            assert_true(fixture_withdraw(&s, false));
            fixture_settle(&s);
        }
        fixture_edit(&s, NGO, "UPDATE consent SET slot = 0, until = until + 1, erase_from = erase_from + 1");
        fixture_take_keys(&s, NGO, &keys);
        show(&s);
        assert_true(s.shown.sealed);
        assert_false(s.shown.key_unknown);
        assert_true(status_of(&s).keys_unread);
        fixture_give_keys(&s, NGO, &keys);
        show(&s);
        assert_false(s.shown.sealed);
        assert_false(s.shown.key_unknown); /* found among all */
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reader_says_of_a_consent_what_is_not_sealed),
        cmocka_unit_test(test_a_list_ends_where_nobody_listens_and_names_no_case_that_is_not_there),
        cmocka_unit_test(test_when_an_erased_consent_was_given_is_said_by_its_own_record),
        cmocka_unit_test(test_of_an_erased_consent_the_row_says_that_it_is_or_becomes_so),
        cmocka_unit_test(test_a_row_without_a_record_is_neither_withdrawn_nor_erased),
        cmocka_unit_test(test_a_no_whose_row_says_yes_is_a_no),
        cmocka_unit_test(test_a_renewed_consent_stands),
        cmocka_unit_test(test_a_lost_no_shuts_what_was_renewed_before_it),
        cmocka_unit_test(test_a_lost_no_that_shuts_nothing_is_counted),
        cmocka_unit_test(test_of_many_that_differ_some_are_named_and_all_are_counted),
        cmocka_unit_test(test_a_consent_of_this_tick_is_not_missed),
        cmocka_unit_test(test_two_who_ask_for_status_share_one_comparison),
        cmocka_unit_test(test_a_comparison_that_could_not_be_ended_answers_nobody),
        cmocka_unit_test(test_what_the_recipient_states_that_it_keeps_is_shown_as_kept),
        cmocka_unit_test(test_a_message_whose_row_names_another_kind_is_not_read_as_one_of_that),
        cmocka_unit_test(test_a_statement_whose_body_is_gone_proves_nothing),
        cmocka_unit_test(test_a_consent_for_who_is_in_no_directory_any_more_is_shown),
        cmocka_unit_test(test_what_was_told_to_stop_and_has_no_row_is_not_shown_as_nothing_held),
        cmocka_unit_test(test_a_consent_whose_key_may_be_one_that_is_not_read_is_sealed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
