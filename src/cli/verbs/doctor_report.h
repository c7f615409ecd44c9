#ifndef CLI_VERBS_DOCTOR_REPORT_H
#define CLI_VERBS_DOCTOR_REPORT_H
/* A report on a node for somebody who helps, outside the agency: what is wrong by its codes, and of what kind the node
 * is. No name of a person or an agency, no id, no telephone, no address, no path, and of what is about people no count
 * below a hundred.
 *
 * Floor: cli. Only what is listed in doctor_report.c is ever in it: a new field is in no report by itself.
 */

#include "cli/command.h"
#include "output/told_form.h"

struct control_doctor_line;

extern const struct told_form doctor_report_form;

/* Writes it to PATH, mode 0600; ASKER is the check of what the node may not see. Errors of connection_open,
 * file_check_named and file_write_named. */
MUST_USE bool doctor_report(struct command *c, const char *path, const struct control_doctor_line *asker,
                            struct error *err);

#endif
