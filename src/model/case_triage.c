#include "model/case_triage.h"

#include "base/text.h"

#include <string.h>

#define DAY_OF_1970 25568 /* of dates in a case: day 1 is 1900-01-01 */
#define ADULT_YEARS 18

/* Adds a number to a field that has none yet. */
static void fill_missing(struct case_data *c, const char *name, const uint32_t *numbers, size_t count)
{
    const struct case_field *f = case_field_find(view_of_text(name));
    struct error err;

    if (case_get_value(c, f, 0) == NULL)
        REQUIRE(case_set_numbers(c, f, 0, numbers, count, &err));
}

static uint32_t number_of(const struct case_data *c, const char *name)
{
    const struct case_value *v = case_get_by_name(c, name, 0);

    return v == NULL ? 0 : v->numbers[0];
}

/* Full years from one day to a later one; who was born on 29 February is a year older on 1 March. */
static uint32_t years_between(int32_t from, int32_t to)
{
    char a[11];
    char b[11];
    uint32_t first;
    uint32_t last;

    text_write_date(from, a);
    text_write_date(to, b);
    (void)text_read_u32(view_of(a, 4), &first);
    (void)text_read_u32(view_of(b, 4), &last);
    return last - first - (strcmp(b + 5, a + 5) < 0);
}

static uint32_t age_band_of(uint32_t years)
{
    static const uint32_t last[] = {8, 17, 20, 23, 26, 29, 38, 47};
    uint32_t band = 1;

    while (band <= sizeof last / sizeof last[0] && years > last[band - 1])
        band++;
    return band;
}

static void derive_age(struct case_data *c, uint32_t today)
{
    uint32_t born = number_of(c, "prs_Birthdate");
    uint32_t is = ADULT_OR_CHILD_NOT_SURE;
    uint32_t band;

    if (number_of(c, "ext_AgeDisputed") == 1) {
        fill_missing(c, "ext_AdultOrChild", &is, 1);
        return;
    }
    if (born == 0 || born > today + DAY_OF_1970)
        return;
    band = years_between((int32_t)born - DAY_OF_1970, (int32_t)today);
    is = band >= ADULT_YEARS ? ADULT_OR_CHILD_ADULT : ADULT_OR_CHILD_CHILD;
    band = age_band_of(band);
    fill_missing(c, "ext_AgeBand", &band, 1);
    fill_missing(c, "ext_AdultOrChild", &is, 1);
}

static void derive_languages(struct case_data *c)
{
    uint32_t one = number_of(c, "prs_PrimaryLanguage");
    uint32_t other = number_of(c, "prs_SecondaryLanguage");
    uint32_t both[2] = {one < other ? one : other, one < other ? other : one};
    size_t unknown = both[0] == 0 || both[0] == both[1];

    if (both[1] != 0)
        fill_missing(c, "ext_TriageLanguages", both + unknown, 2 - unknown);
}

static enum coarse_exploitation coarse_of(uint32_t type)
{
    switch (type) {
    case EXPLOITATION_TYPE_FORCED_LABOUR:
    case EXPLOITATION_TYPE_CHILD_LABOUR:
    case EXPLOITATION_TYPE_SERVITUDE:
    case EXPLOITATION_TYPE_FORCED_BEGGING:
        return COARSE_EXPLOITATION_LABOUR;
    case EXPLOITATION_TYPE_SEXUAL_EXPLOITATION:
        return COARSE_EXPLOITATION_SEXUAL;
    default:
        return COARSE_EXPLOITATION_OTHER;
    }
}

static void derive_exploitation(struct case_data *c)
{
    const struct case_value *types = case_get_by_name(c, "vic_TypeOfExploitation", 0);
    bool has[COARSE_EXPLOITATION_END] = {false};
    uint32_t coarse[COARSE_EXPLOITATION_END];
    size_t count = 0;

    for (size_t i = 0; types != NULL && i < types->count; i++)
        has[coarse_of(types->numbers[i])] = true;
    for (uint32_t n = 1; n < COARSE_EXPLOITATION_END; n++)
        if (has[n])
            coarse[count++] = n;
    if (count > 0)
        fill_missing(c, "ext_TriageExploitation", coarse, count);
}

void case_derive_triage(struct case_data *c, uint32_t today)
{
    uint32_t gender = number_of(c, "prs_Gender");

    derive_age(c, today);
    if (gender != 0)
        fill_missing(c, "ext_TriageGender", &gender, 1);
    derive_languages(c);
    derive_exploitation(c);
}

bool case_says_adult(const struct case_data *c, uint32_t today)
{
    uint32_t born = number_of(c, "prs_Birthdate");

    if (number_of(c, "ext_AgeDisputed") == 1 || born > today + DAY_OF_1970)
        return false;
    if (born != 0)
        return years_between((int32_t)born - DAY_OF_1970, (int32_t)today) >= ADULT_YEARS;
    return number_of(c, "ext_AdultOrChild") == ADULT_OR_CHILD_ADULT ||
           (number_of(c, "ext_AdultOrChild") == 0 && number_of(c, "ext_AgeBand") >= AGE_BAND_FROM18_TO20);
}
