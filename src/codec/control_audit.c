#include "codec/control_inside.h"

#define OF control_audit_list_ask
static const struct table_field audit_list_ask_fields[] = {
    FIELD(1, TABLE_U32, log, 1, 2),       FIELD(2, TABLE_U32, kind, 0, RECORD_HOUSE_END - 1),
    FIELD(3, TABLE_TIME, since_ms, 0, 0), FIELD(4, TABLE_TIME, until_ms, 0, 0),
    FIELD(5, TABLE_U64, from, 0, 0),      FIELD(6, TABLE_U32, limit, 0, BOUND_ANSWER_RECORDS),
};
MESSAGE(audit_list_ask, "AuditListAsk");
#undef OF

#define OF control_audit_entry
static const struct table_field audit_entry_fields[] = {
    FIELD(1, TABLE_BYTES, record, 1, BOUND_RECORD),
    FIELD(2, TABLE_HASH, leaf, 1, 0),
    FIELD(3, TABLE_IDENT, referral, 0, 0),
    FIELD(4, TABLE_IDENT, consent, 0, 0),
    FIELD(5, TABLE_ADDRESS, recipient, 0, 0),
    FIELD(6, TABLE_U32, message_kind, 0, MESSAGE_KIND_END - 1),
    FIELD(7, TABLE_U32, answer, 0, REFERRAL_STATE_END - 1),
    FIELD(8, TABLE_BOOL, has_user, 0, 0),
    FIELD(9, TABLE_U32, user, 0, UINT32_MAX),
};
MESSAGE(audit_entry, "AuditEntry");
#undef OF

#define OF control_audit_verify_ask
static const struct table_field audit_verify_ask_fields[] = {
    FIELD(1, TABLE_U32, log, 1, 2),
};
MESSAGE(audit_verify_ask, "AuditVerifyAsk");
#undef OF

#define OF control_audit_verdict
static const struct table_field audit_verdict_fields[] = {
    FIELD(1, TABLE_BOOL, good, 0, 0),
    FIELD(2, TABLE_U64, records, 0, 0),
    FIELD(3, TABLE_U64, checkpoints, 0, 0),
    FIELD(4, TABLE_HASH, root, 0, 0),
    FIELD(5, TABLE_TEXT, origin, 0, ORIGIN_MAX),
    FIELD(6, TABLE_TIME, last_ms, 0, 0),
    FIELD(7, TABLE_U64, first_bad, 0, 0),
    FIELD(8, TABLE_TEXT, code, 0, 16),
    FIELD(9, TABLE_TEXT, finding, 0, CONTROL_SENTENCE_MAX),
    FIELD(10, TABLE_TEXT, checkpoint, 0, BOUND_CHECKPOINT),
};
MESSAGE(audit_verdict, "AuditVerdict");
#undef OF
