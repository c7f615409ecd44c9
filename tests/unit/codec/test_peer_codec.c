/* What nodes send each other apart from envelopes: encoded and decoded again, and malformed messages refused. */
#include "codec/contract.h"
#include "codec/peer_messages.h"
#include "model/envelope.h"
#include "model/refusal.h"

#include "base/bounds.h"
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct bytes wire;

static int set_up(void **state)
{
    (void)state;
    bytes_clear(&wire);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    bytes_fini(&wire);
    return 0;
}

static struct peer_hello sample(void)
{
    struct peer_hello h = {
        .protocol_min = 1,
        .protocol_max = 3,
        .software = view_of_text("refex"),
        .directory_sequence = 12,
        .has_directory_hash = true,
        .bundle_sequence = 4,
        .incarnation = 1,
        .linked_size = 70,
    };

    h.node.at[0] = 0xab;
    memset(&h.federation_id, 5, sizeof h.federation_id);
    memset(&h.directory_hash, 6, sizeof h.directory_hash);
    return h;
}

static void test_a_hello_comes_back_whole(void **state)
{
    struct peer_hello h = sample();
    struct peer_hello back;
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_hello_contract, &h, &wire);
    assert_true(peer_hello_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(back.protocol_max, 3);
    assert_true(ident_equal(&back.node, &h.node));
    assert_true(hash_equal(&back.federation_id, &h.federation_id));
    assert_true(back.has_directory_hash && hash_equal(&back.directory_hash, &h.directory_hash));
    assert_int_equal(back.directory_sequence, 12);
    assert_int_equal(back.bundle_sequence, 4);
    assert_int_equal(back.linked_size, 70);
    assert_true(view_equal(back.software, h.software));
}

static void test_a_hello_of_a_newer_node_is_understood(void **state)
{
    struct peer_hello h = sample();
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_hello_contract, &h, &wire);
    bytes_append(&wire, "\xfa\x01\x03new", 6); /* field 31 */
    assert_true(peer_hello_decode(bytes_view(&wire), &arena, &h, &err));
}

/* refexd makes the hello for all, refex-link adds what is linked of the one that it greets. */
static void test_what_is_linked_is_added_to_a_hello(void **state)
{
    struct peer_hello h = sample();
    struct bytes made = {0};

    (void)state;
    h.entries = true;
    h.beginnings = true;
    h.suspensions = true;
    h.successions = true;
    h.held = true;
    h.dials_back = true;
    h.recalls = true;
    h.sizes = true;
    contract_encode_unchecked(&peer_hello_contract, &h, &wire);
    h.linked_size = 0;
    h.entries = false;
    h.beginnings = false;
    h.suspensions = false;
    h.successions = false;
    h.held = false;
    h.dials_back = false;
    h.recalls = false;
    h.sizes = false;
    contract_encode_unchecked(&peer_hello_contract, &h, &made);
    contract_encode_unchecked(&peer_hello_linked_contract, &(struct peer_hello_linked){.narrow = LINK_CLASS_ORDINARY},
                              &made);
    contract_encode_unchecked(
        &peer_hello_linked_contract,
        &(struct peer_hello_linked){70, true, LINK_CLASS_ORDINARY, true, false, true, true, true, true, true, true},
        &made);
    assert_true(view_equal(bytes_view(&made), bytes_view(&wire)));
    bytes_fini(&made);
}

static void assert_refused(const struct peer_hello *h)
{
    struct peer_hello back;
    struct error err;

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_hello_contract, h, &wire);
    assert_false(peer_hello_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(err.code, E_LNK_10);
}

static void test_a_hello_that_makes_no_sense_is_refused(void **state)
{
    struct peer_hello h = sample();

    (void)state;
    h.protocol_min = 0;
    assert_refused(&h);
    h.protocol_min = 4; /* above its own maximum */
    assert_refused(&h);
    h = sample();
    h.directory_sequence = 0;
    assert_refused(&h);
    h = sample();
    h.incarnation = 0; /* of which log it speaks is not said */
    assert_refused(&h);
    h = sample();
    h.software = view_of_text("a\nname");
    assert_refused(&h);
    h.software = view_of_text("a name of more than thirty-two bytes");
    assert_refused(&h);
}

