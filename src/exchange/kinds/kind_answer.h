#ifndef EXCHANGE_KIND_ANSWER_H
#define EXCHANGE_KIND_ANSWER_H
/* Kind answer: to what was asked about nobody, once; given by people here, and taken from a peer.
 *
 * Floor: exchange. exchange_capacity_answer is implemented here.
 */

#include "exchange/kinds/kind.h"

extern const struct kind_actions kind_answer;

#endif
