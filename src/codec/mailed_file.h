#ifndef CODEC_MAILED_FILE_H
#define CODEC_MAILED_FILE_H
/* request.refex, membership.refex and directory.refex as they come out of a letter box: the same lines with other ends.
 *
 * Floor: codec. Mail and editors change line ends, put a byte order mark before the text, blanks behind it, and cut
 * long lines. What was said is the same; the decoders take one spelling. For files that a person names only: what comes
 * from another node is never mended.
 */

#include "base/bytes.h"

#define MAILED_FILE_ROOM 2 /* times its bound: what may be read of such a file */

/* Appends FILE to *OUT as it was made: no byte order mark, lines that end in one line feed, no blanks at their ends, no
 * empty lines before and after, and lines that were cut or folded as they were. Whether it is whole is for who reads
 * it. */
void mailed_file_restore(struct view file, struct bytes *out);

#endif
