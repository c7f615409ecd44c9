/* The sending half of the seam door: configuration, member list, and the exchange's post. */
#include "refexd/seam_door_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/peer_messages.h"
#include "exchange/traffic/link_calls.h"
#include "io/loop.h"
#include "refexd/ca_door.h"

uint64_t seam_link_id(const struct seam_door *d, uint32_t link)
{
    return (uint64_t)d->generation << 32 | link;
}

/* The link of this life that has the exchange's NUMBER; 0: NUMBER is of an earlier life. */
static uint32_t local_number(const struct seam_door *d, uint64_t number)
{
    return number >> 32 == d->generation ? (uint32_t)number : 0;
}

/* --- to the network process --- */

struct node_list {
    struct seam_door *door;
    struct seam_node *at;
    size_t count;
};

static void add_node(void *cookie, const struct address *agency, const struct ident *node, bool cut_off)
{
    struct node_list *list = cookie;

    REQUIRE(list->count < SEAM_NODES_MAX);
    list->at[list->count++] = (struct seam_node){.id = *node,
                                                 .peer = peer_numbers_get(&list->door->peer_numbers, agency),
                                                 .linked = exchange_linked_size(list->door->x, agency),
                                                 .cut_off = cut_off};
}

_Static_assert(offsetof(struct seam_node, id) == 0, "nodes are compared by their first bytes");

static int compare_node(const void *a, const void *b)
{
    return memcmp(a, b, IDENT_SIZE);
}

/* Whom it may let in, and our hello. Views are into the arena and HELLO. */
static void fill_trust(struct seam_door *d, const struct link_setup *setup, struct bytes *hello, struct seam_trust *out)
{
    struct node_list nodes = {.door = d, .at = arena_new(&d->arena, SEAM_NODES_MAX * sizeof *nodes.at)};

    exchange_link_nodes(d->x, add_node, &nodes);
    qsort(nodes.at, nodes.count, sizeof *nodes.at, compare_node);
    exchange_hello(d->x, hello);
    memset(out, 0, sizeof *out);
    out->anchors = setup->anchors;
    out->anchor_count = setup->anchor_count;
    out->revoked = setup->revoked;
    out->revoked_count = setup->revoked_count;
    out->barred = setup->barred;
    out->barred_count = setup->barred_count;
    out->nodes = nodes.at;
    out->node_count = nodes.count;
    out->hello = bytes_view(hello);
    out->admits_ended = setup->admits_ended;
    out->former = setup->former;
    out->former_count = setup->former_count;
    out->directory_until_s = setup->directory_until_s;
}

static void keep_certificate(struct seam_door *d, struct view certificate)
{
    bytes_clear(&d->certificate);
    bytes_append_view(&d->certificate, certificate);
}

void seam_send_configuration(struct seam_door *d)
{
    struct seam_configure c = {0};
    struct link_setup setup;
    struct bytes hello = {0};
    struct bytes *out;

    exchange_link_setup(d->x, &setup);
    arena_reset(&d->arena);
    fill_trust(d, &setup, &hello, &c.trust);
    c.build = view_of_text(SEAM_BUILD);
    c.transport_key = setup.transport_key;
    c.certificate = setup.certificate;
    c.label = setup.label;
    c.node = setup.node;
    c.listen_address = view_of_text(d->config->listens ? d->config->listen_address : "");
    c.listen_port = seam_listen_port(d);
    c.may_dial = setup.may_dial;
    c.allow_unconfined = d->config->allow_unconfined;
    out = link_process_send_begin(d->process, SEAM_CONFIGURE);
    if (out != NULL) {
        seam_configure_encode(&c, out);
        link_process_send_end(d->process);
        keep_certificate(d, setup.certificate);
    }
    bytes_fini(&hello);
}

