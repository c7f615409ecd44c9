/* How an agency becomes a member, and what is asked of its request. */
#include "ca_fixture.h"

#include <string.h>

#include "ca/federation_home.h"
#include "codec/directory_codec.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/random.h"
#include "exchange/members/bundle.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/succession/succession_note.h"
#include "pki/certificate.h"

static void test_an_agency_becomes_a_member_and_can_prove_it(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct membership_status status;
    struct membership *m;
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_output_has(s, "Issued the membership of ngo@nrm.example");
    m = open_membership(s, &k);
    membership_status(m, clock_now_ms(&clock_real), &status);

    assert_int_equal(status.sequence, 2);
    assert_false(status.own_missing || status.own_differs);
    assert_true(membership_admits(m, view_of_text("ngo@nrm.example"), clock_now_ms(&clock_real), NULL, &err));
    membership_free(m);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(
        s, "{\"agency\":\"ngo@nrm.example\",\"kind\":\"SupportNGO\",\"listed\":true,\"endpoint\":\"127.0.0.1:7411\"");
    free_keys(&k);
}

static void test_the_same_request_again_renews(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);

    assert_int_equal(membership_directory(m)->member_count, 1);
    assert_int_equal(membership_directory(m)->revocation_count, 0);
    assert_int_equal(membership_directory(m)->sequence, 3);
    membership_free(m);
    free_keys(&k);
}

static void test_a_member_changes_its_endpoint_under_the_same_keys_and_nothing_else(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    const struct request_draft moved = {.agency = "ngo@nrm.example", .endpoint = "ngo.example.org:7411"};
    const struct request_draft police = {.agency = "ngo@nrm.example", .kind = KIND_POLICE};
    const struct request_draft hidden = {.agency = "ngo@nrm.example", .relay = "other@nrm.example"};
    const struct request_draft second = {.agency = "other@nrm.example"};
    struct keys other = new_keys();
    struct keys k = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &second, &other, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_null(strstr(s->output, "changes from"));
    assert_int_equal(issue_membership(s, &moved, &k, false), 0);
    assert_output_has(s, "The endpoint of ngo@nrm.example changes from 127.0.0.1:7411 to ngo.example.org:7411.");
    m = open_membership(s, &k);
    assert_int_equal(membership_directory(m)->revocation_count, 0);
    assert_true(view_equal(membership_directory(m)->members[0].endpoint, view_of_text("ngo.example.org:7411")));
    membership_free(m);

    assert_int_equal(issue_membership(s, &police, &k, false), 77);
    assert_output_has(s, "E-FED-47");
    assert_int_equal(issue_membership(s, &hidden, &k, false), 77);
    assert_output_has(s, "E-FED-47");
    assert_int_not_equal(issue_membership(s, &moved, &other, false), 0); /* under other keys it is no move */
    assert_output_has(s, "E-FED-07");
    free_keys(&k);
    free_keys(&other);
}

static void assert_begun_again(const struct membership *m, uint32_t times)
{
    assert_int_equal(directory_find_member(membership_directory(m), view_of_text("ngo@nrm.example"))->begun_again,
                     times);
}

static void assert_listed(const struct membership *m, const struct ident *node)
{
    const struct member *member = directory_find_member(membership_directory(m), view_of_text("ngo@nrm.example"));

    assert_non_null(member);
    assert_int_equal(member->node_count, 1);
    assert_true(member_has_node(member, node));
}

/* An id belongs to a machine: another key does not change it, another machine does. */
static void test_a_machine_keeps_its_id_with_a_new_key_and_a_new_machine_has_its_own(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct keys same_machine = {sign_key_new(), k.identity, k.node};
    struct keys other_machine = {same_machine.transport, k.identity, {{9}}};
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);
    assert_listed(m, &k.node);
    membership_free(m);
    assert_int_equal(issue_membership(s, &p, &same_machine, true), 0);
    m = open_membership(s, &same_machine);
    assert_listed(m, &k.node);
    assert_begun_again(m, 0); /* its log goes on */
    membership_free(m);
    assert_int_equal(issue_membership(s, &p, &other_machine, false), 77);
    assert_output_has(s, "E-FED-07");
    assert_int_equal(issue_membership(s, &p, &other_machine, true), 0);
    m = open_membership(s, &other_machine);
    assert_listed(m, &other_machine.node);
    assert_begun_again(m, 1);
    membership_free(m);
    sign_key_free(same_machine.transport);
    free_keys(&k);
}

