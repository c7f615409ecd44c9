#include "codec/control_codec.h"

#include <stddef.h>

#include "codec/table_codec.h"

/* One table for each message, in the order of control.proto, but a message that another contains comes first. OF is the
 * struct that the rows describe. */
#define FIELD(number, type, member, min, max)                                                                          \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), 0, min, max, NULL                                                   \
    }
#define LIST(number, type, member, count, max, sub)                                                                    \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), offsetof(struct OF, count), 0, max, sub                             \
    }
#define PART(number, type, member, sub)                                                                                \
    {                                                                                                                  \
        number, type, offsetof(struct OF, member), 0, 1, 0, sub                                                        \
    }
#define MESSAGE(name, title)                                                                                           \
    static const struct table_message name = {title, sizeof(struct control_##name), name##_fields,                     \
                                              sizeof name##_fields / sizeof name##_fields[0]}
#define FUNCTIONS(name)                                                                                                \
    void control_##name##_encode(const struct control_##name *in, struct bytes *out)                                   \
    {                                                                                                                  \
        table_encode(&name, in, out);                                                                                  \
    }                                                                                                                  \
    bool control_##name##_decode(struct view wire, struct arena *arena, struct control_##name *out, struct error *err) \
    {                                                                                                                  \
        return table_decode(&name, wire, arena, out, err);                                                             \
    }

#define OF control_finding
static const struct table_field finding_fields[] = {
    FIELD(1, TABLE_TEXT, code, 0, 16),
    FIELD(2, TABLE_TEXT, text, 1, CONTROL_SENTENCE_MAX),
};
MESSAGE(finding, "Finding");
#undef OF

#define OF control_status
static const struct table_field status_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_U32, kind, 1, KIND_END - 1),
    FIELD(3, TABLE_TEXT, federation, 1, BOUND_FEDERATION),
    FIELD(4, TABLE_HASH, federation_id, 1, 0),
    FIELD(5, TABLE_BOOL, storage_key_plain, 0, 0),
    FIELD(6, TABLE_U64, directory_sequence, 0, 0),
    FIELD(7, TABLE_TIME, directory_refresh_after_ms, 0, 0),
    FIELD(8, TABLE_TIME, directory_hard_expiry_ms, 0, 0),
    FIELD(9, TABLE_TIME, transport_until_ms, 0, 0),
    FIELD(10, TABLE_TIME, identity_until_ms, 0, 0),
    FIELD(11, TABLE_U32, sealing_until, 0, UINT32_MAX),
    FIELD(12, TABLE_U64, exchange_log_size, 0, 0),
    FIELD(13, TABLE_U64, house_log_size, 0, 0),
    FIELD(14, TABLE_U64, waiting, 0, 0),
    FIELD(15, TABLE_TIME, oldest_waiting_ms, 0, 0),
    FIELD(16, TABLE_U64, links, 0, 0),
    FIELD(17, TABLE_U64, room_bytes, 0, 0),
    FIELD(18, TABLE_TEXT, listen, 0, BOUND_ENDPOINT),
    FIELD(19, TABLE_BOOL, link_running, 0, 0),
    FIELD(20, TABLE_U32, link_landlock, 0, UINT32_MAX),
    FIELD(21, TABLE_BOOL, link_seccomp, 0, 0),
    FIELD(22, TABLE_U32, link_restarts, 0, UINT32_MAX),
    FIELD(23, TABLE_TIME, started_ms, 0, 0),
    FIELD(24, TABLE_TEXT, version, 0, 64),
    FIELD(25, TABLE_BOOL, only_reading, 0, 0),
    LIST(26, TABLE_TEXTS, notes, note_count, CONTROL_NOTES_MAX, NULL),
    LIST(27, TABLE_MESSAGES, findings, finding_count, CONTROL_NOTES_MAX, &finding),
    FIELD(28, TABLE_U32, process, 0, UINT32_MAX),
    FIELD(29, TABLE_U32, link_process, 0, UINT32_MAX),
};
MESSAGE(status, "Status");
#undef OF

