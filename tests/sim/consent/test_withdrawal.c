/* What a person reads before she is asked whether to withdraw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "model/envelope.h"
#include "store/consent_store.h"
#include "store/note_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 29, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
}

static bool ask(struct fixture *s, bool erase_now, bool dry_run)
{
    struct control_consent_withdraw_ask ask = {
        .consent = s->consent, .erase_now = erase_now, .seen_alone = erase_now, .dry_run = dry_run};

    return exchange_consent_withdraw(world_node(s->w, NGO), &ask, &s->shown, &s->err);
}

static uint32_t today(struct fixture *s)
{
    return tick_record_day(world_node(s->w, NGO));
}

static void test_who_is_told_are_those_for_whom_something_may_have_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.would_change);
    assert_false(s.shown.may_have_left);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.would_change);
    assert_true(s.shown.may_have_left);
    assert_false(s.shown.by_hand);
    assert_int_equal(fixture_told(&s), RECIPIENT_NOTHING);
    assert_true(s.shown.may_have_left); /* shown, too */
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.by_hand);
    world_free(s.w);
}

static void test_the_day_of_erasure_that_is_foreseen_is_the_one_recorded(void **state)
{
    struct fixture s;
    uint32_t foreseen;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, false, true));
    foreseen = s.shown.erase_from;
    assert_in_range(foreseen, today(&s) + 3, today(&s) + 4); /* 72 hours */
    assert_true(ask(&s, false, false));
    world_tick(s.w, NGO);
    assert_int_equal(s.shown.erase_from, foreseen);
    assert_int_equal(s.shown.progress, CONSENT_STOPPED);
    world_free(s.w);
}

static void test_what_is_foreseen_is_not_done(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    fixture_settle(&s);
    assert_true(exchange_consent_show(world_node(s.w, NGO), &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_STANDS);
    assert_int_equal(s.shown.erase_from, 0);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_WITHDRAWN), 0);
    assert_true(people_can_read(world_node(s.w, MISSION), &s.sent.referral, "prs_FirstName") ||
                people_state(world_node(s.w, MISSION), &s.sent.referral) == REFERRAL_OPENED); /* by that look */
    assert_true(people_log_is_good(world_node(s.w, NGO)));
    world_free(s.w);
}

static void test_said_again_it_changes_nothing_and_erasing_at_once_does(void **state)
{
    struct fixture s;
    uint32_t from;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    from = s.shown.erase_from;
    assert_true(ask(&s, false, true));
    assert_false(s.shown.would_change);
    assert_int_equal(s.shown.erase_from, from);
    assert_true(ask(&s, true, true));
    assert_true(s.shown.would_change);
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, true, false));
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_false(s.shown.would_change);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(s.shown.erase_from, 0);
    world_free(s.w);
}

static void test_after_a_stop_it_is_erased_at_once_though_nobody_is_owed_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    assert_int_equal(s.shown.progress, CONSENT_STOPPED);
    assert_true(ask(&s, true, true));
    assert_true(s.shown.would_change);
    assert_true(ask(&s, true, false));
    fixture_settle(&s);
    assert_true(ask(&s, true, true));
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_true(ask(&s, true, false)); /* again: a repeat */
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    fixture_end(&s);
}

