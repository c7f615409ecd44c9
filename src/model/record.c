#include "model/record.h"

#include "model/names.h"

static const char *const kinds[RECORD_HOUSE_END] = {
#define NAME(number, name) [number] = #name,
    RECORD_EXCHANGE_KINDS(NAME) RECORD_HOUSE_KINDS(NAME)
#undef NAME
};

static const char *const outcomes[OUTCOME_END] = {
    [OUTCOME_STORED] = "stored",           [OUTCOME_OTHER_LEAF] = "other-leaf",       [OUTCOME_WITHDRAWN] = "withdrawn",
    [OUTCOME_NOT_COVERED] = "not-covered", [OUTCOME_CONSENT_WRONG] = "consent-wrong", [OUTCOME_NO_ROOM] = "no-room",
};

static const char *const states[CONSENT_STATE_END] = {
    [CONSENT_GIVEN] = "given", [CONSENT_RENEWED] = "renewed", [CONSENT_REFUSED] = "refused",
    [CONSENT_STOP] = "stop",   [CONSENT_ERASE] = "erase",
};

static const char *const denials[DENIAL_END] = {
    [DENIAL_NO_CONSENT] = "no-consent",
    [DENIAL_SECTION] = "not-covered",
    [DENIAL_EXCLUDED_FIELD] = "excluded-field",
    [DENIAL_EXPIRED] = "expired",
    [DENIAL_WITHDRAWN] = "withdrawn",
    [DENIAL_REFUSED] = "refused",
    [DENIAL_NOT_MEMBER] = "not-member",
    [DENIAL_CONTACT_RULE] = "contact-rule",
    [DENIAL_IRREVERSIBLE] = "irreversible",
    [DENIAL_LOG_MISMATCH] = "log-mismatch",
    [DENIAL_CANCELLED] = "cancelled",
    [DENIAL_ONWARD] = "onward",
    [DENIAL_LEFT] = "left",
    [DENIAL_KEY_COMPROMISED] = "key-compromised",
    [DENIAL_LOST] = "lost-there",
    [DENIAL_CLOSED] = "closed",
    [DENIAL_ANSWERED] = "answered",
};

static const char *const sentences[DENIAL_END] = {
    [DENIAL_NO_CONSENT] = "no valid consent names this agency for this purpose",
    [DENIAL_SECTION] = "consent does not cover this section",
    [DENIAL_EXCLUDED_FIELD] = "this section holds a field that the consent leaves out",
    [DENIAL_EXPIRED] = "the last day of the consent is over",
    [DENIAL_WITHDRAWN] = "the consent was withdrawn",
    [DENIAL_REFUSED] = "the person said no to this agency",
    [DENIAL_NOT_MEMBER] = "this agency is not a member of the federation",
    [DENIAL_CONTACT_RULE] = "contact does not travel without its rule for safe contact",
    [DENIAL_IRREVERSIBLE] = "it is not recorded that the person was told that this cannot be taken back",
    [DENIAL_LOG_MISMATCH] = "the consent does not match its record in the audit log",
    [DENIAL_CANCELLED] = "it was cancelled before it left",
    [DENIAL_ONWARD] = "the consent does not allow passing this on to this agency",
    [DENIAL_LEFT] = "this agency has left the federation",
    [DENIAL_KEY_COMPROMISED] = "the keys of this agency may be in other hands",
    [DENIAL_LOST] = "this agency's machine was replaced, and what this belongs to was lost there",
    [DENIAL_CLOSED] = "a person closed what this was to tell",
    [DENIAL_ANSWERED] = "the agency has answered meanwhile what this was to ask",
};

static const char *const lefts[LEFT_END] = {
    [LEFT_NEVER] = "never-left",
    [LEFT_PERHAPS] = "may-have-left",
};

static const char *const owes[OWED_END] = {
    [OWED_WITHDRAWAL] = "withdrawal",
    [OWED_STATEMENT] = "erasure-statement",
    [OWED_REPLY] = "reply",
    [OWED_CANCELLATION] = "cancel",
};

