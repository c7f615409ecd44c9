#include "exchange/kinds/inquiries.h"

#include "exchange/consent/consent_gate.h"
#include "exchange/kinds/inquiry_calls.h"
#include "exchange/members/membership.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"
#include "store/message_store.h"

/* --- going out --- */

bool inquiries_may_go(struct exchange *x, const struct address *to, struct error *err)
{
    if (address_equal(to, membership_own(x->membership)))
        return error_set(err, E_REF_05, "%s is this agency", to->text);
    if (!membership_can_link(x->membership, address_view(to)))
        return error_set(err, E_FED_48, "neither this node nor that of %s can be dialled by the other", to->text);
    return membership_admits(x->membership, address_view(to), tick_closing_ms(x), NULL, err) ||
           hold_ends(membership_hold(x->membership, address_view(to), tick_closing_ms(x))) == HOLD_ENDS_ITSELF;
}

bool inquiries_put(struct exchange *x, const struct address *to, const struct body *body, struct inquiry_row *row,
                   struct error *err)
{
    struct message_row message;
    struct peer_row peer;
    bool found;

    if (!outbox_put_about_nobody(x, to, body, day_of_ms(row->until_ms), &row->message, err) ||
        !peers_get_or_add(x, to, &peer, err) || !message_store_get(x->db, row->message, &found, &message, err))
        return false;
    REQUIRE(found);
    row->kind = body->kind;
    row->direction = DIRECTION_OUT;
    row->peer = peer.number;
    row->id = message.id;
    row->made_ms = tick_record_ms(x);
    return inquiry_store_add(x->db, row, err);
}

bool inquiries_answer(struct exchange *x, const struct inquiry_row *row, const struct body *body, struct error *err)
{
    struct peer_row peer;
    int64_t message;
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency that asked is missing");
    return outbox_put_about_nobody(x, &peer.agency, body, tick_message_expiry(x), &message, err) &&
           inquiry_store_answer(x->db, row->number, message, err);
}

/* --- that came --- */

bool inquiries_keep(struct exchange *x, const struct received_body *b, int64_t until_ms, struct error *err)
{
    struct inquiry_row row = {.kind = b->body->kind,
                              .direction = DIRECTION_IN,
                              .peer = b->peer,
                              .message = b->message,
                              .made_ms = tick_record_ms(x),
                              .until_ms = until_ms};
    struct message_row message;
    bool found;

    if (!message_store_get(x->db, b->message, &found, &message, err))
        return false;
    REQUIRE(found);
    row.id = message.id;
    return inquiry_store_add(x->db, &row, err);
}

bool inquiries_standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                        struct error *err)
{
    uint64_t open;

    (void)first;
    if (!inquiry_store_count(x->db, b->peer, b->body->kind, tick_closing_ms(x), &open, err))
        return false;
    if (open >= BOUND_INQUIRIES)
        *out = STANDING_FULL;
    return true;
}

/* --- shown --- */

bool inquiries_find_asked(struct exchange *x, uint32_t number, enum message_kind kind, struct inquiry_row *row,
                          struct error *err)
{
    bool found;

    return inquiry_store_get(x->db, number, &found, row, err) &&
           ((found && row->kind == kind && row->direction == DIRECTION_IN) ||
            error_set(err, E_INQ_01, "number %u is none that came", (unsigned)number));
}

bool inquiries_read(struct exchange *x, int64_t message, enum message_kind kind, bool *readable, struct body *out,
                    struct error *err)
{
    struct stored_body stored;
    struct error why = {0};

    return stored_body_open(x, message, readable, &stored, &why, err) &&
           (!*readable || stored_body_decode(x, &stored, kind, out, err));
}

static void fill_question(struct exchange *x, const struct inquiry_message *q, struct control_inquiry *out)
{
    struct view *languages = arena_new(&x->tick_arena, (BOUND_INQUIRY_LANGUAGES + 1) * sizeof *languages);

    for (size_t i = 0; i < q->language_count; i++)
        languages[i] = q->languages[i];
    out->service = q->service;
    out->places = q->places;
    out->whom = q->whom;
    out->from = q->from;
    out->languages = languages;
    out->language_count = q->language_count;
}

