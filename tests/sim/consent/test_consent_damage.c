/* A consent, or a message under it, whose row or content is not as it was written: which key it has is found by what
 * else is stored, and asked directly here; what it says is believed only as far as the log says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_key.h"
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

static void begin(struct fixture *s)
{
    fixture_begin(s, 47, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
}

static void end(struct fixture *s)
{
    world_free(s->w);
}

static struct consent_row row_of(struct fixture *s, size_t node)
{
    struct consent_row row;
    bool found;

    assert_true(
        consent_store_find(world_node(s->w, node)->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) &&
        found);
    return row;
}

static uint64_t slot_of_case(struct fixture *s)
{
    struct case_row row;
    bool found;

    assert_true(case_store_find(s->ngo->db, &s->person, &found, &row, &s->err) && found);
    return row.slot;
}

static struct node_status status_of(struct fixture *s, struct exchange *x)
{
    struct node_status status;

    world_must(exchange_status(x, &status, &s->err), &s->err, "status");
    return status;
}

/* --- which key --- */

/* What is found where the row names SLOT. */
static uint64_t key_by(struct fixture *s, uint64_t slot)
{
    struct consent_row row = row_of(s, NGO);

    row.slot = slot;
    world_must(consent_key_find(s->ngo, &row, &s->err), &s->err, "find the key of a consent");
    world_tick(s->w, NGO);
    return row.slot;
}

/* Its content is gone: what it sent twice lies under its key, by the records of that. */
static void test_a_message_shows_the_key_of_the_consent_that_its_record_names(void **state)
{
    static const char *const untrue[] = {
        "UPDATE message SET record_index = 999999",
        "UPDATE message SET record_index = 0", /* not of what was sent */
        "UPDATE message SET record_index = (SELECT sum(record_index) FROM message) - record_index", /* the other's */
        "DROP TRIGGER exchange_record_stays; UPDATE exchange_record SET bytes = x'00' WHERE kind = 1",
    };
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_deliver(&s);
    slot = row_of(&s, NGO).slot;
    fixture_edit(&s, NGO,
                 "DELETE FROM consent_content; CREATE TABLE kept AS SELECT number, record_index AS at FROM message");
    for (size_t i = 0; i < sizeof untrue / sizeof untrue[0]; i++) {
        assert_int_equal(key_by(&s, slot_of_case(&s)), slot);
        fixture_edit_beside(&s, NGO, untrue[i]);
        assert_int_equal(key_by(&s, slot_of_case(&s)), VAULT_OWN_SLOT);
        fixture_edit_beside(&s, NGO,
                            "UPDATE message SET record_index = (SELECT at FROM kept WHERE number = message.number)");
    }
    end(&s);
}

static void add_consent(struct fixture *s)
{
    s->consent = people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, NGO);
}

