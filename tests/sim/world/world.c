#include "world.h"

#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/digest.h"
#include "crypto/keyfile.h"
#include "crypto/sign.h"
#include "exchange/home.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership_admits.h"
#include "exchange/renewal/renewal.h"
#include "exchange/state.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_test.h"
#include "exchange/vault.h"
#include "home_copy.h"
#include "memory_folder.h"
#include "pki/certificate.h"

#define ENDPOINT "127.0.0.1:7411"       /* of each node; nobody listens there */
#define START_MS INT64_C(1795000000000) /* November 2026 */

#define LINK_DOWN      0 /* kinds of what is in flight on a link that are no frames */
#define LINK_UP        UINT16_MAX
#define DIAL           1      /* on no link */
#define DIAL_ANEW      2      /* … though one stands */
#define DIRECTORY_DAYS 14     /* until a directory may not be used any more, unless world_sign_for says otherwise */
#define DEAD_MS        120000 /* after which a node notices that a link is dead */

#define RENEWED (UINT16_MAX - 1) /* an answer of refex-ca, at the node that started it */

struct in_flight {
    struct in_flight *next;
    int64_t at_ms;
    uint64_t order;
    size_t from;
    size_t to;
    uint64_t link; /* the pair's number */
    uint16_t kind;
    bool again; /* a second time */
    struct bytes payload;
};

struct node {
    struct post post;
    struct clock clock; /* its machine's: the world's, and ahead_ms */
    int64_t ahead_ms;
    struct world *world;
    size_t index;
    struct address address;
    char home[64];
    struct exchange *exchange;
    struct ident machine;
    struct bytes transport;
    struct bytes identity;
    uint64_t link_to[WORLD_MOST]; /* the pair's number; 0: none */
    int64_t wake_ms;              /* requested by its last tick */
    bool faulted;                 /* a fault is armed in its database */
    bool off;                     /* without power */
    bool is_shut;                 /* nobody gets through who dials it */
    unsigned dialled;             /* how often somebody did */
    unsigned members_told;        /* how often refex-link is to be told who is a member */
    bool may_fail;                /* by what its machine does */
    enum error_code failed_with;
    uint64_t undone;           /* calls of on_undone */
    uint64_t committed;        /* calls of on_committed */
    unsigned replaced;         /* how often it was replaced */
    size_t waiting;            /* bytes that its post says are queued */
    world_renewal_fn *renewal; /* NULL: it is no coordinator's node */
    void *renewal_cookie;
    unsigned transport_days; /* of the certificates that it gets; 0: 730 */
    unsigned identity_days;
    char endpoint[32];       /* where it is reached */
    bool is_touched;         /* something came, or a link of it changed */
    struct bytes membership; /* of a federation that is coordinated: the newest */
};

struct world {
    struct fake_clock clock;
    struct fake_random random;
    struct conditions conditions;
    char folder[56];
    struct arena arena;                      /* of what enrolling answers */
    bool is_apart;                           /* its keys and the certificates of its federation are its own */
    const struct coordination *coordination; /* NULL: the keys below sign */
    char coordinator[64];                    /* its folder */
    struct sign_key *root_key;
    struct sign_key *issuing_key;
    struct sign_key *transport_key;
    struct label label;
    struct sign_key *directory_key;
    struct sign_key *second_key; /* NULL: one signs */
    struct bytes second_certificate;
    struct bytes root;
    struct bytes issuing;
    struct bytes transport_ca;
    struct bytes directory_certificate;
    struct federation federation;
    struct member members[WORLD_MOST];
    bool absent[WORLD_MOST]; /* no directory lists it any more */
    struct revocation revocations[WORLD_MOST * 2 + 32];
    size_t revocation_count;
    uint32_t erase_after_hours;
    uint64_t sequence;
    struct node nodes[WORLD_MOST];
    size_t node_count;
    struct in_flight *in_flight; /* ascending by time, then order */
    uint64_t order;
    uint64_t links;
    size_t delivered;
    struct wire_counts wire;
    uint64_t newest[WORLD_MOST];    /* order of the last frame that arrived there … */
    uint64_t newest_on[WORLD_MOST]; /* … and its link */
    world_watch_fn *watch;
    void *watch_cookie;
    world_ticked_fn *ticked;
    void *ticked_cookie;
    struct bytes newest_directory; /* as signed */
    int64_t newest_until_ms;       /* its last day */
    unsigned directory_days;       /* until the next may not be used any more; 0: DIRECTORY_DAYS */
};

static const char *const names[] = {"ngo@sim.example", "mission@sim.example", "shelter@sim.example",
                                    "clinic@sim.example", "police@sim.example"};
static const enum agency_kind kinds[] = {KIND_SUPPORT_NGO, KIND_INTERNATIONAL_ORGANISATION, KIND_SHELTER,
                                         KIND_SUPPORT_NGO, KIND_POLICE};

/* The first five by name, the others by number. */
static void name_of(size_t i, struct address *out)
{
    const size_t named = sizeof names / sizeof names[0];
    char text[32];

    (void)snprintf(text, sizeof text, "agency%zu@sim.example", i);
    REQUIRE(address_read(view_of_text(i < named ? names[i] : text), out));
}

static enum agency_kind kind_of(size_t i)
{
    return kinds[i % (sizeof kinds / sizeof kinds[0])];
}

static uint64_t newest_seed; /* for the message of a run that cannot go on */

void world_must(bool ok, const struct error *err, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "world of seed %llu: %s: %s (%s)\n", (unsigned long long)newest_seed, what, err->text,
                  error_row(err->code)->code);
    abort();
}

/* --- the wire --- */

static void enqueue(struct world *w, struct in_flight *f)
{
    struct in_flight **at = &w->in_flight;

    f->order = ++w->order;
    while (*at != NULL && (*at)->at_ms <= f->at_ms)
        at = &(*at)->next;
    f->next = *at;
    *at = f;
}

static bool random_chance(struct world *w, unsigned of_thousand)
{
    return of_thousand != 0 && fake_random_below(&w->random, 1000) < of_thousand;
}

/* A link keeps its order, but for those frames that are let pass: a frame is never delivered before those sent earlier
 * on it, nor any before the link is up. */
static void hold_back(const struct world *w, struct in_flight *f, bool may_pass)
{
    for (const struct in_flight *g = w->in_flight; g != NULL; g = g->next)
        if (g->link == f->link && g->to == f->to && g->at_ms > f->at_ms && (!may_pass || g->kind == LINK_UP))
            f->at_ms = g->at_ms;
}

static struct in_flight *schedule(struct world *w, size_t from, size_t to, uint64_t link, uint16_t kind,
                                  struct view payload)
{
    struct in_flight *f = xnew(sizeof *f);
    unsigned delay = w->conditions.delay_ms;

    *f = (struct in_flight){.from = from, .to = to, .link = link, .kind = kind};
    f->at_ms = w->clock.ms + (delay == 0 ? 0 : (int64_t)fake_random_below(&w->random, delay));
    hold_back(w, f, kind != LINK_DOWN && kind != LINK_UP && random_chance(w, w->conditions.reorder));
    bytes_append_view(&f->payload, payload);
    enqueue(w, f);
    return f;
}

static size_t other_end(const struct node *n, uint64_t link)
{
    for (size_t i = 0; i < WORLD_MOST; i++)
        if (n->link_to[i] == link)
            return i;
    return WORLD_MOST;
}

