/* The rule that says what a consent covers. Each condition has a test that fails without it. */
#include "base/bytes.h"
#include "model/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define TODAY    20773u
#define NGO      "ngo@nrm.example"
#define MISSION  "mission@nrm.example"
#define MINISTRY "ministry@nrm.example"
#define POLICE   "police@nrm.example"

static struct view named[2];
static uint32_t excluded[2];

/* A consent taken by the NGO: identity and health for the mission, for services, until ten days from now. */
static struct consent_header header(void)
{
    return (struct consent_header){.agency = view_of_text(NGO), .until = TODAY + 10};
}

static struct grant grant(void)
{
    return (struct grant){
        .sections = SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_HEALTH),
        .recipient = view_of_text(MISSION),
        .purpose = PURPOSE_SERVICES,
        .onward = ONWARD_NONE,
        .keep_until = TODAY + 5,
    };
}

/* The NGO would send identity to the mission for services today. */
static struct consent_question question(void)
{
    return (struct consent_question){
        .recipient = view_of_text(MISSION),
        .sender = view_of_text(NGO),
        .purpose = PURPOSE_SERVICES,
        .today = TODAY,
        .sections = SECTION_BIT(SECTION_IDENTITY),
    };
}

/* The same grant, allowed onward to the ministry; and the mission would pass identity on to it. */
static struct grant onward_grant(void)
{
    struct grant g = grant();

    named[0] = view_of_text(MINISTRY);
    g.onward = ONWARD_NAMED;
    g.named = named;
    g.named_count = 1;
    return g;
}

static struct consent_question onward_question(void)
{
    struct consent_question q = question();

    q.sender = view_of_text(MISSION);
    q.recipient = view_of_text(MINISTRY);
    return q;
}

static void assert_covered(const struct consent_header *h, const struct grant *g, size_t count,
                           const struct consent_question *q)
{
    assert_int_equal(consent_covers(h, g, count, q, NULL), q->sections);
}

static void assert_denied(const struct consent_header *h, const struct grant *g, size_t count,
                          const struct consent_question *q, enum denial expected)
{
    enum denial why[SECTION_END] = {0};

    assert_int_equal(consent_covers(h, g, count, q, why), 0);
    for (unsigned s = 1; s < SECTION_END; s++)
        assert_int_equal(why[s], (q->sections & SECTION_BIT(s)) != 0 ? expected : 0);
    assert_int_equal(consent_covers(h, g, count, q, NULL), 0);
}

static void test_a_section_that_is_granted_is_covered(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    assert_covered(&h, &g, 1, &q);
    q.sections = g.sections;
    assert_covered(&h, &g, 1, &q);
}

static void test_no_grant_covers_nothing(void **state)
{
    struct consent_header h = header();
    struct consent_question q = question();

    (void)state;
    assert_denied(&h, NULL, 0, &q, DENIAL_NO_CONSENT);
}

static void test_a_grant_to_another_agency_covers_nothing(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    q.recipient = view_of_text(POLICE);
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q.recipient = view_of_text("mission@nrm.exampl"); /* only the same beginning */
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q.recipient = view_of_text("mission@nrm.example.org");
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q.recipient = view_of(NULL, 0);
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
}

static void test_a_grant_for_another_purpose_covers_nothing(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    for (unsigned p = 0; p < PURPOSE_END; p++) {
        q.purpose = (enum purpose)p;
        if (p == PURPOSE_SERVICES)
            assert_covered(&h, &g, 1, &q);
        else
            assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    }
}

static void test_a_section_that_is_not_granted_is_not_covered(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    for (unsigned s = 1; s < SECTION_END; s++) {
        q.sections = SECTION_BIT(s);
        if ((g.sections & q.sections) != 0)
            assert_covered(&h, &g, 1, &q);
        else
            assert_denied(&h, &g, 1, &q, DENIAL_SECTION);
    }
}

static void test_only_the_granted_of_the_sections_asked_for_are_covered(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();
    enum denial why[SECTION_END] = {0};

    (void)state;
    q.sections = SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_FAMILY);
    assert_int_equal(consent_covers(&h, &g, 1, &q, why), SECTION_BIT(SECTION_IDENTITY));
    assert_int_equal(why[SECTION_IDENTITY], 0);
    assert_int_equal(why[SECTION_FAMILY], DENIAL_SECTION);
}

