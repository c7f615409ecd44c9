#include "exchange/traffic/outbox.h"

#include "base/log.h"
#include "codec/body_codec.h"
#include "codec/envelope_codec.h"
#include "codec/peer_codec.h"
#include "codec/record_codec.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "model/refusal.h"
#include "store/note_store.h"

#include <stdlib.h>
#include <string.h>

#define RELEASE_CHUNK    256   /* messages read from the store for one link in one tick */
#define RESEND_MS        60000 /* on a link: without a receipt by then, a message is sent again */
#define DIAL_FIRST_MS    250   /* pause after the first dial that failed; doubled each time … */
#define DIAL_LONGEST_MS  60000 /* … up to this */
#define REFUSED_FIRST_MS 10000 /* pause after a refusal, doubled each time … */
#define REFUSED_DOUBLES  9     /* … up to about 85 minutes; for what is owed see obligations_pause_ms */

static bool link_is_full(struct exchange *x, const struct link *link)
{
    return link->directory_only || (x->post->waiting != NULL && x->post->waiting(x->post, link->id) > BOUND_LINK_OUT);
}

static int64_t refused_pause_ms(const struct message_row *row, uint32_t attempts)
{
    if (message_kind_has(row->kind, KIND_OWED))
        return obligations_pause_ms(attempts);
    return (int64_t)REFUSED_FIRST_MS << (attempts < REFUSED_DOUBLES ? attempts : REFUSED_DOUBLES);
}

/* A try that is further off than the pause before it was set by a clock that has been set back since. */
static bool is_too_early(const struct exchange *x, const struct message_row *row)
{
    int64_t left = row->next_try_ms - clock_now_ms(x->clock);

    return left > 0 && (row->attempts == 0 || left <= refused_pause_ms(row, row->attempts - 1));
}

static bool is_held(struct exchange *x, const struct address *agency, enum message_kind kind, bool *out,
                    struct error *err)
{
    struct held held;

    if (!holds_ask(x, agency, kind, &held, err))
        return false;
    *out = held.hold != HOLD_NONE;
    return true;
}

/* Of what waits on LINK, held too: after RESEND_MS. */
static void look_again(struct exchange *x, struct link *link)
{
    if (link->released_ms == 0)
        link->released_ms = clock_now_ms(x->clock);
}

/* --- putting --- */

static bool put_record(struct exchange *x, const struct disclosed *d, struct hash *leaf, struct error *err)
{
    struct record r = {.kind = RECORD_DISCLOSED};

    r.disclosed = (struct record_disclosed){.message = d->message,
                                            .recipient = address_view(&d->recipient),
                                            .message_kind = d->kind,
                                            .sections = d->sections,
                                            .purpose = d->purpose,
                                            .commitment = d->commitment};
    if (d->consent != NULL) {
        r.disclosed.basis = view_of_text("consent");
        r.disclosed.has_consent = true;
        r.disclosed.consent = d->consent->row.id;
    }
    return audit_append(x->audit, &r, leaf, err);
}

static void add_new_message(struct exchange *x, const struct message_row *row, struct disclosure *d)
{
    struct new_message *f = arena_new(&x->tick_arena, sizeof *f);

    *f = (struct new_message){.number = row->number,
                              .peer = row->peer,
                              .disclosure = d,
                              .record_index = row->record_index,
                              .may_leave = row->may_have_left};
    *x->new_messages_end = f;
    x->new_messages_end = &f->next;
}

/* Whether it may leave as soon as it is committed: there is a link, and nothing holds it. */
static bool may_leave_now(struct exchange *x, struct message_row *row, const struct address *to, struct error *err)
{
    const struct link *link = links_find_to(x, row->peer);
    bool held;

    if (link == NULL || link->directory_only)
        return true;
    if (!is_held(x, to, row->kind, &held, err))
        return false;
    row->may_have_left = !held;
    return true;
}