static void test_what_is_answered_to_erasing_at_once_is_that_it_is_being_erased(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    assert_true(ask(&s, true, false));
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    assert_int_equal(s.shown.told, RECIPIENT_OWED); /* nothing that asks has left before the commit */
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_ERASED), 1);
    fixture_settle(&s);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_ERASED), 1);
    assert_true(exchange_consent_show(world_node(s.w, NGO), &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    assert_int_equal(s.shown.told, RECIPIENT_ERASED);
    world_free(s.w);
}

static void test_where_nothing_is_kept_after_a_stop_it_is_erased_at_once(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    world_erase_after(s.w, 0);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_int_equal(s.shown.erase_from, today(&s));
    assert_true(ask(&s, false, false));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(s.shown.progress, CONSENT_ERASED);
    world_free(s.w);
}

static void test_of_police_and_courts_it_says_that_they_may_keep(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(ask(&s, false, true));
    assert_false(s.shown.irreversible);
    world_set_kind(s.w, MISSION, KIND_POLICE);
    fixture_settle(&s);
    assert_true(ask(&s, false, true));
    assert_true(s.shown.irreversible);
    world_free(s.w);
}

static void test_what_cannot_be_withdrawn_is_refused_before_it_is_asked(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    s.consent.at[0] ^= 1;
    assert_false(ask(&s, false, true));
    assert_int_equal(s.err.code, E_CON_06);
    s.consent.at[0] ^= 1;
    assert_false(exchange_consent_withdraw(
        world_node(s.w, MISSION), &(struct control_consent_withdraw_ask){.consent = s.consent, .dry_run = true},
        &s.shown, &s.err));
    assert_int_equal(s.err.code, E_CON_06);
    world_free(s.w);
}

/* --- the places of the backup --- */

static const struct view stick = {.at = (const uint8_t *)"stick", .size = 5};
static const struct view path = {.at = (const uint8_t *)"/media/stick", .size = 12};
static const struct view other = {.at = (const uint8_t *)"/media/other", .size = 12};

/* The mission has what came under the consent, and a place for its keys part. */
static void begin_with_place(struct fixture *s)
{
    begin(s);
    fixture_deliver(s);
    world_must(exchange_backup_set_place(s->mission, stick, path, &s->err), &s->err, "tell the place");
    exchange_backup_overwritten(s->mission, exchange_backup_stamp(s->mission));
    world_tick(s->w, MISSION);
}

static uint64_t house_size(struct fixture *s)
{
    return audit_size(s->mission->audit, LOG_HOUSE);
}

/* Of a disk that is away for weeks a record tells once a day, and not each hour. */
static void test_a_backup_that_goes_on_failing_is_begun_once_a_day(void **state)
{
    struct control_backup_part part = {.part = BACKUP_DATA, .code = view_of_text("E-BAK-04")};
    struct fixture s;
    uint64_t size;

    (void)state;
    begin(&s);
    for (int i = 0; i < 2; i++) { /* while it does not fail, each says of when it is */
        size = house_size(&s);
        world_must(exchange_backup_begin_data(s.mission, &s.err), &s.err, "begin");
        world_tick(s.w, MISSION);
        assert_int_equal(house_size(&s), size + 1);
    }
    part.failing_since_ms = part.tried_ms = world_now(s.w);
    world_must(exchange_backup_put_part(s.mission, &part, &s.err), &s.err, "it fails");
    world_tick(s.w, MISSION);
    size = house_size(&s);
    for (int i = 0; i < 3; i++) {
        world_advance(s.w, HOURS);
        world_must(exchange_backup_begin_data(s.mission, &s.err), &s.err, "begin");
        world_tick(s.w, MISSION);
    }
    assert_int_equal(house_size(&s), size);
    world_advance(s.w, 22 * HOURS);
    world_must(exchange_backup_begin_data(s.mission, &s.err), &s.err, "begin");
    world_tick(s.w, MISSION);
    assert_true(house_size(&s) > size);
    fixture_end(&s);
}

/* A note that the disk damaged is taken the place of by the next part, else no part would be known again. */
static void test_a_damaged_note_of_a_part_ends_with_the_next(void **state)
{
    struct control_backup_part part = {.part = BACKUP_DATA, .made_ms = 7, .verified_ms = 8};
    struct control_backup_part read;
    struct fixture s;

    (void)state;
    begin(&s);
    world_must(exchange_backup_put_part(s.mission, &part, &s.err), &s.err, "it is made");
    world_must(note_store_put(s.mission->db, "backup-data", (struct view){0}, 0, view_of_text("?"), &s.err), &s.err,
               "damage what is noted");
    assert_false(exchange_backup_part(s.mission, BACKUP_DATA, &read, &s.err));
    assert_int_equal(s.err.code, E_STO_04);
    world_must(exchange_backup_put_part(s.mission, &part, &s.err), &s.err, "it is made again");
    world_tick(s.w, MISSION);
    world_must(exchange_backup_part(s.mission, BACKUP_DATA, &read, &s.err), &s.err, "and known");
    assert_int_equal(read.made_ms, 7);
    fixture_end(&s);
}

/* Else the place could not be changed, and nothing would be written at either. */
static void test_a_place_whose_note_is_damaged_is_left_like_any(void **state)
{
    struct control_backup_places p;
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    world_must(note_store_put(s.mission->db, "backup-keys", (struct view){0}, 0, view_of_text("?"), &s.err), &s.err,
               "damage what is noted");
    world_must(exchange_backup_set_place(s.mission, stick, other, &s.err), &s.err, "another place");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.old_count, 1);
    fixture_end(&s);
}