static void test_a_name_keeps_its_keys_unless_they_are_replaced(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    const struct request_draft other_name = {.agency = "brama@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    assert_int_equal(issue_membership(s, &p, &new, false), 77);
    assert_output_has(s, "E-FED-07");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(issue_membership(s, &p, &new, true), 0);
    m = open_membership(s, &new);
    assert_int_equal(membership_directory(m)->revocation_count, 5);
    assert_int_equal(membership_directory(m)->revocations[0].reason, REVOKED_SUPERSEDED);
    membership_free(m);

    assert_int_equal(issue_membership(s, &p, &old, true), 77); /* not back again */
    assert_output_has(s, "E-FED-13");
    ident_random(&random_real, &old.node);
    /* Nor under another name, of another machine. */
    assert_int_equal(issue_membership(s, &other_name, &old, false), 77);
    assert_output_has(s, "E-FED-13");
    free_keys(&old);
    free_keys(&new);
}

static int restore(struct fixture *s, const char *option)
{
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
               path_in(s, "membership.refex"), "--restored", option);
}

/* Keys and entry stay, the log begins anew, also on another machine; and that is asked for by the agency's name. */
/* The note by which OLD signs for NEW, in the name of AGENCY. */
static void make_succession(struct fixture *s, const char *agency, const struct sign_key *old,
                            const struct sign_key *new, int64_t time_ms, struct bytes *note)
{
    struct succession made = {.time_s = time_ms / 1000};
    struct key_unlock unlock = {0};
    struct federation_home h;
    struct error err;

    assert_true(address_read(view_of_text(agency), &made.agency));
    sign_key_public(old, made.old_key);
    sign_key_public(new, made.new_key);
    assert_true(federation_home_open(path_in(s, "fed"), &unlock, clock_now_ms(&clock_real), &h, &err));
    bytes_clear(note);
    assert_true(succession_note_sign(&made, &h.federation, old, new, note, &err));
    federation_home_close(&h);
}

static int issue_as_it_is(struct fixture *s, const struct request_draft *p, const struct keys *k, const char *more)
{
    write_request(path_in(s, "request.refex"), p, k);
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
               path_in(s, "membership.refex"), more);
}

static void test_a_key_for_which_the_listed_one_signed_needs_no_comparison(void **state)
{
    struct fixture *s = *state;
    struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct bytes note = {0};
    struct keys k = new_keys();
    struct keys next = k;
    struct membership *m;
    char fingerprint[FINGERPRINT_TEXT];
    int64_t now_ms = clock_now_ms(&clock_real);

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    next.identity = sign_key_new();
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-07");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--old-keys",
                         "--confirm=ngo"),
                     65);
    assert_output_has(s, "E-FED-69");

    make_succession(s, ngo.agency, k.identity, next.identity, now_ms, &note);
    ngo.succeeds = &note;
    assert_int_equal(issue_as_it_is(s, &ngo, &next, "--dry-run"), 0);
    assert_output_has(s, "signed for this one");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 0);
    assert_output_has(s, "for which the one that was listed signed");
    fingerprint_of(next.identity, fingerprint);
    assert_compared(s, 2, fingerprint, "old-key");
    m = open_membership(s, &next);
    assert_int_equal(membership_own_incarnation(m), 1); /* its log goes on */
    membership_free(m);

    /* Nothing else of it was revoked: its certificate, and its key. */
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--json"), 0);
    assert_output_has(s, "\"revocations\":2");

    /* The old key is superseded; the same request again renews, and the way back is no succession. */
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 0);
    make_succession(s, ngo.agency, next.identity, k.identity, now_ms, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &k, NULL), 77);
    assert_output_has(s, "E-FED-13");
    assert_int_equal(
        RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--old-keys", "--confirm=ngo"), 64);
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--old-keys",
                         "--confirm=ngo"),
                     0);
    assert_output_has(s, "What it has now stays");
    assert_int_equal(issue_as_it_is(s, &(struct request_draft){.agency = ngo.agency}, &next, NULL), 0);
    sign_key_free(next.identity);
    free_keys(&k);
    bytes_fini(&note);
}