static void test_the_last_day_of_a_grant_counts_and_the_next_does_not(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    g.keep_until = TODAY;
    assert_covered(&h, &g, 1, &q);
    g.keep_until = TODAY - 1;
    assert_denied(&h, &g, 1, &q, DENIAL_EXPIRED);
    g.keep_until = 0;
    assert_denied(&h, &g, 1, &q, DENIAL_EXPIRED);
}

static void test_the_last_day_of_a_consent_counts_and_the_next_does_not(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    h.until = TODAY;
    assert_covered(&h, &g, 1, &q);
    h.until = TODAY - 1;
    assert_denied(&h, &g, 1, &q, DENIAL_EXPIRED);
}

static void test_a_field_that_is_left_out_bars_its_section(void **state)
{
    uint32_t fields[3] = {FIELD_REF(SECTION_IDENTITY, 1), FIELD_REF(SECTION_IDENTITY, 9), FIELD_REF(SECTION_HEALTH, 9)};
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 8);
    g.excluded = excluded;
    g.excluded_count = 1;
    q.fields = fields;
    q.field_count = 3;
    assert_covered(&h, &g, 1, &q);
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 9);
    assert_denied(&h, &g, 1, &q, DENIAL_EXCLUDED_FIELD);
    q.field_count = 1; /* the data without it */
    assert_covered(&h, &g, 1, &q);
}

static void test_a_field_that_is_left_out_bars_no_other_section(void **state)
{
    uint32_t fields[2] = {FIELD_REF(SECTION_IDENTITY, 9), FIELD_REF(SECTION_HEALTH, 9)};
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();
    enum denial why[SECTION_END] = {0};

    (void)state;
    excluded[0] = FIELD_REF(SECTION_HEALTH, 9);
    g.excluded = excluded;
    g.excluded_count = 1;
    q.sections = g.sections;
    q.fields = fields;
    q.field_count = 2;
    assert_int_equal(consent_covers(&h, &g, 1, &q, why), SECTION_BIT(SECTION_IDENTITY));
    assert_int_equal(why[SECTION_HEALTH], DENIAL_EXCLUDED_FIELD);
}

static void test_the_order_of_the_lists_opens_nothing(void **state)
{
    uint32_t fields[2] = {FIELD_REF(SECTION_IDENTITY, 9), FIELD_REF(SECTION_IDENTITY, 2)};
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 12);
    excluded[1] = FIELD_REF(SECTION_IDENTITY, 2);
    g.excluded = excluded;
    g.excluded_count = 2;
    q.fields = fields;
    q.field_count = 2;
    assert_denied(&h, &g, 1, &q, DENIAL_EXCLUDED_FIELD);
}

/* Two grants are not combined: what one lists and what the other allows. */
static void test_one_grant_alone_must_cover_a_section(void **state)
{
    uint32_t fields[1] = {FIELD_REF(SECTION_IDENTITY, 9)};
    struct consent_header h = header();
    struct consent_question q = question();
    struct grant g[2] = {grant(), grant()};

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 9);
    g[0].excluded = excluded;
    g[0].excluded_count = 1; /* lists identity, but not with this field */
    g[1].sections = SECTION_BIT(SECTION_HEALTH);
    q.fields = fields;
    q.field_count = 1;
    assert_denied(&h, g, 2, &q, DENIAL_EXCLUDED_FIELD);

    g[0] = grant();
    g[0].purpose = PURPOSE_RESEARCH; /* lists identity, for another purpose */
    assert_denied(&h, g, 2, &q, DENIAL_SECTION);

    g[0] = grant();
    g[0].keep_until = TODAY - 1; /* lists identity, but has ended */
    assert_denied(&h, g, 2, &q, DENIAL_EXPIRED);
}

