/* What referrals ask for, in sealed segments: lists are the same with them and without, and what is erased opens in
 * none. */
#include "fixture.h"

#include "crypto/data_keys_layout.h"
#include "crypto/secretbox.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/search/asked_segments.h"
#include "exchange/search/search.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/asked_store.h"
#include "store/consent_store.h"
#include "store/search_store.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define FULL  ASKED_ENTRIES
#define OTHER 5              /* the first referrals, under a consent of their own */
#define SENT  (2 * FULL + 3) /* numbers from 1: two segments are full */
#define MORE  10             /* than are looked up one by one */

static const struct people_consent of_triage = {.sections = SECTION_BIT(SECTION_TRIAGE)};

static void refer(struct fixture *s, unsigned n, enum urgency urgency)
{
    const struct people_referral r = {.urgency = urgency};

    for (unsigned i = 0; i < n; i++) {
        if (!people_refer(s->ngo, &s->person, s->to, &r, &s->sent, &s->err))
            fail_msg("%s", s->err.text);
        if (i % 64 == 63)
            world_tick(s->w, NGO);
    }
    world_tick(s->w, NGO);
}

static uint64_t bad_slot; /* whose key the disk does not give; 0: it gives all */

bool __real_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);
bool __wrap_file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    if (size == SECRETBOX_WRAPPED_SIZE && bad_slot != 0 && offset == data_keys_layout_offset(bad_slot)) {
        errno = EIO;
        return false;
    }
    return __real_file_read_at(fd, at, size, offset);
}

/* SENT referrals, of which two in the first segment and one in the second are emergencies; s->consent is that of the
 * first OTHER. */
static void begin(struct fixture *s, uint64_t seed)
{
    struct ident other;

    fixture_begin(s, seed, 2, &of_triage);
    world_crash(s->w, MISSION); /* nothing of it arrives: that takes time */
    fixture_look(s);
    other = s->consent;
    refer(s, OTHER, URGENCY_NORMAL);
    s->person = people_case(s->ngo);
    s->consent = people_consent(s->ngo, &s->person, s->to, &of_triage);
    world_tick(s->w, NGO);
    refer(s, 20, URGENCY_NORMAL);
    refer(s, 2, URGENCY_EMERGENCY);
    refer(s, FULL + 19, URGENCY_NORMAL);
    refer(s, 1, URGENCY_EMERGENCY);
    refer(s, SENT - FULL - OTHER - 42, URGENCY_NORMAL);
    s->consent = other;
    world_run_ms(s->w, MINUTES);
}

/* --- looking --- */

struct listed {
    unsigned count;
    struct ident first;
    struct ident last;
};

static bool take(void *cookie, const struct control_referral *r, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    if (l->count++ == 0)
        l->first = r->referral;
    l->last = r->referral;
    return true;
}

static bool list_once(struct fixture *s, const struct control_referral_list_ask *ask, struct walk_step *step,
                      struct listed *l)
{
    return exchange_referral_list(s->ngo, ask, step, take, l, &s->err);
}

/* How many are listed: as a whole, in steps, and newest first. */
static unsigned count(struct fixture *s, enum service service, enum urgency urgency)
{
    struct control_list_choice choice = {.newest = true};
    const struct control_referral_list_ask ask = {
        .service = service, .urgency = urgency, .choice = &choice, .choice_count = 1};
    struct listed whole = {.count = 0};
    struct ident oldest = {{0}};

    for (unsigned i = 0; i < 2; i++) {
        struct walk_step step = {.limit = 32};
        struct listed l = {.count = 0};

        choice.newest = i == 0;
        do
            assert_true(list_once(s, &ask, &step, &l));
        while (step.more);
        whole.count = 0;
        assert_true(list_once(s, &ask, NULL, &whole));
        assert_int_equal(l.count, whole.count);
        assert_true(ident_equal(&l.first, &whole.first) && ident_equal(&l.last, &whole.last));
        if (choice.newest)
            oldest = whole.last;
    }
    assert_true(ident_equal(&oldest, &whole.first));
    return whole.count;
}

