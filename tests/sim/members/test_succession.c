/* An agency takes another identity key, for which the one it had signs: whom that convinces, and when it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "base/file.h"
#include "codec/membership_codec.h"
#include "codec/peer.h"
#include "crypto/certify.h"
#include "crypto/sign.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_succession.h"
#include "exchange/restored/own_note.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/succession/known_keys.h"
#include "exchange/succession/rekeying.h"
#include "exchange/succession/succession.h"
#include "exchange/succession/succession_note.h"
#include "exchange/suspension/suspension.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/vault.h"
#include "exchange/vault_identity.h"
#include "fixture.h"

struct scene {
    struct fixture f;
    struct control_rekeying asked;
    struct bytes identity; /* certificate of the next key */
};

static void begin(struct scene *s, uint64_t seed, size_t nodes)
{
    *s = (struct scene){.identity = {0}};
    fixture_begin(&s->f, seed, nodes, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    fixture_deliver(&s->f);
}

static void end(struct scene *s)
{
    world_list_with(s->f.w, MISSION, (struct view){0}); /* what is borrowed goes */
    bytes_fini(&s->identity);
    fixture_end(&s->f);
}

/* --- at the agency, and at the coordinator --- */

static void path_of(const struct scene *s, size_t i, const char *name, char path[static FILE_PATH_MAX])
{
    struct error err;

    assert_true(file_join_path(path, world_home(s->f.w, i), name, &err));
}

static void rekey(struct scene *s, size_t i)
{
    uint32_t user = geteuid();
    struct error err = {0};

    exchange_acting(world_node(s->f.w, i), &user);
    world_must(exchange_node_rekey(world_node(s->f.w, i), &s->asked, &err), &err, "rekey");
    exchange_acting(world_node(s->f.w, i), NULL);
    world_tick(s->f.w, i);
}

/* A certificate for what rekey.refex of node I asks. */
static void certify(struct scene *s, size_t i)
{
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct bytes file = {0};
    struct bytes issuing = {0};
    struct request request;
    struct error err;

    path_of(s, i, SETUP_REKEY, path);
    assert_true(file_read(path, BOUND_REQUEST_FILE, &file, &err));
    assert_true(request_decode(bytes_view(&file), &arena, &request, &err));
    assert_true(request.succeeds.size > 0);
    bytes_clear(&s->identity);
    world_certify_identity(s->f.w, request.identity, &(struct world_validity){.days = 730}, &s->identity, &issuing);
    arena_fini(&arena);
    bytes_fini(&file);
    bytes_fini(&issuing);
}

/* The directory lists the next key of node I. */
static void list(struct scene *s, size_t i)
{
    certify(s, i);
    world_list_with(s->f.w, i, bytes_view(&s->identity));
}

/* The directory lists KEY for the agency of node I. */
static void list_key(struct scene *s, size_t i, const struct sign_key *key)
{
    struct bytes request = {0};
    struct bytes issuing = {0};
    struct error err;

    assert_true(certify_request(key, world_address(s->f.w, i), &request, &err));
    bytes_clear(&s->identity);
    world_certify_identity(s->f.w, bytes_view(&request), &(struct world_validity){.days = 730}, &s->identity, &issuing);
    world_list_with(s->f.w, i, bytes_view(&s->identity));
    bytes_fini(&request);
    bytes_fini(&issuing);
}

static void rekey_and_list(struct scene *s, size_t i)
{
    rekey(s, i);
    world_run_ms(s->f.w, MINUTES);
    list(s, i);
    world_run_ms(s->f.w, 5 * MINUTES);
}

/* --- at another --- */

struct events {
    unsigned of[7];
};

static bool count_event(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct events *all = cookie;

    (void)e;
    (void)err;
    all->of[r->agency_key.event]++;
    return true;
}

/* How often something happened to the key of another agency, by the log of node I. */
static unsigned happened(const struct scene *s, size_t i, enum agency_key_event event)
{
    const struct control_audit_list_ask ask = {.log = LOG_EXCHANGE, .kind = RECORD_AGENCY_KEY};
    struct events all = {{0}};
    struct error err = {0};

    world_must(exchange_audit_list(world_node(s->f.w, i), &ask, NULL, count_event, &all, &err), &err, "list records");
    return all.of[event];
}

static struct peer listed(const struct scene *s, size_t at, size_t of)
{
    struct peer p;

    assert_true(membership_find_peer(world_node(s->f.w, at)->membership, address_view(world_address(s->f.w, of)), &p));
    return p;
}

static enum hold hold_at(struct scene *s, size_t at, size_t of)
{
    struct held held;

    assert_true(holds_ask(world_node(s->f.w, at), world_address(s->f.w, of), MESSAGE_REFERRAL, &held, &s->f.err));
    return held.hold;
}

static void assert_delivers(struct scene *s)
{
    fixture_look(&s->f);
    fixture_refer(&s->f);
    world_run_ms(s->f.w, 10 * MINUTES);
    assert_int_equal(people_state(s->f.ngo, &s->f.sent.referral), REFERRAL_DELIVERED);
}

static struct sign_key *key_of(const struct scene *s, size_t i)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key;
    struct error err;

    path_of(s, i, VAULT_IDENTITY, path);
    assert_true(sign_key_open(path, &key, &err));
    return key;
}

/* What the NGO says of a checkpoint of the mission's log over SIZE records that KEY signed. */
static enum error_code believed(const struct scene *s, const struct sign_key *key, uint64_t size)
{
    const struct hash root = {{1}};
    const struct exchange *x = world_node(s->f.w, NGO);
    const struct address *agency = world_address(s->f.w, MISSION);
    struct proof_answer answer;
    struct bytes note = {0};
    char origin[ORIGIN_MAX];
    struct error err = {0};
    bool ok;

    origin_write(membership_federation(x->membership), agency, 1, false, origin);
    assert_true(checkpoint_sign(origin, size, &root, key, &note, &err));
    ok = proofs_check_note(x->proofs, address_view(agency), bytes_view(&note), &answer, &err);
    bytes_fini(&note);
    return ok ? E_NONE : err.code;
}

/* --- two that contradict each other --- */

/* --- it counts --- */

static void test_a_key_that_the_one_before_signed_for_is_never_held(void **state)
{
    char path[FILE_PATH_MAX];
    struct scene s;
    struct peer p;

    (void)state;
    begin(&s, 1, 3);
    rekey_and_list(&s, MISSION);

    p = listed(&s, NGO, MISSION);
    assert_true(hash_equal(&p.fingerprint, &s.asked.fingerprint));
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 1);
    assert_int_equal(happened(&s, SHELTER, AGENCY_KEY_SUCCEEDED), 1);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_CHANGED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_int_equal(people_records(s.f.mission, RECORD_CONFIGURED), 2 + 1); /* enrolled, rekeying, rekeyed */
    path_of(&s, MISSION, SETUP_REKEY, path);
    assert_false(file_exists(path));
    assert_delivers(&s);

    /* Its log goes on, also over a restart, and what it signed before is proven still. */
    fixture_restart(&s.f, MISSION);
    fixture_restart(&s.f, NGO);
    assert_delivers(&s);
    assert_true(people_log_is_good(s.f.mission));
    end(&s);
}