static void test_a_second_grant_may_cover_what_the_first_leaves_out(void **state)
{
    uint32_t fields[1] = {FIELD_REF(SECTION_IDENTITY, 9)};
    struct consent_header h = header();
    struct consent_question q = question();
    struct grant g[2] = {grant(), grant()};

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 9);
    g[0].excluded = excluded;
    g[0].excluded_count = 1;
    q.fields = fields;
    q.field_count = 1;
    assert_covered(&h, g, 2, &q);
}

/* --- exclusions --- */

/* What is excluded from Q under GRANTS; the rest of its sections is covered then, or nothing was excluded. */
static size_t left_out(const struct grant *grants, size_t count, const struct consent_question *q, uint32_t *refs)
{
    struct consent_header h = header();
    size_t n = consent_left_out(&h, grants, count, q, refs);
    uint32_t rest[CONSENT_FIELDS];
    struct consent_question left = *q;
    size_t at = 0;

    left.fields = rest;
    left.field_count = 0;
    for (size_t i = 0; i < q->field_count; i++) {
        if (at < n && refs[at] == q->fields[i])
            at++;
        else
            rest[left.field_count++] = q->fields[i];
    }
    assert_int_equal(at, n); /* each is a field of the data, in its order */
    assert_true(n == 0 || consent_covers(&h, grants, count, &left, NULL) == q->sections);
    return n;
}

static void test_what_a_grant_excludes_of_its_sections_is_left_out(void **state)
{
    static const uint32_t fields[] = {FIELD_REF(SECTION_IDENTITY, 1), FIELD_REF(SECTION_IDENTITY, 9),
                                      FIELD_REF(SECTION_HEALTH, 8), FIELD_REF(SECTION_HEALTH, 9)};
    struct consent_question q = question();
    struct grant g = grant();
    uint32_t refs[CONSENT_FIELDS];

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 9);
    excluded[1] = FIELD_REF(SECTION_HEALTH, 8);
    q.sections = g.sections;
    q.fields = fields;
    q.field_count = 4;
    assert_int_equal(left_out(&g, 1, &q, refs), 0);
    g.excluded = excluded;
    g.excluded_count = 2;
    assert_int_equal(left_out(&g, 1, &q, refs), 2);
    assert_int_equal(refs[0], excluded[0]);
    assert_int_equal(refs[1], excluded[1]);
    q.sections = SECTION_BIT(SECTION_HEALTH);
    assert_int_equal(left_out(&g, 1, &q, refs), 1);
    assert_int_equal(refs[0], excluded[1]);
}

static void test_of_several_grants_the_one_that_leaves_the_most_counts(void **state)
{
    static const uint32_t fields[] = {FIELD_REF(SECTION_IDENTITY, 1), FIELD_REF(SECTION_IDENTITY, 5),
                                      FIELD_REF(SECTION_IDENTITY, 9)};
    static const uint32_t one[] = {FIELD_REF(SECTION_IDENTITY, 5)};
    struct consent_question q = question();
    struct grant g[3] = {grant(), grant(), grant()};
    uint32_t refs[CONSENT_FIELDS];

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 1);
    excluded[1] = FIELD_REF(SECTION_IDENTITY, 9);
    g[0].excluded = excluded;
    g[0].excluded_count = 2;
    g[1].excluded = one;
    g[1].excluded_count = 1;
    g[2].purpose = PURPOSE_RESEARCH; /* excludes nothing, but is for another purpose */
    q.fields = fields;
    q.field_count = 3;
    assert_int_equal(left_out(g, 3, &q, refs), 1);
    assert_int_equal(refs[0], one[0]);
    assert_int_equal(left_out(g, 1, &q, refs), 2);
    g[2].purpose = PURPOSE_SERVICES;
    assert_int_equal(left_out(g, 3, &q, refs), 0);
    g[2].keep_until = TODAY - 1;
    assert_int_equal(left_out(g, 3, &q, refs), 1);
}

static void test_a_section_of_which_nothing_would_be_left_is_not_touched(void **state)
{
    static const uint32_t fields[] = {FIELD_REF(SECTION_IDENTITY, 9)};
    struct consent_header h = header();
    struct consent_question q = question();
    struct grant g = grant();
    uint32_t refs[CONSENT_FIELDS];

    (void)state;
    excluded[0] = FIELD_REF(SECTION_IDENTITY, 9);
    g.excluded = excluded;
    g.excluded_count = 1;
    q.fields = fields;
    q.field_count = 1;
    assert_int_equal(left_out(&g, 1, &q, refs), 0);
    assert_denied(&h, &g, 1, &q, DENIAL_EXCLUDED_FIELD);
}

