#include "exchange/renewal/renewal.h"

#include "codec/membership_codec.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/restored/own_note.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/narrow_links.h"
#include "exchange/vault_transport.h"
#include "pki/certificate.h"

static bool log_renewal(struct exchange *x, const struct membership_files *files, bool with_identity, struct error *err)
{
    struct record own = {.kind = RECORD_CERTIFICATE};
    struct record house = {.kind = RECORD_CONFIGURED};

    own.notes.first = files->identity;
    house.house.what = HOUSE_RENEWED;
    return (!with_identity || audit_append(x->audit, &own, NULL, err)) && audit_append(x->audit, &house, NULL, err);
}

static bool log_comparison(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_COMPARED};

    r.compared.key = membership_federation(x->membership)->fid;
    return acting_append(x, &r, err);
}

static bool take(struct exchange *x, struct membership_files *files, bool with_identity, struct error *err)
{
    if (!membership_renew(x->membership, files, tick_closing_ms(x), err) || !tick_begin(x, err))
        return false;
    files->directory = membership_note(x->membership);
    if (!federation_save(x->db, files, membership_directory(x->membership)->sequence, err) ||
        !log_renewal(x, files, with_identity, err))
        return false;
    tick_members_changed(x);
    narrow_links_renewed(x);
    return true;
}

static bool take_by_hand(struct exchange *x, struct membership_files *files, bool compared, struct error *err)
{
    return take(x, files, true, err) && (!compared || log_comparison(x, err));
}

bool renewal_check_begun(struct view der, int64_t now_ms, struct error *err)
{
    struct certificate c;

    return certificate_read(der, &c, err) &&
           (c.not_before_ms <= now_ms || error_set(err, E_CLK_04,
                                                   "the certificate begins in %lld minutes by this "
                                                   "machine's clock",
                                                   (long long)(c.not_before_ms - now_ms) / 60000 + 1));
}

bool exchange_take_membership(struct exchange *x, const struct control_take_membership_ask *ask,
                              struct control_membership_taken *out, struct error *err)
{
    struct membership_status own;
    struct membership_files files;
    struct membership_file m;
    uint64_t sequence;
    uint64_t mark;

    if (!own_note_may_sign(x, err) || !membership_file_decode(ask->membership, &x->tick_arena, &m, err))
        return false;
    if (ask->fingerprint.size != 0 && !membership_check_fingerprint(x->membership, ask->fingerprint, err))
        return false;
    files = (struct membership_files){.root = m.root,
                                      .issuing = m.issuing,
                                      .transport_ca = m.transport_ca,
                                      .transport = m.transport,
                                      .identity = m.identity,
                                      .offered = m.directory,
                                      .is_kept = true};
    if (!membership_check_renewal(x->membership, &files, tick_closing_ms(x), err) ||
        !renewal_check_begun(m.transport, tick_closing_ms(x), err) ||
        !renewal_check_begun(m.identity, tick_closing_ms(x), err) ||
        !exchange_take_directory(x, m.directory, &sequence, err))
        return false;
    mark = tick_call_begin(x);
    if (!tick_call_end(x, mark, take_by_hand(x, &files, ask->fingerprint.size != 0, err), err))
        return false;
    membership_status(x->membership, tick_closing_ms(x), &own);
    *out = (struct control_membership_taken){.directory_sequence = own.sequence,
                                             .transport_until_ms = own.transport_until_ms,
                                             .identity_until_ms = own.identity_until_ms};
    return true;
}

static bool is_listed(const struct exchange *x, struct view transport_ca)
{
    size_t count;
    const struct view *listed = membership_transport_cas(x->membership, &count);

    for (size_t i = 0; i < count; i++)
        if (view_equal(listed[i], transport_ca))
            return true;
    return false;
}

/* What came by the network is newer than what is in use, and of authorities that the directory lists and does not
 * revoke: else whoever shows this node its own certificates again, or has the key of an old CA, has them taken. */
static bool check_sent(struct exchange *x, const struct peer_renewed *r, struct error *err)
{
    struct membership_files own;

    membership_files(x->membership, &own);
    if (view_equal(r->transport, own.transport) && (r->identity.size == 0 || view_equal(r->identity, own.identity)))
        return error_set(err, E_REN_02, "the node has these certificates");
    if (!is_listed(x, r->transport_ca))
        return error_set(err, E_ENR_05, "the certificate is of a transport CA that the directory does not list");
    if (!renewal_check_begun(r->transport, tick_closing_ms(x), err))
        return false;
    return r->identity.size == 0 || (renewal_check_begun(r->identity, tick_closing_ms(x), err) &&
                                     membership_check_identity(x->membership, r->identity, tick_closing_ms(x), err));
}

bool renewal_take_certificates(struct exchange *x, const struct peer_renewed *r, struct error *err)
{
    struct membership_files files;
    struct view *const kept[] = {&files.root, &files.issuing, &files.identity};
    const bool has_new_key = !view_equal(r->transport, membership_transport(x->membership));
    const struct sign_key *next = NULL;
    uint8_t key[KEY_SIZE];

    if (!own_note_may_sign(x, err) || !check_sent(x, r, err) ||
        (has_new_key && !vault_next_transport(x->vault, &next, err)))
        return false;
    membership_files(x->membership, &files);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        *kept[i] = arena_copy(&x->tick_arena, *kept[i]); /* what is in use is replaced */
    files.transport = r->transport;
    files.transport_ca = r->transport_ca;
    if (r->identity.size != 0) {
        files.identity = r->identity;
        files.issuing = r->issuing;
    }
    if (has_new_key) {
        sign_key_public(next, key);
        files.next = key;
    }
    return take(x, &files, r->identity.size != 0, err);
}

/* --- the transport key --- */

bool renewal_settle_key(struct exchange *x, struct error *err)
{
    bool changed;

    if (!vault_settle_transport(x->vault, membership_transport_key(x->membership), &changed, err))
        return false;
    if (!changed)
        return true;
    secret_fini(&x->transport_key);
    exchange_request_follow(x->home);
    return sign_key_der(vault_transport(x->vault), &x->transport_key, err);
}