static void cut_link(struct world *w, uint64_t link)
{
    for (size_t i = 0; i < w->node_count; i++) {
        size_t peer = other_end(&w->nodes[i], link);

        if (peer == WORLD_MOST)
            continue;
        w->nodes[i].link_to[peer] = 0;
        (void)schedule(w, peer, i, link, LINK_DOWN, (struct view){0});
    }
}

static void post_send(struct post *self, uint64_t link, uint16_t kind, struct view payload)
{
    struct node *n = (struct node *)(void *)self;
    struct world *w = n->world;
    size_t to = other_end(n, link);

    if (to == WORLD_MOST || n->off)
        return;
    if (w->watch != NULL)
        w->watch(w->watch_cookie, n->index, to, kind, payload);
    if (kind == w->conditions.drop || to + 1 == w->conditions.deaf)
        return;
    if (random_chance(w, w->conditions.cut_link)) {
        cut_link(w, link);
        return;
    }
    if (!random_chance(w, w->conditions.loss))
        (void)schedule(w, n->index, to, link, kind, payload);
    if (random_chance(w, w->conditions.repeat))
        schedule(w, n->index, to, link, kind, payload)->again = true;
}

bool world_is_expected_fault(struct world *w, size_t i, const struct error *err)
{
    struct node *n = &w->nodes[i];

    if (!n->off && !(n->may_fail && (error_fault(err) == FAULT_LOCAL || err->code == E_STO_07)) &&
        !(n->faulted && err->code == E_STO_01))
        return false;
    n->failed_with = err->code;
    world_crash(w, i);
    if (w->ticked != NULL)
        w->ticked(w->ticked_cookie, i, false);
    return true;
}

/* The certificate that it shows. */
static struct view shown_by(const struct node *n)
{
    return n->world->coordination != NULL ? membership_transport(n->exchange->membership) : bytes_view(&n->transport);
}

/* Whether N has a narrow link for PEER, whose agency it has for one that left or is suspended. */
static bool is_cut_off(const struct node *n, const struct node *peer)
{
    struct address agency;
    struct certificate c;
    struct error err;

    return n->exchange != NULL && peer->exchange != NULL && certificate_read(shown_by(peer), &c, &err) &&
           membership_recalls_node(n->exchange->membership, shown_by(peer), &c.node, n->world->clock.ms + n->ahead_ms,
                                   &agency, &err);
}

/* What refex-link makes of a member that shows a coordinator's node a certificate which ended a short time ago, or is
 * of a transport CA of before. */
static bool is_ended(const struct node *other, const struct node *coordinator)
{
    const int64_t now_ms = coordinator->world->clock.ms + coordinator->ahead_ms;
    struct address agency;
    struct certificate c;
    struct ident node;
    struct error err;

    if (coordinator->post.renew == NULL || other->exchange == NULL || coordinator->exchange == NULL)
        return false;
    world_must(certificate_read(shown_by(other), &c, &err), &err, "a certificate");
    if (certificate_has_ended(c.not_after_ms, now_ms))
        return now_ms - c.not_after_ms <= BOUND_GRACE_MS;
    return !membership_node_of(coordinator->exchange->membership, shown_by(other), now_ms, &node, &err) &&
           membership_admits_ended(coordinator->exchange->membership, shown_by(other), &c.node, now_ms, &agency, &err);
}

static enum link_class class_of(const struct node *one, const struct node *other)
{
    if (is_cut_off(one, other) || is_cut_off(other, one))
        return LINK_CLASS_CUT_OFF;
    return is_ended(one, other) || is_ended(other, one) ? LINK_CLASS_ENDED : LINK_CLASS_ORDINARY;
}

static uint64_t linked_by_hello(struct world *w, const struct node *n, const struct node *peer)
{
    uint64_t linked = exchange_linked_size(peer->exchange, world_address(w, n->index));

    if (!random_chance(w, w->conditions.lie))
        return linked;
    return random_chance(w, 500) ? fake_random_below(&w->random, linked + 10) : fake_random_next(&w->random);
}

static bool bring_link_up(struct world *w, struct node *n, struct node *peer, uint64_t link, enum link_class class)
{
    struct bytes hello = {0};
    struct error err;
    bool ok;

    exchange_hello(peer->exchange, &hello);
    peer_hello_linked_encode(&(struct peer_hello_linked){.linked_size = linked_by_hello(w, n, peer),
                                                         .entries = true,
                                                         .narrow = class,
                                                         .beginnings = true,
                                                         .renews = peer->post.renew != NULL,
                                                         .suspensions = true,
                                                         .held = !w->conditions.older,
                                                         .successions = !w->conditions.older,
                                                         .recalls = true,
                                                         .dials_back = !w->conditions.older,
                                                         .sizes = !w->conditions.older},
                             &hello);
    ok = exchange_link_up(
        n->exchange, link,
        &(struct link_opened){
            .certificate = shown_by(peer), .hello = bytes_view(&hello), .group = TLS_X25519, .narrow = class},
        &err);
    bytes_fini(&hello);
    if (!ok && error_fault(&err) == FAULT_LOCAL && err.code != E_STO_03 && err.code != E_FED_23 &&
        err.code != E_LOG_27 && !world_is_expected_fault(w, n->index, &err))
        world_must(false, &err, "a link");
    return ok;
}

static void end_at(struct world *w, size_t i, size_t other)
{
    struct node *n = &w->nodes[i];
    uint64_t link = n->link_to[other];

    n->link_to[other] = 0;
    if (link != 0 && n->exchange != NULL)
        exchange_link_down(n->exchange, link);
}

/* LINK is up at FROM now, and at TO, where it takes the place of another, after the delay of the wire. */
static void bring_one_end_up(struct world *w, size_t from, size_t to, uint64_t link)
{
    (void)schedule(w, from, to, link, LINK_UP, (struct view){0});
    w->nodes[from].link_to[to] = link;
    if (!bring_link_up(w, &w->nodes[from], &w->nodes[to], link, LINK_CLASS_ORDINARY))
        end_at(w, from, to);
}

/* It has come up at the end that was dialled, if the other end still has it: refex-link says first that the old one is
 * down, so that a node never has two. */
static void link_came_up(struct world *w, const struct in_flight *f)
{
    struct node *n = &w->nodes[f->to];
    struct node *peer = &w->nodes[f->from];

    if (n->exchange == NULL || peer->link_to[f->to] != f->link)
        return;
    end_at(w, f->to, f->from);
    n->link_to[f->from] = f->link;
    if (!bring_link_up(w, n, peer, f->link, LINK_CLASS_ORDINARY))
        cut_link(w, f->link);
}

/* What refex-link does where the directory of one does not list the other, or has ended and knows no CA of it: it is
 * shown the other's, once. */
static void offer(struct node *to, const struct node *from)
{
    const struct ident *machine = membership_node(from->exchange->membership);
    struct ident node;
    struct view note;
    struct error why;

    if (membership_may_offer(to->exchange->membership, shown_by(from), to->world->clock.ms + to->ahead_ms, &node) &&
        !exchange_link_waits(from->exchange, shown_by(to), &note, &why))
        return;
    if ((membership_find_node(to->exchange->membership, machine) == NULL ||
         membership_may_offer(to->exchange->membership, shown_by(from), to->world->clock.ms + to->ahead_ms, &node)) &&
        !exchange_directory_offered(to->exchange, shown_by(from), membership_note(from->exchange->membership), &why) &&
        error_fault(&why) == FAULT_LOCAL && why.code != E_STO_03)
        world_must(false, &why, "a directory that is offered");
}

