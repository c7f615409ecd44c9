#include "exchange/members/membership.h"
#include "exchange/members/authorities_end.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "codec/directory_codec.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/directory_version.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/membership_certificates.h"
#include "exchange/members/membership_inside.h"
#include "exchange/members/membership_root.h"
#include "exchange/members/membership_succession.h"
#include "exchange/members/membership_suspension.h"

/* --- opening --- */

bool membership_open(const struct membership_files *files, int64_t now_ms, struct membership **out, struct error *err)
{
    struct membership *m = xnew(sizeof *m);
    struct directory_trust trust = {.federation = &m->federation, .now_ms = now_ms, .is_kept = files->is_kept};
    bool ok;

    m->suspensions = suspensions_new();
    m->successions = successions_new();
    bytes_append_view(&m->root, files->root);
    bytes_append_view(&m->issuing, files->issuing);
    bytes_append_view(&m->transport_ca, files->transport_ca);
    bytes_append_view(&m->transport, files->transport);
    bytes_append_view(&m->identity, files->identity);
    ok = membership_open_certificates(m, files, err);
    trust.anchors = m->anchors;
    if (!ok || !directory_version_new(files->directory, &trust, &m->version, err)) {
        membership_free(m);
        return false;
    }
    *out = m;
    return true;
}

void membership_free(struct membership *m)
{
    if (m == NULL)
        return;
    bundle_cache_fini(&m->bundles);
    directory_version_free(m->version);
    suspensions_free(m->suspensions);
    successions_free(m->successions);
    verify_key_free(m->own_key);
    membership_forget_root(m);
    anchors_free(m->first);
    bytes_fini(&m->later_root);
    bytes_fini(&m->root);
    bytes_fini(&m->issuing);
    bytes_fini(&m->transport_ca);
    bytes_fini(&m->transport);
    bytes_fini(&m->identity);
    free(m);
}

bool membership_check_fingerprint(const struct membership *m, struct view fingerprint, struct error *err)
{
    char ours[FINGERPRINT_TEXT];
    struct hash fid;

    if (!fingerprint_read(fingerprint, &fid))
        return error_set(err, E_USE_04, "the fingerprint was not typed as it is written: a character is wrong");
    fingerprint_write(&m->federation.fid, ours);
    if (!hash_equal(&fid, &m->federation.fid))
        return error_set(err, E_ENR_01, "the membership is of the federation %s", ours);
    return true;
}

bool membership_check_keys(const struct membership *m, const uint8_t transport[static KEY_SIZE],
                           const uint8_t identity[static KEY_SIZE], const struct ident *node, struct error *err)
{
    if (memcmp(m->own_transport.public_key, transport, KEY_SIZE) != 0 ||
        memcmp(m->own_identity.public_key, identity, KEY_SIZE) != 0)
        return error_set(err, E_ENR_06, "the certificates of %s are of other keys than this node's",
                         m->own_identity.agency.text);
    if (node != NULL && !ident_equal(&m->own_transport.node, node))
        return error_set(err, E_ENR_06, "the certificates of %s are of another machine than this one",
                         m->own_identity.agency.text);
    return true;
}

/* --- ourselves --- */

const struct address *membership_own(const struct membership *m)
{
    return &m->own_identity.agency;
}

const struct federation *membership_federation(const struct membership *m)
{
    return &m->federation;
}

const struct verify_key *membership_own_identity(const struct membership *m)
{
    return m->own_key;
}

static const struct member *own_entry(const struct membership *m)
{
    return directory_find_member(directory_version_directory(m->version), address_view(membership_own(m)));
}

enum agency_kind membership_own_kind(const struct membership *m)
{
    const struct member *entry = own_entry(m);

    return entry == NULL ? (enum agency_kind)0 : entry->kind;
}

bool membership_own_may_dial(const struct membership *m)
{
    const struct member *entry = own_entry(m);

    return entry == NULL || member_may_dial(entry);
}

bool membership_own_dials_only(const struct membership *m)
{
    const struct member *entry = own_entry(m);

    return entry != NULL && member_dials_only(entry);
}

bool membership_can_link(const struct membership *m, struct view agency)
{
    const struct member *own = own_entry(m);
    const struct member *peer = directory_find_member(directory_version_directory(m->version), agency);

    return own == NULL || peer == NULL || member_can_link(own, peer);
}

/* --- the directory --- */

const struct directory *membership_directory(const struct membership *m)
{
    return directory_version_directory(m->version);
}

struct view membership_note(const struct membership *m)
{
    return directory_version_note(m->version);
}

struct view membership_text(const struct membership *m)
{
    return directory_version_text(m->version);
}

static struct directory_trust trust_of(const struct membership *m, int64_t now_ms, int64_t latest_ms)
{
    return (struct directory_trust){.federation = &m->federation,
                                    .anchors = m->anchors,
                                    .now_ms = now_ms,
                                    .latest_ms = latest_ms,
                                    .revoked = directory_version_revoked(m->version)};
}

bool membership_check_directory(const struct membership *m, struct view note, int64_t now_ms, int64_t latest_ms,
                                struct error *err)
{
    const struct directory_trust trust = trust_of(m, now_ms, latest_ms);
    struct directory_version *checked;

    if (!directory_version_new(note, &trust, &checked, err))
        return false;
    directory_version_free(checked);
    return true;
}