/* Consents are proven by the checkpoint of their day, which the key before signed. */
static void test_what_the_key_before_signed_is_believed_still(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 2, 3);
    rekey(&s, NGO);
    world_run_ms(s.f.w, MINUTES);
    list(&s, NGO);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, MISSION, AGENCY_KEY_SUCCEEDED), 1);
    assert_delivers(&s); /* with the consent that was taken before */
    fixture_restart(&s.f, MISSION);
    fixture_restart(&s.f, NGO);
    assert_delivers(&s);
    world_list_with(s.f.w, NGO, (struct view){0});
    end(&s);
}

/* What follows on a referral of before, under a consent of before: a release, an update, and a first send. */
static void test_a_consent_of_before_goes_on_under_the_new_key(void **state)
{
    struct control_referral answered;
    struct control_referral_update_ask ask = {.not_known = SECTION_BIT(SECTION_HEALTH)};
    struct control_referral out;
    enum hold hold;
    struct scene s;

    (void)state;
    begin(&s, 25, 2);
    assert_true(people_refer(s.f.ngo, &s.f.person, s.f.to, &(struct people_referral){0}, &s.f.sent, &s.f.err));
    world_run_ms(s.f.w, MINUTES);
    ask.referral = s.f.sent.referral;
    rekey_and_list(&s, NGO);
    assert_int_equal(people_open_sections(s.f.mission, &ask.referral, &s.f.err), BIT(TRIAGE));
    assert_delivers(&s);
    assert_true(exchange_referral_accept(s.f.mission, &ask.referral, (struct view){0}, &answered, &s.f.err));
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(people_open_sections(s.f.mission, &ask.referral, &s.f.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_true(exchange_referral_update(s.f.ngo, &ask, &out, &s.f.err));
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(people_held(s.f.ngo, &hold), 0);
    assert_int_equal(people_records(s.f.mission, RECORD_REFUSED), 0);
    world_list_with(s.f.w, NGO, (struct view){0});
    end(&s);
}

static void test_a_key_that_is_held_is_so_no_more_when_the_note_comes(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 3, 2);
    world_conditions(s.f.w)->drop = PEER_SUCCESSION;
    rekey_and_list(&s, MISSION);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_CHANGED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);

    world_conditions(s.f.w)->drop = 0;
    world_cut(s.f.w, NGO, MISSION);
    world_link(s.f.w, MISSION, NGO);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_delivers(&s);
    end(&s);
}

/* Others pass the note on: who has no link to the agency has it before the directory. */
static void test_members_pass_the_note_on(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 4, 3);
    world_cut(s.f.w, MISSION, SHELTER);
    world_conditions(s.f.w)->partition = true;
    world_link(s.f.w, NGO, SHELTER);
    rekey(&s, MISSION);
    world_conditions(s.f.w)->partition = false;
    world_cut(s.f.w, NGO, MISSION);
    world_link(s.f.w, NGO, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, MISSION);
    world_link(s.f.w, NGO, SHELTER);
    world_run_ms(s.f.w, MINUTES);
    list(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, SHELTER, AGENCY_KEY_SUCCEEDED), 1);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_delivers(&s);
    end(&s);
}

static void test_a_node_that_was_off_takes_its_next_key_when_it_starts(void **state)
{
    struct scene s;
    struct peer p;

    (void)state;
    begin(&s, 5, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, MISSION);
    list(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    p = listed(&s, MISSION, MISSION);
    assert_memory_equal(membership_identity_key(world_node(s.f.w, MISSION)->membership), p.identity_key, KEY_SIZE);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_CHANGED), 0);
    assert_delivers(&s);
    end(&s);
}

/* As behind a crash between the commit and the change of the file: the node has the certificate, and the old key. */
static void test_a_stopped_node_is_enrolled_under_its_next_key(void **state)
{
    struct control_enrol_result result;
    struct bytes before = {0};
    struct bytes file = {0};
    struct arena arena = {0};
    struct membership_file m;
    struct error err = {0};
    struct scene s;

    (void)state;
    begin(&s, 23, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, MISSION);
    list(&s, MISSION);
    world_membership(s.f.w, MISSION, membership_note(s.f.ngo->membership), &before);
    assert_true(membership_file_decode(bytes_view(&before), &arena, &m, &err));
    m.identity = bytes_view(&s.identity);
    assert_true(membership_file_encode(&m, &file, &err));
    assert_true(world_enrol(s.f.w, MISSION, bytes_view(&file), (struct view){0}, &result, &err));
    world_start(s.f.w, MISSION);
    assert_memory_equal(membership_identity_key(world_node(s.f.w, MISSION)->membership),
                        listed(&s, NGO, MISSION).identity_key, KEY_SIZE);
    assert_delivers(&s);
    assert_true(people_log_is_good(s.f.mission));
    arena_fini(&arena);
    bytes_fini(&before);
    bytes_fini(&file);
    end(&s);
}

static void test_asking_twice_asks_for_the_same_key(void **state)
{
    struct hash first;
    struct scene s;
    int64_t since;

    (void)state;
    begin(&s, 6, 2);
    rekey(&s, MISSION);
    first = s.asked.fingerprint;
    since = s.asked.since_ms;
    world_run_ms(s.f.w, HOURS);
    fixture_restart(&s.f, MISSION);
    rekey(&s, MISSION);
    assert_true(hash_equal(&first, &s.asked.fingerprint));
    assert_true(since == s.asked.since_ms);
    assert_delivers(&s); /* with the key in use, until a directory lists the other */
    end(&s);
}

/* A second change follows on the first, for who saw both listed. */
static void test_keys_succeed_one_another(void **state)
{
    struct scene s;
    struct bytes first;

    (void)state;
    begin(&s, 7, 2);
    rekey_and_list(&s, MISSION);
    first = s.identity;
    s.identity = (struct bytes){0};
    world_run_ms(s.f.w, DAYS);
    rekey_and_list(&s, MISSION);
    bytes_fini(&first);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 2);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_CHANGED), 0);
    assert_delivers(&s);
    end(&s);
}

/* --- it does not --- */

static void test_an_older_node_holds_the_key(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 8, 2);
    world_conditions(s.f.w)->older = true;
    world_cut(s.f.w, NGO, MISSION);
    world_link(s.f.w, NGO, MISSION);
    world_run_ms(s.f.w, MINUTES);
    rekey_and_list(&s, MISSION);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    end(&s);
}

static bool confirm(struct scene *s, size_t at, size_t of)
{
    struct peer p = listed(s, at, of);
    char text[FINGERPRINT_TEXT];
    uint32_t user = geteuid();
    bool changed;
    bool there;
    bool ok;

    fingerprint_write(&p.fingerprint, text);
    exchange_acting(world_node(s->f.w, at), &user);
    ok = exchange_agency_confirm(world_node(s->f.w, at), world_address(s->f.w, of), view_of_text(text), &changed,
                                 &there, &s->f.err);
    exchange_acting(world_node(s->f.w, at), NULL);
    return ok;
}

