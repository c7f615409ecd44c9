#include "exchange/members/federation.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "crypto/digest.h"
#include "exchange/entries/entries.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/findings.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/clock_doubt.h"
#include "exchange/members/holds.h"
#include "exchange/members/issuers_known.h"
#include "exchange/members/leaving.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/other_directory.h"
#include "exchange/members/pauses.h"
#include "exchange/members/peers.h"
#include "exchange/members/seeking.h"
#include "exchange/restored/incarnations.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/suspension/suspension.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/waiting.h"
#include "exchange/vault.h"
#include "exchange/vault_sealing.h"
#include "store/note_store.h"
#include "store/number_store.h"

#include <string.h>

#define OTHER_KEYS "other-keys" /* its name in the store */

struct own_keys {
    uint64_t others;    /* sequence of the last bundle in our name that this node did not make; 0: none came */
    uint64_t others_of; /* the same, where another machine made it */
    int64_t begun_on;   /* the last day on which this home did not have all that was signed; 0: it always had */
};

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

static bool load_other_keys(struct exchange *x, struct error *err)
{
    struct bytes note = {0};
    bool found;
    bool ok;

    x->own_keys = xnew(sizeof *x->own_keys);
    ok = note_store_get(x->db, OTHER_KEYS, address_view(membership_own(x->membership)), &found, &x->own_keys->others,
                        &note, err) &&
         number_store_get(x->db, FEDERATION_BEGUN_ON, &found, &x->own_keys->begun_on, err);
    x->own_keys->others_of = x->own_keys->others;
    bytes_fini(&note);
    return ok;
}

bool federation_load(struct exchange *x, struct error *err)
{
    struct membership_files files = {.is_kept = true};

    return load_note(x, "root", &files.root, err) && load_note(x, "issuing", &files.issuing, err) &&
           load_note(x, "transport-ca", &files.transport_ca, err) && load_note(x, "transport", &files.transport, err) &&
           load_note(x, NOTE_IDENTITY, &files.identity, err) && load_note(x, NOTE_DIRECTORY, &files.directory, err) &&
           membership_open(&files, tick_record_ms(x), &x->membership, err) &&
           issuers_known_load(x->db, x->membership, err) && suspension_load(x, err) &&
           note_store_walk(x->db, "bundle", load_bundle, x, err) && load_other_keys(x, err);
}

bool federation_save(struct db *db, const struct membership_files *files, uint64_t sequence, struct error *err)
{
    return note_store_put(db, "root", no_agency, 1, files->root, err) &&
           note_store_put(db, "issuing", no_agency, 1, files->issuing, err) &&
           note_store_put(db, "transport-ca", no_agency, 1, files->transport_ca, err) &&
           note_store_put(db, "transport", no_agency, 1, files->transport, err) &&
           note_store_put(db, NOTE_IDENTITY, no_agency, 1, files->identity, err) &&
           note_store_put(db, NOTE_DIRECTORY, no_agency, sequence, files->directory, err);
}

/* --- key bundles --- */

