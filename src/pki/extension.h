#ifndef PKI_EXTENSION_H
#define PKI_EXTENSION_H
/* The extensions of a certificate: each known, there once, and readable. For this room only.
 *
 * Floor: pki.
 */

#include "base/bytes.h"
#include "base/error.h"

#include <openssl/x509.h>

struct extensions {
    bool is_ca;
    long path_length; /* -1: no bound */
    bool has_usage;
    bool usage_is_critical;
    uint32_t usage; /* KU_… */
    bool has_extended;
    bool extended_is_both; /* serverAuth and clientAuth and nothing else */
    bool name_is_critical;
    bool has_constraints; /* on names */
    char uri[512];        /* the one name */
    size_t uri_size;
    char
        permitted[64]; /* the one host that a CA may name, critical and without exclusions; empty: none, or otherwise */
};

/* E-CRT-04, 05, 06 (too long), 07, 20. */
MUST_USE bool extensions_read(X509 *x, struct extensions *out, struct error *err);

#endif