/* The NGO is off while two keys of the mission follow on one another. */
static void be_off_for_two(struct scene *s)
{
    struct bytes first;

    world_crash(s->f.w, NGO);
    rekey_and_list(s, MISSION);
    first = s->identity;
    s->identity = (struct bytes){0};
    rekey_and_list(s, MISSION);
    bytes_fini(&first);
}

/* It believes the one between, of which it has no directory, on the word of the one before. */
static void test_who_was_off_while_two_keys_followed_takes_the_second(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 9, 3);
    be_off_for_two(&s);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(happened(&s, SHELTER, AGENCY_KEY_SUCCEEDED), 2);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_delivers(&s);
    fixture_restart(&s.f, NGO);

    /* It stands on the word of the one between, too. */
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    fixture_look(&s.f);
    end(&s);
}

static void test_a_key_behind_two_that_somebody_compared_stands_on_no_word(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 45, 2);
    be_off_for_two(&s);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 10 * MINUTES);
    fixture_look(&s.f);
    assert_true(confirm(&s, NGO, MISSION));
    world_run_ms(s.f.w, MINUTES);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    end(&s);
}

static void test_a_key_in_the_middle_that_was_revoked_vouches_for_none(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 37, 2);
    be_off_for_two(&s);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_SUSPENDED);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 10 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    fixture_look(&s.f);
    end(&s);
}

static void test_a_key_that_vouched_and_is_compromised_later_takes_its_word_back(void **state)
{
    struct sign_key *old;
    struct scene s;

    (void)state;
    begin(&s, 10, 2);
    old = key_of(&s, MISSION);
    rekey_and_list(&s, MISSION);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    assert_int_equal(believed(&s, old, 2), E_LOG_05); /* nor counts what the old key signed */
    fixture_restart(&s.f, NGO);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    fixture_refer(&s.f);
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_WAITING);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 1); /* the note says nothing any more */
    sign_key_free(old);
    world_run_ms(s.f.w, DAYS);
    assert_int_equal(people_state(s.f.ngo, &s.f.sent.referral), REFERRAL_DELIVERED);
    world_publish(s.f.w);
    fixture_restart(&s.f, NGO);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1); /* once */
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_true(people_log_is_good(s.f.mission)); /* its own log it reads still */
    end(&s);
}

static void test_a_key_that_somebody_compared_stands_on_no_word(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 11, 2);
    rekey_and_list(&s, MISSION);
    assert_true(confirm(&s, NGO, MISSION));
    world_run_ms(s.f.w, MINUTES);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    end(&s);
}

static void test_a_compromised_key_vouches_for_none(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 12, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    end(&s);
}

static void test_the_key_of_a_suspended_agency_vouches_for_none(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 13, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_SUSPENDED);
    world_run_ms(s.f.w, MINUTES);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_SUSPENDED); /* a person lifts it */
    end(&s);
}

/* Its certificate was suspended, not its key, which signed for the next one. */
static void test_a_note_lifts_nothing_that_a_person_must(void **state)
{
    struct scene s;
    struct peer p;

    (void)state;
    begin(&s, 43, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    p = listed(&s, NGO, MISSION);
    world_revoke_name(s.f.w, MISSION, &p.identity_certificate, REVOKED_SUSPENDED);
    world_run_ms(s.f.w, MINUTES);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_SUSPENDED);
    fixture_look(&s.f);
    end(&s);
}

/* The directories leave the revocation out, and list the stolen key again: it is no key that comes back. */
static void test_a_stolen_key_that_is_listed_again_is_held(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 18, 2);
    rekey_and_list(&s, MISSION);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    world_crash(s.f.w, MISSION);
    world_pardon(s.f.w, MISSION);
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_BACK), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    world_list_with(s.f.w, MISSION, bytes_view(&s.identity));
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, MINUTES);
    end(&s);
}

/* Nothing vouched for the one between, and nobody compared it. */
static void test_a_stolen_key_does_not_come_back(void **state)
{
    struct bytes other = {0};
    struct scene s;
    struct peer own;

    (void)state;
    begin(&s, 25, 2);
    own = listed(&s, NGO, MISSION);
    world_crash(s.f.w, MISSION);
    world_certify(s.f.w, MISSION, &other);
    world_list_with(s.f.w, MISSION, bytes_view(&other));
    world_revoke_name(s.f.w, MISSION, &own.fingerprint, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    world_pardon(s.f.w, MISSION);
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_BACK), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_run_ms(s.f.w, 25 * HOURS);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_PASSED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    end(&s);
    bytes_fini(&other);
}

static void test_who_is_revoked_as_compromised_is_not_held_as_changed(void **state)
{
    struct scene s;
    struct peer own;

    (void)state;
    begin(&s, 24, 2);
    own = listed(&s, NGO, MISSION);
    world_revoke(s.f.w, MISSION, REVOKED_KEY_COMPROMISE);
    world_revoke_name(s.f.w, MISSION, &own.fingerprint, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_COMPROMISED);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_CHANGED), 0);
    end(&s);
}

/* Another one is listed between: what the voucher said of the first is not forgotten. */
static void test_a_key_that_comes_back_is_doubted_too(void **state)
{
    struct bytes other = {0};
    struct scene s;

    (void)state;
    begin(&s, 19, 2);
    rekey_and_list(&s, MISSION);
    world_crash(s.f.w, MISSION);
    world_certify(s.f.w, MISSION, &other);
    world_list_with(s.f.w, MISSION, bytes_view(&other));
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    world_list_with(s.f.w, MISSION, bytes_view(&s.identity));
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, MINUTES);
    end(&s);
    bytes_fini(&other);
}

/* Who was off learns of the suspension only by what is still revoked. */
static void test_a_key_that_was_revoked_as_suspended_vouches_for_none(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 20, 3);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, NGO);
    list(&s, MISSION);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_SUSPENDED);
    world_run_ms(s.f.w, MINUTES);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    fixture_look(&s.f);
    end(&s);
}

