#ifndef CA_ISSUING_H
#define CA_ISSUING_H
/* A membership is made of a request that was checked (issue_check.h): certificates, the directory, the file.
 *
 * Floor: ca.
 */

#include "ca/issue_check.h"

/* Makes both certificates, records them and signs a directory that lists the agency. REPLACE, or S->succeeds: its old
 * keys are revoked, as compromised where S says that its machine was stolen, or the request; RESTORED: its log begins
 * anew. Afterwards S->federation_home.directory is the new one. E-FED-10, E-KEY-*. */
MUST_USE bool issuing_make(struct issuing *s, bool replace, bool restored, struct error *err);
/* Appends the membership file, with the newest directory that is signed. E-ENR-02. */
MUST_USE bool issuing_membership(const struct issuing *s, struct bytes *file, struct error *err);

#endif
