#include "model/agency.h"

bool agency_kind_is_irreversible(enum agency_kind k)
{
    return k == KIND_POLICE || k == KIND_BORDER_GUARD || k == KIND_PROSECUTION || k == KIND_COURT;
}

bool agency_kind_is_authority(enum agency_kind k)
{
    return (k >= KIND_POLICE && k <= KIND_CHILD_PROTECTION) && k != KIND_EMPLOYMENT_SERVICE;
}