static void test_of_contact_rather_the_grant_that_leaves_the_safe_rule_counts(void **state)
{
    static const uint32_t fields[] = {FIELD_REF(SECTION_CONTACT, 1), FIELD_REF(SECTION_CONTACT, 3),
                                      FIELD_REF(SECTION_CONTACT, 6)};
    static const uint32_t rule[] = {FIELD_REF(SECTION_CONTACT, 6)};
    struct consent_question q = question();
    struct grant g[2] = {grant(), grant()};
    uint32_t refs[CONSENT_FIELDS];

    (void)state;
    g[0].sections = g[1].sections = q.sections = SECTION_BIT(SECTION_CONTACT);
    excluded[0] = FIELD_REF(SECTION_CONTACT, 1);
    excluded[1] = FIELD_REF(SECTION_CONTACT, 3);
    g[0].excluded = rule;
    g[0].excluded_count = 1;
    g[1].excluded = excluded;
    g[1].excluded_count = 2;
    q.fields = fields;
    q.field_count = 3;
    assert_int_equal(left_out(g, 2, &q, refs), 2);
    assert_int_equal(refs[0], excluded[0]);
}

static void test_who_did_not_take_the_consent_passes_nothing_on_by_a_grant_to_the_recipient(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    q.sender = view_of_text(POLICE); /* the mission is granted it, but only from the NGO directly */
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q.sender = view_of_text("ngo@nrm.exampl");
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
}

static void test_onward_none_and_ask_first_pass_nothing_on(void **state)
{
    struct consent_header h = header();
    struct grant g = onward_grant();
    struct consent_question q = onward_question();

    (void)state;
    assert_covered(&h, &g, 1, &q);
    g.onward = ONWARD_NONE;
    assert_denied(&h, &g, 1, &q, DENIAL_ONWARD);
    g.onward = ONWARD_ASK_FIRST;
    assert_denied(&h, &g, 1, &q, DENIAL_ONWARD);
}

static void test_onward_goes_to_the_named_only(void **state)
{
    struct consent_header h = header();
    struct grant g = onward_grant();
    struct consent_question q = onward_question();

    (void)state;
    q.recipient = view_of_text(POLICE);
    assert_denied(&h, &g, 1, &q, DENIAL_ONWARD);
    g.named_count = 0;
    q.recipient = view_of_text(MINISTRY);
    assert_denied(&h, &g, 1, &q, DENIAL_ONWARD);
}

static void test_who_is_named_for_onward_receives_from_the_granted_agency_only(void **state)
{
    struct consent_header h = header();
    struct grant g = onward_grant();
    struct consent_question q = onward_question();

    (void)state;
    q.sender = view_of_text(NGO); /* the NGO has no grant to the ministry itself */
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q.sender = view_of_text(POLICE);
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
}

static void test_who_passes_on_cannot_widen_what_it_received(void **state)
{
    uint32_t fields[1] = {FIELD_REF(SECTION_IDENTITY, 9)};
    struct consent_header h = header();
    struct grant g = onward_grant();
    struct consent_question q = onward_question();

    (void)state;
    q.sections = SECTION_BIT(SECTION_FAMILY);
    assert_denied(&h, &g, 1, &q, DENIAL_SECTION);
    q = onward_question();
    q.purpose = PURPOSE_RETURN;
    assert_denied(&h, &g, 1, &q, DENIAL_NO_CONSENT);
    q = onward_question();
    q.today = g.keep_until + 1;
    assert_denied(&h, &g, 1, &q, DENIAL_EXPIRED);
    q = onward_question();
    excluded[0] = fields[0];
    g.excluded = excluded;
    g.excluded_count = 1;
    q.fields = fields;
    q.field_count = 1;
    assert_denied(&h, &g, 1, &q, DENIAL_EXCLUDED_FIELD);
    h.until = TODAY - 1;
    q.field_count = 0;
    assert_denied(&h, &g, 1, &q, DENIAL_EXPIRED);
}

