#ifndef MODEL_AGENCY_H
#define MODEL_AGENCY_H
/* The kinds of agency (docs/ARCHITECTURE.md 3).
 *
 * Floor: model. Numbers stand in the directory; they never change.
 */

#include "base/bytes.h"

enum agency_kind {
    KIND_POLICE = 1,
    KIND_BORDER_GUARD,
    KIND_PROSECUTION,
    KIND_COURT,
    KIND_MIGRATION_AUTHORITY,
    KIND_SOCIAL_SERVICES,
    KIND_LABOUR_INSPECTORATE,
    KIND_EMPLOYMENT_SERVICE,
    KIND_MINISTRY,
    KIND_LOCAL_AUTHORITY,
    KIND_CHILD_PROTECTION,
    KIND_SHELTER,
    KIND_SUPPORT_NGO,
    KIND_HELPLINE,
    KIND_HOSPITAL,
    KIND_SCHOOL,
    KIND_LEGAL_AID,
    KIND_INTERNATIONAL_ORGANISATION,
    KIND_EMBASSY,
    KIND_AUDITOR,
    KIND_END
};

const char *agency_kind_name(enum agency_kind k); /* "SupportNGO" */
bool agency_kind_find(struct view name, enum agency_kind *out);

/* What these get cannot be taken back: a consent for them needs the record that she was told so
 * (docs/PROTOCOL.md 12). */
bool agency_kind_is_irreversible(enum agency_kind k);

#endif
