/* What one officer, or two members, may do without those who sign directories together: suspend agencies for 72 hours,
 * and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/note.h"
#include "codec/suspension_codec.h"
#include "crypto/digest.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/suspension/suspension_note.h"
#include "pki/certificate.h"
#include "two_members.h"

#define ALL     3 /* keys 1 and 2 of three, which is enough */
#define LAST    (NOW + BOUND_SUSPENSION_MS)
#define HOUR    INT64_C(3600000)
#define MEMBERS (BOUND_SUSPENSIONS + 6)

struct scene {
    struct federation_fixture f;
    struct fixture_agency *court;
    struct fixture_agency *mission;
    struct fixture_agency *ngo;
    struct fixture_agency *shelter;
    struct bytes note;
    struct membership *m; /* of the ngo */
};

/* A directory that is signed by all, and newer than the one before. */
static void publish(struct scene *s)
{
    enum directory_result what;
    struct error err;

    bytes_clear(&s->note);
    federation_fixture_directory(&s->f, ALL, &s->note);
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), NOW, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
}

static int set_up(void **state)
{
    struct scene *s = xnew(sizeof *s);
    struct membership_files files;
    struct error err;

    federation_fixture_init(&s->f, "nrm.example", NOW, 3, 2);
    s->court = federation_fixture_admit(&s->f, "court@nrm.example");
    s->mission = federation_fixture_admit(&s->f, "mission@nrm.example");
    s->ngo = federation_fixture_admit(&s->f, "ngo@nrm.example");
    s->shelter = federation_fixture_admit(&s->f, "shelter@nrm.example");
    federation_fixture_directory(&s->f, ALL, &s->note);
    files = federation_fixture_files(&s->f, s->ngo, bytes_view(&s->note));
    assert_true(membership_open(&files, NOW, &s->m, &err));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;

    membership_free(s->m);
    bytes_fini(&s->note);
    federation_fixture_fini(&s->f);
    free(s);
    return 0;
}

/* --- made and offered --- */

static struct suspension of(struct scene *s, const struct fixture_agency *agency)
{
    struct suspension made = {.federation = s->f.federation,
                              .directory = membership_directory(s->m)->sequence,
                              .time_ms = NOW,
                              .agency_count = 1};

    made.agencies[0] = agency->address;
    return made;
}

static enum error_code take(struct scene *s, const struct suspension *made, const struct sign_key *key, int64_t now_ms,
                            bool is_kept, bool *is_new)
{
    struct bytes note = {0};
    struct suspension taken;
    struct error err = {0};
    enum error_code code;

    assert_true(suspension_note_sign(made, key, &note, &err));
    code =
        membership_take_suspension(s->m, bytes_view(&note), now_ms, is_kept, &taken, is_new, &err) ? E_NONE : err.code;
    (void)membership_follow_suspensions(s->m, now_ms);
    bytes_fini(&note);
    return code;
}

/* By directory key NUMBER. */
static enum error_code officer(struct scene *s, struct suspension made, uint32_t number, int64_t now_ms)
{
    bool is_new;

    made.key = number;
    return take(s, &made, s->f.directory_keys[number - 1], now_ms, false, &is_new);
}

static enum error_code member(struct scene *s, const struct fixture_agency *by, const struct fixture_agency *agency,
                              int64_t now_ms)
{
    struct suspension made = of(s, agency);
    bool is_new;

    made.member = by->address;
    made.time_ms = now_ms;
    return take(s, &made, by->identity_key, now_ms, false, &is_new);
}

static bool is_out(struct scene *s, const struct fixture_agency *agency, int64_t now_ms)
{
    struct error err;
    bool out = !membership_admits(s->m, address_view(&agency->address), now_ms, NULL, &err);

    assert_int_equal(out, membership_suspended_until(s->m, &agency->address) != 0);
    return out;
}

static bool is_out_at(struct scene *s, const struct fixture_agency *agency, int64_t now_ms)
{
    (void)membership_follow_suspensions(s->m, now_ms);
    return is_out(s, agency, now_ms);
}