static void test_a_first_recipient_receives_whatever_onward_says(void **state)
{
    struct consent_header h = header();
    struct consent_question q = question();

    (void)state;
    for (unsigned o = ONWARD_NONE; o < ONWARD_END; o++) {
        struct grant g = onward_grant();

        g.onward = (enum onward)o;
        assert_covered(&h, &g, 1, &q);
    }
}

static void test_what_is_no_section_is_never_covered(void **state)
{
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();

    (void)state;
    g.sections = UINT32_MAX;
    q.sections = UINT32_MAX;
    assert_int_equal(consent_covers(&h, &g, 1, &q, NULL), SECTION_ALL);
    q.sections = 0;
    assert_int_equal(consent_covers(&h, &g, 1, &q, NULL), 0);
}

/* --- what became of her --- */

static void test_what_became_of_her_needs_more_than_a_grant_of_its_section(void **state)
{
    struct consent_header h = header();

    (void)state;
    for (size_t i = 0; i < PERSON_OUTCOMES; i++) {
        const struct outcome_row *row = &outcome_rows[i];
        const uint32_t fields[] = {row->ref};
        struct grant g = grant();
        struct grant two[2];
        struct consent_question q = question();

        q.sections = SECTION_BIT(row->section);
        q.fields = fields;
        q.field_count = 1;
        g.sections = q.sections;
        assert_covered(&h, &g, 1, &q); /* the field says something else */
        q.outcomes = OUTCOME_BIT(i);
        assert_denied(&h, &g, 1, &q, DENIAL_OUTCOME);
        g.sections |= SECTION_BIT(row->needs);
        assert_covered(&h, &g, 1, &q);
        two[0] = two[1] = g;
        two[0].sections = SECTION_BIT(row->section);
        two[1].sections = SECTION_BIT(row->needs);
        assert_denied(&h, two, 2, &q, DENIAL_OUTCOME); /* she was not asked about both at once */
        q.field_count = 0;
        assert_covered(&h, two, 2, &q); /* it is left out */
    }
}

static void test_what_became_of_her_is_left_out_where_she_left_out_the_field(void **state)
{
    const uint32_t fields[] = {FIELD_REF(SECTION_STATUS, 1), FIELD_REF(SECTION_STATUS, 2)};
    struct consent_header h = header();
    struct grant g = grant();
    struct consent_question q = question();
    uint32_t refs[CONSENT_FIELDS];

    (void)state;
    q.sections = g.sections = SECTION_BIT(SECTION_STATUS);
    q.fields = fields;
    q.field_count = 2;
    q.outcomes = OUTCOME_BIT(PERSON_NOT_TRAFFICKED);
    assert_int_equal(consent_left_out(&h, &g, 1, &q, refs), 0); /* nothing is left out that she did not name */
    g.excluded = &fields[1];
    g.excluded_count = 1;
    assert_int_equal(consent_left_out(&h, &g, 1, &q, refs), 1);
    assert_int_equal(refs[0], fields[1]);
    q.field_count = 1;
    assert_covered(&h, &g, 1, &q);
}

static void test_the_fields_that_say_it_are_those_of_the_standard(void **state)
{
    const struct case_field *status = case_field_find(view_of_text("vic_TraffickingStatus"));
    const struct outcome_row *found = &outcome_rows[PERSON_NOT_TRAFFICKED];

    (void)state;
    assert_int_equal(found->ref, case_field_ref(status));
    assert_int_equal(found->value, codes_find(status->codes, view_of_text("NotAVictimOfTrafficking")));
    assert_int_equal(outcome_rows[PERSON_DECEASED].ref, case_field_ref_find(view_of_text("prs_Deceased")));
    assert_int_equal(outcome_said(found->ref, found->value), OUTCOME_BIT(PERSON_NOT_TRAFFICKED));
    assert_int_equal(outcome_said(found->ref, found->value - 1) | outcome_said(found->ref + 1, found->value), 0);
    assert_true(outcome_may_be_in(SECTION_STATUS) && !outcome_may_be_in(SECTION_HEALTH));
}