/* The node renewed its transport certificate since it asked, under another key. */
static void renew_transport(struct fixture *s, struct keys *k)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    const struct certify_validity validity = {now_ms, 90};
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct bytes request = {0};
    struct bytes der = {0};
    struct federation_home h;
    struct sign_key *key;
    struct error err;

    sign_key_free(k->transport);
    k->transport = sign_key_new();
    assert_true(federation_home_open(path_in(s, "fed"), &unlock, now_ms, &h, &err));
    assert_true(federation_home_open_key(&h, "transport", &key, &err));
    assert_true(certify_request(k->transport, NULL, &request, &err));
    assert_true(certify_transport(key, bytes_view(&h.transport_ca), bytes_view(&request), &h.label, &k->node, &validity,
                                  &der, &err));
    assert_true(
        federation_home_add_issued(&h, &h.directory.members[0].agency, bytes_view(&der), (struct view){0}, &err));
    sign_key_free(key);
    federation_home_close(&h);
    bytes_fini(&request);
    bytes_fini(&der);
}

static void test_a_request_for_the_next_key_may_be_one_renewal_old(void **state)
{
    struct fixture *s = *state;
    struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct bytes note = {0};
    struct keys k = new_keys();
    struct keys now = {sign_key_new(), NULL, {{0}}};
    struct keys next = k;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    next.identity = sign_key_new();
    make_succession(s, ngo.agency, k.identity, next.identity, clock_now_ms(&clock_real), &note);
    ngo.succeeds = &note;
    now.node = k.node;
    renew_transport(s, &now);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, "--dry-run"), 0);
    assert_output_has(s, "signed for this one");
    renew_transport(s, &now);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-07"); /* refex node rekey writes it anew */
    next.transport = now.transport;
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 0);
    sign_key_free(next.identity);
    sign_key_free(now.transport);
    free_keys(&k);
    bytes_fini(&note);
}

/* Its certificates ended 70 days ago. */
static void add_ended_key(struct fixture *s, const struct sign_key *old)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    const struct certify_validity validity = {now_ms - 800 * (int64_t)DAY_MS, 730};
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct bytes request = {0};
    struct bytes der = {0};
    struct federation_home h;
    struct sign_key *key;
    struct error err;

    assert_true(federation_home_open(path_in(s, "fed"), &unlock, now_ms, &h, &err));
    assert_true(federation_home_open_key(&h, "issuing", &key, &err));
    assert_true(certify_request(old, &h.directory.members[0].agency, &request, &err));
    assert_true(
        certify_identity(key, bytes_view(&h.issuing), bytes_view(&request), "nrm.example", &validity, &der, &err));
    assert_true(
        federation_home_add_issued(&h, &h.directory.members[0].agency, bytes_view(&der), (struct view){0}, &err));
    sign_key_free(key);
    federation_home_close(&h);
    bytes_fini(&request);
    bytes_fini(&der);
}

/* It may have vouched for the one that is listed: nodes remember that for ever. */
static void test_an_old_key_is_revoked_though_its_certificates_have_ended(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct sign_key *old = sign_key_new();
    struct keys k = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    add_ended_key(s, old);
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--old-keys",
                         "--confirm=ngo"),
                     0);
    assert_output_has(s, "What it has now stays");
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--json"), 0);
    assert_output_has(s, "\"revocations\":2"); /* also in those that follow */
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--old-keys",
                         "--confirm=ngo"),
                     65);
    assert_output_has(s, "E-FED-69");
    sign_key_free(old);
    free_keys(&k);
}

