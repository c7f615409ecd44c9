#include "model/agency.h"

#include "model/names.h"

static const char *const kinds[KIND_END] = {
    [KIND_POLICE] = "Police",
    [KIND_BORDER_GUARD] = "BorderGuard",
    [KIND_PROSECUTION] = "Prosecution",
    [KIND_COURT] = "Court",
    [KIND_MIGRATION_AUTHORITY] = "MigrationAuthority",
    [KIND_SOCIAL_SERVICES] = "SocialServices",
    [KIND_LABOUR_INSPECTORATE] = "LabourInspectorate",
    [KIND_EMPLOYMENT_SERVICE] = "EmploymentService",
    [KIND_MINISTRY] = "Ministry",
    [KIND_LOCAL_AUTHORITY] = "LocalAuthority",
    [KIND_CHILD_PROTECTION] = "ChildProtection",
    [KIND_SHELTER] = "Shelter",
    [KIND_SUPPORT_NGO] = "SupportNGO",
    [KIND_HELPLINE] = "Helpline",
    [KIND_HOSPITAL] = "Hospital",
    [KIND_SCHOOL] = "School",
    [KIND_LEGAL_AID] = "LegalAid",
    [KIND_INTERNATIONAL_ORGANISATION] = "InternationalOrganisation",
    [KIND_EMBASSY] = "Embassy",
    [KIND_AUDITOR] = "Auditor",
};

const char *agency_kind_name(enum agency_kind k)
{
    return names_get(kinds, KIND_END, k);
}

bool agency_kind_find(struct view name, enum agency_kind *out)
{
    unsigned k;

    if (!names_find(kinds, KIND_END, name, &k))
        return false;
    *out = (enum agency_kind)k;
    return true;
}

bool agency_kind_is_irreversible(enum agency_kind k)
{
    return k == KIND_POLICE || k == KIND_BORDER_GUARD || k == KIND_PROSECUTION || k == KIND_COURT;
}
