#ifndef FORMATS_CONSENT_JSON_H
#define FORMATS_CONSENT_JSON_H
/* A consent as people and case systems write it, before short names of agencies are completed.
 *
 * Floor: formats. The JSON of `refex consent record FILE.json`:
 *
 *   {"case": ID, "to": [AGENCY, …], "refused": false, "until": "2027-01-31", "given_by": "self", "notice": TEXT,
 *    "language": "uk", "interpreter": "independent", "seen_alone": true, "told_irreversible": false,
 *    "grants": [{"sections": [SECTION, …], "except": [FIELD, …], "purpose": PURPOSE, "onward": "none",
 *                "named": [AGENCY, …], "keep_until": DATE}, …]}
 *
 * "to" has agencies, or alone "outside: WORDS": who somebody outside the federation is, and whom to phone there.
 * An unknown key is refused by name: a misspelt one must not be taken for one that has effect.
 */

#include "base/arena.h"
#include "base/bounds.h"
#include "model/consent.h"

struct consent_file_grant {
    section_set sections;
    uint32_t excluded[BOUND_EXCLUDED]; /* FIELD_REFs, ascending */
    size_t excluded_count;
    enum purpose purpose;
    enum onward onward;
    const char *named[BOUND_GRANT_NAMED]; /* as written */
    size_t named_count;
    uint32_t keep_until; /* unix day; 0: as until */
};

#define CONSENT_OUTSIDE "outside:" /* begins a recipient who is nobody of the federation */

struct consent_file {
    struct ident case_id;
    const char *case_name;            /* in place of its id: its label, as written; NULL: none */
    const char *to[BOUND_RECIPIENTS]; /* as written */
    size_t to_count;
    struct view outside; /* in place of TO: who somebody outside the federation is, and whom to phone there */
    bool refused;
    uint32_t until;         /* unix day; 0: absent */
    enum given_by given_by; /* 0: absent */
    struct view notice;
    struct view language;
    enum interpreter interpreter;
    enum seen_alone seen_alone; /* 0: absent */
    bool told_irreversible;
    struct consent_file_grant grants[BOUND_GRANTS];
    size_t grant_count;
    struct arena arena; /* texts; ends with consent_file_fini */
};

void consent_file_init(struct consent_file *f);
/* E-IMP-02 not JSON, E-USE-04 what a key may not hold (the key is named, never its value). */
MUST_USE bool consent_json_read(struct view file, struct consent_file *out, struct error *err);
/* Adds a field by its HTCDS name to what G excludes, in order. E-USE-04. */
MUST_USE bool consent_file_exclude(struct consent_file_grant *g, struct view field, struct error *err);
/* Whether what stands for a recipient is somebody outside. */
bool consent_file_is_outside(struct view name);
void consent_file_fini(struct consent_file *f);

#endif
