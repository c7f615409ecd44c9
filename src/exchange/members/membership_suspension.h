#ifndef EXCHANGE_MEMBERSHIP_SUSPENSION_H
#define EXCHANGE_MEMBERSHIP_SUSPENSION_H
/* An agency that one officer suspends for 72 hours, without the others who sign directories (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. A suspension is a note of the directory in use, with its number and dates, in which one agency more
 * is revoked as suspended and nothing else differs. One of the directory keys signs it. While it stands it is what
 * membership.h calls the directory in use.
 */

#include "exchange/members/membership.h"

/* Takes NOTE into use if it is a suspension of the directory in use, at NOW_MS, and begins later than one that stands.
 * False: it is none, and nothing is changed. */
bool membership_suspend(struct membership *m, struct view note, int64_t now_ms);
/* The directory as all officers signed it is in use again; nothing where none is suspended. */
void membership_end_suspension(struct membership *m);
/* Until when *AGENCY is suspended so; 0: none is. */
int64_t membership_suspended_until(const struct membership *m, struct address *agency);
/* The note of the directory in use as all officers signed it. */
struct view membership_official_note(const struct membership *m);

#endif
