/* What records say of each consent, whoever took it and whatever its id; and what of that is read back from bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/consent/consent_log.h"
#include "fake_clock.h"

#define MANY 1000 /* in three chunks and a part: ids fall on one another's places */

/* Of an entry of this agency's (docs/PROTOCOL.md 12): id, commitment, state, flags, until, index, length of a name. */
#define ENTRY_SIZE (IDENT_SIZE + HASH_SIZE + 1 + 1 + 4 + 8 + 2)

static struct address own;
static struct fake_random random;

static struct consent_log *new_log(void)
{
    assert_true(address_read(view_of_text("ngo@sim.example"), &own));
    fake_random_init(&random, 5);
    return consent_log_new(&own, &random.random);
}

static struct ident id_of(unsigned n)
{
    struct ident id = {{(uint8_t)n, (uint8_t)(n >> 8)}};

    return id;
}

static void give(struct consent_log *l, struct ident id, uint64_t index)
{
    const struct record r = {
        .kind = RECORD_CONSENT, .index = index, .consent = {.consent = id, .state = CONSENT_GIVEN, .until = 20000}};

    consent_log_apply(l, &r);
}

static void take(struct consent_log *l, struct ident id, const char *agency, enum consent_state state)
{
    const struct record r = {.kind = RECORD_TAKEN,
                             .index = 9,
                             .taken = {.consent = id, .agency = view_of_text(agency), .state = state, .until = 20001}};

    consent_log_apply(l, &r);
}

static void erase(struct consent_log *l, struct ident id, const char *agency)
{
    const struct record r = {.kind = RECORD_ERASED, .erased = {.consent = id, .agency = view_of_text(agency)}};

    consent_log_apply(l, &r);
}

static const struct consent_fact *find(struct consent_log *l, struct ident id, const char *agency)
{
    struct address name;

    assert_true(address_read(view_of_text(agency), &name));
    return consent_log_find(l, &name, &id);
}

/* --- which --- */

static void test_each_of_many_consents_is_found_under_its_own_id(void **state)
{
    struct consent_log *l = new_log();

    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        give(l, id_of(i), i);
    assert_int_equal(consent_log_count(l), MANY);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(find(l, id_of(i), "ngo@sim.example")->record_index, i);
    for (unsigned i = MANY; i < 2 * MANY; i++)
        assert_null(find(l, id_of(i), "ngo@sim.example"));
    consent_log_free(l);
}

/* An id is its agency's choice: one that chooses that of another's consent, or of ours, changes neither. */
static void test_an_id_that_two_agencies_chose_is_two_consents(void **state)
{
    struct consent_log *l = new_log();

    (void)state;
    give(l, id_of(1), 3);
    take(l, id_of(1), "mission@sim.example", CONSENT_GIVEN);
    take(l, id_of(1), "shelter@sim.example", CONSENT_ERASE);
    erase(l, id_of(1), "shelter@sim.example");
    assert_int_equal(consent_log_count(l), 3);
    assert_int_equal(find(l, id_of(1), "ngo@sim.example")->state, CONSENT_GIVEN);
    assert_int_equal(find(l, id_of(1), "ngo@sim.example")->record_index, 3);
    assert_int_equal(find(l, id_of(1), "mission@sim.example")->state, CONSENT_GIVEN);
    assert_false(find(l, id_of(1), "mission@sim.example")->erased);
    assert_int_equal(find(l, id_of(1), "shelter@sim.example")->state, CONSENT_ERASE);
    assert_true(find(l, id_of(1), "shelter@sim.example")->erased);
    assert_null(find(l, id_of(1), "clinic@sim.example"));
    consent_log_free(l);
}

/* Of more agencies than there was room for. */
static void test_consents_of_many_agencies_are_told_apart(void **state)
{
    struct consent_log *l = new_log();

    (void)state;
    for (unsigned i = 0; i < 26; i++) {
        const char name[] = {(char)('a' + i), '@', 's', '.', 'e', 'x', '\0'};

        take(l, id_of(1), name, i % 2 == 0 ? CONSENT_GIVEN : CONSENT_STOP);
    }
    assert_int_equal(consent_log_count(l), 26);
    assert_int_equal(find(l, id_of(1), "a@s.ex")->state, CONSENT_GIVEN);
    assert_int_equal(find(l, id_of(1), "z@s.ex")->state, CONSENT_STOP);
    consent_log_free(l);
}

