/* Verbs on consent: record, list, show and withdraw. */
#include "refexd/verbs.h"

#include "exchange/consent/consent_calls.h"

static bool append_consent(void *cookie, const struct control_consent *line, struct error *err)
{
    struct control_call *c = cookie;

    control_consent_encode(line, control_call_item(c));
    return control_call_item_end(c, err);
}

static bool append_recorded(struct control_call *c, const struct control_consent_recorded *line, struct error *err)
{
    control_consent_recorded_encode(line, control_call_item(c));
    return control_call_item_end(c, err);
}

/* A yes that the no to be recorded withdraws. */
static bool append_ended(void *cookie, const struct control_consent *yes, struct error *err)
{
    const struct control_consent_recorded line = {.recipient = yes->recipient, .ends = yes, .ends_count = 1};

    return append_recorded(cookie, &line, err);
}

bool verbs_consent_record(struct control_call *c, struct error *err)
{
    struct control_consent_record_ask ask;
    struct control_consent_recorded lines[BOUND_RECIPIENTS];

    if (!control_consent_record_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_consent_record(c->x, &ask, append_ended, c, lines, err))
        return false;
    for (size_t i = 0; i < ask.to_count; i++)
        if (!append_recorded(c, &lines[i], err))
            return false;
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

    return control_consent_show_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_consent_show(c->x, &ask.consent, &line, err) && append_consent(c, &line, err);
}

bool verbs_consent_withdraw(struct control_call *c, struct error *err)
{
    struct control_consent_withdraw_ask ask;
    struct control_consent line;

    return control_consent_withdraw_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_consent_withdraw(c->x, &ask, &line, err) && append_consent(c, &line, err);
}