/* By when they are to be answered, as a whole and in steps. */
static unsigned count_by_due(struct fixture *s, enum service service, enum urgency urgency)
{
    const struct control_list_choice choice = {.by_due = true};
    const struct control_referral_list_ask ask = {
        .service = service, .urgency = urgency, .choice = &choice, .choice_count = 1};
    struct walk_step step = {.limit = 32};
    struct listed whole = {.count = 0};
    struct listed l = {.count = 0};

    assert_true(list_once(s, &ask, NULL, &whole));
    do
        assert_true(list_once(s, &ask, &step, &l));
    while (step.more);
    assert_int_equal(l.count, whole.count);
    assert_true(ident_equal(&l.first, &whole.first) && ident_equal(&l.last, &whole.last));
    return l.count;
}

static void assert_all_are_listed(struct fixture *s)
{
    assert_int_equal(count_by_due(s, SERVICE_MEDICAL, 0), SENT);
    assert_int_equal(count_by_due(s, 0, URGENCY_EMERGENCY), 3);
    assert_int_equal(count_by_due(s, SERVICE_SHELTER, 0), 0);
    assert_int_equal(count(s, SERVICE_MEDICAL, 0), SENT);
    assert_int_equal(count(s, 0, URGENCY_EMERGENCY), 3);
    assert_int_equal(count(s, SERVICE_MEDICAL, URGENCY_EMERGENCY), 3);
    assert_int_equal(count(s, SERVICE_SHELTER, 0), 0);
    assert_int_equal(count(s, SERVICE_SHELTER, URGENCY_EMERGENCY), 0);
}

/* How many of a segment a list is looked up for; all where it is not there. */
static unsigned chosen(struct fixture *s, int64_t segment, enum service service, enum urgency urgency)
{
    struct asked_choice choice;

    assert_true(asked_segments_choose(s->ngo, segment, service, urgency, &choice, &s->err));
    return choice.count;
}

static struct asked_segment_row segment_of(struct fixture *s, int64_t segment)
{
    struct asked_segment_row row;
    struct bytes sealed = {0};
    bool found;

    assert_true(asked_store_get(s->ngo->db, segment, &found, &row, &sealed, &s->err) && found);
    bytes_fini(&sealed);
    return row;
}

static void assert_segments_are_there(struct fixture *s)
{
    int64_t missing;

    assert_true(asked_store_missing(s->ngo->db, 0, &missing, &s->err));
    assert_int_equal(missing, 2);
    assert_int_equal(chosen(s, 0, SERVICE_SHELTER, 0), 0);
    assert_int_equal(chosen(s, 0, 0, URGENCY_EMERGENCY), 2);
    assert_int_equal(chosen(s, 1, SERVICE_MEDICAL, URGENCY_EMERGENCY), 1);
    assert_int_equal(chosen(s, 1, SERVICE_MEDICAL, 0), FULL);
    assert_int_equal(chosen(s, 2, SERVICE_SHELTER, 0), FULL); /* not full: each is opened */
}

/* In pages of 200, each in steps. */
static unsigned count_in_pages(struct fixture *s)
{
    struct control_list_choice choice = {.limit = 200};
    const struct control_referral_list_ask ask = {.service = SERVICE_MEDICAL, .choice = &choice, .choice_count = 1};
    unsigned listed = 0;
    struct listed l;

    do {
        struct walk_step step = {.limit = 32};

        l.count = 0;
        do
            assert_true(list_once(s, &ask, &step, &l));
        while (step.more);
        assert_in_range(l.count, 0, 200);
        listed += l.count;
        choice.after = l.last;
    } while (l.count == 200);
    return listed;
}

/* --- what is chosen --- */

static void test_a_list_is_the_same_with_segments_and_without(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 771);
    assert_segments_are_there(&s);
    assert_all_are_listed(&s);
    assert_int_equal(count_in_pages(&s), SENT);
    fixture_edit_beside(&s, NGO, "DELETE FROM asked_segment");
    assert_int_equal(chosen(&s, 0, SERVICE_SHELTER, 0), FULL);
    assert_all_are_listed(&s);
    fixture_restart(&s, NGO); /* a home that has none */
    world_run_ms(s.w, MINUTES);
    assert_segments_are_there(&s);
    assert_all_are_listed(&s);
    fixture_end(&s);
}