/* A dial is answered at once or not at all: how links behave is covered by the tests of refex-link. */
static void dial(struct world *w, size_t from, size_t to, bool anew)
{
    struct node *a = &w->nodes[from];
    struct node *b = &w->nodes[to];
    enum link_class class;
    uint64_t link;

    a->is_touched = b->is_touched = true;
    if (w->conditions.partition || b->exchange == NULL || a->exchange == NULL || (a->link_to[to] != 0 && !anew))
        return;
    if (b->is_shut && anew)
        exchange_dial_failed(a->exchange, &b->address, DIALLED_UNANSWERED);
    if (b->is_shut)
        return;
    if (anew) {
        end_at(w, from, to);
        end_at(w, to, from);
    }
    b->dialled++;
    link = ++w->links;
    if (b->link_to[from] != 0) {
        bring_one_end_up(w, from, to, link);
        return;
    }
    a->link_to[to] = link;
    b->link_to[from] = link;
    if (w->coordination != NULL) {
        offer(a, b);
        offer(b, a);
    }
    class = class_of(a, b);
    if (!bring_link_up(w, a, b, link, class) || !bring_link_up(w, b, a, link, class)) {
        a->link_to[to] = 0;
        b->link_to[from] = 0;
        if (a->exchange != NULL)
            exchange_link_down(a->exchange, link);
        if (b->exchange != NULL)
            exchange_link_down(b->exchange, link);
    }
}

/* Dials are carried out after the tick that asked for them. */
static void post_dial(struct post *self, const struct address *agency, struct view endpoint, bool anew)
{
    struct node *n = (struct node *)(void *)self;

    for (size_t i = 0; i < n->world->node_count; i++)
        if (address_equal(&n->world->nodes[i].address, agency) &&
            (n->world->coordination == NULL || view_equal(endpoint, view_of_text(n->world->nodes[i].endpoint))))
            (void)schedule(n->world, n->index, i, 0, anew ? DIAL_ANEW : DIAL, (struct view){0});
}

static void post_hang_up(struct post *self, uint64_t link, const char *why)
{
    (void)why;
    cut_link(((struct node *)(void *)self)->world, link);
}

static void post_membership_changed(struct post *self)
{
    ((struct node *)(void *)self)->members_told++;
}

unsigned world_members_told(const struct world *w, size_t i)
{
    return w->nodes[i].members_told;
}

static bool post_renew_by_coordinator(struct post *self, uint64_t link, struct view request)
{
    struct node *n = (struct node *)(void *)self;
    struct bytes answer = {0};

    n->world->coordination->renew(n->world->coordinator, request, clock_now_ms(&n->clock), &answer);
    (void)schedule(n->world, n->index, n->index, link, RENEWED, bytes_view(&answer));
    bytes_fini(&answer);
    return true;
}

static size_t post_waiting(struct post *self, uint64_t link)
{
    (void)link;
    return ((struct node *)(void *)self)->waiting;
}

void world_shut(struct world *w, size_t i, bool shut)
{
    w->nodes[i].is_shut = shut;
}

unsigned world_dialled(const struct world *w, size_t i)
{
    return w->nodes[i].dialled;
}

static bool post_renew(struct post *self, uint64_t link, struct view request)
{
    struct node *n = (struct node *)(void *)self;

    n->renewal(n->renewal_cookie, n->index, link, request);
    return true;
}

void world_coordinate(struct world *w, size_t i, world_renewal_fn *renewal, void *cookie)
{
    w->nodes[i].renewal = renewal;
    w->nodes[i].renewal_cookie = cookie;
    w->nodes[i].post.renew = renewal == NULL ? NULL : post_renew;
}

static void count_arrival(struct world *w, const struct in_flight *f)
{
    bool same = w->newest_on[f->to] == f->link;

    w->wire.doubled += f->again;
    w->wire.reordered += same && f->order < w->newest[f->to];
    if (!same || f->order > w->newest[f->to])
        w->newest[f->to] = f->order;
    w->newest_on[f->to] = f->link;
}

static void deliver_frame(struct world *w, const struct in_flight *f)
{
    struct node *n = &w->nodes[f->to];
    struct error err = {0};

    count_arrival(w, f);
    if (exchange_frame(n->exchange, f->link, f->kind, bytes_view(&f->payload), &err) ||
        world_is_expected_fault(w, f->to, &err))
        return;
    if (error_fault(&err) != FAULT_PEER && error_fault(&err) != FAULT_DENIED && err.code != E_STO_03)
        world_must(false, &err, "a frame");
    exchange_link_down(n->exchange, f->link);
    cut_link(w, f->link);
}

static void deliver(struct world *w, struct in_flight *f)
{
    struct node *n = &w->nodes[f->to];

    w->delivered++;
    n->is_touched = true;
    if (f->link == 0 && f->kind != RENEWED) {
        dial(w, f->from, f->to, f->kind == DIAL_ANEW);
    } else if (n->exchange == NULL) {
        return;
    } else if (f->kind == RENEWED) {
        exchange_renewal_answer(n->exchange, f->link, bytes_view(&f->payload));
    } else if (f->kind == LINK_UP) {
        link_came_up(w, f);
    } else if (f->kind == LINK_DOWN) {
        if (n->link_to[f->from] == f->link)
            n->link_to[f->from] = 0;
        exchange_link_down(n->exchange, f->link);
    } else if (n->link_to[f->from] == f->link) {
        deliver_frame(w, f);
    }
}

/* --- the federation --- */

static int64_t days_of(const struct world *w)
{
    return w->directory_days == 0 ? DIRECTORY_DAYS : w->directory_days;
}

void world_sign_for(struct world *w, unsigned days)
{
    w->directory_days = days;
}

/* What the coordinator signed last. */
static void keep_directory(struct world *w, struct view note)
{
    bytes_clear(&w->newest_directory);
    bytes_append_view(&w->newest_directory, note);
    w->newest_until_ms = w->clock.ms + days_of(w) * DAY_MS;
}

static void issue_by_coordinator(struct world *w, struct node *n, struct view request, enum issues how)
{
    struct membership_file m;
    struct arena arena = {0};
    struct error err;

    bytes_clear(&n->membership);
    w->coordination->issue(w->coordinator, request, how, w->clock.ms, &n->membership);
    world_must(membership_file_decode(bytes_view(&n->membership), &arena, &m, &err), &err, "read a membership");
    keep_directory(w, m.directory);
    arena_fini(&arena);
}