bool outbox_put(struct exchange *x, const struct outbox_item *item, struct error *err)
{
    const struct disclosed *d = disclosure_of(item->disclosure);
    struct message_row row = {.number = item->number,
                              .direction = DIRECTION_OUT,
                              .id = d->message,
                              .kind = d->kind,
                              .referral = item->referral,
                              .consent = item->consent,
                              .record_index = audit_size(x->audit, LOG_EXCHANGE),
                              .state = MESSAGE_WAITING,
                              .expiry = d->expiry};
    uint64_t slot = VAULT_OWN_SLOT;
    struct peer_row peer;

    REQUIRE(x->in_transaction);
    if (!peers_get_or_add(x, &d->recipient, &peer, err) || !put_record(x, d, &row.leaf, err))
        return false;
    row.peer = peer.number;
    if (!may_leave_now(x, &row, &d->recipient, err) || !message_store_add(x->db, &row, err) ||
        (message_kind_is_of_referral(d->kind) && !consent_book_slot(x, item->consent, &slot, err)) ||
        !stored_body_put(x, row.number, slot, d->salt, d->body, err) ||
        (message_kind_has(row.kind, KIND_OWED) && !obligations_put(x, &row, d, err)))
        return false;
    add_new_message(x, &row, item->disclosure);
    return true;
}

bool outbox_put_plain(struct exchange *x, const struct address *to, const struct body *body, int64_t referral,
                      int64_t consent, struct error *err)
{
    uint8_t *salt = arena_new(&x->tick_arena, SALT_SIZE);
    struct bytes *encoded = tick_plain(x);
    struct gate_ask ask = {
        .recipient = *to, .kind = body->kind, .salt = salt, .expiry = tick_today(x) + BOUND_EXPIRY_DAYS};
    struct outbox_item item = {.referral = referral, .consent = consent};
    struct disclosure *d;
    enum denial denied;

    body_encode(body, encoded);
    random_fill(x->random, salt, SALT_SIZE);
    ident_for_message(x->random, clock_now_ms(x->clock), &ask.message);
    ask.body = bytes_view(encoded);
    if (!tick_begin(x, err) || !consent_gate_disclose(x, &ask, &d, &denied, err))
        return false;
    if (d == NULL)
        return error_set(err, E_CON_09, "a message to %s was not let through: %s", to->text, denial_sentence(denied));
    item.disclosure = d;
    return message_store_next_number(x->db, &item.number, err) && outbox_put(x, &item, err);
}

/* --- releasing --- */

static bool withhold_message(struct exchange *x, const struct message_row *row, enum denial why, enum left left,
                             struct error *err)
{
    struct record r = {.kind = RECORD_WITHHELD};
    struct peer_row peer;
    bool found;

    if (!tick_begin(x, err) || !peers_get(x, row->peer, &found, &peer, err))
        return false;
    r.withheld = (struct record_withheld){
        .recipient = address_view(&peer.agency), .message = row->id, .reason = (uint32_t)why, .left = left};
    tick_again(x); /* to commit it */
    return audit_append(x->audit, &r, NULL, err) &&
           message_store_set_state(x->db, row->number, MESSAGE_WITHHELD, 0, err) &&
           (!message_kind_has(row->kind, KIND_OWED) || obligations_withheld(x, row, err));
}

static enum left left_of(const struct message_row *row)
{
    return row->may_have_left ? LEFT_PERHAPS : LEFT_NEVER;
}

bool outbox_drop(struct exchange *x, int64_t number, enum denial why, struct error *err)
{
    struct message_row row;
    bool found;

    if (!message_store_get(x->db, number, &found, &row, err))
        return false;
    return !found || row.state != MESSAGE_WAITING || withhold_message(x, &row, why, left_of(&row), err);
}

/* --- what may have left --- */

/* Whether the consent that ROW lies under ended, so that the gate will keep it back. What is owed is not asked. */
static bool may_pass(struct exchange *x, const struct message_row *row, bool *pass, struct error *err)
{
    struct consent_row consent;
    bool found;

    *pass = true;
    if (row->consent == 0 || !message_kind_has(row->kind, KIND_PERMISSION) || message_kind_has(row->kind, KIND_OWED))
        return true;
    if (!consent_store_get(x->db, row->consent, &found, &consent, err))
        return false;
    *pass = found && consent.progress == CONSENT_STANDS && !consent_has_ended(consent.until, tick_today(x));
    return true;
}

struct marking {
    struct exchange *x;
    const struct link *link;
};

static bool mark_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct marking *m = cookie;
    struct exchange *x = m->x;
    bool held;
    bool pass;

    if (row->may_have_left || (!m->link->retry_all && is_too_early(x, row)))
        return true;
    if (!is_held(x, &m->link->agency, row->kind, &held, err))
        return false;
    if (held)
        return true;
    if (!may_pass(x, row, &pass, err))
        return false;
    if (!pass && !m->link->mark_all)
        return true;
    return tick_begin(x, err) && message_store_set_left(x->db, row->number, err);
}

