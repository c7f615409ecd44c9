#include "base/text.h"
#include "codec/audit_messages.h"
#include "codec/contract.h"
#include "model/referral.h"
#include "raw.h"
#include "samples.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include <cmocka.h>

#define ROUNDS 200

static void test_the_vector_is_a_disclosure_and_comes_out_in_its_bytes(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes again = {0};
    struct record r;
    struct error err;

    (void)state;
    vectors_hex(v, "record.bytes", &wire);
    assert_true(record_decode(bytes_view(&wire), &a, &r, &err));
    assert_int_equal(r.kind, RECORD_DISCLOSED);
    assert_int_equal(r.index, 0);
    assert_int_equal(r.salt[15], 0x1f);
    assert_false(r.has_actor);
    assert_true(text_is(r.disclosed.recipient, "mission@nrm.example"));
    assert_int_equal(r.disclosed.message_kind, MESSAGE_REFERRAL);
    assert_int_equal(r.disclosed.sections, SECTION_BIT(SECTION_TRIAGE));
    assert_int_equal(r.disclosed.purpose, PURPOSE_SERVICES);
    assert_true(r.disclosed.has_consent);
    assert_true(text_is(r.disclosed.basis, "consent"));
    assert_int_equal(r.disclosed.ground.size, 0);
    assert_false(r.disclosed.has_approver);
    assert_int_equal(r.disclosed.commitment.at[0], 0x28);
    record_encode(&r, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&wire)));
    bytes_fini(&wire);
    bytes_fini(&again);
    arena_fini(&a);
    vectors_close(v);
}

static void same_field(const struct contract_field *f, const uint8_t *a, const uint8_t *b)
{
    struct view v;
    struct view w;

    if (f->has)
        assert_int_equal(a[f->beside], b[f->beside]);
    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_FIXED || f->type == CONTRACT_SET) {
        assert_memory_equal(a + f->at, b + f->at, f->width);
        return;
    }
    memcpy(&v, a + f->at, sizeof v);
    memcpy(&w, b + f->at, sizeof w);
    assert_true(view_equal(v, w));
}

static void same_record(const struct record *a, const struct record *b)
{
    const struct contract_field *own = sample_own_field(a->kind);

    assert_memory_equal(a->salt, b->salt, sizeof a->salt);
    assert_int_equal(a->index, b->index);
    assert_int_equal(a->time_ms, b->time_ms);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->has_actor, b->has_actor);
    assert_memory_equal(&a->actor, &b->actor, sizeof a->actor);
    for (unsigned i = 0; i < own->sub->descriptor->n_fields; i++)
        same_field(&own->sub->fields[i], (const uint8_t *)a + own->at, (const uint8_t *)b + own->at);
}

static void test_a_record_of_every_kind_comes_back_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};

    (void)state;
    fake_random_init(&random, 7);
    for (unsigned k = 1; k < RECORD_HOUSE_END; k++) {
        assert_int_equal(sample_own_field((enum record_kind)k) != NULL,
                         record_kind_name((enum record_kind)k)[0] != '?');
        if (sample_own_field((enum record_kind)k) == NULL)
            continue;
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct record in;
            struct record out;
            struct error err;

            arena_reset(&a);
            bytes_clear(&wire);
            sample_record(&random, &a, (enum record_kind)k, &in);
            record_encode(&in, &wire);
            assert_true(record_decode(bytes_view(&wire), &a, &out, &err));
            same_record(&in, &out);
        }
    }
    bytes_fini(&wire);
    arena_fini(&a);
}

/* --- records that no node makes: {version, salt, time, kind, own message} encoded by hand --- */

