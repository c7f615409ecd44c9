/* exchange_referral_wrong_agency: what went to an agency that it was not for is stopped and erased there. */
#include "exchange/referrals/incident_calls.h"

#include "exchange/consent/consent_calls.h"
#include "exchange/referrals/incidents.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/recorded.h"
#include "store/consent_store.h"
#include "store/message_store.h"

struct used_consent {
    struct used_consent *next;
    struct ident id;
};

struct stopped_referral {
    struct stopped_referral *next;
    int64_t number;
};

struct wrong {
    struct exchange *x;
    struct referral_row row;
    struct peer_row peer;
    struct used_consent *consents; /* under which something of it went, by the log */
    struct stopped_referral *others;
    bool may_have_left;
};

/* --- what is stopped --- */

static void add_used_consent(struct wrong *w, const struct ident *id)
{
    struct used_consent *u = w->consents;

    while (u != NULL && !ident_equal(&u->id, id))
        u = u->next;
    if (u != NULL)
        return;
    u = arena_new(&w->x->tick_arena, sizeof *u);
    *u = (struct used_consent){.next = w->consents, .id = *id};
    w->consents = u;
}

/* Somebody changed its row: which record it has is not known. What it names itself counts where that is hers, and for
 * this agency. */
static bool note_unrecorded(struct wrong *w, const struct message_row *m, struct error *err)
{
    struct consent_row row;
    bool found;

    if (!consent_store_get(w->x->db, m->consent, &found, &row, err))
        return false;
    if (!found || row.case_number != w->row.case_number || !address_equal(&row.recipient, &w->peer.agency) ||
        !address_equal(&row.agency, membership_own(w->x->membership)))
        return true;
    w->may_have_left = w->may_have_left || m->may_have_left;
    add_used_consent(w, &row.id);
    return true;
}

/* It may name another consent than the referral began under: what changed went under what she agreed to then. */
static bool note_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct wrong *w = cookie;
    struct record r;
    bool found;

    if (m->direction != DIRECTION_OUT)
        return true;
    if (!recorded_find(w->x, m, &found, &r, err))
        return false;
    if (!found)
        return note_unrecorded(w, m, err);
    if (!r.disclosed.has_consent)
        return true;
    w->may_have_left = w->may_have_left || m->may_have_left;
    add_used_consent(w, &r.disclosed.consent);
    return true;
}

static bool note_other(void *cookie, const struct message_row *m, struct error *err)
{
    struct wrong *w = cookie;
    struct stopped_referral *s = w->others;

    (void)err;
    if (m->referral == 0 || m->referral == w->row.number)
        return true;
    while (s != NULL && s->number != m->referral)
        s = s->next;
    if (s != NULL)
        return true;
    s = arena_new(&w->x->tick_arena, sizeof *s);
    *s = (struct stopped_referral){.next = w->others, .number = m->referral};
    w->others = s;
    return true;
}

/* Those that are under way: what has ended is not stopped, and no loss to anybody. */
static bool count_others(struct wrong *w, uint32_t *count, struct error *err)
{
    *count = 0;
    for (const struct stopped_referral *s = w->others; s != NULL; s = s->next) {
        struct referral_row row;
        bool found;

        if (!referral_store_get(w->x->db, s->number, &found, &row, err))
            return false;
        *count += found && !referral_state_has_ended(row.state);
    }
    return true;
}

/* Before anything is stopped: what it does to others. */
static bool look(struct wrong *w, struct control_wrong_agency *out, struct error *err)
{
    struct exchange *x = w->x;

    if (!message_store_walk_referral(x->db, w->row.number, note_message, w, err))
        return false;
    for (const struct used_consent *u = w->consents; u != NULL; u = u->next) {
        struct consent_row row;
        bool found;

        if (!consent_store_find(x->db, membership_own(x->membership), &u->id, &found, &row, err) ||
            (found && !message_store_walk_consent(x->db, row.number, note_other, w, err)))
            return false;
        out->consents++;
    }
    out->may_have_left = w->may_have_left;
    return count_others(w, &out->other_referrals, err);
}

/* --- stopping it --- */

/* At once, and nobody has to have seen her alone for it: the mistake is this agency's, she was made to say nothing. */
static bool withdraw_all(struct wrong *w, bool dry_run, struct control_wrong_agency *out, struct error *err)
{
    for (const struct used_consent *u = w->consents; u != NULL; u = u->next) {
        const struct control_consent_withdraw_ask ask = {
            .consent = u->id, .erase_now = true, .seen_alone = SEEN_ALONE, .dry_run = dry_run};
        struct control_consent line;

        if (!exchange_consent_withdraw(w->x, &ask, &line, err))
            return false;
        out->consent = line.consent;
        out->by_hand = out->by_hand || line.by_hand;
        out->irreversible = out->irreversible || line.irreversible;
    }
    return true;
}

static bool stop(struct wrong *w, struct control_wrong_agency *out, struct error *err)
{
    return withdraw_all(w, false, out, err) &&
           (!w->may_have_left || incidents_enter(w->x, &w->row, &out->incident, err));
}

bool exchange_referral_wrong_agency(struct exchange *x, const struct control_wrong_agency_ask *ask,
                                    struct control_wrong_agency *out, struct error *err)
{
    struct wrong w = {.x = x};
    uint64_t mark;

    if (!referral_summary_find(x, &ask->referral, &w.row, &w.peer, err))
        return false;
    if (w.row.direction != DIRECTION_OUT)
        return error_set(err, E_REF_12, "%s sent the referral: decline it, or give it back", w.peer.agency.text);
    *out = (struct control_wrong_agency){
        .referral = w.row.id, .agency = w.peer.agency, .shared = w.row.shared, .dry_run = ask->dry_run};
    if (!look(&w, out, err))
        return false;
    if (w.consents == NULL)
        return error_set(err, E_LOG_02, "no message of the referral names a consent");
    if (ask->dry_run)
        return withdraw_all(&w, true, out, err);
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, stop(&w, out, err), err);
}