static void test_a_key_on_another_machine_is_held(void **state)
{
    struct bytes note = {0};
    struct scene s;

    (void)state;
    begin(&s, 21, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    (void)world_replace_machine(s.f.w, MISSION, &note);
    list(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    bytes_fini(&note);
    end(&s);
}

/* --- what is offered --- */

/* The NGO is offered, in the name of agency WHOSE, that NEW takes the place of OLD. */
static enum error_code offered(struct scene *s, size_t whose, const struct sign_key *old, const struct sign_key *new,
                               int64_t time_ms)
{
    struct exchange *x = world_node(s->f.w, NGO);
    struct succession made = {.agency = *world_address(s->f.w, whose), .time_s = time_ms / 1000};
    const uint64_t mark = tick_call_begin(x);
    struct bytes note = {0};
    struct error err = {0};
    bool ok;

    sign_key_public(old, made.old_key);
    sign_key_public(new, made.new_key);
    assert_true(succession_note_sign(&made, membership_federation(x->membership), old, new, &note, &err));
    ok = tick_call_end(x, mark, succession_take(x, NULL, bytes_view(&note), &err), &err);
    world_tick(s->f.w, NGO);
    bytes_fini(&note);
    return ok ? E_NONE : err.code;
}

static void test_what_is_offered_and_does_not_count(void **state)
{
    struct sign_key *own;
    struct sign_key *others;
    struct sign_key *next = sign_key_new();
    struct sign_key *after = sign_key_new();
    struct sign_key *stray = sign_key_new();
    struct scene s;
    int64_t now;

    (void)state;
    begin(&s, 14, 3);
    own = key_of(&s, MISSION);
    others = key_of(&s, SHELTER);
    now = world_now(s.f.w);
    assert_int_equal(offered(&s, MISSION, stray, next, now), E_FED_62); /* it was never the agency's */
    assert_int_equal(offered(&s, MISSION, own, others, now), E_FED_64);
    assert_int_equal(offered(&s, MISSION, others, own, now), E_FED_64);
    assert_int_equal(offered(&s, MISSION, own, next, now + BOUND_CLOCKS_MS + MINUTES), E_FED_65);
    assert_int_equal(offered(&s, MISSION, own, next, now - 800 * DAYS), E_FED_65); /* before its certificate */
    assert_int_equal(offered(&s, MISSION, own, next, now), E_NONE);
    assert_int_equal(offered(&s, MISSION, own, next, now), E_NONE);     /* it is here */
    assert_int_equal(offered(&s, MISSION, own, after, now), E_FED_70);  /* a key has one that comes after it */
    assert_int_equal(offered(&s, MISSION, stray, next, now), E_FED_70); /* and one before */
    assert_int_equal(offered(&s, MISSION, next, after, now), E_NONE);
    assert_int_equal(offered(&s, MISSION, after, own, now), E_FED_66); /* no circle */
    assert_int_equal(offered(&s, MISSION, next, own, now), E_FED_70);
    for (size_t i = 2; i < BOUND_SUCCESSIONS; i++) {
        sign_key_free(stray);
        stray = after;
        after = sign_key_new();
        assert_int_equal(offered(&s, MISSION, stray, after, now), E_NONE);
    }
    assert_int_equal(offered(&s, MISSION, after, stray, now), E_FED_70);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    fixture_restart(&s.f, NGO);
    assert_int_equal(offered(&s, MISSION, stray, after, now), E_NONE);
    sign_key_free(stray);
    stray = sign_key_new();
    assert_int_equal(offered(&s, MISSION, stray, own, now), E_FED_66); /* the line is full */
    sign_key_free(next);
    next = sign_key_new();
    assert_int_equal(offered(&s, MISSION, after, next, now), E_FED_66);
    world_crash(s.f.w, MISSION);
    list_key(&s, MISSION, after);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);      /* the first is in two hands */
    assert_int_equal(offered(&s, MISSION, stray, own, now), E_FED_66); /* nothing makes room for what comes first */
    assert_int_equal(offered(&s, MISSION, after, next, now), E_NONE);  /* what came first makes room */
    assert_int_equal(offered(&s, MISSION, stray, own, now), E_FED_62);
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_start(s.f.w, MISSION);
    sign_key_free(own);
    sign_key_free(others);
    sign_key_free(next);
    sign_key_free(after);
    sign_key_free(stray);
    end(&s);
}

/* Of how many agencies node I says that a key is in two hands. */
static size_t in_two_hands(const struct scene *s, size_t i)
{
    static struct node_status status;
    struct error err = {0};

    world_must(exchange_status(world_node(s->f.w, i), &status, &err), &err, "status");
    assert_true(status.contradicted_count == 0 ||
                address_equal(&status.contradicted[0].agency, world_address(s->f.w, MISSION)));
    return status.contradicted_count;
}

static void count_note(void *cookie, const struct address *agency, int64_t since_ms, struct view note)
{
    (void)agency;
    (void)since_ms;
    (void)note;
    ++*(size_t *)cookie;
}

static void test_two_notes_of_one_key_vouch_for_none(void **state)
{
    struct sign_key *own;
    struct sign_key *other = sign_key_new();
    struct sign_key *third = sign_key_new();
    struct scene s;
    size_t notes = 0;

    (void)state;
    begin(&s, 29, 3);
    own = key_of(&s, MISSION);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(in_two_hands(&s, NGO), 0);
    assert_int_equal(offered(&s, MISSION, own, other, world_now(s.f.w)), E_FED_70);
    assert_int_equal(offered(&s, MISSION, own, third, world_now(s.f.w)), E_FED_70); /* one is kept */
    assert_int_equal(in_two_hands(&s, NGO), 1);
    contradictions_each(s.f.ngo, count_note, &notes);
    assert_int_equal(notes, 1);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(in_two_hands(&s, SHELTER), 1); /* the second note went on to it */
    fixture_restart(&s.f, NGO);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    for (size_t i = NGO; i <= SHELTER; i++) {
        if (i == MISSION)
            continue;
        assert_int_equal(happened(&s, i, AGENCY_KEY_SUCCEEDED), 0);
        assert_int_equal(hold_at(&s, i, MISSION), HOLD_KEY_CHANGED);
        assert_int_equal(in_two_hands(&s, i), 1);
    }
    assert_true(confirm(&s, NGO, MISSION));
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(in_two_hands(&s, NGO), 0);
    fixture_restart(&s.f, NGO);
    assert_int_equal(in_two_hands(&s, NGO), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_delivers(&s);
    sign_key_free(own);
    sign_key_free(other);
    sign_key_free(third);
    end(&s);
}

/* Also where the first counted already; and who was off hears of it. */
static void test_a_key_that_was_taken_is_doubted_when_another_note_of_it_comes(void **state)
{
    struct sign_key *own;
    struct sign_key *other = sign_key_new();
    struct scene s;

    (void)state;
    begin(&s, 30, 3);
    own = key_of(&s, MISSION);
    rekey_and_list(&s, MISSION);
    world_crash(s.f.w, SHELTER);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_int_equal(offered(&s, MISSION, own, other, world_now(s.f.w)), E_FED_70);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    assert_int_equal(believed(&s, own, 2), E_NONE); /* it was the agency's */
    world_run_ms(s.f.w, MINUTES);
    assert_true(succession_has_other(world_node(s.f.w, MISSION))); /* of its key before: it hears of it, too */
    fixture_restart(&s.f, MISSION);
    assert_true(succession_has_other(world_node(s.f.w, MISSION)));
    world_start(s.f.w, SHELTER);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_int_equal(in_two_hands(&s, SHELTER), 1);
    assert_int_equal(hold_at(&s, SHELTER, MISSION), HOLD_KEY_CHANGED);
    world_run_ms(s.f.w, 25 * HOURS);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_DOUBTED), 1);
    assert_int_equal(in_two_hands(&s, NGO), 1); /* nobody has phoned */
    assert_true(confirm(&s, NGO, MISSION));
    assert_int_equal(in_two_hands(&s, NGO), 0);
    world_tick(s.f.w, NGO);
    world_revoke_name(s.f.w, MISSION, &s.asked.fingerprint_before, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_false(succession_has_other(world_node(s.f.w, MISSION)));
    sign_key_free(own);
    sign_key_free(other);
    end(&s);
}

/* The first note is in no line any more when the directory lists the key of the second. */
static void test_a_note_that_left_its_line_contradicts_all_the_same(void **state)
{
    struct sign_key *own;
    struct sign_key *other = sign_key_new();
    struct scene s;

    (void)state;
    begin(&s, 31, 2);
    own = key_of(&s, MISSION);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, MISSION);
    list_key(&s, MISSION, other);
    world_run_ms(s.f.w, MINUTES);
    fixture_restart(&s.f, NGO);
    assert_int_equal(believed(&s, own, 2), E_LOG_05);
    assert_int_equal(offered(&s, MISSION, own, other, world_now(s.f.w)), E_NONE);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    assert_int_equal(in_two_hands(&s, NGO), 1);
    assert_int_equal(believed(&s, own, 2), E_NONE); /* by the key that is listed */
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_start(s.f.w, MISSION);
    sign_key_free(own);
    sign_key_free(other);
    end(&s);
}

