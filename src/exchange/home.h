#ifndef EXCHANGE_HOME_H
#define EXCHANGE_HOME_H
/* The folder of a node: what its files are called, but for those of keys (vault.h).
 *
 * Floor: exchange.
 */

#include "base/error.h"
#include "model/ident.h"

#define HOME_CONF     "node.conf"
#define HOME_DATABASE "refex.db"
#define HOME_REQUEST  "request.refex"
#define HOME_INVITED  "invited" /* id of the federation that the words of an invitation proved, until it is enrolled */
#define HOME_NODE     "node.id" /* this machine's id: no secret, but its own for as long as the home lives */

/* Whether an init came to its end in HOME. E-NOD-01. */
MUST_USE bool home_check(const char *home, struct error *err);
/* The machine's id. E-NOD-06. */
MUST_USE bool home_read_node(const char *home, struct ident *node, struct error *err);
/* Gives the new home HOME its machine's id. E-FIL-02: it has one. */
MUST_USE bool home_write_node(const char *home, const struct ident *node, struct error *err);

#endif
