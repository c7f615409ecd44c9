#include "model/record.h"

#include "model/names.h"

static const char *const kinds[RECORD_HOUSE_END] = {
    [RECORD_DISCLOSED] = "DISCLOSED",
    [RECORD_RECEIVED] = "RECEIVED",
    [RECORD_REFUSED] = "REFUSED",
    [RECORD_RECEIPTED] = "RECEIPTED",
    [RECORD_WITHHELD] = "WITHHELD",
    [RECORD_EXPIRED] = "EXPIRED",
    [RECORD_DENIED] = "DENIED",
    [RECORD_CONSENT] = "CONSENT",
    [RECORD_WITHDRAWN] = "WITHDRAWN",
    [RECORD_ERASED] = "ERASED",
    [RECORD_INCARNATION] = "INCARNATION",
    [RECORD_WITNESSED] = "WITNESSED",
    [RECORD_FORK] = "FORK",
    [RECORD_CERTIFICATE] = "CERTIFICATE",
    [RECORD_KEYS] = "KEYS",
    [RECORD_DIRECTORY] = "DIRECTORY",
    [RECORD_HOUSE] = "HOUSE",
    [RECORD_COUNTED] = "COUNTED",
    [RECORD_APPROVED] = "APPROVED",
    [RECORD_SETTLED] = "SETTLED",
    [RECORD_CONSENTS] = "CONSENTS",
    [RECORD_TAKEN] = "TAKEN",
    [RECORD_CLOCK] = "CLOCK",
    [RECORD_AGENCY_KEY] = "AGENCY_KEY",
    [RECORD_UNLINKED] = "UNLINKED",
    [RECORD_CLOSED] = "CLOSED",
    [RECORD_OPENED] = "OPENED",
    [RECORD_EXPORTED] = "EXPORTED",
    [RECORD_LOGIN] = "LOGIN",
    [RECORD_STAFF] = "STAFF",
    [RECORD_CONFIGURED] = "CONFIGURED",
    [RECORD_BACKUP] = "BACKUP",
    [RECORD_RESTORED] = "RESTORED",
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
    [DENIAL_NEVER] = "never",
    [DENIAL_CANCELLED] = "cancelled",
    [DENIAL_ONWARD] = "onward",
    [DENIAL_LEFT] = "left",
    [DENIAL_KEY_COMPROMISED] = "key-compromised",
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
    [DENIAL_NEVER] = "the case says that this agency must never be told",
    [DENIAL_CANCELLED] = "it was cancelled before it left",
    [DENIAL_ONWARD] = "the consent does not allow passing this on to this agency",
    [DENIAL_LEFT] = "this agency has left the federation",
    [DENIAL_KEY_COMPROMISED] = "the keys of this agency may be in other hands",
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

const char *record_kind_name(enum record_kind k)
{
    return names_get(kinds, RECORD_HOUSE_END, k);
}

bool record_kind_find(struct view name, enum record_kind *out)
{
    unsigned k;

    if (!names_find(kinds, RECORD_HOUSE_END, name, &k))
        return false;
    *out = (enum record_kind)k;
    return true;
}

bool record_kind_is_house(enum record_kind k)
{
    return k >= RECORD_OPENED && k < RECORD_HOUSE_END;
}

const char *outcome_name(enum outcome o)
{
    return names_get(outcomes, OUTCOME_END, o);
}

const char *consent_state_name(enum consent_state s)
{
    return names_get(states, CONSENT_STATE_END, s);
}

const char *taken_state_name(enum consent_state s)
{
    return s == CONSENT_GIVEN ? "taken-over" : consent_state_name(s);
}

const char *denial_sentence(enum denial d)
{
    return names_get(sentences, DENIAL_END, d);
}

const char *denial_name(enum denial d)
{
    return names_get(denials, DENIAL_END, d);
}

const char *left_name(enum left l)
{
    return names_get(lefts, LEFT_END, l);
}

const char *owed_name(enum owed o)
{
    return names_get(owes, OWED_END, o);
}

const char *clock_event_name(enum clock_event e)
{
    return names_get(clock_events, CLOCK_EVENT_END, e);
}

const char *settled_name(enum settled s)
{
    return names_get(settleds, SETTLED_END, s);
}

const char *closing_name(enum closing c)
{
    return names_get(closings, CLOSING_END, c);
}

const char *erasure_name(enum erasure e)
{
    return names_get(erasures, ERASURE_END, e);
}

const char *finding_name(enum finding f)
{
    return names_get(findings, FINDING_END, f);
}

const char *finding_closing_name(enum finding_closing c)
{
    return names_get(finding_closings, FINDING_CLOSING_END, c);
}
