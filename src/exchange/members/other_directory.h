#ifndef EXCHANGE_OTHER_DIRECTORY_H
#define EXCHANGE_OTHER_DIRECTORY_H
/* Two signed directories of one number: somebody shows members different ones (docs/PROTOCOL.md 10). The second is
 * evidence.
 *
 * Floor: exchange. Of the last BOUND_DIRECTORIES_KNOWN directories that were in use, the number and the hash of the
 * text are kept, so that one that a peer still has is compared although a newer one is in use here.
 */

#include "exchange/exchange.h"
#include "model/ident.h"

/* A directory that was in use. */
struct directory_known {
    uint64_t sequence;
    struct hash text;
};

/* In the home: the second. */
#define OTHER_DIRECTORY_FILE "other-directory.refex"

/* The one in use. */
void other_directory_in_use(const struct exchange *x, struct directory_known *out);
/* Another one was taken into use after BEFORE: both are remembered, in the open transaction. */
MUST_USE bool other_directory_remember(struct exchange *x, const struct directory_known *before, struct error *err);
/* NOTE is older than the directory in use. E-FED-22: it is signed, and another than the one of its number that was in
 * use here; E-FED-20 and others: it is another, and not signed. */
MUST_USE bool other_directory_compare(struct exchange *x, struct view note, struct error *err);
/* NOTE is such a second one: a file in the home, a record and a line in the log; one while a directory is in use. */
MUST_USE bool other_directory_keep(struct exchange *x, struct view note, struct error *err);
/* *SEQUENCE is the number of the one that came while the directory in use is; 0 if none did. */
MUST_USE bool other_directory_kept(struct exchange *x, uint64_t *sequence, struct error *err);

#endif
