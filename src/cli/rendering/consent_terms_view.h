#ifndef CLI_CONSENT_TERMS_VIEW_H
#define CLI_CONSENT_TERMS_VIEW_H
/* What a consent says: what it opens, for what, what it leaves out, and how it was given. Shown before it is recorded,
 * and read back from what was recorded.
 *
 * Floor: cli.
 */

#include <stdio.h>

#include "cli/rendering/render.h"
#include "codec/control_codec.h"

struct consent_terms {
    const struct control_consent_grant *grants;
    size_t grant_count;
    enum given_by given_by; /* 0: not known here; then nothing is said of how it was given */
    struct view notice;
    struct view language;
    enum interpreter interpreter; /* struct consent_given */
    enum seen_alone seen_alone;
    bool told_irreversible;
    bool refused;   /* a no */
    bool for_adult; /* a guardian alone gives it, and the case says that she is an adult */
};

/* One line a grant, one how it was given, one for each warning. */
void consent_terms_print(const struct consent_terms *t, FILE *to);
/* "warnings" of an open object. */
void consent_terms_json_warnings(const struct consent_terms *t, struct json_line *j);
/* "grants", "given" and "warnings" of an open object. */
void consent_terms_json(const struct consent_terms *t, struct json_line *j);
/* What makes a consent doubtful: lines "refex: warning: …". Nothing is held up for it. */
void consent_terms_warn(const struct consent_terms *t, FILE *to);

#endif