static void test_a_refusal_comes_back_and_has_a_step(void **state)
{
    struct peer_refusal r = {.has_message = true, .message = {{9}}, .step = 4, .bundle = view_of_text("note")};
    struct peer_refusal back;
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_refusal_contract, &r, &wire);
    assert_true(peer_refusal_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(back.has_message && ident_equal(&back.message, &r.message));
    assert_int_equal(back.step, 4);
    assert_true(view_equal(back.bundle, r.bundle));

    bytes_append(&wire, "\x2a\x01x", 3); /* field 5: only the hello may have new fields */
    assert_false(peer_refusal_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(err.code, E_LNK_10);
    for (uint32_t step = 0; step <= STEP_END; step += STEP_END) {
        bytes_clear(&wire);
        r.step = step;
        contract_encode_unchecked(&peer_refusal_contract, &r, &wire);
        assert_false(peer_refusal_decode(bytes_view(&wire), &arena, &back, &err));
    }
}

static void test_a_refusal_has_a_reason_where_it_names_one_and_nowhere_else(void **state)
{
    (void)state;
    for (uint32_t step = STEP_BOUNDS; step < STEP_END; step++)
        for (uint32_t reason = 0; reason <= REFUSAL_END; reason++) {
            struct peer_refusal r = {.step = step, .reason = reason};
            struct peer_refusal back;
            struct error err;

            bytes_clear(&wire);
            contract_encode_unchecked(&peer_refusal_contract, &r, &wire);
            assert_int_equal(peer_refusal_decode(bytes_view(&wire), &arena, &back, &err),
                             step == STEP_ACTS ? reason > 0 && reason < REFUSAL_END : reason == 0);
        }
}

static enum error_code refusal_code(const struct peer_refusal *r)
{
    struct peer_refusal back;
    struct error err = {0};

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_refusal_contract, r, &wire);
    return peer_refusal_decode(bytes_view(&wire), &arena, &back, &err) ? E_NONE : err.code;
}

static void test_a_refusal_names_a_hold_of_the_list_or_none(void **state)
{
    struct peer_refusal r = {.step = STEP_MEMBER, .hold = HOLD_END - 1};

    (void)state;
    assert_int_equal(refusal_code(&r), E_NONE);
    r.hold = HOLD_END;
    assert_int_equal(refusal_code(&r), E_LNK_10);
    r.hold = HOLD_NONE;
    assert_int_equal(refusal_code(&r), E_NONE);
}

static void test_a_refusal_names_the_message_by_a_whole_id_or_not_at_all(void **state)
{
    struct peer_refusal back;
    struct error err;

    (void)state;
    for (size_t size = 15; size <= 17; size++) {
        bytes_clear(&wire);
        raw_fill(&wire, 1, 'm', size);
        raw_number(&wire, 2, STEP_MEMBER);
        assert_int_equal(peer_refusal_decode(bytes_view(&wire), &arena, &back, &err), size == 16);
        if (size != 16)
            assert_int_equal(err.code, E_LNK_10);
    }
}

static bool decodes(const struct peer_witness *w)
{
    struct peer_witness back;
    struct error err;

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_witness_contract, w, &wire);
    return peer_witness_decode(bytes_view(&wire), &arena, &back, &err);
}

static void test_a_question_how_a_log_grew_names_sizes_that_ascend(void **state)
{
    uint64_t sizes[3] = {1, 7, INT64_MAX};
    struct peer_witness w = {.linked = view_of_text("note"), .sizes = sizes, .size_count = 3};
    struct peer_witness back;
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_witness_contract, &w, &wire);
    assert_true(peer_witness_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(view_equal(back.linked, w.linked) && back.size_count == 3 && back.grown_count == 0);
    assert_memory_equal(back.sizes, sizes, sizeof sizes);
    assert_true(decodes(&(struct peer_witness){0})); /* nothing is remembered */

    sizes[1] = 1;
    assert_false(decodes(&w));
    sizes[1] = 7;
    sizes[0] = 0;
    assert_false(decodes(&w));
    sizes[0] = 1;
    sizes[2] = UINT64_C(1) << 63;
    assert_false(decodes(&w));
}

static void test_an_answer_how_a_log_grew_has_notes_and_asks_nothing(void **state)
{
    uint8_t path[64] = {1};
    uint64_t size = 7;
    struct peer_growth growth = {
        .checkpoint = view_of_text("note"), .consistency = view_of(path, sizeof path), .from_size = 7};
    struct peer_witness w = {.grown = &growth, .grown_count = 1};
    struct peer_witness back;
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_witness_contract, &w, &wire);
    assert_true(peer_witness_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(back.grown_count == 1 && back.grown[0].from_size == 7);
    assert_true(view_equal(back.grown[0].checkpoint, growth.checkpoint));
    assert_true(view_equal(back.grown[0].consistency, growth.consistency));

    w.sizes = &size;
    w.size_count = 1;
    assert_false(decodes(&w));
    w.size_count = 0;
    w.linked = view_of_text("note");
    assert_false(decodes(&w));
    w.linked = (struct view){0};
    growth.from_size = 0;
    assert_false(decodes(&w));
    growth.from_size = 7;
    growth.consistency.size = 33; /* no whole hashes */
    assert_false(decodes(&w));
    growth.consistency.size = 32;
    growth.checkpoint.size = 0;
    assert_false(decodes(&w));
}

