#ifndef MODEL_STAFF_H
#define MODEL_STAFF_H
/* The roles of a person who uses a node, as a set: a request is answered to whoever has one of those that its row of
 * codec/verbs.def names.
 *
 * Floor: model. Numbers are those of proto/staff.proto, and never change.
 */

#include <stdint.h>

#include "model/staff_enums.h"

/* Bit n is role n. */
typedef uint32_t staff_roles;
#define STAFF_ROLE_BIT(role) (UINT32_C(1) << (role))
#define STAFF_ROLES_ALL      (STAFF_ROLE_BIT(STAFF_ROLE_END) - 2)
/* What an auditor may read of the logs. All zero: all. */
struct audit_scope {
    uint32_t logs; /* bit n: enum log_id n; 0: both */
    uint32_t from; /* unix days of the records, both included; 0: no bound */
    uint32_t until;
};
_Static_assert(STAFF_ROLE_END <= 32, "a role is a bit of staff_roles");

#endif
