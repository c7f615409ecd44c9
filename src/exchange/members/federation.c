#include "exchange/members/federation.h"

#include "base/log.h"
#include "codec/peer_codec.h"
#include "crypto/digest.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/peers.h"
#include "exchange/tick.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/sealing.h"
#include "exchange/vault.h"
#include "store/note_store.h"

#include <stdlib.h>
#include <string.h>

#define BAD_DIRECTORIES_MAX 3 /* refused directories on one link, each logged, before it is closed */

static const struct view no_agency = {(const uint8_t *)"", 0};

/* --- the store --- */

static bool load_note(struct exchange *x, const char *what, struct view *out, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence;
    bool found;
    bool ok = note_store_get(x->db, what, no_agency, &found, &sequence, &note, err);

    *out = arena_copy(&x->tick_arena, bytes_view(&note));
    bytes_fini(&note);
    if (!ok)
        return false;
    return found || error_set(err, E_NOD_02, "the node in %s has not joined a federation yet", x->home);
}

static bool load_bundle(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct exchange *x = cookie;
    struct address address;
    struct error why = {0};
    bool is_new;

    (void)sequence;
    (void)err;
    if (!membership_take_bundle(x->membership, note, &address, &is_new, &why)) /* its agency may have left since */
        log_line(LOG_NOTICE, "event=bundle.dropped peer=%.*s code=%s", (int)agency.size, (const char *)agency.at,
                 error_row(why.code)->code);
    return true;
}

bool federation_load(struct exchange *x, struct error *err)
{
    struct membership_files files;

    return load_note(x, "root", &files.root, err) && load_note(x, "issuing", &files.issuing, err) &&
           load_note(x, "transport", &files.transport, err) && load_note(x, "identity", &files.identity, err) &&
           load_note(x, "directory", &files.directory, err) &&
           membership_open(&files, clock_now_ms(x->clock), &x->membership, err) &&
           note_store_walk(x->db, "bundle", load_bundle, x, err);
}

bool federation_save(struct db *db, const struct membership_files *files, uint64_t sequence, struct error *err)
{
    return note_store_put(db, "root", no_agency, 1, files->root, err) &&
           note_store_put(db, "issuing", no_agency, 1, files->issuing, err) &&
           note_store_put(db, "transport", no_agency, 1, files->transport, err) &&
           note_store_put(db, "identity", no_agency, 1, files->identity, err) &&
           note_store_put(db, "directory", no_agency, sequence, files->directory, err);
}

/* --- key bundles --- */

static struct view own_bundle(struct exchange *x)
{
    return membership_bundle_note(x->membership, address_view(membership_own(x->membership)));
}

static bool publish_bundle(struct exchange *x, struct bundle *b, struct error *err)
{
    struct record r = {.kind = RECORD_KEYS};
    struct bytes note = {0};
    struct address agency;
    struct error why = {0};
    bool is_new;
    bool ok = bundle_sign(b, membership_federation(x->membership),
                          (struct sign_key *)(uintptr_t)vault_identity(x->vault), &note, err);

    if (ok && !membership_take_bundle(x->membership, bytes_view(&note), &agency, &is_new, &why)) {
        /* We are revoked or not listed. Nobody seals to us then, but the node still opens what it has. */
        log_line(LOG_WARNING, "event=bundle.not_published code=%s", error_row(why.code)->code);
        bytes_fini(&note);
        return true;
    }
    ok = ok && note_store_put(x->db, "bundle", address_view(&b->agency), b->sequence, bytes_view(&note), err);
    digest_sha256(bytes_view(&note), &r.note_hash.note);
    r.note_hash.sequence = b->sequence;
    bytes_fini(&note);
    for (struct link *l = x->links; ok && l != NULL; l = l->next)
        l->bundle_due = true;
    return ok && audit_append(x->audit, &r, NULL, err);
}

/* Only after the commit. If a crash lost the keys of a bundle that had been sent, peers would go on sealing to them:
 * the node's next bundle would have the same sequence, and peers take only a larger one. */
void federation_send_due(struct exchange *x)
{
    for (struct link *l = x->links; l != NULL; l = l->next) {
        struct view bundle = l->bundle_due ? own_bundle(x) : no_agency;

        if (bundle.size != 0)
            tick_send(x, l->id, PEER_BUNDLE, bundle);
        if (l->directory_due)
            tick_send(x, l->id, PEER_DIRECTORY, membership_note(x->membership));
        l->bundle_due = false;
        l->directory_due = false;
    }
}

static bool same_keys(const struct bundle *a, const struct bundle *b)
{
    if (a->key_count != b->key_count)
        return false;
    for (size_t i = 0; i < a->key_count; i++)
        if (memcmp(a->keys[i].public_key, b->keys[i].public_key, KEY_SIZE) != 0)
            return false;
    return true;
}

