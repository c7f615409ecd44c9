#ifndef MODEL_CONSENT_H
#define MODEL_CONSENT_H
/* A person's consent: who took it, how, until when, and what it grants; and the one rule of what is covered.
 *
 * Floor: model. Pure: the sender's gate and the receiver's check both call consent_covers, so they cannot differ.
 * Fields and numbers: docs/PROTOCOL.md 5 and 12. Strings are views: they borrow from the decoder's arena or the caller.
 *
 *   grant    sections × excluded fields × one recipient × purpose × onward × keep until; one without sections is always
 *            there, and says that she may be referred
 *   header   which consent, taken by which agency, until when: what the rules ask of every message
 *   given    how it was explained and given; opened with the first sections
 *   receipt  what travels with the data: header, commitments, only the grants that name the recipient, and the proof
 *            that the agency which took the consent logged it. Closed, it shows only that she may be referred
 */

#include "model/case_fields.h"
#include "model/consent_enums.h"
#include "model/ident.h"
#include "model/outcome.h"
#include "model/record.h"
#include "model/section.h"

struct grant {
    section_set sections;
    const uint32_t *excluded; /* FIELD_REFs, strictly ascending */
    size_t excluded_count;
    struct view recipient;
    enum purpose purpose;
    enum onward onward;
    const struct view *named; /* strictly ascending; if and only if ONWARD_NAMED */
    size_t named_count;
    uint32_t keep_until; /* unix day */
};

struct consent_header {
    struct ident consent;
    struct view agency; /* that took it */
    uint32_t until;     /* unix day, last one included */
};

struct consent_given {
    enum given_by by;
    int64_t at_ms;
    struct view notice; /* id and version */
    struct view language;
    enum interpreter interpreter; /* 0: not recorded */
    enum seen_alone seen_alone;
    bool told_irreversible;
    struct view outside; /* who it is for where that is nobody of the federation; empty: the recipient */
};

/* A grant as it travels: its place, its salt, and its bytes as made. Place 0 is that of the one without sections. */
struct shown_grant {
    uint32_t place;
    uint8_t salt[32];
    struct view bytes;
    struct grant grant; /* decoded from BYTES */
};

struct consent_receipt {
    struct view header_bytes;
    struct consent_header header; /* decoded from HEADER_BYTES */
    uint8_t salt_h[32];
    struct hash w;    /* commits to GIVEN_BYTES */
    struct hash c;    /* commits to case and recipient; its salt stays with the agency that took the consent */
    struct hash rest; /* closed only: the hash over all g_i */
    struct view g;    /* open only: g_1 to g_n, 32 n bytes */
    const struct shown_grant *shown;
    size_t shown_count;
    uint8_t salt_w[32];         /* open only */
    struct view given_bytes;    /* open only */
    struct consent_given given; /* decoded from GIVEN_BYTES; zeros in a closed one */
    struct view record_bytes;   /* the CONSENT record */
    struct view path;           /* 32 bytes each */
    struct view checkpoint;     /* the note of the commit that recorded it */
};

static inline bool consent_receipt_is_closed(const struct consent_receipt *r)
{
    return r->g.size == 0;
}

/* What is to be shared, or was received: the question for the rule. */
struct consent_question {
    struct view recipient; /* who would hold it */
    struct view sender;    /* who shares it: the agency that took the consent, or one that shares onward */
    enum purpose purpose;
    uint32_t today; /* unix day */
    section_set sections;
    /* Field numbers present in the data of each section, strictly ascending FIELD_REFs over all sections. */
    const uint32_t *fields;
    size_t field_count;
    outcome_set outcomes; /* what these fields say of what became of her */
};

/* Whether UNTIL, the last day of a consent or of a grant, is over on the day TODAY (unix days): the last day itself
 * still counts. */
bool consent_has_ended(uint32_t until, uint32_t today);

/* The sections of Q that GRANTS cover for its recipient and purpose on its day. For a section that is not covered,
 * why[s] (WHY may be NULL) is set to the reason. HEADER gives until; a grant whose keep_until is over covers
 * nothing. A section that says of her what a row of outcomes.def lists is covered only by a grant that has the section
 * of that row, too. Where Q->sender is not the agency that took the consent, only ONWARD_NAMED grants to the sender
 * that name the recipient cover (docs/PROTOCOL.md 5). */
section_set consent_covers(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                           const struct consent_question *q, enum denial why[SECTION_END]);

/* Whether she may be referred: 0 where the grant without sections is to Q's recipient, for Q's purpose, and not over on
 * Q's day; else the reason. What a message says without sections needs this, and with sections this and consent_covers.
 */
enum denial consent_permits(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                            const struct consent_question *q);

/* Most fields that a question can be about: those of all sections. */
#define CONSENT_FIELDS ((size_t)SECTION_END * CASE_SECTION_FIELDS)

/* Which fields of Q to leave out, so that consent_covers can say yes to the rest. Each section is looked at alone:
 *   - Of the grants that cover it, or would but for the fields they exclude, the one that leaves the most fields is
 *     taken. One that leaves a way to reach the person without the rules for doing so safely is taken only for want
 *     of another.
 *   - The fields of Q that this grant excludes are listed.
 *   - If no grant leaves any field of the section, nothing is listed, and consent_covers will refuse the section.
 * REFS has room for CONSENT_FIELDS, and is filled in strictly ascending order; returns how many. This only proposes:
 * whether the rest may go is decided by consent_covers. */
size_t consent_left_out(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                        const struct consent_question *q, uint32_t *refs);

#endif
