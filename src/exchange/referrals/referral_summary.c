#include "exchange/referrals/referral_summary.h"

#include "exchange/access/holders.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/referral_erasing.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/transfer.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/lost_there.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/waiting.h"
#include "store/case_store.h"
#include "store/consent_store.h"

enum referral_state referral_summary_state(const struct referral_row *row, enum message_state message)
{
    static const struct {
        enum referral_event event;
        enum referral_actor who;
    } by_message[] = {
        [MESSAGE_WAITING] = {EVENT_RELEASED, ACTOR_REFERRER}, [MESSAGE_RECEIPTED] = {EVENT_RECEIPTED, ACTOR_RECIPIENT},
        [MESSAGE_REFUSED] = {EVENT_REFUSED, ACTOR_RECIPIENT}, [MESSAGE_WITHHELD] = {EVENT_WITHHELD, ACTOR_REFERRER},
        [MESSAGE_EXPIRED] = {EVENT_EXPIRED, ACTOR_REFERRER},  [MESSAGE_STORED] = {EVENT_RECEIPTED, ACTOR_RECIPIENT},
    };
    enum referral_state state = row->state;

    if (state == REFERRAL_SAVED && message > 0 && message < sizeof by_message / sizeof by_message[0])
        (void)referral_state_step(&state, by_message[message].event, by_message[message].who);
    return state;
}

bool referral_summary_may_show(const struct referral_row *row)
{
    return row->state != REFERRAL_ERASED && (row->state != REFERRAL_STOPPED || row->direction == DIRECTION_OUT);
}

/* An offer names sections only beside triage: without it, what follows is not said until it is accepted. */
static bool is_unnamed(const struct control_referral *s, const struct referral_row *row)
{
    return referral_state_is_open(s->state) && !referral_state_is_accepted(s->state) && row->readable &&
           referral_summary_may_show(row) && !row->released && (row->shared & SECTION_BIT(SECTION_TRIAGE)) == 0;
}

/* Whether the answer that was given here does not reach the agency that referred her. */
static bool fill_by_hand(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                         struct control_referral *out, struct error *err)
{
    struct obligation_row o;
    bool found;

    if (row->direction != DIRECTION_IN || !referral_state_is_answer(row->state))
        return true;
    if (!obligation_store_find(x->db, OWED_REPLY, row->number, &found, &o, err))
        return false;
    out->by_hand = found && obligations_may_close(x, &o, &peer->agency);
    return true;
}

static bool fill_wait(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                      struct control_referral *out, struct error *err)
{
    struct waiting_wait wait;

    if (!waiting_of_referral(x, peer, row->number, &wait, err))
        return false;
    out->hold = wait.hold;
    out->hold_until_ms = wait.until_ms;
    out->next_try_ms = wait.next_try_ms;
    out->waits = wait.kind;
    return true;
}

/* When the key that opened what was asked was destroyed: that of its consent. Of one that had ended before, its state
 * stays. */
static bool fill_erased(struct exchange *x, const struct referral_row *row, struct control_referral *out,
                        struct error *err)
{
    struct consent_row consent;
    bool found;

    if (row->state != REFERRAL_ERASED && row->sealed_size != 0)
        return true;
    if (!referral_erasing_time(x, row->number, &out->erased_ms, err) ||
        !consent_store_get(x->db, row->consent, &found, &consent, err))
        return false;
    if (found && out->erased_ms == 0 && consent.progress == CONSENT_ERASED)
        out->erased_ms = consent.changed_ms;
    return true;
}

/* The case that went out, or that what came in opened, and whose it is. */
static bool fill_case(struct exchange *x, const struct referral_row *row, struct control_referral *out,
                      struct error *err)
{
    struct case_row c = {.holder = row->holder};
    bool found;

    if (row->case_number != 0) {
        if (!case_store_get(x->db, row->case_number, &found, &c, err))
            return false;
        if (!found)
            return true;
        if (row->direction == DIRECTION_OUT || ident_equal(&row->case_id, &c.id))
            out->case_id = c.id;
    }
    return staff_asker_names(x, c.holder, &out->holder, &out->account, err);
}

/* Who acts next, and who is responsible for her, as the state says: both agencies compute them from it. */
static void fill_who(struct exchange *x, const struct address *peer, struct control_referral *out)
{
    const bool is_out = out->direction == DIRECTION_OUT;
    const struct address *own = membership_own(x->membership);
    const struct address *referrer = is_out ? own : peer;
    const struct address *recipient = is_out ? peer : own;
    const enum referral_actor responsible = referral_state_responsible(out->state);
    const bool is_own = referral_state_is_next(out->state, is_out ? ACTOR_REFERRER : ACTOR_RECIPIENT);
    const bool is_peers = referral_state_is_next(out->state, is_out ? ACTOR_RECIPIENT : ACTOR_REFERRER);

    if (is_own || is_peers)
        out->next_agency = is_own ? *own : *peer; /* where it is both: who reads this */
    if (responsible != 0)
        out->responsible = responsible == ACTOR_REFERRER ? *referrer : *recipient;
}

/* The same where the state alone does not say it: of a transfer, until it is accepted, whoever sent it, and behind its
 * end, too, whoever it moved to; of what was cancelled here, whoever had it until then. */
static bool fill_moved(struct exchange *x, const struct referral_row *row, enum message_kind kind,
                       const struct address *peer, struct control_referral *out, struct error *err)
{
    const struct address *own = membership_own(x->membership);
    const bool is_out = row->direction == DIRECTION_OUT;
    struct referral_row as_shown = *row;
    enum transfer moved;

    if (kind != MESSAGE_TRANSFER && (!is_out || out->state != REFERRAL_CANCEL_ASKED))
        return true;
    as_shown.state = out->state;
    if (!transfer_find(x, &as_shown, &moved, err))
        return false;
    if (moved == TRANSFER_ENDED)
        out->responsible = (struct address){0};
    else
        out->responsible = is_out == (moved == TRANSFER_MOVED) ? *peer : *own;
    if (kind == MESSAGE_TRANSFER)
        out->transfer = moved;
    return true;
}