/* --- an officer --- */

static void test_one_officer_suspends_an_agency_until_a_directory_comes(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->mission);
    enum directory_result what;
    const struct suspended *now;
    struct error err;
    size_t count;
    bool is_new;

    assert_false(is_out(s, s->mission, NOW)); /* it is looked up before */
    assert_int_equal(officer(s, made, 1, NOW), E_NONE);
    assert_true(is_out(s, s->mission, NOW));
    assert_int_equal(membership_hold(s->m, address_view(&s->mission->address), NOW), HOLD_SUSPENDED);
    now = membership_suspended(s->m, &count);
    assert_int_equal(count, 1);
    assert_true(address_equal(&now->agency, &s->mission->address));
    assert_int_equal(now->until_ms, LAST);
    assert_int_equal(membership_suspensions_end_ms(s->m), LAST);
    assert_false(now->by_members);
    made.key = 1;
    assert_int_equal(take(s, &made, s->f.directory_keys[0], NOW, false, &is_new), E_NONE);
    assert_false(is_new);
    /* What all signed stays the directory in use, and is no other one. */
    assert_true(membership_take_directory(s->m, bytes_view(&s->note), NOW, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_SAME);
    assert_true(is_out(s, s->mission, NOW));

    publish(s); /* the next directory says what is to be */
    assert_false(is_out(s, s->mission, NOW));
    assert_false(is_out_at(s, s->mission, NOW + 1));
    assert_int_equal(officer(s, made, 1, NOW), E_RVK_08);
    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_true(is_out(s, s->mission, NOW));
}

static void test_a_suspension_ends_after_72_hours(void **state)
{
    struct scene *s = *state;

    assert_int_equal(officer(s, of(s, s->mission), 1, LAST), E_RVK_09);
    assert_int_equal(officer(s, of(s, s->mission), 1, LAST - 1), E_NONE);
    assert_true(is_out_at(s, s->mission, LAST - 1));
    assert_false(is_out_at(s, s->mission, LAST));
    assert_int_equal(membership_suspensions_end_ms(s->m), 0);
    assert_int_equal(officer(s, of(s, s->court), 1, LAST), E_RVK_09);
}

static void test_a_suspension_of_the_future_is_none(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->mission);

    made.time_ms = NOW + BOUND_CLOCKS_MS + 1;
    assert_int_equal(officer(s, made, 1, NOW), E_RVK_09);
    assert_int_equal(officer(s, made, 1, NOW + 1), E_NONE);
}

/* Their certificates, whatever their keys, and their machines; and of nobody else anything. */
static void test_what_is_suspended_is_the_agency_and_nothing_else(void **state)
{
    struct scene *s = *state;
    struct bytes renewed = {0};
    struct sign_key *key = sign_key_new();
    struct ident node;
    struct error err;

    federation_fixture_renew(&s->f, s->mission, key, &renewed);
    assert_true(membership_node_of(s->m, bytes_view(&renewed), NOW, &node, &err));
    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_false(membership_node_of(s->m, bytes_view(&renewed), NOW, &node, &err));
    assert_false(membership_node_of(s->m, bytes_view(&s->mission->transport), NOW, &node, &err));
    assert_true(membership_node_of(s->m, bytes_view(&s->shelter->transport), NOW, &node, &err));
    assert_int_equal(membership_revoked(s->m).size, 3 * HASH_SIZE);
    assert_false(is_out(s, s->court, NOW) || is_out(s, s->ngo, NOW) || is_out(s, s->shelter, NOW));
    assert_false(is_out_at(s, s->mission, LAST));
    assert_true(membership_node_of(s->m, bytes_view(&renewed), NOW, &node, &err));
    assert_int_equal(membership_revoked(s->m).size, 0);
    publish(s); /* which all directory keys sign: none of them is revoked */
    bytes_fini(&renewed);
    sign_key_free(key);
}