static enum error_code read_record(uint32_t version, size_t salt, uint32_t kind, unsigned own_field,
                                   const struct bytes *own)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct record r;

    raw_number(&wire, 1, version);
    raw_fill(&wire, 2, 's', salt);
    raw_number(&wire, 4, 1795000000000);
    raw_number(&wire, 5, kind);
    if (own != NULL)
        raw_bytes(&wire, own_field, bytes_view(own));
    if (!record_decode(bytes_view(&wire), &a, &r, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

/* Decodes a record of KIND that holds OWN, and clears OWN. */
static enum error_code read_own(uint32_t kind, struct bytes *own)
{
    enum error_code code = read_record(1, 16, kind, 15 + kind, own);

    bytes_clear(own);
    return code;
}

static void put_received(struct bytes *own, const char *sender, size_t message, size_t leaf, uint32_t outcome)
{
    raw_text(own, 1, sender);
    raw_fill(own, 2, 'm', message);
    raw_fill(own, 3, 'l', leaf);
    raw_number(own, 4, outcome);
}

static void test_a_record_has_no_second_message(void **state)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes own = {0};
    struct error err = {0};
    struct record r;

    (void)state;
    put_received(&own, "ngo@nrm.example", 16, 32, 1);
    raw_number(&wire, 1, 1);
    raw_fill(&wire, 2, 's', 16);
    raw_number(&wire, 4, 1795000000000);
    raw_number(&wire, 5, RECORD_RECEIVED);
    raw_bytes(&wire, 15 + RECORD_RECEIVED, bytes_view(&own));
    assert_true(record_decode(bytes_view(&wire), &a, &r, &err));
    raw_bytes(&wire, 15 + RECORD_REFUSED, bytes_view(&own));
    assert_false(record_decode(bytes_view(&wire), &a, &r, &err));
    assert_int_equal(err.code, E_BYT_03);
    bytes_fini(&wire);
    bytes_fini(&own);
    arena_fini(&a);
}

static void test_a_record_has_the_message_of_its_kind_and_no_other(void **state)
{
    struct bytes own = {0};

    (void)state;
    put_received(&own, "ngo@nrm.example", 16, 32, 1);
    assert_int_equal(read_record(1, 16, RECORD_RECEIVED, 17, &own), E_NONE);
    assert_int_equal(read_record(2, 16, RECORD_RECEIVED, 17, &own), E_BYT_03); /* version */
    assert_int_equal(read_record(1, 15, RECORD_RECEIVED, 17, &own), E_BYT_03); /* salt */
    assert_int_equal(read_record(1, 17, RECORD_RECEIVED, 17, &own), E_BYT_03);
    assert_int_equal(read_record(1, 16, RECORD_RECEIVED, 18, &own), E_BYT_03); /* REFUSED's */
    assert_int_equal(read_record(1, 16, RECORD_RECEIVED, 0, NULL), E_BYT_03);  /* no own message */
    assert_int_equal(read_record(1, 16, 20, 35, &own), E_BYT_01);              /* an unknown kind */
    assert_int_equal(read_record(1, 16, 20, 0, NULL), E_BYT_03);
    assert_int_equal(read_record(1, 16, RECORD_EXCHANGE_END, 0, NULL), E_BYT_03);
    assert_int_equal(read_record(1, 16, RECORD_OPENED - 1, 0, NULL), E_BYT_03);
    assert_int_equal(read_record(1, 16, RECORD_HOUSE_END, 0, NULL), E_BYT_03);
    assert_int_equal(read_record(1, 16, 4000000000u, 0, NULL), E_BYT_03);
    bytes_fini(&own);
}

static void test_a_spelling_that_is_wrong_is_said_before_a_value(void **state)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct record r;

    (void)state;
    raw_number(&wire, 1, 2); /* another version, no salt, and an unknown field */
    assert_false(record_decode(bytes_view(&wire), &a, &r, &err));
    assert_int_equal(err.code, E_BYT_03);
    raw_number(&wire, 7, 1);
    assert_false(record_decode(bytes_view(&wire), &a, &r, &err));
    assert_int_equal(err.code, E_BYT_01);
    bytes_fini(&wire);
    arena_fini(&a);
}

static void test_ids_hashes_and_names_are_whole(void **state)
{
    struct bytes own = {0};

    (void)state;
    put_received(&own, "ngo@nrm.example", 15, 32, 1);
    assert_int_equal(read_own(RECORD_RECEIVED, &own), E_BYT_03);
    put_received(&own, "ngo@nrm.example", 17, 32, 1);
    assert_int_equal(read_own(RECORD_RECEIVED, &own), E_BYT_03);
    put_received(&own, "ngo@nrm.example", 16, 31, 1);
    assert_int_equal(read_own(RECORD_RECEIVED, &own), E_BYT_03);
    put_received(&own, "ngo", 16, 32, 1); /* the short name is for the command line */
    assert_int_equal(read_own(RECORD_RECEIVED, &own), E_BYT_03);
    put_received(&own, "NGO@nrm.example", 16, 32, 1);
    assert_int_equal(read_own(RECORD_RECEIVED, &own), E_BYT_03);
    bytes_fini(&own);
}

