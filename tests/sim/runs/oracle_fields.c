#include "oracle.h"

#include "people.h"
#include "person.h"

/* Whether HELD is, byte for byte, what C permits of the section: each field with its value, and none that was left
 * out. */
static bool is_permitted(const struct oracle *o, const struct oracle_consent *c, enum section s, struct view held)
{
    struct bytes permitted = {0};
    bool same;

    person_section(o->cases[c->case_index].person, s, c->excluded, c->excluded_count, &permitted);
    same = view_equal(bytes_view(&permitted), held);
    bytes_fini(&permitted);
    return same;
}

static bool is_permitted_by_one(const struct oracle *o, const struct oracle_referral *r, enum section s,
                                struct view held, bool withdrawn_too)
{
    for (size_t k = 0; k < o->consent_count; k++) {
        const struct oracle_consent *c = &o->consents[k];

        if (c->case_index == r->case_index && c->to == r->to && c->purpose == r->purpose &&
            (c->sections & SECTION_BIT(s)) != 0 && oracle_stands(o, c, withdrawn_too) && is_permitted(o, c, s, held))
            return true;
    }
    return false;
}

static void check_one(struct oracle *o, const struct oracle_referral *r, bool has_arrived)
{
    struct exchange *x = world_node(o->w, r->to);
    struct control_referral_detail d;
    struct error err;

    if ((r->state != ORACLE_DONE && r->state != ORACLE_LOST) || people_count(x, &r->id) == 0 ||
        !exchange_referral_show(x, &r->id, true, &d, &err))
        return;
    has_arrived = has_arrived && !oracle_is_parted(o, r->to, o->cases[r->case_index].owner);
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (people_section(&d, s).size != 0 &&
            !is_permitted_by_one(o, r, (enum section)s, people_section(&d, s), !has_arrived))
            oracle_fail(o, "node %zu opens fields of section %d of a referral that no consent permits so", r->to, s);
}

void oracle_check_reading(struct oracle *o, bool has_arrived)
{
    for (size_t k = 0; k < o->referral_count; k++)
        if (world_node(o->w, o->referrals[k].to) != NULL && !world_is_faulted(o->w, o->referrals[k].to))
            check_one(o, &o->referrals[k], has_arrived);
}
