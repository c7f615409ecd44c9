#include "exchange/kinds/kind_outcome.h"

#include "exchange/cases/case_merge.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_bodies.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "exchange/vault.h"
#include "store/consent_store.h"

/* --- the newest of each section --- */

struct newest_outcomes {
    struct exchange *x;
    const struct peer_row *peer;
    enum direction direction;
    struct newest_section sections[SECTION_END];
    int64_t consents[SECTION_END]; /* their numbers */
};

/* What does not open shows nothing, and hides nothing else. */
static bool read_outcome(void *cookie, const struct message_row *m, struct error *err)
{
    struct newest_outcomes *n = cookie;
    struct opened_body body;
    struct error why = {0};
    section_set taken;

    if (m->kind != MESSAGE_OUTCOME || m->direction != n->direction || m->state == MESSAGE_REFUSED ||
        m->state == MESSAGE_WITHHELD || m->state == MESSAGE_EXPIRED)
        return true;
    if (!referral_bodies_open(n->x, n->peer, m, &body, &why)) {
        *err = why;
        return vault_is_lost(&why);
    }
    taken = referral_bodies_take(&body, m, n->sections);
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((taken & SECTION_BIT(s)) != 0)
            n->consents[s] = m->consent;
    return true;
}

/* --- sending --- */

struct saying {
    struct exchange *x;
    const struct control_referral_outcome_ask *ask;
    struct referral_row row;
    struct peer_row peer;
    struct ident first; /* message of the referral */
    struct referral_draft m;
};

static bool may_say_outcome(const struct saying *s, struct error *err)
{
    if (s->row.direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "this agency sent the referral: %s says what became of her",
                         s->peer.agency.text);
    if (!s->row.readable || !referral_summary_may_show(&s->row))
        return error_set(err, E_REF_07, "the referral is %s, and nothing more is said to it",
                         referral_state_name(s->row.state));
    return s->row.case_number != 0 || error_set(err, E_REF_07, "the referral is %s: what is accepted has a case",
                                                referral_state_name(s->row.state));
}

static bool deny(struct saying *s, section_set sections, struct error *err)
{
    const enum denial why = referral_draft_reason(&s->m, sections);
    struct bytes names = {0};

    section_set_write(sections, &names);
    bytes_append_u8(&names, 0);
    if (s->ask->dry_run || referral_draft_record_denied(s->x, &s->m, s->ask->purpose, sections, why, err))
        error_set(err,
                  why == DENIAL_REFUSED         ? E_CON_25
                  : why == DENIAL_NEVER         ? E_CON_27
                  : s->m.survey.consent == NULL ? E_CON_01
                                                : E_CON_02,
                  "%s for %s: %s", (const char *)names.at, s->peer.agency.text, denial_says(why));
    bytes_fini(&names);
    return false;
}

static bool put(struct saying *s, enum section section, struct error *err)
{
    struct body body = {.kind = MESSAGE_OUTCOME, .has_referral = true, .referral = s->row.id};
    struct outbox_item item = {.referral = s->row.number, .consent = s->m.survey.consent->row.number};
    struct disclosure *d;
    enum denial denied;

    body.outcome.in_reply_to = s->first;
    referral_draft_add_sections(&s->m, SECTION_BIT(section), &body);
    if (!referral_draft_pass_gate(s->x, &s->m, &body, s->ask->purpose, &d, &denied, err))
        return false;
    if (d == NULL) {
        s->m.survey.why[section] = denied;
        return deny(s, SECTION_BIT(section), err);
    }
    item.disclosure = d;
    item.number = message_store_next_number(s->x->db);
    return outbox_put(s->x, &item, err);
}

/* What is there so already does not go again. */
static bool find_changed_outcomes(struct saying *s, section_set *changed, struct error *err)
{
    struct newest_outcomes *n = arena_new(&s->x->tick_arena, sizeof *n);

    *n = (struct newest_outcomes){.x = s->x, .peer = &s->peer, .direction = DIRECTION_OUT};
    if (!message_store_walk_referral(s->x->db, s->row.number, read_outcome, n, err))
        return false;
    *changed = 0;
    for (enum section i = SECTION_TRIAGE; i < SECTION_END; i++)
        if (!view_equal(n->sections[i].data, s->m.survey.data[i]))
            *changed |= SECTION_BIT(i);
    return true;
}

static bool send_outcome(struct saying *s, struct control_outcome_sent *out, struct error *err)
{
    const section_set wanted = s->ask->sections != 0 ? s->ask->sections : OUTCOME_SECTIONS;
    section_set present;
    section_set changed;

    if (!tick_begin(s->x, err) || !referral_draft_survey(s->x, &s->m, err))
        return false;
    present = wanted & s->m.survey.present;
    if (present == 0 || (s->ask->sections != 0 && present != wanted))
        return error_set(err, E_REF_06, "her case here says nothing of it: refex case edit");
    out->kept = present & ~s->m.survey.covered;
    if (out->kept == present || (s->ask->sections != 0 && out->kept != 0))
        return deny(s, out->kept, err);
    out->consent = s->m.survey.consent->row.id;
    out->why = out->kept != 0 ? referral_draft_reason(&s->m, out->kept) : 0;
    if (!find_changed_outcomes(s, &changed, err))
        return false;
    s->m.now = out->sent = present & s->m.survey.covered & changed;
    for (enum section i = SECTION_TRIAGE; !s->ask->dry_run && i < SECTION_END; i++)
        if ((out->sent & SECTION_BIT(i)) != 0 && !put(s, i, err))
            return false;
    return true;
}