static void test_an_outcome_belongs_to_its_kind(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t outcome = 1; outcome <= 7; outcome++) {
        put_received(&own, "ngo@nrm.example", 16, 32, outcome);
        assert_int_equal(read_own(RECORD_RECEIVED, &own), outcome == 1 ? E_NONE : E_BYT_03);
        put_received(&own, "ngo@nrm.example", 16, 32, outcome);
        assert_int_equal(read_own(RECORD_REFUSED, &own), outcome > 1 && outcome < 7 ? E_NONE : E_BYT_03);
        put_received(&own, "ngo@nrm.example", 16, 32, outcome);
        assert_int_equal(read_own(RECORD_RECEIPTED, &own), outcome < 7 ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

static void test_a_consent_is_given_and_a_withdrawal_stops_or_erases(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t s = 1; s <= 6; s++)
        for (uint32_t kind = RECORD_CONSENT; kind <= RECORD_WITHDRAWN; kind++) {
            bool right = kind == RECORD_CONSENT ? s <= 3 : s == 4 || s == 5;

            raw_fill(&own, 1, 'c', 16);
            raw_fill(&own, 2, 'h', 32);
            raw_number(&own, 3, s);
            raw_number(&own, 4, 20000);
            assert_int_equal(read_own(kind, &own), right ? E_NONE : E_BYT_03);
        }
    raw_fill(&own, 1, 'c', 16);
    raw_fill(&own, 2, 'h', 32);
    raw_number(&own, 3, 1); /* without the day until which it holds */
    assert_int_equal(read_own(RECORD_CONSENT, &own), E_BYT_03);
    bytes_fini(&own);
}

static void test_a_consent_of_another_agency_is_taken_over_stopped_or_erased(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t s = 1; s <= CONSENT_STATE_END; s++) {
        bool right = s == CONSENT_GIVEN || s == CONSENT_STOP || s == CONSENT_ERASE;

        raw_fill(&own, 1, 'c', 16);
        raw_text(&own, 2, "ngo@nrm.example");
        raw_fill(&own, 3, 'h', 32);
        raw_number(&own, 4, s);
        raw_number(&own, 5, 20000);
        assert_int_equal(read_own(RECORD_TAKEN, &own), right ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

static enum error_code read_staff(uint32_t first_role, uint32_t second_role, uint32_t until)
{
    uint8_t roles[] = {(uint8_t)first_role, (uint8_t)second_role};
    struct bytes own = {0};
    enum error_code code;

    raw_fill(&own, 1, 'p', 16);
    if (first_role != 0)
        raw_bytes(&own, 2, view_of(roles, second_role != 0 ? 2 : 1));
    if (until != 0)
        raw_number(&own, 3, until);
    code = read_own(RECORD_STAFF, &own);
    bytes_fini(&own);
    return code;
}

static void test_an_auditor_has_a_last_day_and_nobody_else_has(void **state)
{
    (void)state;
    for (uint32_t role = 1; role < STAFF_ROLE_END; role++) {
        assert_int_equal(read_staff(role, 0, 0), role != STAFF_AUDITOR ? E_NONE : E_BYT_03);
        assert_int_equal(read_staff(role, 0, 20000), role == STAFF_AUDITOR ? E_NONE : E_BYT_03);
    }
    assert_int_equal(read_staff(STAFF_CASEWORKER, STAFF_AUDITOR, 20000), E_NONE);
    assert_int_equal(read_staff(STAFF_CASEWORKER, STAFF_AUDITOR, 0), E_BYT_03);
    assert_int_equal(read_staff(0, 0, 0), E_NONE); /* he left */
    assert_int_equal(read_staff(0, 0, 20000), E_BYT_03);
    assert_int_equal(read_staff(STAFF_ROLE_END, 0, 0), E_BYT_03);
    assert_int_equal(read_staff(STAFF_SUPERVISOR, STAFF_CASEWORKER, 0), E_BYT_03); /* a set ascends */
}

static void test_something_withheld_has_a_reason_and_something_expired_none(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t kind = RECORD_WITHHELD; kind <= RECORD_EXPIRED; kind++)
        for (uint32_t reason = 0; reason <= DENIAL_END; reason++) {
            bool right = kind == RECORD_EXPIRED ? reason == 0 : reason != 0 && reason < DENIAL_END;

            raw_text(&own, 1, "ngo@nrm.example");
            raw_fill(&own, 2, 'm', 16);
            if (reason != 0)
                raw_number(&own, 3, reason);
            raw_number(&own, 4, LEFT_PERHAPS);
            assert_int_equal(read_own(kind, &own), right ? E_NONE : E_BYT_03);
        }
    bytes_fini(&own);
}

static void test_something_withheld_says_whether_it_may_have_left(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t left = 0; left <= LEFT_END; left++) {
        raw_text(&own, 1, "ngo@nrm.example");
        raw_fill(&own, 2, 'm', 16);
        if (left != 0)
            raw_number(&own, 4, left);
        assert_int_equal(read_own(RECORD_EXPIRED, &own), left != 0 && left < LEFT_END ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

/* An erasure with what WITH names by letter: e erased, k kept, g ground, u until. */
static enum error_code read_erased(enum erasure result, const char *with)
{
    struct bytes own = {0};
    enum error_code code;

    raw_fill(&own, 1, 'c', 16);
    if (strchr(with, 'e') != NULL)
        raw_text(&own, 2, "\1");
    if (strchr(with, 'k') != NULL)
        raw_text(&own, 3, "\2");
    if (strchr(with, 'g') != NULL)
        raw_text(&own, 4, "court-order");
    if (strchr(with, 'u') != NULL)
        raw_number(&own, 5, 20000);
    if (result != 0)
        raw_number(&own, 6, result);
    code = read_own(RECORD_ERASED, &own);
    bytes_fini(&own);
    return code;
}

static void test_an_erasure_says_what_was_erased_that_nothing_was_held_or_what_is_kept(void **state)
{
    (void)state;
    assert_int_equal(read_erased(ERASURE_DONE, "e"), E_NONE);
    assert_int_equal(read_erased(ERASURE_DONE, ""), E_NONE);
    assert_int_equal(read_erased(ERASURE_NOTHING_HELD, ""), E_NONE);
    assert_int_equal(read_erased(ERASURE_KEPT, "kg"), E_NONE);
    assert_int_equal(read_erased(ERASURE_KEPT, "ekgu"), E_NONE);
    assert_int_equal(read_erased(0, "e"), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_END, ""), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_NOTHING_HELD, "e"), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_DONE, "ek"), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_DONE, "eu"), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_KEPT, "k"), E_BYT_03);
    assert_int_equal(read_erased(ERASURE_KEPT, "g"), E_BYT_03);
}