/* Nothing shows it: what the row names is its key unless something of another opens with that. */
static void test_the_key_of_another_consent_or_of_a_case_is_not_taken_for_that_of_this_one(void **state)
{
    struct fixture s;
    uint64_t others;
    uint64_t slot;

    (void)state;
    begin(&s);
    others = row_of(&s, NGO).slot;
    add_consent(&s);
    slot = row_of(&s, NGO).slot;
    add_consent(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent_content WHERE number > 1");
    assert_int_equal(key_by(&s, slot), slot);
    assert_int_equal(key_by(&s, others), VAULT_OWN_SLOT);
    assert_int_equal(key_by(&s, slot_of_case(&s)), VAULT_OWN_SLOT);
    end(&s);
}

/* The row names WRONG: while a statement fails nothing is found, and nothing is called unknown. */
static void find_at_each_statement(struct fixture *s, uint64_t wrong, uint64_t right)
{
    struct consent_row row;
    bool ok = false;

    for (unsigned n = 1; !ok; n++) {
        row = row_of(s, NGO);
        row.slot = wrong;
        db_fault(s->ngo->db, DB_FAULT_STEP, n);
        ok = consent_key_find(s->ngo, &row, &s->err);
        assert_int_equal(ok, db_fault_is_armed(s->ngo->db, DB_FAULT_STEP));
        assert_int_equal(row.slot, ok ? right : wrong);
        assert_true(ok || s->err.code == E_STO_01);
        db_fault(s->ngo->db, DB_FAULT_STEP, 0);
    }
}

static void test_a_key_is_unknown_only_where_all_was_read(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent_content");
    find_at_each_statement(&s, slot_of_case(&s), row_of(&s, NGO).slot);
    add_consent(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent_content WHERE number = 2");
    find_at_each_statement(&s, slot_of_case(&s), VAULT_OWN_SLOT);
    end(&s);
}

static void test_a_key_that_may_be_anothers_is_looked_for_again_when_it_is_read(void **state)
{
    struct bytes keys = {0};
    struct consent_row row;
    struct fixture s;

    (void)state;
    begin(&s);
    add_consent(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent_content WHERE number = 2");
    fixture_take_keys(&s, NGO, &keys);
    row = row_of(&s, NGO);
    assert_false(consent_key_find(s.ngo, &row, &s.err));
    assert_int_equal(s.err.code, E_KEY_21);
    fixture_give_keys(&s, NGO, &keys);
    assert_int_equal(key_by(&s, row.slot), row.slot);
    end(&s);
}

/* --- what it says --- */

/* The first that status names at X. */
static void assert_named(struct fixture *s, struct exchange *x, enum consent_difference what, size_t count)
{
    struct node_status status = status_of(s, x);

    assert_int_equal(status.differing_count, count);
    assert_int_equal(status.differing[0].what, what);
}

static void show(struct fixture *s)
{
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show a consent");
}

/* It opens under its key, and is no consent. */
static void test_a_content_that_is_none_shuts_its_consent(void **state)
{
    static const char *const contents[] = {"short", "so long that there is something behind the salt, but no receipt"};

    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct consent_entry *entry;
        struct consent_row row;
        struct fixture s;

        begin(&s);
        row = row_of(&s, NGO);
        assert_true(tick_begin(s.ngo, &s.err));
        assert_true(consent_book_replace_content(s.ngo, &row, view_of_text(contents[i]), &entry, &s.err));
        assert_int_equal(entry->grant_count, 0);
        assert_false(entry->matches_log);
        world_tick(s.w, NGO);
        assert_false(fixture_try_refer(&s));
        assert_int_equal(s.err.code, E_CON_01);
        assert_named(&s, s.ngo, CONSENT_DIFFERS_CONTENT, 1);
        show(&s);
        assert_true(s.shown.shut);
        assert_int_equal(s.shown.grant_count, 0);
        assert_true(fixture_withdraw(&s, false));
        end(&s);
    }
}

/* The disk gives the page of something else in place of its content. */
static void test_a_content_that_the_database_finds_damaged_shuts_its_consent(void **state)
{
    struct consent_row row;
    struct fixture s;
    bool known;

    (void)state;
    begin(&s);
    fixture_edit_beside(
        &s, NGO,
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema"
        " WHERE name = 'consent_of_case') WHERE name = 'consent_content'; PRAGMA schema_version = 4242");
    assert_named(&s, s.ngo, CONSENT_DIFFERS_CONTENT, 1);
    show(&s);
    assert_true(s.shown.shut);
    assert_int_equal(s.shown.grant_count, 0);
    row = row_of(&s, NGO);
    row.slot = VAULT_OWN_SLOT;
    assert_true(consent_key_is_known(s.ngo, &row, &known, &s.err));
    assert_false(known);
    end(&s);
}

/* The log commits to the same bytes under another name, which its row has. */
static void test_a_consent_says_itself_which_it_is_and_who_took_it(void **state)
{
    static const char *const rows[] = {"UPDATE consent SET id = " OTHER_ID,
                                       "UPDATE consent SET agency = 'shelter@sim.example'"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct consent_fact *fact;
        struct record r = {.kind = RECORD_TAKEN};
        struct arena arena = {0};
        struct audit_proof proof;
        struct fixture s;

        begin(&s);
        fixture_deliver(&s);
        fact = consent_log_find(s.mission->consent_log, world_address(s.w, NGO), &s.consent);
        r.taken = (struct record_taken){.consent = s.consent,
                                        .agency = address_view(world_address(s.w, i == 0 ? NGO : SHELTER)),
                                        .commitment = fact->commitment,
                                        .state = fact->state,
                                        .until = fact->until};
        if (i == 0)
            for (unsigned k = 0; k < IDENT_SIZE; k++)
                r.taken.consent.at[k] = (uint8_t)(k * 0x11);
        forge_record(s.w, MISSION, &r, &arena, &proof);
        fixture_edit(&s, MISSION, rows[i]);
        assert_named(&s, s.mission, CONSENT_DIFFERS_CONTENT, 2);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        arena_fini(&arena);
        end(&s);
    }
}

static bool count_shut(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += c->shut ? 1 : 0;
    return true;
}

static void test_a_consent_that_the_log_does_not_have_is_listed_shut(void **state)
{
    struct fixture s;
    unsigned shut = 0;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "UPDATE consent SET id = " OTHER_ID);
    assert_true(exchange_consent_list(s.ngo, &(struct control_consent_list_ask){0}, NULL, count_shut, &shut, &s.err));
    assert_int_equal(shut, 1);
    end(&s);
}

static void test_a_consent_whose_case_is_gone_is_shown_shut_and_of_no_case(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "DELETE FROM case_section; DELETE FROM case_likeness; DELETE FROM case_file");
    assert_named(&s, s.ngo, CONSENT_DIFFERS_CASE, 1);
    show(&s);
    assert_true(s.shown.shut);
    assert_true(ident_is_zero(&s.shown.case_id));
    assert_true(fixture_withdraw(&s, false));
    end(&s);
}