#define OF control_init_ask
static const struct table_field init_ask_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_U32, kind, 1, KIND_END - 1),
    FIELD(3, TABLE_TEXT, listen, 0, BOUND_ENDPOINT),
    FIELD(4, TABLE_TEXT, endpoint, 0, BOUND_ENDPOINT),
    FIELD(5, TABLE_BOOL, unlisted, 0, 0),
    FIELD(6, TABLE_TEXT, relay, 0, BOUND_ADDRESS),
    FIELD(7, TABLE_BYTES, passphrase, 0, BOUND_PASSPHRASE),
};
MESSAGE(init_ask, "InitAsk");
#undef OF

#define OF control_init_result
static const struct table_field init_result_fields[] = {
    FIELD(1, TABLE_BYTES, request, 1, BOUND_NOTE),
    FIELD(2, TABLE_HASH, fingerprint, 1, 0),
};
MESSAGE(init_result, "InitResult");
#undef OF

#define OF control_enrol_ask
static const struct table_field enrol_ask_fields[] = {
    FIELD(1, TABLE_BYTES, membership, 1, BOUND_FRAME),
    FIELD(2, TABLE_BYTES, directory, 0, BOUND_DIRECTORY),
    FIELD(3, TABLE_TEXT, fingerprint, 0, 128),
    FIELD(4, TABLE_BYTES, passphrase, 0, BOUND_PASSPHRASE),
};
MESSAGE(enrol_ask, "EnrolAsk");
#undef OF

#define OF control_enrol_result
static const struct table_field enrol_result_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_TEXT, federation, 1, BOUND_FEDERATION),
    FIELD(3, TABLE_HASH, federation_id, 1, 0),
    FIELD(4, TABLE_U64, directory_sequence, 0, 0),
};
MESSAGE(enrol_result, "EnrolResult");
#undef OF

#define OF control_agency
static const struct table_field agency_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_U32, kind, 1, KIND_END - 1),
    FIELD(3, TABLE_BOOL, unlisted, 0, 0),
    FIELD(4, TABLE_BOOL, self, 0, 0),
    FIELD(5, TABLE_BOOL, linked, 0, 0),
    FIELD(6, TABLE_BOOL, revoked, 0, 0),
    FIELD(7, TABLE_U32, reason, 0, REVOKED_END - 1),
    FIELD(8, TABLE_TIME, certificate_until_ms, 0, 0),
    FIELD(9, TABLE_U64, waiting, 0, 0),
    FIELD(10, TABLE_TIME, last_receipt_ms, 0, 0),
    FIELD(11, TABLE_TEXT, endpoint, 0, BOUND_ENDPOINT),
    FIELD(12, TABLE_HASH, fingerprint, 0, 0),
    FIELD(13, TABLE_HASH, known_key, 0, 0),
    FIELD(14, TABLE_U32, hold, 0, HOLD_END - 1),
    FIELD(15, TABLE_TIME, held_since_ms, 0, 0),
    FIELD(16, TABLE_TIME, hold_until_ms, 0, 0),
    FIELD(17, TABLE_U32, findings, 0, (1U << FINDING_END) - 1),
    FIELD(18, TABLE_U64, clock_ahead_s, 0, 0),
    FIELD(19, TABLE_U64, clock_behind_s, 0, 0),
};
MESSAGE(agency, "Agency");
#undef OF

#define OF control_clock_ask
static const struct table_field clock_ask_fields[] = {
    FIELD(1, TABLE_BOOL, confirm, 0, 0),
};
MESSAGE(clock_ask, "ClockAsk");
#undef OF

#define OF control_clock
static const struct table_field clock_fields[] = {
    FIELD(1, TABLE_BOOL, in_doubt, 0, 0),   FIELD(2, TABLE_BOOL, is_behind, 0, 0), FIELD(3, TABLE_TIME, clock_ms, 0, 0),
    FIELD(4, TABLE_TIME, trusted_ms, 0, 0), FIELD(5, TABLE_TIME, since_ms, 0, 0),  FIELD(6, TABLE_U64, peers, 0, 0),
    FIELD(7, TABLE_U64, answered, 0, 0),    FIELD(8, TABLE_U64, agree, 0, 0),      FIELD(9, TABLE_BOOL, changed, 0, 0),
};
MESSAGE(clock, "Clock");
#undef OF

#define OF control_agency_confirm_ask
static const struct table_field agency_confirm_ask_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_TEXT, fingerprint, 1, 128),
};
MESSAGE(agency_confirm_ask, "AgencyConfirmAsk");
#undef OF