/* Something settled; WITH names by letter: l leaf, r result, w reason (why), e that it was explained, i index. */
static enum error_code read_settled(enum owed what, uint32_t step, enum settled how, const char *with)
{
    struct bytes own = {0};
    enum error_code code;

    raw_text(&own, 1, "ngo@nrm.example");
    raw_number(&own, 2, what);
    raw_fill(&own, 3, 's', 16);
    raw_number(&own, 4, step);
    raw_number(&own, 5, how);
    if (strchr(with, 'l') != NULL)
        raw_fill(&own, 6, 'l', 32);
    if (strchr(with, 'r') != NULL)
        raw_number(&own, 7, ERASURE_DONE);
    if (strchr(with, 'w') != NULL)
        raw_number(&own, 8, CLOSING_TOLD);
    if (strchr(with, 'e') != NULL)
        raw_number(&own, 8, CLOSING_EXPLAINED);
    if (strchr(with, 'i') != NULL)
        raw_number(&own, 9, 7);
    code = read_own(RECORD_SETTLED, &own);
    bytes_fini(&own);
    return code;
}

static void test_what_was_owed_ends_by_an_answer_that_is_named_or_by_a_person(void **state)
{
    (void)state;
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_ANSWERED, "lr"), E_NONE);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_ERASE, SETTLED_CLOSED, "w"), E_NONE);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_STOP, SETTLED_REFUSED, "l"), E_NONE);
    assert_int_equal(read_settled(OWED_REPLY, REFERRAL_ACCEPTED, SETTLED_ANSWERED, "l"), E_NONE);
    assert_int_equal(read_settled(OWED_REPLY, REFERRAL_ACCEPTED, SETTLED_ERASED, ""), E_NONE);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_ANSWERED, "l"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_ANSWERED, "r"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_REFUSED, "l"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_ERASED, ""), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_GIVEN, SETTLED_CLOSED, "w"), E_BYT_03);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_STOP, SETTLED_ANSWERED, ""), E_BYT_03);
    assert_int_equal(read_settled(OWED_REPLY, REFERRAL_ACCEPTED, SETTLED_CLOSED, ""), E_BYT_03);
    assert_int_equal(read_settled(OWED_REPLY, REFERRAL_ACCEPTED, SETTLED_ANSWERED, "lw"), E_BYT_03);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_STOP, SETTLED_ANSWERED, "li"), E_NONE);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_REOPENED, ""), E_NONE);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_CLOSED, "wi"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_REOPENED, "l"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_STOP, SETTLED_LOST, ""), E_BYT_03);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_ERASE, SETTLED_LOST, ""), E_NONE);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_ERASE, SETTLED_LOST, "l"), E_BYT_03);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_ERASE, SETTLED_LOST + 1, ""), E_BYT_03);
    assert_int_equal(read_settled(OWED_END, CONSENT_STOP, SETTLED_CLOSED, "w"), E_BYT_03);
    assert_int_equal(read_settled(OWED_WITHDRAWAL, CONSENT_ERASE, SETTLED_CLOSED, "e"), E_NONE);
    assert_int_equal(read_settled(OWED_STATEMENT, CONSENT_ERASE, SETTLED_CLOSED, "e"), E_BYT_03);
    assert_int_equal(read_settled(OWED_REPLY, REFERRAL_ACCEPTED, SETTLED_CLOSED, "e"), E_BYT_03);
}

