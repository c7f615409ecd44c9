#include "exchange/traffic/links.h"

#include "base/bounds.h"
#include "base/log.h"
#include "codec/peer_codec.h"
#include "crypto/digest.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/peers.h"
#include "exchange/members/seeking.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/answers.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/owed_tries.h"
#include "exchange/traffic/releasing.h"
#include "exchange/traffic/serving.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/standing.h"
#include "pki/certificate.h"

#include <stdlib.h>

#define ROWS_BYTES           2048  /* bytes of the disk that the rows about a frame take beside what it brought */
#define DIRECTORY_BYTES_A_MS 16384 /* of directories over all links: 16 MB a second */
#define LOOK_AGAIN_MS        20    /* while something waits for room */

struct link *links_find(struct exchange *x, uint64_t id)
{
    struct link *l = x->links;

    while (l != NULL && l->id != id)
        l = l->next;
    return l;
}

struct link *links_find_to(struct exchange *x, int64_t peer)
{
    struct link *l = x->links;

    while (l != NULL && l->peer != peer)
        l = l->next;
    return l;
}

struct link *links_find_agency(const struct exchange *x, const struct address *agency)
{
    struct link *l = x->links;

    while (l != NULL && !address_equal(&l->agency, agency))
        l = l->next;
    return l;
}

/* --- up and down --- */

static void free_link(struct exchange *x, struct link *l)
{
    serving_drop(x, l);
    bytes_fini(&l->asks);
    bytes_fini(&l->growth_asked);
    owed_tries_free(l->owed_tries);
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
static bool check_hello(struct exchange *x, const struct peer_hello *hello, struct view certificate,
                        struct address *agency, bool *directory_only, struct error *err)
{
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
    *directory_only = membership_may_bring_directory(x->membership, certificate, &hello->node, now, agency);
    return *directory_only;
}

bool exchange_link_up(struct exchange *x, uint64_t id, struct view certificate, struct view hello, struct error *err)
{
    struct peer_hello their_hello;
    struct address agency;
    struct certificate shown;
    struct peer_row peer;
    struct link *link;
    struct usage *usage;
    bool directory_only;

    if (tick_waits(x))
        return error_set(err, E_STO_03, "there is no room for another link");
    if (!peer_hello_decode(hello, &x->tick_arena, &their_hello, err) ||
        !check_hello(x, &their_hello, certificate, &agency, &directory_only, err) ||
        !certificate_read(certificate, &shown, err) || !tick_begin(x, err) ||
        !peers_get_or_add(x, &agency, &peer, err) || !meter_find(x, &agency, peer.number, &usage, err))
        return false;
    exchange_link_down(x, id);
    link = xnew(sizeof *link);
    *link = (struct link){.next = x->links,
                          .id = id,
                          .agency = agency,
                          .node = their_hello.node,
                          .until_ms = shown.not_after_ms,
                          .peer = peer.number,
                          .usage = usage,
                          .directory_only = directory_only};
    if (!growth_link_up(x, link, their_hello.linked_size, err)) {
        free_link(x, link);
        return false;
    }
    x->links = link;
    releasing_link_up(x, link);
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
            dialling_link_down(x, l);
            seeking_link_down(x);
            growth_link_down(l);
            free_link(x, l);
            x->waiting_scan_due = true;
            tick_again(x);
            return;
        }
}

void links_cut(struct exchange *x)
{
    for (struct link **at = &x->links; *at != NULL;) {
        struct link *l = *at;
        const struct member *member = membership_find_node(x->membership, &l->node);
        struct error why = {0};

        if (member == NULL || !address_equal(&member->agency, &l->agency))
            (void)error_set(&why, E_FED_32, "%s does not have this machine any more", l->agency.text);
        else if (membership_admits(x->membership, address_view(&l->agency), tick_closing_ms(x), NULL, &why)) {
            l->directory_only = false;
            at = &l->next;
            continue;
        }
        log_line(LOG_WARNING, "event=link.cut peer=%s code=%s", l->agency.text, error_row(why.code)->code);
        tick_hang_up(x, l->id, error_row(why.code)->code);
        *at = l->next;
        free_link(x, l);
    }
}

void links_end_all(struct exchange *x, enum error_code why)
{
    while (x->links != NULL) {
        tick_hang_up(x, x->links->id, error_row(why)->code);
        exchange_link_down(x, x->links->id);
    }
}

void links_fini(struct exchange *x)
{
    while (x->links != NULL) {
        struct link *l = x->links;

        x->links = l->next;
        free_link(x, l);
    }
}

/* --- a directory that is older than a node --- */

bool exchange_link_waits(struct exchange *x, struct view certificate, struct view *note, struct error *err)
{
    struct ident node;
    struct address agency;

    if (!membership_node_of(x->membership, certificate, tick_closing_ms(x), &node, err) ||
        !membership_admits_node(x->membership, certificate, &node, tick_closing_ms(x), &agency, err))
        return false;
    *note = membership_note(x->membership);
    return true;
}