bool outbox_mark_leaving(struct exchange *x, struct error *err)
{
    for (struct link *link = x->links; link != NULL; link = link->next) {
        struct marking m = {.x = x, .link = link};

        if (!link->backlog || link_is_full(x, link))
            continue;
        if (!message_store_walk_waiting(x->db, link->peer, link->released_up_to, RELEASE_CHUNK, mark_message, &m, err))
            return false;
        link->mark_all = false;
    }
    return true;
}

/* A consistency path is sent only with the first message of each checkpoint on a link: the others would repeat it. */
static bool add_consistency(struct exchange *x, struct link *link, int64_t number, struct seal_input *input,
                            struct error *err)
{
    struct peer_row peer;
    bool found;

    if (link->grown_size >= input->proof->size)
        return true;
    if (!peers_get(x, link->peer, &found, &peer, err))
        return false;
    link->grown_size = input->proof->size;
    link->growth_message = number;
    if (!found || peer.receipted_size == 0 || peer.receipted_size >= input->proof->size)
        return true;
    input->known_size = peer.receipted_size;
    return audit_consistency(x->audit, peer.receipted_size, input->proof->size, &x->tick_arena, &input->consistency,
                             err);
}

static bool send_message(struct exchange *x, struct link *link, int64_t number, uint64_t record_index,
                         const struct disclosure *d, struct error *err)
{
    struct audit_proof proof;
    struct seal_input input = {.proof = &proof};
    bool held;

    look_again(x, link);
    if (!is_held(x, &link->agency, disclosure_of(d)->kind, &held, err))
        return false;
    if (held)
        return true;
    if (!audit_prove(x->audit, record_index, AUDIT_NEWEST, &x->tick_arena, &proof, err) ||
        !add_consistency(x, link, number, &input, err))
        return false;
    bytes_clear(&x->frame);
    if (!sealing_envelope(x, d, &input, &x->frame, err)) {
        log_line(LOG_WARNING, "event=message.waits peer=%s code=%s", link->agency.text, error_row(err->code)->code);
        holds_said(x, link->peer, HOLD_NO_SEALING_KEY);
        return err->code != E_BUG_01; /* no key to seal to: the message waits for a bundle */
    }
    tick_send(x, link->id, PEER_ENVELOPE, bytes_view(&x->frame));
    return true;
}

struct waiting {
    struct exchange *x;
    struct link *link;
    size_t seen;
    bool blocked; /* a message is to be marked first, in the next tick; those behind it wait for it */
};

static void block(struct waiting *w, const struct message_row *row)
{
    w->blocked = true;
    w->link->released_up_to = row->number - 1;
}

static void add_question(struct link *link, const struct message_row *row)
{
    bytes_append(&link->asks, row->id.at, sizeof row->id.at);
    bytes_append(&link->asks, row->leaf.at, sizeof row->leaf.at);
}

/* Owed to an agency that cannot be reached: it waits until the agency is a member again, or a person closes it. */
static bool is_for_a_person(enum message_kind kind, enum denial denied)
{
    return message_kind_has(kind, KIND_OWED) &&
           (denied == DENIAL_NOT_MEMBER || denied == DENIAL_LEFT || denied == DENIAL_KEY_COMPROMISED);
}

/* The gate says no. What never left is withheld. What may have left is not called so before the recipient was asked: it
 * may have arrived, and its receipt was lost. */
static bool keep_back(struct waiting *w, const struct message_row *row, enum denial denied, struct error *err)
{
    if (is_for_a_person(row->kind, denied))
        return true;
    if (!row->may_have_left || row->missing_ms != 0)
        return withhold_message(w->x, row, denied, left_of(row), err);
    add_question(w->link, row);
    return true;
}

/* The gate again: her consent may have been withdrawn since the message was made, days ago or in this tick. */
static bool release_message(struct waiting *w, const struct message_row *row, const struct gate_ask *ask,
                            struct error *err)
{
    struct disclosure *passed;
    enum denial denied;

    if (!consent_gate_disclose(w->x, ask, &passed, &denied, err))
        return false;
    if (passed == NULL)
        return keep_back(w, row, denied, err);
    if (!row->may_have_left) {
        block(w, row);
        w->link->mark_all = true;
        return true;
    }
    return send_message(w->x, w->link, row->number, row->record_index, passed, err);
}

