#ifndef CA_COMPARISONS_H
#define CA_COMPARISONS_H
/* The comparisons of fingerprints, kept in the federation's folder: a line each, in the order in which they were made.
 *
 * Floor: ca. The file `compared` holds what an agency's log holds of its own comparison (record COMPARED): when, whose
 * key, its fingerprint, how it was compared, and the Unix user who says so. No line is ever changed.
 */

#include "ca/issue_check.h"

enum comparison {
    COMPARED_TYPED,    /* what the agency read was typed, and is the same */
    COMPARED_TERMINAL, /* a person said at the terminal that it is the same */
    COMPARED_WORDS,    /* the words of an invitation prove it */
    COMPARED_OLD_KEY,  /* the identity key that is listed signed for it */
    COMPARED_NOBODY    /* nobody compared */
};

/* Appends the line of the request of S, on the disk when it returns. E-FIL-02. */
MUST_USE bool comparisons_add(const struct issuing *s, enum comparison how, struct error *err);

#endif
