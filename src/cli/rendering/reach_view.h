#ifndef CLI_REACH_VIEW_H
#define CLI_REACH_VIEW_H
/* How an agency is reached now, and who else offers what is asked for, in words.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "model/referral_enums.h"

struct control_reach;

/* Appends "+48600100200 (its night phone)"; nothing where none is known. */
void reach_view_phone(struct bytes *out, const struct control_reach *r);
/* Appends a line for each, each but the first behind BEFORE. */
void reach_view_others(struct bytes *out, const char *before, const struct control_reach *others, size_t count);
/* Appends "until …, it said: why"; nothing where it is not paused. */
void reach_view_pause(struct bytes *out, int64_t until_ms, enum pause_reason reason);
/* Appends whether its node is paused, and whether people are there now, or when; nothing where it is not known. */
void reach_view_hours(struct bytes *out, const struct control_reach *r);

#endif