bool federation_rotate_keys(struct exchange *x, struct error *err)
{
    const struct bundle *shown = membership_bundle(x->membership, address_view(membership_own(x->membership)));
    struct bundle b = {.agency = *membership_own(x->membership),
                       .sequence = shown == NULL ? 1 : shown->sequence + 1,
                       .content_min = CONTENT_VERSION,
                       .content_max = CONTENT_VERSION};

    if (!tick_begin(x, err) || !vault_rotate_sealing_keys(x->vault, x->db, tick_today(x), err))
        return false;
    b.key_count = vault_offered_keys(x->vault, tick_today(x), b.keys, BOUND_BUNDLE_KEYS);
    return (shown != NULL && same_keys(shown, &b)) || publish_bundle(x, &b, err);
}

static bool take_bundle(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    const struct bundle *b;
    struct address agency;
    bool is_new;

    if (!membership_take_bundle(x->membership, payload, &agency, &is_new, err))
        return error_wrap(err, "a bundle from %s", link->agency.text);
    if (!is_new)
        return true;
    b = membership_bundle(x->membership, address_view(&agency));
    sealing_invalidate(x->sealing);
    for (struct link *l = x->links; l != NULL; l = l->next)
        if (address_equal(&l->agency, &agency)) {
            l->backlog = true;
            l->released_up_to = 0;
        }
    tick_again(x);
    return tick_begin(x, err) && note_store_put(x->db, "bundle", address_view(&agency), b->sequence, payload, err);
}

/* --- directories --- */

static void cut_links(struct exchange *x)
{
    for (struct link **at = &x->links; *at != NULL;) {
        struct link *l = *at;
        struct error why = {0};

        if (membership_admits(x->membership, address_view(&l->agency), clock_now_ms(x->clock), NULL, &why)) {
            at = &l->next;
            continue;
        }
        log_line(LOG_WARNING, "event=link.cut peer=%s code=%s", l->agency.text, error_row(why.code)->code);
        x->post->hang_up(x->post, l->id, error_row(why.code)->code);
        *at = l->next;
        free(l);
    }
}

static bool use_newer_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    struct record r = {.kind = RECORD_DIRECTORY};
    enum directory_result result;

    if (!membership_take_directory(x->membership, note, clock_now_ms(x->clock), &result, err))
        return false;
    *sequence = membership_directory(x->membership)->sequence;
    if (result != DIRECTORY_TAKEN)
        return true;
    digest_sha256(note, &r.note_hash.note);
    r.note_hash.sequence = *sequence;
    if (!tick_begin(x, err) || !note_store_put(x->db, "directory", no_agency, *sequence, note, err) ||
        !audit_append(x->audit, &r, NULL, err))
        return false;
    proofs_invalidate(x->proofs);
    sealing_invalidate(x->sealing);
    cut_links(x);
    for (struct link *l = x->links; l != NULL; l = l->next)
        l->directory_due = true;
    x->post->membership_changed(x->post);
    x->waiting_scan_due = true;
    return true;
}

bool exchange_take_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    uint64_t mark = tick_mark(x);

    return tick_ended(x, mark, use_newer_directory(x, note, sequence, err), err);
}

/* --- links --- */

void exchange_hello(struct exchange *x, struct bytes *out)
{
    const struct bundle *b = membership_bundle(x->membership, address_view(membership_own(x->membership)));
    struct peer_hello hello = {.protocol_min = PEER_PROTOCOL,
                               .protocol_max = PEER_PROTOCOL,
                               .software = view_of_text("refex"),
                               .agency = *membership_own(x->membership),
                               .federation_id = membership_federation(x->membership)->fid,
                               .directory_sequence = membership_directory(x->membership)->sequence,
                               .has_directory_hash = true,
                               .bundle_sequence = b == NULL ? 0 : b->sequence,
                               .incarnation = 1};

    digest_sha256(membership_note(x->membership), &hello.directory_hash);
    peer_hello_encode(&hello, out);
}

static bool check_hello(struct exchange *x, const struct peer_hello *hello, const struct view *chain,
                        size_t chain_count, struct error *err)
{
    if (hello->protocol_min > PEER_PROTOCOL || hello->protocol_max < PEER_PROTOCOL)
        return error_set(err, E_LNK_91, "%s speaks protocol %u to %u, this node %d", hello->agency.text,
                         hello->protocol_min, hello->protocol_max, PEER_PROTOCOL);
    if (!hash_equal(&hello->federation_id, &membership_federation(x->membership)->fid))
        return error_set(err, E_LNK_92, "%s is of another federation of that name", hello->agency.text);
    return membership_admits_chain(x->membership, chain, chain_count, address_view(&hello->agency),
                                   clock_now_ms(x->clock), err);
}

