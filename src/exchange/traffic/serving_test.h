#ifndef EXCHANGE_SERVING_TEST_H
#define EXCHANGE_SERVING_TEST_H
/* For tests only: what waits of one link.
 *
 * Floor: exchange.
 */

#include "exchange/traffic/serving.h"

/* Frames, and their bytes. */
size_t serving_queued(const struct link *link);
size_t serving_queued_bytes(const struct link *link);

#endif
