#ifndef EXCHANGE_CASE_IMPORT_H
#define EXCHANGE_CASE_IMPORT_H
/* Cases that come in from a file: all or none, and nobody twice without a word.
 *
 * Floor: exchange. exchange_import_* is implemented here. In order, each in as many steps as it takes: every case is
 * checked; a request id that was used is answered as before; cases that seem to be here already are told, and nothing
 * is added unless that is meant; all are stored (case_staging.h) and, when they are cases, named.
 */

#include "exchange/cases/case_calls.h"

#endif