static const char *const clock_events[CLOCK_EVENT_END] = {
    [CLOCK_DOUBTED] = "doubted",
    [CLOCK_LIFTED_BY_PEERS] = "lifted-by-peers",
    [CLOCK_CONFIRMED] = "confirmed",
    [CLOCK_SET_RIGHT] = "set-right",
};

static const char *const settleds[SETTLED_END] = {
    [SETTLED_ANSWERED] = "answered", [SETTLED_REFUSED] = "refused",     [SETTLED_CLOSED] = "closed",
    [SETTLED_ERASED] = "erased",     [SETTLED_REOPENED] = "owed-again", [SETTLED_LOST] = "lost-there",
};

static const char *const closings[CLOSING_END] = {
    [CLOSING_TOLD] = "told-outside",
    [CLOSING_NOBODY_LEFT] = "nobody-left",
    [CLOSING_EXPLAINED] = "explained",
};

static const char *const erasures[ERASURE_END] = {
    [ERASURE_DONE] = "erased",
    [ERASURE_NOTHING_HELD] = "nothing-held",
    [ERASURE_KEPT] = "kept",
};

static const char *const findings[FINDING_END] = {
    [FINDING_FORK] = "fork",
    [FINDING_UNLINKED] = "unlinked",
};

static const char *const finding_closings[FINDING_CLOSING_END] = {
    [FINDING_EXPLAINED] = "explained",
    [FINDING_REPLACED] = "replaced",
    [FINDING_PARTED] = "parted",
};

/* The function that names the values of an enum, from its table. */
static const char *const counteds[COUNTED_WHAT_END] = {
    [COUNTED_REFUSED_UNKNOWN] = "refused-unknown",
    [COUNTED_BUSY] = "busy",
};

static const char *const agency_key_events[AGENCY_KEY_EVENT_END] = {
    [AGENCY_KEY_CHANGED] = "changed",
    [AGENCY_KEY_CONFIRMED] = "confirmed",
    [AGENCY_KEY_PASSED] = "passed",
    [AGENCY_KEY_BACK] = "back",
};

static const char *const house_whats[HOUSE_WHAT_END] = {
    [HOUSE_CASE] = "case",         [HOUSE_REFERRAL] = "referral", [HOUSE_AUDIT_LOG] = "audit-log",
    [HOUSE_STARTED] = "started",   [HOUSE_STOPPED] = "stopped",   [HOUSE_ENROLLED] = "enrolled",
    [HOUSE_IMPORTED] = "imported", [HOUSE_CLOCK] = "clock",
};

NAMED_BY(record_kind_name, enum record_kind, kinds)
NAMED_BY(outcome_name, enum outcome, outcomes)
NAMED_BY(consent_state_name, enum consent_state, states)
NAMED_BY(denial_sentence, enum denial, sentences)
NAMED_BY(denial_name, enum denial, denials)
NAMED_BY(left_name, enum left, lefts)
NAMED_BY(owed_name, enum owed, owes)
NAMED_BY(clock_event_name, enum clock_event, clock_events)
NAMED_BY(settled_name, enum settled, settleds)
NAMED_BY(closing_name, enum closing, closings)
NAMED_BY(erasure_name, enum erasure, erasures)
NAMED_BY(finding_name, enum finding, findings)
NAMED_BY(finding_closing_name, enum finding_closing, finding_closings)
NAMED_BY(counted_what_name, enum counted_what, counteds)
NAMED_BY(agency_key_event_name, enum agency_key_event, agency_key_events)
NAMED_BY(house_what_name, enum house_what, house_whats)
FOUND_BY(record_kind_find, enum record_kind, kinds)

bool owed_is_about_consent(enum owed value)
{
    return value == OWED_WITHDRAWAL || value == OWED_STATEMENT;
}

_Static_assert(RECORD_EXCHANGE_END <= RECORD_OPENED, "the kinds of each log are apart");

bool record_kind_is_house(enum record_kind k)
{
    return k >= RECORD_OPENED && k < RECORD_HOUSE_END;
}

const char *taken_state_name(enum consent_state s)
{
    return s == CONSENT_GIVEN ? "taken-over" : consent_state_name(s);
}