#define OF control_agency_close_ask
static const struct table_field agency_close_ask_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_U32, which, 1, FINDING_END - 1),
    FIELD(3, TABLE_U32, reason, 1, FINDING_CLOSING_END - 1),
};
MESSAGE(agency_close_ask, "AgencyCloseAsk");
#undef OF

#define OF control_agency_told_ask
static const struct table_field agency_told_ask_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_IDENT, subject, 1, 0),
    FIELD(3, TABLE_U32, reason, 1, CLOSING_END - 1),
};
MESSAGE(agency_told_ask, "AgencyToldAsk");
#undef OF

#define OF control_take_directory_ask
static const struct table_field take_directory_ask_fields[] = {
    FIELD(1, TABLE_BYTES, note, 1, BOUND_DIRECTORY),
};
MESSAGE(take_directory_ask, "TakeDirectoryAsk");
#undef OF

#define OF control_directory_taken
static const struct table_field directory_taken_fields[] = {
    FIELD(1, TABLE_U64, sequence, 0, 0),
};
MESSAGE(directory_taken, "DirectoryTaken");
#undef OF

#define OF control_case_piece
static const struct table_field case_piece_fields[] = {
    FIELD(1, TABLE_U32, case_number, 0, BOUND_IMPORT_ROWS - 1),
    FIELD(2, TABLE_U32, section, 1, SECTION_END - 1),
    FIELD(3, TABLE_BYTES, data, 1, BOUND_SECTION),
};
MESSAGE(case_piece, "CasePiece");
#undef OF

#define OF control_case_part
static const struct table_field case_part_fields[] = {
    LIST(1, TABLE_MESSAGES, pieces, piece_count, BOUND_PIECES, &case_piece),
};
MESSAGE(case_part, "CasePart");
#undef OF

#define OF control_case_commit
static const struct table_field case_commit_fields[] = {
    FIELD(1, TABLE_U32, count, 1, BOUND_IMPORT_ROWS),
};
MESSAGE(case_commit, "CaseCommit");
#undef OF

#define OF control_case_added
static const struct table_field case_added_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
};
MESSAGE(case_added, "CaseAdded");
#undef OF

#define OF control_case_summary
static const struct table_field case_summary_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
    FIELD(2, TABLE_TIME, opened_ms, 0, 0),
    FIELD(3, TABLE_SET, sections, 0, SECTION_END - 1),
};
MESSAGE(case_summary, "CaseSummary");
#undef OF

#define OF control_case_show_ask
static const struct table_field case_show_ask_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
};
MESSAGE(case_show_ask, "CaseShowAsk");
#undef OF

#define OF control_case_section
static const struct table_field case_section_fields[] = {
    FIELD(1, TABLE_U32, section, 1, SECTION_END - 1),
    FIELD(2, TABLE_BYTES, data, 1, BOUND_SECTION),
};
MESSAGE(case_section, "CaseSection");
#undef OF

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
    LIST(3, TABLE_MESSAGES, grants, grant_count, BOUND_GRANTS, &consent_grant),
    FIELD(4, TABLE_BOOL, refused, 0, 0),
    FIELD(5, TABLE_U32, until, 0, UINT32_MAX),
    FIELD(6, TABLE_U32, given_by, 1, GIVEN_BY_END - 1),
    FIELD(7, TABLE_TEXT, notice, 0, BOUND_NOTICE),
    FIELD(8, TABLE_TEXT, language, 0, BOUND_LANGUAGE),
    FIELD(9, TABLE_U32, interpreter, 0, 3),
    FIELD(10, TABLE_U32, seen_alone, 0, 2),
    FIELD(11, TABLE_BOOL, told_irreversible, 0, 0),
};
MESSAGE(consent_record_ask, "ConsentRecordAsk");
#undef OF

