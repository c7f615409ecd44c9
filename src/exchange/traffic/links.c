#include "exchange/traffic/links.h"

#include "base/bounds.h"
#include "base/log.h"
#include "codec/peer_messages.h"
#include "crypto/digest.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/members/seeking.h"
#include "exchange/renewal/peer_ends.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/restored/elsewhere.h"
#include "exchange/restored/own_note.h"
#include "exchange/restored/shown_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/beginnings.h"
#include "exchange/traffic/dial_back.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/link_calls.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/traffic/narrow_links.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/serving.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/standing.h"
#include "pki/certificate.h"

#include <stdlib.h>

const struct link *links_find(struct exchange *x, uint64_t id)
{
    const struct link *l = x->links;

    while (l != NULL && l->id != id)
        l = l->next;
    return l;
}

const struct link *links_find_to(struct exchange *x, int64_t peer)
{
    const struct link *l = x->links;

    while (l != NULL && (l->peer != peer || l->recall_only))
        l = l->next;
    return l;
}

const struct link *links_find_any_to(struct exchange *x, int64_t peer)
{
    const struct link *l = x->links;

    while (l != NULL && l->peer != peer)
        l = l->next;
    return l;
}

bool links_is_alone(const struct exchange *x)
{
    const struct link *l = x->links;

    while (l != NULL && l->recall_only)
        l = l->next;
    return l == NULL;
}

bool links_is_whole(const struct link *l)
{
    return !l->directory_only && !l->recall_only;
}

const struct link *links_find_agency(const struct exchange *x, const struct address *agency)
{
    const struct link *l = x->links;

    while (l != NULL && (!address_equal(&l->agency, agency) || l->recall_only))
        l = l->next;
    return l;
}

/* --- up and down --- */

/* What the parts have of L. That a home is a copy is heard of no peer that is cut off: it may be a thief. */
static bool parts_up(struct exchange *x, struct link *l, const struct peer_hello *hello, struct error *err)
{
    announcing_link_up(x, l, hello);
    serving_link_up(l);
    standing_link_up(l);
    inbox_link_up(l);
    cosigning_link_up(l);
    beginnings_link_up(x, l, hello);
    dial_back_link_up(x, l, hello);
    entry_gossip_link_up(l, hello->entries);
    kind_withdrawal_link_up(l);
    settling_link_up(l);
    if (!growth_link_up(x, l, hello, err) || !peer_ends_linked(x, &l->agency, &l->node, l->until_ms, err) ||
        (!l->recall_only && !elsewhere_linked(x, &l->agency, hello->linked_size, err)))
        return false;
    l->attempts = dialling_link_up(x, l->peer);
    releasing_link_up(x, l);
    return true;
}

static void free_link(struct exchange *x, struct link *l)
{
    free(l->announcing);
    serving_link_end(x, l);
    free(l->standing);
    free(l->inbox);
    free(l->cosigning);
    beginnings_link_end(l);
    free(l->dial_back);
    entry_gossip_link_end(l);
    free(l->tombstones);
    settling_link_end(l);
    growth_link_end(l);
    releasing_link_end(l);
    free(l);
}

void exchange_hello(struct exchange *x, struct bytes *out)
{
    const struct bundle *b = membership_bundle(x->membership, address_view(membership_own(x->membership)));
    struct peer_hello hello = {.protocol_min = PEER_PROTOCOL,
                               .protocol_max = PEER_PROTOCOL,
                               .software = view_of_text("refex"),
                               .node = *membership_node(x->membership),
                               .federation_id = membership_federation(x->membership)->fid,
                               .directory_sequence = membership_directory(x->membership)->sequence,
                               .has_directory_hash = true,
                               .bundle_sequence = b == NULL ? 0 : b->sequence,
                               .incarnation = audit_incarnation(x->audit)};

    digest_sha256(membership_note(x->membership), &hello.directory_hash);
    peer_hello_encode(&hello, out);
}

uint64_t exchange_linked_size(const struct exchange *x, const struct address *agency)
{
    return peers_linked_size(x, agency);
}

/* Whose node it is, the directory says: *AGENCY. *DIRECTORY_ONLY: our directory has ended, and the peer may bring a
 * newer one; nothing else is exchanged before. */
static bool check_hello(struct exchange *x, const struct peer_hello *hello, const struct link_opened *opened,
                        struct address *agency, bool *directory_only, struct error *err)
{
    const struct view certificate = opened->certificate;
    int64_t now = tick_closing_ms(x);
    char id[IDENT_TEXT];

    *directory_only = false;
    ident_write(&hello->node, id);
    if (hello->protocol_min > PEER_PROTOCOL || hello->protocol_max < PEER_PROTOCOL)
        return error_set(err, E_LNK_91, "the node %s speaks protocol %u to %u, this node %d", id, hello->protocol_min,
                         hello->protocol_max, PEER_PROTOCOL);
    if (!hash_equal(&hello->federation_id, &membership_federation(x->membership)->fid))
        return error_set(err, E_LNK_92, "the node %s is of another federation", id);
    if (membership_admits_node(x->membership, certificate, &hello->node, now, agency, err))
        return true;
    if (opened->narrow == LINK_CLASS_CUT_OFF)
        return membership_recalls_node(x->membership, certificate, &hello->node, now, agency, err);
    *directory_only = membership_may_bring_directory(x->membership, certificate, &hello->node, now, agency);
    return *directory_only;
}

