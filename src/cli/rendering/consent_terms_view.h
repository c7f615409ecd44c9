#ifndef CLI_CONSENT_TERMS_VIEW_H
#define CLI_CONSENT_TERMS_VIEW_H
/* What a consent says: what it opens, for what, what it leaves out, and how it was given. Shown before it is recorded,
 * and read back from what was recorded.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"
#include "output/told_form.h"

/* One line a grant, one how it was given, one for each warning. */
extern const struct told_form consent_terms_view;

/* What makes a consent doubtful: lines "refex: warning: …". Nothing is held up for it. */
void consent_terms_warn(const struct control_consent *s, FILE *to);

#endif
