/* The day after an erasure all keys lie under another storage key: what an older copy opens, and what happens when the
 * node crashes, is busy or finds no room meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/file.h"
#include "base/folder.h"
#include "crypto/data_keys.h"
#include "crypto/keyfile.h"
#include "crypto/sealfile.h"
#include "exchange/rewrapping.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault_rewrap.h"
#include "fake_disk.h"
#include "fixture.h"
#include "home_copy.h"
#include "store/slot_store.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE)};

/* A referral of her arrived at the mission. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &consent);
    fixture_deliver(s);
}

/* What is under her consent is erased at the NGO. */
static void erase(struct fixture *s)
{
    world_must(fixture_withdraw(s, true), &s->err, "withdraw");
    fixture_settle(s);
    world_must(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err), &s->err, "show");
    assert_int_equal(s->shown.progress, CONSENT_ERASED);
}

/* The NGO's node was off when the day began, and starts: less than a day later, so no clock is in doubt. */
static void begin_next_day(struct fixture *s)
{
    world_crash(s->w, NGO);
    world_run_ms(s->w, 20 * HOURS);
    fixture_restart(s, NGO);
}

static uint64_t generation(struct fixture *s)
{
    return vault_generation(s->ngo->vault);
}

static bool is_late(struct fixture *s)
{
    struct node_status status;

    world_must(exchange_status(s->ngo, &status, &s->err), &s->err, "status");
    return status.rewrap_late_ms != 0;
}

struct counted {
    unsigned rewrapped;
};

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct counted *c = cookie;

    (void)e;
    (void)err;
    c->rewrapped += r->house.what == HOUSE_REWRAPPED;
    return true;
}

static unsigned recorded(struct fixture *s)
{
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = RECORD_CONFIGURED};
    struct counted c = {0};

    world_must(exchange_audit_list(s->ngo, &filter, NULL, on_record, &c, &s->err), &s->err, "list records");
    return c.rewrapped;
}

static const char *in_home(const char *home, const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static unsigned next;
    struct error err;
    char *path = paths[next++ % 4];

    assert_true(file_join_path(path, home, name, &err));
    return path;
}

/* The storage key in HOME of GENERATION; false: it is not there. */
static bool storage_key(const char *home, uint64_t of, struct secret *out)
{
    struct keyfile *k;
    struct error err;
    bool there;

    assert_true(keyfile_open(in_home(home, "storage.key"), view_of_text(""), &k, &err));
    there = keyfile_key(k, of, out, &err);
    keyfile_close(k);
    return there;
}

/* A copy of the NGO's home as it is, which who stole it has. */
static void steal(struct fixture *s, char copy[static FILE_PATH_MAX])
{
    struct error err;

    assert_true(folder_make_fresh("/tmp/refex-stolen", copy, &err));
    assert_int_equal(rmdir(copy), 0);
    home_copy(world_home(s->w, NGO), copy);
}

static void test_an_older_storage_key_opens_nothing_of_what_is_there_then(void **state)
{
    struct secret old = {0};
    struct bytes ids = {0};
    char stolen[FILE_PATH_MAX];
    struct data_keys *keys;
    struct seal_key *sealing;
    struct ident id;
    struct fixture s;
    const char *home;

    (void)state;
    begin(&s, 61);
    steal(&s, stolen);
    erase(&s);
    assert_int_equal(generation(&s), 1); /* not yet: others may be erased today */
    world_run_ms(s.w, DAYS);
    assert_int_equal(generation(&s), 2);
    assert_int_equal(recorded(&s), 1);
    home = world_home(s.w, NGO);
    assert_true(storage_key(stolen, 1, &old));
    assert_false(storage_key(home, 1, &old));
    assert_true(sealfile_list(in_home(home, "keys.d"), &ids, &s.err) && ids.size >= 5 * IDENT_SIZE);
    for (size_t at = 0; at < ids.size; at += IDENT_SIZE) {
        memcpy(id.at, ids.at + at, IDENT_SIZE);
        assert_false(sealfile_open(in_home(home, "keys.d"), &id, &old, &sealing, &s.err));
        assert_int_equal(s.err.code, E_KEY_17);
    }
    world_crash(s.w, NGO);
    assert_false(data_keys_open(in_home(home, "keys"), &old, &keys, &s.err));
    assert_int_equal(s.err.code, E_KEY_17);
    fixture_restart(&s, NGO);
    bytes_fini(&ids);
    secret_fini(&old);
    folder_remove_made(stolen);
    fixture_end(&s);
}