static void test_a_key_that_two_before_it_name_is_held(void **state)
{
    struct sign_key *own;
    struct sign_key *next = sign_key_new();
    struct sign_key *stray = sign_key_new();
    struct scene s;
    struct peer p;

    (void)state;
    begin(&s, 32, 2);
    own = key_of(&s, MISSION);
    assert_int_equal(offered(&s, MISSION, own, next, world_now(s.f.w)), E_NONE);
    assert_int_equal(offered(&s, MISSION, stray, next, world_now(s.f.w)), E_FED_70);
    world_crash(s.f.w, MISSION);
    list_key(&s, MISSION, next);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_KEY_CHANGED);
    assert_int_equal(in_two_hands(&s, NGO), 1);
    p = listed(&s, NGO, MISSION);
    world_revoke_name(s.f.w, MISSION, &p.fingerprint, REVOKED_KEY_COMPROMISE);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(in_two_hands(&s, NGO), 0); /* it is dealt with */
    world_list_with(s.f.w, MISSION, (struct view){0});
    world_start(s.f.w, MISSION);
    sign_key_free(own);
    sign_key_free(next);
    sign_key_free(stray);
    end(&s);
}

/* --- said again, and in pieces --- */

static bool knows_next(const struct scene *s, size_t at, size_t of)
{
    const struct peer p = listed(s, at, of);

    return membership_succession_from(world_node(s->f.w, at)->membership, world_address(s->f.w, of), &p.fingerprint) !=
           NULL;
}

static uint64_t link_between(const struct scene *s, size_t at, size_t other)
{
    const struct link *l = links_find_agency(world_node(s->f.w, at), world_address(s->f.w, other));

    assert_non_null(l);
    return l->id;
}

static void test_a_note_that_a_clock_kept_back_comes_again_on_the_link_that_stands(void **state)
{
    struct scene s;
    uint64_t link;

    (void)state;
    begin(&s, 33, 2);
    link = link_between(&s, NGO, MISSION);
    world_set_clock(s.f.w, MISSION, BOUND_CLOCKS_MS + 5 * MINUTES);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_false(knows_next(&s, NGO, MISSION)); /* E-FED-65 */
    world_run_ms(s.f.w, 5 * MINUTES + BOUND_NOTES_AGAIN_MS);
    assert_true(knows_next(&s, NGO, MISSION));
    assert_int_equal(link_between(&s, NGO, MISSION), link);
    end(&s);
}

struct frames {
    size_t from;
    size_t to;
    size_t count;
};

static void count_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct frames *f = cookie;

    (void)payload;
    if (kind == PEER_SUCCESSION && from == f->from && to == f->to)
        f->count++;
}

/* How many notes went while the world ran for MS. */
static size_t said_in(struct scene *s, struct frames *f, int64_t ms)
{
    f->count = 0;
    world_run_ms(s->f.w, ms);
    return f->count;
}

static void test_a_note_goes_again_for_as_long_as_a_suspension_lasts(void **state)
{
    struct frames f = {.from = MISSION, .to = NGO};
    struct bytes note = {0};
    struct scene s;
    uint64_t sequence;

    (void)state;
    begin(&s, 34, 3);
    world_sign_for(s.f.w, 60);
    world_publish(s.f.w);
    world_watch(s.f.w, count_frame, &f);
    rekey(&s, MISSION);
    assert_in_range(said_in(&s, &f, 65 * MINUTES), 6, 8);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS);
    assert_int_equal(said_in(&s, &f, 3 * HOURS), 0);
    world_publish(s.f.w);
    assert_int_equal(said_in(&s, &f, 3 * HOURS), 1);

    /* Who is suspended changed: what was refused for that goes again, the others' clocks may be behind. */
    world_suspend(s.f.w, SHELTER, 1, &note);
    world_must(suspension_take(world_node(s.f.w, MISSION), bytes_view(&note), &sequence, &s.f.err), &s.f.err, "take");
    f.count = 0;
    world_tick(s.f.w, MISSION);
    assert_int_equal(f.count, 1);
    assert_in_range(said_in(&s, &f, 3 * HOURS), 1, 2);
    assert_int_equal(said_in(&s, &f, 3 * HOURS), 0);
    world_run_ms(s.f.w, BOUND_SUSPENSION_MS - 6 * HOURS - MINUTES);
    assert_in_range(said_in(&s, &f, 3 * HOURS), 2, 4); /* it is over */
    world_cut(s.f.w, NGO, MISSION);
    world_link(s.f.w, NGO, MISSION);
    assert_int_equal(said_in(&s, &f, 3 * HOURS), 1); /* and with each link */
    world_watch(s.f.w, NULL, NULL);
    bytes_fini(&note);
    end(&s);
}

static void test_notes_leave_in_pieces(void **state)
{
    struct frames f = {.from = NGO, .to = MISSION};
    struct scene s;

    (void)state;
    begin(&s, 35, 4);
    for (size_t whose = MISSION; whose <= SHELTER + 1; whose++) {
        struct sign_key *old = key_of(&s, whose);

        for (size_t i = 0; i < BOUND_SUCCESSIONS; i++) {
            struct sign_key *next = sign_key_new();

            assert_int_equal(offered(&s, whose, old, next, world_now(s.f.w)), E_NONE);
            sign_key_free(old);
            old = next;
        }
        sign_key_free(old);
    }
    _Static_assert(3 * BOUND_SUCCESSIONS > BOUND_SUCCESSIONS_A_SECOND, "one piece has all");
    world_cut(s.f.w, NGO, MISSION);
    world_watch(s.f.w, count_frame, &f);
    world_link(s.f.w, NGO, MISSION);
    assert_int_equal(said_in(&s, &f, 900), BOUND_SUCCESSIONS_A_SECOND);
    assert_int_equal(said_in(&s, &f, 3000), 3 * BOUND_SUCCESSIONS - BOUND_SUCCESSIONS_A_SECOND);
    world_watch(s.f.w, NULL, NULL);
    end(&s);
}

