#ifndef CA_ISSUED_KEYS_H
#define CA_ISSUED_KEYS_H
/* Whether a key was certified before, for any member: `serve` is asked by one after another, and reads the certificates
 * of each of them once, as long as their file stays the same.
 *
 * Floor: ca. Of a thousand members' certificates the keys alone are kept in memory: 32 bytes each.
 */

#include "ca/member_list.h"

struct issued_keys;

struct issued_keys *issued_keys_new(void);
/* NULL is fine. */
void issued_keys_free(struct issued_keys *k);

/* Calls ON_ISSUED for every certificate of a member that is for one of KEYS, whoever has it; stops when it returns
 * false. Where H->issued_keys is NULL all certificates are read. */
MUST_USE bool issued_keys_each(const struct federation_home *h, const uint8_t (*keys)[KEY_SIZE], size_t count,
                               member_list_issued_fn *on_issued, void *cookie, struct error *err);

#endif