static void test_only_members_are_suspended(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->mission);

    assert_true(address_read(view_of_text("brama@nrm.example"), &made.agencies[0]));
    assert_int_equal(officer(s, made, 1, NOW), E_RVK_07);
    s->f.revocations[0] = (struct revocation){.agency = s->mission->address, .reason = REVOKED_LEFT, .time_ms = NOW};
    digest_sha256(bytes_view(&s->mission->identity), &s->f.revocations[0].name);
    s->f.revocation_count = 1;
    publish(s);
    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_RVK_07);
    assert_int_equal(officer(s, of(s, s->court), 1, NOW), E_NONE);
    assert_int_equal(membership_hold(s->m, address_view(&s->mission->address), NOW), HOLD_LEFT);
    assert_int_equal(membership_revoked(s->m).size, 4 * HASH_SIZE);
}

static void test_only_a_directory_key_that_counts_suspends(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->mission);
    struct certificate c;
    struct error err;
    bool is_new;

    made.key = 1;
    assert_int_equal(take(s, &made, s->ngo->identity_key, NOW, false, &is_new), E_RVK_06); /* another key */
    assert_int_equal(take(s, &made, s->f.directory_keys[1], NOW, false, &is_new), E_RVK_06);
    made.key = 4;
    assert_int_equal(take(s, &made, s->f.directory_keys[0], NOW, false, &is_new), E_RVK_06); /* there is none */
    made.federation.fid.at[0] ^= 1;
    assert_int_equal(officer(s, made, 1, NOW), E_RVK_05);
    assert_true(certificate_read(bytes_view(&s->f.directory_certificates[2]), &c, &err));
    s->f.revocations[0] = (struct revocation){.name = c.key_hash, .reason = REVOKED_KEY_COMPROMISE, .time_ms = NOW};
    s->f.revocation_count = 1;
    publish(s);
    assert_int_equal(officer(s, of(s, s->mission), 3, NOW), E_RVK_06); /* the directory revokes it */
    assert_int_equal(officer(s, of(s, s->mission), 2, NOW), E_NONE);
}

/* A key signs one for each directory, whatever time it gives; another officer's is beside it. */
static void test_a_key_suspends_once_for_each_directory(void **state)
{
    struct scene *s = *state;
    struct suspension later = of(s, s->court);
    size_t count;

    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    later.time_ms += HOUR;
    assert_int_equal(officer(s, later, 1, NOW + HOUR), E_RVK_10);
    later.agencies[0] = s->mission->address;
    assert_int_equal(officer(s, later, 1, NOW + HOUR), E_RVK_10); /* nor the same agency for longer */
    later.time_ms = LAST + HOUR;
    assert_int_equal(officer(s, later, 1, LAST + HOUR), E_RVK_10); /* nor when it is over */
    later = of(s, s->court);
    assert_int_equal(officer(s, later, 2, NOW + HOUR), E_NONE);
    assert_true(is_out(s, s->mission, NOW) && is_out(s, s->court, NOW));
    assert_non_null(membership_suspended(s->m, &count));
    assert_int_equal(count, 2);
    publish(s);
    assert_int_equal(officer(s, of(s, s->shelter), 1, NOW), E_NONE);
}

/* Otherwise a stolen key would suspend the same agencies again and again, at each node that was started anew. */
static void test_a_key_that_has_suspended_is_known_after_a_restart(void **state)
{
    struct scene *s = *state;
    struct suspension spent = of(s, s->mission);
    struct suspension later = of(s, s->mission);
    bool is_new;

    spent.key = 1;
    later.time_ms = LAST + HOUR;
    assert_int_equal(take(s, &spent, s->f.directory_keys[0], LAST + HOUR, true, &is_new), E_NONE);
    assert_int_equal(officer(s, later, 1, LAST + HOUR), E_RVK_10);
    assert_false(is_out_at(s, s->mission, LAST + HOUR));
}

