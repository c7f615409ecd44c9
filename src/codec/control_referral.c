#include "codec/control_inside.h"

#define OF control_refer_ask
static const struct table_field refer_ask_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
    FIELD(2, TABLE_ADDRESS, to, 1, 0),
    FIELD(3, TABLE_U32, kind, 1, MESSAGE_KIND_END - 1),
    LIST(4, TABLE_NUMBERS, services, service_count, BOUND_SERVICES, NULL),
    FIELD(5, TABLE_U32, urgency, 1, URGENCY_END - 1),
    FIELD(6, TABLE_U32, purpose, 1, PURPOSE_END - 1),
    FIELD(7, TABLE_SET, require, 0, SECTION_END - 1),
    FIELD(8, TABLE_BOOL, partial, 0, 0),
    FIELD(9, TABLE_BOOL, release_now, 0, 0),
    FIELD(10, TABLE_BOOL, dry_run, 0, 0),
    FIELD(11, TABLE_TEXT, request_id, 0, BOUND_REQUEST_ID),
};
MESSAGE(refer_ask, "ReferAsk");
#undef OF

#define OF control_held_back
static const struct table_field held_back_fields[] = {
    FIELD(1, TABLE_U32, section, 1, SECTION_END - 1),
    FIELD(2, TABLE_U32, why, 1, DENIAL_END - 1),
};
MESSAGE(held_back, "HeldBack");
#undef OF

#define OF control_left_out
static const struct table_field left_out_fields[] = {
    FIELD(1, TABLE_U32, section, 1, SECTION_END - 1),
    LIST(2, TABLE_NUMBERS, fields, field_count, CASE_SECTION_FIELDS, NULL),
};
MESSAGE(left_out, "LeftOut");
#undef OF

#define OF control_referral_result
static const struct table_field referral_result_fields[] = {
    FIELD(1, TABLE_IDENT, referral, 0, 0),
    FIELD(2, TABLE_IDENT, message, 0, 0),
    FIELD(3, TABLE_U32, state, 0, REFERRAL_STATE_END - 1),
    FIELD(4, TABLE_SET, shared, 0, SECTION_END - 1),
    FIELD(5, TABLE_SET, offered, 0, SECTION_END - 1),
    LIST(6, TABLE_MESSAGES, held_back, held_back_count, SECTION_END, &control_held_back_table),
    FIELD(7, TABLE_BOOL, repeated, 0, 0),
    LIST(8, TABLE_MESSAGES, left_out, left_out_count, SECTION_END, &control_left_out_table),
    FIELD(9, TABLE_U32, hold, 0, HOLD_END - 1),
    FIELD(10, TABLE_TIME, hold_until_ms, 0, 0),
};
MESSAGE(referral_result, "ReferralResult");
#undef OF

#define OF control_referral_list_ask
static const struct table_field referral_list_ask_fields[] = {
    FIELD(1, TABLE_U32, direction, 0, 2),
    FIELD(2, TABLE_BOOL, overdue, 0, 0),
};
MESSAGE(referral_list_ask, "ReferralListAsk");
#undef OF