static void test_a_cosigned_checkpoint_is_bounded_and_has_size_and_path_or_neither(void **state)
{
    static uint8_t note[BOUND_COSIGNED + 1];
    uint8_t path[64] = {1};
    struct peer_cosigned c = {.checkpoint = view_of(note, BOUND_COSIGNED), .from_size = 7};
    struct peer_cosigned back;
    struct error err;

    (void)state;
    c.consistency = view_of(path, sizeof path);
    contract_encode_unchecked(&peer_cosigned_contract, &c, &wire);
    assert_true(peer_cosigned_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(back.from_size == 7 && view_equal(back.consistency, c.consistency));
    assert_true(view_equal(back.checkpoint, c.checkpoint));

    bytes_clear(&wire);
    c.from_size = 0;
    contract_encode_unchecked(&peer_cosigned_contract, &c, &wire);
    assert_false(peer_cosigned_decode(bytes_view(&wire), &arena, &back, &err));
    bytes_clear(&wire);
    c = (struct peer_cosigned){.checkpoint = view_of(note, BOUND_COSIGNED + 1)};
    contract_encode_unchecked(&peer_cosigned_contract, &c, &wire);
    assert_false(peer_cosigned_decode(bytes_view(&wire), &arena, &back, &err));
    bytes_clear(&wire);
    c.checkpoint.size = 0;
    contract_encode_unchecked(&peer_cosigned_contract, &c, &wire);
    assert_false(peer_cosigned_decode(bytes_view(&wire), &arena, &back, &err));
}

static void test_an_incarnation_comes_back_whole(void **state)
{
    struct peer_incarnation i = {.record = view_of_text("record"), .checkpoint = view_of_text("note")};
    struct peer_incarnation back;
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_incarnation_contract, &i, &wire);
    assert_true(peer_incarnation_decode(bytes_view(&wire), &arena, &back, &err));
    assert_true(view_equal(back.record, i.record) && view_equal(back.checkpoint, i.checkpoint));
    assert_int_equal(back.path.size, 0);

    bytes_clear(&wire);
    i.record.size = 0;
    contract_encode_unchecked(&peer_incarnation_contract, &i, &wire);
    assert_false(peer_incarnation_decode(bytes_view(&wire), &arena, &back, &err));
}

static enum error_code incarnation_code(const struct peer_incarnation *i)
{
    struct peer_incarnation back;
    struct error err = {0};

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_incarnation_contract, i, &wire);
    return peer_incarnation_decode(bytes_view(&wire), &arena, &back, &err) ? E_NONE : err.code;
}

static void test_an_incarnation_has_each_part_within_its_bound(void **state)
{
    static const uint8_t zeros[BOUND_PATH * HASH_SIZE + HASH_SIZE];
    const struct peer_incarnation whole = {.record = view_of(zeros, BOUND_RECORD),
                                           .path = view_of(zeros, BOUND_PATH * HASH_SIZE),
                                           .checkpoint = view_of(zeros, BOUND_CHECKPOINT)};
    struct peer_incarnation i = whole;
    struct peer_incarnation back;
    struct error err;

    (void)state;
    assert_int_equal(incarnation_code(&i), E_NONE);
    i.record.size++;
    assert_int_equal(incarnation_code(&i), E_LNK_10);
    i = whole, i.path.size--; /* no whole hashes */
    assert_int_equal(incarnation_code(&i), E_LNK_10);
    i = whole, i.path.size += HASH_SIZE;
    assert_int_equal(incarnation_code(&i), E_LNK_10);
    i = whole, i.checkpoint.size = 0;
    assert_int_equal(incarnation_code(&i), E_LNK_10);
    i = whole, i.checkpoint.size++;
    assert_int_equal(incarnation_code(&i), E_LNK_10);

    i = whole;
    assert_int_equal(incarnation_code(&i), E_NONE);
    raw_number(&wire, 4, 1); /* of no field: only the hello may have new ones */
    assert_false(peer_incarnation_decode(bytes_view(&wire), &arena, &back, &err));
    assert_int_equal(err.code, E_LNK_10);
}