/* How many of the COUNT places that the statement names are called NAME. */
static size_t named(struct fixture *s, size_t count, struct view name)
{
    size_t so = 0;

    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show");
    assert_true(s->shown.answered);
    assert_int_equal(s->shown.answered_place_count, count);
    for (size_t i = 0; i < count; i++)
        so += view_equal(s->shown.answered_places[i], name);
    return so;
}

static void assert_names(struct fixture *s, size_t count)
{
    assert_int_equal(named(s, count, stick), count);
}

static bool is_answered(struct fixture *s)
{
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show");
    return s->shown.answered;
}

static void test_a_statement_waits_until_the_backup_is_overwritten(void **state)
{
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 9 * MINUTES);
    assert_false(is_answered(&s));
    exchange_backup_overwritten(s.mission, exchange_backup_stamp(s.mission) - 1); /* begun before it was erased */
    world_run_ms(s.w, 10000);
    assert_false(is_answered(&s));
    exchange_backup_overwritten(s.mission, exchange_backup_stamp(s.mission));
    world_run_ms(s.w, 10000);
    assert_names(&s, 0);
    fixture_end(&s);
}

static void test_a_statement_names_the_place_that_is_not_overwritten(void **state)
{
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    assert_names(&s, 1);
    fixture_end(&s);
}

/* An older refex would refuse the whole statement. */
static void test_who_does_not_read_it_is_not_told_of_places(void **state)
{
    struct control_backup_places p;
    struct fixture s;
    struct bundle *b;

    (void)state;
    begin_with_place(&s);
    b = (struct bundle *)(uintptr_t)membership_bundle(s.mission->membership, address_view(world_address(s.w, NGO)));
    assert_int_equal(b->content_max, CONTENT_VERSION_LATEST);
    b->content_max = CONTENT_VERSION;
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    assert_names(&s, 0);
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.untold_count, 1); /* people here are to tell it */
    assert_true(view_equal(p.untold[0], address_view(world_address(s.w, NGO))));
    world_must(exchange_backup_settled(s.mission, &s.err), &s.err, "nothing is overwritten");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.untold_count, 1);
    exchange_backup_overwritten(s.mission, exchange_backup_stamp(s.mission));
    world_must(exchange_backup_settled(s.mission, &s.err), &s.err, "the key is nowhere");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.untold_count, 0);
    fixture_end(&s);
}

static void test_who_was_told_too_little_is_named_up_to_a_bound(void **state)
{
    struct control_backup_places p;
    struct address agency;
    struct fixture s;
    char text[32];

    (void)state;
    begin_with_place(&s);
    for (int i = 0; i < BOUND_BACKUP_UNTOLD; i++) {
        (void)snprintf(text, sizeof text, "older-%d@sim.example", i);
        assert_true(address_read(view_of_text(text), &agency));
        for (int again = 0; again < 2; again++)
            world_must(backup_places_untold(s.mission, &agency, &s.err), &s.err, "note it");
    }
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.untold_count, BOUND_BACKUP_UNTOLD);
    assert_false(p.untold_more);
    world_must(backup_places_untold(s.mission, world_address(s.w, NGO), &s.err), &s.err, "one more");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.untold_count, BOUND_BACKUP_UNTOLD);
    assert_true(p.untold_more);
    world_tick(s.w, MISSION);
    fixture_end(&s);
}