static void sign_directory(struct world *w, struct bytes *note)
{
    struct view issuing = bytes_view(&w->issuing);
    struct view transport_ca = bytes_view(&w->transport_ca);
    const size_t signers = w->second_key == NULL ? 1 : 2;
    struct view keys[2] = {bytes_view(&w->directory_certificate), bytes_view(&w->second_certificate)};
    struct directory_signer signer[2] = {{.number = 1, .key = w->directory_key}, {.number = 2, .key = w->second_key}};
    struct member sorted[WORLD_MOST];
    struct directory d = {.federation = w->federation,
                          .sequence = ++w->sequence,
                          .refresh_after_s = w->clock.ms / 1000 + (days_of(w) - 7) * 86400,
                          .hard_expiry_s = w->clock.ms / 1000 + days_of(w) * 86400,
                          .members = sorted,
                          .revocations = w->revocations,
                          .revocation_count = w->revocation_count,
                          .issuers = &issuing,
                          .issuer_count = 1,
                          .transports = &transport_ca,
                          .transport_count = 1,
                          .keys = keys,
                          .key_count = signers,
                          .erase_after_hours = w->erase_after_hours};
    struct error err;

    for (size_t i = 0; i < w->node_count; i++) { /* ascending by name */
        size_t at = d.member_count;

        if (w->absent[i])
            continue;
        for (; at > 0 && strcmp(sorted[at - 1].agency.text, w->members[i].agency.text) > 0; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = w->members[i];
        d.member_count++;
    }
    world_must(directory_note_sign(&d, signer, signers, note, &err), &err, "sign a directory");
}

bool world_let_two_sign;

static void make_directory_key(struct world *w, uint32_t i, struct sign_key **key, struct bytes *certificate)
{
    const struct certify_validity validity = {.now_ms = w->clock.ms, .days = 7300};
    struct certify_directory which = {.k = world_let_two_sign ? 2 : 1, .i = i};
    uint8_t public_key[KEY_SIZE];
    struct error err;

    *key = sign_key_new();
    sign_key_public(*key, public_key);
    which.public_key = public_key;
    world_must(
        certify_directory_key(w->root_key, bytes_view(&w->root), "sim.example", &which, &validity, certificate, &err),
        &err, "directory key");
}

static void create_federation(struct world *w)
{
    struct certify_validity validity = {.now_ms = w->clock.ms, .days = 7300};
    uint8_t public_key[KEY_SIZE];
    struct error err;

    (void)snprintf(w->federation.name, sizeof w->federation.name, "sim.example");
    w->root_key = sign_key_new();
    w->issuing_key = sign_key_new();
    world_must(certify_root(w->root_key, "sim.example", &validity, &w->root, &err), &err, "root");
    world_must(certificate_fid(bytes_view(&w->root), &w->federation.fid, &err), &err, "fid");
    sign_key_public(w->issuing_key, public_key);
    world_must(
        certify_issuing(w->root_key, bytes_view(&w->root), public_key, "sim.example", &validity, &w->issuing, &err),
        &err, "issuing CA");
    w->transport_key = sign_key_new();
    label_random(&w->random.random, &w->label);
    sign_key_public(w->transport_key, public_key);
    world_must(certify_transport_ca(w->root_key, bytes_view(&w->root), public_key, &w->label, &validity,
                                    &w->transport_ca, &err),
               &err, "transport CA");
    make_directory_key(w, 1, &w->directory_key, &w->directory_certificate);
    if (world_let_two_sign)
        make_directory_key(w, 2, &w->second_key, &w->second_certificate);
}

static void issue_certificates(struct world *w, struct node *n, struct view request_file)
{
    struct certify_validity validity = {.now_ms = w->clock.ms, .days = n->identity_days == 0 ? 730 : n->identity_days};
    struct certify_validity of_transport = {.now_ms = w->clock.ms,
                                            .days = n->transport_days == 0 ? 730 : n->transport_days};
    struct arena arena = {0};
    struct request r;
    struct error err;

    world_must(request_decode(request_file, &arena, &r, &err), &err, "read a request");
    world_must(certify_transport(w->transport_key, bytes_view(&w->transport_ca), r.transport, &w->label, &r.node,
                                 &of_transport, &n->transport, &err),
               &err, "transport certificate");
    world_must(certify_identity(w->issuing_key, bytes_view(&w->issuing), r.identity, "sim.example", &validity,
                                &n->identity, &err),
               &err, "identity certificate");
    n->machine = r.node;
    w->members[n->index] = (struct member){.agency = n->address,
                                           .kind = kind_of(n->index),
                                           .endpoint = view_of_text(ENDPOINT),
                                           .identity_certificate = bytes_view(&n->identity),
                                           .nodes = &n->machine,
                                           .node_count = 1,
                                           .begun_again = n->replaced};
    arena_fini(&arena);
}

static void on_committed(void *cookie)
{
    struct node *n = cookie;

    n->committed += !n->off;
}

static void on_undone(void *cookie, const struct error *why)
{
    (void)why;
    ((struct node *)cookie)->undone++;
}

static struct exchange_options options_of(struct node *n)
{
    return (struct exchange_options){.home = n->home,
                                     .clock = &n->clock,
                                     .random = &n->world->random.random,
                                     .post = &n->post,
                                     .on_committed = on_committed,
                                     .on_undone = on_undone,
                                     .cookie = n};
}

static struct node *node_of_clock(struct clock *self)
{
    return (struct node *)(void *)((char *)self - offsetof(struct node, clock));
}

static int64_t node_now_ms(struct clock *self)
{
    const struct node *n = node_of_clock(self);

    return n->world->clock.ms + n->ahead_ms;
}

static int64_t node_steady_ms(struct clock *self)
{
    return clock_steady_ms(&node_of_clock(self)->world->clock.clock);
}

static void make_node(struct world *w, size_t i)
{
    struct node *n = &w->nodes[i];
    struct exchange_options options;
    struct control_init_ask ask = {.kind = kind_of(i), .listen = view_of_text("127.0.0.1:7411")};
    struct bytes request = {0};
    struct error err;

    n->world = w;
    n->index = i;
    n->clock = (struct clock){.now_ms = node_now_ms, .steady_ms = node_steady_ms};
    n->post = (struct post){.send = post_send,
                            .dial = post_dial,
                            .hang_up = post_hang_up,
                            .membership_changed = post_membership_changed,
                            .waiting = post_waiting};
    if (w->coordination != NULL && i == 0)
        n->post.renew = post_renew_by_coordinator;
    if (n->endpoint[0] == '\0')
        (void)snprintf(n->endpoint, sizeof n->endpoint, ENDPOINT);
    ask.listen = view_of_text(n->endpoint);
    name_of(i, &n->address);
    (void)snprintf(n->home, sizeof n->home, "%s/%zu-%u", w->folder, i, n->replaced);
    options = options_of(n);
    ask.agency = n->address;
    world_must(exchange_init(&options, &ask, &request, &err), &err, "init");
    if (w->coordination != NULL)
        issue_by_coordinator(w, n, bytes_view(&request), n->replaced > 0 ? ISSUE_REPLACE : ISSUE_AGAIN);
    else
        issue_certificates(w, n, bytes_view(&request));
    bytes_fini(&request);
}

void world_membership(const struct world *w, size_t i, struct view directory, struct bytes *file)
{
    const struct node *n = &w->nodes[i];
    struct membership_file m = {.root = bytes_view(&w->root),
                                .issuing = bytes_view(&w->issuing),
                                .transport_ca = bytes_view(&w->transport_ca),
                                .transport = bytes_view(&n->transport),
                                .identity = bytes_view(&n->identity),
                                .directory = directory};
    struct error err;

    world_must(membership_file_encode(&m, file, &err), &err, "membership");
}

bool world_enrol(struct world *w, size_t i, struct view membership, struct view directory,
                 struct control_enrol_result *out, struct error *err)
{
    const struct exchange_options options = options_of(&w->nodes[i]);
    const struct control_enrol_ask ask = {.membership = membership, .directory = directory};

    return exchange_enrol(&options, &ask, &w->arena, out, err);
}

bool world_enrol_compared(struct world *w, size_t i, struct view membership, struct view fingerprint,
                          struct control_enrol_result *out, struct error *err)
{
    const struct exchange_options options = options_of(&w->nodes[i]);
    const struct control_enrol_ask ask = {.membership = membership, .fingerprint = fingerprint};

    return exchange_enrol(&options, &ask, &w->arena, out, err);
}

static void enrol(struct world *w, size_t i, struct view directory)
{
    struct control_enrol_result result;
    struct bytes file = {0};
    struct error err;

    if (w->coordination != NULL)
        bytes_append_view(&file, bytes_view(&w->nodes[i].membership));
    else
        world_membership(w, i, directory, &file);
    world_must(world_enrol(w, i, bytes_view(&file), (struct view){0}, &result, &err), &err, "enrol");
    bytes_fini(&file);
}

static void make_folder(struct world *w)
{
    (void)snprintf(w->folder, sizeof w->folder, "%s/refex-sim-XXXXXX", memory_folder());
    if (mkdtemp(w->folder) == NULL)
        abort();
}

void world_copy_folder(const char *from, const char *to)
{
    if (access(to, F_OK) == 0)
        folder_remove_made(to);
    home_copy(from, to);
}

/* Federations of so many nodes, enrolled and not started. Each is made once in a program, whose worlds begin as copies
 * of it: the same keys and certificates. */
static struct world *federations[WORLD_MOST];

static void remove_federations(void)
{
    for (size_t i = 0; i < WORLD_MOST; i++)
        if (federations[i] != NULL)
            folder_remove_made(federations[i]->folder);
}

static struct world *make_federation(uint64_t seed, size_t nodes)
{
    struct world *w = xnew(sizeof *w);
    struct bytes note = {0};

    fake_clock_init(&w->clock, START_MS);
    fake_random_init(&w->random, seed);
    w->node_count = nodes;
    w->erase_after_hours = 72;
    make_folder(w);
    create_federation(w);
    for (size_t i = 0; i < nodes; i++)
        make_node(w, i);
    sign_directory(w, &note);
    for (size_t i = 0; i < nodes; i++)
        enrol(w, i, bytes_view(&note));
    bytes_fini(&note);
    arena_fini(&w->arena);
    return w;
}

static const struct world *find_federation(size_t nodes)
{
    static bool is_removed_at_exit;

    if (federations[nodes - 1] == NULL)
        federations[nodes - 1] = make_federation(nodes, nodes);
    if (!is_removed_at_exit && atexit(remove_federations) != 0)
        abort();
    is_removed_at_exit = true;
    return federations[nodes - 1];
}

static void copy_node(struct world *w, const struct node *from)
{
    struct node *n = &w->nodes[from->index];

    n->world = w;
    (void)snprintf(n->home, sizeof n->home, "%s/%zu-%u", w->folder, n->index, n->replaced);
    world_copy_folder(from->home, n->home);
    n->transport = n->identity = (struct bytes){0};
    bytes_append_view(&n->transport, bytes_view(&from->transport));
    bytes_append_view(&n->identity, bytes_view(&from->identity));
    w->members[n->index].identity_certificate = bytes_view(&n->identity);
    w->members[n->index].nodes = &n->machine;
}

struct world *world_new_apart(uint64_t seed, size_t nodes)
{
    struct world *w = make_federation(seed, nodes);

    w->is_apart = true;
    for (size_t i = 0; i < nodes; i++)
        world_start(w, i);
    return w;
}

struct world *world_new(uint64_t seed, size_t nodes)
{
    const struct world *made = find_federation(nodes);
    struct world *w = xnew(sizeof *w);

    *w = *made; /* its keys and the certificates of the federation stay those of MADE */
    w->arena = (struct arena){0};
    fake_random_init(&w->random, seed);
    newest_seed = seed;
    make_folder(w);
    for (size_t i = 0; i < nodes; i++)
        copy_node(w, &made->nodes[i]);
    for (size_t i = 0; i < nodes; i++)
        world_start(w, i);
    return w;
}

struct world *world_new_coordinated(uint64_t seed, size_t nodes, const struct coordination *c)
{
    struct world *w = xnew(sizeof *w);

    fake_clock_init(&w->clock, START_MS);
    fake_random_init(&w->random, seed);
    newest_seed = seed;
    w->node_count = nodes;
    w->coordination = c;
    make_folder(w);
    (void)snprintf(w->coordinator, sizeof w->coordinator, "%s/f", w->folder);
    c->found(w->coordinator, w->clock.ms);
    for (size_t i = 0; i < nodes; i++)
        make_node(w, i);
    for (size_t i = nodes; i-- > 0;) /* the last one's directory lists all: the coordinator's node begins with it */
        enrol(w, i, (struct view){0});
    for (size_t i = 0; i < nodes; i++)
        world_start(w, i);
    return w;
}

const char *world_federation(const struct world *w)
{
    return w->coordinator;
}

static void free_federation(struct world *w)
{
    sign_key_free(w->root_key);
    sign_key_free(w->issuing_key);
    sign_key_free(w->transport_key);
    sign_key_free(w->directory_key);
    sign_key_free(w->second_key);
    bytes_fini(&w->second_certificate);
    bytes_fini(&w->transport_ca);
    bytes_fini(&w->root);
    bytes_fini(&w->issuing);
    bytes_fini(&w->directory_certificate);
}

void world_free(struct world *w)
{
    arena_fini(&w->arena);
    for (size_t i = 0; i < w->node_count; i++) {
        exchange_close(w->nodes[i].exchange);
        bytes_fini(&w->nodes[i].transport);
        bytes_fini(&w->nodes[i].identity);
        bytes_fini(&w->nodes[i].membership);
    }
    while (w->in_flight != NULL) {
        struct in_flight *f = w->in_flight;

        w->in_flight = f->next;
        bytes_fini(&f->payload);
        free(f);
    }
    bytes_fini(&w->newest_directory);
    if (w->is_apart)
        free_federation(w);
    folder_remove_made(w->folder);
    free(w);
}

/* --- at work --- */

struct conditions *world_conditions(struct world *w)
{
    return &w->conditions;
}

struct fake_random *world_random(struct world *w)
{
    return &w->random;
}

int64_t world_now(const struct world *w)
{
    return w->clock.ms;
}

void world_advance(struct world *w, int64_t ms)
{
    if (ms >= 0) {
        w->clock.ms += ms;
        return;
    }
    fake_clock_set(&w->clock, ms);
    for (struct in_flight *f = w->in_flight; f != NULL; f = f->next) /* the wire goes by no clock that is set */
        f->at_ms += ms;
}

void world_set_clock(struct world *w, size_t i, int64_t ahead_ms)
{
    w->nodes[i].ahead_ms = ahead_ms;
}

struct exchange *world_node(struct world *w, size_t i)
{
    return w->nodes[i].exchange;
}

const struct address *world_address(const struct world *w, size_t i)
{
    return &w->nodes[i].address;
}

const char *world_home(const struct world *w, size_t i)
{
    return w->nodes[i].home;
}

void world_crash(struct world *w, size_t i)
{
    struct node *n = &w->nodes[i];

    exchange_close(n->exchange);
    n->exchange = NULL;
    for (size_t k = 0; k < w->node_count; k++)
        for (size_t end = 0; end < 2; end++) { /* each may have a link of its own */
            uint64_t link = end == 0 ? n->link_to[k] : w->nodes[k].link_to[i];

            if (link != 0)
                cut_link(w, link);
        }
}

/* By the time that the node trusts: the coordinator's clock is far behind. */
static bool is_past(struct world *w, size_t i)
{
    struct control_clock c;
    struct error err;

    world_must(exchange_clock_show(w->nodes[i].exchange, &c, &err), &err, "ask for the time");
    return c.trusted_ms > w->newest_until_ms || c.clock_ms > w->newest_until_ms;
}

static void give_directory(struct world *w, size_t i)
{
    struct error err;
    uint64_t sequence;

    if (!exchange_take_directory(w->nodes[i].exchange, bytes_view(&w->newest_directory), &sequence, &err) &&
        err.code != E_STO_03 && err.code != E_LOG_27 && !(err.code == E_FED_23 && is_past(w, i)) &&
        !world_is_expected_fault(w, i, &err))
        world_must(false, &err, "take a directory");
}

static void renew_directory(struct world *w)
{
    bytes_clear(&w->newest_directory);
    if (w->coordination != NULL)
        w->coordination->publish(w->coordinator, w->clock.ms, &w->newest_directory);
    else
        sign_directory(w, &w->newest_directory);
    w->newest_until_ms = w->clock.ms + days_of(w) * DAY_MS;
}

void world_start(struct world *w, size_t i)
{
    struct error err;

    world_must(world_try_start(w, i, &err), &err, "open a node");
}

bool world_try_start(struct world *w, size_t i, struct error *err)
{
    struct node *n = &w->nodes[i];
    struct exchange_options options = options_of(n);

    n->faulted = n->off = n->may_fail = false;
    n->failed_with = E_NONE;
    if (!exchange_open(&options, &n->exchange, err))
        return false;
    if (w->newest_directory.size != 0 && (w->coordination == NULL || i == 0))
        give_directory(w, i);
    return true;
}

void world_lose_power(struct world *w, size_t i)
{
    w->nodes[i].off = true;
}

void world_let_fail(struct world *w, size_t i)
{
    w->nodes[i].may_fail = true;
}

enum error_code world_failed_with(const struct world *w, size_t i)
{
    return w->nodes[i].failed_with;
}

void world_fault(struct world *w, size_t i, enum db_fault_point point, unsigned after)
{
    db_fault(w->nodes[i].exchange->db, point, after);
    w->nodes[i].faulted = true;
}

bool world_is_faulted(const struct world *w, size_t i)
{
    return w->nodes[i].faulted;
}

void world_mend(struct world *w, size_t i)
{
    for (int point = 0; point < DB_FAULT_COUNT; point++)
        db_fault(w->nodes[i].exchange->db, (enum db_fault_point)point, 0);
    w->nodes[i].faulted = false;
}

void world_on_tick(struct world *w, world_ticked_fn *ticked, void *cookie)
{
    w->ticked = ticked;
    w->ticked_cookie = cookie;
}

void world_tick(struct world *w, size_t i)
{
    uint64_t undone = w->nodes[i].undone;
    struct error err;

    if (!exchange_tick(w->nodes[i].exchange, &w->nodes[i].wake_ms, &err)) {
        if (!world_is_expected_fault(w, i, &err))
            world_must(false, &err, "a turn");
    } else if (w->ticked != NULL) {
        w->ticked(w->ticked_cookie, i, w->nodes[i].undone == undone);
    }
}

/* What is on its way arrives; then the nodes have a turn: all, or those that something came for or that are due. */
static void step(struct world *w, bool all)
{
    while (w->in_flight != NULL && w->in_flight->at_ms <= w->clock.ms) {
        struct in_flight *f = w->in_flight;

        w->in_flight = f->next;
        deliver(w, f);
        bytes_fini(&f->payload);
        free(f);
    }
    for (size_t i = 0; i < w->node_count; i++) {
        struct node *n = &w->nodes[i];

        if (n->exchange != NULL && (all || n->is_touched || n->wake_ms + w->clock.set_ms <= w->clock.ms))
            world_tick(w, i);
        n->is_touched = false;
    }
}

void world_step(struct world *w, int64_t ms)
{
    step(w, true);
    w->clock.ms += ms;
}

bool world_run_until_idle(struct world *w, int64_t ms)
{
    int64_t end = w->clock.ms + ms;
    int quiet = 0;

    w->conditions =
        (struct conditions){.drop = w->conditions.drop, .lie = w->conditions.lie, .older = w->conditions.older};
    while (w->clock.ms < end) {
        bool work = false;

        for (const struct in_flight *f = w->in_flight; f != NULL; f = f->next)
            work = work || f->link != 0; /* a peer that is down is dialled for ever */
        world_step(w, 250);
        for (size_t i = 0; i < w->node_count; i++)
            work = work || (w->nodes[i].exchange != NULL && exchange_has_work(w->nodes[i].exchange));
        quiet = work ? 0 : quiet + 1;
        if (quiet > 800) /* longer than any retry on a standing link */
            return true;
    }
    return false;
}

void world_run_ms(struct world *w, int64_t ms)
{
    int64_t end = w->clock.ms + ms;

    w->conditions =
        (struct conditions){.drop = w->conditions.drop, .lie = w->conditions.lie, .older = w->conditions.older};
    for (bool first = true; w->clock.ms < end; first = false) {
        int64_t next = end;

        step(w, first);
        if (w->in_flight != NULL && w->in_flight->at_ms < next)
            next = w->in_flight->at_ms;
        for (size_t i = 0; i < w->node_count; i++)
            if (w->nodes[i].exchange != NULL && w->nodes[i].wake_ms + w->clock.set_ms < next)
                next = w->nodes[i].wake_ms + w->clock.set_ms;
        w->clock.ms = next > w->clock.ms ? next : w->clock.ms + 1;
    }
}

void world_limit(struct world *w, size_t i, uint64_t per_peer_day)
{
    meter_set_share(w->nodes[i].exchange->meter, RESOURCE_MESSAGES, per_peer_day);
}

void world_set_waiting(struct world *w, size_t i, size_t bytes)
{
    w->nodes[i].waiting = bytes;
}

uint64_t world_committed(const struct world *w, size_t i)
{
    return w->nodes[i].committed;
}

uint64_t world_undone(const struct world *w, size_t i)
{
    return w->nodes[i].undone;
}

uint64_t world_links(const struct world *w)
{
    return w->links;
}

void world_watch(struct world *w, world_watch_fn *watch, void *cookie)
{
    w->watch = watch;
    w->watch_cookie = cookie;
}

void world_link(struct world *w, size_t from, size_t to)
{
    dial(w, from, to, false);
}

bool world_inject(struct world *w, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct node *n = &w->nodes[to];
    struct error err;

    if (n->link_to[from] == 0)
        dial(w, from, to, false);
    if (n->exchange == NULL)
        return true; /* it ended by the link */
    return exchange_frame(n->exchange, n->link_to[from], kind, payload, &err);
}

bool world_lose(struct world *w, size_t i, size_t other)
{
    uint64_t link = w->nodes[i].link_to[other];
    struct in_flight *f;

    if (link == 0)
        return false;
    end_at(w, i, other);
    f = xnew(sizeof *f);
    *f = (struct in_flight){.from = i, .to = other, .link = link, .kind = LINK_DOWN, .at_ms = w->clock.ms + DEAD_MS};
    enqueue(w, f);
    return true;
}

bool world_dial_both(struct world *w, size_t one, size_t other)
{
    struct node *a = &w->nodes[one];
    struct node *b = &w->nodes[other];

    if (a->exchange == NULL || b->exchange == NULL || a->link_to[other] != 0 || b->link_to[one] != 0)
        return false;
    b->link_to[one] = ++w->links;
    if (!bring_link_up(w, b, a, b->link_to[one], LINK_CLASS_ORDINARY))
        end_at(w, other, one);
    if (a->exchange != NULL && b->exchange != NULL)
        bring_one_end_up(w, one, other, ++w->links);
    return true;
}

const struct wire_counts *world_wire(const struct world *w)
{
    return &w->wire;
}

void world_cut(struct world *w, size_t one, size_t other)
{
    end_at(w, one, other);
    end_at(w, other, one);
}

void world_publish(struct world *w)
{
    renew_directory(w);
    for (size_t i = 0; i < (w->coordination == NULL ? w->node_count : 1); i++)
        if (w->nodes[i].exchange != NULL)
            give_directory(w, i);
}

void world_hand_over(struct world *w)
{
    if (w->nodes[0].exchange != NULL)
        give_directory(w, 0);
}

void world_sign_directory(struct world *w, uint64_t number, struct bytes *note)
{
    uint64_t newest = w->sequence;

    w->sequence = number - 1;
    sign_directory(w, note);
    w->sequence = number > newest ? number : newest;
}

void world_sign_with(struct world *w, size_t i, struct view identity, uint64_t number, struct bytes *note)
{
    const struct view own = w->members[i].identity_certificate;

    w->members[i].identity_certificate = identity;
    world_sign_directory(w, number, note);
    w->members[i].identity_certificate = own;
}

uint64_t world_sequence(const struct world *w)
{
    return w->sequence;
}

void world_erase_after(struct world *w, uint32_t hours)
{
    w->erase_after_hours = hours;
    world_publish(w);
}

void world_unlist(struct world *w, size_t i)
{
    w->members[i].unlisted = true;
    w->members[i].endpoint = view_of(NULL, 0);
    world_publish(w);
}

void world_relay(struct world *w, size_t i, size_t other)
{
    w->members[i].relay = address_view(world_address(w, other));
    world_unlist(w, i);
}

void world_remove(struct world *w, size_t i)
{
    w->absent[i] = true;
    world_publish(w);
}

void world_certify(struct world *w, size_t i, struct bytes *der)
{
    struct certify_validity validity = {.now_ms = w->clock.ms, .days = 730};
    struct sign_key *key = sign_key_new();
    struct bytes request = {0};
    struct error err;

    world_must(certify_request(key, &w->nodes[i].address, &request, &err), &err, "make a request");
    world_must(certify_identity(w->issuing_key, bytes_view(&w->issuing), bytes_view(&request), "sim.example", &validity,
                                der, &err),
               &err, "identity certificate");
    bytes_fini(&request);
    sign_key_free(key);
}

void world_list_with(struct world *w, size_t i, struct view identity)
{
    w->members[i].identity_certificate = identity.size != 0 ? identity : bytes_view(&w->nodes[i].identity);
    world_publish(w);
}

void world_list(struct world *w, size_t i)
{
    w->members[i].unlisted = false;
    w->members[i].endpoint = view_of_text(ENDPOINT);
    world_publish(w);
}

void world_set_kind(struct world *w, size_t i, enum agency_kind kind)
{
    w->members[i].kind = kind;
    world_publish(w);
}

static void add_revocations(struct world *w, size_t i, enum revocation_reason reason)
{
    const struct bytes *certificates[2] = {&w->nodes[i].transport, &w->nodes[i].identity};

    for (size_t k = 0; k < 2; k++) {
        struct revocation r = {.agency = w->nodes[i].address, .reason = reason, .time_ms = w->clock.ms};
        size_t at = w->revocation_count++;

        digest_sha256(bytes_view(certificates[k]), &r.name);
        for (; at > 0 && memcmp(w->revocations[at - 1].name.at, r.name.at, HASH_SIZE) > 0; at--)
            w->revocations[at] = w->revocations[at - 1];
        w->revocations[at] = r;
    }
}

void world_revoke(struct world *w, size_t i, enum revocation_reason reason)
{
    add_revocations(w, i, reason);
    world_publish(w);
}

static void insert_revocation(struct world *w, size_t i, const struct hash *name, enum revocation_reason reason)
{
    struct revocation r = {.name = *name, .agency = w->nodes[i].address, .reason = reason, .time_ms = w->clock.ms};
    size_t at = w->revocation_count++;

    for (; at > 0 && memcmp(w->revocations[at - 1].name.at, r.name.at, HASH_SIZE) > 0; at--)
        w->revocations[at] = w->revocations[at - 1];
    w->revocations[at] = r;
}

void world_revoke_name(struct world *w, size_t i, const struct hash *name, enum revocation_reason reason)
{
    insert_revocation(w, i, name, reason);
    world_publish(w);
}

void world_suspend(struct world *w, size_t i, uint32_t key, struct bytes *note)
{
    struct suspension made = {.federation = w->federation,
                              .directory = w->sequence,
                              .time_ms = w->clock.ms,
                              .key = key,
                              .agencies = {w->nodes[i].address},
                              .agency_count = 1};
    struct error err;

    world_must(suspension_note_sign(&made, key == 1 ? w->directory_key : w->second_key, note, &err), &err,
               "sign a suspension");
}

void world_revoke_issuing(struct world *w, struct bytes *note)
{
    struct revocation *r = &w->revocations[w->revocation_count++];
    struct certificate c;
    struct error err;

    REQUIRE(w->revocation_count == 1);
    world_must(certificate_read(bytes_view(&w->issuing), &c, &err), &err, "the issuing CA");
    *r = (struct revocation){.name = c.key_hash, .reason = REVOKED_KEY_COMPROMISE, .time_ms = w->clock.ms};
    sign_directory(w, note);
}

static void remove_revocations(struct world *w, size_t i)
{
    size_t kept = 0;

    for (size_t k = 0; k < w->revocation_count; k++)
        if (!address_equal(&w->revocations[k].agency, &w->nodes[i].address))
            w->revocations[kept++] = w->revocations[k];
    w->revocation_count = kept;
}

void world_revoke_unheard(struct world *w, size_t i, enum revocation_reason reason)
{
    remove_revocations(w, i); /* for another reason */
    add_revocations(w, i, reason);
    renew_directory(w);
    for (size_t k = 0; k < w->node_count; k++)
        if (k != i && w->nodes[k].exchange != NULL)
            give_directory(w, k);
}

void world_pardon(struct world *w, size_t i)
{
    remove_revocations(w, i);
    world_publish(w);
}

void world_replace(struct world *w, size_t i)
{
    struct node *n = &w->nodes[i];

    if (n->exchange != NULL)
        world_crash(w, i);
    if (w->coordination == NULL) {
        remove_revocations(w, i);
        add_revocations(w, i, REVOKED_SUPERSEDED);
        bytes_clear(&n->transport);
        bytes_clear(&n->identity);
    }
    n->replaced++;
    make_node(w, i);
    if (w->coordination == NULL)
        world_publish(w);
    else
        world_hand_over(w);
    enrol(w, i, bytes_view(&w->newest_directory));
    world_start(w, i);
}

/* New certificates for the same keys, in a newer directory. */
static void issue_again(struct world *w, size_t i, enum issues how)
{
    struct node *n = &w->nodes[i];
    struct bytes request = {0};
    struct error err;

    world_must(exchange_request_endpoint(n->home, view_of_text(n->endpoint), &request, &err), &err, "a request");
    if (w->coordination != NULL) {
        issue_by_coordinator(w, n, bytes_view(&request), how);
        bytes_fini(&request);
        world_hand_over(w);
        return;
    }
    bytes_clear(&n->transport);
    bytes_clear(&n->identity);
    issue_certificates(w, n, bytes_view(&request));
    bytes_fini(&request);
    world_publish(w);
}

void world_mark_restored(struct world *w, size_t i)
{
    struct exchange_options options = options_of(&w->nodes[i]);
    struct control_node_restored told;
    struct error err;

    if (w->nodes[i].exchange != NULL)
        world_crash(w, i);
    world_must(exchange_mark_restored(&options, true, &w->arena, &told, &err), &err, "mark a home");
}

void world_begin_anew(struct world *w, size_t i)
{
    w->nodes[i].replaced++;
    issue_again(w, i, ISSUE_RESTORED);
    enrol(w, i, bytes_view(&w->newest_directory));
    world_start(w, i);
}

/* All that is in no backup, and, but for OLD, what of a backup is not put back where a machine was stolen. */
static void remove_keys(const char *home, struct exchange_old_keys *old)
{
    static const char *const of_home[] = {VAULT_IDENTITY, VAULT_TRANSPORT, VAULT_STORAGE_KEY, HOME_NODE};
    char path[FILE_PATH_MAX];
    struct keyfile *keyfile;
    struct sign_key *key;
    struct error err;
    glob_t found;

    world_must(file_join_path(path, home, VAULT_IDENTITY, &err) && sign_key_open(path, &key, &err) &&
                   file_join_path(path, home, VAULT_STORAGE_KEY, &err) &&
                   keyfile_open(path, view_of(NULL, 0), &keyfile, &err),
               &err, "read the keys");
    sign_key_public(key, old->identity);
    sign_key_free(key);
    old->generation = keyfile_newest(keyfile);
    world_must(keyfile_key(keyfile, old->generation, &old->storage, &err), &err, "read the storage key");
    keyfile_close(keyfile);
    for (size_t i = 0; i < sizeof of_home / sizeof *of_home; i++)
        REQUIRE(file_join_path(path, home, of_home[i], &err) && unlink(path) == 0);
    REQUIRE(file_join_path(path, home, VAULT_FOLDER "/sealing-*", &err) && glob(path, 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        REQUIRE(unlink(found.gl_pathv[i]) == 0);
    globfree(&found);
}

void world_replace_keys(struct world *w, size_t i)
{
    struct exchange_options options = options_of(&w->nodes[i]);
    struct exchange_old_keys old = {0};
    struct error err;

    world_mark_restored(w, i);
    remove_keys(w->nodes[i].home, &old);
    world_must(exchange_replace_keys(&options, &old, &err), &err, "replace the keys");
    secret_fini(&old.storage);
}

/* As the federation does: by bytes, key and machine. Those of machines that were stolen before stay. */
static void revoke_by_all_names(struct world *w, size_t i, struct view der)
{
    struct certificate_names by;
    struct certificate c;
    struct error err;

    world_must(certificate_read(der, &c, &err), &err, "a certificate");
    certificate_names(&c, &by);
    for (size_t k = 0; k < by.count; k++) {
        size_t at = 0;

        while (at < w->revocation_count && !hash_equal(&w->revocations[at].name, &by.at[k]))
            at++;
        if (at < w->revocation_count)
            w->revocations[at].reason = REVOKED_KEY_COMPROMISE;
        else
            insert_revocation(w, i, &by.at[k], REVOKED_KEY_COMPROMISE);
    }
}

void world_go_on_replaced(struct world *w, size_t i)
{
    struct node *n = &w->nodes[i];
    struct request request = {.agency = n->address, .kind = kind_of(i)};
    struct bytes file = {0};
    struct error err;

    request.endpoint = view_of_text(n->endpoint);
    world_must(home_read_node(n->home, &request.node, &err) && exchange_request_make(n->home, &request, &file, &err),
               &err, "a request");
    n->replaced++;
    if (w->coordination != NULL) {
        issue_by_coordinator(w, n, bytes_view(&file), ISSUE_STOLEN);
        world_hand_over(w);
    } else {
        revoke_by_all_names(w, i, bytes_view(&n->transport));
        revoke_by_all_names(w, i, bytes_view(&n->identity));
        bytes_clear(&n->transport);
        bytes_clear(&n->identity);
        issue_certificates(w, n, bytes_view(&file));
        world_publish(w);
    }
    bytes_fini(&file);
    enrol(w, i, bytes_view(&w->newest_directory));
    world_start(w, i);
}

void world_renew(struct world *w, size_t i)
{
    world_crash(w, i);
    issue_again(w, i, ISSUE_AGAIN);
    enrol(w, i, bytes_view(&w->newest_directory));
    world_start(w, i);
}

void world_renew_for(struct world *w, size_t i, unsigned transport_days, unsigned identity_days)
{
    w->nodes[i].transport_days = transport_days;
    w->nodes[i].identity_days = identity_days;
    world_renew(w, i);
}

void world_certify_transport(struct world *w, size_t i, struct view request, const struct world_validity *v,
                             struct bytes *transport, struct bytes *transport_ca)
{
    const struct certify_validity validity = {.now_ms = w->clock.ms + v->ahead_ms, .days = v->days};
    struct node *n = &w->nodes[i];
    struct error err;

    world_must(certify_transport(w->transport_key, bytes_view(&w->transport_ca), request, &w->label, &n->machine,
                                 &validity, transport, &err),
               &err, "transport certificate");
    bytes_append_view(transport_ca, bytes_view(&w->transport_ca));
}

void world_certify_by_another(struct world *w, size_t i, struct view request, unsigned days, struct bytes *transport,
                              struct bytes *transport_ca)
{
    const struct certify_validity validity = {.now_ms = w->clock.ms, .days = days};
    struct sign_key *key = sign_key_new();
    uint8_t public_key[KEY_SIZE];
    struct error err;

    sign_key_public(key, public_key);
    world_must(
        certify_transport_ca(w->root_key, bytes_view(&w->root), public_key, &w->label, &validity, transport_ca, &err) &&
            certify_transport(key, bytes_view(transport_ca), request, &w->label, &w->nodes[i].machine, &validity,
                              transport, &err),
        &err, "another CA");
    sign_key_free(key);
}

void world_certify_identity(struct world *w, struct view request, const struct world_validity *v,
                            struct bytes *identity, struct bytes *issuing)
{
    const struct certify_validity validity = {.now_ms = w->clock.ms + v->ahead_ms, .days = v->days};
    struct error err;

    world_must(
        certify_identity(w->issuing_key, bytes_view(&w->issuing), request, "sim.example", &validity, identity, &err),
        &err, "identity certificate");
    bytes_append_view(issuing, bytes_view(&w->issuing));
}

struct view world_transport(const struct world *w, size_t i)
{
    return bytes_view(&w->nodes[i].transport);
}

void world_move(struct world *w, size_t i, const char *endpoint)
{
    struct control_take_membership_ask ask = {0};
    struct control_membership_taken taken;
    struct node *n = &w->nodes[i];
    struct error err;

    (void)snprintf(n->endpoint, sizeof n->endpoint, "%s", endpoint);
    issue_again(w, i, ISSUE_AGAIN);
    ask.membership = bytes_view(&n->membership);
    world_must(exchange_take_membership(n->exchange, &ask, &taken, &err), &err, "take a membership");
}

void world_publish_to(struct world *w, size_t i)
{
    renew_directory(w);
    give_directory(w, i);
}

struct view world_replace_machine(struct world *w, size_t i, struct bytes *note)
{
    const struct certify_validity validity = {.now_ms = w->clock.ms, .days = 90};
    struct node *n = &w->nodes[i];
    struct sign_key *key = sign_key_new();
    struct bytes request = {0};
    struct error err;

    ident_random(&w->random.random, &n->machine);
    bytes_clear(&n->transport);
    world_must(certify_request(key, NULL, &request, &err), &err, "a request");
    world_must(certify_transport(w->transport_key, bytes_view(&w->transport_ca), bytes_view(&request), &w->label,
                                 &n->machine, &validity, &n->transport, &err),
               &err, "transport certificate");
    sign_directory(w, note);
    bytes_fini(&request);
    sign_key_free(key);
    return bytes_view(&n->transport);
}