static bool publish_bundle(struct exchange *x, struct bundle *b, struct error *err)
{
    struct record r = {.kind = RECORD_KEYS};
    struct bytes note = {0};
    struct address agency;
    struct error why = {0};
    bool is_new;
    bool ok;

    REQUIRE(x->in_transaction && b->key_count != 0);
    ok = bundle_sign(b, membership_federation(x->membership), (struct sign_key *)(uintptr_t)vault_identity(x->vault),
                     &note, err);
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
    if (ok)
        announcing_bundle_due(x);
    return ok && audit_append(x->audit, &r, NULL, err);
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

/* After ours, and after what another machine signed in our name: the larger one counts. */
static uint64_t next_sequence(const struct exchange *x, const struct bundle *shown)
{
    uint64_t last = shown == NULL ? 0 : shown->sequence;

    return (x->own_keys->others > last && x->own_keys->others < INT64_MAX ? x->own_keys->others : last) + 1;
}

static bool has_offered(struct exchange *x, uint64_t sequence, struct bundle *out)
{
    *out = (struct bundle){.agency = *membership_own(x->membership),
                           .sequence = sequence,
                           .content_min = CONTENT_VERSION,
                           .content_max = CONTENT_VERSION_LATEST};
    out->key_count = vault_offered_keys(x->vault, tick_record_day(x), out->keys, BOUND_BUNDLE_KEYS);
    return out->key_count != 0;
}

bool federation_rotate_keys(struct exchange *x, struct error *err)
{
    const struct bundle *shown = membership_bundle(x->membership, address_view(membership_own(x->membership)));
    struct bundle b;
    uint32_t past = 0;

    if (!tick_destroying_day(x, &past))
        past = 0;
    if (!tick_begin(x, err) || !vault_rotate_sealing_keys(x->vault, x->db, tick_record_day(x), past, err))
        return false;
    /* After months in doubt none is left to offer: peers hold what they have for us until a person looks. */
    return !has_offered(x, next_sequence(x, shown), &b) || (shown != NULL && same_keys(shown, &b)) ||
           publish_bundle(x, &b, err);
}

static bool keep_other_keys(struct exchange *x, const struct bundle *other, struct view note, struct error *err)
{
    struct record r = {.kind = RECORD_KEYS, .note_hash.sequence = other->sequence};

    SOMETIMES(keys_in_our_name_were_anothers);
    log_line(LOG_ERROR, "event=bundle.other number=%llu code=E-FED-56", (unsigned long long)other->sequence);
    digest_sha256(note, &r.note_hash.note);
    x->own_keys->others = x->own_keys->others_of = other->sequence;
    return tick_begin(x, err) &&
           note_store_put(x->db, OTHER_KEYS, address_view(&other->agency), other->sequence, note, err) &&
           audit_append(x->audit, &r, NULL, err);
}

/* Whether this agency made B before its home was put back: then it has no key for a later week than was due by then. A
 * machine that goes on making keys is another. */
static bool is_of_before(const struct exchange *x, const struct bundle *b)
{
    struct bundle_key last;

    if (x->own_keys->begun_on == 0)
        return false;
    bundle_schedule((uint32_t)x->own_keys->begun_on, BUNDLE_WEEKS - 1, &last);
    return b->keys[b->key_count - 1].use_from <= last.use_from;
}

static bool note_other_keys(struct exchange *x, const struct bundle *other, struct view note, struct error *err)
{
    if (!is_of_before(x, other))
        return keep_other_keys(x, other, note, err);
    log_line(LOG_NOTICE, "event=bundle.of_before number=%llu", (unsigned long long)other->sequence);
    x->own_keys->others = other->sequence;
    return tick_begin(x, err);
}

/* What peers seal to the keys of another machine does not open here: ours go out again, under the later sequence. */
static bool take_own(struct exchange *x, struct view note, struct error *err)
{
    struct view agency = address_view(membership_own(x->membership));
    const struct bundle *shown = membership_bundle(x->membership, agency);
    struct bundle other;
    struct bundle ours;

    if (view_equal(membership_bundle_note(x->membership, agency), note))
        return true;
    if (!membership_check_bundle(x->membership, note, &other, err))
        return error_wrap(err, "a bundle in this agency's name");
    if ((shown != NULL && other.sequence < shown->sequence) || other.sequence == x->own_keys->others ||
        own_note_stopped(x)) /* a copy that knows it leaves the word to the other */
        return true;
    if (!note_other_keys(x, &other, note, err))
        return false;
    return other.sequence == INT64_MAX || !has_offered(x, next_sequence(x, shown), &ours) ||
           publish_bundle(x, &ours, err);
}

bool federation_take_bundle(struct exchange *x, const struct link *link, struct view payload, bool *is_new,
                            struct error *err)
{
    struct address agency;
    struct bundle b;
    struct view newest;

    *is_new = false;
    if (!bundle_peek(payload, &b, err))
        return error_wrap(err, "a bundle from %s", link->agency.text);
    if (address_equal(&b.agency, membership_own(x->membership)))
        return take_own(x, payload, err);
    if (membership_is_revoked(x->membership, &b.agency)) /* its keys may be a thief's, whoever brings them */
        return true;
    if (!membership_take_bundle(x->membership, payload, &agency, is_new, err))
        return error_wrap(err, "a bundle from %s", link->agency.text);
    if (holds_waits_there(x, link->peer)) /* it sends its bundle again when that hold has ended */
        links_retry_all(x, &link->agency);
    newest = membership_bundle_note(x->membership, address_view(&agency));
    if (!*is_new && address_equal(&agency, &link->agency) && !view_equal(newest, payload))
        tick_send(x, link->id, PEER_BUNDLE, newest);
    if (!*is_new)
        return true;
    sealing_invalidate(x->sealing);
    links_release_again(x, &agency);
    tick_again(x);
    return tick_begin(x, err) &&
           note_store_put(x->db, "bundle", address_view(&agency),
                          membership_bundle(x->membership, address_view(&agency))->sequence, payload, err);
}

bool federation_has_other_keys(const struct exchange *x)
{
    const struct bundle *shown = membership_bundle(x->membership, address_view(membership_own(x->membership)));

    return x->own_keys->others_of != 0 && (shown == NULL || shown->sequence - 1 <= x->own_keys->others_of);
}

/* A directory that lists us not, or with another key, takes our bundle with it. With the one after it goes out again
 * under its number: peers that never saw the one between have it still, and would pass over a lower one. */
static bool show_own_again(struct exchange *x, struct error *err)
{
    struct view agency = address_view(membership_own(x->membership));
    struct bytes note = {0};
    struct address whose;
    struct error why;
    uint64_t sequence;
    bool is_new;
    bool found;
    bool ok = membership_bundle(x->membership, agency) != NULL ||
              note_store_get(x->db, "bundle", agency, &found, &sequence, &note, err);

    if (ok && note.size != 0 && membership_take_bundle(x->membership, bytes_view(&note), &whose, &is_new, &why))
        announcing_bundle_due(x);
    bytes_fini(&note);
    return ok;
}

/* --- directories --- */

static bool use_newer_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    const struct view before = announcing_directory_before(x);
    struct record r = {.kind = RECORD_DIRECTORY};
    struct directory_known known;
    enum directory_result result;

    other_directory_in_use(x, &known);
    if (!membership_take_directory(x->membership, note, tick_record_ms(x), tick_closing_ms(x), &result, err))
        return false;
    *sequence = membership_directory(x->membership)->sequence;
    if (result == DIRECTORY_OLDER)
        return other_directory_compare(x, note, err);
    if (result != DIRECTORY_TAKEN)
        return true;
    announcing_show_before(x, before);
    digest_sha256(note, &r.note_hash.note);
    r.note_hash.sequence = *sequence;
    if (!tick_begin(x, err) || !note_store_put(x->db, NOTE_DIRECTORY, no_agency, *sequence, note, err) ||
        !issuers_known_store(x->db, x->membership, err) || !audit_append(x->audit, &r, NULL, err) ||
        !other_directory_remember(x, &known, err))
        return false;
    proofs_invalidate(x->proofs);
    sealing_invalidate(x->sealing);
    links_cut(x);
    announcing_directory_due(x);
    entry_gossip_begin_again(x);
    seeking_begin_again(x);
    tick_members_changed(x);
    dialling_look(x);
    return holds_compare_keys(x, err) && incarnations_follow(x, err) && settling_end_denied(x, err) &&
           show_own_again(x, err) && entries_follow(x, err);
}