static void test_an_officer_names_up_to_four_agencies(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->court);
    struct bytes note = {0};
    struct bytes more = {0};
    struct bytes text = {0};
    struct suspension taken;
    char name[400] = "";
    struct error err;
    struct note n;
    bool is_new;

    made.agencies[1] = s->mission->address;
    made.agencies[2] = s->ngo->address; /* this node's own, too */
    made.agencies[3] = s->shelter->address;
    made.agency_count = BOUND_SUSPENDED_BY_ONE;
    made.key = 1;
    assert_true(suspension_note_sign(&made, s->f.directory_keys[0], &note, &err));
    bytes_append(&more, note.at, note.size);
    bytes_append_text(&more, "agency z@nrm.example\n"); /* in no place where it could stand */
    assert_false(membership_take_suspension(s->m, bytes_view(&more), NOW, false, &taken, &is_new, &err));
    assert_int_equal(err.code, E_RVK_05);
    bytes_clear(&more);
    bytes_append(&more, note.at, note.size);
    suspension_encode(&made, &text);
    memset(name, 'a', sizeof name - 1);
    while (more.size <= BOUND_SUSPENSION_NOTE) { /* lines of keys that nobody asks about */
        name[0]++;
        assert_true(note_sign(&more, bytes_view(&text), name, s->f.directory_keys[1], &err));
    }
    assert_true(note_read(bytes_view(&more), SUSPENSION_FIRST_LINE, &n, &err));
    assert_false(membership_take_suspension(s->m, bytes_view(&more), NOW, false, &taken, &is_new, &err));
    assert_int_equal(err.code, E_RVK_05);
    assert_true(membership_take_suspension(s->m, bytes_view(&note), NOW, false, &taken, &is_new, &err));
    assert_true(membership_follow_suspensions(s->m, NOW));
    assert_false(membership_follow_suspensions(s->m, NOW));
    assert_true(is_out(s, s->court, NOW) && is_out(s, s->mission, NOW) && is_out(s, s->shelter, NOW));
    assert_true(is_out(s, s->ngo, NOW));
    bytes_fini(&note);
    bytes_fini(&more);
    bytes_fini(&text);
}

/* --- members --- */

static void test_two_members_suspend_an_agency(void **state)
{
    struct scene *s = *state;
    const struct suspended *now;
    size_t count;

    assert_int_equal(member(s, s->court, s->mission, NOW), E_NONE);
    assert_false(is_out(s, s->mission, NOW));
    assert_int_equal(member(s, s->shelter, s->court, NOW + HOUR), E_NONE); /* of another */
    assert_false(is_out(s, s->mission, NOW) || is_out(s, s->court, NOW));
    assert_int_equal(member(s, s->ngo, s->mission, NOW + HOUR), E_NONE);
    assert_true(is_out(s, s->mission, NOW));
    now = membership_suspended(s->m, &count);
    assert_int_equal(count, 1);
    assert_true(now->by_members);
    assert_int_equal(now->until_ms, LAST); /* then one is left */
    assert_true(is_out_at(s, s->mission, LAST - 1));
    assert_false(is_out_at(s, s->mission, LAST));
}

static void test_an_officer_and_members_suspend_for_the_longer_time(void **state)
{
    struct scene *s = *state;

    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_int_equal(member(s, s->ngo, s->mission, NOW + HOUR), E_NONE); /* who is suspended may be so for longer */
    assert_int_equal(membership_suspended_until(s->m, &s->mission->address), LAST);
    assert_int_equal(member(s, s->court, s->mission, NOW + 2 * HOUR), E_NONE);
    assert_int_equal(membership_suspended_until(s->m, &s->mission->address), LAST + HOUR);
    publish(s);
    assert_false(is_out_at(s, s->mission, NOW + 2 * HOUR)); /* who signed is known, and it counts no more */
}

