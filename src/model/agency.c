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

NAMED_BY(agency_kind_name, enum agency_kind, kinds)
FOUND_BY(agency_kind_find, enum agency_kind, kinds)

bool agency_kind_is_irreversible(enum agency_kind k)
{
    return k == KIND_POLICE || k == KIND_BORDER_GUARD || k == KIND_PROSECUTION || k == KIND_COURT;
}