static void make_keys_part(struct fixture *s)
{
    const struct control_backup_part part = {.part = BACKUP_KEYS, .made_ms = world_now(s->w)};

    world_must(exchange_backup_put_part(s->mission, &part, &s->err), &s->err, "note a keys part");
}

static size_t old_places(struct fixture *s)
{
    struct control_backup_places p;

    world_must(exchange_backup_old_places(s->mission, &p, &s->err), &s->err, "read the places");
    return p.old_count;
}

/* Whoever has it reads with the words what was erased since. */
static void test_an_old_place_is_named_until_it_is_destroyed(void **state)
{
    const struct control_backup_destroyed_ask ask = {.name = stick};
    struct control_backup_destroyed gone;
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    world_must(exchange_backup_set_place(s.mission, stick, other, &s.err), &s.err, "another place");
    assert_int_equal(old_places(&s), 0); /* nothing was ever made */
    make_keys_part(&s);
    world_must(exchange_backup_set_place(s.mission, stick, path, &s.err), &s.err, "another place");
    world_must(exchange_backup_set_place(s.mission, stick, path, &s.err), &s.err, "the same");
    assert_int_equal(old_places(&s), 1);
    exchange_backup_overwritten(s.mission, exchange_backup_stamp(s.mission));
    world_tick(s.w, MISSION);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    exchange_backup_overwritten(s.mission, exchange_backup_stamp(s.mission));
    world_run_ms(s.w, 10000);
    assert_names(&s, 2); /* the old one, and that of today, which took too long */
    world_must(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err), &s.err, "destroyed");
    assert_int_equal(gone.left, 0);
    assert_int_equal(old_places(&s), 0);
    assert_false(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err));
    assert_int_equal(s.err.code, E_BAK_18);
    fixture_end(&s);
}

static void test_an_old_place_that_is_overwritten_or_used_again_is_none(void **state)
{
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    make_keys_part(&s);
    world_must(exchange_backup_set_place(s.mission, stick, other, &s.err), &s.err, "another place");
    assert_int_equal(old_places(&s), 1);
    world_must(exchange_backup_set_place(s.mission, stick, path, &s.err), &s.err, "the first again");
    assert_int_equal(old_places(&s), 1); /* now the other one */
    world_must(exchange_backup_place_gone(s.mission, path, &s.err), &s.err, "that is none");
    assert_int_equal(old_places(&s), 1);
    world_must(exchange_backup_place_gone(s.mission, other, &s.err), &s.err, "it is overwritten");
    assert_int_equal(old_places(&s), 0);
    fixture_end(&s);
}

/* It opens with its own storage key what was erased since. */
static void test_a_copy_of_before_an_upgrade_is_named_until_it_is_destroyed(void **state)
{
    const struct control_backup_destroyed_ask ask = {.name = view_of_text("before-upgrade")};
    struct control_backup_destroyed gone;
    struct control_backup_places p;
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    world_must(exchange_backup_program(s.mission, view_of_text("9.7"), &s.err), &s.err, "the first");
    assert_int_equal(old_places(&s), 0);
    for (int again = 0; again < 2; again++) {
        world_must(exchange_backup_program(s.mission, view_of_text("9.8"), &s.err), &s.err, "a newer one runs");
        assert_int_equal(old_places(&s), 1);
        world_tick(s.w, MISSION);
        fixture_restart(&s, MISSION);
    }
    world_must(exchange_backup_program(s.mission, view_of_text("9.9"), &s.err), &s.err, "and one more");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.old_count, 1);
    assert_true(p.old[0].copy);
    assert_true(view_equal(p.old[0].path, view_of_text("/srv/refex-before")));
    assert_int_equal(backup_places_with_keys(&p), 0);
    world_must(exchange_backup_place_gone(s.mission, p.old[0].path, &s.err), &s.err, "no keys part is written there");
    world_must(exchange_backup_set_place(s.mission, stick, p.old[0].path, &s.err), &s.err, "nor does it end so");
    assert_int_equal(old_places(&s), 1);
    world_tick(s.w, MISSION);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    assert_int_equal(named(&s, 2, ask.name), 1); /* and that of today, which took too long */
    world_must(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err), &s.err, "destroyed");
    assert_int_equal(old_places(&s), 0);
    world_must(exchange_backup_program(s.mission, view_of_text("9.9"), &s.err), &s.err, "the same runs on");
    assert_int_equal(old_places(&s), 0);
    fixture_end(&s);
}

