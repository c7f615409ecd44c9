#ifndef EXCHANGE_NAME_DRAW_H
#define EXCHANGE_NAME_DRAW_H
/* New ids of cases and referrals, drawn so that what people call them (model/spoken_id.h) is nobody else's here.
 *
 * Floor: exchange.
 */

#include "model/ident.h"

struct exchange;

/* An id whose label no case here has, one of an import under way included. Where 64 draws find none, with some hundred
 * thousand cases, it is one that has: who says it is shown both. */
MUST_USE bool name_draw_case(struct exchange *x, struct ident *out, struct error *err);
/* An id whose code-name no referral here has. */
MUST_USE bool name_draw_referral(struct exchange *x, struct ident *out, struct error *err);

#endif
