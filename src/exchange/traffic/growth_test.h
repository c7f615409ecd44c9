#ifndef EXCHANGE_GROWTH_TEST_H
#define EXCHANGE_GROWTH_TEST_H
/* For tests only: whether a question is open.
 *
 * Floor: exchange.
 */

#include "exchange/traffic/growth.h"

/* The peer of LINK was asked how its log grew, and has not answered. */
bool growth_is_asked(const struct link *link);

#endif