static bool open_case(struct saying *s, struct error *err)
{
    struct message_row first;
    bool found;

    if (!case_store_get(s->x->db, s->row.case_number, &found, &s->m.case_row, err))
        return false;
    if (!found || !ident_equal(&s->m.case_row.id, &s->row.case_id))
        return error_set(err, E_LOG_02, "the case of a referral is missing");
    if (!case_merge_check(s->x, &s->m.case_row, err) ||
        !message_store_get(s->x->db, s->row.message, &found, &first, err))
        return false;
    s->first = first.id;
    return found || error_set(err, E_LOG_02, "the message of a referral is missing");
}

bool exchange_referral_outcome(struct exchange *x, const struct control_referral_outcome_ask *ask,
                               struct control_outcome_sent *out, struct error *err)
{
    struct saying s = {.x = x, .ask = ask};
    struct control_refer_ask refer = {.kind = MESSAGE_OUTCOME, .purpose = ask->purpose, .dry_run = ask->dry_run};
    uint64_t mark;

    *out = (struct control_outcome_sent){.referral = ask->referral, .dry_run = ask->dry_run};
    if (!own_note_may_sign(x, err) || !referral_summary_find(x, &ask->referral, &s.row, &s.peer, err))
        return false;
    if ((ask->sections & ~OUTCOME_SECTIONS) != 0)
        return error_set(err, E_REF_04, "what became of her is in other sections");
    if (!may_say_outcome(&s, err) || !open_case(&s, err) || !tick_has_room(x, err))
        return false;
    refer.to = out->agency = s.peer.agency;
    s.m.ask = &refer;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, send_outcome(&s, out, err), err);
}

/* --- one that came --- */

/* Without her case nobody here could read it, or erase it with that. */
static bool has_case(struct exchange *x, const struct received_body *b, bool *has, struct error *err)
{
    struct referral_row row;
    struct case_row c;

    if (!kind_referral_of(x, b, has, &row, err) || (*has && !case_store_get(x->db, row.case_number, has, &c, err)))
        return false;
    *has = *has && c.ended_ms == 0;
    return true;
}

static bool check_outcome(struct exchange *x, const struct received_body *b, enum refusal_reason *why,
                          struct error *err)
{
    bool has;

    if (!kind_check_names_first(x, b, &b->body->outcome.in_reply_to, why, err) || !has_case(x, b, &has, err))
        return false;
    if (*why == 0 && (!has || b->sections == 0 || (b->sections & ~OUTCOME_SECTIONS) != 0))
        *why = REFUSAL_OF_ANOTHER; /* it says something else of her, or nothing; or she is not known here any more */
    return true;
}

const struct kind_actions kind_outcome = {.check = check_outcome, .find = kind_find_referral};

/* --- what people are shown of it --- */

struct sent_referral {
    struct sent_referral *next;
    struct referral_row row;
};

struct outcome_walk {
    struct exchange *x;
    const struct case_row *c;
    kind_outcome_fn *on_part;
    void *cookie;
    struct sent_referral *first;
    struct sent_referral **last;
};

static bool tell_referral(const struct outcome_walk *w, const struct referral_row *row, struct error *err)
{
    struct newest_outcomes *n = arena_new(&w->x->tick_arena, sizeof *n);
    struct outcome_part part = {.row = row};
    struct peer_row peer;
    bool found;

    if (!peers_get(w->x, row->peer, &found, &peer, err))
        return false;
    *n = (struct newest_outcomes){.x = w->x, .peer = &peer, .direction = DIRECTION_IN};
    part.peer = &peer;
    if (!found || !message_store_walk_referral(w->x->db, row->number, read_outcome, n, err))
        return !found;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        part.section = s;
        part.data = n->sections[s].data;
        part.consent = n->consents[s];
        part.said_ms = ident_message_ms(&n->sections[s].message);
        if (part.data.size > 0 && !w->on_part(w->cookie, &part, err))
            return false;
    }
    return true;
}

static bool collect_sent(void *cookie, const struct message_row *m, struct error *err)
{
    struct outcome_walk *w = cookie;
    struct sent_referral *r;
    struct referral_row row;
    bool found;

    if (m->direction != DIRECTION_OUT || m->referral == 0 || !message_kind_has(m->kind, KIND_BEGINS))
        return true;
    if (!referral_store_get(w->x->db, m->referral, &found, &row, err))
        return false;
    if (!found || row.case_number != w->c->number)
        return true;
    r = arena_new(&w->x->tick_arena, sizeof *r);
    *r = (struct sent_referral){.row = row};
    *w->last = r;
    w->last = &r->next;
    return true;
}

static bool collect_under(void *cookie, const struct consent_row *row, struct error *err)
{
    const struct outcome_walk *w = cookie;

    return message_store_walk_consent(w->x->db, row->number, collect_sent, cookie, err);
}

bool kind_outcome_walk(struct exchange *x, const struct case_row *c, kind_outcome_fn *on_part, void *cookie,
                       struct error *err)
{
    struct outcome_walk w = {.x = x, .c = c, .on_part = on_part, .cookie = cookie};

    w.last = &w.first;
    if (!consent_store_walk_case(x->db, c->number, collect_under, &w, err))
        return false;
    for (const struct sent_referral *r = w.first; r != NULL; r = r->next)
        if (!tell_referral(&w, &r->row, err))
            return false;
    return true;
}
