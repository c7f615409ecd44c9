#include "exchange/members/renewal.h"

#include "codec/membership_codec.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/own_note.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/tick.h"
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
    if (!membership_renew(x->membership, files, err) || !tick_begin(x, err))
        return false;
    files->directory = membership_note(x->membership);
    if (!federation_save(x->db, files, membership_directory(x->membership)->sequence, err) ||
        !log_renewal(x, files, with_identity, err))
        return false;
    tick_members_changed(x);
    return true;
}

static bool take_by_hand(struct exchange *x, struct membership_files *files, bool compared, struct error *err)
{
    return take(x, files, true, err) && (!compared || log_comparison(x, err));
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
    if (!membership_check_renewal(x->membership, &files, err) ||
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

/* What came by the network ends later than what is in use, and is of a CA that the directory lists and does not revoke:
 * else whoever shows this node its own certificate again, or has the key of an old CA, would have it taken. */
static bool check_sent(struct exchange *x, struct view transport, struct view transport_ca, struct error *err)
{
    struct certificate sent;
    struct certificate own;
    size_t count;
    const struct view *listed = membership_transport_cas(x->membership, &count);

    if (!certificate_read(transport, &sent, err) || !certificate_read(membership_transport(x->membership), &own, err))
        return false;
    if (sent.not_after_ms <= own.not_after_ms)
        return error_set(err, E_REN_02, "the certificate ends no later than the one in use");
    for (size_t i = 0; i < count; i++)
        if (view_equal(listed[i], transport_ca))
            return true;
    return error_set(err, E_ENR_05, "the certificate is of a transport CA that the directory does not list");
}

bool renewal_take_transport(struct exchange *x, struct view transport, struct view transport_ca, struct error *err)
{
    struct membership_files files;
    struct view *const kept[] = {&files.root, &files.issuing, &files.identity};

    membership_files(x->membership, &files);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        *kept[i] = arena_copy(&x->tick_arena, *kept[i]); /* what is in use is replaced */
    files.transport = transport;
    files.transport_ca = transport_ca;
    return own_note_may_sign(x, err) && check_sent(x, transport, transport_ca, err) && take(x, &files, false, err);
}
