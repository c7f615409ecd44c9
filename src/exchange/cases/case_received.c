#include "exchange/cases/case_received.h"

#include "exchange/access/exclusions.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/cases/name_draw.h"
#include "exchange/kinds/kind_corrected.h"
#include "exchange/kinds/kind_outcome.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/referral_bodies.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/search/search.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/consent_store.h"
#include "store/number_store.h"

/* --- what came --- */

struct came {
    struct came *next;
    struct referral_row row;
};

struct came_walk {
    struct exchange *x;
    struct came *first;
    struct came **last;
};

static bool collect(void *cookie, const struct referral_row *row, struct error *err)
{
    struct came_walk *w = cookie;
    struct came *c = arena_new(&w->x->tick_arena, sizeof *c);

    (void)err;
    *c = (struct came){.row = *row};
    *w->last = c;
    w->last = &c->next;
    return true;
}

struct part_reader {
    struct exchange *x;
    struct received_part *part;
    struct newest_section sections[SECTION_END];
};

/* What does not open shows nothing, and hides nothing else: its consent is erased, or it is damaged. */
static bool open_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct part_reader *r = cookie;
    struct opened_body body;
    struct error why = {0};

    if (m->direction != DIRECTION_IN || m->state == MESSAGE_REFUSED)
        return true;
    if (referral_bodies_open(r->x, r->part->peer, m, &body, &why)) {
        r->part->opened |= referral_bodies_take(&body, m, r->sections);
        return true;
    }
    *err = why;
    return vault_is_lost(&why);
}

/* C: NULL: of none. */
static bool is_of(const struct referral_row *row, const struct case_row *c)
{
    return row->readable && (c != NULL ? ident_equal(&row->case_id, &c->id) : ident_is_zero(&row->case_id));
}