/* How many are listed as overdue, newest first and in steps, and are. */
static unsigned count_overdue(struct fixture *s)
{
    const struct control_list_choice choice = {.newest = true};
    const struct control_referral_list_ask ask = {.overdue = true, .choice = &choice, .choice_count = 1};
    const struct control_list_choice due = {.by_due = true};
    const struct control_referral_list_ask by_due = {.overdue = true, .choice = &due, .choice_count = 1};
    struct walk_step step = {.limit = 32};
    struct listed l = {.count = 0};
    unsigned over = 0;

    do
        assert_true(list_once(s, &ask, &step, &l));
    while (step.more);
    for (int64_t number = 1; number <= SENT + MORE; number++)
        over += due_times_is_over(s->ngo->due_times, number, tick_record_ms(s->ngo));
    assert_int_equal(l.count, over);
    l.count = 0;
    assert_true(list_once(s, &by_due, NULL, &l));
    assert_int_equal(l.count, over);
    return over;
}

static void test_those_whose_time_is_over_are_listed_and_no_others(void **state)
{
    const struct control_list_choice declined = {.by_due = true, .state = REFERRAL_DECLINED};
    const struct control_referral_list_ask ask = {.choice = &declined, .choice_count = 1};
    struct listed l = {.count = 0};
    struct fixture s;

    (void)state;
    begin(&s, 778);
    assert_int_equal(count_overdue(&s), 0);
    refer(&s, MORE, URGENCY_EMERGENCY);
    world_run_ms(s.w, 30 * HOURS);
    assert_int_equal(count_overdue(&s), 3 + MORE); /* the emergencies */
    assert_true(list_once(&s, &ask, NULL, &l) && l.count == 0);
    fixture_end(&s);
}

/* --- what is erased --- */

static void test_what_is_erased_opens_in_no_segment_before_it_is_stated(void **state)
{
    struct asked_segment_row before;
    struct asked_segment_row other;
    struct fixture s;

    (void)state;
    begin(&s, 773);
    before = segment_of(&s, 0);
    other = segment_of(&s, 1);
    assert_true(fixture_withdraw(&s, true));
    world_tick(s.w, NGO);
    assert_true(vault_slot_is_erased(s.ngo->vault, before.slot));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_int_equal(fixture_retired(&s), 0);
    assert_int_equal(chosen(&s, 0, SERVICE_MEDICAL, 0), FULL - 1 - OTHER); /* no referral has number 0 */
    assert_int_equal(segment_of(&s, 1).slot, other.slot);
    assert_false(search_is_retiring(s.ngo));
    assert_true(tick_begin(s.ngo, &s.err) && asked_segments_erase(s.ngo, FULL, &s.err));
    assert_true(search_is_retiring(s.ngo)); /* nothing is stated until that slot is overwritten */
    assert_int_equal(count(&s, SERVICE_MEDICAL, 0), SENT - OTHER - 1); /* that one's row is not erased: left out */
    fixture_restart(&s, NGO);
    assert_int_equal(chosen(&s, 0, SERVICE_MEDICAL, 0), FULL - 1 - OTHER);
    fixture_end(&s);
}