#define OF control_consent_recorded
static const struct table_field consent_recorded_fields[] = {
    FIELD(1, TABLE_IDENT, consent, 1, 0),
    FIELD(2, TABLE_ADDRESS, recipient, 1, 0),
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
    FIELD(3, TABLE_U32, seen_alone, 0, 2),
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
    FIELD(6, TABLE_U32, progress, 0, 255),
    FIELD(7, TABLE_SET, sections, 0, SECTION_END - 1),
    FIELD(8, TABLE_SET, purposes, 0, PURPOSE_END - 1),
    FIELD(9, TABLE_TIME, given_at_ms, 0, 0),
    FIELD(10, TABLE_BOOL, answered, 0, 0),
    FIELD(11, TABLE_SET, answered_erased, 0, SECTION_END - 1),
    FIELD(12, TABLE_SET, answered_kept, 0, SECTION_END - 1),
    FIELD(13, TABLE_U32, told, 0, 255),
    FIELD(14, TABLE_TIME, told_since_ms, 0, 0),
    FIELD(15, TABLE_BOOL, by_hand, 0, 0),
    FIELD(16, TABLE_U32, erase_from, 0, UINT32_MAX),
    FIELD(17, TABLE_BOOL, may_have_left, 0, 0),
    FIELD(18, TABLE_BOOL, irreversible, 0, 0),
    FIELD(19, TABLE_BOOL, would_change, 0, 0),
    FIELD(20, TABLE_BOOL, shut, 0, 0),
};
MESSAGE(consent, "Consent");
#undef OF

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
    LIST(6, TABLE_MESSAGES, held_back, held_back_count, SECTION_END, &held_back),
    FIELD(7, TABLE_BOOL, repeated, 0, 0),
    LIST(8, TABLE_MESSAGES, left_out, left_out_count, SECTION_END, &left_out),
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
    PART(1, TABLE_MESSAGE, summary, &referral),
    LIST(2, TABLE_MESSAGES, data, data_count, SECTION_END, &case_section),
    FIELD(3, TABLE_TEXT, note, 0, BOUND_REASON),
    FIELD(4, TABLE_U32, reason, 0, DECLINE_END - 1),
    LIST(5, TABLE_MESSAGES, timeline, timeline_count, CONTROL_TIMELINE_MAX, &timeline_entry),
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
};
MESSAGE(audit_verdict, "AuditVerdict");
#undef OF

#define OF control_failure
static const struct table_field failure_fields[] = {
    FIELD(1, TABLE_TEXT, code, 1, 16),
    FIELD(2, TABLE_U32, fault, 1, FAULT_BUG),
    FIELD(3, TABLE_TEXT, text, 0, CONTROL_SENTENCE_MAX),
    LIST(4, TABLE_MESSAGES, held_back, held_back_count, SECTION_END, &held_back),
};
MESSAGE(failure, "Failure");
#undef OF

/* clang-format off */
FUNCTIONS(status)
FUNCTIONS(init_ask)
FUNCTIONS(init_result)
FUNCTIONS(enrol_ask)
FUNCTIONS(enrol_result)
FUNCTIONS(agency)
FUNCTIONS(agency_confirm_ask)
FUNCTIONS(agency_close_ask)
FUNCTIONS(agency_told_ask)
FUNCTIONS(clock_ask)
FUNCTIONS(clock)
FUNCTIONS(take_directory_ask)
FUNCTIONS(directory_taken)
FUNCTIONS(case_part)
FUNCTIONS(case_commit)
FUNCTIONS(case_added)
FUNCTIONS(case_summary)
FUNCTIONS(case_show_ask)
FUNCTIONS(case_section)
FUNCTIONS(consent_record_ask)
FUNCTIONS(consent_recorded)
FUNCTIONS(consent_list_ask)
FUNCTIONS(consent_show_ask)
FUNCTIONS(consent_withdraw_ask)
FUNCTIONS(consent)
FUNCTIONS(refer_ask)
FUNCTIONS(referral_result)
FUNCTIONS(referral_list_ask)
FUNCTIONS(referral)
FUNCTIONS(referral_show_ask)
FUNCTIONS(referral_detail)
FUNCTIONS(referral_accept_ask)
FUNCTIONS(referral_decline_ask)
FUNCTIONS(audit_list_ask)
FUNCTIONS(audit_entry)
FUNCTIONS(audit_verify_ask)
FUNCTIONS(audit_verdict)
FUNCTIONS(failure)
/* clang-format on */