/* Another endpoint, or another machine, is no routine: whoever has the key may ask for it. */
static void test_the_word_of_the_old_key_is_of_the_key_alone(void **state)
{
    struct fixture *s = *state;
    struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct bytes note = {0};
    struct keys k = new_keys();
    struct keys next = new_keys();
    char fingerprint[FINGERPRINT_TEXT];

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    make_succession(s, ngo.agency, k.identity, next.identity, clock_now_ms(&clock_real), &note);
    ngo.succeeds = &note;
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-07"); /* it is another machine */
    write_request(path_in(s, "request.refex"), &ngo, &next);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--confirm", ngo.agency),
                     0);
    fingerprint_of(next.identity, fingerprint);
    assert_compared(s, 2, fingerprint, "nobody");

    sign_key_free(k.identity);
    k.identity = sign_key_new();
    make_succession(s, ngo.agency, next.identity, k.identity, clock_now_ms(&clock_real), &note);
    sign_key_free(k.transport);
    k.transport = next.transport;
    k.node = next.node;
    ngo.endpoint = "127.0.0.1:7412";
    assert_int_equal(issue_as_it_is(s, &ngo, &k, NULL), 0);
    fingerprint_of(k.identity, fingerprint);
    assert_compared(s, 3, fingerprint, "nobody");
    k.transport = NULL;
    free_keys(&k);
    free_keys(&next);
    bytes_fini(&note);
}

