#ifndef CLI_CONNECTION_H
#define CLI_CONNECTION_H
/* The node that a command speaks to: found by --home, opened when first needed, asked in the words of control_codec.
 *
 * Floor: cli.
 */

#include "base/arena.h"
#include "base/error.h"
#include "cli/verb.h"
#include "model/ident.h"
#include "refex/client.h"

/* E-USE-02 when neither --home nor REFEX_HOME names a folder. */
MUST_USE bool connection_home(const struct command *c, const char **out, struct error *err);

/* Opens the node of C's home. Later calls ask it. E-NOD-01, E-NOD-05. */
MUST_USE bool connection_open(struct command *c, enum refex_door door, struct error *err);

/* One item of an answer. False (with *ERR) ends the asking. */
typedef bool connection_item_fn(void *cookie, struct view message, struct error *err);

/* Asks and hands each item to EACH (may be NULL). The node's failure becomes *ERR; what it held back is kept for
 * connection_failure. */
MUST_USE bool connection_ask(struct command *c, uint16_t kind, const struct bytes *message, connection_item_fn *item_fn,
                             void *cookie, struct error *err);

/* The last failure as the node told it, with what was held back; NULL when *ERR was not made by the node. */
const struct refex_failure *connection_failure(void);

/* A name as people write it: full, or the short form, completed with the node's own federation. E-USE-04. */
MUST_USE bool connection_address(struct command *c, const char *option, const char *text, struct address *out,
                                 struct error *err);

/* An id, 32 hex digits. E-USE-04. */
MUST_USE bool connection_ident(const char *what, const char *text, struct ident *out, struct error *err);

void connection_close(struct command *c);

#endif