const struct table_message *const control_tables[] = {
    &finding,
    &status,
    &init_ask,
    &init_result,
    &enrol_ask,
    &enrol_result,
    &agency,
    &agency_confirm_ask,
    &agency_close_ask,
    &agency_told_ask,
    &clock_ask,
    &clock,
    &take_directory_ask,
    &directory_taken,
    &case_piece,
    &case_part,
    &case_commit,
    &case_added,
    &case_summary,
    &case_show_ask,
    &case_section,
    &consent_grant,
    &consent_record_ask,
    &consent_recorded,
    &consent_list_ask,
    &consent_show_ask,
    &consent_withdraw_ask,
    &consent,
    &refer_ask,
    &held_back,
    &left_out,
    &referral_result,
    &referral_list_ask,
    &referral,
    &referral_show_ask,
    &timeline_entry,
    &referral_detail,
    &referral_accept_ask,
    &referral_decline_ask,
    &audit_list_ask,
    &audit_entry,
    &audit_verify_ask,
    &audit_verdict,
    &failure,
};
const size_t control_table_count = sizeof control_tables / sizeof control_tables[0];

const char *control_kind_name(uint16_t kind)
{
    static const char *const names[] = {
        [CONTROL_STATUS - CONTROL_STATUS] = "status", /* NOLINT(misc-redundant-expression): a table from 0 */
        [CONTROL_STOP - CONTROL_STATUS] = "node stop",
        [CONTROL_INIT - CONTROL_STATUS] = "init",
        [CONTROL_ENROL - CONTROL_STATUS] = "enrol",
        [CONTROL_AGENCY_LIST - CONTROL_STATUS] = "agency list",
        [CONTROL_TAKE_DIRECTORY - CONTROL_STATUS] = "take directory",
        [CONTROL_AGENCY_CONFIRM - CONTROL_STATUS] = "agency confirm",
        [CONTROL_AGENCY_CLOSE - CONTROL_STATUS] = "agency close",
        [CONTROL_CLOCK - CONTROL_STATUS] = "node clock",
        [CONTROL_AGENCY_TOLD - CONTROL_STATUS] = "agency told",
        [CONTROL_CASE_PART - CONTROL_STATUS] = "case part",
        [CONTROL_CASE_COMMIT - CONTROL_STATUS] = "case import",
        [CONTROL_CASE_LIST - CONTROL_STATUS] = "case list",
        [CONTROL_CASE_SHOW - CONTROL_STATUS] = "case show",
        [CONTROL_CONSENT_RECORD - CONTROL_STATUS] = "consent record",
        [CONTROL_CONSENT_LIST - CONTROL_STATUS] = "consent list",
        [CONTROL_CONSENT_SHOW - CONTROL_STATUS] = "consent show",
        [CONTROL_CONSENT_WITHDRAW - CONTROL_STATUS] = "consent withdraw",
        [CONTROL_REFER - CONTROL_STATUS] = "referral send",
        [CONTROL_REFERRAL_LIST - CONTROL_STATUS] = "referral list",
        [CONTROL_REFERRAL_SHOW - CONTROL_STATUS] = "referral show",
        [CONTROL_REFERRAL_ACCEPT - CONTROL_STATUS] = "referral accept",
        [CONTROL_REFERRAL_DECLINE - CONTROL_STATUS] = "referral decline",
        [CONTROL_AUDIT_LIST - CONTROL_STATUS] = "audit list",
        [CONTROL_AUDIT_VERIFY - CONTROL_STATUS] = "audit verify",
        [CONTROL_ITEM - CONTROL_STATUS] = "item",
        [CONTROL_DONE - CONTROL_STATUS] = "done",
        [CONTROL_FAILURE - CONTROL_STATUS] = "failure",
    };
    size_t i = kind < CONTROL_STATUS ? sizeof names : (size_t)(kind - CONTROL_STATUS);

    return i < sizeof names / sizeof names[0] && names[i] != NULL ? names[i] : "?";
}

void control_begin(uint32_t number, struct bytes *out)
{
    bytes_append_u32(out, number);
}

bool control_read_number(struct view payload, uint32_t *number, struct view *message, struct error *err)
{
    if (payload.size < CONTROL_NUMBER_SIZE || read_u32(payload.at) == 0)
        return error_set(err, E_CTL_01, "a frame on the control socket has no request number");
    *number = read_u32(payload.at);
    *message = view_of(payload.at + CONTROL_NUMBER_SIZE, payload.size - CONTROL_NUMBER_SIZE);
    return true;
}

bool control_empty_decode(struct view wire, struct error *err)
{
    return wire.size == 0 || error_set(err, E_CTL_01, "a request on the control socket says more than it may");
}