void seam_send_identity(struct seam_door *d)
{
    struct link_setup setup;
    struct bytes *out;

    exchange_link_setup(d->x, &setup);
    if (view_equal(setup.certificate, bytes_view(&d->certificate)))
        return;
    out = link_process_send_begin(d->process, SEAM_IDENTITY);
    if (out == NULL)
        return;
    seam_identity_encode(&(struct seam_identity){setup.transport_key, setup.certificate}, out);
    link_process_send_end(d->process);
    keep_certificate(d, setup.certificate);
}

void seam_send_update(struct seam_door *d)
{
    struct seam_update update;
    struct link_setup setup;
    struct bytes hello = {0};
    struct bytes *out;

    exchange_link_setup(d->x, &setup);
    arena_reset(&d->arena);
    fill_trust(d, &setup, &hello, &update.trust);
    out = link_process_send_begin(d->process, SEAM_UPDATE);
    if (out != NULL) {
        seam_update_encode(&update, out);
        link_process_send_end(d->process);
    }
    bytes_fini(&hello);
}

void seam_send_hang_up(struct seam_door *d, uint32_t link, enum link_reason why)
{
    struct seam_hang_up message = {link, why};
    struct bytes *out = link_process_send_begin(d->process, SEAM_HANG_UP);

    if (out == NULL)
        return;
    seam_hang_up_encode(&message, out);
    link_process_send_end(d->process);
}

void seam_send_linked(struct seam_door *d, uint32_t peer, const struct address *agency)
{
    struct bytes *out = link_process_send_begin(d->process, SEAM_LINKED);

    if (out == NULL)
        return;
    seam_linked_encode(&(struct seam_linked){.peer = peer, .size = exchange_linked_size(d->x, agency)}, out);
    link_process_send_end(d->process);
}

/* Drops it when the network process is far behind: what answers a peer is asked for again, and all else asks for room
 * first (post_waiting). */
static void send_frame(struct seam_door *d, const struct seam_frame *frame)
{
    struct bytes *out;

    if (link_process_waiting_bytes(d->process) > BOUND_SEAM_OUT)
        return;
    out = link_process_send_begin(d->process, SEAM_SEND);
    if (out == NULL)
        return;
    seam_frame_encode(frame, out);
    link_process_send_end(d->process);
}

void seam_send_directory(struct seam_door *d, uint32_t link, struct view note)
{
    send_frame(d, &(struct seam_frame){link, PEER_DIRECTORY, note});
}

static void send_dial(struct seam_door *d, uint32_t peer, struct view address, uint16_t port)
{
    struct seam_dial message = {peer, address, port, dials_said_of(&d->dials_said, peer).anew};
    struct bytes *out = link_process_send_begin(d->process, SEAM_DIAL);

    if (out == NULL)
        return;
    dials_said_note(&d->dials_said, peer, DIAL_DIALLING, LINK_ENDED);
    dials_said_at(&d->dials_said, peer, address, port);
    seam_dial_encode(&message, out);
    link_process_send_end(d->process);
}

/* --- the exchange's post --- */

static struct seam_door *door_of(struct post *post)
{
    return (struct seam_door *)post;
}

static void post_send(struct post *self, uint64_t link, uint16_t kind, struct view payload)
{
    struct seam_door *d = door_of(self);
    struct seam_frame frame = {local_number(d, link), kind, payload};

    if (link_table_has(&d->link_table, frame.link))
        send_frame(d, &frame);
}

bool seam_dial_next(struct seam_door *d, uint32_t peer)
{
    struct view address;
    uint16_t port;

    if (!host_addresses_next(&d->host_addresses, peer, &address, &port))
        return false;
    send_dial(d, peer, address, port);
    return true;
}

void seam_dial_over(struct seam_door *d, const struct address *agency, enum dial_failure why)
{
    dials_said_set_anew(&d->dials_said, peer_numbers_get(&d->peer_numbers, agency), false);
    exchange_dial_failed(d->x, agency, why);
}

/* Nothing is known of its host: nobody is told that it has no address, and it is dialled when that is due again. */
static void forget_dial(struct seam_door *d, const struct address *agency)
{
    const uint32_t peer = peer_numbers_get(&d->peer_numbers, agency);

    dials_said_note(&d->dials_said, peer, DIAL_NOT_YET, LINK_ENDED);
    dials_said_set_anew(&d->dials_said, peer, false);
}

