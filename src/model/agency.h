#ifndef MODEL_AGENCY_H
#define MODEL_AGENCY_H
/* The kinds of agency (docs/ARCHITECTURE.md 3).
 *
 * Floor: model. Numbers stand in the directory; they never change.
 */

#include "model/directory_enums.h"

/* What these get cannot be taken back: a consent for them needs the record that she was told so
 * (docs/PROTOCOL.md 12). */
bool agency_kind_is_irreversible(enum agency_kind k);
/* Those that a law may oblige others to notify: public authorities. */
bool agency_kind_is_authority(enum agency_kind k);

#endif