/* A disclosure with the optional fields that WITH names by letter: s sections, p purpose, c consent, b basis, g ground,
 * a approver. */
static enum error_code read_disclosed(enum message_kind kind, const char *with)
{
    struct bytes own = {0};
    enum error_code code;

    raw_fill(&own, 1, 'm', 16);
    raw_text(&own, 2, "ngo@nrm.example");
    raw_number(&own, 3, kind);
    if (strchr(with, 's') != NULL)
        raw_text(&own, 4, "\1\2");
    if (strchr(with, 'p') != NULL)
        raw_number(&own, 5, 1);
    if (strchr(with, 'c') != NULL)
        raw_fill(&own, 6, 'c', 16);
    if (strchr(with, 'b') != NULL)
        raw_text(&own, 7, "consent");
    if (strchr(with, 'g') != NULL)
        raw_text(&own, 8, "adequacy");
    if (strchr(with, 'a') != NULL)
        raw_fill(&own, 9, 'a', 16);
    raw_fill(&own, 10, 'h', 32);
    code = read_own(RECORD_DISCLOSED, &own);
    bytes_fini(&own);
    return code;
}

static void test_a_disclosure_names_purpose_and_basis_if_and_only_if_it_needs_a_permission(void **state)
{
    static const char *const right[] = {"", "spb", "spcb", "spbg", "spba", "spcbg", "spbga"};
    static const char *const wrong[] = {"p", "c", "b", "g", "a", "s", "sp", "sb", "spc", "spcba", "sga", "pcb"};

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_int_equal(read_disclosed(MESSAGE_REPLY, right[i]), E_NONE);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_disclosed(MESSAGE_REPLY, wrong[i]), E_BYT_03);
    /* on a narrow link none brings a consent */
    assert_int_equal(read_disclosed(MESSAGE_WITHDRAWAL, "c"), E_BYT_03);
    assert_int_equal(read_disclosed(MESSAGE_ERASURE_STATEMENT, "c"), E_BYT_03);
    assert_int_equal(read_disclosed(MESSAGE_REFERRAL, ""), E_BYT_03);
    for (size_t i = 1; i < sizeof right / sizeof *right; i++)
        assert_int_equal(read_disclosed(MESSAGE_REFERRAL, right[i]), E_NONE);
    assert_int_equal(read_disclosed(MESSAGE_REFERRAL, "pcb"), E_NONE);
    assert_int_equal(read_disclosed(MESSAGE_REFERRAL, "pc"), E_BYT_03);
    assert_int_equal(read_disclosed(MESSAGE_RELEASE, "cb"), E_BYT_03);
}

