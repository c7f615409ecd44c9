#include "model/consent.h"

static bool grant_names_onward(const struct grant *g, struct view recipient)
{
    if (g->onward != ONWARD_NAMED)
        return false;
    for (size_t i = 0; i < g->named_count; i++)
        if (view_equal(g->named[i], recipient))
            return true;
    return false;
}

/* Whether the data has a field of section S that the grant leaves out. Compares all pairs, without relying on the
 * order of either list: a mistake elsewhere must not open the gate. */
static bool data_has_excluded(const struct grant *g, enum section s, const struct consent_question *q)
{
    for (size_t i = 0; i < g->excluded_count; i++)
        if (FIELD_REF_SECTION(g->excluded[i]) == s && field_ref_is_among(g->excluded[i], q->fields, q->field_count))
            return true;
    return false;
}

/* Whether section S says of what became of her what G does not also grant the section of. */
static bool says_more_than_granted(const struct grant *g, enum section s, const struct consent_question *q)
{
    for (size_t i = 0; i < PERSON_OUTCOMES; i++) {
        const struct outcome_row *row = &outcome_rows[i];

        if (row->section == s && (q->outcomes & OUTCOME_BIT(i)) != 0 && (g->sections & SECTION_BIT(row->needs)) == 0 &&
            field_ref_is_among(row->ref, q->fields, q->field_count))
            return true;
    }
    return false;
}

/* 0 where G covers section S of Q; else why not. Ordered by how near the grant came, so that the largest value over all
 * grants is the reason that a person can act on. */
enum nearness {
    NEAR_COVERED = 0,
    NEAR_OTHER,
    NEAR_ONWARD,
    NEAR_SECTION,
    NEAR_EXPIRED,
    NEAR_FIELD,
    NEAR_OUTCOME,
    NEAR_END
};

static const enum denial reasons[NEAR_END] = {
    [NEAR_OTHER] = DENIAL_NO_CONSENT, [NEAR_ONWARD] = DENIAL_ONWARD,        [NEAR_SECTION] = DENIAL_SECTION,
    [NEAR_EXPIRED] = DENIAL_EXPIRED,  [NEAR_FIELD] = DENIAL_EXCLUDED_FIELD, [NEAR_OUTCOME] = DENIAL_OUTCOME,
};

bool consent_has_ended(uint32_t until, uint32_t today)
{
    return until < today;
}

/* Whether G is to Q's recipient, for its purpose, and not over: all but the section. */
static enum nearness grant_permits(const struct consent_header *header, const struct grant *g,
                                   const struct consent_question *q)
{
    bool first_hand = view_equal(q->sender, header->agency);

    if (!view_equal(g->recipient, first_hand ? q->recipient : q->sender) || g->purpose != q->purpose)
        return NEAR_OTHER;
    if (!first_hand && !grant_names_onward(g, q->recipient))
        return NEAR_ONWARD;
    if (consent_has_ended(g->keep_until, q->today) || consent_has_ended(header->until, q->today))
        return NEAR_EXPIRED;
    return NEAR_COVERED;
}

/* The same for its section S, where PERMITS is what grant_permits says of it. */
static enum nearness grant_covers(enum nearness permits, const struct grant *g, enum section s,
                                  const struct consent_question *q)
{
    if (permits != NEAR_COVERED && permits != NEAR_EXPIRED)
        return permits;
    if ((g->sections & SECTION_BIT(s)) == 0)
        return NEAR_SECTION;
    if (permits == NEAR_EXPIRED)
        return permits;
    if (data_has_excluded(g, s, q))
        return NEAR_FIELD;
    if (says_more_than_granted(g, s, q))
        return NEAR_OUTCOME;
    return NEAR_COVERED;
}

section_set consent_covers(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                           const struct consent_question *q, enum denial why[SECTION_END])
{
    enum nearness nearest[SECTION_END] = {0};
    section_set covered = 0;

    for (size_t i = 0; i < grant_count; i++) {
        enum nearness permits = grant_permits(header, &grants[i], q);

        for (unsigned s = 1; s < SECTION_END; s++) {
            enum nearness n = grant_covers(permits, &grants[i], (enum section)s, q);

            if (n == NEAR_COVERED)
                covered |= SECTION_BIT(s) & q->sections;
            if (n > nearest[s])
                nearest[s] = n;
        }
    }
    for (unsigned s = 1; s < SECTION_END && why != NULL; s++)
        if ((q->sections & ~covered & SECTION_BIT(s)) != 0)
            why[s] = reasons[nearest[s] > NEAR_OTHER ? nearest[s] : NEAR_OTHER];
    return covered;
}

enum denial consent_permits(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                            const struct consent_question *q)
{
    enum nearness nearest = NEAR_OTHER;

    for (size_t i = 0; i < grant_count; i++) {
        enum nearness n = grants[i].sections == 0 ? grant_permits(header, &grants[i], q) : NEAR_OTHER;

        if (n == NEAR_COVERED)
            return 0;
        if (n > nearest)
            nearest = n;
    }
    return reasons[nearest];
}

/* How many fields of section S are left without those that G excludes; safe contact outweighs any number of fields. */
static size_t grant_score(const struct grant *g, enum section s, const struct consent_question *q)
{
    uint32_t left[CONSENT_FIELDS];
    size_t count = 0;

    for (size_t f = 0; f < q->field_count; f++)
        if (FIELD_REF_SECTION(q->fields[f]) == s && !field_ref_is_among(q->fields[f], g->excluded, g->excluded_count))
            left[count++] = q->fields[f];
    if (count != 0 && case_fields_keep_safe_contact(q->fields, q->field_count, left, count))
        return count + CONSENT_FIELDS;
    return count;
}

size_t consent_left_out(const struct consent_header *header, const struct grant *grants, size_t grant_count,
                        const struct consent_question *q, uint32_t *refs)
{
    const struct grant *best[SECTION_END] = {NULL};
    size_t most[SECTION_END] = {0};
    size_t count = 0;

    REQUIRE(q->field_count <= CONSENT_FIELDS);
    for (size_t i = 0; i < grant_count; i++) {
        enum nearness permits = grant_permits(header, &grants[i], q);

        for (unsigned s = 1; s < SECTION_END; s++) {
            enum nearness n = grant_covers(permits, &grants[i], (enum section)s, q);
            size_t left = 0;

            if ((q->sections & SECTION_BIT(s)) != 0 && (n == NEAR_COVERED || n == NEAR_FIELD))
                left = grant_score(&grants[i], (enum section)s, q);
            if (left > most[s]) {
                most[s] = left;
                best[s] = &grants[i];
            }
        }
    }
    for (unsigned s = 1; s < SECTION_END; s++)
        for (size_t f = 0; f < q->field_count && best[s] != NULL; f++)
            if (FIELD_REF_SECTION(q->fields[f]) == s &&
                field_ref_is_among(q->fields[f], best[s]->excluded, best[s]->excluded_count))
                refs[count++] = q->fields[f];
    return count;
}