bool exchange_directory_offered(struct exchange *x, struct view certificate, struct view note, struct error *err)
{
    struct ident node;
    struct address agency;
    uint64_t sequence;

    if (!membership_node_of(x->membership, certificate, tick_closing_ms(x), &node, err))
        return false;
    if (membership_find_node(x->membership, &node) == NULL && !exchange_take_directory(x, note, &sequence, err))
        return false;
    return membership_admits_node(x->membership, certificate, &node, tick_closing_ms(x), &agency, err);
}

/* --- what is due on them --- */

void links_bundle_due(struct exchange *x)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        l->bundle_due = true;
}

void links_directory_due(struct exchange *x)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        l->directory_due = true;
}

void links_release_again(struct exchange *x, const struct address *agency)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        if (address_equal(&l->agency, agency))
            (void)releasing_begin_again(x, l, PACE_BUNDLE);
}

void links_bundle_due_to(struct exchange *x, const struct address *agency)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        l->bundle_due = l->bundle_due || address_equal(&l->agency, agency);
}

void links_retry_all(struct exchange *x, const struct address *agency)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        l->retry_all = l->retry_all || address_equal(&l->agency, agency);
    links_release_again(x, agency);
}

static struct view own_bundle(struct exchange *x)
{
    return membership_bundle_note(x->membership, address_view(membership_own(x->membership)));
}

bool links_has_room(struct exchange *x, const struct link *l)
{
    return x->post->waiting == NULL || x->post->waiting(x->post, l->id) <= BOUND_LINK_OUT;
}

/* Directories leave one after another: a large one to every link at once is more than the network process has memory
 * for. */
static bool may_send_directory(const struct exchange *x)
{
    return tick_steady_ms(x) >= x->directory_next_ms;
}

static void send_directory(struct exchange *x, struct link *l)
{
    struct view note = membership_note(x->membership);

    tick_send(x, l->id, PEER_DIRECTORY, note);
    l->directory_due = false;
    x->directory_next_ms = tick_steady_ms(x) + (int64_t)note.size / DIRECTORY_BYTES_A_MS;
}

static void send_bundle(struct exchange *x, struct link *l)
{
    struct view bundle = own_bundle(x);

    if (bundle.size != 0)
        tick_send(x, l->id, PEER_BUNDLE, bundle);
    l->bundle_due = false;
}

/* Only after the commit. If a crash lost the keys of a bundle that had been sent, peers would go on sealing to them:
 * the node's next bundle would have the same sequence, and peers take only a larger one. */
void links_send_due(struct exchange *x)
{
    int64_t when_ms;

    for (struct link *l = x->links; l != NULL; l = l->next) {
        if ((!l->directory_due && !l->bundle_due) || !links_has_room(x, l))
            continue;
        if (l->directory_due && may_send_directory(x) && meter_pace(x, l->usage, PACE_DIRECTORY, &when_ms))
            send_directory(x, l);
        if (l->bundle_due && !l->directory_due) /* after it: a peer whose directory has ended takes nothing else */
            send_bundle(x, l);
    }
}

int64_t links_wake_ms(const struct exchange *x)
{
    int64_t soon = tick_steady_ms(x) + LOOK_AGAIN_MS;

    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l->directory_due || l->bundle_due)
            return !may_send_directory(x) && x->directory_next_ms > soon ? x->directory_next_ms : soon;
    return 0;
}

/* --- a frame from one --- */

static bool take_directory(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};
    uint64_t sequence;

    uint64_t id = link->id;

    if (exchange_take_directory(x, payload, &sequence, &why)) {
        link = links_find(x, id); /* the directory may revoke its peer */
        if (link != NULL && link->retried_for < sequence) {
            /* The peer has this directory now: what it refused for want of it goes again, once for each. */
            link->retried_for = sequence;
            link->retry_all = true;
            link->bundle_due = true;
            (void)releasing_begin_again(x, link, PACE_BUNDLE);
            tick_again(x);
        }
        return true;
    }
    /* Two of one number are the federation's trouble, not the peer's. */
    if (error_fault(&why) == FAULT_LOCAL || (why.code != E_FED_22 && ++link->bad_directories > BOUND_BAD_DIRECTORIES)) {
        *err = why;
        return false;
    }
    if (meter_line(x, link->usage, LINE_ENVELOPE_REFUSED))
        log_line(LOG_WARNING, "event=directory.refused peer=%s code=%s", link->agency.text, error_row(why.code)->code);
    return true;
}

/* Of an agency that is over its share. Envelopes may answer something open; receipts end what waits here, and newer
 * directories what holds it up. How its log grew was asked for, and how ours grew is answered, rarely (growth.c): what
 * is dropped of either is a finding against somebody honest. What the other kinds bring comes again with the next link
 * or the next day. */
static bool is_taken_over_share(struct exchange *x, struct link *link, uint16_t kind)
{
    int64_t when_ms;

    if (kind == PEER_REFUSAL || kind == PEER_MISSING || kind == PEER_ASK)
        return !inbox_say_busy(x, link);
    return kind != PEER_BUNDLE || meter_pace(x, link->usage, PACE_BUNDLE, &when_ms);
}