void seam_on_resolved(void *cookie, const struct address *agency, const struct resolver_answer *answer)
{
    struct seam_door *d = cookie;
    uint32_t peer;

    if (d->stopping)
        return;
    if (answer->count != 0 && d->phase == SEAM_OPEN) {
        peer = peer_numbers_get(&d->peer_numbers, agency);
        host_addresses_put(&d->host_addresses, peer, answer->addresses, answer->count, answer->port);
        if (!seam_dial_next(d, peer))
            send_dial(d, peer, answer->addresses[0], answer->port); /* as many hosts are tried as there may be */
    }
    if (!answer->heard)
        forget_dial(d, agency);
    if (answer->heard && answer->count == 0) {
        dials_said_note(&d->dials_said, peer_numbers_get(&d->peer_numbers, agency), DIAL_UNRESOLVED, LINK_ENDED);
        seam_dial_over(d, agency, DIALLED_UNRESOLVED);
    }
    if (answer->count == 0 && exchange_link_line(d->x, agency))
        log_line(LOG_NOTICE, "event=link.unresolved peer=%s heard=%d", agency->text, answer->heard);
    loop_wake(d->loop);
}

/* Splits host:port where the host is a name. */
static bool read_named_endpoint(struct view endpoint, struct view *host, uint16_t *port)
{
    const uint8_t *colon = endpoint.size > 0 ? memrchr(endpoint.at, ':', endpoint.size) : NULL;
    uint32_t number;

    if (colon == NULL || colon == endpoint.at)
        return false;
    *host = view_of(endpoint.at, (size_t)(colon - endpoint.at));
    if (!text_read_u32(view_of(colon + 1, endpoint.size - host->size - 1), &number) || number == 0 ||
        number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

static void post_dial(struct post *self, const struct address *agency, struct view endpoint, bool anew)
{
    struct seam_door *d = door_of(self);
    char address[CONFIG_ADDRESS_TEXT];
    struct view host;
    uint32_t peer;
    uint16_t port;

    if (d->phase != SEAM_OPEN)
        return; /* the exchange dials again when its retry is due */
    peer = peer_numbers_get(&d->peer_numbers, agency);
    if (host_addresses_has(&d->host_addresses, peer))
        return; /* its host's addresses are being tried, one after another */
    dials_said_set_anew(&d->dials_said, peer, anew);
    if (config_read_endpoint(endpoint, address, &port)) {
        send_dial(d, peer, view_of_text(address), port);
    } else if (read_named_endpoint(endpoint, &host, &port)) {
        dials_said_note(&d->dials_said, peer, DIAL_RESOLVING, LINK_ENDED);
        (void)resolver_ask(d->resolver, agency, host, port);
    } else if (exchange_link_line(d->x, agency)) {
        log_line(LOG_WARNING, "event=link.endpoint peer=%s text=\"the endpoint is not host:port\"", agency->text);
    }
}

static void post_hang_up(struct post *self, uint64_t link, const char *why)
{
    struct seam_door *d = door_of(self);
    uint32_t number = local_number(d, link);

    (void)why; /* the exchange has logged it */
    if (link_table_has(&d->link_table, number))
        seam_send_hang_up(d, number, LINK_ENDED);
}

static void post_membership_changed(struct post *self)
{
    door_of(self)->trust_changed = true;
}

static size_t post_waiting(struct post *self, uint64_t link)
{
    struct seam_door *d = door_of(self);

    if (link_table_is_full(&d->link_table, local_number(d, link)))
        return SIZE_MAX;
    return link_process_waiting_bytes(d->process);
}

bool seam_renew(struct post *self, uint64_t link, struct view request)
{
    struct seam_door *d = door_of(self);

    return ca_door_ask(d->ca, d->x, link, request);
}

const struct post seam_post = {post_send, post_dial, post_hang_up, post_membership_changed, post_waiting, NULL};