/* Every combination of six conditions: covered if and only if all hold. */
static void test_truth_table_of_a_first_recipient(void **state)
{
    uint32_t fields[1] = {FIELD_REF(SECTION_IDENTITY, 9)};

    (void)state;
    for (unsigned row = 0; row < 64; row++) {
        struct consent_header h = header();
        struct grant g = grant();
        struct consent_question q = question();

        excluded[0] = fields[0];
        q.fields = fields;
        q.field_count = 1;
        if ((row & 1) != 0)
            g.sections = SECTION_BIT(SECTION_PLAN);
        if ((row & 2) != 0)
            g.recipient = view_of_text(POLICE);
        if ((row & 4) != 0)
            g.purpose = PURPOSE_RESEARCH;
        if ((row & 8) != 0)
            g.keep_until = TODAY - 1;
        if ((row & 16) != 0)
            h.until = TODAY - 1;
        if ((row & 32) != 0) {
            g.excluded = excluded;
            g.excluded_count = 1;
        }
        assert_int_equal(consent_covers(&h, &g, 1, &q, NULL), row == 0 ? q.sections : 0);
    }
}

static void test_truth_table_of_an_onward_recipient(void **state)
{
    uint32_t fields[1] = {FIELD_REF(SECTION_IDENTITY, 9)};

    (void)state;
    for (unsigned row = 0; row < 256; row++) {
        struct consent_header h = header();
        struct grant g = onward_grant();
        struct consent_question q = onward_question();

        excluded[0] = fields[0];
        q.fields = fields;
        q.field_count = 1;
        if ((row & 1) != 0)
            g.sections = SECTION_BIT(SECTION_PLAN);
        if ((row & 2) != 0)
            g.recipient = view_of_text(POLICE);
        if ((row & 4) != 0)
            g.purpose = PURPOSE_RESEARCH;
        if ((row & 8) != 0)
            g.keep_until = TODAY - 1;
        if ((row & 16) != 0)
            h.until = TODAY - 1;
        if ((row & 32) != 0) {
            g.excluded = excluded;
            g.excluded_count = 1;
        }
        if ((row & 64) != 0)
            g.onward = ONWARD_ASK_FIRST;
        if ((row & 128) != 0)
            named[0] = view_of_text(POLICE);
        assert_int_equal(consent_covers(&h, &g, 1, &q, NULL), row == 0 ? q.sections : 0);
    }
}

static void test_words_of_consent_read_as_they_are_written(void **state)
{
    enum given_by g = GIVEN_BY_END;

    (void)state;
    assert_string_equal(onward_name(ONWARD_ASK_FIRST), "ask-first");
    assert_string_equal(onward_name(ONWARD_END), "?");
    for (unsigned i = 1; i < GIVEN_BY_END; i++) {
        assert_true(given_by_find(view_of_text(given_by_name((enum given_by)i)), &g));
        assert_int_equal(g, i);
    }
    assert_true(given_by_find(view_of_text("self+guardian"), &g) && g == GIVEN_BY_BOTH);
    assert_false(given_by_find(view_of_text("Self"), &g));
    assert_false(given_by_find(view_of_text("?"), &g));
    assert_string_equal(interpreter_name((enum interpreter)0), "?");
    for (uint32_t n = 1; n < INTERPRETER_END; n++) {
        enum interpreter read;

        assert_true(interpreter_find(view_of_text(interpreter_name((enum interpreter)n)), &read));
        assert_int_equal(read, n);
    }
    assert_false(interpreter_find(view_of_text("nobody"), &(enum interpreter){0}));
}

/* --- the permission of a referral --- */

static void test_only_the_grant_without_sections_permits_a_referral(void **state)
{
    struct consent_header h = header();
    struct consent_question q = question();
    struct grant with = grant();
    struct grant without = grant();

    (void)state;
    without.sections = 0;
    assert_int_equal(consent_permits(&h, &without, 1, &q), 0);
    assert_int_equal(consent_permits(&h, &with, 1, &q), DENIAL_NO_CONSENT);
    assert_int_equal(consent_permits(&h, NULL, 0, &q), DENIAL_NO_CONSENT);
    assert_covered(&h, (const struct grant[]){without, with}, 2, &q);
    assert_denied(&h, &without, 1, &q, DENIAL_SECTION);
}

