/* Verbs on the audit logs: list, verify, and the events in them. */
#include "refexd/verbs/verbs.h"

#include "exchange/logs/audit_calls.h"

#define AUDIT_STEP 256 /* records that are looked through in one round of the loop: a millisecond */

CONTROL_ANSWER(audit_verdict)
CONTROL_ANSWER(audit_entry)
CONTROL_ANSWER(event)

static bool append_record(void *cookie, const struct control_audit_entry *line, const struct record *r,
                          struct error *err)
{
    (void)r;
    return answer_audit_entry(cookie, line, err);
}

bool verbs_audit_list(struct control_call *c, struct error *err)
{
    struct control_audit_list_ask ask;

    c->step->limit = AUDIT_STEP;
    return control_audit_list_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_audit_list(c->x, &ask, c->step, append_record, c, err);
}

bool verbs_audit_verify(struct control_call *c, struct error *err)
{
    struct control_audit_verify_ask ask;
    struct control_audit_verdict line;

    return control_audit_verify_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_audit_verify(c->x, ask.log, &line, err) && answer_audit_verdict(c, &line, err);
}

bool verbs_watch(struct control_call *c, struct error *err)
{
    struct control_watch_ask ask;

    return control_watch_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_watch(c->x, c->roles, &ask, answer_event, c, err);
}