/* By its content it is known to be one, though it shows no grant. */
static void test_a_no_whose_row_is_gone_is_nothing_to_be_withdrawn(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 48, 2, &(struct people_consent){.refused = true});
    fixture_edit(&s, NGO, "DELETE FROM consent");
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_07);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);
    end(&s);
}

static bool pass_entry(void *cookie, const struct control_audit_entry *entry, const struct record *r, struct error *err)
{
    (void)cookie;
    (void)entry;
    (void)r;
    (void)err;
    return true;
}

/* It lies with this machine, not with an agency that something came from. */
static void test_a_record_that_cannot_be_read_is_a_damaged_log(void **state)
{
    struct control_referral_detail shown;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 49, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    fixture_edit_beside(&s, NGO,
                        "DROP TRIGGER exchange_record_stays; UPDATE exchange_record SET bytes = x'00' WHERE kind = 1");
    assert_false(exchange_audit_list(s.ngo, &(struct control_audit_list_ask){.log = LOG_EXCHANGE}, NULL, pass_entry,
                                     NULL, &s.err));
    assert_int_equal(s.err.code, E_LOG_02);
    assert_false(exchange_referral_show(s.ngo, &s.sent.referral, false, &shown, &s.err));
    assert_int_equal(s.err.code, E_LOG_02);
    end(&s);
}

/* An answer names the message that it answers: where the row of that is gone none is made up. */
static void test_what_has_no_message_any_more_is_not_answered(void **state)
{
    struct control_referral answer;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, MISSION, "DELETE FROM message");
    assert_false(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
    assert_int_equal(s.err.code, E_LOG_02);
    assert_non_null(strstr(s.err.text, "the message of a referral is missing"));
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

/* A message waits for an agency whose row is gone: what keeps it back says for whom it was, by its record. */
static void test_what_waits_for_an_agency_whose_row_is_gone_is_withheld_and_expires(void **state)
{
    (void)state;
    for (int expires = 0; expires < 2; expires++) {
        struct fixture s;

        begin(&s);
        world_crash(s.w, MISSION);
        world_step(s.w, 0);
        fixture_refer(&s);
        world_tick(s.w, NGO);
        fixture_edit(&s, NGO, "UPDATE peer SET number = number + 50");
        if (expires)
            world_run_ms(s.w, INT64_C(30) * 24 * HOURS);
        else
            assert_true(fixture_withdraw(&s, false));
        world_tick(s.w, NGO);
        fixture_restart(&s, NGO); /* it reads its log */
        assert_int_equal(people_records(s.ngo, expires ? RECORD_EXPIRED : RECORD_WITHHELD), 1);
        fixture_end(&s);
    }
}

/* Nor does its record say it: nothing is written, least of all a record that names nobody. */
static void test_what_is_for_nobody_that_is_known_is_not_withheld(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE peer SET number = number + 50; UPDATE message SET record_index = 0");
    world_let_fail(s.w, NGO);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_LOG_02);
    fixture_restart(&s, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_shows_the_key_of_the_consent_that_its_record_names),
        cmocka_unit_test(test_the_key_of_another_consent_or_of_a_case_is_not_taken_for_that_of_this_one),
        cmocka_unit_test(test_a_key_is_unknown_only_where_all_was_read),
        cmocka_unit_test(test_a_key_that_may_be_anothers_is_looked_for_again_when_it_is_read),
        cmocka_unit_test(test_a_content_that_is_none_shuts_its_consent),
        cmocka_unit_test(test_a_content_that_the_database_finds_damaged_shuts_its_consent),
        cmocka_unit_test(test_a_consent_says_itself_which_it_is_and_who_took_it),
        cmocka_unit_test(test_a_consent_that_the_log_does_not_have_is_listed_shut),
        cmocka_unit_test(test_a_consent_whose_case_is_gone_is_shown_shut_and_of_no_case),
        cmocka_unit_test(test_a_no_whose_row_is_gone_is_nothing_to_be_withdrawn),
        cmocka_unit_test(test_a_record_that_cannot_be_read_is_a_damaged_log),
        cmocka_unit_test(test_what_has_no_message_any_more_is_not_answered),
        cmocka_unit_test(test_what_waits_for_an_agency_whose_row_is_gone_is_withheld_and_expires),
        cmocka_unit_test(test_what_is_for_nobody_that_is_known_is_not_withheld),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
