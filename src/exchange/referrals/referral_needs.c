#include "exchange/referrals/referral_needs.h"

#include "codec/case_codec.h"
#include "codec/control_messages.h"
#include "exchange/referrals/referral_draft.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "model/service_needs.h"

/* What is known of one person, and of that what goes: fields, in any order. */
struct facts {
    uint32_t known[CONSENT_FIELDS];
    size_t known_count;
    const struct referral_draft *draft;
};

static bool list_known(const struct referral_draft *m, struct facts *f, struct error *err)
{
    f->draft = m;
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        size_t count = 0;

        if (m->own[s].size != 0 &&
            !case_section_fields((enum section)s, m->own[s], f->known + f->known_count, &count, err))
            return false;
        f->known_count += count;
    }
    return true;
}

static bool is_known(const struct facts *f, uint32_t field)
{
    return field_ref_is_among(field, f->known, f->known_count);
}

static bool goes(const struct facts *f, uint32_t field)
{
    const struct gate_survey *s = &f->draft->survey;

    return is_known(f, field) && (s->covered & SECTION_BIT(FIELD_REF_SECTION(field))) != 0 &&
           !field_ref_is_among(field, s->left_out, s->left_out_count);
}

static bool is_not_known(const struct facts *f, uint32_t field)
{
    const struct control_refer_ask *ask = f->draft->ask;

    return field_ref_is_among(field, ask->not_known, ask->not_known_count);
}

/* 0: they are told. */
static enum need find_lack(const struct facts *f, uint32_t field, uint32_t also)
{
    if (goes(f, field) || goes(f, also))
        return (enum need)0;
    if (is_known(f, field) || is_known(f, also))
        return NEED_NOT_SENT;
    return is_not_known(f, field) || is_not_known(f, also) ? NEED_NOT_KNOWN : NEED_NOT_IN_CASE;
}

bool referral_needs_fill(struct exchange *x, const struct referral_draft *m, struct control_referral_result *out,
                         struct error *err)
{
    uint32_t services = referrals_service_bits(m->ask->services, m->ask->service_count);
    struct control_needed *list = arena_new(&x->tick_arena, service_needs_count * sizeof *list);
    struct facts *facts = arena_new(&x->tick_arena, sizeof *facts);
    section_set needs = 0;
    section_set harms = 0;

    if (!list_known(m, facts, err))
        return false;
    for (size_t i = 0; i < service_needs_count; i++) {
        const struct service_need *need = &service_needs[i];
        uint32_t field = case_field_ref_find(view_of_text(need->field));
        enum need lack = find_lack(facts, field, case_field_ref_find(view_of_text(need->also)));

        if ((need->services & services) == 0)
            continue;
        needs |= SECTION_BIT(FIELD_REF_SECTION(field));
        harms |= need->may_harm ? SECTION_BIT(FIELD_REF_SECTION(field)) : 0;
        if (lack != 0)
            list[out->needed_count++] = (struct control_needed){
                .field = field, .lack = lack, .may_harm = need->may_harm, .why = view_of_text(need->why)};
    }
    out->needed = list;
    out->lacking = needs & ~m->survey.present;
    out->harmful = harms & ~m->survey.covered;
    return true;
}