bool exchange_link_up(struct exchange *x, uint64_t id, const struct link_opened *opened, struct error *err)
{
    struct peer_hello their_hello;
    struct address agency;
    struct certificate shown;
    struct peer_row peer;
    struct link *link;
    struct usage *usage;
    struct error why;
    bool directory_only;

    if (tick_waits(x))
        return error_set(err, E_STO_03, "there is no room for another link");
    if (opened->narrow == LINK_CLASS_ENDED)
        return narrow_links_up(x, id, opened, err);
    if (!peer_hello_decode(opened->hello, &x->tick_arena, &their_hello, err) ||
        !check_hello(x, &their_hello, opened, &agency, &directory_only, err) ||
        !certificate_read(opened->certificate, &shown, err) || !tick_begin(x, err) ||
        !peers_get_or_add(x, &agency, &peer, err) || !meter_find(x, &agency, peer.number, &usage, err))
        return false;
    exchange_link_down(x, id);
    link = xnew(sizeof *link);
    *link = (struct link){.next = x->links,
                          .id = id,
                          .agency = agency,
                          .node = their_hello.node,
                          .until_ms = shown.not_after_ms,
                          .group = opened->group,
                          .renews = their_hello.renews && opened->narrow == LINK_CLASS_ORDINARY,
                          .peer = peer.number,
                          .usage = usage,
                          .directory_only = directory_only,
                          .recall_only = opened->narrow == LINK_CLASS_CUT_OFF};
    if (!parts_up(x, link, &their_hello, err)) {
        free_link(x, link);
        return false;
    }
    x->links = link;
    holds_linked(x, link,
                 link->recall_only &&
                     membership_admits(x->membership, address_view(&agency), tick_closing_ms(x), NULL, &why));
    if (link->renews)
        renewal_look(x);
    tick_again(x);
    return true;
}

void exchange_link_down(struct exchange *x, uint64_t id)
{
    narrow_links_down(x, id);
    for (struct link **at = &x->links; *at != NULL; at = &(*at)->next)
        if ((*at)->id == id) {
            struct link *l = *at;

            *at = l->next;
            releasing_link_down(l);
            dialling_link_down(x, l);
            seeking_link_down(x);
            growth_link_down(l);
            free_link(x, l);
            dialling_look(x);
            tick_again(x);
            return;
        }
}

void links_cut(struct exchange *x)
{
    narrow_links_cut(x);
    for (struct link **at = &x->links; *at != NULL;) {
        struct link *l = *at;
        const struct member *member = membership_find_node(x->membership, &l->node);
        struct error why = {0};

        if (l->recall_only) /* whoever may have another, or this one again, dials */
            (void)error_set(&why, E_LNK_16, "%s is looked at again", l->agency.text);
        else if (member == NULL || !address_equal(&member->agency, &l->agency))
            (void)error_set(&why, E_FED_32, "%s does not have this machine any more", l->agency.text);
        else if (membership_admits(x->membership, address_view(&l->agency), tick_closing_ms(x), NULL, &why)) {
            at = &l->next;
            continue;
        }
        log_line(LOG_WARNING, "event=link.cut peer=%s code=%s", l->agency.text, error_row(why.code)->code);
        tick_hang_up(x, l->id, error_row(why.code)->code);
        *at = l->next;
        free_link(x, l);
    }
    links_admit(x);
}

void links_end_recalls(struct exchange *x)
{
    const struct link *next;

    if (tick_clock_in_doubt(x)) /* which may say that all has ended */
        return;
    if (x->recalls_end_ms != 0 && tick_closing_ms(x) > x->recalls_end_ms) {
        x->recalls_end_ms = 0;
        tick_members_changed(x); /* refex-link admits it no more, linked or not */
    }
    for (const struct link *l = x->links; l != NULL; l = next) {
        next = l->next;
        if (!l->recall_only || tick_closing_ms(x) <= membership_recalls_until(x->membership, &l->agency))
            continue;
        log_line(LOG_WARNING, "event=link.cut peer=%s code=%s", l->agency.text, error_row(E_FED_28)->code);
        tick_hang_up(x, l->id, error_row(E_FED_28)->code);
        exchange_link_down(x, l->id);
    }
}

int64_t links_recall_wake_ms(const struct exchange *x)
{
    int64_t end = x->recalls_end_ms == 0 ? INT64_MAX : x->recalls_end_ms;

    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->recall_only && membership_recalls_until(x->membership, &l->agency) < end)
            end = membership_recalls_until(x->membership, &l->agency);
    return end == INT64_MAX || tick_clock_in_doubt(x) ? 0 : tick_steady_at_closing(x, end + 1);
}

