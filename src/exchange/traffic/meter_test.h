#ifndef EXCHANGE_METER_TEST_H
#define EXCHANGE_METER_TEST_H
/* For tests only: shares small enough to be used up.
 *
 * Floor: exchange.
 */

#include "exchange/traffic/meter.h"

/* Sets the share of R for every agency. */
void meter_set_share(struct meter *m, enum resource r, uint64_t share);

#endif