bool exchange_link_up(struct exchange *x, uint64_t id, const struct view *chain, size_t chain_count, struct view hello,
                      struct error *err)
{
    struct peer_hello their_hello;
    struct peer_row peer;
    struct link *link;

    if (!peer_hello_decode(hello, &x->tick_arena, &their_hello, err) ||
        !check_hello(x, &their_hello, chain, chain_count, err) || !tick_begin(x, err) ||
        !peers_get_or_add(x, &their_hello.agency, &peer, err))
        return false;
    exchange_link_down(x, id);
    link = xnew(sizeof *link);
    *link = (struct link){.next = x->links, .id = id, .agency = their_hello.agency, .peer = peer.number};
    x->links = link;
    outbox_link_up(x, link);
    tick_again(x);
    link->bundle_due = true;
    link->directory_due = their_hello.directory_sequence < membership_directory(x->membership)->sequence;
    return true;
}

void exchange_link_down(struct exchange *x, uint64_t id)
{
    for (struct link **at = &x->links; *at != NULL; at = &(*at)->next)
        if ((*at)->id == id) {
            struct link *l = *at;

            *at = l->next;
            outbox_link_down(x, l);
            free(l);
            x->waiting_scan_due = true;
            tick_again(x);
            return;
        }
}

static bool take_directory(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};
    uint64_t sequence;

    if (exchange_take_directory(x, payload, &sequence, &why))
        return true; /* LINK may be freed: the directory may revoke its peer */
    if (error_fault(&why) == FAULT_LOCAL || ++link->bad_directories > BAD_DIRECTORIES_MAX) {
        *err = why;
        return false;
    }
    log_line(LOG_WARNING, "event=directory.refused peer=%s code=%s", link->agency.text, error_row(why.code)->code);
    return true;
}

static bool take_frame(struct exchange *x, struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    switch (kind) {
    case PEER_ENVELOPE:
        return inbox_receive(x, link, payload, err);
    case PEER_RECEIPT:
        return outbox_take_receipt(x, link, payload, err);
    case PEER_REFUSAL:
        return outbox_take_refusal(x, link, payload, err);
    case PEER_BUNDLE:
        return take_bundle(x, link, payload, err);
    case PEER_DIRECTORY:
        return take_directory(x, link, payload, err);
    case PEER_BUSY:
        return true; /* resend_due of the outbox retries */
    default:
        return error_set(err, E_LNK_93, "%s sent a frame of kind %u, which this node does not take", link->agency.text,
                         kind);
    }
}

bool exchange_frame(struct exchange *x, uint64_t id, uint16_t kind, struct view payload, struct error *err)
{
    struct link *link = tick_link(x, id);
    uint64_t mark = tick_mark(x);

    if (link == NULL)
        return true; /* the link was closed; the frame was under way */
    link->attempts = 0;
    return tick_ended(x, mark, take_frame(x, link, kind, payload, err), err);
}

void exchange_link_setup(struct exchange *x, struct link_setup *out)
{
    size_t n;
    const struct view *chain = membership_transport_chain(x->membership, &n);
    struct view revoked;

    REQUIRE(n == 2);
    *out = (struct link_setup){.transport_key = secret_view(&x->transport_key),
                               .transport_chain = {chain[0], chain[1]},
                               .federation = *membership_federation(x->membership),
                               .agency = *membership_own(x->membership),
                               .may_dial = !membership_own_is_unlisted(x->membership)};
    out->anchors = membership_anchors(x->membership, &out->anchor_count);
    revoked = membership_revoked(x->membership);
    out->revoked = (const struct hash *)(const void *)revoked.at;
    out->revoked_count = revoked.size / HASH_SIZE;
}

/* --- the list of agencies --- */

static bool fill_peer_row(struct exchange *x, struct agency_summary *out, struct error *err)
{
    struct peer_row row;
    bool found;

    if (!peer_store_find(x->db, address_view(&out->agency), &found, &row, err))
        return false;
    if (!found)
        return true;
    out->linked = tick_link_to(x, row.number) != NULL;
    out->last_receipt_ms = row.last_receipt_ms;
    return message_store_waiting_for(x->db, row.number, &out->waiting, err);
}

bool exchange_agency_list(struct exchange *x, exchange_on_agency_fn *on_agency, void *cookie, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        struct agency_summary out;
        struct peer peer;

        membership_peer(x->membership, i, &peer);
        out = (struct agency_summary){.agency = peer.member->agency,
                                      .kind = peer.member->kind,
                                      .unlisted = peer.member->unlisted,
                                      .self = address_equal(&peer.member->agency, membership_own(x->membership)),
                                      .revoked = peer.revoked,
                                      .reason = peer.reason,
                                      .certificate_until_ms = peer.until_ms,
                                      .endpoint = peer.member->endpoint};
        if (!fill_peer_row(x, &out, err) || !on_agency(cookie, &out, err))
            return false;
    }
    return true;
}
