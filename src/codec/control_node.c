#include "codec/control_inside.h"

const char *control_who_name(enum control_who who)
{
    static const char *const names[CONTROL_WHO_END] = {
        [CONTROL_CASEWORKER] = "caseworker", [CONTROL_OPERATOR] = "operator", [CONTROL_COORDINATOR] = "coordinator"};

    return who > 0 && who < CONTROL_WHO_END ? names[who] : "?";
}

#define OF control_finding
static const struct table_field finding_fields[] = {
    FIELD(1, TABLE_TEXT, code, 0, 16),
    FIELD(2, TABLE_TEXT, text, 1, CONTROL_SENTENCE_MAX),
    FIELD(3, TABLE_U32, who, 1, CONTROL_WHO_END - 1),
    FIELD(4, TABLE_TEXT, remedy, 1, CONTROL_SENTENCE_MAX),
    FIELD(5, TABLE_TIME, since_ms, 0, 0),
    FIELD(6, TABLE_TEXT, clears, 1, CONTROL_SENTENCE_MAX),
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
    LIST(26, TABLE_TEXTS, notes, note_count, CONTROL_NOTES_MAX, NULL),
    LIST(27, TABLE_MESSAGES, findings, finding_count, BOUND_FINDINGS, &control_finding_table),
    FIELD(28, TABLE_U32, process, 0, UINT32_MAX),
    FIELD(29, TABLE_U32, link_process, 0, UINT32_MAX),
    FIELD(30, TABLE_TIME, next_try_ms, 0, 0),
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
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),       FIELD(2, TABLE_TEXT, federation, 1, BOUND_FEDERATION),
    FIELD(3, TABLE_HASH, federation_id, 1, 0),   FIELD(4, TABLE_U64, directory_sequence, 0, 0),
    FIELD(5, TABLE_U64, offered_sequence, 0, 0),
};
MESSAGE(enrol_result, "EnrolResult");
#undef OF

#define OF control_passphrase_ask
static const struct table_field passphrase_ask_fields[] = {
    FIELD(1, TABLE_BYTES, old_passphrase, 0, BOUND_PASSPHRASE),
    FIELD(2, TABLE_BYTES, new_passphrase, 0, BOUND_PASSPHRASE),
};
MESSAGE(passphrase_ask, "PassphraseAsk");
#undef OF

#define OF control_own_key
static const struct table_field own_key_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_HASH, fingerprint, 1, 0),
};
MESSAGE(own_key, "OwnKey");
#undef OF

#define OF control_request_ask
static const struct table_field request_ask_fields[] = {
    FIELD(1, TABLE_TEXT, endpoint, 1, BOUND_ENDPOINT),
};
MESSAGE(request_ask, "RequestAsk");
#undef OF

#define OF control_request_result
static const struct table_field request_result_fields[] = {
    FIELD(1, TABLE_ADDRESS, agency, 1, 0),
    FIELD(2, TABLE_BYTES, request, 1, BOUND_REQUEST_FILE),
    FIELD(3, TABLE_HASH, fingerprint, 1, 0),
    FIELD(4, TABLE_TEXT, listen, 0, BOUND_ENDPOINT),
};
MESSAGE(request_result, "RequestResult");
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
    FIELD(20, TABLE_HASH, identity_key, 0, 0),
    FIELD(21, TABLE_BOOL, dials_only, 0, 0),
    FIELD(22, TABLE_BOOL, out_of_reach, 0, 0),
    FIELD(23, TABLE_TIME, next_try_ms, 0, 0),
    FIELD(24, TABLE_TIME, transport_until_ms, 0, 0),
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

#define OF control_agency_confirmed
static const struct table_field agency_confirmed_fields[] = {
    FIELD(1, TABLE_BOOL, changed, 0, 0),
    FIELD(2, TABLE_BOOL, held_there, 0, 0),
};
MESSAGE(agency_confirmed, "AgencyConfirmed");
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
