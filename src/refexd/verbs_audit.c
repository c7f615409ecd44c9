/* Verbs on the audit logs: list and verify. */
#include "refexd/verbs.h"

#include <string.h>

#define AUDIT_STEP 256 /* records that are looked through in one round of the loop: a millisecond */

static bool append_record(void *cookie, const struct audit_entry *e, struct error *err)
{
    struct control_call *c = cookie;
    struct control_audit_entry line = {.record = e->bytes,
                                       .leaf = e->leaf,
                                       .referral = e->beside.referral,
                                       .consent = e->beside.consent,
                                       .recipient = e->beside.recipient,
                                       .message_kind = e->beside.message_kind,
                                       .answer = e->beside.answer,
                                       .has_user = e->beside.has_user,
                                       .user = e->beside.user};

    control_audit_entry_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}

bool verbs_audit_list(struct control_call *c, struct error *err)
{
    struct control_audit_list_ask ask;
    struct record_filter filter = {0};

    if (!control_audit_list_ask_decode(c->message, c->arena, &ask, err))
        return false;
    filter.has_kind = ask.kind != 0;
    filter.kind = (enum record_kind)ask.kind;
    filter.since_ms = ask.since_ms;
    filter.until_ms = ask.until_ms;
    filter.from = ask.from;
    filter.limit = ask.limit == 0 ? BOUND_ANSWER_RECORDS : ask.limit;
    c->step->limit = AUDIT_STEP;
    return exchange_audit_list(c->x, (enum log_id)ask.log, &filter, c->step, append_record, c, err);
}

bool verbs_audit_verify(struct control_call *c, struct error *err)
{
    struct control_audit_verify_ask ask;
    struct audit_verdict v;
    struct control_audit_verdict line;

    memset(&v, 0, sizeof v);
    if (!control_audit_verify_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_audit_verify(c->x, (enum log_id)ask.log, &v, err))
        return false;
    line = (struct control_audit_verdict){
        .good = v.good,
        .records = v.records,
        .checkpoints = v.checkpoints,
        .root = v.root,
        .origin = view_of_text(v.origin),
        .last_ms = v.last_ms,
        .checkpoint = view_of_text(v.checkpoint),
        .first_bad = v.good ? 0 : v.first_bad_index,
        .code = v.good ? view_of(NULL, 0) : view_of_text(error_row(v.finding.code)->code),
        .finding = v.good ? view_of(NULL, 0) : view_of_text(v.finding.text),
    };
    control_audit_verdict_encode(&line, control_call_item(c));
    return control_call_item_end(c, err);
}