static bool release_new(struct exchange *x, const struct new_message *f, struct link *link, struct error *err)
{
    enum denial denied;

    if (!consent_gate_recheck(x, f->disclosure, &denied, err))
        return false;
    if (denied != 0) {
        struct message_row row;
        bool found;

        if (is_for_a_person(disclosure_of(f->disclosure)->kind, denied))
            return true;
        return message_store_get(x->db, f->number, &found, &row, err) &&
               withhold_message(x, &row, denied, LEFT_NEVER, err);
    }
    return send_message(x, link, f->number, f->record_index, f->disclosure, err);
}

/* The consent that a message goes under, even if it carries no section. If that was withdrawn, *OUT is NULL and *STANDS
 * is false. What is owed goes under none: *OUT is NULL, *STANDS true. */
static bool consent_of(struct exchange *x, const struct message_row *row, struct consent_entry **out, bool *stands,
                       struct error *err)
{
    struct consent_row consent;
    bool found;

    *stands = true;
    if (row->consent == 0 || !message_kind_has(row->kind, KIND_PERMISSION) || message_kind_has(row->kind, KIND_OWED))
        return true;
    if (!consent_store_get(x->db, row->consent, &found, &consent, err))
        return false;
    *stands = found && consent.progress == CONSENT_STANDS;
    return !*stands || consent_book_get(x, row->consent, out, err);
}

/* What is owed has no last day: each envelope of it gets one of its own. */
static uint32_t envelope_expiry(struct exchange *x, const struct message_row *row)
{
    return message_kind_has(row->kind, KIND_OWED) ? tick_today(x) + BOUND_EXPIRY_DAYS : row->expiry;
}

static bool release_stored(struct waiting *w, const struct message_row *row, struct error *err)
{
    struct exchange *x = w->x;
    struct gate_ask ask = {
        .message = row->id, .recipient = w->link->agency, .kind = row->kind, .expiry = envelope_expiry(x, row)};
    struct stored_body stored;
    struct error why = {0};
    bool readable;
    bool stands;

    if (!consent_of(x, row, &ask.consent, &stands, err) ||
        !stored_body_open(x, row->number, &readable, &stored, &why, err))
        return false;
    if (!readable || !stands)
        return keep_back(w, row, DENIAL_WITHDRAWN, err);
    ask.salt = stored.salt;
    ask.body = stored.bytes;
    ask.purpose = ask.consent != NULL ? consent_entry_purpose(ask.consent) : 0;
    return release_message(w, row, &ask, err);
}

static void note_retry(struct link *link, int64_t at_ms)
{
    if (link->retry_ms == 0 || at_ms < link->retry_ms)
        link->retry_ms = at_ms;
}

static bool release_waiting(void *cookie, const struct message_row *row, struct error *err)
{
    struct waiting *w = cookie;
    struct exchange *x = w->x;
    bool held;
    bool pass;

    if (w->blocked)
        return true;
    w->seen++;
    w->link->released_up_to = row->number;
    if (!w->link->retry_all && is_too_early(x, row)) {
        note_retry(w->link, row->next_try_ms);
        return true;
    }
    if (!row->may_have_left) {
        if (!is_held(x, &w->link->agency, row->kind, &held, err))
            return false;
        if (held) {
            look_again(x, w->link);
            return true;
        }
        if (!may_pass(x, row, &pass, err))
            return false;
        if (pass) {
            block(w, row);
            return true;
        }
    }
    return release_stored(w, row, err);
}

static bool release_backlog(struct exchange *x, struct link *link, struct error *err)
{
    struct waiting w = {.x = x, .link = link};

    if (!link->backlog || link_is_full(x, link))
        return true;
    if (!message_store_walk_waiting(x->db, link->peer, link->released_up_to, RELEASE_CHUNK, release_waiting, &w, err))
        return false;
    link->backlog = w.blocked || w.seen == RELEASE_CHUNK;
    link->retry_all = link->retry_all && link->backlog;
    if (link->backlog)
        tick_again(x);
    return true;
}

/* --- asking what arrived --- */

static bool add_unsettled(void *cookie, const struct message_row *row, struct error *err)
{
    struct link *link = cookie;

    (void)err;
    add_question(link, row);
    link->settling_up_to = row->number;
    return true;
}

