#include "model/case_change.h"

#include <string.h>

#include "model/case_triage.h"

static bool set_value(struct case_data *out, const struct case_value *v, struct error *err)
{
    return case_field_is_text(v->field) ? case_set_text(out, v->field, v->record, v->text, err)
                                        : case_set_numbers(out, v->field, v->record, v->numbers, v->count, err);
}

/* Whether F is of what section S may confirm; in which language one speaks with her reaches nobody. */
static bool is_of(const struct case_field *f, enum section s)
{
    return f->section == s && f->type != FIELD_LANGUAGE && f != case_field_confirming(s);
}

/* Whether C confirms what section S says, of what is not known any more too. */
static bool confirms(const struct case_change *c, enum section s)
{
    bool says = false;

    for (size_t i = 0; c->is_confirmed && i < c->set->count; i++) {
        const struct case_field *f = c->set->values[i].field;

        if (f == case_field_confirming(s))
            return false; /* it says so itself */
        says = says || is_of(f, s);
    }
    for (size_t i = 0; c->is_confirmed && i < c->cleared_count; i++) {
        if (c->cleared[i] == case_field_confirming(s))
            return false;
        says = says || is_of(c->cleared[i], s);
    }
    return says && case_field_confirming(s) != NULL;
}

static bool is_replaced(const struct case_change *c, const struct case_value *v)
{
    if (v->field == case_field_confirming(v->field->section) && confirms(c, v->field->section))
        return true;
    if (v->field->group != GROUP_NONE)
        return (c->groups & UINT32_C(1) << v->field->group) != 0;
    for (size_t i = 0; i < c->cleared_count; i++)
        if (c->cleared[i] == v->field)
            return true;
    return case_get_value(c->set, v->field, v->record) != NULL;
}

static bool is_same(const struct case_value *a, const struct case_value *b)
{
    return a->count == b->count && view_equal(a->text, b->text) &&
           (a->count == 0 || memcmp(a->numbers, b->numbers, a->count * sizeof *a->numbers) == 0);
}

/* What WAS says without triage, and what follows from that. */
static bool derive(const struct case_data *was, uint32_t today, struct case_data *out, struct error *err)
{
    for (size_t i = 0; i < was->count; i++)
        if (was->values[i].field->section != SECTION_TRIAGE && !set_value(out, &was->values[i], err))
            return false;
    case_derive_triage(out, today);
    return true;
}

/* Her age was counted on another day: of whom the birth date changes it is counted anew, whatever it was. */
static bool is_of_age(const struct case_change *c, const struct case_field *f)
{
    return (strcmp(f->name, "ext_AgeBand") == 0 || strcmp(f->name, "ext_AdultOrChild") == 0) &&
           case_get_by_name(c->set, "prs_Birthdate", 0) != NULL;
}

static bool has_any(const struct case_data *data, enum section s)
{
    for (size_t i = 0; i < data->count; i++)
        if (is_of(data->values[i].field, s))
            return true;
    return false;
}

static bool set_confirmed(const struct case_change *c, struct case_data *out, struct error *err)
{
    const uint32_t yes = 1;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (confirms(c, s) && has_any(out, s) && !case_set_numbers(out, case_field_confirming(s), 0, &yes, 1, err))
            return false;
    return true;
}

bool case_change_apply(const struct case_data *was, const struct case_change *change, uint32_t today,
                       struct case_data *out, struct error *err)
{
    struct case_data derived;

    case_init(&derived, out->arena);
    if (!derive(was, today, &derived, err))
        return false;
    for (size_t i = 0; i < was->count; i++) {
        const struct case_value *v = &was->values[i];
        const struct case_value *followed = case_get_value(&derived, v->field, v->record);
        bool follows = v->field->section == SECTION_TRIAGE &&
                       ((followed != NULL && is_same(v, followed)) || is_of_age(change, v->field));

        if (!is_replaced(change, v) && !follows && !set_value(out, v, err))
            return false;
    }
    for (size_t i = 0; i < change->set->count; i++)
        if (!set_value(out, &change->set->values[i], err))
            return false;
    case_derive_triage(out, today);
    return set_confirmed(change, out, err);
}