static bool fill_answer(struct exchange *x, const struct inquiry_row *row, struct control_inquiry *out,
                        struct error *err)
{
    struct message_row message;
    struct body body;
    bool readable;
    bool found;

    if (!message_store_get(x->db, row->answer, &found, &message, err) ||
        !inquiries_read(x, row->answer, MESSAGE_ANSWER, &readable, &body, err))
        return false;
    if (!found || !readable)
        return true;
    out->answer = body.answer.answer;
    out->holds_ms = body.answer.until_ms;
    out->phone = body.answer.phone;
    out->answered_ms = ident_message_ms(&message.id);
    return true;
}

static enum inquiry_state inquiry_state_of(struct exchange *x, const struct inquiry_row *row,
                                           const struct message_row *m)
{
    if (row->answer != 0)
        return INQUIRY_ANSWERED;
    if (row->until_ms <= tick_closing_ms(x))
        return INQUIRY_ENDED;
    if (row->direction == DIRECTION_IN || m->state == MESSAGE_RECEIPTED)
        return INQUIRY_WAITS;
    return m->state == MESSAGE_WAITING ? INQUIRY_NOT_THERE : INQUIRY_REFUSED;
}

bool inquiries_fill(struct exchange *x, const struct inquiry_row *row, struct control_inquiry *out, struct error *err)
{
    struct message_row message;
    struct peer_row peer;
    struct body body;
    bool readable;
    bool is_member;
    bool found;

    if (!peers_get(x, row->peer, &is_member, &peer, err) ||
        !message_store_get(x->db, row->message, &found, &message, err))
        return false;
    if (!is_member || !found)
        return error_set(err, E_LOG_02, "the agency or the message of an inquiry is missing");
    *out = (struct control_inquiry){.number = (uint32_t)row->number,
                                    .inquiry = row->id,
                                    .direction = row->direction,
                                    .agency = peer.agency,
                                    .together = row->together,
                                    .made_ms = row->made_ms,
                                    .until_ms = row->until_ms,
                                    .state = inquiry_state_of(x, row, &message)};
    if (!inquiries_read(x, row->message, row->kind, &readable, &body, err))
        return false;
    if (readable && row->kind == MESSAGE_INQUIRY)
        fill_question(x, &body.inquiry, out);
    return row->answer == 0 || fill_answer(x, row, out, err);
}

/* --- listed --- */

struct inquiry_list {
    struct exchange *x;
    bool all;
    exchange_on_inquiry_fn *on_item;
    void *cookie;
};

static bool has_gone_by(const struct inquiry_list *l, const struct control_inquiry *i)
{
    int64_t now = tick_closing_ms(l->x);

    return i->state == INQUIRY_ANSWERED ? i->holds_ms <= now : i->until_ms <= now;
}

static bool list_row(void *cookie, const struct inquiry_row *row, struct error *err)
{
    struct inquiry_list *l = cookie;
    struct control_inquiry line;

    if (row->kind != MESSAGE_INQUIRY)
        return true;
    if (!inquiries_fill(l->x, row, &line, err))
        return false;
    return (!l->all && has_gone_by(l, &line)) || l->on_item(l->cookie, &line, err);
}

bool exchange_capacity_list(struct exchange *x, const struct control_capacity_list_ask *ask, struct walk_step *step,
                            exchange_on_inquiry_fn *on_item, void *cookie, struct error *err)
{
    struct inquiry_list l = {.x = x, .all = ask->all, .on_item = on_item, .cookie = cookie};

    return inquiry_store_walk(x->db, step, list_row, &l, err);
}

bool inquiries_drop(struct exchange *x, uint32_t day, struct error *err)
{
    return inquiry_store_drop(x->db, ((int64_t)day - BOUND_INQUIRY_KEPT_DAYS) * DAY_MS, err);
}