/* What goes waits for no disk. */
static void test_a_segment_whose_key_is_not_read_goes_where_one_of_it_is_erased(void **state)
{
    struct bytes keys = {0};
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 774);
    slot = segment_of(&s, 0).slot;
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    assert_true(tick_begin(s.ngo, &s.err) && asked_segments_erase(s.ngo, 1, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(chosen(&s, 0, SERVICE_SHELTER, 0), FULL);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_segments_are_there(&s);
    fixture_end(&s);
}

/* Erases NUMBER, and what it was sealed with is overwritten, unless the N-th statement fails meanwhile. */
static bool is_failed_at(struct fixture *s, int64_t number, unsigned n)
{
    world_fault(s->w, NGO, DB_FAULT_STEP, n);
    if (!tick_begin(s->ngo, &s->err) || !asked_segments_erase(s->ngo, number, &s->err))
        assert_true(world_is_expected_fault(s->w, NGO, &s->err));
    for (unsigned i = 0; i < 3 && world_node(s->w, NGO) != NULL; i++)
        world_tick(s->w, NGO);
    if (world_node(s->w, NGO) != NULL) {
        world_mend(s->w, NGO);
        return false;
    }
    fixture_restart(s, NGO);
    return true;
}

static void test_an_entry_is_there_or_not_whichever_statement_fails(void **state)
{
    int64_t number = FULL;
    unsigned gone = 0;
    struct fixture s;
    unsigned n = 1;

    (void)state;
    begin(&s, 775);
    for (; is_failed_at(&s, number, n); n++) {
        unsigned left = chosen(&s, 1, SERVICE_MEDICAL, 0);

        assert_in_range(FULL - left, gone, gone + 1);
        number += FULL - left - gone; /* it was committed */
        gone = FULL - left;
        for (unsigned i = 0; i < 3; i++)
            world_tick(s.w, NGO);
        assert_int_equal(fixture_retired(&s), 0);
    }
    assert_in_range(n, 8, 200);
    assert_in_range(gone, 1, n - 2);
    assert_int_equal(chosen(&s, 1, SERVICE_MEDICAL, 0), FULL - gone - 1);
    assert_int_equal(chosen(&s, 1, SERVICE_SHELTER, 0), 0);
    fixture_end(&s);
}

/* --- the disk --- */

static void test_a_damaged_segment_is_made_anew(void **state)
{
    static const char *const damages[] = {
        "UPDATE asked_segment SET sealed = zeroblob(100) WHERE number = 0",
        "UPDATE asked_segment SET sealed = (SELECT sealed FROM asked_segment WHERE number = 1) WHERE number = 0",
        "UPDATE asked_segment SET slot = (SELECT slot FROM case_file WHERE number = 1) WHERE number = 0",
        "UPDATE asked_segment SET slot = 1000000 WHERE number = 0",
    };
    struct fixture s;

    (void)state;
    begin(&s, 776);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        fixture_edit(&s, NGO, damages[i]);
        assert_all_are_listed(&s);
        world_run_ms(s.w, MINUTES);
        assert_segments_are_there(&s);
        assert_all_are_listed(&s);
    }
    assert_int_equal(fixture_retired(&s), 0);
    fixture_refer(&s); /* her key is there */
    fixture_end(&s);
}

static void test_what_is_not_read_now_is_listed_as_such_and_in_its_segment_later(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    begin(&s, 777);
    fixture_edit(&s, NGO, "DELETE FROM asked_segment WHERE number = 1");
    fixture_take_keys(&s, NGO, &keys);
    world_run_ms(s.w, 1000);
    assert_int_equal(count(&s, SERVICE_SHELTER, 0), SENT);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_segments_are_there(&s);
    assert_all_are_listed(&s);
    fixture_end(&s);
}

/* One key of many is in a bad sector: its segment is made later, the others now. */
static void test_a_segment_is_not_made_of_what_is_not_read(void **state)
{
    struct consent_row consent;
    struct referral_row row;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s, 779);
    assert_true(referral_store_get(s.ngo->db, 1, &found, &row, &s.err) && found);
    assert_true(consent_store_get(s.ngo->db, row.consent, &found, &consent, &s.err) && found);
    bad_slot = consent.slot;
    fixture_edit(&s, NGO, "DELETE FROM asked_segment");
    world_run_ms(s.w, 1000);
    assert_int_equal(chosen(&s, 0, SERVICE_SHELTER, 0), FULL);
    assert_int_equal(chosen(&s, 1, SERVICE_SHELTER, 0), 0);
    assert_int_equal(count(&s, SERVICE_SHELTER, 0), OTHER); /* they may be meant */
    bad_slot = 0;
    world_run_ms(s.w, 2 * MINUTES);
    assert_segments_are_there(&s);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_is_the_same_with_segments_and_without),
        cmocka_unit_test(test_those_whose_time_is_over_are_listed_and_no_others),
        cmocka_unit_test(test_what_is_erased_opens_in_no_segment_before_it_is_stated),
        cmocka_unit_test(test_a_segment_whose_key_is_not_read_goes_where_one_of_it_is_erased),
        cmocka_unit_test(test_an_entry_is_there_or_not_whichever_statement_fails),
        cmocka_unit_test(test_a_damaged_segment_is_made_anew),
        cmocka_unit_test(test_a_segment_is_not_made_of_what_is_not_read),
        cmocka_unit_test(test_what_is_not_read_now_is_listed_as_such_and_in_its_segment_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
