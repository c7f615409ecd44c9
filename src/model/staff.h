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
_Static_assert(STAFF_ROLE_END <= 32, "a role is a bit of staff_roles");

#endif
