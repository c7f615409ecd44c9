#ifndef CLI_VERBS_DOCTOR_PING_H
#define CLI_VERBS_DOCTOR_PING_H
/* A ping to another agency, and each step of it as it is done: the half of `refex doctor` that asks for an agency.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "output/told_form.h"

extern const struct told_form doctor_ping_form;

/* Sends one to the agency that TEXT names, and says each step when it is done, for SECONDS at the longest. *STATUS is 0
 * where it came through, 1 where a step failed or was not done in that time. E-USE-04, E-NOD-05, E-REF-05, E-LOG-27,
 * E-STO-03. */
MUST_USE bool doctor_ping(struct command *c, const char *text, uint32_t seconds, int *status, struct error *err);

#endif