static void test_a_member_suspends_once_in_72_hours_and_once_for_a_directory(void **state)
{
    struct scene *s = *state;
    struct suspension spent;
    bool is_new;

    assert_int_equal(member(s, s->court, s->mission, NOW), E_NONE);
    assert_int_equal(member(s, s->court, s->shelter, NOW + HOUR), E_RVK_10);
    spent = of(s, s->mission);
    publish(s);
    assert_int_equal(member(s, s->court, s->mission, LAST - 1), E_RVK_10); /* a directory comes between */
    assert_int_equal(member(s, s->court, s->mission, LAST), E_NONE);
    assert_int_equal(member(s, s->court, s->mission, LAST + BOUND_SUSPENSION_MS), E_RVK_10);
    /* It is known after a restart, too, and counts for nothing. */
    spent.member = s->ngo->address;
    assert_int_equal(take(s, &spent, s->ngo->identity_key, NOW + HOUR, true, &is_new), E_NONE);
    assert_int_equal(member(s, s->ngo, s->mission, NOW + HOUR), E_RVK_10);
    assert_false(is_out_at(s, s->mission, LAST));
}

static void test_only_members_that_count_suspend(void **state)
{
    struct scene *s = *state;
    struct suspension made = of(s, s->mission);
    bool is_new;

    made.member = s->court->address;
    assert_int_equal(take(s, &made, s->ngo->identity_key, NOW, false, &is_new), E_RVK_06); /* by another's key */
    assert_int_equal(member(s, s->mission, s->mission, NOW), E_RVK_07);
    assert_true(address_read(view_of_text("brama@nrm.example"), &made.member));
    assert_int_equal(take(s, &made, s->court->identity_key, NOW, false, &is_new), E_RVK_06);
    assert_int_equal(officer(s, of(s, s->court), 1, NOW), E_NONE);
    assert_int_equal(member(s, s->court, s->mission, NOW), E_RVK_06); /* who is suspended suspends nobody */
    made.member = s->court->address;
    assert_int_equal(take(s, &made, s->court->identity_key, NOW, true, &is_new), E_NONE); /* but had, before that */
    assert_int_equal(member(s, s->ngo, s->mission, NOW), E_NONE);
    assert_true(is_out(s, s->mission, NOW) && is_out(s, s->court, NOW));
}

static void test_the_statements_of_members_are_bounded(void **state)
{
    struct scene *s = *state;
    struct fixture_agency *more[MEMBERS];
    char name[40];

    for (unsigned i = 0; i < MEMBERS; i++) {
        (void)snprintf(name, sizeof name, "t%02u@nrm.example", i);
        more[i] = federation_fixture_admit(&s->f, name);
    }
    publish(s);
    for (unsigned i = 0; i < BOUND_SUSPENSIONS; i++)
        assert_int_equal(member(s, more[i], s->mission, NOW), E_NONE);
    assert_int_equal(member(s, more[BOUND_SUSPENSIONS], s->mission, NOW), E_RVK_11);
    for (uint32_t key = 1; key <= 3; key++)
        assert_int_equal(officer(s, of(s, s->court), key, NOW), E_NONE); /* members crowd no officer out */
    /* What counts no more gives its place back, and its signer is known. */
    assert_int_equal(member(s, more[BOUND_SUSPENSIONS], s->mission, LAST), E_NONE);
    assert_int_equal(member(s, more[0], s->mission, LAST), E_RVK_10);
    for (unsigned i = BOUND_SUSPENSIONS + 1; i < MEMBERS; i++)
        assert_int_equal(member(s, more[i], s->mission, LAST), E_NONE);
    assert_true(is_out_at(s, s->mission, LAST));
    publish(s);
    for (unsigned i = 0; i < BOUND_SUSPENSIONS; i++)
        assert_int_equal(member(s, more[i], s->court, LAST), E_NONE);
    assert_int_equal(member(s, s->ngo, s->court, LAST), E_RVK_11);
    assert_int_equal(member(s, more[BOUND_SUSPENSIONS], s->court, LAST), E_RVK_10);
}

static void count_one(void *cookie, const struct suspension *made, struct view note)
{
    struct suspension read;
    struct error err;

    assert_true(suspension_note_read(note, &read, &err));
    assert_true(read.key == made->key && address_equal(&read.member, &made->member));
    ++*(unsigned *)cookie;
}

