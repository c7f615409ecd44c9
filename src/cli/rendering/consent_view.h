#ifndef CLI_CONSENT_VIEW_H
#define CLI_CONSENT_VIEW_H
/* A consent as people and programs read it, and what withdrawing it will do.
 *
 * Floor: cli.
 */

#include <stdio.h>

#include "cli/rendering/render.h"
#include "codec/control_codec.h"

extern const char *const consent_view_titles[6];

void consent_view_row(const struct control_consent *s, struct render_table *t);
void consent_view_json_line(const struct control_consent *s, struct bytes *line);
/* The same with all that was recorded of it, where it can be read. */
void consent_view_json(const struct control_consent *s, struct bytes *line);
void consent_view_print(const struct control_consent *s);

/* A yes that a no withdrew: S as it stood, and what withdrawing it does. */
void consent_view_print_ended(const struct control_consent *s);
void consent_view_json_ended(const struct control_consent *s, struct bytes *line);

/* What withdrawing does: S answers a dry run, and would change something. */
void consent_view_print_withdrawal(const struct control_consent *s, FILE *to);

/* The last words of a withdrawal, by what has happened: S answers it. */
void consent_view_print_withdrawn(const struct control_consent *s);

#endif