/* Same sequence, other text: if both are signed, the federation, or a thief of its key, signed two directories. */
static bool compare_same_sequence(struct membership *m, struct view note, struct view text, int64_t now_ms,
                                  int64_t latest_ms, enum directory_result *what, struct error *err)
{
    const struct directory *in_use = directory_version_directory(m->version);

    if (view_equal(text, directory_version_text(m->version))) {
        *what = DIRECTORY_SAME;
        return true;
    }
    return membership_check_directory(m, note, now_ms, latest_ms, err) &&
           error_set(err, E_FED_22, "there are two directories with the number %" PRIu64, in_use->sequence);
}

bool membership_take_directory(struct membership *m, struct view note, int64_t now_ms, int64_t latest_ms,
                               enum directory_result *what, struct error *err)
{
    const struct directory *in_use = directory_version_directory(m->version);
    const struct directory_trust trust = trust_of(m, now_ms, latest_ms);
    struct directory_head head;
    struct directory_version *next;
    struct view text;

    if (!directory_note_peek(note, &text, &head, err))
        return false;
    if (strcmp(head.federation.name, m->federation.name) != 0 || !hash_equal(&head.federation.fid, &m->federation.fid))
        return error_set(err, E_FED_21, "the directory is of %s, or of another federation of that name",
                         head.federation.name);
    if (head.sequence < in_use->sequence) {
        *what = DIRECTORY_OLDER;
        return true;
    }
    if (head.sequence == in_use->sequence)
        return compare_same_sequence(m, note, text, now_ms, latest_ms, what, err);
    if (now_ms > head.hard_expiry_s * 1000)
        return error_set(err, E_FED_23, "directory %" PRIu64 " has passed its last day", head.sequence);
    if (!directory_version_new(note, &trust, &next, err))
        return false;
    REQUIRE(directory_version_directory(next)->sequence > in_use->sequence); /* of those peeked at */
    directory_version_follow(next, m->version);
    directory_version_free(m->version);
    membership_choose_root(m, directory_version_directory(next));
    directory_version_anchor(next, m->anchors); /* it was checked by the root in use before */
    m->version = next;
    membership_end_suspensions(m, now_ms); /* a newer directory says what is to be */
    membership_drop_stale_bundles(m);
    *what = DIRECTORY_TAKEN;
    return true;
}

/* A certificate of our own key was asked for here: a renewal whose membership file has not come yet. */
static bool is_of_our_key(const struct membership *m, struct view der)
{
    struct certificate c;
    struct error why;

    return view_equal(der, bytes_view(&m->identity)) || /* as nearly always: reading one costs what ten signatures do */
           (certificate_read(der, &c, &why) && memcmp(c.public_key, m->own_identity.public_key, KEY_SIZE) == 0);
}

static void status_of_own(const struct membership *m, struct membership_status *out)
{
    const struct member *entry = own_entry(m);
    const struct revocation *r = directory_version_revocation(m->version, &m->own_identity);
    const struct revocation *t = directory_version_revocation(m->version, &m->own_transport);

    out->own_missing = entry == NULL;
    out->own_differs = entry != NULL && (!is_of_our_key(m, entry->identity_certificate) || entry->node_count != 1 ||
                                         !member_has_node(entry, &m->own_transport.node));
    if (r == NULL || (t != NULL && t->reason < r->reason))
        r = t;
    out->own_revoked = r != NULL;
    if (r != NULL)
        out->own_reason = r->reason;
}

void membership_status(const struct membership *m, int64_t now_ms, struct membership_status *out)
{
    const struct directory *d = directory_version_directory(m->version);

    *out = (struct membership_status){.sequence = d->sequence,
                                      .refresh_after_ms = d->refresh_after_s * 1000,
                                      .hard_expiry_ms = d->hard_expiry_s * 1000,
                                      .transport_from_ms = m->own_transport.not_before_ms,
                                      .transport_until_ms = m->own_transport.not_after_ms,
                                      .identity_from_ms = m->own_identity.not_before_ms,
                                      .identity_until_ms = m->own_identity.not_after_ms};
    out->stale = now_ms > out->refresh_after_ms;
    status_of_own(m, out);
}

void membership_authorities_end(const struct membership *m, struct authorities_end *out)
{
    authorities_end(bytes_view(&m->root), directory_version_directory(m->version), out);
}

/* --- peers --- */

uint32_t membership_incarnation(struct membership *m, struct view agency)
{
    const struct member *member = directory_find_member(membership_directory(m), agency);

    return member == NULL ? 0 : member->begun_again + 1;
}

uint32_t membership_own_incarnation(struct membership *m)
{
    uint32_t listed = membership_incarnation(m, address_view(membership_own(m)));

    return listed == 0 ? 1 : listed;
}

bool membership_find_peer(struct membership *m, struct view agency, struct peer *out)
{
    size_t index;

    if (!directory_version_index(m->version, agency, &index))
        return false;
    directory_version_peer(m->version, index, out);
    return true;
}

void membership_peer(struct membership *m, size_t index, struct peer *out)
{
    directory_version_peer(m->version, index, out);
}

/* --- for the network process --- */

const struct view *membership_transport_cas(const struct membership *m, size_t *count)
{
    return directory_version_transport_cas(m->version, count);
}

struct view membership_revoked(const struct membership *m)
{
    return directory_version_revoked(m->version);
}

struct view membership_barred(const struct membership *m)
{
    return directory_version_barred(m->version);
}

struct view membership_transport(const struct membership *m)
{
    return bytes_view(&m->transport);
}

const uint8_t *membership_transport_key(const struct membership *m)
{
    return m->own_transport.public_key;
}

const uint8_t *membership_identity_key(const struct membership *m)
{
    return m->own_identity.public_key;
}

const struct label *membership_label(const struct membership *m)
{
    return &m->own_transport.label;
}

const struct ident *membership_node(const struct membership *m)
{
    return &m->own_transport.node;
}