#define OF control_referral
static const struct table_field referral_fields[] = {
    FIELD(1, TABLE_IDENT, referral, 1, 0),
    FIELD(2, TABLE_U32, direction, 1, 2),
    FIELD(3, TABLE_ADDRESS, peer, 1, 0),
    FIELD(4, TABLE_IDENT, case_id, 0, 0),
    FIELD(5, TABLE_U32, kind, 1, MESSAGE_KIND_END - 1),
    FIELD(6, TABLE_U32, urgency, 0, URGENCY_END - 1),
    FIELD(7, TABLE_U32, purpose, 0, PURPOSE_END - 1),
    FIELD(8, TABLE_U32, state, 1, REFERRAL_STATE_END - 1),
    FIELD(9, TABLE_TIME, made_ms, 0, 0),
    FIELD(10, TABLE_TIME, due_ms, 0, 0),
    FIELD(11, TABLE_SET, shared, 0, SECTION_END - 1),
    FIELD(12, TABLE_SET, offered, 0, SECTION_END - 1),
    FIELD(13, TABLE_U32, services, 0, UINT32_MAX),
    FIELD(14, TABLE_IDENT, message, 0, 0),
    FIELD(15, TABLE_BOOL, overdue, 0, 0),
    FIELD(16, TABLE_U32, hold, 0, HOLD_END - 1),
    FIELD(17, TABLE_TIME, hold_until_ms, 0, 0),
    FIELD(18, TABLE_U32, arrival, 0, ARRIVAL_END - 1),
    FIELD(19, TABLE_TIME, arrival_ms, 0, 0),
    FIELD(20, TABLE_BOOL, unnamed, 0, 0),
    FIELD(21, TABLE_BOOL, lost_there, 0, 0),
    FIELD(22, TABLE_BOOL, by_hand, 0, 0),
    FIELD(23, TABLE_TIME, next_try_ms, 0, 0),
    FIELD(24, TABLE_U32, waits, 0, MESSAGE_KIND_END - 1),
    FIELD(25, TABLE_BOOL, sealed, 0, 0),
    FIELD(26, TABLE_TIME, erased_ms, 0, 0),
    FIELD(27, TABLE_TIME, answered_ms, 0, 0),
};
MESSAGE(referral, "Referral");
#undef OF

#define OF control_referral_show_ask
static const struct table_field referral_show_ask_fields[] = {
    FIELD(1, TABLE_IDENT, referral, 1, 0),
    FIELD(2, TABLE_BOOL, open_data, 0, 0),
};
MESSAGE(referral_show_ask, "ReferralShowAsk");
#undef OF

#define OF control_timeline_entry
static const struct table_field timeline_entry_fields[] = {
    FIELD(1, TABLE_TIME, time_ms, 0, 0),
    FIELD(2, TABLE_U32, kind, 1, RECORD_HOUSE_END - 1),
    FIELD(3, TABLE_U64, index, 0, 0),
    FIELD(4, TABLE_U32, message_kind, 0, MESSAGE_KIND_END - 1),
    FIELD(5, TABLE_U32, outcome, 0, OUTCOME_END - 1),
    FIELD(6, TABLE_U32, arrival, 0, ARRIVAL_END - 1),
    FIELD(7, TABLE_TIME, arrival_ms, 0, 0),
};
MESSAGE(timeline_entry, "TimelineEntry");
#undef OF

#define OF control_referral_detail
static const struct table_field referral_detail_fields[] = {
    PART(1, TABLE_MESSAGE, summary, &control_referral_table),
    LIST(2, TABLE_MESSAGES, data, data_count, SECTION_END, &control_case_section_table),
    FIELD(3, TABLE_TEXT, note, 0, BOUND_REASON),
    FIELD(4, TABLE_U32, reason, 0, DECLINE_END - 1),
    LIST(5, TABLE_MESSAGES, timeline, timeline_count, BOUND_TIMELINE, &control_timeline_entry_table),
    FIELD(6, TABLE_U64, timeline_more, 0, 0),
};
MESSAGE(referral_detail, "ReferralDetail");
#undef OF

#define OF control_referral_accept_ask
static const struct table_field referral_accept_ask_fields[] = {
    FIELD(1, TABLE_IDENT, referral, 1, 0),
    FIELD(2, TABLE_TEXT, note, 0, BOUND_REASON),
};
MESSAGE(referral_accept_ask, "ReferralAcceptAsk");
#undef OF

#define OF control_referral_decline_ask
static const struct table_field referral_decline_ask_fields[] = {
    FIELD(1, TABLE_IDENT, referral, 1, 0),
    FIELD(2, TABLE_U32, reason, 1, DECLINE_END - 1),
    FIELD(3, TABLE_TEXT, note, 0, BOUND_REASON),
};
MESSAGE(referral_decline_ask, "ReferralDeclineAsk");
#undef OF
