#ifndef CLI_CONNECTION_H
#define CLI_CONNECTION_H
/* The node that a command uses: found by --home, opened when first needed, asked with messages of control_codec.
 *
 * Floor: cli.
 */

#include "base/arena.h"
#include "base/error.h"
#include "cli/command.h"
#include "codec/verbs.h"
#include "model/control_enums.h"
#include "model/ident.h"
#include "refex/client.h"

/* E-USE-02 when neither --home nor REFEX_HOME names a folder. */
MUST_USE bool connection_home(const struct command *c, const char **out, struct error *err);

/* Connects to the node of C's home, for the calls below, unless C is connected. E-NOD-01, E-NOD-05. */
MUST_USE bool connection_open(struct command *c, enum refex_door door, struct error *err);

/* One item of an answer. False (with *ERR) ends the request. */
typedef bool connection_item_fn(void *cookie, struct view message, struct error *err);

/* Sends a request, connecting first to who answers it by codec/verbs.def where C has no connection yet. Calls ITEM_FN
 * for each item of the answer, and frees MESSAGE. The node's failure becomes *ERR, and is kept for connection_failure
 * with the sections that were held back. E_CTL_01: the answer has more or fewer items than the verb's row says;
 * E_FIL_04: the request is longer than a frame. Commands ask by the functions of cli/calls.h. */
MUST_USE bool connection_ask(struct command *c, enum control_kind kind, struct bytes *message,
                             connection_item_fn *item_fn, void *cookie, struct error *err);

/* The last failure that the node sent, with what was held back; NULL when there was none. */
const struct refex_failure *connection_failure(void);

/* Reads a name as people write it: full, or the short form, completed with the node's own federation. E-USE-04. */
MUST_USE bool connection_address(struct command *c, const char *option, const char *text, struct address *out,
                                 struct error *err);

/* The same of an agency or of a desk of it, `legal.shelter@nrm.example`; *DESK is empty where TEXT names none. */
MUST_USE bool connection_desk(struct command *c, const char *option, const char *text, struct view *desk,
                              struct address *agency, struct error *err);

/* What an id may be of. */
enum { CASE_ID = 1 << ID_OF_CASE, CONSENT_ID = 1 << ID_OF_CONSENT, REFERRAL_ID = 1 << ID_OF_REFERRAL };
/* Reads an id of what OF says, a set: its 32 hex digits, BOUND_ID_DIGITS or more of its first ones, the label of a case
 * or the code-name of a referral (model/spoken_id.h). Of the latter three the node is asked, by DOOR where C has no
 * connection yet. E-USE-04 it is none of these, E-USE-05 there is none, E-USE-06 there are several, E-USE-07 its check
 * digit is wrong. */
MUST_USE bool connection_ident(struct command *c, enum refex_door door, uint32_t of, const char *text,
                               struct ident *out, struct error *err);

void connection_close(struct command *c);

#endif
