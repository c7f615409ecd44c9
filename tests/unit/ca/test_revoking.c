/* What is taken back: revocations and suspensions. */
#include "ca_fixture.h"

#include <string.h>
#include <unistd.h>

#include "ca/directory_proof.h"
#include "ca/federation_home.h"
#include "codec/directory_codec.h"
#include "crypto/certify_pem.h"
#include "crypto/digest.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/suspension/suspension_note.h"
#include "pki/certificate.h"

static void test_a_revocation_reaches_who_reads_the_next_directory(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct bytes note = {0};
    struct membership *m;
    enum directory_result what;
    int64_t now_ms = clock_now_ms(&clock_real);
    struct error err;

    create_federation(s);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_true(membership_admits(m, view_of_text("mission@nrm.example"), now_ms, NULL, &err));

    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--dry-run"), 0);
    assert_output_has(s, "Would revoke 2 certificates of mission@nrm.example (key-compromise), 2 keys");
    assert_int_equal(sequence_of(s), 3);
    assert_int_equal(RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise"), 64);
    assert_output_has(s, "E-FED-09");
    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--confirm=ngo"), 64);
    assert_int_equal(RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "tired", "--confirm=mission"),
                     64);
    assert_int_equal(RUN(s, "revoke", "brama", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=brama"), 65);
    assert_output_has(s, "E-FED-08");
    assert_int_equal(sequence_of(s), 3);
    assert_int_equal(
        RUN(s, "revoke", "mission", "--home", path_in(s, "fed"), "--reason", "key-compromise", "--confirm=mission"), 0);
    assert_int_equal(RUN(s, "publish", "--home", path_in(s, "fed"), "--out", path_in(s, "d"), "--json"), 0);
    assert_output_has(s, "\"revocations\":5"); /* two certificates, their keys, and the machine */

    assert_true(file_read(path_in(s, "d"), BOUND_DIRECTORY, &note, &err));
    assert_true(membership_take_directory(m, bytes_view(&note), now_ms, 0, &what, &err));
    assert_int_equal(what, DIRECTORY_TAKEN);
    assert_false(membership_admits(m, view_of_text("mission@nrm.example"), now_ms, NULL, &err));
    assert_int_equal(err.code, E_FED_28);
    assert_int_equal(issue_membership(s, &mission, &l, false), 77); /* its keys stay revoked */
    assert_output_has(s, "E-FED-13");
    membership_free(m);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&l);
}

static void test_a_revocation_catches_certificates_that_were_renewed(void **state)
{
    struct fixture *s = *state;
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    assert_int_equal(
        RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "suspended", "--confirm=ngo@nrm.example"), 0);
    assert_output_has(s, "Revoked 4 certificates");

    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    assert_output_has(s, "Revoked 4 certificates"); /* a graver reason */
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "suspended", "--confirm=ngo"), 0);
    assert_output_has(s, "revoked already");
    free_keys(&k);
}

/* What was issued to the old machine is lost from the folder: the directory names its keys and its id all the same. */
static void test_a_revoked_key_or_machine_is_not_certified_again_though_its_certificates_are_lost(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft other = {.agency = "other@nrm.example"};
    struct keys old = new_keys();
    struct keys newer = new_keys();
    struct keys asks = new_keys();
    struct bytes pem = {0};
    struct error err;
    size_t size;

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_true(file_read(path_in(s, "fed/members/ngo.pem"), 65536, &pem, &err));
    size = pem.size;
    bytes_clear(&pem);
    assert_int_equal(issue_membership(s, &ngo, &newer, true), 0);
    assert_true(file_read(path_in(s, "fed/members/ngo.pem"), 65536, &pem, &err));
    assert_true(file_write(path_in(s, "fed/members/ngo.pem"), view_of(pem.at + size, pem.size - size), 0644, &err));
    for (int which = 0; which < 3; which++) {
        struct keys k = asks;

        if (which == 0)
            k.transport = old.transport;
        else if (which == 1)
            k.identity = old.identity;
        else
            k.node = old.node;
        assert_int_equal(issue_membership(s, &other, &k, false), 77);
        assert_output_has(s, "E-FED-13");
    }
    assert_int_equal(issue_membership(s, &other, &asks, false), 0);
    free_keys(&old);
    free_keys(&newer);
    free_keys(&asks);
    bytes_fini(&pem);
}

