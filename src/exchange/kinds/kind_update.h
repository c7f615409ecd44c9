#ifndef EXCHANGE_KIND_UPDATE_H
#define EXCHANGE_KIND_UPDATE_H
/* Kind update: sections of a case that changed, or that were asked for, to the agency that it was referred to.
 *
 * Floor: exchange. exchange_referral_update is implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_update;

#endif