static bool open_part(struct exchange *x, const struct case_row *c, struct referral_row *row, case_received_fn *on_part,
                      void *cookie, struct error *err)
{
    struct received_part part = {.row = row};
    struct part_reader r = {.x = x, .part = &part};
    struct peer_row peer;
    bool found;

    if (!referrals_open(x, row, err) || !peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (row->not_read)
        return error_set(err, E_KEY_21, "the disk does not give the key of a referral");
    if (!found || (row->readable && !is_of(row, c)))
        return true;
    part.peer = &peer;
    if (is_of(row, c) && !message_store_walk_referral(x->db, row->number, open_message, &r, err))
        return false;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        part.sections[s] = r.sections[s].data;
    return on_part(cookie, &part, err);
}

bool case_received_walk(struct exchange *x, const struct case_row *c, case_received_fn *on_part, void *cookie,
                        struct error *err)
{
    struct came_walk w = {.x = x, .last = &w.first};

    if (!referral_store_walk_came(x->db, c->number, collect, &w, err))
        return false;
    for (struct came *k = w.first; k != NULL; k = k->next)
        if (!open_part(x, c, &k->row, on_part, cookie, err))
            return false;
    return true;
}

bool case_received_read(struct exchange *x, const struct referral_row *row, case_received_fn *on_part, void *cookie,
                        struct error *err)
{
    struct referral_row opened = *row;

    return open_part(x, NULL, &opened, on_part, cookie, err);
}

static bool note_sections(void *cookie, const struct received_part *p, struct error *err)
{
    (void)err;
    *(section_set *)cookie |= p->opened;
    return true;
}

bool case_received_sections(struct exchange *x, const struct case_row *c, section_set *out, struct error *err)
{
    *out = 0;
    return case_received_walk(x, c, note_sections, out, err);
}

/* --- its case --- */

static bool open_new(struct exchange *x, const struct referral_row *row, struct case_row *c, struct error *err)
{
    *c = (struct case_row){.opened_ms = tick_record_ms(x), .holder = row->holder, .desk = row->desk};
    return name_draw_case(x, &c->id, err) && vault_alloc_slot(x->vault, x->db, &c->slot, err) &&
           case_store_add(x->db, c, &c->number, err) && acting_record_opened(x, HOUSE_ACCEPTED, &c->id, err);
}

/* What nobody held is whose the other is; of two holders the case's stays. */
static bool share_holder(struct exchange *x, struct referral_row *row, struct case_row *c, struct error *err)
{
    if (c->holder == 0 && row->holder != 0 && !holders_assign_case(x, c, row->holder, err))
        return false;
    if (c->holder != 0 && row->holder != c->holder && !holders_assign_referral(x, row, c->holder, err))
        return false;
    row->holder = c->holder;
    row->desk = c->desk;
    return referral_store_hold_of_case(x->db, c->number, c->holder, c->desk, err);
}

bool case_received_may_open(struct exchange *x, const struct referral_row *row, const struct ident *into,
                            struct error *err)
{
    struct case_row c;
    bool out = false;

    if (into == NULL)
        return vault_has_unused_slot(x->vault, x->db, err);
    if (!casebook_find(x, into, &c, err) || !case_ending_takes_referral(x, &c, err) || !case_merge_check(x, &c, err) ||
        (c.holder == 0 && !exclusions_keep_out_number(x, &c, row->holder, &out, err)))
        return false;
    return !out || error_set(err, E_STF_15, "who holds the referral does not get that case");
}

bool case_received_open(struct exchange *x, struct referral_row *row, const struct ident *into, struct error *err)
{
    struct case_row c;

    REQUIRE(x->in_transaction && row->direction == DIRECTION_IN);
    if (!(into != NULL ? casebook_find(x, into, &c, err) : open_new(x, row, &c, err)))
        return false;
    row->case_number = c.number;
    row->case_id = c.id;
    return referral_store_set_case(x->db, row->number, c.number, err) && share_holder(x, row, &c, err);
}

bool case_received_changed(struct exchange *x, const struct referral_row *row, struct error *err)
{
    struct case_row c;
    bool found;

    if (!search_referral_changed(x, row, err))
        return false;
    if (row->direction != DIRECTION_IN || row->case_number == 0)
        return true;
    return case_store_get(x->db, row->case_number, &found, &c, err) &&
           (!found || c.ended_ms != 0 || search_case_changed(x, &c, err));
}

/* --- a day began --- */

struct ended {
    struct ended *next;
    int64_t consent;
};

struct day_walk {
    struct exchange *x;
    uint32_t since; /* last days from then on … */
    uint32_t today; /* … and before */
    struct ended *first;
};

static bool collect_ended(void *cookie, const struct consent_row *row, struct error *err)
{
    struct day_walk *d = cookie;
    struct ended *e;

    (void)err;
    if (row->case_number != 0 || row->until < d->since || row->until >= d->today)
        return true;
    e = arena_new(&d->x->tick_arena, sizeof *e);
    *e = (struct ended){.next = d->first, .consent = row->number};
    d->first = e;
    return true;
}

static bool find_again(void *cookie, const struct message_row *m, struct error *err)
{
    struct exchange *x = cookie;
    struct referral_row row;
    bool found;

    if (m->referral == 0 || !message_kind_has(m->kind, KIND_BEGINS))
        return true;
    return referral_store_get(x->db, m->referral, &found, &row, err) && (!found || case_received_changed(x, &row, err));
}

bool case_received_follow_day(struct exchange *x, struct error *err)
{
    struct day_walk d = {.x = x, .today = tick_closing_day(x)};
    int64_t seen;
    bool there;

    if (!number_store_get(x->db, "received_until", &there, &seen, err))
        return false;
    d.since = there ? (uint32_t)seen : 0;
    if (d.since >= d.today)
        return true;
    if (!consent_store_walk(x->db, NULL, collect_ended, &d, err))
        return false;
    for (const struct ended *e = d.first; e != NULL; e = e->next)
        if (!message_store_walk_consent(x->db, e->consent, find_again, x, err))
            return false;
    return number_store_put(x->db, "received_until", d.today, err);
}

/* --- people --- */

struct telling {
    struct exchange *x;
    exchange_on_received_fn *on_received;
    void *cookie;
};

static bool tell_part(void *cookie, const struct received_part *p, struct error *err)
{
    const struct telling *t = cookie;
    struct control_case_section data[SECTION_END];
    struct control_case_received line = {.referral = p->row->id,
                                         .agency = p->peer->agency,
                                         .state = p->row->state,
                                         .came_ms = p->row->made_ms,
                                         .data = data};
    struct consent_row consent;
    size_t corrections;
    bool found;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((p->opened & SECTION_BIT(s)) != 0)
            data[line.data_count++] = (struct control_case_section){.section = s, .data = p->sections[s]};
    line.sections = p->opened;
    if ((p->opened != 0 && !kind_corrected_unanswered(t->x, p->row, &line.corrected, &corrections, err)) ||
        !consent_store_get(t->x->db, p->row->consent, &found, &consent, err))
        return false;
    if (found) {
        line.consent = consent.id;
        line.until = consent.until;
        line.erased_ms = consent.progress == CONSENT_ERASED ? consent.changed_ms : 0;
    }
    return t->on_received(t->cookie, &line, err);
}

/* Of what this agency referred, what became of her. */
static bool tell_outcome(void *cookie, const struct outcome_part *p, struct error *err)
{
    const struct telling *t = cookie;
    const struct control_case_section data = {.section = p->section, .data = p->data};
    struct control_case_received line = {.referral = p->row->id,
                                         .agency = p->peer->agency,
                                         .state = p->row->state,
                                         .came_ms = p->said_ms,
                                         .sections = SECTION_BIT(p->section),
                                         .data = &data,
                                         .data_count = 1};
    struct consent_row consent;
    bool found;

    if (!consent_store_get(t->x->db, p->consent, &found, &consent, err))
        return false;
    if (found) {
        line.consent = consent.id;
        line.until = consent.until;
    }
    return t->on_received(t->cookie, &line, err);
}

bool exchange_case_received(struct exchange *x, const struct control_case_received_ask *ask,
                            exchange_on_received_fn *on_received, void *cookie, struct error *err)
{
    struct telling t = {x, on_received, cookie};
    struct case_row c;

    if (x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    return casebook_find(x, &ask->case_id, &c, err) && casebook_record_opened(x, &c, err) &&
           case_received_walk(x, &c, tell_part, &t, err) && kind_outcome_walk(x, &c, tell_outcome, &t, err);
}

static bool check_joins(const struct referral_row *row, const struct peer_row *peer, struct error *err)
{
    if (row->direction != DIRECTION_IN)
        return error_set(err, E_REF_02, "this agency sent the referral to %s: its case is the one that it was made of",
                         peer->agency.text);
    if (!row->readable)
        return error_set(err, E_REF_07, "the referral is %s, and nothing of it is read",
                         referral_state_name(row->state));
    return row->case_number != 0 || referral_state_is_accepted(row->state) ||
           error_set(err, E_REF_07, "the referral is %s: what is accepted is of a case",
                     referral_state_name(row->state));
}

static bool join(struct exchange *x, const struct referral_row *before, struct referral_row *row,
                 const struct ident *into, struct error *err)
{
    return tick_has_room(x, err) && tick_begin(x, err) && case_received_open(x, row, into, err) &&
           referrals_update(x, row, err) && case_received_changed(x, before, err) && case_received_changed(x, row, err);
}

bool exchange_referral_join(struct exchange *x, const struct control_referral_join_ask *ask,
                            struct control_referral *out, struct error *err)
{
    const struct ident *into = ident_is_zero(&ask->case_id) ? NULL : &ask->case_id;
    struct referral_row before;
    struct referral_row row;
    struct peer_row peer;
    uint64_t mark;

    if (!referral_summary_find(x, &ask->referral, &row, &peer, err) || !check_joins(&row, &peer, err))
        return false;
    if (row.case_number != 0 && (into == NULL || ident_equal(&row.case_id, into)))
        return referral_summary_fill(x, &row, &peer, out, err);
    if (!case_received_may_open(x, &row, into, err))
        return false;
    before = row;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, join(x, &before, &row, into, err) && referral_summary_fill(x, &row, &peer, out, err),
                         err);
}