bool exchange_take_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct error why = {0};

    if (!own_note_may_sign(x, err))
        return false;
    if (tick_call_end(x, mark, use_newer_directory(x, note, sequence, err), err))
        return true;
    if (err->code == E_FED_22 && !tick_call_end(x, mark, other_directory_keep(x, note, &why), &why))
        *err = why;
    return false;
}

bool exchange_take_offered(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    return suspension_note_is_one(note) ? suspension_take(x, note, sequence, err)
                                        : exchange_take_directory(x, note, sequence, err);
}

/* --- the list of agencies --- */

static void fill_link(struct exchange *x, int64_t peer, struct control_agency *out)
{
    const struct link *link = links_find_to(x, peer);

    out->linked = link != NULL;
    if (link == NULL)
        return;
    out->transport_until_ms = link->until_ms;
    out->tls_group = link->group;
}

/* Why it waits; where nothing waits, why nothing would leave. */
static void fill_wait(struct exchange *x, const struct peer_row *row, struct control_agency *out)
{
    struct waiting_wait wait;
    struct held held;

    holds_ask_peer(x, row, MESSAGE_REFERRAL, &held);
    out->hold = held.hold;
    out->hold_until_ms = held.until_ms;
    if (out->waiting == 0)
        return;
    waiting_of_peer(x, row, &wait);
    out->hold = wait.hold;
    out->next_try_ms = wait.next_try_ms;
}

