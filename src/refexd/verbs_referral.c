/* Verbs on referrals: refer, list, show, accept and decline. */
#include "refexd/verbs.h"

static size_t copy_held_back(const struct referral_result *r, struct control_held_back out[static SECTION_END])
{
    for (size_t i = 0; i < r->held_back_count; i++)
        out[i] = (struct control_held_back){r->held_back[i].section, r->held_back[i].why};
    return r->held_back_count;
}

static size_t copy_left_out(const struct referral_result *r, struct control_left_out out[static SECTION_END])
{
    for (size_t i = 0; i < r->left_out_count; i++)
        out[i] = (struct control_left_out){r->left_out[i].section, r->left_out[i].fields, r->left_out[i].field_count};
    return r->left_out_count;
}

bool verbs_referral_send(struct control_call *c, struct error *err)
{
    struct control_refer_ask from;
    struct control_held_back held_back[SECTION_END];
    struct control_left_out left_out[SECTION_END];
    struct referral_result r = {0};
    struct control_referral_result line;
    struct referral_ask ask;

    if (!control_refer_ask_decode(c->message, c->arena, &from, err))
        return false;
    ask = (struct referral_ask){
        .case_id = from.case_id,
        .to = from.to,
        .kind = from.kind,
        .services = from.services,
        .service_count = from.service_count,
        .urgency = from.urgency,
        .purpose = from.purpose,
        .require = from.require,
        .partial = from.partial,
        .release_now = from.release_now,
        .dry_run = from.dry_run,
        .request_id = from.request_id,
    };
    if (!exchange_refer(c->x, &ask, &r, err)) {
        c->held_back_count = copy_held_back(&r, c->held_back);
        return false;
    }
    line = (struct control_referral_result){
        .referral = r.referral,
        .message = r.message,
        .state = r.state,
        .shared = r.shared,
        .offered = r.offered,
        .held_back = held_back,
        .held_back_count = copy_held_back(&r, held_back),
        .repeated = r.repeated,
        .left_out = left_out,
        .left_out_count = copy_left_out(&r, left_out),
        .hold = r.hold,
        .hold_until_ms = r.hold_until_ms,
    };
    control_referral_result_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

static void fill_summary(const struct referral_summary *s, struct control_referral *out)
{
    *out = (struct control_referral){
        .referral = s->id,
        .direction = s->direction,
        .peer = s->peer,
        .case_id = s->case_id,
        .kind = s->kind,
        .urgency = s->urgency,
        .purpose = s->purpose,
        .state = s->state,
        .made_ms = s->made_ms,
        .due_ms = s->due_ms,
        .shared = s->shared,
        .offered = s->offered,
        .services = s->services,
        .message = s->message,
        .overdue = s->overdue,
        .hold = s->hold,
        .hold_until_ms = s->hold_until_ms,
        .arrival = s->arrival,
        .arrival_ms = s->arrival_ms,
        .unnamed = s->unnamed,
        .lost_there = s->lost_there,
        .by_hand = s->by_hand,
        .next_try_ms = s->next_try_ms,
        .waits = s->waits,
        .sealed = s->sealed,
        .erased_ms = s->erased_ms,
        .answered_ms = s->answered_ms,
    };
}

static bool append_referral(void *cookie, const struct referral_summary *s, struct error *err)
{
    struct control_call *c = cookie;
    struct control_referral line;

    fill_summary(s, &line);
    control_referral_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

bool verbs_referral_list(struct control_call *c, struct error *err)
{
    struct control_referral_list_ask ask;

    return control_referral_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_list(c->x, (enum direction)ask.direction, ask.overdue, c->step, append_referral, c, err);
}

/* The sections of DATA that are there. */
static size_t fill_sections(const struct case_sections *data, struct control_case_section out[static SECTION_END])
{
    size_t n = 0;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (data->sections[s].size > 0)
            out[n++] = (struct control_case_section){s, data->sections[s]};
    return n;
}

bool verbs_referral_show(struct control_call *c, struct error *err)
{
    struct control_referral_show_ask ask;
    struct control_case_section data[SECTION_END];
    struct control_timeline_entry timeline[BOUND_TIMELINE];
    struct control_referral_detail line = {.data = data, .timeline = timeline};
    struct referral_detail *d = arena_new(c->arena, sizeof *d);

    if (!control_referral_show_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_referral_show(c->x, &ask.referral, ask.open_data, d, err))
        return false;
    fill_summary(&d->summary, &line.summary);
    line.data_count = fill_sections(&d->data, data);
    line.note = d->note;
    line.reason = d->reason;
    for (size_t i = 0; i < d->timeline_count; i++) {
        const struct timeline_entry *e = &d->timeline[i];

        timeline[i] = (struct control_timeline_entry){e->time_ms, e->kind,    e->index,     e->message_kind,
                                                      e->outcome, e->arrival, e->arrival_ms};
    }
    line.timeline_count = d->timeline_count;
    line.timeline_more = d->timeline_more;
    control_referral_detail_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

bool verbs_referral_accept(struct control_call *c, struct error *err)
{
    struct control_referral_accept_ask ask;
    struct referral_summary s;

    return control_referral_accept_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_accept(c->x, &ask.referral, ask.note, &s, err) && append_referral(c, &s, err);
}

bool verbs_referral_decline(struct control_call *c, struct error *err)
{
    struct control_referral_decline_ask ask;
    struct referral_summary s;

    return control_referral_decline_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_referral_decline(c->x, &ask.referral, ask.reason, ask.note, &s, err) && append_referral(c, &s, err);
}
