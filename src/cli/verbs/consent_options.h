#ifndef CLI_CONSENT_OPTIONS_H
#define CLI_CONSENT_OPTIONS_H
/* The input of `consent record`, from options or from a file, made into one request.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "codec/control_codec.h"
#include "formats/consent_json.h"

struct consent_options {
    struct control_consent_record_ask ask; /* read-only; borrows from the fields below */
    struct consent_file file;
    struct address to[BOUND_RECIPIENTS];
    size_t to_count;
    bool to_kind; /* a kind of agency was named: TO are its members today, which the person is to be shown */
    struct control_consent_grant grants[BOUND_GRANTS];
    struct address named[BOUND_GRANTS][BOUND_GRANT_NAMED];
};

void consent_options_init(struct consent_options *o);
/* Reads and checks the options or the file; needs no node. */
MUST_USE bool consent_options_read(struct command *c, struct consent_options *o, struct error *err);
/* Completes the names of agencies, with the node of C where they are short or a kind of agency, and fills o->ask.
 * E-CON-19 one of sections_by_name for a kind. */
MUST_USE bool consent_options_names(struct command *c, struct consent_options *o, struct error *err);
void consent_options_fini(struct consent_options *o);

#endif
