/* Verbs on consent: record, list, show and withdraw. */
#include "refexd/verbs/verbs.h"

#include "exchange/consent/consent_calls.h"
#include "refexd/config.h"

CONTROL_ANSWER(consent)
CONTROL_ANSWER(consent_recorded)
CONTROL_ANSWER(agency_stop)

/* A yes that the no to be recorded withdraws. */
static bool append_ended(void *cookie, const struct control_consent *yes, struct error *err)
{
    const struct control_consent_recorded line = {.recipient = yes->recipient, .ends = yes, .ends_count = 1};

    return answer_consent_recorded(cookie, &line, err);
}

bool verbs_consent_record(struct control_call *c, struct error *err)
{
    struct control_consent_record_ask ask;
    struct control_consent_recorded lines[BOUND_RECIPIENTS];

    if (!control_consent_record_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_consent_record(c->x, &ask, append_ended, c, lines, err))
        return false;
    for (size_t i = 0; i < ask.to_count || (i == 0 && ask.outside.size != 0); i++)
        if (!answer_consent_recorded(c, &lines[i], err))
            return false;
    return true;
}

CONTROL_LIST(verbs_consent_list, consent_list_ask, exchange_consent_list, consent)

bool verbs_consent_show(struct control_call *c, struct error *err)
{
    struct control_consent_show_ask ask;
    struct control_consent line;

    return control_consent_show_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_consent_show(c->x, &ask.consent, &line, err) && answer_consent(c, &line, err);
}

CONTROL_ONE(verbs_consent_withdraw, consent_withdraw_ask, exchange_consent_withdraw, consent)

bool verbs_agency_stops(struct control_call *c, struct error *err)
{
    struct control_agency_stops_ask ask;
    struct address agency;

    if (!control_agency_stops_ask_decode(c->message, c->arena, &ask, err))
        return false;
    if (ask.seen.size == 0)
        return exchange_agency_stops(c->x, answer_agency_stop, c, err);
    return address_read_short(ask.seen, address_federation(&c->context->config->agency), &agency, err) &&
           exchange_agency_stops_seen(c->x, &agency, answer_agency_stop, c, err);
}