/* --- held and erased --- */

/* Told to stop before anything came, and no row: what comes with data later has one, whatever follows. */
static void test_what_came_with_data_is_held_from_then_on(void **state)
{
    struct consent_log *l = new_log();
    const char *mission = "mission@sim.example";

    (void)state;
    take(l, id_of(1), mission, CONSENT_STOP);
    assert_false(find(l, id_of(1), mission)->held);
    take(l, id_of(1), mission, CONSENT_GIVEN);
    assert_true(find(l, id_of(1), mission)->held);
    take(l, id_of(1), mission, CONSENT_STOP);
    assert_true(find(l, id_of(1), mission)->held);
    consent_log_free(l);
}

/* A withdrawal that is said again revives nothing; what is taken over anew is there again, to be erased again. */
static void test_what_was_erased_stays_erased_until_it_is_taken_over_again(void **state)
{
    struct consent_log *l = new_log();
    const char *mission = "mission@sim.example";

    (void)state;
    take(l, id_of(1), mission, CONSENT_GIVEN);
    erase(l, id_of(1), mission);
    take(l, id_of(1), mission, CONSENT_STOP);
    assert_true(find(l, id_of(1), mission)->erased);
    take(l, id_of(1), mission, CONSENT_GIVEN);
    assert_false(find(l, id_of(1), mission)->erased);
    take(l, id_of(1), mission, CONSENT_STOP);
    assert_false(find(l, id_of(1), mission)->erased);
    consent_log_free(l);
}

static void test_records_of_other_things_change_nothing(void **state)
{
    const struct record r = {.kind = RECORD_RECEIPTED};
    struct consent_log *l = new_log();

    (void)state;
    consent_log_apply(l, &r);
    assert_int_equal(consent_log_changes(l), 0);
    assert_int_equal(consent_log_count(l), 0);
    consent_log_free(l);
}

/* --- as bytes --- */

static struct bytes stored; /* the chunks one after the other */
static size_t ends[8];

static void store_all(struct consent_log *l)
{
    bytes_clear(&stored);
    for (size_t i = 0; i < consent_log_chunks(l); i++) {
        consent_log_chunk_write(l, i, &stored);
        ends[i] = stored.size;
    }
}

static struct view chunk(size_t number)
{
    size_t from = number == 0 ? 0 : ends[number - 1];

    return view_of(stored.at + from, ends[number] - from);
}

static void same_roots(struct consent_log *a, struct consent_log *b)
{
    struct hash one;
    struct hash other;

    consent_log_root(a, &one);
    consent_log_root(b, &other);
    assert_true(hash_equal(&one, &other));
}

static void fill(struct consent_log *l)
{
    const struct record no = {.kind = RECORD_CONSENT, .index = 8, .consent = {.state = CONSENT_REFUSED, .until = 3}};
    struct record refused = no;

    for (unsigned i = 0; i < MANY; i++)
        give(l, id_of(i), i);
    take(l, id_of(2), "mission@sim.example", CONSENT_GIVEN);
    take(l, id_of(2), "shelter@sim.example", CONSENT_STOP);
    erase(l, id_of(2), "mission@sim.example");
    refused.consent.consent = id_of(MANY);
    consent_log_apply(l, &refused);
}

