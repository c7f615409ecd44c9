#ifndef CLI_VALUES_H
#define CLI_VALUES_H
/* Parses the values of options: lists with commas, days, names from closed lists.
 *
 * Floor: cli. Each error names the option and what it takes (E-USE-04).
 */

#include "base/options.h"
#include "model/consent.h"
#include "model/referral.h"
#include "model/section.h"

/* Calls ON_PART for every part of every value of OPTION, split at commas; empty parts are refused. */
typedef bool values_part_fn(void *cookie, const char *part, struct error *err);
MUST_USE bool values_each_part(const struct options *o, const char *option, values_part_fn *on_part, void *cookie,
                               struct error *err);

/* The value of --desk, the name of one; empty when it was not given. E-USE-04. */
MUST_USE bool values_desk(const struct options *o, struct view *out, struct error *err);

/* All sections of all values of OPTION; 0 when it was not given. */
MUST_USE bool values_sections(const struct options *o, const char *option, section_set *out, struct error *err);
/* YYYY-MM-DD from 1970 on; 0 when it was not given. */
MUST_USE bool values_day(const struct options *o, const char *option, uint32_t *out, struct error *err);
/* A day (its beginning, UTC) or RFC 3339 UTC (2026-11-22T14:01:58Z); 0 when it was not given. */
MUST_USE bool values_time(const struct options *o, const char *option, int64_t *out, struct error *err);
/* Until when something holds: a day that is named is the last one, so its last moment; or a time. */
MUST_USE bool values_until(const struct options *o, const char *option, int64_t *out, struct error *err);
/* Before what something was, to choose by: likewise, the first moment behind the day. */
MUST_USE bool values_before(const struct options *o, const char *option, int64_t *out, struct error *err);
/* --seen-alone yes or no, an enum seen_alone; 0 when it was not given. */
MUST_USE bool values_seen_alone(const struct options *o, enum seen_alone *out, struct error *err);
MUST_USE bool values_u32(const struct options *o, const char *option, uint32_t *out, struct error *err);

/* One name of a closed list whose numbers run from 1 to END - 1; WHEN_ABSENT when it was not given. */
typedef const char *values_name_fn(uint32_t number);
MUST_USE bool values_name(const struct options *o, const char *option, values_name_fn *name, uint32_t end,
                          uint32_t when_absent, uint32_t *out, struct error *err);
/* The same for WORD; OPTION is for the error. */
MUST_USE bool values_find_number(const char *option, const char *word, values_name_fn *name, uint32_t end,
                                 uint32_t *out, struct error *err);

/* All names of all values of OPTION from such a list, below 32: a bit each. */
MUST_USE bool values_codes(const struct options *o, const char *option, values_name_fn *name, uint32_t end,
                           uint32_t *out, struct error *err);

/* Name functions for values_name. */
const char *values_purpose(uint32_t n);
const char *values_urgency(uint32_t n);
const char *values_given_by(uint32_t n);
const char *values_decline_reason(uint32_t n);
const char *values_agency_kind(uint32_t n);
const char *values_log(uint32_t n);
const char *values_service(uint32_t n);
const char *values_section(uint32_t n);

#endif
