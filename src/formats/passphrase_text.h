#ifndef FORMATS_PASSPHRASE_TEXT_H
#define FORMATS_PASSPHRASE_TEXT_H
/* A passphrase as people see it, in the one form in which it protects a key.
 *
 * Floor: formats. What is on paper must open the node, whatever keyboard or editor it came from. As OpaqueString of
 * RFC 8265, but that blanks at either end are left out, too.
 */

#include "base/error.h"
#include "base/secret.h"

/* *OUT is LINE (one line, as it was typed or as a file holds it) without a byte order mark and a carriage return,
 * without blanks at its ends, each blank a space, in NFC; no bytes where LINE is empty. E-KEY-18: no UTF-8, a character
 * that cannot be seen (control, format, ignorable, unassigned), nothing but blanks, over BOUND_PASSPHRASE bytes. */
MUST_USE bool passphrase_text_read(struct view line, struct secret *out, struct error *err);

#endif
