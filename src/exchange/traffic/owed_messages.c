#include "exchange/traffic/owed_messages.h"

#include "exchange/backup/backup_places.h"
#include "exchange/kinds/kind_erasure.h"
#include "exchange/kinds/kind_withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/peers.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/stored_body.h"

struct due {
    struct due *next;
    struct obligation_row row;
};

struct due_walk {
    struct exchange *x;
    struct due *first;
};

static bool collect_due(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct due_walk *w = cookie;
    struct exchange *x = w->x;
    struct due *d;

    (void)err;
    if (row->tries != 0 && !tick_pause_is_over(x, row->next_ms, retry_pause_ms(RETRY_OWED, row->tries - 1))) {
        int64_t at = tick_steady_at_closing(x, row->next_ms);

        if (x->obligations->wake_ms == 0 || at < x->obligations->wake_ms)
            x->obligations->wake_ms = at;
        return true;
    }
    d = arena_new(&x->tick_arena, sizeof *d);
    *d = (struct due){.next = w->first, .row = *row};
    w->first = d;
    return true;
}

/* Its place of the backup is being overwritten: it names that, where it takes too long. */
static bool waits_for_backup(struct exchange *x, const struct obligation_row *row)
{
    int64_t until;
    int64_t at;

    if (row->what != OWED_STATEMENT || !backup_places_wait(x, row->since_ms, &until))
        return false;
    at = tick_steady_at_closing(x, until);
    if (x->obligations->wake_ms == 0 || at < x->obligations->wake_ms)
        x->obligations->wake_ms = at;
    return true;
}

/* A statement says that the keys are gone: it waits until they are. */
static bool make_about_consent(struct exchange *x, const struct obligation_row *row, const struct address *to,
                               struct error *err)
{
    struct consent_row consent;
    bool found;

    if (!consent_store_get(x->db, row->subject, &found, &consent, err))
        return false;
    if (!found || (row->what == OWED_STATEMENT && consent.progress != CONSENT_ERASED))
        return true;
    if (!audit_is_durable(x->audit, row->record_index)) {
        tick_again(x); /* its checkpoint is signed in this tick */
        x->obligations->messages_due = true;
        return true;
    }
    if (waits_for_backup(x, row))
        return true;
    consent.recipient = *to; /* as the log says, whatever the consent's row does */
    return row->what == OWED_WITHDRAWAL ? kind_withdrawal_send(x, &consent, row, err)
                                        : kind_erasure_send(x, &consent, row, err);
}

/* The message was finally refused, for a reason that passes: the same body again, in a new message. */
static bool make_from_last(struct exchange *x, struct obligation_row *row, const struct address *to, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct message_row last;
    struct body body;
    bool readable;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &last, err))
        return false;
    if (!stored_body_open(x, row->message, &readable, &stored, &why, err)) {
        tick_read_again(x);
        return err->code == E_KEY_21;
    }
    if (!found || !readable)
        return obligations_settle(x, row, (struct record_settled){.how = SETTLED_ERASED}, err);
    return stored_body_decode(x, &stored, last.kind, &body, err) &&
           outbox_put_plain(x, to, &body, last.referral, last.consent, err);
}

/* Who has left or is suspended, here or there, may have a narrow link: a person is to tell it all the same, for nobody
 * knows whether that node runs. */
static bool may_be_recalled(struct exchange *x, const struct address *agency)
{
    const int64_t now = tick_closing_ms(x);
    struct membership_status own;
    struct error why;

    membership_status(x->membership, now, &own);
    if (!own.own_revoked)
        return membership_recalls(x->membership, address_view(agency), now, &why);
    return (own.own_reason == REVOKED_LEFT || own.own_reason == REVOKED_SUSPENDED) &&
           membership_admits(x->membership, address_view(agency), now, NULL, &why);
}

static bool make_message(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct peer_row peer;
    struct error why = {0};
    bool found;

    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found || (obligations_is_by_hand(x, &peer.agency) &&
                   (!owed_is_about_consent(row->what) || !may_be_recalled(x, &peer.agency))))
        return true;
    if (owed_is_about_consent(row->what))
        return make_about_consent(x, row, &peer.agency, err);
    if (!membership_admits(x->membership, address_view(&peer.agency), tick_closing_ms(x), NULL, &why))
        return true; /* the daily work looks again */
    return make_from_last(x, row, &peer.agency, err);
}

bool owed_messages_advance(struct exchange *x, struct error *err)
{
    struct due_walk w = {.x = x};

    if (!x->obligations->messages_due && (x->obligations->wake_ms == 0 || tick_steady_ms(x) < x->obligations->wake_ms))
        return true;
    x->obligations->messages_due = false;
    x->obligations->wake_ms = 0;
    if (!obligation_store_walk_due(x->db, collect_due, &w, err))
        return false;
    for (struct due *d = w.first; d != NULL; d = d->next)
        if (!make_message(x, &d->row, err))
            return error_wrap(err, "send what is owed");
    return true;
}

int64_t owed_messages_wake_ms(const struct exchange *x)
{
    return x->obligations->wake_ms;
}