/* At most one frame: when it is answered, or when all that waits is looked at again, the next one goes. */
static bool ask_settling(struct exchange *x, struct link *link, struct error *err)
{
    size_t room = BOUND_ASKED - link->asks.size / PEER_ASK_ITEM;

    if (link->directory_only)
        return true;
    if (link->asks.size / PEER_ASK_ITEM > BOUND_ASKED)
        room = 0;
    if (link->settling_due && room > 0) {
        link->settling_due = false;
        if (!message_store_walk_unsettled(x->db, link->peer, link->settling_up_to, room, add_unsettled, link, err))
            return false;
    }
    if (link->asks.size == 0)
        return true;
    if (link->asks.size > BOUND_ASKED * PEER_ASK_ITEM)
        link->asks.size = BOUND_ASKED * PEER_ASK_ITEM;
    bytes_clear(&x->frame);
    peer_ask_encode(&(struct peer_ask){.asked = (const void *)link->asks.at, .count = link->asks.size / PEER_ASK_ITEM},
                    &x->frame);
    tick_send(x, link->id, PEER_ASK, bytes_view(&x->frame));
    bytes_clear(&link->asks);
    return true;
}

static bool note_missing(struct exchange *x, struct link *link, const struct ident *id, struct error *err)
{
    struct message_row row;
    bool found;

    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, id, &found, &row, err))
        return false;
    if (!found || !row.may_have_left || row.state == MESSAGE_RECEIPTED || row.state == MESSAGE_REFUSED)
        return true;
    if (row.state == MESSAGE_WAITING) { /* the gate looks at it again */
        link->backlog = true;
        link->released_up_to = row.number - 1 < link->released_up_to ? row.number - 1 : link->released_up_to;
    }
    return tick_begin(x, err) && message_store_set_missing(x->db, row.number, clock_now_ms(x->clock), err);
}

bool outbox_take_missing(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct peer_missing missing;

    if (!peer_missing_decode(payload, &x->tick_arena, &missing, err))
        return error_wrap(err, "an answer of %s", link->agency.text);
    for (size_t i = 0; i < missing.count; i++)
        if (!note_missing(x, link, &missing.ids[i], err))
            return false;
    link->settling_due = link->settling_up_to != 0;
    return true;
}

/* --- reaching peers --- */

static struct dialling *dialling_of(struct exchange *x, int64_t peer)
{
    struct dialling *d = x->dialling;

    while (d != NULL && d->peer != peer)
        d = d->next;
    return d;
}

static struct dialling *add_dialling(struct exchange *x, int64_t peer, const struct address *agency)
{
    struct dialling *d = dialling_of(x, peer);

    if (d != NULL)
        return d;
    d = xnew(sizeof *d);
    *d = (struct dialling){.next = x->dialling, .peer = peer, .agency = *agency};
    x->dialling = d;
    return d;
}

static bool dial_waiting_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row row;
    bool found;

    (void)waiting;
    if (links_find_to(x, peer) != NULL)
        return true;
    if (!peers_get(x, peer, &found, &row, err))
        return false;
    if (found)
        (void)add_dialling(x, peer, &row.agency);
    return true;
}

static int64_t dial_pause_ms(uint32_t attempts)
{
    int64_t pause = DIAL_FIRST_MS << (attempts < 8 ? attempts : 8);

    return pause < DIAL_LONGEST_MS ? pause : DIAL_LONGEST_MS;
}

/* Dials the peers whose time has come; those for whom nothing waits any more are dropped. */
static bool dial_due(struct exchange *x, struct error *err)
{
    int64_t now = clock_now_ms(x->clock);

    for (struct dialling **at = &x->dialling; *at != NULL;) {
        struct dialling *d = *at;
        struct peer peer;
        uint64_t waiting;

        if (d->next_ms > now &&
            d->next_ms - now <= DIAL_LONGEST_MS) { /* if it is further off, the clock was set back */
            at = &d->next;
            continue;
        }
        if (!message_store_waiting_for(x->db, d->peer, &waiting, err))
            return false;
        if (waiting == 0) {
            *at = d->next;
            free(d);
            continue;
        }
        d->next_ms = now + dial_pause_ms(d->attempts++);
        if (membership_find_peer(x->membership, address_view(&d->agency), &peer) && peer.member->endpoint.size != 0)
            x->post->dial(x->post, &d->agency, peer.member->endpoint);
        at = &d->next;
    }
    return true;
}

