/* Verbs on consent: record, list, show and withdraw. */
#include "refexd/verbs.h"

static struct control_consent line_of(const struct consent_summary *s)
{
    return (struct control_consent){
        .consent = s->id,
        .case_id = s->case_id,
        .agency = s->agency,
        .recipient = s->recipient,
        .until = s->until,
        .progress = s->progress,
        .sections = s->sections,
        .purposes = s->purposes,
        .given_at_ms = s->given_at_ms,
        .answered = s->answered,
        .answered_erased = s->answered_erased,
        .answered_kept = s->answered_kept,
        .told = s->told,
        .told_since_ms = s->told_since_ms,
        .by_hand = s->by_hand,
        .erase_from = s->erase_from,
        .may_have_left = s->may_have_left,
        .irreversible = s->irreversible,
        .would_change = s->would_change,
        .shut = s->shut,
        .key_unknown = s->key_unknown,
        .receipt_ms = s->receipt_ms,
        .answer_by = s->answer_by,
        .hold = s->hold,
        .next_try_ms = s->next_try_ms,
        .untold_here = s->untold_here,
        .nothing_held = s->nothing_held,
        .asked = s->asked,
        .sealed = s->sealed,
        .for_adult = s->for_adult,
        .erased_ms = s->erased_ms,
    };
}

static const struct address *named_of(struct control_call *c, const struct grant *g)
{
    struct address *named = arena_new(c->arena, (g->named_count + 1) * sizeof *named);

    for (size_t i = 0; i < g->named_count; i++)
        (void)address_read(g->named[i], &named[i]);
    return named;
}

/* All that was recorded of it, where it can be read. */
static void add_terms(struct control_call *c, const struct consent_summary *s, struct control_consent *line)
{
    struct control_consent_grant *grants = arena_new(c->arena, (s->grant_count + 1) * sizeof *grants);

    for (size_t i = 0; i < s->grant_count; i++) {
        const struct grant *g = &s->grants[i];

        grants[i] = (struct control_consent_grant){
            .sections = g->sections,
            .excluded = g->excluded,
            .excluded_count = g->excluded_count,
            .purpose = g->purpose,
            .onward = g->onward,
            .named = named_of(c, g),
            .named_count = g->named_count,
            .keep_until = g->keep_until,
        };
    }
    line->grants = grants;
    line->grant_count = s->grant_count;
    if (s->given == NULL)
        return;
    line->given_by = s->given->by;
    line->notice = s->given->notice;
    line->language = s->given->language;
    line->interpreter = s->given->interpreter;
    line->seen_alone = s->given->seen_alone;
    line->told_irreversible = s->given->told_irreversible;
}

static bool append_consent(void *cookie, const struct consent_summary *s, struct error *err)
{
    struct control_call *c = cookie;
    struct control_consent line = line_of(s);

    control_consent_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

/* A yes that the no to be recorded withdraws. */
static bool append_ended(void *cookie, const struct consent_summary *s, struct error *err)
{
    struct control_call *c = cookie;
    struct control_consent yes = line_of(s);
    struct control_consent_recorded line = {.recipient = s->recipient, .ends = &yes, .ends_count = 1};

    control_consent_recorded_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

static void fill_grants(const struct control_consent_record_ask *from, struct consent_grant_ask *to)
{
    for (size_t i = 0; i < from->grant_count; i++) {
        const struct control_consent_grant *g = &from->grants[i];

        to[i] = (struct consent_grant_ask){
            .sections = g->sections,
            .excluded = g->excluded,
            .excluded_count = g->excluded_count,
            .purpose = g->purpose,
            .onward = g->onward,
            .named = g->named,
            .named_count = g->named_count,
            .keep_until = g->keep_until,
        };
    }
}

/* Records, unless the request id says that it was done. */
static bool record_once(struct control_call *c, const struct consent_ask *ask, bool dry_run, struct ident *ids,
                        struct error *err)
{
    bool repeated = false;

    if (!dry_run && !exchange_consent_repeat(c->x, ask, ids, &repeated, err))
        return false;
    return repeated || (exchange_consent_record_foresee(c->x, ask, append_ended, c, err) &&
                        (dry_run || exchange_consent_record(c->x, ask, ids, err)));
}

bool verbs_consent_record(struct control_call *c, struct error *err)
{
    struct control_consent_record_ask from;
    struct consent_grant_ask grants[BOUND_GRANTS] = {0};
    struct ident ids[BOUND_RECIPIENTS] = {0}; /* of what would be, none */
    struct bytes asked = {.wiping = true};    /* all but the request id */
    struct consent_ask ask;
    uint32_t last_day = 0;
    bool for_adult = false;
    bool ok;

    if (!control_consent_record_ask_decode(c->message, c->arena, &from, err))
        return false;
    fill_grants(&from, grants);
    ask = (struct consent_ask){
        .case_id = from.case_id,
        .to = from.to,
        .to_count = from.to_count,
        .grants = grants,
        .grant_count = from.grant_count,
        .refused = from.refused,
        .until = from.until,
        .given_by = from.given_by,
        .notice = from.notice,
        .language = from.language,
        .interpreter = from.interpreter,
        .seen_alone = from.seen_alone,
        .told_irreversible = from.told_irreversible,
        .last_day = &last_day,
        .for_adult = &for_adult,
        .request_id = from.request_id,
    };
    from.request_id = (struct view){0};
    control_consent_record_ask_encode(&from, &asked);
    ask.asked = bytes_view(&asked);
    ok = record_once(c, &ask, from.dry_run, ids, err);
    bytes_fini(&asked);
    if (!ok)
        return false;
    for (size_t i = 0; i < from.to_count; i++) {
        struct control_consent_recorded line = {
            .consent = ids[i], .recipient = from.to[i], .until = last_day, .for_adult = for_adult};

        control_consent_recorded_encode(&line, control_call_item(c));
        if (!control_call_item_end(c, err))
            return false;
    }
    return true;
}

bool verbs_consent_list(struct control_call *c, struct error *err)
{
    struct control_consent_list_ask ask;

    return control_consent_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_consent_list(c->x, ident_is_zero(&ask.case_id) ? NULL : &ask.case_id, c->step, append_consent, c,
                                 err);
}

bool verbs_consent_show(struct control_call *c, struct error *err)
{
    struct control_consent_show_ask ask;
    struct control_consent line;
    struct consent_summary s;

    if (!control_consent_show_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_consent_show(c->x, &ask.consent, &s, err))
        return false;
    line = line_of(&s);
    add_terms(c, &s, &line);
    control_consent_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

bool verbs_consent_withdraw(struct control_call *c, struct error *err)
{
    struct control_consent_withdraw_ask from;
    struct withdraw_ask ask;
    struct consent_summary s;

    if (!control_consent_withdraw_ask_decode(c->message, c->arena, &from, err))
        return false;
    ask = (struct withdraw_ask){from.consent, from.erase_now, from.seen_alone, from.dry_run};
    return exchange_consent_withdraw(c->x, &ask, &s, err) && append_consent(c, &s, err);
}