void links_admit(struct exchange *x)
{
    struct link *next;
    struct error why;

    for (struct link *l = x->links; l != NULL; l = next) {
        next = l->next;
        if (!l->directory_only ||
            !membership_admits(x->membership, address_view(&l->agency), tick_closing_ms(x), NULL, &why))
            continue;
        l->directory_only = false;
        holds_linked(x, l, false);
        if (beginnings_was_passed_over(l)) { /* the peer says so again, on the next link */
            tick_hang_up(x, l->id, error_row(E_LNK_16)->code);
            exchange_link_down(x, l->id);
        }
    }
}

bool exchange_is_compromised(const struct exchange *x, const struct ident *node, struct address *agency)
{
    return membership_is_compromised(x->membership, node, agency);
}

void links_end_all(struct exchange *x, enum error_code why)
{
    narrow_links_cut(x);
    while (x->links != NULL) {
        tick_hang_up(x, x->links->id, error_row(why)->code);
        exchange_link_down(x, x->links->id);
    }
}

void links_fini(struct exchange *x)
{
    narrow_links_fini(x);
    while (x->links != NULL) {
        struct link *l = x->links;

        x->links = l->next;
        free_link(x, l);
    }
}

/* --- a directory that is older than a node --- */

bool exchange_link_waits(struct exchange *x, struct view certificate, struct view *note, struct error *err)
{
    if (!membership_may_be_shown(x->membership, certificate, tick_closing_ms(x), x->post->renew != NULL, err))
        return false;
    *note = membership_note(x->membership);
    return true;
}

bool exchange_directory_offered(struct exchange *x, struct view certificate, struct view note, struct error *err)
{
    struct ident node;
    struct address agency;
    uint64_t sequence;

    const bool is_unproven = membership_may_offer(x->membership, certificate, tick_closing_ms(x), &node);

    if (!is_unproven && !membership_node_of(x->membership, certificate, tick_closing_ms(x), &node, err))
        return false;
    if ((is_unproven || membership_find_node(x->membership, &node) == NULL) &&
        !exchange_take_directory(x, note, &sequence, err))
        return false;
    return membership_admits_node(x->membership, certificate, &node, tick_closing_ms(x), &agency, err);
}

void links_release_again(struct exchange *x, const struct address *agency)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (address_equal(&l->agency, agency))
            (void)releasing_begin_again(x, l, PACE_BUNDLE);
}

void links_retry_all(struct exchange *x, const struct address *agency)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (address_equal(&l->agency, agency))
            releasing_retry_all(l);
    links_release_again(x, agency);
}

bool links_has_room(struct exchange *x, const struct link *l)
{
    return x->post->waiting == NULL || x->post->waiting(x->post, l->id) <= BOUND_LINK_OUT;
}

bool exchange_frame(struct exchange *x, uint64_t id, uint16_t kind, struct view payload, struct error *err)
{
    struct link *link = x->links;

    while (link != NULL && link->id != id)
        link = link->next;
    if (link == NULL)
        return narrow_links_frame(x, id, kind, payload, err);
    if (own_note_stopped(x))
        return shown_asks_take(x, link, kind, payload, err);
    link->attempts = 0;
    meter_add(x, link->usage, RESOURCE_FRAMES, 1);
    meter_add(x, link->usage, RESOURCE_BYTES_IN, payload.size);
    if (tick_waits(x))
        return standing_take(x, link, kind, payload, err);
    return serving_take(x, link, kind, payload, err);
}

/* --- the network process --- */

void exchange_link_setup(struct exchange *x, struct link_setup *out)
{
    struct view revoked = membership_revoked(x->membership);
    struct view barred = membership_barred(x->membership);

    *out = (struct link_setup){.transport_key = secret_view(&x->transport_key),
                               .certificate = membership_transport(x->membership),
                               .label = *membership_label(x->membership),
                               .node = *membership_node(x->membership),
                               .may_dial = membership_own_may_dial(x->membership),
                               .admits_ended = x->post->renew != NULL};
    out->anchors = membership_transport_cas(x->membership, &out->anchor_count);
    out->revoked = (const struct hash *)(const void *)revoked.at;
    out->revoked_count = revoked.size / HASH_SIZE;
    out->barred = (const struct hash *)(const void *)barred.at;
    out->barred_count = barred.size / HASH_SIZE;
    out->directory_until_s = (uint64_t)membership_directory(x->membership)->hard_expiry_s;
    if (out->admits_ended)
        out->former_count = membership_former_transports(x->membership, out->former);
}

void exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        const struct address *agency = &d->members[i].agency;
        struct error why;
        struct peer peer;
        int64_t end;

        membership_peer(x->membership, i, &peer);
        if (address_equal(agency, membership_own(x->membership)) ||
            (peer.revoked && !membership_recalls(x->membership, address_view(agency), tick_closing_ms(x), &why)))
            continue;
        end = peer.revoked ? membership_recalls_until(x->membership, agency) : 0;
        if (end != 0 && (x->recalls_end_ms == 0 || end < x->recalls_end_ms))
            x->recalls_end_ms = end;
        for (size_t k = 0; k < d->members[i].node_count; k++)
            on_node(cookie, agency, &d->members[i].nodes[k], peer.revoked);
    }
}
