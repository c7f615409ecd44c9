#include "exchange/kinds/kind_correction.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_received.h"
#include "exchange/cases/casebook.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_bodies.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "store/consent_store.h"

/* --- who holds what --- */

struct holder {
    struct holder *next;
    struct referral_row row; /* opened */
    bool is_of_other;        /* of a case that was merged into this one */
    bool is_outcome;         /* it came in, and they were told what became of her */
};

struct correcting {
    struct exchange *x;
    const struct control_case_correct_ask *ask;
    exchange_on_correction_fn *on_correction;
    void *cookie;
    struct case_row case_row;
    const struct case_row *of; /* whose holders are collected: that case, or one that was merged into it */
    struct holder *first;
    struct holder **last;
};

/* Nothing is there of what was declined, never arrived, or has been called back. What went of a row that does not open
 * is not known: something may have. */
static bool is_held(const struct referral_row *row, enum message_state first)
{
    enum referral_state shown = referral_summary_state(row, first);

    return row->direction == DIRECTION_OUT && (!row->readable || row->shared != 0) &&
           (first == MESSAGE_RECEIPTED || first == MESSAGE_WAITING) && shown != REFERRAL_DECLINED &&
           shown != REFERRAL_EXPIRED && shown != REFERRAL_STOPPED && shown != REFERRAL_ERASED;
}

/* Whether M says what became of her, and may be there. */
static bool is_outcome(const struct message_row *m)
{
    return m->kind == MESSAGE_OUTCOME && (m->state == MESSAGE_RECEIPTED || m->state == MESSAGE_WAITING);
}

static bool is_collected(const struct correcting *c, int64_t referral)
{
    const struct holder *h = c->first;

    while (h != NULL && h->row.number != referral)
        h = h->next;
    return h != NULL;
}

static bool collect_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct correcting *c = cookie;
    struct referral_row row;
    struct holder *h;
    bool found;

    if (m->direction != DIRECTION_OUT || m->referral == 0 || is_collected(c, m->referral) ||
        !(message_kind_has(m->kind, KIND_BEGINS) || is_outcome(m)))
        return true;
    if (!referrals_get(c->x, m->referral, &found, &row, err))
        return false;
    if (!found || row.case_number != c->of->number || !(is_outcome(m) || is_held(&row, m->state)))
        return true;
    h = arena_new(&c->x->tick_arena, sizeof *h);
    *h = (struct holder){.row = row, .is_of_other = c->of != &c->case_row, .is_outcome = is_outcome(m)};
    *c->last = h;
    c->last = &h->next;
    return true;
}

static bool collect_consent(void *cookie, const struct consent_row *row, struct error *err)
{
    struct correcting *c = cookie;

    return row->progress != CONSENT_STANDS ||
           message_store_walk_consent(c->x->db, row->number, collect_referral, c, err);
}

/* What was sent last of each section. */
struct sent_reader {
    struct exchange *x;
    const struct referral_row *row;
    const struct peer_row *peer;
    struct newest_section sections[SECTION_END];
    struct ident first; /* message of the referral */
};

static bool read_sent(void *cookie, const struct message_row *m, struct error *err)
{
    struct sent_reader *r = cookie;
    struct opened_body body;

    if (m->number == r->row->message)
        r->first = m->id;
    if (m->direction != DIRECTION_OUT || (m->state != MESSAGE_RECEIPTED && m->state != MESSAGE_WAITING))
        return true;
    if (!referral_bodies_open(r->x, r->peer, m, &body, err))
        return false;
    (void)referral_bodies_take(&body, m, r->sections);
    return true;
}

/* --- sending --- */

static bool put(struct exchange *x, struct referral_draft *m, const struct referral_row *row, enum section section,
                const struct ident *first, enum denial *denied, struct error *err)
{
    struct body body = {.kind = MESSAGE_CORRECTION, .has_referral = true, .referral = row->id};
    struct outbox_item item = {.referral = row->number, .consent = row->consent};
    struct disclosure *d;

    body.correction.in_reply_to = *first;
    referral_draft_add_sections(m, SECTION_BIT(section), &body);
    if (!referral_draft_pass_gate(x, m, &body, row->purpose, &d, denied, err))
        return false;
    if (d == NULL)
        return referral_draft_record_denied(x, m, row->purpose, SECTION_BIT(section), *denied, err);
    item.disclosure = d;
    item.number = message_store_next_number(x->db);
    return outbox_put(x, &item, err);
}

static section_set find_changed(const struct correcting *c, const struct sent_reader *r, const struct referral_draft *m)
{
    section_set changed = 0;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        const bool covered = (m->survey.covered & SECTION_BIT(s)) != 0;

        if (r->sections[s].data.size != 0 && (!covered || !view_equal(r->sections[s].data, m->survey.data[s])))
            changed |= SECTION_BIT(s);
    }
    return c->ask->sections != 0 ? changed & c->ask->sections : changed;
}

static bool send_each(struct correcting *c, struct referral_draft *m, const struct sent_reader *r,
                      struct control_correction *out, struct error *err)
{
    section_set left = m->now;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        enum denial denied = 0;

        if ((left & SECTION_BIT(s)) == 0)
            continue;
        if (!put(c->x, m, r->row, s, &r->first, &denied, err))
            return false;
        if (denied == 0)
            continue;
        out->sent &= ~SECTION_BIT(s);
        out->kept |= SECTION_BIT(s);
        out->why = denied;
    }
    return true;
}

