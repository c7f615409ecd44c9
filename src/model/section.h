#ifndef MODEL_SECTION_H
#define MODEL_SECTION_H
/* The fifteen sections a case is divided into, and the ten purposes: the units of consent.
 *
 * Floor: model. Numbers are those of docs/PROTOCOL.md 12 and never change.
 */

#include "base/bytes.h"
#include "base/error.h"

enum section {
    SECTION_TRIAGE = 1,
    SECTION_IDENTITY,
    SECTION_CONTACT,
    SECTION_WHEREABOUTS,
    SECTION_STATUS,
    SECTION_FAMILY,
    SECTION_EXPLOITATION,
    SECTION_PERPETRATORS,
    SECTION_HEALTH,
    SECTION_RISK,
    SECTION_PLAN,
    SECTION_PROCEEDINGS,
    SECTION_RETURN,
    SECTION_CHILD,
    SECTION_NOTES,
    SECTION_END /* one past the last */
};

enum purpose {
    PURPOSE_SERVICES = 1,
    PURPOSE_CASE_MANAGEMENT,
    PURPOSE_PROTECTION,
    PURPOSE_STATUS_APPLICATION,
    PURPOSE_CRIMINAL_PROCEEDINGS,
    PURPOSE_RETURN,
    PURPOSE_REINTEGRATION,
    PURPOSE_FAMILY_TRACING,
    PURPOSE_STATISTICS,
    PURPOSE_RESEARCH,
    PURPOSE_END
};

/* A set of sections: bit n is section n. */
typedef uint32_t section_set;
#define SECTION_BIT(s) (UINT32_C(1) << (s))
#define SECTION_ALL    (SECTION_BIT(SECTION_END) - 2)

/* Granted to agencies by name only, not to a kind of agency: what may harm her in the wrong hands. */
#define SECTION_BY_NAME                                                                                                \
    (SECTION_BIT(SECTION_WHEREABOUTS) | SECTION_BIT(SECTION_HEALTH) | SECTION_BIT(SECTION_EXPLOITATION) |              \
     SECTION_BIT(SECTION_PERPETRATORS) | SECTION_BIT(SECTION_PROCEEDINGS) | SECTION_BIT(SECTION_CHILD))

const char *section_name(enum section s); /* "triage" … */
bool section_find(struct view name, enum section *out);
const char *purpose_name(enum purpose p); /* "case-management" … */
bool purpose_find(struct view name, enum purpose *out);

/* "identity,contact" → a set; names what is unknown, with a suggestion (E-USE-04). */
MUST_USE bool section_set_read(struct view text, section_set *out, struct error *err);
/* Appends the names, comma-separated, in order. */
void section_set_write(section_set set, struct bytes *out);

#endif