/* What a directory ended lies between what is kept: that stays whole when others take its place. */
static void test_what_a_directory_ended_leaves_the_others_whole(void **state)
{
    struct scene *s = *state;
    unsigned count = 0;

    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_int_equal(member(s, s->court, s->mission, NOW), E_NONE);
    publish(s);
    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_int_equal(officer(s, of(s, s->court), 2, NOW), E_NONE);
    assert_int_equal(member(s, s->court, s->shelter, NOW), E_RVK_06); /* suspended */
    membership_each_statement(s->m, NOW, count_one, &count);
    assert_int_equal(count, 2);
}

/* --- what still calls data back --- */

static void revoke_at(struct scene *s, const struct fixture_agency *agency, enum revocation_reason reason)
{
    struct revocation *r = &s->f.revocations[0];

    *r = (struct revocation){.agency = agency->address, .reason = reason, .time_ms = NOW};
    digest_sha256(bytes_view(&agency->identity), &r->name);
    s->f.revocation_count = 1;
    publish(s);
}

static bool recalls(struct scene *s, const struct fixture_agency *agency, int64_t now_ms)
{
    struct error err;

    return membership_recalls(s->m, address_view(&agency->address), now_ms, &err);
}

static void test_who_left_or_is_suspended_may_call_data_back(void **state)
{
    struct scene *s = *state;
    struct address agency;
    struct ident node = s->mission->node;
    struct error err;
    const struct view shown = bytes_view(&s->mission->transport);

    assert_false(recalls(s, s->mission, NOW)); /* who is a member has an ordinary link */
    revoke_at(s, s->mission, REVOKED_LEFT);
    assert_true(recalls(s, s->mission, NOW));
    assert_true(membership_recalls_node(s->m, shown, &node, NOW, &agency, &err));
    assert_true(address_equal(&agency, &s->mission->address));
    assert_false(membership_recalls_node(s->m, bytes_view(&s->court->transport), &node, NOW, &agency, &err));
    assert_int_equal(err.code, E_FED_31);
    assert_int_equal(membership_barred(s->m).size, 0);
    assert_false(recalls(s, s->mission, NOW + 1000 * DAY_MS)); /* its certificate has ended, or the directory */
    revoke_at(s, s->mission, REVOKED_SUSPENDED);
    assert_true(recalls(s, s->mission, NOW));
    revoke_at(s, s->mission, REVOKED_KEY_COMPROMISE);
    assert_false(recalls(s, s->mission, NOW));
    assert_int_equal(membership_barred(s->m).size, HASH_SIZE);
    revoke_at(s, s->mission, REVOKED_SUPERSEDED);
    assert_false(recalls(s, s->mission, NOW));
    s->f.revocation_count = 0;
    publish(s);
    assert_int_equal(officer(s, of(s, s->mission), 1, NOW), E_NONE);
    assert_true(recalls(s, s->mission, NOW));
    assert_true(membership_recalls_node(s->m, shown, &node, NOW, &agency, &err));
    assert_false(is_out_at(s, s->mission, LAST));
    assert_false(recalls(s, s->mission, LAST));
}

static void test_who_left_may_call_data_back_for_14_days(void **state)
{
    const int64_t left = NOW - 10 * DAY_MS;
    const int64_t directory = NOW + 14 * DAY_MS;
    struct scene *s = *state;

    assert_int_equal(membership_recalls_until(s->m, &s->mission->address), directory); /* who has us for cut off */
    revoke_at(s, s->mission, REVOKED_LEFT);
    s->f.revocations[0].time_ms = left;
    publish(s);
    assert_true(recalls(s, s->mission, left + BOUND_RECALL_MS));
    assert_false(recalls(s, s->mission, left + BOUND_RECALL_MS + 1));
    assert_int_equal(membership_recalls_until(s->m, &s->mission->address), left + BOUND_RECALL_MS);
    s->f.revocations[0].time_ms = NOW + DAY_MS; /* by a clock that was ahead */
    publish(s);
    assert_int_equal(membership_recalls_until(s->m, &s->mission->address), directory);
    s->f.revocations[0].time_ms = left;
    s->f.revocations[0].reason = REVOKED_SUSPENDED; /* it is to come back */
    publish(s);
    assert_true(recalls(s, s->mission, left + BOUND_RECALL_MS + 1));
    assert_int_equal(membership_recalls_until(s->m, &s->mission->address), directory);
}