static void test_a_note_of_other_keys_agencies_or_times_lists_none(void **state)
{
    struct fixture *s = *state;
    struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct sign_key *stray = sign_key_new();
    struct bytes note = {0};
    struct keys k = new_keys();
    struct keys next = k;
    int64_t now_ms = clock_now_ms(&clock_real);

    create_federation(s);
    next.identity = sign_key_new();
    make_succession(s, ngo.agency, k.identity, next.identity, now_ms, &note);
    ngo.succeeds = &note;
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-62"); /* it is no member */
    ngo.succeeds = NULL;
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    ngo.succeeds = &note;

    make_succession(s, "other@nrm.example", k.identity, next.identity, now_ms, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-62");
    make_succession(s, ngo.agency, stray, next.identity, now_ms, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-62");
    make_succession(s, ngo.agency, k.identity, stray, now_ms, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-62");
    make_succession(s, ngo.agency, k.identity, next.identity, now_ms + BOUND_CLOCKS_MS + 60000, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-65");
    make_succession(s, ngo.agency, k.identity, next.identity, now_ms - 800 * DAY_MS, &note);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-65");
    make_succession(s, ngo.agency, k.identity, next.identity, now_ms, &note);
    note.at[note.size - 4] ^= 1;
    assert_int_not_equal(issue_as_it_is(s, &ngo, &next, NULL), 0);
    make_succession(s, ngo.agency, k.identity, next.identity, now_ms, &note);
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "suspended", "--confirm=ngo"), 0);
    assert_int_equal(issue_as_it_is(s, &ngo, &next, NULL), 77);
    assert_output_has(s, "E-FED-67");
    sign_key_free(stray);
    sign_key_free(next.identity);
    free_keys(&k);
    bytes_fini(&note);
}

static void test_the_log_of_a_home_that_was_put_back_begins_anew(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft court = {.agency = "ngo@nrm.example", .kind = KIND_COURT};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    write_request(path_in(s, "request.refex"), &ngo, &old);
    assert_int_equal(restore(s, "--json"), 64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(restore(s, "--confirm=mission"), 64);
    assert_int_equal(restore(s, "--replace"), 64);
    assert_output_has(s, "E-USE-03");
    assert_int_equal(restore(s, "--dry-run"), 0);
    assert_output_has(s, "begin anew, as number 2");
    assert_null(strstr(s->output, "leave out --dry-run")); /* there it needs --confirm */
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(restore(s, "--confirm=ngo"), 0);
    m = open_membership(s, &old);
    assert_begun_again(m, 1);
    membership_free(m);

    write_request(path_in(s, "request.refex"), &ngo, &new);
    assert_int_equal(restore(s, "--confirm=ngo"), 77);
    assert_output_has(s, "E-FED-07");
    write_request(path_in(s, "request.refex"), &court, &old);
    assert_int_equal(restore(s, "--confirm=ngo"), 77);
    assert_output_has(s, "E-FED-47");
    write_request(path_in(s, "request.refex"), &mission, &new);
    assert_int_equal(restore(s, "--confirm=mission"), 65);
    assert_output_has(s, "E-RST-04");
    free_keys(&old);
    free_keys(&new);
}

static int replace(struct fixture *s, const char *option, const char *stolen)
{
    return RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
               path_in(s, "membership.refex"), "--replace", option, stolen);
}

/* Of all names that the agency's old machine has. */
static void assert_compromised(const struct membership *m, const char *agency)
{
    const struct directory *d = membership_directory(m);
    size_t names = 0;

    for (size_t i = 0; i < d->revocation_count; i++) {
        if (strcmp(d->revocations[i].agency.text, agency) != 0)
            continue;
        assert_int_equal(d->revocations[i].reason, REVOKED_KEY_COMPROMISE);
        names++;
    }
    assert_int_equal(names, 5);
}

static void test_the_keys_of_a_stolen_machine_are_revoked_as_compromised(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    write_request(path_in(s, "request.refex"), &p, &old);
    assert_int_equal(restore(s, "--stolen"), 64);
    assert_output_has(s, "E-USE-03");
    write_request(path_in(s, "request.refex"), &p, &new);
    assert_int_equal(replace(s, "--dry-run", "--stolen"), 0);
    assert_output_has(s, "as compromised");
    assert_int_equal(replace(s, "--confirm=ngo", "--stolen"), 0);
    assert_output_has(s, "Its old machine is revoked, with its keys, as compromised");
    assert_output_has(s, "Tell every other agency: each holds what goes to the new keys for 24 hours");
    m = open_membership(s, &new);
    assert_compromised(m, "ngo@nrm.example");
    membership_free(m);
    free_keys(&old);
    free_keys(&new);
}

/* Its id says from which key it goes on with the data of a backup: that was stolen, though nobody types it. */
static void test_a_machine_that_goes_on_is_known_by_its_id(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    struct keys newer = new_keys();
    uint8_t public_key[KEY_SIZE];
    struct hash hashes[2];
    struct membership *m;

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    write_request(path_in(s, "request.refex"), &p, &new);
    assert_int_equal(replace(s, "--dry-run", "--json"), 0);
    assert_output_has(s, "\"stolen\":false,\"goes_on\":false");
    sign_key_public(old.identity, public_key);
    sign_public_hash(public_key, &hashes[0]);
    sign_key_public(new.identity, public_key);
    sign_public_hash(public_key, &hashes[1]);
    certificate_replacing_node(&hashes[0], &hashes[1], &new.node);
    write_request(path_in(s, "request.refex"), &p, &new);
    assert_int_equal(replace(s, "--dry-run", "--json"), 0);
    assert_output_has(s, "\"stolen\":true,\"goes_on\":true");
    assert_int_equal(issue_membership(s, &p, &new, true), 0);
    m = open_membership(s, &new);
    assert_compromised(m, "ngo@nrm.example");
    assert_begun_again(m, 1);
    membership_free(m);

    sign_key_public(newer.identity, public_key); /* from the key before the one that is listed */
    sign_public_hash(public_key, &hashes[1]);
    certificate_replacing_node(&hashes[0], &hashes[1], &newer.node);
    write_request(path_in(s, "request.refex"), &p, &newer);
    assert_int_equal(replace(s, "--dry-run", "--json"), 0);
    assert_output_has(s, "\"stolen\":true,\"goes_on\":false,\"other_key\":true");
    free_keys(&old);
    free_keys(&new);
    free_keys(&newer);
}

static void test_new_keys_need_the_name_again_and_a_dry_run_changes_nothing(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys new = new_keys();
    char read_out[FINGERPRINT_TEXT];

    fingerprint_of(new.identity, read_out);
    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &old, false), 0);
    write_request(path_in(s, "request.refex"), &p, &new);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace"),
                     64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--confirm=mission", "--fingerprint", read_out),
                     64);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--dry-run"),
                     0);
    assert_output_has(s, "--confirm=ngo@nrm.example");
    assert_int_equal(sequence_of(s), 2);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--replace", "--confirm=ngo"),
                     0);
    assert_output_has(s, "nobody compared the request of ngo@nrm.example");
    assert_int_equal(sequence_of(s), 3);
    free_keys(&old);
    free_keys(&new);
}

