#ifndef MODEL_REFERRAL_H
#define MODEL_REFERRAL_H
/* What a referral asks for: services, and how urgent it is.
 *
 * Floor: model. The numbers are those of docs/PROTOCOL.md 15 and proto/referral.proto; services are those of a case
 * (proto/case.proto).
 */

#include <stdint.h>

#include "base/bytes.h"
#include "model/case_enums.h"
#include "model/referral_enums.h"
#include "model/referral_state.h"

const char *service_name(enum service s); /* "SHELTER" … */
/* "+48221234567", or nothing: a plus, which may be missing, and digits. What else somebody wrote there might be of a
 * person. */
bool referral_phone_ok(struct view phone);
/* Whether the checklist of somebody who was not found is complete: agency, bringer, and law or adult. CHECKED: bit of
 * each enum closing_check. */
bool referral_checks_done(uint32_t checked);
int64_t urgency_due_ms(enum urgency u); /* 24 h, 72 h, 14 days */
/* By when the agency that accepted says more, having answered S at NOW_MS; 0: of S nothing more is to be said.
 * APPOINTMENT_MS: it named that time, or 0; then a day after it is early enough. */
int64_t referral_more_by(enum referral_state s, enum urgency u, int64_t now_ms, int64_t appointment_ms);
/* Until when the clock of a referral stands at most where something was asked at NOW_MS: five days on, of which none is
 * a Saturday or Sunday (UTC). */
int64_t referral_clock_stands_until(int64_t now_ms);

#endif