/* Those that fill a statement leave room for it. */
static void test_a_copy_of_before_an_upgrade_has_its_place_among_fourteen(void **state)
{
    struct fixture s;
    char text[32];

    (void)state;
    begin_with_place(&s);
    make_keys_part(&s);
    world_must(exchange_backup_program(s.mission, view_of_text("9.7"), &s.err), &s.err, "the first");
    world_must(exchange_backup_program(s.mission, view_of_text("9.8"), &s.err), &s.err, "a newer one runs");
    for (int i = 0; i < BOUND_BACKUP_OLD_PLACES; i++) {
        (void)snprintf(text, sizeof text, "/media/disk-%d", i);
        world_must(exchange_backup_set_place(s.mission, stick, view_of_text(text), &s.err), &s.err, "another place");
    }
    assert_false(exchange_backup_set_place(s.mission, stick, other, &s.err));
    assert_int_equal(s.err.code, E_BAK_22);
    world_tick(s.w, MISSION);
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    assert_int_equal(named(&s, BOUND_BACKUP_PLACES, stick), BOUND_BACKUP_PLACES - 1);
    assert_int_equal(named(&s, BOUND_BACKUP_PLACES, view_of_text("before-upgrade")), 1);
    fixture_end(&s);
}

/* A statement has room for so many: none is dropped to make room for another, and what is not taken is said. */
static void test_no_old_place_is_dropped_for_a_newer_one(void **state)
{
    const struct control_backup_destroyed_ask ask = {.name = stick, .number = 7};
    struct control_backup_destroyed gone;
    struct fixture s;
    char text[32];

    (void)state;
    begin_with_place(&s);
    make_keys_part(&s);
    for (int i = 0; i < BOUND_BACKUP_OLD_PLACES; i++) {
        (void)snprintf(text, sizeof text, "/media/disk-%d", i);
        world_must(exchange_backup_set_place(s.mission, stick, view_of_text(text), &s.err), &s.err, "another place");
        assert_int_equal(old_places(&s), i + 1);
    }
    for (int again = 0; again < 2; again++) { /* also by a node that was started anew */
        assert_false(exchange_backup_set_place(s.mission, stick, other, &s.err));
        assert_int_equal(s.err.code, E_BAK_22);
        assert_int_equal(old_places(&s), BOUND_BACKUP_OLD_PLACES);
        world_tick(s.w, MISSION);
        if (again == 0)
            fixture_restart(&s, MISSION);
    }
    assert_true(fixture_withdraw(&s, true));
    world_run_ms(s.w, 11 * MINUTES);
    assert_names(&s, BOUND_BACKUP_OLD_PLACES + 1); /* that of before, where nothing is written any more, too */
    world_must(exchange_backup_set_place(s.mission, stick, path, &s.err), &s.err, "an old one is taken, which is none");
    assert_int_equal(old_places(&s), BOUND_BACKUP_OLD_PLACES);
    world_must(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err), &s.err, "destroyed");
    assert_int_equal(gone.left, BOUND_BACKUP_OLD_PLACES - 1);
    world_must(exchange_backup_set_place(s.mission, stick, other, &s.err), &s.err, "there is room");
    fixture_end(&s);
}