void outbox_link_up(struct exchange *x, struct link *link)
{
    for (struct dialling **at = &x->dialling; *at != NULL; at = &(*at)->next)
        if ((*at)->peer == link->peer) {
            struct dialling *d = *at;

            link->attempts = d->attempts;
            *at = d->next;
            free(d);
            break;
        }
    link->backlog = true;
    link->released_up_to = 0;
    link->settling_due = true;
    x->obligations_due = true; /* it may not have been a member until now */
}

/* The pause goes on growing from link->attempts: otherwise a peer that accepts links and closes them (because its
 * directory revokes us, say) would be dialled in a tight loop. */
void outbox_link_down(struct exchange *x, const struct link *link)
{
    struct dialling *d;

    if (links_find_to(x, link->peer) != NULL)
        return;
    d = add_dialling(x, link->peer, &link->agency);
    d->attempts = link->attempts;
    d->next_ms = clock_now_ms(x->clock) + dial_pause_ms(d->attempts);
}

void outbox_fini(struct exchange *x)
{
    while (x->dialling != NULL) {
        struct dialling *d = x->dialling;

        x->dialling = d->next;
        free(d);
    }
}

/* A message may be lost although the link stays up (the peer restarted its node, or was busy): after RESEND_MS all that
 * waits is sent again. A receiver that has it answers with the same receipt. */
static void resend_due(struct exchange *x, struct link *link)
{
    int64_t now = clock_now_ms(x->clock);
    int64_t since = now - link->released_ms;
    bool resend = link->released_ms != 0 && (since >= RESEND_MS || since < 0);
    bool retry = link->retry_ms != 0 && now >= link->retry_ms;

    if (link->backlog || (!resend && !retry))
        return;
    link->backlog = true;
    link->released_up_to = 0;
    link->released_ms = 0;
    link->retry_ms = 0;
}

bool outbox_release(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (struct new_message *f = x->new_messages; f != NULL; f = f->next) {
        struct link *link = links_find_to(x, f->peer);

        if (link == NULL) {
            (void)add_dialling(x, f->peer, &disclosure_of(f->disclosure)->recipient);
        } else if (link->backlog || link_is_full(x, link) || !f->may_leave) {
            link->backlog = true;
        } else {
            link->released_up_to = f->number;
            if (!release_new(x, f, link, err))
                return false;
        }
    }
    for (struct link *link = x->links; link != NULL; link = link->next) {
        resend_due(x, link);
        if (!release_backlog(x, link, err) || !ask_settling(x, link, err))
            return false;
    }
    if (x->waiting_scan_due) {
        x->waiting_scan_due = false;
        if (!message_store_walk_waiting_peers(x->db, dial_waiting_peer, x, err))
            return false;
    }
    return dial_due(x, err);
}

int64_t outbox_wake_ms(const struct exchange *x)
{
    int64_t wake = 0;

    for (const struct dialling *d = x->dialling; d != NULL; d = d->next)
        if (wake == 0 || d->next_ms < wake)
            wake = d->next_ms;
    for (const struct link *l = x->links; l != NULL; l = l->next) {
        int64_t at = l->backlog ? clock_now_ms(x->clock) + 20 : l->released_ms + RESEND_MS;

        if (l->retry_ms != 0 && (wake == 0 || l->retry_ms < wake))
            wake = l->retry_ms;
        if (!l->directory_only && (l->backlog || l->released_ms != 0) && (wake == 0 || at < wake))
            wake = at;
    }
    return wake;
}

/* --- expiry --- */

struct expiry_walk {
    struct exchange *x;
    uint32_t today;
    int64_t peer;
};

static bool expire_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct expiry_walk *a = cookie;
    struct record r = {.kind = RECORD_EXPIRED};
    struct peer_row peer;
    bool found;

    if (row->expiry >= a->today || message_kind_has(row->kind, KIND_OWED))
        return true;
    if (!tick_begin(a->x, err) || !peers_get(a->x, row->peer, &found, &peer, err))
        return false;
    r.withheld =
        (struct record_withheld){.recipient = address_view(&peer.agency), .message = row->id, .left = left_of(row)};
    return audit_append(a->x->audit, &r, NULL, err) &&
           message_store_set_state(a->x->db, row->number, MESSAGE_EXPIRED, 0, err);
}

