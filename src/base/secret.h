#ifndef BASE_SECRET_H
#define BASE_SECRET_H
/* Keys and what they open: memory that is locked, kept out of core dumps, and wiped when freed.
 *
 * Floor: base. A secret has one owner, is never copied by assignment, printed or logged.
 */

#include "base/bytes.h"
#include "base/error.h"

struct secret {
    uint8_t *at;
    size_t size;
};

/* SIZE bytes of zeroed locked memory. Ends the process when there is no memory. */
void secret_new(struct secret *s, size_t size);
void secret_copy(struct secret *s, struct view from); /* a new secret with these bytes */
void secret_fini(struct secret *s);                   /* wipes; fine on a zeroed struct */
struct view secret_view(const struct secret *s);

/* The one line that FD holds, read to FD's end, without its line feed. E-KEY-18 when it is empty, over MAX bytes, more
 * than one line or no UTF-8; E-FIL-01. FD stays open. */
MUST_USE bool secret_read_line(int fd, size_t max, struct secret *out, struct error *err);

/* Wipes in a way that the compiler keeps. */
void secret_wipe(void *at, size_t size);

/* Compares in time that does not depend on the content. */
bool secret_equal(const uint8_t *a, const uint8_t *b, size_t size);

/* No core dumps, no tracing by others, no swap for what is locked: call first thing in main(). PR_SET_DUMPABLE 0 and
 * RLIMIT_CORE 0 (docs/PROTOCOL.md, What is easily got wrong, 9). In the test build (REFEX_SANITIZED) the processes
 * of one user can read each other: tests/scenario/12-memory.sh looks what is left in them. */
MUST_USE bool secret_harden_process(struct error *err);

#endif