/* An authority that is revoked is no agency that left, whatever reason is given. */
static void test_what_is_revoked_of_no_agency_is_barred(void **state)
{
    struct scene *s = *state;

    revoke_at(s, s->mission, REVOKED_LEFT);
    s->f.revocations[0].agency = (struct address){{0}};
    publish(s);
    assert_int_equal(membership_barred(s->m).size, HASH_SIZE);
    assert_false(recalls(s, s->mission, NOW));
}

/* --- the text --- */

static void test_a_suspension_has_one_spelling(void **state)
{
    static const char *const bad[] = {"by member court@nrm.example",
                                      "by member ngo@other.example",
                                      "by key 0",
                                      "by key 01",
                                      "by key 1 ",
                                      "by 1",
                                      "by keys 1"};
    static const char *const agencies[] = {"agency mission@nrm.example\nagency court@nrm.example\n",
                                           "agency court@nrm.example\nagency court@nrm.example\n",
                                           "agency court@other.example\n",
                                           "agency court\n",
                                           "agency court@nrm.example",
                                           "agency a@nrm.example\nagency b@nrm.example\nagency c@nrm.example\n"
                                           "agency d@nrm.example\nagency e@nrm.example\n",
                                           ""};
    static const char head[] = "refex-suspension/v1\nnrm.example\n"
                               "0000000000000000000000000000000000000000000000000000000000000000\n";
    struct suspension out;
    struct bytes text = {0};
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bytes_clear(&text);
        bytes_printf(&text, "%sdirectory 1\ntime 1\n%s\nagency a@nrm.example\nagency b@nrm.example\n", head, bad[i]);
        assert_false(suspension_decode(bytes_view(&text), &out, &err)); /* a member names one */
        assert_int_equal(err.code, E_RVK_05);
    }
    for (size_t i = 0; i < sizeof agencies / sizeof agencies[0]; i++) {
        bytes_clear(&text);
        bytes_printf(&text, "%sdirectory 1\ntime 1\nby key 1\n%s", head, agencies[i]);
        assert_false(suspension_decode(bytes_view(&text), &out, &err));
    }
    bytes_clear(&text);
    bytes_printf(&text, "%sdirectory 0\ntime 1\nby key 1\nagency a@nrm.example\n", head);
    assert_false(suspension_decode(bytes_view(&text), &out, &err));
    bytes_clear(&text);
    bytes_printf(&text, "%sdirectory 1\ntime 1\nby key 1\nagency a@nrm.example\nagency b@nrm.example\n", head);
    assert_true(suspension_decode(bytes_view(&text), &out, &err));
    bytes_fini(&text);
}

#undef SCENE
#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_one_officer_suspends_an_agency_until_a_directory_comes),
        SCENE(test_a_suspension_ends_after_72_hours),
        SCENE(test_a_suspension_of_the_future_is_none),
        SCENE(test_what_is_suspended_is_the_agency_and_nothing_else),
        SCENE(test_only_members_are_suspended),
        SCENE(test_only_a_directory_key_that_counts_suspends),
        SCENE(test_a_key_suspends_once_for_each_directory),
        SCENE(test_a_key_that_has_suspended_is_known_after_a_restart),
        SCENE(test_an_officer_names_up_to_four_agencies),
        SCENE(test_two_members_suspend_an_agency),
        SCENE(test_an_officer_and_members_suspend_for_the_longer_time),
        SCENE(test_a_member_suspends_once_in_72_hours_and_once_for_a_directory),
        SCENE(test_only_members_that_count_suspend),
        SCENE(test_the_statements_of_members_are_bounded),
        SCENE(test_what_a_directory_ended_leaves_the_others_whole),
        SCENE(test_who_left_or_is_suspended_may_call_data_back),
        SCENE(test_who_left_may_call_data_back_for_14_days),
        SCENE(test_what_is_revoked_of_no_agency_is_barred),
        cmocka_unit_test(test_a_suspension_has_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