/* Over its share an agency is heard as fast as it may speak. */
static void test_who_is_over_its_share_is_heard_of_keys(void **state)
{
    const struct view rubbish = view_of_text("refex-succeeds/v1\n");
    struct sign_key *stray = sign_key_new();
    struct sign_key *next = sign_key_new();
    struct succession made = {.time_s = 1};
    struct bytes note = {0};
    struct scene s;
    uint64_t link;

    (void)state;
    begin(&s, 36, 2);
    made.agency = *world_address(s.f.w, MISSION);
    sign_key_public(stray, made.old_key);
    sign_key_public(next, made.new_key);
    assert_true(succession_note_sign(&made, membership_federation(s.f.ngo->membership), stray, next, &note, &s.f.err));
    meter_add(s.f.ngo, links_find_agency(s.f.ngo, world_address(s.f.w, MISSION))->usage, RESOURCE_BYTES_IN,
              BOUND_SHARE_BYTES);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_true(knows_next(&s, NGO, MISSION));
    for (size_t i = 0; i < 2 * BOUND_SUCCESSIONS_A_SECOND; i++) {
        assert_true(world_inject(s.f.w, MISSION, NGO, PEER_SUCCESSION, bytes_view(&note)));
        world_tick(s.f.w, NGO);
    }
    link = link_between(&s, NGO, MISSION);
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_SUCCESSION, rubbish)); /* nobody looks at it */
    world_tick(s.f.w, NGO);
    assert_int_equal(link_between(&s, NGO, MISSION), link);
    sign_key_free(stray);
    sign_key_free(next);
    bytes_fini(&note);
    end(&s);
}

static void test_a_key_that_was_revoked_takes_no_place(void **state)
{
    struct sign_key *own;
    struct sign_key *next = sign_key_new();
    struct scene s;
    uint8_t public_key[KEY_SIZE];
    struct hash name;

    (void)state;
    begin(&s, 15, 2);
    own = key_of(&s, MISSION);
    sign_key_public(next, public_key);
    sign_public_hash(public_key, &name);
    world_revoke_name(s.f.w, MISSION, &name, REVOKED_SUPERSEDED);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(offered(&s, MISSION, own, next, world_now(s.f.w)), E_FED_63);
    world_pardon(s.f.w, MISSION); /* directories leave it out in time: it is known all the same */
    world_run_ms(s.f.w, MINUTES);
    fixture_restart(&s.f, NGO);
    assert_int_equal(offered(&s, MISSION, own, next, world_now(s.f.w)), E_FED_63);
    sign_key_free(own);
    sign_key_free(next);
    end(&s);
}

static void test_a_malformed_note_ends_the_link_and_a_void_one_does_not(void **state)
{
    struct scene s;
    struct sign_key *stray = sign_key_new();
    struct sign_key *next = sign_key_new();
    struct succession made = {.time_s = 1};
    struct bytes note = {0};
    struct error err;

    (void)state;
    begin(&s, 16, 2);
    made.agency = *world_address(s.f.w, MISSION);
    made.time_s = world_now(s.f.w) / 1000;
    sign_key_public(stray, made.old_key);
    sign_key_public(next, made.new_key);
    assert_true(succession_note_sign(&made, membership_federation(s.f.ngo->membership), stray, next, &note, &err));
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_SUCCESSION, bytes_view(&note)));
    assert_false(world_inject(s.f.w, MISSION, NGO, PEER_SUCCESSION, view_of_text("refex-succeeds/v1\n")));
    sign_key_free(stray);
    sign_key_free(next);
    bytes_fini(&note);
    end(&s);
}

/* A copy of the key before signs on: nobody believes it, and it stops nobody. */
static void test_the_key_before_signs_nothing_new(void **state)
{
    const struct hash root = {{1}};
    struct proof_answer answer;
    struct sign_key *old;
    struct sign_key *others;
    struct scene s;
    struct bytes note = {0};
    struct bytes small = {0};
    char origin[ORIGIN_MAX];
    struct error err = {0};
    uint64_t size = 1;

    (void)state;
    begin(&s, 22, 2);
    old = key_of(&s, MISSION);
    rekey_and_list(&s, MISSION);
    assert_delivers(&s); /* the new key has signed */
    origin_write(membership_federation(s.f.ngo->membership), world_address(s.f.w, MISSION), 1, false, origin);
    assert_true(checkpoint_sign(origin, 1000000, &root, old, &note, &err));
    assert_true(checkpoint_sign(origin, 2, &root, old, &small, &err));
    assert_false(proofs_check_note(s.f.ngo->proofs, address_view(world_address(s.f.w, MISSION)), bytes_view(&note),
                                   &answer, &err));
    assert_int_equal(err.code, E_LOG_05);
    assert_true(proofs_check_note(s.f.ngo->proofs, address_view(world_address(s.f.w, MISSION)), bytes_view(&small),
                                  &answer, &err));
    assert_true(own_note_check(s.f.mission, world_address(s.f.w, NGO), bytes_view(&note), &size, &err));
    assert_int_equal(size, 0);
    assert_true(own_note_may_sign(s.f.mission, &err));

    /* The agency hears when its key signs for another that it did not make. */
    others = sign_key_new();
    assert_int_equal(offered(&s, NGO, old, others, world_now(s.f.w)), E_FED_62);
    assert_false(succession_has_other(s.f.ngo));
    sign_key_free(old);
    old = key_of(&s, NGO);
    assert_int_equal(offered(&s, NGO, old, others, world_now(s.f.w)), E_KEY_24);
    assert_true(succession_has_other(s.f.ngo));
    fixture_restart(&s.f, NGO);
    assert_true(succession_has_other(s.f.ngo));
    sign_key_free(old);
    sign_key_free(others);
    bytes_fini(&note);
    bytes_fini(&small);
    end(&s);
}