static bool take_frame(struct exchange *x, struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    struct error why = {0};
    bool is_new;

    if (meter_is_over(x, link->usage, NULL) && !is_taken_over_share(x, link, kind))
        return true;
    switch (kind) {
    case PEER_ENVELOPE:
        return inbox_receive(x, link, payload, err);
    case PEER_RECEIPT:
        return answers_take_receipt(x, link, payload, err);
    case PEER_REFUSAL:
        return answers_take_refusal(x, link, payload, err);
    case PEER_WITNESS:
        return growth_take(x, link, payload, err);
    case PEER_ASK:
        return inbox_answer(x, link, payload, err);
    case PEER_MISSING:
        return settling_take_missing(x, link, payload, err);
    case PEER_COSIGNED:
        return cosigning_take(x, link, payload, err);
    case PEER_BUNDLE:
        if (!link->directory_only)
            return federation_take_bundle(x, link, payload, &is_new, err);
        /* The old directory may not list the peer; it sends its bundle again when we have the newer one. */
        if (federation_take_bundle(x, link, payload, &is_new, &why) || error_fault(&why) != FAULT_LOCAL)
            return true;
        *err = why;
        return false;
    case PEER_DIRECTORY:
        return take_directory(x, link, payload, err);
    case PEER_BUSY:
        if (payload.size != 0)
            return error_set(err, E_LNK_10, "%s says busy and something else", link->agency.text);
        holds_said(x, link->peer, HOLD_BUSY);
        releasing_told_busy(x, link);
        return true;
    default:
        return error_set(err, E_LNK_93, "%s sent a frame of kind %u, which this node does not take", link->agency.text,
                         kind);
    }
}

/* What a frame cost, once it was handled. */
static void add_cost(struct exchange *x, struct usage *u, uint64_t records, bool began, uint64_t stored)
{
    if (records != 0)
        meter_add(x, u, RESOURCE_RECORDS, records);
    if (began)
        meter_add(x, u, RESOURCE_COMMITS, 1);
    if (stored != 0)
        meter_add(x, u, RESOURCE_DISK, stored);
}

/* Not the peer's fault: the tick is undone and the link stands, or the node ends by it. A frame may be handled in turn
 * with others, where nobody else would hear of it. */
static bool is_for_the_tick(const struct error *err)
{
    return err->code == E_STO_03 || err->code == E_STO_01;
}

bool links_handle(struct exchange *x, struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    struct usage *u = link->usage; /* the link may end */
    bool open = x->in_transaction;
    uint64_t mark = tick_call_begin(x);
    uint64_t records = audit_size(x->audit, LOG_EXCHANGE);
    bool ok;

    standing_note(x, link, kind, payload);
    ok = tick_call_end(x, mark, take_frame(x, link, kind, payload, err), err);
    if (!ok && is_for_the_tick(err)) {
        if (x->failed_after_write.code == E_NONE)
            x->failed_after_write = *err;
        tick_again(x);
        ok = true;
    }
    if (!ok && err->code == E_KEY_21) { /* of a disk of ours: it comes again; what was half done ends the tick */
        tick_read_again(x);
        tick_again(x);
        ok = inbox_say_busy(x, link);
    }
    if (!ok && meter_line(x, u, LINE_LINK))
        log_line(LOG_WARNING, "event=link.broke_protocol peer=%s code=%s text=\"%s\"", u->agency.text,
                 error_row(err->code)->code, err->text);
    add_cost(x, u, audit_size(x->audit, LOG_EXCHANGE) - records, !open && x->in_transaction,
             tick_call_begin(x) == mark ? 0 : payload.size + ROWS_BYTES);
    return ok;
}

bool exchange_frame(struct exchange *x, uint64_t id, uint16_t kind, struct view payload, struct error *err)
{
    struct link *link = links_find(x, id);

    if (link == NULL)
        return true; /* the link was closed; the frame was under way */
    if (x->signed_beyond != 0)
        return true; /* it cannot be recorded: it waits there */
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

    *out = (struct link_setup){.transport_key = secret_view(&x->transport_key),
                               .certificate = membership_transport(x->membership),
                               .label = *membership_label(x->membership),
                               .node = *membership_node(x->membership),
                               .may_dial = membership_own_may_dial(x->membership)};
    out->anchors = membership_transport_cas(x->membership, &out->anchor_count);
    out->revoked = (const struct hash *)(const void *)revoked.at;
    out->revoked_count = revoked.size / HASH_SIZE;
}

void exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->member_count; i++) {
        struct peer peer;

        membership_peer(x->membership, i, &peer);
        if (peer.revoked || address_equal(&d->members[i].agency, membership_own(x->membership)))
            continue;
        for (size_t k = 0; k < d->members[i].node_count; k++)
            on_node(cookie, &d->members[i].agency, &d->members[i].nodes[k]);
    }
}