static void test_a_question_what_arrived_has_whole_items(void **state)
{
    struct peer_asked items[2] = {{.message = {{1}}, .leaf = {{2}}}, {.message = {{3}}, .leaf = {{4}}}};
    struct ident ids[2] = {{{1}}, {{3}}};
    struct peer_ask ask = {.asked = items, .count = 2};
    struct peer_missing missing = {.ids = ids, .count = 2};
    struct error err;

    (void)state;
    contract_encode_unchecked(&peer_ask_contract, &ask, &wire);
    assert_true(peer_ask_decode(bytes_view(&wire), &arena, &ask, &err));
    assert_int_equal(ask.count, 2);
    assert_memory_equal(ask.asked, items, sizeof items);
    bytes_clear(&wire);
    contract_encode_unchecked(&peer_missing_contract, &missing, &wire);
    assert_true(peer_missing_decode(bytes_view(&wire), &arena, &missing, &err));
    assert_int_equal(missing.count, 2);
    assert_memory_equal(missing.ids, ids, sizeof ids);

    assert_false(peer_ask_decode((struct view){0}, &arena, &ask, &err)); /* about nothing */
    assert_int_equal(err.code, E_LNK_10);
    assert_true(peer_missing_decode((struct view){0}, &arena, &missing, &err)); /* all of it arrived */
    assert_int_equal(missing.count, 0);
    assert_false(peer_ask_decode(bytes_view(&wire), &arena, &ask, &err)); /* 32 bytes are no whole item */
    bytes_clear(&wire);
    bytes_append(&wire,
                 "\x0a\x0f"
                 "123456789012345",
                 17);
    assert_false(peer_missing_decode(bytes_view(&wire), &arena, &missing, &err));
    assert_int_equal(err.code, E_LNK_10);
}

static bool takes_renewal(const struct peer_renewal *r)
{
    struct peer_renewal back;
    struct error err;

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_renewal_contract, r, &wire);
    return peer_renewal_decode(bytes_view(&wire), &arena, &back, &err);
}

static bool takes_renewed(const struct peer_renewed *r)
{
    struct peer_renewed back;
    struct error err;

    bytes_clear(&wire);
    contract_encode_unchecked(&peer_renewed_contract, r, &wire);
    return peer_renewed_decode(bytes_view(&wire), &arena, &back, &err);
}

static void test_a_renewal_is_signed_and_its_answer_has_pairs_or_a_reason(void **state)
{
    static const uint8_t some[64] = {1};
    const struct view v = view_of(some, sizeof some);
    struct peer_renewal asked = {.transport = v, .signature = v, .node = {{1}}};

    (void)state;
    assert_true(address_read(view_of_text("ngo@nrm.example"), &asked.agency));
    assert_true(takes_renewal(&asked));
    asked.signature.size = 63;
    assert_false(takes_renewal(&asked));
    assert_true(takes_renewed(&(struct peer_renewed){.transport = v, .transport_ca = v}));
    assert_true(takes_renewed(&(struct peer_renewed){.transport = v, .transport_ca = v, .identity = v, .issuing = v}));
    assert_true(takes_renewed(&(struct peer_renewed){.refusal = RENEWAL_PERSON}));
    assert_false(takes_renewed(&(struct peer_renewed){0}));
    assert_false(takes_renewed(&(struct peer_renewed){.transport = v}));
    assert_false(takes_renewed(&(struct peer_renewed){.identity = v, .issuing = v}));
    assert_false(takes_renewed(&(struct peer_renewed){.transport = v, .transport_ca = v, .identity = v}));
    assert_false(takes_renewed(&(struct peer_renewed){.transport = v, .transport_ca = v, .refusal = RENEWAL_PERSON}));
    assert_false(takes_renewed(&(struct peer_renewed){.identity = v, .issuing = v, .refusal = RENEWAL_PERSON}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_hello_comes_back_whole, set_up),
        cmocka_unit_test_setup(test_a_hello_of_a_newer_node_is_understood, set_up),
        cmocka_unit_test_setup(test_what_is_linked_is_added_to_a_hello, set_up),
        cmocka_unit_test_setup(test_a_hello_that_makes_no_sense_is_refused, set_up),
        cmocka_unit_test_setup(test_a_refusal_comes_back_and_has_a_step, set_up),
        cmocka_unit_test_setup(test_a_refusal_has_a_reason_where_it_names_one_and_nowhere_else, set_up),
        cmocka_unit_test_setup(test_a_refusal_names_a_hold_of_the_list_or_none, set_up),
        cmocka_unit_test_setup(test_a_refusal_names_the_message_by_a_whole_id_or_not_at_all, set_up),
        cmocka_unit_test_setup(test_a_question_how_a_log_grew_names_sizes_that_ascend, set_up),
        cmocka_unit_test_setup(test_an_answer_how_a_log_grew_has_notes_and_asks_nothing, set_up),
        cmocka_unit_test_setup(test_a_cosigned_checkpoint_is_bounded_and_has_size_and_path_or_neither, set_up),
        cmocka_unit_test_setup(test_an_incarnation_comes_back_whole, set_up),
        cmocka_unit_test_setup(test_an_incarnation_has_each_part_within_its_bound, set_up),
        cmocka_unit_test_setup(test_a_question_what_arrived_has_whole_items, set_up),
        cmocka_unit_test_setup(test_a_renewal_is_signed_and_its_answer_has_pairs_or_a_reason, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