static void test_up_to_where_a_former_key_counts_is_kept(void **state)
{
    struct sign_key *first;
    struct sign_key *second;
    struct scene s;
    struct bytes before;

    (void)state;
    begin(&s, 28, 2);
    first = key_of(&s, MISSION);
    rekey_and_list(&s, MISSION);
    assert_int_equal(believed(&s, first, 1000000), E_NONE); /* the new key has signed nothing that came */
    assert_delivers(&s);
    assert_int_equal(believed(&s, first, 1000000), E_LOG_05); /* also what was found good before */
    fixture_restart(&s.f, NGO);
    assert_int_equal(believed(&s, first, 1000000), E_LOG_05);
    assert_int_equal(believed(&s, first, 2), E_NONE);
    world_fault(s.f.w, NGO, DB_FAULT_COMMIT_FULL, 1);
    fixture_look(&s.f);
    fixture_refer(&s.f);
    world_tick(s.f.w, NGO);
    assert_int_equal(world_undone(s.f.w, NGO), 1);
    assert_int_equal(believed(&s, first, 1000000), E_LOG_05);

    /* The third has signed nothing yet: what the second signed ended the first. */
    second = key_of(&s, MISSION);
    before = s.identity;
    s.identity = (struct bytes){0};
    world_run_ms(s.f.w, MINUTES);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    world_crash(s.f.w, MISSION);
    list(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(believed(&s, second, 1000000), E_NONE);
    assert_int_equal(believed(&s, first, 1000000), E_LOG_05);
    assert_int_equal(believed(&s, first, 2), E_NONE);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_delivers(&s);
    assert_int_equal(believed(&s, second, 1000000), E_LOG_05);
    bytes_fini(&before);
    sign_key_free(first);
    sign_key_free(second);
    end(&s);
}

/* A snapshot of before the change has the key of before: the directory, and the note that others bring, say so. */
static void test_a_home_of_before_the_change_is_stopped(void **state)
{
    char snapshot[FILE_PATH_MAX];
    struct node_status status;
    struct error err = {0};
    struct scene s;

    (void)state;
    begin(&s, 26, 2);
    (void)snprintf(snapshot, sizeof snapshot, "%s-before", world_home(s.f.w, MISSION));
    world_crash(s.f.w, MISSION);
    world_copy_folder(world_home(s.f.w, MISSION), snapshot);
    world_start(s.f.w, MISSION);
    rekey_and_list(&s, MISSION);
    assert_delivers(&s);
    world_crash(s.f.w, MISSION);
    world_copy_folder(snapshot, world_home(s.f.w, MISSION));
    world_start(s.f.w, MISSION);
    world_link(s.f.w, NGO, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_false(own_note_may_sign(world_node(s.f.w, MISSION), &err));
    assert_int_equal(err.code, E_KEY_25);
    assert_true(own_note_stopped(world_node(s.f.w, MISSION)));
    world_must(exchange_status(world_node(s.f.w, MISSION), &status, &err), &err, "status");
    assert_int_equal(status.stopped, OWN_SUCCEEDED);
    world_crash(s.f.w, MISSION);
    fixture_look(&s.f);
    end(&s);
}

/* --- the next key, and homes of before --- */

static bool next_key_is_named(const struct scene *s, size_t i)
{
    static struct node_status status;
    struct error err = {0};

    world_must(exchange_status(world_node(s->f.w, i), &status, &err), &err, "status");
    return status.next_key_unopened;
}

static bool has_listed_key(const struct scene *s, size_t i)
{
    return memcmp(membership_identity_key(world_node(s->f.w, i)->membership), listed(s, i, i).identity_key, KEY_SIZE) ==
           0;
}

static void test_a_next_key_that_does_not_open_is_named(void **state)
{
    const struct view none = view_of_text("-----BEGIN PRIVATE KEY-----\n");
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};
    struct scene s;

    (void)state;
    begin(&s, 38, 2);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    assert_false(next_key_is_named(&s, MISSION));
    world_crash(s.f.w, MISSION);
    path_of(&s, MISSION, VAULT_IDENTITY_NEXT, path);
    assert_true(file_read(path, 4096, &pem, &s.f.err));
    assert_true(file_write(path, none, 0600, &s.f.err));
    list(&s, MISSION);
    world_start(s.f.w, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_true(next_key_is_named(&s, MISSION));
    assert_false(has_listed_key(&s, MISSION));
    assert_int_equal(happened(&s, NGO, AGENCY_KEY_SUCCEEDED), 1);

    assert_true(file_write(path, bytes_view(&pem), 0600, &s.f.err)); /* it is tried again by itself */
    world_run_ms(s.f.w, DAYS);
    assert_true(has_listed_key(&s, MISSION));
    assert_false(next_key_is_named(&s, MISSION));
    assert_delivers(&s);
    bytes_fini(&pem);
    end(&s);
}

/* The home of node I as it is, put aside; its node runs again. */
static void put_aside(struct scene *s, size_t i, char copy[static FILE_PATH_MAX])
{
    (void)snprintf(copy, FILE_PATH_MAX, "%s-aside", world_home(s->f.w, i));
    world_crash(s->f.w, i);
    world_copy_folder(world_home(s->f.w, i), copy);
    world_start(s->f.w, i);
    world_run_ms(s->f.w, MINUTES);
}

/* … and that again, with the next key that the home has by now, if WITH_NEXT. */
static void put_home_back(struct scene *s, size_t i, const char *copy, bool with_next)
{
    char path[FILE_PATH_MAX];
    struct bytes pem = {0};

    world_crash(s->f.w, i);
    path_of(s, i, VAULT_IDENTITY_NEXT, path);
    if (with_next)
        assert_true(file_read(path, 4096, &pem, &s->f.err));
    world_copy_folder(copy, world_home(s->f.w, i));
    if (with_next)
        assert_true(file_write(path, bytes_view(&pem), 0600, &s->f.err));
    bytes_fini(&pem);
    world_start(s->f.w, i);
    world_link(s->f.w, NGO, i);
    world_run_ms(s->f.w, 5 * MINUTES);
}

/* The data of a backup is older than its keys: the note comes back from the others, and is this home's. */
static void test_a_home_whose_data_is_older_than_its_next_key_goes_on(void **state)
{
    char copy[FILE_PATH_MAX];
    struct control_rekeying before;
    struct scene s;

    (void)state;
    begin(&s, 39, 2);
    put_aside(&s, MISSION, copy);
    rekey(&s, MISSION);
    before = s.asked;
    world_run_ms(s.f.w, MINUTES);
    put_home_back(&s, MISSION, copy, true);
    assert_false(succession_has_other(world_node(s.f.w, MISSION)));
    rekey(&s, MISSION);
    assert_true(hash_equal(&before.fingerprint, &s.asked.fingerprint));
    assert_true(before.since_ms == s.asked.since_ms);
    world_run_ms(s.f.w, MINUTES);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_true(has_listed_key(&s, MISSION));
    assert_int_equal(in_two_hands(&s, NGO), 0);
    assert_int_equal(hold_at(&s, NGO, MISSION), HOLD_NONE);
    assert_delivers(&s);
    end(&s);
}

/* … also where that was of another second. */
static void test_a_note_of_this_homes_own_keys_is_no_alarm(void **state)
{
    struct sign_key *before;
    struct sign_key *own;
    struct scene s;

    (void)state;
    begin(&s, 44, 2);
    before = key_of(&s, NGO);
    rekey_and_list(&s, NGO);
    own = key_of(&s, NGO);
    assert_int_equal(offered(&s, NGO, before, own, world_now(s.f.w)), E_NONE);
    assert_false(succession_has_other(s.f.ngo));
    world_list_with(s.f.w, NGO, (struct view){0});
    sign_key_free(before);
    sign_key_free(own);
    end(&s);
}

/* Without it another next key would contradict the one that it signed for. */
static void test_a_home_without_the_next_key_that_it_signed_for_makes_no_other(void **state)
{
    char copy[FILE_PATH_MAX];
    struct error err = {0};
    struct scene s;

    (void)state;
    begin(&s, 40, 2);
    put_aside(&s, MISSION, copy);
    rekey(&s, MISSION);
    world_run_ms(s.f.w, MINUTES);
    put_home_back(&s, MISSION, copy, false);
    assert_true(succession_has_other(world_node(s.f.w, MISSION)));
    assert_false(exchange_node_rekey(world_node(s.f.w, MISSION), &s.asked, &err));
    assert_int_equal(err.code, E_KEY_24);
    assert_int_equal(in_two_hands(&s, NGO), 0);
    assert_delivers(&s); /* with the key in use */
    end(&s);
}

/* A snapshot of before the change that has the next key takes it from the directory, and is found to lack what that
 * signed. */
static void test_a_home_of_before_the_change_with_its_next_key_is_stopped(void **state)
{
    char copy[FILE_PATH_MAX];
    struct error err = {0};
    struct scene s;

    (void)state;
    begin(&s, 41, 2);
    rekey(&s, MISSION);
    put_aside(&s, MISSION, copy);
    list(&s, MISSION);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_delivers(&s);
    put_home_back(&s, MISSION, copy, false);
    assert_true(has_listed_key(&s, MISSION));
    assert_false(own_note_may_sign(world_node(s.f.w, MISSION), &err));
    assert_int_equal(err.code, E_LOG_27);
    world_crash(s.f.w, MISSION);
    fixture_look(&s.f);
    end(&s);
}

/* The keys part of a backup is to have it. */
static void test_a_backup_of_the_keys_is_due_for_a_next_key(void **state)
{
    struct scene s;
    uint64_t before;

    (void)state;
    begin(&s, 42, 2);
    before = vault_erasures(world_node(s.f.w, MISSION)->vault);
    rekey(&s, MISSION);
    assert_true(vault_erasures(world_node(s.f.w, MISSION)->vault) > before);
    before = vault_erasures(world_node(s.f.w, MISSION)->vault);
    rekey(&s, MISSION);
    assert_true(vault_erasures(world_node(s.f.w, MISSION)->vault) == before);
    end(&s);
}

static void test_a_clock_in_doubt_makes_no_next_key(void **state)
{
    struct error err = {0};
    struct scene s;

    (void)state;
    begin(&s, 17, 2);
    world_crash(s.f.w, NGO);
    world_set_clock(s.f.w, MISSION, 5 * DAYS);
    world_step(s.f.w, 0);
    assert_false(exchange_node_rekey(world_node(s.f.w, MISSION), &s.asked, &err));
    assert_int_equal(err.code, E_FED_68);
    world_set_clock(s.f.w, MISSION, 0);
    world_start(s.f.w, NGO);
    world_run_ms(s.f.w, MINUTES);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_that_the_one_before_signed_for_is_never_held),
        cmocka_unit_test(test_what_the_key_before_signed_is_believed_still),
        cmocka_unit_test(test_a_consent_of_before_goes_on_under_the_new_key),
        cmocka_unit_test(test_a_key_that_is_held_is_so_no_more_when_the_note_comes),
        cmocka_unit_test(test_members_pass_the_note_on),
        cmocka_unit_test(test_a_node_that_was_off_takes_its_next_key_when_it_starts),
        cmocka_unit_test(test_a_stopped_node_is_enrolled_under_its_next_key),
        cmocka_unit_test(test_asking_twice_asks_for_the_same_key),
        cmocka_unit_test(test_keys_succeed_one_another),
        cmocka_unit_test(test_an_older_node_holds_the_key),
        cmocka_unit_test(test_who_was_off_while_two_keys_followed_takes_the_second),
        cmocka_unit_test(test_a_key_behind_two_that_somebody_compared_stands_on_no_word),
        cmocka_unit_test(test_a_key_in_the_middle_that_was_revoked_vouches_for_none),
        cmocka_unit_test(test_a_key_that_vouched_and_is_compromised_later_takes_its_word_back),
        cmocka_unit_test(test_a_key_that_somebody_compared_stands_on_no_word),
        cmocka_unit_test(test_a_compromised_key_vouches_for_none),
        cmocka_unit_test(test_the_key_of_a_suspended_agency_vouches_for_none),
        cmocka_unit_test(test_a_note_lifts_nothing_that_a_person_must),
        cmocka_unit_test(test_what_is_offered_and_does_not_count),
        cmocka_unit_test(test_two_notes_of_one_key_vouch_for_none),
        cmocka_unit_test(test_a_key_that_was_taken_is_doubted_when_another_note_of_it_comes),
        cmocka_unit_test(test_a_note_that_left_its_line_contradicts_all_the_same),
        cmocka_unit_test(test_a_key_that_two_before_it_name_is_held),
        cmocka_unit_test(test_a_note_that_a_clock_kept_back_comes_again_on_the_link_that_stands),
        cmocka_unit_test(test_a_note_goes_again_for_as_long_as_a_suspension_lasts),
        cmocka_unit_test(test_notes_leave_in_pieces),
        cmocka_unit_test(test_who_is_over_its_share_is_heard_of_keys),
        cmocka_unit_test(test_a_key_that_was_revoked_takes_no_place),
        cmocka_unit_test(test_a_malformed_note_ends_the_link_and_a_void_one_does_not),
        cmocka_unit_test(test_a_stolen_key_that_is_listed_again_is_held),
        cmocka_unit_test(test_a_stolen_key_does_not_come_back),
        cmocka_unit_test(test_who_is_revoked_as_compromised_is_not_held_as_changed),
        cmocka_unit_test(test_a_key_that_comes_back_is_doubted_too),
        cmocka_unit_test(test_a_key_that_was_revoked_as_suspended_vouches_for_none),
        cmocka_unit_test(test_a_key_on_another_machine_is_held),
        cmocka_unit_test(test_the_key_before_signs_nothing_new),
        cmocka_unit_test(test_up_to_where_a_former_key_counts_is_kept),
        cmocka_unit_test(test_a_home_of_before_the_change_is_stopped),
        cmocka_unit_test(test_a_next_key_that_does_not_open_is_named),
        cmocka_unit_test(test_a_home_whose_data_is_older_than_its_next_key_goes_on),
        cmocka_unit_test(test_a_note_of_this_homes_own_keys_is_no_alarm),
        cmocka_unit_test(test_a_home_without_the_next_key_that_it_signed_for_makes_no_other),
        cmocka_unit_test(test_a_home_of_before_the_change_with_its_next_key_is_stopped),
        cmocka_unit_test(test_a_backup_of_the_keys_is_due_for_a_next_key),
        cmocka_unit_test(test_a_clock_in_doubt_makes_no_next_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
