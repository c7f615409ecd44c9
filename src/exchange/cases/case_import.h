#ifndef EXCHANGE_CASE_IMPORT_H
#define EXCHANGE_CASE_IMPORT_H
/* Cases that come in from a file: all or none, and nobody twice without a word.
 *
 * Floor: exchange. exchange_case_import is implemented here; its contract stands in exchange.h. In order: every case is
 * checked; a request id that was used is answered as before; cases that seem to be here already are told, and nothing
 * is added unless that is meant; all are stored.
 */

#include "exchange/exchange.h"

#endif