/* For which desk it was sent, and where it belongs here. */
static void fill_desk(struct exchange *x, const struct referral_row *row, struct control_referral *out)
{
    const struct desk_row *d = row->direction == DIRECTION_IN ? desks_numbered(x, row->desk) : NULL;

    out->for_desk = arena_copy(&x->tick_arena, view_of_text(row->for_desk));
    out->no_such_desk =
        row->direction == DIRECTION_IN && row->for_desk[0] != '\0' && desks_called(x, out->for_desk) == NULL;
    if (d != NULL)
        out->desk = view_of_text(d->name);
}

bool referral_summary_fill_known(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                                 enum message_state first, struct control_referral *out, struct error *err)
{
    struct message_row m;
    bool found;

    *out = (struct control_referral){.referral = row->id,
                                     .direction = row->direction,
                                     .peer = peer->agency,
                                     .urgency = row->urgency,
                                     .purpose = row->purpose,
                                     .state = referral_summary_state(row, first),
                                     .made_ms = row->made_ms,
                                     .due_ms = row->due_ms,
                                     .time_ms = row->time_ms,
                                     .opened_ms = row->opened_ms,
                                     .phoned_ms = row->phoned_ms,
                                     .doubted_ms = row->doubted_ms,
                                     .shared = row->shared,
                                     .offered = row->offered,
                                     .services = row->services,
                                     .sealed = (x->vault == NULL || row->not_read) && referral_summary_may_show(row)};
    fill_desk(x, row, out);
    if (!referral_summary_may_show(row)) {
        out->urgency = 0;
        out->purpose = 0;
        out->due_ms = 0;
        out->time_ms = 0;
        out->opened_ms = 0;
        out->phoned_ms = 0;
        out->doubted_ms = 0;
        out->shared = 0;
        out->offered = 0;
        out->services = 0;
        out->for_desk = (struct view){0};
        out->no_such_desk = false;
    }
    fill_who(x, &peer->agency, out);
    out->unnamed = is_unnamed(out, row);
    out->overdue =
        referral_state_is_open(out->state) && due_times_is_over(x->due_times, row->number, tick_record_ms(x));
    if (!fill_erased(x, row, out, err) || !fill_by_hand(x, row, peer, out, err) || !fill_wait(x, row, peer, out, err) ||
        !message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found) {
        out->message = m.id;
        out->kind = m.kind;
        if (!fill_moved(x, row, m.kind, &peer->agency, out, err))
            return false;
        if (row->state != REFERRAL_ERASED) {
            out->arrival = settling_arrival(&m);
            out->arrival_ms = m.missing_ms;
        }
        if (row->state != REFERRAL_ERASED && !lost_there_message(x, peer, &m, &out->lost_there, err))
            return false;
    }
    return fill_case(x, row, out, err);
}

bool referral_summary_last_day(struct exchange *x, const struct referral_row *row, uint32_t *last, struct error *err)
{
    struct consent_row consent;
    bool found;

    if (!consent_store_get(x->db, row->consent, &found, &consent, err))
        return false;
    *last = found && consent.progress == CONSENT_STANDS ? consent.until : LAST_DAY_NONE;
    return true;
}

/* Behind the last day of her consent it is erased at the agency that was asked, and neither hears of the other. */
static bool fill_last_day(struct exchange *x, const struct referral_row *row, struct control_referral *out,
                          struct error *err)
{
    uint32_t last;

    if (!referral_summary_last_day(x, row, &last, err))
        return false;
    out->stays_here = out->direction == DIRECTION_OUT && referral_state_is_said_by_both(out->state) &&
                      consent_has_ended(last, tick_closing_day(x));
    if (referral_state_is_open(out->state) && out->time_ms > 0 && consent_has_ended(last, day_of_ms(out->time_ms)))
        out->consent_ends = last;
    return true;
}

bool referral_summary_fill(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                           struct control_referral *out, struct error *err)
{
    struct message_row m = {.state = MESSAGE_WAITING};
    bool found;

    return message_store_get(x->db, row->message, &found, &m, err) &&
           referral_summary_fill_known(x, row, peer, m.state, out, err) && fill_last_day(x, row, out, err);
}

bool referral_summary_find(struct exchange *x, const struct ident *id, struct referral_row *row, struct peer_row *peer,
                           struct error *err)
{
    char text[IDENT_TEXT];
    bool found;

    ident_write(id, text);
    if (!referrals_find(x, id, &found, row, err) || !holders_find_referral(x, row, &found, err))
        return false;
    if (!found)
        return error_set(err, E_REF_01, "there is no referral %s here", text);
    return peers_get(x, row->peer, &found, peer, err) &&
           (found || error_set(err, E_LOG_02, "the agency of referral %s is missing", text));
}

enum error_code referral_summary_why_held(enum denial denied)
{
    return denied == DENIAL_LOG_MISMATCH ? E_CON_21 : denied == DENIAL_EXPIRED ? E_CON_03 : E_CON_05;
}

bool referral_summary_held(enum error_code why, struct error *err)
{
    if (why == E_CON_05)
        return error_set(err, E_CON_05, "the consent under which this was shared was withdrawn");
    if (why == E_CON_21)
        return error_set(err, E_CON_21, "the consent under which this was shared is not as the audit log says");
    return error_set(err, E_CON_03, "the consent under which this was shared has ended");
}