static bool fill_peer_row(struct exchange *x, struct control_agency *out, struct error *err)
{
    struct peer_row row;
    int64_t ahead_s;
    bool found;

    if (!peers_find(x, &out->agency, &found, &row, err))
        return false;
    if (!found)
        return true;
    fill_link(x, row.number, out);
    out->last_receipt_ms = row.last_receipt_ms;
    out->known_key = row.known_key;
    out->held_since_ms = row.held_since_ms;
    ahead_s = clock_doubt_ahead_of_ours(x, row.number) / 1000;
    out->clock_ahead_s = ahead_s > 0 ? (uint64_t)ahead_s : 0;
    out->clock_behind_s = ahead_s < 0 ? (uint64_t)-ahead_s : 0;
    if (!findings_standing(x, row.number, &out->findings, err) ||
        !message_store_waiting_for(x->db, row.number, &out->waiting, err))
        return false;
    fill_wait(x, &row, out);
    return true;
}

bool exchange_agency_list(struct exchange *x, exchange_on_agency_fn *on_agency, void *cookie, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);
    struct membership_status own;

    membership_status(x->membership, tick_closing_ms(x), &own);
    for (size_t i = 0; i < d->member_count; i++) {
        struct control_agency out;
        struct ping_message pause;
        struct peer peer;

        membership_peer(x->membership, i, &peer);
        out = (struct control_agency){.agency = peer.member->agency,
                                      .kind = peer.member->kind,
                                      .unlisted = peer.member->unlisted,
                                      .dials_only = member_dials_only(peer.member),
                                      .self = address_equal(&peer.member->agency, membership_own(x->membership)),
                                      .revoked = peer.revoked,
                                      .reason = peer.reason,
                                      .certificate_until_ms = peer.until_ms,
                                      .endpoint = peer.member->endpoint,
                                      .fingerprint = peer.fingerprint};
        out.transport_until_ms = out.self ? own.transport_until_ms : 0;
        out.out_of_reach = !out.self && !membership_can_link(x->membership, address_view(&out.agency));
        memcpy(out.identity_key.at, peer.identity_key, sizeof out.identity_key.at);
        if (out.self && own_note_new_key(x) != NULL)
            out.fingerprint = *own_note_new_key(x); /* the directory lists one that may be in other hands */
        if (!pauses_find(x, &out.agency, &pause, err) || !leaving_find(x, &out.agency, &out.left_ms, err))
            return false;
        out.paused_until_ms = pause.paused_until_ms;
        out.pause_reason = pause.reason;
        if (!fill_peer_row(x, &out, err) || !entries_fill(x, &out, err) || !on_agency(cookie, &out, err))
            return false;
    }
    return true;
}