static bool expire_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct expiry_walk *a = cookie;

    return message_store_walk_waiting(a->x->db, peer, 0, waiting, expire_message, a, err);
}

bool outbox_expire(struct exchange *x, struct error *err)
{
    struct expiry_walk a = {.x = x, .today = tick_today(x)};

    for (struct link *l = x->links; l != NULL; l = l->next) {
        l->settling_due = true;
        l->settling_up_to = 0;
    }
    return message_store_walk_waiting_peers(x->db, expire_peer, &a, err);
}

/* --- agencies that cannot be reached again --- */

static bool end_denied_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row peer;
    enum denial denied;
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    denied = found ? holds_denial(x, &peer.agency, row->kind) : 0;
    return denied == 0 || is_for_a_person(row->kind, denied) || withhold_message(x, row, denied, left_of(row), err);
}

static bool end_denied_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *err)
{
    struct exchange *x = cookie;
    struct peer_row row;
    bool found;

    if (!peers_get(x, peer, &found, &row, err))
        return false;
    if (!found || holds_denial(x, &row.agency, MESSAGE_REFERRAL) == 0)
        return true;
    return message_store_walk_waiting(x->db, peer, 0, waiting, end_denied_message, x, err);
}

bool outbox_end_denied(struct exchange *x, struct error *err)
{
    return message_store_walk_waiting_peers(x->db, end_denied_peer, x, err);
}

/* --- receipts --- */

static bool settle_message(struct exchange *x, struct link *link, struct message_row *row,
                           const struct receipt *receipt, const struct proof_answer *proven, struct error *err)
{
    enum outcome outcome = proven->record.received.outcome;
    struct record r = {.kind = RECORD_RECEIPTED};
    struct peer_row peer;
    int64_t note;
    bool found;

    r.receipted = (struct record_receipted){
        .recipient = address_view(&link->agency), .message = row->id, .leaf = proven->leaf, .outcome = outcome};
    row->state = outcome == OUTCOME_STORED ? MESSAGE_RECEIPTED : MESSAGE_REFUSED;
    row->outcome = outcome;
    return tick_begin(x, err) && peers_get(x, link->peer, &found, &peer, err) &&
           witness_receipt(x, &peer, proven, receipt->checkpoint, err) && audit_append(x->audit, &r, NULL, err) &&
           peers_put_note(x, link->peer, proven->size, receipt->checkpoint, &note, err) &&
           message_store_set_state(x->db, row->number, row->state, row->outcome, err) &&
           message_store_put_receipt(x->db, row->number, note, receipt->record, receipt->path, err) &&
           (!message_kind_has(row->kind, KIND_OWED) || obligations_receipted(x, row, outcome, &proven->leaf, err));
}

/* The receipt of a message with a consistency path shows that the peer has that checkpoint. */
static bool note_receipted_size(struct exchange *x, struct link *link, const struct message_row *row, struct error *err)
{
    struct peer_row peer;
    bool found;

    if (row->number != link->growth_message || row->state != MESSAGE_RECEIPTED)
        return true;
    link->growth_message = 0;
    if (!peers_get(x, link->peer, &found, &peer, err))
        return false;
    peer.receipted_size = link->grown_size;
    peer.last_receipt_ms = clock_now_ms(x->clock);
    return !found || peers_update(x, &peer, err);
}

bool outbox_try_now(struct exchange *x, const struct message_row *row, struct error *err)
{
    for (struct link *l = x->links; l != NULL; l = l->next)
        if (l->peer == row->peer) {
            l->backlog = true;
            l->released_up_to = row->number - 1 < l->released_up_to ? row->number - 1 : l->released_up_to;
        }
    x->waiting_scan_due = true;
    return tick_begin(x, err) && message_store_retry(x->db, row->number, 0, 0, err);
}