static void test_a_request_with_another_fingerprint_than_was_read_out_is_refused(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    char right[FINGERPRINT_TEXT];
    char wrong[FINGERPRINT_TEXT];

    create_federation(s);
    write_request(path_in(s, "request.refex"), &p, &k);
    fingerprint_of(k.transport, wrong);
    fingerprint_of(k.identity, right);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", wrong),
                     77);
    assert_output_has(s, "E-FED-15");
    assert_int_equal(sequence_of(s), 1);
    assert_false(file_exists(path_in(s, "fed/compared")));
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", right, "--dry-run"),
                     0);
    assert_false(file_exists(path_in(s, "fed/compared")));
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex"), "--fingerprint", right),
                     0);
    assert_output_has(s, right);
    assert_null(strstr(s->error_output, "nobody compared"));
    assert_compared(s, 1, right, "typed");
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "request.refex"), "--out",
                         path_in(s, "membership.refex")),
                     0);
    assert_compared(s, 2, right, "nobody");
    free_keys(&k);
}

static void test_a_request_without_its_proofs_is_refused(void **state)
{
    struct fixture *s = *state;
    const struct request_draft other_name = {.agency = "ngo@nrm.example", .certificate_agency = "police@nrm.example"};
    const struct request_draft other_federation = {.agency = "ngo@other.example"};
    const struct request_draft no_relay = {.agency = "ngo@nrm.example", .relay = "mission@nrm.example"};
    const struct request_draft good = {.agency = "mission@nrm.example"};
    const struct request_draft second = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    const struct request_draft named = {.agency = "ngo@nrm.example", .transport_names = true};
    struct keys one = {k.identity, k.identity, {{1}}};
    struct keys mixed = {sign_key_new(), k.identity, {{2}}};
    struct keys borrowed = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &other_name, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &other_federation, &k, false), 65);
    assert_output_has(s, "E-FED-05");
    assert_int_equal(issue_membership(s, &no_relay, &k, false), 65);
    assert_output_has(s, "E-FED-12");
    assert_int_equal(issue_membership(s, &second, &one, false), 77); /* one key for both */
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &named, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    assert_int_equal(issue_membership(s, &good, &k, false), 0);
    borrowed.node = k.node; /* the mission's machine */
    assert_int_equal(issue_membership(s, &second, &borrowed, false), 77);
    assert_output_has(s, "E-FED-16");
    free_keys(&borrowed);
    assert_int_equal(issue_membership(s, &second, &mixed, false), 77); /* the mission's identity key */
    assert_output_has(s, "E-FED-14");
    assert_int_equal(sequence_of(s), 2);
    sign_key_free(mixed.transport);
    free_keys(&k);
}

static void test_a_damaged_or_missing_request_changes_nothing(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct bytes file = {0};
    struct error err;

    create_federation(s);
    write_request(path_in(s, "request.refex"), &p, &k);
    assert_true(file_read(path_in(s, "request.refex"), BOUND_REQUEST_FILE, &file, &err));
    for (size_t at = 20; at < file.size; at += 97) { /* somewhere in each line */
        uint8_t was = file.at[at];

        if (was == '\n')
            continue;
        file.at[at] = was == 'A' ? 'B' : 'A';
        assert_true(file_write(path_in(s, "bad"), bytes_view(&file), 0600, &err));
        assert_int_not_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "bad"), "--out", path_in(s, "m")),
                             0);
        file.at[at] = was;
    }
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), path_in(s, "none"), "--out", path_in(s, "m")), 66);
    assert_int_equal(RUN(s, "issue", "--home", path_in(s, "fed"), "/dev/zero", "--out", path_in(s, "m")), 65);
    assert_int_equal(sequence_of(s), 1);
    assert_false(file_exists(path_in(s, "m")));
    bytes_fini(&file);
    free_keys(&k);
}

