#ifndef CLI_CONSENT_ORDER_H
#define CLI_CONSENT_ORDER_H
/* What `consent record` is told, by options or by a file, made into one request.
 *
 * Floor: cli.
 */

#include "cli/verb.h"
#include "codec/control_codec.h"
#include "formats/consent_json.h"

struct consent_order {
    struct control_consent_record_ask ask; /* read-only; its views and lists are into the rest */
    struct consent_file file;
    struct address to[BOUND_RECIPIENTS];
    struct control_consent_grant grants[BOUND_GRANTS];
    struct address named[BOUND_GRANTS][BOUND_GRANT_NAMED];
};

void consent_order_init(struct consent_order *o);
/* Reads options or file, all that needs no node. */
MUST_USE bool consent_order_read(const struct command *c, struct consent_order *o, struct error *err);
/* Completes the names of agencies, with the node of C where they are short, and fills o->ask. */
MUST_USE bool consent_order_names(struct command *c, struct consent_order *o, struct error *err);
void consent_order_fini(struct consent_order *o);

#endif
