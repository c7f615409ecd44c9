#include "exchange/cases/case_elsewhere.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_erasing.h"
#include "exchange/cases/case_merge.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/letters.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/referral_store.h"

struct counting {
    struct exchange *x;
    struct control_case_life *out;
    struct control_case_standing *stands;
    struct control_case_named *unread; /* BOUND_NAMED each */
    struct control_case_accepted *accepted;
    struct control_case_letters *letters;
    const struct consent_row *consent; /* that is looked at */
    bool hidden;                       /* who asks does not see the case: it counts, and is not named */
};

/* They opened a case of her, with what they write themselves. */
static bool count_accepted(struct counting *c, const struct referral_row *row, enum referral_state state,
                           struct error *err)
{
    struct peer_row peer;
    bool found;

    if (!referral_state_is_accepted(state) && state != REFERRAL_FINISHED && state != REFERRAL_CLOSED)
        return true;
    c->out->accepted_elsewhere++;
    if (c->hidden || c->out->accepted_count == BOUND_NAMED)
        return true;
    if (!peers_get(c->x, row->peer, &found, &peer, err))
        return false;
    if (found)
        c->accepted[c->out->accepted_count++] =
            (struct control_case_accepted){.agency = peer.agency, .referral = row->id, .state = state};
    return true;
}

/* By its first message, so that it counts once. */
static bool count_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct counting *c = cookie;
    enum referral_state state;
    struct referral_row row;
    bool found = false;

    if (m->referral != 0 && !referral_store_get(c->x->db, m->referral, &found, &row, err))
        return false;
    if (!found || row.message != m->number)
        return true;
    state = referral_summary_state(&row, m->state);
    if (case_erasing_is_open(c->x, c->consent, state))
        c->out->open_referrals++;
    return count_accepted(c, &row, state, err);
}

/* Of a consent for somebody outside; paper is there whatever became of the consent. */
static bool count_letters(struct counting *c, const struct consent_row *row, struct error *err)
{
    struct control_consent of = {.progress = row->progress};
    struct control_case_letters line = {.consent = row->id};

    if (!letters_fill(c->x, row, &of, err))
        return false;
    line.outside = of.outside;
    line.printed = (uint32_t)(of.letter_count + of.letters_missing_count);
    line.unknown = of.letters_unknown;
    if (line.printed == 0 && !line.unknown)
        return true;
    c->out->letters += line.printed;
    if (!c->hidden && c->out->paper_count < BOUND_NAMED)
        c->letters[c->out->paper_count++] = line;
    return true;
}

static bool count_consent(void *cookie, const struct consent_row *row, struct error *err)
{
    struct counting *c = cookie;
    /* of somebody outside: who has something of hers by it is named with the letters */
    const bool is_outside = address_equal(&row->recipient, membership_own(c->x->membership));

    if (!is_outside && consent_agreement_denial(c->x, row) == 0 &&
        !consent_has_ended(row->until, tick_closing_day(c->x))) {
        if (!c->hidden && c->out->stand_count < BOUND_NAMED)
            c->stands[c->out->stand_count++] =
                (struct control_case_standing){.consent = row->id, .recipient = row->recipient, .until = row->until};
        c->out->standing++;
    }
    c->consent = row;
    return count_letters(c, row, err) && message_store_walk_consent(c->x->db, row->number, count_referral, cookie, err);
}

/* What came of it. */
static bool count_came(void *cookie, const struct referral_row *row, struct error *err)
{
    const struct counting *c = cookie;

    (void)err;
    if (!referral_state_has_ended(row->state))
        c->out->open_referrals++;
    if (row->state != REFERRAL_ERASED)
        c->out->came++;
    return true;
}

static bool count_case(struct counting *c, const struct case_row *row, struct error *err)
{
    return consent_book_walk_case(c->x, row->number, count_consent, c, err) &&
           referral_store_walk_came(c->x->db, row->number, count_came, c, err);
}

/* It is of the same person. */
static bool count_merged(void *cookie, const struct case_row *from, struct error *err)
{
    struct counting *c = cookie;
    bool shown;

    if (!holders_show_case(c->x, from, &shown, err))
        return false;
    c->hidden = !shown;
    return count_case(c, from, err);
}

/* It may be of her: named, so that it is said again of it when its key is read. */
static bool count_unread(void *cookie, const struct case_row *unread, struct error *err)
{
    struct counting *c = cookie;
    bool shown;

    if (!holders_show_case(c->x, unread, &shown, err))
        return false;
    if (shown && c->out->unread_count < BOUND_NAMED)
        c->unread[c->out->unread_count++] = (struct control_case_named){.case_id = unread->id};
    c->out->unread_cases++;
    return true;
}

bool case_elsewhere_fill(struct exchange *x, const struct case_row *row, bool merged, struct control_case_life *out,
                         struct error *err)
{
    struct counting c = {.x = x, .out = out};

    out->stands = c.stands = arena_new(&x->tick_arena, BOUND_NAMED * sizeof *c.stands);
    out->unread = c.unread = arena_new(&x->tick_arena, BOUND_NAMED * sizeof *c.unread);
    out->accepted = c.accepted = arena_new(&x->tick_arena, BOUND_NAMED * sizeof *c.accepted);
    out->paper = c.letters = arena_new(&x->tick_arena, BOUND_NAMED * sizeof *c.letters);
    return count_case(&c, row, err) && (!merged || case_merge_walk_from(x, row, count_merged, count_unread, &c, err));
}