static void test_an_unlisted_agency_shows_no_endpoint(void **state)
{
    struct fixture *s = *state;
    const struct request_draft relay = {.agency = "ngo@nrm.example"};
    const struct request_draft hidden = {.agency = "haven@nrm.example", .relay = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &relay, &k, false), 0);
    assert_int_equal(issue_membership(s, &hidden, &l, false), 0);
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed"), "--json"), 0);
    assert_output_has(s, "{\"agency\":\"haven@nrm.example\",\"kind\":\"SupportNGO\",\"listed\":false,\"endpoint\":\"\","
                         "\"relay\":\"ngo@nrm.example\"");

    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--dry-run"), 0);
    assert_output_has(s, "the relay of haven@nrm.example");
    free_keys(&k);
    free_keys(&l);
}

static void test_a_request_may_bring_its_first_bundle(void **state)
{
    struct fixture *s = *state;
    struct keys k = new_keys();
    struct keys other = new_keys();
    struct bundle b = {.sequence = 1, .content_min = 1, .content_max = 1, .key_count = 1};
    struct bytes note = {0};
    struct request_draft p = {.agency = "ngo@nrm.example", .bundle = &note};
    struct bytes root = {0};
    struct federation f;
    struct membership *m;
    struct view text;
    struct bytes pem = {0};
    struct error err;

    create_federation(s);
    assert_true(file_read(path_in(s, "fed/directory.note"), BOUND_DIRECTORY, &root, &err));
    {
        struct directory_head head;

        assert_true(directory_note_peek(bytes_view(&root), &text, &head, &err));
        f = head.federation;
    }
    assert_true(address_read(view_of_text(p.agency), &b.agency));
    bundle_schedule(day_of_ms(clock_now_ms(&clock_real)), 0, &b.keys[0]);
    b.keys[0].suite = 1;
    assert_true(bundle_sign(&b, &f, other.identity, &note, &err));
    assert_int_equal(issue_membership(s, &p, &k, false), 77);
    assert_output_has(s, "E-FED-06");
    bytes_clear(&note);
    assert_true(bundle_sign(&b, &f, k.identity, &note, &err));
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    m = open_membership(s, &k);

    assert_non_null(membership_bundle(m, view_of_text("ngo@nrm.example")));
    membership_free(m);
    bytes_fini(&pem);
    bytes_fini(&root);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_key_for_which_the_listed_one_signed_needs_no_comparison),
        SCENE(test_a_request_for_the_next_key_may_be_one_renewal_old),
        SCENE(test_an_old_key_is_revoked_though_its_certificates_have_ended),
        SCENE(test_the_word_of_the_old_key_is_of_the_key_alone),
        SCENE(test_a_note_of_other_keys_agencies_or_times_lists_none),
        SCENE(test_an_agency_becomes_a_member_and_can_prove_it),
        SCENE(test_the_same_request_again_renews),
        SCENE(test_a_member_changes_its_endpoint_under_the_same_keys_and_nothing_else),
        SCENE(test_a_machine_keeps_its_id_with_a_new_key_and_a_new_machine_has_its_own),
        SCENE(test_a_name_keeps_its_keys_unless_they_are_replaced),
        SCENE(test_the_log_of_a_home_that_was_put_back_begins_anew),
        SCENE(test_the_keys_of_a_stolen_machine_are_revoked_as_compromised),
        SCENE(test_a_machine_that_goes_on_is_known_by_its_id),
        SCENE(test_new_keys_need_the_name_again_and_a_dry_run_changes_nothing),
        SCENE(test_a_request_with_another_fingerprint_than_was_read_out_is_refused),
        SCENE(test_a_request_without_its_proofs_is_refused),
        SCENE(test_a_damaged_or_missing_request_changes_nothing),
        SCENE(test_an_unlisted_agency_shows_no_endpoint),
        SCENE(test_a_request_may_bring_its_first_bundle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