/* Slots below and above HOW_MANY whose key in the stolen copy is the one that the node has now. */
static void count_same(struct fixture *s, const char *stolen, uint64_t used, unsigned *below, unsigned *above)
{
    struct secret theirs = {0};
    struct secret ours = {0};
    struct data_keys *copy;
    struct data_keys *here;

    *below = *above = 0;
    world_crash(s->w, NGO);
    assert_true(storage_key(stolen, 1, &theirs) && storage_key(world_home(s->w, NGO), 2, &ours));
    assert_true(data_keys_open(in_home(stolen, "keys"), &theirs, &copy, &s->err));
    assert_true(data_keys_open(in_home(world_home(s->w, NGO), "keys"), &ours, &here, &s->err));
    for (uint64_t slot = 0; slot < data_keys_count(here); slot++) {
        struct secret a = {0};
        struct secret b = {0};

        if (slot < data_keys_count(copy) && data_keys_get(copy, slot, &a, &s->err) &&
            data_keys_get(here, slot, &b, &s->err) && memcmp(a.at, b.at, a.size) == 0)
            *(slot < used ? below : above) += 1;
        secret_fini(&a);
        secret_fini(&b);
    }
    data_keys_close(copy);
    data_keys_close(here);
    secret_fini(&theirs);
    secret_fini(&ours);
    fixture_restart(s, NGO);
}

/* As docs/SECURITY.md says of who has an old copy of both files: all of its time that is not erased since, by this
 * copy also what was; nothing that was sealed under a key in use since the keys were wrapped anew. */
static void test_an_old_copy_of_both_files_opens_what_is_of_its_time_and_nothing_new(void **state)
{
    char stolen[FILE_PATH_MAX];
    struct secret theirs = {0};
    struct data_keys *copy;
    struct secret key = {0};
    struct fixture s;
    uint64_t erased;
    uint64_t used;
    unsigned below;
    unsigned above;

    (void)state;
    begin(&s, 62);
    steal(&s, stolen);
    erase(&s);
    for (erased = 1; !vault_slot_is_erased(s.ngo->vault, erased); erased++)
        ;
    world_run_ms(s.w, DAYS);
    used = slot_store_next(s.ngo->db);
    count_same(&s, stolen, used, &below, &above);
    assert_true(below > 0);     /* her case stands, and the copy opens it */
    assert_int_equal(above, 0); /* of more than 1,000 that were filled ahead */
    assert_true(storage_key(stolen, 1, &theirs) && data_keys_open(in_home(stolen, "keys"), &theirs, &copy, &s.err));
    assert_true(data_keys_get(copy, erased, &key, &s.err)); /* no erasure reaches a copy */
    data_keys_close(copy);
    secret_fini(&key);
    secret_fini(&theirs);
    folder_remove_made(stolen);
    fixture_end(&s);
}

static void test_it_is_done_once_a_day_at_most_and_not_where_nothing_was_erased(void **state)
{
    struct fixture s;
    struct ident other;

    (void)state;
    begin(&s, 63);
    world_run_ms(s.w, 3 * DAYS);
    assert_int_equal(generation(&s), 1);
    other = s.consent;
    for (unsigned i = 0; i < 3; i++) {
        s.consent = people_consent(s.ngo, &s.person, s.to, &consent);
        world_tick(s.w, NGO);
        erase(&s);
        fixture_restart(&s, NGO); /* nor at a start of the same day */
        world_run_ms(s.w, HOURS);
    }
    assert_int_equal(generation(&s), 1);
    world_run_ms(s.w, DAYS);
    assert_int_equal(generation(&s), 2);
    assert_int_equal(recorded(&s), 1);
    world_run_ms(s.w, 3 * DAYS);
    assert_int_equal(generation(&s), 2);
    s.consent = other;
    erase(&s);
    world_run_ms(s.w, DAYS);
    assert_int_equal(generation(&s), 3);
    assert_int_equal(recorded(&s), 2);
    assert_false(is_late(&s));
    fixture_end(&s);
}