/* Where nothing is said all are called "keys". */
static void test_old_places_of_one_name_are_told_apart(void **state)
{
    struct control_backup_destroyed_ask ask = {.name = stick};
    struct control_backup_destroyed gone;
    struct control_backup_places p;
    struct fixture s;

    (void)state;
    begin_with_place(&s);
    make_keys_part(&s);
    world_must(exchange_backup_set_place(s.mission, stick, other, &s.err), &s.err, "another place");
    world_must(exchange_backup_set_place(s.mission, stick, view_of_text("/media/new"), &s.err), &s.err, "a third");
    assert_int_equal(old_places(&s), 2);
    assert_false(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err));
    assert_int_equal(s.err.code, E_BAK_21);
    assert_non_null(strstr(s.err.text, "number 1, left "));
    assert_non_null(strstr(s.err.text, "number 2, left "));
    assert_int_equal(old_places(&s), 2);
    ask.number = 3;
    assert_false(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err));
    assert_int_equal(s.err.code, E_BAK_18);
    ask.number = 1;
    world_must(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err), &s.err, "destroyed");
    assert_int_equal(gone.number, 1);
    assert_true(view_equal(gone.path, path));
    assert_int_equal(gone.left, 1);
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.old_count, 1);
    assert_true(view_equal(p.old[0].path, other));
    ask.number = 0; /* it is the only one */
    world_must(exchange_backup_destroyed(s.mission, &ask, &gone, &s.err), &s.err, "destroyed");
    assert_int_equal(gone.number, 2);
    world_must(exchange_backup_set_place(s.mission, stick, path, &s.err), &s.err, "another place");
    world_must(exchange_backup_old_places(s.mission, &p, &s.err), &s.err, "read the places");
    assert_int_equal(p.old[0].number, 3); /* none is given twice */
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_told_are_those_for_whom_something_may_have_left),
        cmocka_unit_test(test_the_day_of_erasure_that_is_foreseen_is_the_one_recorded),
        cmocka_unit_test(test_what_is_foreseen_is_not_done),
        cmocka_unit_test(test_said_again_it_changes_nothing_and_erasing_at_once_does),
        cmocka_unit_test(test_after_a_stop_it_is_erased_at_once_though_nobody_is_owed_it),
        cmocka_unit_test(test_what_is_answered_to_erasing_at_once_is_that_it_is_being_erased),
        cmocka_unit_test(test_where_nothing_is_kept_after_a_stop_it_is_erased_at_once),
        cmocka_unit_test(test_of_police_and_courts_it_says_that_they_may_keep),
        cmocka_unit_test(test_what_cannot_be_withdrawn_is_refused_before_it_is_asked),
        cmocka_unit_test(test_a_statement_waits_until_the_backup_is_overwritten),
        cmocka_unit_test(test_a_damaged_note_of_a_part_ends_with_the_next),
        cmocka_unit_test(test_a_place_whose_note_is_damaged_is_left_like_any),
        cmocka_unit_test(test_a_backup_that_goes_on_failing_is_begun_once_a_day),
        cmocka_unit_test(test_a_statement_names_the_place_that_is_not_overwritten),
        cmocka_unit_test(test_who_does_not_read_it_is_not_told_of_places),
        cmocka_unit_test(test_an_old_place_is_named_until_it_is_destroyed),
        cmocka_unit_test(test_an_old_place_that_is_overwritten_or_used_again_is_none),
        cmocka_unit_test(test_a_copy_of_before_an_upgrade_is_named_until_it_is_destroyed),
        cmocka_unit_test(test_a_copy_of_before_an_upgrade_has_its_place_among_fourteen),
        cmocka_unit_test(test_no_old_place_is_dropped_for_a_newer_one),
        cmocka_unit_test(test_old_places_of_one_name_are_told_apart),
        cmocka_unit_test(test_who_was_told_too_little_is_named_up_to_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
