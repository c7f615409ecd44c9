#include "codec/control_inside.h"

#define OF control_consent_grant
static const struct table_field consent_grant_fields[] = {
    FIELD(1, TABLE_SET, sections, 0, SECTION_END - 1),
    LIST(2, TABLE_NUMBERS, excluded, excluded_count, BOUND_EXCLUDED, NULL),
    FIELD(3, TABLE_U32, purpose, 1, PURPOSE_END - 1),
    FIELD(4, TABLE_U32, onward, 1, ONWARD_END - 1),
    LIST(5, TABLE_ADDRESSES, named, named_count, BOUND_GRANT_NAMED, NULL),
    FIELD(6, TABLE_U32, keep_until, 0, UINT32_MAX),
};
MESSAGE(consent_grant, "ConsentGrant");
#undef OF

#define OF control_consent_record_ask
static const struct table_field consent_record_ask_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
    LIST(2, TABLE_ADDRESSES, to, to_count, BOUND_RECIPIENTS, NULL),
    LIST(3, TABLE_MESSAGES, grants, grant_count, BOUND_GRANTS, &control_consent_grant_table),
    FIELD(4, TABLE_BOOL, refused, 0, 0),
    FIELD(5, TABLE_U32, until, 0, UINT32_MAX),
    FIELD(6, TABLE_U32, given_by, 1, GIVEN_BY_END - 1),
    FIELD(7, TABLE_TEXT, notice, 0, BOUND_NOTICE),
    FIELD(8, TABLE_TEXT, language, 0, BOUND_LANGUAGE),
    FIELD(9, TABLE_U32, interpreter, 0, 3),
    FIELD(10, TABLE_U32, seen_alone, 0, SEEN_ALONE_END - 1),
    FIELD(11, TABLE_BOOL, told_irreversible, 0, 0),
    FIELD(12, TABLE_BOOL, dry_run, 0, 0),
    FIELD(13, TABLE_TEXT, request_id, 0, BOUND_REQUEST_ID),
};
MESSAGE(consent_record_ask, "ConsentRecordAsk");
#undef OF

#define OF control_consent_recorded
static const struct table_field consent_recorded_fields[] = {
    FIELD(1, TABLE_IDENT, consent, 0, 0),      FIELD(2, TABLE_ADDRESS, recipient, 1, 0),
    FIELD(3, TABLE_U32, until, 0, UINT32_MAX), LIST(4, TABLE_MESSAGES, ends, ends_count, 1, &control_consent_table),
    FIELD(5, TABLE_BOOL, for_adult, 0, 0),
};
MESSAGE(consent_recorded, "ConsentRecorded");
#undef OF

#define OF control_consent_list_ask
static const struct table_field consent_list_ask_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 0, 0),
};
MESSAGE(consent_list_ask, "ConsentListAsk");
#undef OF

#define OF control_consent_show_ask
static const struct table_field consent_show_ask_fields[] = {
    FIELD(1, TABLE_IDENT, consent, 1, 0),
};
MESSAGE(consent_show_ask, "ConsentShowAsk");
#undef OF

#define OF control_consent_withdraw_ask
static const struct table_field consent_withdraw_ask_fields[] = {
    FIELD(1, TABLE_IDENT, consent, 1, 0),
    FIELD(2, TABLE_BOOL, erase_now, 0, 0),
    FIELD(3, TABLE_U32, seen_alone, 0, SEEN_ALONE_END - 1),
    FIELD(4, TABLE_BOOL, dry_run, 0, 0),
};
MESSAGE(consent_withdraw_ask, "ConsentWithdrawAsk");
#undef OF

#define OF control_consent
static const struct table_field consent_fields[] = {
    FIELD(1, TABLE_IDENT, consent, 1, 0),
    FIELD(2, TABLE_IDENT, case_id, 0, 0),
    FIELD(3, TABLE_ADDRESS, agency, 1, 0),
    FIELD(4, TABLE_ADDRESS, recipient, 1, 0),
    FIELD(5, TABLE_U32, until, 0, UINT32_MAX),
    FIELD(6, TABLE_U32, progress, 0, CONSENT_PROGRESS_END - 1),
    FIELD(7, TABLE_SET, sections, 0, SECTION_END - 1),
    FIELD(8, TABLE_SET, purposes, 0, PURPOSE_END - 1),
    FIELD(9, TABLE_TIME, given_at_ms, 0, 0),
    FIELD(10, TABLE_BOOL, answered, 0, 0),
    FIELD(11, TABLE_SET, answered_erased, 0, SECTION_END - 1),
    FIELD(12, TABLE_SET, answered_kept, 0, SECTION_END - 1),
    FIELD(13, TABLE_U32, told, 0, TOLD_END - 1),
    FIELD(14, TABLE_TIME, told_since_ms, 0, 0),
    FIELD(15, TABLE_BOOL, by_hand, 0, 0),
    FIELD(16, TABLE_U32, erase_from, 0, UINT32_MAX),
    FIELD(17, TABLE_BOOL, may_have_left, 0, 0),
    FIELD(18, TABLE_BOOL, irreversible, 0, 0),
    FIELD(19, TABLE_BOOL, would_change, 0, 0),
    FIELD(20, TABLE_BOOL, shut, 0, 0),
    FIELD(21, TABLE_BOOL, key_unknown, 0, 0),
    FIELD(22, TABLE_TIME, receipt_ms, 0, 0),
    FIELD(23, TABLE_U32, answer_by, 0, UINT32_MAX),
    FIELD(24, TABLE_TIME, next_try_ms, 0, 0),
    FIELD(25, TABLE_U32, hold, 0, 255),
    FIELD(26, TABLE_BOOL, untold_here, 0, 0),
    FIELD(27, TABLE_BOOL, nothing_held, 0, 0),
    FIELD(28, TABLE_BOOL, asked, 0, 0),
    LIST(29, TABLE_MESSAGES, grants, grant_count, BOUND_GRANTS, &control_consent_grant_table),
    FIELD(30, TABLE_U32, given_by, 0, GIVEN_BY_END - 1),
    FIELD(31, TABLE_TEXT, notice, 0, BOUND_NOTICE),
    FIELD(32, TABLE_TEXT, language, 0, BOUND_LANGUAGE),
    FIELD(33, TABLE_U32, interpreter, 0, INTERPRETER_END - 1),
    FIELD(34, TABLE_U32, seen_alone, 0, SEEN_ALONE_END - 1),
    FIELD(35, TABLE_BOOL, told_irreversible, 0, 0),
    FIELD(36, TABLE_BOOL, sealed, 0, 0),
    FIELD(37, TABLE_BOOL, for_adult, 0, 0),
    FIELD(38, TABLE_TIME, erased_ms, 0, 0),
};
MESSAGE(consent, "Consent");
#undef OF