static bool is_of_certificate(const struct hash *name, const struct bytes *pem)
{
    struct view rest = bytes_view(pem);
    struct bytes der = {0};
    struct hash h;
    bool found = false;

    while (!found && certify_next_pem("CERTIFICATE", &rest, &der)) {
        digest_sha256(bytes_view(&der), &h);
        found = hash_equal(&h, name);
        bytes_clear(&der);
    }
    bytes_fini(&der);
    return found;
}

/* The newest directory as a refex before keys were named would have signed it: of what is revoked it names the
 * certificates of AGENCY alone. */
static void write_old_directory(struct fixture *s, const char *agency)
{
    struct federation_home h;
    struct directory_signer signer = {.number = 1};
    struct sign_key *key;
    struct revocation rows[8];
    struct key_unlock unlock = {0}; /* its keys are plain */
    struct directory d;
    struct bytes note = {0};
    struct bytes pem = {0};
    char members[64];
    size_t count = 0;
    struct error err;

    (void)snprintf(members, sizeof members, "fed/members/%s.pem", agency);
    assert_true(file_read(path_in(s, members), 65536, &pem, &err));
    assert_true(federation_home_open(path_in(s, "fed"), &unlock, clock_now_ms(&clock_real), &h, &err));
    assert_true(federation_home_open_key(&h, "directory-1", &key, &err));
    signer.key = key;
    d = h.directory;
    for (size_t i = 0; i < d.revocation_count; i++)
        if (is_of_certificate(&d.revocations[i].name, &pem))
            rows[count++] = d.revocations[i];
    assert_true(count > 0 && count < d.revocation_count);
    d.revocations = rows;
    d.revocation_count = count;
    assert_true(directory_note_sign(&d, &signer, 1, &note, &err));
    assert_true(file_write(path_in(s, "fed/directory.note"), bytes_view(&note), 0644, &err));
    sign_key_free(key);
    federation_home_close(&h);
    bytes_fini(&note);
    bytes_fini(&pem);
}

static void test_what_was_revoked_by_its_certificates_alone_stays_revoked_and_is_completed(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft other = {.agency = "other@nrm.example"};
    struct keys old = new_keys();
    struct keys newer = new_keys();
    struct keys asks = new_keys();

    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &newer, true), 0);
    write_old_directory(s, "ngo");
    assert_int_equal(issue_membership(s, &ngo, &old, true), 77);
    assert_output_has(s, "E-FED-13");
    sign_key_free(asks.transport);
    asks.transport = old.transport;
    assert_int_equal(issue_membership(s, &other, &asks, false), 77); /* nor under another name */
    assert_output_has(s, "E-FED-13");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    write_old_directory(s, "ngo");
    assert_int_equal(RUN(s, "show", "--home", path_in(s, "fed")), 0);
    assert_output_has(s, "revoked: left");
    assert_int_equal(RUN(s, "revoke", "ngo", "--home", path_in(s, "fed"), "--reason", "left", "--confirm=ngo"), 0);
    assert_output_has(s, "Revoked 0 certificates of ngo@nrm.example (left), 4 keys");
    asks.transport = NULL;
    free_keys(&old);
    free_keys(&newer);
    free_keys(&asks);
}

/* New keys on the same machine: its id stays good. Another machine with new keys: the old one's is revoked. */
static void test_a_machine_that_stays_is_not_revoked_with_its_old_keys(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    struct keys old = new_keys();
    struct keys same_machine = new_keys();
    struct keys other_machine = new_keys();
    const struct directory *d;
    struct membership *m;
    struct hash machine;
    bool named = false;

    same_machine.node = old.node;
    certificate_node_name(&old.node, &machine);
    create_federation(s);
    assert_int_equal(issue_membership(s, &ngo, &old, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &same_machine, true), 0);
    m = open_membership(s, &same_machine);
    d = membership_directory(m);
    assert_int_equal(d->revocation_count, 4);
    for (size_t i = 0; i < d->revocation_count; i++)
        assert_false(hash_equal(&d->revocations[i].name, &machine));
    membership_free(m);
    assert_int_equal(issue_membership(s, &ngo, &other_machine, true), 0);
    m = open_membership(s, &other_machine);
    d = membership_directory(m);
    assert_int_equal(d->revocation_count, 9);
    for (size_t i = 0; i < d->revocation_count; i++)
        named = named || hash_equal(&d->revocations[i].name, &machine);
    assert_true(named);
    membership_free(m);
    free_keys(&old);
    free_keys(&same_machine);
    free_keys(&other_machine);
}