static void test_what_is_read_back_is_what_was_written(void **state)
{
    struct consent_log *l = new_log();
    struct consent_log *back = new_log();

    (void)state;
    fill(l);
    store_all(l);
    assert_int_equal(consent_log_chunks(l), 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(consent_log_chunk_read(back, chunk(i)));
    assert_int_equal(consent_log_count(back), consent_log_count(l));
    same_roots(l, back);
    assert_int_equal(consent_log_refusals(back), 1);
    assert_int_equal(consent_log_refusal(back, 0)->until, 3);
    assert_true(find(back, id_of(2), "mission@sim.example")->held);
    assert_true(find(back, id_of(2), "mission@sim.example")->erased);
    assert_false(find(back, id_of(2), "shelter@sim.example")->held);
    assert_int_equal(find(back, id_of(7), "ngo@sim.example")->record_index, 7);
    take(back, id_of(2), "mission@sim.example", CONSENT_GIVEN); /* what follows is as if nothing had been stored */
    take(l, id_of(2), "mission@sim.example", CONSENT_GIVEN);
    same_roots(l, back);
    consent_log_free(l);
    consent_log_free(back);
}

/* Only what changed is stored again. */
static void test_a_chunk_is_changed_by_its_own_records_until_it_is_stored(void **state)
{
    struct consent_log *l = new_log();

    (void)state;
    fill(l);
    for (size_t i = 0; i < 4; i++)
        assert_true(consent_log_chunk_changed(l, i));
    consent_log_stored(l);
    give(l, id_of(300), 5000);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(consent_log_chunk_changed(l, i), i == 1);
    consent_log_free(l);
}

static bool is_read(struct view bytes)
{
    struct consent_log *l = new_log();
    bool ok = consent_log_chunk_read(l, bytes);

    consent_log_free(l);
    return ok;
}

static void test_a_chunk_that_is_cut_or_goes_on_is_none(void **state)
{
    struct consent_log *l = new_log();
    size_t whole;

    (void)state;
    take(l, id_of(1), "mission@sim.example", CONSENT_GIVEN);
    give(l, id_of(1), 1);
    store_all(l);
    whole = stored.size;
    assert_int_equal(whole, 2 * ENTRY_SIZE + strlen("mission@sim.example"));
    for (size_t i = 0; i <= whole; i++) /* each entry whole, or nothing */
        assert_int_equal(is_read(view_of(stored.at, i)), i == 0 || i == whole - ENTRY_SIZE || i == whole);
    consent_log_free(l);

    l = new_log();
    for (unsigned i = 0; i <= CONSENT_CHUNK; i++)
        give(l, id_of(i), i);
    store_all(l);
    assert_true(is_read(chunk(0)));
    assert_false(is_read(bytes_view(&stored))); /* one entry more than a chunk has */
    consent_log_free(l);
}

static void test_a_chunk_names_an_agency_and_each_consent_once(void **state)
{
    struct consent_log *l = new_log();
    struct bytes twice = {0};

    (void)state;
    take(l, id_of(1), "mission@sim.example", CONSENT_GIVEN);
    store_all(l);
    assert_true(is_read(bytes_view(&stored)));
    bytes_append_view(&twice, bytes_view(&stored));
    bytes_append_view(&twice, bytes_view(&stored));
    assert_false(is_read(bytes_view(&twice)));
    stored.at[stored.size - 1] = '@'; /* the last of its name */
    assert_false(is_read(bytes_view(&stored)));
    bytes_fini(&twice);
    consent_log_free(l);
}

static int free_stored(void **state)
{
    (void)state;
    bytes_fini(&stored);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_of_many_consents_is_found_under_its_own_id),
        cmocka_unit_test(test_an_id_that_two_agencies_chose_is_two_consents),
        cmocka_unit_test(test_consents_of_many_agencies_are_told_apart),
        cmocka_unit_test(test_what_came_with_data_is_held_from_then_on),
        cmocka_unit_test(test_what_was_erased_stays_erased_until_it_is_taken_over_again),
        cmocka_unit_test(test_records_of_other_things_change_nothing),
        cmocka_unit_test(test_what_is_read_back_is_what_was_written),
        cmocka_unit_test(test_a_chunk_is_changed_by_its_own_records_until_it_is_stored),
        cmocka_unit_test(test_a_chunk_that_is_cut_or_goes_on_is_none),
        cmocka_unit_test(test_a_chunk_names_an_agency_and_each_consent_once),
    };

    return cmocka_run_group_tests(tests, NULL, free_stored);
}
