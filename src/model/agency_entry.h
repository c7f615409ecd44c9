#ifndef MODEL_AGENCY_ENTRY_H
#define MODEL_AGENCY_ENTRY_H
/* What an agency says of itself (proto/entry.proto), and what follows: is it open now, when next, whom one phones.
 *
 * Floor: model. Everything borrows from the arena of the decoder. Where an agency does not say its hours nothing is
 * known: no function here guesses.
 */

#include "base/bytes.h"
#include "model/referral.h"
#include "model/zone.h"

#define AGENCY_WEEK_MIN 10080 /* minutes of a week */

struct agency_hours {
    uint32_t from; /* minute of the week, from Monday, 00:00 */
    uint32_t to;
};

/* In minutes; 0: nothing is promised. */
struct agency_promise {
    uint32_t service;
    uint32_t emergency;
    uint32_t urgent;
    uint32_t normal;
};

struct agency_desk {
    struct view name;
    uint32_t services; /* bit n: service n; 0: it does not say */
};

struct agency_entry {
    struct view phone;                /* "+48221234567"; empty: not known */
    struct view night_phone;          /* while it is not open; empty: none */
    struct view zone;                 /* rule: model/zone.h */
    const struct agency_hours *hours; /* ascending; none: not known */
    size_t hour_count;
    const uint32_t *holidays; /* unix days, ascending */
    size_t holiday_count;
    uint32_t services;                     /* bit n: service n; 0: not known */
    const struct agency_promise *promises; /* ascending by service */
    size_t promise_count;
    const struct agency_desk *desks; /* ascending by name */
    size_t desk_count;
    bool for_members; /* although it is unlisted, all members may know it */
    bool withdrawn;   /* it says nothing any more */
};

/* A plus, and 2 to 15 digits, the first not 0. */
bool agency_phone_ok(struct view phone);

/* Whether it has said when it is open. */
bool agency_hours_known(const struct agency_entry *e);
/* Whether it is open at TIME_MS; false, too, where that is not known. */
bool agency_is_open(const struct agency_entry *e, int64_t time_ms);
/* The first moment from TIME_MS on at which it is open, within AGENCY_AHEAD_DAYS; 0: none, or not known. */
#define AGENCY_AHEAD_DAYS 31
int64_t agency_opens_ms(const struct agency_entry *e, int64_t time_ms);
/* On how many days it opens after the day of FROM_MS, up to the one of TO_MS, by its calendar; beyond a year it is not
 * counted on. */
uint32_t agency_working_days(const struct agency_entry *e, int64_t from_ms, int64_t to_ms);

/* The number to call at TIME_MS; empty: none is known. *AT_NIGHT: it is the one for when it is not open. */
struct view agency_phone_at(const struct agency_entry *e, int64_t time_ms, bool *at_night);
/* Within how many minutes it answers what asks for SERVICES (bits) this urgently: the shortest promise; 0: none. */
uint32_t agency_promised_min(const struct agency_entry *e, uint32_t services, enum urgency urgency);

#endif