/* What they hold, or what may go to them, does not open: nobody else waits for that. */
static bool tell_unread(struct correcting *c, struct control_correction *out, struct error *err)
{
    if (err->code != E_KEY_15 && err->code != E_KEY_21)
        return false;
    if (err->code == E_KEY_21)
        tick_read_again(c->x);
    *err = (struct error){0};
    out->unread = true;
    return c->on_correction(c->cookie, out, err);
}

/* Two things are named alone: what went of the other case, for she agreed to that, and what this one says now does not
 * go under it; and what became of her, for that is said again as it was said. */
static bool tell_alone(struct correcting *c, const struct holder *h, const struct sent_reader *r,
                       const struct referral_draft *m, struct control_correction *out, struct error *err)
{
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (r->sections[s].data.size != 0 && !view_equal(r->sections[s].data, m->survey.data[s]))
            out->kept |= SECTION_BIT(s);
    out->kept &= c->ask->sections != 0 ? c->ask->sections : SECTION_ALL;
    out->of_other = h->is_of_other;
    out->of_outcome = h->is_outcome;
    return out->kept == 0 || c->on_correction(c->cookie, out, err);
}

/* What they hold, and what may go to them. */
static bool look_at_holder(struct correcting *c, const struct holder *h, struct sent_reader *r,
                           struct referral_draft *m, struct error *err)
{
    if (!h->row.readable)
        return error_set(err, h->row.not_read ? E_KEY_21 : E_KEY_15, "what went to them does not open");
    return message_store_walk_referral(c->x->db, h->row.number, read_sent, r, err) &&
           referral_draft_survey(c->x, m, err);
}

static bool correct_at(struct correcting *c, const struct holder *h, struct error *err)
{
    const struct referral_row *row = &h->row;
    struct sent_reader r = {.x = c->x, .row = row};
    struct control_refer_ask refer = {.kind = MESSAGE_CORRECTION, .purpose = row->purpose};
    struct referral_draft m = {
        .ask = &refer, .case_row = c->case_row, .under = h->is_of_other || h->is_outcome ? 0 : row->consent};
    struct control_correction out = {.referral = row->id, .dry_run = c->ask->dry_run};
    struct peer_row peer;
    section_set changed;
    bool found;

    if (!peers_get(c->x, row->peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of a referral is missing");
    refer.to = out.agency = peer.agency;
    r.peer = &peer;
    if (!look_at_holder(c, h, &r, &m, err))
        return tell_unread(c, &out, err);
    if (h->is_of_other || h->is_outcome)
        return tell_alone(c, h, &r, &m, &out, err);
    changed = find_changed(c, &r, &m);
    m.now = out.sent = changed & m.survey.covered;
    out.kept = changed & ~m.survey.covered;
    if (changed == 0)
        return true;
    if (out.kept != 0)
        out.why = (out.kept & m.survey.present) != 0 ? referral_draft_reason(&m, out.kept & m.survey.present) : 0;
    if (m.survey.consent != NULL)
        out.consent = m.survey.consent->row.id;
    return (c->ask->dry_run || send_each(c, &m, &r, &out, err)) && c->on_correction(c->cookie, &out, err);
}

/* What was sent of it is of the same person, as far as who asks sees it. */
static bool collect_merged(void *cookie, const struct case_row *from, struct error *err)
{
    struct correcting *c = cookie;
    bool shown;

    c->of = from;
    return holders_show_case(c->x, from, &shown, err) &&
           (!shown || consent_store_walk_case(c->x->db, from->number, collect_consent, c, err));
}

static bool correct(struct correcting *c, struct error *err)
{
    struct view own[SECTION_END];

    c->of = &c->case_row;
    if (!tick_begin(c->x, err) || !casebook_open(c->x, &c->case_row, own, err) ||
        !consent_store_walk_case(c->x->db, c->case_row.number, collect_consent, c, err) ||
        !case_merge_walk_from(c->x, &c->case_row, collect_merged, NULL, c, err))
        return false;
    for (const struct holder *h = c->first; h != NULL; h = h->next)
        if (!correct_at(c, h, err))
            return false;
    return true;
}

bool exchange_case_correct(struct exchange *x, const struct control_case_correct_ask *ask,
                           exchange_on_correction_fn *on_correction, void *cookie, struct error *err)
{
    struct correcting c = {.x = x, .ask = ask, .on_correction = on_correction, .cookie = cookie};
    uint64_t mark = tick_call_begin(x);

    c.last = &c.first;
    return own_note_may_sign(x, err) && casebook_find(x, &ask->case_id, &c.case_row, err) &&
           case_merge_check(x, &c.case_row, err) && tick_has_room(x, err) &&
           tick_call_end(x, mark, correct(&c, err), err);
}

/* --- one that came --- */

static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    if (!kind_check_names_first(x, b, &b->body->correction.in_reply_to, why, err))
        return false;
    if (*why == 0 && b->body->section_count == 0)
        *why = REFUSAL_OF_ANOTHER; /* it would correct nothing */
    return true;
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct referral_row row;
    bool found;

    if (!kind_referral_of(x, b, &found, &row, err))
        return false;
    REQUIRE(found); /* kind_check_names_first */
    row.shared |= b->sections;
    return referrals_update(x, &row, err) && case_received_changed(x, &row, err);
}

const struct kind_actions kind_correction = {.check = check, .find = kind_find_referral, .take = take};