static void test_a_permission_is_for_one_recipient_and_purpose_until_a_day(void **state)
{
    struct consent_header h = header();
    struct consent_question q = question();
    struct grant g = grant();

    (void)state;
    g.sections = 0;
    q.recipient = view_of_text(POLICE);
    assert_int_equal(consent_permits(&h, &g, 1, &q), DENIAL_NO_CONSENT);
    q = question();
    q.purpose = PURPOSE_FAMILY_TRACING;
    assert_int_equal(consent_permits(&h, &g, 1, &q), DENIAL_NO_CONSENT);
    q = question();
    q.today = g.keep_until;
    assert_int_equal(consent_permits(&h, &g, 1, &q), 0);
    q.today = g.keep_until + 1;
    assert_int_equal(consent_permits(&h, &g, 1, &q), DENIAL_EXPIRED);
    g.keep_until = h.until + 5;
    q.today = h.until;
    assert_int_equal(consent_permits(&h, &g, 1, &q), 0);
    q.today = h.until + 1;
    assert_int_equal(consent_permits(&h, &g, 1, &q), DENIAL_EXPIRED);
    q = onward_question();
    assert_int_equal(consent_permits(&h, &g, 1, &q), DENIAL_ONWARD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_section_that_is_granted_is_covered),
        cmocka_unit_test(test_no_grant_covers_nothing),
        cmocka_unit_test(test_only_the_grant_without_sections_permits_a_referral),
        cmocka_unit_test(test_a_permission_is_for_one_recipient_and_purpose_until_a_day),
        cmocka_unit_test(test_a_grant_to_another_agency_covers_nothing),
        cmocka_unit_test(test_a_grant_for_another_purpose_covers_nothing),
        cmocka_unit_test(test_a_section_that_is_not_granted_is_not_covered),
        cmocka_unit_test(test_only_the_granted_of_the_sections_asked_for_are_covered),
        cmocka_unit_test(test_the_last_day_of_a_grant_counts_and_the_next_does_not),
        cmocka_unit_test(test_the_last_day_of_a_consent_counts_and_the_next_does_not),
        cmocka_unit_test(test_a_field_that_is_left_out_bars_its_section),
        cmocka_unit_test(test_a_field_that_is_left_out_bars_no_other_section),
        cmocka_unit_test(test_the_order_of_the_lists_opens_nothing),
        cmocka_unit_test(test_one_grant_alone_must_cover_a_section),
        cmocka_unit_test(test_a_second_grant_may_cover_what_the_first_leaves_out),
        cmocka_unit_test(test_what_a_grant_excludes_of_its_sections_is_left_out),
        cmocka_unit_test(test_of_several_grants_the_one_that_leaves_the_most_counts),
        cmocka_unit_test(test_a_section_of_which_nothing_would_be_left_is_not_touched),
        cmocka_unit_test(test_of_contact_rather_the_grant_that_leaves_the_safe_rule_counts),
        cmocka_unit_test(test_who_did_not_take_the_consent_passes_nothing_on_by_a_grant_to_the_recipient),
        cmocka_unit_test(test_onward_none_and_ask_first_pass_nothing_on),
        cmocka_unit_test(test_onward_goes_to_the_named_only),
        cmocka_unit_test(test_who_is_named_for_onward_receives_from_the_granted_agency_only),
        cmocka_unit_test(test_who_passes_on_cannot_widen_what_it_received),
        cmocka_unit_test(test_a_first_recipient_receives_whatever_onward_says),
        cmocka_unit_test(test_what_is_no_section_is_never_covered),
        cmocka_unit_test(test_what_became_of_her_needs_more_than_a_grant_of_its_section),
        cmocka_unit_test(test_what_became_of_her_is_left_out_where_she_left_out_the_field),
        cmocka_unit_test(test_the_fields_that_say_it_are_those_of_the_standard),
        cmocka_unit_test(test_truth_table_of_a_first_recipient),
        cmocka_unit_test(test_truth_table_of_an_onward_recipient),
        cmocka_unit_test(test_words_of_consent_read_as_they_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
