#ifndef TESTS_COORDINATOR_H
#define TESTS_COORDINATOR_H
/* A federation's coordinator: its folder as refex-ca has it, and what he does with it, by the code of refex-ca.
 *
 * Aborts where something that must work does not.
 */

#include "pki/certificate.h"
#include "world.h"

/* Its keys lie in the clear, and one of one directory keys signs. */
extern const struct coordination coordinator;

/* What else he does in the folder PATH: each signs a new directory, which goes out with the next (world_publish). */

/* The agency is suspended: it comes back with new keys. */
void coordinator_suspend(const char *path, const struct address *agency, int64_t now_ms);
/* A new authority, and whether all have renewed, so that the old one was dropped. USE: CERTIFICATE_ISSUING or
 * CERTIFICATE_TRANSPORT_CA. */
void coordinator_rollover(const char *path, enum certificate_use use, bool compromised, int64_t now_ms);
/* Once no CA of the old root is listed; false: one is. */
bool coordinator_finish_root(const char *path, int64_t now_ms);
/* Another directory key in the place of the one that signs, where it ends within half a year, or has; false: it does
 * not. */
bool coordinator_replace_key_that_ends(const char *path, int64_t now_ms);
bool coordinator_finish(const char *path, enum certificate_use use, int64_t now_ms);

#endif