/* Whatever tick the node ends in, at its start all opens, and it is done in the end. */
static void test_a_crash_in_any_part_of_it_loses_no_key(void **state)
{
    bool was_cut = true;

    (void)state;
    for (unsigned n = 1; was_cut; n++) {
        struct fixture s;
        uint64_t before;

        begin(&s, 64);
        erase(&s);
        begin_next_day(&s);
        for (unsigned i = 0; i < n; i++)
            world_tick(s.w, NGO);
        before = generation(&s);
        was_cut = recorded(&s) == 0;
        fixture_restart(&s, NGO);
        assert_true(generation(&s) == before);
        world_run_ms(s.w, 2 * DAYS); /* one that was cut short after its file was taken, and then a whole one */
        assert_int_equal(recorded(&s), 1);
        assert_false(vault_is_rewrapping(s.ngo->vault));
        assert_false(is_late(&s));
        s.consent = people_consent(s.ngo, &s.person, s.to, &consent);
        world_tick(s.w, NGO);
        fixture_deliver(&s);
        world_must(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err), &s.err, "show");
        fixture_end(&s);
        assert_true(n < 100);
    }
}

/* Each tick writes something, so none is quiet: it waits for an hour, then it is done beside that. */
static void test_where_mail_never_stops_it_is_done_an_hour_later(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 65);
    erase(&s);
    begin_next_day(&s);
    for (unsigned i = 0; generation(&s) == 1; i++) {
        s.consent = people_consent(s.ngo, &s.person, s.to, &consent);
        world_tick(s.w, NGO);
        fixture_refer(&s);
        world_tick(s.w, NGO);
        assert_true(i < 50);
        if (i == 20) {
            assert_false(vault_is_rewrapping(s.ngo->vault));
            world_advance(s.w, HOURS);
        }
    }
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(recorded(&s), 1);
    fixture_end(&s);
}

/* What is withheld behind a commit begins the next tick, which may take a slot that nothing uses yet. */
static void test_a_transaction_that_is_open_behind_a_commit_is_waited_for(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 67);
    erase(&s);
    begin_next_day(&s);
    rewrapping_new_day(s.ngo);
    assert_true(tick_begin(s.ngo, &s.err));
    s.ngo->committed = true;
    assert_true(rewrapping_step(s.ngo, &s.err));
    s.ngo->committed = false;
    assert_false(vault_is_rewrapping(s.ngo->vault));
    fixture_settle(&s);
    assert_int_equal(generation(&s), 2);
    fixture_end(&s);
}

static void test_without_room_it_waits_is_named_and_is_done_when_there_is(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 66);
    erase(&s);
    fake_disk_set_free_at(world_home(s.w, NGO), (uint64_t)BOUND_DISK_FREE + 40000); /* `keys` has twice as much */
    world_run_ms(s.w, 25 * HOURS);
    assert_int_equal(generation(&s), 1);
    assert_false(is_late(&s));
    world_run_ms(s.w, 2 * HOURS);
    assert_true(is_late(&s));
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 5 * MINUTES); /* it wrote nothing for a day: its peers say that its clock is right */
    assert_true(is_late(&s));
    fake_disk_set_free_at(world_home(s.w, NGO), 0);
    world_run_ms(s.w, HOURS);
    assert_int_equal(generation(&s), 2);
    assert_false(is_late(&s));
    fixture_end(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_older_storage_key_opens_nothing_of_what_is_there_then),
        cmocka_unit_test(test_an_old_copy_of_both_files_opens_what_is_of_its_time_and_nothing_new),
        cmocka_unit_test(test_it_is_done_once_a_day_at_most_and_not_where_nothing_was_erased),
        cmocka_unit_test(test_a_crash_in_any_part_of_it_loses_no_key),
        cmocka_unit_test(test_where_mail_never_stops_it_is_done_an_hour_later),
        cmocka_unit_test(test_a_transaction_that_is_open_behind_a_commit_is_waited_for),
        cmocka_unit_test(test_without_room_it_waits_is_named_and_is_done_when_there_is),
    };

    (void)argc;
    (void)argv;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