bool outbox_take_receipt(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct receipt receipt;
    struct proof_question q = {.agency = address_view(&link->agency)};
    struct proof_answer proven;
    struct message_row row;
    bool found;

    if (!receipt_decode(payload, &x->tick_arena, &receipt, err))
        return error_wrap(err, "a receipt of %s", link->agency.text);
    q.record = receipt.record;
    q.path = receipt.path;
    q.checkpoint = receipt.checkpoint;
    if (!proofs_check(x, &q, &proven, NULL, err))
        return error_wrap(err, "a receipt of %s", link->agency.text);
    if (proven.record.kind != RECORD_RECEIVED && proven.record.kind != RECORD_REFUSED)
        return error_set(err, E_LNK_90, "%s sent a record as a receipt that is none", link->agency.text);
    if (!view_equal(proven.record.received.sender, address_view(membership_own(x->membership))))
        return error_set(err, E_LNK_90, "%s sent a receipt of another agency's message", link->agency.text);
    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, &proven.record.received.message, &found, &row, err))
        return false;
    /* A message that was withheld or expired while its receipt was under way did arrive: the receipt is recorded. */
    if (!found || row.state == MESSAGE_RECEIPTED || row.state == MESSAGE_REFUSED ||
        !hash_equal(&row.leaf, &proven.record.received.leaf))
        return true; /* receipted before, or not a message of ours */
    holds_said(x, link->peer, HOLD_NONE);
    return settle_message(x, link, &row, &receipt, &proven, err) && note_receipted_size(x, link, &row, err);
}

/* The record of ROW says a time that this node's clock has not reached: it was set right since, and no other node takes
 * the message before that time. The same is recorded again, with the time of now; the peer has just said that it has no
 * message of this id. */
static bool record_again(struct exchange *x, struct link *link, struct message_row *row, bool *done, struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err) &&
              (found || error_set(err, E_LOG_02, "the record of a message is missing")) &&
              record_decode(arena_copy(&x->tick_arena, bytes_view(&stored)), &x->tick_arena, &r, err);

    bytes_fini(&stored);
    *done = ok && r.kind == RECORD_DISCLOSED && r.time_ms > clock_now_ms(x->clock) + BOUND_FUTURE_MS;
    if (!ok || !*done)
        return ok;
    row->record_index = audit_size(x->audit, LOG_EXCHANGE);
    link->backlog = true;
    link->released_up_to = row->number - 1 < link->released_up_to ? row->number - 1 : link->released_up_to;
    tick_again(x);
    return tick_begin(x, err) && audit_append(x->audit, &r, &row->leaf, err) &&
           message_store_set_record(x->db, row->number, row->record_index, &row->leaf, err);
}

bool outbox_take_refusal(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct peer_refusal refusal;
    struct address agency;
    struct message_row row;
    bool is_new = false;
    bool found = false;
    bool again = false;

    if (!peer_refusal_decode(payload, &x->tick_arena, &refusal, err))
        return error_wrap(err, "a refusal of %s", link->agency.text);
    log_line(LOG_WARNING, "event=message.refused peer=%s step=%s%s%s hold=%s", link->agency.text,
             admission_step_name((enum admission_step)refusal.step), refusal.reason != 0 ? " reason=" : "",
             refusal.reason != 0 ? refusal_reason_name((enum refusal_reason)refusal.reason) : "",
             hold_name(refusal.hold));
    holds_said(x, link->peer, refusal.hold);
    if (refusal.bundle.size != 0) {
        if (!membership_take_bundle(x->membership, refusal.bundle, &agency, &is_new, err))
            return error_wrap(err, "the bundle in a refusal of %s", link->agency.text);
        sealing_invalidate(x->sealing);
        if (is_new &&
            (!tick_begin(x, err) ||
             !note_store_put(x->db, "bundle", address_view(&agency),
                             membership_bundle(x->membership, address_view(&agency))->sequence, refusal.bundle, err)))
            return false;
    }
    if (!refusal.has_message)
        return true;
    if (!message_store_find(x->db, DIRECTION_OUT, link->peer, &refusal.message, &found, &row, err))
        return false;
    if (!found || row.state != MESSAGE_WAITING)
        return true;
    if (is_new) { /* released again, sealed to the new key */
        link->backlog = true;
        link->released_up_to = row.number - 1 < link->released_up_to ? row.number - 1 : link->released_up_to;
        return true;
    }
    if (refusal.hold == HOLD_CLOCK && !record_again(x, link, &row, &again, err))
        return false;
    if (again)
        return true;
    row.next_try_ms = clock_now_ms(x->clock) + refused_pause_ms(&row, row.attempts);
    note_retry(link, row.next_try_ms);
    return tick_begin(x, err) && message_store_retry(x->db, row.number, row.attempts + 1, row.next_try_ms, err);
}
