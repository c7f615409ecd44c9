#include "exchange/logs/audit_context.h"

#include "codec/control_messages.h"
#include "codec/told.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

/* --- consents and referrals --- */

static bool name_consent(struct exchange *x, int64_t number, struct control_audit_entry *out, struct error *err)
{
    struct consent_row row;
    bool found;

    if (number == 0)
        return true;
    if (!consent_store_get(x->db, number, &found, &row, err))
        return false;
    if (found)
        out->consent = row.id;
    return true;
}

/* A consent that R names by its id. For whom one is that was taken here no record says. */
static bool find_consent(struct exchange *x, const struct ident *id, struct control_audit_entry *out, struct error *err)
{
    const struct address *own = membership_own(x->membership);
    struct consent_row row;
    bool found;

    out->consent = *id;
    if (!consent_store_find_named(x->db, own, id, &found, &row, err))
        return false;
    if (found && row.case_number != 0)
        out->recipient = row.recipient;
    return true;
}

/* --- answers --- */

struct only_reply {
    int64_t number; /* of the message; 0: none */
    bool several;
};

static bool note_reply(void *cookie, const struct message_row *m, struct error *err)
{
    struct only_reply *o = cookie;

    (void)err;
    if (m->kind != MESSAGE_REPLY || m->state == MESSAGE_REFUSED)
        return true;
    o->several = o->number != 0;
    o->number = m->number;
    return true;
}

/* An answer that is the only one is the referral's state, until she withdraws. */
static bool answer_by_state(struct exchange *x, const struct message_row *m, const struct referral_row *referral,
                            struct control_audit_entry *out, struct error *err)
{
    struct only_reply only = {0};

    if (!referral_state_is_answer(referral->state))
        return true;
    if (!message_store_walk_referral(x->db, m->referral, note_reply, &only, err))
        return false;
    if (only.number == m->number && !only.several)
        out->answer = referral->state;
    return true;
}

static bool answer_of(struct exchange *x, const struct message_row *m, const struct referral_row *referral,
                      struct control_audit_entry *out, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool there = false;

    if (!x->read_only && !stored_body_open(x, m->number, &there, &stored, &why, err)) {
        if (err->code != E_KEY_21)
            return false;
        tick_read_again(x); /* the log is read all the same */
    }
    if (!there)
        return answer_by_state(x, m, referral, out, err);
    if (stored_body_decode(x, &stored, m->kind, &body,
                           &why)) /* else its row was changed: the log is read all the same */
        out->answer = body.reply.state;
    return true;
}

/* --- messages --- */

static bool fill_message(struct exchange *x, const struct message_row *m, struct control_audit_entry *out,
                         struct error *err)
{
    struct referral_row referral;
    bool found;

    out->message_kind = m->kind;
    if (!name_consent(x, m->consent, out, err))
        return false;
    if (m->referral == 0)
        return true;
    if (!referral_store_get(x->db, m->referral, &found, &referral, err))
        return false;
    if (!found)
        return true;
    out->referral = referral.id;
    return m->kind != MESSAGE_REPLY || answer_of(x, m, &referral, out, err);
}

static bool find_message(struct exchange *x, enum direction direction, struct view peer, const struct ident *id,
                         struct control_audit_entry *out, struct error *err)
{
    struct address agency;
    struct message_row m;
    struct peer_row row;
    bool found;

    if (!address_read(peer, &agency))
        return true;
    if (!peers_find(x, &agency, &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!message_store_find(x->db, direction, row.number, id, &found, &m, err))
        return false;
    return !found || fill_message(x, &m, out, err);
}

static bool fill_settled(struct exchange *x, const struct record_settled *s, struct control_audit_entry *out,
                         struct error *err)
{
    if (owed_is_about_consent(s->what))
        return find_consent(x, &s->subject, out, err);
    out->referral = s->subject;
    return true;
}

/* The message and the consent that R names, whatever its kind. */
static bool fill_named(struct exchange *x, const struct record *r, struct control_audit_entry *out, struct error *err)
{
    const struct ident *consent = told_ident(r, "consent");
    const struct ident *message = told_ident(r, "message");
    struct view recipient = told_agency(r, "recipient");

    if (consent != NULL)
        out->consent = *consent;
    if (message == NULL)
        return true;
    return recipient.size != 0 ? find_message(x, DIRECTION_OUT, recipient, message, out, err)
                               : find_message(x, DIRECTION_IN, told_agency(r, "sender"), message, out, err);
}

bool audit_context_fill(struct exchange *x, const struct record *r, struct control_audit_entry *out, struct error *err)
{
    switch (r->kind) {
    case RECORD_CONSENT:
    case RECORD_WITHDRAWN:
    case RECORD_ERASED:
        return find_consent(x, told_ident(r, "consent"), out, err);
    case RECORD_REFERRAL_ERASED:
        out->referral = r->referral_erased.referral;
        return true;
    case RECORD_ANSWER_REFUSED:
        out->referral = r->answer_refused.referral;
        return true;
    case RECORD_SETTLED:
        return fill_settled(x, &r->settled, out, err);
    case RECORD_OPENED:
    case RECORD_EXPORTED:
    case RECORD_NOT_OPENED:
    case RECORD_SAID_BY_PHONE:
        if (r->house.what == HOUSE_REFERRAL && r->house.has_object)
            out->referral = r->house.object;
        return r->house.what != HOUSE_LETTER || !r->house.has_object || find_consent(x, &r->house.object, out, err);
    default:
        return fill_named(x, r, out, err);
    }
}

struct view audit_context_agency(const struct record *r, const struct control_audit_entry *beside,
                                 struct record_notes_said *notes)
{
    static const char *const names[] = {"recipient", "sender", "agency"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct view agency = told_agency(r, names[i]);

        if (agency.size != 0)
            return agency;
    }
    if (r->kind == RECORD_FORK || r->kind == RECORD_UNLINKED) {
        record_notes_read(&r->notes, notes);
        return address_view(&notes->agency);
    }
    return address_view(&beside->recipient);
}
