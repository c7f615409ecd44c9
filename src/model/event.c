#include "model/event.h"

#include <string.h>

/* The words of the table. */
enum {
    NOBODY = 0,
    TEAM = STAFF_ROLE_BIT(STAFF_SUPERVISOR),
    HOLDER = TEAM,
    OFFICE = TEAM | STAFF_ROLE_BIT(STAFF_CONNECTOR),
    CASES = TEAM | STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_CONNECTOR),
};

static const struct {
    const char *name;
    staff_roles told;
} kinds[RECORD_HOUSE_END] = {
#define KIND(number, name, event, told) [number] = {event, told},
    RECORD_EXCHANGE_KINDS(KIND) RECORD_HOUSE_KINDS(KIND)
#undef KIND
};

staff_roles event_roles(enum record_kind kind)
{
    return kind < RECORD_HOUSE_END ? kinds[kind].told : 0;
}

const char *event_name(const struct record *r)
{
    if (event_roles(r->kind) == 0)
        return NULL;
    if (r->kind == RECORD_TAKEN && r->taken.state == CONSENT_GIVEN)
        return NULL; /* the data that it came with is the event */
    if (r->kind == RECORD_ASSIGNED && !r->assigned.has_staff)
        return NULL;
    return kinds[r->kind].name;
}

bool event_is_word(const char *word)
{
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (kinds[k].told != NOBODY && strcmp(kinds[k].name, word) == 0)
            return true;
    return false;
}

size_t event_words(const char *out[static RECORD_HOUSE_END])
{
    size_t count = 0;

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t i = 0;

        while (kinds[k].told != NOBODY && i < count && strcmp(out[i], kinds[k].name) != 0)
            i++;
        if (kinds[k].told != NOBODY && i == count)
            out[count++] = kinds[k].name;
    }
    return count;
}

const char *event_how(const struct record *r)
{
    switch (r->kind) {
    case RECORD_RECEIVED:
    case RECORD_REFUSED:
        return outcome_name(r->received.outcome);
    case RECORD_RECEIPTED:
        return outcome_name(r->receipted.outcome);
    case RECORD_WITHHELD:
        return denial_name(r->withheld.reason);
    case RECORD_EXPIRED:
        return left_name(r->withheld.left);
    case RECORD_CONSENT:
    case RECORD_WITHDRAWN:
        return consent_state_name(r->consent.state);
    case RECORD_TAKEN:
        return taken_state_name(r->taken.state);
    case RECORD_ERASED:
        return erasure_name(r->erased.result);
    case RECORD_SETTLED:
        return settled_name(r->settled.how);
    case RECORD_FORK:
        return finding_name(FINDING_FORK);
    case RECORD_UNLINKED:
        return finding_name(FINDING_UNLINKED);
    case RECORD_CLOSED:
        return finding_closing_name(r->closed.reason);
    case RECORD_CLOCK:
        return clock_event_name(r->clock.event);
    case RECORD_REVIEWED:
        return access_review_name(r->access.review);
    case RECORD_STAFF_PROPOSED:
        return proposal_step_name(r->staff_proposed.step);
    case RECORD_REMINDED:
        return reminder_name(r->reminded.what);
    case RECORD_DESK:
        return desk_step_name(r->desk.step);
    case RECORD_CASE_END:
        return case_step_name(r->case_end.what);
    case RECORD_INCIDENT_CLOSED:
        return incident_ending_name(r->incident.ending);
    case RECORD_ANSWER_REFUSED:
        return refused_answer_name(r->answer_refused.whose);
    case RECORD_AGENCY_KEY:
        return agency_key_event_name(r->agency_key.event);
    default:
        return NULL;
    }
}

const struct ident *event_staff(const struct record *r)
{
    switch (r->kind) {
    case RECORD_STAFF:
        return &r->staff.staff;
    case RECORD_STAFF_PROPOSED:
        return &r->staff_proposed.staff;
    case RECORD_STAND_IN:
        return &r->stand_in.staff;
    case RECORD_DESK:
        return r->desk.has_staff ? &r->desk.staff : NULL;
    case RECORD_BREAK_GLASS:
    case RECORD_REVIEWED:
        return r->has_actor ? &r->actor : NULL;
    default:
        return NULL;
    }
}
