#include "exchange/traffic/outbox.h"

#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"

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
        r.disclosed.basis = view_of_text(DISCLOSED_BASIS_CONSENT);
        r.disclosed.has_consent = true;
        r.disclosed.consent = d->consent->row.id;
    }
    return audit_append(x->audit, &r, leaf, err) && acting_record(x, ACT_SENT, &d->message, err);
}

struct outbox {
    struct new_message *first; /* of this tick, in its arena */
    struct new_message **end;
};

struct outbox *outbox_new(void)
{
    return xnew(sizeof(struct outbox));
}

void outbox_end_tick(struct exchange *x)
{
    x->outbox->first = NULL;
    x->outbox->end = &x->outbox->first;
}

const struct new_message *outbox_new_messages(const struct exchange *x)
{
    return x->outbox->first;
}

/* Made in this tick, which is not committed: it leaves after the commit at the earliest. NULL: it was not. */
static struct new_message *find_new(const struct exchange *x, int64_t number)
{
    struct new_message *f = x->committed ? NULL : x->outbox->first;

    while (f != NULL && f->number != number)
        f = f->next;
    return f;
}

bool outbox_is_new(const struct exchange *x, int64_t number)
{
    return find_new(x, number) != NULL;
}

bool outbox_keep(struct exchange *x, int64_t number)
{
    struct new_message *f = find_new(x, number);

    if (f != NULL)
        f->may_leave = false;
    return f != NULL;
}

static void add_new_message(struct exchange *x, const struct message_row *row, struct disclosure *d)
{
    struct new_message *f = arena_new(&x->tick_arena, sizeof *f);

    *f = (struct new_message){.number = row->number,
                              .peer = row->peer,
                              .disclosure = d,
                              .record_index = row->record_index,
                              .may_leave = row->may_have_left};
    *x->outbox->end = f;
    x->outbox->end = &f->next;
}

/* Whether it may leave as soon as it is committed: there is a link, and nothing holds it. */
static bool may_leave_now(struct exchange *x, struct message_row *row, const struct address *to, struct error *err)
{
    const struct link *link = links_find_any_to(x, row->peer);
    struct held held;

    if (link == NULL || link->directory_only || (link->recall_only && !holds_calls_back(row->kind)))
        return true;
    if (!holds_ask(x, to, row->kind, &held, err))
        return false;
    row->may_have_left = held.hold == HOLD_NONE;
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

    REQUIRE(x->in_transaction && (item->consent != 0 || !message_kind_has(d->kind, KIND_PERMISSION)));
    if (!peers_get_or_add(x, &d->recipient, &peer, err) || !put_record(x, d, &row.leaf, err))
        return false;
    REQUIRE(row.record_index + 1 == audit_size(x->audit, LOG_EXCHANGE)); /* it is of this record */
    row.peer = peer.number;
    if (!may_leave_now(x, &row, &d->recipient, err) || !message_store_add(x->db, &row, err) ||
        (message_kind_is_of_referral(d->kind) && !consent_book_slot(x, item->consent, &slot, err)) ||
        !stored_body_put(x, row.number, slot, d->salt, d->body, err))
        return false;
    add_new_message(x, &row, item->disclosure);
    return message_kind_has(row.kind, KIND_OWED) ? obligations_put(x, &row, d, err)
                                                 : lost_there_withhold_new(x, row.number, err);
}

/* ITEM: all but its disclosure. */
static bool put_plain(struct exchange *x, const struct address *to, const struct body *body, uint32_t expiry,
                      struct outbox_item *item, struct error *err)
{
    uint8_t *salt = arena_new(&x->tick_arena, SALT_SIZE);
    struct bytes *encoded = tick_plain(x);
    struct gate_ask ask = {.recipient = *to, .kind = body->kind, .salt = salt, .expiry = expiry, .may_wait = true};
    struct disclosure *d;
    enum denial denied;

    body_encode(body, encoded);
    random_fill(x->random, salt, SALT_SIZE);
    ident_for_message(x->random, tick_record_ms(x), &ask.message);
    ask.body = bytes_view(encoded);
    if (!tick_begin(x, err) || !consent_gate_disclose(x, &ask, &d, &denied, err))
        return false;
    if (d == NULL)
        return error_set(err, E_CON_09, "a message to %s was not let through: %s", to->text, denial_says(denied));
    item->disclosure = d;
    item->number = message_store_next_number(x->db);
    return outbox_put(x, item, err);
}

bool outbox_put_plain(struct exchange *x, const struct address *to, const struct body *body, int64_t referral,
                      int64_t consent, struct error *err)
{
    struct outbox_item item = {.referral = referral, .consent = consent};

    return put_plain(x, to, body, tick_message_expiry(x), &item, err);
}

bool outbox_put_about_nobody(struct exchange *x, const struct address *to, const struct body *body, uint32_t last_day,
                             int64_t *number, struct error *err)
{
    struct outbox_item item = {.number = 0};
    uint32_t expiry = tick_message_expiry(x);

    REQUIRE(message_kind_is_about_nobody(body->kind));
    if (!put_plain(x, to, body, last_day < expiry ? last_day : expiry, &item, err))
        return false;
    *number = item.number;
    return true;
}

bool outbox_drop(struct exchange *x, int64_t number, enum denial why, struct error *err)
{
    struct message_row row;
    bool found;

    if (!message_store_get(x->db, number, &found, &row, err))
        return false;
    return !found || row.state != MESSAGE_WAITING || settling_withhold(x, &row, why, settling_left(&row), err);
}
