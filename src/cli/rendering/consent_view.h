#ifndef CLI_CONSENT_VIEW_H
#define CLI_CONSENT_VIEW_H
/* A consent as people and programs read it.
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

/* Parts of it: why what was agreed is not shown, in a word (NULL: it is, or it is a no, which agrees to nothing); what
 * for, as words and as member "purposes". */
const char *consent_view_hidden(const struct control_consent *s);
void consent_view_write_purposes(uint32_t purposes, struct bytes *out);
void consent_view_json_purposes(struct json_line *j, const struct control_consent *s);

#endif