/* One officer has one key of three, of which two sign directories. */
static void test_one_officer_suspends_an_agency_where_two_must_sign(void **state)
{
    struct fixture *s = *state;
    const struct request_draft ngo = {.agency = "ngo@nrm.example"};
    const struct request_draft mission = {.agency = "mission@nrm.example"};
    struct keys k = new_keys();
    struct keys l = new_keys();
    struct bytes note = {0};
    struct membership *m;
    struct suspension made;
    int64_t now_ms = clock_now_ms(&clock_real);
    struct error err;
    bool is_new;

    assert_int_equal(RUN(s, "init", "--home", path_in(s, "fed"), "--name", "nrm.example", "--founders", "3"), 0);
    assert_int_equal(issue_membership(s, &mission, &l, false), 0);
    assert_int_equal(issue_membership(s, &ngo, &k, false), 0);
    m = open_membership(s, &k);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-1.key")), 0);
    assert_int_equal(unlink(path_in(s, "fed/keys/directory-2.key")), 0);
    assert_int_equal(RUN(s, "suspend", "brama", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-FED-08");
    assert_int_equal(RUN(s, "suspend", "ngo", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 64);
    assert_int_equal(RUN(s, "suspend", "ngo", "--out", path_in(s, "s")), 64);
    assert_output_has(s, "E-USE-02");
    assert_int_equal(RUN(s, "suspend", "ngo", "mission", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 0);
    assert_output_has(s, "Suspended mission@nrm.example, ngo@nrm.example");
    assert_int_equal(sequence_of(s), 3);
    assert_true(file_read(path_in(s, "s"), BOUND_DIRECTORY, &note, &err));
    if (!membership_take_suspension(m, bytes_view(&note), now_ms + 1000, false, &made, &is_new, &err))
        fail_msg("%s", err.text);
    assert_int_equal(made.key, 3);
    assert_int_equal(made.agency_count, 2);
    membership_free(m);
    bytes_fini(&note);
    free_keys(&k);
    free_keys(&l);
}

/* The folder has none of the founders' keys: she has the directory from any member. */
static void test_a_founder_suspends_with_a_key_of_her_own(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    struct bytes note = {0};
    struct suspension made;
    struct error err;

    found_by_three(s, fingerprint);
    sign_waiting(s, "d", "1", fingerprint);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    hand_out(s, "d");
    assert_int_equal(
        RUN(s, "suspend", "ngo", "--key", path_in(s, "b"), "--directory", path_in(s, "d"), "--out", path_in(s, "s")),
        65);
    assert_output_has(s, "E-FED-24"); /* nobody has signed that directory */
    assert_int_equal(sign_as(s, "a", "d", "2", fingerprint), 0);
    assert_int_equal(sign_as(s, "b", "d", "2", fingerprint), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-FED-08"); /* of the newest that was signed */
    assert_int_equal(take_back(s, "d", NULL), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 78);
    assert_output_has(s, "E-FED-11");
    assert_int_equal(RUN(s, "founder", "--key", path_in(s, "stranger"), "--out", path_in(s, "s.f")), 0);
    assert_int_equal(RUN(s, "suspend", "ngo", "--key", path_in(s, "stranger"), "--directory", path_in(s, "d"), "--out",
                         path_in(s, "s")),
                     65);
    assert_output_has(s, "E-FED-97");
    assert_int_equal(RUN(s, "suspend", "ngo", "--directory", path_in(s, "d"), "--out", path_in(s, "s")), 64);
    assert_output_has(s, "--key is missing");
    assert_int_equal(access(path_in(s, "s"), F_OK), -1);
    assert_int_equal(
        RUN(s, "suspend", "ngo", "--key", path_in(s, "b"), "--directory", path_in(s, "d"), "--out", path_in(s, "s")),
        0);
    assert_true(file_read(path_in(s, "s"), BOUND_DIRECTORY, &note, &err));
    assert_true(suspension_note_read(bytes_view(&note), &made, &err));
    assert_int_equal(made.key, 2);
    assert_int_equal(made.directory, 2);
    bytes_fini(&note);
    free_keys(&k);
}

static int suspend_by(struct fixture *s, const char *key, const char *file, const char *membership,
                      const char *fingerprint)
{
    return RUN(s, "suspend", "ngo", "--key", path_in(s, key), "--directory", path_in(s, file), "--out", path_in(s, "s"),
               membership != NULL ? "--membership" : "--federation",
               membership != NULL ? path_in(s, membership) : fingerprint,
               membership != NULL && fingerprint != NULL ? "--federation" : NULL, fingerprint);
}

/* The directory FROM as the file TO, but for the line of NAME: it is left out or (FORGED) has another signature. */
static void write_without(struct fixture *s, const char *from, const char *to, const char *name, bool forged)
{
    struct bytes note = {0};
    struct bytes out = {0};
    struct error err;
    const char *line;
    const char *end;

    assert_true(file_read(path_in(s, from), BOUND_DIRECTORY, &note, &err));
    bytes_append_u8(&note, 0);
    line = strstr((const char *)note.at, name);
    assert_non_null(line);
    while (line[-1] != '\n')
        line--;
    end = strchr(line, '\n') + 1;
    bytes_append(&out, note.at, (size_t)(line - (const char *)note.at));
    if (forged) {
        bytes_append(&out, line, (size_t)(end - line));
        out.at[out.size - 12] = out.at[out.size - 12] == 'A' ? 'B' : 'A';
    }
    bytes_append_text(&out, end);
    assert_true(file_write(path_in(s, to), bytes_view(&out), 0600, &err));
    bytes_fini(&note);
    bytes_fini(&out);
}

/* FILE, for a key that signed the directory of SEEN last, which had but the first COUNT of its keys. */
static enum error_code proof_by(struct fixture *s, const char *file, const char *seen, size_t count)
{
    struct directory_known_by by = {.now_ms = clock_now_ms(&clock_real)};
    struct bytes before = {0};
    struct bytes note = {0};
    struct bytes out = {0};
    struct arena a = {0};
    struct directory d;
    struct error err = {0};
    struct view text;
    bool ok;

    assert_true(file_read(path_in(s, seen), BOUND_DIRECTORY, &before, &err));
    assert_true(directory_decode(bytes_view(&before), &a, &d, &err));
    d.key_count = count;
    assert_true(directory_encode(&d, &out, &err));
    by.seen = path_in(s, "other.seen");
    assert_true(file_write(by.seen, bytes_view(&out), 0600, &err));
    assert_true(file_read(path_in(s, file), BOUND_DIRECTORY, &note, &err));
    assert_true(directory_note_text(bytes_view(&note), &text, &err) && directory_decode(text, &a, &d, &err));
    ok = directory_proof_check(&by, &d, bytes_view(&note), &err);
    bytes_fini(&before);
    bytes_fini(&note);
    bytes_fini(&out);
    arena_fini(&a);
    return ok ? E_NONE : err.code;
}

static enum error_code proof_at(struct fixture *s, const char *file, int64_t after_ms)
{
    const char *const seen = path_in(s, "b.seen");
    struct directory_known_by by = {.seen = seen};
    struct bytes note = {0};
    struct arena a = {0};
    struct directory d;
    struct error err = {0};
    struct view text;
    bool ok;

    assert_true(file_read(path_in(s, file), BOUND_DIRECTORY, &note, &err));
    assert_true(directory_note_text(bytes_view(&note), &text, &err) && directory_decode(text, &a, &d, &err));
    by.now_ms = d.hard_expiry_s * 1000 + after_ms;
    ok = directory_proof_check(&by, &d, bytes_view(&note), &err);
    bytes_fini(&note);
    arena_fini(&a);
    return ok ? E_NONE : err.code;
}

/* FROM as the file TO, in which the first key stands twice, and which that key alone signed: KEY. */
static void write_doubled(struct fixture *s, const char *from, const char *to, const char *key)
{
    struct directory_signer signer = {.number = 1};
    struct view keys[BOUND_NOTE_SIGNATURES];
    struct bytes note = {0};
    struct bytes out = {0};
    struct sign_key *opened;
    struct arena a = {0};
    struct directory d;
    struct view text;
    struct error err;

    assert_true(file_read(path_in(s, from), BOUND_DIRECTORY, &note, &err));
    assert_true(directory_note_text(bytes_view(&note), &text, &err) && directory_decode(text, &a, &d, &err));
    assert_true(d.key_count < BOUND_NOTE_SIGNATURES);
    keys[0] = d.keys[0];
    memcpy(keys + 1, d.keys, d.key_count * sizeof *keys);
    d.keys = keys;
    d.key_count++;
    assert_true(sign_key_open(path_in(s, key), &opened, &err));
    signer.key = opened;
    if (!directory_note_sign(&d, &signer, 1, &out, &err))
        fail_msg("%s", err.text);
    assert_true(file_write(path_in(s, to), bytes_view(&out), 0600, &err));
    sign_key_free(opened);
    bytes_fini(&note);
    bytes_fini(&out);
    arena_fini(&a);
}

/* Otherwise who brings a false directory has her suspend nobody, and she would not know it. */
static void test_a_founder_suspends_by_the_federations_directory_alone(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    char other[FINGERPRINT_TEXT];

    fingerprint_of(k.identity, other);
    found_by_three(s, fingerprint);
    sign_waiting(s, "d", "1", fingerprint);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    sign_waiting(s, "d", "2", fingerprint);

    write_without(s, "d", "less", ".directory/1", false);
    assert_int_equal(suspend_by(s, "b", "less", NULL, fingerprint), 65);
    assert_output_has(s, "E-RVK-15");
    write_without(s, "d", "forged", ".directory/1", true);
    assert_int_not_equal(suspend_by(s, "b", "forged", NULL, fingerprint), 0);
    assert_output_has(s, "E-FED-20");
    assert_int_not_equal(suspend_by(s, "b", "d", NULL, other), 0);
    assert_output_has(s, "E-FED-21");
    assert_int_equal(suspend_by(s, "c", "d", NULL, fingerprint), 65); /* who signed none knows none of the keys */
    assert_output_has(s, "E-RVK-15");
    assert_int_equal(access(path_in(s, "s"), F_OK), -1);
    assert_int_equal(suspend_by(s, "b", "d", NULL, fingerprint), 0);
    assert_int_equal(proof_at(s, "d", 0), E_NONE);
    assert_int_equal(proof_at(s, "d", 1), E_FED_23);
    assert_int_equal(proof_by(s, "d", "b.seen", 2), E_NONE);
    write_doubled(s, "d", "doubled", "a");
    assert_int_equal(proof_by(s, "doubled", "b.seen", 3), E_RVK_15); /* two of two, and both of one key */
    assert_int_equal(proof_by(s, "d", "b.seen", 1), E_RVK_15);       /* one of those who signed it was known before */
    free_keys(&k);
}

static void test_a_founder_who_signed_none_suspends_by_a_members_file(void **state)
{
    const struct request_draft p = {.agency = "ngo@nrm.example"};
    struct keys k = new_keys();
    struct fixture *s = *state;
    char fingerprint[FINGERPRINT_TEXT];
    char other[FINGERPRINT_TEXT];

    fingerprint_of(k.identity, other);
    found_by_three(s, fingerprint);
    sign_waiting(s, "d", "1", fingerprint);
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    sign_waiting(s, "e", "2", fingerprint);

    assert_int_equal(suspend_by(s, "c", "e", "membership.refex", NULL), 64);
    assert_output_has(s, "--federation is missing");
    assert_int_not_equal(suspend_by(s, "c", "e", "membership.refex", other), 0);
    assert_output_has(s, "E-FED-21");
    write_without(s, "e", "less", ".directory/1", false);
    assert_int_not_equal(suspend_by(s, "c", "less", "membership.refex", fingerprint), 0);
    assert_output_has(s, "E-FED-20");
    assert_int_equal(suspend_by(s, "c", "e", "membership.refex", fingerprint), 0); /* whose directory is the first */
    assert_int_equal(issue_membership(s, &p, &k, false), 0);
    sign_waiting(s, "f", "3", fingerprint);
    assert_int_equal(issue_membership(s, &p, &k, false), 0); /* the third */
    assert_int_equal(suspend_by(s, "c", "f", "membership.refex", fingerprint), 0);
    assert_int_equal(suspend_by(s, "c", "e", "membership.refex", fingerprint), 65);
    assert_output_has(s, "older than that of the membership");
    free_keys(&k);
}

static void test_where_one_key_signs_nothing_is_quicker(void **state)
{
    struct fixture *s = *state;

    create_federation(s);
    assert_int_equal(RUN(s, "suspend", "ngo", "--home", path_in(s, "fed"), "--out", path_in(s, "s")), 65);
    assert_output_has(s, "E-RVK-03");
    assert_int_equal(access(path_in(s, "s"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(test_a_revocation_reaches_who_reads_the_next_directory),
        SCENE(test_a_revocation_catches_certificates_that_were_renewed),
        SCENE(test_a_revoked_key_or_machine_is_not_certified_again_though_its_certificates_are_lost),
        SCENE(test_what_was_revoked_by_its_certificates_alone_stays_revoked_and_is_completed),
        SCENE(test_a_machine_that_stays_is_not_revoked_with_its_old_keys),
        SCENE(test_one_officer_suspends_an_agency_where_two_must_sign),
        SCENE(test_a_founder_suspends_with_a_key_of_her_own),
        SCENE(test_a_founder_suspends_by_the_federations_directory_alone),
        SCENE(test_a_founder_who_signed_none_suspends_by_a_members_file),
        SCENE(test_where_one_key_signs_nothing_is_quicker),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