static enum error_code read_fork_leaf(size_t hashes)
{
    static const uint8_t zeros[(BOUND_FORK_PATH + 1) * HASH_SIZE];
    struct bytes own = {0};
    enum error_code code;

    raw_number(&own, 1, 700);
    raw_fill(&own, 2, 'l', HASH_SIZE);
    raw_bytes(&own, 3, view_of(zeros, hashes * HASH_SIZE));
    code = read_own(RECORD_FORK_LEAF, &own);
    bytes_fini(&own);
    return code;
}

static void test_the_path_of_a_fork_leaf_ends_at_its_bound(void **state)
{
    (void)state;
    assert_int_equal(read_fork_leaf(BOUND_FORK_PATH), E_NONE);
    assert_int_not_equal(read_fork_leaf(BOUND_FORK_PATH + 1), E_NONE);
}

static enum error_code read_denied(const void *sections, size_t count)
{
    struct bytes own = {0};
    enum error_code code;

    raw_text(&own, 1, "ngo@nrm.example");
    raw_number(&own, 2, MESSAGE_REFERRAL);
    raw_bytes(&own, 3, view_of(sections, count));
    raw_number(&own, 6, DENIAL_SECTION);
    code = read_own(RECORD_DENIED, &own);
    bytes_fini(&own);
    return code;
}

static void test_sections_are_a_set_of_those_that_there_are(void **state)
{
    uint8_t all[SECTION_END + 1];

    (void)state;
    for (uint8_t i = 0; i < sizeof all; i++)
        all[i] = i + 1;
    assert_int_equal(read_denied("\1\2\x0f", 3), E_NONE);
    assert_int_equal(read_denied("\2\1", 2), E_BYT_03);
    assert_int_equal(read_denied("\2\2", 2), E_BYT_03);
    assert_int_equal(read_denied("\0\1", 2), E_BYT_03);
    assert_int_equal(read_denied(&all[SECTION_END - 1], 1), E_BYT_03);
    assert_int_equal(read_denied(all, SECTION_END - 1), E_NONE);
    assert_int_equal(read_denied(all, sizeof all), E_BYT_02);
}

static enum error_code read_notes(uint32_t kind, size_t first, size_t second)
{
    struct bytes own = {0};
    enum error_code code;

    if (first != 0)
        raw_fill(&own, 1, 'n', first);
    if (second != 0)
        raw_fill(&own, 2, 'n', second);
    code = read_own(kind, &own);
    bytes_fini(&own);
    return code;
}

static void test_notes_are_as_many_as_their_kind_has_and_end_at_their_limit(void **state)
{
    (void)state;
    assert_int_equal(read_notes(RECORD_WITNESSED, BOUND_CHECKPOINT, 0), E_NONE);
    assert_int_equal(read_notes(RECORD_WITNESSED, BOUND_CHECKPOINT + 1, 0), E_BYT_02);
    assert_int_equal(read_notes(RECORD_WITNESSED, 10, 10), E_BYT_03);
    assert_int_equal(read_notes(RECORD_FORK, BOUND_CHECKPOINT, BOUND_CHECKPOINT), E_NONE);
    assert_int_equal(read_notes(RECORD_FORK, 10, 0), E_BYT_03);
    assert_int_equal(read_notes(RECORD_FORK, 0, 10), E_BYT_03);
    assert_int_equal(read_notes(RECORD_INCARNATION, 10, 0), E_NONE);
    assert_int_equal(read_notes(RECORD_INCARNATION, 10, 10), E_NONE);
    assert_int_equal(read_notes(RECORD_CERTIFICATE, BOUND_CERTIFICATE, 0), E_NONE);
    assert_int_equal(read_notes(RECORD_CERTIFICATE, BOUND_CERTIFICATE + 1, 0), E_BYT_02);
    assert_int_equal(read_notes(RECORD_CERTIFICATE, BOUND_RECORD, 0), E_BYT_02);
}

static void test_an_incarnation_begins_a_log(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes moved = {0};
    struct record r;
    struct error err;

    (void)state;
    fake_random_init(&random, 3);
    sample_record(&random, &a, RECORD_INCARNATION, &r);
    record_encode(&r, &wire);
    assert_true(record_decode(bytes_view(&wire), &a, &r, &err));
    bytes_append(&moved, wire.at, 20); /* version and salt */
    raw_number(&moved, 3, 1);          /* an index, which was left out before */
    bytes_append(&moved, wire.at + 20, wire.size - 20);
    assert_false(record_decode(bytes_view(&moved), &a, &r, &err));
    assert_int_equal(err.code, E_BYT_03);
    bytes_fini(&wire);
    bytes_fini(&moved);
    arena_fini(&a);
}

static void test_a_record_that_is_refused_leaves_what_was_there(void **state)
{
    struct arena a = {0};
    struct record r = {.kind = RECORD_KEYS};
    struct error err;

    (void)state;
    assert_false(record_decode(view_of("\x08\2", 2), &a, &r, &err));
    assert_int_equal(r.kind, RECORD_KEYS);
    arena_fini(&a);
}

/* R, with one of its numbers or ids left out, is refused by the walk or by the two rules that stand for decoding. */
static void assert_judged_as_by_decoding(const struct record *r, struct arena *a)
{
    struct bytes wire = {0};
    struct record again;
    struct error err;
    bool walked;

    contract_encode_unchecked(&audit_record_contract, r, &wire);
    walked = contract_walk(&audit_record_contract, bytes_view(&wire), &err);
    assert_int_equal(walked && contract_rules_hold(&audit_record_contract, r, &err),
                     record_decode(bytes_view(&wire), a, &again, &err));
    bytes_fini(&wire);
}

/* Else contract_rules_hold would ask less than decoding does. */
static void test_the_rules_of_a_record_are_its_own_and_that_of_its_kinds_message(void **state)
{
    struct fake_random random;
    struct arena a = {0};

    (void)state;
    fake_random_init(&random, 4);
    for (unsigned k = 1; k < RECORD_HOUSE_END; k++) {
        const struct contract_field *own = sample_own_field(k);

        for (unsigned i = 0; own != NULL && i < own->sub->count; i++) {
            const struct contract_field *f = &own->sub->fields[i];
            struct record r;

            assert_true(f->sub == NULL || (f->sub->rule == NULL && f->type == CONTRACT_MESSAGE && !f->ascending));
            sample_record(&random, &a, k, &r);
            if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_FIXED || f->type == CONTRACT_BOOL)
                memset((uint8_t *)&r + own->at + f->at, 0, f->width);
            assert_judged_as_by_decoding(&r, &a);
            arena_reset(&a);
        }
    }
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vector_is_a_disclosure_and_comes_out_in_its_bytes),
        cmocka_unit_test(test_a_record_of_every_kind_comes_back_as_it_was),
        cmocka_unit_test(test_a_record_has_the_message_of_its_kind_and_no_other),
        cmocka_unit_test(test_a_record_has_no_second_message),
        cmocka_unit_test(test_a_spelling_that_is_wrong_is_said_before_a_value),
        cmocka_unit_test(test_ids_hashes_and_names_are_whole),
        cmocka_unit_test(test_an_outcome_belongs_to_its_kind),
        cmocka_unit_test(test_a_consent_is_given_and_a_withdrawal_stops_or_erases),
        cmocka_unit_test(test_a_consent_of_another_agency_is_taken_over_stopped_or_erased),
        cmocka_unit_test(test_an_auditor_has_a_last_day_and_nobody_else_has),
        cmocka_unit_test(test_something_withheld_has_a_reason_and_something_expired_none),
        cmocka_unit_test(test_something_withheld_says_whether_it_may_have_left),
        cmocka_unit_test(test_an_erasure_says_what_was_erased_that_nothing_was_held_or_what_is_kept),
        cmocka_unit_test(test_what_was_owed_ends_by_an_answer_that_is_named_or_by_a_person),
        cmocka_unit_test(test_a_disclosure_names_purpose_and_basis_if_and_only_if_it_needs_a_permission),
        cmocka_unit_test(test_the_path_of_a_fork_leaf_ends_at_its_bound),
        cmocka_unit_test(test_sections_are_a_set_of_those_that_there_are),
        cmocka_unit_test(test_notes_are_as_many_as_their_kind_has_and_end_at_their_limit),
        cmocka_unit_test(test_an_incarnation_begins_a_log),
        cmocka_unit_test(test_a_record_that_is_refused_leaves_what_was_there),
        cmocka_unit_test(test_the_rules_of_a_record_are_its_own_and_that_of_its_kinds_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
